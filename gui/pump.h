// SPDX-License-Identifier: BSD-2-Clause
// Workers' posts into the window's thread, and how long that thread was ever away.
#ifndef GUI_PUMP_H
#define GUI_PUMP_H

#include "app.h"

void pump_wake(void *app);    // any thread; many become one
void pump_stop(struct app *app);

// The longest that the main loop did not answer since the last reset, in seconds; measured by a thread of its own.
void stalls_start(void);
void stalls_stop(void);
double stalls_worst(bool reset);

#endif
