// SPDX-License-Identifier: BSD-2-Clause
// The embedded engine as the track room uses it: following, resuming with the same bits, threads, what is gone, what is
// refused.
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "engine/embedded/embedded.h"
#include "engine_help.h"

static const struct ho_engine *engine;
static struct ho_engine_session *sessions[2];    // by quality; opening takes the longest, so all tests share them

#define WIDTH 320
#define HEIGHT 180

static struct scene scene_at(int i) { return (struct scene){WIDTH, HEIGHT, 90 + 5 * i, 80 + 2 * i, 28}; }

static int open_all(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    setenv("HOLDOUT_PRECISION", "f32", 1);
    assert_ok(ho_engine_find("embedded", &engine, &diag), &diag);
    sessions[0] = session_of(engine, WIDTH, HEIGHT, HO_QUALITY_FASTER, 2);
    sessions[1] = session_of(engine, WIDTH, HEIGHT, HO_QUALITY_BETTER, 2);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    engine->close(&sessions[0]);
    engine->close(&sessions[1]);
    return 0;
}

static struct ho_matte *empty_matte(void)
{
    struct ho_matte *matte = NULL;
    struct ho_diag diag = {0};
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &matte, &diag), &diag);
    return matte;
}

static void keep_start(struct ho_engine_walk *walk)
{
    struct scene scene = scene_at(0);
    struct ho_frame *frame = scene_frame(&scene, 0);
    struct ho_matte *truth = scene_matte(&scene);
    struct ho_diag diag = {0};
    assert_ok(engine->keep(walk, frame, truth, NULL, &diag), &diag);
    ho_frame_unref(&frame);
    ho_matte_destroy(&truth);
}

// Steps into frame `i`; radius 0 hides the ball.
static void step_into(struct ho_engine_walk *walk, int i, bool hidden, struct ho_matte *matte, float *confidence)
{
    struct scene scene = scene_at(i);
    if (hidden)
        scene.radius = 0;
    struct ho_frame *frame = scene_frame(&scene, i + (hidden ? 1000 : 0));
    struct ho_diag diag = {0};
    assert_ok(engine->step(&walk, 1, frame, NULL, &matte, confidence, &diag), &diag);
    ho_frame_unref(&frame);
}

static void a_ball_is_followed(void **state)
{
    (void)state;
    for (int q = 0; q < 2; q++) {
        struct ho_engine_walk *walk = walk_of(engine, sessions[q]);
        struct ho_matte *matte = empty_matte();
        keep_start(walk);
        for (int i = 1; i <= 8; i++) {
            struct scene scene = scene_at(i);
            struct ho_matte *truth = scene_matte(&scene);
            float confidence = -1;
            step_into(walk, i, false, matte, &confidence);
            if (overlap(matte, truth) < 0.85)
                fail_msg("quality %s, frame %d: J %.3f", ho_quality_name((enum ho_quality)q), i, overlap(matte, truth));
            assert_true(confidence > 0.6f && confidence <= 1);
            assert_int_equal(matte->data[(int)scene.y * matte->stride + (int)scene.x], 65535);    // white is white
            assert_int_equal(matte->data[3 * matte->stride + 3], 0);                              // and black black
            ho_matte_destroy(&truth);
        }
        ho_matte_destroy(&matte);
        engine->walk_destroy(&walk);
    }
}

static void what_is_gone_is_empty_and_found_again(void **state)
{
    (void)state;
    for (int q = 0; q < 2; q++) {
        struct ho_engine_walk *walk = walk_of(engine, sessions[q]);
        struct ho_matte *matte = empty_matte();
        float confidence;
        keep_start(walk);
        for (int i = 1; i <= 4; i++)
            step_into(walk, i, false, matte, &confidence);
        for (int i = 5; i <= 8; i++) {
            step_into(walk, i, true, matte, &confidence);
            if (i > 5 && !ho_matte_is_empty(matte))
                fail_msg("quality %s, frame %d: %lld pixels of what is gone", ho_quality_name((enum ho_quality)q), i,
                         (long long)ho_matte_area(matte));
        }
        for (int i = 20; i <= 22; i++)    // elsewhere
            step_into(walk, i, false, matte, &confidence);
        struct scene scene = scene_at(22);
        struct ho_matte *truth = scene_matte(&scene);
        if (overlap(matte, truth) < 0.8)
            fail_msg("quality %s: J %.3f after it came back", ho_quality_name((enum ho_quality)q),
                     overlap(matte, truth));
        ho_matte_destroy(&truth);
        ho_matte_destroy(&matte);
        engine->walk_destroy(&walk);
    }
}

static void a_saved_walk_goes_on_with_the_same_bits(void **state)
{
    (void)state;
    for (int q = 0; q < 2; q++) {
        struct ho_engine_walk *walk = walk_of(engine, sessions[q]);
        struct ho_matte *matte = empty_matte(), *again = empty_matte();
        struct ho_diag diag = {0};
        void *bytes = NULL, *second = NULL;
        size_t size = 0, second_size = 0;
        float confidence, other;
        keep_start(walk);
        for (int i = 1; i <= 7; i++)
            step_into(walk, i, false, matte, &confidence);
        assert_ok(engine->save(walk, &bytes, &size, &diag), &diag);

        // Another session, with another number of threads, as after a restart.
        struct ho_engine_session *session = session_of(engine, WIDTH, HEIGHT, (enum ho_quality)q, 1);
        struct ho_engine_walk *resumed = walk_of(engine, session);
        assert_ok(engine->load(resumed, bytes, size, &diag), &diag);
        assert_ok(engine->save(resumed, &second, &second_size, &diag), &diag);
        assert_int_equal(size, second_size);
        assert_memory_equal(bytes, second, size);
        for (int i = 8; i <= 14; i++) {
            step_into(walk, i, false, matte, &confidence);
            step_into(resumed, i, false, again, &other);
            assert_same_matte(matte, again);
            assert_true(confidence == other);
        }
        // It matters: one that starts from the first frame alone gives other mattes.
        struct ho_engine_walk *fresh = walk_of(engine, session);
        keep_start(fresh);
        step_into(fresh, 14, false, again, &other);
        int n_different = 0;
        for (int k = 0; k < WIDTH * HEIGHT; k++)
            n_different += matte->data[k / WIDTH * matte->stride + k % WIDTH] !=
                           again->data[k / WIDTH * again->stride + k % WIDTH];
        assert_true(n_different > 0);
        engine->walk_destroy(&fresh);
        engine->walk_destroy(&resumed);
        engine->close(&session);
        engine->walk_destroy(&walk);
        free(bytes);
        free(second);
        ho_matte_destroy(&matte);
        ho_matte_destroy(&again);
    }
}

static void damaged_memory_is_refused(void **state)
{
    (void)state;
    struct ho_engine_walk *walk = walk_of(engine, sessions[0]), *other = walk_of(engine, sessions[1]);
    struct ho_diag diag = {0};
    struct ho_matte *matte = empty_matte();
    uint8_t *bytes = NULL;
    size_t size = 0;
    float confidence;
    keep_start(walk);
    step_into(walk, 1, false, matte, &confidence);
    assert_ok(engine->save(walk, (void **)&bytes, &size, &diag), &diag);
    for (size_t at = 0; at < size; at += size / 23) {
        bytes[at] ^= 0x10;
        diag = (struct ho_diag){0};
        assert_int_equal(engine->load(walk, bytes, size, &diag), HO_ERROR_VERIFY);
        assert_non_null(strstr(diag.message, "memory"));
        bytes[at] ^= 0x10;
    }
    for (size_t shorter = 0; shorter < size; shorter += size / 17)
        assert_int_equal(engine->load(walk, bytes, shorter, NULL), HO_ERROR_VERIFY);
    assert_int_equal(engine->load(other, bytes, size, NULL), HO_ERROR_VERIFY);    // of another quality
    diag = (struct ho_diag){0};
    assert_ok(engine->load(walk, bytes, size, &diag), &diag);
    step_into(walk, 2, false, matte, &confidence);    // still usable
    for (int64_t n = 1; n < 5; n++) {
        ho_memory_fail_at(n);
        enum ho_result result = engine->load(walk, bytes, size, NULL);
        ho_memory_fail_at(0);
        assert_true(result == HO_ERROR_MEMORY || result == HO_OK);
    }
    free(bytes);
    ho_matte_destroy(&matte);
    engine->walk_destroy(&walk);
    engine->walk_destroy(&other);
}

static void allocation_failures_leave_a_walk_usable(void **state)
{
    (void)state;
    struct ho_engine_walk *walk = walk_of(engine, sessions[0]);
    struct ho_matte *matte = empty_matte();
    float confidence;
    keep_start(walk);
    for (int64_t n = 1; n < 40; n++) {
        struct scene scene = scene_at((int)n % 5);
        struct ho_frame *frame = scene_frame(&scene, 5000 + n);
        struct ho_diag diag = {0};
        ho_memory_fail_at(n);
        enum ho_result result = engine->step(&walk, 1, frame, NULL, &matte, &confidence, &diag);
        ho_memory_fail_at(0);
        assert_true(result == HO_OK || result == HO_ERROR_MEMORY);
        ho_frame_unref(&frame);
        if (result == HO_OK)
            break;
    }
    step_into(walk, 3, false, matte, &confidence);
    ho_matte_destroy(&matte);
    engine->walk_destroy(&walk);
}

// Every size that a source may have is answered, not refused.
static void odd_sizes_work(void **state)
{
    (void)state;
    const struct ho_size sizes[] = {{1, 1}, {3, 2}, {37, 211}, {2048, 3}, {16384, 64}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct scene scene = {sizes[i].width, sizes[i].height, sizes[i].width / 2.0, sizes[i].height / 2.0,
                              sizes[i].height / 3.0 + 0.5};
        struct ho_engine_session *session = session_of(engine, scene.width, scene.height,
                                                       i % 2 ? HO_QUALITY_BETTER : HO_QUALITY_FASTER, 2);
        struct ho_engine_walk *walk = walk_of(engine, session);
        struct ho_frame *frame = scene_frame(&scene, 0), *next = scene_frame(&scene, 1);
        struct ho_matte *matte = scene_matte(&scene);
        struct ho_diag diag = {0};
        struct ho_point at = {(float)scene.x, (float)scene.y};
        struct ho_prompt click = {.kind = HO_PROMPT_CLICK, .points = &at, .n_points = 1};
        struct ho_engine_answer answer;
        float confidence;
        assert_ok(engine->prompt(walk, frame, &click, 1, matte, NULL, &answer, &diag), &diag);
        assert_true(matte->data[(int)at.y * matte->stride + (int)at.x] >= 32768);
        assert_ok(engine->keep(walk, frame, matte, NULL, &diag), &diag);
        assert_ok(engine->step(&walk, 1, next, NULL, &matte, &confidence, &diag), &diag);
        assert_true(confidence >= 0 && confidence <= 1);
        ho_frame_unref(&frame);
        ho_frame_unref(&next);
        ho_matte_destroy(&matte);
        engine->walk_destroy(&walk);
        engine->close(&session);
    }
}

static void a_walk_must_be_started(void **state)
{
    (void)state;
    struct ho_engine_walk *walk = walk_of(engine, sessions[0]);
    struct scene scene = scene_at(0), other = {100, 100, 50, 50, 20};
    struct ho_frame *frame = scene_frame(&scene, 0);
    struct ho_matte *matte = empty_matte(), *wrong = scene_matte(&other);
    struct ho_diag diag = {0};
    float confidence;
    assert_int_equal(engine->step(&walk, 1, frame, NULL, &matte, &confidence, &diag), HO_ERROR_USAGE);
    diag = (struct ho_diag){0};
    assert_int_equal(engine->keep(walk, frame, wrong, NULL, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "100x100"));
    diag = (struct ho_diag){0};
    assert_ok(engine->keep(walk, frame, matte, NULL, &diag), &diag);    // nothing to follow: nothing is found
    assert_ok(engine->step(&walk, 1, frame, NULL, &matte, &confidence, &diag), &diag);
    assert_true(ho_matte_is_empty(matte));
    ho_frame_unref(&frame);
    ho_matte_destroy(&matte);
    ho_matte_destroy(&wrong);
    engine->walk_destroy(&walk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ball_is_followed),
        cmocka_unit_test(what_is_gone_is_empty_and_found_again),
        cmocka_unit_test(a_saved_walk_goes_on_with_the_same_bits),
        cmocka_unit_test(damaged_memory_is_refused),
        cmocka_unit_test(allocation_failures_leave_a_walk_usable),
        cmocka_unit_test(odd_sizes_work),
        cmocka_unit_test(a_walk_must_be_started),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
