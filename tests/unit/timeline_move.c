// SPDX-License-Identifier: BSD-2-Clause
// Splitting, deleting, closing gaps, moving, duplicating, linking.
#include "unit/timeline_fixture.h"

static void split_shows_the_same_frames_as_before(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    int64_t id = lay(timeline, LONG, V1, A1, 10, 100, 30);
    assert_ok(ho_timeline_split(timeline, 22, &id, 1, HO_EDIT_LINKED, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "10+12:100 22+18:112");
    assert_string_equal(picture_of(timeline, A1), "10+12:100 22+18:112");
    const struct ho_timeline_clip *right = ho_timeline_clip_at(timeline, V1, 22);
    assert_int_equal(right->origin, 12);
    assert_true(right->link > 0 && right->link != ho_timeline_find_clip(timeline, id)->link);
    assert_int_equal(right->link, ho_timeline_clip_at(timeline, A1, 22)->link);
    assert_refused(ho_timeline_split(timeline, 22, &id, 1, 0, NULL, refusal), timeline, "nothing to split");
    assert_refused(ho_timeline_split(timeline, 60, NULL, 0, 0, NULL, refusal), timeline, "no clip at 01:00:02:10");
    ho_timeline_destroy(&timeline);
}

static void split_at_the_playhead_takes_auto_selected_tracks(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    lay(timeline, LONG, V1, 0, 0, 100, 30);
    lay(timeline, LONG, V2, 0, 0, 100, 30);
    struct ho_track track = *ho_timeline_track_at(timeline, HO_TRACK_VIDEO, 1);
    track.locked = true;
    assert_ok(ho_timeline_set_track(timeline, &track, NULL, &diag), &diag);
    assert_ok(ho_timeline_split(timeline, 10, NULL, 0, 0, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "0+10:100 10+20:110");
    assert_string_equal(picture_of(timeline, V2), "0+30:100");
    ho_timeline_destroy(&timeline);
}

static void lift_leaves_a_gap_and_ripple_delete_closes_it(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    int64_t id[4];
    for (int i = 0; i < 4; i++)
        id[i] = lay(timeline, LONG, V1, A1, 10 * i, 100 * i, 10);
    lay(timeline, LONG, V2, 0, 35, 0, 5);
    assert_ok(ho_timeline_delete(timeline, &id[0], 1, HO_EDIT_LINKED, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "10+10:100 20+10:200 30+10:300");
    int64_t two[] = {id[2], id[1]};
    assert_ok(ho_timeline_delete(timeline, two, 2, HO_EDIT_LINKED | HO_EDIT_RIPPLE, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "10+10:300");
    assert_string_equal(picture_of(timeline, A1), "10+10:300");
    assert_string_equal(picture_of(timeline, V2), "15+5:0");
    assert_ok(ho_timeline_close_gap(timeline, V1, 4, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "0+10:300");
    assert_string_equal(picture_of(timeline, A1), "0+10:300");
    assert_string_equal(picture_of(timeline, V2), "5+5:0");
    assert_refused(ho_timeline_close_gap(timeline, V1, 4, NULL, refusal), timeline, "no gap on V1");
    assert_refused(ho_timeline_close_gap(timeline, V1, 12, NULL, refusal), timeline, "no gap on V1");
    assert_refused(ho_timeline_delete(timeline, NULL, 0, 0, NULL, refusal), timeline, "no clip is given");
    ho_timeline_destroy(&timeline);
}

static void a_single_clip_is_linked_with_nothing(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    int64_t id = lay(timeline, LONG, V1, A1, 0, 0, 10);
    int64_t sound = ho_timeline_clip_at(timeline, A1, 0)->id;
    assert_ok(ho_timeline_delete(timeline, &id, 1, 0, NULL, &diag), &diag);
    assert_int_equal(ho_timeline_find_clip(timeline, sound)->link, 0);
    assert_holds(timeline);
    ho_timeline_destroy(&timeline);
}

static void a_range_is_lifted_or_extracted(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    struct ho_edit *edit = NULL;
    lay(timeline, LONG, V1, A1, 0, 100, 30);
    lay(timeline, LONG, V2, 0, 15, 0, 20);
    assert_ok(ho_timeline_delete_range(timeline, (struct ho_range){10, 14}, HO_EDIT_RIPPLE, &edit, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "0+10:100 10+15:115");
    assert_string_equal(picture_of(timeline, V2), "10+20:0");
    assert_int_equal(edit->n_cuts, 2);
    ho_edit_destroy(&edit);
    assert_ok(ho_timeline_delete_range(timeline, (struct ho_range){5, 11}, 0, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "0+5:100 12+13:117");
    assert_string_equal(picture_of(timeline, V2), "12+18:2");
    assert_refused(ho_timeline_delete_range(timeline, (struct ho_range){5, 4}, 0, NULL, refusal), timeline, "no span");
    ho_timeline_destroy(&timeline);
}

static void moved_clips_lie_over_others_and_keep_their_distance(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    struct ho_edit *edit = NULL;
    int64_t id[3];
    for (int i = 0; i < 3; i++)
        id[i] = lay(timeline, LONG, V1, i == 0 ? A1 : 0, 10 * i, 100 * i, 10);
    // The first two by 15: onto one another's old places and over the third.
    assert_ok(ho_timeline_move(timeline, id, 2, 15, 0, HO_EDIT_LINKED, &edit, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "15+10:0 25+10:100");
    assert_string_equal(picture_of(timeline, A1), "15+10:0");
    assert_int_equal(edit->n_cuts, 1);
    assert_true(edit->cuts[0].clip->id == id[2] && edit->cuts[0].whole);
    ho_edit_destroy(&edit);
    assert_refused(ho_timeline_move(timeline, id, 1, -16, 0, 0, NULL, refusal), timeline, "before the timeline");
    ho_timeline_destroy(&timeline);
}

static void up_keeps_the_time_and_the_sound_in_place(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    struct ho_edit *edit = NULL;
    int64_t ids[] = {lay(timeline, LONG, V1, A1, 5, 100, 10), lay(timeline, LONG, V3, 0, 5, 200, 10)};
    assert_ok(ho_timeline_move(timeline, ids, 2, 0, 1, HO_EDIT_LINKED, &edit, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "");
    assert_string_equal(picture_of(timeline, V2), "5+10:100");
    assert_string_equal(picture_of(timeline, A1), "5+10:100");
    const struct ho_track *made = ho_timeline_track_at(timeline, HO_TRACK_VIDEO, 3);
    assert_string_equal(picture_of(timeline, made->id), "5+10:200");
    assert_int_equal(edit->n_tracks, 1);
    ho_edit_destroy(&edit);
    assert_refused(ho_timeline_move(timeline, ids, 1, 0, -2, 0, NULL, refusal), timeline, "no track 2 below V2");
    ho_timeline_destroy(&timeline);
}

static void duplicates_are_clips_of_their_own(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    int64_t id = lay(timeline, LONG, V1, A1, 0, 100, 10);
    assert_ok(ho_timeline_duplicate(timeline, &id, 1, 6, 0, HO_EDIT_LINKED, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "0+6:100 6+10:100");
    const struct ho_timeline_clip *copy = ho_timeline_clip_at(timeline, V1, 8);
    assert_true(copy->id != id && copy->link > 0 && copy->link != ho_timeline_find_clip(timeline, id)->link);
    assert_int_equal(copy->link, ho_timeline_clip_at(timeline, A1, 8)->link);
    ho_timeline_destroy(&timeline);
}

static void links_are_made_and_loosened(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    int64_t ids[] = {lay(timeline, LONG, V1, 0, 0, 0, 10), lay(timeline, WAVE, 0, A1, 0, 0, 10),
                     lay(timeline, WAVE, 0, A2, 0, 0, 10)};
    assert_ok(ho_timeline_link(timeline, ids, 3, true, NULL, &diag), &diag);
    assert_ok(ho_timeline_link(timeline, ids, 1, false, NULL, &diag), &diag);
    assert_int_equal(ho_timeline_find_clip(timeline, ids[0])->link, 0);
    assert_true(ho_timeline_find_clip(timeline, ids[1])->link > 0);
    assert_ok(ho_timeline_link(timeline, ids, 2, true, NULL, &diag), &diag);
    assert_int_equal(ho_timeline_find_clip(timeline, ids[2])->link, 0);
    assert_refused(ho_timeline_link(timeline, ids, 1, true, NULL, refusal), timeline, "two clips");
    ho_timeline_destroy(&timeline);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(split_shows_the_same_frames_as_before),
        cmocka_unit_test(split_at_the_playhead_takes_auto_selected_tracks),
        cmocka_unit_test(lift_leaves_a_gap_and_ripple_delete_closes_it),
        cmocka_unit_test(a_single_clip_is_linked_with_nothing),
        cmocka_unit_test(a_range_is_lifted_or_extracted),
        cmocka_unit_test(moved_clips_lie_over_others_and_keep_their_distance),
        cmocka_unit_test(up_keeps_the_time_and_the_sound_in_place),
        cmocka_unit_test(duplicates_are_clips_of_their_own),
        cmocka_unit_test(links_are_made_and_loosened),
    };
    return cmocka_run_group_tests_name("timeline_move", tests, NULL, NULL);
}
