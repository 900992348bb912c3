// SPDX-License-Identifier: BSD-2-Clause
// Is an answer the object at all? A click where the object can hardly be seen finds what stands before it; learnt from,
// that would spoil what was right. What the other prompted frames show is the measure.
#include "holdout/log.h"
#include "track/edit.h"

static const double seen_share =
    0.5;                                // of its area on the prompted frame: with less there, the object is hardly seen
static const float like_min = 0.3f;     // and an answer is another thing that is less like it than this,
static const float like_loss = 0.1f;    // or by so much less like it than what was there

// The prompted frames that tell what the object is: the first one, and the nearest.
static int find_known(const struct ho_edit *edit, const struct ho_span *known[2])
{
    const struct ho_span *origin = NULL, *nearest = NULL;
    int64_t frame = edit->statement.frame;
    int n = 0;
    for (size_t i = 0; i < edit->parent.n; i++) {
        const struct ho_span *span = &edit->parent.spans[i];
        if (!(span->flags & HO_FLAG_PROMPTED) || (span->flags & HO_FLAG_LOCAL) || span->first == frame)
            continue;
        int64_t distance = span->first > frame ? span->first - frame : frame - span->first;
        int64_t best = !nearest ? INT64_MAX : nearest->first > frame ? nearest->first - frame : frame - nearest->first;
        nearest = distance < best ? span : nearest;
        origin = span->first == edit->origin ? span : origin;
    }
    if (nearest)
        known[n++] = nearest;
    if (origin && origin != nearest)
        known[n++] = origin;
    return n;
}

static enum ho_result keep(struct ho_context *context, const struct ho_edit *edit, const struct ho_span *span,
                           struct ho_matte *scratch, struct ho_engine_walk *walk, struct ho_diag *diag)
{
    struct ho_frame *frame = NULL;
    HO_TRY(ho_store_get_key(edit->object->store, span->first, span->key, scratch, NULL, diag));
    enum ho_result result = ho_context_frame(context, span->first, &frame, diag);
    if (result == HO_OK)
        result = context->engine->keep(walk, frame, scratch, NULL, diag);
    ho_frame_unref(&frame);
    return result == HO_END ? HO_OK : result;
}

enum ho_result ho_answer_is_like(struct ho_context *context, const struct ho_edit *edit, const struct ho_frame *frame,
                                 const struct ho_matte *answer, const struct ho_matte *basis, bool *is_like,
                                 struct ho_diag *diag)
{
    const struct ho_span *known[2];
    struct ho_engine_walk *walk = NULL;
    struct ho_matte *scratch = NULL;
    int n = find_known(edit, known);
    float likeness = 1, before = 0;
    struct ho_frame_entry nearest;
    *is_like = true;
    if (!n || ho_matte_is_empty(answer))
        return HO_OK;
    HO_TRY(ho_store_get_key(edit->object->store, known[0]->first, known[0]->key, NULL, &nearest, diag));
    // Where it is well to be seen, whoever clicks knows best.
    if (basis && (double)ho_matte_area(basis) >= seen_share * (double)nearest.area)
        return HO_OK;
    enum ho_result result = ho_matte_create(answer->width, answer->height, &scratch, diag);
    if (result == HO_OK)
        result = context->engine->walk_create(context->session, &walk, diag);
    for (int i = 0; i < n && result == HO_OK; i++)
        result = keep(context, edit, known[i], scratch, walk, diag);
    if (result == HO_OK)
        result = context->engine->likeness(walk, frame, answer, &likeness, diag);
    if (result == HO_OK && basis)
        result = context->engine->likeness(walk, frame, basis, &before, diag);
    ho_log(HO_LOG_DEBUG, "%s, frame %lld: the answer is like what was prompted by %.3f, what was there by %.3f",
           edit->object->name, (long long)edit->statement.frame, (double)likeness, (double)before);
    *is_like = likeness >= like_min && likeness >= before - like_loss;
    if (walk)
        context->engine->walk_destroy(&walk);
    ho_matte_destroy(&scratch);
    return result;
}
