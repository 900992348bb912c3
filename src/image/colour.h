// SPDX-License-Identifier: BSD-2-Clause
// From a pixel format and colour tags to what zimg wants to be told.
#ifndef HO_IMAGE_COLOUR_H
#define HO_IMAGE_COLOUR_H

#include "image/chroma.h"
#include "image/graphs.h"
#include "image/planes.h"

// Is the range of code values full? RGB and grey always are, as for libswscale and whatever it has written (no RGB or
// grey file has a tag that could say otherwise and is believed); YUV is when it is tagged so or is one of the old yuvj
// formats.
bool ho_colour_is_full(const struct ho_layout *layout, const struct ho_colour *colour);
// The format of a picture of `layout` and that size. Untagged YUV: BT.709 from 1280 or 720 on, BT.601 below.
// HO_ERROR_INPUT names a matrix that cannot be converted.
enum ho_result ho_colour_format(const struct ho_layout *layout, const struct ho_colour *colour, int width, int height,
                                zimg_image_format *out, struct ho_diag *diag) HO_MUST_CHECK;
// The float R'G'B' that belongs to it: same transfer and primaries.
zimg_image_format ho_colour_rgb(const zimg_image_format *of, int width, int height);
enum ho_siting ho_colour_siting_w(const zimg_image_format *format);
enum ho_siting ho_colour_siting_h(const zimg_image_format *format);

#endif
