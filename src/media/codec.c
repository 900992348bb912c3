// SPDX-License-Identifier: BSD-2-Clause
// The codecs that the writer knows: one line each.
//
// Which ProRes encoder: both were measured (tests/cli/writer_table.py prints the table). Pictures go to prores_aw,
// several times as fast as prores_ks with its rate control at a higher PSNR; it refuses odd widths and, in FFmpeg 5.1,
// crashes on fields with threads, which prores_ks both takes. Mattes go to prores_ks with a fixed quantiser: as fast as
// prores_aw, and within 4 codes at the edges of a disc with hairs where prores_aw, which keeps to a rate for each
// slice, is off by 22. They stay below the profile's nominal rate, since a matte is flat nearly everywhere.
#include <libavcodec/avcodec.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "media/ffmpeg.h"
#include "media/writer.h"

#define PRORES(name, label, profile, matte_quantiser, ...)                                                             \
    {                                                                                                                  \
        name, "mov", &ho_movie_backend, label, "mov", "prores_aw", "prores_ks", "prores_ks", matte_quantiser, profile, \
            {__VA_ARGS__}, .is_limited = true, .is_prores = true                                                       \
    }
#define DNXHR(name, label, profile, format)                                                                            \
    {                                                                                                                  \
        name, "mov", &ho_movie_backend, label, "mov", "dnxhd", "dnxhd", "dnxhd", 0, profile, {format, format, format}, \
            .is_limited = true, .is_709 = true, .min_width = 256, .min_height = 120                                    \
    }
#define PICTURES(name, extension, backend, label, encoder, profile, ...)                             \
    {                                                                                                \
        name, extension, backend, label, NULL, encoder, encoder, encoder, 0, profile, {__VA_ARGS__}, \
            .is_limited = false                                                                      \
    }
#define P422 AV_PIX_FMT_YUV422P10, AV_PIX_FMT_YUV422P10, AV_PIX_FMT_YUV422P10
#define P444 AV_PIX_FMT_YUV444P10, AV_PIX_FMT_YUV444P10, AV_PIX_FMT_YUVA444P10
#define RGB16 AV_PIX_FMT_GRAY16, AV_PIX_FMT_GBRP16, AV_PIX_FMT_GBRAP16
#define RGB16BE AV_PIX_FMT_GRAY16BE, AV_PIX_FMT_RGB48BE, AV_PIX_FMT_RGBA64BE
#define FLOAT AV_PIX_FMT_GRAYF32, AV_PIX_FMT_GBRPF32, AV_PIX_FMT_GBRAPF32

// In the order of enum ho_codec.
static const struct ho_codec_entry codecs[] = {
    [HO_CODEC_BY_NAME] = {0},
    PRORES("prores-422-proxy", "Apple ProRes 422 Proxy", AV_PROFILE_PRORES_PROXY, 2, P422),
    PRORES("prores-422-lt", "Apple ProRes 422 LT", AV_PROFILE_PRORES_LT, 1, P422),
    PRORES("prores-422", "Apple ProRes 422", AV_PROFILE_PRORES_STANDARD, 1, P422),
    PRORES("prores-422-hq", "Apple ProRes 422 HQ", AV_PROFILE_PRORES_HQ, 1, P422),
    PRORES("prores-4444", "Apple ProRes 4444", AV_PROFILE_PRORES_4444, 1, P444),
    {"ffv1", "mkv", &ho_movie_backend, "FFV1", "matroska", "ffv1", "ffv1", "ffv1", 0, 0, {RGB16}, .keeps_format = true},
    PICTURES("png", "png", &ho_png_backend, "PNG", "png", 0, RGB16BE),
    PICTURES("exr", "exr", &ho_exr_backend, "OpenEXR half", NULL, 16, FLOAT),
    PICTURES("exr-float", "exr", &ho_exr_backend, "OpenEXR float", NULL, 32, FLOAT),
    DNXHR("dnxhr-hq", "DNxHR HQ", AV_PROFILE_DNXHR_HQ, AV_PIX_FMT_YUV422P),
    DNXHR("dnxhr-hqx", "DNxHR HQX", AV_PROFILE_DNXHR_HQX, AV_PIX_FMT_YUV422P10),
    DNXHR("dnxhr-444", "DNxHR 444", AV_PROFILE_DNXHR_444, AV_PIX_FMT_YUV444P10),
    {"h264",
     "mp4",
     &ho_movie_backend,
     "H.264",
     "mp4",
     "libx264",
     "libx264",
     "libx264",
     0,
     0,
     {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV420P},
     .is_limited = true,
     .is_long_gop = true},
};
enum { N_CODECS = sizeof(codecs) / sizeof(codecs[0]) };

const struct ho_codec_entry *ho_codec_entry(enum ho_codec codec)
{
    return codec != HO_CODEC_BY_NAME && (unsigned)codec < N_CODECS ? &codecs[codec] : NULL;
}

enum ho_result ho_codec_parse(const char *text, enum ho_codec *out, struct ho_diag *diag)
{
    char names[512] = "";
    for (int i = HO_CODEC_BY_NAME + 1; i < N_CODECS; i++) {
        if (!strcmp(text, codecs[i].name)) {
            *out = (enum ho_codec)i;
            return HO_OK;
        }
        size_t length = strlen(names);
        snprintf(names + length, sizeof(names) - length, "%s%s", *names ? ", " : "", codecs[i].name);
    }
    return ho_fail(diag, HO_ERROR_USAGE, "there is no codec \"%s\"; those that exist are %s", text, names);
}

enum ho_result ho_codec_of_output(const char *output, enum ho_codec *out, struct ho_diag *diag)
{
    static const enum ho_codec defaults[] = {HO_CODEC_PRORES_HQ, HO_CODEC_FFV1, HO_CODEC_PNG, HO_CODEC_EXR,
                                             HO_CODEC_H264};
    const char *slash = strrchr(output, '/'), *dot = strrchr(slash ? slash : output, '.');
    for (size_t i = 0; dot && i < sizeof(defaults) / sizeof(defaults[0]); i++) {
        if (strcasecmp(dot + 1, ho_codec_extension(defaults[i])) == 0) {
            *out = defaults[i];
            return HO_OK;
        }
    }
    return ho_fail(diag, HO_ERROR_USAGE,
                   "what to write as '%.600s' is not clear from its name; end it in .mov (ProRes), .mkv (FFV1), .mp4 "
                   "(H.264), .png or .exr, or say --codec",
                   output);
}

const char *ho_codec_name(enum ho_codec codec) { return codecs[codec].name; }
bool ho_codec_is_sequence(enum ho_codec codec) { return codecs[codec].backend->is_sequence; }
const char *ho_codec_extension(enum ho_codec codec) { return codecs[codec].extension; }

static const char *const audio_names[] = {
    [HO_AUDIO_COPY] = "copy", [HO_AUDIO_PCM] = "pcm", [HO_AUDIO_AAC] = "aac", [HO_AUDIO_NONE] = "none"};

enum ho_result ho_audio_parse(const char *text, enum ho_audio *out, struct ho_diag *diag)
{
    for (int i = HO_AUDIO_COPY; i <= HO_AUDIO_NONE; i++)
        if (strcmp(text, audio_names[i]) == 0) {
            *out = (enum ho_audio)i;
            return HO_OK;
        }
    return ho_fail(diag, HO_ERROR_USAGE, "sound is taken as copy, pcm, aac or none, not \"%.80s\"", text);
}

const char *ho_audio_name(enum ho_audio audio) { return audio_names[audio]; }
