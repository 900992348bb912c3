// SPDX-License-Identifier: BSD-2-Clause
// The steps of the project, newest first; a click goes back (or forth) to one.
#ifndef GUI_HISTORY_H
#define GUI_HISTORY_H

#include "app.h"

void history_show(struct app *app);

#endif
