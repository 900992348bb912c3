// SPDX-License-Identifier: BSD-2-Clause
#include "engine/embedded/view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pool.h"

#define SIDE_MIN 64         // pixels: the networks' context needs some places to look at
#define STRETCH_MAX 1.03    // the picture is stretched by this much rather than padded
#define SAMPLES_MAX 16      // a pixel's average takes so many samples a side at most

static int round16(double x)
{
    int n = (int)lrint(x / 16) * 16;
    return n < SIDE_MIN ? SIDE_MIN : n;
}

static double min_of(double a, double b) { return a < b ? a : b; }

static double max_of(double a, double b) { return a > b ? a : b; }

bool ho_view_equal(const struct ho_view *a, const struct ho_view *b)
{
    return a->region.x0 == b->region.x0 && a->region.y0 == b->region.y0 && a->region.x1 == b->region.x1 &&
           a->region.y1 == b->region.y1 && a->width == b->width && a->height == b->height;
}

// A region of `width` by `height` around (x, y), moved into the picture where it fits, centred over it where it does
// not.
static struct ho_rect place_region(struct ho_size picture, double x, double y, double width, double height)
{
    double x0 = width < picture.width ? min_of(max_of(x - width / 2, 0), picture.width - width)
                                      : (picture.width - width) / 2;
    double y0 = height < picture.height ? min_of(max_of(y - height / 2, 0), picture.height - height)
                                        : (picture.height - height) / 2;
    struct ho_rect region = {(int)floor(x0 + 0.5), (int)floor(y0 + 0.5), 0, 0};
    region.x1 = region.x0 + (int)max_of(1, floor(width + 0.5));
    region.y1 = region.y0 + (int)max_of(1, floor(height + 0.5));
    return region;
}

struct ho_view ho_view_whole(struct ho_size picture, double aspect, int long_side)
{
    double wide = picture.width * aspect, scale = min_of((double)long_side / max_of(wide, picture.height), 4);
    struct ho_view view = {.width = round16(wide * scale), .height = round16(picture.height * scale)};
    double across = (double)view.width / wide, down = (double)view.height / picture.height;
    if (max_of(across, down) / min_of(across, down) <= STRETCH_MAX)
        view.region = (struct ho_rect){0, 0, picture.width, picture.height};
    else
        view.region = place_region(picture, picture.width / 2.0, picture.height / 2.0,
                                   view.width / min_of(across, down) / aspect, view.height / min_of(across, down));
    return view;
}

struct ho_view ho_view_crop(struct ho_size picture, double aspect, const struct ho_rect *box, double margin,
                            const struct ho_size *shapes, int n_shapes)
{
    double wide = picture.width * aspect, some = max_of(wide, picture.height) / 21.0;
    double side = max_of((box->x1 - box->x0) * aspect, box->y1 - box->y0) * margin + some;
    double wanted_width = min_of(wide, side), wanted_height = min_of(picture.height, side);
    int best = 0;
    double best_distance = HUGE_VAL;
    for (int i = 0; i < n_shapes; i++) {
        double distance = fabs(log(wanted_width / wanted_height * shapes[i].height / shapes[i].width));
        if (distance < best_distance) {
            best_distance = distance;
            best = i;
        }
    }
    struct ho_view view = {.width = shapes[best].width, .height = shapes[best].height};
    double scale = min_of(min_of(view.width / wanted_width, view.height / wanted_height), 2);
    view.region = place_region(picture, (box->x0 + box->x1) / 2.0, (box->y0 + box->y1) / 2.0,
                               view.width / scale / aspect, view.height / scale);
    return view;
}

static int within(int at, int first, int last) { return at < first ? first : at > last ? last : at; }

struct ho_rect ho_view_inside(struct ho_size picture, const struct ho_rect *rect)
{
    int x0 = within(rect->x0, 0, picture.width - 1), y0 = within(rect->y0, 0, picture.height - 1);
    return (struct ho_rect){x0, y0, within(rect->x1, x0 + 1, picture.width), within(rect->y1, y0 + 1, picture.height)};
}

// Where a view's pixels along one axis lie in the picture: first, and last + 1.
static void span_inside(int picture, int first, int last, int size, int *from, int *to)
{
    double scale = (double)size / (last - first);
    *from = within((int)ceil(-first * scale), 0, size - 1);
    *to = within((int)floor((picture - first) * scale), *from + 1, size);
}

// The place that `at` is the mirror image of, if what is seen is [from, to).
static int mirrored(int at, int from, int to)
{
    int n = to - from, turn = ((at - from) % (2 * n) + 2 * n) % (2 * n);
    return from + (turn < n ? turn : 2 * n - 1 - turn);
}

void ho_view_mirror(struct ho_size picture, const struct ho_view *view, int n_planes, float *planes)
{
    const struct ho_rect *r = &view->region;
    int x0, y0, x1, y1;
    span_inside(picture.width, r->x0, r->x1, view->width, &x0, &x1);
    span_inside(picture.height, r->y0, r->y1, view->height, &y0, &y1);
    for (int p = 0; p < n_planes; p++) {
        float *plane = planes + (size_t)p * ho_view_area(view);
        for (int y = y0; y < y1; y++)
            for (int x = 0; x < view->width; x++)
                if (x < x0 || x >= x1)
                    plane[(size_t)y * view->width + x] = plane[(size_t)y * view->width + mirrored(x, x0, x1)];
        for (int y = 0; y < view->height; y++)
            if (y < y0 || y >= y1)
                memcpy(plane + (size_t)y * view->width, plane + (size_t)mirrored(y, y0, y1) * view->width,
                       (size_t)view->width * sizeof *plane);
    }
}

struct ho_place ho_view_place(const struct ho_view *view, double x, double y)
{
    const struct ho_rect *r = &view->region;
    return (struct ho_place){(x - r->x0) * view->width / (r->x1 - r->x0), (y - r->y0) * view->height / (r->y1 - r->y0)};
}

static int samples_for(double ratio)
{
    return ratio <= 1.25 ? 1 : ratio >= SAMPLES_MAX ? SAMPLES_MAX : (int)ceil(ratio);
}

// Where samples along one axis of `to` fall in the map of `from`: the two nearest pixels and the way between them.
// first < 0: `from` did not see the place.
struct tap {
    int first, second;
    float way;
};

struct remap_job {
    const struct ho_view *from, *to;
    const float *map;
    float *out;
    const struct tap *across, *down;
    int nx, ny;    // samples a pixel
};

// The place in the picture that mirrors one beyond its border.
static double turn_back(double at, int picture)
{
    at = at < 0 ? -at : at;
    return at > picture ? max_of(2 * picture - at, 0) : at;
}

static void make_taps(int picture, int from0, int from1, int from_size, int to0, int to1, int to_size, int n_samples,
                      struct tap *taps)
{
    double step = (double)(to1 - to0) / to_size, scale = (double)from_size / (from1 - from0);
    for (int i = 0; i < to_size * n_samples; i++) {
        double at = min_of(max_of(turn_back(to0 + (i + 0.5) / n_samples * step, picture), 0.5), picture - 0.5);
        if (at < from0 || at >= from1) {
            taps[i] = (struct tap){-1, -1, 0};
            continue;
        }
        double x = min_of(max_of((at - from0) * scale - 0.5, 0), from_size - 1);
        int first = (int)x;
        taps[i] = (struct tap){first, first + (first + 1 < from_size), (float)(x - first)};
    }
}

static void remap_band(void *opaque, int first, int last)
{
    const struct remap_job *job = opaque;
    const int width = job->to->width, nx = job->nx;
    const float share = 1 / (float)(nx * job->ny);
    for (int y = first; y < last; y++) {
        float *row = job->out + (size_t)y * width;
        memset(row, 0, (size_t)width * sizeof *row);
        for (int j = 0; j < job->ny; j++) {
            const struct tap v = job->down[y * job->ny + j];
            if (v.first < 0)
                continue;
            const float *top = job->map + (size_t)v.first * job->from->width,
                        *bottom = job->map + (size_t)v.second * job->from->width;
            for (int i = 0; i < width * nx; i++) {
                const struct tap h = job->across[i];
                if (h.first < 0)
                    continue;
                float a = top[h.first] + (top[h.second] - top[h.first]) * h.way,
                      b = bottom[h.first] + (bottom[h.second] - bottom[h.first]) * h.way;
                row[nx == 1 ? i : i / nx] += a + (b - a) * v.way;
            }
        }
        if (share < 1)
            for (int x = 0; x < width; x++)
                row[x] *= share;
    }
}

enum ho_result ho_view_remap(struct ho_size picture, const struct ho_view *from, const float *map,
                             const struct ho_view *to, int n_threads, float *out, struct ho_diag *diag)
{
    if (ho_view_equal(from, to)) {
        memcpy(out, map, ho_view_area(to) * sizeof *out);
        return HO_OK;
    }
    const struct ho_rect *a = &from->region, *b = &to->region;
    int nx = samples_for((double)(b->x1 - b->x0) / to->width * from->width / (a->x1 - a->x0)),
        ny = samples_for((double)(b->y1 - b->y0) / to->height * from->height / (a->y1 - a->y0));
    size_t n_taps = (size_t)to->width * (size_t)nx + (size_t)to->height * (size_t)ny;
    struct tap *taps = ho_alloc(n_taps, sizeof *taps);
    if (!taps)
        return ho_fail_memory(diag, n_taps * sizeof *taps);
    struct tap *down = taps + (size_t)to->width * (size_t)nx;
    make_taps(picture.width, a->x0, a->x1, from->width, b->x0, b->x1, to->width, nx, taps);
    make_taps(picture.height, a->y0, a->y1, from->height, b->y0, b->y1, to->height, ny, down);
    struct remap_job job = {
        .from = from, .to = to, .map = map, .out = out, .across = taps, .down = down, .nx = nx, .ny = ny};
    ho_pool_run(to->height, 32, n_threads, remap_band, &job);
    free(taps);
    return HO_OK;
}

void ho_view_from_matte(const struct ho_matte *matte, const struct ho_view *view, bool binary, float *out)
{
    const struct ho_rect *r = &view->region;
    double step_x = (double)(r->x1 - r->x0) / view->width, step_y = (double)(r->y1 - r->y0) / view->height;
    int nx = samples_for(step_x) + 1,
        ny = samples_for(step_y) + 1;    // at least two a side: enlarged masks keep soft edges
    for (int y = 0; y < view->height; y++)
        for (int x = 0; x < view->width; x++) {
            uint32_t sum = 0;
            for (int j = 0; j < ny; j++) {
                double sy = min_of(floor(turn_back(r->y0 + (y + (j + 0.5) / ny) * step_y, matte->height)),
                                   matte->height - 1);
                const uint16_t *row = matte->data + (size_t)sy * (size_t)matte->stride;
                for (int i = 0; i < nx; i++) {
                    double sx = min_of(floor(turn_back(r->x0 + (x + (i + 0.5) / nx) * step_x, matte->width)),
                                       matte->width - 1);
                    sum += !binary ? row[(int)sx] : row[(int)sx] >= 32768 ? 65535 : 0;
                }
            }
            out[(size_t)y * view->width + x] = (float)sum / (float)(nx * ny) / 65535.f;
        }
}

// ---- to the source's size

struct enlarge_job {
    const struct ho_view *view;
    const float *map;
    struct ho_matte *out;
    struct ho_rect inside;    // of the picture that the view saw
};

#define CHUNK 512    // columns enlarged at a time, so that what is needed stays on the stack

static void enlarge_row(const struct enlarge_job *job, const float *top, const float *bottom, float fy, uint16_t *row)
{
    const struct ho_rect *r = &job->view->region;
    const int last = job->view->width - 1;
    const float scale = (float)job->view->width / (float)(r->x1 - r->x0);
    for (int first = job->inside.x0; first < job->inside.x1; first += CHUNK) {
        int n = job->inside.x1 - first < CHUNK ? job->inside.x1 - first : CHUNK;
        for (int i = 0; i < n; i++) {
            float x = ((float)(first - r->x0 + i) + 0.5f) * scale - 0.5f;
            x = x < 0 ? 0 : x > (float)last ? (float)last : x;
            int x0 = (int)x, x1 = x0 < last ? x0 + 1 : last;
            float fx = x - (float)x0;
            float a = top[x0] + (top[x1] - top[x0]) * fx, b = bottom[x0] + (bottom[x1] - bottom[x0]) * fx;
            float value = (a + (b - a) * fy) * 65535.f + 0.5f;
            row[first + i] = value >= 65535.f ? 65535 : value > 0 ? (uint16_t)value : 0;    // NaN: 0
        }
    }
}

static void enlarge_band(void *opaque, int first, int last)
{
    const struct enlarge_job *job = opaque;
    const struct ho_rect *r = &job->view->region, *in = &job->inside;
    const int width = job->view->width, bottom_row = job->view->height - 1;
    const double scale = (double)job->view->height / (r->y1 - r->y0);
    for (int y = first; y < last; y++) {
        uint16_t *row = job->out->data + (size_t)y * (size_t)job->out->stride;
        if (y < in->y0 || y >= in->y1) {
            memset(row, 0, (size_t)job->out->width * sizeof *row);
            continue;
        }
        memset(row, 0, (size_t)in->x0 * sizeof *row);
        memset(row + in->x1, 0, (size_t)(job->out->width - in->x1) * sizeof *row);
        double sy = min_of(max_of((y - r->y0 + 0.5) * scale - 0.5, 0), bottom_row);
        int y0 = (int)sy, y1 = y0 < bottom_row ? y0 + 1 : bottom_row;
        enlarge_row(job, job->map + (size_t)y0 * width, job->map + (size_t)y1 * width, (float)(sy - y0), row);
    }
}

void ho_view_to_matte(const struct ho_view *view, const float *map, int n_threads, struct ho_matte *out)
{
    const struct ho_rect *r = &view->region;
    struct enlarge_job job = {.view = view,
                              .map = map,
                              .out = out,
                              .inside = {r->x0 > 0 ? r->x0 : 0, r->y0 > 0 ? r->y0 : 0,
                                         r->x1 < out->width ? r->x1 : out->width,
                                         r->y1 < out->height ? r->y1 : out->height}};
    ho_pool_run(out->height, 64, n_threads, enlarge_band, &job);
}

size_t ho_view_bounds(const struct ho_view *view, const float *map, float level, struct ho_rect *out)
{
    struct ho_rect b = {view->width, view->height, 0, 0};
    size_t n = 0;
    for (int y = 0; y < view->height; y++)
        for (int x = 0; x < view->width; x++)
            if (map[(size_t)y * view->width + x] >= level) {
                n++;
                b.x0 = x < b.x0 ? x : b.x0;
                b.x1 = x >= b.x1 ? x + 1 : b.x1;
                b.y0 = y < b.y0 ? y : b.y0;
                b.y1 = y + 1;
            }
    if (n) {
        const struct ho_rect *r = &view->region;
        double across = (double)(r->x1 - r->x0) / view->width, down = (double)(r->y1 - r->y0) / view->height;
        *out = (struct ho_rect){r->x0 + (int)floor(b.x0 * across), r->y0 + (int)floor(b.y0 * down),
                                r->x0 + (int)ceil(b.x1 * across), r->y0 + (int)ceil(b.y1 * down)};
    }
    return n;
}
