// SPDX-License-Identifier: BSD-2-Clause
// Timelines kept: made, listed, removed; an edit's changes.
#include <stdlib.h>
#include <string.h>

#include "project/internal.h"

static enum ho_result need_timeline(struct ho_project *project, int64_t id, struct ho_diag *diag)
{
    return need_row(project, "SELECT id FROM timeline WHERE id = ?1", id, "timeline", diag);
}

enum ho_result ho_project_timelines(struct ho_project *project, struct ho_timeline_entry **out, size_t *n,
                                    struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    void *list = NULL;
    size_t capacity = 0;
    *n = 0;
    HO_TRY(sql_query(project, "SELECT id, bin, name FROM timeline ORDER BY id", NO_VALUES, &statement, diag));
    enum ho_result result;
    while ((result = sql_next(project, statement, diag)) == HO_OK &&
           (result = list_grow(&list, n, &capacity, sizeof(struct ho_timeline_entry), diag)) == HO_OK) {
        struct ho_timeline_entry *entry = (struct ho_timeline_entry *)list + *n - 1;
        entry->id = sqlite3_column_int64(statement, 0);
        entry->bin = sqlite3_column_int64(statement, 1);
        sql_copy_text(statement, 2, entry->name, sizeof(entry->name));
    }
    sqlite3_reset(statement);
    *out = list;
    return result == HO_END ? HO_OK : result;
}

static enum ho_result save_all(struct ho_project *project, int64_t id, const struct ho_timeline *timeline,
                               struct ho_diag *diag)
{
    for (int i = 0; i < ho_timeline_n_tracks(timeline); i++) {
        struct ho_track_change track = {.exists = true, .after = *ho_timeline_track(timeline, i)};
        size_t n;
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(timeline, i, &n);
        HO_TRY(save_track(project, id, &track, diag));
        for (size_t k = 0; k < n; k++)
            HO_TRY(save_clip(project, id, &(struct ho_clip_change){NULL, clips[k]}, diag));
    }
    return HO_OK;
}

enum ho_result ho_project_add_timeline(struct ho_project *project, int64_t bin, const struct ho_timeline *timeline,
                                       int64_t *id, struct ho_diag *diag)
{
    static const char sql[] =
        "INSERT INTO timeline (bin, name, width, height, rate_num, rate_den, start_frame, start_fps, start_drop, "
        "next_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    const struct ho_timeline_settings *s = ho_timeline_get_settings(timeline);
    HO_TRY(need_step(project, diag));
    HO_TRY(need_row(project, "SELECT id FROM bin WHERE id = ?1", bin, "bin", diag));
    HO_TRY(sql_run(project, sql,
                   VALUES(sql_int(bin), sql_text(s->name), sql_int(s->width), sql_int(s->height), sql_int(s->rate.num),
                          sql_int(s->rate.den), sql_int(s->start.frame), sql_int(s->start.fps),
                          sql_int(s->start.drop_frame), sql_int(ho_timeline_next_id(timeline))),
                   diag));
    *id = sqlite3_last_insert_rowid(project->db);
    return save_all(project, *id, timeline, diag);
}

enum ho_result ho_project_remove_timeline(struct ho_project *project, int64_t id, struct ho_diag *diag)
{
    static const char *const sql[] = {
        "DELETE FROM number WHERE timeline = ?1",     "DELETE FROM keyframe WHERE timeline = ?1",
        "DELETE FROM title_text WHERE timeline = ?1", "DELETE FROM clip_graph WHERE timeline = ?1",
        "DELETE FROM clip WHERE timeline = ?1",       "DELETE FROM track WHERE timeline = ?1",
        "DELETE FROM timeline WHERE id = ?1"};
    HO_TRY(need_step(project, diag));
    HO_TRY(need_timeline(project, id, diag));
    for (size_t i = 0; i < sizeof(sql) / sizeof(sql[0]); i++)
        HO_TRY(sql_run(project, sql[i], VALUES(sql_int(id)), diag));
    return HO_OK;
}

static enum ho_result save_settings(struct ho_project *project, int64_t id, const struct ho_timeline *timeline,
                                    struct ho_diag *diag)
{
    static const char sql[] =
        "UPDATE timeline SET name = ?2, width = ?3, height = ?4, rate_num = ?5, rate_den = ?6, start_frame = ?7, "
        "start_fps = ?8, start_drop = ?9 WHERE id = ?1";
    const struct ho_timeline_settings *s = ho_timeline_get_settings(timeline);
    return sql_run(project, sql,
                   VALUES(sql_int(id), sql_text(s->name), sql_int(s->width), sql_int(s->height), sql_int(s->rate.num),
                          sql_int(s->rate.den), sql_int(s->start.frame), sql_int(s->start.fps),
                          sql_int(s->start.drop_frame)),
                   diag);
}

enum ho_result ho_project_save_edit(struct ho_project *project, int64_t id, const struct ho_timeline *timeline,
                                    const struct ho_edit *edit, struct ho_diag *diag)
{
    HO_TRY(need_step(project, diag));
    HO_TRY(need_timeline(project, id, diag));
    if (edit->settings_changed)
        HO_TRY(save_settings(project, id, timeline, diag));
    HO_TRY(sql_run(project, "UPDATE timeline SET next_id = ?2 WHERE id = ?1 AND next_id < ?2",
                   VALUES(sql_int(id), sql_int(ho_timeline_next_id(timeline))), diag));
    for (size_t i = 0; i < edit->n_tracks; i++)
        HO_TRY(save_track(project, id, &edit->tracks[i], diag));
    for (size_t i = 0; i < edit->n_clips; i++)
        HO_TRY(save_clip(project, id, &edit->clips[i], diag));
    return HO_OK;
}
