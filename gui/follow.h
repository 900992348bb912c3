// SPDX-License-Identifier: BSD-2-Clause
// While it tracks, the playhead goes along with what is tracked, until the user takes it elsewhere.
#ifndef GUI_FOLLOW_H
#define GUI_FOLLOW_H

#include "app.h"

void follow_attach(struct app *app, GtkWidget *owner);    // for as long as the owner lives

#endif
