// SPDX-License-Identifier: BSD-2-Clause
#include "nodes/shape.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "graph/rects.h"
#include "image/clones.h"

// ---- distance to the contour, negative inside, of RUN neighbouring pixels

enum { RUN = 16, PART = 1024 };

// A shape and what is known of it before any pixel. The coverage is level where the distance is below `full`, 0 above
// `none`.
struct figure {
    const struct shape *shape;
    double cosine, sine, full, none, soft;
    bool smooth;
};

// Rounded box (Quilez): from a corner's circle, else by the nearest side.
HO_CLONES static void rectangle_distances(const struct shape *s, const double *restrict px, const double *restrict py,
                                          double *restrict to)
{
    double side = s->half_width < s->half_height ? s->half_width : s->half_height,
           corner = s->corner < side ? s->corner : side;
    for (int i = 0; i < RUN; i++) {
        double dx = fabs(px[i]) - s->half_width + corner, dy = fabs(py[i]) - s->half_height + corner;
        double x = dx > 0 ? dx : 0, y = dy > 0 ? dy : 0, nearest = dx > dy ? dx : dy;
        to[i] = sqrt(x * x + y * y) + (nearest < 0 ? nearest : 0) - corner;
    }
}

// To first order (Quilez), exact on the contour.
HO_CLONES static void ellipse_distances(const struct shape *s, const double *restrict px, const double *restrict py,
                                        double *restrict to)
{
    double a = s->half_width > 1e-6 ? s->half_width : 1e-6, b = s->half_height > 1e-6 ? s->half_height : 1e-6,
           middle = a < b ? -a : -b;
    double one_a = 1 / a, one_b = 1 / b;
    for (int i = 0; i < RUN; i++) {
        double x = px[i] * one_a, y = py[i] * one_b, u = x * one_a, v = y * one_b, k0 = sqrt(x * x + y * y),
               k1 = sqrt(u * u + v * v);
        double distance = k0 * (k0 - 1) / k1;
        to[i] = k1 > 0 ? distance : middle;
    }
}

// One side's part: the nearest so far (squared), and whether a line to the left crosses it.
HO_CLONES static void add_side(struct shape_point a, struct shape_point b, const double *restrict px,
                               const double *restrict py, double *restrict nearest, double *restrict sign)
{
    double ex = b.x - a.x, ey = b.y - a.y, length = ex * ex + ey * ey, inverse = length > 0 ? 1 / length : 0,
           slope = ey != 0 ? ex / ey : 0;
    for (int i = 0; i < RUN; i++) {
        double wx = px[i] - a.x, wy = py[i] - a.y, t = (wx * ex + wy * ey) * inverse;
        t = t > 0 ? t : 0;
        t = t < 1 ? t : 1;
        double dx = wx - ex * t, dy = wy - ey * t, away = dx * dx + dy * dy;
        nearest[i] = away < nearest[i] ? away : nearest[i];
        double above = a.y > py[i] ? 1 : -1, below = b.y > py[i] ? 1 : -1, right = wx < slope * wy ? -1 : 1;
        sign[i] *= above != below ? right : 1;
    }
}

static void polygon_distances(const struct figure *f, const double *px, const double *py, double *to)
{
    double sign[RUN];
    const struct shape *s = f->shape;
    int n = s->n_points;
    for (int i = 0; i < RUN; i++) {
        to[i] = (double)INFINITY;
        sign[i] = 1;
    }
    for (int i = 0; i < n && n >= 3; i++) {
        struct shape_point a = s->points[i], b = s->points[i ? i - 1 : n - 1];
        add_side((struct shape_point){a.x * s->scale_x, a.y * s->scale_y},
                 (struct shape_point){b.x * s->scale_x, b.y * s->scale_y}, px, py, to, sign);
    }
    for (int i = 0; i < RUN; i++)
        to[i] = sqrt(to[i]) * sign[i];
}

// Pixels from (x, y) on as the shape sees them, not turned.
HO_CLONES static void turn_back(const struct figure *f, double x, double y, double *restrict px, double *restrict py)
{
    double cosine = f->cosine, sine = f->sine, dx = x - f->shape->x, dy = y - f->shape->y;
    for (int i = 0; i < RUN; i++) {
        px[i] = (dx + i) * cosine - dy * sine;
        py[i] = (dx + i) * sine + dy * cosine;
    }
}

static void find_distances(const struct figure *f, double x, double y, double *distance)
{
    const struct shape *s = f->shape;
    double px[RUN], py[RUN];
    turn_back(f, x, y, px, py);
    switch (s->kind) {
    case SHAPE_RECTANGLE: rectangle_distances(s, px, py, distance); break;
    case SHAPE_ELLIPSE: ellipse_distances(s, px, py, distance); break;
    case SHAPE_POLYGON: polygon_distances(f, px, py, distance); break;
    case SHAPE_GRADIENT:
        for (int i = 0; i < RUN; i++)
            distance[i] = -py[i];
        break;
    }
}

HO_CLONES static void find_coverage(const double *restrict distance, double full, double soft, bool smooth, float level,
                                    bool invert, float *restrict to)
{
    double one_soft = 1 / soft;
    float sign = invert ? -level : level, base = invert ? 1.0f : 0.0f;
    for (int i = 0; i < RUN; i++) {
        double t = 1 - (distance[i] - full) * one_soft;
        t = t > 0 ? t : 0;
        t = t < 1 ? t : 1;
        t = smooth ? t * t * (3 - 2 * t) : t;
        to[i] = base + sign * (float)t;
    }
}

// How many pixels on from a place the coverage surely stays what it is there. A distance changes by no more than 1 a
// pixel; an ellipse's is to first order only, so its own two ellipses around the soft edge are asked instead.
static int steady_run(const struct figure *f, double x, double y, double distance)
{
    const struct shape *s = f->shape;
    double room = distance > f->none ? distance - f->none : f->full - distance;
    if (s->kind == SHAPE_ELLIPSE && room > 0) {
        double a = fmax(s->half_width, 1e-6), b = fmax(s->half_height, 1e-6), small = fmin(a, b), large = fmax(a, b);
        double dx = x - s->x, dy = y - s->y, u = (dx * f->cosine - dy * f->sine) / a,
               v = (dx * f->sine + dy * f->cosine) / b, k = sqrt(u * u + v * v);
        double outer = 1 + fmax(f->none / small, f->none / large), inner = 1 + fmin(f->full / small, f->full / large);
        room = (distance > f->none ? k - outer : inner - k) * small;
    }
    return room > 2 ? room < 1 << 28 ? (int)(room - 1) : 1 << 28 : 0;
}

static void fill(float *to, int n, float value)
{
    for (int i = 0; i < n; i++)
        to[i] = value;
}

// A row from `x0` on. Runs of constant coverage are filled, the rest is worked out RUN pixels at a time; a pixel comes
// out the same either way.
static void cover_row(const struct figure *f, int x0, int y, float *to, int n)
{
    const struct shape *s = f->shape;
    for (int x = 0; x < n;) {
        double distance[RUN];
        float value[RUN];
        find_distances(f, x0 + x + 0.5, y + 0.5, distance);
        find_coverage(distance, f->full, f->soft, f->smooth, s->level, s->invert, value);
        int run = steady_run(f, x0 + x + 0.5, y + 0.5, distance[0]), rest = n - x;
        if (run > RUN) {
            run = run < rest ? run : rest;
            fill(to + x, run, value[0]);
        } else {
            run = RUN < rest ? RUN : rest;
            memcpy(to + x, value, (size_t)run * sizeof(*to));
        }
        x += run;
    }
}

// Outside this rectangle the coverage is 0 (or, inverted, 1) everywhere.
static struct ho_rect shape_window(const struct shape *s, int width, int height)
{
    struct ho_rect all = {0, 0, width, height};
    if (s->kind == SHAPE_GRADIENT)
        return all;
    double reach = hypot(s->half_width, s->half_height);
    for (int i = 0; i < s->n_points; i++)
        reach = fmax(reach, hypot(s->points[i].x * s->scale_x, s->points[i].y * s->scale_y));
    reach += fmax(s->border, 0) * 2 + s->soft + 2;
    // To first order, an ellipse's distance falls short along its longer side by up to the ratio of its axes.
    if (s->kind == SHAPE_ELLIPSE)
        reach += (s->soft + fabs(s->border)) * fmax(s->half_width, s->half_height) /
                 fmax(fmin(s->half_width, s->half_height), 1);
    double limit = 1 << 28, x0 = fmax(s->x - reach, -limit), y0 = fmax(s->y - reach, -limit),
           x1 = fmin(s->x + reach, limit), y1 = fmin(s->y + reach, limit);
    struct ho_rect r = {(int)floor(x0), (int)floor(y0), (int)ceil(x1), (int)ceil(y1)};
    return rect_and(r, all);
}

// ---- polygons

// "x,y x,y ..." as shares of the frame, kept from its middle. The graph refuses a text that isn't that when it is set.
static enum ho_result parse_points(const char *text, struct shape_polygon *polygon, struct ho_diag *diag)
{
    double x, y;
    int used = 0;
    for (; sscanf(text, " %lf,%lf%n", &x, &y, &used) == 2; text += used) {
        struct shape_point *larger = ho_realloc(polygon->points, (size_t)polygon->n_points + 1, sizeof(*larger));
        if (!larger)
            return ho_fail_memory(diag, ((size_t)polygon->n_points + 1) * sizeof(*larger));
        polygon->points = larger;
        larger[polygon->n_points++] = (struct shape_point){x - 0.5, y - 0.5};
    }
    return HO_OK;
}

enum ho_result shape_open_polygon(struct ho_node_context *context, struct ho_diag *diag)
{
    context->state = ho_alloc(1, sizeof(struct shape_polygon));
    return context->state ? HO_OK : ho_fail_memory(diag, sizeof(struct shape_polygon));
}

void shape_close_polygon(struct ho_node_context *context)
{
    struct shape_polygon *polygon = context->state;
    if (polygon) {
        free(polygon->text);
        free(polygon->points);
    }
    free(polygon);
    context->state = NULL;
}

enum ho_result shape_prepare_polygon(struct ho_node_context *context, int points, struct ho_diag *diag)
{
    struct shape_polygon *polygon = context->state;
    const char *text = context->value[points].text;
    if (polygon->text && strcmp(polygon->text, text) == 0)
        return HO_OK;
    free(polygon->text);
    free(polygon->points);
    *polygon = (struct shape_polygon){.text = ho_strdup(text)};
    return polygon->text ? parse_points(text, polygon, diag) : ho_fail_memory(diag, strlen(text));
}

// ---- what the nodes share

void shape_box(const struct ho_node_context *context, int width, int height, struct shape *shape)
{
    const struct ho_value *v = context->value;
    shape->x = v[SHAPE_CENTRE].number[0] * width;
    shape->y = v[SHAPE_CENTRE].number[1] * height;
    shape->half_width = v[SHAPE_WIDTH].number[0] * width * 0.5;
    shape->half_height = v[SHAPE_HEIGHT].number[0] * height * 0.5;
    shape->angle = v[SHAPE_ANGLE].number[0];
}

void shape_size(const struct ho_node_context *context, int first, int *width, int *height)
{
    int w = (int)context->value[first + SHAPE_MASK_WIDTH].number[0],
        h = (int)context->value[first + SHAPE_MASK_HEIGHT].number[0];
    *width = context->connected[0] ? context->in[0].width : w ? w : context->host->width;
    *height = context->connected[0] ? context->in[0].height : h ? h : context->host->height;
}

static struct shape make_shape(const struct ho_node_context *context, int first, shape_make make)
{
    int width, height;
    shape_size(context, first, &width, &height);
    const struct ho_value *v = context->value + first;
    struct shape shape = {.soft = v[SHAPE_SOFT].number[0] * height,
                          .border = v[SHAPE_BORDER].number[0] * height,
                          .level = (float)v[SHAPE_LEVEL].number[0],
                          .invert = v[SHAPE_INVERT].number[0] != 0};
    make(context, width, height, &shape);
    return shape;
}

void shape_domain(const struct ho_node_context *context, int first, shape_make make, struct ho_domain *out)
{
    enum key_mode mode = (enum key_mode)context->value[first + SHAPE_PAINT_MODE].number[0];
    struct shape shape = make_shape(context, first, make);
    shape_size(context, first, &out->width, &out->height);
    out->window = shape_window(&shape, out->width, out->height);
    out->outside = shape.invert ? 1.0f : 0.0f;
    if (context->connected[0] && mode != KEY_REPLACE) {
        out->window = rect_or(out->window, context->in[0].window);
        out->outside = key_join(mode, context->in[0].outside, out->outside);
    }
}

void shape_process(const struct ho_node_context *context, int first, shape_make make, const struct ho_tile *key,
                   struct ho_tile *out)
{
    static const double pi = 3.14159265358979323846;
    enum key_mode mode = (enum key_mode)context->value[first + SHAPE_PAINT_MODE].number[0];
    bool joins = context->connected[0] && mode != KEY_REPLACE;
    struct shape shape = make_shape(context, first, make);
    // 1 px: a pixel's own width, an antialiased edge
    double soft = shape.kind == SHAPE_GRADIENT ? fmax(2 * shape.half_height, 1) : fmax(shape.soft, 1);
    struct figure figure = {.shape = &shape,
                            .cosine = cos(shape.angle * pi / 180),
                            .sine = sin(shape.angle * pi / 180),
                            .full = shape.border - soft / 2,
                            .none = shape.border + soft / 2,
                            .soft = soft,
                            .smooth = shape.kind != SHAPE_GRADIENT && soft > 1};
    float part[PART];
    for (int y = out->rect.y0; y < out->rect.y1; y++)
        for (int x = out->rect.x0; x < out->rect.x1; x += PART) {
            struct ho_rect rect = {x, y, out->rect.x1 - x < PART ? out->rect.x1 : x + PART, y + 1};
            float *to = ho_tile_row(out, 0, y) + (x - out->rect.x0);
            cover_row(&figure, x, y, joins ? part : to, rect.x1 - x);
            if (!joins)
                continue;
            key_read(key, context->in[0].outside,
                     &(struct ho_tile){.rect = rect, .n_planes = 1, .stride = PART, .plane = {to}});
            key_join_row(mode, to, part, rect.x1 - x);
        }
}
