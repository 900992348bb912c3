// SPDX-License-Identifier: BSD-2-Clause
// What every unit test begins with: cmocka and the headers that it wants before it.
#ifndef TEST_H
#define TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "holdout/picture.h"
#include "holdout/result.h"

// Fails with the diagnostic's sentence, so that the log of a failed test says why.
#define assert_ok(expression, diag)                                                            \
    do {                                                                                       \
        enum ho_result test_result = (expression);                                             \
        if (test_result != HO_OK)                                                              \
            fail_msg("%s: %s: %s", #expression, ho_result_name(test_result), (diag)->message); \
    } while (0)

static inline void assert_same_picture(const struct ho_picture *a, const struct ho_picture *b)
{
    assert_int_equal(a->width, b->width);
    assert_int_equal(a->height, b->height);
    assert_int_equal(a->n_planes, b->n_planes);
    for (int p = 0; p < a->n_planes; p++)
        for (int y = 0; y < a->height; y++)
            assert_memory_equal(a->plane[p] + (ptrdiff_t)y * a->stride, b->plane[p] + (ptrdiff_t)y * b->stride,
                                (size_t)a->width * sizeof(float));
}

#endif
