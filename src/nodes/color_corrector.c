// SPDX-License-Identifier: BSD-2-Clause
// Fusion's Color Corrector: gain, lift, gamma, contrast, brightness and saturation for the whole picture and for its
// shadows, midtones and highlights. The ranges are weights of luma that sum to 1: shadows fall from 1 to 0 up to
// `shadows_end`, highlights rise from `highlights_start` to white, both as smooth steps.
#include <math.h>
#include <string.h>

#include "graph/effect.h"
#include "image/clones.h"
#include "nodes/grade.h"
#include "nodes/nodes.h"

enum { N_CONTROLS = 6, N_RANGES = 4 };    // master, shadows, midtones, highlights
enum { GAIN, LIFT, GAMMA, CONTRAST, BRIGHTNESS, SATURATION };
enum { HUE = N_RANGES * N_CONTROLS, SHADOWS_END, HIGHLIGHTS_START };

static const double neutral[N_CONTROLS] = {[GAIN] = 1, [GAMMA] = 1, [SATURATION] = 1};

static bool range_is_neutral(const struct ho_value *v, int range)
{
    for (int i = 0; i < N_CONTROLS; i++)
        if (v[range * N_CONTROLS + i].number[0] != neutral[i])
            return false;
    return true;
}

static int same(const struct ho_node_context *context, int output)
{
    (void)output;
    for (int range = 0; range < N_RANGES; range++)
        if (!range_is_neutral(context->value, range))
            return -1;
    return context->value[HUE].number[0] == 0 ? 0 : -1;
}

struct range {
    float slope, offset, power, after_slope, after_offset, saturation;
    bool on;
};
struct settings {
    struct range range[N_RANGES];
    float shadows_end, highlights_start, cosine, sine;
    bool hue;
};

static struct range make_range(const struct ho_value *v, int index)
{
    bool on = !range_is_neutral(v, index);
    v += index * N_CONTROLS;
    float gain = (float)v[GAIN].number[0], lift = (float)v[LIFT].number[0],
          contrast = (float)(1 + v[CONTRAST].number[0]);
    return (struct range){.slope = gain * (1 - lift),
                          .offset = lift,
                          .power = (float)(1 / v[GAMMA].number[0]),
                          .after_slope = contrast,
                          .after_offset = 0.5f - 0.5f * contrast + (float)v[BRIGHTNESS].number[0],
                          .saturation = (float)v[SATURATION].number[0],
                          .on = on};
}

static void apply_range(const struct range *r, grade_colour c, int n)
{
    for (int p = 0; p < 3; p++) {
        grade_line(c[p], r->slope, r->offset, n);
        if (r->power != 1)
            grade_power(c[p], r->power, n);
        grade_line(c[p], r->after_slope, r->after_offset, n);
    }
    if (r->saturation != 1)
        grade_saturate(c, r->saturation, n);
}

static inline float smooth_step(float from, float scale, float x)
{
    float t = (x - from) * scale;
    t = t > 0 ? t : 0;
    t = t < 1 ? t : 1;
    return t * t * (3 - 2 * t);
}

// How much shadow, midtone and highlight there is in each luma; where the ranges overlap, shadows and highlights share.
HO_CLONES static void weigh(const float *restrict luma, float shadows_end, float highlights_start,
                            float (*restrict weight)[GRADE_PART], int n)
{
    float shadows = 1 / (shadows_end > 1e-6f ? shadows_end : 1e-6f),
          highlights = 1 / (1 - highlights_start > 1e-6f ? 1 - highlights_start : 1e-6f);
    for (int x = 0; x < n; x++) {
        float shadow = 1 - smooth_step(0, shadows, luma[x]),
              highlight = smooth_step(highlights_start, highlights, luma[x]), both = shadow + highlight;
        float share = 1 / (both > 1 ? both : 1), middle = 1 - both;
        weight[0][x] = shadow * share;
        weight[1][x] = middle > 0 ? middle : 0;
        weight[2][x] = highlight * share;
    }
}

HO_CLONES static void add_change(const float *restrict changed, const float *restrict base,
                                 const float *restrict weight, float *restrict sum, int n)
{
    for (int x = 0; x < n; x++)
        sum[x] += weight[x] * (changed[x] - base[x]);
}

// Turns the colour about the grey axis in BT.709 Y'CbCr, luma kept.
HO_CLONES static void turn_hue(grade_colour c, float cosine, float sine, int n)
{
    for (int x = 0; x < n; x++) {
        float y = 0.2126f * c[0][x] + 0.7152f * c[1][x] + 0.0722f * c[2][x], cb = (c[2][x] - y) / 1.8556f,
              cr = (c[0][x] - y) / 1.5748f;
        float red = y + 1.5748f * (cb * sine + cr * cosine), blue = y + 1.8556f * (cb * cosine - cr * sine);
        c[0][x] = red;
        c[1][x] = (y - 0.2126f * red - 0.0722f * blue) / 0.7152f;
        c[2][x] = blue;
    }
}

static void change(const void *opaque, grade_colour c, int n)
{
    const struct settings *s = opaque;
    if (s->range[1].on || s->range[2].on || s->range[3].on) {
        grade_colour base, changed, weight;
        float luma[GRADE_PART];
        memcpy(base, c, sizeof(grade_colour));
        grade_weigh(base[0], base[1], base[2], luma, n);
        weigh(luma, s->shadows_end, s->highlights_start, weight, n);
        for (int i = 1; i < N_RANGES;
             i++) {    // the weights' sum is 1: what a neutral range would add is there already
            if (!s->range[i].on)
                continue;
            memcpy(changed, base, sizeof(grade_colour));
            apply_range(&s->range[i], changed, n);
            for (int p = 0; p < 3; p++)
                add_change(changed[p], base[p], weight[i - 1], c[p], n);
        }
    }
    if (s->hue)
        turn_hue(c, s->cosine, s->sine, n);
    if (s->range[0].on)
        apply_range(&s->range[0], c, n);
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)diag;
    static const double pi = 3.14159265358979323846;
    const struct ho_value *v = context->value;
    struct settings s = {.shadows_end = (float)v[SHADOWS_END].number[0],
                         .highlights_start = (float)v[HIGHLIGHTS_START].number[0],
                         .hue = v[HUE].number[0] != 0};
    s.cosine = (float)cos(v[HUE].number[0] * pi / 180);
    s.sine = (float)sin(v[HUE].number[0] * pi / 180);
    for (int i = 0; i < N_RANGES; i++)
        s.range[i] = make_range(v, i);
    grade_tile(&in[0], out, change, &s);
    return HO_OK;
}

#define RANGE_PARAMETERS(range, where)                                                                               \
    {range "_gain", HO_PARAMETER_NUMBER, "factor", 0, 100, 0, 2, {1}, NULL, NULL, "multiplies" where},               \
        {range "_lift",                                                                                              \
         HO_PARAMETER_NUMBER,                                                                                        \
         "level",                                                                                                    \
         -10,                                                                                                        \
         10,                                                                                                         \
         -1,                                                                                                         \
         1,                                                                                                          \
         {0},                                                                                                        \
         NULL,                                                                                                       \
         NULL,                                                                                                       \
         "raises black and leaves white" where},                                                                     \
        {range "_gamma", HO_PARAMETER_NUMBER,           "power", 0.01, 100, 0.2, 5, {1}, NULL,                       \
         NULL,           "greys brighter above 1" where},                                                            \
        {range "_contrast",                                                                                          \
         HO_PARAMETER_NUMBER,                                                                                        \
         "share",                                                                                                    \
         -1,                                                                                                         \
         10,                                                                                                         \
         -1,                                                                                                         \
         1,                                                                                                          \
         {0},                                                                                                        \
         NULL,                                                                                                       \
         NULL,                                                                                                       \
         "spreads levels about one half" where},                                                                     \
        {range "_brightness", HO_PARAMETER_NUMBER, "level", -10, 10, -1, 1, {0}, NULL, NULL, "is added" where},      \
    {                                                                                                                \
        range "_saturation", HO_PARAMETER_NUMBER, "factor", 0, 10, 0, 2, {1}, NULL, NULL, "distance from grey" where \
    }

const struct ho_node color_corrector_node = {
    .type =
        {
            .name = "color_corrector",
            .label = "Color Corrector",
            .help = "corrects the whole picture, its shadows, midtones and highlights",
            .pages = HO_PAGE_FUSION,
            .inputs =
                (const struct ho_port[]){{"image", HO_PORT_IMAGE, true, "the picture to correct"}, HO_EFFECT_MASK, {0}},
            .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "the corrected picture"}, {0}},
            .parameters =
                (const struct ho_parameter[]){
                    RANGE_PARAMETERS("master", ""),
                    RANGE_PARAMETERS("shadows", ", in the shadows"),
                    RANGE_PARAMETERS("midtones", ", in the midtones"),
                    RANGE_PARAMETERS("highlights", ", in the highlights"),
                    {"hue",
                     HO_PARAMETER_NUMBER,
                     "deg",
                     -360,
                     360,
                     -180,
                     180,
                     {0},
                     NULL,
                     NULL,
                     "turns all colours, luma kept"},
                    {"shadows_end",
                     HO_PARAMETER_NUMBER,
                     "level",
                     0,
                     1,
                     0,
                     1,
                     {0.5},
                     NULL,
                     NULL,
                     "luma at which shadows end"},
                    {"highlights_start",
                     HO_PARAMETER_NUMBER,
                     "level",
                     0,
                     1,
                     0,
                     1,
                     {0.5},
                     NULL,
                     NULL,
                     "luma at which highlights begin"},
                    HO_EFFECT_PARAMETERS,
                    {0},
                },
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"picture\", \"type\": \"test_picture\"}, "
                         "{\"id\": \"output\", \"type\": \"color_corrector\", \"parameters\":"
                         " {\"shadows_brightness\": 0.2, \"highlights_saturation\": 0, \"midtones_gamma\": 1.5, "
                         "\"hue\": 40}}], \"links\": [\"picture.image -> output.image\"]}",
            .reference_hash = "f0185042fac46c36",
        },
    .flags = HO_NODE_EFFECT,
    .same = same,
    .process = process,
};
