// SPDX-License-Identifier: BSD-2-Clause
// The node view over a graph of its own, edited as it asks.
#include <holdout/graph.h>
#include <string.h>

#include "node_view.h"
#include "stand.h"

static struct ho_graph *graph;
static NodeView *view;

static void edited(enum ho_result result, struct ho_diag *diag)
{
    if (result != HO_OK)
        stand_say("refused %s", diag->message);
    node_view_set_graph(view, graph);
}

static void on_connect(void *opaque, const char *from, const char *output, const char *to, const char *input)
{
    (void)opaque;
    struct ho_diag diag = {0};
    stand_say("connect %s.%s %s.%s", from, output, to, input);
    edited(ho_graph_connect(graph, from, output, to, input, &diag), &diag);
}

static void on_disconnect(void *opaque, const char *to, const char *input)
{
    (void)opaque;
    struct ho_diag diag = {0};
    stand_say("disconnect %s.%s", to, input);
    edited(ho_graph_disconnect(graph, to, input, &diag), &diag);
}

static void on_rewire(void *opaque, const struct ho_link_info *wire, const char *to, const char *input)
{
    (void)opaque;
    struct ho_diag diag = {0};
    stand_say("rewire %s.%s %s.%s %s.%s", wire->from, wire->output, wire->to, wire->input, to, input);
    char *from = g_strdup(wire->from), *output = g_strdup(wire->output);
    edited(ho_graph_disconnect(graph, wire->to, wire->input, &diag), &diag);
    edited(ho_graph_connect(graph, from, output, to, input, &diag), &diag);
    g_free(from);
    g_free(output);
}

static void on_insert(void *opaque, const char *node, const char *node_input, const char *node_output,
                      const struct ho_link_info *wire, double dx, double dy)
{
    (void)opaque, (void)dx, (void)dy;
    struct ho_diag diag = {0};
    stand_say("insert %s %s.%s %s.%s", node, wire->from, wire->output, wire->to, wire->input);
    edited(ho_graph_connect(graph, node, node_output, wire->to, wire->input, &diag), &diag);
    edited(ho_graph_connect(graph, wire->from, wire->output, node, node_input, &diag), &diag);
}

static void on_move(void *opaque, const char *const *ids, size_t n, double dx, double dy)
{
    (void)opaque;
    struct ho_diag diag = {0};
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info info = ho_graph_node(graph, i);
        for (size_t k = 0; k < n; k++)
            if (!strcmp(info.id, ids[k]) && result == HO_OK)
                result = ho_graph_place(graph, ids[k], info.x + dx, info.y + dy, &diag);
    }
    stand_say("move %zu %.0f %.0f", n, dx, dy);
    edited(result, &diag);
}

static void on_add(void *opaque, const char *type, const char *behind, double x, double y)
{
    (void)opaque;
    struct ho_diag diag = {0};
    stand_say("add %s %s", type, behind ? behind : "-");
    enum ho_result result = ho_graph_add(graph, type, type, &diag);
    if (result == HO_OK)
        result = ho_graph_place(graph, type, x, y, &diag);
    edited(result, &diag);
}

static void on_remove(void *opaque, const char *const *ids, size_t n)
{
    (void)opaque;
    struct ho_diag diag = {0};
    for (size_t i = 0; i < n; i++) {
        stand_say("remove %s", ids[i]);
        edited(ho_graph_remove(graph, ids[i], &diag), &diag);
    }
}

static void on_rename(void *opaque, const char *id, const char *new_id)
{
    (void)opaque;
    struct ho_diag diag = {0};
    stand_say("rename %s %s", id, new_id);
    edited(ho_graph_rename(graph, id, new_id, &diag), &diag);
}

static void on_enable(void *opaque, const char *const *ids, size_t n, bool enabled)
{
    (void)opaque, (void)n;
    struct ho_diag diag = {0};
    stand_say("enable %s %d", ids[0], enabled);
    edited(ho_graph_enable(graph, ids[0], enabled, &diag), &diag);
}

static void on_reset(void *opaque, const char *id)
{
    (void)opaque;
    stand_say("reset %s", id ? id : "all");
}

static void on_select(void *opaque, const char *id)
{
    (void)opaque;
    stand_say("select %s", id ? id : "-");
}

static void on_view(void *opaque, const char *id, int viewer)
{
    (void)opaque;
    stand_say("view %s %d", id, viewer);
    node_view_set_viewed(view, viewer, id);
}

static const struct node_view_calls calls = {.connect = on_connect,
                                             .disconnect = on_disconnect,
                                             .rewire = on_rewire,
                                             .insert = on_insert,
                                             .move = on_move,
                                             .add = on_add,
                                             .remove = on_remove,
                                             .rename = on_rename,
                                             .enable = on_enable,
                                             .reset = on_reset,
                                             .select = on_select,
                                             .view = on_view};

static GtkWidget *create(void)
{
    const char *template = g_getenv("STAND_TEMPLATE");
    if (!template)
        template = "patch";
    if (ho_graph_template(template, &graph, NULL) != HO_OK)
        g_error("no template %s", template);
    enum ho_page page = strcmp(template, "patch") ? HO_PAGE_COLOR : HO_PAGE_FUSION;
    view = GUI_NODE_VIEW(node_view_new(page, &calls, NULL));
    node_view_set_graph(view, graph);
    return GTK_WIDGET(view);
}

static bool where(const char *what, double *x, double *y) { return node_view_where(view, what, x, y); }

const struct stand stand_nodes = {"nodes", create, where, NULL};
