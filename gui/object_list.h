// SPDX-License-Identifier: BSD-2-Clause
// The clip's objects, each with its colour: which one is worked on, how much of it is tracked, how much is doubtful.
#ifndef GUI_OBJECT_LIST_H
#define GUI_OBJECT_LIST_H

#include "app.h"

GtkWidget *object_list_new(struct app *app);

#endif
