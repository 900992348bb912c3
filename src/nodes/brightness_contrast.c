// SPDX-License-Identifier: BSD-2-Clause
// Gain, lift, gamma, contrast, brightness and saturation in one tool, on straight colour.
// Order and formulas as Fusion's manual gives them (Brightness/Contrast tool): gain, lift, gamma, contrast about 0.5,
// brightness, saturation about luma.
#include <math.h>

#include "graph/effect.h"
#include "nodes/grade.h"
#include "nodes/nodes.h"

enum { GAIN, LIFT, GAMMA, CONTRAST, BRIGHTNESS, SATURATION, LOW, HIGH, CLIP_BLACK, CLIP_WHITE };

static int same(const struct ho_node_context *context, int output)
{
    (void)output;
    const struct ho_value *v = context->value;
    bool neutral = v[GAIN].number[0] == 1 && v[LIFT].number[0] == 0 && v[GAMMA].number[0] == 1 &&
                   v[CONTRAST].number[0] == 0 && v[BRIGHTNESS].number[0] == 0 && v[SATURATION].number[0] == 1 &&
                   v[LOW].number[0] == 0 && v[HIGH].number[0] == 1 && v[CLIP_BLACK].number[0] == 0 &&
                   v[CLIP_WHITE].number[0] == 0;
    return neutral ? 0 : -1;
}

// A channel before saturation: a straight line, the power, another line.
struct settings {
    float slope, offset, power, after_slope, after_offset, saturation, low, high;
};

static struct settings make_settings(const struct ho_value *v)
{
    float gain = (float)v[GAIN].number[0], lift = (float)v[LIFT].number[0],
          contrast = 1.0f + (float)v[CONTRAST].number[0], brightness = (float)v[BRIGHTNESS].number[0];
    float low = (float)v[LOW].number[0], high = (float)v[HIGH].number[0],
          scale = high - low > 1e-6f ? 1.0f / (high - low) : 1e6f;
    // gain, then lift (black rises, white stays), on the levels between low and high
    float slope = scale * gain * (1.0f - lift);
    return (struct settings){.slope = slope,
                             .offset = -low * slope + lift,
                             .power = 1.0f / (float)v[GAMMA].number[0],
                             .after_slope = contrast,
                             .after_offset = 0.5f - 0.5f * contrast + brightness,
                             .saturation = (float)v[SATURATION].number[0],
                             .low = v[CLIP_BLACK].number[0] != 0 ? 0.0f : -INFINITY,
                             .high = v[CLIP_WHITE].number[0] != 0 ? 1.0f : INFINITY};
}

static void change(const void *opaque, grade_colour c, int n)
{
    const struct settings *s = opaque;
    for (int p = 0; p < 3; p++) {
        if (s->power == 1.0f) {
            grade_line(c[p], s->slope * s->after_slope, s->offset * s->after_slope + s->after_offset, n);
        } else {
            grade_line(c[p], s->slope, s->offset, n);
            grade_power(c[p], s->power, n);
            grade_line(c[p], s->after_slope, s->after_offset, n);
        }
    }
    if (s->saturation != 1.0f)
        grade_saturate(c, s->saturation, n);
    for (int p = 0; p < 3 && (s->low == 0.0f || s->high == 1.0f); p++)
        grade_clip(c[p], s->low, s->high, n);
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)diag;
    struct settings s = make_settings(context->value);
    if (s.power == 1.0f && s.saturation == 1.0f && s.low != 0.0f && s.high != 1.0f)
        grade_tile_line(&in[0], out, s.slope * s.after_slope, s.offset * s.after_slope + s.after_offset);
    else
        grade_tile(&in[0], out, change, &s);
    return HO_OK;
}

const struct ho_node brightness_contrast_node = {
    .type =
        {
            .name = "brightness_contrast",
            .label = "Brightness/Contrast",
            .help = "gain, lift, gamma, contrast, brightness and saturation",
            .pages = HO_PAGE_FUSION,
            .inputs =
                (const struct ho_port[]){{"image", HO_PORT_IMAGE, true, "the picture to change"}, HO_EFFECT_MASK, {0}},
            .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "the changed picture"}, {0}},
            .parameters =
                (const struct ho_parameter[]){
                    {"gain",
                     HO_PARAMETER_NUMBER,
                     "factor",
                     0,
                     100,
                     0,
                     2,
                     {1},
                     NULL,
                     NULL,
                     "multiplies; white moves most"},
                    {"lift",
                     HO_PARAMETER_NUMBER,
                     "level",
                     -10,
                     10,
                     -1,
                     1,
                     {0},
                     NULL,
                     NULL,
                     "raises black and leaves white"},
                    {"gamma",
                     HO_PARAMETER_NUMBER,
                     "power",
                     0.01,
                     100,
                     0.2,
                     5,
                     {1},
                     NULL,
                     NULL,
                     "greys brighter above 1, darker below"},
                    {"contrast",
                     HO_PARAMETER_NUMBER,
                     "share",
                     -1,
                     10,
                     -1,
                     1,
                     {0},
                     NULL,
                     NULL,
                     "spreads levels about one half"},
                    {"brightness", HO_PARAMETER_NUMBER, "level", -10, 10, -1, 1, {0}, NULL, NULL, "is added"},
                    {"saturation", HO_PARAMETER_NUMBER, "factor", 0, 10, 0, 2, {1}, NULL, NULL, "distance from grey"},
                    {"low", HO_PARAMETER_NUMBER, "level", -1, 2, 0, 1, {0}, NULL, NULL, "level that becomes 0"},
                    {"high", HO_PARAMETER_NUMBER, "level", -1, 2, 0, 1, {1}, NULL, NULL, "level that becomes 1"},
                    {"clip_black", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {0}, NULL, NULL, "nothing below 0"},
                    {"clip_white", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {0}, NULL, NULL, "nothing above 1"},
                    HO_EFFECT_PARAMETERS,
                    {0},
                },
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"picture\", \"type\": \"test_picture\", "
                         "\"parameters\": {\"cut_out\": true}}, {\"id\": \"output\","
                         " \"type\": \"brightness_contrast\", \"parameters\": {\"gain\": 1.2, \"lift\": 0.1, "
                         "\"contrast\": 0.2, \"saturation\": 0.5}}],"
                         " \"links\": [\"picture.image -> output.image\"]}",
            .reference_hash = "ea0aa2d1e69add3a",
        },
    .flags = HO_NODE_EFFECT,
    .same = same,
    .process = process,
};
