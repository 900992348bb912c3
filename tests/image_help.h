// SPDX-License-Identifier: BSD-2-Clause
// For the image room's tests: random numbers that are the same everywhere, frames of a format, pictures compared.
#ifndef HO_TESTS_IMAGE_HELP_H
#define HO_TESTS_IMAGE_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "image/frame.h"
#include "image/planes.h"

static inline uint32_t random_next(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static inline float random_unit(uint32_t *state) { return (float)(random_next(state) >> 8) / 16777216.0f; }

static inline AVFrame *av_create(enum AVPixelFormat format, int width, int height)
{
    AVFrame *av = av_frame_alloc();
    assert_non_null(av);
    av->format = format;
    av->width = width;
    av->height = height;
    assert_true(av_frame_get_buffer(av, 64) >= 0);
    for (int p = 0; p < 4 && av->buf[p];
         p++)    // zimg's vectors run over into the padding of rows, with weights of 0: valgrind can't know
        memset(av->buf[p]->data, 0, (size_t)av->buf[p]->size);
    return av;
}

static inline int n_components(const struct ho_layout *layout)
{
    return layout->n_colour + (layout->has_alpha ? 1 : 0);
}

// One component as 16-bit code values, whatever the format.
static inline uint16_t *codes_of(const AVFrame *av, int c, int *width, int *height)
{
    struct ho_layout layout;
    assert_int_equal(ho_layout_of(av->format, &layout, NULL), HO_OK);
    *width = ho_component_width(&layout, c, av->width);
    *height = ho_component_height(&layout, c, av->height);
    size_t n = (size_t)*width * (size_t)*height;
    uint16_t *codes = malloc(n * sizeof *codes);
    uint8_t *raw = malloc(n * (size_t)layout.element_size);
    struct ho_plane plane = {raw, (ptrdiff_t)*width * layout.element_size, *width, *height};
    ho_component_get(&layout, av, c, 0, 0, &plane);
    for (size_t i = 0; i < n; i++)
        codes[i] = layout.element_size == 1 ? raw[i] : ((uint16_t *)(void *)raw)[i];
    free(raw);
    return codes;
}

static inline void put_codes(AVFrame *av, int c, const uint16_t *codes)
{
    struct ho_layout layout;
    assert_int_equal(ho_layout_of(av->format, &layout, NULL), HO_OK);
    int width = ho_component_width(&layout, c, av->width), height = ho_component_height(&layout, c, av->height);
    size_t n = (size_t)width * (size_t)height;
    uint8_t *raw = malloc(n * (size_t)layout.element_size);
    for (size_t i = 0; i < n; i++)
        if (layout.element_size == 1)
            raw[i] = (uint8_t)codes[i];
        else
            ((uint16_t *)(void *)raw)[i] = codes[i];
    struct ho_plane plane = {raw, (ptrdiff_t)width * layout.element_size, width, height};
    ho_component_put(&layout, av, c, &plane);
    free(raw);
}

// Every component filled with random codes of [low, high] of its range's span.
static inline void fill_random(AVFrame *av, uint32_t seed, bool legal)
{
    struct ho_layout layout;
    assert_int_equal(ho_layout_of(av->format, &layout, NULL), HO_OK);
    ho_components_clear(&layout, av);
    for (int c = 0; c < n_components(&layout); c++) {
        size_t n = (size_t)ho_component_width(&layout, c, av->width) *
                   (size_t)ho_component_height(&layout, c, av->height);
        uint16_t *codes = malloc(n * sizeof *codes);
        unsigned unit = 1u << (layout.depth - 8), low = legal ? 16 * unit : 0,
                 high = legal ? 235 * unit : (1u << layout.depth) - 1;
        for (size_t i = 0; i < n; i++)
            codes[i] = (uint16_t)(low + random_next(&seed) % (high - low + 1));
        put_codes(av, c, codes);
        free(codes);
    }
}

static inline struct ho_frame *frame_of(AVFrame *av, int matrix, int full_range)
{
    struct ho_colour colour = {matrix, 2, 2, full_range, 0};
    struct ho_frame *frame = NULL;
    struct ho_diag diag = {0};
    if (ho_frame_create(&av, 7, 0, &colour, false, &frame, &diag) != HO_OK)
        fail_msg("%s", diag.message);
    return frame;
}

static inline struct ho_picture *picture_create(int width, int height, int n_planes)
{
    struct ho_picture *picture = NULL;
    assert_int_equal(ho_picture_create(width, height, n_planes, &picture, NULL), HO_OK);
    for (int p = 0; p < n_planes; p++)
        for (size_t i = 0; i < (size_t)picture->stride * (size_t)height; i++)
            picture->plane[p][i] = NAN;    // what is not written shows
    return picture;
}

static inline float pixel(const struct ho_picture *picture, int plane, int x, int y)
{
    return picture->plane[plane][(size_t)y * (size_t)picture->stride + (size_t)x];
}

static inline void set_pixel(struct ho_picture *picture, int plane, int x, int y, float value)
{
    picture->plane[plane][(size_t)y * (size_t)picture->stride + (size_t)x] = value;
}

static inline double largest_difference(const struct ho_picture *a, const struct ho_picture *b)
{
    double most = 0;
    for (int p = 0; p < a->n_planes; p++)
        for (int y = 0; y < a->height; y++)
            for (int x = 0; x < a->width; x++) {
                double d = fabs((double)pixel(a, p, x, y) - (double)pixel(b, p, x, y));
                if (!(d <= most))
                    most = isnan(d) ? 1e300 : d;
            }
    return most;
}

#endif
