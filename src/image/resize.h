// SPDX-License-Identifier: BSD-2-Clause
// A part of a plane of floats at another size, by zimg, with the kernel that frames are read with.
#ifndef HO_IMAGE_RESIZE_H
#define HO_IMAGE_RESIZE_H

#include "holdout/picture.h"
#include "image/graphs.h"

// Plane `from_plane` of `from`, the part of it that begins at (x0, y0) (inside the picture, also between pixels), into
// plane `to_plane` of `to`, all of it.
enum ho_result ho_plane_resize(struct ho_graphs *graphs, const struct ho_picture *from, int from_plane, double x0,
                               double y0, double width, double height, struct ho_picture *to, int to_plane,
                               struct ho_diag *diag) HO_MUST_CHECK;

#endif
