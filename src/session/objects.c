// SPDX-License-Identifier: BSD-2-Clause
// One object: what the project has of what was said about it, and how far the bank's history has that.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/said.h"

void object_clear(struct object *object)
{
    for (size_t i = 0; object->said && i < object->shown.n_said; i++)
        said_clear(&object->said[i].said);
    free(object->said);
    object->said = NULL;
    object->shown.said = NULL;
    object->shown.n_said = object->n_kept = 0;
}

static enum ho_result add_said(struct object *object, struct ho_said *said, struct ho_diag *diag)
{
    struct ho_mask_said *grown = ho_realloc(object->said, object->shown.n_said + 1, sizeof(*grown));
    if (!grown) {
        said_clear(said);
        return ho_fail_memory(diag, (object->shown.n_said + 1) * sizeof(*grown));
    }
    object->said = grown;
    object->shown.said = grown;
    struct ho_mask_said *put = &grown[object->shown.n_said++];
    *put = (struct ho_mask_said){.said = *said};
    said_words(said, put->words, sizeof(put->words));
    return HO_OK;
}

static enum ho_result read_kept(struct ho_session *session, struct object *object, struct ho_diag *diag)
{
    struct ho_project_said *kept = NULL;
    size_t n = 0;
    if (!object->id)
        return HO_OK;
    HO_TRY(ho_project_get_said(session->project, object->id, &kept, &n, diag));
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < n && result == HO_OK; i++) {
        struct ho_said said;
        result = said_parse(&kept[i], &said, diag);
        if (result == HO_OK)
            result = add_said(object, &said, diag);
    }
    ho_project_said_free(&kept, n);
    object->n_kept = object->shown.n_said;
    return result;
}

// ---- the bank's history

struct history {
    struct ho_store *store;
    struct ho_step *steps;
    size_t n;
    struct ho_statement *statements;    // of each step
};

static void history_clear(struct history *history)
{
    for (size_t i = 0; history->statements && i < history->n; i++)
        ho_statement_clear(&history->statements[i]);
    free(history->statements);
    ho_steps_free(&history->steps, history->n);
    ho_store_close(&history->store);
}

static enum ho_result history_read(struct history *history, struct ho_diag *diag)
{
    HO_TRY(ho_store_steps(history->store, &history->steps, &history->n, diag));
    history->statements = ho_alloc(history->n + 1, sizeof(*history->statements));
    if (!history->statements)
        return ho_fail_memory(diag, (history->n + 1) * sizeof(*history->statements));
    for (size_t i = 0; i < history->n; i++)
        HO_TRY(ho_statement_parse(history->steps[i].said, history->store, &history->statements[i], diag));
    return HO_OK;
}

static bool is_above(const struct history *history, int64_t step, int64_t ancestor)
{
    for (const struct ho_step *at = ho_steps_find(history->steps, history->n, step); at;
         at = ho_steps_find(history->steps, history->n, at->parent))
        if (at->number == ancestor)
            return true;
    return ancestor == 0;
}

// The step after `at` that says this, in this quality: on the way to what is shown, else the newest.
static const struct ho_step *child_with(const struct history *history, int64_t at, struct ho_key key, int64_t current,
                                        const char *quality)
{
    const struct ho_step *found = NULL;
    for (size_t i = 0; i < history->n; i++) {
        const struct ho_step *step = &history->steps[i];
        if (step->parent != at || !ho_key_equal(history->statements[i].key, key) ||
            strcmp(step->making.quality, quality) != 0)
            continue;
        found = step;
        if (is_above(history, current, step->number))
            break;
    }
    return found;
}

// How many things said are one statement, from `i` on.
static size_t group_length(const struct object *object, size_t i)
{
    const struct ho_said *first = &object->said[i].said;
    size_t n = 1;
    while (first->kind == HO_SAID_PROMPT && i + n < object->shown.n_said &&
           object->said[i + n].said.kind == HO_SAID_PROMPT &&
           object->said[i + n].said.prompt.frame == first->prompt.frame)
        n++;
    return n;
}

static enum ho_result key_of(const struct object *object, size_t i, size_t n, const struct ho_source_info *source,
                             struct ho_key *out, struct ho_diag *diag)
{
    struct ho_said *said = ho_alloc(n, sizeof(*said));
    struct ho_statement *statements = NULL;
    size_t made = 0;
    if (!said)
        return ho_fail_memory(diag, n * sizeof(*said));
    for (size_t k = 0; k < n; k++)
        said[k] = object->said[i + k].said;
    enum ho_result result = ho_statements_create(said, n, source, &statements, &made, diag);
    if (result == HO_OK && made != 1)
        result = ho_fail(diag, HO_ERROR_VERIFY, "what was said about \"%s\" is not one thing", object->shown.name);
    if (result == HO_OK)
        *out = statements[0].key;
    ho_statements_free(&statements, made);
    free(said);
    return result;
}

// As far as the bank's history says the same, from its beginning.
static enum ho_result follow(struct object *object, const struct history *history, const struct ho_source_info *source,
                             struct ho_diag *diag)
{
    object->shown_step = 0;
    for (size_t i = 0, n; i < object->shown.n_said; i += n) {
        struct ho_key key;
        n = group_length(object, i);
        HO_TRY(key_of(object, i, n, source, &key, diag));
        const struct ho_step *step = child_with(history, object->shown_step, key, object->current,
                                                ho_quality_name(object->shown.quality));
        if (!step)
            break;
        object->shown_step = step->number;
        for (size_t k = 0; k < n; k++) {
            object->said[i + k].step = step->number;
            object->said[i + k].tracked = step->is_finished;
        }
    }
    return HO_OK;
}

// What the bank shows beyond that was said elsewhere: it is taken as said.
static enum ho_result adopt(struct object *object, const struct history *history, struct ho_diag *diag)
{
    int64_t line[1024];
    size_t n = 0;
    for (const struct ho_step *step = ho_steps_find(history->steps, history->n, object->current);
         step && step->number != object->shown_step && n < 1024;
         step = ho_steps_find(history->steps, history->n, step->parent))
        line[n++] = step->number;
    while (n-- > 0) {
        const struct ho_step *step = ho_steps_find(history->steps, history->n, line[n]);
        struct ho_said *list = NULL;
        size_t n_said = 0;
        enum ho_result result = said_of_statement(&history->statements[step - history->steps], &list, &n_said, diag);
        for (size_t i = 0; i < n_said; i++) {
            if (result == HO_OK)
                result = add_said(object, &list[i], diag);
            else
                said_clear(&list[i]);
            if (result == HO_OK) {
                object->said[object->shown.n_said - 1].step = step->number;
                object->said[object->shown.n_said - 1].tracked = step->is_finished;
            }
        }
        free(list);
        HO_TRY(result);
        object->shown_step = step->number;
        enum ho_quality quality;
        if (ho_quality_parse(step->making.quality, &quality, NULL) == HO_OK && !object->id)
            object->shown.quality = quality;
    }
    return HO_OK;
}

static bool is_all_found(const struct object *object)
{
    return object->shown.n_said == 0 || object->said[object->shown.n_said - 1].step != 0;
}

// The bank shows what the project says: after an undo the earlier take, at no cost.
static enum ho_result make_current(struct ho_session *session, struct object *object, struct ho_diag *diag)
{
    struct ho_store *store = NULL;
    struct ho_bank *bank;
    HO_TRY(masks_bank(session, &bank, diag));
    HO_TRY(ho_store_open(bank, object->shown.id, HO_STORE_WRITE, &store, diag));
    enum ho_result result = ho_store_set_current(store, object->shown_step, diag);
    ho_store_close(&store);
    if (result == HO_OK)
        object->current = object->shown_step;
    return result;
}

static enum ho_result read_history(struct ho_session *session, const struct ho_source_info *source,
                                   struct object *object, struct history *history, struct ho_diag *diag)
{
    object->current = ho_store_current(history->store);
    snprintf(object->shown.id, sizeof(object->shown.id), "%s", ho_store_id(history->store));
    HO_TRY(history_read(history, diag));
    HO_TRY(follow(object, history, source, diag));
    bool is_behind = is_all_found(object) && object->current != object->shown_step &&
                     is_above(history, object->current, object->shown_step);
    if (is_behind && !(session->masks.is_followed && object->id))
        return adopt(object, history, diag);
    if (session->masks.is_followed && object->id && object->shown_step && object->current != object->shown_step)
        return make_current(session, object, diag);
    return HO_OK;
}

enum ho_result object_read(struct ho_session *session, const struct ho_source_info *source, struct object *object,
                           struct ho_diag *diag)
{
    struct history history = {0};
    struct ho_bank *bank;
    HO_TRY(read_kept(session, object, diag));
    HO_TRY(masks_bank(session, &bank, diag));
    if (ho_store_find(bank, source, object->shown.name, HO_STORE_READ, &history.store, NULL) != HO_OK)
        return HO_OK;    // nothing is tracked yet
    enum ho_result result = read_history(session, source, object, &history, diag);
    history_clear(&history);
    return result;
}
