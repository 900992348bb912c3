// SPDX-License-Identifier: BSD-2-Clause
// The similarity's dot products: the one place of the walk where the C code must be fast.
#include "engine/embedded/memory.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

void ho_dot_plain(const float *panels, int n_panels, const float *tile, float *out)
{
    for (int p = 0; p < n_panels; p++) {
        const float *panel = panels + (size_t)p * 2 * HO_KEY * 6;
        for (int r = 0; r < 6; r++) {
            float *row = out + ((size_t)p * 6 + r) * 16;
            for (int i = 0; i < 16; i++)
                row[i] = 0;
            for (int k = 0; k < 2 * HO_KEY; k++)
                for (int i = 0; i < 16; i++)
                    row[i] += panel[k * 6 + r] * tile[k * 16 + i];
        }
    }
}

#if defined(__x86_64__)
// Six places by sixteen queries in twelve registers: each step of k loads two query vectors and spreads six keys.
__attribute__((target("avx2,fma"))) static void dot_avx2(const float *panels, int n_panels, const float *tile,
                                                         float *out)
{
    for (int p = 0; p < n_panels; p++) {
        const float *a = panels + (size_t)p * 2 * HO_KEY * 6;
        __m256 sum[6][2];
        for (int r = 0; r < 6; r++)
            sum[r][0] = sum[r][1] = _mm256_setzero_ps();
        for (int k = 0; k < 2 * HO_KEY; k++) {
            const __m256 b0 = _mm256_load_ps(tile + k * 16), b1 = _mm256_load_ps(tile + k * 16 + 8);
#pragma GCC unroll 6
            for (int r = 0; r < 6; r++) {
                const __m256 key = _mm256_broadcast_ss(a + k * 6 + r);
                sum[r][0] = _mm256_fmadd_ps(key, b0, sum[r][0]);
                sum[r][1] = _mm256_fmadd_ps(key, b1, sum[r][1]);
            }
        }
        for (int r = 0; r < 6; r++) {
            _mm256_store_ps(out + ((size_t)p * 6 + r) * 16, sum[r][0]);
            _mm256_store_ps(out + ((size_t)p * 6 + r) * 16 + 8, sum[r][1]);
        }
    }
}

// The same sums in the same order, so the same bits, with vectors of sixteen.
__attribute__((target("avx512f"))) static void dot_avx512(const float *panels, int n_panels, const float *tile,
                                                          float *out)
{
    for (int p = 0; p < n_panels; p++) {
        const float *a = panels + (size_t)p * 2 * HO_KEY * 6;
        __m512 sum[6];
        for (int r = 0; r < 6; r++)
            sum[r] = _mm512_setzero_ps();
        for (int k = 0; k < 2 * HO_KEY; k++) {
            const __m512 b = _mm512_load_ps(tile + k * 16);
#pragma GCC unroll 6
            for (int r = 0; r < 6; r++)
                sum[r] = _mm512_fmadd_ps(_mm512_set1_ps(a[k * 6 + r]), b, sum[r]);
        }
        for (int r = 0; r < 6; r++)
            _mm512_store_ps(out + ((size_t)p * 6 + r) * 16, sum[r]);
    }
}
#endif

ho_dot_kernel ho_dot_best(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        return dot_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return dot_avx2;
#endif
    return ho_dot_plain;
}
