// SPDX-License-Identifier: BSD-2-Clause
// The plan: spans from prompts, keys from spans, walks from the frames that lack their key.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "track/track.h"

static struct ho_range intersect(struct ho_range a, struct ho_range b)
{
    return (struct ho_range){a.first > b.first ? a.first : b.first, a.last < b.last ? a.last : b.last};
}

static bool is_empty(struct ho_range range) { return range.last < range.first; }

// ---- spans

static enum ho_result make_key(const struct ho_track *track, const char *what, const struct ho_prompted_frame *a,
                               const struct ho_prompted_frame *b, struct ho_key *out, struct ho_diag *diag)
{
    struct ho_key_maker *maker;
    HO_TRY(ho_key_maker_create(&maker, diag));
    ho_key_maker_add_key(maker, track->base);
    ho_key_maker_add_text(maker, what);
    ho_key_maker_add_key(maker, a->key);
    if (b)
        ho_key_maker_add_key(maker, b->key);
    *out = ho_key_maker_key(maker);
    ho_key_maker_destroy(&maker);
    return HO_OK;
}

enum ho_result ho_prompted_key(const struct ho_track *track, const struct ho_prompted_frame *frame, struct ho_key *out,
                               struct ho_diag *diag)
{
    return make_key(track, "prompted", frame, NULL, out, diag);
}

static enum ho_result add_open(const struct ho_track *track, struct ho_object *object, enum ho_span_kind kind,
                               const struct ho_prompted_frame *from, struct ho_range frames, struct ho_diag *diag)
{
    if (is_empty(frames))
        return HO_OK;
    struct ho_span *span = &object->spans[object->n_spans++];
    *span = (struct ho_span){.kind = kind, .frames = frames, .start = from->frame, .far = -1};
    return make_key(track, kind == HO_SPAN_FORWARD ? "forward" : "backward", from, NULL, &span->key, diag);
}

enum ho_result ho_object_add_cut(struct ho_object *object, int64_t frame, struct ho_diag *diag)
{
    int64_t *grown = ho_realloc(object->cuts, object->n_cuts + 1, sizeof(*grown));
    if (!grown)
        return ho_fail_memory(diag, (object->n_cuts + 1) * sizeof(*grown));
    object->cuts = grown;
    object->cuts[object->n_cuts++] = frame;
    return HO_OK;
}

static enum ho_result add_between(struct ho_track *track, struct ho_object *object, const struct ho_prompted_frame *a,
                                  const struct ho_prompted_frame *b, struct ho_diag *diag)
{
    struct ho_range frames = {a->frame + 1, b->frame - 1};
    if (is_empty(intersect(frames, track->range)))
        return HO_OK;
    int64_t *cuts;
    size_t n;
    HO_TRY(ho_cuts_between(track, object, a->frame, b->frame, &cuts, &n, diag));
    int64_t first = n ? cuts[0] : 0, last = n ? cuts[n - 1] : 0;
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < n && result == HO_OK; i++)
        result = ho_object_add_cut(object, cuts[i], diag);
    free(cuts);
    if (result != HO_OK)
        return result;
    if (n) {    // another shot begins: each prompt owns its side, and what lies between two cuts is nobody's
        HO_TRY(add_open(track, object, HO_SPAN_FORWARD, a, (struct ho_range){frames.first, first - 1}, diag));
        return add_open(track, object, HO_SPAN_BACKWARD, b, (struct ho_range){last, frames.last}, diag);
    }
    struct ho_span *span = &object->spans[object->n_spans++];
    *span = (struct ho_span){.kind = HO_SPAN_BETWEEN, .frames = frames, .start = a->frame, .far = b->frame};
    HO_TRY(make_key(track, "between, 2", a, b, &span->key, diag));
    HO_TRY(make_key(track, "between, forward", a, b, &span->pass_key[0], diag));
    return make_key(track, "between, backward", a, b, &span->pass_key[1], diag);
}

enum ho_result ho_plan_spans(struct ho_track *track, struct ho_object *object, struct ho_diag *diag)
{
    const struct ho_prompt_set *prompts = &object->prompts;
    size_t room = 2 * prompts->n_frames + 2;
    object->spans = ho_alloc(room, sizeof(*object->spans));
    if (!object->spans)
        return ho_fail_memory(diag, room * sizeof(*object->spans));
    const struct ho_prompted_frame *first = &prompts->frames[0], *last = &prompts->frames[prompts->n_frames - 1];
    HO_TRY(add_open(track, object, HO_SPAN_BACKWARD, first, (struct ho_range){0, first->frame - 1}, diag));
    for (size_t i = 0; i + 1 < prompts->n_frames; i++)
        HO_TRY(add_between(track, object, &prompts->frames[i], &prompts->frames[i + 1], diag));
    return add_open(track, object, HO_SPAN_FORWARD, last,
                    (struct ho_range){last->frame + 1, track->source->n_frames - 1}, diag);
}

// ---- frames

static void take_locks(struct ho_track *track, struct ho_object *object)
{
    struct ho_range all = {0, track->source->n_frames - 1};
    for (size_t i = 0; i < object->request->n_locks; i++) {
        struct ho_range range = intersect(object->request->locks[i], all);
        for (int64_t frame = range.first; frame <= range.last; frame++)
            object->is_locked[frame] = true;
    }
}

// Locked frames that this store lacks come from the store in which they were seen and locked.
static enum ho_result adopt_locked(struct ho_track *track, struct ho_object *object, struct ho_diag *diag)
{
    for (int64_t first = 0; first < track->source->n_frames; first++) {
        if (!object->is_locked[first])
            continue;
        int64_t last = first;
        while (last + 1 < track->source->n_frames && object->is_locked[last + 1])
            last++;
        HO_TRY(ho_store_adopt_locked(object->store, (struct ho_range){first, last}, NULL, diag));
        first = last;
    }
    return HO_OK;
}

// The key that a frame should have; false where none is wanted.
static bool wanted_key(const struct ho_object *object, int64_t frame, const struct ho_key *prompted, struct ho_key *out)
{
    for (size_t i = 0; i < object->prompts.n_frames; i++) {
        if (object->prompts.frames[i].frame == frame) {
            *out = prompted[i];
            return true;
        }
    }
    for (size_t i = 0; i < object->n_spans; i++) {
        if (frame >= object->spans[i].frames.first && frame <= object->spans[i].frames.last) {
            *out = object->spans[i].key;
            return true;
        }
    }
    return false;
}

// Marks the frames that are there, and keeps the LOCKED flags in step with what is asked for. With `drop_others`,
// frames of another key than the one that is wanted now (they were locked once) make room; frames for which nothing is
// wanted now stay.
static enum ho_result mark_frames(struct ho_track *track, struct ho_object *object, const struct ho_key *prompted,
                                  bool drop_others, struct ho_diag *diag)
{
    struct ho_frame_entry *entries;
    size_t n;
    HO_TRY(ho_store_entries(object->store, HO_PASS_FINAL, &entries, &n, diag));
    memset(object->has, 0, (size_t)track->source->n_frames * sizeof(bool));
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < n && result == HO_OK; i++) {
        int64_t frame = entries[i].frame;
        struct ho_key key;
        if (frame >= track->source->n_frames)
            continue;
        bool is_locked = object->is_locked[frame], is_wanted = wanted_key(object, frame, prompted, &key);
        object->has[frame] = is_locked || (is_wanted && ho_key_equal(key, entries[i].key));
        if (drop_others && is_wanted && !object->has[frame])
            result = ho_store_drop(object->store, (struct ho_range){frame, frame}, HO_PASS_FINAL, diag);
        else if (is_locked != ((entries[i].flags & HO_FLAG_LOCKED) != 0))
            result = ho_store_set_flags(object->store, frame, is_locked ? HO_FLAG_LOCKED : 0,
                                        is_locked ? 0 : HO_FLAG_LOCKED, diag);
    }
    free(entries);
    return result;
}

static bool lacks_any(const struct ho_object *object, struct ho_range range)
{
    for (int64_t frame = range.first; frame <= range.last; frame++)
        if (!object->has[frame])
            return true;
    return false;
}

static enum ho_result adopt_spans(struct ho_track *track, struct ho_object *object, const struct ho_key *prompted,
                                  struct ho_diag *diag)
{
    for (size_t i = 0; i < object->prompts.n_frames; i++) {
        int64_t frame = object->prompts.frames[i].frame;
        if (!object->has[frame])
            HO_TRY(ho_store_adopt(object->store, (struct ho_range){frame, frame}, prompted[i], NULL, diag));
    }
    for (size_t i = 0; i < object->n_spans; i++) {
        const struct ho_span *span = &object->spans[i];
        if (lacks_any(object, intersect(span->frames, track->range)))
            HO_TRY(ho_store_adopt(object->store, span->frames, span->key, NULL, diag));
    }
    return HO_OK;
}

enum ho_result ho_plan_frames(struct ho_track *track, struct ho_object *object, struct ho_diag *diag)
{
    struct ho_key *prompted = ho_alloc(object->prompts.n_frames, sizeof(*prompted));
    if (!prompted)
        return ho_fail_memory(diag, object->prompts.n_frames * sizeof(*prompted));
    take_locks(track, object);
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < object->prompts.n_frames && result == HO_OK; i++)
        result = ho_prompted_key(track, &object->prompts.frames[i], &prompted[i], diag);
    if (result == HO_OK)
        result = adopt_locked(track, object, diag);
    if (result == HO_OK)
        result = mark_frames(track, object, prompted, true, diag);
    if (result == HO_OK)
        result = adopt_spans(track, object, prompted, diag);
    if (result == HO_OK)
        result = mark_frames(track, object, prompted, false, diag);
    if (result == HO_OK)
        result = ho_store_commit(object->store, diag);
    free(prompted);
    return result;
}

// ---- walks

struct ho_range ho_span_lacking(const struct ho_object *object, const struct ho_span *span, enum ho_direction direction)
{
    struct ho_range range = intersect(span->frames, object->range), none = {0, -1};
    // Between two prompts both ways are always walked; the direction is about what lies beyond them.
    if ((span->kind == HO_SPAN_FORWARD && direction == HO_DIRECTION_BACKWARD) ||
        (span->kind == HO_SPAN_BACKWARD && direction == HO_DIRECTION_FORWARD))
        return none;
    while (!is_empty(range) && object->has[range.first])
        range.first++;
    while (!is_empty(range) && object->has[range.last])
        range.last--;
    return is_empty(range) ? none : range;
}

// Is there a frame that the walk lacks at or before `frame`, counted from its start?
static bool lacks_up_to(const struct ho_walk *walk, int64_t frame)
{
    for (int64_t i = walk->start + walk->step; i * walk->step <= frame * walk->step; i += walk->step)
        if (!walk->has[i])
            return true;
    return false;
}

// Where the walk goes on, and how far. *is_needed is false when it ended before its frames, at a cut.
static enum ho_result find_resume(struct ho_walk *walk, bool *is_needed, struct ho_diag *diag)
{
    int64_t frame;
    void *bytes;
    size_t size;
    struct ho_diag inner = {0};
    *is_needed = true;
    walk->resume = walk->start;
    enum ho_result result = ho_store_get_state(walk->object->store, walk->key, &frame, &bytes, &size, &inner);
    if (result == HO_END || result == HO_ERROR_VERIFY)    // damaged: the walk begins anew and gives the same frames
        return HO_OK;
    if (result != HO_OK)
        return ho_fail(diag, result, "%s", inner.message);
    free(bytes);
    bool is_ahead = (frame - walk->start) * walk->step >= 0 && frame >= 0 && (walk->last - frame) * walk->step >= 0;
    if (size == 0) {
        if (is_ahead)
            walk->last = frame;
        *is_needed = frame != walk->start && lacks_up_to(walk, walk->last);
    } else if (is_ahead && !lacks_up_to(walk, frame)) {
        walk->resume = frame;
    }
    return HO_OK;
}

static enum ho_result append(struct ho_walk **walks, size_t *n, struct ho_walk **added, struct ho_diag *diag)
{
    struct ho_walk *grown = ho_realloc(*walks, *n + 1, sizeof(*grown));
    if (!grown)
        return ho_fail_memory(diag, (*n + 1) * sizeof(*grown));
    *walks = grown;
    *added = &grown[(*n)++];
    memset(*added, 0, sizeof(**added));
    return HO_OK;
}

// Frames of a pass between two prompts: those that wait to be blended, and those that were.
static enum ho_result pass_frames(struct ho_track *track, struct ho_walk *walk, struct ho_diag *diag)
{
    struct ho_frame_entry *entries;
    size_t n, size = (size_t)track->source->n_frames * sizeof(bool);
    walk->has = ho_alloc(size, 1);
    if (!walk->has)
        return ho_fail_memory(diag, size);
    HO_TRY(ho_store_entries(walk->object->store, walk->pass, &entries, &n, diag));
    memcpy(walk->has, walk->object->has, size);
    for (size_t i = 0; i < n; i++)
        if (entries[i].frame < track->source->n_frames && ho_key_equal(entries[i].key, walk->key))
            walk->has[entries[i].frame] = true;
    free(entries);
    return HO_OK;
}

static enum ho_result plan_walk(struct ho_track *track, struct ho_object *object, const struct ho_span *span,
                                enum ho_pass pass, struct ho_range lacking, struct ho_walk **walks, size_t *n,
                                struct ho_diag *diag)
{
    bool is_backward = span->kind == HO_SPAN_BACKWARD || pass == HO_PASS_BACKWARD;
    struct ho_walk *walk = NULL;
    HO_TRY(append(walks, n, &walk, diag));
    *walk = (struct ho_walk){.object = object,
                             .span = span,
                             .pass = pass,
                             .step = is_backward ? -1 : 1,
                             .key = span->key,
                             .start = span->start,
                             .far = span->far,
                             .last = is_backward ? lacking.first : lacking.last,
                             .has = object->has};
    if (pass != HO_PASS_FINAL) {
        walk->key = span->pass_key[is_backward];
        walk->start = is_backward ? span->far : span->start;
        walk->far = is_backward ? span->start : span->far;
        walk->has = NULL;
        HO_TRY(pass_frames(track, walk, diag));
    }
    while (walk->last != walk->start && walk->has[walk->last])    // the far frames of a pass may be there already
        walk->last -= walk->step;
    bool is_needed = walk->last != walk->start;
    if (is_needed)
        HO_TRY(find_resume(walk, &is_needed, diag));
    if (!is_needed) {
        if (pass != HO_PASS_FINAL)
            free(walk->has);
        (*n)--;
    }
    return HO_OK;
}

enum ho_result ho_plan_walks(struct ho_track *track, struct ho_object *object, struct ho_walk **walks, size_t *n,
                             struct ho_diag *diag)
{
    for (size_t i = 0; i < object->n_spans; i++) {
        const struct ho_span *span = &object->spans[i];
        struct ho_range lacking = ho_span_lacking(object, span, track->request->direction);
        if (is_empty(lacking))
            continue;
        if (span->kind != HO_SPAN_BETWEEN) {
            HO_TRY(plan_walk(track, object, span, HO_PASS_FINAL, lacking, walks, n, diag));
            continue;
        }
        HO_TRY(plan_walk(track, object, span, HO_PASS_FORWARD, lacking, walks, n, diag));
        HO_TRY(plan_walk(track, object, span, HO_PASS_BACKWARD, lacking, walks, n, diag));
    }
    return HO_OK;
}

void ho_walks_free(struct ho_walk *walks, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (walks[i].pass != HO_PASS_FINAL)
            free(walks[i].has);
    free(walks);
}
