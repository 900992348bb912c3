// SPDX-License-Identifier: BSD-2-Clause
// The embedded model's files: where they lie, whether they are whole, their bytes.
#ifndef HO_ENGINE_WEIGHTS_H
#define HO_ENGINE_WEIGHTS_H

#include <stddef.h>

#include "holdout/result.h"

enum ho_stage { HO_STAGE_ENCODE, HO_STAGE_MEMORIZE, HO_STAGE_DECODE, HO_STAGE_CLICK, HO_N_STAGES };

struct ho_weights {
    char folder[4096];
    char hash[65];    // SHA-256 over the files' own hashes in the order of their names, hexadecimal
    struct ho_weights_stage {
        void *xml, *bin;    // owned
        size_t xml_size, bin_size;
    } stage[HO_N_STAGES];
};

const char *ho_stage_name(enum ho_stage stage);

// `model` NULL: looks in $HOLDOUT_MODELS, in share/holdout/models beside the library and the program, and in models/ of
// the source tree they were built in. A given folder must be the model's own (holding manifest.json) or one that holds
// it as embedded/. Errors: HO_ERROR_ENGINE with the file and what to do: missing, of another version, or its SHA-256
// does not fit the manifest.
enum ho_result ho_weights_load(const char *model, struct ho_weights *out, struct ho_diag *diag) HO_MUST_CHECK;
void ho_weights_clear(struct ho_weights *weights);

#endif
