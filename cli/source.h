// SPDX-License-Identifier: BSD-2-Clause
// How a source is to be taken: the options that every command has which opens one.
#ifndef HOLDOUT_CLI_SOURCE_H
#define HOLDOUT_CLI_SOURCE_H

#include "command.h"

struct cli_source_options {
    struct ho_rational rate;    // {0, 0}: not given
    int64_t stream;             // 0: not given
    char path[4200];            // cli_source_name()'s
};
extern const struct cli_option cli_source_options[];

// The source as the library takes it: with the stream behind its name, where one is given. Valid as long as `options`.
char *cli_source_name(struct cli_source_options *options, char *path);
// Probes with what the bank remembers of earlier scans.
enum ho_result cli_probe_source(const struct cli_context *context, const struct cli_source_options *options,
                                const char *bank, const char *path, struct ho_source_info *out,
                                struct ho_diag *diag) HO_MUST_CHECK;

#endif
