// SPDX-License-Identifier: BSD-2-Clause
// Where there is no memory, of ours or of SQLite's: it is said, and nothing is lost.
#include "unit/store_fixture.h"

#include "base/memory.h"
#include "holdout/log.h"

static enum ho_result write_all(struct bank_fixture *f, struct ho_store *store, struct ho_diag *diag)
{
    char said[] = "{\"words\":\"a disc\"}";
    struct ho_step step = {.said = said, .making = {.engine = "stub"}};
    struct ho_take take = {0};
    HO_TRY(ho_store_add_step(store, &step, diag));
    enum ho_result result = ho_take_set(&take, (struct ho_span){.first = 0, .last = 9, .key = key}, diag);
    if (result == HO_OK)
        result = ho_take_flag(&take, (struct ho_range){1, 2}, HO_FLAG_LOCKED, 0, diag);
    if (result == HO_OK)
        result = ho_store_put_take(store, step.number, &take, diag);
    ho_take_clear(&take);
    if (result != HO_OK)
        return result;
    for (int64_t frame = 0; frame < 3; frame++) {
        struct ho_frame_entry entry = entry_of(frame);
        fixture_draw(f->drawn, frame);
        HO_TRY(ho_store_put(store, &entry, f->drawn, diag));
        HO_TRY(ho_store_put_state(store, walk, frame, "memory", 7, diag));
    }
    HO_TRY(ho_store_put_mask(store, mask_key, f->drawn, diag));
    return ho_store_set_current(store, step.number, diag);
}

static enum ho_result read_all(struct bank_fixture *f, struct ho_store *store, struct ho_diag *diag)
{
    struct ho_frame_entry *entries;
    struct ho_step *steps;
    void *bytes;
    int64_t frame;
    size_t n;
    HO_TRY(ho_store_entries(store, &entries, &n, diag));
    free(entries);
    HO_TRY(ho_store_steps(store, &steps, &n, diag));
    ho_steps_free(&steps, n);
    HO_TRY(ho_store_get_state(store, walk, &frame, &bytes, &n, diag));
    free(bytes);
    HO_TRY(ho_store_get_mask(store, mask_key, f->read, diag));
    return ho_store_get(store, 1, f->read, NULL, diag);
}

static enum ho_result use_bank(struct bank_fixture *f, struct ho_diag *diag)
{
    struct ho_object_summary *list;
    struct ho_pruned pruned;
    struct ho_store *store;
    char path[400], id[HO_ID_SIZE];
    size_t n;
    snprintf(path, sizeof(path), "%s/away.matte", f->dir);
    HO_TRY(ho_store_open(f->bank, "other@1", HO_STORE_READ, &store, diag));
    ho_store_close(&store);
    HO_TRY(ho_bank_list(f->bank, &list, &n, diag));
    free(list);
    HO_TRY(ho_bank_prune(f->bank, "other", false, &pruned, diag));
    HO_TRY(ho_bank_repair(f->bank, "other", NULL, NULL, NULL, diag));
    HO_TRY(ho_bank_export(f->bank, "other", path, true, diag));
    HO_TRY(ho_bank_import(f->bank, path, true, id, diag));
    return ho_bank_verify(f->bank, NULL, NULL, NULL, NULL, diag);
}

// All that can be done with an object, with a fresh one, so that each time asks for as much memory as the first.
static enum ho_result exercise(struct bank_fixture *f, struct ho_diag *diag)
{
    struct ho_source_info source = fixture_source(WIDTH, HEIGHT);
    struct ho_store *store = NULL;
    struct ho_diag inner = {0};
    enum ho_result result = ho_bank_remove(f->bank, "other", &inner);
    if (result != HO_OK && result != HO_ERROR_INPUT)
        return ho_fail(diag, result, "%s", inner.message);
    result = ho_store_create(f->bank, &source, "other", 0, &store, diag);
    if (result == HO_OK)
        result = write_all(f, store, diag);
    if (result == HO_OK)
        result = read_all(f, store, diag);
    ho_store_close(&store);
    return result == HO_OK ? use_bank(f, diag) : result;
}

static void every_failed_allocation_is_said(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_store *store = create(f);
    fill(f, store);
    ho_store_close(&store);
    int64_t n = 0;
    for (enum ho_result result = HO_ERROR_MEMORY; result != HO_OK;) {
        struct ho_diag diag = {0};
        ho_memory_fail_at(++n);
        result = exercise(f, &diag);
        ho_memory_fail_at(0);
        if (result != HO_OK && result != HO_ERROR_MEMORY)
            fail_msg("%s: %s", ho_result_name(result), diag.message);
        if (result == HO_ERROR_MEMORY)
            assert_true(strlen(diag.message) > 0);
    }
    print_message("%lld allocations failed in turn\n", (long long)n - 1);
    assert_true(n > 20);
}

// ---- SQLite's own allocations

static sqlite3_mem_methods real_memory;
static int n_sqlite_allocations, sqlite_fails_at;

static bool is_sqlite_to_fail(void) { return ++n_sqlite_allocations == sqlite_fails_at; }
static void *sqlite_alloc(int size) { return is_sqlite_to_fail() ? NULL : real_memory.xMalloc(size); }
static void *sqlite_grow(void *block, int size)
{
    return is_sqlite_to_fail() ? NULL : real_memory.xRealloc(block, size);
}

static void count_sqlite_allocations(void)
{
    static sqlite3_mem_methods counting;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory), SQLITE_OK);
    counting = real_memory;
    counting.xMalloc = sqlite_alloc;
    counting.xRealloc = sqlite_grow;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &counting), SQLITE_OK);
}

static void every_failed_allocation_of_sqlite_is_said(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_store *store = create(f);
    fill(f, store);
    ho_store_close(&store);
    int n = 0, n_failed = 0;
    n_sqlite_allocations = 0;
    struct ho_diag first = {0};
    assert_ok(exercise(f, &first), &first);
    int n_all = n_sqlite_allocations;
    ho_log_set_level(HO_LOG_QUIET);    // a close that fails says so in the log
    for (n = 1; n < n_all; n += 1 + n / 60) {
        struct ho_diag diag = {0};
        n_sqlite_allocations = 0;
        sqlite_fails_at = n;
        enum ho_result result = exercise(f, &diag);
        sqlite_fails_at = 0;
        if (result != HO_OK && result != HO_ERROR_MEMORY)
            fail_msg("allocation %d: %s: %s", n, ho_result_name(result), diag.message);
        assert_true(result == HO_OK || strlen(diag.message) > 0);
        n_failed += result != HO_OK;
    }
    ho_log_set_level(HO_LOG_WARNING);
    store = create(f);
    for (int64_t frame = 0; frame < N_FRAMES; frame++)
        assert_frame(f, store, frame);
    ho_store_close(&store);
    print_message("%d of SQLite's %d allocations failed in turn\n", n_failed, n_all);
    assert_true(n_failed > 20);
}

int main(void)
{
    count_sqlite_allocations();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_failed_allocation_is_said, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(every_failed_allocation_of_sqlite_is_said, set_up, bank_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
