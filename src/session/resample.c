// SPDX-License-Identifier: BSD-2-Clause
// Planes at a viewer's pixels: averaged where they get smaller, repeated where they get larger.
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "session/paint.h"

// The source pixels [from, to) of output pixel `i` of `n`, over [first, first + size), kept within [0, limit).
static void span_of(int i, int n, int first, int size, int limit, int *from, int *to)
{
    *from = first + (int)((int64_t)i * size / n);
    *to = first + (int)((int64_t)(i + 1) * size / n);
    *to = *to <= *from ? *from + 1 : *to;
    *from = *from < 0 ? 0 : *from >= limit ? limit - 1 : *from;
    *to = *to > limit ? limit : *to;
    *to = *to <= *from ? *from + 1 : *to;
}

static uint8_t to_byte(float value)
{
    return value > 0 ? value < 1 ? (uint8_t)(value * 255 + 0.5f) : 255 : 0;    // NaN: 0
}

void resample_plane(const float *plane, int stride, int width, int height, struct ho_rect region, uint8_t *out,
                    int out_width, int out_height, int step)
{
    for (int y = 0; y < out_height; y++) {
        int y0, y1;
        span_of(y, out_height, region.y0, region.y1 - region.y0, height, &y0, &y1);
        for (int x = 0; x < out_width; x++, out += step) {
            int x0, x1;
            float sum = 0;
            span_of(x, out_width, region.x0, region.x1 - region.x0, width, &x0, &x1);
            for (int v = y0; v < y1; v++)
                for (int u = x0; u < x1; u++)
                    sum += plane[(ptrdiff_t)v * stride + u];
            *out = to_byte(sum / (float)((y1 - y0) * (x1 - x0)));
        }
    }
}

void resample_matte(const struct ho_matte *matte, struct ho_rect region, uint8_t *out, int out_width, int out_height)
{
    for (int y = 0; y < out_height; y++) {
        int y0, y1;
        span_of(y, out_height, region.y0, region.y1 - region.y0, matte->height, &y0, &y1);
        for (int x = 0; x < out_width; x++, out++) {
            int x0, x1;
            uint64_t sum = 0;
            span_of(x, out_width, region.x0, region.x1 - region.x0, matte->width, &x0, &x1);
            for (int v = y0; v < y1; v++)
                for (int u = x0; u < x1; u++)
                    sum += matte->data[(ptrdiff_t)v * matte->stride + u];
            *out = (uint8_t)((sum / (uint64_t)((y1 - y0) * (x1 - x0)) * 255 + 32767) / 65535);
        }
    }
}
