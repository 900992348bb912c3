// SPDX-License-Identifier: BSD-2-Clause
#include "graph/effect.h"
#include "graph/plan.h"
#include "image/clones.h"

bool mask_is_neutral(const struct node_state *state)
{
    bool masked = state->mask >= 0 && state->context.connected[state->mask];
    return !masked && (state->blend < 0 || state->context.value[state->blend].number[0] == 1.0);
}

// One row of one plane. Weights of exactly 0 and 1 give exactly the one or the other, NaN in the unused one included.
HO_CLONES static void mix_row(const float *restrict before, const float *restrict mask, float blend, bool invert, bool multiply, float *restrict out, int n)
{
    for (int x = 0; x < n; x++) {
        float m = invert ? 1.0f - mask[x] : mask[x];
        float weight = m * blend, effect = out[x], mixed = before[x] + (effect - before[x]) * weight;
        mixed = weight == 1.0f ? effect : weight == 0.0f ? before[x] : mixed;
        out[x] = multiply ? (m == 0.0f ? 0.0f : mixed * m) : mixed;
    }
}

void apply_mask(const struct node_state *state, const struct ho_tile *before, const struct ho_tile *mask, struct ho_tile *out)
{
    const struct ho_value *value = state->context.value;
    bool connected = state->mask >= 0 && state->context.connected[state->mask];
    bool invert = connected && value[state->mask_invert].number[0] != 0, multiply = connected && value[state->multiply].number[0] != 0;
    float blend = (float)value[state->blend].number[0];
    int n = out->rect.x1 - out->rect.x0;
    float flat[1024], empty[1024];
    float outside = connected ? state->context.in[state->mask].outside : 1.0f;
    for (int x = 0; x < 1024; x++) {
        flat[x] = outside;
        empty[x] = 0.0f;
    }
    for (int y = out->rect.y0; y < out->rect.y1; y++)
        for (int p = 0; p < out->n_planes; p++) {
            float *to = out->plane[p] + (ptrdiff_t)(y - out->rect.y0) * out->stride;
            const float *from = before->n_planes ? before->plane[p] + (ptrdiff_t)(y - before->rect.y0) * before->stride + (out->rect.x0 - before->rect.x0) : NULL;
            const float *m = mask->n_planes ? mask->plane[0] + (ptrdiff_t)(y - mask->rect.y0) * mask->stride + (out->rect.x0 - mask->rect.x0) : NULL;
            for (int x = 0; x < n; x += 1024) {
                int part = n - x < 1024 ? n - x : 1024;
                mix_row(from ? from + x : empty, m ? m + x : flat, blend, invert, multiply, to + x, part);
            }
        }
}
