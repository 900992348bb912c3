// SPDX-License-Identifier: BSD-2-Clause
// The bank's folder: where it is, and its parts.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bank/bank.h"
#include "base/memory.h"

int64_t ho_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

enum ho_result ho_make_dir(const char *path, struct ho_diag *diag)
{
    char *partial = ho_strdup(path);
    if (!partial)
        return ho_fail_memory(diag, strlen(path));
    enum ho_result result = HO_OK;
    for (char *c = partial + 1; result == HO_OK; c++) {
        if (*c != '/' && *c != '\0')
            continue;
        char saved = *c;
        *c = '\0';
        struct stat info;
        if (mkdir(partial, 0700) != 0 && errno != EEXIST)
            result = ho_fail(diag, HO_ERROR_SPACE, "%s: the folder cannot be made (%s)", partial, strerror(errno));
        else if (stat(partial, &info) != 0 || !S_ISDIR(info.st_mode))
            result = ho_fail(diag, HO_ERROR_SPACE, "%s: is needed as a folder and is something else", partial);
        *c = saved;
        if (!saved)
            break;
    }
    free(partial);
    return result;
}

// malloc'd, or NULL when there is no memory (or no home to put it in: then *is_homeless).
static char *default_dir(bool *is_homeless)
{
    *is_homeless = false;
    const char *own = getenv("HOLDOUT_BANK"), *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (own && *own)
        return ho_strdup(own);
    if (data && *data == '/')
        return ho_format("%s/holdout/bank", data);
    if (home && *home)
        return ho_format("%s/.local/share/holdout/bank", home);
    *is_homeless = true;
    return NULL;
}

void ho_bank_set_cancel(struct ho_bank *bank, const struct ho_cancel *cancel) { bank->cancel = cancel; }

enum ho_result ho_bank_open(const char *dir, struct ho_bank **out, struct ho_diag *diag)
{
    bool is_homeless = false;
    char *path = dir && *dir ? ho_strdup(dir) : default_dir(&is_homeless);
    if (is_homeless)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "there is no place for the bank: neither HOLDOUT_BANK nor HOME is set; give it with --bank DIR");
    struct ho_bank *bank = path ? ho_alloc(1, sizeof(*bank)) : NULL;
    if (!bank) {
        free(path);
        return ho_fail_memory(diag, sizeof(*bank));
    }
    for (size_t length = strlen(path); length > 1 && path[length - 1] == '/'; length--)
        path[length - 1] = '\0';
    bank->dir = path;
    bank->index_dir = ho_format("%s/index", path);
    bank->objects_dir = ho_format("%s/objects", path);
    enum ho_result result = bank->index_dir && bank->objects_dir ? HO_OK : ho_fail_memory(diag, strlen(path));
    // A bank on a medium that cannot be written can still be read: what is there already is not made again.
    if (result == HO_OK)
        result = ho_make_dir(bank->objects_dir, diag);
    if (result == HO_OK)
        result = ho_make_dir(bank->index_dir, diag);
    if (result == HO_OK)
        result = ho_bank_take_over(bank, diag);
    if (result != HO_OK) {
        ho_bank_close(&bank);
        return result;
    }
    *out = bank;
    return HO_OK;
}

void ho_bank_close(struct ho_bank **bank)
{
    if (!bank || !*bank)
        return;
    free((*bank)->dir);
    free((*bank)->index_dir);
    free((*bank)->objects_dir);
    free(*bank);
    *bank = NULL;
}

const char *ho_bank_dir(const struct ho_bank *bank) { return bank->dir; }
const char *ho_bank_index_dir(const struct ho_bank *bank) { return bank->index_dir; }

enum ho_result ho_bank_store_path(struct ho_bank *bank, const char *hash, const char *id, char **path,
                                  struct ho_diag *diag)
{
    *path = ho_format("%s/%s/%s" HO_STORE_SUFFIX, bank->objects_dir, hash, id);
    return *path ? HO_OK : ho_fail_memory(diag, strlen(bank->objects_dir) + 80);
}
