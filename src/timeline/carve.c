// SPDX-License-Identifier: BSD-2-Clause
// The three things that edits are made of: take a span away, cut in two, move what follows.
#include <stdlib.h>

#include "base/memory.h"
#include "timeline/internal.h"

enum ho_result put_window(struct journal *journal, const struct ho_timeline_clip *clip, int64_t first, int64_t last,
                          struct ho_diag *diag)
{
    struct ho_timeline_clip *window;
    HO_TRY(clip_window(journal->timeline, clip, first, last, &window, diag));
    return journal_put(journal, clip, window, diag);
}

// What lies right of a cut, as a clip of its own.
static enum ho_result put_piece(struct journal *journal, const struct ho_timeline_clip *clip, int64_t first,
                                struct ho_diag *diag)
{
    struct ho_timeline_clip *piece;
    HO_TRY(clip_window(journal->timeline, clip, first, clip_end(clip) - 1, &piece, diag));
    piece->id = journal_new_id(journal);
    int64_t id = piece->id;
    HO_TRY(journal_put(journal, NULL, piece, diag));
    return journal_piece(journal, id, diag);
}

static enum ho_result carve_clip(struct journal *journal, const struct ho_timeline_clip *clip, int64_t first,
                                 int64_t last, struct ho_diag *diag)
{
    HO_TRY(journal_cut(journal, clip, first, last, diag));
    bool has_left = clip->at<first, has_right = clip_end(clip) - 1> last;
    if (!has_left && !has_right)
        return journal_remove(journal, clip, diag);
    if (!has_left)
        return put_window(journal, clip, last + 1, clip_end(clip) - 1, diag);
    if (has_right)
        HO_TRY(put_piece(journal, clip, last + 1, diag));
    return put_window(journal, clip, clip->at, first - 1, diag);
}

enum ho_result carve(struct journal *journal, int64_t track, int64_t first, int64_t last, struct ho_diag *diag)
{
    for (;;) {
        const struct track *t = find_track(journal->timeline, track);
        size_t i = t ? track_first_ending_after(t, first) : 0;
        if (!t || i == t->n_clips || t->clips[i]->at > last)
            return HO_OK;
        HO_TRY(carve_clip(journal, t->clips[i], first, last, diag));
    }
}

enum ho_result split_clip(struct journal *journal, const struct ho_timeline_clip *clip, int64_t frame,
                          struct ho_diag *diag)
{
    if (frame <= clip->at || frame >= clip_end(clip))
        return HO_OK;
    // The whole is read for the piece before it is cut: the journal keeps it for as long.
    HO_TRY(put_piece(journal, clip, frame, diag));
    return put_window(journal, clip, clip->at, frame - 1, diag);
}

static enum ho_result shift_clip(struct journal *journal, const struct ho_timeline_clip *clip, int64_t by,
                                 struct ho_diag *diag)
{
    struct ho_timeline_clip *copy;
    HO_TRY(ho_timeline_clip_copy(clip, &copy, diag));
    copy->at += by;
    return journal_put(journal, clip, copy, diag);
}

enum ho_result shift_track(struct journal *journal, int64_t track, int64_t from, int64_t by, struct ho_diag *diag)
{
    const struct track *t = find_track(journal->timeline, track);
    size_t first = 0, n = t ? t->n_clips : 0;
    while (first < n && t->clips[first]->at < from)
        first++;
    if (first == n || by == 0)
        return HO_OK;
    // The furthest first, so that each is put back in its own place of the order. A list of its own: where clips cross
    // what stands still, the order does change.
    size_t count = n - first;
    const struct ho_timeline_clip **clips = ho_alloc(count, sizeof(*clips));
    if (!clips)
        return ho_fail_memory(diag, count * sizeof(*clips));
    for (size_t i = 0; i < count; i++)
        clips[i] = t->clips[first + i];
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < count && result == HO_OK; i++)
        result = shift_clip(journal, clips[by > 0 ? count - 1 - i : i], by, diag);
    free(clips);
    return result;
}
