// SPDX-License-Identifier: BSD-2-Clause
// Fusion: two viewers above, nodes below, the selected node's parameters at the right.
#include <string.h>

#include "actions.h"
#include "inspector.h"
#include "node_edits.h"
#include "node_view.h"
#include "tool_shape.h"
#include "viewer_bar.h"
#include "window.h"

struct fusion_page {
    struct app *app;
    NodeView *nodes;
    Inspector *inspector;
    GtkWidget *viewers[2];
    char viewed[2][HO_NODE_ID_SIZE];    // "": nothing yet
    int64_t clip;                       // whose graph is shown
};

static const char *selected_node(struct app *app)
{
    const char *node = ho_session_node(app->session);
    return node && *node ? node : NULL;
}

static const struct ho_node_type *type_of(const struct ho_graph *graph, const char *id)
{
    for (size_t i = 0; graph && id && i < ho_graph_n_nodes(graph); i++)
        if (!strcmp(ho_graph_node(graph, i).id, id))
            return ho_graph_node(graph, i).type;
    return NULL;
}

static void show_node(struct fusion_page *page)
{
    const struct ho_graph *graph = ho_session_graph(page->app->session, HO_PAGE_FUSION);
    const char *node = selected_node(page->app);
    const struct ho_node_type *type = type_of(graph, node);
    inspector_set_title(page->inspector, type ? node : "");
    inspector_show_node(page->inspector, type);
    if (type)
        inspector_set_node(page->inspector, graph, node, node_edits_frame(page->app));
}

// What is looked at, by 1 or 2 over a node.
static void look(void *opaque, const char *node, int viewer)
{
    struct fusion_page *page = opaque;
    g_strlcpy(page->viewed[viewer - 1], node, HO_NODE_ID_SIZE);
    viewer_set_node(viewer_of(page->viewers[viewer - 1]), HO_PAGE_FUSION, page->viewed[viewer - 1]);
    node_view_set_viewed(page->nodes, viewer, page->viewed[viewer - 1]);
}

// What comes in on the left and what comes out on the right, until somebody wishes something else, and again where that
// node is gone.
static void look_at_ends(struct fusion_page *page, const struct ho_graph *graph)
{
    static const char *const ends[2] = {"media_in", "media_out"};
    for (int viewer = 0; viewer < 2; viewer++)
        for (size_t i = 0; graph && i < ho_graph_n_nodes(graph); i++) {
            struct ho_node_info node = ho_graph_node(graph, i);
            if (!type_of(graph, page->viewed[viewer]) && !strcmp(node.type_name, ends[viewer]))
                look(page, node.id, viewer + 1);
        }
}

static void on_news(void *opaque, const struct ho_news *news)
{
    struct fusion_page *page = opaque;
    struct ho_session *session = page->app->session;
    const struct ho_timeline_clip *clip = ho_session_clip(session);
    bool other = page->clip != (clip ? clip->id : 0);
    page->clip = clip ? clip->id : 0;
    if (!news || other || news->kinds & (HO_NEWS_GRAPH | HO_NEWS_PROJECT | HO_NEWS_TIMELINE))
        node_view_set_graph(page->nodes, ho_session_graph(session, HO_PAGE_FUSION));
    look_at_ends(page, ho_session_graph(session, HO_PAGE_FUSION));
    node_view_set_active(page->nodes, ho_session_node(session));
    node_view_set_empty(page->nodes, clip ? _("Shift+Space adds the first tool") : _("No clip under the playhead"));
    show_node(page);
}

static GtkWidget *make_viewer(struct fusion_page *page, int index)
{
    static const char *const names[] = {"viewer-1", "viewer-2"};
    // The right one shows what comes out, and plays.
    GtkWidget *panel = viewer_panel_new(page->app, index ? 0 : 1, HO_VIEW_OF_NODE, false, true, &page->viewers[index]);
    gtk_widget_set_name(page->viewers[index], names[index]);
    tool_shape_show(tool_shape_new(page->app, page->viewers[index], &shape_of_fusion_node), true);
    viewer_set_empty(viewer_of(page->viewers[index]), _("Nothing is viewed"),
                     index ? _("Press 2 over a node to see it here.") : _("Press 1 over a node to see it here."));
    return panel;
}

static GtkWidget *make_nodes(struct fusion_page *page)
{
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    struct node_edits *edits = node_edits_new(page->app, column, HO_PAGE_FUSION, selected_node);
    GtkWidget *nodes = node_view_new(HO_PAGE_FUSION, &node_view_edits, edits);
    node_edits_on_look(edits, look, page);
    page->nodes = GUI_NODE_VIEW(nodes);
    gtk_widget_set_name(nodes, "nodes");
    actions_set_context(nodes, ACTION_PANEL_NODES);
    gtk_box_append(GTK_BOX(column), nodes);
    gtk_widget_set_size_request(column, -1, 240);
    return column;
}

static GtkWidget *make_inspector(struct fusion_page *page)
{
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    GtkWidget *inspector = inspector_new(&node_field_calls,
                                         node_edits_new(page->app, column, HO_PAGE_FUSION, selected_node));
    page->inspector = GUI_INSPECTOR(inspector);
    inspector_set_empty(page->inspector, _("Select a node: its parameters stand here"));
    gtk_widget_set_name(inspector, "inspector");
    gtk_widget_set_vexpand(inspector, TRUE);
    gtk_widget_set_size_request(column, 300, -1);
    gtk_box_append(GTK_BOX(column), inspector);
    return column;
}

static GtkWidget *create(struct app *app)
{
    struct fusion_page *page = g_new0(struct fusion_page, 1);
    page->app = app;
    GtkWidget *first = make_viewer(page, 0), *second = make_viewer(page, 1);
    GtkWidget *viewers = window_paned(GTK_ORIENTATION_HORIZONTAL, first, second, true);
    gtk_paned_set_resize_end_child(GTK_PANED(viewers), TRUE);
    GtkWidget *left = window_paned(GTK_ORIENTATION_VERTICAL, viewers, make_nodes(page), true);
    GtkWidget *all = window_paned(GTK_ORIENTATION_HORIZONTAL, left, make_inspector(page), true);
    gtk_widget_add_css_class(all, "page");
    g_object_set_data_full(G_OBJECT(all), "fusion-page", page, g_free);
    app_watch(app, all,
              HO_NEWS_PROJECT | HO_NEWS_TIMELINE | HO_NEWS_GRAPH | HO_NEWS_VALUES | HO_NEWS_SELECTION |
                  HO_NEWS_PLAYHEAD,
              on_news, page);
    on_news(page, NULL);
    return all;
}

const struct page page_fusion = {"fusion", _("Fusion"), "fusion", create};
