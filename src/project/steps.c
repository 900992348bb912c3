// SPDX-License-Identifier: BSD-2-Clause
// Steps: what SQLite's session extension recorded between begin and commit, kept in the same transaction; undo and redo
// apply it backward and forward.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "project/internal.h"

static enum ho_result refuse_reader(const struct ho_project *project, struct ho_diag *diag)
{
    return project->mode == HO_PROJECT_WRITE
               ? HO_OK
               : ho_fail(diag, HO_ERROR_USAGE, "%s: is open for reading only", project->path);
}

enum ho_result need_step(struct ho_project *project, struct ho_diag *diag)
{
    HO_TRY(refuse_reader(project, diag));
    return project->session ? HO_OK
                            : ho_fail(diag, HO_ERROR_USAGE, "%s: a change outside of a step; begin one", project->path);
}

enum ho_result outside_step(struct ho_project *project, struct ho_diag *diag)
{
    HO_TRY(refuse_reader(project, diag));
    return !project->session ? HO_OK
                             : ho_fail(diag, HO_ERROR_USAGE, "%s: \"%s\" is not finished: commit or cancel it first",
                                       project->path, project->step_name);
}

enum ho_result session_begin(struct ho_project *project, struct ho_diag *diag)
{
    // References are looked at when all is done, so that the order of changes does not matter.
    HO_TRY(sql_run(project, "BEGIN IMMEDIATE", NO_VALUES, diag));
    enum ho_result result = sql_run(project, "PRAGMA defer_foreign_keys = ON", NO_VALUES, diag);
    int code = result == HO_OK ? sqlite3session_create(project->db, "main", &project->session) : SQLITE_OK;
    for (int i = 0; tracked_tables[i] && code == SQLITE_OK && result == HO_OK; i++)
        code = sqlite3session_attach(project->session, tracked_tables[i]);
    if (code != SQLITE_OK)
        result = ho_fail(diag, HO_ERROR_MEMORY, "%s: changes cannot be recorded (%s)", project->path,
                         sqlite3_errstr(code));
    if (result != HO_OK)
        step_roll_back(project);
    return result;
}

void step_roll_back(struct ho_project *project)
{
    if (project->session)
        sqlite3session_delete(project->session);
    project->session = NULL;
    project->step_failed = false;
    if (project->db && !sqlite3_get_autocommit(project->db))
        sqlite3_exec(project->db, "ROLLBACK", NULL, NULL, NULL);
}

enum ho_result ho_project_begin(struct ho_project *project, const char *name, struct ho_diag *diag)
{
    HO_TRY(outside_step(project, diag));
    HO_TRY(session_begin(project, diag));
    snprintf(project->step_name, sizeof(project->step_name), "%s", name);
    project->step_failed = false;
    return HO_OK;
}

enum ho_result session_changes(struct ho_project *project, void **data, int *size, struct ho_diag *diag)
{
    int code = sqlite3session_changeset(project->session, size, data);
    if (code != SQLITE_OK)
        return ho_fail(diag, code == SQLITE_NOMEM ? HO_ERROR_MEMORY : HO_ERROR_VERIFY,
                       "%s: the changes of \"%s\" cannot be recorded (%s)", project->path, project->step_name,
                       sqlite3_errstr(code));
    return HO_OK;
}

// Steps that were undone are gone when a new one is made.
static enum ho_result keep_step(struct ho_project *project, const void *data, int size, struct ho_diag *diag)
{
    HO_TRY(sql_run(project, "DELETE FROM step WHERE id > (SELECT step FROM present)", NO_VALUES, diag));
    HO_TRY(sql_run(project,
                   "INSERT INTO step (id, name, time, schema, changes) SELECT step + 1, ?1, unixepoch(), ?2, ?3 FROM "
                   "present",
                   VALUES(sql_text(project->step_name), sql_int(PROJECT_SCHEMA), sql_blob(data, (size_t)size)), diag));
    return sql_run(project, "UPDATE present SET step = step + 1", NO_VALUES, diag);
}

static enum ho_result finish(struct ho_project *project, struct ho_diag *diag)
{
    void *data = NULL;
    int size = 0;
    if (project->step_failed || sqlite3_get_autocommit(project->db))
        return ho_fail(diag, HO_ERROR_USAGE,
                       "%s: a part of \"%s\" failed, so nothing of it is kept; the project is as it was before",
                       project->path, project->step_name);
    enum ho_result result = session_changes(project, &data, &size, diag);
    if (result == HO_OK && size > 0)
        result = keep_step(project, data, size, diag);
    sqlite3_free(data);
    return result == HO_OK ? sql_run(project, "COMMIT", NO_VALUES, diag) : result;
}

enum ho_result ho_project_commit(struct ho_project *project, struct ho_diag *diag)
{
    HO_TRY(need_step(project, diag));
    enum ho_result result = finish(project, diag);
    step_roll_back(project);    // where it was committed there is nothing to roll back
    return result;
}

void ho_project_cancel(struct ho_project *project)
{
    if (project->session)
        step_roll_back(project);
}

// ---- the list

enum ho_result ho_project_steps(struct ho_project *project, struct ho_project_step **out, size_t *n,
                                struct ho_diag *diag)
{
    static const char sql[] = "SELECT id, name, time, id > (SELECT step FROM present) FROM step ORDER BY id";
    sqlite3_stmt *statement;
    void *list = NULL;
    size_t capacity = 0;
    *n = 0;
    HO_TRY(sql_query(project, sql, NO_VALUES, &statement, diag));
    enum ho_result result;
    while ((result = sql_next(project, statement, diag)) == HO_OK &&
           (result = list_grow(&list, n, &capacity, sizeof(struct ho_project_step), diag)) == HO_OK) {
        struct ho_project_step *step = (struct ho_project_step *)list + *n - 1;
        step->id = sqlite3_column_int64(statement, 0);
        sql_copy_text(statement, 1, step->name, sizeof(step->name));
        step->time = sqlite3_column_int64(statement, 2);
        step->undone = sqlite3_column_int(statement, 3) != 0;
    }
    sqlite3_reset(statement);
    *out = list;
    if (result == HO_END)
        return HO_OK;
    free(list);
    *out = NULL;
    return result;
}

// ---- changesets

// Whatever does not fit as it was recorded is refused: half an undo is worse than none.
static int abort_on_conflict(void *opaque, int kind, sqlite3_changeset_iter *change)
{
    (void)change;
    *(int *)opaque = kind;
    return SQLITE_CHANGESET_ABORT;
}

enum ho_result changes_apply(struct ho_project *project, const void *data, int size, bool invert, struct ho_diag *diag)
{
    static const char *const conflicts[] = {"nothing",
                                            "a value differs",
                                            "a row is gone",
                                            "a row is there already",
                                            "a rule of its tables",
                                            "a reference leads nowhere"};
    int kind = 0;
    // The data is only read: SQLite's interface lacks the const.
    int code = sqlite3changeset_apply_v2(project->db, size, (void *)(uintptr_t)data, NULL, abort_on_conflict, &kind,
                                         NULL, NULL, invert ? SQLITE_CHANGESETAPPLY_INVERT : 0);
    if (code == SQLITE_OK)
        return HO_OK;
    if (kind == 0)
        return sql_fail(project->db, project->path, "applying a recorded step", diag);
    return ho_fail(diag, HO_ERROR_VERIFY,
                   "%s: a recorded step does not fit the project (%s): damaged; nothing was changed", project->path,
                   conflicts[kind <= 5 ? kind : 0]);
}

static struct ho_touched_row row_of(const char *table, sqlite3_changeset_iter *change)
{
    struct ho_touched_row row = {0};
    sqlite3_value *value[2] = {NULL, NULL};
    for (int i = 0; i < 2; i++) {
        // A key's value stands on the old side of what is updated or deleted, on the new side of what is inserted.
        if (sqlite3changeset_old(change, i, &value[i]) != SQLITE_OK || !value[i])
            if (sqlite3changeset_new(change, i, &value[i]) != SQLITE_OK)
                value[i] = NULL;
    }
    int64_t first = value[0] ? sqlite3_value_int64(value[0]) : 0, second = value[1] ? sqlite3_value_int64(value[1]) : 0;
    if (strcmp(table, "media") == 0)
        row = (struct ho_touched_row){HO_TOUCHED_MEDIA, 0, first};
    else if (strcmp(table, "timeline") == 0)
        row = (struct ho_touched_row){HO_TOUCHED_TIMELINE, first, first};
    else if (strcmp(table, "track") == 0)
        row = (struct ho_touched_row){HO_TOUCHED_TRACK, first, second};
    else if (strcmp(table, "clip") == 0 || strcmp(table, "number") == 0 || strcmp(table, "keyframe") == 0 ||
             strcmp(table, "title_text") == 0 || strcmp(table, "clip_graph") == 0)
        row = (struct ho_touched_row){HO_TOUCHED_CLIP, first, second};
    else if (strcmp(table, "mask_object") == 0 || strcmp(table, "mask_said") == 0)
        row = (struct ho_touched_row){HO_TOUCHED_MASK, 0, 0};
    return row;
}

static enum ho_result add_touched(struct ho_touched *touched, size_t *capacity, struct ho_touched_row row,
                                  struct ho_diag *diag)
{
    // Those of one clip in one table lie side by side in a changeset: most repeats are not even written down.
    const struct ho_touched_row *last = touched->n_rows ? &touched->rows[touched->n_rows - 1] : NULL;
    if (last && last->kind == row.kind && last->timeline == row.timeline && last->id == row.id)
        return HO_OK;
    void *rows = touched->rows;
    enum ho_result result = list_grow(&rows, &touched->n_rows, capacity, sizeof(row), diag);
    touched->rows = rows;
    if (result == HO_OK)
        touched->rows[touched->n_rows - 1] = row;
    return result;
}

static int by_row(const void *a, const void *b)
{
    const struct ho_touched_row *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->timeline != y->timeline)
        return x->timeline < y->timeline ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

// Each row once.
static void sort_touched(struct ho_touched *touched)
{
    size_t n = 0;
    if (touched->n_rows > 1)
        qsort(touched->rows, touched->n_rows, sizeof(*touched->rows), by_row);
    for (size_t i = 0; i < touched->n_rows; i++)
        if (n == 0 || by_row(&touched->rows[n - 1], &touched->rows[i]) != 0)
            touched->rows[n++] = touched->rows[i];
    touched->n_rows = n;
}

enum ho_result changes_touched(struct ho_project *project, const void *data, int size, struct ho_touched *touched,
                               struct ho_diag *diag)
{
    sqlite3_changeset_iter *change = NULL;
    size_t capacity = 0;
    *touched = (struct ho_touched){0};
    enum ho_result result = HO_OK;
    int code = sqlite3changeset_start(&change, size, (void *)(uintptr_t)data);
    while (code == SQLITE_OK && result == HO_OK && sqlite3changeset_next(change) == SQLITE_ROW) {
        const char *table;
        int n_columns, operation, indirect;
        code = sqlite3changeset_op(change, &table, &n_columns, &operation, &indirect);
        if (code == SQLITE_OK)
            result = add_touched(touched, &capacity, row_of(table, change), diag);
    }
    int end = change ? sqlite3changeset_finalize(change) : code;
    if (result == HO_OK && (code != SQLITE_OK || end != SQLITE_OK))
        result = ho_fail(diag, HO_ERROR_VERIFY, "%s: a recorded step cannot be read: damaged", project->path);
    if (result != HO_OK)
        ho_touched_clear(touched);
    else
        sort_touched(touched);
    return result;
}

void ho_touched_clear(struct ho_touched *touched)
{
    free(touched->rows);
    *touched = (struct ho_touched){0};
}

// ---- undo, redo

static enum ho_result apply_step(struct ho_project *project, sqlite3_stmt *step, bool back, char name[HO_NAME_SIZE],
                                 struct ho_touched *touched, struct ho_diag *diag)
{
    if (sqlite3_column_int64(step, 1) != PROJECT_SCHEMA)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: the step \"%s\" was made by another version and cannot be %s",
                       project->path, (const char *)sqlite3_column_text(step, 0), back ? "undone" : "redone");
    if (name)
        sql_copy_text(step, 0, name, HO_NAME_SIZE);
    const void *data = sqlite3_column_blob(step, 2);
    int size = sqlite3_column_bytes(step, 2);
    HO_TRY(changes_apply(project, data, size, back, diag));
    return touched ? changes_touched(project, data, size, touched, diag) : HO_OK;
}

static enum ho_result go(struct ho_project *project, bool back, char name[HO_NAME_SIZE], struct ho_touched *touched,
                         struct ho_diag *diag)
{
    static const char undone[] = "SELECT name, schema, changes FROM step WHERE id = (SELECT step FROM present)";
    static const char redone[] = "SELECT name, schema, changes FROM step WHERE id = (SELECT step + 1 FROM present)";
    sqlite3_stmt *step;
    HO_TRY(sql_query(project, back ? undone : redone, NO_VALUES, &step, diag));
    HO_TRY(sql_next(project, step, diag));
    enum ho_result result = apply_step(project, step, back, name, touched, diag);
    sqlite3_reset(step);
    if (result == HO_OK)
        result = sql_run(project, "UPDATE present SET step = step + ?1", VALUES(sql_int(back ? -1 : 1)), diag);
    return result == HO_OK ? sql_run(project, "COMMIT", NO_VALUES, diag) : result;
}

static enum ho_result undo_or_redo(struct ho_project *project, bool back, char name[HO_NAME_SIZE],
                                   struct ho_touched *touched, struct ho_diag *diag)
{
    if (touched)
        *touched = (struct ho_touched){0};
    HO_TRY(outside_step(project, diag));
    HO_TRY(sql_run(project, "BEGIN IMMEDIATE", NO_VALUES, diag));
    enum ho_result result = go(project, back, name, touched, diag);
    if (result != HO_OK) {
        step_roll_back(project);
        if (touched)
            ho_touched_clear(touched);
    }
    return result;
}

enum ho_result ho_project_undo(struct ho_project *project, char name[HO_NAME_SIZE], struct ho_touched *touched,
                               struct ho_diag *diag)
{
    return undo_or_redo(project, true, name, touched, diag);
}

enum ho_result ho_project_redo(struct ho_project *project, char name[HO_NAME_SIZE], struct ho_touched *touched,
                               struct ho_diag *diag)
{
    return undo_or_redo(project, false, name, touched, diag);
}
