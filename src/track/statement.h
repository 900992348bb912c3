// SPDX-License-Identifier: BSD-2-Clause
// What one step says: prompts on a frame, an absence, a lock, or that an earlier step does not count.
#ifndef HO_TRACK_STATEMENT_H
#define HO_TRACK_STATEMENT_H

#include "bank/store.h"
#include "holdout/track.h"

struct ho_statement {
    enum ho_said_kind kind;
    struct ho_prompt
        *prompts;        // PROMPT: all of `frame`, in the order in which they were given, each once; owned with
    size_t n_prompts;    // their points and masks
    int64_t frame;
    struct ho_range frames;    // ABSENT, LOCK
    int64_t step;              // MUTE
    struct ho_key key;         // of all that
};

// Checks what was said and puts it into statements: prompts that follow each other on one frame are one. Frames outside
// the source are cut off absences and locks.
enum ho_result ho_statements_create(const struct ho_said *said, size_t n, const struct ho_source_info *source,
                                    struct ho_statement **out, size_t *n_out, struct ho_diag *diag) HO_MUST_CHECK;
void ho_statements_free(struct ho_statement **statements, size_t n);
// One statement of prompts that are all on one frame.
enum ho_result ho_statement_of_prompts(const struct ho_prompt *prompts, size_t n, const struct ho_source_info *source,
                                       struct ho_statement *out, struct ho_diag *diag) HO_MUST_CHECK;
void ho_statement_clear(struct ho_statement *statement);

// Do the prompts say everything about their frame (a mask, a box), or do they correct what is there?
bool ho_statement_says_all(const struct ho_statement *statement);

// As the history keeps it, with short words for people, and back; masks are kept in the store. `rivals`: ids of the
// other objects of the run. malloc'd.
enum ho_result ho_statement_format(const struct ho_statement *statement, const char *const *rivals, size_t n_rivals,
                                   struct ho_store *store, char **out, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_statement_parse(const char *text, struct ho_store *store, struct ho_statement *out,
                                  struct ho_diag *diag) HO_MUST_CHECK;
const char *ho_prompt_kind_name(enum ho_prompt_kind kind);

// prompts.c: the sentence that is due where one of the prompts, or two of them together, can't be
enum ho_result ho_prompts_check(const struct ho_prompt *prompts, size_t n, const struct ho_source_info *source,
                                struct ho_diag *diag) HO_MUST_CHECK;
// Own copies, what was said twice once. `*out` and what it holds are the caller's.
enum ho_result ho_prompts_copy(const struct ho_prompt *prompts, size_t n, const struct ho_source_info *source,
                               struct ho_prompt **out, size_t *n_out, struct ho_diag *diag) HO_MUST_CHECK;
void ho_prompts_free(struct ho_prompt **prompts, size_t n);
void ho_prompt_hash(struct ho_key_maker *maker, const struct ho_prompt *prompt);
enum ho_result ho_mask_key(const struct ho_matte *mask, struct ho_key *out, struct ho_diag *diag) HO_MUST_CHECK;

#endif
