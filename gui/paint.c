// SPDX-License-Identifier: BSD-2-Clause
#include "paint.h"

#define RGB(hex)                                                                                                \
    {                                                                                                           \
        (float)((hex) >> 16 & 255) / 255.0f, (float)((hex) >> 8 & 255) / 255.0f, (float)((hex)&255) / 255.0f, 1 \
    }

static const GdkRGBA palette[N_PAINT_COLOURS] = {
    [PAINT_CANVAS] = RGB(0x1b1b1e),     [PAINT_GRID] = RGB(0x252529),   [PAINT_PANEL] = RGB(0x28282d),
    [PAINT_RAISED] = RGB(0x38383f),     [PAINT_EDGE] = RGB(0x0d0d0f),   [PAINT_TEXT] = RGB(0xd5d5da),
    [PAINT_DIM] = RGB(0xa3a3aa),        [PAINT_ACCENT] = RGB(0xf2a33a), [PAINT_PLAYHEAD] = RGB(0xe8503f),
    [PAINT_VIDEO] = RGB(0x3d6a94),      [PAINT_AUDIO] = RGB(0x3b7a56),  [PAINT_TITLE] = RGB(0x7a5a94),
    [PAINT_IMAGE] = RGB(0x58c266),      [PAINT_KEY] = RGB(0x4f9bf0),    [PAINT_BACKGROUND] = RGB(0xe8c547),
    [PAINT_FOREGROUND] = RGB(0x58c266), [PAINT_WARN] = RGB(0xff5a46),
};

const GdkRGBA *paint_colour(enum paint_colour colour) { return &palette[colour]; }

GdkRGBA paint_fade(enum paint_colour colour, double alpha)
{
    GdkRGBA out = palette[colour];
    out.alpha = (float)alpha;
    return out;
}

GdkRGBA paint_mix(enum paint_colour a, enum paint_colour b, double share)
{
    const GdkRGBA *p = &palette[a], *q = &palette[b];
    float t = (float)share;
    return (GdkRGBA){p->red + (q->red - p->red) * t, p->green + (q->green - p->green) * t,
                     p->blue + (q->blue - p->blue) * t, 1};
}

graphene_rect_t paint_rect(double x, double y, double width, double height)
{
    return GRAPHENE_RECT_INIT((float)x, (float)y, (float)width, (float)height);
}

void paint_fill(GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y, double width, double height)
{
    if (width > 0 && height > 0)
        gtk_snapshot_append_color(snapshot, colour,
                                  &GRAPHENE_RECT_INIT((float)x, (float)y, (float)width, (float)height));
}

static GskRoundedRect rounded(double x, double y, double width, double height, double radius)
{
    GskRoundedRect out;
    graphene_rect_t box = paint_rect(x, y, width, height);
    gsk_rounded_rect_init_from_rect(&out, &box, (float)radius);
    return out;
}

void paint_round(GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y, double width, double height,
                 double radius)
{
    if (width <= 0 || height <= 0)
        return;
    GskRoundedRect shape = rounded(x, y, width, height, MIN(radius, MIN(width, height) / 2));
    gtk_snapshot_push_rounded_clip(snapshot, &shape);
    gtk_snapshot_append_color(snapshot, colour, &shape.bounds);
    gtk_snapshot_pop(snapshot);
}

void paint_frame(GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y, double width, double height,
                 double radius, double line)
{
    if (width <= 2 * line || height <= 2 * line)
        return;
    GskRoundedRect shape = rounded(x, y, width, height, MIN(radius, MIN(width, height) / 2));
    float w = (float)line;
    gtk_snapshot_append_border(snapshot, &shape, (const float[4]){w, w, w, w},
                               (const GdkRGBA[4]){*colour, *colour, *colour, *colour});
}

// ---- texts

#define TEXTS_MAX 4096    // then all are laid out anew: names come and go, a cache must not grow for ever

struct paint_texts {
    GtkWidget *widget;
    GHashTable *layouts;    // "size width text" -> PangoLayout
    GString *key;
};

struct paint_texts *paint_texts_new(GtkWidget *widget)
{
    struct paint_texts *texts = g_new(struct paint_texts, 1);
    *texts = (struct paint_texts){widget, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref),
                                  g_string_new(NULL)};
    return texts;
}

void paint_texts_free(struct paint_texts *texts)
{
    if (!texts)
        return;
    g_hash_table_unref(texts->layouts);
    g_string_free(texts->key, TRUE);
    g_free(texts);
}

void paint_texts_clear(struct paint_texts *texts) { g_hash_table_remove_all(texts->layouts); }

static PangoLayout *lay_out(GtkWidget *widget, const char *text, double size, int width)
{
    PangoLayout *layout = gtk_widget_create_pango_layout(widget, text);
    PangoFontDescription *font = pango_font_description_copy(
        pango_context_get_font_description(gtk_widget_get_pango_context(widget)));
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    PangoAttrList *attributes = pango_attr_list_new();
    pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum=1"));
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    if (width > 0) {
        pango_layout_set_width(layout, width * PANGO_SCALE);
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    }
    return layout;
}

PangoLayout *paint_texts_get(struct paint_texts *texts, const char *text, double size, int width)
{
    g_string_printf(texts->key, "%d %d %s", (int)(size * 16), width, text);
    PangoLayout *layout = g_hash_table_lookup(texts->layouts, texts->key->str);
    if (layout)
        return layout;
    if (g_hash_table_size(texts->layouts) >= TEXTS_MAX)
        g_hash_table_remove_all(texts->layouts);
    layout = lay_out(texts->widget, text, size, width);
    g_hash_table_insert(texts->layouts, g_strdup(texts->key->str), layout);
    return layout;
}

double paint_layout_width(PangoLayout *layout)
{
    PangoRectangle logical;
    pango_layout_get_extents(layout, NULL, &logical);
    return (double)logical.width / PANGO_SCALE;
}

double paint_layout_height(PangoLayout *layout)
{
    PangoRectangle logical;
    pango_layout_get_extents(layout, NULL, &logical);
    return (double)logical.height / PANGO_SCALE;
}

void paint_text(GtkSnapshot *snapshot, PangoLayout *layout, const GdkRGBA *colour, double x, double y)
{
    gtk_snapshot_save(snapshot);
    gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT((float)x, (float)y));
    gtk_snapshot_append_layout(snapshot, layout, colour);
    gtk_snapshot_restore(snapshot);
}
