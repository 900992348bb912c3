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

// Kinds of the prompts that were said, in order; -1 for what is no prompt.
static json_t *format_said(const struct ho_mask_object *object)
{
    json_t *out = json_array();
    for (size_t i = 0; i < object->n_said; i++) {
        const struct ho_said *said = &object->said[i].said;
        json_array_append_new(out, json_integer(said->kind == HO_SAID_PROMPT ? (int)said->prompt.kind : -1));
    }
    return out;
}

static json_t *format_objects(struct app *app)
{
    size_t n;
    const struct ho_mask_object *objects = ho_session_objects(app->session, &n);
    json_t *out = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(
            out, json_pack("{s:s,s:o,s:i,s:I,s:I,s:I}", "name", objects[i].name, "said", format_said(&objects[i]),
                           "n_said", (int)objects[i].n_said, "first", (json_int_t)objects[i].covered.first, "last",
                           (json_int_t)objects[i].covered.last, "n_doubtful", (json_int_t)objects[i].n_doubtful));
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
    json_t *out = NULL;
    if (picture)
        out = json_pack("{s:i,s:i,s:I,s:I,s:b}", "width", picture->width, "height", picture->height, "source_frame",
                        (json_int_t)picture->source_frame, "serial", (json_int_t)picture->serial, "stale",
                        ho_session_view_is_stale(app->session, 0));
    if (picture)
        ho_view_picture_unref(picture);
    return out ? out : json_object();
}

// Track, name, first frame, length, enabled: as a page of the timeline is read.
static json_t *format_clips(struct app *app)
{
    const struct ho_timeline *timeline = ho_session_timeline(app->session, NULL);
    json_t *out = json_array();
    for (int i = 0; timeline && i < ho_timeline_n_tracks(timeline); i++) {
        size_t n;
        const struct ho_track *track = ho_timeline_track(timeline, i);
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(timeline, i, &n);
        char name[8];
        g_snprintf(name, sizeof name, "%c%d", track->kind == HO_TRACK_VIDEO ? 'V' : 'A', track->place + 1);
        for (size_t k = 0; k < n; k++)
            json_array_append_new(out, json_pack("[s,s,I,I,b]", name, clips[k]->name, (json_int_t)clips[k]->at,
                                                 (json_int_t)clips[k]->length, clips[k]->enabled));
    }
    return out;
}

static json_t *format_tracks(struct app *app)
{
    const struct ho_timeline *timeline = ho_session_timeline(app->session, NULL);
    json_t *out = json_array();
    for (int i = 0; timeline && i < ho_timeline_n_tracks(timeline); i++) {
        const struct ho_track *track = ho_timeline_track(timeline, i);
        char name[8];
        g_snprintf(name, sizeof name, "%c%d", track->kind == HO_TRACK_VIDEO ? 'V' : 'A', track->place + 1);
        json_array_append_new(out, json_string(name));
    }
    return out;
}

static json_t *format_numbers(const struct ho_timeline_clip *clip, int64_t playhead)
{
    json_t *out = json_object();
    for (int i = 0; clip && i < HO_N_CLIP_NUMBERS; i++)
        json_object_set_new(out, ho_clip_number_describe((enum ho_clip_number)i)->name,
                            json_real(ho_curve_value(&clip->number[i], playhead - clip->at + clip->origin)));
    return out;
}

static json_t *format_links(const struct ho_graph *graph)
{
    json_t *out = json_array();
    for (size_t i = 0; graph && i < ho_graph_n_links(graph); i++) {
        struct ho_link_info link = ho_graph_link(graph, i);
        g_autofree char *text = g_strdup_printf("%s.%s %s.%s", link.from, link.output, link.to, link.input);
        json_array_append_new(out, json_string(text));
    }
    return out;
}

// That are not undone.
static int count_steps(struct app *app)
{
    struct ho_project *project = ho_session_project(app->session);
    struct ho_project_step *steps = NULL;
    size_t n = 0;
    int done = 0;
    if (!project || ho_project_steps(project, &steps, &n, NULL) != HO_OK)
        return 0;
    for (size_t i = 0; i < n; i++)
        done += !steps[i].undone;
    free(steps);
    return done;
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
    json_object_set_new(state, "steps", json_integer(count_steps(app)));
    json_object_set_new(state, "lane", format_lane(app));
    json_object_set_new(state, "objects", format_objects(app));
    json_object_set_new(state, "jobs", format_jobs(app));
    json_object_set_new(state, "picture", format_picture(app));
    json_object_set_new(state, "tracks", format_tracks(app));
    json_object_set_new(state, "clips", format_clips(app));
    json_object_set_new(state, "numbers", format_numbers(clip, ho_session_playhead(app->session)));
    json_object_set_new(state, "color", format_links(ho_session_graph(app->session, HO_PAGE_COLOR)));
    json_object_set_new(state, "fusion", format_links(ho_session_graph(app->session, HO_PAGE_FUSION)));
    char *text = json_dumps(state, JSON_COMPACT), *out = g_strdup(text);
    free(text);
    json_decref(state);
    return out;
}
