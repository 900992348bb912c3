// SPDX-License-Identifier: BSD-2-Clause
// One clip's picture: its footage or texts, through its Fusion graph, then its Color graph.
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "deliver/compiling.h"
#include "graph/internal.h"

static bool is_type(const struct ho_node_info *node, const char *a, const char *b)
{
    return strcmp(node->type_name, a) == 0 || strcmp(node->type_name, b) == 0;
}

static enum ho_result refuse(const struct ho_compiling *c, const struct ho_timeline_clip *clip, const char *which,
                             const char *said)
{
    char name[512];
    ho_compiling_name(c, clip, name, sizeof(name));
    return ho_fail(c->diag, HO_ERROR_INPUT, "%s: its %s: %s", name, which, said);
}

// ---- a graph of its own

// The node that gives the result: the graph's only output.
static enum ho_result find_output(const struct ho_compiling *c, const struct ho_timeline_clip *clip, const char *which,
                                  const struct ho_graph *graph, size_t *index)
{
    size_t n = 0;
    for (size_t i = 0; i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info node = ho_graph_node(graph, i);
        if (!is_type(&node, "output", "media_out"))
            continue;
        *index = i;
        n++;
    }
    if (n != 1)
        return refuse(c, clip, which, n ? "has more than one output; remove all but one" : "has no output; add one");
    return HO_OK;
}

// Whether a node stands for the clip itself: a source without a file.
static bool is_own_picture(const struct ho_graph *graph, const struct ho_node_info *node)
{
    double numbers[4];
    const char *file = "";
    return is_type(node, "source", "media_in") && node->type &&
           ho_graph_get(graph, node->id, "file", 0, numbers, &file, NULL) == HO_OK && !*file;
}

// What read the node reads, by the same name, a node that passes `picture` on.
static enum ho_result replace_node(struct ho_compiling *c, const struct ho_timeline_clip *clip, const char *name,
                                   const struct ho_pin *picture)
{
    char id[HO_NODE_ID_SIZE], aside[HO_NODE_ID_SIZE];
    snprintf(id, sizeof(id), "%s", name);
    snprintf(aside, sizeof(aside), "clip%" PRId64 "-aside", clip->id);
    HO_TRY(ho_graph_rename(c->graph, id, aside, c->diag));
    HO_TRY(ho_compiling_add(c, clip, "media_out", id, "image", picture));
    struct ho_pin passed = ho_pin_of(id, "image");
    for (size_t i = 0; i < ho_graph_n_links(c->graph); i++) {
        struct ho_link_info link = ho_graph_link(c->graph, i);
        if (strcmp(link.from, aside) == 0)
            HO_TRY(ho_compiling_connect(c, &passed, link.to, link.input));
    }
    return ho_graph_remove(c->graph, aside, c->diag);
}

static enum ho_result put_in(struct ho_compiling *c, const struct ho_timeline_clip *clip, const char *which,
                             const struct ho_graph *graph, const char *prefix, struct ho_pin *picture)
{
    size_t output = 0, first, n = ho_graph_n_nodes(graph);
    char scope[HO_NODE_ID_SIZE];
    snprintf(scope, sizeof(scope), "clip%" PRId64, clip->id);
    if (ho_graph_n_scopes(graph))
        return refuse(c, clip, which, "has scopes, which only a timeline gives");
    HO_TRY(find_output(c, clip, which, graph, &output));
    HO_TRY(graph_inline(c->graph, graph, prefix, c->alone ? NULL : scope, &first, c->diag));
    if (c->alone)
        graph_map_keys(c->graph, first, &c->time);
    struct ho_pin result = ho_pin_of(ho_graph_node(c->graph, first + output).id, "image");
    for (size_t i = first + n; i-- > first;) {
        struct ho_node_info node = ho_graph_node(c->graph, i);
        if (is_own_picture(c->graph, &node))
            HO_TRY(replace_node(c, clip, node.id, picture));
    }
    *picture = result;
    return HO_OK;
}

static enum ho_result apply_graph(struct ho_compiling *c, const struct ho_timeline_clip *clip, enum ho_page page,
                                  const char *text, struct ho_pin *picture)
{
    struct ho_graph *graph;
    struct ho_diag inner = {0};
    char prefix[HO_NODE_ID_SIZE];
    const char *which = page == HO_PAGE_FUSION ? "Fusion graph" : "Color graph";
    if (!text)
        return HO_OK;
    if (ho_graph_parse(text, which, &graph, &inner) != HO_OK)
        return refuse(c, clip, which, inner.message);
    ho_compiled_node(clip->id, page, "", prefix);
    enum ho_result result = put_in(c, clip, which, graph, prefix, picture);
    ho_graph_destroy(&graph);
    return result;
}

// ---- titles

// Parameters of a text_plus node as a graph of that node.
static enum ho_result parse_text(const struct ho_compiling *c, const struct ho_timeline_clip *clip, size_t index,
                                 struct ho_graph **out)
{
    char which[64];
    struct ho_diag inner = {0};
    json_error_t error;
    snprintf(which, sizeof(which), "text %zu", index + 1);
    json_t *parameters = json_loads(clip->texts[index], JSON_REJECT_DUPLICATES, &error);
    if (!parameters)
        return refuse(c, clip, which, error.text);
    json_t *root = json_pack("{s:i, s:[{s:s, s:s, s:o}], s:[]}", "holdout_graph", 1, "nodes", "id", "text", "type",
                             "text_plus", "parameters", parameters, "links");
    char *text = root ? json_dumps(root, JSON_REAL_PRECISION(17)) : NULL;
    json_decref(root);
    enum ho_result result = text ? ho_graph_parse(text, which, out, &inner) : ho_fail_memory(&inner, 1);
    free(text);
    return result == HO_OK ? HO_OK : refuse(c, clip, which, inner.message);
}

// Where it names no size, a text is as large as the timeline.
static enum ho_result size_text(struct ho_compiling *c, const char *id)
{
    static const char *const names[] = {"width", "height"};
    const struct ho_timeline_settings *settings = ho_timeline_get_settings(c->timeline);
    for (int i = 0; i < 2; i++) {
        double numbers[4];
        const char *text;
        HO_TRY(ho_graph_get(c->graph, id, names[i], 0, numbers, &text, c->diag));
        if (numbers[0] == 0)
            HO_TRY(ho_compiling_set(c, id, names[i], i ? settings->height : settings->width));
    }
    return HO_OK;
}

static enum ho_result add_text(struct ho_compiling *c, const struct ho_timeline_clip *clip, size_t index,
                               struct ho_pin *picture)
{
    struct ho_graph *graph;
    char prefix[HO_NODE_ID_SIZE - 4], scope[HO_NODE_ID_SIZE], over[HO_NODE_ID_SIZE];
    size_t first;
    snprintf(prefix, sizeof(prefix), "clip%" PRId64 "-%zu", clip->id, index + 1);
    snprintf(scope, sizeof(scope), "clip%" PRId64, clip->id);
    HO_TRY(parse_text(c, clip, index, &graph));
    enum ho_result result = graph_inline(c->graph, graph, prefix, c->alone ? NULL : scope, &first, c->diag);
    ho_graph_destroy(&graph);
    HO_TRY(result);
    if (c->alone)
        graph_map_keys(c->graph, first, &c->time);
    struct ho_pin text = ho_pin_of(ho_graph_node(c->graph, first).id, "image");
    HO_TRY(size_text(c, text.node));
    if (ho_pin_is_empty(picture)) {
        *picture = text;
        return HO_OK;
    }
    snprintf(over, sizeof(over), "%sover", prefix);
    HO_TRY(ho_compiling_add(c, clip, "merge", over, "background", picture));
    HO_TRY(ho_compiling_connect(c, &text, over, "foreground"));
    *picture = ho_pin_of(over, "image");
    return HO_OK;
}

enum ho_result ho_compiling_picture(struct ho_compiling *c, const struct ho_timeline_clip *clip, struct ho_pin *out)
{
    HO_TRY(ho_compiling_source(c, clip, out));
    for (size_t i = 0; clip->media == 0 && i < clip->n_texts; i++)
        HO_TRY(add_text(c, clip, i, out));
    if (ho_pin_is_empty(out) && (clip->fusion_graph || clip->color_graph))
        HO_TRY(ho_compiling_plain(c, "no-text", 0, out));
    HO_TRY(apply_graph(c, clip, HO_PAGE_FUSION, clip->fusion_graph, out));
    return apply_graph(c, clip, HO_PAGE_COLOR, clip->color_graph, out);
}
