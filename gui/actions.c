// SPDX-License-Identifier: BSD-2-Clause
#include "actions.h"

#include <string.h>

#include "icon.h"
#include "keymap.h"

static const struct action *const tables[] = {actions_program, actions_playback, actions_mask, actions_view,
                                              actions_nodes,   actions_timeline, NULL};

static const char *const context_names[N_ACTION_CONTEXTS] = {
    "Anywhere",     "Media page",  "Edit page", "Fusion page", "Color page",
    "Deliver page", "Node editor", "Timeline",  "Viewer",      "Media pool",
};

const struct action *const *actions_tables(void) { return tables; }
const char *action_context_name(enum action_context context) { return context_names[context]; }

const struct action *actions_find(const char *name)
{
    for (const struct action *const *table = tables; *table; table++) {
        for (const struct action *action = *table; action->name; action++) {
            if (!strcmp(action->name, name))
                return action;
        }
    }
    return NULL;
}

bool actions_enabled(struct app *app, const struct action *action) { return !action->enabled || action->enabled(app); }

void actions_run(struct app *app, const char *name)
{
    const struct action *action = actions_find(name);
    if (action && actions_enabled(app, action))
        action->run(app, NULL, action->value);
}

void actions_set_context(GtkWidget *panel, enum action_context context)
{
    g_object_set_data(G_OBJECT(panel), "action-context", GINT_TO_POINTER(context));
}

enum action_context actions_context_of(GtkWidget *panel)
{
    return (enum action_context)GPOINTER_TO_INT(g_object_get_data(G_OBJECT(panel), "action-context"));
}

enum action_context actions_page_context(const char *page)
{
    static const char *const pages[] = {"media", "edit", "fusion", "color", "deliver"};
    for (int i = 0; page && i < 5; i++) {
        if (!strcmp(pages[i], page))
            return ACTION_MEDIA + i;
    }
    return ACTION_ANYWHERE;
}

// ---- buttons

static void on_clicked(GtkButton *button, struct app *app)
{
    actions_run(app, g_object_get_data(G_OBJECT(button), "action"));
}

static GtkWidget *button_new(struct app *app, const struct action *action)
{
    GtkWidget *button = gtk_button_new();
    g_autofree char *keys = keymap_label(app->keymap, action);
    g_autofree char *tip = *keys ? g_strdup_printf("%s  (%s)", action->label, keys) : g_strdup(action->label);
    gtk_widget_set_focus_on_click(button, FALSE);
    gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
    gtk_widget_set_tooltip_text(button, tip);
    gtk_widget_set_name(button, action->name);
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, action->label, -1);
    g_object_set_data(G_OBJECT(button), "action", (gpointer)(uintptr_t)action->name);
    g_signal_connect(button, "clicked", G_CALLBACK(on_clicked), app);
    g_ptr_array_add(app->buttons, g_object_ref(button));
    return button;
}

GtkWidget *action_button(struct app *app, const char *name)
{
    const struct action *action = actions_find(name);
    GtkWidget *button = button_new(app, action);
    gtk_widget_add_css_class(button, "icon");
    gtk_button_set_child(GTK_BUTTON(button), action->icon ? icon_new(action->icon) : gtk_label_new(action->label));
    return button;
}

GtkWidget *action_text_button(struct app *app, const char *name, const char *text)
{
    const struct action *action = actions_find(name);
    GtkWidget *button = button_new(app, action), *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
    gtk_widget_set_halign(row, GTK_ALIGN_CENTER);
    if (action->icon)
        gtk_box_append(GTK_BOX(row), icon_new(action->icon));
    gtk_box_append(GTK_BOX(row), gtk_label_new(text ? text : action->label));
    gtk_button_set_child(GTK_BUTTON(button), row);
    return button;
}

// ---- menus

static const char *const menu_names[] = {"File", "Edit", "Mask", "Playback", "View", "Help"};

static GMenu *one_menu(struct app *app, const char *name)
{
    GMenu *menu = g_menu_new();
    for (const struct action *const *table = tables; *table; table++) {
        g_autoptr(GMenu) section = g_menu_new();
        for (const struct action *action = *table; action->name; action++) {
            if (!action->menu || strcmp(action->menu, name))
                continue;
            g_autofree char *target = g_strdup_printf("win.%s", action->name);
            g_autofree char *accel = keymap_accel(app->keymap, action);
            g_autoptr(GMenuItem) item = g_menu_item_new(action->label, target);
            if (accel)
                g_menu_item_set_attribute(item, "accel", "s", accel);
            g_menu_append_item(section, item);
        }
        if (g_menu_model_get_n_items(G_MENU_MODEL(section)))
            g_menu_append_section(menu, NULL, G_MENU_MODEL(section));
    }
    return menu;
}

GMenuModel *actions_menu(struct app *app)
{
    GMenu *bar = g_menu_new();
    for (size_t i = 0; i < G_N_ELEMENTS(menu_names); i++) {
        g_autoptr(GMenu) menu = one_menu(app, menu_names[i]);
        g_menu_append_submenu(bar, menu_names[i], G_MENU_MODEL(menu));
    }
    return G_MENU_MODEL(bar);
}

static void on_activate(GSimpleAction *item, GVariant *parameter, struct app *app)
{
    (void)parameter;
    actions_run(app, g_action_get_name(G_ACTION(item)));
}

void actions_install(struct app *app)
{
    for (const struct action *const *table = tables; *table; table++) {
        for (const struct action *action = *table; action->name; action++) {
            g_autoptr(GSimpleAction) item = g_simple_action_new(action->name, NULL);
            g_signal_connect(item, "activate", G_CALLBACK(on_activate), app);
            g_action_map_add_action(G_ACTION_MAP(app->window), G_ACTION(item));
        }
    }
}

void actions_refresh(struct app *app)
{
    for (guint i = 0; i < app->buttons->len; i++) {
        GtkWidget *button = app->buttons->pdata[i];
        const struct action *action = actions_find(g_object_get_data(G_OBJECT(button), "action"));
        gtk_widget_set_sensitive(button, actions_enabled(app, action));
    }
    for (const struct action *const *table = tables; *table; table++) {
        for (const struct action *action = *table; action->name; action++) {
            GAction *item = g_action_map_lookup_action(G_ACTION_MAP(app->window), action->name);
            g_simple_action_set_enabled(G_SIMPLE_ACTION(item), actions_enabled(app, action));
        }
    }
}
