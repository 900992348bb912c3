// SPDX-License-Identifier: BSD-2-Clause
// A clip's graphs: as they are where nothing was made yet, and changed through their text.
#include "session/grade.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

// As Resolve shows a clip that nothing was done to.
static const char color_text[] = "{\n\"holdout_graph\": 1,\n\"nodes\": [\n"
                                 "  {\"id\": \"source\", \"type\": \"source\", \"at\": [0, 0]},\n"
                                 "  {\"id\": \"corrector1\", \"type\": \"corrector\", \"at\": [200, 0]},\n"
                                 "  {\"id\": \"output\", \"type\": \"output\", \"at\": [400, 0]}\n"
                                 "],\n\"links\": [\n"
                                 "  \"source.image -> corrector1.image\",\n"
                                 "  \"corrector1.image -> output.image\"\n"
                                 "]\n}\n";
static const char fusion_text[] = "{\n\"holdout_graph\": 1,\n\"nodes\": [\n"
                                  "  {\"id\": \"MediaIn1\", \"type\": \"media_in\", \"at\": [0, 0]},\n"
                                  "  {\"id\": \"MediaOut1\", \"type\": \"media_out\", \"at\": [300, 0]}\n"
                                  "],\n\"links\": [\n"
                                  "  \"MediaIn1.image -> MediaOut1.image\"\n"
                                  "]\n}\n";

const char *grade_default(int page) { return page ? fusion_text : color_text; }

enum ho_result grade_open(const struct ho_timeline_clip *clip, int page, struct ho_graph **out, struct ho_diag *diag)
{
    const char *text = page ? clip->fusion_graph : clip->color_graph;
    return ho_graph_parse(text ? text : grade_default(page),
                          page ? "the clip's Fusion graph" : "the clip's Color graph", out, diag);
}

enum ho_result grade_put(struct call *call, struct ho_timeline_clip *copy, int page, const struct ho_graph *graph,
                         struct ho_diag *diag)
{
    char *text = NULL;
    enum ho_result result = ho_graph_format(graph, &text, diag);
    if (result == HO_OK)
        result = ho_timeline_clip_set_text(page ? &copy->fusion_graph : &copy->color_graph, text, diag);
    free(text);
    if (result != HO_OK) {
        ho_timeline_clip_destroy(&copy);
        return result;
    }
    news_add(call->session, HO_NEWS_GRAPH | HO_NEWS_VALUES);
    return edit_clip(call, copy, diag);
}

const char *grade_find_type(const struct ho_graph *graph, const char *type)
{
    for (size_t i = 0; i < ho_graph_n_nodes(graph); i++)
        if (strcmp(ho_graph_node(graph, i).type_name, type) == 0)
            return ho_graph_node(graph, i).id;
    return NULL;
}

bool grade_has_node(const struct ho_graph *graph, const char *id)
{
    for (size_t i = 0; graph && i < ho_graph_n_nodes(graph); i++)
        if (strcmp(ho_graph_node(graph, i).id, id) == 0)
            return true;
    return false;
}

void grade_new_id(const struct ho_graph *graph, const char *type, char out[HO_NODE_ID_SIZE])
{
    for (int i = 1;; i++) {
        snprintf(out, HO_NODE_ID_SIZE, "%.40s%d", type, i);
        if (!grade_has_node(graph, out))
            return;
    }
}

bool grade_moves(const char *text, const char *id, const char *parameter)
{
    json_t *root = text ? json_loads(text, 0, NULL) : NULL, *node;
    bool moves = false;
    size_t i;
    json_array_foreach(json_object_get(root, "nodes"), i, node)
    {
        const char *name = json_string_value(json_object_get(node, "id"));
        const json_t *value = json_object_get(json_object_get(node, "parameters"), parameter);
        moves = moves || (name && strcmp(name, id) == 0 && json_object_get(value, "keys"));
    }
    json_decref(root);
    return moves;
}
