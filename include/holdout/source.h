// SPDX-License-Identifier: BSD-2-Clause
// What a source is: plain data that probing a file gives (media.h) and that a bank keeps with its objects (bank.h).
#ifndef HOLDOUT_SOURCE_H
#define HOLDOUT_SOURCE_H

#include "picture.h"
#include "timecode.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HO_NAME_SIZE 256
#define HO_HASH_SIZE 33    // 128 bits as 32 hexadecimal digits, and NUL

enum ho_field_order { HO_FIELD_UNKNOWN, HO_FIELD_PROGRESSIVE, HO_FIELD_TOP_FIRST, HO_FIELD_BOTTOM_FIRST };

// HDR10's static metadata: the display that a picture was mastered on (SMPTE ST 2086) and how bright it gets
// (CTA-861.3), in the units of the standards.
#define HO_HDR_CHROMATICITY 50000    // in 1
#define HO_HDR_LUMINANCE 10000       // in a candela a square metre
struct ho_hdr {
    bool has_mastering, has_light;
    int primaries[3][2], white[2];    // red, green, blue; x, y
    int max_luminance, min_luminance;
    int max_cll, max_fall;    // candelas a square metre
};

// What a source is. Plain data, owned by whoever holds it.
struct ho_source_info {
    char path[4096];                    // as given
    char clip_name[HO_NAME_SIZE];       // file name without folder, extension and sequence number
    char reel_name[HO_NAME_SIZE];       // from the tmcd track or tags; empty if none
    char hash[HO_HASH_SIZE];            // of the decoded identity: stream parameters and packets, not path or date
    int width, height;                  // upright, in source pixels
    struct ho_rational pixel_aspect;    // {1, 1} when unknown
    struct ho_rational rate;            // frames a second
    int64_t n_frames;                   // exact: what the decoder gives
    bool variable_rate;
    bool has_timecode;
    struct ho_timecode start;    // of frame 0
    bool is_sequence;            // image sequence
    int64_t first_number;        // number of a sequence's first file
    bool numbers_jump;           // "*" took files whose numbers don't follow each other
    char container[64], codec[64], profile[64], pixel_format[64];
    int bit_depth;    // bits a component
    bool has_alpha;
    struct ho_colour colour;    // as tagged; unspecified fields are filled with a default and logged
    struct ho_hdr hdr;
    bool colour_is_tagged;    // false: at least one field is a default by size
    int rotation;             // degrees clockwise that were applied to stand upright: 0, 90, 180, 270
    enum ho_field_order field_order;
    int n_audio_streams;
    int64_t file_size;    // bytes, all files of a sequence together
    // Of a matte that Holdout wrote as a movie: hash and name of the source that it is the matte of; else empty.
    char matte_of[HO_HASH_SIZE], matte_of_name[HO_NAME_SIZE];
};

// The number by which people know frame 0: a sequence's first file's; 0 of movies, and where numbers are negative or
// jump. Thread-safety: safe.
HO_API int64_t ho_source_first_number(const struct ho_source_info *source);
// A frame for sentences: "11", of a sequence "11 (file 1012)".
struct ho_frame_text {
    char text[64];
};
HO_API struct ho_frame_text ho_source_frame_text(const struct ho_source_info *source, int64_t frame);

#ifdef __cplusplus
}
#endif

#endif
