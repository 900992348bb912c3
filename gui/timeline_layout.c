// SPDX-License-Identifier: BSD-2-Clause
// Frames and tracks to pixels and back. Pictures stand over sound: V2, V1, then A1, A2.
#include <math.h>

#include "timeline_internal.h"

double timeline_x(Timeline *view, double frame) { return TIMELINE_HEAD + (frame - view->first) * view->zoom; }
double timeline_frame(Timeline *view, double x) { return (x - TIMELINE_HEAD) / view->zoom + view->first; }

double timeline_content_width(Timeline *view)
{
    return MAX(gtk_widget_get_width(GTK_WIDGET(view)) - TIMELINE_HEAD - view->down_width, 1);
}

double timeline_content_height(Timeline *view)
{
    return MAX(gtk_widget_get_height(GTK_WIDGET(view)) - TIMELINE_RULER - view->across_height, 1);
}

static int count(Timeline *view, enum ho_track_kind kind)
{
    int n = 0;
    for (int i = 0; view->timeline && i < ho_timeline_n_tracks(view->timeline); i++)
        n += ho_timeline_track(view->timeline, i)->kind == kind;
    return n;
}

double timeline_tracks_height(Timeline *view)
{
    int video = count(view, HO_TRACK_VIDEO), audio = count(view, HO_TRACK_AUDIO);
    return video * (view->video_height + TIMELINE_GAP) + TIMELINE_SPLIT_GAP +
           audio * (view->audio_height + TIMELINE_GAP);
}

// Few tracks stand in the middle, as where there is room they do in the field's tools.
static double tracks_top(Timeline *view)
{
    double room = timeline_content_height(view) - timeline_tracks_height(view);
    return TIMELINE_RULER + (room > 0 ? floor(room / 2) : -floor(view->top));
}

bool timeline_track_span(Timeline *view, int index, double *y, double *height)
{
    if (!view->timeline || index < 0 || index >= ho_timeline_n_tracks(view->timeline))
        return false;
    const struct ho_track *track = ho_timeline_track(view->timeline, index);
    int video = count(view, HO_TRACK_VIDEO);
    double top = tracks_top(view);
    if (track->kind == HO_TRACK_VIDEO) {
        *height = view->video_height;
        *y = top + (video - 1 - track->place) * (view->video_height + TIMELINE_GAP);
    } else {
        *height = view->audio_height;
        *y = top + video * (view->video_height + TIMELINE_GAP) + TIMELINE_SPLIT_GAP +
             track->place * (view->audio_height + TIMELINE_GAP);
    }
    return true;
}

int timeline_track_under(Timeline *view, double y)
{
    double at, height;
    for (int i = 0; timeline_track_span(view, i, &at, &height); i++)
        if (y >= at && y < at + height + TIMELINE_GAP)
            return i;
    return -1;
}

bool timeline_is_selected(Timeline *view, int64_t clip)
{
    for (guint i = 0; i < view->selection->len; i++)
        if (g_array_index(view->selection, int64_t, i) == clip)
            return true;
    return false;
}

// ---- scrolling

static void set_bar(GtkWidget *bar, double value, double upper, double page)
{
    GtkAdjustment *adjustment = gtk_scrollbar_get_adjustment(GTK_SCROLLBAR(bar));
    gtk_adjustment_configure(adjustment, value, 0, MAX(upper, page), page / 10, page, page);
}

void timeline_layout_scroll(Timeline *view)
{
    double shown = timeline_content_width(view) / view->zoom;
    double length = view->timeline ? (double)ho_timeline_length(view->timeline) : 0;
    double room = timeline_content_height(view), tracks = timeline_tracks_height(view);
    view->first = MAX(view->first, 0);
    view->top = CLAMP(view->top, 0, MAX(tracks - room, 0));
    view->is_scrolling = true;
    set_bar(view->across, view->first, MAX(length + shown * 0.5, view->first + shown), shown);
    set_bar(view->down, view->top, tracks, room);
    view->is_scrolling = false;
    gtk_widget_queue_draw(GTK_WIDGET(view));
    gtk_widget_queue_draw(view->over);
}
