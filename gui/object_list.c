// SPDX-License-Identifier: BSD-2-Clause
#include "object_list.h"

#include "actions.h"
#include "canvas.h"
#include "mask.h"
#include "paint.h"
#include "window.h"

#define ROW 26

struct object_list {
    struct app *app;
    GtkWidget *widget;
    struct paint_texts *texts;
};

static char *describe(const struct ho_mask_object *object)
{
    int64_t n = object->covered.last - object->covered.first + 1;
    if (n <= 0)
        return g_strdup(object->n_said ? _("not tracked") : _("click on it"));
    if (object->n_doubtful > 0)
        return g_strdup_printf(_("%ld to check"), (long)object->n_doubtful);
    return g_strdup_printf(n == 1 ? _("%ld frame") : _("%ld frames"), (long)n);
}

static void draw_row(struct object_list *list, GtkSnapshot *snapshot, const struct ho_mask_object *object, double y,
                     int width, bool is_current)
{
    g_autofree char *words = describe(object);
    GdkRGBA colour = mask_colour(object);
    if (is_current)
        paint_fill(snapshot, paint_colour(PAINT_RAISED), 0, y, width, ROW);
    paint_round(snapshot, &colour, 8, y + 8, 10, 10, 5);
    PangoLayout *right = paint_texts_get(list->texts, words, 11, 0);
    double x = width - 8 - paint_layout_width(right);
    paint_text(snapshot, right, paint_colour(object->n_doubtful > 0 ? PAINT_ACCENT : PAINT_DIM), x,
               y + (ROW - paint_layout_height(right)) / 2);
    PangoLayout *name = paint_texts_get(list->texts, object->name, 12, MAX((int)x - 34, 20));
    paint_text(snapshot, name, paint_colour(PAINT_TEXT), 26, y + (ROW - paint_layout_height(name)) / 2);
}

static void draw(void *opaque, GtkSnapshot *snapshot, int width, int height)
{
    struct object_list *list = opaque;
    size_t n;
    const struct ho_mask_object *objects = ho_session_objects(list->app->session, &n);
    const struct ho_mask_object *current = ho_session_object(list->app->session);
    paint_fill(snapshot, paint_colour(PAINT_CANVAS), 0, 0, width, height);
    for (size_t i = 0; i < n; i++)
        draw_row(list, snapshot, &objects[i], (double)i * ROW, width,
                 current && !strcmp(current->name, objects[i].name));
    if (n == 0) {
        PangoLayout *layout = paint_texts_get(list->texts, _("No objects yet: click on one"), 11, width - 16);
        paint_text(snapshot, layout, paint_colour(PAINT_DIM), 8, 8);
    }
}

static const struct ho_mask_object *object_at(struct object_list *list, double y)
{
    size_t n;
    const struct ho_mask_object *objects = ho_session_objects(list->app->session, &n);
    size_t row = y < 0 ? n : (size_t)(y / ROW);
    return row < n ? &objects[row] : NULL;
}

static void on_press(GtkGestureClick *click, int n, double x, double y, struct object_list *list)
{
    (void)click, (void)n, (void)x;
    const struct ho_mask_object *object = object_at(list, y);
    if (!object)
        return;
    g_autofree char *name = g_strdup(object->name);
    mask_select(list->app, name);
}

static void on_news(void *opaque, const struct ho_news *news)
{
    (void)news;
    struct object_list *list = opaque;
    size_t n;
    ho_session_objects(list->app->session, &n);
    gtk_widget_set_size_request(list->widget, -1, (int)n * ROW);
    gtk_widget_queue_draw(list->widget);
}

// A row's number, or an object's name.
static bool where(void *opaque, const char *part, double *x, double *y)
{
    struct object_list *list = opaque;
    size_t n;
    const struct ho_mask_object *objects = ho_session_objects(list->app->session, &n);
    for (size_t i = 0; i < n; i++) {
        if (!strcmp(objects[i].name, part)) {
            *x = 60;
            *y = (double)i * ROW + ROW / 2.0;
            return true;
        }
    }
    return false;
}

static void destroy(void *opaque)
{
    struct object_list *list = opaque;
    paint_texts_free(list->texts);
    g_free(list);
}

static const struct canvas_calls calls = {
    .draw = draw, .where = where, .destroy = destroy, .role = GTK_ACCESSIBLE_ROLE_LIST};

GtkWidget *object_list_new(struct app *app)
{
    struct object_list *list = g_new0(struct object_list, 1);
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *head = window_bar("head");
    GtkGesture *click = gtk_gesture_click_new();
    list->app = app;
    list->widget = canvas_new(&calls, list, 168, ROW);
    list->texts = paint_texts_new(list->widget);
    gtk_widget_set_name(list->widget, "objects");
    gtk_widget_set_vexpand(list->widget, TRUE);
    gtk_widget_set_tooltip_text(list->widget, _("Click on the object that you want to work on"));
    gtk_accessible_update_property(GTK_ACCESSIBLE(list->widget), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Objects"), -1);
    g_signal_connect(click, "pressed", G_CALLBACK(on_press), list);
    gtk_widget_add_controller(list->widget, GTK_EVENT_CONTROLLER(click));
    gtk_box_append(GTK_BOX(head), window_label(_("Objects"), "title"));
    gtk_box_append(GTK_BOX(head), window_spacer());
    gtk_box_append(GTK_BOX(head), action_button(app, "new-object"));
    gtk_box_append(GTK_BOX(head), action_button(app, "remove-object"));
    gtk_box_append(GTK_BOX(column), head);
    gtk_box_append(GTK_BOX(column), window_scrolled(list->widget));
    gtk_widget_set_hexpand(column, FALSE);
    app_watch(app, list->widget,
              HO_NEWS_OBJECTS | HO_NEWS_SELECTION | HO_NEWS_LANE | HO_NEWS_PLAYHEAD | HO_NEWS_PROJECT, on_news, list);
    return column;
}
