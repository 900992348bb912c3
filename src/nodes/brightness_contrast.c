// SPDX-License-Identifier: BSD-2-Clause
// Gain, lift, gamma, contrast, brightness and saturation in one tool, on straight colour.
// Order and formulas as Fusion's manual gives them (Brightness/Contrast tool): gain, lift, gamma, contrast about 0.5, brightness, saturation about luma.
#include <math.h>
#include <string.h>

#include "graph/effect.h"
#include "image/clones.h"
#include "nodes/nodes.h"

enum { GAIN, LIFT, GAMMA, CONTRAST, BRIGHTNESS, SATURATION, LOW, HIGH, CLIP_BLACK, CLIP_WHITE };

static int same(const struct ho_node_context *context, int output)
{
    (void)output;
    const struct ho_value *v = context->value;
    bool neutral = v[GAIN].number[0] == 1 && v[LIFT].number[0] == 0 && v[GAMMA].number[0] == 1 && v[CONTRAST].number[0] == 0 && v[BRIGHTNESS].number[0] == 0 &&
                   v[SATURATION].number[0] == 1 && v[LOW].number[0] == 0 && v[HIGH].number[0] == 1 && v[CLIP_BLACK].number[0] == 0 && v[CLIP_WHITE].number[0] == 0;
    return neutral ? 0 : -1;
}

// What one channel becomes before saturation. A straight line but for gamma: y = x * slope + offset, then the power.
struct line { float slope, offset, after_slope, after_offset, power; bool has_power; };

static struct line make_line(const struct ho_value *v)
{
    float gain = (float)v[GAIN].number[0], lift = (float)v[LIFT].number[0], contrast = 1.0f + (float)v[CONTRAST].number[0], brightness = (float)v[BRIGHTNESS].number[0];
    float low = (float)v[LOW].number[0], high = (float)v[HIGH].number[0], scale = high - low > 1e-6f ? 1.0f / (high - low) : 1e6f;
    // gain, then lift (black rises, white stays), on the levels between low and high
    struct line line = {.slope = scale * gain * (1.0f - lift), .after_slope = contrast, .after_offset = 0.5f - 0.5f * contrast + brightness};
    line.offset = -low * line.slope + lift;
    line.power = 1.0f / (float)v[GAMMA].number[0];
    line.has_power = v[GAMMA].number[0] != 1;
    return line;
}

enum { PART = 256 };        // pixels at a time, so that what is between the steps stays in the first cache

// One step after the other over a part of a row: each loop is simple enough to run on vectors.
HO_CLONES static void straighten(const float *restrict from, const float *restrict inverse, float slope, float offset, float *restrict to, int n)
{
    for (int x = 0; x < n; x++)
        to[x] = from[x] * inverse[x] * slope + offset;
}

HO_CLONES static void invert_alpha(const float *restrict alpha, float *restrict inverse, int n)
{
    for (int x = 0; x < n; x++)
        inverse[x] = alpha[x] != 0 ? 1.0f / alpha[x] : 0.0f;
}

HO_CLONES static void spread(float *restrict c, float slope, float offset, int n)
{
    for (int x = 0; x < n; x++)
        c[x] = c[x] * slope + offset;
}

HO_CLONES static void find_luma(const float *restrict r, const float *restrict g, const float *restrict b, float *restrict luma, int n)
{
    for (int x = 0; x < n; x++)
        luma[x] = 0.2126f * r[x] + 0.7152f * g[x] + 0.0722f * b[x];
}

HO_CLONES static void saturate(const float *restrict c, const float *restrict luma, float saturation, float low, float high, const float *restrict alpha, float *restrict to, int n)
{
    for (int x = 0; x < n; x++) {
        float value = luma[x] + (c[x] - luma[x]) * saturation;
        value = value < low ? low : value;
        value = value > high ? high : value;
        to[x] = value * alpha[x];
    }
}

static void change_part(const struct line *line, float saturation, bool black, bool white, const float *const from[4], float *const to[4], int n)
{
    float inverse[PART], luma[PART], c[3][PART];
    invert_alpha(from[3], inverse, n);
    for (int p = 0; p < 3; p++) {
        straighten(from[p], inverse, line->slope, line->offset, c[p], n);
        for (int x = 0; x < n && line->has_power; x++)
            c[p][x] = c[p][x] > 0 ? powf(c[p][x], line->power) : c[p][x];
        spread(c[p], line->after_slope, line->after_offset, n);
    }
    find_luma(c[0], c[1], c[2], luma, n);
    for (int p = 0; p < 3; p++)
        saturate(c[p], luma, saturation, black ? 0.0f : -INFINITY, white ? 1.0f : INFINITY, from[3], to[p], n);
    memcpy(to[3], from[3], (size_t)n * sizeof(float));
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX], struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)diag;
    const struct ho_value *v = context->value;
    struct line line = make_line(v);
    for (int y = out->rect.y0; y < out->rect.y1; y++) {
        int width = out->rect.x1 - out->rect.x0;
        for (int x = 0; x < width; x += PART) {
            const float *from[4];
            float *to[4];
            for (int p = 0; p < 4; p++) {
                from[p] = ho_tile_row(&in[0], p, y) + x;
                to[p] = ho_tile_row(out, p, y) + x;
            }
            change_part(&line, (float)v[SATURATION].number[0], v[CLIP_BLACK].number[0] != 0, v[CLIP_WHITE].number[0] != 0, from, to, width - x < PART ? width - x : PART);
        }
    }
    return HO_OK;
}

const struct ho_node brightness_contrast_node = {
    .type = {
        .name = "brightness_contrast", .label = "Brightness/Contrast", .help = "gain, lift, gamma, contrast, brightness and saturation", .pages = HO_PAGE_FUSION,
        .inputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, true, "the picture to change"}, HO_EFFECT_MASK, {0}},
        .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "the changed picture"}, {0}},
        .parameters = (const struct ho_parameter[]){
            {"gain", HO_PARAMETER_NUMBER, "factor", 0, 100, 0, 2, {1}, NULL, NULL, "multiplies; white moves most"},
            {"lift", HO_PARAMETER_NUMBER, "level", -10, 10, -1, 1, {0}, NULL, NULL, "raises black and leaves white"},
            {"gamma", HO_PARAMETER_NUMBER, "power", 0.01, 100, 0.2, 5, {1}, NULL, NULL, "greys brighter above 1, darker below"},
            {"contrast", HO_PARAMETER_NUMBER, "share", -1, 10, -1, 1, {0}, NULL, NULL, "spreads levels about one half"},
            {"brightness", HO_PARAMETER_NUMBER, "level", -10, 10, -1, 1, {0}, NULL, NULL, "is added"},
            {"saturation", HO_PARAMETER_NUMBER, "factor", 0, 10, 0, 2, {1}, NULL, NULL, "distance from grey"},
            {"low", HO_PARAMETER_NUMBER, "level", -1, 2, 0, 1, {0}, NULL, NULL, "level that becomes 0"},
            {"high", HO_PARAMETER_NUMBER, "level", -1, 2, 0, 1, {1}, NULL, NULL, "level that becomes 1"},
            {"clip_black", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {0}, NULL, NULL, "nothing below 0"},
            {"clip_white", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {0}, NULL, NULL, "nothing above 1"},
            HO_EFFECT_PARAMETERS,
            {0},
        },
        .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"picture\", \"type\": \"test_picture\", \"parameters\": {\"cut_out\": true}}, {\"id\": \"output\","
                     " \"type\": \"brightness_contrast\", \"parameters\": {\"gain\": 1.2, \"lift\": 0.1, \"contrast\": 0.2, \"saturation\": 0.5}}],"
                     " \"links\": [\"picture.image -> output.image\"]}",
        .reference_hash = "ea0aa2d1e69add3a",
    },
    .flags = HO_NODE_EFFECT,
    .same = same,
    .process = process,
};
