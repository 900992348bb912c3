// SPDX-License-Identifier: BSD-2-Clause
// The target model against its definition in float64: sums over all places, Gauss-Jordan instead of Cholesky.
#include <math.h>

#include "base/memory.h"
#include "engine/embedded/target.h"
#include "unit/test.h"

enum { W = 9, H = 7, PLACES = W * H, F16 = 112, F8 = 40, IN = HO_TARGET_IN, N = IN + 1, PIXELS = PLACES * 256 };

static double noise(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / 8388608.0 - 1;
}

struct sample { float f16[F16 * PLACES], f8[F8 * 4 * PLACES], map[PIXELS]; };

// Features of which the first few say whether a place is inside; a soft-edged disc as map.
static struct sample *make(double cx, double cy, uint32_t seed)
{
    struct sample *s = ho_alloc(1, sizeof *s);
    assert_non_null(s);
    for (int y = 0; y < 16 * H; y++)
        for (int x = 0; x < 16 * W; x++)
            s->map[y * 16 * W + x] = (float)fmin(fmax((40 - hypot(x - cx, y - cy)) / 8 + 0.5, 0), 1);
    for (int c = 0; c < F16; c++)
        for (int m = 0; m < PLACES; m++) {
            double inside = hypot(m % W * 16 + 8 - cx, m / W * 16 + 8 - cy) < 40;
            s->f16[c * PLACES + m] = (float)(noise(&seed) + (c < 6 ? 2 * inside : 0) + c * 0.1);
        }
    for (int i = 0; i < F8 * 4 * PLACES; i++)
        s->f8[i] = (float)noise(&seed);
    return s;
}

static void row_of(const struct sample *s, int m, double z[N])
{
    for (int c = 0; c < F16; c++)
        z[c] = (double)s->f16[c * PLACES + m];
    for (int c = 0; c < F8; c++) {
        z[F16 + c] = 0;
        for (int j = 0; j < 2; j++)
            for (int i = 0; i < 2; i++)
                z[F16 + c] += (double)s->f8[c * 4 * PLACES + (2 * (m / W) + j) * 2 * W + 2 * (m % W) + i] / 4;
    }
    z[IN] = 1;
}

struct twin { double mean[IN], deviation[IN], a[N][N], b[N], w[N]; };

static void normalised(const struct twin *twin, const struct sample *s, int m, double z[N])
{
    row_of(s, m, z);
    for (int c = 0; c < IN; c++)
        z[c] = (z[c] - twin->mean[c]) / (twin->deviation[c] + 1e-3);
}

static void twin_measure(struct twin *twin, const struct sample *s)
{
    double z[N];
    for (int c = 0; c < IN; c++) {
        double sum = 0, squares = 0;
        for (int m = 0; m < PLACES; m++) {
            row_of(s, m, z);
            sum += z[c];
            squares += z[c] * z[c];
        }
        twin->mean[c] = sum / PLACES;
        twin->deviation[c] = sqrt(squares / PLACES - twin->mean[c] * twin->mean[c]);
    }
}

static void twin_add(struct twin *twin, const struct sample *s, double share)
{
    double inside[PLACES], object = 0, rest = 0, z[N];
    for (int m = 0; m < PLACES; m++) {
        inside[m] = 0;
        for (int i = 0; i < 256; i++)
            inside[m] += (double)s->map[(m / W * 16 + i / 16) * 16 * W + m % W * 16 + i % 16] / 256;
        object += inside[m];
        rest += 1 - inside[m];
    }
    for (int m = 0; m < PLACES; m++) {
        double weight = share / 2 * (inside[m] / fmax(object, 1) + (1 - inside[m]) / fmax(rest, 1));
        normalised(twin, s, m, z);
        for (int i = 0; i < N; i++) {
            twin->b[i] += weight * (2 * inside[m] - 1) * z[i];
            for (int j = 0; j < N; j++)
                twin->a[i][j] += weight * z[i] * z[j];
        }
    }
}

static void twin_solve(struct twin *twin)
{
    static double a[N][N + 1];
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++)
            a[i][j] = twin->a[i][j] + (i != j ? 0 : i < IN ? 0.01 : 1e-6);
        a[i][N] = twin->b[i];
    }
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++) {
            double factor = k == i ? 0 : a[k][i] / a[i][i];
            for (int j = i; j <= N && factor != 0; j++)
                a[k][j] -= factor * a[i][j];
        }
    for (int i = 0; i < N; i++)
        twin->w[i] = a[i][N] / a[i][i];
}

static double twin_shift(const struct twin *twin, const struct sample *s, int m)
{
    double z[N], score = 0.15;
    normalised(twin, s, m, z);
    for (int i = 0; i < N; i++)
        score += z[i] * twin->w[i];
    return 3 * fmin(fmax(score, -1), 1);
}

// What a map of 0.5 becomes at a pixel.
static double twin_pixel(const struct twin *twin, const struct sample *s, int x, int y)
{
    double ax = fmin(fmax((x + 0.5) / 16 - 0.5, 0), W - 1), ay = fmin(fmax((y + 0.5) / 16 - 0.5, 0), H - 1);
    int x0 = (int)ax, y0 = (int)ay, x1 = x0 + 1 < W ? x0 + 1 : x0, y1 = y0 + 1 < H ? y0 + 1 : y0;
    double top = twin_shift(twin, s, y0 * W + x0) * (1 - ax + x0) + twin_shift(twin, s, y0 * W + x1) * (ax - x0);
    double bottom = twin_shift(twin, s, y1 * W + x0) * (1 - ax + x0) + twin_shift(twin, s, y1 * W + x1) * (ax - x0);
    return 1 / (1 + exp(-(top * (1 - ay + y0) + bottom * (ay - y0))));
}

static void learns_what_the_definition_says(void **state)
{
    (void)state;
    struct ho_diag diag = { 0 };
    struct ho_target *target = ho_alloc(1, sizeof *target);
    struct twin *twin = ho_alloc(1, sizeof *twin);
    assert_non_null(target);
    assert_non_null(twin);
    struct sample *first = make(70, 50, 1), *second = make(80, 60, 2), *third = make(90, 64, 3);
    assert_ok(ho_target_learn(target, first->f16, first->f8, W, H, first->map, true, &diag), &diag);
    assert_ok(ho_target_learn(target, second->f16, second->f8, W, H, second->map, false, &diag), &diag);
    assert_ok(ho_target_learn(target, third->f16, third->f8, W, H, third->map, false, &diag), &diag);
    twin_measure(twin, first);
    twin_add(twin, first, 0.5);
    twin_add(twin, second, 0.5 * 0.9);
    twin_add(twin, third, 0.5 * 0.1);
    twin_solve(twin);
    float *map = ho_alloc(PIXELS, sizeof *map);
    for (int i = 0; i < PIXELS; i++)
        map[i] = 0.5f;
    struct sample *next = make(86, 58, 4);
    assert_ok(ho_target_weigh(target, next->f16, next->f8, W, H, map, &diag), &diag);
    double worst = 0;
    for (int y = 0; y < 16 * H; y += 5)
        for (int x = 0; x < 16 * W; x += 5)
            worst = fmax(worst, fabs((double)map[y * 16 * W + x] - twin_pixel(twin, next, x, y)));
    assert_true(worst < 1e-3);
    // And it is right: the object is moved in, the rest out.
    double in = 0, out = 0;
    int n_in = 0;
    for (int i = 0; i < PIXELS; i++) {
        bool inside = next->map[i] > 0.5f;
        n_in += inside;
        *(inside ? &in : &out) += (double)map[i];
    }
    assert_true(in / n_in > 0.6 && out / (PIXELS - n_in) < 0.4);
    free(first);
    free(second);
    free(third);
    free(next);
    free(map);
    free(twin);
    free(target);
}

static void nothing_learnt_changes_nothing(void **state)
{
    (void)state;
    struct ho_diag diag = { 0 };
    struct ho_target *target = ho_alloc(1, sizeof *target), *zero = ho_alloc(1, sizeof *zero);
    struct sample *s = make(70, 50, 1), *empty = make(-500, -500, 2);
    // A frame without the object teaches nothing, nor does a tracked one before any prompted one.
    assert_ok(ho_target_learn(target, empty->f16, empty->f8, W, H, empty->map, true, &diag), &diag);
    assert_ok(ho_target_learn(target, s->f16, s->f8, W, H, s->map, false, &diag), &diag);
    assert_memory_equal(target, zero, sizeof *target);
    float before = s->map[50 * 16 * W + 110];
    assert_ok(ho_target_weigh(target, s->f16, s->f8, W, H, s->map, &diag), &diag);
    assert_true(s->map[50 * 16 * W + 110] == before);
    // What is certain stays as it is, whatever the model says.
    assert_ok(ho_target_learn(target, s->f16, s->f8, W, H, s->map, true, &diag), &diag);
    assert_ok(ho_target_weigh(target, s->f16, s->f8, W, H, empty->map, &diag), &diag);
    for (int i = 0; i < PIXELS; i++)
        assert_true(empty->map[i] == 0);
    free(s);
    free(empty);
    free(zero);
    free(target);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(learns_what_the_definition_says),
        cmocka_unit_test(nothing_learnt_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
