// SPDX-License-Identifier: BSD-2-Clause
// Wheel, pointer and keys of the timeline; drags are timeline_drag.c's.
#include <math.h>

#include "popup.h"
#include "timeline_internal.h"

static void resize_tracks(Timeline *view, double y, double steps)
{
    int under = timeline_track_under(view, y);
    bool audio = under >= 0 && ho_timeline_track(view->timeline, under)->kind == HO_TRACK_AUDIO;
    double *height = audio ? &view->audio_height : &view->video_height;
    *height = CLAMP(*height - steps * 6, 22, 160);
    timeline_layout_scroll(view);
}

static gboolean on_scroll(GtkEventControllerScroll *scroll, double dx, double dy, Timeline *view)
{
    GdkModifierType state = gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(scroll));
    bool smooth = gtk_event_controller_scroll_get_unit(scroll) == GDK_SCROLL_UNIT_SURFACE;
    double step = smooth ? 1 : 48;
    if (!view->timeline)
        return FALSE;
    if (state & (GDK_ALT_MASK | GDK_CONTROL_MASK)) {
        timeline_zoom(view, pow(1.25, -dy), view->pointer_x);
    } else if (state & GDK_SHIFT_MASK) {
        resize_tracks(view, view->pointer_y, dy != 0 ? dy : dx);
    } else {
        bool down = timeline_tracks_height(view) > timeline_content_height(view);
        view->first += (dx + (down ? 0 : dy)) * step / view->zoom;
        view->top += down ? dy * step : 0;
        timeline_layout_scroll(view);
    }
    return TRUE;
}

static void on_motion(GtkEventControllerMotion *motion, double x, double y, Timeline *view)
{
    (void)motion;
    view->pointer_x = x;
    view->pointer_y = y;
    if (view->drag.kind != DRAG_NONE)
        return;
    view->hover = timeline_hit(view, x, y);
    timeline_update_cursor(view);
    if (view->tool == TIMELINE_BLADE)
        gtk_widget_queue_draw(view->over);
}

static void on_leave(GtkEventControllerMotion *motion, Timeline *view)
{
    (void)motion;
    view->pointer_x = view->pointer_y = -1;
    view->hover = (struct timeline_hit){PLACE_NONE, -1, 0, 0, false};
    gtk_widget_queue_draw(view->over);
}

static void on_right(GtkGestureClick *click, int n, double x, double y, Timeline *view)
{
    (void)n;
    gtk_gesture_set_state(GTK_GESTURE(click), GTK_EVENT_SEQUENCE_CLAIMED);
    gtk_widget_grab_focus(GTK_WIDGET(view));
    struct timeline_hit hit = timeline_hit(view, x, y);
    if (hit.clip && !timeline_is_selected(view, hit.clip))
        timeline_select(view, &hit.clip, 1);
    int64_t track = hit.track >= 0 ? ho_timeline_track(view->timeline, hit.track)->id : 0;
    GMenuModel *menu = view->calls->menu ? view->calls->menu(view->opaque, hit.clip, track) : NULL;
    if (menu)
        popup_menu(GTK_WIDGET(view), menu, x, y);
    g_clear_object(&menu);
}

static void on_double(GtkGestureClick *click, int n, double x, double y, Timeline *view)
{
    (void)click;
    struct timeline_hit hit = timeline_hit(view, x, y);
    if (n == 2 && hit.place == PLACE_CLIP && view->calls->open && view->tool == TIMELINE_SELECT)
        view->calls->open(view->opaque, hit.clip);
}

// ---- what keys and actions ask for

static bool with_selection(Timeline *view, struct timeline_wish wish)
{
    if (!view->timeline || !view->selection->len)
        return false;
    GArray *clips = g_array_copy(view->selection);
    wish.clips = (const int64_t *)(void *)clips->data;
    wish.n_clips = clips->len;
    wish.flags |= view->linked ? HO_EDIT_LINKED : 0;
    timeline_ask(view, &wish);
    g_array_unref(clips);
    return true;
}

bool timeline_delete(Timeline *view, bool ripple)
{
    return with_selection(view, (struct timeline_wish){.kind = TIMELINE_DELETE, .flags = ripple ? HO_EDIT_RIPPLE : 0});
}

bool timeline_toggle_enabled(Timeline *view)
{
    if (!view->timeline || !view->selection->len)
        return false;
    const struct ho_timeline_clip *clip = ho_timeline_find_clip(view->timeline,
                                                                g_array_index(view->selection, int64_t, 0));
    return clip && with_selection(view, (struct timeline_wish){.kind = TIMELINE_ENABLE, .enabled = !clip->enabled});
}

bool timeline_nudge(Timeline *view, int64_t frames, int tracks)
{
    return with_selection(view, (struct timeline_wish){.kind = TIMELINE_MOVE, .frames = frames, .tracks = tracks});
}

void timeline_split(Timeline *view)
{
    struct timeline_wish wish = {.kind = TIMELINE_SPLIT, .at = view->playhead};
    if (!view->timeline || with_selection(view, wish))
        return;
    wish.flags = view->linked ? HO_EDIT_LINKED : 0;
    timeline_ask(view, &wish);
}

void timeline_select_all(Timeline *view)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (int t = 0; view->timeline && t < ho_timeline_n_tracks(view->timeline); t++) {
        size_t n;
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(view->timeline, t, &n);
        for (size_t i = 0; i < n; i++)
            g_array_append_val(all, clips[i]->id);
    }
    timeline_select(view, (const int64_t *)(void *)all->data, all->len);
    g_array_unref(all);
}

// ---- keys, where no window has them in its table

static bool on_chord(Timeline *view, guint key)
{
    switch (key) {
    case GDK_KEY_backslash:
    case GDK_KEY_b: timeline_split(view); return true;
    case GDK_KEY_a: timeline_select_all(view); return true;
    case GDK_KEY_equal:
    case GDK_KEY_plus: timeline_zoom(view, 1.5, -1); return true;
    case GDK_KEY_minus: timeline_zoom(view, 1 / 1.5, -1); return true;
    default: return false;
    }
}

static bool on_plain(Timeline *view, guint key)
{
    switch (key) {
    case GDK_KEY_Escape:
        if (view->drag.kind == DRAG_NONE)
            return false;
        timeline_drag_cancel(view);
        return true;
    case GDK_KEY_BackSpace: return timeline_delete(view, false);
    case GDK_KEY_Delete: return timeline_delete(view, true);
    case GDK_KEY_n: timeline_set_snapping(view, !view->snapping); return true;
    case GDK_KEY_a: timeline_set_tool(view, TIMELINE_SELECT); return true;
    case GDK_KEY_t: timeline_set_tool(view, TIMELINE_TRIM_TOOL); return true;
    case GDK_KEY_b: timeline_set_tool(view, TIMELINE_BLADE); return true;
    case GDK_KEY_d: return timeline_toggle_enabled(view);
    case GDK_KEY_comma:
    case GDK_KEY_period: return timeline_nudge(view, key == GDK_KEY_comma ? -1 : 1, 0);
    default: return false;
    }
}

static gboolean on_key(GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, Timeline *view)
{
    (void)keys, (void)code;
    bool shift = state & GDK_SHIFT_MASK;
    if (!view->timeline)
        return FALSE;
    if (state & GDK_CONTROL_MASK)
        return on_chord(view, key);
    if (state & GDK_ALT_MASK && (key == GDK_KEY_Up || key == GDK_KEY_Down))
        return timeline_nudge(view, 0, key == GDK_KEY_Up ? 1 : -1);
    if (shift && (key == GDK_KEY_less || key == GDK_KEY_greater))
        return timeline_nudge(view, key == GDK_KEY_less ? -5 : 5, 0);
    if (shift && (key == GDK_KEY_z || key == GDK_KEY_Z)) {
        timeline_fit(view);
        return TRUE;
    }
    return on_plain(view, key);
}

void timeline_events_attach(Timeline *view)
{
    GtkEventController *keys = gtk_event_controller_key_new(), *motion = gtk_event_controller_motion_new();
    GtkEventController *scroll = gtk_event_controller_scroll_new(GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
    GtkGesture *right = gtk_gesture_click_new(), *twice = gtk_gesture_click_new();
    gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(right), GDK_BUTTON_SECONDARY);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), view);
    g_signal_connect(motion, "enter", G_CALLBACK(on_motion), view);
    g_signal_connect(motion, "motion", G_CALLBACK(on_motion), view);
    g_signal_connect(motion, "leave", G_CALLBACK(on_leave), view);
    g_signal_connect(scroll, "scroll", G_CALLBACK(on_scroll), view);
    g_signal_connect(right, "pressed", G_CALLBACK(on_right), view);
    g_signal_connect(twice, "pressed", G_CALLBACK(on_double), view);
    gtk_widget_add_controller(GTK_WIDGET(view), keys);
    gtk_widget_add_controller(GTK_WIDGET(view), motion);
    gtk_widget_add_controller(GTK_WIDGET(view), scroll);
    gtk_widget_add_controller(GTK_WIDGET(view), GTK_EVENT_CONTROLLER(right));
    gtk_widget_add_controller(GTK_WIDGET(view), GTK_EVENT_CONTROLLER(twice));
}
