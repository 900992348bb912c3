// SPDX-License-Identifier: BSD-2-Clause
// What a Color graph gives to the timeline: the picture and, if an alpha output is connected, the alpha in place of the picture's own.
#include "nodes/nodes.h"
#include "graph/rects.h"

enum { IMAGE, ALPHA };

static int same(const struct ho_node_context *context, int output)
{
    (void)output;
    return context->connected[ALPHA] ? -1 : IMAGE;
}

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    *out = context->in[IMAGE];
    if (context->in[ALPHA].outside == 0)
        out->window = rect_and(context->in[IMAGE].window, context->in[ALPHA].window);
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX], struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)diag;
    float outside = context->in[ALPHA].outside;
    for (int y = out->rect.y0; y < out->rect.y1; y++) {
        const float *key = in[ALPHA].n_planes ? ho_tile_row(&in[ALPHA], 0, y) : NULL, *alpha = in[IMAGE].n_planes ? ho_tile_row(&in[IMAGE], 3, y) : NULL;
        int n = out->rect.x1 - out->rect.x0;
        for (int p = 0; p < 4; p++) {
            float *to = ho_tile_row(out, p, y);
            const float *from = alpha ? ho_tile_row(&in[IMAGE], p, y) : NULL;
            for (int x = 0; x < n; x++) {
                float k = key ? key[x] : outside;
                // The straight colour stays; only how much of it is there changes.
                to[x] = p == 3 ? k : !from || alpha[x] == 0 ? 0 : alpha[x] == 1 ? from[x] * k : from[x] / alpha[x] * k;
            }
        }
    }
    return HO_OK;
}

const struct ho_node output_node = {
    .type = {
        .name = "output", .label = "Output", .help = "the result of a Color graph", .pages = HO_PAGE_COLOR,
        .inputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, true, "the picture to deliver"}, {"alpha", HO_PORT_KEY, false, "its alpha; the picture's own if not connected"}, {0}},
        .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "both together"}, {0}},
        .parameters = (const struct ho_parameter[]){{0}},
        .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"picture\", \"type\": \"test_picture\"}, {\"id\": \"mask\", \"type\": \"ellipse_mask\", \"parameters\":"
                     " {\"mask_width\": 96, \"mask_height\": 64, \"soft_edge\": 0.2}}, {\"id\": \"output\", \"type\": \"output\"}],"
                     " \"links\": [\"picture.image -> output.image\", \"mask.key -> output.alpha\"]}",
        .reference_hash = "b4a761b5b503bad5",
    },
    .domain = domain,
    .same = same,
    .process = process,
};
