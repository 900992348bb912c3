// SPDX-License-Identifier: BSD-2-Clause
// What FFmpeg 5 to 8 call differently: one name each, without the fields that later ones say are deprecated.
#ifndef HO_MEDIA_FFMPEG_H
#define HO_MEDIA_FFMPEG_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
#include <stdbool.h>

// Profiles have had their own prefix since 6.1.
#ifndef AV_PROFILE_PRORES_PROXY
#define AV_PROFILE_PRORES_PROXY FF_PROFILE_PRORES_PROXY
#define AV_PROFILE_PRORES_LT FF_PROFILE_PRORES_LT
#define AV_PROFILE_PRORES_STANDARD FF_PROFILE_PRORES_STANDARD
#define AV_PROFILE_PRORES_HQ FF_PROFILE_PRORES_HQ
#define AV_PROFILE_PRORES_4444 FF_PROFILE_PRORES_4444
#define AV_PROFILE_DNXHR_HQ FF_PROFILE_DNXHR_HQ
#define AV_PROFILE_DNXHR_HQX FF_PROFILE_DNXHR_HQX
#define AV_PROFILE_DNXHR_444 FF_PROFILE_DNXHR_444
#endif

// Fields are flags since 6.1.
static inline bool ho_av_is_interlaced(const AVFrame *frame)
{
#ifdef AV_FRAME_FLAG_INTERLACED
    return frame->flags & AV_FRAME_FLAG_INTERLACED;
#else
    return frame->interlaced_frame;
#endif
}

static inline bool ho_av_is_top_first(const AVFrame *frame)
{
#ifdef AV_FRAME_FLAG_TOP_FIELD_FIRST
    return frame->flags & AV_FRAME_FLAG_TOP_FIELD_FIRST;
#else
    return frame->top_field_first;
#endif
}

static inline void ho_av_set_fields(AVFrame *frame, bool interlaced, bool top_first)
{
#ifdef AV_FRAME_FLAG_INTERLACED
    frame->flags &= ~(AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_TOP_FIELD_FIRST);
    frame->flags |= (interlaced ? AV_FRAME_FLAG_INTERLACED : 0) | (top_first ? AV_FRAME_FLAG_TOP_FIELD_FIRST : 0);
#else
    frame->interlaced_frame = interlaced;
    frame->top_field_first = top_first;
#endif
}

// A stream's side data lies in its parameters since 6.1. NULL: there is none.
static inline const uint8_t *ho_av_side_data(const AVStream *stream, enum AVPacketSideDataType type, size_t *size)
{
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
    const AVPacketSideData *found = av_packet_side_data_get(stream->codecpar->coded_side_data,
                                                            stream->codecpar->nb_coded_side_data, type);
    *size = found ? found->size : 0;
    return found ? found->data : NULL;
#else
    return av_stream_get_side_data(stream, type, size);
#endif
}

// Takes `bytes` (av_malloc'd) over; NULL is no memory.
static inline bool ho_av_add_side_data(AVStream *stream, enum AVPacketSideDataType type, void *bytes, size_t size)
{
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
    bool is_added = bytes && av_packet_side_data_add(&stream->codecpar->coded_side_data,
                                                     &stream->codecpar->nb_coded_side_data, type, bytes, size, 0);
#else
    bool is_added = bytes && av_stream_add_side_data(stream, type, (uint8_t *)bytes, size) >= 0;
#endif
    if (!is_added)
        av_free(bytes);
    return is_added;
}

// The pixel formats that an encoder takes, ended by AV_PIX_FMT_NONE; NULL: it does not say.
static inline const enum AVPixelFormat *ho_av_formats(const AVCodec *codec)
{
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
    const void *formats = NULL;
    return avcodec_get_supported_config(NULL, codec, AV_CODEC_CONFIG_PIX_FORMAT, 0, &formats, NULL) < 0 ? NULL
                                                                                                        : formats;
#else
    return codec->pix_fmts;
#endif
}

#endif
