// SPDX-License-Identifier: BSD-2-Clause
// Mixed sound into a movie: PCM of 24 bits, or AAC where the container holds no PCM. The same packets whenever the same
// pictures are written, so that an interrupted run can be gone on with.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "base/memory.h"
#include "holdout/sound.h"
#include "media/writer.h"

enum { CHUNK = 4096, AAC_BIT_RATE = 320000 };

struct ho_sound_encode {
    const struct ho_output *output;
    struct ho_mix *mix;    // borrowed
    AVFormatContext *to;
    AVStream *stream;
    AVCodecContext *codec;
    AVPacket *packet;
    AVFrame *frame;
    float samples[CHUNK * 2];
    int64_t n_done;
};

static enum ho_result fail(const struct ho_sound_encode *sound, const char *what, struct ho_diag *diag)
{
    return ho_fail(diag, HO_ERROR_SPACE, "%s: its sound cannot be %s", sound->output->place->path, what);
}

static enum ho_result open_codec(struct ho_sound_encode *sound, struct ho_diag *diag)
{
    const bool is_aac = sound->output->options.audio == HO_AUDIO_AAC ||
                        avformat_query_codec(sound->to->oformat, AV_CODEC_ID_PCM_S24LE, FF_COMPLIANCE_NORMAL) != 1;
    const AVCodec *encoder = avcodec_find_encoder_by_name(is_aac ? "aac" : "pcm_s24le");
    AVCodecContext *codec = sound->codec = avcodec_alloc_context3(encoder);
    if (!encoder || !codec)
        return fail(sound, "encoded: this FFmpeg has no encoder for it", diag);
    codec->sample_rate = ho_mix_rate(sound->mix);
    codec->sample_fmt = is_aac ? AV_SAMPLE_FMT_FLTP : AV_SAMPLE_FMT_S32;
    codec->ch_layout = (AVChannelLayout)AV_CHANNEL_LAYOUT_STEREO;
    codec->time_base = (AVRational){1, codec->sample_rate};
    codec->bit_rate = is_aac ? AAC_BIT_RATE : 0;
    codec->flags |= AV_CODEC_FLAG_BITEXACT;
    if (sound->to->oformat->flags & AVFMT_GLOBALHEADER)
        codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    return avcodec_open2(codec, encoder, NULL) < 0 ? fail(sound, "encoded", diag) : HO_OK;
}

static enum ho_result add_stream(struct ho_sound_encode *sound, struct ho_diag *diag)
{
    sound->packet = av_packet_alloc();
    sound->frame = av_frame_alloc();
    sound->stream = avformat_new_stream(sound->to, NULL);
    if (!sound->packet || !sound->frame || !sound->stream)
        return ho_fail_memory(diag, sizeof(*sound->stream));
    HO_TRY(open_codec(sound, diag));
    sound->stream->time_base = sound->codec->time_base;
    return avcodec_parameters_from_context(sound->stream->codecpar, sound->codec) < 0
               ? ho_fail_memory(diag, sizeof(*sound->stream))
               : HO_OK;
}

enum ho_result ho_sound_encode_open(const struct ho_output *output, AVFormatContext *to, struct ho_sound_encode **out,
                                    struct ho_diag *diag)
{
    struct ho_sound_encode *sound = ho_alloc(1, sizeof(*sound));
    if (!sound)
        return ho_fail_memory(diag, sizeof(*sound));
    sound->output = output;
    sound->mix = output->options.mix;
    sound->to = to;
    enum ho_result result = add_stream(sound, diag);
    if (result == HO_OK)
        *out = sound;
    else
        ho_sound_encode_close(&sound);
    return result;
}

void ho_sound_encode_close(struct ho_sound_encode **sound)
{
    if (!*sound)
        return;
    avcodec_free_context(&(*sound)->codec);
    av_packet_free(&(*sound)->packet);
    av_frame_free(&(*sound)->frame);
    free(*sound);
    *sound = NULL;
}

static enum ho_result write_packets(struct ho_sound_encode *sound, struct ho_diag *diag)
{
    int error;
    while ((error = avcodec_receive_packet(sound->codec, sound->packet)) >= 0) {
        av_packet_rescale_ts(sound->packet, sound->codec->time_base, sound->stream->time_base);
        sound->packet->stream_index = sound->stream->index;
        error = av_write_frame(sound->to, sound->packet);
        av_packet_unref(sound->packet);
        if (error < 0)
            return fail(sound, "written", diag);
    }
    return error == AVERROR(EAGAIN) || error == AVERROR_EOF ? HO_OK : fail(sound, "encoded", diag);
}

// To the nearest of 24 bits, in the upper ones of 32; what is too loud is cut off.
static int32_t code_of(float sample)
{
    double value = (double)sample * 8388608.0;
    value = value < -8388608.0 ? -8388608.0 : value > 8388607.0 ? 8388607.0 : value;
    return (int32_t)(lrint(value) * 256);
}

static void fill(struct ho_sound_encode *sound, int n)
{
    AVFrame *frame = sound->frame;
    for (int i = 0; i < 2 * n; i++)
        if (sound->codec->sample_fmt == AV_SAMPLE_FMT_S32)
            ((int32_t *)(void *)frame->data[0])[i] = code_of(sound->samples[i]);
        else
            ((float *)(void *)frame->data[i % 2])[i / 2] = sound->samples[i];
}

static enum ho_result encode(struct ho_sound_encode *sound, int n, struct ho_diag *diag)
{
    AVFrame *frame = sound->frame;
    HO_TRY(ho_mix_read(sound->mix, sound->output->options.mix_first + sound->n_done, n, sound->samples, diag));
    frame->format = sound->codec->sample_fmt;
    frame->ch_layout = sound->codec->ch_layout;
    frame->sample_rate = sound->codec->sample_rate;
    frame->nb_samples = n;
    frame->pts = sound->n_done;
    if (av_frame_get_buffer(frame, 0) < 0)
        return ho_fail_memory(diag, sizeof(sound->samples));
    fill(sound, n);
    int error = avcodec_send_frame(sound->codec, frame);
    av_frame_unref(frame);
    if (error < 0)
        return fail(sound, "encoded", diag);
    sound->n_done += n;
    return write_packets(sound, diag);
}

enum ho_result ho_sound_encode_until(struct ho_sound_encode *sound, double seconds, struct ho_diag *diag)
{
    const int64_t all = sound->output->options.mix_n;
    const double end = seconds * sound->codec->sample_rate + 1e-6;
    const int64_t until = end < (double)all ? (int64_t)end : all;
    const int size = sound->codec->frame_size > 0 ? sound->codec->frame_size : CHUNK;
    while (sound->n_done < until) {
        const int64_t left = until - sound->n_done;
        if (left < size && until < all && sound->codec->frame_size > 0)
            return HO_OK;    // a codec's frame is filled with the next pictures
        HO_TRY(encode(sound, left < size ? (int)left : size, diag));
    }
    return HO_OK;
}

enum ho_result ho_sound_encode_finish(struct ho_sound_encode *sound, struct ho_diag *diag)
{
    HO_TRY(ho_sound_encode_until(sound, INFINITY, diag));
    if (avcodec_send_frame(sound->codec, NULL) < 0)
        return fail(sound, "encoded", diag);
    return write_packets(sound, diag);
}
