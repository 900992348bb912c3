// SPDX-License-Identifier: BSD-2-Clause
// Ticks and timecodes over a span of frames.
#include <math.h>

#include "timeline_internal.h"

#define LABEL_SPACE 96.0    // pixels from one timecode to the next, at least

// Frames from one label to the next: round in seconds, minutes, hours, or in frames.
static int64_t label_step(double zoom, int fps)
{
    static const int seconds[] = {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400};
    static const int frames[] = {1, 2, 5, 10};
    for (size_t i = 0; i < G_N_ELEMENTS(frames); i++)
        if (frames[i] * 2 <= fps && frames[i] * zoom >= LABEL_SPACE)
            return frames[i];
    if (fps % 2 == 0 && fps / 2 * zoom >= LABEL_SPACE)
        return fps / 2;
    for (size_t i = 0; i < G_N_ELEMENTS(seconds); i++)
        if ((double)seconds[i] * fps * zoom >= LABEL_SPACE)
            return (int64_t)seconds[i] * fps;
    return 86400 * (int64_t)fps;
}

static int64_t ticks_between(int64_t step, double zoom)
{
    static const int parts[] = {10, 5, 4, 2};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        if (step % parts[i] == 0 && (double)step / parts[i] * zoom >= 6)
            return step / parts[i];
    return step;
}

void ruler_draw(GtkSnapshot *snapshot, struct paint_texts *texts, struct ho_timecode start, double first, double zoom,
                double x, double y, double width, double height)
{
    int64_t step = label_step(zoom, start.fps), tick = ticks_between(step, zoom);
    int64_t last = (int64_t)(first + width / zoom) + 1;
    GdkRGBA line = paint_fade(PAINT_DIM, 0.55);
    graphene_rect_t area = paint_rect(x, y, width, height);
    gtk_snapshot_push_clip(snapshot, &area);
    for (int64_t frame = (int64_t)floor(MAX(first, 0) / (double)step) * step; frame <= last; frame += tick) {
        double at = floor(x + ((double)frame - first) * zoom);
        bool is_label = frame % step == 0;
        paint_fill(snapshot, &line, at, y + height - (is_label ? 11 : 5), 1, is_label ? 11 : 5);
        if (!is_label)
            continue;
        char text[HO_TIMECODE_SIZE];
        ho_timecode_format(ho_timecode_add(start, frame), text);
        paint_text(snapshot, paint_texts_get(texts, text, 11, 0), paint_colour(PAINT_DIM), at + 5, y + 2);
    }
    gtk_snapshot_pop(snapshot);
}
