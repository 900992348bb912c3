// SPDX-License-Identifier: BSD-2-Clause
// A rectangle as a matte.
#include "nodes/nodes.h"
#include "nodes/shape.h"

enum { CORNER = SHAPE_N_BOX, FIRST };

static void make(const struct ho_node_context *context, int width, int height, struct shape *shape)
{
    shape->kind = SHAPE_RECTANGLE;
    shape_box(context, width, height, shape);
    shape->corner = context->value[CORNER].number[0] * (width < height ? width : height) * 0.5;
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

const struct ho_node rectangle_mask_node = {
    .type =
        {
            .name = "rectangle_mask",
            .label = "Rectangle",
            .help = "a rectangle as a matte",
            .pages = HO_PAGE_FUSION,
            .inputs = HO_SHAPE_INPUTS,
            .outputs = HO_SHAPE_OUTPUTS,
            .parameters =
                (const struct ho_parameter[]){
                    HO_SHAPE_BOX_PARAMETERS,
                    {"corner_radius",
                     HO_PARAMETER_NUMBER,
                     "share",
                     0,
                     1,
                     0,
                     1,
                     {0},
                     NULL,
                     NULL,
                     "roundness of the corners, as share of half the frame's shorter side"},
                    HO_SHAPE_PARAMETERS,
                    {0},
                },
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"output\", \"type\": \"rectangle_mask\", "
                         "\"parameters\": {\"mask_width\": 96, \"mask_height\": 64,"
                         " \"soft_edge\": 0.1, \"angle\": 20, \"corner_radius\": 0.2}}], \"links\": []}",
            .reference_hash = "2a2b99e887449e14",
        },
    .domain = domain,
    .process = process,
};
