// SPDX-License-Identifier: BSD-2-Clause
// Damage to one store: it is found, costs what it hits, and is repaired.
#include "unit/store_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

static void flip(const char *path, off_t offset, uint8_t mask)
{
    int fd = open(path, O_RDWR);
    uint8_t byte = 0;
    assert_true(fd >= 0 && pread(fd, &byte, 1, offset) == 1);
    byte ^= mask;
    assert_true(pwrite(fd, &byte, 1, offset) == 1);
    close(fd);
}

struct faults {
    int n;
    int64_t frame;
    bool named_file;
};

static void count_fault(void *opaque, const char *id, int64_t frame, const char *text)
{
    struct faults *faults = opaque;
    faults->n++;
    if (frame < 0)
        return;
    faults->frame = frame;
    if (strncmp(text, "its ", 4) == 0)    // row or key: whose it is, is what can't be told
        return;
    char name[32];
    snprintf(name, sizeof(name), "frame %lld ", (long long)frame);
    assert_non_null(strstr(text, name));
    assert_non_null(strstr(text, id));
}

// A byte flipped anywhere: what is read is right or refused with HO_ERROR_VERIFY, and one byte in a picture costs that
// picture alone.
static void a_flipped_byte_is_found(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_store *store = create(f);
    fill(f, store);
    char path[1024], id[HO_ID_SIZE];
    snprintf(path, sizeof(path), "%s", ho_store_path(store));
    strcpy(id, ho_store_id(store));
    ho_store_close(&store);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    int n_found = 0, n_tried = 0, n_single = 0;
    for (off_t offset = 0; offset < info.st_size; offset += offset < 200 ? 3 : 211) {
        flip(path, offset, (uint8_t)(1u << (offset % 8)));
        n_tried++;
        struct faults faults = {0};
        diag = (struct ho_diag){0};
        enum ho_result verified = ho_bank_verify(f->bank, id, count_fault, &faults, NULL, &diag);
        assert_true(verified == HO_OK || (verified == HO_ERROR_VERIFY && faults.n > 0));
        n_found += verified == HO_ERROR_VERIFY;
        int n_bad = 0;
        struct ho_diag opening = {0};
        if (ho_store_open(f->bank, id, HO_STORE_READ, &store, &opening) == HO_OK) {
            for (int64_t frame = 0; frame < N_FRAMES; frame++) {
                struct ho_diag reading = {0};
                enum ho_result got = ho_store_get(store, frame, f->read, NULL, &reading);
                if (got == HO_OK) {
                    fixture_draw(f->drawn, frame);
                    assert_true(ho_matte_equal(f->drawn, f->read));
                    continue;
                }
                n_bad++;
                assert_true(got == HO_ERROR_VERIFY || got == HO_END);
                if (got == HO_ERROR_VERIFY) {
                    assert_non_null(strstr(reading.message, "frame "));
                    assert_non_null(strstr(reading.message, path));
                }
            }
            ho_store_close(&store);
            assert_true(n_bad == 0 || verified == HO_ERROR_VERIFY);
            n_single += n_bad == 1;
        } else {
            assert_true(verified == HO_ERROR_VERIFY);
            assert_true(strlen(opening.message) > 0);
        }
        flip(path, offset, (uint8_t)(1u << (offset % 8)));
    }
    diag = (struct ho_diag){0};
    assert_ok(ho_bank_verify(f->bank, id, NULL, NULL, NULL, &diag), &diag);
    print_message("%d bytes flipped, %d found, %d cost one frame\n", n_tried, n_found, n_single);
    assert_true(n_single > 10);
}

// Each long call stops, and leaves everything as it was.
static void a_cancelled_call_changes_nothing(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_cancel cancel = {0};
    struct ho_store *store = create(f);
    fill(f, store);
    char id[HO_ID_SIZE], taken[HO_ID_SIZE], file[1200], other[1200];
    strcpy(id, ho_store_id(store));
    ho_store_close(&store);
    snprintf(file, sizeof(file), "%s/given.matte", ho_bank_dir(f->bank));
    snprintf(other, sizeof(other), "%s/other.matte", ho_bank_dir(f->bank));
    ho_bank_set_cancel(f->bank, &cancel);
    assert_ok(ho_bank_export(f->bank, id, file, false, &diag), &diag);
    ho_cancel_request(&cancel);
    struct ho_diag said[4] = {0};
    assert_int_equal(ho_bank_verify(f->bank, id, NULL, NULL, NULL, &said[0]), HO_CANCELLED);
    assert_int_equal(ho_bank_repair(f->bank, id, NULL, NULL, NULL, &said[1]), HO_CANCELLED);
    assert_int_equal(ho_bank_export(f->bank, id, other, false, &said[2]), HO_CANCELLED);
    assert_int_equal(ho_bank_import(f->bank, file, true, taken, &said[3]), HO_CANCELLED);
    for (int i = 0; i < 4; i++)
        assert_non_null(strstr(said[i].message, "stopped"));
    assert_int_not_equal(access(other, F_OK), 0);
    ho_cancel_reset(&cancel);
    assert_ok(ho_bank_verify(f->bank, NULL, NULL, NULL, NULL, &diag), &diag);
    assert_ok(ho_store_open(f->bank, id, HO_STORE_READ, &store, &diag), &diag);
    for (int64_t frame = 0; frame < N_FRAMES; frame++)
        assert_ok(ho_store_get(store, frame, f->read, NULL, &diag), &diag);
    ho_store_close(&store);
}

static void damage(struct ho_store *store, const char *sql)
{
    struct ho_diag diag = {0};
    assert_ok(ho_sql_run(store->db, store->path, "PRAGMA ignore_check_constraints = ON", &diag), &diag);
    assert_ok(ho_sql_run(store->db, store->path, sql, &diag), &diag);
    assert_true(sqlite3_changes(store->db) == 1);
}

// Repair keeps every frame but the damaged one, which can then be put again.
static void repair_keeps_what_can_be_read(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_store *store = create(f);
    fill(f, store);
    char id[HO_ID_SIZE];
    strcpy(id, ho_store_id(store));
    damage(store, "UPDATE state SET created = 12345");
    damage(store, "UPDATE mattes SET packed = x'010203' WHERE id = (SELECT id FROM frames WHERE frame = 7)");
    ho_store_close(&store);
    int64_t n_lost = 0;
    struct faults faults = {0};
    assert_int_equal(ho_bank_verify(f->bank, id, count_fault, &faults, NULL, &diag), HO_ERROR_VERIFY);
    assert_int_equal(faults.frame, 7);
    diag = (struct ho_diag){0};
    assert_ok(ho_bank_repair(f->bank, id, NULL, NULL, &n_lost, &diag), &diag);
    assert_int_equal(n_lost, 1);
    assert_ok(ho_bank_verify(f->bank, id, NULL, NULL, NULL, &diag), &diag);
    assert_ok(ho_store_open(f->bank, id, HO_STORE_WRITE, &store, &diag), &diag);
    int64_t created;
    assert_ok(ho_sql_number(store->db, store->path, "SELECT created FROM state", &created, &diag), &diag);
    assert_int_equal(created, 12345);
    assert_int_equal(ho_store_get(store, 7, f->read, NULL, &diag), HO_END);
    put(f, store, 7);
    for (int64_t frame = 0; frame < N_FRAMES; frame++)
        assert_frame(f, store, frame);
    ho_store_close(&store);
}

static const struct damage_case {
    const char *sql;
    int64_t current, n_steps, n_frames;    // after the repair
    bool keeps_state, keeps_mask;
} cases[] = {
    {"UPDATE steps SET said = '{\"words\":\"disk\"}' WHERE step = 3", 2, 2, N_FRAMES, true, true},
    {"UPDATE steps SET said = '{}' WHERE step = 2", 3, 2, 4, true, true},
    {"UPDATE steps SET parent = 0 WHERE step = 3", 2, 2, N_FRAMES, true, true},
    {"UPDATE steps SET made = made + 1 WHERE step = 3", 2, 2, N_FRAMES, true, true},
    {"UPDATE steps SET key = replace(key, '0', '1') WHERE step = 3", 2, 2, N_FRAMES, true, true},
    {"UPDATE steps SET basis = replace(basis, '0', '1') WHERE step = 3", 2, 2, N_FRAMES, true, true},
    {"UPDATE steps SET making = replace(making, 'stub', 'stab') WHERE step = 3", 2, 2, N_FRAMES, true, true},
    {"UPDATE spans SET last = last - 1 WHERE step = 2 AND first = 0", 2, 3, N_FRAMES - 4, true, true},
    {"UPDATE spans SET flags = 8 WHERE step = 2 AND first = 4", 2, 3, 4, true, true},
    {"UPDATE spans SET step = 1 WHERE step = 2 AND first = 4", 2, 3, 4, true, true},
    {"UPDATE spans SET key = replace(key, '7', '5') WHERE step = 2 AND first = 0", 2, 3, N_FRAMES - 4, true, true},
    {"UPDATE state SET current = 1", 3, 3, 4, true, true},
    {"UPDATE frames SET frame = 1000 WHERE frame = 2", 2, 3, N_FRAMES - 1, true, true},
    {"UPDATE frames SET area = 5 WHERE frame = 2", 2, 3, N_FRAMES - 1, true, true},
    {"UPDATE frames SET confidence = 0.5 WHERE frame = 2", 2, 3, N_FRAMES - 1, true, true},
    {"UPDATE frames SET flags = 8 WHERE frame = 2", 2, 3, N_FRAMES - 1, true, true},
    {"UPDATE mattes SET packed = (SELECT packed FROM mattes WHERE id = 2) WHERE id = 5", 2, 3, N_FRAMES - 1, true,
     true},
    {"DELETE FROM mattes WHERE id = 5", 2, 3, N_FRAMES - 1, true, true},
    {"UPDATE masks SET packed = (SELECT packed FROM mattes WHERE id = 9)", 2, 3, N_FRAMES, true, false},
    {"UPDATE masks SET key = 'x'", 2, 3, N_FRAMES, true, false},
    {"UPDATE walks SET frame = 3", 2, 3, N_FRAMES, false, true},
    {"UPDATE walks SET packed = x'00'", 2, 3, N_FRAMES, false, true},
};

// Three steps, of which the second is current; its take has two spans.
static void make_history(struct bank_fixture *f, const char *sql)
{
    struct ho_diag diag = {0};
    struct ho_store *store = create(f);
    fill(f, store);
    const struct ho_span spans[] = {{.first = 0, .last = 3, .key = key}, {4, 1000, key, HO_FLAG_BACKWARD}};
    fixture_step_of(store, "more", spans, 2);
    fixture_step(store, "less", 0, 3, key);
    assert_ok(ho_store_set_current(store, 2, &diag), &diag);
    damage(store, sql);
    ho_store_close(&store);
}

static void assert_repaired(struct bank_fixture *f, const struct damage_case *wanted)
{
    struct ho_diag diag = {0};
    struct ho_store *store = fixture_open(f, "disc", HO_STORE_READ);
    struct ho_step *steps;
    struct ho_frame_entry *entries;
    size_t n_steps, n_frames, size;
    int64_t frame;
    void *bytes = NULL;
    assert_ok(ho_store_steps(store, &steps, &n_steps, &diag), &diag);
    assert_ok(ho_store_entries(store, &entries, &n_frames, &diag), &diag);
    if (ho_store_current(store) != wanted->current || (int64_t)n_steps != wanted->n_steps ||
        (int64_t)n_frames != wanted->n_frames)
        fail_msg("%s: step %lld of %zu is current, with %zu frames", wanted->sql, (long long)ho_store_current(store),
                 n_steps, n_frames);
    for (size_t i = 0; i < n_frames; i++)
        assert_shows(f, store, entries[i].frame, entries[i].frame, 0);
    assert_int_equal(ho_store_get_state(store, walk, &frame, &bytes, &size, &diag),
                     wanted->keeps_state ? HO_OK : HO_END);
    assert_int_equal(ho_store_get_mask(store, mask_key, f->read, &diag), wanted->keeps_mask ? HO_OK : HO_END);
    free(bytes);
    free(entries);
    ho_steps_free(&steps, n_steps);
    ho_store_close(&store);
}

// Whatever one row says wrong is found, and costs that row alone.
static void every_table_is_under_checksums(void **state)
{
    struct bank_fixture *f = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ho_diag diag = {0};
        struct faults faults = {0};
        int64_t n_lost;
        make_history(f, cases[i].sql);
        if (ho_bank_verify(f->bank, "disc", count_fault, &faults, NULL, &diag) != HO_ERROR_VERIFY || faults.n == 0)
            fail_msg("not found: %s", cases[i].sql);
        diag = (struct ho_diag){0};
        assert_ok(ho_bank_repair(f->bank, "disc", NULL, NULL, &n_lost, &diag), &diag);
        assert_true(n_lost >= 1);
        assert_ok(ho_bank_verify(f->bank, "disc", NULL, NULL, NULL, &diag), &diag);
        assert_repaired(f, &cases[i]);
        assert_ok(ho_bank_remove(f->bank, "disc", &diag), &diag);
    }
}

static void a_newer_format_gets_a_sentence(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_store *store = create(f);
    char id[HO_ID_SIZE];
    strcpy(id, ho_store_id(store));
    assert_ok(ho_sql_run(store->db, store->path, "PRAGMA user_version = 3", &diag), &diag);
    ho_store_close(&store);
    assert_int_equal(ho_store_open(f->bank, id, HO_STORE_READ, &store, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "newer"));
    diag = (struct ho_diag){0};
    struct ho_source_info source = fixture_source(WIDTH, HEIGHT);
    assert_int_equal(ho_store_create(f->bank, &source, "disc", 0, &store, &diag), HO_ERROR_INPUT);
}

// A store whose file carries a trigger is no store.
static void foreign_tables_are_refused(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_store *store = create(f);
    char id[HO_ID_SIZE];
    strcpy(id, ho_store_id(store));
    assert_ok(ho_sql_run(store->db, store->path,
                         "CREATE TRIGGER t AFTER INSERT ON frames BEGIN DELETE FROM frames; END", &diag),
              &diag);
    ho_store_close(&store);
    assert_int_equal(ho_store_open(f->bank, id, HO_STORE_READ, &store, &diag), HO_ERROR_VERIFY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_flipped_byte_is_found, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_cancelled_call_changes_nothing, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(repair_keeps_what_can_be_read, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(every_table_is_under_checksums, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_newer_format_gets_a_sentence, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(foreign_tables_are_refused, set_up, bank_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
