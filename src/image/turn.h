// SPDX-License-Identifier: BSD-2-Clause
// Turning a decoded frame upright.
#ifndef HO_IMAGE_TURN_H
#define HO_IMAGE_TURN_H

#include <libavutil/frame.h>

#include "holdout/picture.h"

// A new frame, `av` turned by 90, 180 or 270 degrees clockwise. Code values are moved, not changed: chroma subsampled
// in one direction is subsampled in the other after a quarter turn (4:2:2 becomes 4:4:0), or, where no such format
// exists, each chroma sample is repeated. Chroma siting turns along; the two sitings that have no name (right, and top
// right) become the nearest that has.
enum ho_result ho_turn(const AVFrame *av, int rotation, AVFrame **out, struct ho_diag *diag) HO_MUST_CHECK;

#endif
