// SPDX-License-Identifier: BSD-2-Clause
// A plain colour cut out along a key: white through a mask's key is a luma matte.
#include "nodes/nodes.h"

enum { COLOUR, WIDTH, HEIGHT };

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    int width = (int)context->value[WIDTH].number[0], height = (int)context->value[HEIGHT].number[0];
    if (context->connected[0]) {
        *out = context->in[0];
        if (out->outside != 0)
            out->window = (struct ho_rect){0, 0, out->width, out->height};
        return;
    }
    out->width = width ? width : context->host->width;
    out->height = height ? height : context->host->height;
    out->window = (struct ho_rect){0, 0, out->width, out->height};
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)diag;
    const double *colour = context->value[COLOUR].number;
    float outside = context->connected[0] ? context->in[0].outside : 1.0f;
    int n = out->rect.x1 - out->rect.x0;
    for (int y = out->rect.y0; y < out->rect.y1; y++) {
        const float *key = in[0].n_planes ? ho_tile_row(&in[0], 0, y) : NULL;
        for (int p = 0; p < 4; p++) {
            float *to = ho_tile_row(out, p, y), value = (float)(p == 3 ? colour[3] : colour[p] * colour[3]);
            for (int x = 0; x < n; x++)
                to[x] = value * (key ? key[x] : outside);
        }
    }
    return HO_OK;
}

static unsigned flags_now(const struct ho_node_context *context) { return context->connected[0] ? 0 : HO_NODE_FLAT; }

const struct ho_node color_generator_node = {
    .type =
        {
            .name = "color_generator",
            .label = "Color Generator",
            .help = "a plain colour, where the key is",
            .pages = HO_PAGE_COLOR,
            .inputs = (const struct ho_port[]){{"key", HO_PORT_KEY, false,
                                                "where the colour is; everywhere if not connected"},
                                               {0}},
            .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "the colour over nothing"}, {0}},
            .parameters =
                (const struct ho_parameter[]){
                    {"colour",
                     HO_PARAMETER_COLOUR,
                     "",
                     -16,
                     16,
                     0,
                     1,
                     {1, 1, 1, 1},
                     NULL,
                     NULL,
                     "red, green, blue, alpha; not premultiplied"},
                    {"width",
                     HO_PARAMETER_INTEGER,
                     "px",
                     0,
                     32768,
                     0,
                     3840,
                     {0},
                     NULL,
                     NULL,
                     "without a key; 0: that of the graph's main source"},
                    {"height",
                     HO_PARAMETER_INTEGER,
                     "px",
                     0,
                     32768,
                     0,
                     2160,
                     {0},
                     NULL,
                     NULL,
                     "without a key; 0: that of the graph's main source"},
                    {0},
                },
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"mask\", \"type\": \"ellipse_mask\", "
                         "\"parameters\": {\"mask_width\": 96, \"mask_height\": 64,"
                         " \"soft_edge\": 0.2}}, {\"id\": \"output\", \"type\": \"color_generator\", \"parameters\": "
                         "{\"colour\": [1, 0.5, 0, 0.8]}}],"
                         " \"links\": [\"mask.key -> output.key\"]}",
            .reference_hash = "04feab95d8cf9a03",
        },
    .flags_now = flags_now,
    .domain = domain,
    .process = process,
};
