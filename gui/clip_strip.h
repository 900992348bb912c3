// SPDX-License-Identifier: BSD-2-Clause
// The timeline's clips in a row, as the Color page has them; a click goes to one.
#ifndef GUI_CLIP_STRIP_H
#define GUI_CLIP_STRIP_H

#include "app.h"

GtkWidget *clip_strip_new(struct app *app);

#endif
