// SPDX-License-Identifier: BSD-2-Clause
#include "nodes/resample.h"

#include <math.h>

const char *const resample_edges[] = {"canvas", "duplicate", "wrap", "mirror", NULL};
const char *const resample_filters[] = {"nearest", "linear", "cubic", NULL};

enum { REACH = 2, SAMPLES_MAX = 16 };       // input pixels a cubic reads to each side

// Forward: out = turn * scale * (in - pivot) + middle of the canvas + (pivot - middle of the picture) + (centre - 1/2) * canvas.
static void forward(const struct placement *p, double m[4], double from[2], double to[2])
{
    static const double pi = 3.14159265358979323846;
    double c = cos(p->angle * pi / 180), s = sin(p->angle * pi / 180), x = p->size_x * (p->flip_x ? -1 : 1), y = p->size_y * (p->flip_y ? -1 : 1);
    if (fmod(p->angle, 90) == 0) {          // exact at right angles
        c = floor(c + 0.5);
        s = floor(s + 0.5);
    }
    m[0] = c * x;
    m[1] = s * y;
    m[2] = -s * x;
    m[3] = c * y;
    from[0] = p->pivot[0] * p->width;
    from[1] = p->pivot[1] * p->height;
    to[0] = from[0] - p->width * 0.5 + p->centre[0] * p->canvas_width;
    to[1] = from[1] - p->height * 0.5 + p->centre[1] * p->canvas_height;
}

struct affine placement_inverse(const struct placement *placement)
{
    double m[4], from[2], to[2];
    forward(placement, m, from, to);
    double det = m[0] * m[3] - m[1] * m[2];
    if (fabs(det) < 1e-12)                  // size 0: nothing is left to see
        return (struct affine){0, 0, -1e9, 0, 0, -1e9};
    struct affine a = {.a = m[3] / det, .b = -m[1] / det, .d = -m[2] / det, .e = m[0] / det};
    a.c = from[0] - a.a * to[0] - a.b * to[1];
    a.f = from[1] - a.d * to[0] - a.e * to[1];
    return a;
}

bool affine_is_identity(const struct affine *map) { return map->a == 1 && map->b == 0 && map->c == 0 && map->d == 0 && map->e == 1 && map->f == 0; }

static struct ho_rect box(double x0, double y0, double x1, double y1)
{
    double limit = 1 << 28;
    return (struct ho_rect){(int)floor(fmax(x0, -limit)), (int)floor(fmax(y0, -limit)), (int)ceil(fmin(x1, limit)), (int)ceil(fmin(y1, limit))};
}

struct ho_rect placement_window(const struct placement *placement, struct ho_rect window)
{
    double m[4], from[2], to[2], x0 = (double)INFINITY, y0 = (double)INFINITY, x1 = -(double)INFINITY, y1 = -(double)INFINITY;
    if (window.x1 <= window.x0 || window.y1 <= window.y0)
        return window;
    forward(placement, m, from, to);
    for (int corner = 0; corner < 4; corner++) {
        double x = (corner & 1 ? window.x1 : window.x0) - from[0], y = (corner & 2 ? window.y1 : window.y0) - from[1];
        double u = m[0] * x + m[1] * y + to[0], v = m[2] * x + m[3] * y + to[1];
        x0 = fmin(x0, u);
        x1 = fmax(x1, u);
        y0 = fmin(y0, v);
        y1 = fmax(y1, v);
    }
    double rx = REACH * fmax(fabs(placement->size_x), 1) + 1, ry = REACH * fmax(fabs(placement->size_y), 1) + 1, r = fmax(rx, ry);
    return box(x0 - r, y0 - r, x1 + r, y1 + r);
}

struct ho_rect affine_region(const struct affine *map, struct ho_rect out)
{
    double x0 = (double)INFINITY, y0 = (double)INFINITY, x1 = -(double)INFINITY, y1 = -(double)INFINITY;
    for (int corner = 0; corner < 4; corner++) {
        double x = corner & 1 ? out.x1 : out.x0, y = corner & 2 ? out.y1 : out.y0;
        double u = map->a * x + map->b * y + map->c, v = map->d * x + map->e * y + map->f;
        x0 = fmin(x0, u);
        x1 = fmax(x1, u);
        y0 = fmin(y0, v);
        y1 = fmax(y1, v);
    }
    return box(x0 - REACH - 1, y0 - REACH - 1, x1 + REACH + 1, y1 + REACH + 1);
}

// The pixel that stands for coordinate `i` of `n`; -1: nothing there.
static int at_edge(int i, int n, enum resample_edges edges)
{
    if (i >= 0 && i < n)
        return i;
    switch (edges) {
    case EDGES_DUPLICATE: return i < 0 ? 0 : n - 1;
    case EDGES_WRAP: return (i % n + n) % n;
    case EDGES_MIRROR: {
        int k = (i % (2 * n) + 2 * n) % (2 * n);
        return k < n ? k : 2 * n - 1 - k;
    }
    case EDGES_CANVAS: break;
    }
    return -1;
}

static int cubic_weights(double t, enum resample_filter filter, float w[4])
{
    float f = (float)t;
    switch (filter) {
    case FILTER_NEAREST:
        w[0] = 1;
        return 1;
    case FILTER_LINEAR:
        w[0] = 1 - f;
        w[1] = f;
        return 2;
    case FILTER_CUBIC: break;
    }
    w[0] = ((-0.5f * f + 1) * f - 0.5f) * f;
    w[1] = (1.5f * f - 2.5f) * f * f + 1;
    w[2] = ((-1.5f * f + 2) * f + 0.5f) * f;
    w[3] = (0.5f * f - 0.5f) * f * f;
    return 4;
}

static void sample(const struct ho_tile *in, int width, int height, double x, double y, enum resample_filter filter, enum resample_edges edges, float weight, float sum[4])
{
    if (!(fabs(x) < 1e8 && fabs(y) < 1e8))
        return;
    float wx[4], wy[4];
    double u = filter == FILTER_NEAREST ? x : x - 0.5, v = filter == FILTER_NEAREST ? y : y - 0.5;
    int ix = (int)floor(u), iy = (int)floor(v), n = cubic_weights(u - ix, filter, wx);
    cubic_weights(v - iy, filter, wy);
    int first = n == 4 ? -1 : 0;
    for (int j = 0; j < n; j++) {
        int row = at_edge(iy + first + j, height, edges);
        if (row < in->rect.y0 || row >= in->rect.y1)
            continue;
        for (int i = 0; i < n; i++) {
            int column = at_edge(ix + first + i, width, edges);
            if (column < in->rect.x0 || column >= in->rect.x1)
                continue;
            float w = wx[i] * wy[j] * weight;
            if (w == 0)
                continue;
            ptrdiff_t offset = (ptrdiff_t)(row - in->rect.y0) * in->stride + (column - in->rect.x0);
            for (int p = 0; p < in->n_planes; p++)
                sum[p] += w * in->plane[p][offset];
        }
    }
}

void resample(const struct ho_tile *in, int width, int height, const struct affine *map, enum resample_filter filter, enum resample_edges edges, struct ho_tile *out)
{
    int nx = (int)ceil(fmin(fmax(hypot(map->a, map->d), 1), SAMPLES_MAX) - 0.5), ny = (int)ceil(fmin(fmax(hypot(map->b, map->e), 1), SAMPLES_MAX) - 0.5);
    float weight = 1.0f / (float)(nx * ny);
    for (int y = out->rect.y0; y < out->rect.y1; y++)
        for (int x = out->rect.x0; x < out->rect.x1; x++) {
            float sum[4] = {0};
            for (int j = 0; j < ny && in->n_planes; j++)
                for (int i = 0; i < nx; i++) {
                    double px = x + (i + 0.5) / nx, py = y + (j + 0.5) / ny;
                    sample(in, width, height, map->a * px + map->b * py + map->c, map->d * px + map->e * py + map->f, filter, edges, weight, sum);
                }
            for (int p = 0; p < out->n_planes; p++)
                ho_tile_row(out, p, y)[x - out->rect.x0] = sum[p];
        }
}
