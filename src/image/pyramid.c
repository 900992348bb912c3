// SPDX-License-Identifier: BSD-2-Clause
#include "image/pyramid.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pool.h"
#include "image/clones.h"

enum ho_result ho_level_create(int width, int height, int margin, struct ho_level *out, struct ho_diag *diag)
{
    ptrdiff_t stride = (width + 2 * margin + 15) / 16 * 16;
    size_t size = (size_t)stride * (size_t)(height + 2 * margin) * sizeof(float);
    float *block = ho_alloc_aligned(size);
    if (!block)
        return ho_fail_memory(diag, size);
    *out = (struct ho_level){block, block + stride * margin + margin, width, height, margin, stride};
    return HO_OK;
}

void ho_level_destroy(struct ho_level *level)
{
    free(level->block);
    level->block = NULL;
}

HO_CLONES static void widen(const uint16_t *restrict from, int n, float *restrict to)
{
    for (int x = 0; x < n; x++)
        to[x] = (float)from[x];
}

void ho_level_load(const struct ho_matte *matte, const struct ho_level *level, int x0, int y, int n, float *to)
{
    if (level) {
        memcpy(to, level->origin + y * level->stride + x0, (size_t)n * sizeof *to);
        return;
    }
    y = y < 0 ? 0 : y < matte->height ? y : matte->height - 1;
    const uint16_t *row = matte->data + (size_t)y * matte->stride;
    int first = x0 < 0              ? 0
                : x0 < matte->width ? x0
                                    : matte->width - 1,
        last = x0 + n > matte->width ? matte->width : x0 + n;
    int n_left = first - x0 < 0 ? 0 : first - x0 < n ? first - x0 : n, n_inside = last - first > 0 ? last - first : 0;
    n_inside = n_inside < n - n_left ? n_inside : n - n_left;
    for (int x = 0; x < n_left; x++)
        to[x] = (float)row[0];
    widen(row + first, n_inside, to + n_left);
    for (int x = n_left + n_inside; x < n; x++)
        to[x] = (float)row[matte->width - 1];
}

struct job {
    const struct ho_matte *from_matte;
    const struct ho_level *from;
    struct ho_level *to;
    struct ho_matte *to_matte;
    atomic_bool *failed;
};

HO_CLONES static void halve_down(const float *restrict a, const float *restrict b, const float *restrict c,
                                 const float *restrict d, int n, float *restrict to)
{
    for (int x = 0; x < n; x++)
        to[x] = 0.125f * (a[x] + d[x] + 3.0f * (b[x] + c[x]));
}

HO_CLONES static void halve_across(const float *restrict from, int n, float *restrict to)
{
    for (int x = 0; x < n; x++)
        to[x] = 0.125f * (from[2 * x] + from[2 * x + 3] + 3.0f * (from[2 * x + 1] + from[2 * x + 2]));
}

static void halve_task(void *opaque, int first, int last)
{
    const struct job *job = opaque;
    struct ho_level *to = job->to;
    int width = to->width + 2 * to->margin, n = 2 * width + 2, x0 = -2 * to->margin - 1;
    float *rows = ho_alloc_aligned((size_t)n * 5 * sizeof *rows);
    if (!rows) {
        atomic_store(job->failed, true);
        return;
    }
    float *in[4] = {rows, rows + n, rows + 2 * (size_t)n, rows + 3 * (size_t)n}, *mixed = rows + 4 * (size_t)n;
    for (int i = first; i < last; i++) {
        int y = i - to->margin;
        for (int k = i == first ? 0 : 2; k < 4; k++)    // two of the four rows are those of the row before
            ho_level_load(job->from_matte, job->from, x0, 2 * y - 1 + k, n, in[k]);
        halve_down(in[0], in[1], in[2], in[3], n, mixed);
        halve_across(mixed, width, to->origin + y * to->stride - to->margin);
        float *a = in[0], *b = in[1];
        in[0] = in[2];
        in[1] = in[3];
        in[2] = a;
        in[3] = b;
    }
    free(rows);
}

enum ho_result ho_level_halve(const struct ho_matte *matte, const struct ho_level *from, struct ho_level *to,
                              int n_threads, struct ho_diag *diag)
{
    atomic_bool failed = false;
    struct job job = {matte, from, to, NULL, &failed};
    ho_pool_run(to->height + 2 * to->margin, 32, n_threads, halve_task, &job);
    return atomic_load(&failed) ? ho_fail_memory(diag, (size_t)to->width * 40) : HO_OK;
}

HO_CLONES static void mix_rows(const float *restrict near, const float *restrict far, int n, float *restrict to)
{
    for (int x = 0; x < n; x++)
        to[x] = 0.75f * near[x] + 0.25f * far[x];
}

// `from` is one before the first sample that is doubled.
HO_CLONES static void double_across(const float *restrict from, int n, float *restrict to)
{
    for (int x = 0; x < n; x++) {
        to[2 * x] = 0.75f * from[x + 1] + 0.25f * from[x];
        to[2 * x + 1] = 0.75f * from[x + 1] + 0.25f * from[x + 2];
    }
}

HO_CLONES static void narrow(const float *restrict from, int n, uint16_t *restrict to)
{
    for (int x = 0; x < n; x++) {
        float v = from[x] > 0.0f ? from[x] : 0.0f;
        to[x] = (uint16_t)(int)((v < 65535.0f ? v : 65535.0f) + 0.5f);
    }
}

static void double_task(void *opaque, int first, int last)
{
    const struct job *job = opaque;
    const struct ho_level *from = job->from;
    int margin = job->to ? job->to->margin : 0, width = job->to ? job->to->width : job->to_matte->width;
    int start = -((margin + 1) / 2), n = (width + margin + 1) / 2 - start;    // of the smaller one
    float *rows = ho_alloc_aligned((size_t)(n + 2) * 3 * sizeof *rows);
    if (!rows) {
        atomic_store(job->failed, true);
        return;
    }
    float *mixed = rows, *wide = rows + n + 2;
    for (int i = first; i < last; i++) {
        int y = i - margin, half = y >= 0 ? y / 2 : -((1 - y) / 2), other = y - 2 * half ? half + 1 : half - 1;
        mix_rows(from->origin + half * from->stride + start - 1, from->origin + other * from->stride + start - 1, n + 2,
                 mixed);
        double_across(mixed, n, wide);
        const float *out = wide - (margin + 2 * start);    // to its pixel -margin
        if (job->to)
            memcpy(job->to->origin + y * job->to->stride - margin, out, (size_t)(width + 2 * margin) * sizeof *out);
        else
            narrow(out, width, job->to_matte->data + (size_t)y * job->to_matte->stride);
    }
    free(rows);
}

enum ho_result ho_level_double(const struct ho_level *from, struct ho_level *to, struct ho_matte *matte, int n_threads,
                               struct ho_diag *diag)
{
    atomic_bool failed = false;
    struct job job = {NULL, from, to, matte, &failed};
    ho_pool_run(to ? to->height + 2 * to->margin : matte->height, 32, n_threads, double_task, &job);
    return atomic_load(&failed) ? ho_fail_memory(diag, (size_t)from->width * 24) : HO_OK;
}
