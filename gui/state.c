// SPDX-License-Identifier: BSD-2-Clause
#include "state.h"

#include <jansson.h>
#include <stdlib.h>

static json_t *format_lane(struct app *app)
{
    size_t n;
    const struct ho_lane_span *lane = ho_session_lane(app->session, &n);
    json_t *out = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(out, json_pack("[I,I,i]", (json_int_t)lane[i].frames.first,
                                             (json_int_t)lane[i].frames.last, (int)lane[i].flags));
    return out;
}

static json_t *format_objects(struct app *app)
{
    size_t n;
    const struct ho_mask_object *objects = ho_session_objects(app->session, &n);
    json_t *out = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(out, json_pack("{s:s,s:i,s:I,s:I,s:I}", "name", objects[i].name, "n_said",
                                             (int)objects[i].n_said, "first", (json_int_t)objects[i].covered.first,
                                             "last", (json_int_t)objects[i].covered.last, "n_doubtful",
                                             (json_int_t)objects[i].n_doubtful));
    return out;
}

static json_t *format_jobs(struct app *app)
{
    size_t n;
    const struct ho_work *works = ho_session_jobs(app->session, &n);
    json_t *out = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(out, json_pack("{s:i,s:s,s:i,s:I,s:I,s:s}", "kind", works[i].kind, "name", works[i].name,
                                             "status", works[i].status, "done", (json_int_t)works[i].n_done, "total",
                                             (json_int_t)works[i].n_total, "message", works[i].message));
    return out;
}

static json_t *format_picture(struct app *app)
{
    struct ho_view_picture *picture = ho_session_picture(app->session, 0);
    json_t *out = json_object();
    if (picture)
        out = json_pack("{s:i,s:i,s:I,s:b}", "width", picture->width, "height", picture->height, "source_frame",
                        (json_int_t)picture->source_frame, "stale", ho_session_view_is_stale(app->session, 0));
    if (picture)
        ho_view_picture_unref(picture);
    return out;
}

static const char *focus_name(struct app *app)
{
    GtkWidget *focus = gtk_window_get_focus(app->window);
    return focus ? gtk_widget_get_name(focus) : "";
}

char *state_format(struct app *app)
{
    const struct ho_timeline_clip *clip = ho_session_clip(app->session);
    const struct ho_mask_object *object = ho_session_object(app->session);
    struct ho_playing playing = ho_session_playing(app->session);
    GtkWidget *notice = gtk_widget_get_first_child(gtk_revealer_get_child(GTK_REVEALER(app->notice)));
    bool says = gtk_revealer_get_reveal_child(GTK_REVEALER(app->notice));
    json_t *state = json_pack("{s:s,s:I,s:I,s:s,s:s,s:f,s:I,s:I,s:f,s:s,s:s,s:s,s:b}", "page",
                              app->page ? app->page : "", "playhead", (json_int_t)ho_session_playhead(app->session),
                              "source_frame", (json_int_t)ho_session_source_frame(app->session), "clip",
                              clip ? clip->name : "", "object", object ? object->name : "", "speed", playing.speed,
                              "shown", (json_int_t)playing.n_shown, "dropped", (json_int_t)playing.n_dropped, "answer",
                              ho_session_answer_seconds(app->session), "notice",
                              says ? gtk_label_get_text(GTK_LABEL(notice)) : "", "node", ho_session_node(app->session),
                              "focus", focus_name(app), "untitled", ho_session_is_untitled(app->session));
    json_object_set_new(state, "lane", format_lane(app));
    json_object_set_new(state, "objects", format_objects(app));
    json_object_set_new(state, "jobs", format_jobs(app));
    json_object_set_new(state, "picture", format_picture(app));
    char *text = json_dumps(state, JSON_COMPACT), *out = g_strdup(text);
    free(text);
    json_decref(state);
    return out;
}
