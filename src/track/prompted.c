// SPDX-License-Identifier: BSD-2-Clause
// Mattes of the prompted frames: what the click showed, exactly.
#include "track/track.h"

static enum ho_result prompt_frame(struct ho_track *track, struct ho_object *object,
                                   const struct ho_prompted_frame *prompted, struct ho_diag *diag)
{
    struct ho_frame *frame;
    struct ho_engine_walk *walk = NULL;
    struct ho_matte *matte = NULL;
    struct ho_engine_answer answer = {0};
    struct ho_frame_entry entry = {.frame = prompted->frame, .pass = HO_PASS_FINAL, .flags = HO_FLAG_PROMPTED};
    HO_TRY(ho_prompted_key(track, prompted, &entry.key, diag));
    HO_TRY(ho_reader_frame(track->reader, prompted->frame, &frame, diag));    // no sweep goes on yet
    enum ho_result result = ho_matte_create(track->source->width, track->source->height, &matte, diag);
    if (result == HO_OK)
        result = track->engine->walk_create(track->session, &walk, diag);
    if (result == HO_OK)
        result = track->engine->prompt(walk, frame, object->prompts.prompts + prompted->first, prompted->n, matte, NULL,
                                       &answer, diag);
    entry.confidence = answer.confidence;
    if (result == HO_OK) {
        entry.area = ho_matte_area(matte);
        entry.flags |= (entry.area == 0 ? (unsigned)HO_FLAG_EMPTY : 0u) |
                       (ho_frame_is_held(frame) ? (unsigned)HO_FLAG_HELD : 0u) |
                       (object->is_locked[entry.frame] ? (unsigned)HO_FLAG_LOCKED : 0u);
        result = ho_store_put(object->store, &entry, matte, diag);
    }
    track->engine->walk_destroy(&walk);
    ho_matte_destroy(&matte);
    ho_frame_unref(&frame);
    if (result != HO_OK)
        return result;
    object->has[entry.frame] = true;
    object->n_tracked += entry.frame >= object->range.first && entry.frame <= object->range.last;
    ho_track_tell(track, object, entry.frame, entry.confidence, false);
    return HO_OK;
}

enum ho_result ho_track_prompted_frames(struct ho_track *track, struct ho_object *object, struct ho_diag *diag)
{
    for (size_t i = 0; i < object->prompts.n_frames; i++) {
        if (ho_track_is_cancelled(track))
            return HO_CANCELLED;
        if (!object->has[object->prompts.frames[i].frame])
            HO_TRY(prompt_frame(track, object, &object->prompts.frames[i], diag));
    }
    return ho_store_commit(object->store, diag);
}
