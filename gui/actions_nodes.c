// SPDX-License-Identifier: BSD-2-Clause
// What keys do on the node view.
#include "actions.h"
#include "node_view.h"

static void search(struct app *app, GtkWidget *panel, int value)
{
    (void)app, (void)value;
    if (panel)
        node_view_search(GUI_NODE_VIEW(panel));
}

static void rename_node(struct app *app, GtkWidget *panel, int value)
{
    (void)app, (void)value;
    if (panel)
        node_view_rename_active(GUI_NODE_VIEW(panel));
}

static void enable(struct app *app, GtkWidget *panel, int value)
{
    (void)app, (void)value;
    if (panel)
        node_view_enable_selected(GUI_NODE_VIEW(panel));
}

static void remove_nodes(struct app *app, GtkWidget *panel, int value)
{
    (void)app, (void)value;
    if (panel)
        node_view_remove_selected(GUI_NODE_VIEW(panel));
}

static void fit(struct app *app, GtkWidget *panel, int value)
{
    (void)app, (void)value;
    if (panel)
        node_view_fit(GUI_NODE_VIEW(panel));
}

static void step(struct app *app, GtkWidget *panel, int value)
{
    (void)app;
    if (panel)
        node_view_step(GUI_NODE_VIEW(panel), value);
}

static void look(struct app *app, GtkWidget *panel, int value)
{
    (void)app;
    if (panel)
        node_view_look(GUI_NODE_VIEW(panel), value);
}

static void reset(struct app *app, GtkWidget *panel, int value)
{
    (void)panel;
    if (value)
        app_do(app, "reset-grades", NULL);
    else
        app_do(app, "reset-node", "node", ho_session_node(app->session), NULL);
}

static bool has_node(struct app *app) { return *ho_session_node(app->session) != 0; }
static bool has_clip(struct app *app) { return ho_session_clip(app->session) != NULL; }

#define ROW(name, label, keys, run, value, enabled)                                      \
    {                                                                                    \
        name, label, "Nodes", ACTION_PANEL_NODES, keys, NULL, run, value, enabled, false \
    }
const struct action actions_nodes[] = {
    ROW("node-search", _("Select Tool…"), "<Shift>space", search, 0, has_clip),
    ROW("node-rename", _("Rename Node…"), "F2", rename_node, 0, has_node),
    ROW("node-enable", _("Enable Node"), "<Control>d <Control>p", enable, 0, has_node),
    ROW("node-delete", _("Delete Node"), "Delete BackSpace", remove_nodes, 0, has_clip),
    ROW("node-previous", _("Previous Node"), "<Shift>semicolon <Control>Left", step, -1, has_clip),
    ROW("node-next", _("Next Node"), "<Shift>apostrophe <Control>Right", step, 1, has_clip),
    ROW("nodes-fit", _("Fit Nodes"), "<Shift>z", fit, 0, has_clip),
    ROW("node-view-1", _("View Node on 1"), "1", look, 1, has_clip),
    ROW("node-view-2", _("View Node on 2"), "2", look, 2, has_clip),
    ROW("node-reset", _("Reset Node"), "<Shift>Home", reset, 0, has_node),
    ROW("nodes-reset", _("Reset All Grades and Nodes"), "<Control>Home", reset, 1, has_clip),
    {0},
};
