// SPDX-License-Identifier: BSD-2-Clause
// Edges and sources: trim, ripple, roll, slip, slide.
#include "unit/timeline_fixture.h"

// Three clips that touch, 20 frames each from frame 100, 200, 300 of a long source; their sound on A1 if `sound`.
static struct ho_timeline *three(bool sound, int64_t ids[3])
{
    struct ho_timeline *timeline = fixture();
    for (int i = 0; i < 3; i++)
        ids[i] = lay(timeline, LONG, V1, sound ? A1 : 0, 20 * i, 100 * (i + 1), 20);
    return timeline;
}

static void a_trimmed_edge_leaves_a_gap_or_covers_its_neighbour(void **state)
{
    (void)state;
    int64_t id[3];
    struct ho_timeline *timeline = three(false, id);
    struct ho_diag diag = {0};
    struct ho_edit *edit = NULL;
    assert_ok(ho_timeline_trim(timeline, id[1], HO_CLIP_HEAD, 5, 0, &edit, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "0+20:100 25+15:205 40+20:300");
    assert_int_equal(edit->n_cuts, 0);
    assert_int_equal(ho_timeline_find_clip(timeline, id[1])->origin, 5);
    ho_edit_destroy(&edit);
    assert_ok(ho_timeline_trim(timeline, id[1], HO_CLIP_TAIL, 8, 0, &edit, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "0+20:100 25+23:205 48+12:308");
    assert_int_equal(edit->n_cuts, 1);
    assert_int_equal(edit->cuts[0].clip->id, id[2]);
    assert_int_equal(edit->cuts[0].frames.last, 47);
    ho_edit_destroy(&edit);
    assert_ok(ho_timeline_trim(timeline, id[1], HO_CLIP_HEAD, -25, 0, NULL, &diag), &diag);    // over all of the first
    assert_string_equal(picture_of(timeline, V1), "0+48:180 48+12:308");
    assert_refused(ho_timeline_trim(timeline, id[1], HO_CLIP_HEAD, 48, 0, NULL, refusal), timeline, "no frame left");
    assert_refused(ho_timeline_trim(timeline, id[1], HO_CLIP_HEAD, -1, 0, NULL, refusal), timeline,
                   "before the timeline");
    assert_refused(ho_timeline_trim(timeline, 99, HO_CLIP_HEAD, -1, 0, NULL, refusal), timeline, "number 99");
    assert_refused(ho_timeline_trim(timeline, id[1], HO_CLIP_HEAD, INT64_MIN, 0, NULL, refusal), timeline, "further");
    ho_timeline_destroy(&timeline);
}

static void ripple_moves_what_follows(void **state)
{
    (void)state;
    int64_t id[3];
    struct ho_timeline *timeline = three(true, id);
    struct ho_diag diag = {0};
    unsigned both = HO_EDIT_LINKED | HO_EDIT_RIPPLE;
    lay(timeline, LONG, V2, 0, 40, 0, 5);
    assert_ok(ho_timeline_trim(timeline, id[1], HO_CLIP_HEAD, 5, both, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "0+20:100 20+15:205 35+20:300");
    assert_string_equal(picture_of(timeline, A1), "0+20:100 20+15:205 35+20:300");
    assert_string_equal(picture_of(timeline, V2), "35+5:0");
    assert_ok(ho_timeline_trim(timeline, id[1], HO_CLIP_TAIL, 10, both, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "0+20:100 20+25:205 45+20:300");
    assert_string_equal(picture_of(timeline, V2), "45+5:0");
    // A clip in the way on another track: refused, and nothing has moved.
    lay(timeline, LONG, V2, 0, 30, 0, 15);
    assert_refused(ho_timeline_trim(timeline, id[1], HO_CLIP_TAIL, -10, both, NULL, refusal), timeline, "V2");
    ho_timeline_destroy(&timeline);
}

static void only_auto_selected_tracks_ripple(void **state)
{
    (void)state;
    int64_t id[3];
    struct ho_timeline *timeline = three(false, id);
    struct ho_diag diag = {0};
    lay(timeline, LONG, V2, 0, 40, 0, 5);
    lay(timeline, LONG, V3, 0, 40, 0, 5);
    struct ho_track track = *ho_timeline_track_at(timeline, HO_TRACK_VIDEO, 2);
    track.auto_select = false;
    assert_ok(ho_timeline_set_track(timeline, &track, NULL, &diag), &diag);
    assert_ok(ho_timeline_trim(timeline, id[1], HO_CLIP_TAIL, -5, HO_EDIT_RIPPLE, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V2), "35+5:0");
    assert_string_equal(picture_of(timeline, V3), "40+5:0");
    ho_timeline_destroy(&timeline);
}

static void roll_moves_the_cut(void **state)
{
    (void)state;
    int64_t id[3];
    struct ho_timeline *timeline = three(true, id);
    struct ho_diag diag = {0};
    assert_ok(ho_timeline_roll(timeline, id[1], HO_CLIP_HEAD, -3, HO_EDIT_LINKED, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "0+17:100 17+23:197 40+20:300");
    assert_string_equal(picture_of(timeline, A1), "0+17:100 17+23:197 40+20:300");
    assert_ok(ho_timeline_roll(timeline, id[1], HO_CLIP_TAIL, 4, 0, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "0+17:100 17+27:197 44+16:304");
    assert_refused(ho_timeline_roll(timeline, id[0], HO_CLIP_HEAD, 1, 0, NULL, refusal), timeline, "no cut to roll");
    assert_refused(ho_timeline_roll(timeline, id[1], HO_CLIP_TAIL, 16, 0, NULL, refusal), timeline, "no frame left");
    ho_timeline_destroy(&timeline);
}

static void slip_changes_the_source_alone(void **state)
{
    (void)state;
    int64_t id[3];
    struct ho_timeline *timeline = three(true, id);
    struct ho_diag diag = {0};
    assert_ok(ho_timeline_slip(timeline, id[1], -7, HO_EDIT_LINKED, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "0+20:100 20+20:193 40+20:300");
    assert_string_equal(picture_of(timeline, A1), "0+20:100 20+20:193 40+20:300");
    assert_refused(ho_timeline_slip(timeline, id[0], -101, 0, NULL, refusal), timeline, "1 frames before");
    int64_t still = lay(timeline, STILL, V2, 0, 0, 0, 5);
    assert_refused(ho_timeline_slip(timeline, still, 1, 0, NULL, refusal), timeline, "nothing to slip");
    ho_timeline_destroy(&timeline);
}

static void slip_takes_linked_sound_of_another_rate_along(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    int64_t ids[] = {lay(timeline, LONG, V1, 0, 0, 100, 20), lay(timeline, WAVE, 0, A1, 0, 1920 * 10, 20)};
    assert_ok(ho_timeline_link(timeline, ids, 2, true, NULL, &diag), &diag);
    assert_ok(ho_timeline_slip(timeline, ids[0], 3, HO_EDIT_LINKED, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "0+20:103");
    assert_string_equal(picture_of(timeline, A1), "0+20:24960");    // 3 frames at 25 are 5,760 samples at 48,000
    ho_timeline_destroy(&timeline);
}

static void slide_lets_neighbours_give_and_take(void **state)
{
    (void)state;
    int64_t id[3];
    struct ho_timeline *timeline = three(true, id);
    struct ho_diag diag = {0};
    assert_ok(ho_timeline_slide(timeline, id[1], 6, HO_EDIT_LINKED, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "0+26:100 26+20:200 46+14:306");
    assert_string_equal(picture_of(timeline, A1), "0+26:100 26+20:200 46+14:306");
    assert_refused(ho_timeline_slide(timeline, id[1], 14, 0, NULL, refusal), timeline, "no frame left");
    assert_refused(ho_timeline_slide(timeline, id[0], -1, 0, NULL, refusal), timeline, "before the timeline");
    ho_timeline_destroy(&timeline);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trimmed_edge_leaves_a_gap_or_covers_its_neighbour),
        cmocka_unit_test(ripple_moves_what_follows),
        cmocka_unit_test(only_auto_selected_tracks_ripple),
        cmocka_unit_test(roll_moves_the_cut),
        cmocka_unit_test(slip_changes_the_source_alone),
        cmocka_unit_test(slip_takes_linked_sound_of_another_rate_along),
        cmocka_unit_test(slide_lets_neighbours_give_and_take),
    };
    return cmocka_run_group_tests_name("timeline_trim", tests, NULL, NULL);
}
