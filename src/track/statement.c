// SPDX-License-Identifier: BSD-2-Clause
#include "track/statement.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

// ---- from what was said

static enum ho_result make_key(struct ho_statement *statement, struct ho_diag *diag)
{
    struct ho_key_maker *maker;
    HO_TRY(ho_key_maker_create(&maker, diag));
    ho_key_maker_add_number(maker, statement->kind);
    for (size_t i = 0; i < statement->n_prompts; i++)
        ho_prompt_hash(maker, &statement->prompts[i]);
    ho_key_maker_add_number(maker, statement->frames.first);
    ho_key_maker_add_number(maker, statement->frames.last);
    ho_key_maker_add_number(maker, statement->step);
    statement->key = ho_key_maker_key(maker);
    ho_key_maker_destroy(&maker);
    return HO_OK;
}

enum ho_result ho_statement_of_prompts(const struct ho_prompt *prompts, size_t n, const struct ho_source_info *source,
                                       struct ho_statement *out, struct ho_diag *diag)
{
    *out = (struct ho_statement){.kind = HO_SAID_PROMPT};
    HO_TRY(ho_prompts_check(prompts, n, source, diag));
    out->frame = prompts[0].frame;
    if (n == 1 && prompts[0].kind == HO_PROMPT_MASK && ho_matte_is_empty(prompts[0].mask)) {
        out->kind = HO_SAID_ABSENT;
        out->frames = (struct ho_range){out->frame, out->frame};
        return make_key(out, diag);
    }
    HO_TRY(ho_prompts_copy(prompts, n, source, &out->prompts, &out->n_prompts, diag));
    return make_key(out, diag);
}

void ho_statement_clear(struct ho_statement *statement)
{
    ho_prompts_free(&statement->prompts, statement->n_prompts);
    memset(statement, 0, sizeof(*statement));
}

void ho_statements_free(struct ho_statement **statements, size_t n)
{
    for (size_t i = 0; *statements && i < n; i++)
        ho_statement_clear(&(*statements)[i]);
    free(*statements);
    *statements = NULL;
}

static enum ho_result frames_of(const struct ho_said *said, size_t number, const struct ho_source_info *source,
                                struct ho_range *out, struct ho_diag *diag)
{
    const struct ho_range *frames = &said->frames;
    if (frames->first > frames->last || frames->last < 0 || frames->first >= source->n_frames)
        return ho_fail(diag, HO_ERROR_USAGE, "%zu: the %s %s-%s holds no frame of %s, which has frames 0 to %lld",
                       number, said->kind == HO_SAID_LOCK ? "lock" : "absence",
                       ho_source_frame_text(source, frames->first).text,
                       ho_source_frame_text(source, frames->last).text, source->path, (long long)source->n_frames - 1);
    out->first = frames->first < 0 ? 0 : frames->first;
    out->last = frames->last >= source->n_frames ? source->n_frames - 1 : frames->last;
    return HO_OK;
}

// How many from `i` on are one statement.
static size_t group_length(const struct ho_said *said, size_t n, size_t i)
{
    size_t length = 1;
    while (said[i].kind == HO_SAID_PROMPT && i + length < n && said[i + length].kind == HO_SAID_PROMPT &&
           said[i + length].prompt.frame == said[i].prompt.frame)
        length++;
    return length;
}

static enum ho_result make_one(const struct ho_said *said, size_t n, size_t number, const struct ho_source_info *source,
                               struct ho_statement *out, struct ho_diag *diag)
{
    if (said->kind == HO_SAID_PROMPT) {
        struct ho_prompt *prompts = ho_alloc(n, sizeof(*prompts));
        if (!prompts)
            return ho_fail_memory(diag, n * sizeof(*prompts));
        for (size_t i = 0; i < n; i++)
            prompts[i] = said[i].prompt;
        enum ho_result result = ho_statement_of_prompts(prompts, n, source, out, diag);
        free(prompts);
        return result;
    }
    *out = (struct ho_statement){.kind = said->kind, .step = said->kind == HO_SAID_MUTE ? said->step : 0};
    if (said->kind != HO_SAID_MUTE)
        HO_TRY(frames_of(said, number, source, &out->frames, diag));
    out->frame = out->frames.first;
    return make_key(out, diag);
}

// All prompts are checked together first, so that a sentence counts them as they were given.
static enum ho_result check_all(const struct ho_said *said, size_t n, const struct ho_source_info *source,
                                struct ho_diag *diag)
{
    struct ho_prompt *prompts = ho_alloc(n, sizeof(*prompts));
    size_t n_prompts = 0;
    if (!prompts)
        return ho_fail_memory(diag, n * sizeof(*prompts));
    for (size_t i = 0; i < n; i++)
        if (said[i].kind == HO_SAID_PROMPT)
            prompts[n_prompts++] = said[i].prompt;
    enum ho_result result = ho_prompts_check(prompts, n_prompts, source, diag);
    free(prompts);
    return result;
}

enum ho_result ho_statements_create(const struct ho_said *said, size_t n, const struct ho_source_info *source,
                                    struct ho_statement **out, size_t *n_out, struct ho_diag *diag)
{
    if (n == 0)
        return ho_fail(diag, HO_ERROR_USAGE, "nothing says what to track: give a click, a box, a stroke or a mask");
    HO_TRY(check_all(said, n, source, diag));
    struct ho_statement *statements = ho_alloc(n, sizeof(*statements));
    size_t made = 0;
    if (!statements)
        return ho_fail_memory(diag, n * sizeof(*statements));
    enum ho_result result = HO_OK;
    for (size_t i = 0, length; i < n && result == HO_OK; i += length) {
        length = group_length(said, n, i);
        result = make_one(&said[i], length, i + 1, source, &statements[made++], diag);
    }
    if (result != HO_OK) {
        ho_statements_free(&statements, made);
        return result;
    }
    *out = statements;
    *n_out = made;
    return HO_OK;
}

bool ho_statement_says_all(const struct ho_statement *statement)
{
    for (size_t i = 0; i < statement->n_prompts; i++)
        if (statement->prompts[i].kind == HO_PROMPT_MASK || statement->prompts[i].kind == HO_PROMPT_BOX)
            return true;
    return false;
}

// ---- as the history keeps it

static const char *const said_names[] = {
    [HO_SAID_PROMPT] = "prompts", [HO_SAID_ABSENT] = "absent", [HO_SAID_LOCK] = "lock", [HO_SAID_MUTE] = "mute"};

// "2 clicks, exclude @96", "absent 40-60", "mute 3"
static void write_words(const struct ho_statement *statement, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    if (statement->kind == HO_SAID_MUTE) {
        snprintf(out, size, "mute %lld", (long long)statement->step);
    } else if (statement->kind != HO_SAID_PROMPT) {
        const struct ho_range *frames = &statement->frames;
        length = (size_t)snprintf(out, size, "%s %lld", said_names[statement->kind], (long long)frames->first);
        if (frames->last > frames->first)
            snprintf(out + length, size - length, "-%lld", (long long)frames->last);
    } else {
        for (int kind = HO_PROMPT_CLICK; kind <= HO_PROMPT_MASK; kind++) {
            size_t n = 0;
            for (size_t i = 0; i < statement->n_prompts; i++)
                n += statement->prompts[i].kind == (enum ho_prompt_kind)kind;
            const char *name = ho_prompt_kind_name((enum ho_prompt_kind)kind), *comma = length ? ", " : "";
            if (n == 1)
                length += (size_t)snprintf(out + length, size - length, "%s%s", comma, name);
            else if (n)
                length += (size_t)snprintf(out + length, size - length, "%s%zu %s%s", comma, n, name,
                                           kind == HO_PROMPT_BOX ? "es" : "s");
        }
        snprintf(out + length, size - length, " @%lld", (long long)statement->frame);
    }
}

static enum ho_result format_prompt(const struct ho_prompt *prompt, struct ho_store *store, json_t *list,
                                    struct ho_diag *diag)
{
    json_t *points = json_array(), *object = NULL;
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < prompt->n_points; i++)
        json_array_append_new(points, json_pack("[f,f]", (double)prompt->points[i].x, (double)prompt->points[i].y));
    object = json_pack("{s:s, s:I}", "kind", ho_prompt_kind_name(prompt->kind), "frame", (json_int_t)prompt->frame);
    if (prompt->kind != HO_PROMPT_MASK)
        json_object_set(object, "points", points);
    json_decref(points);
    if (prompt->mask) {
        char text[HO_ID_SIZE];
        struct ho_key key = {0};
        result = ho_mask_key(prompt->mask, &key, diag);
        ho_key_format(key, text);
        json_object_set_new(object, "hash", json_string(text));
        if (result == HO_OK)
            result = ho_store_put_mask(store, key, prompt->mask, diag);
    }
    json_array_append_new(list, object);
    return result;
}

enum ho_result ho_statement_format(const struct ho_statement *statement, const char *const *rivals, size_t n_rivals,
                                   struct ho_store *store, char **out, struct ho_diag *diag)
{
    char words[128];
    json_t *said = json_object(), *list = json_array();
    enum ho_result result = HO_OK;
    write_words(statement, words, sizeof(words));
    json_object_set_new(said, "words", json_string(words));
    for (size_t i = 0; i < statement->n_prompts && result == HO_OK; i++)
        result = format_prompt(&statement->prompts[i], store, list, diag);
    if (statement->kind == HO_SAID_PROMPT)
        json_object_set(said, said_names[HO_SAID_PROMPT], list);
    else if (statement->kind == HO_SAID_MUTE)
        json_object_set_new(said, said_names[HO_SAID_MUTE], json_integer(statement->step));
    else
        json_object_set_new(
            said, said_names[statement->kind],
            json_pack("[I,I]", (json_int_t)statement->frames.first, (json_int_t)statement->frames.last));
    json_decref(list);
    json_t *others = n_rivals ? json_array() : NULL;
    for (size_t i = 0; i < n_rivals; i++)
        json_array_append_new(others, json_string(rivals[i]));
    if (others)
        json_object_set_new(said, "rivals", others);
    *out = result == HO_OK ? json_dumps(said, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(said);
    return result != HO_OK || *out ? result : ho_fail_memory(diag, 64);
}

static bool find_kind(const char *name, enum ho_prompt_kind *out)
{
    for (int kind = HO_PROMPT_CLICK; name && kind <= HO_PROMPT_MASK; kind++) {
        if (strcmp(name, ho_prompt_kind_name((enum ho_prompt_kind)kind)) == 0) {
            *out = (enum ho_prompt_kind)kind;
            return true;
        }
    }
    return false;
}

static enum ho_result parse_prompt(const json_t *json, struct ho_store *store, struct ho_prompt *out,
                                   struct ho_diag *diag)
{
    const json_t *points = json_object_get(json, "points");
    const struct ho_source_info *source = ho_store_source(store);
    struct ho_key key;
    if (!find_kind(json_string_value(json_object_get(json, "kind")), &out->kind))
        return HO_ERROR_VERIFY;
    out->frame = json_integer_value(json_object_get(json, "frame"));
    out->n_points = json_array_size(points);
    out->points = ho_alloc(out->n_points + 1, sizeof(*out->points));
    if (!out->points)
        return ho_fail_memory(diag, (out->n_points + 1) * sizeof(*out->points));
    for (size_t i = 0; i < out->n_points; i++) {
        const json_t *point = json_array_get(points, i);
        out->points[i] = (struct ho_point){(float)json_number_value(json_array_get(point, 0)),
                                           (float)json_number_value(json_array_get(point, 1))};
    }
    if (out->kind != HO_PROMPT_MASK)
        return HO_OK;
    struct ho_matte *mask;
    HO_TRY(ho_matte_create(source->width, source->height, &mask, diag));
    out->mask = mask;
    if (!ho_key_parse(json_string_value(json_object_get(json, "hash")), &key))
        return HO_ERROR_VERIFY;
    enum ho_result result = ho_store_get_mask(store, key, mask, diag);
    return result == HO_END ? HO_ERROR_VERIFY : result;
}

static enum ho_result parse_prompts(const json_t *list, struct ho_store *store, struct ho_statement *out,
                                    struct ho_diag *diag)
{
    size_t n = json_array_size(list);
    out->prompts = ho_alloc(n + 1, sizeof(*out->prompts));
    if (!out->prompts)
        return ho_fail_memory(diag, (n + 1) * sizeof(*out->prompts));
    for (; out->n_prompts < n; out->n_prompts++)
        HO_TRY(parse_prompt(json_array_get(list, out->n_prompts), store, &out->prompts[out->n_prompts], diag));
    if (!n)
        return HO_ERROR_VERIFY;
    out->frame = out->prompts[0].frame;
    return HO_OK;
}

static enum ho_result parse(const json_t *said, struct ho_store *store, struct ho_statement *out, struct ho_diag *diag)
{
    for (int kind = HO_SAID_PROMPT; kind <= HO_SAID_MUTE; kind++) {
        const json_t *value = json_object_get(said, said_names[kind]);
        if (!value)
            continue;
        out->kind = (enum ho_said_kind)kind;
        if (kind == HO_SAID_PROMPT) {
            HO_TRY(parse_prompts(value, store, out, diag));
        } else if (kind == HO_SAID_MUTE) {
            out->step = json_integer_value(value);
        } else {
            out->frames = (struct ho_range){json_integer_value(json_array_get(value, 0)),
                                            json_integer_value(json_array_get(value, 1))};
            out->frame = out->frames.first;
        }
        return make_key(out, diag);
    }
    return HO_ERROR_VERIFY;
}

enum ho_result ho_statement_parse(const char *text, struct ho_store *store, struct ho_statement *out,
                                  struct ho_diag *diag)
{
    json_t *said = json_loads(text, 0, NULL);
    memset(out, 0, sizeof(*out));
    enum ho_result result = said ? parse(said, store, out, diag) : HO_ERROR_VERIFY;
    json_decref(said);
    if (result == HO_OK)
        return HO_OK;
    ho_statement_clear(out);
    return result == HO_ERROR_VERIFY ? ho_fail(diag, result, "%s: what one of its steps says cannot be read: %.200s",
                                               ho_store_path(store), text)
                                     : result;
}
