// SPDX-License-Identifier: BSD-2-Clause
// Masks out of frames: by alpha, palette index or luma.
#include <libavutil/pixdesc.h>
#include <stdlib.h>
#include <string.h>

#include "holdout/compare.h"
#include "holdout/media.h"
#include "image/frame.h"

static void from_ids(const AVFrame *av, int id, struct ho_matte *out)
{
    for (int y = 0; y < out->height; y++) {
        const uint8_t *from = av->data[0] + (ptrdiff_t)y * av->linesize[0];
        uint16_t *to = out->data + (ptrdiff_t)y * out->stride;
        for (int x = 0; x < out->width; x++)
            to[x] = (id == HO_MASK_ANY ? from[x] != 0 : from[x] == id) ? UINT16_MAX : 0;
    }
}

static bool alpha_is_solid(const struct ho_picture *picture)
{
    for (int y = 0; y < picture->height; y++) {
        const float *row = picture->plane[3] + (ptrdiff_t)y * picture->stride;
        for (int x = 0; x < picture->width; x++)
            if (row[x] < 1.0f - 1.0f / 512)
                return false;
    }
    return true;
}

static enum ho_result from_alpha(struct ho_converter *converter, const struct ho_frame *frame, struct ho_matte *out,
                                 bool *solid, struct ho_diag *diag)
{
    struct ho_picture *picture = NULL;
    HO_TRY(ho_picture_create(out->width, out->height, 4, &picture, diag));
    enum ho_result result = ho_converter_read(converter, frame, NULL, picture, diag);
    if (result == HO_OK && !(*solid = alpha_is_solid(picture))) {
        struct ho_picture alpha = *picture;
        alpha.n_planes = 1;
        alpha.plane[0] = picture->plane[3];
        ho_matte_from_picture(&alpha, out);
    }
    ho_picture_destroy(&picture);
    return result;
}

static enum ho_result from_luma(struct ho_converter *converter, const struct ho_frame *frame, struct ho_matte *out,
                                struct ho_diag *diag)
{
    struct ho_picture *luma = NULL;
    HO_TRY(ho_picture_create(out->width, out->height, 1, &luma, diag));
    enum ho_result result = ho_converter_read(converter, frame, NULL, luma, diag);
    if (result == HO_OK)
        ho_matte_from_picture(luma, out);
    ho_picture_destroy(&luma);
    return result;
}

enum ho_result ho_mask_from_frame(struct ho_converter *converter, const struct ho_frame *frame, int id,
                                  struct ho_matte *out, struct ho_diag *diag)
{
    if (ho_frame_width(frame) != out->width || ho_frame_height(frame) != out->height)
        return ho_fail(diag, HO_ERROR_USAGE, "the mask is %dx%d, but %dx%d is wanted", ho_frame_width(frame),
                       ho_frame_height(frame), out->width, out->height);
    const AVFrame *av = ho_frame_av(frame);
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get((enum AVPixelFormat)av->format);
    bool is_palette = format && (format->flags & AV_PIX_FMT_FLAG_PAL);
    if (id != HO_MASK_ANY && !is_palette && av->format != AV_PIX_FMT_GRAY8)
        return ho_fail(diag, HO_ERROR_INPUT, "an object's id needs a mask with a palette or 8-bit grey, not %s",
                       format ? format->name : "this format");
    if (is_palette || id != HO_MASK_ANY) {
        from_ids(av, id, out);
        return HO_OK;
    }
    bool solid = true;
    if (ho_frame_has_alpha(frame))
        HO_TRY(from_alpha(converter, frame, out, &solid, diag));
    return solid ? from_luma(converter, frame, out, diag) : HO_OK;
}

// ---- from files

// "FILE#ID" taken apart.
static enum ho_result split_name(const char *name, char file[4096], int *id, struct ho_diag *diag)
{
    const char *hash = strrchr(name, '#');
    size_t digits = hash ? strspn(hash + 1, "0123456789") : 0, length = strlen(name);
    const bool has_id = digits > 0 && digits <= 3 && !hash[1 + digits] && atoi(hash + 1) <= 255;
    *id = has_id ? atoi(hash + 1) : HO_MASK_ANY;
    length = has_id ? (size_t)(hash - name) : length;
    if (length == 0)
        return ho_fail(diag, HO_ERROR_USAGE, "\"%.40s\": the mask's file name is missing", name);
    if (length >= 4096)
        return ho_fail(diag, HO_ERROR_INPUT, "the path \"%.60s...\" is too long", name);
    memcpy(file, name, length);
    file[length] = 0;
    return HO_OK;
}

static enum ho_result check_mask(const struct ho_source_info *mask, int64_t frame, const struct ho_source_info *source,
                                 struct ho_diag *diag)
{
    if (mask->width != source->width || mask->height != source->height)
        return ho_fail(diag, HO_ERROR_USAGE, "the mask %s is %dx%d, but %s is %dx%d; they must be of one size",
                       mask->path, mask->width, mask->height, source->path, source->width, source->height);
    if (frame < mask->n_frames)
        return HO_OK;
    return ho_fail(diag, HO_ERROR_USAGE, "frame %lld lies after the end of the mask %s, which has %lld frames",
                   (long long)frame, mask->path, (long long)mask->n_frames);
}

static enum ho_result convert_mask(const struct ho_frame *frame, int id, const struct ho_source_info *source,
                                   struct ho_matte **out, struct ho_diag *diag)
{
    struct ho_converter *converter;
    HO_TRY(ho_converter_create(&converter, diag));
    enum ho_result result = ho_matte_create(source->width, source->height, out, diag);
    if (result == HO_OK)
        result = ho_mask_from_frame(converter, frame, id, *out, diag);
    ho_converter_destroy(&converter);
    if (result != HO_OK)
        ho_matte_destroy(out);
    return result;
}

enum ho_result ho_mask_read(const char *name, int64_t frame, const struct ho_source_info *source,
                            const struct ho_reader_options *options, struct ho_matte **out, struct ho_diag *diag)
{
    char file[4096];
    int id;
    struct ho_reader *reader;
    struct ho_frame *decoded = NULL;
    *out = NULL;
    HO_TRY(split_name(name, file, &id, diag));
    HO_TRY(ho_reader_open(file, options, &reader, diag));
    const struct ho_source_info *info = ho_reader_info(reader);
    const int64_t index = info->n_frames == 1 ? 0 : frame;
    enum ho_result result = check_mask(info, index, source, diag);
    if (result == HO_OK)
        result = ho_reader_frame(reader, index, &decoded, diag);
    if (result == HO_OK)
        result = convert_mask(decoded, id, source, out, diag);
    ho_frame_unref(&decoded);
    ho_reader_close(&reader);
    return result;
}
