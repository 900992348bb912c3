// SPDX-License-Identifier: BSD-2-Clause
// One picture over another, premultiplied: Porter and Duff (SIGGRAPH 1984) for the operators.
#include "graph/effect.h"
#include "nodes/nodes.h"

enum { BACKGROUND, FOREGROUND, MASK };
enum { OPERATOR };
static const char *const operators[] = {"over", "in", "held-out", "atop", "xor", NULL};

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    *out = context->in[BACKGROUND];
    out->window = (struct ho_rect){0, 0, out->width, out->height};
    if (!context->connected[FOREGROUND])
        out->window = context->in[BACKGROUND].window;
}

static struct ho_rect both(struct ho_rect a, struct ho_rect b)
{
    bool a_empty = a.x1 <= a.x0 || a.y1 <= a.y0, b_empty = b.x1 <= b.x0 || b.y1 <= b.y0;
    if (a_empty || b_empty)
        return a_empty ? b : a;
    return (struct ho_rect){a.x0 < b.x0 ? a.x0 : b.x0, a.y0 < b.y0 ? a.y0 : b.y0, a.x1 > b.x1 ? a.x1 : b.x1, a.y1 > b.y1 ? a.y1 : b.y1};
}

// Over opaque footage a cut-out of that footage changes nothing; anything else changes it inside the foreground's window.
static void likeness(const struct ho_node_context *context, const struct ho_likeness in[HO_PORTS_MAX], struct ho_likeness *out)
{
    const struct ho_likeness *back = &in[BACKGROUND], *front = &in[FOREGROUND];
    if (back->alike != HO_ALIKE_OPAQUE || context->value[OPERATOR].number[0] != 0)
        return;
    *out = *back;
    if (!context->connected[FOREGROUND])
        return;
    bool own = front->alike != HO_ALIKE_NONE && front->origin == back->origin;
    out->changed = both(back->changed, own ? front->changed : context->in[FOREGROUND].window);
}

static int same(const struct ho_node_context *context, int output)
{
    (void)output;
    struct ho_rect front = context->in[FOREGROUND].window;
    bool nothing = !context->connected[FOREGROUND] || front.x1 <= front.x0 || front.y1 <= front.y0;
    return nothing && context->value[OPERATOR].number[0] == 0 ? BACKGROUND : -1;
}

static void merge_row(int operator, const float *const back[4], const float *const front[4], float *const to[4], int n)
{
    for (int x = 0; x < n; x++) {
        float a = front[3][x], b = back[3][x];
        float use_front = 1, use_back = 1 - a;
        switch (operator) {
        case 1: use_front = b; use_back = 0; break;
        case 2: use_front = 1 - b; use_back = 0; break;
        case 3: use_front = b; break;
        case 4: use_front = 1 - b; break;
        default: break;
        }
        for (int p = 0; p < 4; p++)
            to[p][x] = front[p][x] * use_front + back[p][x] * use_back;
    }
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX], struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)diag;
    int n = out->rect.x1 - out->rect.x0;
    for (int y = out->rect.y0; y < out->rect.y1; y++) {
        const float *back[4], *front[4];
        float *to[4], zero[1024] = {0};
        for (int x = 0; x < n; x += 1024) {
            for (int p = 0; p < 4; p++) {
                back[p] = in[BACKGROUND].n_planes ? ho_tile_row(&in[BACKGROUND], p, y) + x : zero;
                front[p] = in[FOREGROUND].n_planes ? ho_tile_row(&in[FOREGROUND], p, y) + x : zero;
                to[p] = ho_tile_row(out, p, y) + x;
            }
            merge_row((int)context->value[OPERATOR].number[0], back, front, to, n - x < 1024 ? n - x : 1024);
        }
    }
    return HO_OK;
}

const struct ho_node merge_node = {
    .type = {
        .name = "merge", .label = "Merge", .help = "foreground over background", .pages = HO_PAGE_FUSION,
        .inputs = (const struct ho_port[]){
            {"background", HO_PORT_IMAGE, true, "what lies below; gives the size"},
            {"foreground", HO_PORT_IMAGE, false, "what lies above"},
            HO_EFFECT_MASK, {0},
        },
        .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "both together"}, {0}},
        .parameters = (const struct ho_parameter[]){
            {"operator", HO_PARAMETER_CHOICE, "", 0, 4, 0, 4, {0}, NULL, operators, "how the two share a pixel"},
            HO_EFFECT_PARAMETERS,
            {0},
        },
        .reference = "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"below\", \"type\": \"test_picture\"}, {\"id\": \"above\", \"type\": \"background\", \"parameters\":"
                     " {\"kind\": \"two-point\", \"width\": 96, \"height\": 64, \"colour\": [1, 0.5, 0, 0]}}, {\"id\": \"output\", \"type\": \"merge\"}],"
                     " \"links\": [\"below.image -> output.background\", \"above.image -> output.foreground\"]}",
        .reference_hash = "a45cefe4e7be6d21",
    },
    .flags = HO_NODE_EFFECT,
    .domain = domain,
    .likeness = likeness,
    .same = same,
    .process = process,
};
