// SPDX-License-Identifier: BSD-2-Clause
// Settings, sources and tracks.
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "timeline/internal.h"

static enum ho_result refuse_rate(const struct ho_timeline *timeline, struct ho_rational rate, struct ho_diag *diag)
{
    struct ho_rational old = timeline->settings.rate;
    if (old.num * rate.den == rate.num * old.den || ho_timeline_length(timeline) == 0)
        return HO_OK;
    return ho_fail(diag, HO_ERROR_USAGE,
                   "timeline \"%s\" has %lld/%lld frames a second, which is fixed now that clips are on it: make a new "
                   "timeline at %lld/%lld and place them there",
                   timeline->settings.name, (long long)old.num, (long long)old.den, (long long)rate.num,
                   (long long)rate.den);
}

enum ho_result ho_timeline_set(struct ho_timeline *timeline, const struct ho_timeline_settings *settings,
                               struct ho_edit **edit, struct ho_diag *diag)
{
    HO_TRY(check_settings(settings, diag));
    HO_TRY(refuse_rate(timeline, settings->rate, diag));
    struct journal journal = journal_begin(timeline);
    journal.settings_changed = true;
    timeline->settings = *settings;
    return journal_end(&journal, HO_OK, edit, diag);
}

// ---- sources

static enum ho_result check_media(const struct ho_timeline_media *media, struct ho_diag *diag)
{
    if (media->id < 1 || media->n_frames < 1 || media->n_frames > HO_TIMELINE_FRAMES_MAX * 4096)
        return ho_fail(diag, HO_ERROR_USAGE, "\"%s\" has %lld frames: it cannot be placed on a timeline", media->name,
                       (long long)media->n_frames);
    struct ho_rational rate = media->rate;
    if (!media->still && !(rate.num > 0 && rate.den > 0 && rate.num <= INT32_MAX && rate.den <= INT32_MAX))
        return ho_fail(diag, HO_ERROR_USAGE, "\"%s\" has no frame rate: give it one before it is placed on a timeline",
                       media->name);
    return HO_OK;
}

// The clips that show `media`, with what it is to be from now on.
static enum ho_result check_uses(const struct ho_timeline *timeline, int64_t media, struct ho_diag *diag)
{
    for (int i = 0; i < timeline->n_tracks; i++)
        for (size_t k = 0; k < timeline->tracks[i].n_clips; k++)
            if (timeline->tracks[i].clips[k]->media == media)
                HO_TRY(check_clip(timeline, timeline->tracks[i].clips[k], diag));
    return HO_OK;
}

static bool is_used(const struct ho_timeline *timeline, int64_t media)
{
    for (int i = 0; i < timeline->n_tracks; i++)
        for (size_t k = 0; k < timeline->tracks[i].n_clips; k++)
            if (timeline->tracks[i].clips[k]->media == media)
                return true;
    return false;
}

static enum ho_result renew_media(struct ho_timeline *timeline, struct ho_timeline_media *known,
                                  const struct ho_timeline_media *media, struct ho_diag *diag)
{
    bool same_rate = known->still || media->still ||
                     known->rate.num * media->rate.den == media->rate.num * known->rate.den;
    if ((!same_rate || known->still != media->still) && is_used(timeline, media->id))
        return ho_fail(diag, HO_ERROR_USAGE,
                       "clips of timeline \"%s\" show \"%s\" at %lld/%lld frames a second: it cannot change to "
                       "%lld/%lld while they do; remove them first, or import it a second time",
                       timeline->settings.name, known->name, (long long)known->rate.num, (long long)known->rate.den,
                       (long long)media->rate.num, (long long)media->rate.den);
    struct ho_timeline_media before = *known;
    *known = *media;
    enum ho_result result = check_uses(timeline, media->id, diag);
    if (result != HO_OK)
        *known = before;
    return result;
}

enum ho_result ho_timeline_set_media(struct ho_timeline *timeline, const struct ho_timeline_media *media,
                                     struct ho_diag *diag)
{
    HO_TRY(check_media(media, diag));
    for (size_t i = 0; i < timeline->n_media; i++)
        if (timeline->media[i].id == media->id)
            return renew_media(timeline, &timeline->media[i], media, diag);
    struct ho_timeline_media *all = ho_realloc(timeline->media, timeline->n_media + 1, sizeof(*all));
    if (!all)
        return ho_fail_memory(diag, (timeline->n_media + 1) * sizeof(*all));
    timeline->media = all;
    all[timeline->n_media++] = *media;
    return HO_OK;
}

// ---- tracks

enum ho_result ho_timeline_add_track(struct ho_timeline *timeline, enum ho_track_kind kind, int place, const char *name,
                                     struct ho_edit **edit, struct ho_diag *diag)
{
    // The first of a kind is where edits land.
    bool is_first = !ho_timeline_track_at(timeline, kind, 0);
    struct ho_track info = {.kind = kind, .place = place, .enabled = true, .target = is_first, .auto_select = true};
    snprintf(info.name, sizeof(info.name), "%s", name ? name : "");
    struct journal journal = journal_begin(timeline);
    return journal_end(&journal, journal_add_track(&journal, &info, NULL, diag), edit, diag);
}

static enum ho_result remove_track(struct journal *journal, const struct track *track, struct ho_diag *diag)
{
    int64_t id = track->info.id;
    while (track->n_clips > 0) {
        const struct ho_timeline_clip *clip = track->clips[track->n_clips - 1];
        HO_TRY(journal_cut(journal, clip, clip->at, clip_end(clip) - 1, diag));
        HO_TRY(journal_remove(journal, clip, diag));
    }
    return journal_remove_track(journal, id, diag);
}

static enum ho_result refuse_locked(const struct track *track, struct ho_diag *diag)
{
    char name[HO_TIMELINE_NAME_SIZE];
    ho_track_name(&track->info, name);
    return ho_fail(diag, HO_ERROR_USAGE, "track %s is locked: unlock it to remove it", name);
}

enum ho_result ho_timeline_remove_track(struct ho_timeline *timeline, int64_t id, struct ho_edit **edit,
                                        struct ho_diag *diag)
{
    struct track *track;
    HO_TRY(need_track(timeline, id, &track, diag));
    if (track->info.locked)
        return refuse_locked(track, diag);
    struct journal journal = journal_begin(timeline);
    return journal_end(&journal, remove_track(&journal, track, diag), edit, diag);
}

enum ho_result ho_timeline_set_track(struct ho_timeline *timeline, const struct ho_track *track, struct ho_edit **edit,
                                     struct ho_diag *diag)
{
    struct track *found;
    HO_TRY(need_track(timeline, track->id, &found, diag));
    struct ho_track info = *track;
    info.kind = found->info.kind;
    info.place = found->info.place;
    struct journal journal = journal_begin(timeline);
    return journal_end(&journal, journal_set_track(&journal, &info, diag), edit, diag);
}
