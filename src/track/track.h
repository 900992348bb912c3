// SPDX-License-Identifier: BSD-2-Clause
// The inside of tracking, shared by its files. In the order in which a run goes through them:
//   prompts.c   what was asked for, checked and in order              correct.c what a correction starts from
//   plan.c      spans, their keys, and which frames they lack
//   cuts.c      scene cuts between two prompted frames                 prompted.c  mattes of the prompted frames
//   sweep.c     one reading of the source for all walks of a direction; walk.c  one walk; keeper.c  the thread that
//   writes to the bank blend.c     the two passes of a span become one                    settle.c  overlapping objects
//   events.c    what a user should check                               run.c     leads them
#ifndef HO_TRACK_TRACK_H
#define HO_TRACK_TRACK_H

#include <stdatomic.h>

#include "holdout/track.h"

#define HO_OBJECTS_MAX 64

// ---- prompts.c

// The prompts of one frame: a run in ho_prompt_set.prompts.
struct ho_prompted_frame {
    int64_t frame;
    size_t first, n;
    struct ho_key key;    // of what the prompts say, masks' pixels included
};

// An object's prompts frame by frame, those of a frame in the order in which they were given, without duplicates.
struct ho_prompt_set {
    struct ho_prompt *prompts;    // own copies of their points; masks are borrowed
    size_t n;
    struct ho_prompted_frame *frames;    // by frame
    size_t n_frames;
};
enum ho_result ho_prompt_set_create(const struct ho_prompt *prompts, size_t n, const struct ho_source_info *source,
                                    struct ho_prompt_set *out, struct ho_diag *diag) HO_MUST_CHECK;
void ho_prompt_set_clear(struct ho_prompt_set *set);
// The prompts as JSON, for the recipe. malloc'd.
enum ho_result ho_prompt_set_json(const struct ho_prompt_set *set, char **out, struct ho_diag *diag) HO_MUST_CHECK;
const char *ho_prompt_kind_name(enum ho_prompt_kind kind);

// ---- plan.c

enum ho_span_kind { HO_SPAN_FORWARD, HO_SPAN_BACKWARD, HO_SPAN_BETWEEN };

// Frames whose mattes come from the same prompts.
struct ho_span {
    enum ho_span_kind kind;
    struct ho_range frames;    // without the prompted ones at its ends
    int64_t start, far;        // the prompted frame that it is walked from; BETWEEN: the one at its other end, else -1
    struct ho_key key;         // of its frames, and of its walk where there is one walk
    struct ho_key pass_key[2];    // BETWEEN: of the forward and the backward pass
};

struct ho_object {
    const struct ho_object_request *request;
    const char *name;
    struct ho_prompt_set prompts;
    struct ho_matte **bases;    // the masks among them that corrections start from; owned here
    size_t n_bases;
    struct ho_recipe recipe;     // its texts are owned here
    struct ho_store *store;      // for writing; the keeper's while it runs
    struct ho_store *view;       // the same for reading, always the calling thread's
    struct ho_store *settled;    // what is delivered where there are several objects, else NULL
    struct ho_span *spans;
    size_t n_spans;
    bool *has;          // one a frame of the source: a final matte with the right key, or locked
    bool *is_locked;    // one a frame of the source
    int64_t *cuts;      // frames where a shot begins, as far as they are known
    size_t n_cuts;
    int64_t n_tracked;
    struct ho_range range;    // what is asked for
};

// Where one walk has to go.
struct ho_walk {
    struct ho_object *object;
    const struct ho_span *span;
    enum ho_pass pass;
    int step;    // +1 or -1
    struct ho_key key;
    int64_t start, far,
        last;          // prompted frame it comes from; the one at the other end or -1; last frame to be tracked
    int64_t resume;    // where it goes on: `start`, or the frame of a saved state
    bool *has;         // frames that this pass has; the object's own for FINAL, else owned
    // while it runs
    enum { HO_WALK_PENDING, HO_WALK_ACTIVE, HO_WALK_DONE } phase;
    int64_t at, saved;    // the frame where it stands; that of the last saved state
    int64_t saved_ns;
    struct ho_engine_walk *memory;
    struct ho_cut_detector *detector;
    struct ho_frame *previous;
    struct ho_kept_matte *matte;    // of `previous`
    float trust, confidence;        // in the frame it started from; in `matte`
};

enum ho_result ho_object_add_cut(struct ho_object *object, int64_t frame, struct ho_diag *diag) HO_MUST_CHECK;

struct ho_track;
// Cuts the source into spans for this object. Reads the source where a span between two prompts has not been looked
// through for cuts yet.
enum ho_result ho_plan_spans(struct ho_track *track, struct ho_object *object, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_prompted_key(const struct ho_track *track, const struct ho_prompted_frame *frame, struct ho_key *out,
                               struct ho_diag *diag) HO_MUST_CHECK;
// Which frames are there, after taking over what other stores have.
enum ho_result ho_plan_frames(struct ho_track *track, struct ho_object *object, struct ho_diag *diag) HO_MUST_CHECK;
// The walks that are needed; appended to *walks.
enum ho_result ho_plan_walks(struct ho_track *track, struct ho_object *object, struct ho_walk **walks, size_t *n,
                             struct ho_diag *diag) HO_MUST_CHECK;
void ho_walks_free(struct ho_walk *walks, size_t n);
// The frames of a span that are wanted and lacking, first and last; empty if there are none.
struct ho_range ho_span_lacking(const struct ho_object *object, const struct ho_span *span,
                                enum ho_direction direction);

// ---- keeper.c: a thread that packs and writes, so that inference never waits for the disk

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
enum ho_result ho_keeper_put_state(struct ho_keeper *keeper, struct ho_store *store, struct ho_key walk, int64_t frame,
                                   void **bytes, size_t size) HO_MUST_CHECK;    // takes *bytes
enum ho_result ho_keeper_set_flags(struct ho_keeper *keeper, struct ho_store *store, int64_t frame,
                                   unsigned flags) HO_MUST_CHECK;
// Waits for all that was handed over, commits the stores, and says what went wrong, if anything did.
enum ho_result ho_keeper_finish(struct ho_keeper **keeper, struct ho_diag *diag) HO_MUST_CHECK;

// ---- one run

struct ho_track {
    const struct ho_track_request *request;
    struct ho_bank *bank;
    struct ho_reader *reader;    // for sweeps
    struct ho_reader *lookup;    // for single frames while a sweep goes on; opened when first needed
    const struct ho_source_info *source;
    const struct ho_engine *engine;
    struct ho_engine_session *session;
    struct ho_key base;    // of source, engine, weights and settings: part of every frame's key
    struct ho_range range;
    struct ho_object *objects;
    size_t n_objects;
    struct ho_keeper *keeper;
    struct ho_track_progress progress, correcting;    // the last that a run inside this one told
    int64_t started_ns, told_ns, waiting_ns, correcting_ns;
};

bool ho_track_is_cancelled(const struct ho_track *track);
// Counts a frame and calls the progress callback, at most ten times a second but for `is_last`.
void ho_track_tell(struct ho_track *track, const struct ho_object *object, int64_t frame, float confidence,
                   bool is_last);
enum ho_result ho_track_lookup(struct ho_track *track, int64_t frame, struct ho_frame **out,
                               struct ho_diag *diag) HO_MUST_CHECK;
// The store of a recipe, for writing, as soon as nobody else writes it; at most as long as the request waits.
enum ho_result ho_track_create_store(struct ho_track *track, const struct ho_recipe *recipe, struct ho_store **out,
                                     struct ho_diag *diag) HO_MUST_CHECK;
int64_t ho_track_clock(void);    // nanoseconds, monotonic

// cuts.c: cuts in (first, last]; *n 0 if there are none. Remembered in the object's store. `*cuts` is malloc'd.
enum ho_result ho_cuts_between(struct ho_track *track, struct ho_object *object, int64_t first, int64_t last,
                               int64_t **cuts, size_t *n, struct ho_diag *diag) HO_MUST_CHECK;
// prompted.c
enum ho_result ho_track_prompted_frames(struct ho_track *track, struct ho_object *object,
                                        struct ho_diag *diag) HO_MUST_CHECK;
// sweep.c: runs the walks of one direction to their ends.
enum ho_result ho_sweep(struct ho_track *track, struct ho_walk *walks, size_t n, int step,
                        struct ho_diag *diag) HO_MUST_CHECK;
// walk.c
enum ho_result ho_walk_begin(struct ho_track *track, struct ho_walk *walk, struct ho_frame *frame,
                             struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_walk_advance(struct ho_track *track, struct ho_walk *walk, struct ho_frame *frame,
                               struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_walk_save(struct ho_track *track, struct ho_walk *walk, struct ho_diag *diag) HO_MUST_CHECK;
void ho_walk_release(struct ho_track *track, struct ho_walk *walk);
// blend.c
void ho_blend_mattes(struct ho_matte *forward, const struct ho_matte *backward,
                     uint32_t forward_weight);    // of 65536; into `forward`
uint32_t ho_blend_weight(float forward_confidence, float backward_confidence, int64_t from_start, int64_t to_end);
enum ho_result ho_blend_span(struct ho_track *track, struct ho_object *object, const struct ho_span *span,
                             struct ho_diag *diag) HO_MUST_CHECK;
// settle.c: `mattes` in the order that decides between equal coverages; in place.
void ho_settle_mattes(struct ho_matte *const *mattes, size_t n);
enum ho_result ho_settle_objects(struct ho_track *track, struct ho_diag *diag) HO_MUST_CHECK;
// events.c: `*events` is malloc'd. Entries in order of frames; `cuts` are frames where a shot begins.
enum ho_result ho_events_find(const struct ho_frame_entry *entries, size_t n, const int64_t *cuts, size_t n_cuts,
                              struct ho_event **events, size_t *n_events, struct ho_diag *diag) HO_MUST_CHECK;
// The frame whose correction would help most, or -1. Entries and cuts as above.
enum ho_result ho_events_most_helpful(const struct ho_frame_entry *entries, size_t n, const int64_t *cuts,
                                      size_t n_cuts, int64_t *frame, struct ho_diag *diag) HO_MUST_CHECK;
// Fills in what a report says of an object, and keeps the CHECK flags of its frames.
enum ho_result ho_events_report(struct ho_track *track, struct ho_object *object, struct ho_object_report *report,
                                struct ho_diag *diag) HO_MUST_CHECK;
// correct.c: gives the prompts of corrected frames the masks that they start from. Tracks them, if need be.
enum ho_result ho_object_correct(struct ho_track *track, const struct ho_object_request *request,
                                 struct ho_object *object, struct ho_diag *diag) HO_MUST_CHECK;
// object.c: prompts, recipe and store of one object. ho_object_close() may be called in any state.
enum ho_result ho_object_prepare(struct ho_track *track, const struct ho_object_request *request,
                                 struct ho_object *object, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_object_open(struct ho_track *track, struct ho_object *object, struct ho_diag *diag) HO_MUST_CHECK;
void ho_object_close(struct ho_object *object);

#endif
