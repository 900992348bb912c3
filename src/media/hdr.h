// SPDX-License-Identifier: BSD-2-Clause
// HDR10's static metadata, between libav's side data and plain numbers.
#ifndef HO_MEDIA_HDR_H
#define HO_MEDIA_HDR_H

#include <libavformat/avformat.h>

#include "holdout/source.h"

// What the frame says, else (the fields that are still empty) what the stream does.
void ho_hdr_of_frame(const AVFrame *frame, struct ho_hdr *out);
void ho_hdr_of_stream(const AVStream *stream, struct ho_hdr *out);
// For the muxer, before its header is written.
enum ho_result ho_hdr_set(AVStream *stream, const struct ho_hdr *hdr, struct ho_diag *diag) HO_MUST_CHECK;

#endif
