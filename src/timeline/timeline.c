// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "timeline/internal.h"

enum ho_result ho_timeline_create(const struct ho_timeline_settings *settings, struct ho_timeline **out,
                                  struct ho_diag *diag)
{
    HO_TRY(check_settings(settings, diag));
    struct ho_timeline *timeline = ho_alloc(1, sizeof(*timeline));
    if (!timeline)
        return ho_fail_memory(diag, sizeof(*timeline));
    timeline->settings = *settings;
    timeline->next_id = 1;
    *out = timeline;
    return HO_OK;
}

void ho_timeline_destroy(struct ho_timeline **timeline)
{
    if (!timeline || !*timeline)
        return;
    for (int i = 0; i < (*timeline)->n_tracks; i++) {
        struct track *track = &(*timeline)->tracks[i];
        for (size_t k = 0; k < track->n_clips; k++)
            clip_unref(track->clips[k]);
        free(track->clips);
    }
    free((*timeline)->tracks);
    free((*timeline)->media);
    free(*timeline);
    *timeline = NULL;
}

static enum ho_result copy_track(const struct track *from, struct track *to, struct ho_diag *diag)
{
    to->info = from->info;
    to->clips = ho_alloc(from->n_clips ? from->n_clips : 1, sizeof(*to->clips));
    if (!to->clips)
        return ho_fail_memory(diag, from->n_clips * sizeof(*to->clips));
    to->n_clips = to->capacity = from->n_clips;
    for (size_t i = 0; i < from->n_clips; i++)
        to->clips[i] = clip_ref(from->clips[i]);
    return HO_OK;
}

static enum ho_result copy_media(const struct ho_timeline *from, struct ho_timeline *to, struct ho_diag *diag)
{
    if (from->n_media == 0)
        return HO_OK;
    to->media = ho_alloc(from->n_media, sizeof(*to->media));
    if (!to->media)
        return ho_fail_memory(diag, from->n_media * sizeof(*to->media));
    memcpy(to->media, from->media, from->n_media * sizeof(*to->media));
    to->n_media = from->n_media;
    return HO_OK;
}

static enum ho_result copy_tracks(const struct ho_timeline *from, struct ho_timeline *to, struct ho_diag *diag)
{
    to->tracks = ho_alloc(from->n_tracks ? (size_t)from->n_tracks : 1, sizeof(*to->tracks));
    if (!to->tracks)
        return ho_fail_memory(diag, (size_t)from->n_tracks * sizeof(*to->tracks));
    to->capacity = from->n_tracks;
    for (; to->n_tracks < from->n_tracks; to->n_tracks++)
        HO_TRY(copy_track(&from->tracks[to->n_tracks], &to->tracks[to->n_tracks], diag));
    return HO_OK;
}

enum ho_result ho_timeline_copy(const struct ho_timeline *timeline, struct ho_timeline **out, struct ho_diag *diag)
{
    struct ho_timeline *copy;
    HO_TRY(ho_timeline_create(&timeline->settings, &copy, diag));
    copy->next_id = timeline->next_id;
    enum ho_result result = copy_media(timeline, copy, diag);
    if (result == HO_OK)
        result = copy_tracks(timeline, copy, diag);
    if (result != HO_OK)
        ho_timeline_destroy(&copy);
    else
        *out = copy;
    return result;
}

static bool same_settings(const struct ho_timeline_settings *a, const struct ho_timeline_settings *b)
{
    return strcmp(a->name, b->name) == 0 && a->width == b->width && a->height == b->height &&
           a->rate.num == b->rate.num && a->rate.den == b->rate.den && a->start.frame == b->start.frame &&
           a->start.fps == b->start.fps && a->start.drop_frame == b->start.drop_frame;
}

static bool same_track(const struct track *a, const struct track *b)
{
    const struct ho_track *x = &a->info, *y = &b->info;
    if (x->id != y->id || x->kind != y->kind || x->place != y->place || strcmp(x->name, y->name) != 0 ||
        x->enabled != y->enabled || x->locked != y->locked || x->target != y->target ||
        x->auto_select != y->auto_select || a->n_clips != b->n_clips)
        return false;
    for (size_t i = 0; i < a->n_clips; i++)
        if (!ho_timeline_clip_equal(a->clips[i], b->clips[i]))
            return false;
    return true;
}

bool ho_timeline_equal(const struct ho_timeline *a, const struct ho_timeline *b)
{
    if (!same_settings(&a->settings, &b->settings) || a->n_tracks != b->n_tracks)
        return false;
    for (int i = 0; i < a->n_tracks; i++)
        if (!same_track(&a->tracks[i], &b->tracks[i]))
            return false;
    return true;
}

// ---- looking at it

const struct ho_timeline_settings *ho_timeline_get_settings(const struct ho_timeline *timeline)
{
    return &timeline->settings;
}

int ho_timeline_n_tracks(const struct ho_timeline *timeline) { return timeline->n_tracks; }

const struct ho_track *ho_timeline_track(const struct ho_timeline *timeline, int index)
{
    return index >= 0 && index < timeline->n_tracks ? &timeline->tracks[index].info : NULL;
}

const struct ho_track *ho_timeline_track_at(const struct ho_timeline *timeline, enum ho_track_kind kind, int place)
{
    for (int i = 0; i < timeline->n_tracks; i++)
        if (timeline->tracks[i].info.kind == kind && timeline->tracks[i].info.place == place)
            return &timeline->tracks[i].info;
    return NULL;
}

int ho_timeline_track_index(const struct ho_timeline *timeline, int64_t track)
{
    for (int i = 0; i < timeline->n_tracks; i++)
        if (timeline->tracks[i].info.id == track)
            return i;
    return -1;
}

void ho_track_name(const struct ho_track *track, char out[HO_TIMELINE_NAME_SIZE])
{
    if (track->name[0])
        snprintf(out, HO_TIMELINE_NAME_SIZE, "%s", track->name);
    else
        snprintf(out, HO_TIMELINE_NAME_SIZE, "%c%d", track->kind == HO_TRACK_VIDEO ? 'V' : 'A', track->place + 1);
}

const struct ho_timeline_clip *const *ho_timeline_clips(const struct ho_timeline *timeline, int track_index, size_t *n)
{
    *n = timeline->tracks[track_index].n_clips;
    return timeline->tracks[track_index].clips;
}

const struct ho_timeline_clip *ho_timeline_find_clip(const struct ho_timeline *timeline, int64_t id)
{
    for (int i = 0; i < timeline->n_tracks; i++)
        for (size_t k = 0; k < timeline->tracks[i].n_clips; k++)
            if (timeline->tracks[i].clips[k]->id == id)
                return timeline->tracks[i].clips[k];
    return NULL;
}

size_t track_first_ending_after(const struct track *track, int64_t frame)
{
    size_t low = 0, high = track->n_clips;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (clip_end(track->clips[middle]) <= frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct ho_timeline_clip *ho_timeline_clip_at(const struct ho_timeline *timeline, int64_t track, int64_t frame)
{
    const struct track *found = find_track(timeline, track);
    size_t i = found ? track_first_ending_after(found, frame) : 0;
    return found && i < found->n_clips && found->clips[i]->at <= frame ? found->clips[i] : NULL;
}

int64_t ho_timeline_length(const struct ho_timeline *timeline)
{
    int64_t length = 0;
    for (int i = 0; i < timeline->n_tracks; i++) {
        const struct track *track = &timeline->tracks[i];
        if (track->n_clips && clip_end(track->clips[track->n_clips - 1]) > length)
            length = clip_end(track->clips[track->n_clips - 1]);
    }
    return length;
}

const struct ho_timeline_media *ho_timeline_find_media(const struct ho_timeline *timeline, int64_t id)
{
    for (size_t i = 0; i < timeline->n_media; i++)
        if (timeline->media[i].id == id)
            return &timeline->media[i];
    return NULL;
}

struct ho_range ho_timeline_clip_frames(const struct ho_timeline_clip *clip)
{
    return (struct ho_range){clip->at, clip_end(clip) - 1};
}

int64_t ho_timeline_next_id(const struct ho_timeline *timeline) { return timeline->next_id; }

// ---- for the room

struct track *find_track(const struct ho_timeline *timeline, int64_t id)
{
    int index = ho_timeline_track_index(timeline, id);
    return index < 0 ? NULL : &timeline->tracks[index];
}

enum ho_result need_track(const struct ho_timeline *timeline, int64_t id, struct track **out, struct ho_diag *diag)
{
    *out = find_track(timeline, id);
    return *out ? HO_OK
                : ho_fail(diag, HO_ERROR_USAGE, "timeline \"%s\" has no track with the number %lld",
                          timeline->settings.name, (long long)id);
}

enum ho_result need_clip(const struct ho_timeline *timeline, int64_t id, const struct ho_timeline_clip **out,
                         struct ho_diag *diag)
{
    *out = ho_timeline_find_clip(timeline, id);
    return *out ? HO_OK
                : ho_fail(diag, HO_ERROR_USAGE, "timeline \"%s\" has no clip with the number %lld",
                          timeline->settings.name, (long long)id);
}

void frame_text(const struct ho_timeline *timeline, int64_t frame, char out[HO_TIMECODE_SIZE])
{
    ho_timecode_format(ho_timecode_add(timeline->settings.start, frame), out);
}
