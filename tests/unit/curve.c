// SPDX-License-Identifier: BSD-2-Clause
#include "unit/test.h"

#include "base/memory.h"
#include "base/scale.h"
#include "holdout/curve.h"

static void set(struct ho_curve *curve, int64_t frame, double value, enum ho_interpolation interpolation)
{
    struct ho_diag diag = {0};
    assert_ok(ho_curve_set_keyframe(curve, &(struct ho_keyframe){frame, value, interpolation}, &diag), &diag);
}

static void a_number_without_keyframes_stays(void **state)
{
    (void)state;
    struct ho_curve curve = {.value = 0.25};
    assert_true(ho_curve_value(&curve, -5) == 0.25 && ho_curve_value(&curve, INT64_MAX) == 0.25);
}

static void between_two_keyframes_the_first_ones_way_counts(void **state)
{
    (void)state;
    struct ho_curve curve = {0};
    set(&curve, 20, 3, HO_INTERPOLATE_SMOOTH);    // out of order, on purpose
    set(&curve, 10, 1, HO_INTERPOLATE_LINEAR);
    set(&curve, 30, 5, HO_INTERPOLATE_HOLD);
    set(&curve, 40, 9, HO_INTERPOLATE_LINEAR);
    static const double expected[][2] = {{0, 1},      {10, 1}, {15, 2}, {20, 3}, {25, 4},
                                         {22, 3.208}, {30, 5}, {39, 5}, {40, 9}, {1000, 9}};
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
        assert_float_equal(ho_curve_value(&curve, (int64_t)expected[i][0]), expected[i][1], 1e-9);
    ho_curve_clear(&curve);
}

static void a_keyframe_is_replaced_and_removed(void **state)
{
    (void)state;
    struct ho_curve curve = {0}, copy;
    struct ho_diag diag = {0};
    set(&curve, 5, 1, HO_INTERPOLATE_LINEAR);
    set(&curve, 5, 2, HO_INTERPOLATE_HOLD);
    set(&curve, 9, 4, HO_INTERPOLATE_HOLD);
    assert_int_equal(curve.n_keys, 2);
    assert_true(ho_curve_value(&curve, 5) == 2);
    assert_ok(ho_curve_copy(&curve, &copy, &diag), &diag);
    assert_true(ho_curve_equal(&curve, &copy));
    assert_false(ho_curve_remove_keyframe(&curve, 6));
    assert_true(ho_curve_remove_keyframe(&curve, 5));
    assert_false(ho_curve_equal(&curve, &copy));
    assert_true(ho_curve_value(&curve, 5) == 4);
    ho_curve_clear(&curve);
    ho_curve_clear(&copy);
}

static void frames_at_the_ends_of_int64_do_not_overflow(void **state)
{
    (void)state;
    assert_float_equal(ho_curve_share(INT64_MIN, INT64_MAX, 0, HO_INTERPOLATE_LINEAR), 0.5, 1e-9);
    assert_true(ho_curve_share(INT64_MIN, INT64_MAX, INT64_MAX, HO_INTERPOLATE_SMOOTH) == 1);
    assert_true(ho_curve_share(3, 9, 8, HO_INTERPOLATE_HOLD) == 0);
}

static void no_memory_leaves_the_curve_as_it_was(void **state)
{
    (void)state;
    struct ho_curve curve = {0}, copy = {0};
    set(&curve, 5, 1, HO_INTERPOLATE_LINEAR);
    struct ho_diag diag = {0};
    ho_memory_fail_at(1);
    assert_int_equal(ho_curve_set_keyframe(&curve, &(struct ho_keyframe){6, 1, HO_INTERPOLATE_HOLD}, &diag),
                     HO_ERROR_MEMORY);
    ho_memory_fail_at(1);
    assert_int_equal(ho_curve_copy(&curve, &copy, &diag), HO_ERROR_MEMORY);
    ho_memory_fail_at(0);
    assert_int_equal(curve.n_keys, 1);
    ho_curve_clear(&curve);
}

static void scaling_is_exact_and_rounds_as_it_says(void **state)
{
    (void)state;
    // FACTS of 24000/1001 on 25: one frame in 25 is shown twice.
    assert_int_equal(ho_scale_floor(1, 960, 1001), 0);
    assert_int_equal(ho_scale_floor(25, 960, 1001), 23);
    assert_int_equal(ho_scale_ceil(24, 1001, 960), 26);
    assert_int_equal(ho_scale_floor(-1, 960, 1001), -1);
    assert_int_equal(ho_scale_ceil(-1, 960, 1001), 0);
    assert_int_equal(ho_scale_floor(-1001, 960, 1001), -960);
    assert_true(ho_scale_floor(INT64_MAX, INT64_MAX, INT64_MAX) == INT64_MAX);
    assert_true(ho_scale_floor(INT64_MAX, 3, 2) == INT64_MAX && ho_scale_floor(INT64_MIN, 3, 2) == INT64_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_without_keyframes_stays),
        cmocka_unit_test(between_two_keyframes_the_first_ones_way_counts),
        cmocka_unit_test(a_keyframe_is_replaced_and_removed),
        cmocka_unit_test(frames_at_the_ends_of_int64_do_not_overflow),
        cmocka_unit_test(no_memory_leaves_the_curve_as_it_was),
        cmocka_unit_test(scaling_is_exact_and_rounds_as_it_says),
    };
    return cmocka_run_group_tests_name("curve", tests, NULL, NULL);
}
