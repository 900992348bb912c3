// SPDX-License-Identifier: BSD-2-Clause
// One walk: an object followed from a frame in one direction.
#include "track/walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "holdout/log.h"

enum { SAVE_EVERY_FRAMES = 50 };
static const int64_t save_every_ns = 2000000000;
static const float flash_trust = 0.3f;    // of a flash's matte, against that of the frame before it

enum ho_result ho_walks_add(struct ho_walks *walks, struct ho_walk *walk, struct ho_diag *diag)
{
    struct ho_walk **grown = ho_realloc(walks->items, walks->n + 1, sizeof(*grown));
    struct ho_walk *copy = ho_alloc(1, sizeof(*copy));
    if (grown)
        walks->items = grown;
    if (!grown || !copy) {
        free(copy);
        free(walk->has);
        return ho_fail_memory(diag, sizeof(*copy));
    }
    *copy = *walk;
    walks->items[walks->n++] = copy;
    return HO_OK;
}

void ho_walks_clear(struct ho_walks *walks)
{
    for (size_t i = 0; i < walks->n; i++) {
        free(walks->items[i]->has);
        free(walks->items[i]);
    }
    free(walks->items);
    *walks = (struct ho_walks){0};
}

// A keeper that takes no more says why itself, when it is finished.
static enum ho_result sent(enum ho_result result, struct ho_diag *diag)
{
    return result == HO_ERROR_MEMORY ? ho_fail_memory(diag, sizeof(struct ho_frame_entry)) : result;
}

static enum ho_result matte_from_bank(struct ho_context *context, struct ho_walk *walk, int64_t frame,
                                      struct ho_key key, struct ho_kept_matte **out, float *confidence,
                                      struct ho_diag *diag)
{
    struct ho_frame_entry entry;
    HO_TRY(ho_keeper_matte(context->keeper, context->source->width, context->source->height, out, diag));
    enum ho_result result = ho_store_get_key(walk->object->view, frame, key, (*out)->matte, &entry, diag);
    if (result == HO_OK)
        *confidence = entry.confidence;
    else
        ho_kept_matte_unref(out);
    return result;
}

// ---- beginning

// The other prompted frames that are to be kept in mind.
static enum ho_result keep_known(struct ho_context *context, struct ho_walk *walk, struct ho_diag *diag)
{
    enum ho_result result = HO_OK;
    for (int i = 0; i < walk->n_known && result == HO_OK; i++) {
        struct ho_frame *frame = NULL;
        struct ho_kept_matte *matte = NULL;
        float confidence;
        result = ho_context_frame(context, walk->known[i].frame, &frame, diag);
        if (result == HO_OK)
            result = matte_from_bank(context, walk, walk->known[i].frame, walk->known[i].key, &matte, &confidence,
                                     diag);
        if (result == HO_OK)
            result = context->engine->keep(walk->memory, frame, matte->matte, NULL, diag);
        ho_kept_matte_unref(&matte);
        ho_frame_unref(&frame);
    }
    return result;
}

// What an exclusion on the start frame points at is followed along. It lies in the bank under a key of its own.
static enum ho_result begin_rival(struct ho_context *context, struct ho_walk *walk, struct ho_frame *frame,
                                  struct ho_diag *diag)
{
    struct ho_key key;
    struct ho_kept_matte *rival = NULL;
    float confidence;
    HO_TRY(ho_context_key(context, "rival", &walk->start_key, 1, &key, diag));
    enum ho_result result = matte_from_bank(context, walk, walk->start, key, &rival, &confidence, diag);
    if (result != HO_OK)
        return result == HO_END ? HO_OK : result;
    result = context->engine->walk_create(context->session, &walk->rival, diag);
    if (result == HO_OK)
        result = context->engine->keep(walk->rival, frame, rival->matte, walk->matte->matte, diag);
    if (result == HO_OK)
        result = context->engine->keep(walk->memory, frame, walk->matte->matte, rival->matte, diag);
    ho_kept_matte_unref(&rival);
    return result;
}

static enum ho_result begin_at_start(struct ho_context *context, struct ho_walk *walk, struct ho_frame *frame,
                                     const struct ho_matte *others, struct ho_diag *diag)
{
    enum ho_result result = keep_known(context, walk, diag);
    if (result == HO_OK)
        result = matte_from_bank(context, walk, walk->start, walk->start_key, &walk->matte, &walk->trust, diag);
    walk->confidence = walk->trust;
    if (result == HO_OK && walk->is_absence)
        return context->engine->absent(walk->memory, frame, diag);
    if (result == HO_OK)
        result = begin_rival(context, walk, frame, diag);
    if (result == HO_OK && !walk->rival)
        result = context->engine->keep(walk->memory, frame, walk->matte->matte, others, diag);
    return result == HO_END
               ? ho_fail(diag, HO_ERROR_VERIFY, "%s: frame %lld, which was prompted, is missing; run it again",
                         ho_store_path(walk->object->store), (long long)walk->start)
               : result;
}

// A saved state is the object's memory and its rival's, each after its length.
static enum ho_result load_memories(struct ho_context *context, struct ho_walk *walk, const uint8_t *bytes, size_t size,
                                    struct ho_diag *diag)
{
    uint64_t own;
    if (size < sizeof(own))
        return HO_END;
    memcpy(&own, bytes, sizeof(own));
    if (own > size - sizeof(own))
        return HO_END;
    HO_TRY(context->engine->load(walk->memory, bytes + sizeof(own), (size_t)own, diag));
    const uint8_t *rest = bytes + sizeof(own) + own;
    size_t n_rest = size - sizeof(own) - (size_t)own;
    if (!n_rest)
        return HO_OK;
    HO_TRY(context->engine->walk_create(context->session, &walk->rival, diag));
    return context->engine->load(walk->rival, rest, n_rest, diag);
}

// From a saved state. HO_END when it cannot be used: then the walk begins at its start, which gives the same frames.
static enum ho_result begin_at_state(struct ho_context *context, struct ho_walk *walk, struct ho_diag *diag)
{
    int64_t at;
    void *bytes;
    size_t size;
    struct ho_frame_entry start = {0};
    struct ho_diag inner = {0};
    if (ho_store_get_state(walk->object->view, walk->key, &at, &bytes, &size, &inner) != HO_OK)
        return HO_END;
    enum ho_result result = at == walk->resume ? load_memories(context, walk, bytes, size, &inner) : HO_END;
    free(bytes);
    if (result == HO_OK)
        result = ho_store_get_key(walk->object->view, walk->start, walk->start_key, NULL, &start, &inner);
    walk->trust = start.confidence;
    if (result == HO_OK)
        result = matte_from_bank(context, walk, walk->resume, walk->key, &walk->matte, &walk->confidence, &inner);
    if (result == HO_OK || result == HO_END)
        return result;
    if (result == HO_ERROR_MEMORY)
        return ho_fail(diag, result, "%s", inner.message);
    ho_log(HO_LOG_WARNING,
           "%s, frame %lld: the tracker's memory cannot be used (%s); its walk begins anew at frame %lld",
           walk->object->name, (long long)walk->resume, inner.message, (long long)walk->start);
    return HO_END;
}

void ho_walk_release(struct ho_context *context, struct ho_walk *walk)
{
    if (walk->memory)
        context->engine->walk_destroy(&walk->memory);
    if (walk->rival)
        context->engine->walk_destroy(&walk->rival);
    ho_cut_detector_destroy(&walk->detector);
    ho_frame_unref(&walk->previous);
    ho_kept_matte_unref(&walk->matte);
    ho_matte_destroy(&walk->scratch);
}

enum ho_result ho_walk_begin(struct ho_context *context, struct ho_walk *walk, struct ho_frame *frame,
                             const struct ho_matte *others, struct ho_diag *diag)
{
    HO_TRY(context->engine->walk_create(context->session, &walk->memory, diag));
    enum ho_result result = HO_OK;
    if (walk->resume != walk->start) {
        result = begin_at_state(context, walk, diag);
        if (result == HO_END) {    // the sweep comes back for it
            ho_walk_release(context, walk);
            walk->resume = walk->start;
            return HO_OK;
        }
    } else {
        result = begin_at_start(context, walk, frame, others, diag);
    }
    enum ho_shot shot;
    if (result == HO_OK)
        result = ho_cut_detector_create(&walk->detector, diag);
    if (result == HO_OK)
        result = ho_cut_detector_follow(walk->detector, frame, &shot, &walk->n_away, diag);
    walk->at = walk->saved = walk->resume;
    if (result == HO_OK)
        result = ho_walk_count_agreeing(walk, diag);
    if (result != HO_OK)
        return result;
    walk->phase = HO_WALK_ACTIVE;
    walk->saved_ns = ho_context_clock();
    walk->previous = ho_frame_ref(frame);
    return HO_OK;
}

// ---- saving

bool ho_walk_save_is_due(const struct ho_walk *walk)
{
    return walk->phase == HO_WALK_ACTIVE && ((walk->at - walk->saved) * walk->step >= SAVE_EVERY_FRAMES ||
                                             ho_context_clock() - walk->saved_ns >= save_every_ns);
}

static enum ho_result save_memories(struct ho_context *context, const struct ho_walk *walk, void **out, size_t *size,
                                    struct ho_diag *diag)
{
    void *own = NULL, *rival = NULL;
    size_t own_size = 0, rival_size = 0;
    HO_TRY(context->engine->save(walk->memory, &own, &own_size, diag));
    enum ho_result result = walk->rival ? context->engine->save(walk->rival, &rival, &rival_size, diag) : HO_OK;
    uint64_t length = own_size;
    *size = sizeof(length) + own_size + rival_size;
    uint8_t *bytes = result == HO_OK ? ho_alloc(*size, 1) : NULL;
    if (bytes) {
        memcpy(bytes, &length, sizeof(length));
        memcpy(bytes + sizeof(length), own, own_size);
        if (rival_size)
            memcpy(bytes + sizeof(length) + own_size, rival, rival_size);
    }
    free(own);
    free(rival);
    *out = bytes;
    return result != HO_OK || bytes ? result : ho_fail_memory(diag, *size);
}

enum ho_result ho_walk_save(struct ho_context *context, struct ho_walk *walk, struct ho_diag *diag)
{
    void *bytes = NULL;
    size_t size;
    if (walk->phase != HO_WALK_ACTIVE || walk->at == walk->saved || walk->at == walk->start)
        return HO_OK;
    HO_TRY(save_memories(context, walk, &bytes, &size, diag));
    enum ho_result result = ho_keeper_put_state(context->keeper, walk->object->store, walk->key, walk->at, &bytes,
                                                size);
    free(bytes);
    walk->saved = walk->at;
    walk->saved_ns = ho_context_clock();
    return sent(result, diag);
}

// ---- ending

static void give_up_rest(struct ho_context *context, struct ho_walk *walk)
{
    walk->phase = HO_WALK_DONE;
    ho_context_expect(context, walk->at, walk->last, -1);
}

// The walk is over for good: nothing follows in this shot.
static enum ho_result end_for_good(struct ho_context *context, struct ho_walk *walk, bool is_cut, struct ho_diag *diag)
{
    void *none = NULL;
    give_up_rest(context, walk);
    walk->is_ended = true;
    struct ho_store *store = walk->object->store;
    HO_TRY(sent(ho_keeper_put_state(context->keeper, store, walk->key, walk->at, &none, 0), diag));
    struct ho_key key = walk->at == walk->start ? walk->start_key : walk->key;
    return is_cut ? sent(ho_keeper_set_flags(context->keeper, store, walk->at, key, HO_FLAG_CUT), diag) : HO_OK;
}

static enum ho_result end(struct ho_context *context, struct ho_walk *walk, struct ho_diag *diag)
{
    bool is_source_end = walk->at == 0 || walk->at == context->source->n_frames - 1;
    if (is_source_end || walk->stop != HO_STOP_END)
        return end_for_good(context, walk, false, diag);
    HO_TRY(ho_walk_save(context, walk, diag));
    walk->phase = HO_WALK_DONE;
    return HO_OK;
}

// ---- going on

// A frame that the bank has already is not written again; it had better be the same.
static void compare_with_bank(struct ho_walk *walk, int64_t frame)
{
    struct ho_matte *stored = NULL, *matte = walk->matte->matte;
    if (ho_matte_create(matte->width, matte->height, &stored, NULL) != HO_OK)
        return;
    if (ho_store_get_key(walk->object->view, frame, walk->key, stored, NULL, NULL) == HO_OK &&
        !ho_matte_equal(matte, stored))
        ho_log(HO_LOG_WARNING,
               "%s, frame %lld: tracked again it differs from what the bank keeps (another machine or runtime?); the "
               "bank's is kept",
               walk->object->name, (long long)frame);
    ho_matte_destroy(&stored);
}

// The walk's present matte as that of frame `index`.
static enum ho_result keep_matte(struct ho_context *context, struct ho_walk *walk, int64_t index, bool is_held,
                                 float confidence, struct ho_diag *diag)
{
    if (walk->has[index]) {
        compare_with_bank(walk, index);
        return HO_OK;
    }
    struct ho_object *object = walk->object;
    struct ho_frame_entry entry = {
        .frame = index, .key = walk->key, .confidence = confidence, .flags = is_held ? (unsigned)HO_FLAG_HELD : 0u};
    HO_TRY(sent(ho_keeper_put(context->keeper, object->store, &entry, walk->matte), diag));
    walk->has[index] = true;
    object->n_tracked += index >= context->range.first && index <= context->range.last;
    return HO_OK;
}

// A flash: frames that did not show the shot keep the matte before them, and ask to be looked at.
static enum ho_result keep_flash(struct ho_context *context, struct ho_walk *walk, int n, struct ho_diag *diag)
{
    for (int i = 0; i < n; i++) {
        walk->at += walk->step;
        HO_TRY(keep_matte(context, walk, walk->at, false, flash_trust * walk->confidence, diag));
        ho_context_tell(context, walk->object->name, walk->at, flash_trust * walk->confidence, false);
    }
    return HO_OK;
}

// The reading ends: frames at its end that do not show the shot keep the matte before them, unless the source ends too.
static enum ho_result end_away(struct ho_context *context, struct ho_walk *walk, struct ho_diag *diag)
{
    bool is_source_end = walk->last == 0 || walk->last == context->source->n_frames - 1;
    if (is_source_end)    // a fade to black, titles
        return end_for_good(context, walk, true, diag);
    // The state is of the last frame that showed the shot: a longer range looks at the rest again.
    if (walk->stop == HO_STOP_END)
        HO_TRY(ho_walk_save(context, walk, diag));
    HO_TRY(keep_flash(context, walk, walk->n_away, diag));
    if (walk->stop != HO_STOP_END)
        return end_for_good(context, walk, false, diag);
    walk->phase = HO_WALK_DONE;
    return HO_OK;
}

enum ho_result ho_walk_look(struct ho_context *context, struct ho_walk *walk, struct ho_frame *frame, bool *goes_on,
                            struct ho_diag *diag)
{
    enum ho_shot shot;
    int n_away;
    HO_TRY(ho_cut_detector_follow(walk->detector, frame, &shot, &n_away, diag));
    *goes_on = shot == HO_SHOT_GOES_ON || shot == HO_SHOT_IS_BACK;
    walk->n_away = shot == HO_SHOT_IS_AWAY ? n_away : 0;
    if (shot == HO_SHOT_IS_OVER)
        return end_for_good(context, walk, true, diag);
    if (shot == HO_SHOT_IS_BACK)
        return keep_flash(context, walk, n_away, diag);
    return shot == HO_SHOT_IS_AWAY && ho_frame_index(frame) == walk->last ? end_away(context, walk, diag) : HO_OK;
}

enum ho_result ho_walk_advance(struct ho_context *context, struct ho_walk *walk, struct ho_frame *frame,
                               struct ho_kept_matte **matte, float confidence, struct ho_diag *diag)
{
    bool ends = false;
    if (*matte) {
        ho_kept_matte_unref(&walk->matte);
        walk->matte = *matte;
        *matte = NULL;
        // What was followed well may have been the wrong thing from the start.
        walk->confidence = confidence * walk->trust;
    }
    HO_TRY(keep_matte(context, walk, ho_frame_index(frame), ho_frame_is_held(frame), walk->confidence, diag));
    ho_frame_unref(&walk->previous);
    walk->previous = ho_frame_ref(frame);
    walk->at = ho_frame_index(frame);
    ho_context_tell(context, walk->object->name, walk->at, walk->confidence, false);
    if (walk->old)
        HO_TRY(ho_walk_meet(context, walk, frame, &ends, diag));
    if (ends) {
        give_up_rest(context, walk);
        return HO_OK;
    }
    return walk->at == walk->last ? end(context, walk, diag) : HO_OK;
}
