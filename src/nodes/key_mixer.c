// SPDX-License-Identifier: BSD-2-Clause
// Several keys become one; then invert, gain, offset and blur, as a node's key palette has them.
#include "graph/rects.h"
#include "nodes/gauss.h"
#include "nodes/keys.h"
#include "nodes/nodes.h"

enum { MODE, GAIN, OFFSET, INVERT, BLUR };
enum { N_KEYS = 4, PART = 1024 };

static double sigma_of(const struct ho_node_context *context) { return context->value[BLUR].number[0]; }
static unsigned flags_now(const struct ho_node_context *context) { return sigma_of(context) > 0 ? HO_NODE_WHOLE : 0; }

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    *out = context->in[0];
    enum key_mode mode = (enum key_mode)context->value[MODE].number[0];
    float outside = context->in[0].outside;
    for (int i = 1; i < N_KEYS; i++) {
        if (!context->connected[i])
            continue;
        outside = key_join(mode, outside, context->in[i].outside);
        out->window = rect_or(out->window, context->in[i].window);
    }
    out->outside = key_level(key_levels_of(context->value + GAIN), outside);
    int reach = gauss_reach(sigma_of(context), 3);
    out->window = rect_grown(out->window, reach, reach);
}

static void region(const struct ho_node_context *context, int output, int input, struct ho_rect out,
                   struct ho_rect *needed)
{
    (void)output;
    (void)out;
    *needed = context->in[input].window;
}

static void combine(const struct ho_node_context *context, const struct ho_tile in[HO_PORTS_MAX], struct ho_tile *out)
{
    enum key_mode mode = (enum key_mode)context->value[MODE].number[0];
    struct key_levels levels = key_levels_of(context->value + GAIN);
    float part[PART];
    for (int y = out->rect.y0; y < out->rect.y1; y++)
        for (int x = out->rect.x0; x < out->rect.x1; x += PART) {
            struct ho_rect rect = {x, y, out->rect.x1 - x < PART ? out->rect.x1 : x + PART, y + 1};
            float *to = ho_tile_row(out, 0, y) + (x - out->rect.x0);
            int n = rect.x1 - rect.x0;
            for (int i = 0; i < N_KEYS; i++) {
                if (!context->connected[i])
                    continue;
                key_read(&in[i], context->in[i].outside,
                         &(struct ho_tile){.rect = rect, .n_planes = 1, .stride = PART, .plane = {i == 0 ? to : part}});
                if (i > 0)
                    key_join_row(mode, to, part, n);
            }
            key_level_row(levels, to, n);
        }
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    double sigma[2] = {sigma_of(context), sigma_of(context)};
    if (sigma[0] == 0) {
        combine(context, in, out);
        return HO_OK;
    }
    struct ho_rect window = context->out[0].window;
    struct ho_picture *mixed;
    HO_TRY(ho_picture_create(window.x1 - window.x0, window.y1 - window.y0, 1, &mixed, diag));
    struct ho_tile tile = {.rect = window, .n_planes = 1, .stride = mixed->stride, .plane = {mixed->plane[0]}};
    combine(context, in, &tile);
    enum ho_result result = gauss_plane(&tile, 0, context->out[0].outside, 0, sigma, 3, context->n_threads, out, 0,
                                        diag);
    ho_picture_destroy(&mixed);
    return result;
}

const struct ho_node key_mixer_node = {
    .type =
        {
            .name = "key_mixer",
            .label = "Key Mixer",
            .help = "several keys become one; invert, gain, offset, blur",
            .pages = HO_PAGE_COLOR,
            .inputs =
                (const struct ho_port[]){
                    {"key_1", HO_PORT_KEY, true, "the first key"},
                    {"key_2", HO_PORT_KEY, false, "joins the first"},
                    {"key_3", HO_PORT_KEY, false, "joins what the others gave"},
                    {"key_4", HO_PORT_KEY, false, "joins what the others gave"},
                    {0},
                },
            .outputs = (const struct ho_port[]){{"key", HO_PORT_KEY, false, "all together"}, {0}},
            .parameters =
                (const struct ho_parameter[]){
                    {"mode",
                     HO_PARAMETER_CHOICE,
                     "",
                     0,
                     6,
                     0,
                     6,
                     {0},
                     NULL,
                     key_modes,
                     "how keys join: add, subtract, intersect (product), difference, maximum, minimum, replace"},
                    {"gain", HO_PARAMETER_NUMBER, "factor", -10, 10, 0, 2, {1}, NULL, NULL, "multiplies the key"},
                    {"offset", HO_PARAMETER_NUMBER, "level", -10, 10, -1, 1, {0}, NULL, NULL, "is added to the key"},
                    {"invert", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {0}, NULL, NULL, "white becomes black"},
                    {"blur_radius",
                     HO_PARAMETER_NUMBER,
                     "px",
                     0,
                     1000,
                     0,
                     50,
                     {0},
                     NULL,
                     NULL,
                     "standard deviation of the blur that follows"},
                    {0},
                },
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"a\", \"type\": \"ellipse_mask\", "
                         "\"parameters\": {\"mask_width\": 96, \"mask_height\": 64, \"centre\": [0.4, 0.5]}},"
                         " {\"id\": \"b\", \"type\": \"rectangle_mask\", \"parameters\": {\"mask_width\": 96, "
                         "\"mask_height\": 64, \"centre\": [0.6, 0.5]}},"
                         " {\"id\": \"output\", \"type\": \"key_mixer\", \"parameters\": {\"mode\": \"difference\", "
                         "\"gain\": 0.8, \"invert\": true, \"blur_radius\": 2}}],"
                         " \"links\": [\"a.key -> output.key_1\", \"b.key -> output.key_2\"]}",
            .reference_hash = "e958ecd73bcf5449",
        },
    .flags_now = flags_now,
    .domain = domain,
    .region = region,
    .process = process,
};
