// SPDX-License-Identifier: BSD-2-Clause
// Gaussian blur: narrow ones directly, tile by tile, flat tiles left out; wide ones on a picture halved until they are
// narrow, the halvings' own blur taken into account.
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pool.h"
#include "image/clones.h"
#include "image/kernels.h"
#include "image/pyramid.h"

#define NARROW 5.0f      // pixels; wider ones are done on smaller pictures
#define MAX_RADIUS 19    // 3.7 times that
#define MAX_LEVELS 12
#define TILE_WIDTH 256
#define TILE_HEIGHT 32

struct kernel {
    int radius;
    float weight[MAX_RADIUS + 1];
};

static struct kernel kernel_of(float sigma)
{
    struct kernel k = {.radius = (int)ceilf(3.7f * sigma)};
    k.radius = k.radius < MAX_RADIUS ? k.radius : MAX_RADIUS;
    double sum = 0, weight[MAX_RADIUS + 1];
    for (int i = 0; i <= k.radius; i++) {
        weight[i] = exp(-0.5 * i * i / ((double)sigma * (double)sigma));
        sum += i ? 2 * weight[i] : weight[i];
    }
    for (int i = 0; i <= k.radius; i++)
        k.weight[i] = (float)(weight[i] / sum);
    return k;
}

struct job {
    const struct ho_matte *from_matte;    // one of the two
    const struct ho_level *from;
    struct ho_matte *to_matte;
    struct ho_level *to;
    const struct ho_flat_map *flat;
    struct kernel kernel;
    atomic_bool *failed;
};

HO_CLONES static void scale_row(const float *restrict from, int n, float weight, float *restrict to)
{
    for (int x = 0; x < n; x++)
        to[x] = weight * from[x];
}

HO_CLONES static void add_pair(const float *a, const float *b, int n, float weight, float *restrict to)
{
    for (int x = 0; x < n; x++)
        to[x] += weight * (a[x] + b[x]);
}

HO_CLONES static void round_row(const float *restrict from, int n, uint16_t *restrict to)
{
    for (int x = 0; x < n; x++)
        to[x] = (uint16_t)(int)(from[x] + 0.5f);
}

// `rows`: the tile with its margin, `scratch`: two rows.
static void blur_tile(const struct job *job, int x0, int y0, int n, int n_rows, float *rows, float *scratch)
{
    int r = job->kernel.radius, stride = TILE_WIDTH + 2 * MAX_RADIUS;
    float *down = scratch, *across = scratch + stride;
    for (int y = 0; y < n_rows + 2 * r; y++)
        ho_level_load(job->from_matte, job->from, x0 - r, y0 - r + y, n + 2 * r, rows + (size_t)y * (size_t)stride);
    for (int y = 0; y < n_rows; y++) {
        const float *centre = rows + (size_t)(y + r) * (size_t)stride;
        scale_row(centre, n + 2 * r, job->kernel.weight[0], down);
        for (int k = 1; k <= r; k++)
            add_pair(centre - (ptrdiff_t)k * stride, centre + (ptrdiff_t)k * stride, n + 2 * r, job->kernel.weight[k],
                     down);
        scale_row(down + r, n, job->kernel.weight[0], across);
        for (int k = 1; k <= r; k++)
            add_pair(down + r - k, down + r + k, n, job->kernel.weight[k], across);
        if (job->to)
            memcpy(job->to->origin + (y0 + y) * job->to->stride + x0, across, (size_t)n * sizeof *across);
        else
            round_row(across, n, job->to_matte->data + (size_t)(y0 + y) * job->to_matte->stride + x0);
    }
}

static void blur_task(void *opaque, int first, int last)
{
    const struct job *job = opaque;
    size_t stride = TILE_WIDTH + 2 * MAX_RADIUS;
    float *rows = ho_alloc_aligned(stride * (TILE_HEIGHT + 2 * MAX_RADIUS + 2) * sizeof *rows);
    if (!rows) {
        atomic_store(job->failed, true);
        return;
    }
    int margin = job->to ? job->to->margin : 0, width = job->to ? job->to->width : job->to_matte->width,
        r = job->kernel.radius;
    for (int y0 = first - margin; y0 < last - margin; y0 += TILE_HEIGHT) {
        int n_rows = last - margin - y0 < TILE_HEIGHT ? last - margin - y0 : TILE_HEIGHT;
        for (int x0 = -margin; x0 < width + margin; x0 += TILE_WIDTH) {
            int n = width + margin - x0 < TILE_WIDTH ? width + margin - x0 : TILE_WIDTH;
            if (job->flat && ho_is_flat(job->flat, x0 - r, y0 - r, x0 + n + r, y0 + n_rows + r)) {
                for (int y = y0; y < y0 + n_rows; y++)
                    memcpy(job->to_matte->data + (size_t)y * job->to_matte->stride + x0,
                           job->from_matte->data + (size_t)y * job->from_matte->stride + x0, (size_t)n * 2);
                continue;
            }
            blur_tile(job, x0, y0, n, n_rows, rows, rows + stride * (TILE_HEIGHT + 2 * MAX_RADIUS));
        }
    }
    free(rows);
}

static enum ho_result blur_narrow(struct ho_matte *matte, float sigma, int n_threads, struct ho_diag *diag)
{
    struct ho_matte *from = NULL;
    struct ho_flat_map *flat = NULL;
    enum ho_result result = ho_matte_create(matte->width, matte->height, &from, diag);
    if (result == HO_OK)
        result = ho_matte_copy(matte, from, diag);
    if (result == HO_OK)
        result = ho_flat_map_create(from, &flat, diag);
    if (result == HO_OK) {
        atomic_bool failed = false;
        struct job job = {
            .from_matte = from, .to_matte = matte, .flat = flat, .kernel = kernel_of(sigma), .failed = &failed};
        ho_pool_run(matte->height, TILE_HEIGHT, n_threads, blur_task, &job);
        if (atomic_load(&failed))
            result = ho_fail_memory(diag, 65536);
    }
    ho_flat_map_destroy(&flat);
    ho_matte_destroy(&from);
    return result;
}

static enum ho_result blur_wide(struct ho_matte *matte, float sigma, int n_threads, struct ho_diag *diag)
{
    struct ho_level level[MAX_LEVELS] = {0}, blurred = {0};
    int n = 0, margin[MAX_LEVELS];
    float scale = 1, left = sigma * sigma;
    for (; sigma / scale > NARROW; n++) {
        left -= 1.5f * scale * scale;    // 3/4 going down and 3/4 coming back
        scale *= 2;
    }
    struct kernel kernel = kernel_of(sqrtf(left) / scale);
    margin[n - 1] = kernel.radius + 2;
    for (int i = n - 2; i >= 0; i--)
        margin[i] = 2 * margin[i + 1] + 2;
    enum ho_result result = HO_OK;
    int width = matte->width, height = matte->height;
    for (int i = 0; i < n && result == HO_OK; i++) {
        width = (width + 1) / 2;
        height = (height + 1) / 2;
        result = ho_level_create(width, height, margin[i], &level[i], diag);
        if (result == HO_OK)
            result = ho_level_halve(i ? NULL : matte, i ? &level[i - 1] : NULL, &level[i], n_threads, diag);
    }
    if (result == HO_OK)
        result = ho_level_create(width, height, 2, &blurred, diag);
    if (result == HO_OK) {
        atomic_bool failed = false;
        struct job job = {.from = &level[n - 1], .to = &blurred, .kernel = kernel, .failed = &failed};
        ho_pool_run(height + 4, TILE_HEIGHT, n_threads, blur_task, &job);
        if (atomic_load(&failed))
            result = ho_fail_memory(diag, 65536);
    }
    for (int i = n - 2; i >= 0 && result == HO_OK; i--) {
        level[i].margin = 2;    // what lies further out is not needed any more
        result = ho_level_double(i == n - 2 ? &blurred : &level[i + 1], &level[i], NULL, n_threads, diag);
    }
    if (result == HO_OK)
        result = ho_level_double(n == 1 ? &blurred : &level[0], NULL, matte, n_threads, diag);
    for (int i = 0; i < MAX_LEVELS; i++)
        ho_level_destroy(&level[i]);
    ho_level_destroy(&blurred);
    return result;
}

enum ho_result ho_blur(struct ho_matte *matte, float sigma, int n_threads, struct ho_diag *diag)
{
    if (sigma <= 0.01f)
        return HO_OK;
    return sigma > NARROW ? blur_wide(matte, sigma, n_threads, diag) : blur_narrow(matte, sigma, n_threads, diag);
}
