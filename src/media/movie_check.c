// SPDX-License-Identifier: BSD-2-Clause
// A finished movie is opened again, by the reader that anybody would use, before it gets its name.
#include <inttypes.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdlib.h>

#include "base/memory.h"
#include "media/packets.h"
#include "media/writer.h"

static enum ho_result check_packets(const struct ho_output *output, AVFormatContext *format, AVPacket *packet,
                                    int64_t n_wanted, struct ho_diag *diag)
{
    const char *path = output->place->path;
    int video = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    if (video < 0)
        return ho_fail(diag, HO_ERROR_VERIFY, "%s: the finished file holds no picture; nothing was left there", path);
    const AVCodecParameters *parameters = format->streams[video]->codecpar;
    if (parameters->width != output->options.width || parameters->height != output->options.height)
        return ho_fail(diag, HO_ERROR_VERIFY,
                       "%s: the finished file says %dx%d instead of %dx%d; nothing was left there", path,
                       parameters->width, parameters->height, output->options.width, output->options.height);
    int64_t n_frames = 0;
    int error = 0;
    while (!ho_cancel_is_requested(output->options.cancel) && (error = av_read_frame(format, packet)) >= 0) {
        n_frames += packet->stream_index == video && packet->size > 0 && !(packet->flags & AV_PKT_FLAG_CORRUPT);
        av_packet_unref(packet);
    }
    if (ho_cancel_is_requested(output->options.cancel))
        return HO_CANCELLED;
    if (error != AVERROR_EOF || n_frames != n_wanted)
        return ho_fail(diag, HO_ERROR_VERIFY,
                       "%s: the finished file holds %" PRId64 " frames instead of %" PRId64 "; nothing was left there",
                       path, n_frames, n_wanted);
    return HO_OK;
}

enum ho_result ho_movie_check(const struct ho_output *output, const char *file, int64_t n_frames, struct ho_diag *diag)
{
    AVFormatContext *format = NULL;
    AVPacket *packet = av_packet_alloc();
    char *url = ho_format("file:%s", file);
    enum ho_result result = url && packet ? HO_OK : ho_fail_memory(diag, sizeof(*packet));
    if (result == HO_OK && avformat_open_input(&format, url, NULL, NULL) < 0)
        result = ho_fail(diag, HO_ERROR_VERIFY, "%s: the finished file does not open; nothing was left there",
                         output->place->path);
    if (result == HO_OK)
        result = check_packets(output, format, packet, n_frames, diag);
    avformat_close_input(&format);
    av_packet_free(&packet);
    free(url);
    return result;
}
