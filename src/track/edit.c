// SPDX-License-Identifier: BSD-2-Clause
#include "track/edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void ho_edit_clear(struct ho_edit *edit)
{
    free(edit->line);
    ho_statement_clear(&edit->statement);
    ho_take_clear(&edit->parent);
    ho_take_clear(&edit->take);
    memset(edit, 0, sizeof(*edit));
}

// ---- beginning

static bool same_at(const struct ho_take *a, const struct ho_take *b, int64_t frame)
{
    const struct ho_span *p = ho_take_find(a, frame), *q = ho_take_find(b, frame);
    return !p || !q ? p == q : ho_key_equal(p->key, q->key) && p->flags == q->flags;
}

static enum ho_result parse_step(struct ho_object *object, int64_t number, struct ho_statement *out,
                                 struct ho_diag *diag)
{
    const struct ho_step *step = ho_object_step(object, number);
    ho_statement_clear(out);
    return step ? ho_statement_parse(step->said, object->store, out, diag)
                : ho_fail(diag, HO_ERROR_USAGE, "'%s' has no step %lld; `holdout history %.12s` lists those it has",
                          object->name, (long long)number, object->id);
}

static enum ho_result find_origin(struct ho_object *object, struct ho_edit *edit, struct ho_diag *diag)
{
    int64_t *line;
    size_t n;
    struct ho_statement first = {0};
    HO_TRY(ho_object_line(object, edit->step, &line, &n, diag));
    enum ho_result result = n ? parse_step(object, line[0], &first, diag) : HO_OK;
    edit->origin = n ? first.frame : 0;
    ho_statement_clear(&first);
    free(line);
    return result;
}

static enum ho_result begin_line(struct ho_object *object, struct ho_edit *edit, size_t n, struct ho_diag *diag)
{
    edit->line = ho_alloc(n + 1, sizeof(*edit->line));
    edit->n_line = n;
    edit->begun_ns = ho_context_clock();
    edit->tracked_before = object->n_tracked;
    return edit->line ? find_origin(object, edit, diag) : ho_fail_memory(diag, (n + 1) * sizeof(*edit->line));
}

// All that was said after a muted step is said anew, on what was there before it.
static enum ho_result begin_mute(struct ho_object *object, struct ho_edit *edit, int64_t muted, struct ho_diag *diag)
{
    int64_t *all = NULL, parent = ho_object_step(object, edit->step)->parent;
    size_t n, at = 0;
    HO_TRY(ho_object_line(object, parent, &all, &n, diag));
    while (at < n && all[at] != muted)
        at++;
    if (at == n) {
        free(all);
        return ho_fail(diag, HO_ERROR_USAGE,
                       "step %lld is none of those that '%s' shows now, so it cannot be muted; `holdout history %.12s` "
                       "lists them",
                       (long long)muted, object->name, object->id);
    }
    enum ho_result result = begin_line(object, edit, n - at - 1, diag);
    for (size_t i = at + 1; i < n && result == HO_OK; i++)
        edit->line[i - at - 1] = all[i];
    free(all);
    if (result == HO_OK)
        result = ho_store_get_take(object->store, ho_object_step(object, muted)->parent, &edit->parent, diag);
    return result;
}

static enum ho_result begin_step(struct ho_object *object, struct ho_edit *edit, int64_t step, struct ho_diag *diag)
{
    edit->object = object;
    edit->step = step;
    HO_TRY(parse_step(object, step, &edit->statement, diag));
    if (edit->statement.kind == HO_SAID_MUTE)
        return begin_mute(object, edit, edit->statement.step, diag);
    HO_TRY(begin_line(object, edit, 1, diag));
    edit->line[0] = step;
    return ho_store_get_take(object->store, ho_object_step(object, step)->parent, &edit->parent, diag);
}

// The present take has frames to come: the walks that made it go on.
static enum ho_result begin_extension(struct ho_object *object, struct ho_edit *edit, struct ho_diag *diag)
{
    int64_t *line = NULL;
    size_t n;
    edit->object = object;
    edit->step = object->at;
    edit->is_extension = true;
    HO_TRY(ho_object_line(object, object->at, &line, &n, diag));
    enum ho_result result = begin_line(object, edit, n, diag);
    for (size_t i = 0; i < n && result == HO_OK; i++)
        edit->line[i] = line[i];
    free(line);
    return result;
}

// A step that can't be is not kept: nothing was made of it.
static enum ho_result refused(struct ho_edit *edit, enum ho_result result)
{
    if (result != HO_ERROR_USAGE || !edit->is_new || !edit->step)
        return result;
    enum ho_result dropped = ho_store_drop_step(edit->object->store, edit->step, NULL);
    (void)dropped;    // the first failure is the one to be told
    return result;
}

static enum ho_result add_asked(struct ho_round *round, size_t i, int64_t *step, struct ho_diag *diag)
{
    struct ho_object *object = &round->objects[i];
    const char *rivals[2 * HO_OBJECTS_MAX];
    size_t n = 0;
    for (size_t k = 0; k < round->n && n < 2 * HO_OBJECTS_MAX; k++)
        if (k != i)
            rivals[n++] = round->objects[k].id;
    const struct ho_statement *statement = &object->statements[object->n_found++];
    return ho_object_add_step(round->context, object, statement, rivals, n, step, diag);
}

// Mattes that walks do not bring back (what was mixed of two of them) are made again with the step that made them: the
// first one after `redone` that brought spans into the line in which frames of the range are lacking. 0: none is lost.
static enum ho_result find_lost(const struct ho_context *context, struct ho_object *object, int64_t *step,
                                struct ho_diag *diag)
{
    int64_t *line = NULL;
    size_t n;
    *step = 0;
    HO_TRY(ho_object_line(object, object->at, &line, &n, diag));
    enum ho_result result = HO_OK;
    for (size_t i = 1; i < n && result == HO_OK && !*step; i++) {    // the first one's walks bring all of it back
        struct ho_take before = {0}, after = {0};
        bool lacks = false;
        result = ho_store_get_take(object->store, ho_object_step(object, line[i])->parent, &before, diag);
        if (result == HO_OK)
            result = ho_store_get_take(object->store, line[i], &after, diag);
        for (int64_t frame = context->range.first; frame <= context->range.last && result == HO_OK && !lacks; frame++) {
            const struct ho_span *span = ho_take_find(&after, frame);
            if (!span || line[i] <= object->redone || same_at(&before, &after, frame) ||
                !same_at(&object->take, &after, frame))
                continue;
            enum ho_result got = ho_store_get_key(object->store, frame, span->key, NULL, NULL, diag);
            lacks = got == HO_END;
            result = got == HO_END ? HO_OK : got;
        }
        *step = lacks ? line[i] : 0;
        ho_take_clear(&before);
        ho_take_clear(&after);
    }
    free(line);
    return result;
}

enum ho_result ho_edit_begin(struct ho_round *round, size_t i, bool *is_any, struct ho_diag *diag)
{
    struct ho_object *object = &round->objects[i];
    struct ho_edit *edit = &round->edits[i];
    struct ho_range lacking;
    *is_any = true;
    if (edit->step)
        return HO_OK;    // there is more of it
    if (!object->store) {
        *is_any = false;
        return HO_OK;
    }
    const struct ho_step *at = ho_object_step(object, object->at);
    if (at && !at->is_finished)
        return begin_step(object, edit, at->number, diag);
    // What is corrected should be there first.
    HO_TRY(ho_object_lacks(round->context, object, &lacking, diag));
    if (lacking.first <= lacking.last && !object->is_extended) {
        object->is_extended = true;
        return begin_extension(object, edit, diag);
    }
    int64_t step = 0;
    if (lacking.first <= lacking.last)
        HO_TRY(find_lost(round->context, object, &step, diag));
    if (step) {
        object->redone = step;
        edit->is_redone = true;
        return begin_step(object, edit, step, diag);
    }
    *is_any = object->n_found < object->n_statements;
    if (!*is_any)
        return HO_OK;
    HO_TRY(add_asked(round, i, &step, diag));
    edit->is_new = true;
    return refused(edit, begin_step(object, edit, step, diag));
}

// ---- spans of walks

static unsigned span_flags(const struct ho_walk *walk) { return walk->step < 0 ? (unsigned)HO_FLAG_BACKWARD : 0u; }

// From `a` to `b`, whichever comes first.
static struct ho_range between(int64_t a, int64_t b)
{
    return a < b ? (struct ho_range){a, b} : (struct ho_range){b, a};
}

static enum ho_result set_walked(struct ho_edit *edit, const struct ho_walk *walk, int64_t last, struct ho_diag *diag)
{
    if ((last - walk->start) * walk->step <= 0)
        return HO_OK;
    struct ho_range frames = between(walk->start + walk->step, last);
    return ho_take_set(&edit->take, (struct ho_span){frames.first, frames.last, walk->key, span_flags(walk)}, diag);
}

static enum ho_result set_open(const struct ho_context *context, struct ho_edit *edit, const struct ho_walk *walk,
                               struct ho_diag *diag)
{
    return set_walked(edit, walk, walk->step > 0 ? context->source->n_frames - 1 : 0, diag);
}

// ---- one statement of the line

// What a step made of its parent is what it would make again, if nothing has changed on the frames that it changed and
// those on which it met what was there. True: it was copied.
static enum ho_result repeat(const struct ho_context *context, struct ho_edit *edit, const struct ho_take *parent,
                             const struct ho_take *take, bool *is_copied, struct ho_diag *diag)
{
    int64_t n = context->source->n_frames, quiet = HO_MEET_FRAMES;
    *is_copied = false;
    for (int64_t frame = 0; frame < n; frame++) {
        if (same_at(parent, take, frame))
            continue;
        for (int64_t near = frame - quiet; near <= frame + quiet; near++)
            if (near >= 0 && near < n && !same_at(parent, &edit->parent, near))
                return HO_OK;
    }
    HO_TRY(ho_take_copy(&edit->parent, &edit->take, diag));
    for (int64_t frame = 0; frame < n; frame++) {
        const struct ho_span *span = ho_take_find(take, frame);
        if (span && !same_at(parent, take, frame))
            HO_TRY(ho_take_set(&edit->take, (struct ho_span){frame, frame, span->key, span->flags}, diag));
    }
    *is_copied = true;
    return HO_OK;
}

static enum ho_result try_repeat(struct ho_round *round, struct ho_edit *edit, int64_t step, bool *is_copied,
                                 struct ho_diag *diag)
{
    struct ho_object *object = edit->object;
    struct ho_take parent = {0}, take = {0};
    enum ho_result result = ho_store_get_take(object->store, ho_object_step(object, step)->parent, &parent, diag);
    if (result == HO_OK)
        result = ho_store_get_take(object->store, step, &take, diag);
    if (result == HO_OK)
        result = repeat(round->context, edit, &parent, &take, is_copied, diag);
    ho_take_clear(&parent);
    ho_take_clear(&take);
    return result;
}

enum ho_result ho_edit_state(struct ho_round *round, struct ho_edit *edit, struct ho_diag *diag)
{
    int64_t step = edit->line[edit->next];
    HO_TRY(parse_step(edit->object, step, &edit->statement, diag));
    if (edit->is_extension) {
        ho_take_clear(&edit->parent);
        HO_TRY(ho_store_get_take(edit->object->store, ho_object_step(edit->object, step)->parent, &edit->parent, diag));
    }
    edit->is_copied = false;
    if (step != edit->step && !edit->is_extension)
        HO_TRY(try_repeat(round, edit, step, &edit->is_copied, diag));
    return edit->is_copied ? HO_OK : refused(edit, ho_edit_apply(round, edit, diag));
}

// The first take is shown while it grows: its frames get the keys of the walks that will come to them.
enum ho_result ho_edit_show(struct ho_round *round, struct ho_edit *edit, struct ho_diag *diag)
{
    struct ho_store *store = edit->object->store;
    if (edit->parent.n || edit->is_extension || edit->step != edit->line[edit->next])
        return HO_OK;
    for (size_t i = 0; i < round->walks.n; i++)
        if (round->walks.items[i]->object == edit->object)
            HO_TRY(set_open(round->context, edit, round->walks.items[i], diag));
    HO_TRY(ho_store_put_take(store, edit->step, &edit->take, diag));
    HO_TRY(ho_store_set_current(store, edit->step, diag));
    return ho_store_commit(store, diag);
}

// ---- ending: what the walks found becomes the take

// Has the take a matte just beyond where the walk was stopped by what is asked for?
static enum ho_result has_beyond(const struct ho_edit *edit, const struct ho_walk *walk, bool *out,
                                 struct ho_diag *diag)
{
    int64_t beyond = walk->at + walk->step;
    const struct ho_span *span = ho_take_find(&edit->parent, beyond);
    *out = false;
    if (!span)
        return HO_OK;
    enum ho_result result = ho_store_get_key(edit->object->store, beyond, span->key, NULL, NULL, diag);
    *out = result == HO_OK;
    return result == HO_END ? HO_OK : result;
}

// Where nothing was beyond, the walk owns what comes, so that a longer range goes on with it.
static int64_t open_end(const struct ho_context *context, const struct ho_edit *edit, const struct ho_walk *walk)
{
    int64_t end = walk->step > 0 ? context->source->n_frames - 1 : 0;
    for (size_t i = 0; i < edit->parent.n; i++) {
        const struct ho_span *span = &edit->parent.spans[i];
        int64_t near = walk->step > 0 ? span->first : span->last;
        bool is_ahead = (near - walk->at) * walk->step > 0 && (end - near) * walk->step >= 0;
        if (is_ahead && span->flags & (HO_FLAG_PROMPTED | HO_FLAG_LOCKED | HO_FLAG_ABSENT))
            end = near - walk->step;
    }
    return end;
}

static enum ho_result finish_walk(struct ho_round *round, struct ho_edit *edit, struct ho_walk *walk,
                                  struct ho_diag *diag)
{
    struct ho_store *store = edit->object->store;
    struct ho_context *context = round->context;
    bool is_first = !edit->parent.n, is_beyond;
    if (walk->met >= 0) {
        HO_TRY(set_walked(edit, walk, walk->met - walk->step, diag));
        HO_TRY(ho_store_drop(store, between(walk->met, walk->at), walk->key, diag));
        return ho_store_drop_state(store, walk->key, diag);
    }
    if (is_first)
        return set_open(context, edit, walk, diag);
    if (walk->is_ended) {
        HO_TRY(ho_store_drop_state(store, walk->key, diag));
        return walk->stop == HO_STOP_FIXED && walk->at == walk->last
                   ? ho_blend_walk(context, walk, &edit->parent, &edit->take, diag)
                   : set_walked(edit, walk, walk->at, diag);
    }
    HO_TRY(has_beyond(edit, walk, &is_beyond, diag));
    return set_walked(edit, walk, is_beyond ? walk->at : open_end(context, edit, walk), diag);
}

// What is locked stays as it is shown, when what led to it is said anew too; unless it is the lock that is muted.
static enum ho_result hold_locked(struct ho_object *object, struct ho_edit *edit, struct ho_diag *diag)
{
    const struct ho_step *step = ho_object_step(object, edit->step);
    struct ho_statement said = {0}, muted = {0};
    struct ho_take shown = {0};
    enum ho_result result = parse_step(object, edit->step, &said, diag);
    if (result == HO_OK && said.kind == HO_SAID_MUTE)
        result = parse_step(object, said.step, &muted, diag);
    if (result == HO_OK && said.kind == HO_SAID_MUTE)
        result = ho_store_get_take(object->store, step->parent, &shown, diag);
    for (size_t i = 0; i < shown.n && result == HO_OK; i++) {
        for (int64_t frame = shown.spans[i].first; frame <= shown.spans[i].last && result == HO_OK; frame++) {
            const struct ho_span *now = ho_take_find(&edit->parent, frame);
            bool is_muted = muted.kind == HO_SAID_LOCK && frame >= muted.frames.first && frame <= muted.frames.last,
                 is_locked = (shown.spans[i].flags & HO_FLAG_LOCKED) != 0;
            struct ho_span span = {frame, frame, shown.spans[i].key, shown.spans[i].flags};
            if (is_locked && (!is_muted || (now && now->flags & HO_FLAG_LOCKED)))
                result = ho_take_set(&edit->parent, span, diag);
        }
    }
    ho_take_clear(&shown);
    ho_statement_clear(&said);
    ho_statement_clear(&muted);
    return result;
}

static enum ho_result close_step(struct ho_round *round, size_t i, struct ho_diag *diag)
{
    struct ho_edit *edit = &round->edits[i];
    struct ho_object *object = edit->object;
    double seconds = (double)(ho_context_clock() - edit->begun_ns) / 1e9;
    int64_t step = edit->step, n_tracked = object->n_tracked - edit->tracked_before;
    if (!edit->is_extension && !edit->is_redone) {
        HO_TRY(hold_locked(object, edit, diag));
        HO_TRY(ho_store_put_take(object->store, step, &edit->parent, diag));
    }
    HO_TRY(ho_store_note_step(object->store, step, true, seconds, n_tracked, diag));
    step = edit->is_redone ? object->at : step;
    HO_TRY(ho_store_set_current(object->store, step, diag));
    HO_TRY(ho_store_commit(object->store, diag));
    ho_edit_clear(edit);
    HO_TRY(ho_object_read_steps(object, diag));
    return ho_object_go_to(object, step, true, diag);
}

enum ho_result ho_edit_finish(struct ho_round *round, size_t i, struct ho_diag *diag)
{
    struct ho_edit *edit = &round->edits[i];
    if (!edit->step)
        return HO_OK;
    if (edit->next < edit->n_line) {
        for (size_t w = 0; w < round->walks.n && !edit->is_extension; w++)
            if (round->walks.items[w]->object == edit->object)
                HO_TRY(finish_walk(round, edit, round->walks.items[w], diag));
        ho_take_clear(&edit->parent);
        edit->parent = edit->take;
        edit->take = (struct ho_take){0};
        edit->next++;
    }
    return edit->next < edit->n_line ? HO_OK : close_step(round, i, diag);
}
