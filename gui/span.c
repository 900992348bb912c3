// SPDX-License-Identifier: BSD-2-Clause
#include "span.h"

#include <math.h>

double span_x(const struct span *span, int64_t frame)
{
    double n = (double)(span->frames.last - span->frames.first + 1);
    return span->x + (double)(frame - span->frames.first) / n * span->width;
}

int64_t span_frame(const struct span *span, double x)
{
    double n = (double)(span->frames.last - span->frames.first + 1);
    int64_t frame = span->frames.first + (int64_t)floor((x - span->x) / span->width * n);
    return CLAMP(frame, span->frames.first, span->frames.last);
}

int64_t span_step(const struct span *span, int fps, double room)
{
    const int64_t second = fps > 0 ? fps : 24;
    const int64_t steps[] = {
        1,           2,           5,           10,           second,       2 * second,   5 * second,
        10 * second, 30 * second, 60 * second, 300 * second, 600 * second, 3600 * second};
    double one = span->width / (double)(span->frames.last - span->frames.first + 1);
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        if ((double)steps[i] * one >= room)
            return steps[i];
    }
    return steps[G_N_ELEMENTS(steps) - 1];
}

void span_ruler(const struct span *span, struct paint_texts *texts, GtkSnapshot *snapshot, struct ho_timecode start,
                double y, double height)
{
    if (span->width < 8)
        return;
    int64_t step = span_step(span, start.fps, 92);
    int64_t first = span->frames.first + (step - (start.frame + span->frames.first) % step) % step;
    for (int64_t frame = first; frame <= span->frames.last; frame += step) {
        char text[HO_TIMECODE_SIZE];
        double x = span_x(span, frame);
        ho_timecode_format(ho_timecode_add(start, frame), text);
        PangoLayout *layout = paint_texts_get(texts, text, 10, 0);
        paint_fill(snapshot, paint_colour(PAINT_DIM), floor(x), y + height - 5, 1, 5);
        if (x + paint_layout_width(layout) + 4 < span->x + span->width)
            paint_text(snapshot, layout, paint_colour(PAINT_DIM), floor(x) + 4, y + 1);
    }
}

// ---- what there is to be shown

struct ho_range span_of_timeline(struct app *app)
{
    const struct ho_timeline *timeline = ho_session_timeline(app->session, NULL);
    int64_t end = timeline ? ho_timeline_length(timeline) : 0;
    return (struct ho_range){0, end > 0 ? end - 1 : 0};
}

struct ho_range span_of_clip(struct app *app)
{
    const struct ho_timeline_clip *clip = ho_session_clip(app->session);
    return clip ? (struct ho_range){clip->at, clip->at + clip->length - 1} : span_of_timeline(app);
}

static int64_t source_frame_at(struct app *app, int64_t k)
{
    const struct ho_timeline_clip *clip = ho_session_clip(app->session);
    return ho_timeline_source_frame(ho_session_timeline(app->session, NULL), clip, clip->at + k);
}

struct ho_range span_of_source(struct app *app)
{
    const struct ho_timeline_clip *clip = ho_session_clip(app->session);
    return clip ? (struct ho_range){clip->in, source_frame_at(app, clip->length - 1)} : (struct ho_range){0, 0};
}

int64_t span_source_to_timeline(struct app *app, int64_t source_frame)
{
    const struct ho_timeline_clip *clip = ho_session_clip(app->session);
    int64_t low = 0, high = clip ? clip->length - 1 : 0;
    while (clip && low < high) {
        int64_t middle = (low + high) / 2;
        if (source_frame_at(app, middle) < source_frame)
            low = middle + 1;
        else
            high = middle;
    }
    return clip ? clip->at + low : 0;
}

struct ho_timecode span_source_start(struct app *app)
{
    const struct ho_timeline_clip *clip = ho_session_clip(app->session);
    const struct ho_project_media *media = clip ? ho_session_media(app->session, clip->media) : NULL;
    if (!media)
        return (struct ho_timecode){0, 24, false};
    if (media->source.has_timecode)
        return media->source.start;
    return (struct ho_timecode){0, MAX(ho_rate_base(media->source.rate), 1), false};
}

struct ho_timecode span_timeline_start(struct app *app)
{
    const struct ho_timeline *timeline = ho_session_timeline(app->session, NULL);
    return timeline ? ho_timeline_get_settings(timeline)->start : (struct ho_timecode){0, 24, false};
}

void span_go(struct app *app, int64_t frame)
{
    char text[24];
    g_snprintf(text, sizeof(text), "%ld", (long)frame);
    app_do(app, "playhead", "frame", text, NULL);
}
