// SPDX-License-Identifier: BSD-2-Clause
// Where a frame is not black: what a saved matte is mostly made of need not be computed.
#ifndef HO_IMAGE_LIT_H
#define HO_IMAGE_LIT_H

#include "holdout/picture.h"

// The smallest rectangle outside which every pixel is exactly black by its code values (at or below black in luma,
// neutral in chroma). Empty (0, 0, 0, 0) if all are. Formats other than planar YUV and grey give the whole frame. Stops
// early where there is a picture. Thread-safety: safe. True: the frame is known to be grey, neutral in chroma
// everywhere.
bool ho_frame_lit(const struct ho_frame *frame, struct ho_rect *out);

#endif
