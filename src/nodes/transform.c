// SPDX-License-Identifier: BSD-2-Clause
// Move, scale, turn and flip a picture on its own canvas, as Fusion's Transform does.
#include "graph/effect.h"
#include "nodes/nodes.h"
#include "nodes/resample.h"

enum { CENTRE, PIVOT, SIZE, ASPECT, ANGLE, FLIP_X, FLIP_Y, EDGES, FILTER };

static struct placement place(const struct ho_node_context *context)
{
    const struct ho_value *v = context->value;
    int width = context->in[0].width, height = context->in[0].height;
    return (struct placement){
        .centre = {v[CENTRE].number[0], v[CENTRE].number[1]},
        .pivot = {v[PIVOT].number[0], v[PIVOT].number[1]},
        .size_x = v[SIZE].number[0] * v[ASPECT].number[0],
        .size_y = v[SIZE].number[0],
        .angle = v[ANGLE].number[0],
        .flip_x = v[FLIP_X].number[0] != 0,
        .flip_y = v[FLIP_Y].number[0] != 0,
        .width = width,
        .height = height,
        .canvas_width = width,
        .canvas_height = height,
    };
}

static int same(const struct ho_node_context *context, int output)
{
    (void)output;
    struct placement placement = place(context);
    struct affine map = placement_inverse(&placement);
    return affine_is_identity(&map) ? 0 : -1;
}

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    struct placement placement = place(context);
    *out = context->in[0];
    out->window = context->value[EDGES].number[0] == EDGES_CANVAS ? placement_window(&placement, context->in[0].window)
                                                                  : (struct ho_rect){0, 0, out->width, out->height};
}

static void region(const struct ho_node_context *context, int output, int input, struct ho_rect out,
                   struct ho_rect *needed)
{
    (void)output;
    (void)input;
    struct placement placement = place(context);
    struct affine map = placement_inverse(&placement);
    *needed = context->value[EDGES].number[0] == EDGES_CANVAS ? affine_region(&map, out) : context->in[0].window;
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)diag;
    struct placement placement = place(context);
    struct affine map = placement_inverse(&placement);
    resample(&in[0], placement.width, placement.height, &map, (enum resample_filter)context->value[FILTER].number[0],
             (enum resample_edges)context->value[EDGES].number[0], out);
    return HO_OK;
}

const struct ho_node transform_node = {
    .type =
        {
            .name = "transform",
            .label = "Transform",
            .help = "moves, scales, turns and flips",
            .pages = HO_PAGE_FUSION,
            .inputs =
                (const struct ho_port[]){{"image", HO_PORT_IMAGE, true, "the picture to move"}, HO_EFFECT_MASK, {0}},
            .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "the moved picture"}, {0}},
            .parameters =
                (const struct ho_parameter[]){
                    {"centre",
                     HO_PARAMETER_POINT,
                     "share",
                     -10,
                     10,
                     0,
                     1,
                     {0.5, 0.5},
                     NULL,
                     NULL,
                     "where the middle of the picture comes to lie"},
                    {"pivot",
                     HO_PARAMETER_POINT,
                     "share",
                     -10,
                     10,
                     0,
                     1,
                     {0.5, 0.5},
                     NULL,
                     NULL,
                     "what stays in place while it turns and scales"},
                    {"size", HO_PARAMETER_NUMBER, "factor", 0, 100, 0, 5, {1}, NULL, NULL, "2 is twice as large"},
                    {"aspect",
                     HO_PARAMETER_NUMBER,
                     "factor",
                     0.01,
                     100,
                     0.1,
                     3,
                     {1},
                     NULL,
                     NULL,
                     "width against height"},
                    {"angle",
                     HO_PARAMETER_NUMBER,
                     "deg",
                     -36000,
                     36000,
                     -180,
                     180,
                     {0},
                     NULL,
                     NULL,
                     "counter-clockwise"},
                    {"flip_horizontally", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {0}, NULL, NULL, "left becomes right"},
                    {"flip_vertically", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {0}, NULL, NULL, "top becomes bottom"},
                    {"edges",
                     HO_PARAMETER_CHOICE,
                     "",
                     0,
                     3,
                     0,
                     3,
                     {0},
                     NULL,
                     resample_edges,
                     "what lies outside the picture: nothing, its border, itself again, itself mirrored"},
                    {"filter",
                     HO_PARAMETER_CHOICE,
                     "",
                     0,
                     2,
                     0,
                     2,
                     {FILTER_CUBIC},
                     NULL,
                     resample_filters,
                     "how pixels between pixels are read"},
                    HO_EFFECT_PARAMETERS,
                    {0},
                },
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"picture\", \"type\": \"test_picture\", "
                         "\"parameters\": {\"cut_out\": true}}, {\"id\": \"output\","
                         " \"type\": \"transform\", \"parameters\": {\"centre\": [0.6, 0.4], \"size\": 0.8, \"angle\": "
                         "30}}], \"links\": [\"picture.image -> output.image\"]}",
            .reference_hash = "b312a17652991a83",
        },
    .flags = HO_NODE_EFFECT | HO_NODE_AREA,
    .domain = domain,
    .region = region,
    .same = same,
    .process = process,
};
