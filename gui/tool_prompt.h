// SPDX-License-Identifier: BSD-2-Clause
// Magic Mask's hand on the picture: a click adds, Ctrl+click or the right button removes, a drag is a box (or a stroke,
// where the palette says so), Shift held shows what a click would do.
#ifndef GUI_TOOL_PROMPT_H
#define GUI_TOOL_PROMPT_H

#include "viewer.h"

void tool_prompt_attach(struct app *app, GtkWidget *viewer);
void tool_prompt_use(GtkWidget *viewer);    // again, after another tool

#endif
