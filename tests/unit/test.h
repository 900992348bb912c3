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

#include "holdout/result.h"

// Fails with the diagnostic's sentence, so that the log of a failed test says why.
#define assert_ok(expression, diag)                                             \
    do {                                                                        \
        enum ho_result test_result = (expression);                              \
        if (test_result != HO_OK)                                               \
            fail_msg("%s: %s: %s", #expression, ho_result_name(test_result), (diag)->message); \
    } while (0)

#endif
