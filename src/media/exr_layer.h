// SPDX-License-Identifier: BSD-2-Clause
// OpenEXR's pictures: a file holds one or more, as groups of channels ("beauty.R") or as parts.
#ifndef HO_MEDIA_EXR_LAYER_H
#define HO_MEDIA_EXR_LAYER_H

#include <openexr.h>

#include "holdout/source.h"

// One of them, that can be shown.
struct ho_exr_layer {
    char name[HO_NAME_SIZE];    // empty: the plain one
    int part;
    // Of red, green, blue and alpha; grey alone stands in all of the first three. Borrowed from the file; NULL: none.
    const char *channels[4];
    bool is_coverage;    // numbers, not light
};

// The layer of this name; NULL: the one without a name, or the only one. HO_ERROR_INPUT with a sentence that lists
// them. `path`: for the sentence.
enum ho_result ho_exr_choose(exr_const_context_t file, const char *path, const char *name, struct ho_exr_layer *out,
                             struct ho_diag *diag) HO_MUST_CHECK;

#endif
