// SPDX-License-Identifier: BSD-2-Clause
// Walks: an object followed from one frame in one direction; and sweeps: the source is read once for all walks of a
// direction, which step through its frames together.
#ifndef HO_TRACK_WALK_H
#define HO_TRACK_WALK_H

#include "holdout/cut.h"
#include "track/keeper.h"
#include "track/object.h"

// What is at the end of the frames that a walk may go through.
enum ho_stop {
    HO_STOP_END,      // of the source, or of what is asked for
    HO_STOP_FIXED,    // a prompted or locked frame
    HO_STOP_ABSENT    // frames that the object is said not to be on
};

// A prompted frame whose matte the walk keeps in mind beside the one that it starts from.
struct ho_known_frame {
    int64_t frame;
    struct ho_key key;
};
enum { HO_KNOWN_MAX = 5 };

// So many frames in a row that agree with what was there end a walk.
enum { HO_MEET_FRAMES = 6 };

struct ho_walk {
    struct ho_object *object;
    int step;                   // +1 or -1
    struct ho_key key;          // of its frames
    int64_t start, last;        // the frame it comes from, the last one to be tracked
    struct ho_key start_key;    // of the matte there
    bool is_absence;            // the object is said not to be on `start`
    enum ho_stop stop;
    struct ho_known_frame known[HO_KNOWN_MAX];
    int n_known;
    const struct ho_take *old;    // what was there; NULL: nothing, or it is not asked whether they meet
    int64_t resume;               // where it goes on: `start`, or the frame of a saved state
    bool *has;                    // one a frame of the source: the bank has the walk's matte; owned

    // how it ended
    int64_t met;      // the first of the frames from which on what was there stays; -1: they did not meet
    bool is_ended;    // for good: at a cut

    // while it runs
    enum { HO_WALK_PENDING, HO_WALK_ACTIVE, HO_WALK_DONE } phase;
    int64_t at, saved;    // the frame where it stands; that of the last saved state
    int64_t saved_ns;
    struct ho_engine_walk *memory, *rival;    // of the object; of what an exclusion points at, or NULL
    struct ho_cut_detector *detector;
    int n_away;    // frames after `at` that do not show the shot, as far as that is known
    struct ho_frame *previous;
    struct ho_kept_matte *matte;    // of `previous`
    float trust, confidence;        // in the frame it started from; in `matte`
    int n_agreeing, n_worse;    // frames in a row, up to `at`, that agree with what was there; that are less like it
    int64_t worse_from;
    struct ho_matte *scratch;    // for what was there
};

struct ho_walks {
    struct ho_walk **items;
    size_t n;
};
// Appends a copy of `walk`, which is the list's from here on (what it owns too), whether it succeeds or not.
enum ho_result ho_walks_add(struct ho_walks *walks, struct ho_walk *walk, struct ho_diag *diag) HO_MUST_CHECK;
void ho_walks_clear(struct ho_walks *walks);

// The coverage of the objects of a run that are not `walks`' on a frame, as far as the bank has it; *out is NULL where
// there is none, else the caller's.
typedef enum ho_result (*ho_others)(void *opaque, struct ho_walk *const *walks, size_t n, int64_t frame,
                                    struct ho_matte **out, struct ho_diag *diag);
struct ho_sweep {
    struct ho_context *context;
    struct ho_walks *walks;
    int step;
    ho_others others;    // may be NULL
    void *opaque;
};
// Runs the walks of one direction to their ends.
enum ho_result ho_sweep_run(const struct ho_sweep *sweep, struct ho_diag *diag) HO_MUST_CHECK;

// ---- for the sweep

// `others`: as the engine's keep().
enum ho_result ho_walk_begin(struct ho_context *context, struct ho_walk *walk, struct ho_frame *frame,
                             const struct ho_matte *others, struct ho_diag *diag) HO_MUST_CHECK;
// What is to be done with `frame`: *goes_on is false when it is not to be stepped into: it does not show the shot
// (which may come back), or the walk ends before it.
enum ho_result ho_walk_look(struct ho_context *context, struct ho_walk *walk, struct ho_frame *frame, bool *goes_on,
                            struct ho_diag *diag) HO_MUST_CHECK;
// Takes over what the engine made of `frame`: `matte` becomes the walk's (NULL: as the frame before), and is kept.
enum ho_result ho_walk_advance(struct ho_context *context, struct ho_walk *walk, struct ho_frame *frame,
                               struct ho_kept_matte **matte, float confidence, struct ho_diag *diag) HO_MUST_CHECK;
bool ho_walk_save_is_due(const struct ho_walk *walk);
enum ho_result ho_walk_save(struct ho_context *context, struct ho_walk *walk, struct ho_diag *diag) HO_MUST_CHECK;
void ho_walk_release(struct ho_context *context, struct ho_walk *walk);

// meet.c: do two mattes show the same thing, but for what two trackings of it differ by?
// What both have, as a share of the smaller one; 0 where one has nothing.
double ho_mattes_shared(const struct ho_matte *a, const struct ho_matte *b);
bool ho_mattes_agree(const struct ho_matte *a, const struct ho_matte *b);
double ho_mattes_overlap(const struct ho_matte *a, const struct ho_matte *b);    // J; 1 where both are empty
// Compares the walk's present matte with what was there; *ends: from `walk->met` on what was there stays.
enum ho_result ho_walk_meet(struct ho_context *context, struct ho_walk *walk, struct ho_frame *frame, bool *ends,
                            struct ho_diag *diag) HO_MUST_CHECK;
// After resuming: how many frames up to `at` agreed.
enum ho_result ho_walk_count_agreeing(struct ho_walk *walk, struct ho_diag *diag) HO_MUST_CHECK;

#endif
