// SPDX-License-Identifier: BSD-2-Clause
// What can be read of a damaged project, row by row, into a new one. A table is read from its beginning and from its
// end, up to where a page is damaged; then clip by clip (or number by number) what lies between. SQLite's own
// `.recover` is not in every build.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "project/internal.h"

enum { COLUMNS_MAX = 48, KEYS_MAX = 1 << 20 };

// How to read a table: all of it either way, and what belongs to one key (the last column of `by`).
struct source {
    const char *table;
    const char *order;    // its primary key, ascending
    const char *back;     // descending
    const char *key;      // one column that says where; with `timeline`, of one timeline
    bool of_timeline;
    int since;    // the version of the tables that brought it; 0: always there
};
static const struct source sources[] = {
    {"setting", "name", "name DESC", NULL, false, 0},
    {"bin", "id", "id DESC", "id", false, 0},
    {"media", "id", "id DESC", "id", false, 0},
    {"timeline", "id", "id DESC", "id", false, 0},
    {"track", "timeline, id", "timeline DESC, id DESC", "id", true, 0},
    {"clip", "timeline, id", "timeline DESC, id DESC", "id", true, 0},
    {"number", "timeline, clip, name", "timeline DESC, clip DESC, name DESC", "clip", true, 0},
    {"keyframe", "timeline, clip, name, frame", "timeline DESC, clip DESC, name DESC, frame DESC", "clip", true, 0},
    {"title_text", "timeline, clip, place", "timeline DESC, clip DESC, place DESC", "clip", true, 0},
    {"clip_graph", "timeline, clip, page", "timeline DESC, clip DESC, page DESC", "clip", true, 0},
    {"preset", "id", "id DESC", "id", false, 0},
    {"job", "id", "id DESC", "id", false, 0},
    {"job_state", "job", "job DESC", "job", false, 0},
    {"snapshot", "rowid", "rowid DESC", "rowid", false, 0},
    {"mask_object", "id", "id DESC", "id", false, 2},
    {"mask_said", "id", "id DESC", "id", false, 2},
};
enum { N_SOURCES = sizeof(sources) / sizeof(sources[0]) };

struct recovery {
    sqlite3 *from, *to;
    int64_t version;     // of the damaged one's tables
    const char *path;    // of the new one
    struct ho_recovery *out;
};

// One statement's rows go over. SQLITE_DONE, or where it broke.
static int copy_rows(struct recovery *r, sqlite3_stmt *row, sqlite3_stmt *put)
{
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW) {
        sqlite3_reset(put);
        for (int i = 0; i < sqlite3_column_count(row); i++)
            sqlite3_bind_value(put, i + 1, sqlite3_column_value(row, i));
        // A row that is there already, or breaks a rule of its table, changes nothing.
        if (sqlite3_step(put) == SQLITE_DONE)
            r->out->n_rows += sqlite3_changes(r->to);
    }
    sqlite3_reset(row);
    return code;
}

static int copy_by(struct recovery *r, const char *sql, sqlite3_stmt *put)
{
    sqlite3_stmt *row = NULL;
    int code = sqlite3_prepare_v2(r->from, sql, -1, &row, NULL);
    if (code == SQLITE_OK)
        code = copy_rows(r, row, put);
    sqlite3_finalize(row);
    return code;
}

static int64_t number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *row = NULL;
    int64_t value = 0;
    if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK && sqlite3_step(row) == SQLITE_ROW)
        value = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    return value;
}

// Key by key, from 1 to `last`: what is on pages that can be read.
static void copy_keys(struct recovery *r, const struct source *source, int64_t timeline, int64_t last,
                      sqlite3_stmt *put)
{
    char sql[160];
    sqlite3_stmt *row = NULL;
    snprintf(sql, sizeof(sql), "SELECT * FROM %s WHERE %s%s = ?1", source->table,
             source->of_timeline ? "timeline = ?2 AND " : "", source->key);
    if (sqlite3_prepare_v2(r->from, sql, -1, &row, NULL) != SQLITE_OK)
        return;
    for (int64_t key = 1; key <= last && key <= KEYS_MAX; key++) {
        sqlite3_bind_int64(row, 1, key);
        if (source->of_timeline)
            sqlite3_bind_int64(row, 2, timeline);
        (void)copy_rows(r, row, put);
    }
    sqlite3_finalize(row);
}

static void copy_between(struct recovery *r, const struct source *source, sqlite3_stmt *put)
{
    char sql[96];
    sqlite3_stmt *timeline = NULL;
    if (!source->of_timeline) {
        snprintf(sql, sizeof(sql), "SELECT max(%s) FROM %s", source->key, source->table);
        copy_keys(r, source, 0, number(r->to, sql), put);
        return;
    }
    if (sqlite3_prepare_v2(r->to, "SELECT id, next_id FROM timeline", -1, &timeline, NULL) == SQLITE_OK)
        while (sqlite3_step(timeline) == SQLITE_ROW)
            copy_keys(r, source, sqlite3_column_int64(timeline, 0), sqlite3_column_int64(timeline, 1), put);
    sqlite3_finalize(timeline);
}

static enum ho_result copy_table(struct recovery *r, const struct source *source, struct ho_diag *diag)
{
    char sql[COLUMNS_MAX * 3 + 96], *at = sql;
    sqlite3_stmt *put = NULL;
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM pragma_table_info('%s')", source->table);
    int64_t n_columns = number(r->to, sql);
    at += sprintf(at, "INSERT OR IGNORE INTO %s VALUES (?", source->table);
    for (int64_t i = 1; i < n_columns && i < COLUMNS_MAX; i++)
        at += sprintf(at, ", ?");
    sprintf(at, ")");
    if (sqlite3_prepare_v2(r->to, sql, -1, &put, NULL) != SQLITE_OK)
        return sql_fail(r->to, r->path, "recovering into it", diag);
    snprintf(sql, sizeof(sql), "SELECT * FROM %s ORDER BY %s", source->table, source->order);
    if (copy_by(r, sql, put) != SQLITE_DONE) {
        r->out->n_tables_damaged++;
        snprintf(sql, sizeof(sql), "SELECT * FROM %s ORDER BY %s", source->table, source->back);
        if (copy_by(r, sql, put) != SQLITE_DONE && source->key)
            copy_between(r, source, put);
    }
    sqlite3_finalize(put);
    return HO_OK;
}

// ---- what belongs to something that is gone

static enum ho_result run(struct recovery *r, const char *sql, int64_t *n, struct ho_diag *diag)
{
    HO_TRY(sql_script(r->to, r->path, sql, diag));
    *n += sqlite3_changes(r->to);
    return HO_OK;
}

// Clips stay where their track or source is lost: another stands in, a source that is offline and long enough.
static enum ho_result mend(struct recovery *r, struct ho_diag *diag)
{
    static const char *const dropped[] = {
        "DELETE FROM track WHERE timeline NOT IN (SELECT id FROM timeline)",
        "DELETE FROM clip WHERE timeline NOT IN (SELECT id FROM timeline)",
    };
    static const char tracks[] =
        "INSERT INTO track SELECT DISTINCT timeline, track, 0, 1000 + track, 'recovered', 1, 0, 0, 1 FROM clip WHERE "
        "NOT "
        "EXISTS (SELECT 1 FROM track WHERE track.timeline = clip.timeline AND track.id = clip.track)";
    static const char media[] =
        "INSERT INTO media SELECT media, 1, '', 'lost media ' || media, '', '', 1920, 1080, 1, 1, rate_num, rate_den, "
        "1000000000, 0, 0, 0, 0, 0, 0, 0, '', '', '', '', 8, 0, 2, 2, 2, -1, 0, 0, 0, 0, 1, 0, '', 0, 1, 0 FROM clip "
        "JOIN "
        "timeline ON timeline.id = clip.timeline WHERE media IS NOT NULL AND media NOT IN (SELECT id FROM media) GROUP "
        "BY "
        "media";
    static const char *const parts[] = {
        "DELETE FROM number WHERE NOT EXISTS (SELECT 1 FROM clip WHERE clip.timeline = number.timeline AND clip.id = "
        "number.clip)",
        "DELETE FROM keyframe WHERE NOT EXISTS (SELECT 1 FROM clip WHERE clip.timeline = keyframe.timeline AND clip.id "
        "= "
        "keyframe.clip)",
        "DELETE FROM title_text WHERE NOT EXISTS (SELECT 1 FROM clip WHERE clip.timeline = title_text.timeline AND "
        "clip.id = title_text.clip)",
        "DELETE FROM clip_graph WHERE NOT EXISTS (SELECT 1 FROM clip WHERE clip.timeline = clip_graph.timeline AND "
        "clip.id = clip_graph.clip)",
        "DELETE FROM mask_said WHERE object NOT IN (SELECT id FROM mask_object)",
    };
    // Not rows lost: places closed up, links of one alone ended, homes given.
    static const char tidy[] =
        "UPDATE bin SET parent = 1 WHERE parent NOT IN (SELECT id FROM bin); UPDATE media SET bin = 1 WHERE bin NOT IN "
        "(SELECT id FROM bin); UPDATE timeline SET bin = 1 WHERE bin NOT IN (SELECT id FROM bin); "
        "UPDATE track SET place = n FROM (SELECT timeline AS t, id AS i, row_number() OVER (PARTITION BY timeline, "
        "kind "
        "ORDER BY place) - 1 AS n FROM track) WHERE timeline = t AND id = i; "
        "UPDATE clip SET link = NULL WHERE (SELECT count(*) FROM clip AS other WHERE other.timeline = clip.timeline "
        "AND "
        "other.link = clip.link) < 2;";
    for (size_t i = 0; i < sizeof(dropped) / sizeof(dropped[0]); i++)
        HO_TRY(run(r, dropped[i], &r->out->n_dropped, diag));
    HO_TRY(run(r, tracks, &r->out->n_tracks_made, diag));
    HO_TRY(run(r, media, &r->out->n_media_made, diag));
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        HO_TRY(run(r, parts[i], &r->out->n_dropped, diag));
    return sql_script(r->to, r->path, tidy, diag);
}

static enum ho_result copy_all(struct recovery *r, struct ho_diag *diag)
{
    HO_TRY(sql_script(r->to, r->path, "PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE", diag));
    for (int i = 0; i < N_SOURCES; i++)
        if (sources[i].since <= r->version)
            HO_TRY(copy_table(r, &sources[i], diag));
    HO_TRY(mend(r, diag));
    return sql_script(r->to, r->path, "COMMIT; PRAGMA foreign_keys = ON", diag);
}

static enum ho_result open_damaged(const char *path, struct recovery *r, struct ho_diag *diag)
{
    int64_t *version = &r->version;
    HO_TRY(sql_open(path, HO_PROJECT_READ, false, &r->from, diag));
    enum ho_result result = schema_version(r->from, path, version, diag);
    if (result == HO_OK && (*version < 1 || *version > PROJECT_SCHEMA))
        result = ho_fail(diag, HO_ERROR_INPUT, "%s: its tables have the version %lld, which cannot be recovered", path,
                         (long long)*version);
    if (result != HO_OK)
        sqlite3_close_v2(r->from);
    return result;
}

enum ho_result ho_project_recover(const char *damaged, const char *path, struct ho_recovery *out, struct ho_diag *diag)
{
    struct recovery r = {.path = path, .out = out};
    struct ho_project *made;
    *out = (struct ho_recovery){0};
    HO_TRY(open_damaged(damaged, &r, diag));
    enum ho_result result = ho_project_create(path, &made, diag);
    if (result == HO_OK) {
        r.to = made->db;
        result = copy_all(&r, diag);
        step_roll_back(made);
        ho_project_close(&made);
        if (result != HO_OK)
            unlink(path);
    }
    sqlite3_close_v2(r.from);
    return result;
}
