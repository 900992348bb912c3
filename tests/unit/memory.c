// SPDX-License-Identifier: BSD-2-Clause
#include "unit/test.h"

#include "base/memory.h"

static void memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    unsigned char *block = ho_alloc(1000, 3);
    assert_non_null(block);
    for (int i = 0; i < 3000; i++)
        assert_int_equal(block[i], 0);
    block = ho_realloc(block, 4000, 2);
    assert_non_null(block);
    assert_int_equal(block[2999], 0);
    free(block);
    for (size_t size = 0; size < 300; size += 7) {
        void *aligned = ho_alloc_aligned(size);
        assert_non_null(aligned);
        assert_int_equal((uintptr_t)aligned % HO_MEMORY_ALIGNMENT, 0);
        memset(aligned, 1, size);
        free(aligned);
    }
    void *none = ho_alloc(0, 0);
    assert_non_null(none);
    free(none);
}

static void overflow_is_refused(void **state)
{
    (void)state;
    volatile size_t huge = SIZE_MAX / 2;    // hidden from the compiler, which would warn
    assert_null(ho_alloc(huge, 3));
    assert_null(ho_alloc_aligned(SIZE_MAX - 1 + (huge & 0)));
    void *block = ho_alloc(4, 4);
    assert_null(ho_realloc(block, huge, 3));
    memset(block, 1, 16);    // still valid
    free(block);
}

static void text_is_copied_and_formatted(void **state)
{
    (void)state;
    char *copy = ho_strdup("matte"), *text = ho_format("%s.%04d.png", "shot", 12);
    assert_string_equal(copy, "matte");
    assert_string_equal(text, "shot.0012.png");
    free(copy);
    free(text);
}

static void the_wanted_allocation_fails(void **state)
{
    (void)state;
    ho_memory_fail_at(3);
    void *first = ho_alloc(1, 1), *second = ho_alloc_aligned(1), *third = ho_alloc(1, 1),
         *fourth = ho_realloc(NULL, 1, 1);
    assert_int_equal(ho_memory_count(), 4);
    ho_memory_fail_at(1);
    char *text = ho_format("%d", 1);
    ho_memory_fail_at(1);
    char *copy = ho_strdup("x");
    ho_memory_fail_at(0);
    assert_non_null(first);
    assert_non_null(second);
    assert_null(third);
    assert_non_null(fourth);
    assert_null(text);
    assert_null(copy);
    free(first);
    free(second);
    free(fourth);
}

static void failing_says_how_much(void **state)
{
    (void)state;
    struct ho_diag diag = {0};
    assert_int_equal(ho_fail_memory(&diag, 123456), HO_ERROR_MEMORY);
    assert_non_null(strstr(diag.message, "123456 bytes"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned), cmocka_unit_test(overflow_is_refused),
        cmocka_unit_test(text_is_copied_and_formatted), cmocka_unit_test(the_wanted_allocation_fails),
        cmocka_unit_test(failing_says_how_much),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
