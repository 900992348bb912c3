// SPDX-License-Identifier: BSD-2-Clause
// The tracker's memory, one a walk, under its own checksum.
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "bank/bank.h"
#include "base/memory.h"

enum { SIZE_MAX_STATE = 1 << 30 };    // a length beyond this is damage, not memory

static uint64_t state_checksum(const char *walk, int64_t frame, const void *bytes, size_t size)
{
    uint64_t seed = XXH3_64bits_withSeed(walk, strlen(walk), (uint64_t)frame);
    return XXH3_64bits_withSeed(size ? bytes : "", size, seed);
}

enum ho_result ho_store_put_state(struct ho_store *store, struct ho_key walk, int64_t frame, const void *bytes,
                                  size_t size, struct ho_diag *diag)
{
    if (size > SIZE_MAX_STATE)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: a tracker's memory of %zu bytes is more than can be kept",
                       store->path, size);
    const void *packed = "";
    size_t packed_size = 0;
    sqlite3_stmt *statement;
    HO_TRY(ho_store_begin(store, diag));
    HO_TRY(ho_store_query(store, HO_QUERY_PUT_STATE, &statement, diag));
    if (size)
        HO_TRY(ho_pack_bytes(store->packer, bytes, size, &packed, &packed_size, diag));
    char name[HO_ID_SIZE];
    ho_key_format(walk, name);
    sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, frame);
    sqlite3_bind_int64(statement, 3, (int64_t)size);
    sqlite3_bind_int64(statement, 4, (int64_t)state_checksum(name, frame, bytes, size));
    sqlite3_bind_blob64(statement, 5, packed, packed_size, SQLITE_STATIC);
    HO_TRY(ho_store_execute(store, statement, "writing the tracker's memory", diag));
    return ho_store_commit_when_due(store, diag);
}

static enum ho_result read_state(struct ho_store *store, sqlite3_stmt *row, const char *walk, int64_t *frame,
                                 void **bytes, size_t *size, struct ho_diag *diag)
{
    int64_t raw_size = sqlite3_column_int64(row, 1);
    if (raw_size < 0 || raw_size > SIZE_MAX_STATE)
        return HO_ERROR_VERIFY;
    void *raw = ho_alloc(raw_size ? (size_t)raw_size : 1, 1);
    if (!raw)
        return ho_fail_memory(diag, (size_t)raw_size);
    *frame = sqlite3_column_int64(row, 0);
    const void *packed = sqlite3_column_blob(row, 3);
    size_t packed_size = (size_t)sqlite3_column_bytes(row, 3);
    enum ho_result result = raw_size ? ho_unpack_bytes(store->packer, packed, packed_size, raw, (size_t)raw_size, diag)
                                     : HO_OK;
    if (result == HO_OK &&
        state_checksum(walk, *frame, raw, (size_t)raw_size) != (uint64_t)sqlite3_column_int64(row, 2))
        result = HO_ERROR_VERIFY;
    if (result != HO_OK) {
        free(raw);
        return result;
    }
    *bytes = raw;
    *size = (size_t)raw_size;
    return HO_OK;
}

enum ho_result ho_store_get_state(struct ho_store *store, struct ho_key walk, int64_t *frame, void **bytes,
                                  size_t *size, struct ho_diag *diag)
{
    sqlite3_stmt *row;
    HO_TRY(ho_store_query(store, HO_QUERY_GET_STATE, &row, diag));
    char name[HO_ID_SIZE];
    ho_key_format(walk, name);
    sqlite3_bind_text(row, 1, name, -1, SQLITE_STATIC);
    int code = sqlite3_step(row);
    enum ho_result result = HO_END;
    if (code == SQLITE_ROW)
        result = read_state(store, row, name, frame, bytes, size, diag);
    else if (code != SQLITE_DONE)
        result = ho_sql_fail(store->db, store->path, "reading the tracker's memory", diag);
    if (result == HO_ERROR_VERIFY)
        result = ho_fail(diag, HO_ERROR_VERIFY,
                         "%s: the tracker's memory of walk %s is damaged; its frames are not affected", store->path,
                         name);
    sqlite3_reset(row);
    sqlite3_clear_bindings(row);
    return result;
}

enum ho_result ho_store_drop_state(struct ho_store *store, struct ho_key walk, struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    HO_TRY(ho_store_begin(store, diag));
    HO_TRY(ho_store_query(store, HO_QUERY_DROP_STATE, &statement, diag));
    char name[HO_ID_SIZE];
    ho_key_format(walk, name);
    sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    return ho_store_execute(store, statement, "removing the tracker's memory", diag);
}
