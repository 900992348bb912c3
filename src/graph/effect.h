// SPDX-License-Identifier: BSD-2-Clause
// What every Fusion tool has at the end of its tables: a mask input and how it is used. The evaluator does the work
// (effect.c).
//
// With mask m (inverted on request) and blend b, the output is in + (effect - in) * m * b, times m when Multiply by
// Mask is on: the cut-out patch.
#ifndef HO_GRAPH_EFFECT_H
#define HO_GRAPH_EFFECT_H

#include "graph/node.h"

#define HO_EFFECT_MASK                                                                          \
    {                                                                                           \
        "mask", HO_PORT_KEY, false, "where the tool works; all of the picture if not connected" \
    }
#define HO_EFFECT_PARAMETERS                                                                                           \
    {"blend", HO_PARAMETER_NUMBER, "share", 0, 1, 0, 1, {1}, NULL, NULL, "how much of the tool's result is mixed in"}, \
        {"mask_invert", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {0}, NULL, NULL, "works outside the mask instead"},      \
    {                                                                                                                  \
        "multiply_by_mask", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {0}, NULL, NULL,                                     \
            "cuts the result out along the mask: outside it is transparent"                                            \
    }

// out = before + (out - before) * key, both covering `out`; `key` NULL: `flat` everywhere. Keys of exactly 0 and 1 give
// exactly the one or the other.
void mix_tiles(const struct ho_tile *before, const struct ho_tile *key, float flat, struct ho_tile *out);

#endif
