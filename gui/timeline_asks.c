// SPDX-License-Identifier: BSD-2-Clause
// What the timeline asks for, as the session's commands.
#include <string.h>

#include "timeline_panel.h"

static char *id_list(const int64_t *ids, size_t n)
{
    GString *list = g_string_new(NULL);
    for (size_t i = 0; i < n; i++)
        g_string_append_printf(list, "%s%lld", i ? "," : "", (long long)ids[i]);
    return g_string_free(list, FALSE);
}

static char *number(int64_t value) { return g_strdup_printf("%lld", (long long)value); }

// "V2": how commands name a track.
static char *track_word(const struct ho_track *track)
{
    return track ? g_strdup_printf("%c%d", track->kind == HO_TRACK_VIDEO ? 'V' : 'A', track->place + 1) : NULL;
}

static char *track_of_id(struct app *app, int64_t id)
{
    const struct ho_timeline *timeline = ho_session_timeline(app->session, NULL);
    int index = timeline && id ? ho_timeline_track_index(timeline, id) : -1;
    return index < 0 ? NULL : track_word(ho_timeline_track(timeline, index));
}

static const char *yes(bool on) { return on ? "yes" : "no"; }

static void place(struct app *app, const struct timeline_wish *wish)
{
    const struct ho_placement *p = &wish->placement;
    g_autofree char *media = number(p->media), *at = number(p->at);
    g_autofree char *video = track_of_id(app, p->video_track), *audio = track_of_id(app, p->audio_track);
    app_do(app, wish->kind == TIMELINE_INSERT ? "insert" : "overwrite", "media", media, "at", at, "track", video,
           "audio-track", audio, "sound", yes(audio != NULL), NULL);
}

// What has changed of a track, and no more: a destination is given to one track of a kind, not switched off on others.
static void set_track(struct app *app, const struct ho_track *to)
{
    const struct ho_timeline *timeline = ho_session_timeline(app->session, NULL);
    int index = ho_timeline_track_index(timeline, to->id);
    if (index < 0)
        return;
    const struct ho_track *from = ho_timeline_track(timeline, index);
    g_autofree char *track = track_word(from);
    if (to->target && !from->target)
        app_do(app, "target-track", "track", track, NULL);
    else
        app_do(app, "set-track", "track", track, "enabled", to->enabled != from->enabled ? yes(to->enabled) : NULL,
               "locked", to->locked != from->locked ? yes(to->locked) : NULL, "target",
               to->target != from->target ? yes(to->target) : NULL, "auto-select",
               to->auto_select != from->auto_select ? yes(to->auto_select) : NULL, NULL);
}

static void change_clips(struct app *app, const struct timeline_wish *w)
{
    g_autofree char *clips = id_list(w->clips, w->n_clips), *frames = number(w->frames), *at = number(w->at);
    g_autofree char *tracks = number(w->tracks);
    const char *linked = yes(w->flags & HO_EDIT_LINKED);
    switch (w->kind) {
    case TIMELINE_MOVE:
        app_do(app, "move-clips", "clips", clips, "frames", frames, "tracks", tracks, "linked", linked, NULL);
        break;
    case TIMELINE_DUPLICATE:
        app_do(app, "duplicate", "clips", clips, "frames", frames, "tracks", tracks, "linked", linked, NULL);
        break;
    case TIMELINE_SPLIT:
        app_do(app, "split", "at", at, "clips", w->n_clips ? clips : NULL, "linked", linked, NULL);
        break;
    case TIMELINE_DELETE:
        app_do(app, w->flags & HO_EDIT_RIPPLE ? "ripple-delete" : "lift", "clips", clips, "linked", linked, NULL);
        break;
    default: app_do(app, "enable-clips", "clips", clips, "enabled", yes(w->enabled), "linked", linked, NULL); break;
    }
}

static void change_clip(struct app *app, const struct timeline_wish *w)
{
    g_autofree char *clip = number(w->n_clips ? w->clips[0] : 0), *frames = number(w->frames);
    const char *linked = yes(w->flags & HO_EDIT_LINKED), *edge = w->edge == HO_CLIP_HEAD ? "head" : "tail";
    if (w->kind == TIMELINE_TRIM)
        app_do(app, "trim", "clip", clip, "edge", edge, "frames", frames, "ripple", yes(w->flags & HO_EDIT_RIPPLE),
               "linked", linked, NULL);
    else if (w->kind == TIMELINE_ROLL)
        app_do(app, "roll", "clip", clip, "edge", edge, "frames", frames, "linked", linked, NULL);
    else
        app_do(app, w->kind == TIMELINE_SLIP ? "slip" : "slide", "clip", clip, "frames", frames, "linked", linked,
               NULL);
}

void timeline_ask_session(struct app *app, Timeline *view, const struct timeline_wish *wish)
{
    (void)view;
    switch (wish->kind) {
    case TIMELINE_OVERWRITE:
    case TIMELINE_INSERT: place(app, wish); break;
    case TIMELINE_SET_TRACK: set_track(app, &wish->track); break;
    case TIMELINE_TRIM:
    case TIMELINE_ROLL:
    case TIMELINE_SLIP:
    case TIMELINE_SLIDE: change_clip(app, wish); break;
    default: change_clips(app, wish); break;
    }
}
