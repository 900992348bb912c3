// SPDX-License-Identifier: BSD-2-Clause
// A plain colour or a gradient, of the size of the graph or its own.
#include "image/clones.h"
#include "nodes/generator.h"
#include "nodes/nodes.h"

enum { KIND, COLOUR, COLOUR_2, START, END, WIDTH, HEIGHT, MASK_INVERT };
static const char *const kinds[] = {"solid", "horizontal", "vertical", "two-point", NULL};

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    int width = (int)context->value[WIDTH].number[0], height = (int)context->value[HEIGHT].number[0];
    out->width = width ? width : context->host->width;
    out->height = height ? height : context->host->height;
    out->window = (struct ho_rect){0, 0, out->width, out->height};
    generator_domain(context, MASK_INVERT, out);
}

// How far along the gradient a pixel's middle lies (0..1 between its ends): across * x + down * y + start, in pixels.
struct gradient {
    double across, down, start;
};

static struct gradient make_gradient(const struct ho_node_context *context)
{
    const struct ho_value *v = context->value;
    double width = context->out[0].width, height = context->out[0].height, ax = v[START].number[0],
           ay = v[START].number[1];
    double dx = v[END].number[0] - ax, dy = v[END].number[1] - ay, length = dx * dx + dy * dy;
    switch ((int)v[KIND].number[0]) {
    case 1: return (struct gradient){1 / width, 0, 0};
    case 2: return (struct gradient){0, 1 / height, 0};
    default: break;
    }
    if (length == 0)
        return (struct gradient){0};
    return (struct gradient){dx / length / width, dy / length / height, -(ax * dx + ay * dy) / length};
}

HO_CLONES static void ramp(float from, float to, double across, double start, double first, float *restrict row, int n)
{
    for (int x = 0; x < n; x++) {
        float t = (float)(start + across * (first + x));
        t = t > 0 ? t : 0;
        t = t < 1 ? t : 1;
        row[x] = from + (to - from) * t;
    }
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)diag;
    const double *colour[2] = {context->value[COLOUR].number, context->value[COLOUR_2].number};
    bool solid = context->value[KIND].number[0] == 0;
    struct gradient g = solid ? (struct gradient){0} : make_gradient(context);
    int n = out->rect.x1 - out->rect.x0;
    for (int y = out->rect.y0; y < out->rect.y1; y++)
        for (int p = 0; p < 4; p++) {
            float *row = ho_tile_row(out, p, y), ends[2];    // premultiplied
            for (int i = 0; i < 2; i++)
                ends[i] = (float)colour[i][p] * (p < 3 ? (float)colour[i][3] : 1.0f);
            if (solid)
                for (int x = 0; x < n; x++)
                    row[x] = ends[0];
            else
                ramp(ends[0], ends[1], g.across, g.start + g.down * (y + 0.5), out->rect.x0 + 0.5, row, n);
        }
    generator_cut(context, MASK_INVERT, &in[0], out);
    return HO_OK;
}

static unsigned flags_now(const struct ho_node_context *context)
{
    return context->value[KIND].number[0] == 0 && !context->connected[0] ? HO_NODE_FLAT : 0;
}

const struct ho_node background_node = {
    .type =
        {
            .name = "background",
            .label = "Background",
            .help = "a plain colour or a gradient",
            .pages = HO_PAGE_FUSION,
            .inputs = HO_GENERATOR_INPUTS,
            .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "the colour"}, {0}},
            .parameters =
                (const struct ho_parameter[]){
                    {"kind",
                     HO_PARAMETER_CHOICE,
                     "",
                     0,
                     3,
                     0,
                     3,
                     {0},
                     NULL,
                     kinds,
                     "solid, or a gradient from colour to colour_2"},
                    {"colour",
                     HO_PARAMETER_COLOUR,
                     "",
                     -16,
                     16,
                     0,
                     1,
                     {0, 0, 0, 1},
                     NULL,
                     NULL,
                     "red, green, blue, alpha; not premultiplied"},
                    {"colour_2",
                     HO_PARAMETER_COLOUR,
                     "",
                     -16,
                     16,
                     0,
                     1,
                     {1, 1, 1, 1},
                     NULL,
                     NULL,
                     "the gradient's other end"},
                    {"start",
                     HO_PARAMETER_POINT,
                     "share",
                     -10,
                     10,
                     0,
                     1,
                     {0, 0},
                     NULL,
                     NULL,
                     "two-point: where colour is"},
                    {"end",
                     HO_PARAMETER_POINT,
                     "share",
                     -10,
                     10,
                     0,
                     1,
                     {1, 1},
                     NULL,
                     NULL,
                     "two-point: where colour_2 is"},
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
                     "0: that of the graph's main source"},
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
                     "0: that of the graph's main source"},
                    HO_GENERATOR_PARAMETERS,
                    {0},
                },
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"output\", \"type\": \"background\", "
                         "\"parameters\": {\"kind\": \"two-point\", \"width\": 96,"
                         " \"height\": 64, \"colour\": [1, 0.5, 0, 0.5]}}], \"links\": []}",
            .reference_hash = "b0d7033295f316ac",
        },
    .flags_now = flags_now,
    .domain = domain,
    .process = process,
};
