// SPDX-License-Identifier: BSD-2-Clause
// Finesse: the sliders of the clip's Magic Mask node. A drag is one step of the project, and seen while it lasts.
#include <string.h>

#include "inspector.h"
#include "mask_palette.h"
#include "node_edits.h"
#include "window.h"

struct finesse_panel {
    struct app *app;
    Inspector *inspector;
};

static const char *find_mask(const struct ho_graph *graph)
{
    for (size_t i = 0; graph && i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info node = ho_graph_node(graph, i);
        if (!strcmp(node.type_name, "magic_mask"))
            return node.id;
    }
    return NULL;
}

static const char *mask_node(struct app *app) { return find_mask(ho_session_graph(app->session, HO_PAGE_COLOR)); }

static bool is_finesse(const char *parameter)
{
    size_t n;
    const struct ho_finesse_parameter *parameters = ho_finesse_parameters(&n);
    for (size_t i = 0; i < n; i++) {
        g_autofree char *name = g_strdelimit(g_strdup(parameters[i].name), "-", '_');
        if (!strcmp(name, parameter))
            return true;
    }
    return false;
}

// The parameters of the node type that are finesse, in the table's order.
static size_t collect(struct field_spec *specs, size_t room)
{
    const struct ho_node_type *type = ho_node_type_find("magic_mask");
    size_t n = 0;
    for (const struct ho_parameter *p = type->parameters; p->name && n < room; p++) {
        if (is_finesse(p->name))
            specs[n++] = field_spec_of_parameter(p);
    }
    return n;
}

static void show(void *opaque, const struct ho_news *news)
{
    (void)news;
    struct finesse_panel *panel = opaque;
    const struct ho_graph *graph = ho_session_graph(panel->app->session, HO_PAGE_COLOR);
    const char *node = find_mask(graph);
    if (node)
        inspector_set_node(panel->inspector, graph, node, node_edits_frame(panel->app));
    gtk_widget_set_sensitive(GTK_WIDGET(panel->inspector), node != NULL);
}

GtkWidget *finesse_panel_new(struct app *app)
{
    struct finesse_panel *panel = g_new0(struct finesse_panel, 1);
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    panel->app = app;
    GtkWidget *widget = inspector_new(&node_field_calls, node_edits_new(app, column, HO_PAGE_COLOR, mask_node));
    panel->inspector = GUI_INSPECTOR(widget);
    struct field_spec specs[32];
    struct inspector_section section = {_("Finesse"), specs, collect(specs, G_N_ELEMENTS(specs))};
    inspector_show(panel->inspector, "finesse", &section, 1);
    gtk_widget_set_size_request(widget, 244, -1);
    gtk_widget_set_vexpand(widget, TRUE);
    gtk_widget_set_name(widget, "finesse");
    gtk_box_append(GTK_BOX(column), widget);
    g_object_set_data_full(G_OBJECT(column), "finesse-panel", panel, g_free);
    app_watch(app, column, HO_NEWS_GRAPH | HO_NEWS_VALUES | HO_NEWS_PLAYHEAD | HO_NEWS_SELECTION | HO_NEWS_PROJECT,
              show, panel);
    show(panel, NULL);
    return column;
}
