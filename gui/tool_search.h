// SPDX-License-Identifier: BSD-2-Clause
// Shift+Space: type a few letters of a tool's name, arrows, Return.
#ifndef GUI_TOOL_SEARCH_H
#define GUI_TOOL_SEARCH_H

#include <gtk/gtk.h>
#include <holdout/graph.h>

// Opens at a place of `owner`; `chosen` gets the type's name.
void tool_search_open(GtkWidget *owner, enum ho_page page, double x, double y,
                      void (*chosen)(GtkWidget *owner, const char *type));
// How well a label answers to letters: its beginning (3), the beginning of a word or its initials (2), anywhere (1), 0.
int tool_search_rank(const char *label, const char *letters);

#endif
