// SPDX-License-Identifier: BSD-2-Clause
// Under a viewer: the scrubber, the buttons that play, and the timecode that can be typed into.
#ifndef GUI_TRANSPORT_H
#define GUI_TRANSPORT_H

#include "app.h"

// `whole`: over the whole timeline, else over the clip that Color works on.
GtkWidget *transport_new(struct app *app, bool whole);
GtkWidget *scrubber_new(struct app *app, bool whole);
GtkWidget *timecode_entry_new(struct app *app);    // the playhead's, of the timeline

#endif
