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

struct sample {
    float f16[F16 * PLACES], f8[F8 * 4 * PLACES], map[PIXELS];
};

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

#define LESSON(s, prompted)                                                                                 \
    (struct ho_lesson)                                                                                      \
    {                                                                                                       \
        .f16 = (s)->f16, .f8 = (s)->f8, .width = W, .height = H, .map = (s)->map, .is_prompted = (prompted) \
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

struct twin {
    double mean[IN], deviation[IN], a[N][N], b[N], w[N];
};

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

static double twin_score(const struct twin *twin, const struct sample *s, int m)
{
    double z[N], score = 0;
    normalised(twin, s, m, z);
    for (int i = 0; i < N; i++)
        score += z[i] * twin->w[i];
    return score;
}

static void learns_what_the_definition_says(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_target *target = ho_alloc(1, sizeof *target);
    struct twin *twin = ho_alloc(1, sizeof *twin);
    assert_non_null(target);
    assert_non_null(twin);
    struct sample *first = make(70, 50, 1), *second = make(80, 60, 2), *third = make(90, 64, 3);
    assert_ok(ho_target_learn(target, &LESSON(first, true), &diag), &diag);
    assert_ok(ho_target_learn(target, &LESSON(second, false), &diag), &diag);
    assert_ok(ho_target_learn(target, &LESSON(third, false), &diag), &diag);
    twin_measure(twin, first);
    twin_add(twin, first, 0.5);
    twin_add(twin, second, 0.5 * 0.9);
    twin_add(twin, third, 0.5 * 0.1);
    twin_solve(twin);
    struct sample *next = make(86, 58, 4);
    float score[PLACES];
    ho_target_score(target, next->f16, next->f8, W, H, score);
    // And it is right: the object's places are above zero, the rest below.
    int n_in = 0, n_right = 0;
    for (int m = 0; m < PLACES; m++) {
        bool inside = next->map[(m / W * 16 + 8) * 16 * W + m % W * 16 + 8] > 0.5f;
        assert_true(fabs((double)score[m] - twin_score(twin, next, m)) < 1e-3);
        n_in += inside;
        n_right += inside == (score[m] > 0);
    }
    assert_in_range(n_in, 6, PLACES / 2);
    assert_in_range(n_right, PLACES * 4 / 5, PLACES);
    free(first);
    free(second);
    free(third);
    free(next);
    free(twin);
    free(target);
}

static void nothing_learnt_changes_nothing(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_target *target = ho_alloc(1, sizeof *target), *zero = ho_alloc(1, sizeof *zero);
    struct sample *s = make(70, 50, 1), *empty = make(-500, -500, 2);
    // A frame without the object teaches nothing, nor does a tracked one before any prompted one.
    assert_ok(ho_target_learn(target, &LESSON(empty, true), &diag), &diag);
    assert_ok(ho_target_learn(target, &LESSON(s, false), &diag), &diag);
    assert_memory_equal(target, zero, sizeof *target);
    float score[PLACES];
    ho_target_score(target, s->f16, s->f8, W, H, score);
    for (int m = 0; m < PLACES; m++)
        assert_true(score[m] == 0);
    free(s);
    free(empty);
    free(zero);
    free(target);
}

// Places that are known to be rivals weigh more; nothing known is as before. What prompted frames taught stays.
static void rivals_are_told_from_the_object(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    struct ho_target *plain = ho_alloc(1, sizeof *plain), *told = ho_alloc(1, sizeof *told);
    struct sample *s = make(50, 50, 1), *next = make(60, 50, 3);
    float *others = ho_alloc(PIXELS, sizeof *others), score[2][PLACES], taught[HO_TARGET];
    struct ho_lesson lesson = LESSON(s, true), tracked = LESSON(next, false);
    for (int m = 0; m < PLACES; m++) {    // a rival in the last columns, which looks just like the object's middle
        if (m % W < 7)
            continue;
        for (int c = 0; c < F16; c++)
            s->f16[c * PLACES + m] = s->f16[c * PLACES + 3 * W + 3];
        for (int i = 0; i < F8 * 4; i++)
            s->f8[i / 4 * 4 * PLACES + (2 * (m / W) + i % 4 / 2) * 2 * W + 2 * (m % W) + i % 2] =
                s->f8[i / 4 * 4 * PLACES + (2 * 3 + i % 4 / 2) * 2 * W + 2 * 3 + i % 2];
    }
    for (int i = 0; i < PIXELS; i++)
        others[i] = i % (16 * W) >= 7 * 16;
    assert_ok(ho_target_learn(plain, &lesson, &diag), &diag);
    lesson.others = others;
    assert_ok(ho_target_learn(told, &lesson, &diag), &diag);
    ho_target_score(plain, s->f16, s->f8, W, H, score[0]);
    ho_target_score(told, s->f16, s->f8, W, H, score[1]);
    double sum[2] = {0};
    for (int m = 0; m < PLACES; m++)
        for (int k = 0; k < 2; k++)
            sum[k] += m % W >= 7 ? (double)score[k][m] : 0;
    if (!(sum[1] < sum[0] - 0.1))
        fail_msg("a rival scores %.2f, told %.2f", sum[0], sum[1]);
    memcpy(taught, told->prompted, sizeof told->prompted);
    assert_memory_equal(told->prompted, told->weight, sizeof told->weight);    // nothing but a prompted frame so far
    assert_ok(ho_target_learn(told, &tracked, &diag), &diag);
    assert_memory_equal(told->prompted, taught, sizeof told->prompted);
    assert_memory_not_equal(told->prompted, told->weight, sizeof told->weight);
    free(plain);
    free(told);
    free(s);
    free(next);
    free(others);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(learns_what_the_definition_says),
        cmocka_unit_test(nothing_learnt_changes_nothing),
        cmocka_unit_test(rivals_are_told_from_the_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
