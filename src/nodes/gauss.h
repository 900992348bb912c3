// SPDX-License-Identifier: BSD-2-Clause
// Blurring one plane of floats: a box, or three boxes that together come within 3% of a Gaussian (extended boxes:
// Gwosdek et al., SSVM 2011).
#ifndef HO_NODES_GAUSS_H
#define HO_NODES_GAUSS_H

#include "graph/node.h"

// `sigma` in pixels along x and y (0: not along that axis), `n_boxes` 1 or 3. `in` is all of the picture's window;
// outside it the plane is `outside` everywhere, but on the sides that are `extended`: there it goes on as it ends. NaN
// counts as 0 and values beyond 65504 as that, so that none of them spoils the sums after it. The running sums start at
// the window's edge, so that a pixel has the same bits whatever part of the picture is asked for.
enum { GAUSS_LEFT = 1, GAUSS_RIGHT = 2, GAUSS_TOP = 4, GAUSS_BOTTOM = 8 };
enum ho_result gauss_plane(const struct ho_tile *in, int in_plane, float outside, unsigned extended,
                           const double sigma[2], int n_boxes, int n_threads, struct ho_tile *out, int out_plane,
                           struct ho_diag *diag) HO_MUST_CHECK;
// How far a pixel reaches, in pixels.
int gauss_reach(double sigma, int n_boxes);

#endif
