// SPDX-License-Identifier: BSD-2-Clause
#include "icon.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "canvas.h"

// "M x y" moves, "L x y" draws a line, "C" a curve, "O x y r" a circle, "Z" closes; what stands before "F" is filled,
// before "S" stroked with a line of 1.4.
static const struct {
    const char *name, *path;
} icons[] = {
    {"play", "M 4 2 L 13 8 L 4 14 Z F"},
    {"reverse", "M 12 2 L 3 8 L 12 14 Z F"},
    {"stop", "M 3.5 3.5 L 12.5 3.5 L 12.5 12.5 L 3.5 12.5 Z F"},
    {"first", "M 3 2.5 L 4.8 2.5 L 4.8 13.5 L 3 13.5 Z F M 14 2.5 L 6 8 L 14 13.5 Z F"},
    {"last", "M 13 2.5 L 11.2 2.5 L 11.2 13.5 L 13 13.5 Z F M 2 2.5 L 10 8 L 2 13.5 Z F"},
    {"frame-back", "M 11 3 L 5.5 8 L 11 13 Z F M 3 3 L 4.4 3 L 4.4 13 L 3 13 Z F"},
    {"frame-on", "M 5 3 L 10.5 8 L 5 13 Z F M 11.6 3 L 13 3 L 13 13 L 11.6 13 Z F"},
    {"mark-in", "M 10.5 3 L 6 3 L 6 13 L 10.5 13 S"},
    {"mark-out", "M 5.5 3 L 10 3 L 10 13 L 5.5 13 S"},
    {"loop", "M 3 9 C 3 4 13 4 13 8 C 13 12.5 6 12.5 4.5 11 S M 1.2 7.6 L 3 10.4 L 5.4 8 Z F"},
    {"track-both", "M 7 3.5 L 1 8 L 7 12.5 Z F M 9 3.5 L 15 8 L 9 12.5 Z F"},
    {"track-forward", "M 2 3.5 L 8 8 L 2 12.5 Z F M 8 3.5 L 14 8 L 8 12.5 Z F"},
    {"track-reverse", "M 14 3.5 L 8 8 L 14 12.5 Z F M 8 3.5 L 2 8 L 8 12.5 Z F"},
    {"track-on", "M 3 8 L 9 8 S M 8 4 L 13 8 L 8 12 Z F"},
    {"track-back", "M 13 8 L 7 8 S M 8 4 L 3 8 L 8 12 Z F"},
    {"overlay", "M 2 3 L 14 3 L 14 13 L 2 13 Z S O 8 8 3 F"},
    {"highlight", "M 2 3 L 14 3 L 14 13 L 2 13 Z S M 8 3 L 14 3 L 14 13 L 8 13 Z F"},
    {"matte", "M 1.5 2.5 L 14.5 2.5 L 14.5 13.5 L 1.5 13.5 Z F"},
    {"click", "M 3 1.5 L 12 9.5 L 8 9.9 L 10 14 L 8 15 L 6 10.8 L 3 13.4 Z F"},
    {"add", "M 8 3 L 8 13 S M 3 8 L 13 8 S"},
    {"remove", "M 3 8 L 13 8 S"},
    {"close", "M 4 4 L 12 12 S M 12 4 L 4 12 S"},
    {"box", "M 3 3 L 13 3 L 13 13 L 3 13 Z S"},
    {"stroke", "M 2 13 C 5 2 9 15 14 4 S"},
    {"lock", "M 4 7.5 L 12 7.5 L 12 14 L 4 14 Z F M 5.6 7.5 C 5.6 1 10.4 1 10.4 7.5 S"},
    {"absent", "O 8 8 5.5 S M 4 12 L 12 4 S"},
    {"mute", "M 1.5 8 C 4 3.5 12 3.5 14.5 8 C 12 12.5 4 12.5 1.5 8 Z S M 3 13.5 L 13 2.5 S"},
    {"eye", "M 1.5 8 C 4 3.5 12 3.5 14.5 8 C 12 12.5 4 12.5 1.5 8 Z S O 8 8 2 F"},
    {"undo", "M 6 12.5 L 10 12.5 C 14.5 12.5 14.5 6 10 6 L 4 6 S M 6 2.8 L 2.4 6 L 6 9.2 Z F"},
    {"redo", "M 10 12.5 L 6 12.5 C 1.5 12.5 1.5 6 6 6 L 12 6 S M 10 2.8 L 13.6 6 L 10 9.2 Z F"},
    {"history", "O 8 8 6 S M 8 4.5 L 8 8 L 11 10 S"},
    {"save", "M 8 2 L 8 9.5 S M 4.8 7 L 8 10.6 L 11.2 7 S M 2.5 11 L 2.5 14 L 13.5 14 L 13.5 11 S"},
    {"open", "M 1.5 13 L 1.5 3 L 6 3 L 7.5 5 L 14.5 5 L 14.5 13 Z S"},
    {"bin", "M 1.5 13 L 1.5 3 L 6 3 L 7.5 5 L 14.5 5 L 14.5 13 Z F"},
    {"queue", "M 2 4 L 14 4 S M 2 8 L 14 8 S M 2 12 L 9 12 S"},
    {"fit", "M 2 6 L 2 3 L 5 3 S M 11 3 L 14 3 L 14 6 S M 14 10 L 14 13 L 11 13 S M 5 13 L 2 13 L 2 10 S"},
    {"check", "M 3 8.5 L 6.5 12 L 13 4 S"},
    {"warn", "M 8 2 L 15 14 L 1 14 Z S M 8 6.5 L 8 10 S O 8 12 0.6 F"},
    {"next-doubt", "M 3 3 L 8 8 L 3 13 S M 8.4 3 L 13.4 8 L 8.4 13 S"},
    {"media", "M 1.5 3 L 14.5 3 L 14.5 13 L 1.5 13 Z S M 4.5 3 L 4.5 13 S M 11.5 3 L 11.5 13 S M 1.5 8 L 14.5 8 S"},
    {"edit", "M 1.5 4 L 9 4 L 9 7 L 1.5 7 Z F M 5 9 L 14.5 9 L 14.5 12 L 5 12 Z F M 11.5 1.5 L 11.5 14.5 S"},
    {"fusion",
     "M 1.5 5.5 L 6 5.5 L 6 10.5 L 1.5 10.5 Z S M 10 5.5 L 14.5 5.5 L 14.5 10.5 L 10 10.5 Z S M 6 8 L 10 8 S"},
    {"color", "O 8 8 6 S M 8 2 C 16 2 16 14 8 14 Z F"},
    {"deliver", "M 8 14 L 8 4 S M 4 7 L 8 2.5 L 12 7 S M 2.5 10.5 L 2.5 14 L 13.5 14 L 13.5 10.5 S"},
    {"search", "O 7 7 4.2 S M 10 10 L 14 14 S"},
    {"grid", "M 2 2 L 7 2 L 7 7 L 2 7 Z F M 9 2 L 14 2 L 14 7 L 9 7 Z F M 2 9 L 7 9 L 7 14 L 2 14 Z F M 9 9 L 14 9 L "
             "14 14 L 9 14 Z F"},
    {"list", "M 2 4 L 14 4 S M 2 8 L 14 8 S M 2 12 L 14 12 S"},
    {"down", "M 4 6 L 8 10.5 L 12 6 S"},
    {"mask", "O 6 8 4.5 F M 9 3.8 C 15.5 3.8 15.5 12.2 9 12.2 S"},
    {"window", "O 8 8 5.5 S O 8 8 1.2 F"},
    {"key", "O 5 8 3 S M 8 8 L 14.5 8 L 14.5 11 S M 12 8 L 12 10.5 S"},
    {"arrow", "M 4 2 L 12.5 9.5 L 8.4 9.8 L 6 13.5 Z F"},
    {"trim", "M 6 3 L 3.5 3 L 3.5 13 L 6 13 S M 10 3 L 12.5 3 L 12.5 13 L 10 13 S M 5.5 8 L 10.5 8 S"},
    {"blade", "M 3 4 L 13 4 L 13 8.5 L 3 8.5 Z S M 8 8.5 L 8 14.5 S M 5.5 6.2 L 10.5 6.2 S"},
    {"snap", "M 3.5 3 L 3.5 8 C 3.5 14 12.5 14 12.5 8 L 12.5 3 S M 2 3 L 5 3 L 5 5.4 L 2 5.4 Z F M 11 3 L 14 3 L 14 "
             "5.4 L 11 5.4 Z F"},
    {"link", "M 7 9 C 4.5 6 9 2 11.5 4 C 14.5 6.5 11 9 9.5 9.5 S M 9 7 C 11.5 10 7 14 4.5 12 C 1.5 9.5 5 7 6.5 6.5 S"},
    {"insert", "M 1.5 10 L 5 10 L 5 13.5 L 1.5 13.5 Z F M 11 10 L 14.5 10 L 14.5 13.5 L 11 13.5 Z F M 8 1.5 L 8 9 S M "
               "5.4 7.4 L 8 11.5 L 10.6 7.4 Z F"},
    {"overwrite", "M 1.5 11 L 14.5 11 L 14.5 14 L 1.5 14 Z F M 8 1.5 L 8 6 S M 5 5 L 8 9.5 L 11 5 Z F"},
    {"replace", "M 2 6 C 4 1.5 11 1.5 13 5 S M 14.6 2.6 L 13.6 7.4 L 9.8 5 Z F M 14 10 C 12 14.5 5 14.5 3 11 S M 1.4 "
                "13.4 L 2.4 8.6 L 6.2 11 Z F"},
    {"place-on-top", "M 1.5 11.5 L 14.5 11.5 L 14.5 14 L 1.5 14 Z F M 4.5 7 L 11.5 7 L 11.5 9.5 L 4.5 9.5 Z F M 8 1 L "
                     "8 3.5 S M 5.8 2.8 L 8 5.8 L 10.2 2.8 Z F"},
    {"zoom-in", "O 7 7 4.2 S M 10 10 L 14 14 S M 5 7 L 9 7 S M 7 5 L 7 9 S"},
    {"zoom-out", "O 7 7 4.2 S M 10 10 L 14 14 S M 5 7 L 9 7 S"},
    {"text", "M 3 3.5 L 13 3.5 S M 8 3.5 L 8 13 S"},
    {"transform", "M 3.5 3.5 L 12.5 3.5 L 12.5 12.5 L 3.5 12.5 Z S M 2 2 L 5 2 L 5 5 L 2 5 Z F M 11 2 L 14 2 L 14 5 L "
                  "11 5 Z F M 2 11 L 5 11 L 5 14 L 2 14 Z F M 11 11 L 14 11 L 14 14 L 11 14 Z F"},
    {"corrector", "O 8 8 6 S O 8 8 1.5 F M 8 2 L 8 5 S"},
};

static const char *find(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(icons); i++) {
        if (!strcmp(icons[i].name, name))
            return icons[i].path;
    }
    return NULL;
}

bool icon_exists(const char *name) { return find(name) != NULL; }

static int n_arguments(char command)
{
    return command == 'M' || command == 'L' ? 2 : command == 'C' ? 6 : command == 'O' ? 3 : 0;
}

static void perform(cairo_t *cr, char command, const double *v)
{
    switch (command) {
    case 'M': cairo_move_to(cr, v[0], v[1]); break;
    case 'L': cairo_line_to(cr, v[0], v[1]); break;
    case 'C': cairo_curve_to(cr, v[0], v[1], v[2], v[3], v[4], v[5]); break;
    case 'O':
        cairo_new_sub_path(cr);
        cairo_arc(cr, v[0], v[1], v[2], 0, 2 * G_PI);
        break;
    case 'Z': cairo_close_path(cr); break;
    case 'F': cairo_fill(cr); break;
    case 'S': cairo_stroke(cr); break;
    default: break;
    }
}

void icon_draw(cairo_t *cr, const char *name, double x, double y, double size)
{
    const char *at = find(name);
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, size / 16, size / 16);
    cairo_set_line_width(cr, 1.4);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    while (at && *at) {
        char command = *at++, *end;
        double v[6] = {0};
        for (int i = 0; i < n_arguments(command); i++, at = end)
            v[i] = g_ascii_strtod(at, &end);
        perform(cr, command, v);
        at += strspn(at, " ");
    }
    cairo_restore(cr);
}

// ---- as textures: a cairo node's recording is replayed at each redraw, and GTK 4.8's cairo now and then fails to

static GdkTexture *paint_texture(const char *name, const GdkRGBA *colour, int size)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, size, size);
    cairo_t *cr = cairo_create(surface);
    gdk_cairo_set_source_rgba(cr, colour);
    icon_draw(cr, name, 0, 0, size);
    cairo_destroy(cr);
    cairo_surface_flush(surface);
    gsize stride = (gsize)cairo_image_surface_get_stride(surface);
    g_autoptr(GBytes) bytes = g_bytes_new(cairo_image_surface_get_data(surface), stride * (gsize)size);
    cairo_surface_destroy(surface);
    return gdk_memory_texture_new(size, size, GDK_MEMORY_DEFAULT, bytes, stride);
}

// Each icon in each colour once: there are a few colours, and some fifty icons.
static GdkTexture *find_texture(const char *name, const GdkRGBA *colour, int size)
{
    static GHashTable *textures;
    g_autofree char *rgba = gdk_rgba_to_string(colour), *key = g_strdup_printf("%s %s %d", name, rgba, size);
    if (!textures)
        textures = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
    GdkTexture *texture = g_hash_table_lookup(textures, key);
    if (!texture) {
        texture = paint_texture(name, colour, size);
        g_hash_table_insert(textures, g_steal_pointer(&key), texture);
    }
    return texture;
}

// ---- as a widget

struct icon {
    const char *name;
    GtkWidget *widget;
};

static void draw(void *opaque, GtkSnapshot *snapshot, int width, int height)
{
    struct icon *icon = opaque;
    GdkRGBA colour;
    gtk_style_context_get_color(gtk_widget_get_style_context(icon->widget), &colour);
    GdkTexture *texture = find_texture(icon->name, &colour, 16 * gtk_widget_get_scale_factor(icon->widget));
    gtk_snapshot_append_texture(snapshot, texture,
                                &GRAPHENE_RECT_INIT((float)((width - 16) / 2), (float)((height - 16) / 2), 16, 16));
}

static const struct canvas_calls calls = {.draw = draw, .destroy = g_free, .role = GTK_ACCESSIBLE_ROLE_PRESENTATION};

GtkWidget *icon_new(const char *name)
{
    struct icon *icon = g_new0(struct icon, 1);
    icon->name = name;
    icon->widget = canvas_new(&calls, icon, 16, 16);
    gtk_widget_set_halign(icon->widget, GTK_ALIGN_CENTER);
    gtk_widget_set_valign(icon->widget, GTK_ALIGN_CENTER);
    return icon->widget;
}

void icon_set(GtkWidget *widget, const char *name)
{
    struct icon *icon = canvas_opaque(widget);
    if (icon->name != name) {
        icon->name = name;
        gtk_widget_queue_draw(widget);
    }
}
