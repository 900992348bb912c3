// SPDX-License-Identifier: BSD-2-Clause
// Matte arithmetic, one operation each, on 16-bit coverage in place. All give the same bits for any number of threads,
// and leave flat 0 and 65535 as they are where nothing else is within their reach. The border of the frame is no edge:
// what touches it goes on outside. Errors: HO_ERROR_MEMORY; what stands in the matte is then of no use.
#ifndef HO_IMAGE_KERNELS_H
#define HO_IMAGE_KERNELS_H

#include "holdout/picture.h"

#define HO_HALF 32768    // the lowest value that is inside

// Key to matte with levels: out = ((in - black) / (white - black))^(1 / gamma), clamped; NaN is 0.
enum ho_result ho_levels(const struct ho_picture *key, float black, float white, float gamma, struct ho_matte *out,
                         int n_threads, struct ho_diag *diag) HO_MUST_CHECK;

// Opening (specks of white of up to `diameter` go) and closing (specks of black go) by an octagon of floor(diameter) +
// 1 pixels.
enum ho_result ho_open(struct ho_matte *matte, float diameter, int n_threads, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_close(struct ho_matte *matte, float diameter, int n_threads, struct ho_diag *diag) HO_MUST_CHECK;

// Fills holes: 4-connected pieces below one half that don't touch the border, of an area up to `share` of the matte's,
// with their soft rim, to the level around them.
enum ho_result ho_fill_holes(struct ho_matte *matte, float share, struct ho_diag *diag) HO_MUST_CHECK;
// Removes 8-connected pieces at or above one half of an area up to `share` of the largest one's, with their soft rim.
// The largest stays.
enum ho_result ho_remove_dots(struct ho_matte *matte, float share, struct ho_diag *diag) HO_MUST_CHECK;
// Moves the 8-connected piece at or above one half that holds the pixel (x, y), with its soft rim, from `matte` to
// `piece` (of the same size; otherwise 0), where it is at most `share` of what is at or above one half. False: none is.
enum ho_result ho_take_piece(struct ho_matte *matte, int x, int y, float share, struct ho_matte *piece, bool *is_taken,
                             struct ho_diag *diag) HO_MUST_CHECK;

// Signed Euclidean distance from each pixel centre to the contour of one half, negative inside, clamped to [-reach,
// reach]: the exact distance to the points where linear interpolation between neighbouring pixels crosses one half
// (Felzenszwalb and Huttenlocher, Theory of Computing 2012). `out`: one plane, equal size. Sets *has_contour to false
// when nothing crosses; `out` is then +-reach.
enum ho_result ho_distance(const struct ho_matte *matte, float reach, struct ho_picture *out, bool *has_contour,
                           int n_threads, struct ho_diag *diag) HO_MUST_CHECK;

// Moves the edge outwards (pixels > 0) or inwards along its normal; a soft edge stays as soft as it is.
enum ho_result ho_grow(struct ho_matte *matte, float pixels, int n_threads, struct ho_diag *diag) HO_MUST_CHECK;

// Gaussian blur, border repeated; within 1/1000 of the exact one.
enum ho_result ho_blur(struct ho_matte *matte, float sigma, int n_threads, struct ho_diag *diag) HO_MUST_CHECK;

// Where a matte is flat: tiles that are all 0 or all 65535, answered for any rectangle in constant time.
struct ho_flat_map;
enum ho_result ho_flat_map_create(const struct ho_matte *matte, struct ho_flat_map **out,
                                  struct ho_diag *diag) HO_MUST_CHECK;
void ho_flat_map_destroy(struct ho_flat_map **map);
// Is every pixel of the rectangle (clipped to the matte) 0, or every one 65535? May answer false for a flat one, never
// true for one that isn't.
bool ho_is_flat(const struct ho_flat_map *map, int x0, int y0, int x1, int y1);
// How far, at most, a pixel that is not flat lies from the contour of one half, in pixels; `limit` if there are any
// further away than that.
float ho_softness(const struct ho_flat_map *map, float limit);

#endif
