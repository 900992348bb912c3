// SPDX-License-Identifier: BSD-2-Clause
// What hands do to a field: press, drag, turn, keys, and typing into it.
#include <math.h>
#include <string.h>

#include "field_internal.h"

// ---- typing

// A text is seen while it is typed: one gesture, from the first letter to Return.
static void on_entry_changed(GtkEditable *entry, Field *field)
{
    if (field->spec.type != HO_PARAMETER_TEXT || GTK_WIDGET(entry) != field->entry)
        return;
    if (!field->before)
        field->before = g_strdup(field->text ? field->text : "");
    field_begin(field);
    g_free(field->text);
    field->text = g_strdup(gtk_editable_get_text(entry));
    field_tell(field);
}

static void end_typing(Field *field, bool take)
{
    if (!take) {
        g_free(field->text);
        field->text = g_strdup(field->before);
        field_cancel(field);
    } else {
        field_commit(field);
    }
    g_clear_pointer(&field->before, g_free);
}

static void on_entry_activate(GtkText *text, Field *field)
{
    (void)text;
    field_close_entry(field, true);
}

static void on_entry_leave(GtkEventControllerFocus *focus, Field *field)
{
    (void)focus;
    field_close_entry(field, true);
}

static gboolean on_entry_key(GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, Field *field)
{
    (void)keys, (void)code;
    int at = -1;
    if (key == GDK_KEY_Return && state & GDK_SHIFT_MASK && field->spec.type == HO_PARAMETER_TEXT) {
        at = gtk_editable_get_position(GTK_EDITABLE(field->entry));
        gtk_editable_insert_text(GTK_EDITABLE(field->entry), "\n", 1, &at);    // a line more
        gtk_editable_set_position(GTK_EDITABLE(field->entry), at);
        return TRUE;
    }
    if (key != GDK_KEY_Escape)
        return FALSE;
    field_close_entry(field, false);
    return TRUE;
}

void field_open_entry(Field *field, const char *text, struct box place)
{
    if (field->entry)
        return;
    field->entry = gtk_text_new();
    gtk_editable_set_text(GTK_EDITABLE(field->entry), text);
    gtk_widget_add_css_class(field->entry, "field-entry");
    g_object_set_data_full(G_OBJECT(field->entry), "place", g_memdup2(&place, sizeof place), g_free);
    g_signal_connect(field->entry, "activate", G_CALLBACK(on_entry_activate), field);
    g_signal_connect(field->entry, "changed", G_CALLBACK(on_entry_changed), field);
    GtkEventController *keys = gtk_event_controller_key_new(), *focus = gtk_event_controller_focus_new();
    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_entry_key), field);
    g_signal_connect(focus, "leave", G_CALLBACK(on_entry_leave), field);
    gtk_widget_add_controller(field->entry, keys);
    gtk_widget_add_controller(field->entry, focus);
    gtk_widget_set_parent(field->entry, GTK_WIDGET(field));
    gtk_widget_queue_allocate(GTK_WIDGET(field));
    gtk_widget_grab_focus(field->entry);
    gtk_editable_select_region(GTK_EDITABLE(field->entry), 0, -1);
}

static gboolean unparent(gpointer entry)
{
    gtk_widget_unparent(entry);
    g_object_unref(entry);
    return G_SOURCE_REMOVE;
}

void field_close_entry(Field *field, bool take)
{
    GtkWidget *entry = field->entry;
    if (!entry)
        return;
    field->entry = NULL;
    char *typed = g_strdup(gtk_editable_get_text(GTK_EDITABLE(entry)));
    bool had_focus = gtk_widget_has_focus(entry);
    gtk_widget_set_visible(entry, FALSE);
    g_idle_add(unparent, g_object_ref(entry));    // its own signal may be what has brought us here
    if (field->before) {
        end_typing(field, take);
    } else if (take && field->n_numbers && field_parse_number(field, typed)) {
        field_tell(field);
    } else if (take && !field->n_numbers && g_strcmp0(typed, field->text)) {
        g_free(field->text);
        field->text = g_strdup(typed);
        field_tell(field);
    }
    g_free(typed);
    if (had_focus)
        gtk_widget_grab_focus(GTK_WIDGET(field));
    gtk_widget_queue_draw(GTK_WIDGET(field));
}

// ---- events

static void reset(Field *field)
{
    if (field->calls->reset)
        field->calls->reset(field->opaque, &field->spec);
}

static bool press_right(Field *field, double x, double y)
{
    if (box_has(field_reset_box(field), x, y)) {
        reset(field);
        return true;
    }
    for (enum field_jump jump = FIELD_KEY_BEFORE; jump <= FIELD_KEY_AFTER; jump++)
        if (field->spec.has_keys && box_has(field_key_box(field, jump), x, y)) {
            if (field->calls->key && (jump == FIELD_KEY_TOGGLE || field->key != FIELD_NO_KEYS))
                field->calls->key(field->opaque, &field->spec, jump);
            return true;
        }
    return false;
}

static void on_begin(GtkGestureDrag *gesture, double x, double y, Field *field)
{
    struct box values = field_values(field);
    field->moved = field->pressed = field->on_bar = false;
    if (field->entry && box_has(values, x, y)) {
        gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_DENIED);
        return;
    }
    gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_CLAIMED);
    gtk_widget_grab_focus(GTK_WIDGET(field));
    if (press_right(field, x, y) || !box_has(values, x, y))
        return;
    field->pressed = true;
    field->start_x = x;
    if (field->kind->press)
        field->kind->press(field, values, x, y);
}

static void on_update(GtkGestureDrag *gesture, double dx, double dy, Field *field)
{
    (void)dy;
    field->moved |= fabs(dx) >= 3;
    if (!field->pressed || !field->kind->drag || (!field->moved && !field->on_bar))
        return;
    GdkModifierType state = gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(gesture));
    field_begin(field);
    field->kind->drag(field, field_values(field), field->start_x + dx, dx, state);
}

static void on_end(GtkGestureDrag *gesture, double dx, double dy, Field *field)
{
    (void)dx;
    double x, y;
    if (!field->pressed || !gtk_gesture_drag_get_start_point(gesture, &x, &y))
        return;
    field->pressed = false;
    if (field->dragging)
        field_commit(field);
    else if (!field->moved && field->kind->click)
        field->kind->click(field, field_values(field), x, y + dy);
    gtk_widget_queue_draw(GTK_WIDGET(field));
}

static void on_cancel(GtkGesture *gesture, GdkEventSequence *sequence, Field *field)
{
    (void)gesture, (void)sequence;
    field_cancel(field);
}

static void on_double(GtkGestureClick *click, int n, double x, double y, Field *field)
{
    (void)click, (void)y;
    if (n == 2 && x < FIELD_LABEL)
        reset(field);
}

// Turning changes a value only where it was clicked before: a panel that is scrolled must not be changed by it.
static gboolean on_scroll(GtkEventControllerScroll *scroll, double dx, double dy, Field *field)
{
    (void)dx;
    if (!gtk_widget_has_focus(GTK_WIDGET(field)) || !field->kind->step)
        return FALSE;
    field->kind->step(field, dy < 0 ? 1 : -1,
                      gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(scroll)));
    return TRUE;
}

static gboolean on_key(GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, Field *field)
{
    (void)keys, (void)code;
    bool digit = (key >= GDK_KEY_0 && key <= GDK_KEY_9) || key == GDK_KEY_minus || key == GDK_KEY_period;
    if (field->entry)
        return FALSE;
    if (key == GDK_KEY_Escape && field->dragging)
        field_cancel(field);
    else if ((key == GDK_KEY_Up || key == GDK_KEY_Down) && field->kind->step)
        field->kind->step(field, key == GDK_KEY_Up ? 1 : -1, state);
    else if ((key == GDK_KEY_Return || (digit && field->kind == &field_number)) && field->kind->type) {
        field->kind->type(field);
        if (digit && field->entry) {
            gtk_editable_set_text(GTK_EDITABLE(field->entry), (char[]){(char)key, 0});
            gtk_editable_set_position(GTK_EDITABLE(field->entry), -1);
        }
    } else
        return FALSE;
    return TRUE;
}

static void on_hover(GtkEventControllerMotion *motion, double x, double y, Field *field)
{
    (void)motion, (void)x, (void)y;
    field->hovered = true;
    gtk_widget_queue_draw(GTK_WIDGET(field));
}

static void on_leave(GtkEventControllerMotion *motion, Field *field)
{
    (void)motion;
    field->hovered = false;
    gtk_widget_queue_draw(GTK_WIDGET(field));
}

void field_attach(Field *field)
{
    GtkGesture *drag = gtk_gesture_drag_new(), *click = gtk_gesture_click_new();
    GtkEventController *scroll = gtk_event_controller_scroll_new(GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
    GtkEventController *keys = gtk_event_controller_key_new(), *motion = gtk_event_controller_motion_new();
    gtk_gesture_group(click, drag);
    g_signal_connect(drag, "drag-begin", G_CALLBACK(on_begin), field);
    g_signal_connect(drag, "drag-update", G_CALLBACK(on_update), field);
    g_signal_connect(drag, "drag-end", G_CALLBACK(on_end), field);
    g_signal_connect(drag, "cancel", G_CALLBACK(on_cancel), field);
    g_signal_connect(click, "pressed", G_CALLBACK(on_double), field);
    g_signal_connect(scroll, "scroll", G_CALLBACK(on_scroll), field);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), field);
    g_signal_connect(motion, "enter", G_CALLBACK(on_hover), field);
    g_signal_connect(motion, "leave", G_CALLBACK(on_leave), field);
    gtk_widget_add_controller(GTK_WIDGET(field), GTK_EVENT_CONTROLLER(drag));
    gtk_widget_add_controller(GTK_WIDGET(field), GTK_EVENT_CONTROLLER(click));
    gtk_widget_add_controller(GTK_WIDGET(field), scroll);
    gtk_widget_add_controller(GTK_WIDGET(field), keys);
    gtk_widget_add_controller(GTK_WIDGET(field), motion);
}
