// SPDX-License-Identifier: BSD-2-Clause
// What a user should check: ten frames, not a thousand.
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "track/edit.h"

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

static bool has_entry(const struct ho_frame_entry *entries, size_t n, size_t i, int step)
{
    size_t other = step > 0 ? i + 1 : i - 1;
    return (step > 0 || i > 0) && other < n && entries[other].frame == entries[i].frame + step;
}

// The frames at which shots begin, as far as walks have ended there: a backward one at the first frame of its shot, a
// forward one before the first of the next; on a prompted frame it is the side on which nothing is.
static enum ho_result find_cuts(const struct ho_frame_entry *entries, size_t n, int64_t **out, size_t *n_out,
                                struct ho_diag *diag)
{
    int64_t *cuts = ho_alloc(2 * n + 1, sizeof(*cuts));
    *n_out = 0;
    if (!cuts)
        return ho_fail_memory(diag, (2 * n + 1) * sizeof(*cuts));
    for (size_t i = 0; i < n; i++) {
        unsigned flags = entries[i].flags;
        if (!(flags & HO_FLAG_CUT))
            continue;
        bool is_prompted = flags & HO_FLAG_PROMPTED, is_backward = flags & HO_FLAG_BACKWARD;
        bool before = is_prompted ? !has_entry(entries, n, i, -1) : is_backward;
        bool after = is_prompted ? !has_entry(entries, n, i, 1) : !is_backward;
        if (before && entries[i].frame > 0 && !is_cut(entries[i].frame, cuts, *n_out))
            cuts[(*n_out)++] = entries[i].frame;
        if (after && !is_cut(entries[i].frame + 1, cuts, *n_out))
            cuts[(*n_out)++] = entries[i].frame + 1;
    }
    *out = cuts;
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
            HO_TRY(ho_store_set_flags(store, entries[i].frame, entries[i].key, is_to_check ? HO_FLAG_CHECK : 0,
                                      is_to_check ? 0 : HO_FLAG_CHECK, diag));
    }
    return ho_store_commit(store, diag);
}

static void summarize(const struct ho_context *context, const struct ho_object *object,
                      const struct ho_frame_entry *entries, size_t n, struct ho_object_report *report)
{
    double sum = 0;
    int64_t n_inside = 0, n_sure = 0;
    report->covered = (struct ho_range){0, -1};
    for (size_t i = 0; i < n; i++) {
        if (!is_inside(context->range, entries[i].frame))
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
    report->n_reused = n_inside > object->n_tracked ? n_inside - object->n_tracked : 0;
    report->mean_confidence = n_sure ? (float)(sum / (double)n_sure) : 0;
}

static enum ho_result list_local(const struct ho_frame_entry *entries, size_t n, struct ho_object_report *report,
                                 struct ho_diag *diag)
{
    report->local = ho_alloc(n + 1, sizeof(*report->local));
    if (!report->local)
        return ho_fail_memory(diag, (n + 1) * sizeof(*report->local));
    for (size_t i = 0; i < n; i++)
        if (entries[i].flags & HO_FLAG_LOCAL)
            report->local[report->n_local++] = entries[i].frame;
    return HO_OK;
}

// The entries of the range: what is asked about.
static const struct ho_frame_entry *inside(const struct ho_context *context, const struct ho_frame_entry *entries,
                                           size_t *n)
{
    size_t first = 0, last = *n;
    while (first < last && entries[first].frame < context->range.first)
        first++;
    while (last > first && entries[last - 1].frame > context->range.last)
        last--;
    *n = last - first;
    return entries + first;
}

static enum ho_result find_all(struct ho_context *context, struct ho_object *object,
                               const struct ho_frame_entry *entries, size_t n, struct ho_object_report *report,
                               struct ho_diag *diag)
{
    int64_t *cuts = NULL;
    size_t n_cuts = 0, kept = 0, n_asked = n;
    const struct ho_frame_entry *asked = inside(context, entries, &n_asked);
    HO_TRY(find_cuts(entries, n, &cuts, &n_cuts, diag));
    enum ho_result result = ho_events_find(entries, n, cuts, n_cuts, &report->events, &report->n_events, diag);
    if (result == HO_OK)
        result = ho_events_most_helpful(asked, n_asked, cuts, n_cuts, &report->correct_first, diag);
    free(cuts);
    if (result == HO_OK)
        result = set_check_flags(object->store, entries, n, report->events, report->n_events, diag);
    for (size_t i = 0; i < report->n_events; i++)
        if (is_inside(context->range, report->events[i].frame))
            report->events[kept++] = report->events[i];
    report->n_events = kept;
    return result;
}

enum ho_result ho_events_report(struct ho_context *context, struct ho_object *object, struct ho_object_report *report,
                                struct ho_diag *diag)
{
    struct ho_frame_entry *entries;
    size_t n;
    snprintf(report->object, sizeof(report->object), "%s", object->name);
    snprintf(report->id, sizeof(report->id), "%s", object->id);
    report->step = ho_store_current(object->store);
    report->n_steps = (int64_t)object->n_steps;
    report->correct_first = -1;
    HO_TRY(ho_store_entries(object->store, &entries, &n, diag));
    enum ho_result result = find_all(context, object, entries, n, report, diag);
    if (result == HO_OK)
        result = list_local(entries, n, report, diag);
    summarize(context, object, entries, n, report);
    free(entries);
    return result;
}
