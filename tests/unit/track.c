// SPDX-License-Identifier: BSD-2-Clause
// Whole runs with the stub engine: what is tracked, what is not tracked twice, what is told.
#include "unit/track_fixture.h"

static struct ho_diag made;    // of what tests make for themselves

#include <libavutil/mem.h>
#include <libavutil/sha.h>

static void the_second_run_tracks_nothing(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], again[HO_ID_SIZE];
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, -1}), id), CUT, 0, 0, CUT - 1);
    struct ho_key before = content(f->dir, id, 0, N_FRAMES);
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, -1}), again), 0, CUT, 0, CUT - 1);
    assert_string_equal(id, again);
    assert_true(ho_key_equal(before, content(f->dir, id, 0, N_FRAMES)));
}

static void the_matte_follows_the_object(void **state)
{
    struct fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *store;
    struct ho_matte *matte, *before;
    char id[HO_ID_SIZE];
    track(ASK(.bank = f->dir, .frames = {10, -1}), id);
    assert_ok(ho_bank_open(f->dir, &bank, &diag), &diag);
    assert_ok(ho_store_open(bank, id, HO_STORE_READ, &store, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &matte, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &before, &diag), &diag);
    for (int64_t frame = 0; frame < CUT; frame++) {
        struct ho_frame_entry entry;
        assert_ok(ho_store_get(store, frame, matte, &entry, &diag), &diag);
        assert_true(entry.area > 100 && entry.area == ho_matte_area(matte));
        assert_int_equal((entry.flags & HO_FLAG_PROMPTED) != 0, frame == 10);
        assert_int_equal((entry.flags & HO_FLAG_CUT) != 0, frame == CUT - 1);
        // A picture that stays gives a matte that stays.
        if (frame > SAME_FIRST && frame <= SAME_LAST)
            assert_true(ho_matte_equal(matte, before));
        assert_ok(ho_matte_copy(matte, before, &diag), &diag);
    }
    ho_matte_destroy(&matte);
    ho_matte_destroy(&before);
    ho_store_close(&store);
    ho_bank_close(&bank);
}

// SHA-256 over the pixels of every frame's matte, as the bank gives them back.
static void sha_of_mattes(const char *bank_dir, const char *id, char hex[65])
{
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *store;
    struct ho_matte *matte;
    struct AVSHA *sha = av_sha_alloc();
    uint8_t digest[32], row[2 * WIDTH];
    assert_non_null(sha);
    assert_ok(ho_bank_open(bank_dir, &bank, &diag), &diag);
    assert_ok(ho_store_open(bank, id, HO_STORE_READ, &store, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &matte, &diag), &diag);
    av_sha_init(sha, 256);
    for (int64_t frame = 0; frame < CUT; frame++) {
        struct ho_frame_entry entry;
        assert_ok(ho_store_get(store, frame, matte, &entry, &diag), &diag);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                uint16_t value = matte->data[(ptrdiff_t)y * matte->stride + x];
                row[2 * x] = (uint8_t)value;
                row[2 * x + 1] = (uint8_t)(value >> 8);
            }
            av_sha_update(sha, row, sizeof(row));
        }
    }
    av_sha_final(sha, digest);
    for (int i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    av_free(sha);
    ho_matte_destroy(&matte);
    ho_store_close(&store);
    ho_bank_close(&bank);
}

// Golden: the stub's mattes of the drawn film are these bits. A change that is meant raises the stub's version and puts
// the new hash here.
static void the_stub_s_mattes_are_known(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], hex[65];
    track(ASK(.bank = f->dir, .frames = {10, -1}), id);
    sha_of_mattes(f->dir, id, hex);
    assert_string_equal(hex, "dd79618451685b8e14685a5e3787393044cb8ce7eac97fd69da5800c81fec519");
}

static void a_longer_range_goes_on(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], whole[HO_ID_SIZE];
    assert_numbers(track(ASK(.bank = f->dir, .range = {8, 16}, .frames = {10, -1}), NULL), 9, 0, 8, 16);
    assert_numbers(track(ASK(.bank = f->dir, .range = {9, 12}, .frames = {10, -1}), NULL), 0, 4, 9, 12);
    assert_numbers(track(ASK(.bank = f->dir, .range = {5, 30}, .frames = {10, -1}), NULL), 17, 9, 5, 30);
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, -1}), id), 14, 26, 0, CUT - 1);
    track(ASK(.bank = f->other, .frames = {10, -1}), whole);
    assert_string_equal(id, whole);
    assert_same(f->dir, id, f->other, whole, 0, N_FRAMES);
}

static void a_moved_source_finds_its_matte(void **state)
{
    struct fixture *f = *state;
    char command[1200], moved[400], id[HO_ID_SIZE], again[HO_ID_SIZE];
    track(ASK(.bank = f->dir, .frames = {10, -1}), id);
    snprintf(
        command, sizeof(command),
        "mkdir '%s/elsewhere' && for i in '%s'/film.*.png; do cp \"$i\" '%s/elsewhere/renamed.'\"${i##*film.}\"; done",
        f->dir, film_dir, f->dir);
    assert_int_equal(system(command), 0);
    snprintf(moved, sizeof(moved), "%s/elsewhere/renamed.%%04d.png", f->dir);
    assert_numbers(track(ASK(.source = moved, .bank = f->dir, .frames = {10, -1}), again), 0, CUT, 0, CUT - 1);
    assert_string_equal(id, again);
}

static enum ho_result run_two(const char *bank, bool swap, struct ho_track_report *report, struct ho_diag *diag)
{
    struct ho_point red = red_at(10), blue = {red.x + 18, red.y};
    struct ho_said on_red = {.prompt = {.kind = HO_PROMPT_CLICK, .frame = 10, .points = &red, .n_points = 1}},
                   on_blue = {.prompt = {.kind = HO_PROMPT_CLICK, .frame = 10, .points = &blue, .n_points = 1}};
    struct ho_object_request disc = {.name = "disc", .said = &on_red, .n_said = 1},
                             other = {.name = "other", .said = &on_blue, .n_said = 1};
    struct ho_object_request objects[2] = {swap ? other : disc, swap ? disc : other};
    struct ho_track_request request = {
        .source = film, .objects = objects, .n_objects = 2, .engine = "stub", .bank_dir = bank, .n_threads = 1};
    return ho_track_run(&request, report, diag);
}

static void assert_apart(const char *bank_dir, const char *one, const char *other)
{
    struct ho_matte *x, *y;
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &x, &made), &made);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &y, &made), &made);
    for (int64_t frame = 0; frame < CUT; frame++) {
        assert_true(entry_of(bank_dir, one, frame, x).area > 50);
        assert_true(entry_of(bank_dir, other, frame, y).area > 50);
        for (int i = 0; i < HEIGHT * WIDTH; i++) {
            size_t at = (size_t)(i / WIDTH) * (size_t)x->stride + (size_t)(i % WIDTH);
            assert_true(x->data[at] + y->data[at] <= 65535);
        }
    }
    ho_matte_destroy(&x);
    ho_matte_destroy(&y);
}

static void objects_share_a_run_and_not_their_pixels(void **state)
{
    struct fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_track_report report, swapped;
    assert_ok(run_two(f->dir, false, &report, &diag), &diag);
    assert_int_equal(report.objects[0].n_tracked, CUT);
    assert_int_equal(report.objects[1].n_tracked, CUT);
    assert_apart(f->dir, "disc", "other");
    // Again, in the other order, in another bank: the same.
    assert_ok(run_two(f->dir, true, &swapped, &diag), &diag);
    assert_int_equal(swapped.objects[0].n_tracked + swapped.objects[1].n_tracked, 0);
    assert_string_equal(swapped.objects[1].id, report.objects[0].id);
    ho_track_report_clear(&swapped);
    assert_ok(run_two(f->other, true, &swapped, &diag), &diag);
    assert_same(f->dir, "disc", f->other, "disc", 0, N_FRAMES);
    assert_same(f->dir, "other", f->other, "other", 0, N_FRAMES);
    ho_track_report_clear(&swapped);
    ho_track_report_clear(&report);
}

// What was tracked alone stays what it is when another object joins it; the other keeps off it.
static void an_object_that_joins_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_track_report report;
    char alone[HO_ID_SIZE];
    track(ASK(.bank = f->dir, .frames = {10, -1}), alone);
    struct ho_key before = content(f->dir, alone, 0, N_FRAMES);
    assert_ok(run_two(f->dir, false, &report, &diag), &diag);
    assert_int_equal(report.objects[0].n_tracked, 0);
    assert_int_equal(report.objects[1].n_tracked, CUT);
    assert_string_equal(report.objects[0].id, alone);
    assert_true(ho_key_equal(before, content(f->dir, alone, 0, N_FRAMES)));
    assert_apart(f->dir, "disc", "other");
    ho_track_report_clear(&report);
}

static void the_same_said_of_two_is_refused(void **state)
{
    struct fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_track_report report;
    struct ho_point red = red_at(10);
    struct ho_said said = {.prompt = {.kind = HO_PROMPT_CLICK, .frame = 10, .points = &red, .n_points = 1}};
    struct ho_object_request objects[2] = {{.name = "a", .said = &said, .n_said = 1},
                                           {.name = "b", .said = &said, .n_said = 1}};
    struct ho_track_request request = {
        .source = film, .objects = objects, .n_objects = 2, .engine = "stub", .bank_dir = f->dir, .n_threads = 1};
    assert_int_equal(ho_track_run(&request, &report, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "'a' and 'b'"));
    ho_track_report_clear(&report);
}

static void the_report_names_cuts(void **state)
{
    struct fixture *f = *state;
    struct ho_track_report report;
    struct ho_diag diag = {0};
    for (int round = 0; round < 2; round++) {
        assert_ok(run(ASK(.bank = f->dir, .frames = {45, 10, -1}), &report, &diag), &diag);
        int n_cuts = 0;
        for (size_t i = 0; i < report.objects[0].n_events; i++) {
            if (report.objects[0].events[i].kind != HO_EVENT_CUT)
                continue;
            assert_int_equal(report.objects[0].events[i].frame, CUT);
            n_cuts++;
        }
        assert_int_equal(n_cuts, 1);
        assert_int_equal(report.source.n_frames, N_FRAMES);
        ho_track_report_clear(&report);
    }
    assert_ok(run(ASK(.bank = f->other, .frames = {45, -1}), &report, &diag), &diag);
    assert_true(report.objects[0].n_events >= 1 && report.objects[0].events[0].kind == HO_EVENT_CUT &&
                report.objects[0].events[0].frame == CUT);
    assert_int_equal(report.objects[0].covered.first, CUT);
    ho_track_report_clear(&report);
}

static void bad_requests_get_a_sentence(void **state)
{
    struct fixture *f = *state;
    struct ho_track_report report;
    static const struct {
        struct ask ask;
        enum ho_result result;
        const char *says;
    } cases[] = {
        {{.frames = {55, -1}}, HO_ERROR_USAGE, "frame 55"},
        {{.frames = {-1}}, HO_ERROR_USAGE, "what to track"},
        {{.range = {10, 55}, .frames = {10, -1}}, HO_ERROR_USAGE, "0 to 54"},
        {{.range = {10, 5}, .frames = {10, -1}}, HO_ERROR_USAGE, "range"},
        {{.frames = {10, -1}, .source = "/no/such/film.mov"}, HO_ERROR_INPUT, "/no/such/film.mov"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ask ask = cases[i].ask;
        struct ho_diag diag = {0};
        ask.bank = f->dir;
        assert_int_equal(run(&ask, &report, &diag), cases[i].result);
        if (!strstr(diag.message, cases[i].says))
            fail_msg("'%s' does not say '%s'", diag.message, cases[i].says);
        ho_track_report_clear(&report);
    }
}

static void a_preview_shows_what_tracking_keeps(void **state)
{
    struct fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_preview *preview;
    struct ho_matte *shown, *kept;
    struct ho_bank *bank;
    struct ho_store *store;
    char id[HO_ID_SIZE];
    float confidence;
    setenv("HOLDOUT_BANK", f->other, 1);
    struct ho_preview_options options = {.source = film, .engine = "stub", .n_threads = 1};
    assert_ok(ho_preview_open(&options, &preview, &diag), &diag);
    assert_int_equal(access(f->other, F_OK), -1);    // a preview keeps nothing unless it is told where
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &shown, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &kept, &diag), &diag);
    struct ho_point at = red_at(20), away = {WIDTH + 5, 2};
    struct ho_prompt click = {.kind = HO_PROMPT_CLICK, .frame = 20, .points = &at, .n_points = 1},
                     bad = {.kind = HO_PROMPT_CLICK, .frame = 20, .points = &away, .n_points = 1};
    assert_int_equal(ho_preview_prompt(preview, &bad, 1, shown, &confidence, &diag), HO_ERROR_USAGE);
    diag = (struct ho_diag){0};
    assert_ok(ho_preview_prompt(preview, &click, 1, shown, &confidence, &diag), &diag);
    assert_ok(ho_preview_prompt(preview, &click, 1, shown, &confidence, &diag), &diag);
    assert_int_equal(ho_preview_source(preview)->n_frames, N_FRAMES);
    struct ho_frame *frame;
    assert_ok(ho_preview_show(preview, 3, &frame, &diag), &diag);
    assert_int_equal(ho_frame_index(frame), 3);
    ho_frame_unref(&frame);
    assert_int_equal(ho_preview_show(preview, N_FRAMES, &frame, &diag), HO_ERROR_USAGE);
    assert_null(frame);
    // A frame that could not be shown leaves the preview able to answer.
    assert_ok(ho_preview_prompt(preview, &click, 1, shown, &confidence, &diag), &diag);
    ho_preview_close(&preview);
    unsetenv("HOLDOUT_BANK");
    track(ASK(.bank = f->dir, .range = {20, 22}, .frames = {20, -1}), id);
    assert_ok(ho_bank_open(f->dir, &bank, &diag), &diag);
    assert_ok(ho_store_open(bank, id, HO_STORE_READ, &store, &diag), &diag);
    struct ho_frame_entry entry;
    assert_ok(ho_store_get(store, 20, kept, &entry, &diag), &diag);
    assert_true(ho_matte_equal(shown, kept) && ho_matte_area(kept) > 100);
    // What is followed is no surer than what was clicked.
    assert_true(entry.confidence == confidence && confidence < 1);
    for (int64_t i = 21; i <= 22; i++) {
        assert_ok(ho_store_get(store, i, kept, &entry, &diag), &diag);
        assert_true(entry.confidence > 0 && entry.confidence <= confidence);
    }
    ho_store_close(&store);
    ho_bank_close(&bank);
    ho_matte_destroy(&shown);
    ho_matte_destroy(&kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_second_run_tracks_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_matte_follows_the_object, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_stub_s_mattes_are_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_longer_range_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_moved_source_finds_its_matte, set_up, tear_down),
        cmocka_unit_test_setup_teardown(objects_share_a_run_and_not_their_pixels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_object_that_joins_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_same_said_of_two_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_report_names_cuts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bad_requests_get_a_sentence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_preview_shows_what_tracking_keeps, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, make_film, remove_film);
}
