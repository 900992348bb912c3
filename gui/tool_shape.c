// SPDX-License-Identifier: BSD-2-Clause
#include "tool_shape.h"

#include <stdio.h>

#include "canvas.h"
#include "viewer_internal.h"

struct shape_tool {
    struct app *app;
    struct viewer *viewer;
    GtkWidget *widget;
    const struct shape_source *source;
    struct handle_shape start, now;
    int part, hovered;
    double from[2];
    bool is_dragging, has_begun;
};

static bool subject_size(const struct shape_tool *tool, double size[2])
{
    const struct ho_view_picture *picture = tool->viewer->picture;
    if (!picture || picture->subject_width <= 0)
        return false;
    size[0] = picture->subject_width;
    size[1] = picture->subject_height;
    return true;
}

static bool read_shape(struct shape_tool *tool, struct handle_shape *out)
{
    double size[2];
    *out = (struct handle_shape){0};
    return subject_size(tool, size) && tool->source->read(tool->app, size, out);
}

// ---- the hand

static void write_change(struct shape_tool *tool, const struct handle_shape *after)
{
    double size[2];
    struct ho_diag diag = {0};
    if (!subject_size(tool, size))
        return;
    if (!tool->has_begun)
        tool->has_begun = ho_session_begin(tool->app->session, tool->source->label, &diag) == HO_OK;
    else if (ho_session_rewind(tool->app->session, &diag) != HO_OK)
        tool->has_begun = false;
    if (tool->has_begun)
        tool->source->write(tool->app, size, &tool->start, after);
    else
        app_say(tool->app, diag.message);
    tool->now = *after;
    viewer_redraw(tool->viewer);
}

static void finish(struct shape_tool *tool, bool commit)
{
    struct ho_diag diag = {0};
    if (tool->has_begun && !commit)
        ho_session_cancel(tool->app->session);
    else if (tool->has_begun && ho_session_commit(tool->app->session, &diag) != HO_OK)
        app_say(tool->app, diag.message);
    tool->has_begun = tool->is_dragging = false;
    tool->part = HANDLE_NONE;
    viewer_redraw(tool->viewer);
}

// On a polygon: the right button takes a corner away, Ctrl on an edge makes one.
static bool change_corners(struct shape_tool *tool, guint button, struct ho_point at, GdkModifierType state)
{
    struct handle_shape after = tool->start;
    double x = (double)at.x, y = (double)at.y;
    bool changed = false;
    if (button == GDK_BUTTON_SECONDARY && tool->part >= HANDLE_POINT)
        changed = handle_remove_point(&after, (size_t)(tool->part - HANDLE_POINT));
    else if (state & GDK_CONTROL_MASK && tool->part < HANDLE_POINT)
        changed = handle_add_point(&after, x, y, viewer_scale(tool->viewer));
    if (changed) {
        write_change(tool, &after);
        finish(tool, true);
    }
    return changed;
}

static bool on_press(void *opaque, guint button, struct ho_point at, GdkModifierType state)
{
    struct shape_tool *tool = opaque;
    if (!read_shape(tool, &tool->start))
        return false;
    tool->now = tool->start;
    tool->part = handle_at(&tool->start, (double)at.x, (double)at.y, viewer_scale(tool->viewer));
    if (change_corners(tool, button, at, state))
        return true;
    tool->is_dragging = tool->part != HANDLE_NONE && button == GDK_BUTTON_PRIMARY;
    tool->from[0] = (double)at.x;
    tool->from[1] = (double)at.y;
    return tool->is_dragging;
}

static void on_drag(void *opaque, struct ho_point at, GdkModifierType state)
{
    struct shape_tool *tool = opaque;
    struct handle_shape after;
    if (!tool->is_dragging)
        return;
    handle_drag(&tool->start, tool->part, tool->from, (double[]){(double)at.x, (double)at.y}, state & GDK_SHIFT_MASK,
                &after);
    write_change(tool, &after);
}

static void on_release(void *opaque, struct ho_point at, GdkModifierType state)
{
    (void)at, (void)state;
    finish(opaque, true);
}

static void on_cancel(void *opaque) { finish(opaque, false); }

static void on_hover(void *opaque, const struct ho_point *at, GdkModifierType state)
{
    (void)state;
    struct shape_tool *tool = opaque;
    struct handle_shape shape;
    int part = HANDLE_NONE;
    if (at && read_shape(tool, &shape))
        part = handle_at(&shape, (double)at->x, (double)at->y, viewer_scale(tool->viewer));
    gtk_widget_set_cursor_from_name(tool->widget, part == HANDLE_NONE   ? NULL
                                                  : part == HANDLE_MOVE ? "move"
                                                                        : "crosshair");
    if (part == tool->hovered)
        return;
    tool->hovered = part;
    viewer_redraw(tool->viewer);
}

static void place(void *opaque, double x, double y, double *wx, double *wy)
{
    struct ho_point at = viewer_to_widget(((struct shape_tool *)opaque)->viewer, (struct ho_point){(float)x, (float)y});
    *wx = (double)at.x;
    *wy = (double)at.y;
}

static void on_draw(void *opaque, GtkSnapshot *snapshot)
{
    struct shape_tool *tool = opaque;
    struct handle_shape shape;
    if (tool->is_dragging)
        handle_draw(&tool->now, snapshot, tool->part, place, tool);
    else if (read_shape(tool, &shape))
        handle_draw(&shape, snapshot, tool->hovered, place, tool);
}

static const struct viewer_tool viewer_tool_shape = {on_press, on_drag, on_release, on_cancel, on_hover, on_draw};

void tool_shape_show(struct shape_tool *tool, bool shown)
{
    if (!shown && tool->is_dragging)
        finish(tool, false);
    viewer_set_tool(tool->viewer, shown ? &viewer_tool_shape : NULL, tool);
    viewer_redraw(tool->viewer);
}

// For tests: "handle-1" is the middle, "handle-2" the left edge (enum handle_part).
static bool where(GtkWidget *widget, const char *part, double *x, double *y)
{
    struct shape_tool *tool = g_object_get_data(G_OBJECT(widget), "shape-tool");
    struct handle_shape shape;
    double sx, sy;
    int index;
    if (sscanf(part, "handle-%d", &index) != 1 || !read_shape(tool, &shape) || !handle_place(&shape, index, &sx, &sy))
        return GUI_IS_CANVAS(widget) && canvas_where(widget, part, x, y);
    place(tool, sx, sy, x, y);
    return true;
}

static void on_news(void *opaque, const struct ho_news *news)
{
    (void)news;
    struct shape_tool *tool = opaque;
    if (tool->viewer->tool == &viewer_tool_shape)
        viewer_redraw(tool->viewer);
}

struct shape_tool *tool_shape_new(struct app *app, GtkWidget *viewer, const struct shape_source *source)
{
    struct shape_tool *tool = g_new0(struct shape_tool, 1);
    *tool = (struct shape_tool){.app = app, .viewer = viewer_of(viewer), .widget = viewer, .source = source};
    g_object_set_data_full(G_OBJECT(viewer), "shape-tool", tool, g_free);
    g_object_set_data(G_OBJECT(viewer), "where", (gpointer)(uintptr_t)where);
    app_watch(app, viewer, HO_NEWS_SELECTION | HO_NEWS_GRAPH | HO_NEWS_VALUES | HO_NEWS_PLAYHEAD, on_news, tool);
    return tool;
}
