// SPDX-License-Identifier: BSD-2-Clause
// Applying what is said to a take, as far as it needs no walking.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "track/edit.h"

// ---- prompts: what the clicks showed, exactly

// What is there on the frame, as a mask to be corrected. *out is NULL where there is nothing: then the prompts say it
// all.
static enum ho_result find_basis(struct ho_edit *edit, struct ho_matte **out, struct ho_key *key, struct ho_diag *diag)
{
    const struct ho_statement *statement = &edit->statement;
    const struct ho_span *span = ho_take_find(&edit->parent, statement->frame);
    const struct ho_source_info *source = ho_store_source(edit->object->store);
    *out = NULL;
    if (!span || ho_statement_says_all(statement))
        return HO_OK;
    HO_TRY(ho_matte_create(source->width, source->height, out, diag));
    enum ho_result result = ho_store_get_key(edit->object->store, statement->frame, span->key, *out, NULL, diag);
    *key = span->key;
    if (result == HO_END || (result == HO_OK && ho_matte_is_empty(*out))) {
        ho_matte_destroy(out);
        return HO_OK;
    }
    if (result != HO_OK)
        ho_matte_destroy(out);
    return result;
}

struct answer {
    struct ho_matte *matte, *rival;
    struct ho_engine_answer said;
    bool is_held;
};

static enum ho_result ask_frame(struct ho_context *context, const struct ho_prompt *prompts, size_t n,
                                struct ho_frame *frame, struct answer *out, struct ho_diag *diag)
{
    struct ho_engine_walk *walk = NULL;
    const struct ho_source_info *source = context->source;
    enum ho_result result = ho_matte_create(source->width, source->height, &out->matte, diag);
    if (result == HO_OK)
        result = ho_matte_create(source->width, source->height, &out->rival, diag);
    if (result == HO_OK)
        result = context->engine->walk_create(context->session, &walk, diag);
    if (result == HO_OK)
        result = context->engine->prompt(walk, frame, prompts, n, out->matte, out->rival, &out->said, diag);
    if (walk)
        context->engine->walk_destroy(&walk);
    out->is_held = ho_frame_is_held(frame);
    return result;
}

// What is hardly to be seen there is not learnt from: the answer holds for its frame alone.
static enum ho_result judge(struct ho_context *context, const struct ho_edit *edit, const struct ho_frame *frame,
                            const struct ho_matte *basis, struct answer *answer, struct ho_diag *diag)
{
    const struct ho_span *span = ho_take_find(&edit->parent, edit->statement.frame);
    if (!edit->parent.n) {    // it says what the object is: there is nothing else to learn from
        answer->said.is_local = false;
        return HO_OK;
    }
    bool is_like = !(basis && span && span->flags & HO_FLAG_LOCAL);    // what mends such an answer is one as well
    if (is_like && !ho_statement_says_all(&edit->statement) && !answer->said.is_local)
        HO_TRY(ho_answer_is_like(context, edit, frame, answer->matte, basis, &is_like, diag));
    answer->said.is_local = answer->said.is_local || !is_like;
    return HO_OK;
}

static enum ho_result ask(struct ho_context *context, const struct ho_edit *edit, struct ho_matte *basis,
                          struct answer *out, struct ho_diag *diag)
{
    const struct ho_statement *statement = &edit->statement;
    size_t n = statement->n_prompts;
    struct ho_frame *frame = NULL;
    struct ho_prompt *prompts = ho_alloc(n + 1, sizeof(*prompts));
    if (!prompts)
        return ho_fail_memory(diag, (n + 1) * sizeof(*prompts));
    memcpy(prompts, statement->prompts, n * sizeof(*prompts));
    if (basis)
        prompts[n++] = (struct ho_prompt){.kind = HO_PROMPT_MASK, .frame = statement->frame, .mask = basis};
    enum ho_result result = ho_reader_frame(context->reader, statement->frame, &frame, diag);    // no sweep goes on yet
    if (result == HO_OK)
        result = ask_frame(context, prompts, n, frame, out, diag);
    if (result == HO_OK)
        result = judge(context, edit, frame, basis, out, diag);
    ho_frame_unref(&frame);
    free(prompts);
    return result;
}

static enum ho_result put_answer(struct ho_round *round, struct ho_edit *edit, struct answer *answer,
                                 struct ho_diag *diag)
{
    struct ho_object *object = edit->object;
    struct ho_frame_entry entry = {.frame = edit->statement.frame,
                                   .key = edit->prompted,
                                   .confidence = answer->said.confidence,
                                   .area = ho_matte_area(answer->matte)};
    entry.flags = (answer->is_held ? (unsigned)HO_FLAG_HELD : 0u) |
                  (answer->said.is_local ? (unsigned)HO_FLAG_LOCAL : 0u) |
                  (entry.area == 0 ? (unsigned)HO_FLAG_EMPTY : 0u);
    if (answer->said.has_rival && !answer->said.is_local) {
        struct ho_frame_entry rival = {.frame = entry.frame, .area = ho_matte_area(answer->rival), .confidence = 1};
        HO_TRY(ho_context_key(round->context, "rival", &edit->prompted, 1, &rival.key, diag));
        HO_TRY(ho_store_put(object->store, &rival, answer->rival, diag));
    }
    HO_TRY(ho_store_put(object->store, &entry, answer->matte, diag));
    const struct ho_range *range = &round->context->range;
    object->n_tracked += entry.frame >= range->first && entry.frame <= range->last;
    ho_context_tell(round->context, object->name, entry.frame, entry.confidence, false);
    return ho_round_ignore_wrong(round, edit, answer->matte, diag);
}

// The answer that the bank has.
static enum ho_result find_answer(struct ho_round *round, struct ho_edit *edit, struct ho_diag *diag)
{
    struct ho_frame_entry entry;
    struct ho_matte *matte;
    const struct ho_source_info *source = round->context->source;
    HO_TRY(ho_matte_create(source->width, source->height, &matte, diag));
    enum ho_result result = ho_store_get_key(edit->object->store, edit->statement.frame, edit->prompted, matte, &entry,
                                             diag);
    if (result == HO_OK) {
        edit->is_local = (entry.flags & HO_FLAG_LOCAL) != 0;
        result = ho_round_ignore_wrong(round, edit, matte, diag);
    }
    ho_matte_destroy(&matte);
    return result;
}

static enum ho_result check_not_locked(const struct ho_edit *edit, struct ho_range frames, struct ho_diag *diag)
{
    for (int64_t frame = frames.first; frame <= frames.last; frame++) {
        const struct ho_span *span = ho_take_find(&edit->parent, frame);
        if (span && (span->flags & HO_FLAG_LOCKED))
            return ho_fail(diag, HO_ERROR_USAGE,
                           "frame %s of '%s' is locked, so nothing can be said about it; find the lock's step with "
                           "`holdout history %.12s` and take it back with `holdout correct %.12s --mute STEP`",
                           ho_source_frame_text(ho_store_source(edit->object->store), frame).text, edit->object->name,
                           edit->object->id, edit->object->id);
    }
    return HO_OK;
}

static enum ho_result answer_prompts(struct ho_round *round, struct ho_edit *edit, struct ho_diag *diag)
{
    int64_t frame = edit->statement.frame;
    struct ho_matte *basis = NULL;
    struct answer answer = {0};
    struct ho_key parts[2] = {edit->statement.key, {0}};
    HO_TRY(check_not_locked(edit, (struct ho_range){frame, frame}, diag));
    HO_TRY(find_basis(edit, &basis, &parts[1], diag));
    enum ho_result result = ho_context_key(round->context, "prompted", parts, basis ? 2 : 1, &edit->prompted, diag);
    if (result == HO_OK)
        result = find_answer(round, edit, diag);
    if (result == HO_END) {
        ho_context_expect(round->context, frame - 1, frame, 1);
        result = ask(round->context, edit, basis, &answer, diag);
        edit->is_local = answer.said.is_local;
        if (result == HO_OK)
            result = put_answer(round, edit, &answer, diag);
    }
    ho_matte_destroy(&answer.matte);
    ho_matte_destroy(&answer.rival);
    ho_matte_destroy(&basis);
    HO_TRY(result);
    unsigned flags = HO_FLAG_PROMPTED | (edit->is_local ? (unsigned)HO_FLAG_LOCAL : 0u);
    return ho_take_set(&edit->take, (struct ho_span){frame, frame, edit->prompted, flags}, diag);
}

// ---- absences

static enum ho_result answer_absence(struct ho_round *round, struct ho_edit *edit, struct ho_diag *diag)
{
    struct ho_object *object = edit->object;
    struct ho_range frames = edit->statement.frames;
    struct ho_matte *empty;
    const struct ho_source_info *source = round->context->source;
    if (!edit->parent.n)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "'%s' is said to be absent before anything says what it is: first click it where it is to be "
                       "seen",
                       object->name);
    HO_TRY(check_not_locked(edit, frames, diag));
    HO_TRY(ho_context_key(round->context, "absent", NULL, 0, &edit->prompted, diag));
    HO_TRY(ho_matte_create(source->width, source->height, &empty, diag));
    enum ho_result result = HO_OK;
    for (int64_t frame = frames.first; frame <= frames.last && result == HO_OK; frame++) {
        struct ho_frame_entry entry = {.frame = frame, .key = edit->prompted, .confidence = 1, .flags = HO_FLAG_EMPTY};
        result = ho_store_get_key(object->store, frame, edit->prompted, NULL, NULL, diag);
        if (result == HO_END)
            result = ho_store_put(object->store, &entry, empty, diag);
    }
    ho_matte_destroy(&empty);
    HO_TRY(result);
    return ho_take_set(&edit->take, (struct ho_span){frames.first, frames.last, edit->prompted, HO_FLAG_ABSENT}, diag);
}

// ---- locks

static enum ho_result answer_lock(struct ho_edit *edit, struct ho_diag *diag)
{
    struct ho_range frames = edit->statement.frames;
    struct ho_frame_entry *entries;
    size_t n, n_inside = 0;
    const struct ho_source_info *source = ho_store_source(edit->object->store);
    HO_TRY(ho_store_entries(edit->object->store, &entries, &n, diag));
    for (size_t i = 0; i < n; i++)
        n_inside += entries[i].frame >= frames.first && entries[i].frame <= frames.last;
    free(entries);
    if (!n_inside)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "'%s' has no matte on the frames %s to %s, so there is nothing to lock; track it first",
                       edit->object->name, ho_source_frame_text(source, frames.first).text,
                       ho_source_frame_text(source, frames.last).text);
    return ho_take_flag(&edit->take, frames, HO_FLAG_LOCKED, 0, diag);
}

enum ho_result ho_edit_apply(struct ho_round *round, struct ho_edit *edit, struct ho_diag *diag)
{
    edit->is_local = false;
    edit->prompted = edit->statement.key;
    ho_take_clear(&edit->take);
    HO_TRY(ho_take_copy(&edit->parent, &edit->take, diag));
    switch (edit->statement.kind) {
    case HO_SAID_PROMPT: return answer_prompts(round, edit, diag);
    case HO_SAID_ABSENT: return answer_absence(round, edit, diag);
    case HO_SAID_LOCK: return answer_lock(edit, diag);
    default: return HO_OK;
    }
}
