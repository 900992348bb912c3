// SPDX-License-Identifier: BSD-2-Clause
#include "frames.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

static int64_t frames_from = -1;

void cli_frames_from(int64_t number) { frames_from = number; }

int64_t cli_frames_or(int64_t own) { return frames_from >= 0 ? frames_from : own; }

int64_t cli_frames_first(const struct ho_source_info *source) { return cli_frames_or(ho_source_first_number(source)); }

int64_t cli_frame_number(const struct ho_source_info *source, int64_t frame)
{
    return cli_frames_first(source) + frame;
}

// Frames stand after "@", "absent " and "lock ", and end a range; other numbers count something.
static bool is_frame(const char *words, const char *at, bool ends_range)
{
    static const char *const before[] = {"@", "absent ", "lock "};
    for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
        size_t length = strlen(before[i]);
        if ((size_t)(at - words) >= length && memcmp(at - length, before[i], length) == 0)
            return *at >= '0' && *at <= '9';
    }
    return ends_range && at[-1] == '-' && *at >= '0' && *at <= '9';
}

void cli_frames_words(int64_t first, const char *words, char *out, size_t size)
{
    size_t n = 0;
    bool in_range = false;
    for (const char *at = words; *at && n + 24 < size;) {
        if (is_frame(words, at, in_range)) {
            char *end;
            long long frame = strtoll(at, &end, 10);
            n += (size_t)snprintf(out + n, size - n, "%lld", (long long)(first + frame));
            at = end;
            in_range = *at == '-';
        } else {
            in_range = in_range && *at == '-';
            out[n++] = *at++;
        }
    }
    out[n] = 0;
}

void cli_frame_timecode(const struct ho_source_info *source, int64_t frame, char out[HO_TIMECODE_SIZE])
{
    out[0] = 0;
    if (source->has_timecode)
        ho_timecode_format(ho_timecode_add(source->start, frame), out);
}

static enum ho_result fail_outside(const char *text, const struct ho_source_info *source, const char *what,
                                   struct ho_diag *diag)
{
    char first[HO_TIMECODE_SIZE], last[HO_TIMECODE_SIZE];
    cli_frame_timecode(source, 0, first);
    cli_frame_timecode(source, source->n_frames - 1, last);
    return ho_fail(
        diag, HO_ERROR_USAGE, "%.120s: frame %.40s lies outside of '%.400s', whose frames are %lld to %lld%s%s%s%s%s%s",
        what, text, source->path, (long long)cli_frame_number(source, 0),
        (long long)cli_frame_number(source, source->n_frames - 1), first[0] ? " (" : "", first, first[0] ? " to " : "",
        last, first[0] ? ")" : "", cli_frames_first(source) > 0 ? "; --frames-from 0 counts from 0" : "");
}

static enum ho_result parse_timecode(const char *text, const struct ho_source_info *source, const char *what,
                                     int64_t *out, struct ho_diag *diag)
{
    char written[64];
    if (snprintf(written, sizeof(written), "%s", text) >= (int)sizeof(written))
        return ho_fail(diag, HO_ERROR_USAGE, "%.200s: '%.80s' is neither a frame number nor a timecode", what, text);
    // A source that counts drop-frame is meant so when its timecode is typed with colons only.
    char *colon = strrchr(written, ':');
    if (source->has_timecode && source->start.drop_frame && colon && !strpbrk(written, ";."))
        *colon = ';';
    struct ho_timecode timecode;
    struct ho_diag detail = {0};
    if (ho_timecode_parse(written, source->rate, &timecode, &detail) != HO_OK)
        return ho_fail(diag, HO_ERROR_USAGE, "%.200s: %.600s", what, detail.message);
    if (source->has_timecode && timecode.drop_frame != source->start.drop_frame)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "%.200s: '%.40s' is a drop-frame timecode, but '%.400s' does not drop frames; write it with ':'",
                       what, text, source->path);
    *out = timecode.frame - (source->has_timecode ? source->start.frame : 0);
    if (source->has_timecode && *out < 0 && *out + ho_timecode_day(source->start) < source->n_frames)
        *out += ho_timecode_day(source->start);    // past midnight
    return HO_OK;
}

enum ho_result cli_frame_parse(const char *text, const struct ho_source_info *source, const char *what, int64_t *out,
                               struct ho_diag *diag)
{
    int64_t frame;
    if (strchr(text, ':'))
        HO_TRY(parse_timecode(text, source, what, &frame, diag));
    else if (!text[0] || strspn(text, "0123456789") != strlen(text))
        return ho_fail(diag, HO_ERROR_USAGE,
                       "%.200s: '%.80s' is neither a frame number (12) nor a timecode (01:00:04:10)", what, text);
    else if (cli_parse_integer(text, 0, INT64_MAX / 4, &frame) != HO_OK)
        return fail_outside(text, source, what, diag);
    else
        frame -= cli_frames_first(source);
    if (frame < 0 || frame >= source->n_frames)
        return fail_outside(text, source, what, diag);
    *out = frame;
    return HO_OK;
}

enum ho_result cli_range_parse(const char *text, const struct ho_source_info *source, const char *what, bool single,
                               struct ho_range *out, struct ho_diag *diag)
{
    *out = (struct ho_range){0, source->n_frames - 1};
    char ends[160];
    if (snprintf(ends, sizeof(ends), "%s", text) >= (int)sizeof(ends))
        return ho_fail(diag, HO_ERROR_USAGE, "%.200s: not a range", what);
    char *dash = strchr(ends, '-');
    if (!dash && !single)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "%.200s: a range is written IN-OUT, as in 100-200 or 01:00:00:00-01:00:04:00", what);
    if (dash)
        *dash = 0;
    if (ends[0])
        HO_TRY(cli_frame_parse(ends, source, what, &out->first, diag));
    if (dash && dash[1])
        HO_TRY(cli_frame_parse(dash + 1, source, what, &out->last, diag));
    if (!dash)
        out->last = out->first;
    if (out->last < out->first)
        return ho_fail(diag, HO_ERROR_USAGE, "%.200s: the range ends before it begins", what);
    return HO_OK;
}
