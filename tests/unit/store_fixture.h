// SPDX-License-Identifier: BSD-2-Clause
// The object "disc" with mattes, a mask and a tracker's memory: what tests of one store begin with.
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include "unit/bank_fixture.h"

#include "bank/bank.h"

enum { WIDTH = 96, HEIGHT = 54, N_FRAMES = 24 };

static inline int set_up(void **state) { return bank_fixture_set_up(state, WIDTH, HEIGHT); }

static const struct ho_key key = {7, 8}, walk = {5, 6}, mask_key = {9, 9};

static inline struct ho_frame_entry entry_of(int64_t frame)
{
    return (struct ho_frame_entry){.frame = frame,
                                   .key = key,
                                   .confidence = 0.75f,
                                   .area = frame * 10,
                                   .flags = frame == 3 ? HO_FLAG_PROMPTED : 0};
}

// The object "disc", whose one step shows all that is put.
static inline struct ho_store *create(struct bank_fixture *f)
{
    struct ho_store *store = fixture_create(f, "disc");
    if (!ho_store_current(store))
        fixture_step(store, "disc", 0, 100000, key);
    return store;
}

static inline void put(struct bank_fixture *f, struct ho_store *store, int64_t frame)
{
    struct ho_diag diag = {0};
    struct ho_frame_entry entry = entry_of(frame);
    fixture_draw(f->drawn, frame);
    assert_ok(ho_store_put(store, &entry, f->drawn, &diag), &diag);
}

static inline void fill(struct bank_fixture *f, struct ho_store *store)
{
    struct ho_diag diag = {0};
    for (int64_t frame = 0; frame < N_FRAMES; frame++)
        put(f, store, frame);
    assert_ok(ho_store_put_state(store, walk, N_FRAMES - 1, "the tracker's memory", 20, &diag), &diag);
    fixture_draw(f->drawn, 1);
    assert_ok(ho_store_put_mask(store, mask_key, f->drawn, &diag), &diag);
    assert_ok(ho_store_commit(store, &diag), &diag);
}

static inline void assert_frame(struct bank_fixture *f, struct ho_store *store, int64_t frame)
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

#endif
