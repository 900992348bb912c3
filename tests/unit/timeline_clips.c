// SPDX-License-Identifier: BSD-2-Clause
// What a clip shows, tracks, locks, names; copies; and what happens when memory runs out.
#include "unit/timeline_fixture.h"

#include <math.h>

#include "base/memory.h"

static void names_of_modes_and_fits_go_both_ways(void **state)
{
    (void)state;
    for (int i = 0; i < HO_N_COMPOSITES; i++) {
        enum ho_composite mode;
        assert_true(ho_composite_parse(ho_composite_name((enum ho_composite)i), &mode));
        assert_int_equal(mode, i);
        assert_int_equal(ho_composite_is_matte(mode), i >= HO_COMPOSITE_LUMA);
    }
    for (int i = 0; i < HO_N_FITS; i++) {
        enum ho_fit fit;
        assert_true(ho_fit_parse(ho_fit_name((enum ho_fit)i), &fit));
        assert_int_equal(fit, i);
    }
    for (int i = 0; i < HO_N_CLIP_NUMBERS; i++) {
        enum ho_clip_number number;
        const struct ho_clip_number_info *info = ho_clip_number_describe((enum ho_clip_number)i);
        assert_true(ho_clip_number_parse(info->name, &number));
        assert_int_equal(number, i);
        assert_true(info->min <= info->slider_min && info->slider_max <= info->max);
        assert_true(info->value >= info->min && info->value <= info->max);
    }
    enum ho_composite mode;
    assert_true(ho_composite_parse("inverted-luma", &mode) && mode == HO_COMPOSITE_INVERTED_LUMA);
    assert_true(ho_composite_parse("SOFTLIGHT", &mode) && mode == HO_COMPOSITE_SOFT_LIGHT);
    assert_false(ho_composite_parse("Soft", &mode) || ho_composite_parse("Soft Lights", &mode));
}

static void a_clip_is_changed_as_a_whole(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    int64_t id = lay(timeline, LONG, V1, 0, 10, 100, 10);
    struct ho_timeline_clip *copy;
    assert_ok(ho_timeline_clip_copy(ho_timeline_find_clip(timeline, id), &copy, &diag), &diag);
    copy->composite = HO_COMPOSITE_FOREGROUND;
    copy->flip_x = true;
    copy->at = 77;    // not taken
    assert_ok(ho_timeline_clip_set_text(&copy->color_graph, "{\"nodes\": []}", &diag), &diag);
    assert_ok(ho_timeline_change(timeline, copy, NULL, &diag), &diag);
    const struct ho_timeline_clip *clip = ho_timeline_find_clip(timeline, id);
    assert_true(clip->composite == HO_COMPOSITE_FOREGROUND && clip->flip_x && clip->at == 10);
    assert_string_equal(clip->color_graph, "{\"nodes\": []}");
    copy->composite = HO_N_COMPOSITES;
    assert_refused(ho_timeline_change(timeline, copy, NULL, refusal), timeline, "not known");
    copy->composite = HO_COMPOSITE_NORMAL;
    assert_ok(ho_timeline_clip_add_text(copy, "{}", &diag), &diag);
    assert_refused(ho_timeline_change(timeline, copy, NULL, refusal), timeline, "only a title");
    ho_timeline_clip_remove_text(copy, 0);
    assert_int_equal(copy->n_texts, 0);
    ho_timeline_clip_destroy(&copy);
    assert_null(copy);
    ho_timeline_destroy(&timeline);
}

static void numbers_and_keyframes_stay_within_their_range(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    int64_t id = lay(timeline, LONG, V1, 0, 10, 100, 10);
    struct ho_keyframe key = {4, 0.25, HO_INTERPOLATE_LINEAR};
    assert_ok(ho_timeline_set_keyframe(timeline, id, HO_CLIP_OPACITY, &key, NULL, &diag), &diag);
    assert_int_equal(ho_timeline_find_clip(timeline, id)->number[HO_CLIP_OPACITY].n_keys, 1);
    key.value = 1.5;
    assert_refused(ho_timeline_set_keyframe(timeline, id, HO_CLIP_OPACITY, &key, NULL, refusal), timeline,
                   "opacity = 1.5 is out of range");
    assert_refused(ho_timeline_remove_keyframe(timeline, id, HO_CLIP_OPACITY, 5, NULL, refusal), timeline,
                   "no keyframe");
    assert_ok(ho_timeline_remove_keyframe(timeline, id, HO_CLIP_OPACITY, 4, NULL, &diag), &diag);
    assert_true(ho_timeline_find_clip(timeline, id)->number[HO_CLIP_OPACITY].value == 0.25);
    assert_refused(ho_timeline_set_number(timeline, id, HO_CLIP_GAIN, (double)NAN, NULL, refusal), timeline, "gain");
    assert_refused(ho_timeline_set_number(timeline, id, HO_N_CLIP_NUMBERS, 0, NULL, refusal), timeline, "no number");
    ho_timeline_destroy(&timeline);
}

static void grades_are_pasted_and_reset(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    int64_t ids[] = {lay(timeline, LONG, V1, 0, 0, 0, 10), lay(timeline, LONG, V1, 0, 10, 0, 10)};
    struct ho_timeline_clip *copy;
    assert_ok(ho_timeline_clip_copy(ho_timeline_find_clip(timeline, ids[0]), &copy, &diag), &diag);
    assert_ok(ho_timeline_clip_set_text(&copy->color_graph, "{}", &diag), &diag);
    assert_ok(ho_timeline_change(timeline, copy, NULL, &diag), &diag);
    ho_timeline_clip_destroy(&copy);
    assert_ok(ho_timeline_paste_grade(timeline, ids[0], ids, 2, NULL, &diag), &diag);
    assert_string_equal(ho_timeline_find_clip(timeline, ids[1])->color_graph, "{}");
    assert_ok(ho_timeline_paste_grade(timeline, 0, ids, 1, NULL, &diag), &diag);
    assert_null(ho_timeline_find_clip(timeline, ids[0])->color_graph);
    assert_ok(ho_timeline_rename(timeline, ids[0], "hero", 0, NULL, &diag), &diag);
    assert_ok(ho_timeline_enable(timeline, ids, 2, false, 0, NULL, &diag), &diag);
    assert_string_equal(ho_timeline_find_clip(timeline, ids[0])->name, "hero");
    assert_false(ho_timeline_find_clip(timeline, ids[1])->enabled);
    ho_timeline_destroy(&timeline);
}

static void a_locked_track_does_not_change(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    int64_t id = lay(timeline, LONG, V1, A1, 10, 100, 10);
    struct ho_track track = *ho_timeline_track_at(timeline, HO_TRACK_VIDEO, 0);
    track.locked = true;
    assert_ok(ho_timeline_set_track(timeline, &track, NULL, &diag), &diag);
    struct ho_placement p = {.media = MOVIE, .at = 0, .length = 15, .video_track = V1};
    assert_refused(ho_timeline_overwrite(timeline, &p, NULL, refusal), timeline, "V1 of \"cut\" is locked");
    assert_refused(ho_timeline_move(timeline, &id, 1, 5, 0, 0, NULL, refusal), timeline, "locked");
    assert_refused(ho_timeline_rename(timeline, id, "x", 0, NULL, refusal), timeline, "locked");
    assert_refused(ho_timeline_remove_track(timeline, V1, NULL, refusal), timeline, "locked");
    // Inserting elsewhere leaves it where it is.
    p.video_track = V2;
    assert_ok(ho_timeline_insert(timeline, &p, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "10+10:100");
    assert_string_equal(picture_of(timeline, A1), "25+10:100");
    ho_timeline_destroy(&timeline);
}

static void tracks_come_and_go(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    struct ho_edit *edit = NULL, *removed = NULL;
    struct ho_timeline *was;
    char name[HO_TIMELINE_NAME_SIZE];
    lay(timeline, LONG, V2, 0, 10, 100, 10);
    assert_ok(ho_timeline_copy(timeline, &was, &diag), &diag);
    assert_ok(ho_timeline_add_track(timeline, HO_TRACK_VIDEO, 1, "matte", &edit, &diag), &diag);
    assert_string_equal(ho_timeline_track_at(timeline, HO_TRACK_VIDEO, 1)->name, "matte");
    assert_int_equal(ho_timeline_track_at(timeline, HO_TRACK_VIDEO, 2)->id, V2);
    ho_track_name(ho_timeline_track_at(timeline, HO_TRACK_VIDEO, 2), name);
    assert_string_equal(name, "V3");
    assert_ok(ho_timeline_remove_track(timeline, V2, &removed, &diag), &diag);
    assert_int_equal(removed->n_cuts, 1);
    assert_holds(timeline);
    assert_ok(ho_timeline_revert(timeline, removed, &diag), &diag);
    assert_ok(ho_timeline_revert(timeline, edit, &diag), &diag);
    assert_true(ho_timeline_equal(timeline, was));
    assert_refused(ho_timeline_revert(timeline, edit, refusal), timeline, "not as it was");
    ho_edit_destroy(&edit);
    ho_edit_destroy(&removed);
    ho_timeline_destroy(&was);
    ho_timeline_destroy(&timeline);
}

static void a_copy_is_independent(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture(), *copy;
    struct ho_diag diag = {0};
    int64_t id = lay(timeline, LONG, V1, 0, 10, 100, 10);
    assert_ok(ho_timeline_copy(timeline, &copy, &diag), &diag);
    const struct ho_timeline_clip *seen = ho_timeline_find_clip(copy, id);
    assert_ok(ho_timeline_delete(timeline, &id, 1, 0, NULL, &diag), &diag);
    assert_int_equal(seen->at, 10);
    ho_timeline_destroy(&timeline);
    assert_string_equal(picture_of(copy, V1), "10+10:100");
    ho_timeline_destroy(&copy);
}

static void what_was_kept_is_put_back_and_checked(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture(), *other;
    struct ho_diag diag = {0};
    struct ho_timeline_settings settings = fixture_settings();
    int64_t id = lay(timeline, LONG, V1, A1, 10, 100, 10);
    assert_ok(ho_timeline_create(&settings, &other, &diag), &diag);
    fixture_media(other);
    for (int i = 0; i < 5; i++) {
        size_t n;
        assert_ok(ho_timeline_load_track(other, ho_timeline_track(timeline, i), &diag), &diag);
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(timeline, i, &n);
        for (size_t k = 0; k < n; k++)
            assert_ok(ho_timeline_load_clip(other, clips[k], &diag), &diag);
    }
    assert_holds(other);
    assert_true(ho_timeline_equal(timeline, other));
    ho_timeline_unload_clip(other, id);
    assert_int_equal(ho_timeline_check(other, &diag), HO_ERROR_VERIFY);
    assert_non_null(strstr(diag.message, "linked with nothing"));
    ho_timeline_unload_track(other, A1);
    diag = (struct ho_diag){0};
    assert_int_equal(ho_timeline_check(other, &diag), HO_ERROR_VERIFY);    // A2 is at place 1
    ho_timeline_destroy(&other);
    ho_timeline_destroy(&timeline);
}

// One edit of each kind that makes several steps.
static enum ho_result edit_number(struct ho_timeline *timeline, int n, struct ho_edit **edit, struct ho_diag *diag)
{
    struct ho_placement p = {.media = MOVIE, .at = 15, .length = 15, .video_track = V1, .audio_track = A1};
    int64_t id = ho_timeline_clip_at(timeline, V1, 10)->id;
    switch (n) {
    case 0: return ho_timeline_insert(timeline, &p, edit, diag);
    case 1: return ho_timeline_overwrite(timeline, &p, edit, diag);
    case 2: return ho_timeline_move(timeline, &id, 1, 3, 4, HO_EDIT_LINKED, edit, diag);
    case 3: return ho_timeline_delete(timeline, &id, 1, HO_EDIT_LINKED | HO_EDIT_RIPPLE, edit, diag);
    case 4: return ho_timeline_remove_track(timeline, V1, edit, diag);
    case 5: return ho_timeline_split(timeline, 15, NULL, 0, 0, edit, diag);
    default: return ho_timeline_duplicate(timeline, &id, 1, 4, 1, HO_EDIT_LINKED, edit, diag);
    }
}

static void an_edit_without_memory_changes_nothing(void **state)
{
    (void)state;
    for (int kind = 0; kind < 7; kind++) {
        struct ho_timeline *timeline = fixture(), *was;
        struct ho_diag diag = {0};
        lay(timeline, LONG, V1, A1, 10, 100, 10);
        lay(timeline, LONG, V1, A1, 20, 200, 10);
        assert_ok(ho_timeline_copy(timeline, &was, &diag), &diag);
        int64_t n = 0;
        for (enum ho_result result = HO_ERROR_MEMORY; result != HO_OK;) {
            struct ho_edit *edit = NULL;
            struct ho_diag failed = {0};
            ho_memory_fail_at(++n);
            result = edit_number(timeline, kind, &edit, &failed);
            ho_memory_fail_at(0);
            if (result != HO_OK) {
                assert_int_equal(result, HO_ERROR_MEMORY);
                assert_true(ho_timeline_equal(timeline, was));
            }
            ho_edit_destroy(&edit);
        }
        assert_true(n > 5);
        assert_holds(timeline);
        ho_timeline_destroy(&was);
        ho_timeline_destroy(&timeline);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_modes_and_fits_go_both_ways),
        cmocka_unit_test(a_clip_is_changed_as_a_whole),
        cmocka_unit_test(numbers_and_keyframes_stay_within_their_range),
        cmocka_unit_test(grades_are_pasted_and_reset),
        cmocka_unit_test(a_locked_track_does_not_change),
        cmocka_unit_test(tracks_come_and_go),
        cmocka_unit_test(a_copy_is_independent),
        cmocka_unit_test(what_was_kept_is_put_back_and_checked),
        cmocka_unit_test(an_edit_without_memory_changes_nothing),
    };
    return cmocka_run_group_tests_name("timeline_clips", tests, NULL, NULL);
}
