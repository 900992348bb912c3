// SPDX-License-Identifier: BSD-2-Clause
// Mattes of format 1 are taken over without loss: tests/data/bank1 holds five files of the version before, of one
// source: the object "disc" from one click, then from four prompts, then settled; "other" from one click, then
// settled.
#include "unit/bank_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "bank/bank.h"
#include "holdout/log.h"

#define HASH "2ebc3073258a727d7e10748f66e6fed1"

enum { WIDTH = 96, HEIGHT = 64, N_FRAMES = 30, N_FILES = 5 };

static const struct {
    const char *id, *object, *prompt;
    int64_t step;
} files[N_FILES] = {{"61decccd4660d0edaee9a7af2148c5a4", "disc", "1 prompt", 1},
                    {"c8ed76d198826eafa045122681663360", "disc", "4 prompts", 2},
                    {"92ad02a53864a6af08aae3f5deb8082e", "disc", "1 prompt, settled", 3},
                    {"389e61475e2fa5bd925b3157072b00af", "other", "1 prompt", 1},
                    {"61ce2f6fd658ff019177d26d630541fb", "other", "1 prompt, settled", 2}};

static int set_up(void **state) { return bank_fixture_set_up(state, WIDTH, HEIGHT); }

static void path_of(const struct bank_fixture *f, int i, char path[600])
{
    snprintf(path, 600, "%s/mattes/" HASH "/%s.matte", f->dir, files[i].id);
}

static void original_of(int i, char path[600])
{
    snprintf(path, 600, "%s/tests/data/bank1/%s.matte", getenv("HOLDOUT_SOURCE_ROOT"), files[i].id);
}

static void copy(const char *from, const char *to)
{
    char command[2000];
    snprintf(command, sizeof(command), "cp '%s' '%s' && chmod u+w '%s'", from, to, to);
    assert_int_equal(system(command), 0);
}

// The bank of the version before in the folder of this one's.
static void lay_down(struct bank_fixture *f)
{
    char from[600], to[600];
    snprintf(to, sizeof(to), "%s/mattes", f->dir);
    assert_int_equal(mkdir(to, 0700), 0);
    snprintf(to, sizeof(to), "%s/mattes/" HASH, f->dir);
    assert_int_equal(mkdir(to, 0700), 0);
    for (int i = 0; i < N_FILES; i++) {
        original_of(i, from);
        path_of(f, i, to);
        copy(from, to);
    }
}

static void reopen(struct bank_fixture *f)
{
    struct ho_diag diag = {0};
    ho_bank_close(&f->bank);
    assert_ok(ho_bank_open(f->dir, &f->bank, &diag), &diag);
}

static sqlite3 *open_original(int i)
{
    char path[600], uri[640];
    sqlite3 *db;
    original_of(i, path);
    snprintf(uri, sizeof(uri), "file:%s?immutable=1", path);
    assert_int_equal(sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL), SQLITE_OK);
    return db;
}

static void change(struct bank_fixture *f, int i, const char *sql)
{
    char path[600];
    sqlite3 *db;
    path_of(f, i, path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(db), 1);
    sqlite3_close(db);
}

// The selected take shows bit for bit what the old file holds; how many frames it lacks.
static int compare_frames(struct bank_fixture *f, struct ho_store *store, int i)
{
    struct ho_diag diag = {0};
    struct ho_packer *packer;
    sqlite3 *db = open_original(i);
    sqlite3_stmt *row;
    int n = 0, n_missing = 0;
    assert_ok(ho_packer_create(&packer, &diag), &diag);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT frame, key, confidence, area, flags, packed FROM frames JOIN mattes "
                                        "USING (id) WHERE pass = 0 ORDER BY frame",
                                        -1, &row, NULL),
                     SQLITE_OK);
    while (sqlite3_step(row) == SQLITE_ROW) {
        struct ho_frame_entry entry;
        char key[HO_ID_SIZE];
        n++;
        assert_ok(
            ho_unpack_matte(packer, sqlite3_column_blob(row, 5), (size_t)sqlite3_column_bytes(row, 5), f->drawn, &diag),
            &diag);
        enum ho_result got = ho_store_get(store, sqlite3_column_int64(row, 0), f->read, &entry, &diag);
        if (got == HO_END) {
            n_missing++;
            continue;
        }
        assert_ok(got, &diag);
        assert_true(ho_matte_equal(f->drawn, f->read));
        ho_key_format(entry.key, key);
        assert_string_equal(key, (const char *)sqlite3_column_text(row, 1));
        assert_true(entry.confidence == (float)sqlite3_column_double(row, 2));
        assert_int_equal(entry.area, sqlite3_column_int64(row, 3));
        assert_int_equal(entry.flags, sqlite3_column_int64(row, 4));
    }
    assert_int_equal(n, N_FRAMES);
    assert_int_equal(ho_store_get(store, N_FRAMES, f->read, NULL, &diag), HO_END);
    sqlite3_finalize(row);
    sqlite3_close(db);
    ho_packer_destroy(&packer);
    return n_missing;
}

static void assert_step(struct bank_fixture *f, int i, int64_t number, int n_missing)
{
    struct ho_diag diag = {0};
    struct ho_step *steps;
    size_t n;
    struct ho_store *store = fixture_open(f, files[i].object, HO_STORE_READ);
    assert_ok(ho_store_steps(store, &steps, &n, &diag), &diag);
    assert_in_range(number, 1, n);
    const struct ho_step *step = &steps[number - 1];
    assert_string_equal(step->making.engine, "stub");
    assert_string_equal(step->making.quality, "faster");
    assert_non_null(strstr(step->said, files[i].prompt));
    assert_true(step->is_finished);
    assert_int_equal(step->parent, number - 1);
    assert_ok(ho_store_select(store, number, &diag), &diag);
    assert_int_equal(compare_frames(f, store, i), n_missing);
    ho_steps_free(&steps, n);
    ho_store_close(&store);
}

static void assert_objects(struct bank_fixture *f, size_t n_objects, int64_t disc_steps, int64_t other_steps)
{
    struct ho_diag diag = {0};
    struct ho_object_summary *list;
    size_t n;
    assert_ok(ho_bank_list(f->bank, &list, &n, &diag), &diag);
    assert_int_equal(n, n_objects);
    for (size_t i = 0; i < n; i++) {
        assert_false(list[i].damaged);
        int64_t steps = strcmp(list[i].object, "disc") == 0 ? disc_steps : other_steps;
        assert_int_equal(list[i].n_steps, steps);
        assert_int_equal(list[i].current, steps);    // the newest
    }
    free(list);
    assert_ok(ho_bank_verify(f->bank, NULL, NULL, NULL, NULL, &diag), &diag);
}

static bool is_there(const char *dir, const char *rest)
{
    char path[900];
    snprintf(path, sizeof(path), "%s%s", dir, rest);
    return access(path, F_OK) == 0;
}

static void a_bank_is_taken_over(void **state)
{
    struct bank_fixture *f = *state;
    lay_down(f);
    reopen(f);
    assert_objects(f, 2, 3, 2);
    for (int i = 0; i < N_FILES; i++)
        assert_step(f, i, files[i].step, 0);
    assert_false(is_there(f->dir, "/mattes"));
    // Again there is nothing to do; and where it was cut off before the old files were removed, none is doubled.
    reopen(f);
    assert_objects(f, 2, 3, 2);
    lay_down(f);
    reopen(f);
    assert_objects(f, 2, 3, 2);
    assert_false(is_there(f->dir, "/mattes"));
}

// Whatever its name and however it was tracked: here the click alone was changed last.
static void the_newest_is_current(void **state)
{
    struct bank_fixture *f = *state;
    lay_down(f);
    change(f, 0, "UPDATE times SET changed = changed + 100");
    reopen(f);
    assert_objects(f, 2, 3, 2);
    assert_step(f, 0, 3, 0);
    struct ho_store *store = fixture_open(f, "disc", HO_STORE_READ);
    assert_int_equal(compare_frames(f, store, 0), 0);
    ho_store_close(&store);
}

static char logged[4096];

static void keep_log(void *opaque, enum ho_log_level level, const char *text)
{
    (void)opaque, (void)level;
    size_t length = strlen(logged);
    snprintf(logged + length, sizeof(logged) - length, "%s\n", text);
}

// What is damaged is set aside and said; all that can be read of it is taken over, and all others.
static void damaged_files_are_set_aside(void **state)
{
    struct bank_fixture *f = *state;
    char path[600];
    lay_down(f);
    change(f, 1, "UPDATE mattes SET packed = x'0102' WHERE id = (SELECT id FROM frames WHERE frame = 9)");
    change(f, 3, "UPDATE recipe SET value = '30' WHERE name = 'source rate numerator'");
    path_of(f, 4, path);
    assert_int_equal(truncate(path, 3000), 0);
    logged[0] = '\0';
    ho_log_set_sink(keep_log, NULL);
    reopen(f);
    ho_log_set_sink(NULL, NULL);
    for (int i = 0; i < N_FILES; i++) {
        bool is_damaged = i == 1 || i == 3 || i == 4;
        path_of(f, i, path);
        assert_false(is_there(path, ""));
        assert_true(is_there(path, ".damaged") == is_damaged);
        assert_true((strstr(logged, files[i].id) != NULL) == is_damaged);
    }
    assert_objects(f, 1, 3, 0);
    for (int i = 0; i < 3; i++)
        assert_step(f, i, files[i].step, i == 1);
    // They are not looked at again.
    logged[0] = '\0';
    ho_log_set_sink(keep_log, NULL);
    reopen(f);
    ho_log_set_sink(NULL, NULL);
    assert_string_equal(logged, "");
    assert_objects(f, 1, 3, 0);
}

// The program before may be writing one: that is left to it until it has ended, and all others are taken over.
static void what_is_being_written_waits(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    char path[600];
    int lock;
    lay_down(f);
    path_of(f, 4, path);
    assert_ok(ho_lock_take(path, 0, &lock, &diag), &diag);
    logged[0] = '\0';
    ho_log_set_sink(keep_log, NULL);
    reopen(f);
    ho_log_set_sink(NULL, NULL);
    assert_non_null(strstr(logged, files[4].id));
    assert_true(is_there(path, ""));
    assert_objects(f, 2, 3, 1);
    ho_lock_release(path, &lock);
    reopen(f);
    assert_objects(f, 2, 3, 2);
    assert_step(f, 4, 2, 0);
    assert_false(is_there(f->dir, "/mattes"));
}

static void a_file_is_imported(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    char from[600], path[600], id[HO_ID_SIZE], again[HO_ID_SIZE];
    original_of(2, from);
    snprintf(path, sizeof(path), "%s/from a friend.matte", f->dir);
    copy(from, path);
    assert_ok(ho_bank_import(f->bank, path, false, id, &diag), &diag);
    assert_true(is_there(path, ""));    // it is the user's
    assert_objects(f, 1, 1, 0);
    struct ho_store *store = fixture_open(f, id, HO_STORE_READ);
    assert_string_equal(ho_store_object(store), "disc");
    assert_string_equal(ho_store_source(store)->hash, HASH);
    assert_int_equal(ho_store_source(store)->width, WIDTH);
    assert_int_equal(compare_frames(f, store, 2), 0);
    ho_store_close(&store);
    // Again, under any name, it is no step more; another of the object is.
    assert_ok(ho_bank_import(f->bank, path, false, again, &diag), &diag);
    original_of(2, from);
    copy(from, path);
    assert_ok(ho_bank_import(f->bank, from, false, again, &diag), &diag);
    assert_string_equal(again, id);
    assert_objects(f, 1, 1, 0);
    original_of(1, from);
    copy(from, path);
    assert_ok(ho_bank_import(f->bank, path, false, again, &diag), &diag);
    assert_string_equal(again, id);
    assert_objects(f, 1, 2, 0);
    assert_step(f, 2, 1, 0);
    assert_step(f, 1, 2, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_bank_is_taken_over, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(the_newest_is_current, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(damaged_files_are_set_aside, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(what_is_being_written_waits, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_file_is_imported, set_up, bank_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
