// SPDX-License-Identifier: BSD-2-Clause
// Fusion's Color Corrector: gain, lift, gamma, contrast, brightness and saturation for the whole picture and for its shadows, midtones and highlights.
// The ranges are weights of luma that sum to 1: shadows fall from 1 to 0 up to `shadows_end`, highlights rise from `highlights_start` to white, both as smooth steps.
#include <math.h>

#include "graph/effect.h"
#include "nodes/nodes.h"

enum { N_CONTROLS = 6, N_RANGES = 4 };      // master, shadows, midtones, highlights
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

struct range { float slope, offset, power, contrast, brightness, saturation; bool on; };

static struct range make_range(const struct ho_value *v, int index)
{
    v += index * N_CONTROLS;
    float gain = (float)v[GAIN].number[0], lift = (float)v[LIFT].number[0];
    return (struct range){.slope = gain * (1 - lift), .offset = lift, .power = (float)(1 / v[GAMMA].number[0]), .contrast = (float)(1 + v[CONTRAST].number[0]),
                          .brightness = (float)v[BRIGHTNESS].number[0], .saturation = (float)v[SATURATION].number[0]};
}

static float luma(const float c[3]) { return 0.2126f * c[0] + 0.7152f * c[1] + 0.0722f * c[2]; }

static void apply_range(const struct range *r, const float in[3], float out[3])
{
    for (int p = 0; p < 3; p++) {
        float v = in[p] * r->slope + r->offset;
        if (r->power != 1)
            v = v > 0 ? powf(v, r->power) : v;
        out[p] = (v - 0.5f) * r->contrast + 0.5f + r->brightness;
    }
    float y = luma(out);
    for (int p = 0; p < 3; p++)
        out[p] = y + (out[p] - y) * r->saturation;
}

static float smooth_step(float from, float to, float x)
{
    float t = to > from ? (x - from) / (to - from) : x >= to ? 1.0f : 0.0f;
    t = t > 0 ? t < 1 ? t : 1 : 0;
    return t * t * (3 - 2 * t);
}

// Turns the colour about the grey axis in Y'CbCr, luma kept.
static void turn_hue(float c[3], float cosine, float sine)
{
    float y = luma(c), cb = (c[2] - y) / 1.8556f, cr = (c[0] - y) / 1.5748f;
    float u = cb * cosine - cr * sine, v = cb * sine + cr * cosine;
    c[0] = y + 1.5748f * v;
    c[2] = y + 1.8556f * u;
    c[1] = (y - 0.2126f * c[0] - 0.0722f * c[2]) / 0.7152f;
}

struct settings { struct range range[N_RANGES]; float shadows_end, highlights_start, cosine, sine; bool ranges, hue; };

static void change_pixel(const struct settings *s, float c[3])
{
    float base[3] = {c[0], c[1], c[2]};
    if (s->ranges) {
        float y = luma(base), shadow = 1 - smooth_step(0, s->shadows_end, y), highlight = smooth_step(s->highlights_start, 1, y);
        float weight[N_RANGES] = {0, shadow, 1 - shadow - highlight, highlight}, sum[3] = {0};
        if (weight[2] < 0) {        // the ranges overlap: share
            weight[1] /= shadow + highlight;
            weight[3] /= shadow + highlight;
            weight[2] = 0;
        }
        for (int i = 1; i < N_RANGES; i++) {
            float changed[3];
            if (weight[i] == 0)
                continue;
            apply_range(&s->range[i], base, changed);
            for (int p = 0; p < 3; p++)
                sum[p] += weight[i] * changed[p];
        }
        for (int p = 0; p < 3; p++)
            base[p] = sum[p];
    }
    if (s->hue)
        turn_hue(base, s->cosine, s->sine);
    apply_range(&s->range[0], base, c);
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX], struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)diag;
    static const double pi = 3.14159265358979323846;
    const struct ho_value *v = context->value;
    struct settings s = {.shadows_end = (float)v[SHADOWS_END].number[0], .highlights_start = (float)v[HIGHLIGHTS_START].number[0], .hue = v[HUE].number[0] != 0};
    s.cosine = (float)cos(v[HUE].number[0] * pi / 180);
    s.sine = (float)sin(v[HUE].number[0] * pi / 180);
    for (int i = 0; i < N_RANGES; i++) {
        s.range[i] = make_range(v, i);
        s.ranges = s.ranges || (i > 0 && !range_is_neutral(v, i));
    }
    for (int y = out->rect.y0; y < out->rect.y1; y++) {
        const float *from[4];
        float *to[4];
        for (int p = 0; p < 4; p++) {
            from[p] = ho_tile_row(&in[0], p, y);
            to[p] = ho_tile_row(out, p, y);
        }
        for (int x = 0; x < out->rect.x1 - out->rect.x0; x++) {
            float alpha = from[3][x], straight = alpha != 0 ? 1 / alpha : 0, c[3] = {from[0][x] * straight, from[1][x] * straight, from[2][x] * straight};
            change_pixel(&s, c);
            for (int p = 0; p < 3; p++)
                to[p][x] = c[p] * alpha;
            to[3][x] = alpha;
        }
    }
    return HO_OK;
}

#define RANGE_PARAMETERS(range, where) \
    {range "_gain", HO_PARAMETER_NUMBER, "factor", 0, 100, 0, 2, {1}, NULL, NULL, "multiplies" where}, \
    {range "_lift", HO_PARAMETER_NUMBER, "level", -10, 10, -1, 1, {0}, NULL, NULL, "raises black and leaves white" where}, \
    {range "_gamma", HO_PARAMETER_NUMBER, "power", 0.01, 100, 0.2, 5, {1}, NULL, NULL, "greys brighter above 1" where}, \
    {range "_contrast", HO_PARAMETER_NUMBER, "share", -1, 10, -1, 1, {0}, NULL, NULL, "spreads levels about one half" where}, \
    {range "_brightness", HO_PARAMETER_NUMBER, "level", -10, 10, -1, 1, {0}, NULL, NULL, "is added" where}, \
    {range "_saturation", HO_PARAMETER_NUMBER, "factor", 0, 10, 0, 2, {1}, NULL, NULL, "distance from grey" where}

const struct ho_node color_corrector_node = {
    .type = {
        .name = "color_corrector", .label = "Color Corrector", .help = "corrects the whole picture, its shadows, midtones and highlights", .pages = HO_PAGE_FUSION,
        .inputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, true, "the picture to correct"}, HO_EFFECT_MASK, {0}},
        .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "the corrected picture"}, {0}},
        .parameters = (const struct ho_parameter[]){
            RANGE_PARAMETERS("master", ""), RANGE_PARAMETERS("shadows", ", in the shadows"), RANGE_PARAMETERS("midtones", ", in the midtones"),
            RANGE_PARAMETERS("highlights", ", in the highlights"),
            {"hue", HO_PARAMETER_NUMBER, "deg", -360, 360, -180, 180, {0}, NULL, NULL, "turns all colours, luma kept"},
            {"shadows_end", HO_PARAMETER_NUMBER, "level", 0, 1, 0, 1, {0.5}, NULL, NULL, "luma at which shadows end"},
            {"highlights_start", HO_PARAMETER_NUMBER, "level", 0, 1, 0, 1, {0.5}, NULL, NULL, "luma at which highlights begin"},
            HO_EFFECT_PARAMETERS,
            {0},
        },
        .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"picture\", \"type\": \"test_picture\"}, {\"id\": \"output\", \"type\": \"color_corrector\", \"parameters\":"
                     " {\"shadows_brightness\": 0.2, \"highlights_saturation\": 0, \"midtones_gamma\": 1.5, \"hue\": 40}}], \"links\": [\"picture.image -> output.image\"]}",
        .reference_hash = "f0185042fac46c36",
    },
    .flags = HO_NODE_EFFECT,
    .same = same,
    .process = process,
};
