// SPDX-License-Identifier: BSD-2-Clause
// Edit: media, source and timeline viewer, inspector; the timeline below.
#include "actions.h"
#include "bin_view.h"
#include "clip_inspector.h"
#include "icon.h"
#include "timeline_panel.h"
#include "tool_shape.h"
#include "viewer_bar.h"
#include "window.h"

static GtkWidget *pool(struct app *app)
{
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *head = window_bar("head");
    gtk_box_append(GTK_BOX(head), window_label(_("Media Pool"), "title"));
    gtk_box_append(GTK_BOX(head), window_spacer());
    gtk_box_append(GTK_BOX(head), action_button(app, "import"));
    gtk_box_append(GTK_BOX(column), head);
    gtk_box_append(GTK_BOX(column), window_scrolled(bin_view_new(app)));
    gtk_widget_set_size_request(column, 196, -1);
    return column;
}

// Handles over the timeline's picture are there when they are wanted: they lie over what is looked at.
static void on_handles(GtkToggleButton *button, struct shape_tool *tool)
{
    tool_shape_show(tool, gtk_toggle_button_get_active(button));
}

static GtkWidget *timeline_viewer(struct app *app)
{
    GtkWidget *viewer, *panel = viewer_panel_new(app, 0, HO_VIEW_OF_TIMELINE, false, true, &viewer);
    struct shape_tool *tool = tool_shape_new(app, viewer, &shape_of_clip);
    GtkWidget *button = gtk_toggle_button_new(), *over = gtk_overlay_new();
    gtk_button_set_child(GTK_BUTTON(button), icon_new("transform"));
    gtk_widget_set_tooltip_text(button, _("Move, scale and turn the clip in the picture"));
    gtk_widget_set_name(button, "transform-handles");
    gtk_widget_set_focus_on_click(button, FALSE);
    gtk_widget_add_css_class(button, "icon");
    gtk_widget_set_halign(button, GTK_ALIGN_END);
    gtk_widget_set_valign(button, GTK_ALIGN_START);
    gtk_widget_set_margin_top(button, 3);
    gtk_widget_set_margin_end(button, 6);
    g_signal_connect(button, "toggled", G_CALLBACK(on_handles), tool);
    gtk_overlay_set_child(GTK_OVERLAY(over), panel);
    gtk_overlay_add_overlay(GTK_OVERLAY(over), button);
    gtk_widget_set_name(viewer, "timeline-viewer");
    viewer_set_empty(viewer_of(viewer), _("The timeline's picture"), _("Place a clip below, and it is shown here."));
    return over;
}

static GtkWidget *create(struct app *app)
{
    GtkWidget *source_viewer, *source = source_viewer_new(app, 1, &source_viewer);
    gtk_widget_set_name(source_viewer, "source-viewer");
    viewer_set_empty(viewer_of(source_viewer), _("No clip selected"), _("Click on one in the media pool."));
    GtkWidget *viewers = window_paned(GTK_ORIENTATION_HORIZONTAL, source, timeline_viewer(app), true);
    GtkWidget *left = window_paned(GTK_ORIENTATION_HORIZONTAL, pool(app), viewers, false);
    GtkWidget *top = window_paned(GTK_ORIENTATION_HORIZONTAL, left, clip_inspector_new(app), true);
    GtkWidget *all = window_paned(GTK_ORIENTATION_VERTICAL, top, timeline_panel_new(app), true);
    gtk_paned_set_resize_end_child(GTK_PANED(viewers), TRUE);
    gtk_widget_add_css_class(all, "page");
    return all;
}

const struct page page_edit = {"edit", _("Edit"), "edit", create};
