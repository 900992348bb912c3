// SPDX-License-Identifier: BSD-2-Clause
#ifndef HO_MEDIA_REPEATS_H
#define HO_MEDIA_REPEATS_H

#include "media/packets.h"

// Adds the frames that a container counts but holds no picture for, each a repeat of the one before it.
enum ho_result ho_add_repeats(const struct ho_packets *packets, struct ho_index *index,
                              struct ho_diag *diag) HO_MUST_CHECK;
// How many frames (AVI) or samples with something in them (QuickTime) the container lists; 0: it has no list.
int64_t ho_n_listed(const struct ho_packets *packets);

#endif
