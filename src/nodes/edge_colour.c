// SPDX-License-Identifier: BSD-2-Clause
// Footage whose object is about to be cut out: where its key is soft, the colour becomes the object's own.
#include "graph/rects.h"
#include "image/foreground.h"
#include "nodes/nodes.h"

enum { IMAGE, KEY };
enum { REACH };

static int same(const struct ho_node_context *context, int output)
{
    (void)output;
    return context->value[REACH].number[0] == 0 ? 0 : -1;
}

// All of it: an estimate reaches far, and begun elsewhere its last bits would be others.
static void region(const struct ho_node_context *context, int output, int input, struct ho_rect out,
                   struct ho_rect *needed)
{
    (void)output;
    (void)out;
    *needed = rect_and(context->in[IMAGE].window, context->in[input].window);
}

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    *out = context->in[IMAGE];
}

// The picture as the key's partner: planes that can be written to.
static enum ho_result copy_inputs(const struct ho_node_context *context, const struct ho_tile in[HO_PORTS_MAX],
                                  struct ho_rect all, struct ho_picture **picture, struct ho_picture **key,
                                  struct ho_diag *diag)
{
    HO_TRY(ho_picture_create(all.x1 - all.x0, all.y1 - all.y0, 4, picture, diag));
    HO_TRY(ho_picture_create(all.x1 - all.x0, all.y1 - all.y0, 1, key, diag));
    struct ho_tile image = {.rect = all, .n_planes = 4, .stride = (*picture)->stride},
                   matte = {.rect = all, .n_planes = 1, .stride = (*key)->stride, .plane = {(*key)->plane[0]}};
    for (int p = 0; p < 4; p++)
        image.plane[p] = (*picture)->plane[p];
    tile_fill(&image, in[IMAGE].rect, 0);
    tile_copy(&in[IMAGE], &image);
    tile_fill(&matte, in[KEY].n_planes ? in[KEY].rect : (struct ho_rect){0}, context->in[KEY].outside);
    if (in[KEY].n_planes)
        tile_copy(&in[KEY], &matte);
    return HO_OK;
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    struct ho_picture *picture = NULL, *key = NULL;
    struct ho_rect all = context->in[IMAGE].window;
    enum ho_result result = copy_inputs(context, in, all, &picture, &key, diag);
    if (result == HO_OK)
        result = ho_clean_edges(picture, key, (int)context->value[REACH].number[0], context->n_threads, diag);
    if (result == HO_OK) {
        struct ho_tile from = {.rect = all, .n_planes = 4, .stride = picture->stride};
        for (int p = 0; p < 4; p++)
            from.plane[p] = picture->plane[p];
        tile_fill(out, all, 0);
        tile_copy(&from, out);
    }
    ho_picture_destroy(&picture);
    ho_picture_destroy(&key);
    return result;
}

const struct ho_node edge_colour_node = {
    .type =
        {
            .name = "edge_colour",
            .label = "Edge Colour",
            .help = "takes the background's colour out of an object's soft edge, before it is cut out",
            .pages = HO_PAGE_COLOR | HO_PAGE_FUSION,
            .inputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, true, "the footage, opaque"},
                                               {"key", HO_PORT_KEY, true, "the object's matte"},
                                               {0}},
            .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false,
                                                 "the footage, with the object's own colour where the key is soft"},
                                                {0}},
            .parameters =
                (const struct ho_parameter[]){
                    {"reach",
                     HO_PARAMETER_INTEGER,
                     "px",
                     0,
                     1000,
                     0,
                     100,
                     {16},
                     NULL,
                     NULL,
                     "how far away the object's colour is looked for first; 0: the footage as it is"},
                    {0},
                },
            .reference =
                "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"picture\", \"type\": \"test_picture\"}, {\"id\": "
                "\"mask\", \"type\": \"ellipse_mask\", \"parameters\": {\"mask_width\": 96, \"mask_height\": 64, "
                "\"width\": 0.5, \"height\": 0.5, \"soft_edge\": 0.05}}, {\"id\": \"output\", \"type\": "
                "\"edge_colour\"}], \"links\": [\"picture.image -> output.image\", \"mask.key -> "
                "output.key\"]}",
            .reference_hash = "3ed132fbe3effb7e",
        },
    .flags = HO_NODE_WHOLE,
    .domain = domain,
    .region = region,
    .same = same,
    .process = process,
};
