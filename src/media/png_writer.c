// SPDX-License-Identifier: BSD-2-Clause
// PNG sequences, 16 bit, by libavcodec's encoder: an encoder of one thread for each thread of the writer. What they say
// of themselves stands in text chunks between the encoder's header and its pictures.
#include <fcntl.h>
#include <inttypes.h>
#include <libavcodec/avcodec.h>
#include <libavutil/crc.h>
#include <libavutil/intreadwrite.h>
#include <libavutil/opt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "media/sequence_file.h"
#include "media/stamp.h"

struct png {
    const struct ho_output *output;
    AVCodecContext *codec;
    AVPacket *packet;
};

static void close_png(void **encoder)
{
    struct png *png = encoder ? *encoder : NULL;
    if (!png)
        return;
    *encoder = NULL;
    avcodec_free_context(&png->codec);
    av_packet_free(&png->packet);
    free(png);
}

static enum ho_result open_png(const struct ho_output *output, int n_threads, void **encoder, struct ho_diag *diag)
{
    const AVCodec *found = avcodec_find_encoder_by_name(output->codec->encoder);
    struct png *png = ho_alloc(1, sizeof(*png));
    if (!png)
        return ho_fail_memory(diag, sizeof(*png));
    *encoder = png;
    png->output = output;
    png->packet = av_packet_alloc();
    png->codec = found ? avcodec_alloc_context3(found) : NULL;
    if (!png->packet || !png->codec)
        return found ? ho_fail_memory(diag, sizeof(*png->codec))
                     : ho_fail(diag, HO_ERROR_USAGE,
                               "%s cannot be encoded: this FFmpeg has no PNG encoder; install one that has",
                               output->place->path);
    png->codec->width = output->options.width;
    png->codec->height = output->options.height;
    png->codec->pix_fmt = output->format;
    png->codec->time_base = (AVRational){1, 1};
    png->codec->sample_aspect_ratio = ho_output_pixel_aspect(output);
    png->codec->thread_count = n_threads;
    png->codec->flags |= AV_CODEC_FLAG_BITEXACT;
    png->codec->compression_level = 4;    // a third of the time of the default at a few per cent more bytes
    av_opt_set(png->codec->priv_data, "pred", "up", 0);
    if (avcodec_open2(png->codec, found, NULL) < 0)
        return ho_fail(diag, HO_ERROR_MEMORY, "%s: the PNG encoder cannot be opened", output->place->path);
    return HO_OK;
}

// ---- text chunks

enum { HEADER_SIZE = 33 };    // signature and IHDR

// A file under way: chunks are appended until something fails.
struct chunks {
    struct ho_sequence_file *file;
    int64_t at;
    bool is_written;
};

static bool is_ascii(const char *text)
{
    while (*text > 0)
        text++;
    return !*text;
}

// iTXt for what Latin-1 does not hold: its four bytes after the keyword say neither compressed nor in which language.
static void add_text(struct chunks *chunks, const char *keyword, const char *text)
{
    if (!text || !*text || !chunks->is_written)
        return;
    const size_t n_flags = is_ascii(text) ? 0 : 4, n_keyword = strnlen(keyword, 79), n_text = strlen(text),
                 size = n_keyword + 1 + n_flags + n_text;
    uint8_t *chunk = ho_alloc(1, size + 12);
    chunks->is_written = chunk != NULL;
    if (!chunk)
        return;
    AV_WB32(chunk, (uint32_t)size);
    memcpy(chunk + 4, n_flags ? "iTXt" : "tEXt", 4);
    memcpy(chunk + 8, keyword, n_keyword);
    memcpy(chunk + 9 + n_keyword + n_flags, text, n_text);
    uint32_t sum = av_crc(av_crc_get_table(AV_CRC_32_IEEE_LE), UINT32_MAX, chunk + 4, size + 4) ^ UINT32_MAX;
    AV_WB32(chunk + 8 + size, sum);
    chunks->is_written = ho_sequence_file_write(chunks->file, chunk, size + 12, chunks->at);
    chunks->at += (int64_t)size + 12;
    free(chunk);
}

static void add_texts(struct chunks *chunks, const struct ho_writer_options *options, int64_t frame)
{
    char timecode[HO_TIMECODE_SIZE] = "", rate[48] = "";
    if (options->rate.num > 0 && options->rate.den > 0)
        snprintf(rate, sizeof(rate), "%" PRId64 "/%" PRId64, options->rate.num, options->rate.den);
    if (options->has_timecode)
        ho_timecode_format(ho_timecode_add(options->start, frame), timecode);
    add_text(chunks, HO_STAMP_RATE, rate);
    add_text(chunks, HO_STAMP_TIMECODE, timecode);
    add_text(chunks, "reelName", options->reel_name);
    add_text(chunks, "clipName", options->clip_name);
    for (size_t i = 0; i < options->n_metadata; i++)
        add_text(chunks, options->metadata[i].key, options->metadata[i].value);
}

static bool write_png(const struct png *png, struct ho_sequence_file *file, int64_t frame)
{
    const AVPacket *packet = png->packet;
    struct chunks chunks = {.file = file, .at = HEADER_SIZE};
    if (packet->size < HEADER_SIZE)
        return false;
    chunks.is_written = ho_sequence_file_write(file, packet->data, HEADER_SIZE, 0);
    add_texts(&chunks, &png->output->options, frame);
    return chunks.is_written &&
           ho_sequence_file_write(file, packet->data + HEADER_SIZE, (size_t)packet->size - HEADER_SIZE, chunks.at);
}

static enum ho_result encode_png(void *encoder, const AVFrame *frame, struct ho_diag *diag)
{
    struct png *png = encoder;
    struct ho_sequence_file file;
    int error = avcodec_send_frame(png->codec, frame);
    if (error >= 0)
        error = avcodec_receive_packet(png->codec, png->packet);
    if (error < 0)
        return ho_fail(diag, HO_ERROR_MEMORY, "%s: frame %lld cannot be encoded as PNG", png->output->place->path,
                       (long long)frame->pts);
    enum ho_result result = ho_sequence_file_create(png->output, frame->pts, &file, diag);
    if (result == HO_OK) {
        bool is_written = write_png(png, &file, frame->pts);
        result = ho_sequence_file_close(&file, !is_written, diag);
        if (result == HO_OK && !is_written)    // no error of the disk
            result = ho_fail_memory(diag, (size_t)png->packet->size);
    }
    av_packet_unref(png->packet);
    return result;
}

static enum ho_result finish_png(void *encoder, struct ho_diag *diag)
{
    (void)encoder;
    (void)diag;
    return HO_OK;
}

// Whole from its signature to its end chunk, and of the right size.
static enum ho_result check_png(const struct ho_output *output, const char *path, int64_t n_frames,
                                struct ho_diag *diag)
{
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'},
                         end[12] = {0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xAE, 0x42, 0x60, 0x82};
    uint8_t head[24], tail[12];
    (void)n_frames;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    off_t size = file < 0 ? -1 : lseek(file, 0, SEEK_END);
    bool is_whole = size > (off_t)sizeof(head) && pread(file, head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
                    pread(file, tail, sizeof(tail), size - (off_t)sizeof(tail)) == (ssize_t)sizeof(tail) &&
                    !memcmp(head, signature, sizeof(signature)) && !memcmp(tail, end, sizeof(end)) &&
                    AV_RB32(head + 16) == (uint32_t)output->options.width &&
                    AV_RB32(head + 20) == (uint32_t)output->options.height;
    if (file >= 0)
        close(file);
    return is_whole ? HO_OK
                    : ho_fail(diag, HO_ERROR_VERIFY, "%s: %s is not whole; nothing was left there", output->place->path,
                              strrchr(path, '/') + 1);
}

const struct ho_writer_backend ho_png_backend = {
    .is_sequence = true,
    .open = open_png,
    .encode = encode_png,
    .finish = finish_png,
    .close = close_png,
    .check = check_png,
};
