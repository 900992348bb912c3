// SPDX-License-Identifier: BSD-2-Clause
// Masks that were given as prompts: their pixels, so that a step can be repeated.
#include "bank/bank.h"

enum ho_result ho_store_put_mask(struct ho_store *store, struct ho_key key, const struct ho_matte *mask,
                                 struct ho_diag *diag)
{
    sqlite3_stmt *statement;
    const void *bytes;
    size_t size;
    char name[HO_ID_SIZE];
    HO_TRY(ho_store_begin(store, diag));
    HO_TRY(ho_store_query(store, HO_QUERY_PUT_MASK, &statement, diag));
    HO_TRY(ho_pack_matte(store->packer, mask, &bytes, &size, diag));
    ho_key_format(key, name);
    sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, (int64_t)ho_matte_checksum(mask));
    sqlite3_bind_blob64(statement, 3, bytes, size, SQLITE_STATIC);
    return ho_store_execute(store, statement, "writing a mask", diag);
}

enum ho_result ho_store_get_mask(struct ho_store *store, struct ho_key key, struct ho_matte *out, struct ho_diag *diag)
{
    sqlite3_stmt *row;
    char name[HO_ID_SIZE];
    HO_TRY(ho_store_query(store, HO_QUERY_GET_MASK, &row, diag));
    ho_key_format(key, name);
    sqlite3_bind_text(row, 1, name, -1, SQLITE_STATIC);
    int code = sqlite3_step(row);
    enum ho_result result = code == SQLITE_DONE ? HO_END : HO_OK;
    if (code == SQLITE_ROW)
        result = ho_unpack_matte(store->packer, sqlite3_column_blob(row, 1), (size_t)sqlite3_column_bytes(row, 1), out,
                                 diag);
    else if (code != SQLITE_DONE)
        result = ho_sql_fail(store->db, store->path, "reading a mask", diag);
    if (code == SQLITE_ROW && (result == HO_ERROR_VERIFY ||
                               (result == HO_OK && ho_matte_checksum(out) != (uint64_t)sqlite3_column_int64(row, 0))))
        result = ho_fail(diag, HO_ERROR_VERIFY,
                         "%s: a mask that was given is damaged; the mattes that were made from it are not",
                         store->path);
    sqlite3_reset(row);
    sqlite3_clear_bindings(row);
    return result;
}
