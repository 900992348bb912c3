// SPDX-License-Identifier: BSD-2-Clause
// A frame with a part replaced: outside it the code values stay as they are.
#ifndef HO_IMAGE_PATCH_H
#define HO_IMAGE_PATCH_H

#include "holdout/picture.h"

enum { HO_PATCH_STRIPES = 8 };

// The smallest rectangle around `rect` that a patch of this frame may have: even where its chroma is halved, with a
// margin for the chroma filter, inside the frame.
struct ho_rect ho_frame_patch_rect(const struct ho_frame *frame, struct ho_rect rect);
// Replaces `rect` (as ho_frame_patch_rect() gave it) of `*frame` by `picture` (equal size, 3 or 4 planes R, G, B, A,
// read over black): in place where nobody else holds the frame, else in a copy that takes its place. Converted in
// HO_PATCH_STRIPES stripes with a converter each where chroma allows, on up to `n_threads` threads; the same bits for
// any number. After a failure the frame is of no use.
enum ho_result ho_frame_patch(struct ho_converter *const converters[HO_PATCH_STRIPES], struct ho_frame **frame,
                              const struct ho_picture *picture, struct ho_rect rect, int n_threads,
                              struct ho_diag *diag) HO_MUST_CHECK;

#endif
