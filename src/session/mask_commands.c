// SPDX-License-Identifier: BSD-2-Clause
// Commands that say what an object is, and have it tracked. What is said belongs to the project, and is undone there.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "holdout/compare.h"
#include "session/grade.h"
#include "session/said.h"
#include "session/track_job.h"

// ---- the object that is meant

static enum ho_result need_media(struct call *call, const struct ho_project_media **out, struct ho_diag *diag)
{
    *out = masks_media(call->session);
    return *out ? HO_OK
                : ho_fail(diag, HO_ERROR_USAGE, "%s: no clip of a source is selected or under the playhead",
                          call->command->shown.name);
}

static enum ho_result add_object(struct call *call, const struct ho_project_media *media, const char *name,
                                 enum ho_quality quality, int64_t *id, struct ho_diag *diag)
{
    struct ho_project_object object = {.quality = quality == HO_QUALITY_BETTER};
    snprintf(object.hash, sizeof(object.hash), "%s", media->source.hash);
    snprintf(object.name, sizeof(object.name), "%s", name);
    masks_colour(call->session->masks.n, object.colour);
    return ho_project_add_object(call->session->project, &object, id, diag);
}

static enum ho_result keep_said(struct call *call, int64_t id, const struct ho_said *said, struct ho_diag *diag)
{
    struct ho_project_said text;
    HO_TRY(said_format(said, &text, diag));
    enum ho_result result = ho_project_say(call->session->project, id, &text, diag);
    free(text.said);
    free(text.mask);
    return result;
}

// What only the bank has becomes the project's, so that it can be added to and taken back.
static enum ho_result take_over(struct call *call, const struct ho_project_media *media, struct object *object,
                                struct ho_diag *diag)
{
    if (!object->id)
        HO_TRY(add_object(call, media, object->shown.name, object->shown.quality, &object->id, diag));
    for (; object->n_kept < object->shown.n_said; object->n_kept++)
        HO_TRY(keep_said(call, object->id, &object->said[object->n_kept].said, diag));
    return HO_OK;
}

static void new_name(const struct ho_session *session, char out[HO_NAME_SIZE])
{
    snprintf(out, HO_NAME_SIZE, "object");
    for (int i = 2; masks_find(session, out); i++)
        snprintf(out, HO_NAME_SIZE, "object %d", i);
}

// By name; else the selected one; else a new one. `*object` NULL: it is new.
static enum ho_result find_object(struct call *call, const struct ho_project_media *media, const char *name,
                                  struct object **object, int64_t *id, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    char made[HO_NAME_SIZE];
    *object = *name ? masks_find(session, name) : masks_object(session);
    if (*object) {
        HO_TRY(take_over(call, media, *object, diag));
        *id = (*object)->id;
        snprintf(session->object, sizeof(session->object), "%s", (*object)->shown.name);
        return HO_OK;
    }
    new_name(session, made);
    snprintf(session->object, sizeof(session->object), "%s", *name ? name : made);
    news_add(session, HO_NEWS_SELECTION);
    return add_object(call, media, session->object, HO_QUALITY_FASTER, id, diag);
}

// ---- its place in the clip's Color graph

static enum ho_result put_node(struct ho_graph *graph, const char *matte, bool *is_changed, struct ho_diag *diag)
{
    char id[HO_NODE_ID_SIZE];
    const char *source = grade_find_type(graph, "source"), *corrector = grade_find_type(graph, "corrector");
    bool is_keyed = false;
    *is_changed = false;
    for (size_t i = 0; i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info node = ho_graph_node(graph, i);
        double numbers[4];
        const char *has = "";
        if (strcmp(node.type_name, "magic_mask") != 0 ||
            ho_graph_get(graph, node.id, "matte", 0, numbers, &has, diag) != HO_OK || (*has && strcmp(has, matte)))
            continue;
        *is_changed = !*has;
        return *has ? HO_OK : ho_graph_set_text(graph, node.id, "matte", matte, diag);
    }
    grade_new_id(graph, "mask", id);
    *is_changed = true;
    HO_TRY(ho_graph_add(graph, "magic_mask", id, diag));
    HO_TRY(ho_graph_place(graph, id, 100, 140, diag));
    HO_TRY(ho_graph_set_text(graph, id, "matte", matte, diag));
    for (size_t i = 0; corrector && i < ho_graph_n_links(graph); i++) {
        struct ho_link_info link = ho_graph_link(graph, i);
        is_keyed = is_keyed || (strcmp(link.to, corrector) == 0 && strcmp(link.input, "key") == 0);
    }
    if (source)
        HO_TRY(ho_graph_connect(graph, source, "image", id, "image", diag));
    return corrector && !is_keyed ? ho_graph_connect(graph, id, "key", corrector, "key", diag) : HO_OK;
}

// The first thing that is said gives the clip a Magic Mask node that shows the object: grade, finesse and Deliver then
// work on it.
static enum ho_result attach(struct call *call, const struct ho_project_media *media, struct ho_diag *diag)
{
    const struct ho_timeline_clip *clip = call->session->clip;
    struct ho_timeline_clip *copy;
    struct ho_graph *graph = NULL;
    bool is_changed = false;
    char matte[HO_HASH_SIZE + HO_NAME_SIZE];
    if (!clip || clip->media != media->id)
        return HO_OK;
    snprintf(matte, sizeof(matte), "%s/%s", media->source.hash, call->session->object);
    HO_TRY(clip_need(call, clip->id, &copy, diag));
    enum ho_result result = grade_open(copy, 0, &graph, diag);
    if (result == HO_OK)
        result = put_node(graph, matte, &is_changed, diag);
    if (result == HO_OK && is_changed)
        result = grade_put(call, copy, 0, graph, diag);
    else
        ho_timeline_clip_destroy(&copy);
    ho_graph_destroy(&graph);
    return result;
}

// ---- saying

// All that is said so far and this besides can be said: a sentence now, not when it is tracked.
static enum ho_result check_said(const struct object *object, const struct ho_said *said,
                                 const struct ho_source_info *source, struct ho_diag *diag)
{
    const size_t n = object ? object->shown.n_said : 0;
    struct ho_said *all = ho_alloc(n + 1, sizeof(*all));
    struct ho_statement *statements = NULL;
    size_t made = 0;
    if (!all)
        return ho_fail_memory(diag, (n + 1) * sizeof(*all));
    for (size_t i = 0; i < n; i++)
        all[i] = object->said[i].said;
    all[n] = *said;
    enum ho_result result = ho_statements_create(all, n + 1, source, &statements, &made, diag);
    ho_statements_free(&statements, made);
    free(all);
    return result;
}

static enum ho_result say(struct call *call, const struct ho_said *said, const char *name, struct ho_diag *diag)
{
    const struct ho_project_media *media;
    struct object *object;
    int64_t id = 0;
    char words[96];
    HO_TRY(need_media(call, &media, diag));
    object = *name ? masks_find(call->session, name) : masks_object(call->session);
    HO_TRY(check_said(object, said, &media->source, diag));
    HO_TRY(find_object(call, media, name, &object, &id, diag));
    HO_TRY(keep_said(call, id, said, diag));
    said_words(said, words, sizeof(words));
    reply_text(call, "object", call->session->object);
    reply_text(call, "said", words);
    masks_forget(call->session, false);
    return attach(call, media, diag);
}

// The source frame that is meant: as given, else the one that is looked at.
static enum ho_result frame_of(const struct call *call, const struct value *value, int64_t *out, struct ho_diag *diag)
{
    *out = value->given ? value->integer : call->session->source_frame;
    return *out >= 0 ? HO_OK
                     : ho_fail(diag, HO_ERROR_USAGE, "%s: say on which frame of the source, or go to a clip",
                               call->command->shown.name);
}

// points, frame, object
static enum ho_result say_points(struct call *call, enum ho_prompt_kind kind, size_t n_wanted, struct ho_diag *diag)
{
    const struct value *v = call->value;
    struct ho_said said = {.kind = HO_SAID_PROMPT, .prompt = {.kind = kind}};
    HO_TRY(frame_of(call, &v[1], &said.prompt.frame, diag));
    HO_TRY(points_parse(v[0].text, &said.prompt.points, &said.prompt.n_points, diag));
    enum ho_result result = n_wanted && said.prompt.n_points != n_wanted
                                ? ho_fail(diag, HO_ERROR_USAGE, "%s wants %zu points, not %zu",
                                          call->command->shown.name, n_wanted, said.prompt.n_points)
                                : say(call, &said, v[2].text, diag);
    free(said.prompt.points);
    return result;
}
static enum ho_result click(struct call *call, struct ho_diag *diag)
{
    return say_points(call, HO_PROMPT_CLICK, 1, diag);
}
static enum ho_result exclude(struct call *call, struct ho_diag *diag)
{
    return say_points(call, HO_PROMPT_EXCLUDE, 1, diag);
}
static enum ho_result box(struct call *call, struct ho_diag *diag) { return say_points(call, HO_PROMPT_BOX, 2, diag); }
static enum ho_result stroke(struct call *call, struct ho_diag *diag)
{
    return say_points(call, HO_PROMPT_STROKE, 0, diag);
}

// file, frame, object: what a picture shows in white, or by an id of its palette.
static enum ho_result mask(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;
    const struct ho_project_media *media;
    struct ho_said said = {.kind = HO_SAID_PROMPT, .prompt = {.kind = HO_PROMPT_MASK}};
    struct ho_matte *matte = NULL;
    HO_TRY(need_media(call, &media, diag));
    HO_TRY(frame_of(call, &v[1], &said.prompt.frame, diag));
    HO_TRY(ho_mask_read(v[0].text, said.prompt.frame, &media->source, &(struct ho_reader_options){0}, &matte, diag));
    said.prompt.mask = matte;
    enum ho_result result = say(call, &said, v[2].text, diag);
    ho_matte_destroy(&matte);
    return result;
}

static enum ho_result say_frames(struct call *call, enum ho_said_kind kind, struct ho_diag *diag)
{
    const struct value *v = call->value;
    struct ho_said said = {.kind = kind, .frames = v[0].frames};
    if (!v[0].given) {
        HO_TRY(frame_of(call, &v[0], &said.frames.first, diag));
        said.frames.last = said.frames.first;
    }
    return say(call, &said, v[1].text, diag);
}
static enum ho_result absent(struct call *call, struct ho_diag *diag) { return say_frames(call, HO_SAID_ABSENT, diag); }
static enum ho_result lock(struct call *call, struct ho_diag *diag) { return say_frames(call, HO_SAID_LOCK, diag); }

// ---- taking back

static enum ho_result need_object(struct call *call, const char *name, struct object **out, struct ho_diag *diag)
{
    const struct ho_project_media *media;
    HO_TRY(need_media(call, &media, diag));
    *out = *name ? masks_find(call->session, name) : masks_object(call->session);
    if (!*out)
        return ho_fail(diag, HO_ERROR_USAGE,
                       *name ? "%s: there is no object \"%.80s\" of this source"
                             : "%s: the source has no object yet: click one%s",
                       call->command->shown.name, name);
    return take_over(call, media, *out, diag);
}

static enum ho_result number_of(const struct call *call, const struct object *object, const struct value *value,
                                size_t *out, struct ho_diag *diag)
{
    const int64_t n = (int64_t)object->shown.n_said, number = value->given ? value->integer : n;
    if (n == 0 || number < 1 || number > n)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: %lld things were said about \"%s\"; there is no number %lld",
                       call->command->shown.name, (long long)n, object->shown.name, (long long)number);
    *out = (size_t)number - 1;
    return HO_OK;
}

static enum ho_result unsay(struct call *call, struct ho_diag *diag)
{
    struct object *object;
    size_t index = 0;
    HO_TRY(need_object(call, call->value[1].text, &object, diag));
    HO_TRY(number_of(call, object, &call->value[0], &index, diag));
    masks_forget(call->session, true);
    return ho_project_unsay(call->session->project, object->id, (int)index, diag);
}

static enum ho_result mute(struct call *call, struct ho_diag *diag)
{
    struct object *object;
    size_t index = 0;
    HO_TRY(need_object(call, call->value[1].text, &object, diag));
    HO_TRY(number_of(call, object, &call->value[0], &index, diag));
    if (!object->said[index].step)
        return ho_fail(diag, HO_ERROR_USAGE, "mute: \"%s\" is not tracked yet; unsay takes it back",
                       object->said[index].words);
    return say(call, &(struct ho_said){.kind = HO_SAID_MUTE, .step = object->said[index].step}, object->shown.name,
               diag);
}

// ---- objects

static enum ho_result new_object(struct call *call, struct ho_diag *diag)
{
    const struct ho_project_media *media;
    char name[HO_NAME_SIZE];
    int64_t id = 0;
    HO_TRY(need_media(call, &media, diag));
    new_name(call->session, name);
    if (call->value[0].given)
        snprintf(name, sizeof(name), "%s", call->value[0].text);
    HO_TRY(add_object(call, media, name, call->value[1].integer ? HO_QUALITY_BETTER : HO_QUALITY_FASTER, &id, diag));
    snprintf(call->session->object, sizeof(call->session->object), "%s", name);
    reply_text(call, "object", name);
    news_add(call->session, HO_NEWS_SELECTION);
    masks_forget(call->session, false);
    return HO_OK;
}

static enum ho_result set_object(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;
    struct object *object;
    struct ho_project_object kept = {0};
    HO_TRY(need_object(call, v[0].text, &object, diag));
    kept.id = object->id;
    snprintf(kept.hash, sizeof(kept.hash), "%s", call->session->masks.hash);
    snprintf(kept.name, sizeof(kept.name), "%s", object->shown.name);
    kept.quality = v[1].given ? v[1].integer == 1 : object->shown.quality == HO_QUALITY_BETTER;
    memcpy(kept.colour, object->shown.colour, sizeof(kept.colour));
    if (v[2].given && sscanf(v[2].text, "%f,%f,%f", &kept.colour[0], &kept.colour[1], &kept.colour[2]) != 3)
        return ho_fail(diag, HO_ERROR_USAGE, "set-object: colour wants R,G,B from 0 to 1, not \"%.60s\"", v[2].text);
    masks_forget(call->session, false);
    return ho_project_set_object(call->session->project, &kept, diag);
}

static enum ho_result remove_object(struct call *call, struct ho_diag *diag)
{
    struct object *object;
    HO_TRY(need_object(call, call->value[0].text, &object, diag));
    masks_forget(call->session, false);
    return ho_project_remove_object(call->session->project, object->id, diag);
}

static enum ho_result select_object(struct call *call, struct ho_diag *diag)
{
    const struct object *object = masks_find(call->session, call->value[0].text);
    if (!object)
        return ho_fail(diag, HO_ERROR_USAGE, "select-object: there is no object \"%.80s\" of this source",
                       call->value[0].text);
    snprintf(call->session->object, sizeof(call->session->object), "%s", object->shown.name);
    news_add(call->session, HO_NEWS_SELECTION | HO_NEWS_OBJECTS);
    lane_update(call->session);
    return HO_OK;
}

static json_t *said_json(const struct ho_mask_said *said)
{
    return json_pack("{s:s, s:b, s:I}", "said", said->words, "tracked", said->tracked, "step", (json_int_t)said->step);
}

static enum ho_result list_objects(struct call *call, struct ho_diag *diag)
{
    const struct mask_state *masks = &call->session->masks;
    json_t *list = json_array();
    (void)diag;
    for (size_t i = 0; i < masks->n; i++) {
        const struct ho_mask_object *object = &masks->objects[i].shown;
        json_t *said = json_array();
        for (size_t k = 0; k < object->n_said; k++)
            json_array_append_new(said, said_json(&object->said[k]));
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o}", "name", object->name, "id", object->id, "quality",
                                              ho_quality_name(object->quality), "said", said));
    }
    json_object_set_new(call->reply, "objects", list);
    return HO_OK;
}

static json_t *flags_json(unsigned flags)
{
    static const char *const names[] = {"matte",  "prompted", "doubtful", "locked",
                                        "absent", "cut",      "changed",  "waiting"};
    json_t *list = json_array();
    for (int i = 0; i < 8; i++)
        if (flags & 1u << i)
            json_array_append_new(list, json_string(names[i]));
    return list;
}

static enum ho_result list_lane(struct call *call, struct ho_diag *diag)
{
    const struct mask_state *masks = &call->session->masks;
    json_t *lane = json_array(), *doubts = json_array();
    (void)diag;
    for (size_t i = 0; i < masks->n_lane; i++)
        json_array_append_new(lane,
                              json_pack("{s:I, s:I, s:o, s:I}", "first", (json_int_t)masks->lane[i].frames.first,
                                        "last", (json_int_t)masks->lane[i].frames.last, "is",
                                        flags_json(masks->lane[i].flags), "step", (json_int_t)masks->lane[i].step));
    for (size_t i = 0; i < masks->n_doubts; i++)
        json_array_append_new(doubts, json_pack("{s:I, s:f}", "frame", (json_int_t)masks->doubts[i].frame, "confidence",
                                                (double)masks->doubts[i].confidence));
    json_object_set_new(call->reply, "lane", lane);
    json_object_set_new(call->reply, "doubts", doubts);
    return HO_OK;
}

// ---- tracking

static enum ho_result can_track(struct ho_session *session, struct ho_diag *diag)
{
    for (size_t i = 0; i < session->masks.n; i++)
        if (session->masks.objects[i].shown.n_said > 0)
            return HO_OK;
    return ho_fail(diag, HO_ERROR_USAGE, "track: nothing says what: click an object first");
}

static enum ho_result track(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;    // direction, frames, object, whole, wait
    struct track_wish wish = {.direction = (enum ho_direction)v[0].integer,
                              .has_range = v[1].given,
                              .range = v[1].frames,
                              .whole = v[3].boolean};
    return track_start(call, v[2].text, &wish, v[4].boolean, diag);
}

// One frame on from the one that is looked at, and the playhead with it.
static enum ho_result track_frame(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;    // direction, object, wait
    struct ho_session *session = call->session;
    const struct ho_project_media *media;
    const bool back = v[0].integer == 1;
    HO_TRY(need_media(call, &media, diag));
    const int64_t from = session->source_frame, to = from + (back ? -1 : 1);
    if (from < 0 || to < 0 || to >= media->source.n_frames)
        return ho_fail(diag, HO_ERROR_USAGE, "track-frame: there is no frame that way");
    struct track_wish wish = {.direction = back ? HO_DIRECTION_BACKWARD : HO_DIRECTION_FORWARD,
                              .has_range = true,
                              .range = {back ? to : from, back ? from : to}};
    HO_TRY(track_start(call, v[1].text, &wish, v[2].boolean, diag));
    playhead_set(session, session->playhead + (back ? -1 : 1));
    return HO_OK;
}

static enum ho_result cancel_job(struct call *call, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    bool is_any = false;
    for (size_t i = 0; i < session->n_works; i++) {
        struct work *work = &session->works[i];
        if (!work->task || (call->value[0].given && work->shown.id != call->value[0].integer))
            continue;
        ho_cancel_request(&work->task->cancel);
        is_any = true;
    }
    return is_any ? HO_OK : ho_fail(diag, HO_ERROR_USAGE, "cancel-job: no such job is running");
}

// ---- rows

#define OBJECT                                                                                        \
    {                                                                                                 \
        "object", HO_ARGUMENT_TEXT, false, NULL, NULL, "which; else the selected one, else a new one" \
    }
#define FRAME                                                                                            \
    {                                                                                                    \
        "frame", HO_ARGUMENT_INTEGER, false, NULL, NULL, "of the source; else the one that is looked at" \
    }
#define NUMBER                                                                                           \
    {                                                                                                    \
        "number", HO_ARGUMENT_INTEGER, false, NULL, NULL, "from 1, as objects lists them; else the last" \
    }
#define WAIT                                                                                              \
    {                                                                                                     \
        "wait", HO_ARGUMENT_BOOLEAN, false, NULL, "no", "until it is done, instead of going on meanwhile" \
    }
static const char *const qualities[] = {"faster", "better", NULL};
static const char *const directions[] = {"both", "forward", "backward", NULL};
static const char *const ways[] = {"forward", "backward", NULL};
static const struct ho_argument click_arguments[] = {
    {"point", HO_ARGUMENT_TEXT, true, NULL, NULL, "X,Y in pixels of the source"}, FRAME, OBJECT, {0}};
static const struct ho_argument box_arguments[] = {
    {"box", HO_ARGUMENT_TEXT, true, NULL, NULL, "X0,Y0,X1,Y1: two opposite corners"}, FRAME, OBJECT, {0}};
static const struct ho_argument stroke_arguments[] = {
    {"points", HO_ARGUMENT_TEXT, true, NULL, NULL, "X,Y,X,Y and so on"}, FRAME, OBJECT, {0}};
static const struct ho_argument mask_arguments[] = {
    {"file", HO_ARGUMENT_FILE, true, NULL, NULL, "a picture of the source's size; FILE#ID: that id of its palette"},
    FRAME,
    OBJECT,
    {0}};
static const struct ho_argument frames_arguments[] = {
    {"frames", HO_ARGUMENT_FRAMES, false, NULL, NULL, "FIRST-LAST of the source; else the one that is looked at"},
    OBJECT,
    {0}};
static const struct ho_argument number_arguments[] = {NUMBER, OBJECT, {0}};
static const struct ho_argument new_arguments[] = {
    {"name", HO_ARGUMENT_TEXT, false, NULL, NULL, "the object's"},
    {"quality", HO_ARGUMENT_CHOICE, false, qualities, "faster", "how finely it is tracked"},
    {0}};
static const struct ho_argument set_arguments[] = {
    OBJECT,
    {"quality", HO_ARGUMENT_CHOICE, false, qualities, NULL, "how finely it is tracked"},
    {"colour", HO_ARGUMENT_TEXT, false, NULL, NULL, "R,G,B from 0 to 1, that it is drawn in"},
    {0}};
static const struct ho_argument object_arguments[] = {OBJECT, {0}};
static const struct ho_argument select_arguments[] = {{"object", HO_ARGUMENT_TEXT, true, NULL, NULL, "which"}, {0}};
static const struct ho_argument track_arguments[] = {
    {"direction", HO_ARGUMENT_CHOICE, false, directions, "both", "from where it was said"},
    {"frames", HO_ARGUMENT_FRAMES, false, NULL, NULL, "of the source; else all"},
    {"object", HO_ARGUMENT_TEXT, false, NULL, NULL, "which; else the selected one; all: of the source, together"},
    {"whole", HO_ARGUMENT_BOOLEAN, false, NULL, "no", "corrections go to the ends, not only until they meet"},
    WAIT,
    {0}};
static const struct ho_argument track_frame_arguments[] = {
    {"direction", HO_ARGUMENT_CHOICE, false, ways, "forward", "which way"},
    {"object", HO_ARGUMENT_TEXT, false, NULL, NULL, "which; else the selected one"},
    WAIT,
    {0}};
static const struct ho_argument job_arguments[] = {
    {"job", HO_ARGUMENT_INTEGER, false, NULL, NULL, "which; else all that run"}, {0}};

enum { SAYS = HO_COMMAND_EDITS };
const struct command mask_commands[] = {
    {{"click", "Add click", "this belongs to the object", SAYS, click_arguments}, click, NULL},
    {{"exclude", "Add exclusion", "this does not belong to the object", SAYS, click_arguments}, exclude, NULL},
    {{"box", "Add box", "the object lies within", SAYS, box_arguments}, box, NULL},
    {{"stroke", "Add stroke", "all under this line belongs to the object", SAYS, stroke_arguments}, stroke, NULL},
    {{"mask", "Add mask", "a picture says what the object is on a frame", SAYS, mask_arguments}, mask, NULL},
    {{"absent", "Object is absent", "the object is not there on these frames", SAYS, frames_arguments}, absent, NULL},
    {{"lock", "Lock frames", "what is shown on these frames must not change", SAYS, frames_arguments}, lock, NULL},
    {{"mute", "Mute step", "as if this had not been said", SAYS, number_arguments}, mute, NULL},
    {{"unsay", "Remove prompt", "takes back what was said", SAYS, number_arguments}, unsay, NULL},
    {{"new-object", "New object", "one more object of the source", SAYS, new_arguments}, new_object, NULL},
    {{"set-object", "Change object", "quality and colour of an object", SAYS, set_arguments}, set_object, NULL},
    {{"remove-object", "Remove object", "takes an object out of the project; the bank keeps its mattes", SAYS,
      object_arguments},
     remove_object,
     NULL},
    {{"select-object", "Select object", "the object that is looked at", 0, select_arguments}, select_object, NULL},
    {{"objects", "Objects", "lists the objects of the source, and what was said", 0, NULL}, list_objects, NULL},
    {{"lane", "Lane", "lists what is tracked of the object, and what is in doubt", 0, NULL}, list_lane, NULL},
    {{"track", "Track", "tracks what was said and is not tracked yet", HO_COMMAND_RUNS, track_arguments},
     track,
     can_track},
    {{"track-frame", "Track one frame", "tracks into the next frame", HO_COMMAND_RUNS, track_frame_arguments},
     track_frame,
     can_track},
    {{"cancel-job", "Cancel job", "stops what runs; what is done stays", 0, job_arguments}, cancel_job, NULL},
    {{0}, NULL, NULL},
};
