// SPDX-License-Identifier: BSD-2-Clause
// What a pixel format holds, and its components as planes of their own: the one place that knows about packed,
// semi-planar, big-endian, palette and bit-packed formats. Code values are moved, never changed.
#ifndef HO_IMAGE_PLANES_H
#define HO_IMAGE_PLANES_H

#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
#include <zimg.h>

#include "holdout/picture.h"

struct ho_layout {
    const AVPixFmtDescriptor *desc;
    enum AVPixelFormat format;
    zimg_color_family_e family;
    zimg_pixel_type_e type;    // of a component once it stands in a plane of its own
    int element_size;          // bytes of such a sample
    int depth;                 // its significant bits
    int sub_w, sub_h;          // log2 of the chroma subsampling
    int n_colour;              // 1 or 3 components before alpha
    bool has_alpha;
    bool is_premultiplied;    // float formats come from and go to EXR, whose alpha is associated; all others are
                              // straight
    bool is_plain;            // each component has a plane of its own already, native byte order, nothing to shift
};

// HO_ERROR_INPUT with a sentence that names a format that cannot be read.
enum ho_result ho_layout_of(enum AVPixelFormat format, struct ho_layout *out, struct ho_diag *diag) HO_MUST_CHECK;

// One plane of samples: `element_size` bytes each, rows `stride` bytes apart.
struct ho_plane {
    uint8_t *data;
    ptrdiff_t stride;
    int width, height;
};

// Size of component `c` (0..2 colour, n_colour: alpha) in a frame of that size.
int ho_component_width(const struct ho_layout *layout, int c, int width);
int ho_component_height(const struct ho_layout *layout, int c, int height);

// Fills `out` with component `c` of `av` from (x0, y0) on, in samples of that component; outside the frame the border
// is repeated.
void ho_component_get(const struct ho_layout *layout, const AVFrame *av, int c, int x0, int y0,
                      const struct ho_plane *out);
// Writes the top left of `in` into component `c` of `av`, all of it. Call ho_components_clear() first.
void ho_component_put(const struct ho_layout *layout, AVFrame *av, int c, const struct ho_plane *in);
// Makes a frame ready for ho_component_put(): formats whose components share bytes are built up from zero.
void ho_components_clear(const struct ho_layout *layout, AVFrame *av);

#endif
