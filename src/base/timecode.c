// SPDX-License-Identifier: BSD-2-Clause
#include "holdout/timecode.h"

#include <libavutil/rational.h>
#include <libavutil/timecode.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FPS = 1000, MAX_HOURS = 99 };

int ho_rate_base(struct ho_rational rate)
{
    if (rate.num <= 0 || rate.den <= 0)
        return 0;
    int64_t whole = rate.num / rate.den, rest = rate.num % rate.den;
    whole += rest >= rate.den - rest;
    return whole < 1 ? 1 : whole > INT_MAX ? INT_MAX : (int)whole;
}

struct ho_rational ho_rate_meant(double rate)
{
    static const AVRational usual[] = {{24000, 1001}, {24, 1}, {25, 1}, {30000, 1001}, {30, 1},        {48000, 1001},
                                       {48, 1},       {50, 1}, {60, 1}, {60000, 1001}, {120000, 1001}, {120, 1}};
    if (!isfinite(rate) || rate <= 0 || rate > 1000)
        return (struct ho_rational){0, 1};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (fabs(rate / av_q2d(usual[i]) - 1) < 0.0003)
            return (struct ho_rational){usual[i].num, usual[i].den};
    AVRational exact = av_d2q(rate, 1001);
    return exact.num > 0 ? (struct ho_rational){exact.num, exact.den} : (struct ho_rational){0, 1};
}

enum ho_result ho_rate_parse(const char *text, struct ho_rational *out, struct ho_diag *diag)
{
    char *end = NULL;
    bool is_plain = text[0] && !text[strspn(text, "0123456789./")];
    double number = is_plain ? strtod(text, &end) : 0, divisor = is_plain && *end == '/' ? strtod(end + 1, &end) : 1;
    *out = is_plain && !*end && divisor > 0 ? ho_rate_meant(number / divisor) : (struct ho_rational){0, 1};
    return out->num > 0 ? HO_OK
                        : ho_fail(diag, HO_ERROR_USAGE,
                                  "\"%.80s\" is no frame rate; write 25, 23.976 or 30000/1001, up to 1000", text);
}

static int flags_of(bool drop_frame) { return drop_frame ? AV_TIMECODE_FLAG_DROPFRAME : 0; }

enum ho_result ho_timecode_parse(const char *text, struct ho_rational rate, struct ho_timecode *out,
                                 struct ho_diag *diag)
{
    int fps = ho_rate_base(rate);
    if (fps < 1 || fps > MAX_FPS)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "timecode \"%s\" cannot be counted: the frame rate (%lld/%lld) is unknown or above %d; give a "
                       "frame number instead",
                       text, (long long)rate.num, (long long)rate.den, MAX_FPS);

    int hours, minutes, seconds, frames, length = 0;
    char separator;
    // The digits are checked first, since %d would take signs and spaces.
    bool is_plain = !text[strspn(text, "0123456789:;.")];
    if (!is_plain ||
        sscanf(text, "%4d:%2d:%2d%c%4d%n", &hours, &minutes, &seconds, &separator, &frames, &length) != 5 ||
        text[length] || !strchr(":;.", separator))
        return ho_fail(diag, HO_ERROR_USAGE, "\"%s\" is no timecode; write HH:MM:SS:FF, or HH:MM:SS;FF for drop-frame",
                       text);
    if (hours > MAX_HOURS || minutes > 59 || seconds > 59)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "timecode \"%s\" is out of range: hours go to %d, minutes and seconds to 59", text, MAX_HOURS);
    if (frames >= fps)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "timecode \"%s\": frame %d does not exist at %d frames a second; the last one is %d", text,
                       frames, fps, fps - 1);

    bool drop_frame = separator != ':';
    AVTimecode timecode;
    AVRational base = {fps, 1};
    if (drop_frame && fps % 30)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "timecode \"%s\": drop-frame exists only at multiples of 29.97 frames a second, not at base %d; "
                       "write ':' before the frames",
                       text, fps);
    if (av_timecode_init_from_components(&timecode, base, flags_of(drop_frame), hours, minutes, seconds, frames, NULL) <
        0)
        return ho_fail(diag, HO_ERROR_USAGE, "timecode \"%s\" is not valid at base %d", text, fps);

    struct ho_timecode parsed = {.frame = timecode.start, .fps = fps, .drop_frame = drop_frame};
    if (drop_frame && frames < fps / 15 && seconds == 0 && minutes % 10 != 0)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "timecode \"%s\" does not exist: drop-frame skips frames 0 to %d of this minute; the first one "
                       "is %02d:%02d:00;%02d",
                       text, fps / 15 - 1, hours, minutes, fps / 15);
    *out = parsed;
    return HO_OK;
}

void ho_timecode_format(struct ho_timecode timecode, char out[HO_TIMECODE_SIZE])
{
    _Static_assert(HO_TIMECODE_SIZE >= AV_TIMECODE_STR_SIZE,
                   "av_timecode_make_string() writes up to AV_TIMECODE_STR_SIZE");
    AVTimecode av = {.start = 0,
                     .flags = (uint32_t)(flags_of(timecode.drop_frame) | AV_TIMECODE_FLAG_ALLOWNEGATIVE),
                     .fps = (unsigned)timecode.fps};
    // Far beyond any recording, and far enough from INT_MAX for libavutil's drop-frame arithmetic.
    const int64_t limit = 1000000000;
    int64_t frame = timecode.frame < -limit ? -limit : timecode.frame > limit ? limit : timecode.frame;
    if (timecode.fps < 1)
        snprintf(out, HO_TIMECODE_SIZE, "--:--:--:--");
    else
        av_timecode_make_string(&av, out, (int)frame);
}

int64_t ho_timecode_day(struct ho_timecode timecode)
{
    const int64_t fps = timecode.fps, n_dropping_minutes = 24 * 54;
    return fps < 1 ? 0 : 24 * 3600 * fps - (timecode.drop_frame ? n_dropping_minutes * (fps / 15) : 0);
}

struct ho_timecode ho_timecode_add(struct ho_timecode timecode, int64_t frames)
{
    const int64_t day = ho_timecode_day(timecode);
    if (timecode.frame >= 0 && timecode.frame < day && frames >= 0 && frames < day) {
        timecode.frame = (timecode.frame + frames) % day;
        return timecode;
    }
    if (__builtin_add_overflow(timecode.frame, frames, &timecode.frame))
        timecode.frame = frames > 0 ? INT64_MAX : INT64_MIN;
    return timecode;
}
