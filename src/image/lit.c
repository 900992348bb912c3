// SPDX-License-Identifier: BSD-2-Clause
#include "image/lit.h"

#include <string.h>

#include <libavutil/pixdesc.h>

#include "image/frame.h"

// What counts as black in one plane: luma at or below `black`, chroma at `black` exactly.
struct plane {
    const uint8_t *data;
    ptrdiff_t stride;
    int width, height, shift_x, shift_y, bytes;
    unsigned black;
    bool exact;
};

static bool is_lit(const struct plane *plane, const uint8_t *row, int x)
{
    unsigned code = plane->bytes == 1 ? row[x] : (unsigned)row[2 * x] | (unsigned)row[2 * x + 1] << 8;
    return plane->exact ? code != plane->black : code > plane->black;
}

// Eight pixels at a time where all are equal to the first one, as flat black is.
static bool row_is_lit(const struct plane *plane, const uint8_t *row)
{
    size_t size = (size_t)plane->width * (size_t)plane->bytes;
    if (is_lit(plane, row, 0))
        return true;
    if (size > (size_t)plane->bytes && memcmp(row, row + plane->bytes, size - (size_t)plane->bytes) == 0)
        return false;
    for (int x = 1; x < plane->width; x++)
        if (is_lit(plane, row, x))
            return true;
    return false;
}

// False: nothing of it is lit.
static bool grow(const struct plane *plane, struct ho_rect *lit)
{
    int top = 0, bottom = plane->height;
    while (top < bottom && !row_is_lit(plane, plane->data + top * plane->stride))
        top++;
    if (top == bottom)
        return false;
    while (!row_is_lit(plane, plane->data + (bottom - 1) * plane->stride))
        bottom--;
    int left = plane->width, right = 0;
    for (int y = top; y < bottom; y++) {
        const uint8_t *row = plane->data + y * plane->stride;
        for (int x = 0; x < left; x++)
            if (is_lit(plane, row, x))
                left = x;
        for (int x = plane->width - 1; x >= right; x--)
            if (is_lit(plane, row, x))
                right = x + 1;
    }
    // Chroma is resampled: its neighbours are touched too.
    int reach = plane->shift_x || plane->shift_y ? 2 : 0;
    struct ho_rect r = {(left - reach) * (1 << plane->shift_x), (top - reach) * (1 << plane->shift_y),
                        (right + reach) * (1 << plane->shift_x), (bottom + reach) * (1 << plane->shift_y)};
    bool empty = lit->x1 <= lit->x0;
    lit->x0 = empty || r.x0 < lit->x0 ? r.x0 : lit->x0;
    lit->y0 = empty || r.y0 < lit->y0 ? r.y0 : lit->y0;
    lit->x1 = empty || r.x1 > lit->x1 ? r.x1 : lit->x1;
    lit->y1 = empty || r.y1 > lit->y1 ? r.y1 : lit->y1;
    return true;
}

bool ho_frame_lit(const struct ho_frame *frame, struct ho_rect *out)
{
    const AVFrame *av = ho_frame_av(frame);
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get((enum AVPixelFormat)av->format);
    *out = (struct ho_rect){0, 0, av->width, av->height};
    const uint64_t unfit = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_BE |
                           AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_ALPHA;
    if (!format || (format->flags & unfit) ||
        (format->nb_components == 3 && format->comp[1].plane == format->comp[2].plane) || format->comp[0].shift)
        return false;
    int depth = format->comp[0].depth, bytes = depth > 8 ? 2 : 1;
    bool full = av->color_range == AVCOL_RANGE_JPEG;
    struct ho_rect lit = {0};
    bool grey = true;
    for (int c = 0; c < format->nb_components; c++) {
        if (format->comp[c].step != bytes)
            return false;
        struct plane plane = {.data = av->data[format->comp[c].plane],
                              .stride = av->linesize[format->comp[c].plane],
                              .bytes = bytes,
                              .exact = c > 0};
        plane.shift_x = c ? format->log2_chroma_w : 0;
        plane.shift_y = c ? format->log2_chroma_h : 0;
        plane.width = -(-av->width >> plane.shift_x);
        plane.height = -(-av->height >> plane.shift_y);
        plane.black = c ? 1u << (depth - 1) : full ? 0 : 16u << (depth - 8);
        if (grow(&plane, &lit) && c > 0)
            grey = false;
    }
    lit.x0 = lit.x0 < 0 ? 0 : lit.x0;
    lit.y0 = lit.y0 < 0 ? 0 : lit.y0;
    lit.x1 = lit.x1 > av->width ? av->width : lit.x1;
    lit.y1 = lit.y1 > av->height ? av->height : lit.y1;
    *out = lit;
    return grey;
}
