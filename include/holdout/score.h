// SPDX-License-Identifier: BSD-2-Clause
// Accuracy of a matte against the truth. J and F as DAVIS defines them (Perazzi et al., CVPR 2016, and its public
// evaluation code's conventions); SAD, MSE, gradient (Rhemann et al., CVPR 2009) and dtSSD (Erofeev et al., BMVC 2015)
// for soft truth.
#ifndef HOLDOUT_SCORE_H
#define HOLDOUT_SCORE_H

#include "picture.h"

#ifdef __cplusplus
extern "C" {
#endif

// Region similarity: intersection over union of pixels at or above one half; 1 when both are empty. Equal sizes.
HO_API double ho_score_region(const struct ho_matte *truth, const struct ho_matte *matte);
// Contour accuracy: F measure of boundary pixels within ceil(0.008 * diagonal) pixels; 1 when neither has a boundary, 0
// when only one has. Errors: HO_ERROR_USAGE for unequal sizes, HO_ERROR_MEMORY.
HO_API enum ho_result ho_score_contour(const struct ho_matte *truth, const struct ho_matte *matte, double *out,
                                       struct ho_diag *diag) HO_MUST_CHECK;

// Soft scores of one frame; coverage in 0..1. `previous_*` may be NULL (first frame): then dtssd is 0.
struct ho_soft_score {
    double sad;         // sum of |a - a*| / 1000
    double mse;         // mean of (a - a*)^2
    double gradient;    // sum of (|grad a| - |grad a*|)^2 / 1000, Gaussian derivative, sigma 1.4
    double dtssd;       // sqrt(mean of ((a_t - a_{t-1}) - (a*_t - a*_{t-1}))^2)
};
HO_API enum ho_result ho_score_soft(const struct ho_matte *truth, const struct ho_matte *matte,
                                    const struct ho_matte *previous_truth, const struct ho_matte *previous_matte,
                                    struct ho_soft_score *out, struct ho_diag *diag) HO_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
