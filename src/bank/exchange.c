// SPDX-License-Identifier: BSD-2-Clause
// Export and import: one self-contained file, whole or absent.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bank/bank.h"
#include "base/memory.h"

// The name stands for the whole file or for what it stood for before, after a pulled plug too.
enum ho_result ho_file_replace(const char *from, const char *to, bool overwrite, struct ho_diag *diag)
{
    int fd = open(from, O_RDWR | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        int code = errno;
        if (fd >= 0)
            close(fd);
        return ho_fail(diag, HO_ERROR_SPACE, "%s: cannot be written out (%s)", from, strerror(code));
    }
    close(fd);
    int failed = overwrite ? rename(from, to) : link(from, to);
    if (failed && !overwrite && errno != EEXIST)    // a file system without links
        failed = access(to, F_OK) == 0 ? (errno = EEXIST, -1) : rename(from, to);
    if (failed)
        return ho_fail(diag, HO_ERROR_SPACE,
                       errno == EEXIST ? "%s: exists already; choose another name or allow it to be overwritten%.0s"
                                       : "%s: cannot be written (%s)",
                       to, strerror(errno));
    if (!overwrite)
        unlink(from);
    char *dir = ho_strdup(to);
    if (!dir)
        return ho_fail_memory(diag, strlen(to));
    char *slash = strrchr(dir, '/');
    if (slash)
        slash[slash == dir] = '\0';
    int dir_fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(dir);
    if (dir_fd >= 0) {
        fsync(dir_fd);
        close(dir_fd);
    }
    return HO_OK;
}

// A compact copy of a store in one file, without a log beside it.
static enum ho_result copy_store(struct ho_store *store, const char *to, const struct ho_cancel *cancel,
                                 struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    unlink(to);
    HO_TRY(ho_sql_run(store->db, store->path, "PRAGMA query_only = OFF", diag));
    HO_TRY(ho_sql_prepare(store->db, store->path, "VACUUM INTO ?1", &statement, diag));
    sqlite3_bind_text(statement, 1, to, -1, SQLITE_STATIC);
    ho_sql_set_cancel(store->db, cancel);
    enum ho_result result = sqlite3_step(statement) == SQLITE_DONE
                                ? HO_OK
                                : ho_sql_fail(store->db, store->path, "copying it", diag);
    sqlite3_finalize(statement);
    return result;
}

// Copies `store` to `to` by way of `part`, which is checked frame by frame before it gets its name.
static enum ho_result copy_checked(struct ho_store *store, const char *part, const char *to, bool overwrite,
                                   const struct ho_cancel *cancel, struct ho_diag *diag)
{
    int64_t n_faults = 0;
    enum ho_result result = copy_store(store, part, cancel, diag);
    if (result == HO_OK)
        result = ho_bank_verify_path(part, cancel, &n_faults, diag);
    if (result == HO_OK && n_faults)
        result = ho_fail(diag, HO_ERROR_VERIFY,
                         "%s: damaged in %lld places; `holdout bank verify %.12s` names them, with --repair it keeps "
                         "what can be read",
                         store->path, (long long)n_faults, store->id);
    if (result == HO_OK && overwrite)
        ho_store_fold_logs(to);    // they belong to what is replaced
    if (result == HO_OK)
        result = ho_file_replace(part, to, overwrite, diag);
    unlink(part);
    return result;
}

enum ho_result ho_bank_export(struct ho_bank *bank, const char *name, const char *path, bool overwrite,
                              struct ho_diag *diag)
{
    struct stat info;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return ho_fail(diag, HO_ERROR_SPACE, "%s: is a folder; give a file name, such as %s/rabbit" HO_STORE_SUFFIX,
                       path, path);
    if (!overwrite && stat(path, &info) == 0)
        return ho_fail(diag, HO_ERROR_SPACE, "%s: exists already; choose another name or allow it to be overwritten",
                       path);
    struct ho_store *store;
    HO_TRY(ho_store_open(bank, name, HO_STORE_READ, &store, diag));
    char *part = ho_format("%s.part-%ld", path, (long)getpid());
    int fd = part ? open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)
                  : -1;    // says plainly why, which SQLite doesn't
    enum ho_result result = HO_OK;
    if (!part)
        result = ho_fail_memory(diag, strlen(path));
    else if (fd < 0)
        result = ho_fail(diag, HO_ERROR_SPACE, "%s: cannot be written (%s)", path, strerror(errno));
    else
        close(fd);
    if (result == HO_OK)
        result = copy_checked(store, part, path, overwrite, bank->cancel, diag);
    free(part);
    ho_store_close(&store);
    return result;
}

static enum ho_result place(struct ho_store *from, const char *path, bool overwrite, const struct ho_cancel *cancel,
                            struct ho_diag *diag)
{
    char *part = ho_format("%s.part", path);
    if (!part)
        return ho_fail_memory(diag, strlen(path));
    int lock_fd = -1;
    enum ho_result result = ho_lock_take(path, 0, &lock_fd, diag);
    if (result == HO_OK && !overwrite && access(path, F_OK) == 0)
        result = ho_fail(diag, HO_ERROR_SPACE,
                         "%s: is in the bank already; allow it to be overwritten, or remove it first", path);
    if (result == HO_OK)
        result = copy_checked(from, part, path, overwrite, cancel, diag);
    ho_lock_release(path, &lock_fd);
    free(part);
    return result;
}

// A file of another kind is a mistake in the choice of file; a store that is damaged is another matter.
static enum ho_result check_kind(const char *path, struct ho_diag *diag)
{
    static const char magic[] = "SQLite format 3";
    char head[sizeof(magic)] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: cannot be opened (%s)", path, strerror(errno));
    ssize_t n = read(fd, head, sizeof(head));
    int code = errno;
    close(fd);
    if (n < 0)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: cannot be read (%s)", path, strerror(code));
    if (n != sizeof(head) || memcmp(head, magic, sizeof(magic)) != 0)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: is not a matte that `holdout bank export` wrote", path);
    return HO_OK;
}

enum ho_result ho_bank_import(struct ho_bank *bank, const char *path, bool overwrite, char id[HO_ID_SIZE],
                              struct ho_diag *diag)
{
    struct ho_store *store;
    HO_TRY(check_kind(path, diag));
    enum ho_result older = ho_bank_take_over_file(bank, path, id, diag);
    if (older != HO_END)
        return older;
    HO_TRY(ho_store_open_path(path, HO_STORE_READ, &store, diag));
    char *target = NULL;
    char *folder = ho_format("%s/%s", bank->objects_dir, store->head.source.hash);
    enum ho_result result = folder ? HO_OK : ho_fail_memory(diag, strlen(path));
    if (result == HO_OK)
        result = ho_make_dir(folder, diag);
    if (result == HO_OK)
        result = ho_bank_store_path(bank, store->head.source.hash, store->id, &target, diag);
    if (result == HO_OK)
        result = place(store, target, overwrite, bank->cancel, diag);
    if (result == HO_OK)
        memcpy(id, store->id, HO_ID_SIZE);
    free(folder);
    free(target);
    ho_store_close(&store);
    return result;
}
