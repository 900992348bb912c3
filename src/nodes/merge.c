// SPDX-License-Identifier: BSD-2-Clause
// One picture over another, premultiplied: Porter and Duff (SIGGRAPH 1984) for the operators, the W3C's Compositing and
// Blending for the apply modes.
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "graph/effect.h"
#include "graph/rects.h"
#include "image/clones.h"
#include "nodes/nodes.h"
#include "nodes/resample.h"

enum { BACKGROUND, FOREGROUND, MASK };
enum { MODE, OPERATOR, CENTRE, SIZE, ANGLE, EDGES, FILTER, ADDITIVE, ALPHA_GAIN, BURN_IN };
enum mode {
    NORMAL,
    SCREEN,
    MULTIPLY,
    OVERLAY,
    SOFT_LIGHT,
    HARD_LIGHT,
    DARKEN,
    LIGHTEN,
    DIFFERENCE,
    ADD,
    SUBTRACT,
    SUBTRACT_BACKGROUND
};
static const char *const modes[] = {"normal", "screen",  "multiply",   "overlay", "soft-light", "hard-light",
                                    "darken", "lighten", "difference", "add",     "subtract",   "subtract-background",
                                    NULL};
static const char *const operators[] = {"over", "in", "held-out", "atop", "xor", NULL};

// ---- placing the foreground

static struct placement place(const struct ho_node_context *context)
{
    const struct ho_value *v = context->value;
    return (struct placement){
        .centre = {v[CENTRE].number[0], v[CENTRE].number[1]},
        .pivot = {0.5, 0.5},
        .size_x = v[SIZE].number[0],
        .size_y = v[SIZE].number[0],
        .angle = v[ANGLE].number[0],
        .width = context->in[FOREGROUND].width,
        .height = context->in[FOREGROUND].height,
        .canvas_width = context->in[BACKGROUND].width,
        .canvas_height = context->in[BACKGROUND].height,
    };
}

// Not moved: the foreground is read pixel by pixel, in the same band.
static bool in_place(const struct ho_node_context *context)
{
    if (!context->connected[FOREGROUND])
        return true;
    struct placement placement = place(context);
    struct affine map = placement_inverse(&placement);
    return affine_is_identity(&map) && context->value[EDGES].number[0] == EDGES_CANVAS;
}

static unsigned flags_now(const struct ho_node_context *context)
{
    return HO_NODE_EFFECT | (in_place(context) ? 0 : HO_NODE_AREA);
}

static void region(const struct ho_node_context *context, int output, int input, struct ho_rect out,
                   struct ho_rect *needed)
{
    (void)output;
    if (input != FOREGROUND)
        return;
    struct placement placement = place(context);
    struct affine map = placement_inverse(&placement);
    *needed = context->value[EDGES].number[0] == EDGES_CANVAS ? affine_region(&map, out)
                                                              : context->in[FOREGROUND].window;
}

// With these values a cut-out of a picture over that picture gives the picture.
static bool is_true_over(const struct ho_node_context *context)
{
    const struct ho_value *v = context->value;
    return v[MODE].number[0] == NORMAL && v[ADDITIVE].number[0] == 1 && v[ALPHA_GAIN].number[0] == 1 &&
           v[BURN_IN].number[0] == 0;
}

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    *out = context->in[BACKGROUND];
    out->window = (struct ho_rect){0, 0, out->width, out->height};
    if (!context->connected[FOREGROUND])
        out->window = context->in[BACKGROUND].window;
}

// Where the foreground is opaque, nothing is seen of the background.
static bool hides(const struct ho_node_context *context)
{
    return context->connected[FOREGROUND] && context->value[OPERATOR].number[0] == 0 && is_true_over(context) &&
           in_place(context);
}

// Over opaque footage a cut-out of that footage changes nothing; anything else changes it inside the foreground's
// window.
static void likeness(const struct ho_node_context *context, const struct ho_likeness in[HO_PORTS_MAX],
                     struct ho_likeness *out)
{
    const struct ho_likeness *back = &in[BACKGROUND], *front = &in[FOREGROUND];
    if (front->alike == HO_ALIKE_OPAQUE && hides(context)) {    // but where it was changed, for the better or worse
        *out = *front;
        return;
    }
    bool keeps_back = context->value[OPERATOR].number[0] == 0 ||
                      context->value[OPERATOR].number[0] == 3;    // over, atop
    if (back->alike != HO_ALIKE_OPAQUE || !keeps_back || context->value[EDGES].number[0] != EDGES_CANVAS)
        return;
    *out = *back;
    if (!context->connected[FOREGROUND])
        return;
    struct placement placement = place(context);
    bool own = front->alike != HO_ALIKE_NONE && front->origin == back->origin && in_place(context) &&
               is_true_over(context);
    out->changed = rect_or(back->changed, own ? front->changed
                                          : in_place(context)
                                              ? context->in[FOREGROUND].window
                                              : placement_window(&placement, context->in[FOREGROUND].window));
}

static int same(const struct ho_node_context *context, int output)
{
    (void)output;
    if (context->opaque[FOREGROUND] && hides(context))
        return FOREGROUND;
    bool nothing = !context->connected[FOREGROUND] || rect_empty(context->in[FOREGROUND].window);
    return nothing && context->value[OPERATOR].number[0] == 0 ? BACKGROUND : -1;
}

// Nothing over something is exactly that.
static struct ho_rect touches(const struct ho_node_context *context, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_rect rect)
{
    const struct ho_tile *front = &in[FOREGROUND];
    if (context->value[OPERATOR].number[0] != 0 || !is_true_over(context) ||
        context->value[EDGES].number[0] != EDGES_CANVAS)
        return rect;
    if (!front->n_planes)
        return (struct ho_rect){0};
    struct ho_rect content = front->bounded ? front->content : front->rect;
    struct placement placement = place(context);
    return rect_and(rect, in_place(context) ? content : placement_window(&placement, content));
}

// ---- pixels

// What a mode makes of two straight colours.
static float blend_colour(enum mode mode, float b, float f)
{
    switch (mode) {
    case NORMAL: return f;
    case SCREEN: return b + f - b * f;
    case MULTIPLY: return b * f;
    case OVERLAY: return b <= 0.5f ? 2 * b * f : 1 - 2 * (1 - b) * (1 - f);
    case HARD_LIGHT: return f <= 0.5f ? 2 * b * f : 1 - 2 * (1 - b) * (1 - f);
    case SOFT_LIGHT: {
        if (f <= 0.5f)
            return b - (1 - 2 * f) * b * (1 - b);
        float d = b <= 0.25f ? ((16 * b - 12) * b + 4) * b : sqrtf(b);
        return b + (2 * f - 1) * (d - b);
    }
    case DARKEN: return b < f ? b : f;
    case LIGHTEN: return b > f ? b : f;
    case DIFFERENCE: return fabsf(b - f);
    case ADD: return b + f;
    case SUBTRACT: return b - f;
    case SUBTRACT_BACKGROUND: return f - b;
    }
    return f;
}

struct weights {
    int operator;
    enum mode mode;
    float additive, alpha_gain, burn_in;
};

static inline void operator_weights(int operator, float a, float b, float *use_front, float *use_back)
{
    *use_front = 1;
    *use_back = 1 - a;
    switch (operator) {
    case 1:
        *use_front = b;
        *use_back = 0;
        break;
    case 2:
        *use_front = 1 - b;
        *use_back = 0;
        break;
    case 3: *use_front = b; break;
    case 4: *use_front = 1 - b; break;
    default: break;
    }
}

// Over in place, the case that counts. What is covered wholly adds nothing, not even a NaN; nothing over it leaves it
// to the bit.
HO_CLONES static void over_row(const float *restrict back, const float *restrict front, const float *restrict alpha,
                               float *restrict to, int n)
{
    for (int x = 0; x < n; x++) {
        float rest = 1.0f - alpha[x], seen = back[x] * rest, both = front[x] + (rest == 0.0f ? 0.0f : seen);
        to[x] = ((front[x] == 0.0f) & (rest == 1.0f)) ? back[x] : both;
    }
}

static void merge_row(const struct weights *w, const float *const back[4], const float *const front[4],
                      float *const to[4], int n)
{
    for (int x = 0; x < n; x++) {
        float a = front[3][x] * w->alpha_gain, b = back[3][x], use_front, use_back;
        operator_weights(w->operator, a, b, &use_front, &use_back);
        // Additive 1 takes the foreground as premultiplied; 0 as straight, which its alpha has yet to cut.
        float cut = w->additive + (1 - w->additive) * a;
        for (int p = 0; p < 3; p++) {
            float f = front[p][x] * cut;
            if (w->mode != NORMAL) {
                float straight_f = a != 0 ? f / a : 0, straight_b = b != 0 ? back[p][x] / b : 0;
                f = a * ((1 - b) * straight_f + b * blend_colour(w->mode, straight_b, straight_f));
            }
            // Burn In leaves that much of the background under the foreground: 0 is a true over, 1 adds.
            to[p][x] = f * use_front + back[p][x] * (use_back + (1 - use_back) * w->burn_in);
        }
        to[3][x] = a * use_front + b * use_back;
    }
}

static void merge_tiles(const struct weights *w, const struct ho_tile *back, const struct ho_tile *front,
                        struct ho_tile *out)
{
    static const float zero[1024] = {0};
    bool plain = w->operator== 0 && w->mode == NORMAL && w->additive == 1 && w->alpha_gain == 1 && w->burn_in == 0;
    int n = out->rect.x1 - out->rect.x0;
    for (int y = out->rect.y0; y < out->rect.y1; y++)
        for (int x = 0; x < n; x += 1024) {
            const float *b[4], *f[4];
            float *to[4];
            for (int p = 0; p < 4; p++) {
                b[p] = back->n_planes ? ho_tile_row(back, p, y) + (out->rect.x0 - back->rect.x0) + x : zero;
                f[p] = front->n_planes ? ho_tile_row(front, p, y) + (out->rect.x0 - front->rect.x0) + x : zero;
                to[p] = ho_tile_row(out, p, y) + x;
            }
            int part = n - x < 1024 ? n - x : 1024;
            for (int p = 0; p < 4 && plain; p++)
                over_row(b[p], f[p], f[3], to[p], part);
            if (!plain)
                merge_row(w, b, f, to, part);
        }
}

// A tile of memory of its own, as large as `out`.
static bool make_tile(const struct ho_tile *out, struct ho_tile *tile)
{
    int stride = (out->rect.x1 - out->rect.x0 + 15) / 16 * 16, rows = out->rect.y1 - out->rect.y0;
    float *memory = ho_alloc_aligned((size_t)4 * (size_t)stride * (size_t)rows * sizeof(float));
    *tile = (struct ho_tile){.rect = out->rect, .n_planes = 4, .stride = stride};
    for (int p = 0; memory && p < 4; p++)
        tile->plane[p] = memory + (size_t)p * (size_t)stride * (size_t)rows;
    return memory;
}

static enum ho_result process_moved(const struct ho_node_context *context, const struct weights *w,
                                    const struct ho_tile in[HO_PORTS_MAX], struct ho_tile *out, struct ho_diag *diag)
{
    static const struct affine identity = {1, 0, 0, 0, 1, 0};
    struct ho_tile front, back;
    if (!make_tile(out, &front))
        return ho_fail_memory(diag, (size_t)out->stride * sizeof(float));
    if (!make_tile(out, &back)) {
        free(front.plane[0]);
        return ho_fail_memory(diag, (size_t)out->stride * sizeof(float));
    }
    struct placement placement = place(context);
    struct affine map = placement_inverse(&placement);
    resample(&in[FOREGROUND], placement.width, placement.height, &map,
             (enum resample_filter)context->value[FILTER].number[0],
             (enum resample_edges)context->value[EDGES].number[0], &front);
    resample(&in[BACKGROUND], context->in[BACKGROUND].width, context->in[BACKGROUND].height, &identity, FILTER_NEAREST,
             EDGES_CANVAS, &back);
    merge_tiles(w, &back, &front, out);
    free(front.plane[0]);
    free(back.plane[0]);
    return HO_OK;
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    const struct ho_value *v = context->value;
    struct weights w = {(int)v[OPERATOR].number[0], (enum mode)v[MODE].number[0], (float)v[ADDITIVE].number[0],
                        (float)v[ALPHA_GAIN].number[0], (float)v[BURN_IN].number[0]};
    if (!in_place(context))
        return process_moved(context, &w, in, out, diag);
    merge_tiles(&w, &in[BACKGROUND], &in[FOREGROUND], out);
    return HO_OK;
}

const struct ho_node merge_node = {
    .type =
        {
            .name = "merge",
            .label = "Merge",
            .help = "foreground over background",
            .pages = HO_PAGE_FUSION,
            .inputs =
                (const struct ho_port[]){
                    {"background", HO_PORT_IMAGE, true, "what lies below; gives the size"},
                    {"foreground", HO_PORT_IMAGE, false, "what lies above"},
                    HO_EFFECT_MASK,
                    {0},
                },
            .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "both together"}, {0}},
            .parameters =
                (const struct ho_parameter[]){
                    {"apply_mode",
                     HO_PARAMETER_CHOICE,
                     "",
                     0,
                     SUBTRACT_BACKGROUND,
                     0,
                     SUBTRACT_BACKGROUND,
                     {0},
                     NULL,
                     modes,
                     "how the two colours mix where both are; subtract takes the foreground from the background, "
                     "subtract-background the other way, as a timeline's Subtract does"},
                    {"operator",
                     HO_PARAMETER_CHOICE,
                     "",
                     0,
                     4,
                     0,
                     4,
                     {0},
                     NULL,
                     operators,
                     "how the two share a pixel"},
                    {"centre",
                     HO_PARAMETER_POINT,
                     "share",
                     -10,
                     10,
                     0,
                     1,
                     {0.5, 0.5},
                     NULL,
                     NULL,
                     "where on the background the middle of the foreground lies"},
                    {"size", HO_PARAMETER_NUMBER, "factor", 0, 100, 0, 5, {1}, NULL, NULL, "of the foreground"},
                    {"angle",
                     HO_PARAMETER_NUMBER,
                     "deg",
                     -36000,
                     36000,
                     -180,
                     180,
                     {0},
                     NULL,
                     NULL,
                     "of the foreground, counter-clockwise"},
                    {"edges",
                     HO_PARAMETER_CHOICE,
                     "",
                     0,
                     3,
                     0,
                     3,
                     {0},
                     NULL,
                     resample_edges,
                     "what lies outside the foreground"},
                    {"filter",
                     HO_PARAMETER_CHOICE,
                     "",
                     0,
                     2,
                     0,
                     2,
                     {FILTER_CUBIC},
                     NULL,
                     resample_filters,
                     "how a moved foreground is read"},
                    {"additive",
                     HO_PARAMETER_NUMBER,
                     "share",
                     0,
                     1,
                     0,
                     1,
                     {1},
                     NULL,
                     NULL,
                     "1: the foreground is premultiplied; 0 (subtractive): its alpha has yet to cut it"},
                    {"alpha_gain",
                     HO_PARAMETER_NUMBER,
                     "factor",
                     0,
                     5,
                     0,
                     2,
                     {1},
                     NULL,
                     NULL,
                     "how much the foreground's alpha holds the background out"},
                    {"burn_in",
                     HO_PARAMETER_NUMBER,
                     "share",
                     0,
                     1,
                     0,
                     1,
                     {0},
                     NULL,
                     NULL,
                     "how much of the background stays under the foreground"},
                    HO_EFFECT_PARAMETERS,
                    {0},
                },
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"below\", \"type\": \"test_picture\"}, {\"id\": "
                         "\"above\", \"type\": \"background\", \"parameters\":"
                         " {\"kind\": \"two-point\", \"width\": 96, \"height\": 64, \"colour\": [1, 0.5, 0, 0]}}, "
                         "{\"id\": \"output\", \"type\": \"merge\"}],"
                         " \"links\": [\"below.image -> output.background\", \"above.image -> output.foreground\"]}",
            .reference_hash = "a45cefe4e7be6d21",
        },
    .flags = HO_NODE_EFFECT,
    .flags_now = flags_now,
    .domain = domain,
    .region = region,
    .likeness = likeness,
    .same = same,
    .touches = touches,
    .process = process,
};
