// SPDX-License-Identifier: BSD-2-Clause
// What moves above the timeline's content, so that the content is not drawn again: playhead, snap line, rubber band,
// blade, and the ghost of a drag with what it would cut.
#include <math.h>

#include "timeline_internal.h"

struct _TimelineOver {
    GtkWidget parent;
    Timeline *view;
};
G_DECLARE_FINAL_TYPE(TimelineOver, timeline_over, GUI, TIMELINE_OVER, GtkWidget)
G_DEFINE_FINAL_TYPE(TimelineOver, timeline_over, GTK_TYPE_WIDGET)

static void draw_playhead(Timeline *view, GtkSnapshot *snapshot, double bottom)
{
    double x = floor(timeline_x(view, (double)view->playhead));
    if (x < TIMELINE_HEAD)
        return;
    const GdkRGBA *red = paint_colour(PAINT_PLAYHEAD);
    paint_round(snapshot, red, x - 5, TIMELINE_RULER - 13, 11, 9, 2);
    paint_fill(snapshot, red, x, TIMELINE_RULER - 6, 1, bottom - TIMELINE_RULER + 6);
}

static void draw_cuts(Timeline *view, GtkSnapshot *snapshot)
{
    const struct timeline_drag *drag = &view->drag;
    for (size_t i = 0; drag->edit && i < drag->edit->n_cuts; i++) {
        const struct ho_cut *cut = &drag->edit->cuts[i];
        double y, height;
        if (!timeline_track_span(view, ho_timeline_track_index(view->timeline, cut->clip->track), &y, &height))
            continue;
        double x = timeline_x(view, (double)cut->frames.first), end = timeline_x(view, (double)cut->frames.last + 1);
        GdkRGBA veil = paint_fade(PAINT_WARN, 0.4);
        paint_fill(snapshot, &veil, x, y, end - x, height);
        paint_frame(snapshot, paint_colour(PAINT_WARN), x, y, end - x, height, 0, 1);
    }
}

static void draw_timecode(Timeline *view, GtkSnapshot *snapshot)
{
    char text[HO_TIMECODE_SIZE];
    ho_timecode_format(ho_timecode_add(ho_timeline_get_settings(view->timeline)->start, view->playhead), text);
    paint_text(snapshot, paint_texts_get(view->texts, text, 15, 0), paint_colour(PAINT_TEXT), 12, 4);
}

// It only loses a piece, which draw_cuts() shows.
static bool is_cut(const struct timeline_drag *drag, const struct ho_timeline_clip *clip)
{
    for (size_t i = 0; i < drag->edit->n_cuts; i++)
        if (drag->edit->cuts[i].clip->id == clip->id)
            return true;
    return false;
}

// Where a clip is now and will not be any more.
static void draw_left(Timeline *view, GtkSnapshot *snapshot)
{
    const struct timeline_drag *drag = &view->drag;
    GdkRGBA veil = paint_fade(PAINT_CANVAS, 0.6);
    for (size_t i = 0; drag->edit && i < drag->edit->n_clips; i++) {
        const struct ho_timeline_clip *before = drag->edit->clips[i].before;
        double y, height;
        if (!before || is_cut(drag, before) ||
            !timeline_track_span(view, ho_timeline_track_index(view->timeline, before->track), &y, &height))
            continue;
        double x = timeline_x(view, (double)before->at), end = timeline_x(view, (double)(before->at + before->length));
        paint_fill(snapshot, &veil, x, y, end - x, height);
    }
}

static void draw_ghost(Timeline *view, GtkSnapshot *snapshot)
{
    const struct timeline_drag *drag = &view->drag;
    for (size_t i = 0; drag->edit && i < drag->edit->n_clips; i++) {
        const struct ho_timeline_clip *after = drag->edit->clips[i].after;
        if (after && !is_cut(drag, after))
            timeline_draw_clip(view, snapshot, drag->ghost, after, true);
    }
}

static void draw_words(Timeline *view, GtkSnapshot *snapshot, const char *words, double y, enum paint_colour colour)
{
    PangoLayout *layout = paint_texts_get(view->texts, words, 11, 420);
    double width = MIN(paint_layout_width(layout), 420) + 12;
    double x = CLAMP(view->drag.x + 14, TIMELINE_HEAD,
                     MAX(TIMELINE_HEAD + timeline_content_width(view) - width, TIMELINE_HEAD));
    GdkRGBA back = paint_fade(PAINT_EDGE, 0.9);
    paint_round(snapshot, &back, x, y, width, 20, 3);
    paint_text(snapshot, layout, paint_colour(colour), x + 6, y + 2);
}

static void format_shift(Timeline *view, int64_t frames, char *out, size_t size)
{
    struct ho_timecode timecode = ho_timeline_get_settings(view->timeline)->start;
    char text[HO_TIMECODE_SIZE];
    timecode.frame = ABS(frames);
    ho_timecode_format(timecode, text);
    g_snprintf(out, size, "%s%s", frames < 0 ? "−" : "+", text);
}

static void draw_bubble(Timeline *view, GtkSnapshot *snapshot)
{
    const struct timeline_drag *drag = &view->drag;
    char shift[HO_TIMECODE_SIZE + 8];
    double y = MIN(drag->y + 16, gtk_widget_get_height(GTK_WIDGET(view)) - 46);
    format_shift(view, drag->wish.frames, shift, sizeof shift);
    if (*drag->refused) {
        draw_words(view, snapshot, drag->refused, y, PAINT_WARN);
        return;
    }
    if (drag->kind != DRAG_MEDIA)
        draw_words(view, snapshot, shift, y, PAINT_TEXT);
    if (*drag->cuts)
        draw_words(view, snapshot, drag->cuts, y + 22, PAINT_WARN);
}

static void draw_band(Timeline *view, GtkSnapshot *snapshot)
{
    const struct timeline_drag *drag = &view->drag;
    double x = MIN(drag->start_x, drag->x), y = MIN(drag->start_y, drag->y);
    double width = fabs(drag->x - drag->start_x), height = fabs(drag->y - drag->start_y);
    GdkRGBA inside = paint_fade(PAINT_ACCENT, 0.12);
    paint_fill(snapshot, &inside, x, y, width, height);
    paint_frame(snapshot, paint_colour(PAINT_ACCENT), x, y, width, height, 0, 1);
}

static void draw_blade(Timeline *view, GtkSnapshot *snapshot)
{
    double y, height;
    if (view->tool != TIMELINE_BLADE || view->hover.place != PLACE_CLIP ||
        !timeline_track_span(view, view->hover.track, &y, &height))
        return;
    double x = floor(timeline_x(view, (double)llround(view->hover.frame)));
    paint_fill(snapshot, paint_colour(PAINT_TEXT), x, y, 1, height);
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    Timeline *view = GUI_TIMELINE_OVER(widget)->view;
    const struct timeline_drag *drag = &view->drag;
    double right = TIMELINE_HEAD + timeline_content_width(view),
           bottom = TIMELINE_RULER + timeline_content_height(view);
    if (!view->timeline)
        return;
    graphene_rect_t all = paint_rect(TIMELINE_HEAD - 6, 0, right - TIMELINE_HEAD + 6, bottom);
    graphene_rect_t tracks = paint_rect(TIMELINE_HEAD, TIMELINE_RULER, right - TIMELINE_HEAD, bottom - TIMELINE_RULER);
    gtk_snapshot_push_clip(snapshot, &tracks);
    draw_left(view, snapshot);
    draw_ghost(view, snapshot);
    draw_cuts(view, snapshot);
    draw_blade(view, snapshot);
    if (drag->kind == DRAG_BAND && drag->moved)
        draw_band(view, snapshot);
    gtk_snapshot_pop(snapshot);
    draw_timecode(view, snapshot);
    gtk_snapshot_push_clip(snapshot, &all);
    draw_playhead(view, snapshot, bottom);
    if (drag->snapped >= 0 && drag->kind != DRAG_NONE)
        paint_fill(snapshot, paint_colour(PAINT_TEXT), floor(timeline_x(view, (double)drag->snapped)), TIMELINE_RULER,
                   1, bottom - TIMELINE_RULER);
    gtk_snapshot_pop(snapshot);
    if (drag->moved && (drag->edit || *drag->refused))
        draw_bubble(view, snapshot);
}

static void timeline_over_class_init(TimelineOverClass *class) { GTK_WIDGET_CLASS(class)->snapshot = snapshot; }
static void timeline_over_init(TimelineOver *over) { gtk_widget_set_can_target(GTK_WIDGET(over), FALSE); }

GtkWidget *timeline_over_new(Timeline *view)
{
    TimelineOver *over = g_object_new(timeline_over_get_type(), NULL);
    over->view = view;
    return GTK_WIDGET(over);
}
