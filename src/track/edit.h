// SPDX-License-Identifier: BSD-2-Clause
// An edit: a step being made. What it says is applied to the take before it: answers.c asks the engine about prompted
// frames, plan.c says which walks are needed, and edit.c makes a take of how they ended. A step that mutes another one
// applies all that was said after it anew, one after the other.
#ifndef HO_TRACK_EDIT_H
#define HO_TRACK_EDIT_H

#include "track/walk.h"

struct ho_edit {
    struct ho_object *object;
    int64_t step;           // 0: nothing is being made
    int64_t *line;          // the steps whose statements are applied, in order; the last is mostly `step` itself
    size_t n_line, next;    // how many; which is applied now
    struct ho_statement statement;    // what that one says
    struct ho_take parent, take;      // what it is applied to; what comes of it
    struct ho_key prompted;           // of the matte of the prompted frame, or of the absence
    int64_t origin;                   // the frame that said what the object is
    bool is_local;                    // the answer holds for its frame alone
    bool is_copied;                   // what the statement gave before is what it gives again
    bool is_new;                      // the step was added in this run
    bool is_redone;                   // mattes of a step were lost: it is made again, and gives the same
    bool is_extension;                // nothing new is said: walks go on that ended with a range
    int64_t begun_ns, tracked_before;
};

// All edits of a round: the objects of a run, those that are only rivals too.
struct ho_round {
    struct ho_context *context;
    struct ho_object *objects;
    struct ho_edit *edits;    // one an object
    size_t n;
    struct ho_walks walks;
};

// ---- edit.c

// Begins or goes on with what the object needs next: a step that was stopped, one that is asked for, frames that are
// lacking. *is_any: there was something.
enum ho_result ho_edit_begin(struct ho_round *round, size_t i, bool *is_any, struct ho_diag *diag) HO_MUST_CHECK;
// Takes the next statement of the line and applies it.
enum ho_result ho_edit_state(struct ho_round *round, struct ho_edit *edit, struct ho_diag *diag) HO_MUST_CHECK;
// Shows an object's first take while it grows, once its walks are planned.
enum ho_result ho_edit_show(struct ho_round *round, struct ho_edit *edit, struct ho_diag *diag) HO_MUST_CHECK;
// The take after the round's walks; what is left of the line goes into the next round.
enum ho_result ho_edit_finish(struct ho_round *round, size_t i, struct ho_diag *diag) HO_MUST_CHECK;
void ho_edit_clear(struct ho_edit *edit);

// ---- answers.c

// Applies the statement to `parent`: what can be said without walking goes into `take`.
enum ho_result ho_edit_apply(struct ho_round *round, struct ho_edit *edit, struct ho_diag *diag) HO_MUST_CHECK;

// judge.c: does an answer show what the other prompted frames show? Without any it does. `basis`: what was there, or
// NULL.
enum ho_result ho_answer_is_like(struct ho_context *context, const struct ho_edit *edit, const struct ho_frame *frame,
                                 const struct ho_matte *answer, const struct ho_matte *basis, bool *is_like,
                                 struct ho_diag *diag) HO_MUST_CHECK;

// ---- plan.c

// The walks that the statement needs, appended to the round's.
enum ho_result ho_edit_plan(struct ho_round *round, struct ho_edit *edit, struct ho_diag *diag) HO_MUST_CHECK;
// Frames of the range that the take of `object` should have and the bank lacks.
enum ho_result ho_object_lacks(const struct ho_context *context, struct ho_object *object, struct ho_range *out,
                               struct ho_diag *diag) HO_MUST_CHECK;

// ---- rivals.c

// As ho_others, of the objects of a round.
enum ho_result ho_round_others(void *round, struct ho_walk *const *walks, size_t n, int64_t frame,
                               struct ho_matte **out, struct ho_diag *diag);
// A key of what an object knows of its rivals in this round; zero when it is alone.
enum ho_result ho_round_rival_key(const struct ho_round *round, const struct ho_edit *edit, struct ho_key *out,
                                  struct ho_diag *diag) HO_MUST_CHECK;
// Other objects that claim a good part of what an answer says is this one are not asked in this round.
enum ho_result ho_round_ignore_wrong(struct ho_round *round, const struct ho_edit *edit, const struct ho_matte *answer,
                                     struct ho_diag *diag) HO_MUST_CHECK;

// ---- settle.c

// Answers of this round that are on one frame, and what other objects have there, do not overlap. Once all statements
// of the round are applied.
enum ho_result ho_round_settle_answers(struct ho_round *round, struct ho_diag *diag) HO_MUST_CHECK;

// ---- blend.c

// How much the forward pass counts, of 65536.
uint32_t ho_blend_weight(float forward_confidence, float backward_confidence, int64_t from_start, int64_t to_end);
void ho_blend_mattes(struct ho_matte *forward, const struct ho_matte *backward, uint32_t forward_weight);
// Where a walk came to a fixed frame without meeting what was there: each side counts by its confidence and distance.
// Into `take`.
enum ho_result ho_blend_walk(struct ho_context *context, const struct ho_walk *walk, const struct ho_take *old,
                             struct ho_take *take, struct ho_diag *diag) HO_MUST_CHECK;

// ---- events.c

enum ho_result ho_events_find(const struct ho_frame_entry *entries, size_t n, const int64_t *cuts, size_t n_cuts,
                              struct ho_event **events, size_t *n_events, struct ho_diag *diag) HO_MUST_CHECK;
// The frame whose correction would help most, or -1. Entries and cuts as above.
enum ho_result ho_events_most_helpful(const struct ho_frame_entry *entries, size_t n, const int64_t *cuts,
                                      size_t n_cuts, int64_t *frame, struct ho_diag *diag) HO_MUST_CHECK;
// Fills in what a report says of an object, and keeps the CHECK flags of its frames.
enum ho_result ho_events_report(struct ho_context *context, struct ho_object *object, struct ho_object_report *report,
                                struct ho_diag *diag) HO_MUST_CHECK;
// changes.c: the frames that show another matte than `before`, and how much another, the largest first.
enum ho_result ho_changes_report(struct ho_object *object, struct ho_object_report *report,
                                 struct ho_diag *diag) HO_MUST_CHECK;
// overlaps.c: of those frames, the ones on which another object of the round shows the same thing.
enum ho_result ho_overlaps_report(const struct ho_round *round, struct ho_object *object,
                                  struct ho_object_report *report, struct ho_diag *diag) HO_MUST_CHECK;

#endif
