// SPDX-License-Identifier: BSD-2-Clause
// The bank as a whole: listing, exchanging, removing, locking, reading where nothing can be written.
#include "unit/bank_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "bank/bank.h"

enum { WIDTH = 64, HEIGHT = 48 };

static int set_up(void **state) { return bank_fixture_set_up(state, WIDTH, HEIGHT); }

static const struct ho_key key = {1, 1};

// An object whose one step shows these frames.
static struct ho_store *make(struct bank_fixture *f, const char *object, int64_t first, int64_t last)
{
    struct ho_diag diag = {0};
    struct ho_store *store = fixture_create(f, object);
    fixture_put(f, store, first, last, key, 0);
    fixture_step(store, "a disc", first, last, key);
    assert_ok(ho_store_commit(store, &diag), &diag);
    return store;
}

static void close_keeping_id(struct ho_store **store, char id[HO_ID_SIZE])
{
    strcpy(id, ho_store_id(*store));
    ho_store_close(store);
}

static void source_and_name_make_the_id(void **state)
{
    struct bank_fixture *f = *state;
    char a[HO_ID_SIZE], b[HO_ID_SIZE], c[HO_ID_SIZE];
    struct ho_store *store = make(f, "disc", 0, 3);
    close_keeping_id(&store, a);
    // The same source somewhere else, and more to show: the same store, which now knows the new place.
    struct ho_diag diag = {0};
    struct ho_source_info source = fixture_source(WIDTH, HEIGHT);
    strcpy(source.path, "/elsewhere/renamed.mov");
    strcpy(source.clip_name, "renamed");
    assert_ok(ho_store_create(f->bank, &source, "disc", 0, &store, &diag), &diag);
    fixture_step(store, "more", 0, 9, (struct ho_key){2, 2});
    close_keeping_id(&store, b);
    assert_string_equal(a, b);
    store = fixture_open(f, a, HO_STORE_READ);
    assert_string_equal(ho_store_source(store)->path, "/elsewhere/renamed.mov");
    assert_int_equal(ho_store_current(store), 2);
    ho_store_close(&store);
    store = make(f, "disk", 0, 3);
    close_keeping_id(&store, c);
    assert_string_not_equal(a, c);
    source.hash[5] = 'f';
    assert_ok(ho_store_create(f->bank, &source, "disc", 0, &store, &diag), &diag);
    close_keeping_id(&store, c);
    assert_string_not_equal(a, c);
    assert_int_equal(ho_store_create(f->bank, &source, "", 0, &store, &diag), HO_ERROR_USAGE);
    diag = (struct ho_diag){0};
    source.hash[0] = '/';
    assert_int_equal(ho_store_create(f->bank, &source, "disc", 0, &store, &diag), HO_ERROR_USAGE);
}

static void the_list_tells_all_and_survives_damage(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_object_summary *list;
    size_t n;
    assert_ok(ho_bank_list(f->bank, &list, &n, &diag), &diag);
    assert_int_equal(n, 0);
    free(list);
    struct ho_store *store = make(f, "rabbit", 4, 9);
    fixture_step(store, "and less", 4, 8, key);
    ho_store_close(&store);
    store = make(f, "hat", 0, -1);
    char path[1024];
    snprintf(path, sizeof(path), "%s", ho_store_path(store));
    ho_store_close(&store);
    assert_int_equal(truncate(path, 5000), 0);
    assert_ok(ho_bank_list(f->bank, &list, &n, &diag), &diag);
    assert_int_equal(n, 2);
    const struct ho_object_summary *good = strcmp(list[0].object, "rabbit") == 0 ? &list[0] : &list[1],
                                   *bad = good == &list[0] ? &list[1] : &list[0];
    assert_false(good->damaged);
    assert_int_equal(good->n_frames, 5);
    assert_int_equal(good->first, 4);
    assert_int_equal(good->last, 8);
    assert_true(good->n_steps == 2 && good->current == 2);
    assert_string_equal(good->said, "a disc; and less");
    assert_string_equal(good->engine, "stub");
    assert_string_equal(good->clip_name, "ride");
    assert_true(good->width == WIDTH && good->height == HEIGHT);
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
    struct ho_store *writer = make(f, "disc", 0, 3), *reader, *second = NULL;
    struct ho_source_info source = fixture_source(WIDTH, HEIGHT);
    struct ho_frame_entry entry = {.frame = 4, .key = key};
    fixture_step(writer, "a disc", 0, 9, key);
    fixture_draw(f->drawn, 4);
    assert_ok(ho_store_put(writer, &entry, f->drawn, &diag), &diag);
    assert_ok(ho_store_open(f->bank, ho_store_id(writer), HO_STORE_READ, &reader, &diag), &diag);
    assert_ok(ho_store_get(reader, 3, f->read, NULL, &diag), &diag);
    assert_int_equal(ho_store_get(reader, 4, f->read, NULL, &diag), HO_END);
    assert_ok(ho_store_commit(writer, &diag), &diag);
    assert_ok(ho_store_get(reader, 4, f->read, NULL, &diag), &diag);
    ho_store_close(&reader);
    assert_int_equal(ho_store_create(f->bank, &source, "disc", 0.05, &second, &diag), HO_ERROR_BUSY);
    char holder[64];
    snprintf(holder, sizeof(holder), "process %ld on ", (long)getpid());
    assert_non_null(strstr(diag.message, holder));
    diag = (struct ho_diag){0};
    assert_int_equal(ho_bank_remove(f->bank, ho_store_id(writer), &diag), HO_ERROR_BUSY);
    diag = (struct ho_diag){0};
    ho_store_close(&writer);
    assert_ok(ho_store_create(f->bank, &source, "disc", 0, &second, &diag), &diag);
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
        struct ho_store *store = make(f, "disc", 0, 5);
        if (write(ends[1], "x", 1) != 1)
            _exit(1);
        nanosleep(&(struct timespec){.tv_nsec = 150000000}, NULL);
        ho_store_close(&store);
        _exit(0);
    }
    assert_int_equal(read(ends[0], &byte, 1), 1);
    struct ho_source_info source = fixture_source(WIDTH, HEIGHT);
    struct ho_store *store;
    assert_int_equal(ho_store_create(f->bank, &source, "disc", 0, &store, &diag), HO_ERROR_BUSY);
    diag = (struct ho_diag){0};
    assert_ok(ho_store_create(f->bank, &source, "disc", 20, &store, &diag), &diag);
    assert_ok(ho_store_get(store, 5, f->read, NULL, &diag), &diag);
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
    struct ho_store *store = make(f, "disc", 0, 9);
    assert_ok(ho_store_put_state(store, (struct ho_key){2, 2}, 9, "memory", 7, &diag), &diag);
    fixture_put(f, store, 0, 9, (struct ho_key){3, 3}, 20);
    fixture_step(store, "again", 0, 9, (struct ho_key){3, 3});
    assert_ok(ho_store_set_current(store, 1, &diag), &diag);
    assert_ok(ho_store_put_mask(store, (struct ho_key){4, 4}, f->drawn, &diag), &diag);
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
    assert_int_equal(ho_store_current(store), 1);
    assert_shows(f, store, 0, 9, 0);
    assert_ok(ho_store_select(store, 2, &diag), &diag);
    assert_shows(f, store, 0, 9, 20);
    assert_ok(ho_store_get_mask(store, (struct ho_key){4, 4}, f->read, &diag), &diag);
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
    struct ho_store *store = make(f, "disc", 0, 9);
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

// ---- a bank that may not be written

// Runs `look` as a user to whom nothing here belongs.
static void as_nobody(struct bank_fixture *f, void (*look)(struct bank_fixture *f))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        ho_bank_close(&f->bank);
        if (setgid(65534) != 0 || setuid(65534) != 0)
            _exit(9);
        look(f);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 9)
        skip();    // not root
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_msg("the other user's process ended with %x", (unsigned)status);
}

// Ends the child where cmocka's assertions would only leave it.
static void must(bool is_right, const char *what, const struct ho_diag *diag)
{
    if (!is_right) {
        fprintf(stderr, "%s: %s\n", what, diag->message);
        _exit(1);
    }
}

static void expect_frames(struct bank_fixture *f, struct ho_store *store, int64_t n)
{
    struct ho_diag diag = {0};
    for (int64_t frame = 0; frame < n; frame++) {
        must(ho_store_get(store, frame, f->read, NULL, &diag) == HO_OK, "a frame", &diag);
        fixture_draw(f->drawn, frame);
        must(ho_matte_equal(f->drawn, f->read), "its pixels", &diag);
    }
    must(ho_store_get(store, n, f->read, NULL, &diag) == HO_END, "no more frames", &diag);
}

static int64_t n_logged;

static void look_at_it(struct bank_fixture *f)
{
    struct ho_diag diag = {0};
    struct ho_store *store;
    struct ho_object_summary *list;
    size_t n;
    must(ho_bank_open(f->dir, &f->bank, &diag) == HO_OK, "opening the bank", &diag);
    must(ho_store_open(f->bank, "disc", HO_STORE_READ, &store, &diag) == HO_OK, "opening to read", &diag);
    expect_frames(f, store, n_logged);
    ho_store_close(&store);
    must(ho_bank_list(f->bank, &list, &n, &diag) == HO_OK && n == 1 && !list[0].damaged, "listing", &diag);
    must(list[0].n_frames == n_logged, "its frames in the list", &diag);
    free(list);
    must(ho_bank_verify(f->bank, NULL, NULL, NULL, NULL, &diag) == HO_OK, "verifying", &diag);
    must(ho_store_open(f->bank, "disc", HO_STORE_WRITE, &store, &diag) == HO_ERROR_SPACE, "refusing to write", &diag);
    ho_bank_close(&f->bank);
}

static int open_up(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info, (void)walk;
    return chmod(path, type == FTW_F ? 0644 : 0755);
}

// A log beside the file holds what the file lacks: a writer that is at work, then one that was killed.
static void a_log_is_read_where_nothing_can_be_written(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_store *store = make(f, "disc", 0, 5);
    struct stat log;
    char path[1200], copy[300];
    snprintf(path, sizeof(path), "%s-wal", ho_store_path(store));
    assert_int_equal(stat(path, &log), 0);
    assert_true(log.st_size > 0);
    n_logged = 6;
    nftw(f->dir, open_up, 16, FTW_PHYS);
    as_nobody(f, look_at_it);
    ho_store_close(&store);
    // Killed: file and log stay, the index and the lock may be gone.
    store = fixture_open(f, "disc", HO_STORE_WRITE);
    fixture_step(store, "more", 0, 7, key);
    fixture_put(f, store, 6, 7, key, 0);
    struct ho_diag diag = {0};
    assert_ok(ho_store_commit(store, &diag), &diag);
    snprintf(copy, sizeof(copy), "%s/copy", f->dir);
    char command[4096];
    snprintf(command, sizeof(command), "mkdir %s && cp '%s' %s/m && cp '%s-wal' %s/m-wal", copy, ho_store_path(store),
             copy, ho_store_path(store), copy);
    assert_int_equal(system(command), 0);
    snprintf(path, sizeof(path), "%s", ho_store_path(store));
    ho_store_close(&store);
    snprintf(command, sizeof(command), "mv %s/m '%s' && mv %s/m-wal '%s-wal' && rmdir %s", copy, path, copy, path,
             copy);
    assert_int_equal(system(command), 0);
    n_logged = 8;
    nftw(f->dir, open_up, 16, FTW_PHYS);
    as_nobody(f, look_at_it);
    // And without a log, as on a medium that was written once.
    store = fixture_open(f, "disc", HO_STORE_WRITE);
    ho_store_close(&store);
    snprintf(path + strlen(path), 5, "-wal");
    assert_int_not_equal(access(path, F_OK), 0);
    nftw(f->dir, open_up, 16, FTW_PHYS);
    as_nobody(f, look_at_it);
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
        cmocka_unit_test_setup_teardown(source_and_name_make_the_id, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(the_list_tells_all_and_survives_damage, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(one_writer_many_readers, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(the_second_process_waits, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(export_and_import_are_inverse, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_matte_is_not_imported, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_log_is_read_where_nothing_can_be_written, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_bank_needs_a_folder, set_up, bank_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
