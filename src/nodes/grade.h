// SPDX-License-Identifier: BSD-2-Clause
// The steps of colour correction, each over a part of a row: loops simple enough to run on vectors, on parts short
// enough to stay in the first cache.
#ifndef HO_NODES_GRADE_H
#define HO_NODES_GRADE_H

#include "graph/node.h"

enum { GRADE_PART = 256 };    // pixels at most

typedef float grade_colour[3][GRADE_PART];

// Straight colour from premultiplied; 0 where alpha is 0. And back.
void grade_straighten(const float *const from[4], grade_colour c, int n);
void grade_premultiply(grade_colour c, const float *alpha, float *const to[3], int n);
void grade_line(float *c, float slope, float offset, int n);    // c * slope + offset
void grade_power(float *c, float power, int n);                 // what is not above 0 stays
// BT.709 luma of display-referred R'G'B'; a grey reads as itself whatever the weights.
void grade_weigh(const float *r, const float *g, const float *b, float *luma, int n);
void grade_saturate(grade_colour c, float saturation, int n);    // distance from luma (ASC CDL 1.2)
void grade_clip(float *c, float low, float high, int n);         // NaN becomes low

// A change that is a straight line needs no straight colour: c * slope + offset * alpha, 0 where alpha is 0.
void grade_tile_line(const struct ho_tile *in, struct ho_tile *out, float slope, float offset);
// Runs `change` on the colour of every part of `out`, `in` covering it: straight before, premultiplied after, alpha
// kept.
typedef void (*grade_change)(const void *settings, grade_colour c, int n);
void grade_tile(const struct ho_tile *in, struct ho_tile *out, grade_change change, const void *settings);

#endif
