// SPDX-License-Identifier: BSD-2-Clause
// Text+: where it stands, how it is revealed, that it is drawn once, and that bad text gets a sentence.
#include "unit/test.h"

#include <math.h>

#include "holdout/graph.h"

struct title { struct ho_graph *graph; struct ho_evaluator *evaluator; };

static int setup(void **state)
{
    static struct title t;
    struct ho_diag diag = {0};
    assert_ok(ho_graph_create(&t.graph, &diag), &diag);
    assert_ok(ho_graph_add(t.graph, "text_plus", "title", &diag), &diag);
    assert_ok(ho_graph_add(t.graph, "media_out", "out", &diag), &diag);
    assert_ok(ho_graph_connect(t.graph, "title", "image", "out", "image", &diag), &diag);
    assert_ok(ho_graph_set(t.graph, "title", "width", (double[]){640}, 1, &diag), &diag);
    assert_ok(ho_graph_set(t.graph, "title", "height", (double[]){360}, 1, &diag), &diag);
    assert_ok(ho_graph_set_text(t.graph, "title", "font", "DejaVu Sans Bold", &diag), &diag);
    assert_ok(ho_evaluator_create(t.graph, NULL, &t.evaluator, &diag), &diag);
    *state = &t;
    return 0;
}

static int teardown(void **state)
{
    struct title *t = *state;
    ho_evaluator_destroy(&t->evaluator);
    ho_graph_destroy(&t->graph);
    return 0;
}

static void set(struct title *t, const char *name, const char *value)
{
    struct ho_diag diag = {0};
    assert_ok(ho_graph_set_text(t->graph, "title", name, value, &diag), &diag);
}

struct shape { double area, x, y; struct ho_rect window; };

// Sum of alpha and its middle.
static struct shape look(struct title *t, int64_t frame)
{
    struct ho_diag diag = {0};
    struct ho_graph_frame result;
    assert_ok(ho_evaluator_frame(t->evaluator, NULL, frame, false, &result, &diag), &diag);
    struct shape shape = {.window = result.domain.window};
    for (int y = 0; y < 360; y++)
        for (int x = 0; x < 640; x++) {
            double alpha = (double)result.picture->plane[3][(ptrdiff_t)y * result.picture->stride + x];
            assert_true(alpha >= 0 && alpha <= 1.0001);
            shape.area += alpha;
            shape.x += alpha * x;
            shape.y += alpha * y;
        }
    shape.x /= shape.area > 0 ? shape.area : 1;
    shape.y /= shape.area > 0 ? shape.area : 1;
    return shape;
}

// The mean of a channel over the alpha, left or right of the middle.
static double tint(struct title *t, int plane, bool left)
{
    struct ho_diag diag = {0};
    struct ho_graph_frame result;
    double sum = 0, alpha = 0;
    assert_ok(ho_evaluator_frame(t->evaluator, NULL, 0, false, &result, &diag), &diag);
    for (int y = 0; y < 360; y++)
        for (int x = left ? 0 : 320; x < (left ? 320 : 640); x++) {
            sum += (double)result.picture->plane[plane][(ptrdiff_t)y * result.picture->stride + x];
            alpha += (double)result.picture->plane[3][(ptrdiff_t)y * result.picture->stride + x];
        }
    return sum / alpha;
}

static void markup_colours_some_and_the_node_the_rest(void **state)
{
    struct title *t = *state;
    set(t, "text", "<span foreground='red'>HH</span>HH");
    set(t, "markup", "true");
    set(t, "colour", "0,0,1,1");
    assert_true(tint(t, 0, true) > 0.98 && tint(t, 2, true) < 0.02);
    assert_true(tint(t, 0, false) < 0.02 && tint(t, 2, false) > 0.98);
}

static void stands_where_it_is_put(void **state)
{
    struct title *t = *state;
    set(t, "text", "OHO");
    struct shape a = look(t, 0);
    assert_true(a.area > 1500 && fabs(a.x - 320) < 3 && fabs(a.y - 180) < 12);
    set(t, "position", "0.25,0.75");
    struct shape b = look(t, 0);
    assert_true(fabs(b.x - a.x + 160) < 0.5 && fabs(b.y - a.y - 90) < 0.5);
    assert_true(fabs(b.area - a.area) < a.area * 0.001);
    set(t, "position", "0.5,0.5");
    set(t, "rotation", "90");
    struct shape c = look(t, 0);
    assert_true(fabs(c.area - a.area) < a.area * 0.01);
    assert_true(c.window.y1 - c.window.y0 > c.window.x1 - c.window.x0);
    set(t, "size", "0.24");
    set(t, "rotation", "0");
    assert_true(fabs(look(t, 0).area / a.area - 4) < 0.05);
    set(t, "position", "5,5");
    assert_true(look(t, 0).area == 0);
}

static void is_written_on_in_reading_order(void **state)
{
    struct title *t = *state;
    struct ho_diag diag = {0};
    set(t, "text", "HHHHHHHH");
    double all = look(t, 0).area;
    assert_ok(ho_graph_keyframe(t->graph, "title", "write_on_end", 0, (double[]){0}, 1, HO_INTERPOLATE_LINEAR, &diag), &diag);
    assert_ok(ho_graph_keyframe(t->graph, "title", "write_on_end", 8, (double[]){1}, 1, HO_INTERPOLATE_LINEAR, &diag), &diag);
    for (int frame = 0; frame <= 8; frame++)
        assert_true(fabs(look(t, frame).area - all * frame / 8) < all * 0.01);
    assert_true(look(t, 2).x < 320);
    // Hebrew starts at the right.
    set(t, "text", "\xd7\x94\xd7\x94\xd7\x94\xd7\x94\xd7\x94\xd7\x94\xd7\x94\xd7\x94");
    assert_true(look(t, 2).x > 320);
}

static void is_drawn_once(void **state)
{
    struct title *t = *state;
    for (int frame = 0; frame < 10; frame++)
        look(t, frame);
    assert_int_equal(ho_evaluator_cost(t->evaluator, 0).n_frames, 1);
    set(t, "text", "again");
    look(t, 10);
    assert_int_equal(ho_evaluator_cost(t->evaluator, 0).n_frames, 2);
}

static void outline_and_shadow_grow_it(void **state)
{
    struct title *t = *state;
    set(t, "text", "Outline");
    double plain = look(t, 0).area;
    set(t, "outline", "0.01");
    double outlined = look(t, 0).area;
    assert_true(outlined > plain * 1.2);
    set(t, "shadow_colour", "0,0,0,0.8");
    struct shape shadow = look(t, 0);
    assert_true(shadow.area > outlined * 1.1);
}

// Letters beyond the frame's edge cast the same shadow into it as letters within: the frame is a part of a larger one.
static void letters_outside_throw_their_shadow_in(void **state)
{
    struct title *t = *state;
    struct ho_diag diag = {0};
    struct ho_graph_frame result;
    set(t, "text", "OHO");
    set(t, "markup", "true");
    set(t, "outline", "0.01");
    set(t, "shadow_colour", "0,1,0,0.8");
    for (int coloured = 0; coloured < 2; coloured++) {
        if (coloured)
            set(t, "text", "<span foreground='red'>O</span>HO");
        for (int inside = 1; inside >= 0; inside--) {       // letters in the middle; then left of the frame and partly inside
            static float wanted[360][640];
            set(t, "shadow_offset", "0.25,0.1");
            set(t, "position", inside ? "0.5,0.5" : "0,0.5");
            look(t, 0);
            assert_ok(ho_evaluator_frame(t->evaluator, NULL, 0, false, &result, &diag), &diag);
            const struct ho_picture *picture = result.picture;
            enum { AWAY = 320 };
            double sum = 0;
            for (int y = 0; y < 360; y++)
                for (int x = 0; x < 640; x++) {
                    float alpha = picture->plane[3][(ptrdiff_t)y * picture->stride + x];
                    if (inside)
                        wanted[y][x] = alpha;
                    else if (x + AWAY < 640 && fabsf(alpha - wanted[y][x + AWAY]) > 0.01f)
                        fail_msg("%g instead of %g at %d,%d", (double)alpha, (double)wanted[y][x + AWAY], x, y);
                    sum += (double)alpha;
                }
            assert_true(sum > 1000);
        }
    }
    set(t, "position", "-0.3,0.5");                         // wholly outside
    set(t, "shadow_offset", "0.8,0");
    assert_true(look(t, 0).area > 1500);
    set(t, "shadow_offset", "-0.8,0");
    assert_true(look(t, 0).area == 0);
}

static void bad_text_gets_a_sentence(void **state)
{
    struct title *t = *state;
    struct ho_graph_frame result;
    struct ho_diag diag = {0};
    set(t, "markup", "true");
    set(t, "text", "<b>open");
    assert_int_equal(ho_evaluator_frame(t->evaluator, NULL, 0, false, &result, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "node \"title\": the markup"));
    diag = (struct ho_diag){0};
    set(t, "text", "\xff\xfe");
    assert_int_equal(ho_evaluator_frame(t->evaluator, NULL, 0, false, &result, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "UTF-8"));
    set(t, "text", "");
    assert_true(look(t, 0).area == 0);
    set(t, "text", "<span foreground=\"#ff0000\">red</span>");
    assert_true(look(t, 0).area > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(stands_where_it_is_put, setup, teardown),
        cmocka_unit_test_setup_teardown(markup_colours_some_and_the_node_the_rest, setup, teardown), cmocka_unit_test_setup_teardown(is_written_on_in_reading_order, setup, teardown),
        cmocka_unit_test_setup_teardown(is_drawn_once, setup, teardown), cmocka_unit_test_setup_teardown(outline_and_shadow_grow_it, setup, teardown),
        cmocka_unit_test_setup_teardown(letters_outside_throw_their_shadow_in, setup, teardown), cmocka_unit_test_setup_teardown(bad_text_gets_a_sentence, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
