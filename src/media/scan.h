// SPDX-License-Identifier: BSD-2-Clause
// One reading of a source from end to end: its frame index, its rate and the hash of what it decodes to.
#ifndef HO_MEDIA_SCAN_H
#define HO_MEDIA_SCAN_H

#include "media/packets.h"

// Fills `index` from `packets`, which stands at its beginning and has no index yet.
enum ho_result ho_scan(struct ho_packets *packets, int n_threads, struct ho_index *index,
                       struct ho_diag *diag) HO_MUST_CHECK;
// The same, or from `index_dir` if it remembers this source as it is now. `index_dir` may be NULL.
enum ho_result ho_scan_or_load(struct ho_packets *packets, const char *index_dir, int n_threads, struct ho_index *index,
                               struct ho_diag *diag) HO_MUST_CHECK;

#endif
