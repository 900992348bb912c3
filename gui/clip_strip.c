// SPDX-License-Identifier: BSD-2-Clause
#include "clip_strip.h"

#include <string.h>

#include "canvas.h"
#include "paint.h"
#include "window.h"

#define WIDTH 112
#define THUMB_WIDTH 96
#define THUMB_HEIGHT 54
#define HEIGHT 88

struct clip_strip {
    struct app *app;
    GtkWidget *widget;
    struct paint_texts *texts;
    GArray *clips;    // int64_t, by time, pictures only
};

static int by_time(gconstpointer a, gconstpointer b, gpointer timeline)
{
    const struct ho_timeline_clip *p = ho_timeline_find_clip(timeline, *(const int64_t *)a);
    const struct ho_timeline_clip *q = ho_timeline_find_clip(timeline, *(const int64_t *)b);
    return p->at < q->at ? -1 : p->at > q->at;
}

static void collect(struct clip_strip *strip)
{
    const struct ho_timeline *timeline = ho_session_timeline(strip->app->session, NULL);
    g_array_set_size(strip->clips, 0);
    for (int i = 0; timeline && i < ho_timeline_n_tracks(timeline); i++) {
        size_t n = 0;
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(timeline, i, &n);
        if (ho_timeline_track(timeline, i)->kind != HO_TRACK_VIDEO)
            continue;
        for (size_t k = 0; k < n; k++)
            g_array_append_val(strip->clips, clips[k]->id);
    }
    if (timeline)
        g_array_sort_with_data(strip->clips, by_time, (gpointer)(uintptr_t)timeline);
}

static void draw_clip(struct clip_strip *strip, GtkSnapshot *snapshot, const struct ho_timeline_clip *clip, guint i,
                      bool is_current)
{
    const struct ho_timeline *timeline = ho_session_timeline(strip->app->session, NULL);
    int device = gtk_widget_get_scale_factor(strip->widget);
    double x = i * (double)WIDTH + (WIDTH - THUMB_WIDTH) / 2.0;
    char head[64];
    const struct ho_track *track = ho_timeline_track(timeline, ho_timeline_track_index(timeline, clip->track));
    g_snprintf(head, sizeof(head), "%02u   V%d", i + 1, track->place + 1);
    paint_text(snapshot, paint_texts_get(strip->texts, head, 10, 0),
               paint_colour(is_current ? PAINT_ACCENT : PAINT_DIM), x, 2);
    struct ho_view_picture *thumb = clip->media ? ho_session_thumbnail(strip->app->session, clip->media, clip->in,
                                                                       THUMB_WIDTH * device, THUMB_HEIGHT * device)
                                                : NULL;
    window_picture(snapshot, thumb, x, 16, THUMB_WIDTH, THUMB_HEIGHT);
    if (is_current)
        paint_frame(snapshot, paint_colour(PAINT_ACCENT), x - 2, 14, THUMB_WIDTH + 4, THUMB_HEIGHT + 4, 2, 2);
    paint_text(snapshot, paint_texts_get(strip->texts, clip->name, 10, THUMB_WIDTH), paint_colour(PAINT_TEXT), x, 72);
}

static void draw(void *opaque, GtkSnapshot *snapshot, int width, int height)
{
    struct clip_strip *strip = opaque;
    const struct ho_timeline *timeline = ho_session_timeline(strip->app->session, NULL);
    const struct ho_timeline_clip *current = ho_session_clip(strip->app->session);
    paint_fill(snapshot, paint_colour(PAINT_CANVAS), 0, 0, width, height);
    for (guint i = 0; i < strip->clips->len; i++) {
        const struct ho_timeline_clip *clip = ho_timeline_find_clip(timeline, g_array_index(strip->clips, int64_t, i));
        if (clip && i * WIDTH < (guint)width)
            draw_clip(strip, snapshot, clip, i, current && current->id == clip->id);
    }
    if (strip->clips->len == 0)
        paint_text(snapshot, paint_texts_get(strip->texts, _("The timeline's clips stand here"), 11, width - 16),
                   paint_colour(PAINT_DIM), 8, 8);
}

static void on_press(GtkGestureClick *click, int n, double x, double y, struct clip_strip *strip)
{
    (void)click, (void)n, (void)y;
    guint i = x < 0 ? G_MAXUINT : (guint)(x / WIDTH);
    if (i >= strip->clips->len)
        return;
    int64_t id = g_array_index(strip->clips, int64_t, i);
    const struct ho_timeline_clip *clip = ho_timeline_find_clip(ho_session_timeline(strip->app->session, NULL), id);
    const struct ho_timeline_clip *current = ho_session_clip(strip->app->session);
    if (!clip || (current && current->id == id))
        return;
    char frame[24], name[24];
    g_snprintf(frame, sizeof(frame), "%ld", (long)clip->at);
    g_snprintf(name, sizeof(name), "%ld", (long)id);
    app_do(strip->app, "playhead", "frame", frame, NULL);
    app_do(strip->app, "select", "clips", name, NULL);
}

static void on_news(void *opaque, const struct ho_news *news)
{
    struct clip_strip *strip = opaque;
    if (news->kinds & (HO_NEWS_TIMELINE | HO_NEWS_PROJECT)) {
        collect(strip);
        gtk_widget_set_size_request(strip->widget, (int)strip->clips->len * WIDTH, HEIGHT);
    }
    gtk_widget_queue_draw(strip->widget);
}

// A clip's number from 0.
static bool where(void *opaque, const char *part, double *x, double *y)
{
    (void)opaque;
    *x = (g_ascii_strtod(part, NULL) + 0.5) * WIDTH;
    *y = HEIGHT / 2.0;
    return true;
}

static void destroy(void *opaque)
{
    struct clip_strip *strip = opaque;
    paint_texts_free(strip->texts);
    g_array_unref(strip->clips);
    g_free(strip);
}

static const struct canvas_calls calls = {
    .draw = draw, .where = where, .destroy = destroy, .role = GTK_ACCESSIBLE_ROLE_LIST};

GtkWidget *clip_strip_new(struct app *app)
{
    struct clip_strip *strip = g_new0(struct clip_strip, 1);
    GtkWidget *scrolled = gtk_scrolled_window_new();
    GtkGesture *click = gtk_gesture_click_new();
    strip->app = app;
    strip->widget = canvas_new(&calls, strip, WIDTH, HEIGHT);
    strip->texts = paint_texts_new(strip->widget);
    strip->clips = g_array_new(FALSE, FALSE, sizeof(int64_t));
    gtk_widget_set_name(strip->widget, "clips");
    gtk_accessible_update_property(GTK_ACCESSIBLE(strip->widget), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Clips"), -1);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), strip->widget);
    g_signal_connect(click, "pressed", G_CALLBACK(on_press), strip);
    gtk_widget_add_controller(strip->widget, GTK_EVENT_CONTROLLER(click));
    app_watch(app, strip->widget,
              HO_NEWS_TIMELINE | HO_NEWS_SELECTION | HO_NEWS_PLAYHEAD | HO_NEWS_MEDIA | HO_NEWS_PROJECT, on_news,
              strip);
    on_news(strip, &(struct ho_news){.kinds = HO_NEWS_PROJECT});
    return scrolled;
}
