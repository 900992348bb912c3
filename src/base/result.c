// SPDX-License-Identifier: BSD-2-Clause
#include "holdout/result.h"

#include <stdarg.h>
#include <stdio.h>

#include "holdout/version.h"

// A name quoted in a message may hold anything: what would break the line or drive a terminal becomes a question mark.
static void keep_on_one_line(char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < ' ' || *text == '\x7f')
            *text = '?';
    }
}

enum ho_result ho_fail(struct ho_diag *diag, enum ho_result result, const char *format, ...)
{
    if (diag && diag->result == HO_OK) {
        diag->result = result;
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(diag->message, sizeof(diag->message), format, arguments);
        va_end(arguments);
        keep_on_one_line(diag->message);
    }
    return result;
}

static const struct {
    const char *name;
    int exit_code;
} results[] = {
    [HO_OK] = {"ok", 0},
    [HO_END] = {"end", 0},
    [HO_CANCELLED] = {"cancelled", 130},
    [HO_ERROR_USAGE] = {"usage", 2},
    [HO_ERROR_INPUT] = {"input", 3},
    [HO_ERROR_SPACE] = {"space", 4},
    [HO_ERROR_ENGINE] = {"engine", 5},
    [HO_ERROR_VERIFY] = {"verify", 6},
    [HO_ERROR_BUSY] = {"busy", 4},
    [HO_ERROR_MEMORY] = {"memory", 4},
};

const char *ho_result_name(enum ho_result result) { return results[result].name; }
int ho_result_exit_code(enum ho_result result) { return results[result].exit_code; }

const char *ho_version(void) { return HO_VERSION; }
