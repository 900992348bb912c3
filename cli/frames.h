// SPDX-License-Identifier: BSD-2-Clause
// Frames as a user writes them: 0-based numbers or timecode.
#ifndef HOLDOUT_CLI_FRAMES_H
#define HOLDOUT_CLI_FRAMES_H

#include "holdout/holdout.h"

// "12" or "01:00:04:10" (';' before the frames: drop-frame) as a frame of this source. `what` names the option for the
// sentence: "--click 10,20@12".
enum ho_result cli_frame_parse(const char *text, const struct ho_source_info *source, const char *what, int64_t *out,
                               struct ho_diag *diag) HO_MUST_CHECK;
// "IN-OUT", "IN-", "-OUT" or (where `single` is allowed) "F".
enum ho_result cli_range_parse(const char *text, const struct ho_source_info *source, const char *what, bool single,
                               struct ho_range *out, struct ho_diag *diag) HO_MUST_CHECK;
// The timecode of a frame, or "" where the source has none.
void cli_frame_timecode(const struct ho_source_info *source, int64_t frame, char out[HO_TIMECODE_SIZE]);

#endif
