// SPDX-License-Identifier: BSD-2-Clause
// What is said about an object: as text that the project keeps, as words for people, as copies.
#ifndef HO_SESSION_SAID_H
#define HO_SESSION_SAID_H

#include "holdout/project.h"
#include "session/internal.h"
#include "track/statement.h"

void said_clear(struct ho_said *said);    // frees what it owns: points and mask
enum ho_result said_copy(const struct ho_said *from, struct ho_said *to, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result said_format(const struct ho_said *said, struct ho_project_said *out,
                           struct ho_diag *diag) HO_MUST_CHECK;    // malloc'd
enum ho_result said_parse(const struct ho_project_said *kept, struct ho_said *out, struct ho_diag *diag) HO_MUST_CHECK;
void said_words(const struct ho_said *said, char *out, size_t size);
// What a step of the bank says, appended to a list.
enum ho_result said_of_statement(const struct ho_statement *statement, struct ho_said **list, size_t *n,
                                 struct ho_diag *diag) HO_MUST_CHECK;

#endif
