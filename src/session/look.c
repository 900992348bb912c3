// SPDX-License-Identifier: BSD-2-Clause
// How a matte is shown with its picture, single channels, and timecode burnt in for looking.
#include <cairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/paint.h"

#define OVERLAY_OPACITY 0.55f    // as src/deliver/view.c has it
enum { CHECK_SIZE = 12 };

static uint8_t mix(uint8_t from, float to, float share)
{
    return (uint8_t)((float)from + (to - (float)from) * share + 0.5f);
}

static void overlay(const struct paint *paint, struct canvas *canvas, const uint8_t *key)
{
    const size_t n = (size_t)canvas->width * (size_t)canvas->height;
    for (size_t i = 0; i < n; i++)
        for (int c = 0; c < 3; c++)
            canvas->rgb[3 * i + (size_t)c] = mix(canvas->rgb[3 * i + (size_t)c], 255 * paint->colour[c],
                                                 OVERLAY_OPACITY * (float)key[i] / 255);
}

// Grey, or a checkerboard, where the object is not.
static void outside(struct canvas *canvas, const uint8_t *key, bool checker)
{
    for (int y = 0; y < canvas->height; y++)
        for (int x = 0; x < canvas->width; x++) {
            const size_t i = (size_t)y * (size_t)canvas->width + (size_t)x;
            const float other = !checker ? 128 : (x / CHECK_SIZE + y / CHECK_SIZE) % 2 ? 104 : 152;
            for (int c = 0; c < 3; c++)
                canvas->rgb[3 * i + (size_t)c] = mix(canvas->rgb[3 * i + (size_t)c], other, 1 - (float)key[i] / 255);
        }
}

static void grey_of(struct canvas *canvas, const uint8_t *key)
{
    const size_t n = (size_t)canvas->width * (size_t)canvas->height;
    for (size_t i = 0; i < n; i++)
        memset(canvas->rgb + 3 * i, key ? key[i] : 0, 3);
}

static void one_channel(struct canvas *canvas, int channel)
{
    const size_t n = (size_t)canvas->width * (size_t)canvas->height;
    for (size_t i = 0; i < n; i++)
        memset(canvas->rgb + 3 * i, canvas->rgb[3 * i + (size_t)channel], 3);
}

void look_apply(const struct paint *paint, struct canvas *canvas, const uint8_t *key)
{
    switch (paint->request.look) {
    case HO_LOOK_PICTURE: break;
    case HO_LOOK_OVERLAY:
        if (key)
            overlay(paint, canvas, key);
        break;
    case HO_LOOK_HIGHLIGHT:
    case HO_LOOK_CHECKER:
        if (key)
            outside(canvas, key, paint->request.look == HO_LOOK_CHECKER);
        break;
    case HO_LOOK_MATTE: grey_of(canvas, key); break;
    }
    switch (paint->request.channel) {
    case HO_CHANNEL_COLOUR: break;
    case HO_CHANNEL_ALPHA: grey_of(canvas, key); break;
    case HO_CHANNEL_RED: one_channel(canvas, 0); break;
    case HO_CHANNEL_GREEN: one_channel(canvas, 1); break;
    case HO_CHANNEL_BLUE: one_channel(canvas, 2); break;
    }
}

// ---- timecode

static cairo_surface_t *draw(const char *text, int size)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, size * 20, size * 2);
    cairo_t *cairo = cairo_create(surface);
    cairo_select_font_face(cairo, "monospace", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_BOLD);
    cairo_set_font_size(cairo, size);
    cairo_move_to(cairo, 0, size * 1.4);
    cairo_show_text(cairo, text);
    cairo_destroy(cairo);
    cairo_surface_flush(surface);
    return surface;
}

// White on half black, its left upper corner at (x, y).
static void put(struct canvas *canvas, cairo_surface_t *surface, int x, int y, int width)
{
    const uint8_t *data = cairo_image_surface_get_data(surface);
    const int stride = cairo_image_surface_get_stride(surface), height = cairo_image_surface_get_height(surface);
    for (int v = 0; data && v < height && y + v < canvas->height; v++)
        for (int u = 0; u < width && x + u < canvas->width; u++) {
            uint8_t *to = canvas->rgb + 3 * ((size_t)(y + v) * (size_t)canvas->width + (size_t)(x + u));
            const float share = (float)data[(ptrdiff_t)v * stride + u] / 255;
            for (int c = 0; c < 3 && y + v >= 0 && x + u >= 0; c++)
                to[c] = mix((uint8_t)(to[c] / 2), 255, share);
        }
}

void look_timecode(const struct paint *paint, struct canvas *canvas)
{
    const struct ho_timecode codes[] = {paint->source, paint->record};
    const int size = canvas->height / 24 < 8 ? 8 : canvas->height / 24;
    for (int i = 0; i < 2; i++) {
        char text[HO_TIMECODE_SIZE];
        if (codes[i].fps == 0)
            continue;
        ho_timecode_format(codes[i], text);
        cairo_surface_t *surface = draw(text, size);
        const int width = (int)((double)strlen(text) * 0.62 * size);
        put(canvas, surface, i == 0 ? size / 2 : canvas->width - width - size / 2, canvas->height - 5 * size / 2,
            width);
        cairo_surface_destroy(surface);
    }
}
