// SPDX-License-Identifier: BSD-2-Clause
// The stages of a delivered matte and what travels between them (matte.c says how they are joined).
#ifndef HO_DELIVER_STAGES_H
#define HO_DELIVER_STAGES_H

#include <pthread.h>

#include "base/queue.h"
#include "holdout/deliver.h"

struct ho_stage_item {
    int64_t frame;
    bool present;    // false: the store has no matte of this frame, and `matte` is black
    struct ho_matte *matte;
    struct ho_picture *picture;    // what the view made; NULL for MATTE
};

struct ho_stage_thread {
    pthread_t thread;
    bool running;
    enum ho_result result;
    struct ho_diag diag;
};

struct ho_stages {
    const struct ho_deliver_request *request;
    const struct ho_source_info *source;    // size, rate and count of what is written: `found`, or the store's recipe
    struct ho_source_info found;            // the source as it is now, where it was opened
    struct ho_bank *bank;
    struct ho_store *store;      // used by the get stage alone once it runs
    struct ho_reader *reader;    // NULL: the source is not needed
    bool plain;                  // nothing to convert
    struct ho_queue *got_free, *got, *made_free, *made;
    struct ho_stage_thread get, convert;
    int64_t n_empty;                  // written by get, read after it has ended
    struct ho_stage_item *written;    // what the render loop has; NULL: nothing
};

void ho_stage_item_release(void *item);
// The convert stage: a thread's main function on a struct ho_stages.
void *ho_stage_convert(void *render);

#endif
