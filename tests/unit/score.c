// SPDX-License-Identifier: BSD-2-Clause
#include "holdout/score.h"
#include "base/memory.h"
#include "image_help.h"

static struct ho_matte *matte_create(int width, int height)
{
    struct ho_matte *m = NULL;
    assert_int_equal(ho_matte_create(width, height, &m, NULL), HO_OK);
    return m;
}

static struct ho_matte *box(int width, int height, int x0, int y0, int x1, int y1)
{
    struct ho_matte *m = matte_create(width, height);
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            m->data[y * m->stride + x] = 65535;
    return m;
}

static double contour(const struct ho_matte *truth, const struct ho_matte *matte)
{
    double f = -1;
    assert_int_equal(ho_score_contour(truth, matte, &f, NULL), HO_OK);
    return f;
}

static void region_is_intersection_over_union(void **state)
{
    (void)state;
    struct ho_matte *a = box(20, 10, 2, 2, 8, 8), *b = box(20, 10, 5, 2, 11, 8), *none = matte_create(20, 10);
    assert_true(fabs(ho_score_region(a, b) - 18.0 / 54.0) < 1e-12);
    assert_true(ho_score_region(a, a) == 1.0);
    assert_true(ho_score_region(none, none) == 1.0);
    assert_true(ho_score_region(a, none) == 0.0);
    b->data[0] = 32767;    // just out
    assert_true(fabs(ho_score_region(a, b) - 18.0 / 54.0) < 1e-12);
    b->data[0] = 32768;    // just in
    assert_true(fabs(ho_score_region(a, b) - 18.0 / 55.0) < 1e-12);
    ho_matte_destroy(&a);
    ho_matte_destroy(&b);
    ho_matte_destroy(&none);
}

// 10x10: the bound is ceil(0.008 * 14.14) = 1 pixel. The boundary of a box [x0, x1) x [y0, y1) inside is the ring from
// x0 - 1 to x1 - 1 and y0 - 1 to y1 - 1.
static void contour_of_boxes_by_hand(void **state)
{
    (void)state;
    struct ho_matte *a = box(10, 10, 3, 3, 6, 6), *one = box(10, 10, 4, 3, 7, 6), *far = box(10, 10, 3, 3, 9, 6),
                    *none = matte_create(10, 10), *all = box(10, 10, 0, 0, 10, 10);
    assert_true(contour(a, a) == 1.0);
    assert_true(contour(a, one) == 1.0);    // moved by one: every boundary pixel has one within one pixel
    // `far` is 6 wide: its ring has 7x4 - 5x2 = 18 pixels, a's 4x4 - 2x2 = 12. All of a's match: the right column's
    // inner two (x 5, y 3 and 4) lie one below or above far's rows. Of far's, the left column's inner two match, and
    // above and below x 2 to 5 and, one to the right of a's, x 6: 2 + 5 + 5 = 12 of 18.
    assert_true(fabs(contour(a, far) - 2 * (12.0 / 18) * 1.0 / (12.0 / 18 + 1.0)) < 1e-12);
    assert_true(contour(none, none) == 1.0);
    assert_true(contour(none, all) == 1.0);    // neither has a boundary
    assert_true(contour(a, none) == 0.0);
    assert_true(contour(none, a) == 0.0);
    ho_matte_destroy(&a);
    ho_matte_destroy(&one);
    ho_matte_destroy(&far);
    ho_matte_destroy(&none);
    ho_matte_destroy(&all);
}

// The public evaluation's own steps, array by array: shifted copies, exclusive or, last row and column set apart,
// dilation by a disc.
static double plain_contour(const struct ho_matte *truth, const struct ho_matte *matte)
{
    int w = truth->width, h = truth->height, r = (int)ceil(0.008 * sqrt((double)w * w + (double)h * h));
    const struct ho_matte *m[2] = {truth, matte};
    bool *bound[2], *dilated[2];
    for (int i = 0; i < 2; i++) {
        bound[i] = calloc((size_t)(w * h), sizeof(bool));
        dilated[i] = calloc((size_t)(w * h), sizeof(bool));
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                bool seg = m[i]->data[y * m[i]->stride + x] >= 32768;
                bool e = x + 1 < w ? m[i]->data[y * m[i]->stride + x + 1] >= 32768 : 0;
                bool s = y + 1 < h ? m[i]->data[(y + 1) * m[i]->stride + x] >= 32768 : 0;
                bool se = x + 1 < w && y + 1 < h ? m[i]->data[(y + 1) * m[i]->stride + x + 1] >= 32768 : 0;
                bool b = (seg ^ e) | (seg ^ s) | (seg ^ se);
                if (y == h - 1)
                    b = seg ^ e;
                if (x == w - 1)
                    b = seg ^ s;
                if (y == h - 1 && x == w - 1)
                    b = false;
                bound[i][y * w + x] = b;
            }
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++)
                for (int v = -r; v <= r; v++)
                    for (int u = -r; u <= r; u++)
                        if (u * u + v * v <= r * r && x + u >= 0 && y + v >= 0 && x + u < w && y + v < h &&
                            bound[i][(y + v) * w + x + u])
                            dilated[i][y * w + x] = true;
    }
    double n[2] = {0, 0}, match[2] = {0, 0};
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < w * h; k++) {
            n[i] += bound[i][k];
            match[i] += bound[i][k] && dilated[!i][k];
        }
    for (int i = 0; i < 2; i++) {
        free(bound[i]);
        free(dilated[i]);
    }
    double precision, recall;
    if (n[1] == 0 && n[0] > 0)
        precision = 1, recall = 0;
    else if (n[1] > 0 && n[0] == 0)
        precision = 0, recall = 1;
    else if (n[1] == 0 && n[0] == 0)
        precision = 1, recall = 1;
    else
        precision = match[1] / n[1], recall = match[0] / n[0];
    return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
}

static struct ho_matte *blob(int width, int height, uint32_t *seed)
{
    struct ho_matte *m = matte_create(width, height);
    for (int i = 0; i < 3; i++) {
        double cx = (double)random_unit(seed) * width, cy = (double)random_unit(seed) * height,
               r = 1 + (double)random_unit(seed) * width / 4;
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                if (hypot(x - cx, y - cy) < r)
                    m->data[y * m->stride + x] = 65535;
    }
    return m;
}

static void contour_matches_the_plain_one(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1}, {1, 8}, {17, 5}, {64, 48}, {160, 120}};
    uint32_t seed = 77;
    for (int s = 0; s < 5; s++)
        for (int i = 0; i < 12; i++) {
            struct ho_matte *a = blob(sizes[s][0], sizes[s][1], &seed), *b = blob(sizes[s][0], sizes[s][1], &seed);
            assert_true(fabs(contour(a, b) - plain_contour(a, b)) < 1e-12);
            ho_matte_destroy(&a);
            ho_matte_destroy(&b);
        }
}

static void soft_scores_by_hand(void **state)
{
    (void)state;
    struct ho_matte *truth = matte_create(100, 50), *matte = matte_create(100, 50), *before = matte_create(100, 50);
    for (int y = 0; y < 50; y++)
        for (int x = 0; x < 100; x++) {
            truth->data[y * truth->stride + x] = 13107;      // 0.2
            matte->data[y * matte->stride + x] = 26214;      // 0.4
            before->data[y * before->stride + x] = 39321;    // 0.6
        }
    struct ho_soft_score s;
    assert_int_equal(ho_score_soft(truth, matte, NULL, NULL, &s, NULL), HO_OK);
    assert_true(fabs(s.sad - 1.0) < 1e-9);    // 5000 * 0.2 / 1000
    assert_true(fabs(s.mse - 0.04) < 1e-9);
    assert_true(fabs(s.gradient) < 1e-12);    // both are flat
    assert_true(s.dtssd == 0);
    assert_int_equal(ho_score_soft(truth, matte, truth, before, &s, NULL), HO_OK);
    assert_true(fabs(s.dtssd - 0.2) < 1e-9);    // the matte fell by 0.2, the truth stayed
    ho_matte_destroy(&truth);
    ho_matte_destroy(&matte);
    ho_matte_destroy(&before);
}

// A kernel made in two dimensions, as the benchmark's code has it.
static void gradient_matches_the_plain_one(void **state)
{
    (void)state;
    enum { W = 23, H = 14 };
    struct ho_matte *m[2] = {matte_create(W, H), matte_create(W, H)};
    uint32_t seed = 6;
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < W * H; k++)
            m[i]->data[k / W * m[i]->stride + k % W] = (uint16_t)random_next(&seed);
    double kernel[9][9], sum = 0, total = 0;
    for (int i = 0; i < 9; i++)
        for (int j = 0; j < 9; j++) {
            double u = i - 4, v = j - 4, pi = 3.14159265358979;
            kernel[i][j] = exp(-u * u / (2 * 1.4 * 1.4)) / (1.4 * sqrt(2 * pi)) *
                           (-v * exp(-v * v / (2 * 1.4 * 1.4)) / (1.4 * sqrt(2 * pi)) / (1.4 * 1.4));
            sum += kernel[i][j] * kernel[i][j];
        }
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            double length[2];
            for (int n = 0; n < 2; n++) {
                double gx = 0, gy = 0;
                for (int i = 0; i < 9; i++)
                    for (int j = 0; j < 9; j++) {
                        int fx = x + j - 4, fy = y + i - 4, tx = x + i - 4, ty = y + j - 4;
                        fx = fx < 0 ? 0 : fx < W ? fx : W - 1;
                        fy = fy < 0 ? 0 : fy < H ? fy : H - 1;
                        tx = tx < 0 ? 0 : tx < W ? tx : W - 1;
                        ty = ty < 0 ? 0 : ty < H ? ty : H - 1;
                        gx += kernel[i][j] / sqrt(sum) * m[n]->data[fy * m[n]->stride + fx] / 65535.0;
                        gy += kernel[i][j] / sqrt(sum) * m[n]->data[ty * m[n]->stride + tx] / 65535.0;
                    }
                length[n] = hypot(gx, gy);
            }
            total += (length[0] - length[1]) * (length[0] - length[1]);
        }
    struct ho_soft_score s;
    assert_int_equal(ho_score_soft(m[0], m[1], NULL, NULL, &s, NULL), HO_OK);
    assert_true(fabs(s.gradient - total / 1000) < 1e-9);
    ho_matte_destroy(&m[0]);
    ho_matte_destroy(&m[1]);
}

static void unequal_sizes_are_refused(void **state)
{
    (void)state;
    struct ho_matte *a = matte_create(8, 8), *b = matte_create(8, 9);
    struct ho_diag diag = {0};
    struct ho_soft_score s;
    double f;
    assert_int_equal(ho_score_contour(a, b, &f, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "8x9"));
    assert_int_equal(ho_score_soft(a, b, NULL, NULL, &s, NULL), HO_ERROR_USAGE);
    assert_int_equal(ho_score_soft(a, a, a, b, &s, NULL), HO_ERROR_USAGE);
    ho_memory_fail_at(1);
    assert_int_equal(ho_score_contour(a, a, &f, NULL), HO_ERROR_MEMORY);
    ho_memory_fail_at(1);
    assert_int_equal(ho_score_soft(a, a, NULL, NULL, &s, NULL), HO_ERROR_MEMORY);
    ho_memory_fail_at(0);
    ho_matte_destroy(&a);
    ho_matte_destroy(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(region_is_intersection_over_union), cmocka_unit_test(contour_of_boxes_by_hand),
        cmocka_unit_test(contour_matches_the_plain_one),     cmocka_unit_test(soft_scores_by_hand),
        cmocka_unit_test(gradient_matches_the_plain_one),    cmocka_unit_test(unequal_sizes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
