// SPDX-License-Identifier: BSD-2-Clause
// Wheel, pointer and keys of the node view; drags are node_drag.c's.
#include <math.h>

#include "node_view_internal.h"

static gboolean on_scroll(GtkEventControllerScroll *scroll, double dx, double dy, NodeView *view)
{
    GdkModifierType state = gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(scroll));
    if (state & GDK_SHIFT_MASK || gtk_event_controller_scroll_get_unit(scroll) == GDK_SCROLL_UNIT_SURFACE) {
        view->origin_x += (state & GDK_SHIFT_MASK ? dx + dy : dx) * 40 / view->scale;
        view->origin_y += (state & GDK_SHIFT_MASK ? 0 : dy) * 40 / view->scale;
    } else {
        double x, y, sx = MAX(view->pointer_x, 0), sy = MAX(view->pointer_y, 0);
        node_to_graph(view, sx, sy, &x, &y);
        view->scale = CLAMP(view->scale * pow(1.15, -dy), ZOOM_MIN, ZOOM_MAX);
        view->origin_x = x - sx / view->scale;
        view->origin_y = y - sy / view->scale;
    }
    gtk_widget_queue_draw(GTK_WIDGET(view));
    return TRUE;
}

static void on_motion(GtkEventControllerMotion *motion, double x, double y, NodeView *view)
{
    (void)motion;
    view->pointer_x = x;
    view->pointer_y = y;
}

static void on_leave(GtkEventControllerMotion *motion, NodeView *view)
{
    (void)motion;
    view->pointer_x = view->pointer_y = -1;
}

static void on_right(GtkGestureClick *click, int n, double x, double y, NodeView *view)
{
    (void)n;
    gtk_gesture_set_state(GTK_GESTURE(click), GTK_EVENT_SEQUENCE_CLAIMED);
    gtk_widget_grab_focus(GTK_WIDGET(view));
    node_menu_open(view, x, y);
}

bool node_view_look(NodeView *view, int viewer)
{
    double x, y;
    node_to_graph(view, view->pointer_x, view->pointer_y, &x, &y);
    size_t box = view->pointer_x < 0 ? SIZE_MAX : node_hit_box(view, x, y);
    const char *id = box == SIZE_MAX ? view->active : node_view_box(view, box)->info.id;
    if (view->page == HO_PAGE_FUSION && id && view->calls->view)
        view->calls->view(view->opaque, id, viewer);
    return view->page == HO_PAGE_FUSION && id;
}

static bool on_plain_key(NodeView *view, guint key)
{
    switch (key) {
    case GDK_KEY_Escape:
        if (view->drag.kind == NODE_DRAG_NONE)
            return false;
        node_drag_cancel(view);
        return true;
    case GDK_KEY_Delete:
    case GDK_KEY_BackSpace: node_view_remove_selected(view); return true;
    case GDK_KEY_F2: node_view_rename_active(view); return true;
    case GDK_KEY_Menu: node_menu_open(view, MAX(view->pointer_x, 10), MAX(view->pointer_y, 10)); return true;
    case GDK_KEY_1: return node_view_look(view, 1);
    case GDK_KEY_2: return node_view_look(view, 2);
    default: return false;
    }
}

static gboolean on_key(GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, NodeView *view)
{
    (void)keys, (void)code;
    bool shift = state & GDK_SHIFT_MASK, control = state & GDK_CONTROL_MASK;
    if (!shift && !control)
        return on_plain_key(view, key);
    if (shift && key == GDK_KEY_space)
        node_view_search(view);
    else if (shift && (key == GDK_KEY_z || key == GDK_KEY_Z))
        node_view_fit(view);
    else if (control && (key == GDK_KEY_d || key == GDK_KEY_p))
        node_view_enable_selected(view);
    else if (control && (key == GDK_KEY_Left || key == GDK_KEY_Right))
        node_view_step(view, key == GDK_KEY_Left ? -1 : 1);
    else if (shift && (key == GDK_KEY_colon || key == GDK_KEY_quotedbl))
        node_view_step(view, key == GDK_KEY_colon ? -1 : 1);
    else
        return FALSE;
    return TRUE;
}

void node_events_attach(NodeView *view)
{
    GtkEventController *keys = gtk_event_controller_key_new(), *motion = gtk_event_controller_motion_new();
    GtkEventController *scroll = gtk_event_controller_scroll_new(GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
    GtkGesture *right = gtk_gesture_click_new();
    gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(right), GDK_BUTTON_SECONDARY);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), view);
    g_signal_connect(motion, "enter", G_CALLBACK(on_motion), view);
    g_signal_connect(motion, "motion", G_CALLBACK(on_motion), view);
    g_signal_connect(motion, "leave", G_CALLBACK(on_leave), view);
    g_signal_connect(scroll, "scroll", G_CALLBACK(on_scroll), view);
    g_signal_connect(right, "pressed", G_CALLBACK(on_right), view);
    gtk_widget_add_controller(GTK_WIDGET(view), keys);
    gtk_widget_add_controller(GTK_WIDGET(view), motion);
    gtk_widget_add_controller(GTK_WIDGET(view), scroll);
    gtk_widget_add_controller(GTK_WIDGET(view), GTK_EVENT_CONTROLLER(right));
    node_drag_attach(view);
    node_menu_attach(view);
}
