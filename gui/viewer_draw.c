// SPDX-License-Identifier: BSD-2-Clause
#include <math.h>
#include <string.h>

#include "viewer_internal.h"

// Where the texture stands; on whole device pixels where it is as large as it is shown, for that is a plain copy.
static graphene_rect_t texture_box(const struct viewer *viewer)
{
    const struct ho_view_picture *picture = viewer->picture;
    double scale = viewer_scale(viewer), device = gtk_widget_get_scale_factor(viewer->widget);
    struct ho_rect region = picture->region;
    if (region.x1 <= region.x0)
        region = (struct ho_rect){0, 0, picture->subject_width, picture->subject_height};
    struct ho_point at = viewer_to_widget(viewer, (struct ho_point){(float)region.x0, (float)region.y0});
    double width = (region.x1 - region.x0) * scale, height = (region.y1 - region.y0) * scale;
    if (fabs(width * device - picture->width) < 2 && fabs(height * device - picture->height) < 2) {
        at.x = (float)(round((double)at.x * device) / device);
        at.y = (float)(round((double)at.y * device) / device);
        width = picture->width / device;
        height = picture->height / device;
    }
    return GRAPHENE_RECT_INIT(at.x, at.y, (float)width, (float)height);
}

static void draw_words(struct viewer *viewer, GtkSnapshot *snapshot, const char *title, const char *sentence, int width,
                       int height)
{
    PangoLayout *layout = paint_texts_get(viewer->texts, title, 18, width - 16);
    double tall = paint_layout_height(layout);
    paint_text(snapshot, layout, paint_colour(PAINT_DIM), (width - paint_layout_width(layout)) / 2,
               height / 2.0 - tall);
    layout = paint_texts_get(viewer->texts, sentence, 12, width - 16);
    paint_text(snapshot, layout, paint_colour(PAINT_DIM), (width - paint_layout_width(layout)) / 2, height / 2.0 + 6);
}

static void draw_badge(struct viewer *viewer, GtkSnapshot *snapshot, const char *words, int width)
{
    PangoLayout *layout = paint_texts_get(viewer->texts, words, 11, 0);
    double wide = paint_layout_width(layout) + 16, x = (width - wide) / 2;
    GdkRGBA back = {0, 0, 0, 0.65f};
    paint_round(snapshot, &back, x, 8, wide, 20, 3);
    paint_text(snapshot, layout, paint_colour(PAINT_TEXT), x + 8, 8 + (20 - paint_layout_height(layout)) / 2);
}

void viewer_draw(void *opaque, GtkSnapshot *snapshot, int width, int height)
{
    struct viewer *viewer = opaque;
    const GdkRGBA back = {0.07f, 0.07f, 0.075f, 1};
    paint_fill(snapshot, &back, 0, 0, width, height);
    if (viewer->texture) {
        graphene_rect_t box = texture_box(viewer);
        gtk_snapshot_append_texture(snapshot, viewer->texture, &box);
    } else if (viewer->picture && *viewer->picture->message) {
        draw_words(viewer, snapshot, _("No picture"), viewer->picture->message, width, height);
    } else if (viewer->empty_title && !ho_session_view_is_stale(viewer->app->session, viewer->slot)) {
        draw_words(viewer, snapshot, viewer->empty_title, viewer->empty_sentence, width, height);
    }
    if (viewer->texture && viewer->tool && viewer->tool->draw)
        viewer->tool->draw(viewer->tool_opaque, snapshot);
    if (viewer->is_late)
        draw_badge(viewer, snapshot, _("working ..."), width);
}
