// SPDX-License-Identifier: BSD-2-Clause
// Color: viewer and node graph above, the clips, and below them the palettes.
#include <string.h>

#include "actions.h"
#include "clip_strip.h"
#include "corrector.h"
#include "icon.h"
#include "inspector.h"
#include "mask_palette.h"
#include "node_edits.h"
#include "tool_prompt.h"
#include "tool_shape.h"
#include "viewer_bar.h"
#include "window.h"

struct color_page {
    struct app *app;
    NodeView *nodes;
    Inspector *inspector;
    Corrector *corrector;
    GtkWidget *viewer, *palettes;
    struct shape_tool *shape;    // of the selected node
    bool has_prompts;            // the hand is Magic Mask's
};

// ---- what is looked at, and the hand on it

static const char *output_node(struct app *app)
{
    const struct ho_graph *graph = ho_session_graph(app->session, HO_PAGE_COLOR);
    for (size_t i = 0; graph && i < ho_graph_n_nodes(graph); i++)
        if (!strcmp(ho_graph_node(graph, i).type_name, "output"))
            return ho_graph_node(graph, i).id;
    return NULL;
}

// A mask is made on the source; what nodes do is seen in what comes out, and a shape has its handles there.
static void show_subject(struct color_page *page)
{
    if (!page->viewer || !page->shape)
        return;
    bool masks = !g_strcmp0(gtk_stack_get_visible_child_name(GTK_STACK(page->palettes)), "mask");
    viewer_set_node(viewer_of(page->viewer), HO_PAGE_COLOR, masks ? NULL : output_node(page->app));
    if (masks == page->has_prompts)
        return;
    page->has_prompts = masks;
    if (masks)
        tool_prompt_use(page->viewer);
    else
        tool_shape_show(page->shape, true);
}

// ---- node graph

static void show_graph(void *opaque, const struct ho_news *news)
{
    struct color_page *page = opaque;
    struct ho_session *session = page->app->session;
    const struct ho_graph *graph = ho_session_graph(session, HO_PAGE_COLOR);
    if (!news || news->kinds & (HO_NEWS_GRAPH | HO_NEWS_SELECTION | HO_NEWS_PROJECT | HO_NEWS_TIMELINE))
        node_view_set_graph(page->nodes, graph);
    node_view_set_active(page->nodes, ho_session_node(session));
    show_subject(page);
}

static bool node_where(GtkWidget *widget, const char *part, double *x, double *y)
{
    return node_view_where(GUI_NODE_VIEW(widget), part, x, y);
}

static GtkWidget *nodes_panel(struct color_page *page)
{
    GtkWidget *panel = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *head = window_bar("head");
    GtkWidget *nodes = node_view_new(HO_PAGE_COLOR, &node_view_edits,
                                     node_edits_new(page->app, panel, HO_PAGE_COLOR, NULL));
    page->nodes = GUI_NODE_VIEW(nodes);
    node_view_set_empty(page->nodes, _("A clip's nodes stand here"));
    gtk_widget_set_name(nodes, "nodes");
    gtk_widget_set_vexpand(nodes, TRUE);
    gtk_widget_set_hexpand(nodes, TRUE);
    gtk_widget_set_size_request(nodes, 260, -1);
    g_object_set_data(G_OBJECT(nodes), "where", (gpointer)(uintptr_t)node_where);
    actions_set_context(nodes, ACTION_PANEL_NODES);
    gtk_box_append(GTK_BOX(head), window_label(_("Nodes"), "title"));
    gtk_box_append(GTK_BOX(panel), head);
    gtk_box_append(GTK_BOX(panel), nodes);
    return panel;
}

// ---- the selected node's parameters

static const char *selected_node(struct app *app)
{
    const char *node = ho_session_node(app->session);
    return node && *node ? node : NULL;
}

static void show_node(void *opaque, const struct ho_news *news)
{
    (void)news;
    struct color_page *page = opaque;
    const struct ho_graph *graph = ho_session_graph(page->app->session, HO_PAGE_COLOR);
    const char *selected = selected_node(page->app);
    for (size_t i = 0; graph && selected && i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info node = ho_graph_node(graph, i);
        if (strcmp(node.id, selected) != 0)
            continue;
        inspector_set_title(page->inspector, node.id);
        inspector_show_node(page->inspector, node.type);
        inspector_set_node(page->inspector, graph, node.id, node_edits_frame(page->app));
        return;
    }
    inspector_set_title(page->inspector, "");
    inspector_show_node(page->inspector, NULL);
}

// The selected node where it is a Corrector, else the graph's first.
static const char *corrector_node(struct app *app)
{
    const struct ho_graph *graph = ho_session_graph(app->session, HO_PAGE_COLOR);
    const char *selected = ho_session_node(app->session), *first = NULL;
    for (size_t i = 0; graph && i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info node = ho_graph_node(graph, i);
        if (strcmp(node.type_name, "corrector") != 0)
            continue;
        if (!first || (selected && !strcmp(node.id, selected)))
            first = node.id;
    }
    return first;
}

static void show_corrector(void *opaque, const struct ho_news *news)
{
    (void)news;
    struct color_page *page = opaque;
    corrector_set(page->corrector, ho_session_graph(page->app->session, HO_PAGE_COLOR), corrector_node(page->app),
                  node_edits_frame(page->app));
}

static GtkWidget *corrector_palette(struct color_page *page)
{
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    GtkWidget *corrector = corrector_new(&node_field_calls,
                                         node_edits_new(page->app, column, HO_PAGE_COLOR, corrector_node));
    page->corrector = GUI_CORRECTOR(corrector);
    gtk_widget_set_vexpand(corrector, TRUE);
    gtk_widget_set_name(corrector, "corrector");
    gtk_box_append(GTK_BOX(column), corrector);
    app_watch(page->app, column,
              HO_NEWS_GRAPH | HO_NEWS_VALUES | HO_NEWS_SELECTION | HO_NEWS_PLAYHEAD | HO_NEWS_PROJECT, show_corrector,
              page);
    show_corrector(page, NULL);
    return column;
}

static GtkWidget *node_palette(struct color_page *page)
{
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    GtkWidget *inspector = inspector_new(&node_field_calls,
                                         node_edits_new(page->app, column, HO_PAGE_COLOR, selected_node));
    page->inspector = GUI_INSPECTOR(inspector);
    inspector_set_empty(page->inspector, _("Select a node: its parameters stand here"));
    gtk_widget_set_vexpand(inspector, TRUE);
    inspector_set_columns(page->inspector, 3);
    gtk_widget_set_name(inspector, "inspector");
    gtk_box_append(GTK_BOX(column), inspector);
    app_watch(page->app, column,
              HO_NEWS_GRAPH | HO_NEWS_VALUES | HO_NEWS_SELECTION | HO_NEWS_PLAYHEAD | HO_NEWS_PROJECT, show_node, page);
    show_node(page, NULL);
    return column;
}

// ---- palettes

static const struct {
    const char *name, *label, *icon;
} palettes[] = {{"mask", "Magic Mask", "mask"}, {"corrector", "Corrector", "corrector"}, {"node", "Node", "window"}};

static void on_palette(GtkToggleButton *button, struct color_page *page)
{
    if (!gtk_toggle_button_get_active(button))
        return;
    gtk_stack_set_visible_child_name(GTK_STACK(page->palettes), gtk_widget_get_name(GTK_WIDGET(button)) + 8);
    show_subject(page);
}

static GtkWidget *palette_tabs(struct color_page *page)
{
    GtkWidget *bar = window_bar("head"), *first = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(palettes); i++) {
        GtkWidget *button = gtk_toggle_button_new(), *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
        g_autofree char *name = g_strdup_printf("palette-%s", palettes[i].name);
        gtk_box_append(GTK_BOX(row), icon_new(palettes[i].icon));
        gtk_box_append(GTK_BOX(row), gtk_label_new(palettes[i].label));
        gtk_button_set_child(GTK_BUTTON(button), row);
        gtk_widget_set_name(button, name);
        gtk_widget_add_css_class(button, "tab");
        gtk_widget_set_focus_on_click(button, FALSE);
        if (first)
            gtk_toggle_button_set_group(GTK_TOGGLE_BUTTON(button), GTK_TOGGLE_BUTTON(first));
        first = first ? first : button;
        g_signal_connect(button, "toggled", G_CALLBACK(on_palette), page);
        gtk_box_append(GTK_BOX(bar), button);
    }
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(first), TRUE);
    return bar;
}

static GtkWidget *palettes_panel(struct color_page *page)
{
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    page->palettes = gtk_stack_new();
    gtk_widget_set_vexpand(page->palettes, TRUE);
    gtk_stack_add_named(GTK_STACK(page->palettes), mask_palette_new(page->app), "mask");
    gtk_stack_add_named(GTK_STACK(page->palettes), corrector_palette(page), "corrector");
    gtk_stack_add_named(GTK_STACK(page->palettes), node_palette(page), "node");
    gtk_box_append(GTK_BOX(column), palette_tabs(page));
    gtk_box_append(GTK_BOX(column), page->palettes);
    gtk_widget_set_size_request(column, -1, 164);
    return column;
}

static GtkWidget *create(struct app *app)
{
    struct color_page *page = g_new0(struct color_page, 1);
    page->app = app;
    GtkWidget *viewer = viewer_panel_new(app, 0, HO_VIEW_OF_CLIP, true, false, &page->viewer);
    GtkWidget *top = window_paned(GTK_ORIENTATION_HORIZONTAL, viewer, nodes_panel(page), true);
    GtkWidget *upper = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    gtk_box_append(GTK_BOX(upper), top);
    gtk_box_append(GTK_BOX(upper), clip_strip_new(app));
    GtkWidget *all = window_paned(GTK_ORIENTATION_VERTICAL, upper, palettes_panel(page), true);
    window_share(top, 0.68);
    window_share(all, 0.76);
    gtk_widget_add_css_class(all, "page");
    viewer_set_empty(viewer_of(page->viewer), _("Drop a film here"),
                     _("or open one (Ctrl+O). Then click on what you want to keep."));
    viewer_set_look(viewer_of(page->viewer), HO_LOOK_OVERLAY);
    tool_prompt_attach(app, page->viewer);
    page->has_prompts = true;
    page->shape = tool_shape_new(app, page->viewer, &shape_of_color_node);
    g_object_set_data_full(G_OBJECT(all), "color-page", page, g_free);
    app_watch(app, all, HO_NEWS_GRAPH | HO_NEWS_VALUES | HO_NEWS_SELECTION | HO_NEWS_PROJECT | HO_NEWS_TIMELINE,
              show_graph, page);
    show_graph(page, NULL);
    return all;
}

const struct page page_color = {"color", _("Color"), "color", create};
