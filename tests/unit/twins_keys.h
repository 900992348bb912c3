// SPDX-License-Identifier: BSD-2-Clause
// Twins of the nodes that make keys, and of drawn shapes.
#ifndef HO_TESTS_TWINS_KEYS_H
#define HO_TESTS_TWINS_KEYS_H

#include "unit/twins_colour.h"

static double bitmap_value(struct twin *t, int x, int y)
{
    double low = num(t, "low"), high = num(t, "high"), v = channel(t, "image", choice(t, "channel"), x, y);
    v = (high > low ? clamp01((v - low) / (high - low)) : v >= high) * num(t, "level");
    return num(t, "invert") != 0 ? 1 - v : v;
}

static double join(const char *mode, double a, double b)
{
    if (strcmp(mode, "add") == 0)
        return fmin(a + b, 1);
    if (strcmp(mode, "subtract") == 0)
        return fmax(a - b, 0);
    if (strcmp(mode, "intersect") == 0)
        return a * b;
    if (strcmp(mode, "difference") == 0)
        return fabs(a - b);
    if (strcmp(mode, "maximum") == 0)
        return fmax(a, b);
    if (strcmp(mode, "minimum") == 0)
        return fmin(a, b);
    return b;    // replace
}

static void twin_bitmap(struct twin *t, int x, int y, double out[4])
{
    out[0] = bitmap_value(t, x, y);
    if (t->in[port(t, "key")])
        out[0] = join(choice(t, "paint_mode"), at(t, "key", 0, x, y, 0), out[0]);
    t->exact = true;
}

static void twin_key_mixer(struct twin *t, int x, int y, double out[4])
{
    static const char *const keys[] = {"key_2", "key_3", "key_4"};
    double key = at(t, "key_1", 0, x, y, 0);
    for (int i = 0; i < 3; i++)
        if (t->in[port(t, keys[i])])
            key = join(choice(t, "mode"), key, at(t, keys[i], 0, x, y, 0));
    out[0] = key_level(t, "", key);
}

static void twin_output(struct twin *t, int x, int y, double out[4])
{
    double in[4], c[3];
    read_image(t, "image", x, y, in);
    for (int p = 0; p < 3; p++)
        c[p] = straight(in[p], in[3]);
    put_colour(c, at(t, "alpha", 0, x, y, 0), out);
    for (int p = 0; p < 4 && num(t, "keep_alpha") != 0 && t->in[port(t, "alpha")]; p++)
        out[p] = in[3] != 0 ? out[p] * in[3] : 0;
}

static void twin_same(struct twin *t, int x, int y, double out[4])
{
    for (int p = 0; p < 4 && (p == 0 || t->node->type->outputs[0].type == HO_PORT_IMAGE); p++)
        out[p] = at(t, t->node->type->inputs[0].name, p, x, y, 0);
    t->exact = true;
}

static void twin_test_picture(struct twin *t, int x, int y, double out[4])
{
    double away = hypot(x + 0.5 - t->width / 2.0, y + 0.5 - t->height / 2.0),
           radius = 0.4 * (t->width < t->height ? t->width : t->height);
    double alpha = num(t, "cut_out") != 0 ? clamp01((radius - away) / (t->height / 8.0) + 0.5) : 1,
           square = num(t, "squares") != 0 ? (x / 8) % 2 != (y / 8) % 2 : 0.5;
    put_colour((double[]){(x + 0.5) / t->width, (y + 0.5) / t->height, square}, alpha, out);
}

// The matte before anything that looks at neighbours.
static double sharp_matte(struct twin *t, int x, int y)
{
    double alpha = at(t, "background", 3, x, y, 0), value = channel(t, "foreground", choice(t, "combine"), x, y),
           m = alpha;
    const char *how = choice(t, "combine_op");
    if (!is(t, "combine", "none"))
        m = strcmp(how, "copy") == 0               ? value
            : strcmp(how, "add") == 0              ? alpha + value
            : strcmp(how, "subtract") == 0         ? alpha - value
            : strcmp(how, "inverse-subtract") == 0 ? value - alpha
            : isnan(value)                         ? 0
            : strcmp(how, "maximum") == 0          ? fmax(alpha, value)
            : strcmp(how, "minimum") == 0          ? fmin(alpha, value)
                                                   : alpha * value;
    m = clamp01(m);
    if (num(t, "invert") != 0)
        m = 1 - m;
    return fmax(m, at(t, "solid", 0, x, y, 0)) * (1 - at(t, "garbage", 0, x, y, 0));
}

// What reaches `high` is in where that is not above `low`.
static double finish_matte(struct twin *t, double m)
{
    double low = num(t, "low"), high = num(t, "high");
    m = pow(m, 1 / num(t, "gamma"));
    return high > low ? clamp01((m - low) / (high - low)) : m >= high;
}

static void cut_out_along(struct twin *t, double m, int x, int y, double out[4])
{
    double in[4], c[3], amount = num(t, "spill_suppression");
    read_image(t, "background", x, y, in);
    for (int p = 0; p < 3; p++)
        c[p] = straight(in[p], in[3]);
    for (int p = 0; p < 3 && !is(t, "spill_colour", "none"); p++)
        passes(t, c[p]);
    if (is(t, "spill_colour", "green"))
        c[1] -= amount * fmax(c[1] - (c[0] + c[2]) / 2, 0);
    if (is(t, "spill_colour", "blue"))
        c[2] -= amount * fmax(c[2] - (c[0] + c[1]) / 2, 0);
    put_colour(c, m, out);
}

static void twin_matte_control(struct twin *t, int x, int y, double out[4])
{
    cut_out_along(t, finish_matte(t, sharp_matte(t, x, y)), x, y, out);
}

// ---- shapes: distance to the contour by the figure's own geometry, negative inside

static double away_from_segment(double x, double y, double ax, double ay, double bx, double by)
{
    double length = hypot(bx - ax, by - ay),
           along = length > 0 ? ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length : 0;
    along = fmin(fmax(along, 0), length);
    return length > 0 ? hypot(x - ax - (bx - ax) * along / length, y - ay - (by - ay) * along / length)
                      : hypot(x - ax, y - ay);
}

// Inside a rounded rectangle: within the corner's circle of the inner rectangle, else by the nearest side.
static double rectangle_away(double x, double y, double a, double b, double corner)
{
    x = fabs(x);
    y = fabs(y);
    corner = fmin(corner, fmin(a, b));
    if (x > a - corner && y > b - corner)
        return hypot(x - (a - corner), y - (b - corner)) - corner;
    return fmax(x - a, y - b);
}

// f / |grad f| of f = 1 - sqrt(F) ..., with F = (x/a)^2 + (y/b)^2: the distance to first order (Inigo Quilez, "distance
// estimation").
static double ellipse_away(double x, double y, double a, double b)
{
    double root = sqrt(x * x / (a * a) + y * y / (b * b));
    if (root == 0)
        return -fmin(a, b);
    double gradient = sqrt(x * x / pow(a, 4) + y * y / pow(b, 4)) / root;
    return (root - 1) / gradient;
}

static double polygon_away(const char *text, double x, double y, double scale_x, double scale_y)
{
    double px[64], py[64], nearest = (double)INFINITY, turns = 0;
    int n = 0, used;
    for (; sscanf(text, " %lf,%lf%n", &px[n], &py[n], &used) == 2; text += used, n++) {
        px[n] = (px[n] - 0.5) * scale_x;
        py[n] = (py[n] - 0.5) * scale_y;
    }
    for (int i = 0; i < n; i++) {
        int k = (i + 1) % n;
        nearest = fmin(nearest, away_from_segment(x, y, px[i], py[i], px[k], py[k]));
        turns += atan2((px[i] - x) * (py[k] - y) - (py[i] - y) * (px[k] - x),
                       (px[i] - x) * (px[k] - x) + (py[i] - y) * (py[k] - y));
    }
    return fabs(turns) > M_PI ? -nearest : nearest;
}

static double soften(struct twin *t, double away, double soft, bool smooth)
{
    double border = num(t, "border_width") * t->height, v = clamp01(0.5 - (away - border) / soft);
    if (smooth && soft > 1)
        v = v * v * (3 - 2 * v);
    v *= num(t, "level");
    return num(t, "invert") != 0 ? 1 - v : v;
}

static double shape_value(struct twin *t, int x, int y)
{
    const char *type = t->node->type->name, *text = "";
    const double *centre = numbers(t, "centre");
    double angle = num(t, "angle") * M_PI / 180, dx = x + 0.5 - centre[0] * t->width,
           dy = y + 0.5 - centre[1] * t->height;
    double u = dx * cos(angle) - dy * sin(angle), v = dx * sin(angle) + dy * cos(angle),
           soft = fmax(num(t, "soft_edge") * t->height, 1);
    int points = find_parameter(t->node->type, "points");
    if (points >= 0)
        text = t->node->parameters[points].text ? t->node->parameters[points].text
                                                : t->node->type->parameters[points].text;
    if (strcmp(type, "ellipse_mask") == 0)
        return soften(t, ellipse_away(u, v, num(t, "width") * t->width / 2, num(t, "height") * t->height / 2), soft,
                      true);
    if (strcmp(type, "rectangle_mask") == 0)
        return soften(t,
                      rectangle_away(u, v, num(t, "width") * t->width / 2, num(t, "height") * t->height / 2,
                                     num(t, "corner_radius") * fmin(t->width, t->height) / 2),
                      soft, true);
    if (strcmp(type, "polygon_mask") == 0)
        return soften(t, polygon_away(text, u, v, num(t, "size") * t->width, num(t, "size") * t->height), soft, true);
    double size = num(t, "size"), aspect = num(t, "aspect"), half = size * t->height / 2;
    if (is(t, "kind", "circle"))
        return soften(t, ellipse_away(u, v, half * aspect, half), soft, true);
    if (is(t, "kind", "linear"))
        return soften(t, rectangle_away(u, v, half * aspect, half, 0), soft, true);
    if (is(t, "kind", "polygon"))
        return soften(t, polygon_away(text, u, v, size * t->width * aspect, size * t->height), soft, true);
    return soften(t, -v, fmax(2 * half, 1), false);
}

static void twin_shape(struct twin *t, int x, int y, double out[4])
{
    double value = shape_value(t, x, y);
    out[0] = t->in[0] ? join(choice(t, "paint_mode"), at(t, "key", 0, x, y, 0), value) : value;
}

#endif
