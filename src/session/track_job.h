// SPDX-License-Identifier: BSD-2-Clause
#ifndef HO_SESSION_TRACK_JOB_H
#define HO_SESSION_TRACK_JOB_H

#include "session/internal.h"

struct track_wish {
    enum ho_direction direction;
    bool has_range, whole;
    struct ho_range range;    // source frames
};
// Tracks the object of that name ("": the selected one; "all") of the source that is looked at. `wait`: within the
// call; else a job.
enum ho_result track_start(struct call *call, const char *name, const struct track_wish *wish, bool wait,
                           struct ho_diag *diag) HO_MUST_CHECK;

#endif
