// SPDX-License-Identifier: BSD-2-Clause
// Moving and duplicating clips, in time and from track to track.
#include <stdlib.h>

#include "base/memory.h"
#include "timeline/internal.h"

// The track that lies `by` above this one; tracks above the topmost are made.
static enum ho_result track_beside(struct journal *journal, int64_t id, int by, int64_t *out, struct ho_diag *diag)
{
    struct ho_track info = find_track(journal->timeline, id)->info;
    int64_t place = (int64_t)info.place + by;
    if (place < 0 || place >= HO_TIMELINE_TRACKS_MAX) {
        char name[HO_TIMELINE_NAME_SIZE];
        ho_track_name(&info, name);
        return ho_fail(diag, HO_ERROR_USAGE, "there is no track %d %s %s", by < 0 ? -by : by,
                       by < 0 ? "below" : "above", name);
    }
    const struct ho_track *found;
    while (!(found = ho_timeline_track_at(journal->timeline, info.kind, (int)place))) {
        struct ho_track made = {.kind = info.kind, .place = -1, .enabled = true, .auto_select = true};
        HO_TRY(journal_add_track(journal, &made, NULL, diag));
    }
    *out = found->id;
    return HO_OK;
}

// Copies of the picks where they are to go.
static enum ho_result make_moved(struct journal *journal, const struct picks *picks, int64_t frames, int tracks,
                                 struct ho_timeline_clip **moved, struct ho_diag *diag)
{
    enum ho_track_kind kind = find_track(journal->timeline, picks->clips[0]->track)->info.kind;
    for (size_t i = 0; i < picks->n; i++) {
        const struct ho_timeline_clip *clip = picks->clips[i];
        int64_t track = clip->track;
        if (tracks && find_track(journal->timeline, track)->info.kind == kind)
            HO_TRY(track_beside(journal, track, tracks, &track, diag));
        HO_TRY(ho_timeline_clip_copy(clip, &moved[i], diag));
        moved[i]->track = track;
        moved[i]->at += frames;
    }
    return HO_OK;
}

// Copies that stay beside their originals: ids of their own, and links among themselves.
static void make_own(struct journal *journal, struct ho_timeline_clip **copies, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        copies[i]->id = journal_new_id(journal);
        int64_t old = copies[i]->link;
        if (old == 0 || old >= journal->next_id_before)
            continue;
        int64_t link = journal_new_id(journal);
        for (size_t k = i; k < n; k++)
            if (copies[k]->link == old)
                copies[k]->link = link;
    }
}

static enum ho_result land(struct journal *journal, struct ho_timeline_clip **clips, size_t n, struct ho_diag *diag)
{
    for (size_t i = 0; i < n; i++) {
        struct ho_timeline_clip *clip = clips[i];
        HO_TRY(carve(journal, clip->track, clip->at, clip_end(clip) - 1, diag));
        clips[i] = NULL;
        HO_TRY(journal_put(journal, NULL, clip, diag));
    }
    return HO_OK;
}

static enum ho_result move(struct journal *journal, const struct picks *picks, int64_t frames, int tracks,
                           bool duplicate, struct ho_timeline_clip **moved, struct ho_diag *diag)
{
    HO_TRY(make_moved(journal, picks, frames, tracks, moved, diag));
    if (duplicate)
        make_own(journal, moved, picks->n);
    for (size_t i = 0; i < picks->n && !duplicate; i++)
        HO_TRY(journal_remove(journal, picks->clips[i], diag));
    return land(journal, moved, picks->n, diag);
}

static enum ho_result move_picks(struct ho_timeline *timeline, const struct picks *picks, int64_t frames, int tracks,
                                 bool duplicate, struct ho_edit **edit, struct ho_diag *diag)
{
    struct ho_timeline_clip **moved = ho_alloc(picks->n, sizeof(struct ho_timeline_clip *));
    if (!moved)
        return ho_fail_memory(diag, picks->n * sizeof(struct ho_timeline_clip *));
    struct journal journal = journal_begin(timeline);
    enum ho_result result = move(&journal, picks, frames, tracks, duplicate, moved, diag);
    result = journal_end(&journal, result, edit, diag);
    for (size_t i = 0; i < picks->n; i++)
        clip_unref(moved[i]);
    free(moved);
    return result;
}

static enum ho_result move_or_duplicate(struct ho_timeline *timeline, const int64_t *clips, size_t n, int64_t frames,
                                        int tracks, unsigned flags, bool duplicate, struct ho_edit **edit,
                                        struct ho_diag *diag)
{
    struct picks picks;
    HO_TRY(check_distance(frames, diag));
    HO_TRY(pick(timeline, clips, n, flags, &picks, diag));
    enum ho_result result = move_picks(timeline, &picks, frames, tracks, duplicate, edit, diag);
    picks_free(&picks);
    return result;
}

enum ho_result ho_timeline_move(struct ho_timeline *timeline, const int64_t *clips, size_t n, int64_t frames,
                                int tracks, unsigned flags, struct ho_edit **edit, struct ho_diag *diag)
{
    return move_or_duplicate(timeline, clips, n, frames, tracks, flags, false, edit, diag);
}

enum ho_result ho_timeline_duplicate(struct ho_timeline *timeline, const int64_t *clips, size_t n, int64_t frames,
                                     int tracks, unsigned flags, struct ho_edit **edit, struct ho_diag *diag)
{
    return move_or_duplicate(timeline, clips, n, frames, tracks, flags, true, edit, diag);
}
