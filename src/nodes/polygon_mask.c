// SPDX-License-Identifier: BSD-2-Clause
// A polygon as a matte.
#include "nodes/nodes.h"
#include "nodes/shape.h"

enum { POINTS, CENTRE, SIZE, ANGLE, FIRST };

static enum ho_result prepare(struct ho_node_context *context, uint64_t *identity, struct ho_diag *diag)
{
    (void)identity;
    return shape_prepare_polygon(context, POINTS, diag);
}

static void make(const struct ho_node_context *context, int width, int height, struct shape *shape)
{
    const struct ho_value *v = context->value;
    const struct shape_polygon *polygon = context->state;
    shape->kind = SHAPE_POLYGON;
    shape->x = v[CENTRE].number[0] * width;
    shape->y = v[CENTRE].number[1] * height;
    shape->angle = v[ANGLE].number[0];
    shape->points = polygon->points;
    shape->n_points = polygon->n_points;
    shape->scale_x = v[SIZE].number[0] * width;
    shape->scale_y = v[SIZE].number[0] * height;
}

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    shape_domain(context, FIRST, make, out);
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)diag;
    shape_process(context, FIRST, make, &in[0], out);
    return HO_OK;
}

const struct ho_node polygon_mask_node = {
    .type =
        {
            .name = "polygon_mask",
            .label = "Polygon",
            .help = "a polygon as a matte",
            .pages = HO_PAGE_FUSION,
            .inputs = HO_SHAPE_INPUTS,
            .outputs = HO_SHAPE_OUTPUTS,
            .parameters =
                (const struct ho_parameter[]){
                    {"points",
                     HO_PARAMETER_POINTS,
                     "share",
                     0,
                     0,
                     0,
                     0,
                     {0},
                     "0.25,0.25 0.75,0.25 0.5,0.75",
                     NULL,
                     "corners in order, as \"x,y x,y ...\", shares of the frame"},
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
                     "where the middle of the frame in which it was drawn comes to lie"},
                    {"size",
                     HO_PARAMETER_NUMBER,
                     "factor",
                     0,
                     100,
                     0,
                     5,
                     {1},
                     NULL,
                     NULL,
                     "of the shape, about that middle"},
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
                    HO_SHAPE_PARAMETERS,
                    {0},
                },
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"output\", \"type\": \"polygon_mask\", "
                         "\"parameters\": {\"mask_width\": 96, \"mask_height\": 64,"
                         " \"soft_edge\": 0.1, \"angle\": 20}}], \"links\": []}",
            .reference_hash = "e0bbcaa7933e0ad6",
        },
    .open = shape_open_polygon,
    .close = shape_close_polygon,
    .prepare = prepare,
    .domain = domain,
    .process = process,
};
