// SPDX-License-Identifier: BSD-2-Clause
// Evaluation: the reference picture of each node type, what a change and a frame compute, and what they do not.
#include "unit/test.h"

#include <math.h>
#include <stdatomic.h>
#include <xxhash.h>

#include "unit/random_graph.h"

#include "graph/plan.h"
#include "nodes/nodes.h"

// As 16 bit, so that the last bit of a float does not matter between compilers.
static uint64_t picture_hash(const struct ho_picture *picture)
{
    XXH3_state_t *state = XXH3_createState();
    XXH3_64bits_reset(state);
    for (int p = 0; p < picture->n_planes; p++)
        for (int y = 0; y < picture->height; y++)
            for (int x = 0; x < picture->width; x++) {
                float v = picture->plane[p][(ptrdiff_t)y * picture->stride + x] * 0.5f + 0.25f;
                uint16_t code = (uint16_t)(v > 0 ? v < 1 ? v * 65535.0f / 16.0f + 0.5f : 65535 / 16 : 0);
                XXH3_64bits_update(state, &code, sizeof(code));
            }
    uint64_t hash = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    return hash;
}

static void every_type_gives_its_reference_picture(void **state)
{
    (void)state;
    int n_wrong = 0;
    for (const struct ho_node_type *const *type = ho_node_types(); *type; type++) {
        struct ho_diag diag = {0};
        struct ho_graph *graph;
        struct ho_picture *picture;
        char hash[32];
        if (!(*type)->reference) {    // only what depends on files or fonts at hand, which has tests of its own
            assert_true((*type)->parameters[0].type == HO_PARAMETER_FILE ||
                        (*type)->parameters[0].type == HO_PARAMETER_TEXT);
            continue;
        }
        assert_ok(ho_graph_parse((*type)->reference, (*type)->name, &graph, &diag), &diag);
        evaluate(graph, "output", 0, NULL, &picture);
        snprintf(hash, sizeof(hash), "%016llx", (unsigned long long)picture_hash(picture));
        if (strcmp(hash, (*type)->reference_hash) != 0) {
            print_message("%s: picture %s, table says %s\n", (*type)->name, hash, (*type)->reference_hash);
            n_wrong++;
        }
        ho_picture_destroy(&picture);
        ho_graph_destroy(&graph);
    }
    assert_int_equal(n_wrong, 0);
}

static void every_type_is_described(void **state)
{
    (void)state;
    for (const struct ho_node_type *const *type = ho_node_types(); *type; type++) {
        assert_true((*type)->label && *(*type)->help && (*type)->pages);
        for (const struct ho_parameter *p = (*type)->parameters; p->name; p++) {
            bool good = p->help && *p->help && p->unit && p->min <= p->max && p->slider_min >= p->min &&
                        p->slider_max <= p->max;
            for (int i = 0; i < 4; i++)
                good = good && ((p->value[i] >= p->min && p->value[i] <= p->max) || p->type >= HO_PARAMETER_TEXT ||
                                (i > 0 && p->value[i] == 0));
            if (!good)
                fail_msg("%s.%s: its table entry is not whole", (*type)->name, p->name);
        }
        for (const struct ho_port *p = (*type)->inputs; p->name; p++)
            assert_true(p->help && *p->help);
    }
}

static int64_t n_computed(const struct ho_evaluator *evaluator, const struct ho_graph *graph, const char *id)
{
    for (size_t i = 0; i < ho_graph_n_nodes(graph); i++)
        if (strcmp(ho_graph_node(graph, i).id, id) == 0)
            return ho_evaluator_cost(evaluator, i).n_frames;
    fail_msg("no node %s", id);
    return 0;
}

// Two branches that change from frame to frame meet in a merge. While a value of one node is tried out on a frame, what
// does not depend on it is computed no more; when the frame moves on, everything is.
static void a_slider_computes_only_what_it_must(void **state)
{
    (void)state;
    static const char json[] = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"clip\", \"type\": \"test_picture\"}, "
                               "{\"id\": \"title\", \"type\": \"test_picture\", \"parameters\": {\"cut_out\": true}},"
                               " {\"id\": \"moving\", \"type\": \"brightness_contrast\", \"parameters\": {\"gain\": "
                               "{\"keys\": [[0, 1], [100, 2]]}}}, {\"id\": \"soft\", \"type\": \"blur\"},"
                               " {\"id\": \"look\", \"type\": \"color_corrector\", \"parameters\": {\"hue\": 10}}, "
                               "{\"id\": \"turned\", \"type\": \"transform\", \"parameters\": {\"angle\": 20}},"
                               " {\"id\": \"both\", \"type\": \"merge\"}, {\"id\": \"out\", \"type\": \"media_out\"}], "
                               "\"links\": [\"clip.image -> moving.image\", \"moving.image -> soft.image\","
                               " \"soft.image -> look.image\", \"title.image -> turned.image\", \"look.image -> "
                               "both.background\", \"turned.image -> both.foreground\", \"both.image -> out.image\"]}";
    static const struct step {
        int64_t frame;
        const char *node, *parameter, *value;
        int moving, soft, look, turned, title;
    } steps[] = {
        {5, NULL, NULL, NULL, 1, 1, 1, 1, 1},
        {5, NULL, NULL, NULL, 1, 1, 1, 1, 1},       // nothing changed
        {5, "look", "hue", "20", 2, 2, 2, 1, 1},    // the first change finds no picture kept before it ...
        {5, "look", "hue", "30", 2, 2, 3, 1, 1},    // ... the next ones do
        {5, "look", "master_gain", "1.5", 2, 2, 4, 1, 1},
        {5, "turned", "angle", "30", 2, 2, 5, 2, 1},    // another branch: the first is kept from here on
        {5, "turned", "angle", "40", 2, 2, 5, 3, 1},
        {5, "both", "blend", "0.5", 2, 2, 5, 3, 1},
        {6, NULL, NULL, NULL, 3, 3, 6, 3, 1},    // the title's branch does not change between frames
        {7, NULL, NULL, NULL, 4, 4, 7, 3, 1},
    };
    struct ho_diag diag = {0};
    struct ho_graph *graph;
    struct ho_evaluator *evaluator;
    assert_ok(ho_graph_parse(json, "slider", &graph, &diag), &diag);
    assert_ok(ho_evaluator_create(graph, NULL, &evaluator, &diag), &diag);
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
        const struct step *s = &steps[i];
        struct ho_graph_frame frame;
        struct ho_picture *fresh;
        if (s->node)
            assert_ok(ho_graph_set_text(graph, s->node, s->parameter, s->value, &diag), &diag);
        assert_ok(ho_evaluator_frame(evaluator, NULL, s->frame, false, &frame, &diag), &diag);
        evaluate(graph, NULL, s->frame, NULL, &fresh);
        assert_same_picture(frame.picture, fresh);
        ho_picture_destroy(&fresh);
        static const char *const ids[] = {"moving", "soft", "look", "turned", "title"};
        const int wanted[] = {s->moving, s->soft, s->look, s->turned, s->title};
        for (int k = 0; k < 5; k++)
            if (n_computed(evaluator, graph, ids[k]) != wanted[k])
                fail_msg("step %zu: %s was computed %d times, not %d", i, ids[k],
                         (int)n_computed(evaluator, graph, ids[k]), wanted[k]);
    }
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
}

// ---- what is cut away later is not computed

static atomic_int n_pixels;

static enum ho_result count_and_process(const struct ho_node_context *context, int output,
                                        const struct ho_tile in[HO_PORTS_MAX], struct ho_tile *out,
                                        struct ho_diag *diag)
{
    atomic_fetch_add(&n_pixels, (out->rect.x1 - out->rect.x0) * (out->rect.y1 - out->rect.y0));
    return test_picture_node.process(context, output, in, out, diag);
}

static void what_is_cut_away_is_not_computed(void **state)
{
    (void)state;
    enum { ALL = 96 * 64 };
    // "count" is a picture of 96 x 64, "far" a mask that lies outside it, "small" one in its middle, 24 x 16 large in a
    // window of 34 x 34.
    static const struct {
        const char *nodes, *links;
        int least, most;
    } cases[] = {
        {"{\"id\": \"out\", \"type\": \"blur\"}", "\"count.image -> out.image\"", ALL, ALL},
        {"{\"id\": \"out\", \"type\": \"brightness_contrast\", \"parameters\": {\"gain\": 2, \"multiply_by_mask\": "
         "true}}",
         "\"count.image -> out.image\", \"small.key -> out.mask\"", 24 * 16, 34 * 34},
        {"{\"id\": \"out\", \"type\": \"brightness_contrast\", \"parameters\": {\"gain\": 2, \"multiply_by_mask\": "
         "true}}",
         "\"count.image -> out.image\", \"far.key -> out.mask\"", 0, 0},
        {"{\"id\": \"turned\", \"type\": \"transform\", \"parameters\": {\"angle\": 20}}, {\"id\": \"out\", \"type\": "
         "\"brightness_contrast\", \"parameters\": {\"multiply_by_mask\": true}}",
         "\"count.image -> turned.image\", \"turned.image -> out.image\", \"small.key -> out.mask\"", 24 * 16, 50 * 50},
        {"{\"id\": \"out\", \"type\": \"output\"}", "\"count.image -> out.image\", \"far.key -> out.alpha\"", 0, 0},
        {"{\"id\": \"out\", \"type\": \"output\"}", "\"count.image -> out.image\", \"small.key -> out.alpha\"", 24 * 16,
         34 * 34},
        {"{\"id\": \"b\", \"type\": \"test_picture\"}, {\"id\": \"out\", \"type\": \"merge\"}",
         "\"b.image -> out.background\", \"count.image -> out.foreground\", \"far.key -> out.mask\"", 0, 0},
        {"{\"id\": \"b\", \"type\": \"test_picture\"}, {\"id\": \"out\", \"type\": \"merge\"}",
         "\"b.image -> out.background\", \"count.image -> out.foreground\", \"small.key -> out.mask\"", 24 * 16,
         34 * 34},
        {"{\"id\": \"b\", \"type\": \"test_picture\"}, {\"id\": \"out\", \"type\": \"merge\", \"parameters\": "
         "{\"angle\": 10}}",
         "\"b.image -> out.background\", \"count.image -> out.foreground\", \"far.key -> out.mask\"", 0, 0},
        {"{\"id\": \"moved\", \"type\": \"transform\", \"parameters\": {\"centre\": [1.25, 0.5]}}, {\"id\": \"out\", "
         "\"type\": \"media_out\"}",
         "\"count.image -> moved.image\", \"moved.image -> out.image\"", 24 * 64, 30 * 64},
    };
    struct ho_node counting = test_picture_node;
    counting.process = count_and_process;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char text[2048];
        struct ho_diag diag = {0};
        struct ho_graph *graph;
        struct ho_picture *picture, *plain;
        snprintf(text, sizeof(text),
                 "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"count\", \"type\": \"test_picture\"}, {\"id\": "
                 "\"far\", \"type\": \"rectangle_mask\", \"parameters\":"
                 " {\"mask_width\": 96, \"mask_height\": 64, \"centre\": [5, 5]}}, {\"id\": \"small\", \"type\": "
                 "\"rectangle_mask\", \"parameters\": {\"mask_width\": 96, \"mask_height\": 64,"
                 " \"width\": 0.25, \"height\": 0.25}}, %s], \"links\": [%s]}",
                 cases[i].nodes, cases[i].links);
        assert_ok(ho_graph_parse(text, "cut.json", &graph, &diag), &diag);
        evaluate(graph, "out", 0, NULL, &plain);
        graph->nodes[0].type = &counting.type;
        atomic_store(&n_pixels, 0);
        evaluate(graph, "out", 0, NULL, &picture);
        assert_same_picture(picture, plain);
        if (n_pixels < cases[i].least || n_pixels > cases[i].most)
            fail_msg("case %zu: %d pixels were computed, not %d to %d", i, n_pixels, cases[i].least, cases[i].most);
        ho_picture_destroy(&picture);
        ho_picture_destroy(&plain);
        ho_graph_destroy(&graph);
    }
}

// A polygon between two keyframes is the polygon of the points between.
static void a_moving_polygon_is_drawn(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_graph *graph;
    struct ho_picture *moving, *still;
    assert_ok(ho_graph_create(&graph, &diag), &diag);
    assert_ok(ho_graph_add(graph, "polygon_mask", "m", &diag), &diag);
    assert_ok(ho_graph_set(graph, "m", "mask_width", (double[]){96}, 1, &diag), &diag);
    assert_ok(ho_graph_set(graph, "m", "mask_height", (double[]){64}, 1, &diag), &diag);
    assert_ok(ho_graph_keyframe_text(graph, "m", "points", 0, "0.1,0.1 0.9,0.1 0.5,0.9", HO_INTERPOLATE_LINEAR, &diag),
              &diag);
    assert_ok(ho_graph_keyframe_text(graph, "m", "points", 8, "0.5,0.5 0.9,0.5 0.1,0.9", HO_INTERPOLATE_LINEAR, &diag),
              &diag);
    evaluate(graph, "m", 2, NULL, &moving);
    assert_ok(ho_graph_set_text(graph, "m", "points", "0.2,0.2 0.9,0.2 0.4,0.9", &diag), &diag);
    evaluate(graph, "m", 2, NULL, &still);
    assert_same_picture(moving, still);
    assert_true(still->plane[0][(ptrdiff_t)32 * still->stride + 44] == 1);
    ho_picture_destroy(&moving);
    ho_picture_destroy(&still);
    ho_graph_destroy(&graph);
}

// A grey wall stays one however it is blurred; a cut-out of it, or one asked to, fades towards the frame's border.
static void a_blurred_border_is_not_darkened(void **state)
{
    (void)state;
    static const struct {
        const char *picture, *edges;
        float corner, middle;    // of red
    } cases[] = {{"", "automatic", 0.5f, 0.5f},
                 {"", "canvas", 0.126f, 0.5f},
                 {", \"colour\": [0.5, 0.5, 0.5, 0.8]", "automatic", 0.1f, 0.4f},
                 {", \"colour\": [0.5, 0.5, 0.5, 0.8]", "duplicate", 0.4f, 0.4f}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char text[1024];
        struct ho_diag diag = {0};
        struct ho_graph *graph;
        struct ho_picture *picture;
        snprintf(text, sizeof(text),
                 "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"wall\", \"type\": \"background\", \"parameters\": "
                 "{\"width\": 96, \"height\": 64%s}}, {\"id\": \"out\", \"type\": \"blur\", \"parameters\": "
                 "{\"blur_size\": 4, \"edges\": \"%s\"}}], \"links\": [\"wall.image -> out.image\"]}",
                 *cases[i].picture ? cases[i].picture : ", \"colour\": [0.5, 0.5, 0.5, 1]", cases[i].edges);
        assert_ok(ho_graph_parse(text, "wall.json", &graph, &diag), &diag);
        evaluate(graph, "out", 0, NULL, &picture);
        assert_true(fabsf(picture->plane[0][0] - cases[i].corner) < 0.03f);
        assert_true(fabsf(picture->plane[0][(ptrdiff_t)32 * picture->stride + 48] - cases[i].middle) < 1e-5f);
        ho_picture_destroy(&picture);
        ho_graph_destroy(&graph);
    }
}

static void bands_of_very_wide_graphs_are_no_wider_than_they_must(void **state)
{
    (void)state;
    assert_int_equal(pass_rows_in_cache(0, 16), 32);
    assert_int_equal(pass_rows_in_cache(24, 1024), 2);
    assert_int_equal(pass_rows_in_cache(4 * 4096, 32768), 1);    // bytes past what 32 bits hold
    assert_int_equal(pass_rows_in_cache(32760, 32768), 1);       // 2^32 bytes: 0 in 32 bits
}

static void a_long_chain_works(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_graph *graph;
    assert_ok(ho_graph_create(&graph, &diag), &diag);
    assert_ok(ho_graph_add(graph, "test_picture", "n0", &diag), &diag);
    for (int i = 1; i < 2000; i++) {
        char id[16], from[16];
        snprintf(id, sizeof(id), "n%d", i);
        snprintf(from, sizeof(from), "n%d", i - 1);
        assert_ok(ho_graph_add(graph, "brightness_contrast", id, &diag), &diag);
        assert_ok(ho_graph_set(graph, id, "brightness", (double[]){0.0001}, 1, &diag), &diag);
        assert_ok(ho_graph_connect(graph, from, "image", id, "image", &diag), &diag);
    }
    struct ho_picture *picture;
    evaluate(graph, "n1999", 0, NULL, &picture);
    assert_true(picture->plane[2][0] > 0.19f && picture->plane[2][0] < 0.21f);
    ho_picture_destroy(&picture);
    ho_graph_destroy(&graph);
}

// Three outputs of one frame in one go are those that each alone gives; what they share is made once.
static void several_outputs_are_made_in_one_go(void **state)
{
    (void)state;
    static const char json[] =
        "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"clip\", \"type\": \"test_picture\"}, {\"id\": \"soft\", "
        "\"type\": \"blur\", \"parameters\": {\"blur_size\": {\"keys\": [[0, 0.01], [9, 0.05]]}}}, {\"id\": \"key\", "
        "\"type\": "
        "\"bitmap\"}, {\"id\": \"look\", \"type\": \"corrector\", \"parameters\": {\"gain\": [1.5, 1, 1, 1]}}], "
        "\"links\": [\"clip.image -> soft.image\", \"soft.image -> key.image\", \"soft.image -> look.image\", "
        "\"key.key -> look.key\"]}";
    static const char *const outputs[] = {"look.image", "look.key", "soft"};
    struct ho_diag diag = {0};
    struct ho_graph *graph;
    struct ho_evaluator *evaluator;
    struct ho_graph_frame frames[3];
    assert_ok(ho_graph_parse(json, "several", &graph, &diag), &diag);
    assert_ok(ho_evaluator_create(graph, NULL, &evaluator, &diag), &diag);
    for (int frame = 0; frame < 3; frame++) {
        assert_ok(ho_evaluator_frames(evaluator, outputs, 3, frame, false, frames, &diag), &diag);
        for (int i = 0; i < 3; i++) {
            struct ho_picture *alone;
            evaluate(graph, outputs[i], frame, NULL, &alone);
            assert_same_picture(frames[i].picture, alone);
            ho_picture_destroy(&alone);
        }
        assert_int_equal(n_computed(evaluator, graph, "soft"), frame + 1);
    }
    assert_int_equal(ho_evaluator_frames(evaluator, outputs, HO_OUTPUTS_MAX + 1, 0, false, frames, &diag),
                     HO_ERROR_USAGE);
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
}

// Where a part is wanted, no more is made, and it is what the whole has there.
static void only_a_part_is_made(void **state)
{
    (void)state;
    static const char json[] = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"clip\", \"type\": \"test_picture\"}, "
                               "{\"id\": \"soft\", \"type\": \"blur\", \"parameters\": {\"blur_size\": 2}}, {\"id\": "
                               "\"look\", \"type\": \"color_corrector\", \"parameters\": {\"hue\": 30}}], \"links\": "
                               "[\"clip.image -> soft.image\", \"soft.image -> look.image\"]}";
    const struct ho_rect part = {40, 30, 50, 36};
    struct ho_diag diag = {0};
    struct ho_graph *graph;
    struct ho_evaluator *evaluator;
    struct ho_graph_frame frame;
    struct ho_picture *whole;
    assert_ok(ho_graph_parse(json, "part", &graph, &diag), &diag);
    evaluate(graph, "look", 0, NULL, &whole);
    assert_ok(ho_evaluator_create(graph, NULL, &evaluator, &diag), &diag);
    ho_evaluator_set_region(evaluator, &part);
    assert_ok(ho_evaluator_frame(evaluator, "look", 0, true, &frame, &diag), &diag);
    struct ho_rect r = frame.changed;
    assert_true(r.x0 <= part.x0 && r.x1 >= part.x1 && r.y0 <= part.y0 && r.y1 >= part.y1);
    assert_true(frame.picture->width == r.x1 - r.x0 && frame.picture->width < 40 && frame.picture->height < 30);
    for (int p = 0; p < 4; p++)
        for (int y = 0; y < frame.picture->height; y++)
            assert_memory_equal(frame.picture->plane[p] + (ptrdiff_t)y * frame.picture->stride,
                                whole->plane[p] + (ptrdiff_t)(r.y0 + y) * whole->stride + r.x0,
                                (size_t)frame.picture->width * sizeof(float));
    ho_picture_destroy(&whole);
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
}

// Another graph in the place of the first: its pictures, and what is the same in both is not made anew.
static void a_graph_takes_the_place_of_another(void **state)
{
    (void)state;
    static const char json[] = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"clip\", \"type\": \"test_picture\"}, "
                               "{\"id\": \"soft\", \"type\": \"blur\"}, {\"id\": \"look\", \"type\": "
                               "\"color_corrector\", \"parameters\": {\"hue\": %d}}], \"links\": [\"clip.image -> "
                               "soft.image\", \"soft.image -> look.image\"]}";
    struct ho_diag diag = {0};
    struct ho_graph *graph[4];
    struct ho_evaluator *evaluator;
    struct ho_graph_frame frame;
    for (int i = 0; i < 4; i++) {
        char text[512];
        struct ho_picture *alone;
        snprintf(text, sizeof(text), json, 10 * i);
        assert_ok(ho_graph_parse(text, "place", &graph[i], &diag), &diag);
        if (i == 0)
            assert_ok(ho_evaluator_create(graph[i], NULL, &evaluator, &diag), &diag);
        else
            assert_ok(ho_evaluator_set_graph(evaluator, graph[i], &diag), &diag);
        if (i > 0)
            ho_graph_destroy(&graph[i - 1]);
        assert_ok(ho_evaluator_frame(evaluator, "look", 3, false, &frame, &diag), &diag);
        evaluate(graph[i], "look", 3, NULL, &alone);
        assert_same_picture(frame.picture, alone);
        ho_picture_destroy(&alone);
    }
    assert_true(n_computed(evaluator, graph[3], "soft") <= 2);
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph[3]);
}

// Links and nodes that come and go under an evaluator that has seen the graph before.
static void an_edited_graph_is_planned_anew(void **state)
{
    (void)state;
    static const char json[] =
        "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"clip\", \"type\": \"test_picture\"}, "
        "{\"id\": \"dark\", \"type\": \"brightness_contrast\", \"parameters\": {\"gain\": 0.5}}, "
        "{\"id\": \"out\", \"type\": \"media_out\"}], \"links\": [\"clip.image -> dark.image\", "
        "\"clip.image -> out.image\"]}";
    struct ho_diag diag = {0};
    struct ho_graph *graph;
    struct ho_evaluator *evaluator;
    struct ho_graph_frame frame;
    assert_ok(ho_graph_parse(json, "edited", &graph, &diag), &diag);
    assert_ok(ho_evaluator_create(graph, NULL, &evaluator, &diag), &diag);
    for (int edit = 0; edit < 4; edit++) {
        struct ho_picture *alone;
        if (edit == 1)
            assert_ok(ho_graph_connect(graph, "dark", "image", "out", "image", &diag), &diag);
        if (edit == 2)
            assert_ok(ho_graph_add(graph, "blur", "soft", &diag), &diag);
        if (edit == 2)
            assert_ok(ho_graph_connect(graph, "soft", "image", "dark", "image", &diag), &diag);
        if (edit == 2)
            assert_ok(ho_graph_connect(graph, "clip", "image", "soft", "image", &diag), &diag);
        if (edit == 3)
            assert_ok(ho_graph_connect(graph, "clip", "image", "out", "image", &diag), &diag);
        assert_ok(ho_evaluator_frame(evaluator, "out", 0, false, &frame, &diag), &diag);
        evaluate(graph, "out", 0, NULL, &alone);
        assert_same_picture(frame.picture, alone);
        ho_picture_destroy(&alone);
    }
    ho_evaluator_destroy(&evaluator);
    ho_graph_destroy(&graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_described),
        cmocka_unit_test(every_type_gives_its_reference_picture),
        cmocka_unit_test(a_long_chain_works),
        cmocka_unit_test(a_blurred_border_is_not_darkened),
        cmocka_unit_test(bands_of_very_wide_graphs_are_no_wider_than_they_must),
        cmocka_unit_test(a_slider_computes_only_what_it_must),
        cmocka_unit_test(only_a_part_is_made),
        cmocka_unit_test(several_outputs_are_made_in_one_go),
        cmocka_unit_test(a_graph_takes_the_place_of_another),
        cmocka_unit_test(an_edited_graph_is_planned_anew),
        cmocka_unit_test(what_is_cut_away_is_not_computed),
        cmocka_unit_test(a_moving_polygon_is_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
