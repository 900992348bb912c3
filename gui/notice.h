// SPDX-License-Identifier: BSD-2-Clause
// One sentence at the left of the page bar: why something was refused, or what work that went on by itself has to say.
#ifndef GUI_NOTICE_H
#define GUI_NOTICE_H

#include "app.h"

GtkWidget *notice_new(struct app *app);

#endif
