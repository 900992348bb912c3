// SPDX-License-Identifier: BSD-2-Clause
// The keeper: a thread that packs mattes and writes them to the bank, so that inference never waits for the disk.
#ifndef HO_TRACK_KEEPER_H
#define HO_TRACK_KEEPER_H

#include <stdatomic.h>

#include "bank/store.h"

struct ho_keeper;

// A matte shared by the walk that made it and the keeper; given back before the keeper is finished.
struct ho_kept_matte {
    struct ho_keeper *keeper;
    atomic_int n_refs;
    struct ho_matte *matte;
};
struct ho_kept_matte *ho_kept_matte_ref(struct ho_kept_matte *kept);
void ho_kept_matte_unref(struct ho_kept_matte **kept);

enum ho_result ho_keeper_start(struct ho_keeper **out, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_keeper_matte(struct ho_keeper *keeper, int width, int height, struct ho_kept_matte **out,
                               struct ho_diag *diag) HO_MUST_CHECK;
// Each hands over a copy of its arguments and a reference to the matte; waits while the queue is full. HO_END once
// writing has failed: ho_keeper_finish() says why. Area and the EMPTY flag are filled in by the keeper.
enum ho_result ho_keeper_put(struct ho_keeper *keeper, struct ho_store *store, const struct ho_frame_entry *entry,
                             struct ho_kept_matte *matte) HO_MUST_CHECK;
// Takes *bytes.
enum ho_result ho_keeper_put_state(struct ho_keeper *keeper, struct ho_store *store, struct ho_key walk, int64_t frame,
                                   void **bytes, size_t size) HO_MUST_CHECK;
enum ho_result ho_keeper_set_flags(struct ho_keeper *keeper, struct ho_store *store, int64_t frame, struct ho_key key,
                                   unsigned flags) HO_MUST_CHECK;
// Waits for all that was handed over, commits the stores, and says what went wrong, if anything did.
enum ho_result ho_keeper_finish(struct ho_keeper **keeper, struct ho_diag *diag) HO_MUST_CHECK;

#endif
