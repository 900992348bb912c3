// SPDX-License-Identifier: BSD-2-Clause
// Finding objects: by folder, by id, by name, by source.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

enum ho_result ho_bank_walk_folders(const char *parent, ho_bank_visit visit, void *opaque, struct ho_diag *diag)
{
    struct dirent **names;
    int n;
    HO_TRY(scan(parent, is_folder_name, &names, &n, diag));
    enum ho_result result = HO_OK;
    for (int i = 0; i < n && result == HO_OK; i++) {
        char *dir = ho_format("%s/%s", parent, names[i]->d_name);
        result = dir ? ho_bank_walk_folder(dir, visit, opaque, diag) : ho_fail_memory(diag, strlen(parent));
        free(dir);
    }
    free_names(names, n);
    return result;
}

enum ho_result ho_bank_walk(struct ho_bank *bank, ho_bank_visit visit, void *opaque, struct ho_diag *diag)
{
    return ho_bank_walk_folders(bank->objects_dir, visit, opaque, diag);
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

static enum ho_result find_id(struct ho_bank *bank, const char *text, char **path, struct ho_diag *diag)
{
    struct id_search search = {.beginning = text};
    enum ho_result result = ho_bank_walk(bank, visit_id, &search, diag);
    if (result == HO_OK && search.n_found == 0)
        return HO_END;
    if (result == HO_OK && search.n_found > 1)
        result = ho_fail(diag, HO_ERROR_USAGE, "'%s' is the beginning of %d ids (%s%s); give more of it", text,
                         search.n_found, search.ids, search.n_found > 4 ? ", ..." : "");
    if (result == HO_OK)
        *path = search.path;
    else
        free(search.path);
    return result;
}

// ---- by name: the id of an object follows from its source and its name, so nothing has to be opened

// The object `name` of the sources whose hash begins with `hash`. HO_END: there is none.
static enum ho_result find_name(struct ho_bank *bank, const char *hash, const char *name, char **path,
                                struct ho_diag *diag)
{
    struct dirent **folders;
    int n, n_found = 0;
    char sources[256] = "";
    HO_TRY(scan(bank->objects_dir, is_folder_name, &folders, &n, diag));
    enum ho_result result = HO_OK;
    for (int i = 0; i < n && result == HO_OK; i++) {
        char id[HO_ID_SIZE], *candidate = NULL;
        const char *folder = folders[i]->d_name;
        if (strncmp(folder, hash, strlen(hash)) != 0)
            continue;
        result = ho_object_id(folder, name, id, diag);
        if (result == HO_OK)
            result = ho_bank_store_path(bank, folder, id, &candidate, diag);
        if (result == HO_OK && access(candidate, F_OK) == 0 && ++n_found <= 4) {
            size_t length = strlen(sources);
            snprintf(sources + length, sizeof(sources) - length, "%s%.12s", length ? ", " : "", id);
        }
        if (result == HO_OK && n_found == 1 && !*path && access(candidate, F_OK) == 0)
            *path = candidate;
        else
            free(candidate);
    }
    free_names(folders, n);
    if (result == HO_OK && n_found > 1)
        result = ho_fail(diag, HO_ERROR_USAGE,
                         "'%s' names objects of %d sources; name one by its id (%s%s; `holdout bank list` shows them)",
                         name, n_found, sources, n_found > 4 ? ", ..." : "");
    if (result != HO_OK || n_found != 1) {
        free(*path);
        *path = NULL;
    }
    return result == HO_OK && n_found == 0 ? HO_END : result;
}

// "...@N": *step, and the rest in `rest`.
static void split_step(const char *name, char *rest, size_t size, int64_t *step)
{
    const char *at = strrchr(name, '@');
    size_t n = at ? strspn(at + 1, "0123456789") : 0;
    bool is_step = at && n > 0 && n < 10 && !at[1 + n];
    *step = is_step ? strtoll(at + 1, NULL, 10) : 0;
    snprintf(rest, size, "%.*s", is_step ? (int)(at - name) : (int)strlen(name), name);
}

static enum ho_result resolve(struct ho_bank *bank, const char *name, char **path, struct ho_diag *diag)
{
    const char *slash = strchr(name, '/');
    size_t length = strlen(name), hash_length = slash ? (size_t)(slash - name) : 0;
    enum ho_result result = HO_END;
    if (slash && hash_length >= PREFIX_MIN && hash_length < HO_HASH_SIZE &&
        strspn(name, "0123456789abcdef") == hash_length) {
        char hash[HO_HASH_SIZE];
        snprintf(hash, sizeof(hash), "%.*s", (int)hash_length, name);
        result = find_name(bank, hash, slash + 1, path, diag);
    }
    if (result == HO_END && length >= PREFIX_MIN && length <= ID_LENGTH && is_hex(name, length))
        result = find_id(bank, name, path, diag);
    if (result == HO_END)
        result = find_name(bank, "", name, path, diag);    // "face" is hexadecimal too
    return result == HO_END
               ? ho_fail(diag, HO_ERROR_INPUT, "%s: the bank has no object '%s'; `holdout bank list` shows what it has",
                         bank->dir, name)
               : result;
}

enum ho_result ho_bank_resolve(struct ho_bank *bank, const char *name, char **path, int64_t *step, struct ho_diag *diag)
{
    char rest[HO_NAME_SIZE + HO_HASH_SIZE + 2];
    *path = NULL;
    split_step(name, rest, sizeof(rest), step);
    if (!rest[0])
        return ho_fail(diag, HO_ERROR_USAGE, "an empty text names no object");
    if (!*step)
        return resolve(bank, rest, path, diag);
    struct ho_diag inner = {0};
    enum ho_result result = resolve(bank, rest, path, &inner);
    if (result != HO_ERROR_INPUT)
        return result == HO_OK ? HO_OK : ho_fail(diag, result, "%s", inner.message);
    *step = 0;    // a name may hold an @ itself
    return resolve(bank, name, path, diag);
}

// ---- by source

struct source_search {
    char *path;
    size_t n;
    char names[512];
};

static enum ho_result visit_source(void *opaque, const char *path, const char *id, struct ho_diag *diag)
{
    struct source_search *search = opaque;
    struct ho_store *store;
    (void)id;
    if (search->n++ == 0) {
        search->path = ho_strdup(path);
        if (!search->path)
            return ho_fail_memory(diag, strlen(path));
    }
    // A few names are enough to say that there are several.
    if (search->n <= 4 && ho_store_open_path(path, HO_STORE_READ, &store, NULL) == HO_OK) {
        size_t length = strlen(search->names);
        snprintf(search->names + length, sizeof(search->names) - length, "%s%s", length ? ", " : "",
                 store->head.object);
        ho_store_close(&store);
    }
    return HO_OK;
}

static enum ho_result find_only(struct ho_bank *bank, const struct ho_source_info *source, char **path,
                                struct ho_diag *diag)
{
    struct source_search search = {0};
    char *dir = ho_format("%s/%s", bank->objects_dir, source->hash);
    if (!dir)
        return ho_fail_memory(diag, strlen(bank->objects_dir));
    enum ho_result result = ho_bank_walk_folder(dir, visit_source, &search, diag);
    free(dir);
    if (result == HO_OK && search.n == 0)
        result = ho_fail(diag, HO_ERROR_INPUT, "the bank has no matte of '%.500s'; track it first (holdout track)",
                         source->path);
    if (result == HO_OK && search.n > 1)
        result = ho_fail(diag, HO_ERROR_USAGE, "'%.400s' has mattes of %zu objects (%s%s); say which with --object",
                         source->path, search.n, search.names, search.n > 4 ? ", ..." : "");
    if (result == HO_OK)
        *path = search.path;
    else
        free(search.path);
    return result;
}

enum ho_result ho_store_find(struct ho_bank *bank, const struct ho_source_info *source, const char *object,
                             enum ho_store_mode mode, struct ho_store **out, struct ho_diag *diag)
{
    char *path = NULL, id[HO_ID_SIZE];
    enum ho_result result;
    if (object) {
        HO_TRY(ho_object_id(source->hash, object, id, diag));
        result = ho_bank_store_path(bank, source->hash, id, &path, diag);
        if (result == HO_OK && access(path, F_OK) != 0)
            result = ho_fail(diag, HO_ERROR_INPUT,
                             "the bank has no matte of object %.200s in '%.500s'; track it first (holdout track)",
                             object, source->path);
    } else {
        result = find_only(bank, source, &path, diag);
    }
    if (result == HO_OK)
        result = ho_store_open_path(path, mode, out, diag);
    free(path);
    return result;
}
