// SPDX-License-Identifier: BSD-2-Clause
#include <math.h>

#include "canvas.h"
#include "span.h"
#include "transport.h"

#define HEIGHT 18

struct scrubber {
    struct app *app;
    GtkWidget *widget;
    bool whole;
};

static struct span span_of(const struct scrubber *scrubber)
{
    return (struct span){scrubber->whole ? span_of_timeline(scrubber->app) : span_of_clip(scrubber->app), 8,
                         MAX(gtk_widget_get_width(scrubber->widget) - 16, 1)};
}

static void draw_marks(struct scrubber *scrubber, GtkSnapshot *snapshot, const struct span *span)
{
    struct ho_marks marks = ho_session_marks(scrubber->app->session);
    if (!marks.has_in && !marks.has_out)
        return;
    double x0 = span_x(span, marks.has_in ? marks.in : span->frames.first);
    double x1 = span_x(span, (marks.has_out ? marks.out : span->frames.last) + 1);
    paint_fill(snapshot, paint_colour(PAINT_DIM), x0, HEIGHT / 2.0 - 1, x1 - x0, 2);
    paint_fill(snapshot, paint_colour(PAINT_TEXT), x0, HEIGHT / 2.0 - 4, 2, 8);
    paint_fill(snapshot, paint_colour(PAINT_TEXT), x1 - 2, HEIGHT / 2.0 - 4, 2, 8);
}

static void draw(void *opaque, GtkSnapshot *snapshot, int width, int height)
{
    (void)height;
    struct scrubber *scrubber = opaque;
    struct span span = span_of(scrubber);
    int64_t playhead = ho_session_playhead(scrubber->app->session);
    paint_fill(snapshot, paint_colour(PAINT_PANEL), 0, 0, width, HEIGHT);
    paint_round(snapshot, paint_colour(PAINT_EDGE), 8, HEIGHT / 2.0 - 1, width - 16, 2, 1);
    draw_marks(scrubber, snapshot, &span);
    if (playhead >= span.frames.first && playhead <= span.frames.last) {
        double x = floor(span_x(&span, playhead));
        paint_round(snapshot, paint_colour(PAINT_PLAYHEAD), x - 4, 3, 10, HEIGHT - 6, 3);
    }
}

static void on_begin(GtkGestureDrag *gesture, double x, double y, struct scrubber *scrubber)
{
    (void)gesture, (void)y;
    struct span span = span_of(scrubber);
    span_go(scrubber->app, span_frame(&span, x));
}

static void on_update(GtkGestureDrag *gesture, double dx, double dy, struct scrubber *scrubber)
{
    double x, y;
    (void)dy;
    gtk_gesture_drag_get_start_point(gesture, &x, &y);
    on_begin(gesture, x + dx, y, scrubber);
}

static void on_news(void *opaque, const struct ho_news *news)
{
    (void)news;
    gtk_widget_queue_draw(((struct scrubber *)opaque)->widget);
}

// A timeline frame.
static bool where(void *opaque, const char *part, double *x, double *y)
{
    struct span span = span_of(opaque);
    int64_t frame = g_ascii_strtoll(part, NULL, 10);
    *x = (span_x(&span, frame) + span_x(&span, frame + 1)) / 2;
    *y = HEIGHT / 2.0;
    return true;
}

static const struct canvas_calls calls = {.draw = draw, .where = where, .destroy = g_free};

GtkWidget *scrubber_new(struct app *app, bool whole)
{
    struct scrubber *scrubber = g_new0(struct scrubber, 1);
    GtkGesture *drag = gtk_gesture_drag_new();
    scrubber->app = app;
    scrubber->whole = whole;
    scrubber->widget = canvas_new(&calls, scrubber, 100, HEIGHT);
    gtk_widget_set_name(scrubber->widget, "scrubber");
    gtk_accessible_update_property(GTK_ACCESSIBLE(scrubber->widget), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Scrubber"), -1);
    g_signal_connect(drag, "drag-begin", G_CALLBACK(on_begin), scrubber);
    g_signal_connect(drag, "drag-update", G_CALLBACK(on_update), scrubber);
    gtk_widget_add_controller(scrubber->widget, GTK_EVENT_CONTROLLER(drag));
    app_watch(app, scrubber->widget, HO_NEWS_PLAYHEAD | HO_NEWS_TIMELINE | HO_NEWS_SELECTION | HO_NEWS_PROJECT, on_news,
              scrubber);
    return scrubber->widget;
}
