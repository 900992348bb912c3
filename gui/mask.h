// SPDX-License-Identifier: BSD-2-Clause
// What the Color page's parts say about objects, in the session's commands.
#ifndef GUI_MASK_H
#define GUI_MASK_H

#include "app.h"

// How a press on the picture is meant.
enum mask_mode { MASK_CLICK, MASK_STROKE };
enum mask_mode mask_mode(void);
void mask_set_mode(enum mask_mode mode);

bool mask_prompt(struct app *app, enum ho_prompt_kind kind, const struct ho_point *points, size_t n);
void mask_select(struct app *app, const char *object);
void mask_go(struct app *app, int64_t source_frame);
// On the frame at rest, or in the marked span: "absent", "lock" ...
void mask_say(struct app *app, const char *command);
const struct ho_lane_span *mask_span_at(struct app *app, int64_t source_frame);    // NULL: none
bool mask_is_tracking(struct app *app);
GdkRGBA mask_colour(const struct ho_mask_object *object);

#endif
