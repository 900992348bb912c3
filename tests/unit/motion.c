// SPDX-License-Identifier: BSD-2-Clause
// The kernels of block matching, each against a plain twin in doubles.
#include "image/motion.c"
#include "image_help.h"

enum { STRIDE = 29, SIZE = WINDOW + 4, N_ROUNDS = 200 };

struct windows {
    float a[SIZE * STRIDE], b[SIZE * STRIDE], w[SIZE * STRIDE];
};

// Noise around `level`; weights from nothing to all.
static void fill(struct windows *windows, uint32_t *seed, float level, float contrast)
{
    for (int i = 0; i < SIZE * STRIDE; i++) {
        windows->a[i] = level + contrast * (random_unit(seed) - 0.5f);
        windows->b[i] = level + contrast * (random_unit(seed) - 0.5f);
        windows->w[i] = random_unit(seed) < 0.3f ? 0 : random_unit(seed);
    }
}

static const float *window(const float *of) { return of + STRIDE + 1; }    // its neighbours on each side are read too

// `scale`: the sum of what was added, without signs.
static void assert_near(double got, double expected, double scale)
{
    if (fabs(got - expected) > 4e-6 * scale + 1e-30)
        fail_msg("%.9g instead of %.9g", got, expected);
}

static void check_sums(const struct windows *windows)
{
    const float *a = window(windows->a), *b = window(windows->b), *w = window(windows->w);
    double apart = 0, mass = 0;
    for (int y = 0; y < WINDOW; y++)
        for (int x = 0; x < WINDOW; x++) {
            int i = y * STRIDE + x;
            apart += ((double)w[i] + (double)BASE_WEIGHT) * fabs((double)a[i] - (double)b[i]);
            mass += (double)w[i];
        }
    assert_near((double)difference(a, b, w, STRIDE), apart, apart);
    assert_near((double)mass_of(w, STRIDE), mass, mass);
}

static void check_normal_equations(const struct windows *windows, double fx, double fy)
{
    const float *a = window(windows->a), *b = window(windows->b), *w = window(windows->w);
    double xx = 0, xy = 0, yy = 0, ex = 0, ey = 0, scale = 0;
    for (int y = 0; y < WINDOW; y++)
        for (int x = 0; x < WINDOW; x++) {
            int i = y * STRIDE + x;
            double looked_up = (1 - fy) * ((1 - fx) * (double)b[i] + fx * (double)b[i + 1]) +
                               fy * ((1 - fx) * (double)b[i + STRIDE] + fx * (double)b[i + STRIDE + 1]);
            double e = (double)a[i] - looked_up, weight = (double)w[i] + (double)BASE_WEIGHT;
            double gx = ((double)a[i + 1] - (double)a[i - 1]) / 2,
                   gy = ((double)a[i + STRIDE] - (double)a[i - STRIDE]) / 2;
            xx += weight * gx * gx;
            xy += weight * gx * gy;
            yy += weight * gy * gy;
            ex += weight * gx * e;
            ey += weight * gy * e;
            scale += weight * (fabs(gx) + fabs(gy)) * (fabs(gx) + fabs(gy) + fabs(e)) +
                     1e-3 * weight * fabs((double)a[i]);
        }
    struct normal_equations got;
    normal_sums(a, b, w, STRIDE, (float)fx, (float)fy, &got);
    assert_near((double)got.xx, xx, scale);
    assert_near((double)got.xy, xy, scale);
    assert_near((double)got.yy, yy, scale);
    assert_near((double)got.ex, ex, scale);
    assert_near((double)got.ey, ey, scale);
}

static void sums_are_those_of_the_twins(void **state)
{
    (void)state;
    static const float levels[][2] = {{0.5f, 1}, {0, 0.01f}, {1, 0}, {-0.5f, 2}};
    struct windows windows;
    uint32_t seed = 1;
    for (int i = 0; i < N_ROUNDS; i++) {
        fill(&windows, &seed, levels[i % 4][0], levels[i % 4][1]);
        check_sums(&windows);
        check_normal_equations(&windows, (double)(i % 8) / 8, (double)(i / 8 % 8) / 8);
    }
}

static void rows_are_halved_as_by_the_twin(void **state)
{
    (void)state;
    float a[80], b[80], to[40];
    uint32_t seed = 2;
    for (int n = 1; n <= 40; n++) {
        for (int i = 0; i < 80; i++) {
            a[i] = random_unit(&seed);
            b[i] = random_unit(&seed);
            to[i / 2] = -7;
        }
        halve_row(a, b, n, to);
        for (int x = 0; x < n; x++)
            assert_near((double)to[x],
                        ((double)a[2 * x] + (double)a[2 * x + 1] + (double)b[2 * x] + (double)b[2 * x + 1]) / 4, 1);
        for (int x = n; x < 40; x++)
            assert_true(to[x] < -6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sums_are_those_of_the_twins),
                                       cmocka_unit_test(rows_are_halved_as_by_the_twin)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
