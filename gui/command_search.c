// SPDX-License-Identifier: BSD-2-Clause
#include "command_search.h"

#include "actions.h"
#include "keymap.h"
#include "tool_search.h"
#include "window.h"

struct command_search {
    struct app *app;
    GtkWidget *popover, *entry, *list;
    const struct action *recording;    // whose new key is waited for
};

static const struct action *action_of(GtkListBoxRow *row) { return g_object_get_data(G_OBJECT(row), "action"); }

// ---- another key

static void on_key_clicked(GtkButton *button, struct command_search *search)
{
    GtkListBoxRow *row = GTK_LIST_BOX_ROW(gtk_widget_get_ancestor(GTK_WIDGET(button), GTK_TYPE_LIST_BOX_ROW));
    search->recording = action_of(row);
    gtk_button_set_label(button, _("press a key"));
    gtk_widget_grab_focus(GTK_WIDGET(button));
}

static void take_key(struct command_search *search, guint value, GdkModifierType state)
{
    g_autofree char *keys = gtk_accelerator_name(gdk_keyval_to_lower(value),
                                                 state & gtk_accelerator_get_default_mod_mask());
    const struct action *action = search->recording;
    struct app *app = search->app;
    const struct action *loser = keymap_set(app->keymap, action, value == GDK_KEY_BackSpace ? "" : keys);
    g_autofree char *label = keymap_label(app->keymap, action);
    g_autofree char *said =
        loser ? g_strdup_printf(_("%s is now %s; %s has no key any more."), action->label, label, loser->label)
              : g_strdup_printf(_("%s is now %s."), action->label, *label ? label : _("without a key"));
    search->recording = NULL;
    app_say(app, said);
    gtk_popover_popdown(GTK_POPOVER(search->popover));
}

static gboolean on_key(GtkEventController *controller, guint value, guint code, GdkModifierType state,
                       struct command_search *search)
{
    (void)controller, (void)code;
    bool is_modifier = value >= GDK_KEY_Shift_L && value <= GDK_KEY_Hyper_R;
    if (search->recording && !is_modifier) {
        if (value == GDK_KEY_Escape)
            gtk_popover_popdown(GTK_POPOVER(search->popover));
        else
            take_key(search, value, state);
        return TRUE;
    }
    if (value == GDK_KEY_Down && gtk_widget_is_ancestor(gtk_window_get_focus(search->app->window), search->entry)) {
        gtk_widget_child_focus(search->list, GTK_DIR_TAB_FORWARD);
        return TRUE;
    }
    return FALSE;
}

// ---- the list

static GtkWidget *row_new(struct command_search *search, const struct action *action)
{
    GtkWidget *row = gtk_list_box_row_new(), *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
    g_autofree char *keys = keymap_label(search->app->keymap, action);
    GtkWidget *key = gtk_button_new_with_label(*keys ? keys : "-");
    gtk_widget_add_css_class(key, "icon");
    gtk_widget_add_css_class(key, "key");
    gtk_label_set_xalign(GTK_LABEL(gtk_button_get_child(GTK_BUTTON(key))), 1);
    gtk_widget_set_focus_on_click(key, FALSE);
    gtk_widget_set_tooltip_text(key, _("Click to give it another key; Backspace takes the key away"));
    g_signal_connect(key, "clicked", G_CALLBACK(on_key_clicked), search);
    gtk_box_append(GTK_BOX(box), window_label(action->label, NULL));
    gtk_box_append(GTK_BOX(box), window_spacer());
    gtk_box_append(GTK_BOX(box), window_label(action_context_name(action->context), "where"));
    gtk_box_append(GTK_BOX(box), key);
    gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
    g_object_set_data(G_OBJECT(row), "action", (gpointer)(uintptr_t)action);
    return row;
}

static int rank(struct command_search *search, GtkListBoxRow *row)
{
    const char *letters = gtk_editable_get_text(GTK_EDITABLE(search->entry));
    return *letters ? tool_search_rank(action_of(row)->label, letters) : 1;
}

static gboolean is_wanted(GtkListBoxRow *row, gpointer search) { return rank(search, row) > 0; }
static int compare(GtkListBoxRow *a, GtkListBoxRow *b, gpointer search) { return rank(search, b) - rank(search, a); }

static void on_changed(GtkEditable *entry, struct command_search *search)
{
    (void)entry;
    gtk_list_box_invalidate_filter(GTK_LIST_BOX(search->list));
    gtk_list_box_invalidate_sort(GTK_LIST_BOX(search->list));
}

static gboolean run_later(gpointer data)
{
    struct command_search *search = g_object_get_data(G_OBJECT(data), "search");
    const struct action *action = g_object_get_data(G_OBJECT(data), "chosen");
    struct app *app = search->app;
    g_object_unref(data);
    if (app->window)
        actions_run(app, action->name);
    return G_SOURCE_REMOVE;
}

// After the popover has closed, so that what it opens has the focus.
static void choose(struct command_search *search, GtkListBoxRow *row)
{
    g_object_set_data(G_OBJECT(search->popover), "chosen", (gpointer)(uintptr_t)action_of(row));
    g_idle_add(run_later, g_object_ref(search->popover));
    gtk_popover_popdown(GTK_POPOVER(search->popover));
}

static void on_row(GtkListBox *list, GtkListBoxRow *row, struct command_search *search)
{
    (void)list;
    choose(search, row);
}

static void on_return(GtkEntry *entry, struct command_search *search)
{
    (void)entry;
    for (int i = 0;; i++) {
        GtkListBoxRow *row = gtk_list_box_get_row_at_index(GTK_LIST_BOX(search->list), i);
        if (!row)
            return;
        if (is_wanted(row, search)) {
            choose(search, row);
            return;
        }
    }
}

static void on_closed(GtkPopover *popover) { gtk_widget_unparent(GTK_WIDGET(popover)); }

static void fill(struct command_search *search)
{
    for (const struct action *const *table = actions_tables(); *table; table++) {
        for (const struct action *action = *table; action->name; action++)
            gtk_list_box_append(GTK_LIST_BOX(search->list), row_new(search, action));
    }
    gtk_list_box_set_filter_func(GTK_LIST_BOX(search->list), is_wanted, search, NULL);
    gtk_list_box_set_sort_func(GTK_LIST_BOX(search->list), compare, search, NULL);
}

void command_search_show(struct app *app, bool keys)
{
    struct command_search *search = g_new0(struct command_search, 1);
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4), *scrolled;
    GtkEventController *controller = gtk_event_controller_key_new();
    search->app = app;
    search->popover = gtk_popover_new();
    search->entry = gtk_entry_new();
    search->list = gtk_list_box_new();
    gtk_entry_set_placeholder_text(GTK_ENTRY(search->entry),
                                   keys ? _("Keys: type to find one") : _("Type what you want to do"));
    gtk_widget_set_name(search->entry, "command-entry");
    fill(search);
    scrolled = window_scrolled(search->list);
    gtk_widget_set_size_request(scrolled, 460, 400);
    gtk_box_append(GTK_BOX(column), search->entry);
    gtk_box_append(GTK_BOX(column), scrolled);
    gtk_popover_set_child(GTK_POPOVER(search->popover), column);
    gtk_popover_set_has_arrow(GTK_POPOVER(search->popover), FALSE);
    gtk_widget_set_parent(search->popover, app->project_name);
    gtk_event_controller_set_propagation_phase(controller, GTK_PHASE_CAPTURE);
    g_object_set_data_full(G_OBJECT(search->popover), "search", search, g_free);
    g_signal_connect(controller, "key-pressed", G_CALLBACK(on_key), search);
    g_signal_connect(search->entry, "changed", G_CALLBACK(on_changed), search);
    g_signal_connect(search->entry, "activate", G_CALLBACK(on_return), search);
    g_signal_connect(search->list, "row-activated", G_CALLBACK(on_row), search);
    g_signal_connect(search->popover, "closed", G_CALLBACK(on_closed), NULL);
    gtk_widget_add_controller(search->popover, controller);
    gtk_popover_popup(GTK_POPOVER(search->popover));
    gtk_widget_grab_focus(search->entry);
}
