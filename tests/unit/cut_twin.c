// SPDX-License-Identifier: BSD-2-Clause
// The likeness of blocks that finds cuts, against a plain twin in doubles.
#include "image/cut.c"
#include "image_help.h"

static void draw(struct look *look, uint32_t *seed, float level, float contrast)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            look->luma[y][x] = level + contrast * (random_unit(seed) - 0.5f);
}

// Pearson's correlation of two blocks, by its definition.
static double twin_correlation(const struct look *a, int ax, int ay, const struct look *b, int bx, int by)
{
    double mean_a = 0, mean_b = 0, aa = 0, bb = 0, ab = 0;
    for (int i = 0; i < BLOCK * BLOCK; i++) {
        mean_a += (double)a->luma[ay + i / BLOCK][ax + i % BLOCK] / (BLOCK * BLOCK);
        mean_b += (double)b->luma[by + i / BLOCK][bx + i % BLOCK] / (BLOCK * BLOCK);
    }
    for (int i = 0; i < BLOCK * BLOCK; i++) {
        double u = (double)a->luma[ay + i / BLOCK][ax + i % BLOCK] - mean_a,
               v = (double)b->luma[by + i / BLOCK][bx + i % BLOCK] - mean_b;
        aa += u * u;
        bb += v * v;
        ab += u * v;
    }
    return ab / sqrt(aa * bb);
}

static void sums_are_those_of_the_twin(void **state)
{
    (void)state;
    static struct look look;
    float with[BLOCK * BLOCK], sum, squares, products;
    uint32_t seed = 1;
    for (int round = 0; round < 100; round++) {
        int x0 = round * 7 % (WIDTH - BLOCK + 1), y0 = round * 5 % (HEIGHT - BLOCK + 1);
        double s = 0, q = 0, p = 0;
        draw(&look, &seed, 0.5f, 1);
        for (int i = 0; i < BLOCK * BLOCK; i++) {
            double v = (double)look.luma[y0 + i / BLOCK][x0 + i % BLOCK];
            with[i] = random_unit(&seed) - 0.5f;
            s += v;
            q += v * v;
            p += v * (double)with[i];
        }
        sums_of(&look.luma[y0][x0], with, &sum, &squares, &products);
        assert_true(fabs((double)sum - s) < 1e-4 && fabs((double)squares - q) < 1e-4 &&
                    fabs((double)products - p) < 1e-4);
    }
}

static void correlation_is_that_of_the_twin(void **state)
{
    (void)state;
    static struct look a, b;
    uint32_t seed = 2;
    struct block block;
    for (int round = 0; round < 200; round++) {
        int ax = round * 11 % (WIDTH - BLOCK + 1), ay = round * 3 % (HEIGHT - BLOCK + 1),
            bx = round * 5 % (WIDTH - BLOCK + 1), by = round * 7 % (HEIGHT - BLOCK + 1);
        draw(&a, &seed, 0.4f, round % 2 ? 0.8f : 0.2f);
        draw(&b, &seed, 0.6f, 0.5f);
        // From nothing alike to the same picture, darker.
        for (int i = 0; i < BLOCK * BLOCK; i++) {
            float share = (float)(round % 5) / 4, *v = &b.luma[by + i / BLOCK][bx + i % BLOCK];
            *v = share * 0.7f * a.luma[ay + i / BLOCK][ax + i % BLOCK] + (1 - share) * *v;
        }
        take_block(&a, ax, ay, &block);
        double got = (double)correlation(&block, &b, bx, by), expected = twin_correlation(&a, ax, ay, &b, bx, by);
        if (fabs(got - expected) > 2e-3)
            fail_msg("%g instead of %g", got, expected);
    }
    // What has no structure is like nothing.
    draw(&b, &seed, 0.5f, 0);
    take_block(&a, 0, 0, &block);
    assert_true(fabs((double)correlation(&block, &b, 0, 0)) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sums_are_those_of_the_twin),
                                       cmocka_unit_test(correlation_is_that_of_the_twin)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
