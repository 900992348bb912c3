// SPDX-License-Identifier: BSD-2-Clause
// What is under the pointer, and which frames draw it to themselves.
#include <math.h>

#include "timeline_internal.h"

static bool near_edge(double x, double edge, double width) { return fabs(x - edge) <= MIN(TIMELINE_EDGE, width / 4); }

// On a cut between two clips that touch: its middle rolls, its sides trim.
static void look_at_edges(Timeline *view, struct timeline_hit *hit, const struct ho_timeline_clip *clip, double x)
{
    double left = timeline_x(view, (double)clip->at), right = timeline_x(view, (double)(clip->at + clip->length));
    int64_t track = clip->track;
    if (near_edge(x, left, right - left)) {
        const struct ho_timeline_clip *before = ho_timeline_clip_at(view->timeline, track, clip->at - 1);
        bool cut = before && x - left < 2.5;
        hit->place = cut ? PLACE_CUT : PLACE_CLIP_HEAD;
        hit->clip = cut ? before->id : clip->id;
    } else if (near_edge(x, right, right - left)) {
        const struct ho_timeline_clip *after = ho_timeline_clip_at(view->timeline, track, clip->at + clip->length);
        hit->place = after && right - x < 2.5 ? PLACE_CUT : PLACE_CLIP_TAIL;
    }
}

static const struct ho_timeline_clip *near_clip(Timeline *view, int64_t track, double x)
{
    int64_t frame = (int64_t)floor(timeline_frame(view, x));
    const struct ho_timeline_clip *clip = ho_timeline_clip_at(view->timeline, track, frame);
    for (int side = -1; side <= 1 && !clip; side += 2) {    // a gap beside an edge still holds it
        int64_t beside = (int64_t)floor(timeline_frame(view, x + side * TIMELINE_EDGE / 2));
        clip = ho_timeline_clip_at(view->timeline, track, beside);
    }
    return clip;
}

struct timeline_hit timeline_hit(Timeline *view, double x, double y)
{
    struct timeline_hit hit = {PLACE_NONE, -1, 0, timeline_frame(view, x), false};
    double top, height;
    if (!view->timeline)
        return hit;
    if (y < TIMELINE_RULER) {
        hit.place = x >= TIMELINE_HEAD ? PLACE_RULER : PLACE_NONE;
        return hit;
    }
    hit.track = timeline_track_under(view, y);
    if (hit.track < 0 || !timeline_track_span(view, hit.track, &top, &height))
        return hit;
    hit.place = x < TIMELINE_HEAD ? PLACE_HEAD : PLACE_TRACK;
    const struct ho_timeline_clip *clip = hit.place == PLACE_TRACK
                                              ? near_clip(view, ho_timeline_track(view->timeline, hit.track)->id, x)
                                              : NULL;
    if (!clip)
        return hit;
    hit.place = PLACE_CLIP;
    hit.clip = clip->id;
    hit.in_bar = y < top + TIMELINE_BAR;
    if (view->tool != TIMELINE_BLADE)
        look_at_edges(view, &hit, clip, x);
    return hit;
}

// ---- snapping: the nearest over all candidates wins, whatever their kind

struct snap {
    Timeline *view;
    const double *frames;
    size_t n;
    double best;    // distance in frames
    int64_t shift, at;
};

static void offer(struct snap *snap, int64_t candidate)
{
    for (size_t i = 0; i < snap->n; i++) {
        double distance = (double)candidate - snap->frames[i];
        if (fabs(distance) >= snap->best)
            continue;
        snap->best = fabs(distance);
        snap->shift = (int64_t)llround(distance);
        snap->at = candidate;
    }
}

static bool is_dragged(Timeline *view, int64_t clip)
{
    const GArray *clips = view->drag.clips;
    for (guint i = 0; clips && i < clips->len; i++)
        if (g_array_index(clips, int64_t, i) == clip)
            return true;
    return false;
}

static void offer_clips(struct snap *snap, double reach)
{
    const struct ho_timeline *timeline = snap->view->timeline;
    double low = snap->frames[0], high = low;
    for (size_t i = 1; i < snap->n; i++) {
        low = MIN(low, snap->frames[i]);
        high = MAX(high, snap->frames[i]);
    }
    for (int t = 0; t < ho_timeline_n_tracks(timeline); t++) {
        size_t n;
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(timeline, t, &n);
        for (size_t i = 0; i < n && (double)clips[i]->at <= high + reach; i++) {
            if ((double)(clips[i]->at + clips[i]->length) < low - reach || is_dragged(snap->view, clips[i]->id))
                continue;
            offer(snap, clips[i]->at);
            offer(snap, clips[i]->at + clips[i]->length);
        }
    }
}

int64_t timeline_snap(Timeline *view, const double *frames, size_t n)
{
    double reach = TIMELINE_SNAP / view->zoom;
    struct snap snap = {view, frames, n, reach, 0, -1};
    view->drag.snapped = -1;
    if (!view->snapping || !n)
        return 0;
    offer(&snap, 0);
    if (view->drag.kind != DRAG_SEEK)
        offer(&snap, view->playhead);
    if (view->marks.has_in)
        offer(&snap, view->marks.in);
    if (view->marks.has_out)
        offer(&snap, view->marks.out + 1);
    offer_clips(&snap, reach);
    view->drag.snapped = snap.at;
    return snap.shift;
}

void timeline_update_cursor(Timeline *view)
{
    static const char *const names[] = {
        [PLACE_CLIP_HEAD] = "w-resize", [PLACE_CLIP_TAIL] = "e-resize", [PLACE_CUT] = "col-resize"};
    const char *name = "default";
    enum timeline_place place = view->hover.place;
    if (view->tool == TIMELINE_BLADE && place >= PLACE_TRACK)
        name = "crosshair";
    else if (place >= PLACE_CLIP_HEAD)
        name = names[place];
    else if (view->tool == TIMELINE_TRIM_TOOL && place == PLACE_CLIP)
        name = view->hover.in_bar ? "ew-resize" : "all-scroll";
    gtk_widget_set_cursor_from_name(GTK_WIDGET(view), name);
}
