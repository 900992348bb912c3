// SPDX-License-Identifier: BSD-2-Clause
// An object's history: steps, the takes that are gone back to, and what pruning leaves.
#include "unit/bank_fixture.h"

#include <sys/stat.h>

#include "bank/bank.h"

enum { WIDTH = 64, HEIGHT = 48, N_FRAMES = 10 };

static const struct ho_key first_key = {1, 1}, second_key = {2, 2}, stray_key = {3, 3};

static int set_up(void **state) { return bank_fixture_set_up(state, WIDTH, HEIGHT); }

// Two steps: the second has other mattes from frame 5 on, which stand beside those of the first.
static struct ho_store *make(struct bank_fixture *f)
{
    struct ho_store *store = fixture_create(f, "disc");
    fixture_put(f, store, 0, N_FRAMES - 1, first_key, 0);
    fixture_step(store, "here", 0, N_FRAMES - 1, first_key);
    fixture_put(f, store, 5, N_FRAMES - 1, second_key, 10);
    const struct ho_span spans[] = {{0, 4, first_key, 0}, {5, N_FRAMES - 1, second_key, HO_FLAG_LOCKED}};
    assert_int_equal(fixture_step_of(store, "and here", spans, 2), 2);
    return store;
}

static void takes_are_gone_back_to(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_store *store = make(f), *reader;
    struct ho_frame_entry entry;
    assert_int_equal(ho_store_current(store), 2);
    assert_shows(f, store, 0, 4, 0);
    assert_shows(f, store, 5, N_FRAMES - 1, 10);
    assert_ok(ho_store_get(store, 6, NULL, &entry, &diag), &diag);
    assert_true(ho_key_equal(entry.key, second_key));
    assert_int_equal(entry.flags, HO_FLAG_LOCKED);    // which its take says
    // Looked at by the way: the current one stays.
    assert_ok(ho_store_select(store, 1, &diag), &diag);
    assert_int_equal(ho_store_selected(store), 1);
    assert_int_equal(ho_store_current(store), 2);
    assert_shows(f, store, 0, N_FRAMES - 1, 0);
    assert_ok(ho_store_get(store, 6, NULL, &entry, &diag), &diag);
    assert_int_equal(entry.flags, 0);
    reader = fixture_open(f, "disc@1", HO_STORE_READ);
    assert_shows(f, reader, 0, N_FRAMES - 1, 0);
    ho_store_close(&reader);
    reader = fixture_open(f, "disc", HO_STORE_READ);
    assert_shows(f, reader, 5, N_FRAMES - 1, 10);
    ho_store_close(&reader);
    // Made current: at once for all who open it, and the later one is still there.
    assert_ok(ho_store_set_current(store, 1, &diag), &diag);
    reader = fixture_open(f, "disc", HO_STORE_READ);
    assert_int_equal(ho_store_current(reader), 1);
    assert_shows(f, reader, 0, N_FRAMES - 1, 0);
    ho_store_close(&reader);
    reader = fixture_open(f, "disc@2", HO_STORE_READ);
    assert_shows(f, reader, 5, N_FRAMES - 1, 10);
    ho_store_close(&reader);
    assert_int_equal(ho_store_set_current(store, 3, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "no step 3"));
    assert_int_equal(ho_store_current(store), 1);
    diag = (struct ho_diag){0};
    assert_int_equal(ho_store_select(store, 3, &diag), HO_ERROR_USAGE);
    assert_shows(f, store, 0, N_FRAMES - 1, 0);
    diag = (struct ho_diag){0};
    assert_int_equal(ho_store_open(f->bank, "disc@3", HO_STORE_READ, &reader, &diag), HO_ERROR_USAGE);
    ho_store_close(&store);
}

static void steps_say_what_was_said(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_store *store = fixture_create(f, "disc");
    char said[] = "{\"words\":\"a \\\"disc\\\" \xc3\xa9\"}";
    struct ho_step step = {.key = {1, 2},
                           .said = said,
                           .making = {.engine = "embedded",
                                      .engine_version = "7",
                                      .weights = "abc",
                                      .precision = "f16",
                                      .runtime = "OpenVINO 2024.6",
                                      .quality = "better"},
                           .basis = {3, 4}},
                   *steps;
    size_t n;
    assert_ok(ho_store_add_step(store, &step, &diag), &diag);
    step.parent = 1;
    assert_ok(ho_store_add_step(store, &step, &diag), &diag);
    assert_ok(ho_store_note_step(store, 2, false, 1.5, 10, &diag), &diag);
    assert_ok(ho_store_note_step(store, 2, true, 2, 5, &diag), &diag);
    ho_store_close(&store);
    store = fixture_open(f, "disc", HO_STORE_READ);
    assert_int_equal(ho_store_current(store), 0);    // nothing was chosen
    assert_ok(ho_store_steps(store, &steps, &n, &diag), &diag);
    assert_int_equal(n, 2);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(steps[i].number, i + 1);
        assert_int_equal(steps[i].parent, i);
        assert_string_equal(steps[i].said, said);
        assert_true(ho_key_equal(steps[i].key, step.key) && ho_key_equal(steps[i].basis, step.basis));
        assert_memory_equal(&steps[i].making, &step.making, sizeof(step.making));
        assert_true(steps[i].made > 1700000000000);
    }
    assert_false(steps[0].is_finished);
    assert_true(steps[1].is_finished && steps[1].seconds == 3.5);
    assert_int_equal(steps[1].n_tracked, 15);
    ho_steps_free(&steps, n);
    assert_null(steps);
    ho_store_close(&store);
}

// Where the disk takes nothing more, what was current stays so, in memory and in the file.
static void what_could_not_be_made_current_is_not(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_store *store = make(f), *reader;
    assert_ok(ho_sql_run(store->db, store->path, "PRAGMA query_only = ON", &diag), &diag);
    assert_int_equal(ho_store_set_current(store, 1, &diag), HO_ERROR_SPACE);
    assert_int_equal(ho_store_current(store), 2);
    reader = fixture_open(f, "disc", HO_STORE_READ);
    assert_int_equal(ho_store_current(reader), 2);
    ho_store_close(&reader);
    ho_store_close(&store);
}

static int64_t rows_of(struct ho_store *store, const char *sql)
{
    struct ho_diag diag = {0};
    int64_t n;
    assert_ok(ho_sql_number(store->db, store->path, sql, &n, &diag), &diag);
    return n;
}

// Pruning drops what no take shows, of no step, says how much before, and leaves all else as it was.
static void pruning_drops_what_no_take_shows(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_pruned before, done;
    struct ho_store *store = make(f);
    fixture_put(f, store, 20, 22, first_key, 0);    // beyond the takes
    fixture_put(f, store, 0, 1, stray_key, 0);
    const struct ho_key basis = {4, 4};
    fixture_put(f, store, 3, 3, basis, 30);    // which a step started from
    char said[] = "{}";
    struct ho_step step = {.said = said, .basis = basis, .parent = 2};
    assert_ok(ho_store_add_step(store, &step, &diag), &diag);
    assert_ok(ho_store_put_state(store, stray_key, 1, "stray", 6, &diag), &diag);
    assert_ok(ho_store_put_state(store, second_key, 9, "shown", 6, &diag), &diag);
    assert_ok(ho_store_commit(store, &diag), &diag);
    const char *bytes_of =
                   "SELECT sum(length(packed)) FROM mattes WHERE id IN (SELECT id FROM frames WHERE frame >= 20 "
                   "OR key LIKE '0000000000000003%')",
               *walk_bytes = "SELECT sum(length(packed)) FROM walks WHERE walk LIKE '0000000000000003%'";
    int64_t mattes = rows_of(store, bytes_of), memory = rows_of(store, walk_bytes);
    // A step that is being tracked needs its walks' memory.
    assert_ok(ho_bank_prune(f->bank, "disc", true, &before, &diag), &diag);
    assert_int_equal(before.n_mattes, 5);
    assert_int_equal(before.bytes, mattes);
    assert_ok(ho_store_note_step(store, 3, true, 0, 0, &diag), &diag);
    assert_int_equal(ho_bank_prune(f->bank, "disc", false, &done, &diag), HO_ERROR_BUSY);
    ho_store_close(&store);
    diag = (struct ho_diag){0};
    assert_ok(ho_bank_prune(f->bank, NULL, true, &before, &diag), &diag);
    assert_int_equal(before.n_mattes, 5);
    assert_int_equal(before.bytes, mattes + memory);
    assert_ok(ho_bank_prune(f->bank, NULL, false, &done, &diag), &diag);
    assert_int_equal(done.n_mattes, 5);
    assert_int_equal(done.bytes, before.bytes);
    assert_ok(ho_bank_prune(f->bank, "disc", true, &before, &diag), &diag);
    assert_true(before.n_mattes == 0 && before.bytes == 0);
    store = fixture_open(f, "disc", HO_STORE_READ);
    assert_shows(f, store, 0, 4, 0);
    assert_shows(f, store, 5, N_FRAMES - 1, 10);
    assert_ok(ho_store_select(store, 1, &diag), &diag);
    assert_shows(f, store, 0, N_FRAMES - 1, 0);
    assert_int_equal(rows_of(store, "SELECT count(*) FROM frames"), 16);
    assert_int_equal(rows_of(store, "SELECT count(*) FROM mattes"), 16);
    assert_int_equal(rows_of(store, "SELECT count(*) FROM walks"), 1);
    ho_store_close(&store);
    assert_ok(ho_bank_verify(f->bank, NULL, NULL, NULL, NULL, &diag), &diag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(takes_are_gone_back_to, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(steps_say_what_was_said, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(what_could_not_be_made_current_is_not, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(pruning_drops_what_no_take_shows, set_up, bank_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
