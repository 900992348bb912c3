// SPDX-License-Identifier: BSD-2-Clause
// What a picture file says of its place in a shot: the rate and the timecode of OpenEXR, DPX, TIFF and PNG.
#ifndef HO_MEDIA_STAMP_H
#define HO_MEDIA_STAMP_H

#include "holdout/media.h"

struct ho_stamp {
    struct ho_rational rate;    // {0, *}: not said
    // Of a matte that Holdout wrote: hash and name of the source that it is the matte of; else empty.
    char matte_of[HO_HASH_SIZE], matte_of_name[HO_NAME_SIZE], view[16];
    char timecode[HO_TIMECODE_SIZE];    // "HH:MM:SS:FF", ';' before FF: drop-frame; empty: not said
};

// Fills what the file says; whatever is no such file, or damaged, says nothing.
void ho_stamp_read(const char *file, struct ho_stamp *out);
// The keywords of a PNG's text chunks.
#define HO_STAMP_RATE "framesPerSecond"
// What deliver/ says of its mattes, in PNG's text chunks and as OpenEXR's attributes.
#define HO_STAMP_HASH "holdout.source_hash"
#define HO_STAMP_SOURCE "holdout.source"
#define HO_STAMP_VIEW "holdout.view"
#define HO_STAMP_TIMECODE "timeCode"

#endif
