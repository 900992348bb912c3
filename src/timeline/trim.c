// SPDX-License-Identifier: BSD-2-Clause
// Edges and sources of clips: trim, roll, slip, slide.
#include "timeline/internal.h"

// A pick as it stands now: an earlier step of the same edit may have changed it.
static const struct ho_timeline_clip *current(const struct journal *journal, const struct ho_timeline_clip *clip)
{
    return ho_timeline_find_clip(journal->timeline, clip->id);
}

static enum ho_result trim_over(struct journal *journal, const struct ho_timeline_clip *clip, enum ho_clip_edge edge,
                                int64_t frames, struct ho_diag *diag)
{
    int64_t first = clip->at, last = clip_end(clip) - 1;
    if (edge == HO_CLIP_HEAD) {
        if (frames < 0)
            HO_TRY(carve(journal, clip->track, first + frames, first - 1, diag));
        first += frames;
    } else {
        if (frames > 0)
            HO_TRY(carve(journal, clip->track, last + 1, last + frames, diag));
        last += frames;
    }
    return put_window(journal, clip, first, last, diag);
}

static enum ho_result trim_ripple(struct journal *journal, const struct ho_timeline_clip *clip, enum ho_clip_edge edge,
                                  int64_t frames, struct ho_diag *diag)
{
    int64_t end = clip_end(clip), longer = edge == HO_CLIP_HEAD ? -frames : frames;
    struct ho_timeline_clip *window;
    HO_TRY(clip_window(journal->timeline, clip, edge == HO_CLIP_HEAD ? clip->at + frames : clip->at,
                       edge == HO_CLIP_HEAD ? end - 1 : end - 1 + frames, &window, diag));
    window->at = clip->at;
    int64_t track = clip->track;
    HO_TRY(journal_put(journal, clip, window, diag));
    return shift_track(journal, track, end, longer, diag);
}

static enum ho_result trim_all(struct journal *journal, const struct picks *picks, enum ho_clip_edge edge,
                               int64_t frames, unsigned flags, struct ho_diag *diag)
{
    for (size_t i = 0; i < picks->n; i++) {
        const struct ho_timeline_clip *clip = current(journal, picks->clips[i]);
        if (!clip)
            continue;
        HO_TRY(flags & HO_EDIT_RIPPLE ? trim_ripple(journal, clip, edge, frames, diag)
                                      : trim_over(journal, clip, edge, frames, diag));
    }
    if (flags & HO_EDIT_RIPPLE)
        return shift_others(journal, picks, clip_end(picks->clips[0]), edge == HO_CLIP_HEAD ? -frames : frames, diag);
    return HO_OK;
}

enum ho_result ho_timeline_trim(struct ho_timeline *timeline, int64_t clip, enum ho_clip_edge edge, int64_t frames,
                                unsigned flags, struct ho_edit **edit, struct ho_diag *diag)
{
    struct picks picks;
    HO_TRY(check_distance(frames, diag));
    HO_TRY(pick(timeline, &clip, 1, flags, &picks, diag));
    struct journal journal = journal_begin(timeline);
    enum ho_result result = trim_all(&journal, &picks, edge, frames, flags, diag);
    result = journal_end(&journal, result, edit, diag);
    picks_free(&picks);
    return result;
}

// ---- roll

// The clip that touches this one at an edge; NULL: none.
static const struct ho_timeline_clip *neighbour(const struct ho_timeline *timeline, const struct ho_timeline_clip *clip,
                                                enum ho_clip_edge edge)
{
    return edge == HO_CLIP_HEAD ? ho_timeline_clip_at(timeline, clip->track, clip->at - 1)
                                : ho_timeline_clip_at(timeline, clip->track, clip_end(clip));
}

static enum ho_result move_head(struct journal *journal, const struct ho_timeline_clip *clip, int64_t frames,
                                struct ho_diag *diag)
{
    return put_window(journal, clip, clip->at + frames, clip_end(clip) - 1, diag);
}

static enum ho_result move_tail(struct journal *journal, const struct ho_timeline_clip *clip, int64_t frames,
                                struct ho_diag *diag)
{
    return put_window(journal, clip, clip->at, clip_end(clip) - 1 + frames, diag);
}

static enum ho_result roll_all(struct journal *journal, const struct picks *picks, enum ho_clip_edge edge,
                               int64_t frames, struct ho_diag *diag)
{
    if (!neighbour(journal->timeline, picks->clips[0], edge))
        return ho_fail(diag, HO_ERROR_USAGE, "no clip touches the %s of \"%s\": there is no cut to roll, trim it",
                       edge == HO_CLIP_HEAD ? "head" : "tail", picks->clips[0]->name);
    for (size_t i = 0; i < picks->n; i++) {
        const struct ho_timeline_clip *clip = current(journal, picks->clips[i]);
        const struct ho_timeline_clip *other = clip ? neighbour(journal->timeline, clip, edge) : NULL;
        if (!clip)
            continue;
        HO_TRY(edge == HO_CLIP_HEAD ? move_head(journal, clip, frames, diag) : move_tail(journal, clip, frames, diag));
        if (other)
            HO_TRY(edge == HO_CLIP_HEAD ? move_tail(journal, other, frames, diag)
                                        : move_head(journal, other, frames, diag));
    }
    return HO_OK;
}

enum ho_result ho_timeline_roll(struct ho_timeline *timeline, int64_t clip, enum ho_clip_edge edge, int64_t frames,
                                unsigned flags, struct ho_edit **edit, struct ho_diag *diag)
{
    struct picks picks;
    HO_TRY(check_distance(frames, diag));
    HO_TRY(pick(timeline, &clip, 1, flags, &picks, diag));
    struct journal journal = journal_begin(timeline);
    enum ho_result result = journal_end(&journal, roll_all(&journal, &picks, edge, frames, diag), edit, diag);
    picks_free(&picks);
    return result;
}

// ---- slip

// How far another source's time goes, in its parts, while `frames` of the first one's pass.
static ho_wide slip_parts(struct ratio first, struct ratio other, int64_t frames)
{
    if (first.p == other.p && first.q == other.q)
        return (ho_wide)frames * first.q;
    ho_wide time = (ho_wide)frames * first.q;
    ho_wide whole = ho_wide_floor(time, first.p), rest = time - whole * first.p;
    return (ho_wide)ho_wide_narrow(whole) * other.p + ho_wide_floor(rest * other.p, first.p);
}

static enum ho_result slip_all(struct journal *journal, const struct picks *picks, int64_t frames, struct ho_diag *diag)
{
    struct ratio first = source_ratio(journal->timeline, picks->clips[0]->media);
    if (first.p == 0)
        return ho_fail(diag, HO_ERROR_USAGE, "\"%s\" has no other frames to show: there is nothing to slip",
                       picks->clips[0]->name);
    for (size_t i = 0; i < picks->n; i++) {
        struct ho_timeline_clip *copy;
        struct ratio ratio = source_ratio(journal->timeline, picks->clips[i]->media);
        if (ratio.p == 0)
            continue;
        HO_TRY(ho_timeline_clip_copy(picks->clips[i], &copy, diag));
        clip_shift_source(copy, ratio, slip_parts(first, ratio, frames));
        HO_TRY(journal_put(journal, picks->clips[i], copy, diag));
    }
    return HO_OK;
}

enum ho_result ho_timeline_slip(struct ho_timeline *timeline, int64_t clip, int64_t source_frames, unsigned flags,
                                struct ho_edit **edit, struct ho_diag *diag)
{
    struct picks picks;
    HO_TRY(check_distance(source_frames, diag));
    HO_TRY(pick(timeline, &clip, 1, flags, &picks, diag));
    struct journal journal = journal_begin(timeline);
    enum ho_result result = journal_end(&journal, slip_all(&journal, &picks, source_frames, diag), edit, diag);
    picks_free(&picks);
    return result;
}

// ---- slide

static enum ho_result slide_one(struct journal *journal, const struct ho_timeline_clip *clip, int64_t frames,
                                struct ho_diag *diag)
{
    const struct ho_timeline_clip *left = neighbour(journal->timeline, clip, HO_CLIP_HEAD);
    const struct ho_timeline_clip *right = neighbour(journal->timeline, clip, HO_CLIP_TAIL);
    struct ho_timeline_clip *copy;
    HO_TRY(ho_timeline_clip_copy(clip, &copy, diag));
    copy->at += frames;
    HO_TRY(journal_put(journal, clip, copy, diag));
    if (left)
        HO_TRY(move_tail(journal, left, frames, diag));
    return right ? move_head(journal, right, frames, diag) : HO_OK;
}

static enum ho_result slide_all(struct journal *journal, const struct picks *picks, int64_t frames,
                                struct ho_diag *diag)
{
    for (size_t i = 0; i < picks->n; i++) {
        const struct ho_timeline_clip *clip = current(journal, picks->clips[i]);
        if (clip)
            HO_TRY(slide_one(journal, clip, frames, diag));
    }
    return HO_OK;
}

enum ho_result ho_timeline_slide(struct ho_timeline *timeline, int64_t clip, int64_t frames, unsigned flags,
                                 struct ho_edit **edit, struct ho_diag *diag)
{
    struct picks picks;
    HO_TRY(check_distance(frames, diag));
    HO_TRY(pick(timeline, &clip, 1, flags, &picks, diag));
    struct journal journal = journal_begin(timeline);
    enum ho_result result = journal_end(&journal, slide_all(&journal, &picks, frames, diag), edit, diag);
    picks_free(&picks);
    return result;
}
