// SPDX-License-Identifier: BSD-2-Clause
// Pictures and mattes to frames. Colour is converted at full resolution, chroma halved by our own filter, and zimg
// rounds to code values.
#include "image/convert.h"

#include <string.h>

#include "image/colour.h"

// Where zimg writes code values: the frame's own planes where they are as it wants them, planes of ours otherwise.
struct sink {
    AVFrame *av;
    struct ho_layout layout;
    int width, height;    // even where chroma asks for it
    bool direct;
    struct ho_plane plane[4];    // by component
};

static int round_up(int v, int to) { return (v + to - 1) / to * to; }

static bool is_direct(const struct sink *s)
{
    if (!s->layout.is_plain || s->width != s->av->width || s->height != s->av->height)
        return false;
    for (int p = 0; p < av_pix_fmt_count_planes(s->av->format); p++)
        if ((uintptr_t)s->av->data[p] % HO_ZIMG_ALIGNMENT || s->av->linesize[p] % HO_ZIMG_ALIGNMENT)
            return false;
    return true;
}

static enum ho_result open_sink(struct ho_converter *converter, AVFrame *av, struct sink *s, struct ho_diag *diag)
{
    *s = (struct sink){.av = av};
    HO_TRY(ho_layout_of(av->format, &s->layout, diag));
    if (s->layout.sub_w > 1 || s->layout.sub_h > 1 || s->layout.desc->flags & AV_PIX_FMT_FLAG_PAL)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "pictures of pixel format %s cannot be written: choose one without a palette and with chroma "
                       "halved at most",
                       s->layout.desc->name);
    s->width = round_up(av->width, 1 << s->layout.sub_w);
    s->height = round_up(av->height, 1 << s->layout.sub_h);
    s->direct = is_direct(s);
    int n = s->layout.desc->nb_components;
    size_t stride = (size_t)round_up(s->width * s->layout.element_size, HO_ALIGNMENT),
           size = stride * (size_t)s->height;
    uint8_t *data = NULL;
    if (!s->direct) {
        HO_TRY(ho_converter_scratch(converter, 0, size * (size_t)n, &data, diag));
        ho_components_clear(&s->layout, av);
    }
    for (int c = 0; c < n; c++) {
        s->plane[c].width = ho_component_width(&s->layout, c, s->width);
        s->plane[c].height = ho_component_height(&s->layout, c, s->height);
        s->plane[c].data = s->direct ? av->data[s->layout.desc->comp[c].plane] : data + size * (size_t)c;
        s->plane[c].stride = s->direct ? av->linesize[s->layout.desc->comp[c].plane] : (ptrdiff_t)stride;
    }
    return HO_OK;
}

static void close_sink(const struct sink *s)
{
    for (int c = 0; c < s->layout.desc->nb_components && !s->direct; c++)
        ho_component_put(&s->layout, s->av, c, &s->plane[c]);
}

static void fill(const struct sink *s, int component, unsigned value)
{
    const struct ho_plane *plane = &s->plane[component];
    for (int y = 0; y < plane->height; y++) {
        uint8_t *row = plane->data + y * plane->stride;
        for (int x = 0; x < plane->width; x++)
            switch (s->layout.element_size) {
            case 1: row[x] = (uint8_t)value; break;
            case 2: ((uint16_t *)(void *)row)[x] = (uint16_t)value; break;
            default: ((uint32_t *)(void *)row)[x] = value; break;
            }
    }
}

static void fill_opaque(const struct sink *s)
{
    static const unsigned float_one = 0x3f800000, half_one = 0x3c00;
    if (s->layout.has_alpha)
        fill(s, s->layout.n_colour,
             s->layout.type == ZIMG_PIXEL_FLOAT  ? float_one
             : s->layout.type == ZIMG_PIXEL_HALF ? half_one
                                                 : (1u << s->layout.depth) - 1);
}

static void copy_plane(const struct sink *s, int from, int to)
{
    for (int y = 0; y < s->plane[from].height; y++)
        memcpy(s->plane[to].data + y * s->plane[to].stride, s->plane[from].data + y * s->plane[from].stride,
               (size_t)s->plane[from].width * (size_t)s->layout.element_size);
}

static void set_plane(zimg_image_buffer *buffer, int place, void *data, ptrdiff_t stride)
{
    buffer->version = ZIMG_API_VERSION;
    buffer->plane[place].data = data;
    buffer->plane[place].stride = stride;
    buffer->plane[place].mask = ZIMG_BUFFER_MAX;
}

static void set_plane_const(zimg_image_buffer_const *buffer, int place, const void *data, ptrdiff_t stride)
{
    buffer->version = ZIMG_API_VERSION;
    buffer->plane[place].data = data;
    buffer->plane[place].stride = stride;
    buffer->plane[place].mask = ZIMG_BUFFER_MAX;
}

static void tag(const struct sink *s, const struct ho_colour *colour)
{
    AVFrame *av = s->av;
    bool yuv = s->layout.family == ZIMG_COLOR_YUV;
    av->color_range = ho_colour_is_full(&s->layout, colour) ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    av->colorspace = yuv                                  ? (enum AVColorSpace)colour->matrix
                     : s->layout.family == ZIMG_COLOR_RGB ? AVCOL_SPC_RGB
                                                          : AVCOL_SPC_UNSPECIFIED;
    av->color_trc = (enum AVColorTransferCharacteristic)colour->transfer;
    av->color_primaries = (enum AVColorPrimaries)colour->primaries;
    av->chroma_location = yuv && (s->layout.sub_w || s->layout.sub_h) ? (enum AVChromaLocation)colour->chroma_location
                                                                      : AVCHROMA_LOC_UNSPECIFIED;
}

// Writes one plane of grey: luma, or each of R, G and B; chroma neutral, alpha opaque.
static enum ho_result write_grey(struct ho_converter *converter, const zimg_image_format *grey, const void *data,
                                 ptrdiff_t stride, const struct ho_colour *colour, AVFrame *av, struct ho_diag *diag)
{
    struct sink s;
    HO_TRY(open_sink(converter, av, &s, diag));
    zimg_image_format to;
    HO_TRY(ho_colour_format(&s.layout, colour, av->width, av->height, &to, diag));
    zimg_image_format to_grey = *grey;
    to_grey.pixel_type = to.pixel_type;
    to_grey.depth = to.depth;
    to_grey.pixel_range = to.pixel_range;
    zimg_image_buffer_const in = {0};
    zimg_image_buffer out = {0};
    set_plane_const(&in, 0, data, stride);
    set_plane(&out, 0, s.plane[0].data, s.plane[0].stride);
    HO_TRY(ho_graphs_run(converter->graphs, grey, &to_grey, &in, &out, diag));
    for (int c = 1; c < s.layout.n_colour; c++) {
        if (s.layout.family == ZIMG_COLOR_YUV)
            fill(&s, c, 1u << (s.layout.depth - 1));
        else
            copy_plane(&s, 0, c);
    }
    fill_opaque(&s);
    close_sink(&s);
    tag(&s, colour);
    return HO_OK;
}

static enum ho_result check_size(int width, int height, const AVFrame *av, struct ho_diag *diag)
{
    if (width != av->width || height != av->height)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "a picture of %dx%d cannot be written into a frame of %dx%d: the sizes must be equal", width,
                       height, av->width, av->height);
    return HO_OK;
}

static zimg_image_format grey_format(int width, int height, zimg_pixel_type_e type, unsigned depth)
{
    zimg_image_format grey = ho_zimg_format();
    grey.width = (unsigned)width;
    grey.height = (unsigned)height;
    grey.pixel_type = type;
    grey.depth = depth;
    grey.pixel_range = ZIMG_RANGE_FULL;
    return grey;
}

enum ho_result ho_converter_write_matte(struct ho_converter *converter, const struct ho_matte *matte,
                                        const struct ho_colour *colour, AVFrame *av, struct ho_diag *diag)
{
    HO_TRY(check_size(matte->width, matte->height, av, diag));
    zimg_image_format grey = grey_format(matte->width, matte->height, ZIMG_PIXEL_WORD, 16);
    return write_grey(converter, &grey, matte->data, (ptrdiff_t)matte->stride * (ptrdiff_t)sizeof *matte->data, colour,
                      av, diag);
}

// Float Y, U, V and perhaps A of the picture's size in planes of ours, with room for an even size.
struct full {
    float *plane[4], *half[2], *scratch;
    int stride;
};

static enum ho_result alloc_full(struct ho_converter *converter, const struct sink *s, struct full *full,
                                 struct ho_diag *diag)
{
    full->stride = round_up(s->width, HO_ALIGNMENT / (int)sizeof(float));
    size_t size = (size_t)full->stride * (size_t)s->height;
    uint8_t *bytes = NULL;
    HO_TRY(ho_converter_scratch(converter, 1, 7 * size * sizeof(float), &bytes, diag));
    float *data = (float *)(void *)bytes;
    for (int i = 0; i < 4; i++)
        full->plane[i] = data + size * (size_t)i;
    full->half[0] = data + 4 * size;
    full->half[1] = data + 5 * size;
    full->scratch = data + 6 * size;
    return HO_OK;
}

// Repeats the last column and row of a plane into what makes its size even: zimg takes no odd size with subsampled
// chroma.
static void pad(float *plane, int stride, int width, int height, int to_width, int to_height)
{
    for (int y = 0; y < height && to_width > width; y++)
        plane[(size_t)y * (size_t)stride + (size_t)width] = plane[(size_t)y * (size_t)stride + (size_t)width - 1];
    if (to_height > height)
        memcpy(plane + (size_t)height * (size_t)stride, plane + (size_t)(height - 1) * (size_t)stride,
               (size_t)to_width * sizeof *plane);
}

static enum ho_result write_subsampled(struct ho_converter *converter, const struct sink *s,
                                       const zimg_image_format *rgb, const zimg_image_buffer_const *in,
                                       const zimg_image_format *to, bool alpha, struct ho_diag *diag)
{
    struct full full;
    HO_TRY(alloc_full(converter, s, &full, diag));
    int width = s->av->width, height = s->av->height;
    zimg_image_format even = *to, yuv;
    even.pixel_type = ZIMG_PIXEL_FLOAT;
    even.depth = 32;
    yuv = even;
    yuv.width = (unsigned)width;
    yuv.height = (unsigned)height;
    yuv.subsample_w = yuv.subsample_h = 0;
    zimg_image_buffer out = {0};
    ptrdiff_t stride = (ptrdiff_t)full.stride * (ptrdiff_t)sizeof(float);
    for (int i = 0; i < 4; i++)
        set_plane(&out, i, full.plane[i], stride);
    HO_TRY(ho_graphs_run(converter->graphs, rgb, &yuv, in, &out, diag));

    pad(full.plane[0], full.stride, width, height, s->width, s->height);
    if (alpha)
        pad(full.plane[3], full.stride, width, height, s->width, s->height);
    for (int c = 0; c < 2; c++)
        ho_chroma_halve(full.plane[1 + c], full.stride, width, height, s->layout.sub_w, ho_colour_siting_w(to),
                        s->layout.sub_h, ho_colour_siting_h(to), full.scratch, full.half[c], full.stride);
    zimg_image_buffer_const codes_in = {0};
    zimg_image_buffer codes = {0};
    for (int c = 0; c < 3 + (alpha ? 1 : 0); c++) {
        set_plane_const(&codes_in, c, c == 1 || c == 2 ? full.half[c - 1] : full.plane[c], stride);
        set_plane(&codes, c, s->plane[c].data, s->plane[c].stride);
    }
    return ho_graphs_run(converter->graphs, &even, to, &codes_in, &codes, diag);
}

static enum ho_result write_colour(struct ho_converter *converter, const struct ho_picture *picture,
                                   const struct ho_colour *colour, AVFrame *av, struct ho_diag *diag)
{
    struct sink s;
    HO_TRY(open_sink(converter, av, &s, diag));
    bool alpha = picture->n_planes == 4 && s.layout.has_alpha;
    zimg_image_format to;
    HO_TRY(ho_colour_format(&s.layout, colour, av->width, av->height, &to, diag));
    to.width = (unsigned)s.width;
    to.height = (unsigned)s.height;
    zimg_image_format rgb = ho_colour_rgb(&to, av->width, av->height);
    if (alpha) {
        rgb.alpha = ZIMG_ALPHA_PREMULTIPLIED;
        to.alpha = s.layout.is_premultiplied || converter->writes_premultiplied ? ZIMG_ALPHA_PREMULTIPLIED
                                                                                : ZIMG_ALPHA_STRAIGHT;
    }
    if (s.layout.family == ZIMG_COLOR_GREY)
        to.matrix_coefficients = ZIMG_MATRIX_BT709;
    zimg_image_buffer_const in = {0};
    for (int p = 0; p < 3 + (alpha ? 1 : 0); p++)
        set_plane_const(&in, p, picture->plane[p], (ptrdiff_t)picture->stride * (ptrdiff_t)sizeof(float));
    if (s.layout.sub_w || s.layout.sub_h) {
        HO_TRY(write_subsampled(converter, &s, &rgb, &in, &to, alpha, diag));
    } else {
        zimg_image_buffer out = {0};
        for (int c = 0; c < s.layout.n_colour; c++)
            set_plane(&out, c, s.plane[c].data, s.plane[c].stride);
        if (alpha)
            set_plane(&out, 3, s.plane[s.layout.n_colour].data, s.plane[s.layout.n_colour].stride);
        HO_TRY(ho_graphs_run(converter->graphs, &rgb, &to, &in, &out, diag));
    }
    if (!alpha)
        fill_opaque(&s);
    close_sink(&s);
    tag(&s, colour);
    return HO_OK;
}

enum ho_result ho_converter_write(struct ho_converter *converter, const struct ho_picture *picture,
                                  const struct ho_colour *colour, AVFrame *av, struct ho_diag *diag)
{
    HO_TRY(check_size(picture->width, picture->height, av, diag));
    if (picture->n_planes > 1)
        return write_colour(converter, picture, colour, av, diag);
    zimg_image_format grey = grey_format(picture->width, picture->height, ZIMG_PIXEL_FLOAT, 32);
    return write_grey(converter, &grey, picture->plane[0], (ptrdiff_t)picture->stride * (ptrdiff_t)sizeof(float),
                      colour, av, diag);
}
