// SPDX-License-Identifier: BSD-2-Clause
// How a graph is kept in memory.
#ifndef HO_GRAPH_INTERNAL_H
#define HO_GRAPH_INTERNAL_H

#include "graph/node.h"

struct keyframe {
    int64_t frame;
    double number[4];
    char *text;                             // POINTS: owned; NULL otherwise
    enum ho_interpolation interpolation;    // towards the next one
};

struct parameter_state {
    double number[4];
    char *text;               // owned; NULL: the default text
    struct keyframe *keys;    // by frame, ascending
    size_t n_keys;
    char *between;    // POINTS with keyframes: room for the points between two of them, filled by parameter_value()
    size_t between_size;
};

struct link {
    int node, output;
};    // where an input comes from; node -1: not connected

// What is kept of a node whose type this version doesn't know: enough to write it back as it was.
struct unknown_node {
    char *type_name;
    char *parameters;                           // JSON text of its parameters object, or NULL
    char *inputs[HO_PORTS_MAX], *outputs[2];    // port names, as the file's connections named them
    int n_inputs, n_outputs;
};

struct graph_node {
    char id[HO_NODE_ID_SIZE];
    const struct ho_node_type *type;    // NULL: unknown
    struct unknown_node *unknown;
    char *comment;    // owned; NULL: none
    double x, y;
    bool enabled;
    int scope;    // index + 1; 0: none
    struct parameter_state *parameters;
    size_t n_parameters;
    struct link in[HO_PORTS_MAX];
};

struct ho_graph {
    struct graph_node *nodes;
    size_t n_nodes, capacity;
    struct ho_scope *scopes;
    size_t n_scopes;
    char *comment;          // owned; NULL: none
    uint64_t generation;    // counts edits of nodes, links and enabling: an evaluator plans anew when it changes
    uint64_t edits;         // all others, tries included
};

// ports (types.c)
int count_ports(const struct ho_port *ports);
size_t count_parameters(const struct ho_parameter *parameters);
int find_parameter(const struct ho_node_type *type, const char *name);    // -1: none

// graph.c
int find_node(const struct ho_graph *graph, const char *id);                   // -1: none
int find_port(const struct graph_node *node, const char *name, bool input);    // -1: none
const char *port_name(const struct graph_node *node, int port, bool input);
int n_inputs(const struct graph_node *node);
const char *node_type_name(const struct graph_node *node);
// The type an output carries; an unknown node carries what feeds its first input.
enum ho_port_type output_type(const struct ho_graph *graph, int node, int output);
// True when the node `from` depends on `to` (or is it).
bool depends_on(const struct ho_graph *graph, int from, int to);
enum ho_result add_unknown(struct ho_graph *graph, const char *type_name, const char *id, const char *parameters,
                           struct ho_diag *diag) HO_MUST_CHECK;
// Names a port of an unknown node that a link mentions; -1 when there is no room.
int name_unknown_port(struct graph_node *node, const char *name, bool input);
// Adds a node like `from`, in the scope of the same number, without its links. On failure a node may be left at the
// end.
enum ho_result append_copy(struct ho_graph *graph, const struct graph_node *from, const char *id,
                           struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result no_such_node(const struct ho_graph *graph, const char *id, struct ho_diag *diag);

// scope.c
enum ho_result copy_scopes(const struct ho_graph *from, struct ho_graph *to, struct ho_diag *diag) HO_MUST_CHECK;
// NULL: the node is in none.
static inline const struct ho_scope *scope_of(const struct ho_graph *graph, const struct graph_node *node)
{
    return node->scope ? &graph->scopes[node->scope - 1] : NULL;
}
// Copies all nodes of `from`, which has no scopes, with their links into `to`: ids with `prefix` before them, in
// `scope` (NULL: none). `first` (may be NULL) is the index of the first one; the others follow in order. After a
// failure `to` is of no use.
enum ho_result graph_inline(struct ho_graph *to, const struct ho_graph *from, const char *prefix, const char *scope,
                            size_t *first, struct ho_diag *diag) HO_MUST_CHECK;

// Nodes from `first` on: their keyframes come to lie on the frames that sources in the scope show then.
void graph_map_keys(struct ho_graph *graph, size_t first, const struct ho_scope *scope);

// parameter.c
void parameter_default(const struct ho_parameter *parameter, struct parameter_state *state);
void parameter_clear(struct parameter_state *state);
enum ho_result parameter_copy(const struct parameter_state *from, struct parameter_state *to,
                              struct ho_diag *diag) HO_MUST_CHECK;
bool parameter_is_default(const struct ho_parameter *parameter, const struct parameter_state *state);
// A text lies in the graph until the next edit, or (points between keyframes) the next question for this parameter.
void parameter_value(const struct ho_parameter *parameter, const struct parameter_state *state, int64_t frame,
                     struct ho_value *out);
size_t parameter_n_numbers(enum ho_parameter_type type);    // 0 for texts
bool parameter_can_move(enum ho_parameter_type type);       // carries keyframes
enum ho_result parameter_check(const char *id, const struct ho_parameter *parameter, const double *numbers, size_t n,
                               struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result parameter_add_key(struct parameter_state *state, size_t n_numbers, const struct keyframe *key,
                                 struct ho_diag *diag) HO_MUST_CHECK;    // takes key->text if it succeeds

#endif
