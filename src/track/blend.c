// SPDX-License-Identifier: BSD-2-Clause
// Between two fixed frames: what was tracked from the one and from the other becomes one.
#include <stdlib.h>

#include "base/memory.h"
#include "track/edit.h"

#define PUSH 16
#define EVEN 0.04    // in the middle one of them still counts this much more than half

// How much the forward pass counts, of 65536. Each side weighs its confidence over its distance, squared: where both
// agree any mixture is the same, and where they don't the nearer and surer one should win clearly, and where none is it
// is the forward pass.
uint32_t ho_blend_weight(float forward_confidence, float backward_confidence, int64_t from_start, int64_t to_end)
{
    double f = ((double)forward_confidence + 1e-3) * (double)to_end,
           b = ((double)backward_confidence + 1e-3) * (double)from_start;
    double share = f * f / (f * f + b * b);
    if (share > 0.5 - EVEN && share < 0.5 + EVEN)
        share = share < 0.5 ? 0.5 - EVEN : 0.5 + EVEN;
    return (uint32_t)(share * 65536 + 0.5);
}

// Where the two disagree a mixture would be a ghost that is neither: the more they do, the further it is pushed to the
// side that counts more. Never beyond either.
static uint16_t mix(uint16_t f, uint16_t b, int64_t forward_weight)
{
    int64_t mixed = (f * forward_weight + b * (65536 - forward_weight) + 32768) >> 16, low = f < b ? f : b,
            high = f < b ? b : f;
    int64_t pushed = mixed + (mixed - (low + high) / 2) * PUSH * (high - low) / 65536;
    return (uint16_t)(pushed < low ? low : pushed > high ? high : pushed);
}

void ho_blend_mattes(struct ho_matte *forward, const struct ho_matte *backward, uint32_t forward_weight)
{
    for (int y = 0; y < forward->height; y++) {
        uint16_t *restrict f = forward->data + (size_t)y * (size_t)forward->stride;
        const uint16_t *restrict b = backward->data + (size_t)y * (size_t)backward->stride;
        for (int x = 0; x < forward->width; x++)
            f[x] = mix(f[x], b[x], forward_weight);
    }
}

struct blending {
    struct ho_context *context;
    const struct ho_walk *walk;
    struct ho_matte *new, *old;
};

// Reads both sides of a frame. HO_END: only the walk has it.
static enum ho_result read_sides(struct blending *b, int64_t frame, const struct ho_span *span,
                                 struct ho_frame_entry *new, struct ho_frame_entry *old, struct ho_diag *diag)
{
    struct ho_store *store = b->walk->object->store;
    HO_TRY(ho_store_get_key(store, frame, span->key, b->old, old, diag));
    enum ho_result result = ho_store_get_key(store, frame, b->walk->key, b->new, new, diag);
    if (result == HO_END)
        return ho_fail(diag, HO_ERROR_VERIFY, "%s: frame %lld lacks one of its two sides; run it again",
                       ho_store_path(store), (long long)frame);
    return result;
}

// One frame, under the key of both sides; under that of what was there, while `stays` and it shows the same.
static enum ho_result blend_frame(struct blending *b, int64_t frame, const struct ho_span *span, bool *stays,
                                  struct ho_key *key, struct ho_diag *diag)
{
    const struct ho_walk *walk = b->walk;
    struct ho_frame_entry new, old;
    const struct ho_key parts[] = {walk->key, span->key};
    HO_TRY(read_sides(b, frame, span, &new, &old, diag));
    int64_t from_start = (frame - walk->start) * walk->step, to_end = (walk->last + walk->step - frame) * walk->step;
    uint32_t weight = ho_blend_weight(new.confidence, old.confidence, from_start, to_end);
    ho_blend_mattes(b->new, b->old, weight);
    *key = span->key;
    *stays = *stays && ho_mattes_agree(b->new, b->old);
    if (*stays)
        return HO_OK;
    float share = (float)weight / 65536;
    struct ho_frame_entry entry = {.frame = frame,
                                   .area = ho_matte_area(b->new),
                                   .confidence = share * new.confidence + (1 - share) * old.confidence,
                                   .flags = (new.flags | old.flags) & HO_FLAG_HELD};
    HO_TRY(ho_context_key(b->context, "blended", parts, 2, &entry.key, diag));
    entry.flags |= entry.area == 0 ? (unsigned)HO_FLAG_EMPTY : 0u;
    *key = entry.key;
    return ho_store_put(walk->object->store, &entry, b->new, diag);
}

// From the far end on: what was there stays there for as long as it shows the same, unless all was to be tracked anew.
static enum ho_result blend_all(struct blending *b, const struct ho_take *old, struct ho_take *take,
                                struct ho_diag *diag)
{
    const struct ho_walk *walk = b->walk;
    unsigned backward = walk->step < 0 ? (unsigned)HO_FLAG_BACKWARD : 0u;
    bool stays = walk->old;
    for (int64_t frame = walk->last; frame != walk->start; frame -= walk->step) {
        const struct ho_span *span = ho_take_find(old, frame);
        struct ho_key key = walk->key;
        enum ho_result result = span ? blend_frame(b, frame, span, &stays, &key, diag) : HO_END;
        if (result != HO_OK && result != HO_END)
            return result;
        stays = stays && result == HO_OK;
        if (!stays)
            HO_TRY(ho_take_set(take, (struct ho_span){frame, frame, key, backward}, diag));
        if (result == HO_OK)    // what was mixed is not shown by itself
            HO_TRY(ho_store_drop(walk->object->store, (struct ho_range){frame, frame}, walk->key, diag));
    }
    return HO_OK;
}

enum ho_result ho_blend_walk(struct ho_context *context, const struct ho_walk *walk, const struct ho_take *old,
                             struct ho_take *take, struct ho_diag *diag)
{
    struct blending b = {.context = context, .walk = walk};
    enum ho_result result = ho_matte_create(context->source->width, context->source->height, &b.new, diag);
    if (result == HO_OK)
        result = ho_matte_create(context->source->width, context->source->height, &b.old, diag);
    if (result == HO_OK)
        result = blend_all(&b, old, take, diag);
    ho_matte_destroy(&b.new);
    ho_matte_destroy(&b.old);
    return result;
}
