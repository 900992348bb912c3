// SPDX-License-Identifier: BSD-2-Clause
// The arrays of tracks and clips. Nothing here fails but for reserving; what is taken out leaves its room, so that it
// can be put back without asking for memory.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "timeline/internal.h"

enum ho_result track_reserve(struct track *track, struct ho_diag *diag)
{
    if (track->n_clips < track->capacity)
        return HO_OK;
    size_t capacity = track->capacity ? track->capacity * 2 : 8;
    const struct ho_timeline_clip **clips = ho_realloc(track->clips, capacity, sizeof(*clips));
    if (!clips)
        return ho_fail_memory(diag, capacity * sizeof(*clips));
    track->clips = clips;
    track->capacity = capacity;
    return HO_OK;
}

// Where a clip that begins at `at` goes: behind those that begin there or before.
static size_t place_for(const struct track *track, int64_t at)
{
    size_t low = 0, high = track->n_clips;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (track->clips[middle]->at <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void track_insert(struct track *track, const struct ho_timeline_clip *clip)
{
    size_t at = place_for(track, clip->at);
    memmove(track->clips + at + 1, track->clips + at, (track->n_clips - at) * sizeof(*track->clips));
    track->clips[at] = clip;
    track->n_clips++;
}

size_t track_index_of(const struct track *track, const struct ho_timeline_clip *clip)
{
    size_t at = place_for(track, clip->at);
    while (at > 0 && track->clips[at - 1] != clip)
        at--;
    return at - 1;
}

void track_take_out(struct track *track, const struct ho_timeline_clip *clip)
{
    size_t at = track_index_of(track, clip);
    memmove(track->clips + at, track->clips + at + 1, (track->n_clips - at - 1) * sizeof(*track->clips));
    track->n_clips--;
}

enum ho_result tracks_reserve(struct ho_timeline *timeline, struct ho_diag *diag)
{
    if (timeline->n_tracks < timeline->capacity)
        return HO_OK;
    int capacity = timeline->capacity ? timeline->capacity * 2 : 4;
    struct track *tracks = ho_realloc(timeline->tracks, (size_t)capacity, sizeof(*tracks));
    if (!tracks)
        return ho_fail_memory(diag, (size_t)capacity * sizeof(*tracks));
    timeline->tracks = tracks;
    timeline->capacity = capacity;
    return HO_OK;
}

static bool comes_before(const struct ho_track *a, const struct ho_track *b)
{
    return a->kind != b->kind ? a->kind < b->kind : a->place < b->place;
}

void tracks_insert(struct ho_timeline *timeline, struct track track)
{
    int at = 0;
    while (at < timeline->n_tracks && comes_before(&timeline->tracks[at].info, &track.info))
        at++;
    memmove(timeline->tracks + at + 1, timeline->tracks + at,
            (size_t)(timeline->n_tracks - at) * sizeof(*timeline->tracks));
    timeline->tracks[at] = track;
    timeline->n_tracks++;
}

struct track tracks_take_out(struct ho_timeline *timeline, int index)
{
    struct track track = timeline->tracks[index];
    memmove(timeline->tracks + index, timeline->tracks + index + 1,
            (size_t)(timeline->n_tracks - index - 1) * sizeof(*timeline->tracks));
    timeline->n_tracks--;
    return track;
}
