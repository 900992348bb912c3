// SPDX-License-Identifier: BSD-2-Clause
// SQLite as the bank uses it: how files are opened, and what its errors mean to a user.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bank/bank.h"
#include "base/limit.h"
#include "base/memory.h"

static bool is_space_errno(int code) { return code == ENOSPC || code == EFBIG || code == EDQUOT; }
static bool is_permission_errno(int code) { return code == EACCES || code == EPERM || code == EROFS; }

// Failures to write for which SQLite often has no errno left: a log or its index that could not grow.
static bool is_write_code(int code)
{
    return code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_SHMSIZE || code == SQLITE_IOERR_TRUNCATE ||
           code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_SHMMAP;
}

enum ho_result ho_sql_fail(sqlite3 *db, const char *path, const char *doing, struct ho_diag *diag)
{
    int code = db ? sqlite3_errcode(db) : SQLITE_NOMEM;
    int system_code = db ? sqlite3_system_errno(db) : 0;
    if (db && sqlite3_extended_errcode(db) == SQLITE_IOERR_NOMEM)
        code = SQLITE_NOMEM;
    switch (code & 0xff) {
    case SQLITE_INTERRUPT: return ho_fail(diag, HO_CANCELLED, "%s: stopped while %s", path, doing);
    case SQLITE_NOMEM: return ho_fail(diag, HO_ERROR_MEMORY, "%s: out of memory while %s", path, doing);
    case SQLITE_FULL:
        return ho_fail(diag, HO_ERROR_SPACE,
                       "%s: no space left while %s; all frames committed before are kept: make room and run it again",
                       path, doing);
    case SQLITE_IOERR:
        if (is_space_errno(system_code))
            return ho_fail(
                diag, HO_ERROR_SPACE,
                "%s: no space left while %s (%s); all frames committed before are kept: make room and run it again",
                path, doing, strerror(system_code));
        if (is_write_code(sqlite3_extended_errcode(db)))
            return ho_fail(diag, HO_ERROR_SPACE,
                           "%s: the disk takes no more while %s (full, a limit on file sizes, or failing); all frames "
                           "committed before are kept: "
                           "make room and run it again",
                           path, doing);
        return ho_fail(diag, HO_ERROR_INPUT, "%s: the disk gives an error while %s (%s)", path, doing,
                       system_code ? strerror(system_code) : sqlite3_errmsg(db));
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return ho_fail(diag, HO_ERROR_SPACE, "%s: no permission for %s; check who owns the bank folder", path, doing);
    case SQLITE_CANTOPEN:
        if (is_space_errno(system_code) || is_permission_errno(system_code))
            return ho_fail(diag, HO_ERROR_SPACE, "%s: cannot be opened for %s (%s)", path, doing,
                           strerror(system_code));
        return ho_fail(diag, HO_ERROR_INPUT, "%s: cannot be opened for %s (%s)", path, doing,
                       system_code ? strerror(system_code) : sqlite3_errmsg(db));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ho_fail(diag, HO_ERROR_BUSY, "%s: another process uses it (while %s); try again later", path, doing);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_ERROR:    // a table or column of ours is not there
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
        return ho_fail(diag, HO_ERROR_VERIFY,
                       "%s: damaged, found while %s (%s); `holdout bank verify` says which frames are affected", path,
                       doing, sqlite3_errmsg(db));
    default:
        return ho_fail(diag, HO_ERROR_INPUT, "%s: SQLite fails while %s (%s, code %d)", path, doing, sqlite3_errmsg(db),
                       sqlite3_extended_errcode(db));
    }
}

enum ho_result ho_sql_run(sqlite3 *db, const char *path, const char *text, struct ho_diag *diag)
{
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
        return ho_sql_fail(db, path, "setting it up", diag);
    return HO_OK;
}

static int is_cancelled(void *opaque) { return ho_cancel_is_requested(opaque); }

void ho_sql_set_cancel(sqlite3 *db, const struct ho_cancel *cancel)
{
    if (cancel)
        sqlite3_progress_handler(db, 1000, is_cancelled, (void *)(uintptr_t)cancel);
}

enum ho_result ho_sql_prepare(sqlite3 *db, const char *path, const char *text, sqlite3_stmt **out, struct ho_diag *diag)
{
    if (sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) != SQLITE_OK)
        return ho_sql_fail(db, path, "reading its tables", diag);
    return HO_OK;
}

enum ho_result ho_sql_number(sqlite3 *db, const char *path, const char *text, int64_t *out, struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    HO_TRY(ho_sql_prepare(db, path, text, &statement, diag));
    enum ho_result result = HO_OK;
    if (sqlite3_step(statement) == SQLITE_ROW)
        *out = sqlite3_column_int64(statement, 0);
    else
        result = ho_sql_fail(db, path, "reading it", diag);
    sqlite3_finalize(statement);
    return result;
}

// A path as a file: URI, for the one case in which SQLite wants a parameter. malloc'd.
static char *immutable_uri(const char *path)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t length = strlen(path);
    char *uri = ho_alloc(3 * length + 32, 1);
    if (!uri)
        return NULL;
    char *at = stpcpy(uri, "file:");
    for (const char *c = path; *c; c++) {
        if (strchr("%?#", *c)) {
            *at++ = '%';
            *at++ = digits[(unsigned char)*c >> 4];
            *at++ = digits[(unsigned char)*c & 15];
        } else {
            *at++ = *c;
        }
    }
    strcpy(at, "?immutable=1");
    return uri;
}

// Does a log stand beside the file, with frames that the file alone lacks?
static bool has_log(const char *path)
{
    struct stat info;
    char *log = ho_format("%s-wal", path);
    bool has = log && stat(log, &info) == 0 && info.st_size > 0;
    free(log);
    return has;
}

static enum ho_result copy_file(const char *from, const char *to, struct ho_diag *diag)
{
    char block[65536];
    int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ssize_t n = in < 0 || out < 0 ? -1 : 0;
    int code = errno;
    struct ho_limit_guard guard;
    ho_limit_begin(&guard);
    while (n >= 0 && (n = read(in, block, sizeof(block))) > 0)
        if (write(out, block, (size_t)n) != n)
            n = -1;
    code = n < 0 ? errno : code;
    ho_limit_end(&guard);
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    return n < 0 ? ho_fail(diag, HO_ERROR_SPACE, "%s: cannot be copied to where it can be read (%s)", from,
                           strerror(code))
                 : HO_OK;
}

// A log that a writer left (or is writing) in a folder that cannot be written: reading it takes a lock and an index
// beside the file, so a copy of both is read, which is gone when it is closed.
static enum ho_result open_copy(const char *path, sqlite3 **db, struct ho_diag *diag)
{
    const char *parent = getenv("TMPDIR");
    char *dir = ho_format("%s/holdout-read-XXXXXX", parent && *parent ? parent : "/tmp");
    if (!dir || !mkdtemp(dir)) {
        free(dir);
        return ho_fail(diag, HO_ERROR_SPACE, "%s: no place for a copy to read it from (%s)", path, strerror(errno));
    }
    char *file = ho_format("%s/matte", dir), *log = ho_format("%s/matte-wal", dir), *source = ho_format("%s-wal", path);
    enum ho_result result = file && log && source ? HO_OK : ho_fail_memory(diag, strlen(path));
    // The log first: frames that move from it into the file meanwhile are then in both, never in neither.
    if (result == HO_OK)
        result = copy_file(source, log, diag);
    if (result == HO_OK)
        result = copy_file(path, file, diag);
    if (result == HO_OK &&
        (sqlite3_open_v2(file, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, ho_limit_vfs()) != SQLITE_OK ||
         sqlite3_exec(*db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL) != SQLITE_OK))
        result = ho_sql_fail(*db, path, "reading", diag);
    char *index = ho_format("%s/matte-shm", dir);
    const char *const files[] = {file, log, index};
    for (size_t i = 0; i < 3; i++)
        if (files[i])
            unlink(files[i]);
    rmdir(dir);
    free(index);
    free(source);
    free(log);
    free(file);
    free(dir);
    return result;
}

// Readers open for writing where they may: a log that a killed writer left has to be recovered, which writes. Where the
// folder cannot be written (a bank on a read-only medium) nothing changes either, and the file alone is all there is.
static enum ho_result open_to_read(const char *path, sqlite3 **db, struct ho_diag *diag)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: %s", path, strerror(errno));
    if (S_ISDIR(info.st_mode))
        return ho_fail(diag, HO_ERROR_INPUT, "%s: is a folder, not a matte", path);
    char *folder = ho_strdup(path);
    if (!folder)
        return ho_fail_memory(diag, strlen(path));
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = '\0';
    bool can_write = access(path, W_OK) == 0 && access(slash ? (*folder ? folder : "/") : ".", W_OK) == 0;
    free(folder);
    if (can_write)
        return sqlite3_open_v2(path, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, ho_limit_vfs()) == SQLITE_OK
                   ? HO_OK
                   : ho_sql_fail(*db, path, "reading", diag);
    if (has_log(path))
        return open_copy(path, db, diag);
    char *uri = immutable_uri(path);
    if (!uri)
        return ho_fail_memory(diag, strlen(path));
    int code = sqlite3_open_v2(uri, db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, ho_limit_vfs());
    free(uri);
    return code == SQLITE_OK ? HO_OK : ho_sql_fail(*db, path, "reading", diag);
}

enum ho_result ho_sql_open(const char *path, enum ho_store_mode mode, sqlite3 **out, struct ho_diag *diag)
{
    static const char for_all[] = "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON; "
                                  "PRAGMA temp_store = MEMORY;";
    static const char for_writers[] = "PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode "
                                      "= WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000;";
    sqlite3 *db = NULL;
    enum ho_result result;
    if (mode == HO_STORE_READ)
        result = open_to_read(path, &db, diag);
    else
        result = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                                 ho_limit_vfs()) == SQLITE_OK
                     ? HO_OK
                     : ho_sql_fail(db, path, "writing", diag);
    if (result == HO_OK) {
        sqlite3_busy_timeout(db, 10000);
        sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        result = ho_sql_run(db, path, for_all, diag);
    }
    if (result == HO_OK && mode == HO_STORE_WRITE)
        result = ho_sql_run(db, path, for_writers, diag);
    if (result == HO_OK && mode == HO_STORE_READ)
        result = ho_sql_run(db, path, "PRAGMA query_only = ON;", diag);
    if (result != HO_OK) {
        sqlite3_close_v2(db);
        return result;
    }
    *out = db;
    return HO_OK;
}
