// SPDX-License-Identifier: BSD-2-Clause
// What the window shows, as a line of JSON, for tests.
#ifndef GUI_STATE_H
#define GUI_STATE_H

#include "app.h"

char *state_format(struct app *app);    // the caller's

#endif
