// SPDX-License-Identifier: BSD-2-Clause
// Commands that change what is looked at, which is no part of the project; and what there is, as lists.
#include <stdlib.h>
#include <string.h>

#include "session/internal.h"

static enum ho_result playhead(struct call *call, struct ho_diag *diag)
{
    (void)diag;
    playhead_set(call->session, call->value[0].integer);
    reply_integer(call, "playhead", call->session->playhead);
    return HO_OK;
}

static enum ho_result select_clips(struct call *call, struct ho_diag *diag)
{
    const struct value *v = &call->value[0];
    *call->session->node = '\0';
    return selection_set(call->session, v->ids, v->n_ids, diag);
}

static enum ho_result select_node(struct call *call, struct ho_diag *diag)
{
    (void)diag;
    snprintf(call->session->node, sizeof(call->session->node), "%s", call->value[0].text);
    news_add(call->session, HO_NEWS_SELECTION);
    return HO_OK;
}

// ---- going somewhere

enum { GO_START, GO_END, GO_IN, GO_OUT, GO_NEXT_EDIT, GO_PREVIOUS_EDIT, GO_NEXT_DOUBT, GO_PREVIOUS_DOUBT };
static const char *const places[] = {"start",          "end", "in", "out", "next-edit", "previous-edit", "next-doubt",
                                     "previous-doubt", NULL};

// The nearest cut on either side, of any track.
static int64_t nearest_edit(const struct ho_session *session, bool next)
{
    const int64_t at = session->playhead;
    int64_t best = next ? ho_timeline_length(session->timeline) : 0;
    for (int i = 0; i < ho_timeline_n_tracks(session->timeline); i++) {
        size_t n;
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(session->timeline, i, &n);
        for (size_t k = 0; k < n; k++) {
            const int64_t ends[] = {clips[k]->at, clips[k]->at + clips[k]->length};
            for (int e = 0; e < 2; e++) {
                if (next && ends[e] > at && ends[e] < best)
                    best = ends[e];
                if (!next && ends[e] < at && ends[e] > best)
                    best = ends[e];
            }
        }
    }
    return best;
}

// The timeline frame of the current clip that shows a source frame; -1: none.
static int64_t frame_showing(const struct ho_session *session, int64_t source_frame)
{
    const struct ho_timeline_clip *clip = session->clip;
    for (int64_t i = 0; clip && i < clip->length; i++) {
        int64_t shown = ho_timeline_source_frame(session->timeline, clip, clip->at + i);
        if (shown == source_frame)
            return clip->at + i;
        if (shown > source_frame)
            break;
    }
    return -1;
}

static int64_t nearest_doubt(const struct ho_session *session, bool next)
{
    const int64_t at = session->source_frame;
    int64_t best = -1;
    for (size_t i = 0; i < session->masks.n_doubts; i++) {
        int64_t frame = session->masks.doubts[i].frame;
        if (next ? frame > at && (best < 0 || frame < best) : frame < at && frame > best)
            best = frame;
    }
    return best < 0 ? -1 : frame_showing(session, best);
}

static enum ho_result go(struct call *call, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    const int64_t length = ho_timeline_length(session->timeline);
    int64_t frame = 0;
    switch (call->value[0].integer) {
    case GO_START: break;
    case GO_END: frame = length ? length - 1 : 0; break;
    case GO_IN: frame = session->marks.has_in ? session->marks.in : 0; break;
    case GO_OUT: frame = session->marks.has_out ? session->marks.out : length ? length - 1 : 0; break;
    case GO_NEXT_EDIT: frame = nearest_edit(session, true); break;
    case GO_PREVIOUS_EDIT: frame = nearest_edit(session, false); break;
    default: frame = nearest_doubt(session, call->value[0].integer == GO_NEXT_DOUBT);
    }
    if (frame < 0)
        return ho_fail(diag, HO_ERROR_USAGE, "go: no frame in doubt lies that way");
    playhead_set(session, frame);
    reply_integer(call, "playhead", frame);
    return HO_OK;
}

// The frame of the timeline that shows this frame of the current clip's source.
static enum ho_result go_to_source(struct call *call, struct ho_diag *diag)
{
    int64_t frame = frame_showing(call->session, call->value[0].integer);
    if (frame < 0)
        return ho_fail(diag, HO_ERROR_USAGE, "source-frame: the clip does not show frame %lld of its source",
                       (long long)call->value[0].integer);
    playhead_set(call->session, frame);
    reply_integer(call, "playhead", frame);
    return HO_OK;
}

// Shows in the source viewer what the current clip is of, on the frame that it shows.
static enum ho_result match_frame(struct call *call, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    if (!session->clip || !session->clip->media)
        return ho_fail(diag, HO_ERROR_USAGE, "match-frame: there is no clip of a source under the playhead");
    session->selected_media = session->clip->media;
    session->source_marks = (struct ho_marks){.has_in = true, .in = session->source_frame};
    reply_integer(call, "media", session->selected_media);
    reply_integer(call, "frame", session->source_frame);
    news_add(session, HO_NEWS_SELECTION | HO_NEWS_PLAYHEAD);
    return HO_OK;
}

// Playing begins anew at its end: within the marks where both are set, and the playhead stands between them.
static enum ho_result loop(struct call *call, struct ho_diag *diag)
{
    (void)diag;
    const int64_t state = call->value[0].integer;
    call->session->loops = state == 0 || (state == 2 && !call->session->loops);
    json_object_set_new(call->reply, "loop", json_boolean(call->session->loops));
    news_add(call->session, HO_NEWS_PLAYHEAD);
    return HO_OK;
}

// ---- lists

static json_t *clip_json(const struct ho_session *session, const struct ho_timeline_clip *clip)
{
    char track[HO_TIMELINE_NAME_SIZE];
    ho_track_name(ho_timeline_track(session->timeline, ho_timeline_track_index(session->timeline, clip->track)), track);
    json_t *object = json_pack("{s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:b, s:s, s:I}", "id", (json_int_t)clip->id, "name",
                               clip->name, "track", track, "media", (json_int_t)clip->media, "at", (json_int_t)clip->at,
                               "length", (json_int_t)clip->length, "in", (json_int_t)clip->in, "enabled", clip->enabled,
                               "composite", ho_composite_name(clip->composite), "link", (json_int_t)clip->link);
    json_t *numbers = json_object();
    for (int i = 0; i < HO_N_CLIP_NUMBERS; i++)
        if (clip->number[i].n_keys || clip->number[i].value != ho_clip_number_describe((enum ho_clip_number)i)->value)
            json_object_set_new(
                numbers, ho_clip_number_describe((enum ho_clip_number)i)->name,
                json_real(ho_curve_value(&clip->number[i], session->playhead - clip->at + clip->origin)));
    json_object_set_new(object, "numbers", numbers);
    return object;
}

static enum ho_result list_clips(struct call *call, struct ho_diag *diag)
{
    const struct ho_session *session = call->session;
    json_t *list = json_array();
    (void)diag;
    for (int i = 0; i < ho_timeline_n_tracks(session->timeline); i++) {
        size_t n;
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(session->timeline, i, &n);
        for (size_t k = 0; k < n; k++)
            json_array_append_new(list, clip_json(session, clips[k]));
    }
    json_object_set_new(call->reply, "clips", list);
    return HO_OK;
}

static enum ho_result list_tracks(struct call *call, struct ho_diag *diag)
{
    const struct ho_session *session = call->session;
    json_t *list = json_array();
    (void)diag;
    for (int i = 0; i < ho_timeline_n_tracks(session->timeline); i++) {
        const struct ho_track *track = ho_timeline_track(session->timeline, i);
        char name[HO_TIMELINE_NAME_SIZE];
        size_t n;
        ho_track_name(track, name);
        (void)ho_timeline_clips(session->timeline, i, &n);
        json_array_append_new(list,
                              json_pack("{s:I, s:s, s:s, s:I, s:b, s:b, s:b, s:b}", "id", (json_int_t)track->id, "kind",
                                        track->kind == HO_TRACK_VIDEO ? "video" : "audio", "name", name, "n_clips",
                                        (json_int_t)n, "enabled", track->enabled, "locked", track->locked, "target",
                                        track->target, "auto-select", track->auto_select));
    }
    json_object_set_new(call->reply, "tracks", list);
    return HO_OK;
}

// What stands where, in one object.
static enum ho_result show(struct call *call, struct ho_diag *diag)
{
    const struct ho_session *session = call->session;
    (void)diag;
    reply_text(call, "project", ho_project_path(session->project));
    reply_integer(call, "n_media", (int64_t)session->n_media);
    if (session->timeline) {
        const struct ho_timeline_settings *settings = ho_timeline_get_settings(session->timeline);
        char start[HO_TIMECODE_SIZE], now[HO_TIMECODE_SIZE];
        ho_timecode_format(settings->start, start);
        ho_timecode_format(ho_timecode_add(settings->start, session->playhead), now);
        json_object_set_new(call->reply, "timeline",
                            json_pack("{s:I, s:s, s:i, s:i, s:I, s:I, s:s, s:I}", "id",
                                      (json_int_t)session->timeline_id, "name", settings->name, "width",
                                      settings->width, "height", settings->height, "rate_num",
                                      (json_int_t)settings->rate.num, "rate_den", (json_int_t)settings->rate.den,
                                      "start", start, "length", (json_int_t)ho_timeline_length(session->timeline)));
        reply_integer(call, "playhead", session->playhead);
        reply_text(call, "timecode", now);
    }
    if (session->clip)
        json_object_set_new(call->reply, "clip", clip_json(session, session->clip));
    reply_integer(call, "source_frame", session->source_frame);
    return HO_OK;
}

// ---- rows

static const struct ho_argument frame_arguments[] = {{"frame", HO_ARGUMENT_FRAME, true, NULL, NULL, "of the timeline"},
                                                     {0}};
static const struct ho_argument source_arguments[] = {
    {"frame", HO_ARGUMENT_INTEGER, true, NULL, NULL, "of the current clip's source"}, {0}};
static const struct ho_argument clips_arguments[] = {
    {"clips", HO_ARGUMENT_CLIPS, false, NULL, "none", "which; none: nothing"}, {0}};
static const struct ho_argument node_arguments[] = {
    {"node", HO_ARGUMENT_NODE, true, NULL, NULL, "of the current clip's graphs"}, {0}};
static const struct ho_argument go_arguments[] = {{"where", HO_ARGUMENT_CHOICE, true, places, NULL, "where to"}, {0}};

static const char *const states[] = {"yes", "no", "toggle", NULL};
static const struct ho_argument loop_arguments[] = {
    {"on", HO_ARGUMENT_CHOICE, false, states, "toggle", "whether playing begins anew"}, {0}};

const struct command view_commands[] = {
    {{"playhead", "Go to frame", "moves the playhead", HO_COMMAND_TIMELINE, frame_arguments}, playhead, NULL},
    {{"go", "Go to", "moves the playhead to a place of note", HO_COMMAND_TIMELINE, go_arguments}, go, NULL},
    {{"source-frame", "Go to source frame", "moves the playhead to where the clip shows a frame of its source",
      HO_COMMAND_TIMELINE | HO_COMMAND_CLIP, source_arguments},
     go_to_source,
     NULL},
    {{"match-frame", "Match frame", "shows the clip's source on the frame under the playhead",
      HO_COMMAND_TIMELINE | HO_COMMAND_CLIP, NULL},
     match_frame,
     NULL},
    {{"loop", "Loop", "playing begins anew at its end", 0, loop_arguments}, loop, NULL},
    {{"select", "Select clips", "selects clips", HO_COMMAND_TIMELINE, clips_arguments}, select_clips, NULL},
    {{"select-node", "Select node", "selects a node of the clip", HO_COMMAND_TIMELINE, node_arguments},
     select_node,
     NULL},
    {{"clips", "Clips", "lists the timeline's clips", HO_COMMAND_TIMELINE, NULL}, list_clips, NULL},
    {{"tracks", "Tracks", "lists the timeline's tracks", HO_COMMAND_TIMELINE, NULL}, list_tracks, NULL},
    {{"show", "Show", "what is open, and what stands where", 0, NULL}, show, NULL},
    {{0}, NULL, NULL},
};
