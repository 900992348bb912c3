// SPDX-License-Identifier: BSD-2-Clause
// Frames and pictures as packed R'G'B' of 8 bits, for a screen.
#include "base/memory.h"
#include "image/convert.h"

static uint8_t code(float v) { return v > 0.0f ? v < 1.0f ? (uint8_t)(v * 255.0f + 0.5f) : 255 : 0; }

void ho_picture_to_rgb(const struct ho_picture *picture, uint8_t *pixels)
{
    const int second = picture->n_planes > 1 ? 1 : 0, third = picture->n_planes > 1 ? 2 : 0;
    for (int y = 0; y < picture->height; y++) {
        const size_t row = (size_t)y * (size_t)picture->stride;
        const float *r = picture->plane[0] + row, *g = picture->plane[second] + row, *b = picture->plane[third] + row;
        for (int x = 0; x < picture->width; x++, pixels += 3) {
            pixels[0] = code(r[x]);
            pixels[1] = code(g[x]);
            pixels[2] = code(b[x]);
        }
    }
}

static void pack(const uint8_t *const plane[3], ptrdiff_t stride, int width, int height, uint8_t *restrict pixels)
{
    for (int y = 0; y < height; y++) {
        const uint8_t *r = plane[0] + y * stride, *g = plane[1] + y * stride, *b = plane[2] + y * stride;
        for (int x = 0; x < width; x++) {
            pixels[3 * x] = r[x];
            pixels[3 * x + 1] = g[x];
            pixels[3 * x + 2] = b[x];
        }
        pixels += 3 * (size_t)width;
    }
}

// By way of floats. What is premultiplied lies over black as it is.
static enum ho_result read_floats(struct ho_converter *converter, const struct ho_frame *frame,
                                  const struct ho_rect *region, int width, int height, uint8_t *pixels,
                                  struct ho_diag *diag)
{
    struct ho_picture *picture;
    HO_TRY(ho_picture_create(width, height, ho_frame_has_alpha(frame) ? 4 : 3, &picture, diag));
    enum ho_result result = ho_converter_read(converter, frame, region, picture, diag);
    if (result == HO_OK)
        ho_picture_to_rgb(picture, pixels);
    ho_picture_destroy(&picture);
    return result;
}

// zimg's own bytes are the nearest to the floats where a matrix comes between; grey and RGB it resamples in their
// depth, and clips what swings over in one direction before it goes on in the other.
static enum ho_result is_exact_in_bytes(const struct ho_frame *frame, bool *out, struct ho_diag *diag)
{
    struct ho_layout layout;
    HO_TRY(ho_layout_of(ho_frame_av(frame)->format, &layout, diag));
    *out = layout.family == ZIMG_COLOR_YUV && !ho_frame_has_alpha(frame);
    return HO_OK;
}

enum ho_result ho_converter_read_rgb(struct ho_converter *converter, const struct ho_frame *frame,
                                     const struct ho_rect *region, int width, int height, uint8_t *pixels,
                                     struct ho_diag *diag)
{
    bool in_bytes;
    if (width < 1 || height < 1 || width > HO_SIZE_MAX || height > HO_SIZE_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "a picture of %dx%d pixels cannot be made: each side must be 1 to %d",
                       width, height, HO_SIZE_MAX);
    HO_TRY(is_exact_in_bytes(frame, &in_bytes, diag));
    if (!in_bytes)
        return read_floats(converter, frame, region, width, height, pixels, diag);
    const ptrdiff_t stride = (width + HO_ALIGNMENT - 1) / HO_ALIGNMENT * HO_ALIGNMENT;
    uint8_t *data;
    HO_TRY(ho_converter_scratch(converter, 1, (size_t)stride * (size_t)height * 3, &data, diag));
    uint8_t *const plane[3] = {data, data + stride * height, data + 2 * stride * height};
    HO_TRY(ho_converter_read_bytes(converter, frame, region, width, height, plane, stride, diag));
    const uint8_t *const from[3] = {plane[0], plane[1], plane[2]};
    pack(from, stride, width, height, pixels);
    return HO_OK;
}
