// SPDX-License-Identifier: BSD-2-Clause
// An object that the picture's border cuts: its matte is as sure there as further in, at either quality, in pictures of
// shapes that no view has.
#include <unistd.h>

#include "engine/embedded/embedded.h"
#include "engine_help.h"
#include "holdout/media.h"

#define INSIDE 16    // pixels from the border, where nothing fades

static const struct ho_engine *engine;

static int open_engine(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    setenv("HOLDOUT_PRECISION", "f32", 1);
    assert_ok(ho_engine_find("embedded", &engine, &diag), &diag);
    return 0;
}

// The mean of the matte so many pixels from the right border, along the middle half of what is cut.
static double mean_at(const struct ho_matte *matte, const struct scene *scene, int depth)
{
    int from = (int)(scene->y - scene->radius / 3), to = (int)(scene->y + scene->radius / 3);
    double sum = 0;
    for (int y = from; y < to; y++)
        sum += matte->data[(size_t)y * matte->stride + matte->width - 1 - depth] / 65535.0;
    return sum / (to - from);
}

static void expect_no_fade(int width, int height, enum ho_quality quality)
{
    const struct scene here = {width, height, width - 40, height / 2.0, 90},
                       there = {width, height, width - 34, height / 2.0, 90};
    struct ho_diag diag = {0};
    struct ho_engine_session *session = session_of(engine, width, height, quality, 2);
    struct ho_engine_walk *walk = walk_of(engine, session);
    struct ho_frame *first = scene_frame(&here, 0), *second = scene_frame(&there, 1);
    struct ho_matte *truth = scene_matte(&here), *matte = scene_matte(&here);
    float confidence;
    assert_ok(engine->keep(walk, first, truth, NULL, &diag), &diag);
    assert_ok(engine->step(&walk, 1, second, NULL, &matte, &confidence, &diag), &diag);
    double inside = mean_at(matte, &there, INSIDE);
    for (int depth = 0; depth < INSIDE; depth++)
        if (mean_at(matte, &there, depth) < inside - 3.0 / 255)
            fail_msg("%dx%d, %s: %.3f at %d pixels from the border, %.3f at %d", width, height,
                     ho_quality_name(quality), mean_at(matte, &there, depth), depth, inside, INSIDE);
    assert_true(inside > 0.95);
    ho_frame_unref(&first);
    ho_frame_unref(&second);
    ho_matte_destroy(&truth);
    ho_matte_destroy(&matte);
    engine->walk_destroy(&walk);
    engine->close(&session);
}

static void a_matte_does_not_fade_at_the_border(void **state)
{
    (void)state;
    for (int quality = HO_QUALITY_FASTER; quality <= HO_QUALITY_BETTER; quality++) {
        expect_no_fade(210, 240, quality);
        expect_no_fade(300, 260, quality);
        expect_no_fade(320, 180, quality);
    }
}

// ---- a swan, where it is to be had

#define SWAN "../shared/clips/davis16_blackswan"

static struct ho_frame *left_of(const char *name, int64_t index, int width)
{
    char path[4096];
    struct ho_reader *reader = NULL;
    struct ho_reader_options options = {0};
    struct ho_frame *frame = NULL;
    AVFrame *av;
    struct ho_diag diag = {0};
    snprintf(path, sizeof path, "%s/%s", getenv("HOLDOUT_SOURCE_ROOT"), name);
    assert_ok(ho_reader_open(path, &options, &reader, &diag), &diag);
    assert_ok(ho_reader_frame(reader, index, &frame, &diag), &diag);
    ho_reader_close(&reader);
    assert_ok(ho_frame_make_writable(&frame, &av, &diag), &diag);
    av->width = width;
    return frame;
}

static struct ho_matte *matte_of(const struct ho_frame *mask)
{
    struct ho_converter *converter = NULL;
    struct ho_picture *key = NULL;
    struct ho_matte *matte = NULL;
    struct ho_diag diag = {0};
    assert_ok(ho_picture_create(ho_frame_width(mask), ho_frame_height(mask), 1, &key, &diag), &diag);
    assert_ok(ho_matte_create(key->width, key->height, &matte, &diag), &diag);
    assert_ok(ho_converter_create(&converter, &diag), &diag);
    assert_ok(ho_converter_read(converter, mask, NULL, key, &diag), &diag);
    ho_matte_from_picture(key, matte);
    ho_converter_destroy(&converter);
    ho_picture_destroy(&key);
    return matte;
}

// Means of a matte's last columns over the rows where the truth is in for a good way from the right border.
static void last_columns(const struct ho_matte *matte, const struct ho_matte *truth, double means[INSIDE + 1])
{
    int n = 0;
    for (int d = 0; d <= INSIDE; d++)
        means[d] = 0;
    for (int y = 6; y < truth->height - 6; y++) {
        bool is_in = true;
        for (int k = -6; k <= 6; k++)
            for (int d = 0; d < INSIDE + 8; d++)
                is_in &= truth->data[(y + k) * truth->stride + truth->width - 1 - d] >= 32768;
        n += is_in;
        for (int d = 0; d <= INSIDE && is_in; d++)
            means[d] += matte->data[y * matte->stride + matte->width - 1 - d] / 257.0;
    }
    assert_true(n > 5);
    for (int d = 0; d <= INSIDE; d++)
        means[d] /= n;
}

static void a_swan_cut_in_two_does_not_fade(void **state)
{
    (void)state;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", getenv("HOLDOUT_SOURCE_ROOT"), SWAN);
    if (access(path, R_OK) != 0) {
        print_message(SWAN " is not here\n");
        skip();
    }
    for (int quality = HO_QUALITY_FASTER; quality <= HO_QUALITY_BETTER; quality++) {
        struct ho_diag diag = {0};
        struct ho_frame *frames[2], *masks[2];
        struct ho_matte *truths[2], *matte = NULL;
        for (int i = 0; i < 2; i++) {
            frames[i] = left_of(SWAN "/frames/%05d.jpg", i, 420);
            masks[i] = left_of(SWAN "/masks/%05d.png", i, 420);
            truths[i] = matte_of(masks[i]);
        }
        struct ho_engine_session *session = session_of(engine, 420, 480, quality, 2);
        struct ho_engine_walk *walk = walk_of(engine, session);
        float confidence;
        double means[INSIDE + 1];
        assert_ok(ho_matte_create(420, 480, &matte, &diag), &diag);
        assert_ok(engine->keep(walk, frames[0], truths[0], NULL, &diag), &diag);
        assert_ok(engine->step(&walk, 1, frames[1], NULL, &matte, &confidence, &diag), &diag);
        last_columns(matte, truths[1], means);
        for (int d = 0; d < INSIDE; d++)
            if (means[d] < means[INSIDE] - 3)
                fail_msg("%s: %.0f of 255 at %d pixels from the border, %.0f at %d", ho_quality_name(quality), means[d],
                         d, means[INSIDE], INSIDE);
        ho_matte_destroy(&matte);
        engine->walk_destroy(&walk);
        engine->close(&session);
        for (int i = 0; i < 2; i++) {
            ho_frame_unref(&frames[i]);
            ho_frame_unref(&masks[i]);
            ho_matte_destroy(&truths[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_matte_does_not_fade_at_the_border),
        cmocka_unit_test(a_swan_cut_in_two_does_not_fade),
    };
    return cmocka_run_group_tests(tests, open_engine, NULL);
}
