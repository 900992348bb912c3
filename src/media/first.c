// SPDX-License-Identifier: BSD-2-Clause
#include "media/first.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <libavutil/display.h>
#include <libavutil/timecode.h>

#include "base/memory.h"
#include "holdout/log.h"
#include "media/decode.h"
#include "media/ffmpeg.h"
#include "media/hdr.h"
#include "media/stamp.h"

enum { N_COMPARED = 24, MAX_PACKETS_LOST = 2000 };

static int rotation_of_matrix(const int32_t matrix[9])
{
    double degrees = av_display_rotation_get(matrix);    // counterclockwise
    if (isnan(degrees))
        return 0;
    int clockwise = (int)lround(-degrees / 90) * 90;
    return ((clockwise % 360) + 360) % 360;
}

int ho_rotation_of(const AVStream *stream)
{
    size_t size = 0;
    const uint8_t *matrix = ho_av_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
    return matrix && size >= 9 * sizeof(int32_t) ? rotation_of_matrix((const int32_t *)(const void *)matrix) : 0;
}

static void describe(const AVFrame *frame, struct ho_first_frame *first)
{
    first->width = frame->width;
    first->height = frame->height;
    first->format = frame->format;
    first->matrix = frame->colorspace;
    first->transfer = frame->color_trc;
    first->primaries = frame->color_primaries;
    first->range = frame->color_range;
    first->chroma_location = frame->chroma_location;
    first->interlaced = ho_av_is_interlaced(frame);
    first->top_first = ho_av_is_top_first(frame);
    first->sar_num = frame->sample_aspect_ratio.num;
    first->sar_den = frame->sample_aspect_ratio.den;
    const AVFrameSideData *matrix = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
    first->rotation = matrix && matrix->size >= 9 * sizeof(int32_t)
                          ? rotation_of_matrix((const int32_t *)(const void *)matrix->data)
                          : 0;
    ho_hdr_of_frame(frame, &first->hdr);
    const AVDictionaryEntry *content = av_dict_get(frame->metadata, "holdoutContent", NULL,
                                                   0);    // written by the writer into its EXR mattes
    first->is_coverage = content && strcmp(content->value, "coverage") == 0;
    const AVDictionaryEntry *tag = av_dict_get(frame->metadata, "timecode", NULL, 0);
    if (tag && !first->timecode[0])
        snprintf(first->timecode, sizeof first->timecode, "%s", tag->value);
}

// The frames that come out first, in the order in which they come.
static enum ho_result decode_start(struct ho_decoder *decoder, struct ho_index *index, uint32_t *packets_out,
                                   uint32_t *n, struct ho_diag *diag)
{
    uint32_t packet;
    *n = 0;
    while (*n < N_COMPARED) {
        enum ho_result result = ho_decoder_next(decoder, &packet, diag);
        if (result == HO_END)
            return HO_OK;
        HO_TRY(result);
        if (packet >= MAX_PACKETS_LOST)
            return HO_OK;
        if (index->order[packet] == HO_NO_FRAME)
            continue;
        if (*n == 0)
            describe(decoder->frame, &index->first);
        packets_out[(*n)++] = packet;
        if (index->n_reorder == 0 && index->order[packet] == 0)
            return HO_OK;    // nothing to compare
    }
    return HO_OK;
}

// Leading pictures: shown before the first key picture, decoded after it, with references that are not in the file.
static enum ho_result drop_leading(struct ho_packets *packets, struct ho_index *index, uint32_t first_out,
                                   struct ho_diag *diag)
{
    uint32_t first = index->order[first_out], key = HO_NO_FRAME;
    for (uint32_t i = 0; i < index->n_packets && key == HO_NO_FRAME; i++)
        if (index->packets[i].flags & HO_PACKET_KEY)
            key = index->order[i];
    if (!first || key == HO_NO_FRAME || first > key)
        return HO_OK;
    ho_log(HO_LOG_INFO,
           "%s: %u leading pictures need frames from before the start of the file; they are left out, as every player "
           "does",
           packets->path, first);
    return ho_index_drop_first(index, first, diag);
}

// Decodes everything. The index keeps the frames that come, in the order in which they come.
static enum ho_result order_by_decoding(struct ho_packets *packets, struct ho_index *index, int n_threads,
                                        struct ho_diag *diag)
{
    ho_log(HO_LOG_INFO, "%s: its timestamps do not tell the order of its frames; it is decoded once to know",
           packets->path);
    struct ho_decoder decoder;
    uint32_t *out = ho_alloc(index->n_packets, sizeof *out), n = 0, packet;
    uint8_t *seen = ho_alloc(index->n_packets, 1);
    enum ho_result result = out && seen ? HO_OK : ho_fail_memory(diag, index->n_packets * sizeof *out);
    if (result == HO_OK)
        result = ho_decoder_open(&decoder, packets, index, n_threads, diag);
    if (result == HO_OK) {
        result = ho_decoder_seek(&decoder, (struct ho_anchor){0, 0}, diag);
        while (result == HO_OK && (result = ho_decoder_next(&decoder, &packet, diag)) == HO_OK) {
            if (seen[packet] || index->packets[packet].flags & HO_PACKET_DISCARD)
                continue;
            if (n == 0)
                describe(decoder.frame, &index->first);
            seen[packet] = 1;
            out[n++] = packet;
        }
        ho_decoder_close(&decoder);
    }
    free(seen);
    if (result == HO_END && n)
        return ho_index_set_order(index, out, n, diag);
    free(out);
    return result == HO_END ? ho_fail(diag, HO_ERROR_INPUT, "%s: none of its frames can be decoded", packets->path)
                            : result;
}

// What the file of a sequence's first picture says beside the picture.
static void look_at_file(const struct ho_sequence *sequence, struct ho_first_frame *first)
{
    struct ho_stamp stamp;
    ho_stamp_read(sequence->files[0], &stamp);
    first->rate_num = (int32_t)stamp.rate.num;
    first->rate_den = (int32_t)stamp.rate.den;
    first->timecode_is_stated = stamp.timecode[0] != 0;
    memcpy(first->timecode, stamp.timecode, sizeof first->timecode);
}

enum ho_result ho_look_at_first(struct ho_packets *packets, struct ho_index *index, bool decode_all, int n_threads,
                                struct ho_diag *diag)
{
    packets->movie.index = index;
    packets->movie.next = HO_NO_FRAME;
    if (!packets->is_sequence)
        snprintf(index->first.timecode, sizeof index->first.timecode, "%s", packets->movie.timecode);
    else
        look_at_file(&packets->sequence, &index->first);
    if (decode_all)
        return order_by_decoding(packets, index, n_threads, diag);
    struct ho_decoder decoder;
    HO_TRY(ho_decoder_open(&decoder, packets, index, n_threads, diag));
    uint32_t out[N_COMPARED], n = 0;
    enum ho_result result = ho_decoder_seek(&decoder, (struct ho_anchor){0, 0}, diag);
    if (result == HO_OK)
        result = decode_start(&decoder, index, out, &n, diag);
    ho_decoder_close(&decoder);
    HO_TRY(result);
    if (n == 0)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: none of its frames can be decoded", packets->path);
    HO_TRY(drop_leading(packets, index, out[0], diag));
    for (uint32_t i = 1; i < n; i++)
        if (index->order[out[i]] < index->order[out[i - 1]] || index->order[out[i]] == HO_NO_FRAME)
            return order_by_decoding(packets, index, n_threads, diag);
    return HO_OK;
}
