// SPDX-License-Identifier: BSD-2-Clause
// For the engines' tests: a little scene that can be drawn at any size, and walking through it.
#ifndef HO_TESTS_ENGINE_HELP_H
#define HO_TESTS_ENGINE_HELP_H

#include <libavutil/frame.h>
#include <math.h>

#include "holdout/engine.h"
#include "image/frame.h"
#include "unit/test.h"

// A ball of `radius` over a patterned ground; radius 0: no ball.
struct scene {
    int width, height;
    double x, y, radius;
};

static inline double unit_of(double v) { return v < 0 ? 0 : v > 1 ? 1 : v; }

// A ball in front of or behind the scene's own; radius 0: none.
struct other_ball {
    double x, y, radius;
    bool is_twin;      // of the scene's own colour, but lighter: else of another
    bool is_behind;    // the scene's own
};

static inline struct ho_frame *scene_frame_with(const struct scene *scene, const struct other_ball *ball, int64_t index)
{
    AVFrame *av = av_frame_alloc();
    assert_non_null(av);
    av->format = AV_PIX_FMT_GBRP;
    av->width = scene->width;
    av->height = scene->height;
    assert_true(av_frame_get_buffer(av, 64) >= 0);
    double size = scene->width > scene->height ? scene->width : scene->height;
    for (int y = 0; y < scene->height; y++)
        for (int x = 0; x < scene->width; x++) {
            double u = x / size, v = y / size, wave = sin(u * 31) * cos(v * 23) + 0.5 * sin((u + v) * 57);
            double inside = scene->radius > 0
                                ? unit_of(scene->radius + 0.5 - hypot(x + 0.5 - scene->x, y + 0.5 - scene->y))
                                : 0;
            double shade = 0.75 + 0.25 * (scene->y - y) / (scene->radius + 1);
            double ground[3] = {0.35 + 0.1 * wave, 0.25 + 0.05 * wave, 0.3 + 0.08 * cos(v * 40)},
                   own[3] = {0.25 * shade, 0.1 * shade, 0.95 * shade};
            double beside = ball->radius > 0 ? unit_of(ball->radius + 0.5 - hypot(x + 0.5 - ball->x, y + 0.5 - ball->y))
                                             : 0,
                   other_shade = 0.75 + 0.25 * (ball->y - y) / (ball->radius + 1), other[3], light = ball->is_twin;
            beside *= ball->is_behind ? 1 - inside : 1;
            for (int c = 0; c < 3; c++)
                other[c] = other_shade * (light > 0 ? (double[]){0.3, 0.15, 0.95}[c] : (double[]){0.9, 0.85, 0.2}[c]);
            for (int c = 0; c < 3; c++) {    // G, B, R
                double value = ground[c] * (1 - inside) + own[c] * inside;
                av->data[c][y * av->linesize[c] + x] = (uint8_t)lrint(
                    255 * unit_of(value * (1 - beside) + other[c] * beside));
            }
        }
    struct ho_colour colour = {0, 13, 1, 1, 0};
    struct ho_frame *frame = NULL;
    struct ho_diag diag = {0};
    assert_ok(ho_frame_create(&av, index, 0, &colour, false, &frame, &diag), &diag);
    return frame;
}

// With a ball of another colour at `other_x` beside it; 0: without.
static inline struct ho_frame *scene_frame_of_two(const struct scene *scene, double other_x, int64_t index)
{
    struct other_ball other = {other_x, scene->y, other_x > 0 ? scene->radius : 0, false, false};
    return scene_frame_with(scene, &other, index);
}

static inline struct ho_frame *scene_frame(const struct scene *scene, int64_t index)
{
    return scene_frame_of_two(scene, 0, index);
}

static inline struct ho_matte *scene_matte(const struct scene *scene)
{
    struct ho_matte *matte = NULL;
    struct ho_diag diag = {0};
    assert_ok(ho_matte_create(scene->width, scene->height, &matte, &diag), &diag);
    for (int y = 0; y < scene->height && scene->radius > 0; y++)
        for (int x = 0; x < scene->width; x++)
            matte->data[y * matte->stride + x] = (uint16_t)lrint(
                65535 * unit_of(scene->radius + 0.5 - hypot(x + 0.5 - scene->x, y + 0.5 - scene->y)));
    return matte;
}

static inline double overlap(const struct ho_matte *a, const struct ho_matte *b)
{
    double both = 0, either = 0;
    for (int y = 0; y < a->height; y++)
        for (int x = 0; x < a->width; x++) {
            bool in_a = a->data[y * a->stride + x] >= 32768, in_b = b->data[y * b->stride + x] >= 32768;
            both += in_a && in_b;
            either += in_a || in_b;
        }
    return either > 0 ? both / either : 1;
}

static inline void assert_same_matte(const struct ho_matte *a, const struct ho_matte *b)
{
    assert_int_equal(a->width, b->width);
    assert_int_equal(a->height, b->height);
    for (int y = 0; y < a->height; y++)
        assert_memory_equal(a->data + (size_t)y * a->stride, b->data + (size_t)y * b->stride,
                            (size_t)a->width * sizeof *a->data);
}

static inline struct ho_engine_session *session_of(const struct ho_engine *engine, int width, int height,
                                                   enum ho_quality quality, int n_threads)
{
    struct ho_engine_options options = {.width = width, .height = height, .quality = quality, .n_threads = n_threads};
    struct ho_engine_session *session = NULL;
    struct ho_diag diag = {0};
    assert_ok(engine->open(&options, &session, &diag), &diag);
    return session;
}

static inline struct ho_engine_walk *walk_of(const struct ho_engine *engine, struct ho_engine_session *session)
{
    struct ho_engine_walk *walk = NULL;
    struct ho_diag diag = {0};
    assert_ok(engine->walk_create(session, &walk, &diag), &diag);
    return walk;
}

#endif
