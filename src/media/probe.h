// SPDX-License-Identifier: BSD-2-Clause
#ifndef HO_MEDIA_PROBE_H
#define HO_MEDIA_PROBE_H

#include "media/packets.h"

// Everything that is known of a source, from its container, its index and its first frame. What is assumed is said in
// the log. `rate`: of an image sequence; {0, *}: not given.
void ho_probe(const struct ho_packets *packets, const struct ho_index *index, struct ho_rational rate,
              const char *index_dir, struct ho_source_info *info);

#endif
