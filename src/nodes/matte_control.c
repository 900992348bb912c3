// SPDX-License-Identifier: BSD-2-Clause
// Fusion's Matte Control: a matte from a second picture joins the alpha of the first; garbage and solid mattes; blur,
// contract or expand, gamma, thresholds; spill. Order: combine, invert, solid, garbage, expand, blur, gamma,
// thresholds; then the straight colour, its spill suppressed, is cut out along the result.
#include <math.h>
#include <string.h>

#include "graph/effect.h"
#include "graph/rects.h"
#include "image/clones.h"
#include "image/kernels.h"
#include "nodes/gauss.h"
#include "nodes/grade.h"
#include "nodes/keys.h"
#include "nodes/nodes.h"

enum { BACKGROUND, FOREGROUND, GARBAGE, SOLID };
enum { CHANNEL, OPERATION, INVERT, EXPAND, BLUR, GAMMA, LOW, HIGH, SPILL, SPILL_AMOUNT };
static const char *const channels[] = {"none", "red", "green", "blue", "alpha", "luminance", NULL};
static const char *const operations[] = {"copy",    "add",     "subtract", "inverse-subtract",
                                         "maximum", "minimum", "multiply", NULL};
static const char *const spills[] = {"none", "green", "blue", NULL};
enum { NO_CHANNEL, LUMINANCE = 5 };

static bool is_spatial(const struct ho_node_context *context)
{
    return context->value[EXPAND].number[0] != 0 || context->value[BLUR].number[0] > 0;
}
static unsigned flags_now(const struct ho_node_context *context)
{
    return HO_NODE_EFFECT | (is_spatial(context) ? HO_NODE_WHOLE : 0);
}

static int same(const struct ho_node_context *context, int output)
{
    (void)output;
    const struct ho_value *v = context->value;
    bool matte = v[CHANNEL].number[0] != NO_CHANNEL || v[INVERT].number[0] != 0 || context->connected[GARBAGE] ||
                 context->connected[SOLID] || is_spatial(context) || v[GAMMA].number[0] != 1 || v[LOW].number[0] != 0 ||
                 v[HIGH].number[0] != 1;
    return matte || (v[SPILL].number[0] != 0 && v[SPILL_AMOUNT].number[0] > 0) ? -1 : BACKGROUND;
}

// Outside it the matte is 0. Contracting and expanding look for the edge that its own border may be, and a pixel of
// softness lies beyond where that moves to.
static struct ho_rect matte_window(const struct ho_node_context *context)
{
    const struct ho_domain *back = &context->in[BACKGROUND];
    struct ho_rect window = back->window, all = {0, 0, back->width, back->height};
    const struct ho_value *v = context->value;
    if (v[CHANNEL].number[0] != NO_CHANNEL)
        window = rect_or(window, context->in[FOREGROUND].window);
    if (context->connected[SOLID])
        window = context->in[SOLID].outside != 0 ? all : rect_or(window, context->in[SOLID].window);
    if (v[INVERT].number[0] != 0 || v[HIGH].number[0] <= v[LOW].number[0])
        window = all;
    int grown = gauss_reach(v[BLUR].number[0], 3);
    if (v[EXPAND].number[0] != 0)
        grown += (int)ceil(v[EXPAND].number[0] > 0 ? v[EXPAND].number[0] : 0) + 2;
    return rect_and(rect_grown(window, grown, grown), all);
}

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    *out = context->in[BACKGROUND];
    out->window = matte_window(context);
}

static void region(const struct ho_node_context *context, int output, int input, struct ho_rect out,
                   struct ho_rect *needed)
{
    (void)output;
    (void)out;
    *needed = context->in[input].window;
}

enum { INVERSE_SUBTRACT = 3 };

// `value` is used up.
static void join(int operation, float *m, float *value, int n)
{
    static const enum key_mode modes[] = {KEY_REPLACE, KEY_ADD,     KEY_SUBTRACT, KEY_SUBTRACT,
                                          KEY_MAXIMUM, KEY_MINIMUM, KEY_INTERSECT};
    if (operation != INVERSE_SUBTRACT) {
        key_join_row(modes[operation], m, value, n);
        return;
    }
    key_join_row(modes[operation], value, m, n);
    memcpy(m, value, (size_t)n * sizeof(*m));
}

HO_CLONES static void hold(float *restrict m, const float *restrict solid, const float *restrict garbage, int n)
{
    for (int x = 0; x < n; x++) {
        float held = m[x] > solid[x] ? m[x] : solid[x];
        m[x] = held * (1 - garbage[x]);
    }
}

// Reads planes of a tile at `rect` (one row, GRADE_PART long at most) into parts; `outside` where it does not reach.
static void read_parts(const struct ho_tile *in, int first, int n_planes, struct ho_rect rect, float outside,
                       float (*parts)[GRADE_PART])
{
    struct ho_tile from = *in, to = {.rect = rect, .n_planes = n_planes, .stride = GRADE_PART};
    for (int p = 0; p < n_planes; p++) {
        from.plane[p] = in->plane[first + p];
        to.plane[p] = parts[p];
    }
    key_read(&from, outside, &to);
}

// The matte before anything that looks at neighbours.
static void make_matte(const struct ho_node_context *context, const struct ho_tile in[HO_PORTS_MAX],
                       struct ho_tile *out)
{
    const struct ho_value *v = context->value;
    int channel = (int)v[CHANNEL].number[0];
    struct key_levels levels = {.gain = 1, .invert = v[INVERT].number[0] != 0};
    for (int y = out->rect.y0; y < out->rect.y1; y++)
        for (int x = out->rect.x0; x < out->rect.x1; x += GRADE_PART) {
            struct ho_rect rect = {x, y, out->rect.x1 - x < GRADE_PART ? out->rect.x1 : x + GRADE_PART, y + 1};
            int n = rect.x1 - rect.x0;
            float *m = ho_tile_row(out, 0, y) + (x - out->rect.x0), front[3][GRADE_PART], value[GRADE_PART],
                  held[2][GRADE_PART];
            read_parts(&in[BACKGROUND], 3, 1, rect, 0, front);
            memcpy(m, front, (size_t)n * sizeof(*m));
            if (channel == LUMINANCE) {
                read_parts(&in[FOREGROUND], 0, 3, rect, 0, front);
                grade_weigh(front[0], front[1], front[2], value, n);
                join((int)v[OPERATION].number[0], m, value, n);
            } else if (channel != NO_CHANNEL) {
                read_parts(&in[FOREGROUND], channel - 1, 1, rect, 0, front);
                join((int)v[OPERATION].number[0], m, front[0], n);
            }
            key_level_row(levels, m, n);
            if (!context->connected[SOLID] && !context->connected[GARBAGE])
                continue;
            read_parts(&in[SOLID], 0, 1, rect, context->connected[SOLID] ? context->in[SOLID].outside : 0, &held[0]);
            read_parts(&in[GARBAGE], 0, 1, rect, context->connected[GARBAGE] ? context->in[GARBAGE].outside : 0,
                       &held[1]);
            hold(m, held[0], held[1], n);
        }
}

struct finish {
    float power, low, scale, spill_amount;
    int spill;
};

static struct finish make_finish(const struct ho_value *v)
{
    double low = v[LOW].number[0], high = v[HIGH].number[0];
    bool step = high <= low;    // what reaches `high` is in, the rest out
    return (struct finish){.power = (float)(1 / v[GAMMA].number[0]),
                           .low = (float)(step ? high - 1e-6 : low),
                           .scale = step ? 1e6f : (float)(1 / (high - low)),
                           .spill_amount = (float)v[SPILL_AMOUNT].number[0],
                           .spill = (int)v[SPILL].number[0]};
}

// Green (or blue) may be no more than the mean of the other two.
HO_CLONES static void suppress(float *restrict spilt, const float *restrict a, const float *restrict b, float amount,
                               int n)
{
    for (int x = 0; x < n; x++) {
        float over = spilt[x] - 0.5f * (a[x] + b[x]);
        spilt[x] -= over > 0 ? over * amount : 0;
    }
}

static void cut_out(const struct ho_node_context *context, const struct ho_tile *background,
                    const struct ho_tile *matte, struct ho_tile *out)
{
    struct finish finish = make_finish(context->value);
    struct key_levels levels = {.gain = finish.scale, .offset = -finish.low * finish.scale};
    for (int y = out->rect.y0; y < out->rect.y1; y++)
        for (int x = out->rect.x0; x < out->rect.x1; x += GRADE_PART) {
            struct ho_rect rect = {x, y, out->rect.x1 - x < GRADE_PART ? out->rect.x1 : x + GRADE_PART, y + 1};
            int n = rect.x1 - rect.x0;
            float back[4][GRADE_PART], *to[4], *m = ho_tile_row(out, 3, y) + (x - out->rect.x0);
            grade_colour c;
            for (int p = 0; p < 4; p++)
                to[p] = ho_tile_row(out, p, y) + (x - out->rect.x0);
            memcpy(m, ho_tile_row(matte, 0, y) + (x - matte->rect.x0), (size_t)n * sizeof(*m));
            if (finish.power != 1)
                grade_power(m, finish.power, n);
            key_level_row(levels, m, n);
            read_parts(background, 0, 4, rect, 0, back);
            grade_straighten((const float *[]){back[0], back[1], back[2], back[3]}, c, n);
            if (finish.spill)
                suppress(c[finish.spill], c[0], c[3 - finish.spill], finish.spill_amount, n);
            grade_premultiply(c, m, to, n);
        }
}

static enum ho_result expand(struct ho_picture *key, float pixels, int n_threads, struct ho_diag *diag)
{
    struct ho_matte *matte;
    HO_TRY(ho_matte_create(key->width, key->height, &matte, diag));
    ho_matte_from_picture(key, matte);
    enum ho_result result = ho_grow(matte, pixels, n_threads, diag);
    if (result == HO_OK)
        ho_matte_to_picture(matte, key);
    ho_matte_destroy(&matte);
    return result;
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    struct ho_rect window = is_spatial(context) ? matte_window(context) : out->rect;
    double sigma[2] = {context->value[BLUR].number[0], context->value[BLUR].number[0]};
    struct ho_picture *sharp = NULL, *soft = NULL;
    enum ho_result result = ho_picture_create(window.x1 - window.x0, window.y1 - window.y0, 1, &sharp, diag);
    if (result == HO_OK) {
        struct ho_tile tile = {.rect = window, .n_planes = 1, .stride = sharp->stride, .plane = {sharp->plane[0]}};
        make_matte(context, in, &tile);
        if (context->value[EXPAND].number[0] != 0)
            result = expand(sharp, (float)context->value[EXPAND].number[0], context->n_threads, diag);
        if (result == HO_OK && sigma[0] > 0) {
            result = ho_picture_create(window.x1 - window.x0, window.y1 - window.y0, 1, &soft, diag);
            struct ho_tile blurred = {.rect = window,
                                      .n_planes = 1,
                                      .stride = soft ? soft->stride : 0,
                                      .plane = {soft ? soft->plane[0] : NULL}};
            if (result == HO_OK)
                result = gauss_plane(&tile, 0, 0, 0, sigma, 3, context->n_threads, &blurred, 0, diag);
            tile = blurred;
        }
        if (result == HO_OK)
            cut_out(context, &in[BACKGROUND], &tile, out);
    }
    ho_picture_destroy(&sharp);
    ho_picture_destroy(&soft);
    return result;
}

const struct ho_node matte_control_node = {
    .type =
        {
            .name = "matte_control",
            .label = "Matte Control",
            .help = "makes and works on a picture's alpha",
            .pages = HO_PAGE_FUSION,
            .inputs =
                (const struct ho_port[]){
                    {"background", HO_PORT_IMAGE, true, "the picture that gets the matte"},
                    {"foreground", HO_PORT_IMAGE, false,
                     "where the matte's channel comes from, a saved matte for instance"},
                    {"garbage", HO_PORT_KEY, false, "holds out whatever the matte says"},
                    {"solid", HO_PORT_KEY, false, "holds in whatever the matte says"},
                    HO_EFFECT_MASK,
                    {0},
                },
            .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "the background, cut out"}, {0}},
            .parameters =
                (const struct ho_parameter[]){
                    {"combine",
                     HO_PARAMETER_CHOICE,
                     "",
                     0,
                     5,
                     0,
                     5,
                     {0},
                     NULL,
                     channels,
                     "the foreground's channel that joins the background's alpha"},
                    {"combine_op", HO_PARAMETER_CHOICE, "", 0, 6, 0, 6, {0}, NULL, operations, "how it joins"},
                    {"invert",
                     HO_PARAMETER_BOOLEAN,
                     "",
                     0,
                     1,
                     0,
                     1,
                     {0},
                     NULL,
                     NULL,
                     "white becomes black, before garbage and solid"},
                    {"contract_expand",
                     HO_PARAMETER_NUMBER,
                     "px",
                     -200,
                     200,
                     -20,
                     20,
                     {0},
                     NULL,
                     NULL,
                     "expands, or contracts below 0"},
                    {"blur",
                     HO_PARAMETER_NUMBER,
                     "px",
                     0,
                     1000,
                     0,
                     50,
                     {0},
                     NULL,
                     NULL,
                     "standard deviation of the matte's blur"},
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
                     "soft parts fuller above 1"},
                    {"low",
                     HO_PARAMETER_NUMBER,
                     "level",
                     0,
                     1,
                     0,
                     1,
                     {0},
                     NULL,
                     NULL,
                     "threshold: values at or below become 0"},
                    {"high",
                     HO_PARAMETER_NUMBER,
                     "level",
                     0,
                     1,
                     0,
                     1,
                     {1},
                     NULL,
                     NULL,
                     "threshold: values at or above become 1"},
                    {"spill_colour",
                     HO_PARAMETER_CHOICE,
                     "",
                     0,
                     2,
                     0,
                     2,
                     {0},
                     NULL,
                     spills,
                     "which screen has spilt onto the picture"},
                    {"spill_suppression",
                     HO_PARAMETER_NUMBER,
                     "share",
                     0,
                     1,
                     0,
                     1,
                     {1},
                     NULL,
                     NULL,
                     "how much of the spill is taken away"},
                    HO_EFFECT_PARAMETERS,
                    {0},
                },
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"a\", \"type\": \"test_picture\"}, {\"id\": "
                         "\"b\", \"type\": \"test_picture\", \"parameters\": {\"cut_out\": true}},"
                         " {\"id\": \"g\", \"type\": \"rectangle_mask\", \"parameters\": {\"mask_width\": 96, "
                         "\"mask_height\": 64, \"centre\": [0.3, 0.3], \"width\": 0.3, \"height\": 0.3}},"
                         " {\"id\": \"output\", \"type\": \"matte_control\", \"parameters\": {\"combine\": \"alpha\", "
                         "\"contract_expand\": -4, \"blur\": 1.5, \"spill_colour\": \"green\"}}],"
                         " \"links\": [\"a.image -> output.background\", \"b.image -> output.foreground\", \"g.key -> "
                         "output.garbage\"]}",
            .reference_hash = "10e1be8260e16541",
        },
    .flags = HO_NODE_EFFECT,
    .flags_now = flags_now,
    .domain = domain,
    .region = region,
    .same = same,
    .process = process,
};
