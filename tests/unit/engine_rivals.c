// SPDX-License-Identifier: BSD-2-Clause
// Objects followed side by side: how claims are shared, and that each keeps its own when they cross, when one hides the
// other, and when one is away.
#include "base/memory.h"
#include "engine/embedded/embedded.h"
#include "engine/embedded/rivals.h"
#include "engine_help.h"

#define WIDTH 320
#define HEIGHT 180

static const struct ho_engine *engine;
static struct ho_engine_session *session;

static int open_all(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    setenv("HOLDOUT_PRECISION", "f32", 1);
    assert_ok(ho_engine_find("embedded", &engine, &diag), &diag);
    session = session_of(engine, WIDTH, HEIGHT, HO_QUALITY_FASTER, 2);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    engine->close(&session);
    return 0;
}

static struct ho_sight sight_of(struct ho_view view, float value, float place)
{
    struct ho_sight sight = {.view = view,
                             .map = ho_alloc_aligned(ho_view_area(&view) * sizeof(float)),
                             .place = ho_alloc_aligned(ho_view_area(&view) * sizeof(float))};
    assert_true(sight.map && sight.place);
    for (size_t i = 0; i < ho_view_area(&view); i++) {
        sight.map[i] = value;
        sight.place[i] = place;
    }
    return sight;
}

static void claims_are_shared_as_defined(void **state)
{
    (void)state;
    const struct ho_size picture = {128, 64};
    const struct ho_view whole = {{0, 0, 128, 64}, 128, 64}, left = {{0, 0, 64, 64}, 128, 128};
    struct ho_diag diag = {0};
    struct ho_sight sights[3] = {sight_of(whole, 0.9f, 0), sight_of(left, 0.8f, 0), {.view = whole}};
    assert_ok(ho_sights_compete(picture, sights, 1, NULL, 1, &diag), &diag);
    assert_true(sights[0].map[5] == 0.9f && !sights[0].others);    // alone: as it was
    assert_ok(ho_sights_compete(picture, sights, 3, NULL, 2, &diag), &diag);
    // Odds 9 and 4: 9, 4 and 1 of 14.
    assert_true(fabsf(sights[0].map[10] - 9.f / 14) < 1e-5f && fabsf(sights[0].others[10] - 4.f / 14) < 1e-5f);
    assert_true(fabsf(sights[1].map[10] - 4.f / 14) < 1e-5f && fabsf(sights[1].others[10] - 9.f / 14) < 1e-5f);
    assert_true(sights[0].map[100] == 0.9f && sights[0].others[100] == 0);    // nobody else looked there
    ho_sight_clear(&sights[0]);
    ho_sight_clear(&sights[1]);
    // Who can have come to be there wins over who claims it more; together they keep as much.
    sights[0] = sight_of(whole, 0.9f, 0);
    sights[1] = sight_of(whole, 0.8f, 1);
    assert_ok(ho_sights_compete(picture, sights, 2, NULL, 1, &diag), &diag);
    assert_true(sights[1].map[10] > 0.8f && fabsf(sights[0].map[10] + sights[1].map[10] - 13.f / 14) < 1e-5f);
    // What is known to be something else goes.
    struct ho_matte *known = NULL;
    assert_ok(ho_matte_create(picture.width, picture.height, &known, &diag), &diag);
    for (int x = 0; x < 64; x++)
        known->data[x] = 65535;
    ho_sight_clear(&sights[0]);
    ho_sight_clear(&sights[1]);
    sights[0] = sight_of(whole, 0.9f, 0);
    assert_ok(ho_sights_compete(picture, sights, 1, known, 1, &diag), &diag);
    assert_true(sights[0].map[10] == 0 && sights[0].others[10] == 1 && sights[0].map[100] == 0.9f);
    ho_sight_clear(&sights[0]);
    ho_matte_destroy(&known);
}

// What a lost object holds is found as a piece of its rival's map: apart from the rest, where it was, as large.
static void a_piece_is_reclaimed_where_it_was_lost(void **state)
{
    (void)state;
    const struct ho_size picture = {128, 64};
    const struct ho_view whole = {{0, 0, 128, 64}, 128, 64};
    struct ho_diag diag = {0};
    bool is_taken;
    struct ho_sight lost = sight_of(whole, 0, 0), holder = sight_of(whole, 0, 0);
    for (int y = 0; y < 64; y++)
        for (int x = 0; x < 128; x++) {
            holder.map[y * 128 + x] = hypot(x - 30, y - 32) < 20 || hypot(x - 90, y - 32) < 10;
            lost.place[y * 128 + x] = hypot(x - 86, y - 32) < 10;
        }
    assert_ok(ho_sight_reclaim(picture, &lost, 4000, &holder, 1, &is_taken, &diag), &diag);
    assert_false(is_taken);    // far too small
    assert_ok(ho_sight_reclaim(picture, &lost, 300, &holder, 1, &is_taken, &diag), &diag);
    assert_true(is_taken && lost.map[32 * 128 + 90] == 1 && lost.map[32 * 128 + 30] == 0);
    assert_true(holder.map[32 * 128 + 90] == 0 && holder.map[32 * 128 + 30] == 1);
    assert_ok(ho_sight_reclaim(picture, &lost, 300, &holder, 1, &is_taken, &diag), &diag);
    assert_false(is_taken);    // its largest piece is its own
    ho_sight_clear(&lost);
    ho_sight_clear(&holder);
}

// ---- two balls of one colour; `own` goes right, `other` goes left

struct pair {
    struct ho_engine_walk *walks[2];
    struct ho_matte *mattes[2], *truths[2];
    float confidences[2];
};

static struct scene own_at(int i) { return (struct scene){WIDTH, HEIGHT, 90 + 8 * i, 86, 26}; }

static struct other_ball other_at(int i) { return (struct other_ball){230 - 8 * i, 98, 26, true, true}; }

static struct ho_frame *pair_frame(int i, struct ho_matte *truths[2])
{
    struct scene own = own_at(i);
    struct other_ball ball = other_at(i);
    struct scene other = {WIDTH, HEIGHT, ball.x, ball.y, ball.radius};
    for (int k = 0; k < 2; k++) {
        ho_matte_destroy(&truths[k]);
        truths[k] = scene_matte(k ? &other : &own);
    }
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            if (truths[0]->data[y * truths[0]->stride + x] >= 32768)
                truths[1]->data[y * truths[1]->stride + x] = 0;
    return scene_frame_with(&own, &ball, 9000 + i);
}

static void open_pair(struct pair *pair, struct ho_engine_session *of)
{
    struct ho_diag diag = {0};
    *pair = (struct pair){0};
    struct ho_frame *frame = pair_frame(0, pair->truths);
    for (int k = 0; k < 2; k++) {
        pair->walks[k] = walk_of(engine, of);
        assert_ok(ho_matte_create(WIDTH, HEIGHT, &pair->mattes[k], &diag), &diag);
    }
    for (int k = 0; k < 2; k++)
        assert_ok(engine->keep(pair->walks[k], frame, pair->truths[k], pair->truths[1 - k], &diag), &diag);
    ho_frame_unref(&frame);
}

static void step_pair(struct pair *pair, int i)
{
    struct ho_diag diag = {0};
    struct ho_frame *frame = pair_frame(i, pair->truths);
    assert_ok(engine->step(pair->walks, 2, frame, NULL, pair->mattes, pair->confidences, &diag), &diag);
    ho_frame_unref(&frame);
}

static void close_pair(struct pair *pair)
{
    for (int k = 0; k < 2; k++) {
        engine->walk_destroy(&pair->walks[k]);
        ho_matte_destroy(&pair->mattes[k]);
        ho_matte_destroy(&pair->truths[k]);
    }
}

static void each_keeps_its_own_when_they_cross(void **state)
{
    (void)state;
    struct pair pair;
    open_pair(&pair, session);
    for (int i = 1; i <= 18; i++) {
        struct ho_engine_times before, after;
        engine->times(session, &before);
        step_pair(&pair, i);
        engine->times(session, &after);
        if (i >= 6 && i <= 8)    // near one another they are looked at in one view
            assert_int_equal(after.n_encoded, before.n_encoded + 1);
        for (int k = 0; k < 2 && (i <= 3 || i >= 15); k++)
            if (overlap(pair.mattes[k], pair.truths[k]) < 0.7)
                fail_msg("frame %d, ball %d: J %.3f", i, k, overlap(pair.mattes[k], pair.truths[k]));
        for (int y = 0; y < HEIGHT; y++)    // nothing is both's
            for (int x = 0; x < WIDTH; x++)
                assert_true(pair.mattes[0]->data[y * pair.mattes[0]->stride + x] < 49152 ||
                            pair.mattes[1]->data[y * pair.mattes[1]->stride + x] < 49152);
    }
    close_pair(&pair);
}

static void a_saved_pair_goes_on_with_the_same_bits(void **state)
{
    (void)state;
    struct pair pair, again;
    struct ho_diag diag = {0};
    struct ho_engine_session *other = session_of(engine, WIDTH, HEIGHT, HO_QUALITY_FASTER, 1);
    open_pair(&pair, session);
    open_pair(&again, other);
    for (int i = 1; i <= 9; i++)
        step_pair(&pair, i);
    for (int k = 0; k < 2; k++) {
        void *bytes, *second;
        size_t size, second_size;
        assert_ok(engine->save(pair.walks[k], &bytes, &size, &diag), &diag);
        assert_ok(engine->load(again.walks[k], bytes, size, &diag), &diag);
        assert_ok(engine->save(again.walks[k], &second, &second_size, &diag), &diag);
        assert_int_equal(size, second_size);
        assert_memory_equal(bytes, second, size);
        free(bytes);
        free(second);
    }
    for (int i = 10; i <= 15; i++) {
        step_pair(&pair, i);
        step_pair(&again, i);
        for (int k = 0; k < 2; k++) {
            assert_same_matte(pair.mattes[k], again.mattes[k]);
            assert_true(pair.confidences[k] == again.confidences[k]);
        }
    }
    close_pair(&pair);
    close_pair(&again);
    engine->close(&other);
}

static void what_is_absent_is_looked_for_and_only_itself_is_found(void **state)
{
    (void)state;
    const struct scene here = {WIDTH, HEIGHT, 80, 90, 28}, there = {WIDTH, HEIGHT, 250, 80, 28},
                       nobody = {WIDTH, HEIGHT, 0, 0, 0};
    const struct other_ball none = {0}, stranger = {170, 90, 28, false, false};
    struct ho_frame *start = scene_frame_with(&here, &stranger, 9100),
                    *gone = scene_frame_with(&nobody, &stranger, 9101),
                    *still = scene_frame_with(&nobody, &stranger, 9102), *back = scene_frame_with(&there, &none, 9103);
    struct scene beside = {WIDTH, HEIGHT, stranger.x, stranger.y, stranger.radius};
    struct ho_matte *truth = scene_matte(&here), *rival = scene_matte(&beside), *found = scene_matte(&there),
                    *matte = scene_matte(&here);
    struct ho_engine_walk *walk = walk_of(engine, session);
    struct ho_diag diag = {0};
    float confidence, own, other;
    assert_ok(engine->keep(walk, start, truth, rival, &diag), &diag);
    assert_ok(engine->absent(walk, gone, &diag), &diag);
    assert_ok(engine->step(&walk, 1, still, NULL, &matte, &confidence, &diag), &diag);
    assert_true(ho_matte_is_empty(matte));    // the stranger is not it
    assert_ok(engine->likeness(walk, back, found, &own, &diag), &diag);
    assert_ok(engine->likeness(walk, still, rival, &other, &diag), &diag);
    if (!(own > 0.5f && other < 0.25f))
        fail_msg("likeness of its own %.2f, of a stranger %.2f", (double)own, (double)other);
    assert_ok(engine->step(&walk, 1, back, NULL, &matte, &confidence, &diag), &diag);
    assert_true(overlap(matte, found) > 0.8);
    ho_frame_unref(&start);
    ho_frame_unref(&gone);
    ho_frame_unref(&still);
    ho_frame_unref(&back);
    ho_matte_destroy(&truth);
    ho_matte_destroy(&rival);
    ho_matte_destroy(&found);
    ho_matte_destroy(&matte);
    engine->walk_destroy(&walk);
}

static void allocation_failures_leave_walks_usable(void **state)
{
    (void)state;
    struct pair pair;
    open_pair(&pair, session);
    for (int64_t n = 1; n < 120; n++) {
        struct ho_diag diag = {0};
        struct ho_frame *frame = pair_frame((int)n % 4, pair.truths);
        ho_memory_fail_at(n);
        enum ho_result result = engine->step(pair.walks, 2, frame, NULL, pair.mattes, pair.confidences, &diag);
        ho_memory_fail_at(0);
        assert_true(result == HO_OK || result == HO_ERROR_MEMORY);
        ho_frame_unref(&frame);
    }
    step_pair(&pair, 3);
    close_pair(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claims_are_shared_as_defined),
        cmocka_unit_test(a_piece_is_reclaimed_where_it_was_lost),
        cmocka_unit_test(each_keeps_its_own_when_they_cross),
        cmocka_unit_test(a_saved_pair_goes_on_with_the_same_bits),
        cmocka_unit_test(what_is_absent_is_looked_for_and_only_itself_is_found),
        cmocka_unit_test(allocation_failures_leave_walks_usable),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
