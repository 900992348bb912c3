// SPDX-License-Identifier: BSD-2-Clause
// An ellipse as a matte.
#include "nodes/nodes.h"
#include "nodes/shape.h"

enum { CENTRE, WIDTH, HEIGHT, ANGLE, FIRST };

static void make(const struct ho_node_context *context, int width, int height, struct shape *shape)
{
    const struct ho_value *v = context->value;
    shape->kind = SHAPE_ELLIPSE;
    shape->x = v[CENTRE].number[0] * width;
    shape->y = v[CENTRE].number[1] * height;
    shape->half_width = v[WIDTH].number[0] * width * 0.5;
    shape->half_height = v[HEIGHT].number[0] * height * 0.5;
    shape->angle = v[ANGLE].number[0];
}

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    shape_domain(context, FIRST, make, out);
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX], struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)diag;
    shape_process(context, FIRST, make, &in[0], out);
    return HO_OK;
}

const struct ho_node ellipse_mask_node = {
    .type = {
        .name = "ellipse_mask", .label = "Ellipse", .help = "an ellipse as a matte", .pages = HO_PAGE_FUSION,
        .inputs = HO_SHAPE_INPUTS,
        .outputs = HO_SHAPE_OUTPUTS,
        .parameters = (const struct ho_parameter[]){
            {"centre", HO_PARAMETER_POINT, "share", -10, 10, 0, 1, {0.5, 0.5}, NULL, NULL, "middle of the shape"},
            {"width", HO_PARAMETER_NUMBER, "share", 0, 10, 0, 1, {0.5}, NULL, NULL, "of the shape, as share of the frame's width"},
            {"height", HO_PARAMETER_NUMBER, "share", 0, 10, 0, 1, {0.5}, NULL, NULL, "of the shape, as share of the frame's height"},
            {"angle", HO_PARAMETER_NUMBER, "deg", -36000, 36000, -180, 180, {0}, NULL, NULL, "counter-clockwise"},
            HO_SHAPE_PARAMETERS,
            {0},
        },
        .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"output\", \"type\": \"ellipse_mask\", \"parameters\": {\"mask_width\": 96, \"mask_height\": 64,"
                     " \"soft_edge\": 0.1, \"angle\": 20}}], \"links\": []}",
        .reference_hash = "19f6f62171b1b840",
    },
    .domain = domain,
    .process = process,
};
