// SPDX-License-Identifier: BSD-2-Clause
// A target model: a linear classifier of places, object or not, fitted to the kept frames by weighted ridge regression
// over the backbone's features. The matching asks what a place looks like; this one asks what tells the object from all
// else in this shot, look-alikes too. The decoder takes both. The idea of a small model fitted while tracking, on
// frozen features, is FRTM's (Robinson et al., CVPR 2020); ours has a closed form and no steps.
#ifndef HO_ENGINE_TARGET_H
#define HO_ENGINE_TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "holdout/result.h"

#define HO_TARGET_IN 152    // channels a place: f16's, then f8's averaged over its four places
#define HO_CELL 16          // pixels of a map, a side, that one place stands for
#define HO_TARGET 160       // a row: the channels, one, and zeros up to whole vectors

// One walk's model; zeroed: nothing fitted yet. Plain data without padding, saved as it stands.
struct ho_target {
    int32_t n_kept, n_recent;                         // prompted frames, and tracked ones, that were learnt from
    float mean[HO_TARGET_IN], scale[HO_TARGET_IN];    // of the first frame: features are seen as (x - mean) * scale
    // Sums of z z' and of z y over places, y from -1 to 1, object and rest weighing the same: prompted frames together,
    // tracked ones fading.
    float kept[HO_TARGET][HO_TARGET], recent[HO_TARGET][HO_TARGET];    // lower triangles
    float kept_y[HO_TARGET], recent_y[HO_TARGET];
    float weight[HO_TARGET];      // what they give together,
    float prompted[HO_TARGET];    // and prompted frames alone
};

// One frame to learn from.
struct ho_lesson {
    const float *f16, *f8;    // [112][h][w], [40][2h][2w]
    int width, height;        // w and h
    const float *map;         // [16h][16w], 0..1
    const float
        *others;    // the same, what is known to be something else, which weighs more than other ground; or NULL
    bool is_prompted;
};
// A frame without any object teaches nothing.
enum ho_result ho_target_learn(struct ho_target *target, const struct ho_lesson *lesson,
                               struct ho_diag *diag) HO_MUST_CHECK;
// What the model says of each place, [h][w]: about 1 on the object, -1 on all else; 0 while nothing was learnt.
void ho_target_score(const struct ho_target *target, const float *f16, const float *f8, int width, int height,
                     float *score);
// The same by what prompted frames taught alone: however far the walk strayed, this says what was meant.
void ho_target_resemble(const struct ho_target *target, const float *f16, const float *f8, int width, int height,
                        float *score);
// The mean of a map [16h][16w] over one of its places. `width` in places.
float ho_cell_mean(const float *map, int width, size_t place);

#endif
