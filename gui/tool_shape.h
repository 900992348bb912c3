// SPDX-License-Identifier: BSD-2-Clause
// Handles in a viewer: of a node's shape, transform or text, and of a clip's transform. What is dragged is one step.
#ifndef GUI_TOOL_SHAPE_H
#define GUI_TOOL_SHAPE_H

#include "handles.h"
#include "viewer.h"

// Where a thing's shape comes from and goes to. `size`: the subject's, in its pixels.
struct shape_source {
    const char *label;                                                                // of the step: "Change window"
    bool (*read)(struct app *app, const double size[2], struct handle_shape *out);    // false: nothing to show
    void (*write)(struct app *app, const double size[2], const struct handle_shape *before,
                  const struct handle_shape *after);    // what differs, by commands
};
extern const struct shape_source shape_of_color_node, shape_of_fusion_node, shape_of_clip;

struct shape_tool;
// Kept by the viewer's widget, which it is freed with. Hidden at first.
struct shape_tool *tool_shape_new(struct app *app, GtkWidget *viewer, const struct shape_source *source);
void tool_shape_show(struct shape_tool *tool, bool shown);    // as the viewer's tool
#endif
