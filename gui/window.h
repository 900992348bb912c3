// SPDX-License-Identifier: BSD-2-Clause
// The window: menu bar above, the page, and the pages along the bottom.
#ifndef GUI_WINDOW_H
#define GUI_WINDOW_H

#include "app.h"

// A page is a file with one of these, and a line in window.c.
struct page {
    const char *name, *label, *icon;
    GtkWidget *(*create)(struct app *app);
};
extern const struct page page_media, page_edit, page_fusion, page_color, page_deliver;

void window_create(struct app *app);
void window_close(struct app *app);    // for good, once jobs have agreed

// Building blocks of pages.
GtkWidget *window_bar(const char *class);                        // "top", "head", "pages"
GtkWidget *window_label(const char *text, const char *class);    // class NULL: none
GtkWidget *window_spacer(void);                                  // takes what is left of a row
GtkWidget *window_paned(GtkOrientation orientation, GtkWidget *first, GtkWidget *second, bool first_grows);
void window_share(GtkWidget *paned, double share);    // of the first child, when it is laid out first
GtkWidget *window_scrolled(GtkWidget *child);
GtkWidget *window_button(struct app *app, const char *action);    // the first one of that action that is shown
// A session's picture, fitted into a box of a snapshot and given back; NULL: an empty frame.
void window_picture(GtkSnapshot *snapshot, struct ho_view_picture *picture, double x, double y, double width,
                    double height);

#endif
