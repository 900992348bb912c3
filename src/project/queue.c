// SPDX-License-Identifier: BSD-2-Clause
// Presets, the render queue, thumbnails.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "project/internal.h"

// ---- presets

enum ho_result ho_project_set_preset(struct ho_project *project, const char *name, const char *settings,
                                     struct ho_diag *diag)
{
    HO_TRY(need_step(project, diag));
    HO_TRY(sql_run(project, "UPDATE preset SET settings = ?2 WHERE name = ?1",
                   VALUES(sql_text(name), sql_text(settings)), diag));
    if (sqlite3_changes(project->db) > 0)
        return HO_OK;
    return sql_run(project, "INSERT INTO preset (name, settings) VALUES (?1, ?2)",
                   VALUES(sql_text(name), sql_text(settings)), diag);
}

// The first column of the row that a query gives, as a text of the caller's.
static enum ho_result get_text(struct ho_project *project, const char *sql, struct sql_value key, char **out,
                               struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    HO_TRY(sql_query(project, sql, VALUES(key), &statement, diag));
    HO_TRY(sql_next(project, statement, diag));
    enum ho_result result = sql_dup_text(statement, 0, out, diag);
    sqlite3_reset(statement);
    return result;
}

static enum ho_result no_preset(const struct ho_project *project, const char *name, struct ho_diag *diag)
{
    return ho_fail(diag, HO_ERROR_USAGE, "%s: there is no preset \"%s\"", project->path, name);
}

enum ho_result ho_project_get_preset(struct ho_project *project, const char *name, char **settings,
                                     struct ho_diag *diag)
{
    enum ho_result result = get_text(project, "SELECT settings FROM preset WHERE name = ?1", sql_text(name), settings,
                                     diag);
    return result == HO_END ? no_preset(project, name, diag) : result;
}

enum ho_result ho_project_remove_preset(struct ho_project *project, const char *name, struct ho_diag *diag)
{
    HO_TRY(need_step(project, diag));
    HO_TRY(sql_run(project, "DELETE FROM preset WHERE name = ?1", VALUES(sql_text(name)), diag));
    return sqlite3_changes(project->db) > 0 ? HO_OK : no_preset(project, name, diag);
}

enum ho_result ho_project_presets(struct ho_project *project, struct ho_preset_entry **out, size_t *n,
                                  struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    void *list = NULL;
    size_t capacity = 0;
    *n = 0;
    HO_TRY(sql_query(project, "SELECT id, name FROM preset ORDER BY name", NO_VALUES, &statement, diag));
    enum ho_result result;
    while ((result = sql_next(project, statement, diag)) == HO_OK &&
           (result = list_grow(&list, n, &capacity, sizeof(struct ho_preset_entry), diag)) == HO_OK) {
        struct ho_preset_entry *entry = (struct ho_preset_entry *)list + *n - 1;
        entry->id = sqlite3_column_int64(statement, 0);
        sql_copy_text(statement, 1, entry->name, sizeof(entry->name));
    }
    sqlite3_reset(statement);
    *out = list;
    return result == HO_END ? HO_OK : result;
}

// ---- jobs

static enum ho_result need_job(struct ho_project *project, int64_t id, struct ho_diag *diag)
{
    return need_row(project, "SELECT id FROM job WHERE id = ?1", id, "job", diag);
}

enum ho_result ho_project_add_job(struct ho_project *project, const char *name, const char *settings, int64_t *id,
                                  struct ho_diag *diag)
{
    // States outlive their jobs, for undo: a new job must not find an old one's.
    static const char sql[] =
        "INSERT INTO job (id, place, name, settings) VALUES (1 + max((SELECT coalesce(max(id), 0) FROM job), (SELECT "
        "coalesce(max(job), 0) FROM job_state)), (SELECT count(*) FROM job), ?1, ?2)";
    HO_TRY(need_step(project, diag));
    HO_TRY(sql_run(project, sql, VALUES(sql_text(name), sql_text(settings)), diag));
    *id = sqlite3_last_insert_rowid(project->db);
    return HO_OK;
}

enum ho_result ho_project_remove_job(struct ho_project *project, int64_t id, struct ho_diag *diag)
{
    HO_TRY(need_step(project, diag));
    HO_TRY(need_job(project, id, diag));
    HO_TRY(sql_run(project, "UPDATE job SET place = place - 1 WHERE place > (SELECT place FROM job WHERE id = ?1)",
                   VALUES(sql_int(id)), diag));
    return sql_run(project, "DELETE FROM job WHERE id = ?1", VALUES(sql_int(id)), diag);
}

enum ho_result ho_project_move_job(struct ho_project *project, int64_t id, int place, struct ho_diag *diag)
{
    static const char others[] =
        "UPDATE job SET place = place + CASE WHEN ?2 < ?3 THEN 1 ELSE -1 END WHERE id <> ?1 AND place BETWEEN min(?2, "
        "?3) AND max(?2, ?3)";
    int64_t n = 0, old = 0;
    HO_TRY(need_step(project, diag));
    HO_TRY(need_job(project, id, diag));
    HO_TRY(sql_number(project, "SELECT count(*) FROM job", NO_VALUES, &n, diag));
    HO_TRY(sql_number(project, "SELECT place FROM job WHERE id = ?1", VALUES(sql_int(id)), &old, diag));
    if (place < 0 || place >= n)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: the queue has places 0 to %lld, not %d", project->path,
                       (long long)n - 1, place);
    HO_TRY(sql_run(project, others, VALUES(sql_int(id), sql_int(place), sql_int(old)), diag));
    return sql_run(project, "UPDATE job SET place = ?2 WHERE id = ?1", VALUES(sql_int(id), sql_int(place)), diag);
}

enum ho_result ho_project_jobs(struct ho_project *project, struct ho_job **out, size_t *n, struct ho_diag *diag)
{
    static const char sql[] =
        "SELECT id, place, name, coalesce(status, 0), coalesce(n_done, 0), coalesce(n_total, 0), coalesce(message, '') "
        "FROM job LEFT JOIN job_state ON job = id ORDER BY place, id";
    sqlite3_stmt *statement;
    void *list = NULL;
    size_t capacity = 0;
    *n = 0;
    HO_TRY(sql_query(project, sql, NO_VALUES, &statement, diag));
    enum ho_result result;
    while ((result = sql_next(project, statement, diag)) == HO_OK &&
           (result = list_grow(&list, n, &capacity, sizeof(struct ho_job), diag)) == HO_OK) {
        struct ho_job *job = (struct ho_job *)list + *n - 1;
        job->id = sqlite3_column_int64(statement, 0);
        job->place = sqlite3_column_int(statement, 1);
        sql_copy_text(statement, 2, job->name, sizeof(job->name));
        job->status = (enum ho_job_status)sqlite3_column_int(statement, 3);
        job->n_done = sqlite3_column_int64(statement, 4);
        job->n_total = sqlite3_column_int64(statement, 5);
        sql_copy_text(statement, 6, job->message, sizeof(job->message));
    }
    sqlite3_reset(statement);
    *out = list;
    return result == HO_END ? HO_OK : result;
}

enum ho_result ho_project_job_settings(struct ho_project *project, int64_t id, char **out, struct ho_diag *diag)
{
    HO_TRY(need_job(project, id, diag));
    return get_text(project, "SELECT settings FROM job WHERE id = ?1", sql_int(id), out, diag);
}

enum ho_result ho_project_set_job_state(struct ho_project *project, const struct ho_job *job, struct ho_diag *diag)
{
    static const char sql[] =
        "INSERT INTO job_state (job, status, n_done, n_total, message) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (job) "
        "DO "
        "UPDATE SET status = excluded.status, n_done = excluded.n_done, n_total = excluded.n_total, message = "
        "excluded.message";
    HO_TRY(outside_step(project, diag));
    HO_TRY(need_job(project, job->id, diag));
    return sql_run(project, sql,
                   VALUES(sql_int(job->id), sql_int(job->status), sql_int(job->n_done), sql_int(job->n_total),
                          sql_text(job->message)),
                   diag);
}

// ---- thumbnails

enum ho_result ho_project_set_thumbnail(struct ho_project *project, const char *hash, int64_t frame, const void *data,
                                        size_t size, struct ho_diag *diag)
{
    HO_TRY(outside_step(project, diag));
    return sql_run(project, "INSERT OR REPLACE INTO thumbnail (hash, frame, data) VALUES (?1, ?2, ?3)",
                   VALUES(sql_text(hash), sql_int(frame), sql_blob(data, size)), diag);
}

enum ho_result ho_project_get_thumbnail(struct ho_project *project, const char *hash, int64_t frame, void **out,
                                        size_t *size, struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    HO_TRY(sql_query(project, "SELECT data FROM thumbnail WHERE hash = ?1 AND frame = ?2",
                     VALUES(sql_text(hash), sql_int(frame)), &statement, diag));
    HO_TRY(sql_next(project, statement, diag));
    *size = (size_t)sqlite3_column_bytes(statement, 0);
    *out = ho_alloc(*size ? *size : 1, 1);
    if (*out && *size)
        memcpy(*out, sqlite3_column_blob(statement, 0), *size);
    sqlite3_reset(statement);
    return *out ? HO_OK : ho_fail_memory(diag, *size);
}
