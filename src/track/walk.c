// SPDX-License-Identifier: BSD-2-Clause
// One walk: an object followed from a prompted frame in one direction.
#include <stdlib.h>

#include "base/memory.h"
#include "holdout/cut.h"
#include "holdout/log.h"
#include "track/track.h"

enum { SAVE_EVERY_FRAMES = 50 };
static const int64_t save_every_ns = 2000000000;

// A keeper that takes no more says why itself, when it is finished.
static enum ho_result sent(enum ho_result result, struct ho_diag *diag)
{
    return result == HO_ERROR_MEMORY ? ho_fail_memory(diag, sizeof(struct ho_frame_entry)) : result;
}

static enum ho_result matte_from_bank(struct ho_track *track, struct ho_walk *walk, int64_t frame, enum ho_pass pass,
                                      struct ho_kept_matte **out, float *confidence, struct ho_diag *diag)
{
    struct ho_frame_entry entry;
    HO_TRY(ho_keeper_matte(track->keeper, track->source->width, track->source->height, out, diag));
    enum ho_result result = ho_store_get(walk->object->view, frame, pass, (*out)->matte, &entry, diag);
    if (result == HO_OK)
        *confidence = entry.confidence;
    else
        ho_kept_matte_unref(out);
    return result;
}

// From the prompted frame: the one at the far end first, so that the start is where the walk stands.
static enum ho_result begin_at_prompt(struct ho_track *track, struct ho_walk *walk, struct ho_frame *frame,
                                      struct ho_diag *diag)
{
    enum ho_result result = HO_OK;
    float confidence;
    if (walk->far >= 0) {
        struct ho_frame *far_frame = NULL;
        struct ho_kept_matte *far_matte = NULL;
        result = ho_track_lookup(track, walk->far, &far_frame, diag);
        if (result == HO_OK)
            result = matte_from_bank(track, walk, walk->far, HO_PASS_FINAL, &far_matte, &confidence, diag);
        if (result == HO_OK)
            result = track->engine->keep(walk->memory, far_frame, far_matte->matte, NULL, diag);
        ho_kept_matte_unref(&far_matte);
        ho_frame_unref(&far_frame);
    }
    if (result == HO_OK)
        result = matte_from_bank(track, walk, walk->start, HO_PASS_FINAL, &walk->matte, &walk->trust, diag);
    walk->confidence = walk->trust;
    if (result == HO_OK)
        result = track->engine->keep(walk->memory, frame, walk->matte->matte, NULL, diag);
    return result == HO_END
               ? ho_fail(diag, HO_ERROR_VERIFY, "%s: frame %lld, which was prompted, is missing; run it again",
                         ho_store_path(walk->object->store), (long long)walk->start)
               : result;
}

// From a saved state. HO_END when it cannot be used: then the walk begins at its prompt, which gives the same frames.
static enum ho_result begin_at_state(struct ho_track *track, struct ho_walk *walk, struct ho_diag *diag)
{
    int64_t at;
    void *bytes;
    size_t size;
    struct ho_frame_entry start = {0};
    struct ho_diag inner = {0};
    enum ho_pass pass = walk->resume == walk->start ? HO_PASS_FINAL : walk->pass;
    if (ho_store_get_state(walk->object->view, walk->key, &at, &bytes, &size, &inner) != HO_OK)
        return HO_END;
    enum ho_result result = at == walk->resume ? track->engine->load(walk->memory, bytes, size, &inner) : HO_END;
    free(bytes);
    if (result == HO_OK)
        result = ho_store_get(walk->object->view, walk->start, HO_PASS_FINAL, NULL, &start, &inner);
    walk->trust = start.confidence;
    if (result == HO_OK)
        result = matte_from_bank(track, walk, walk->resume, pass, &walk->matte, &walk->confidence, &inner);
    if (result == HO_OK || result == HO_END)
        return result;
    if (result == HO_ERROR_MEMORY)
        return ho_fail(diag, result, "%s", inner.message);
    ho_log(HO_LOG_WARNING,
           "%s, frame %lld: the tracker's memory cannot be used (%s); its walk begins anew at frame %lld",
           walk->object->name, (long long)walk->resume, inner.message, (long long)walk->start);
    return HO_END;
}

void ho_walk_release(struct ho_track *track, struct ho_walk *walk)
{
    if (walk->memory)
        track->engine->walk_destroy(&walk->memory);
    ho_cut_detector_destroy(&walk->detector);
    ho_frame_unref(&walk->previous);
    ho_kept_matte_unref(&walk->matte);
}

enum ho_result ho_walk_begin(struct ho_track *track, struct ho_walk *walk, struct ho_frame *frame, struct ho_diag *diag)
{
    HO_TRY(track->engine->walk_create(track->session, &walk->memory, diag));
    enum ho_result result = HO_OK;
    if (walk->resume != walk->start) {
        result = begin_at_state(track, walk, diag);
        if (result == HO_END) {    // the sweep comes back for it
            ho_walk_release(track, walk);
            walk->resume = walk->start;
            return HO_OK;
        }
    } else {
        result = begin_at_prompt(track, walk, frame, diag);
    }
    bool is_cut;
    if (result == HO_OK && walk->span->kind != HO_SPAN_BETWEEN) {
        result = ho_cut_detector_create(&walk->detector, diag);
        if (result == HO_OK)
            result = ho_cut_detector_push(walk->detector, frame, &is_cut, diag);
    }
    if (result != HO_OK)
        return result;
    walk->phase = HO_WALK_ACTIVE;
    walk->at = walk->saved = walk->resume;
    walk->saved_ns = ho_track_clock();
    walk->previous = ho_frame_ref(frame);
    return HO_OK;
}

enum ho_result ho_walk_save(struct ho_track *track, struct ho_walk *walk, struct ho_diag *diag)
{
    void *bytes = NULL;
    size_t size;
    // At a locked frame the bank holds another matte than the walk's own, from which a later run could not go on.
    if (walk->phase != HO_WALK_ACTIVE || walk->at == walk->saved || walk->at == walk->start ||
        walk->object->is_locked[walk->at])
        return HO_OK;
    HO_TRY(track->engine->save(walk->memory, &bytes, &size, diag));
    enum ho_result result = ho_keeper_put_state(track->keeper, walk->object->store, walk->key, walk->at, &bytes, size);
    free(bytes);
    walk->saved = walk->at;
    walk->saved_ns = ho_track_clock();
    return sent(result, diag);
}

// The walk is over for good: nothing follows in this shot.
static enum ho_result end_for_good(struct ho_track *track, struct ho_walk *walk, bool is_cut, struct ho_diag *diag)
{
    void *none = NULL;
    walk->phase = HO_WALK_DONE;
    track->progress.n_total -= (walk->last - walk->at) * walk->step;
    HO_TRY(sent(ho_keeper_put_state(track->keeper, walk->object->store, walk->key, walk->at, &none, 0), diag));
    return is_cut ? sent(ho_keeper_set_flags(track->keeper, walk->object->store, walk->at, HO_FLAG_CUT), diag) : HO_OK;
}

static enum ho_result end(struct ho_track *track, struct ho_walk *walk, struct ho_diag *diag)
{
    bool is_source_end = walk->at == 0 || walk->at == track->source->n_frames - 1;
    int64_t span_end = walk->step > 0 ? walk->span->frames.last : walk->span->frames.first;
    if (is_source_end || (walk->pass != HO_PASS_FINAL && walk->at == span_end))
        return end_for_good(track, walk, false, diag);
    HO_TRY(ho_walk_save(track, walk, diag));
    walk->phase = HO_WALK_DONE;
    return HO_OK;
}

// A frame that the bank has already is not written again; it had better be the same.
static void compare_with_bank(struct ho_walk *walk, int64_t frame)
{
    struct ho_matte *stored = NULL;
    struct ho_frame_entry entry;
    struct ho_matte *matte = walk->matte->matte;
    if (walk->object->is_locked[frame] || ho_matte_create(matte->width, matte->height, &stored, NULL) != HO_OK)
        return;
    if (ho_store_get(walk->object->view, frame, walk->pass, stored, &entry, NULL) == HO_OK &&
        ho_key_equal(entry.key, walk->key) && !ho_matte_equal(matte, stored))
        ho_log(HO_LOG_WARNING,
               "%s, frame %lld: tracked again it differs from what the bank keeps (another machine or runtime?); the "
               "bank's is kept",
               walk->object->name, (long long)frame);
    ho_matte_destroy(&stored);
}

static enum ho_result track_frame(struct ho_track *track, struct ho_walk *walk, struct ho_frame *frame,
                                  struct ho_diag *diag)
{
    if (ho_frame_equal(walk->previous, frame))
        return track->engine->repeat(walk->memory, diag);    // the matte stays as well
    struct ho_kept_matte *matte;
    HO_TRY(ho_keeper_matte(track->keeper, track->source->width, track->source->height, &matte, diag));
    enum ho_result result = track->engine->step(&walk->memory, 1, frame, NULL, &matte->matte, &walk->confidence, diag);
    if (result != HO_OK) {
        ho_kept_matte_unref(&matte);
        return result;
    }
    walk->confidence *= walk->trust;    // what was followed well may have been the wrong thing from the start
    ho_kept_matte_unref(&walk->matte);
    walk->matte = matte;
    return HO_OK;
}

static enum ho_result keep_frame(struct ho_track *track, struct ho_walk *walk, const struct ho_frame *frame,
                                 struct ho_diag *diag)
{
    int64_t index = ho_frame_index(frame);
    if (walk->has[index]) {
        compare_with_bank(walk, index);
        return HO_OK;
    }
    struct ho_object *object = walk->object;
    struct ho_frame_entry entry = {.frame = index,
                                   .pass = walk->pass,
                                   .key = walk->key,
                                   .confidence = walk->confidence,
                                   .flags = (ho_frame_is_held(frame) ? (unsigned)HO_FLAG_HELD : 0u) |
                                            (object->is_locked[index] ? (unsigned)HO_FLAG_LOCKED : 0u)};
    HO_TRY(sent(ho_keeper_put(track->keeper, object->store, &entry, walk->matte), diag));
    walk->has[index] = true;
    object->n_tracked += walk->pass == HO_PASS_FINAL && index >= object->range.first && index <= object->range.last;
    return HO_OK;
}

enum ho_result ho_walk_advance(struct ho_track *track, struct ho_walk *walk, struct ho_frame *frame,
                               struct ho_diag *diag)
{
    bool is_cut = false;
    if (walk->detector)
        HO_TRY(ho_cut_detector_push(walk->detector, frame, &is_cut, diag));
    if (is_cut)
        return end_for_good(track, walk, true, diag);
    HO_TRY(track_frame(track, walk, frame, diag));
    HO_TRY(keep_frame(track, walk, frame, diag));
    ho_frame_unref(&walk->previous);
    walk->previous = ho_frame_ref(frame);
    walk->at = ho_frame_index(frame);
    ho_track_tell(track, walk->object, walk->at, walk->confidence, false);
    if (walk->at == walk->last)
        return end(track, walk, diag);
    if ((walk->at - walk->saved) * walk->step >= SAVE_EVERY_FRAMES ||
        ho_track_clock() - walk->saved_ns >= save_every_ns)
        return ho_walk_save(track, walk, diag);
    return HO_OK;
}
