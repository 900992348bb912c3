// SPDX-License-Identifier: BSD-2-Clause
// What is told while the work goes on: one rewritten line on a terminal, a plain line every few seconds otherwise.
#ifndef HOLDOUT_CLI_PROGRESS_H
#define HOLDOUT_CLI_PROGRESS_H

#include "holdout/holdout.h"

void cli_progress_start(bool off);
void cli_progress_clear(void);    // wipes the rewritten line: call it before anything else is printed

// Callbacks for the library; opaque is what is being worked on ("ride.mov").
void cli_progress_track(void *opaque, const struct ho_track_progress *progress);
void cli_progress_deliver(void *opaque, const struct ho_deliver_progress *progress);
void cli_progress_count(const char *verb, int64_t n_done,
                        int64_t n_total);    // anything else that is counted in frames

#endif
