// SPDX-License-Identifier: BSD-2-Clause
// Runs of more than one step: what a further one changes, and what it leaves alone.
#include "unit/track_fixture.h"

static struct ho_diag made;    // of what tests make for themselves

static struct ho_said absent(int64_t first, int64_t last)
{
    return (struct ho_said){.kind = HO_SAID_ABSENT, .frames = {first, last}};
}

static struct ho_said lock(int64_t first, int64_t last)
{
    return (struct ho_said){.kind = HO_SAID_LOCK, .frames = {first, last}};
}

static struct ho_said mute(int64_t step) { return (struct ho_said){.kind = HO_SAID_MUTE, .step = step}; }

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

// What is said once more of a frame, in its own words, changes nothing: what is tracked from it meets what was there.
static void a_step_changes_only_what_it_must(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], first[HO_ID_SIZE + 8];
    struct ho_matte *matte;
    track(ASK(.bank = f->dir, .frames = {5, -1}), id);
    struct ho_key before = content(f->dir, id, 0, N_FRAMES);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &matte, &made), &made);
    entry_of(f->dir, id, 7, matte);
    struct ho_said same = {.prompt = {.kind = HO_PROMPT_MASK, .frame = 7, .mask = matte}};
    struct numbers second = track(ASK(.bank = f->dir, .frames = {5, -1}, .more = {same}, .n_more = 1), id);
    assert_int_equal(second.step, 2);
    assert_int_equal(second.tracked, 1 + 1 + HO_MEET_FRAMES);    // itself, back to the prompted one, and on
    assert_true(second.n_changes <= 1);
    // The take before can still be had; away from the frame every bit is as it was.
    snprintf(first, sizeof(first), "%s@1", id);
    assert_true(ho_key_equal(before, content(f->dir, first, 0, N_FRAMES)));
    assert_same(f->dir, first, f->dir, id, 0, 5);
    assert_same(f->dir, first, f->dir, id, 8, CUT - 1);
    // The same command again, and one step after the other: the same.
    assert_numbers(track(ASK(.bank = f->dir, .frames = {5, -1}, .more = {same}, .n_more = 1), NULL), 0, CUT, 0,
                   CUT - 1);
    track(ASK(.bank = f->other, .frames = {5, -1}), NULL);
    assert_int_equal(track(ASK(.bank = f->other, .add = true, .frames = {-1}, .more = {same}, .n_more = 1), NULL).step,
                     2);
    assert_same(f->dir, id, f->other, id, 0, N_FRAMES);
    assert_numbers(track(ASK(.bank = f->other, .add = true, .frames = {-1}, .more = {same}, .n_more = 1), NULL), 0, CUT,
                   0, CUT - 1);
    // The first command alone shows what was added since.
    assert_int_equal(track(ASK(.bank = f->dir, .frames = {5, -1}), NULL).step, 2);
    ho_matte_destroy(&matte);
}

// One that says something new changes what follows from it, and says which frames.
static void a_correction_says_what_it_changed(void **state)
{
    struct fixture *f = *state;
    struct ho_track_report report;
    struct ho_diag diag = {0};
    track(ASK(.bank = f->dir, .frames = {5, -1}), NULL);
    assert_ok(run(ASK(.bank = f->dir, .add = true, .frames = {30, -1}), &report, &diag), &diag);
    const struct ho_object_report *object = &report.objects[0];
    bool has_own = false;
    assert_true(object->n_changes > 0);
    for (size_t i = 0; i < object->n_changes; i++) {
        has_own = has_own || object->changes[i].frame == 30;
        assert_true(object->changes[i].frame > 5);    // the first prompted frame is no other's business
        assert_true(i == 0 || object->changes[i].amount <= object->changes[i - 1].amount);
    }
    assert_true(has_own);
    ho_track_report_clear(&report);
}

// A step to the ends: the frames between two prompted ones come from both sides.
static void a_whole_step_is_blended(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE];
    track(ASK(.bank = f->dir, .frames = {10, 30, -1}, .whole = true), id);
    struct ho_diag diag = {0};
    struct ho_bank *bank;
    struct ho_store *store;
    struct ho_step *steps;
    size_t n;
    assert_ok(ho_bank_open(f->dir, &bank, &diag), &diag);
    assert_ok(ho_store_open(bank, id, HO_STORE_READ, &store, &diag), &diag);
    assert_ok(ho_store_steps(store, &steps, &n, &diag), &diag);
    assert_int_equal(n, 2);
    // 11 to 29 are of a key each side's keys went into; what was walked for them is not kept beside.
    struct ho_take take;
    assert_ok(ho_store_get_take(store, 2, &take, &diag), &diag);
    struct ho_key between = ho_take_find(&take, 20)->key;
    assert_true(ho_key_equal(between, ho_take_find(&take, 11)->key));
    assert_false(ho_key_equal(between, ho_take_find(&take, 31)->key));
    int64_t n_mattes;
    assert_ok(ho_sql_number(store->db, store->path, "SELECT count(*) FROM frames WHERE frame BETWEEN 11 AND 29",
                            &n_mattes, &diag),
              &diag);
    assert_int_equal(n_mattes, 2 * 19);
    ho_take_clear(&take);
    ho_steps_free(&steps, n);
    ho_store_close(&store);
    ho_bank_close(&bank);
}

static struct ho_key key_at(const char *bank_dir, const char *id, int64_t frame)
{
    return entry_of(bank_dir, id, frame, NULL).key;
}

// Masks on 38, 36, 15, `early` and 30, one after the other.
static void track_masks(const char *bank_dir, int64_t early, char id[HO_ID_SIZE])
{
    struct ho_matte *matte;
    int64_t frames[] = {38, 36, 15, early, 30};
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &matte, &made), &made);
    for (int y = 20; y < 40; y++)
        for (int x = 20; x < 40; x++)
            matte->data[y * matte->stride + x] = UINT16_MAX;
    for (int i = 0; i < 5; i++) {
        struct ho_said said = {.prompt = {.kind = HO_PROMPT_MASK, .frame = frames[i], .mask = matte}};
        track(ASK(.bank = bank_dir, .add = i > 0, .frames = {-1}, .more = {said}, .n_more = 1), id);
    }
    ho_matte_destroy(&matte);
}

// What is followed from a prompted frame is made of the two prompted ones on either side and of the first one.
static void a_walk_keeps_prompted_frames_in_mind(void **state)
{
    struct fixture *f = *state;
    char a[HO_ID_SIZE], b[HO_ID_SIZE];
    track_masks(f->dir, 10, a);
    track_masks(f->other, 12, b);
    assert_true(ho_key_equal(key_at(f->dir, a, 36), key_at(f->other, b, 36)));
    assert_true(ho_key_equal(key_at(f->dir, a, 30), key_at(f->other, b, 30)));
    assert_false(ho_key_equal(key_at(f->dir, a, 31), key_at(f->other, b, 31)));
}

// What is mixed of both sides and shows the same as what was there is what was there: by the frame at the far end.
static void what_mixing_does_not_change_stays(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE];
    struct ho_point late = red_at(20), blue = {late.x + 20, late.y};
    struct ho_said more = {.prompt = {.kind = HO_PROMPT_CLICK, .frame = 20, .points = &blue, .n_points = 1}};
    track(ASK(.bank = f->dir, .frames = {5, -1}, .more = {more}, .n_more = 1), id);
    struct ho_bank *bank;
    struct ho_store *store;
    struct ho_take first, second;
    assert_ok(ho_bank_open(f->dir, &bank, &made), &made);
    assert_ok(ho_store_open(bank, id, HO_STORE_READ, &store, &made), &made);
    assert_ok(ho_store_get_take(store, 1, &first, &made), &made);
    assert_ok(ho_store_get_take(store, 2, &second, &made), &made);
    int64_t frame = 6;
    while (ho_key_equal(ho_take_find(&first, frame)->key, ho_take_find(&second, frame)->key))
        frame++;
    assert_in_range(frame, 7, 18);
    struct ho_matte *old, *new;
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &old, &made), &made);
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &new, &made), &made);
    assert_ok(ho_store_get_key(store, frame, ho_take_find(&first, frame)->key, old, NULL, &made), &made);
    assert_ok(ho_store_get_key(store, frame, ho_take_find(&second, frame)->key, new, NULL, &made), &made);
    assert_false(ho_mattes_agree(new, old));
    for (; frame < 20; frame++)
        assert_false(ho_key_equal(ho_take_find(&first, frame)->key, ho_take_find(&second, frame)->key));
    ho_matte_destroy(&old);
    ho_matte_destroy(&new);
    ho_take_clear(&first);
    ho_take_clear(&second);
    ho_store_close(&store);
    ho_bank_close(&bank);
}

// The area of a frame's matte, after one prompt or two.
static int64_t area_after(const char *bank_dir, struct ho_prompt first, const struct ho_prompt *second, int64_t frame)
{
    struct ho_said said[] = {{.prompt = first}, {.prompt = second ? *second : first}};
    struct ho_object_request object = {.name = "disc", .said = said, .n_said = second ? 2 : 1};
    struct ho_track_request request = {
        .source = film, .objects = &object, .n_objects = 1, .engine = "stub", .bank_dir = bank_dir, .n_threads = 1};
    struct ho_track_report report;
    struct ho_diag diag = {0};
    assert_ok(ho_track_run(&request, &report, &diag), &diag);
    int64_t area = entry_of(bank_dir, report.objects[0].id, frame, NULL).area;
    ho_track_report_clear(&report);
    return area;
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
    int64_t alone = area_after(f->dir, on_red, NULL, 20), both = area_after(f->dir, on_red, &more, 20);
    assert_true(alone > 200 && both > alone + 100);
    // Nothing needs to be said again of what is right; given the other way round it is another thing that is asked.
    assert_in_range(area_after(f->dir, on_red, &less, 20), alone / 2, alone + 10);
    assert_true(area_after(f->dir, more, &on_red, 20) < both);
    // A box says everything itself.
    assert_in_range(area_after(f->dir, on_red, &anew, 20), 40, 120);
}

static void prompts_in_another_shot_are_their_own(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], first[HO_ID_SIZE + 8];
    track(ASK(.bank = f->dir, .frames = {10, -1}), id);
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, 45, -1}), NULL), N_FRAMES - CUT, CUT, 0, N_FRAMES - 1);
    snprintf(first, sizeof(first), "%s@1", id);
    assert_same(f->dir, first, f->dir, id, 0, CUT - 1);
    assert_numbers(track(ASK(.bank = f->dir, .frames = {10, 45, -1}), NULL), 0, N_FRAMES, 0, N_FRAMES - 1);
}

// ---- locks

// Whatever is said afterwards, at random: what was locked is shown with the same bits.
static void locked_frames_never_change(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE];
    srand(5);
    track(ASK(.bank = f->dir, .frames = {10, -1}, .more = {lock(16, 24)}, .n_more = 1), id);
    struct ho_matte *before[9], *now;
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &now, &made), &made);
    for (int i = 0; i < 9; i++) {
        assert_ok(ho_matte_create(WIDTH, HEIGHT, &before[i], &made), &made);
        assert_true(entry_of(f->dir, id, 16 + i, before[i]).flags & HO_FLAG_LOCKED);
    }
    for (int round = 0; round < 12; round++) {
        int64_t frame = rand() % 2 ? rand() % 16 : 25 + rand() % (CUT - 25);
        struct ho_point at = {(float)(rand() % WIDTH), (float)(rand() % HEIGHT)};
        struct ho_said random = {.prompt = {.kind = rand() % 2 ? HO_PROMPT_CLICK : HO_PROMPT_EXCLUDE,
                                            .frame = frame,
                                            .points = &at,
                                            .n_points = 1}};
        if (rand() % 4 == 0)
            random = absent(frame, frame);
        track(ASK(.bank = f->dir, .add = true, .whole = rand() % 2, .frames = {-1}, .more = {random}, .n_more = 1),
              NULL);
        for (int i = 0; i < 9; i++) {
            entry_of(f->dir, id, 16 + i, now);
            assert_true(ho_matte_equal(now, before[i]));
        }
    }
    for (int i = 0; i < 9; i++)
        ho_matte_destroy(&before[i]);
    ho_matte_destroy(&now);
}

static void nothing_is_said_of_a_locked_frame(void **state)
{
    struct fixture *f = *state;
    struct ho_track_report report;
    struct ho_diag diag = {0};
    track(ASK(.bank = f->dir, .frames = {10, -1}, .more = {lock(16, 24)}, .n_more = 1), NULL);
    assert_int_equal(run(ASK(.bank = f->dir, .add = true, .frames = {20, -1}), &report, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "frame 20"));
    assert_non_null(strstr(diag.message, "locked"));
    ho_track_report_clear(&report);
    diag = (struct ho_diag){0};
    assert_int_equal(
        run(ASK(.bank = f->dir, .add = true, .frames = {-1}, .more = {absent(24, 26)}, .n_more = 1), &report, &diag),
        HO_ERROR_USAGE);
    ho_track_report_clear(&report);
    diag = (struct ho_diag){0};
    assert_int_equal(
        run(ASK(.bank = f->dir, .frames = {10, -1}, .more = {lock(1000, 2000)}, .n_more = 1), &report, &diag),
        HO_ERROR_USAGE);
    ho_track_report_clear(&report);
    // The history is as it was; without the lock it can be said.
    assert_int_equal(track(ASK(.bank = f->dir, .frames = {10, -1}), NULL).step, 2);
    assert_int_equal(track(ASK(.bank = f->dir, .add = true, .frames = {-1}, .more = {mute(2)}, .n_more = 1), NULL).step,
                     3);
    assert_int_equal(track(ASK(.bank = f->dir, .add = true, .frames = {20, -1}), NULL).step, 4);
}

// ---- absence

static void an_absent_object_has_an_empty_matte(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE], first[HO_ID_SIZE + 8];
    track(ASK(.bank = f->dir, .frames = {5, -1}), id);
    track(ASK(.bank = f->dir, .add = true, .frames = {-1}, .more = {absent(18, 22)}, .n_more = 1), NULL);
    for (int64_t frame = 0; frame < CUT; frame++) {
        struct ho_frame_entry entry = entry_of(f->dir, id, frame, NULL);
        bool is_gone = frame >= 18 && frame <= 22;
        assert_int_equal(entry.area == 0, is_gone);
        assert_int_equal((entry.flags & HO_FLAG_ABSENT) != 0, is_gone);
        assert_int_equal((entry.flags & HO_FLAG_EMPTY) != 0, is_gone);
    }
    // Before it nothing was followed through it.
    snprintf(first, sizeof(first), "%s@1", id);
    assert_same(f->dir, first, f->dir, id, 0, 17);
    struct ho_track_report report;
    struct ho_diag diag = {0};
    assert_int_equal(run(ASK(.bank = f->other, .frames = {-1}, .more = {absent(3, 4)}, .n_more = 1), &report, &diag),
                     HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "absent"));
    ho_track_report_clear(&report);
}

static void an_empty_mask_is_an_absence(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE];
    struct ho_matte *empty;
    assert_ok(ho_matte_create(WIDTH, HEIGHT, &empty, &made), &made);
    struct ho_said said = {.prompt = {.kind = HO_PROMPT_MASK, .frame = 20, .mask = empty}};
    track(ASK(.bank = f->dir, .frames = {5, -1}, .more = {said}, .n_more = 1), id);
    assert_true(entry_of(f->dir, id, 20, NULL).flags & HO_FLAG_ABSENT);
    assert_false(entry_of(f->dir, id, 19, NULL).flags & HO_FLAG_ABSENT);
    ho_matte_destroy(&empty);
}

// ---- muting

static void a_muted_step_is_as_if_never_said(void **state)
{
    struct fixture *f = *state;
    char id[HO_ID_SIZE];
    struct ho_point beside = {80, 55};
    struct ho_said wrong = {.prompt = {.kind = HO_PROMPT_CLICK, .frame = 20, .points = &beside, .n_points = 1}};
    track(ASK(.bank = f->dir, .frames = {5, -1}, .more = {wrong}, .n_more = 1), id);
    track(ASK(.bank = f->dir, .add = true, .frames = {35, -1}), NULL);
    struct numbers muted = track(ASK(.bank = f->dir, .add = true, .frames = {-1}, .more = {mute(2)}, .n_more = 1),
                                 NULL);
    assert_int_equal(muted.step, 4);
    track(ASK(.bank = f->other, .frames = {5, 35, -1}), NULL);
    assert_same(f->dir, id, f->other, id, 0, N_FRAMES);
    // Again: it is the last that was said. Another step that is not there is refused.
    assert_int_equal(track(ASK(.bank = f->dir, .add = true, .frames = {-1}, .more = {mute(2)}, .n_more = 1), NULL).step,
                     4);
    struct ho_track_report report;
    struct ho_diag diag = {0};
    assert_int_equal(
        run(ASK(.bank = f->dir, .add = true, .frames = {-1}, .more = {mute(9)}, .n_more = 1), &report, &diag),
        HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "step 9"));
    ho_track_report_clear(&report);
    assert_int_equal(track(ASK(.bank = f->dir, .frames = {5, -1}, .more = {wrong}, .n_more = 1), NULL).step, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(directions_limit_what_is_walked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_step_changes_only_what_it_must, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_correction_says_what_it_changed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_whole_step_is_blended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_walk_keeps_prompted_frames_in_mind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_mixing_does_not_change_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_correction_starts_from_what_was_tracked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(prompts_in_another_shot_are_their_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(locked_frames_never_change, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_said_of_a_locked_frame, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_absent_object_has_an_empty_matte, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_mask_is_an_absence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_muted_step_is_as_if_never_said, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, make_film, remove_film);
}
