// SPDX-License-Identifier: BSD-2-Clause
// Results and diagnostics: how every function of libholdout says what went wrong.
#ifndef HOLDOUT_RESULT_H
#define HOLDOUT_RESULT_H

#include <stdbool.h>

#if defined(__GNUC__)
#define HO_MUST_CHECK __attribute__((warn_unused_result))
#define HO_PRINTF(text, first) __attribute__((format(printf, text, first)))
#define HO_API __attribute__((visibility("default")))
#else
#define HO_MUST_CHECK
#define HO_PRINTF(text, first)
#define HO_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

// What became of a call. Values are stable; ho_result_exit_code() gives the program's exit code of each.
enum ho_result {
    HO_OK = 0,
    HO_END,             // the stream or range is over: not an error
    HO_CANCELLED,       // asked to stop, and stopped cleanly (exit code 130)
    HO_ERROR_USAGE,     // the request itself is wrong (2)
    HO_ERROR_INPUT,     // a file or its content is wrong, missing or unreadable (3)
    HO_ERROR_SPACE,     // no space, no permission, or would overwrite (4)
    HO_ERROR_ENGINE,    // weights missing or of another version, inference failed (5)
    HO_ERROR_VERIFY,    // a checksum or a finished file does not hold (6)
    HO_ERROR_BUSY,      // somebody else holds what is wanted; try again later (4)
    HO_ERROR_MEMORY,    // an allocation failed (4)
};

// One diagnostic: what, which file, which frame, what to do, in one sentence. The first message wins: a later failure
// on the way out does not replace the cause. Zero-initialise it. Thread-safety: unsafe (one a thread).
struct ho_diag {
    enum ho_result result;
    char message[1024];    // UTF-8, NUL-terminated, one line: control characters in quoted names become question marks
};

// Sets the message if none is set yet and returns `result`, so that failing reads `return ho_fail(diag, HO_ERROR_INPUT,
// "...")`. `diag` may be NULL. Thread-safety: safe for distinct diags.
HO_API enum ho_result ho_fail(struct ho_diag *diag, enum ho_result result, const char *format, ...) HO_PRINTF(3, 4);

// The name of a result ("input", "space", ...), for logs and JSON. Never NULL.
HO_API const char *ho_result_name(enum ho_result result);

// The program's exit code for a result: 0, 2, 3, 4, 5, 6 or 130.
HO_API int ho_result_exit_code(enum ho_result result);

// For use where nothing is held that must be released.
#define HO_TRY(expression)                        \
    do {                                          \
        enum ho_result try_result = (expression); \
        if (try_result != HO_OK)                  \
            return try_result;                    \
    } while (0)

#ifdef __cplusplus
}
#endif

#endif
