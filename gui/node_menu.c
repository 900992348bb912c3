// SPDX-License-Identifier: BSD-2-Clause
// What a right click on the node view offers.
#include <string.h>

#include "node_view_internal.h"
#include "popup.h"

static void on_add(GSimpleAction *action, GVariant *type, gpointer view)
{
    (void)action;
    NodeView *self = view;
    if (!self->calls->add)
        return;
    node_hold(self);
    self->calls->add(self->opaque, g_variant_get_string(type, NULL), NULL, self->menu_x, self->menu_y);
    node_release(self);
}

static void on_search(GSimpleAction *action, GVariant *none, gpointer view)
{
    (void)action, (void)none;
    node_view_search(view);
}

static void on_remove(GSimpleAction *action, GVariant *none, gpointer view)
{
    (void)action, (void)none;
    node_view_remove_selected(view);
}

static void on_enable(GSimpleAction *action, GVariant *none, gpointer view)
{
    (void)action, (void)none;
    node_view_enable_selected(view);
}

static void on_rename(GSimpleAction *action, GVariant *none, gpointer view)
{
    (void)action, (void)none;
    node_view_rename_active(view);
}

static void on_fit(GSimpleAction *action, GVariant *none, gpointer view)
{
    (void)action, (void)none;
    node_view_fit(view);
}

static void reset(NodeView *view, const char *id)
{
    node_hold(view);
    if (view->calls->reset)
        view->calls->reset(view->opaque, id);
    node_release(view);
}

static void on_reset(GSimpleAction *action, GVariant *none, gpointer view)
{
    (void)action, (void)none;
    reset(view, node_view_active(view));
}

static void on_reset_all(GSimpleAction *action, GVariant *none, gpointer view)
{
    (void)action, (void)none;
    reset(view, NULL);
}

static void on_disconnect(GSimpleAction *action, GVariant *none, gpointer view)
{
    (void)action, (void)none;
    NodeView *self = view;
    if (self->menu_wire >= self->wires->len || !self->calls->disconnect)
        return;
    struct ho_link_info link = node_view_wire(self, self->menu_wire)->link;
    node_hold(self);
    self->calls->disconnect(self->opaque, link.to, link.input);
    node_release(self);
}

static void on_view(GSimpleAction *action, GVariant *viewer, gpointer view)
{
    (void)action;
    NodeView *self = view;
    if (self->active && self->calls->view)
        self->calls->view(self->opaque, self->active, g_variant_get_int32(viewer));
}

void node_menu_attach(NodeView *view)
{
    static const GActionEntry entries[] = {
        {"add", on_add, "s", NULL, NULL, {0}},
        {"search", on_search, NULL, NULL, NULL, {0}},
        {"remove", on_remove, NULL, NULL, NULL, {0}},
        {"enable", on_enable, NULL, NULL, NULL, {0}},
        {"rename", on_rename, NULL, NULL, NULL, {0}},
        {"fit", on_fit, NULL, NULL, NULL, {0}},
        {"reset", on_reset, NULL, NULL, NULL, {0}},
        {"reset-all", on_reset_all, NULL, NULL, NULL, {0}},
        {"disconnect", on_disconnect, NULL, NULL, NULL, {0}},
        {"view", on_view, "i", NULL, NULL, {0}},
    };
    GSimpleActionGroup *group = g_simple_action_group_new();
    g_action_map_add_action_entries(G_ACTION_MAP(group), entries, G_N_ELEMENTS(entries), view);
    gtk_widget_insert_action_group(GTK_WIDGET(view), "node", G_ACTION_GROUP(group));
    g_object_unref(group);
}

static void append(GMenu *menu, const char *label, const char *action, const char *key)
{
    GMenuItem *item = g_menu_item_new(label, action);
    if (key)
        g_menu_item_set_attribute(item, "accel", "s", key);
    g_menu_append_item(menu, item);
    g_object_unref(item);
}

static void append_section(GMenu *menu, GMenu *section)
{
    g_menu_append_section(menu, NULL, G_MENU_MODEL(section));
    g_object_unref(section);
}

static void append_types(NodeView *view, GMenu *menu)
{
    GMenu *types = g_menu_new();
    for (const struct ho_node_type *const *type = ho_node_types(); *type; type++) {
        if (!((*type)->pages & view->page) || !strcmp((*type)->name, "alpha_output"))
            continue;
        char *action = g_strdup_printf("node.add::%s", (*type)->name);
        g_menu_append(types, (*type)->label, action);
        g_free(action);
    }
    g_menu_append_submenu(menu, "Add Node", G_MENU_MODEL(types));
    g_object_unref(types);
}

static GMenu *canvas_menu(NodeView *view)
{
    GMenu *menu = g_menu_new(), *add = g_menu_new(), *rest = g_menu_new();
    append_types(view, add);
    append(add, "Select Tool…", "node.search", "<Shift>space");
    if (view->page == HO_PAGE_COLOR)
        append(add, "Add Alpha Output", "node.add::alpha_output", NULL);
    append_section(menu, add);
    append(rest, "Zoom to Fit", "node.fit", "<Shift>z");
    append(rest, view->page == HO_PAGE_COLOR ? "Reset All Grades and Nodes" : "Reset All Nodes", "node.reset-all",
           "<Control>Home");
    append_section(menu, rest);
    return menu;
}

static GMenu *box_menu(NodeView *view, size_t box)
{
    GMenu *menu = g_menu_new(), *first = g_menu_new(), *rest = g_menu_new();
    append(first, "Rename…", "node.rename", "F2");
    append(first, node_view_box(view, box)->info.enabled ? "Disable" : "Enable", "node.enable", "<Control>d");
    append_section(menu, first);
    if (view->page == HO_PAGE_FUSION) {
        GMenu *viewers = g_menu_new();
        append(viewers, "View on 1", "node.view(1)", "1");
        append(viewers, "View on 2", "node.view(2)", "2");
        append_section(menu, viewers);
    }
    append(rest, "Reset Node", "node.reset", "<Shift>Home");
    append(rest, "Delete", "node.remove", "Delete");
    append_section(menu, rest);
    return menu;
}

static GMenu *wire_menu(void)
{
    GMenu *menu = g_menu_new();
    append(menu, "Disconnect", "node.disconnect", NULL);
    return menu;
}

void node_menu_open(NodeView *view, double x, double y)
{
    if (!view->graph)
        return;
    node_to_graph(view, x, y, &view->menu_x, &view->menu_y);
    size_t box = node_hit_box(view, view->menu_x, view->menu_y);
    view->menu_wire = box == SIZE_MAX ? node_hit_wire(view, view->menu_x, view->menu_y) : SIZE_MAX;
    GMenu *menu;
    if (box != SIZE_MAX) {
        if (!node_view_box(view, box)->selected)
            node_select_only(view, node_view_box(view, box)->info.id);
        node_activate(view, node_view_box(view, box)->info.id);
        menu = box_menu(view, box);
    } else {
        menu = view->menu_wire != SIZE_MAX ? wire_menu() : canvas_menu(view);
    }
    popup_menu(GTK_WIDGET(view), G_MENU_MODEL(menu), x, y);
    g_object_unref(menu);
}
