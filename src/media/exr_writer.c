// SPDX-License-Identifier: BSD-2-Clause
// OpenEXR sequences by its C core library: half or float, ZIP, scan lines. A matte stands in R, G and B alike, since
// not every program shows a lone Y.
#include <openexr.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "media/sequence_file.h"
#include "media/srgb.h"

struct exr {
    const struct ho_output *output;
    float *linear[4];    // pictures as the file holds them, in the order of a frame's planes; NULL for mattes
};

static void close_exr(void **encoder)
{
    struct exr *exr = *encoder;
    *encoder = NULL;
    for (int i = 0; exr && i < 4; i++)
        free(exr->linear[i]);
    free(exr);
}

static enum ho_result open_exr(const struct ho_output *output, int n_threads, void **encoder, struct ho_diag *diag)
{
    (void)n_threads;
    struct exr *exr = ho_alloc(1, sizeof(*exr));
    if (!exr)
        return ho_fail_memory(diag, sizeof(*exr));
    exr->output = output;
    *encoder = exr;
    size_t size = (size_t)output->options.width * (size_t)output->options.height * sizeof(float);
    int n_planes = output->kind == HO_KIND_MATTE ? 0 : output->kind == HO_KIND_COLOUR ? 3 : 4;
    for (int i = 0; i < n_planes; i++)
        if (!(exr->linear[i] = ho_alloc_aligned(size)))
            return ho_fail_memory(diag, size);
    return HO_OK;
}

static int64_t write_bytes(exr_const_context_t context, void *opaque, const void *bytes, uint64_t size, uint64_t offset,
                           exr_stream_error_func_ptr_t error)
{
    (void)context;
    (void)error;
    return ho_sequence_file_write(opaque, bytes, (size_t)size, (int64_t)offset) ? (int64_t)size : -1;
}

// Our own sentences say what went wrong.
static void keep_quiet(exr_const_context_t context, exr_result_t code, const char *message)
{
    (void)context;
    (void)code;
    (void)message;
}

// ---- header

// SMPTE ST 12-1 as OpenEXR packs it: binary-coded decimals, frame in the lowest byte, drop-frame flag in bit 6.
static exr_attr_timecode_t pack_timecode(struct ho_timecode timecode)
{
    char text[HO_TIMECODE_SIZE];
    unsigned h = 0, m = 0, s = 0, f = 0;
    ho_timecode_format(timecode, text);
    (void)!sscanf(text, "%u:%u:%u%*c%u", &h, &m, &s, &f);
    // The frame's tens have two bits. Above 30 frames a second two frames share a number and the field flag (bit 15)
    // tells them apart, as ST 12-3 has it.
    uint32_t field = timecode.fps > 30 ? f % 2 : 0;
    f = timecode.fps > 30 ? f / 2 : f;
    uint32_t packed = (f % 10) | (f / 10 % 4) << 4 | (uint32_t)timecode.drop_frame << 6 | (s % 10) << 8 |
                      (s / 10 % 8) << 12 | field << 15 | (m % 10) << 16 | (m / 10 % 8) << 20 | (h % 10) << 24 |
                      (h / 10 % 4) << 28;
    return (exr_attr_timecode_t){.time_and_flags = packed};
}

// Primaries and white point of ITU-T H.273, those in use; false for others.
static bool find_chromaticities(int primaries, exr_attr_chromaticities_t *out)
{
    static const struct {
        int code;
        exr_attr_chromaticities_t xy;
    } known[] = {
        {1, {0.640F, 0.330F, 0.300F, 0.600F, 0.150F, 0.060F, 0.3127F, 0.3290F}},
        {5, {0.640F, 0.330F, 0.290F, 0.600F, 0.150F, 0.060F, 0.3127F, 0.3290F}},
        {6, {0.630F, 0.340F, 0.310F, 0.595F, 0.155F, 0.070F, 0.3127F, 0.3290F}},
        {7, {0.630F, 0.340F, 0.310F, 0.595F, 0.155F, 0.070F, 0.3127F, 0.3290F}},
        {9, {0.708F, 0.292F, 0.170F, 0.797F, 0.131F, 0.046F, 0.3127F, 0.3290F}},
        {11, {0.680F, 0.320F, 0.265F, 0.690F, 0.150F, 0.060F, 0.3140F, 0.3510F}},
        {12, {0.680F, 0.320F, 0.265F, 0.690F, 0.150F, 0.060F, 0.3127F, 0.3290F}},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (known[i].code == primaries) {
            *out = known[i].xy;
            return true;
        }
    return false;
}

// Attributes beyond what a picture needs: each is left out when there is nothing to say.
static exr_result_t set_attributes(exr_context_t file, const struct ho_output *output, int64_t frame)
{
    const struct ho_writer_options *options = &output->options;
    exr_result_t error = EXR_ERR_SUCCESS;
    exr_attr_chromaticities_t chromaticities;
    if (options->rate.num > 0 && options->rate.den > 0) {
        exr_attr_rational_t rate = {.num = (int32_t)options->rate.num, .denom = (uint32_t)options->rate.den};
        error = exr_attr_set_rational(file, 0, "framesPerSecond", &rate);
    }
    if (!error && options->has_timecode) {
        exr_attr_timecode_t timecode = pack_timecode(ho_timecode_add(options->start, frame));
        error = exr_attr_set_timecode(file, 0, "timeCode", &timecode);
    }
    if (!error && options->reel_name)
        error = exr_attr_set_string(file, 0, "reelName", options->reel_name);
    // Coverage is a number, not light: no curve was taken off it, and none is to be put on.
    if (!error && output->kind == HO_KIND_MATTE)
        error = exr_attr_set_string(file, 0, "holdoutContent", "coverage");
    if (!error && options->clip_name)
        error = exr_attr_set_string(file, 0, "clipName", options->clip_name);
    if (!error && output->kind != HO_KIND_MATTE && find_chromaticities(options->colour.primaries, &chromaticities))
        error = exr_attr_set_chromaticities(file, 0, "chromaticities", &chromaticities);
    for (size_t i = 0; !error && i < options->n_metadata; i++) {
        error = exr_attr_set_string(file, 0, options->metadata[i].key, options->metadata[i].value);
        // A key that OpenEXR has a meaning of its own for: the picture matters more.
        error = error == EXR_ERR_ATTR_TYPE_MISMATCH ? EXR_ERR_SUCCESS : error;
    }
    return error;
}

static exr_result_t write_header(exr_context_t file, const struct ho_output *output, int64_t frame)
{
    static const char *const channels[] = {"A", "B", "G",
                                           "R"};    // in the order of the alphabet, as the file keeps them
    AVRational aspect = ho_output_pixel_aspect(output);
    exr_pixel_type_t type = output->codec->profile == 16 ? EXR_PIXEL_HALF : EXR_PIXEL_FLOAT;
    int part;
    exr_result_t error = exr_add_part(file, "", EXR_STORAGE_SCANLINE, &part);
    if (!error)
        error = exr_set_longname_support(file, 1);    // keys of more than 31 characters
    if (!error)
        error = exr_initialize_required_attr_simple(file, 0, output->options.width, output->options.height,
                                                    EXR_COMPRESSION_ZIP);
    if (!error)
        error = exr_set_pixel_aspect_ratio(file, 0, (float)av_q2d(aspect));
    for (int i = output->kind == HO_KIND_ALPHA ? 0 : 1; i < 4 && !error; i++)
        error = exr_add_channel(file, 0, channels[i], type, EXR_PERCEPTUALLY_LOGARITHMIC, 1, 1);
    if (!error)
        error = set_attributes(file, output, frame);
    return error ? error : exr_write_header(file);
}

// ---- pixels

// Light is mixed by coverage, code values were: the curve is taken off the colour without its alpha.
static void make_linear(struct exr *exr, const AVFrame *frame)
{
    for (int y = 0; y < frame->height; y++) {
        const float *alpha = exr->linear[3]
                                 ? (const float *)(const void *)(frame->data[3] + (ptrdiff_t)y * frame->linesize[3])
                                 : NULL;
        for (int i = 0; i < 4 && exr->linear[i]; i++) {
            const float *in = (const float *)(const void *)(frame->data[i] + (ptrdiff_t)y * frame->linesize[i]);
            float *out = exr->linear[i] + (size_t)y * (size_t)frame->width;
            for (int x = 0; x < frame->width; x++) {
                bool is_whole = !alpha || alpha[x] >= 1 || alpha[x] <= 0;
                out[x] = i == 3 ? in[x] : is_whole ? ho_light_of(in[x]) : ho_light_of(in[x] / alpha[x]) * alpha[x];
            }
        }
    }
}

// The plane of a frame that a channel is read from: GBR(A), or grey for all.
static int plane_of(const char *channel, const AVFrame *frame)
{
    if (frame->format == AV_PIX_FMT_GRAYF32)
        return 0;
    return channel[0] == 'G' ? 0 : channel[0] == 'B' ? 1 : channel[0] == 'R' ? 2 : 3;
}

static exr_result_t write_block(const struct exr *exr, exr_context_t file, exr_encode_pipeline_t *encode, int y,
                                const AVFrame *frame)
{
    bool is_first = y == 0;
    exr_chunk_info_t chunk;
    exr_result_t error = exr_write_scanline_chunk_info(file, 0, y, &chunk);
    if (!error)
        error = is_first ? exr_encoding_initialize(file, 0, &chunk, encode)
                         : exr_encoding_update(file, 0, &chunk, encode);
    if (error)
        return error;
    for (int c = 0; c < encode->channel_count; c++) {
        exr_coding_channel_info_t *channel = &encode->channels[c];
        int plane = plane_of(channel->channel_name, frame);
        channel->user_bytes_per_element = sizeof(float);
        channel->user_data_type = EXR_PIXEL_FLOAT;
        channel->user_pixel_stride = sizeof(float);
        channel->user_line_stride = exr->linear[plane] ? frame->width * (int)sizeof(float) : frame->linesize[plane];
        channel->encode_from_ptr = (exr->linear[plane] ? (const uint8_t *)exr->linear[plane] : frame->data[plane]) +
                                   (ptrdiff_t)y * channel->user_line_stride;
    }
    if (is_first)
        error = exr_encoding_choose_default_routines(file, 0, encode);
    return error ? error : exr_encoding_run(file, 0, encode);
}

static exr_result_t write_file(const struct exr *exr, struct ho_sequence_file *target, const AVFrame *frame)
{
    exr_context_initializer_t setup = EXR_DEFAULT_CONTEXT_INITIALIZER;
    exr_encode_pipeline_t encode = EXR_ENCODE_PIPELINE_INITIALIZER;
    exr_context_t file = NULL;
    int32_t n_lines = 1;
    setup.user_data = target;
    setup.write_fn = write_bytes;
    setup.error_handler_fn = keep_quiet;
    setup.zip_level = 4;
    exr_result_t error = exr_start_write(&file, target->name, EXR_WRITE_FILE_DIRECTLY, &setup);
    if (!error)
        error = write_header(file, target->output, target->frame);
    if (!error)
        error = exr_get_scanlines_per_chunk(file, 0, &n_lines);
    for (int y = 0; y < frame->height && !error; y += n_lines)
        error = write_block(exr, file, &encode, y, frame);
    if (encode.channels)    // set by its first block; before that there is nothing to free, and the library would trip
                            // over its lock
        exr_encoding_destroy(file, &encode);
    exr_result_t closed = file ? exr_finish(&file) : EXR_ERR_SUCCESS;
    return error ? error : closed;
}

static enum ho_result encode_exr(void *encoder, const AVFrame *frame, struct ho_diag *diag)
{
    struct exr *exr = encoder;
    struct ho_sequence_file file;
    HO_TRY(ho_sequence_file_create(exr->output, frame->pts, &file, diag));
    if (exr->linear[0])
        make_linear(exr, frame);
    exr_result_t error = write_file(exr, &file, frame);
    HO_TRY(ho_sequence_file_close(&file, error != EXR_ERR_SUCCESS, diag));
    if (error == EXR_ERR_OUT_OF_MEMORY)
        return ho_fail(diag, HO_ERROR_MEMORY, "%s: out of memory at frame %lld", exr->output->place->path,
                       (long long)frame->pts);
    if (error)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: frame %lld cannot be written as OpenEXR: %s",
                       exr->output->place->path, (long long)frame->pts, exr_get_default_error_message(error));
    return HO_OK;
}

static enum ho_result finish_exr(void *encoder, struct ho_diag *diag)
{
    (void)encoder;
    (void)diag;
    return HO_OK;
}

// The header says the right size, and every block of lines is there.
static enum ho_result check_exr(const struct ho_output *output, const char *path, int64_t n_frames,
                                struct ho_diag *diag)
{
    exr_context_initializer_t setup = EXR_DEFAULT_CONTEXT_INITIALIZER;
    exr_context_t file = NULL;
    exr_attr_box2i_t window = {0};
    int32_t n_blocks = 0, n_lines = 1;
    exr_chunk_info_t chunk;
    (void)n_frames;
    setup.error_handler_fn = keep_quiet;
    bool is_whole = !exr_start_read(&file, path, &setup) && !exr_get_data_window(file, 0, &window) &&
                    !exr_get_chunk_count(file, 0, &n_blocks) && !exr_get_scanlines_per_chunk(file, 0, &n_lines) &&
                    window.max.x - window.min.x + 1 == output->options.width &&
                    window.max.y - window.min.y + 1 == output->options.height;
    for (int i = 0; i < n_blocks && is_whole; i++)
        is_whole = !exr_read_scanline_chunk_info(file, 0, i * n_lines, &chunk) && chunk.packed_size > 0;
    if (file)
        exr_finish(&file);
    return is_whole ? HO_OK
                    : ho_fail(diag, HO_ERROR_VERIFY, "%s: %s is not whole; nothing was left there", output->place->path,
                              strrchr(path, '/') + 1);
}

const struct ho_writer_backend ho_exr_backend = {
    .is_sequence = true,
    .open = open_exr,
    .encode = encode_exr,
    .finish = finish_exr,
    .close = close_exr,
    .check = check_exr,
};
