// SPDX-License-Identifier: BSD-2-Clause
// Small pictures of the session in snapshots.
#include "paint.h"
#include "window.h"

static void unref(gpointer picture) { ho_view_picture_unref(picture); }

static GdkTexture *texture_new(struct ho_view_picture *picture)
{
    gsize stride = (gsize)picture->width * 3;
    g_autoptr(GBytes)
        bytes = g_bytes_new_with_free_func(picture->pixels, stride * (gsize)picture->height, unref, picture);
    return gdk_memory_texture_new(picture->width, picture->height, GDK_MEMORY_R8G8B8, bytes, stride);
}

void window_picture(GtkSnapshot *snapshot, struct ho_view_picture *picture, double x, double y, double width,
                    double height)
{
    paint_fill(snapshot, paint_colour(PAINT_EDGE), x, y, width, height);
    if (!picture)
        return;
    if (!picture->pixels || picture->width < 1) {
        ho_view_picture_unref(picture);
        return;
    }
    double scale = MIN(width / picture->width, height / picture->height);
    double w = picture->width * scale, h = picture->height * scale;
    g_autoptr(GdkTexture) texture = texture_new(picture);
    gtk_snapshot_append_texture(
        snapshot, texture,
        &GRAPHENE_RECT_INIT((float)(x + (width - w) / 2), (float)(y + (height - h) / 2), (float)w, (float)h));
}
