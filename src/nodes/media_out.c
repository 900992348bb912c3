// SPDX-License-Identifier: BSD-2-Clause
// What a Fusion graph gives: the picture that goes back to the timeline.
#include "nodes/nodes.h"

static int same(const struct ho_node_context *context, int output)
{
    (void)context;
    (void)output;
    return 0;
}

const struct ho_node media_out_node = {
    .type =
        {
            .name = "media_out",
            .label = "MediaOut",
            .help = "the result of the graph",
            .pages = HO_PAGE_FUSION,
            .inputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, true, "the picture to deliver"}, {0}},
            .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "the same picture"}, {0}},
            .parameters = (const struct ho_parameter[]){{0}},
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"picture\", \"type\": \"test_picture\"}, "
                         "{\"id\": \"output\", \"type\": \"media_out\"}],"
                         " \"links\": [\"picture.image -> output.image\"]}",
            .reference_hash = "3a479e6f731c9185",
        },
    .same = same,
};
