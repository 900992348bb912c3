// SPDX-License-Identifier: BSD-2-Clause
// What reading and writing share of FFmpeg's manners: its log and its error texts.
#ifndef HO_MEDIA_LIBAV_H
#define HO_MEDIA_LIBAV_H

#include <libavutil/error.h>

#include "holdout/result.h"

// Sends FFmpeg's own messages to the log at level debug: what matters of them is said in a sentence by whoever called.
// Thread-safety: safe.
void ho_libav_init(void);
// FFmpeg's text for one of its error codes, in `text`, which it returns.
const char *ho_libav_error(int error, char text[AV_ERROR_MAX_STRING_SIZE]);

#endif
