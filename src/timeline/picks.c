// SPDX-License-Identifier: BSD-2-Clause
// The clips that an edit is about: those named, and those linked with them.
#include <stdlib.h>

#include "base/memory.h"
#include "timeline/internal.h"

static bool holds(const struct picks *picks, const struct ho_timeline_clip *clip)
{
    for (size_t i = 0; i < picks->n; i++)
        if (picks->clips[i] == clip)
            return true;
    return false;
}

static enum ho_result add(struct picks *picks, const struct ho_timeline_clip *clip, struct ho_diag *diag)
{
    if (holds(picks, clip))
        return HO_OK;
    const struct ho_timeline_clip **clips = ho_realloc(picks->clips, picks->n + 1, sizeof(*clips));
    if (!clips)
        return ho_fail_memory(diag, (picks->n + 1) * sizeof(*clips));
    picks->clips = clips;
    clips[picks->n++] = clip_ref(clip);
    return HO_OK;
}

static enum ho_result add_linked(const struct ho_timeline *timeline, int64_t link, struct picks *picks,
                                 struct ho_diag *diag)
{
    for (int i = 0; i < timeline->n_tracks; i++)
        for (size_t k = 0; k < timeline->tracks[i].n_clips; k++)
            if (timeline->tracks[i].clips[k]->link == link)
                HO_TRY(add(picks, timeline->tracks[i].clips[k], diag));
    return HO_OK;
}

static enum ho_result add_all(const struct ho_timeline *timeline, const int64_t *ids, size_t n, unsigned flags,
                              struct picks *out, struct ho_diag *diag)
{
    for (size_t i = 0; i < n; i++) {
        const struct ho_timeline_clip *clip;
        HO_TRY(need_clip(timeline, ids[i], &clip, diag));
        HO_TRY(add(out, clip, diag));
    }
    for (size_t i = 0, named = out->n; i < named && (flags & HO_EDIT_LINKED); i++)
        if (out->clips[i]->link)
            HO_TRY(add_linked(timeline, out->clips[i]->link, out, diag));
    return HO_OK;
}

enum ho_result pick(const struct ho_timeline *timeline, const int64_t *ids, size_t n, unsigned flags, struct picks *out,
                    struct ho_diag *diag)
{
    *out = (struct picks){0};
    enum ho_result result = n == 0 ? ho_fail(diag, HO_ERROR_USAGE, "no clip is given: name the clips to change")
                                   : add_all(timeline, ids, n, flags, out, diag);
    if (result != HO_OK)
        picks_free(out);
    return result;
}

void picks_free(struct picks *picks)
{
    for (size_t i = 0; i < picks->n; i++)
        clip_unref(picks->clips[i]);
    free(picks->clips);
    *picks = (struct picks){0};
}

bool picks_on_track(const struct picks *picks, int64_t track)
{
    for (size_t i = 0; i < picks->n; i++)
        if (picks->clips[i]->track == track)
            return true;
    return false;
}

enum ho_result shift_others(struct journal *journal, const struct picks *picks, int64_t from, int64_t by,
                            struct ho_diag *diag)
{
    for (int i = 0; i < journal->timeline->n_tracks; i++) {
        struct ho_track info = journal->timeline->tracks[i].info;
        if (info.auto_select && !info.locked && !picks_on_track(picks, info.id))
            HO_TRY(shift_track(journal, info.id, from, by, diag));
    }
    return HO_OK;
}
