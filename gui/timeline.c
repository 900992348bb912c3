// SPDX-License-Identifier: BSD-2-Clause
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "popup.h"
#include "timeline_internal.h"

G_DEFINE_FINAL_TYPE(Timeline, timeline, GTK_TYPE_WIDGET)

// ---- what is shown

void timeline_set_timeline(Timeline *view, const struct ho_timeline *timeline)
{
    struct ho_timeline *copy = NULL;
    if (timeline && ho_timeline_copy(timeline, &copy, NULL) != HO_OK)
        return;
    bool was_empty = !view->timeline || !ho_timeline_length(view->timeline);
    struct ho_timeline *old = view->timeline;
    ho_edit_destroy(&view->drag.edit);    // of a copy of the old one
    ho_timeline_destroy(&view->drag.ghost);
    view->timeline = copy;
    ho_timeline_destroy(&old);
    view->hover = (struct timeline_hit){PLACE_NONE, -1, 0, 0, false};
    if (view->drag.kind != DRAG_NONE && view->drag.kind != DRAG_SEEK && view->drag.kind != DRAG_SCROLL)
        timeline_drag_cancel(view);
    if (was_empty && copy && ho_timeline_length(copy))
        view->placed = false;
    if (!view->placed)
        timeline_fit(view);
    timeline_layout_scroll(view);
}

void timeline_set_playhead(Timeline *view, int64_t frame)
{
    if (view->playhead == frame)
        return;
    view->playhead = frame;
    gtk_widget_queue_draw(view->over);
}

void timeline_set_marks(Timeline *view, const struct ho_marks *marks)
{
    if (!memcmp(&view->marks, marks, sizeof *marks))
        return;
    view->marks = *marks;
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

void timeline_set_selection(Timeline *view, const int64_t *clips, size_t n)
{
    if (n == view->selection->len && (!n || !memcmp(clips, view->selection->data, n * sizeof *clips)))
        return;
    GArray *next = g_array_new(FALSE, FALSE, sizeof(int64_t));    // `clips` may be ours
    if (n)
        g_array_append_vals(next, clips, (guint)n);
    g_array_unref(view->selection);
    view->selection = next;
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

static void tell_tool(Timeline *view)
{
    if (view->calls->changed_tool)
        view->calls->changed_tool(view->opaque, view->tool, view->snapping);
    gtk_widget_queue_draw(view->over);
}

void timeline_set_tool(Timeline *view, enum timeline_tool tool)
{
    if (view->tool == tool)
        return;
    view->tool = tool;
    timeline_update_cursor(view);
    tell_tool(view);
}

void timeline_set_snapping(Timeline *view, bool on)
{
    if (view->snapping == on)
        return;
    view->snapping = on;
    timeline_drag_again(view);
    tell_tool(view);
}

void timeline_set_linked(Timeline *view, bool on) { view->linked = on; }
bool timeline_snapping(Timeline *view) { return view->snapping; }
bool timeline_linked(Timeline *view) { return view->linked; }
enum timeline_tool timeline_get_tool(Timeline *view) { return view->tool; }

const int64_t *timeline_selection(Timeline *view, size_t *n)
{
    *n = view->selection->len;
    return (const int64_t *)(void *)view->selection->data;
}

void timeline_set_empty(Timeline *view, const char *sentence)
{
    g_free(view->empty);
    view->empty = g_strdup(sentence);
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

void timeline_refresh(Timeline *view) { gtk_widget_queue_draw(GTK_WIDGET(view)); }

// ---- zoom

void timeline_zoom(Timeline *view, double factor, double x)
{
    double at = x < TIMELINE_HEAD ? timeline_x(view, (double)view->playhead) : x;
    if (at < TIMELINE_HEAD || at > TIMELINE_HEAD + timeline_content_width(view))
        at = TIMELINE_HEAD + timeline_content_width(view) / 2;
    double frame = timeline_frame(view, at);
    view->zoom = CLAMP(view->zoom * factor, ZOOM_MIN, ZOOM_MAX);
    view->first = frame - (at - TIMELINE_HEAD) / view->zoom;
    timeline_layout_scroll(view);
}

void timeline_fit(Timeline *view)
{
    if (!view->timeline || gtk_widget_get_width(GTK_WIDGET(view)) <= 0)
        return;
    double length = MAX((double)ho_timeline_length(view->timeline), 1);
    double fps = ho_timeline_get_settings(view->timeline)->start.fps;
    if (length <= 1)
        length = 60 * fps;    // an empty one: a minute
    view->zoom = CLAMP(timeline_content_width(view) / (length * 1.06), ZOOM_MIN, ZOOM_MAX);
    view->first = 0;
    view->placed = true;
    timeline_layout_scroll(view);
}

void timeline_follow(Timeline *view)
{
    double x = timeline_x(view, (double)view->playhead), width = timeline_content_width(view);
    if (view->drag.kind != DRAG_NONE || (x >= TIMELINE_HEAD && x <= TIMELINE_HEAD + width))
        return;
    view->first = (double)view->playhead - width / view->zoom * 0.1;
    timeline_layout_scroll(view);
}

// ---- for tests

static int named_track(Timeline *view, const char *name)
{
    for (int i = 0; view->timeline && i < ho_timeline_n_tracks(view->timeline); i++) {
        const struct ho_track *track = ho_timeline_track(view->timeline, i);
        char own[8];
        g_snprintf(own, sizeof own, "%c%d", track->kind == HO_TRACK_VIDEO ? 'V' : 'A', track->place + 1);
        if (g_str_has_prefix(name, own))
            return i;
    }
    return -1;
}

static bool where_clip(Timeline *view, const char *what, double *x, double *y)
{
    double top, height;
    const struct ho_timeline_clip *clip = view->timeline
                                              ? ho_timeline_find_clip(view->timeline, strtoll(what, NULL, 10))
                                              : NULL;
    if (!clip || !timeline_track_span(view, ho_timeline_track_index(view->timeline, clip->track), &top, &height))
        return false;
    const char *part = strchr(what, '.');
    double head = timeline_x(view, (double)clip->at), tail = timeline_x(view, (double)(clip->at + clip->length));
    *x = !part ? (head + tail) / 2 : !strcmp(part, ".head") ? head + 4 : tail - 4;
    *y = top + height * 0.7;
    return true;
}

bool timeline_where(Timeline *view, const char *what, double *x, double *y)
{
    const char *rest = strchr(what, ':');
    double height;
    if (!rest)
        return false;
    rest++;
    if (g_str_has_prefix(what, "clip:"))
        return where_clip(view, rest, x, y);
    if (g_str_has_prefix(what, "track:") && strchr(rest, '.'))
        return track_head_where(view, named_track(view, rest), strchr(rest, '.') + 1, x, y);
    *x = timeline_x(view, (double)strtoll(rest, NULL, 10) + 0.5);
    *y = TIMELINE_RULER / 2;
    if (!g_str_has_prefix(what, "frame:") || !strchr(rest, '@'))
        return g_str_has_prefix(what, "ruler:");
    if (!timeline_track_span(view, named_track(view, strchr(rest, '@') + 1), y, &height))
        return false;
    *y += height * 0.7;
    return true;
}

// ---- the widget

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    Timeline *view = GUI_TIMELINE(widget);
    graphene_rect_t all = paint_rect(0, 0, gtk_widget_get_width(widget), gtk_widget_get_height(widget));
    gtk_snapshot_push_clip(snapshot, &all);
    timeline_draw(view, snapshot);
    gtk_snapshot_pop(snapshot);
    gtk_widget_snapshot_child(widget, view->over, snapshot);
    gtk_widget_snapshot_child(widget, view->across, snapshot);
    gtk_widget_snapshot_child(widget, view->down, snapshot);
}

static int natural(GtkWidget *child, GtkOrientation orientation)
{
    int minimum, size;
    gtk_widget_measure(child, orientation, -1, &minimum, &size, NULL, NULL);
    return size;
}

static void size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    (void)baseline;
    Timeline *view = GUI_TIMELINE(widget);
    int head = (int)TIMELINE_HEAD, ruler = (int)TIMELINE_RULER;
    int down = view->down_width = natural(view->down, GTK_ORIENTATION_HORIZONTAL);
    int across = view->across_height = natural(view->across, GTK_ORIENTATION_VERTICAL);
    if (!view->placed)
        timeline_fit(view);
    timeline_layout_scroll(view);    // before the scrollbars get their places: it moves their sliders
    GtkAllocation bottom = {head, height - across, MAX(width - head - down, 1), across};
    GtkAllocation right = {width - down, ruler, down, MAX(height - ruler - across, 1)};
    gtk_widget_size_allocate(view->over, &(GtkAllocation){0, 0, width, height}, -1);
    gtk_widget_size_allocate(view->across, &bottom, -1);
    gtk_widget_size_allocate(view->down, &right, -1);
    popup_allocate(widget);
}

static void measure(GtkWidget *widget, GtkOrientation orientation, int size, int *minimum, int *natural_size, int *b1,
                    int *b2)
{
    Timeline *view = GUI_TIMELINE(widget);
    int a, b;
    gtk_widget_measure(view->over, orientation, size, &a, &b, NULL, NULL);
    *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 320 : 120;
    *natural_size = orientation == GTK_ORIENTATION_HORIZONTAL ? 800 : 260;
    *b1 = *b2 = -1;
}

static void on_scrolled(GtkAdjustment *adjustment, Timeline *view)
{
    if (view->is_scrolling)
        return;
    double value = gtk_adjustment_get_value(adjustment);
    if (adjustment == gtk_scrollbar_get_adjustment(GTK_SCROLLBAR(view->across)))
        view->first = value;
    else
        view->top = value;
    gtk_widget_queue_draw(GTK_WIDGET(view));
    gtk_widget_queue_draw(view->over);
}

static void dispose(GObject *object)
{
    Timeline *view = GUI_TIMELINE(object);
    popup_dispose(GTK_WIDGET(object));
    g_clear_pointer(&view->over, gtk_widget_unparent);
    g_clear_pointer(&view->across, gtk_widget_unparent);
    g_clear_pointer(&view->down, gtk_widget_unparent);
    G_OBJECT_CLASS(timeline_parent_class)->dispose(object);
}

static void finalize(GObject *object)
{
    Timeline *view = GUI_TIMELINE(object);
    ho_edit_destroy(&view->drag.edit);
    ho_timeline_destroy(&view->drag.ghost);
    ho_timeline_destroy(&view->timeline);
    g_array_unref(view->selection);
    g_array_unref(view->drag.clips);
    g_free(view->empty);
    paint_texts_free(view->texts);
    G_OBJECT_CLASS(timeline_parent_class)->finalize(object);
}

static void timeline_class_init(TimelineClass *class)
{
    GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
    widget->snapshot = snapshot;
    widget->size_allocate = size_allocate;
    widget->measure = measure;
    G_OBJECT_CLASS(class)->dispose = dispose;
    G_OBJECT_CLASS(class)->finalize = finalize;
    gtk_widget_class_set_css_name(widget, "timeline");
}

static void timeline_init(Timeline *view)
{
    GtkWidget *widget = GTK_WIDGET(view);
    view->selection = g_array_new(FALSE, FALSE, sizeof(int64_t));
    view->drag.clips = g_array_new(FALSE, FALSE, sizeof(int64_t));
    view->drag.snapped = -1;
    view->zoom = 2;
    view->video_height = 58;
    view->audio_height = 42;
    view->snapping = view->linked = true;
    view->pointer_x = view->pointer_y = -1;
    view->texts = paint_texts_new(widget);
    view->across = gtk_scrollbar_new(GTK_ORIENTATION_HORIZONTAL, NULL);
    view->down = gtk_scrollbar_new(GTK_ORIENTATION_VERTICAL, NULL);
    view->over = timeline_over_new(view);
    gtk_widget_set_parent(view->over, widget);
    gtk_widget_set_parent(view->across, widget);
    gtk_widget_set_parent(view->down, widget);
    gtk_widget_set_focusable(widget, TRUE);
    gtk_widget_set_hexpand(widget, TRUE);
    gtk_widget_set_vexpand(widget, TRUE);
    g_object_set_data(G_OBJECT(view), "where", (gpointer)timeline_where);
    gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL, "Timeline", -1);
}

GtkWidget *timeline_new(const struct timeline_calls *calls, void *opaque)
{
    Timeline *view = g_object_new(timeline_get_type(), NULL);
    view->calls = calls;
    view->opaque = opaque;
    g_signal_connect(gtk_scrollbar_get_adjustment(GTK_SCROLLBAR(view->across)), "value-changed",
                     G_CALLBACK(on_scrolled), view);
    g_signal_connect(gtk_scrollbar_get_adjustment(GTK_SCROLLBAR(view->down)), "value-changed", G_CALLBACK(on_scrolled),
                     view);
    timeline_drag_attach(view);
    timeline_drop_attach(view);
    timeline_events_attach(view);
    return GTK_WIDGET(view);
}
