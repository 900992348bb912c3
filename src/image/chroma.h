// SPDX-License-Identifier: BSD-2-Clause
// Chroma to half the samples, so that what reading made more (bilinear, by zimg) comes back as it was.
#ifndef HO_IMAGE_CHROMA_H
#define HO_IMAGE_CHROMA_H

#include <stdbool.h>
#include <stddef.h>

// Where a chroma sample lies in one direction: at its first luma sample, between its two, at its last.
enum ho_siting { HO_SITED_FIRST, HO_SITED_CENTRE, HO_SITED_LAST };

// Halves `from` (width x height) in one direction or both, rounded up, into `to`. Strides in elements. `scratch`: width
// x (height + 1) / 2 floats. What bilinear interpolation made twice as large, the border repeated, comes back but for
// float rounding: the filters are the duals of the linear spline,
// [-1 2 6 2 -1] / 8 on a sample and [-1 3 3 -1] / 4 between two (Cohen, Daubechies, Feauveau, Comm. Pure Appl. Math.
// 1992; the first is JPEG 2000's 5/3 low pass).
void ho_chroma_halve(const float *from, ptrdiff_t from_stride, int width, int height, bool in_width,
                     enum ho_siting siting_w, bool in_height, enum ho_siting siting_h, float *scratch, float *to,
                     ptrdiff_t to_stride);

#endif
