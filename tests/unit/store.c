// SPDX-License-Identifier: BSD-2-Clause
// One store: frames and states in and out, damage, a full disk, a killed writer.
#include "unit/bank_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "bank/bank.h"
#include "base/memory.h"
#include "holdout/log.h"

enum { WIDTH = 96, HEIGHT = 54, N_FRAMES = 24 };

static int set_up(void **state) { return bank_fixture_set_up(state, WIDTH, HEIGHT); }

static const struct ho_key key = {7, 8}, walk = {5, 6}, mask_key = {9, 9};

static struct ho_frame_entry entry_of(int64_t frame)
{
    return (struct ho_frame_entry){.frame = frame,
                                   .key = key,
                                   .confidence = 0.75f,
                                   .area = frame * 10,
                                   .flags = frame == 3 ? HO_FLAG_PROMPTED : 0};
}

// The object "disc", whose one step shows all that is put.
static struct ho_store *create(struct bank_fixture *f)
{
    struct ho_store *store = fixture_create(f, "disc");
    if (!ho_store_current(store))
        fixture_step(store, "disc", 0, 100000, key);
    return store;
}

static void put(struct bank_fixture *f, struct ho_store *store, int64_t frame)
{
    struct ho_diag diag = {0};
    struct ho_frame_entry entry = entry_of(frame);
    fixture_draw(f->drawn, frame);
    assert_ok(ho_store_put(store, &entry, f->drawn, &diag), &diag);
}

static void fill(struct bank_fixture *f, struct ho_store *store)
{
    struct ho_diag diag = {0};
    for (int64_t frame = 0; frame < N_FRAMES; frame++)
        put(f, store, frame);
    assert_ok(ho_store_put_state(store, walk, N_FRAMES - 1, "the tracker's memory", 20, &diag), &diag);
    fixture_draw(f->drawn, 1);
    assert_ok(ho_store_put_mask(store, mask_key, f->drawn, &diag), &diag);
    assert_ok(ho_store_commit(store, &diag), &diag);
}

static void assert_frame(struct bank_fixture *f, struct ho_store *store, int64_t frame)
{
    struct ho_diag diag = {0};
    struct ho_frame_entry entry, wanted = entry_of(frame);
    assert_ok(ho_store_get(store, frame, f->read, &entry, &diag), &diag);
    fixture_draw(f->drawn, frame);
    assert_true(ho_matte_equal(f->drawn, f->read));
    assert_int_equal(entry.frame, frame);
    assert_true(ho_key_equal(entry.key, wanted.key));
    assert_true(entry.confidence == wanted.confidence);
    assert_int_equal(entry.area, wanted.area);
    assert_int_equal(entry.flags, wanted.flags);
}

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

// Three steps, of which the second is current; its take has two spans. Whatever one row of them says wrong is found,
// and costs that row alone.
static void every_table_is_under_checksums(void **state)
{
    static const struct {
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
    struct bank_fixture *f = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ho_diag diag = {0};
        struct ho_store *store = create(f);
        fill(f, store);
        const struct ho_span spans[] = {{.first = 0, .last = 3, .key = key}, {4, 1000, key, HO_FLAG_BACKWARD}};
        fixture_step_of(store, "more", spans, 2);
        fixture_step(store, "less", 0, 3, key);
        assert_ok(ho_store_set_current(store, 2, &diag), &diag);
        damage(store, cases[i].sql);
        ho_store_close(&store);
        struct faults faults = {0};
        int64_t n_lost;
        if (ho_bank_verify(f->bank, "disc", count_fault, &faults, NULL, &diag) != HO_ERROR_VERIFY || faults.n == 0)
            fail_msg("not found: %s", cases[i].sql);
        diag = (struct ho_diag){0};
        assert_ok(ho_bank_repair(f->bank, "disc", NULL, NULL, &n_lost, &diag), &diag);
        assert_true(n_lost >= 1);
        assert_ok(ho_bank_verify(f->bank, "disc", NULL, NULL, NULL, &diag), &diag);
        store = fixture_open(f, "disc", HO_STORE_READ);
        struct ho_step *steps;
        struct ho_frame_entry *entries;
        size_t n_steps, n_frames, size;
        int64_t frame;
        void *bytes = NULL;
        assert_ok(ho_store_steps(store, &steps, &n_steps, &diag), &diag);
        assert_ok(ho_store_entries(store, &entries, &n_frames, &diag), &diag);
        if (ho_store_current(store) != cases[i].current || (int64_t)n_steps != cases[i].n_steps ||
            (int64_t)n_frames != cases[i].n_frames)
            fail_msg("%s: step %lld of %zu is current, with %zu frames", cases[i].sql,
                     (long long)ho_store_current(store), n_steps, n_frames);
        for (size_t k = 0; k < n_frames; k++) {
            assert_ok(ho_store_get(store, entries[k].frame, f->read, NULL, &diag), &diag);
            fixture_draw(f->drawn, entries[k].frame);
            assert_true(ho_matte_equal(f->drawn, f->read));
        }
        assert_int_equal(ho_store_get_state(store, walk, &frame, &bytes, &size, &diag),
                         cases[i].keeps_state ? HO_OK : HO_END);
        assert_int_equal(ho_store_get_mask(store, mask_key, f->read, &diag), cases[i].keeps_mask ? HO_OK : HO_END);
        free(bytes);
        free(entries);
        ho_steps_free(&steps, n_steps);
        ho_store_close(&store);
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

static void a_file_size_limit_loses_nothing(void **state)
{
    struct bank_fixture *f = *state;
    struct rlimit before, small;
    int64_t n;
    signal(SIGXFSZ, SIG_IGN);
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
        cmocka_unit_test_setup_teardown(what_goes_in_comes_out, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(states_replace_each_other, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_dropped_state_gives_its_room_back, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(keys_and_flags, set_up, bank_fixture_tear_down),
        cmocka_unit_test(packing_is_reversible),
        cmocka_unit_test_setup_teardown(a_flipped_byte_is_found, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_cancelled_call_changes_nothing, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(repair_keeps_what_can_be_read, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(every_table_is_under_checksums, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_newer_format_gets_a_sentence, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(foreign_tables_are_refused, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_killed_writer_loses_nothing, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_file_size_limit_loses_nothing, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_full_disk_loses_nothing, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(every_failed_allocation_is_said, set_up, bank_fixture_tear_down),
        cmocka_unit_test_setup_teardown(every_failed_allocation_of_sqlite_is_said, set_up, bank_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
