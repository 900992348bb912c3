// SPDX-License-Identifier: BSD-2-Clause
#include "history.h"

#include <stdlib.h>

#include "window.h"

#define STEPS_SHOWN 200

static void on_step(GtkButton *button, struct app *app)
{
    gint64 *id = g_object_get_data(G_OBJECT(button), "step");
    g_autofree char *text = g_strdup_printf("%ld", (long)*id);
    app_do(app, "go-to-step", "step", text, NULL);
    gtk_popover_popdown(GTK_POPOVER(gtk_widget_get_ancestor(GTK_WIDGET(button), GTK_TYPE_POPOVER)));
}

static GtkWidget *row(struct app *app, int64_t id, const char *name, bool is_undone, bool is_current)
{
    GtkWidget *button = gtk_button_new(), *label = window_label(name, NULL);
    g_autofree char *widget_name = g_strdup_printf("step-%ld", (long)id);
    gtk_button_set_child(GTK_BUTTON(button), label);
    gtk_widget_set_name(button, widget_name);
    gtk_widget_add_css_class(button, "row");
    if (is_undone)
        gtk_widget_add_css_class(button, "undone");
    if (is_current)
        gtk_widget_add_css_class(button, "current");
    g_object_set_data_full(G_OBJECT(button), "step", g_memdup2(&id, sizeof(id)), g_free);
    g_signal_connect(button, "clicked", G_CALLBACK(on_step), app);
    return button;
}

static GtkWidget *list(struct app *app)
{
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    struct ho_project_step *steps = NULL;
    size_t n = 0, current = 0;
    struct ho_diag diag = {0};
    if (!ho_session_project(app->session) ||
        ho_project_steps(ho_session_project(app->session), &steps, &n, &diag) != HO_OK)
        return column;
    for (size_t i = 0; i < n; i++)
        current = steps[i].undone ? current : i + 1;
    for (size_t i = n; i > 0 && n - i < STEPS_SHOWN; i--)
        gtk_box_append(GTK_BOX(column),
                       row(app, steps[i - 1].id, steps[i - 1].name, steps[i - 1].undone, i == current));
    gtk_box_append(GTK_BOX(column), row(app, 0, _("At first"), false, current == 0));
    free(steps);
    return column;
}

static void on_closed(GtkPopover *popover) { gtk_widget_unparent(GTK_WIDGET(popover)); }

void history_show(struct app *app)
{
    GtkWidget *popover = gtk_popover_new(), *scrolled = window_scrolled(list(app));
    gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(scrolled), TRUE);
    gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(scrolled), 420);
    gtk_widget_set_size_request(scrolled, 240, -1);
    gtk_popover_set_child(GTK_POPOVER(popover), scrolled);
    gtk_popover_set_has_arrow(GTK_POPOVER(popover), FALSE);
    gtk_widget_set_parent(popover, window_button(app, "history"));
    g_signal_connect(popover, "closed", G_CALLBACK(on_closed), NULL);
    gtk_popover_popup(GTK_POPOVER(popover));
}
