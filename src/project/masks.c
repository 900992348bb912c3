// SPDX-License-Identifier: BSD-2-Clause
// What was said about the objects of a source.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "project/internal.h"

static enum ho_result need_object(struct ho_project *project, int64_t id, struct ho_diag *diag)
{
    return need_row(project, "SELECT id FROM mask_object WHERE id = ?1", id, "object", diag);
}

enum ho_result ho_project_objects(struct ho_project *project, const char *hash, struct ho_project_object **out,
                                  size_t *n, struct ho_diag *diag)
{
    static const char sql[] = "SELECT id, hash, name, quality, red, green, blue FROM mask_object WHERE ?1 IS NULL OR "
                              "hash = ?1 ORDER BY id";
    sqlite3_stmt *statement;
    void *list = NULL;
    size_t capacity = 0;
    *n = 0;
    *out = NULL;
    HO_TRY(sql_query(project, sql, VALUES(sql_text(hash)), &statement, diag));
    enum ho_result result;
    while ((result = sql_next(project, statement, diag)) == HO_OK &&
           (result = list_grow(&list, n, &capacity, sizeof(struct ho_project_object), diag)) == HO_OK) {
        struct ho_project_object *object = (struct ho_project_object *)list + *n - 1;
        object->id = sqlite3_column_int64(statement, 0);
        sql_copy_text(statement, 1, object->hash, sizeof(object->hash));
        sql_copy_text(statement, 2, object->name, sizeof(object->name));
        object->quality = sqlite3_column_int(statement, 3);
        for (int i = 0; i < 3; i++)
            object->colour[i] = (float)sqlite3_column_double(statement, 4 + i);
    }
    sqlite3_reset(statement);
    if (result != HO_END) {
        free(list);
        *n = 0;
        return result;
    }
    *out = list;
    return HO_OK;
}

// A name stands for one object of a source.
static enum ho_result check_name(struct ho_project *project, const struct ho_project_object *object,
                                 struct ho_diag *diag)
{
    int64_t other;
    if (!*object->name)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: an object without a name", project->path);
    enum ho_result result = sql_number(project, "SELECT id FROM mask_object WHERE hash = ?1 AND name = ?2 AND id <> ?3",
                                       VALUES(sql_text(object->hash), sql_text(object->name), sql_int(object->id)),
                                       &other, diag);
    return result == HO_END  ? HO_OK
           : result == HO_OK ? ho_fail(diag, HO_ERROR_USAGE,
                                       "%s: there is an object \"%s\" of this source already: give another name",
                                       project->path, object->name)
                             : result;
}

enum ho_result ho_project_add_object(struct ho_project *project, const struct ho_project_object *object, int64_t *id,
                                     struct ho_diag *diag)
{
    struct ho_project_object made = *object;
    made.id = 0;
    HO_TRY(need_step(project, diag));
    HO_TRY(check_name(project, &made, diag));
    HO_TRY(sql_run(project,
                   "INSERT INTO mask_object (hash, name, quality, red, green, blue) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                   VALUES(sql_text(object->hash), sql_text(object->name), sql_int(object->quality),
                          sql_real((double)object->colour[0]), sql_real((double)object->colour[1]),
                          sql_real((double)object->colour[2])),
                   diag));
    *id = sqlite3_last_insert_rowid(project->db);
    return HO_OK;
}

enum ho_result ho_project_set_object(struct ho_project *project, const struct ho_project_object *object,
                                     struct ho_diag *diag)
{
    HO_TRY(need_step(project, diag));
    HO_TRY(need_object(project, object->id, diag));
    HO_TRY(check_name(project, object, diag));
    return sql_run(project,
                   "UPDATE mask_object SET name = ?2, quality = ?3, red = ?4, green = ?5, blue = ?6 WHERE id = ?1",
                   VALUES(sql_int(object->id), sql_text(object->name), sql_int(object->quality),
                          sql_real((double)object->colour[0]), sql_real((double)object->colour[1]),
                          sql_real((double)object->colour[2])),
                   diag);
}

enum ho_result ho_project_remove_object(struct ho_project *project, int64_t id, struct ho_diag *diag)
{
    HO_TRY(need_step(project, diag));
    HO_TRY(need_object(project, id, diag));
    HO_TRY(sql_run(project, "DELETE FROM mask_said WHERE object = ?1", VALUES(sql_int(id)), diag));
    return sql_run(project, "DELETE FROM mask_object WHERE id = ?1", VALUES(sql_int(id)), diag);
}

static enum ho_result read_said(sqlite3_stmt *statement, struct ho_project_said *out, struct ho_diag *diag)
{
    HO_TRY(sql_dup_text(statement, 0, &out->said, diag));
    const void *mask = sqlite3_column_blob(statement, 1);
    size_t size = (size_t)sqlite3_column_bytes(statement, 1);
    if (!mask || size == 0)
        return HO_OK;
    out->mask = ho_alloc(size, 1);
    if (!out->mask)
        return ho_fail_memory(diag, size);
    memcpy(out->mask, mask, size);
    out->mask_size = size;
    return HO_OK;
}

enum ho_result ho_project_get_said(struct ho_project *project, int64_t object, struct ho_project_said **out, size_t *n,
                                   struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    void *list = NULL;
    size_t capacity = 0;
    *n = 0;
    *out = NULL;
    HO_TRY(need_object(project, object, diag));
    HO_TRY(sql_query(project, "SELECT said, mask FROM mask_said WHERE object = ?1 ORDER BY place, id",
                     VALUES(sql_int(object)), &statement, diag));
    enum ho_result result;
    while ((result = sql_next(project, statement, diag)) == HO_OK &&
           (result = list_grow(&list, n, &capacity, sizeof(struct ho_project_said), diag)) == HO_OK &&
           (result = read_said(statement, (struct ho_project_said *)list + *n - 1, diag)) == HO_OK)
        ;
    sqlite3_reset(statement);
    *out = list;
    if (result == HO_END)
        return HO_OK;
    ho_project_said_free(out, *n);
    *n = 0;
    return result;
}

void ho_project_said_free(struct ho_project_said **said, size_t n)
{
    for (size_t i = 0; *said && i < n; i++) {
        free((*said)[i].said);
        free((*said)[i].mask);
    }
    free(*said);
    *said = NULL;
}

enum ho_result ho_project_say(struct ho_project *project, int64_t object, const struct ho_project_said *said,
                              struct ho_diag *diag)
{
    HO_TRY(need_step(project, diag));
    HO_TRY(need_object(project, object, diag));
    return sql_run(project,
                   "INSERT INTO mask_said (object, place, said, mask) VALUES (?1, (SELECT count(*) FROM mask_said "
                   "WHERE object = ?1), ?2, ?3)",
                   VALUES(sql_int(object), sql_text(said->said), sql_blob(said->mask, said->mask_size)), diag);
}

enum ho_result ho_project_unsay(struct ho_project *project, int64_t object, int place, struct ho_diag *diag)
{
    int64_t n = 0;
    HO_TRY(need_step(project, diag));
    HO_TRY(need_object(project, object, diag));
    HO_TRY(sql_number(project, "SELECT count(*) FROM mask_said WHERE object = ?1", VALUES(sql_int(object)), &n, diag));
    if (place < 0 || place >= n)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: %lld things were said about the object; there is no number %d",
                       project->path, (long long)n, place + 1);
    HO_TRY(sql_run(project, "DELETE FROM mask_said WHERE object = ?1 AND place = ?2",
                   VALUES(sql_int(object), sql_int(place)), diag));
    return sql_run(project, "UPDATE mask_said SET place = place - 1 WHERE object = ?1 AND place > ?2",
                   VALUES(sql_int(object), sql_int(place)), diag);
}
