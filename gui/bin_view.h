// SPDX-License-Identifier: BSD-2-Clause
// What is in a bin: media and timelines as thumbnails with their names. A click shows one in the viewer, a double click
// opens it.
#ifndef GUI_BIN_VIEW_H
#define GUI_BIN_VIEW_H

#include "app.h"

GtkWidget *bin_view_new(struct app *app);
void bin_view_set_bin(GtkWidget *view, int64_t bin);
int64_t bin_view_bin(GtkWidget *view);
GtkWidget *bin_list_new(struct app *app, GtkWidget *view);    // the bins themselves; chooses what the view shows
GtkWidget *source_panel_new(struct app *app);                 // what the selected media is

#endif
