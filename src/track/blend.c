// SPDX-License-Identifier: BSD-2-Clause
// Between two prompted frames: what was tracked from the left and from the right becomes one.
#include <stdlib.h>

#include "base/memory.h"
#include "track/track.h"

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

struct pair {
    struct ho_matte *forward, *backward;
    int64_t at[2];    // where the walks of the passes stand, -1 for one that needs no state: the frame there is kept,
                      // the walk goes on from its matte
};

static enum ho_result get_pass(struct ho_object *object, const struct ho_span *span, int64_t frame, enum ho_pass pass,
                               struct ho_matte *matte, struct ho_frame_entry *entry, struct ho_diag *diag)
{
    enum ho_result result = ho_store_get(object->store, frame, pass, matte, entry, diag);
    bool is_right = result == HO_OK && ho_key_equal(entry->key, span->pass_key[pass == HO_PASS_BACKWARD]);
    if (result == HO_END || (result == HO_OK && !is_right))
        return ho_fail(diag, HO_ERROR_VERIFY, "%s: frame %lld lacks one of its two passes; run it again",
                       ho_store_path(object->store), (long long)frame);
    return result;
}

static int64_t walk_position(struct ho_object *object, struct ho_key walk)
{
    int64_t at;
    void *bytes = NULL;
    size_t size = 0;
    enum ho_result result = ho_store_get_state(object->store, walk, &at, &bytes, &size, NULL);
    free(bytes);
    return result == HO_OK && size ? at : -1;
}

static enum ho_result blend_frame(struct ho_track *track, struct ho_object *object, const struct ho_span *span,
                                  int64_t frame, struct pair *pair, struct ho_diag *diag)
{
    struct ho_frame_entry forward, backward;
    HO_TRY(get_pass(object, span, frame, HO_PASS_FORWARD, pair->forward, &forward, diag));
    HO_TRY(get_pass(object, span, frame, HO_PASS_BACKWARD, pair->backward, &backward, diag));
    uint32_t weight = ho_blend_weight(forward.confidence, backward.confidence, frame - span->start, span->far - frame);
    ho_blend_mattes(pair->forward, pair->backward, weight);
    float share = (float)weight / 65536;
    struct ho_frame_entry entry = {.frame = frame,
                                   .pass = HO_PASS_FINAL,
                                   .key = span->key,
                                   .area = ho_matte_area(pair->forward),
                                   .confidence = share * forward.confidence + (1 - share) * backward.confidence,
                                   .flags = (forward.flags | backward.flags) & (HO_FLAG_HELD | HO_FLAG_LOCKED)};
    if (entry.area == 0)
        entry.flags |= HO_FLAG_EMPTY;
    if (object->is_locked[frame])
        entry.flags |= HO_FLAG_LOCKED;
    HO_TRY(ho_store_put(object->store, &entry, pair->forward, diag));
    object->has[frame] = true;
    object->n_tracked += frame >= object->range.first && frame <= object->range.last;
    ho_track_tell(track, object, frame, entry.confidence, false);
    struct ho_range one = {frame, frame};
    if (frame != pair->at[0])
        HO_TRY(ho_store_drop(object->store, one, HO_PASS_FORWARD, diag));
    if (frame != pair->at[1])
        HO_TRY(ho_store_drop(object->store, one, HO_PASS_BACKWARD, diag));
    return HO_OK;
}

// Once the whole span is blended nothing of its passes is wanted any more.
static enum ho_result tidy(struct ho_object *object, const struct ho_span *span, struct ho_diag *diag)
{
    for (int64_t frame = span->frames.first; frame <= span->frames.last; frame++)
        if (!object->has[frame])
            return HO_OK;
    HO_TRY(ho_store_drop(object->store, span->frames, HO_PASS_FORWARD, diag));
    HO_TRY(ho_store_drop(object->store, span->frames, HO_PASS_BACKWARD, diag));
    HO_TRY(ho_store_drop_state(object->store, span->pass_key[0], diag));
    return ho_store_drop_state(object->store, span->pass_key[1], diag);
}

enum ho_result ho_blend_span(struct ho_track *track, struct ho_object *object, const struct ho_span *span,
                             struct ho_diag *diag)
{
    struct ho_range lacking = ho_span_lacking(object, span, track->request->direction);
    if (lacking.last < lacking.first)
        return HO_OK;
    struct pair pair = {.at = {walk_position(object, span->pass_key[0]), walk_position(object, span->pass_key[1])}};
    enum ho_result result = ho_matte_create(track->source->width, track->source->height, &pair.forward, diag);
    if (result == HO_OK)
        result = ho_matte_create(track->source->width, track->source->height, &pair.backward, diag);
    for (int64_t frame = lacking.first; frame <= lacking.last && result == HO_OK; frame++) {
        if (ho_track_is_cancelled(track))
            result = HO_CANCELLED;
        else if (!object->has[frame])
            result = blend_frame(track, object, span, frame, &pair, diag);
    }
    if (result == HO_OK)
        result = tidy(object, span, diag);
    ho_matte_destroy(&pair.forward);
    ho_matte_destroy(&pair.backward);
    struct ho_diag committing = {0};
    enum ho_result committed = ho_store_commit(object->store, &committing);
    if (committed != HO_OK && (result == HO_OK || result == HO_CANCELLED))
        return ho_fail(diag, committed, "%s", committing.message);
    return result;
}
