// SPDX-License-Identifier: BSD-2-Clause
// The inside of the bank, shared by its files.
//
// On disk: DIR/objects/SOURCE-HASH/ID.matte, one SQLite file an object, with ID.lock beside it while it is written;
// DIR/index belongs to media/; DIR/mattes is of the format before, until it is taken over (older.c).
// Locks, in the order in which they are taken: the .lock file (flock, exclusive, one writer), then SQLite's own inside
// the .matte file.
#ifndef HO_BANK_BANK_H
#define HO_BANK_BANK_H

#include <sqlite3.h>

#include "bank/store.h"

#define HO_STORE_APPLICATION 0x484f4c44    // "HOLD", where file(1) looks for it
#define HO_STORE_FORMAT 2    // user_version: goes up when an older program could not read the file any more
#define HO_STORE_SUFFIX ".matte"
// Now, in milliseconds since 1970, as SQL.
#define HO_NOW "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"

struct ho_bank {
    char *dir, *index_dir, *objects_dir;
    const struct ho_cancel *cancel;    // of the long calls; may be NULL
};

// What an object is of. Plain data.
struct ho_head {
    struct ho_source_info source;
    char object[HO_NAME_SIZE];
};

// ---- sql.c: what SQLite says, as results and sentences

// `doing` reads as "... while <doing>".
enum ho_result ho_sql_fail(sqlite3 *db, const char *path, const char *doing, struct ho_diag *diag);
// Opens with the pragmas that the bank lives by. READ never creates and never changes; it works in folders that cannot
// be written too.
enum ho_result ho_sql_open(const char *path, enum ho_store_mode mode, sqlite3 **out,
                           struct ho_diag *diag) HO_MUST_CHECK;
// Statements on `db` end with SQLITE_INTERRUPT, which ho_sql_fail() tells as HO_CANCELLED, once `*cancel` is true.
void ho_sql_set_cancel(sqlite3 *db, const struct ho_cancel *cancel);
// `text` is a constant: nothing from outside is ever put into it.
enum ho_result ho_sql_run(sqlite3 *db, const char *path, const char *text, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_sql_prepare(sqlite3 *db, const char *path, const char *text, sqlite3_stmt **out,
                              struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_sql_number(sqlite3 *db, const char *path, const char *text, int64_t *out,
                             struct ho_diag *diag) HO_MUST_CHECK;

// ---- schema.c

// Inside the caller's transaction.
enum ho_result ho_schema_create(sqlite3 *db, const char *path, struct ho_diag *diag) HO_MUST_CHECK;
// HO_END: an empty file, where a writer was stopped before its first commit. HO_ERROR_VERIFY: damaged. HO_ERROR_INPUT:
// no matte, or of a newer program, or of format 1, which older.c takes over.
enum ho_result ho_schema_check(sqlite3 *db, const char *path, struct ho_diag *diag) HO_MUST_CHECK;

// ---- head.c

// A source with a hash (which names a folder) and a size.
enum ho_result ho_head_check(const struct ho_head *head, struct ho_diag *diag) HO_MUST_CHECK;
bool ho_head_same_source(const struct ho_head *a, const struct ho_head *b);    // in every field, not the content alone
enum ho_result ho_object_id(const char *hash, const char *object, char id[HO_ID_SIZE],
                            struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_head_write(sqlite3 *db, const char *path, const struct ho_head *head, const char *id,
                             struct ho_diag *diag) HO_MUST_CHECK;
// Checks the rows against their checksum and the id against the rows.
enum ho_result ho_head_read(sqlite3 *db, const char *path, struct ho_head *head, char id[HO_ID_SIZE],
                            struct ho_diag *diag) HO_MUST_CHECK;
// Feeds all rows of the source, names and values.
void ho_head_add_source(struct ho_key_maker *maker, const struct ho_head *head);
// One row of a head, of either format, into it. False: it is none of its fields.
bool ho_head_set(struct ho_head *head, const char *name, const char *value);

// ---- lock.c

// Takes the writer's lock of a store; *fd is what ho_lock_release() wants back.
enum ho_result ho_lock_take(const char *store_path, double wait_seconds, int *fd, struct ho_diag *diag) HO_MUST_CHECK;
void ho_lock_release(const char *store_path, int *fd);

// ---- pack.c: one matte as few bytes

struct ho_packer;
enum ho_result ho_packer_create(struct ho_packer **out, struct ho_diag *diag) HO_MUST_CHECK;
void ho_packer_destroy(struct ho_packer **packer);
// `*bytes` belongs to the packer and holds until its next call.
enum ho_result ho_pack_matte(struct ho_packer *packer, const struct ho_matte *matte, const void **bytes, size_t *size,
                             struct ho_diag *diag) HO_MUST_CHECK;
// HO_ERROR_VERIFY, without a message, when the bytes are no matte of this size.
enum ho_result ho_unpack_matte(struct ho_packer *packer, const void *bytes, size_t size, struct ho_matte *out,
                               struct ho_diag *diag) HO_MUST_CHECK;
uint64_t ho_matte_checksum(const struct ho_matte *matte);
enum ho_result ho_pack_bytes(struct ho_packer *packer, const void *raw, size_t raw_size, const void **bytes,
                             size_t *size, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_unpack_bytes(struct ho_packer *packer, const void *bytes, size_t size, void *raw, size_t raw_size,
                               struct ho_diag *diag) HO_MUST_CHECK;

// ---- store.c, frames.c, history.c, states.c, masks.c

enum ho_store_query {
    HO_QUERY_PUT_FRAME,
    HO_QUERY_PUT_MATTE,
    HO_QUERY_GET_FRAME,
    HO_QUERY_GET_MATTE,
    HO_QUERY_DROP,
    HO_QUERY_ENTRIES,
    HO_QUERY_FLAGS,
    HO_QUERY_PUT_STATE,
    HO_QUERY_GET_STATE,
    HO_QUERY_DROP_STATE,
    HO_QUERY_STATES,
    HO_QUERY_PUT_MASK,
    HO_QUERY_GET_MASK,
    HO_QUERY_MASKS,
    HO_QUERY_ADD_STEP,
    HO_QUERY_NOTE_STEP,
    HO_QUERY_DROP_STEP,
    HO_QUERY_STEPS,
    HO_QUERY_GET_STEP,
    HO_QUERY_STEP_NUMBERS,
    HO_QUERY_DROP_SPANS,
    HO_QUERY_PUT_SPAN,
    HO_QUERY_SPANS,
    HO_QUERY_CURRENT,
    HO_QUERY_SET_CURRENT,
    HO_QUERY_SAVE,
    HO_QUERY_KEEP,
    HO_QUERY_UNDO,
    HO_QUERY_TOUCH,
    HO_N_QUERIES
};

struct ho_store {
    char *path;
    char id[HO_ID_SIZE];
    enum ho_store_mode mode;
    int lock_fd;
    sqlite3 *db;
    sqlite3_stmt *query[HO_N_QUERIES];    // prepared at their first use
    struct ho_head head;
    int64_t current, selected;    // steps
    struct ho_take take;          // of `selected`
    struct ho_packer *packer;
    bool in_transaction;
    int64_t last_commit;    // nanoseconds, monotonic clock
};

enum ho_result ho_store_open_path(const char *path, enum ho_store_mode mode, struct ho_store **out,
                                  struct ho_diag *diag) HO_MUST_CHECK;
// To read what can be read: its steps and takes are not looked at, none is current or selected.
enum ho_result ho_store_open_damaged(const char *path, struct ho_store **out, struct ho_diag *diag) HO_MUST_CHECK;
// A new store at `path`, outside the locks and names of a bank.
enum ho_result ho_store_create_at(const char *path, const struct ho_head *head, struct ho_store **out,
                                  struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_store_query(struct ho_store *store, enum ho_store_query query, sqlite3_stmt **out,
                              struct ho_diag *diag) HO_MUST_CHECK;
// Steps a query that returns no row, and resets it.
enum ho_result ho_store_execute(struct ho_store *store, sqlite3_stmt *statement, const char *doing,
                                struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_store_begin(struct ho_store *store, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_store_commit_when_due(struct ho_store *store, struct ho_diag *diag) HO_MUST_CHECK;
// Puts a matte as it is packed already.
enum ho_result ho_store_put_packed(struct ho_store *store, const struct ho_frame_entry *entry, uint64_t matte_checksum,
                                   const void *bytes, size_t size, struct ho_diag *diag) HO_MUST_CHECK;
// history.c: into `store->current`, `selected` and `take`.
enum ho_result ho_store_load_history(struct ho_store *store, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_store_read_current(struct ho_store *store, struct ho_diag *diag) HO_MUST_CHECK;
// `out->said` is the caller's. HO_END: there is no such step.
enum ho_result ho_store_get_step(struct ho_store *store, int64_t number, struct ho_step *out,
                                 struct ho_diag *diag) HO_MUST_CHECK;
// As ho_store_get_take(), but spans that are damaged are left out and counted.
enum ho_result ho_store_save_take(struct ho_store *store, int64_t step, struct ho_take *out, int64_t *n_lost,
                                  struct ho_diag *diag) HO_MUST_CHECK;
// Keeps a step as it is, with its number.
enum ho_result ho_store_keep_step(struct ho_store *store, const struct ho_step *step,
                                  struct ho_diag *diag) HO_MUST_CHECK;

// ---- folder.c, find.c, list.c, verify.c, exchange.c, older.c

typedef enum ho_result (*ho_bank_visit)(void *opaque, const char *path, const char *id, struct ho_diag *diag);
// Every object's file, folder by folder, in order of names.
enum ho_result ho_bank_walk(struct ho_bank *bank, ho_bank_visit visit, void *opaque,
                            struct ho_diag *diag) HO_MUST_CHECK;
// The same for folders of this kind in `dir`, and for the one folder `dir`.
enum ho_result ho_bank_walk_folders(const char *dir, ho_bank_visit visit, void *opaque,
                                    struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_bank_walk_folder(const char *dir, ho_bank_visit visit, void *opaque,
                                   struct ho_diag *diag) HO_MUST_CHECK;
// The path of the file that `name` names, as ho_store_open() says; *step is what stands after "@", else 0.
enum ho_result ho_bank_resolve(struct ho_bank *bank, const char *name, char **path, int64_t *step,
                               struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_bank_store_path(struct ho_bank *bank, const char *hash, const char *id, char **path,
                                  struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_make_dir(const char *path, struct ho_diag *diag) HO_MUST_CHECK;    // with its parents, 0700
int64_t ho_clock_ns(void);
void ho_store_remove_logs(const char *path);    // SQLite's log files beside a store
// Moves what the logs beside a store hold into it, then removes them: for a file that is about to be replaced. The
// caller holds its lock.
void ho_store_fold_logs(const char *path);
enum ho_result ho_bank_verify_path(const char *path, const struct ho_cancel *cancel, int64_t *n_faults,
                                   struct ho_diag *diag) HO_MUST_CHECK;
// Gives the finished file `from` the name `to`, durably. Without `overwrite` an existing file is HO_ERROR_SPACE.
enum ho_result ho_file_replace(const char *from, const char *to, bool overwrite, struct ho_diag *diag) HO_MUST_CHECK;
// The mattes of a bank of format 1, all of them.
enum ho_result ho_bank_take_over(struct ho_bank *bank, struct ho_diag *diag) HO_MUST_CHECK;
// One file of format 1 as a further step of its object; `id` is the object's. HO_END: the file is of another format.
enum ho_result ho_bank_take_over_file(struct ho_bank *bank, const char *path, char id[HO_ID_SIZE],
                                      struct ho_diag *diag) HO_MUST_CHECK;

#endif
