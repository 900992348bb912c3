// SPDX-License-Identifier: BSD-2-Clause
// zimg's filter graphs, kept by what they were built for: building one costs more than running it on a small picture.
#ifndef HO_IMAGE_GRAPHS_H
#define HO_IMAGE_GRAPHS_H

#include <zimg.h>

#include "holdout/result.h"

#define HO_ZIMG_ALIGNMENT 32    // of addresses and strides, in bytes

// A format with nothing set but its defaults, every byte defined.
zimg_image_format ho_zimg_format(void);

// Thread-safety: unsafe (one a thread).
struct ho_graphs;
enum ho_result ho_graphs_create(struct ho_graphs **out, struct ho_diag *diag) HO_MUST_CHECK;
void ho_graphs_destroy(struct ho_graphs **graphs);
// Converts. Both formats made by ho_zimg_format(). HO_ERROR_INPUT with zimg's own words when it knows no way from one
// format to the other.
enum ho_result ho_graphs_run(struct ho_graphs *graphs, const zimg_image_format *from, const zimg_image_format *to,
                             const zimg_image_buffer_const *in, const zimg_image_buffer *out,
                             struct ho_diag *diag) HO_MUST_CHECK;

#endif
