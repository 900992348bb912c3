// SPDX-License-Identifier: BSD-2-Clause
// Rates: which source frame a timeline frame shows, and that no edit changes it.
#include "unit/timeline_fixture.h"

static void each_frame_shows_what_is_on_screen_when_it_begins(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    const struct ho_timeline_clip *film = ho_timeline_find_clip(timeline, lay(timeline, FILM, V1, 0, 100, 0, 250));
    static const int64_t shown[] = {0, 0, 1, 2, 3};
    for (int i = 0; i < 5; i++)
        assert_int_equal(ho_timeline_source_frame(timeline, film, 100 + i), shown[i]);
    assert_int_equal(ho_timeline_source_frame(timeline, film, 125), 23);
    assert_int_equal(ho_timeline_source_frame(timeline, film, 349), 238);
    assert_int_equal(ho_timeline_source_frame(timeline, film, 99), -1);
    const struct ho_timeline_clip *fast = ho_timeline_find_clip(timeline, lay(timeline, FAST, V2, 0, 0, 6, 10));
    for (int k = 0; k < 10; k++)
        assert_int_equal(ho_timeline_source_frame(timeline, fast, k), 6 + k * 60 / 25);
    const struct ho_timeline_clip *wave = ho_timeline_find_clip(timeline, lay(timeline, WAVE, 0, A1, 0, 7, 10));
    assert_int_equal(ho_timeline_source_frame(timeline, wave, 9), 7 + 9 * 1920);
    ho_timeline_destroy(&timeline);
}

static void a_source_fills_as_many_frames_as_show_it(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    assert_int_equal(ho_timeline_frames_of(timeline, FILM, 24), 26);
    assert_int_equal(ho_timeline_frames_of(timeline, FAST, 600), 250);
    assert_int_equal(ho_timeline_frames_of(timeline, MOVIE, 100), 100);
    // All of it fits, one frame more does not.
    struct ho_placement p = {.media = FILM, .video_track = V1, .length = ho_timeline_frames_of(timeline, FILM, 240)};
    assert_ok(ho_timeline_overwrite(timeline, &p, NULL, &diag), &diag);
    assert_int_equal(ho_timeline_source_frame(timeline, ho_timeline_clip_at(timeline, V1, 0), p.length - 1), 239);
    p.length++;
    assert_refused(ho_timeline_overwrite(timeline, &p, NULL, refusal), timeline, "ends at frame 239");
    ho_timeline_destroy(&timeline);
}

static void an_hour_is_exact_to_the_frame(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    struct ho_timeline_media film = {9, "ten hours", {24000, 1001}, 864000, false, true, false, 1920, 1080};
    assert_ok(ho_timeline_set_media(timeline, &film, &diag), &diag);
    int64_t length = ho_timeline_frames_of(timeline, 9, film.n_frames);
    assert_int_equal(length, 900900);    // 864,000 x 1001/24000 s x 25
    const struct ho_timeline_clip *clip = ho_timeline_find_clip(timeline, lay(timeline, 9, V1, 0, 0, 0, length));
    for (int64_t t = length - 2000; t < length; t++)
        assert_int_equal(ho_timeline_source_frame(timeline, clip, t), t * 960 / 1001);
    ho_timeline_destroy(&timeline);
}

// Cut up, trimmed and opened again, moved: each timeline frame of each piece shows what the whole one showed.
static void pieces_show_what_the_whole_showed(void **state)
{
    (void)state;
    static const int64_t sources[] = {FILM, FAST, MOVIE};
    for (int m = 0; m < 3; m++) {
        struct ho_timeline *timeline = fixture();
        struct ho_diag diag = {0};
        int64_t length = 80, shown[80];
        int64_t id = lay(timeline, sources[m], V1, 0, 50, 3, length);
        for (int k = 0; k < length; k++)
            shown[k] = ho_timeline_source_frame(timeline, ho_timeline_find_clip(timeline, id), 50 + k);
        for (int64_t cut = 51; cut < 130; cut += 1 + cut % 7)
            assert_ok(ho_timeline_split(timeline, cut, NULL, 0, 0, NULL, &diag), &diag);
        for (int k = 0; k < length; k++)
            assert_int_equal(ho_timeline_source_frame(timeline, ho_timeline_clip_at(timeline, V1, 50 + k), 50 + k),
                             shown[k]);
        int64_t last = ho_timeline_clip_at(timeline, V1, 129)->id;
        assert_ok(ho_timeline_trim(timeline, last, HO_CLIP_HEAD, -40, 0, NULL, &diag), &diag);
        assert_ok(ho_timeline_move(timeline, &last, 1, 1000, 0, 0, NULL, &diag), &diag);
        const struct ho_timeline_clip *clip = ho_timeline_find_clip(timeline, last);
        for (int64_t t = clip->at; t < clip->at + clip->length; t++)
            assert_int_equal(ho_timeline_source_frame(timeline, clip, t), shown[t - 1000 - 50]);
        ho_timeline_destroy(&timeline);
    }
}

static void the_rate_is_fixed_once_there_is_a_clip(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    struct ho_timeline_settings other = fixture_settings();
    other.rate = (struct ho_rational){24, 1};
    other.start.fps = 24;
    assert_ok(ho_timeline_set(timeline, &other, NULL, &diag), &diag);
    other = fixture_settings();
    assert_ok(ho_timeline_set(timeline, &other, NULL, &diag), &diag);
    lay(timeline, MOVIE, V1, 0, 0, 0, 10);
    other.rate = (struct ho_rational){30, 1};
    other.start.fps = 30;
    assert_refused(ho_timeline_set(timeline, &other, NULL, refusal), timeline, "make a new timeline at 30/1");
    other = fixture_settings();
    other.width = 1280;
    struct ho_edit *edit = NULL;
    assert_ok(ho_timeline_set(timeline, &other, &edit, &diag), &diag);
    assert_true(edit->settings_changed && edit->settings_before.width == 1920 && edit->settings_after.width == 1280);
    assert_ok(ho_timeline_revert(timeline, edit, &diag), &diag);
    assert_int_equal(ho_timeline_get_settings(timeline)->width, 1920);
    ho_edit_destroy(&edit);
    other.width = 0;
    assert_refused(ho_timeline_set(timeline, &other, NULL, refusal), timeline, "sizes go from 1");
    ho_timeline_destroy(&timeline);
}

static void a_source_in_use_keeps_its_rate_and_its_frames(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    struct ho_diag diag = {0};
    struct ho_timeline_media movie = *ho_timeline_find_media(timeline, MOVIE);
    lay(timeline, MOVIE, V1, 0, 0, 50, 50);
    movie.n_frames = 120;
    assert_ok(ho_timeline_set_media(timeline, &movie, &diag), &diag);
    movie.n_frames = 99;
    assert_refused(ho_timeline_set_media(timeline, &movie, refusal), timeline, "ends at frame 98");
    assert_int_equal(ho_timeline_find_media(timeline, MOVIE)->n_frames, 120);
    movie.n_frames = 120;
    movie.rate.num = 50;
    assert_refused(ho_timeline_set_media(timeline, &movie, refusal), timeline, "cannot change to 50/1");
    ho_timeline_destroy(&timeline);
}

static void a_mismatch_is_a_sentence(void **state)
{
    (void)state;
    struct ho_timeline *timeline = fixture();
    char text[512];
    assert_true(ho_timeline_mismatch(timeline, FILM, text, sizeof(text)));
    assert_non_null(strstr(text, "\"film\" has 23.976 frames a second and the timeline \"cut\" 25"));
    assert_true(ho_timeline_mismatch(timeline, STILL, text, sizeof(text)));
    assert_non_null(strstr(text, "800x600"));
    assert_false(ho_timeline_mismatch(timeline, MOVIE, text, sizeof(text)));
    assert_false(ho_timeline_mismatch(timeline, WAVE, text, sizeof(text)));
    ho_timeline_destroy(&timeline);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_frame_shows_what_is_on_screen_when_it_begins),
        cmocka_unit_test(a_source_fills_as_many_frames_as_show_it),
        cmocka_unit_test(an_hour_is_exact_to_the_frame),
        cmocka_unit_test(pieces_show_what_the_whole_showed),
        cmocka_unit_test(the_rate_is_fixed_once_there_is_a_clip),
        cmocka_unit_test(a_source_in_use_keeps_its_rate_and_its_frames),
        cmocka_unit_test(a_mismatch_is_a_sentence),
    };
    return cmocka_run_group_tests_name("timeline_rates", tests, NULL, NULL);
}
