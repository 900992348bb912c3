// SPDX-License-Identifier: BSD-2-Clause
// What a Color graph gives to the timeline: the picture and, if an alpha output is connected, the alpha in place of the
// picture's own.
#include "image/clones.h"
#include "nodes/nodes.h"

enum { IMAGE, ALPHA };
enum { KEEP_ALPHA };

static int same(const struct ho_node_context *context, int output)
{
    (void)output;
    return context->connected[ALPHA] ? -1 : IMAGE;
}

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    *out = context->in[IMAGE];
    out->window = context->in[ALPHA].outside == 0 ? context->in[ALPHA].window
                                                  : (struct ho_rect){0, 0, out->width, out->height};
}

// The straight colour stays; only how much of it is there changes.
HO_CLONES static void cut_row(const float *restrict from, const float *restrict alpha, const float *restrict key,
                              float flat, float *restrict to, int n)
{
    for (int x = 0; x < n; x++) {
        float share = (key ? key[x] : flat) / (alpha[x] != 0 ? alpha[x] : 1), cut = from[x] * share;
        to[x] = alpha[x] != 0 ? cut : 0;
    }
}

// What was cut out already stays so: the two alphas are multiplied.
static void multiply_by_own(const struct ho_tile *image, struct ho_tile *out, int y)
{
    const float *own = image->n_planes ? ho_tile_row(image, 3, y) : NULL;
    for (int p = 0; p < 4; p++) {
        float *row = ho_tile_row(out, p, y);
        for (int x = 0; x < out->rect.x1 - out->rect.x0; x++)
            row[x] = own && own[x] != 0 ? row[x] * own[x] : 0;
    }
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)diag;
    int n = out->rect.x1 - out->rect.x0;
    tile_fill(out, in[IMAGE].n_planes ? out->rect : (struct ho_rect){0}, 0);
    for (int y = out->rect.y0; y < out->rect.y1; y++) {
        const float *key = in[ALPHA].n_planes ? ho_tile_row(&in[ALPHA], 0, y) : NULL;
        float *alpha = ho_tile_row(out, 3, y);
        for (int p = 0; p < 3 && in[IMAGE].n_planes; p++)
            cut_row(ho_tile_row(&in[IMAGE], p, y), ho_tile_row(&in[IMAGE], 3, y), key, context->in[ALPHA].outside,
                    ho_tile_row(out, p, y), n);
        for (int x = 0; x < n; x++)
            alpha[x] = key ? key[x] : context->in[ALPHA].outside;
        if (context->value[KEEP_ALPHA].number[0] != 0)
            multiply_by_own(&in[IMAGE], out, y);
    }
    return HO_OK;
}

const struct ho_node output_node = {
    .type =
        {
            .name = "output",
            .label = "Output",
            .help = "the result of a Color graph",
            .pages = HO_PAGE_COLOR,
            .inputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, true, "the picture to deliver"},
                                               {"alpha", HO_PORT_KEY, false,
                                                "its alpha; the picture's own if not connected"},
                                               {0}},
            .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "both together"}, {0}},
            .parameters = (const struct ho_parameter[]){{"keep_alpha",
                                                         HO_PARAMETER_BOOLEAN,
                                                         "",
                                                         0,
                                                         1,
                                                         0,
                                                         1,
                                                         {0},
                                                         NULL,
                                                         NULL,
                                                         "times the picture's own alpha, which is replaced otherwise"},
                                                        {0}},
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"picture\", \"type\": \"test_picture\"}, "
                         "{\"id\": \"mask\", \"type\": \"ellipse_mask\", \"parameters\":"
                         " {\"mask_width\": 96, \"mask_height\": 64, \"soft_edge\": 0.2}}, {\"id\": \"output\", "
                         "\"type\": \"output\"}],"
                         " \"links\": [\"picture.image -> output.image\", \"mask.key -> output.alpha\"]}",
            .reference_hash = "b4a761b5b503bad5",
        },
    .domain = domain,
    .same = same,
    .process = process,
};
