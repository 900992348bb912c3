// SPDX-License-Identifier: BSD-2-Clause
// Sound encoded: a source's, decoded anew, or a mix: PCM or AAC, sample for sample in time with the picture.
//
// A source's channels and rate are kept. PCM has 16 bits where the source has no more, else 24, which floats hold
// exactly. AAC begins with the encoder's delay: MOV and MP4 say it (an edit list), FFmpeg's Matroska would move the
// picture instead, so it is refused there.
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/scale.h"
#include "holdout/sound.h"
#include "media/libav.h"
#include "media/packets.h"
#include "media/sound_decode.h"
#include "media/writer.h"

enum { PCM_SAMPLES = 1024, AAC_BITS_A_CHANNEL = 128000 };

struct voice {
    struct ho_mix *mix;    // borrowed; NULL: the source's stream
    struct ho_sound_decoder decoder;
    bool is_open;
    int rate, n_channels;
    int64_t first, n;    // samples of the source that are written
    int64_t done;
    float *samples;    // of one frame, interleaved
    AVCodecContext *codec;
    AVStream *stream;
    AVFrame *frame;
};

struct ho_audio_encode {
    const struct ho_output *output;
    AVFormatContext *to;
    AVPacket *packet;
    struct voice *voices;
    int n_voices;
};

// ---- opening

// How long the movie is, in samples; of a cadence as nearly as its mean rate says.
static int64_t movie_samples(const struct ho_writer_options *o, int rate)
{
    return ho_sound_sample_of(o->n_frames, o->rate, rate);
}

static void choose_stretch(const struct ho_output *output, struct voice *voice)
{
    const struct ho_writer_options *o = &output->options;
    voice->first = llrint(o->audio_start * voice->rate);
    if (o->audio_end > 0)
        voice->n = llrint(o->audio_end * voice->rate) - voice->first;
    else
        voice->n = voice->decoder.n_samples > 0 ? voice->decoder.n_samples - voice->first
                                                : movie_samples(o, voice->rate);
}

static bool is_16_bit(const struct voice *voice)
{
    enum AVSampleFormat format = voice->mix ? AV_SAMPLE_FMT_FLT : voice->decoder.context->sample_fmt;
    return av_get_packed_sample_fmt(format) == AV_SAMPLE_FMT_S16 ||
           av_get_packed_sample_fmt(format) == AV_SAMPLE_FMT_U8;
}

static bool takes_rate(const AVCodec *codec, int rate)
{
    static const int aac[] = {96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350};
    for (size_t i = 0; codec->id == AV_CODEC_ID_AAC && i < sizeof(aac) / sizeof(aac[0]); i++)
        if (aac[i] == rate)
            return true;
    return codec->id != AV_CODEC_ID_AAC;
}

static enum ho_result open_codec(struct ho_audio_encode *audio, struct voice *voice, struct ho_diag *diag)
{
    const bool holds_pcm = avformat_query_codec(audio->to->oformat, AV_CODEC_ID_PCM_S24LE, FF_COMPLIANCE_NORMAL) == 1;
    const bool is_aac = audio->output->options.audio == HO_AUDIO_AAC || (voice->mix && !holds_pcm);
    const char *path = audio->output->place->path;
    enum AVCodecID id = is_aac ? AV_CODEC_ID_AAC : is_16_bit(voice) ? AV_CODEC_ID_PCM_S16LE : AV_CODEC_ID_PCM_S24LE;
    const AVCodec *codec = avcodec_find_encoder(id);
    if (!codec)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: this FFmpeg has no encoder for %s", path, avcodec_get_name(id));
    if (avformat_query_codec(audio->to->oformat, id, FF_COMPLIANCE_NORMAL) != 1)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: this kind of file holds no %s; choose %s (--audio)", path,
                       is_aac ? "AAC" : "PCM", is_aac ? "pcm" : "aac");
    if (is_aac && strcmp(audio->to->oformat->name, "matroska") == 0)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "%s: AAC begins with a delay that Matroska would not say; choose pcm (--audio)", path);
    if (!takes_rate(codec, voice->rate))
        return ho_fail(diag, HO_ERROR_USAGE, "%s: AAC holds no sound of %d samples a second; choose pcm (--audio)",
                       path, voice->rate);
    AVCodecContext *context = voice->codec = avcodec_alloc_context3(codec);
    if (!context)
        return ho_fail_memory(diag, sizeof(*context));
    context->sample_rate = voice->rate;
    context->time_base = (AVRational){1, voice->rate};
    context->sample_fmt = is_aac                        ? AV_SAMPLE_FMT_FLTP
                          : id == AV_CODEC_ID_PCM_S16LE ? AV_SAMPLE_FMT_S16
                                                        : AV_SAMPLE_FMT_S32;
    context->bit_rate = is_aac ? (int64_t)AAC_BITS_A_CHANNEL * voice->n_channels : 0;
    context->flags |= AV_CODEC_FLAG_BITEXACT;
    if (audio->to->oformat->flags & AVFMT_GLOBALHEADER)
        context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    if (voice->decoder.layout.order != AV_CHANNEL_ORDER_UNSPEC)
        av_channel_layout_copy(&context->ch_layout, &voice->decoder.layout);
    else
        av_channel_layout_default(&context->ch_layout, voice->n_channels);
    int error = avcodec_open2(context, codec, NULL);
    char text[AV_ERROR_MAX_STRING_SIZE];
    return error < 0 ? ho_fail(diag, HO_ERROR_USAGE, "%s: %d channels of sound cannot be encoded as %s: %s", path,
                               voice->n_channels, is_aac ? "AAC" : "PCM", ho_libav_error(error, text))
                     : HO_OK;
}

static enum ho_result add_stream(struct ho_audio_encode *audio, struct voice *voice, struct ho_diag *diag)
{
    AVCodecContext *context = voice->codec;
    AVStream *stream = voice->stream = avformat_new_stream(audio->to, NULL);
    int size = context->frame_size > 0 ? context->frame_size : PCM_SAMPLES;
    voice->samples = ho_alloc((size_t)size * (size_t)voice->n_channels, sizeof(*voice->samples));
    voice->frame = av_frame_alloc();
    if (!stream || !voice->samples || !voice->frame || avcodec_parameters_from_context(stream->codecpar, context) < 0)
        return ho_fail_memory(diag, sizeof(*stream));
    stream->time_base = context->time_base;
    voice->frame->nb_samples = size;
    voice->frame->format = context->sample_fmt;
    voice->frame->sample_rate = context->sample_rate;
    if (av_channel_layout_copy(&voice->frame->ch_layout, &context->ch_layout) < 0 ||
        av_frame_get_buffer(voice->frame, 0) < 0)
        return ho_fail_memory(diag, (size_t)size * 8);
    if (voice->mix)
        return HO_OK;
    if (av_dict_copy(&stream->metadata, voice->decoder.stream->metadata, 0) < 0)
        return ho_fail_memory(diag, sizeof(*stream));
    av_dict_set(&stream->metadata, "timecode", NULL, 0);
    stream->disposition = voice->decoder.stream->disposition;
    return HO_OK;
}

static int count_audio(const AVFormatContext *format)
{
    int n = 0;
    for (unsigned i = 0; i < format->nb_streams; i++)
        n += format->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    return n;
}

static enum ho_result open_voice(struct ho_audio_encode *audio, int i, struct ho_diag *diag)
{
    struct voice *voice = &audio->voices[i];
    HO_TRY(ho_sound_decoder_open(&voice->decoder, audio->output->options.audio_from, i, true, diag));
    voice->is_open = true;
    voice->rate = voice->decoder.rate;
    voice->n_channels = voice->decoder.n_channels;
    choose_stretch(audio->output, voice);
    HO_TRY(open_codec(audio, voice, diag));
    return add_stream(audio, voice, diag);
}

static enum ho_result open_mix(struct ho_audio_encode *audio, struct ho_diag *diag)
{
    const struct ho_writer_options *o = &audio->output->options;
    struct voice *voice = audio->voices = ho_alloc(1, sizeof(*audio->voices));
    audio->packet = av_packet_alloc();
    if (!voice || !audio->packet)
        return ho_fail_memory(diag, sizeof(*voice));
    audio->n_voices = 1;
    *voice = (struct voice){
        .mix = o->mix, .rate = ho_mix_rate(o->mix), .n_channels = 2, .first = o->mix_first, .n = o->mix_n};
    HO_TRY(open_codec(audio, voice, diag));
    return add_stream(audio, voice, diag);
}

static enum ho_result open_voices(struct ho_audio_encode *audio, struct ho_diag *diag)
{
    struct ho_sound_decoder first;
    audio->packet = av_packet_alloc();
    HO_TRY(ho_sound_decoder_open(&first, audio->output->options.audio_from, 0, true, diag));
    const int n = count_audio(first.format);
    ho_sound_decoder_close(&first);
    audio->voices = ho_alloc((size_t)n, sizeof(*audio->voices));
    if (!audio->voices || !audio->packet)
        return ho_fail_memory(diag, (size_t)n * sizeof(*audio->voices));
    for (int i = 0; i < n; i++) {
        audio->n_voices++;
        HO_TRY(open_voice(audio, i, diag));
    }
    return HO_OK;
}

enum ho_result ho_audio_encode_open(const struct ho_output *output, AVFormatContext *to, struct ho_audio_encode **out,
                                    struct ho_diag *diag)
{
    struct ho_audio_encode *audio = ho_alloc(1, sizeof(*audio));
    if (!audio)
        return ho_fail_memory(diag, sizeof(*audio));
    audio->output = output;
    audio->to = to;
    enum ho_result result = output->options.audio_from ? open_voices(audio, diag) : open_mix(audio, diag);
    if (result == HO_OK)
        *out = audio;
    else
        ho_audio_encode_close(&audio);
    return result;
}

void ho_audio_encode_close(struct ho_audio_encode **pointer)
{
    struct ho_audio_encode *audio = *pointer;
    *pointer = NULL;
    if (!audio)
        return;
    for (int i = 0; i < audio->n_voices; i++) {
        struct voice *voice = &audio->voices[i];
        if (voice->is_open)
            ho_sound_decoder_close(&voice->decoder);
        avcodec_free_context(&voice->codec);
        av_frame_free(&voice->frame);
        free(voice->samples);
    }
    av_packet_free(&audio->packet);
    free(audio->voices);
    free(audio);
}

// ---- encoding

static int32_t to_integer(float sample, int bits)
{
    const double full = (double)(1 << (bits - 1));
    double scaled = nearbyint((double)sample * full);
    return (int32_t)(scaled > full - 1 ? full - 1 : scaled < -full ? -full : scaled);
}

// Interleaved floats into the frame's format.
static void fill_frame(struct voice *voice, int n)
{
    AVFrame *frame = voice->frame;
    const int n_values = n * voice->n_channels;
    if (frame->format == AV_SAMPLE_FMT_FLTP) {
        for (int c = 0; c < voice->n_channels; c++)
            for (int i = 0; i < n; i++)
                ((float *)(void *)frame->extended_data[c])[i] = voice->samples[i * voice->n_channels + c];
    } else if (frame->format == AV_SAMPLE_FMT_S16) {
        for (int i = 0; i < n_values; i++)
            ((int16_t *)(void *)frame->data[0])[i] = (int16_t)to_integer(voice->samples[i], 16);
    } else {
        for (int i = 0; i < n_values; i++)
            ((int32_t *)(void *)frame->data[0])[i] = to_integer(voice->samples[i], 24) * 256;
    }
}

static enum ho_result fail(const struct ho_audio_encode *audio, int error, struct ho_diag *diag)
{
    char text[AV_ERROR_MAX_STRING_SIZE];
    return error == AVERROR(ENOMEM) ? ho_fail_memory(diag, sizeof(AVFrame))
                                    : ho_fail(diag, HO_ERROR_SPACE, "%s: its sound cannot be written: %s",
                                              audio->output->place->path, ho_libav_error(error, text));
}

static enum ho_result write_packets(struct ho_audio_encode *audio, struct voice *voice, struct ho_diag *diag)
{
    AVPacket *packet = audio->packet;
    int error;
    while ((error = avcodec_receive_packet(voice->codec, packet)) >= 0) {
        av_packet_rescale_ts(packet, voice->codec->time_base, voice->stream->time_base);
        packet->stream_index = voice->stream->index;
        error = av_write_frame(audio->to, packet);
        av_packet_unref(packet);
        if (error < 0)
            return fail(audio, error, diag);
    }
    return error == AVERROR(EAGAIN) || error == AVERROR_EOF ? HO_OK : fail(audio, error, diag);
}

// The next frame, or the encoder's end.
static enum ho_result encode_next(struct ho_audio_encode *audio, struct voice *voice, struct ho_diag *diag)
{
    const int64_t left = voice->n - voice->done;
    const int size = voice->codec->frame_size > 0 ? voice->codec->frame_size : PCM_SAMPLES;
    const int n = (int)(left < size ? left : size);
    const int64_t at = voice->first + voice->done;
    HO_TRY(voice->mix ? ho_mix_read(voice->mix, at, n, voice->samples, diag)
                      : ho_sound_decoder_read(&voice->decoder, at, n, voice->samples, diag));
    if (av_frame_make_writable(voice->frame) < 0)
        return ho_fail_memory(diag, (size_t)size * 8);
    voice->frame->nb_samples = n;
    voice->frame->pts = voice->done;
    fill_frame(voice, n);
    voice->done += n;
    int error = avcodec_send_frame(voice->codec, voice->frame);
    if (error >= 0 && voice->done == voice->n)
        HO_TRY(write_packets(audio, voice, diag));
    if (error >= 0 && voice->done == voice->n)
        error = avcodec_send_frame(voice->codec, NULL);
    return error < 0 ? fail(audio, error, diag) : write_packets(audio, voice, diag);
}

enum ho_result ho_audio_encode_until(struct ho_audio_encode *audio, double seconds, struct ho_diag *diag)
{
    for (int i = 0; i < audio->n_voices; i++) {
        struct voice *voice = &audio->voices[i];
        while (voice->done < voice->n && (double)voice->done < seconds * voice->rate)
            HO_TRY(encode_next(audio, voice, diag));
    }
    return HO_OK;
}
