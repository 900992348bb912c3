// SPDX-License-Identifier: BSD-2-Clause
// A project of 1,000 clips on 20 tracks, with 10,000 keyframes: bench-project FOLDER N_LATER. Times opening, edits and
// their undo (the timeline in memory included), then again after N_LATER edits; beside each, what a bare 4 kB write
// that is on the disk when it returns takes there. Prints JSON.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <holdout/holdout.h>

enum { N_TRACKS = 20, N_CLIPS = 50, N_KEYS = 10, N_ROUNDS = 31 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static double cpu_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static struct ho_diag diag;
static void check(enum ho_result result)
{
    if (result != HO_OK) {
        fprintf(stderr, "bench-project: %s\n", diag.message);
        exit(1);
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

// Edits, undos: by the clock, and what the processor worked of that.
static struct {
    double time[N_ROUNDS], cpu[N_ROUNDS], start, cpu_start;
    int n;
} taken[2];

static void start(int which)
{
    taken[which].start = now();
    taken[which].cpu_start = cpu_now();
}

static void stop(int which)
{
    taken[which].time[taken[which].n] = now() - taken[which].start;
    taken[which].cpu[taken[which].n++] = cpu_now() - taken[which].cpu_start;
}

static void tell(const char *name)
{
    printf(", \"%s\": {", name);
    for (int i = 0; i < 2; i++) {
        qsort(taken[i].time, (size_t)taken[i].n, sizeof(double), by_value);
        qsort(taken[i].cpu, (size_t)taken[i].n, sizeof(double), by_value);
        printf("%s\"%s\": [%.3f, %.3f, %.3f]", i ? ", " : "", i ? "undo" : "edit", taken[i].time[taken[i].n / 2],
               taken[i].time[taken[i].n - 1], taken[i].cpu[taken[i].n / 2]);
        taken[i].n = 0;
    }
    printf("}");
}

static struct ho_project *project;
static struct ho_timeline *timeline;
static int64_t id, media;

static void keep(const char *name, struct ho_edit *edit)
{
    check(ho_project_begin(project, name, &diag));
    check(ho_project_save_edit(project, id, timeline, edit, &diag));
    check(ho_project_commit(project, &diag));
    ho_edit_destroy(&edit);
}

static void undo(void)
{
    struct ho_touched touched;
    check(ho_project_undo(project, NULL, &touched, &diag));
    check(ho_project_refresh_timeline(project, id, &touched, timeline, &diag));
    ho_touched_clear(&touched);
}

static const struct ho_timeline_clip *clip_of(int track, size_t index)
{
    size_t n;
    const struct ho_timeline_clip *const *clips = ho_timeline_clips(timeline, track, &n);
    return clips[index % n];
}

static void make_clip(int track, int index)
{
    struct ho_placement p = {.media = media,
                             .at = index * 25,
                             .length = 20,
                             .in = index,
                             .video_track = ho_timeline_track(timeline, track)->id,
                             .name = "ride"};
    check(ho_timeline_overwrite(timeline, &p, NULL, &diag));
    for (int k = 0; k < N_KEYS; k++) {
        struct ho_keyframe key = {k * 2, k / 10.0, HO_INTERPOLATE_LINEAR};
        check(
            ho_timeline_set_keyframe(timeline, clip_of(track, (size_t)index)->id, HO_CLIP_OPACITY, &key, NULL, &diag));
    }
}

static void make(const char *path)
{
    struct ho_timeline_settings settings = {
        .name = "cut", .width = 1920, .height = 1080, .rate = {25, 1}, .start = {90000, 25, false}};
    struct ho_source_info source = {.path = "/media/ride.mov",
                                    .clip_name = "ride",
                                    .hash = "aa",
                                    .width = 1920,
                                    .height = 1080,
                                    .pixel_aspect = {1, 1},
                                    .rate = {25, 1},
                                    .n_frames = 100000};
    struct ho_project_media pool = {.source = source, .rate = {0, 1}};
    struct ho_timeline_media known;
    check(ho_project_create(path, &project, &diag));
    check(ho_project_begin(project, "All", &diag));
    check(ho_project_add_media(project, HO_BIN_TOP, &source, &media, &diag));
    pool.id = media;
    ho_project_timeline_media(&pool, &known);
    check(ho_timeline_create(&settings, &timeline, &diag));
    check(ho_timeline_set_media(timeline, &known, &diag));
    for (int t = 0; t < N_TRACKS; t++) {
        check(ho_timeline_add_track(timeline, HO_TRACK_VIDEO, -1, NULL, NULL, &diag));
        for (int i = 0; i < N_CLIPS; i++)
            make_clip(t, i);
    }
    check(ho_project_add_timeline(project, HO_BIN_TOP, timeline, &id, &diag));
    check(ho_project_commit(project, &diag));
}

// ---- edits, one of each kind

static enum ho_result move_one(int round, struct ho_edit **edit)
{
    int64_t clip = clip_of(round % N_TRACKS, (size_t)round)->id;
    return ho_timeline_move(timeline, &clip, 1, 3, 0, 0, edit, &diag);
}
static enum ho_result ripple_all(int round, struct ho_edit **edit)
{
    (void)round;
    return ho_timeline_trim(timeline, clip_of(0, 0)->id, HO_CLIP_TAIL, 2, HO_EDIT_RIPPLE, edit, &diag);
}
static enum ho_result split_all_tracks(int round, struct ho_edit **edit)
{
    return ho_timeline_split(timeline, 25 * (round % N_CLIPS) + 10, NULL, 0, 0, edit, &diag);
}
static enum ho_result key_one(int round, struct ho_edit **edit)
{
    struct ho_keyframe key = {1, 0.5, HO_INTERPOLATE_SMOOTH};
    return ho_timeline_set_keyframe(timeline, clip_of(3, (size_t)round)->id, HO_CLIP_OPACITY, &key, edit, &diag);
}
static enum ho_result delete_a_track(int round, struct ho_edit **edit)
{
    return ho_timeline_remove_track(timeline, ho_timeline_track(timeline, round % N_TRACKS)->id, edit, &diag);
}
static enum ho_result delete_everything(int round, struct ho_edit **edit)
{
    (void)round;
    struct ho_range all = {0, ho_timeline_length(timeline)};
    return ho_timeline_delete_range(timeline, all, 0, edit, &diag);
}

static const struct {
    const char *name;
    enum ho_result (*edit)(int round, struct ho_edit **edit);
} edits[] = {{"move one clip", move_one}, {"ripple all 1,000", ripple_all},   {"split on all tracks", split_all_tracks},
             {"set a keyframe", key_one}, {"remove a track", delete_a_track}, {"delete all 1,000", delete_everything}};

static void measure(const char *when)
{
    for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
        char name[128];
        for (int round = 0; round < N_ROUNDS; round++) {
            struct ho_edit *edit;
            start(0);
            check(edits[i].edit(round, &edit));
            keep(edits[i].name, edit);
            stop(0);
            start(1);
            undo();
            stop(1);
        }
        snprintf(name, sizeof(name), "%s%s", edits[i].name, when);
        tell(name);
    }
}

static void measure_open(const char *path, const char *name)
{
    double time[9];
    for (int i = 0; i < 9; i++) {
        ho_timeline_destroy(&timeline);
        ho_project_close(&project);
        double begun = now();
        check(ho_project_open(path, HO_PROJECT_WRITE, &project, &diag));
        check(ho_project_load_timeline(project, id, &timeline, &diag));
        time[i] = now() - begun;
    }
    qsort(time, 9, sizeof(double), by_value);
    printf(", \"%s\": [%.3f, %.3f]", name, time[4], time[8]);
}

static void tell_size(const char *path, const char *name)
{
    struct stat info;
    ho_timeline_destroy(&timeline);
    ho_project_close(&project);
    if (stat(path, &info) == 0)
        printf(", \"%s\": %lld", name, (long long)info.st_size);
    check(ho_project_open(path, HO_PROJECT_WRITE, &project, &diag));
    check(ho_project_load_timeline(project, id, &timeline, &diag));
}

// What the disk asks for one durable write.
static void measure_bare(const char *folder)
{
    char path[4096], page[4096] = "";
    double time[N_ROUNDS];
    snprintf(path, sizeof(path), "%s/bare", folder);
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    for (int i = 0; i < N_ROUNDS; i++) {
        double begun = now();
        if (pwrite(fd, page, sizeof(page), i * 4096) != sizeof(page) || fdatasync(fd) != 0)
            exit(1);
        time[i] = now() - begun;
    }
    close(fd);
    unlink(path);
    qsort(time, N_ROUNDS, sizeof(double), by_value);
    printf("{\"bare durable write\": [%.3f, %.3f]", time[N_ROUNDS / 2], time[N_ROUNDS - 1]);
}

int main(int argc, char **argv)
{
    char path[4096];
    if (argc != 3)
        return 2;
    snprintf(path, sizeof(path), "%s/bench.holdout", argv[1]);
    measure_bare(argv[1]);
    make(path);
    tell_size(path, "bytes");
    measure_open(path, "open");
    measure("");
    for (int i = 0; i < atoi(argv[2]); i++) {
        struct ho_edit *edit;
        double degrees = i % 360;
        check(ho_timeline_set_number(timeline, clip_of(3, (size_t)i)->id, HO_CLIP_ROTATION, degrees, &edit, &diag));
        keep("Later", edit);
    }
    tell_size(path, "bytes later");
    measure_open(path, "open later");
    measure(", later");
    printf("}\n");
    ho_timeline_destroy(&timeline);
    ho_project_close(&project);
    unlink(path);
    return 0;
}
