// SPDX-License-Identifier: BSD-2-Clause
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/pool.h"
#include "image/clones.h"
#include "image/kernels.h"

struct job {
    const struct ho_picture *key;
    struct ho_matte *out;
    float black, scale;
    const uint16_t *table;
};

HO_CLONES static void levels_row(const float *from, int n, float black, float scale, uint16_t *to)
{
    for (int x = 0; x < n; x++) {
        float v = (from[x] - black) * scale;
        v = v > 0.0f ? v : 0.0f;    // false for NaN, too
        v = v < 1.0f ? v : 1.0f;
        to[x] = (uint16_t)(int)(v * 65535.0f + 0.5f);
    }
}

static void levels_band(void *opaque, int first, int last)
{
    const struct job *job = opaque;
    for (int y = first; y < last; y++) {
        uint16_t *to = job->out->data + (size_t)y * job->out->stride;
        levels_row(job->key->plane[0] + (size_t)y * job->key->stride, job->key->width, job->black, job->scale, to);
        if (job->table)
            for (int x = 0; x < job->key->width; x++)
                to[x] = job->table[to[x]];
    }
}

enum ho_result ho_levels(const struct ho_picture *key, float black, float white, float gamma, struct ho_matte *out,
                         int n_threads, struct ho_diag *diag)
{
    bool curved = gamma < 1.0f || gamma > 1.0f;
    uint16_t *table = NULL;
    if (curved) {
        table = ho_alloc(65536, sizeof *table);
        if (!table)
            return ho_fail_memory(diag, 65536 * sizeof *table);
        for (int v = 0; v < 65536; v++)
            table[v] = (uint16_t)(powf((float)v / 65535.0f, 1.0f / gamma) * 65535.0f + 0.5f);
    }
    struct job job = {key, out, black, 1.0f / (white - black), table};
    ho_pool_run(key->height, 32, n_threads, levels_band, &job);
    free(table);
    return HO_OK;
}
