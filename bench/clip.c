// SPDX-License-Identifier: BSD-2-Clause
// A shared clip against a reader alone, milliseconds a frame: bench-clip MOVIE. Forwards, scrubbing back, through an
// evaluator, a picture for a viewer, and thumbnails while it plays. Prints JSON.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <holdout/holdout.h>

enum { N_BACK = 100, N_FORWARD = 200, N_VIEWS = 50 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void check(enum ho_result result, const struct ho_diag *diag)
{
    if (result != HO_OK) {
        fprintf(stderr, "bench-clip: %s\n", diag->message);
        exit(1);
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Mean, median and worst of `n` times in seconds, and what all threads together computed, as milliseconds a frame.
static void print_times(const char *name, double *times, int n, double computed)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += times[i];
    qsort(times, (size_t)n, sizeof(*times), compare);
    printf("%s\"%s\": {\"mean\": %.2f, \"median\": %.2f, \"worst\": %.1f, \"cpu\": %.2f}",
           strcmp(name, "reader_forward") ? ", " : "", name, sum * 1000 / n, times[n / 2] * 1000, times[n - 1] * 1000,
           computed * 1000 / n);
}

typedef void (*getter)(void *from, int64_t frame);

static void get_by_reader(void *reader, int64_t frame)
{
    struct ho_diag diag = {0};
    struct ho_frame *out;
    check(ho_reader_frame(reader, frame, &out, &diag), &diag);
    ho_frame_unref(&out);
}

static void get_next_by_reader(void *reader, int64_t frame)
{
    struct ho_diag diag = {0};
    struct ho_frame *out;
    (void)frame;
    check(ho_reader_next(reader, &out, &diag), &diag);
    ho_frame_unref(&out);
}

static void get_by_clip(void *clip, int64_t frame)
{
    struct ho_diag diag = {0};
    struct ho_frame *out;
    check(ho_clip_frame(clip, frame, NULL, &out, &diag), &diag);
    ho_frame_unref(&out);
}

static void get_by_evaluator(void *evaluator, int64_t frame)
{
    struct ho_diag diag = {0};
    struct ho_graph_frame out;
    check(ho_evaluator_frame(evaluator, NULL, frame, true, &out, &diag), &diag);
}

static void get_view(void *clip, int64_t frame)
{
    struct ho_diag diag = {0};
    struct ho_clip_picture *out;
    check(ho_clip_view(clip, frame, NULL, 1280, 720, NULL, &out, &diag), &diag);
    ho_clip_picture_unref(&out);
}

// `pause`: seconds between two askings, as somebody who looks at each frame makes them.
static void measure(const char *name, getter get, void *from, int64_t first, int step, int n, double pause)
{
    double *times = malloc((size_t)n * sizeof(*times));
    const clock_t before = clock();
    for (int i = 0; i < n && times; i++) {
        double start = now();
        get(from, first + i * step);
        times[i] = now() - start;
        if (pause > times[i])
            nanosleep(&(struct timespec){0, (long)((pause - times[i]) * 1e9)}, NULL);
    }
    if (times)
        print_times(name, times, n, (double)(clock() - before) / CLOCKS_PER_SEC);
    free(times);
}

static struct ho_graph *make_graph(const char *path)
{
    struct ho_graph *graph;
    struct ho_diag diag = {0};
    check(ho_graph_create(&graph, &diag), &diag);
    check(ho_graph_add(graph, "media_in", "In", &diag), &diag);
    check(ho_graph_add(graph, "media_out", "Out", &diag), &diag);
    check(ho_graph_set_text(graph, "In", "file", path, &diag), &diag);
    check(ho_graph_connect(graph, "In", "image", "Out", "image", &diag), &diag);
    return graph;
}

// Thumbnails from all over the clip while it plays.
struct thumbnails {
    struct ho_clip *clip;
    atomic_bool stop;
    int n;
};

static void *make_thumbnails(void *opaque)
{
    struct thumbnails *t = opaque;
    const int64_t n = ho_clip_info(t->clip)->n_frames;
    for (int64_t i = 0; !atomic_load(&t->stop); i = (i + 97) % n, t->n++) {
        struct ho_diag diag = {0};
        struct ho_clip_picture *out;
        check(ho_clip_view(t->clip, ho_clip_key_frame(t->clip, i), NULL, 160, 90, NULL, &out, &diag), &diag);
        ho_clip_picture_unref(&out);
        nanosleep(&(struct timespec){0, 20000000}, NULL);
    }
    return NULL;
}

static struct ho_clip *open_clip(const char *path, const char *index_dir)
{
    struct ho_clip *clip;
    struct ho_diag diag = {0};
    check(ho_clip_open(path, &(struct ho_clip_options){.index_dir = index_dir}, &clip, &diag), &diag);
    return clip;
}

static void measure_readers(const char *path, const char *index_dir, int64_t end, int n)
{
    struct ho_diag diag = {0};
    struct ho_reader *reader;
    check(ho_reader_open(path, &(struct ho_reader_options){.index_dir = index_dir}, &reader, &diag), &diag);
    check(ho_reader_start(reader, 0, end, &diag), &diag);
    measure("reader_forward", get_next_by_reader, reader, 0, 1, n, 0);
    measure("reader_forward_on", get_next_by_reader, reader, n, 1, n, 0);
    measure("reader_back", get_by_reader, reader, end, -1, N_BACK, 0);
    ho_reader_close(&reader);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: bench-clip MOVIE INDEX_DIR\n");
        return 2;
    }
    struct ho_diag diag = {0};
    struct ho_source_info info;
    check(ho_source_probe(argv[1], &(struct ho_reader_options){.index_dir = argv[2]}, &info, &diag), &diag);
    const int64_t end = info.n_frames - 1;
    const int n = info.n_frames < 2 * N_FORWARD ? (int)info.n_frames / 2 : N_FORWARD;
    printf("{");
    measure_readers(argv[1], argv[2], end, n);
    struct ho_clip *clip = open_clip(argv[1], argv[2]);
    measure("clip_forward", get_by_clip, clip, 0, 1, n, 0);
    measure("clip_forward_on", get_by_clip, clip, n, 1, n, 0);
    ho_clip_unref(&clip);
    clip = open_clip(argv[1], argv[2]);
    measure("clip_back", get_by_clip, clip, end, -1, N_BACK, 0);
    ho_clip_unref(&clip);
    clip = open_clip(argv[1], argv[2]);
    measure("clip_back_at_25", get_by_clip, clip, end, -1, N_BACK, 0.04);
    measure("view_forward", get_view, clip, 0, 1, n, 0);
    struct thumbnails thumbnails = {.clip = ho_clip_ref(clip)};
    pthread_t thread;
    if (pthread_create(&thread, NULL, make_thumbnails, &thumbnails) != 0)
        return 1;
    measure("view_among_thumbnails", get_view, clip, end / 2, 1, N_VIEWS, 0.04);
    atomic_store(&thumbnails.stop, true);
    pthread_join(thread, NULL);
    printf(", \"thumbnails\": %d", thumbnails.n);
    ho_clip_unref(&thumbnails.clip);
    ho_clip_unref(&clip);
    struct ho_graph *graph = make_graph(argv[1]);
    struct ho_evaluator *evaluator;
    check(ho_evaluator_create(graph, &(struct ho_evaluator_options){.index_dir = argv[2]}, &evaluator, &diag), &diag);
    measure("evaluator_back", get_by_evaluator, evaluator, end, -1, N_BACK, 0);
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
    printf("}\n");
    return 0;
}
