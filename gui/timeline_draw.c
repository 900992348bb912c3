// SPDX-License-Identifier: BSD-2-Clause
// The timeline's content: ruler, heads, clips. Only what is in view is drawn; what moves above it is timeline_over.c's.
#include <math.h>
#include <string.h>

#include "timeline_internal.h"

#define NAME_WIDTH 40.0     // narrower clips have no name
#define THUMB_WIDTH 60.0    // narrower ones no pictures

static enum paint_colour clip_colour(const struct ho_timeline *timeline, const struct ho_timeline_clip *clip)
{
    int index = ho_timeline_track_index(timeline, clip->track);
    if (index >= 0 && ho_timeline_track(timeline, index)->kind == HO_TRACK_AUDIO)
        return PAINT_AUDIO;
    return clip->media ? PAINT_VIDEO : PAINT_TITLE;
}

// ---- pictures at a clip's head and tail, at exact pixels: scaling is what makes a timeline slow

static void draw_thumbnail(Timeline *view, GtkSnapshot *snapshot, const struct ho_timeline_clip *clip, int64_t frame,
                           double x, double y, int height)
{
    const struct ho_timeline_media *media = ho_timeline_find_media(view->timeline, clip->media);
    if (!media || !media->has_picture || media->height <= 0 || height < 12)
        return;
    int scale = gtk_widget_get_scale_factor(GTK_WIDGET(view)), width = height * media->width / media->height;
    int64_t source = ho_timeline_source_frame(view->timeline, clip, frame);
    GdkTexture *texture = view->calls->thumbnail(view->opaque, clip->media, source, width * scale, height * scale);
    if (!texture)
        return;
    int shown_width = gdk_texture_get_width(texture) / scale, shown_height = gdk_texture_get_height(texture) / scale;
    graphene_rect_t place = paint_rect(x < 0 ? -x - shown_width : x, y, shown_width, shown_height);
    gtk_snapshot_append_texture(snapshot, texture, &place);
    g_object_unref(texture);
}

static void draw_pictures(Timeline *view, GtkSnapshot *snapshot, const struct ho_timeline_clip *clip, double x,
                          double y, double width, double height)
{
    if (!view->calls->thumbnail || width < THUMB_WIDTH || !clip->media)
        return;
    draw_thumbnail(view, snapshot, clip, clip->at, x + 1, y, (int)height);
    if (width > 3 * THUMB_WIDTH)    // a negative place stands for the right end
        draw_thumbnail(view, snapshot, clip, clip->at + clip->length - 1, -(x + width - 1), y, (int)height);
}

// ---- sound: a column a pixel, of what is in view

static double media_second(const Timeline *view, const struct ho_timeline_clip *clip, double frame)
{
    const struct ho_timeline_settings *settings = ho_timeline_get_settings(view->timeline);
    const struct ho_timeline_media *media = ho_timeline_find_media(view->timeline, clip->media);
    double parts = (double)ho_timeline_parts(view->timeline, clip->media);
    double in = (double)clip->in + (parts > 0 ? (double)clip->in_part / parts : 0);
    return in * (double)media->rate.den / (double)media->rate.num +
           (frame - (double)clip->at) * (double)settings->rate.den / (double)settings->rate.num;
}

static void draw_sound(Timeline *view, GtkSnapshot *snapshot, const struct ho_timeline_clip *clip, double x, double y,
                       double width, double height)
{
    double left = MAX(x, TIMELINE_HEAD), right = MIN(x + width, TIMELINE_HEAD + timeline_content_width(view));
    float low, high;
    if (!view->calls->peaks || !ho_timeline_find_media(view->timeline, clip->media) || right - left < 4 || height < 8 ||
        !view->calls->peaks(view->opaque, clip->media, 0, 0, &low, &high))
        return;
    GdkRGBA colour = paint_mix(PAINT_AUDIO, PAINT_TEXT, 0.45);
    graphene_rect_t area = paint_rect(left, y, right - left, height);
    cairo_t *cr = gtk_snapshot_append_cairo(snapshot, &area);
    gdk_cairo_set_source_rgba(cr, &colour);
    for (double column = floor(left); column < right; column++) {
        double from = media_second(view, clip, timeline_frame(view, column));
        double to = media_second(view, clip, timeline_frame(view, column + 1));
        if (!view->calls->peaks(view->opaque, clip->media, from, to, &low, &high))
            break;
        double top = y + height / 2 * (1 - (double)high), bottom = y + height / 2 * (1 - (double)low);
        cairo_rectangle(cr, column, top, 1, MAX(bottom - top, 0.5));
    }
    cairo_fill(cr);
    cairo_destroy(cr);
}

// ---- clips

static void clip_words(const struct ho_timeline_clip *clip, char *out, size_t size)
{
    const char *mode = clip->composite == HO_COMPOSITE_NORMAL ? NULL : ho_composite_name(clip->composite);
    g_snprintf(out, size, "%s%s%s%s", clip->name, mode ? "  ·  " : "", mode ? mode : "",
               clip->color_graph || clip->fusion_graph ? "  ✦" : "");
}

static void draw_name(Timeline *view, GtkSnapshot *snapshot, const struct ho_timeline_clip *clip, double x, double y,
                      double width)
{
    char words[HO_TIMELINE_NAME_SIZE + 64];
    clip_words(clip, words, sizeof words);
    double left = MAX(x, TIMELINE_HEAD);                  // a name stays readable while its clip's head is out of view
    int room = (int)(x + width - left - 12) / 16 * 16;    // few widths, so that layouts are found again
    if (room < 24)
        return;
    PangoLayout *layout = paint_texts_get(view->texts, words, 11, room);
    paint_text(snapshot, layout, paint_colour(clip->enabled ? PAINT_TEXT : PAINT_DIM), left + 6, y + 1);
}

void timeline_draw_clip(Timeline *view, GtkSnapshot *snapshot, const struct ho_timeline *timeline,
                        const struct ho_timeline_clip *clip, bool ghost)
{
    double y, height;
    int index = ho_timeline_track_index(view->timeline, clip->track);
    if (!timeline_track_span(view, index, &y, &height))
        return;
    double x = floor(timeline_x(view, (double)clip->at)),
           end = floor(timeline_x(view, (double)(clip->at + clip->length)));
    double width = MAX(end - x - 1, 1), bar = MIN(TIMELINE_BAR, height);
    enum paint_colour kind = clip_colour(timeline, clip);
    GdkRGBA body = paint_mix(kind, PAINT_CANVAS, clip->enabled ? 0.25 : 0.75);
    GdkRGBA head = clip->enabled ? *paint_colour(kind) : paint_mix(kind, PAINT_CANVAS, 0.6);
    if (ghost)
        body.alpha = head.alpha = 0.72f;
    paint_fill(snapshot, &body, x, y + bar, width, height - bar);
    paint_fill(snapshot, &head, x, y, width, bar);
    if (!ghost && kind == PAINT_AUDIO)
        draw_sound(view, snapshot, clip, x, y + bar + 1, width, height - bar - 2);
    else if (!ghost)
        draw_pictures(view, snapshot, clip, x, y + bar + 1, width, height - bar - 2);
    if (width > NAME_WIDTH)
        draw_name(view, snapshot, clip, x, y, width);
    if (ghost || timeline_is_selected(view, clip->id))
        paint_frame(snapshot, paint_colour(PAINT_ACCENT), x, y, width, height, 0, width > 6 ? 2 : 1);
}

// The first clip that ends after a frame.
static size_t first_after(const struct ho_timeline_clip *const *clips, size_t n, int64_t frame)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (clips[middle]->at + clips[middle]->length > frame)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void draw_track(Timeline *view, GtkSnapshot *snapshot, int index, double right)
{
    double y, height;
    size_t n;
    const struct ho_track *track = ho_timeline_track(view->timeline, index);
    if (!timeline_track_span(view, index, &y, &height) || y > gtk_widget_get_height(GTK_WIDGET(view)) ||
        y + height < TIMELINE_RULER)
        return;
    GdkRGBA lane = paint_mix(PAINT_CANVAS, PAINT_GRID, track->locked ? 1 : 0.6);
    paint_fill(snapshot, &lane, TIMELINE_HEAD, y, right - TIMELINE_HEAD, height);
    const struct ho_timeline_clip *const *clips = ho_timeline_clips(view->timeline, index, &n);
    int64_t from = (int64_t)floor(view->first), to = (int64_t)ceil(timeline_frame(view, right));
    for (size_t i = first_after(clips, n, from); i < n && clips[i]->at <= to; i++)
        timeline_draw_clip(view, snapshot, view->timeline, clips[i], false);
    if (!track->enabled) {
        GdkRGBA veil = paint_fade(PAINT_CANVAS, 0.5);
        paint_fill(snapshot, &veil, TIMELINE_HEAD, y, right - TIMELINE_HEAD, height);
    }
}

static void draw_marks(Timeline *view, GtkSnapshot *snapshot, double right)
{
    if (!view->marks.has_in && !view->marks.has_out)
        return;
    double from = view->marks.has_in ? timeline_x(view, (double)view->marks.in) : TIMELINE_HEAD;
    double to = view->marks.has_out ? timeline_x(view, (double)view->marks.out + 1) : right;
    GdkRGBA tint = paint_fade(PAINT_ACCENT, 0.3);
    from = MAX(from, TIMELINE_HEAD);
    paint_fill(snapshot, &tint, from, TIMELINE_RULER - 4, MIN(to, right) - from, 4);
}

static void draw_ruler(Timeline *view, GtkSnapshot *snapshot, double right)
{
    const struct ho_timeline_settings *settings = ho_timeline_get_settings(view->timeline);
    paint_fill(snapshot, paint_colour(PAINT_PANEL), 0, 0, right, TIMELINE_RULER);
    ruler_draw(snapshot, view->texts, settings->start, view->first, view->zoom, TIMELINE_HEAD, 0, right - TIMELINE_HEAD,
               TIMELINE_RULER);
    draw_marks(view, snapshot, right);
    paint_fill(snapshot, paint_colour(PAINT_PANEL), 0, 0, TIMELINE_HEAD, TIMELINE_RULER);    // the timecode's place
    paint_fill(snapshot, paint_colour(PAINT_EDGE), 0, TIMELINE_RULER - 1, right, 1);
}

static void draw_heads(Timeline *view, GtkSnapshot *snapshot, double bottom)
{
    double y, height;
    paint_fill(snapshot, paint_colour(PAINT_PANEL), 0, TIMELINE_RULER, TIMELINE_HEAD, bottom - TIMELINE_RULER);
    for (int i = 0; timeline_track_span(view, i, &y, &height); i++)
        if (y < bottom && y + height > TIMELINE_RULER)
            track_head_draw(view, snapshot, ho_timeline_track(view->timeline, i), y, height);
    paint_fill(snapshot, paint_colour(PAINT_EDGE), TIMELINE_HEAD - 1, TIMELINE_RULER, 1, bottom - TIMELINE_RULER);
}

static void draw_empty(Timeline *view, GtkSnapshot *snapshot, double width, double height)
{
    const char *words = view->empty ? view->empty : "Drop a clip here";
    PangoLayout *layout = paint_texts_get(view->texts, words, 13, (int)MAX(width - 40, 40));
    double text_width = MIN(paint_layout_width(layout), width - 40);
    paint_text(snapshot, layout, paint_colour(PAINT_DIM), (width - text_width) / 2, height / 2 - 10);
}

void timeline_draw(Timeline *view, GtkSnapshot *snapshot)
{
    double width = gtk_widget_get_width(GTK_WIDGET(view)), height = gtk_widget_get_height(GTK_WIDGET(view));
    double right = TIMELINE_HEAD + timeline_content_width(view),
           bottom = TIMELINE_RULER + timeline_content_height(view);
    paint_fill(snapshot, paint_colour(PAINT_CANVAS), 0, 0, width, height);
    if (!view->timeline) {
        draw_empty(view, snapshot, width, height);
        return;
    }
    graphene_rect_t tracks = paint_rect(TIMELINE_HEAD, TIMELINE_RULER, right - TIMELINE_HEAD, bottom - TIMELINE_RULER);
    gtk_snapshot_push_clip(snapshot, &tracks);
    for (int i = 0; i < ho_timeline_n_tracks(view->timeline); i++)
        draw_track(view, snapshot, i, right);
    gtk_snapshot_pop(snapshot);
    graphene_rect_t heads = paint_rect(0, TIMELINE_RULER, TIMELINE_HEAD, bottom - TIMELINE_RULER);
    gtk_snapshot_push_clip(snapshot, &heads);
    draw_heads(view, snapshot, bottom);
    gtk_snapshot_pop(snapshot);
    draw_ruler(view, snapshot, right);
    if (ho_timeline_length(view->timeline) == 0)
        draw_empty(view, snapshot, width, height);
}
