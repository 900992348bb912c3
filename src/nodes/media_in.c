// SPDX-License-Identifier: BSD-2-Clause
// Footage in a Fusion graph.
#include "nodes/media_source.h"
#include "nodes/nodes.h"

const struct ho_node media_in_node = {
    .type =
        {
            .name = "media_in",
            .label = "MediaIn",
            .help = "footage: a movie or an image sequence",
            .pages = HO_PAGE_FUSION,
            .inputs = (const struct ho_port[]){{0}},
            .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "the frame"}, {0}},
            .parameters = (const struct ho_parameter[]){HO_MEDIA_PARAMETERS, {0}},
            .reference = NULL,    // needs a file: tests/unit/media_nodes.c makes one
        },
    .flags = HO_NODE_WHOLE | HO_NODE_TIME,
    .flags_now = media_source_flags,
    .by_identity = MEDIA_BY_IDENTITY,
    .open = media_source_open,
    .close = media_source_close,
    .prepare = media_source_prepare,
    .next = media_source_next,
    .domain = media_source_domain,
    .process = media_source_process,
    .frame = media_source_frame,
    .give = media_source_give,
    .contents = media_source_contents,
    .footage = media_source_info,
    .source = media_source_info,
};
