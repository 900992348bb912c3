// SPDX-License-Identifier: BSD-2-Clause
#include "media/exr_reader.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <libavutil/common.h>
#include <libavutil/pixfmt.h>

#include "base/memory.h"
#include "base/pool.h"
#include "holdout/picture.h"
#include "media/exr_layer.h"
#include "media/srgb.h"

// ---- the file

struct memory {
    const uint8_t *bytes;
    uint64_t size;
};

static int64_t read_bytes(exr_const_context_t context, void *opaque, void *buffer, uint64_t size, uint64_t offset,
                          exr_stream_error_func_ptr_t error)
{
    const struct memory *memory = opaque;
    (void)context;
    (void)error;
    if (offset > memory->size)
        return -1;
    uint64_t n = size < memory->size - offset ? size : memory->size - offset;
    memcpy(buffer, memory->bytes + offset, n);
    return (int64_t)n;
}

static int64_t tell_size(exr_const_context_t context, void *opaque)
{
    (void)context;
    return (int64_t)((const struct memory *)opaque)->size;
}

static void keep_quiet(exr_const_context_t context, exr_result_t code, const char *message)
{
    (void)context;
    (void)code;
    (void)message;
}

// ---- chunks: blocks of lines, or tiles

struct job {
    exr_const_context_t file;
    const struct ho_exr_layer *layer;
    AVFrame *frame;
    exr_attr_box2i_t display, data;
    bool is_tiled;
    int32_t tile_width, tile_height, n_across, lines_per_chunk;
    atomic_int error;
};

// The plane of a frame that red, green, blue and alpha lie in.
static int plane_of(const AVFrame *frame, int role)
{
    static const int planes[4] = {2, 0, 1, 3};
    return frame->format == AV_PIX_FMT_GRAYF32 ? (role == 0 ? 0 : -1) : planes[role];
}

// A row of a chunk into the frame, as far as it lies in the display window.
static void put_row(const struct job *job, int role, const float *row, int x, int y, int width)
{
    const int plane = plane_of(job->frame, role), left = x - job->display.min.x, top = y - job->display.min.y;
    const int from = FFMAX(left, 0), to = FFMIN(left + width, job->frame->width);
    if (plane < 0 || !job->frame->data[plane] || top < 0 || top >= job->frame->height || from >= to)
        return;
    memcpy(job->frame->data[plane] + (ptrdiff_t)top * job->frame->linesize[plane] + (size_t)from * sizeof(float),
           row + (from - left), (size_t)(to - from) * sizeof(float));
}

static bool is_wanted(const struct ho_exr_layer *layer, const char *channel)
{
    for (int role = 0; role < 4; role++)
        if (layer->channels[role] && strcmp(layer->channels[role], channel) == 0)
            return true;
    return false;
}

static exr_result_t decode_chunk(const struct job *job, const exr_chunk_info_t *chunk, int x, int y)
{
    exr_decode_pipeline_t decode = EXR_DECODE_PIPELINE_INITIALIZER;
    const size_t n = (size_t)chunk->width * (size_t)chunk->height;
    exr_result_t error = exr_decoding_initialize(job->file, job->layer->part, chunk, &decode);
    float *values = !error ? malloc(n * sizeof(float) * (size_t)FFMAX(decode.channel_count, 1)) : NULL;
    if (!error && !values)
        error = EXR_ERR_OUT_OF_MEMORY;
    for (int c = 0; !error && c < decode.channel_count; c++) {
        exr_coding_channel_info_t *channel = &decode.channels[c];
        channel->decode_to_ptr = NULL;
        if (!is_wanted(job->layer, channel->channel_name))
            continue;
        if (channel->x_samples != 1 || channel->y_samples != 1)
            error = EXR_ERR_FEATURE_NOT_IMPLEMENTED;
        channel->user_bytes_per_element = sizeof(float);
        channel->user_data_type = channel->data_type == EXR_PIXEL_UINT ? EXR_PIXEL_UINT : EXR_PIXEL_FLOAT;
        channel->user_pixel_stride = sizeof(float);
        channel->user_line_stride = chunk->width * (int)sizeof(float);
        channel->decode_to_ptr = (uint8_t *)(values + (size_t)c * n);
    }
    if (!error)
        error = exr_decoding_choose_default_routines(job->file, job->layer->part, &decode);
    if (!error)
        error = exr_decoding_run(job->file, job->layer->part, &decode);
    for (int c = 0; !error && c < decode.channel_count; c++) {
        float *first = values + (size_t)c * n;
        const exr_coding_channel_info_t *channel = &decode.channels[c];
        for (size_t i = 0; channel->decode_to_ptr && channel->data_type == EXR_PIXEL_UINT && i < n; i++) {
            uint32_t number;
            memcpy(&number, first + i, sizeof number);
            first[i] = (float)number;
        }
        for (int role = 0; channel->decode_to_ptr && role < 4; role++)
            for (int row = 0; job->layer->channels[role] && row < chunk->height &&
                              strcmp(job->layer->channels[role], channel->channel_name) == 0;
                 row++)
                put_row(job, role, first + (size_t)row * (size_t)chunk->width, x, y + row, chunk->width);
    }
    free(values);
    if (decode.channels)
        exr_decoding_destroy(job->file, &decode);
    return error;
}

static void decode_chunks(void *opaque, int first, int last)
{
    struct job *job = opaque;
    for (int i = first; i < last && !atomic_load(&job->error); i++) {
        exr_chunk_info_t chunk;
        exr_result_t error;
        int x = job->data.min.x, y = job->data.min.y;
        if (job->is_tiled) {
            int across = i % job->n_across, down = i / job->n_across;
            x += across * job->tile_width;
            y += down * job->tile_height;
            error = exr_read_tile_chunk_info(job->file, job->layer->part, across, down, 0, 0, &chunk);
        } else {
            y += i * job->lines_per_chunk;
            error = exr_read_scanline_chunk_info(job->file, job->layer->part, y, &chunk);
        }
        if (!error)
            error = decode_chunk(job, &chunk, x, y);
        if (error)
            atomic_store(&job->error, error);
    }
}

// How many chunks there are; 0 after an error.
static int count_chunks(struct job *job)
{
    const int part = job->layer->part;
    const int64_t width = (int64_t)job->data.max.x - job->data.min.x + 1,
                  height = (int64_t)job->data.max.y - job->data.min.y + 1;
    exr_storage_t storage;
    exr_result_t error = exr_get_storage(job->file, part, &storage);
    job->is_tiled = storage == EXR_STORAGE_TILED;
    if (!error && job->is_tiled)
        error = exr_get_tile_sizes(job->file, part, 0, 0, &job->tile_width, &job->tile_height);
    else if (!error)
        error = exr_get_scanlines_per_chunk(job->file, part, &job->lines_per_chunk);
    int32_t rows = job->is_tiled ? job->tile_height : job->lines_per_chunk;
    if (error || rows < 1 || (job->is_tiled && job->tile_width < 1) || width < 1 || height < 1)
        return 0;
    job->n_across = job->is_tiled ? (int)((width + job->tile_width - 1) / job->tile_width) : 1;
    return (int)((height + rows - 1) / rows) * job->n_across;
}

// ---- the picture

static void apply_curve(void *opaque, int first, int last)
{
    const AVFrame *frame = opaque;
    const int n_colours = frame->format == AV_PIX_FMT_GRAYF32 ? 1 : 3;
    for (int y = first; y < last; y++) {
        const float *alpha = frame->format == AV_PIX_FMT_GBRAPF32
                                 ? (const float *)(const void *)(frame->data[3] + (ptrdiff_t)y * frame->linesize[3])
                                 : NULL;
        for (int plane = 0; plane < n_colours; plane++) {
            float *value = (float *)(void *)(frame->data[plane] + (ptrdiff_t)y * frame->linesize[plane]);
            for (int x = 0; x < frame->width; x++) {
                bool is_edge = alpha && alpha[x] > 0 && alpha[x] < 1;
                if (value[x] > 0)
                    value[x] = is_edge ? ho_value_of(value[x] / alpha[x]) * alpha[x] : ho_value_of(value[x]);
            }
        }
    }
}

enum ho_result ho_exr_show(AVFrame *frame, int n_threads, struct ho_diag *diag)
{
    const AVDictionaryEntry *content = av_dict_get(frame->metadata, "holdoutContent", NULL, 0);
    if (content && strcmp(content->value, "coverage") == 0)
        return HO_OK;
    if (av_frame_make_writable(frame) < 0)
        return ho_fail_memory(diag, (size_t)frame->width * (size_t)frame->height * 16);
    ho_pool_run(frame->height, 16, n_threads, apply_curve, frame);
    frame->color_trc = AVCOL_TRC_IEC61966_2_1;
    return HO_OK;
}

static bool is_matte(exr_const_context_t file)
{
    const exr_attribute_t *attribute;
    return !exr_get_attribute_by_name(file, 0, "holdoutContent", &attribute) && attribute->type == EXR_ATTR_STRING &&
           strcmp(attribute->string->str, "coverage") == 0;
}

static enum ho_result make_frame(const struct job *job, AVFrame *out, struct ho_diag *diag)
{
    const struct ho_exr_layer *layer = job->layer;
    const int64_t width = (int64_t)job->display.max.x - job->display.min.x + 1,
                  height = (int64_t)job->display.max.y - job->display.min.y + 1;
    float aspect = 1;
    if (width < 1 || height < 1 || width > HO_SIZE_MAX || height > HO_SIZE_MAX)
        return ho_fail(diag, HO_ERROR_INPUT, "its display window is %lldx%lld", (long long)width, (long long)height);
    out->width = (int)width;
    out->height = (int)height;
    out->format = layer->channels[3]                         ? AV_PIX_FMT_GBRAPF32
                  : layer->channels[0] == layer->channels[1] ? AV_PIX_FMT_GRAYF32
                                                             : AV_PIX_FMT_GBRPF32;
    if (av_frame_get_buffer(out, 0) < 0)
        return ho_fail_memory(diag, (size_t)width * (size_t)height * 16);
    for (int i = 0; i < 4 && out->buf[i]; i++)
        memset(out->buf[i]->data, 0, (size_t)out->buf[i]->size);
    if (!exr_get_pixel_aspect_ratio(job->file, layer->part, &aspect) && aspect > 0 && aspect < 100)
        out->sample_aspect_ratio = av_d2q((double)aspect, 10000);
    return HO_OK;
}

static enum ho_result read_layer(exr_const_context_t file, const struct ho_exr_layer *layer, int n_threads,
                                 AVFrame *out, struct ho_diag *diag)
{
    struct job job = {.file = file, .layer = layer, .frame = out};
    if (exr_get_display_window(file, layer->part, &job.display) || exr_get_data_window(file, layer->part, &job.data))
        return ho_fail(diag, HO_ERROR_INPUT, "it has no window");
    HO_TRY(make_frame(&job, out, diag));
    int n = count_chunks(&job);
    if (!n)
        return ho_fail(diag, HO_ERROR_INPUT, "its size makes no sense");
    ho_pool_run(n, 1, n_threads, decode_chunks, &job);
    exr_result_t error = atomic_load(&job.error);
    if (error == EXR_ERR_OUT_OF_MEMORY)
        return ho_fail_memory(diag, (size_t)out->width * (size_t)out->height * 16);
    if (error)
        return ho_fail(diag, HO_ERROR_INPUT, "%s", exr_get_default_error_message(error));
    if ((layer->is_coverage || is_matte(file)) && av_dict_set(&out->metadata, "holdoutContent", "coverage", 0) < 0)
        return ho_fail_memory(diag, 64);
    return ho_exr_show(out, n_threads, diag);
}

enum ho_result ho_exr_decode(const void *bytes, size_t size, const char *layer, int n_threads, AVFrame *out,
                             struct ho_diag *diag)
{
    struct memory memory = {bytes, size};
    struct ho_exr_layer chosen;
    exr_context_initializer_t setup = EXR_DEFAULT_CONTEXT_INITIALIZER;
    exr_context_t file = NULL;
    setup.user_data = &memory;
    setup.read_fn = read_bytes;
    setup.size_fn = tell_size;
    setup.error_handler_fn = keep_quiet;
    av_frame_unref(out);
    exr_result_t error = exr_start_read(&file, "picture", &setup);
    if (error)
        return ho_fail(diag, HO_ERROR_INPUT, "%s", exr_get_default_error_message(error));
    enum ho_result result = ho_exr_choose(file, "it", layer, &chosen, diag);
    if (result == HO_OK)
        result = read_layer(file, &chosen, n_threads, out, diag);
    exr_finish(&file);
    if (result != HO_OK)
        av_frame_unref(out);
    return result;
}

// Can the library unpack this? Only decoding tells; the first chunk does.
static bool is_unpackable(exr_const_context_t file, const struct ho_exr_layer *layer)
{
    exr_compression_t compression;
    if (exr_get_compression(file, layer->part, &compression) ||
        (compression != EXR_COMPRESSION_DWAA && compression != EXR_COMPRESSION_DWAB))
        return true;
    AVFrame *frame = av_frame_alloc();
    struct job job = {.file = file, .layer = layer, .frame = frame};
    bool is_read = frame && !exr_get_display_window(file, layer->part, &job.display) &&
                   !exr_get_data_window(file, layer->part, &job.data) && count_chunks(&job) > 0;
    if (is_read)
        decode_chunks(&job, 0, 1);
    av_frame_free(&frame);
    return is_read && atomic_load(&job.error) != EXR_ERR_FEATURE_NOT_IMPLEMENTED;
}

// libavcodec takes the display window to begin at 0, 0.
static enum ho_result check_layer(exr_const_context_t file, const char *path, const struct ho_exr_layer *layer,
                                  struct ho_diag *diag)
{
    exr_attr_box2i_t display;
    if (is_unpackable(file, layer))
        return HO_OK;
    if (!layer->part && !exr_get_display_window(file, 0, &display) && !display.min.x && !display.min.y)
        return HO_END;
    return ho_fail(diag, HO_ERROR_INPUT,
                   "%s is DWA-compressed, and this OpenEXR library (before 3.2) does not unpack that where the display "
                   "window is not at 0, 0, or in a further part; save it with another compression",
                   path);
}

enum ho_result ho_exr_check(const char *name, const char *path, const char *layer, struct ho_diag *diag)
{
    exr_context_initializer_t setup = EXR_DEFAULT_CONTEXT_INITIALIZER;
    exr_context_t file = NULL;
    struct ho_exr_layer chosen;
    setup.error_handler_fn = keep_quiet;
    exr_result_t error = exr_start_read(&file, name, &setup);
    if (error)
        return ho_fail(diag, HO_ERROR_INPUT, "%s cannot be read as OpenEXR: %s", name,
                       exr_get_default_error_message(error));
    enum ho_result result = ho_exr_choose(file, path, layer, &chosen, diag);
    if (result == HO_OK)
        result = check_layer(file, path, &chosen, diag);
    exr_finish(&file);
    return result;
}
