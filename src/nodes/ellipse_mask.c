// SPDX-License-Identifier: BSD-2-Clause
// An ellipse as a matte.
#include "nodes/nodes.h"
#include "nodes/shape.h"

enum { FIRST = SHAPE_N_BOX };

static void make(const struct ho_node_context *context, int width, int height, struct shape *shape)
{
    shape->kind = SHAPE_ELLIPSE;
    shape_box(context, width, height, shape);
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

const struct ho_node ellipse_mask_node = {
    .type =
        {
            .name = "ellipse_mask",
            .label = "Ellipse",
            .help = "an ellipse as a matte",
            .pages = HO_PAGE_FUSION,
            .inputs = HO_SHAPE_INPUTS,
            .outputs = HO_SHAPE_OUTPUTS,
            .parameters =
                (const struct ho_parameter[]){
                    HO_SHAPE_BOX_PARAMETERS,
                    HO_SHAPE_PARAMETERS,
                    {0},
                },
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"output\", \"type\": \"ellipse_mask\", "
                         "\"parameters\": {\"mask_width\": 96, \"mask_height\": 64,"
                         " \"soft_edge\": 0.1, \"angle\": 20}}], \"links\": []}",
            .reference_hash = "19f6f62171b1b840",
        },
    .domain = domain,
    .process = process,
};
