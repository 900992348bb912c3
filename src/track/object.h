// SPDX-License-Identifier: BSD-2-Clause
// One object of a run: its file, its history, and where in it the run stands.
#ifndef HO_TRACK_OBJECT_H
#define HO_TRACK_OBJECT_H

#include "track/context.h"
#include "track/statement.h"

#define HO_OBJECTS_MAX 64

struct ho_object {
    const struct ho_object_request *request;    // NULL: only known as a rival
    const char *name;
    char id[HO_ID_SIZE];
    struct ho_statement *statements;    // what is asked for
    size_t n_statements, n_found;       // how many there are, and how many of them the history has
    struct ho_store *store;             // for writing; the keeper's while it runs; NULL for a rival
    struct ho_store *view;              // the same for reading, always the calling thread's
    struct ho_step *steps;
    size_t n_steps;
    int64_t at;               // the step at which the run stands; 0: before the first
    struct ho_take take;      // of `at`
    struct ho_take before;    // what was shown when the run began
    bool is_ignored;          // in this round: where it claims what another was told to be
    bool is_extended;         // frames that were lacking have been asked for
    int64_t redone;           // the last step that was made again because mattes of it are lost
    int64_t n_tracked;        // frames of the range
};

// Takes request and statements; nothing is opened yet.
enum ho_result ho_object_prepare(const struct ho_context *context, const struct ho_object_request *request,
                                 struct ho_object *object, struct ho_diag *diag) HO_MUST_CHECK;
// Opens its file and finds what of the request the history has already.
enum ho_result ho_object_open(struct ho_context *context, struct ho_object *object, struct ho_diag *diag) HO_MUST_CHECK;
// Opens an object that is only known as a rival, by its id. HO_END: it is not in the bank any more.
enum ho_result ho_object_open_rival(struct ho_context *context, const char *id, struct ho_object *object,
                                    struct ho_diag *diag) HO_MUST_CHECK;
void ho_object_close(struct ho_object *object);    // in any state

enum ho_result ho_object_read_steps(struct ho_object *object, struct ho_diag *diag) HO_MUST_CHECK;
const struct ho_step *ho_object_step(const struct ho_object *object, int64_t number);    // NULL for 0
// Adds a step that says `statement` to the history; *number is its number.
enum ho_result ho_object_add_step(struct ho_context *context, struct ho_object *object,
                                  const struct ho_statement *statement, const char *const *rivals, size_t n_rivals,
                                  int64_t *number, struct ho_diag *diag) HO_MUST_CHECK;
// The run stands at this step from here on: reads its take, and shows it where `is_shown`.
enum ho_result ho_object_go_to(struct ho_object *object, int64_t step, bool is_shown,
                               struct ho_diag *diag) HO_MUST_CHECK;
// The steps whose takes stand on each other up to `step`, oldest first, without those that are muted and the mutings.
// `*out` is malloc'd.
enum ho_result ho_object_line(struct ho_object *object, int64_t step, int64_t **out, size_t *n,
                              struct ho_diag *diag) HO_MUST_CHECK;
// The ids of the rivals that the steps up to the present one name; texts in `*out` are malloc'd, as is the list.
enum ho_result ho_object_rivals(const struct ho_object *object, char ***out, size_t *n,
                                struct ho_diag *diag) HO_MUST_CHECK;

#endif
