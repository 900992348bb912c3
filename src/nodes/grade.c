// SPDX-License-Identifier: BSD-2-Clause
#include "nodes/grade.h"

#include <string.h>

#include "image/clones.h"
#include "image/power.h"

HO_CLONES_SHARED void grade_straighten(const float *const from[4], grade_colour c, int n)
{
    float inverse[GRADE_PART];
    for (int x = 0; x < n; x++)
        inverse[x] = from[3][x] != 0 ? 1.0f / from[3][x] : 0.0f;
    for (int p = 0; p < 3; p++) {
        const float *restrict row = from[p];
        for (int x = 0; x < n; x++)
            c[p][x] = row[x] * inverse[x];
    }
}

HO_CLONES_SHARED void grade_premultiply(grade_colour c, const float *restrict alpha, float *const to[3], int n)
{
    for (int p = 0; p < 3; p++) {
        float *restrict row = to[p];
        for (int x = 0; x < n; x++)
            row[x] = c[p][x] * alpha[x];
    }
}

HO_CLONES_SHARED void grade_line(float *restrict c, float slope, float offset, int n)
{
    for (int x = 0; x < n; x++)
        c[x] = c[x] * slope + offset;
}

HO_CLONES_SHARED void grade_power(float *restrict c, float power, int n)
{
    for (int x = 0; x < n; x++) {
        float raised = power_of(c[x], power);
        c[x] = c[x] > 0 ? raised : c[x];
    }
}

HO_CLONES_SHARED void grade_weigh(const float *restrict r, const float *restrict g, const float *restrict b,
                                  float *restrict luma, int n)
{
    for (int x = 0; x < n; x++)
        luma[x] = 0.2126f * r[x] + 0.7152f * g[x] + 0.0722f * b[x];
}

HO_CLONES_SHARED void grade_saturate(grade_colour c, float saturation, int n)
{
    float luma[GRADE_PART];
    grade_weigh(c[0], c[1], c[2], luma, n);
    for (int p = 0; p < 3; p++)
        for (int x = 0; x < n; x++)
            c[p][x] = luma[x] + (c[p][x] - luma[x]) * saturation;
}

HO_CLONES_SHARED void grade_clip(float *restrict c, float low, float high, int n)
{
    for (int x = 0; x < n; x++) {
        float value = c[x] > low ? c[x] : low;
        c[x] = value < high ? value : high;
    }
}

HO_CLONES static void line_row(const float *restrict from, const float *restrict alpha, float slope, float offset,
                               float *restrict to, int n)
{
    for (int x = 0; x < n; x++) {
        float value = from[x] * slope + alpha[x] * offset;
        to[x] = alpha[x] != 0 ? value : 0;
    }
}

void grade_tile_line(const struct ho_tile *in, struct ho_tile *out, float slope, float offset)
{
    int n = out->rect.x1 - out->rect.x0;
    for (int y = out->rect.y0; y < out->rect.y1; y++) {
        const float *alpha = ho_tile_row(in, 3, y) + (out->rect.x0 - in->rect.x0);
        for (int p = 0; p < 3; p++)
            line_row(ho_tile_row(in, p, y) + (out->rect.x0 - in->rect.x0), alpha, slope, offset, ho_tile_row(out, p, y),
                     n);
        memcpy(ho_tile_row(out, 3, y), alpha, (size_t)n * sizeof(float));
    }
}

void grade_tile(const struct ho_tile *in, struct ho_tile *out, grade_change change, const void *settings)
{
    int width = out->rect.x1 - out->rect.x0;
    for (int y = out->rect.y0; y < out->rect.y1; y++)
        for (int x = 0; x < width; x += GRADE_PART) {
            int n = width - x < GRADE_PART ? width - x : GRADE_PART;
            const float *from[4];
            float *to[4];
            grade_colour c;
            for (int p = 0; p < 4; p++) {
                from[p] = ho_tile_row(in, p, y) + (out->rect.x0 - in->rect.x0) + x;
                to[p] = ho_tile_row(out, p, y) + x;
            }
            grade_straighten(from, c, n);
            change(settings, c, n);
            grade_premultiply(c, from[3], to, n);
            memcpy(to[3], from[3], (size_t)n * sizeof(float));
        }
}
