// SPDX-License-Identifier: BSD-2-Clause
// Moving, turning and scaling a picture: an affine map from the output's pixels back to the input's, and the filter
// that reads there.
#ifndef HO_NODES_RESAMPLE_H
#define HO_NODES_RESAMPLE_H

#include "graph/node.h"

// Input x = a * x + b * y + c, input y = d * x + e * y + f, both at pixel middles ((0.5, 0.5) is the middle of the
// first pixel).
struct affine {
    double a, b, c, d, e, f;
};

enum resample_edges { EDGES_CANVAS, EDGES_DUPLICATE, EDGES_WRAP, EDGES_MIRROR };
enum resample_filter { FILTER_NEAREST, FILTER_LINEAR, FILTER_CUBIC };
extern const char *const resample_edges[], *const resample_filters[];

// The map of a picture of `width` x `height` that is flipped, scaled by (size_x, size_y) and turned by `angle` degrees
// (counter-clockwise) about `pivot`, then moved so that its middle comes to `centre` of a canvas of `canvas_width` x
// `canvas_height`. Points are shares, (0, 0) top left.
struct placement {
    double centre[2], pivot[2], size_x, size_y, angle;
    bool flip_x, flip_y;
    int width, height, canvas_width, canvas_height;
};
struct affine placement_inverse(const struct placement *placement);
bool affine_is_identity(const struct affine *map);

// Where on the canvas the input's `window` comes to lie (edges: canvas), and what of the input a region of the output
// reads.
struct ho_rect placement_window(const struct placement *placement, struct ho_rect window);
struct ho_rect affine_region(const struct affine *map, struct ho_rect out);

// Fills `out` from `in`, whose picture is `width` x `height` large and transparent outside the tile. Cubic is
// Catmull-Rom (Keys 1981, a = -0.5). Smaller than half size, each output pixel averages as many samples as it covers
// input pixels (up to 16 each way). NaN counts as 0, infinity as 65504.
void resample(const struct ho_tile *in, int width, int height, const struct affine *map, enum resample_filter filter,
              enum resample_edges edges, struct ho_tile *out);

#endif
