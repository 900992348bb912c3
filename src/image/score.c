// SPDX-License-Identifier: BSD-2-Clause
#include "holdout/score.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define SIGMA 1.4      // of the gradient's Gaussian derivative
#define HALF_SIZE 4    // ceil(sigma * sqrt(-2 ln(sqrt(2 pi) * sigma * 0.01))): where its kernel has sunk to 1/100

static enum ho_result check_sizes(const struct ho_matte *truth, const struct ho_matte *matte, struct ho_diag *diag)
{
    if (truth->width != matte->width || truth->height != matte->height)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "a matte of %dx%d cannot be scored against a truth of %dx%d: the sizes must be equal",
                       matte->width, matte->height, truth->width, truth->height);
    return HO_OK;
}

static bool is_in(const struct ho_matte *m, int x, int y) { return m->data[(size_t)y * m->stride + x] >> 15; }

double ho_score_region(const struct ho_matte *truth, const struct ho_matte *matte)
{
    assert(truth->width == matte->width && truth->height == matte->height);
    int64_t both = 0, either = 0;
    for (int y = 0; y < truth->height; y++)
        for (int x = 0; x < truth->width; x++) {
            bool a = is_in(truth, x, y), b = is_in(matte, x, y);
            both += a && b;
            either += a || b;
        }
    return either ? (double)both / (double)either : 1.0;
}

// DAVIS's seg2bmap at equal size: a pixel that differs from its right, lower or lower right neighbour.
static void boundary_of(const struct ho_matte *m, uint8_t *out)
{
    int width = m->width, height = m->height;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            bool here = is_in(m, x, y), right = x + 1 < width, below = y + 1 < height;
            bool b = (right && here != is_in(m, x + 1, y)) || (below && here != is_in(m, x, y + 1)) ||
                     (right && below && here != is_in(m, x + 1, y + 1));
            out[(size_t)y * (size_t)width + (size_t)x] = b;
        }
}

// How far it is along the column to a marked pixel, at most `limit`.
static void column_distances(const uint8_t *marked, int width, int height, int limit, uint16_t *out)
{
    size_t w = (size_t)width;
    for (size_t x = 0; x < w; x++)
        out[x] = marked[x] ? 0 : (uint16_t)limit;
    for (int y = 1; y < height; y++)
        for (size_t i = (size_t)y * w; i < (size_t)(y + 1) * w; i++)
            out[i] = marked[i] ? 0 : out[i - w] < limit ? out[i - w] + 1 : (uint16_t)limit;
    for (int y = height - 2; y >= 0; y--)
        for (size_t i = (size_t)y * w; i < (size_t)(y + 1) * w; i++)
            if (out[i + w] + 1 < out[i])
                out[i] = out[i + w] + 1;
}

// How many of `boundary`'s pixels have one of the other's within a disc of `radius`; and how many there are.
static int64_t count_matches(const uint8_t *boundary, const uint16_t *other, int width, int height, int radius,
                             int64_t *n)
{
    int64_t matches = 0;
    *n = 0;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            size_t row = (size_t)y * (size_t)width;
            if (!boundary[row + (size_t)x])
                continue;
            ++*n;
            for (int u = x - radius < 0 ? 0 : x - radius; u <= x + radius && u < width; u++) {
                int down = other[row + (size_t)u];
                if (down * down + (u - x) * (u - x) <= radius * radius) {
                    matches++;
                    break;
                }
            }
        }
    return matches;
}

enum ho_result ho_score_contour(const struct ho_matte *truth, const struct ho_matte *matte, double *out,
                                struct ho_diag *diag)
{
    HO_TRY(check_sizes(truth, matte, diag));
    int width = truth->width, height = truth->height;
    size_t n = (size_t)width * (size_t)height;
    int radius = (int)ceil(0.008 * hypot(width, height));
    uint8_t *boundary = ho_alloc(2 * n, 1);
    uint16_t *distance = ho_alloc(2 * n, sizeof *distance);
    if (!boundary || !distance) {
        free(boundary);
        free(distance);
        return ho_fail_memory(diag, 2 * n * sizeof *distance);
    }
    boundary_of(truth, boundary);
    boundary_of(matte, boundary + n);
    for (int i = 0; i < 2; i++)
        column_distances(boundary + (size_t)i * n, width, height, radius + 1, distance + (size_t)i * n);
    int64_t n_truth, n_matte;
    int64_t recalled = count_matches(boundary, distance + n, width, height, radius, &n_truth);
    int64_t precise = count_matches(boundary + n, distance, width, height, radius, &n_matte);
    free(boundary);
    free(distance);
    double precision = n_matte ? (double)precise / (double)n_matte : 1.0,
           recall = n_truth ? (double)recalled / (double)n_truth : 1.0;
    if (!n_matte != !n_truth)
        *out = 0;
    else
        *out = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
    return HO_OK;
}

static double value(const struct ho_matte *m, int x, int y) { return m->data[(size_t)y * m->stride + x] / 65535.0; }

// The Gaussian and its derivative, each of unit length, so that the kernel made of both is as in the benchmark's own
// code.
static void gradient_kernels(double smooth[2 * HALF_SIZE + 1], double slope[2 * HALF_SIZE + 1])
{
    double smooth_square = 0, slope_square = 0;
    for (int i = -HALF_SIZE; i <= HALF_SIZE; i++) {
        double g = exp(-0.5 * i * i / (SIGMA * SIGMA));
        smooth[i + HALF_SIZE] = g;
        slope[i + HALF_SIZE] = -i * g;
        smooth_square += g * g;
        slope_square += i * g * i * g;
    }
    for (int i = 0; i <= 2 * HALF_SIZE; i++) {
        smooth[i] /= sqrt(smooth_square);
        slope[i] /= sqrt(slope_square);
    }
}

static int clamp(int v, int n) { return v < 0 ? 0 : v < n ? v : n - 1; }

// Length of the gradient along row `y`; `down` has room for two rows.
static void gradient_row(const struct ho_matte *m, int y, const double *smooth, const double *slope, double *down,
                         double *out)
{
    double *smoothed = down, *sloped = down + m->width;
    for (int x = 0; x < m->width; x++) {
        smoothed[x] = sloped[x] = 0;
        for (int i = -HALF_SIZE; i <= HALF_SIZE; i++) {
            double v = value(m, x, clamp(y + i, m->height));
            smoothed[x] += smooth[i + HALF_SIZE] * v;
            sloped[x] += slope[i + HALF_SIZE] * v;
        }
    }
    for (int x = 0; x < m->width; x++) {
        double across = 0, along = 0;
        for (int i = -HALF_SIZE; i <= HALF_SIZE; i++) {
            across += slope[i + HALF_SIZE] * smoothed[clamp(x + i, m->width)];
            along += smooth[i + HALF_SIZE] * sloped[clamp(x + i, m->width)];
        }
        out[x] = sqrt(across * across + along * along);
    }
}

enum ho_result ho_score_soft(const struct ho_matte *truth, const struct ho_matte *matte,
                             const struct ho_matte *previous_truth, const struct ho_matte *previous_matte,
                             struct ho_soft_score *out, struct ho_diag *diag)
{
    HO_TRY(check_sizes(truth, matte, diag));
    bool temporal = previous_truth && previous_matte;
    if (temporal) {
        HO_TRY(check_sizes(truth, previous_truth, diag));
        HO_TRY(check_sizes(truth, previous_matte, diag));
    }
    int width = truth->width, height = truth->height;
    double *rows = ho_alloc((size_t)width * 4, sizeof *rows), smooth[2 * HALF_SIZE + 1], slope[2 * HALF_SIZE + 1];
    if (!rows)
        return ho_fail_memory(diag, (size_t)width * 4 * sizeof *rows);
    gradient_kernels(smooth, slope);
    double absolute = 0, square = 0, gradient = 0, change = 0;
    for (int y = 0; y < height; y++) {
        double *a = rows + 2 * width, *b = rows + 3 * width;
        gradient_row(truth, y, smooth, slope, rows, a);
        gradient_row(matte, y, smooth, slope, rows, b);
        for (int x = 0; x < width; x++) {
            double d = value(matte, x, y) - value(truth, x, y);
            absolute += fabs(d);
            square += d * d;
            gradient += (b[x] - a[x]) * (b[x] - a[x]);
            if (temporal) {
                double before = value(previous_matte, x, y) - value(previous_truth, x, y);
                change += (d - before) * (d - before);
            }
        }
    }
    free(rows);
    double n = (double)width * height;
    *out = (struct ho_soft_score){absolute / 1000, square / n, gradient / 1000, sqrt(change / n)};
    return HO_OK;
}
