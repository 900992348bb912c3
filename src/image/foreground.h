// SPDX-License-Identifier: BSD-2-Clause
#ifndef HO_IMAGE_FOREGROUND_H
#define HO_IMAGE_FOREGROUND_H

#include "holdout/picture.h"

// Replaces the colour of `picture` (R, G, B of opaque footage) by the object's own where `key` (one plane, of the same
// size) is neither 0 nor 1, so that no colour of what was behind stays in hair and edges; all else stays as it is.
// `reach`: pixels within which the object's colour is looked for, 1 and up. The same bits for any number of threads.
enum ho_result ho_clean_edges(struct ho_picture *picture, const struct ho_picture *key, int reach, int n_threads,
                              struct ho_diag *diag) HO_MUST_CHECK;

#endif
