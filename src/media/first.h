// SPDX-License-Identifier: BSD-2-Clause
// What only decoding tells: whether the order found from timestamps is the decoder's, and what its first picture is
// like.
#ifndef HO_MEDIA_FIRST_H
#define HO_MEDIA_FIRST_H

#include "media/packets.h"

// Decodes the first frames, compares their order with the index, leaves out leading pictures whose references are
// missing, and fills index->first. `decode_all`, or an order that differs: decodes the whole source once and takes the
// order that it comes in.
enum ho_result ho_look_at_first(struct ho_packets *packets, struct ho_index *index, bool decode_all, int n_threads,
                                struct ho_diag *diag) HO_MUST_CHECK;
// Degrees clockwise (0, 90, 180, 270) that the stream's display matrix asks for.
int ho_rotation_of(const AVStream *stream);

#endif
