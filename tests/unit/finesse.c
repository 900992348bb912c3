// SPDX-License-Identifier: BSD-2-Clause
#include "base/memory.h"
#include "holdout/matte.h"
#include "image_help.h"

static struct ho_picture *disc(int width, int height, double radius)
{
    struct ho_picture *key = picture_create(width, height, 1);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double v = 0.5 - (hypot(x - width / 2, y - height / 2) - radius);
            set_pixel(key, 0, x, y, (float)(v < 0 ? 0 : v > 1 ? 1 : v));
        }
    return key;
}

static struct ho_picture *copy_of(const struct ho_picture *from)
{
    struct ho_picture *to = picture_create(from->width, from->height, 1);
    for (int y = 0; y < from->height; y++)
        for (int x = 0; x < from->width; x++)
            set_pixel(to, 0, x, y, pixel(from, 0, x, y));
    return to;
}

static double area(const struct ho_picture *key)
{
    double sum = 0;
    for (int y = 0; y < key->height; y++)
        for (int x = 0; x < key->width; x++)
            sum += (double)pixel(key, 0, x, y);
    return sum;
}

static void the_default_changes_nothing(void **state)
{
    (void)state;
    struct ho_finesse f;
    ho_finesse_default(&f);
    assert_true(ho_finesse_is_identity(&f));
    assert_int_equal(ho_finesse_check(&f, NULL), HO_OK);
    struct ho_picture *key = disc(40, 30, 9), *before = copy_of(key);
    set_pixel(key, 0, 3, 3, 1.25f);    // even what lies outside 0 to 1
    set_pixel(before, 0, 3, 3, 1.25f);
    assert_int_equal(ho_finesse_apply(&f, key, 2, NULL), HO_OK);
    assert_true(largest_difference(key, before) == 0);
    f.smooth = 0.5f;
    assert_false(ho_finesse_is_identity(&f));
    assert_int_equal(ho_finesse_apply(&f, key, 2, NULL), HO_OK);
    assert_true(largest_difference(key, before) == 0);
    ho_picture_destroy(&key);
    ho_picture_destroy(&before);
}

// As a program has it that never heard of finesse.
static void zeroed_changes_nothing(void **state)
{
    (void)state;
    struct ho_finesse f = {0};
    assert_true(ho_finesse_is_identity(&f));
    assert_int_equal(ho_finesse_check(&f, NULL), HO_OK);
    f.grow = 2;
    struct ho_picture *key = disc(40, 30, 9), *named = disc(40, 30, 9);
    assert_int_equal(ho_finesse_apply(&f, key, 2, NULL), HO_OK);
    ho_finesse_default(&f);
    f.grow = 2;
    assert_int_equal(ho_finesse_apply(&f, named, 2, NULL), HO_OK);
    assert_true(largest_difference(key, named) == 0);
    f.gamma = -1;
    assert_int_equal(ho_finesse_check(&f, NULL), HO_ERROR_USAGE);
    ho_picture_destroy(&key);
    ho_picture_destroy(&named);
}

static void the_table_covers_the_whole_struct(void **state)
{
    (void)state;
    size_t n;
    const struct ho_finesse_parameter *p = ho_finesse_parameters(&n);
    assert_int_equal(n * sizeof(float), sizeof(struct ho_finesse));
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(p[i].offset, i * sizeof(float));
        assert_true(p[i].min <= p[i].value && p[i].value <= p[i].max);
        for (int over = 0; over < 3; over++) {
            struct ho_finesse f;
            struct ho_diag diag = {0};
            ho_finesse_default(&f);
            float *field = (float *)(void *)((char *)&f + p[i].offset);
            *field = over == 0 ? p[i].max + 1 : over == 1 ? p[i].min - 1 : NAN;
            assert_int_equal(ho_finesse_check(&f, &diag), HO_ERROR_USAGE);
            assert_non_null(strstr(diag.message, p[i].name));
        }
    }
    struct ho_finesse f;
    ho_finesse_default(&f);
    f.black_clip = 0.6f;
    f.white_clip = 0.6f;
    assert_int_equal(ho_finesse_check(&f, NULL), HO_ERROR_USAGE);
}

static void each_parameter_does_its_part(void **state)
{
    (void)state;
    size_t n;
    const struct ho_finesse_parameter *p = ho_finesse_parameters(&n);
    for (size_t i = 0; i + 1 < n; i++) {    // all but smooth, which is temporal
        struct ho_picture *key = disc(120, 100, 30);
        for (int y = 40; y < 44; y++)
            for (int x = 50; x < 54; x++)
                set_pixel(key, 0, x, y, 0);    // a hole
        for (int y = 5; y < 9; y++)
            for (int x = 5; x < 9; x++)
                set_pixel(key, 0, x, y, 1);    // a dot
        struct ho_picture *before = copy_of(key);
        struct ho_finesse f;
        ho_finesse_default(&f);
        float *field = (float *)(void *)((char *)&f + p[i].offset);
        *field = strcmp(p[i].name, "black-clip") == 0   ? 0.3f
                 : strcmp(p[i].name, "white-clip") == 0 ? 0.7f
                 : strcmp(p[i].name, "gamma") == 0      ? 2
                 : p[i].max < 1.5f                      ? 0.5f
                                                        : 8;
        if (strcmp(p[i].name, "in-out-ratio") == 0)
            f.feather = 6;
        assert_false(ho_finesse_is_identity(&f));
        assert_int_equal(ho_finesse_apply(&f, key, 2, NULL), HO_OK);
        double change = area(key) - area(before);
        if (largest_difference(key, before) == 0)
            fail_msg("%s does nothing", p[i].name);
        static const char *const more[] = {"white-clip", "gamma", "clean-white", "fill-holes", "grow", "in-out-ratio"},
                                 *const less[] = {"black-clip", "clean-black", "remove-dots"};
        for (size_t k = 0; k < 6; k++)
            if (strcmp(p[i].name, more[k]) == 0)
                assert_true(change > 5);
        for (size_t k = 0; k < 3; k++)
            if (strcmp(p[i].name, less[k]) == 0)
                assert_true(change < -5);
        ho_picture_destroy(&key);
        ho_picture_destroy(&before);
    }
}

// Where a row crosses `level`, from the middle to the right.
static double crossing(const struct ho_picture *key, double level)
{
    int y = key->height / 2, x = key->width / 2;
    while ((double)pixel(key, 0, x + 1, y) > level)
        x++;
    double a = (double)pixel(key, 0, x, y), b = (double)pixel(key, 0, x + 1, y);
    return x + (a - level) / (a - b);
}

static void feather_has_its_width_and_place(void **state)
{
    (void)state;
    for (int ratio = -1; ratio <= 1; ratio++) {
        struct ho_picture *key = disc(300, 280, 100);
        struct ho_finesse f;
        ho_finesse_default(&f);
        f.feather = 24;
        f.in_out_ratio = (float)ratio;
        double old = crossing(key, 0.5);
        assert_int_equal(ho_finesse_apply(&f, key, 2, NULL), HO_OK);
        assert_true(fabs(crossing(key, 0.5) - (old + ratio * 12)) <
                    0.6);    // a disc's own curvature draws it in by sigma^2 / 2r
        double width = crossing(key, 0.0668) - crossing(key, 0.9332);    // 3 sigma between minus and plus 1.5 sigma
        assert_true(fabs(width - 24) < 1);
        ho_picture_destroy(&key);
    }
}

static void growing_then_feathering_inwards_keeps_gaps_closed(void **state)
{
    (void)state;
    struct ho_picture *key = picture_create(120, 80, 1);
    for (int y = 0; y < 80; y++)
        for (int x = 0; x < 120; x++)
            set_pixel(key, 0, x, y, y >= 20 && y < 60 && x >= 20 && x < 100 && (x < 58 || x >= 62) ? 1.0f : 0.0f);
    struct ho_finesse f;
    ho_finesse_default(&f);
    f.grow = 4;
    f.feather = 4;
    f.in_out_ratio = -1;
    assert_int_equal(ho_finesse_apply(&f, key, 1, NULL), HO_OK);
    assert_true(pixel(key, 0, 60, 40) > 0.95f);
    ho_picture_destroy(&key);
}

static void any_number_of_threads_gives_the_same(void **state)
{
    (void)state;
    struct ho_finesse f = {0.1f, 0.9f, 1.4f, 3, 5, 0.1f, 0.05f, 2.5f, 17, -0.3f, 0};
    struct ho_picture *first = NULL;
    for (int n = 1; n <= 5; n++) {
        struct ho_picture *key = disc(311, 203, 70);
        uint32_t seed = 3;
        for (int i = 0; i < 400; i++)
            set_pixel(key, 0, (int)(random_next(&seed) % 311), (int)(random_next(&seed) % 203), random_unit(&seed));
        assert_int_equal(ho_finesse_apply(&f, key, n, NULL), HO_OK);
        if (!first) {
            first = key;
            continue;
        }
        assert_true(largest_difference(first, key) == 0);
        ho_picture_destroy(&key);
    }
    ho_picture_destroy(&first);
}

static void odd_input_is_clamped(void **state)
{
    (void)state;
    static const float odd[] = {NAN, INFINITY, -INFINITY, -3, 7};
    struct ho_finesse f = {0.1f, 0.9f, 1.4f, 3, 5, 0.1f, 0.05f, 2.5f, 17, -0.3f, 0};
    for (int size = 1; size < 20; size += 3)
        for (int i = 0; i < 5; i++) {
            struct ho_picture *key = picture_create(size, (size + 1) / 2, 1);
            for (int y = 0; y < key->height; y++)
                for (int x = 0; x < size; x++)
                    set_pixel(key, 0, x, y, odd[(x + y + i) % 5]);
            assert_int_equal(ho_finesse_apply(&f, key, 2, NULL), HO_OK);
            for (int y = 0; y < key->height; y++)
                for (int x = 0; x < size; x++)
                    assert_true(pixel(key, 0, x, y) >= 0 && pixel(key, 0, x, y) <= 1);
            ho_picture_destroy(&key);
        }
    struct ho_picture *rgb = picture_create(4, 4, 3);
    assert_int_equal(ho_finesse_apply(&f, rgb, 1, NULL), HO_ERROR_USAGE);
    ho_picture_destroy(&rgb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_changes_nothing),
        cmocka_unit_test(zeroed_changes_nothing),
        cmocka_unit_test(the_table_covers_the_whole_struct),
        cmocka_unit_test(each_parameter_does_its_part),
        cmocka_unit_test(feather_has_its_width_and_place),
        cmocka_unit_test(growing_then_feathering_inwards_keeps_gaps_closed),
        cmocka_unit_test(any_number_of_threads_gives_the_same),
        cmocka_unit_test(odd_input_is_clamped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
