// SPDX-License-Identifier: BSD-2-Clause
#include "media/probe.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <libavcodec/avcodec.h>
#include <libavutil/pixdesc.h>

#include "base/memory.h"
#include "holdout/log.h"
#include "media/first.h"
#include "media/hdr.h"
#include "media/stamp.h"
#include "media/start.h"

static const struct ho_rational default_rate = {24, 1};

static bool is_jpeg_range(enum AVPixelFormat format)
{
    return format == AV_PIX_FMT_YUVJ420P || format == AV_PIX_FMT_YUVJ422P || format == AV_PIX_FMT_YUVJ444P ||
           format == AV_PIX_FMT_YUVJ440P || format == AV_PIX_FMT_YUVJ411P;
}

// Defaults by size, as every player has them: SD is 601, everything larger 709; what says BT.2020 or HDR is 2020.
static void default_colour(struct ho_source_info *info, bool is_rgb)
{
    struct ho_colour *colour = &info->colour;
    bool is_wide = colour->primaries == AVCOL_PRI_BT2020 || colour->transfer == AVCOL_TRC_SMPTE2084 ||
                   colour->transfer == AVCOL_TRC_ARIB_STD_B67;
    bool is_sd = info->width <= 1024 && info->height <= 576, is_pal = info->height == 576 || info->height == 288;
    const char *name = is_rgb ? "sRGB" : is_wide ? "BT.2020" : is_sd ? "BT.601" : "BT.709";
    info->colour_is_tagged = colour->transfer != AVCOL_TRC_UNSPECIFIED && colour->primaries != AVCOL_PRI_UNSPECIFIED &&
                             (is_rgb || colour->matrix != AVCOL_SPC_UNSPECIFIED);
    if (!info->colour_is_tagged)
        ho_log(HO_LOG_INFO, "%s: its colour is not fully tagged; %s is taken where it says nothing", info->path, name);
    if (colour->matrix == AVCOL_SPC_UNSPECIFIED)
        colour->matrix = is_wide  ? AVCOL_SPC_BT2020_NCL
                         : !is_sd ? AVCOL_SPC_BT709
                         : is_pal ? AVCOL_SPC_BT470BG
                                  : AVCOL_SPC_SMPTE170M;
    if (colour->primaries == AVCOL_PRI_UNSPECIFIED)
        colour->primaries = is_wide            ? AVCOL_PRI_BT2020
                            : is_rgb || !is_sd ? AVCOL_PRI_BT709
                            : is_pal           ? AVCOL_PRI_BT470BG
                                               : AVCOL_PRI_SMPTE170M;
    if (colour->transfer == AVCOL_TRC_UNSPECIFIED)
        colour->transfer = is_rgb ? AVCOL_TRC_IEC61966_2_1 : is_sd && !is_wide ? AVCOL_TRC_SMPTE170M : AVCOL_TRC_BT709;
    if (colour->full_range < 0)
        colour->full_range = is_rgb;
}

// What says something first: the first frame, then what FFmpeg concluded, then the container's own tags.
static int first_of(int frame, int concluded, int container, int unspecified)
{
    const int tags[] = {frame, concluded, container};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (tags[i] != unspecified && tags[i] != 0)
            return tags[i];
    return unspecified;
}

static void find_colour(const struct ho_packets *packets, const struct ho_first_frame *first,
                        struct ho_source_info *info)
{
    static const struct ho_colour nothing;
    const AVCodecParameters *parameters = ho_packets_parameters(packets);
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get((enum AVPixelFormat)first->format);
    bool is_rgb = format && format->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL);
    const struct ho_colour *container = &nothing;
    if (!packets->is_sequence &&
        packets->movie.stream < (int)(sizeof packets->movie.colours / sizeof *packets->movie.colours))
        container = &packets->movie.colours[packets->movie.stream];
    struct ho_colour *colour = &info->colour;
    // Matrix 0 is RGB, which a picture in YUV cannot mean.
    colour->matrix = is_rgb ? AVCOL_SPC_RGB
                            : first_of(first->matrix, (int)parameters->color_space, container->matrix,
                                       AVCOL_SPC_UNSPECIFIED);
    colour->transfer = first_of(first->transfer, (int)parameters->color_trc, container->transfer,
                                AVCOL_TRC_UNSPECIFIED);
    colour->primaries = first_of(first->primaries, (int)parameters->color_primaries, container->primaries,
                                 AVCOL_PRI_UNSPECIFIED);
    int range = first_of(first->range, (int)parameters->color_range, container->full_range, AVCOL_RANGE_UNSPECIFIED);
    colour->full_range = is_jpeg_range((enum AVPixelFormat)first->format) || range == AVCOL_RANGE_JPEG ? 1
                         : range == AVCOL_RANGE_MPEG                                                   ? 0
                                                                                                       : -1;
    colour->chroma_location = first_of(first->chroma_location, (int)parameters->chroma_location,
                                       container->chroma_location, AVCHROMA_LOC_UNSPECIFIED);
    if (parameters->codec_id == AV_CODEC_ID_EXR) {
        colour->transfer = AVCOL_TRC_IEC61966_2_1;    // the decoder applied it
        ho_log(HO_LOG_INFO,
               first->is_coverage ? "%s holds a matte: its values are taken as they are"
                                  : "%s: EXR holds scene-linear light; it is shown and tracked through the sRGB curve",
               info->path);
    }
    default_colour(info, is_rgb);
    info->has_alpha = format && format->flags & (AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL);
    info->bit_depth = format ? format->comp[0].depth : 8;
    snprintf(info->pixel_format, sizeof info->pixel_format, "%s", format ? format->name : "unknown");
}

static enum ho_field_order field_order_of(const AVCodecParameters *parameters, const struct ho_first_frame *first)
{
    switch (parameters->field_order) {
    case AV_FIELD_PROGRESSIVE: return HO_FIELD_PROGRESSIVE;
    case AV_FIELD_TT:
    case AV_FIELD_BT: return HO_FIELD_TOP_FIRST;    // as shown, whatever is coded first
    case AV_FIELD_BB:
    case AV_FIELD_TB: return HO_FIELD_BOTTOM_FIRST;
    default:
        return !first->interlaced ? HO_FIELD_UNKNOWN : first->top_first ? HO_FIELD_TOP_FIRST : HO_FIELD_BOTTOM_FIRST;
    }
}

static int64_t size_of(const char *file)
{
    struct stat status;
    return file && stat(file, &status) == 0 ? (int64_t)status.st_size : 0;
}

// The caller knows best, then the files themselves.
static void find_rate(const struct ho_sequence *sequence, const struct ho_first_frame *first, struct ho_rational rate,
                      struct ho_source_info *info)
{
    if (rate.num > 0 && rate.den > 0) {
        info->rate = rate;
    } else if (first->rate_num > 0 && first->rate_den > 0) {
        info->rate = (struct ho_rational){first->rate_num, first->rate_den};
    } else {
        info->rate = default_rate;
        if (sequence->n > 1)
            ho_log(HO_LOG_INFO, "%s: its pictures do not say their rate; %lld frames a second are taken (--rate)",
                   info->path, (long long)default_rate.num);
    }
}

static void probe_sequence(const struct ho_sequence *sequence, struct ho_source_info *info)
{
    info->is_sequence = true;
    info->first_number = sequence->first_number;
    info->numbers_jump = sequence->numbers_jump;
    ho_sequence_clip_name(sequence, info->clip_name);
    struct ho_stamp stamp;
    ho_stamp_read(sequence->files[0], &stamp);
    memcpy(info->matte_of, stamp.matte_of, sizeof info->matte_of);
    if (stamp.matte_of[0])
        memcpy(info->matte_of_name, stamp.matte_of_name, sizeof info->matte_of_name);
    snprintf(info->container, sizeof info->container, sequence->n > 1 ? "image sequence" : "picture");
    for (uint32_t i = 0; i < sequence->n; i++)
        info->file_size += size_of(sequence->files[i]);
}

static const char *tag(const AVFormatContext *format, const char *name)
{
    const AVDictionaryEntry *entry = av_dict_get(format->metadata, name, NULL, 0);
    return entry ? entry->value : "";
}

// What deliver/ says about its mattes.
static void find_matte_of(const AVFormatContext *format, struct ho_source_info *info)
{
    const char *hash = tag(format, "holdout.source_hash");
    if (strcmp(tag(format, "holdout.view"), "matte") != 0 || strlen(hash) != HO_HASH_SIZE - 1)
        return;
    memcpy(info->matte_of, hash, HO_HASH_SIZE);
    snprintf(info->matte_of_name, sizeof(info->matte_of_name), "%s", tag(format, "holdout.source"));
}

static void probe_movie(const struct ho_movie *movie, struct ho_source_info *info)
{
    AVFormatContext *format = movie->format;
    AVStream *stream = format->streams[movie->stream];
    ho_clip_name_of(movie->path, info->clip_name);
    snprintf(info->container, sizeof info->container, "%s", format->iformat->name);
    info->file_size = size_of(movie->path);
    for (unsigned i = 0; i < format->nb_streams; i++)
        info->n_audio_streams += format->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    ho_hdr_of_stream(stream, &info->hdr);
    info->rotation = ho_rotation_of(stream);
    find_matte_of(format, info);
    AVRational aspect = av_guess_sample_aspect_ratio(format, stream, NULL);
    if (aspect.num > 0 && aspect.den > 0)
        info->pixel_aspect = (struct ho_rational){aspect.num, aspect.den};
}

// Once a day and place where scans are remembered, not in every command; then for whoever wants to know all.
static enum ho_log_level level_of_today(const char *index_dir, const char *hash)
{
    enum { DAY = 24 * 60 * 60 };
    struct stat status;
    char *name = index_dir ? ho_format("%s/%s.said", index_dir, hash) : NULL;
    if (!name)
        return HO_LOG_WARNING;
    time_t now = time(NULL);
    bool is_said = stat(name, &status) == 0 && status.st_mtime <= now && now - status.st_mtime < DAY;
    int file = is_said ? -1 : open(name, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
    if (file >= 0) {
        (void)futimens(file, NULL);
        close(file);
    }
    free(name);
    return is_said ? HO_LOG_INFO : HO_LOG_WARNING;
}

// One warning for each thing that was done to an unusual source.
static void warn(const struct ho_index *index, const struct ho_source_info *info, const char *index_dir)
{
    bool is_interlaced = info->field_order == HO_FIELD_TOP_FIRST || info->field_order == HO_FIELD_BOTTOM_FIRST;
    if (!is_interlaced && !info->variable_rate && !index->is_cut_off)
        return;
    const enum ho_log_level level = level_of_today(index_dir, info->hash);
    if (is_interlaced)
        ho_log(level,
               "%s is interlaced (%s field first): its frames are used as they are, both fields woven together; "
               "nothing is deinterlaced",
               info->path, info->field_order == HO_FIELD_TOP_FIRST ? "top" : "bottom");
    if (info->variable_rate)
        ho_log(
            level,
            "%s has a variable frame rate: each decoded frame counts once, none is repeated or dropped, and %.3f "
            "frames a second is taken as its rate (a movie made of it can keep the source's cadence: --source-cadence)",
            info->path, (double)info->rate.num / (double)info->rate.den);
    if (index->is_cut_off && index->n_promised > index->n_frames)
        ho_log(level, "%s is cut off or damaged: %lld of its %u frames are there; these are used", info->path,
               (long long)info->n_frames, index->n_promised);
    else if (index->is_cut_off)
        ho_log(level, "%s is cut off or damaged at its end: %lld frames are there; these are used", info->path,
               (long long)info->n_frames);
}

void ho_probe(const struct ho_packets *packets, const struct ho_index *index, struct ho_rational rate,
              const char *index_dir, struct ho_source_info *info)
{
    const struct ho_first_frame *first = &index->first;
    const AVCodecParameters *parameters = ho_packets_parameters(packets);
    memset(info, 0, sizeof *info);
    snprintf(info->path, sizeof info->path, "%s", packets->path);
    memcpy(info->hash, index->hash, sizeof info->hash);
    info->n_frames = index->n_frames;
    info->hdr = first->hdr;
    info->rate = index->rate;
    info->variable_rate = index->variable_rate;
    info->pixel_aspect = first->sar_num > 0 && first->sar_den > 0 ? (struct ho_rational){first->sar_num, first->sar_den}
                                                                  : (struct ho_rational){1, 1};
    if (packets->is_sequence)
        find_rate(&packets->sequence, first, rate, info);
    if (packets->is_sequence)
        probe_sequence(&packets->sequence, info);
    else
        probe_movie(&packets->movie, info);
    info->rotation = (info->rotation + first->rotation) % 360;
    bool is_turned = info->rotation == 90 || info->rotation == 270;
    info->width = is_turned ? first->height : first->width;
    info->height = is_turned ? first->width : first->height;
    if (is_turned)
        info->pixel_aspect = (struct ho_rational){info->pixel_aspect.den, info->pixel_aspect.num};
    snprintf(info->codec, sizeof info->codec, "%s", avcodec_get_name(parameters->codec_id));
    const char *profile = avcodec_profile_name(parameters->codec_id, parameters->profile);
    snprintf(info->profile, sizeof info->profile, "%s", profile ? profile : "");
    info->field_order = field_order_of(parameters, first);
    find_colour(packets, first, info);
    ho_find_start(packets, index, info);
    warn(index, info, index_dir);
}
