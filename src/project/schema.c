// SPDX-License-Identifier: BSD-2-Clause
// The tables of a project. Read them with: sqlite3 NAME.holdout 'SELECT * FROM clip' and the like.
//
// What undo by changesets asks of tables that it records: an explicit primary key on each, no generated columns, no
// triggers, no UNIQUE on positions, no cascades (children are deleted by hand); columns are only ever added at the end.
// Clips and what hangs on them are kept by (timeline, clip): what belongs together lies together.
#include <stdio.h>
#include <string.h>

#include "project/internal.h"

struct table {
    const char *name, *sql;
};

#define HO_MASK_OBJECT_TABLE                                                                                         \
    "CREATE TABLE mask_object (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, name TEXT NOT NULL, quality INTEGER NOT " \
    "NULL, red REAL NOT NULL, green REAL NOT NULL, blue REAL NOT NULL) STRICT"
#define HO_MASK_SAID_TABLE                                                                                        \
    "CREATE TABLE mask_said (id INTEGER PRIMARY KEY, object INTEGER NOT NULL REFERENCES mask_object (id), place " \
    "INTEGER NOT NULL, said TEXT NOT NULL, mask BLOB) STRICT"

static const struct table tables[] = {
    {"setting", "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID"},
    // A parent of NULL: the topmost, which has the number 1.
    {"bin", "CREATE TABLE bin (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES bin (id), name TEXT NOT NULL) STRICT"},
    // What probing gave, and what overrides it (rate_num 0, clip_name '': nothing does).
    {"media",
     "CREATE TABLE media (id INTEGER PRIMARY KEY, bin INTEGER NOT NULL REFERENCES bin (id), path TEXT NOT NULL, "
     "source_name TEXT NOT NULL, reel_name TEXT NOT NULL, hash TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER "
     "NOT NULL, aspect_num INTEGER NOT NULL, aspect_den INTEGER NOT NULL, source_rate_num INTEGER NOT NULL, "
     "source_rate_den INTEGER NOT NULL, n_frames INTEGER NOT NULL, variable_rate INTEGER NOT NULL, has_timecode "
     "INTEGER "
     "NOT NULL, start_frame INTEGER NOT NULL, start_fps INTEGER NOT NULL, start_drop INTEGER NOT NULL, is_sequence "
     "INTEGER NOT NULL, first_number INTEGER NOT NULL, container TEXT NOT NULL, codec TEXT NOT NULL, profile TEXT NOT "
     "NULL, pixel_format TEXT NOT NULL, bit_depth INTEGER NOT NULL, has_alpha INTEGER NOT NULL, matrix INTEGER NOT "
     "NULL, transfer INTEGER NOT NULL, primaries INTEGER NOT NULL, full_range INTEGER NOT NULL, chroma_location "
     "INTEGER "
     "NOT NULL, colour_is_tagged INTEGER NOT NULL, rotation INTEGER NOT NULL, field_order INTEGER NOT NULL, "
     "n_audio_streams INTEGER NOT NULL, file_size INTEGER NOT NULL, clip_name TEXT NOT NULL, rate_num INTEGER NOT "
     "NULL, "
     "rate_den INTEGER NOT NULL, alpha INTEGER NOT NULL) STRICT"},
    {"timeline",
     "CREATE TABLE timeline (id INTEGER PRIMARY KEY, bin INTEGER NOT NULL REFERENCES bin (id), name TEXT NOT NULL, "
     "width INTEGER NOT NULL, height INTEGER NOT NULL, rate_num INTEGER NOT NULL, rate_den INTEGER NOT NULL, "
     "start_frame "
     "INTEGER NOT NULL, start_fps INTEGER NOT NULL, start_drop INTEGER NOT NULL, next_id INTEGER NOT NULL) STRICT"},
    {"track",
     "CREATE TABLE track (timeline INTEGER NOT NULL REFERENCES timeline (id), id INTEGER NOT NULL, kind INTEGER NOT "
     "NULL, place INTEGER NOT NULL, name TEXT NOT NULL, enabled INTEGER NOT NULL, locked INTEGER NOT NULL, target "
     "INTEGER NOT NULL, auto_select INTEGER NOT NULL, PRIMARY KEY (timeline, id)) STRICT, WITHOUT ROWID"},
    // media NULL: a title. at, length: timeline frames. source_in, source_part: see timeline.h. link NULL: none.
    {"clip",
     "CREATE TABLE clip (timeline INTEGER NOT NULL, id INTEGER NOT NULL, track INTEGER NOT NULL, media INTEGER "
     "REFERENCES media (id), at INTEGER NOT NULL, length INTEGER NOT NULL, source_in INTEGER NOT NULL, source_part "
     "INTEGER NOT NULL, origin INTEGER NOT NULL, link INTEGER, enabled INTEGER NOT NULL, muted INTEGER NOT NULL, "
     "flip_x "
     "INTEGER NOT NULL, flip_y INTEGER NOT NULL, composite TEXT NOT NULL, fit TEXT NOT NULL, name TEXT NOT NULL, "
     "PRIMARY KEY (timeline, id), FOREIGN KEY (timeline, track) REFERENCES track (timeline, id)) STRICT, WITHOUT "
     "ROWID"},
    // Numbers that are not at their defaults. With keyframes: what it is without them.
    {"number",
     "CREATE TABLE number (timeline INTEGER NOT NULL, clip INTEGER NOT NULL, name TEXT NOT NULL, value REAL NOT NULL, "
     "PRIMARY KEY (timeline, clip, name), FOREIGN KEY (timeline, clip) REFERENCES clip (timeline, id)) STRICT, WITHOUT "
     "ROWID"},
    {"keyframe",
     "CREATE TABLE keyframe (timeline INTEGER NOT NULL, clip INTEGER NOT NULL, name TEXT NOT NULL, frame INTEGER NOT "
     "NULL, value REAL NOT NULL, interpolation INTEGER NOT NULL, PRIMARY KEY (timeline, clip, name, frame), FOREIGN "
     "KEY "
     "(timeline, clip) REFERENCES clip (timeline, id)) STRICT, WITHOUT ROWID"},
    {"title_text",
     "CREATE TABLE title_text (timeline INTEGER NOT NULL, clip INTEGER NOT NULL, place INTEGER NOT NULL, parameters "
     "TEXT NOT NULL, PRIMARY KEY (timeline, clip, place), FOREIGN KEY (timeline, clip) REFERENCES clip (timeline, id)) "
     "STRICT, WITHOUT ROWID"},
    {"clip_graph",
     "CREATE TABLE clip_graph (timeline INTEGER NOT NULL, clip INTEGER NOT NULL, page TEXT NOT NULL, graph TEXT NOT "
     "NULL, PRIMARY KEY (timeline, clip, page), FOREIGN KEY (timeline, clip) REFERENCES clip (timeline, id)) STRICT, "
     "WITHOUT ROWID"},
    {"preset", "CREATE TABLE preset (id INTEGER PRIMARY KEY, name TEXT NOT NULL, settings TEXT NOT NULL) STRICT"},
    {"job", "CREATE TABLE job (id INTEGER PRIMARY KEY, place INTEGER NOT NULL, name TEXT NOT NULL, settings TEXT NOT "
            "NULL) STRICT"},
    // What was said about objects of a source (by its content), in order; `said` as JSON, `mask` a matte, packed.
    {"mask_object", HO_MASK_OBJECT_TABLE},
    {"mask_said", HO_MASK_SAID_TABLE},
    // From here on: not recorded by steps. Nothing that is refers to them, nor they to it.
    {"job_state", "CREATE TABLE job_state (job INTEGER PRIMARY KEY, status INTEGER NOT NULL, n_done INTEGER NOT NULL, "
                  "n_total INTEGER NOT NULL, message TEXT NOT NULL) STRICT"},
    {"thumbnail", "CREATE TABLE thumbnail (hash TEXT NOT NULL, frame INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY "
                  "(hash, frame)) STRICT"},
    // A changeset of SQLite's session extension each; its inverse is undo.
    {"step", "CREATE TABLE step (id INTEGER PRIMARY KEY, name TEXT NOT NULL, time INTEGER NOT NULL, schema INTEGER NOT "
             "NULL, changes BLOB NOT NULL) STRICT"},
    // The step that was done last; 0: none.
    {"present", "CREATE TABLE present (id INTEGER PRIMARY KEY CHECK (id = 1), step INTEGER NOT NULL) STRICT"},
    // A changeset that takes all away; its inverse puts it back.
    {"snapshot",
     "CREATE TABLE snapshot (name TEXT PRIMARY KEY, time INTEGER NOT NULL, schema INTEGER NOT NULL, changes "
     "BLOB NOT NULL) STRICT"},
    {"migration", "CREATE TABLE migration (version INTEGER PRIMARY KEY, time INTEGER NOT NULL) STRICT"},
};
enum { N_TABLES = sizeof(tables) / sizeof(tables[0]) };

const char *const tracked_tables[] = {"setting", "bin",    "media",       "timeline",   "track",
                                      "clip",    "number", "keyframe",    "title_text", "clip_graph",
                                      "preset",  "job",    "mask_object", "mask_said",  NULL};

// migrations[v] makes version v + 1 of version v; [0] is not used.
static const char *const migrations[PROJECT_SCHEMA] = {
    NULL,
    HO_MASK_OBJECT_TABLE ";" HO_MASK_SAID_TABLE,
};

enum ho_result schema_create(sqlite3 *db, const char *path, struct ho_diag *diag)
{
    static const char first_rows[] =
        "INSERT INTO bin (id, parent, name) VALUES (1, NULL, 'Master'); INSERT INTO present (id, step) VALUES (1, 0); "
        "INSERT INTO migration (version, time) VALUES (2, unixepoch());";
    char head[96];
    for (int i = 0; i < N_TABLES; i++)
        HO_TRY(sql_script(db, path, tables[i].sql, diag));
    HO_TRY(sql_script(db, path, first_rows, diag));
    snprintf(head, sizeof(head), "PRAGMA application_id = %d; PRAGMA user_version = %d;", PROJECT_APPLICATION,
             PROJECT_SCHEMA);
    return sql_script(db, path, head, diag);
}

static enum ho_result read_number(sqlite3 *db, const char *path, const char *sql, int64_t *out, struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        return sql_fail(db, path, "reading its head", diag);
    enum ho_result result = HO_OK;
    if (sqlite3_step(statement) == SQLITE_ROW)
        *out = sqlite3_column_int64(statement, 0);
    else
        result = sql_fail(db, path, "reading its head", diag);
    sqlite3_finalize(statement);
    return result;
}

enum ho_result schema_version(sqlite3 *db, const char *path, int64_t *out, struct ho_diag *diag)
{
    int64_t application = 0;
    HO_TRY(read_number(db, path, "PRAGMA application_id", &application, diag));
    if (application != PROJECT_APPLICATION)
        return ho_fail(diag, HO_ERROR_INPUT, "%s: is no project of holdout's", path);
    return read_number(db, path, "PRAGMA user_version", out, diag);
}

enum ho_result schema_migrate(sqlite3 *db, const char *path, int from, const char *const *scripts, int to,
                              struct ho_diag *diag)
{
    char done[160];
    HO_TRY(sql_script(db, path, "BEGIN IMMEDIATE", diag));
    enum ho_result result = HO_OK;
    for (int version = from; version < to && result == HO_OK; version++) {
        result = sql_script(db, path, scripts[version], diag);
        snprintf(done, sizeof(done),
                 "INSERT INTO migration (version, time) VALUES (%d, unixepoch()); PRAGMA user_version = %d;",
                 version + 1, version + 1);
        if (result == HO_OK)
            result = sql_script(db, path, done, diag);
    }
    // SQLite passes over a table that is no more without a word: half an undo. So none is left to try.
    if (result == HO_OK)
        result = sql_script(db, path, "DELETE FROM step; UPDATE present SET step = 0; COMMIT", diag);
    if (result != HO_OK)
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return result;
}

static bool is_table(const char *name, const char *sql)
{
    for (int i = 0; i < N_TABLES; i++)
        if (name && sql && strcmp(tables[i].name, name) == 0)
            return strcmp(tables[i].sql, sql) == 0;
    return false;
}

// SQLite keeps these texts as they stand: a file that carries anything else (a trigger, a view) is not taken.
static enum ho_result check_tables(sqlite3 *db, const char *path, struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL", -1, &statement, NULL))
        return sql_fail(db, path, "reading its tables", diag);
    int n = 0, code;
    bool is_right = true;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        is_right = is_right && is_table((const char *)sqlite3_column_text(statement, 0),
                                        (const char *)sqlite3_column_text(statement, 1));
        n++;
    }
    enum ho_result result = code == SQLITE_DONE ? HO_OK : sql_fail(db, path, "reading its tables", diag);
    sqlite3_finalize(statement);
    if (result == HO_OK && (!is_right || n != N_TABLES))
        return ho_fail(diag, HO_ERROR_VERIFY, "%s: damaged: its tables are not those of a project", path);
    return result;
}

enum ho_result schema_check(sqlite3 *db, const char *path, struct ho_diag *diag)
{
    int64_t version;
    HO_TRY(schema_version(db, path, &version, diag));
    if (version > PROJECT_SCHEMA)
        return ho_fail(
            diag, HO_ERROR_INPUT,
            "%s: made by a newer holdout (version %lld of its tables, this one knows up to %d): use that one", path,
            (long long)version, PROJECT_SCHEMA);
    if (version < 1)
        return ho_fail(diag, HO_ERROR_VERIFY, "%s: damaged: its tables have the version %lld", path,
                       (long long)version);
    if (version < PROJECT_SCHEMA) {
        if (sqlite3_db_readonly(db, "main") == 1)
            return ho_fail(diag, HO_ERROR_SPACE,
                           "%s: made by an older holdout; open it once where it can be written, so that it is brought "
                           "up to date",
                           path);
        HO_TRY(schema_migrate(db, path, (int)version, migrations, PROJECT_SCHEMA, diag));
    }
    return check_tables(db, path, diag);
}
