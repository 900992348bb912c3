// SPDX-License-Identifier: BSD-2-Clause
#include "media/stamp.h"

#include <openexr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libavutil/common.h>
#include <libavutil/intfloat.h>
#include <libavutil/intreadwrite.h>
#include <libavutil/rational.h>

enum { HEAD_SIZE = 1 << 16, MAX_ENTRIES = 4096 };

// The start of a file, as far as what is wanted lies in it.
struct head {
    uint8_t bytes[HEAD_SIZE];
    size_t size;
    FILE *file;
    bool is_little;
};

static uint32_t word(const struct head *head, const uint8_t *at) { return head->is_little ? AV_RL32(at) : AV_RB32(at); }
static uint32_t half(const struct head *head, const uint8_t *at) { return head->is_little ? AV_RL16(at) : AV_RB16(at); }

static bool is_decimal(uint32_t bcd)
{
    for (; bcd; bcd >>= 4)
        if ((bcd & 15) > 9)
            return false;
    return true;
}

// SMPTE ST 12-1 as the formats pack it: binary-coded decimals, hours in the highest byte, frames in the lowest with the
// drop-frame flag in bit 6; the other free bits are flags as well. Above 30 frames a second two frames share a number
// and bit 15 tells them apart (ST 12-3).
static void set_timecode(struct ho_stamp *stamp, uint32_t packed)
{
    const uint32_t digits = packed & 0x3f7f7f3f;
    if (!is_decimal(digits))
        return;
    unsigned hours = (digits >> 28) * 10 + (digits >> 24 & 15),
             minutes = (digits >> 20 & 15) * 10 + (digits >> 16 & 15),
             seconds = (digits >> 12 & 15) * 10 + (digits >> 8 & 15), frames = (digits >> 4 & 15) * 10 + (digits & 15);
    int base = ho_rate_base(stamp->rate);
    if (base > 30 && 2 * frames + 1 < (unsigned)base)
        frames = 2 * frames + (packed >> 15 & 1);
    if (hours < 24 && minutes < 60 && seconds < 60)
        snprintf(stamp->timecode, sizeof stamp->timecode, "%02u:%02u:%02u%c%02u", hours, minutes, seconds,
                 packed & 0x40 ? ';' : ':', frames);
}

static void take_text(const char *keyword, const char *text, struct ho_stamp *out)
{
    if (strcasecmp(keyword, HO_STAMP_RATE) == 0) {
        char *end;
        double number = strtod(text, &end), divisor = *end == '/' ? strtod(end + 1, &end) : 1;
        if (!*end && divisor > 0)
            out->rate = ho_rate_meant(number / divisor);
    } else if (strcasecmp(keyword, HO_STAMP_TIMECODE) == 0) {
        if (strlen(text) < sizeof out->timecode && !text[strspn(text, "0123456789:;.")])
            snprintf(out->timecode, sizeof out->timecode, "%s", text);
    } else if (strcmp(keyword, HO_STAMP_HASH) == 0 && strlen(text) == HO_HASH_SIZE - 1) {
        memcpy(out->matte_of, text, HO_HASH_SIZE);
    } else if (strcmp(keyword, HO_STAMP_SOURCE) == 0) {
        snprintf(out->matte_of_name, sizeof out->matte_of_name, "%s", text);
    } else if (strcmp(keyword, HO_STAMP_VIEW) == 0) {
        snprintf(out->view, sizeof out->view, "%s", text);
    }
}

// ---- OpenEXR

static void keep_quiet(exr_const_context_t context, exr_result_t code, const char *message)
{
    (void)context;
    (void)code;
    (void)message;
}

static void read_exr(const char *path, struct ho_stamp *out)
{
    exr_context_initializer_t setup = EXR_DEFAULT_CONTEXT_INITIALIZER;
    exr_context_t file = NULL;
    const exr_attribute_t *attribute;
    setup.error_handler_fn = keep_quiet;
    if (exr_start_read(&file, path, &setup) != EXR_ERR_SUCCESS)
        return;
    if (exr_get_attribute_by_name(file, 0, "framesPerSecond", &attribute) == EXR_ERR_SUCCESS &&
        attribute->type == EXR_ATTR_RATIONAL && attribute->rational->denom)
        out->rate = ho_rate_meant((double)attribute->rational->num / attribute->rational->denom);
    if (exr_get_attribute_by_name(file, 0, "timeCode", &attribute) == EXR_ERR_SUCCESS &&
        attribute->type == EXR_ATTR_TIMECODE)
        set_timecode(out, attribute->timecode->time_and_flags);
    static const char *const said[] = {HO_STAMP_HASH, HO_STAMP_SOURCE, HO_STAMP_VIEW};
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
        if (exr_get_attribute_by_name(file, 0, said[i], &attribute) == EXR_ERR_SUCCESS &&
            attribute->type == EXR_ATTR_STRING)
            take_text(said[i], attribute->string->str, out);
    exr_finish(&file);
}

// ---- DPX

static double number_at(const struct head *head, size_t at)
{
    return (double)av_int2float(word(head, head->bytes + at));
}

// SMPTE 268M: the television header's rate before the film header's. Its timecode is plain decimals: flags are not
// spoken of, but programs write them; fields that nobody filled are all ones, or all zero.
static void read_dpx(const struct head *head, struct ho_stamp *out)
{
    enum { FILM_RATE = 1724, TIMECODE = 1920, TELEVISION_RATE = 1940, END = 1944 };
    if (head->size < END)
        return;
    out->rate = ho_rate_meant(number_at(head, TELEVISION_RATE));
    if (!out->rate.num)
        out->rate = ho_rate_meant(number_at(head, FILM_RATE));
    uint32_t timecode = word(head, head->bytes + TIMECODE);
    if (!timecode || timecode == UINT32_MAX)
        return;
    if (ho_rate_base(out->rate) <= 30 || !is_decimal(timecode))
        set_timecode(out, timecode);
    else
        snprintf(out->timecode, sizeof out->timecode, "%02x:%02x:%02x:%02x", timecode >> 24, timecode >> 16 & 255,
                 timecode >> 8 & 255, timecode & 255);
}

// ---- TIFF

// `size` bytes at an offset of the file.
static bool read_at(const struct head *head, uint32_t offset, void *out, size_t size)
{
    return fseek(head->file, (long)offset, SEEK_SET) == 0 && fread(out, size, 1, head->file) == 1;
}

// The tags that CinemaDNG gave to TIFF.
static void read_tiff(const struct head *head, struct ho_stamp *out)
{
    enum { TIME_CODES = 51043, FRAME_RATE = 51044, ENTRY_SIZE = 12 };
    uint8_t count[2], entry[ENTRY_SIZE], value[8], timecode[8];
    const uint32_t directory = word(head, head->bytes + 4);
    bool has_timecode = false;
    if (!read_at(head, directory, count, sizeof count))
        return;
    for (uint32_t i = 0, n = FFMIN(half(head, count), MAX_ENTRIES); i < n; i++) {
        if (!read_at(head, directory + 2 + i * ENTRY_SIZE, entry, sizeof entry))
            return;
        const uint32_t tag = half(head, entry), at = word(head, entry + 8);
        if (tag == TIME_CODES && word(head, entry + 4) >= sizeof timecode)
            has_timecode = read_at(head, at, timecode, sizeof timecode);
        if (tag == FRAME_RATE && read_at(head, at, value, sizeof value) && word(head, value + 4))
            out->rate = ho_rate_meant((double)word(head, value) / (double)word(head, value + 4));
    }
    if (has_timecode)
        set_timecode(out, AV_RL32(timecode));    // frames come first, whatever the file's order
}

// ---- PNG

// Text chunks before the picture.
static void read_png(const struct head *head, struct ho_stamp *out)
{
    for (size_t at = 8; at + 12 <= head->size;) {
        const uint8_t *chunk = head->bytes + at;
        const size_t size = AV_RB32(chunk);
        char text[512];
        if (memcmp(chunk + 4, "IDAT", 4) == 0 || size > head->size - at - 12)
            return;
        if (memcmp(chunk + 4, "tEXt", 4) == 0 && size < sizeof text) {
            memcpy(text, chunk + 8, size);
            text[size] = 0;
            if (strlen(text) < size)
                take_text(text, text + strlen(text) + 1, out);
        }
        at += 12 + size;
    }
}

void ho_stamp_read(const char *path, struct ho_stamp *out)
{
    *out = (struct ho_stamp){.rate = {0, 1}};
    struct head *head = calloc(1, sizeof *head);
    if (!head)
        return;
    head->file = fopen(path, "rbe");
    head->size = head->file ? fread(head->bytes, 1, HEAD_SIZE, head->file) : 0;
    const uint8_t *magic = head->bytes;
    head->is_little = memcmp(magic, "XPDS", 4) == 0 || memcmp(magic, "II", 2) == 0;
    if (head->size < 8)
        ;    // says nothing
    else if (AV_RL32(magic) == 20000630)
        read_exr(path, out);
    else if (memcmp(magic, "SDPX", 4) == 0 || memcmp(magic, "XPDS", 4) == 0)
        read_dpx(head, out);
    else if (memcmp(magic, "II*\0", 4) == 0 || memcmp(magic, "MM\0*", 4) == 0)
        read_tiff(head, out);
    else if (memcmp(magic, "\x89PNG", 4) == 0)
        read_png(head, out);
    if (strcmp(out->view, "matte") != 0)    // a cutout is its source's picture
        out->matte_of[0] = 0;
    if (head->file)
        fclose(head->file);
    free(head);
}
