// SPDX-License-Identifier: BSD-2-Clause
// Guided filter by summed-area tables, tile by tile; tiles that are flat as far as the filter reaches are left out.
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/pool.h"
#include "holdout/matte.h"
#include "image/kernels.h"

#define TILE 64
#define RADIUS_MAX 128
#define HAZE \
    0.1    // what the filter changes by less is the haze that it leaves around an edge that it moves, not a finding

struct job {
    const struct ho_matte *from;    // the key before
    const struct ho_picture *luma, *distance;
    struct ho_picture *key;
    const struct ho_flat_map *flat;
    int radius;
    double epsilon;
    atomic_bool *failed;
};

// A sum over [x0, x] x [y0, y] of each of up to four quantities, with a row and a column of zeros first.
struct table {
    double *sum;
    int x0, y0, width, height, n;
};

static void table_set(struct table *t, struct ho_rect r, int n)
{
    t->x0 = r.x0;
    t->y0 = r.y0;
    t->width = r.x1 - r.x0;
    t->height = r.y1 - r.y0;
    t->n = n;
    for (int i = 0; i < (t->width + 1) * n; i++)
        t->sum[i] = 0;
}

static double *table_row(const struct table *t, int y)
{
    return t->sum + (size_t)(y - t->y0 + 1) * (size_t)(t->width + 1) * (size_t)t->n;
}

// Adds what stands at the next place of a row; `along` holds the sums of the row so far.
static void table_put(const struct table *t, int x, int y, const double *values, double *along)
{
    double *here = table_row(t, y) + (size_t)(x - t->x0 + 1) * (size_t)t->n;
    const double *above = here - (size_t)(t->width + 1) * (size_t)t->n;
    for (int i = 0; i < t->n; i++) {
        along[i] += values[i];
        here[i] = along[i] + above[i];
    }
}

static void table_start_row(const struct table *t, int y, double *along)
{
    double *row = table_row(t, y);
    for (int i = 0; i < t->n; i++)
        row[i] = along[i] = 0;
}

// Means over the window around a pixel, as far as it lies in the table.
static void table_mean(const struct table *t, int x, int y, int radius, double *means)
{
    int x0 = x - radius < t->x0 ? t->x0 : x - radius,
        x1 = x + radius + 1 > t->x0 + t->width ? t->x0 + t->width : x + radius + 1;
    int y0 = y - radius < t->y0 ? t->y0 : y - radius,
        y1 = y + radius + 1 > t->y0 + t->height ? t->y0 + t->height : y + radius + 1;
    const double *top = table_row(t, y0 - 1), *bottom = table_row(t, y1 - 1);
    size_t left = (size_t)(x0 - t->x0) * (size_t)t->n, right = (size_t)(x1 - t->x0) * (size_t)t->n;
    double area = (double)(x1 - x0) * (y1 - y0);
    for (int i = 0; i < t->n; i++)
        means[i] = (bottom[right + (size_t)i] - bottom[left + (size_t)i] - top[right + (size_t)i] +
                    top[left + (size_t)i]) /
                   area;
}

static struct ho_rect around(struct ho_rect r, int by, const struct ho_matte *frame)
{
    return (struct ho_rect){r.x0 - by < 0 ? 0 : r.x0 - by, r.y0 - by < 0 ? 0 : r.y0 - by,
                            r.x1 + by > frame->width ? frame->width : r.x1 + by,
                            r.y1 + by > frame->height ? frame->height : r.y1 + by};
}

static double guide(const struct job *job, int x, int y)
{
    float v = job->luma->plane[0][(size_t)y * job->luma->stride + (size_t)x];
    return v > -8 ? v < 8 ? (double)v : 8 : 0;    // false for NaN
}

static double before(const struct job *job, int x, int y)
{
    return job->from->data[(size_t)y * job->from->stride + x] / 65535.0;
}

static void refine_tile(const struct job *job, struct ho_rect tile, struct table *first, struct table *second)
{
    int r = job->radius;
    struct ho_rect wide = around(tile, 2 * r, job->from), middle = around(tile, r, job->from);
    double along[4], means[4];
    table_set(first, wide, 4);
    for (int y = wide.y0; y < wide.y1; y++) {
        table_start_row(first, y, along);
        for (int x = wide.x0; x < wide.x1; x++) {
            double i = guide(job, x, y), p = before(job, x, y);
            table_put(first, x, y, (const double[]){i, p, i * p, i * i}, along);
        }
    }
    table_set(second, middle, 2);
    for (int y = middle.y0; y < middle.y1; y++) {
        table_start_row(second, y, along);
        for (int x = middle.x0; x < middle.x1; x++) {
            table_mean(first, x, y, r, means);
            double a = (means[2] - means[0] * means[1]) / (means[3] - means[0] * means[0] + job->epsilon);
            table_put(second, x, y, (const double[]){a, means[1] - a * means[0]}, along);
        }
    }
    for (int y = tile.y0; y < tile.y1; y++)
        for (int x = tile.x0; x < tile.x1; x++) {
            double d = fabs((double)job->distance->plane[0][(size_t)y * job->distance->stride + (size_t)x]);
            double share = 2.0 * (1.0 - d / r);    // all of it up to half the radius, then less and less
            if (share <= 0)
                continue;
            table_mean(second, x, y, r, means);
            double p = before(job, x, y), q = means[0] * guide(job, x, y) + means[1];
            q = q < 0 ? 0 : q > 1 ? 1 : q;
            double change = fabs(q - p) > HAZE ? (q > p ? q - p - HAZE : q - p + HAZE) / (1.0 - HAZE) : 0;
            job->key->plane[0][(size_t)y * job->key->stride + (size_t)x] = (float)(p +
                                                                                   (share < 1 ? share : 1) * change);
        }
}

static void rows_task(void *opaque, int first, int last)
{
    const struct job *job = opaque;
    int r = job->radius, side = TILE + 4 * r + 1;
    struct table wide = {.sum = ho_alloc((size_t)side * (size_t)side * 4, sizeof(double))},
                 middle = {.sum = ho_alloc((size_t)side * (size_t)side * 2, sizeof(double))};
    if (!wide.sum || !middle.sum)
        atomic_store(job->failed, true);
    for (int y = first; y < last && wide.sum && middle.sum; y += TILE)
        for (int x = 0; x < job->from->width; x += TILE) {
            struct ho_rect tile = around((struct ho_rect){x, y, x + TILE, y + TILE < last ? y + TILE : last}, 0,
                                         job->from);
            if (!ho_is_flat(job->flat, tile.x0 - r, tile.y0 - r, tile.x1 + r, tile.y1 + r))
                refine_tile(job, tile, &wide, &middle);
        }
    free(wide.sum);
    free(middle.sum);
}

static enum ho_result check(const struct ho_picture *key, const struct ho_picture *luma, int radius, float epsilon,
                            struct ho_diag *diag)
{
    if (key->width != luma->width || key->height != luma->height)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "a matte of %dx%d cannot be refined by a picture of %dx%d: the sizes must be equal", key->width,
                       key->height, luma->width, luma->height);
    if (radius < 1 || radius > RADIUS_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "the radius of refinement is %d pixels: it must lie between 1 and %d",
                       radius, RADIUS_MAX);
    if (!(epsilon > 0 && epsilon <= 1))
        return ho_fail(diag, HO_ERROR_USAGE, "the epsilon of refinement is %g: it must lie above 0, up to 1",
                       (double)epsilon);
    return HO_OK;
}

enum ho_result ho_matte_refine(struct ho_picture *key, const struct ho_picture *luma, int radius, float epsilon,
                               int n_threads, struct ho_diag *diag)
{
    HO_TRY(check(key, luma, radius, epsilon, diag));
    struct ho_matte *from = NULL;
    struct ho_picture *distance = NULL;
    struct ho_flat_map *flat = NULL;
    bool has_contour = false;
    atomic_bool failed = false;
    enum ho_result result = ho_matte_create(key->width, key->height, &from, diag);
    if (result == HO_OK)
        result = ho_levels(key, 0, 1, 1, from, n_threads, diag);
    if (result == HO_OK)
        result = ho_picture_create(key->width, key->height, 1, &distance, diag);
    if (result == HO_OK)
        result = ho_distance(from, (float)radius, distance, &has_contour, n_threads, diag);
    if (result == HO_OK && has_contour)
        result = ho_flat_map_create(from, &flat, diag);
    if (result == HO_OK && has_contour) {
        struct job job = {from, luma, distance, key, flat, radius, (double)epsilon, &failed};
        ho_pool_run(key->height, TILE, n_threads, rows_task, &job);
        if (atomic_load(&failed))
            result = ho_fail_memory(diag,
                                    (size_t)(TILE + 4 * radius) * (size_t)(TILE + 4 * radius) * 4 * sizeof(double));
    }
    ho_flat_map_destroy(&flat);
    ho_picture_destroy(&distance);
    ho_matte_destroy(&from);
    return result;
}
