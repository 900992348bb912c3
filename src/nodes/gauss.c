// SPDX-License-Identifier: BSD-2-Clause
#include "nodes/gauss.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pool.h"

enum { STRIP = 16 };        // columns at a time in the vertical pass

// A box of 2 * radius + 1 pixels of weight 1 and one more of weight `part` at either end.
struct box { int radius; float part, scale; };

static struct box box_of(double sigma, int n_boxes)
{
    double variance = sigma * sigma / n_boxes;
    int radius = (int)floor((sqrt(12 * variance + 1) - 1) / 2);
    double part = (2 * radius + 1) * (radius * (radius + 1) - 3 * variance) / (6 * (variance - (double)(radius + 1) * (radius + 1)));
    return (struct box){radius, (float)part, (float)(1 / (2 * radius + 1 + 2 * part))};
}

int gauss_reach(double sigma, int n_boxes) { return sigma > 0 ? n_boxes * (box_of(sigma, n_boxes).radius + 1) : 0; }

// One box along a line of `n` steps of `width` floats each, zero beyond its ends; `sum` is room for `width` doubles. Doubles, so that a running sum does not drift.
static void box_pass(const struct box *box, const float *restrict from, float *restrict to, int n, int width, double *restrict sum)
{
    int r = box->radius;
    memset(sum, 0, (size_t)width * sizeof(*sum));
    for (int i = 0; i < r && i < n; i++)
        for (int x = 0; x < width; x++)
            sum[x] += (double)from[(ptrdiff_t)i * width + x];
    for (int i = 0; i < n; i++) {
        const float *enters = i + r < n ? from + (ptrdiff_t)(i + r) * width : NULL, *leaves = i - r - 1 >= 0 ? from + (ptrdiff_t)(i - r - 1) * width : NULL;
        const float *after = i + r + 1 < n ? from + (ptrdiff_t)(i + r + 1) * width : NULL;
        float *row = to + (ptrdiff_t)i * width;
        for (int x = 0; x < width && enters; x++)
            sum[x] += (double)enters[x];
        for (int x = 0; x < width && leaves; x++)
            sum[x] -= (double)leaves[x];
        for (int x = 0; x < width; x++)
            row[x] = (float)sum[x];
        for (int x = 0; x < width && leaves; x++)
            row[x] += box->part * leaves[x];
        for (int x = 0; x < width && after; x++)
            row[x] += box->part * after[x];
        for (int x = 0; x < width; x++)
            row[x] *= box->scale;
    }
}

struct job {
    const float *from;          // first value of the first line
    ptrdiff_t from_line, from_step;
    float *to;
    ptrdiff_t to_line, to_step;
    int n_lines, n_from;        // lines to do, values in each
    int lead, n_to;             // values of the result from -lead on, in steps of the input
    int width;                  // lines done together (vertical: neighbouring columns)
    float outside;
    struct box box;
    int n_boxes, pad;
    atomic_bool failed;
};

// Puts lines side by side into a buffer padded with zeros (less `outside`), blurs, and takes out what is wanted.
static void run_lines(void *opaque, int first, int last)
{
    struct job *job = opaque;
    int n = job->n_from + 2 * job->pad, width = job->width;
    float *a = ho_alloc_aligned((size_t)n * (size_t)width * sizeof(*a)), *b = ho_alloc_aligned((size_t)n * (size_t)width * sizeof(*b));
    double *sum = ho_alloc((size_t)width, sizeof(*sum));
    if (!a || !b || !sum)
        atomic_store(&job->failed, true);
    for (int group = first; group < last && a && b && sum; group++) {
        int line = group * width, here = job->n_lines - line < width ? job->n_lines - line : width;
        memset(a, 0, (size_t)n * (size_t)width * sizeof(*a));
        for (int i = 0; i < job->n_from; i++)
            for (int x = 0; x < here; x++)
                a[(ptrdiff_t)(i + job->pad) * width + x] = job->from[(line + x) * job->from_line + i * job->from_step] - job->outside;
        for (int k = 0; k < job->n_boxes; k++) {
            box_pass(&job->box, a, b, n, width, sum);
            float *swap = a;
            a = b;
            b = swap;
        }
        for (int i = 0; i < job->n_to; i++) {
            int at = i - job->lead + job->pad;
            for (int x = 0; x < here; x++)
                job->to[(line + x) * job->to_line + i * job->to_step] = (at >= 0 && at < n ? a[(ptrdiff_t)at * width + x] : 0) + job->outside;
        }
    }
    free(a);
    free(b);
    free(sum);
}

static enum ho_result run_job(struct job *job, double sigma, int n_boxes, int n_threads, struct ho_diag *diag)
{
    job->n_boxes = sigma > 0 ? n_boxes : 0;
    job->pad = gauss_reach(sigma, n_boxes);
    if (sigma > 0)
        job->box = box_of(sigma, n_boxes);
    int n_groups = (job->n_lines + job->width - 1) / job->width;
    ho_pool_run(n_groups, 4, n_threads, run_lines, job);
    return atomic_load(&job->failed) ? ho_fail_memory(diag, (size_t)(job->n_from + 2 * job->pad) * sizeof(float)) : HO_OK;
}

enum ho_result gauss_plane(const struct ho_tile *in, int in_plane, float outside, const double sigma[2], int n_boxes, int n_threads, struct ho_tile *out, int out_plane, struct ho_diag *diag)
{
    struct ho_rect from = in->rect, to = out->rect;
    int width = to.x1 - to.x0, in_rows = from.y1 - from.y0, stride = (width + 15) / 16 * 16;
    float *rows = ho_alloc_aligned((size_t)stride * (size_t)in_rows * sizeof(*rows));
    if (!rows)
        return ho_fail_memory(diag, (size_t)stride * (size_t)in_rows * sizeof(*rows));
    struct job across = {.from = in->plane[in_plane], .from_line = in->stride, .from_step = 1, .to = rows, .to_line = stride, .to_step = 1, .n_lines = in_rows,
                         .n_from = from.x1 - from.x0, .lead = from.x0 - to.x0, .n_to = width, .width = 1, .outside = outside};
    enum ho_result result = run_job(&across, sigma[0], n_boxes, n_threads, diag);
    struct job down = {.from = rows, .from_line = 1, .from_step = stride, .to = out->plane[out_plane], .to_line = 1, .to_step = out->stride, .n_lines = width, .n_from = in_rows,
                       .lead = from.y0 - to.y0, .n_to = to.y1 - to.y0, .width = STRIP, .outside = outside};
    if (result == HO_OK)
        result = run_job(&down, sigma[1], n_boxes, n_threads, diag);
    free(rows);
    return result;
}
