// SPDX-License-Identifier: BSD-2-Clause
// The inside of a frame, for the rooms that decode and encode.
#ifndef HO_IMAGE_FRAME_H
#define HO_IMAGE_FRAME_H

#include <libavutil/frame.h>

#include "holdout/picture.h"

// Takes over `*av` (sets it to NULL on success; leaves it alone on failure). Turns it upright by `rotation` degrees
// clockwise (0, 90, 180, 270), code values untouched. `colour` fills what the frame leaves unspecified.
enum ho_result ho_frame_create(AVFrame **av, int64_t index, int rotation, const struct ho_colour *colour, bool held,
                               struct ho_frame **out, struct ho_diag *diag) HO_MUST_CHECK;
// The same picture under another index, held: stands in for a frame that could not be decoded.
enum ho_result ho_frame_create_held(const struct ho_frame *last_good, int64_t index, struct ho_frame **out,
                                    struct ho_diag *diag) HO_MUST_CHECK;
// The same, meant so: a repeat of a good frame is good.
enum ho_result ho_frame_create_repeat(const struct ho_frame *before, int64_t index, struct ho_frame **out,
                                      struct ho_diag *diag) HO_MUST_CHECK;
const AVFrame *ho_frame_av(const struct ho_frame *frame);    // borrowed, upright
// Makes `*frame` one that nobody else sees: itself where nobody else holds it or its buffers, a copy otherwise (the
// reference passes on). Its AVFrame may be written to.
enum ho_result ho_frame_make_writable(struct ho_frame **frame, AVFrame **av, struct ho_diag *diag) HO_MUST_CHECK;
const struct ho_colour *ho_frame_colour(const struct ho_frame *frame);

// The other way: a picture (1, 3, 4 planes) or matte into `av`, whose format, size (the picture's) and buffers are set;
// its colour fields are set to what was written. zimg, exact at flat 0 and 1. The range of `colour` is meant for YUV:
// RGB and grey are full. A plane alone, or a matte, becomes luma (or R = G = B) with neutral chroma and opaque alpha.
// Alpha is associated in float formats (EXR) and straight in all others.
enum ho_result ho_converter_write(struct ho_converter *converter, const struct ho_picture *picture,
                                  const struct ho_colour *colour, AVFrame *av, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_converter_write_matte(struct ho_converter *converter, const struct ho_matte *matte,
                                        const struct ho_colour *colour, AVFrame *av,
                                        struct ho_diag *diag) HO_MUST_CHECK;

#endif
