// SPDX-License-Identifier: BSD-2-Clause
// A timeline of 96 x 64 at 25 frames a second over movies that are made here, lossless: "movie" (25 a second), "film"
// (24000/1001, the same size), "wide" (192 x 64), "matte" (a white square, at the movie's rate). Frames are known by
// what they show.
#ifndef COMPILE_FIXTURE_H
#define COMPILE_FIXTURE_H

#include "unit/test_folder.h"

#include <math.h>

#include "holdout/compile.h"
#include "holdout/log.h"
#include "holdout/media.h"
#include "holdout/render.h"

enum { WIDTH = 96, HEIGHT = 64, N_FRAMES = 60 };
enum { MOVIE = 1, FILM, WIDE, MATTE, STILL, LOST };
enum { V1 = 1, V2, V3, V4 };    // ids, as they are given

static char folder[256];
static char help_log[16384];

static inline void help_sink(void *opaque, enum ho_log_level level, const char *message)
{
    (void)opaque, (void)level;
    size_t n = strlen(help_log);
    snprintf(help_log + n, sizeof(help_log) - n, "%s\n", message);
}

static inline float shade(int media, int frame, int p, int x, int y)
{
    if (media == MATTE)
        return x >= 32 && x < 64 && y >= 16 && y < 48 ? 1.0f : 0.0f;
    return (float)((p == 0 ? x * 2 : p == 1 ? y * 3 : 40 + media * 10) + frame * 2) / 400.0f;
}

static inline void path_of(int64_t media, char *out, size_t size)
{
    snprintf(out, size, "%s/media%d.%s", folder, (int)media, media == STILL ? "png" : "mkv");
}

static struct ho_rational fixture_aspect = {1, 1};    // of what is written

static inline void write_media(int media, int width, struct ho_rational rate, int n_frames)
{
    char path[300];
    struct ho_diag diag = {0};
    struct ho_writer *writer;
    struct ho_picture *picture;
    path_of(media, path, sizeof(path));
    struct ho_writer_options options = {.codec = media == STILL ? HO_CODEC_PNG : HO_CODEC_FFV1,
                                        .width = width,
                                        .height = HEIGHT,
                                        .rate = rate,
                                        .pixel_aspect = fixture_aspect,
                                        .n_frames = n_frames,
                                        .has_timecode = media != STILL,
                                        .start = {.frame = 0, .fps = ho_rate_base(rate)},
                                        .colour = {1, 1, 1, 0, 0}};
    assert_ok(ho_writer_open(path, &options, &writer, &diag), &diag);
    assert_ok(ho_picture_create(width, HEIGHT, 3, &picture, &diag), &diag);
    for (int i = 0; i < n_frames; i++) {
        for (int p = 0; p < 3; p++)
            for (int y = 0; y < HEIGHT; y++)
                for (int x = 0; x < width; x++)
                    picture->plane[p][(ptrdiff_t)y * picture->stride + x] = shade(media, i, p, x, y);
        assert_ok(ho_writer_send_picture(writer, picture, &diag), &diag);
    }
    assert_ok(ho_writer_finish(&writer, &diag), &diag);
    ho_picture_destroy(&picture);
}

static inline int compile_setup(void **state)
{
    (void)state;
    fixture_folder(folder, sizeof(folder));
    ho_log_set_sink(help_sink, NULL);
    write_media(MOVIE, WIDTH, (struct ho_rational){25, 1}, N_FRAMES);
    write_media(FILM, WIDTH, (struct ho_rational){24000, 1001}, N_FRAMES);
    write_media(WIDE, 2 * WIDTH, (struct ho_rational){25, 1}, 4);
    write_media(MATTE, WIDTH, (struct ho_rational){25, 1}, N_FRAMES);
    write_media(STILL, WIDTH, (struct ho_rational){25, 1}, 1);
    return 0;
}

static inline int compile_teardown(void **state)
{
    (void)state;
    fixture_remove_tree(folder);
    return 0;
}

static inline bool find_media(void *opaque, int64_t media, struct ho_compile_media *out)
{
    (void)opaque;
    if (media == LOST) {
        snprintf(out->said, sizeof(out->said), "lost.mov is not where it was (/media/lost.mov)");
        return true;
    }
    path_of(media, out->path, sizeof(out->path));
    return true;
}

static const struct ho_compile_options over_black = {.find = find_media};

static inline struct ho_timeline *make_timeline(void)
{
    static const struct ho_timeline_media media[] = {
        {MOVIE, "movie", {25, 1}, N_FRAMES, false, true, false, WIDTH, HEIGHT},
        {FILM, "film", {24000, 1001}, N_FRAMES, false, true, false, WIDTH, HEIGHT},
        {WIDE, "wide", {25, 1}, 4, false, true, false, 2 * WIDTH, HEIGHT},
        {MATTE, "matte", {25, 1}, N_FRAMES, false, true, false, WIDTH, HEIGHT},
        {STILL, "still", {0, 1}, 1, true, true, false, WIDTH, HEIGHT},
        {LOST, "lost", {25, 1}, 100, false, true, false, WIDTH, HEIGHT},
    };
    struct ho_timeline_settings settings = {
        .name = "cut", .width = WIDTH, .height = HEIGHT, .rate = {25, 1}, .start = {90000, 25, false}};
    struct ho_timeline *timeline;
    struct ho_diag diag = {0};
    assert_ok(ho_timeline_create(&settings, &timeline, &diag), &diag);
    for (int i = 0; i < 4; i++)
        assert_ok(ho_timeline_add_track(timeline, HO_TRACK_VIDEO, -1, NULL, NULL, &diag), &diag);
    for (size_t i = 0; i < sizeof(media) / sizeof(media[0]); i++)
        assert_ok(ho_timeline_set_media(timeline, &media[i], &diag), &diag);
    return timeline;
}

static inline int64_t lay(struct ho_timeline *timeline, int64_t media, int64_t track, int64_t at, int64_t in,
                          int64_t length)
{
    struct ho_diag diag = {0};
    struct ho_placement placement = {.media = media, .at = at, .length = length, .in = in, .video_track = track};
    assert_ok(ho_timeline_overwrite(timeline, &placement, NULL, &diag), &diag);
    return ho_timeline_clip_at(timeline, track, at)->id;
}

// Changes a clip: `change` gets a copy.
#define change_clip(timeline, id, statement)                                                              \
    do {                                                                                                  \
        struct ho_timeline_clip *clip;                                                                    \
        struct ho_diag change_diag = {0};                                                                 \
        assert_ok(ho_timeline_clip_copy(ho_timeline_find_clip(timeline, id), &clip, NULL), &change_diag); \
        statement;                                                                                        \
        assert_ok(ho_timeline_change(timeline, clip, NULL, &change_diag), &change_diag);                  \
        ho_timeline_clip_destroy(&clip);                                                                  \
    } while (0)

// A timeline's frames, by one evaluator for each stretch.
struct shown {
    struct ho_compiled compiled;
    struct ho_evaluator *evaluator;
    struct ho_graph_frame frame;
};

static inline void show_with(const struct ho_timeline *timeline, int64_t frame, bool allow_base,
                             const struct ho_compile_options *options, struct shown *out)
{
    const struct ho_timeline_settings *settings = ho_timeline_get_settings(timeline);
    struct ho_evaluator_options evaluator = {
        .width = settings->width, .height = settings->height, .rate = settings->rate, .any_matte = true};
    struct ho_diag diag = {0};
    assert_ok(ho_compile(timeline, frame, options, &out->compiled, &diag), &diag);
    assert_ok(ho_evaluator_create(out->compiled.graph, &evaluator, &out->evaluator, &diag), &diag);
    assert_ok(ho_evaluator_frame(out->evaluator, HO_COMPILED_OUTPUT, frame, allow_base, &out->frame, &diag), &diag);
}

static inline struct shown show(const struct ho_timeline *timeline, int64_t frame)
{
    struct shown shown;
    show_with(timeline, frame, false, &over_black, &shown);
    return shown;
}

static inline void hide(struct shown *shown)
{
    ho_evaluator_destroy(&shown->evaluator);
    ho_compiled_clear(&shown->compiled);
}

static inline float at(const struct shown *shown, int p, int x, int y)
{
    return shown->frame.picture->plane[p][(ptrdiff_t)y * shown->frame.picture->stride + x];
}

#define assert_near(a, b, tolerance)                                            \
    do {                                                                        \
        double near_a = (double)(a), near_b = (double)(b);                      \
        if (!(fabs(near_a - near_b) <= (tolerance)))                            \
            fail_msg("%s is %.6g instead of %s, %.6g", #a, near_a, #b, near_b); \
    } while (0)

#endif
