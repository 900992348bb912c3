// SPDX-License-Identifier: BSD-2-Clause
// The log: what was assumed, defaulted or worked around. The only global state of the library is its level and sink.
#ifndef HOLDOUT_LOG_H
#define HOLDOUT_LOG_H

#include "result.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ho_log_level { HO_LOG_QUIET, HO_LOG_ERROR, HO_LOG_WARNING, HO_LOG_INFO, HO_LOG_DEBUG };

// Receives each message (no newline at its end). Called under a lock, from any thread; must not log.
typedef void (*ho_log_sink)(void *opaque, enum ho_log_level level, const char *message);

// Default level: HO_LOG_WARNING; default sink: a line on stderr. Thread-safety: safe.
HO_API void ho_log_set_level(enum ho_log_level level);
HO_API enum ho_log_level ho_log_get_level(void);
HO_API void ho_log_set_sink(ho_log_sink sink, void *opaque);    // NULL: back to stderr
HO_API void ho_log(enum ho_log_level level, const char *format, ...) HO_PRINTF(2, 3);

#ifdef __cplusplus
}
#endif

#endif
