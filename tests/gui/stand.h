// SPDX-License-Identifier: BSD-2-Clause
// One widget in a window of its own, for tests: what it asks for is printed, where things are is answered.
#ifndef TESTS_GUI_STAND_H
#define TESTS_GUI_STAND_H

#include <gtk/gtk.h>

struct stand {
    const char *name;
    GtkWidget *(*create)(void);
    bool (*where)(const char *what, double *x, double *y);    // in the widget of create()
    void (*tell)(const char *line);                           // any other line; may be NULL
};
extern const struct stand stand_nodes, stand_inspector, stand_wheels, stand_timeline, stand_handles;

void stand_say(const char *format, ...) G_GNUC_PRINTF(1, 2);    // one line on stdout

#endif
