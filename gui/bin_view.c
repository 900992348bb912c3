// SPDX-License-Identifier: BSD-2-Clause
#include "bin_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "canvas.h"
#include "paint.h"
#include "window.h"

#define CELL_WIDTH 144
#define CELL_HEIGHT 112
#define THUMB_WIDTH 128
#define THUMB_HEIGHT 72

struct item {
    int64_t id;
    bool is_timeline, is_offline;
    char name[HO_NAME_SIZE];
};
struct bin_view {
    struct app *app;
    GtkWidget *widget;
    struct paint_texts *texts;
    GArray *items;
    int64_t bin, timeline;    // that is shown; the timeline that was clicked
};

// ---- what is there

static void collect_media(struct bin_view *view, struct ho_project *project)
{
    int64_t *ids = NULL;
    size_t n = 0;
    if (ho_project_media_list(project, &ids, &n, NULL) != HO_OK)
        return;
    for (size_t i = 0; i < n; i++) {
        const struct ho_project_media *media = ho_session_media(view->app->session, ids[i]);
        struct item item = {.id = ids[i]};
        if (!media || media->bin != view->bin)
            continue;
        g_strlcpy(item.name, *media->clip_name ? media->clip_name : media->source.clip_name, sizeof(item.name));
        item.is_offline = ho_project_media_is_offline(media);
        g_array_append_val(view->items, item);
    }
    free(ids);
}

static void collect_timelines(struct bin_view *view, struct ho_project *project)
{
    struct ho_timeline_entry *entries = NULL;
    size_t n = 0;
    if (ho_project_timelines(project, &entries, &n, NULL) != HO_OK)
        return;
    for (size_t i = 0; i < n; i++) {
        struct item item = {.id = entries[i].id, .is_timeline = true};
        g_strlcpy(item.name, entries[i].name, sizeof(item.name));
        if (entries[i].bin == view->bin)
            g_array_append_val(view->items, item);
    }
    free(entries);
}

static int n_columns(const struct bin_view *view) { return MAX(gtk_widget_get_width(view->widget) / CELL_WIDTH, 1); }

static void collect(struct bin_view *view)
{
    struct ho_project *project = ho_session_project(view->app->session);
    g_array_set_size(view->items, 0);
    if (project) {
        collect_media(view, project);
        collect_timelines(view, project);
    }
    int rows = ((int)view->items->len + n_columns(view) - 1) / n_columns(view);
    gtk_widget_set_size_request(view->widget, CELL_WIDTH, rows * CELL_HEIGHT + 8);
    gtk_widget_queue_draw(view->widget);
}

// ---- drawing

static bool is_selected(struct bin_view *view, const struct item *item)
{
    return item->is_timeline ? item->id == view->timeline
                             : !view->timeline && item->id == ho_session_selected_media(view->app->session);
}

static void draw_timeline_sign(GtkSnapshot *snapshot, double x, double y)
{
    paint_fill(snapshot, paint_colour(PAINT_CANVAS), x, y, THUMB_WIDTH, THUMB_HEIGHT);
    paint_fill(snapshot, paint_colour(PAINT_VIDEO), x + 20, y + 20, 60, 12);
    paint_fill(snapshot, paint_colour(PAINT_VIDEO), x + 48, y + 36, 60, 12);
    paint_fill(snapshot, paint_colour(PAINT_AUDIO), x + 20, y + 52, 88, 8);
    paint_frame(snapshot, paint_colour(PAINT_EDGE), x, y, THUMB_WIDTH, THUMB_HEIGHT, 0, 1);
}

static void draw_item(struct bin_view *view, GtkSnapshot *snapshot, const struct item *item, double x, double y)
{
    int device = gtk_widget_get_scale_factor(view->widget);
    bool selected = is_selected(view, item);
    if (item->is_timeline)
        draw_timeline_sign(snapshot, x, y);
    else
        window_picture(
            snapshot,
            ho_session_thumbnail(view->app->session, item->id, 0, THUMB_WIDTH * device, THUMB_HEIGHT * device), x, y,
            THUMB_WIDTH, THUMB_HEIGHT);
    if (item->is_offline)
        paint_text(snapshot, paint_texts_get(view->texts, _("Offline"), 12, 0), paint_colour(PAINT_WARN), x + 8, y + 8);
    if (selected)
        paint_frame(snapshot, paint_colour(PAINT_ACCENT), x - 2, y - 2, THUMB_WIDTH + 4, THUMB_HEIGHT + 4, 2, 2);
    PangoLayout *name = paint_texts_get(view->texts, item->name, 11, THUMB_WIDTH);
    paint_text(snapshot, name, paint_colour(selected ? PAINT_TEXT : PAINT_DIM),
               x + (THUMB_WIDTH - MIN(paint_layout_width(name), THUMB_WIDTH)) / 2, y + THUMB_HEIGHT + 6);
}

static void place(const struct bin_view *view, guint i, double *x, double *y)
{
    *x = (i % (guint)n_columns(view)) * (double)CELL_WIDTH + 8;
    *y = (i / (guint)n_columns(view)) * (double)CELL_HEIGHT + 8;
}

static void draw(void *opaque, GtkSnapshot *snapshot, int width, int height)
{
    struct bin_view *view = opaque;
    double x, y;
    paint_fill(snapshot, paint_colour(PAINT_CANVAS), 0, 0, width, height);
    for (guint i = 0; i < view->items->len; i++) {
        place(view, i, &x, &y);
        draw_item(view, snapshot, &g_array_index(view->items, struct item, i), x, y);
    }
    if (view->items->len == 0) {
        PangoLayout *layout = paint_texts_get(view->texts, _("Drop films here, or import them (Ctrl+I)"), 13,
                                              width - 16);
        paint_text(snapshot, layout, paint_colour(PAINT_DIM), (width - paint_layout_width(layout)) / 2,
                   height / 2.0 - 8);
    }
}

// ---- the pointer

static struct item *item_at(struct bin_view *view, double x, double y)
{
    int column = (int)(x / CELL_WIDTH), row = (int)(y / CELL_HEIGHT);
    guint i = (guint)(row * n_columns(view) + column);
    return x < 0 || y < 0 || column >= n_columns(view) || i >= view->items->len
               ? NULL
               : &g_array_index(view->items, struct item, i);
}

static void on_press(GtkGestureClick *click, int n, double x, double y, struct bin_view *view)
{
    (void)click;
    struct item *item = item_at(view, x, y);
    char id[24];
    gtk_widget_grab_focus(view->widget);
    if (!item)
        return;
    g_snprintf(id, sizeof(id), "%ld", (long)item->id);
    view->timeline = item->is_timeline ? item->id : 0;
    if (!item->is_timeline)
        app_do(view->app, "select-media", "media", id, NULL);
    else if (n == 2 && app_do(view->app, "open-timeline", "timeline", id, NULL))
        app_show_page(view->app, "color");
    gtk_widget_queue_draw(view->widget);
}

// Media is dragged by its id, onto a timeline.
static GdkContentProvider *on_prepare(GtkDragSource *source, double x, double y, struct bin_view *view)
{
    struct item *item = item_at(view, x, y);
    if (!item || item->is_timeline)
        return NULL;
    gtk_gesture_set_state(GTK_GESTURE(source), GTK_EVENT_SEQUENCE_CLAIMED);
    GtkSnapshot *icon = gtk_snapshot_new();
    window_picture(icon, ho_session_thumbnail(view->app->session, item->id, 0, THUMB_WIDTH, THUMB_HEIGHT), 0, 0,
                   THUMB_WIDTH / 2, THUMB_HEIGHT / 2);
    g_autoptr(GdkPaintable) paintable = gtk_snapshot_free_to_paintable(icon, NULL);
    gtk_drag_source_set_icon(source, paintable, -8, -8);
    return gdk_content_provider_new_typed(G_TYPE_INT64, item->id);
}

static gboolean on_drop(GtkDropTarget *target, const GValue *value, double x, double y, struct bin_view *view)
{
    (void)target, (void)x, (void)y;
    g_autofree char *bin = g_strdup_printf("%ld", (long)view->bin);
    for (GSList *file = gdk_file_list_get_files(g_value_get_boxed(value)); file; file = file->next) {
        g_autofree char *path = g_file_get_path(file->data);
        if (path)
            app_do(view->app, "import", "file", path, "bin", bin, NULL);
    }
    return TRUE;
}

static void on_news(void *opaque, const struct ho_news *news)
{
    struct bin_view *view = opaque;
    if (news->kinds & HO_NEWS_PROJECT)
        view->bin = HO_BIN_TOP;
    if (news->kinds & (HO_NEWS_MEDIA | HO_NEWS_PROJECT | HO_NEWS_TIMELINE))
        collect(view);
    gtk_widget_queue_draw(view->widget);
}

static void on_resized(void *opaque, int width, int height)
{
    (void)width, (void)height;
    gtk_widget_queue_draw(((struct bin_view *)opaque)->widget);
}

// An item's name, or its number from 0.
static bool where(void *opaque, const char *part, double *x, double *y)
{
    struct bin_view *view = opaque;
    for (guint i = 0; i < view->items->len; i++) {
        if (strcmp(g_array_index(view->items, struct item, i).name, part) != 0 && g_ascii_strtoull(part, NULL, 10) != i)
            continue;
        place(view, i, x, y);
        *x += THUMB_WIDTH / 2.0;
        *y += THUMB_HEIGHT / 2.0;
        return true;
    }
    return false;
}

static void destroy(void *opaque)
{
    struct bin_view *view = opaque;
    paint_texts_free(view->texts);
    g_array_unref(view->items);
    g_free(view);
}

static const struct canvas_calls calls = {
    .draw = draw, .resized = on_resized, .where = where, .destroy = destroy, .role = GTK_ACCESSIBLE_ROLE_GRID};

GtkWidget *bin_view_new(struct app *app)
{
    struct bin_view *view = g_new0(struct bin_view, 1);
    GtkGesture *click = gtk_gesture_click_new();
    GtkDragSource *drag = gtk_drag_source_new();
    GtkDropTarget *drop = gtk_drop_target_new(GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
    view->app = app;
    view->bin = HO_BIN_TOP;
    view->widget = canvas_new(&calls, view, CELL_WIDTH, CELL_HEIGHT);
    view->texts = paint_texts_new(view->widget);
    view->items = g_array_new(FALSE, TRUE, sizeof(struct item));
    gtk_widget_set_name(view->widget, "bin");
    gtk_widget_set_focusable(view->widget, TRUE);
    gtk_widget_set_hexpand(view->widget, TRUE);
    gtk_widget_set_vexpand(view->widget, TRUE);
    gtk_accessible_update_property(GTK_ACCESSIBLE(view->widget), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Media pool"), -1);
    actions_set_context(view->widget, ACTION_PANEL_BIN);
    g_signal_connect(click, "pressed", G_CALLBACK(on_press), view);
    g_signal_connect(drag, "prepare", G_CALLBACK(on_prepare), view);
    g_signal_connect(drop, "drop", G_CALLBACK(on_drop), view);
    gtk_widget_add_controller(view->widget, GTK_EVENT_CONTROLLER(click));
    gtk_widget_add_controller(view->widget, GTK_EVENT_CONTROLLER(drag));
    gtk_widget_add_controller(view->widget, GTK_EVENT_CONTROLLER(drop));
    app_watch(app, view->widget, HO_NEWS_MEDIA | HO_NEWS_PROJECT | HO_NEWS_SELECTION | HO_NEWS_TIMELINE, on_news, view);
    collect(view);
    return view->widget;
}

int64_t bin_view_bin(GtkWidget *widget) { return ((struct bin_view *)canvas_opaque(widget))->bin; }

void bin_view_set_bin(GtkWidget *widget, int64_t bin)
{
    struct bin_view *view = canvas_opaque(widget);
    view->bin = bin;
    collect(view);
}
