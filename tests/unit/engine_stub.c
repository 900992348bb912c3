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
        assert_true((*e)->prompt && (*e)->keep && (*e)->absent && (*e)->step && (*e)->likeness && (*e)->repeat &&
                    (*e)->save && (*e)->load);
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
    struct ho_engine_answer answer;
    float confidence;
    assert_ok(engine->prompt(walk, frame, &click, 1, matte, NULL, &answer, &diag), &diag);
    assert_true(matte->data[100 * matte->stride + 100] >= 32768);
    assert_ok(engine->keep(walk, frame, truth, NULL, &diag), &diag);
    ho_frame_unref(&frame);
    void *bytes = NULL;
    size_t size = 0;
    for (int i = 1; i <= 6; i++) {
        // The picture pans as a whole: the stub follows that.
        struct scene moved = scene;
        moved.x = scene.x + 4 * i;
        frame = scene_frame(&moved, i);
        assert_ok(engine->step(&walk, 1, frame, NULL, &matte, &confidence, &diag), &diag);
        if (i > 3) {
            assert_ok(engine->step(&resumed, 1, frame, NULL, &again, &confidence, &diag), &diag);
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

static const struct scene left = {320, 180, 80, 90, 30}, right = {320, 180, 220, 90, 30};

// Two of one colour: what both claim is one's only, the first's where they claim it equally; the third thing is
// nobody's.
static void objects_compete_for_pixels(void **state)
{
    (void)state;
    const struct ho_engine *engine = stub();
    struct ho_engine_session *session = session_of(engine, 320, 180, HO_QUALITY_FASTER, 0);
    struct ho_engine_walk *walks[2] = {walk_of(engine, session), walk_of(engine, session)},
                          *alone = walk_of(engine, session);
    struct ho_frame *frame = scene_frame(&left, 0), *next = scene_frame(&left, 1);
    struct scene half = left;
    half.x += 30;
    struct ho_matte *claims[2] = {scene_matte(&left), scene_matte(&half)}, *others = scene_matte(&right);
    struct ho_matte *mattes[2] = {scene_matte(&left), scene_matte(&left)}, *own = scene_matte(&left);
    struct ho_diag diag = {0};
    float confidences[2], confidence;
    for (int i = 0; i < 2; i++)
        assert_ok(engine->keep(walks[i], frame, claims[i], claims[1 - i], &diag), &diag);
    assert_ok(engine->keep(alone, frame, claims[1], NULL, &diag), &diag);
    assert_ok(engine->step(&alone, 1, next, NULL, &own, &confidence, &diag), &diag);
    assert_ok(engine->step(walks, 2, next, NULL, mattes, confidences, &diag), &diag);
    assert_true(overlap(mattes[0], claims[0]) > 0.9);
    assert_true(overlap(mattes[0], mattes[1]) < 0.05);
    assert_true(overlap(own, claims[0]) > 0.1);    // alone it keeps what it was given
    assert_ok(engine->keep(alone, frame, others, NULL, &diag), &diag);
    assert_ok(engine->step(&alone, 1, next, others, &own, &confidence, &diag), &diag);
    assert_true(ho_matte_is_empty(own));
    for (int i = 0; i < 2; i++) {
        ho_matte_destroy(&mattes[i]);
        ho_matte_destroy(&claims[i]);
        engine->walk_destroy(&walks[i]);
    }
    ho_matte_destroy(&own);
    ho_matte_destroy(&others);
    ho_frame_unref(&frame);
    ho_frame_unref(&next);
    engine->walk_destroy(&alone);
    engine->close(&session);
}

static void what_is_absent_is_found_again_anywhere(void **state)
{
    (void)state;
    const struct ho_engine *engine = stub();
    struct ho_engine_session *session = session_of(engine, 320, 180, HO_QUALITY_FASTER, 0);
    struct ho_engine_walk *walk = walk_of(engine, session);
    const struct scene nobody = {320, 180, 160, 90, 0};
    struct ho_frame *start = scene_frame(&left, 0), *gone = scene_frame(&nobody, 1), *back = scene_frame(&right, 2);
    struct ho_matte *truth = scene_matte(&left), *there = scene_matte(&right), *matte = scene_matte(&left);
    struct ho_diag diag = {0};
    float confidence, likeness;
    assert_int_equal(engine->step(&walk, 1, gone, NULL, &matte, &confidence, &diag), HO_ERROR_USAGE);
    diag = (struct ho_diag){0};
    assert_ok(engine->keep(walk, start, truth, NULL, &diag), &diag);
    assert_ok(engine->absent(walk, gone, &diag), &diag);
    assert_ok(engine->step(&walk, 1, gone, NULL, &matte, &confidence, &diag), &diag);
    assert_true(ho_matte_is_empty(matte));
    assert_ok(engine->likeness(walk, back, there, &likeness, &diag), &diag);
    assert_true(likeness > 0.5f);
    assert_ok(engine->likeness(walk, back, truth, &likeness, &diag), &diag);
    assert_true(likeness < 0.1f);
    assert_ok(engine->step(&walk, 1, back, there, &matte, &confidence, &diag), &diag);
    assert_true(ho_matte_is_empty(matte));    // known to be another thing
    assert_ok(engine->step(&walk, 1, back, NULL, &matte, &confidence, &diag), &diag);
    assert_true(overlap(matte, there) > 0.5);
    ho_matte_destroy(&truth);
    ho_matte_destroy(&there);
    ho_matte_destroy(&matte);
    ho_frame_unref(&start);
    ho_frame_unref(&gone);
    ho_frame_unref(&back);
    engine->walk_destroy(&walk);
    engine->close(&session);
}

static void exclusions_name_rivals_or_stay_local(void **state)
{
    (void)state;
    const struct ho_engine *engine = stub();
    struct ho_engine_session *session = session_of(engine, 320, 180, HO_QUALITY_FASTER, 0);
    struct ho_engine_walk *walk = walk_of(engine, session);
    struct ho_frame *frame = scene_frame_of_two(&left, right.x, 0);
    struct ho_matte *matte = scene_matte(&left), *rival = scene_matte(&left), *there = scene_matte(&right);
    struct ho_point on = {80, 90}, other = {220, 90}, near = {80, 100};
    struct ho_prompt prompts[2] = {{.kind = HO_PROMPT_CLICK, .points = &on, .n_points = 1},
                                   {.kind = HO_PROMPT_EXCLUDE, .points = &other, .n_points = 1}};
    struct ho_engine_answer answer;
    struct ho_diag diag = {0};
    assert_ok(engine->prompt(walk, frame, prompts, 1, matte, rival, &answer, &diag), &diag);
    assert_true(!answer.has_rival && !answer.is_local && ho_matte_is_empty(rival));
    assert_ok(engine->prompt(walk, frame, prompts, 2, matte, rival, &answer, &diag), &diag);
    assert_true(answer.has_rival && !answer.is_local && overlap(rival, there) > 0.3);
    prompts[1].points = &near;
    assert_ok(engine->prompt(walk, frame, prompts, 2, matte, rival, &answer, &diag), &diag);
    assert_true(!answer.has_rival && answer.is_local && ho_matte_is_empty(rival));
    assert_true(matte->data[100 * matte->stride + 80] == 0 && matte->data[88 * matte->stride + 80] > 0);
    ho_matte_destroy(&matte);
    ho_matte_destroy(&rival);
    ho_matte_destroy(&there);
    ho_frame_unref(&frame);
    engine->walk_destroy(&walk);
    engine->close(&session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_engine_is_whole),
        cmocka_unit_test(unknown_names_get_the_list),
        cmocka_unit_test(a_click_floods_and_is_followed),
        cmocka_unit_test(objects_compete_for_pixels),
        cmocka_unit_test(what_is_absent_is_found_again_anywhere),
        cmocka_unit_test(exclusions_name_rivals_or_stay_local),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
