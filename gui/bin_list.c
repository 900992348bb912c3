// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>

#include "bin_view.h"
#include "icon.h"
#include "window.h"

struct bin_list {
    struct app *app;
    GtkWidget *column, *view;
};

static void show(void *opaque, const struct ho_news *news);

static void on_bin(GtkButton *button, struct bin_list *list)
{
    bin_view_set_bin(list->view, GPOINTER_TO_INT(g_object_get_data(G_OBJECT(button), "bin")));
    show(list, NULL);
}

static int depth(const struct ho_bin *bins, size_t n, const struct ho_bin *bin)
{
    for (size_t i = 0; bin->parent && i < n; i++) {
        if (bins[i].id == bin->parent)
            return 1 + depth(bins, n, &bins[i]);
    }
    return 0;
}

static GtkWidget *row_new(struct bin_list *list, const struct ho_bin *bin, int level)
{
    GtkWidget *button = gtk_button_new(), *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
    gtk_box_append(GTK_BOX(row), icon_new("bin"));
    gtk_box_append(GTK_BOX(row), window_label(bin->parent ? bin->name : _("Master"), NULL));
    gtk_widget_set_margin_start(row, level * 12);
    gtk_button_set_child(GTK_BUTTON(button), row);
    gtk_widget_add_css_class(button, "row");
    gtk_widget_set_focus_on_click(button, FALSE);
    if (bin->id == bin_view_bin(list->view))
        gtk_widget_add_css_class(button, "current");
    g_object_set_data(G_OBJECT(button), "bin", GINT_TO_POINTER((int)bin->id));
    g_signal_connect(button, "clicked", G_CALLBACK(on_bin), list);
    return button;
}

static void add_children(struct bin_list *list, const struct ho_bin *bins, size_t n, int64_t parent)
{
    for (size_t i = 0; i < n; i++) {
        if (bins[i].parent != parent)
            continue;
        gtk_box_append(GTK_BOX(list->column), row_new(list, &bins[i], depth(bins, n, &bins[i])));
        add_children(list, bins, n, bins[i].id);
    }
}

static void show(void *opaque, const struct ho_news *news)
{
    (void)news;
    struct bin_list *list = opaque;
    struct ho_project *project = ho_session_project(list->app->session);
    struct ho_bin *bins = NULL;
    size_t n = 0;
    for (GtkWidget *child; (child = gtk_widget_get_first_child(list->column));)
        gtk_box_remove(GTK_BOX(list->column), child);
    if (project && ho_project_bins(project, &bins, &n, NULL) == HO_OK)
        add_children(list, bins, n, 0);
    free(bins);
}

static void on_new(GtkButton *button, struct bin_list *list)
{
    (void)button;
    g_autofree char *parent = g_strdup_printf("%ld", (long)bin_view_bin(list->view));
    app_do(list->app, "new-bin", "name", _("Bin"), "parent", parent, NULL);
}

GtkWidget *bin_list_new(struct app *app, GtkWidget *view)
{
    struct bin_list *list = g_new0(struct bin_list, 1);
    GtkWidget *panel = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *head = window_bar("head"), *add = gtk_button_new();
    list->app = app;
    list->view = view;
    list->column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    gtk_button_set_child(GTK_BUTTON(add), icon_new("add"));
    gtk_widget_add_css_class(add, "icon");
    gtk_widget_set_name(add, "new-bin");
    gtk_widget_set_focus_on_click(add, FALSE);
    gtk_widget_set_tooltip_text(add, _("New bin"));
    g_signal_connect(add, "clicked", G_CALLBACK(on_new), list);
    gtk_box_append(GTK_BOX(head), window_label(_("Bins"), "title"));
    gtk_box_append(GTK_BOX(head), window_spacer());
    gtk_box_append(GTK_BOX(head), add);
    gtk_box_append(GTK_BOX(panel), head);
    gtk_box_append(GTK_BOX(panel), window_scrolled(list->column));
    gtk_widget_set_size_request(panel, 168, -1);
    g_object_set_data_full(G_OBJECT(panel), "bin-list", list, g_free);
    app_watch(app, panel, HO_NEWS_MEDIA | HO_NEWS_PROJECT, show, list);
    show(list, NULL);
    return panel;
}
