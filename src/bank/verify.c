// SPDX-License-Identifier: BSD-2-Clause
// Reading everything and saying what is wrong; and saving what can still be read.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bank/verify.h"
#include "base/memory.h"

enum { UNREADABLE_ROWS = 100000 };    // that are skipped one by one before the rest is given up

static bool is_cancelled(const struct ho_verification *verification)
{
    return ho_cancel_is_requested(verification->cancel);
}

static enum ho_result fail_cancelled(const struct ho_store *store, struct ho_diag *diag)
{
    return ho_fail(diag, HO_CANCELLED, "%s: stopped before all of it was read; nothing was changed", store->path);
}

void ho_verify_fault(struct ho_verification *verification, int64_t frame, const char *text)
{
    verification->n_faults++;
    if (verification->report)
        verification->report(verification->opaque, verification->id, frame, text);
}

// What SQLite finds by walking its own trees.
static enum ho_result check_structure(struct ho_store *store, const char *pragma, struct ho_verification *verification,
                                      struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    HO_TRY(ho_sql_prepare(store->db, store->path, pragma, &statement, diag));
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        if (text && strcmp(text, "ok") != 0)
            ho_verify_fault(verification, -1, text);
    }
    sqlite3_finalize(statement);
    if (code == SQLITE_NOMEM)
        return ho_fail_memory(diag, 1);
    if (code == SQLITE_INTERRUPT)
        return fail_cancelled(store, diag);
    if (code != SQLITE_DONE)
        ho_verify_fault(verification, -1, sqlite3_errmsg(store->db));
    return HO_OK;
}

static enum ho_result check_frame(struct ho_store *store, int64_t frame, struct ho_key key,
                                  struct ho_verification *verification, struct ho_matte *matte, ho_frame_visit visit,
                                  void *opaque, struct ho_diag *diag)
{
    struct ho_frame_entry entry;
    struct ho_diag inner = {0};
    enum ho_result got = ho_store_get_key(store, frame, key, matte, &entry, &inner);
    verification->n_checked++;
    if (got == HO_OK)
        return visit ? visit(opaque, &entry, matte, diag) : HO_OK;
    if (got == HO_ERROR_VERIFY || got == HO_END) {
        ho_verify_fault(verification, frame, got == HO_END ? "its row is not where it belongs" : inner.message);
        return HO_OK;
    }
    return ho_fail(diag, got, "%s", inner.message);
}

// Gives every matte that can be read to `visit` and every other one to the report. Rows are asked for one by one, by
// their number, so that a page that can't be read costs no more than what stood on it.
enum ho_result ho_verify_each_frame(struct ho_store *store, struct ho_verification *verification, ho_frame_visit visit,
                                    void *opaque, struct ho_diag *diag)
{
    struct ho_matte *matte;
    sqlite3_stmt *next;
    HO_TRY(ho_sql_prepare(store->db, store->path, "SELECT id, frame, key FROM frames WHERE id > ?1 ORDER BY id LIMIT 1",
                          &next, diag));
    enum ho_result result = ho_matte_create(store->head.source.width, store->head.source.height, &matte, diag);
    for (int64_t id = 0, n_bad = 0; result == HO_OK;) {
        sqlite3_bind_int64(next, 1, id);
        int code = sqlite3_step(next);
        struct ho_key key;
        int64_t frame = -1;
        bool is_row = code == SQLITE_ROW,
             is_named = is_row && ho_key_parse((const char *)sqlite3_column_text(next, 2), &key);
        if (is_row) {
            id = sqlite3_column_int64(next, 0);
            frame = sqlite3_column_int64(next, 1);
        }
        sqlite3_reset(next);
        if (code == SQLITE_DONE)
            break;
        if (is_cancelled(verification))
            result = fail_cancelled(store, diag);
        else if (is_named)
            result = check_frame(store, frame, key, verification, matte, visit, opaque, diag);
        else if (is_row)
            ho_verify_fault(verification, frame, "its key is damaged");
        else if (code == SQLITE_NOMEM)
            result = ho_fail_memory(diag, 1);
        else if (++n_bad == 1)
            ho_verify_fault(verification, -1, sqlite3_errmsg(store->db));
        if (result == HO_OK && !is_row && (++id, n_bad > UNREADABLE_ROWS))
            break;
    }
    sqlite3_finalize(next);
    ho_matte_destroy(&matte);
    return result;
}

enum ho_result ho_verify_each_state(struct ho_store *store, struct ho_verification *verification, ho_state_visit visit,
                                    void *opaque, struct ho_diag *diag)
{
    sqlite3_stmt *walks;
    HO_TRY(ho_store_query(store, HO_QUERY_STATES, &walks, diag));
    enum ho_result result = HO_OK;
    int code;
    while (result == HO_OK && (code = sqlite3_step(walks)) == SQLITE_ROW) {
        struct ho_key walk;
        int64_t frame;
        void *bytes = NULL;
        size_t size;
        struct ho_diag inner = {0};
        enum ho_result got = ho_key_parse((const char *)sqlite3_column_text(walks, 0), &walk)
                                 ? ho_store_get_state(store, walk, &frame, &bytes, &size, &inner)
                                 : HO_ERROR_VERIFY;
        verification->n_checked++;
        if (got == HO_OK && visit)
            result = visit(opaque, walk, frame, bytes, size, diag);
        else if (got == HO_ERROR_MEMORY)
            result = ho_fail(diag, got, "%s", inner.message);
        else if (got != HO_OK)
            ho_verify_fault(verification, -1, inner.message[0] ? inner.message : "the name of a walk is damaged");
        free(bytes);
    }
    if (result == HO_OK && code != SQLITE_DONE)
        ho_verify_fault(verification, -1, sqlite3_errmsg(store->db));
    sqlite3_reset(walks);
    return result;
}

// A step with what is left of its take, to `visit`.
static enum ho_result check_step(struct ho_store *store, int64_t number, struct ho_verification *verification,
                                 ho_step_visit visit, void *opaque, struct ho_diag *diag)
{
    struct ho_step step;
    struct ho_take take;
    struct ho_diag inner = {0};
    int64_t n_lost = 0;
    verification->n_checked++;
    enum ho_result got = ho_store_get_step(store, number, &step, &inner);
    if (got == HO_ERROR_VERIFY || got == HO_END) {
        ho_verify_fault(verification, -1, got == HO_END ? "a step is not where it belongs" : inner.message);
        return HO_OK;
    }
    if (got != HO_OK)
        return ho_fail(diag, got, "%s", inner.message);
    enum ho_result result = ho_store_save_take(store, number, &take, &n_lost, diag);
    if (result == HO_OK) {
        char text[80];
        snprintf(text, sizeof(text), "%lld spans of the take of step %lld are damaged", (long long)n_lost,
                 (long long)number);
        if (n_lost)
            ho_verify_fault(verification, -1, text);
        if (visit)
            result = visit(opaque, &step, &take, diag);
        ho_take_clear(&take);
    }
    free(step.said);
    return result;
}

// What a person said: steps and their takes. A take whose mattes were not tracked yet is no fault.
enum ho_result ho_verify_each_step(struct ho_store *store, struct ho_verification *verification, ho_step_visit visit,
                                   void *opaque, struct ho_diag *diag)
{
    sqlite3_stmt *steps;
    HO_TRY(ho_store_query(store, HO_QUERY_STEP_NUMBERS, &steps, diag));
    enum ho_result result = HO_OK;
    int code;
    while (result == HO_OK && (code = sqlite3_step(steps)) == SQLITE_ROW)
        result = check_step(store, sqlite3_column_int64(steps, 0), verification, visit, opaque, diag);
    if (result == HO_OK && code != SQLITE_DONE)
        ho_verify_fault(verification, -1, sqlite3_errmsg(store->db));
    sqlite3_reset(steps);
    return result;
}

// Which step is shown; `*is_there` says whether that can be told.
enum ho_result ho_verify_current(struct ho_store *store, struct ho_verification *verification, bool *is_there,
                                 struct ho_diag *diag)
{
    struct ho_step step;
    struct ho_diag inner = {0};
    enum ho_result result = ho_store_read_current(store, &inner);
    if (result == HO_ERROR_VERIFY)
        ho_verify_fault(verification, -1, inner.message);
    if (result == HO_OK && store->current) {
        result = ho_store_get_step(store, store->current, &step, &inner);
        if (result == HO_OK)
            free(step.said);
        else if (result == HO_END)
            ho_verify_fault(verification, -1, "the step that is current is not there");
    }
    *is_there = result == HO_OK;
    return result == HO_OK || result == HO_END || result == HO_ERROR_VERIFY
               ? HO_OK
               : ho_fail(diag, result, "%s", inner.message);
}

enum ho_result ho_verify_each_mask(struct ho_store *store, struct ho_verification *verification, ho_mask_visit visit,
                                   void *opaque, struct ho_diag *diag)
{
    struct ho_matte *mask;
    sqlite3_stmt *masks;
    HO_TRY(ho_store_query(store, HO_QUERY_MASKS, &masks, diag));
    enum ho_result result = ho_matte_create(store->head.source.width, store->head.source.height, &mask, diag);
    int code = SQLITE_DONE;
    while (result == HO_OK && (code = sqlite3_step(masks)) == SQLITE_ROW) {
        struct ho_key key;
        struct ho_diag inner = {0};
        enum ho_result got = ho_key_parse((const char *)sqlite3_column_text(masks, 0), &key)
                                 ? ho_store_get_mask(store, key, mask, &inner)
                                 : HO_ERROR_VERIFY;
        verification->n_checked++;
        if (got == HO_OK && visit)
            result = visit(opaque, key, mask, diag);
        else if (got == HO_ERROR_MEMORY)
            result = ho_fail(diag, got, "%s", inner.message);
        else if (got != HO_OK)
            ho_verify_fault(verification, -1, inner.message[0] ? inner.message : "the name of a mask is damaged");
    }
    if (result == HO_OK && code != SQLITE_DONE)
        ho_verify_fault(verification, -1, sqlite3_errmsg(store->db));
    sqlite3_reset(masks);
    ho_matte_destroy(&mask);
    return result;
}

static enum ho_result verify_store(struct ho_store *store, struct ho_verification *verification, struct ho_diag *diag)
{
    ho_sql_set_cancel(store->db, verification->cancel);
    HO_TRY(check_structure(store, "PRAGMA integrity_check(20)", verification, diag));
    HO_TRY(check_structure(store, "PRAGMA foreign_key_check", verification, diag));
    bool has_current;
    HO_TRY(ho_verify_current(store, verification, &has_current, diag));
    HO_TRY(ho_verify_each_step(store, verification, NULL, NULL, diag));
    HO_TRY(ho_verify_each_frame(store, verification, NULL, NULL, diag));
    HO_TRY(ho_verify_each_mask(store, verification, NULL, NULL, diag));
    return ho_verify_each_state(store, verification, NULL, NULL, diag);
}

static enum ho_result visit_verify(void *opaque, const char *path, const char *id, struct ho_diag *diag)
{
    struct ho_verification *verification = opaque;
    struct ho_store *store;
    struct ho_diag inner = {0};
    verification->id = id;
    enum ho_result result = ho_store_open_damaged(path, &store, &inner);
    if (result == HO_ERROR_MEMORY)
        return ho_fail(diag, result, "%s", inner.message);
    if (result != HO_OK) {
        verification->n_checked++;
        ho_verify_fault(verification, -1, inner.message);
        return HO_OK;
    }
    if (strcmp(store->id, id) != 0)
        ho_verify_fault(verification, -1, "the file's name is not its id");
    result = verify_store(store, verification, diag);
    ho_store_close(&store);
    return result;
}

enum ho_result ho_bank_verify_path(const char *path, const struct ho_cancel *cancel, int64_t *n_faults,
                                   struct ho_diag *diag)
{
    struct ho_verification verification = {.id = "", .cancel = cancel};
    struct ho_store *store;
    HO_TRY(ho_store_open_damaged(path, &store, diag));
    enum ho_result result = verify_store(store, &verification, diag);
    ho_store_close(&store);
    *n_faults = verification.n_faults;
    return result;
}

enum ho_result ho_bank_verify(struct ho_bank *bank, const char *id, ho_verify_report report, void *opaque,
                              int64_t *n_checked, struct ho_diag *diag)
{
    struct ho_verification verification = {.report = report, .opaque = opaque, .cancel = bank->cancel};
    enum ho_result result;
    if (id) {
        char *path;
        int64_t step;
        HO_TRY(ho_bank_resolve(bank, id, &path, &step, diag));
        char stem[HO_ID_SIZE];
        snprintf(stem, sizeof(stem), "%.32s", strrchr(path, '/') + 1);    // names in the bank are ids
        result = visit_verify(&verification, path, stem, diag);
        free(path);
    } else {
        result = ho_bank_walk(bank, visit_verify, &verification, diag);
    }
    if (n_checked)
        *n_checked = verification.n_checked;
    if (result == HO_OK && verification.n_faults)
        result = ho_fail(
            diag, HO_ERROR_VERIFY,
            "%s: %lld fault%s found in mattes; `holdout bank verify %s --repair` keeps all that can be read", bank->dir,
            (long long)verification.n_faults, verification.n_faults == 1 ? " was" : "s were", id ? id : "ID");
    return result;
}
