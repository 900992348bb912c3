// SPDX-License-Identifier: BSD-2-Clause
// The decoder. Each packet goes in with its number for a timestamp; the codec hands it on to the frame it becomes. So a
// frame is known by its packet, whatever the container says about time.
#include "media/decode.h"

#include <string.h>

#include "base/memory.h"
#include "base/pool.h"
#include "holdout/log.h"
#include "media/exr_reader.h"
#include "media/libav.h"

enum { MAX_DECODER_THREADS = 16, MAX_HELD_BACK = 16 };

static int get_cleared_buffer(AVCodecContext *context, AVFrame *frame, int flags)
{
    int error = avcodec_default_get_buffer2(context, frame, flags);
    for (int i = 0; error >= 0 && i < AV_NUM_DATA_POINTERS && frame->buf[i]; i++)
        memset(frame->buf[i]->data, 0, (size_t)frame->buf[i]->size);
    return error;
}

// FFmpeg's own decoders of VP8 and VP9 know no alpha, libvpx's do.
static const AVCodec *find_codec(const struct ho_packets *packets, enum AVCodecID id)
{
    const char *name = id == AV_CODEC_ID_VP8 ? "libvpx" : id == AV_CODEC_ID_VP9 ? "libvpx-vp9" : NULL;
    if (name && !packets->is_sequence && ho_movie_has_side_alpha(&packets->movie)) {
        const AVCodec *codec = avcodec_find_decoder_by_name(name);
        if (codec)
            return codec;
        ho_log(HO_LOG_WARNING, "%s has alpha, which this FFmpeg does not decode (it has no %s); it is taken as solid",
               packets->path, name);
    }
    return avcodec_find_decoder(id);
}

static enum ho_result open_codec(struct ho_decoder *decoder, struct ho_diag *diag)
{
    const AVCodecParameters *parameters = ho_packets_parameters(decoder->packets);
    const AVCodec *codec = find_codec(decoder->packets, parameters->codec_id);
    if (!codec)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: its codec (%s) is not one that this FFmpeg can decode",
                       decoder->packets->path, avcodec_get_name(parameters->codec_id));
    AVCodecContext *context = decoder->context = avcodec_alloc_context3(codec);
    if (!context || avcodec_parameters_to_context(context, parameters) < 0)
        return ho_fail_memory(diag, sizeof *context);
    context->thread_count = decoder->is_careful ? 1 : decoder->n_threads > 0 ? decoder->n_threads : ho_core_count();
    if (decoder->is_careful)
        context->get_buffer2 = get_cleared_buffer;
    if (context->thread_count > MAX_DECODER_THREADS)
        context->thread_count = MAX_DECODER_THREADS;
    context->thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE;
    context->err_recognition |= AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER;
    // A decoder that has to guess how far pictures are reordered would give the first ones in the wrong order.
    int n_reorder = decoder->index->n_reorder > MAX_HELD_BACK ? MAX_HELD_BACK : (int)decoder->index->n_reorder;
    if (context->has_b_frames < n_reorder)
        context->has_b_frames = n_reorder;
    AVDictionary *options = NULL;
    if (codec->id == AV_CODEC_ID_EXR && decoder->packets->part[0])
        av_dict_set(&options, "layer", decoder->packets->part, 0);
    int error = avcodec_open2(context, codec, &options);
    av_dict_free(&options);
    char text[AV_ERROR_MAX_STRING_SIZE];
    return error < 0 ? ho_fail(diag, HO_ERROR_INPUT, "%s: the %s decoder does not open: %s", decoder->packets->path,
                               codec->name, ho_libav_error(error, text))
                     : HO_OK;
}

// What has no such layer is refused here, with the names of those there are.
static enum ho_result check_exr(const struct ho_packets *packets, struct ho_diag *diag)
{
    return packets->is_sequence
               ? ho_exr_check(packets->sequence.files[0], packets->file, packets->part[0] ? packets->part : NULL, diag)
               : HO_OK;
}

enum ho_result ho_decoder_open(struct ho_decoder *decoder, struct ho_packets *packets, const struct ho_index *index,
                               int n_threads, struct ho_diag *diag)
{
    *decoder = (struct ho_decoder){.packets = packets, .index = index, .n_threads = n_threads};
    enum ho_result result = ho_packets_parameters(packets)->codec_id == AV_CODEC_ID_EXR ? check_exr(packets, diag)
                                                                                        : HO_END;
    decoder->is_exr = result == HO_OK;
    if (result == HO_END)
        result = open_codec(decoder, diag);
    if (result == HO_OK && (!(decoder->packet = av_packet_alloc()) || !(decoder->frame = av_frame_alloc())))
        result = ho_fail_memory(diag, sizeof *decoder->frame);
    if (result != HO_OK)
        ho_decoder_close(decoder);
    return result;
}

void ho_decoder_close(struct ho_decoder *decoder)
{
    av_frame_free(&decoder->frame);
    av_packet_free(&decoder->packet);
    avcodec_free_context(&decoder->context);
}

enum ho_result ho_decoder_seek(struct ho_decoder *decoder, struct ho_anchor anchor, struct ho_diag *diag)
{
    if (decoder->context)
        avcodec_flush_buffers(decoder->context);
    decoder->is_draining = false;
    decoder->first_packet = anchor.packet;
    decoder->first_frame = anchor.frame;
    decoder->wanted = anchor.frame;
    decoder->last_frame = -1;
    return ho_packets_seek(decoder->packets, anchor.packet, diag);
}

// Nothing that comes out depends on a frame that is not a reference: the codec need not decode those before the wanted
// one. In HEVC one that its own temporal layer does not refer to may still be a reference for a higher one.
static enum AVDiscard discard_of(const struct ho_decoder *decoder, uint32_t packet)
{
    if (decoder->context->codec_id == AV_CODEC_ID_HEVC)
        return AVDISCARD_DEFAULT;
    const struct ho_index *index = decoder->index;
    uint32_t frame = packet < index->n_packets ? index->order[packet] : HO_NO_FRAME;
    return frame != HO_NO_FRAME && frame < decoder->wanted ? AVDISCARD_NONREF : AVDISCARD_DEFAULT;
}

static enum ho_result feed(struct ho_decoder *decoder, struct ho_diag *diag)
{
    AVPacket *packet = decoder->packet;
    uint32_t number;
    do {
        enum ho_result result = ho_packets_read(decoder->packets, packet, &number, diag);
        if (result == HO_END) {
            decoder->is_draining = true;
            avcodec_send_packet(decoder->context, NULL);
            return HO_OK;
        }
        HO_TRY(result);
    } while (number < decoder->first_packet || packet->size == 0);    // an empty packet would end the stream
    decoder->context->skip_frame = discard_of(decoder, number);
    packet->pts = packet->dts = number;
    packet->duration = 0;
    packet->flags &= ~AV_PKT_FLAG_DISCARD;    // what is shown is the index's affair
    int error = avcodec_send_packet(decoder->context, packet);
    av_packet_unref(packet);
    if (error == AVERROR(ENOMEM))
        return ho_fail_memory(diag, 0);
    decoder->had_errors |= error < 0;
    return HO_OK;    // a packet that is refused becomes a frame that does not come
}

// OpenEXR: each file a frame. One that is not sound becomes a frame that does not come.
static enum ho_result next_exr(struct ho_decoder *decoder, uint32_t *number, struct ho_diag *diag)
{
    for (;;) {
        AVPacket *packet = decoder->packet;
        struct ho_diag own = {0};
        HO_TRY(ho_packets_read(decoder->packets, packet, number, diag));
        const uint32_t frame = *number < decoder->index->n_packets ? decoder->index->order[*number] : HO_NO_FRAME;
        if (*number < decoder->first_packet || !packet->size || (frame != HO_NO_FRAME && frame < decoder->wanted))
            continue;
        const char *part = decoder->packets->part;
        enum ho_result result = ho_exr_decode(packet->data, (size_t)packet->size, part[0] ? part : NULL,
                                              decoder->n_threads, decoder->frame, &own);
        av_packet_unref(packet);
        if (result == HO_OK || result == HO_ERROR_MEMORY)
            return result == HO_OK ? HO_OK : ho_fail(diag, result, "%s", own.message);
        ho_log(HO_LOG_INFO, "%s: packet %u: %s", decoder->packets->path, *number, own.message);
        decoder->had_errors = true;
    }
}

enum ho_result ho_decoder_next(struct ho_decoder *decoder, uint32_t *packet, struct ho_diag *diag)
{
    if (decoder->is_exr)
        return next_exr(decoder, packet, diag);
    for (int n_errors = 0;;) {
        if (ho_cancel_is_requested(decoder->packets->is_sequence ? decoder->packets->sequence.cancel
                                                                 : decoder->packets->movie.cancel))
            return ho_fail(diag, HO_CANCELLED, "cancelled while decoding %s", decoder->packets->path);
        int error = avcodec_receive_frame(decoder->context, decoder->frame);
        if (error == AVERROR(EAGAIN)) {
            HO_TRY(feed(decoder, diag));
            n_errors = 0;
        } else if (error == AVERROR_EOF || (error < 0 && ++n_errors > 10000)) {
            return HO_END;
        } else if (error == AVERROR(ENOMEM)) {
            return ho_fail_memory(diag, 0);
        } else if (error >= 0) {
            if (decoder->frame->pts < 0 || decoder->frame->pts >= decoder->index->n_packets)
                continue;    // a picture that belongs to no packet
            *packet = (uint32_t)decoder->frame->pts;
            return decoder->context->codec_id == AV_CODEC_ID_EXR ? ho_exr_show(decoder->frame, decoder->n_threads, diag)
                                                                 : HO_OK;
        } else {
            decoder->had_errors = true;
        }
    }
}

bool ho_decoder_wants_care(const struct ho_decoder *decoder)
{
    return decoder->had_errors && !decoder->is_careful && decoder->context &&
           decoder->context->codec_id == AV_CODEC_ID_HEVC;
}

enum ho_result ho_decoder_be_careful(struct ho_decoder *decoder, struct ho_diag *diag)
{
    ho_log(
        HO_LOG_INFO,
        "%s holds damaged packets; it is decoded on one thread from here on, so that it always gives the same pictures",
        decoder->packets->path);
    decoder->is_careful = true;
    avcodec_free_context(&decoder->context);
    return open_codec(decoder, diag);
}

bool ho_decoder_is_damaged(const AVFrame *frame)
{
    return frame->decode_error_flags || frame->flags & AV_FRAME_FLAG_CORRUPT;
}
