// SPDX-License-Identifier: BSD-2-Clause
#include "engine/embedded/target.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/embedded/embedded.h"
#include "image/clones.h"

#define RIDGE 0.01       // on channels of variance one
#define FADE 0.9f        // of what older tracked frames said, a frame
#define PROMPTED 0.5f    // the share that prompted frames have beside tracked ones
#define RIVALS 0.4f      // of all that is not the object, the share that known rivals weigh, where there are some
#define GROUP 8          // places summed at a time

enum { N = HO_TARGET_IN + 1 };    // weights

_Static_assert(HO_TARGET_IN == HO_F16 + HO_F8 && HO_TARGET > HO_TARGET_IN && HO_TARGET % 16 == 0,
               "rows hold the channels and a one");
_Static_assert(sizeof(struct ho_target) ==
                   8 + sizeof(float) * (2 * HO_TARGET_IN + 2 * HO_TARGET * HO_TARGET + 4 * HO_TARGET),
               "saved as it stands");

// Rows of channels, a place each; zeros behind the last up to a whole group.
static float *gather(const float *f16, const float *f8, int width, int height, struct ho_diag *diag)
{
    size_t n = (size_t)width * (size_t)height, rows = (n + GROUP - 1) / GROUP * GROUP;
    float *out = ho_alloc_aligned(rows * HO_TARGET * sizeof *out);
    if (!out) {
        (void)ho_fail_memory(diag, rows * HO_TARGET * sizeof *out);
        return NULL;
    }
    memset(out + n * HO_TARGET, 0, (rows - n) * HO_TARGET * sizeof *out);
    for (size_t m = 0; m < n; m++) {
        float *row = out + m * HO_TARGET;
        size_t x = m % (size_t)width, y = m / (size_t)width;
        for (size_t c = 0; c < HO_F16; c++)
            row[c] = f16[c * n + m];
        for (size_t c = 0; c < HO_F8; c++) {
            const float *four = f8 + c * 4 * n + 2 * y * 2 * (size_t)width + 2 * x;
            row[HO_F16 + c] = 0.25f * (four[0] + four[1] + four[2 * (size_t)width] + four[2 * (size_t)width + 1]);
        }
        for (int c = HO_TARGET_IN; c < HO_TARGET; c++)
            row[c] = c == HO_TARGET_IN;
    }
    return out;
}

static void measure(const float *rows, size_t n, struct ho_target *target)
{
    for (int c = 0; c < HO_TARGET_IN; c++) {
        double sum = 0, squares = 0;
        for (size_t m = 0; m < n; m++)
            sum += (double)rows[m * HO_TARGET + (size_t)c];
        double mean = sum / (double)n;
        for (size_t m = 0; m < n; m++)
            squares += ((double)rows[m * HO_TARGET + (size_t)c] - mean) *
                       ((double)rows[m * HO_TARGET + (size_t)c] - mean);
        target->mean[c] = (float)mean;
        target->scale[c] = (float)(1 / (sqrt(squares / (double)n) + 1e-3));
    }
}

static void normalise(float *rows, size_t n, const struct ho_target *target)
{
    for (size_t m = 0; m < n; m++)
        for (int c = 0; c < HO_TARGET_IN; c++)
            rows[m * HO_TARGET + (size_t)c] = (rows[m * HO_TARGET + (size_t)c] - target->mean[c]) * target->scale[c];
}

// sum[i][j] = fade * sum[i][j] + share * (weighed z z') for j <= i, a few more to whole vectors. `weighed` are the rows
// times their places' weights.
HO_CLONES static void add_products(const float *restrict rows, const float *restrict weighed, size_t n,
                                   float (*restrict sum)[HO_TARGET])
{
    for (size_t m = 0; m < n; m += GROUP) {
        const float *z = rows + m * HO_TARGET, *u = weighed + m * HO_TARGET;
        for (int i = 0; i <= HO_TARGET_IN; i++) {
            const float a = u[i], b = u[i + HO_TARGET], c = u[i + 2 * HO_TARGET], d = u[i + 3 * HO_TARGET];
            const float e = u[i + 4 * HO_TARGET], f = u[i + 5 * HO_TARGET], g = u[i + 6 * HO_TARGET],
                        h = u[i + 7 * HO_TARGET];
            float *restrict row = sum[i];
            for (int j = 0; j < (i / 16 + 1) * 16; j++)
                row[j] += ((a * z[j] + b * z[j + HO_TARGET]) + (c * z[j + 2 * HO_TARGET] + d * z[j + 3 * HO_TARGET])) +
                          ((e * z[j + 4 * HO_TARGET] + f * z[j + 5 * HO_TARGET]) +
                           (g * z[j + 6 * HO_TARGET] + h * z[j + 7 * HO_TARGET]));
        }
    }
}

float ho_cell_mean(const float *map, int width, size_t place)
{
    const size_t stride = (size_t)width * HO_CELL, x = place % (size_t)width, y = place / (size_t)width;
    float sum = 0;
    for (size_t j = 0; j < HO_CELL; j++)
        for (size_t i = 0; i < HO_CELL; i++)
            sum += map[(y * HO_CELL + j) * stride + x * HO_CELL + i];
    return sum / (HO_CELL * HO_CELL);
}

// L L' = a + ridge in float64 (L into `l`), then weight = the solution for y. `recent` is the share of tracked frames.
static void solve(const struct ho_target *target, double recent, double (*l)[N], float weight[HO_TARGET])
{
    double x[N];
    const double kept = (1 - recent) / target->n_kept;
    for (int i = 0; i < N; i++) {
        for (int j = 0; j <= i; j++) {
            double sum = kept * (double)target->kept[i][j] + recent * (double)target->recent[i][j] +
                         (i != j             ? 0
                          : i < HO_TARGET_IN ? RIDGE
                                             : 1e-6);
            for (int k = 0; k < j; k++)
                sum -= l[i][k] * l[j][k];
            l[i][j] = i == j ? sqrt(fmax(sum, 1e-12)) : sum / l[j][j];
        }
        x[i] = kept * (double)target->kept_y[i] + recent * (double)target->recent_y[i];
        for (int k = 0; k < i; k++)
            x[i] -= l[i][k] * x[k];
        x[i] /= l[i][i];
    }
    for (int i = N - 1; i >= 0; i--) {
        for (int k = i + 1; k < N; k++)
            x[i] -= l[k][i] * x[k];
        x[i] /= l[i][i];
        weight[i] = (float)x[i];
    }
}

static void fade(struct ho_target *target)
{
    for (int i = 0; i < HO_TARGET; i++) {
        target->recent_y[i] *= FADE;
        for (int j = 0; j < HO_TARGET; j++)
            target->recent[i][j] *= FADE;
    }
}

// How much of each place is the object, and how much of it counts as something else: [n] each.
static bool weigh_places(const struct ho_lesson *lesson, size_t n, float *inside, float *outside)
{
    float object = 0, rest = 0, rivals = 0;
    for (size_t m = 0; m < n; m++) {
        inside[m] = ho_cell_mean(lesson->map, lesson->width, m);
        outside[m] = lesson->others ? (1 - inside[m]) * ho_cell_mean(lesson->others, lesson->width, m) : 0;
        object += inside[m];
        rest += 1 - inside[m];
        rivals += outside[m];
    }
    // Places that are known to be rivals weigh on top of what they weigh as ground.
    const float share = rivals >= 1 ? RIVALS : 0;
    for (size_t m = 0; m < n; m++) {
        outside[m] = share > 0 ? (1 - share) * (1 - inside[m]) / fmaxf(rest, 1) + share * outside[m] / rivals
                               : (1 - inside[m]) / fmaxf(rest, 1);
        outside[m] *= 0.5f;
    }
    return object > 0;
}

// Adds a frame's places to the sums that they belong to. `object` is the sum of `inside`.
static void add_places(struct ho_target *target, const struct ho_lesson *lesson, size_t n, size_t rows,
                       const float *restrict z, float *restrict weighed, const float *inside, const float *outside)
{
    // The newest tracked frame has a share of 1 - FADE, once there are some; the first one has all.
    const float share = lesson->is_prompted || target->n_recent == 0 ? 1 : 1 - FADE;
    float *y = lesson->is_prompted ? target->kept_y : target->recent_y, object = 0;
    if (!lesson->is_prompted && target->n_recent > 0)
        fade(target);
    for (size_t m = 0; m < n; m++)
        object += inside[m];
    memset(weighed + n * HO_TARGET, 0, (rows - n) * HO_TARGET * sizeof *weighed);
    for (size_t m = 0; m < n; m++) {
        float weight = share * (0.5f * inside[m] / fmaxf(object, 1) + outside[m]), answer = 2 * inside[m] - 1;
        for (size_t c = 0; c < HO_TARGET; c++) {
            weighed[m * HO_TARGET + c] = weight * z[m * HO_TARGET + c];
            y[c] += answer * weighed[m * HO_TARGET + c];
        }
    }
    add_products(z, weighed, rows, lesson->is_prompted ? target->kept : target->recent);
}

enum ho_result ho_target_learn(struct ho_target *target, const struct ho_lesson *lesson, struct ho_diag *diag)
{
    size_t n = (size_t)lesson->width * (size_t)lesson->height, rows = (n + GROUP - 1) / GROUP * GROUP;
    if (!lesson->is_prompted && target->n_kept == 0)
        return HO_OK;
    // All that can fail comes first: a frame is learnt whole or not at all.
    float *z = gather(lesson->f16, lesson->f8, lesson->width, lesson->height, diag),
          *weighed = ho_alloc_aligned(rows * HO_TARGET * sizeof *z), *inside = ho_alloc_aligned(2 * n * sizeof *inside);
    double(*factor)[N] = ho_alloc(N, sizeof *factor);
    enum ho_result result = z && weighed && inside && factor ? HO_OK
                                                             : ho_fail_memory(diag, rows * HO_TARGET * sizeof *z);
    if (result == HO_OK && weigh_places(lesson, n, inside, inside + n)) {
        if (target->n_kept == 0)
            measure(z, n, target);
        normalise(z, n, target);
        add_places(target, lesson, n, rows, z, weighed, inside, inside + n);
        target->n_kept += lesson->is_prompted;
        target->n_recent += !lesson->is_prompted;
        if (lesson->is_prompted)
            solve(target, 0, factor, target->prompted);
        solve(target, target->n_recent ? 1 - (double)PROMPTED : 0, factor, target->weight);
    }
    free(factor);
    free(z);
    free(weighed);
    free(inside);
    return result;
}

// What the weights say of raw channels is what they say of normalised ones, moved by a constant: the planes need not be
// gathered for it.
HO_CLONES static void add_plane(const float *restrict plane, size_t n, float weight, float *restrict score)
{
    for (size_t m = 0; m < n; m++)
        score[m] += weight * plane[m];
}

HO_CLONES static void add_halved_plane(const float *restrict plane, size_t width, size_t height, float weight,
                                       float *restrict score)
{
    for (size_t y = 0; y < height; y++) {
        const float *top = plane + 4 * y * width, *bottom = top + 2 * width;
        for (size_t x = 0; x < width; x++)
            score[y * width + x] += 0.25f * weight * (top[2 * x] + top[2 * x + 1] + bottom[2 * x] + bottom[2 * x + 1]);
    }
}

static void apply(const struct ho_target *target, const float *weights, const float *f16, const float *f8, int width,
                  int height, float *score)
{
    const size_t n = (size_t)width * (size_t)height;
    double constant = (double)weights[HO_TARGET_IN];
    for (int c = 0; c < HO_TARGET_IN; c++)
        constant -= (double)weights[c] * (double)target->scale[c] * (double)target->mean[c];
    for (size_t m = 0; m < n; m++)
        score[m] = (float)constant;
    for (size_t c = 0; c < HO_TARGET_IN; c++) {
        const float weight = weights[c] * target->scale[c];
        if (c < HO_F16)
            add_plane(f16 + c * n, n, weight, score);
        else
            add_halved_plane(f8 + (c - HO_F16) * 4 * n, (size_t)width, (size_t)height, weight, score);
    }
}

void ho_target_score(const struct ho_target *target, const float *f16, const float *f8, int width, int height,
                     float *score)
{
    apply(target, target->weight, f16, f8, width, height, score);
}

void ho_target_resemble(const struct ho_target *target, const float *f16, const float *f8, int width, int height,
                        float *score)
{
    apply(target, target->prompted, f16, f8, width, height, score);
}
