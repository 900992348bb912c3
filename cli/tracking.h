// SPDX-License-Identifier: BSD-2-Clause
// Tracking as the subcommands track and roto share it: options, the run, what is said about it.
#ifndef HOLDOUT_CLI_TRACKING_H
#define HOLDOUT_CLI_TRACKING_H

#include "prompts.h"
#include "source.h"

struct cli_track_options {
    struct cli_source_options source;    // bound for itself
    const char *engine, *model, *bank, *range;
    enum ho_quality quality;
    enum ho_direction direction;
    float wait;
    bool whole, add;    // add: what is said comes to what was said before
};
extern const struct cli_option cli_track_options[];
extern const struct cli_option cli_bank_options[];    // --bank alone; bind at a const char *
void cli_track_defaults(struct cli_track_options *options);

// A tracking that is prepared (source probed, prompts resolved), then run.
struct cli_tracking {
    struct ho_source_info source;
    struct ho_range range;
    struct cli_requests requests;
    struct ho_track_report report;
    double seconds;    // of the run
};
enum ho_result cli_tracking_prepare(struct cli_context *context, const struct cli_track_options *options,
                                    struct cli_objects *objects, const char *source, struct cli_tracking *out,
                                    struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result cli_tracking_run(struct cli_context *context, const struct cli_track_options *options,
                                struct cli_tracking *tracking, struct ho_diag *diag) HO_MUST_CHECK;
void cli_tracking_clear(struct cli_tracking *tracking);

void cli_tracking_print(const struct cli_tracking *tracking);    // for people, on stdout
json_t *cli_tracking_json(const struct cli_tracking *tracking);
json_t *cli_source_json(const struct ho_source_info *source);

#endif
