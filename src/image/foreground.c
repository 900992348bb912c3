// SPDX-License-Identifier: BSD-2-Clause
// The colour of an object where its matte is soft: what a camera saw there is a mixture with what lies behind it. The
// object's own colour and the background's are taken from where each is alone nearby, and the mixture's rest is added
// back, as in Forte, "Approximate fast foreground colour estimation" (ICIP 2021).
#include "image/foreground.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/pool.h"

enum { STEP = 2, BAND_ROWS = 16, STRIP = 32, RED = 0, WEIGHT = 3, BEHIND = 4, N_PLANES = 8 };
#define FAR 4    // times the reach: where nothing is alone within it
#define FAR_WEIGHT 1e-2f
#define MIXED_WEIGHT 1e-3f    // of what is not alone anywhere, as thin hair

// Sums of colour times weight, and of weight, for the object (0..3) and what is behind it (4..7), on every second
// pixel.
struct estimate {
    int width, height;
    float *plane[N_PLANES], *near, *far;
};
struct job {
    struct ho_picture *picture;
    const struct ho_picture *key;
    struct estimate *estimate;
    const float *from;
    float *to;
    int radius;
};

static float unit(float v) { return v > 0 ? v < 1 ? v : 1 : 0; }    // NaN is 0
static float alone(float share) { return share > 0.95f ? (share - 0.95f) * 20.0f : 0; }

// Not what would spoil all sums.
static bool is_sane(const float c[3]) { return fabsf(c[0]) < 65504 && fabsf(c[1]) < 65504 && fabsf(c[2]) < 65504; }

static void gather_rows(void *opaque, int first, int last)
{
    const struct job *job = opaque;
    const struct estimate *e = job->estimate;
    for (int y = first; y < last; y++)
        for (int x = 0; x < e->width; x++) {
            float sum[N_PLANES] = {0};
            for (int v = y * STEP; v < (y + 1) * STEP && v < job->picture->height; v++)
                for (int u = x * STEP; u < (x + 1) * STEP && u < job->picture->width; u++) {
                    float k = unit(job->key->plane[0][(ptrdiff_t)v * job->key->stride + u]);
                    float weight[2] = {alone(k) + MIXED_WEIGHT * k, alone(1 - k) + MIXED_WEIGHT * (1 - k)};
                    float c[4] = {1, 1, 1, 1};    // a weight is what it sums of ones
                    for (int p = 0; p < 3; p++)
                        c[p] = job->picture->plane[p][(ptrdiff_t)v * job->picture->stride + u];
                    for (int i = 0; i < N_PLANES && is_sane(c); i++)
                        sum[i] += weight[i / 4] * c[i % 4];
                }
            for (int i = 0; i < N_PLANES; i++)
                e->plane[i][(ptrdiff_t)y * e->width + x] = sum[i];
        }
}

// Running sums over 2 * radius + 1 values along each row; nothing lies beyond the ends.
static void sum_rows(void *opaque, int first, int last)
{
    const struct job *job = opaque;
    int n = job->estimate->width, r = job->radius;
    for (int y = first; y < last; y++) {
        const float *from = job->from + (ptrdiff_t)y * n;
        float *to = job->to + (ptrdiff_t)y * n;
        double sum = 0;
        for (int i = 0; i < r && i < n; i++)
            sum += (double)from[i];
        for (int x = 0; x < n; x++) {
            sum += x + r < n ? (double)from[x + r] : 0;
            to[x] = (float)(sum / (2 * r + 1));
            sum -= x - r >= 0 ? (double)from[x - r] : 0;
        }
    }
}

static void sum_columns(void *opaque, int first, int last)
{
    const struct job *job = opaque;
    int width = job->estimate->width, n = job->estimate->height, r = job->radius;
    for (int x = first * STRIP; x < last * STRIP && x < width; x++) {
        const float *from = job->from + x;
        float *to = job->to + x;
        double sum = 0;
        for (int i = 0; i < r && i < n; i++)
            sum += (double)from[(ptrdiff_t)i * width];
        for (int y = 0; y < n; y++) {
            sum += y + r < n ? (double)from[(ptrdiff_t)(y + r) * width] : 0;
            to[(ptrdiff_t)y * width] = (float)(sum / (2 * r + 1));
            sum -= y - r >= 0 ? (double)from[(ptrdiff_t)(y - r) * width] : 0;
        }
    }
}

// `out` may not be `from`.
static void average(struct job *job, const float *from, int radius, float *between, float *out, int n_threads)
{
    job->radius = radius;
    job->from = from;
    job->to = between;
    ho_pool_run(job->estimate->height, BAND_ROWS, n_threads, sum_rows, job);
    job->from = between;
    job->to = out;
    ho_pool_run((job->estimate->width + STRIP - 1) / STRIP, 1, n_threads, sum_columns, job);
}

static void spread(struct job *job, float *plane, int reach, int n_threads)
{
    const struct estimate *e = job->estimate;
    int radius = reach / STEP > 1 ? reach / STEP : 1;
    average(job, plane, radius * FAR, e->near, e->far, n_threads);
    for (ptrdiff_t i = 0; i < (ptrdiff_t)e->width * e->height; i++)
        e->far[i] = FAR_WEIGHT * e->far[i];
    // `plane` is read a last time on the way to `near`; then it is the sum of both.
    job->radius = radius;
    job->from = plane;
    job->to = e->near;
    ho_pool_run(e->height, BAND_ROWS, n_threads, sum_rows, job);
    job->from = e->near;
    job->to = plane;
    ho_pool_run((e->width + STRIP - 1) / STRIP, 1, n_threads, sum_columns, job);
    for (ptrdiff_t i = 0; i < (ptrdiff_t)e->width * e->height; i++)
        plane[i] += e->far[i];
}

static float sample(const struct estimate *e, int plane, float x, float y)
{
    x = x > 0 ? x < (float)(e->width - 1) ? x : (float)(e->width - 1) : 0;
    y = y > 0 ? y < (float)(e->height - 1) ? y : (float)(e->height - 1) : 0;
    int x0 = (int)x, y0 = (int)y, x1 = x0 + 1 < e->width ? x0 + 1 : x0, y1 = y0 + 1 < e->height ? y0 + 1 : y0;
    float fx = x - (float)x0, fy = y - (float)y0;
    const float *p = e->plane[plane], *top = p + (ptrdiff_t)y0 * e->width, *bottom = p + (ptrdiff_t)y1 * e->width;
    float a = top[x0] + fx * (top[x1] - top[x0]), b = bottom[x0] + fx * (bottom[x1] - bottom[x0]);
    return a + fy * (b - a);
}

static void clean_pixel(const struct job *job, int x, int y, float k)
{
    const struct estimate *e = job->estimate;
    float u = ((float)x + 0.5f) / STEP - 0.5f, v = ((float)y + 0.5f) / STEP - 0.5f;
    float weight = sample(e, WEIGHT, u, v), behind = sample(e, BEHIND + WEIGHT, u, v);
    if (weight < 1e-12f || behind < 1e-12f)
        return;
    for (int p = 0; p < 3; p++) {
        float *at = &job->picture->plane[p][(ptrdiff_t)y * job->picture->stride + x];
        float own = sample(e, RED + p, u, v) / weight, other = sample(e, BEHIND + p, u, v) / behind;
        float clean = own + k * (*at - k * own - (1 - k) * other);
        *at = clean > 0 ? clean : 0;
    }
}

static void clean_rows(void *opaque, int first, int last)
{
    const struct job *job = opaque;
    for (int y = first; y < last; y++)
        for (int x = 0; x < job->picture->width; x++) {
            float k = unit(job->key->plane[0][(ptrdiff_t)y * job->key->stride + x]);
            if (k > 0 && k < 1)
                clean_pixel(job, x, y, k);
        }
}

enum ho_result ho_clean_edges(struct ho_picture *picture, const struct ho_picture *key, int reach, int n_threads,
                              struct ho_diag *diag)
{
    struct estimate e = {.width = (picture->width + STEP - 1) / STEP, .height = (picture->height + STEP - 1) / STEP};
    struct job job = {.picture = picture, .key = key, .estimate = &e};
    size_t size = (size_t)e.width * (size_t)e.height;
    float *all = ho_alloc(size * (N_PLANES + 2), sizeof(*all));
    if (!all)
        return ho_fail_memory(diag, size * (N_PLANES + 2) * sizeof(*all));
    for (int i = 0; i < N_PLANES; i++)
        e.plane[i] = all + size * (size_t)i;
    e.near = all + size * N_PLANES;
    e.far = e.near + size;
    ho_pool_run(e.height, BAND_ROWS, n_threads, gather_rows, &job);
    for (int i = 0; i < N_PLANES; i++)
        spread(&job, e.plane[i], reach, n_threads);
    ho_pool_run(picture->height, BAND_ROWS, n_threads, clean_rows, &job);
    free(all);
    return HO_OK;
}
