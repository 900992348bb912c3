// SPDX-License-Identifier: BSD-2-Clause
// Commands that change where clips are and what they show: trim, move, delete, tracks.
#include <stdio.h>

#include "session/internal.h"

static unsigned flags_of(const struct value *linked, const struct value *ripple)
{
    return (linked && linked->boolean ? (unsigned)HO_EDIT_LINKED : 0u) |
           (ripple && ripple->boolean ? (unsigned)HO_EDIT_RIPPLE : 0u);
}

// ---- edges: clip, edge, frames, ripple, linked

static enum ho_result trim(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;
    struct ho_edit *edit = NULL;
    return edit_keep(call,
                     ho_timeline_trim(call->session->timeline, v[0].integer, (enum ho_clip_edge)v[1].integer,
                                      v[2].integer, flags_of(&v[4], &v[3]), &edit, diag),
                     &edit, diag);
}

// An edge to a frame of the timeline, as a drag or a key at the playhead asks for it.
static enum ho_result trim_to(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;
    const struct ho_timeline_clip *clip = ho_timeline_find_clip(call->session->timeline, v[0].integer);
    struct ho_edit *edit = NULL;
    const enum ho_clip_edge edge = (enum ho_clip_edge)v[1].integer;
    if (!clip)
        return ho_fail(diag, HO_ERROR_USAGE, "trim-to: there is no such clip");
    int64_t by = v[2].integer - (edge == HO_CLIP_HEAD ? clip->at : clip->at + clip->length);
    return edit_keep(call,
                     ho_timeline_trim(call->session->timeline, clip->id, edge, by, flags_of(&v[4], &v[3]), &edit, diag),
                     &edit, diag);
}

static enum ho_result roll(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;
    struct ho_edit *edit = NULL;
    return edit_keep(call,
                     ho_timeline_roll(call->session->timeline, v[0].integer, (enum ho_clip_edge)v[1].integer,
                                      v[2].integer, flags_of(&v[3], NULL), &edit, diag),
                     &edit, diag);
}

static enum ho_result slip(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;
    struct ho_edit *edit = NULL;
    return edit_keep(
        call, ho_timeline_slip(call->session->timeline, v[0].integer, v[1].integer, flags_of(&v[2], NULL), &edit, diag),
        &edit, diag);
}

static enum ho_result slide(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;
    struct ho_edit *edit = NULL;
    return edit_keep(
        call,
        ho_timeline_slide(call->session->timeline, v[0].integer, v[1].integer, flags_of(&v[2], NULL), &edit, diag),
        &edit, diag);
}

// ---- cutting and taking away

static enum ho_result split(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;
    struct ho_edit *edit = NULL;
    return edit_keep(call,
                     ho_timeline_split(call->session->timeline, v[0].integer, v[1].ids, v[1].n_ids,
                                       flags_of(&v[2], NULL), &edit, diag),
                     &edit, diag);
}

static enum ho_result delete_clips(struct call *call, unsigned ripple, struct ho_diag *diag)
{
    const struct value *v = call->value;
    struct ho_edit *edit = NULL;
    return edit_keep(
        call,
        ho_timeline_delete(call->session->timeline, v[0].ids, v[0].n_ids, flags_of(&v[1], NULL) | ripple, &edit, diag),
        &edit, diag);
}
static enum ho_result lift(struct call *call, struct ho_diag *diag) { return delete_clips(call, 0, diag); }
static enum ho_result ripple_delete(struct call *call, struct ho_diag *diag)
{
    return delete_clips(call, HO_EDIT_RIPPLE, diag);
}

static enum ho_result delete_range(struct call *call, unsigned ripple, struct ho_diag *diag)
{
    const struct ho_marks *marks = &call->session->marks;
    const struct value *v = call->value;
    struct ho_range frames = {marks->in, marks->out};
    struct ho_edit *edit = NULL;
    if (v[0].given)
        frames = v[0].frames;
    else if (!marks->has_in || !marks->has_out)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: mark a span first (mark-in and mark-out, or mark-clip)",
                       call->command->shown.name);
    return edit_keep(call, ho_timeline_delete_range(call->session->timeline, frames, ripple, &edit, diag), &edit, diag);
}
static enum ho_result lift_range(struct call *call, struct ho_diag *diag) { return delete_range(call, 0, diag); }
static enum ho_result extract_range(struct call *call, struct ho_diag *diag)
{
    return delete_range(call, HO_EDIT_RIPPLE, diag);
}

static enum ho_result close_gap(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;
    struct ho_edit *edit = NULL;
    return edit_keep(call, ho_timeline_close_gap(call->session->timeline, v[0].integer, v[1].integer, &edit, diag),
                     &edit, diag);
}

// ---- moving

typedef enum ho_result (*mover)(struct ho_timeline *timeline, const int64_t *clips, size_t n, int64_t frames,
                                int tracks, unsigned flags, struct ho_edit **edit, struct ho_diag *diag);

static enum ho_result move_by(struct call *call, mover move, struct ho_diag *diag)
{
    const struct value *v = call->value;
    struct ho_edit *edit = NULL;
    return edit_keep(call,
                     move(call->session->timeline, v[0].ids, v[0].n_ids, v[1].integer, (int)v[2].integer,
                          flags_of(&v[3], NULL), &edit, diag),
                     &edit, diag);
}
static enum ho_result move_clips(struct call *call, struct ho_diag *diag)
{
    return move_by(call, ho_timeline_move, diag);
}

// What was made is selected, as it is what will be moved next.
static enum ho_result duplicate(struct call *call, struct ho_diag *diag)
{
    int64_t ids[256];
    size_t n = 0;
    HO_TRY(move_by(call, ho_timeline_duplicate, diag));
    const json_t *made = json_object_get(call->reply, "made");
    for (; n < json_array_size(made) && n < 256; n++)
        ids[n] = json_integer_value(json_array_get(made, n));
    return selection_set(call->session, ids, n, diag);
}

static enum ho_result link(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;
    struct ho_edit *edit = NULL;
    return edit_keep(call, ho_timeline_link(call->session->timeline, v[0].ids, v[0].n_ids, v[1].boolean, &edit, diag),
                     &edit, diag);
}

// ---- tracks

static enum ho_result add_track(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;
    struct ho_edit *edit = NULL;
    return edit_keep(call,
                     ho_timeline_add_track(call->session->timeline, (enum ho_track_kind)v[0].integer,
                                           v[1].given ? (int)v[1].integer - 1 : -1, v[2].given ? v[2].text : NULL,
                                           &edit, diag),
                     &edit, diag);
}

static enum ho_result remove_track(struct call *call, struct ho_diag *diag)
{
    struct ho_edit *edit = NULL;
    return edit_keep(call, ho_timeline_remove_track(call->session->timeline, call->value[0].integer, &edit, diag),
                     &edit, diag);
}

static enum ho_result set_track(struct call *call, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    const struct value *v = call->value;
    struct ho_track track = *ho_timeline_track(session->timeline,
                                               ho_timeline_track_index(session->timeline, v[0].integer));
    struct ho_edit *edit = NULL;
    if (v[1].given)
        snprintf(track.name, sizeof(track.name), "%s", v[1].text);
    bool *const flags[] = {&track.enabled, &track.locked, &track.target, &track.auto_select};
    for (int i = 0; i < 4; i++)
        if (v[2 + i].given)
            *flags[i] = v[2 + i].boolean;
    return edit_keep(call, ho_timeline_set_track(session->timeline, &track, &edit, diag), &edit, diag);
}

// One track of its kind gets the edits from now on.
static enum ho_result target_track(struct call *call, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    const int64_t id = call->value[0].integer;
    const enum ho_track_kind kind =
        ho_timeline_track(session->timeline, ho_timeline_track_index(session->timeline, id))->kind;
    for (int i = 0; i < ho_timeline_n_tracks(session->timeline); i++) {
        struct ho_track track = *ho_timeline_track(session->timeline, i);
        struct ho_edit *edit = NULL;
        if (track.kind != kind || track.target == (track.id == id))
            continue;
        track.target = track.id == id;
        HO_TRY(edit_keep(call, ho_timeline_set_track(session->timeline, &track, &edit, diag), &edit, diag));
    }
    return HO_OK;
}

// ---- rows

static const char *const edges[] = {"head", "tail", NULL};
#define LINKED                                                                                        \
    {                                                                                                 \
        "linked", HO_ARGUMENT_BOOLEAN, false, NULL, "yes", "clips that are linked with it come along" \
    }
#define RIPPLE                                                                       \
    {                                                                                \
        "ripple", HO_ARGUMENT_BOOLEAN, false, NULL, "no", "what follows moves along" \
    }
#define EDGE                                                       \
    {                                                              \
        "edge", HO_ARGUMENT_CHOICE, true, edges, NULL, "which end" \
    }
#define CLIP                                                      \
    {                                                             \
        "clip", HO_ARGUMENT_CLIP, false, NULL, "current", "which" \
    }
#define CLIPS                                                         \
    {                                                                 \
        "clips", HO_ARGUMENT_CLIPS, false, NULL, "selection", "which" \
    }
static const struct ho_argument trim_arguments[] = {
    {"clip", HO_ARGUMENT_CLIP, true, NULL, NULL, "which"},
    EDGE,
    {"frames", HO_ARGUMENT_INTEGER, true, NULL, NULL, "of the timeline, to the right where above 0"},
    RIPPLE,
    LINKED,
    {0}};
static const struct ho_argument trim_to_arguments[] = {
    {"clip", HO_ARGUMENT_CLIP, true, NULL, NULL, "which"},
    EDGE,
    {"at", HO_ARGUMENT_FRAME, false, NULL, "playhead", "its first frame from now on (tail: the first behind it)"},
    RIPPLE,
    LINKED,
    {0}};
static const struct ho_argument roll_arguments[] = {
    {"clip", HO_ARGUMENT_CLIP, true, NULL, NULL, "which"},
    EDGE,
    {"frames", HO_ARGUMENT_INTEGER, true, NULL, NULL, "of the timeline, to the right where above 0"},
    LINKED,
    {0}};
static const struct ho_argument slip_arguments[] = {
    {"clip", HO_ARGUMENT_CLIP, true, NULL, NULL, "which"},
    {"frames", HO_ARGUMENT_INTEGER, true, NULL, NULL, "of the source (slide: of the timeline), later where above 0"},
    LINKED,
    {0}};
static const struct ho_argument split_arguments[] = {
    {"at", HO_ARGUMENT_FRAME, false, NULL, "playhead", "the first frame of the second half"},
    {"clips", HO_ARGUMENT_CLIPS, false, NULL, NULL, "which; else all on auto-selected tracks"},
    LINKED,
    {0}};
static const struct ho_argument delete_arguments[] = {CLIPS, LINKED, {0}};
static const struct ho_argument range_arguments[] = {
    {"frames", HO_ARGUMENT_FRAMES, false, NULL, NULL, "of the timeline; else its marks"}, {0}};
static const struct ho_argument gap_arguments[] = {
    {"track", HO_ARGUMENT_TRACK, true, NULL, NULL, "which"},
    {"at", HO_ARGUMENT_FRAME, false, NULL, "playhead", "a frame of the gap"},
    {0}};
static const struct ho_argument move_arguments[] = {
    {"clips", HO_ARGUMENT_CLIPS, true, NULL, NULL, "which"},
    {"frames", HO_ARGUMENT_INTEGER, false, NULL, "0", "of the timeline, later where above 0"},
    {"tracks", HO_ARGUMENT_INTEGER, false, NULL, "0", "up where above 0"},
    LINKED,
    {0}};
static const struct ho_argument link_arguments[] = {
    CLIPS, {"linked", HO_ARGUMENT_BOOLEAN, false, NULL, "yes", "no: takes them apart"}, {0}};
static const char *const kinds[] = {"video", "audio", NULL};
static const struct ho_argument add_track_arguments[] = {
    {"kind", HO_ARGUMENT_CHOICE, false, kinds, "video", "pictures or sound"},
    {"place", HO_ARGUMENT_INTEGER, false, NULL, NULL, "1: V1 or A1; else on top"},
    {"name", HO_ARGUMENT_TEXT, false, NULL, NULL, "else V1, A1 and so on"},
    {0}};
static const struct ho_argument track_arguments[] = {{"track", HO_ARGUMENT_TRACK, true, NULL, NULL, "which"}, {0}};
static const struct ho_argument set_track_arguments[] = {
    {"track", HO_ARGUMENT_TRACK, true, NULL, NULL, "which"},
    {"name", HO_ARGUMENT_TEXT, false, NULL, NULL, "\"\": V1, A1 and so on"},
    {"enabled", HO_ARGUMENT_BOOLEAN, false, NULL, NULL, "seen or heard"},
    {"locked", HO_ARGUMENT_BOOLEAN, false, NULL, NULL, "refuses every edit"},
    {"target", HO_ARGUMENT_BOOLEAN, false, NULL, NULL, "edits land here"},
    {"auto-select", HO_ARGUMENT_BOOLEAN, false, NULL, NULL, "moves with the others"},
    {0}};

enum { CHANGES = HO_COMMAND_EDITS | HO_COMMAND_TIMELINE };
const struct command change_commands[] = {
    {{"trim", "Trim", "moves an end of a clip by frames", CHANGES, trim_arguments}, trim, NULL},
    {{"trim-to", "Trim to playhead", "moves an end of a clip to a frame", CHANGES, trim_to_arguments}, trim_to, NULL},
    {{"roll", "Roll", "moves the cut between two clips", CHANGES, roll_arguments}, roll, NULL},
    {{"slip", "Slip", "shows other frames of the source in the same place", CHANGES, slip_arguments}, slip, NULL},
    {{"slide", "Slide", "moves a clip; its neighbours give and take", CHANGES, slip_arguments}, slide, NULL},
    {{"split", "Split", "cuts clips in two", CHANGES, split_arguments}, split, NULL},
    {{"lift", "Lift", "takes clips away and leaves gaps", CHANGES | HO_COMMAND_CLIP, delete_arguments}, lift, NULL},
    {{"ripple-delete", "Ripple delete", "takes clips away and closes the gaps", CHANGES | HO_COMMAND_CLIP,
      delete_arguments},
     ripple_delete,
     NULL},
    {{"lift-range", "Lift range", "takes a span away and leaves a gap", CHANGES, range_arguments}, lift_range, NULL},
    {{"extract-range", "Extract range", "takes a span away and closes the gap", CHANGES, range_arguments},
     extract_range,
     NULL},
    {{"close-gap", "Close gap", "what follows a gap moves up", CHANGES, gap_arguments}, close_gap, NULL},
    {{"move-clips", "Move clips", "moves clips in time, and up or down", CHANGES, move_arguments}, move_clips, NULL},
    {{"duplicate", "Duplicate", "puts copies of clips elsewhere", CHANGES, move_arguments}, duplicate, NULL},
    {{"link", "Link clips", "joins picture and sound, or takes them apart", CHANGES | HO_COMMAND_CLIP, link_arguments},
     link,
     NULL},
    {{"add-track", "Add track", "makes a track", CHANGES, add_track_arguments}, add_track, NULL},
    {{"remove-track", "Remove track", "takes a track away, with its clips", CHANGES, track_arguments},
     remove_track,
     NULL},
    {{"set-track", "Change track", "name and switches of a track", CHANGES, set_track_arguments}, set_track, NULL},
    {{"target-track", "Target track", "edits land on this track of its kind, and no other", CHANGES, track_arguments},
     target_track,
     NULL},
    {{0}, NULL, NULL},
};
