// SPDX-License-Identifier: BSD-2-Clause
// Motion between two pictures by hierarchical block matching, weighted so that the object's pixels count and the
// background's hardly do.
#ifndef HO_IMAGE_MOTION_H
#define HO_IMAGE_MOTION_H

#include "image/pyramid.h"

enum { HO_MOTION_BLOCK = 8, HO_MOTION_LEVELS = 6 };

// A picture, halved again and again, each with a margin that repeats the border.
struct ho_motion_picture {
    struct ho_level level[HO_MOTION_LEVELS];
    int n;
};
enum ho_result ho_motion_picture_create(const struct ho_picture *from, struct ho_motion_picture *out,
                                        struct ho_diag *diag) HO_MUST_CHECK;
void ho_motion_picture_destroy(struct ho_motion_picture *picture);

// One vector a block: what stands at (x, y) in one picture stands at (x, y) + vector in the other.
struct ho_motion {
    int columns, rows;
    float *x, *y;          // pixels
    float *mass;           // the weight that the block's window holds: how much of the object it sees
    const bool *active;    // blocks that were asked for; the others have no meaning. Borrowed
};
// `active`: columns x rows of flags, one for each HO_MOTION_BLOCK pixels; borrowed until the motion is destroyed. Same
// bits for any number of threads.
enum ho_result ho_motion_create(const struct ho_motion_picture *from, const struct ho_motion_picture *to,
                                const struct ho_motion_picture *weight, const bool *active, int n_threads,
                                struct ho_motion *out, struct ho_diag *diag) HO_MUST_CHECK;
void ho_motion_destroy(struct ho_motion *motion);
// The vector at a pixel: of the blocks around it, those that see more of the object count more. False where none is
// active.
bool ho_motion_at(const struct ho_motion *motion, float x, float y, float *vx, float *vy);

#endif
