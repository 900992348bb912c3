// SPDX-License-Identifier: BSD-2-Clause
#include "media/sound_decode.h"

#include <stdlib.h>
#include <string.h>

#include <libavutil/mathematics.h>

#include "base/memory.h"
#include "holdout/log.h"
#include "media/libav.h"
#include "media/packets.h"
#include "media/pattern.h"

enum { N_LOOKED_AT = 4 };                // frames from which the size of all is learnt
static const double preroll = 0.5;       // seconds decoded before a place that is jumped to: MP3 keeps bits for 0.26 s
static const double read_on = 2.0;       // what is nearer than this is read on to
static const double tolerance = 0.01;    // seconds that times may stray before they are believed

// ---- opening

static enum ho_result choose_stream(struct ho_sound_decoder *decoder, int wanted, const char *part,
                                    struct ho_diag *diag)
{
    AVFormatContext *format = decoder->format;
    int n = 0;
    for (unsigned i = 0; i < format->nb_streams; i++) {
        AVStream *stream = format->streams[i];
        if (stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO && n++ == wanted)
            decoder->stream = stream;
        else
            stream->discard = AVDISCARD_ALL;
    }
    if (!decoder->stream)
        return n == 0 ? ho_fail(diag, HO_ERROR_INPUT, "%s has no sound", decoder->path)
                      : ho_fail(diag, HO_ERROR_INPUT, "%s has no audio stream %d: it has %d, counted from 0",
                                decoder->path, wanted, n);
    int picture = ho_movie_find_stream(format, part);
    const AVStream *zero = picture >= 0 ? format->streams[picture] : NULL;
    decoder->has_picture = zero;
    decoder->rate = decoder->stream->codecpar->sample_rate;
    decoder->n_channels = decoder->keeps_channels ? decoder->stream->codecpar->ch_layout.nb_channels : 2;
    if (decoder->n_channels <= 0)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: its sound has no channels", decoder->path);
    if (decoder->rate <= 0)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: its sound has no sample rate", decoder->path);
    if (zero && zero->start_time != AV_NOPTS_VALUE)
        decoder->zero = av_rescale_q(zero->start_time, zero->time_base, (AVRational){1, decoder->rate});
    return HO_OK;
}

static enum ho_result open_codec(struct ho_sound_decoder *decoder, struct ho_diag *diag)
{
    const AVCodecParameters *parameters = decoder->stream->codecpar;
    const AVCodec *codec = avcodec_find_decoder(parameters->codec_id);
    if (!codec)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: its sound (%s) is not one that this FFmpeg can decode", decoder->path,
                       avcodec_get_name(parameters->codec_id));
    decoder->context = avcodec_alloc_context3(codec);
    if (!decoder->context || avcodec_parameters_to_context(decoder->context, parameters) < 0)
        return ho_fail_memory(diag, sizeof(*decoder->context));
    decoder->context->pkt_timebase = decoder->stream->time_base;
    decoder->context->thread_count = 1;
    int error = avcodec_open2(decoder->context, codec, NULL);
    char text[AV_ERROR_MAX_STRING_SIZE];
    return error < 0 ? ho_fail(diag, HO_ERROR_INPUT, "%s: the %s decoder does not open: %s", decoder->path, codec->name,
                               ho_libav_error(error, text))
                     : HO_OK;
}

static enum ho_result open_format(struct ho_sound_decoder *decoder, const char *file, struct ho_diag *diag)
{
    char *url = ho_format("file:%s", file);
    decoder->packet = av_packet_alloc();
    decoder->frame = av_frame_alloc();
    int error = url && decoder->packet && decoder->frame ? avformat_open_input(&decoder->format, url, NULL, NULL)
                                                         : AVERROR(ENOMEM);
    free(url);
    if (error >= 0)
        error = avformat_find_stream_info(decoder->format, NULL);
    if (error == AVERROR(ENOMEM))
        return ho_fail_memory(diag, sizeof(*decoder->packet));
    char text[AV_ERROR_MAX_STRING_SIZE];
    return error < 0 ? ho_fail(diag, HO_ERROR_INPUT, "%s cannot be opened for its sound: %s", decoder->path,
                               ho_libav_error(error, text))
                     : HO_OK;
}

// ---- one frame after the other

// The next frame that the decoder gives; HO_END at the end. What cannot be decoded is left out: its place stays silent.
static enum ho_result decode(struct ho_sound_decoder *decoder, struct ho_diag *diag)
{
    for (;;) {
        int error = avcodec_receive_frame(decoder->context, decoder->frame);
        if (error >= 0)
            return HO_OK;
        if (error == AVERROR_EOF || decoder->is_draining)
            return HO_END;
        if (error == AVERROR(ENOMEM))
            return ho_fail_memory(diag, sizeof(*decoder->frame));
        do {
            av_packet_unref(decoder->packet);
            error = av_read_frame(decoder->format, decoder->packet);
        } while (error >= 0 && decoder->packet->stream_index != decoder->stream->index);
        decoder->is_draining = error < 0;
        error = avcodec_send_packet(decoder->context, decoder->is_draining ? NULL : decoder->packet);
        av_packet_unref(decoder->packet);
        if (error < 0 && !decoder->is_draining && decoder->next != HO_SOUND_NOWHERE && !decoder->has_named_damage) {
            ho_log(HO_LOG_WARNING, "%s: a part of its sound cannot be decoded and is silent", decoder->path);
            decoder->has_named_damage = true;
        }
    }
}

static bool is_coarse(const struct ho_sound_decoder *decoder)
{
    const AVRational clock = decoder->stream->time_base;
    return (int64_t)clock.num * decoder->rate > clock.den;
}

// Samples that the container's clock may be off by.
static int64_t clock_error(const struct ho_sound_decoder *decoder)
{
    const AVRational clock = decoder->stream->time_base;
    return is_coarse(decoder) ? (int64_t)clock.num * decoder->rate * 3 / 2 / clock.den + 1 : 0;
}

// A coarse clock says which of the frames of one size it is.
static int64_t snap(const struct ho_sound_decoder *decoder, int64_t place)
{
    if (decoder->frame_size <= 1)
        return place;
    int64_t off = (place - decoder->frame_phase) % decoder->frame_size;
    off += off < 0 ? decoder->frame_size : 0;
    if (off <= clock_error(decoder))
        return place - off;
    return decoder->frame_size - off <= clock_error(decoder) ? place + decoder->frame_size - off : place;
}

// Where the frame's first sample belongs: behind the last one, unless the times say otherwise.
static int64_t place_of(const struct ho_sound_decoder *decoder)
{
    const AVFrame *frame = decoder->frame;
    int64_t time = frame->best_effort_timestamp != AV_NOPTS_VALUE ? frame->best_effort_timestamp : frame->pts;
    if (time == AV_NOPTS_VALUE)
        return decoder->next != HO_SOUND_NOWHERE ? decoder->next : 0;
    int64_t place = av_rescale_q(time, decoder->stream->time_base, (AVRational){1, decoder->rate}) - decoder->zero;
    if (decoder->next == HO_SOUND_NOWHERE)
        return snap(decoder, place);
    return llabs(place - decoder->next) > (int64_t)(tolerance * decoder->rate) ? snap(decoder, place) : decoder->next;
}

static bool is_as_before(const struct ho_sound_decoder *decoder)
{
    const AVFrame *frame = decoder->frame;
    return decoder->mixer && frame->format == decoder->sample_format &&
           av_channel_layout_compare(&frame->ch_layout, &decoder->layout) == 0;
}

// To floats at the same rate, in two channels (mono is as loud on either side) or in those that the source has.
static enum ho_result set_mixer(struct ho_sound_decoder *decoder, struct ho_diag *diag)
{
    static const double both[2] = {1.0, 1.0};
    AVChannelLayout stereo = AV_CHANNEL_LAYOUT_STEREO;
    const AVFrame *frame = decoder->frame;
    if (decoder->keeps_channels && frame->ch_layout.nb_channels != decoder->n_channels)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: its sound changes from %d to %d channels; split it there first",
                       decoder->path, decoder->n_channels, frame->ch_layout.nb_channels);
    if (frame->sample_rate != decoder->rate)
        return ho_fail(diag, HO_ERROR_INPUT,
                       "%s: its sound changes from %d to %d samples a second; split it there first", decoder->path,
                       decoder->rate, frame->sample_rate);
    if (is_as_before(decoder))
        return HO_OK;
    AVChannelLayout from = {0};
    if (frame->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC)
        av_channel_layout_default(&from, frame->ch_layout.nb_channels);
    else if (av_channel_layout_copy(&from, &frame->ch_layout) < 0)
        return ho_fail_memory(diag, sizeof(from));
    swr_free(&decoder->mixer);
    int error = swr_alloc_set_opts2(&decoder->mixer, decoder->keeps_channels ? &from : &stereo, AV_SAMPLE_FMT_FLT,
                                    decoder->rate, &from, (enum AVSampleFormat)frame->format, decoder->rate, 0, NULL);
    if (error >= 0 && from.nb_channels == 1 && !decoder->keeps_channels)
        error = swr_set_matrix(decoder->mixer, both, 1);
    if (error >= 0)
        error = swr_init(decoder->mixer);
    av_channel_layout_uninit(&from);
    decoder->sample_format = frame->format;
    if (error < 0 || av_channel_layout_copy(&decoder->layout, &frame->ch_layout) < 0)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: its %d channels of sound cannot be mixed to two", decoder->path,
                       frame->ch_layout.nb_channels);
    return HO_OK;
}

static enum ho_result convert(struct ho_sound_decoder *decoder, struct ho_diag *diag)
{
    const int n = decoder->frame->nb_samples;
    HO_TRY(set_mixer(decoder, diag));
    if ((size_t)n > decoder->capacity) {
        float *data = ho_realloc(decoder->data, (size_t)n * (size_t)decoder->n_channels, sizeof(*data));
        if (!data)
            return ho_fail_memory(diag, (size_t)n * (size_t)decoder->n_channels * sizeof(*data));
        decoder->data = data;
        decoder->capacity = (size_t)n;
    }
    uint8_t *out = (uint8_t *)decoder->data;
    int given = swr_convert(decoder->mixer, &out, n, (const uint8_t **)(uintptr_t)decoder->frame->extended_data, n);
    if (given != n)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: its sound cannot be converted", decoder->path);
    return HO_OK;
}

// The next frame into `data`; `is_over` where there is none.
static enum ho_result advance(struct ho_sound_decoder *decoder, struct ho_diag *diag)
{
    enum ho_result result = decode(decoder, diag);
    decoder->is_over = result == HO_END;
    decoder->n = 0;
    if (result != HO_OK && result != HO_END)
        return result;
    int64_t place = decoder->is_over ? decoder->next : place_of(decoder);
    decoder->covered_from = decoder->next != HO_SOUND_NOWHERE ? decoder->next : place;
    decoder->first = place;
    if (decoder->is_over)
        return HO_OK;
    result = convert(decoder, diag);
    decoder->n = result == HO_OK ? decoder->frame->nb_samples : 0;
    decoder->next = place + decoder->frame->nb_samples;
    av_frame_unref(decoder->frame);
    return result;
}

// ---- jumps

static int64_t time_of(const struct ho_sound_decoder *decoder, int64_t sample)
{
    return av_rescale_q_rnd(sample + decoder->zero, (AVRational){1, decoder->rate}, decoder->stream->time_base,
                            AV_ROUND_DOWN);
}

static enum ho_result seek(struct ho_sound_decoder *decoder, int64_t sample, struct ho_diag *diag)
{
    int64_t time = time_of(decoder, sample);
    const int64_t start = decoder->stream->start_time;
    if (start != AV_NOPTS_VALUE && time < start)
        time = start;
    int error = avformat_seek_file(decoder->format, decoder->stream->index, INT64_MIN, time, time, 0);
    if (error < 0)
        error = av_seek_frame(decoder->format, decoder->stream->index, time, AVSEEK_FLAG_BACKWARD);
    char text[AV_ERROR_MAX_STRING_SIZE];
    if (error < 0)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: in its sound no place can be jumped to: %s", decoder->path,
                       ho_libav_error(error, text));
    avcodec_flush_buffers(decoder->context);
    decoder->is_draining = decoder->is_over = false;
    decoder->next = HO_SOUND_NOWHERE;
    return advance(decoder, diag);
}

// Comes out before `sample` by the pre-roll, further where the container's seeking is not exact.
static enum ho_result go_to(struct ho_sound_decoder *decoder, int64_t sample, struct ho_diag *diag)
{
    int64_t lead = (int64_t)(preroll * decoder->rate);
    for (;; lead *= 4) {
        HO_TRY(seek(decoder, sample - lead, diag));
        const bool is_start = sample - lead <= 0;
        if (is_start)
            decoder->covered_from = INT64_MIN;
        if (is_start || (!decoder->is_over && decoder->first <= sample - lead / 2))
            return HO_OK;
    }
}

// ---- the size of frames, and the end

// Sound by itself begins with its first sample; beside a picture as nearly as the clock can say it begins with it.
static void set_zero(struct ho_sound_decoder *decoder)
{
    if (decoder->is_over || (decoder->has_picture && llabs(decoder->first) > clock_error(decoder)))
        return;
    decoder->zero += decoder->first;
    decoder->next -= decoder->first;
    decoder->first = 0;
}

// A coarse clock alone does not tell a sample; that frames are of one size does, and that the first ones are the
// encoder's delay where the picture begins between two of them, as nearly as the clock can say.
static enum ho_result learn_frames(struct ho_sound_decoder *decoder, struct ho_diag *diag)
{
    int64_t size = 0;
    bool is_one_size = is_coarse(decoder);
    decoder->next = HO_SOUND_NOWHERE;
    HO_TRY(advance(decoder, diag));
    set_zero(decoder);
    for (int i = 0; i < N_LOOKED_AT && is_one_size && !decoder->is_over; i++) {
        HO_TRY(advance(decoder, diag));
        is_one_size = decoder->is_over || size == 0 || decoder->n == size;
        size = size ? size : decoder->n;
        decoder->frame_phase = decoder->first;
    }
    decoder->frame_size = is_one_size ? size : 0;
    if (decoder->frame_size > 1) {
        int64_t off = decoder->frame_phase % size;
        off = off > size / 2 ? off - size : off < -size / 2 ? off + size : off;
        decoder->frame_phase -= llabs(off) <= clock_error(decoder) ? off : 0;
    }
    return go_to(decoder, 0, diag);
}

static void find_end(struct ho_sound_decoder *decoder)
{
    const AVStream *stream = decoder->stream;
    if (stream->duration == AV_NOPTS_VALUE || stream->duration <= 0)
        return;
    int64_t start = stream->start_time != AV_NOPTS_VALUE ? stream->start_time : 0;
    decoder->n_samples = av_rescale_q(start + stream->duration, stream->time_base, (AVRational){1, decoder->rate}) -
                         decoder->zero;
}

enum ho_result ho_sound_decoder_open(struct ho_sound_decoder *decoder, const char *path, int stream,
                                     bool keeps_channels, struct ho_diag *diag)
{
    char file[4096], part[HO_NAME_SIZE];
    memset(decoder, 0, sizeof(*decoder));
    decoder->keeps_channels = keeps_channels;
    ho_libav_init();
    if (strlen(path) >= sizeof(file))
        return ho_fail(diag, HO_ERROR_INPUT, "the path \"%.60s...\" is too long", path);
    ho_source_split(path, file, part);
    decoder->path = ho_strdup(path);
    enum ho_result result = decoder->path ? open_format(decoder, file, diag) : ho_fail_memory(diag, strlen(path));
    if (result == HO_OK)
        result = choose_stream(decoder, stream, part, diag);
    if (result == HO_OK)
        result = open_codec(decoder, diag);
    if (result == HO_OK)
        result = learn_frames(decoder, diag);
    if (result == HO_OK)
        find_end(decoder);
    else
        ho_sound_decoder_close(decoder);
    return result;
}

void ho_sound_decoder_close(struct ho_sound_decoder *decoder)
{
    swr_free(&decoder->mixer);
    av_channel_layout_uninit(&decoder->layout);
    avcodec_free_context(&decoder->context);
    avformat_close_input(&decoder->format);
    av_packet_free(&decoder->packet);
    av_frame_free(&decoder->frame);
    free(decoder->data);
    free(decoder->path);
    memset(decoder, 0, sizeof(*decoder));
}

// ---- reading

// What is left to be filled.
struct wanted {
    int64_t first, n;
    float *out;
    size_t n_channels;
};

static void fill(struct wanted *wanted, int64_t n, const float *from)
{
    n = n < wanted->n ? n : wanted->n;
    if (n <= 0)
        return;
    if (from)
        memcpy(wanted->out, from, (size_t)n * wanted->n_channels * sizeof(float));
    else
        memset(wanted->out, 0, (size_t)n * wanted->n_channels * sizeof(float));
    wanted->out += (size_t)n * wanted->n_channels;
    wanted->first += n;
    wanted->n -= n;
}

static bool must_jump(const struct ho_sound_decoder *decoder, int64_t first)
{
    return first < decoder->covered_from ||
           (!decoder->is_over && first > decoder->next + (int64_t)(read_on * decoder->rate));
}

static enum ho_result read_heard(struct ho_sound_decoder *decoder, struct wanted *wanted, struct ho_diag *diag)
{
    if (wanted->n > 0 && must_jump(decoder, wanted->first))
        HO_TRY(go_to(decoder, wanted->first, diag));
    while (wanted->n > 0) {
        fill(wanted, decoder->first - wanted->first, NULL);
        int64_t from = wanted->first - decoder->first;
        if (from < decoder->n)
            fill(wanted, decoder->n - from, decoder->data + (size_t)from * wanted->n_channels);
        else if (decoder->is_over)
            return HO_OK;
        else
            HO_TRY(advance(decoder, diag));
    }
    return HO_OK;
}

enum ho_result ho_sound_decoder_read(struct ho_sound_decoder *decoder, int64_t first, int64_t n, float *out,
                                     struct ho_diag *diag)
{
    struct wanted wanted = {first, n, out, (size_t)decoder->n_channels};
    fill(&wanted, -first, NULL);
    int64_t behind = 0;
    if (decoder->n_samples > 0 && wanted.first + wanted.n > decoder->n_samples) {
        behind = wanted.first + wanted.n - decoder->n_samples;
        behind = behind < wanted.n ? behind : wanted.n;
        wanted.n -= behind;
    }
    HO_TRY(read_heard(decoder, &wanted, diag));
    wanted.n += behind;
    fill(&wanted, wanted.n, NULL);
    return HO_OK;
}
