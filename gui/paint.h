// SPDX-License-Identifier: BSD-2-Clause
// What custom-drawn widgets draw with: one palette, rectangles, text laid out once.
#ifndef GUI_PAINT_H
#define GUI_PAINT_H

#include <gtk/gtk.h>

enum paint_colour {
    PAINT_CANVAS,        // behind nodes and clips
    PAINT_GRID,          // lines on it
    PAINT_PANEL,         // panels, heads, rulers
    PAINT_RAISED,        // what can be pressed or dragged
    PAINT_EDGE,          // between two of them
    PAINT_TEXT,          // text
    PAINT_DIM,           // text that matters less
    PAINT_ACCENT,        // the selected thing's frame
    PAINT_PLAYHEAD,      // playhead, record, destination
    PAINT_VIDEO,         // a picture clip
    PAINT_AUDIO,         // a sound clip
    PAINT_TITLE,         // a title
    PAINT_IMAGE,         // a picture's port and wire (Color)
    PAINT_KEY,           // a key's port and wire; masks
    PAINT_BACKGROUND,    // Fusion's background input
    PAINT_FOREGROUND,    // Fusion's foreground input
    PAINT_WARN,          // what a drop will cut
    N_PAINT_COLOURS
};
const GdkRGBA *paint_colour(enum paint_colour colour);
GdkRGBA paint_fade(enum paint_colour colour, double alpha);
GdkRGBA paint_mix(enum paint_colour a, enum paint_colour b, double share);    // share 1: b

graphene_rect_t paint_rect(double x, double y, double width, double height);
void paint_fill(GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y, double width, double height);
void paint_round(GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y, double width, double height,
                 double radius);
void paint_frame(GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y, double width, double height,
                 double radius, double line);

// Texts laid out once and kept. One for a widget, which clears it when its font changes. Thread-safety: unsafe.
struct paint_texts;
struct paint_texts *paint_texts_new(GtkWidget *widget);    // borrowed, and must outlive it
void paint_texts_free(struct paint_texts *texts);
void paint_texts_clear(struct paint_texts *texts);
// `size` in pixels. `width` > 0: cut with an ellipsis. The layout is the cache's, until the next call.
PangoLayout *paint_texts_get(struct paint_texts *texts, const char *text, double size, int width);
double paint_layout_width(PangoLayout *layout);
double paint_layout_height(PangoLayout *layout);
void paint_text(GtkSnapshot *snapshot, PangoLayout *layout, const GdkRGBA *colour, double x, double y);

#endif
