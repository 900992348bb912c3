// SPDX-License-Identifier: BSD-2-Clause
#include "engine/engines.h"

#include <stdio.h>
#include <string.h>

static const struct ho_engine *const engines[] = {
#ifdef HO_HAS_EMBEDDED
    &ho_engine_embedded,
#endif
    &ho_engine_stub, NULL};
static const char *const quality_names[] = {[HO_QUALITY_FASTER] = "faster", [HO_QUALITY_BETTER] = "better"};

const struct ho_engine *const *ho_engines(void) { return engines; }

enum ho_result ho_engine_find(const char *name, const struct ho_engine **out, struct ho_diag *diag)
{
    char names[256] = "";
    for (int i = 0; engines[i]; i++) {
        if (strcmp(engines[i]->name, name) == 0) {
            *out = engines[i];
            return HO_OK;
        }
        size_t length = strlen(names);
        snprintf(names + length, sizeof names - length, "%s%s", i ? ", " : "", engines[i]->name);
    }
    return ho_fail(diag, HO_ERROR_USAGE, "there is no engine '%s'; those that exist: %s", name, names);
}

const char *ho_quality_name(enum ho_quality quality) { return quality_names[quality]; }

enum ho_result ho_quality_parse(const char *text, enum ho_quality *out, struct ho_diag *diag)
{
    for (int i = 0; i < 2; i++)
        if (strcmp(quality_names[i], text) == 0) {
            *out = (enum ho_quality)i;
            return HO_OK;
        }
    return ho_fail(diag, HO_ERROR_USAGE, "there is no quality '%s'; those that exist: faster, better", text);
}
