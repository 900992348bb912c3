// SPDX-License-Identifier: BSD-2-Clause
// What a bank holds, a line an object; and taking an object away.
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bank/bank.h"
#include "base/limit.h"
#include "base/memory.h"

// ---- summaries

struct summaries {
    struct ho_object_summary *items;
    size_t n, room;
};

static int64_t size_on_disk(const char *path)
{
    struct stat info;
    int64_t size = stat(path, &info) == 0 ? info.st_size : 0;
    char *log = ho_format("%s-wal", path);
    if (log && stat(log, &info) == 0)
        size += info.st_size;
    free(log);
    return size;
}

// The words of a step, after those of the steps that it stands on.
static void add_words(const struct ho_step *steps, size_t n, const struct ho_step *step, char *out, size_t size)
{
    const struct ho_step *parent = ho_steps_find(steps, n, step->parent);
    if (parent && parent->number < step->number)
        add_words(steps, n, parent, out, size);
    json_t *said = json_loads(step->said, 0, NULL);
    const char *words = json_string_value(json_object_get(said, "words"));
    size_t length = strlen(out);
    if (words && length < size)
        snprintf(out + length, size - length, "%s%s", length ? "; " : "", words);
    json_decref(said);
}

static enum ho_result count_frames(struct ho_store *store, struct ho_object_summary *out, struct ho_diag *diag)
{
    struct ho_frame_entry *entries;
    size_t n;
    HO_TRY(ho_store_entries(store, &entries, &n, diag));
    out->n_frames = (int64_t)n;
    out->first = n ? entries[0].frame : 0;
    out->last = n ? entries[n - 1].frame : -1;
    free(entries);
    return HO_OK;
}

static enum ho_result tell_history(struct ho_store *store, struct ho_object_summary *out, struct ho_diag *diag)
{
    struct ho_step *steps;
    size_t n;
    HO_TRY(ho_store_steps(store, &steps, &n, diag));
    const struct ho_step *current = ho_steps_find(steps, n, store->current);
    out->n_steps = (int64_t)n;
    out->current = store->current;
    if (current) {
        snprintf(out->engine, sizeof(out->engine), "%s", current->making.engine);
        snprintf(out->quality, sizeof(out->quality), "%s", current->making.quality);
        add_words(steps, n, current, out->said, sizeof(out->said));
    }
    ho_steps_free(&steps, n);
    return HO_OK;
}

static enum ho_result summarize(const char *path, struct ho_object_summary *out, struct ho_diag *diag)
{
    struct ho_store *store;
    HO_TRY(ho_store_open_path(path, HO_STORE_READ, &store, diag));
    snprintf(out->object, sizeof(out->object), "%s", store->head.object);
    snprintf(out->clip_name, sizeof(out->clip_name), "%s", store->head.source.clip_name);
    out->width = store->head.source.width;
    out->height = store->head.source.height;
    out->first_number = ho_source_first_number(&store->head.source);
    enum ho_result result = tell_history(store, out, diag);
    if (result == HO_OK)
        result = count_frames(store, out, diag);
    if (result == HO_OK)
        result = ho_sql_number(store->db, path, "SELECT created FROM state", &out->created, diag);
    if (result == HO_OK)
        result = ho_sql_number(store->db, path, "SELECT changed FROM state", &out->changed, diag);
    ho_store_close(&store);
    return result;
}

static enum ho_result visit_summary(void *opaque, const char *path, const char *id, struct ho_diag *diag)
{
    struct summaries *list = opaque;
    if (list->n == list->room) {
        size_t room = list->room ? 2 * list->room : 16;
        struct ho_object_summary *grown = ho_realloc(list->items, room, sizeof(*grown));
        if (!grown)
            return ho_fail_memory(diag, room * sizeof(*grown));
        list->items = grown;
        list->room = room;
    }
    struct ho_object_summary *item = &list->items[list->n];
    memset(item, 0, sizeof(*item));
    snprintf(item->id, sizeof(item->id), "%s", id);
    snprintf(item->path, sizeof(item->path), "%s", path);
    item->file_size = size_on_disk(path);
    enum ho_result result = summarize(path, item, NULL);
    if (result == HO_ERROR_MEMORY)
        return ho_fail_memory(diag, sizeof(*item));
    item->damaged = result != HO_OK;
    list->n++;
    return HO_OK;
}

enum ho_result ho_bank_list(struct ho_bank *bank, struct ho_object_summary **out, size_t *n, struct ho_diag *diag)
{
    struct summaries list = {0};
    enum ho_result result = ho_bank_walk(bank, visit_summary, &list, diag);
    if (result != HO_OK) {
        free(list.items);
        return result;
    }
    *out = list.items;
    *n = list.n;
    return HO_OK;
}

// ---- removal

enum ho_result ho_bank_remove(struct ho_bank *bank, const char *name, struct ho_diag *diag)
{
    char *path;
    int64_t step;
    HO_TRY(ho_bank_resolve(bank, name, &path, &step, diag));
    if (step) {
        free(path);
        return ho_fail(diag, HO_ERROR_USAGE, "'%s' names a take; an object is removed whole: leave out the '@'", name);
    }
    int lock_fd = -1;
    enum ho_result result = ho_lock_take(path, 0, &lock_fd, diag);
    // The file itself goes first: a log without its file is nothing, a file without its log would lack frames.
    if (result == HO_OK && unlink(path) != 0)
        result = ho_fail(diag, errno == ENOENT ? HO_ERROR_INPUT : HO_ERROR_SPACE, "%s: cannot be removed (%s)", path,
                         strerror(errno));
    if (result == HO_OK)
        ho_store_remove_logs(path);
    ho_lock_release(path, &lock_fd);
    char *slash = strrchr(path, '/');
    if (result == HO_OK && slash) {
        *slash = '\0';
        rmdir(path);    // the source's folder, when this was its last matte
    }
    free(path);
    return result;
}

void ho_store_fold_logs(const char *path)
{
    sqlite3 *db = NULL;
    // What a damaged file refuses to take was refused to whoever read it, too.
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, ho_limit_vfs()) == SQLITE_OK)
        sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_close(db);
    ho_store_remove_logs(path);
}

void ho_store_remove_logs(const char *path)
{
    static const char *const suffixes[] = {"-wal", "-shm"};
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        char *log = ho_format("%s%s", path, suffixes[i]);
        if (log)
            unlink(log);
        free(log);
    }
}
