// SPDX-License-Identifier: BSD-2-Clause
// Random graphs give the same bits whatever the bands, threads and reuse; and an evaluator that lives through edits
// shows what a new one shows.
#include "unit/random_graph.h"

static const struct {
    int width, height;
} sizes[] = {{96, 64}, {1, 1}, {3, 7}, {65, 33}};
enum { N_SIZES = sizeof(sizes) / sizeof(*sizes), WHOLE = 1 << 20 };

static void assert_fresh(struct ho_evaluator *evaluator, const struct ho_graph *graph, const char *wanted,
                         int64_t frame)
{
    struct ho_diag diag = {0};
    struct ho_graph_frame result;
    struct ho_picture *fresh;
    assert_ok(ho_evaluator_frame(evaluator, wanted, frame, false, &result, &diag), &diag);
    evaluate(graph, wanted, frame, NULL, &fresh);
    assert_same_picture(result.picture, fresh);
    ho_picture_destroy(&fresh);
}

static void the_same_bits_whatever_the_bands(void **state)
{
    (void)state;
    static const struct {
        int rows, threads;
    } ways[] = {{WHOLE, 1}, {1, 1}, {7, 3}, {64, 3}, {WHOLE, 3}, {0, 2}, {7, 1}};
    for (uint32_t run = 0; run < 80; run++) {
        seed = run * 7919 + 1;
        struct ho_graph *graph = random_graph(3 + roll(15), sizes[run % N_SIZES].width, sizes[run % N_SIZES].height,
                                              run % 2);
        char last[16];
        snprintf(last, sizeof(last), "n%zu", ho_graph_n_nodes(graph) - 1);
        struct ho_picture *first = NULL;
        for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
            struct ho_picture *picture;
            struct ho_evaluator_options options = {.n_threads = ways[i].threads, .band_rows = ways[i].rows};
            evaluate(graph, last, 2, &options, &picture);
            if (first) {
                assert_same_picture(first, picture);
                ho_picture_destroy(&picture);
            } else {
                first = picture;
            }
        }
        ho_picture_destroy(&first);
        ho_graph_destroy(&graph);
    }
}

// What is kept from frame to frame is what would have been computed, in whatever order the frames come.
static void the_same_bits_whatever_was_before(void **state)
{
    (void)state;
    static const int64_t order[] = {0, 1, 2, 3, 3, 4, 5, 6, 7, 8, 9, 2, 1, 0, 30, 31, -5, 6};
    for (uint32_t run = 0; run < 24; run++) {
        seed = run * 31337 + 5;
        struct ho_graph *graph = random_graph(4 + roll(12), sizes[run % N_SIZES].width, sizes[run % N_SIZES].height,
                                              true);
        char last[16];
        snprintf(last, sizeof(last), "n%zu", ho_graph_n_nodes(graph) - 1);
        struct ho_diag diag = {0};
        struct ho_evaluator *evaluator;
        struct ho_evaluator_options options = {.cache_bytes = run % 3 ? 0 : 30000};
        assert_ok(ho_evaluator_create(graph, &options, &evaluator, &diag), &diag);
        for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++)
            assert_fresh(evaluator, graph, last, order[i]);
        ho_evaluator_destroy(&evaluator);
        ho_graph_destroy(&graph);
    }
}

// ---- edits

static void add_node(struct ho_graph *graph, int number)
{
    struct ho_diag diag = {0};
    const struct ho_node_type *type = random_type();
    char id[16];
    snprintf(id, sizeof(id), "e%d", number);
    int n = (int)ho_graph_n_nodes(graph), size = roll(N_SIZES);
    assert_ok(ho_graph_add(graph, type->name, id, &diag), &diag);
    set_sizes(graph, id, type, sizes[size].width, sizes[size].height);
    random_values(graph, id, type, true);
    for (int p = 0; type->inputs[p].name; p++)
        random_link(graph, n, id, &type->inputs[p]);
}

// One edit of any kind; what the graph refuses is tried all the same.
static void edit_graph(struct ho_graph *graph, int number)
{
    struct ho_diag diag = {0};
    int n = (int)ho_graph_n_nodes(graph);
    struct ho_node_info node = ho_graph_node(graph, (size_t)roll(n));
    char id[HO_NODE_ID_SIZE], new_id[16];
    snprintf(id, sizeof(id), "%s", node.id);
    snprintf(new_id, sizeof(new_id), "c%d", number);
    int n_inputs = 0;
    while (node.type->inputs[n_inputs].name)
        n_inputs++;
    const struct ho_port *input = n_inputs ? &node.type->inputs[roll(n_inputs)] : NULL;
    switch (roll(9)) {
    case 0: add_node(graph, number); break;
    case 1:
        if (n > 4)
            assert_ok(ho_graph_remove(graph, id, &diag), &diag);
        break;
    case 2:
    case 3:
        if (input)
            random_link(graph, n, id, input);
        break;
    case 4:
        if (input && !input->required)
            assert_ok(ho_graph_disconnect(graph, id, input->name, &diag), &diag);
        break;
    case 5: assert_ok(ho_graph_enable(graph, id, !node.enabled, &diag), &diag); break;
    case 6: assert_ok(ho_graph_rename(graph, id, new_id, &diag), &diag); break;
    case 7:
        assert_ok(ho_graph_duplicate(graph, id, new_id, &diag), &diag);
        for (int p = 0; p < n_inputs; p++)
            random_link(graph, n, new_id, &node.type->inputs[p]);
        break;
    default: random_values(graph, id, node.type, true); break;
    }
}

static void a_living_evaluator_sees_every_edit(void **state)
{
    (void)state;
    int n_compared = 0;
    for (uint32_t run = 0; run < 16; run++) {
        seed = run * 104729 + 3;
        struct ho_graph *graph = random_graph(10, sizes[run % N_SIZES].width, sizes[run % N_SIZES].height, true);
        struct ho_diag diag = {0};
        struct ho_evaluator *evaluator;
        assert_ok(ho_evaluator_create(graph, NULL, &evaluator, &diag), &diag);
        char wanted[HO_NODE_ID_SIZE] = "";
        for (int edit = 0; edit < 40; edit++) {
            edit_graph(graph, edit);
            bool gone = true;
            for (size_t i = 0; i < ho_graph_n_nodes(graph); i++)
                gone = gone && strcmp(ho_graph_node(graph, i).id, wanted) != 0;
            if (gone || roll(10) == 0)
                snprintf(wanted, sizeof(wanted), "%s", ho_graph_node(graph, ho_graph_n_nodes(graph) - 1).id);
            if (ho_graph_check(graph, NULL) == HO_OK) {
                assert_fresh(evaluator, graph, wanted, edit / 3);
                n_compared++;
            } else {    // a required input is open: a sentence, or a picture where what is wanted does not need it
                struct ho_graph_frame result;
                diag = (struct ho_diag){0};
                if (ho_evaluator_frame(evaluator, wanted, edit / 3, false, &result, &diag) != HO_OK)
                    assert_non_null(strstr(diag.message, "node \""));
            }
        }
        ho_evaluator_destroy(&evaluator);
        ho_graph_destroy(&graph);
    }
    assert_true(n_compared > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_same_bits_whatever_the_bands),
                                       cmocka_unit_test(the_same_bits_whatever_was_before),
                                       cmocka_unit_test(a_living_evaluator_sees_every_edit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
