// SPDX-License-Identifier: BSD-2-Clause
// Grey-scale opening and closing by an octagon: a square and two diagonals, each a line of n samples, whose least or
// greatest value takes log2(n) steps by doubling.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pool.h"
#include "image/clones.h"
#include "image/kernels.h"

#define BAND 96    // rows: with its margin, a band stays in the second cache

// The octagon covers x in [-diagonal, square - 1 + diagonal] and y in [0, square - 1 + 2 * diagonal], `diagonal` steps
// along each diagonal.
struct octagon {
    int square, diagonal;
};

static struct octagon octagon_of(int size)
{
    int diagonal = (int)(0.292893 * (size - 1) + 0.5);    // regular: 1 - 1 / sqrt(2) of the width on either side
    while (diagonal > 0 && size - 2 * diagonal < 2)       // two diagonals without a square leave gaps
        diagonal--;
    return (struct octagon){size - 2 * diagonal, diagonal};
}

HO_CLONES static void least(uint16_t *restrict a, const uint16_t *restrict b, int n)
{
    for (int i = 0; i < n; i++)
        a[i] = a[i] < b[i] ? a[i] : b[i];
}

HO_CLONES static void greatest(uint16_t *restrict a, const uint16_t *restrict b, int n)
{
    for (int i = 0; i < n; i++)
        a[i] = a[i] > b[i] ? a[i] : b[i];
}

struct band {
    uint16_t *data, *copy;
    int width, height, stride;
    bool grow;
};    // `copy`: room for a row

static void combine(const struct band *b, uint16_t *a, const uint16_t *with, int n)
{
    if (b->grow)
        greatest(a, with, n);
    else
        least(a, with, n);
}

// Each sample takes the extreme of itself and `n` - 1 more, (dx, dy) apart; dy is 0 or 1. Samples whose line leaves the
// buffer are left unfinished.
static void line(const struct band *b, int n, int dx, int dy)
{
    for (int have = 1; have < n;) {
        int step = have < n - have ? have : n - have;    // doubles, then covers the rest by overlapping
        for (int y = 0; y + step * dy < b->height; y++) {
            uint16_t *row = b->data + (size_t)y * b->stride;
            const uint16_t *with = b->data + (size_t)(y + step * dy) * b->stride;
            if (dy == 0)
                with = memcpy(b->copy, row, (size_t)b->width * sizeof *row);
            if (dx >= 0)
                combine(b, row, with + step * dx, b->width - step * dx);
            else
                combine(b, row - step * dx, with, b->width + step * dx);
        }
        have += step;
    }
}

struct job {
    const struct ho_matte *from;
    struct ho_matte *to;
    struct octagon octagon;
    bool grow;    // greatest, by the octagon turned round
    atomic_bool *failed;
};

static void band_task(void *opaque, int first, int last)
{
    const struct job *job = opaque;
    const struct ho_matte *from = job->from;
    int reach = job->octagon.square - 1 + 2 * job->octagon.diagonal;
    struct band b = {.width = from->width + reach, .height = last - first + reach, .grow = job->grow};
    b.stride = (b.width + 31) / 32 * 32;
    b.data = ho_alloc_aligned((size_t)b.stride * (size_t)(b.height + 1) * sizeof *b.data);
    if (!b.data) {
        atomic_store(job->failed, true);
        return;
    }
    b.copy = b.data + (size_t)b.stride * (size_t)b.height;
    int before = job->grow ? reach - reach / 2 : reach / 2;    // what the octagon covers left of and above its centre
    for (int y = 0; y < b.height; y++) {
        uint16_t *row = b.data + (size_t)y * b.stride;
        int from_y = first - before + y;
        memset(row, job->grow ? 0 : 0xff, (size_t)b.width * sizeof *row);    // outside the frame nothing counts
        if (from_y >= 0 && from_y < from->height)
            memcpy(row + before, from->data + (size_t)from_y * from->stride, (size_t)from->width * sizeof *row);
    }
    line(&b, job->octagon.square, 0, 1);
    line(&b, job->octagon.square, 1, 0);
    line(&b, job->octagon.diagonal + 1, 1, 1);
    line(&b, job->octagon.diagonal + 1, -1, 1);
    for (int y = first; y < last; y++)
        memcpy(job->to->data + (size_t)y * job->to->stride,
               b.data + (size_t)(y - first) * b.stride + job->octagon.diagonal, (size_t)from->width * sizeof *b.data);
    free(b.data);
}

static enum ho_result run(struct ho_matte *matte, float diameter, bool grow_first, int n_threads, struct ho_diag *diag)
{
    int size = (int)diameter + 1;
    if (size < 2)
        return HO_OK;
    struct ho_matte *between = NULL;
    HO_TRY(ho_matte_create(matte->width, matte->height, &between, diag));
    atomic_bool failed = false;
    struct job job = {matte, between, octagon_of(size), grow_first, &failed};
    ho_pool_run(matte->height, BAND, n_threads, band_task, &job);
    enum ho_result result = HO_OK;
    if (!atomic_load(&failed)) {
        job = (struct job){between, matte, octagon_of(size), !grow_first, &failed};
        ho_pool_run(matte->height, BAND, n_threads, band_task, &job);
    }
    if (atomic_load(&failed))
        result = ho_fail_memory(diag, (size_t)(matte->width + size) * (size_t)(BAND + size) * sizeof *matte->data);
    ho_matte_destroy(&between);
    return result;
}

enum ho_result ho_open(struct ho_matte *matte, float diameter, int n_threads, struct ho_diag *diag)
{
    return run(matte, diameter, false, n_threads, diag);
}

enum ho_result ho_close(struct ho_matte *matte, float diameter, int n_threads, struct ho_diag *diag)
{
    return run(matte, diameter, true, n_threads, diag);
}
