// SPDX-License-Identifier: BSD-2-Clause
// SQLite as projects use it: how files are opened, statements kept, and what its errors mean to a user.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limit.h"
#include "base/memory.h"
#include "project/internal.h"

static bool is_space_errno(int code) { return code == ENOSPC || code == EFBIG || code == EDQUOT; }

static bool is_write_code(int code)
{
    return code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_SHMSIZE || code == SQLITE_IOERR_TRUNCATE ||
           code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_SHMMAP;
}

static enum ho_result fail_io(sqlite3 *db, const char *path, const char *doing, struct ho_diag *diag)
{
    int system_code = sqlite3_system_errno(db), code = sqlite3_extended_errcode(db);
    if (code == SQLITE_IOERR_NOMEM)
        return ho_fail(diag, HO_ERROR_MEMORY, "%s: out of memory while %s", path, doing);
    if (is_space_errno(system_code) || is_write_code(code))
        return ho_fail(diag, HO_ERROR_SPACE,
                       "%s: the disk takes no more while %s (%s); the project is as it was after its last step: make "
                       "room and do it again",
                       path, doing, system_code ? strerror(system_code) : "full, or failing");
    return ho_fail(diag, HO_ERROR_INPUT, "%s: the disk gives an error while %s (%s)", path, doing,
                   system_code ? strerror(system_code) : sqlite3_errmsg(db));
}

enum ho_result sql_fail(sqlite3 *db, const char *path, const char *doing, struct ho_diag *diag)
{
    switch (db ? sqlite3_errcode(db) & 0xff : SQLITE_NOMEM) {
    case SQLITE_NOMEM: return ho_fail(diag, HO_ERROR_MEMORY, "%s: out of memory while %s", path, doing);
    case SQLITE_FULL:
        return ho_fail(diag, HO_ERROR_SPACE,
                       "%s: no space left while %s; the project is as it was after its last step: make room and do it "
                       "again",
                       path, doing);
    case SQLITE_IOERR: return fail_io(db, path, doing, diag);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return ho_fail(diag, HO_ERROR_SPACE, "%s: no permission for %s; check who owns the file and its folder", path,
                       doing);
    case SQLITE_CANTOPEN:
        return ho_fail(diag, HO_ERROR_SPACE, "%s: cannot be opened for %s (%s)", path, doing,
                       sqlite3_system_errno(db) ? strerror(sqlite3_system_errno(db)) : sqlite3_errmsg(db));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ho_fail(diag, HO_ERROR_BUSY, "%s: another program uses it (while %s); try again later", path, doing);
    case SQLITE_NOTADB: return ho_fail(diag, HO_ERROR_INPUT, "%s: is no project of holdout's", path);
    case SQLITE_CONSTRAINT:
        return ho_fail(diag, HO_ERROR_USAGE, "%s: refused while %s: %s", path, doing, sqlite3_errmsg(db));
    case SQLITE_CORRUPT:
    case SQLITE_FORMAT:
    case SQLITE_ERROR:    // a table or column of ours is not there
    case SQLITE_MISMATCH:
        return ho_fail(diag, HO_ERROR_VERIFY,
                       "%s: damaged, found while %s (%s); `holdout project %s recover NEW` reads what can be read",
                       path, doing, sqlite3_errmsg(db), path);
    default:
        return ho_fail(diag, HO_ERROR_INPUT, "%s: SQLite fails while %s (%s, code %d)", path, doing, sqlite3_errmsg(db),
                       sqlite3_extended_errcode(db));
    }
}

enum ho_result sql_script(sqlite3 *db, const char *path, const char *text, struct ho_diag *diag)
{
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
        return sql_fail(db, path, "setting it up", diag);
    return HO_OK;
}

static enum ho_result fail_query(struct ho_project *project, const char *doing, struct ho_diag *diag)
{
    project->step_failed = project->session != NULL;
    return sql_fail(project->db, project->path, doing, diag);
}

static enum ho_result prepare(struct ho_project *project, const char *sql, sqlite3_stmt **out, struct ho_diag *diag)
{
    for (int i = 0; i < project->n_queries; i++)
        if (project->queries[i].sql == sql) {
            *out = project->queries[i].statement;
            return HO_OK;
        }
    if (project->n_queries == QUERIES_MAX)
        return ho_fail(diag, HO_ERROR_MEMORY, "%s: more than %d queries", project->path, QUERIES_MAX);
    if (sqlite3_prepare_v3(project->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) != SQLITE_OK)
        return fail_query(project, "reading its tables", diag);
    project->queries[project->n_queries++] = (struct query){sql, *out};
    return HO_OK;
}

static int bind(sqlite3_stmt *statement, int index, const struct sql_value *value)
{
    switch (value->type) {
    case SQL_INT: return sqlite3_bind_int64(statement, index, value->integer);
    case SQL_REAL: return sqlite3_bind_double(statement, index, value->real);
    case SQL_TEXT: return sqlite3_bind_text(statement, index, value->data, -1, SQLITE_STATIC);
    case SQL_BLOB: break;
    }
    return sqlite3_bind_blob64(statement, index, value->data, value->size, SQLITE_STATIC);
}

enum ho_result sql_query(struct ho_project *project, const char *sql, struct sql_values values, sqlite3_stmt **out,
                         struct ho_diag *diag)
{
    HO_TRY(prepare(project, sql, out, diag));
    sqlite3_reset(*out);
    for (int i = 0; i < values.n; i++)
        if (bind(*out, i + 1, &values.items[i]) != SQLITE_OK)
            return fail_query(project, "reading its tables", diag);
    return HO_OK;
}

enum ho_result sql_next(struct ho_project *project, sqlite3_stmt *statement, struct ho_diag *diag)
{
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        return HO_OK;
    enum ho_result result = HO_END;
    if (code != SQLITE_DONE)
        result = fail_query(project, sqlite3_stmt_readonly(statement) ? "reading it" : "writing it", diag);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return result;
}

enum ho_result sql_run(struct ho_project *project, const char *sql, struct sql_values values, struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    HO_TRY(sql_query(project, sql, values, &statement, diag));
    enum ho_result result;
    while ((result = sql_next(project, statement, diag)) == HO_OK)
        continue;
    return result == HO_END ? HO_OK : result;
}

enum ho_result sql_number(struct ho_project *project, const char *sql, struct sql_values values, int64_t *out,
                          struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    HO_TRY(sql_query(project, sql, values, &statement, diag));
    enum ho_result result = sql_next(project, statement, diag);
    if (result == HO_OK) {
        *out = sqlite3_column_int64(statement, 0);
        sqlite3_reset(statement);
    }
    return result;
}

void sql_copy_text(sqlite3_stmt *statement, int column, char *out, size_t size)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    snprintf(out, size, "%s", text ? text : "");
}

enum ho_result sql_dup_text(sqlite3_stmt *statement, int column, char **out, struct ho_diag *diag)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    *out = NULL;
    if (text && !(*out = ho_strdup(text)))
        return ho_fail_memory(diag, strlen(text));
    return HO_OK;
}

enum ho_result list_grow(void **list, size_t *n, size_t *capacity, size_t size, struct ho_diag *diag)
{
    if (*n == *capacity) {
        size_t wanted = *capacity ? *capacity * 2 : 16;
        void *larger = ho_realloc(*list, wanted, size);
        if (!larger)
            return ho_fail_memory(diag, wanted * size);
        *list = larger;
        *capacity = wanted;
    }
    memset((char *)*list + *n * size, 0, size);
    ++*n;
    return HO_OK;
}

// ---- opening

// The folder of a path is writable: a log that a killed writer left can be worked in.
static bool can_write_beside(const char *path)
{
    char *folder = ho_strdup(path);
    if (!folder)
        return false;
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = '\0';
    bool can = access(path, W_OK) == 0 && access(slash ? (*folder ? folder : "/") : ".", W_OK) == 0;
    free(folder);
    return can;
}

static enum ho_result check_file(const char *path, struct ho_diag *diag)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: %s", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return ho_fail(diag, HO_ERROR_INPUT, "%s: is not a file, so no project", path);
    return HO_OK;
}

static enum ho_result configure(sqlite3 *db, const char *path, enum ho_project_mode mode, struct ho_diag *diag)
{
    static const char for_all[] = "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON; "
                                  "PRAGMA temp_store = MEMORY;";
    static const char for_writers[] =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 4194304;";
    sqlite3_busy_timeout(db, 5000);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    HO_TRY(sql_script(db, path, for_all, diag));
    return sql_script(db, path, mode == HO_PROJECT_WRITE ? for_writers : "PRAGMA query_only = ON;", diag);
}

enum ho_result sql_open(const char *path, enum ho_project_mode mode, bool create, sqlite3 **out, struct ho_diag *diag)
{
    int flags = SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
    if (!create)
        HO_TRY(check_file(path, diag));
    // Readers too, where they may: what a killed writer left in its log has to be taken in, which writes.
    flags |= mode == HO_PROJECT_WRITE || can_write_beside(path) ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    sqlite3 *db = NULL;
    enum ho_result result = sqlite3_open_v2(path, &db, flags, ho_limit_vfs()) == SQLITE_OK
                                ? configure(db, path, mode, diag)
                                : sql_fail(db, path, mode == HO_PROJECT_WRITE ? "writing" : "reading", diag);
    if (result != HO_OK)
        sqlite3_close_v2(db);
    else
        *out = db;
    return result;
}
