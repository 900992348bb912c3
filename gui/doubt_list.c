// SPDX-License-Identifier: BSD-2-Clause
#include "canvas.h"
#include "mask.h"
#include "mask_palette.h"
#include "paint.h"
#include "span.h"
#include "window.h"

#define ROW 36
#define THUMB_WIDTH 56
#define THUMB_HEIGHT 32
#define ROWS_MAX 200

struct doubt_list {
    struct app *app;
    GtkWidget *widget, *title;
    struct paint_texts *texts;
};

static void draw_row(struct doubt_list *list, GtkSnapshot *snapshot, const struct ho_doubt *doubt, double y, int width)
{
    const struct ho_timeline_clip *clip = ho_session_clip(list->app->session);
    int device = gtk_widget_get_scale_factor(list->widget);
    char timecode[HO_TIMECODE_SIZE], words[32];
    if (doubt->frame == ho_session_source_frame(list->app->session))
        paint_fill(snapshot, paint_colour(PAINT_RAISED), 0, y, width, ROW);
    struct ho_view_picture *thumb = clip ? ho_session_thumbnail(list->app->session, clip->media, doubt->frame,
                                                                THUMB_WIDTH * device, THUMB_HEIGHT * device)
                                         : NULL;
    window_picture(snapshot, thumb, 4, y + 2, THUMB_WIDTH, THUMB_HEIGHT);
    ho_timecode_format(ho_timecode_add(span_source_start(list->app), doubt->frame), timecode);
    g_snprintf(words, sizeof(words), _("sure %.0f%%"), (double)doubt->confidence * 100);
    paint_text(snapshot, paint_texts_get(list->texts, timecode, 11, 0), paint_colour(PAINT_TEXT), THUMB_WIDTH + 12,
               y + 3);
    paint_text(snapshot, paint_texts_get(list->texts, words, 11, 0), paint_colour(PAINT_ACCENT), THUMB_WIDTH + 12,
               y + 18);
}

static size_t rows(struct doubt_list *list, const struct ho_doubt **doubts)
{
    size_t n;
    *doubts = ho_session_doubts(list->app->session, &n);
    return MIN(n, ROWS_MAX);
}

static void draw(void *opaque, GtkSnapshot *snapshot, int width, int height)
{
    struct doubt_list *list = opaque;
    const struct ho_doubt *doubts;
    size_t n = rows(list, &doubts);
    paint_fill(snapshot, paint_colour(PAINT_CANVAS), 0, 0, width, height);
    GtkAdjustment *scroll = gtk_scrolled_window_get_vadjustment(
        GTK_SCROLLED_WINDOW(gtk_widget_get_ancestor(list->widget, GTK_TYPE_SCROLLED_WINDOW)));
    double top = gtk_adjustment_get_value(scroll), bottom = top + gtk_adjustment_get_page_size(scroll);
    for (size_t i = 0; i < n; i++) {
        double y = (double)i * ROW;
        if (y + ROW > top && y < bottom)
            draw_row(list, snapshot, &doubts[i], y, width);
    }
    if (n == 0)
        paint_text(snapshot, paint_texts_get(list->texts, _("Nothing to check"), 11, width - 16),
                   paint_colour(PAINT_DIM), 8, 8);
}

static void on_press(GtkGestureClick *click, int n_press, double x, double y, struct doubt_list *list)
{
    (void)click, (void)n_press, (void)x;
    const struct ho_doubt *doubts;
    size_t n = rows(list, &doubts), row = (size_t)(y / ROW);
    if (y >= 0 && row < n)
        mask_go(list->app, doubts[row].frame);
}

static void on_news(void *opaque, const struct ho_news *news)
{
    struct doubt_list *list = opaque;
    const struct ho_doubt *doubts;
    size_t n = rows(list, &doubts);
    char title[48];
    g_snprintf(title, sizeof(title), n ? _("To check: %zu") : _("To check"), n);
    if (!news || news->kinds != HO_NEWS_PLAYHEAD) {
        gtk_label_set_text(GTK_LABEL(list->title), title);
        gtk_widget_set_size_request(list->widget, -1, (int)n * ROW);
    }
    gtk_widget_queue_draw(list->widget);
}

// A row's number.
static bool where(void *opaque, const char *part, double *x, double *y)
{
    (void)opaque;
    *x = 60;
    *y = (g_ascii_strtod(part, NULL) + 0.5) * ROW;
    return true;
}

static void destroy(void *opaque)
{
    struct doubt_list *list = opaque;
    paint_texts_free(list->texts);
    g_free(list);
}

static const struct canvas_calls calls = {
    .draw = draw, .where = where, .destroy = destroy, .role = GTK_ACCESSIBLE_ROLE_LIST};

GtkWidget *doubt_list_new(struct app *app)
{
    struct doubt_list *list = g_new0(struct doubt_list, 1);
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *head = window_bar("head");
    GtkGesture *click = gtk_gesture_click_new();
    list->app = app;
    list->title = window_label(_("To check"), "title");
    list->widget = canvas_new(&calls, list, 144, ROW);
    list->texts = paint_texts_new(list->widget);
    gtk_widget_set_name(list->widget, "doubts");
    gtk_widget_set_vexpand(list->widget, TRUE);
    gtk_accessible_update_property(GTK_ACCESSIBLE(list->widget), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Frames to check"),
                                   -1);
    g_signal_connect(click, "pressed", G_CALLBACK(on_press), list);
    gtk_widget_add_controller(list->widget, GTK_EVENT_CONTROLLER(click));
    gtk_box_append(GTK_BOX(head), list->title);
    gtk_box_append(GTK_BOX(column), head);
    gtk_box_append(GTK_BOX(column), window_scrolled(list->widget));
    gtk_widget_set_hexpand(column, FALSE);
    app_watch(app, list->widget,
              HO_NEWS_LANE | HO_NEWS_OBJECTS | HO_NEWS_SELECTION | HO_NEWS_PLAYHEAD | HO_NEWS_MEDIA | HO_NEWS_PROJECT,
              on_news, list);
    return column;
}
