// SPDX-License-Identifier: BSD-2-Clause
// Putting back what a project kept: nothing is checked here but that it can be held; ho_timeline_check() looks at all.
#include <stdlib.h>

#include "timeline/internal.h"

static bool is_id(int64_t id) { return id > 0 && id < INT64_MAX; }

void ho_timeline_load_settings(struct ho_timeline *timeline, const struct ho_timeline_settings *settings)
{
    timeline->settings = *settings;
}

void ho_timeline_set_next_id(struct ho_timeline *timeline, int64_t id)
{
    if (id > timeline->next_id)
        timeline->next_id = id;
}

enum ho_result ho_timeline_load_track(struct ho_timeline *timeline, const struct ho_track *track, struct ho_diag *diag)
{
    if ((unsigned)track->kind > HO_TRACK_AUDIO || !is_id(track->id))
        return ho_fail(diag, HO_ERROR_VERIFY, "track number %lld has no known kind, or no number of a timeline",
                       (long long)track->id);
    int index = ho_timeline_track_index(timeline, track->id);
    struct track kept = {0};
    if (index >= 0)
        kept = tracks_take_out(timeline, index);
    else
        HO_TRY(tracks_reserve(timeline, diag));
    kept.info = *track;
    tracks_insert(timeline, kept);
    ho_timeline_set_next_id(timeline, track->id + 1);
    return HO_OK;
}

enum ho_result ho_timeline_load_clip(struct ho_timeline *timeline, const struct ho_timeline_clip *clip,
                                     struct ho_diag *diag)
{
    struct track *track = find_track(timeline, clip->track);
    struct ho_timeline_clip *copy;
    if (!track)
        return ho_fail(diag, HO_ERROR_VERIFY, "clip number %lld lies on track number %lld, which is missing",
                       (long long)clip->id, (long long)clip->track);
    if (!is_id(clip->id) || (clip->link && !is_id(clip->link)))
        return ho_fail(diag, HO_ERROR_VERIFY, "clip number %lld with link %lld: those are no numbers of a timeline",
                       (long long)clip->id, (long long)clip->link);
    HO_TRY(check_place(clip, diag));
    HO_TRY(track_reserve(track, diag));
    HO_TRY(ho_timeline_clip_copy(clip, &copy, diag));
    ho_timeline_unload_clip(timeline, clip->id);
    track_insert(track, copy);
    ho_timeline_set_next_id(timeline, clip->id + 1);
    ho_timeline_set_next_id(timeline, clip->link + 1);
    return HO_OK;
}

void ho_timeline_unload_clip(struct ho_timeline *timeline, int64_t id)
{
    const struct ho_timeline_clip *clip = ho_timeline_find_clip(timeline, id);
    if (!clip)
        return;
    track_take_out(find_track(timeline, clip->track), clip);
    clip_unref(clip);
}

void ho_timeline_unload_track(struct ho_timeline *timeline, int64_t id)
{
    int index = ho_timeline_track_index(timeline, id);
    if (index < 0)
        return;
    struct track track = tracks_take_out(timeline, index);
    for (size_t i = 0; i < track.n_clips; i++)
        clip_unref(track.clips[i]);
    free(track.clips);
}
