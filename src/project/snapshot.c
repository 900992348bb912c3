// SPDX-License-Identifier: BSD-2-Clause
// Snapshots: a changeset that takes away all that steps change. Its inverse puts it back.
#include <stdio.h>
#include <stdlib.h>

#include "project/internal.h"

static enum ho_result remove_all(struct ho_project *project, struct ho_diag *diag)
{
    static const char *const sql[] = {"DELETE FROM clip_graph", "DELETE FROM title_text", "DELETE FROM keyframe",
                                      "DELETE FROM number",     "DELETE FROM clip",       "DELETE FROM track",
                                      "DELETE FROM timeline",   "DELETE FROM media",      "DELETE FROM bin",
                                      "DELETE FROM setting",    "DELETE FROM preset",     "DELETE FROM job"};
    for (size_t i = 0; i < sizeof(sql) / sizeof(sql[0]); i++)
        HO_TRY(sql_run(project, sql[i], NO_VALUES, diag));
    return HO_OK;
}

// All is taken away, recorded, and not committed.
static enum ho_result record_all(struct ho_project *project, void **data, int *size, struct ho_diag *diag)
{
    HO_TRY(session_begin(project, diag));
    snprintf(project->step_name, sizeof(project->step_name), "Snapshot");
    enum ho_result result = remove_all(project, diag);
    if (result == HO_OK)
        result = session_changes(project, data, size, diag);
    step_roll_back(project);
    return result;
}

enum ho_result ho_project_snapshot(struct ho_project *project, const char *name, struct ho_diag *diag)
{
    static const char sql[] = "INSERT INTO snapshot (name, time, schema, changes) VALUES (?1, unixepoch(), ?2, ?3)";
    void *data = NULL;
    int size = 0;
    int64_t n = 0;
    HO_TRY(outside_step(project, diag));
    HO_TRY(sql_number(project, "SELECT count(*) FROM snapshot WHERE name = ?1", VALUES(sql_text(name)), &n, diag));
    if (n > 0)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: there is a snapshot \"%s\" already: give another name", project->path,
                       name);
    enum ho_result result = record_all(project, &data, &size, diag);
    if (result == HO_OK)
        result = sql_run(project, sql, VALUES(sql_text(name), sql_int(PROJECT_SCHEMA), sql_blob(data, (size_t)size)),
                         diag);
    sqlite3_free(data);
    return result;
}

enum ho_result ho_project_snapshots(struct ho_project *project, struct ho_snapshot **out, size_t *n,
                                    struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    void *list = NULL;
    size_t capacity = 0;
    *n = 0;
    HO_TRY(sql_query(project, "SELECT name, time FROM snapshot ORDER BY time, rowid", NO_VALUES, &statement, diag));
    enum ho_result result;
    while ((result = sql_next(project, statement, diag)) == HO_OK &&
           (result = list_grow(&list, n, &capacity, sizeof(struct ho_snapshot), diag)) == HO_OK) {
        struct ho_snapshot *snapshot = (struct ho_snapshot *)list + *n - 1;
        sql_copy_text(statement, 0, snapshot->name, sizeof(snapshot->name));
        snapshot->time = sqlite3_column_int64(statement, 1);
    }
    sqlite3_reset(statement);
    *out = list;
    return result == HO_END ? HO_OK : result;
}

static enum ho_result put_back(struct ho_project *project, sqlite3_stmt *row, struct ho_diag *diag)
{
    if (sqlite3_column_int64(row, 0) != PROJECT_SCHEMA)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: the snapshot was made by another version and cannot be restored",
                       project->path);
    HO_TRY(remove_all(project, diag));
    return changes_apply(project, sqlite3_column_blob(row, 1), sqlite3_column_bytes(row, 1), true, diag);
}

// The step that a restore is, as it was kept.
static enum ho_result last_touched(struct ho_project *project, struct ho_touched *touched, struct ho_diag *diag)
{
    sqlite3_stmt *row;
    HO_TRY(sql_query(project, "SELECT changes FROM step WHERE id = (SELECT step FROM present)", NO_VALUES, &row, diag));
    enum ho_result result = sql_next(project, row, diag);
    if (result == HO_OK)
        result = changes_touched(project, sqlite3_column_blob(row, 0), sqlite3_column_bytes(row, 0), touched, diag);
    sqlite3_reset(row);
    return result == HO_END ? HO_OK : result;
}

enum ho_result ho_project_restore(struct ho_project *project, const char *name, struct ho_touched *touched,
                                  struct ho_diag *diag)
{
    char step[HO_NAME_SIZE];
    sqlite3_stmt *row;
    if (touched)
        *touched = (struct ho_touched){0};
    HO_TRY(outside_step(project, diag));
    HO_TRY(
        sql_query(project, "SELECT schema, changes FROM snapshot WHERE name = ?1", VALUES(sql_text(name)), &row, diag));
    enum ho_result result = sql_next(project, row, diag);
    if (result == HO_END)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: there is no snapshot \"%s\"", project->path, name);
    snprintf(step, sizeof(step), "Restore \"%.200s\"", name);
    if (result == HO_OK)
        result = ho_project_begin(project, step, diag);
    if (result == HO_OK)
        result = put_back(project, row, diag);
    sqlite3_reset(row);
    if (result != HO_OK) {
        step_roll_back(project);
        return result;
    }
    HO_TRY(ho_project_commit(project, diag));
    return touched ? last_touched(project, touched, diag) : HO_OK;
}

enum ho_result ho_project_forget(struct ho_project *project, const char *name, struct ho_diag *diag)
{
    HO_TRY(outside_step(project, diag));
    HO_TRY(sql_run(project, "DELETE FROM snapshot WHERE name = ?1", VALUES(sql_text(name)), diag));
    return sqlite3_changes(project->db) > 0
               ? HO_OK
               : ho_fail(diag, HO_ERROR_USAGE, "%s: there is no snapshot \"%s\"", project->path, name);
}
