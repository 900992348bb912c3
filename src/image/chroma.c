// SPDX-License-Identifier: BSD-2-Clause
#include "image/chroma.h"

#include <string.h>

#include "image/clones.h"

struct taps {
    int n, first;
    float weight[5];
};    // sample 2 * i + first + k has weight k

static const struct taps taps_of[] = {
    [HO_SITED_FIRST] = {5, -2, {-0.125f, 0.25f, 0.75f, 0.25f, -0.125f}},
    [HO_SITED_CENTRE] = {4, -1, {-0.25f, 0.75f, 0.75f, -0.25f}},
    [HO_SITED_LAST] = {5, -1, {-0.125f, 0.25f, 0.75f, 0.25f, -0.125f}},
};

// A line of odd length gets one sample more: the one that interpolation would have put there.
static float beyond(float last, float before, enum ho_siting siting)
{
    return siting == HO_SITED_CENTRE ? 1.5f * last - 0.5f * before
           : siting == HO_SITED_LAST ? 2.0f * last - before
                                     : last;
}

static float halve_at_border(const float *from, int n, int i, const struct taps *taps, float extra)
{
    int even = (n + 1) / 2 * 2;
    float sum = 0;
    for (int k = 0; k < taps->n; k++) {
        int x = 2 * i + taps->first + k;
        x = x < 0 ? 0 : x < even ? x : even - 1;
        sum += taps->weight[k] * (x < n ? from[x] : extra);
    }
    return sum;
}

HO_CLONES static void halve_part(const float *restrict from, int n, enum ho_siting siting, float *restrict to)
{
    const struct taps *taps = &taps_of[siting];
    float extra = beyond(from[n - 1], from[n > 1 ? n - 2 : 0], siting);
    int half = (n + 1) / 2, last = (n - 3) / 2;    // [1, last) reads inside the line alone
    for (int i = 0; i < half; i++)
        if (i < 1 || i >= last)
            to[i] = halve_at_border(from, n, i, taps, extra);
    if (siting == HO_SITED_CENTRE) {
        for (int i = 1; i < last; i++) {
            const float *p = from + 2 * i;
            to[i] = 0.75f * (p[0] + p[1]) - 0.25f * (p[-1] + p[2]);
        }
    } else {
        for (int i = 1; i < last; i++) {
            const float *p = from + 2 * i + taps->first;
            to[i] = 0.75f * p[2] + 0.25f * (p[1] + p[3]) - 0.125f * (p[0] + p[4]);
        }
    }
}

HO_CLONES static void halve_rows(const float *restrict from, ptrdiff_t stride, int width, int n, enum ho_siting siting,
                                 float *restrict to)
{
    const struct taps *taps = &taps_of[siting];
    int half = (n + 1) / 2, even = half * 2;
    for (int i = 0; i < half; i++) {
        float *restrict row = to + (size_t)i * (size_t)width;
        memset(row, 0, (size_t)width * sizeof *row);
        for (int k = 0; k < taps->n; k++) {
            int y = 2 * i + taps->first + k;
            y = y < 0 ? 0 : y < even ? y : even - 1;
            float weight = taps->weight[k];
            const float *in = from + (y < n ? y : n - 1) * stride;
            if (y < n) {
                for (int x = 0; x < width; x++)
                    row[x] += weight * in[x];
            } else {
                const float *before = n > 1 ? in - stride : in;
                for (int x = 0; x < width; x++)
                    row[x] += weight * beyond(in[x], before[x], siting);
            }
        }
    }
}

void ho_chroma_halve(const float *from, ptrdiff_t from_stride, int width, int height, bool in_width,
                     enum ho_siting siting_w, bool in_height, enum ho_siting siting_h, float *scratch, float *to,
                     ptrdiff_t to_stride)
{
    if (in_height) {
        halve_rows(from, from_stride, width, height, siting_h, scratch);
        from = scratch;
        from_stride = width;
        height = (height + 1) / 2;
    }
    for (int y = 0; y < height; y++) {
        if (in_width)
            halve_part(from + y * from_stride, width, siting_w, to + y * to_stride);
        else
            memcpy(to + y * to_stride, from + y * from_stride, (size_t)width * sizeof *to);
    }
}
