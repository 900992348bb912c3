// SPDX-License-Identifier: BSD-2-Clause
// Handles on an empty picture of 640 x 360 that is shown twice as large: "ellipse", "polygon", "uniform", "gradient".
#include <string.h>

#include "canvas.h"
#include "handles.h"
#include "stand.h"

#define SCALE 2.0

static struct handle_shape shape, start;
static int part;
static double from[2];
static GtkWidget *canvas;

static void place(void *opaque, double x, double y, double *wx, double *wy)
{
    (void)opaque;
    *wx = x * SCALE;
    *wy = y * SCALE;
}

static void draw(void *opaque, GtkSnapshot *snapshot, int width, int height)
{
    (void)opaque, (void)width, (void)height;
    handle_draw(&shape, snapshot, part, place, NULL);
}

static void on_begin(GtkGestureDrag *gesture, double x, double y)
{
    GdkModifierType state = gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(gesture));
    start = shape;
    from[0] = x / SCALE;
    from[1] = y / SCALE;
    part = handle_at(&shape, from[0], from[1], SCALE);
    if (state & GDK_CONTROL_MASK && handle_add_point(&shape, from[0], from[1], SCALE))
        stand_say("corners %zu", shape.n_points);
}

static void on_update(GtkGestureDrag *gesture, double dx, double dy)
{
    GdkModifierType state = gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(gesture));
    double to[2] = {from[0] + dx / SCALE, from[1] + dy / SCALE};
    handle_drag(&start, part, from, to, state & GDK_SHIFT_MASK, &shape);
    gtk_widget_queue_draw(canvas);
}

static void on_end(void)
{
    stand_say("part %d at %.0f %.0f half %.0f %.0f angle %.0f", part, shape.x, shape.y, shape.half_width,
              shape.half_height, shape.angle);
    part = HANDLE_NONE;
}

static GtkWidget *create(void)
{
    static const struct canvas_calls calls = {.draw = draw};
    GtkGesture *drag = gtk_gesture_drag_new();
    shape = (struct handle_shape){
        .x = 320, .y = 180, .half_width = 100, .half_height = 60, .movable = true, .scalable = true, .turnable = true};
    canvas = canvas_new(&calls, NULL, 320, 200);
    g_signal_connect(drag, "drag-begin", G_CALLBACK(on_begin), NULL);
    g_signal_connect(drag, "drag-update", G_CALLBACK(on_update), NULL);
    g_signal_connect(drag, "drag-end", G_CALLBACK(on_end), NULL);
    gtk_widget_add_controller(canvas, GTK_EVENT_CONTROLLER(drag));
    return canvas;
}

// "left", "corner", "turn", "point2" ...
static bool where(const char *what, double *x, double *y)
{
    static const char *const names[] = {"none", "move", "left", "right", "top", "bottom", "corner"};
    int index = !strcmp(what, "turn") ? HANDLE_TURN : HANDLE_NONE;
    for (int i = 0; i < 7; i++)
        if (!strcmp(what, names[i]))
            index = i;
    if (g_str_has_prefix(what, "point"))
        index = HANDLE_POINT + what[5] - '0';
    if (!handle_place(&shape, index, x, y))
        return false;
    place(NULL, *x, *y, x, y);
    return true;
}

static void tell(const char *line)
{
    static const double corners[4][2] = {{-0.25, -0.25}, {0.25, -0.25}, {0.25, 0.25}, {-0.25, 0.25}};
    shape = (struct handle_shape){.x = 320,
                                  .y = 180,
                                  .half_width = 100,
                                  .half_height = 60,
                                  .movable = true,
                                  .scalable = true,
                                  .turnable = true,
                                  .soft = 20};
    if (!strcmp(line, "ellipse")) {
        shape.outline = HANDLE_ELLIPSE;
    } else if (!strcmp(line, "uniform")) {
        shape.uniform = true;
    } else if (!strcmp(line, "gradient")) {
        shape.outline = HANDLE_GRADIENT;
        shape.angle = 30;
    } else if (!strcmp(line, "polygon")) {
        shape.outline = HANDLE_POLYGON;
        shape.scale_x = 400;
        shape.scale_y = 240;
        shape.n_points = 4;
        memcpy(shape.points, corners, sizeof corners);
    }
    gtk_widget_queue_draw(canvas);
}

const struct stand stand_handles = {"handles", create, where, tell};
