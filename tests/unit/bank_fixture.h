// SPDX-License-Identifier: BSD-2-Clause
// A bank in a folder of its own, objects of a made-up source, steps and mattes to put into them.
#ifndef BANK_FIXTURE_H
#define BANK_FIXTURE_H

#include "unit/test_folder.h"

#include "bank/store.h"
#include "holdout/media.h"

// ---- steps

// A step that says `said` and has the take of these spans; it becomes the current one. Its number.
static inline int64_t fixture_step_of(struct ho_store *store, const char *said, const struct ho_span *spans, size_t n)
{
    struct ho_diag diag = {0};
    char words[256];
    snprintf(words, sizeof(words), "{\"words\":\"%s\"}", said);
    struct ho_step step = {.parent = ho_store_current(store), .said = words};
    snprintf(step.making.engine, sizeof(step.making.engine), "stub");
    snprintf(step.making.quality, sizeof(step.making.quality), "faster");
    struct ho_span copy[16];
    assert_true(n <= 16);
    for (size_t i = 0; i < n; i++)
        copy[i] = spans[i];
    struct ho_take take = {.spans = copy, .n = n};
    assert_ok(ho_store_add_step(store, &step, &diag), &diag);
    assert_ok(ho_store_put_take(store, step.number, &take, &diag), &diag);
    assert_ok(ho_store_note_step(store, step.number, true, 0, 0, &diag), &diag);
    assert_ok(ho_store_set_current(store, step.number, &diag), &diag);
    return step.number;
}

// The same with a take of one span.
static inline int64_t fixture_step(struct ho_store *store, const char *said, int64_t first, int64_t last,
                                   struct ho_key key)
{
    struct ho_span span = {.first = first, .last = last, .key = key};
    return fixture_step_of(store, said, &span, last >= first);
}

// ---- a store for mattes of a file

// The object's store in a bank of its own; its step shows the mattes that are put under `key` on the first `n_frames`.
// Closed, it leaves its id.
static inline void fixture_store_open(const char *bank_dir, const char *source, const char *object, int64_t n_frames,
                                      struct ho_key key, struct ho_bank **bank, struct ho_store **store)
{
    struct ho_diag diag = {0};
    struct ho_source_info info;
    assert_ok(ho_source_probe(source, NULL, &info, &diag), &diag);
    assert_ok(ho_bank_open(bank_dir, bank, &diag), &diag);
    assert_ok(ho_store_create(*bank, &info, object, 0, store, &diag), &diag);
    fixture_step(*store, "made up", 0, n_frames - 1, key);
}

static inline void fixture_store_close(struct ho_bank **bank, struct ho_store **store, char id[HO_ID_SIZE])
{
    snprintf(id, HO_ID_SIZE, "%s", ho_store_id(*store));
    ho_store_close(store);
    ho_bank_close(bank);
}

// ---- a bank, a matte to draw into and one to read into: the set-up of cmocka tests

struct bank_fixture {
    char dir[256];
    struct ho_bank *bank;
    struct ho_matte *drawn, *read;
};

static inline int bank_fixture_set_up(void **state, int width, int height)
{
    struct bank_fixture *f = calloc(1, sizeof(*f));
    struct ho_diag diag = {0};
    assert_non_null(f);
    fixture_folder(f->dir, sizeof(f->dir));
    assert_ok(ho_bank_open(f->dir, &f->bank, &diag), &diag);
    assert_ok(ho_matte_create(width, height, &f->drawn, &diag), &diag);
    assert_ok(ho_matte_create(width, height, &f->read, &diag), &diag);
    *state = f;
    return 0;
}

static inline int bank_fixture_tear_down(void **state)
{
    struct bank_fixture *f = *state;
    ho_matte_destroy(&f->drawn);
    ho_matte_destroy(&f->read);
    ho_bank_close(&f->bank);
    fixture_remove_tree(f->dir);
    free(f);
    return 0;
}

static inline struct ho_source_info fixture_source(int width, int height)
{
    return (struct ho_source_info){.path = "/media/ride.mov",
                                   .clip_name = "ride",
                                   .hash = "0123456789abcdef0123456789abcdef",
                                   .width = width,
                                   .height = height,
                                   .pixel_aspect = {1, 1},
                                   .rate = {24000, 1001},
                                   .n_frames = 1000};
}

// An object of the made-up source, of the size of the fixture's mattes, open for writing.
static inline struct ho_store *fixture_create(struct bank_fixture *f, const char *object)
{
    struct ho_diag diag = {0};
    struct ho_source_info source = fixture_source(f->drawn->width, f->drawn->height);
    struct ho_store *store;
    assert_ok(ho_store_create(f->bank, &source, object, 0, &store, &diag), &diag);
    return store;
}

static inline struct ho_store *fixture_open(struct bank_fixture *f, const char *name, enum ho_store_mode mode)
{
    struct ho_diag diag = {0};
    struct ho_store *store;
    assert_ok(ho_store_open(f->bank, name, mode, &store, &diag), &diag);
    return store;
}

// A disc with a soft edge that moves with the frame; frame 0 is empty.
static inline void fixture_draw(struct ho_matte *matte, int64_t frame)
{
    ho_matte_clear(matte);
    double cx = (double)(frame * 3 % matte->width), cy = matte->height / 2.0,
           radius = frame ? matte->height / 4.0 : -10;
    for (int y = 0; y < matte->height; y++) {
        for (int x = 0; x < matte->width; x++) {
            double d = radius - ((x - cx) * (x - cx) + (y - cy) * (y - cy)) / (radius > 0 ? radius : 1);
            double value = d < -4 ? 0 : d > 4 ? 1 : (d + 4) / 8;
            matte->data[(size_t)y * (size_t)matte->stride + (size_t)x] = (uint16_t)(value * 65535 + 0.5);
        }
    }
}

// Puts mattes under `key`; what is drawn on a frame is picture number frame + `shift`.
static inline void fixture_put(struct bank_fixture *f, struct ho_store *store, int64_t first, int64_t last,
                               struct ho_key key, int64_t shift)
{
    struct ho_diag diag = {0};
    for (int64_t frame = first; frame <= last; frame++) {
        struct ho_frame_entry entry = {.frame = frame, .key = key, .confidence = 0.5f};
        fixture_draw(f->drawn, frame + shift);
        assert_ok(ho_store_put(store, &entry, f->drawn, &diag), &diag);
    }
}

// The selected take shows picture number frame + `shift` on these frames.
static inline void assert_shows(struct bank_fixture *f, struct ho_store *store, int64_t first, int64_t last,
                                int64_t shift)
{
    struct ho_diag diag = {0};
    for (int64_t frame = first; frame <= last; frame++) {
        assert_ok(ho_store_get(store, frame, f->read, NULL, &diag), &diag);
        fixture_draw(f->drawn, frame + shift);
        assert_true(ho_matte_equal(f->drawn, f->read));
    }
}

#endif
