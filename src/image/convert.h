// SPDX-License-Identifier: BSD-2-Clause
// The inside of a converter, shared by its reading and its writing half.
#ifndef HO_IMAGE_CONVERT_H
#define HO_IMAGE_CONVERT_H

#include "image/frame.h"
#include "image/graphs.h"
#include "image/planes.h"

enum { HO_N_SCRATCH = 2 };

struct ho_converter {
    bool writes_premultiplied;    // alpha's colours go out as they come, whatever the format
    struct ho_graphs *graphs;
    struct {
        uint8_t *data;
        size_t size;
    } scratch[HO_N_SCRATCH];
};

// Scratch memory that is kept between calls, HO_ALIGNMENT-aligned, contents undefined.
enum ho_result ho_converter_scratch(struct ho_converter *converter, int which, size_t size, uint8_t **out,
                                    struct ho_diag *diag) HO_MUST_CHECK;

// As ho_converter_read() of luma and chroma, with 3 planes of 8 bits, rows `stride` bytes apart (a multiple of
// HO_ALIGNMENT, as the addresses are); what the frame's alpha covers is not asked.
enum ho_result ho_converter_read_bytes(struct ho_converter *converter, const struct ho_frame *frame,
                                       const struct ho_rect *region, int width, int height, uint8_t *const plane[3],
                                       ptrdiff_t stride, struct ho_diag *diag) HO_MUST_CHECK;

#endif
