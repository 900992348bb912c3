// SPDX-License-Identifier: BSD-2-Clause
#include "base/memory.h"
#include "holdout/matte.h"
#include "image/kernels.h"
#include "image_help.h"

static double disc(double x, double y, double cx, double cy, double r)
{
    double v = 0.5 - (hypot(x - cx, y - cy) - r);
    return v < 0 ? 0 : v > 1 ? 1 : v;
}

static void make(int width, int height, double off, struct ho_picture **key, struct ho_picture **luma,
                 struct ho_picture **truth)
{
    uint32_t seed = 5;
    *key = picture_create(width, height, 1);
    *luma = picture_create(width, height, 1);
    *truth = picture_create(width, height, 1);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double t = disc(x, y, width * 0.5, height * 0.5, height * 0.3),
                   noise = 0.02 * ((double)random_unit(&seed) - 0.5);
            set_pixel(*truth, 0, x, y, (float)t);
            set_pixel(*key, 0, x, y, (float)disc(x, y, width * 0.5 + off, height * 0.5, height * 0.3));
            set_pixel(*luma, 0, x, y, (float)(0.2 + 0.5 * t + noise));
        }
}

static double window_mean(const double *plane, int width, int height, int x, int y, int r)
{
    double sum = 0;
    int n = 0;
    for (int v = y - r; v <= y + r; v++)
        for (int u = x - r; u <= x + r; u++)
            if (u >= 0 && v >= 0 && u < width && v < height) {
                sum += plane[v * width + u];
                n++;
            }
    return sum / n;
}

static double without_haze(double change) { return fabs(change) <= 0.1 ? 0 : (change - copysign(0.1, change)) / 0.9; }

// The paper's algorithm, each mean taken over its whole window.
static void plain_refine(const struct ho_picture *key, const struct ho_picture *luma, int r, double epsilon,
                         struct ho_picture *out)
{
    int w = key->width, h = key->height;
    double *plane[6];
    for (int i = 0; i < 6; i++)
        plane[i] = calloc((size_t)w * (size_t)h, sizeof(double));
    struct ho_matte *m = NULL;
    struct ho_picture *distance = picture_create(w, h, 1);
    bool any = false;
    assert_int_equal(ho_matte_create(w, h, &m, NULL), HO_OK);
    ho_matte_from_picture(key, m);
    assert_int_equal(ho_distance(m, (float)r, distance, &any, 1, NULL), HO_OK);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            double i = (double)pixel(luma, 0, x, y), p = m->data[y * m->stride + x] / 65535.0;
            plane[0][y * w + x] = i;
            plane[1][y * w + x] = p;
            plane[2][y * w + x] = i * p;
            plane[3][y * w + x] = i * i;
        }
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            double mean[4];
            for (int i = 0; i < 4; i++)
                mean[i] = window_mean(plane[i], w, h, x, y, r);
            double a = (mean[2] - mean[0] * mean[1]) / (mean[3] - mean[0] * mean[0] + epsilon);
            plane[4][y * w + x] = a;
            plane[5][y * w + x] = mean[1] - a * mean[0];
        }
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            double q = window_mean(plane[4], w, h, x, y, r) * plane[0][y * w + x] +
                       window_mean(plane[5], w, h, x, y, r),
                   p = plane[1][y * w + x];
            double share = fmin(1, 2 * (1 - fabs((double)pixel(distance, 0, x, y)) / r));
            set_pixel(out, 0, x, y,
                      share <= 0 || !any ? pixel(key, 0, x, y)
                                         : (float)(p + share * without_haze(fmin(1, fmax(0, q)) - p)));
        }
    for (int i = 0; i < 6; i++)
        free(plane[i]);
    ho_matte_destroy(&m);
    ho_picture_destroy(&distance);
}

static void it_matches_the_plain_one(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1}, {9, 4}, {70, 50}, {150, 97}};
    for (int s = 0; s < 4; s++)
        for (int r = 1; r <= 9; r += 4) {
            struct ho_picture *key, *luma, *truth, *want = picture_create(sizes[s][0], sizes[s][1], 1), *one;
            make(sizes[s][0], sizes[s][1], 1.5, &key, &luma, &truth);
            one = picture_create(sizes[s][0], sizes[s][1], 1);
            for (int y = 0; y < key->height; y++)
                for (int x = 0; x < key->width; x++)
                    set_pixel(one, 0, x, y, pixel(key, 0, x, y));
            plain_refine(key, luma, r, 1e-3, want);
            assert_int_equal(ho_matte_refine(key, luma, r, 1e-3f, 3, NULL), HO_OK);
            assert_int_equal(ho_matte_refine(one, luma, r, 1e-3f, 1, NULL), HO_OK);
            assert_true(largest_difference(key, want) < 1e-5);
            assert_true(largest_difference(key, one) == 0);
            ho_picture_destroy(&key);
            ho_picture_destroy(&luma);
            ho_picture_destroy(&truth);
            ho_picture_destroy(&want);
            ho_picture_destroy(&one);
        }
}

static double error(const struct ho_picture *a, const struct ho_picture *b)
{
    double sum = 0;
    for (int y = 0; y < a->height; y++)
        for (int x = 0; x < a->width; x++)
            sum += fabs((double)pixel(a, 0, x, y) - (double)pixel(b, 0, x, y));
    return sum;
}

static void a_misplaced_edge_moves_to_the_pictures(void **state)
{
    (void)state;
    struct ho_picture *key, *luma, *truth;
    make(200, 160, 2, &key, &luma, &truth);
    double before = error(key, truth);
    assert_int_equal(ho_matte_refine(key, luma, 8, 1e-3f, 2, NULL), HO_OK);
    double after = error(key, truth);
    print_message("error %.1f before, %.1f after\n", before, after);
    assert_true(after < 0.6 * before);
    for (int y = 0; y < 160; y++)
        for (int x = 0; x < 200; x++) {
            double d = hypot(x - 102, y - 80) - 48;    // from the key's edge
            if (d > 9)
                assert_true(pixel(key, 0, x, y) == 0.0f);
            if (d < -9)
                assert_true(pixel(key, 0, x, y) == 1.0f);
        }
    ho_picture_destroy(&key);
    ho_picture_destroy(&luma);
    ho_picture_destroy(&truth);
}

static void a_picture_without_edges_does_no_harm(void **state)
{
    (void)state;
    struct ho_picture *key, *luma, *truth;
    make(120, 90, 0, &key, &luma, &truth);
    for (int y = 0; y < 90; y++)
        for (int x = 0; x < 120; x++)
            set_pixel(luma, 0, x, y, 0.5f);
    assert_int_equal(ho_matte_refine(key, luma, 3, 1e-3f, 2, NULL), HO_OK);
    double shift = 0;
    for (int y = 0; y < 90; y++)
        for (int x = 0; x < 120; x++)
            shift += (double)pixel(key, 0, x, y) - (double)pixel(truth, 0, x, y);
    assert_true(fabs(shift) / (2 * 3.14159 * 27) < 0.2);
    ho_picture_destroy(&key);
    ho_picture_destroy(&luma);
    ho_picture_destroy(&truth);
}

static void bad_parameters_and_values(void **state)
{
    (void)state;
    struct ho_picture *key = picture_create(20, 20, 1), *luma = picture_create(20, 20, 1),
                      *other = picture_create(20, 21, 1);
    assert_int_equal(ho_matte_refine(key, other, 4, 1e-3f, 1, NULL), HO_ERROR_USAGE);
    assert_int_equal(ho_matte_refine(key, luma, 0, 1e-3f, 1, NULL), HO_ERROR_USAGE);
    assert_int_equal(ho_matte_refine(key, luma, 4, 0, 1, NULL), HO_ERROR_USAGE);
    assert_int_equal(ho_matte_refine(key, luma, 4, NAN, 1, NULL), HO_ERROR_USAGE);
    static const float odd[] = {NAN, INFINITY, 0, 1, -INFINITY};
    for (int y = 0; y < 20; y++)
        for (int x = 0; x < 20; x++) {
            set_pixel(key, 0, x, y, odd[(x / 3 + y) % 5]);
            set_pixel(luma, 0, x, y, odd[(x + y / 2) % 5]);
        }
    assert_int_equal(ho_matte_refine(key, luma, 4, 1e-3f, 1, NULL), HO_OK);
    for (int n = 1;; n++) {
        ho_memory_fail_at(n);
        enum ho_result result = ho_matte_refine(key, luma, 4, 1e-3f, 1, NULL);
        int64_t made = ho_memory_count();
        ho_memory_fail_at(0);
        if (made < n)
            break;
        assert_int_equal(result, HO_ERROR_MEMORY);
    }
    ho_picture_destroy(&key);
    ho_picture_destroy(&luma);
    ho_picture_destroy(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_matches_the_plain_one),
        cmocka_unit_test(a_misplaced_edge_moves_to_the_pictures),
        cmocka_unit_test(a_picture_without_edges_does_no_harm),
        cmocka_unit_test(bad_parameters_and_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
