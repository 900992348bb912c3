// SPDX-License-Identifier: BSD-2-Clause
// A track's head: name, destination (orange), lock, auto select, eye or loudspeaker.
#include <string.h>

#include "timeline_internal.h"

#define ICON 20.0

static double part_x(enum head_part part)
{
    switch (part) {
    case HEAD_TARGET: return 6;
    case HEAD_NAME: return 40;
    default: return TIMELINE_HEAD - 8 - ICON * (N_HEAD_PARTS - (int)part);
    }
}

static cairo_t *icon_at(GtkSnapshot *snapshot, enum head_part part, double y, double height, bool on)
{
    graphene_rect_t area = paint_rect(part_x(part), y + height / 2 - ICON / 2, ICON, ICON);
    cairo_t *cr = gtk_snapshot_append_cairo(snapshot, &area);
    cairo_translate(cr, part_x(part) + ICON / 2, y + height / 2);
    GdkRGBA colour = on ? *paint_colour(PAINT_TEXT) : paint_fade(PAINT_DIM, 0.45);
    gdk_cairo_set_source_rgba(cr, &colour);
    cairo_set_line_width(cr, 1.3);
    return cr;
}

static void draw_lock(GtkSnapshot *snapshot, double y, double height, bool locked)
{
    cairo_t *cr = icon_at(snapshot, HEAD_LOCK, y, height, locked);
    cairo_rectangle(cr, -4.5, -1, 9, 6.5);
    cairo_fill(cr);
    cairo_new_sub_path(cr);
    cairo_arc(cr, locked ? 0 : 2.5, -1.5, 3, G_PI, 0);
    cairo_stroke(cr);
    cairo_destroy(cr);
}

static void draw_auto(GtkSnapshot *snapshot, double y, double height, bool on)
{
    cairo_t *cr = icon_at(snapshot, HEAD_AUTO, y, height, on);
    cairo_move_to(cr, -5.5, -3.5);
    cairo_line_to(cr, -5.5, 3.5);
    cairo_move_to(cr, 5.5, -3.5);
    cairo_line_to(cr, 5.5, 3.5);
    cairo_move_to(cr, -3, 0);
    cairo_line_to(cr, 3, 0);
    cairo_stroke(cr);
    cairo_move_to(cr, -4.5, 0);
    cairo_line_to(cr, -1.5, -2.5);
    cairo_line_to(cr, -1.5, 2.5);
    cairo_close_path(cr);
    cairo_move_to(cr, 4.5, 0);
    cairo_line_to(cr, 1.5, -2.5);
    cairo_line_to(cr, 1.5, 2.5);
    cairo_close_path(cr);
    cairo_fill(cr);
    cairo_destroy(cr);
}

static void draw_eye(GtkSnapshot *snapshot, double y, double height, bool on)
{
    cairo_t *cr = icon_at(snapshot, HEAD_EYE, y, height, on);
    cairo_move_to(cr, -6, 0);
    cairo_curve_to(cr, -3, -4.5, 3, -4.5, 6, 0);
    cairo_curve_to(cr, 3, 4.5, -3, 4.5, -6, 0);
    cairo_close_path(cr);
    cairo_stroke(cr);
    cairo_arc(cr, 0, 0, 1.9, 0, 2 * G_PI);
    cairo_fill(cr);
    if (!on) {
        cairo_move_to(cr, -5, 5);
        cairo_line_to(cr, 5, -5);
        cairo_stroke(cr);
    }
    cairo_destroy(cr);
}

static void draw_speaker(GtkSnapshot *snapshot, double y, double height, bool on)
{
    cairo_t *cr = icon_at(snapshot, HEAD_EYE, y, height, on);
    cairo_move_to(cr, -5, -2);
    cairo_line_to(cr, -2.5, -2);
    cairo_line_to(cr, 1, -5);
    cairo_line_to(cr, 1, 5);
    cairo_line_to(cr, -2.5, 2);
    cairo_line_to(cr, -5, 2);
    cairo_close_path(cr);
    cairo_fill(cr);
    if (on)
        cairo_arc(cr, 1, 0, 4, -0.8, 0.8);
    else {
        cairo_move_to(cr, 2, -3);
        cairo_line_to(cr, 6, 3);
    }
    cairo_stroke(cr);
    cairo_destroy(cr);
}

void track_head_draw(Timeline *view, GtkSnapshot *snapshot, const struct ho_track *track, double y, double height)
{
    char label[8], name[HO_TIMELINE_NAME_SIZE];
    g_snprintf(label, sizeof label, "%c%d", track->kind == HO_TRACK_VIDEO ? 'V' : 'A', track->place + 1);
    paint_fill(snapshot, paint_colour(PAINT_RAISED), 0, y, TIMELINE_HEAD - 1, height);
    PangoLayout *layout = paint_texts_get(view->texts, label, 12, 0);
    double middle = y + height / 2, x = part_x(HEAD_TARGET);
    GdkRGBA box = track->target ? paint_mix(PAINT_PLAYHEAD, PAINT_PANEL, 0.15) : *paint_colour(PAINT_PANEL);
    paint_round(snapshot, &box, x, middle - 10, 28, 20, 3);
    paint_text(snapshot, layout, paint_colour(track->target ? PAINT_TEXT : PAINT_DIM),
               x + 14 - paint_layout_width(layout) / 2, middle - paint_layout_height(layout) / 2);
    if (*track->name) {
        ho_track_name(track, name);
        layout = paint_texts_get(view->texts, name, 11, (int)(part_x(HEAD_LOCK) - part_x(HEAD_NAME)));
        paint_text(snapshot, layout, paint_colour(PAINT_DIM), part_x(HEAD_NAME),
                   middle - paint_layout_height(layout) / 2);
    }
    draw_lock(snapshot, y, height, track->locked);
    draw_auto(snapshot, y, height, track->auto_select);
    if (track->kind == HO_TRACK_VIDEO)
        draw_eye(snapshot, y, height, track->enabled);
    else
        draw_speaker(snapshot, y, height, track->enabled);
}

bool track_head_press(Timeline *view, int index, double x, double y)
{
    (void)y;
    struct timeline_wish wish = {.kind = TIMELINE_SET_TRACK, .track = *ho_timeline_track(view->timeline, index)};
    if (x < part_x(HEAD_NAME))
        wish.track.target = !wish.track.target;
    else if (x < part_x(HEAD_LOCK))
        return false;
    else if (x < part_x(HEAD_AUTO))
        wish.track.locked = !wish.track.locked;
    else if (x < part_x(HEAD_EYE))
        wish.track.auto_select = !wish.track.auto_select;
    else
        wish.track.enabled = !wish.track.enabled;
    timeline_ask(view, &wish);
    return true;
}

bool track_head_where(Timeline *view, int index, const char *part, double *x, double *y)
{
    static const char *const names[N_HEAD_PARTS] = {"name", "target", "lock", "auto", "eye"};
    double top, height;
    for (int i = 0; i < N_HEAD_PARTS; i++)
        if (!strcmp(part, names[i]) && timeline_track_span(view, index, &top, &height)) {
            *x = part_x((enum head_part)i) + ICON / 2;
            *y = top + height / 2;
            return true;
        }
    return false;
}
