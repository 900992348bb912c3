// SPDX-License-Identifier: BSD-2-Clause
#include "viewer_internal.h"

static GdkModifierType modifiers(gpointer controller)
{
    return gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(controller));
}

static struct ho_point place(const struct viewer *viewer, double x, double y)
{
    return viewer_to_subject(viewer, (struct ho_point){(float)x, (float)y});
}

// ---- pressing and dragging

static void on_begin(GtkGestureDrag *gesture, double x, double y, struct viewer *viewer)
{
    guint button = gtk_gesture_single_get_current_button(GTK_GESTURE_SINGLE(gesture));
    gtk_widget_grab_focus(viewer->widget);
    viewer->pressed = (struct ho_point){(float)x, (float)y};
    if (!viewer_has_picture(viewer))
        return;
    if (button == GDK_BUTTON_MIDDLE) {
        viewer->zoom = viewer_zoom(viewer);
        viewer->is_panning = true;
        viewer->centre_pressed = viewer_to_subject(viewer,
                                                   (struct ho_point){(float)gtk_widget_get_width(viewer->widget) / 2,
                                                                     (float)gtk_widget_get_height(viewer->widget) / 2});
        viewer->centre = viewer->centre_pressed;
    } else if (viewer->tool && viewer->tool->press) {
        viewer->is_pressed = viewer->tool->press(viewer->tool_opaque, button, place(viewer, x, y), modifiers(gesture));
    }
}

static void on_update(GtkGestureDrag *gesture, double dx, double dy, struct viewer *viewer)
{
    if (viewer->is_panning) {
        double scale = viewer_scale(viewer);
        viewer->centre = (struct ho_point){(float)((double)viewer->centre_pressed.x - dx / scale),
                                           (float)((double)viewer->centre_pressed.y - dy / scale)};
        viewer_request_later(viewer);
    } else if (viewer->is_pressed && viewer->tool->drag) {
        viewer->tool->drag(viewer->tool_opaque,
                           place(viewer, (double)viewer->pressed.x + dx, (double)viewer->pressed.y + dy),
                           modifiers(gesture));
    }
}

static void on_end(GtkGestureDrag *gesture, double dx, double dy, struct viewer *viewer)
{
    bool was_pressed = viewer->is_pressed;
    viewer->is_panning = viewer->is_pressed = false;
    if (was_pressed && viewer->tool->release)
        viewer->tool->release(viewer->tool_opaque,
                              place(viewer, (double)viewer->pressed.x + dx, (double)viewer->pressed.y + dy),
                              modifiers(gesture));
}

static void on_cancel(GtkGesture *gesture, GdkEventSequence *sequence, struct viewer *viewer)
{
    (void)gesture, (void)sequence;
    bool was_pressed = viewer->is_pressed;
    viewer->is_panning = viewer->is_pressed = false;
    if (was_pressed && viewer->tool->cancel)
        viewer->tool->cancel(viewer->tool_opaque);
}

// ---- hovering

static void hover(struct viewer *viewer, const struct ho_point *at, GdkModifierType state)
{
    if (viewer->tool && viewer->tool->hover && !viewer->is_pressed && viewer_has_picture(viewer))
        viewer->tool->hover(viewer->tool_opaque, at, state);
}

static void on_motion(GtkEventControllerMotion *motion, double x, double y, struct viewer *viewer)
{
    struct ho_point at = place(viewer, x, y);
    hover(viewer, &at, modifiers(motion));
}

static void on_leave(GtkEventControllerMotion *motion, struct viewer *viewer)
{
    hover(viewer, NULL, modifiers(motion));
}

static gboolean on_scroll(GtkEventControllerScroll *scroll, double dx, double dy, struct viewer *viewer)
{
    (void)dx;
    GdkEvent *event = gtk_event_controller_get_current_event(GTK_EVENT_CONTROLLER(scroll));
    double x = 0, y = 0, native_x = 0, native_y = 0, wx, wy;
    GtkNative *native = gtk_widget_get_native(viewer->widget);
    gdk_event_get_position(event, &x, &y);
    gtk_native_get_surface_transform(native, &native_x, &native_y);
    if (gtk_widget_translate_coordinates(GTK_WIDGET(native), viewer->widget, x - native_x, y - native_y, &wx, &wy))
        viewer_zoom_at(viewer, dy < 0 ? 1.25 : 0.8, (struct ho_point){(float)wx, (float)wy});
    return TRUE;
}

void viewer_events(struct viewer *viewer)
{
    GtkGesture *drag = gtk_gesture_drag_new();
    GtkEventController *motion = gtk_event_controller_motion_new();
    GtkEventController *scroll = gtk_event_controller_scroll_new(GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
    gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(drag), 0);
    g_signal_connect(drag, "drag-begin", G_CALLBACK(on_begin), viewer);
    g_signal_connect(drag, "drag-update", G_CALLBACK(on_update), viewer);
    g_signal_connect(drag, "drag-end", G_CALLBACK(on_end), viewer);
    g_signal_connect(drag, "cancel", G_CALLBACK(on_cancel), viewer);
    g_signal_connect(motion, "motion", G_CALLBACK(on_motion), viewer);
    g_signal_connect(motion, "leave", G_CALLBACK(on_leave), viewer);
    g_signal_connect(scroll, "scroll", G_CALLBACK(on_scroll), viewer);
    gtk_widget_add_controller(viewer->widget, GTK_EVENT_CONTROLLER(drag));
    gtk_widget_add_controller(viewer->widget, motion);
    gtk_widget_add_controller(viewer->widget, scroll);
}
