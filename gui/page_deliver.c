// SPDX-License-Identifier: BSD-2-Clause
// Deliver: settings, viewer, queue.
#include "deliver_panel.h"
#include "viewer_bar.h"
#include "window.h"

static GtkWidget *create(struct app *app)
{
    GtkWidget *viewer;
    GtkWidget *middle = viewer_panel_new(app, 0, HO_VIEW_OF_CLIP, true, false, &viewer);
    GtkWidget *right = window_paned(GTK_ORIENTATION_HORIZONTAL, middle, render_queue_new(app), true);
    GtkWidget *all = window_paned(GTK_ORIENTATION_HORIZONTAL, deliver_panel_new(app), right, false);
    gtk_widget_add_css_class(all, "page");
    viewer_set_empty(viewer_of(viewer), _("Nothing to deliver yet"), _("Track something on the Color page first."));
    viewer_set_look(viewer_of(viewer), HO_LOOK_MATTE);
    return all;
}

const struct page page_deliver = {"deliver", _("Deliver"), "deliver", create};
