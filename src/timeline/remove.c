// SPDX-License-Identifier: BSD-2-Clause
// Cutting in two, taking away, closing gaps.
#include <stdlib.h>

#include "base/memory.h"
#include "timeline/internal.h"

static bool is_open(const struct ho_track *track) { return track->auto_select && !track->locked; }

// ---- split

static enum ho_result split_picks(struct journal *journal, const struct picks *picks, int64_t frame,
                                  struct ho_diag *diag)
{
    size_t before = journal->n_steps;
    for (size_t i = 0; i < picks->n; i++)
        HO_TRY(split_clip(journal, picks->clips[i], frame, diag));
    if (journal->n_steps > before)
        return HO_OK;
    char where[HO_TIMECODE_SIZE];
    frame_text(journal->timeline, frame, where);
    return ho_fail(diag, HO_ERROR_USAGE, "none of the clips lies across %s: there is nothing to split", where);
}

// The ids of what is under a frame on auto-selected tracks.
static enum ho_result under(const struct ho_timeline *timeline, int64_t frame, int64_t **out, size_t *n,
                            struct ho_diag *diag)
{
    *n = 0;
    *out = ho_alloc((size_t)timeline->n_tracks + 1, sizeof(**out));
    if (!*out)
        return ho_fail_memory(diag, (size_t)timeline->n_tracks * sizeof(**out));
    for (int i = 0; i < timeline->n_tracks; i++) {
        const struct ho_track *track = &timeline->tracks[i].info;
        const struct ho_timeline_clip *clip = is_open(track) ? ho_timeline_clip_at(timeline, track->id, frame) : NULL;
        if (clip)
            (*out)[(*n)++] = clip->id;
    }
    if (*n > 0)
        return HO_OK;
    char where[HO_TIMECODE_SIZE];
    frame_text(timeline, frame, where);
    free(*out);
    return ho_fail(diag, HO_ERROR_USAGE, "there is no clip at %s on the tracks that are auto selected", where);
}

enum ho_result ho_timeline_split(struct ho_timeline *timeline, int64_t frame, const int64_t *clips, size_t n,
                                 unsigned flags, struct ho_edit **edit, struct ho_diag *diag)
{
    int64_t *found = NULL;
    struct picks picks;
    HO_TRY(check_distance(frame, diag));
    if (n == 0)
        HO_TRY(under(timeline, frame, &found, &n, diag));
    enum ho_result result = pick(timeline, found ? found : clips, n, flags, &picks, diag);
    free(found);
    HO_TRY(result);
    struct journal journal = journal_begin(timeline);
    result = journal_end(&journal, split_picks(&journal, &picks, frame, diag), edit, diag);
    picks_free(&picks);
    return result;
}

// ---- delete

static int by_start(const void *a, const void *b)
{
    const struct ho_range *x = a, *y = b;
    return x->first < y->first ? -1 : x->first > y->first;
}

// The spans of the picks, joined where they touch or overlap; how many are left.
static size_t join_spans(struct ho_range *spans, size_t n)
{
    size_t joined = 0;
    qsort(spans, n, sizeof(*spans), by_start);
    for (size_t i = 0; i < n; i++) {
        struct ho_range *last = joined ? &spans[joined - 1] : NULL;
        if (last && spans[i].first <= last->last + 1)
            last->last = spans[i].last > last->last ? spans[i].last : last->last;
        else
            spans[joined++] = spans[i];
    }
    return joined;
}

static enum ho_result close_span(struct journal *journal, const struct picks *picks, struct ho_range span,
                                 struct ho_diag *diag)
{
    int64_t by = span.first - span.last - 1;
    for (int i = 0; i < journal->timeline->n_tracks; i++) {
        int64_t track = journal->timeline->tracks[i].info.id;
        if (picks_on_track(picks, track))
            HO_TRY(shift_track(journal, track, span.last + 1, by, diag));
    }
    return shift_others(journal, picks, span.last + 1, by, diag);
}

static enum ho_result delete_all(struct journal *journal, const struct picks *picks, unsigned flags,
                                 struct ho_diag *diag)
{
    for (size_t i = 0; i < picks->n; i++)
        HO_TRY(journal_remove(journal, picks->clips[i], diag));
    if (!(flags & HO_EDIT_RIPPLE))
        return HO_OK;
    struct ho_range *spans = ho_alloc(picks->n, sizeof(*spans));
    if (!spans)
        return ho_fail_memory(diag, picks->n * sizeof(*spans));
    for (size_t i = 0; i < picks->n; i++)
        spans[i] = ho_timeline_clip_frames(picks->clips[i]);
    enum ho_result result = HO_OK;
    for (size_t i = join_spans(spans, picks->n); i-- > 0 && result == HO_OK;)    // the last first: the others stand
        result = close_span(journal, picks, spans[i], diag);
    free(spans);
    return result;
}

enum ho_result ho_timeline_delete(struct ho_timeline *timeline, const int64_t *clips, size_t n, unsigned flags,
                                  struct ho_edit **edit, struct ho_diag *diag)
{
    struct picks picks;
    HO_TRY(pick(timeline, clips, n, flags, &picks, diag));
    struct journal journal = journal_begin(timeline);
    enum ho_result result = journal_end(&journal, delete_all(&journal, &picks, flags, diag), edit, diag);
    picks_free(&picks);
    return result;
}

static enum ho_result delete_range(struct journal *journal, struct ho_range frames, unsigned flags,
                                   struct ho_diag *diag)
{
    const struct ho_timeline *timeline = journal->timeline;
    for (int i = 0; i < timeline->n_tracks; i++) {
        struct ho_track info = timeline->tracks[i].info;
        if (is_open(&info))
            HO_TRY(carve(journal, info.id, frames.first, frames.last, diag));
    }
    int64_t by = frames.first - frames.last - 1;
    return flags & HO_EDIT_RIPPLE ? shift_others(journal, &(struct picks){0}, frames.last + 1, by, diag) : HO_OK;
}

enum ho_result ho_timeline_delete_range(struct ho_timeline *timeline, struct ho_range frames, unsigned flags,
                                        struct ho_edit **edit, struct ho_diag *diag)
{
    HO_TRY(check_distance(frames.first, diag));
    HO_TRY(check_distance(frames.last, diag));
    if (frames.first < 0 || frames.last < frames.first)
        return ho_fail(diag, HO_ERROR_USAGE, "frames %lld to %lld are no span of a timeline", (long long)frames.first,
                       (long long)frames.last);
    struct journal journal = journal_begin(timeline);
    return journal_end(&journal, delete_range(&journal, frames, flags, diag), edit, diag);
}

// ---- gaps

static enum ho_result close_gap(struct journal *journal, int64_t track, int64_t first, int64_t next,
                                struct ho_diag *diag)
{
    const struct ho_timeline_clip *clip = ho_timeline_clip_at(journal->timeline, track, next);
    struct picks own = {.clips = &clip, .n = 1};
    HO_TRY(shift_others(journal, &own, next, first - next, diag));
    return shift_track(journal, track, next, first - next, diag);
}

enum ho_result ho_timeline_close_gap(struct ho_timeline *timeline, int64_t id, int64_t frame, struct ho_edit **edit,
                                     struct ho_diag *diag)
{
    struct track *track;
    HO_TRY(need_track(timeline, id, &track, diag));
    size_t next = track_first_ending_after(track, frame);
    if (frame < 0 || next == track->n_clips || track->clips[next]->at <= frame) {
        char name[HO_TIMELINE_NAME_SIZE], where[HO_TIMECODE_SIZE];
        ho_track_name(&track->info, name);
        frame_text(timeline, frame, where);
        return ho_fail(diag, HO_ERROR_USAGE, "there is no gap on %s at %s that something follows", name, where);
    }
    int64_t first = next > 0 ? clip_end(track->clips[next - 1]) : 0;
    struct journal journal = journal_begin(timeline);
    enum ho_result result = close_gap(&journal, id, first, track->clips[next]->at, diag);
    return journal_end(&journal, result, edit, diag);
}
