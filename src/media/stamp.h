// SPDX-License-Identifier: BSD-2-Clause
// What a picture file says of its place in a shot: the rate and the timecode of OpenEXR, DPX, TIFF and PNG.
#ifndef HO_MEDIA_STAMP_H
#define HO_MEDIA_STAMP_H

#include "holdout/media.h"

struct ho_stamp {
    struct ho_rational rate;            // {0, *}: not said
    char timecode[HO_TIMECODE_SIZE];    // "HH:MM:SS:FF", ';' before FF: drop-frame; empty: not said
};

// Fills what the file says; whatever is no such file, or damaged, says nothing.
void ho_stamp_read(const char *file, struct ho_stamp *out);
// The keywords of a PNG's text chunks.
#define HO_STAMP_RATE "framesPerSecond"
#define HO_STAMP_TIMECODE "timeCode"

#endif
