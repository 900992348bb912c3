// SPDX-License-Identifier: BSD-2-Clause
// What a matte is shown as.
#ifndef HO_DELIVER_VIEW_H
#define HO_DELIVER_VIEW_H

#include "holdout/deliver.h"

// How many planes the picture of a view has: 3, or 4 for CUTOUT.
const char *ho_view_name(enum ho_view view);
int ho_view_planes(enum ho_view view);
// In place: `picture` holds the source's R'G'B' (CUTOUT: with alpha) and becomes the view of `key` (coverage, one
// plane, equal size). Not for MATTE.
void ho_view_apply(enum ho_view view, const struct ho_picture *key, struct ho_picture *picture, int n_threads);

#endif
