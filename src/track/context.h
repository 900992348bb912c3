// SPDX-License-Identifier: BSD-2-Clause
// What every part of a run needs: what was asked for, what is open, and services (frames, mattes of the bank, progress,
// the wish to stop). It knows no objects and no walks.
#ifndef HO_TRACK_CONTEXT_H
#define HO_TRACK_CONTEXT_H

#include "bank/store.h"
#include "holdout/track.h"

struct ho_keeper;

enum { HO_LOOKED_UP = 6 };

struct ho_passes {
    uint16_t left;    // to be done
    bool is_passed;
};

struct ho_context {
    const struct ho_track_request *request;
    struct ho_bank *bank;
    struct ho_reader *reader;                    // for sweeps
    struct ho_reader *lookup;                    // for single frames while a sweep goes on; opened when first needed
    struct ho_frame *looked_up[HO_LOOKED_UP];    // those last found: each walk of a step wants the same prompted ones
    int next_looked_up;
    const struct ho_source_info *source;
    const struct ho_engine *engine;
    struct ho_engine_session *session;
    struct ho_making making;    // of what is tracked in this run
    struct ho_key base;         // of source and making: part of every matte's key
    struct ho_range range;      // what is asked for
    struct ho_keeper *keeper;
    struct ho_track_progress progress;
    struct ho_passes *passes;           // one a frame of the source
    int64_t n_passes, n_passes_done;    // over all frames, objects and directions: what time is told by
    int64_t started_ns, told_ns, waiting_ns;
};

// Opens bank, source and engine. ho_context_close() may be called in any state.
enum ho_result ho_context_open(struct ho_context *context, struct ho_diag *diag) HO_MUST_CHECK;
void ho_context_close(struct ho_context *context);

bool ho_context_is_cancelled(const struct ho_context *context);
// What is still to be done: the frames after `from` up to and with `to` (either way) will be passed once (`n` 1), or
// once less (-1). A frame counts as one, however often it is passed, and as done when nothing is left to do on it.
void ho_context_expect(struct ho_context *context, int64_t from, int64_t to, int n);
// Counts a pass of a frame (`object` NULL: none) and calls the progress callback, at most ten times a second but for
// `is_last`.
void ho_context_tell(struct ho_context *context, const char *object, int64_t frame, float confidence, bool is_last);
int64_t ho_context_clock(void);    // nanoseconds, monotonic
// One frame by its number, while a sweep goes on. A reference of the caller's.
enum ho_result ho_context_frame(struct ho_context *context, int64_t frame, struct ho_frame **out,
                                struct ho_diag *diag) HO_MUST_CHECK;
// An object's file, for writing, as soon as nobody else writes it; at most as long as the request waits.
enum ho_result ho_context_store(struct ho_context *context, const char *object, struct ho_store **out,
                                struct ho_diag *diag) HO_MUST_CHECK;
// A key from the base, a word and further keys.
enum ho_result ho_context_key(const struct ho_context *context, const char *what, const struct ho_key *keys, size_t n,
                              struct ho_key *out, struct ho_diag *diag) HO_MUST_CHECK;

#endif
