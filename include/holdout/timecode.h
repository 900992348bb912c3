// SPDX-License-Identifier: BSD-2-Clause
// Rational rates and SMPTE timecode. Arithmetic is libavutil's (av_timecode_*, av_reduce).
#ifndef HOLDOUT_TIMECODE_H
#define HOLDOUT_TIMECODE_H

#include <stddef.h>
#include <stdint.h>

#include "result.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ho_rational {
    int64_t num, den;
};    // den > 0; {0, 1} is "unknown"

// A span of frames: first to last, both included; empty when last < first.
struct ho_range {
    int64_t first, last;
};

// The timecode of one frame. `fps` is the counting base: 24 for 23.976, 30 for 29.97, 60 for 59.94.
struct ho_timecode {
    int64_t frame;      // frames since 00:00:00:00, drop-frame already resolved to real frames
    int fps;            // 1..1000
    bool drop_frame;    // only with 30 or 60 (and multiples)
};

#define HO_TIMECODE_SIZE 24    // "HH:MM:SS:FF" with room for long hours

// The counting base of a rate: 24000/1001 -> 24. 0 if the rate is unknown.
HO_API int ho_rate_base(struct ho_rational rate);
// The usual rate that a number close to it stands for: 23.976 and 23.98 are 24000/1001. {0, 1} outside of (0, 1000].
HO_API struct ho_rational ho_rate_meant(double rate);
// Parses "25", "23.976" or "30000/1001". HO_ERROR_USAGE for anything else.
HO_API enum ho_result ho_rate_parse(const char *text, struct ho_rational *out, struct ho_diag *diag) HO_MUST_CHECK;
// Parses "HH:MM:SS:FF" (';' or '.' before FF: drop-frame). Errors: HO_ERROR_USAGE when the text is no timecode at this
// base, names a frame that drop-frame skips, or exceeds the base.
HO_API enum ho_result ho_timecode_parse(const char *text, struct ho_rational rate, struct ho_timecode *out,
                                        struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_timecode_format(struct ho_timecode timecode, char out[HO_TIMECODE_SIZE]);
// Less than a day on from a time of day: past midnight it begins at 00:00:00:00 again.
HO_API struct ho_timecode ho_timecode_add(struct ho_timecode timecode, int64_t frames);
// Frames of 24 hours at this timecode's base; 0 if it is unknown.
HO_API int64_t ho_timecode_day(struct ho_timecode timecode);

#ifdef __cplusplus
}
#endif

#endif
