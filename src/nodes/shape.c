// SPDX-License-Identifier: BSD-2-Clause
#include "nodes/shape.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "graph/rects.h"

// ---- distance to the contour, negative inside

static double rectangle_distance(const struct shape *s, double x, double y)
{
    double corner = fmin(s->corner, fmin(s->half_width, s->half_height));
    double dx = fabs(x) - s->half_width + corner, dy = fabs(y) - s->half_height + corner;
    return hypot(fmax(dx, 0), fmax(dy, 0)) + fmin(fmax(dx, dy), 0) - corner;
}

static double ellipse_distance(const struct shape *s, double x, double y)
{
    double a = fmax(s->half_width, 1e-6), b = fmax(s->half_height, 1e-6);
    double k0 = hypot(x / a, y / b), k1 = hypot(x / (a * a), y / (b * b));
    return k1 > 0 ? k0 * (k0 - 1) / k1 : -fmin(a, b);
}

static double polygon_distance(const struct shape *s, double x, double y)
{
    double nearest = (double)INFINITY;
    bool inside = false;
    for (int i = 0, k = s->n_points - 1; i < s->n_points; k = i++) {
        double ax = s->points[i].x * s->scale_x, ay = s->points[i].y * s->scale_y, bx = s->points[k].x * s->scale_x, by = s->points[k].y * s->scale_y;
        double ex = bx - ax, ey = by - ay, wx = x - ax, wy = y - ay;
        double length = ex * ex + ey * ey, t = length > 0 ? fmin(fmax((wx * ex + wy * ey) / length, 0), 1) : 0;
        double dx = wx - ex * t, dy = wy - ey * t;
        nearest = fmin(nearest, dx * dx + dy * dy);
        if ((ay > y) != (by > y) && x < ex * (y - ay) / ey + ax)
            inside = !inside;
    }
    return s->n_points < 3 ? (double)INFINITY : inside ? -sqrt(nearest) : sqrt(nearest);
}

float shape_coverage(const struct shape *s, double px, double py)
{
    static const double pi = 3.14159265358979323846;
    double c = cos(s->angle * pi / 180), sn = sin(s->angle * pi / 180), dx = px - s->x, dy = py - s->y;
    double x = dx * c - dy * sn, y = dx * sn + dy * c, distance = 0, soft = fmax(s->soft, 1);      // 1 px: the pixel's own width, an antialiased edge
    switch (s->kind) {
    case SHAPE_RECTANGLE: distance = rectangle_distance(s, x, y); break;
    case SHAPE_ELLIPSE: distance = ellipse_distance(s, x, y); break;
    case SHAPE_POLYGON: distance = polygon_distance(s, x, y); break;
    case SHAPE_LINEAR: distance = -y; break;
    case SHAPE_GRADIENT:
        distance = -y;
        soft = fmax(2 * s->half_height, 1);
        break;
    }
    double t = fmin(fmax(0.5 - (distance - s->border) / soft, 0), 1);
    if (s->soft > 1 && s->kind != SHAPE_GRADIENT)
        t = t * t * (3 - 2 * t);
    float value = (float)t * s->level;
    return s->invert ? 1.0f - value : value;
}

struct ho_rect shape_window(const struct shape *s, int width, int height)
{
    struct ho_rect all = {0, 0, width, height};
    if (s->kind == SHAPE_LINEAR || s->kind == SHAPE_GRADIENT)
        return all;
    double reach = hypot(s->half_width, s->half_height);
    for (int i = 0; i < s->n_points; i++)
        reach = fmax(reach, hypot(s->points[i].x * s->scale_x, s->points[i].y * s->scale_y));
    reach += fmax(s->border, 0) * 2 + s->soft + 2;
    // To first order, an ellipse's distance falls short along its longer side by up to the ratio of its axes.
    if (s->kind == SHAPE_ELLIPSE)
        reach += (s->soft + fabs(s->border)) * fmax(s->half_width, s->half_height) / fmax(fmin(s->half_width, s->half_height), 1);
    double limit = 1 << 28, x0 = fmax(s->x - reach, -limit), y0 = fmax(s->y - reach, -limit), x1 = fmin(s->x + reach, limit), y1 = fmin(s->y + reach, limit);
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

void shape_size(const struct ho_node_context *context, int first, int *width, int *height)
{
    int w = (int)context->value[first + SHAPE_MASK_WIDTH].number[0], h = (int)context->value[first + SHAPE_MASK_HEIGHT].number[0];
    *width = context->connected[0] ? context->in[0].width : w ? w : context->host->width;
    *height = context->connected[0] ? context->in[0].height : h ? h : context->host->height;
}

void shape_common(const struct ho_node_context *context, int first, struct shape *shape)
{
    int width, height;
    shape_size(context, first, &width, &height);
    const struct ho_value *v = context->value + first;
    shape->soft = v[SHAPE_SOFT].number[0] * height;
    shape->border = v[SHAPE_BORDER].number[0] * height;
    shape->level = (float)v[SHAPE_LEVEL].number[0];
    shape->invert = v[SHAPE_INVERT].number[0] != 0;
}

void shape_domain(const struct ho_node_context *context, int first, const struct shape *shape, struct ho_domain *out)
{
    enum key_mode mode = (enum key_mode)context->value[first + SHAPE_PAINT_MODE].number[0];
    shape_size(context, first, &out->width, &out->height);
    struct ho_rect window = shape_window(shape, out->width, out->height);
    float outside = shape->invert ? 1.0f : 0.0f;
    if (context->connected[0] && mode != KEY_REPLACE) {
        window = rect_or(window, context->in[0].window);
        outside = key_join(mode, context->in[0].outside, outside);
    }
    out->window = window;
    out->outside = outside;
}

void shape_process(const struct ho_node_context *context, int first, const struct shape *shape, const struct ho_tile *key, struct ho_tile *out)
{
    enum key_mode mode = (enum key_mode)context->value[first + SHAPE_PAINT_MODE].number[0];
    bool joins = context->connected[0] && mode != KEY_REPLACE;
    for (int y = out->rect.y0; y < out->rect.y1; y++) {
        float *row = ho_tile_row(out, 0, y);
        const float *in = key->n_planes ? ho_tile_row(key, 0, y) : NULL;
        for (int x = out->rect.x0; x < out->rect.x1; x++) {
            float value = shape_coverage(shape, x + 0.5, y + 0.5);
            int i = x - out->rect.x0;
            row[i] = joins ? key_join(mode, in ? in[i] : context->in[0].outside, value) : value;
        }
    }
}
