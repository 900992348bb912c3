// SPDX-License-Identifier: BSD-2-Clause
// What runs, at the right of the page bar: its name, how far it is, time left, and a cross to stop it.
#ifndef GUI_JOB_BAR_H
#define GUI_JOB_BAR_H

#include "app.h"

GtkWidget *job_bar_new(struct app *app);
// "12 of 96 frames, 0:08 left"; the caller's.
char *job_bar_words(const struct ho_work *work);
const struct ho_work *job_bar_running(struct app *app);    // what it shows; NULL: nothing runs

#endif
