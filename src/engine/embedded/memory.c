// SPDX-License-Identifier: BSD-2-Clause
#include "engine/embedded/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pool.h"

#define TILE 16    // queries side by side
#define BLOCK \
    32    // panels that are matched with all tiles of a task before the next ones are fetched: 98 kB, half a core's
          // second cache
#define GRAIN 4     // tiles a task
#define SLOTS 32    // HO_TOP, rounded up to whole vectors

// The best places of one tile's queries so far; unsorted, the worst of each is known.
struct best {
    float worst[TILE];
    int worst_slot[TILE];
    float value[TILE][SLOTS];
    int32_t place[TILE][SLOTS];
};

enum ho_result ho_places_alloc(int n, struct ho_places **out, struct ho_diag *diag)
{
    *out = NULL;
    size_t n_panels = ((size_t)n + 5) / 6;
    size_t panels = n_panels * 2 * HO_KEY * 6 * sizeof(float), scale = ((size_t)n + 15) / 16 * 16 * sizeof(float),
           values = (size_t)n * HO_VALUE * sizeof(float);
    struct ho_places *places = ho_alloc(1, sizeof *places);
    if (!places)
        return ho_fail_memory(diag, sizeof *places);
    // One block: panels first, so that they start aligned.
    places->panels = ho_alloc_aligned(panels + scale + values);
    if (!places->panels) {
        free(places);
        return ho_fail_memory(diag, panels + scale + values);
    }
    places->n = n;
    places->scale = places->panels + panels / sizeof(float);
    places->values = places->scale + scale / sizeof(float);
    if (n_panels)
        memset(places->panels + (n_panels - 1) * 2 * HO_KEY * 6, 0, 2 * HO_KEY * 6 * sizeof(float));
    *out = places;
    return HO_OK;
}

enum ho_result ho_places_create(int64_t frame, int n, const float *key, const float *shrinkage, const float *value,
                                struct ho_places **out, struct ho_diag *diag)
{
    HO_TRY(ho_places_alloc(n, out, diag));
    struct ho_places *places = *out;
    places->frame = frame;
    for (int c = 0; c < HO_KEY; c++)
        for (int m = 0; m < n; m++) {
            float k = key[(size_t)c * n + m];
            size_t at = ho_places_key_at(m, c);
            places->panels[at] = k;
            places->panels[at - HO_KEY * 6] = k * k;
        }
    for (int m = 0; m < n; m++)
        places->scale[m] = shrinkage[m] / 8;    // sqrt(HO_KEY)
    for (int m0 = 0; m0 < n; m0 += TILE)        // transposed in strips that stay in the cache
        for (int c = 0; c < HO_VALUE; c++)
            for (int m = m0; m < n && m < m0 + TILE; m++)
                places->values[(size_t)m * HO_VALUE + c] = value[(size_t)c * n + m];
    return HO_OK;
}

void ho_places_destroy(struct ho_places **places)
{
    if (!places || !*places)
        return;
    free((*places)->panels);
    free(*places);
    *places = NULL;
}

void ho_memory_clear(struct ho_memory *memory)
{
    for (int i = 0; i < memory->n; i++)
        ho_places_destroy(&memory->frames[i]);
    memory->n = 0;
}

void ho_memory_remove(struct ho_memory *memory, int index)
{
    ho_places_destroy(&memory->frames[index]);
    memory->n--;
    memmove(&memory->frames[index], &memory->frames[index + 1], (size_t)(memory->n - index) * sizeof *memory->frames);
}

// ---- reading

struct job {
    const struct ho_memory *memory;
    const float *query, *selection;
    int n, n_places;
    float *tiles;         // [n_tiles][2 * HO_KEY][TILE]
    struct best *best;    // [n_tiles]
    float *weights;       // [n_tiles * TILE][SLOTS]
    ho_dot_kernel dot;
    struct ho_reading *out;
};

// Queries of one tile as the kernel wants them; `rest` becomes the term that no key takes part in.
static void pack_tile(const struct job *job, int tile, float *packed, float rest[TILE])
{
    memset(rest, 0, TILE * sizeof *rest);
    for (int c = 0; c < HO_KEY; c++)
        for (int i = 0; i < TILE; i++) {
            int q = tile * TILE + i;
            float query = q < job->n ? job->query[(size_t)c * job->n + q] : 0;
            float selection = q < job->n ? job->selection[(size_t)c * job->n + q] : 0;
            packed[c * TILE + i] = -selection;
            packed[(HO_KEY + c) * TILE + i] = 2 * query * selection;
            rest[i] += selection * query * query;
        }
}

static void take(struct best *best, int i, float value, int32_t place)
{
    int slot = best->worst_slot[i];
    best->value[i][slot] = value;
    best->place[i][slot] = place;
    float worst = best->value[i][0];
    slot = 0;
    for (int s = 1; s < HO_TOP; s++)
        if (best->value[i][s] < worst) {
            worst = best->value[i][s];
            slot = s;
        }
    best->worst[i] = worst;
    best->worst_slot[i] = slot;
}

// Turns the dot products of `n` places into similarities and keeps those that are among the best. Equal ones: the
// earlier place stays.
static void select_best(struct best *best, const float *dots, int n, const float *scale, const float rest[TILE],
                        int32_t first)
{
    for (int m = 0; m < n; m++) {
        float value[TILE];
        int any = 0;
        for (int i = 0; i < TILE; i++) {
            value[i] = (dots[m * TILE + i] - rest[i]) * scale[m];
            any |= value[i] > best->worst[i];
        }
        if (!any)
            continue;
        for (int i = 0; i < TILE; i++)
            if (value[i] > best->worst[i])
                take(best, i, value[i], first + m);
    }
}

static void match_tiles(const struct job *job, int first, int last, float (*rest)[TILE])
{
    _Alignas(64) float dots[BLOCK * 6 * TILE];
    int32_t start = 0;
    for (int f = 0; f < job->memory->n; f++) {
        const struct ho_places *places = job->memory->frames[f];
        int n_panels = (places->n + 5) / 6;
        for (int p = 0; p < n_panels; p += BLOCK) {
            int n = n_panels - p < BLOCK ? n_panels - p : BLOCK,
                n_rows = places->n - p * 6 < n * 6 ? places->n - p * 6 : n * 6;
            for (int t = first; t < last; t++) {
                job->dot(places->panels + (size_t)p * 2 * HO_KEY * 6, n, job->tiles + (size_t)t * 2 * HO_KEY * TILE,
                         dots);
                select_best(&job->best[t], dots, n_rows, places->scale + p * 6, rest[t - first], start + p * 6);
            }
        }
        start += places->n;
    }
}

// The value row of a place counted over all frames.
static const float *find_values(const struct ho_memory *memory, int32_t place)
{
    int f = 0;
    while (place >= memory->frames[f]->n)
        place -= memory->frames[f++]->n;
    return memory->frames[f]->values + (size_t)place * HO_VALUE;
}

// Softmax over the best places of each query and the mix of their values.
static void mix_tile(const struct job *job, int tile, int n_best)
{
    const struct best *best = &job->best[tile];
    float mixed[TILE][HO_VALUE];
    memset(mixed, 0, sizeof mixed);
    int n = job->n - tile * TILE < TILE ? job->n - tile * TILE : TILE;
    for (int i = 0; i < n; i++) {
        float top = best->value[i][0], sum = 0;
        float *weights = job->weights + ((size_t)tile * TILE + i) * SLOTS;
        for (int s = 1; s < n_best; s++)
            top = best->value[i][s] > top ? best->value[i][s] : top;
        for (int s = 0; s < n_best; s++)
            sum += weights[s] = expf(best->value[i][s] - top);
        for (int s = 0; s < n_best; s++) {
            const float *values = find_values(job->memory, best->place[i][s]);
            float weight = weights[s] /= sum;
            for (int c = 0; c < HO_VALUE; c++)
                mixed[i][c] += weight * values[c];
        }
        job->out->similarity[tile * TILE + i] = top;
    }
    for (int c = 0; c < HO_VALUE; c++)
        for (int i = 0; i < n; i++)
            job->out->values[(size_t)c * job->n + tile * TILE + i] = mixed[i][c];
}

static void read_tiles(void *opaque, int first, int last)
{
    const struct job *job = opaque;
    // With fewer places than slots the first n_places slots are filled one after the other, since an empty one is the
    // worst there can be.
    int n_best = job->n_places < HO_TOP ? job->n_places : HO_TOP;
    for (int t0 = first; t0 < last; t0 += GRAIN) {
        int t1 = t0 + GRAIN < last ? t0 + GRAIN : last;
        float rest[GRAIN][TILE];
        for (int t = t0; t < t1; t++) {
            struct best *best = &job->best[t];
            memset(best, 0, sizeof *best);
            for (int i = 0; i < TILE; i++) {
                best->worst[i] = -INFINITY;
                for (int s = 0; s < SLOTS; s++)
                    best->value[i][s] = -INFINITY;
            }
            pack_tile(job, t, job->tiles + (size_t)t * 2 * HO_KEY * TILE, rest[t - t0]);
        }
        match_tiles(job, t0, t1, rest);
        for (int t = t0; t < t1; t++)
            mix_tile(job, t, n_best);
    }
}

// How much of all weights each kept frame gave. Serial, so that the order of the sum is fixed.
static void sum_shares(const struct job *job, int n_best)
{
    double total = 0;
    memset(job->out->share, 0, sizeof job->out->share);
    for (int q = 0; q < job->n; q++)
        for (int s = 0; s < n_best; s++) {
            int32_t place = job->best[q / TILE].place[q % TILE][s];
            int f = 0;
            while (place >= job->memory->frames[f]->n)
                place -= job->memory->frames[f++]->n;
            job->out->share[f] += (double)job->weights[(size_t)q * SLOTS + s];
            total += (double)job->weights[(size_t)q * SLOTS + s];
        }
    for (int f = 0; f < job->memory->n && total > 0; f++)
        job->out->share[f] /= total;
}

enum ho_result ho_memory_read(const struct ho_memory *memory, const float *query, const float *selection, int n,
                              int n_threads, struct ho_reader_scratch *scratch, struct ho_reading *out,
                              struct ho_diag *diag)
{
    size_t n_tiles = ((size_t)n + TILE - 1) / TILE;
    size_t tiles = n_tiles * 2 * HO_KEY * TILE * sizeof(float), best = (n_tiles * sizeof(struct best) + 63) / 64 * 64,
           weights = n_tiles * TILE * SLOTS * sizeof(float);
    if (scratch->size < tiles + best + weights) {
        void *block = ho_alloc_aligned(tiles + best + weights);
        if (!block)
            return ho_fail_memory(diag, tiles + best + weights);
        free(scratch->block);
        scratch->block = block;
        scratch->size = tiles + best + weights;
    }
    char *block = scratch->block;
    struct job job = {.memory = memory,
                      .query = query,
                      .selection = selection,
                      .n = n,
                      .dot = ho_dot_best(),
                      .out = out,
                      .tiles = (void *)block,
                      .best = (void *)(block + tiles),
                      .weights = (void *)(block + tiles + best)};
    for (int f = 0; f < memory->n; f++)
        job.n_places += memory->frames[f]->n;
    ho_pool_run((int)n_tiles, GRAIN, n_threads, read_tiles, &job);
    sum_shares(&job, job.n_places < HO_TOP ? job.n_places : HO_TOP);
    return HO_OK;
}
