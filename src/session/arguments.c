// SPDX-License-Identifier: BSD-2-Clause
// What a command is given: texts, by name or in the table's order, become what they stand for. One parser for the
// command line and the window.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/internal.h"

static bool parse_integer(const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    *out = value;
    return end != text && !*end && !errno && text[0] != ' ';
}

static bool parse_number(const char *text, double *out)
{
    char *end;
    *out = strtod(text, &end);
    return end != text && !*end && isfinite(*out) && text[0] != ' ';
}

static enum ho_result fail(const struct call *call, const struct ho_argument *argument, const char *text,
                           const char *wanted, struct ho_diag *diag)
{
    return ho_fail(diag, HO_ERROR_USAGE, "%s: %s wants %s, not \"%.100s\"", call->command->shown.name, argument->name,
                   wanted, text);
}

// ---- time and place

enum ho_result frame_parse(const struct ho_session *session, const char *text, int64_t *out, struct ho_diag *diag)
{
    int64_t frame = 0;
    bool is_relative = text[0] == '+' || text[0] == '-';
    if (strcmp(text, "playhead") == 0)
        frame = session->playhead;
    else if (strchr(text, ':')) {
        struct ho_timecode timecode;
        if (!session->timeline)
            return ho_fail(diag, HO_ERROR_USAGE, "the timecode %.40s is of no timeline: there is none", text);
        const struct ho_timeline_settings *settings = ho_timeline_get_settings(session->timeline);
        HO_TRY(ho_timecode_parse(text, settings->rate, &timecode, diag));
        frame = timecode.frame - settings->start.frame;
        if (frame < 0)
            return ho_fail(diag, HO_ERROR_USAGE, "%.40s lies before the timeline's first frame", text);
    } else if (!parse_integer(text, &frame))
        return ho_fail(diag, HO_ERROR_USAGE,
                       "\"%.60s\" is no frame: give a number from 0, a timecode, or +N or -N from the playhead", text);
    else if (is_relative)
        frame += session->playhead;
    if (frame < 0 || frame >= HO_TIMELINE_FRAMES_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "frame %s is none of a timeline's", text);
    *out = frame;
    return HO_OK;
}

static bool parse_frames(const char *text, struct ho_range *out)
{
    char first[32];
    const char *dash = strchr(text, '-');
    if (!dash) {
        bool is_one = parse_integer(text, &out->first) && out->first >= 0;
        out->last = out->first;
        return is_one;
    }
    if (dash == text || (size_t)(dash - text) >= sizeof(first))
        return false;
    snprintf(first, sizeof(first), "%.*s", (int)(dash - text), text);
    return parse_integer(first, &out->first) && parse_integer(dash + 1, &out->last) && out->last >= out->first;
}

enum ho_result points_parse(const char *text, struct ho_point **out, size_t *n, struct ho_diag *diag)
{
    size_t room = 1, i = 0;
    for (const char *at = text; *at; at++)
        room += *at == ',';
    double *numbers = ho_alloc(room, sizeof(*numbers));
    *out = ho_alloc(room, sizeof(**out));
    bool is_right = numbers && *out;
    for (const char *at = text; is_right && i < room; i++) {
        char *end;
        numbers[i] = strtod(at, &end);
        is_right = end != at && isfinite(numbers[i]) && (*end == ',' || (*end == '\0' && i + 1 == room));
        at = end + 1;
    }
    is_right = is_right && room % 2 == 0;
    for (i = 0; is_right && i < room / 2; i++)
        (*out)[i] = (struct ho_point){(float)numbers[2 * i], (float)numbers[2 * i + 1]};
    free(numbers);
    *n = room / 2;
    if (is_right)
        return HO_OK;
    free(*out);
    *out = NULL;
    return ho_fail(diag, HO_ERROR_USAGE, "\"%.60s\" is no list of points: X,Y,X,Y and so on", text);
}

// ---- things with names: an id, or a name that one of them has

struct match {
    int64_t id;
    int n;
};

static void match_name(struct match *match, const char *name, const char *text, int64_t id)
{
    if (strcmp(name, text) == 0) {
        match->id = id;
        match->n++;
    }
}

static enum ho_result take_match(const struct call *call, const struct ho_argument *argument, const char *text,
                                 const char *what, const struct match *match, int64_t *out, struct ho_diag *diag)
{
    *out = match->id;
    if (match->n == 1)
        return HO_OK;
    return ho_fail(diag, HO_ERROR_USAGE,
                   match->n == 0 ? "%s: %s: there is no %s \"%.100s\""
                                 : "%s: %s: there is more than one %s \"%.100s\"; give its number",
                   call->command->shown.name, argument->name, what, text);
}

static enum ho_result find_media(const struct call *call, const struct ho_argument *argument, const char *text,
                                 int64_t *out, struct ho_diag *diag)
{
    const struct ho_session *session = call->session;
    struct match match = {0};
    int64_t id;
    bool is_id = parse_integer(text, &id);
    if (strcmp(text, "selected") == 0 && session->selected_media)
        match = (struct match){session->selected_media, 1};
    else if (strcmp(text, "selected") == 0)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: %s: no media is selected; say which", call->command->shown.name,
                       argument->name);
    for (size_t i = 0; i < session->n_media && match.n == 0; i++)
        if (is_id && session->media[i]->id == id)
            match = (struct match){id, 1};
    for (size_t i = 0; i < session->n_media && !match.id; i++)
        match_name(&match, media_name(session->media[i]), text, session->media[i]->id);
    for (size_t i = 0; i < session->n_media && match.n == 0; i++) {    // as its file is named, where no clip is
        const char *slash = strrchr(session->media[i]->source.path, '/');
        match_name(&match, slash ? slash + 1 : session->media[i]->source.path, text, session->media[i]->id);
    }
    return take_match(call, argument, text, "media", &match, out, diag);
}

static enum ho_result find_bin(const struct call *call, const struct ho_argument *argument, const char *text,
                               int64_t *out, struct ho_diag *diag)
{
    struct ho_bin *bins = NULL;
    size_t n = 0;
    struct match match = {0};
    int64_t id;
    bool is_id = parse_integer(text, &id);
    HO_TRY(ho_project_bins(call->session->project, &bins, &n, diag));
    for (size_t i = 0; i < n && match.n == 0; i++)
        if (is_id && bins[i].id == id)
            match = (struct match){id, 1};
    for (size_t i = 0; i < n && !(is_id && match.n); i++)
        match_name(&match, bins[i].name, text, bins[i].id);
    free(bins);
    return take_match(call, argument, text, "bin", &match, out, diag);
}

static enum ho_result find_timeline(const struct call *call, const struct ho_argument *argument, const char *text,
                                    int64_t *out, struct ho_diag *diag)
{
    struct ho_timeline_entry *timelines = NULL;
    size_t n = 0;
    struct match match = {0};
    int64_t id;
    bool is_id = parse_integer(text, &id);
    HO_TRY(ho_project_timelines(call->session->project, &timelines, &n, diag));
    for (size_t i = 0; i < n && match.n == 0; i++)
        if (is_id && timelines[i].id == id)
            match = (struct match){id, 1};
    for (size_t i = 0; i < n && !(is_id && match.n); i++)
        match_name(&match, timelines[i].name, text, timelines[i].id);
    free(timelines);
    return take_match(call, argument, text, "timeline", &match, out, diag);
}

static enum ho_result find_track(const struct call *call, const struct ho_argument *argument, const char *text,
                                 int64_t *out, struct ho_diag *diag)
{
    const struct ho_timeline *timeline = call->session->timeline;
    struct match match = {0};
    for (int i = 0; timeline && i < ho_timeline_n_tracks(timeline); i++) {
        const struct ho_track *track = ho_timeline_track(timeline, i);
        char name[HO_TIMELINE_NAME_SIZE], plain[32];
        ho_track_name(track, name);
        snprintf(plain, sizeof(plain), "%c%d", track->kind == HO_TRACK_VIDEO ? 'V' : 'A', track->place + 1);
        match_name(&match, plain, text, track->id);
        if (strcmp(plain, name) != 0)
            match_name(&match, name, text, track->id);
    }
    return take_match(call, argument, text, "track", &match, out, diag);
}

static enum ho_result find_clip(const struct call *call, const struct ho_argument *argument, const char *text,
                                int64_t *out, struct ho_diag *diag)
{
    const struct ho_session *session = call->session;
    struct match match = {0};
    int64_t id;
    if (strcmp(text, "current") == 0) {
        if (!session->clip && session->n_selected != 1)
            return ho_fail(diag, HO_ERROR_USAGE, "%s: %s: no clip is selected, and none is under the playhead",
                           call->command->shown.name, argument->name);
        *out = session->n_selected == 1 ? session->selection[0] : session->clip->id;
        return HO_OK;
    }
    if (session->timeline && parse_integer(text, &id) && ho_timeline_find_clip(session->timeline, id)) {
        *out = id;
        return HO_OK;
    }
    for (int i = 0; session->timeline && i < ho_timeline_n_tracks(session->timeline); i++) {
        size_t n;
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(session->timeline, i, &n);
        bool is_sound = ho_timeline_track(session->timeline, i)->kind == HO_TRACK_AUDIO;
        // A picture's sound has its name too: the picture is meant.
        for (size_t k = 0; k < n && !(is_sound && match.n > 0); k++)
            match_name(&match, clips[k]->name, text, clips[k]->id);
    }
    return take_match(call, argument, text, "clip", &match, out, diag);
}

static enum ho_result add_id(struct value *value, int64_t id, struct ho_diag *diag)
{
    for (size_t i = 0; i < value->n_ids; i++)
        if (value->ids[i] == id)
            return HO_OK;
    int64_t *ids = ho_realloc(value->ids, value->n_ids + 1, sizeof(*ids));
    if (!ids)
        return ho_fail_memory(diag, (value->n_ids + 1) * sizeof(*ids));
    value->ids = ids;
    value->ids[value->n_ids++] = id;
    return HO_OK;
}

static enum ho_result find_all_clips(const struct call *call, struct value *value, struct ho_diag *diag)
{
    const struct ho_timeline *timeline = call->session->timeline;
    for (int i = 0; timeline && i < ho_timeline_n_tracks(timeline); i++) {
        size_t n;
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(timeline, i, &n);
        for (size_t k = 0; k < n; k++)
            HO_TRY(add_id(value, clips[k]->id, diag));
    }
    return HO_OK;
}

static enum ho_result find_clips(const struct call *call, const struct ho_argument *argument, const char *text,
                                 struct value *value, struct ho_diag *diag)
{
    const struct ho_session *session = call->session;
    if (strcmp(text, "all") == 0)
        return find_all_clips(call, value, diag);
    if (strcmp(text, "none") == 0)
        return HO_OK;
    if (strcmp(text, "selection") == 0) {
        for (size_t i = 0; i < session->n_selected; i++)
            HO_TRY(add_id(value, session->selection[i], diag));
        if (value->n_ids == 0 && session->clip)
            HO_TRY(add_id(value, session->clip->id, diag));
        return value->n_ids ? HO_OK
                            : ho_fail(diag, HO_ERROR_USAGE, "%s: no clip is selected, and none is under the playhead",
                                      call->command->shown.name);
    }
    for (const char *at = text; *at;) {
        size_t length = strcspn(at, ",");
        char *one = ho_format("%.*s", (int)length, at);
        int64_t id = 0;
        enum ho_result result = one ? find_clip(call, argument, one, &id, diag) : ho_fail_memory(diag, length);
        free(one);
        HO_TRY(result);
        HO_TRY(add_id(value, id, diag));
        at += length + (at[length] == ',');
    }
    return HO_OK;
}

// ---- one argument

static enum ho_result find_choice(const struct call *call, const struct ho_argument *argument, const char *text,
                                  int64_t *out, struct ho_diag *diag)
{
    char list[400] = "";
    size_t used = 0;
    for (int i = 0; argument->choices[i]; i++) {
        if (strcmp(argument->choices[i], text) == 0) {
            *out = i;
            return HO_OK;
        }
        if (used < sizeof(list))
            used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i ? ", " : "", argument->choices[i]);
    }
    return fail(call, argument, text, list, diag);
}

static enum ho_result find_node(const struct call *call, const struct ho_argument *argument, const char *text,
                                struct ho_diag *diag)
{
    for (int page = 0; page < 2; page++) {
        const struct ho_graph *graph = call->session->graphs[page].graph;
        for (size_t i = 0; graph && i < ho_graph_n_nodes(graph); i++)
            if (strcmp(ho_graph_node(graph, i).id, text) == 0)
                return HO_OK;
    }
    return ho_fail(diag, HO_ERROR_USAGE, "%s: %s: the clip's graphs have no node \"%.80s\"", call->command->shown.name,
                   argument->name, text);
}

static bool parse_boolean(const char *text, bool *out)
{
    static const char *const yes[] = {"yes", "true", "on", "1"}, *const no[] = {"no", "false", "off", "0"};
    for (int i = 0; i < 4; i++) {
        if (strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0) {
            *out = strcmp(text, yes[i]) == 0;
            return true;
        }
    }
    return false;
}

static bool parse_point(const char *text, struct ho_point *out)
{
    struct ho_point *points = NULL;
    size_t n;
    bool is_right = points_parse(text, &points, &n, NULL) == HO_OK && n == 1;
    if (is_right)
        *out = points[0];
    free(points);
    return is_right;
}

static enum ho_result parse_one(const struct call *call, const struct ho_argument *argument, const char *text,
                                struct value *value, struct ho_diag *diag)
{
    value->given = true;
    value->text = text;
    switch (argument->type) {
    case HO_ARGUMENT_TEXT:
    case HO_ARGUMENT_FILE: return HO_OK;
    case HO_ARGUMENT_INTEGER:
        return parse_integer(text, &value->integer) ? HO_OK : fail(call, argument, text, "a whole number", diag);
    case HO_ARGUMENT_NUMBER:
        return parse_number(text, &value->number) ? HO_OK : fail(call, argument, text, "a number", diag);
    case HO_ARGUMENT_BOOLEAN:
        return parse_boolean(text, &value->boolean) ? HO_OK : fail(call, argument, text, "yes or no", diag);
    case HO_ARGUMENT_CHOICE: return find_choice(call, argument, text, &value->integer, diag);
    case HO_ARGUMENT_FRAME: return frame_parse(call->session, text, &value->integer, diag);
    case HO_ARGUMENT_FRAMES:
        return parse_frames(text, &value->frames)
                   ? HO_OK
                   : fail(call, argument, text, "FIRST-LAST of the source, or one frame", diag);
    case HO_ARGUMENT_POINT:
        return parse_point(text, &value->point) ? HO_OK : fail(call, argument, text, "a point, X,Y", diag);
    case HO_ARGUMENT_MEDIA: return find_media(call, argument, text, &value->integer, diag);
    case HO_ARGUMENT_BIN: return find_bin(call, argument, text, &value->integer, diag);
    case HO_ARGUMENT_TIMELINE: return find_timeline(call, argument, text, &value->integer, diag);
    case HO_ARGUMENT_TRACK: return find_track(call, argument, text, &value->integer, diag);
    case HO_ARGUMENT_CLIP: return find_clip(call, argument, text, &value->integer, diag);
    case HO_ARGUMENT_CLIPS: return find_clips(call, argument, text, value, diag);
    case HO_ARGUMENT_NODE: return find_node(call, argument, text, diag);
    }
    return HO_OK;
}

// ---- all of them

// Which argument of the table is meant; -1: refused.
static int place_of(const struct call *call, const struct ho_argument_value *given, struct ho_diag *diag)
{
    const struct ho_argument *arguments = call->command->shown.arguments;
    int i = 0;
    for (; arguments && arguments[i].name; i++)
        if (given->name ? strcmp(arguments[i].name, given->name) == 0 : !call->value[i].given)
            break;
    if (!arguments || !arguments[i].name) {
        (void)!ho_fail(diag, HO_ERROR_USAGE,
                       given->name ? "%s has no argument \"%.60s\""
                                   : "%s takes no further argument; there is \"%.60s\"",
                       call->command->shown.name, given->name ? given->name : given->value);
        return -1;
    }
    if (call->value[i].given) {
        (void)!ho_fail(diag, HO_ERROR_USAGE, "%s: %s is given twice", call->command->shown.name, arguments[i].name);
        return -1;
    }
    return i;
}

static enum ho_result parse_given(struct call *call, const struct ho_argument_value *given, struct ho_diag *diag)
{
    int i = place_of(call, given, diag);
    if (i < 0)
        return HO_ERROR_USAGE;
    return parse_one(call, &call->command->shown.arguments[i], given->value, &call->value[i], diag);
}

enum ho_result arguments_parse(struct call *call, const struct ho_argument_value *given, size_t n, struct ho_diag *diag)
{
    const struct ho_argument *arguments = call->command->shown.arguments;
    for (int i = 0; i < VALUES_MAX; i++)
        call->value[i].text = "";
    for (int named = 1; named >= 0; named--)    // what stands by itself goes where nothing was named
        for (size_t i = 0; i < n; i++)
            if ((given[i].name != NULL) == named)
                HO_TRY(parse_given(call, &given[i], diag));
    for (int i = 0; arguments && arguments[i].name; i++) {
        if (call->value[i].given)
            continue;
        if (arguments[i].required)
            return ho_fail(diag, HO_ERROR_USAGE, "%s wants %s: %s", call->command->shown.name, arguments[i].name,
                           arguments[i].help);
        if (arguments[i].fallback)
            HO_TRY(parse_one(call, &arguments[i], arguments[i].fallback, &call->value[i], diag));
    }
    return HO_OK;
}

void arguments_clear(struct call *call)
{
    for (int i = 0; i < VALUES_MAX; i++)
        free(call->value[i].ids);
}
