// SPDX-License-Identifier: BSD-2-Clause
// The Color page's power window: one shape as a key for the nodes after it.
#include "nodes/nodes.h"
#include "nodes/shape.h"

enum { KIND, CENTRE, SIZE, ASPECT, ANGLE, POINTS, FIRST };
static const char *const kinds[] = {"circle", "linear", "polygon", "gradient", NULL};

static enum ho_result prepare(struct ho_node_context *context, uint64_t *identity, struct ho_diag *diag)
{
    (void)identity;
    return shape_prepare_polygon(context, POINTS, diag);
}

static void make(const struct ho_node_context *context, int width, int height, struct shape *shape)
{
    static const enum shape_kind kind_of[] = {SHAPE_ELLIPSE, SHAPE_RECTANGLE, SHAPE_POLYGON, SHAPE_GRADIENT};
    const struct ho_value *v = context->value;
    const struct shape_polygon *polygon = context->state;
    double size = v[SIZE].number[0], aspect = v[ASPECT].number[0];
    shape->kind = kind_of[(int)v[KIND].number[0]];
    shape->x = v[CENTRE].number[0] * width;
    shape->y = v[CENTRE].number[1] * height;
    shape->half_height = size * height * 0.5;
    shape->half_width = shape->half_height * aspect;
    shape->angle = v[ANGLE].number[0];
    if (shape->kind != SHAPE_POLYGON)
        return;
    shape->points = polygon->points;
    shape->n_points = polygon->n_points;
    shape->scale_x = size * width * aspect;
    shape->scale_y = size * height;
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

const struct ho_node window_node = {
    .type =
        {
            .name = "window",
            .label = "Window",
            .help = "a power window: circle, linear (a box), polygon or gradient as a key",
            .pages = HO_PAGE_COLOR,
            .inputs = HO_SHAPE_INPUTS,
            .outputs = HO_SHAPE_OUTPUTS,
            .parameters =
                (const struct ho_parameter[]){
                    {"kind", HO_PARAMETER_CHOICE, "", 0, 3, 0, 3, {0}, NULL, kinds, "shape of the window"},
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
                     "middle of the window"},
                    {"size",
                     HO_PARAMETER_NUMBER,
                     "share",
                     0,
                     10,
                     0,
                     2,
                     {0.5},
                     NULL,
                     NULL,
                     "height as share of the frame's; a gradient's length; a polygon's factor"},
                    {"aspect",
                     HO_PARAMETER_NUMBER,
                     "factor",
                     0.01,
                     100,
                     0.1,
                     4,
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
                     "corners of a polygon, as \"x,y x,y ...\", shares of the frame"},
                    HO_SHAPE_PARAMETERS,
                    {0},
                },
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"output\", \"type\": \"window\", "
                         "\"parameters\": {\"mask_width\": 96, \"mask_height\": 64,"
                         " \"kind\": \"gradient\", \"angle\": 30}}], \"links\": []}",
            .reference_hash = "84c462c035c256b7",
        },
    .open = shape_open_polygon,
    .close = shape_close_polygon,
    .prepare = prepare,
    .domain = domain,
    .process = process,
};
