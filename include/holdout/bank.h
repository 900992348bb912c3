// SPDX-License-Identifier: BSD-2-Clause
// The bank: where tracked mattes are kept, one SQLite file an object, never emptied behind the user's back.
//
// A store is named by its id: a hash of the recipe (source content, engine, weights, precision, settings, object,
// prompts), but not of the range, so a longer range grows the same store. Each frame carries a key of its own: a hash
// of all that its matte was made from (source, engine, weights, settings, and the prompts at the ends of its span). Two
// stores of one source whose frames have equal keys hold equal mattes: so one more prompt tracks only what it changes,
// and the rest is taken over (ho_store_adopt).
//
// Durability: WAL, synchronous=FULL; what ho_store_commit() returned OK for survives kill -9 and a pulled plug.
// Locking: one writer a store, by a lock on a file beside it that names its holder; readers never wait.
#ifndef HOLDOUT_BANK_H
#define HOLDOUT_BANK_H

#include "cancel.h"
#include "source.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HO_ID_SIZE 33    // 128-bit XXH3 as hexadecimal, and NUL
struct ho_key {
    uint64_t low, high;
};

// Makes keys: feed fields in order; each is hashed with its length, so that ("ab","c") and ("a","bc") differ.
struct ho_key_maker;
HO_API enum ho_result ho_key_maker_create(struct ho_key_maker **out, struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_key_maker_destroy(struct ho_key_maker **maker);
HO_API void ho_key_maker_add(struct ho_key_maker *maker, const void *bytes, size_t size);
HO_API void ho_key_maker_add_text(struct ho_key_maker *maker, const char *text);
HO_API void ho_key_maker_add_number(struct ho_key_maker *maker, int64_t number);
HO_API void ho_key_maker_add_key(struct ho_key_maker *maker, struct ho_key key);
HO_API struct ho_key ho_key_maker_key(const struct ho_key_maker *maker);
HO_API bool ho_key_equal(struct ho_key a, struct ho_key b);
HO_API void ho_key_format(struct ho_key key, char out[HO_ID_SIZE]);
HO_API bool ho_key_parse(const char *text,
                         struct ho_key *out);    // false unless it is 32 lower-case hexadecimal digits

// Opens (creating it where needed) a bank folder. `dir` NULL: HOLDOUT_BANK, else XDG_DATA_HOME/holdout/bank, else
// ~/.local/share/holdout/bank. Errors: HO_ERROR_SPACE. Thread-safety: unsafe (one a thread).
struct ho_bank;
HO_API enum ho_result ho_bank_open(const char *dir, struct ho_bank **out, struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_bank_close(struct ho_bank **bank);
// When `cancel` is requested, ho_bank_verify, _repair, _export and _import return HO_CANCELLED and leave everything as
// it was. It has to outlive the bank; NULL: never.
HO_API void ho_bank_set_cancel(struct ho_bank *bank, const struct ho_cancel *cancel);
HO_API const char *ho_bank_dir(const struct ho_bank *bank);
HO_API const char *ho_bank_index_dir(const struct ho_bank *bank);    // for ho_reader_options.index_dir

// The recipe of a store, readable in it. Plain data; `settings` and `prompts` are JSON texts, owned by whoever filled
// it.
struct ho_recipe {
    struct ho_source_info source;
    char object[HO_NAME_SIZE];
    char engine[32], engine_version[32], weights[65], precision[16], runtime[64];
    char *settings, *prompts;
};

enum ho_store_mode { HO_STORE_READ, HO_STORE_WRITE };

// One object's mattes. Thread-safety: unsafe (one a thread; open it once more for another thread).
struct ho_store;
// Opens or creates the store of this recipe for writing. If another process writes it: waits up to `wait_seconds`, then
// HO_ERROR_BUSY with the holder's process, host and since when.
HO_API enum ho_result ho_store_create(struct ho_bank *bank, const struct ho_recipe *recipe, double wait_seconds,
                                      struct ho_store **out, struct ho_diag *diag) HO_MUST_CHECK;
// Opens one that exists: `id` is an id, an unambiguous beginning of one (4 digits or more), or an object's name: then
// the store of that name that was changed last, if all of that name are of one source.
HO_API enum ho_result ho_store_open(struct ho_bank *bank, const char *id, enum ho_store_mode mode,
                                    struct ho_store **out, struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_store_close(struct ho_store **store);    // commits first
HO_API const char *ho_store_id(const struct ho_store *store);
HO_API const char *ho_store_path(const struct ho_store *store);
HO_API const struct ho_recipe *ho_store_recipe(const struct ho_store *store);    // borrowed

// Which walk made a frame. FINAL is what is delivered; FORWARD and BACKWARD are kept only until a span between two
// prompts is blended.
enum ho_pass { HO_PASS_FINAL, HO_PASS_FORWARD, HO_PASS_BACKWARD };
enum ho_frame_flags {
    HO_FLAG_PROMPTED = 1,
    HO_FLAG_EMPTY = 2,
    HO_FLAG_CUT = 4,
    HO_FLAG_LOCKED = 8,
    HO_FLAG_HELD = 16,
    HO_FLAG_CHECK = 32
};

struct ho_frame_entry {
    int64_t frame;
    enum ho_pass pass;
    struct ho_key key;
    float confidence;
    int64_t area;      // pixels at or above one half
    unsigned flags;    // enum ho_frame_flags
};

// Puts a frame (replacing one with the same number and pass). Compressed with zstd, with an XXH3 checksum of the raw
// matte. Durable after the next commit; commits happen by themselves at the first put a quarter of a second after the
// last one.
HO_API enum ho_result ho_store_put(struct ho_store *store, const struct ho_frame_entry *entry,
                                   const struct ho_matte *matte, struct ho_diag *diag) HO_MUST_CHECK;
// Gets a frame into a matte of the source's size (`out` NULL: its entry alone). HO_END if it is not there;
// HO_ERROR_VERIFY if its checksum does not hold (the sentence names file and frame).
HO_API enum ho_result ho_store_get(struct ho_store *store, int64_t frame, enum ho_pass pass, struct ho_matte *out,
                                   struct ho_frame_entry *entry, struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_store_drop(struct ho_store *store, struct ho_range range, enum ho_pass pass,
                                    struct ho_diag *diag) HO_MUST_CHECK;
// All entries of a pass in order of frames. `*out` is malloc'd, owned by the caller.
HO_API enum ho_result ho_store_entries(struct ho_store *store, enum ho_pass pass, struct ho_frame_entry **out,
                                       size_t *n, struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_store_set_flags(struct ho_store *store, int64_t frame, unsigned set, unsigned clear,
                                         struct ho_diag *diag) HO_MUST_CHECK;
// Copies frames of pass FINAL whose key is `key` and which this store lacks from other stores of the same source, and
// the state of the walk `key` if this store has none. Frames are checked before they are taken; damaged ones stay where
// they are. *n_adopted may be NULL.
HO_API enum ho_result ho_store_adopt(struct ho_store *store, struct ho_range range, struct ho_key key,
                                     int64_t *n_adopted, struct ho_diag *diag) HO_MUST_CHECK;
// Copies frames of pass FINAL that this store lacks, whatever their key, from the store of this source and object that
// was changed last, and locks them.
HO_API enum ho_result ho_store_adopt_locked(struct ho_store *store, struct ho_range range, int64_t *n_adopted,
                                            struct ho_diag *diag) HO_MUST_CHECK;

// The tracker's memory after `frame` of the walk that `walk` names (its key and direction); replaces the earlier one of
// that walk, in the same commit as the frames before it. Of size 0: the walk ended there for good (a cut, the source's
// end). Get: HO_END if there is none; HO_ERROR_VERIFY if it is damaged.
HO_API enum ho_result ho_store_put_state(struct ho_store *store, struct ho_key walk, int64_t frame, const void *bytes,
                                         size_t size, struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_store_get_state(struct ho_store *store, struct ho_key walk, int64_t *frame, void **bytes,
                                         size_t *size, struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_store_drop_state(struct ho_store *store, struct ho_key walk,
                                          struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_store_commit(struct ho_store *store, struct ho_diag *diag) HO_MUST_CHECK;

// ---- the bank as a whole

struct ho_store_summary {
    char id[HO_ID_SIZE], object[HO_NAME_SIZE], clip_name[HO_NAME_SIZE], engine[32], quality[16], path[4096];
    int width, height;
    int64_t n_frames, first, last, file_size;    // frames of pass FINAL
    int64_t created, changed;                    // seconds since 1970
    bool
        settled;    // pixels shared with other objects of its run were settled; beside it stands what was tracked alone
    bool damaged;    // could not be opened; the other fields but path may be empty
};
HO_API enum ho_result ho_bank_list(struct ho_bank *bank, struct ho_store_summary **out, size_t *n,
                                   struct ho_diag *diag) HO_MUST_CHECK;    // malloc'd
// Reads every frame and state of a store (or, `id` NULL, of all) and reports each fault. HO_ERROR_VERIFY if there was
// any.
typedef void (*ho_verify_report)(void *opaque, const char *id, int64_t frame, const char *fault);
HO_API enum ho_result ho_bank_verify(struct ho_bank *bank, const char *id, ho_verify_report report, void *opaque,
                                     int64_t *n_checked, struct ho_diag *diag) HO_MUST_CHECK;
// Keeps of a damaged store all that can be read and reports each frame that is lost, which tracking then makes anew.
// HO_ERROR_VERIFY if its recipe is lost.
HO_API enum ho_result ho_bank_repair(struct ho_bank *bank, const char *id, ho_verify_report report, void *opaque,
                                     int64_t *n_lost, struct ho_diag *diag) HO_MUST_CHECK;
// Export writes a store as one self-contained file (whole or absent); import checks it and takes it in. Neither
// overwrites unless asked.
HO_API enum ho_result ho_bank_export(struct ho_bank *bank, const char *id, const char *path, bool overwrite,
                                     struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_bank_import(struct ho_bank *bank, const char *path, bool overwrite, char id[HO_ID_SIZE],
                                     struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_bank_remove(struct ho_bank *bank, const char *id,
                                     struct ho_diag *diag) HO_MUST_CHECK;    // HO_ERROR_BUSY while it is written

#ifdef __cplusplus
}
#endif

#endif
