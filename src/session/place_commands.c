// SPDX-License-Identifier: BSD-2-Clause
// Commands that put media on the timeline, and the marks that say where.
#include <stdio.h>

#include "session/import.h"

// ---- placing

enum { MEDIA, AT, IN, OUT, TRACK, SOUND, AUDIO_TRACK };

static enum ho_result find_points(struct call *call, struct ho_placement *out, struct ho_diag *diag)
{
    const struct ho_session *session = call->session;
    const struct value *v = call->value;
    const int64_t media = v[MEDIA].integer;
    struct ho_marks source = media == session->selected_media ? session->source_marks : (struct ho_marks){0};
    struct ho_marks on_timeline = session->marks;
    if (v[IN].given || v[OUT].given)
        source = (struct ho_marks){v[IN].given, v[OUT].given, v[IN].integer, v[OUT].integer};
    if (v[AT].given)
        on_timeline = (struct ho_marks){.has_in = true, .in = v[AT].integer};
    return ho_timeline_three_points(session->timeline, media, &source, &on_timeline, session->playhead, out, diag);
}

static enum ho_result check_kind(struct call *call, int64_t id, enum ho_track_kind kind, struct ho_diag *diag)
{
    const struct ho_track *track = ho_timeline_track(call->session->timeline,
                                                     ho_timeline_track_index(call->session->timeline, id));
    if (track && track->kind == kind)
        return HO_OK;
    return ho_fail(diag, HO_ERROR_USAGE, "%s: %s goes on a track %s", call->command->shown.name,
                   kind == HO_TRACK_VIDEO ? "a picture" : "sound", kind == HO_TRACK_VIDEO ? "V1, V2 .." : "A1, A2 ..");
}

static enum ho_result find_placement(struct call *call, struct ho_placement *out, struct ho_diag *diag)
{
    const struct value *v = call->value;
    HO_TRY(media_on_timeline(call->session, v[MEDIA].integer, diag));
    HO_TRY(find_points(call, out, diag));
    if (v[TRACK].given) {
        HO_TRY(check_kind(call, v[TRACK].integer, HO_TRACK_VIDEO, diag));
        out->video_track = v[TRACK].integer;
    }
    if (v[AUDIO_TRACK].given) {
        HO_TRY(check_kind(call, v[AUDIO_TRACK].integer, HO_TRACK_AUDIO, diag));
        out->audio_track = v[AUDIO_TRACK].integer;
    }
    if (!v[SOUND].boolean)
        out->audio_track = 0;
    return HO_OK;
}

typedef enum ho_result (*placer)(struct ho_timeline *timeline, const struct ho_placement *placement,
                                 struct ho_edit **edit, struct ho_diag *diag);

static enum ho_result place(struct call *call, placer put, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    struct ho_placement placement = {0};
    struct ho_edit *edit = NULL;
    char warning[512];
    HO_TRY(find_placement(call, &placement, diag));
    int64_t at = put == ho_timeline_append ? ho_timeline_length(session->timeline) : placement.at;
    HO_TRY(edit_keep(call, put(session->timeline, &placement, &edit, diag), &edit, diag));
    reply_integer(call, "at", at);
    if (put != ho_timeline_replace)
        reply_integer(call, "length", placement.length);
    if (ho_timeline_mismatch(session->timeline, placement.media, warning, sizeof(warning))) {
        reply_text(call, "warning", warning);
        session_say(session, "%s", warning);
    }
    return HO_OK;
}

static enum ho_result append(struct call *call, struct ho_diag *diag) { return place(call, ho_timeline_append, diag); }
static enum ho_result overwrite(struct call *call, struct ho_diag *diag)
{
    return place(call, ho_timeline_overwrite, diag);
}
static enum ho_result insert(struct call *call, struct ho_diag *diag) { return place(call, ho_timeline_insert, diag); }
static enum ho_result replace(struct call *call, struct ho_diag *diag)
{
    return place(call, ho_timeline_replace, diag);
}
static enum ho_result place_on_top(struct call *call, struct ho_diag *diag)
{
    return place(call, ho_timeline_place_on_top, diag);
}

// ---- marks

static enum ho_result set_mark(struct call *call, struct ho_marks *marks, bool out, int64_t frame, struct ho_diag *diag)
{
    struct ho_marks set = *marks;
    if (out) {
        set.has_out = true;
        set.out = frame;
    } else {
        set.has_in = true;
        set.in = frame;
    }
    if (set.has_in && set.has_out && set.in > set.out) {    // the new one holds
        if (out)
            set.has_in = false;
        else
            set.has_out = false;
    }
    if (frame < 0)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: frames count from 0", call->command->shown.name);
    *marks = set;
    news_add(call->session, HO_NEWS_PLAYHEAD);
    return HO_OK;
}

static enum ho_result mark_in(struct call *call, struct ho_diag *diag)
{
    return set_mark(call, &call->session->marks, false, call->value[0].integer, diag);
}
static enum ho_result mark_out(struct call *call, struct ho_diag *diag)
{
    return set_mark(call, &call->session->marks, true, call->value[0].integer, diag);
}
static enum ho_result mark_source_in(struct call *call, struct ho_diag *diag)
{
    return set_mark(call, &call->session->source_marks, false, call->value[0].integer, diag);
}
static enum ho_result mark_source_out(struct call *call, struct ho_diag *diag)
{
    return set_mark(call, &call->session->source_marks, true, call->value[0].integer, diag);
}

static enum ho_result clear_marks(struct call *call, struct ho_diag *diag)
{
    (void)diag;
    const int64_t which = call->value[0].integer;    // both, in, out, source
    if (which == 3)
        call->session->source_marks = (struct ho_marks){0};
    if (which == 0 || which == 1)
        call->session->marks.has_in = false;
    if (which == 0 || which == 2)
        call->session->marks.has_out = false;
    news_add(call->session, HO_NEWS_PLAYHEAD);
    return HO_OK;
}

static enum ho_result set_marks(struct call *call, struct ho_range frames)
{
    call->session->marks = (struct ho_marks){true, true, frames.first, frames.last};
    reply_integer(call, "in", frames.first);
    reply_integer(call, "out", frames.last);
    news_add(call->session, HO_NEWS_PLAYHEAD);
    return HO_OK;
}

static enum ho_result mark_clip(struct call *call, struct ho_diag *diag)
{
    struct ho_range frames;
    HO_TRY(ho_timeline_mark_clip(call->session->timeline, call->session->playhead, &frames, diag));
    return set_marks(call, frames);
}

static enum ho_result mark_selection(struct call *call, struct ho_diag *diag)
{
    struct ho_range all = {0, -1};
    (void)diag;
    for (size_t i = 0; i < call->value[0].n_ids; i++) {
        struct ho_range one = ho_timeline_clip_frames(
            ho_timeline_find_clip(call->session->timeline, call->value[0].ids[i]));
        all.first = i == 0 || one.first < all.first ? one.first : all.first;
        all.last = i == 0 || one.last > all.last ? one.last : all.last;
    }
    return set_marks(call, all);
}

// ---- rows

#define AT_ARGUMENT                                                                                            \
    {                                                                                                          \
        "at", HO_ARGUMENT_FRAME, false, NULL, NULL, "where on the timeline; else its marks, else the playhead" \
    }
static const struct ho_argument place_arguments[] = {
    {"media", HO_ARGUMENT_MEDIA, false, NULL, "selected", "what"},
    AT_ARGUMENT,
    {"in", HO_ARGUMENT_INTEGER, false, NULL, NULL, "first frame of the source; else its marks, else its first"},
    {"out", HO_ARGUMENT_INTEGER, false, NULL, NULL, "last frame of the source"},
    {"track", HO_ARGUMENT_TRACK, false, NULL, NULL, "of the picture; else the target"},
    {"sound", HO_ARGUMENT_BOOLEAN, false, NULL, "yes", "its sound too, where it has any"},
    {"audio-track", HO_ARGUMENT_TRACK, false, NULL, NULL, "of the sound; else the target"},
    {0}};
static const struct ho_argument mark_arguments[] = {{"at", HO_ARGUMENT_FRAME, false, NULL, "playhead", "the frame"},
                                                    {0}};
static const struct ho_argument source_mark_arguments[] = {
    {"frame", HO_ARGUMENT_INTEGER, true, NULL, NULL, "of the selected media"}, {0}};
static const char *const mark_choices[] = {"both", "in", "out", "source", NULL};
static const struct ho_argument clear_arguments[] = {
    {"which", HO_ARGUMENT_CHOICE, false, mark_choices, "both", "of the timeline, or the source's"}, {0}};
static const struct ho_argument clips_arguments[] = {{"clips", HO_ARGUMENT_CLIPS, false, NULL, "selection", "which"},
                                                     {0}};

enum { PLACES = HO_COMMAND_EDITS | HO_COMMAND_TIMELINE };
const struct command place_commands[] = {
    {{"append", "Append", "puts media behind all that is on the timeline", PLACES, place_arguments}, append, NULL},
    {{"overwrite", "Overwrite", "lays media over what is there (three points)", PLACES, place_arguments},
     overwrite,
     NULL},
    {{"insert", "Insert", "makes room for media", PLACES, place_arguments}, insert, NULL},
    {{"replace", "Replace", "the clip there shows this media instead", PLACES, place_arguments}, replace, NULL},
    {{"place-on-top", "Place on top", "puts media on a track above what is there", PLACES, place_arguments},
     place_on_top,
     NULL},
    {{"mark-in", "Mark in", "first frame of the span that is worked on", HO_COMMAND_TIMELINE, mark_arguments},
     mark_in,
     NULL},
    {{"mark-out", "Mark out", "last frame of that span", HO_COMMAND_TIMELINE, mark_arguments}, mark_out, NULL},
    {{"mark-source-in", "Mark source in", "first frame of the source to place", 0, source_mark_arguments},
     mark_source_in,
     NULL},
    {{"mark-source-out", "Mark source out", "last frame of the source to place", 0, source_mark_arguments},
     mark_source_out,
     NULL},
    {{"clear-marks", "Clear marks", "takes marks away", 0, clear_arguments}, clear_marks, NULL},
    {{"mark-clip", "Mark clip", "marks the clip under the playhead", HO_COMMAND_TIMELINE, NULL}, mark_clip, NULL},
    {{"mark-selection", "Mark selection", "marks what is selected", HO_COMMAND_TIMELINE, clips_arguments},
     mark_selection,
     NULL},
    {{0}, NULL, NULL},
};
