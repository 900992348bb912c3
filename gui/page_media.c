// SPDX-License-Identifier: BSD-2-Clause
// Media: bins, what is in them, a viewer of the source, and what it is.
#include "actions.h"
#include "bin_view.h"
#include "viewer_bar.h"
#include "window.h"

static GtkWidget *pool(struct app *app)
{
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *head = window_bar("head");
    GtkWidget *view = bin_view_new(app), *right = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    gtk_box_append(GTK_BOX(head), window_label(_("Media Pool"), "title"));
    gtk_box_append(GTK_BOX(head), window_spacer());
    gtk_box_append(GTK_BOX(head), action_text_button(app, "new-timeline", _("New Timeline")));
    gtk_box_append(GTK_BOX(head), action_text_button(app, "import", _("Import")));
    gtk_box_append(GTK_BOX(right), head);
    gtk_box_append(GTK_BOX(right), window_scrolled(view));
    GtkWidget *paned = window_paned(GTK_ORIENTATION_HORIZONTAL, bin_list_new(app, view), right, false);
    gtk_box_append(GTK_BOX(column), paned);
    gtk_widget_set_size_request(column, -1, 240);
    return column;
}

static GtkWidget *create(struct app *app)
{
    GtkWidget *viewer;
    GtkWidget *panel = source_viewer_new(app, 0, &viewer);
    GtkWidget *top = window_paned(GTK_ORIENTATION_HORIZONTAL, panel, source_panel_new(app), true);
    GtkWidget *all = window_paned(GTK_ORIENTATION_VERTICAL, top, pool(app), true);
    window_share(all, 0.58);
    gtk_widget_add_css_class(all, "page");
    viewer_set_empty(viewer_of(viewer), _("No clip selected"), _("Click on one below, or drop films on the window."));
    return all;
}

const struct page page_media = {"media", _("Media"), "media", create};
