// SPDX-License-Identifier: BSD-2-Clause
// An orange disc with soft hair before a green wall: mixed as a camera does it, and what was mixed is known.
#include "image_help.h"

#include "base/memory.h"
#include "image/foreground.h"

enum { W = 220, H = 160 };
static const double orange[3] = {0.85, 0.35, 0.1}, green[3] = {0.1, 0.65, 0.2};

// The object's colour, and the wall's: neither is flat.
static double own(int p, int x) { return orange[p] * (1 - 0.1 * x / W); }
static double behind(int p, int y) { return green[p] * (0.8 + 0.3 * y / H); }

static double coverage(int x, int y)
{
    double away = hypot(x - 100, y - 80) - 45;
    double disc = fmax(0, fmin(1, 0.5 - away / 12));
    double hair = fabs(sin(atan2(y - 80, x - 100) * 20)) > 0.93 ? fmax(0, fmin(0.6, 1 - away / 30)) : 0;
    return fmax(disc, hair);
}

static void make(struct ho_picture **picture, struct ho_picture **key)
{
    *picture = picture_create(W, H, 3);
    *key = picture_create(W, H, 1);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            double k = coverage(x, y);
            set_pixel(*key, 0, x, y, (float)k);
            for (int p = 0; p < 3; p++)
                set_pixel(*picture, p, x, y, (float)(k * own(p, x) + (1 - k) * behind(p, y)));
        }
}

// Largest and mean difference from the object's colour where the key is soft.
static double miss(const struct ho_picture *picture, const struct ho_picture *key, double *mean)
{
    double most = 0, sum = 0;
    int n = 0;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            for (int p = 0; p < 3; p++) {
                float k = pixel(key, 0, x, y);
                if (k <= 0.05f || k >= 1)
                    continue;
                double d = fabs((double)pixel(picture, p, x, y) - own(p, x));
                most = fmax(most, d);
                sum += d;
                n++;
            }
    *mean = sum / n;
    return most;
}

static void the_wall_s_colour_goes(void **state)
{
    (void)state;
    struct ho_picture *picture, *key, *before, *other;
    make(&picture, &key);
    make(&before, &other);
    double mean, mean_before, most_before = miss(picture, key, &mean_before);
    assert_int_equal(ho_clean_edges(picture, key, 16, 2, NULL), HO_OK);
    double most = miss(picture, key, &mean);
    print_message("off by %.3f (mean %.3f) as filmed, by %.3f (mean %.4f) cleaned\n", most_before, mean_before, most,
                  mean);
    assert_true(mean_before > 0.15 && mean < 0.012 && most < 0.06);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            if (pixel(key, 0, x, y) <= 0 || pixel(key, 0, x, y) >= 1)
                for (int p = 0; p < 3; p++)
                    assert_true(pixel(picture, p, x, y) == pixel(before, p, x, y));
    assert_int_equal(ho_clean_edges(before, key, 16, 5, NULL), HO_OK);    // any number of threads
    assert_true(largest_difference(picture, before) == 0);
    ho_picture_destroy(&picture);
    ho_picture_destroy(&key);
    ho_picture_destroy(&before);
    ho_picture_destroy(&other);
}

static void odd_pictures_are_survived(void **state)
{
    (void)state;
    static const float keys[] = {0, 0.5f, 1, NAN};
    static const int sizes[][2] = {{1, 1}, {1, 40}, {40, 1}, {7, 5}};
    for (int s = 0; s < 4; s++)
        for (int k = 0; k < 4; k++) {
            struct ho_picture *picture = picture_create(sizes[s][0], sizes[s][1], 4),
                              *key = picture_create(sizes[s][0], sizes[s][1], 1);
            for (int y = 0; y < sizes[s][1]; y++)
                for (int x = 0; x < sizes[s][0]; x++) {
                    set_pixel(key, 0, x, y, keys[k]);
                    for (int p = 0; p < 4; p++)
                        set_pixel(picture, p, x, y, x == 3 ? NAN : 0.25f);
                }
            assert_int_equal(ho_clean_edges(picture, key, 1000, 2, NULL), HO_OK);
            if (k != 1)
                assert_true(pixel(picture, 0, 0, 0) == 0.25f);
            assert_true(fabsf(pixel(picture, 0, 0, 0) - 0.25f) < 1e-5f);    // one colour: it is the object's own
            ho_picture_destroy(&picture);
            ho_picture_destroy(&key);
        }
    struct ho_picture *picture, *key;
    make(&picture, &key);
    ho_memory_fail_at(1);
    assert_int_equal(ho_clean_edges(picture, key, 16, 2, NULL), HO_ERROR_MEMORY);
    ho_memory_fail_at(0);
    ho_picture_destroy(&picture);
    ho_picture_destroy(&key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_wall_s_colour_goes),
                                       cmocka_unit_test(odd_pictures_are_survived)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
