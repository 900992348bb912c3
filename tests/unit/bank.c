// SPDX-License-Identifier: BSD-2-Clause
// The bank as a whole: finding, listing, exchanging, removing, locking, taking over.
#include "unit/bank_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "bank/bank.h"

enum { WIDTH = 64, HEIGHT = 48 };

static int set_up(void **state) { return bank_fixture_set_up(state, WIDTH, HEIGHT); }

static struct ho_store *make(struct bank_fixture *f, const char *object, const char *prompts, int64_t first,
                             int64_t last, struct ho_key key)
{
    struct ho_diag diag = {0};
    struct ho_recipe recipe = fixture_recipe(WIDTH, HEIGHT, object, prompts);
    struct ho_store *store;
    assert_ok(ho_store_create(f->bank, &recipe, 0, &store, &diag), &diag);
    for (int64_t frame = first; frame <= last; frame++) {
        struct ho_frame_entry entry = {.frame = frame, .key = key, .confidence = 0.5f};
        fixture_draw(f->drawn, frame);
        assert_ok(ho_store_put(store, &entry, f->drawn, &diag), &diag);
    }
    assert_ok(ho_store_commit(store, &diag), &diag);
    return store;
}

static void close_keeping_id(struct ho_store **store, char id[HO_ID_SIZE])
{
    strcpy(id, ho_store_id(*store));
    ho_store_close(store);
}

static void the_recipe_alone_makes_the_id(void **state)
{
    struct bank_fixture *f = *state;
    char a[HO_ID_SIZE], b[HO_ID_SIZE], c[HO_ID_SIZE];
    struct ho_store *store = make(f, "disc", "[1]", 0, 3, (struct ho_key){1, 1});
    close_keeping_id(&store, a);
    // The same source somewhere else, and a longer range: the same store, which now knows the new place.
    struct ho_diag diag = {0};
    struct ho_recipe recipe = fixture_recipe(WIDTH, HEIGHT, "disc", "[1]");
    strcpy(recipe.source.path, "/elsewhere/renamed.mov");
    strcpy(recipe.source.clip_name, "renamed");
    assert_ok(ho_store_create(f->bank, &recipe, 0, &store, &diag), &diag);
    close_keeping_id(&store, b);
    assert_string_equal(a, b);
    assert_ok(ho_store_open(f->bank, a, HO_STORE_READ, &store, &diag), &diag);
    assert_string_equal(ho_store_recipe(store)->source.path, "/elsewhere/renamed.mov");
    ho_store_close(&store);
    store = make(f, "disc", "[2]", 0, 3, (struct ho_key){1, 1});
    close_keeping_id(&store, c);
    assert_string_not_equal(a, c);
}

static void names_find_stores(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    char id[HO_ID_SIZE], newer[HO_ID_SIZE], beginning[8];
    struct ho_store *store = make(f, "rabbit", "[1]", 0, 3, (struct ho_key){1, 1});
    close_keeping_id(&store, id);
    snprintf(beginning, sizeof(beginning), "%.6s", id);
    assert_ok(ho_store_open(f->bank, beginning, HO_STORE_READ, &store, &diag), &diag);
    assert_string_equal(ho_store_id(store), id);
    ho_store_close(&store);
    assert_ok(ho_store_open(f->bank, "rabbit", HO_STORE_READ, &store, &diag), &diag);
    ho_store_close(&store);
    // A correction makes a newer store of the same name: that one is meant.
    store = make(f, "rabbit", "[1,2]", 0, 3, (struct ho_key){1, 1});
    assert_ok(ho_sql_run(store->db, store->path, "UPDATE times SET changed = changed + 10", &diag), &diag);
    close_keeping_id(&store, newer);
    assert_ok(ho_store_open(f->bank, "rabbit", HO_STORE_READ, &store, &diag), &diag);
    assert_string_equal(ho_store_id(store), newer);
    ho_store_close(&store);
    // Two sources: it has to be said which.
    struct ho_recipe recipe = fixture_recipe(WIDTH, HEIGHT, "rabbit", "[1]");
    recipe.source.hash[0] = 'f';
    assert_ok(ho_store_create(f->bank, &recipe, 0, &store, &diag), &diag);
    ho_store_close(&store);
    assert_int_equal(ho_store_open(f->bank, "rabbit", HO_STORE_READ, &store, &diag), HO_ERROR_USAGE);
    diag = (struct ho_diag){0};
    assert_int_equal(ho_store_open(f->bank, "face", HO_STORE_READ, &store, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "face"));
    diag = (struct ho_diag){0};
    assert_int_equal(ho_store_open(f->bank, "", HO_STORE_READ, &store, &diag), HO_ERROR_USAGE);
}

static void the_list_tells_all_and_survives_damage(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_store_summary *list;
    size_t n;
    assert_ok(ho_bank_list(f->bank, &list, &n, &diag), &diag);
    assert_int_equal(n, 0);
    free(list);
    struct ho_store *store = make(f, "rabbit", "[1]", 4, 9, (struct ho_key){1, 1});
    ho_store_close(&store);
    store = make(f, "hat", "[2]", 0, -1, (struct ho_key){1, 1});
    char path[1024];
    snprintf(path, sizeof(path), "%s", ho_store_path(store));
    ho_store_close(&store);
    assert_int_equal(truncate(path, 5000), 0);
    assert_ok(ho_bank_list(f->bank, &list, &n, &diag), &diag);
    assert_int_equal(n, 2);
    const struct ho_store_summary *good = strcmp(list[0].object, "rabbit") == 0 ? &list[0] : &list[1],
                                  *bad = good == &list[0] ? &list[1] : &list[0];
    assert_false(good->damaged);
    assert_int_equal(good->n_frames, 6);
    assert_int_equal(good->first, 4);
    assert_int_equal(good->last, 9);
    assert_string_equal(good->quality, "faster");
    assert_true(good->file_size > 0 && good->created > 0 && good->changed >= good->created);
    assert_true(bad->damaged);
    assert_string_equal(bad->path, path);
    // It can be removed by the id that its file's name still has.
    assert_ok(ho_bank_remove(f->bank, bad->id, &diag), &diag);
    free(list);
    assert_ok(ho_bank_list(f->bank, &list, &n, &diag), &diag);
    assert_int_equal(n, 1);
    free(list);
}

static void one_writer_many_readers(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_store *writer = make(f, "disc", "[1]", 0, 3, (struct ho_key){1, 1}), *reader, *second = NULL;
    struct ho_recipe recipe = fixture_recipe(WIDTH, HEIGHT, "disc", "[1]");
    struct ho_frame_entry entry = {.frame = 4, .key = {1, 1}};
    fixture_draw(f->drawn, 4);
    assert_ok(ho_store_put(writer, &entry, f->drawn, &diag), &diag);
    assert_ok(ho_store_open(f->bank, ho_store_id(writer), HO_STORE_READ, &reader, &diag), &diag);
    assert_ok(ho_store_get(reader, 3, HO_PASS_FINAL, f->read, NULL, &diag), &diag);
    assert_int_equal(ho_store_get(reader, 4, HO_PASS_FINAL, f->read, NULL, &diag), HO_END);
    assert_ok(ho_store_commit(writer, &diag), &diag);
    assert_ok(ho_store_get(reader, 4, HO_PASS_FINAL, f->read, NULL, &diag), &diag);
    ho_store_close(&reader);
    assert_int_equal(ho_store_create(f->bank, &recipe, 0.05, &second, &diag), HO_ERROR_BUSY);
    char holder[64];
    snprintf(holder, sizeof(holder), "process %ld on ", (long)getpid());
    assert_non_null(strstr(diag.message, holder));
    diag = (struct ho_diag){0};
    assert_int_equal(ho_bank_remove(f->bank, ho_store_id(writer), &diag), HO_ERROR_BUSY);
    diag = (struct ho_diag){0};
    ho_store_close(&writer);
    assert_ok(ho_store_create(f->bank, &recipe, 0, &second, &diag), &diag);
    ho_store_close(&second);
}

// Two processes, one store: the second waits for the first and finds its frames.
static void the_second_process_waits(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    int ends[2];
    char byte;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct ho_store *store = make(f, "disc", "[1]", 0, 5, (struct ho_key){1, 1});
        if (write(ends[1], "x", 1) != 1)
            _exit(1);
        nanosleep(&(struct timespec){.tv_nsec = 150000000}, NULL);
        ho_store_close(&store);
        _exit(0);
    }
    assert_int_equal(read(ends[0], &byte, 1), 1);
    struct ho_recipe recipe = fixture_recipe(WIDTH, HEIGHT, "disc", "[1]");
    struct ho_store *store;
    assert_int_equal(ho_store_create(f->bank, &recipe, 0, &store, &diag), HO_ERROR_BUSY);
    diag = (struct ho_diag){0};
    assert_ok(ho_store_create(f->bank, &recipe, 20, &store, &diag), &diag);
    assert_ok(ho_store_get(store, 5, HO_PASS_FINAL, f->read, NULL, &diag), &diag);
    ho_store_close(&store);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    close(ends[0]);
    close(ends[1]);
}

static void export_and_import_are_inverse(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    char id[HO_ID_SIZE], imported[HO_ID_SIZE], file[400], other[400];
    struct ho_store *store = make(f, "disc", "[1]", 0, 9, (struct ho_key){1, 1});
    assert_ok(ho_store_put_state(store, (struct ho_key){2, 2}, 9, "memory", 7, &diag), &diag);
    close_keeping_id(&store, id);
    snprintf(file, sizeof(file), "%s/disc ?#%%.matte", f->dir);
    assert_ok(ho_bank_export(f->bank, "disc", file, false, &diag), &diag);
    assert_int_equal(ho_bank_export(f->bank, "disc", file, false, &diag), HO_ERROR_SPACE);
    diag = (struct ho_diag){0};
    assert_ok(ho_bank_export(f->bank, "disc", file, true, &diag), &diag);
    snprintf(other, sizeof(other), "%s/missing/disc.matte", f->dir);
    assert_int_equal(ho_bank_export(f->bank, "disc", other, true, &diag), HO_ERROR_SPACE);
    diag = (struct ho_diag){0};
    assert_int_equal(ho_bank_export(f->bank, "disc", f->dir, true, &diag), HO_ERROR_SPACE);
    diag = (struct ho_diag){0};
    // In the bank already, then in an empty one.
    assert_int_equal(ho_bank_import(f->bank, file, false, imported, &diag), HO_ERROR_SPACE);
    diag = (struct ho_diag){0};
    assert_ok(ho_bank_import(f->bank, file, true, imported, &diag), &diag);
    assert_ok(ho_bank_remove(f->bank, "disc", &diag), &diag);
    assert_ok(ho_bank_import(f->bank, file, false, imported, &diag), &diag);
    assert_string_equal(imported, id);
    assert_ok(ho_store_open(f->bank, id, HO_STORE_WRITE, &store, &diag), &diag);
    for (int64_t frame = 0; frame < 10; frame++) {
        assert_ok(ho_store_get(store, frame, HO_PASS_FINAL, f->read, NULL, &diag), &diag);
        fixture_draw(f->drawn, frame);
        assert_true(ho_matte_equal(f->drawn, f->read));
    }
    int64_t frame;
    void *bytes;
    size_t size;
    assert_ok(ho_store_get_state(store, (struct ho_key){2, 2}, &frame, &bytes, &size, &diag), &diag);
    assert_string_equal(bytes, "memory");
    free(bytes);
    ho_store_close(&store);
}

static void what_is_no_matte_is_not_imported(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    char id[HO_ID_SIZE], file[400];
    struct ho_store *store = make(f, "disc", "[1]", 0, 9, (struct ho_key){1, 1});
    ho_store_close(&store);
    snprintf(file, sizeof(file), "%s/disc.matte", f->dir);
    assert_ok(ho_bank_export(f->bank, "disc", file, false, &diag), &diag);
    assert_ok(ho_bank_remove(f->bank, "disc", &diag), &diag);
    // A damaged picture inside.
    struct stat info;
    assert_int_equal(stat(file, &info), 0);
    int n_refused = 0;
    for (off_t offset = 20000; offset < info.st_size; offset += 997) {
        int fd = open(file, O_RDWR);
        uint8_t byte = 0, flipped;
        assert_true(pread(fd, &byte, 1, offset) == 1);
        flipped = byte ^ 0x10;
        assert_true(pwrite(fd, &flipped, 1, offset) == 1);
        diag = (struct ho_diag){0};
        enum ho_result result = ho_bank_import(f->bank, file, true, id, &diag);
        assert_true(result == HO_OK || result == HO_ERROR_VERIFY);
        n_refused += result != HO_OK;
        assert_true(pwrite(fd, &byte, 1, offset) == 1);
        close(fd);
    }
    assert_true(n_refused > 0);
    // Not a store at all.
    FILE *text = fopen(file, "w");
    fputs("this is no matte, but it is long enough to be looked at as one, is it not? It surely is, as it goes on and "
          "on for more than a hundred bytes.",
          text);
    fclose(text);
    diag = (struct ho_diag){0};
    assert_int_equal(ho_bank_import(f->bank, file, true, id, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "not a matte"));
    diag = (struct ho_diag){0};
    assert_int_equal(truncate(file, 0), 0);
    assert_int_equal(ho_bank_import(f->bank, file, true, id, &diag), HO_ERROR_INPUT);
    diag = (struct ho_diag){0};
    assert_int_equal(ho_bank_import(f->bank, "/no/such/file", true, id, &diag), HO_ERROR_INPUT);
    diag = (struct ho_diag){0};
    assert_int_equal(ho_bank_import(f->bank, f->dir, true, id, &diag), HO_ERROR_INPUT);
}

static void equal_keys_are_taken_over(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_key near = {1, 1}, far = {2, 2};
    struct ho_store *old = make(f, "disc", "[1]", 0, 4, near);
    for (int64_t frame = 5; frame < 9; frame++) {
        struct ho_frame_entry entry = {.frame = frame, .key = far};
        fixture_draw(f->drawn, frame);
        assert_ok(ho_store_put(old, &entry, f->drawn, &diag), &diag);
    }
    assert_ok(ho_store_put_state(old, far, 8, "memory", 7, &diag), &diag);
    assert_ok(ho_store_put_state(old, near, 4, NULL, 0, &diag), &diag);
    ho_store_close(&old);
    struct ho_store *fresh = make(f, "disc", "[1,2]", 0, -1, near);
    int64_t n;
    assert_ok(ho_store_adopt(fresh, (struct ho_range){2, 100}, near, &n, &diag), &diag);
    assert_int_equal(n, 3);
    assert_ok(ho_store_adopt(fresh, (struct ho_range){2, 100}, near, &n, &diag), &diag);
    assert_int_equal(n, 0);
    assert_int_equal(ho_store_get(fresh, 1, HO_PASS_FINAL, f->read, NULL, &diag), HO_END);
    assert_ok(ho_store_get(fresh, 4, HO_PASS_FINAL, f->read, NULL, &diag), &diag);
    fixture_draw(f->drawn, 4);
    assert_true(ho_matte_equal(f->drawn, f->read));
    int64_t frame;
    void *bytes;
    size_t size;
    assert_ok(ho_store_get_state(fresh, near, &frame, &bytes, &size, &diag), &diag);
    assert_int_equal(size, 0);
    free(bytes);
    assert_int_equal(ho_store_get_state(fresh, far, &frame, &bytes, &size, &diag), HO_END);
    assert_ok(ho_store_adopt(fresh, (struct ho_range){0, -1}, far, &n, &diag), &diag);
    assert_int_equal(n, 0);
    assert_ok(ho_store_get_state(fresh, far, &frame, &bytes, &size, &diag), &diag);
    assert_string_equal(bytes, "memory");
    free(bytes);
    // Locked frames are taken whatever they were made from.
    assert_ok(ho_store_adopt_locked(fresh, (struct ho_range){6, 7}, &n, &diag), &diag);
    assert_int_equal(n, 2);
    struct ho_frame_entry entry;
    assert_ok(ho_store_get(fresh, 6, HO_PASS_FINAL, f->read, &entry, &diag), &diag);
    assert_int_equal(entry.flags, HO_FLAG_LOCKED);
    assert_true(ho_key_equal(entry.key, far));
    ho_store_close(&fresh);
}

static void a_bank_needs_a_folder(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    char path[400];
    snprintf(path, sizeof(path), "%s/file", f->dir);
    fclose(fopen(path, "w"));
    struct ho_bank *bank;
    assert_int_equal(ho_bank_open(path, &bank, &diag), HO_ERROR_SPACE);
    assert_non_null(strstr(diag.message, path));
    diag = (struct ho_diag){0};
    snprintf(path, sizeof(path), "%s/a/b//c/", f->dir);
    assert_ok(ho_bank_open(path, &bank, &diag), &diag);
    struct stat info;
    assert_int_equal(stat(ho_bank_index_dir(bank), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    ho_bank_close(&bank);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_recipe_alone_makes_the_id, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(names_find_stores, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(the_list_tells_all_and_survives_damage, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(one_writer_many_readers, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(the_second_process_waits, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(export_and_import_are_inverse, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_matte_is_not_imported, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(equal_keys_are_taken_over, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_bank_needs_a_folder, set_up, bank_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
