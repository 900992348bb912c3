// SPDX-License-Identifier: BSD-2-Clause
// Reading everything and saying what is wrong; and saving what can still be read.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bank/bank.h"
#include "base/memory.h"

struct verification {
    ho_verify_report report;
    void *opaque;
    const char *id;    // of the store being read
    const struct ho_cancel *cancel;
    int64_t n_checked, n_faults;
};

static bool is_cancelled(const struct verification *verification)
{
    return ho_cancel_is_requested(verification->cancel);
}

static enum ho_result fail_cancelled(const struct ho_store *store, struct ho_diag *diag)
{
    return ho_fail(diag, HO_CANCELLED, "%s: stopped before all of it was read; nothing was changed", store->path);
}

static void fault(struct verification *verification, int64_t frame, const char *text)
{
    verification->n_faults++;
    if (verification->report)
        verification->report(verification->opaque, verification->id, frame, text);
}

// What SQLite finds by walking its own trees.
static enum ho_result check_structure(struct ho_store *store, const char *pragma, struct verification *verification,
                                      struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    HO_TRY(ho_sql_prepare(store->db, store->path, pragma, &statement, diag));
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        if (text && strcmp(text, "ok") != 0)
            fault(verification, -1, text);
    }
    sqlite3_finalize(statement);
    if (code == SQLITE_NOMEM)
        return ho_fail_memory(diag, 1);
    if (code == SQLITE_INTERRUPT)
        return fail_cancelled(store, diag);
    if (code != SQLITE_DONE)
        fault(verification, -1, sqlite3_errmsg(store->db));
    return HO_OK;
}

typedef enum ho_result (*frame_visit)(void *opaque, const struct ho_frame_entry *entry, const struct ho_matte *matte,
                                      struct ho_diag *diag);

// Gives every frame that can be read to `visit` and every other one to the report. Frames are asked for one by one, so
// that a page that can't be read costs no more than what stood on it.
static enum ho_result each_frame(struct ho_store *store, struct verification *verification, frame_visit visit,
                                 void *opaque, struct ho_diag *diag)
{
    struct ho_matte *matte;
    int64_t last = -1;
    HO_TRY(ho_matte_create(store->recipe.source.width, store->recipe.source.height, &matte, diag));
    if (ho_sql_number(store->db, store->path, "SELECT coalesce(max(frame), -1) FROM frames", &last, NULL) != HO_OK ||
        last >= store->recipe.source.n_frames)
        last = store->recipe.source.n_frames - 1;
    enum ho_result result = HO_OK;
    for (int64_t frame = 0; frame <= last && result == HO_OK; frame++) {
        if (is_cancelled(verification))
            result = fail_cancelled(store, diag);
        for (int pass = HO_PASS_FINAL; pass <= HO_PASS_BACKWARD && result == HO_OK; pass++) {
            struct ho_frame_entry entry;
            struct ho_diag inner = {0};
            enum ho_result got = ho_store_get(store, frame, (enum ho_pass)pass, matte, &entry, &inner);
            verification->n_checked += got != HO_END;
            if (got == HO_OK && visit)
                result = visit(opaque, &entry, matte, diag);
            else if (got == HO_ERROR_VERIFY)
                fault(verification, frame, inner.message);
            else if (got != HO_OK && got != HO_END)
                result = ho_fail(diag, got, "%s", inner.message);
        }
    }
    ho_matte_destroy(&matte);
    return result;
}

typedef enum ho_result (*state_visit)(void *opaque, struct ho_key walk, int64_t frame, const void *bytes, size_t size,
                                      struct ho_diag *diag);

static enum ho_result each_state(struct ho_store *store, struct verification *verification, state_visit visit,
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
            fault(verification, -1, inner.message[0] ? inner.message : "the name of a walk is damaged");
        free(bytes);
    }
    if (result == HO_OK && code != SQLITE_DONE)
        fault(verification, -1, sqlite3_errmsg(store->db));
    sqlite3_reset(walks);
    return result;
}

static enum ho_result verify_store(struct ho_store *store, struct verification *verification, struct ho_diag *diag)
{
    ho_sql_set_cancel(store->db, verification->cancel);
    HO_TRY(check_structure(store, "PRAGMA integrity_check(20)", verification, diag));
    HO_TRY(check_structure(store, "PRAGMA foreign_key_check", verification, diag));
    HO_TRY(each_frame(store, verification, NULL, NULL, diag));
    return each_state(store, verification, NULL, NULL, diag);
}

static enum ho_result visit_verify(void *opaque, const char *path, const char *id, struct ho_diag *diag)
{
    struct verification *verification = opaque;
    struct ho_store *store;
    struct ho_diag inner = {0};
    verification->id = id;
    enum ho_result result = ho_store_open_path(path, HO_STORE_READ, &store, &inner);
    if (result == HO_ERROR_MEMORY)
        return ho_fail(diag, result, "%s", inner.message);
    if (result != HO_OK) {
        verification->n_checked++;
        fault(verification, -1, inner.message);
        return HO_OK;
    }
    if (strcmp(store->id, id) != 0)
        fault(verification, -1, "the file's name is not its id");
    result = verify_store(store, verification, diag);
    ho_store_close(&store);
    return result;
}

enum ho_result ho_bank_verify_path(const char *path, const struct ho_cancel *cancel, int64_t *n_faults,
                                   struct ho_diag *diag)
{
    struct verification verification = {.id = "", .cancel = cancel};
    struct ho_store *store;
    HO_TRY(ho_store_open_path(path, HO_STORE_READ, &store, diag));
    enum ho_result result = verify_store(store, &verification, diag);
    ho_store_close(&store);
    *n_faults = verification.n_faults;
    return result;
}

enum ho_result ho_bank_verify(struct ho_bank *bank, const char *id, ho_verify_report report, void *opaque,
                              int64_t *n_checked, struct ho_diag *diag)
{
    struct verification verification = {.report = report, .opaque = opaque, .cancel = bank->cancel};
    enum ho_result result;
    if (id) {
        char *path;
        HO_TRY(ho_bank_resolve(bank, id, &path, diag));
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

// ---- repair: all that can be read goes into a new file, which then takes the place of the old one

static enum ho_result keep_frame(void *opaque, const struct ho_frame_entry *entry, const struct ho_matte *matte,
                                 struct ho_diag *diag)
{
    return ho_store_put(opaque, entry, matte, diag);
}

static enum ho_result keep_state(void *opaque, struct ho_key walk, int64_t frame, const void *bytes, size_t size,
                                 struct ho_diag *diag)
{
    return ho_store_put_state(opaque, walk, frame, bytes, size, diag);
}

static enum ho_result save_into(struct ho_store *damaged, const char *path, struct verification *verification,
                                struct ho_diag *diag)
{
    struct ho_store *fresh;
    HO_TRY(ho_store_create_at(path, &damaged->recipe, &fresh, diag));
    enum ho_result result = each_frame(damaged, verification, keep_frame, fresh, diag);
    if (result == HO_OK)
        result = each_state(damaged, verification, keep_state, fresh, diag);
    if (result == HO_OK)
        result = ho_store_commit(fresh, diag);
    ho_store_close(&fresh);
    return result;
}

enum ho_result ho_bank_repair(struct ho_bank *bank, const char *id, ho_verify_report report, void *opaque,
                              int64_t *n_lost, struct ho_diag *diag)
{
    char *path, *part = NULL, stem[HO_ID_SIZE];
    int lock_fd = -1;
    struct ho_store *store = NULL;
    HO_TRY(ho_bank_resolve(bank, id, &path, diag));
    snprintf(stem, sizeof(stem), "%.32s", strrchr(path, '/') + 1);
    struct verification verification = {.report = report, .opaque = opaque, .id = stem, .cancel = bank->cancel};
    part = ho_format("%s.part", path);
    enum ho_result result = part ? ho_lock_take(path, 0, &lock_fd, diag) : ho_fail_memory(diag, strlen(path));
    if (result == HO_OK)
        result = ho_store_open_path(path, HO_STORE_READ, &store, diag);
    if (result == HO_OK) {
        unlink(part);
        result = save_into(store, part, &verification, diag);
    }
    ho_store_close(&store);
    if (result == HO_OK) {
        ho_store_fold_logs(path);    // a log must not be taken for the new file's
        result = ho_file_replace(part, path, true, diag);
    }
    if (result != HO_OK && part) {
        unlink(part);
        ho_store_remove_logs(part);
    }
    ho_lock_release(path, &lock_fd);
    if (n_lost)
        *n_lost = verification.n_faults;
    free(path);
    free(part);
    return result;
}
