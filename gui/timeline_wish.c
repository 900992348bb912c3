// SPDX-License-Identifier: BSD-2-Clause
// What is asked of a timeline, done on one.
#include "timeline.h"

static enum ho_result apply_clips(const struct timeline_wish *w, struct ho_timeline *timeline, struct ho_edit **edit,
                                  struct ho_diag *diag)
{
    switch (w->kind) {
    case TIMELINE_MOVE:
        return ho_timeline_move(timeline, w->clips, w->n_clips, w->frames, w->tracks, w->flags, edit, diag);
    case TIMELINE_DUPLICATE:
        return ho_timeline_duplicate(timeline, w->clips, w->n_clips, w->frames, w->tracks, w->flags, edit, diag);
    case TIMELINE_SPLIT: return ho_timeline_split(timeline, w->at, w->clips, w->n_clips, w->flags, edit, diag);
    case TIMELINE_DELETE: return ho_timeline_delete(timeline, w->clips, w->n_clips, w->flags, edit, diag);
    default: return ho_timeline_enable(timeline, w->clips, w->n_clips, w->enabled, w->flags, edit, diag);
    }
}

enum ho_result timeline_wish_apply(const struct timeline_wish *w, struct ho_timeline *timeline, struct ho_edit **edit,
                                   struct ho_diag *diag)
{
    int64_t clip = w->n_clips ? w->clips[0] : 0;
    switch (w->kind) {
    case TIMELINE_TRIM: return ho_timeline_trim(timeline, clip, w->edge, w->frames, w->flags, edit, diag);
    case TIMELINE_ROLL: return ho_timeline_roll(timeline, clip, w->edge, w->frames, w->flags, edit, diag);
    case TIMELINE_SLIP: return ho_timeline_slip(timeline, clip, w->frames, w->flags, edit, diag);
    case TIMELINE_SLIDE: return ho_timeline_slide(timeline, clip, w->frames, w->flags, edit, diag);
    case TIMELINE_OVERWRITE: return ho_timeline_overwrite(timeline, &w->placement, edit, diag);
    case TIMELINE_INSERT: return ho_timeline_insert(timeline, &w->placement, edit, diag);
    case TIMELINE_SET_TRACK: return ho_timeline_set_track(timeline, &w->track, edit, diag);
    default: return apply_clips(w, timeline, edit, diag);
    }
}
