// SPDX-License-Identifier: BSD-2-Clause
// How a project is kept open, and SQL as this room speaks it: texts are constants, values are bound.
//
// Locking, in this order: the side file PATH.lock (writers only, an OFD lock for as long as the project is open), then
// SQLite's own. The project file itself is opened by SQLite alone: closing any other descriptor of it would drop
// SQLite's POSIX locks.
#ifndef HO_PROJECT_INTERNAL_H
#define HO_PROJECT_INTERNAL_H

// The session extension's part of the header is hidden without these.
#define SQLITE_ENABLE_SESSION 1
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include <sqlite3.h>

#include "holdout/project.h"

#define PROJECT_APPLICATION 0x484F4C50    // "HOLP" at byte 68 of the file
#define PROJECT_SCHEMA 2                  // PRAGMA user_version

enum { QUERIES_MAX = 96 };
struct query {
    const char *sql;    // by address: each text is one constant
    sqlite3_stmt *statement;
};

struct ho_project {
    char *path;
    sqlite3 *db;
    enum ho_project_mode mode;
    int lock_fd;
    struct query queries[QUERIES_MAX];
    int n_queries;
    sqlite3_session *session;    // within a step
    char step_name[HO_NAME_SIZE];
    bool step_failed;
};

// ---- sql.c

enum sql_type { SQL_INT, SQL_REAL, SQL_TEXT, SQL_BLOB };
struct sql_value {
    enum sql_type type;
    int64_t integer;
    double real;
    const void *data;    // NULL: NULL
    size_t size;
};
static inline struct sql_value sql_int(int64_t value) { return (struct sql_value){SQL_INT, .integer = value}; }
static inline struct sql_value sql_real(double value) { return (struct sql_value){SQL_REAL, .real = value}; }
static inline struct sql_value sql_text(const char *value) { return (struct sql_value){SQL_TEXT, .data = value}; }
static inline struct sql_value sql_blob(const void *data, size_t size)
{
    return (struct sql_value){SQL_BLOB, .data = data, .size = size};
}
struct sql_values {
    const struct sql_value *items;
    int n;
};
#define VALUES(...)                                               \
    ((struct sql_values){(const struct sql_value[]){__VA_ARGS__}, \
                         sizeof((const struct sql_value[]){__VA_ARGS__}) / sizeof(struct sql_value)})
#define NO_VALUES ((struct sql_values){0})

enum ho_result sql_fail(sqlite3 *db, const char *path, const char *doing, struct ho_diag *diag);
enum ho_result sql_script(sqlite3 *db, const char *path, const char *text, struct ho_diag *diag) HO_MUST_CHECK;
// `sql` is a constant that lives as long as the program. The statement is the project's: bound, not yet stepped.
enum ho_result sql_query(struct ho_project *project, const char *sql, struct sql_values values, sqlite3_stmt **out,
                         struct ho_diag *diag) HO_MUST_CHECK;
// HO_OK: a row is there. HO_END: no more, and the statement is reset. Errors: reset too.
enum ho_result sql_next(struct ho_project *project, sqlite3_stmt *statement, struct ho_diag *diag) HO_MUST_CHECK;
// To the end, without rows.
enum ho_result sql_run(struct ho_project *project, const char *sql, struct sql_values values,
                       struct ho_diag *diag) HO_MUST_CHECK;
// One whole number; HO_END: no row.
enum ho_result sql_number(struct ho_project *project, const char *sql, struct sql_values values, int64_t *out,
                          struct ho_diag *diag) HO_MUST_CHECK;
void sql_copy_text(sqlite3_stmt *statement, int column, char *out, size_t size);
// malloc'd; NULL stays NULL.
enum ho_result sql_dup_text(sqlite3_stmt *statement, int column, char **out, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result sql_open(const char *path, enum ho_project_mode mode, bool create, sqlite3 **out,
                        struct ho_diag *diag) HO_MUST_CHECK;

// A growing list of rows of `size` bytes: room for one more, zeroed, at list[*n - 1].
enum ho_result list_grow(void **list, size_t *n, size_t *capacity, size_t size, struct ho_diag *diag) HO_MUST_CHECK;

// ---- lock.c
enum ho_result lock_take(const char *path, int *fd, struct ho_diag *diag) HO_MUST_CHECK;
void lock_release(const char *path, int *fd);

// ---- schema.c
extern const char *const tracked_tables[];    // NULL-ended, parents first: what steps record
enum ho_result schema_create(sqlite3 *db, const char *path, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result schema_check(sqlite3 *db, const char *path, struct ho_diag *diag) HO_MUST_CHECK;
// From version `from` on, one script a version; clears the history, whose steps fit the older tables alone.
enum ho_result schema_migrate(sqlite3 *db, const char *path, int from, const char *const *scripts, int to,
                              struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result schema_version(sqlite3 *db, const char *path, int64_t *out, struct ho_diag *diag) HO_MUST_CHECK;

// ---- project.c
enum ho_result project_new(const char *path, enum ho_project_mode mode, struct ho_project **out,
                           struct ho_diag *diag) HO_MUST_CHECK;    // nothing is open yet

// ---- steps.c
enum ho_result need_step(struct ho_project *project, struct ho_diag *diag) HO_MUST_CHECK;    // within one
enum ho_result outside_step(struct ho_project *project, struct ho_diag *diag) HO_MUST_CHECK;
// Applies a changeset (inverted: takes it back) within a transaction of the caller's.
enum ho_result changes_apply(struct ho_project *project, const void *data, int size, bool invert,
                             struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result changes_touched(struct ho_project *project, const void *data, int size, struct ho_touched *touched,
                               struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result session_begin(struct ho_project *project, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result session_changes(struct ho_project *project, void **data, int *size, struct ho_diag *diag) HO_MUST_CHECK;
void step_roll_back(struct ho_project *project);

// ---- timelines.c
// With 0: refused in a sentence.
enum ho_result need_row(struct ho_project *project, const char *sql, int64_t id, const char *what,
                        struct ho_diag *diag) HO_MUST_CHECK;

// ---- save.c
enum ho_result save_track(struct ho_project *project, int64_t timeline, const struct ho_track_change *change,
                          struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result save_clip(struct ho_project *project, int64_t timeline, const struct ho_clip_change *change,
                         struct ho_diag *diag) HO_MUST_CHECK;
#endif
