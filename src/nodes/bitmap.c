// SPDX-License-Identifier: BSD-2-Clause
// A key from a picture: one of its channels or its luminance, as Fusion's Bitmap mask makes it.
#include <string.h>

#include "image/clones.h"
#include "nodes/grade.h"
#include "nodes/nodes.h"

enum { CHANNEL, LOW, HIGH, LEVEL, INVERT };
static const char *const channels[] = {"luminance", "red", "green", "blue", "alpha", NULL};

static bool inverted(const struct ho_node_context *context) { return context->value[INVERT].number[0] != 0; }

static float level(const struct ho_node_context *context, float value)
{
    float low = (float)context->value[LOW].number[0], high = (float)context->value[HIGH].number[0];
    if (low != 0 || high != 1)
        value = high > low ? (value - low) / (high - low) : value >= high ? 1.0f : 0.0f;
    value = value > 1 ? 1 : value > 0 ? value : 0;      // NaN becomes 0
    value *= (float)context->value[LEVEL].number[0];
    return inverted(context) ? 1.0f - value : value;
}

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    *out = context->in[0];
    bool colour = (int)context->value[CHANNEL].number[0] != 4;      // black is what lies outside the lit part; alpha may well be 1 there
    out->window = colour ? context->in[0].lit : context->in[0].window;
    out->outside = level(context, 0);
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

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX], struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)diag;
    int channel = (int)context->value[CHANNEL].number[0], n = out->rect.x1 - out->rect.x0;
    float low = (float)context->value[LOW].number[0], high = (float)context->value[HIGH].number[0];
    float scale = high > low ? 1.0f / (high - low) : 1e30f, gain = (float)context->value[LEVEL].number[0], outside = level(context, 0);
    bool invert = inverted(context);
    for (int y = out->rect.y0; y < out->rect.y1; y++) {
        float *to = ho_tile_row(out, 0, y);
        if (in[0].n_planes == 0) {
            for (int x = 0; x < n; x++)
                to[x] = outside;
            continue;
        }
        if (channel > 0)
            memcpy(to, ho_tile_row(&in[0], channel - 1, y), (size_t)n * sizeof(float));
        else
            grade_weigh(ho_tile_row(&in[0], 0, y), ho_tile_row(&in[0], 1, y), ho_tile_row(&in[0], 2, y), to, n);
        stretch(to, high > low ? low : high - 1e-6f, scale, gain, invert, n);
    }
    return HO_OK;
}

const struct ho_node bitmap_node = {
    .type = {
        .name = "bitmap", .label = "Bitmap", .help = "a key from a channel or the luminance of a picture", .pages = HO_PAGE_FUSION,
        .inputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, true, "the picture to read, a saved matte for instance"}, {0}},
        .outputs = (const struct ho_port[]){{"key", HO_PORT_KEY, false, "the mask"}, {0}},
        .parameters = (const struct ho_parameter[]){
            {"channel", HO_PARAMETER_CHOICE, "", 0, 4, 0, 4, {0}, NULL, channels, "what of the picture becomes the key"},
            {"low", HO_PARAMETER_NUMBER, "level", -1, 2, 0, 1, {0}, NULL, NULL, "what becomes 0"},
            {"high", HO_PARAMETER_NUMBER, "level", -1, 2, 0, 1, {1}, NULL, NULL, "what becomes 1"},
            {"level", HO_PARAMETER_NUMBER, "share", 0, 1, 0, 1, {1}, NULL, NULL, "the key's strength"},
            {"invert", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {0}, NULL, NULL, "white becomes black"},
            {0},
        },
        .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"picture\", \"type\": \"test_picture\"}, {\"id\": \"output\", \"type\": \"bitmap\", \"parameters\": {\"low\": 0.2,"
                     " \"high\": 0.8, \"invert\": true}}], \"links\": [\"picture.image -> output.image\"]}",
        .reference_hash = "819f53e6e5ecf302",
    },
    .domain = domain,
    .process = process,
};
