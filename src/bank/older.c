// SPDX-License-Identifier: BSD-2-Clause
// Mattes of format 1, where every change of what was said was a file of its own: each becomes a step of its object,
// with its prompts and its take. What they said and what their frames were made from (the keys) is kept.
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "bank/bank.h"
#include "base/memory.h"
#include "holdout/log.h"

enum { WAIT_SECONDS = 2 };    // for another process that takes over the same

struct older {
    const char *path;
    sqlite3 *db;
    struct ho_head head;
    struct ho_making making;
    char *settings_text, *prompts_text;
    json_t *settings, *prompts;
    char id[HO_ID_SIZE], checksum[HO_ID_SIZE];
    int64_t changed;    // seconds
};

static void older_close(struct older *older)
{
    json_decref(older->settings);
    json_decref(older->prompts);
    free(older->settings_text);
    free(older->prompts_text);
    sqlite3_close_v2(older->db);
}

static void read_json(const char *value, char **text, json_t **json)
{
    free(*text);
    json_decref(*json);
    *text = ho_strdup(value);
    *json = json_loads(value, 0, NULL);
}

static void read_field(struct older *older, const char *name, const char *value)
{
    const struct {
        const char *name;
        char *out;
        size_t size;
    } fields[] = {{"id", older->id, sizeof(older->id)},
                  {"checksum", older->checksum, sizeof(older->checksum)},
                  {"engine", older->making.engine, sizeof(older->making.engine)},
                  {"engine version", older->making.engine_version, sizeof(older->making.engine_version)},
                  {"weights", older->making.weights, sizeof(older->making.weights)},
                  {"precision", older->making.precision, sizeof(older->making.precision)},
                  {"runtime", older->making.runtime, sizeof(older->making.runtime)}};
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (strcmp(fields[i].name, name) == 0)
            snprintf(fields[i].out, fields[i].size, "%s", value);
    if (strcmp(name, "settings") == 0)
        read_json(value, &older->settings_text, &older->settings);
    else if (strcmp(name, "prompts") == 0)
        read_json(value, &older->prompts_text, &older->prompts);
    else
        ho_head_set(&older->head, name, value);
}

// As format 1 reckoned it: over all fields, in their order.
static enum ho_result check_recipe(const struct older *older, struct ho_diag *diag)
{
    const struct ho_making *making = &older->making;
    const char *const fields[][2] = {{"object", older->head.object},
                                     {"engine", making->engine},
                                     {"engine version", making->engine_version},
                                     {"weights", making->weights},
                                     {"precision", making->precision},
                                     {"runtime", making->runtime},
                                     {"settings", older->settings_text ? older->settings_text : ""},
                                     {"prompts", older->prompts_text ? older->prompts_text : ""}};
    struct ho_key_maker *maker;
    char expected[HO_ID_SIZE];
    HO_TRY(ho_key_maker_create(&maker, diag));
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        ho_key_maker_add_text(maker, fields[i][0]);
        ho_key_maker_add_text(maker, fields[i][1]);
    }
    ho_head_add_source(maker, &older->head);
    ho_key_maker_add_text(maker, older->id);
    ho_key_format(ho_key_maker_key(maker), expected);
    ho_key_maker_destroy(&maker);
    if (strcmp(expected, older->checksum) != 0 || ho_head_check(&older->head, NULL) != HO_OK)
        return ho_fail(diag, HO_ERROR_VERIFY, "%s: damaged: what it is of does not fit its checksum", older->path);
    return HO_OK;
}

static enum ho_result read_recipe(struct older *older, struct ho_diag *diag)
{
    sqlite3_stmt *row;
    HO_TRY(ho_sql_prepare(older->db, older->path, "SELECT name, value FROM recipe", &row, diag));
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(row, 0),
                   *value = (const char *)sqlite3_column_text(row, 1);
        if (name && value)
            read_field(older, name, value);
    }
    enum ho_result result = code == SQLITE_DONE ? HO_OK : ho_sql_fail(older->db, older->path, "reading it", diag);
    sqlite3_finalize(row);
    if (result == HO_OK)
        result = check_recipe(older, diag);
    const char *quality = json_string_value(json_object_get(older->settings, "quality"));
    snprintf(older->making.quality, sizeof(older->making.quality), "%s", quality ? quality : "");
    return result;
}

static enum ho_result older_open(const char *path, struct older *out, struct ho_diag *diag)
{
    int64_t application = 0, format = 0;
    *out = (struct older){.path = path};
    HO_TRY(ho_sql_open(path, HO_STORE_READ, &out->db, diag));
    enum ho_result result = ho_sql_number(out->db, path, "PRAGMA application_id", &application, diag);
    if (result == HO_OK)
        result = ho_sql_number(out->db, path, "PRAGMA user_version", &format, diag);
    if (result == HO_OK && (application != HO_STORE_APPLICATION || format != 1))
        result = HO_END;
    if (result == HO_OK)
        result = read_recipe(out, diag);
    if (result == HO_OK)
        result = ho_sql_number(out->db, path, "SELECT changed FROM times", &out->changed, diag);
    if (result != HO_OK)
        older_close(out);
    return result;
}

// ---- frames

static uint64_t older_checksum(const struct ho_frame_entry *entry, int64_t pass, uint64_t matte_checksum)
{
    double confidence = (double)entry->confidence;
    uint64_t words[8] = {(uint64_t)entry->frame, (uint64_t)pass, entry->key.low, entry->key.high, 0,
                         (uint64_t)entry->area,  entry->flags,   matte_checksum};
    memcpy(&words[4], &confidence, sizeof(confidence));
    return XXH3_64bits(words, sizeof(words));
}

// A row of the older table and its matte, checked. False: it is damaged.
static bool read_row(sqlite3_stmt *row, struct ho_packer *packer, struct ho_matte *scratch,
                     struct ho_frame_entry *entry, uint64_t *checksum)
{
    *entry = (struct ho_frame_entry){.frame = sqlite3_column_int64(row, 0),
                                     .confidence = (float)sqlite3_column_double(row, 2),
                                     .area = sqlite3_column_int64(row, 3),
                                     .flags = (unsigned)sqlite3_column_int64(row, 4)};
    *checksum = (uint64_t)sqlite3_column_int64(row, 5);
    return ho_key_parse((const char *)sqlite3_column_text(row, 1), &entry->key) &&
           older_checksum(entry, 0, *checksum) == (uint64_t)sqlite3_column_int64(row, 6) &&
           ho_unpack_matte(packer, sqlite3_column_blob(row, 7), (size_t)sqlite3_column_bytes(row, 7), scratch, NULL) ==
               HO_OK &&
           ho_matte_checksum(scratch) == *checksum;
}

// The final frames into `store`, and the take that they are.
static enum ho_result copy_frames(struct older *older, struct ho_store *store, struct ho_take *take, int64_t *n_lost,
                                  struct ho_diag *diag)
{
    enum { OF_TAKE = HO_FLAG_PROMPTED | HO_FLAG_LOCKED };
    sqlite3_stmt *row;
    struct ho_matte *scratch;
    HO_TRY(ho_matte_create(older->head.source.width, older->head.source.height, &scratch, diag));
    enum ho_result result = ho_sql_prepare(older->db, older->path,
                                           "SELECT frame, key, confidence, area, flags, matte_checksum, row_checksum, "
                                           "packed FROM frames LEFT JOIN mattes USING (id) WHERE pass = 0 ORDER BY id",
                                           &row, diag);
    int code = SQLITE_DONE;
    while (result == HO_OK && (code = sqlite3_step(row)) == SQLITE_ROW) {
        struct ho_frame_entry entry;
        uint64_t checksum;
        if (!read_row(row, store->packer, scratch, &entry, &checksum)) {
            ++*n_lost;
            continue;
        }
        struct ho_span span = {
            .first = entry.frame, .last = entry.frame, .key = entry.key, .flags = entry.flags & OF_TAKE};
        entry.flags &= ~(unsigned)OF_TAKE;
        result = ho_take_set(take, span, diag);
        if (result == HO_OK)
            result = ho_store_put_packed(store, &entry, checksum, sqlite3_column_blob(row, 7),
                                         (size_t)sqlite3_column_bytes(row, 7), diag);
    }
    if (result == HO_OK && code != SQLITE_DONE)
        ++*n_lost;
    sqlite3_finalize(row);
    ho_matte_destroy(&scratch);
    return result;
}

// ---- the step

// Was it tracked a second time, with other objects, for their edges to meet?
static bool is_settled(const struct older *older) { return json_object_get(older->settings, "settled") != NULL; }

static char *said_text(const struct older *older)
{
    char words[64];
    size_t n = json_array_size(older->prompts);
    snprintf(words, sizeof(words), "%zu prompt%s%s, of the format before", n, n == 1 ? "" : "s",
             is_settled(older) ? ", settled" : "");
    json_t *said = json_pack("{s:s, s:O}", "words", words, "prompts", older->prompts ? older->prompts : json_null());
    char *text = said ? json_dumps(said, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(said);
    return text;
}

static enum ho_result make_step(const struct older *older, struct ho_step *out, struct ho_diag *diag)
{
    struct ho_key_maker *maker;
    *out = (struct ho_step){.making = older->making, .is_finished = true, .said = said_text(older)};
    if (!out->said)
        return ho_fail_memory(diag, 64);
    HO_TRY(ho_key_maker_create(&maker, diag));
    ho_key_maker_add_text(maker, "format 1");
    ho_key_maker_add_text(maker, older->id);    // a hash of what was said and of its making
    out->key = ho_key_maker_key(maker);
    ho_key_maker_destroy(&maker);
    return HO_OK;
}

// Is it there already (an import twice, a taking over that was cut off)?
static enum ho_result has_step(struct ho_store *store, struct ho_key key, bool *out, struct ho_diag *diag)
{
    struct ho_step *steps;
    size_t n;
    HO_TRY(ho_store_steps(store, &steps, &n, diag));
    *out = false;
    for (size_t i = 0; i < n; i++)
        *out = *out || ho_key_equal(steps[i].key, key);
    ho_steps_free(&steps, n);
    return HO_OK;
}

static enum ho_result add_to(struct ho_store *store, struct older *older, struct ho_step *step, int64_t *n_lost,
                             struct ho_diag *diag)
{
    struct ho_take take = {0};
    step->parent = ho_store_current(store);
    enum ho_result result = copy_frames(older, store, &take, n_lost, diag);
    if (result == HO_OK)
        result = ho_store_add_step(store, step, diag);
    if (result == HO_OK)
        result = ho_store_put_take(store, step->number, &take, diag);
    if (result == HO_OK)
        result = ho_store_note_step(store, step->number, true, 0, 0, diag);
    if (result == HO_OK)
        result = ho_store_set_current(store, step->number, diag);
    if (result == HO_OK)
        result = ho_store_commit(store, diag);
    ho_take_clear(&take);
    return result;
}

static enum ho_result take_over(struct ho_bank *bank, struct older *older, char id[HO_ID_SIZE], int64_t *n_lost,
                                struct ho_diag *diag)
{
    struct ho_store *store;
    struct ho_step step;
    bool is_there = false;
    HO_TRY(ho_store_create(bank, &older->head.source, older->head.object, WAIT_SECONDS, &store, diag));
    snprintf(id, HO_ID_SIZE, "%s", store->id);
    enum ho_result result = make_step(older, &step, diag);
    if (result == HO_OK)
        result = has_step(store, step.key, &is_there, diag);
    if (result == HO_OK && !is_there)
        result = add_to(store, older, &step, n_lost, diag);
    free(step.said);
    ho_store_close(&store);
    return result;
}

enum ho_result ho_bank_take_over_file(struct ho_bank *bank, const char *path, char id[HO_ID_SIZE], struct ho_diag *diag)
{
    struct older older;
    int64_t n_lost = 0;
    HO_TRY(older_open(path, &older, diag));
    enum ho_result result = take_over(bank, &older, id, &n_lost, diag);
    older_close(&older);
    if (result == HO_OK && n_lost)
        return ho_fail(diag, HO_ERROR_VERIFY,
                       "%s: %lld of its frames are damaged; all others were taken over, and the file is kept", path,
                       (long long)n_lost);
    return result;
}

// ---- a whole bank: in order of time, so that the newest is current; of one second the settled one, which was written
// last and is what was delivered

struct list {
    struct found {
        char *path;
        int64_t changed;
        bool is_settled;
    } * items;
    size_t n;
};

static enum ho_result visit(void *opaque, const char *path, const char *id, struct ho_diag *diag)
{
    struct list *list = opaque;
    struct older older;
    (void)id;
    struct found *grown = ho_realloc(list->items, list->n + 1, sizeof(*grown));
    if (!grown)
        return ho_fail_memory(diag, (list->n + 1) * sizeof(*grown));
    list->items = grown;
    struct found found = {.path = ho_strdup(path)};
    if (!found.path)
        return ho_fail_memory(diag, strlen(path));
    if (older_open(path, &older, NULL) == HO_OK) {
        found.changed = older.changed;
        found.is_settled = is_settled(&older);
        older_close(&older);
    }
    list->items[list->n++] = found;
    return HO_OK;
}

static int compare(const void *a, const void *b)
{
    const struct found *p = a, *q = b;
    if (p->changed != q->changed)
        return p->changed < q->changed ? -1 : 1;
    return p->is_settled != q->is_settled ? (p->is_settled ? 1 : -1) : strcmp(p->path, q->path);
}

// What can't be taken over keeps its file, under a name that is not looked at again.
static void set_aside(const char *path, const struct ho_diag *why)
{
    char *aside = ho_format("%s.damaged", path);
    if (aside && rename(path, aside) == 0)
        ho_log(HO_LOG_WARNING, "%s; it is kept as %s", why->message, aside);
    free(aside);
}

// Under the lock of the program before, which may be tracking into it still.
static enum ho_result take_over_locked(struct ho_bank *bank, const char *path, struct ho_diag *diag)
{
    char id[HO_ID_SIZE];
    struct ho_diag inner = {0};
    int lock_fd = -1;
    enum ho_result result = ho_lock_take(path, WAIT_SECONDS, &lock_fd, &inner);
    if (result == HO_OK)
        result = ho_bank_take_over_file(bank, path, id, &inner);
    if (result != HO_OK && access(path, F_OK) != 0) {    // another process was quicker
        result = HO_OK;
    } else if (result == HO_OK) {
        unlink(path);
        ho_store_remove_logs(path);
    } else if (result == HO_ERROR_BUSY) {
        ho_log(HO_LOG_WARNING, "%s; it is taken over at the next start after that", inner.message);
        result = HO_OK;
    } else if (result == HO_ERROR_MEMORY || result == HO_ERROR_SPACE) {
        ho_fail(diag, result, "%s", inner.message);
    } else {
        if (result == HO_END)
            snprintf(inner.message, sizeof(inner.message), "%s: damaged: it is no matte of the format before", path);
        set_aside(path, &inner);
        result = HO_OK;
    }
    ho_lock_release(path, &lock_fd);
    return result;
}

static enum ho_result take_over_one(struct ho_bank *bank, const char *path, struct ho_diag *diag)
{
    HO_TRY(take_over_locked(bank, path, diag));
    char *folder = ho_strdup(path), *slash = folder ? strrchr(folder, '/') : NULL;
    if (slash) {
        *slash = '\0';
        rmdir(folder);    // once it is empty
    }
    free(folder);
    return HO_OK;
}

enum ho_result ho_bank_take_over(struct ho_bank *bank, struct ho_diag *diag)
{
    struct list list = {0};
    char *dir = ho_format("%s/mattes", bank->dir);
    if (!dir)
        return ho_fail_memory(diag, strlen(bank->dir));
    enum ho_result result = access(dir, F_OK) == 0 ? HO_OK : HO_END;
    if (result == HO_OK && access(dir, W_OK) != 0 && (errno == EACCES || errno == EROFS)) {
        ho_log(
            HO_LOG_WARNING,
            "%s: is a bank of an older holdout that cannot be written, so its mattes are not shown; copy the folder to "
            "where it can be",
            bank->dir);
        result = HO_END;
    }
    if (result == HO_OK)
        result = ho_bank_walk_folders(dir, visit, &list, diag);
    if (result == HO_OK && list.n) {
        ho_log(HO_LOG_INFO, "%s: %zu mattes of the format before are taken over", bank->dir, list.n);
        qsort(list.items, list.n, sizeof(*list.items), compare);
    }
    for (size_t i = 0; i < list.n; i++) {
        if (result == HO_OK)
            result = take_over_one(bank, list.items[i].path, diag);
        free(list.items[i].path);
    }
    free(list.items);
    rmdir(dir);
    free(dir);
    return result == HO_END ? HO_OK : result;
}
