// SPDX-License-Identifier: BSD-2-Clause
#include "image/planes.h"

#include <string.h>

#include <libavutil/avconfig.h>
#include <libavutil/bswap.h>
#include <libavutil/imgutils.h>

static bool is_xyz(enum AVPixelFormat format) { return format == AV_PIX_FMT_XYZ12LE || format == AV_PIX_FMT_XYZ12BE; }

static bool is_big_endian(const AVPixFmtDescriptor *desc) { return desc->flags & AV_PIX_FMT_FLAG_BE; }

static bool has_same_depths(const AVPixFmtDescriptor *desc)
{
    for (int c = 1; c < desc->nb_components; c++)
        if (desc->comp[c].depth != desc->comp[0].depth)
            return false;
    return true;
}

static bool is_plain(const struct ho_layout *layout)
{
    const AVPixFmtDescriptor *desc = layout->desc;
    if (desc->flags & (AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM) || !has_same_depths(desc))
        return false;
    if (is_big_endian(desc) && layout->element_size > 1)
        return false;
    for (int c = 0; c < desc->nb_components; c++)
        if (desc->comp[c].step != layout->element_size || desc->comp[c].offset || desc->comp[c].shift)
            return false;
    return true;
}

enum ho_result ho_layout_of(enum AVPixelFormat format, struct ho_layout *out, struct ho_diag *diag)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(format);
    if (!desc)
        return ho_fail(diag, HO_ERROR_INPUT, "the frame has no known pixel format (number %d)", (int)format);
    if (desc->flags & (AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER) || is_xyz(format) || desc->nb_components < 1)
        return ho_fail(diag, HO_ERROR_INPUT,
                       "pictures of pixel format %s cannot be read: convert the source to RGB or YUV first",
                       desc->name);

    struct ho_layout l = {.desc = desc, .format = format};
    bool pal = desc->flags & AV_PIX_FMT_FLAG_PAL;
    l.has_alpha = pal || (desc->flags & AV_PIX_FMT_FLAG_ALPHA);
    l.n_colour = pal ? 3 : desc->nb_components - (l.has_alpha ? 1 : 0);
    l.family = l.n_colour == 1                              ? ZIMG_COLOR_GREY
               : pal || (desc->flags & AV_PIX_FMT_FLAG_RGB) ? ZIMG_COLOR_RGB
                                                            : ZIMG_COLOR_YUV;
    l.sub_w = l.family == ZIMG_COLOR_YUV ? desc->log2_chroma_w : 0;
    l.sub_h = l.family == ZIMG_COLOR_YUV ? desc->log2_chroma_h : 0;
    int depth = desc->comp[0].depth;
    bool odd_float = (desc->flags & AV_PIX_FMT_FLAG_FLOAT) && depth != 32 && depth != 16;
    bool odd_integer = !(desc->flags & AV_PIX_FMT_FLAG_FLOAT) && depth > 16;
    if (odd_float || odd_integer || (l.n_colour != 1 && l.n_colour != 3))
        return ho_fail(diag, HO_ERROR_INPUT,
                       "pictures of pixel format %s cannot be read: components of %d bits are not supported",
                       desc->name, depth);
    if (desc->flags & AV_PIX_FMT_FLAG_FLOAT) {
        l.type = depth == 32 ? ZIMG_PIXEL_FLOAT : ZIMG_PIXEL_HALF;
        l.is_premultiplied = true;
    } else {
        l.type = depth > 8 ? ZIMG_PIXEL_WORD : ZIMG_PIXEL_BYTE;
    }
    l.depth = has_same_depths(desc) && !pal && depth > 8 ? depth : 8;    // fewer bits are lifted to 8
    l.element_size = l.type == ZIMG_PIXEL_FLOAT ? 4 : l.type == ZIMG_PIXEL_BYTE ? 1 : 2;
    l.is_plain = is_plain(&l);
    *out = l;
    return HO_OK;
}

static bool is_chroma(const struct ho_layout *layout, int c) { return layout->n_colour == 3 && (c == 1 || c == 2); }

int ho_component_width(const struct ho_layout *layout, int c, int width)
{
    return is_chroma(layout, c) ? AV_CEIL_RSHIFT(width, layout->sub_w) : width;
}

int ho_component_height(const struct ho_layout *layout, int c, int height)
{
    return is_chroma(layout, c) ? AV_CEIL_RSHIFT(height, layout->sub_h) : height;
}

// Lifts samples of fewer bits to 8, all ones to all ones.
static void expand(uint8_t *row, int n, int depth)
{
    int max = (1 << depth) - 1;
    for (int x = 0; x < n; x++)
        row[x] = (uint8_t)((row[x] * 255 + max / 2) / max);
}

// Components of up to 8 bits; some (the G of RGB565) lie across two bytes.
static void get_row_8(const AVPixFmtDescriptor *desc, const AVComponentDescriptor *comp, const uint8_t *from, int n,
                      uint8_t *to)
{
    unsigned mask = (1u << comp->depth) - 1;
    bool wide = comp->shift + comp->depth > 8, big = is_big_endian(desc);
    if (comp->depth == 8 && comp->shift == 0) {
        for (int x = 0; x < n; x++)
            to[x] = from[(size_t)x * comp->step];
    } else if (wide) {
        for (int x = 0; x < n; x++) {
            const uint8_t *p = from + (size_t)x * comp->step;
            unsigned v = big ? (unsigned)p[0] << 8 | p[1] : (unsigned)p[1] << 8 | p[0];
            to[x] = (uint8_t)(v >> comp->shift & mask);
        }
    } else {
        for (int x = 0; x < n; x++)
            to[x] = (uint8_t)((unsigned)from[(size_t)x * comp->step + big] >> comp->shift & mask);
    }
}

static void get_row_bits(const AVPixFmtDescriptor *desc, const AVFrame *av, int c, int x, int y, int n, uint8_t *to)
{
    const uint8_t *data[4] = {av->data[0], av->data[1], av->data[2], av->data[3]};
    for (int i = 0; i < n; i++) {
        uint16_t sample;
        av_read_image_line2(&sample, data, av->linesize, desc, x + i, y, c, 1, 0, 2);
        to[i] = (uint8_t)sample;
    }
}

static void get_row_16(const AVPixFmtDescriptor *desc, const AVComponentDescriptor *comp, const uint8_t *from, int n,
                       uint16_t *to)
{
    bool swap = is_big_endian(desc) != (AV_HAVE_BIGENDIAN != 0);
    unsigned mask = (1u << comp->depth) - 1;
    for (int x = 0; x < n; x++) {
        uint16_t v;
        memcpy(&v, from + (size_t)x * comp->step, 2);
        if (swap)
            v = av_bswap16(v);
        to[x] = (uint16_t)((unsigned)(v >> comp->shift) & mask);
    }
}

static void get_row_32(const AVPixFmtDescriptor *desc, const AVComponentDescriptor *comp, const uint8_t *from, int n,
                       uint32_t *to)
{
    bool swap = is_big_endian(desc) != (AV_HAVE_BIGENDIAN != 0);
    for (int x = 0; x < n; x++) {
        memcpy(to + x, from + (size_t)x * comp->step, 4);
        if (swap)
            to[x] = av_bswap32(to[x]);
    }
}

// Samples [x, x + n) of row `y`, all inside the frame.
static void get_row(const struct ho_layout *layout, const AVFrame *av, int c, int x, int y, int n, void *to)
{
    const AVPixFmtDescriptor *desc = layout->desc;
    bool pal = desc->flags & AV_PIX_FMT_FLAG_PAL;
    const AVComponentDescriptor *comp = &desc->comp[pal ? 0 : c];
    const uint8_t *from = av->data[comp->plane] + y * (ptrdiff_t)av->linesize[comp->plane] + (ptrdiff_t)x * comp->step +
                          comp->offset;
    if (layout->is_plain) {
        memcpy(to, from, (size_t)n * (size_t)layout->element_size);
    } else if (pal) {
        for (int i = 0; i < n; i++) {
            uint32_t entry;    // 0xAARRGGBB in native order
            memcpy(&entry, av->data[1] + (size_t)from[i] * 4, 4);
            ((uint8_t *)to)[i] = (uint8_t)(entry >> (c == 3 ? 24 : 16 - 8 * c));
        }
    } else if (desc->flags & AV_PIX_FMT_FLAG_BITSTREAM) {
        get_row_bits(desc, av, c, x, y, n, to);
    } else if (layout->element_size == 4) {
        get_row_32(desc, comp, from, n, to);
    } else if (layout->element_size == 2) {
        get_row_16(desc, comp, from, n, to);
    } else {
        get_row_8(desc, comp, from, n, to);
    }
    if (!pal && comp->depth < layout->depth)
        expand(to, n, comp->depth);
    if (layout->format == AV_PIX_FMT_MONOWHITE)
        for (int i = 0; i < n; i++)
            ((uint8_t *)to)[i] ^= 0xff;
}

static int clamp(int v, int low, int high) { return v < low ? low : v > high ? high : v; }

// Spreads the sample at `from` over `n` places.
static void repeat(uint8_t *to, const uint8_t *from, int n, int element_size)
{
    uint8_t sample[4];
    memcpy(sample, from, (size_t)element_size);
    if (element_size == 1) {
        memset(to, sample[0], (size_t)n);
        return;
    }
    for (int i = 0; i < n; i++)
        memcpy(to + (size_t)i * element_size, sample, (size_t)element_size);
}

void ho_component_get(const struct ho_layout *layout, const AVFrame *av, int c, int x0, int y0,
                      const struct ho_plane *out)
{
    int width = ho_component_width(layout, c, av->width), height = ho_component_height(layout, c, av->height);
    int size = layout->element_size;
    int first = clamp(x0, 0, width - 1), last = clamp(x0 + out->width, first + 1, width);    // inside the frame
    int n_left = clamp(first - x0, 0, out->width - 1), n = clamp(last - first, 1, out->width - n_left);
    int n_right = out->width - n_left - n, previous = -1;
    for (int y = 0; y < out->height; y++) {
        uint8_t *row = out->data + y * out->stride;
        int from_y = clamp(y0 + y, 0, height - 1);
        if (from_y == previous) {
            memcpy(row, row - out->stride, (size_t)out->width * (size_t)size);
            continue;
        }
        uint8_t *inside = row + (size_t)n_left * (size_t)size;
        get_row(layout, av, c, first, from_y, n, inside);
        repeat(row, inside, n_left, size);
        repeat(inside + (size_t)n * (size_t)size, inside + (size_t)(n - 1) * (size_t)size, n_right, size);
        previous = from_y;
    }
}

// Do components share bytes, so that writing one must keep the others' bits?
static bool is_shared(const struct ho_layout *layout)
{
    const AVPixFmtDescriptor *desc = layout->desc;
    if (desc->flags & AV_PIX_FMT_FLAG_BITSTREAM)
        return true;
    for (int a = 0; a < desc->nb_components; a++)
        for (int b = 0; b < a; b++) {
            int apart = desc->comp[a].offset - desc->comp[b].offset;
            if (desc->comp[a].plane == desc->comp[b].plane && (apart < 0 ? -apart : apart) < layout->element_size)
                return true;
        }
    return !has_same_depths(desc) || desc->comp[0].depth < 8;
}

void ho_components_clear(const struct ho_layout *layout, AVFrame *av)
{
    if (!is_shared(layout))
        return;
    for (int y = 0; y < av->height; y++) {
        int bytes = av_image_get_linesize(layout->format, av->width, 0);
        memset(av->data[0] + y * (ptrdiff_t)av->linesize[0], 0, (size_t)(bytes > 0 ? bytes : 0));
    }
}

static void put_row_words(const AVPixFmtDescriptor *desc, const AVComponentDescriptor *comp, const uint8_t *from, int n,
                          int size, uint8_t *to)
{
    bool swap = is_big_endian(desc) != (AV_HAVE_BIGENDIAN != 0);
    for (int x = 0; x < n; x++) {
        if (size == 4) {
            uint32_t v;
            memcpy(&v, from + (size_t)x * 4, 4);
            v = swap ? av_bswap32(v) : v;
            memcpy(to + (size_t)x * comp->step, &v, 4);
        } else {
            uint16_t v;
            memcpy(&v, from + (size_t)x * 2, 2);
            v = (uint16_t)(v << comp->shift);
            v = swap ? av_bswap16(v) : v;
            memcpy(to + (size_t)x * comp->step, &v, 2);
        }
    }
}

static void put_row_shared(const struct ho_layout *layout, AVFrame *av, int c, int y, const uint8_t *from, int n)
{
    const AVComponentDescriptor *comp = &layout->desc->comp[c];
    int max = (1 << comp->depth) - 1;
    uint8_t *data[4] = {av->data[0], av->data[1], av->data[2], av->data[3]};
    for (int x = 0; x < n; x++) {
        int v = from[x];
        if (layout->element_size == 2) {
            uint16_t wide;
            memcpy(&wide, from + (size_t)x * 2, 2);
            v = wide;
        } else if (comp->depth < layout->depth) {
            v = (v * max + 127) / 255;
        }
        uint16_t sample = (uint16_t)(layout->format == AV_PIX_FMT_MONOWHITE ? max - v : v);
        av_write_image_line2(&sample, data, av->linesize, layout->desc, x, y, c, 1, 2);
    }
}

void ho_component_put(const struct ho_layout *layout, AVFrame *av, int c, const struct ho_plane *in)
{
    const AVComponentDescriptor *comp = &layout->desc->comp[c];
    int width = ho_component_width(layout, c, av->width), height = ho_component_height(layout, c, av->height);
    bool shared = is_shared(layout);
    for (int y = 0; y < height; y++) {
        const uint8_t *from = in->data + y * in->stride;
        uint8_t *to = av->data[comp->plane] + y * (ptrdiff_t)av->linesize[comp->plane] + comp->offset;
        if (layout->is_plain)
            memcpy(to, from, (size_t)width * (size_t)layout->element_size);
        else if (shared)
            put_row_shared(layout, av, c, y, from, width);
        else if (layout->element_size > 1)
            put_row_words(layout->desc, comp, from, width, layout->element_size, to);
        else
            for (int x = 0; x < width; x++)
                to[(size_t)x * comp->step] = from[x];
    }
}
