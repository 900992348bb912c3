// SPDX-License-Identifier: BSD-2-Clause
// A stretch of frames as wide as a widget: which frame is where, ticks and their timecodes. Scrubber, ruler and mask
// lane share it.
#ifndef GUI_SPAN_H
#define GUI_SPAN_H

#include "app.h"
#include "paint.h"

struct span {
    struct ho_range frames;
    double x, width;    // where the first frame begins; of all
};
double span_x(const struct span *span, int64_t frame);    // its left edge
int64_t span_frame(const struct span *span, double x);    // kept within
// Frames from one labelled tick to the next, so that labels are `room` or more apart: 1, 2, 5, 10, a second ...
int64_t span_step(const struct span *span, int fps, double room);
// Ticks and labels in a band from y to y + height; `start` is the timecode of frame 0.
void span_ruler(const struct span *span, struct paint_texts *texts, GtkSnapshot *snapshot, struct ho_timecode start,
                double y, double height);

// The clip that Color works on, in timeline frames; of the whole timeline without one.
struct ho_range span_of_clip(struct app *app);
struct ho_range span_of_timeline(struct app *app);
// Source frames that the clip shows, and between the two.
struct ho_range span_of_source(struct app *app);
int64_t span_source_to_timeline(struct app *app, int64_t source_frame);
struct ho_timecode span_source_start(struct app *app);      // of source frame 0
struct ho_timecode span_timeline_start(struct app *app);    // of timeline frame 0
void span_go(struct app *app, int64_t frame);               // playhead to a timeline frame

#endif
