// SPDX-License-Identifier: BSD-2-Clause
// Any bytes as a graph's text. What is refused gets one sentence with the name it came under; what is taken is written
// as a text that reads back as itself, stands edits, and, where it is small and needs no files, is evaluated.
#include <stdlib.h>
#include <string.h>

#include "holdout/graph.h"
#include "holdout/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be(bool is_so)
{
    if (!is_so)
        abort();
}

static bool is_small(const struct ho_graph *graph)
{
    if (ho_graph_n_nodes(graph) > 12)
        return false;
    for (size_t i = 0; i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info node = ho_graph_node(graph, i);
        for (const struct ho_parameter *p = node.type ? node.type->parameters : NULL; p && p->name; p++) {
            double v[4] = {0};
            const char *text;
            must_be(ho_graph_get(graph, node.id, p->name, 0, v, &text, NULL) == HO_OK);
            bool is_side = p->type == HO_PARAMETER_INTEGER && (strstr(p->name, "width") || strstr(p->name, "height"));
            if (p->type == HO_PARAMETER_FILE || (is_side && (v[0] > 64 || v[0] < 1)))
                return false;
        }
    }
    return true;
}

static void evaluate(const struct ho_graph *graph)
{
    struct ho_evaluator_options options = {.n_threads = 1};
    struct ho_evaluator *evaluator;
    struct ho_diag diag = {0};
    if (!is_small(graph) || ho_evaluator_create(graph, &options, &evaluator, NULL) != HO_OK)
        return;
    struct ho_graph_frame frame;
    enum ho_result result = ho_evaluator_frame(evaluator, NULL, 0, true, &frame, &diag);
    must_be(result == HO_OK ? frame.picture || frame.base : diag.message[0] != '\0');
    ho_evaluator_destroy(&evaluator);
}

static void edit(struct ho_graph *graph, const uint8_t *data, size_t size)
{
    size_t n = ho_graph_n_nodes(graph);
    for (size_t i = 0; i + 3 < size && i < 64 && n; i += 4) {
        struct ho_node_info a = ho_graph_node(graph, data[i] % n), b = ho_graph_node(graph, data[i + 1] % n);
        char from[HO_NODE_ID_SIZE], to[HO_NODE_ID_SIZE];
        memcpy(from, a.id, strlen(a.id) + 1);
        memcpy(to, b.id, strlen(b.id) + 1);
        enum ho_result result;
        switch (data[i + 2] % 5) {
        case 0:
            result = ho_graph_connect(graph, from, data[i + 3] % 2 ? "image" : "key", to,
                                      data[i + 3] % 3 ? "image" : "mask", NULL);
            break;
        case 1: result = ho_graph_duplicate(graph, from, "made", NULL); break;
        case 2: result = ho_graph_enable(graph, from, data[i + 3] % 2, NULL); break;
        case 3: result = ho_graph_reset(graph, from, NULL); break;
        default: result = ho_graph_remove(graph, from, NULL); break;
        }
        (void)result;
        n = ho_graph_n_nodes(graph);
    }
}

static char *text_of(const struct ho_graph *graph)
{
    char *text;
    must_be(ho_graph_format(graph, &text, NULL) == HO_OK);
    return text;
}

static void must_read_back(const struct ho_graph *graph)
{
    char *text = text_of(graph), *again;
    struct ho_graph *copy;
    must_be(ho_graph_parse(text, "again", &copy, NULL) == HO_OK);
    again = text_of(copy);
    must_be(!strcmp(text, again));
    ho_graph_destroy(&copy);
    free(text);
    free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ho_log_set_level(HO_LOG_QUIET);
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    struct ho_graph *graph;
    struct ho_diag diag = {0};
    if (ho_graph_parse(text, "fuzz.json", &graph, &diag) == HO_OK) {
        must_read_back(graph);
        evaluate(graph);
        edit(graph, data, size);
        must_read_back(graph);
        ho_graph_destroy(&graph);
    } else {
        must_be(!strncmp(diag.message, "fuzz.json", 9) && !strchr(diag.message, '\n'));
    }
    free(text);
    return 0;
}
