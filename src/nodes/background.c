// SPDX-License-Identifier: BSD-2-Clause
// A plain colour or a gradient, of the size of the graph or its own.
#include "graph/effect.h"
#include "nodes/nodes.h"

enum { KIND, COLOUR, COLOUR_2, START, END, WIDTH, HEIGHT };
static const char *const kinds[] = {"solid", "horizontal", "vertical", "two-point", NULL};

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    int width = (int)context->value[WIDTH].number[0], height = (int)context->value[HEIGHT].number[0];
    out->width = width ? width : context->host->width;
    out->height = height ? height : context->host->height;
    out->window = (struct ho_rect){0, 0, out->width, out->height};
}

// Where along the gradient a pixel lies, 0..1.
static float place(const struct ho_node_context *context, int x, int y)
{
    const struct ho_value *v = context->value;
    float u = ((float)x + 0.5f) / (float)context->out[0].width, w = ((float)y + 0.5f) / (float)context->out[0].height;
    float t = 0;
    switch ((int)v[KIND].number[0]) {
    case 0: return 0;
    case 1: t = u; break;
    case 2: t = w; break;
    default: {
        float ax = (float)v[START].number[0], ay = (float)v[START].number[1], dx = (float)v[END].number[0] - ax, dy = (float)v[END].number[1] - ay;
        float length = dx * dx + dy * dy;
        t = length > 0 ? ((u - ax) * dx + (w - ay) * dy) / length : 0;
    }
    }
    return t < 0 ? 0 : t > 1 ? 1 : t;
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX], struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)in;
    (void)diag;
    float a[4], b[4];
    for (int p = 0; p < 4; p++) {       // premultiplied
        a[p] = (float)context->value[COLOUR].number[p] * (p < 3 ? (float)context->value[COLOUR].number[3] : 1.0f);
        b[p] = (float)context->value[COLOUR_2].number[p] * (p < 3 ? (float)context->value[COLOUR_2].number[3] : 1.0f);
    }
    bool solid = context->value[KIND].number[0] == 0;
    for (int y = out->rect.y0; y < out->rect.y1; y++)
        for (int p = 0; p < 4; p++) {
            float *row = ho_tile_row(out, p, y);
            int n = out->rect.x1 - out->rect.x0;
            if (solid)
                for (int x = 0; x < n; x++)
                    row[x] = a[p];
            else
                for (int x = 0; x < n; x++)
                    row[x] = a[p] + (b[p] - a[p]) * place(context, out->rect.x0 + x, y);
        }
    return HO_OK;
}

static unsigned flags_now(const struct ho_node_context *context) { return context->value[KIND].number[0] == 0 ? HO_NODE_FLAT : 0; }

const struct ho_node background_node = {
    .type = {
        .name = "background", .label = "Background", .help = "a plain colour or a gradient", .pages = HO_PAGE_FUSION,
        .inputs = (const struct ho_port[]){{0}},
        .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "the colour"}, {0}},
        .parameters = (const struct ho_parameter[]){
            {"kind", HO_PARAMETER_CHOICE, "", 0, 3, 0, 3, {0}, NULL, kinds, "solid, or a gradient from colour to colour_2"},
            {"colour", HO_PARAMETER_COLOUR, "", -16, 16, 0, 1, {0, 0, 0, 1}, NULL, NULL, "red, green, blue, alpha; not premultiplied"},
            {"colour_2", HO_PARAMETER_COLOUR, "", -16, 16, 0, 1, {1, 1, 1, 1}, NULL, NULL, "the gradient's other end"},
            {"start", HO_PARAMETER_POINT, "share", -10, 10, 0, 1, {0, 0}, NULL, NULL, "two-point: where colour is"},
            {"end", HO_PARAMETER_POINT, "share", -10, 10, 0, 1, {1, 1}, NULL, NULL, "two-point: where colour_2 is"},
            {"width", HO_PARAMETER_INTEGER, "px", 0, 32768, 0, 3840, {0}, NULL, NULL, "0: that of the graph's main source"},
            {"height", HO_PARAMETER_INTEGER, "px", 0, 32768, 0, 2160, {0}, NULL, NULL, "0: that of the graph's main source"},
            {0},
        },
        .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"output\", \"type\": \"background\", \"parameters\": {\"kind\": \"two-point\", \"width\": 96,"
                     " \"height\": 64, \"colour\": [1, 0.5, 0, 0.5]}}], \"links\": []}",
        .reference_hash = "b0d7033295f316ac",
    },
    .flags_now = flags_now,
    .domain = domain,
    .process = process,
};
