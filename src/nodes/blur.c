// SPDX-License-Identifier: BSD-2-Clause
// Blur of a picture, channel by channel; premultiplied, so that colour does not bleed out of what is cut away.
#include "graph/effect.h"
#include "graph/rects.h"
#include "nodes/gauss.h"
#include "nodes/nodes.h"

enum { FILTER, SIZE, LOCK, SIZE_Y, RED, EDGES = RED + 4 };
enum { AUTOMATIC, DUPLICATE, CANVAS };
static const char *const edges[] = {"automatic", "duplicate", "canvas", NULL};
static const char *const filters[] = {"gaussian", "box", NULL};

static void sigmas(const struct ho_node_context *context, double sigma[2])
{
    sigma[0] = context->value[SIZE].number[0];
    sigma[1] = context->value[LOCK].number[0] != 0 ? sigma[0] : context->value[SIZE_Y].number[0];
}

static int n_boxes(const struct ho_node_context *context) { return context->value[FILTER].number[0] == 0 ? 3 : 1; }

static int same(const struct ho_node_context *context, int output)
{
    (void)output;
    double sigma[2];
    sigmas(context, sigma);
    bool any = false;
    for (int p = 0; p < 4; p++)
        any = any || context->value[RED + p].number[0] != 0;
    return (sigma[0] == 0 && sigma[1] == 0) || !any ? 0 : -1;
}

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    double sigma[2];
    sigmas(context, sigma);
    *out = context->in[0];
    int rx = gauss_reach(sigma[0], n_boxes(context)), ry = gauss_reach(sigma[1], n_boxes(context));
    out->window = rect_grown(out->window, rx, ry);
}

// All of it: sums run from one end of a line to the other, and begun elsewhere their last bits would be others.
static void region(const struct ho_node_context *context, int output, int input, struct ho_rect out,
                   struct ho_rect *needed)
{
    (void)output;
    (void)out;
    *needed = context->in[input].window;
}

static bool is_opaque(float alpha) { return alpha >= 1.0f; }

// Footage covers its frame: what lies beyond the border is more of it. A cut-out is nothing there.
static bool is_opaque_at_border(const struct ho_tile *in, int width, int height)
{
    if (in->n_planes < 4 || in->rect.x0 > 0 || in->rect.y0 > 0 || in->rect.x1 < width || in->rect.y1 < height)
        return false;
    bool opaque = true;
    for (int x = 0; x < width; x++)
        opaque = opaque && is_opaque(ho_tile_row(in, 3, 0)[x]) && is_opaque(ho_tile_row(in, 3, height - 1)[x]);
    for (int y = 0; y < height && opaque; y++)
        opaque = is_opaque(ho_tile_row(in, 3, y)[0]) && is_opaque(ho_tile_row(in, 3, y)[width - 1]);
    return opaque;
}

// On which sides the picture goes on beyond the frame: a side that ends inside it never does.
static unsigned extended(const struct ho_node_context *context, const struct ho_tile *in)
{
    int mode = (int)context->value[EDGES].number[0], width = context->in[0].width, height = context->in[0].height;
    if (in->n_planes == 0 || mode == CANVAS || (mode == AUTOMATIC && !is_opaque_at_border(in, width, height)))
        return 0;
    return (in->rect.x0 == 0 ? GAUSS_LEFT : 0u) | (in->rect.x1 == width ? GAUSS_RIGHT : 0u) |
           (in->rect.y0 == 0 ? GAUSS_TOP : 0u) | (in->rect.y1 == height ? GAUSS_BOTTOM : 0u);
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    double sigma[2];
    sigmas(context, sigma);
    tile_fill(out, in[0].rect, 0);
    tile_copy(&in[0], out);    // for channels that stay as they are
    unsigned sides = extended(context, &in[0]);
    for (int p = 0; p < 4; p++)
        if (context->value[RED + p].number[0] != 0)
            HO_TRY(gauss_plane(&in[0], p, 0, sides, sigma, n_boxes(context), context->n_threads, out, p, diag));
    return HO_OK;
}

const struct ho_node blur_node = {
    .type =
        {
            .name = "blur",
            .label = "Blur",
            .help = "softens",
            .pages = HO_PAGE_FUSION,
            .inputs =
                (const struct ho_port[]){{"image", HO_PORT_IMAGE, true, "the picture to blur"}, HO_EFFECT_MASK, {0}},
            .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "the blurred picture"}, {0}},
            .parameters =
                (const struct ho_parameter[]){
                    {"filter", HO_PARAMETER_CHOICE, "", 0, 1, 0, 1, {0}, NULL, filters, "shape of the blur"},
                    {"blur_size", HO_PARAMETER_NUMBER, "px", 0, 2000, 0, 100, {5}, NULL, NULL, "standard deviation"},
                    {"lock", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {1}, NULL, NULL, "as much along y as along x"},
                    {"blur_size_y",
                     HO_PARAMETER_NUMBER,
                     "px",
                     0,
                     2000,
                     0,
                     100,
                     {5},
                     NULL,
                     NULL,
                     "standard deviation along y when not locked"},
                    {"red", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {1}, NULL, NULL, "blur this channel"},
                    {"green", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {1}, NULL, NULL, "blur this channel"},
                    {"blue", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {1}, NULL, NULL, "blur this channel"},
                    {"alpha", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {1}, NULL, NULL, "blur this channel"},
                    {"edges",
                     HO_PARAMETER_CHOICE,
                     "",
                     0,
                     2,
                     0,
                     2,
                     {0},
                     NULL,
                     edges,
                     "beyond the frame: duplicate goes on as at its border, canvas is nothing there; automatic "
                     "duplicates "
                     "what is "
                     "opaque all along the border, as footage is"},
                    HO_EFFECT_PARAMETERS,
                    {0},
                },
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"picture\", \"type\": \"test_picture\", "
                         "\"parameters\": {\"cut_out\": true}}, {\"id\": \"output\","
                         " \"type\": \"blur\", \"parameters\": {\"blur_size\": 3.5}}], \"links\": [\"picture.image -> "
                         "output.image\"]}",
            .reference_hash = "27ceb72753d7c0b3",
        },
    .flags = HO_NODE_EFFECT | HO_NODE_WHOLE,
    .domain = domain,
    .region = region,
    .same = same,
    .process = process,
};
