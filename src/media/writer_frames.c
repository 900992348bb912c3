// SPDX-License-Identifier: BSD-2-Clause
// Frames on their way to the encoder: which format an output has, buffers that are used again, and the conversions
// (zimg's, through the converter).
#include <inttypes.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
#include <limits.h>
#include <stdlib.h>

#include "base/memory.h"
#include "image/convert.h"
#include "image/frame.h"
#include "media/ffmpeg.h"
#include "media/writer.h"

struct ho_writer_frames {
    const struct ho_output *output;
    struct ho_converter *converter;
    struct ho_picture *scratch;    // for what goes through float
    AVBufferPool *pool;
    int stride[4];
    size_t offset[4];    // of the planes in a buffer
    size_t size;         // of a buffer
};

// ---- the output's format and colour

static bool is_rgb(enum AVPixelFormat format) { return av_pix_fmt_desc_get(format)->flags & AV_PIX_FMT_FLAG_RGB; }
static bool is_grey(enum AVPixelFormat format) { return av_pix_fmt_desc_get(format)->nb_components < 3; }

// ProRes (SMPTE RDD 36) and QuickTime have one code for what H.273 gives several to: the same curve or matrix under
// another name. What has no code at all becomes "unspecified" in the frame header.
static int same_matrix(int matrix) { return matrix == AVCOL_SPC_BT470BG ? AVCOL_SPC_SMPTE170M : matrix; }

static int same_transfer(int transfer)
{
    return transfer == AVCOL_TRC_SMPTE170M || transfer == AVCOL_TRC_BT2020_10 || transfer == AVCOL_TRC_BT2020_12
               ? AVCOL_TRC_BT709
               : transfer;
}

static int same_primaries(int primaries) { return primaries == AVCOL_PRI_SMPTE240M ? AVCOL_PRI_SMPTE170M : primaries; }

static bool is_prores_transfer(int code)
{
    return code == AVCOL_TRC_BT709 || code == AVCOL_TRC_SMPTE2084 || code == AVCOL_TRC_ARIB_STD_B67;
}

static bool is_prores_matrix(int code)
{
    return code == AVCOL_SPC_BT709 || code == AVCOL_SPC_SMPTE170M || code == AVCOL_SPC_BT2020_NCL;
}

static bool is_prores_primaries(int code)
{
    static const int known[] = {AVCOL_PRI_BT709,  AVCOL_PRI_BT470BG,  AVCOL_PRI_SMPTE170M,
                                AVCOL_PRI_BT2020, AVCOL_PRI_SMPTE431, AVCOL_PRI_SMPTE432};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (known[i] == code)
            return true;
    return false;
}

static struct ho_colour colour_of(const struct ho_output *output)
{
    struct ho_colour colour = output->options.colour;
    if (is_rgb(output->format))
        colour.matrix = AVCOL_SPC_RGB;
    else if (colour.matrix == AVCOL_SPC_RGB || colour.matrix == AVCOL_SPC_UNSPECIFIED)
        colour.matrix = AVCOL_SPC_BT709;    // an RGB source has no matrix of its own
    if (output->codec->is_709)
        colour.matrix = AVCOL_SPC_BT709;
    if (output->codec->is_prores) {
        colour.matrix = is_prores_matrix(same_matrix(colour.matrix)) ? same_matrix(colour.matrix) : AVCOL_SPC_BT709;
        colour.transfer = same_transfer(colour.transfer);
        colour.primaries = same_primaries(colour.primaries);
    }
    colour.full_range = !output->codec->is_limited;
    if (is_rgb(output->format) || is_grey(output->format))
        colour.chroma_location = AVCHROMA_LOC_UNSPECIFIED;
    return colour;
}

void ho_output_settle(struct ho_output *output, enum ho_writer_kind kind)
{
    output->kind = kind;
    output->format = output->codec->formats[kind];
    output->colour = colour_of(output);
}

// The native form of packed and big-endian formats that a lossless movie can keep.
void ho_output_settle_frame(struct ho_output *output, const struct ho_frame *frame)
{
    const AVFrame *av = ho_frame_av(frame);
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(av->format);
    ho_output_settle(output, ho_frame_has_alpha(frame)   ? HO_KIND_ALPHA
                             : format->nb_components < 3 ? HO_KIND_MATTE
                                                         : HO_KIND_COLOUR);
    bool is_plain = !(format->flags &
                      (AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BITSTREAM));
    bool is_planar = (format->flags & AV_PIX_FMT_FLAG_PLANAR) || format->nb_components == 1;
    if (!output->codec->keeps_format || !is_plain || !is_planar ||
        !ho_movie_encoder_takes(output->codec->encoder, av->format))
        return;
    output->format = av->format;
    output->colour = *ho_frame_colour(frame);
}

// ---- buffers

enum ho_result ho_writer_frames_create(const struct ho_output *output, struct ho_writer_frames **out,
                                       struct ho_diag *diag)
{
    enum { PADDING = 2 * HO_ALIGNMENT };    // to begin on the alignment, and for what SIMD reads past the end
    *out = NULL;
    struct ho_writer_frames *frames = ho_alloc(1, sizeof(*frames));
    if (!frames)
        return ho_fail_memory(diag, sizeof(*frames));
    frames->output = output;
    enum ho_result result = ho_converter_create(&frames->converter, diag);
    if (result == HO_OK)
        frames->converter->writes_premultiplied = output->options.premultiplied;

    size_t total = 0;
    ptrdiff_t strides[4];
    size_t sizes[4];
    int error = av_image_fill_linesizes(frames->stride, output->format, FFALIGN(output->options.width, HO_ALIGNMENT));
    for (int i = 0; i < 4; i++)
        strides[i] = frames->stride[i] = FFALIGN(frames->stride[i], HO_ALIGNMENT);
    if (error >= 0)
        error = av_image_fill_plane_sizes(sizes, output->format, output->options.height, strides);
    for (int i = 0; i < 4 && error >= 0; i++) {
        frames->offset[i] = total;
        total += FFALIGN(sizes[i], HO_ALIGNMENT);
    }
    if (result == HO_OK && (error < 0 || total > INT_MAX))
        result = ho_fail(diag, HO_ERROR_USAGE, "%s: a picture of %dx%d is too large for this codec",
                         output->place->path, output->options.width, output->options.height);
    frames->size = total + PADDING;
    if (result == HO_OK && !(frames->pool = av_buffer_pool_init(frames->size, NULL)))
        result = ho_fail_memory(diag, total);
    if (result == HO_OK)
        *out = frames;
    else
        ho_writer_frames_destroy(&frames);
    return result;
}

void ho_writer_frames_destroy(struct ho_writer_frames **pointer)
{
    struct ho_writer_frames *frames = *pointer;
    *pointer = NULL;
    if (!frames)
        return;
    ho_converter_destroy(&frames->converter);
    ho_picture_destroy(&frames->scratch);
    av_buffer_pool_uninit(&frames->pool);
    free(frames);
}

AVRational ho_output_pixel_aspect(const struct ho_output *output)
{
    struct ho_rational aspect = output->options.pixel_aspect;
    AVRational reduced = {1, 1};
    if (aspect.num > 0 && aspect.den > 0)
        av_reduce(&reduced.num, &reduced.den, aspect.num, aspect.den, INT_MAX);
    return reduced;
}

size_t ho_writer_frames_size(const struct ho_writer_frames *frames) { return frames->size; }

// The tags that the encoder writes into its own headers, and the container beside them.
static void tag_frame(const struct ho_output *output, AVFrame *frame)
{
    const struct ho_writer_options *options = &output->options;
    frame->colorspace = (enum AVColorSpace)output->colour.matrix;
    bool is_prores = output->codec->is_prores;
    frame->color_trc = is_prores && !is_prores_transfer(output->colour.transfer)
                           ? AVCOL_TRC_UNSPECIFIED
                           : (enum AVColorTransferCharacteristic)output->colour.transfer;
    frame->color_primaries = is_prores && !is_prores_primaries(output->colour.primaries)
                                 ? AVCOL_PRI_UNSPECIFIED
                                 : (enum AVColorPrimaries)output->colour.primaries;
    frame->color_range = output->colour.full_range == 1 ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    frame->chroma_location = (enum AVChromaLocation)output->colour.chroma_location;
    ho_av_set_fields(frame, options->field_order == HO_FIELD_TOP_FIRST || options->field_order == HO_FIELD_BOTTOM_FIRST,
                     options->field_order == HO_FIELD_TOP_FIRST);
    frame->sample_aspect_ratio = ho_output_pixel_aspect(output);
    frame->pict_type = AV_PICTURE_TYPE_NONE;
}

static enum ho_result new_frame(struct ho_writer_frames *frames, AVFrame **out, struct ho_diag *diag)
{
    const struct ho_output *output = frames->output;
    AVFrame *frame = av_frame_alloc();
    AVBufferRef *buffer = frame ? av_buffer_pool_get(frames->pool) : NULL;
    if (!buffer) {
        av_frame_free(&frame);
        return ho_fail_memory(diag, sizeof(*frame));
    }
    frame->buf[0] = buffer;
    frame->format = output->format;
    frame->width = output->options.width;
    frame->height = output->options.height;
    uint8_t *data = buffer->data + (-(uintptr_t)buffer->data & (HO_ALIGNMENT - 1));
    for (int i = 0; i < 4 && frames->stride[i]; i++) {
        frame->data[i] = data + frames->offset[i];
        frame->linesize[i] = frames->stride[i];
    }
    *out = frame;
    return HO_OK;
}

// ---- conversions

// Tags come last: the converter sets its own.
static enum ho_result end_frame(struct ho_writer_frames *frames, AVFrame *frame, enum ho_result result, AVFrame **out)
{
    if (result == HO_OK) {
        tag_frame(frames->output, frame);
        *out = frame;
    } else {
        av_frame_free(&frame);
    }
    return result;
}

static bool is_float(const struct ho_output *output)
{
    return av_pix_fmt_desc_get(output->format)->flags & AV_PIX_FMT_FLAG_FLOAT;
}

enum ho_result ho_writer_frames_matte(struct ho_writer_frames *frames, const struct ho_matte *matte, AVFrame **out,
                                      struct ho_diag *diag)
{
    AVFrame *frame = NULL;
    HO_TRY(new_frame(frames, &frame, diag));
    enum ho_result result = ho_converter_write_matte(frames->converter, matte, &frames->output->colour, frame, diag);
    return end_frame(frames, frame, result, out);
}

static enum ho_result scratch_of(struct ho_writer_frames *frames, int n_planes, struct ho_diag *diag)
{
    if (frames->scratch && frames->scratch->n_planes == n_planes)
        return HO_OK;
    ho_picture_destroy(&frames->scratch);
    return ho_picture_create(frames->output->options.width, frames->output->options.height, n_planes, &frames->scratch,
                             diag);
}

enum ho_result ho_writer_frames_picture(struct ho_writer_frames *frames, const struct ho_picture *picture,
                                        AVFrame **out, struct ho_diag *diag)
{
    AVFrame *frame = NULL;
    HO_TRY(new_frame(frames, &frame, diag));
    enum ho_result result = ho_converter_write(frames->converter, picture, &frames->output->colour, frame, diag);
    return end_frame(frames, frame, result, out);
}

static bool passes_through(const struct ho_output *output, const struct ho_frame *frame)
{
    const AVFrame *av = ho_frame_av(frame);
    const struct ho_colour *colour = ho_frame_colour(frame);
    if (av->format != output->format)
        return false;
    if (is_rgb(av->format) || is_float(output))
        return true;
    return (is_grey(av->format) || same_matrix(colour->matrix) == same_matrix(output->colour.matrix)) &&
           (colour->full_range == 1) == (output->colour.full_range == 1);
}

enum ho_result ho_writer_frames_frame(struct ho_writer_frames *frames, const struct ho_frame *source, AVFrame **out,
                                      struct ho_diag *diag)
{
    const struct ho_output *output = frames->output;
    if (passes_through(output, source)) {
        AVFrame *frame = av_frame_alloc();
        if (!frame || av_frame_ref(frame, ho_frame_av(source)) < 0) {
            av_frame_free(&frame);
            return ho_fail_memory(diag, sizeof(*frame));
        }
        tag_frame(output, frame);
        *out = frame;
        return HO_OK;
    }
    bool has_alpha = ho_frame_has_alpha(source) && (av_pix_fmt_desc_get(output->format)->flags & AV_PIX_FMT_FLAG_ALPHA);
    HO_TRY(scratch_of(frames, has_alpha ? 4 : is_grey(output->format) ? 1 : 3, diag));
    HO_TRY(ho_converter_read(frames->converter, source, NULL, frames->scratch, diag));
    return ho_writer_frames_picture(frames, frames->scratch, out, diag);
}
