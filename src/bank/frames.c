// SPDX-License-Identifier: BSD-2-Clause
// Frames of a store: their rows and mattes.
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "bank/bank.h"
#include "base/memory.h"

#define FRAME_MAX (INT64_MAX / 8)    // so that row ids fit 64 bits

static int64_t row_id(int64_t frame, enum ho_pass pass) { return frame * 4 + (int64_t)pass; }

// Over all that a row says, so that a flipped bit in a number is found like one in a picture.
static uint64_t row_checksum(const struct ho_frame_entry *entry, uint64_t matte_checksum)
{
    double confidence = (double)entry->confidence;
    uint64_t words[8] = {(uint64_t)entry->frame, (uint64_t)entry->pass, entry->key.low, entry->key.high, 0,
                         (uint64_t)entry->area,  entry->flags,          matte_checksum};
    memcpy(&words[4], &confidence, sizeof(confidence));
    return XXH3_64bits(words, sizeof(words));
}

bool ho_frame_row_read(sqlite3_stmt *row, struct ho_frame_entry *entry, uint64_t *matte_checksum)
{
    int64_t pass = sqlite3_column_int64(row, 1);
    *entry = (struct ho_frame_entry){.frame = sqlite3_column_int64(row, 0),
                                     .pass = (enum ho_pass)pass,
                                     .confidence = (float)sqlite3_column_double(row, 3),
                                     .area = sqlite3_column_int64(row, 4),
                                     .flags = (unsigned)sqlite3_column_int64(row, 5)};
    *matte_checksum = (uint64_t)sqlite3_column_int64(row, 6);
    return pass >= HO_PASS_FINAL && pass <= HO_PASS_BACKWARD &&
           ho_key_parse((const char *)sqlite3_column_text(row, 2), &entry->key) &&
           (uint64_t)sqlite3_column_int64(row, 7) == row_checksum(entry, *matte_checksum);
}

static enum ho_result put_rows(struct ho_store *store, const struct ho_frame_entry *entry, uint64_t matte_checksum,
                               const void *bytes, size_t size, struct ho_diag *diag)
{
    sqlite3_stmt *frame, *matte;
    HO_TRY(ho_store_query(store, HO_QUERY_PUT_FRAME, &frame, diag));
    HO_TRY(ho_store_query(store, HO_QUERY_PUT_MATTE, &matte, diag));
    int64_t id = row_id(entry->frame, entry->pass);
    char key[HO_ID_SIZE];
    ho_key_format(entry->key, key);
    sqlite3_bind_int64(frame, 1, id);
    sqlite3_bind_int64(frame, 2, entry->frame);
    sqlite3_bind_int64(frame, 3, (int64_t)entry->pass);
    sqlite3_bind_text(frame, 4, key, -1, SQLITE_STATIC);
    sqlite3_bind_double(frame, 5, (double)entry->confidence);
    sqlite3_bind_int64(frame, 6, entry->area);
    sqlite3_bind_int64(frame, 7, entry->flags);
    sqlite3_bind_int64(frame, 8, (int64_t)matte_checksum);
    sqlite3_bind_int64(frame, 9, (int64_t)row_checksum(entry, matte_checksum));
    HO_TRY(ho_store_execute(store, frame, "writing a frame", diag));
    sqlite3_bind_int64(matte, 1, id);
    sqlite3_bind_blob64(matte, 2, bytes, size, SQLITE_STATIC);
    return ho_store_execute(store, matte, "writing a frame", diag);
}

// Row and picture, both or neither: a full disk between them must not leave a frame without its picture.
static enum ho_result put_packed(struct ho_store *store, const struct ho_frame_entry *entry, uint64_t matte_checksum,
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
    const struct ho_source_info *source = &store->recipe.source;
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
    HO_TRY(put_packed(store, &clean, ho_matte_checksum(matte), bytes, size, diag));
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

// Runs `query` for one frame and takes its row; the caller resets *row when done with it.
static enum ho_result step_row(struct ho_store *store, enum ho_store_query query, int64_t frame, enum ho_pass pass,
                               sqlite3_stmt **row, struct ho_frame_entry *entry, uint64_t *matte_checksum,
                               struct ho_diag *diag)
{
    HO_TRY(ho_store_query(store, query, row, diag));
    sqlite3_bind_int64(*row, 1, row_id(frame, pass));
    int code = sqlite3_step(*row);
    if (code == SQLITE_DONE)
        return HO_END;
    if (code != SQLITE_ROW)
        return fail_step(store, frame, diag);
    if (!ho_frame_row_read(*row, entry, matte_checksum) || entry->frame != frame || entry->pass != pass)
        return fail_frame(store, frame, "its row does not fit its checksum", diag);
    return HO_OK;
}

// Unpacks and checks the matte of the row that `row` stands on.
static enum ho_result read_matte(struct ho_store *store, sqlite3_stmt *row, int64_t frame, uint64_t checksum,
                                 struct ho_matte *out, struct ho_diag *diag)
{
    const void *bytes = sqlite3_column_blob(row, 8);
    enum ho_result result = ho_unpack_matte(store->packer, bytes, (size_t)sqlite3_column_bytes(row, 8), out, diag);
    if (!bytes && sqlite3_errcode(store->db) == SQLITE_NOMEM)
        return ho_fail_memory(diag, 1);
    if (result == HO_ERROR_VERIFY || (result == HO_OK && ho_matte_checksum(out) != checksum))
        return fail_frame(store, frame, "its matte does not fit its checksum", diag);
    return result;
}

enum ho_result ho_store_get(struct ho_store *store, int64_t frame, enum ho_pass pass, struct ho_matte *out,
                            struct ho_frame_entry *entry, struct ho_diag *diag)
{
    if (out)
        HO_TRY(check_size(store, out, diag));
    if (frame < 0 || frame > FRAME_MAX)
        return HO_END;
    struct ho_frame_entry found;
    uint64_t checksum;
    sqlite3_stmt *row = NULL;
    enum ho_result result = step_row(store, out ? HO_QUERY_GET_MATTE : HO_QUERY_GET_FRAME, frame, pass, &row, &found,
                                     &checksum, diag);
    if (result == HO_OK && out)
        result = read_matte(store, row, frame, checksum, out, diag);
    sqlite3_reset(row);
    if (result == HO_OK && entry)
        *entry = found;
    return result;
}

enum ho_result ho_store_copy(struct ho_store *from, int64_t frame, struct ho_store *to, unsigned set, unsigned clear,
                             struct ho_matte *scratch, struct ho_diag *from_diag, struct ho_diag *diag)
{
    struct ho_frame_entry entry;
    uint64_t checksum;
    sqlite3_stmt *row = NULL;
    enum ho_result result = step_row(from, HO_QUERY_GET_MATTE, frame, HO_PASS_FINAL, &row, &entry, &checksum,
                                     from_diag);
    if (result == HO_OK)
        result = read_matte(from, row, frame, checksum, scratch, from_diag);
    if (result == HO_OK) {
        entry.flags = (entry.flags & ~clear) | set;
        result = put_packed(to, &entry, checksum, sqlite3_column_blob(row, 8), (size_t)sqlite3_column_bytes(row, 8),
                            diag);
        if (result == HO_OK)
            result = ho_store_commit_when_due(to, diag);
    }
    sqlite3_reset(row);
    return result;
}

enum ho_result ho_store_drop(struct ho_store *store, struct ho_range range, enum ho_pass pass, struct ho_diag *diag)
{
    if (range.last < range.first)
        return HO_OK;
    sqlite3_stmt *statement;
    HO_TRY(ho_store_begin(store, diag));
    HO_TRY(ho_store_query(store, HO_QUERY_DROP, &statement, diag));
    int64_t last = range.last > FRAME_MAX ? FRAME_MAX : range.last;
    sqlite3_bind_int64(statement, 1, row_id(range.first < 0 ? 0 : range.first, HO_PASS_FINAL));
    sqlite3_bind_int64(statement, 2, row_id(last, HO_PASS_BACKWARD));
    sqlite3_bind_int64(statement, 3, (int64_t)pass);
    return ho_store_execute(store, statement, "removing frames", diag);
}

enum ho_result ho_store_entries(struct ho_store *store, enum ho_pass pass, struct ho_frame_entry **out, size_t *n,
                                struct ho_diag *diag)
{
    sqlite3_stmt *row;
    HO_TRY(ho_store_query(store, HO_QUERY_ENTRIES, &row, diag));
    sqlite3_bind_int64(row, 1, (int64_t)pass);
    struct ho_frame_entry *entries = NULL;
    size_t count = 0, room = 0;
    enum ho_result result = HO_OK;
    int code;
    while (result == HO_OK && (code = sqlite3_step(row)) != SQLITE_DONE) {
        if (count == room) {
            size_t wanted = room ? 2 * room : 256;
            struct ho_frame_entry *grown = ho_realloc(entries, wanted, sizeof(*entries));
            if (!grown) {
                result = ho_fail_memory(diag, wanted * sizeof(*entries));
                break;
            }
            entries = grown;
            room = wanted;
        }
        uint64_t checksum;
        if (code != SQLITE_ROW)
            result = ho_sql_fail(store->db, store->path, "reading its frames", diag);
        else if (!ho_frame_row_read(row, &entries[count], &checksum))
            result = fail_frame(store, entries[count].frame, "its row does not fit its checksum", diag);
        else
            count++;
    }
    sqlite3_reset(row);
    if (result != HO_OK) {
        free(entries);
        return result;
    }
    *out = entries;
    *n = count;
    return HO_OK;
}

enum ho_result ho_store_set_flags(struct ho_store *store, int64_t frame, unsigned set, unsigned clear,
                                  struct ho_diag *diag)
{
    struct ho_frame_entry entry;
    uint64_t checksum;
    sqlite3_stmt *row = NULL;
    enum ho_result result = step_row(store, HO_QUERY_GET_FRAME, frame, HO_PASS_FINAL, &row, &entry, &checksum, diag);
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
    sqlite3_bind_int64(statement, 1, row_id(frame, HO_PASS_FINAL));
    sqlite3_bind_int64(statement, 2, flags);
    sqlite3_bind_int64(statement, 3, (int64_t)row_checksum(&entry, checksum));
    HO_TRY(ho_store_execute(store, statement, "writing flags", diag));
    return ho_store_commit_when_due(store, diag);
}
