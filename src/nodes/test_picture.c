// SPDX-License-Identifier: BSD-2-Clause
// A picture made of nothing: ramps, a soft disc in the alpha, stripes. What reference graphs start from, and something
// to try a graph on before there is footage.
#include <math.h>

#include "nodes/nodes.h"

enum { WIDTH, HEIGHT, ALPHA, SQUARES };

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    int width = (int)context->value[WIDTH].number[0], height = (int)context->value[HEIGHT].number[0];
    *out = (struct ho_domain){.width = width, .height = height, .window = {0, 0, width, height}};
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)in;
    (void)diag;
    int width = context->out[0].width, height = context->out[0].height;
    bool cut_out = context->value[ALPHA].number[0] != 0;
    float square = (float)(8 * context->host->scale), soft = (float)height / 8;
    bool plain = context->value[SQUARES].number[0] == 0;
    float radius = 0.4f * (float)(width < height ? width : height);
    for (int y = out->rect.y0; y < out->rect.y1; y++) {
        float *r = ho_tile_row(out, 0, y), *g = ho_tile_row(out, 1, y), *b = ho_tile_row(out, 2, y),
              *a = ho_tile_row(out, 3, y);
        for (int x = out->rect.x0; x < out->rect.x1; x++) {
            int i = x - out->rect.x0;
            float dx = (float)x + 0.5f - 0.5f * (float)width, dy = (float)y + 0.5f - 0.5f * (float)height;
            float alpha = (radius - sqrtf(dx * dx + dy * dy)) / soft + 0.5f;
            alpha = !cut_out ? 1.0f : alpha < 0 ? 0 : alpha > 1 ? 1 : alpha;
            r[i] = alpha * ((float)x + 0.5f) / (float)width;
            g[i] = alpha * ((float)y + 0.5f) / (float)height;
            int squares = (int)((float)x / square) + (int)((float)y / square);
            b[i] = alpha * (plain ? 0.5f : (float)(squares & 1));
            a[i] = alpha;
        }
    }
    return HO_OK;
}

const struct ho_node test_picture_node = {
    .type =
        {
            .name = "test_picture",
            .label = "Test Picture",
            .help = "ramps and a checkerboard, to try a graph on",
            .pages = HO_PAGE_COLOR | HO_PAGE_FUSION,
            .inputs = (const struct ho_port[]){{0}},
            .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false,
                                                 "red to the right, green downwards, blue in squares"},
                                                {0}},
            .parameters =
                (const struct ho_parameter[]){
                    {"width", HO_PARAMETER_INTEGER, "px", 1, 32768, 16, 3840, {96}, NULL, NULL, "width of the picture"},
                    {"height",
                     HO_PARAMETER_INTEGER,
                     "px",
                     1,
                     32768,
                     16,
                     2160,
                     {64},
                     NULL,
                     NULL,
                     "height of the picture"},
                    {"cut_out",
                     HO_PARAMETER_BOOLEAN,
                     "",
                     0,
                     1,
                     0,
                     1,
                     {0},
                     NULL,
                     NULL,
                     "a soft disc in place of the whole frame"},
                    {"squares", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {1}, NULL, NULL, "blue in squares; else even"},
                    {0},
                },
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"output\", \"type\": \"test_picture\", "
                         "\"parameters\": {\"cut_out\": true}}], \"links\": []}",
            .reference_hash = "495726ac1852bcd4",
        },
    .domain = domain,
    .process = process,
};
