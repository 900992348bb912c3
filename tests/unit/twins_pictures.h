// SPDX-License-Identifier: BSD-2-Clause
// Twins of the nodes that lay pictures over one another, move and blur them.
#ifndef HO_TESTS_TWINS_PICTURES_H
#define HO_TESTS_TWINS_PICTURES_H

#include "image/kernels.h"
#include "unit/twins_keys.h"

// W3C, Compositing and Blending Level 1, section 10: B(cb, cs).
static double blended(const char *mode, double b, double s)
{
    if (strcmp(mode, "screen") == 0)
        return 1 - (1 - b) * (1 - s);
    if (strcmp(mode, "multiply") == 0)
        return b * s;
    if (strcmp(mode, "overlay") == 0)
        return blended("hard-light", s, b);
    if (strcmp(mode, "hard-light") == 0)
        return s <= 0.5 ? blended("multiply", b, 2 * s) : blended("screen", b, 2 * s - 1);
    if (strcmp(mode, "darken") == 0)
        return fmin(b, s);
    if (strcmp(mode, "lighten") == 0)
        return fmax(b, s);
    if (strcmp(mode, "difference") == 0)
        return fabs(b - s);
    if (strcmp(mode, "add") == 0)
        return b + s;
    if (strcmp(mode, "subtract") == 0)
        return b - s;
    if (strcmp(mode, "subtract-background") == 0)
        return s - b;
    if (strcmp(mode, "soft-light") == 0) {
        double d = b <= 0.25 ? ((16 * b - 12) * b + 4) * b : sqrt(b);
        return s <= 0.5 ? b - (1 - 2 * s) * b * (1 - b) : b + (2 * s - 1) * (d - b);
    }
    return s;
}

// Porter and Duff, "Compositing Digital Images": the shares of both.
static void shares(const char *operator, double front, double back, double *of_front, double *of_back)
{
    bool over = strcmp(operator, "over") == 0, in = strcmp(operator, "in") == 0,
         out = strcmp(operator, "held-out") == 0, atop = strcmp(operator, "atop") == 0;
    *of_front = over ? 1 : in || atop ? back : 1 - back;
    *of_back = in || out ? 0 : 1 - front;
}

// ---- reading a picture where it was moved from

// Keys 1981, equation 15 (a = -1/2); tent; box.
static double filter_weight(const char *filter, double away)
{
    double s = fabs(away);
    if (strcmp(filter, "linear") == 0)
        return s < 1 ? 1 - s : 0;
    if (s <= 1)
        return 1.5 * s * s * s - 2.5 * s * s + 1;
    return s < 2 ? -0.5 * s * s * s + 2.5 * s * s - 4 * s + 2 : 0;
}

static int edge(const char *edges, int i, int n)
{
    if (strcmp(edges, "duplicate") == 0)
        return i < 0 ? 0 : i >= n ? n - 1 : i;
    if (strcmp(edges, "wrap") == 0)
        return ((i % n) + n) % n;
    if (strcmp(edges, "mirror") == 0)
        while (i < 0 || i >= n)
            i = i < 0 ? -1 - i : 2 * n - 1 - i;
    return i;
}

// What is not finite would spread: NaN counts as 0, infinity as the largest half float.
static double made_finite(struct twin *t, double v)
{
    return passes(t, isnan(v) ? 0 : isinf(v) ? copysign(65504, v) : v);
}
static double tamed(struct twin *t, double v) { return fmin(fmax(made_finite(t, v), -65504), 65504); }

static void look(struct twin *t, const char *input, double x, double y, double sum[4], double weight)
{
    const char *filter = choice(t, "filter"), *edges = choice(t, "edges");
    const struct probe *probe = t->in[port(t, input)];
    if (strcmp(filter, "nearest") == 0) {
        for (int p = 0; p < 4; p++)
            sum[p] += weight * made_finite(t, at(t, input, p, edge(edges, (int)floor(x), probe->domain.width),
                                                 edge(edges, (int)floor(y), probe->domain.height), 0));
        return;
    }
    for (int j = (int)floor(y) - 3; j <= (int)floor(y) + 3; j++)
        for (int i = (int)floor(x) - 3; i <= (int)floor(x) + 3; i++) {
            double w = filter_weight(filter, x - (i + 0.5)) * filter_weight(filter, y - (j + 0.5));
            for (int p = 0; p < 4 && w != 0; p++)
                sum[p] += weight * w *
                          made_finite(t, at(t, input, p, edge(edges, i, probe->domain.width),
                                            edge(edges, j, probe->domain.height), 0));
        }
}

// From a point of the canvas back to the picture: undo the move, the turn (counter-clockwise on a screen whose y points
// down) and the scale, about the pivot.
static void look_moved(struct twin *t, const char *input, const double centre[2], const double pivot[2], double sx,
                       double sy, int x, int y, double sum[4])
{
    const struct probe *probe = t->in[port(t, input)];
    double angle = num(t, "angle") * M_PI / 180, w = probe->domain.width, h = probe->domain.height;
    // as many samples a pixel as it covers pixels of the picture, to the next whole number, 16 at most each way
    double across = hypot(cos(angle) / sx, sin(angle) / sy), down = hypot(sin(angle) / sx, cos(angle) / sy);
    int nx = (int)ceil(fmin(fmax(across, 1), 16) - 0.5), ny = (int)ceil(fmin(fmax(down, 1), 16) - 0.5);
    for (int j = 0; j < ny; j++)
        for (int i = 0; i < nx; i++) {
            double px = x + (i + 0.5) / nx - centre[0] * t->width + w / 2 - pivot[0] * w,
                   py = y + (j + 0.5) / ny - centre[1] * t->height + h / 2 - pivot[1] * h;
            double u = (px * cos(angle) - py * sin(angle)) / sx, v = (px * sin(angle) + py * cos(angle)) / sy;
            look(t, input, u + pivot[0] * w, v + pivot[1] * h, sum, 1.0 / (nx * ny));
        }
}

static void twin_transform(struct twin *t, int x, int y, double out[4])
{
    const double *centre = numbers(t, "centre"), *pivot = numbers(t, "pivot");
    double size = num(t, "size"), flip_x = num(t, "flip_horizontally") != 0 ? -1 : 1,
           flip_y = num(t, "flip_vertically") != 0 ? -1 : 1;
    look_moved(t, "image", centre, pivot, size * num(t, "aspect") * flip_x, size * flip_y, x, y, out);
    t->exact = true;
}

// A point of the cropped picture; what lies beyond its edges is its border.
static void look_cropped(struct twin *t, const int crop[4], double x, double y, double sum[4], double weight)
{
    bool nearest = is(t, "filter", "nearest");
    int reach = nearest ? 0 : 3, column = (int)floor(x), row = (int)floor(y);
    for (int j = row - reach; j <= row + reach; j++)
        for (int i = column - reach; i <= column + reach; i++) {
            double w = nearest ? 1
                               : filter_weight(choice(t, "filter"), x - (i + 0.5)) *
                                     filter_weight(choice(t, "filter"), y - (j + 0.5));
            int from_x = i < crop[0]    ? crop[0]
                         : i >= crop[2] ? crop[2] - 1
                                        : i,
                from_y = j < crop[1]    ? crop[1]
                         : j >= crop[3] ? crop[3] - 1
                                        : j;
            for (int p = 0; p < 4 && w != 0; p++)
                sum[p] += weight * w * made_finite(t, at(t, "image", p, from_x, from_y, 0));
        }
}

static double covers(double from_edge) { return fmin(fmax(from_edge + 0.5, 0), 1); }

// From a point of the frame back to the picture: undo the move, the turn (clockwise), the zoom about the anchor, the
// flip and the fit. An edge covers a pixel by how far the pixel's middle lies inside it, measured in the frame.
static void twin_sizing(struct twin *t, int x, int y, double out[4])
{
    const struct probe *probe = t->in[port(t, "image")];
    double w = probe->domain.width, h = probe->domain.height, fx = t->width / w, fy = t->height / h,
           mx = t->width / 2.0, my = t->height / 2.0, turn = num(t, "rotation") * M_PI / 180;
    if (is(t, "fit", "letterbox"))
        fx = fy = fmin(fx, fy);
    if (is(t, "fit", "crop"))
        fx = fy = fmax(fx, fy);
    if (is(t, "fit", "centre")) {
        fx = fy = 1;
        mx = floor(mx - w / 2) + w / 2;
        my = floor(my - h / 2) + h / 2;
    }
    double zx = num(t, "zoom_x"), zy = num(t, "zoom_y"), ax = num(t, "anchor_x"), ay = num(t, "anchor_y");
    double sx = fx * zx * (num(t, "flip_horizontally") != 0 ? -1 : 1),
           sy = fy * zy * (num(t, "flip_vertically") != 0 ? -1 : 1);
    int crop[4] = {(int)num(t, "crop_left"), (int)num(t, "crop_top"), (int)(w - num(t, "crop_right")),
                   (int)(h - num(t, "crop_bottom"))};
    double across = hypot(cos(turn) / sx, sin(turn) / sy), down = hypot(sin(turn) / sx, cos(turn) / sy);
    int nx = (int)ceil(fmin(fmax(across, 1), 16) - 0.5), ny = (int)ceil(fmin(fmax(down, 1), 16) - 0.5);
    double share = 0;
    for (int k = -1; k < nx * ny; k++) {    // -1: the pixel's middle
        double px = x + (k < 0 ? 0.5 : (k % nx + 0.5) / nx) - mx - num(t, "position_x") - ax,
               py = y + (k < 0 ? 0.5 : (k / nx + 0.5) / ny) - my - num(t, "position_y") - ay;
        double u = ((px * cos(turn) + py * sin(turn)) + ax * zx) / sx + w / 2,
               v = ((-px * sin(turn) + py * cos(turn)) + ay * zy) / sy + h / 2;
        if (k < 0)
            share = fmax(covers((u - crop[0]) * fabs(sx)) + covers((crop[2] - u) * fabs(sx)) - 1, 0) *
                    fmax(covers((v - crop[1]) * fabs(sy)) + covers((crop[3] - v) * fabs(sy)) - 1, 0);
        else
            look_cropped(t, crop, u, v, out, 1.0 / (nx * ny));
    }
    for (int p = 0; p < 4; p++)
        out[p] = share > 0 ? out[p] * share : 0;
    t->exact = true;
}

static void twin_merge(struct twin *t, int x, int y, double out[4])
{
    double back[4], front[4] = {0}, f, b, burn = num(t, "burn_in"), additive = num(t, "additive");
    bool moved = num(t, "size") != 1 || num(t, "angle") != 0;
    read_image(t, "background", x, y, back);
    if (moved)
        look_moved(t, "foreground", numbers(t, "centre"), (double[]){0.5, 0.5}, num(t, "size"), num(t, "size"), x, y,
                   front);
    else
        read_image(t, "foreground", x, y, front);
    double a = front[3] * num(t, "alpha_gain");
    shares(choice(t, "operator"), a, back[3], &f, &b);
    for (int p = 0; p < 3; p++) {
        double c = front[p] * (additive + (1 - additive) * a);
        if (!is(t, "apply_mode", "normal")) {    // W3C: co = cs as (1 - ab) + as ab B(cb, cs), from straight colours
            double sb = straight(back[p], back[3]), sf = straight(c, a);
            c = a * (1 - back[3]) * sf + passes(t, a * back[3] * blended(choice(t, "apply_mode"), sb, sf));
            passes(t, sb);
        }
        out[p] = passes(t, c * f) + passes(t, back[p] * (b + (1 - b) * burn));
    }
    out[3] = passes(t, a * f) + passes(t, back[3] * b);
    bool plain = is(t, "apply_mode", "normal") && is(t, "operator", "over") && burn == 0 && additive == 1 &&
                 a == front[3];
    if (plain && front[3] == 1) {    // what is covered does not show, whatever it is
        memcpy(out, front, sizeof(front));
        t->exact = true;
    }
    if (plain && front[0] == 0 && front[1] == 0 && front[2] == 0 && front[3] == 0) {
        memcpy(out, back, sizeof(back));
        t->exact = true;
    }
}

static void twin_layer_mixer(struct twin *t, int x, int y, double out[4])
{
    static const char *const layers[] = {"layer_2", "layer_3", "layer_4"}, *const keys[] = {"key_2", "key_3", "key_4"};
    read_image(t, "layer_1", x, y, out);
    for (int i = 0; i < 3; i++) {
        double in[4], c[3], key = at(t, keys[i], 0, x, y, 1) * num(t, "opacity");
        if (!t->in[port(t, layers[i])])
            continue;
        read_image(t, layers[i], x, y, in);
        double a = in[3] * key, b = out[3];
        for (int p = 0; p < 3; p++) {
            c[p] = in[p] * key;
            if (!is(t, "composite_mode", "normal"))
                c[p] = a * (1 - b) * straight(c[p], a) +
                       passes(t, a * b *
                                     blended(choice(t, "composite_mode"), passes(t, straight(out[p], b)),
                                             straight(c[p], a)));
            out[p] = passes(t, c[p]) + out[p] * (1 - a);
        }
        out[3] = a + b * (1 - a);
    }
}

// ---- blur: the extended box of Gwosdek et al. (2011) as weights, convolved with itself; each axis in turn

static int blur_kernel(double sigma, int n_boxes, double weights[512])
{
    double variance = sigma * sigma / n_boxes, box[128] = {0}, sum[512] = {0};
    int r = (int)floor(0.5 * sqrt(12 * variance + 1) - 0.5), reach = n_boxes * (r + 1);
    double part = (2 * r + 1) * ((double)r * (r + 1) - 3 * variance) / (6 * (variance - (r + 1.0) * (r + 1.0))),
           all = 2 * part + 2 * r + 1;
    for (int i = 0; i < 2 * r + 3; i++)
        box[i] = (i == 0 || i == 2 * r + 2 ? part : 1) / all;
    sum[0] = 1;
    for (int k = 0; k < n_boxes; k++) {
        double next[512] = {0};
        for (int i = 0; i < 512 - 128; i++)
            for (int j = 0; j < 2 * r + 3 && sum[i] != 0; j++)
                next[i + j] += sum[i] * box[j];
        memcpy(sum, next, sizeof(sum));
    }
    memcpy(weights, sum, sizeof(sum));
    return reach;
}

static double blurred(struct twin *t, const char *input, int plane, double outside, double sigma_x, double sigma_y,
                      int n_boxes, int x, int y)
{
    double wx[512], wy[512], sum = 0;
    int rx = sigma_x > 0 ? blur_kernel(sigma_x, n_boxes, wx) : 0,
        ry = sigma_y > 0 ? blur_kernel(sigma_y, n_boxes, wy) : 0;
    for (int j = -ry; j <= ry; j++)
        for (int i = -rx; i <= rx; i++)
            sum += (sigma_x > 0 ? wx[i + rx] : 1) * (sigma_y > 0 ? wy[j + ry] : 1) *
                   (tamed(t, at(t, input, plane, x + i, y + j, 0)) - outside);
    return sum + outside;
}

static int inside(int v, int n) { return v < 0 ? 0 : v < n ? v : n - 1; }

// A border that goes on beyond the frame.
static double blurred_on(struct twin *t, int plane, double sigma_x, double sigma_y, int n_boxes, int x, int y)
{
    double wx[512], wy[512], sum = 0;
    int rx = sigma_x > 0 ? blur_kernel(sigma_x, n_boxes, wx) : 0,
        ry = sigma_y > 0 ? blur_kernel(sigma_y, n_boxes, wy) : 0;
    for (int j = -ry; j <= ry; j++)
        for (int i = -rx; i <= rx; i++)
            sum += (sigma_x > 0 ? wx[i + rx] : 1) * (sigma_y > 0 ? wy[j + ry] : 1) *
                   tamed(t, at(t, "image", plane, inside(x + i, t->width), inside(y + j, t->height), 0));
    return sum;
}

static bool is_opaque_at_border(struct twin *t)
{
    for (int y = 0; y < t->height; y++)
        for (int x = 0; x < t->width; x++)
            if ((x == 0 || y == 0 || x == t->width - 1 || y == t->height - 1) && !(at(t, "image", 3, x, y, 0) >= 1))
                return false;
    return true;
}

static void twin_blur(struct twin *t, int x, int y, double out[4])
{
    static const char *const channels[] = {"red", "green", "blue", "alpha"};
    double sx = num(t, "blur_size"), sy = num(t, "lock") != 0 ? sx : num(t, "blur_size_y");
    bool extends = is(t, "edges", "duplicate") || (is(t, "edges", "automatic") && is_opaque_at_border(t));
    for (int p = 0; p < 4; p++) {
        bool on = num(t, channels[p]) != 0;
        int n_boxes = is(t, "filter", "box") ? 1 : 3;
        out[p] = on && extends ? blurred_on(t, p, sx, sy, n_boxes, x, y)
                 : on          ? blurred(t, "image", p, 0, sx, sy, n_boxes, x, y)
                               : at(t, "image", p, x, y, 0);
    }
    t->exact = num(t, "red") != 0;
}

// ---- keys that are blurred: first all of the frame without the blur, as the frame's first pixel is asked for

enum { PLANE_SIZE = 1024 };
static double sharp[PLANE_SIZE];

static double blurred_plane(const struct twin *t, double outside, double sigma, int x, int y)
{
    double weights[512], sum = 0;
    int reach = blur_kernel(sigma, 3, weights);
    for (int j = -reach; j <= reach; j++)
        for (int i = -reach; i <= reach; i++)
            if (x + i >= 0 && y + j >= 0 && x + i < t->width && y + j < t->height)
                sum += weights[i + reach] * weights[j + reach] * (sharp[(y + j) * t->width + x + i] - outside);
    return sum + outside;
}

static void fill_sharp(struct twin *t, double (*value)(struct twin *t, int x, int y))
{
    assert_true(t->width * t->height <= PLANE_SIZE);
    for (int i = 0; i < t->width * t->height; i++)
        sharp[i] = value(t, i % t->width, i / t->width);
}

static void twin_bitmap_soft(struct twin *t, int x, int y, double out[4])
{
    if (x == 0 && y == 0)
        fill_sharp(t, bitmap_value);
    out[0] = blurred_plane(t, bitmap_value(t, -1, -1), num(t, "soft_edge") * t->height, x, y);
    if (t->in[port(t, "key")])
        out[0] = join(choice(t, "paint_mode"), at(t, "key", 0, x, y, 0), out[0]);
    t->exact = true;
}

static double mixed_key(struct twin *t, int x, int y)
{
    double out[4];
    twin_key_mixer(t, x, y, out);
    return out[0];
}

static void twin_key_blur(struct twin *t, int x, int y, double out[4])
{
    if (x == 0 && y == 0)
        fill_sharp(t, mixed_key);
    out[0] = blurred_plane(t, mixed_key(t, -1, -1), num(t, "blur_radius"), x,
                           y);    // beyond the frame every key is what it is outside
}

static double corrector_key(struct twin *t, int x, int y) { return key_level(t, "key_", at(t, "key", 0, x, y, 1)); }

static void twin_corrector_blur(struct twin *t, int x, int y, double out[4])
{
    if (x == 0 && y == 0)
        fill_sharp(t, corrector_key);
    correct_along(t, blurred_plane(t, corrector_key(t, -1, -1), num(t, "key_blur_radius"), x, y), x, y, out);
    t->exact = false;
}

// The distance that an edge moves has its own tests (kernels.c): here it is that of the whole frame, in which nothing
// but the frame ends.
static void expand_sharp(const struct twin *t, double pixels)
{
    struct ho_matte *matte;
    assert_int_equal(ho_matte_create(t->width, t->height, &matte, NULL), HO_OK);
    for (int i = 0; i < t->width * t->height; i++)
        matte->data[(ptrdiff_t)(i / t->width) * matte->stride + i % t->width] = (uint16_t)lrint(sharp[i] * 65535);
    assert_int_equal(ho_grow(matte, (float)pixels, 1, NULL), HO_OK);
    for (int i = 0; i < t->width * t->height; i++)
        sharp[i] = matte->data[(ptrdiff_t)(i / t->width) * matte->stride + i % t->width] / 65535.0;
    ho_matte_destroy(&matte);
}

static void twin_matte_spatial(struct twin *t, int x, int y, double out[4])
{
    double sigma = num(t, "blur"), expand = num(t, "contract_expand"), in[4];
    if (x == 0 && y == 0) {
        fill_sharp(t, sharp_matte);
        if (expand != 0)
            expand_sharp(t, expand);
    }
    read_image(t, "background", x, y, in);
    for (int p = 0; p < 3; p++)
        passes(t, straight(in[p], in[3]));
    cut_out_along(t, finish_matte(t, sigma > 0 ? blurred_plane(t, 0, sigma, x, y) : sharp[y * t->width + x]), x, y,
                  out);
}

#endif
