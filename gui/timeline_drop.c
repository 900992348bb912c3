// SPDX-License-Identifier: BSD-2-Clause
// Media dragged over the timeline: shown where it would lie and what it would cut; dropped, it overwrites. With Ctrl it
// inserts. What is dragged is the media's id (G_TYPE_INT64).
#include <math.h>

#include "timeline_internal.h"

static int64_t target_track(Timeline *view, enum ho_track_kind kind, int under)
{
    const struct ho_track *over = under >= 0 ? ho_timeline_track(view->timeline, under) : NULL;
    if (over && over->kind == kind)
        return over->id;
    for (int i = 0; i < ho_timeline_n_tracks(view->timeline); i++) {
        const struct ho_track *track = ho_timeline_track(view->timeline, i);
        if (track->kind == kind && (over ? track->place == over->place : track->target))
            return track->id;
    }
    const struct ho_track *first = ho_timeline_track_at(view->timeline, kind, 0);
    return first ? first->id : 0;
}

static bool plan(Timeline *view, int64_t media, double x, double y, GdkModifierType state)
{
    struct timeline_drag *drag = &view->drag;
    struct timeline_wish *wish = &drag->wish;
    *wish = (struct timeline_wish){.kind = state & GDK_CONTROL_MASK ? TIMELINE_INSERT : TIMELINE_OVERWRITE};
    if (!view->timeline || !view->calls->placement || !view->calls->placement(view->opaque, media, &wish->placement))
        return false;
    struct ho_placement *placement = &wish->placement;
    drag->kind = DRAG_MEDIA;
    drag->moved = true;
    drag->x = x;
    drag->y = y;
    double at = MAX(round(timeline_frame(view, x)), 0), ends[2] = {at, at + (double)placement->length};
    placement->at = MAX((int64_t)at + timeline_snap(view, ends, 2), 0);
    int under = timeline_track_under(view, y);
    if (placement->video_track)
        placement->video_track = target_track(view, HO_TRACK_VIDEO, under);
    if (placement->audio_track)
        placement->audio_track = target_track(view, HO_TRACK_AUDIO, under);
    timeline_try(view);
    gtk_widget_queue_draw(view->over);
    return true;
}

static GdkModifierType state_of(GtkDropTarget *target)
{
    return gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(target));
}

static GdkDragAction on_motion(GtkDropTarget *target, double x, double y, Timeline *view)
{
    const GValue *value = gtk_drop_target_get_value(target);
    if (!value || !G_VALUE_HOLDS_INT64(value))
        return GDK_ACTION_COPY;    // it is not there yet
    return plan(view, g_value_get_int64(value), x, y, state_of(target)) ? GDK_ACTION_COPY : 0;
}

static void on_leave(GtkDropTarget *target, Timeline *view)
{
    (void)target;
    if (view->drag.kind == DRAG_MEDIA)
        timeline_drag_cancel(view);
}

static gboolean on_drop(GtkDropTarget *target, const GValue *value, double x, double y, Timeline *view)
{
    bool can = plan(view, g_value_get_int64(value), x, y, state_of(target)) && view->drag.edit;
    struct timeline_wish wish = view->drag.wish;
    timeline_drag_cancel(view);
    if (can)
        timeline_ask(view, &wish);
    return can;
}

void timeline_drop_attach(Timeline *view)
{
    GtkDropTarget *target = gtk_drop_target_new(G_TYPE_INT64, GDK_ACTION_COPY);
    gtk_drop_target_set_preload(target, TRUE);
    g_signal_connect(target, "enter", G_CALLBACK(on_motion), view);
    g_signal_connect(target, "motion", G_CALLBACK(on_motion), view);
    g_signal_connect(target, "leave", G_CALLBACK(on_leave), view);
    g_signal_connect(target, "drop", G_CALLBACK(on_drop), view);
    gtk_widget_add_controller(GTK_WIDGET(view), GTK_EVENT_CONTROLLER(target));
}
