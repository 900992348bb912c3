// SPDX-License-Identifier: BSD-2-Clause
// How a timeline is kept, and the journal by which an edit is all or nothing.
//
// Every edit has the same shape: journal_begin(), changes by journal_put() and journal_remove() alone, journal_end().
// Between them clips may lie over one another; the end checks what was touched, mends links, and gives the report, or
// takes every step back.
#ifndef HO_TIMELINE_INTERNAL_H
#define HO_TIMELINE_INTERNAL_H

#include <stdatomic.h>
#include <stddef.h>

#include "base/scale.h"
#include "holdout/timeline.h"

// Clips never change once others see them: they are counted, not copied.
struct clip_box {
    atomic_int n_refs;
    struct ho_timeline_clip clip;
};

struct track {
    struct ho_track info;
    const struct ho_timeline_clip **clips;    // by `at`
    size_t n_clips, capacity;
};

struct ho_timeline {
    struct ho_timeline_settings settings;
    int64_t next_id;
    struct track *tracks;    // V1.., then A1..
    int n_tracks, capacity;
    struct ho_timeline_media *media;
    size_t n_media;
};

// clip.c
const struct ho_timeline_clip *clip_ref(const struct ho_timeline_clip *clip);
void clip_unref(const struct ho_timeline_clip *clip);                                             // NULL is fine
enum ho_result clip_create(struct ho_timeline_clip **out, struct ho_diag *diag) HO_MUST_CHECK;    // all defaults
static inline int64_t clip_end(const struct ho_timeline_clip *clip) { return clip->at + clip->length; }

// rate.c: source frames a timeline frame, p / q in lowest terms.
struct ratio {
    int64_t p, q;
};
struct ratio source_ratio(const struct ho_timeline *timeline, int64_t media);
// Moves the source's time by `by` parts of the ratio's q, from where `clip` has it.
void clip_shift_source(struct ho_timeline_clip *clip, struct ratio ratio, ho_wide by);
// The clip cut to, or opened up to, these frames of the timeline: an owned copy with the same id.
enum ho_result clip_window(const struct ho_timeline *timeline, const struct ho_timeline_clip *clip, int64_t first,
                           int64_t last, struct ho_timeline_clip **out, struct ho_diag *diag) HO_MUST_CHECK;

// timeline.c
struct track *find_track(const struct ho_timeline *timeline, int64_t id);    // NULL: none
enum ho_result need_track(const struct ho_timeline *timeline, int64_t id, struct track **out,
                          struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result need_clip(const struct ho_timeline *timeline, int64_t id, const struct ho_timeline_clip **out,
                         struct ho_diag *diag) HO_MUST_CHECK;
size_t track_first_ending_after(const struct track *track,
                                int64_t frame);    // index of the first clip whose end > frame
void frame_text(const struct ho_timeline *timeline, int64_t frame, char out[HO_TIMECODE_SIZE]);

// store.c: the arrays themselves.
enum ho_result track_reserve(struct track *track, struct ho_diag *diag) HO_MUST_CHECK;    // room for one clip more
void track_insert(struct track *track, const struct ho_timeline_clip *clip);              // takes the reference
size_t track_index_of(const struct track *track, const struct ho_timeline_clip *clip);
void track_take_out(struct track *track, const struct ho_timeline_clip *clip);    // gives the reference back
enum ho_result tracks_reserve(struct ho_timeline *timeline, struct ho_diag *diag) HO_MUST_CHECK;
void tracks_insert(struct ho_timeline *timeline, struct track track);    // by kind and place
struct track tracks_take_out(struct ho_timeline *timeline, int index);

// journal.c
struct step {
    const struct ho_timeline_clip *before, *after;    // a clip; both NULL: a track
    struct ho_track_change change;
    struct track removed;    // the track itself, for the way back
};
struct journal {
    struct ho_timeline *timeline;
    struct ho_timeline_settings settings_before;
    int64_t next_id_before;
    bool settings_changed, ignores_locks;
    struct step *steps;
    size_t n_steps, capacity;
    struct ho_cut *cuts;
    size_t n_cuts, cuts_capacity;
    int64_t *pieces;    // ids of what was cut off a clip to the right
    size_t n_pieces, pieces_capacity;
};
struct journal journal_begin(struct ho_timeline *timeline);
// Puts a clip where its fields say: instead of `old`, or as a new one (NULL). Takes it, also when it fails.
enum ho_result journal_put(struct journal *journal, const struct ho_timeline_clip *old, struct ho_timeline_clip *clip,
                           struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result journal_remove(struct journal *journal, const struct ho_timeline_clip *clip,
                              struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result journal_cut(struct journal *journal, const struct ho_timeline_clip *clip, int64_t first, int64_t last,
                           struct ho_diag *diag) HO_MUST_CHECK;    // for the report
enum ho_result journal_piece(struct journal *journal, int64_t id, struct ho_diag *diag) HO_MUST_CHECK;
// `info` with its id (0: a new one is given) and place; the others of its kind make room.
enum ho_result journal_add_track(struct journal *journal, const struct ho_track *info, int64_t *id,
                                 struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result journal_set_track(struct journal *journal, const struct ho_track *info,
                                 struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result journal_remove_track(struct journal *journal, int64_t id,
                                    struct ho_diag *diag) HO_MUST_CHECK;    // nothing is on it
int64_t journal_new_id(struct journal *journal);
// The report, or (where `result` isn't HO_OK, or what was made doesn't hold) all steps back.
enum ho_result journal_end(struct journal *journal, enum ho_result result, struct ho_edit **edit,
                           struct ho_diag *diag) HO_MUST_CHECK;
void journal_free(struct journal *journal);

// report.c
enum ho_result report_edit(const struct journal *journal, struct ho_edit **out, struct ho_diag *diag) HO_MUST_CHECK;

// links.c
enum ho_result mend_links(struct journal *journal, struct ho_diag *diag) HO_MUST_CHECK;

// check.c
enum ho_result check_settings(const struct ho_timeline_settings *settings, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result check_place(const struct ho_timeline_clip *clip, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result check_clip(const struct ho_timeline *timeline, const struct ho_timeline_clip *clip,
                          struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result check_neighbours(const struct ho_timeline *timeline, const struct ho_timeline_clip *clip,
                                struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result check_distance(int64_t frames, struct ho_diag *diag) HO_MUST_CHECK;    // no overflow with any position

// carve.c
// Takes [first, last] of a track away from whatever lies there.
enum ho_result carve(struct journal *journal, int64_t track, int64_t first, int64_t last,
                     struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result split_clip(struct journal *journal, const struct ho_timeline_clip *clip, int64_t frame,
                          struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result put_window(struct journal *journal, const struct ho_timeline_clip *clip, int64_t first, int64_t last,
                          struct ho_diag *diag) HO_MUST_CHECK;
// Moves what begins at `from` or later on one track.
enum ho_result shift_track(struct journal *journal, int64_t track, int64_t from, int64_t by,
                           struct ho_diag *diag) HO_MUST_CHECK;

// picks.c: the clips that an edit is about.
struct picks {
    const struct ho_timeline_clip **clips;
    size_t n;
};
enum ho_result pick(const struct ho_timeline *timeline, const int64_t *ids, size_t n, unsigned flags, struct picks *out,
                    struct ho_diag *diag) HO_MUST_CHECK;
void picks_free(struct picks *picks);
bool picks_on_track(const struct picks *picks, int64_t track);
// Moves what begins at `from` or later on all auto-selected tracks that are not locked and hold none of the picks.
enum ho_result shift_others(struct journal *journal, const struct picks *picks, int64_t from, int64_t by,
                            struct ho_diag *diag) HO_MUST_CHECK;

#endif
