// SPDX-License-Identifier: BSD-2-Clause
// What an object is of, as rows of names and values that a person can read, under a checksum.
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/bank.h"
#include "base/memory.h"

enum field_kind { FIELD_TEXT, FIELD_INT, FIELD_INT64, FIELD_BOOL };

struct field {
    const char *name;
    enum field_kind kind;
    size_t offset, size;
};

#define TEXT(name, member)                                                                        \
    {                                                                                             \
        name, FIELD_TEXT, offsetof(struct ho_head, member), sizeof(((struct ho_head *)0)->member) \
    }
#define INT(name, member)                                    \
    {                                                        \
        name, FIELD_INT, offsetof(struct ho_head, member), 0 \
    }
#define INT64(name, member)                                    \
    {                                                          \
        name, FIELD_INT64, offsetof(struct ho_head, member), 0 \
    }
#define BOOL(name, member)                                    \
    {                                                         \
        name, FIELD_BOOL, offsetof(struct ho_head, member), 0 \
    }

static const struct field fields[] = {
    TEXT("object", object),
    TEXT("source path", source.path),
    TEXT("source clip name", source.clip_name),
    TEXT("source reel name", source.reel_name),
    TEXT("source hash", source.hash),
    INT("source width", source.width),
    INT("source height", source.height),
    INT64("source pixel aspect numerator", source.pixel_aspect.num),
    INT64("source pixel aspect denominator", source.pixel_aspect.den),
    INT64("source rate numerator", source.rate.num),
    INT64("source rate denominator", source.rate.den),
    INT64("source frames", source.n_frames),
    BOOL("source has a variable rate", source.variable_rate),
    BOOL("source has timecode", source.has_timecode),
    INT64("source start timecode, frames", source.start.frame),
    INT("source start timecode, frames a second", source.start.fps),
    BOOL("source start timecode drops frames", source.start.drop_frame),
    BOOL("source is a sequence", source.is_sequence),
    INT64("source first number", source.first_number),
    TEXT("source container", source.container),
    TEXT("source codec", source.codec),
    TEXT("source profile", source.profile),
    TEXT("source pixel format", source.pixel_format),
    INT("source bit depth", source.bit_depth),
    BOOL("source has alpha", source.has_alpha),
    INT("source colour matrix", source.colour.matrix),
    INT("source colour transfer", source.colour.transfer),
    INT("source colour primaries", source.colour.primaries),
    INT("source colour full range", source.colour.full_range),
    INT("source chroma location", source.colour.chroma_location),
    BOOL("source colour is tagged", source.colour_is_tagged),
    INT("source rotation", source.rotation),
    INT("source field order", source.field_order),
    INT("source audio streams", source.n_audio_streams),
    INT64("source file size", source.file_size),
};
enum { N_FIELDS = sizeof(fields) / sizeof(fields[0]) };

static const void *member(const struct ho_head *head, const struct field *field)
{
    return (const char *)head + field->offset;
}

// The value as text; `buffer` holds numbers.
static const char *value_text(const struct ho_head *head, const struct field *field, char buffer[32])
{
    const void *at = member(head, field);
    switch (field->kind) {
    case FIELD_TEXT: return at;
    case FIELD_INT: snprintf(buffer, 32, "%d", *(const int *)at); return buffer;
    case FIELD_INT64: snprintf(buffer, 32, "%" PRId64, *(const int64_t *)at); return buffer;
    default: return *(const bool *)at ? "yes" : "no";
    }
}

static void set_value(struct ho_head *head, const struct field *field, const char *text)
{
    char *at = (char *)head + field->offset;
    switch (field->kind) {
    case FIELD_TEXT: snprintf(at, field->size, "%s", text); return;
    case FIELD_INT: *(int *)(void *)at = (int)strtol(text, NULL, 10); return;
    case FIELD_INT64: *(int64_t *)(void *)at = strtoll(text, NULL, 10); return;
    default: *(bool *)(void *)at = strcmp(text, "yes") == 0; return;
    }
}

bool ho_head_same_source(const struct ho_head *a, const struct ho_head *b)
{
    for (size_t i = 0; i < N_FIELDS; i++) {
        char here[32], there[32];
        if (strncmp(fields[i].name, "source ", 7) == 0 &&
            strcmp(value_text(a, &fields[i], here), value_text(b, &fields[i], there)) != 0)
            return false;
    }
    return true;
}

enum ho_result ho_head_check(const struct ho_head *head, struct ho_diag *diag)
{
    const struct ho_source_info *source = &head->source;
    if (strlen(source->hash) != HO_HASH_SIZE - 1 || strspn(source->hash, "0123456789abcdef") != HO_HASH_SIZE - 1)
        return ho_fail(diag, HO_ERROR_USAGE, "a matte cannot be kept for a source without a hash ('%s')", source->hash);
    if (source->width < 1 || source->height < 1 || source->width > HO_SIZE_MAX || source->height > HO_SIZE_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "a matte cannot be kept for a source of %d x %d pixels", source->width,
                       source->height);
    return HO_OK;
}

enum ho_result ho_object_id(const char *hash, const char *object, char id[HO_ID_SIZE], struct ho_diag *diag)
{
    struct ho_key_maker *maker;
    HO_TRY(ho_key_maker_create(&maker, diag));
    ho_key_maker_add_text(maker, "holdout object");
    ho_key_maker_add_text(maker, hash);
    ho_key_maker_add_text(maker, object);
    ho_key_format(ho_key_maker_key(maker), id);
    ho_key_maker_destroy(&maker);
    return HO_OK;
}

void ho_head_add_source(struct ho_key_maker *maker, const struct ho_head *head)
{
    char buffer[32];
    for (int i = 1; i < N_FIELDS; i++) {    // the first is the object
        ho_key_maker_add_text(maker, fields[i].name);
        ho_key_maker_add_text(maker, value_text(head, &fields[i], buffer));
    }
}

static enum ho_result head_checksum(const struct ho_head *head, const char *id, char out[HO_ID_SIZE],
                                    struct ho_diag *diag)
{
    struct ho_key_maker *maker;
    HO_TRY(ho_key_maker_create(&maker, diag));
    ho_key_maker_add_text(maker, "object");
    ho_key_maker_add_text(maker, head->object);
    ho_head_add_source(maker, head);
    ho_key_maker_add_text(maker, id);
    ho_key_format(ho_key_maker_key(maker), out);
    ho_key_maker_destroy(&maker);
    return HO_OK;
}

static enum ho_result write_row(sqlite3_stmt *statement, sqlite3 *db, const char *path, const char *name,
                                const char *value, struct ho_diag *diag)
{
    sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, value, -1, SQLITE_STATIC);
    int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    return code == SQLITE_DONE ? HO_OK : ho_sql_fail(db, path, "writing what it is of", diag);
}

enum ho_result ho_head_write(sqlite3 *db, const char *path, const struct ho_head *head, const char *id,
                             struct ho_diag *diag)
{
    char checksum[HO_ID_SIZE], buffer[32];
    HO_TRY(head_checksum(head, id, checksum, diag));
    sqlite3_stmt *statement;
    HO_TRY(ho_sql_prepare(
        db, path,
        "INSERT INTO head (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        &statement, diag));
    enum ho_result result = write_row(statement, db, path, "id", id, diag);
    for (int i = 0; i < N_FIELDS && result == HO_OK; i++)
        result = write_row(statement, db, path, fields[i].name, value_text(head, &fields[i], buffer), diag);
    if (result == HO_OK)
        result = write_row(statement, db, path, "checksum", checksum, diag);
    sqlite3_finalize(statement);
    return result;
}

bool ho_head_set(struct ho_head *head, const char *name, const char *value)
{
    for (int i = 0; i < N_FIELDS; i++) {
        if (strcmp(fields[i].name, name) == 0) {
            set_value(head, &fields[i], value);
            return true;
        }
    }
    return false;
}

// Names that nobody knows are left to the checksum to judge.
static void read_row(const char *name, const char *value, struct ho_head *head, char id[HO_ID_SIZE],
                     char checksum[HO_ID_SIZE])
{
    if (strcmp(name, "id") == 0)
        snprintf(id, HO_ID_SIZE, "%s", value);
    else if (strcmp(name, "checksum") == 0)
        snprintf(checksum, HO_ID_SIZE, "%s", value);
    else
        ho_head_set(head, name, value);
}

enum ho_result ho_head_read(sqlite3 *db, const char *path, struct ho_head *head, char id[HO_ID_SIZE],
                            struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    memset(head, 0, sizeof(*head));
    id[0] = '\0';
    char checksum[HO_ID_SIZE] = "", expected[HO_ID_SIZE] = "", expected_id[HO_ID_SIZE] = "";
    HO_TRY(ho_sql_prepare(db, path, "SELECT name, value FROM head", &statement, diag));
    enum ho_result result = HO_OK;
    int code, n = 0;
    while (result == HO_OK && (code = sqlite3_step(statement)) != SQLITE_DONE) {
        const char *name = code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
        const char *value = name ? (const char *)sqlite3_column_text(statement, 1) : NULL;
        if (value)
            read_row(name, value, head, id, checksum);
        else
            result = ho_sql_fail(db, path, "reading what it is of", diag);
        n++;
    }
    sqlite3_finalize(statement);
    if (result == HO_OK)
        result = head_checksum(head, id, expected, diag);
    if (result == HO_OK)
        result = ho_object_id(head->source.hash, head->object, expected_id, diag);
    if (result == HO_OK && (n != N_FIELDS + 2 || strcmp(checksum, expected) != 0 || strcmp(id, expected_id) != 0 ||
                            ho_head_check(head, NULL) != HO_OK))
        result = ho_fail(diag, HO_ERROR_VERIFY, "%s: damaged: what it is of does not fit its checksum", path);
    if (result != HO_OK)
        memset(head, 0, sizeof(*head));
    return result;
}
