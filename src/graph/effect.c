// SPDX-License-Identifier: BSD-2-Clause
#include "graph/effect.h"
#include "graph/plan.h"
#include "image/clones.h"

bool mask_is_neutral(const struct node_state *state)
{
    bool masked = state->mask >= 0 && state->context.connected[state->mask];
    return !masked && (state->blend < 0 || state->context.value[state->blend].number[0] == 1.0);
}

enum { PART = 1024 };       // pixels at a time, so that weights and rows stay in the first cache
static const float empty[PART] = {0};

HO_CLONES static void invert_key(const float *restrict key, float *restrict to, int n)
{
    for (int x = 0; x < n; x++)
        to[x] = 1.0f - key[x];
}

enum { BLOCK = 64 };

// Whether any of BLOCK values differs from `value`.
HO_CLONES static bool differs(const float *restrict row, float value)
{
    int any = 0;
    for (int x = 0; x < BLOCK; x++)
        any |= row[x] != value;
    return any;
}

// Where the key's rows are not 0 (or, inverted, not 1): the columns and rows that a mask lets through.
static struct ho_rect extent(const struct ho_tile *key, float nothing, struct ho_rect rect)
{
    if (key->bounded && nothing == 0.0f)
        rect = rect_and(rect, key->content);
    struct ho_rect found = {rect.x1, rect.y1, rect.x0, rect.y0};
    for (int y = rect.y0; y < rect.y1; y++) {
        const float *row = ho_tile_row(key, 0, y) - key->rect.x0;
        int x0 = rect.x0, x1 = rect.x1;
        while (x0 + BLOCK <= x1 && !differs(row + x0, nothing))
            x0 += BLOCK;
        while (x0 < x1 && row[x0] == nothing)
            x0++;
        if (x0 == x1)
            continue;
        while (x1 - BLOCK >= x0 && !differs(row + x1 - BLOCK, nothing))
            x1 -= BLOCK;
        while (row[x1 - 1] == nothing)
            x1--;
        found.x0 = x0 < found.x0 ? x0 : found.x0;
        found.x1 = x1 > found.x1 ? x1 : found.x1;
        found.y0 = y < found.y0 ? y : found.y0;
        found.y1 = y + 1;
    }
    return rect_empty(found) ? (struct ho_rect){0} : found;
}

struct ho_rect mask_extent(const struct node_state *state, const struct ho_tile *mask, struct ho_rect rect)
{
    if (state->mask < 0 || !state->context.connected[state->mask])
        return rect;
    float nothing = state->values[state->mask_invert].number[0] != 0 ? 1.0f : 0.0f;
    if (!mask->n_planes)
        return state->context.in[state->mask].outside == nothing ? (struct ho_rect){0} : rect;
    return extent(mask, nothing, rect);
}

// Weights of exactly 0 and 1 give exactly the one or the other, NaN in the unused one included.
HO_CLONES static void mix_row(const float *restrict before, const float *restrict key, float blend, float *restrict out, int n)
{
    for (int x = 0; x < n; x++) {
        float weight = key[x] * blend, effect = out[x], mixed = before[x] + (effect - before[x]) * weight;
        mixed = weight == 1.0f ? effect : mixed;
        out[x] = ((weight == 0.0f) | (effect == before[x])) ? before[x] : mixed;
    }
}

// The same, then cut out along the key: exactly 0 where that is.
HO_CLONES static void mix_and_cut_row(const float *restrict before, const float *restrict key, float blend, float *restrict out, int n)
{
    for (int x = 0; x < n; x++) {
        float weight = key[x] * blend, effect = out[x], mixed = before[x] + (effect - before[x]) * weight;
        mixed = weight == 1.0f ? effect : mixed;
        mixed = ((weight == 0.0f) | (effect == before[x])) ? before[x] : mixed;
        float cut = mixed * key[x];
        out[x] = key[x] == 0.0f ? 0.0f : cut;
    }
}

struct mix { float outside, blend; bool invert, multiply; };

static void mix(const struct mix *mix, const struct ho_tile *before, const struct ho_tile *mask, struct ho_tile *out)
{
    float flat[PART], inverted[PART];
    for (int x = 0; x < PART; x++)
        flat[x] = mix->outside;
    int width = out->rect.x1 - out->rect.x0;
    for (int y = out->rect.y0; y < out->rect.y1; y++)
        for (int x = 0; x < width; x += PART) {
            int n = width - x < PART ? width - x : PART;
            const float *key = mask && mask->n_planes ? ho_tile_row(mask, 0, y) + (out->rect.x0 - mask->rect.x0) + x : flat;
            if (mix->invert) {
                invert_key(key, inverted, n);
                key = inverted;
            }
            for (int p = 0; p < out->n_planes; p++) {
                const float *from = before->n_planes ? ho_tile_row(before, p, y) + (out->rect.x0 - before->rect.x0) + x : empty;
                (mix->multiply ? mix_and_cut_row : mix_row)(from, key, mix->blend, ho_tile_row(out, p, y) + x, n);
            }
        }
}

void mix_tiles(const struct ho_tile *before, const struct ho_tile *key, float flat, struct ho_tile *out)
{
    mix(&(struct mix){.outside = flat, .blend = 1}, before, key, out);
}

void apply_mask(const struct node_state *state, const struct ho_tile *before, const struct ho_tile *mask, struct ho_tile *out)
{
    const struct ho_value *value = state->context.value;
    bool connected = state->mask >= 0 && state->context.connected[state->mask];
    mix(&(struct mix){.outside = connected ? state->context.in[state->mask].outside : 1.0f, .blend = (float)value[state->blend].number[0],
                      .invert = connected && value[state->mask_invert].number[0] != 0, .multiply = connected && value[state->multiply].number[0] != 0},
        before, mask, out);
}
