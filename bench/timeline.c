// SPDX-License-Identifier: BSD-2-Clause
// The tutorial's timeline (the footage, a title over it, its matte as Luma, the footage again as Foreground):
//   bench-timeline view SOURCE MATTE         milliseconds for a frame anywhere, and for the next one, at 1280x720; JSON
//   bench-timeline render SOURCE MATTE OUT   to a file
//   bench-timeline end SOURCE OUT HOURS      ten seconds at the end of so many hours of one-second clips of it
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <holdout/holdout.h>

enum { N_SEEKS = 40, SCREEN_WIDTH = 1280, SCREEN_HEIGHT = 720 };

static const char *paths[3];

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Seconds that all threads have computed.
static double computed(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void check(enum ho_result result, const struct ho_diag *diag)
{
    if (result != HO_OK) {
        fprintf(stderr, "bench-timeline: %s\n", diag->message);
        exit(1);
    }
}

static bool find(void *opaque, int64_t media, struct ho_compile_media *out)
{
    (void)opaque;
    snprintf(out->path, sizeof(out->path), "%s", paths[media]);
    return true;
}

static const struct ho_compile_options compile = {.find = find};

static void add_media(struct ho_timeline *timeline, int64_t id, const struct ho_source_info *info)
{
    struct ho_diag diag = {0};
    struct ho_timeline_media media = {.id = id,
                                      .rate = info->rate,
                                      .n_frames = info->n_frames,
                                      .has_picture = true,
                                      .width = info->width,
                                      .height = info->height};
    snprintf(media.name, sizeof(media.name), "media %d", (int)id);
    check(ho_timeline_set_media(timeline, &media, &diag), &diag);
}

static struct ho_timeline *make(const struct ho_source_info *info, int n_tracks)
{
    struct ho_diag diag = {0};
    struct ho_timeline *timeline;
    struct ho_timeline_settings settings = {.name = "tutorial",
                                            .width = info->width,
                                            .height = info->height,
                                            .rate = info->rate,
                                            .start = {.fps = ho_rate_base(info->rate)}};
    check(ho_timeline_create(&settings, &timeline, &diag), &diag);
    for (int i = 0; i < n_tracks; i++)
        check(ho_timeline_add_track(timeline, HO_TRACK_VIDEO, -1, NULL, NULL, &diag), &diag);
    add_media(timeline, 1, info);
    return timeline;
}

static void lay(struct ho_timeline *timeline, int64_t media, int track, int64_t at, int64_t length,
                enum ho_composite mode)
{
    static const char *const texts[] = {"{\"text\": \"BRUSSELS\", \"size\": 0.3}"};
    struct ho_diag diag = {0};
    struct ho_placement placement = {.media = media,
                                     .at = at,
                                     .length = length,
                                     .video_track = ho_timeline_track_at(timeline, HO_TRACK_VIDEO, track)->id,
                                     .name = media ? NULL : "title",
                                     .texts = texts,
                                     .n_texts = media ? 0 : 1};
    struct ho_timeline_clip *clip;
    check(ho_timeline_overwrite(timeline, &placement, NULL, &diag), &diag);
    if (mode == HO_COMPOSITE_NORMAL)
        return;
    check(ho_timeline_clip_copy(ho_timeline_clip_at(timeline, placement.video_track, at), &clip, &diag), &diag);
    clip->composite = mode;
    check(ho_timeline_change(timeline, clip, NULL, &diag), &diag);
    ho_timeline_clip_destroy(&clip);
}

static struct ho_timeline *make_tutorial(const char *source, const char *matte, int64_t *n)
{
    struct ho_diag diag = {0};
    struct ho_source_info info;
    paths[1] = source;
    paths[2] = matte;
    check(ho_source_probe(source, NULL, &info, &diag), &diag);
    struct ho_timeline *timeline = make(&info, 4);
    *n = info.n_frames;
    check(ho_source_probe(matte, NULL, &info, &diag), &diag);
    add_media(timeline, 2, &info);
    lay(timeline, 1, 0, 0, *n, HO_COMPOSITE_NORMAL);
    lay(timeline, 0, 1, 0, *n, HO_COMPOSITE_NORMAL);
    lay(timeline, 2, 2, 0, *n, HO_COMPOSITE_LUMA);
    lay(timeline, 1, 3, 0, *n, HO_COMPOSITE_FOREGROUND);
    return timeline;
}

// ---- view

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double view(struct ho_viewer *viewer, const struct ho_timeline *timeline, int64_t frame, uint8_t *rgb)
{
    struct ho_diag diag = {0};
    struct ho_viewer_shown shown;
    struct ho_viewer_target target = {.width = SCREEN_WIDTH, .height = SCREEN_HEIGHT, .rgb = rgb};
    double before = now();
    check(ho_viewer_show_timeline(viewer, timeline, &compile, frame, NULL, &shown, &diag), &diag);
    check(ho_viewer_fill(viewer, &target, &diag), &diag);
    return now() - before;
}

static void measure_views(const char *source, const char *matte)
{
    int64_t n;
    struct ho_diag diag = {0};
    struct ho_viewer *viewer;
    double anywhere[N_SEEKS], next[N_SEEKS];
    struct ho_timeline *timeline = make_tutorial(source, matte, &n);
    uint8_t *rgb = malloc((size_t)3 * SCREEN_WIDTH * SCREEN_HEIGHT);
    check(ho_viewer_create(NULL, &viewer, &diag), &diag);
    double first = view(viewer, timeline, 0, rgb), begun = computed();
    for (int i = 0; i < N_SEEKS; i++) {
        int64_t frame = (int64_t)i * 7919 % (n - 4);
        anywhere[i] = view(viewer, timeline, frame, rgb);
        view(viewer, timeline, frame + 1, rgb);
        next[i] = view(viewer, timeline, frame + 2, rgb);
    }
    qsort(anywhere, N_SEEKS, sizeof(double), compare);
    qsort(next, N_SEEKS, sizeof(double), compare);
    printf("{\"first\": %.1f, \"anywhere\": %.1f, \"anywhere_worst\": %.1f, \"next\": %.1f, \"next_worst\": %.1f, "
           "\"computed\": %.1f}\n",
           first * 1000, anywhere[N_SEEKS / 2] * 1000, anywhere[N_SEEKS - 1] * 1000, next[N_SEEKS / 2] * 1000,
           next[N_SEEKS - 1] * 1000, (computed() - begun) * 1000 / (3 * N_SEEKS));
    free(rgb);
    ho_viewer_destroy(&viewer);
    ho_timeline_destroy(&timeline);
}

// ---- render

static void render(const struct ho_timeline *timeline, const struct ho_range *range, const char *output)
{
    struct ho_diag diag = {0};
    struct ho_render_report report;
    struct ho_render_request request = {.output = output, .overwrite = true};
    if (range) {
        request.has_range = true;
        request.range = *range;
    }
    check(ho_render_timeline(timeline, &compile, &request, &report, &diag), &diag);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"frames\": %lld, \"untouched\": %lld, \"patched\": %lld, \"seconds\": %.3f, \"making\": %.3f, "
           "\"writing\": %.3f, \"peak_mib\": %ld}\n",
           (long long)report.n_frames, (long long)report.n_untouched, (long long)report.n_patched, report.seconds,
           report.seconds_evaluating, report.seconds_writing, usage.ru_maxrss / 1024);
}

static void render_end(const char *source, const char *output, double hours)
{
    struct ho_diag diag = {0};
    struct ho_source_info info;
    paths[1] = source;
    check(ho_source_probe(source, NULL, &info, &diag), &diag);
    struct ho_timeline *timeline = make(&info, 1);
    int64_t second = ho_rate_base(info.rate), n = (int64_t)(hours * 3600);
    for (int64_t i = 0; i < n; i++)
        lay(timeline, 1, 0, i * second, second, HO_COMPOSITE_NORMAL);
    render(timeline, &(struct ho_range){(n - 10) * second, n * second - 1}, output);
    ho_timeline_destroy(&timeline);
}

int main(int argc, char **argv)
{
    int64_t n;
    if (argc == 4 && strcmp(argv[1], "view") == 0) {
        measure_views(argv[2], argv[3]);
    } else if (argc == 5 && strcmp(argv[1], "render") == 0) {
        struct ho_timeline *timeline = make_tutorial(argv[2], argv[3], &n);
        render(timeline, NULL, argv[4]);
        ho_timeline_destroy(&timeline);
    } else if (argc == 5 && strcmp(argv[1], "end") == 0) {
        render_end(argv[2], argv[3], atof(argv[4]));
    } else {
        fprintf(stderr, "bench-timeline view|render|end ...\n");
        return 2;
    }
    return 0;
}
