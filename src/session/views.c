// SPDX-License-Identifier: BSD-2-Clause
// Viewers: one picture in work and one wanted each; what is shown is asked for again when it may have changed.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/grade.h"
#include "session/views.h"

// ---- what a picture is made from

static void take_matte(struct ho_session *session, struct paint *paint)
{
    const struct object *object = masks_object(session);
    const struct answer *answer = &session->masks.answer;
    paint->bank_serial = session->bank_serial;
    if (!object)
        return;
    paint->has_object = true;
    paint->step = object->shown_step;
    snprintf(paint->object, sizeof(paint->object), "%s", object->shown.id);
    memcpy(paint->colour, object->shown.colour, sizeof(paint->colour));
    if (answer->matte && session->masks.key && answer->frame == paint->source_frame &&
        strcmp(answer->hash, session->masks.hash) == 0 && strcmp(answer->object, object->shown.name) == 0)
        paint->answer = shared_matte_ref(answer->matte);
}

// Of the node that shows the object.
static void take_finesse(const struct ho_session *session, struct paint *paint)
{
    const struct ho_graph *graph = session->graphs[0].graph;
    const char *id = graph ? grade_find_type(graph, "magic_mask") : NULL;
    size_t n;
    const struct ho_finesse_parameter *parameters = ho_finesse_parameters(&n);
    ho_finesse_default(&paint->finesse);
    for (size_t i = 0; id && i < n; i++) {
        char name[64];
        double numbers[4];
        const char *text;
        snprintf(name, sizeof(name), "%s", parameters[i].name);
        for (char *at = name; *at; at++)
            *at = *at == '-' ? '_' : *at;
        if (ho_graph_get(graph, id, name, paint->time, numbers, &text, NULL) == HO_OK)
            *(float *)((char *)&paint->finesse + parameters[i].offset) = (float)numbers[0];
    }
}

static void take_media(const struct ho_project_media *media, int64_t frame, struct paint *paint)
{
    if (!media)
        return;
    snprintf(paint->path, sizeof(paint->path), "%s", media->source.path);
    paint->rate = media->rate;
    paint->source_frame = frame;
    if (media->source.has_timecode)
        paint->source = ho_timecode_add(media->source.start, frame);
    else
        paint->source = (struct ho_timecode){.frame = frame, .fps = ho_rate_base(media->source.rate)};
}

// The timeline, and of the pool what is on stage at that frame: no other clip is compiled.
static enum ho_result take_timeline(struct ho_session *session, int64_t frame, struct paint *paint)
{
    const struct ho_timeline *timeline = session->timeline;
    paint->bank_serial = session->bank_serial;
    if (!timeline)
        return HO_END;
    paint->media = ho_alloc((size_t)ho_timeline_n_tracks(timeline) + 1, sizeof(*paint->media));
    if (!paint->media)
        return HO_ERROR_MEMORY;
    for (int i = 0; i < ho_timeline_n_tracks(timeline); i++) {
        const struct ho_timeline_clip *clip = ho_timeline_clip_at(timeline, ho_timeline_track(timeline, i)->id, frame);
        const struct ho_project_media *media = clip ? ho_session_media(session, clip->media) : NULL;
        if (media)
            paint->media[paint->n_media++] = *media;
    }
    return ho_timeline_copy(timeline, &paint->timeline, NULL);
}

// A source without a file is the clip itself.
static bool is_own_picture(const struct ho_graph *graph, const char *id)
{
    for (size_t i = 0; graph && i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info node = ho_graph_node(graph, i);
        double numbers[4];
        const char *file = "";
        if (strcmp(node.id, id) == 0)
            return (strcmp(node.type_name, "source") == 0 || strcmp(node.type_name, "media_in") == 0) &&
                   ho_graph_get(graph, id, "file", 0, numbers, &file, NULL) == HO_OK && !*file;
    }
    return false;
}

// A clip without a graph of its own shows the one that the window shows.
static enum ho_result take_node(struct ho_session *session, const struct ho_timeline_clip *clip, struct paint *paint)
{
    struct ho_timeline_clip *copy = NULL;
    const int page = paint->request.page == HO_PAGE_FUSION;
    paint->clip = clip->id;
    if (*paint->path && is_own_picture(session->graphs[page].graph, paint->request.node)) {
        paint->request.subject = HO_VIEW_OF_CLIP;
        return HO_OK;
    }
    HO_TRY(take_timeline(session, paint->frame, paint));
    if (page ? clip->fusion_graph : clip->color_graph)
        return HO_OK;
    HO_TRY(ho_timeline_clip_copy(clip, &copy, NULL));
    enum ho_result result = ho_timeline_clip_set_text(page ? &copy->fusion_graph : &copy->color_graph,
                                                      grade_default(page), NULL);
    if (result == HO_OK)
        result = ho_timeline_load_clip(paint->timeline, copy, NULL);
    ho_timeline_clip_destroy(&copy);
    return result;
}

// HO_END: there is nothing to be shown.
static enum ho_result take_subject(struct ho_session *session, int64_t frame, struct paint *paint)
{
    int64_t source_frame;
    const struct ho_timeline_clip *clip = current_at(session, frame, &source_frame);
    const struct ho_view_request *request = &paint->request;
    paint->frame = frame;
    if (clip)
        paint->time = frame - clip->at + clip->origin;
    if (session->timeline)
        paint->record = ho_timecode_add(ho_timeline_get_settings(session->timeline)->start, frame);
    if (request->subject == HO_VIEW_OF_SOURCE) {
        paint->frame = request->frame;
        paint->record = (struct ho_timecode){0};
        take_media(ho_session_media(session, session->selected_media), request->frame, paint);
        return *paint->path ? HO_OK : HO_END;
    }
    if (request->subject == HO_VIEW_OF_TIMELINE)
        return take_timeline(session, frame, paint);
    if (!clip)
        return HO_END;
    take_media(ho_session_media(session, clip->media), source_frame, paint);
    take_matte(session, paint);
    take_finesse(session, paint);
    if (request->subject == HO_VIEW_OF_CLIP)
        return *paint->path ? HO_OK : HO_END;
    return take_node(session, clip, paint);
}

struct ho_clip_pool *session_pool(struct ho_session *session)
{
    struct ho_clip_options options = {.n_threads = session->options.n_threads};
    struct ho_bank *bank = NULL;
    if (session->pool)
        return session->pool;
    if (masks_bank(session, &bank, NULL) == HO_OK)
        options.index_dir = ho_bank_index_dir(bank);
    if (ho_clip_pool_create(&options, &session->pool, NULL) != HO_OK)
        session->pool = NULL;
    return session->pool;
}

static enum ho_result begin_paint(struct ho_session *session, const struct ho_view_request *request, struct paint *out)
{
    *out = (struct paint){.request = *request, .options = &session->options, .source_frame = -1};
    if (!session->project)
        return HO_END;
    out->pool = session_pool(session);
    return out->pool ? HO_OK : HO_ERROR_MEMORY;
}

enum ho_result view_take_at(struct ho_session *session, const struct ho_view_request *request, int64_t frame,
                            struct paint *out)
{
    HO_TRY(begin_paint(session, request, out));
    enum ho_result result = take_subject(session, frame, out);
    if (result != HO_OK)
        paint_clear(out);
    return result;
}

enum ho_result view_take(struct ho_session *session, const struct ho_view_request *request, struct paint *out)
{
    return view_take_at(session, request, session->playhead, out);
}

enum ho_result view_take_media(struct ho_session *session, const struct ho_project_media *media,
                               const struct ho_view_request *request, struct paint *out)
{
    HO_TRY(begin_paint(session, request, out));
    take_media(media, request->frame, out);
    return HO_OK;
}

// ---- asking

struct view_task {
    struct task task;
    struct paint paint;
    int viewer;
    struct ho_view_picture *picture;
};

static void run(struct task *task, void **kept)
{
    struct view_task *view = (struct view_task *)task;
    view->picture = paint_make((struct painter **)kept, &view->paint, &task->cancel);
}

void view_show(struct ho_session *session, int number, struct ho_view_picture *picture)
{
    struct viewer *viewer = &session->viewers[number];
    ho_view_picture_unref(viewer->picture);
    viewer->picture = picture;
    if (picture)
        picture->serial = ++session->picture_serial;
    news_add(session, HO_NEWS_PICTURE);
}

static void done(struct ho_session *session, struct task *task)
{
    struct view_task *view = (struct view_task *)task;
    struct viewer *viewer = &session->viewers[view->viewer];
    viewer->is_asked = false;
    if (!viewer->is_wanted || !view->picture)
        return;
    view_show(session, view->viewer, view->picture);
    view->picture = NULL;
}

static void drop(struct task *task)
{
    struct view_task *view = (struct view_task *)task;
    ho_view_picture_unref(view->picture);
    paint_clear(&view->paint);
    free(view);
}

static void ask(struct ho_session *session, int number)
{
    struct viewer *viewer = &session->viewers[number];
    struct view_task *view = ho_alloc(1, sizeof(*view));
    if (!view)
        return;
    viewer->is_dirty = false;
    view->task = (struct task){.run = run, .done = done, .drop = drop, .lane = number};
    view->viewer = number;
    if (view_take(session, &viewer->request, &view->paint) != HO_OK) {
        free(view);
        if (viewer->picture)
            view_show(session, number, NULL);
        return;
    }
    viewer->is_asked = true;
    session->workers[WORKER_PICTURES].forget = painter_destroy;
    worker_want(session, WORKER_PICTURES, &view->task, true);
}

void views_dirty(struct ho_session *session)
{
    for (int i = 0; i < HO_VIEWERS_MAX; i++)
        session->viewers[i].is_dirty = session->viewers[i].is_wanted;
}

// Asked when the one before is there: the newest then. While it plays, the player makes the pictures, and the others
// wait: they would take the time that it needs.
void views_update(struct ho_session *session)
{
    for (int i = 0; i < HO_VIEWERS_MAX && !player_plays(session); i++) {
        struct viewer *viewer = &session->viewers[i];
        if (viewer->is_wanted && viewer->is_dirty && !viewer->is_asked)
            ask(session, i);
    }
}

void views_clear(struct ho_session *session)
{
    for (int i = 0; i < HO_VIEWERS_MAX; i++) {
        ho_view_picture_unref(session->viewers[i].picture);
        session->viewers[i].picture = NULL;
        session->viewers[i].is_asked = false;
        session->viewers[i].is_dirty = session->viewers[i].is_wanted;
    }
}

void ho_session_view(struct ho_session *session, int number, const struct ho_view_request *request)
{
    if (number < 0 || number >= HO_VIEWERS_MAX)
        return;
    struct viewer *viewer = &session->viewers[number];
    viewer->is_wanted = viewer->is_dirty = request && request->width > 0 && request->height > 0;
    if (viewer->is_wanted)
        viewer->request = *request;
    else if (viewer->picture)
        view_show(session, number, NULL);
    prompts_update(session);
    views_update(session);
    news_tell(session);
}

struct ho_view_picture *ho_session_picture(struct ho_session *session, int number)
{
    return number >= 0 && number < HO_VIEWERS_MAX ? ho_view_picture_ref(session->viewers[number].picture) : NULL;
}

bool ho_session_view_is_stale(const struct ho_session *session, int number)
{
    return number >= 0 && number < HO_VIEWERS_MAX &&
           (session->viewers[number].is_asked || session->viewers[number].is_dirty);
}
