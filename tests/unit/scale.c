// SPDX-License-Identifier: BSD-2-Clause
// Pictures made smaller from the start against the full picture made smaller, for every node type: within 4 codes of
// 255.
#include "unit/compile_fixture.h"

#include "holdout/viewer.h"

static const double tolerance = 4.0 / 255;

// What a pixel at 1 / n covers: its mean, and how much the picture changes there and in the pixels beside it.
static double mean_of(const struct ho_picture *full, int p, int x, int y, int n, double *range)
{
    double sum = 0, low = 1e9, high = -1e9;
    for (int j = -n; j < 2 * n; j++)
        for (int i = -n; i < 2 * n; i++) {
            int u = n * x + i, v = n * y + j;
            if (u < 0 || v < 0 || u >= full->width || v >= full->height)
                continue;
            double value = (double)full->plane[p][(ptrdiff_t)v * full->stride + u];
            low = fmin(low, value);
            high = fmax(high, value);
            sum += i >= 0 && j >= 0 && i < n && j < n ? value : 0;
        }
    *range = high - low;
    return sum / (n * n);
}

struct difference {
    double worst, mean;    // the worst beyond a quarter of the step there, where an edge is sharper than a pixel
    int x, y, p;
};

static struct difference compare(const struct ho_picture *small, const struct ho_picture *full, int n)
{
    struct difference d = {0, 0, 0, 0, 0};
    assert_int_equal(small->n_planes, full->n_planes);
    assert_int_equal(small->width, full->width / n);
    assert_int_equal(small->height, full->height / n);
    for (int p = 0; p < small->n_planes; p++)
        for (int y = 0; y < small->height; y++)
            for (int x = 0; x < small->width; x++) {
                double range, away = fabs((double)small->plane[p][(ptrdiff_t)y * small->stride + x] -
                                          mean_of(full, p, x, y, n, &range));
                d.mean += away / (small->n_planes * small->width * small->height);
                if (away - range / 4 > d.worst)
                    d = (struct difference){away - range / 4, d.mean, x, y, p};
            }
    return d;
}

static struct difference measure(const struct ho_graph *graph, const char *output, int64_t frame,
                                 const struct ho_evaluator_options *options, int n)
{
    struct ho_diag diag = {0};
    struct ho_evaluator *full, *small;
    struct ho_graph_frame a, b;
    assert_ok(ho_evaluator_create(graph, options, &full, &diag), &diag);
    assert_ok(ho_evaluator_create(graph, options, &small, &diag), &diag);
    ho_evaluator_set_scale(small, 1.0 / n);
    assert_ok(ho_evaluator_frame(full, output, frame, false, &a, &diag), &diag);
    assert_ok(ho_evaluator_frame(small, output, frame, false, &b, &diag), &diag);
    assert_true(a.scale == 1 && b.scale == 1.0 / n);
    struct difference d = compare(b.picture, a.picture, n);
    ho_evaluator_destroy(&full);
    ho_evaluator_destroy(&small);
    return d;
}

enum { LARGER = 4 };

// Makes a reference graph larger: all that is counted in pixels; and its picture smooth, for no picture with hard
// squares is the same when a blur comes before it is made smaller as when it comes after.
static void enlarge(struct ho_graph *graph)
{
    struct ho_diag diag = {0};
    for (size_t i = 0; i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info node = ho_graph_node(graph, i);
        for (const struct ho_parameter *p = node.type->parameters; p->name; p++) {
            double numbers[4];
            const char *text;
            assert_ok(ho_graph_get(graph, node.id, p->name, 0, numbers, &text, &diag), &diag);
            numbers[0] *= LARGER;
            if (strcmp(p->unit, "px") == 0)
                assert_ok(ho_graph_set(graph, node.id, p->name, numbers, 1, &diag), &diag);
        }
        if (strcmp(node.type_name, "test_picture") == 0)
            assert_ok(ho_graph_set_text(graph, node.id, "squares", "false", &diag), &diag);
    }
}

static void every_type_can_be_smaller(void **state)
{
    (void)state;
    int n_wrong = 0;
    for (const struct ho_node_type *const *type = ho_node_types(); *type; type++) {
        struct ho_diag diag = {0};
        struct ho_graph *graph;
        if (!(*type)->reference)
            continue;
        assert_ok(ho_graph_parse((*type)->reference, (*type)->name, &graph, &diag), &diag);
        enlarge(graph);
        for (int n = 2; n <= 4; n *= 2) {
            struct difference d = measure(graph, "output", 0, NULL, n);
            double allowed = strcmp((*type)->name, "edge_colour") == 0 ? 4 * tolerance : tolerance;    // it guesses
            if (d.worst > allowed || d.mean > tolerance / 4) {
                print_message("%s at 1/%d: %.1f codes at %d,%d of plane %d, %.2f in the mean\n", (*type)->name, n,
                              255 * d.worst, d.x, d.y, d.p, 255 * d.mean);
                n_wrong++;
            }
        }
        ho_graph_destroy(&graph);
    }
    assert_int_equal(n_wrong, 0);
}

static void paint(const struct ho_timeline *timeline, int64_t frame, double scale, uint8_t *rgb,
                  struct ho_viewer_shown *shown)
{
    struct ho_diag diag = {0};
    struct ho_viewer *viewer;
    struct ho_viewer_target target = {.width = WIDTH / 2, .height = HEIGHT / 2, .rgb = rgb};
    assert_ok(ho_viewer_create(NULL, &viewer, &diag), &diag);
    ho_viewer_set_screen(viewer, NULL, (int)(WIDTH * scale), (int)(HEIGHT * scale));
    assert_ok(ho_viewer_show_timeline(viewer, timeline, &over_black, frame, NULL, shown, &diag), &diag);
    assert_ok(ho_viewer_fill(viewer, &target, &diag), &diag);
    ho_viewer_destroy(&viewer);
}

// Footage, a saved matte by timecode, a matte that cuts, a moved and cropped clip: at half the size from the
// start as at full size made smaller; and what is a source's own comes to the very same bytes.
static void a_stack_can_be_smaller(void **state)
{
    (void)state;
    static uint8_t full[3 * WIDTH * HEIGHT], half[3 * WIDTH * HEIGHT];
    char color[1024], matte[300];
    struct ho_timeline *timeline = make_timeline();
    struct ho_diag diag = {0};
    struct ho_viewer_shown shown;
    path_of(MOVIE, matte, sizeof(matte));
    snprintf(color, sizeof(color),
             "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"in\", \"type\": \"source\"}, {\"id\": \"soft\", \"type\": "
             "\"blur\", \"parameters\": {\"blur_size\": 3}}, {\"id\": \"saved\", \"type\": \"external_matte\", "
             "\"parameters\": {\"file\": \"%s\"}}, {\"id\": \"out\", \"type\": \"output\"}], \"links\": [\"in.image -> "
             "soft.image\", \"soft.image -> out.image\", \"saved.key -> out.alpha\"]}",
             matte);
    int64_t below = lay(timeline, MOVIE, V1, 0, 5, 50), key = lay(timeline, MATTE, V2, 0, 0, 20),
            upper = lay(timeline, FILM, V3, 0, 30, 20);
    change_clip(timeline, below, assert_ok(ho_timeline_clip_set_text(&clip->color_graph, color, &diag), &diag));
    change_clip(timeline, key, clip->composite = HO_COMPOSITE_LUMA);
    change_clip(timeline, upper,
                (clip->composite = HO_COMPOSITE_FOREGROUND, clip->number[HO_CLIP_ZOOM_X].value = 0.8,
                 clip->number[HO_CLIP_POSITION_Y].value = 6, clip->number[HO_CLIP_CROP_LEFT].value = 10));
    paint(timeline, 7, 1, full, &shown);
    paint(timeline, 7, 0.5, half, &shown);
    assert_true(shown.width == WIDTH && shown.height == HEIGHT);
    int n = 3 * (WIDTH / 2) * (HEIGHT / 2), n_far = 0;
    double sum = 0;
    for (int i = 0; i < n; i++) {
        int away = abs(full[i] - half[i]);
        n_far += away > 4;
        sum += away;
    }
    if (n_far > n / 20 || sum / n > 1.5)    // but for the matte's edges and the crop's
        fail_msg("%d of %d bytes are more than 4 codes off, %.2f in the mean", n_far, n, sum / n);
    change_clip(timeline, below, assert_ok(ho_timeline_clip_set_text(&clip->color_graph, NULL, &diag), &diag));
    paint(timeline, 30, 1, full, &shown);
    paint(timeline, 30, 0.5, half, &shown);
    assert_memory_equal(full, half, (size_t)n);
    ho_timeline_destroy(&timeline);
}

// Letters stay where they are, though they are drawn anew at another size.
static void a_title_can_be_smaller(void **state)
{
    (void)state;
    static const char *const texts[] = {"{\"text\": \"HO\", \"font\": \"DejaVu Sans Bold\", \"size\": 0.5}"};
    static uint8_t picture[2][3 * WIDTH * HEIGHT];
    double sum[2] = {0, 0}, x_sum[2] = {0, 0}, y_sum[2] = {0, 0};
    struct ho_timeline *timeline = make_timeline();
    struct ho_diag diag = {0};
    struct ho_viewer_shown shown;
    struct ho_placement title = {.length = 20, .video_track = V1, .name = "t", .texts = texts, .n_texts = 1};
    assert_ok(ho_timeline_overwrite(timeline, &title, NULL, &diag), &diag);
    for (int i = 0; i < 2; i++) {
        paint(timeline, 7, i ? 0.5 : 1, picture[i], &shown);
        for (int y = 0; y < HEIGHT / 2; y++)
            for (int x = 0; x < WIDTH / 2; x++) {
                double value = picture[i][3 * (y * (WIDTH / 2) + x)];
                sum[i] += value;
                x_sum[i] += value * x;
                y_sum[i] += value * y;
            }
    }
    assert_true(sum[0] > 10000);
    assert_near(sum[1] / sum[0], 1, 0.04);
    assert_near(x_sum[1] / sum[1], x_sum[0] / sum[0], 0.05);
    assert_near(y_sum[1] / sum[1], y_sum[0] / sum[0], 0.05);
    ho_timeline_destroy(&timeline);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_can_be_smaller),
        cmocka_unit_test(a_stack_can_be_smaller),
        cmocka_unit_test(a_title_can_be_smaller),
    };
    return cmocka_run_group_tests(tests, compile_setup, compile_teardown);
}
