// SPDX-License-Identifier: BSD-2-Clause
// Runs with more than one prompt: what a further one tracks anew, and what it leaves alone.
#include "unit/track_fixture.h"

static void directions_limit_what_is_walked(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], whole[HO_ID_SIZE];
    assert_numbers(track(ASK(.bank = f->dir, .direction = HO_DIRECTION_FORWARD, .frames = {10, -1}), NULL), 30, 0, 10,
                   CUT - 1);
    assert_numbers(track(ASK(.bank = f->dir, .direction = HO_DIRECTION_BACKWARD, .frames = {10, -1}), id), 10, 30, 0,
                   CUT - 1);
    track(ASK(.bank = f->other, .frames = {10, -1}), whole);
    assert_same(f->dir, id, f->other, whole, 0, N_FRAMES);
}

// A correction: what lies before the first prompt is not its business.
static void one_more_prompt_tracks_only_its_spans(void **state)
{
    struct fixture *f = *state;
    char first[HO_ID_SIZE], second[HO_ID_SIZE], third[HO_ID_SIZE], fresh[HO_ID_SIZE];
    track(ASK(.bank = f->dir, .frames = {5, 20, -1}), first);
    assert_numbers(track(ASK(.bank = f->dir, .frames = {5, 20, 30, -1}), second), 19, 21, 0, CUT - 1);
    assert_string_not_equal(first, second);
    assert_same(f->dir, first, f->dir, second, 0, 20);
    assert_numbers(track(ASK(.bank = f->dir, .frames = {5, 20, 30, -1}), NULL), 0, CUT, 0, CUT - 1);
    track(ASK(.bank = f->other, .frames = {5, 20, 30, -1}), fresh);
    assert_same(f->dir, second, f->other, fresh, 0, N_FRAMES);
    // Taken away again: everything is there already.
    assert_numbers(track(ASK(.bank = f->dir, .frames = {5, 20, -1}), third), 0, CUT, 0, CUT - 1);
    assert_string_equal(first, third);
}

static void frames_between_prompts_come_from_both_sides(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], pieces[HO_ID_SIZE];
    // Frame 30 is a correction: on the way to it frame 10's own matte was made.
    assert_numbers(track(ASK(.bank = f->dir, .range = {10, 30}, .frames = {10, 30, -1}), id), 20, 1, 10, 30);
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *store;
    struct ho_frame_entry *entries;
    size_t n;
    // Nothing of the two passes stays behind.
    assert_ok(ho_bank_open(f->dir, &bank, &diag), &diag);
    assert_ok(ho_store_open(bank, id, HO_STORE_READ, &store, &diag), &diag);
    for (int pass = HO_PASS_FORWARD; pass <= HO_PASS_BACKWARD; pass++) {
        assert_ok(ho_store_entries(store, (enum ho_pass)pass, &entries, &n, &diag), &diag);
        assert_int_equal(n, 0);
        free(entries);
    }
    ho_store_close(&store);
    ho_bank_close(&bank);
    // In pieces it gives the same.
    assert_numbers(track(ASK(.bank = f->other, .range = {18, 20}, .frames = {10, 30, -1}), NULL), 3, 0, 18, 20);
    assert_numbers(track(ASK(.bank = f->other, .range = {15, 25}, .frames = {10, 30, -1}), NULL), 8, 3, 15, 25);
    assert_numbers(track(ASK(.bank = f->other, .range = {10, 30}, .frames = {10, 30, -1}), pieces), 8, 13, 10, 30);
    assert_same(f->dir, id, f->other, pieces, 10, 30);
}

// Area of a frame's matte, of a run from two prompts.
static int64_t area_after(const char *bank_dir, struct ho_prompt first, struct ho_prompt second, int64_t frame)
{
    struct ho_prompt prompts[] = {first, second};
    struct ho_object_request object = {.name = "disc", .prompts = prompts, .n_prompts = 2};
    struct ho_track_request request = {.source = film,
                                       .objects = &object,
                                       .n_objects = 1,
                                       .engine = "stub",
                                       .range = {0, -1},
                                       .bank_dir = bank_dir,
                                       .n_threads = 1};
    struct ho_track_report report;
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *store;
    struct ho_matte *matte;
    struct ho_frame_entry entry;
    assert_ok(ho_track_run(&request, &report, &diag), &diag);
    assert_ok(ho_bank_open(bank_dir, &bank, &diag), &diag);
    assert_ok(ho_store_open(bank, report.objects[0].id, HO_STORE_READ, &store, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &matte, &diag), &diag);
    assert_ok(ho_store_get(store, frame, HO_PASS_FINAL, matte, &entry, &diag), &diag);
    ho_matte_destroy(&matte);
    ho_store_close(&store);
    ho_bank_close(&bank);
    ho_track_report_clear(&report);
    return entry.area;
}

static void a_correction_starts_from_what_was_tracked(void **state)
{
    struct fixture *f = *state;
    struct ho_point red = red_at(5), late = red_at(20), blue = {late.x + 20, late.y},
                    box[2] = {{late.x + 12, late.y - 5}, {late.x + 20, late.y + 5}};
    struct ho_prompt on_red = {.kind = HO_PROMPT_CLICK, .frame = 5, .points = &red, .n_points = 1},
                     more = {.kind = HO_PROMPT_CLICK, .frame = 20, .points = &blue, .n_points = 1},
                     less = {.kind = HO_PROMPT_EXCLUDE, .frame = 20, .points = &blue, .n_points = 1},
                     anew = {.kind = HO_PROMPT_BOX, .frame = 20, .points = box, .n_points = 2};
    int64_t alone = area_after(f->dir, on_red, on_red, 20), both = area_after(f->dir, on_red, more, 20);
    assert_true(alone > 200 && both > alone + 100);
    // Nothing needs to be said again of what is right; given the other way round it is another thing that is asked.
    assert_in_range(area_after(f->dir, on_red, less, 20), alone / 2, alone + 10);
    assert_true(area_after(f->dir, more, on_red, 20) < both);
    // A box says everything itself.
    assert_in_range(area_after(f->dir, on_red, anew, 20), 40, 120);
}

static void prompts_in_another_shot_are_their_own(void **state)
{
    struct fixture *f = *state;
    char first[HO_ID_SIZE], both[HO_ID_SIZE];
    track(ASK(.bank = f->dir, .frames = {10, -1}), first);
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, 45, -1}), both), N_FRAMES - CUT, CUT, 0, N_FRAMES - 1);
    assert_same(f->dir, first, f->dir, both, 0, CUT - 1);
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, 45, -1}), NULL), 0, N_FRAMES, 0, N_FRAMES - 1);
}

static void locked_frames_never_change(void **state)
{
    struct fixture *f = *state;
    struct ho_range locks[] = {{22, 26}, {1000, 2000}};
    char first[HO_ID_SIZE], locked[HO_ID_SIZE], free_again[HO_ID_SIZE], fresh[HO_ID_SIZE];
    track(ASK(.bank = f->dir, .frames = {10, -1}), first);
    // 11 to 39 belong to other spans now, but for those that are locked.
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, 30, -1}, .locks = locks, .n_locks = 1), locked), 24, 16, 0,
                   CUT - 1);
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *a, *b;
    struct ho_matte *x, *y;
    struct ho_frame_entry entry;
    assert_ok(ho_bank_open(f->dir, &bank, &diag), &diag);
    assert_ok(ho_store_open(bank, first, HO_STORE_READ, &a, &diag), &diag);
    assert_ok(ho_store_open(bank, locked, HO_STORE_READ, &b, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &x, &diag), &diag);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &y, &diag), &diag);
    for (int64_t frame = 20; frame < 30; frame++) {
        assert_ok(ho_store_get(a, frame, HO_PASS_FINAL, x, NULL, &diag), &diag);
        assert_ok(ho_store_get(b, frame, HO_PASS_FINAL, y, &entry, &diag), &diag);
        bool is_locked = frame >= 22 && frame <= 26;
        assert_int_equal((entry.flags & HO_FLAG_LOCKED) != 0, is_locked);
        if (is_locked)
            assert_true(ho_matte_equal(x, y));
    }
    ho_matte_destroy(&x);
    ho_matte_destroy(&y);
    ho_store_close(&a);
    ho_store_close(&b);
    ho_bank_close(&bank);
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, 30, -1}, .locks = locks, .n_locks = 1), NULL), 0, CUT, 0,
                   CUT - 1);
    // Without the lock they are what the prompts make of them.
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, 30, -1}), free_again), 5, 35, 0, CUT - 1);
    assert_string_equal(locked, free_again);
    track(ASK(.bank = f->other, .frames = {10, 30, -1}), fresh);
    assert_same(f->dir, free_again, f->other, fresh, 0, N_FRAMES);
    struct ho_track_report report;
    assert_int_equal(run(ASK(.bank = f->dir, .frames = {10, -1}, .locks = locks, .n_locks = 2), &report, &diag),
                     HO_ERROR_USAGE);
    ho_track_report_clear(&report);
}

struct stopper {
    struct ho_cancel cancel;
    int64_t at, last_done, n_calls;
};

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(directions_limit_what_is_walked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_more_prompt_tracks_only_its_spans, set_up, tear_down),
        cmocka_unit_test_setup_teardown(frames_between_prompts_come_from_both_sides, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_correction_starts_from_what_was_tracked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(prompts_in_another_shot_are_their_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(locked_frames_never_change, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, make_film, remove_film);
}
