// SPDX-License-Identifier: BSD-2-Clause
// Menus and one-line entries that open at a place of a custom-drawn widget.
#ifndef GUI_POPUP_H
#define GUI_POPUP_H

#include <gtk/gtk.h>

// A widget with popups calls this in its size_allocate, and popup_dispose() in its dispose.
void popup_allocate(GtkWidget *owner);
void popup_dispose(GtkWidget *owner);
// Opens `child` (taken) at a place of the owner; an open one closes. Closes by itself on Escape and a press elsewhere.
void popup_open(GtkWidget *owner, GtkWidget *popover, double x, double y);
void popup_close(GtkWidget *owner);
void popup_menu(GtkWidget *owner, GMenuModel *menu, double x, double y);
// `done` gets the text on Return.
void popup_entry(GtkWidget *owner, const char *text, double x, double y,
                 void (*done)(GtkWidget *owner, const char *text));

#endif
