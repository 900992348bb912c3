// SPDX-License-Identifier: BSD-2-Clause
// Writing a matte as the subcommands roto and matte share it.
#ifndef HOLDOUT_CLI_DELIVERY_H
#define HOLDOUT_CLI_DELIVERY_H

#include "command.h"

struct cli_delivery_options {
    const char *output;
    enum ho_codec codec;
    bool overwrite, source_cadence, clean_edges, premultiplied;
    enum ho_view view;
    int64_t start_frame;    // -1: not given
    struct ho_finesse finesse;
};
extern const struct cli_option cli_delivery_options[];
const struct cli_option *cli_finesse_options(void);    // from the library's table; bind at `finesse`
void cli_delivery_defaults(struct cli_delivery_options *options);

// The library's request for these options: borrows from them. The codec is chosen by the output's extension where none
// was given.
enum ho_result cli_delivery_request(const struct cli_context *context, const struct cli_delivery_options *options,
                                    struct ho_deliver_request *out, struct ho_diag *diag) HO_MUST_CHECK;
void cli_delivery_print(const struct ho_deliver_report *report);
json_t *cli_delivery_json(const struct ho_deliver_report *report);

#endif
