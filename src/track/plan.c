// SPDX-License-Identifier: BSD-2-Clause
// Which walks a statement needs: from where, how far, from what they are made (their keys), and where they go on.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "track/edit.h"

enum { FIXED = HO_FLAG_PROMPTED | HO_FLAG_LOCKED };

// ---- how far

// The last frame that a walk from `walk->start` may change, and why it is the last.
static void find_last(const struct ho_context *context, const struct ho_take *take, struct ho_walk *walk)
{
    walk->last = walk->step > 0 ? context->source->n_frames - 1 : 0;
    walk->stop = HO_STOP_END;
    for (size_t i = 0; i < take->n; i++) {
        const struct ho_span *span = &take->spans[walk->step > 0 ? i : take->n - 1 - i];
        int64_t near = walk->step > 0 ? span->first : span->last;
        if ((near - walk->start) * walk->step <= 0 || !(span->flags & (FIXED | HO_FLAG_ABSENT)))
            continue;
        walk->last = near - walk->step;
        walk->stop = span->flags & FIXED ? HO_STOP_FIXED : HO_STOP_ABSENT;
        break;
    }
    int64_t edge = walk->step > 0 ? context->range.last : context->range.first;
    if ((walk->last - edge) * walk->step > 0) {
        walk->last = edge;
        walk->stop = HO_STOP_END;
    }
}

// ---- from what

static void add_known(struct ho_walk *walk, const struct ho_span *span)
{
    for (int i = 0; span && i < walk->n_known; i++)
        if (walk->known[i].frame == span->first)
            return;
    if (span && walk->n_known < HO_KNOWN_MAX)
        walk->known[walk->n_known++] = (struct ho_known_frame){span->first, span->key};
}

// The frame that said what the object is, and the two nearest prompted ones on either side.
static void find_known(const struct ho_take *take, int64_t first, struct ho_walk *walk)
{
    const struct ho_span *origin = NULL, *before[2] = {NULL}, *after[2] = {NULL};    // the nearest one first
    for (size_t i = 0; i < take->n; i++) {
        const struct ho_span *span = &take->spans[i];
        if (!(span->flags & HO_FLAG_PROMPTED) || (span->flags & HO_FLAG_LOCAL) || span->first == walk->start)
            continue;
        if (span->first == first)
            origin = span;
        if (span->first < walk->start) {
            before[1] = before[0];
            before[0] = span;
        } else if (!after[0]) {
            after[0] = span;
        } else if (!after[1]) {
            after[1] = span;
        }
    }
    add_known(walk, origin);
    for (int i = 0; i < 2; i++) {
        add_known(walk, before[i]);
        add_known(walk, after[i]);
    }
}

static enum ho_result make_key(const struct ho_round *round, const struct ho_edit *edit, struct ho_walk *walk,
                               struct ho_diag *diag)
{
    struct ho_key parts[HO_KNOWN_MAX + 2], rivals;
    size_t n = 0;
    const char *what = walk->is_absence ? (walk->step > 0 ? "forward, after absence" : "backward, after absence")
                                        : (walk->step > 0 ? "forward" : "backward");
    parts[n++] = walk->start_key;
    for (int i = 0; i < walk->n_known; i++)
        parts[n++] = walk->known[i].key;
    HO_TRY(ho_round_rival_key(round, edit, &rivals, diag));
    if (!ho_key_is_zero(rivals))
        parts[n++] = rivals;
    HO_TRY(ho_context_key(round->context, what, parts, n, &walk->key, diag));
    if (!walk->is_absence)
        return HO_OK;
    // What is empty is the same on every frame; the walk is not.
    struct ho_key_maker *maker;
    HO_TRY(ho_key_maker_create(&maker, diag));
    ho_key_maker_add_key(maker, walk->key);
    ho_key_maker_add_number(maker, walk->start);
    walk->key = ho_key_maker_key(maker);
    ho_key_maker_destroy(&maker);
    return HO_OK;
}

// ---- where it goes on

static enum ho_result mark_present(const struct ho_context *context, struct ho_walk *walk, struct ho_diag *diag)
{
    struct ho_frame_entry *entries;
    size_t n, size = (size_t)context->source->n_frames;
    walk->has = ho_alloc(size, sizeof(bool));
    if (!walk->has)
        return ho_fail_memory(diag, size);
    HO_TRY(ho_store_key_entries(walk->object->store, walk->key, (struct ho_range){0, (int64_t)size - 1}, &entries, &n,
                                diag));
    for (size_t i = 0; i < n; i++)
        walk->has[entries[i].frame] = true;
    free(entries);
    return HO_OK;
}

// Is there a frame that the walk lacks at or before `frame`, counted from its start?
static bool lacks_up_to(const struct ho_walk *walk, int64_t frame)
{
    for (int64_t i = walk->start + walk->step; i * walk->step <= frame * walk->step; i += walk->step)
        if (!walk->has[i])
            return true;
    return false;
}

// A walk that has ended for good and all whose frames are there is done.
static enum ho_result find_resume(struct ho_walk *walk, struct ho_diag *diag)
{
    int64_t frame;
    void *bytes;
    size_t size;
    struct ho_diag inner = {0};
    walk->resume = walk->at = walk->start;
    walk->met = -1;
    enum ho_result result = ho_store_get_state(walk->object->store, walk->key, &frame, &bytes, &size, &inner);
    if (result == HO_END || result == HO_ERROR_VERIFY)    // damaged: the walk begins anew and gives the same frames
        return HO_OK;
    if (result != HO_OK)
        return ho_fail(diag, result, "%s", inner.message);
    free(bytes);
    bool is_ahead = (frame - walk->start) * walk->step >= 0 && (walk->last - frame) * walk->step >= 0;
    if (!is_ahead || lacks_up_to(walk, frame))
        return HO_OK;
    if (size) {
        walk->resume = walk->at = frame;
        walk->phase = frame == walk->last ? HO_WALK_DONE : HO_WALK_PENDING;
        return HO_OK;
    }
    walk->at = frame;
    walk->is_ended = true;
    walk->phase = HO_WALK_DONE;
    return HO_OK;
}

// ---- all of it

static bool is_allowed(const struct ho_context *context, int step)
{
    enum ho_direction direction = context->request->direction;
    return direction == HO_DIRECTION_BOTH || (direction == HO_DIRECTION_FORWARD) == (step > 0);
}

// Of walks that go on with a take only those are wanted that made spans of it in which frames are lacking.
static bool is_lacking(const struct ho_context *context, const struct ho_edit *edit, struct ho_walk *walk)
{
    const struct ho_take *take = &edit->object->take;
    bool lacks = false;
    for (size_t i = 0; i < take->n; i++) {
        if (!ho_key_equal(take->spans[i].key, walk->key))
            continue;
        int64_t first = take->spans[i].first, last = take->spans[i].last;
        first = first > context->range.first ? first : context->range.first;
        last = last < context->range.last ? last : context->range.last;
        for (int64_t frame = first; frame <= last; frame++)
            lacks = lacks || !walk->has[frame];
    }
    return lacks;
}

static enum ho_result fill_walk(struct ho_round *round, struct ho_edit *edit, bool is_allowed, struct ho_walk *walk,
                                struct ho_diag *diag)
{
    find_known(&edit->parent, edit->origin, walk);
    HO_TRY(make_key(round, edit, walk, diag));
    HO_TRY(mark_present(round->context, walk, diag));
    HO_TRY(find_resume(walk, diag));
    bool is_nowhere = (walk->last - walk->start) * walk->step <= 0;
    if (!is_allowed || is_nowhere || (edit->is_extension && !is_lacking(round->context, edit, walk)))
        walk->phase = HO_WALK_DONE;    // it only owns its frames
    walk->old = edit->parent.n && !round->context->request->whole && !edit->is_extension ? &edit->parent : NULL;
    if (walk->phase == HO_WALK_PENDING)
        ho_context_expect(round->context, walk->resume, walk->last, 1);
    return HO_OK;
}

static enum ho_result add_walk(struct ho_round *round, struct ho_edit *edit, int64_t start, int step,
                               struct ho_diag *diag)
{
    struct ho_context *context = round->context;
    struct ho_walk walk = {.object = edit->object,
                           .step = step,
                           .start = start,
                           .start_key = edit->prompted,
                           .is_absence = edit->statement.kind == HO_SAID_ABSENT};
    bool is_first = !edit->parent.n, is_at_end = start == (step > 0 ? context->source->n_frames - 1 : 0);
    find_last(context, &edit->parent, &walk);
    // The first step owns all frames, those too that are not asked for yet.
    if (is_at_end || (!is_first && ((walk.last - start) * step <= 0 || !is_allowed(context, step))))
        return HO_OK;
    enum ho_result result = fill_walk(round, edit, is_allowed(context, step), &walk, diag);
    if (result != HO_OK) {
        free(walk.has);
        return result;
    }
    return ho_walks_add(&round->walks, &walk, diag);
}

// After an absence the object is looked for where it had been followed through it; what was followed from the other
// side never went through it.
static bool went_through(const struct ho_edit *edit, int64_t beyond, int step)
{
    const struct ho_span *span = ho_take_find(&edit->parent, beyond);
    return span && !(span->flags & (FIXED | HO_FLAG_ABSENT)) && ((span->flags & HO_FLAG_BACKWARD) != 0) == (step < 0);
}

enum ho_result ho_edit_plan(struct ho_round *round, struct ho_edit *edit, struct ho_diag *diag)
{
    const struct ho_statement *statement = &edit->statement;
    for (int step = 1; step >= -1; step -= 2) {
        if (statement->kind == HO_SAID_PROMPT && !edit->is_local)
            HO_TRY(add_walk(round, edit, statement->frame, step, diag));
        if (statement->kind != HO_SAID_ABSENT)
            continue;
        int64_t edge = step > 0 ? statement->frames.last : statement->frames.first;
        if (went_through(edit, edge + step, step))
            HO_TRY(add_walk(round, edit, edge, step, diag));
    }
    return HO_OK;
}

enum ho_result ho_object_lacks(const struct ho_context *context, struct ho_object *object, struct ho_range *out,
                               struct ho_diag *diag)
{
    struct ho_frame_entry *entries;
    size_t n, i = 0;
    *out = (struct ho_range){0, -1};
    HO_TRY(ho_store_select(object->store, object->at, diag));
    HO_TRY(ho_store_entries(object->store, &entries, &n, diag));
    HO_TRY(ho_store_select(object->store, ho_store_current(object->store), diag));
    for (size_t s = 0; s < object->take.n; s++) {
        int64_t first = object->take.spans[s].first, last = object->take.spans[s].last;
        first = first > context->range.first ? first : context->range.first;
        last = last < context->range.last ? last : context->range.last;
        for (int64_t frame = first; frame <= last; frame++) {
            while (i < n && entries[i].frame < frame)
                i++;
            if (i < n && entries[i].frame == frame)
                continue;
            out->first = out->last < out->first ? frame : out->first;
            out->last = frame;
        }
    }
    free(entries);
    return HO_OK;
}
