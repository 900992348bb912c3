// SPDX-License-Identifier: BSD-2-Clause
// Fusion's Channel Booleans: each channel of the result from a channel of the background or the foreground, by one
// operation. Works on the values as they are (premultiplied), as its users expect.
#include "graph/effect.h"
#include "image/clones.h"
#include "nodes/grade.h"
#include "nodes/nodes.h"

enum { BACKGROUND, FOREGROUND };
enum { OPERATION, TO_RED, TO_GREEN, TO_BLUE, TO_ALPHA };
static const char *const operations[] = {"copy",         "add",        "subtract",  "and",     "or",
                                         "exclusive-or", "multiply",   "divide",    "maximum", "minimum",
                                         "invert",       "difference", "threshold", NULL};
enum operation {
    COPY,
    ADD,
    SUBTRACT,
    AND,
    OR,
    EXCLUSIVE_OR,
    MULTIPLY,
    DIVIDE,
    MAXIMUM,
    MINIMUM,
    INVERT,
    DIFFERENCE,
    THRESHOLD
};
static const char *const sources[] = {"keep",
                                      "red",
                                      "green",
                                      "blue",
                                      "alpha",
                                      "luminance",
                                      "background-red",
                                      "background-green",
                                      "background-blue",
                                      "background-alpha",
                                      "background-luminance",
                                      "black",
                                      "white",
                                      NULL};
enum { KEEP, FIRST_FRONT, FIRST_BACK = 6, BLACK = 11, WHITE = 12, LUMINANCE = 4 };

// Soft versions of the bit operations, so that soft edges stay soft. Inlined with an operation that is known, a loop
// over it runs on vectors.
static inline __attribute__((always_inline)) float operate(enum operation operation, float below, float value)
{
    float quotient = below / (value != 0 ? value : 1);
    switch (operation) {
    case COPY: return value;
    case ADD: return below + value;
    case SUBTRACT: return below - value;
    case AND:
    case MULTIPLY: return below * value;
    case OR: return below + value - below * value;
    case EXCLUSIVE_OR: return below + value - 2 * below * value;
    case DIVIDE: return value != 0 ? quotient : 0;
    case MAXIMUM: return below > value ? below : value;
    case MINIMUM: return below < value ? below : value;
    case INVERT: return 1 - value;
    case DIFFERENCE: return below > value ? below - value : value - below;
    case THRESHOLD: return below >= value ? 1 : 0;
    }
    return value;
}

static inline __attribute__((always_inline)) void operate_all(enum operation operation, const float *restrict below,
                                                              const float *restrict value, float *restrict to, int n)
{
    for (int x = 0; x < n; x++)
        to[x] = operate(operation, below[x], value[x]);
}

HO_CLONES static void operate_row(enum operation operation, const float *restrict below, const float *restrict value,
                                  float *restrict to, int n)
{
    switch (operation) {
    case COPY: operate_all(COPY, below, value, to, n); break;
    case ADD: operate_all(ADD, below, value, to, n); break;
    case SUBTRACT: operate_all(SUBTRACT, below, value, to, n); break;
    case AND:
    case MULTIPLY: operate_all(MULTIPLY, below, value, to, n); break;
    case OR: operate_all(OR, below, value, to, n); break;
    case EXCLUSIVE_OR: operate_all(EXCLUSIVE_OR, below, value, to, n); break;
    case DIVIDE: operate_all(DIVIDE, below, value, to, n); break;
    case MAXIMUM: operate_all(MAXIMUM, below, value, to, n); break;
    case MINIMUM: operate_all(MINIMUM, below, value, to, n); break;
    case INVERT: operate_all(INVERT, below, value, to, n); break;
    case DIFFERENCE: operate_all(DIFFERENCE, below, value, to, n); break;
    case THRESHOLD: operate_all(THRESHOLD, below, value, to, n); break;
    }
}

static int same(const struct ho_node_context *context, int output)
{
    (void)output;
    for (int p = 0; p < 4; p++)
        if (context->value[TO_RED + p].number[0] != KEEP)
            return -1;
    return BACKGROUND;
}

// Some operations make something of nothing: the whole frame then.
static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    *out = context->in[BACKGROUND];
    if (same(context, 0) < 0)
        out->window = (struct ho_rect){0, 0, out->width, out->height};
}

// A channel of a tile at part of a row; luminance is worked out into `room`.
static const float *read_part(const struct ho_tile *tile, int channel, int x, int y, float *room, int n)
{
    static const float nothing[GRADE_PART] = {0};
    if (!tile->n_planes)
        return nothing;
    if (channel < LUMINANCE)
        return ho_tile_row(tile, channel, y) + x;
    grade_weigh(ho_tile_row(tile, 0, y) + x, ho_tile_row(tile, 1, y) + x, ho_tile_row(tile, 2, y) + x, room, n);
    return room;
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)diag;
    enum operation operation = (enum operation)context->value[OPERATION].number[0];
    const struct ho_tile *front = context->connected[FOREGROUND] ? &in[FOREGROUND] : &in[BACKGROUND];
    int width = out->rect.x1 - out->rect.x0;
    float plain[2][GRADE_PART], room[GRADE_PART];
    for (int x = 0; x < GRADE_PART; x++) {
        plain[0][x] = 0;
        plain[1][x] = 1;
    }
    for (int y = out->rect.y0; y < out->rect.y1; y++)
        for (int x = 0; x < width; x += GRADE_PART)
            for (int p = 0; p < 4; p++) {
                int source = (int)context->value[TO_RED + p].number[0],
                    n = width - x < GRADE_PART ? width - x : GRADE_PART;
                const float *below = read_part(&in[BACKGROUND], p, x, y, room, n);
                const float *value = source >= BLACK ? plain[source == WHITE]
                                     : source >= FIRST_BACK
                                         ? read_part(&in[BACKGROUND], source - FIRST_BACK, x, y, room, n)
                                     : source >= FIRST_FRONT ? read_part(front, source - FIRST_FRONT, x, y, room, n)
                                                             : below;
                operate_row(source == KEEP ? COPY : operation, below, value, ho_tile_row(out, p, y) + x, n);
            }
    return HO_OK;
}

const struct ho_node channel_booleans_node = {
    .type =
        {
            .name = "channel_booleans",
            .label = "Channel Booleans",
            .help = "channels from channels: copy, add, multiply, invert and so on",
            .pages = HO_PAGE_FUSION,
            .inputs =
                (const struct ho_port[]){
                    {"background", HO_PORT_IMAGE, true, "what is changed"},
                    {"foreground", HO_PORT_IMAGE, false,
                     "where red, green, blue, alpha and luminance come from; the background if not connected"},
                    HO_EFFECT_MASK,
                    {0},
                },
            .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "the changed picture"}, {0}},
            .parameters =
                (const struct ho_parameter[]){
                    {"operation",
                     HO_PARAMETER_CHOICE,
                     "",
                     0,
                     12,
                     0,
                     12,
                     {0},
                     NULL,
                     operations,
                     "how a channel and what it is given join"},
                    {"to_red", HO_PARAMETER_CHOICE, "", 0, 12, 0, 12, {1}, NULL, sources, "what is given to red"},
                    {"to_green", HO_PARAMETER_CHOICE, "", 0, 12, 0, 12, {2}, NULL, sources, "what is given to green"},
                    {"to_blue", HO_PARAMETER_CHOICE, "", 0, 12, 0, 12, {3}, NULL, sources, "what is given to blue"},
                    {"to_alpha", HO_PARAMETER_CHOICE, "", 0, 12, 0, 12, {4}, NULL, sources, "what is given to alpha"},
                    HO_EFFECT_PARAMETERS,
                    {0},
                },
            .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"a\", \"type\": \"test_picture\"}, {\"id\": "
                         "\"b\", \"type\": \"test_picture\", \"parameters\": {\"cut_out\": true}},"
                         " {\"id\": \"output\", \"type\": \"channel_booleans\", \"parameters\": {\"operation\": "
                         "\"difference\", \"to_green\": \"alpha\", \"to_alpha\": \"keep\"}}],"
                         " \"links\": [\"a.image -> output.background\", \"b.image -> output.foreground\"]}",
            .reference_hash = "ac1cc4524e1a73c8",
        },
    .flags = HO_NODE_EFFECT,
    .domain = domain,
    .same = same,
    .process = process,
};
