// SPDX-License-Identifier: BSD-2-Clause
// Frames of a store: their rows and mattes.
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "bank/bank.h"
#include "base/memory.h"

#define FRAME_MAX (INT64_MAX / 8)    // far beyond any film, and sums of two fit 64 bits

// Over all that a row says, so that a flipped bit in a number is found like one in a picture.
static uint64_t row_checksum(const struct ho_frame_entry *entry, uint64_t matte_checksum)
{
    double confidence = (double)entry->confidence;
    uint64_t words[7] = {(uint64_t)entry->frame, entry->key.low, entry->key.high, 0,
                         (uint64_t)entry->area,  entry->flags,   matte_checksum};
    memcpy(&words[3], &confidence, sizeof(confidence));
    return XXH3_64bits(words, sizeof(words));
}

// An entry from a row of frames. False when its checksum does not hold.
static bool read_row(sqlite3_stmt *row, struct ho_frame_entry *entry, uint64_t *matte_checksum)
{
    *entry = (struct ho_frame_entry){.frame = sqlite3_column_int64(row, 0),
                                     .confidence = (float)sqlite3_column_double(row, 2),
                                     .area = sqlite3_column_int64(row, 3),
                                     .flags = (unsigned)sqlite3_column_int64(row, 4)};
    *matte_checksum = (uint64_t)sqlite3_column_int64(row, 5);
    return ho_key_parse((const char *)sqlite3_column_text(row, 1), &entry->key) &&
           (uint64_t)sqlite3_column_int64(row, 6) == row_checksum(entry, *matte_checksum);
}

static void bind_key(sqlite3_stmt *statement, int index, struct ho_key key)
{
    char text[HO_ID_SIZE];
    ho_key_format(key, text);
    sqlite3_bind_text(statement, index, text, -1, SQLITE_TRANSIENT);
}

static enum ho_result put_row(struct ho_store *store, const struct ho_frame_entry *entry, uint64_t matte_checksum,
                              int64_t *id, struct ho_diag *diag)
{
    sqlite3_stmt *frame;
    HO_TRY(ho_store_query(store, HO_QUERY_PUT_FRAME, &frame, diag));
    sqlite3_bind_int64(frame, 1, entry->frame);
    bind_key(frame, 2, entry->key);
    sqlite3_bind_double(frame, 3, (double)entry->confidence);
    sqlite3_bind_int64(frame, 4, entry->area);
    sqlite3_bind_int64(frame, 5, entry->flags);
    sqlite3_bind_int64(frame, 6, (int64_t)matte_checksum);
    sqlite3_bind_int64(frame, 7, (int64_t)row_checksum(entry, matte_checksum));
    int code = sqlite3_step(frame);
    enum ho_result result = code == SQLITE_ROW ? HO_OK : ho_sql_fail(store->db, store->path, "writing a frame", diag);
    if (code == SQLITE_ROW)
        *id = sqlite3_column_int64(frame, 0);
    sqlite3_reset(frame);
    sqlite3_clear_bindings(frame);
    return result;
}

static enum ho_result put_rows(struct ho_store *store, const struct ho_frame_entry *entry, uint64_t matte_checksum,
                               const void *bytes, size_t size, struct ho_diag *diag)
{
    sqlite3_stmt *matte;
    int64_t id = 0;
    HO_TRY(ho_store_query(store, HO_QUERY_PUT_MATTE, &matte, diag));
    HO_TRY(put_row(store, entry, matte_checksum, &id, diag));
    sqlite3_bind_int64(matte, 1, id);
    if (sqlite3_bind_blob64(matte, 2, bytes, size, SQLITE_STATIC) != SQLITE_OK)
        return ho_sql_fail(store->db, store->path, "writing a frame", diag);
    return ho_store_execute(store, matte, "writing a frame", diag);
}

// Row and picture, both or neither: a full disk between them must not leave a frame without its picture.
enum ho_result ho_store_put_packed(struct ho_store *store, const struct ho_frame_entry *entry, uint64_t matte_checksum,
                                   const void *bytes, size_t size, struct ho_diag *diag)
{
    sqlite3_stmt *save, *keep, *undo;
    HO_TRY(ho_store_begin(store, diag));
    HO_TRY(ho_store_query(store, HO_QUERY_SAVE, &save, diag));
    HO_TRY(ho_store_query(store, HO_QUERY_KEEP, &keep, diag));
    HO_TRY(ho_store_query(store, HO_QUERY_UNDO, &undo, diag));
    HO_TRY(ho_store_execute(store, save, "writing a frame", diag));
    enum ho_result result = put_rows(store, entry, matte_checksum, bytes, size, diag);
    if (result != HO_OK && !sqlite3_get_autocommit(store->db)) {
        sqlite3_step(undo);
        sqlite3_reset(undo);
    }
    if (result == HO_OK || !sqlite3_get_autocommit(store->db)) {
        enum ho_result kept = ho_store_execute(store, keep, "writing a frame", diag);
        result = result == HO_OK ? kept : result;
    }
    return result;
}

static enum ho_result check_size(const struct ho_store *store, const struct ho_matte *matte, struct ho_diag *diag)
{
    const struct ho_source_info *source = &store->head.source;
    if (matte->width == source->width && matte->height == source->height)
        return HO_OK;
    return ho_fail(diag, HO_ERROR_USAGE, "%s: a matte of %d x %d does not fit the source's %d x %d", store->path,
                   matte->width, matte->height, source->width, source->height);
}

enum ho_result ho_store_put(struct ho_store *store, const struct ho_frame_entry *entry, const struct ho_matte *matte,
                            struct ho_diag *diag)
{
    HO_TRY(check_size(store, matte, diag));
    if (entry->frame < 0 || entry->frame > FRAME_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: there is no frame %lld", store->path, (long long)entry->frame);
    struct ho_frame_entry clean = *entry;
    if (!(clean.confidence >= 0.0f && clean.confidence <= 1.0f))    // NaN too, which SQLite would keep as NULL
        clean.confidence = clean.confidence > 1.0f ? 1.0f : 0.0f;
    const void *bytes;
    size_t size;
    HO_TRY(ho_pack_matte(store->packer, matte, &bytes, &size, diag));
    HO_TRY(ho_store_put_packed(store, &clean, ho_matte_checksum(matte), bytes, size, diag));
    return ho_store_commit_when_due(store, diag);
}

static enum ho_result fail_frame(struct ho_store *store, int64_t frame, const char *what, struct ho_diag *diag)
{
    return ho_fail(diag, HO_ERROR_VERIFY,
                   "%s: frame %lld is damaged (%s); drop it with `holdout bank verify %.12s --repair` and track again: "
                   "only damaged frames are tracked",
                   store->path, (long long)frame, what, store->id);
}

// SQLite's word about a page that it can't read, said of the frame that was wanted.
static enum ho_result fail_step(struct ho_store *store, int64_t frame, struct ho_diag *diag)
{
    struct ho_diag inner = {0};
    enum ho_result result = ho_sql_fail(store->db, store->path, "reading a frame", &inner);
    if (result == HO_ERROR_VERIFY)
        return fail_frame(store, frame, sqlite3_errmsg(store->db), diag);
    return ho_fail(diag, result, "%s", inner.message);
}

// Runs `query` for one matte and takes its row; the caller resets *row when done with it.
static enum ho_result step_row(struct ho_store *store, enum ho_store_query query, int64_t frame, struct ho_key key,
                               sqlite3_stmt **row, struct ho_frame_entry *entry, uint64_t *matte_checksum,
                               struct ho_diag *diag)
{
    HO_TRY(ho_store_query(store, query, row, diag));
    bind_key(*row, 1, key);
    sqlite3_bind_int64(*row, 2, frame);
    int code = sqlite3_step(*row);
    if (code == SQLITE_DONE)
        return HO_END;
    if (code != SQLITE_ROW)
        return fail_step(store, frame, diag);
    if (!read_row(*row, entry, matte_checksum) || entry->frame != frame || !ho_key_equal(entry->key, key))
        return fail_frame(store, frame, "its row does not fit its checksum", diag);
    return HO_OK;
}

// Unpacks and checks the matte of the row that `row` stands on.
static enum ho_result read_matte(struct ho_store *store, sqlite3_stmt *row, int64_t frame, uint64_t checksum,
                                 struct ho_matte *out, struct ho_diag *diag)
{
    const void *bytes = sqlite3_column_blob(row, 7);
    enum ho_result result = ho_unpack_matte(store->packer, bytes, (size_t)sqlite3_column_bytes(row, 7), out, diag);
    if (!bytes && sqlite3_errcode(store->db) == SQLITE_NOMEM)
        return ho_fail_memory(diag, 1);
    if (result == HO_ERROR_VERIFY || (result == HO_OK && ho_matte_checksum(out) != checksum))
        return fail_frame(store, frame, "its matte does not fit its checksum", diag);
    return result;
}

enum ho_result ho_store_get_key(struct ho_store *store, int64_t frame, struct ho_key key, struct ho_matte *out,
                                struct ho_frame_entry *entry, struct ho_diag *diag)
{
    if (out)
        HO_TRY(check_size(store, out, diag));
    struct ho_frame_entry found;
    uint64_t checksum;
    sqlite3_stmt *row = NULL;
    enum ho_result result = step_row(store, out ? HO_QUERY_GET_MATTE : HO_QUERY_GET_FRAME, frame, key, &row, &found,
                                     &checksum, diag);
    if (result == HO_OK && out)
        result = read_matte(store, row, frame, checksum, out, diag);
    sqlite3_reset(row);
    if (result == HO_OK && entry)
        *entry = found;
    return result;
}

enum ho_result ho_store_get(struct ho_store *store, int64_t frame, struct ho_matte *out, struct ho_frame_entry *entry,
                            struct ho_diag *diag)
{
    const struct ho_span *span = ho_take_find(&store->take, frame);
    if (!span)
        return HO_END;
    HO_TRY(ho_store_get_key(store, frame, span->key, out, entry, diag));
    if (entry)
        entry->flags |= span->flags;
    return HO_OK;
}

enum ho_result ho_store_drop(struct ho_store *store, struct ho_range frames, struct ho_key key, struct ho_diag *diag)
{
    if (frames.last < frames.first)
        return HO_OK;
    sqlite3_stmt *statement;
    HO_TRY(ho_store_begin(store, diag));
    HO_TRY(ho_store_query(store, HO_QUERY_DROP, &statement, diag));
    bind_key(statement, 1, key);
    sqlite3_bind_int64(statement, 2, frames.first);
    sqlite3_bind_int64(statement, 3, frames.last);
    return ho_store_execute(store, statement, "removing frames", diag);
}

struct entries {
    struct ho_frame_entry *items;
    size_t n, room;
};

static enum ho_result add_entry(struct entries *entries, const struct ho_frame_entry *entry, struct ho_diag *diag)
{
    if (entries->n == entries->room) {
        size_t room = entries->room ? 2 * entries->room : 256;
        struct ho_frame_entry *grown = ho_realloc(entries->items, room, sizeof(*grown));
        if (!grown)
            return ho_fail_memory(diag, room * sizeof(*grown));
        entries->items = grown;
        entries->room = room;
    }
    entries->items[entries->n++] = *entry;
    return HO_OK;
}

static enum ho_result add_span(struct ho_store *store, const struct ho_span *span, struct entries *entries,
                               struct ho_diag *diag)
{
    sqlite3_stmt *row;
    HO_TRY(ho_store_query(store, HO_QUERY_ENTRIES, &row, diag));
    bind_key(row, 1, span->key);
    sqlite3_bind_int64(row, 2, span->first);
    sqlite3_bind_int64(row, 3, span->last);
    enum ho_result result = HO_OK;
    int code;
    while (result == HO_OK && (code = sqlite3_step(row)) != SQLITE_DONE) {
        struct ho_frame_entry entry = {.frame = span->first};
        uint64_t checksum;
        if (code != SQLITE_ROW)
            result = ho_sql_fail(store->db, store->path, "reading its frames", diag);
        else if (!read_row(row, &entry, &checksum))
            result = fail_frame(store, entry.frame, "its row does not fit its checksum", diag);
        entry.flags |= span->flags;
        if (result == HO_OK)
            result = add_entry(entries, &entry, diag);
    }
    sqlite3_reset(row);
    return result;
}

static enum ho_result entries_of(struct ho_store *store, const struct ho_span *spans, size_t n_spans,
                                 struct ho_frame_entry **out, size_t *n, struct ho_diag *diag)
{
    struct entries entries = {0};
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < n_spans && result == HO_OK; i++)
        result = add_span(store, &spans[i], &entries, diag);
    if (result != HO_OK) {
        free(entries.items);
        return result;
    }
    *out = entries.items;
    *n = entries.n;
    return HO_OK;
}

enum ho_result ho_store_entries(struct ho_store *store, struct ho_frame_entry **out, size_t *n, struct ho_diag *diag)
{
    return entries_of(store, store->take.spans, store->take.n, out, n, diag);
}

enum ho_result ho_store_key_entries(struct ho_store *store, struct ho_key key, struct ho_range frames,
                                    struct ho_frame_entry **out, size_t *n, struct ho_diag *diag)
{
    struct ho_span span = {.first = frames.first, .last = frames.last, .key = key};
    return entries_of(store, &span, 1, out, n, diag);
}

enum ho_result ho_store_set_flags(struct ho_store *store, int64_t frame, struct ho_key key, unsigned set,
                                  unsigned clear, struct ho_diag *diag)
{
    struct ho_frame_entry entry;
    uint64_t checksum;
    sqlite3_stmt *row = NULL;
    enum ho_result result = step_row(store, HO_QUERY_GET_FRAME, frame, key, &row, &entry, &checksum, diag);
    sqlite3_reset(row);
    if (result != HO_OK)
        return result;
    unsigned flags = (entry.flags & ~clear) | set;
    if (flags == entry.flags)
        return HO_OK;
    entry.flags = flags;
    sqlite3_stmt *statement;
    HO_TRY(ho_store_begin(store, diag));
    HO_TRY(ho_store_query(store, HO_QUERY_FLAGS, &statement, diag));
    bind_key(statement, 1, key);
    sqlite3_bind_int64(statement, 2, frame);
    sqlite3_bind_int64(statement, 3, flags);
    sqlite3_bind_int64(statement, 4, (int64_t)row_checksum(&entry, checksum));
    HO_TRY(ho_store_execute(store, statement, "writing flags", diag));
    return ho_store_commit_when_due(store, diag);
}
