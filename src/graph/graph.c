// SPDX-License-Identifier: BSD-2-Clause
// The graph as data, and its edits: each keeps it whole or is refused.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "graph/internal.h"

int find_node(const struct ho_graph *graph, const char *id)
{
    for (size_t i = 0; i < graph->n_nodes; i++)
        if (strcmp(graph->nodes[i].id, id) == 0)
            return (int)i;
    return -1;
}

const char *node_type_name(const struct graph_node *node)
{
    return node->type ? node->type->name : node->unknown->type_name;
}

int n_inputs(const struct graph_node *node)
{
    return node->type ? count_ports(node->type->inputs) : node->unknown->n_inputs;
}

static int n_outputs(const struct graph_node *node)
{
    return node->type ? count_ports(node->type->outputs) : node->unknown->n_outputs;
}

const char *port_name(const struct graph_node *node, int port, bool input)
{
    if (node->type)
        return (input ? node->type->inputs : node->type->outputs)[port].name;
    return (input ? node->unknown->inputs : node->unknown->outputs)[port];
}

int find_port(const struct graph_node *node, const char *name, bool input)
{
    int n = input ? n_inputs(node) : n_outputs(node);
    for (int i = 0; i < n; i++)
        if (strcmp(port_name(node, i, input), name) == 0)
            return i;
    return -1;
}

// False where nothing feeds it yet: an output of an unknown node may then still become either.
static bool is_type_known(const struct ho_graph *graph, int node, int output, enum ho_port_type *type)
{
    // Unknown nodes in a row are followed to the known one that feeds them; a graph has no cycles, so this ends.
    while (!graph->nodes[node].type) {
        struct link first = graph->nodes[node].in[0];
        if (first.node < 0)
            return false;
        node = first.node;
        output = first.output;
    }
    *type = graph->nodes[node].type->outputs[output].type;
    return true;
}

enum ho_port_type output_type(const struct ho_graph *graph, int node, int output)
{
    enum ho_port_type type = HO_PORT_IMAGE;
    is_type_known(graph, node, output, &type);
    return type;
}

static bool reaches(const struct ho_graph *graph, int from, int to, bool *seen)
{
    if (from == to)
        return true;
    if (seen[from])
        return false;
    seen[from] = true;
    for (int i = 0; i < HO_PORTS_MAX; i++)
        if (graph->nodes[from].in[i].node >= 0 && reaches(graph, graph->nodes[from].in[i].node, to, seen))
            return true;
    return false;
}

bool depends_on(const struct ho_graph *graph, int from, int to)
{
    bool seen[HO_GRAPH_NODES_MAX] = {false};
    return reaches(graph, from, to, seen);
}

enum ho_result no_such_node(const struct ho_graph *graph, const char *id, struct ho_diag *diag)
{
    char list[512] = "";
    for (size_t i = 0; i < graph->n_nodes && strlen(list) < sizeof(list) - HO_NODE_ID_SIZE - 4; i++)
        snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s", i ? ", " : "", graph->nodes[i].id);
    return ho_fail(diag, HO_ERROR_USAGE, "the graph has no node \"%s\"; it has: %s", id, *list ? list : "none yet");
}

enum ho_result ho_graph_create(struct ho_graph **out, struct ho_diag *diag)
{
    *out = ho_alloc(1, sizeof(**out));
    return *out ? HO_OK : ho_fail_memory(diag, sizeof(**out));
}

static void clear_unknown(struct unknown_node **unknown)
{
    if (!*unknown)
        return;
    free((*unknown)->type_name);
    free((*unknown)->parameters);
    for (int i = 0; i < (*unknown)->n_inputs; i++)
        free((*unknown)->inputs[i]);
    for (int i = 0; i < (*unknown)->n_outputs; i++)
        free((*unknown)->outputs[i]);
    free(*unknown);
    *unknown = NULL;
}

static void clear_node(struct graph_node *node)
{
    for (size_t i = 0; i < node->n_parameters; i++)
        parameter_clear(&node->parameters[i]);
    free(node->parameters);
    free(node->comment);
    clear_unknown(&node->unknown);
    *node = (struct graph_node){0};
}

void ho_graph_destroy(struct ho_graph **graph)
{
    if (!graph || !*graph)
        return;
    for (size_t i = 0; i < (*graph)->n_nodes; i++)
        clear_node(&(*graph)->nodes[i]);
    free((*graph)->nodes);
    free((*graph)->scopes);
    free((*graph)->comment);
    free(*graph);
    *graph = NULL;
}

static enum ho_result check_id(const struct ho_graph *graph, const char *id, struct ho_diag *diag)
{
    size_t length = strlen(id);
    bool good = length > 0 && length < HO_NODE_ID_SIZE && isalpha((unsigned char)id[0]);
    for (size_t i = 0; good && i < length; i++)
        good = isalnum((unsigned char)id[i]) || id[i] == '_' || id[i] == '-';
    if (!good)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "\"%.80s\" can't name a node: letters, digits, '_' and '-', starting with a letter, at most %d",
                       id, HO_NODE_ID_SIZE - 1);
    if (find_node(graph, id) >= 0)
        return ho_fail(diag, HO_ERROR_USAGE, "the graph has a node \"%s\" already; give the new one another name", id);
    return HO_OK;
}

// A new node at the end, without type and parameters. On failure the graph is as it was.
static enum ho_result append_node(struct ho_graph *graph, const char *id, struct graph_node **out, struct ho_diag *diag)
{
    HO_TRY(check_id(graph, id, diag));
    if (graph->n_nodes == HO_GRAPH_NODES_MAX)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "the graph has %d nodes, the most that one may have; node \"%s\" was not added",
                       HO_GRAPH_NODES_MAX, id);
    if (graph->n_nodes == graph->capacity) {
        size_t capacity = graph->capacity ? graph->capacity * 2 : 16;
        struct graph_node *nodes = ho_realloc(graph->nodes, capacity, sizeof(*nodes));
        if (!nodes)
            return ho_fail_memory(diag, capacity * sizeof(*nodes));
        graph->nodes = nodes;
        graph->capacity = capacity;
    }
    struct graph_node *node = &graph->nodes[graph->n_nodes];
    *node = (struct graph_node){.enabled = true};
    snprintf(node->id, sizeof(node->id), "%s", id);
    for (int i = 0; i < HO_PORTS_MAX; i++)
        node->in[i].node = -1;
    *out = node;
    return HO_OK;
}

enum ho_result ho_graph_add(struct ho_graph *graph, const char *type_name, const char *id, struct ho_diag *diag)
{
    const struct ho_node_type *type = ho_node_type_find(type_name);
    if (!type)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "there is no node type \"%s\"; \"holdout graph nodes\" lists those that exist", type_name);
    struct graph_node *node;
    HO_TRY(append_node(graph, id, &node, diag));
    node->type = type;
    node->n_parameters = count_parameters(type->parameters);
    node->parameters = ho_alloc(node->n_parameters + 1, sizeof(*node->parameters));
    if (!node->parameters)
        return ho_fail_memory(diag, (node->n_parameters + 1) * sizeof(*node->parameters));
    for (size_t i = 0; i < node->n_parameters; i++)
        parameter_default(&type->parameters[i], &node->parameters[i]);
    graph->n_nodes++;
    graph->generation++;
    return HO_OK;
}

enum ho_result add_unknown(struct ho_graph *graph, const char *type_name, const char *id, const char *parameters,
                           struct ho_diag *diag)
{
    struct graph_node *node;
    HO_TRY(append_node(graph, id, &node, diag));
    node->unknown = ho_alloc(1, sizeof(*node->unknown));
    if (node->unknown) {
        node->unknown->type_name = ho_strdup(type_name);
        node->unknown->parameters = parameters ? ho_strdup(parameters) : NULL;
    }
    if (!node->unknown || !node->unknown->type_name || (parameters && !node->unknown->parameters)) {
        clear_node(node);
        return ho_fail_memory(diag, sizeof(*node->unknown));
    }
    graph->n_nodes++;
    graph->generation++;
    return HO_OK;
}

int name_unknown_port(struct graph_node *node, const char *name, bool input)
{
    int known = find_port(node, name, input);
    if (known >= 0)
        return known;
    struct unknown_node *unknown = node->unknown;
    int *n = input ? &unknown->n_inputs : &unknown->n_outputs;
    char **names = input ? unknown->inputs : unknown->outputs;
    if (*n == (input ? HO_PORTS_MAX : 2) || !(names[*n] = ho_strdup(name)))
        return -1;
    return (*n)++;
}

static enum ho_result copy_unknown(const struct unknown_node *from, struct graph_node *to, struct ho_diag *diag)
{
    for (int i = 0; i < from->n_inputs; i++)
        if (name_unknown_port(to, from->inputs[i], true) < 0)
            return ho_fail_memory(diag, HO_NODE_ID_SIZE);
    for (int i = 0; i < from->n_outputs; i++)
        if (name_unknown_port(to, from->outputs[i], false) < 0)
            return ho_fail_memory(diag, HO_NODE_ID_SIZE);
    return HO_OK;
}

enum ho_result append_copy(struct ho_graph *graph, const struct graph_node *from, const char *id, struct ho_diag *diag)
{
    if (from->type)
        HO_TRY(ho_graph_add(graph, from->type->name, id, diag));
    else
        HO_TRY(add_unknown(graph, from->unknown->type_name, id, from->unknown->parameters, diag));
    struct graph_node *node = &graph->nodes[graph->n_nodes - 1];
    node->x = from->x;
    node->y = from->y;
    node->enabled = from->enabled;
    node->scope = from->scope;
    if (from->comment && !(node->comment = ho_strdup(from->comment)))
        return ho_fail_memory(diag, strlen(from->comment));
    if (!from->type)
        return copy_unknown(from->unknown, node, diag);
    for (size_t i = 0; i < node->n_parameters; i++)
        HO_TRY(parameter_copy(&from->parameters[i], &node->parameters[i], diag));
    return HO_OK;
}

enum ho_result ho_graph_copy(const struct ho_graph *graph, struct ho_graph **out, struct ho_diag *diag)
{
    HO_TRY(ho_graph_create(out, diag));
    if (graph->comment && !((*out)->comment = ho_strdup(graph->comment))) {
        ho_graph_destroy(out);
        return ho_fail_memory(diag, strlen(graph->comment));
    }
    enum ho_result scopes = copy_scopes(graph, *out, diag);
    if (scopes != HO_OK) {
        ho_graph_destroy(out);
        return scopes;
    }
    for (size_t i = 0; i < graph->n_nodes; i++) {
        enum ho_result result = append_copy(*out, &graph->nodes[i], graph->nodes[i].id, diag);
        if (result != HO_OK) {
            ho_graph_destroy(out);
            return result;
        }
        memcpy((*out)->nodes[i].in, graph->nodes[i].in, sizeof(graph->nodes[i].in));
    }
    return HO_OK;
}

enum ho_result ho_graph_duplicate(struct ho_graph *graph, const char *id, const char *new_id, struct ho_diag *diag)
{
    int index = find_node(graph, id);
    if (index < 0)
        return no_such_node(graph, id, diag);
    size_t n_before = graph->n_nodes;
    struct graph_node from = graph->nodes[index];    // by value: appending may move the array
    enum ho_result result = append_copy(graph, &from, new_id, diag);
    if (result != HO_OK && graph->n_nodes > n_before)
        clear_node(&graph->nodes[--graph->n_nodes]);
    return result;
}

enum ho_result ho_graph_remove(struct ho_graph *graph, const char *id, struct ho_diag *diag)
{
    int index = find_node(graph, id);
    if (index < 0)
        return no_such_node(graph, id, diag);
    clear_node(&graph->nodes[index]);
    memmove(&graph->nodes[index], &graph->nodes[index + 1],
            (graph->n_nodes - (size_t)index - 1) * sizeof(*graph->nodes));
    graph->n_nodes--;
    for (size_t i = 0; i < graph->n_nodes; i++)
        for (int p = 0; p < HO_PORTS_MAX; p++) {
            struct link *in = &graph->nodes[i].in[p];
            if (in->node == index)
                in->node = -1;
            else if (in->node > index)
                in->node--;
        }
    graph->generation++;
    return HO_OK;
}

enum ho_result ho_graph_rename(struct ho_graph *graph, const char *id, const char *new_id, struct ho_diag *diag)
{
    int index = find_node(graph, id);
    if (index < 0)
        return no_such_node(graph, id, diag);
    if (strcmp(id, new_id) == 0)
        return HO_OK;
    HO_TRY(check_id(graph, new_id, diag));
    snprintf(graph->nodes[index].id, HO_NODE_ID_SIZE, "%s", new_id);
    graph->generation++;
    return HO_OK;
}

static enum ho_result no_such_port(const struct graph_node *node, const char *name, bool input, struct ho_diag *diag)
{
    char list[512] = "";
    int n = input ? n_inputs(node) : n_outputs(node);
    for (int i = 0; i < n; i++)
        snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s", i ? ", " : "", port_name(node, i, input));
    return ho_fail(diag, HO_ERROR_USAGE, "node \"%s\" (%s) has no %s \"%s\"; it has: %s", node->id,
                   node_type_name(node), input ? "input" : "output", name, *list ? list : "none");
}

// Every known node gets what its inputs take, also through unknown nodes, which pass on whatever feeds them.
static enum ho_result check_types(const struct ho_graph *graph, struct ho_diag *diag)
{
    for (size_t i = 0; i < graph->n_nodes; i++) {
        const struct graph_node *node = &graph->nodes[i];
        for (int p = 0; node->type && p < n_inputs(node); p++) {
            struct link in = node->in[p];
            enum ho_port_type given, wanted = node->type->inputs[p].type;
            if (in.node < 0 || !is_type_known(graph, in.node, in.output, &given) || given == wanted)
                continue;
            const struct graph_node *source = &graph->nodes[in.node];
            return ho_fail(diag, HO_ERROR_USAGE, "%s.%s is %s and %s.%s takes %s; put %s between them", source->id,
                           port_name(source, in.output, false), given == HO_PORT_IMAGE ? "an image" : "a key", node->id,
                           port_name(node, p, true), wanted == HO_PORT_IMAGE ? "an image" : "a key",
                           wanted == HO_PORT_KEY ? "a bitmap node" : "a color_generator with that key");
        }
    }
    return HO_OK;
}

enum ho_result ho_graph_connect(struct ho_graph *graph, const char *from, const char *output, const char *to,
                                const char *input, struct ho_diag *diag)
{
    int a = find_node(graph, from), b = find_node(graph, to);
    if (a < 0 || b < 0)
        return no_such_node(graph, a < 0 ? from : to, diag);
    struct graph_node *source = &graph->nodes[a], *target = &graph->nodes[b];
    int out_port = source->type ? find_port(source, output, false) : name_unknown_port(source, output, false);
    int in_port = target->type ? find_port(target, input, true) : name_unknown_port(target, input, true);
    if (out_port < 0)
        return no_such_port(source, output, false, diag);
    if (in_port < 0)
        return no_such_port(target, input, true, diag);
    if (depends_on(graph, a, b))
        return ho_fail(diag, HO_ERROR_USAGE,
                       "connecting %s.%s to %s.%s would make a cycle: \"%s\" already depends on \"%s\"", from, output,
                       to, input, from, to);
    struct link before = target->in[in_port];
    target->in[in_port] = (struct link){a, out_port};
    enum ho_result result = check_types(graph, diag);
    if (result != HO_OK) {
        target->in[in_port] = before;
        return result;
    }
    graph->generation++;
    return HO_OK;
}

enum ho_result ho_graph_disconnect(struct ho_graph *graph, const char *to, const char *input, struct ho_diag *diag)
{
    int index = find_node(graph, to);
    if (index < 0)
        return no_such_node(graph, to, diag);
    int port = find_port(&graph->nodes[index], input, true);
    if (port < 0)
        return no_such_port(&graph->nodes[index], input, true, diag);
    graph->nodes[index].in[port].node = -1;
    graph->generation++;
    return HO_OK;
}

enum ho_result ho_graph_enable(struct ho_graph *graph, const char *id, bool enabled, struct ho_diag *diag)
{
    int index = find_node(graph, id);
    if (index < 0)
        return no_such_node(graph, id, diag);
    graph->nodes[index].enabled = enabled;
    graph->generation++;
    return HO_OK;
}

enum ho_result ho_graph_place(struct ho_graph *graph, const char *id, double x, double y, struct ho_diag *diag)
{
    int index = find_node(graph, id);
    if (index < 0)
        return no_such_node(graph, id, diag);
    graph->nodes[index].x = x;
    graph->nodes[index].y = y;
    graph->edits++;
    return HO_OK;
}

enum ho_result ho_graph_check(const struct ho_graph *graph, struct ho_diag *diag)
{
    if (graph->n_nodes == 0)
        return ho_fail(diag, HO_ERROR_USAGE, "the graph has no nodes");
    for (size_t i = 0; i < graph->n_nodes; i++) {
        const struct graph_node *node = &graph->nodes[i];
        for (int p = 0; node->type && p < n_inputs(node); p++)
            if (node->type->inputs[p].required && node->in[p].node < 0)
                return ho_fail(diag, HO_ERROR_USAGE,
                               "node \"%s\" (%s) lacks its input \"%s\" (%s); connect %s to it or remove the node",
                               node->id, node->type->name, node->type->inputs[p].name, node->type->inputs[p].help,
                               node->type->inputs[p].type == HO_PORT_IMAGE ? "an image" : "a key");
    }
    return HO_OK;
}

size_t ho_graph_n_nodes(const struct ho_graph *graph) { return graph->n_nodes; }

struct ho_node_info ho_graph_node(const struct ho_graph *graph, size_t index)
{
    const struct graph_node *node = &graph->nodes[index];
    return (struct ho_node_info){node->id, node->type, node_type_name(node), node->x, node->y, node->enabled};
}

size_t ho_graph_n_links(const struct ho_graph *graph)
{
    size_t n = 0;
    for (size_t i = 0; i < graph->n_nodes; i++)
        for (int p = 0; p < HO_PORTS_MAX; p++)
            n += graph->nodes[i].in[p].node >= 0;
    return n;
}

struct ho_link_info ho_graph_link(const struct ho_graph *graph, size_t index)
{
    for (size_t i = 0; i < graph->n_nodes; i++)
        for (int p = 0; p < HO_PORTS_MAX; p++) {
            struct link in = graph->nodes[i].in[p];
            if (in.node < 0 || index-- > 0)
                continue;
            const struct graph_node *from = &graph->nodes[in.node];
            return (struct ho_link_info){from->id, port_name(from, in.output, false), graph->nodes[i].id,
                                         port_name(&graph->nodes[i], p, true)};
        }
    return (struct ho_link_info){0};
}
