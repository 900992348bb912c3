// SPDX-License-Identifier: BSD-2-Clause
// Twins of the nodes that change colours, pixel by pixel.
#ifndef HO_TESTS_TWINS_COLOUR_H
#define HO_TESTS_TWINS_COLOUR_H

#include "unit/twin.h"

static void read_image(struct twin *t, const char *name, int x, int y, double c[4])
{
    for (int p = 0; p < 4; p++)
        c[p] = at(t, name, p, x, y, 0);
}

static void put_colour(const double c[3], double alpha, double out[4])
{
    for (int p = 0; p < 3; p++)
        out[p] = c[p] * alpha;
    out[3] = alpha;
}

static void saturate_to(double c[3], double saturation)
{
    double y = luma_of(c);
    for (int p = 0; p < 3; p++)
        c[p] = y + (c[p] - y) * saturation;
}

// The controls that Fusion's two colour tools share, in their order.
static void controls(struct twin *t, const char *prefix, double c[3])
{
    static const char *const names[] = {"gain", "lift", "gamma", "contrast", "brightness", "saturation"};
    double v[6];
    for (int i = 0; i < 6; i++) {
        char name[64];
        snprintf(name, sizeof(name), "%s%s", prefix, names[i]);
        v[i] = num(t, name);
    }
    for (int p = 0; p < 3; p++) {
        double level = c[p] * v[0];
        level = level + v[1] * (1 - level);
        level = level > 0 ? pow(level, 1 / v[2]) : level;
        c[p] = passes(t, 0.5 + (level - 0.5) * (1 + v[3]) + v[4]);
    }
    saturate_to(c, v[5]);
}

static void twin_background(struct twin *t, int x, int y, double out[4])
{
    double u = (x + 0.5) / t->width, v = (y + 0.5) / t->height, s = 0;
    const double *start = numbers(t, "start"), *end = numbers(t, "end");
    if (is(t, "kind", "horizontal"))
        s = u;
    if (is(t, "kind", "vertical"))
        s = v;
    if (is(t, "kind", "two-point")) {
        double dx = end[0] - start[0], dy = end[1] - start[1], length = sqrt(dx * dx + dy * dy);
        s = ((u - start[0]) * dx / length + (v - start[1]) * dy / length) /
            length;    // the projection, as share of the way
    }
    s = clamp01(s);
    for (int p = 0; p < 4; p++) {
        const double *a = numbers(t, "colour"), *b = numbers(t, "colour_2");
        double from = p < 3 ? a[p] * a[3] : a[3], to = p < 3 ? b[p] * b[3] : b[3];
        out[p] = (from * (1 - s) + to * s) *
                 (t->in[0] && num(t, "mask_invert") != 0 ? 1 - at(t, "mask", 0, x, y, 1) : at(t, "mask", 0, x, y, 1));
    }
}

static void twin_color_generator(struct twin *t, int x, int y, double out[4])
{
    const double *colour = numbers(t, "colour");
    put_colour(colour, colour[3], out);
    for (int p = 0; p < 4; p++)
        out[p] *= at(t, "key", 0, x, y, 1);
}

static void twin_brightness_contrast(struct twin *t, int x, int y, double out[4])
{
    double in[4], c[3], low = num(t, "low"), high = num(t, "high");
    read_image(t, "image", x, y, in);
    for (int p = 0; p < 3; p++)
        c[p] = (straight(in[p], in[3]) - low) / (high - low);
    controls(t, "", c);
    for (int p = 0; p < 3; p++) {
        c[p] = num(t, "clip_black") != 0 ? fmax(c[p], 0) : c[p];
        c[p] = num(t, "clip_white") != 0 ? fmin(c[p], 1) : c[p];
    }
    put_colour(c, in[3], out);
}

static double step(double from, double to, double x)
{
    double t = clamp01((x - from) / (to - from));
    return t * t * (3 - 2 * t);
}

static void twin_color_corrector(struct twin *t, int x, int y, double out[4])
{
    static const char *const ranges[] = {"shadows_", "midtones_", "highlights_"};
    double in[4], c[3], sum[3] = {0}, hue = num(t, "hue") * M_PI / 180;
    read_image(t, "image", x, y, in);
    for (int p = 0; p < 3; p++)
        c[p] = straight(in[p], in[3]);
    double luma = luma_of(c),
           weight[3] = {1 - step(0, num(t, "shadows_end"), luma), 0, step(num(t, "highlights_start"), 1, luma)};
    double both = fmax(weight[0] + weight[2], 1);
    weight[0] /= both;
    weight[2] /= both;
    weight[1] = 1 - weight[0] - weight[2];
    for (int i = 0; i < 3; i++) {
        double changed[3] = {c[0], c[1], c[2]};
        controls(t, ranges[i], changed);
        for (int p = 0; p < 3; p++)
            sum[p] += weight[i] * changed[p];
    }
    // BT.709 Y'CbCr: Cb = (B - Y) / (2 (1 - Kb)), Cr = (R - Y) / (2 (1 - Kr)); turned
    double Y = luma_of(sum), cb = (sum[2] - Y) / (2 * (1 - 0.0722)), cr = (sum[0] - Y) / (2 * (1 - 0.2126));
    double u = cb * cos(hue) - cr * sin(hue), v = cb * sin(hue) + cr * cos(hue);
    c[0] = Y + 2 * (1 - 0.2126) * v;
    c[2] = Y + 2 * (1 - 0.0722) * u;
    c[1] = (Y - 0.2126 * c[0] - 0.0722 * c[2]) / 0.7152;
    controls(t, "master_", c);
    put_colour(c, in[3], out);
}

static double key_level(struct twin *t, const char *prefix, double key)
{
    char gain[32], offset[32], invert[32];
    snprintf(gain, sizeof(gain), "%sgain", prefix);
    snprintf(offset, sizeof(offset), "%soffset", prefix);
    snprintf(invert, sizeof(invert), "%sinvert", prefix);
    key = clamp01(key * num(t, gain) + num(t, offset));
    return num(t, invert) != 0 ? 1 - key : key;
}

// ASC CDL order: (in x slope + offset)^power, then contrast, then saturation.
static void correct_along(struct twin *t, double key, int x, int y, double out[4])
{
    double in[4], c[3], pivot = num(t, "pivot");
    read_image(t, "image", x, y, in);
    for (int p = 0; p < 3; p++) {
        const double *lift = numbers(t, "lift"), *gamma = numbers(t, "gamma"), *gain = numbers(t, "gain"),
                     *offset = numbers(t, "offset");
        double v = straight(in[p], in[3]), raise = lift[p] + lift[3];
        v = (v * (1 - raise) + raise) * gain[p] * gain[3];
        v = v > 0 ? pow(v, 1 / (gamma[p] * gamma[3])) : v;
        v += offset[p] + offset[3];
        c[p] = (v - pivot) * num(t, "contrast") + pivot;
    }
    saturate_to(c, num(t, "saturation"));
    for (int p = 0; p < 3; p++)
        out[p] = key == 0 ? in[p] : key == 1 ? c[p] * in[3] : in[p] * (1 - key) + c[p] * in[3] * key;
    out[3] = in[3];
    t->exact = key == 0;
}

static void twin_corrector(struct twin *t, int x, int y, double out[4])
{
    correct_along(t, key_level(t, "key_", at(t, "key", 0, x, y, 1)), x, y, out);
}

static double channel(struct twin *t, const char *input, const char *name, int x, int y)
{
    static const char *const names[] = {"red", "green", "blue", "alpha"};
    double c[4];
    read_image(t, input, x, y, c);
    for (int p = 0; p < 4; p++)
        if (strcmp(name, names[p]) == 0)
            return c[p];
    return strcmp(name, "luminance") == 0 ? luma_of(c) : strcmp(name, "white") == 0 ? 1 : 0;
}

static double boolean(const char *operation, double a, double b)
{
    if (strcmp(operation, "copy") == 0)
        return b;
    if (strcmp(operation, "add") == 0)
        return a + b;
    if (strcmp(operation, "subtract") == 0)
        return a - b;
    if (strcmp(operation, "and") == 0 || strcmp(operation, "multiply") == 0)
        return a * b;
    if (strcmp(operation, "or") == 0)
        return 1 - (1 - a) * (1 - b);
    if (strcmp(operation, "exclusive-or") == 0)
        return a * (1 - b) + b * (1 - a);
    if (strcmp(operation, "divide") == 0)
        return straight(a, b);
    if (strcmp(operation, "maximum") == 0)
        return fmax(a, b);
    if (strcmp(operation, "minimum") == 0)
        return fmin(a, b);
    if (strcmp(operation, "invert") == 0)
        return 1 - b;
    if (strcmp(operation, "difference") == 0)
        return fabs(a - b);
    return a >= b ? 1 : 0;    // threshold
}

static void twin_channel_booleans(struct twin *t, int x, int y, double out[4])
{
    static const char *const targets[] = {"to_red", "to_green", "to_blue", "to_alpha"};
    const char *front = t->in[port(t, "foreground")] ? "foreground" : "background";
    for (int p = 0; p < 4; p++) {
        const char *source = choice(t, targets[p]);
        double below = at(t, "background", p, x, y, 0);
        bool back = strncmp(source, "background-", 11) == 0;
        out[p] = strcmp(source, "keep") == 0
                     ? below
                     : boolean(choice(t, "operation"), below,
                               channel(t, back ? "background" : front, back ? source + 11 : source, x, y));
    }
}

#endif
