// SPDX-License-Identifier: BSD-2-Clause
// Text+: where it stands, how it is revealed, that it is drawn once, and that bad text gets a sentence.
#include "unit/test.h"

#include <math.h>

#include <pango/pangocairo.h>

#include "holdout/graph.h"
#include "holdout/log.h"
#include "nodes/text_layout.h"

static int n_drawn;
enum ho_result __real_text_draw(const struct text_style *style, struct ho_rect room, struct text_layers *out,
                                struct ho_diag *diag);
enum ho_result __wrap_text_draw(const struct text_style *style, struct ho_rect room, struct text_layers *out,
                                struct ho_diag *diag);

enum ho_result __wrap_text_draw(const struct text_style *style, struct ho_rect room, struct text_layers *out,
                                struct ho_diag *diag)
{
    n_drawn++;
    return __real_text_draw(style, room, out, diag);
}

struct title {
    struct ho_graph *graph;
    struct ho_evaluator *evaluator;
};

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

struct shape {
    double area, x, y;
    struct ho_rect window, ink;
};

// Sum of alpha and its middle; where there is any.
static struct shape look(struct title *t, int64_t frame)
{
    struct ho_diag diag = {0};
    struct ho_graph_frame result;
    assert_ok(ho_evaluator_frame(t->evaluator, NULL, frame, false, &result, &diag), &diag);
    struct shape shape = {.window = result.domain.window, .ink = {640, 360, 0, 0}};
    for (int y = 0; y < 360; y++)
        for (int x = 0; x < 640; x++) {
            double alpha = (double)result.picture->plane[3][(ptrdiff_t)y * result.picture->stride + x];
            assert_true(alpha >= 0 && alpha <= 1.0001);
            shape.area += alpha;
            shape.x += alpha * x;
            shape.y += alpha * y;
            if (alpha < 0.5)
                continue;
            shape.ink.x0 = x < shape.ink.x0 ? x : shape.ink.x0;
            shape.ink.y0 = y < shape.ink.y0 ? y : shape.ink.y0;
            shape.ink.x1 = x >= shape.ink.x1 ? x + 1 : shape.ink.x1;
            shape.ink.y1 = y >= shape.ink.y1 ? y + 1 : shape.ink.y1;
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

// A title that moves slowly goes by parts of a pixel, and does not jump.
static void moves_by_parts_of_a_pixel(void **state)
{
    struct title *t = *state;
    set(t, "text", "OHO");
    set(t, "size", "0.12");
    set(t, "position", "0.5,0.5");
    struct shape a = look(t, 0);
    for (int i = 1; i < 8; i++) {
        char place[64];
        snprintf(place, sizeof(place), "%.9f,%.9f", 0.5 + i / 8.0 / 640, 0.5 + i / 8.0 / 360);
        set(t, "position", place);
        struct shape b = look(t, 0);
        if (fabs(b.x - a.x - i / 8.0) > 0.03 || fabs(b.y - a.y - i / 8.0) > 0.03)
            fail_msg("moved by %d/8 of a pixel it is %.3f, %.3f away", i, b.x - a.x, b.y - a.y);
    }
}

static void is_written_on_in_reading_order(void **state)
{
    struct title *t = *state;
    struct ho_diag diag = {0};
    set(t, "text", "HHHHHHHH");
    double all = look(t, 0).area;
    assert_ok(ho_graph_keyframe(t->graph, "title", "write_on_end", 0, (double[]){0}, 1, HO_INTERPOLATE_LINEAR, &diag),
              &diag);
    assert_ok(ho_graph_keyframe(t->graph, "title", "write_on_end", 8, (double[]){1}, 1, HO_INTERPOLATE_LINEAR, &diag),
              &diag);
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

static int width_of(struct shape s) { return s.ink.x1 - s.ink.x0; }
static int height_of(struct shape s) { return s.ink.y1 - s.ink.y0; }

static void letters_and_lines_are_spaced(void **state)
{
    struct title *t = *state;
    const double em = 0.12 * 360;
    set(t, "text", "HHHH");
    struct shape plain = look(t, 0);
    set(t, "tracking", "0.5");
    struct shape wide = look(t, 0);
    assert_true(fabs(width_of(wide) - width_of(plain) - 3 * 0.5 * em) < 2 &&
                fabs(wide.area - plain.area) < plain.area * 0.01);
    set(t, "tracking", "-0.1");
    assert_true(fabs(width_of(look(t, 0)) - width_of(plain) + 3 * 0.1 * em) < 2);
    set(t, "tracking", "0");
    set(t, "text", "H\nH");
    int height[4];
    for (int i = 0; i < 4; i++) {
        static const char *const spacings[] = {"1", "2", "3", "1.5"};
        set(t, "line_spacing", spacings[i]);
        struct shape lines = look(t, 0);
        height[i] = height_of(lines);
        assert_true(fabs(lines.x - plain.x) < 1 && fabs(lines.area - plain.area / 2) < plain.area * 0.01);
    }
    int line = height[1] - height[0];
    assert_true(line > em && line < 1.5 * em && abs(height[2] - height[1] - line) <= 1 &&
                abs(2 * (height[3] - height[0]) - line) <= 2);
}

static void lines_are_aligned_and_wrapped(void **state)
{
    struct title *t = *state;
    set(t, "text", "H\nHHHHHHHH");
    double x[3];
    for (int i = 0; i < 3; i++) {
        static const char *const ways[] = {"left", "centre", "right"};
        struct ho_diag diag = {0};
        struct ho_graph_frame result;
        set(t, "align", ways[i]);
        struct shape both = look(t, 0);
        assert_ok(ho_evaluator_frame(t->evaluator, NULL, 0, false, &result, &diag), &diag);
        double sum = 0, all = 0;
        for (int y = both.ink.y0; y < 180; y++)    // the upper line
            for (int column = 0; column < 640; column++) {
                double alpha = (double)result.picture->plane[3][(ptrdiff_t)y * result.picture->stride + column];
                sum += alpha * column;
                all += alpha;
            }
        x[i] = sum / all;
        if (i == 0)
            assert_true(x[0] - both.ink.x0 < 40);
        if (i == 2)
            assert_true(both.ink.x1 - x[2] < 40);
    }
    assert_true(fabs(x[1] - 320) < 2 && fabs(x[0] + x[2] - 640) < 4 && x[0] < 250);
    set(t, "align", "centre");
    set(t, "text", "HHH HHH HHH HHH");
    struct shape one = look(t, 0);
    set(t, "wrap", "0.25");
    struct shape four = look(t, 0);
    assert_true(width_of(four) <= 0.25 * 640 + 1 && height_of(four) > 3 * height_of(one) &&
                fabs(four.area - one.area) < one.area * 0.01);
    set(t, "wrap", "0.9");
    assert_true(height_of(look(t, 0)) == height_of(one));
    set(t, "text", "HHHHHHHHHHHHHHH");    // no space to break at
    set(t, "wrap", "0.25");
    assert_true(width_of(look(t, 0)) <= 0.25 * 640 + 1);
}

static void fonts_differ(void **state)
{
    struct title *t = *state;
    static const char *const fonts[] = {"DejaVu Sans",           "DejaVu Sans Bold", "DejaVu Sans Oblique",
                                        "DejaVu Sans Condensed", "DejaVu Serif",     "DejaVu Sans Mono"};
    enum { N = sizeof(fonts) / sizeof(*fonts) };
    struct shape shapes[N];
    set(t, "text", "Ragged miW");
    for (int i = 0; i < N; i++) {
        set(t, "font", fonts[i]);
        shapes[i] = look(t, 0);
        assert_true(shapes[i].area > 1000);
        for (int k = 0; k < i; k++)
            if (fabs(shapes[i].area - shapes[k].area) < 1 && width_of(shapes[i]) == width_of(shapes[k]))
                fail_msg("%s looks like %s", fonts[i], fonts[k]);
    }
    assert_true(shapes[1].area > shapes[0].area * 1.2);
    set(t, "font", "No Such Font At All");    // another one takes its place
    assert_true(look(t, 0).area > 1000);
}

// Whether the fonts at hand have all letters of a text.
static bool is_covered(const char *text)
{
    PangoContext *context = pango_font_map_create_context(pango_cairo_font_map_get_default());
    PangoLayout *layout = pango_layout_new(context);
    pango_layout_set_text(layout, text, -1);
    bool covered = pango_layout_get_unknown_glyphs_count(layout) == 0;
    g_object_unref(layout);
    g_object_unref(context);
    return covered;
}

static void other_scripts_are_laid_out(void **state)
{
    struct title *t = *state;
    // `half`: where the first half of the characters stands, in reading order.
    static const struct {
        const char *script, *text;
        enum { LEFT, RIGHT } half;
        double least_width, most_width;
    } cases[] = {
        {"Hebrew", "\xd7\x90\xd7\x91\xd7\x92\xd7\x93\xd7\x94\xd7\x95", RIGHT, 2, 6},
        {"Arabic", "\xd8\xa8\xd8\xa8\xd8\xa8\xd8\xa8\xd8\xa8\xd8\xa8", RIGHT, 1, 6},
        {"Greek", "\xce\xb1\xce\xb2\xce\xb3\xce\xb4\xce\xb5\xce\xb6", LEFT, 2, 6},
        {"Japanese", "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", LEFT, 5.2, 6.2},
        {"Korean", "\xed\x95\x9c\xea\xb5\xad\xed\x95\x9c\xea\xb5\xad", LEFT, 3.2, 4.2},
    };
    int n_looked_at = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        if (!is_covered(cases[i].text)) {
            print_message("%s is not looked at: no font here has it\n", cases[i].script);
            continue;
        }
        n_looked_at++;
        set(t, "text", cases[i].text);
        set(t, "write_on_end", "1");
        struct shape all = look(t, 0);
        set(t, "write_on_end", "0.5");
        struct shape first = look(t, 0);
        double width = width_of(all) / (0.12 * 360);
        if (first.area < all.area * 0.2 || first.area > all.area * 0.8 ||
            (cases[i].half == RIGHT) != (first.x > all.x) || width < cases[i].least_width ||
            width > cases[i].most_width)
            fail_msg("%s: %g of %g around %g of %g, %g em wide", cases[i].script, first.area, all.area, first.x, all.x,
                     width);
    }
    set(t, "write_on_end", "1");
    // Arabic letters join: beside one another they are not what they are alone.
    if (is_covered(cases[1].text)) {
        set(t, "text", "\xd8\xa8\xd8\xa8");
        double joined = look(t, 0).area;
        set(t, "text", "\xd8\xa8\xe2\x80\x8c\xd8\xa8");    // a non-joiner between
        assert_true(fabs(joined - look(t, 0).area) > 10);
    }
    if (n_looked_at == 0)
        skip();
}

// Over a picture that changes, a title is laid out when one of its values changes and not again.
static void a_title_that_stays_costs_nothing(void **state)
{
    struct title *t = *state;
    struct ho_diag diag = {0};
    struct ho_graph_frame result;
    assert_ok(ho_graph_add(t->graph, "test_picture", "picture", &diag), &diag);
    assert_ok(ho_graph_add(t->graph, "transform", "moves", &diag), &diag);
    assert_ok(ho_graph_add(t->graph, "merge", "over", &diag), &diag);
    assert_ok(ho_graph_connect(t->graph, "picture", "image", "moves", "image", &diag), &diag);
    assert_ok(ho_graph_connect(t->graph, "moves", "image", "over", "background", &diag), &diag);
    assert_ok(ho_graph_connect(t->graph, "title", "image", "over", "foreground", &diag), &diag);
    assert_ok(ho_graph_keyframe(t->graph, "moves", "angle", 0, (double[]){0}, 1, HO_INTERPOLATE_LINEAR, &diag), &diag);
    assert_ok(ho_graph_keyframe(t->graph, "moves", "angle", 1000, (double[]){1000}, 1, HO_INTERPOLATE_LINEAR, &diag),
              &diag);
    n_drawn = 0;
    for (int frame = 0; frame < 20; frame++)
        assert_ok(ho_evaluator_frame(t->evaluator, "over", frame, false, &result, &diag), &diag);
    assert_int_equal(n_drawn, 1);
    assert_int_equal(ho_evaluator_cost(t->evaluator, 0).n_frames, 1);
    set(t, "text", "Other");
    for (int frame = 20; frame < 30; frame++)
        assert_ok(ho_evaluator_frame(t->evaluator, "over", frame, false, &result, &diag), &diag);
    assert_int_equal(n_drawn, 2);
    // While it moves, once a frame; at rest, no more.
    assert_ok(ho_graph_keyframe(t->graph, "title", "rotation", 30, (double[]){0}, 1, HO_INTERPOLATE_LINEAR, &diag),
              &diag);
    assert_ok(ho_graph_keyframe(t->graph, "title", "rotation", 35, (double[]){10}, 1, HO_INTERPOLATE_LINEAR, &diag),
              &diag);
    for (int frame = 30; frame < 50; frame++)
        assert_ok(ho_evaluator_frame(t->evaluator, "over", frame, false, &result, &diag), &diag);
    assert_int_equal(n_drawn, 2 + 5);
    assert_int_equal(ho_evaluator_cost(t->evaluator, 0).n_frames, 2 + 5);
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
        for (int inside = 1; inside >= 0;
             inside--) {    // letters in the middle; then left of the frame and partly inside
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
    set(t, "position", "-0.3,0.5");    // wholly outside
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

static char said[2048];
static void listen(void *opaque, enum ho_log_level level, const char *message)
{
    (void)opaque;
    (void)level;
    snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s\n", message);
}

// What is said of one frame.
static const char *said_of(struct title *t)
{
    said[0] = 0;
    ho_log_set_sink(listen, NULL);
    look(t, 0);
    ho_log_set_sink(NULL, NULL);
    return said;
}

static void other_fonts_and_missing_letters_are_said(void **state)
{
    struct title *t = *state;
    set(t, "text", "Hello");
    set(t, "size", "0.1");
    assert_string_equal(said_of(t), "");
    set(t, "font", "No Such Font Bold");
    assert_non_null(strstr(said_of(t), "no font \"No Such Font\""));
    assert_non_null(strstr(said, "is drawn instead"));
    assert_string_equal(said_of(t), "");    // once
    set(t, "font", "DejaVu Nonsense");
    assert_non_null(strstr(said_of(t), "there are \"DejaVu"));
    set(t, "font", "Sans");    // whatever that is here
    assert_string_equal(said_of(t), "");
    set(t, "text", "a\xee\x80\x80");    // U+E000, private
    assert_non_null(strstr(said_of(t), "no installed font has"));
    assert_non_null(strstr(said, "U+E000"));
    set(t, "font", "DejaVu Sans Mono");
    set(t, "text", "a \xd7\x90");    // an aleph, which DejaVu Sans has
    assert_non_null(strstr(said_of(t), "\"DejaVu Sans Mono\" has no"));
    assert_non_null(strstr(said, "U+05D0"));
    assert_non_null(strstr(said, "is drawn in \""));
}

static void a_title_that_leaves_the_frame_is_said_and_fits(void **state)
{
    struct title *t = *state;
    set(t, "text", "A TITLE THAT IS FAR TOO LONG");
    set(t, "size", "0.25");
    assert_non_null(strstr(said_of(t), "leaves the frame by"));
    set(t, "fit", "true");
    assert_string_equal(said_of(t), "");
    struct shape fitted = look(t, 0);
    assert_true(fitted.ink.x0 >= 0 && fitted.ink.x0 < 8 && fitted.ink.x1 <= 640 && fitted.ink.x1 > 632);
    // Off the middle, turned, with an outline: it ends at the nearest side.
    set(t, "position", "0.3,0.5");
    set(t, "rotation", "20");
    set(t, "outline", "0.01");
    assert_string_equal(said_of(t), "");
    fitted = look(t, 0);
    assert_true(fitted.ink.x0 >= 0 && fitted.ink.x0 < 10 && fitted.ink.x1 < 400);
    // What fits is left as it is.
    set(t, "rotation", "0");
    set(t, "text", "A");
    struct shape with = look(t, 0);
    set(t, "fit", "false");
    struct shape without = look(t, 0);
    assert_true(with.area == without.area && with.x == without.x);
    // A title on its way in.
    struct ho_diag diag = {0};
    set(t, "text", "A TITLE THAT IS FAR TOO LONG");
    assert_ok(ho_graph_keyframe(t->graph, "title", "position", 0, (double[]){-1, 0.5}, 2, HO_INTERPOLATE_LINEAR, &diag),
              &diag);
    assert_ok(ho_graph_keyframe(t->graph, "title", "position", 9, (double[]){2, 0.5}, 2, HO_INTERPOLATE_LINEAR, &diag),
              &diag);
    assert_string_equal(said_of(t), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(stands_where_it_is_put, setup, teardown),
        cmocka_unit_test_setup_teardown(moves_by_parts_of_a_pixel, setup, teardown),
        cmocka_unit_test_setup_teardown(markup_colours_some_and_the_node_the_rest, setup, teardown),
        cmocka_unit_test_setup_teardown(is_written_on_in_reading_order, setup, teardown),
        cmocka_unit_test_setup_teardown(letters_and_lines_are_spaced, setup, teardown),
        cmocka_unit_test_setup_teardown(lines_are_aligned_and_wrapped, setup, teardown),
        cmocka_unit_test_setup_teardown(fonts_differ, setup, teardown),
        cmocka_unit_test_setup_teardown(other_scripts_are_laid_out, setup, teardown),
        cmocka_unit_test_setup_teardown(a_title_that_stays_costs_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(is_drawn_once, setup, teardown),
        cmocka_unit_test_setup_teardown(outline_and_shadow_grow_it, setup, teardown),
        cmocka_unit_test_setup_teardown(letters_outside_throw_their_shadow_in, setup, teardown),
        cmocka_unit_test_setup_teardown(bad_text_gets_a_sentence, setup, teardown),
        cmocka_unit_test_setup_teardown(other_fonts_and_missing_letters_are_said, setup, teardown),
        cmocka_unit_test_setup_teardown(a_title_that_leaves_the_frame_is_said_and_fits, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
