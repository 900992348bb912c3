// SPDX-License-Identifier: BSD-2-Clause
// Placing: append, overwrite, insert, replace, on top; and the marks that lead there.
#include "unit/timeline_fixture.h"

static const struct ho_marks none;

static struct ho_marks marks(int64_t in, int64_t out)    // -1: not set
{
    return (struct ho_marks){in >= 0, out >= 0, in, out};
}

static void append_goes_behind_all_and_links(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    struct ho_edit *edit = NULL;
    lay(timeline, LONG, V2, 0, 30, 0, 20);
    struct ho_placement p = {.media = MOVIE, .at = 7, .length = 10, .in = 5, .video_track = V1, .audio_track = A1};
    assert_ok(ho_timeline_append(timeline, &p, &edit, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "50+10:5");
    assert_string_equal(picture_of(timeline, A1), "50+10:5");
    assert_int_equal(edit->n_clips, 2);
    assert_null(edit->clips[0].before);
    assert_true(edit->clips[0].after->link > 0);
    assert_int_equal(edit->clips[0].after->link, edit->clips[1].after->link);
    assert_string_equal(edit->clips[0].after->name, "movie");
    assert_int_equal(edit->n_cuts, 0);
    ho_edit_destroy(&edit);
    ho_timeline_destroy(&timeline);
}

static void overwrite_cuts_what_is_there_and_says_so(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    struct ho_edit *edit = NULL;
    lay(timeline, LONG, V1, 0, 0, 100, 10);
    lay(timeline, LONG, V1, 0, 10, 200, 10);
    lay(timeline, LONG, V1, 0, 20, 300, 10);
    lay(timeline, LONG, V2, 0, 0, 0, 30);
    struct ho_placement p = {.media = MOVIE, .at = 5, .length = 20, .in = 0, .video_track = V1};
    assert_ok(ho_timeline_overwrite(timeline, &p, &edit, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "0+5:100 5+20:0 25+5:305");
    assert_string_equal(picture_of(timeline, V2), "0+30:0");
    assert_int_equal(edit->n_cuts, 3);
    static const struct ho_range expected[] = {{5, 9}, {10, 19}, {20, 24}};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(edit->cuts[i].frames.first, expected[i].first);
        assert_int_equal(edit->cuts[i].frames.last, expected[i].last);
        assert_int_equal(edit->cuts[i].whole, i == 1);
    }
    char text[256];
    ho_edit_describe(timeline, edit, text, sizeof(text));
    assert_string_equal(text, "cuts \"long\" on V1 at 01:00:00:05 to 01:00:00:09, and 2 more");
    ho_edit_destroy(&edit);
    ho_timeline_destroy(&timeline);
}

static void overwrite_in_the_middle_leaves_two(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    int64_t id = lay(timeline, LONG, V1, A1, 0, 100, 30);
    lay(timeline, MOVIE, V1, 0, 10, 0, 5);
    assert_string_equal(picture_of(timeline, V1), "0+10:100 10+5:0 15+15:115");
    const struct ho_timeline_clip *left = ho_timeline_clip_at(timeline, V1, 0),
                                  *right = ho_timeline_clip_at(timeline, V1, 20);
    assert_int_equal(left->id, id);
    assert_true(right->id != id);
    assert_int_equal(right->origin, 15);
    // The sound was not cut: it stays linked with the left half, the right one is free.
    assert_int_equal(left->link, ho_timeline_clip_at(timeline, A1, 0)->link);
    assert_true(left->link > 0 && right->link == 0);
    ho_timeline_destroy(&timeline);
}

static void insert_splits_and_moves_auto_selected_tracks(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    struct ho_edit *edit = NULL;
    lay(timeline, LONG, V1, A1, 0, 100, 20);
    lay(timeline, LONG, V2, 0, 15, 0, 10);
    lay(timeline, LONG, V3, 0, 15, 0, 10);
    struct ho_track track = *ho_timeline_track_at(timeline, HO_TRACK_VIDEO, 2);
    track.auto_select = false;
    assert_ok(ho_timeline_set_track(timeline, &track, NULL, &diag), &diag);
    struct ho_placement p = {.media = MOVIE, .at = 10, .length = 7, .video_track = V1};
    assert_ok(ho_timeline_insert(timeline, &p, &edit, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "0+10:100 10+7:0 17+10:110");
    assert_string_equal(picture_of(timeline, A1), "0+10:100 17+10:110");
    assert_string_equal(picture_of(timeline, V2), "22+10:0");
    assert_string_equal(picture_of(timeline, V3), "15+10:0");
    assert_int_equal(edit->n_cuts, 0);
    // Both halves are still picture and sound of one another.
    int64_t left = ho_timeline_clip_at(timeline, V1, 0)->link, right = ho_timeline_clip_at(timeline, V1, 20)->link;
    assert_true(left > 0 && right > 0 && left != right);
    assert_int_equal(ho_timeline_clip_at(timeline, A1, 0)->link, left);
    assert_int_equal(ho_timeline_clip_at(timeline, A1, 20)->link, right);
    ho_edit_destroy(&edit);
    ho_timeline_destroy(&timeline);
}

static void replace_keeps_place_and_looks(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    int64_t id = lay(timeline, LONG, V1, A1, 10, 100, 20);
    assert_ok(ho_timeline_set_number(timeline, id, HO_CLIP_OPACITY, 0.5, NULL, &diag), &diag);
    struct ho_placement p = {.media = MOVIE, .at = 15, .in = 40, .video_track = V1, .audio_track = A1};
    assert_ok(ho_timeline_replace(timeline, &p, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V1), "10+20:40");
    const struct ho_timeline_clip *clip = ho_timeline_find_clip(timeline, id);
    assert_int_equal(clip->media, MOVIE);
    assert_true(clip->number[HO_CLIP_OPACITY].value == 0.5);
    p.at = 50;
    assert_refused(ho_timeline_replace(timeline, &p, NULL, refusal), timeline, "01:00:02:00");
    p.at = 15;
    p.in = 90;
    assert_refused(ho_timeline_replace(timeline, &p, NULL, refusal), timeline, "ends at frame 99");
    ho_timeline_destroy(&timeline);
}

static void on_top_takes_the_lowest_free_track_or_a_new_one(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    lay(timeline, LONG, V1, 0, 0, 0, 50);
    struct ho_placement p = {.media = STILL, .at = 10, .length = 10, .video_track = V1};
    assert_ok(ho_timeline_place_on_top(timeline, &p, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V2), "10+10:0");
    p.at = 15;
    assert_ok(ho_timeline_place_on_top(timeline, &p, NULL, &diag), &diag);
    assert_string_equal(picture_of(timeline, V3), "15+10:0");
    p.at = 20;    // V2 is free there, but V3 lies above
    assert_ok(ho_timeline_place_on_top(timeline, &p, NULL, &diag), &diag);
    assert_int_equal(ho_timeline_n_tracks(timeline), 6);
    assert_string_equal(picture_of(timeline, V2), "10+10:0");
    assert_string_equal(picture_of(timeline, ho_timeline_track_at(timeline, HO_TRACK_VIDEO, 3)->id), "20+10:0");
    assert_holds(timeline);
    ho_timeline_destroy(&timeline);
}

struct three {
    struct ho_marks source, on_timeline;
    int64_t at, length, in;
};

static void any_three_points_give_the_fourth(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    const struct three cases[] = {
        {marks(10, 19), marks(50, -1), 50, 10, 10}, {marks(10, 19), marks(-1, 59), 50, 10, 10},
        {marks(10, -1), marks(50, 59), 50, 10, 10}, {marks(-1, 19), marks(50, 59), 50, 10, 10},
        {marks(10, 19), marks(-1, -1), 7, 10, 10},  {marks(-1, -1), marks(-1, -1), 7, 100, 0},
        {marks(90, -1), marks(-1, -1), 7, 10, 90},  {marks(-1, 9), marks(20, -1), 20, 10, 0},
        {marks(-1, -1), marks(20, 24), 20, 5, 0},   {marks(10, 19), marks(50, 59), 50, 10, 10},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ho_placement p;
        assert_ok(ho_timeline_three_points(timeline, MOVIE, &cases[i].source, &cases[i].on_timeline, 7, &p, &diag),
                  &diag);
        assert_int_equal(p.at, cases[i].at);
        assert_int_equal(p.length, cases[i].length);
        assert_int_equal(p.in, cases[i].in);
        assert_int_equal(p.video_track, V1);
        assert_int_equal(p.audio_track, A1);
    }
    struct ho_placement p;
    struct ho_marks four = marks(10, 19), span = marks(50, 64), out = marks(-1, 4), late = marks(-1, 100),
                    crossed = marks(9, 3);
    assert_refused(ho_timeline_three_points(timeline, MOVIE, &four, &span, 7, &p, refusal), timeline,
                   "change its speed");
    assert_refused(ho_timeline_three_points(timeline, MOVIE, &four, &out, 7, &p, refusal), timeline, "begin before");
    assert_refused(ho_timeline_three_points(timeline, MOVIE, &late, &none, 7, &p, refusal), timeline, "0 to 99");
    assert_refused(ho_timeline_three_points(timeline, MOVIE, &crossed, &none, 7, &p, refusal), timeline,
                   "before its in");
    ho_timeline_destroy(&timeline);
}

static void a_back_timed_film_ends_on_the_marked_frame(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    for (int64_t out = 30; out < 240; out += 7) {
        struct ho_marks source = marks(-1, out), span = marks(100, 125);
        struct ho_placement p;
        assert_ok(ho_timeline_three_points(timeline, FILM, &source, &span, 0, &p, &diag), &diag);
        assert_ok(ho_timeline_overwrite(timeline, &p, NULL, &diag), &diag);
        const struct ho_timeline_clip *clip = ho_timeline_clip_at(timeline, V1, 110);
        assert_int_equal(ho_timeline_source_frame(timeline, clip, 125), out);
    }
    ho_timeline_destroy(&timeline);
}

static void a_title_is_as_long_as_the_marks_say(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    struct ho_placement p;
    struct ho_marks span = marks(10, 19), out = marks(-1, 199);
    assert_ok(ho_timeline_three_points(timeline, 0, &none, &span, 0, &p, &diag), &diag);
    assert_true(p.at == 10 && p.length == 10 && p.audio_track == 0);
    assert_ok(ho_timeline_three_points(timeline, STILL, &none, &out, 0, &p, &diag), &diag);
    assert_true(p.at == 75 && p.length == 125);
    const char *const texts[] = {"{\"text\": \"A\"}", "{\"text\": \"B\"}"};
    p = (struct ho_placement){.at = 3, .length = 4, .video_track = V2, .texts = texts, .n_texts = 2, .name = "names"};
    assert_ok(ho_timeline_overwrite(timeline, &p, NULL, &diag), &diag);
    const struct ho_timeline_clip *clip = ho_timeline_clip_at(timeline, V2, 3);
    assert_int_equal(clip->n_texts, 2);
    assert_string_equal(clip->texts[1], texts[1]);
    p.video_track = 0;
    p.audio_track = A1;
    assert_refused(ho_timeline_overwrite(timeline, &p, NULL, refusal), timeline, "no sound");
    ho_timeline_destroy(&timeline);
}

static void what_cannot_be_placed_is_refused(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_placement p = {.media = MOVIE, .length = 10, .video_track = V1};
    struct ho_placement bad = p;
    bad.in = 91;
    assert_refused(ho_timeline_overwrite(timeline, &bad, NULL, refusal), timeline, "ends at frame 99");
    bad = p, bad.in = -1;
    assert_refused(ho_timeline_overwrite(timeline, &bad, NULL, refusal), timeline, "1 frames before \"movie\"");
    bad = p, bad.at = -3;
    assert_refused(ho_timeline_insert(timeline, &bad, NULL, refusal), timeline, "before the timeline");
    bad = p, bad.length = 0;
    assert_refused(ho_timeline_append(timeline, &bad, NULL, refusal), timeline, "one or more");
    bad = p, bad.at = INT64_MAX;
    assert_refused(ho_timeline_overwrite(timeline, &bad, NULL, refusal), timeline, "further");
    bad = p, bad.in_part = 1;
    assert_refused(ho_timeline_overwrite(timeline, &bad, NULL, refusal), timeline, "parts");
    bad = p, bad.media = 77;
    assert_refused(ho_timeline_overwrite(timeline, &bad, NULL, refusal), timeline, "77");
    bad = p, bad.video_track = A1;
    assert_refused(ho_timeline_overwrite(timeline, &bad, NULL, refusal), timeline, "A1 is no video track");
    bad = p, bad.video_track = 0;
    assert_refused(ho_timeline_overwrite(timeline, &bad, NULL, refusal), timeline, "no track is the target");
    bad = p, bad.media = WAVE;
    assert_refused(ho_timeline_overwrite(timeline, &bad, NULL, refusal), timeline, "no picture");
    ho_timeline_destroy(&timeline);
}

static void mark_clip_finds_the_topmost(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    struct ho_range range;
    lay(timeline, LONG, V1, A1, 0, 0, 50);
    lay(timeline, LONG, V2, 0, 20, 0, 10);
    assert_ok(ho_timeline_mark_clip(timeline, 25, &range, &diag), &diag);
    assert_true(range.first == 20 && range.last == 29);
    assert_ok(ho_timeline_mark_clip(timeline, 30, &range, &diag), &diag);
    assert_true(range.first == 0 && range.last == 49);
    assert_refused(ho_timeline_mark_clip(timeline, 50, &range, refusal), timeline, "01:00:02:00");
    ho_timeline_destroy(&timeline);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(append_goes_behind_all_and_links),
        cmocka_unit_test(overwrite_cuts_what_is_there_and_says_so),
        cmocka_unit_test(overwrite_in_the_middle_leaves_two),
        cmocka_unit_test(insert_splits_and_moves_auto_selected_tracks),
        cmocka_unit_test(replace_keeps_place_and_looks),
        cmocka_unit_test(on_top_takes_the_lowest_free_track_or_a_new_one),
        cmocka_unit_test(any_three_points_give_the_fourth),
        cmocka_unit_test(a_back_timed_film_ends_on_the_marked_frame),
        cmocka_unit_test(a_title_is_as_long_as_the_marks_say),
        cmocka_unit_test(what_cannot_be_placed_is_refused),
        cmocka_unit_test(mark_clip_finds_the_topmost),
    };
    return cmocka_run_group_tests_name("timeline_place", tests, NULL, NULL);
}
