// SPDX-License-Identifier: BSD-2-Clause
// Pointer gestures on the timeline. Each motion tries the edit on a copy; release asks once; Escape and a lost grab
// give up. An edit never moves the playhead.
#include <math.h>
#include <string.h>

#include "timeline_internal.h"

#define THRESHOLD 4.0

void timeline_ask(Timeline *view, const struct timeline_wish *wish)
{
    if (view->calls->wish)
        view->calls->wish(view->opaque, wish);
}

void timeline_select(Timeline *view, const int64_t *clips, size_t n)
{
    timeline_set_selection(view, clips, n);
    timeline_tell_selection(view);
}

void timeline_tell_selection(Timeline *view)
{
    if (view->calls->select)
        view->calls->select(view->opaque, (const int64_t *)(void *)view->selection->data, view->selection->len);
}

static void drop_ghost(struct timeline_drag *drag)
{
    ho_edit_destroy(&drag->edit);
    ho_timeline_destroy(&drag->ghost);
    drag->refused[0] = drag->cuts[0] = 0;
}

// ---- the try

void timeline_try(Timeline *view)
{
    struct timeline_drag *drag = &view->drag;
    struct ho_diag diag = {0};
    drop_ghost(drag);
    if (!drag->wish.frames && !drag->wish.tracks && drag->kind != DRAG_MEDIA && drag->wish.kind != TIMELINE_DUPLICATE)
        return;
    if (ho_timeline_copy(view->timeline, &drag->ghost, &diag) == HO_OK &&
        timeline_wish_apply(&drag->wish, drag->ghost, &drag->edit, &diag) == HO_OK) {
        ho_edit_describe(drag->ghost, drag->edit, drag->cuts, sizeof drag->cuts);
        return;
    }
    ho_timeline_destroy(&drag->ghost);
    g_strlcpy(drag->refused, diag.message, sizeof drag->refused);
}

static void take_clips(struct timeline_drag *drag)
{
    drag->wish.clips = (const int64_t *)(void *)drag->clips->data;
    drag->wish.n_clips = drag->clips->len;
}

static void ends_of(Timeline *view, double shift, GArray *ends)
{
    for (guint i = 0; i < view->drag.clips->len; i++) {
        const struct ho_timeline_clip *clip = ho_timeline_find_clip(view->timeline,
                                                                    g_array_index(view->drag.clips, int64_t, i));
        if (!clip)
            continue;
        double head = (double)clip->at + shift, tail = head + (double)clip->length;
        g_array_append_val(ends, head);
        g_array_append_val(ends, tail);
    }
}

static int tracks_moved(Timeline *view)
{
    const struct timeline_drag *drag = &view->drag;
    int under = timeline_track_under(view, drag->y);
    if (under < 0 || drag->hit.track < 0)
        return drag->wish.tracks;
    const struct ho_track *from = ho_timeline_track(view->timeline, drag->hit.track);
    const struct ho_track *to = ho_timeline_track(view->timeline, under);
    if (from->kind == to->kind)
        return to->place - from->place;
    return drag->wish.tracks;
}

// Above the topmost picture track there is room for a new one.
static bool above_all(Timeline *view)
{
    const struct ho_track *from = ho_timeline_track(view->timeline, view->drag.hit.track);
    double y, height;
    int top = -1;
    for (int i = 0; i < ho_timeline_n_tracks(view->timeline); i++)
        if (ho_timeline_track(view->timeline, i)->kind == HO_TRACK_VIDEO)
            top = i;
    return from->kind == HO_TRACK_VIDEO && timeline_track_span(view, top, &y, &height) && view->drag.y < y &&
           view->drag.y > y - height;
}

static int topmost(Timeline *view)
{
    int place = -1;
    for (int i = 0; i < ho_timeline_n_tracks(view->timeline); i++)
        if (ho_timeline_track(view->timeline, i)->kind == HO_TRACK_VIDEO)
            place = MAX(place, ho_timeline_track(view->timeline, i)->place);
    return place;
}

static void update_clips(Timeline *view, GdkModifierType state)
{
    struct timeline_drag *drag = &view->drag;
    drag->keep_time = state & GDK_SHIFT_MASK;
    bool duplicate = state & (GDK_CONTROL_MASK | GDK_ALT_MASK);
    double shift = round((drag->x - drag->start_x) / view->zoom);
    GArray *ends = g_array_new(FALSE, FALSE, sizeof(double));
    ends_of(view, shift, ends);
    drag->wish.frames = (int64_t)shift + timeline_snap(view, (const double *)(void *)ends->data, ends->len);
    double low = 0;    // nothing goes in front of the timeline: it stops there
    for (guint i = 0; i < ends->len; i++)
        low = MIN(low, g_array_index(ends, double, i) - shift + (double)drag->wish.frames);
    drag->wish.frames -= (int64_t)low;
    g_array_unref(ends);
    if (drag->keep_time) {
        drag->wish.frames = 0;
        drag->snapped = -1;
    }
    drag->wish.tracks = tracks_moved(view);
    if (above_all(view))
        drag->wish.tracks = topmost(view) + 1 - ho_timeline_track(view->timeline, drag->hit.track)->place;
    drag->wish.kind = duplicate ? TIMELINE_DUPLICATE : TIMELINE_MOVE;
    take_clips(drag);
    timeline_try(view);
}

static void update_edge(Timeline *view)
{
    struct timeline_drag *drag = &view->drag;
    const struct ho_timeline_clip *clip = ho_timeline_find_clip(view->timeline, drag->hit.clip);
    if (!clip)
        return;
    double shift = round((drag->x - drag->start_x) / view->zoom);
    double edge = (double)(drag->wish.edge == HO_CLIP_HEAD ? clip->at : clip->at + clip->length) + shift;
    drag->wish.frames = (int64_t)shift + timeline_snap(view, &edge, 1);
    take_clips(drag);
    timeline_try(view);
}

static void update_slip(Timeline *view)
{
    struct timeline_drag *drag = &view->drag;
    double shift = round((drag->x - drag->start_x) / view->zoom);
    // The picture goes with the pointer: to the right an earlier frame is shown.
    drag->wish.frames = (int64_t)(drag->wish.kind == TIMELINE_SLIP ? -shift : shift);
    take_clips(drag);
    timeline_try(view);
}

// ---- presses

static void hold_clip(Timeline *view, int64_t clip)
{
    g_array_set_size(view->drag.clips, 0);
    g_array_append_val(view->drag.clips, clip);
}

static void press_clip(Timeline *view, GdkModifierType state)
{
    struct timeline_drag *drag = &view->drag;
    int64_t clip = drag->hit.clip;
    drag->kind = DRAG_CLIPS;
    if (state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK) && !timeline_is_selected(view, clip)) {
        g_array_append_val(view->selection, clip);
        timeline_tell_selection(view);
    } else if (!timeline_is_selected(view, clip)) {
        timeline_select(view, &clip, 1);
    }
    g_array_set_size(drag->clips, 0);
    g_array_append_vals(drag->clips, view->selection->data, view->selection->len);
}

static void press_edge(Timeline *view)
{
    struct timeline_drag *drag = &view->drag;
    drag->kind = DRAG_EDGE;
    drag->wish.kind = drag->hit.place == PLACE_CUT ? TIMELINE_ROLL : TIMELINE_TRIM;
    drag->wish.edge = drag->hit.place == PLACE_CLIP_HEAD ? HO_CLIP_HEAD : HO_CLIP_TAIL;
    if (view->tool == TIMELINE_TRIM_TOOL && drag->wish.kind == TIMELINE_TRIM)
        drag->wish.flags |= HO_EDIT_RIPPLE;
    hold_clip(view, drag->hit.clip);
}

static void press_blade(Timeline *view)
{
    int64_t clip = view->drag.hit.clip, frame = (int64_t)llround(view->drag.hit.frame);
    double at = (double)frame;
    struct timeline_wish wish = {.kind = TIMELINE_SPLIT, .clips = &clip, .n_clips = 1};
    wish.at = frame + timeline_snap(view, &at, 1);
    wish.flags = view->linked ? HO_EDIT_LINKED : 0;
    view->drag.snapped = -1;
    timeline_ask(view, &wish);
}

static void press_track(Timeline *view, GdkModifierType state)
{
    struct timeline_drag *drag = &view->drag;
    drag->wish = (struct timeline_wish){.flags = view->linked ? HO_EDIT_LINKED : 0};
    if (drag->hit.clip && view->tool == TIMELINE_BLADE) {
        press_blade(view);
    } else if (drag->hit.place >= PLACE_CLIP_HEAD) {
        press_edge(view);
    } else if (drag->hit.clip && view->tool == TIMELINE_TRIM_TOOL) {
        drag->kind = DRAG_SLIP;
        drag->wish.kind = drag->hit.in_bar ? TIMELINE_SLIDE : TIMELINE_SLIP;
        hold_clip(view, drag->hit.clip);
    } else if (drag->hit.clip) {
        press_clip(view, state);
    } else {
        drag->kind = DRAG_BAND;
        drag->extend = state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK);
        if (!drag->extend && view->selection->len)
            timeline_select(view, NULL, 0);
    }
}

static void seek_to(Timeline *view, double x)
{
    double frame = MAX(round(timeline_frame(view, x) - 0.5), 0);
    int64_t to = MAX((int64_t)frame + timeline_snap(view, &frame, 1), 0);
    if (view->calls->seek && to != view->playhead)
        view->calls->seek(view->opaque, to);
}

static void on_begin(GtkGestureDrag *gesture, double x, double y, Timeline *view)
{
    struct timeline_drag *drag = &view->drag;
    guint button = gtk_gesture_single_get_current_button(GTK_GESTURE_SINGLE(gesture));
    GdkModifierType state = gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(gesture));
    if (button == GDK_BUTTON_SECONDARY) {    // a menu's, which has the keys from now on
        gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_DENIED);
        return;
    }
    timeline_drag_cancel(view);
    gtk_widget_grab_focus(GTK_WIDGET(view));
    drag->start_x = drag->x = x;
    drag->start_y = drag->y = y;
    drag->moved = false;
    drag->hit = timeline_hit(view, x, y);
    if (!view->timeline || x >= TIMELINE_HEAD + timeline_content_width(view)) {
        gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_DENIED);
    } else if (button == GDK_BUTTON_MIDDLE) {
        drag->kind = DRAG_SCROLL;
        drag->origin_first = view->first;
        drag->origin_top = view->top;
    } else if (drag->hit.place == PLACE_RULER) {
        drag->kind = DRAG_SEEK;
        seek_to(view, x);
    } else if (drag->hit.place == PLACE_HEAD) {
        track_head_press(view, drag->hit.track, x, y);
    } else if (drag->hit.place != PLACE_NONE || y > TIMELINE_RULER) {
        press_track(view, state);
    }
    gtk_widget_queue_draw(view->over);
}

// ---- motions

static void band_select(Timeline *view)
{
    const struct timeline_drag *drag = &view->drag;
    double from = timeline_frame(view, MIN(drag->start_x, drag->x)),
           to = timeline_frame(view, MAX(drag->start_x, drag->x));
    double low = MIN(drag->start_y, drag->y), high = MAX(drag->start_y, drag->y), y, height;
    GArray *inside = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (int t = 0; timeline_track_span(view, t, &y, &height); t++) {
        size_t n;
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(view->timeline, t, &n);
        for (size_t i = 0; i < n && y < high && y + height > low; i++)
            if ((double)clips[i]->at < to && (double)(clips[i]->at + clips[i]->length) > from)
                g_array_append_val(inside, clips[i]->id);
    }
    timeline_set_selection(view, (const int64_t *)(void *)inside->data, inside->len);
    g_array_unref(inside);
}

static void scroll_by(Timeline *view)
{
    view->first = view->drag.origin_first - (view->drag.x - view->drag.start_x) / view->zoom;
    view->top = view->drag.origin_top - (view->drag.y - view->drag.start_y);
    timeline_layout_scroll(view);
}

static void update(Timeline *view, GdkModifierType state)
{
    struct timeline_drag *drag = &view->drag;
    switch (drag->kind) {
    case DRAG_SEEK: seek_to(view, drag->x); break;
    case DRAG_SCROLL: scroll_by(view); break;
    case DRAG_BAND: band_select(view); break;
    case DRAG_CLIPS: update_clips(view, state); break;
    case DRAG_EDGE: update_edge(view); break;
    case DRAG_SLIP: update_slip(view); break;
    default: return;
    }
    gtk_widget_queue_draw(view->over);
}

static void on_update(GtkGestureDrag *gesture, double dx, double dy, Timeline *view)
{
    struct timeline_drag *drag = &view->drag;
    GdkModifierType state = gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(gesture));
    drag->x = drag->start_x + dx;
    drag->y = drag->start_y + dy;
    drag->moved |= hypot(dx, dy) >= THRESHOLD;
    if (drag->moved || drag->kind == DRAG_SEEK)
        update(view, state);
}

void timeline_drag_again(Timeline *view)
{
    struct timeline_drag *drag = &view->drag;
    GdkModifierType state = drag->keep_time ? GDK_SHIFT_MASK : 0;
    if (drag->wish.kind == TIMELINE_DUPLICATE)
        state |= GDK_CONTROL_MASK;
    if (drag->moved && drag->kind != DRAG_SCROLL)
        update(view, state);
}

// ---- ends

static void on_end(GtkGestureDrag *gesture, double dx, double dy, Timeline *view)
{
    (void)gesture, (void)dx, (void)dy;
    struct timeline_drag *drag = &view->drag;
    enum timeline_drag_kind kind = drag->kind;
    bool asked = drag->edit != NULL, moved = drag->moved;
    int64_t clip = drag->hit.clip;
    struct timeline_wish wish = drag->wish;
    GArray *clips = g_array_copy(drag->clips);
    wish.clips = (const int64_t *)(void *)clips->data;
    timeline_drag_cancel(view);
    if (kind == DRAG_BAND && moved)
        timeline_tell_selection(view);
    else if (kind == DRAG_CLIPS && !moved && view->selection->len > 1)
        timeline_select(view, &clip, 1);
    else if (asked && moved)
        timeline_ask(view, &wish);
    g_array_unref(clips);
}

void timeline_drag_cancel(Timeline *view)
{
    view->drag.kind = DRAG_NONE;
    view->drag.snapped = -1;
    view->drag.moved = false;
    drop_ghost(&view->drag);
    gtk_widget_queue_draw(view->over);
}

static void on_cancel(GtkGesture *gesture, GdkEventSequence *sequence, Timeline *view)
{
    (void)gesture, (void)sequence;
    timeline_drag_cancel(view);
}

void timeline_drag_attach(Timeline *view)
{
    GtkGesture *drag = gtk_gesture_drag_new();
    gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(drag), 0);
    g_signal_connect(drag, "drag-begin", G_CALLBACK(on_begin), view);
    g_signal_connect(drag, "drag-update", G_CALLBACK(on_update), view);
    g_signal_connect(drag, "drag-end", G_CALLBACK(on_end), view);
    g_signal_connect(drag, "cancel", G_CALLBACK(on_cancel), view);
    gtk_widget_add_controller(GTK_WIDGET(view), GTK_EVENT_CONTROLLER(drag));
}
