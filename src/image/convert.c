// SPDX-License-Identifier: BSD-2-Clause
// Frames to pictures. Three ways into zimg: the frame's own planes where they are as zimg wants them, a copy of its
// components otherwise, and a copy of a part.
#include "image/convert.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "image/colour.h"

enum ho_result ho_converter_create(struct ho_converter **out, struct ho_diag *diag)
{
    struct ho_converter *converter = ho_alloc(1, sizeof *converter);
    if (!converter)
        return ho_fail_memory(diag, sizeof *converter);
    enum ho_result result = ho_graphs_create(&converter->graphs, diag);
    if (result != HO_OK) {
        free(converter);
        return result;
    }
    *out = converter;
    return HO_OK;
}

void ho_converter_destroy(struct ho_converter **converter)
{
    if (!converter || !*converter)
        return;
    ho_graphs_destroy(&(*converter)->graphs);
    for (int i = 0; i < HO_N_SCRATCH; i++)
        free((*converter)->scratch[i].data);
    free(*converter);
    *converter = NULL;
}

enum ho_result ho_converter_scratch(struct ho_converter *converter, int which, size_t size, uint8_t **out,
                                    struct ho_diag *diag)
{
    if (converter->scratch[which].size < size) {
        uint8_t *data = ho_alloc_aligned(size);
        if (!data)
            return ho_fail_memory(diag, size);
        memset(data, 0, size);    // zimg's vectors run over into the padding of rows, if only with weights of 0
        free(converter->scratch[which].data);
        converter->scratch[which].data = data;
        converter->scratch[which].size = size;
    }
    *out = converter->scratch[which].data;
    return HO_OK;
}

// One reading: which components are wanted, and which part of the frame stands in the buffer that zimg reads.
struct reading {
    const AVFrame *av;
    struct ho_layout layout;
    int component[4], place[4], n;    // components wanted, and their places in zimg's buffer
    struct ho_rect region;            // of the frame
    bool whole;
    struct ho_rect
        part;    // of the frame, what is handed to zimg: the region with a margin, even where chroma asks for it
    int sub_w, sub_h;    // subsampling of what is handed over: none without chroma
    bool lift;           // 9 to 15 bits are handed over as 16: zimg resamples integers in their own depth, and rounds;
                         // for 8 bits to come that is fine enough
    bool full;           // range of code values
    int width, height, n_planes;    // of what comes out
    bool to_bytes;                  // R'G'B' of 8 bits; else float
};

static enum ho_result set_region(struct reading *r, const struct ho_rect *region, struct ho_diag *diag)
{
    struct ho_rect all = {0, 0, r->av->width, r->av->height};
    r->region = region ? *region : all;
    r->whole = r->region.x0 == 0 && r->region.y0 == 0 && r->region.x1 == all.x1 && r->region.y1 == all.y1;
    const struct ho_rect *g = &r->region;
    int limit = 2 * HO_SIZE_MAX;
    if (g->x1 <= g->x0 || g->y1 <= g->y0 || g->x0 < -limit || g->y0 < -limit || g->x1 > limit || g->y1 > limit)
        return ho_fail(diag, HO_ERROR_USAGE, "a region from %d,%d to %d,%d of a frame of %dx%d cannot be read", g->x0,
                       g->y0, g->x1, g->y1, all.x1, all.y1);
    return HO_OK;
}

static void set_components(struct reading *r)
{
    bool colour = r->n_planes > 1 || r->layout.family == ZIMG_COLOR_RGB;
    for (int c = 0; c < (colour ? r->layout.n_colour : 1); c++) {
        r->component[r->n] = c;
        r->place[r->n++] = c;
    }
    r->sub_w = r->n > 1 ? r->layout.sub_w : 0;
    r->sub_h = r->n > 1 ? r->layout.sub_h : 0;
    if (r->n_planes == 4 && r->layout.has_alpha) {
        r->component[r->n] = r->layout.n_colour;
        r->place[r->n++] = 3;
    }
}

static int round_down(int v, int to) { return v - ((v % to) + to) % to; }

// The resampling kernel reaches two samples, widened by the scale, beyond the region: real pixels where there are some.
static void span(int x0, int x1, int out, int alignment, bool whole, int *part0, int *part1)
{
    int size = x1 - x0, reach = whole ? 0 : 2 * ((size + out - 1) / out) + 2;
    *part0 = round_down(x0 - reach, alignment);
    int length = size + 2 * reach + alignment -
                 1;    // the same for every x0, so that a moving region keeps its graph's size
    *part1 = *part0 + (whole ? size + alignment - 1 : length + alignment - 1) / alignment * alignment;
}

static void set_part(struct reading *r)
{
    span(r->region.x0, r->region.x1, r->width, 1 << r->sub_w, r->whole, &r->part.x0, &r->part.x1);
    span(r->region.y0, r->region.y1, r->height, 1 << r->sub_h, r->whole, &r->part.y0, &r->part.y1);
}

static bool is_resampled(const struct reading *r)
{
    return r->sub_w || r->sub_h || r->region.x1 - r->region.x0 != r->width || r->region.y1 - r->region.y0 != r->height;
}

static bool is_direct(const struct reading *r)
{
    if (!r->whole || !r->layout.is_plain || r->lift || r->part.x1 != r->av->width || r->part.y1 != r->av->height)
        return false;
    for (int i = 0; i < r->n; i++) {
        int p = r->layout.desc->comp[r->component[i]].plane;
        if ((uintptr_t)r->av->data[p] % HO_ZIMG_ALIGNMENT || r->av->linesize[p] % HO_ZIMG_ALIGNMENT)
            return false;
    }
    return true;
}

// Black to black, white to white (and for chroma, which has an offset, none to none).
static void lift(const struct reading *r, const struct ho_plane *plane, bool chroma)
{
    int depth = r->layout.depth, max = (1 << depth) - 1, half = chroma ? 1 << (depth - 1) : 0;
    for (int y = 0; y < plane->height; y++) {
        uint16_t *row = (uint16_t *)(void *)(plane->data + y * plane->stride);
        if (r->full) {
            for (int x = 0; x < plane->width; x++) {
                int v = row[x] - half;
                int scaled = (v * 65535 + (v < 0 ? -max / 2 : max / 2)) / max + (chroma ? 32768 : 0);
                row[x] = (uint16_t)(scaled < 0 ? 0 : scaled > 65535 ? 65535 : scaled);
            }
        } else {
            for (int x = 0; x < plane->width; x++)
                row[x] = (uint16_t)(row[x] << (16 - depth));
        }
    }
}

static enum ho_result fill(struct ho_converter *converter, const struct reading *r, zimg_image_buffer_const *in,
                           struct ho_diag *diag)
{
    in->version = ZIMG_API_VERSION;
    if (is_direct(r)) {
        for (int i = 0; i < r->n; i++) {
            int p = r->layout.desc->comp[r->component[i]].plane;
            in->plane[r->place[i]].data = r->av->data[p];
            in->plane[r->place[i]].stride = r->av->linesize[p];
            in->plane[r->place[i]].mask = ZIMG_BUFFER_MAX;
        }
        return HO_OK;
    }
    int width = r->part.x1 - r->part.x0, height = r->part.y1 - r->part.y0;
    size_t stride = ((size_t)width * (size_t)r->layout.element_size + HO_ALIGNMENT - 1) / HO_ALIGNMENT * HO_ALIGNMENT;
    uint8_t *data = NULL;
    HO_TRY(ho_converter_scratch(converter, 0, stride * (size_t)height * (size_t)r->n, &data, diag));
    for (int i = 0; i < r->n; i++) {
        bool chroma = r->n > 1 && r->place[i] > 0 && r->place[i] < 3;
        int sub_w = chroma ? r->sub_w : 0, sub_h = chroma ? r->sub_h : 0;
        struct ho_plane plane = {data + stride * (size_t)height * (size_t)i, (ptrdiff_t)stride, width >> sub_w,
                                 height >> sub_h};
        // part.x0 is a multiple of the subsampling, so the division is exact for negative values, too
        ho_component_get(&r->layout, r->av, r->component[i], r->part.x0 / (1 << sub_w), r->part.y0 / (1 << sub_h),
                         &plane);
        if (r->lift)
            lift(r, &plane, chroma && r->layout.family == ZIMG_COLOR_YUV);
        in->plane[r->place[i]].data = plane.data;
        in->plane[r->place[i]].stride = plane.stride;
        in->plane[r->place[i]].mask = ZIMG_BUFFER_MAX;
    }
    return HO_OK;
}

static void fill_plane(const struct ho_picture *out, int plane, float value)
{
    for (int y = 0; y < out->height; y++) {
        float *row = out->plane[plane] + (size_t)y * out->stride;
        for (int x = 0; x < out->width; x++)
            row[x] = value;
    }
}

// What zimg left undone: grey into all three colours, alpha where the source has none.
static void complete(const struct reading *r, const struct ho_picture *out)
{
    for (int p = 1; p < 3 && out->n_planes > 1 && r->layout.family == ZIMG_COLOR_GREY; p++)
        memcpy(out->plane[p], out->plane[0], (size_t)out->stride * (size_t)out->height * sizeof(float));
    if (out->n_planes == 4 && !r->layout.has_alpha)
        fill_plane(out, 3, 1.0f);
}

static enum ho_result formats(const struct reading *r, const struct ho_colour *colour, zimg_image_format *from,
                              zimg_image_format *to, struct ho_diag *diag)
{
    HO_TRY(ho_colour_format(&r->layout, colour, r->av->width, r->av->height, from, diag));
    if (r->lift)
        from->depth = 16;
    from->width = (unsigned)(r->part.x1 - r->part.x0);
    from->height = (unsigned)(r->part.y1 - r->part.y0);
    if (!r->whole || from->width != (unsigned)r->av->width || from->height != (unsigned)r->av->height) {
        from->active_region.left = r->region.x0 - r->part.x0;
        from->active_region.top = r->region.y0 - r->part.y0;
        from->active_region.width = r->region.x1 - r->region.x0;
        from->active_region.height = r->region.y1 - r->region.y0;
    }
    if (r->n == 1 || r->layout.family == ZIMG_COLOR_GREY || (r->layout.family == ZIMG_COLOR_YUV && r->n_planes == 1)) {
        from->color_family = ZIMG_COLOR_GREY;    // luma alone: of YUV it is a plane of its own
        from->matrix_coefficients = ZIMG_MATRIX_UNSPECIFIED;
        from->transfer_characteristics = ZIMG_TRANSFER_UNSPECIFIED;
        from->color_primaries = ZIMG_PRIMARIES_UNSPECIFIED;
        from->subsample_w = from->subsample_h = 0;
    }
    *to = ho_colour_rgb(from, r->width, r->height);
    if (r->to_bytes) {
        to->pixel_type = ZIMG_PIXEL_BYTE;
        to->depth = 8;
    }
    if (from->color_family == ZIMG_COLOR_GREY || r->n_planes == 1) {
        to->color_family = ZIMG_COLOR_GREY;
        to->matrix_coefficients = from->color_family == ZIMG_COLOR_RGB ? ZIMG_MATRIX_BT709 : ZIMG_MATRIX_UNSPECIFIED;
    }
    if (r->n_planes == 4 && r->layout.has_alpha) {
        from->alpha = r->layout.is_premultiplied ? ZIMG_ALPHA_PREMULTIPLIED : ZIMG_ALPHA_STRAIGHT;
        to->alpha = ZIMG_ALPHA_PREMULTIPLIED;
    }
    return HO_OK;
}

// `reading` says what is wanted; zimg writes it to `out`.
static enum ho_result read_frame(struct ho_converter *converter, const struct ho_frame *frame,
                                 const struct ho_rect *region, struct reading *r, const zimg_image_buffer *out,
                                 struct ho_diag *diag)
{
    r->av = ho_frame_av(frame);
    HO_TRY(ho_layout_of(r->av->format, &r->layout, diag));
    HO_TRY(set_region(r, region, diag));
    set_components(r);
    set_part(r);
    r->full = ho_colour_is_full(&r->layout, ho_frame_colour(frame));
    r->lift = r->layout.type == ZIMG_PIXEL_WORD && r->layout.depth < 16 && is_resampled(r) && !r->to_bytes;
    zimg_image_format from, to;
    HO_TRY(formats(r, ho_frame_colour(frame), &from, &to, diag));
    zimg_image_buffer_const in = {0};
    HO_TRY(fill(converter, r, &in, diag));
    return ho_graphs_run(converter->graphs, &from, &to, &in, out, diag);
}

enum ho_result ho_converter_read(struct ho_converter *converter, const struct ho_frame *frame,
                                 const struct ho_rect *region, struct ho_picture *out, struct ho_diag *diag)
{
    struct reading r = {.width = out->width, .height = out->height, .n_planes = out->n_planes};
    zimg_image_buffer picture = {.version = ZIMG_API_VERSION};
    for (int p = 0; p < out->n_planes; p++) {
        picture.plane[p].data = out->plane[p];
        picture.plane[p].stride = (ptrdiff_t)out->stride * (ptrdiff_t)sizeof(float);
        picture.plane[p].mask = ZIMG_BUFFER_MAX;
    }
    HO_TRY(read_frame(converter, frame, region, &r, &picture, diag));
    complete(&r, out);
    return HO_OK;
}

enum ho_result ho_converter_read_bytes(struct ho_converter *converter, const struct ho_frame *frame,
                                       const struct ho_rect *region, int width, int height, uint8_t *const plane[3],
                                       ptrdiff_t stride, struct ho_diag *diag)
{
    struct reading r = {.width = width, .height = height, .n_planes = 3, .to_bytes = true};
    zimg_image_buffer picture = {.version = ZIMG_API_VERSION};
    for (int p = 0; p < 3; p++) {
        picture.plane[p].data = plane[p];
        picture.plane[p].stride = stride;
        picture.plane[p].mask = ZIMG_BUFFER_MAX;
    }
    return read_frame(converter, frame, region, &r, &picture, diag);
}
