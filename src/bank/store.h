// SPDX-License-Identifier: BSD-2-Clause
// Writing to the bank: what the tracker needs of it beside the public header.
#ifndef HO_BANK_STORE_H
#define HO_BANK_STORE_H

#include "holdout/bank.h"

// Makes keys: feed fields in order; each is hashed with its length, so that ("ab","c") and ("a","bc") differ.
struct ho_key_maker;
enum ho_result ho_key_maker_create(struct ho_key_maker **out, struct ho_diag *diag) HO_MUST_CHECK;
void ho_key_maker_destroy(struct ho_key_maker **maker);
void ho_key_maker_add(struct ho_key_maker *maker, const void *bytes, size_t size);
void ho_key_maker_add_text(struct ho_key_maker *maker, const char *text);
void ho_key_maker_add_number(struct ho_key_maker *maker, int64_t number);
void ho_key_maker_add_key(struct ho_key_maker *maker, struct ho_key key);
struct ho_key ho_key_maker_key(const struct ho_key_maker *maker);
bool ho_key_is_zero(struct ho_key key);

// ---- take.c: takes as data

enum ho_result ho_take_copy(const struct ho_take *from, struct ho_take *to, struct ho_diag *diag) HO_MUST_CHECK;
// What held for the frames of `span` before is replaced; a span of no frames changes nothing.
enum ho_result ho_take_set(struct ho_take *take, struct ho_span span, struct ho_diag *diag) HO_MUST_CHECK;
// Sets and clears flags on what is there of the frames.
enum ho_result ho_take_flag(struct ho_take *take, struct ho_range frames, unsigned set, unsigned clear,
                            struct ho_diag *diag) HO_MUST_CHECK;

// ---- an object's file

// Opens or creates the file of this object for writing. If another process writes it: waits up to `wait_seconds`, then
// HO_ERROR_BUSY with the holder's process, host and since when. What the source is called today is noted.
enum ho_result ho_store_create(struct ho_bank *bank, const struct ho_source_info *source, const char *object,
                               double wait_seconds, struct ho_store **out, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_store_commit(struct ho_store *store, struct ho_diag *diag) HO_MUST_CHECK;

// Adds a step, which gets the next number (in `step->number`) and the time of now; not finished, without a take.
enum ho_result ho_store_add_step(struct ho_store *store, struct ho_step *step, struct ho_diag *diag) HO_MUST_CHECK;
// Takes a step away that nothing was made of.
enum ho_result ho_store_drop_step(struct ho_store *store, int64_t step, struct ho_diag *diag) HO_MUST_CHECK;
// Gives a step its take, replacing what it had, and notes how it stands.
enum ho_result ho_store_put_take(struct ho_store *store, int64_t step, const struct ho_take *take,
                                 struct ho_diag *diag) HO_MUST_CHECK;
// Adds to what tracking a step took, and says whether its take is whole.
enum ho_result ho_store_note_step(struct ho_store *store, int64_t step, bool is_finished, double seconds,
                                  int64_t n_tracked, struct ho_diag *diag) HO_MUST_CHECK;
// The pixels of a mask that was given, by what they hash to. Get: HO_END if there is none.
enum ho_result ho_store_put_mask(struct ho_store *store, struct ho_key key, const struct ho_matte *mask,
                                 struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_store_get_mask(struct ho_store *store, struct ho_key key, struct ho_matte *out,
                                 struct ho_diag *diag) HO_MUST_CHECK;

// Puts a matte (replacing one of the same frame and key). Compressed with zstd, with an XXH3 checksum of the raw matte.
// Durable after the next commit; commits happen by themselves at the first put a quarter of a second after the last.
enum ho_result ho_store_put(struct ho_store *store, const struct ho_frame_entry *entry, const struct ho_matte *matte,
                            struct ho_diag *diag) HO_MUST_CHECK;
// As ho_store_get(), of the matte of this key, whatever takes show it.
enum ho_result ho_store_get_key(struct ho_store *store, int64_t frame, struct ho_key key, struct ho_matte *out,
                                struct ho_frame_entry *entry, struct ho_diag *diag) HO_MUST_CHECK;
// All entries of a key in order of frames. `*out` is malloc'd.
enum ho_result ho_store_key_entries(struct ho_store *store, struct ho_key key, struct ho_range frames,
                                    struct ho_frame_entry **out, size_t *n, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_store_drop(struct ho_store *store, struct ho_range frames, struct ho_key key,
                             struct ho_diag *diag) HO_MUST_CHECK;
// HO_END: there is no such matte.
enum ho_result ho_store_set_flags(struct ho_store *store, int64_t frame, struct ho_key key, unsigned set,
                                  unsigned clear, struct ho_diag *diag) HO_MUST_CHECK;

// The tracker's memory after `frame` of the walk that `walk` names; replaces the earlier one of that walk, in the same
// commit as the frames before it. Of size 0: the walk ended there for good (a cut, the source's end). Get: HO_END if
// there is none; HO_ERROR_VERIFY if it is damaged.
enum ho_result ho_store_put_state(struct ho_store *store, struct ho_key walk, int64_t frame, const void *bytes,
                                  size_t size, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_store_get_state(struct ho_store *store, struct ho_key walk, int64_t *frame, void **bytes,
                                  size_t *size, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_store_drop_state(struct ho_store *store, struct ho_key walk, struct ho_diag *diag) HO_MUST_CHECK;

#endif
