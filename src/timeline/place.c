// SPDX-License-Identifier: BSD-2-Clause
// Placing a piece of a source: append, overwrite, insert, replace, place on top.
#include <string.h>

#include "timeline/internal.h"

static enum ho_result check_target(const struct ho_timeline *timeline, int64_t id, enum ho_track_kind kind,
                                   struct ho_diag *diag)
{
    struct track *track;
    if (id == 0)
        return HO_OK;
    HO_TRY(need_track(timeline, id, &track, diag));
    if (track->info.kind == kind)
        return HO_OK;
    char name[HO_TIMELINE_NAME_SIZE];
    ho_track_name(&track->info, name);
    return ho_fail(diag, HO_ERROR_USAGE, "%s is no %s track: give one", name,
                   kind == HO_TRACK_VIDEO ? "video" : "audio");
}

static enum ho_result check_placement(const struct ho_timeline *timeline, const struct ho_placement *placement,
                                      struct ho_diag *diag)
{
    if (placement->video_track == 0 && placement->audio_track == 0)
        return ho_fail(diag, HO_ERROR_USAGE, "no track is the target of this edit: turn one on, or add one");
    if (placement->media && !ho_timeline_find_media(timeline, placement->media))
        return ho_fail(diag, HO_ERROR_USAGE, "timeline \"%s\" does not know media number %lld", timeline->settings.name,
                       (long long)placement->media);
    HO_TRY(check_distance(placement->at, diag));
    HO_TRY(check_distance(placement->length, diag));
    if (placement->length < 1)
        return ho_fail(diag, HO_ERROR_USAGE, "a piece of %lld frames cannot be placed: it needs one or more",
                       (long long)placement->length);
    HO_TRY(check_target(timeline, placement->video_track, HO_TRACK_VIDEO, diag));
    return check_target(timeline, placement->audio_track, HO_TRACK_AUDIO, diag);
}

// What is shown, as the placement says.
static enum ho_result show(const struct ho_timeline *timeline, const struct ho_placement *placement,
                           struct ho_timeline_clip *clip, struct ho_diag *diag)
{
    const struct ho_timeline_media *media = ho_timeline_find_media(timeline, placement->media);
    clip->media = placement->media;
    clip->in = placement->in;
    clip->in_part = placement->in_part;
    while (clip->n_texts)
        ho_timeline_clip_remove_text(clip, clip->n_texts - 1);
    for (size_t i = 0; i < placement->n_texts; i++)
        HO_TRY(ho_timeline_clip_add_text(clip, placement->texts[i], diag));
    return ho_timeline_clip_set_text(&clip->name,
                                     placement->name ? placement->name
                                     : media         ? media->name
                                                     : "Title",
                                     diag);
}

static enum ho_result put_new(struct journal *journal, const struct ho_placement *placement, int64_t track, int64_t at,
                              int64_t link, struct ho_diag *diag)
{
    struct ho_timeline_clip *clip;
    if (track == 0)
        return HO_OK;
    HO_TRY(clip_create(&clip, diag));
    enum ho_result result = show(journal->timeline, placement, clip, diag);
    if (result != HO_OK) {
        clip_unref(clip);
        return result;
    }
    clip->id = journal_new_id(journal);
    clip->track = track;
    clip->at = at;
    clip->length = placement->length;
    clip->link = link;
    return journal_put(journal, NULL, clip, diag);
}

static enum ho_result put_both(struct journal *journal, const struct ho_placement *placement, int64_t at,
                               struct ho_diag *diag)
{
    int64_t link = placement->video_track && placement->audio_track ? journal_new_id(journal) : 0;
    HO_TRY(put_new(journal, placement, placement->video_track, at, link, diag));
    return put_new(journal, placement, placement->audio_track, at, link, diag);
}

static enum ho_result lay_over(struct journal *journal, const struct ho_placement *placement, int64_t at,
                               struct ho_diag *diag)
{
    if (placement->video_track)
        HO_TRY(carve(journal, placement->video_track, at, at + placement->length - 1, diag));
    if (placement->audio_track)
        HO_TRY(carve(journal, placement->audio_track, at, at + placement->length - 1, diag));
    return put_both(journal, placement, at, diag);
}

enum ho_result ho_timeline_append(struct ho_timeline *timeline, const struct ho_placement *placement,
                                  struct ho_edit **edit, struct ho_diag *diag)
{
    HO_TRY(check_placement(timeline, placement, diag));
    struct journal journal = journal_begin(timeline);
    enum ho_result result = put_both(&journal, placement, ho_timeline_length(timeline), diag);
    return journal_end(&journal, result, edit, diag);
}

enum ho_result ho_timeline_overwrite(struct ho_timeline *timeline, const struct ho_placement *placement,
                                     struct ho_edit **edit, struct ho_diag *diag)
{
    HO_TRY(check_placement(timeline, placement, diag));
    struct journal journal = journal_begin(timeline);
    return journal_end(&journal, lay_over(&journal, placement, placement->at, diag), edit, diag);
}

// ---- insert

static bool makes_room(const struct ho_track *track, const struct ho_placement *placement)
{
    return track->id == placement->video_track || track->id == placement->audio_track ||
           (track->auto_select && !track->locked);
}

static enum ho_result insert(struct journal *journal, const struct ho_placement *placement, struct ho_diag *diag)
{
    struct ho_timeline *timeline = journal->timeline;
    for (int i = 0; i < timeline->n_tracks; i++) {
        int64_t track = timeline->tracks[i].info.id;
        if (!makes_room(&timeline->tracks[i].info, placement))
            continue;
        const struct ho_timeline_clip *hit = ho_timeline_clip_at(timeline, track, placement->at);
        if (hit)
            HO_TRY(split_clip(journal, hit, placement->at, diag));
        HO_TRY(shift_track(journal, track, placement->at, placement->length, diag));
    }
    return put_both(journal, placement, placement->at, diag);
}

enum ho_result ho_timeline_insert(struct ho_timeline *timeline, const struct ho_placement *placement,
                                  struct ho_edit **edit, struct ho_diag *diag)
{
    HO_TRY(check_placement(timeline, placement, diag));
    struct journal journal = journal_begin(timeline);
    return journal_end(&journal, insert(&journal, placement, diag), edit, diag);
}

// ---- replace

static enum ho_result replace_on(struct journal *journal, const struct ho_placement *placement, int64_t track,
                                 int *n_replaced, struct ho_diag *diag)
{
    const struct ho_timeline_clip *old = ho_timeline_clip_at(journal->timeline, track, placement->at);
    if (!old)
        return HO_OK;
    struct ho_timeline_clip *clip;
    HO_TRY(ho_timeline_clip_copy(old, &clip, diag));
    enum ho_result result = show(journal->timeline, placement, clip, diag);
    if (result != HO_OK) {
        clip_unref(clip);
        return result;
    }
    ++*n_replaced;
    return journal_put(journal, old, clip, diag);
}

static enum ho_result replace(struct journal *journal, const struct ho_placement *placement, struct ho_diag *diag)
{
    int n = 0;
    HO_TRY(replace_on(journal, placement, placement->video_track, &n, diag));
    HO_TRY(replace_on(journal, placement, placement->audio_track, &n, diag));
    if (n > 0)
        return HO_OK;
    char where[HO_TIMECODE_SIZE];
    frame_text(journal->timeline, placement->at, where);
    return ho_fail(diag, HO_ERROR_USAGE, "there is no clip at %s on the target tracks to be replaced", where);
}

enum ho_result ho_timeline_replace(struct ho_timeline *timeline, const struct ho_placement *placement,
                                   struct ho_edit **edit, struct ho_diag *diag)
{
    struct ho_placement any_length = *placement;
    any_length.length = 1;
    HO_TRY(check_placement(timeline, &any_length, diag));
    struct journal journal = journal_begin(timeline);
    return journal_end(&journal, replace(&journal, &any_length, diag), edit, diag);
}

// ---- on top

static bool is_free(const struct track *track, int64_t first, int64_t last)
{
    size_t i = track_first_ending_after(track, first);
    return i == track->n_clips || track->clips[i]->at > last;
}

// The lowest track of a kind that is free, as are all above it; one more where there is none. Sound has no above: the
// first that is free.
static enum ho_result free_track(struct journal *journal, enum ho_track_kind kind, int64_t first, int64_t last,
                                 int64_t *out, struct ho_diag *diag)
{
    struct ho_timeline *timeline = journal->timeline;
    *out = 0;
    for (int i = timeline->n_tracks; i-- > 0;) {
        const struct track *track = &timeline->tracks[i];
        if (track->info.kind != kind)
            continue;
        bool free = is_free(track, first, last);
        if (free && !track->info.locked)
            *out = track->info.id;
        else if (!free && kind == HO_TRACK_VIDEO)
            break;
    }
    if (*out)
        return HO_OK;
    struct ho_track info = {.kind = kind, .place = -1, .enabled = true, .auto_select = true};
    return journal_add_track(journal, &info, out, diag);
}

static enum ho_result put_on_top(struct journal *journal, const struct ho_placement *placement, struct ho_diag *diag)
{
    struct ho_placement on_top = *placement;
    int64_t first = placement->at, last = first + placement->length - 1;
    if (on_top.video_track)
        HO_TRY(free_track(journal, HO_TRACK_VIDEO, first, last, &on_top.video_track, diag));
    if (on_top.audio_track)
        HO_TRY(free_track(journal, HO_TRACK_AUDIO, first, last, &on_top.audio_track, diag));
    return put_both(journal, &on_top, first, diag);
}

enum ho_result ho_timeline_place_on_top(struct ho_timeline *timeline, const struct ho_placement *placement,
                                        struct ho_edit **edit, struct ho_diag *diag)
{
    HO_TRY(check_placement(timeline, placement, diag));
    struct journal journal = journal_begin(timeline);
    return journal_end(&journal, put_on_top(&journal, placement, diag), edit, diag);
}
