// SPDX-License-Identifier: BSD-2-Clause
// Fusion's tools that make a picture from nothing have a mask too: the picture is there where it is. With nothing to
// change, there is no blend and no multiply.
#ifndef HO_NODES_GENERATOR_H
#define HO_NODES_GENERATOR_H

#include "graph/node.h"

#define HO_GENERATOR_INPUTS                                                                      \
    (const struct ho_port[])                                                                     \
    {                                                                                            \
        {"mask", HO_PORT_KEY, false, "where the picture is; everywhere if not connected"}, { 0 } \
    }
#define HO_GENERATOR_PARAMETERS                                                                          \
    {                                                                                                    \
        "mask_invert", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {0}, NULL, NULL, "outside the mask instead" \
    }

// Last in domain() and in process(), on what the node has put there. `invert`: index of mask_invert.
void generator_domain(const struct ho_node_context *context, int invert, struct ho_domain *out);
void generator_cut(const struct ho_node_context *context, int invert, const struct ho_tile *mask, struct ho_tile *out);

#endif
