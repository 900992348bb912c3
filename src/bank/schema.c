// SPDX-License-Identifier: BSD-2-Clause
// The tables of a store. Read them with: sqlite3 ID.matte 'SELECT * FROM steps' and the like.
#include <string.h>

#include "bank/bank.h"

// SQLite keeps these texts as they stand, so a store's schema can be compared with them letter by letter: a file that
// carries anything else (a trigger, a view) is not taken for a matte.
static const struct {
    const char *name, *sql;
} tables[] = {
    // What the object is of: names and values.
    {"head", "CREATE TABLE head (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID"},
    // When it was made and last changed, in milliseconds since 1970, and which step's take is shown (and all its bits
    // turned over, so that a flipped one is found).
    {"state", "CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), created INTEGER NOT NULL, changed INTEGER "
              "NOT NULL, current INTEGER NOT NULL, complement INTEGER NOT NULL CHECK (complement = ~current)) STRICT"},
    // What was said, and with what it was tracked.
    {"steps", "CREATE TABLE steps (step INTEGER PRIMARY KEY CHECK (step > 0), parent INTEGER NOT NULL, made INTEGER "
              "NOT NULL, key TEXT NOT NULL, said TEXT NOT NULL, making TEXT NOT NULL, basis TEXT NOT NULL, "
              "checksum INTEGER NOT NULL, finished INTEGER NOT NULL, seconds REAL NOT NULL, tracked INTEGER NOT NULL) "
              "STRICT"},
    // Takes: which key the frames from first to last have.
    {"spans", "CREATE TABLE spans (step INTEGER NOT NULL REFERENCES steps (step) ON DELETE CASCADE, first INTEGER NOT "
              "NULL CHECK (first >= 0), last INTEGER NOT NULL CHECK (last >= first), key TEXT NOT NULL, flags INTEGER "
              "NOT NULL, checksum INTEGER NOT NULL, PRIMARY KEY (step, first)) STRICT, WITHOUT ROWID"},
    // One row a matte; small, so that a whole film's are read in no time.
    {"frames", "CREATE TABLE frames (id INTEGER PRIMARY KEY, frame INTEGER NOT NULL CHECK (frame >= 0), key TEXT NOT "
               "NULL, confidence REAL NOT NULL, area INTEGER NOT NULL, flags INTEGER NOT NULL, matte_checksum INTEGER "
               "NOT NULL, row_checksum INTEGER NOT NULL, UNIQUE (key, frame)) STRICT"},
    // Their pictures, as pack.c makes them.
    {"mattes", "CREATE TABLE mattes (id INTEGER PRIMARY KEY REFERENCES frames (id) ON DELETE CASCADE, packed BLOB NOT "
               "NULL) STRICT"},
    // The tracker's memory after `frame` of a walk; of no size where the walk has ended for good.
    {"walks", "CREATE TABLE walks (walk TEXT PRIMARY KEY, frame INTEGER NOT NULL, size INTEGER NOT NULL, checksum "
              "INTEGER NOT NULL, packed BLOB NOT NULL) STRICT"},
    // Masks that were given, by what they hash to.
    {"masks", "CREATE TABLE masks (key TEXT PRIMARY KEY, checksum INTEGER NOT NULL, packed BLOB NOT NULL) STRICT"},
};
enum { N_TABLES = sizeof(tables) / sizeof(tables[0]) };

enum ho_result ho_schema_create(sqlite3 *db, const char *path, struct ho_diag *diag)
{
    static const char head[] = "PRAGMA application_id = 0x484f4c44; PRAGMA user_version = 2; "
                               "INSERT INTO state (id, created, changed, current, complement) VALUES (1, " HO_NOW
                               ", " HO_NOW ", 0, ~0);";
    for (int i = 0; i < N_TABLES; i++)
        HO_TRY(ho_sql_run(db, path, tables[i].sql, diag));
    return ho_sql_run(db, path, head, diag);
}

static bool is_table(const char *name, const char *sql)
{
    for (int i = 0; i < N_TABLES; i++)
        if (name && sql && strcmp(tables[i].name, name) == 0)
            return strcmp(tables[i].sql, sql) == 0;
    return false;
}

static enum ho_result check_tables(sqlite3 *db, const char *path, struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    // The indexes that SQLite makes for itself have no text.
    HO_TRY(ho_sql_prepare(db, path, "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL", &statement, diag));
    int n = 0, code;
    bool is_right = true;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        is_right = is_right && is_table((const char *)sqlite3_column_text(statement, 0),
                                        (const char *)sqlite3_column_text(statement, 1));
        n++;
    }
    enum ho_result result = code == SQLITE_DONE ? HO_OK : ho_sql_fail(db, path, "reading its tables", diag);
    sqlite3_finalize(statement);
    if (result == HO_OK && (!is_right || n != N_TABLES))
        return ho_fail(diag, HO_ERROR_VERIFY, "%s: damaged: its tables are not those of a matte", path);
    return result;
}

enum ho_result ho_schema_check(sqlite3 *db, const char *path, struct ho_diag *diag)
{
    int64_t application, format, n_tables;
    HO_TRY(ho_sql_number(db, path, "PRAGMA application_id", &application, diag));
    HO_TRY(ho_sql_number(db, path, "PRAGMA user_version", &format, diag));
    HO_TRY(ho_sql_number(db, path, "SELECT count(*) FROM sqlite_schema", &n_tables, diag));
    if (application == 0 && format == 0 && n_tables == 0)
        return HO_END;
    if (application != HO_STORE_APPLICATION)
        return ho_fail(diag, HO_ERROR_VERIFY, "%s: not a matte of holdout's (application id %lld), or damaged", path,
                       (long long)application);
    if (format > HO_STORE_FORMAT)
        return ho_fail(diag, HO_ERROR_INPUT,
                       "%s: written by a newer holdout (format %lld, this program reads up to %d); use that one, or "
                       "track again into another bank",
                       path, (long long)format, HO_STORE_FORMAT);
    if (format == 1)
        return ho_fail(diag, HO_ERROR_INPUT,
                       "%s: is a matte of the format before; `holdout bank import` takes it into the bank", path);
    if (format != HO_STORE_FORMAT)
        return ho_fail(diag, HO_ERROR_VERIFY, "%s: damaged: its format number is %lld", path, (long long)format);
    return check_tables(db, path, diag);
}
