// SPDX-License-Identifier: BSD-2-Clause
// The Color page's layer mixer: pictures stacked, the later ones above, each where its key is.
// Laid over by Porter and Duff (SIGGRAPH 1984); colours mix as the W3C's Compositing and Blending Level 1 has it: (1 -
// ab) Cs + ab B(Cb, Cs) over the backdrop, with B from its section 10 (screen, multiply, darken, lighten). "add" is not
// among those: B = Cb + Cs, without an upper end.
#include "graph/rects.h"
#include "nodes/nodes.h"

enum { N_LAYERS = 4 };    // inputs: N_LAYERS pictures, then the keys of layers 2 to N_LAYERS
enum { MODE, OPACITY };
static const char *const modes[] = {"normal", "add", "screen", "multiply", "darken", "lighten", NULL};

static int key_of(int layer) { return N_LAYERS - 1 + layer; }

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    *out = context->in[0];
    for (int i = 1; i < N_LAYERS; i++)
        if (context->connected[i])
            out->window = rect_or(out->window, context->in[i].window);
}

// Where a key holds a layer out, the layers below stay as they are.
static void likeness(const struct ho_node_context *context, const struct ho_likeness in[HO_PORTS_MAX],
                     struct ho_likeness *out)
{
    if (in[0].alike != HO_ALIKE_OPAQUE)
        return;
    *out = in[0];
    for (int i = 1; i < N_LAYERS; i++) {
        if (!context->connected[i])
            continue;
        bool keyed = context->connected[key_of(i)] && context->in[key_of(i)].outside == 0;
        struct ho_rect window = keyed ? rect_and(context->in[i].window, context->in[key_of(i)].window)
                                      : context->in[i].window;
        out->changed = rect_or(out->changed, window);
    }
}

static int same(const struct ho_node_context *context, int output)
{
    (void)output;
    for (int i = 1; i < N_LAYERS; i++)
        if (context->connected[i])
            return -1;
    return 0;
}

static float mix(int mode, float below, float above)
{
    switch (mode) {
    case 1: return below + above;
    case 2: return below + above - below * above;
    case 3: return below * above;
    case 4: return below < above ? below : above;
    case 5: return below > above ? below : above;
    default: return above;
    }
}

static void lay_over(int mode, float opacity, const float *const above[4], const float *key, float flat,
                     float *const to[4], int n)
{
    for (int x = 0; x < n; x++) {
        float cut = (key ? key[x] : flat) * opacity, a = above[3][x] * cut, b = to[3][x];
        for (int p = 0; p < 3; p++) {
            float front = above[p][x] * cut;
            if (mode) {
                float straight_front = a != 0 ? front / a : 0, straight_back = b != 0 ? to[p][x] / b : 0;
                front = a * ((1 - b) * straight_front + b * mix(mode, straight_back, straight_front));
            }
            to[p][x] = front + to[p][x] * (1 - a);
        }
        to[3][x] = a + b * (1 - a);
    }
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)diag;
    int n = out->rect.x1 - out->rect.x0;
    for (int y = out->rect.y0; y < out->rect.y1; y++) {
        float *to[4];
        for (int p = 0; p < 4; p++) {
            to[p] = ho_tile_row(out, p, y);
            const float *from = in[0].n_planes ? ho_tile_row(&in[0], p, y) : NULL;
            for (int x = 0; x < n; x++)
                to[p][x] = from ? from[x] : 0;
        }
        for (int i = 1; i < N_LAYERS; i++) {
            if (!in[i].n_planes)
                continue;
            const float *above[4];
            for (int p = 0; p < 4; p++)
                above[p] = ho_tile_row(&in[i], p, y);
            const struct ho_tile *key = &in[key_of(i)];
            float flat = context->connected[key_of(i)] ? context->in[key_of(i)].outside : 1.0f;
            lay_over((int)context->value[MODE].number[0], (float)context->value[OPACITY].number[0], above,
                     key->n_planes ? ho_tile_row(key, 0, y) : NULL, flat, to, n);
        }
    }
    return HO_OK;
}

const struct ho_node layer_mixer_node = {
    .type =
        {
            .name = "layer_mixer",
            .label = "Layer Mixer",
            .help = "stacks pictures, each where its key is",
            .pages = HO_PAGE_COLOR,
            .inputs =
                (const struct ho_port[]){
                    {"layer_1", HO_PORT_IMAGE, true, "the lowest"},
                    {"layer_2", HO_PORT_IMAGE, false, "above layer_1"},
                    {"layer_3", HO_PORT_IMAGE, false, "above layer_2"},
                    {"layer_4", HO_PORT_IMAGE, false, "the highest"},
                    {"key_2", HO_PORT_KEY, false, "where layer_2 is"},
                    {"key_3", HO_PORT_KEY, false, "where layer_3 is"},
                    {"key_4", HO_PORT_KEY, false, "where layer_4 is"},
                    {0},
                },
            .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "all together"}, {0}},
            .parameters =
                (const struct ho_parameter[]){
                    {"composite_mode",
                     HO_PARAMETER_CHOICE,
                     "",
                     0,
                     5,
                     0,
                     5,
                     {0},
                     NULL,
                     modes,
                     "how colours mix where layers meet"},
                    {"opacity",
                     HO_PARAMETER_NUMBER,
                     "share",
                     0,
                     1,
                     0,
                     1,
                     {1},
                     NULL,
                     NULL,
                     "of the layers above the first"},
                    {0},
                },
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"a\", \"type\": \"test_picture\"}, {\"id\": "
                         "\"b\", \"type\": \"background\", \"parameters\": {\"width\": 96,"
                         " \"height\": 64, \"colour\": [1, 0.6, 0, 1]}}, {\"id\": \"key\", \"type\": \"ellipse_mask\", "
                         "\"parameters\": {\"mask_width\": 96, \"mask_height\": 64,"
                         " \"soft_edge\": 0.2}}, {\"id\": \"output\", \"type\": \"layer_mixer\", \"parameters\": "
                         "{\"opacity\": 0.8}}],"
                         " \"links\": [\"a.image -> output.layer_1\", \"b.image -> output.layer_2\", \"key.key -> "
                         "output.key_2\"]}",
            .reference_hash = "be988804e7fdda91",
        },
    .domain = domain,
    .likeness = likeness,
    .same = same,
    .process = process,
};
