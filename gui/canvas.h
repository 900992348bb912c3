// SPDX-License-Identifier: BSD-2-Clause
// A widget that draws itself: what differs from one to the next is a few functions.
#ifndef GUI_CANVAS_H
#define GUI_CANVAS_H

#include <gtk/gtk.h>

struct canvas_calls {
    void (*draw)(void *opaque, GtkSnapshot *snapshot, int width, int height);
    void (*resized)(void *opaque, int width, int height);                   // may be NULL
    bool (*where)(void *opaque, const char *part, double *x, double *y);    // for tests; may be NULL
    void (*destroy)(void *opaque);                                          // may be NULL
    GtkAccessibleRole role;                                                 // 0: an image
};
G_DECLARE_FINAL_TYPE(Canvas, canvas, GUI, CANVAS, GtkWidget)
GtkWidget *canvas_new(const struct canvas_calls *calls, void *opaque, int min_width, int min_height);
void *canvas_opaque(GtkWidget *canvas);
bool canvas_where(GtkWidget *canvas, const char *part, double *x, double *y);    // false: no such part

#endif
