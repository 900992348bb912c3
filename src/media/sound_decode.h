// SPDX-License-Identifier: BSD-2-Clause
// A source's sound at its own rate: floats by their place, in two channels or in those that it has.
#ifndef HO_MEDIA_SOUND_DECODE_H
#define HO_MEDIA_SOUND_DECODE_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswresample/swresample.h>

#include "holdout/result.h"

struct ho_sound_decoder {
    char *path;
    AVFormatContext *format;
    AVCodecContext *context;
    AVStream *stream;
    AVPacket *packet;
    AVFrame *frame;
    SwrContext *mixer;    // format and channels, not rate
    int sample_format;    // that the mixer takes, with the layout
    AVChannelLayout layout;
    int rate, n_channels;    // n_channels: that are given
    bool keeps_channels;
    bool has_picture;
    int64_t n_samples;      // 0: not known
    int64_t zero;           // sample 0, counted from the stream's time 0
    int64_t frame_size;     // of the codec, where all are of one size and the container's clock is coarse; else 0
    int64_t frame_phase;    // where one of them begins
    bool is_draining, is_over;
    bool has_named_damage;

    // Decoded last: samples [first, first + n).
    float *data;
    int64_t first, n;
    size_t capacity;
    int64_t next;            // where the next frame should begin, HO_SOUND_NOWHERE: ask its time
    int64_t covered_from;    // between here and `first` there is nothing
};
#define HO_SOUND_NOWHERE INT64_MIN

enum ho_result ho_sound_decoder_open(struct ho_sound_decoder *decoder, const char *path, int stream,
                                     bool keeps_channels, struct ho_diag *diag) HO_MUST_CHECK;
void ho_sound_decoder_close(struct ho_sound_decoder *decoder);
// n * n_channels floats from `first` on; silence where there is nothing.
enum ho_result ho_sound_decoder_read(struct ho_sound_decoder *decoder, int64_t first, int64_t n, float *out,
                                     struct ho_diag *diag) HO_MUST_CHECK;

#endif
