// SPDX-License-Identifier: BSD-2-Clause
// The Deliver page's sides: what is to be written (presets; Video, File), and the queue.
#ifndef GUI_DELIVER_PANEL_H
#define GUI_DELIVER_PANEL_H

#include "app.h"

GtkWidget *deliver_panel_new(struct app *app);
GtkWidget *render_queue_new(struct app *app);

#endif
