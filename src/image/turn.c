// SPDX-License-Identifier: BSD-2-Clause
#include "image/turn.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "image/planes.h"

#define TILE 32    // pixels a side: a tile of source and one of destination stay in cache

struct turned {
    const uint8_t *from;
    ptrdiff_t from_stride;
    uint8_t *to;
    ptrdiff_t to_stride;
    int width, height, rotation;
};

// Where the source's pixel (x, y) goes; always inlined so that `size` is a constant and the copy one move.
static inline __attribute__((always_inline)) void turn_tiles(const struct turned *t, const size_t size)
{
    for (int ty = 0; ty < t->height; ty += TILE)
        for (int tx = 0; tx < t->width; tx += TILE) {
            int y1 = ty + TILE < t->height ? ty + TILE : t->height, x1 = tx + TILE < t->width ? tx + TILE : t->width;
            for (int y = ty; y < y1; y++) {
                const uint8_t *from = t->from + y * t->from_stride + (size_t)tx * size;
                int to_x = t->rotation == 90 ? t->height - 1 - y : t->rotation == 270 ? y : t->width - 1 - tx;
                int to_y = t->rotation == 90 ? tx : t->rotation == 270 ? t->width - 1 - tx : t->height - 1 - y;
                ptrdiff_t step = t->rotation == 90    ? t->to_stride
                                 : t->rotation == 270 ? -t->to_stride
                                                      : -(ptrdiff_t)size;
                uint8_t *to = t->to + to_y * t->to_stride + (size_t)to_x * size;
                for (int x = tx; x < x1; x++, from += size, to += step)
                    memcpy(to, from, size);
            }
        }
}

static void turn_plane(const struct turned *t, int size)
{
    switch (size) {
    case 1: turn_tiles(t, 1); break;
    case 2: turn_tiles(t, 2); break;
    case 3: turn_tiles(t, 3); break;
    case 4: turn_tiles(t, 4); break;
    case 6: turn_tiles(t, 6); break;
    case 8: turn_tiles(t, 8); break;
    default: turn_tiles(t, (size_t)size); break;
    }
}

static enum AVChromaLocation turn_siting(enum AVChromaLocation siting, int rotation)
{
    static const enum AVChromaLocation by_90[] = {
        [AVCHROMA_LOC_LEFT] = AVCHROMA_LOC_TOP,           [AVCHROMA_LOC_CENTER] = AVCHROMA_LOC_CENTER,
        [AVCHROMA_LOC_TOPLEFT] = AVCHROMA_LOC_TOP,        [AVCHROMA_LOC_TOP] = AVCHROMA_LOC_CENTER,
        [AVCHROMA_LOC_BOTTOMLEFT] = AVCHROMA_LOC_TOPLEFT, [AVCHROMA_LOC_BOTTOM] = AVCHROMA_LOC_LEFT,
    };
    static const enum AVChromaLocation by_180[] = {
        [AVCHROMA_LOC_LEFT] = AVCHROMA_LOC_CENTER,    [AVCHROMA_LOC_CENTER] = AVCHROMA_LOC_CENTER,
        [AVCHROMA_LOC_TOPLEFT] = AVCHROMA_LOC_BOTTOM, [AVCHROMA_LOC_TOP] = AVCHROMA_LOC_BOTTOM,
        [AVCHROMA_LOC_BOTTOMLEFT] = AVCHROMA_LOC_TOP, [AVCHROMA_LOC_BOTTOM] = AVCHROMA_LOC_TOP,
    };
    static const enum AVChromaLocation by_270[] = {
        [AVCHROMA_LOC_LEFT] = AVCHROMA_LOC_BOTTOM,        [AVCHROMA_LOC_CENTER] = AVCHROMA_LOC_CENTER,
        [AVCHROMA_LOC_TOPLEFT] = AVCHROMA_LOC_BOTTOMLEFT, [AVCHROMA_LOC_TOP] = AVCHROMA_LOC_LEFT,
        [AVCHROMA_LOC_BOTTOMLEFT] = AVCHROMA_LOC_BOTTOM,  [AVCHROMA_LOC_BOTTOM] = AVCHROMA_LOC_CENTER,
    };
    if (siting < AVCHROMA_LOC_LEFT || siting > AVCHROMA_LOC_BOTTOM)
        siting = AVCHROMA_LOC_LEFT;    // what unspecified is taken for
    return rotation == 90 ? by_90[siting] : rotation == 180 ? by_180[siting] : by_270[siting];
}

// Bytes of one unit of plane `p` that moves as a whole; 0 when there is none (bits, or samples of different subsampling
// side by side).
static int unit_of(const struct ho_layout *layout, int p)
{
    const AVPixFmtDescriptor *desc = layout->desc;
    if (desc->flags & AV_PIX_FMT_FLAG_BITSTREAM)
        return 0;
    int unit = -1;
    for (int c = 0; c < desc->nb_components; c++)
        if (desc->comp[c].plane == p) {
            if (unit >= 0 && unit != desc->comp[c].step)
                return 0;
            unit = desc->comp[c].step;
        }
    return unit < 0 ? 0 : unit;
}

static bool moves_whole(const struct ho_layout *layout, int rotation)
{
    if (rotation != 180 && layout->sub_w != layout->sub_h)
        return false;
    for (int c = 0; c < layout->desc->nb_components; c++)
        if (!unit_of(layout, layout->desc->comp[c].plane))
            return false;
    return true;
}

// The planar format of the same components and bits with that subsampling, or AV_PIX_FMT_NONE.
static enum AVPixelFormat planar_format(const struct ho_layout *like, int sub_w, int sub_h)
{
    for (const AVPixFmtDescriptor *desc = NULL; (desc = av_pix_fmt_desc_next(desc));) {
        struct ho_layout l;
        enum AVPixelFormat format = av_pix_fmt_desc_get_id(desc);
        if (strncmp(desc->name, "yuvj", 4) == 0 || ho_layout_of(format, &l, NULL) != HO_OK || !l.is_plain)
            continue;
        if (l.family == like->family && l.n_colour == like->n_colour && l.has_alpha == like->has_alpha &&
            l.type == like->type && l.depth == like->depth && l.sub_w == sub_w && l.sub_h == sub_h &&
            av_pix_fmt_count_planes(format) == desc->nb_components)
            return format;
    }
    return AV_PIX_FMT_NONE;
}

static void turn_whole(const struct ho_layout *layout, const AVFrame *av, int rotation, AVFrame *to)
{
    bool pal = layout->desc->flags & AV_PIX_FMT_FLAG_PAL;
    bool done[AV_NUM_DATA_POINTERS] = {false};
    for (int c = 0; c < (pal ? 1 : layout->desc->nb_components); c++) {
        int p = layout->desc->comp[c].plane;
        if (done[p])
            continue;
        done[p] = true;
        struct turned t = {av->data[p],
                           av->linesize[p],
                           to->data[p],
                           to->linesize[p],
                           ho_component_width(layout, c, av->width),
                           ho_component_height(layout, c, av->height),
                           rotation};
        turn_plane(&t, unit_of(layout, p));
    }
    if (pal)
        memcpy(to->data[1], av->data[1], 1024);
}

// Takes each component out into a plane of its own, repeats chroma where the new format has more of it, and turns it.
static enum ho_result turn_apart(const struct ho_layout *layout, const AVFrame *av, int rotation, AVFrame *to,
                                 struct ho_diag *diag)
{
    struct ho_layout planar;
    HO_TRY(ho_layout_of(to->format, &planar, diag));
    int size = layout->element_size;
    size_t bytes = (size_t)av->width * (size_t)av->height * (size_t)size;
    uint8_t *sparse = ho_alloc_aligned(bytes), *full = ho_alloc_aligned(bytes);
    if (!sparse || !full) {
        free(sparse);
        free(full);
        return ho_fail_memory(diag, bytes);
    }
    for (int c = 0; c < layout->n_colour + (layout->has_alpha ? 1 : 0); c++) {
        struct ho_plane in = {.data = sparse,
                              .width = ho_component_width(layout, c, av->width),
                              .height = ho_component_height(layout, c, av->height)};
        in.stride = (ptrdiff_t)in.width * size;
        ho_component_get(layout, av, c, 0, 0, &in);
        int out_width = ho_component_width(&planar, c, to->width),
            out_height = ho_component_height(&planar, c, to->height);
        int width = rotation == 180 ? out_width : out_height, height = rotation == 180 ? out_height : out_width;
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                memcpy(full + ((size_t)y * (size_t)width + (size_t)x) * (size_t)size,
                       sparse + (size_t)(y * (int64_t)in.height / height) * (size_t)in.stride +
                           (size_t)(x * (int64_t)in.width / width) * (size_t)size,
                       (size_t)size);
        int p = planar.desc->comp[c].plane;
        struct turned t = {full, (ptrdiff_t)width * size, to->data[p], to->linesize[p], width, height, rotation};
        turn_plane(&t, size);
    }
    free(sparse);
    free(full);
    return HO_OK;
}

enum ho_result ho_turn(const AVFrame *av, int rotation, AVFrame **out, struct ho_diag *diag)
{
    struct ho_layout layout;
    HO_TRY(ho_layout_of(av->format, &layout, diag));
    bool quarter = rotation != 180, whole = moves_whole(&layout, rotation);
    enum AVPixelFormat format = layout.format;
    if (!whole) {
        format = planar_format(&layout, quarter ? layout.sub_h : layout.sub_w, quarter ? layout.sub_w : layout.sub_h);
        if (format == AV_PIX_FMT_NONE)
            format = planar_format(&layout, 0, 0);
        if (format == AV_PIX_FMT_NONE)
            return ho_fail(diag, HO_ERROR_INPUT, "pictures of pixel format %s cannot be turned upright by %d degrees",
                           layout.desc->name, rotation);
    }
    AVFrame *to = av_frame_alloc();
    if (!to)
        return ho_fail_memory(diag, sizeof *to);
    to->format = format;
    to->width = quarter ? av->height : av->width;
    to->height = quarter ? av->width : av->height;
    if (av_frame_get_buffer(to, HO_ALIGNMENT) < 0 || av_frame_copy_props(to, av) < 0) {
        av_frame_free(&to);
        return ho_fail_memory(diag, (size_t)av->width * (size_t)av->height);
    }
    if (quarter)
        to->sample_aspect_ratio = (AVRational){av->sample_aspect_ratio.den, av->sample_aspect_ratio.num};
    if (!av->sample_aspect_ratio.num)
        to->sample_aspect_ratio = av->sample_aspect_ratio;
    to->chroma_location = turn_siting(av->chroma_location, rotation);
    if (strncmp(layout.desc->name, "yuvj", 4) == 0)
        to->color_range = AVCOL_RANGE_JPEG;    // the planar formats it may become do not say so by name
    enum ho_result result = HO_OK;
    if (whole)
        turn_whole(&layout, av, rotation, to);
    else
        result = turn_apart(&layout, av, rotation, to, diag);
    if (result != HO_OK) {
        av_frame_free(&to);
        return result;
    }
    *out = to;
    return HO_OK;
}
