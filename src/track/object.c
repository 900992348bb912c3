// SPDX-License-Identifier: BSD-2-Clause
#include "track/object.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

const struct ho_step *ho_object_step(const struct ho_object *object, int64_t number)
{
    return ho_steps_find(object->steps, object->n_steps, number);
}

enum ho_result ho_object_read_steps(struct ho_object *object, struct ho_diag *diag)
{
    struct ho_store *store = object->store ? object->store : object->view;
    ho_steps_free(&object->steps, object->n_steps);
    object->n_steps = 0;
    return ho_store_steps(store, &object->steps, &object->n_steps, diag);
}

// ---- what of the request is there already

static enum ho_result step_key(const struct ho_context *context, const struct ho_statement *statement,
                               struct ho_key *out, struct ho_diag *diag)
{
    return ho_context_key(context, "step", &statement->key, 1, out, diag);
}

static bool is_above(const struct ho_object *object, int64_t step, int64_t ancestor)
{
    for (const struct ho_step *at = ho_object_step(object, step); at; at = ho_object_step(object, at->parent))
        if (at->number == ancestor)
            return true;
    return step == ancestor || ancestor == 0;
}

// The step after `at` that says this: of several the one on the way to what is shown, else the newest. 0: none.
static int64_t child_with(const struct ho_object *object, int64_t at, struct ho_key key)
{
    int64_t found = 0;
    for (size_t i = 0; i < object->n_steps; i++) {
        const struct ho_step *step = &object->steps[i];
        if (step->parent != at || !ho_key_equal(step->key, key))
            continue;
        found = step->number;
        if (is_above(object, ho_store_current(object->store), found))
            break;
    }
    return found;
}

static enum ho_result follow(const struct ho_context *context, struct ho_object *object, int64_t from, int64_t *at,
                             struct ho_diag *diag)
{
    *at = from;
    for (object->n_found = 0; object->n_found < object->n_statements; object->n_found++) {
        struct ho_key key;
        HO_TRY(step_key(context, &object->statements[object->n_found], &key, diag));
        int64_t child = child_with(object, *at, key);
        if (!child)
            break;
        *at = child;
    }
    return HO_OK;
}

// The step before the last `n` of the line that ends at `at`.
static int64_t step_before(const struct ho_object *object, int64_t at, size_t n)
{
    for (const struct ho_step *step; n && (step = ho_object_step(object, at)); n--)
        at = step->parent;
    return at;
}

// All that was said is what is given: it is followed from the beginning. Steps that were added later stay.
static enum ho_result find_all(const struct ho_context *context, struct ho_object *object, struct ho_diag *diag)
{
    int64_t at, current = ho_store_current(object->store);
    HO_TRY(follow(context, object, 0, &at, diag));
    bool is_all = object->n_found == object->n_statements;
    return ho_object_go_to(object, is_all && is_above(object, current, at) ? current : at, is_all, diag);
}

// What is given is added to what is shown, unless it is the last that was said.
static enum ho_result find_added(const struct ho_context *context, struct ho_object *object, struct ho_diag *diag)
{
    int64_t at, current = ho_store_current(object->store);
    HO_TRY(follow(context, object, step_before(object, current, object->n_statements), &at, diag));
    if (at != current || object->n_found != object->n_statements)
        HO_TRY(follow(context, object, current, &at, diag));
    return ho_object_go_to(object, at, object->n_found == object->n_statements, diag);
}

// ---- opening

enum ho_result ho_object_prepare(const struct ho_context *context, const struct ho_object_request *request,
                                 struct ho_object *object, struct ho_diag *diag)
{
    object->request = request;
    object->name = request->name && *request->name ? request->name : "object";
    if (strlen(object->name) >= HO_NAME_SIZE)
        return ho_fail(diag, HO_ERROR_USAGE, "the object's name is %zu bytes long; %d are allowed",
                       strlen(object->name), HO_NAME_SIZE - 1);
    return ho_statements_create(request->said, request->n_said, context->source, &object->statements,
                                &object->n_statements, diag);
}

static enum ho_result check_there(struct ho_context *context, const struct ho_object *object, struct ho_diag *diag)
{
    struct ho_store *store = NULL;
    HO_TRY(ho_store_find(context->bank, context->source, object->name, HO_STORE_READ, &store, diag));
    ho_store_close(&store);
    return HO_OK;
}

enum ho_result ho_object_open(struct ho_context *context, struct ho_object *object, struct ho_diag *diag)
{
    if (context->request->add)
        HO_TRY(check_there(context, object, diag));
    HO_TRY(ho_context_store(context, object->name, &object->store, diag));
    snprintf(object->id, sizeof(object->id), "%s", ho_store_id(object->store));
    HO_TRY(ho_store_open(context->bank, object->id, HO_STORE_READ, &object->view, diag));
    HO_TRY(ho_object_read_steps(object, diag));
    HO_TRY(ho_store_get_take(object->store, ho_store_current(object->store), &object->before, diag));
    return context->request->add ? find_added(context, object, diag) : find_all(context, object, diag);
}

enum ho_result ho_object_open_rival(struct ho_context *context, const char *id, struct ho_object *object,
                                    struct ho_diag *diag)
{
    struct ho_diag inner = {0};
    enum ho_result result = ho_store_open(context->bank, id, HO_STORE_READ, &object->view, &inner);
    if (result != HO_OK)
        return result == HO_ERROR_INPUT ? HO_END : ho_fail(diag, result, "%s", inner.message);
    snprintf(object->id, sizeof(object->id), "%s", ho_store_id(object->view));
    object->name = ho_store_object(object->view);
    object->at = ho_store_current(object->view);
    return ho_store_get_take(object->view, object->at, &object->take, diag);
}

void ho_object_close(struct ho_object *object)
{
    ho_store_close(&object->view);
    ho_store_close(&object->store);
    ho_statements_free(&object->statements, object->n_statements);
    ho_steps_free(&object->steps, object->n_steps);
    ho_take_clear(&object->take);
    ho_take_clear(&object->before);
    memset(object, 0, sizeof(*object));
}

// ---- the history

enum ho_result ho_object_add_step(struct ho_context *context, struct ho_object *object,
                                  const struct ho_statement *statement, const char *const *rivals, size_t n_rivals,
                                  int64_t *number, struct ho_diag *diag)
{
    struct ho_step step = {.parent = object->at, .making = context->making};
    HO_TRY(step_key(context, statement, &step.key, diag));
    HO_TRY(ho_statement_format(statement, rivals, n_rivals, object->store, &step.said, diag));
    enum ho_result result = ho_store_add_step(object->store, &step, diag);
    free(step.said);
    if (result == HO_OK)
        result = ho_store_commit(object->store, diag);
    if (result == HO_OK)
        result = ho_object_read_steps(object, diag);
    *number = step.number;
    return result;
}

enum ho_result ho_object_go_to(struct ho_object *object, int64_t step, bool is_shown, struct ho_diag *diag)
{
    struct ho_take take;
    HO_TRY(ho_store_get_take(object->store, step, &take, diag));
    ho_take_clear(&object->take);
    object->take = take;
    object->at = step;
    const struct ho_step *at = ho_object_step(object, step);
    bool can_show = at && (at->is_finished || take.n);
    if (!is_shown || !can_show || ho_store_current(object->store) == step)
        return HO_OK;
    HO_TRY(ho_store_set_current(object->store, step, diag));
    return ho_store_commit(object->store, diag);
}

// *muted: the step that `step` mutes, or 0.
static void muted_by(const struct ho_step *step, int64_t *muted)
{
    json_t *said = json_loads(step->said, 0, NULL);
    *muted = json_integer_value(json_object_get(said, "mute"));
    json_decref(said);
}

static bool is_among(const int64_t *list, size_t n, int64_t number)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == number)
            return true;
    return false;
}

enum ho_result ho_object_line(struct ho_object *object, int64_t step, int64_t **out, size_t *n, struct ho_diag *diag)
{
    size_t room = object->n_steps + 1, n_above = 0, n_muted = 0;
    int64_t *above = ho_alloc(2 * room, sizeof(*above)), *line = ho_alloc(room, sizeof(*line));
    *n = 0;
    if (!above || !line) {
        free(above);
        free(line);
        return ho_fail_memory(diag, 2 * room * sizeof(*above));
    }
    int64_t *muted = above + room;
    for (const struct ho_step *at = ho_object_step(object, step); at && n_above < object->n_steps;
         at = ho_object_step(object, at->parent)) {
        int64_t other;
        muted_by(at, &other);
        if (other)
            muted[n_muted++] = other;
        else
            above[n_above++] = at->number;
    }
    for (size_t i = n_above; i-- > 0;)    // oldest first
        if (!is_among(muted, n_muted, above[i]))
            line[(*n)++] = above[i];
    free(above);
    *out = line;
    return HO_OK;
}

static bool is_listed(char *const *list, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], text) == 0)
            return true;
    return false;
}

enum ho_result ho_object_rivals(const struct ho_object *object, char ***out, size_t *n, struct ho_diag *diag)
{
    char **list = NULL;
    size_t count = 0;
    enum ho_result result = HO_OK;
    for (const struct ho_step *at = ho_object_step(object, object->at); at && result == HO_OK;
         at = ho_object_step(object, at->parent)) {
        json_t *said = json_loads(at->said, 0, NULL), *rivals = json_object_get(said, "rivals");
        for (size_t i = 0; i < json_array_size(rivals) && result == HO_OK; i++) {
            const char *id = json_string_value(json_array_get(rivals, i));
            if (!id || is_listed(list, count, id))
                continue;
            char **grown = ho_realloc(list, count + 1, sizeof(*grown));
            char *copy = ho_strdup(id);
            list = grown ? grown : list;
            if (grown && copy)
                list[count++] = copy;
            else
                result = ho_fail_memory(diag, sizeof(*grown));
        }
        json_decref(said);
    }
    *out = list;
    *n = count;
    return result;
}
