// SPDX-License-Identifier: BSD-2-Clause
// Over a viewer: what it shows, how large, with which look; its viewer below, and the transport.
#ifndef GUI_VIEWER_BAR_H
#define GUI_VIEWER_BAR_H

#include "viewer.h"

// A viewer with its bar and transport. `looks`: buttons for overlay, highlight and matte. The viewer widget goes to
// *viewer.
GtkWidget *viewer_panel_new(struct app *app, int slot, enum ho_view_subject subject, bool looks, bool whole,
                            GtkWidget **viewer);
GtkWidget *source_viewer_new(struct app *app, int slot, GtkWidget **viewer);    // of the selected media

#endif
