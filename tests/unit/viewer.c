// SPDX-License-Identifier: BSD-2-Clause
// What a screen is given: the bytes of what a render would write, at any size.
#include "unit/compile_fixture.h"

#include "holdout/viewer.h"

static uint8_t rgb[3 * 4 * WIDTH * HEIGHT], alpha[4 * WIDTH * HEIGHT], key[4 * WIDTH * HEIGHT];

static struct ho_viewer_shown look(struct ho_viewer *viewer, const struct ho_timeline *timeline, int64_t frame)
{
    struct ho_viewer_shown shown;
    struct ho_diag diag = {0};
    assert_ok(ho_viewer_show_timeline(viewer, timeline, &over_black, frame, NULL, &shown, &diag), &diag);
    return shown;
}

static void fill(struct ho_viewer *viewer, int width, int height, struct ho_rect region)
{
    struct ho_diag diag = {0};
    struct ho_viewer_target target = {region, width, height, rgb, alpha, key};
    memset(rgb, 7, sizeof(rgb));
    assert_ok(ho_viewer_fill(viewer, &target, &diag), &diag);
}

static int code(double v) { return v > 0 ? v < 1 ? (int)(v * 255 + 0.5) : 255 : 0; }

#define assert_code(got, value)                                              \
    do {                                                                     \
        int code_got = (got), code_wanted = code(value);                     \
        if (abs(code_got - code_wanted) > 1)                                 \
            fail_msg("%s is %d instead of %d", #got, code_got, code_wanted); \
    } while (0)

// A source's own frame, one with letters laid over a part of it, and one that is made as a whole: the evaluation's
// values as bytes.
static void bytes_are_the_evaluations(void **state)
{
    (void)state;
    static const char *const texts[] = {"{\"text\": \"H\", \"font\": \"DejaVu Sans Bold\", \"size\": 0.4}"};
    struct ho_timeline *timeline = make_timeline();
    struct ho_diag diag = {0};
    struct ho_viewer *viewer;
    struct ho_placement title = {
        .at = 10, .length = 30, .video_track = V2, .name = "title", .texts = texts, .n_texts = 1};
    int64_t id = lay(timeline, MOVIE, V1, 0, 5, 50);
    assert_ok(ho_timeline_overwrite(timeline, &title, NULL, &diag), &diag);
    assert_ok(ho_viewer_create(NULL, &viewer, &diag), &diag);
    for (int made = 0; made < 2; made++) {
        for (int64_t frame = 4; frame < 20; frame += 3) {
            struct ho_viewer_shown shown = look(viewer, timeline, frame);
            struct shown whole = show(timeline, frame);
            assert_true(shown.width == WIDTH && shown.height == HEIGHT && shown.has_picture && !shown.has_key);
            fill(viewer, WIDTH, HEIGHT, (struct ho_rect){0});
            for (int y = 0; y < HEIGHT; y++)
                for (int x = 0; x < WIDTH; x++)
                    for (int p = 0; p < 3; p++)
                        if (abs(rgb[3 * (y * WIDTH + x) + p] - code((double)at(&whole, p, x, y))) > 4)
                            fail_msg("frame %d: %d instead of %g at %d,%d", (int)frame, rgb[3 * (y * WIDTH + x) + p],
                                     255 * (double)at(&whole, p, x, y), x, y);
            assert_true(alpha[0] == 255 && key[0] == 255);
            hide(&whole);
        }
        change_clip(timeline, id, clip->number[HO_CLIP_OPACITY].value = 0.5);
    }
    ho_viewer_destroy(&viewer);
    ho_timeline_destroy(&timeline);
}

// Half, double, an odd size and a part: a ramp stays the ramp that it is.
static void any_size_and_part(void **state)
{
    (void)state;
    static const struct {
        int width, height;
        struct ho_rect region;
    } sizes[] = {{WIDTH / 2, HEIGHT / 2, {0}}, {2 * WIDTH, 2 * HEIGHT, {0}}, {77, 51, {0}},
                 {40, 20, {16, 8, 56, 28}},    {33, 20, {10, 0, 96, 64}},    {48, 32, {-5, -7, 500, 500}}};
    struct ho_timeline *timeline = make_timeline();
    struct ho_diag diag = {0};
    struct ho_viewer *viewer;
    int64_t id = lay(timeline, MOVIE, V1, 0, 5, 50);
    assert_ok(ho_viewer_create(NULL, &viewer, &diag), &diag);
    for (int made = 0; made < 2; made++) {
        double opacity = made ? 0.5 : 1;
        change_clip(timeline, id, clip->number[HO_CLIP_OPACITY].value = opacity);
        look(viewer, timeline, 3);
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            int w = sizes[i].width, h = sizes[i].height;
            bool all = i < 3 || i == 5;
            struct ho_rect r = all ? (struct ho_rect){0, 0, WIDTH, HEIGHT} : sizes[i].region;
            fill(viewer, w, h, sizes[i].region);
            for (int y = 3; y < h - 3; y += 5)
                for (int x = 3; x < w - 3; x += 5) {
                    double u = r.x0 + (x + 0.5) * (r.x1 - r.x0) / w - 0.5,
                           v = r.y0 + (y + 0.5) * (r.y1 - r.y0) / h - 0.5;
                    assert_code(rgb[3 * (y * w + x)], opacity * (u * 2 + 16) / 400);
                    assert_code(rgb[3 * (y * w + x) + 1], opacity * (v * 3 + 16) / 400);
                }
        }
    }
    struct ho_viewer_target wrong = {{WIDTH, 0, WIDTH + 5, 5}, 5, 5, rgb, NULL, NULL};
    assert_int_equal(ho_viewer_fill(viewer, &wrong, &diag), HO_ERROR_USAGE);
    ho_viewer_destroy(&viewer);
    ho_timeline_destroy(&timeline);
}

// Looked at closely: only that part is made, at full size and smaller, and its bytes are those of the whole.
static void only_a_part_is_made(void **state)
{
    (void)state;
    static uint8_t whole[3 * 60 * 40];
    static const char *const texts[] = {"{\"text\": \"H\", \"font\": \"DejaVu Sans Bold\", \"size\": 0.4}"};
    const struct ho_rect part = {30, 16, 60, 36}, beside = {0, 0, 20, 20};
    struct ho_timeline *timeline = make_timeline();
    struct ho_diag diag = {0};
    struct ho_viewer *viewer;
    struct ho_placement title = {.length = 30, .video_track = V2, .name = "title", .texts = texts, .n_texts = 1};
    int64_t id = lay(timeline, MOVIE, V1, 0, 5, 50);
    assert_ok(ho_timeline_overwrite(timeline, &title, NULL, &diag), &diag);
    assert_ok(ho_viewer_create(NULL, &viewer, &diag), &diag);
    for (int i = 0; i < 4; i++) {
        change_clip(timeline, id, clip->number[HO_CLIP_OPACITY].value = i < 2 ? 1 : 0.5);    // with a base, without
        const int shrink = i & 1 ? 2 : 1;
        ho_viewer_set_screen(viewer, NULL, WIDTH / shrink, HEIGHT / shrink);
        look(viewer, timeline, 3);
        fill(viewer, 60, 40, part);
        memcpy(whole, rgb, sizeof(whole));
        ho_viewer_set_screen(viewer, &part, 30 / shrink, 20 / shrink);
        look(viewer, timeline, 3);
        fill(viewer, 60, 40, part);
        for (size_t k = 0; k < sizeof(whole); k++)
            assert_true(abs(whole[k] - rgb[k]) <= 1);
        struct ho_viewer_target outside = {beside, 20, 20, rgb, NULL, NULL};
        assert_int_equal(ho_viewer_fill(viewer, &outside, &diag), HO_ERROR_USAGE);
    }
    ho_viewer_destroy(&viewer);
    ho_timeline_destroy(&timeline);
}

// A node of a clip's graph by its name there: picture and key, the same frame of the source.
static void a_node_shows_picture_and_key(void **state)
{
    (void)state;
    static const char color[] =
        "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"in\", \"type\": \"source\"}, {\"id\": \"square\", \"type\": "
        "\"rectangle_mask\", \"parameters\": {\"width\": 0.5, \"height\": 0.5}}, {\"id\": \"grade\", \"type\": "
        "\"corrector\", \"parameters\": {\"gain\": [2, 2, 2, 1]}}, {\"id\": \"out\", \"type\": \"output\"}], "
        "\"links\": "
        "[\"in.image -> grade.image\", \"square.key -> grade.key\", \"grade.image -> out.image\"]}";
    struct ho_timeline *timeline = make_timeline();
    struct ho_compiled alone;
    struct ho_viewer *viewer;
    struct ho_viewer_shown shown;
    struct ho_diag diag = {0};
    char node[HO_NODE_ID_SIZE];
    int64_t id = lay(timeline, MOVIE, V1, 30, 12, 30);
    change_clip(timeline, id, assert_ok(ho_timeline_clip_set_text(&clip->color_graph, color, &diag), &diag));
    assert_ok(ho_compile_clip(timeline, id, &over_black, &alone, &diag), &diag);
    assert_ok(ho_viewer_create(NULL, &viewer, &diag), &diag);
    ho_compiled_node(id, HO_PAGE_COLOR, "grade", node);
    assert_ok(ho_viewer_show_node(viewer, alone.graph, NULL, node, 20, NULL, &shown, &diag), &diag);
    assert_true(shown.has_picture && shown.has_key && shown.width == WIDTH);
    fill(viewer, WIDTH, HEIGHT, (struct ho_rect){0});
    assert_true(key[32 * WIDTH + 48] == 255 && key[4 * WIDTH + 4] == 0);
    assert_code(rgb[3 * (32 * WIDTH + 48)], 2 * (double)shade(MOVIE, 20, 0, 48, 32));
    assert_code(rgb[3 * (4 * WIDTH + 4)], (double)shade(MOVIE, 20, 0, 4, 4));
    ho_compiled_node(id, HO_PAGE_COLOR, "in", node);    // the clip's own picture keeps its name
    assert_ok(ho_viewer_show_node(viewer, alone.graph, NULL, node, 20, NULL, &shown, &diag), &diag);
    fill(viewer, WIDTH, HEIGHT, (struct ho_rect){0});
    assert_code(rgb[3 * (32 * WIDTH + 48)], (double)shade(MOVIE, 20, 0, 48, 32));
    ho_compiled_node(id, HO_PAGE_COLOR, "square", node);
    assert_ok(ho_viewer_show_node(viewer, alone.graph, NULL, node, 20, NULL, &shown, &diag), &diag);
    assert_true(!shown.has_picture && shown.has_key);
    fill(viewer, WIDTH, HEIGHT, (struct ho_rect){0});
    assert_true(rgb[3 * (32 * WIDTH + 48)] == 255 && rgb[0] == 0);
    assert_int_equal(ho_viewer_show_node(viewer, alone.graph, NULL, "none", 20, NULL, &shown, &diag), HO_ERROR_USAGE);
    ho_viewer_destroy(&viewer);
    ho_compiled_clear(&alone);
    ho_timeline_destroy(&timeline);
}

// A picture that becomes another size while it is looked at smaller is that size.
static void a_size_that_changes_is_noticed(void **state)
{
    (void)state;
    static const char json[] = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"in\", \"type\": \"test_picture\", "
                               "\"parameters\": {\"width\": %d, \"height\": 80}}, {\"id\": \"out\", \"type\": "
                               "\"color_corrector\", \"parameters\": {\"hue\": 5}}], \"links\": [\"in.image -> "
                               "out.image\"]}";
    static const int widths[] = {120, 120, 90, 90, 120};
    struct ho_viewer *viewer;
    struct ho_viewer_shown shown;
    struct ho_diag diag = {0};
    assert_ok(ho_viewer_create(NULL, &viewer, &diag), &diag);
    ho_viewer_set_screen(viewer, NULL, 40, 40);
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        char text[512];
        struct ho_graph *graph;
        snprintf(text, sizeof(text), json, widths[i]);
        assert_ok(ho_graph_parse(text, "sizes", &graph, &diag), &diag);
        assert_ok(ho_viewer_show_node(viewer, graph, NULL, "out", (int64_t)i, NULL, &shown, &diag), &diag);
        assert_int_equal(shown.width, widths[i]);
        assert_int_equal(shown.height, 80);
        fill(viewer, 40, 26, (struct ho_rect){0});
        ho_graph_destroy(&graph);
    }
    ho_viewer_destroy(&viewer);
}

static void what_cannot_be_shown_is_a_sentence(void **state)
{
    (void)state;
    struct ho_timeline *timeline = make_timeline();
    struct ho_viewer *viewer;
    struct ho_viewer_shown shown;
    struct ho_diag diag = {0};
    struct ho_cancel cancel = {0};
    struct ho_viewer_target target = {{0}, 10, 10, rgb, NULL, NULL};
    int64_t lost = lay(timeline, LOST, V1, 0, 0, 10);
    lay(timeline, MOVIE, V1, 10, 0, 10);
    assert_ok(ho_viewer_create(NULL, &viewer, &diag), &diag);
    assert_int_equal(ho_viewer_fill(viewer, &target, &diag), HO_ERROR_USAGE);
    diag = (struct ho_diag){0};
    assert_int_equal(ho_viewer_show_timeline(viewer, timeline, &over_black, 3, NULL, &shown, &diag), HO_ERROR_INPUT);
    assert_non_null(strstr(diag.message, "lost.mov"));
    ho_cancel_request(&cancel);
    change_clip(timeline, lost, clip->enabled = false);
    assert_int_equal(ho_viewer_show_timeline(viewer, timeline, &over_black, 12, &cancel, &shown, &diag), HO_CANCELLED);
    look(viewer, timeline, 12);
    fill(viewer, WIDTH, HEIGHT, (struct ho_rect){0});
    assert_code(rgb[3 * (9 * WIDTH + 9)], (double)shade(MOVIE, 2, 0, 9, 9));
    ho_viewer_forget(viewer);
    assert_int_equal(ho_viewer_fill(viewer, &target, &diag), HO_ERROR_USAGE);
    ho_viewer_destroy(&viewer);
    ho_timeline_destroy(&timeline);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_the_evaluations),
        cmocka_unit_test(any_size_and_part),
        cmocka_unit_test(only_a_part_is_made),
        cmocka_unit_test(a_node_shows_picture_and_key),
        cmocka_unit_test(a_size_that_changes_is_noticed),
        cmocka_unit_test(what_cannot_be_shown_is_a_sentence),
    };
    return cmocka_run_group_tests(tests, compile_setup, compile_teardown);
}
