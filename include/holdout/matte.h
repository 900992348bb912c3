// SPDX-License-Identifier: BSD-2-Clause
// Matte arithmetic ("finesse"): live parameters on a banked matte; changing one never tracks again.
#ifndef HOLDOUT_MATTE_H
#define HOLDOUT_MATTE_H

#include "picture.h"

#ifdef __cplusplus
extern "C" {
#endif

// In the order in which they are applied. All zero: the matte comes out as it went in, for 0 stands for the default
// where it lies outside the range. ho_finesse_default() fills in the numbers.
struct ho_finesse {
    float black_clip;     // [0, 1)   values at or below become 0 (levels: in-black)           default 0
    float white_clip;     // (0, 1]   values at or above become 1, must exceed black_clip      default 1
    float gamma;          // [0.1, 10] out = in^(1/gamma)                                      default 1
    float clean_black;    // [0, 100] pixels: specks of white in black of this diameter or less are removed (opening)
                          // default 0
    float clean_white;    // [0, 100] pixels: specks of black in white are filled (closing)    default 0
    float fill_holes;     // [0, 1]   share of the matte's area up to which an enclosed hole is filled   default 0
    float remove_dots;    // [0, 1]   share of the largest piece's area up to which a piece is removed   default 0
    float grow;    // [-200, 200] pixels: > 0 grows, < 0 shrinks; fractions are honoured (distance, not steps) default 0
    float feather;    // [0, 200] pixels: width of the blurred edge, Gaussian with sigma = feather / 3      default 0
    float in_out_ratio;    // [-1, 1]  where the feathered edge lies: -1 all inside the old edge, 0 centred, 1 all
                           // outside default 0
    float smooth;          // [0, 1]   temporal smoothing along the motion of the picture; 0 none   default 0
};
HO_API void ho_finesse_default(struct ho_finesse *finesse);
HO_API bool ho_finesse_is_identity(const struct ho_finesse *finesse);    // spatial part and smooth alike do nothing
// HO_ERROR_USAGE with the parameter's name, value and range.
HO_API enum ho_result ho_finesse_check(const struct ho_finesse *finesse, struct ho_diag *diag) HO_MUST_CHECK;
// The parameters as a table (name as on the command line, unit, range, default, help, offset): options, help text and
// docs walk it.
struct ho_finesse_parameter {
    const char *name, *unit, *help;
    float min, max, value;
    size_t offset;
};
HO_API const struct ho_finesse_parameter *ho_finesse_parameters(size_t *n);
// Applies all but `smooth`, in place, on a key of one plane. `n_threads` 0: as many as there are cores; same result for
// any number.
HO_API enum ho_result ho_finesse_apply(const struct ho_finesse *finesse, struct ho_picture *key, int n_threads,
                                       struct ho_diag *diag) HO_MUST_CHECK;

// Temporal smoothing that follows motion: give it three neighbouring keys and their luma pictures (same or smaller
// size, all equal); previous/next may be NULL at ends and cuts. Motion is found by block matching on luma, the
// neighbours' mattes are warped along it, and mixed with weight strength/3 each where the match is good. A moving edge
// does not lag; a flickering one settles.
HO_API enum ho_result ho_matte_smooth(const struct ho_picture *const key[3], const struct ho_picture *const luma[3],
                                      float strength, struct ho_picture *out, int n_threads,
                                      struct ho_diag *diag) HO_MUST_CHECK;

// Pulls a matte's edge to the picture's: guided filter (He, Sun, Tang, PAMI 2013) of `key` by `luma`, only in the band
// of doubt around its edge of `radius` pixels (1..128), fading towards its rim, and less what it changes by a tenth or
// less (its haze); flat parts stay exactly 0 and 1. `epsilon` (0, 1]: variance of luma below which there is no edge,
// 1e-3 or so. In place; equal sizes.
HO_API enum ho_result ho_matte_refine(struct ho_picture *key, const struct ho_picture *luma, int radius, float epsilon,
                                      int n_threads, struct ho_diag *diag) HO_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
