// SPDX-License-Identifier: BSD-2-Clause
// A frame with a part replaced: outside it the code values stay as they are.
#ifndef HO_IMAGE_PATCH_H
#define HO_IMAGE_PATCH_H

#include "holdout/picture.h"

enum { HO_PATCH_STRIPES = 8 };

// The smallest rectangle around `rect` that a patch of this frame may have: even where its chroma is halved, with a margin for the chroma filter, inside the frame.
struct ho_rect ho_frame_patch_rect(const struct ho_frame *frame, struct ho_rect rect);
// A new frame like `base` whose `rect` (as ho_frame_patch_rect() gave it) is `picture` (equal size, 3 or 4 planes R, G, B, A, read over black). Converted in
// HO_PATCH_STRIPES stripes with a converter each where chroma allows, on up to `n_threads` threads; the same bits for any number.
enum ho_result ho_frame_patch(struct ho_converter *const converters[HO_PATCH_STRIPES], const struct ho_frame *base, const struct ho_picture *picture, struct ho_rect rect,
                              int n_threads, struct ho_frame **out, struct ho_diag *diag) HO_MUST_CHECK;

#endif
