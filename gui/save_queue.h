// SPDX-License-Identifier: BSD-2-Clause
// Mattes on their way to files: one after another on a thread of its own, with progress, and stopped when asked.
#ifndef GUI_SAVE_QUEUE_H
#define GUI_SAVE_QUEUE_H

#include "deliver_settings.h"

// Of the selected object as it is now. False, and the window says why, where it cannot be.
bool save_queue_add(struct app *app, const struct deliver_settings *settings);
size_t save_queue_size(void);
const struct ho_work *save_queue_work(size_t index);    // oldest first; `message`: the file, or why it failed
const struct ho_work *save_queue_running(void);         // NULL: none
void save_queue_stop(struct app *app, int64_t id);      // one that runs or waits; one that is over leaves the list
// For as long as the widget lives; on the window's thread.
void save_queue_watch(GtkWidget *widget, void (*changed)(void *opaque), void *opaque);
void save_queue_close(void);    // stops all, waits, forgets

#endif
