// SPDX-License-Identifier: BSD-2-Clause
// Bins of the media pool.
#include <stdlib.h>
#include <string.h>

#include "project/internal.h"

enum ho_result need_row(struct ho_project *project, const char *sql, int64_t id, const char *what, struct ho_diag *diag)
{
    int64_t found;
    enum ho_result result = sql_number(project, sql, VALUES(sql_int(id)), &found, diag);
    return result == HO_END
               ? ho_fail(diag, HO_ERROR_USAGE, "%s: there is no %s number %lld", project->path, what, (long long)id)
               : result;
}

static enum ho_result need_bin(struct ho_project *project, int64_t id, struct ho_diag *diag)
{
    return need_row(project, "SELECT id FROM bin WHERE id = ?1", id, "bin", diag);
}

enum ho_result ho_project_add_bin(struct ho_project *project, int64_t parent, const char *name, int64_t *id,
                                  struct ho_diag *diag)
{
    HO_TRY(need_step(project, diag));
    HO_TRY(need_bin(project, parent, diag));
    HO_TRY(sql_run(project, "INSERT INTO bin (parent, name) VALUES (?1, ?2)", VALUES(sql_int(parent), sql_text(name)),
                   diag));
    *id = sqlite3_last_insert_rowid(project->db);
    return HO_OK;
}

// `id` is `of`, or lies above it.
static enum ho_result is_above(struct ho_project *project, int64_t id, int64_t of, bool *out, struct ho_diag *diag)
{
    static const char sql[] = "WITH RECURSIVE above (id) AS (SELECT ?1 UNION SELECT parent FROM bin JOIN above USING "
                              "(id)) SELECT count(*) FROM above WHERE id = ?2";
    int64_t n = 0;
    HO_TRY(sql_number(project, sql, VALUES(sql_int(of), sql_int(id)), &n, diag));
    *out = n > 0;
    return HO_OK;
}

enum ho_result ho_project_set_bin(struct ho_project *project, const struct ho_bin *bin, struct ho_diag *diag)
{
    bool is_inside = false;
    HO_TRY(need_step(project, diag));
    HO_TRY(need_bin(project, bin->id, diag));
    if (bin->id == HO_BIN_TOP)
        return sql_run(project, "UPDATE bin SET name = ?1 WHERE id = 1", VALUES(sql_text(bin->name)), diag);
    HO_TRY(need_bin(project, bin->parent, diag));
    HO_TRY(is_above(project, bin->id, bin->parent, &is_inside, diag));
    if (is_inside)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: bin \"%s\" cannot be moved into itself", project->path, bin->name);
    return sql_run(project, "UPDATE bin SET parent = ?2, name = ?3 WHERE id = ?1",
                   VALUES(sql_int(bin->id), sql_int(bin->parent), sql_text(bin->name)), diag);
}

enum ho_result ho_project_remove_bin(struct ho_project *project, int64_t id, struct ho_diag *diag)
{
    static const char sql[] = "SELECT (SELECT count(*) FROM bin WHERE parent = ?1) + (SELECT count(*) FROM media WHERE "
                              "bin = ?1) + (SELECT count(*) FROM timeline WHERE bin = ?1)";
    int64_t n = 0;
    HO_TRY(need_step(project, diag));
    HO_TRY(need_bin(project, id, diag));
    HO_TRY(sql_number(project, sql, VALUES(sql_int(id)), &n, diag));
    if (n > 0 || id == HO_BIN_TOP)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: bin number %lld %s", project->path, (long long)id,
                       id == HO_BIN_TOP ? "is the topmost and stays" : "is not empty: move or remove what is in it");
    return sql_run(project, "DELETE FROM bin WHERE id = ?1", VALUES(sql_int(id)), diag);
}

enum ho_result ho_project_bins(struct ho_project *project, struct ho_bin **out, size_t *n, struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    void *list = NULL;
    size_t capacity = 0;
    *n = 0;
    HO_TRY(sql_query(project, "SELECT id, parent, name FROM bin ORDER BY id", NO_VALUES, &statement, diag));
    enum ho_result result;
    while ((result = sql_next(project, statement, diag)) == HO_OK &&
           (result = list_grow(&list, n, &capacity, sizeof(struct ho_bin), diag)) == HO_OK) {
        struct ho_bin *bin = (struct ho_bin *)list + *n - 1;
        bin->id = sqlite3_column_int64(statement, 0);
        bin->parent = sqlite3_column_int64(statement, 1);
        sql_copy_text(statement, 2, bin->name, sizeof(bin->name));
    }
    sqlite3_reset(statement);
    *out = list;
    return result == HO_END ? HO_OK : result;
}
