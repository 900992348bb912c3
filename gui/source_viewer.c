// SPDX-License-Identifier: BSD-2-Clause
// The selected media by itself: scrubbed along its own frames, with its own in and out.
#include <math.h>

#include "canvas.h"
#include "icon.h"
#include "span.h"
#include "viewer_bar.h"
#include "window.h"

#define HEIGHT 18

struct source_viewer {
    struct app *app;
    struct viewer *viewer;
    GtkWidget *scrubber, *name, *timecode;
    int64_t media, frame;
};

static const struct ho_project_media *media_of(struct source_viewer *source)
{
    return ho_session_media(source->app->session, source->media);
}

static struct span span_of(struct source_viewer *source)
{
    const struct ho_project_media *media = media_of(source);
    int64_t n = media && media->source.n_frames > 0 ? media->source.n_frames : 1;
    return (struct span){{0, n - 1}, 8, MAX(gtk_widget_get_width(source->scrubber) - 16, 1)};
}

static void draw(void *opaque, GtkSnapshot *snapshot, int width, int height)
{
    (void)height;
    struct source_viewer *source = opaque;
    struct span span = span_of(source);
    struct ho_marks marks = ho_session_source_marks(source->app->session);
    double x0 = span_x(&span, marks.has_in ? marks.in : 0),
           x1 = span_x(&span, (marks.has_out ? marks.out : span.frames.last) + 1);
    paint_fill(snapshot, paint_colour(PAINT_PANEL), 0, 0, width, HEIGHT);
    paint_round(snapshot, paint_colour(PAINT_EDGE), 8, HEIGHT / 2.0 - 1, width - 16, 2, 1);
    if (marks.has_in || marks.has_out)
        paint_fill(snapshot, paint_colour(PAINT_DIM), x0, HEIGHT / 2.0 - 1, x1 - x0, 2);
    if (source->media)
        paint_round(snapshot, paint_colour(PAINT_PLAYHEAD), floor(span_x(&span, source->frame)) - 4, 3, 10, HEIGHT - 6,
                    3);
}

static void show_frame(struct source_viewer *source)
{
    const struct ho_project_media *media = media_of(source);
    char timecode[HO_TIMECODE_SIZE] = "";
    if (media) {
        struct ho_timecode start = {0, MAX(ho_rate_base(media->source.rate), 1), false};
        ho_timecode_format(ho_timecode_add(media->source.has_timecode ? media->source.start : start, source->frame),
                           timecode);
    }
    gtk_label_set_text(GTK_LABEL(source->timecode), timecode);
    viewer_set_frame(source->viewer, source->frame);
    gtk_widget_queue_draw(source->scrubber);
}

static void go(struct source_viewer *source, double x)
{
    struct span span = span_of(source);
    source->frame = span_frame(&span, x);
    show_frame(source);
}

static void on_begin(GtkGestureDrag *gesture, double x, double y, struct source_viewer *source)
{
    (void)gesture, (void)y;
    go(source, x);
}

static void on_update(GtkGestureDrag *gesture, double dx, double dy, struct source_viewer *source)
{
    double x, y;
    (void)dy;
    gtk_gesture_drag_get_start_point(gesture, &x, &y);
    go(source, x + dx);
}

static void on_news(void *opaque, const struct ho_news *news)
{
    (void)news;
    struct source_viewer *source = opaque;
    int64_t id = ho_session_selected_media(source->app->session);
    const struct ho_project_media *media = ho_session_media(source->app->session, id);
    gtk_label_set_text(GTK_LABEL(source->name), !media              ? ""
                                                : *media->clip_name ? media->clip_name
                                                                    : media->source.clip_name);
    if (id == source->media)
        return;
    source->media = id;
    source->frame = 0;
    show_frame(source);
}

// A source frame.
static bool where(void *opaque, const char *part, double *x, double *y)
{
    struct span span = span_of(opaque);
    *x = span_x(&span, g_ascii_strtoll(part, NULL, 10)) + 1;
    *y = HEIGHT / 2.0;
    return true;
}

static const struct canvas_calls calls = {.draw = draw, .where = where};

static void on_mark(GtkButton *button, struct source_viewer *source)
{
    char frame[24];
    g_snprintf(frame, sizeof(frame), "%ld", (long)source->frame);
    app_do(source->app, gtk_widget_get_name(GTK_WIDGET(button)), "frame", frame, NULL);
    gtk_widget_queue_draw(source->scrubber);
}

static GtkWidget *mark_button(struct source_viewer *source, const char *command, const char *icon, const char *tip)
{
    GtkWidget *button = gtk_button_new();
    gtk_button_set_child(GTK_BUTTON(button), icon_new(icon));
    gtk_widget_add_css_class(button, "icon");
    gtk_widget_set_name(button, command);
    gtk_widget_set_tooltip_text(button, tip);
    gtk_widget_set_focus_on_click(button, FALSE);
    g_signal_connect(button, "clicked", G_CALLBACK(on_mark), source);
    return button;
}

static GtkWidget *foot(struct source_viewer *source)
{
    GtkWidget *bar = gtk_center_box_new(), *marks = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
    gtk_box_append(GTK_BOX(marks), mark_button(source, "mark-source-in", "mark-in", _("Mark in")));
    gtk_box_append(GTK_BOX(marks), mark_button(source, "mark-source-out", "mark-out", _("Mark out")));
    source->timecode = window_label("", "timecode");
    gtk_widget_add_css_class(bar, "bar");
    gtk_center_box_set_center_widget(GTK_CENTER_BOX(bar), marks);
    gtk_center_box_set_end_widget(GTK_CENTER_BOX(bar), source->timecode);
    return bar;
}

GtkWidget *source_viewer_new(struct app *app, int slot, GtkWidget **viewer)
{
    struct source_viewer *source = g_new0(struct source_viewer, 1);
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *head = window_bar("head");
    GtkGesture *drag = gtk_gesture_drag_new();
    *viewer = viewer_new(app, slot, HO_VIEW_OF_SOURCE);
    source->app = app;
    source->viewer = viewer_of(*viewer);
    source->name = window_label("", "title");
    source->scrubber = canvas_new(&calls, source, 100, HEIGHT);
    gtk_widget_set_name(source->scrubber, "source-scrubber");
    gtk_box_append(GTK_BOX(head), window_spacer());
    gtk_box_append(GTK_BOX(head), source->name);
    gtk_box_append(GTK_BOX(head), window_spacer());
    gtk_box_append(GTK_BOX(column), head);
    gtk_box_append(GTK_BOX(column), *viewer);
    gtk_box_append(GTK_BOX(column), source->scrubber);
    gtk_box_append(GTK_BOX(column), foot(source));
    g_signal_connect(drag, "drag-begin", G_CALLBACK(on_begin), source);
    g_signal_connect(drag, "drag-update", G_CALLBACK(on_update), source);
    gtk_widget_add_controller(source->scrubber, GTK_EVENT_CONTROLLER(drag));
    g_object_set_data_full(G_OBJECT(column), "source-viewer", source, g_free);
    app_watch(app, column, HO_NEWS_SELECTION | HO_NEWS_MEDIA | HO_NEWS_PROJECT, on_news, source);
    return column;
}
