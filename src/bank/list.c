// SPDX-License-Identifier: BSD-2-Clause
// Finding stores: by folder, by id, by object.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "bank/bank.h"
#include "base/memory.h"

enum { ID_LENGTH = HO_ID_SIZE - 1, PREFIX_MIN = 4 };

static bool is_hex(const char *text, size_t n) { return strspn(text, "0123456789abcdef") >= n; }

static int is_store_name(const struct dirent *entry)
{
    return strlen(entry->d_name) == ID_LENGTH + strlen(HO_STORE_SUFFIX) && is_hex(entry->d_name, ID_LENGTH) &&
           strcmp(entry->d_name + ID_LENGTH, HO_STORE_SUFFIX) == 0;
}

static int is_folder_name(const struct dirent *entry)
{
    return strlen(entry->d_name) == HO_HASH_SIZE - 1 && is_hex(entry->d_name, HO_HASH_SIZE - 1);
}

static void free_names(struct dirent **names, int n)
{
    for (int i = 0; i < n; i++)
        free(names[i]);
    free(names);
}

static enum ho_result scan(const char *dir, int (*filter)(const struct dirent *), struct dirent ***names, int *n,
                           struct ho_diag *diag)
{
    *names = NULL;
    *n = scandir(dir, names, filter, alphasort);
    if (*n >= 0)
        return HO_OK;
    *n = 0;
    if (errno == ENOENT || errno == ENOTDIR)    // removed meanwhile
        return HO_OK;
    return errno == ENOMEM ? ho_fail_memory(diag, sizeof(struct dirent))
                           : ho_fail(diag, HO_ERROR_SPACE, "%s: the folder cannot be read (%s)", dir, strerror(errno));
}

enum ho_result ho_bank_walk_folder(const char *dir, ho_bank_visit visit, void *opaque, struct ho_diag *diag)
{
    struct dirent **names;
    int n;
    HO_TRY(scan(dir, is_store_name, &names, &n, diag));
    enum ho_result result = HO_OK;
    for (int i = 0; i < n && result == HO_OK; i++) {
        char id[HO_ID_SIZE];
        snprintf(id, sizeof(id), "%.*s", (int)ID_LENGTH, names[i]->d_name);
        char *path = ho_format("%s/%s", dir, names[i]->d_name);
        result = path ? visit(opaque, path, id, diag) : ho_fail_memory(diag, strlen(dir));
        free(path);
    }
    free_names(names, n);
    return result;
}

enum ho_result ho_bank_walk(struct ho_bank *bank, ho_bank_visit visit, void *opaque, struct ho_diag *diag)
{
    struct dirent **names;
    int n;
    HO_TRY(scan(bank->mattes_dir, is_folder_name, &names, &n, diag));
    enum ho_result result = HO_OK;
    for (int i = 0; i < n && result == HO_OK; i++) {
        char *dir = ho_format("%s/%s", bank->mattes_dir, names[i]->d_name);
        result = dir ? ho_bank_walk_folder(dir, visit, opaque, diag) : ho_fail_memory(diag, strlen(bank->mattes_dir));
        free(dir);
    }
    free_names(names, n);
    return result;
}

// ---- by id

struct id_search {
    const char *beginning;
    char *path;
    int n_found;
    char ids[256];
};

static enum ho_result visit_id(void *opaque, const char *path, const char *id, struct ho_diag *diag)
{
    struct id_search *search = opaque;
    if (strncmp(id, search->beginning, strlen(search->beginning)) != 0)
        return HO_OK;
    if (search->n_found++ == 0) {
        search->path = ho_strdup(path);
        if (!search->path)
            return ho_fail_memory(diag, strlen(path));
    }
    size_t length = strlen(search->ids);
    if (search->n_found <= 4)
        snprintf(search->ids + length, sizeof(search->ids) - length, "%s%s", length ? ", " : "", id);
    return HO_OK;
}

// ---- by object

struct object_search {
    const char *object;
    char *path;
    char hash[HO_HASH_SIZE];
    int64_t changed;
    bool is_settled, has_other_source;
};

static enum ho_result visit_object(void *opaque, const char *path, const char *id, struct ho_diag *diag)
{
    struct object_search *search = opaque;
    (void)id;
    struct ho_store *store;
    enum ho_result result = ho_store_open_path(path, HO_STORE_READ, &store, NULL);
    if (result == HO_ERROR_MEMORY)
        return ho_fail_memory(diag, sizeof(*store));
    if (result != HO_OK)
        return HO_OK;
    int64_t changed = 0;
    if (strcmp(store->recipe.object, search->object) == 0 &&
        ho_sql_number(store->db, path, "SELECT changed FROM times", &changed, NULL) == HO_OK) {
        search->has_other_source = search->has_other_source ||
                                   (search->path && strcmp(search->hash, store->recipe.source.hash) != 0);
        bool is_settled = ho_recipe_has_setting(&store->recipe,
                                                "settled");    // both are written in one run, often in one second
        if (!search->path || changed > search->changed ||
            (changed == search->changed && is_settled >= search->is_settled)) {
            free(search->path);
            search->path = ho_strdup(path);
            search->changed = changed;
            search->is_settled = is_settled;
            memcpy(search->hash, store->recipe.source.hash, sizeof(search->hash));
            if (!search->path)
                result = ho_fail_memory(diag, strlen(path));
        }
    }
    ho_store_close(&store);
    return result;
}

static enum ho_result resolve_object(struct ho_bank *bank, const char *text, char **path, struct ho_diag *diag)
{
    struct object_search search = {.object = text};
    enum ho_result result = ho_bank_walk(bank, visit_object, &search, diag);
    if (result == HO_OK && !search.path)
        result = ho_fail(diag, HO_ERROR_INPUT, "%s: the bank has no matte '%s'; `holdout bank list` shows what it has",
                         bank->dir, text);
    if (result == HO_OK && search.has_other_source)
        result = ho_fail(diag, HO_ERROR_USAGE,
                         "'%s' names mattes of several sources; name one by its id (`holdout bank list` shows them)",
                         text);
    if (result == HO_OK)
        *path = search.path;
    else
        free(search.path);
    return result;
}

// A whole id names one file in one of the folders.
static enum ho_result find_whole_id(struct ho_bank *bank, const char *id, char **path, struct ho_diag *diag)
{
    struct dirent **names;
    int n;
    HO_TRY(scan(bank->mattes_dir, is_folder_name, &names, &n, diag));
    enum ho_result result = HO_END;
    for (int i = 0; i < n && result == HO_END; i++) {
        result = ho_bank_store_path(bank, names[i]->d_name, id, path, diag);
        if (result == HO_OK && access(*path, F_OK) != 0) {
            free(*path);
            result = HO_END;
        }
    }
    free_names(names, n);
    return result;
}

enum ho_result ho_bank_resolve(struct ho_bank *bank, const char *text, char **path, struct ho_diag *diag)
{
    size_t length = strlen(text);
    if (length == 0)
        return ho_fail(diag, HO_ERROR_USAGE, "an empty text names no matte");
    if (length < PREFIX_MIN || length > ID_LENGTH || !is_hex(text, length))
        return resolve_object(bank, text, path, diag);
    struct id_search search = {.beginning = text};
    enum ho_result result = length == ID_LENGTH ? find_whole_id(bank, text, path, diag) : HO_END;
    if (result != HO_END)
        return result;
    result = ho_bank_walk(bank, visit_id, &search, diag);
    if (result == HO_OK && search.n_found == 1) {
        *path = search.path;
        return HO_OK;
    }
    free(search.path);
    if (result != HO_OK)
        return result;
    if (search.n_found == 0)
        return resolve_object(bank, text, path, diag);    // "face" is hexadecimal too
    return ho_fail(diag, HO_ERROR_USAGE, "'%s' is the beginning of %d ids (%s%s); give more of it", text,
                   search.n_found, search.ids, search.n_found > 4 ? ", ..." : "");
}

// ---- summaries

struct summaries {
    struct ho_store_summary *items;
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

static enum ho_result summarize(const char *path, struct ho_store_summary *out, struct ho_diag *diag)
{
    struct ho_store *store;
    HO_TRY(ho_store_open_path(path, HO_STORE_READ, &store, diag));
    const struct ho_recipe *recipe = &store->recipe;
    snprintf(out->object, sizeof(out->object), "%s", recipe->object);
    snprintf(out->clip_name, sizeof(out->clip_name), "%s", recipe->source.clip_name);
    snprintf(out->engine, sizeof(out->engine), "%s", recipe->engine);
    ho_recipe_setting(recipe, "quality", out->quality, sizeof(out->quality));
    json_t *settings = recipe->settings ? json_loads(recipe->settings, 0, NULL) : NULL;
    out->settled = json_object_get(settings, "settled") != NULL;
    json_decref(settings);
    out->width = recipe->source.width;
    out->height = recipe->source.height;
    enum ho_result result = ho_sql_number(store->db, path, "SELECT count(*) FROM frames WHERE pass = 0", &out->n_frames,
                                          diag);
    if (result == HO_OK)
        result = ho_sql_number(store->db, path, "SELECT coalesce(min(frame), 0) FROM frames WHERE pass = 0",
                               &out->first, diag);
    if (result == HO_OK)
        result = ho_sql_number(store->db, path, "SELECT coalesce(max(frame), -1) FROM frames WHERE pass = 0",
                               &out->last, diag);
    if (result == HO_OK)
        result = ho_sql_number(store->db, path, "SELECT created FROM times", &out->created, diag);
    if (result == HO_OK)
        result = ho_sql_number(store->db, path, "SELECT changed FROM times", &out->changed, diag);
    ho_store_close(&store);
    return result;
}

static enum ho_result visit_summary(void *opaque, const char *path, const char *id, struct ho_diag *diag)
{
    struct summaries *list = opaque;
    if (list->n == list->room) {
        size_t room = list->room ? 2 * list->room : 16;
        struct ho_store_summary *grown = ho_realloc(list->items, room, sizeof(*grown));
        if (!grown)
            return ho_fail_memory(diag, room * sizeof(*grown));
        list->items = grown;
        list->room = room;
    }
    struct ho_store_summary *item = &list->items[list->n];
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

enum ho_result ho_bank_list(struct ho_bank *bank, struct ho_store_summary **out, size_t *n, struct ho_diag *diag)
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

enum ho_result ho_bank_remove(struct ho_bank *bank, const char *id, struct ho_diag *diag)
{
    char *path;
    HO_TRY(ho_bank_resolve(bank, id, &path, diag));
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
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK)
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
