// SPDX-License-Identifier: BSD-2-Clause
#include "nodes/gauss.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pool.h"
#include "image/clones.h"

enum { STRIP = 16 };    // lines done side by side: columns, or rows turned into columns

// A box of 2 * radius + 1 pixels of weight 1 and one more of weight `part` at either end.
struct box {
    int radius;
    float part, scale;
};

static struct box box_of(double sigma, int n_boxes)
{
    double variance = sigma * sigma / n_boxes;
    int radius = (int)floor((sqrt(12 * variance + 1) - 1) / 2);
    double part = (2 * radius + 1) * (radius * (radius + 1) - 3 * variance) /
                  (6 * (variance - (double)(radius + 1) * (radius + 1)));
    return (struct box){radius, (float)part, (float)(1 / (2 * radius + 1 + 2 * part))};
}

int gauss_reach(double sigma, int n_boxes) { return sigma > 0 ? n_boxes * (box_of(sigma, n_boxes).radius + 1) : 0; }

// One box along STRIP lines side by side; there are radius + 1 steps more at either end. Sums are doubles, so that a
// running sum does not drift.
HO_CLONES static void box_pass(struct box box, const float *restrict from, float *restrict to, int first, int last)
{
    double sum[STRIP] = {0};
    for (ptrdiff_t i = (ptrdiff_t)(first - 1 - box.radius) * STRIP; i < (ptrdiff_t)(first + box.radius) * STRIP;
         i += STRIP)
        for (int x = 0; x < STRIP; x++)
            sum[x] += (double)from[i + x];
    ptrdiff_t before = -(ptrdiff_t)(box.radius + 1) * STRIP, into = (ptrdiff_t)box.radius * STRIP, after = into + STRIP;
    for (ptrdiff_t i = (ptrdiff_t)first * STRIP; i < (ptrdiff_t)last * STRIP; i += STRIP) {
        const float *leaves = from + i + before, *enters = from + i + into, *next = from + i + after;
        for (int x = 0; x < STRIP; x++) {
            sum[x] += (double)enters[x] - (double)leaves[x];
            to[i + x] = ((float)sum[x] + box.part * (leaves[x] + next[x])) * box.scale;
        }
    }
}

// What a picture may hold that would spoil a sum for the rest of its line: NaN counts as 0, and nothing is larger than
// a half float can be.
static inline float tamed(float v)
{
    v = v == v ? v : 0.0f;
    v = v < 65504.0f ? v : 65504.0f;
    return v > -65504.0f ? v : -65504.0f;
}

// Lines run down: a step is a row, neighbours lie side by side.
HO_CLONES static void load_columns(const float *restrict from, ptrdiff_t stride, int n, int n_lines, float outside,
                                   float *restrict to)
{
    for (int i = 0; i < n; i++) {
        __builtin_prefetch(from + (i + 16 < n ? i + 16 : i) * stride);    // one line a row: nobody else sees it coming
        for (int x = 0; x < n_lines; x++)
            to[i * STRIP + x] = tamed(from[i * stride + x]) - outside;
    }
}

// Lines run across: rows are turned, so that neighbours lie side by side too.
HO_CLONES static void load_rows(const float *restrict from, ptrdiff_t stride, int n, int n_lines, float outside,
                                float *restrict to)
{
    for (int y = 0; y < n_lines; y++)
        for (int i = 0; i < n; i++)
            to[i * STRIP + y] = tamed(from[y * stride + i]) - outside;
}

HO_CLONES static void store_columns(const float *restrict from, int n, int n_lines, float outside, float *restrict to,
                                    ptrdiff_t stride)
{
    for (int i = 0; i < n; i++)
        for (int x = 0; x < n_lines; x++)
            to[i * stride + x] = from[i * STRIP + x] + outside;
}

HO_CLONES static void store_rows(const float *restrict from, int n, int n_lines, float outside, float *restrict to,
                                 ptrdiff_t stride)
{
    for (int y = 0; y < n_lines; y++)
        for (int i = 0; i < n; i++)
            to[y * stride + i] = from[i * STRIP + y] + outside;
}

struct job {
    const float *from;
    float *to;
    ptrdiff_t from_stride, to_stride;
    bool rows;              // lines run across
    int n_lines, n_from;    // lines to do, values in each
    int lead, n_to;         // values of the result from -lead on, in steps of the input
    float outside;
    bool extend_low, extend_high;    // beyond its ends a line goes on as it ends
    struct box box;
    int n_boxes, pad;
    atomic_bool failed;
};

static void extend(float *lines, int from, int first, int last)
{
    for (int i = first; i < last; i++)
        memcpy(lines + (ptrdiff_t)i * STRIP, lines + (ptrdiff_t)from * STRIP, STRIP * sizeof(float));
}

// A buffer holds the lines' values from `start` on, zeros (less `outside`) around them: the reach of all boxes at
// either end, and of what is wanted.
static void run_lines(void *opaque, int first, int last)
{
    struct job *job = opaque;
    int margin = job->box.radius + 1, low = job->lead < 0 ? 0 : job->lead,
        high = job->n_to - job->lead > job->n_from ? job->n_to - job->lead : job->n_from;
    int start = margin + (low > job->pad ? low : job->pad),
        end = start + (high > job->n_from + job->pad ? high : job->n_from + job->pad), n = end + margin;
    size_t size = (size_t)n * STRIP * sizeof(float);
    float *a = ho_alloc_aligned(size), *b = ho_alloc_aligned(size);
    if (!a || !b)
        atomic_store(&job->failed, true);
    for (int group = first; group < last && a && b; group++) {
        int line = group * STRIP, n_lines = job->n_lines - line < STRIP ? job->n_lines - line : STRIP;
        memset(a, 0, size);
        memset(b, 0, (size_t)margin * STRIP * sizeof(float));
        memset(b + (size_t)end * STRIP, 0, (size_t)margin * STRIP * sizeof(float));
        if (job->rows)
            load_rows(job->from + line * job->from_stride, job->from_stride, job->n_from, n_lines, job->outside,
                      a + start * STRIP);
        else
            load_columns(job->from + line, job->from_stride, job->n_from, n_lines, job->outside, a + start * STRIP);
        if (job->extend_low)
            extend(a, start, 0, start);
        if (job->extend_high)
            extend(a, start + job->n_from - 1, start + job->n_from, n);
        for (int k = 0; k < job->n_boxes; k++) {
            box_pass(job->box, a, b, margin, end);
            float *swap = a;
            a = b;
            b = swap;
        }
        const float *wanted = a + (start - job->lead) * STRIP;
        if (job->rows)
            store_rows(wanted, job->n_to, n_lines, job->outside, job->to + line * job->to_stride, job->to_stride);
        else
            store_columns(wanted, job->n_to, n_lines, job->outside, job->to + line, job->to_stride);
    }
    free(a);
    free(b);
}

static enum ho_result run_job(struct job *job, double sigma, int n_boxes, int n_threads, struct ho_diag *diag)
{
    job->n_boxes = sigma > 0 ? n_boxes : 0;
    job->pad = gauss_reach(sigma, n_boxes);
    if (sigma > 0)
        job->box = box_of(sigma, n_boxes);
    ho_pool_run((job->n_lines + STRIP - 1) / STRIP, 4, n_threads, run_lines, job);
    return atomic_load(&job->failed)
               ? ho_fail_memory(diag, (size_t)(job->n_from + 2 * job->pad) * STRIP * sizeof(float))
               : HO_OK;
}

enum ho_result gauss_plane(const struct ho_tile *in, int in_plane, float outside, unsigned extended,
                           const double sigma[2], int n_boxes, int n_threads, struct ho_tile *out, int out_plane,
                           struct ho_diag *diag)
{
    struct ho_rect from = in->rect, to = out->rect;
    int width = to.x1 - to.x0, in_rows = from.y1 - from.y0, stride = (width + 15) / 16 * 16;
    float *rows = ho_alloc_aligned((size_t)stride * (size_t)in_rows * sizeof(*rows));
    if (!rows)
        return ho_fail_memory(diag, (size_t)stride * (size_t)in_rows * sizeof(*rows));
    struct job across = {.from = in->plane[in_plane],
                         .from_stride = in->stride,
                         .to = rows,
                         .to_stride = stride,
                         .rows = true,
                         .n_lines = in_rows,
                         .n_from = from.x1 - from.x0,
                         .lead = from.x0 - to.x0,
                         .n_to = width,
                         .outside = outside,
                         .extend_low = extended & GAUSS_LEFT,
                         .extend_high = extended & GAUSS_RIGHT};
    enum ho_result result = run_job(&across, sigma[0], n_boxes, n_threads, diag);
    struct job down = {.from = rows,
                       .from_stride = stride,
                       .to = out->plane[out_plane],
                       .to_stride = out->stride,
                       .n_lines = width,
                       .n_from = in_rows,
                       .lead = from.y0 - to.y0,
                       .n_to = to.y1 - to.y0,
                       .outside = outside,
                       .extend_low = extended & GAUSS_TOP,
                       .extend_high = extended & GAUSS_BOTTOM};
    if (result == HO_OK)
        result = run_job(&down, sigma[1], n_boxes, n_threads, diag);
    free(rows);
    return result;
}
