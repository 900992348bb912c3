// SPDX-License-Identifier: BSD-2-Clause
// The Magic Mask palette: objects, tracking with its lane, frames to check, finesse.
#ifndef GUI_MASK_PALETTE_H
#define GUI_MASK_PALETTE_H

#include "app.h"

GtkWidget *mask_palette_new(struct app *app);
GtkWidget *doubt_list_new(struct app *app);       // frames to be checked, worst first
GtkWidget *finesse_panel_new(struct app *app);    // of the clip's Magic Mask node

#endif
