// SPDX-License-Identifier: BSD-2-Clause
// Opening, committing and closing a store.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bank/bank.h"
#include "base/memory.h"
#include "holdout/log.h"

enum { COMMIT_INTERVAL_NS = 250000000 };

#define FRAME_COLUMNS "frame, key, confidence, area, flags, matte_checksum, row_checksum"
#define STEP_COLUMNS "step, parent, made, key, said, making, basis, checksum, finished, seconds, tracked"

static const char *const queries[HO_N_QUERIES] = {
    [HO_QUERY_PUT_FRAME] =
        "INSERT INTO frames (" FRAME_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (key, frame) DO UPDATE "
        "SET confidence = excluded.confidence, area = excluded.area, flags = excluded.flags, matte_checksum = "
        "excluded.matte_checksum, row_checksum = excluded.row_checksum RETURNING id",
    [HO_QUERY_PUT_MATTE] =
        "INSERT INTO mattes (id, packed) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET packed = excluded.packed",
    [HO_QUERY_GET_FRAME] = "SELECT " FRAME_COLUMNS " FROM frames WHERE key = ?1 AND frame = ?2",
    [HO_QUERY_GET_MATTE] = "SELECT " FRAME_COLUMNS
                           ", packed FROM frames LEFT JOIN mattes USING (id) WHERE key = ?1 AND frame = ?2",
    [HO_QUERY_DROP] = "DELETE FROM frames WHERE key = ?1 AND frame BETWEEN ?2 AND ?3",
    [HO_QUERY_ENTRIES] = "SELECT " FRAME_COLUMNS
                         " FROM frames WHERE key = ?1 AND frame BETWEEN ?2 AND ?3 ORDER BY frame",
    [HO_QUERY_FLAGS] = "UPDATE frames SET flags = ?3, row_checksum = ?4 WHERE key = ?1 AND frame = ?2",
    [HO_QUERY_PUT_STATE] =
        "INSERT INTO walks (walk, frame, size, checksum, packed) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (walk) DO "
        "UPDATE SET frame = excluded.frame, size = excluded.size, checksum = excluded.checksum, packed = "
        "excluded.packed",
    [HO_QUERY_GET_STATE] = "SELECT frame, size, checksum, packed FROM walks WHERE walk = ?1",
    [HO_QUERY_DROP_STATE] = "DELETE FROM walks WHERE walk = ?1",
    [HO_QUERY_STATES] = "SELECT walk FROM walks ORDER BY walk",
    [HO_QUERY_PUT_MASK] = "INSERT INTO masks (key, checksum, packed) VALUES (?1, ?2, ?3) ON CONFLICT (key) DO NOTHING",
    [HO_QUERY_GET_MASK] = "SELECT checksum, packed FROM masks WHERE key = ?1",
    [HO_QUERY_MASKS] = "SELECT key FROM masks ORDER BY key",
    [HO_QUERY_ADD_STEP] = "INSERT INTO steps (" STEP_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    [HO_QUERY_NOTE_STEP] =
        "UPDATE steps SET finished = ?2, seconds = seconds + ?3, tracked = tracked + ?4 WHERE step = ?1",
    [HO_QUERY_DROP_STEP] = "DELETE FROM steps WHERE step = ?1",
    [HO_QUERY_STEPS] = "SELECT " STEP_COLUMNS " FROM steps ORDER BY step",
    [HO_QUERY_GET_STEP] = "SELECT " STEP_COLUMNS " FROM steps WHERE step = ?1",
    [HO_QUERY_STEP_NUMBERS] = "SELECT step FROM steps ORDER BY step",
    [HO_QUERY_DROP_SPANS] = "DELETE FROM spans WHERE step = ?1",
    [HO_QUERY_PUT_SPAN] = "INSERT INTO spans (step, first, last, key, flags, checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [HO_QUERY_SPANS] = "SELECT first, last, key, flags, checksum FROM spans WHERE step = ?1 ORDER BY first",
    [HO_QUERY_CURRENT] = "SELECT current FROM state WHERE id = 1 AND complement = ~current",
    [HO_QUERY_SET_CURRENT] = "UPDATE state SET current = ?1, complement = ~?1 WHERE id = 1",
    [HO_QUERY_SAVE] = "SAVEPOINT put",
    [HO_QUERY_KEEP] = "RELEASE put",
    [HO_QUERY_UNDO] = "ROLLBACK TO put",
    [HO_QUERY_TOUCH] = "UPDATE state SET changed = " HO_NOW " WHERE id = 1",
};

enum ho_result ho_store_query(struct ho_store *store, enum ho_store_query query, sqlite3_stmt **out,
                              struct ho_diag *diag)
{
    if (!store->query[query])
        HO_TRY(ho_sql_prepare(store->db, store->path, queries[query], &store->query[query], diag));
    *out = store->query[query];
    return HO_OK;
}

enum ho_result ho_store_execute(struct ho_store *store, sqlite3_stmt *statement, const char *doing,
                                struct ho_diag *diag)
{
    int code = sqlite3_step(statement);
    enum ho_result result = code == SQLITE_DONE || code == SQLITE_ROW
                                ? HO_OK
                                : ho_sql_fail(store->db, store->path, doing, diag);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return result;
}

enum ho_result ho_store_begin(struct ho_store *store, struct ho_diag *diag)
{
    if (store->mode != HO_STORE_WRITE)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: is open for reading only", store->path);
    if (store->in_transaction)
        return HO_OK;
    if (sqlite3_exec(store->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
        return ho_sql_fail(store->db, store->path, "beginning to write", diag);
    store->in_transaction = true;
    return HO_OK;
}

static void rollback(struct ho_store *store)
{
    if (store->in_transaction)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    store->in_transaction = false;
}

// A failed commit leaves what was committed before as it is; what was not is given up, so that the store can be used
// on.
static enum ho_result fail_commit(struct ho_store *store, struct ho_diag *diag)
{
    enum ho_result result = ho_sql_fail(store->db, store->path, "writing frames", diag);
    rollback(store);
    return result;
}

enum ho_result ho_store_commit(struct ho_store *store, struct ho_diag *diag)
{
    store->last_commit = ho_clock_ns();
    if (!store->in_transaction)
        return HO_OK;
    if (sqlite3_get_autocommit(store->db)) {    // SQLite rolled it back by itself when an earlier write failed
        store->in_transaction = false;
        return ho_fail(diag, HO_ERROR_SPACE, "%s: frames since the last commit could not be written; run it again",
                       store->path);
    }
    sqlite3_stmt *touch;
    HO_TRY(ho_store_query(store, HO_QUERY_TOUCH, &touch, diag));
    if (sqlite3_step(touch) != SQLITE_DONE) {
        sqlite3_reset(touch);
        return fail_commit(store, diag);
    }
    sqlite3_reset(touch);
    if (sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        return fail_commit(store, diag);
    store->in_transaction = false;
    store->last_commit = ho_clock_ns();
    return HO_OK;
}

enum ho_result ho_store_commit_when_due(struct ho_store *store, struct ho_diag *diag)
{
    return ho_clock_ns() - store->last_commit >= COMMIT_INTERVAL_NS ? ho_store_commit(store, diag) : HO_OK;
}

static enum ho_result store_create(const char *path, enum ho_store_mode mode, struct ho_store **out,
                                   struct ho_diag *diag)
{
    struct ho_store *store = ho_alloc(1, sizeof(*store));
    if (!store)
        return ho_fail_memory(diag, sizeof(*store));
    store->mode = mode;
    store->lock_fd = -1;
    store->last_commit = ho_clock_ns();
    store->path = ho_strdup(path);
    enum ho_result result = store->path ? ho_packer_create(&store->packer, diag) : ho_fail_memory(diag, strlen(path));
    if (result != HO_OK) {
        ho_store_close(&store);
        return result;
    }
    *out = store;
    return HO_OK;
}

// An existing store's content into the struct; HO_END for a file in which nothing was ever committed.
static enum ho_result load(struct ho_store *store, struct ho_diag *diag)
{
    HO_TRY(ho_schema_check(store->db, store->path, diag));
    return ho_head_read(store->db, store->path, &store->head, store->id, diag);
}

static enum ho_result open_path(const char *path, enum ho_store_mode mode, struct ho_store **out, struct ho_diag *diag)
{
    struct ho_store *store;
    HO_TRY(store_create(path, mode, &store, diag));
    enum ho_result result = mode == HO_STORE_WRITE ? ho_lock_take(path, 0, &store->lock_fd, diag) : HO_OK;
    if (result == HO_OK && access(path, F_OK) != 0)
        result = ho_fail(diag, HO_ERROR_INPUT, "%s: there is no such matte", path);
    if (result == HO_OK)
        result = ho_sql_open(path, mode, &store->db, diag);
    if (result == HO_OK)
        result = load(store, diag);
    if (result == HO_END)
        result = ho_fail(diag, HO_ERROR_INPUT,
                         "%s: holds nothing: tracking was stopped before its first frame; track again", path);
    if (result != HO_OK) {
        ho_store_close(&store);
        return result;
    }
    *out = store;
    return HO_OK;
}

enum ho_result ho_store_open_path(const char *path, enum ho_store_mode mode, struct ho_store **out,
                                  struct ho_diag *diag)
{
    HO_TRY(open_path(path, mode, out, diag));
    enum ho_result result = ho_store_load_history(*out, diag);
    if (result != HO_OK)
        ho_store_close(out);
    return result;
}

enum ho_result ho_store_open_damaged(const char *path, struct ho_store **out, struct ho_diag *diag)
{
    return open_path(path, HO_STORE_READ, out, diag);
}

enum ho_result ho_store_open(struct ho_bank *bank, const char *name, enum ho_store_mode mode, struct ho_store **out,
                             struct ho_diag *diag)
{
    char *path;
    int64_t step;
    HO_TRY(ho_bank_resolve(bank, name, &path, &step, diag));
    enum ho_result result = ho_store_open_path(path, mode, out, diag);
    free(path);
    if (result != HO_OK || !step)
        return result;
    result = ho_store_select(*out, step, diag);
    if (result != HO_OK)
        ho_store_close(out);
    return result;
}

// Tables (for a new store) and head, all or nothing.
static enum ho_result write_head(struct ho_store *store, bool is_new, struct ho_diag *diag)
{
    HO_TRY(ho_store_begin(store, diag));
    enum ho_result result = is_new ? ho_schema_create(store->db, store->path, diag) : HO_OK;
    if (result == HO_OK)
        result = ho_head_write(store->db, store->path, &store->head, store->id, diag);
    if (result == HO_OK)
        return ho_store_commit(store, diag);
    rollback(store);
    return result;
}

static enum ho_result fill_new(struct ho_store *store, const struct ho_head *head, struct ho_diag *diag)
{
    store->head = *head;
    HO_TRY(ho_object_id(head->source.hash, head->object, store->id, diag));
    return write_head(store, true, diag);
}

// The same content is the same source, under another name, rate or timecode too: delivery fits what it says now.
static enum ho_result renew_source(struct ho_store *store, const struct ho_head *head, struct ho_diag *diag)
{
    if (ho_head_same_source(&store->head, head))
        return HO_OK;
    store->head.source = head->source;
    return write_head(store, false, diag);
}

enum ho_result ho_store_create_at(const char *path, const struct ho_head *head, struct ho_store **out,
                                  struct ho_diag *diag)
{
    struct ho_store *store;
    HO_TRY(store_create(path, HO_STORE_WRITE, &store, diag));
    enum ho_result result = ho_sql_open(path, HO_STORE_WRITE, &store->db, diag);
    if (result == HO_OK)
        result = fill_new(store, head, diag);
    if (result != HO_OK) {
        ho_store_close(&store);
        return result;
    }
    *out = store;
    return HO_OK;
}

static enum ho_result open_or_create(struct ho_store *store, const struct ho_head *head, double wait_seconds,
                                     struct ho_diag *diag)
{
    HO_TRY(ho_lock_take(store->path, wait_seconds, &store->lock_fd, diag));
    HO_TRY(ho_sql_open(store->path, HO_STORE_WRITE, &store->db, diag));
    enum ho_result result = load(store, diag);
    if (result == HO_END)
        return fill_new(store, head, diag);
    if (result == HO_OK)
        result = ho_store_load_history(store, diag);
    return result == HO_OK ? renew_source(store, head, diag) : result;
}

enum ho_result ho_store_create(struct ho_bank *bank, const struct ho_source_info *source, const char *object,
                               double wait_seconds, struct ho_store **out, struct ho_diag *diag)
{
    struct ho_head head = {.source = *source};
    char id[HO_ID_SIZE], *path = NULL, *folder = NULL;
    if (!*object || strlen(object) >= sizeof(head.object))
        return ho_fail(diag, HO_ERROR_USAGE, "the object's name is %zu bytes long; 1 to %zu are allowed",
                       strlen(object), sizeof(head.object) - 1);
    snprintf(head.object, sizeof(head.object), "%s", object);
    HO_TRY(ho_head_check(&head, diag));
    HO_TRY(ho_object_id(source->hash, object, id, diag));
    HO_TRY(ho_bank_store_path(bank, source->hash, id, &path, diag));
    struct ho_store *store = NULL;
    enum ho_result result = store_create(path, HO_STORE_WRITE, &store, diag);
    folder = result == HO_OK ? ho_format("%s/%s", bank->objects_dir, source->hash) : NULL;
    if (result == HO_OK)
        result = folder ? ho_make_dir(folder, diag) : ho_fail_memory(diag, strlen(path));
    if (result == HO_OK)
        result = open_or_create(store, &head, wait_seconds, diag);
    free(path);
    free(folder);
    if (result != HO_OK) {
        ho_store_close(&store);
        return result;
    }
    *out = store;
    return HO_OK;
}

// Gives back what the tracker's memory took while it was there, once that is a good part of the file. What fails here
// costs only room.
static void shrink(struct ho_store *store)
{
    int64_t n_free = 0, n_pages = 0;
    if (ho_sql_number(store->db, store->path, "PRAGMA freelist_count", &n_free, NULL) == HO_OK &&
        ho_sql_number(store->db, store->path, "PRAGMA page_count", &n_pages, NULL) == HO_OK && n_free > 64 &&
        n_free * 10 > n_pages)
        sqlite3_exec(store->db, "PRAGMA incremental_vacuum", NULL, NULL, NULL);
}

void ho_store_close(struct ho_store **store)
{
    if (!store || !*store)
        return;
    struct ho_store *s = *store;
    struct ho_diag diag = {0};
    if (s->db && s->in_transaction && ho_store_commit(s, &diag) != HO_OK)
        ho_log(HO_LOG_ERROR, "%s", diag.message);
    if (s->db && s->mode == HO_STORE_WRITE && diag.result == HO_OK)
        shrink(s);
    for (int i = 0; i < HO_N_QUERIES; i++)
        sqlite3_finalize(s->query[i]);
    sqlite3_close_v2(s->db);
    if (s->lock_fd >= 0)
        ho_lock_release(s->path, &s->lock_fd);
    ho_packer_destroy(&s->packer);
    ho_take_clear(&s->take);
    free(s->path);
    free(s);
    *store = NULL;
}

const char *ho_store_id(const struct ho_store *store) { return store->id; }
const char *ho_store_path(const struct ho_store *store) { return store->path; }
const char *ho_store_object(const struct ho_store *store) { return store->head.object; }
const struct ho_source_info *ho_store_source(const struct ho_store *store) { return &store->head.source; }
