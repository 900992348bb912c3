// SPDX-License-Identifier: BSD-2-Clause
// Numbers that move: keyframes, and what lies between two of them. The nodes of a graph and the clips of a timeline
// move by the same rule.
#ifndef HOLDOUT_CURVE_H
#define HOLDOUT_CURVE_H

#include <stddef.h>
#include <stdint.h>

#include "result.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ho_interpolation {
    HO_INTERPOLATE_HOLD,
    HO_INTERPOLATE_LINEAR,
    HO_INTERPOLATE_SMOOTH
};    // towards the next keyframe; SMOOTH: eased in and out, 3t^2 - 2t^3

struct ho_keyframe {
    int64_t frame;
    double value;
    enum ho_interpolation interpolation;
};

// One number: `value` as long as it has no keyframes. Zero-initialised it is a constant 0. Owned by whoever holds it.
struct ho_curve {
    double value;
    size_t n_keys;
    struct ho_keyframe *keys;    // by frame, ascending, no two on one
};

// How far `frame` is on the way from a keyframe on `a` to the next one on `b`: 0 up to a, 1 from b on; always 0 for
// HOLD.
HO_API double ho_curve_share(int64_t a, int64_t b, int64_t frame, enum ho_interpolation interpolation);
// Before the first keyframe the first one's value, after the last one the last one's.
HO_API double ho_curve_value(const struct ho_curve *curve, int64_t frame);
// Sets or replaces the keyframe on key->frame. HO_ERROR_MEMORY leaves the curve as it was.
HO_API enum ho_result ho_curve_set_keyframe(struct ho_curve *curve, const struct ho_keyframe *key,
                                            struct ho_diag *diag) HO_MUST_CHECK;
HO_API bool ho_curve_remove_keyframe(struct ho_curve *curve, int64_t frame);    // false: there was none
// `to` is overwritten, not freed.
HO_API enum ho_result ho_curve_copy(const struct ho_curve *from, struct ho_curve *to,
                                    struct ho_diag *diag) HO_MUST_CHECK;
HO_API bool ho_curve_equal(const struct ho_curve *a, const struct ho_curve *b);
HO_API void ho_curve_clear(struct ho_curve *curve);    // a constant 0 again

#ifdef __cplusplus
}
#endif

#endif
