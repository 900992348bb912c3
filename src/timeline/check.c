// SPDX-License-Identifier: BSD-2-Clause
// What every edit keeps true.
#include <math.h>
#include <string.h>

#include "timeline/internal.h"

static bool is_rate(struct ho_rational rate)
{
    return rate.num > 0 && rate.den > 0 && rate.num <= INT32_MAX && rate.den <= INT32_MAX;
}

enum ho_result check_settings(const struct ho_timeline_settings *settings, struct ho_diag *diag)
{
    if (settings->width < 1 || settings->width > 32768 || settings->height < 1 || settings->height > 32768)
        return ho_fail(diag, HO_ERROR_USAGE, "a timeline of %dx%d pixels: sizes go from 1 to 32768", settings->width,
                       settings->height);
    if (!is_rate(settings->rate) || ho_rate_base(settings->rate) < 1 || ho_rate_base(settings->rate) > 1000)
        return ho_fail(diag, HO_ERROR_USAGE, "a timeline of %lld/%lld frames a second: rates go from 1 to 1000",
                       (long long)settings->rate.num, (long long)settings->rate.den);
    if (settings->start.fps != ho_rate_base(settings->rate))
        return ho_fail(diag, HO_ERROR_USAGE,
                       "a start timecode that counts %d frames a second on a timeline that counts %d: give it in the "
                       "timeline's own rate",
                       settings->start.fps, ho_rate_base(settings->rate));
    return HO_OK;
}

enum ho_result check_distance(int64_t frames, struct ho_diag *diag)
{
    if (frames < -HO_TIMELINE_FRAMES_MAX || frames > HO_TIMELINE_FRAMES_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "%lld frames are further than a timeline reaches", (long long)frames);
    return HO_OK;
}

enum ho_result check_place(const struct ho_timeline_clip *clip, struct ho_diag *diag)
{
    if (clip->length < 1)
        return ho_fail(diag, HO_ERROR_USAGE, "\"%s\" would have no frame left: a clip has one or more", clip->name);
    if (clip->at < 0)
        return ho_fail(diag, HO_ERROR_USAGE, "\"%s\" would begin %lld frames before the timeline does", clip->name,
                       (long long)ho_wide_narrow(-(ho_wide)clip->at));
    if (clip->length > HO_TIMELINE_FRAMES_MAX || clip->at > HO_TIMELINE_FRAMES_MAX - clip->length)
        return ho_fail(diag, HO_ERROR_USAGE, "\"%s\" would end at frame %lld, further than a timeline reaches",
                       clip->name, (long long)ho_wide_narrow((ho_wide)clip->at + clip->length));
    return HO_OK;
}

static enum ho_result check_kind(const struct ho_timeline *timeline, const struct ho_timeline_clip *clip,
                                 const struct ho_timeline_media *media, struct ho_diag *diag)
{
    struct track *track;
    HO_TRY(need_track(timeline, clip->track, &track, diag));
    if (clip->media && !media)
        return ho_fail(diag, HO_ERROR_USAGE, "\"%s\" shows media number %lld, which timeline \"%s\" does not know",
                       clip->name, (long long)clip->media, timeline->settings.name);
    bool fits = track->info.kind == HO_TRACK_VIDEO ? !media || media->has_picture : media && media->has_sound;
    if (!fits)
        return ho_fail(diag, HO_ERROR_USAGE, "\"%s\" has no %s: it does not go on %s tracks", clip->name,
                       track->info.kind == HO_TRACK_VIDEO ? "picture" : "sound",
                       track->info.kind == HO_TRACK_VIDEO ? "video" : "audio");
    return HO_OK;
}

static enum ho_result check_source(const struct ho_timeline *timeline, const struct ho_timeline_clip *clip,
                                   const struct ho_timeline_media *media, struct ho_diag *diag)
{
    if (clip->in_part < 0 || clip->in_part >= ho_timeline_parts(timeline, clip->media))
        return ho_fail(diag, HO_ERROR_USAGE, "\"%s\" begins at %lld parts of a source frame that has %lld", clip->name,
                       (long long)clip->in_part, (long long)ho_timeline_parts(timeline, clip->media));
    if (!media || media->still)
        return HO_OK;
    int64_t first = clip->in, last = ho_timeline_source_frame(timeline, clip, clip_end(clip) - 1);
    if (first < 0)
        return ho_fail(diag, HO_ERROR_USAGE, "\"%s\" would begin %lld frames before \"%s\" does", clip->name,
                       (long long)ho_wide_narrow(-(ho_wide)first), media->name);
    if (last >= media->n_frames)
        return ho_fail(diag, HO_ERROR_USAGE, "\"%s\" would end at frame %lld of \"%s\", which ends at frame %lld",
                       clip->name, (long long)last, media->name, (long long)media->n_frames - 1);
    return HO_OK;
}

static enum ho_result check_number(const struct ho_timeline_clip *clip, enum ho_clip_number number, double value,
                                   struct ho_diag *diag)
{
    const struct ho_clip_number_info *info = ho_clip_number_describe(number);
    if (!(value >= info->min && value <= info->max))
        return ho_fail(diag, HO_ERROR_USAGE, "\"%s\": %s = %g is out of range; it goes from %g to %g %s", clip->name,
                       info->name, value, info->min, info->max, info->unit);
    return HO_OK;
}

static enum ho_result check_values(const struct ho_timeline_clip *clip, struct ho_diag *diag)
{
    if (strlen(clip->name) >= HO_TIMELINE_NAME_SIZE)
        return ho_fail(diag, HO_ERROR_USAGE, "a clip's name has %zu bytes; %d are the most", strlen(clip->name),
                       HO_TIMELINE_NAME_SIZE - 1);
    if ((unsigned)clip->composite >= HO_N_COMPOSITES || (unsigned)clip->fit >= HO_N_FITS)
        return ho_fail(diag, HO_ERROR_USAGE, "\"%s\": composite mode %d or fit %d is not known", clip->name,
                       (int)clip->composite, (int)clip->fit);
    if (clip->media && clip->n_texts)
        return ho_fail(diag, HO_ERROR_USAGE, "\"%s\" shows media: only a title has texts", clip->name);
    for (int i = 0; i < HO_N_CLIP_NUMBERS; i++) {
        HO_TRY(check_number(clip, (enum ho_clip_number)i, clip->number[i].value, diag));
        for (size_t k = 0; k < clip->number[i].n_keys; k++)
            HO_TRY(check_number(clip, (enum ho_clip_number)i, clip->number[i].keys[k].value, diag));
    }
    return HO_OK;
}

enum ho_result check_clip(const struct ho_timeline *timeline, const struct ho_timeline_clip *clip, struct ho_diag *diag)
{
    const struct ho_timeline_media *media = ho_timeline_find_media(timeline, clip->media);
    HO_TRY(check_place(clip, diag));
    HO_TRY(check_kind(timeline, clip, media, diag));
    HO_TRY(check_source(timeline, clip, media, diag));
    return check_values(clip, diag);
}

enum ho_result check_neighbours(const struct ho_timeline *timeline, const struct ho_timeline_clip *clip,
                                struct ho_diag *diag)
{
    const struct track *track = find_track(timeline, clip->track);
    size_t i = track_index_of(track, clip);
    const struct ho_timeline_clip *left = i > 0 ? track->clips[i - 1] : NULL;
    const struct ho_timeline_clip *right = i + 1 < track->n_clips ? track->clips[i + 1] : NULL;
    const struct ho_timeline_clip *other = left && clip_end(left) > clip->at     ? left
                                           : right && right->at < clip_end(clip) ? right
                                                                                 : NULL;
    if (!other)
        return HO_OK;
    char name[HO_TIMELINE_NAME_SIZE], where[HO_TIMECODE_SIZE];
    ho_track_name(&track->info, name);
    frame_text(timeline, other == left ? clip->at : right->at, where);
    return ho_fail(diag, HO_ERROR_USAGE,
                   "\"%s\" and \"%s\" would lie over one another on %s at %s: make room there first, or take %s out of "
                   "the tracks that are auto selected",
                   clip->name, other->name, name, where, name);
}

static enum ho_result check_track(const struct ho_timeline *timeline, const struct track *track, struct ho_diag *diag)
{
    for (size_t i = 0; i < track->n_clips; i++) {
        const struct ho_timeline_clip *clip = track->clips[i];
        HO_TRY(check_clip(timeline, clip, diag));
        HO_TRY(check_neighbours(timeline, clip, diag));
        if (clip->track != track->info.id || clip->id < 1 || clip->id >= timeline->next_id ||
            ho_timeline_find_clip(timeline, clip->id) != clip)
            return ho_fail(diag, HO_ERROR_USAGE, "\"%s\" has the number %lld, which is not its own", clip->name,
                           (long long)clip->id);
    }
    return HO_OK;
}

// One clip with this link, and no other.
static bool is_single(const struct ho_timeline *timeline, const struct ho_timeline_clip *clip)
{
    for (int i = 0; i < timeline->n_tracks; i++)
        for (size_t k = 0; k < timeline->tracks[i].n_clips; k++)
            if (timeline->tracks[i].clips[k] != clip && timeline->tracks[i].clips[k]->link == clip->link)
                return false;
    return true;
}

static enum ho_result check_links(const struct ho_timeline *timeline, const struct track *track, struct ho_diag *diag)
{
    for (size_t i = 0; i < track->n_clips; i++)
        if (track->clips[i]->link && is_single(timeline, track->clips[i]))
            return ho_fail(diag, HO_ERROR_USAGE, "\"%s\" is linked with nothing", track->clips[i]->name);
    return HO_OK;
}

static enum ho_result check_all(const struct ho_timeline *timeline, struct ho_diag *diag)
{
    int place[2] = {0, 0};
    HO_TRY(check_settings(&timeline->settings, diag));
    for (int i = 0; i < timeline->n_tracks; i++) {
        const struct track *track = &timeline->tracks[i];
        if (track->info.place != place[track->info.kind]++)
            return ho_fail(diag, HO_ERROR_USAGE, "track %d is at place %d of its kind", i, track->info.place);
        HO_TRY(check_track(timeline, track, diag));
        HO_TRY(check_links(timeline, track, diag));
    }
    return HO_OK;
}

enum ho_result ho_timeline_check(const struct ho_timeline *timeline, struct ho_diag *diag)
{
    struct ho_diag inner = {0};
    if (check_all(timeline, &inner) == HO_OK)
        return HO_OK;
    return ho_fail(diag, HO_ERROR_VERIFY, "timeline \"%s\" does not hold: %s", timeline->settings.name, inner.message);
}
