// SPDX-License-Identifier: BSD-2-Clause
// Scene cuts: where one shot ends and the next begins.
#ifndef HOLDOUT_CUT_H
#define HOLDOUT_CUT_H

#include "picture.h"

#ifdef __cplusplus
extern "C" {
#endif

// How unlike two consecutive frames are, for finding scene cuts: made from small pictures. Push frames in order (either
// direction).
struct ho_cut_detector;
HO_API enum ho_result ho_cut_detector_create(struct ho_cut_detector **out, struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_cut_detector_destroy(struct ho_cut_detector **detector);
// Sets *is_cut when a scene begins with this frame. A lorry crossing the whole picture, a flash or a fast pan is not a
// cut.
HO_API enum ho_result ho_cut_detector_push(struct ho_cut_detector *detector, const struct ho_frame *frame, bool *is_cut,
                                           struct ho_diag *diag) HO_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
