// SPDX-License-Identifier: BSD-2-Clause
#include "deliver_save.h"

#include <stdlib.h>

#include "deliver_settings.h"
#include "save_queue.h"
#include "window.h"

static void on_save(GtkButton *button, struct app *app)
{
    deliver_settings_keep();
    save_queue_add(app, deliver_settings_get());
    gtk_popover_popdown(GTK_POPOVER(gtk_widget_get_ancestor(GTK_WIDGET(button), GTK_TYPE_POPOVER)));
}

static void show_path(GtkWidget *label, struct app *app)
{
    struct ho_diag diag = {0};
    char *path = deliver_settings_path(app, deliver_settings_get(), &diag);
    gtk_label_set_text(GTK_LABEL(label), path ? path : diag.message);
    free(path);
}

static void on_preset(GtkDropDown *drop_down, GParamSpec *spec, struct app *app)
{
    (void)spec;
    deliver_settings_apply(deliver_settings_get(), &deliver_presets[gtk_drop_down_get_selected(drop_down)]);
    show_path(g_object_get_data(G_OBJECT(drop_down), "path"), app);
}

static GtkWidget *preset_choice(struct app *app, GtkWidget *path)
{
    GtkWidget *drop_down = gtk_drop_down_new(NULL, NULL);
    g_autoptr(GtkStringList) names = gtk_string_list_new(NULL);
    guint chosen = 0;
    for (guint i = 0; deliver_presets[i].name; i++) {
        gtk_string_list_append(names, deliver_presets[i].name);
        chosen = strcmp(deliver_presets[i].name, deliver_settings_get()->preset) ? chosen : i;
    }
    gtk_drop_down_set_model(GTK_DROP_DOWN(drop_down), G_LIST_MODEL(names));
    gtk_drop_down_set_selected(GTK_DROP_DOWN(drop_down), chosen);
    g_object_set_data(G_OBJECT(drop_down), "path", path);
    g_signal_connect(drop_down, "notify::selected", G_CALLBACK(on_preset), app);
    return drop_down;
}

static void on_closed(GtkPopover *popover) { gtk_widget_unparent(GTK_WIDGET(popover)); }

void deliver_save_matte(struct app *app)
{
    GtkWidget *popover = gtk_popover_new(), *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
    GtkWidget *path = window_label("", NULL), *save = gtk_button_new_with_label(_("Save"));
    GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    gtk_label_set_ellipsize(GTK_LABEL(path), PANGO_ELLIPSIZE_START);
    gtk_label_set_max_width_chars(GTK_LABEL(path), 56);
    gtk_widget_set_name(save, "save-now");
    gtk_widget_set_name(path, "save-path");
    gtk_widget_add_css_class(save, "suggested");
    gtk_widget_set_margin_top(column, 4);
    gtk_widget_set_margin_bottom(column, 4);
    gtk_widget_set_margin_start(column, 4);
    gtk_widget_set_margin_end(column, 4);
    show_path(path, app);
    gtk_box_append(GTK_BOX(row), preset_choice(app, path));
    gtk_box_append(GTK_BOX(row), window_spacer());
    gtk_box_append(GTK_BOX(row), save);
    gtk_box_append(GTK_BOX(column), window_label(_("Save the matte as"), "title"));
    gtk_box_append(GTK_BOX(column), path);
    gtk_box_append(GTK_BOX(column), row);
    gtk_popover_set_child(GTK_POPOVER(popover), column);
    gtk_popover_set_has_arrow(GTK_POPOVER(popover), FALSE);
    gtk_popover_set_position(GTK_POPOVER(popover), GTK_POS_TOP);
    gtk_widget_set_parent(popover, window_button(app, "save-matte"));
    g_signal_connect(save, "clicked", G_CALLBACK(on_save), app);
    g_signal_connect(popover, "closed", G_CALLBACK(on_closed), NULL);
    gtk_popover_popup(GTK_POPOVER(popover));
    gtk_widget_grab_focus(save);
}
