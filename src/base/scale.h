// SPDX-License-Identifier: BSD-2-Clause
// Whole numbers scaled by a ratio, exactly: frames of one rate in frames or samples of another.
#ifndef HO_BASE_SCALE_H
#define HO_BASE_SCALE_H

#include <stdint.h>

__extension__ typedef __int128 ho_wide;

static inline ho_wide ho_wide_floor(ho_wide a, int64_t c)
{
    ho_wide share = a / c;
    return share - (a % c < 0);
}

// The nearest that an int64_t holds.
static inline int64_t ho_wide_narrow(ho_wide a)
{
    return a > INT64_MAX ? INT64_MAX : a < INT64_MIN ? INT64_MIN : (int64_t)a;
}

// floor(a * b / c), ceil(a * b / c) for c > 0; what is too large is held at int64_t's ends.
static inline int64_t ho_scale_floor(int64_t a, int64_t b, int64_t c)
{
    return ho_wide_narrow(ho_wide_floor((ho_wide)a * b, c));
}
static inline int64_t ho_scale_ceil(int64_t a, int64_t b, int64_t c)
{
    return ho_wide_narrow(-ho_wide_floor(-(ho_wide)a * b, c));
}

#endif
