// SPDX-License-Identifier: BSD-2-Clause
#include "tool_prompt.h"

#include <math.h>

#include "mask.h"
#include "paint.h"

#define STILL 5    // pixels that a click may wander
#define STROKE_MAX 512

struct prompt_tool {
    struct app *app;
    GtkWidget *widget;
    struct viewer *viewer;
    struct ho_point stroke[STROKE_MAX];    // from where it was pressed, or the two corners of a box
    size_t n_stroke;
    struct ho_point pressed, now;
    bool is_pressed, has_moved, removes;
    struct ho_point hover;
    bool is_over, tries;
};

// ---- trying: Shift held

static void try_at(struct prompt_tool *tool, bool wanted, bool removes)
{
    if (wanted) {
        struct ho_point at = tool->hover;
        struct ho_prompt prompt = {.kind = removes ? HO_PROMPT_EXCLUDE : HO_PROMPT_CLICK,
                                   .frame = ho_session_source_frame(tool->app->session),
                                   .points = &at,
                                   .n_points = 1};
        ho_session_try(tool->app->session, &prompt);
    } else if (tool->tries) {
        ho_session_try(tool->app->session, NULL);
    }
    tool->tries = wanted;
    viewer_redraw(tool->viewer);
}

static void on_hover(void *opaque, const struct ho_point *at, GdkModifierType state)
{
    struct prompt_tool *tool = opaque;
    tool->is_over = at != NULL;
    if (at)
        tool->hover = *at;
    bool wanted = at && (state & GDK_SHIFT_MASK);
    if (wanted || tool->tries)
        try_at(tool, wanted, state & GDK_CONTROL_MASK);
}

static gboolean on_modifiers(GtkEventControllerKey *keys, GdkModifierType state, struct prompt_tool *tool)
{
    (void)keys;
    bool wanted = tool->is_over && (state & GDK_SHIFT_MASK) && !tool->is_pressed;
    if (wanted != tool->tries && gtk_widget_get_mapped(tool->widget))
        try_at(tool, wanted, state & GDK_CONTROL_MASK);
    return FALSE;
}

// ---- pressing

static bool on_press(void *opaque, guint button, struct ho_point at, GdkModifierType state)
{
    struct prompt_tool *tool = opaque;
    if (button != GDK_BUTTON_PRIMARY && button != GDK_BUTTON_SECONDARY)
        return false;
    if (tool->tries)
        try_at(tool, false, false);
    tool->is_pressed = true;
    tool->has_moved = false;
    tool->removes = button == GDK_BUTTON_SECONDARY || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK));
    tool->pressed = tool->now = tool->stroke[0] = at;
    tool->n_stroke = 1;
    return true;
}

static void on_drag(void *opaque, struct ho_point at, GdkModifierType state)
{
    (void)state;
    struct prompt_tool *tool = opaque;
    double scale = viewer_scale(tool->viewer);
    tool->now = at;
    if (hypot(at.x - tool->pressed.x, at.y - tool->pressed.y) * scale > STILL)
        tool->has_moved = true;
    struct ho_point last = tool->stroke[tool->n_stroke - 1];
    if (tool->n_stroke < STROKE_MAX && hypot(at.x - last.x, at.y - last.y) * scale > 3)
        tool->stroke[tool->n_stroke++] = at;
    viewer_redraw(tool->viewer);
}

static void on_release(void *opaque, struct ho_point at, GdkModifierType state)
{
    struct prompt_tool *tool = opaque;
    on_drag(tool, at, state);
    tool->is_pressed = false;
    if (!tool->has_moved || tool->removes)
        mask_prompt(tool->app, tool->removes ? HO_PROMPT_EXCLUDE : HO_PROMPT_CLICK, &tool->pressed, 1);
    else if (mask_mode() == MASK_STROKE && tool->n_stroke > 1)
        mask_prompt(tool->app, HO_PROMPT_STROKE, tool->stroke, tool->n_stroke);
    else
        mask_prompt(tool->app, HO_PROMPT_BOX, (struct ho_point[]){tool->pressed, at}, 2);
    viewer_redraw(tool->viewer);
}

static void on_cancel(void *opaque)
{
    struct prompt_tool *tool = opaque;
    tool->is_pressed = false;
    viewer_redraw(tool->viewer);
}

// ---- drawing: what was said on this frame, and what is being said

static void draw_click(struct prompt_tool *tool, GtkSnapshot *snapshot, struct ho_point at, bool removes)
{
    struct ho_point p = viewer_to_widget(tool->viewer, at);
    double x = round(p.x), y = round(p.y);
    const GdkRGBA dark = {0, 0, 0, 0.75f}, white = {1, 1, 1, 1};
    GdkRGBA fill = removes ? *paint_colour(PAINT_WARN) : *paint_colour(PAINT_IMAGE);
    paint_round(snapshot, &dark, x - 8, y - 8, 16, 16, 8);
    paint_round(snapshot, &fill, x - 7, y - 7, 14, 14, 7);
    paint_fill(snapshot, &white, x - 4, y - 1, 8, 2);
    if (!removes)
        paint_fill(snapshot, &white, x - 1, y - 4, 2, 8);
}

static void draw_box(struct prompt_tool *tool, GtkSnapshot *snapshot, struct ho_point a, struct ho_point b)
{
    struct ho_point p = viewer_to_widget(tool->viewer, a), q = viewer_to_widget(tool->viewer, b);
    const GdkRGBA dark = {0, 0, 0, 0.7f};
    double x = MIN(p.x, q.x), y = MIN(p.y, q.y), w = fabsf(p.x - q.x), h = fabsf(p.y - q.y);
    paint_frame(snapshot, &dark, x - 1, y - 1, w + 2, h + 2, 0, 3);
    paint_frame(snapshot, paint_colour(PAINT_IMAGE), x, y, w, h, 0, 1);
}

static void draw_stroke(struct prompt_tool *tool, GtkSnapshot *snapshot, const struct ho_point *points, size_t n)
{
    cairo_t *cr = gtk_snapshot_append_cairo(snapshot,
                                            &GRAPHENE_RECT_INIT(0, 0, (float)gtk_widget_get_width(tool->widget),
                                                                (float)gtk_widget_get_height(tool->widget)));
    for (size_t i = 0; i < n; i++) {
        struct ho_point p = viewer_to_widget(tool->viewer, points[i]);
        cairo_line_to(cr, p.x, p.y);
    }
    cairo_set_line_width(cr, 4);
    cairo_set_source_rgba(cr, 0, 0, 0, 0.6);
    cairo_stroke_preserve(cr);
    cairo_set_line_width(cr, 2);
    gdk_cairo_set_source_rgba(cr, paint_colour(PAINT_IMAGE));
    cairo_stroke(cr);
    cairo_destroy(cr);
}

static void draw_prompt(struct prompt_tool *tool, GtkSnapshot *snapshot, const struct ho_prompt *prompt)
{
    if (prompt->kind == HO_PROMPT_BOX && prompt->n_points == 2)
        draw_box(tool, snapshot, prompt->points[0], prompt->points[1]);
    else if (prompt->kind == HO_PROMPT_STROKE && prompt->n_points > 1)
        draw_stroke(tool, snapshot, prompt->points, prompt->n_points);
    else if (prompt->n_points > 0)
        draw_click(tool, snapshot, prompt->points[0], prompt->kind == HO_PROMPT_EXCLUDE);
}

static void draw(void *opaque, GtkSnapshot *snapshot)
{
    struct prompt_tool *tool = opaque;
    const struct ho_mask_object *object = ho_session_object(tool->app->session);
    int64_t frame = viewer_source_frame(tool->viewer);
    for (size_t i = 0; object && i < object->n_said; i++) {
        const struct ho_said *said = &object->said[i].said;
        if (said->kind == HO_SAID_PROMPT && said->prompt.frame == frame)
            draw_prompt(tool, snapshot, &said->prompt);
    }
    if (tool->is_pressed && tool->has_moved && !tool->removes) {
        if (mask_mode() == MASK_STROKE)
            draw_stroke(tool, snapshot, tool->stroke, tool->n_stroke);
        else
            draw_box(tool, snapshot, tool->pressed, tool->now);
    }
}

static const struct viewer_tool prompt_tool = {on_press, on_drag, on_release, on_cancel, on_hover, draw};

static void on_realize(GtkWidget *widget, struct prompt_tool *tool)
{
    GtkEventController *keys = gtk_event_controller_key_new();
    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    g_signal_connect(keys, "modifiers", G_CALLBACK(on_modifiers), tool);
    gtk_widget_add_controller(GTK_WIDGET(gtk_widget_get_root(widget)), keys);
    g_signal_handlers_disconnect_by_func(widget, G_CALLBACK(on_realize), tool);
}

void tool_prompt_attach(struct app *app, GtkWidget *widget)
{
    struct prompt_tool *tool = g_new0(struct prompt_tool, 1);
    tool->app = app;
    tool->widget = widget;
    tool->viewer = viewer_of(widget);
    viewer_set_tool(tool->viewer, &prompt_tool, tool);
    g_signal_connect(widget, "realize", G_CALLBACK(on_realize), tool);
    g_object_set_data_full(G_OBJECT(widget), "prompt-tool", tool, g_free);
    gtk_widget_set_cursor_from_name(widget, "crosshair");
}

void tool_prompt_use(GtkWidget *widget)
{
    viewer_set_tool(viewer_of(widget), &prompt_tool, g_object_get_data(G_OBJECT(widget), "prompt-tool"));
    gtk_widget_set_cursor_from_name(widget, "crosshair");
}
