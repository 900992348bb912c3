// SPDX-License-Identifier: BSD-2-Clause
// Contact sheets: a column for each frame, with the source, the matte as red overlay, and the matte itself under each
// other.
#include <cairo.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limit.h"
#include "base/memory.h"
#include "deliver/output.h"
#include "deliver/view.h"
#include "holdout/deliver.h"

#define COLUMNS_MAX 64
#define COLUMNS_DEFAULT 8
#define COLUMNS_A_LINE 8    // more columns than this go on in further lines
#define TILE_DEFAULT 320
#define TILE_MIN 64
#define TILE_MAX 4096
#define UNIT_MIN 260       // pixels: text does not shrink further with the tiles
#define SHEET_MAX 32000    // pixels: Cairo's limit is 32767

// Pixels between and around tiles, and the text's heights; they scale with the tile.
struct layout {
    int tile_width, tile_height, gap, margin, title, caption, label, n_rows, per_line, n_lines, width, height;
};

struct sheet {
    const struct ho_sheet_request *request;
    struct ho_reader *source, *matte;
    struct ho_converter *converter;
    struct ho_picture *picture, *key;    // of a tile
    struct layout layout;
    cairo_surface_t *surface;
    cairo_t *cairo;
};

static const struct colour {
    double r, g, b;
} background = {0.105, 0.11, 0.12}, bright = {0.93, 0.93, 0.92}, dim = {0.62, 0.63, 0.65};

// What is shown of a file's pictures: the zoom is in pixels of the source, of which a matte may have fewer.
static struct ho_rect part_of(const struct ho_sheet_request *request, const struct ho_source_info *source,
                              const struct ho_source_info *file)
{
    struct ho_rect z = request->zoom;
    if (z.x1 <= z.x0 || z.y1 <= z.y0)
        return (struct ho_rect){0, 0, file->width, file->height};
    double sx = (double)file->width / source->width, sy = (double)file->height / source->height;
    struct ho_rect r = {(int)floor(z.x0 * sx), (int)floor(z.y0 * sy), (int)ceil(z.x1 * sx), (int)ceil(z.y1 * sy)};
    return r;
}

static enum ho_result lay_out(struct sheet *sheet, size_t n_columns, struct ho_diag *diag)
{
    const struct ho_source_info *info = ho_reader_info(sheet->source);
    struct layout *l = &sheet->layout;
    double aspect = info->pixel_aspect.den > 0 && info->pixel_aspect.num > 0
                        ? (double)info->pixel_aspect.num / (double)info->pixel_aspect.den
                        : 1;
    l->tile_width = sheet->request->tile_width ? sheet->request->tile_width : TILE_DEFAULT;
    if (l->tile_width < TILE_MIN || l->tile_width > TILE_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "a tile is %d to %d pixels wide, not %d", TILE_MIN, TILE_MAX,
                       l->tile_width);
    struct ho_rect part = part_of(sheet->request, info, info);
    double height = round(l->tile_width * (double)(part.y1 - part.y0) / ((part.x1 - part.x0) * aspect));
    l->tile_height = height < 1 ? 1 : height > SHEET_MAX ? SHEET_MAX : (int)height;
    int unit = l->tile_width < UNIT_MIN ? UNIT_MIN : l->tile_width;
    l->gap = 2 + unit / 80;
    l->margin = unit / 12;
    l->title = unit / 8;
    l->caption = unit / 11;
    l->label = unit / 13;
    l->n_rows = sheet->matte ? 3 : 1;
    int most = sheet->request->per_line > 0 ? sheet->request->per_line : COLUMNS_A_LINE;
    l->n_lines = ((int)n_columns + most - 1) / most;
    l->per_line = sheet->request->per_line > 0 && l->n_lines > 1 ? most
                                                                 : ((int)n_columns + l->n_lines - 1) / l->n_lines;
    double width = 2.0 * l->margin + l->label + (double)l->per_line * (l->tile_width + l->gap) - l->gap;
    double full = 2.0 * l->margin + l->title +
                  (double)l->n_lines * (l->caption + l->n_rows * (l->tile_height + l->gap) + l->margin) - l->margin -
                  l->gap;
    if (width > SHEET_MAX || full > SHEET_MAX)
        return ho_fail(
            diag, HO_ERROR_USAGE,
            "the sheet would be %.0fx%.0f pixels; take fewer frames or smaller tiles (at most %d either way)", width,
            full, SHEET_MAX);
    l->width = (int)width;
    l->height = (int)full;
    return HO_OK;
}

// Owned by the caller: g_object_unref().
static PangoLayout *make_text(cairo_t *cairo, const char *text, double size, bool bold)
{
    PangoLayout *layout = pango_cairo_create_layout(cairo);
    PangoFontDescription *font = pango_font_description_from_string(bold ? "Sans Bold" : "Sans");
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_text(layout, text, -1);
    pango_font_description_free(font);
    return layout;
}

// Returns the text's width.
static int draw_text(cairo_t *cairo, const char *text, double x, double y, double size, bool bold, struct colour colour)
{
    PangoLayout *layout = make_text(cairo, text, size, bold);
    int width;
    pango_layout_get_pixel_size(layout, &width, NULL);
    cairo_set_source_rgb(cairo, colour.r, colour.g, colour.b);
    cairo_move_to(cairo, x, y);
    pango_cairo_show_layout(cairo, layout);
    g_object_unref(layout);
    return width;
}

// A row's name, standing on its side left of the row.
static void draw_label(const struct sheet *sheet, const char *text, double y)
{
    const struct layout *l = &sheet->layout;
    double size = l->label * 0.56;
    PangoLayout *layout = make_text(sheet->cairo, text, size, false);
    int width;
    pango_layout_get_pixel_size(layout, &width, NULL);
    cairo_save(sheet->cairo);
    cairo_set_source_rgb(sheet->cairo, dim.r, dim.g, dim.b);
    cairo_translate(sheet->cairo, l->margin - size * 0.2, y + l->tile_height / 2.0 + width / 2.0);
    cairo_rotate(sheet->cairo, -G_PI / 2);
    cairo_move_to(sheet->cairo, 0, 0);
    pango_cairo_show_layout(sheet->cairo, layout);
    cairo_restore(sheet->cairo);
    g_object_unref(layout);
}

static unsigned to_byte(float value) { return (unsigned)(fminf(fmaxf(value, 0), 1) * 255 + 0.5f); }

// Paints a picture (1 or 3 planes) at its own size.
static enum ho_result draw_picture(const struct sheet *sheet, const struct ho_picture *picture, int x, int y,
                                   struct ho_diag *diag)
{
    cairo_surface_t *tile = cairo_image_surface_create(CAIRO_FORMAT_RGB24, picture->width, picture->height);
    if (cairo_surface_status(tile) != CAIRO_STATUS_SUCCESS) {
        cairo_surface_destroy(tile);
        return ho_fail_memory(diag, (size_t)picture->width * (size_t)picture->height * 4);
    }
    unsigned char *rows = cairo_image_surface_get_data(tile);
    int stride = cairo_image_surface_get_stride(tile), green = picture->n_planes > 1 ? 1 : 0,
        blue = picture->n_planes > 1 ? 2 : 0;
    for (int row = 0; row < picture->height; row++) {
        uint32_t *out = (uint32_t *)(void *)(rows + (ptrdiff_t)row * stride);
        ptrdiff_t at = (ptrdiff_t)row * picture->stride;
        for (int column = 0; column < picture->width; column++)
            out[column] = to_byte(picture->plane[0][at + column]) << 16 |
                          to_byte(picture->plane[green][at + column]) << 8 | to_byte(picture->plane[blue][at + column]);
    }
    cairo_surface_mark_dirty(tile);
    cairo_set_source_surface(sheet->cairo, tile, x, y);
    cairo_paint(sheet->cairo);
    cairo_surface_destroy(tile);
    return HO_OK;
}

static enum ho_result read_tile(struct sheet *sheet, struct ho_reader *reader, int64_t frame, struct ho_picture *out,
                                struct ho_diag *diag)
{
    struct ho_frame *decoded = NULL;
    HO_TRY(ho_reader_frame(reader, frame, &decoded, diag));
    struct ho_rect part = part_of(sheet->request, ho_reader_info(sheet->source), ho_reader_info(reader));
    enum ho_result result = ho_converter_read(sheet->converter, decoded, &part, out, diag);
    ho_frame_unref(&decoded);
    return result;
}

static enum ho_result draw_column(struct sheet *sheet, int column, int64_t frame, struct ho_diag *diag)
{
    const struct layout *l = &sheet->layout;
    const struct ho_source_info *info = ho_reader_info(sheet->source);
    int line = column / l->per_line, x = l->margin + l->label + column % l->per_line * (l->tile_width + l->gap);
    int y = l->margin + l->title + line * (l->caption + l->n_rows * (l->tile_height + l->gap) + l->margin);
    char number[32], timecode[HO_TIMECODE_SIZE] = "";
    const int64_t first = sheet->request->has_first_number ? sheet->request->first_number
                                                           : ho_source_first_number(info);
    snprintf(number, sizeof(number), "%lld", (long long)(first + frame));
    if (info->has_timecode)
        ho_timecode_format(ho_timecode_add(info->start, frame), timecode);
    double size = l->caption * 0.52;
    int width = draw_text(sheet->cairo, number, x, y, size, true, bright);
    draw_text(sheet->cairo, timecode, x + width + size, y, size, false, dim);
    y += l->caption;
    if (column % l->per_line == 0)
        draw_label(sheet, "source", y);
    HO_TRY(read_tile(sheet, sheet->source, frame, sheet->picture, diag));
    HO_TRY(draw_picture(sheet, sheet->picture, x, y, diag));
    if (!sheet->matte)
        return HO_OK;
    HO_TRY(read_tile(sheet, sheet->matte, frame, sheet->key, diag));
    ho_view_apply(HO_VIEW_OVERLAY, sheet->key, sheet->picture, sheet->request->n_threads);
    y += l->tile_height + l->gap;
    if (column % l->per_line == 0) {
        draw_label(sheet, "overlay", y);
        draw_label(sheet, "matte", y + l->tile_height + l->gap);
    }
    HO_TRY(draw_picture(sheet, sheet->picture, x, y, diag));
    return draw_picture(sheet, sheet->key, x, y + l->tile_height + l->gap, diag);
}

static void draw_title(const struct sheet *sheet)
{
    const struct layout *l = &sheet->layout;
    const struct ho_source_info *info = ho_reader_info(sheet->source);
    char text[512];
    double size = l->title * 0.42, rate = info->rate.den > 0 ? (double)info->rate.num / (double)info->rate.den : 0;
    int length = snprintf(text, sizeof(text), "%dx%d, %lld frames at %.3f", info->width, info->height,
                          (long long)info->n_frames, rate);
    while (length > 0 && text[length - 1] == '0')
        text[--length] = 0;
    if (length > 0 && text[length - 1] == '.')
        text[--length] = 0;
    strcat(text, " a second");
    draw_text(sheet->cairo, info->clip_name, l->margin + l->label, l->margin - size * 0.3, size, true, bright);
    draw_text(sheet->cairo, text, l->margin + l->label, l->margin + size * 1.0, size * 0.66, false, dim);
}

static enum ho_result create_surface(struct sheet *sheet, struct ho_diag *diag)
{
    const struct layout *l = &sheet->layout;
    sheet->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, l->width, l->height);
    if (cairo_surface_status(sheet->surface) != CAIRO_STATUS_SUCCESS)
        return ho_fail_memory(diag, (size_t)l->width * (size_t)l->height * 4);
    sheet->cairo = cairo_create(sheet->surface);
    cairo_set_source_rgb(sheet->cairo, background.r, background.g, background.b);
    cairo_paint(sheet->cairo);
    return HO_OK;
}

// Whole or absent: under a temporary name in the same folder, then renamed.
static enum ho_result save(const struct sheet *sheet, struct ho_diag *diag)
{
    const char *path = sheet->request->output;
    char *beside = ho_format("%s.%ld.part", path, (long)getpid());
    if (!beside)
        return ho_fail_memory(diag, strlen(path) + 32);
    struct ho_limit_guard guard;
    ho_limit_begin(&guard);
    cairo_status_t status = cairo_surface_write_to_png(sheet->surface, beside);
    ho_limit_end(&guard);
    enum ho_result result = HO_OK;
    if (status != CAIRO_STATUS_SUCCESS)
        result = ho_fail(diag, HO_ERROR_SPACE, "cannot write '%.700s': %s", path, cairo_status_to_string(status));
    else if (rename(beside, path) != 0)
        result = ho_fail(diag, HO_ERROR_SPACE, "cannot rename the finished sheet to '%.700s'", path);
    if (result != HO_OK)
        unlink(beside);
    free(beside);
    return result;
}

static enum ho_result check_matte(const struct sheet *sheet, struct ho_diag *diag)
{
    const struct ho_source_info *source = ho_reader_info(sheet->source), *matte = ho_reader_info(sheet->matte);
    if (source->n_frames != matte->n_frames)
        return ho_fail(diag, HO_ERROR_INPUT, "the matte '%.300s' has %lld frames, but the movie '%.300s' has %lld",
                       sheet->request->matte, (long long)matte->n_frames, sheet->request->source,
                       (long long)source->n_frames);
    if (*matte->matte_of && strcmp(matte->matte_of, source->hash) != 0 && !sheet->request->any_matte)
        return ho_fail(diag, HO_ERROR_INPUT,
                       "%.300s is the matte of another movie (%.100s) than %.300s; name its own, or, where that is the "
                       "same shot in another codec, say --any-matte",
                       matte->path, matte->matte_of_name, source->path);
    return HO_OK;
}

static int64_t frame_of_column(const struct ho_sheet_request *request, size_t column, int64_t n_frames)
{
    if (request->frames)
        return request->frames[column];
    return request->n_frames == 1 ? n_frames / 2 : (int64_t)column * (n_frames - 1) / (int64_t)(request->n_frames - 1);
}

static enum ho_result open_sources(struct sheet *sheet, struct ho_diag *diag)
{
    const struct ho_sheet_request *request = sheet->request;
    struct ho_reader_options options = {.n_threads = request->n_threads,
                                        .index_dir = request->index_dir,
                                        .cancel = request->cancel,
                                        .rate = request->rate};
    HO_TRY(ho_reader_open(request->source, &options, &sheet->source, diag));
    if (request->matte) {
        HO_TRY(ho_reader_open(request->matte, &options, &sheet->matte, diag));
        HO_TRY(check_matte(sheet, diag));
    }
    int64_t n_frames = ho_reader_info(sheet->source)->n_frames;
    for (size_t i = 0; request->frames && i < request->n_frames; i++)
        if (request->frames[i] < 0 || request->frames[i] >= n_frames)
            return ho_fail(diag, HO_ERROR_USAGE, "frame %lld lies outside of '%.600s', whose frames are 0 to %lld",
                           (long long)request->frames[i], request->source, (long long)n_frames - 1);
    return HO_OK;
}

static enum ho_result check_zoom(const struct sheet *sheet, struct ho_diag *diag)
{
    const struct ho_source_info *info = ho_reader_info(sheet->source);
    struct ho_rect z = sheet->request->zoom;
    bool is_inside = z.x0 >= 0 && z.y0 >= 0 && z.x1 <= info->width && z.y1 <= info->height;
    return is_inside ? HO_OK
                     : ho_fail(diag, HO_ERROR_USAGE, "the zoom %d,%d,%d,%d lies outside of the picture, which is %dx%d",
                               z.x0, z.y0, z.x1 - z.x0, z.y1 - z.y0, info->width, info->height);
}

static enum ho_result make(struct sheet *sheet, struct ho_diag *diag)
{
    const struct ho_sheet_request *request = sheet->request;
    if (request->n_frames < 1 || request->n_frames > COLUMNS_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "a contact sheet shows 1 to %d frames, not %zu", COLUMNS_MAX,
                       request->n_frames);
    const struct ho_output_files files = {request->output, HO_CODEC_PNG, 0, 1};
    HO_TRY(ho_output_check_source(&files, request->source, diag));
    if (request->matte)
        HO_TRY(ho_output_check_source(&files, request->matte, diag));
    HO_TRY(ho_output_check_file(request->output, "png", request->overwrite, diag));
    HO_TRY(open_sources(sheet, diag));
    HO_TRY(check_zoom(sheet, diag));
    int64_t n_frames = ho_reader_info(sheet->source)->n_frames;
    size_t n_columns = !request->frames && (int64_t)request->n_frames > n_frames ? (size_t)n_frames : request->n_frames;
    HO_TRY(lay_out(sheet, n_columns, diag));
    HO_TRY(ho_converter_create(&sheet->converter, diag));
    HO_TRY(ho_picture_create(sheet->layout.tile_width, sheet->layout.tile_height, 3, &sheet->picture, diag));
    HO_TRY(ho_picture_create(sheet->layout.tile_width, sheet->layout.tile_height, 1, &sheet->key, diag));
    HO_TRY(create_surface(sheet, diag));
    draw_title(sheet);
    for (size_t i = 0; i < n_columns; i++) {
        if (ho_cancel_is_requested(request->cancel))
            return ho_fail(diag, HO_CANCELLED, "stopped, and '%.700s' was not written", request->output);
        int64_t frame = n_columns < request->n_frames ? (int64_t)i : frame_of_column(request, i, n_frames);
        HO_TRY(draw_column(sheet, (int)i, frame, diag));
    }
    return save(sheet, diag);
}

enum ho_result ho_sheet_write(const struct ho_sheet_request *request, struct ho_diag *diag)
{
    struct ho_sheet_request filled = *request;
    if (filled.n_frames == 0 && !filled.frames)
        filled.n_frames = COLUMNS_DEFAULT;
    struct sheet sheet = {.request = &filled};
    enum ho_result result = make(&sheet, diag);
    if (sheet.cairo)
        cairo_destroy(sheet.cairo);
    if (sheet.surface)
        cairo_surface_destroy(sheet.surface);
    ho_picture_destroy(&sheet.picture);
    ho_picture_destroy(&sheet.key);
    ho_converter_destroy(&sheet.converter);
    ho_reader_close(&sheet.matte);
    ho_reader_close(&sheet.source);
    return result;
}
