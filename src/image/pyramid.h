// SPDX-License-Identifier: BSD-2-Clause
// Float planes with a margin of real values around them, halved and doubled by the linear spline: the steps of a wide
// blur.
#ifndef HO_IMAGE_PYRAMID_H
#define HO_IMAGE_PYRAMID_H

#include "holdout/picture.h"

struct ho_level {
    float *block, *origin;    // `origin`: pixel (0, 0)
    int width, height, margin;
    ptrdiff_t stride;
};

enum ho_result ho_level_create(int width, int height, int margin, struct ho_level *out,
                               struct ho_diag *diag) HO_MUST_CHECK;
void ho_level_destroy(struct ho_level *level);
// `n` values from (x0, y) on; outside a matte its border is repeated. Exactly one of the two is given.
void ho_level_load(const struct ho_matte *matte, const struct ho_level *level, int x0, int y, int n, float *to);
// [1 3 3 1] / 8 both ways: variance 3/4 of a pixel of the larger one. `to` has half the size, rounded up; its whole
// margin is filled, so the source needs 2 * margin + 2.
enum ho_result ho_level_halve(const struct ho_matte *matte, const struct ho_level *from, struct ho_level *to,
                              int n_threads, struct ho_diag *diag) HO_MUST_CHECK;
// [1 3 3 1] / 4 both ways; variance 3/4 again. Into a level with its margin, or (`to` NULL) a matte, rounded.
enum ho_result ho_level_double(const struct ho_level *from, struct ho_level *to, struct ho_matte *matte, int n_threads,
                               struct ho_diag *diag) HO_MUST_CHECK;

#endif
