// SPDX-License-Identifier: BSD-2-Clause
// Commands that change what a clip is: its numbers, mode, fit, name, texts; and titles.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/internal.h"

// ---- numbers

static enum ho_result find_number(struct call *call, const char *name, enum ho_clip_number *out, struct ho_diag *diag)
{
    char list[300] = "";
    size_t used = 0;
    if (ho_clip_number_parse(name, out))
        return HO_OK;
    for (int i = 0; i < HO_N_CLIP_NUMBERS && used < sizeof(list); i++)
        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i ? ", " : "",
                                 ho_clip_number_describe((enum ho_clip_number)i)->name);
    return ho_fail(diag, HO_ERROR_USAGE, "%s: a clip has no \"%.40s\"; it has %s", call->command->shown.name, name,
                   list);
}

// Clip time of the playhead, or of the frame that is given.
static int64_t clip_time(const struct ho_session *session, const struct ho_timeline_clip *clip, const struct value *at)
{
    int64_t frame = at->given ? at->integer : session->playhead;
    return frame - clip->at + clip->origin;
}

static enum ho_result need(struct call *call, int64_t id, const struct ho_timeline_clip **out, struct ho_diag *diag)
{
    *out = ho_timeline_find_clip(call->session->timeline, id);
    return *out ? HO_OK : ho_fail(diag, HO_ERROR_USAGE, "%s: there is no such clip", call->command->shown.name);
}

// number, value, clip, at: a number that moves already gets a keyframe there, another one becomes that value.
static enum ho_result set_number(struct call *call, bool keyframe, struct ho_diag *diag)
{
    static const enum ho_interpolation ways[] = {HO_INTERPOLATE_LINEAR, HO_INTERPOLATE_SMOOTH, HO_INTERPOLATE_HOLD};
    struct ho_session *session = call->session;
    const struct value *v = call->value;
    const struct ho_timeline_clip *clip;
    enum ho_clip_number number;
    struct ho_edit *edit = NULL;
    HO_TRY(find_number(call, v[0].text, &number, diag));
    HO_TRY(need(call, v[2].integer, &clip, diag));
    if (!keyframe && clip->number[number].n_keys == 0)
        return edit_keep(call, ho_timeline_set_number(session->timeline, clip->id, number, v[1].number, &edit, diag),
                         &edit, diag);
    struct ho_keyframe key = {clip_time(session, clip, &v[3]), v[1].number, ways[keyframe ? v[4].integer : 0]};
    return edit_keep(call, ho_timeline_set_keyframe(session->timeline, clip->id, number, &key, &edit, diag), &edit,
                     diag);
}
static enum ho_result set_clip_number(struct call *call, struct ho_diag *diag) { return set_number(call, false, diag); }
static enum ho_result set_clip_keyframe(struct call *call, struct ho_diag *diag)
{
    return set_number(call, true, diag);
}

static enum ho_result remove_clip_keyframe(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;
    const struct ho_timeline_clip *clip;
    enum ho_clip_number number;
    struct ho_edit *edit = NULL;
    HO_TRY(find_number(call, v[0].text, &number, diag));
    HO_TRY(need(call, v[1].integer, &clip, diag));
    int64_t at = clip_time(call->session, clip, &v[2]);
    return edit_keep(call, ho_timeline_remove_keyframe(call->session->timeline, clip->id, number, at, &edit, diag),
                     &edit, diag);
}

static enum ho_result reset_clip_number(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;
    enum ho_clip_number number;
    struct ho_edit *edit = NULL;
    HO_TRY(find_number(call, v[0].text, &number, diag));
    return edit_keep(call,
                     ho_timeline_set_number(call->session->timeline, v[1].integer, number,
                                            ho_clip_number_describe(number)->value, &edit, diag),
                     &edit, diag);
}

// ---- switches and names, of one clip or several

static enum ho_result set_composite(struct call *call, struct ho_diag *diag)
{
    enum ho_composite mode;
    if (!ho_composite_parse(call->value[0].text, &mode))
        return ho_fail(diag, HO_ERROR_USAGE, "composite: there is no mode \"%.40s\"", call->value[0].text);
    for (size_t i = 0; i < call->value[1].n_ids; i++) {
        struct ho_timeline_clip *copy;
        HO_TRY(clip_need(call, call->value[1].ids[i], &copy, diag));
        copy->composite = mode;
        HO_TRY(edit_clip(call, copy, diag));
    }
    return HO_OK;
}

static enum ho_result set_fit(struct call *call, struct ho_diag *diag)
{
    enum ho_fit fit;
    if (!ho_fit_parse(call->value[0].text, &fit))
        return ho_fail(diag, HO_ERROR_USAGE, "fit: there is no \"%.40s\"; there are letterbox, crop, stretch, centre",
                       call->value[0].text);
    for (size_t i = 0; i < call->value[1].n_ids; i++) {
        struct ho_timeline_clip *copy;
        HO_TRY(clip_need(call, call->value[1].ids[i], &copy, diag));
        copy->fit = fit;
        HO_TRY(edit_clip(call, copy, diag));
    }
    return HO_OK;
}

static enum ho_result set_flip(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;
    struct ho_timeline_clip *copy;
    HO_TRY(clip_need(call, v[0].integer, &copy, diag));
    if (v[1].given)
        copy->flip_x = v[1].boolean;
    if (v[2].given)
        copy->flip_y = v[2].boolean;
    return edit_clip(call, copy, diag);
}

static enum ho_result mute_clip(struct call *call, struct ho_diag *diag)
{
    for (size_t i = 0; i < call->value[1].n_ids; i++) {
        struct ho_timeline_clip *copy;
        HO_TRY(clip_need(call, call->value[1].ids[i], &copy, diag));
        copy->muted = call->value[0].boolean;
        HO_TRY(edit_clip(call, copy, diag));
    }
    return HO_OK;
}

static enum ho_result enable_clips(struct call *call, struct ho_diag *diag)
{
    struct ho_timeline *timeline = call->session->timeline;
    const struct value *v = call->value;
    struct ho_edit *edit = NULL;
    const struct ho_timeline_clip *first = v[1].n_ids ? ho_timeline_find_clip(timeline, v[1].ids[0]) : NULL;
    bool enabled = v[0].integer == 0 || (v[0].integer == 2 && first && !first->enabled);
    return edit_keep(call,
                     ho_timeline_enable(timeline, v[1].ids, v[1].n_ids, enabled,
                                        v[2].boolean ? (unsigned)HO_EDIT_LINKED : 0u, &edit, diag),
                     &edit, diag);
}

static enum ho_result rename_clip(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;
    struct ho_edit *edit = NULL;
    return edit_keep(call,
                     ho_timeline_rename(call->session->timeline, v[1].integer, v[0].text,
                                        v[2].boolean ? (unsigned)HO_EDIT_LINKED : 0u, &edit, diag),
                     &edit, diag);
}

// ---- titles

// Where none is named: the target, or the track above what is there at that time.
static enum ho_result title(struct call *call, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    const struct value *v = call->value;    // text, at, length, track
    const struct ho_timeline_settings *settings = ho_timeline_get_settings(session->timeline);
    json_t *text = json_pack("{s:s}", "text", v[0].text);
    char *parameters = text ? json_dumps(text, JSON_COMPACT) : NULL;
    json_decref(text);
    if (!parameters)
        return ho_fail(diag, HO_ERROR_USAGE, "title: the text is not UTF-8");
    const struct ho_marks *marks = &session->marks;
    int64_t at = v[1].given ? v[1].integer : marks->has_in ? marks->in : session->playhead;
    int64_t marked = !v[1].given && marks->has_in && marks->has_out ? marks->out - marks->in + 1 : 0;
    const char *const texts[] = {parameters};
    struct ho_edit *edit = NULL;
    struct ho_placement placement = {.at = at,
                                     .length = v[2].given ? v[2].integer
                                               : marked   ? marked
                                                          : 5 * (int64_t)ho_rate_base(settings->rate),
                                     .video_track = v[3].given ? v[3].integer : 0,
                                     .name = *v[0].text ? v[0].text : "Title",
                                     .texts = texts,
                                     .n_texts = 1};
    const struct ho_track *first = ho_timeline_track_at(session->timeline, HO_TRACK_VIDEO, 0);
    if (!v[3].given && first)
        placement.video_track = first->id;
    enum ho_result result = v[3].given ? ho_timeline_overwrite(session->timeline, &placement, &edit, diag)
                                       : ho_timeline_place_on_top(session->timeline, &placement, &edit, diag);
    free(parameters);
    HO_TRY(edit_keep(call, result, &edit, diag));
    int64_t id = json_integer_value(json_array_get(json_object_get(call->reply, "made"), 0));
    return id ? selection_set(session, &id, 1, diag) : HO_OK;
}

static enum ho_result need_title(struct call *call, int64_t id, int64_t index, struct ho_timeline_clip **copy,
                                 struct ho_diag *diag)
{
    HO_TRY(clip_need(call, id, copy, diag));
    if ((*copy)->media == 0 && index >= 1 && (size_t)index <= (*copy)->n_texts)
        return HO_OK;
    enum ho_result result = ho_fail(diag, HO_ERROR_USAGE,
                                    (*copy)->media ? "%s: the clip is no title" : "%s: the title has no such text",
                                    call->command->shown.name);
    ho_timeline_clip_destroy(copy);
    return result;
}

static enum ho_result add_text(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;    // text, clip
    struct ho_timeline_clip *copy;
    HO_TRY(need_title(call, v[1].integer, 1, &copy, diag));
    json_t *text = json_pack("{s:s}", "text", v[0].text);
    char *parameters = text ? json_dumps(text, JSON_COMPACT) : NULL;
    json_decref(text);
    enum ho_result result = parameters ? ho_timeline_clip_add_text(copy, parameters, diag)
                                       : ho_fail(diag, HO_ERROR_USAGE, "add-text: the text is not UTF-8");
    free(parameters);
    if (result != HO_OK) {
        ho_timeline_clip_destroy(&copy);
        return result;
    }
    reply_integer(call, "index", (int64_t)copy->n_texts);
    return edit_clip(call, copy, diag);
}

static enum ho_result remove_text(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;    // index, clip
    struct ho_timeline_clip *copy;
    HO_TRY(need_title(call, v[1].integer, v[0].integer, &copy, diag));
    ho_timeline_clip_remove_text(copy, (size_t)v[0].integer - 1);
    return edit_clip(call, copy, diag);
}

// A title's text is a Text+ node's parameters: they are set through such a node, which checks them.
struct text_edit {
    const char *parameter, *value;
    bool is_keyframe, is_removal;
    int64_t frame;
    enum ho_interpolation interpolation;
};

static enum ho_result text_graph(const char *parameters, struct ho_graph **out, struct ho_diag *diag)
{
    json_t *values = json_loads(parameters && *parameters ? parameters : "{}", 0, NULL);
    json_t *graph = json_pack("{s:i, s:[{s:s, s:s, s:o}]}", "holdout_graph", 1, "nodes", "id", "text", "type",
                              "text_plus", "parameters", values ? values : json_object());
    char *text = graph ? json_dumps(graph, JSON_COMPACT) : NULL;
    json_decref(graph);
    *out = NULL;
    if (!text)
        return ho_fail_memory(diag, 1);
    enum ho_result result = ho_graph_parse(text, "the title", out, diag);
    free(text);
    return result;
}

static enum ho_result text_of(const struct ho_graph *graph, char **out, struct ho_diag *diag)
{
    char *text = NULL;
    HO_TRY(ho_graph_format(graph, &text, diag));
    json_t *root = json_loads(text, 0, NULL);
    const json_t *parameters = json_object_get(json_array_get(json_object_get(root, "nodes"), 0), "parameters");
    *out = parameters ? json_dumps(parameters, JSON_COMPACT | JSON_REAL_PRECISION(9)) : ho_strdup("{}");
    json_decref(root);
    free(text);
    return *out ? HO_OK : ho_fail_memory(diag, 1);
}

static enum ho_result edit_text(const char *before, const struct text_edit *edit, char **after, struct ho_diag *diag)
{
    struct ho_graph *graph;
    HO_TRY(text_graph(before, &graph, diag));
    enum ho_result result = edit->is_removal
                                ? ho_graph_keyframe_remove(graph, "text", edit->parameter, edit->frame, diag)
                            : edit->is_keyframe ? ho_graph_keyframe_text(graph, "text", edit->parameter, edit->frame,
                                                                         edit->value, edit->interpolation, diag)
                                                : ho_graph_set_text(graph, "text", edit->parameter, edit->value, diag);
    if (result == HO_OK)
        result = text_of(graph, after, diag);
    ho_graph_destroy(&graph);
    return result;
}

// parameter, value, index, clip, at, interpolation
static enum ho_result change_text(struct call *call, struct text_edit edit, struct ho_diag *diag)
{
    static const enum ho_interpolation ways[] = {HO_INTERPOLATE_LINEAR, HO_INTERPOLATE_SMOOTH, HO_INTERPOLATE_HOLD};
    const struct value *v = call->value;
    struct ho_timeline_clip *copy;
    char *text = NULL;
    HO_TRY(need_title(call, v[3].integer, v[2].integer, &copy, diag));
    edit.parameter = v[0].text;
    edit.value = v[1].text;
    edit.frame = clip_time(call->session, copy, &v[4]);
    edit.interpolation = ways[v[5].integer];
    char **place = &copy->texts[v[2].integer - 1];
    enum ho_result result = edit_text(*place, &edit, &text, diag);
    if (result == HO_OK)
        result = ho_timeline_clip_set_text(place, text, diag);
    free(text);
    if (result == HO_OK)
        return edit_clip(call, copy, diag);
    ho_timeline_clip_destroy(&copy);
    return result;
}
static enum ho_result set_text(struct call *call, struct ho_diag *diag)
{
    return change_text(call, (struct text_edit){0}, diag);
}
static enum ho_result keyframe_text(struct call *call, struct ho_diag *diag)
{
    return change_text(call, (struct text_edit){.is_keyframe = true}, diag);
}

// ---- rows

static const char *const ways[] = {"linear", "smooth", "hold", NULL};
static const char *const states[] = {"yes", "no", "toggle", NULL};
#define CLIP                                                      \
    {                                                             \
        "clip", HO_ARGUMENT_CLIP, false, NULL, "current", "which" \
    }
#define CLIPS                                                         \
    {                                                                 \
        "clips", HO_ARGUMENT_CLIPS, false, NULL, "selection", "which" \
    }
#define LINKED                                                                                 \
    {                                                                                          \
        "linked", HO_ARGUMENT_BOOLEAN, false, NULL, "yes", "clips that are linked with it too" \
    }
#define NUMBER                                                                                      \
    {                                                                                               \
        "number", HO_ARGUMENT_TEXT, true, NULL, NULL, "opacity, zoom_x, position_x, gain and so on" \
    }
#define AT                                                                               \
    {                                                                                    \
        "at", HO_ARGUMENT_FRAME, false, NULL, NULL, "of the timeline; else the playhead" \
    }
#define WAY                                                                                      \
    {                                                                                            \
        "interpolation", HO_ARGUMENT_CHOICE, false, ways, "linear", "how it goes on to the next" \
    }
static const struct ho_argument set_number_arguments[] = {
    NUMBER, {"value", HO_ARGUMENT_NUMBER, true, NULL, NULL, "in its unit"}, CLIP, AT, {0}};
static const struct ho_argument keyframe_arguments[] = {
    NUMBER, {"value", HO_ARGUMENT_NUMBER, true, NULL, NULL, "in its unit"}, CLIP, AT, WAY, {0}};
static const struct ho_argument remove_keyframe_arguments[] = {NUMBER, CLIP, AT, {0}};
static const struct ho_argument reset_number_arguments[] = {NUMBER, CLIP, {0}};
static const struct ho_argument composite_arguments[] = {
    {"mode", HO_ARGUMENT_TEXT, true, NULL, NULL, "normal, screen, foreground, luma and so on"}, CLIPS, {0}};
static const struct ho_argument fit_arguments[] = {
    {"fit", HO_ARGUMENT_TEXT, true, NULL, NULL, "letterbox, crop, stretch, centre"}, CLIPS, {0}};
static const struct ho_argument flip_arguments[] = {CLIP,
                                                    {"x", HO_ARGUMENT_BOOLEAN, false, NULL, NULL, "left to right"},
                                                    {"y", HO_ARGUMENT_BOOLEAN, false, NULL, NULL, "top to bottom"},
                                                    {0}};
static const struct ho_argument mute_arguments[] = {
    {"muted", HO_ARGUMENT_BOOLEAN, false, NULL, "yes", "no: heard again"}, CLIPS, {0}};
static const struct ho_argument enable_arguments[] = {
    {"enabled", HO_ARGUMENT_CHOICE, false, states, "toggle", "toggle: as the first of them is not"},
    CLIPS,
    LINKED,
    {0}};
static const struct ho_argument rename_arguments[] = {
    {"name", HO_ARGUMENT_TEXT, true, NULL, NULL, "the clip's, which files get"}, CLIP, LINKED, {0}};
static const struct ho_argument title_arguments[] = {
    {"text", HO_ARGUMENT_TEXT, false, NULL, "Title", "what it says"},
    {"at", HO_ARGUMENT_FRAME, false, NULL, NULL, "where; else the timeline's marks, else the playhead"},
    {"length", HO_ARGUMENT_INTEGER, false, NULL, NULL, "frames; else as marked, else five seconds"},
    {"track", HO_ARGUMENT_TRACK, false, NULL, NULL, "over what is there; else above it"},
    {0}};
static const struct ho_argument add_text_arguments[] = {
    {"text", HO_ARGUMENT_TEXT, true, NULL, NULL, "what it says"}, CLIP, {0}};
static const struct ho_argument remove_text_arguments[] = {
    {"index", HO_ARGUMENT_INTEGER, true, NULL, NULL, "which of the title's texts, from 1"}, CLIP, {0}};
static const struct ho_argument set_text_arguments[] = {
    {"parameter", HO_ARGUMENT_TEXT, true, NULL, NULL, "one of Text+'s: text, size, center, colour and so on"},
    {"value", HO_ARGUMENT_TEXT, true, NULL, NULL, "as in a graph"},
    {"index", HO_ARGUMENT_INTEGER, false, NULL, "1", "which of the title's texts, from 1"},
    CLIP,
    AT,
    WAY,
    {0}};

enum { CHANGES = HO_COMMAND_EDITS | HO_COMMAND_TIMELINE | HO_COMMAND_CLIP };
const struct command clip_commands[] = {
    {{"set-number", "Change clip", "one of a clip's numbers; a keyframe where it moves already", CHANGES,
      set_number_arguments},
     set_clip_number,
     NULL},
    {{"keyframe-number", "Add keyframe", "a keyframe of one of a clip's numbers", CHANGES, keyframe_arguments},
     set_clip_keyframe,
     NULL},
    {{"remove-number-keyframe", "Remove keyframe", "takes a keyframe away", CHANGES, remove_keyframe_arguments},
     remove_clip_keyframe,
     NULL},
    {{"reset-number", "Reset", "one of a clip's numbers as it was at first", CHANGES, reset_number_arguments},
     reset_clip_number,
     NULL},
    {{"composite", "Composite mode", "how clips join what lies beneath", CHANGES, composite_arguments},
     set_composite,
     NULL},
    {{"fit", "Fit", "how clips of another size meet the frame", CHANGES, fit_arguments}, set_fit, NULL},
    {{"flip", "Flip", "mirrors a clip", CHANGES, flip_arguments}, set_flip, NULL},
    {{"mute-clip", "Mute clip", "clips are not heard", CHANGES, mute_arguments}, mute_clip, NULL},
    {{"enable-clips", "Enable clips", "clips are seen and heard, or not", CHANGES, enable_arguments},
     enable_clips,
     NULL},
    {{"rename-clip", "Rename clip", "gives a clip a name of its own", CHANGES, rename_arguments}, rename_clip, NULL},
    {{"title", "Add title", "puts a title on the timeline", HO_COMMAND_EDITS | HO_COMMAND_TIMELINE, title_arguments},
     title,
     NULL},
    {{"add-text", "Add text", "one more text in a title", CHANGES, add_text_arguments}, add_text, NULL},
    {{"remove-text", "Remove text", "takes a text out of a title", CHANGES, remove_text_arguments}, remove_text, NULL},
    {{"set-text", "Change title", "a parameter of one of a title's texts", CHANGES, set_text_arguments},
     set_text,
     NULL},
    {{"keyframe-text", "Add keyframe", "a keyframe of a parameter of a title's text", CHANGES, set_text_arguments},
     keyframe_text,
     NULL},
    {{0}, NULL, NULL},
};
