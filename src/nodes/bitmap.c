// SPDX-License-Identifier: BSD-2-Clause
// A key from a picture: one of its channels or its luminance, as Fusion's Bitmap mask makes it; softened, and joined
// with another key, on request.
#include <string.h>

#include "graph/rects.h"
#include "image/clones.h"
#include "nodes/gauss.h"
#include "nodes/grade.h"
#include "nodes/keys.h"
#include "nodes/nodes.h"

enum { IMAGE, KEY };
enum { CHANNEL, LOW, HIGH, LEVEL, INVERT, SOFT_EDGE, PAINT_MODE };
static const char *const channels[] = {"luminance", "red", "green", "blue", "alpha", NULL};

static bool inverted(const struct ho_node_context *context) { return context->value[INVERT].number[0] != 0; }

static float level(const struct ho_node_context *context, float value)
{
    float low = (float)context->value[LOW].number[0], high = (float)context->value[HIGH].number[0];
    if (low != 0 || high != 1)
        value = high > low ? (value - low) / (high - low) : value >= high ? 1.0f : 0.0f;
    value = value > 1 ? 1 : value > 0 ? value : 0;    // NaN becomes 0
    value *= (float)context->value[LEVEL].number[0];
    return inverted(context) ? 1.0f - value : value;
}

static double sigma_of(const struct ho_node_context *context)
{
    return context->value[SOFT_EDGE].number[0] * context->in[IMAGE].height;
}
static unsigned flags_now(const struct ho_node_context *context)
{
    return context->value[SOFT_EDGE].number[0] > 0 ? HO_NODE_WHOLE : 0;
}

// The part of the picture that makes a key: outside it is `level` of 0.
static struct ho_rect lit_window(const struct ho_node_context *context)
{
    bool colour = (int)context->value[CHANNEL].number[0] !=
                  4;    // black is what lies outside the lit part; alpha may well be 1 there
    return colour ? context->in[IMAGE].lit : context->in[IMAGE].window;
}

static bool joins(const struct ho_node_context *context)
{
    return context->connected[KEY] && (enum key_mode)context->value[PAINT_MODE].number[0] != KEY_REPLACE;
}

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    *out = context->in[IMAGE];
    int reach = gauss_reach(sigma_of(context), 3);
    out->window = rect_and(rect_grown(lit_window(context), reach, reach),
                           (struct ho_rect){0, 0, out->width, out->height});
    out->outside = level(context, 0);
    if (joins(context)) {
        out->window = rect_or(out->window, context->in[KEY].window);
        out->outside = key_join((enum key_mode)context->value[PAINT_MODE].number[0], context->in[KEY].outside,
                                out->outside);
    }
}

// All of the picture where it is blurred, as blur.c says.
static void region(const struct ho_node_context *context, int output, int input, struct ho_rect out,
                   struct ho_rect *needed)
{
    (void)output;
    *needed = input == IMAGE ? lit_window(context) : out;
}

// In place. NaN becomes 0.
HO_CLONES static void stretch(float *restrict key, float low, float scale, float gain, bool invert, int n)
{
    for (int x = 0; x < n; x++) {
        float value = (key[x] - low) * scale;
        value = value > 0 ? value : 0;
        value = value < 1 ? value : 1;
        value *= gain;
        key[x] = invert ? 1.0f - value : value;
    }
}

// The picture's own key; `outside` where the picture does not reach.
static void make_key(const struct ho_node_context *context, const struct ho_tile *image, struct ho_tile *out)
{
    int channel = (int)context->value[CHANNEL].number[0];
    float low = (float)context->value[LOW].number[0], high = (float)context->value[HIGH].number[0];
    float scale = high > low ? 1.0f / (high - low) : 1e30f, gain = (float)context->value[LEVEL].number[0];
    struct ho_rect rect = image->n_planes ? rect_and(image->rect, out->rect) : (struct ho_rect){0};
    int n = rect.x1 - rect.x0, from = rect.x0 - image->rect.x0;
    tile_fill(out, rect, level(context, 0));
    for (int y = rect.y0; y < rect.y1; y++) {
        float *to = ho_tile_row(out, 0, y) + (rect.x0 - out->rect.x0);
        if (channel > 0)
            memcpy(to, ho_tile_row(image, channel - 1, y) + from, (size_t)n * sizeof(float));
        else
            grade_weigh(ho_tile_row(image, 0, y) + from, ho_tile_row(image, 1, y) + from,
                        ho_tile_row(image, 2, y) + from, to, n);
        stretch(to, high > low ? low : high - 1e-6f, scale, gain, inverted(context), n);
    }
}

static enum ho_result make_soft_key(const struct ho_node_context *context, const struct ho_tile *image,
                                    struct ho_tile *out, struct ho_diag *diag)
{
    double sigma[2] = {sigma_of(context), sigma_of(context)};
    struct ho_rect window = lit_window(context);
    struct ho_picture *sharp;
    if (rect_empty(window)) {
        tile_fill(out, window, level(context, 0));
        return HO_OK;
    }
    HO_TRY(ho_picture_create(window.x1 - window.x0, window.y1 - window.y0, 1, &sharp, diag));
    struct ho_tile tile = {.rect = window, .n_planes = 1, .stride = sharp->stride, .plane = {sharp->plane[0]}};
    make_key(context, image, &tile);
    enum ho_result result = gauss_plane(&tile, 0, level(context, 0), 0, sigma, 3, context->n_threads, out, 0, diag);
    ho_picture_destroy(&sharp);
    return result;
}

static void join_key(const struct ho_node_context *context, const struct ho_tile *key, struct ho_tile *out)
{
    enum key_mode mode = (enum key_mode)context->value[PAINT_MODE].number[0];
    float part[GRADE_PART];
    for (int y = out->rect.y0; y < out->rect.y1; y++)
        for (int x = out->rect.x0; x < out->rect.x1; x += GRADE_PART) {
            struct ho_rect rect = {x, y, out->rect.x1 - x < GRADE_PART ? out->rect.x1 : x + GRADE_PART, y + 1};
            float *to = ho_tile_row(out, 0, y) + (x - out->rect.x0);
            size_t size = (size_t)(rect.x1 - x) * sizeof(*to);
            memcpy(part, to, size);
            key_read(key, context->in[KEY].outside,
                     &(struct ho_tile){.rect = rect, .n_planes = 1, .stride = GRADE_PART, .plane = {to}});
            key_join_row(mode, to, part, rect.x1 - x);
        }
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    if (sigma_of(context) > 0)
        HO_TRY(make_soft_key(context, &in[IMAGE], out, diag));
    else
        make_key(context, &in[IMAGE], out);
    if (joins(context))
        join_key(context, &in[KEY], out);
    return HO_OK;
}

const struct ho_node bitmap_node = {
    .type =
        {
            .name = "bitmap",
            .label = "Bitmap",
            .help = "a key from a channel or the luminance of a picture",
            .pages = HO_PAGE_FUSION,
            .inputs =
                (const struct ho_port[]){
                    {"image", HO_PORT_IMAGE, true, "the picture to read, a saved matte for instance"},
                    {"key", HO_PORT_KEY, false, "a matte that this one joins"},
                    {0},
                },
            .outputs = (const struct ho_port[]){{"key", HO_PORT_KEY, false, "the mask"}, {0}},
            .parameters =
                (const struct ho_parameter[]){
                    {"channel",
                     HO_PARAMETER_CHOICE,
                     "",
                     0,
                     4,
                     0,
                     4,
                     {0},
                     NULL,
                     channels,
                     "what of the picture becomes the key"},
                    {"low", HO_PARAMETER_NUMBER, "level", -1, 2, 0, 1, {0}, NULL, NULL, "what becomes 0"},
                    {"high", HO_PARAMETER_NUMBER, "level", -1, 2, 0, 1, {1}, NULL, NULL, "what becomes 1"},
                    {"level", HO_PARAMETER_NUMBER, "share", 0, 1, 0, 1, {1}, NULL, NULL, "the key's strength"},
                    {"invert", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {0}, NULL, NULL, "white becomes black"},
                    {"soft_edge",
                     HO_PARAMETER_NUMBER,
                     "share",
                     0,
                     1,
                     0,
                     0.05,
                     {0},
                     NULL,
                     NULL,
                     "standard deviation of the key's blur, as share of the frame's height"},
                    {"paint_mode",
                     HO_PARAMETER_CHOICE,
                     "",
                     0,
                     6,
                     0,
                     6,
                     {KEY_MAXIMUM},
                     NULL,
                     key_modes,
                     "how it joins the key that comes in"},
                    {0},
                },
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"picture\", \"type\": \"test_picture\"}, "
                         "{\"id\": \"output\", \"type\": \"bitmap\", \"parameters\": {\"low\": 0.2,"
                         " \"high\": 0.8, \"invert\": true}}], \"links\": [\"picture.image -> output.image\"]}",
            .reference_hash = "819f53e6e5ecf302",
        },
    .flags_now = flags_now,
    .domain = domain,
    .region = region,
    .process = process,
};
