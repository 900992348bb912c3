// SPDX-License-Identifier: BSD-2-Clause
// Pointer gestures on the node view. All of them end: released on empty space, by Escape, or when the grab is lost, a
// wire that was dragged is gone.
#include <math.h>

#include "node_view_internal.h"

#define THRESHOLD 4.0    // pixels before a press is a drag

static void start_wire(NodeView *view, size_t port)
{
    struct node_drag *drag = &view->drag;
    drag->kind = NODE_DRAG_WIRE;
    drag->port = port;
    drag->picked = SIZE_MAX;
    if (node_view_port(view, port)->is_output)
        return;
    for (size_t i = 0; i < view->wires->len; i++)
        if (node_view_wire(view, i)->to == port) {    // a wire's end is picked up, and hangs on its output
            drag->picked = i;
            drag->port = node_view_wire(view, i)->from;
            drag->target = port;
        }
}

static void press_box(NodeView *view, size_t index, bool extend)
{
    const char *id = node_view_box(view, index)->info.id;
    view->drag.kind = NODE_DRAG_MOVE;
    if (extend) {
        node_set_selected(view, id, !node_view_box(view, index)->selected);
        return;
    }
    if (!node_view_box(view, index)->selected)
        node_select_only(view, id);
    node_activate(view, id);
}

static void begin_left(NodeView *view, GdkModifierType state)
{
    struct node_drag *drag = &view->drag;
    bool extend = state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK);
    size_t port = node_hit_port(view, drag->x, drag->y, SIZE_MAX), box = node_hit_box(view, drag->x, drag->y);
    drag->extend = extend;
    if (port != SIZE_MAX) {
        start_wire(view, port);
    } else if (box != SIZE_MAX) {
        press_box(view, box, extend);
    } else {
        drag->kind = NODE_DRAG_BAND;
        if (!extend)
            node_select_only(view, NULL);
    }
}

static void on_begin(GtkGestureDrag *gesture, double x, double y, NodeView *view)
{
    guint button = gtk_gesture_single_get_current_button(GTK_GESTURE_SINGLE(gesture));
    GdkModifierType state = gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(gesture));
    if (button == GDK_BUTTON_SECONDARY) {    // a menu's, which has the keys from now on
        gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_DENIED);
        return;
    }
    gtk_widget_grab_focus(GTK_WIDGET(view));
    view->drag = (struct node_drag){.port = SIZE_MAX, .picked = SIZE_MAX, .target = SIZE_MAX, .wire = SIZE_MAX};
    struct node_drag *drag = &view->drag;
    node_to_graph(view, x, y, &drag->x, &drag->y);
    drag->start_x = drag->x;
    drag->start_y = drag->y;
    if (button == GDK_BUTTON_PRIMARY) {
        begin_left(view, state);
    } else if (button == GDK_BUTTON_MIDDLE) {
        drag->kind = NODE_DRAG_PAN;
        drag->origin_x = view->origin_x;
        drag->origin_y = view->origin_y;
    } else {
        gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_DENIED);
    }
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

// ---- while it goes on

static void shift_selected(NodeView *view, double dx, double dy)
{
    for (size_t i = 0; i < view->boxes->len; i++) {
        struct node_box *box = node_view_box(view, i);
        box->x = box->info.x + (box->selected ? dx : 0);
        box->y = box->info.y + (box->selected ? dy : 0);
    }
    node_layout_ports(view);
}

static size_t selected_one(NodeView *view)
{
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < view->boxes->len; i++) {
        if (!node_view_box(view, i)->selected)
            continue;
        if (found != SIZE_MAX)
            return SIZE_MAX;
        found = i;
    }
    return found;
}

// One loose node over a wire whose kind it takes and gives comes between its ends.
static void look_for_wire(NodeView *view)
{
    view->drag.wire = SIZE_MAX;
    size_t box = selected_one(view);
    if (box == SIZE_MAX || !node_box_is_loose(view, box))
        return;
    const struct node_box *b = node_view_box(view, box);
    const struct ho_port *input, *output;
    size_t wire = node_hit_wire(view, view->drag.x, view->drag.y);
    if (wire == SIZE_MAX)
        wire = node_hit_wire(view, b->x + b->width / 2, b->y + b->height / 2);
    if (wire != SIZE_MAX && node_box_fits_wire(view, box, wire, &input, &output))
        view->drag.wire = wire;
}

static void band_select(NodeView *view)
{
    const struct node_drag *drag = &view->drag;
    double x0 = MIN(drag->start_x, drag->x), x1 = MAX(drag->start_x, drag->x);
    double y0 = MIN(drag->start_y, drag->y), y1 = MAX(drag->start_y, drag->y);
    for (size_t i = 0; i < view->boxes->len; i++) {
        const struct node_box *box = node_view_box(view, i);
        bool inside = box->x < x1 && box->x + box->width > x0 && box->y < y1 && box->y + box->height > y0;
        if (inside || !drag->extend)
            node_set_selected(view, box->info.id, inside);
    }
}

static void on_update(GtkGestureDrag *gesture, double dx, double dy, NodeView *view)
{
    struct node_drag *drag = &view->drag;
    double x, y;
    if (drag->kind == NODE_DRAG_NONE || !gtk_gesture_drag_get_start_point(gesture, &x, &y))
        return;
    drag->moved |= hypot(dx, dy) >= THRESHOLD;
    if (drag->kind == NODE_DRAG_PAN) {
        view->origin_x = drag->origin_x - dx / view->scale;
        view->origin_y = drag->origin_y - dy / view->scale;
    } else if (drag->moved) {
        node_to_graph(view, x + dx, y + dy, &drag->x, &drag->y);
        if (drag->kind == NODE_DRAG_MOVE) {
            shift_selected(view, drag->x - drag->start_x, drag->y - drag->start_y);
            look_for_wire(view);
        } else if (drag->kind == NODE_DRAG_WIRE) {
            drag->target = node_hit_port(view, drag->x, drag->y, drag->port);
        } else {
            band_select(view);
        }
    }
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

// ---- what it comes to: one call each

static void finish_move(NodeView *view, const struct node_drag *drag)
{
    size_t n;
    const char **ids = node_selected_ids(view, &n);
    double dx = drag->x - drag->start_x, dy = drag->y - drag->start_y;
    const struct ho_port *input, *output;
    size_t box = node_find_box(view, n ? ids[0] : NULL);
    if (drag->wire < view->wires->len && box != SIZE_MAX && view->calls->insert &&
        node_box_fits_wire(view, box, drag->wire, &input, &output))
        view->calls->insert(view->opaque, ids[0], input->name, output->name, &node_view_wire(view, drag->wire)->link,
                            dx, dy);
    else if (n && view->calls->move)
        view->calls->move(view->opaque, ids, n, dx, dy);
    g_free(ids);
}

static void finish_picked(NodeView *view, const struct node_drag *drag)
{
    const struct node_wire *wire = node_view_wire(view, drag->picked);
    if (drag->target == wire->to)
        return;
    if (drag->target == SIZE_MAX && view->calls->disconnect)
        view->calls->disconnect(view->opaque, wire->link.to, wire->link.input);
    else if (drag->target != SIZE_MAX && view->calls->rewire) {
        const struct node_port *to = node_view_port(view, drag->target);
        view->calls->rewire(view->opaque, &wire->link, node_view_box(view, to->box)->info.id, to->port->name);
    }
}

static void finish_wire(NodeView *view, const struct node_drag *drag)
{
    if (drag->target == SIZE_MAX || !view->calls->connect)
        return;
    const struct node_port *from = node_view_port(view, drag->port), *to = node_view_port(view, drag->target);
    if (!from->is_output) {
        const struct node_port *other = from;
        from = to;
        to = other;
    }
    view->calls->connect(view->opaque, node_view_box(view, from->box)->info.id, from->port->name,
                         node_view_box(view, to->box)->info.id, to->port->name);
}

static void on_end(GtkGestureDrag *gesture, double dx, double dy, NodeView *view)
{
    (void)gesture;
    struct node_drag drag = view->drag;
    node_drag_cancel(view);
    if (!drag.moved)
        return;
    node_hold(view);
    if (drag.kind == NODE_DRAG_MOVE)
        finish_move(view, &drag);
    else if (drag.kind == NODE_DRAG_WIRE && drag.picked < view->wires->len)
        finish_picked(view, &drag);
    else if (drag.kind == NODE_DRAG_WIRE)
        finish_wire(view, &drag);
    else if (drag.kind == NODE_DRAG_PAN) {
        view->origin_x = drag.origin_x - dx / view->scale;
        view->origin_y = drag.origin_y - dy / view->scale;
    }
    node_release(view);
}

void node_drag_cancel(NodeView *view)
{
    if (view->drag.kind == NODE_DRAG_NONE)
        return;
    if (view->drag.kind == NODE_DRAG_PAN) {
        view->origin_x = view->drag.origin_x;
        view->origin_y = view->drag.origin_y;
    }
    view->drag.kind = NODE_DRAG_NONE;
    node_layout(view);
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

static void on_cancel(GtkGesture *gesture, GdkEventSequence *sequence, NodeView *view)
{
    (void)gesture, (void)sequence;
    node_drag_cancel(view);
}

void node_drag_attach(NodeView *view)
{
    GtkGesture *drag = gtk_gesture_drag_new();
    gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(drag), 0);
    g_signal_connect(drag, "drag-begin", G_CALLBACK(on_begin), view);
    g_signal_connect(drag, "drag-update", G_CALLBACK(on_update), view);
    g_signal_connect(drag, "drag-end", G_CALLBACK(on_end), view);
    g_signal_connect(drag, "cancel", G_CALLBACK(on_cancel), view);
    gtk_widget_add_controller(GTK_WIDGET(view), GTK_EVENT_CONTROLLER(drag));
}
