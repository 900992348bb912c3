// SPDX-License-Identifier: BSD-2-Clause
// The contour's points lie on the lines between neighbouring pixel centres: some on columns, some on rows. The nearest
// of those on columns is found by a pass along each column and a lower envelope of parabolas along each row; the
// nearest of those on rows the other way round; the nearer one counts.
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pool.h"
#include "image/clones.h"
#include "image/kernels.h"

#define FAR 1e9f      // no crossing in this line
#define STRIP 128     // columns of a task
#define COLUMNS 16    // columns taken out at once: a cache line of floats
#define LEVEL 32767.5f

struct job {
    const struct ho_matte *matte;
    struct ho_picture *by_column, *by_row;    // distances; by_column is the caller's, and in the end the result
    float reach;
    atomic_bool *failed, *crossed;
};

// Where the line from value `a` to `b`, one pixel apart, crosses the level; FAR if it doesn't.
static inline float crossing(uint16_t a, uint16_t b)
{
    float t = ((float)a - LEVEL) / ((float)a - (float)b);
    return (a >= HO_HALF) != (b >= HO_HALF) ? t : FAR;
}

HO_CLONES static void down_row(const uint16_t *above, const uint16_t *here, const float *above_distance, int n,
                               float *distance)
{
    for (int x = 0; x < n; x++) {
        float t = crossing(above[x], here[x]), on = above_distance[x] + 1.0f;
        distance[x] = t < FAR ? 1.0f - t : on;
    }
}

// `carry` is the distance to the nearest crossing below; `distance` so far to the nearest above.
HO_CLONES static void up_row(const uint16_t *here, const uint16_t *below, int n, float *carry, float *distance)
{
    for (int x = 0; x < n; x++) {
        float t = crossing(here[x], below[x]), on = carry[x] + 1.0f, d = t < FAR ? t : on;
        carry[x] = d;
        distance[x] = d < distance[x] ? d : distance[x];
    }
}

static void columns_task(void *opaque, int first, int last)
{
    const struct job *job = opaque;
    const struct ho_matte *m = job->matte;
    float carry[STRIP];
    for (int x0 = first; x0 < last; x0 += STRIP) {
        int n = last - x0 < STRIP ? last - x0 : STRIP;
        float *out = job->by_column->plane[0] + x0;
        const uint16_t *in = m->data + x0;
        size_t stride = (size_t)job->by_column->stride, in_stride = (size_t)m->stride;
        for (int x = 0; x < n; x++)
            carry[x] = out[x] = FAR;
        for (int y = 1; y < m->height; y++)
            down_row(in + (size_t)(y - 1) * in_stride, in + (size_t)y * in_stride, out + (size_t)(y - 1) * stride, n,
                     out + (size_t)y * stride);
        for (int y = m->height - 2; y >= 0; y--)
            up_row(in + (size_t)y * in_stride, in + (size_t)(y + 1) * in_stride, n, carry, out + (size_t)y * stride);
    }
}

// The lower envelope's parabolas: where they stand and from where on they are lowest.
struct envelope {
    int *root;
    float *from, *height;
};

static bool envelope_alloc(struct envelope *e, int n)
{
    e->root = ho_alloc((size_t)n + 1, sizeof *e->root);
    e->from = ho_alloc((size_t)n + 1, sizeof *e->from);
    e->height = ho_alloc((size_t)n + 1, sizeof *e->height);
    return e->root && e->from && e->height;
}

static void envelope_free(struct envelope *e)
{
    free(e->root);
    free(e->from);
    free(e->height);
}

// Distances along one line to squared distances in two dimensions, at most reach squared. `line` in, `out` may be the
// same.
static bool lower(const float *line, int n, float reach, const struct envelope *e, float *out)
{
    int k = -1;
    for (int q = 0; q < n; q++) {
        if (line[q] >= reach)
            continue;
        float f = line[q] * line[q], s = -FAR;
        while (k >= 0) {
            int v = e->root[k];
            s = (f - e->height[k]) / (float)(2 * (q - v)) + 0.5f * (float)(q + v);
            if (s > e->from[k])
                break;
            k--;
        }
        k++;
        e->root[k] = q;
        e->height[k] = f;
        e->from[k] = k ? s : -FAR;
    }
    float far = reach * reach;
    if (k < 0) {
        for (int q = 0; q < n; q++)
            out[q] = far;
        return false;
    }
    e->from[k + 1] = FAR;
    for (int q = 0, i = 0; q < n; i++) {
        int end = e->from[i + 1] >= (float)n ? n : (int)ceilf(e->from[i + 1]);
        float height = e->height[i], root = (float)e->root[i];
        for (; q < end; q++) {
            float d = ((float)q - root) * ((float)q - root) + height;
            out[q] = d < far ? d : far;
        }
    }
    return true;
}

// Distances between two crossings at `a` and `b`.
HO_CLONES static void fill_between(int x0, int x1, float a, float b, float *line)
{
    for (int x = x0; x < x1; x++) {
        float from_a = (float)x - a, to_b = b - (float)x;
        line[x] = from_a < to_b ? from_a : to_b;
    }
}

static void along_row(const uint16_t *in, int width, float *line)
{
    float last = -FAR;
    int done = 0;
    for (int x = 1; x <= width; x++) {
        if (x < width && !((in[x - 1] ^ in[x]) & HO_HALF))
            continue;
        float next = x < width ? (float)(x - 1) + crossing(in[x - 1], in[x]) : FAR;
        fill_between(done, x, last, next, line);
        last = next;
        done = x;
    }
}

// Rows: the envelope of the columns' distances, and the distances along each row for the other way.
static void rows_task(void *opaque, int first, int last)
{
    const struct job *job = opaque;
    int width = job->matte->width;
    struct envelope e = {0};
    if (!envelope_alloc(&e, width)) {
        atomic_store(job->failed, true);
        envelope_free(&e);
        return;
    }
    for (int y = first; y < last; y++) {
        float *row = job->by_column->plane[0] + (size_t)y * job->by_column->stride;
        if (lower(row, width, job->reach, &e, row))
            atomic_store_explicit(job->crossed, true, memory_order_relaxed);
        along_row(job->matte->data + (size_t)y * job->matte->stride, width,
                  job->by_row->plane[0] + (size_t)y * job->by_row->stride);
    }
    envelope_free(&e);
}

HO_CLONES static void finish_line(const uint16_t *in, const float *squared, int n, float *out)
{
    for (int x = 0; x < n; x++) {
        float d = sqrtf(squared[x] < out[x] ? squared[x] : out[x]);
        out[x] = in[x] >= HO_HALF ? -d : d;
    }
}

static void finish_task(void *opaque, int first, int last)
{
    const struct job *job = opaque;
    int height = job->matte->height;
    struct envelope e = {0};
    float *line = ho_alloc_aligned((size_t)height * COLUMNS * sizeof *line);
    if (!envelope_alloc(&e, height) || !line) {
        atomic_store(job->failed, true);
        envelope_free(&e);
        free(line);
        return;
    }
    for (int x0 = first; x0 < last; x0 += COLUMNS) {
        int n = last - x0 < COLUMNS ? last - x0 : COLUMNS;
        for (int y = 0; y < height; y++)
            for (int i = 0; i < n; i++)
                line[(size_t)i * (size_t)height + (size_t)y] =
                    job->by_row->plane[0][(size_t)y * job->by_row->stride + (size_t)(x0 + i)];
        for (int i = 0; i < n; i++)
            if (lower(line + (size_t)i * (size_t)height, height, job->reach, &e, line + (size_t)i * (size_t)height))
                atomic_store_explicit(job->crossed, true, memory_order_relaxed);
        for (int y = 0; y < height; y++) {
            float squared[COLUMNS];
            for (int i = 0; i < n; i++)
                squared[i] = line[(size_t)i * (size_t)height + (size_t)y];
            finish_line(job->matte->data + (size_t)y * job->matte->stride + x0, squared, n,
                        job->by_column->plane[0] + (size_t)y * job->by_column->stride + x0);
        }
    }
    envelope_free(&e);
    free(line);
}

enum ho_result ho_distance(const struct ho_matte *matte, float reach, struct ho_picture *out, bool *has_contour,
                           int n_threads, struct ho_diag *diag)
{
    struct ho_picture *by_row = NULL;
    HO_TRY(ho_picture_create(matte->width, matte->height, 1, &by_row, diag));
    atomic_bool failed = false, crossed = false;
    struct job job = {matte, out, by_row, reach, &failed, &crossed};
    ho_pool_run(matte->width, STRIP, n_threads, columns_task, &job);
    ho_pool_run(matte->height, 32, n_threads, rows_task, &job);
    if (!atomic_load(&failed))
        ho_pool_run(matte->width, 8 * COLUMNS, n_threads, finish_task, &job);
    ho_picture_destroy(&by_row);
    if (atomic_load(&failed))
        return ho_fail_memory(diag, (size_t)(matte->width + matte->height) * 3 * sizeof(float));
    *has_contour = atomic_load(&crossed);
    return HO_OK;
}
