// SPDX-License-Identifier: BSD-2-Clause
// Three-point editing: from marks in the source and on the timeline to a placement.
#include "timeline/internal.h"

enum { STILL_SECONDS = 5 };    // how long a picture or a title is where no mark says

static enum ho_result check_marks(const struct ho_marks *marks, const char *where, struct ho_diag *diag)
{
    if (marks->has_in)
        HO_TRY(check_distance(marks->in, diag));
    if (marks->has_out)
        HO_TRY(check_distance(marks->out, diag));
    if (marks->has_in && marks->has_out && marks->out < marks->in)
        return ho_fail(diag, HO_ERROR_USAGE, "the out mark of %s (frame %lld) lies before its in mark (frame %lld)",
                       where, (long long)marks->out, (long long)marks->in);
    return HO_OK;
}

static enum ho_result check_in_source(const struct ho_timeline_media *media, const struct ho_marks *marks,
                                      struct ho_diag *diag)
{
    int64_t frame = marks->has_out && (!marks->has_in || marks->in >= 0) ? marks->out : marks->in;
    bool is_inside = frame >= 0 && frame < media->n_frames && (!marks->has_in || marks->in < media->n_frames);
    if ((marks->has_in || marks->has_out) && !is_inside)
        return ho_fail(diag, HO_ERROR_USAGE, "frame %lld is marked in \"%s\", which goes from 0 to %lld",
                       (long long)frame, media->name, (long long)media->n_frames - 1);
    return HO_OK;
}

// The time of the source at which `length` timeline frames begin whose last one shows `last`, into in and in_part.
// Where that is just before the source, its beginning, as long as the last frame is still that one.
static void back_time(struct ratio ratio, int64_t last, int64_t length, struct ho_placement *out)
{
    ho_wide time = (ho_wide)last * ratio.q - (ho_wide)(length - 1) * ratio.p;
    if (time < 0 && time + ratio.q > 0)
        time = 0;
    ho_wide in = ho_wide_floor(time, ratio.q);
    out->in = ho_wide_narrow(in);
    out->in_part = (int64_t)(time - in * ratio.q);
}

static int64_t still_length(const struct ho_timeline *timeline)
{
    struct ho_rational rate = timeline->settings.rate;
    return ho_scale_ceil(STILL_SECONDS, rate.num, rate.den);
}

// A picture or a title: as long as the timeline's marks say.
static void place_still(const struct ho_timeline *timeline, const struct ho_marks *marks, int64_t playhead,
                        struct ho_placement *out)
{
    out->length = marks->has_in && marks->has_out ? marks->out - marks->in + 1 : still_length(timeline);
    out->at = marks->has_in ? marks->in : marks->has_out ? marks->out - out->length + 1 : playhead;
}

static enum ho_result refuse_fit(const struct ho_timeline *timeline, int64_t length, int64_t source_length,
                                 struct ho_diag *diag)
{
    return ho_fail(diag, HO_ERROR_USAGE,
                   "four marks: %lld frames of timeline \"%s\" are marked and the marked source fills %lld; fitting it "
                   "would change its speed, which is not done: clear one of the four marks",
                   (long long)length, timeline->settings.name, (long long)source_length);
}

static enum ho_result place_moving(const struct ho_timeline *timeline, const struct ho_timeline_media *media,
                                   const struct ho_marks *source, const struct ho_marks *marks, int64_t playhead,
                                   struct ho_placement *out, struct ho_diag *diag)
{
    struct ratio ratio = source_ratio(timeline, media->id);
    HO_TRY(check_in_source(media, source, diag));
    out->in = source->has_in ? source->in : 0;
    int64_t last = source->has_out ? source->out : media->n_frames - 1;
    int64_t source_length = ho_timeline_frames_of(timeline, media->id, last - out->in + 1);
    if (!marks->has_in || !marks->has_out) {
        out->length = source_length;
        out->at = marks->has_in ? marks->in : marks->has_out ? marks->out - out->length + 1 : playhead;
        return HO_OK;
    }
    out->at = marks->in;
    out->length = marks->out - marks->in + 1;
    if (source->has_in && source->has_out && out->length != source_length)
        return refuse_fit(timeline, out->length, source_length, diag);
    if (source->has_out && !source->has_in)
        back_time(ratio, last, out->length, out);
    return HO_OK;
}

// The lowest track of a kind that is a target.
static int64_t target_of(const struct ho_timeline *timeline, enum ho_track_kind kind)
{
    for (int i = 0; i < timeline->n_tracks; i++)
        if (timeline->tracks[i].info.kind == kind && timeline->tracks[i].info.target)
            return timeline->tracks[i].info.id;
    return 0;
}

enum ho_result ho_timeline_three_points(const struct ho_timeline *timeline, int64_t id, const struct ho_marks *source,
                                        const struct ho_marks *on_timeline, int64_t playhead, struct ho_placement *out,
                                        struct ho_diag *diag)
{
    const struct ho_timeline_media *media = ho_timeline_find_media(timeline, id);
    if (id && !media)
        return ho_fail(diag, HO_ERROR_USAGE, "timeline \"%s\" does not know media number %lld", timeline->settings.name,
                       (long long)id);
    HO_TRY(check_marks(source, "the source", diag));
    HO_TRY(check_marks(on_timeline, "the timeline", diag));
    HO_TRY(check_distance(playhead, diag));
    struct ho_placement placement = {.media = id};
    if (!media || media->still)
        place_still(timeline, on_timeline, playhead, &placement);
    else
        HO_TRY(place_moving(timeline, media, source, on_timeline, playhead, &placement, diag));
    if (placement.at < 0)
        return ho_fail(diag, HO_ERROR_USAGE, "the piece is %lld frames long and would begin before the timeline does",
                       (long long)placement.length);
    placement.video_track = !media || media->has_picture ? target_of(timeline, HO_TRACK_VIDEO) : 0;
    placement.audio_track = media && media->has_sound ? target_of(timeline, HO_TRACK_AUDIO) : 0;
    *out = placement;
    return HO_OK;
}

enum ho_result ho_timeline_mark_clip(const struct ho_timeline *timeline, int64_t playhead, struct ho_range *out,
                                     struct ho_diag *diag)
{
    const struct ho_timeline_clip *found = NULL;
    for (int i = 0; i < timeline->n_tracks; i++) {
        const struct ho_track *track = &timeline->tracks[i].info;
        const struct ho_timeline_clip *clip = track->auto_select ? ho_timeline_clip_at(timeline, track->id, playhead)
                                                                 : NULL;
        if (clip && (track->kind == HO_TRACK_VIDEO || !found))
            found = clip;
    }
    if (!found) {
        char where[HO_TIMECODE_SIZE];
        frame_text(timeline, playhead, where);
        return ho_fail(diag, HO_ERROR_USAGE, "there is no clip at %s on the tracks that are auto selected", where);
    }
    *out = ho_timeline_clip_frames(found);
    return HO_OK;
}
