// SPDX-License-Identifier: BSD-2-Clause
#include "handles.h"

#include <math.h>

#include "paint.h"

#define REACH 9.0        // widget pixels around a handle
#define TURN_OUT 1.25    // the turning handle stands so far out, in half heights
#define STEPS 64         // of an ellipse

// From the shape's own axes (from its middle, not turned) to the subject, and back.
static void to_subject(const struct handle_shape *s, double u, double v, double *x, double *y)
{
    double a = s->angle * G_PI / 180, c = cos(a), n = sin(a);
    *x = s->x + u * c + v * n;
    *y = s->y - u * n + v * c;
}

static void to_shape(const struct handle_shape *s, double x, double y, double *u, double *v)
{
    double a = s->angle * G_PI / 180, c = cos(a), n = sin(a), dx = x - s->x, dy = y - s->y;
    *u = dx * c - dy * n;
    *v = dx * n + dy * c;
}

bool handle_place(const struct handle_shape *s, int part, double *x, double *y)
{
    double u = 0, v = 0;
    if (part >= HANDLE_POINT) {
        size_t index = (size_t)(part - HANDLE_POINT);
        if (s->outline != HANDLE_POLYGON || index >= s->n_points)
            return false;
        u = s->points[index][0] * s->scale_x;
        v = s->points[index][1] * s->scale_y;
    } else if (part == HANDLE_TURN) {
        if (!s->turnable)
            return false;
        v = -s->half_height * TURN_OUT;
    } else if (part >= HANDLE_CORNER) {
        int corner = part - HANDLE_CORNER;
        if (!s->scalable || s->outline == HANDLE_GRADIENT || s->outline == HANDLE_POLYGON)
            return false;    // a polygon's own corners are not to be stolen from
        u = corner == 0 || corner == 3 ? -s->half_width : s->half_width;
        v = corner < 2 ? -s->half_height : s->half_height;
    } else if (part >= HANDLE_LEFT) {
        bool across = part == HANDLE_LEFT || part == HANDLE_RIGHT;
        if (!s->scalable || s->outline == HANDLE_POLYGON || (s->uniform && s->outline != HANDLE_GRADIENT) ||
            (across && s->outline == HANDLE_GRADIENT))
            return false;
        u = part == HANDLE_LEFT ? -s->half_width : part == HANDLE_RIGHT ? s->half_width : 0;
        v = part == HANDLE_TOP ? -s->half_height : part == HANDLE_BOTTOM ? s->half_height : 0;
    } else if (part != HANDLE_MOVE || !s->movable)
        return false;
    to_subject(s, u, v, x, y);
    return true;
}

static bool inside_polygon(const struct handle_shape *s, double u, double v)
{
    bool inside = false;
    for (size_t i = 0, j = s->n_points - 1; s->n_points && i < s->n_points; j = i++) {
        double ax = s->points[i][0] * s->scale_x, ay = s->points[i][1] * s->scale_y;
        double bx = s->points[j][0] * s->scale_x, by = s->points[j][1] * s->scale_y;
        if ((ay > v) != (by > v) && u < (bx - ax) * (v - ay) / (by - ay) + ax)
            inside = !inside;
    }
    return inside;
}

static bool inside(const struct handle_shape *s, double x, double y)
{
    double u, v;
    to_shape(s, x, y, &u, &v);
    switch (s->outline) {
    case HANDLE_ELLIPSE:
        return s->half_width > 0 && s->half_height > 0 && hypot(u / s->half_width, v / s->half_height) <= 1;
    case HANDLE_POLYGON: return inside_polygon(s, u, v);
    case HANDLE_GRADIENT: return false;
    default: return fabs(u) <= s->half_width && fabs(v) <= s->half_height;
    }
}

int handle_at(const struct handle_shape *s, double x, double y, double scale)
{
    int best = HANDLE_NONE, last = HANDLE_POINT + (int)s->n_points;
    double reach = REACH / scale;
    for (int part = HANDLE_MOVE; part < last; part++) {
        double hx, hy;
        if (!handle_place(s, part, &hx, &hy))
            continue;
        double distance = hypot(hx - x, hy - y) +
                          (part == HANDLE_MOVE ? reach * 0.3 : 0);    // others win over the middle
        if (distance < reach) {
            reach = distance;
            best = part;
        }
    }
    return best == HANDLE_NONE && s->movable && inside(s, x, y) ? HANDLE_MOVE : best;
}

// ---- dragging

static void scale_to(const struct handle_shape *start, int part, double u, double v, bool even,
                     struct handle_shape *out)
{
    double width = fabs(u), height = fabs(v);
    bool corner = part >= HANDLE_CORNER;
    if (corner && (even || start->uniform)) {
        double before = hypot(start->half_width, start->half_height);
        double factor = before > 0 ? hypot(u, v) / before : 1;
        width = start->half_width * factor;
        height = start->half_height * factor;
    }
    if (corner || part == HANDLE_LEFT || part == HANDLE_RIGHT)
        out->half_width = MAX(width, 0.5);
    if (corner || part == HANDLE_TOP || part == HANDLE_BOTTOM)
        out->half_height = MAX(height, 0.5);
}

void handle_drag(const struct handle_shape *start, int part, const double from[2], const double to[2], bool even,
                 struct handle_shape *out)
{
    double u, v, u0, v0, hx, hy;
    *out = *start;
    if (part == HANDLE_MOVE) {
        out->x = start->x + to[0] - from[0];
        out->y = start->y + to[1] - from[1];
        return;
    }
    if (!handle_place(start, part, &hx, &hy))
        return;
    // What was held stays under the pointer, wherever in it it was held.
    double x = to[0] + hx - from[0], y = to[1] + hy - from[1];
    to_shape(start, x, y, &u, &v);
    to_shape(start, hx, hy, &u0, &v0);
    if (part >= HANDLE_POINT) {
        out->points[part - HANDLE_POINT][0] = start->scale_x > 0 ? u / start->scale_x : 0;
        out->points[part - HANDLE_POINT][1] = start->scale_y > 0 ? v / start->scale_y : 0;
    } else if (part == HANDLE_TURN) {
        double turned = (atan2(v0, u0) - atan2(v, u)) * 180 / G_PI;
        out->angle = start->angle + turned;
        if (even)
            out->angle = round(out->angle / 15) * 15;
    } else {
        scale_to(start, part, u, v, even, out);
    }
}

// ---- corners of a polygon

static double edge_distance(const double a[2], const double b[2], double x, double y)
{
    double dx = b[0] - a[0], dy = b[1] - a[1], length = dx * dx + dy * dy;
    double t = length > 0 ? CLAMP(((x - a[0]) * dx + (y - a[1]) * dy) / length, 0, 1) : 0;
    return hypot(a[0] + t * dx - x, a[1] + t * dy - y);
}

bool handle_add_point(struct handle_shape *s, double x, double y, double scale)
{
    double best = REACH / scale, u, v;
    size_t at = SIZE_MAX;
    if (s->outline != HANDLE_POLYGON || s->n_points >= HANDLE_POINTS_MAX || s->scale_x <= 0 || s->scale_y <= 0)
        return false;
    for (size_t i = 0; i < s->n_points; i++) {
        double a[2], b[2];
        handle_place(s, HANDLE_POINT + (int)i, &a[0], &a[1]);
        handle_place(s, HANDLE_POINT + (int)((i + 1) % s->n_points), &b[0], &b[1]);
        double distance = edge_distance(a, b, x, y);
        if (distance < best) {
            best = distance;
            at = i + 1;
        }
    }
    if (at == SIZE_MAX)
        return false;
    to_shape(s, x, y, &u, &v);
    for (size_t i = s->n_points++; i > at; i--) {
        s->points[i][0] = s->points[i - 1][0];
        s->points[i][1] = s->points[i - 1][1];
    }
    s->points[at][0] = u / s->scale_x;
    s->points[at][1] = v / s->scale_y;
    return true;
}

bool handle_remove_point(struct handle_shape *s, size_t index)
{
    if (s->outline != HANDLE_POLYGON || index >= s->n_points || s->n_points <= 3)
        return false;
    for (size_t i = index; i + 1 < s->n_points; i++) {
        s->points[i][0] = s->points[i + 1][0];
        s->points[i][1] = s->points[i + 1][1];
    }
    s->n_points--;
    return true;
}

// ---- drawing

struct pen {
    const struct handle_shape *shape;
    void (*place)(void *opaque, double x, double y, double *wx, double *wy);
    void *opaque;
    cairo_t *cr;
};

static void draw_to(struct pen *pen, double u, double v, bool first)
{
    double x, y, wx, wy;
    to_subject(pen->shape, u, v, &x, &y);
    pen->place(pen->opaque, x, y, &wx, &wy);
    (first ? cairo_move_to : cairo_line_to)(pen->cr, wx, wy);
}

static void trace_outline(struct pen *pen, double out)
{
    const struct handle_shape *s = pen->shape;
    double w = s->half_width + out, h = s->half_height + out;
    if (w <= 0 || h <= 0)
        return;
    if (s->outline == HANDLE_ELLIPSE) {
        for (int i = 0; i < STEPS; i++)
            draw_to(pen, w * cos(i * 2 * G_PI / STEPS), h * sin(i * 2 * G_PI / STEPS), i == 0);
    } else if (s->outline == HANDLE_POLYGON) {
        for (size_t i = 0; i < s->n_points; i++)
            draw_to(pen, s->points[i][0] * s->scale_x, s->points[i][1] * s->scale_y, i == 0);
    } else if (s->outline == HANDLE_GRADIENT) {
        double far = 4 * (s->half_width + s->half_height + 1);
        for (int side = -1; side <= 1; side++) {
            draw_to(pen, -far, side * s->half_height, true);
            draw_to(pen, far, side * s->half_height, false);
        }
        return;
    } else {
        draw_to(pen, -w, -h, true);
        draw_to(pen, w, -h, false);
        draw_to(pen, w, h, false);
        draw_to(pen, -w, h, false);
    }
    cairo_close_path(pen->cr);
}

// Dark under light: seen on any picture.
static void stroke(cairo_t *cr, double width, const GdkRGBA *colour)
{
    cairo_set_source_rgba(cr, 0, 0, 0, 0.6);
    cairo_set_line_width(cr, width + 2);
    cairo_stroke_preserve(cr);
    gdk_cairo_set_source_rgba(cr, colour);
    cairo_set_line_width(cr, width);
    cairo_stroke(cr);
}

static void draw_knob(struct pen *pen, int part, bool held)
{
    double x, y, wx, wy, r = held ? 5.5 : 4.5;
    if (!handle_place(pen->shape, part, &x, &y))
        return;
    pen->place(pen->opaque, x, y, &wx, &wy);
    if (part == HANDLE_MOVE || part == HANDLE_TURN || part >= HANDLE_POINT)
        cairo_arc(pen->cr, wx, wy, r, 0, 2 * G_PI);
    else
        cairo_rectangle(pen->cr, wx - r + 0.5, wy - r + 0.5, 2 * r - 1, 2 * r - 1);
    gdk_cairo_set_source_rgba(pen->cr, paint_colour(held ? PAINT_ACCENT : PAINT_TEXT));
    cairo_fill_preserve(pen->cr);
    cairo_set_source_rgba(pen->cr, 0, 0, 0, 0.8);
    cairo_set_line_width(pen->cr, 1);
    cairo_stroke(pen->cr);
}

static graphene_rect_t bounds(const struct handle_shape *s, struct pen *pen)
{
    double far = hypot(s->half_width, s->half_height) * TURN_OUT + s->soft, x0, y0, x1, y1;
    for (size_t i = 0; i < s->n_points; i++)
        far = MAX(far, hypot(s->points[i][0] * s->scale_x, s->points[i][1] * s->scale_y));
    if (s->outline == HANDLE_GRADIENT)
        far = 4 * (s->half_width + s->half_height + 1);
    pen->place(pen->opaque, s->x - far, s->y - far, &x0, &y0);
    pen->place(pen->opaque, s->x + far, s->y + far, &x1, &y1);
    return paint_rect(x0 - 12, y0 - 12, x1 - x0 + 24, y1 - y0 + 24);
}

void handle_draw(const struct handle_shape *s, GtkSnapshot *snapshot, int part,
                 void (*place)(void *opaque, double x, double y, double *wx, double *wy), void *opaque)
{
    struct pen pen = {s, place, opaque, NULL};
    graphene_rect_t box = bounds(s, &pen);
    static const double dashes[2] = {4, 4};
    pen.cr = gtk_snapshot_append_cairo(snapshot, &box);
    if (s->soft > 0 && s->outline != HANDLE_POLYGON && s->outline != HANDLE_GRADIENT) {
        GdkRGBA soft = paint_fade(PAINT_TEXT, 0.55);
        cairo_set_dash(pen.cr, dashes, 2, 0);
        trace_outline(&pen, s->soft / 2);
        trace_outline(&pen, -s->soft / 2);
        stroke(pen.cr, 1, &soft);
        cairo_set_dash(pen.cr, NULL, 0, 0);
    }
    trace_outline(&pen, 0);
    stroke(pen.cr, 1.5, paint_colour(PAINT_TEXT));
    for (int i = HANDLE_MOVE; i < HANDLE_POINT + (int)s->n_points; i++)
        draw_knob(&pen, i, i == part);
    cairo_destroy(pen.cr);
}
