// SPDX-License-Identifier: BSD-2-Clause
#include "viewer_internal.h"

#include <math.h>
#include <string.h>

#include "actions.h"
#include "canvas.h"

#define REST_MILLISECONDS 50
#define LATE_MILLISECONDS 150

// Pages share the session's viewers: the one on the page that is shown has it.
static struct viewer *owners[HO_VIEWERS_MAX];

struct viewer *viewer_shown(struct app *app)
{
    for (int i = 0; i < HO_VIEWERS_MAX; i++) {
        if (owners[i] && owners[i]->app == app)
            return owners[i];
    }
    return NULL;
}

// ---- geometry

bool viewer_has_picture(const struct viewer *viewer) { return viewer->picture && viewer->picture->subject_width > 0; }

static double device_scale(const struct viewer *viewer) { return gtk_widget_get_scale_factor(viewer->widget); }

double viewer_scale(const struct viewer *viewer)
{
    if (!viewer_has_picture(viewer))
        return 1;
    if (viewer->zoom > 0)
        return viewer->zoom / device_scale(viewer);
    double x = gtk_widget_get_width(viewer->widget) / (double)viewer->picture->subject_width;
    double y = gtk_widget_get_height(viewer->widget) / (double)viewer->picture->subject_height;
    return x < y ? x : y;
}

static struct ho_point centre(const struct viewer *viewer)
{
    if (viewer->zoom > 0 || !viewer_has_picture(viewer))
        return viewer->centre;
    return (struct ho_point){(float)viewer->picture->subject_width / 2, (float)viewer->picture->subject_height / 2};
}

struct ho_point viewer_to_widget(const struct viewer *viewer, struct ho_point at)
{
    double scale = viewer_scale(viewer);
    struct ho_point middle = centre(viewer);
    return (struct ho_point){(float)(gtk_widget_get_width(viewer->widget) / 2.0 + (double)(at.x - middle.x) * scale),
                             (float)(gtk_widget_get_height(viewer->widget) / 2.0 + (double)(at.y - middle.y) * scale)};
}

struct ho_point viewer_to_subject(const struct viewer *viewer, struct ho_point at)
{
    double scale = viewer_scale(viewer);
    struct ho_point middle = centre(viewer);
    return (struct ho_point){
        (float)((double)middle.x + ((double)at.x - gtk_widget_get_width(viewer->widget) / 2.0) / scale),
        (float)((double)middle.y + ((double)at.y - gtk_widget_get_height(viewer->widget) / 2.0) / scale)};
}

double viewer_zoom(const struct viewer *viewer)
{
    return viewer_has_picture(viewer) ? viewer_scale(viewer) * device_scale(viewer) : 0;
}
bool viewer_is_fitted(const struct viewer *viewer) { return !(viewer->zoom > 0); }
int64_t viewer_source_frame(const struct viewer *viewer)
{
    return viewer->picture ? viewer->picture->source_frame : -1;
}

// ---- asking

static struct ho_rect visible_region(const struct viewer *viewer)
{
    int width = viewer->picture->subject_width, height = viewer->picture->subject_height;
    struct ho_point a = viewer_to_subject(viewer, (struct ho_point){0, 0});
    struct ho_point b = viewer_to_subject(viewer, (struct ho_point){(float)gtk_widget_get_width(viewer->widget),
                                                                    (float)gtk_widget_get_height(viewer->widget)});
    return (struct ho_rect){CLAMP((int)floorf(a.x), 0, width - 1), CLAMP((int)floorf(a.y), 0, height - 1),
                            CLAMP((int)ceilf(b.x), 1, width), CLAMP((int)ceilf(b.y), 1, height)};
}

void viewer_request(struct viewer *viewer)
{
    struct ho_view_request *request = &viewer->request;
    double device = device_scale(viewer);
    g_clear_handle_id(&viewer->rest, g_source_remove);
    request->width = (int)(gtk_widget_get_width(viewer->widget) * device);
    request->height = (int)(gtk_widget_get_height(viewer->widget) * device);
    request->region = (struct ho_rect){0};
    if (viewer->zoom > 0 && viewer_has_picture(viewer)) {
        request->region = visible_region(viewer);
        request->width = (int)ceil((request->region.x1 - request->region.x0) * viewer->zoom);
        request->height = (int)ceil((request->region.y1 - request->region.y0) * viewer->zoom);
    }
    if (owners[viewer->slot] == viewer && request->width > 0 && request->height > 0)
        ho_session_view(viewer->app->session, viewer->slot, request);
}

static gboolean on_rest(gpointer viewer)
{
    ((struct viewer *)viewer)->rest = 0;
    viewer_request(viewer);
    return G_SOURCE_REMOVE;
}

void viewer_request_later(struct viewer *viewer)
{
    g_clear_handle_id(&viewer->rest, g_source_remove);
    viewer->rest = g_timeout_add(REST_MILLISECONDS, on_rest, viewer);
    gtk_widget_queue_draw(viewer->widget);
}

// ---- taking

static void unref_pixels(gpointer picture) { ho_view_picture_unref(picture); }

static GdkTexture *texture_new(struct ho_view_picture *picture)
{
    gsize stride = (gsize)picture->width * 3;
    g_autoptr(GBytes)
        bytes = g_bytes_new_with_free_func(picture->pixels, stride * (gsize)picture->height, unref_pixels, picture);
    return gdk_memory_texture_new(picture->width, picture->height, GDK_MEMORY_R8G8B8, bytes, stride);
}

// The texture holds one reference, the viewer one more.
static void take_picture(struct viewer *viewer)
{
    struct ho_view_picture *picture = ho_session_picture(viewer->app->session, viewer->slot);
    if (picture && viewer->picture && picture->serial == viewer->picture->serial) {
        ho_view_picture_unref(picture);
        return;
    }
    bool other_size = !viewer->picture || !picture || picture->subject_width != viewer->picture->subject_width;
    g_clear_object(&viewer->texture);
    g_clear_pointer(&viewer->picture, ho_view_picture_unref);
    viewer->picture = picture;
    if (picture && picture->pixels && picture->width > 0)
        viewer->texture = texture_new(ho_session_picture(viewer->app->session, viewer->slot));
    viewer->is_late = false;
    g_clear_handle_id(&viewer->stale, g_source_remove);
    gtk_widget_queue_draw(viewer->widget);
    if (other_size)
        viewer_changed(viewer);
}

static gboolean on_late(gpointer data)
{
    struct viewer *viewer = data;
    viewer->stale = 0;
    viewer->is_late = ho_session_view_is_stale(viewer->app->session, viewer->slot);
    gtk_widget_queue_draw(viewer->widget);
    return G_SOURCE_REMOVE;
}

static void watch_for_lateness(struct viewer *viewer)
{
    if (!viewer->stale && !viewer->is_late && ho_session_view_is_stale(viewer->app->session, viewer->slot))
        viewer->stale = g_timeout_add(LATE_MILLISECONDS, on_late, viewer);
}

static gboolean on_tick(GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
    (void)widget, (void)clock;
    struct viewer *viewer = data;
    if (ho_session_tick(viewer->app->session))
        take_picture(viewer);
    return G_SOURCE_CONTINUE;
}

// A tick costs 60 wake-ups a second, so there is one while it plays and no longer.
static void follow_playing(struct viewer *viewer)
{
    bool plays = viewer->is_mapped && viewer->slot == 0 && ho_session_playing(viewer->app->session).speed != 0;
    if (plays && !viewer->tick)
        viewer->tick = gtk_widget_add_tick_callback(viewer->widget, on_tick, viewer, NULL);
    else if (!plays && viewer->tick) {
        gtk_widget_remove_tick_callback(viewer->widget, viewer->tick);
        viewer->tick = 0;
    }
}

static void on_news(void *opaque, const struct ho_news *news)
{
    struct viewer *viewer = opaque;
    if (!viewer->is_mapped)
        return;
    if (news->kinds & HO_NEWS_PLAYHEAD)
        follow_playing(viewer);
    take_picture(viewer);
    watch_for_lateness(viewer);
    if (news->kinds & (HO_NEWS_OBJECTS | HO_NEWS_SELECTION | HO_NEWS_PLAYHEAD))
        gtk_widget_queue_draw(viewer->widget);
}

// ---- setting

void viewer_changed(struct viewer *viewer)
{
    if (viewer->changed)
        viewer->changed(viewer->changed_opaque);
}

void viewer_on_change(struct viewer *viewer, void (*changed)(void *opaque), void *opaque)
{
    viewer->changed = changed;
    viewer->changed_opaque = opaque;
}

static void ask_anew(struct viewer *viewer)
{
    viewer_request(viewer);
    watch_for_lateness(viewer);
    viewer_changed(viewer);
}

void viewer_set_tool(struct viewer *viewer, const struct viewer_tool *tool, void *opaque)
{
    viewer->tool = tool;
    viewer->tool_opaque = opaque;
    gtk_widget_queue_draw(viewer->widget);
}

void viewer_set_node(struct viewer *viewer, enum ho_page page, const char *node)
{
    viewer->request.subject = node ? HO_VIEW_OF_NODE : viewer->subject;
    node = node ? node : "";
    if (viewer->request.page == page && !strcmp(viewer->request.node, node))
        return;
    viewer->request.page = page;
    g_strlcpy(viewer->request.node, node, sizeof(viewer->request.node));
    ask_anew(viewer);
}

void viewer_set_frame(struct viewer *viewer, int64_t frame)
{
    viewer->request.frame = frame;
    viewer_request(viewer);
    watch_for_lateness(viewer);
}

void viewer_set_look(struct viewer *viewer, enum ho_view_look look)
{
    viewer->request.look = look;
    ask_anew(viewer);
}

void viewer_set_channel(struct viewer *viewer, enum ho_view_channel channel)
{
    viewer->request.channel = channel;
    ask_anew(viewer);
}

void viewer_set_timecode(struct viewer *viewer, bool shown)
{
    viewer->request.timecode = shown;
    ask_anew(viewer);
}

enum ho_view_look viewer_look(const struct viewer *viewer) { return viewer->request.look; }
enum ho_view_channel viewer_channel(const struct viewer *viewer) { return viewer->request.channel; }
void viewer_redraw(struct viewer *viewer) { gtk_widget_queue_draw(viewer->widget); }

void viewer_set_empty(struct viewer *viewer, const char *title, const char *sentence)
{
    viewer->empty_title = title;
    viewer->empty_sentence = sentence;
}

void viewer_set_zoom(struct viewer *viewer, double zoom)
{
    viewer->centre = centre(viewer);
    viewer->zoom = zoom;
    gtk_widget_queue_draw(viewer->widget);
    ask_anew(viewer);
}

void viewer_zoom_at(struct viewer *viewer, double factor, struct ho_point at)
{
    if (!viewer_has_picture(viewer))
        return;
    struct ho_point fixed = viewer_to_subject(viewer, at);
    viewer->zoom = CLAMP(viewer_zoom(viewer) * factor, 0.02, 32);
    double scale = viewer_scale(viewer);
    viewer->centre = (struct ho_point){
        (float)((double)fixed.x - ((double)at.x - gtk_widget_get_width(viewer->widget) / 2.0) / scale),
        (float)((double)fixed.y - ((double)at.y - gtk_widget_get_height(viewer->widget) / 2.0) / scale)};
    viewer_request_later(viewer);
    viewer_changed(viewer);
}

// ---- life

static void on_resized(void *opaque, int width, int height)
{
    (void)width, (void)height;
    viewer_request_later(opaque);
}

static void on_map(GtkWidget *widget, struct viewer *viewer)
{
    viewer->is_mapped = gtk_widget_get_mapped(widget);
    if (viewer->is_mapped) {
        owners[viewer->slot] = viewer;
        viewer_request(viewer);
    } else if (owners[viewer->slot] == viewer) {
        owners[viewer->slot] = NULL;
        ho_session_view(viewer->app->session, viewer->slot, NULL);
    }
    follow_playing(viewer);
    if (viewer->is_mapped)
        take_picture(viewer);
}

static void destroy(void *opaque)
{
    struct viewer *viewer = opaque;
    if (owners[viewer->slot] == viewer)
        owners[viewer->slot] = NULL;
    g_clear_handle_id(&viewer->rest, g_source_remove);
    g_clear_handle_id(&viewer->stale, g_source_remove);
    g_clear_object(&viewer->texture);
    g_clear_pointer(&viewer->picture, ho_view_picture_unref);
    paint_texts_free(viewer->texts);
    g_free(viewer);
}

// "X,Y": a place of the subject, as shares of its width and height.
static bool where(void *opaque, const char *part, double *x, double *y)
{
    struct viewer *viewer = opaque;
    if (!viewer_has_picture(viewer) || sscanf(part, "%lf,%lf", x, y) != 2)
        return false;
    struct ho_point at = viewer_to_widget(viewer, (struct ho_point){(float)(*x * viewer->picture->subject_width),
                                                                    (float)(*y * viewer->picture->subject_height)});
    *x = at.x;
    *y = at.y;
    return true;
}

static const struct canvas_calls calls = {
    .draw = viewer_draw, .resized = on_resized, .where = where, .destroy = destroy};

GtkWidget *viewer_new(struct app *app, int slot, enum ho_view_subject subject)
{
    struct viewer *viewer = g_new0(struct viewer, 1);
    viewer->app = app;
    viewer->slot = slot;
    viewer->request.subject = viewer->subject = subject;
    viewer->widget = canvas_new(&calls, viewer, 240, 160);
    viewer->texts = paint_texts_new(viewer->widget);
    gtk_widget_set_hexpand(viewer->widget, TRUE);
    gtk_widget_set_vexpand(viewer->widget, TRUE);
    gtk_widget_set_focusable(viewer->widget, TRUE);
    gtk_widget_set_name(viewer->widget, "viewer");
    gtk_accessible_update_property(GTK_ACCESSIBLE(viewer->widget), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Viewer"), -1);
    actions_set_context(viewer->widget, ACTION_PANEL_VIEWER);
    viewer_events(viewer);
    g_signal_connect(viewer->widget, "map", G_CALLBACK(on_map), viewer);
    g_signal_connect(viewer->widget, "unmap", G_CALLBACK(on_map), viewer);
    app_watch(app, viewer->widget,
              HO_NEWS_PICTURE | HO_NEWS_PLAYHEAD | HO_NEWS_OBJECTS | HO_NEWS_SELECTION | HO_NEWS_PROJECT, on_news,
              viewer);
    return viewer->widget;
}

struct viewer *viewer_of(GtkWidget *widget) { return canvas_opaque(widget); }
