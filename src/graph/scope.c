// SPDX-License-Identifier: BSD-2-Clause
// Scopes: nodes with a time of their own; and a graph put into another one.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/scale.h"
#include "graph/internal.h"

static int find_scope(const struct ho_graph *graph, const char *id)
{
    for (size_t i = 0; i < graph->n_scopes; i++)
        if (strcmp(graph->scopes[i].id, id) == 0)
            return (int)i;
    return -1;
}

// No frame of a timeline overflows with what is accepted here.
static bool is_sound(const struct ho_scope *scope)
{
    const int64_t most = (int64_t)1 << 60;
    bool still = scope->rate.num == 0 && scope->rate.den == 1;
    return *scope->id && scope->shift > -most && scope->shift < most && scope->first > -most && scope->first < most &&
           (still || (scope->rate.num > 0 && scope->rate.den > 0)) && scope->part >= 0 && scope->part < scope->rate.den;
}

enum ho_result ho_graph_add_scope(struct ho_graph *graph, const struct ho_scope *scope, struct ho_diag *diag)
{
    if (!is_sound(scope))
        return ho_fail(diag, HO_ERROR_USAGE,
                       "scope \"%s\" can't be: it needs a name, a rate above 0 (or 0/1), and a part below the rate's "
                       "second number",
                       scope->id);
    int index = find_scope(graph, scope->id);
    if (index < 0) {
        struct ho_scope *scopes = ho_realloc(graph->scopes, graph->n_scopes + 1, sizeof(*scopes));
        if (!scopes)
            return ho_fail_memory(diag, (graph->n_scopes + 1) * sizeof(*scopes));
        graph->scopes = scopes;
        index = (int)graph->n_scopes++;
    }
    graph->scopes[index] = *scope;
    graph->generation++;
    return HO_OK;
}

enum ho_result ho_graph_set_scope(struct ho_graph *graph, const char *id, const char *scope, struct ho_diag *diag)
{
    int node = find_node(graph, id), index = scope ? find_scope(graph, scope) : -1;
    if (node < 0)
        return no_such_node(graph, id, diag);
    if (scope && index < 0)
        return ho_fail(diag, HO_ERROR_USAGE, "the graph has no scope \"%.80s\" for node \"%s\"", scope, id);
    graph->nodes[node].scope = index + 1;
    graph->generation++;
    return HO_OK;
}

size_t ho_graph_n_scopes(const struct ho_graph *graph) { return graph->n_scopes; }

const struct ho_scope *ho_graph_scope(const struct ho_graph *graph, size_t index)
{
    return index < graph->n_scopes ? &graph->scopes[index] : NULL;
}

const struct ho_scope *ho_graph_scope_of(const struct ho_graph *graph, const char *id)
{
    int node = find_node(graph, id);
    return node < 0 ? NULL : scope_of(graph, &graph->nodes[node]);
}

int64_t ho_scope_frame(const struct ho_scope *scope, int64_t frame)
{
    ho_wide time = (ho_wide)scope->part + (ho_wide)frame * scope->rate.num;
    return ho_wide_narrow(ho_wide_floor(time, scope->rate.den) + scope->first);
}

enum ho_result copy_scopes(const struct ho_graph *from, struct ho_graph *to, struct ho_diag *diag)
{
    for (size_t i = 0; i < from->n_scopes; i++)
        HO_TRY(ho_graph_add_scope(to, &from->scopes[i], diag));
    return HO_OK;
}

// Prefix and id; where that is too long or taken, prefix and number.
static void choose_id(const struct ho_graph *graph, const char *prefix, const char *id, size_t number,
                      char out[HO_NODE_ID_SIZE])
{
    int n = snprintf(out, HO_NODE_ID_SIZE, "%s%s", prefix, id);
    if (n >= HO_NODE_ID_SIZE || find_node(graph, out) >= 0)
        snprintf(out, HO_NODE_ID_SIZE, "%.40sn%zu", prefix, number);
}

enum ho_result graph_inline(struct ho_graph *to, const struct ho_graph *from, const char *prefix, const char *scope,
                            size_t *first, struct ho_diag *diag)
{
    const size_t base = to->n_nodes;
    for (size_t i = 0; i < from->n_nodes; i++) {
        char id[HO_NODE_ID_SIZE];
        choose_id(to, prefix, from->nodes[i].id, i, id);
        HO_TRY(append_copy(to, &from->nodes[i], id, diag));
        to->nodes[base + i].scope = 0;
        HO_TRY(ho_graph_set_scope(to, id, scope, diag));
    }
    for (size_t i = 0; i < from->n_nodes; i++)
        for (int p = 0; p < HO_PORTS_MAX; p++) {
            struct link in = from->nodes[i].in[p];
            to->nodes[base + i].in[p] = (struct link){in.node < 0 ? -1 : in.node + (int)base, in.output};
        }
    if (first)
        *first = base;
    to->generation++;
    return HO_OK;
}

// Of two that come to lie on one frame the later one stays.
static void map_keys(struct parameter_state *state, const struct ho_scope *scope)
{
    size_t n = 0;
    for (size_t i = 0; i < state->n_keys; i++) {
        struct keyframe key = state->keys[i];
        key.frame = ho_scope_frame(scope, key.frame - scope->shift);
        if (n && state->keys[n - 1].frame == key.frame)
            free(state->keys[--n].text);
        state->keys[n++] = key;
    }
    state->n_keys = n;
}

void graph_map_keys(struct ho_graph *graph, size_t first, const struct ho_scope *scope)
{
    for (size_t i = first; i < graph->n_nodes; i++)
        for (size_t p = 0; p < graph->nodes[i].n_parameters; p++)
            map_keys(&graph->nodes[i].parameters[p], scope);
    graph->generation++;
}
