// SPDX-License-Identifier: BSD-2-Clause
#include "media/hdr.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavutil/mastering_display_metadata.h>

#include "base/memory.h"
#include "media/ffmpeg.h"

static int scaled(AVRational value, int unit) { return value.den ? (int)lrint(av_q2d(value) * unit) : 0; }

static void take_mastering(const AVMasteringDisplayMetadata *from, struct ho_hdr *out)
{
    if (out->has_mastering || !from->has_primaries || !from->has_luminance)
        return;
    out->has_mastering = true;
    for (int i = 0; i < 6; i++)
        out->primaries[i / 2][i % 2] = scaled(from->display_primaries[i / 2][i % 2], HO_HDR_CHROMATICITY);
    for (int i = 0; i < 2; i++)
        out->white[i] = scaled(from->white_point[i], HO_HDR_CHROMATICITY);
    out->max_luminance = scaled(from->max_luminance, HO_HDR_LUMINANCE);
    out->min_luminance = scaled(from->min_luminance, HO_HDR_LUMINANCE);
}

static void take_light(const AVContentLightMetadata *from, struct ho_hdr *out)
{
    if (out->has_light || (!from->MaxCLL && !from->MaxFALL))
        return;
    out->has_light = true;
    out->max_cll = (int)from->MaxCLL;
    out->max_fall = (int)from->MaxFALL;
}

void ho_hdr_of_frame(const AVFrame *frame, struct ho_hdr *out)
{
    const AVFrameSideData *mastering = av_frame_get_side_data(frame, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA),
                          *light = av_frame_get_side_data(frame, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL);
    if (mastering)
        take_mastering((const void *)mastering->data, out);
    if (light)
        take_light((const void *)light->data, out);
}

void ho_hdr_of_stream(const AVStream *stream, struct ho_hdr *out)
{
    size_t size;
    const void *mastering = ho_av_side_data(stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, &size),
               *light = ho_av_side_data(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, &size);
    if (mastering)
        take_mastering(mastering, out);
    if (light)
        take_light(light, out);
}

enum ho_result ho_hdr_set(AVStream *stream, const struct ho_hdr *hdr, struct ho_diag *diag)
{
    bool is_set = true;
    if (hdr->has_mastering) {
        AVMasteringDisplayMetadata *to = av_mastering_display_metadata_alloc();
        for (int i = 0; i < 6 && to; i++)
            to->display_primaries[i / 2][i % 2] = (AVRational){hdr->primaries[i / 2][i % 2], HO_HDR_CHROMATICITY};
        for (int i = 0; i < 2 && to; i++)
            to->white_point[i] = (AVRational){hdr->white[i], HO_HDR_CHROMATICITY};
        if (to) {
            to->max_luminance = (AVRational){hdr->max_luminance, HO_HDR_LUMINANCE};
            to->min_luminance = (AVRational){hdr->min_luminance, HO_HDR_LUMINANCE};
            to->has_primaries = to->has_luminance = 1;
        }
        is_set = ho_av_add_side_data(stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, to, sizeof(*to));
    }
    if (hdr->has_light && is_set) {
        size_t size = 0;
        AVContentLightMetadata *to = av_content_light_metadata_alloc(&size);
        if (to) {
            to->MaxCLL = (unsigned)hdr->max_cll;
            to->MaxFALL = (unsigned)hdr->max_fall;
        }
        is_set = ho_av_add_side_data(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, to, size);
    }
    return is_set ? HO_OK : ho_fail_memory(diag, sizeof(AVMasteringDisplayMetadata));
}
