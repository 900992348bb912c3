// SPDX-License-Identifier: BSD-2-Clause
// Pixels that several mattes claim are settled between them, so that together they never cover more than all of one.
#ifndef HO_IMAGE_SETTLE_H
#define HO_IMAGE_SETTLE_H

#include "holdout/picture.h"

// At most 64 mattes of one size, in the order that decides between equal coverages; in place.
void ho_mattes_settle(struct ho_matte *const *mattes, size_t n);
// What is covered by `others` already is theirs: each matte gets at most what is left of a pixel.
void ho_mattes_limit(struct ho_matte *const *mattes, size_t n, const struct ho_matte *others);

#endif
