// SPDX-License-Identifier: BSD-2-Clause
// What a user should check: ten frames, not a thousand.
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "track/track.h"

static const float low_confidence = 0.5f;
static const float drop = 0.2f;             // of confidence, against the best of the frames just before
enum { DROP_FRAMES = 5, AREA_MIN = 64 };    // an area below this jumps by noise alone
static const double area_jump = 1.6;

const char *ho_event_name(enum ho_event_kind kind)
{
    static const char *const names[] = {[HO_EVENT_CUT] = "cut",     [HO_EVENT_LOST] = "lost",
                                        [HO_EVENT_FOUND] = "found", [HO_EVENT_CONFIDENCE] = "confidence",
                                        [HO_EVENT_AREA] = "area",   [HO_EVENT_HELD] = "held"};
    return names[kind];
}

struct list {
    struct ho_event *items;
    size_t n, room;
};

static enum ho_result add(struct list *list, enum ho_event_kind kind, int64_t frame, float value, struct ho_diag *diag)
{
    if (list->n == list->room) {
        size_t room = list->room ? 2 * list->room : 16;
        struct ho_event *grown = ho_realloc(list->items, room, sizeof(*grown));
        if (!grown)
            return ho_fail_memory(diag, room * sizeof(*grown));
        list->items = grown;
        list->room = room;
    }
    list->items[list->n++] = (struct ho_event){.kind = kind, .frame = frame, .value = value};
    return HO_OK;
}

static bool is_next(const struct ho_frame_entry *entries, size_t i)
{
    return i > 0 && entries[i].frame == entries[i - 1].frame + 1;
}
static bool is_empty(const struct ho_frame_entry *entry) { return (entry->flags & HO_FLAG_EMPTY) != 0; }

// A user who prompted or locked a frame has seen it.
static bool is_doubtful(const struct ho_frame_entry *entry)
{
    return !is_empty(entry) && !(entry->flags & (HO_FLAG_PROMPTED | HO_FLAG_LOCKED));
}

static enum ho_result find_presence(const struct ho_frame_entry *entries, size_t n, struct list *list,
                                    struct ho_diag *diag)
{
    for (size_t i = 0; i < n; i++) {
        bool was_held = is_next(entries, i) && (entries[i - 1].flags & HO_FLAG_HELD);
        if ((entries[i].flags & HO_FLAG_HELD) && !was_held)
            HO_TRY(add(list, HO_EVENT_HELD, entries[i].frame, entries[i].confidence, diag));
        if (is_next(entries, i) && is_empty(&entries[i]) != is_empty(&entries[i - 1]))
            HO_TRY(add(list, is_empty(&entries[i]) ? HO_EVENT_LOST : HO_EVENT_FOUND, entries[i].frame,
                       entries[i].confidence, diag));
    }
    return HO_OK;
}

// The best confidence of the frames just before, in the same shot.
static float best_before(const struct ho_frame_entry *entries, size_t i)
{
    float best = 0;
    for (size_t back = 1; back <= DROP_FRAMES && back <= i && is_next(entries, i - back + 1); back++)
        if (!is_empty(&entries[i - back]) && entries[i - back].confidence > best)
            best = entries[i - back].confidence;
    return best;
}

// A run of frames of low or fallen confidence is one event, at its worst frame.
static enum ho_result find_confidence(const struct ho_frame_entry *entries, size_t n, struct list *list,
                                      struct ho_diag *diag)
{
    size_t worst = SIZE_MAX;
    float level = 0;    // above it the run is over
    for (size_t i = 0; i <= n; i++) {
        bool is_in_run = worst != SIZE_MAX && i < n && is_next(entries, i) && is_doubtful(&entries[i]) &&
                         entries[i].confidence < level;
        if (worst != SIZE_MAX && !is_in_run) {
            HO_TRY(add(list, HO_EVENT_CONFIDENCE, entries[worst].frame, entries[worst].confidence, diag));
            worst = SIZE_MAX;
        }
        if (i == n || !is_doubtful(&entries[i]))
            continue;
        if (worst != SIZE_MAX) {
            if (entries[i].confidence < entries[worst].confidence)
                worst = i;
            continue;
        }
        float fallen_below = best_before(entries, i) - drop;
        if (entries[i].confidence < low_confidence || entries[i].confidence < fallen_below) {
            worst = i;
            level = fallen_below + drop / 2 > low_confidence ? fallen_below + drop / 2 : low_confidence;
        }
    }
    return HO_OK;
}

static double area_ratio(const struct ho_frame_entry *entries, size_t i)
{
    if (!is_next(entries, i) || is_empty(&entries[i]) || is_empty(&entries[i - 1]))
        return 1;
    double a = (double)entries[i - 1].area, b = (double)entries[i].area;
    double small = a < b ? a : b, large = a < b ? b : a;
    return large < AREA_MIN ? 1 : large / (small < 1 ? 1 : small);
}

static enum ho_result find_area(const struct ho_frame_entry *entries, size_t n, struct list *list, struct ho_diag *diag)
{
    for (size_t i = 1; i < n; i++) {
        if (area_ratio(entries, i) <= area_jump)
            continue;
        size_t largest = i;
        for (; i + 1 < n && area_ratio(entries, i + 1) > area_jump; i++)
            if (area_ratio(entries, i + 1) > area_ratio(entries, largest))
                largest = i + 1;
        HO_TRY(add(list, HO_EVENT_AREA, entries[largest].frame, (float)area_ratio(entries, largest), diag));
    }
    return HO_OK;
}

static int compare(const void *a, const void *b)
{
    const struct ho_event *p = a, *q = b;
    return p->frame != q->frame ? (p->frame < q->frame ? -1 : 1) : (int)p->kind - (int)q->kind;
}

enum ho_result ho_events_find(const struct ho_frame_entry *entries, size_t n, const int64_t *cuts, size_t n_cuts,
                              struct ho_event **events, size_t *n_events, struct ho_diag *diag)
{
    struct list list = {0};
    enum ho_result result = find_presence(entries, n, &list, diag);
    if (result == HO_OK)
        result = find_confidence(entries, n, &list, diag);
    if (result == HO_OK)
        result = find_area(entries, n, &list, diag);
    for (size_t i = 0; i < n_cuts && result == HO_OK; i++)
        result = add(&list, HO_EVENT_CUT, cuts[i], 0, diag);
    if (result != HO_OK) {
        free(list.items);
        return result;
    }
    if (list.n)
        qsort(list.items, list.n, sizeof(*list.items), compare);
    *events = list.items;
    *n_events = list.n;
    return HO_OK;
}

// What a correction mends reaches less far the farther away it is.
static const double reach = 0.97;       // a frame
static const double good = 0.8;         // a confidence that leaves nothing to wish for
static const double doubt_min = 0.3;    // of the sum over the frames around: below it all is well

static double doubt(const struct ho_frame_entry *entry)
{
    bool is_seen = entry->flags & (HO_FLAG_PROMPTED | HO_FLAG_LOCKED);
    return is_seen || (double)entry->confidence > good ? 0 : good - (double)entry->confidence;
}

static bool is_cut(int64_t frame, const int64_t *cuts, size_t n_cuts)
{
    for (size_t i = 0; i < n_cuts; i++)
        if (cuts[i] == frame)
            return true;
    return false;
}

enum ho_result ho_events_most_helpful(const struct ho_frame_entry *entries, size_t n, const int64_t *cuts,
                                      size_t n_cuts, int64_t *frame, struct ho_diag *diag)
{
    double *before = ho_alloc(n + 1, sizeof(*before)), best = doubt_min, after = 0;
    *frame = -1;
    if (!before)
        return ho_fail_memory(diag, (n + 1) * sizeof(*before));
    for (size_t i = 0; i < n; i++)
        before[i] = i && is_next(entries, i) && !is_cut(entries[i].frame, cuts, n_cuts)
                        ? reach * (before[i - 1] + doubt(&entries[i - 1]))
                        : 0;
    for (size_t i = n; i-- > 0;) {
        double own = doubt(&entries[i]), sum = before[i] + own + after;
        if (own > 0 && sum > best) {
            best = sum;
            *frame = entries[i].frame;
        }
        after = is_next(entries, i) && !is_cut(entries[i].frame, cuts, n_cuts) ? reach * (after + own) : 0;
    }
    free(before);
    return HO_OK;
}

// ---- the report

static bool is_inside(struct ho_range range, int64_t frame) { return frame >= range.first && frame <= range.last; }

// Cuts at which this object's walks ended.
static enum ho_result find_ends(struct ho_track *track, struct ho_object *object, struct ho_diag *diag)
{
    for (size_t i = 0; i < object->n_spans; i++) {
        const struct ho_span *span = &object->spans[i];
        int64_t at;
        void *bytes = NULL;
        size_t size;
        if (span->kind == HO_SPAN_BETWEEN ||
            ho_store_get_state(object->store, span->key, &at, &bytes, &size, NULL) != HO_OK)
            continue;
        free(bytes);
        int64_t cut = span->kind == HO_SPAN_FORWARD ? at + 1 : at;
        bool is_known = size != 0 || cut <= 0 || cut >= track->source->n_frames ||
                        is_cut(cut, object->cuts, object->n_cuts);
        if (!is_known)
            HO_TRY(ho_object_add_cut(object, cut, diag));
    }
    return HO_OK;
}

static enum ho_result set_check_flags(struct ho_store *store, const struct ho_frame_entry *entries, size_t n,
                                      const struct ho_event *events, size_t n_events, struct ho_diag *diag)
{
    size_t e = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_to_check = false;
        while (e < n_events && events[e].frame < entries[i].frame)
            e++;
        for (size_t k = e; k < n_events && events[k].frame == entries[i].frame; k++)
            is_to_check = is_to_check || events[k].kind != HO_EVENT_CUT;
        if (is_to_check != ((entries[i].flags & HO_FLAG_CHECK) != 0))
            HO_TRY(ho_store_set_flags(store, entries[i].frame, is_to_check ? HO_FLAG_CHECK : 0,
                                      is_to_check ? 0 : HO_FLAG_CHECK, diag));
    }
    return ho_store_commit(store, diag);
}

static void summarize(struct ho_object *object, const struct ho_frame_entry *entries, size_t n,
                      struct ho_object_report *report)
{
    double sum = 0;
    int64_t n_inside = 0, n_sure = 0;
    report->covered = (struct ho_range){0, -1};
    for (size_t i = 0; i < n; i++) {
        if (!is_inside(object->range, entries[i].frame))
            continue;
        if (n_inside++ == 0)
            report->covered.first = entries[i].frame;
        report->covered.last = entries[i].frame;
        if (!is_empty(&entries[i])) {
            sum += (double)entries[i].confidence;
            n_sure++;
        }
    }
    report->n_tracked = object->n_tracked;
    report->n_reused = n_inside - object->n_tracked;
    report->mean_confidence = n_sure ? (float)(sum / (double)n_sure) : 0;
}

enum ho_result ho_events_report(struct ho_track *track, struct ho_object *object, struct ho_object_report *report,
                                struct ho_diag *diag)
{
    struct ho_store *store = object->settled ? object->settled : object->store;
    struct ho_frame_entry *entries;
    size_t n, kept = 0;
    snprintf(report->object, sizeof(report->object), "%s", object->name);
    snprintf(report->id, sizeof(report->id), "%s", ho_store_id(store));
    HO_TRY(find_ends(track, object, diag));
    HO_TRY(ho_store_entries(store, HO_PASS_FINAL, &entries, &n, diag));
    enum ho_result result = ho_events_find(entries, n, object->cuts, object->n_cuts, &report->events, &report->n_events,
                                           diag);
    if (result == HO_OK)
        result = ho_events_most_helpful(entries, n, object->cuts, object->n_cuts, &report->correct_first, diag);
    if (result == HO_OK)
        result = set_check_flags(store, entries, n, report->events, report->n_events, diag);
    for (size_t i = 0; i < report->n_events; i++)
        if (is_inside(object->range, report->events[i].frame))
            report->events[kept++] = report->events[i];
    report->n_events = kept;
    summarize(object, entries, n, report);
    free(entries);
    return result;
}
