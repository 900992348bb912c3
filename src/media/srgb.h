// SPDX-License-Identifier: BSD-2-Clause
// The curve of IEC 61966-2-1, through which EXR's light is shown by other programs and read and written by this one.
#ifndef HO_MEDIA_SRGB_H
#define HO_MEDIA_SRGB_H

#include <math.h>

static inline float ho_light_of(float value)
{
    return value <= 0.04045F ? value / 12.92F : powf((value + 0.055F) / 1.055F, 2.4F);
}
static inline float ho_value_of(float light)
{
    return light <= 0.0031308F ? light * 12.92F : 1.055F * powf(light, 1 / 2.4F) - 0.055F;
}

#endif
