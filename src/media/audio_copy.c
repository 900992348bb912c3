// SPDX-License-Identifier: BSD-2-Clause
// Sound is copied, not encoded: packets as they are, their times counted from the first frame that is written. A
// stretch of PCM is cut to the sample.
#include <inttypes.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "media/packets.h"
#include "media/pattern.h"
#include "media/writer.h"

#define LEAD 2.0    // seconds before a stretch from which it is read: no packet is longer

struct ho_audio_copy {
    const struct ho_output *output;
    AVFormatContext *from, *to;
    AVPacket *packet;
    AVStream **stream;    // of `to`, by index in `from`; NULL: not copied
    bool has_packet, is_over;
    int64_t start;    // of the picture, in AV_TIME_BASE
};

static enum ho_result add_streams(struct ho_audio_copy *audio, struct ho_diag *diag)
{
    const char *path = audio->output->options.audio_from;
    audio->stream = ho_alloc(audio->from->nb_streams, sizeof(*audio->stream));
    if (!audio->stream)
        return ho_fail_memory(diag, sizeof(*audio->stream) * audio->from->nb_streams);
    for (unsigned i = 0; i < audio->from->nb_streams; i++) {
        AVStream *in = audio->from->streams[i];
        if (in->codecpar->codec_type != AVMEDIA_TYPE_AUDIO) {
            in->discard = AVDISCARD_ALL;
            continue;
        }
        if (avformat_query_codec(audio->to->oformat, in->codecpar->codec_id, FF_COMPLIANCE_NORMAL) != 1)
            return ho_fail(diag, HO_ERROR_USAGE,
                           "%s: its sound (stream %u, %s) cannot be copied into %s as it is; " HO_AUDIO_ADVICE, path, i,
                           avcodec_get_name(in->codecpar->codec_id), audio->output->place->path);
        AVStream *out = avformat_new_stream(audio->to, NULL);
        if (!out || avcodec_parameters_copy(out->codecpar, in->codecpar) < 0 ||
            av_dict_copy(&out->metadata, in->metadata, 0) < 0)
            return ho_fail_memory(diag, sizeof(*out));
        av_dict_set(&out->metadata, "timecode", NULL, 0);
        out->codecpar->codec_tag = 0;
        out->time_base = in->time_base;
        out->disposition = in->disposition;
        audio->stream[i] = out;
    }
    return HO_OK;
}

static enum ho_result open_source(struct ho_audio_copy *audio, struct ho_diag *diag)
{
    char path[4096], part[HO_NAME_SIZE];
    ho_source_split(audio->output->options.audio_from, path, part);
    char *url = ho_format("file:%s", path);
    audio->packet = av_packet_alloc();
    int error = url && audio->packet ? avformat_open_input(&audio->from, url, NULL, NULL) : AVERROR(ENOMEM);
    free(url);
    if (error >= 0)
        error = avformat_find_stream_info(audio->from, NULL);
    if (error == AVERROR(ENOMEM))
        return ho_fail_memory(diag, sizeof(*audio->packet));
    if (error < 0) {
        char text[AV_ERROR_MAX_STRING_SIZE];
        av_strerror(error, text, sizeof(text));
        return ho_fail(diag, HO_ERROR_INPUT, "%s cannot be opened for its sound: %s", path, text);
    }
    int video = ho_movie_find_stream(audio->from, part);
    const AVStream *picture = video >= 0 ? audio->from->streams[video] : NULL;
    if (picture && picture->start_time != AV_NOPTS_VALUE)
        audio->start = av_rescale_q(picture->start_time, picture->time_base, AV_TIME_BASE_Q);
    HO_TRY(add_streams(audio, diag));
    const double stretch = audio->output->options.audio_start;
    audio->start += (int64_t)llrint(stretch * AV_TIME_BASE);
    if (stretch > LEAD)    // what a seek misses is read
        (void)avformat_seek_file(audio->from, -1, INT64_MIN, audio->start - (int64_t)(LEAD * AV_TIME_BASE),
                                 audio->start - (int64_t)(LEAD * AV_TIME_BASE), 0);
    return HO_OK;
}

enum ho_result ho_audio_copy_open(const struct ho_output *output, AVFormatContext *to, struct ho_audio_copy **out,
                                  struct ho_diag *diag)
{
    struct ho_audio_copy *audio = ho_alloc(1, sizeof(*audio));
    if (!audio)
        return ho_fail_memory(diag, sizeof(*audio));
    audio->output = output;
    audio->to = to;
    enum ho_result result = open_source(audio, diag);
    if (result == HO_OK)
        *out = audio;
    else
        ho_audio_copy_close(&audio);
    return result;
}

// The next packet of a stream that is copied. A source that breaks off ends the sound there.
static void next_packet(struct ho_audio_copy *audio)
{
    while (!audio->has_packet && !audio->is_over) {
        if (av_read_frame(audio->from, audio->packet) < 0)
            audio->is_over = true;
        else if (audio->stream[audio->packet->stream_index])
            audio->has_packet = true;
        else
            av_packet_unref(audio->packet);
    }
}

// Cuts a packet to the stretch: PCM by samples. False when nothing of it is left.
static bool cut_packet(const struct ho_audio_copy *audio, const AVStream *in, AVPacket *packet, int64_t start)
{
    const struct ho_writer_options *o = &audio->output->options;
    const int block = av_get_exact_bits_per_sample(in->codecpar->codec_id) / 8 * in->codecpar->ch_layout.nb_channels;
    int64_t length = o->audio_end > 0 ? (int64_t)llrint((o->audio_end - o->audio_start) / av_q2d(in->time_base))
                                      : INT64_MAX,
            from = packet->pts - start, to = from + packet->duration;
    if (packet->pts == AV_NOPTS_VALUE || (o->audio_start <= 0 && o->audio_end <= 0))
        return true;
    if (to <= 0 || from >= length)
        return false;
    bool is_pcm = block > 0 && av_cmp_q(in->time_base, (AVRational){1, in->codecpar->sample_rate}) == 0;
    if (!is_pcm || packet->size != packet->duration * block)
        return true;
    int64_t skip = from < 0 ? -from : 0, drop = to > length ? to - length : 0;
    packet->data += skip * block;
    packet->size -= (int)((skip + drop) * block);
    packet->duration -= skip + drop;
    packet->pts += skip;
    packet->dts += packet->dts != AV_NOPTS_VALUE ? skip : 0;
    return true;
}

enum ho_result ho_audio_copy_until(struct ho_audio_copy *audio, double seconds, struct ho_diag *diag)
{
    for (;;) {
        next_packet(audio);
        if (!audio->has_packet)
            return HO_OK;
        AVPacket *packet = audio->packet;
        const AVStream *in = audio->from->streams[packet->stream_index], *out = audio->stream[packet->stream_index];
        int64_t start = av_rescale_q(audio->start, AV_TIME_BASE_Q, in->time_base);
        int64_t time = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;
        if (time != AV_NOPTS_VALUE && (double)(time - start) * av_q2d(in->time_base) >= seconds)
            return HO_OK;
        if (!cut_packet(audio, in, packet, start)) {
            av_packet_unref(packet);
            audio->has_packet = false;
            continue;
        }
        packet->pts -= packet->pts != AV_NOPTS_VALUE ? start : 0;
        packet->dts -= packet->dts != AV_NOPTS_VALUE ? start : 0;
        packet->pos = -1;
        av_packet_rescale_ts(packet, in->time_base, out->time_base);
        packet->stream_index = out->index;
        int error = av_write_frame(audio->to, packet);
        av_packet_unref(packet);
        audio->has_packet = false;
        if (error < 0)
            return ho_fail(diag, HO_ERROR_SPACE, "%s: the sound of %s cannot be written", audio->output->place->path,
                           audio->output->options.audio_from);
    }
}

bool ho_audio_copy_fits(const char *path, enum ho_codec codec)
{
    static const enum AVCodecID usual[] = {AV_CODEC_ID_AAC,       AV_CODEC_ID_ALAC,      AV_CODEC_ID_MP3,
                                           AV_CODEC_ID_AC3,       AV_CODEC_ID_PCM_S16LE, AV_CODEC_ID_PCM_S24LE,
                                           AV_CODEC_ID_PCM_S32LE, AV_CODEC_ID_PCM_S16BE, AV_CODEC_ID_PCM_S24BE};
    const AVOutputFormat *to = av_guess_format(ho_codec_entry(codec)->muxer, NULL, NULL);
    AVFormatContext *from = NULL;
    char file[4096], part[HO_NAME_SIZE];
    int n = 0;
    bool fits = false;
    ho_source_split(path, file, part);
    char *url = ho_format("file:%s", file);
    if (!to || !url || avformat_open_input(&from, url, NULL, NULL) < 0 || avformat_find_stream_info(from, NULL) < 0)
        goto done;
    for (unsigned i = 0; i < from->nb_streams; i++) {
        const AVCodecParameters *stream = from->streams[i]->codecpar;
        if (stream->codec_type != AVMEDIA_TYPE_AUDIO)
            continue;
        n++;
        for (size_t k = 0; k < sizeof(usual) / sizeof(usual[0]); k++)
            fits |= stream->codec_id == usual[k] && avformat_query_codec(to, usual[k], FF_COMPLIANCE_NORMAL) == 1;
    }
done:
    avformat_close_input(&from);
    free(url);
    return fits && n == 1;
}

void ho_audio_copy_describe(const struct ho_audio_copy *audio, char *out, size_t size)
{
    out[0] = 0;
    for (unsigned i = 0; i < audio->from->nb_streams; i++) {
        const char *name = avcodec_get_name(audio->from->streams[i]->codecpar->codec_id);
        size_t n = strlen(out);
        if (audio->stream[i] && !strstr(out, name))
            snprintf(out + n, size - n, "%s%s", n ? ", " : "", name);
    }
}

void ho_audio_copy_close(struct ho_audio_copy **pointer)
{
    struct ho_audio_copy *audio = *pointer;
    *pointer = NULL;
    if (!audio)
        return;
    avformat_close_input(&audio->from);
    av_packet_free(&audio->packet);
    free(audio->stream);
    free(audio);
}
