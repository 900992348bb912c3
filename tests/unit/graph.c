// SPDX-License-Identifier: BSD-2-Clause
// The graph as data: edits that hold or are refused, JSON both ways, keyframes.
#include "unit/test.h"

#include <math.h>

#include "holdout/graph.h"
#include "holdout/log.h"

static struct ho_graph *make_patch(void)
{
    struct ho_diag diag = {0};
    struct ho_graph *graph;
    assert_ok(ho_graph_create(&graph, &diag), &diag);
    assert_ok(ho_graph_add(graph, "test_picture", "footage", &diag), &diag);
    assert_ok(ho_graph_add(graph, "bitmap", "mask", &diag), &diag);
    assert_ok(ho_graph_add(graph, "brightness_contrast", "patch", &diag), &diag);
    assert_ok(ho_graph_add(graph, "merge", "merge", &diag), &diag);
    assert_ok(ho_graph_add(graph, "media_out", "out", &diag), &diag);
    assert_ok(ho_graph_connect(graph, "footage", "image", "mask", "image", &diag), &diag);
    assert_ok(ho_graph_connect(graph, "footage", "image", "patch", "image", &diag), &diag);
    assert_ok(ho_graph_connect(graph, "mask", "key", "patch", "mask", &diag), &diag);
    assert_ok(ho_graph_connect(graph, "footage", "image", "merge", "background", &diag), &diag);
    assert_ok(ho_graph_connect(graph, "patch", "image", "merge", "foreground", &diag), &diag);
    assert_ok(ho_graph_connect(graph, "merge", "image", "out", "image", &diag), &diag);
    return graph;
}

#define assert_refused(expression, words)                                   \
    do {                                                                    \
        struct ho_diag refused = {0};                                       \
        enum ho_result result = (expression);                               \
        assert_int_not_equal(result, HO_OK);                                \
        if (!strstr(refused.message, words))                                \
            fail_msg("\"%s\" does not say \"%s\"", refused.message, words); \
    } while (0)

static void edits_are_refused_without_effect(void **state)
{
    (void)state;
    struct ho_graph *graph = make_patch();
    struct ho_diag diag = {0};
    char *before, *after;
    assert_ok(ho_graph_format(graph, &before, &diag), &diag);
    assert_refused(ho_graph_connect(graph, "merge", "image", "patch", "image", &refused), "cycle");
    assert_refused(ho_graph_connect(graph, "merge", "image", "merge", "background", &refused), "cycle");
    assert_refused(ho_graph_connect(graph, "mask", "key", "merge", "background", &refused), "takes an image");
    assert_refused(ho_graph_connect(graph, "footage", "image", "patch", "mask", &refused), "takes a key");
    assert_refused(ho_graph_connect(graph, "footage", "picture", "patch", "image", &refused), "it has: image");
    assert_refused(ho_graph_connect(graph, "footage", "image", "nobody", "image", &refused), "no node \"nobody\"");
    assert_refused(ho_graph_add(graph, "mergee", "m2", &refused), "no node type");
    assert_refused(ho_graph_add(graph, "merge", "merge", &refused), "already");
    assert_refused(ho_graph_add(graph, "merge", "2nd merge", &refused), "can't name a node");
    assert_refused(ho_graph_rename(graph, "merge", "mask", &refused), "already");
    assert_refused(ho_graph_set(graph, "patch", "gain", (double[]){101}, 1, &refused), "from 0 to 100");
    assert_refused(ho_graph_set(graph, "patch", "gain", (double[]){(double)NAN}, 1, &refused), "out of range");
    assert_refused(ho_graph_set(graph, "patch", "gian", (double[]){1}, 1, &refused), "it has: gain");
    assert_refused(ho_graph_set_text(graph, "merge", "operator", "under", &refused), "one of: over");
    assert_refused(ho_graph_set_text(graph, "patch", "gain", "much", &refused), "takes 1 number");
    assert_refused(ho_graph_keyframe_remove(graph, "patch", "gain", 3, &refused), "no keyframe");
    assert_ok(ho_graph_format(graph, &after, &diag), &diag);
    assert_string_equal(before, after);
    free(before);
    free(after);
    ho_graph_destroy(&graph);
}

static void removing_a_node_keeps_the_other_links(void **state)
{
    (void)state;
    struct ho_graph *graph = make_patch();
    struct ho_diag diag = {0};
    assert_int_equal(ho_graph_n_links(graph), 6);
    assert_ok(ho_graph_remove(graph, "mask", &diag), &diag);
    assert_int_equal(ho_graph_n_nodes(graph), 4);
    assert_int_equal(ho_graph_n_links(graph), 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_not_equal(ho_graph_link(graph, i).from, "mask");
    assert_ok(ho_graph_check(graph, &diag), &diag);
    assert_ok(ho_graph_disconnect(graph, "out", "image", &diag), &diag);
    assert_int_equal(ho_graph_check(graph, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "lacks its input \"image\""));
    ho_graph_destroy(&graph);
}

static void text_reads_back_as_the_same_graph(void **state)
{
    (void)state;
    struct ho_graph *graph = make_patch(), *again, *copy;
    struct ho_diag diag = {0};
    assert_ok(ho_graph_set(graph, "patch", "lift", (double[]){0.1}, 1, &diag), &diag);
    assert_ok(ho_graph_set(graph, "patch", "gamma", (double[]){1.0 / 3.0}, 1, &diag), &diag);
    assert_ok(ho_graph_set_text(graph, "merge", "operator", "atop", &diag), &diag);
    assert_ok(ho_graph_set_text(graph, "patch", "multiply_by_mask", "true", &diag), &diag);
    assert_ok(ho_graph_keyframe(graph, "patch", "gain", 10, (double[]){2}, 1, HO_INTERPOLATE_SMOOTH, &diag), &diag);
    assert_ok(ho_graph_keyframe(graph, "patch", "gain", 0, (double[]){1}, 1, HO_INTERPOLATE_LINEAR, &diag), &diag);
    assert_ok(ho_graph_place(graph, "merge", 120, 40.5, &diag), &diag);
    assert_ok(ho_graph_enable(graph, "mask", false, &diag), &diag);
    char *text, *text_again, *text_copy;
    assert_ok(ho_graph_format(graph, &text, &diag), &diag);
    assert_ok(ho_graph_parse(text, "graph", &again, &diag), &diag);
    assert_ok(ho_graph_format(again, &text_again, &diag), &diag);
    assert_string_equal(text, text_again);
    assert_ok(ho_graph_copy(graph, &copy, &diag), &diag);
    assert_ok(ho_graph_format(copy, &text_copy, &diag), &diag);
    assert_string_equal(text, text_copy);
    double gamma[4];
    assert_ok(ho_graph_get(again, "patch", "gamma", 0, gamma, NULL, &diag), &diag);
    assert_true(gamma[0] == 1.0 / 3.0);
    free(text);
    free(text_again);
    free(text_copy);
    ho_graph_destroy(&graph);
    ho_graph_destroy(&again);
    ho_graph_destroy(&copy);
}

static void comments_are_kept(void **state)
{
    (void)state;
    static const char text[] = "{\n\"holdout_graph\": 1,\n\"comment\": \"the \\\"whole\\\"\\nof it\",\n\"nodes\": [\n"
                               "  {\"id\": \"a\", \"type\": \"test_picture\", \"comment\": \"a ramp\"},\n  {\"id\": "
                               "\"b\", \"type\": \"dream\", \"comment\": \"newer\"}\n],\n\"links\": [\n]\n}\n";
    struct ho_graph *graph, *copy;
    struct ho_diag diag = {0};
    char *written;
    ho_log_set_level(HO_LOG_QUIET);
    assert_ok(ho_graph_parse(text, "comments.json", &graph, &diag), &diag);
    ho_log_set_level(HO_LOG_WARNING);
    assert_ok(ho_graph_copy(graph, &copy, &diag), &diag);
    assert_ok(ho_graph_format(copy, &written, &diag), &diag);
    assert_string_equal(written, text);
    free(written);
    assert_ok(ho_graph_duplicate(copy, "a", "c", &diag), &diag);
    assert_ok(ho_graph_format(copy, &written, &diag), &diag);
    assert_non_null(strstr(written, "{\"id\": \"c\", \"type\": \"test_picture\", \"comment\": \"a ramp\"}"));
    free(written);
    ho_graph_destroy(&graph);
    ho_graph_destroy(&copy);
}

static void keyframes_may_be_anywhere(void **state)
{
    (void)state;
    struct ho_graph *graph = make_patch();
    struct ho_diag diag = {0};
    double v[4];
    assert_ok(ho_graph_keyframe(graph, "patch", "gain", INT64_MIN, (double[]){1}, 1, HO_INTERPOLATE_LINEAR, &diag),
              &diag);
    assert_ok(ho_graph_keyframe(graph, "patch", "gain", INT64_MAX, (double[]){3}, 1, HO_INTERPOLATE_SMOOTH, &diag),
              &diag);
    const struct {
        int64_t frame;
        double value;
    } expected[] = {{INT64_MIN, 1}, {INT64_MIN / 2, 1.5}, {-1, 2}, {0, 2}, {INT64_MAX / 2, 2.5}, {INT64_MAX, 3}};
    for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
        assert_ok(ho_graph_get(graph, "patch", "gain", expected[i].frame, v, NULL, &diag), &diag);
        if (!(fabs(v[0] - expected[i].value) < 1e-9))
            fail_msg("%.17g instead of %g at %lld", v[0], expected[i].value, (long long)expected[i].frame);
    }
    ho_graph_destroy(&graph);
}

static void keyframes_move_values(void **state)
{
    (void)state;
    struct ho_graph *graph = make_patch();
    struct ho_diag diag = {0};
    double v[4];
    assert_ok(ho_graph_keyframe(graph, "patch", "gain", 10, (double[]){1}, 1, HO_INTERPOLATE_LINEAR, &diag), &diag);
    assert_ok(ho_graph_keyframe(graph, "patch", "gain", 20, (double[]){3}, 1, HO_INTERPOLATE_SMOOTH, &diag), &diag);
    assert_ok(ho_graph_keyframe(graph, "patch", "gain", 30, (double[]){5}, 1, HO_INTERPOLATE_HOLD, &diag), &diag);
    assert_ok(ho_graph_keyframe(graph, "patch", "gain", 40, (double[]){9}, 1, HO_INTERPOLATE_LINEAR, &diag), &diag);
    const struct {
        int64_t frame;
        double value;
    } expected[] = {{-5, 1}, {10, 1}, {15, 2}, {20, 3}, {22, 3 + 2 * 0.104},
                    {25, 4}, {30, 5}, {39, 5}, {40, 9}, {99, 9}};
    for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
        assert_ok(ho_graph_get(graph, "patch", "gain", expected[i].frame, v, NULL, &diag), &diag);
        assert_true(v[0] - expected[i].value < 1e-12 && expected[i].value - v[0] < 1e-12);
    }
    int64_t frames[3] = {0};
    assert_int_equal(ho_graph_keyframes(graph, "patch", "gain", frames, 2), 4);
    assert_true(frames[0] == 10 && frames[1] == 20 && frames[2] == 0);
    assert_int_equal(ho_graph_keyframes(graph, "patch", "lift", NULL, 0), 0);
    assert_int_equal(ho_graph_keyframes(graph, "nobody", "gain", frames, 3), 0);
    ho_graph_destroy(&graph);
}

// Every type of parameter that has numbers, each way to the next keyframe, before, between and after; also when written
// and read again.
static void every_type_moves(void **state)
{
    (void)state;
    static const struct {
        const char *type, *parameter;
        size_t n;
        double a[4], b[4];
        bool stepped;
    } cases[] = {
        {"brightness_contrast", "lift", 1, {-0.5}, {1.25}, false},
        {"background", "width", 1, {3}, {101}, true},
        {"brightness_contrast", "clip_black", 1, {1}, {0}, true},
        {"merge", "apply_mode", 1, {9}, {2}, true},
        {"background", "start", 2, {0.25, 4}, {-3, 0.5}, false},
        {"background", "colour", 4, {1, 0.5, -2, 0.25}, {0, 4, 1, 1}, false},
    };
    enum { FIRST = -7, SECOND = 13 };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        for (int way = HO_INTERPOLATE_HOLD; way <= HO_INTERPOLATE_SMOOTH; way++) {
            struct ho_diag diag = {0};
            struct ho_graph *graph, *again;
            char *text;
            assert_ok(ho_graph_create(&graph, &diag), &diag);
            assert_ok(ho_graph_add(graph, cases[i].type, "n", &diag), &diag);
            assert_ok(ho_graph_keyframe(graph, "n", cases[i].parameter, SECOND, cases[i].b, cases[i].n,
                                        HO_INTERPOLATE_HOLD, &diag),
                      &diag);
            assert_ok(ho_graph_keyframe(graph, "n", cases[i].parameter, FIRST, cases[i].a, cases[i].n,
                                        (enum ho_interpolation)way, &diag),
                      &diag);
            assert_refused(ho_graph_keyframe(graph, "n", cases[i].parameter, 5, (double[]){1e6, 1e6, 1e6, 1e6},
                                             cases[i].n, HO_INTERPOLATE_HOLD, &refused),
                           "out of range");
            if (cases[i].stepped)
                assert_refused(ho_graph_keyframe(graph, "n", cases[i].parameter, 5, (double[]){0.5}, 1,
                                                 HO_INTERPOLATE_HOLD, &refused),
                               "not a whole number");
            assert_ok(ho_graph_format(graph, &text, &diag), &diag);
            assert_ok(ho_graph_parse(text, "moving.json", &again, &diag), &diag);
            for (int64_t frame = FIRST - 2; frame <= SECOND + 2; frame++) {
                double t = (double)(frame - FIRST) / (SECOND - FIRST), v[4], w[4];
                t = t < 0 ? 0 : t > 1 ? 1 : t;
                t = way == HO_INTERPOLATE_HOLD ? floor(t) : way == HO_INTERPOLATE_SMOOTH ? t * t * (3 - 2 * t) : t;
                assert_ok(ho_graph_get(graph, "n", cases[i].parameter, frame, v, NULL, &diag), &diag);
                assert_ok(ho_graph_get(again, "n", cases[i].parameter, frame, w, NULL, &diag), &diag);
                for (size_t k = 0; k < cases[i].n; k++) {
                    double wanted = cases[i].a[k] + (cases[i].b[k] - cases[i].a[k]) * t;
                    if (cases[i].stepped ? v[k] != floor(v[k]) || fabs(v[k] - wanted) > 0.5 + 1e-9
                                         : fabs(v[k] - wanted) > 1e-12)
                        fail_msg("%s, way %d, frame %d: number %zu is %g, not %g", cases[i].parameter, way, (int)frame,
                                 k, v[k], wanted);
                    assert_true(v[k] == w[k]);
                }
            }
            free(text);
            ho_graph_destroy(&graph);
            ho_graph_destroy(&again);
        }
}

static void a_newer_node_is_kept(void **state)
{
    (void)state;
    ho_log_set_level(HO_LOG_QUIET);
    static const char text[] = "{\n\"holdout_graph\": 2,\n\"nodes\": [\n"
                               "  {\"id\": \"a\", \"type\": \"test_picture\"},\n"
                               "  {\"id\": \"b\", \"type\": \"dream\", \"parameters\": {\"depth\": [1, {\"x\": 2}]}},\n"
                               "  {\"id\": \"c\", \"type\": \"media_out\"}\n],\n\"links\": [\n  \"a.image -> "
                               "b.view\",\n  \"b.image -> c.image\"\n]\n}\n";
    struct ho_graph *graph;
    struct ho_diag diag = {0};
    assert_ok(ho_graph_parse(text, "newer.json", &graph, &diag), &diag);
    assert_null(ho_graph_node(graph, 1).type);
    char *written;
    assert_ok(ho_graph_format(graph, &written, &diag), &diag);
    assert_non_null(
        strstr(written, "{\"id\": \"b\", \"type\": \"dream\", \"parameters\": {\"depth\": [1, {\"x\": 2}]}}"));
    assert_non_null(strstr(written, "\"a.image -> b.view\""));
    free(written);
    ho_graph_destroy(&graph);
    ho_log_set_level(HO_LOG_WARNING);
}

// An unknown node passes on what feeds it, so what it feeds is checked too, in whatever order the links come.
static void types_are_checked_through_newer_nodes(void **state)
{
    (void)state;
    ho_log_set_level(HO_LOG_QUIET);
    static const struct {
        const char *links;
        bool fits;
    } cases[] = {
        {"\"u.view -> o.image\", \"k.key -> u.in\"", false},
        {"\"k.key -> u.in\", \"u.view -> o.image\"", false},
        {"\"u.view -> m.key\", \"k.key -> u.in\"", true},
        {"\"k.key -> u.in\", \"u.view -> m.key\"", true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct ho_graph *graph;
        struct ho_diag diag = {0};
        char text[1024];
        snprintf(
            text, sizeof(text),
            "{\"holdout_graph\": 2, \"nodes\": [{\"id\": \"o\", \"type\": \"media_out\"}, {\"id\": \"k\", \"type\": "
            "\"ellipse_mask\"},"
            " {\"id\": \"m\", \"type\": \"rectangle_mask\"}, {\"id\": \"u\", \"type\": \"dream\"}], \"links\": [%s]}",
            cases[i].links);
        enum ho_result result = ho_graph_parse(text, "newer.json", &graph, &diag);
        if (cases[i].fits)
            assert_ok(result, &diag);
        else
            assert_non_null(strstr(diag.message, "takes an image"));
        assert_int_equal(result == HO_OK, cases[i].fits);
        if (result != HO_OK)
            continue;
        char *written;    // and what is written can be read again
        assert_ok(ho_graph_format(graph, &written, &diag), &diag);
        struct ho_graph *again;
        assert_ok(ho_graph_parse(written, "again.json", &again, &diag), &diag);
        free(written);
        ho_graph_destroy(&again);
        ho_graph_destroy(&graph);
    }
    ho_log_set_level(HO_LOG_WARNING);
}

static void bad_text_gets_a_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"{\"holdout_graph\": 1,\n \"nodes\": [}", "g.json, line 2, column"},
        {"[]", "is no graph"},
        {"{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"a\"}]}", "node number 1 has no"},
        {"{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"a\", \"type\": \"merge\", \"parameters\": {\"scale\": {}}}]}",
         "has no parameter \"scale\""},
        {"{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"a\", \"type\": \"merge\", \"parameters\": {\"blend\": {}}}]}",
         "blend can't be {}"},
        {"{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"a\", \"type\": \"merge\", \"parameters\": {\"blend\": 2}}]}",
         "out of range"},
        {"{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"a\", \"type\": \"merge\", \"parameters\": {\"blend\": "
         "{\"keys\": [[0.5, 1]]}}}]}",
         "can't be [0.5,1]"},
        {"{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"a\", \"type\": \"merge\", \"parameters\": {\"blend\": "
         "{\"keys\": [[0, 1, \"bounce\"]]}}}]}",
         "bounce"},
        {"{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"a\", \"type\": \"merge\", \"colour\": 3}]}", "has \"colour\""},
        {"{\"holdout_graph\": 1, \"nodes\": [], \"links\": [\"a.b c.d\"]}", "link number 1"},
        {"{\"holdout_graph\": 1, \"nodes\": [], \"links\": [\"a.b -> c.d\"]}", "no node \"a\""},
        {"{\"holdout_graph\": 1, \"nodes\": [], \"wires\": []}", "has \"wires\""},
        {"{\"holdout_graph\": 1, \"comment\": 5, \"nodes\": []}", "\"comment\" is not a text"},
        {"{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"a\", \"type\": \"merge\", \"comment\": {}}]}",
         "comment can't be {}"},
        {"", "line 1"},
        {"{\"holdout_graph\":\n\"a\\\nb\"}", "line 3, column"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct ho_graph *graph;
        struct ho_diag diag = {0};
        assert_int_equal(ho_graph_parse(cases[i].text, "g.json", &graph, &diag), HO_ERROR_INPUT);
        assert_null(graph);
        if (strchr(diag.message, '\n') || !strstr(diag.message, cases[i].says) ||
            strncmp(diag.message, "g.json", 6) != 0)
            fail_msg("\"%s\" does not say \"%s\"", diag.message, cases[i].says);
    }
}

static void duplicates_and_resets(void **state)
{
    (void)state;
    struct ho_graph *graph = make_patch();
    struct ho_diag diag = {0};
    double v[4];
    assert_ok(ho_graph_set(graph, "patch", "gain", (double[]){2}, 1, &diag), &diag);
    assert_ok(ho_graph_duplicate(graph, "patch", "patch2", &diag), &diag);
    assert_ok(ho_graph_get(graph, "patch2", "gain", 0, v, NULL, &diag), &diag);
    assert_true(v[0] == 2);
    assert_ok(ho_graph_reset(graph, "patch", &diag), &diag);
    assert_ok(ho_graph_get(graph, "patch", "gain", 0, v, NULL, &diag), &diag);
    assert_true(v[0] == 1);
    assert_ok(ho_graph_reset(graph, NULL, &diag), &diag);
    assert_ok(ho_graph_get(graph, "patch2", "gain", 0, v, NULL, &diag), &diag);
    assert_true(v[0] == 1);
    ho_graph_destroy(&graph);
}

static void polygons_move(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_graph *graph, *again, *copy;
    double v[4];
    const char *text;
    static const char json[] =
        "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"m\", \"type\": \"polygon_mask\", \"parameters\": {\"points\": "
        "{\"keys\": [[0, \"0,0 1,0 0.5,1\"],"
        " [10, \"0.5,0.25 1,0 0.5,0\", \"hold\"], [20, \"0,0 0,1 1,1\", \"smooth\"]]}}}], \"links\": []}";
    assert_ok(ho_graph_parse(json, "moving.json", &graph, &diag), &diag);
    static const struct {
        int64_t frame;
        const char *points;
    } at[] = {{-5, "0,0 1,0 0.5,1"},      {0, "0,0 1,0 0.5,1"},       {4, "0.2,0.1 1,0 0.5,0.6"},
              {10, "0.5,0.25 1,0 0.5,0"}, {19, "0.5,0.25 1,0 0.5,0"}, {30, "0,0 0,1 1,1"}};
    for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++) {
        assert_ok(ho_graph_get(graph, "m", "points", at[i].frame, v, &text, &diag), &diag);
        assert_string_equal(text, at[i].points);
    }
    // Through text and as a copy it is the same graph.
    char *written, *twice;
    assert_ok(ho_graph_format(graph, &written, &diag), &diag);
    assert_ok(ho_graph_parse(written, "again", &again, &diag), &diag);
    assert_ok(ho_graph_copy(again, &copy, &diag), &diag);
    assert_ok(ho_graph_format(copy, &twice, &diag), &diag);
    assert_string_equal(written, twice);
    free(twice);
    // Another number of corners is refused and changes nothing; texts that are no points don't move at all.
    assert_int_equal(ho_graph_keyframe_text(graph, "m", "points", 5, "0,0 1,0 1,1 0,1", HO_INTERPOLATE_LINEAR, &diag),
                     HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "4 points at frame 5 and 3 at frame 0"));
    assert_ok(ho_graph_format(graph, &twice, &diag), &diag);
    assert_string_equal(written, twice);
    diag = (struct ho_diag){0};
    assert_ok(ho_graph_add(graph, "text_plus", "t", &diag), &diag);
    assert_int_equal(ho_graph_keyframe_text(graph, "t", "text", 5, "A", HO_INTERPOLATE_LINEAR, &diag), HO_ERROR_USAGE);
    diag = (struct ho_diag){0};
    // The last keyframe leaves its points; a plain value removes keyframes.
    for (int64_t frame = 0; frame <= 20; frame += 10)
        assert_ok(ho_graph_keyframe_remove(graph, "m", "points", frame, &diag), &diag);
    assert_ok(ho_graph_get(graph, "m", "points", 0, v, &text, &diag), &diag);
    assert_string_equal(text, "0,0 0,1 1,1");
    assert_ok(ho_graph_set_text(again, "m", "points", "0,0 1,0 1,1 0,1", &diag), &diag);
    assert_ok(ho_graph_get(again, "m", "points", 4, v, &text, &diag), &diag);
    assert_string_equal(text, "0,0 1,0 1,1 0,1");
    free(written);
    free(twice);
    ho_graph_destroy(&graph);
    ho_graph_destroy(&again);
    ho_graph_destroy(&copy);
}

// Keyframes by index, and a number that tells of every change.
static void keyframes_are_listed(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_graph *graph = make_patch();
    struct ho_graph_key key;
    uint64_t before = ho_graph_generation(graph);
    assert_int_equal(ho_graph_get_key(graph, "patch", "gain", 0, &key, &diag), HO_END);
    assert_true(ho_graph_generation(graph) == before);
    assert_ok(ho_graph_keyframe(graph, "patch", "gain", 10, (double[]){2}, 1, HO_INTERPOLATE_SMOOTH, &diag), &diag);
    assert_true(ho_graph_generation(graph) != before);
    assert_ok(ho_graph_keyframe(graph, "patch", "gain", 4, (double[]){1}, 1, HO_INTERPOLATE_HOLD, &diag), &diag);
    assert_ok(ho_graph_get_key(graph, "patch", "gain", 0, &key, &diag), &diag);
    assert_true(key.frame == 4 && key.number[0] == 1 && key.interpolation == HO_INTERPOLATE_HOLD && !key.text);
    assert_ok(ho_graph_get_key(graph, "patch", "gain", 1, &key, &diag), &diag);
    assert_true(key.frame == 10 && key.number[0] == 2 && key.interpolation == HO_INTERPOLATE_SMOOTH);
    assert_int_equal(ho_graph_get_key(graph, "patch", "gain", 2, &key, &diag), HO_END);
    before = ho_graph_generation(graph);
    assert_ok(ho_graph_place(graph, "patch", 3, 4, &diag), &diag);
    assert_true(ho_graph_generation(graph) != before);
    before = ho_graph_generation(graph);
    assert_ok(ho_graph_reset(graph, "patch", &diag), &diag);
    assert_true(ho_graph_generation(graph) != before);
    ho_graph_destroy(&graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits_are_refused_without_effect),
        cmocka_unit_test(removing_a_node_keeps_the_other_links),
        cmocka_unit_test(text_reads_back_as_the_same_graph),
        cmocka_unit_test(comments_are_kept),
        cmocka_unit_test(keyframes_move_values),
        cmocka_unit_test(keyframes_are_listed),
        cmocka_unit_test(keyframes_may_be_anywhere),
        cmocka_unit_test(every_type_moves),
        cmocka_unit_test(a_newer_node_is_kept),
        cmocka_unit_test(types_are_checked_through_newer_nodes),
        cmocka_unit_test(bad_text_gets_a_sentence),
        cmocka_unit_test(duplicates_and_resets),
        cmocka_unit_test(polygons_move),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
