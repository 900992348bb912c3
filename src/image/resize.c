// SPDX-License-Identifier: BSD-2-Clause
#include "image/resize.h"

#include <string.h>

static zimg_image_format format_of(int width, int height)
{
    zimg_image_format format = ho_zimg_format();
    format.width = (unsigned)width;
    format.height = (unsigned)height;
    format.pixel_type = ZIMG_PIXEL_FLOAT;
    format.depth = 32;
    format.color_family = ZIMG_COLOR_GREY;
    return format;
}

static void copy(const struct ho_picture *from, int from_plane, int x0, int y0, struct ho_picture *to, int to_plane)
{
    for (int y = 0; y < to->height; y++)
        memcpy(to->plane[to_plane] + (ptrdiff_t)y * to->stride,
               from->plane[from_plane] + (ptrdiff_t)(y0 + y) * from->stride + x0, (size_t)to->width * sizeof(float));
}

static bool is_whole(double v) { return v == (double)(int)v; }

enum ho_result ho_plane_resize(struct ho_graphs *graphs, const struct ho_picture *from, int from_plane, double x0,
                               double y0, double width, double height, struct ho_picture *to, int to_plane,
                               struct ho_diag *diag)
{
    if (width == to->width && height == to->height && is_whole(x0) && is_whole(y0)) {
        copy(from, from_plane, (int)x0, (int)y0, to, to_plane);
        return HO_OK;
    }
    zimg_image_format in = format_of(from->width, from->height), out = format_of(to->width, to->height);
    in.active_region.left = x0;
    in.active_region.top = y0;
    in.active_region.width = width;
    in.active_region.height = height;
    zimg_image_buffer_const source = {.version = ZIMG_API_VERSION};
    zimg_image_buffer target = {.version = ZIMG_API_VERSION};
    source.plane[0].data = from->plane[from_plane];
    source.plane[0].stride = from->stride * (ptrdiff_t)sizeof(float);
    source.plane[0].mask = ZIMG_BUFFER_MAX;
    target.plane[0].data = to->plane[to_plane];
    target.plane[0].stride = to->stride * (ptrdiff_t)sizeof(float);
    target.plane[0].mask = ZIMG_BUFFER_MAX;
    return ho_graphs_run(graphs, &in, &out, &source, &target, diag);
}
