// SPDX-License-Identifier: BSD-2-Clause
// What a reader and a clip know of their source once it is open.
#ifndef HO_MEDIA_OPEN_H
#define HO_MEDIA_OPEN_H

#include "media/packets.h"

struct ho_opened {
    char *path;
    struct ho_index index;
    struct ho_source_info info;
    size_t frame_size;    // bytes of a decoded one
};

// `packets` stands ready to be decoded from; it borrows the path and the index. It may be closed before the rest, and
// others may be opened beside it by ho_opened_again().
enum ho_result ho_opened_open(const char *path, const struct ho_reader_options *options, struct ho_opened *out,
                              struct ho_packets *packets, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_opened_again(const struct ho_opened *opened, const struct ho_cancel *cancel,
                               struct ho_packets *packets, struct ho_diag *diag) HO_MUST_CHECK;
void ho_opened_close(struct ho_opened *opened);
struct ho_rational ho_opened_time(const struct ho_opened *opened, int64_t frame);
// How many frames of this source fit into `budget` bytes, held between two bounds.
size_t ho_opened_frames_in(const struct ho_opened *opened, size_t budget, size_t least, size_t most);
// HO_ERROR_USAGE when there is no such frame.
enum ho_result ho_opened_check(const struct ho_opened *opened, int64_t frame, struct ho_diag *diag) HO_MUST_CHECK;

#endif
