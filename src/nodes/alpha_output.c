// SPDX-License-Identifier: BSD-2-Clause
// The key that becomes the clip's alpha on the timeline.
#include "nodes/nodes.h"

static int same(const struct ho_node_context *context, int output)
{
    (void)context;
    (void)output;
    return 0;
}

const struct ho_node alpha_output_node = {
    .type =
        {
            .name = "alpha_output",
            .label = "Alpha Output",
            .help = "the key that becomes the clip's alpha; connect it to the output's alpha",
            .pages = HO_PAGE_COLOR,
            .inputs = (const struct ho_port[]){{"key", HO_PORT_KEY, true, "the matte"}, {0}},
            .outputs = (const struct ho_port[]){{"key", HO_PORT_KEY, false, "the same matte"}, {0}},
            .parameters = (const struct ho_parameter[]){{0}},
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"mask\", \"type\": \"ellipse_mask\", "
                         "\"parameters\": {\"mask_width\": 96, \"mask_height\": 64}},"
                         " {\"id\": \"output\", \"type\": \"alpha_output\"}], \"links\": [\"mask.key -> output.key\"]}",
            .reference_hash = "940826e119d3052c",
        },
    .same = same,
};
