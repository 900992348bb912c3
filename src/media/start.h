// SPDX-License-Identifier: BSD-2-Clause
#ifndef HO_MEDIA_START_H
#define HO_MEDIA_START_H

#include "media/packets.h"

// Start timecode and reel name, from wherever the container keeps them.
void ho_find_start(const struct ho_packets *packets, const struct ho_index *index, struct ho_source_info *info);

#endif
