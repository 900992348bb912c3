// SPDX-License-Identifier: BSD-2-Clause
// The engines' list, and the stub: it finds a ball, follows it, and its memory matters.
#include "engine_help.h"

static const struct ho_engine *stub(void)
{
    const struct ho_engine *engine = NULL;
    struct ho_diag diag = {0};
    assert_ok(ho_engine_find("stub", &engine, &diag), &diag);
    return engine;
}

static void every_engine_is_whole(void **state)
{
    (void)state;
    for (const struct ho_engine *const *e = ho_engines(); *e; e++) {
        const struct ho_engine *found = NULL;
        struct ho_diag diag = {0};
        assert_ok(ho_engine_find((*e)->name, &found, &diag), &diag);
        assert_ptr_equal(found, *e);
        assert_true((*e)->description[0] && (*e)->open && (*e)->close && (*e)->identity && (*e)->times &&
                    (*e)->walk_create && (*e)->walk_destroy);
        assert_true((*e)->prompt && (*e)->keep && (*e)->step && (*e)->repeat && (*e)->save && (*e)->load);
    }
}

static void unknown_names_get_the_list(void **state)
{
    (void)state;
    const struct ho_engine *engine = NULL;
    enum ho_quality quality;
    struct ho_diag diag = {0};
    assert_int_equal(ho_engine_find("magic", &engine, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "embedded, stub"));
    diag = (struct ho_diag){0};
    assert_int_equal(ho_quality_parse("best", &quality, &diag), HO_ERROR_USAGE);
    assert_ok(ho_quality_parse("better", &quality, &diag), &diag);
    assert_string_equal(ho_quality_name(quality), "better");
}

static void a_click_floods_and_is_followed(void **state)
{
    (void)state;
    const struct ho_engine *engine = stub();
    struct scene scene = {320, 180, 100, 90, 30};
    struct ho_engine_session *session = session_of(engine, 320, 180, HO_QUALITY_FASTER, 0);
    struct ho_engine_walk *walk = walk_of(engine, session), *resumed = walk_of(engine, session);
    struct ho_frame *frame = scene_frame(&scene, 0);
    struct ho_matte *truth = scene_matte(&scene), *matte = scene_matte(&scene), *again = scene_matte(&scene);
    struct ho_diag diag = {0};
    struct ho_point at = {100, 100};
    struct ho_prompt click = {.kind = HO_PROMPT_CLICK, .points = &at, .n_points = 1};
    float confidence;
    assert_ok(engine->prompt(walk, frame, &click, 1, matte, &confidence, &diag), &diag);
    assert_true(matte->data[100 * matte->stride + 100] >= 32768);
    assert_ok(engine->keep(walk, frame, truth, &diag), &diag);
    ho_frame_unref(&frame);
    void *bytes = NULL;
    size_t size = 0;
    for (int i = 1; i <= 6; i++) {
        // The picture pans as a whole: the stub follows that.
        struct scene moved = scene;
        moved.x = scene.x + 4 * i;
        frame = scene_frame(&moved, i);
        assert_ok(engine->step(walk, frame, matte, &confidence, &diag), &diag);
        if (i > 3) {
            assert_ok(engine->step(resumed, frame, again, &confidence, &diag), &diag);
            assert_same_matte(matte, again);
        }
        ho_frame_unref(&frame);
        if (i == 3) {
            assert_ok(engine->save(walk, &bytes, &size, &diag), &diag);
            assert_ok(engine->load(resumed, bytes, size, &diag), &diag);
            ((char *)bytes)[size / 2] ^= 1;
            assert_int_equal(engine->load(resumed, bytes, size, &diag), HO_ERROR_VERIFY);
            assert_int_equal(engine->load(resumed, bytes, 3, NULL), HO_ERROR_VERIFY);
            diag = (struct ho_diag){0};
            free(bytes);
        }
    }
    ho_matte_destroy(&truth);
    ho_matte_destroy(&matte);
    ho_matte_destroy(&again);
    engine->walk_destroy(&walk);
    engine->walk_destroy(&resumed);
    engine->close(&session);
    assert_null(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_engine_is_whole),
        cmocka_unit_test(unknown_names_get_the_list),
        cmocka_unit_test(a_click_floods_and_is_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
