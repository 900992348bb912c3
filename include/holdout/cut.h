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

// What a frame is to the shot that is followed. A flash (black, white, of one colour; a frame of which half was
// dropped; a frame or two of something else) and a fade to black and back do not end a shot, which is known only when
// it is back.
enum ho_shot {
    HO_SHOT_GOES_ON,
    HO_SHOT_IS_AWAY,    // this frame doesn't show it: wait for what the next ones say
    HO_SHOT_IS_BACK,    // this frame shows it again: those before it that did not were a flash
    HO_SHOT_IS_OVER     // another one began with the first frame that did not show it; it is followed from here on
};
// The same detector, used to follow shots: call this or ho_cut_detector_push(), not both in turn. `n_away`: how many
// frames in a row did not show the shot: up to this one (IS_AWAY), before this one (IS_BACK, IS_OVER: the cut is at
// this frame's index - n_away, or + n_away where frames are pushed backwards), 0 (GOES_ON). The shot's last frame
// decides: a detector whose first frame it is says of what follows what this one does. A source that ends, or is read
// no further, while the shot is away: it ended n_away frames ago, unless more frames may tell.
HO_API enum ho_result ho_cut_detector_follow(struct ho_cut_detector *detector, const struct ho_frame *frame,
                                             enum ho_shot *shot, int *n_away, struct ho_diag *diag) HO_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
