// SPDX-License-Identifier: BSD-2-Clause
// Frames as a user writes and reads them: timecode, or numbers. A number is one rule's, never guessed at: of an image
// sequence it is the number in the file's name, of a movie it counts from 0, and --frames-from N says otherwise.
#ifndef HOLDOUT_CLI_FRAMES_H
#define HOLDOUT_CLI_FRAMES_H

#include "holdout/holdout.h"

// What --frames-from says; -1: nothing.
void cli_frames_from(int64_t number);
int64_t cli_frames_or(int64_t own);                               // that, or else `own`
int64_t cli_frames_first(const struct ho_source_info *source);    // number of frame 0
int64_t cli_frame_number(const struct ho_source_info *source, int64_t frame);
// What was said to the tracker, as its history has it in words ("2 clicks @11", "absent 40-60"), with numbers as here.
void cli_frames_words(int64_t first, const char *words, char *out, size_t size);

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
