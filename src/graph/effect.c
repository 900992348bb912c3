// SPDX-License-Identifier: BSD-2-Clause
#include "graph/effect.h"

#include <stdlib.h>

#include "base/memory.h"
#include "graph/plan.h"
#include "image/clones.h"

bool mask_is_neutral(const struct node_state *state)
{
    bool masked = state->mask >= 0 && state->context.connected[state->mask];
    return !masked && (state->blend < 0 || state->context.value[state->blend].number[0] == 1.0);
}

enum { PART = 1024 };    // pixels at a time, so that weights and rows stay in the first cache
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

static struct ho_rect mask_extent(const struct node_state *state, const struct ho_tile *mask, struct ho_rect rect)
{
    if (state->mask < 0 || !state->context.connected[state->mask])
        return rect;
    float nothing = state->values[state->mask_invert].number[0] != 0 ? 1.0f : 0.0f;
    if (!mask->n_planes)
        return state->context.in[state->mask].outside == nothing ? (struct ho_rect){0} : rect;
    return extent(mask, nothing, rect);
}

// Weights of exactly 0 and 1 give exactly the one or the other, NaN in the unused one included.
HO_CLONES static void mix_row(const float *restrict before, const float *restrict key, float blend, float *restrict out,
                              int n)
{
    for (int x = 0; x < n; x++) {
        float weight = key[x] * blend, effect = out[x], mixed = before[x] + (effect - before[x]) * weight;
        mixed = weight == 1.0f ? effect : mixed;
        out[x] = ((weight == 0.0f) | (effect == before[x])) ? before[x] : mixed;
    }
}

// The same, then cut out along the key: exactly 0 where that is.
HO_CLONES static void mix_and_cut_row(const float *restrict before, const float *restrict key, float blend,
                                      float *restrict out, int n)
{
    for (int x = 0; x < n; x++) {
        float weight = key[x] * blend, effect = out[x], mixed = before[x] + (effect - before[x]) * weight;
        mixed = weight == 1.0f ? effect : mixed;
        mixed = ((weight == 0.0f) | (effect == before[x])) ? before[x] : mixed;
        float cut = mixed * key[x];
        out[x] = key[x] == 0.0f ? 0.0f : cut;
    }
}

struct mix {
    float outside, blend;
    bool invert, multiply;
};

static void mix(const struct mix *mix, const struct ho_tile *before, const struct ho_tile *mask, struct ho_tile *out)
{
    float flat[PART], inverted[PART];
    for (int x = 0; x < PART; x++)
        flat[x] = mix->outside;
    int width = out->rect.x1 - out->rect.x0;
    for (int y = out->rect.y0; y < out->rect.y1; y++)
        for (int x = 0; x < width; x += PART) {
            int n = width - x < PART ? width - x : PART;
            const float *key = mask && mask->n_planes ? ho_tile_row(mask, 0, y) + (out->rect.x0 - mask->rect.x0) + x
                                                      : flat;
            if (mix->invert) {
                invert_key(key, inverted, n);
                key = inverted;
            }
            for (int p = 0; p < out->n_planes; p++) {
                const float *from = before->n_planes ? ho_tile_row(before, p, y) + (out->rect.x0 - before->rect.x0) + x
                                                     : empty;
                (mix->multiply ? mix_and_cut_row : mix_row)(from, key, mix->blend, ho_tile_row(out, p, y) + x, n);
            }
        }
}

void mix_tiles(const struct ho_tile *before, const struct ho_tile *key, float flat, struct ho_tile *out)
{
    mix(&(struct mix){.outside = flat, .blend = 1}, before, key, out);
}

static void apply_mask(const struct node_state *state, const struct ho_tile *before, const struct ho_tile *mask,
                       struct ho_tile *out)
{
    const struct ho_value *value = state->context.value;
    bool connected = state->mask >= 0 && state->context.connected[state->mask];
    mix(&(struct mix){.outside = connected ? state->context.in[state->mask].outside : 1.0f,
                      .blend = (float)value[state->blend].number[0],
                      .invert = connected && value[state->mask_invert].number[0] != 0,
                      .multiply = connected && value[state->multiply].number[0] != 0},
        before, mask, out);
}

// ---- running a tool on a tile

// Everywhere but in `keep`, `to` becomes what `from` has there; nothing where that does not reach.
static void copy_around(const struct ho_tile *from, struct ho_tile *to, struct ho_rect keep)
{
    struct ho_rect r = to->rect;
    if (rect_empty(keep))
        keep = (struct ho_rect){r.x0, r.y1, r.x1, r.y1};
    const struct ho_rect around[] = {{r.x0, r.y0, r.x1, keep.y0},
                                     {r.x0, keep.y0, keep.x0, keep.y1},
                                     {keep.x1, keep.y0, r.x1, keep.y1},
                                     {r.x0, keep.y1, r.x1, r.y1}};
    for (int i = 0; i < 4; i++) {
        if (rect_empty(around[i]))
            continue;
        struct ho_tile part = tile_crop(to, around[i]);
        tile_fill(&part, from->n_planes ? from->rect : (struct ho_rect){0}, 0);
        if (from->n_planes)
            tile_copy(from, &part);
    }
}

// The tile of an input at `rect` alone, padded with `outside` where it doesn't reach (inputs of AREA nodes come as
// their windows are).
static struct ho_tile part_of(const struct ho_tile *in, struct ho_rect rect, float outside, struct ho_tile *pad)
{
    if (in->n_planes == 0 || rect_has(in->rect, rect))
        return in->n_planes ? tile_crop(in, rect) : *in;
    tile_fill(pad, in->rect, outside);
    tile_copy(in, pad);
    return *pad;
}

// Mixes what a tool made with what it got, on `out` alone.
static enum ho_result mix_in(const struct node_state *state, const struct ho_tile *before, const struct ho_tile *mask,
                             struct ho_tile *out)
{
    int rows = out->rect.y1 - out->rect.y0, stride = (out->rect.x1 - out->rect.x0 + 15) / 16 * 16;
    bool inside = (before->n_planes == 0 || rect_has(before->rect, out->rect)) &&
                  (mask->n_planes == 0 || rect_has(mask->rect, out->rect));
    float *memory = inside ? NULL : ho_alloc_aligned((size_t)5 * (size_t)rows * (size_t)stride * sizeof(float));
    if (!inside && !memory)
        return HO_ERROR_MEMORY;
    struct ho_tile pads[2] = {{.rect = out->rect, .n_planes = before->n_planes, .stride = stride},
                              {.rect = out->rect, .n_planes = 1, .stride = stride}};
    for (int p = 0; p < 5; p++)
        pads[p / 4].plane[p % 4] = memory ? memory + (size_t)p * (size_t)rows * (size_t)stride : NULL;
    struct ho_tile from = part_of(before, out->rect, 0, &pads[0]);
    struct ho_tile key = part_of(mask, out->rect, mask->n_planes ? state->context.in[state->mask].outside : 0,
                                 &pads[1]);
    apply_mask(state, &from, &key, out);
    free(memory);
    return HO_OK;
}

void find_work(const struct slot *slot, const struct node_state *state, const struct ho_tile in[HO_PORTS_MAX],
               struct ho_rect rect, struct ho_rect *through, struct ho_rect *changed)
{
    const struct ho_node *node = state->node;
    const struct ho_tile *mask = &in[state->mask];
    *through = mask->n_planes && !rect_has(mask->rect, rect) ? rect : mask_extent(state, mask, rect);
    *changed = node->touches ? node->touches(&state->context, in, *through) : *through;
    if (node->same && node->same(&state->context, slot->output) == 0)
        *changed = (struct ho_rect){0};
}

// A Fusion tool. It computes only where it has to; elsewhere the result is its input, or nothing where the mask
// multiplies. The bits are the same either way.
enum ho_result run_effect(const struct slot *slot, const struct node_state *state,
                          const struct ho_tile in[HO_PORTS_MAX], struct ho_rect through, struct ho_rect changed,
                          struct ho_tile *out, struct ho_diag *diag)
{
    bool area = flags_of(state) & (HO_NODE_AREA | HO_NODE_WHOLE),
         multiply = state->context.connected[state->mask] && state->values[state->multiply].number[0] != 0;
    copy_around(&in[0], out, changed);
    if (!rect_empty(changed)) {
        struct ho_tile part = tile_crop(out, changed), cropped[HO_PORTS_MAX];
        for (int i = 0; i < slot->n_in && !area; i++)
            cropped[i] = in[i].n_planes ? tile_crop(&in[i], changed) : (struct ho_tile){.rect = changed};
        HO_TRY(state->node->process(&state->context, slot->output, area ? in : cropped, &part, diag));
    }
    struct ho_rect mixed = multiply ? through : changed;
    if (!mask_is_neutral(state) && !rect_empty(mixed)) {
        struct ho_tile part = tile_crop(out, mixed);
        HO_TRY(mix_in(state, &in[0], &in[state->mask], &part));
    }
    if (multiply)
        tile_fill(out, through, 0);
    out->bounded = multiply || (in[0].bounded && !area) || !in[0].n_planes;
    out->content = multiply ? through : rect_or(in[0].n_planes ? in[0].content : (struct ho_rect){0}, changed);
    return HO_OK;
}
