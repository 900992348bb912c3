// SPDX-License-Identifier: BSD-2-Clause
// A walk's memory: places of kept frames with their keys and values, and reading from them. The reading is XMem's
// anisotropic L2 (Cheng and Schwing, ECCV 2022): similarity(m, q) = s_m * (-(k_m^2 . e_q) + 2 k_m . (q*e_q) - e_q .
// q^2) / sqrt(64); the HO_TOP most similar places are mixed by softmax.
#ifndef HO_ENGINE_MEMORY_H
#define HO_ENGINE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "holdout/result.h"

#define HO_KEY 64
#define HO_VALUE 128
#define HO_TOP 30
#define HO_FRAMES_MAX 64    // kept frames of one walk

// The places of one kept frame.
struct ho_places {
    int64_t frame;
    int n;             // places: h * w of its view
    bool permanent;    // prompted: never dropped
    double use;        // share of all readings that came from here, decaying
    float *panels;     // [n / 6 rounded up][2 * HO_KEY][6]: squares of keys, then keys; zeros where no place is left
    float *scale;      // [n]: shrinkage / sqrt(64)
    float *values;     // [n][HO_VALUE]
};

struct ho_memory {
    struct ho_places *frames[HO_FRAMES_MAX];
    int n;
};

// From the networks' planes: key [HO_KEY][n], shrinkage [n], value [HO_VALUE][n].
enum ho_result ho_places_create(int64_t frame, int n, const float *key, const float *shrinkage, const float *value,
                                struct ho_places **out, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_places_alloc(int n, struct ho_places **out, struct ho_diag *diag)
    HO_MUST_CHECK;    // keys, scales and values undefined but for padding
void ho_places_destroy(struct ho_places **places);
// Key c of place m, where it lies among the panels; its square lies HO_KEY rows before it.
static inline size_t ho_places_key_at(int m, int c)
{
    return (size_t)(m / 6) * (2 * HO_KEY * 6) + (size_t)(HO_KEY + c) * 6 + (size_t)(m % 6);
}

void ho_memory_clear(struct ho_memory *memory);
void ho_memory_remove(struct ho_memory *memory, int index);    // destroys it; the order of the others stays

// What a reading gives, `n` query places.
struct ho_reading {
    float *values;                  // [HO_VALUE][n]: the network's `reading`
    float *similarity;              // [n]: the best place's
    double share[HO_FRAMES_MAX];    // of each kept frame in all weights; sums to 1
};
// Working memory of a reader, grown as needed. Zero-initialise it.
struct ho_reader_scratch {
    void *block;
    size_t size;
};
// query, selection: [HO_KEY][n]. Same bits for any number of threads. The memory must hold at least one place.
enum ho_result ho_memory_read(const struct ho_memory *memory, const float *query, const float *selection, int n,
                              int n_threads, struct ho_reader_scratch *scratch, struct ho_reading *out,
                              struct ho_diag *diag) HO_MUST_CHECK;

// The kernel and its plain twin: dot products of `n_panels` panels with one tile of 16 queries ([2 * HO_KEY][16]), into
// out[n_panels * 6][16].
typedef void (*ho_dot_kernel)(const float *panels, int n_panels, const float *tile, float *out);
void ho_dot_plain(const float *panels, int n_panels, const float *tile, float *out);
ho_dot_kernel ho_dot_best(void);    // the fastest one for this processor

#endif
