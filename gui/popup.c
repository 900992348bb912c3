// SPDX-License-Identifier: BSD-2-Clause
#include "popup.h"

#define KEY "gui-popup"

void popup_allocate(GtkWidget *owner)
{
    GtkWidget *popover = g_object_get_data(G_OBJECT(owner), KEY);
    if (popover)
        gtk_popover_present(GTK_POPOVER(popover));
}

void popup_dispose(GtkWidget *owner)
{
    GtkWidget *popover = g_object_steal_data(G_OBJECT(owner), KEY);
    if (popover)
        gtk_widget_unparent(popover);
}

// Not at once: a menu's action runs after it has closed, and finds its group by way of the popover.
static gboolean unparent(gpointer popover)
{
    GtkWidget *owner = gtk_widget_get_parent(popover);
    if (owner && g_object_get_data(G_OBJECT(owner), KEY) == popover)
        g_object_set_data(G_OBJECT(owner), KEY, NULL);
    if (owner)
        gtk_widget_unparent(popover);
    g_object_unref(popover);
    return G_SOURCE_REMOVE;
}

static void on_closed(GtkPopover *popover)
{
    GtkWidget *owner = gtk_widget_get_parent(GTK_WIDGET(popover));
    if (owner)
        gtk_widget_grab_focus(owner);
    g_idle_add(unparent, g_object_ref(popover));
}

void popup_open(GtkWidget *owner, GtkWidget *popover, double x, double y)
{
    popup_dispose(owner);
    gtk_widget_set_parent(popover, owner);
    g_object_set_data(G_OBJECT(owner), KEY, popover);
    gtk_popover_set_has_arrow(GTK_POPOVER(popover), FALSE);
    gtk_widget_set_halign(popover, GTK_ALIGN_START);
    gtk_popover_set_pointing_to(GTK_POPOVER(popover), &(GdkRectangle){(int)x, (int)y, 1, 1});
    g_signal_connect(popover, "closed", G_CALLBACK(on_closed), NULL);
    gtk_popover_popup(GTK_POPOVER(popover));
}

void popup_close(GtkWidget *owner)
{
    GtkWidget *popover = g_object_get_data(G_OBJECT(owner), KEY);
    if (popover)
        gtk_popover_popdown(GTK_POPOVER(popover));
}

void popup_menu(GtkWidget *owner, GMenuModel *menu, double x, double y)
{
    popup_open(owner, gtk_popover_menu_new_from_model_full(menu, GTK_POPOVER_MENU_NESTED), x, y);
}

static void on_activate(GtkEntry *entry, GtkWidget *owner)
{
    void (*done)(GtkWidget *, const char *) = (void (*)(GtkWidget *, const char *))g_object_get_data(G_OBJECT(entry),
                                                                                                     "done");
    char *text = g_strdup(gtk_editable_get_text(GTK_EDITABLE(entry)));
    popup_close(owner);
    done(owner, text);
    g_free(text);
}

void popup_entry(GtkWidget *owner, const char *text, double x, double y,
                 void (*done)(GtkWidget *owner, const char *text))
{
    GtkWidget *popover = gtk_popover_new(), *entry = gtk_entry_new();
    gtk_editable_set_text(GTK_EDITABLE(entry), text);
    gtk_editable_set_width_chars(GTK_EDITABLE(entry), 20);
    g_object_set_data(G_OBJECT(entry), "done", (gpointer)done);
    g_signal_connect(entry, "activate", G_CALLBACK(on_activate), owner);
    gtk_popover_set_child(GTK_POPOVER(popover), entry);
    popup_open(owner, popover, x, y);
    gtk_widget_grab_focus(entry);
}
