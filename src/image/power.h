// SPDX-License-Identifier: BSD-2-Clause
// x to the power p for rows of pixels: no table, no branch, so that loops with it run on vectors. Relative error below
// 4e-6 for results from 2^-40 to 2^40 (a 10-bit code value is 1e-3), results beyond 2^126 or below 2^-126 stop there.
#ifndef HO_IMAGE_POWER_H
#define HO_IMAGE_POWER_H

#include <stdint.h>
#include <string.h>

static inline uint32_t bits_of(float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof(bits));
    return bits;
}

static inline float float_of(uint32_t bits)
{
    float v;
    memcpy(&v, &bits, sizeof(v));
    return v;
}

// x > 0. The logarithm by the series of artanh about 1, on a mantissa between sqrt(1/2) and sqrt(2); the power of two
// by that of e^x, between -1/2 and 1/2.
static inline float power_of(float x, float p)
{
    const float two_over_ln2 = 2.88539008f, ln2 = 0.69314718f,
                round = 12582912.0f;    // 1.5 * 2^23: adding it rounds to a whole number
    uint32_t bits = bits_of(x), from_root = bits - 0x3f3504f3u, exponent = (uint32_t)((int32_t)from_root >> 23);
    float m = float_of(bits - (exponent << 23)), s = (m - 1.0f) / (m + 1.0f), q = s * s;
    float series = (((1.0f / 9.0f * q + 1.0f / 7.0f) * q + 1.0f / 5.0f) * q + 1.0f / 3.0f) * q + 1.0f;
    float y = p * ((float)(int32_t)exponent + two_over_ln2 * s * series);
    y = y > -126.0f ? y : -126.0f;
    y = y < 126.0f ? y : 126.0f;
    float whole = y + round, f = (y - (whole - round)) * ln2;
    float e = (((((f / 5040.0f + 1.0f / 720.0f) * f + 1.0f / 120.0f) * f + 1.0f / 24.0f) * f + 1.0f / 6.0f) * f +
               0.5f) *
                  f * f +
              f + 1.0f;
    return e * float_of((bits_of(whole) - bits_of(round) + 127u) << 23);
}

#endif
