// SPDX-License-Identifier: BSD-2-Clause
// An object's history: its steps, their takes, and which of them is current. Each row is under a checksum; what changes
// of a step after it was added (how far it came) is outside.
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "bank/bank.h"
#include "base/memory.h"

// ---- steps

static char *making_text(const struct ho_making *making)
{
    json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "engine", making->engine, "engine_version",
                             making->engine_version, "weights", making->weights, "precision", making->precision,
                             "runtime", making->runtime, "quality", making->quality);
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(json);
    return text;
}

static void copy_field(const json_t *json, const char *name, char *out, size_t size)
{
    const char *text = json_string_value(json_object_get(json, name));
    snprintf(out, size, "%s", text ? text : "");
}

static struct ho_making parse_making(const char *text)
{
    struct ho_making making = {0};
    json_t *json = json_loads(text, 0, NULL);
    copy_field(json, "engine", making.engine, sizeof(making.engine));
    copy_field(json, "engine_version", making.engine_version, sizeof(making.engine_version));
    copy_field(json, "weights", making.weights, sizeof(making.weights));
    copy_field(json, "precision", making.precision, sizeof(making.precision));
    copy_field(json, "runtime", making.runtime, sizeof(making.runtime));
    copy_field(json, "quality", making.quality, sizeof(making.quality));
    json_decref(json);
    return making;
}

static uint64_t step_checksum(const struct ho_step *step, const char *making)
{
    uint64_t words[] = {(uint64_t)step->number, (uint64_t)step->parent, (uint64_t)step->made, step->key.low,
                        step->key.high,         step->basis.low,        step->basis.high};
    uint64_t seed = XXH3_64bits(words, sizeof(words));
    seed = XXH3_64bits_withSeed(step->said, strlen(step->said), seed);
    return XXH3_64bits_withSeed(making, strlen(making), seed);
}

enum ho_result ho_store_keep_step(struct ho_store *store, const struct ho_step *step, struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    char key[HO_ID_SIZE], basis[HO_ID_SIZE];
    HO_TRY(ho_store_begin(store, diag));
    HO_TRY(ho_store_query(store, HO_QUERY_ADD_STEP, &statement, diag));
    char *making = making_text(&step->making);
    if (!making)
        return ho_fail_memory(diag, sizeof(step->making));
    ho_key_format(step->key, key);
    ho_key_format(step->basis, basis);
    sqlite3_bind_int64(statement, 1, step->number);
    sqlite3_bind_int64(statement, 2, step->parent);
    sqlite3_bind_int64(statement, 3, step->made);
    sqlite3_bind_text(statement, 4, key, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 5, step->said, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 6, making, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 7, basis, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 8, (int64_t)step_checksum(step, making));
    sqlite3_bind_int64(statement, 9, step->is_finished);
    sqlite3_bind_double(statement, 10, step->seconds);
    sqlite3_bind_int64(statement, 11, step->n_tracked);
    enum ho_result result = ho_store_execute(store, statement, "writing a step", diag);
    free(making);
    return result;
}

enum ho_result ho_store_add_step(struct ho_store *store, struct ho_step *step, struct ho_diag *diag)
{
    HO_TRY(ho_sql_number(store->db, store->path, "SELECT coalesce(max(step), 0) + 1 FROM steps", &step->number, diag));
    HO_TRY(ho_sql_number(store->db, store->path, "SELECT " HO_NOW, &step->made, diag));
    step->is_finished = false;
    return ho_store_keep_step(store, step, diag);
}

enum ho_result ho_store_note_step(struct ho_store *store, int64_t step, bool is_finished, double seconds,
                                  int64_t n_tracked, struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    HO_TRY(ho_store_begin(store, diag));
    HO_TRY(ho_store_query(store, HO_QUERY_NOTE_STEP, &statement, diag));
    sqlite3_bind_int64(statement, 1, step);
    sqlite3_bind_int64(statement, 2, is_finished);
    sqlite3_bind_double(statement, 3, seconds);
    sqlite3_bind_int64(statement, 4, n_tracked);
    return ho_store_execute(store, statement, "writing a step", diag);
}

enum ho_result ho_store_drop_step(struct ho_store *store, int64_t step, struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    HO_TRY(ho_store_begin(store, diag));
    HO_TRY(ho_store_query(store, HO_QUERY_DROP_STEP, &statement, diag));
    sqlite3_bind_int64(statement, 1, step);
    HO_TRY(ho_store_execute(store, statement, "taking a step away", diag));
    return ho_store_commit(store, diag);
}

static enum ho_result fail_step(const struct ho_store *store, int64_t step, struct ho_diag *diag)
{
    return ho_fail(diag, HO_ERROR_VERIFY,
                   "%s: damaged: its step %lld does not fit its checksum; `holdout bank verify %.12s --repair` keeps "
                   "what can be read",
                   store->path, (long long)step, store->id);
}

static const char *text_of(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text ? text : "";
}

static enum ho_result read_step(struct ho_store *store, sqlite3_stmt *row, struct ho_step *out, struct ho_diag *diag)
{
    const char *making = text_of(row, 5);
    *out = (struct ho_step){.number = sqlite3_column_int64(row, 0),
                            .parent = sqlite3_column_int64(row, 1),
                            .made = sqlite3_column_int64(row, 2),
                            .said = ho_strdup(text_of(row, 4)),
                            .making = parse_making(making),
                            .is_finished = sqlite3_column_int64(row, 8) != 0,
                            .seconds = sqlite3_column_double(row, 9),
                            .n_tracked = sqlite3_column_int64(row, 10)};
    if (!out->said)
        return ho_fail_memory(diag, 1);
    bool is_right = ho_key_parse(text_of(row, 3), &out->key) && ho_key_parse(text_of(row, 6), &out->basis) &&
                    (uint64_t)sqlite3_column_int64(row, 7) == step_checksum(out, making);
    return is_right ? HO_OK : fail_step(store, out->number, diag);
}

enum ho_result ho_store_get_step(struct ho_store *store, int64_t number, struct ho_step *out, struct ho_diag *diag)
{
    sqlite3_stmt *row;
    HO_TRY(ho_store_query(store, HO_QUERY_GET_STEP, &row, diag));
    sqlite3_bind_int64(row, 1, number);
    int code = sqlite3_step(row);
    enum ho_result result = code == SQLITE_ROW    ? read_step(store, row, out, diag)
                            : code == SQLITE_DONE ? HO_END
                                                  : ho_sql_fail(store->db, store->path, "reading a step", diag);
    sqlite3_reset(row);
    if (code == SQLITE_ROW && result != HO_OK)
        free(out->said);
    return result;
}

void ho_steps_free(struct ho_step **steps, size_t n)
{
    for (size_t i = 0; *steps && i < n; i++)
        free((*steps)[i].said);
    free(*steps);
    *steps = NULL;
}

const struct ho_step *ho_steps_find(const struct ho_step *steps, size_t n, int64_t number)
{
    for (size_t i = 0; i < n; i++)
        if (steps[i].number == number)
            return &steps[i];
    return NULL;
}

enum ho_result ho_store_steps(struct ho_store *store, struct ho_step **out, size_t *n, struct ho_diag *diag)
{
    sqlite3_stmt *row;
    HO_TRY(ho_store_query(store, HO_QUERY_STEPS, &row, diag));
    struct ho_step *steps = NULL;
    size_t count = 0;
    enum ho_result result = HO_OK;
    int code;
    while (result == HO_OK && (code = sqlite3_step(row)) != SQLITE_DONE) {
        struct ho_step *grown = ho_realloc(steps, count + 1, sizeof(*steps));
        if (!grown) {
            result = ho_fail_memory(diag, (count + 1) * sizeof(*steps));
            break;
        }
        steps = grown;
        if (code != SQLITE_ROW) {
            result = ho_sql_fail(store->db, store->path, "reading its steps", diag);
            break;
        }
        result = read_step(store, row, &steps[count], diag);
        count++;
    }
    sqlite3_reset(row);
    if (result != HO_OK) {
        ho_steps_free(&steps, count);
        return result;
    }
    *out = steps;
    *n = count;
    return HO_OK;
}

// ---- takes

static uint64_t span_checksum(int64_t step, const struct ho_span *span)
{
    uint64_t words[] = {(uint64_t)step, (uint64_t)span->first, (uint64_t)span->last,
                        span->key.low,  span->key.high,        span->flags};
    return XXH3_64bits(words, sizeof(words));
}

static enum ho_result put_span(struct ho_store *store, int64_t step, const struct ho_span *span, struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    char key[HO_ID_SIZE];
    HO_TRY(ho_store_query(store, HO_QUERY_PUT_SPAN, &statement, diag));
    ho_key_format(span->key, key);
    sqlite3_bind_int64(statement, 1, step);
    sqlite3_bind_int64(statement, 2, span->first);
    sqlite3_bind_int64(statement, 3, span->last);
    sqlite3_bind_text(statement, 4, key, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 5, span->flags);
    sqlite3_bind_int64(statement, 6, (int64_t)span_checksum(step, span));
    return ho_store_execute(store, statement, "writing a take", diag);
}

static enum ho_result put_spans(struct ho_store *store, int64_t step, const struct ho_take *take, struct ho_diag *diag)
{
    sqlite3_stmt *drop;
    HO_TRY(ho_store_query(store, HO_QUERY_DROP_SPANS, &drop, diag));
    sqlite3_bind_int64(drop, 1, step);
    HO_TRY(ho_store_execute(store, drop, "writing a take", diag));
    for (size_t i = 0; i < take->n; i++)
        HO_TRY(put_span(store, step, &take->spans[i], diag));
    return HO_OK;
}

enum ho_result ho_store_put_take(struct ho_store *store, int64_t step, const struct ho_take *take, struct ho_diag *diag)
{
    HO_TRY(ho_store_begin(store, diag));
    HO_TRY(put_spans(store, step, take, diag));
    return step == store->selected ? ho_store_select(store, step, diag) : HO_OK;
}

static enum ho_result read_span(struct ho_store *store, int64_t step, sqlite3_stmt *row, struct ho_take *take,
                                struct ho_diag *diag)
{
    struct ho_span *grown = ho_realloc(take->spans, take->n + 1, sizeof(*grown));
    if (!grown)
        return ho_fail_memory(diag, (take->n + 1) * sizeof(*grown));
    take->spans = grown;
    struct ho_span *span = &grown[take->n++];
    *span = (struct ho_span){.first = sqlite3_column_int64(row, 0),
                             .last = sqlite3_column_int64(row, 1),
                             .flags = (unsigned)sqlite3_column_int64(row, 3)};
    bool is_right = ho_key_parse(text_of(row, 2), &span->key) &&
                    (uint64_t)sqlite3_column_int64(row, 4) == span_checksum(step, span);
    return is_right ? HO_OK : fail_step(store, step, diag);
}

enum ho_result ho_store_save_take(struct ho_store *store, int64_t step, struct ho_take *out, int64_t *n_lost,
                                  struct ho_diag *diag)
{
    sqlite3_stmt *row;
    *out = (struct ho_take){0};
    HO_TRY(ho_store_query(store, HO_QUERY_SPANS, &row, diag));
    sqlite3_bind_int64(row, 1, step);
    enum ho_result result = HO_OK;
    int code;
    while (result == HO_OK && (code = sqlite3_step(row)) != SQLITE_DONE) {
        result = code == SQLITE_ROW ? read_span(store, step, row, out, diag)
                                    : ho_sql_fail(store->db, store->path, "reading a take", diag);
        if (result == HO_ERROR_VERIFY && n_lost) {
            ++*n_lost;
            if (code != SQLITE_ROW)    // a page that can't be read: what comes after it neither
                break;
            out->n--;
            result = HO_OK;
        }
    }
    if (result == HO_ERROR_VERIFY && n_lost)
        result = HO_OK;
    sqlite3_reset(row);
    if (result != HO_OK)
        ho_take_clear(out);
    return result;
}

enum ho_result ho_store_get_take(struct ho_store *store, int64_t step, struct ho_take *out, struct ho_diag *diag)
{
    return ho_store_save_take(store, step, out, NULL, diag);
}

// ---- which is shown

static enum ho_result step_exists(struct ho_store *store, int64_t number, struct ho_diag *diag)
{
    struct ho_step step;
    enum ho_result result = ho_store_get_step(store, number, &step, diag);
    if (result == HO_END)
        return ho_fail(diag, HO_ERROR_USAGE, "'%s' has no step %lld; `holdout history %.12s` lists those it has",
                       store->head.object, (long long)number, store->id);
    if (result == HO_OK)
        free(step.said);
    return result;
}

int64_t ho_store_current(const struct ho_store *store) { return store->current; }
int64_t ho_store_selected(const struct ho_store *store) { return store->selected; }

enum ho_result ho_store_set_current(struct ho_store *store, int64_t step, struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    if (step)
        HO_TRY(step_exists(store, step, diag));
    HO_TRY(ho_store_begin(store, diag));
    HO_TRY(ho_store_query(store, HO_QUERY_SET_CURRENT, &statement, diag));
    sqlite3_bind_int64(statement, 1, step);
    HO_TRY(ho_store_execute(store, statement, "choosing a take", diag));
    HO_TRY(ho_store_select(store, step, diag));
    HO_TRY(ho_store_commit(store, diag));
    store->current = step;
    return HO_OK;
}

enum ho_result ho_store_select(struct ho_store *store, int64_t step, struct ho_diag *diag)
{
    struct ho_take take;
    if (step)
        HO_TRY(step_exists(store, step, diag));
    HO_TRY(ho_store_get_take(store, step, &take, diag));
    ho_take_clear(&store->take);
    store->take = take;
    store->selected = step;
    return HO_OK;
}

enum ho_result ho_store_read_current(struct ho_store *store, struct ho_diag *diag)
{
    sqlite3_stmt *row;
    HO_TRY(ho_store_query(store, HO_QUERY_CURRENT, &row, diag));
    int code = sqlite3_step(row);
    if (code == SQLITE_ROW)
        store->current = sqlite3_column_int64(row, 0);
    sqlite3_reset(row);
    if (code == SQLITE_DONE)
        return ho_fail(diag, HO_ERROR_VERIFY,
                       "%s: damaged: which of its steps is current can't be read; `holdout bank verify %.12s --repair` "
                       "chooses the last",
                       store->path, store->id);
    return code == SQLITE_ROW ? HO_OK : ho_sql_fail(store->db, store->path, "reading its history", diag);
}

enum ho_result ho_store_load_history(struct ho_store *store, struct ho_diag *diag)
{
    HO_TRY(ho_store_read_current(store, diag));
    store->selected = store->current;
    return ho_store_get_take(store, store->current, &store->take, diag);
}
