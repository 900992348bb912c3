// SPDX-License-Identifier: BSD-2-Clause
// Commands of a project for other subcommands than `project`.
#ifndef HOLDOUT_CLI_PROJECT_H
#define HOLDOUT_CLI_PROJECT_H

#include "command.h"

// A command and its words (as `holdout project FILE` takes them) on a project that is there, until what it starts is
// over; then, whatever came of it, `after` (may be NULL), whose reply is what is printed.
enum ho_result cli_project_do(struct cli_context *context, const char *file, const char *bank, char *const *words,
                              int n, const char *after, struct ho_diag *diag) HO_MUST_CHECK;

#endif
