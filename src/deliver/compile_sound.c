// SPDX-License-Identifier: BSD-2-Clause
// A timeline's sound as spans of a mix.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/scale.h"
#include "deliver/compiling.h"

enum { DEFAULT_RATE = 48000 };

struct spans {
    const struct ho_timeline *timeline;
    const struct ho_compile_options *options;
    const struct ho_range *frames;    // NULL: all
    struct ho_rational frame_rate;
    int rate;
    struct ho_mix_span *items;
    size_t n;
};

// The sample of the source at which the clip begins: (in + in_part / parts) frames of it.
static int64_t source_sample(const struct spans *spans, const struct ho_timeline_clip *clip,
                             const struct ho_timeline_media *media)
{
    const int64_t parts = ho_timeline_parts(spans->timeline, clip->media);
    const ho_wide time = ((ho_wide)clip->in * parts + clip->in_part) * media->rate.den * spans->rate;
    return ho_wide_narrow(ho_wide_floor(time, media->rate.num * parts));
}

static int64_t sample_of(const struct spans *spans, int64_t frame)
{
    return ho_sound_sample_of(frame, spans->frame_rate, spans->rate);
}

// A gain with keyframes, a point a frame.
static enum ho_result add_points(const struct spans *spans, const struct ho_timeline_clip *clip,
                                 struct ho_mix_span *span, struct ho_diag *diag)
{
    const struct ho_curve *gain = &clip->number[HO_CLIP_GAIN];
    span->gain = gain->value;
    if (gain->n_keys == 0)
        return HO_OK;
    struct ho_mix_point *points = ho_alloc((size_t)clip->length + 1, sizeof(*points));
    if (!points)
        return ho_fail_memory(diag, (size_t)clip->length * sizeof(*points));
    for (int64_t i = 0; i <= clip->length; i++)
        points[i] = (struct ho_mix_point){sample_of(spans, clip->at + i), ho_curve_value(gain, clip->origin + i)};
    span->points = points;
    span->n_points = (size_t)clip->length + 1;
    return HO_OK;
}

static enum ho_result refuse_offline(const struct spans *spans, const struct ho_timeline_clip *clip, const char *said,
                                     struct ho_diag *diag)
{
    char name[512];
    const struct ho_compiling c = {.timeline = spans->timeline};
    ho_compiling_name(&c, clip, name, sizeof(name));
    return ho_fail(diag, HO_ERROR_INPUT, "%s: %s; relink it, or mute the clip", name,
                   said[0] ? said : "its sound is offline");
}

static bool is_heard(const struct spans *spans, const struct ho_timeline_clip *clip)
{
    const struct ho_range *frames = spans->frames;
    return clip->enabled && !clip->muted &&
           (!frames || (clip->at <= frames->last && clip->at + clip->length > frames->first));
}

static enum ho_result add_clip(struct spans *spans, const struct ho_timeline_clip *clip, struct ho_diag *diag)
{
    const struct ho_timeline_media *media = ho_timeline_find_media(spans->timeline, clip->media);
    struct ho_compile_media found = {0};
    if (!is_heard(spans, clip) || !media || !media->has_sound || media->rate.num <= 0)
        return HO_OK;
    const bool is_known = spans->options->find(spans->options->opaque, clip->media, &found);
    if (!is_known || !found.path[0])
        return spans->options->show_offline ? HO_OK : refuse_offline(spans, clip, found.said, diag);
    struct ho_mix_span *span = &spans->items[spans->n++];
    const int64_t first = sample_of(spans, clip->at);
    *span = (struct ho_mix_span){.first = first,
                                 .n = sample_of(spans, clip->at + clip->length) - first,
                                 .from = source_sample(spans, clip, media)};
    span->path = ho_strdup(found.path);
    return span->path ? add_points(spans, clip, span, diag) : ho_fail_memory(diag, strlen(found.path));
}

static enum ho_result add_track(struct spans *spans, int index, struct ho_diag *diag)
{
    const struct ho_track *track = ho_timeline_track(spans->timeline, index);
    size_t n;
    const struct ho_timeline_clip *const *clips = ho_timeline_clips(spans->timeline, index, &n);
    if (track->kind != HO_TRACK_AUDIO || !track->enabled)
        return HO_OK;
    struct ho_mix_span *grown = ho_realloc(spans->items, spans->n + n + 1, sizeof(*grown));
    if (!grown)
        return ho_fail_memory(diag, (spans->n + n) * sizeof(*grown));
    spans->items = grown;
    for (size_t i = 0; i < n; i++)
        HO_TRY(add_clip(spans, clips[i], diag));
    return HO_OK;
}

enum ho_result ho_compile_sound(const struct ho_timeline *timeline, const struct ho_range *frames,
                                const struct ho_compile_options *options, const struct ho_mix_options *mix,
                                struct ho_mix **out, struct ho_diag *diag)
{
    struct spans spans = {.timeline = timeline,
                          .frames = frames,
                          .options = options,
                          .frame_rate = ho_timeline_get_settings(timeline)->rate,
                          .rate = mix && mix->rate ? mix->rate : DEFAULT_RATE};
    enum ho_result result = HO_OK;
    *out = NULL;
    for (int i = 0; i < ho_timeline_n_tracks(timeline) && result == HO_OK; i++)
        result = add_track(&spans, i, diag);
    if (result == HO_OK && spans.n)
        result = ho_mix_create(spans.items, spans.n, mix, out, diag);
    for (size_t i = 0; i < spans.n; i++) {
        free((char *)(uintptr_t)spans.items[i].path);
        free((void *)(uintptr_t)spans.items[i].points);
    }
    free(spans.items);
    return result;
}

// The only clip that is heard; NULL: none, or several.
static const struct ho_timeline_clip *find_only(const struct spans *spans)
{
    const struct ho_timeline_clip *only = NULL;
    for (int i = 0; i < ho_timeline_n_tracks(spans->timeline); i++) {
        const struct ho_track *track = ho_timeline_track(spans->timeline, i);
        size_t n;
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(spans->timeline, i, &n);
        for (size_t k = 0; k < n && track->kind == HO_TRACK_AUDIO && track->enabled; k++) {
            if (!is_heard(spans, clips[k]))
                continue;
            if (only)
                return NULL;
            only = clips[k];
        }
    }
    return only;
}

bool ho_compiling_sound_alone(const struct ho_timeline *timeline, struct ho_range frames,
                              const struct ho_compile_options *options, struct ho_sound_alone *out)
{
    const struct spans spans = {.timeline = timeline, .frames = &frames};
    const struct ho_timeline_clip *clip = find_only(&spans);
    const struct ho_timeline_media *media = clip ? ho_timeline_find_media(timeline, clip->media) : NULL;
    const struct ho_rational rate = ho_timeline_get_settings(timeline)->rate;
    struct ho_compile_media found = {0};
    if (!media || !media->has_sound || media->rate.num <= 0 || clip->at > frames.first ||
        clip->at + clip->length <= frames.last || clip->number[HO_CLIP_GAIN].n_keys ||
        clip->number[HO_CLIP_GAIN].value != 0 || !options->find(options->opaque, clip->media, &found) || !found.path[0])
        return false;
    const double in = ((double)clip->in + (double)clip->in_part / (double)ho_timeline_parts(timeline, clip->media)) *
                      (double)media->rate.den / (double)media->rate.num,
                 frame = (double)rate.den / (double)rate.num;
    out->start = in + (double)(frames.first - clip->at) * frame;
    out->end = out->start + (double)(frames.last - frames.first + 1) * frame;
    memcpy(out->path, found.path, sizeof(out->path));
    return true;
}
