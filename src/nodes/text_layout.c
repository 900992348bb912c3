// SPDX-License-Identifier: BSD-2-Clause
#include "nodes/text_layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pango/pangocairo.h>

#include "base/memory.h"
#include "nodes/text_fonts.h"

void text_layers_clear(struct text_layers *layers)
{
    ho_picture_destroy(&layers->fill);
    ho_picture_destroy(&layers->outline);
    ho_picture_destroy(&layers->colours);
    free(layers->fonts_said);
    *layers = (struct text_layers){0};
}

// ---- layout

static bool has_colours(PangoAttrList *attributes)
{
    bool found = false;
    GSList *all = attributes ? pango_attr_list_get_attributes(attributes) : NULL;
    for (GSList *at = all; at; at = at->next) {
        PangoAttribute *attribute = at->data;
        found = found || attribute->klass->type == PANGO_ATTR_FOREGROUND ||
                attribute->klass->type == PANGO_ATTR_BACKGROUND;
    }
    g_slist_free_full(all, (GDestroyNotify)pango_attribute_destroy);
    return found;
}

static PangoContext *make_context(void)
{
    PangoContext *context = pango_font_map_create_context(pango_cairo_font_map_get_default());
    cairo_font_options_t *options = cairo_font_options_create();
    // Letters keep their shape at any size and place: a title that is scaled or moved must not wobble.
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(context, options);
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_cairo_context_set_resolution(context, 72);
    cairo_font_options_destroy(options);
    return context;
}

static enum ho_result make_layout(const struct text_style *style, PangoLayout **out, bool *coloured,
                                  struct ho_diag *diag)
{
    if (!g_utf8_validate(style->text, -1, NULL))
        return ho_fail(diag, HO_ERROR_USAGE, "the text \"%.40s\" is not UTF-8", style->text);
    PangoAttrList *attributes = NULL;
    char *plain = NULL;
    GError *error = NULL;
    if (style->markup && !pango_parse_markup(style->text, -1, 0, &attributes, &plain, NULL, &error)) {
        enum ho_result result = ho_fail(diag, HO_ERROR_USAGE, "the markup of the text \"%.40s\" can't be read: %s",
                                        style->text, error->message);
        g_error_free(error);
        return result;
    }
    PangoContext *context = make_context();
    PangoLayout *layout = pango_layout_new(context);
    g_object_unref(context);
    PangoFontDescription *font = pango_font_description_from_string(style->font);
    pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_text(layout, plain ? plain : style->text, -1);
    *coloured = has_colours(attributes);
    if (!attributes)
        attributes = pango_attr_list_new();
    if (style->tracking != 0)
        pango_attr_list_insert_before(
            attributes, pango_attr_letter_spacing_new((int)(style->tracking * style->size * PANGO_SCALE)));
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    g_free(plain);
    static const PangoAlignment alignments[] = {PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER, PANGO_ALIGN_RIGHT};
    pango_layout_set_alignment(layout, alignments[style->align]);
    pango_layout_set_line_spacing(layout, (float)style->line_spacing);
    if (style->wrap > 0) {
        pango_layout_set_width(layout, (int)fmin(style->wrap * PANGO_SCALE, 1e9));
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    }
    *out = layout;
    return HO_OK;
}

// ---- drawing

struct place {
    double x, y, rotation, left, top;
};    // the frame's point (x, y) is the layout's (left, top) away from its origin

static void apply_place(cairo_t *cairo, const struct place *place, struct ho_rect rect)
{
    cairo_translate(cairo, place->x - rect.x0, place->y - rect.y0);
    cairo_rotate(cairo, -place->rotation * G_PI / 180);
    cairo_translate(cairo, -place->left, -place->top);
}

// Of the layout's ink and its outline, turned, with `around` pixels on each side; false: there is none.
struct extent {
    double x0, y0, x1, y1;
};
static bool find_extent(PangoLayout *layout, const struct text_style *style, const struct place *place, double around,
                        struct extent *out)
{
    PangoRectangle ink;
    pango_layout_get_extents(layout, &ink, NULL);
    if (ink.width <= 0 || ink.height <= 0)
        return false;
    double border = style->outline + around, c = cos(place->rotation * G_PI / 180),
           s = sin(place->rotation * G_PI / 180);
    double x0 = (double)INFINITY, y0 = (double)INFINITY, x1 = -(double)INFINITY, y1 = -(double)INFINITY;
    for (int corner = 0; corner < 4; corner++) {
        double x = (double)(ink.x + (corner & 1 ? ink.width : 0)) / PANGO_SCALE + (corner & 1 ? border : -border) -
                   place->left;
        double y = (double)(ink.y + (corner & 2 ? ink.height : 0)) / PANGO_SCALE + (corner & 2 ? border : -border) -
                   place->top;
        double u = place->x + x * c + y * s, v = place->y - x * s + y * c;
        x0 = fmin(x0, u);
        x1 = fmax(x1, u);
        y0 = fmin(y0, v);
        y1 = fmax(y1, v);
    }
    *out = (struct extent){x0, y0, x1, y1};
    return true;
}

// The smallest whole-pixel rectangle around it inside `room`.
static struct ho_rect ink_rect(PangoLayout *layout, const struct text_style *style, const struct place *place,
                               struct ho_rect room)
{
    struct extent e;
    if (!find_extent(layout, style, place, 2, &e) || e.x1 <= room.x0 || e.y1 <= room.y0 || e.x0 >= room.x1 ||
        e.y0 >= room.y1)
        return (struct ho_rect){0};
    return (struct ho_rect){(int)floor(fmax(e.x0, room.x0)), (int)floor(fmax(e.y0, room.y0)),
                            (int)ceil(fmin(e.x1, room.x1)), (int)ceil(fmin(e.y1, room.y1))};
}

static int outside_of(PangoLayout *layout, const struct text_style *style, const struct place *place)
{
    struct extent e;
    if (!find_extent(layout, style, place, 0, &e))
        return 0;
    double most = fmax(fmax(-e.x0, e.x1 - style->width), fmax(-e.y0, e.y1 - style->height));
    return most > 0.5 ? (int)fmin(ceil(most), 1e6) : 0;
}

static struct place place_of(PangoLayout *layout, const struct text_style *style)
{
    PangoRectangle logical;
    pango_layout_get_extents(layout, NULL, &logical);
    return (struct place){.x = style->x,
                          .y = style->y,
                          .rotation = style->rotation,
                          .left = (logical.x + logical.width / 2.0) / PANGO_SCALE,
                          .top = (logical.y + logical.height / 2.0) / PANGO_SCALE};
}

// How much smaller the text must be to reach a side of the frame and no further; its middle stays where it is.
static double share_inside(double middle, double end, double side)
{
    double reach = fabs(end - middle), room = fabs(side - middle);
    bool leaves = side > middle ? end > side : end < side;
    return leaves && reach > 0 ? room / reach : 1;
}

static double fitting_scale(PangoLayout *layout, const struct text_style *style)
{
    struct place place = place_of(layout, style);
    struct extent e;
    if (!find_extent(layout, style, &place, 0, &e))
        return 1;
    return fmin(fmin(share_inside(style->x, e.x0, 0), share_inside(style->x, e.x1, style->width)),
                fmin(share_inside(style->y, e.y0, 0), share_inside(style->y, e.y1, style->height)));
}

static int compare_ints(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

// Where the characters begin that the layout keeps together, in reading order whatever the direction of the script.
// malloc'd; NULL when memory ran out.
static int *find_clusters(PangoLayout *layout, int *n)
{
    int capacity = 64, *starts = ho_alloc((size_t)capacity, sizeof(*starts));
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    *n = 0;
    do {
        if (starts && *n == capacity) {
            int *larger = ho_realloc(starts, (size_t)capacity * 2, sizeof(*starts));
            if (!larger)
                free(starts);
            starts = larger;
            capacity *= 2;
        }
        if (starts)
            starts[(*n)++] = pango_layout_iter_get_index(iter);
    } while (starts && pango_layout_iter_next_cluster(iter));
    pango_layout_iter_free(iter);
    if (starts)
        qsort(starts, (size_t)*n, sizeof(*starts), compare_ints);
    return starts;
}

// Takes the glyphs away that are not written yet, or no more: their places stay, and so do all others.
static enum ho_result hide_unrevealed(PangoLayout *layout, const struct text_style *style, struct ho_diag *diag)
{
    if (style->reveal_from <= 0 && style->reveal_to >= 1)
        return HO_OK;
    int n, *starts = find_clusters(layout, &n);
    if (!starts)
        return ho_fail_memory(diag, 64 * sizeof(*starts));
    int first = (int)floor(style->reveal_from * n + 0.5), last = (int)floor(style->reveal_to * n + 0.5);
    bool any = last > first && n > 0;
    int from = any ? starts[first] : INT32_MAX, to = any && last < n ? starts[last] : INT32_MAX;
    free(starts);
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    do {
        PangoGlyphItem *run = pango_layout_iter_get_run(iter);
        for (int i = 0; run && i < run->glyphs->num_glyphs; i++) {
            int index = run->item->offset + run->glyphs->log_clusters[i];
            if (index < from || index >= to)
                run->glyphs->glyphs[i].glyph = PANGO_GLYPH_EMPTY;
        }
    } while (pango_layout_iter_next_run(iter));
    pango_layout_iter_free(iter);
    return HO_OK;
}

// Drawing may lay the text out anew for the surface at hand; letters are hidden after that.
static enum ho_result begin(cairo_format_t format, struct ho_rect rect, const struct place *place, PangoLayout *layout,
                            const struct text_style *style, cairo_t **out, struct ho_diag *diag)
{
    cairo_surface_t *surface = cairo_image_surface_create(format, rect.x1 - rect.x0, rect.y1 - rect.y0);
    cairo_t *cairo = cairo_create(surface);
    cairo_surface_destroy(surface);
    apply_place(cairo, place, rect);
    pango_cairo_update_context(cairo, pango_layout_get_context(layout));
    enum ho_result result = hide_unrevealed(layout, style, diag);
    if (result != HO_OK)
        cairo_destroy(cairo);
    else
        *out = cairo;
    return result;
}

// Takes the picture out of a finished drawing: A8 becomes one plane, ARGB32 four.
static enum ho_result finish(cairo_t *cairo, struct ho_picture **out, struct ho_diag *diag)
{
    cairo_surface_t *surface = cairo_surface_reference(cairo_get_target(cairo));
    cairo_status_t status = cairo_status(cairo);
    cairo_destroy(cairo);
    cairo_surface_flush(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(surface);
    bool argb = cairo_image_surface_get_format(surface) == CAIRO_FORMAT_ARGB32;
    int width = cairo_image_surface_get_width(surface), height = cairo_image_surface_get_height(surface),
        stride = cairo_image_surface_get_stride(surface);
    enum ho_result result = status == CAIRO_STATUS_SUCCESS
                                ? ho_picture_create(width, height, argb ? 4 : 1, out, diag)
                                : ho_fail(diag, HO_ERROR_MEMORY, "the text can't be drawn: %s",
                                          cairo_status_to_string(status));
    const unsigned char *data = cairo_image_surface_get_data(surface);
    for (int y = 0; y < height && result == HO_OK; y++)
        for (int x = 0; x < width; x++)
            if (!argb) {
                (*out)->plane[0][(ptrdiff_t)y * (*out)->stride + x] = (float)data[(ptrdiff_t)y * stride + x] / 255.0f;
            } else {
                uint32_t pixel;
                memcpy(&pixel, data + (ptrdiff_t)y * stride + 4 * x, sizeof(pixel));
                for (int p = 0; p < 4; p++)
                    (*out)->plane[p][(ptrdiff_t)y * (*out)->stride + x] =
                        (float)((pixel >> (p == 3 ? 24 : 16 - 8 * p)) & 255) / 255.0f;
            }
    cairo_surface_destroy(surface);
    return result;
}

static enum ho_result draw_letters(cairo_format_t format, struct ho_rect rect, const struct place *place,
                                   PangoLayout *layout, const struct text_style *style, struct ho_picture **out,
                                   struct ho_diag *diag)
{
    cairo_t *cairo;
    HO_TRY(begin(format, rect, place, layout, style, &cairo, diag));
    const double *c = style->colour;
    if (format == CAIRO_FORMAT_ARGB32)
        cairo_set_source_rgba(cairo, c[0], c[1], c[2], c[3]);
    else
        cairo_set_source_rgb(cairo, 1, 1, 1);
    pango_cairo_show_layout(cairo, layout);
    return finish(cairo, out, diag);
}

// Outlines lie where they are; whole glyphs are put on whole pixels, and a title that moves slowly would jump.
static enum ho_result draw_fill(struct ho_rect rect, const struct place *place, PangoLayout *layout,
                                const struct text_style *style, struct ho_picture **out, struct ho_diag *diag)
{
    cairo_t *cairo;
    HO_TRY(begin(CAIRO_FORMAT_A8, rect, place, layout, style, &cairo, diag));
    pango_cairo_layout_path(cairo, layout);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_fill(cairo);
    return finish(cairo, out, diag);
}

static enum ho_result draw_outline(struct ho_rect rect, const struct place *place, PangoLayout *layout,
                                   const struct text_style *style, struct ho_picture **out, struct ho_diag *diag)
{
    cairo_t *cairo;
    HO_TRY(begin(CAIRO_FORMAT_A8, rect, place, layout, style, &cairo, diag));
    pango_cairo_layout_path(cairo, layout);
    cairo_set_line_width(cairo, 2 * style->outline);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_stroke_preserve(cairo);
    cairo_fill(cairo);
    return finish(cairo, out, diag);
}

// Lays out, smaller and smaller where it is to fit: lines that wrap break elsewhere each time.
static enum ho_result lay_out(struct text_style *style, PangoLayout **layout, bool *coloured, struct ho_diag *diag)
{
    HO_TRY(make_layout(style, layout, coloured, diag));
    bool has_room = style->x > 0 && style->y > 0 && style->x < style->width && style->y < style->height;
    for (int i = 0; i < 12 && style->fit && has_room; i++) {
        double scale = fitting_scale(*layout, style);
        if (scale >= 1)
            break;
        style->size *= scale * 0.998;
        style->outline *= scale * 0.998;
        g_object_unref(*layout);
        *layout = NULL;
        HO_TRY(make_layout(style, layout, coloured, diag));
    }
    return HO_OK;
}

enum ho_result text_draw(const struct text_style *given, struct ho_rect room, struct text_layers *out,
                         struct ho_diag *diag)
{
    struct text_style fitted = *given;
    const struct text_style *style = &fitted;
    *out = (struct text_layers){0};
    if (!*style->text || style->size <= 0)
        return HO_OK;
    PangoLayout *layout = NULL;
    bool coloured = false;
    HO_TRY(lay_out(&fitted, &layout, &coloured, diag));
    struct place place = place_of(layout, style);
    out->fonts_said = text_fonts_said(layout, style->markup);
    out->outside = outside_of(layout, style, &place);
    out->rect = ink_rect(layout, style, &place, room);
    enum ho_result result = HO_OK;
    if (out->rect.x1 > out->rect.x0) {
        result = coloured ? draw_letters(CAIRO_FORMAT_A8, out->rect, &place, layout, style, &out->fill, diag)
                          : draw_fill(out->rect, &place, layout, style, &out->fill, diag);
        if (result == HO_OK && coloured)
            result = draw_letters(CAIRO_FORMAT_ARGB32, out->rect, &place, layout, style, &out->colours, diag);
        if (result == HO_OK && style->outline > 0)
            result = draw_outline(out->rect, &place, layout, style, &out->outline, diag);
    }
    g_object_unref(layout);
    if (result != HO_OK)
        text_layers_clear(out);
    return result;
}
