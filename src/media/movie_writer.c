// SPDX-License-Identifier: BSD-2-Clause
// Movies: libavcodec's encoder and libavformat's muxer on a file of our own, so that each failed write is known by its
// errno.
#include <errno.h>
#include <fcntl.h>
#include <float.h>
#include <inttypes.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "holdout/log.h"
#include "media/ffmpeg.h"
#include "media/hdr.h"
#include "media/kept.h"

struct movie {
    const struct ho_output *output;
    int file;
    int error;        // errno of the first write that failed
    int64_t frame;    // being encoded
    AVIOContext *io;
    AVFormatContext *format;
    AVCodecContext *codec;
    AVStream *stream;
    AVPacket *packet;
    struct ho_audio_copy *copied;    // one of these, or none: sound
    struct ho_audio_encode *encoded;
    bool has_header;
};

// ---- the file

static int write_bytes(void *opaque, uint8_t *bytes, int size)
{
    struct movie *movie = opaque;
    for (int done = 0; done < size;) {
        ssize_t n = write(movie->file, bytes + done, (size_t)(size - done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            movie->error = movie->error ? movie->error : errno;
            return AVERROR(errno);
        }
        done += (int)n;
    }
    return size;
}

static int64_t seek_bytes(void *opaque, int64_t offset, int whence)
{
    struct movie *movie = opaque;
    if (whence == AVSEEK_SIZE) {
        off_t here = lseek(movie->file, 0, SEEK_CUR), size = lseek(movie->file, 0, SEEK_END);
        lseek(movie->file, here, SEEK_SET);
        return size;
    }
    off_t position = lseek(movie->file, offset, whence & ~AVSEEK_FORCE);
    return position < 0 ? AVERROR(errno) : position;
}

// The sentence for libav's error `error`; a failed write explains it better than the muxer does.
static enum ho_result fail(struct movie *movie, int error, const char *what, struct ho_diag *diag)
{
    const char *path = movie->output->place->path;
    char text[AV_ERROR_MAX_STRING_SIZE];
    if (movie->error)
        return ho_fail_errno(diag, movie->error, "written", path, movie->frame);
    if (error == AVERROR(ENOMEM))
        return ho_fail(diag, HO_ERROR_MEMORY, "%s cannot be %s at frame %" PRId64 ": out of memory", path, what,
                       movie->frame);
    av_strerror(error, text, sizeof(text));
    return ho_fail(diag, HO_ERROR_SPACE, "%s cannot be %s at frame %" PRId64 ": %s", path, what, movie->frame, text);
}

// ---- the encoder

bool ho_movie_encoder_takes(const char *encoder, enum AVPixelFormat format)
{
    const AVCodec *codec = avcodec_find_encoder_by_name(encoder);
    for (const enum AVPixelFormat *taken = codec ? ho_av_formats(codec) : NULL; taken && *taken != AV_PIX_FMT_NONE;
         taken++)
        if (*taken == format)
            return true;
    return false;
}

static void set_encoder_details(const struct ho_output *output, AVCodecContext *codec)
{
    if (codec->codec_id == AV_CODEC_ID_PRORES) {
        codec->profile = output->codec->profile;
        av_opt_set_int(codec->priv_data, "profile", output->codec->profile,
                       0);    // prores_ks looks here, prores_aw there
        av_opt_set(codec->priv_data, "vendor", "apl0", 0);
        if (output->kind == HO_KIND_MATTE && output->codec->matte_quantiser) {
            codec->flags |= AV_CODEC_FLAG_QSCALE;
            codec->global_quality = output->codec->matte_quantiser * FF_QP2LAMBDA;
        }
    } else if (codec->codec_id == AV_CODEC_ID_DNXHD) {
        codec->profile = output->codec->profile;
        av_opt_set_int(codec->priv_data, "profile", output->codec->profile, 0);
    } else if (codec->codec_id == AV_CODEC_ID_H264) {
        // So many threads on any machine: the encoder's bits follow them.
        codec->thread_count = 4;
        codec->max_b_frames = 0;
        codec->gop_size = 2 * ho_rate_base(output->options.rate);
        av_opt_set(codec->priv_data, "preset", "medium", 0);
        av_opt_set(codec->priv_data, "crf", "18", 0);
    } else if (codec->codec_id == AV_CODEC_ID_FFV1) {
        // Slices are said, or they would follow the number of threads and with them the bits of the file. Slivers are
        // too thin for the 2 by 2 that the encoder makes at least beyond 352x288; the first version of the format has
        // none.
        bool is_small = codec->width <= 352 && codec->height <= 288, is_thin = codec->width < 16 || codec->height < 16;
        codec->level = is_thin && !is_small ? 1 : 3;
        codec->slices = is_small || is_thin ? 1 : (int64_t)codec->width * codec->height > 1000000 ? 16 : 4;
        codec->gop_size = 1;
        av_opt_set_int(codec->priv_data, "slicecrc", codec->level == 3, 0);
        av_opt_set(codec->priv_data, "coder", "range_tab", 0);
    }
}

static enum ho_result open_encoder(struct movie *movie, int n_threads, struct ho_diag *diag)
{
    const struct ho_output *output = movie->output;
    const struct ho_writer_options *options = &output->options;
    bool has_fields = options->field_order == HO_FIELD_TOP_FIRST || options->field_order == HO_FIELD_BOTTOM_FIRST;
    const char *name = output->kind == HO_KIND_MATTE      ? output->codec->matte_encoder
                       : options->width % 2 || has_fields ? output->codec->odd_encoder
                                                          : output->codec->encoder;
    const AVCodec *encoder = avcodec_find_encoder_by_name(name);
    if (!encoder)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "%s cannot be encoded: this FFmpeg has no encoder \"%s\"; install one that has",
                       output->place->path, name);
    AVCodecContext *codec = movie->codec = avcodec_alloc_context3(encoder);
    if (!codec)
        return ho_fail_memory(diag, sizeof(*codec));
    codec->width = options->width;
    codec->height = options->height;
    codec->pix_fmt = output->format;
    codec->time_base = (AVRational){(int)options->rate.den, (int)options->rate.num};
    codec->framerate = av_inv_q(codec->time_base);
    codec->sample_aspect_ratio = ho_output_pixel_aspect(output);
    codec->colorspace = (enum AVColorSpace)output->colour.matrix;
    codec->color_trc = (enum AVColorTransferCharacteristic)output->colour.transfer;
    codec->color_primaries = (enum AVColorPrimaries)output->colour.primaries;
    codec->color_range = output->colour.full_range == 1 ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    codec->chroma_sample_location = (enum AVChromaLocation)output->colour.chroma_location;
    codec->thread_count = n_threads;
    codec->thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE;
    codec->flags |= AV_CODEC_FLAG_BITEXACT;
    if (movie->format->oformat->flags & AVFMT_GLOBALHEADER)
        codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    codec->field_order = AV_FIELD_PROGRESSIVE;
    if (has_fields) {
        codec->field_order = options->field_order == HO_FIELD_TOP_FIRST ? AV_FIELD_TT : AV_FIELD_BB;
        codec->flags |= AV_CODEC_FLAG_INTERLACED_DCT;
    }
    set_encoder_details(output, codec);
    int error = avcodec_open2(codec, encoder, NULL);
    return error < 0 ? fail(movie, error, "encoded", diag) : HO_OK;
}

// ---- the container

// Room for the index in front of the pictures (players begin at once), so that the file need not be written twice. 24
// bytes a frame is what QuickTime's tables take at most; unknown counts and sound take the slower way.
static void reserve_index(const struct ho_output *output, AVDictionary **options)
{
    const struct ho_writer_options *o = &output->options;
    int64_t size = 16384 + 24 * o->n_frames;
    for (size_t i = 0; i < o->n_metadata; i++)
        size += (int64_t)(2 * strlen(o->metadata[i].key) + strlen(o->metadata[i].value)) + 64;
    bool is_known = o->n_frames > 0 && !o->audio_from && !o->mix && size < INT_MAX;
    if (is_known)
        av_dict_set_int(options, "moov_size", size, 0);
    av_dict_set(options, "movflags", is_known ? "use_metadata_tags" : "use_metadata_tags+faststart", 0);
}

// The clock of a QuickTime track: a multiple of the rate, or of all times' clocks, so that a frame's length is a whole
// number.
static int64_t clock_of(const struct ho_writer_options *options)
{
    int64_t clock = options->times ? 1 : options->rate.num;
    for (int64_t i = 0; options->times && i < options->n_frames && clock <= INT_MAX / 2; i++)
        clock = clock / av_gcd(clock, options->times[i].den) * options->times[i].den;
    if (clock > INT_MAX / 2)
        clock = 90000;
    while (clock < 10000)
        clock *= 2;
    return clock;
}

static enum ho_result open_container(struct movie *movie, struct ho_diag *diag)
{
    enum { BUFFER_SIZE = 1 << 20 };
    const struct ho_output *output = movie->output;
    movie->file = open(output->place->temporary, O_RDWR | O_CLOEXEC);
    if (movie->file < 0)
        return ho_fail_errno(diag, errno, "written", output->place->path, -1);
    uint8_t *buffer = av_malloc(BUFFER_SIZE);
    movie->io = buffer ? avio_alloc_context(buffer, BUFFER_SIZE, 1, movie, NULL, write_bytes, seek_bytes) : NULL;
    if (!movie->io)
        av_free(buffer);
    // The muxer opens the file once more by this name when it moves the index to the front.
    char *url = ho_format("file:%s", output->place->temporary);
    movie->packet = av_packet_alloc();
    if (!movie->io || !url || !movie->packet ||
        avformat_alloc_output_context2(&movie->format, NULL, output->codec->muxer, url) < 0) {
        free(url);
        return ho_fail_memory(diag, BUFFER_SIZE);
    }
    free(url);
    movie->format->pb = movie->io;
    movie->format->flags |= AVFMT_FLAG_BITEXACT;
    return HO_OK;
}

static enum ho_result open_audio(struct movie *movie, struct ho_diag *diag)
{
    const struct ho_writer_options *options = &movie->output->options;
    if (options->audio == HO_AUDIO_NONE)
        return HO_OK;
    if (options->audio_from ? options->audio != HO_AUDIO_COPY : options->mix != NULL)
        return ho_audio_encode_open(movie->output, movie->format, &movie->encoded, diag);
    return options->audio_from ? ho_audio_copy_open(movie->output, movie->format, &movie->copied, diag) : HO_OK;
}

// Writes the sound that begins before `seconds`.
static enum ho_result write_audio(struct movie *movie, double seconds, struct ho_diag *diag)
{
    if (movie->copied)
        return ho_audio_copy_until(movie->copied, seconds, diag);
    return movie->encoded ? ho_audio_encode_until(movie->encoded, seconds, diag) : HO_OK;
}

static enum ho_result write_header(struct movie *movie, struct ho_diag *diag)
{
    const struct ho_output *output = movie->output;
    AVStream *stream = movie->stream = avformat_new_stream(movie->format, NULL);
    if (!stream || avcodec_parameters_from_context(stream->codecpar, movie->codec) < 0)
        return ho_fail_memory(diag, sizeof(*stream));
    stream->time_base = output->options.times ? (AVRational){1, (int)clock_of(&output->options)}
                                              : movie->codec->time_base;
    stream->avg_frame_rate = stream->r_frame_rate = movie->codec->framerate;
    stream->sample_aspect_ratio = movie->codec->sample_aspect_ratio;
    HO_TRY(ho_movie_tags_set(output, movie->format, stream, diag));
    HO_TRY(ho_hdr_set(stream, &output->options.hdr, diag));
    HO_TRY(open_audio(movie, diag));

    AVDictionary *options = NULL;
    if (!strcmp(output->codec->muxer, "mov") || !strcmp(output->codec->muxer, "mp4")) {
        reserve_index(output, &options);
        av_dict_set_int(&options, "video_track_timescale", clock_of(&output->options), 0);
        av_dict_set_int(&options, "movie_timescale", clock_of(&output->options), 0);
    }
    int error = avformat_write_header(movie->format, &options);
    av_dict_free(&options);
    // Some codecs are in a muxer's list and refused all the same.
    if (error < 0 && movie->copied && !movie->error && error != AVERROR(ENOMEM)) {
        char codecs[200];
        ho_audio_copy_describe(movie->copied, codecs, sizeof(codecs));
        return ho_fail(diag, HO_ERROR_USAGE, "%s: its sound (%s) cannot be copied into %s as it is; " HO_AUDIO_ADVICE,
                       output->options.audio_from, codecs, output->place->path);
    }
    if (error < 0)
        return fail(movie, error, "begun", diag);
    movie->has_header = true;
    return HO_OK;
}

// ---- packets

// When the packet's frame is shown, from its number. The last one stays as long as the one before it.
static void set_times(struct movie *movie)
{
    const struct ho_writer_options *options = &movie->output->options;
    AVPacket *packet = movie->packet;
    int64_t at[3], i = packet->pts;
    packet->duration = 1;
    if (!options->times) {
        av_packet_rescale_ts(packet, movie->codec->time_base, movie->stream->time_base);
        return;
    }
    for (int64_t k = 0; k < 3; k++) {
        int64_t frame = av_clip64(i + k - 1, 0, options->n_frames - 1);
        at[k] = av_rescale(options->times[frame].num, movie->stream->time_base.den,
                           options->times[frame].den * movie->stream->time_base.num);
    }
    packet->pts = packet->dts = at[1];
    packet->duration = at[2] > at[1]   ? at[2] - at[1]
                       : at[1] > at[0] ? at[1] - at[0]
                                       : av_rescale_q(1, movie->codec->time_base, movie->stream->time_base);
}

// Streams come in step already, so nothing needs to be held back for interleaving; what is kept must be where it is
// said to be.
static enum ho_result write_packet(struct movie *movie, int64_t *end, struct ho_diag *diag)
{
    set_times(movie);
    HO_TRY(write_audio(movie, (double)(movie->packet->pts + movie->packet->duration) * av_q2d(movie->stream->time_base),
                       diag));
    movie->packet->stream_index = movie->stream->index;
    int error = av_write_frame(movie->format, movie->packet);
    if (error >= 0 && movie->output->kept && movie->format->oformat->flags & AVFMT_ALLOW_FLUSH)
        error = av_write_frame(movie->format, NULL);    // Matroska gathers a cluster before it writes
    *end = avio_tell(movie->io);
    return error < 0 || movie->error ? fail(movie, error, "written", diag) : HO_OK;
}

static enum ho_result write_packets(struct movie *movie, struct ho_diag *diag)
{
    int error;
    while ((error = avcodec_receive_packet(movie->codec, movie->packet)) >= 0) {
        int64_t end;
        enum ho_result result = write_packet(movie, &end, diag);
        if (result == HO_OK && movie->output->kept)
            ho_kept_add(movie->output->kept, end - movie->packet->size, movie->packet->data,
                        (size_t)movie->packet->size);
        av_packet_unref(movie->packet);
        HO_TRY(result);
    }
    return error == AVERROR(EAGAIN) || error == AVERROR_EOF ? HO_OK : fail(movie, error, "encoded", diag);
}

// Muxes the packets of an interrupted run anew, onto themselves: the muxer learns of them, the file does not change.
static enum ho_result take_kept(struct movie *movie, struct ho_diag *diag)
{
    const struct ho_kept *kept = movie->output->kept;
    for (int64_t i = 0; i < ho_kept_n(kept); i++) {
        int64_t end;
        if (av_new_packet(movie->packet, (int)ho_kept_size(kept, i)) < 0)
            return ho_fail_memory(diag, ho_kept_size(kept, i));
        bool is_whole = ho_kept_read(kept, movie->file, i, movie->packet->data);
        movie->packet->pts = movie->packet->dts = movie->frame = i;
        movie->packet->flags |= AV_PKT_FLAG_KEY;
        enum ho_result result = is_whole ? write_packet(movie, &end, diag) : HO_OK;
        is_whole = is_whole && (result != HO_OK || end - (int64_t)ho_kept_size(kept, i) == ho_kept_offset(kept, i));
        av_packet_unref(movie->packet);
        HO_TRY(result);
        if (!is_whole)
            return ho_fail(diag, HO_ERROR_VERIFY,
                           "%s: what was left of it in %s is not as it was at frame %" PRId64
                           "; remove that file and begin again",
                           movie->output->place->path, movie->output->place->temporary, i);
    }
    avio_flush(movie->io);
    return ftruncate(movie->file, avio_tell(movie->io))
               ? ho_fail_errno(diag, errno, "written", movie->output->place->path, movie->frame)
               : HO_OK;
}

// ---- the backend

static void close_movie(void **encoder)
{
    struct movie *movie = encoder ? *encoder : NULL;
    if (!movie)
        return;
    *encoder = NULL;
    if (movie->io && movie->output->kept)
        avio_flush(movie->io);
    ho_audio_copy_close(&movie->copied);
    ho_audio_encode_close(&movie->encoded);
    avcodec_free_context(&movie->codec);
    avformat_free_context(movie->format);
    if (movie->io)
        av_freep(&movie->io->buffer);
    avio_context_free(&movie->io);
    av_packet_free(&movie->packet);
    if (movie->file >= 0)
        close(movie->file);
    free(movie);
}

static enum ho_result open_movie(const struct ho_output *output, int n_threads, void **encoder, struct ho_diag *diag)
{
    struct movie *movie = ho_alloc(1, sizeof(*movie));
    if (!movie)
        return ho_fail_memory(diag, sizeof(*movie));
    *encoder = movie;
    movie->output = output;
    movie->file = -1;
    HO_TRY(open_container(movie, diag));
    HO_TRY(open_encoder(movie, n_threads, diag));
    HO_TRY(write_header(movie, diag));
    if (output->kept)
        HO_TRY(take_kept(movie, diag));
    ho_log(HO_LOG_INFO, "%s: %s by %s, %s, %d threads", output->place->path, output->codec->name,
           movie->codec->codec->name, av_get_pix_fmt_name(output->format), n_threads);
    return HO_OK;
}

static enum ho_result encode_movie(void *encoder, const AVFrame *frame, struct ho_diag *diag)
{
    struct movie *movie = encoder;
    movie->frame = frame->pts;
    int error = avcodec_send_frame(movie->codec, frame);
    if (error < 0)
        return fail(movie, error, "encoded", diag);
    return write_packets(movie, diag);
}

static enum ho_result finish_movie(void *encoder, struct ho_diag *diag)
{
    struct movie *movie = encoder;
    int error = avcodec_send_frame(movie->codec, NULL);
    if (error < 0)
        return fail(movie, error, "encoded", diag);
    HO_TRY(write_packets(movie, diag));
    HO_TRY(write_audio(movie, DBL_MAX, diag));
    error = av_write_trailer(movie->format);
    avio_flush(movie->io);
    if (error < 0 || movie->error)
        return fail(movie, error, "finished", diag);
    if (fsync(movie->file))
        return ho_fail_errno(diag, errno, "flushed to the disk", movie->output->place->path, movie->frame);
    return HO_OK;
}

const struct ho_writer_backend ho_movie_backend = {
    .open = open_movie,
    .encode = encode_movie,
    .finish = finish_movie,
    .close = close_movie,
    .check = ho_movie_check,
};
