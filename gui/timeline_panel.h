// SPDX-License-Identifier: BSD-2-Clause
// The Edit page's timeline with its tools, kept as the session has it; what it asks for becomes the session's commands.
#ifndef GUI_TIMELINE_PANEL_H
#define GUI_TIMELINE_PANEL_H

#include "app.h"
#include "timeline.h"

GtkWidget *timeline_panel_new(struct app *app);    // its timeline's name for tests is "timeline"
Timeline *timeline_of(GtkWidget *panel);           // of an action's panel, or the one that is shown; NULL: none

// timeline_asks.c
void timeline_ask_session(struct app *app, Timeline *view, const struct timeline_wish *wish);
GMenuModel *timeline_clip_menu(struct app *app, int64_t clip);      // the caller's
GMenuModel *timeline_track_menu(struct app *app, int64_t track);    // 0: none. The caller's
void timeline_menu_attach(struct app *app, GtkWidget *view);        // its actions

#endif
