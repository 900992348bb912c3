// SPDX-License-Identifier: BSD-2-Clause
#include "base/memory.h"
#include "image_help.h"

static void sizes_are_checked_and_rows_aligned(void **state)
{
    (void)state;
    struct ho_picture *picture = NULL;
    struct ho_diag diag = {0};
    assert_int_equal(ho_picture_create(0, 5, 1, &picture, &diag), HO_ERROR_USAGE);
    assert_non_null(strstr(diag.message, "0x5"));
    assert_int_equal(ho_picture_create(HO_SIZE_MAX + 1, 5, 1, &picture, NULL), HO_ERROR_USAGE);
    assert_int_equal(ho_picture_create(4, 4, 2, &picture, NULL), HO_ERROR_USAGE);
    for (int width = 1; width < 40; width += 3) {
        assert_int_equal(ho_picture_create(width, 3, 4, &picture, NULL), HO_OK);
        for (int p = 0; p < 4; p++)
            for (int y = 0; y < 3; y++)
                assert_int_equal((uintptr_t)(picture->plane[p] + (size_t)y * (size_t)picture->stride) % HO_ALIGNMENT,
                                 0);
        ho_picture_destroy(&picture);
        assert_null(picture);
    }
    ho_picture_destroy(&picture);
    ho_picture_destroy(NULL);
}

static void failed_allocations_leave_nothing(void **state)
{
    (void)state;
    for (int n = 1; n <= 2; n++) {
        struct ho_picture *picture = NULL;
        struct ho_matte *matte = NULL;
        ho_memory_fail_at(n);
        assert_int_equal(ho_picture_create(9, 9, 3, &picture, NULL), HO_ERROR_MEMORY);
        assert_null(picture);
        ho_memory_fail_at(n);
        assert_int_equal(ho_matte_create(9, 9, &matte, NULL), HO_ERROR_MEMORY);
        assert_null(matte);
    }
    ho_memory_fail_at(0);
}

static void a_matte_knows_its_area_and_bounds(void **state)
{
    (void)state;
    struct ho_matte *matte = NULL, *other = NULL, *copy = NULL;
    struct ho_rect box = {0};
    assert_int_equal(ho_matte_create(37, 11, &matte, NULL), HO_OK);
    assert_int_equal(ho_matte_create(37, 11, &copy, NULL), HO_OK);
    assert_int_equal(ho_matte_create(36, 11, &other, NULL), HO_OK);
    assert_true(ho_matte_is_empty(matte));
    assert_false(ho_matte_bounds(matte, &box));
    matte->data[5 * matte->stride + 30] = 32767;    // just below one half
    assert_true(ho_matte_is_empty(matte));
    matte->data[5 * matte->stride + 30] = 32768;
    matte->data[9 * matte->stride + 2] = 65535;
    assert_false(ho_matte_is_empty(matte));
    assert_int_equal(ho_matte_area(matte), 2);
    assert_true(ho_matte_bounds(matte, &box));
    assert_int_equal(box.x0, 2);
    assert_int_equal(box.y0, 5);
    assert_int_equal(box.x1, 31);
    assert_int_equal(box.y1, 10);
    assert_int_equal(ho_matte_copy(matte, other, NULL), HO_ERROR_USAGE);
    assert_int_equal(ho_matte_copy(matte, copy, NULL), HO_OK);
    assert_int_equal(copy->data[9 * copy->stride + 2], 65535);
    assert_true(ho_matte_equal(matte, copy));
    assert_false(ho_matte_equal(matte, other));
    copy->data[10 * copy->stride + 36]++;
    assert_false(ho_matte_equal(matte, copy));
    ho_matte_clear(copy);
    assert_int_equal(ho_matte_area(copy), 0);
    ho_matte_destroy(&matte);
    ho_matte_destroy(&other);
    ho_matte_destroy(&copy);
}

static void every_value_comes_back_from_float(void **state)
{
    (void)state;
    struct ho_matte *matte = NULL, *back = NULL;
    assert_int_equal(ho_matte_create(256, 256, &matte, NULL), HO_OK);
    assert_int_equal(ho_matte_create(256, 256, &back, NULL), HO_OK);
    struct ho_picture *key = picture_create(256, 256, 1);
    for (int v = 0; v < 65536; v++)
        matte->data[(v >> 8) * matte->stride + (v & 255)] = (uint16_t)v;
    ho_matte_to_picture(matte, key);
    assert_true(pixel(key, 0, 255, 255) == 1.0f);
    assert_true(pixel(key, 0, 0, 0) == 0.0f);
    ho_matte_from_picture(key, back);
    assert_memory_equal(matte->data, back->data, (size_t)matte->stride * 256 * 2);
    const float odd[] = {NAN, -1, 2, INFINITY, -INFINITY, 0.5f / 65535.0f * 0.99f, 0.5f / 65535.0f * 1.01f};
    const uint16_t want[] = {0, 0, 65535, 65535, 0, 0, 1};
    for (int i = 0; i < 7; i++)
        set_pixel(key, 0, i, 0, odd[i]);
    ho_matte_from_picture(key, back);
    for (int i = 0; i < 7; i++)
        assert_int_equal(back->data[i], want[i]);
    ho_matte_destroy(&matte);
    ho_matte_destroy(&back);
    ho_picture_destroy(&key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_checked_and_rows_aligned),
        cmocka_unit_test(failed_allocations_leave_nothing),
        cmocka_unit_test(a_matte_knows_its_area_and_bounds),
        cmocka_unit_test(every_value_comes_back_from_float),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
