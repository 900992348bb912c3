// SPDX-License-Identifier: BSD-2-Clause
#include "nodes/resample.h"

#include <math.h>
#include <string.h>

#include "image/clones.h"

const char *const resample_edges[] = {"canvas", "duplicate", "wrap", "mirror", NULL};
const char *const resample_filters[] = {"nearest", "linear", "cubic", NULL};

enum { REACH = 2, SAMPLES_MAX = 16 };    // input pixels a cubic reads to each side

// Forward: out = turn * scale * (in - pivot) + middle of the canvas + (pivot - middle of the picture) + (centre - 1/2)
// * canvas.
static void forward(const struct placement *p, double m[4], double from[2], double to[2])
{
    static const double pi = 3.14159265358979323846;
    double c = cos(p->angle * pi / 180), s = sin(p->angle * pi / 180), x = p->size_x * (p->flip_x ? -1 : 1),
           y = p->size_y * (p->flip_y ? -1 : 1);
    if (fmod(p->angle, 90) == 0) {    // exact at right angles
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
    if (fabs(det) < 1e-12)    // size 0: nothing is left to see
        return (struct affine){0, 0, -1e9, 0, 0, -1e9};
    struct affine a = {.a = m[3] / det, .b = -m[1] / det, .d = -m[2] / det, .e = m[0] / det};
    a.c = from[0] - a.a * to[0] - a.b * to[1];
    a.f = from[1] - a.d * to[0] - a.e * to[1];
    return a;
}

bool affine_is_identity(const struct affine *map)
{
    return map->a == 1 && map->b == 0 && map->c == 0 && map->d == 0 && map->e == 1 && map->f == 0;
}

static struct ho_rect box(double x0, double y0, double x1, double y1)
{
    double limit = 1 << 28;
    return (struct ho_rect){(int)floor(fmax(x0, -limit)), (int)floor(fmax(y0, -limit)), (int)ceil(fmin(x1, limit)),
                            (int)ceil(fmin(y1, limit))};
}

struct ho_rect placement_window(const struct placement *placement, struct ho_rect window)
{
    double m[4], from[2], to[2], x0 = (double)INFINITY, y0 = (double)INFINITY, x1 = -(double)INFINITY,
                                 y1 = -(double)INFINITY;
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
    double rx = REACH * fmax(fabs(placement->size_x), 1) + 1, ry = REACH * fmax(fabs(placement->size_y), 1) + 1,
           r = fmax(rx, ry);
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

// ---- reading between pixels

typedef float four __attribute__((vector_size(16)));

// Weights of the four pixels around a place whose share `f` of the way from the second to the third it is. Fewer taps
// have weights of 0 at the ends.
struct kernel {
    four a, b, c, d;
};    // ((a f + b) f + c) f + d
static const struct kernel kernels[] = {
    [FILTER_NEAREST] = {.d = {0, 1, 0, 0}},
    [FILTER_LINEAR] = {.c = {0, -1, 1, 0}, .d = {0, 1, 0, 0}},
    [FILTER_CUBIC] = {{-0.5f, 1.5f, -1.5f, 0.5f}, {1, -2.5f, 2, -0.5f}, {-0.5f, 0, 0.5f, 0}, {0, 1, 0, 0}},
};

static inline four weights_at(const struct kernel *k, float f) { return ((k->a * f + k->b) * f + k->c) * f + k->d; }

struct reading {
    const struct ho_tile *in;
    int width, height;
    enum resample_edges edges;
    struct kernel kernel;
    float weight;
};

static float made_finite(float v) { return v != v ? 0 : isinf(v) ? copysignf(65504, v) : v; }

// One place, pixel by pixel: near edges, and where something is not finite.
static four read_slowly(const struct reading *r, int ix, int iy, float fx, float fy)
{
    const struct ho_tile *in = r->in;
    four wx = weights_at(&r->kernel, fx) * r->weight, wy = weights_at(&r->kernel, fy), sum = {0};
    for (int j = 0; j < 4; j++) {
        int row = at_edge(iy - 1 + j, r->height, r->edges);
        for (int i = 0; i < 4 && row >= in->rect.y0 && row < in->rect.y1; i++) {
            int column = at_edge(ix - 1 + i, r->width, r->edges);
            float w = wx[i] * wy[j];
            if (column < in->rect.x0 || column >= in->rect.x1 || w == 0)
                continue;
            for (int p = 0; p < in->n_planes; p++)
                sum[p] += w * made_finite(ho_tile_row(in, p, row)[column - in->rect.x0]);
        }
    }
    return sum;
}

static inline four load(const float *from)
{
    four v;
    memcpy(&v, from, sizeof(v));
    return v;
}

// One place with all sixteen pixels inside the tile: the sum over rows, then along them, for four planes at once.
static inline four read_fast(const struct reading *r, int ix, int iy, float fx, float fy)
{
    four wx = weights_at(&r->kernel, fx) * r->weight, wy = weights_at(&r->kernel, fy), c[4];
    ptrdiff_t stride = r->in->stride, offset = (iy - 1 - r->in->rect.y0) * stride + (ix - 1 - r->in->rect.x0);
    for (int p = 0; p < 4; p++) {
        const float *at = r->in->plane[p] + offset;
        c[p] = (load(at) * wy[0] + load(at + stride) * wy[1] + load(at + 2 * stride) * wy[2] +
                load(at + 3 * stride) * wy[3]) *
               wx;
    }
    four a = __builtin_shufflevector(c[0], c[1], 0, 4, 1, 5) + __builtin_shufflevector(c[0], c[1], 2, 6, 3, 7);
    four b = __builtin_shufflevector(c[2], c[3], 0, 4, 1, 5) + __builtin_shufflevector(c[2], c[3], 2, 6, 3, 7);
    return __builtin_shufflevector(a, b, 0, 1, 4, 5) + __builtin_shufflevector(a, b, 2, 3, 6, 7);
}

enum { PART = 256 };    // pixels whose places are found together

struct places {
    int x[PART], y[PART];
    float fx[PART], fy[PART];
};

// Where pixels [0, n) from `first` on of a row read: the pixel before that place and the share of the way to the next.
// `c` and `f` are the map's on this row.
HO_CLONES static void find_places(double a, double c, double d, double f, double first, struct places *restrict to,
                                  int n)
{
    for (int i = 0; i < n; i++) {
        double x = a * (first + i) + c, y = d * (first + i) + f;
        x = x > -1e8 ? x < 1e8 ? x : 1e8 : -1e8;
        y = y > -1e8 ? y < 1e8 ? y : 1e8 : -1e8;
        int ix = (int)x, iy = (int)y;
        ix -= x < ix;
        iy -= y < iy;
        to->x[i] = ix;
        to->y[i] = iy;
        to->fx[i] = (float)(x - ix);
        to->fy[i] = (float)(y - iy);
    }
}

// Adds what the places read. `slowly`: only to pixels marked there, and in the way that keeps what is not finite from
// spreading.
HO_CLONES static void read_places(const struct reading *r, const struct places *places, const bool *slowly,
                                  four *restrict sums, int n)
{
    struct ho_rect rect = r->in->rect;
    bool fast = r->in->n_planes == 4 && !slowly, canvas = r->edges == EDGES_CANVAS;
    for (int i = 0; i < n; i++) {
        int x = places->x[i], y = places->y[i];
        if (fast && x - 1 >= rect.x0 && x + 3 <= rect.x1 && y - 1 >= rect.y0 && y + 3 <= rect.y1)
            sums[i] += read_fast(r, x, y, places->fx[i], places->fy[i]);
        else if ((!slowly || slowly[i]) &&
                 !(canvas && (x < rect.x0 - REACH || x > rect.x1 || y < rect.y0 - REACH || y > rect.y1)))
            sums[i] += read_slowly(r, x, y, places->fx[i], places->fy[i]);
    }
}

// Marks the pixels that are not finite and empties them; false if there are none.
static bool mark_spoilt(four *sums, bool *spoilt, int n)
{
    bool any = false;
    for (int i = 0; i < n; i++) {
        four nothing = sums[i] - sums[i];    // NaN unless finite
        spoilt[i] = nothing[0] + nothing[1] + nothing[2] + nothing[3] != 0;
        any |= spoilt[i];
        if (spoilt[i])
            sums[i] = (four){0};
    }
    return any;
}

// The samples of a pixel: nx across, ny down, on an even grid.
struct grid {
    int nx, ny;
    double middle;
};

static void read_part(const struct reading *r, const struct affine *map, const struct grid *grid, int x, int y,
                      const bool *slowly, four *sums, int n)
{
    struct places places;
    for (int k = 0; k < grid->nx * grid->ny; k++) {
        double py = y + (k / grid->nx + 0.5) / grid->ny, shift = (k % grid->nx + 0.5) / grid->nx;
        double c = map->a * shift + map->b * py + map->c - grid->middle,
               f = map->d * shift + map->e * py + map->f - grid->middle;
        find_places(map->a, c, map->d, f, x, &places, n);
        read_places(r, &places, slowly, sums, n);
    }
}

void resample(const struct ho_tile *in, int width, int height, const struct affine *map, enum resample_filter filter,
              enum resample_edges edges, struct ho_tile *out)
{
    struct grid grid = {.nx = (int)ceil(fmin(fmax(hypot(map->a, map->d), 1), SAMPLES_MAX) - 0.5),
                        .ny = (int)ceil(fmin(fmax(hypot(map->b, map->e), 1), SAMPLES_MAX) - 0.5),
                        .middle = filter == FILTER_NEAREST ? 0 : 0.5};
    struct reading reading = {.in = in,
                              .width = width,
                              .height = height,
                              .edges = edges,
                              .kernel = kernels[filter],
                              .weight = 1.0f / (float)(grid.nx * grid.ny)};
    for (int y = out->rect.y0; y < out->rect.y1; y++)
        for (int x = out->rect.x0; x < out->rect.x1; x += PART) {
            int n = out->rect.x1 - x < PART ? out->rect.x1 - x : PART;
            four sums[PART];
            bool spoilt[PART];
            memset(sums, 0, (size_t)n * sizeof(*sums));
            if (in->n_planes)
                read_part(&reading, map, &grid, x, y, NULL, sums, n);
            if (mark_spoilt(sums, spoilt, n))
                read_part(&reading, map, &grid, x, y, spoilt, sums, n);
            for (int p = 0; p < out->n_planes; p++) {
                float *to = ho_tile_row(out, p, y) + (x - out->rect.x0);
                for (int i = 0; i < n; i++)
                    to[i] = sums[i][p];
            }
        }
}
