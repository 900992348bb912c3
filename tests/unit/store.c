// SPDX-License-Identifier: BSD-2-Clause
// One store: frames and states in and out, a full disk, a killed writer.
#include "unit/store_fixture.h"

#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

static void what_goes_in_comes_out(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_store *store = create(f);
    fill(f, store);
    char id[HO_ID_SIZE];
    strcpy(id, ho_store_id(store));
    ho_store_close(&store);
    assert_ok(ho_store_open(f->bank, id, HO_STORE_READ, &store, &diag), &diag);
    for (int64_t frame = 0; frame < N_FRAMES; frame++)
        assert_frame(f, store, frame);
    assert_int_equal(ho_store_get(store, N_FRAMES, f->read, NULL, &diag), HO_END);
    assert_int_equal(ho_store_get(store, -1, f->read, NULL, &diag), HO_END);
    assert_string_equal(ho_store_object(store), "disc");
    assert_string_equal(ho_store_source(store)->path, "/media/ride.mov");
    assert_int_equal(ho_store_source(store)->rate.den, 1001);
    assert_ok(ho_store_get_mask(store, mask_key, f->read, &diag), &diag);
    fixture_draw(f->drawn, 1);
    assert_true(ho_matte_equal(f->drawn, f->read));
    assert_int_equal(ho_store_get_mask(store, key, f->read, &diag), HO_END);
    struct ho_frame_entry *entries;
    size_t n;
    assert_ok(ho_store_entries(store, &entries, &n, &diag), &diag);
    assert_int_equal(n, N_FRAMES);
    assert_int_equal(entries[5].frame, 5);
    free(entries);
    // Readers change nothing.
    struct ho_frame_entry entry = entry_of(1);
    assert_int_equal(ho_store_put(store, &entry, f->drawn, &diag), HO_ERROR_USAGE);
    ho_store_close(&store);
    assert_null(store);
}

static void states_replace_each_other(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_store *store = create(f);
    int64_t frame;
    void *bytes;
    size_t size;
    assert_int_equal(ho_store_get_state(store, walk, &frame, &bytes, &size, &diag), HO_END);
    assert_ok(ho_store_put_state(store, walk, 4, "four", 5, &diag), &diag);
    assert_ok(ho_store_put_state(store, walk, 9, "nine!", 6, &diag), &diag);
    assert_ok(ho_store_get_state(store, walk, &frame, &bytes, &size, &diag), &diag);
    assert_int_equal(frame, 9);
    assert_int_equal(size, 6);
    assert_string_equal(bytes, "nine!");
    free(bytes);
    assert_ok(ho_store_put_state(store, walk, 12, NULL, 0, &diag), &diag);
    assert_ok(ho_store_get_state(store, walk, &frame, &bytes, &size, &diag), &diag);
    assert_int_equal(frame, 12);
    assert_int_equal(size, 0);
    free(bytes);
    assert_ok(ho_store_drop_state(store, walk, &diag), &diag);
    assert_int_equal(ho_store_get_state(store, walk, &frame, &bytes, &size, &diag), HO_END);
    ho_store_close(&store);
}

// A memory of megabytes that is dropped leaves no file of megabytes.
static void a_dropped_state_gives_its_room_back(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_store *store = create(f);
    char path[1024];
    snprintf(path, sizeof(path), "%s", ho_store_path(store));
    uint32_t *memory = malloc(4000000), seed = 1;
    for (int i = 0; i < 1000000; i++)
        memory[i] = seed = seed * 1664525u + 1013904223u;
    for (int64_t frame = 0; frame < 12; frame++) {
        put(f, store, frame);
        assert_ok(ho_store_put_state(store, (struct ho_key){1, 2}, frame, memory, 4000000, &diag), &diag);
    }
    free(memory);
    ho_store_close(&store);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_in_range(info.st_size, 4000000, 6000000);
    store = create(f);
    assert_ok(ho_store_drop_state(store, (struct ho_key){1, 2}, &diag), &diag);
    ho_store_close(&store);
    assert_int_equal(stat(path, &info), 0);
    assert_in_range(info.st_size, 10000, 300000);
    store = create(f);
    for (int64_t frame = 0; frame < 12; frame++)
        assert_frame(f, store, frame);
    ho_store_close(&store);
}

// Mattes of one frame stand side by side under their keys; flags and drops are of one of them.
static void keys_and_flags(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    struct ho_store *store = create(f);
    struct ho_key other = {1, 2};
    struct ho_frame_entry entry;
    fill(f, store);
    fixture_put(f, store, 4, 4, other, 16);
    assert_frame(f, store, 4);
    assert_ok(ho_store_get_key(store, 4, other, f->read, &entry, &diag), &diag);
    fixture_draw(f->drawn, 20);
    assert_true(ho_matte_equal(f->drawn, f->read));
    assert_ok(ho_store_set_flags(store, 4, key, HO_FLAG_LOCAL | HO_FLAG_CHECK, 0, &diag), &diag);
    assert_ok(ho_store_set_flags(store, 4, key, 0, HO_FLAG_CHECK, &diag), &diag);
    assert_ok(ho_store_get(store, 4, f->read, &entry, &diag), &diag);
    assert_int_equal(entry.flags, HO_FLAG_LOCAL);
    assert_ok(ho_store_get_key(store, 4, other, NULL, &entry, &diag), &diag);
    assert_int_equal(entry.flags, 0);
    assert_int_equal(ho_store_set_flags(store, N_FRAMES + 1, key, 1, 0, &diag), HO_END);
    struct ho_frame_entry *entries;
    size_t n;
    assert_ok(ho_store_key_entries(store, other, (struct ho_range){0, 100}, &entries, &n, &diag), &diag);
    assert_int_equal(n, 1);
    assert_int_equal(entries[0].frame, 4);
    free(entries);
    assert_ok(ho_store_drop(store, (struct ho_range){0, 10}, other, &diag), &diag);
    assert_int_equal(ho_store_get_key(store, 4, other, f->read, NULL, &diag), HO_END);
    assert_ok(ho_store_drop(store, (struct ho_range){4, 5}, key, &diag), &diag);
    assert_int_equal(ho_store_get(store, 5, f->read, NULL, &diag), HO_END);
    assert_frame(f, store, 6);
    ho_store_close(&store);
}

// Random pictures, edge values, one pixel, odd sizes, a stride wider than the row: all come back as they were.
static void packing_is_reversible(void **state)
{
    (void)state;
    static const struct {
        int width, height;
    } sizes[] = {{1, 1}, {1, 7}, {7, 1}, {319, 3}, {257, 64}, {640, 37}};
    struct ho_diag diag = {0};
    struct ho_packer *packer;
    assert_ok(ho_packer_create(&packer, &diag), &diag);
    srand(7);
    for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
        struct ho_matte *a, *b;
        assert_ok(ho_matte_create(sizes[s].width, sizes[s].height, &a, &diag), &diag);
        assert_ok(ho_matte_create(sizes[s].width, sizes[s].height, &b, &diag), &diag);
        for (int kind = 0; kind < 6; kind++) {
            for (int y = 0; y < a->height; y++)
                for (int x = 0; x < a->width; x++)
                    a->data[(size_t)y * (size_t)a->stride + (size_t)x] =
                        (uint16_t)(kind == 0   ? 0
                                   : kind == 1 ? 65535
                                   : kind == 2 ? rand()
                                   : kind == 3 ? (x == a->width - 1 && y == a->height - 1) * 65535
                                   : kind == 4 ? 65535 - (x == a->width / 2 && y == 0)
                                               : (x + y) * 37);
            const void *bytes;
            size_t size;
            memset(b->data, 0xa5, (size_t)b->stride * (size_t)b->height * 2);
            assert_ok(ho_pack_matte(packer, a, &bytes, &size, &diag), &diag);
            if (kind < 2)
                assert_int_equal(size, 19);
            assert_ok(ho_unpack_matte(packer, bytes, size, b, &diag), &diag);
            assert_true(ho_matte_equal(a, b));
            assert_true(ho_matte_checksum(a) == ho_matte_checksum(b));
            // Cut short, or of another size, it is refused.
            for (size_t cut = 0; cut < size; cut += 1 + size / 50)
                assert_int_equal(ho_unpack_matte(packer, bytes, cut, b, &diag), HO_ERROR_VERIFY);
        }
        ho_matte_destroy(&a);
        ho_matte_destroy(&b);
    }
    ho_packer_destroy(&packer);
}

// Writes frames until told to stop or the store fails; says after each commit how far it is.
static void write_frames(const char *dir, int64_t first, int64_t last, int report)
{
    struct ho_bank *bank;
    struct ho_matte *matte;
    struct ho_store *store;
    struct ho_source_info source = fixture_source(WIDTH, HEIGHT);
    if (ho_bank_open(dir, &bank, NULL) != HO_OK || ho_matte_create(WIDTH, HEIGHT, &matte, NULL) != HO_OK ||
        ho_store_create(bank, &source, "disc", 5, &store, NULL) != HO_OK)
        _exit(1);
    for (int64_t frame = first; frame <= last; frame++) {
        struct ho_frame_entry entry = entry_of(frame);
        fixture_draw(matte, frame);
        char memory[64];
        int size = snprintf(memory, sizeof(memory), "memory after %lld", (long long)frame);
        if (ho_store_put(store, &entry, matte, NULL) != HO_OK ||
            ho_store_put_state(store, walk, frame, memory, (size_t)size + 1, NULL) != HO_OK)
            _exit(2);
        if (frame % 3 == 2 &&
            (ho_store_commit(store, NULL) != HO_OK || write(report, &frame, sizeof(frame)) != sizeof(frame)))
            _exit(3);
    }
    ho_store_close(&store);
    _exit(0);
}

// Everything that a commit promised is there after kill -9, and the state belongs to a frame that is there.
static void a_killed_writer_loses_nothing(void **state)
{
    struct bank_fixture *f = *state;
    int64_t promised = -1;
    struct ho_store *store = create(f);
    ho_store_close(&store);
    srand(3);
    for (int round = 0; round < 20; round++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            close(ends[0]);
            write_frames(f->dir, promised + 1, 100000, ends[1]);
        }
        close(ends[1]);
        int64_t frame;
        if (round % 2 == 0 &&
            read(ends[0], &frame, sizeof(frame)) == sizeof(frame))    // every other time while it opens or begins
            promised = frame;
        nanosleep(&(struct timespec){.tv_nsec = rand() % 20000000}, NULL);
        kill(child, SIGKILL);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        while (read(ends[0], &frame, sizeof(frame)) == sizeof(frame))
            promised = frame;
        close(ends[0]);
        store = create(f);    // the dead writer's lock is free
        for (int64_t i = promised < 40 ? 0 : promised - 40; i <= promised; i++)
            assert_frame(f, store, i);
        struct ho_diag diag = {0};
        void *bytes = NULL;
        size_t size;
        if (promised >= 0) {
            char wanted[64];
            assert_ok(ho_store_get_state(store, walk, &frame, &bytes, &size, &diag), &diag);
            snprintf(wanted, sizeof(wanted), "memory after %lld", (long long)frame);
            assert_string_equal(bytes, wanted);
            assert_true(frame >= promised);
            assert_frame(f, store, frame);
            free(bytes);
        }
        ho_store_close(&store);
    }
    print_message("%lld frames written under fire\n", (long long)promised + 1);
    assert_true(promised > 0);
    struct ho_diag diag = {0};
    assert_ok(ho_bank_verify(f->bank, NULL, NULL, NULL, NULL, &diag), &diag);
}

// Fills until there is no space; what was committed stays, and there is room again, it goes on.
static void fill_until_full(struct bank_fixture *f, int64_t *n_committed)
{
    struct ho_diag diag = {0};
    struct ho_store *store = create(f);
    enum ho_result result = HO_OK;
    *n_committed = 0;
    for (int64_t frame = 0; frame < 4000 && result == HO_OK; frame++) {
        struct ho_frame_entry entry = entry_of(frame);
        fixture_draw(f->drawn, frame);
        result = ho_store_put(store, &entry, f->drawn, &diag);
        if (result == HO_OK && frame % 8 == 7) {
            result = ho_store_commit(store, &diag);
            if (result == HO_OK)
                *n_committed = frame + 1;
        }
    }
    if (result != HO_ERROR_SPACE)
        fail_msg("%s: %s", ho_result_name(result), diag.message);
    assert_non_null(strstr(diag.message, "make room"));
    ho_store_close(&store);
}

static void assert_kept(struct bank_fixture *f, int64_t n)
{
    struct ho_diag diag = {0};
    assert_true(n > 8);
    struct ho_store *store = create(f);
    for (int64_t frame = 0; frame < n; frame++)
        assert_frame(f, store, frame);
    put(f, store, n);
    assert_ok(ho_store_commit(store, &diag), &diag);
    ho_store_close(&store);
    assert_ok(ho_bank_verify(f->bank, NULL, NULL, NULL, NULL, &diag), &diag);
}

// A picture that cannot be written leaves no row that lacks it; what came before and after is kept.
static void row_and_picture_are_both_there_or_neither(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0}, failing = {0};
    struct ho_store *store = create(f);
    struct ho_frame_entry entry = entry_of(1), *entries;
    size_t n;
    put(f, store, 0);
    fixture_draw(f->drawn, 1);
    int before = sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, 100);
    assert_int_not_equal(ho_store_put(store, &entry, f->drawn, &failing), HO_OK);
    sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, before);
    assert_null(strstr(failing.message, "verify"));    // no damage
    put(f, store, 2);
    assert_ok(ho_store_commit(store, &diag), &diag);
    assert_ok(ho_store_entries(store, &entries, &n, &diag), &diag);
    assert_int_equal(n, 2);
    free(entries);
    assert_frame(f, store, 0);
    assert_frame(f, store, 2);
    ho_store_close(&store);
    assert_ok(ho_bank_verify(f->bank, NULL, NULL, NULL, NULL, &diag), &diag);
}

static void a_file_size_limit_loses_nothing(void **state)
{
    struct bank_fixture *f = *state;
    struct rlimit before, small;
    int64_t n;
    signal(SIGXFSZ, SIG_DFL);    // which would end the process: a library's host
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 400000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    fill_until_full(f, &n);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_kept(f, n);
}

static void a_full_disk_loses_nothing(void **state)
{
    struct bank_fixture *f = *state;
    struct ho_diag diag = {0};
    char mount_point[300];
    snprintf(mount_point, sizeof(mount_point), "%s/small", f->dir);
    assert_int_equal(mkdir(mount_point, 0700), 0);
    if (mount("none", mount_point, "tmpfs", 0, "size=1m") != 0)
        skip();    // only root may mount
    struct ho_bank *outer = f->bank;
    assert_ok(ho_bank_open(mount_point, &f->bank, &diag), &diag);
    int64_t n;
    fill_until_full(f, &n);
    int remounted = mount("none", mount_point, NULL, MS_REMOUNT, "size=8m");
    if (remounted == 0)
        assert_kept(f, n);
    ho_bank_close(&f->bank);
    f->bank = outer;
    assert_int_equal(umount2(mount_point, MNT_DETACH), 0);
    assert_int_equal(remounted, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_goes_in_comes_out, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(row_and_picture_are_both_there_or_neither, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(states_replace_each_other, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_dropped_state_gives_its_room_back, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(keys_and_flags, set_up, bank_fixture_tear_down),
        cmocka_unit_test(packing_is_reversible),
        cmocka_unit_test_setup_teardown(a_killed_writer_loses_nothing, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_file_size_limit_loses_nothing, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_full_disk_loses_nothing, set_up, bank_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
