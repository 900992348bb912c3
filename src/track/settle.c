// SPDX-License-Identifier: BSD-2-Clause
// Answers do not overlap: those that a round gives for the same frame are settled between them, and what another object
// has there already stays its own (unless it was just told to be wrong).
#include "image/settle.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "track/edit.h"

static bool is_asked(const struct ho_edit *edit)
{
    return edit->step && edit->next < edit->n_line && !edit->is_extension && !edit->is_copied &&
           edit->statement.kind == HO_SAID_PROMPT;
}

// The edits of one frame.
struct group {
    struct ho_round *round;
    int64_t frame;
    struct ho_edit *edits[HO_OBJECTS_MAX];
    struct ho_matte *mattes[HO_OBJECTS_MAX];
    struct ho_key keys[HO_OBJECTS_MAX];    // of what comes of it
    size_t n;
    struct ho_matte *others;    // of objects that are not asked; may be NULL
};

static enum ho_result load(struct group *group, struct ho_diag *diag)
{
    const struct ho_source_info *source = group->round->context->source;
    struct ho_walk stand_ins[HO_OBJECTS_MAX], *walks[HO_OBJECTS_MAX];
    for (size_t i = 0; i < group->n; i++) {
        stand_ins[i] = (struct ho_walk){.object = group->edits[i]->object};
        walks[i] = &stand_ins[i];
        HO_TRY(ho_matte_create(source->width, source->height, &group->mattes[i], diag));
        HO_TRY(ho_store_get_key(group->edits[i]->object->store, group->frame, group->edits[i]->prompted,
                                group->mattes[i], NULL, diag));
    }
    return ho_round_others(group->round, walks, group->n, group->frame, &group->others, diag);
}

// The key of an answer beside the others of its group.
static enum ho_result make_key(struct group *group, size_t i, struct ho_diag *diag)
{
    struct ho_key parts[2] = {group->edits[i]->prompted, {0}};
    HO_TRY(ho_round_rival_key(group->round, group->edits[i], &parts[1], diag));
    return ho_context_key(group->round->context, "settled", parts, 2, &group->keys[i], diag);
}

// What an exclusion pointed at goes with the answer.
static enum ho_result copy_rival(struct group *group, size_t i, struct ho_matte *scratch, struct ho_diag *diag)
{
    struct ho_edit *edit = group->edits[i];
    struct ho_key from, to;
    struct ho_frame_entry entry;
    HO_TRY(ho_context_key(group->round->context, "rival", &edit->prompted, 1, &from, diag));
    HO_TRY(ho_context_key(group->round->context, "rival", &group->keys[i], 1, &to, diag));
    enum ho_result result = ho_store_get_key(edit->object->store, group->frame, from, scratch, &entry, diag);
    entry.key = to;
    if (result == HO_OK)
        result = ho_store_put(edit->object->store, &entry, scratch, diag);
    return result == HO_END ? HO_OK : result;
}

static enum ho_result keep(struct group *group, size_t i, struct ho_diag *diag)
{
    struct ho_edit *edit = group->edits[i];
    struct ho_store *store = edit->object->store;
    struct ho_frame_entry entry;
    HO_TRY(ho_store_get_key(store, group->frame, edit->prompted, NULL, &entry, diag));
    entry.key = group->keys[i];
    entry.area = ho_matte_area(group->mattes[i]);
    entry.flags = entry.area ? entry.flags & ~(unsigned)HO_FLAG_EMPTY : entry.flags | HO_FLAG_EMPTY;
    HO_TRY(ho_store_put(store, &entry, group->mattes[i], diag));
    HO_TRY(copy_rival(group, i, group->mattes[i], diag));
    const struct ho_span *span = ho_take_find(&edit->take, group->frame);
    struct ho_span settled = {group->frame, group->frame, group->keys[i], span ? span->flags : HO_FLAG_PROMPTED};
    return ho_take_set(&edit->take, settled, diag);
}

static enum ho_result settle(struct group *group, struct ho_diag *diag)
{
    HO_TRY(load(group, diag));
    if (group->n == 1 && !group->others)
        return HO_OK;
    ho_mattes_settle(group->mattes, group->n);
    if (group->others)
        ho_mattes_limit(group->mattes, group->n, group->others);
    for (size_t i = 0; i < group->n; i++)
        HO_TRY(make_key(group, i, diag));
    for (size_t i = 0; i < group->n; i++)
        HO_TRY(keep(group, i, diag));
    for (size_t i = 0; i < group->n; i++)
        group->edits[i]->prompted = group->keys[i];
    return HO_OK;
}

// In the order of the objects' ids, which decides between equal coverages.
static void add_edit(struct group *group, struct ho_edit *edit)
{
    size_t at = group->n++;
    for (; at > 0 && strcmp(group->edits[at - 1]->object->id, edit->object->id) > 0; at--)
        group->edits[at] = group->edits[at - 1];
    group->edits[at] = edit;
}

enum ho_result ho_round_settle_answers(struct ho_round *round, struct ho_diag *diag)
{
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < round->n && round->n > 1 && result == HO_OK; i++) {
        struct group group = {.round = round, .frame = round->edits[i].statement.frame};
        bool is_first = is_asked(&round->edits[i]);
        for (size_t k = 0; k < round->n && is_first && group.n < HO_OBJECTS_MAX; k++) {
            if (!is_asked(&round->edits[k]) || round->edits[k].statement.frame != group.frame)
                continue;
            is_first = k >= i;
            add_edit(&group, &round->edits[k]);
        }
        if (is_first)
            result = settle(&group, diag);
        for (size_t k = 0; k < group.n; k++)
            ho_matte_destroy(&group.mattes[k]);
        ho_matte_destroy(&group.others);
    }
    return result;
}
