// SPDX-License-Identifier: BSD-2-Clause
// The Color page's primary corrector: lift, gamma, gain, offset, contrast about a pivot, saturation, limited by a key.
// On straight, display-referred colour: out = (gain * (in + lift * (1 - in)))^(1 / gamma) + offset (the ASC CDL's order
// of slope, offset and power, with lift holding white); then contrast about the pivot; then saturation about luma, as
// the ASC CDL 1.2 has it (BT.709 weights).
#include "graph/effect.h"
#include "graph/rects.h"
#include "nodes/gauss.h"
#include "nodes/grade.h"
#include "nodes/keys.h"
#include "nodes/nodes.h"

enum { IMAGE, KEY };
enum { LIFT, GAMMA, GAIN, OFFSET, CONTRAST, PIVOT, SATURATION, KEY_GAIN, KEY_OFFSET, KEY_INVERT, KEY_BLUR };

static bool is_neutral(const struct ho_value *v)
{
    for (int i = 0; i < 4; i++)
        if (v[LIFT].number[i] != 0 || v[GAMMA].number[i] != 1 || v[GAIN].number[i] != 1 || v[OFFSET].number[i] != 0)
            return false;
    return v[CONTRAST].number[0] == 1 && v[SATURATION].number[0] == 1;
}

static bool key_is_plain(const struct ho_value *v)
{
    return v[KEY_GAIN].number[0] == 1 && v[KEY_OFFSET].number[0] == 0 && v[KEY_INVERT].number[0] == 0 &&
           v[KEY_BLUR].number[0] == 0;
}

static int same(const struct ho_node_context *context, int output)
{
    if (output == KEY)
        return context->connected[KEY] && key_is_plain(context->value) ? KEY : -1;
    return is_neutral(context->value) ? IMAGE : -1;
}

static unsigned flags_now(const struct ho_node_context *context)
{
    return context->connected[KEY] && context->value[KEY_BLUR].number[0] > 0 ? HO_NODE_WHOLE : 0;
}

static float key_outside(const struct ho_node_context *context)
{
    return key_level(key_levels_of(context->value + KEY_GAIN),
                     context->connected[KEY] ? context->in[KEY].outside : 1.0f);
}

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    *out = context->in[IMAGE];
    if (output == IMAGE)
        return;
    out->outside = key_outside(context);
    out->window = context->connected[KEY] ? context->in[KEY].window : (struct ho_rect){0};
    int reach = gauss_reach(context->value[KEY_BLUR].number[0], 3);
    out->window = rect_grown(out->window, reach, reach);
}

static void region(const struct ho_node_context *context, int output, int input, struct ho_rect out,
                   struct ho_rect *needed)
{
    *needed = input == KEY ? context->in[KEY].window : output == IMAGE ? out : (struct ho_rect){0};
}

// Nothing changes outside the key.
static void likeness(const struct ho_node_context *context, const struct ho_likeness in[HO_PORTS_MAX],
                     struct ho_likeness *out)
{
    if (!context->connected[KEY] || key_outside(context) != 0 || context->value[KEY_BLUR].number[0] > 0)
        return;
    *out = in[IMAGE];
    out->changed = rect_or(out->changed, context->in[KEY].window);
}

struct curve {
    float slope[3], start[3], power[3], offset[3], contrast, saturation;
};

// The fourth number of each wheel is its master.
static struct curve make_curve(const struct ho_value *v)
{
    struct curve c = {.contrast = (float)v[CONTRAST].number[0], .saturation = (float)v[SATURATION].number[0]};
    for (int p = 0; p < 3; p++) {
        double lift = v[LIFT].number[p] + v[LIFT].number[3], gain = v[GAIN].number[p] * v[GAIN].number[3],
               offset = v[OFFSET].number[p] + v[OFFSET].number[3];
        c.slope[p] = (float)(gain * (1 - lift));
        c.start[p] = (float)(gain * lift);
        c.power[p] = (float)(1 / (v[GAMMA].number[p] * v[GAMMA].number[3]));
        c.offset[p] = (float)((offset - v[PIVOT].number[0]) * v[CONTRAST].number[0] + v[PIVOT].number[0]);
    }
    return c;
}

static void change(const void *opaque, grade_colour c, int n)
{
    const struct curve *curve = opaque;
    for (int p = 0; p < 3; p++) {
        grade_line(c[p], curve->slope[p], curve->start[p], n);
        if (curve->power[p] != 1)
            grade_power(c[p], curve->power[p], n);
        grade_line(c[p], curve->contrast, curve->offset[p], n);
    }
    if (curve->saturation != 1)
        grade_saturate(c, curve->saturation, n);
}

static void key_tile(const struct ho_node_context *context, const struct ho_tile *in, struct ho_tile *out)
{
    key_read(in, context->connected[KEY] ? context->in[KEY].outside : 1.0f, out);
    for (int y = out->rect.y0; y < out->rect.y1; y++)
        key_level_row(key_levels_of(context->value + KEY_GAIN), ho_tile_row(out, 0, y), out->rect.x1 - out->rect.x0);
}

// `key` NULL: `flat` everywhere.
static void correct(const struct ho_node_context *context, const struct ho_tile *image, const struct ho_tile *key,
                    float flat, struct ho_tile *out)
{
    struct curve curve = make_curve(context->value);
    if (key || flat != 0)
        grade_tile(image, out, change, &curve);
    else
        tile_copy(image, out);
    if (key || (flat != 0 && flat != 1))
        mix_tiles(image, key, flat, out);
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    double sigma[2] = {context->value[KEY_BLUR].number[0], context->value[KEY_BLUR].number[0]};
    bool blurred = context->connected[KEY] && sigma[0] > 0 && in[KEY].n_planes;
    if (!blurred && output == KEY) {
        key_tile(context, &in[KEY], out);
        return HO_OK;
    }
    if (!blurred && !in[KEY].n_planes) {
        correct(context, &in[IMAGE], NULL, key_outside(context), out);
        return HO_OK;
    }
    struct ho_rect window = blurred ? context->in[KEY].window : out->rect;
    struct ho_picture *memory[2] = {NULL, NULL};
    enum ho_result result = ho_picture_create(window.x1 - window.x0, window.y1 - window.y0, 1, &memory[0], diag);
    if (result == HO_OK)
        result = ho_picture_create(out->rect.x1 - out->rect.x0, out->rect.y1 - out->rect.y0, 1, &memory[1], diag);
    if (result == HO_OK) {
        struct ho_tile plain = {
            .rect = window, .n_planes = 1, .stride = memory[0]->stride, .plane = {memory[0]->plane[0]}};
        struct ho_tile soft = {
            .rect = out->rect, .n_planes = 1, .stride = memory[1]->stride, .plane = {memory[1]->plane[0]}};
        key_tile(context, &in[KEY], &plain);
        if (blurred)
            result = gauss_plane(&plain, 0, key_outside(context), 0, sigma, 3, context->n_threads,
                                 output == KEY ? out : &soft, 0, diag);
        if (result == HO_OK && output == IMAGE)
            correct(context, &in[IMAGE], blurred ? &soft : &plain, 0, out);
    }
    ho_picture_destroy(&memory[0]);
    ho_picture_destroy(&memory[1]);
    return result;
}

const struct ho_node corrector_node = {
    .type =
        {
            .name = "corrector",
            .label = "Corrector",
            .help = "primary colour correction, limited by a key",
            .pages = HO_PAGE_COLOR,
            .inputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, true, "the picture to correct"},
                                               {"key", HO_PORT_KEY, false,
                                                "where it works; everywhere if not connected"},
                                               {0}},
            .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "the corrected picture"},
                                                {"key", HO_PORT_KEY, false, "the key, for the next node"},
                                                {0}},
            .parameters =
                (const struct ho_parameter[]){
                    {"lift",
                     HO_PARAMETER_COLOUR,
                     "level",
                     -4,
                     4,
                     -0.5,
                     0.5,
                     {0, 0, 0, 0},
                     NULL,
                     NULL,
                     "red, green, blue, master: raises black, holds white"},
                    {"gamma",
                     HO_PARAMETER_COLOUR,
                     "power",
                     0.01,
                     10,
                     0.2,
                     5,
                     {1, 1, 1, 1},
                     NULL,
                     NULL,
                     "red, green, blue, master: greys brighter above 1"},
                    {"gain",
                     HO_PARAMETER_COLOUR,
                     "factor",
                     0,
                     16,
                     0,
                     4,
                     {1, 1, 1, 1},
                     NULL,
                     NULL,
                     "red, green, blue, master: multiplies"},
                    {"offset",
                     HO_PARAMETER_COLOUR,
                     "level",
                     -4,
                     4,
                     -0.5,
                     0.5,
                     {0, 0, 0, 0},
                     NULL,
                     NULL,
                     "red, green, blue, master: is added"},
                    {"contrast",
                     HO_PARAMETER_NUMBER,
                     "factor",
                     0,
                     10,
                     0,
                     2,
                     {1},
                     NULL,
                     NULL,
                     "spreads levels about the pivot"},
                    {"pivot",
                     HO_PARAMETER_NUMBER,
                     "level",
                     0,
                     1,
                     0,
                     1,
                     {0.435},
                     NULL,
                     NULL,
                     "the level that contrast leaves"},
                    {"saturation", HO_PARAMETER_NUMBER, "factor", 0, 10, 0, 2, {1}, NULL, NULL, "distance from grey"},
                    {"key_gain", HO_PARAMETER_NUMBER, "factor", -10, 10, 0, 1, {1}, NULL, NULL, "multiplies the key"},
                    {"key_offset", HO_PARAMETER_NUMBER, "level", -1, 1, -1, 1, {0}, NULL, NULL, "is added to the key"},
                    {"key_invert",
                     HO_PARAMETER_BOOLEAN,
                     "",
                     0,
                     1,
                     0,
                     1,
                     {0},
                     NULL,
                     NULL,
                     "works outside the key instead"},
                    {"key_blur_radius",
                     HO_PARAMETER_NUMBER,
                     "px",
                     0,
                     1000,
                     0,
                     50,
                     {0},
                     NULL,
                     NULL,
                     "standard deviation of the key's blur"},
                    {0},
                },
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"picture\", \"type\": \"test_picture\"}, "
                         "{\"id\": \"mask\", \"type\": \"ellipse_mask\", \"parameters\":"
                         " {\"mask_width\": 96, \"mask_height\": 64}}, {\"id\": \"output\", \"type\": \"corrector\", "
                         "\"parameters\": {\"lift\": [0.1, 0, -0.1, 0],"
                         " \"gamma\": [1, 1.2, 1, 1.1], \"gain\": [1, 1, 1, 1.2], \"contrast\": 1.3, \"saturation\": "
                         "0.6, \"key_blur_radius\": 2}}],"
                         " \"links\": [\"picture.image -> output.image\", \"mask.key -> output.key\"]}",
            .reference_hash = "34b54745dff8eee3",
        },
    .flags_now = flags_now,
    .domain = domain,
    .region = region,
    .likeness = likeness,
    .same = same,
    .process = process,
};
