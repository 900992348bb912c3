// SPDX-License-Identifier: BSD-2-Clause
// The bank: where objects are kept with their mattes and their history, one SQLite file an object, never emptied behind
// the user's back.
//
// An object is of a source (by its content, not its path) and has a name; its id is a hash of the two and never
// changes. Its mattes are kept by frame and key: a key is a hash of all that a matte was made from, so several mattes
// of one frame stand side by side, each once. Its history is a list of steps: what was said, and with what it was
// tracked. Each step gives a take: which matte every frame has. One of the steps is current; its take is the one that
// is shown, and any earlier one can be gone back to.
//
// Durability: WAL, synchronous=FULL; what was committed survives kill -9 and a pulled plug.
// Locking: one writer an object, by a lock on a file beside it that names its holder; readers never wait.
// What a file holds, and who locks what: docs/bank.md.
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
HO_API bool ho_key_equal(struct ho_key a, struct ho_key b);
HO_API void ho_key_format(struct ho_key key, char out[HO_ID_SIZE]);
// False unless it is 32 lower-case hexadecimal digits.
HO_API bool ho_key_parse(const char *text, struct ho_key *out);

// Opens (creating it where needed) a bank folder. `dir` NULL: HOLDOUT_BANK, else XDG_DATA_HOME/holdout/bank, else
// ~/.local/share/holdout/bank. Files of the format before are taken over, once and without loss: each becomes a step.
// Errors: HO_ERROR_SPACE. Thread-safety: unsafe (one a thread).
struct ho_bank;
HO_API enum ho_result ho_bank_open(const char *dir, struct ho_bank **out, struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_bank_close(struct ho_bank **bank);
// When `cancel` is requested, ho_bank_verify, _repair, _export and _import return HO_CANCELLED and leave everything as
// it was. It has to outlive the bank; NULL: never.
HO_API void ho_bank_set_cancel(struct ho_bank *bank, const struct ho_cancel *cancel);
HO_API const char *ho_bank_dir(const struct ho_bank *bank);
HO_API const char *ho_bank_index_dir(const struct ho_bank *bank);    // for ho_reader_options.index_dir

// ---- one object

enum ho_store_mode { HO_STORE_READ, HO_STORE_WRITE };

// An object's file. Thread-safety: unsafe (one a thread; open it once more for another thread).
struct ho_store;
// Opens what `name` names: an id, an unambiguous beginning of one (4 digits or more), an object's name (if only one
// source has an object of that name), or SOURCE-HASH/OBJECT (the hash may be its beginning); "@N" at the end: its take
// of step N, else its current one. HO_ERROR_INPUT: there is none; HO_ERROR_USAGE: there are several.
HO_API enum ho_result ho_store_open(struct ho_bank *bank, const char *name, enum ho_store_mode mode,
                                    struct ho_store **out, struct ho_diag *diag) HO_MUST_CHECK;
// Opens the object of this source; `object` NULL: its only one (HO_ERROR_USAGE, which names them, if it has several).
HO_API enum ho_result ho_store_find(struct ho_bank *bank, const struct ho_source_info *source, const char *object,
                                    enum ho_store_mode mode, struct ho_store **out, struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_store_close(struct ho_store **store);    // commits first
// Borrowed, as long as the store is open.
HO_API const char *ho_store_id(const struct ho_store *store);
HO_API const char *ho_store_path(const struct ho_store *store);
HO_API const char *ho_store_object(const struct ho_store *store);
HO_API const struct ho_source_info *ho_store_source(const struct ho_store *store);

// ---- its history

// With what a step was tracked. Plain data.
struct ho_making {
    char engine[32], engine_version[32], weights[65], precision[16], runtime[64], quality[16];
};

struct ho_step {
    int64_t number;       // 1, 2, ... in the order in which they were made
    int64_t parent;       // the step whose take it starts from; 0: it starts from nothing
    int64_t made;         // milliseconds since 1970
    struct ho_key key;    // of what was said and of its making: equal keys say the same
    char *said;           // JSON: what was said; owned
    struct ho_making making;
    struct ho_key basis;    // of the matte that a correction started from; zero without
    bool is_finished;       // its take is whole; else its walks have been stopped and can go on
    double seconds;         // that tracking it took
    int64_t n_tracked;      // frames
};
// All steps in order of their numbers; `*out` is malloc'd, ho_steps_free() frees it.
HO_API enum ho_result ho_store_steps(struct ho_store *store, struct ho_step **out, size_t *n,
                                     struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_steps_free(struct ho_step **steps, size_t n);
// The one of this number, or NULL.
HO_API const struct ho_step *ho_steps_find(const struct ho_step *steps, size_t n, int64_t number);
// The step whose take is shown; 0: nothing was said yet.
HO_API int64_t ho_store_current(const struct ho_store *store);
// Makes a step current, durably (the store is open for writing). HO_ERROR_USAGE: there is no such step.
HO_API enum ho_result ho_store_set_current(struct ho_store *store, int64_t step, struct ho_diag *diag) HO_MUST_CHECK;

enum ho_frame_flags {
    HO_FLAG_PROMPTED = 1,
    HO_FLAG_EMPTY = 2,
    HO_FLAG_CUT = 4,    // tracking ended here, at a scene cut
    HO_FLAG_LOCKED = 8,
    HO_FLAG_HELD = 16,         // the frame could not be decoded: the last good one stood in
    HO_FLAG_CHECK = 32,        // an event asks for a look
    HO_FLAG_ABSENT = 64,       // said not to be there
    HO_FLAG_BACKWARD = 128,    // walked backward
    HO_FLAG_LOCAL = 256        // a part was cut out that cannot be told from the object: it holds for this frame alone
};

// Frames that have mattes of one key (those of them that are tracked).
struct ho_span {
    int64_t first, last;
    struct ho_key key;
    unsigned flags;    // PROMPTED, LOCKED, ABSENT, BACKWARD, LOCAL: what holds for all of them
};
// Spans in order, none over another. Owned; a zeroed one is empty.
struct ho_take {
    struct ho_span *spans;
    size_t n;
};
HO_API void ho_take_clear(struct ho_take *take);
HO_API const struct ho_span *ho_take_find(const struct ho_take *take, int64_t frame);    // NULL where there is none
HO_API enum ho_result ho_store_get_take(struct ho_store *store, int64_t step, struct ho_take *out,
                                        struct ho_diag *diag) HO_MUST_CHECK;

// ---- its mattes

struct ho_frame_entry {
    int64_t frame;
    struct ho_key key;
    float confidence;
    int64_t area;      // pixels at or above one half
    unsigned flags;    // enum ho_frame_flags
};
// Chooses the take that the two functions below read; the current one when the store is opened (by name without "@N").
HO_API enum ho_result ho_store_select(struct ho_store *store, int64_t step, struct ho_diag *diag) HO_MUST_CHECK;
HO_API int64_t ho_store_selected(const struct ho_store *store);
// Gets a frame's matte of the selected take into `out`, of the source's size (NULL: its entry alone). HO_END: it has
// none; HO_ERROR_VERIFY: its checksum does not hold (the sentence names file and frame).
HO_API enum ho_result ho_store_get(struct ho_store *store, int64_t frame, struct ho_matte *out,
                                   struct ho_frame_entry *entry, struct ho_diag *diag) HO_MUST_CHECK;
// All entries of the selected take in order of frames. `*out` is malloc'd.
HO_API enum ho_result ho_store_entries(struct ho_store *store, struct ho_frame_entry **out, size_t *n,
                                       struct ho_diag *diag) HO_MUST_CHECK;

// ---- the bank as a whole

struct ho_object_summary {
    char id[HO_ID_SIZE], object[HO_NAME_SIZE], clip_name[HO_NAME_SIZE], engine[32], quality[16], path[4096];
    char said[256];    // what was said, in short words
    int width, height;
    int64_t n_frames, first, last, file_size;    // frames of the current take that have a matte
    int64_t first_number;                        // of its source, as ho_source_first_number() has it
    int64_t n_steps, current;
    int64_t created, changed;    // milliseconds since 1970
    bool damaged;                // could not be opened; the other fields but path may be empty
};
// One line an object, those of one source after each other. `*out` is malloc'd.
HO_API enum ho_result ho_bank_list(struct ho_bank *bank, struct ho_object_summary **out, size_t *n,
                                   struct ho_diag *diag) HO_MUST_CHECK;
// Reads every matte and state of an object (or, `name` NULL, of all) and reports each fault. HO_ERROR_VERIFY if there
// was any.
typedef void (*ho_verify_report)(void *opaque, const char *id, int64_t frame, const char *fault);
HO_API enum ho_result ho_bank_verify(struct ho_bank *bank, const char *name, ho_verify_report report, void *opaque,
                                     int64_t *n_checked, struct ho_diag *diag) HO_MUST_CHECK;
// Keeps of a damaged object all that can be read and reports each frame that is lost, which tracking then makes anew.
// HO_ERROR_VERIFY if what it is of is lost.
HO_API enum ho_result ho_bank_repair(struct ho_bank *bank, const char *name, ho_verify_report report, void *opaque,
                                     int64_t *n_lost, struct ho_diag *diag) HO_MUST_CHECK;
// Drops what no take shows: mattes and states of walks that were given up. `dry`: says how much, and drops nothing.
struct ho_pruned {
    int64_t n_mattes, bytes;
};
HO_API enum ho_result ho_bank_prune(struct ho_bank *bank, const char *name, bool dry, struct ho_pruned *out,
                                    struct ho_diag *diag) HO_MUST_CHECK;
// Export writes an object as one self-contained file (whole or absent); import checks it and takes it in. Neither
// overwrites unless asked. A file of the format before becomes steps of its object.
HO_API enum ho_result ho_bank_export(struct ho_bank *bank, const char *name, const char *path, bool overwrite,
                                     struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_bank_import(struct ho_bank *bank, const char *path, bool overwrite, char id[HO_ID_SIZE],
                                     struct ho_diag *diag) HO_MUST_CHECK;
// HO_ERROR_BUSY while it is written.
HO_API enum ho_result ho_bank_remove(struct ho_bank *bank, const char *name, struct ho_diag *diag) HO_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
