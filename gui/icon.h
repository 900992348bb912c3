// SPDX-License-Identifier: BSD-2-Clause
// Icons: paths in a square of 16, drawn in the text's colour, sharp at any scale.
#ifndef GUI_ICON_H
#define GUI_ICON_H

#include <gtk/gtk.h>

GtkWidget *icon_new(const char *name);                                             // of 16 pixels
void icon_set(GtkWidget *icon, const char *name);                                  // another one in its place
void icon_draw(cairo_t *cr, const char *name, double x, double y, double size);    // in the source that is set
bool icon_exists(const char *name);

#endif
