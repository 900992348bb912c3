// SPDX-License-Identifier: BSD-2-Clause
// The graph alone, in memory: bench-graph patch N_FRAMES | nodes | chain WIDTH HEIGHT N_NODES. Prints JSON.
// patch: the template with pictures in place of footage and every node but the title changing from frame to frame,
// 1920x1080, whole frames. nodes: each node type at its reference graph's values on 1920x1080, on one thread, against
// copying the same bytes on one thread. chain: a graph of many nodes at a large size; what memory the process came to
// need is told by whoever runs it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <holdout/holdout.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void check(enum ho_result result, const struct ho_diag *diag)
{
    if (result != HO_OK) {
        fprintf(stderr, "bench-graph: %s\n", diag->message);
        exit(1);
    }
}

static void set(struct ho_graph *graph, const char *id, const char *parameter, const char *value)
{
    struct ho_diag diag = {0};
    check(ho_graph_set_text(graph, id, parameter, value, &diag), &diag);
}

static void move(struct ho_graph *graph, const char *id, const char *parameter, double from, double to)
{
    struct ho_diag diag = {0};
    check(ho_graph_keyframe(graph, id, parameter, 0, &from, 1, HO_INTERPOLATE_LINEAR, &diag), &diag);
    check(ho_graph_keyframe(graph, id, parameter, 1000, &to, 1, HO_INTERPOLATE_LINEAR, &diag), &diag);
}

static double time_frames(const struct ho_graph *graph, int n_frames, struct ho_evaluator **evaluator)
{
    struct ho_diag diag = {0};
    struct ho_graph_frame frame;
    check(ho_evaluator_create(graph, NULL, evaluator, &diag), &diag);
    check(ho_evaluator_frame(*evaluator, NULL, 0, false, &frame, &diag), &diag);    // constants are made
    check(ho_evaluator_frame(*evaluator, NULL, 1, false, &frame, &diag), &diag);
    double start = now();
    for (int i = 2; i < 2 + n_frames; i++)
        check(ho_evaluator_frame(*evaluator, NULL, i, false, &frame, &diag), &diag);
    return (now() - start) / n_frames;
}

// ---- copying, the measure of all things

// Seconds to copy `size` bytes from memory to memory: over buffers that together are larger than any cache, all touched
// before.
static double copy_seconds(size_t size)
{
    const size_t n = ((size_t)512 << 20) / size + 1;
    char *from = malloc(n * size), *to = malloc(n * size);
    if (!from || !to)
        exit(1);
    memset(from, 1, n * size);
    memset(to, 2, n * size);
    double start = now();
    for (size_t i = 0; i < n; i++)
        memcpy(to + i * size, from + i * size, size);
    __asm__ volatile("" : : "r"(to) : "memory");
    double seconds = (now() - start) / (double)n;
    free(from);
    free(to);
    return seconds;
}

// ---- the three measures

static void run_patch(int n_frames)
{
    struct ho_diag diag = {0};
    struct ho_graph *graph;
    check(ho_graph_template("patch", &graph, &diag), &diag);
    check(ho_graph_remove(graph, "footage", &diag), &diag);
    check(ho_graph_remove(graph, "matte", &diag), &diag);
    static const char *const sources[] = {"footage", "matte"};
    for (int i = 0; i < 2; i++) {
        check(ho_graph_add(graph, "test_picture", sources[i], &diag), &diag);
        set(graph, sources[i], "width", "1920");
        set(graph, sources[i], "height", "1080");
    }
    set(graph, "matte", "cut_out", "true");
    set(graph, "title", "text", "BRUSSELS");
    check(ho_graph_connect(graph, "footage", "image", "patch", "image", &diag), &diag);
    check(ho_graph_connect(graph, "footage", "image", "behind", "background", &diag), &diag);
    check(ho_graph_connect(graph, "matte", "image", "mask", "image", &diag), &diag);
    move(graph, "mask", "level", 1, 0.9);
    move(graph, "patch", "gain", 1, 1.1);
    move(graph, "behind", "blend", 1, 0.9);
    struct ho_evaluator *evaluator;
    double seconds = time_frames(graph, n_frames, &evaluator);
    printf("{\"frames_per_second\": %.2f, \"nodes\": {", 1 / seconds);
    bool first = true;
    for (size_t i = 0; i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_cost cost = ho_evaluator_cost(evaluator, i);
        if (cost.n_frames < n_frames)
            continue;
        printf("%s\"%s\": %.3f", first ? "" : ", ", ho_graph_node(graph, i).id,
               1e3 * cost.seconds / (double)cost.n_frames);
        first = false;
    }
    printf("}}\n");
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
}

// A type between two sources that are there already, so that only its own work is timed.
static void run_nodes(void)
{
    enum { ROUNDS = 5 };
    bool first = true;
    printf("{");
    for (const struct ho_node_type *const *type = ho_node_types(); *type; type++) {
        struct ho_diag diag = {0};
        struct ho_graph *graph;
        if (!(*type)->reference || strcmp((*type)->name, "test_picture") == 0)
            continue;
        check(ho_graph_parse((*type)->reference, (*type)->name, &graph, &diag), &diag);
        size_t bytes = 1920u * 1080u * ((*type)->outputs[0].type == HO_PORT_IMAGE ? 16u : 4u), index = 0;
        for (size_t i = 0; i < ho_graph_n_nodes(graph); i++) {
            struct ho_node_info node = ho_graph_node(graph, i);
            for (const struct ho_parameter *p = node.type->parameters; p->name; p++)
                if (p->type == HO_PARAMETER_INTEGER && (strstr(p->name, "width") || strstr(p->name, "height")))
                    set(graph, node.id, p->name, strstr(p->name, "width") ? "1920" : "1080");
            if (strcmp(node.id, "output") == 0)
                index = i;
        }
        double best = 1e9;
        for (int i = 0; i < ROUNDS; i++) {    // a new evaluator each time, so that nothing is reused; the inputs are
                                              // made again too, but not counted
            struct ho_evaluator *evaluator;
            struct ho_graph_frame frame;
            check(ho_evaluator_create(graph, &(struct ho_evaluator_options){.n_threads = 1}, &evaluator, &diag), &diag);
            check(ho_evaluator_frame(evaluator, "output", 0, false, &frame, &diag), &diag);
            double seconds = ho_evaluator_cost(evaluator, index).seconds;
            best = seconds < best ? seconds : best;
            ho_evaluator_destroy(&evaluator);
        }
        ho_graph_destroy(&graph);
        printf("%s\"%s\": {\"core_ms\": %.3f, \"copy_ms\": %.3f}", first ? "" : ", ", (*type)->name, 1e3 * best,
               1e3 * copy_seconds(bytes));
        first = false;
    }
    printf("}\n");
}

static void run_chain(const char *width, const char *height, int n_nodes)
{
    static const char *const types[] = {"brightness_contrast", "color_corrector", "blur", "transform", "merge"};
    struct ho_diag diag = {0};
    struct ho_graph *graph;
    check(ho_graph_create(&graph, &diag), &diag);
    check(ho_graph_add(graph, "test_picture", "n0", &diag), &diag);
    set(graph, "n0", "width", width);
    set(graph, "n0", "height", height);
    for (int i = 1; i < n_nodes; i++) {
        char id[16], from[16];
        const char *type = i + 1 == n_nodes ? "media_out" : types[i % 5];
        snprintf(id, sizeof(id), "n%d", i);
        snprintf(from, sizeof(from), "n%d", i - 1);
        check(ho_graph_add(graph, type, id, &diag), &diag);
        check(ho_graph_connect(graph, from, "image", id, strcmp(type, "merge") == 0 ? "background" : "image", &diag),
              &diag);
        if (strcmp(type, "brightness_contrast") == 0)
            move(graph, id, "gain", 1, 1.1);
        if (strcmp(type, "color_corrector") == 0)
            move(graph, id, "shadows_gain", 1, 1.1);
        if (strcmp(type, "transform") == 0)
            move(graph, id, "angle", 0, 30);
        if (strcmp(type, "merge") == 0)
            check(ho_graph_connect(graph, "n0", "image", id, "foreground", &diag), &diag);
    }
    struct ho_evaluator *evaluator;
    double seconds = time_frames(graph, 2, &evaluator);
    printf("{\"seconds\": %.3f}\n", seconds);
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "patch") == 0)
        run_patch(atoi(argv[2]));
    else if (argc == 2 && strcmp(argv[1], "nodes") == 0)
        run_nodes();
    else if (argc == 5 && strcmp(argv[1], "chain") == 0)
        run_chain(argv[2], argv[3], atoi(argv[4]));
    else {
        fprintf(stderr, "usage: bench-graph patch N_FRAMES | nodes | chain WIDTH HEIGHT N_NODES\n");
        return 2;
    }
    return 0;
}
