// SPDX-License-Identifier: BSD-2-Clause
// Graphs made by chance: any node types that need no files, any values, keyframes and links.
#ifndef RANDOM_GRAPH_H
#define RANDOM_GRAPH_H

#include "unit/test.h"

#include "holdout/graph.h"

// A new evaluator's picture.
static inline void evaluate(const struct ho_graph *graph, const char *output, int64_t frame,
                            const struct ho_evaluator_options *options, struct ho_picture **out)
{
    struct ho_diag diag = {0};
    struct ho_evaluator *evaluator;
    struct ho_graph_frame result;
    assert_ok(ho_evaluator_create(graph, options, &evaluator, &diag), &diag);
    assert_ok(ho_evaluator_frame(evaluator, output, frame, false, &result, &diag), &diag);
    assert_ok(ho_picture_create(result.picture->width, result.picture->height, result.picture->n_planes, out, &diag),
              &diag);
    for (int p = 0; p < (*out)->n_planes; p++)
        for (int y = 0; y < (*out)->height; y++)
            memcpy((*out)->plane[p] + (ptrdiff_t)y * (*out)->stride,
                   result.picture->plane[p] + (ptrdiff_t)y * result.picture->stride,
                   (size_t)(*out)->width * sizeof(float));
    ho_evaluator_destroy(&evaluator);
}

static uint32_t seed;
static inline int roll(int n)
{
    seed = seed * 1664525u + 1013904223u;
    return (int)((seed >> 8) % (uint32_t)n);
}

static inline bool is_size(const struct ho_parameter *p)
{
    return p->type == HO_PARAMETER_INTEGER && (strstr(p->name, "width") || strstr(p->name, "height"));
}

// Numbers of a parameter within its slider's ends; how many.
static inline size_t random_numbers(const struct ho_parameter *p, double v[4])
{
    size_t n = p->type == HO_PARAMETER_POINT ? 2 : p->type == HO_PARAMETER_COLOUR ? 4 : 1;
    for (size_t i = 0; i < n; i++) {
        v[i] = p->slider_min + (p->slider_max - p->slider_min) * roll(1001) / 1000.0;
        if (p->type != HO_PARAMETER_NUMBER && n == 1)
            v[i] = (double)(int)v[i];
    }
    return n;
}

// A value for every second parameter; where `keys`, keyframes for every sixth.
static inline void random_values(struct ho_graph *graph, const char *id, const struct ho_node_type *type, bool keys)
{
    struct ho_diag diag = {0};
    double v[4];
    for (const struct ho_parameter *p = type->parameters; p->name; p++) {
        if (p->type >= HO_PARAMETER_TEXT || roll(2) || is_size(p))
            continue;
        size_t n = random_numbers(p, v);
        assert_ok(ho_graph_set(graph, id, p->name, v, n, &diag), &diag);
        for (int k = 0; keys && k < 3 && roll(3) == 0; k++) {
            n = random_numbers(p, v);
            assert_ok(ho_graph_keyframe(graph, id, p->name, roll(8) - 1, v, n, (enum ho_interpolation)roll(3), &diag),
                      &diag);
        }
    }
}

static inline void set_sizes(struct ho_graph *graph, const char *id, const struct ho_node_type *type, int width,
                             int height)
{
    struct ho_diag diag = {0};
    for (const struct ho_parameter *p = type->parameters; p->name; p++)
        if (is_size(p))
            assert_ok(ho_graph_set(graph, id, p->name, (double[]){strstr(p->name, "width") ? width : height}, 1, &diag),
                      &diag);
}

static inline const struct ho_node_type *random_type(void)
{
    int n_types = 0;
    while (ho_node_types()[n_types])
        n_types++;
    const struct ho_node_type *type = ho_node_types()[roll(n_types)];
    for (const struct ho_parameter *p = type->parameters; p->name; p++)
        if (p->type == HO_PARAMETER_FILE)
            return ho_node_type_find("merge");
    return type;
}

// Some output of the first `n` nodes into an input; false when none was found that fits.
static inline bool random_link(struct ho_graph *graph, int n, const char *id, const struct ho_port *input)
{
    for (int tries = 0; tries < 20; tries++) {
        struct ho_node_info source = ho_graph_node(graph, (size_t)roll(n));
        char from[HO_NODE_ID_SIZE];
        snprintf(from, sizeof(from), "%s", source.id);
        for (int o = 0; source.type->outputs[o].name; o++)
            if (source.type->outputs[o].type == input->type &&
                ho_graph_connect(graph, from, source.type->outputs[o].name, id, input->name, NULL) == HO_OK)
                return true;
    }
    return false;
}

// Nodes n0, n1, ... of one size, each fed by earlier ones.
static inline struct ho_graph *random_graph(int n_nodes, int width, int height, bool keys)
{
    struct ho_diag diag = {0};
    struct ho_graph *graph;
    assert_ok(ho_graph_create(&graph, &diag), &diag);
    for (int i = 0; i < n_nodes; i++) {
        const struct ho_node_type *type = i ? random_type() : ho_node_type_find("test_picture");
        char id[16];
        snprintf(id, sizeof(id), "n%d", i);
        assert_ok(ho_graph_add(graph, type->name, id, &diag), &diag);
        if (i)
            random_values(graph, id, type, keys);
        for (int p = 0; type->inputs[p].name; p++) {
            if (random_link(graph, i, id, &type->inputs[p]) || !type->inputs[p].required)
                continue;
            assert_ok(ho_graph_remove(graph, id, &diag), &diag);    // nothing fits: a key where none was made yet
            type = ho_node_type_find("test_picture");
            assert_ok(ho_graph_add(graph, type->name, id, &diag), &diag);
            break;
        }
        set_sizes(graph, id, type, width, height);    // not the graph's, which is large
        if (i && roll(8) == 0)
            assert_ok(ho_graph_enable(graph, id, false, &diag), &diag);
    }
    return graph;
}

#endif
