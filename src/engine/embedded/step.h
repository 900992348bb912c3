// SPDX-License-Identifier: BSD-2-Clause
// The inside of a step: look.c looks at a view, search.c looks for what was lost, step.c leads.
#ifndef HO_ENGINE_STEP_H
#define HO_ENGINE_STEP_H

#include "engine/embedded/place.h"
#include "engine/embedded/rivals.h"

// One frame for several walks.
struct ho_step {
    struct ho_engine_walk *const *walks;
    struct ho_sight *sights;    // of each walk
    size_t n;
    const struct ho_frame *frame;
    const struct ho_matte *known;    // to be something else; or NULL
};

// What a look goes by, beside the memory.
enum ho_gaze {
    HO_GAZE_FOLLOW,    // the last matte
    HO_GAZE_BEHIND,    // the last matte that showed all of a lost object
    HO_GAZE_ANEW,      // nothing
};
// Looks at a frame; the map is as it was decoded, not settled or judged yet. ho_sight_clear() frees it, also after a
// failure.
enum ho_result ho_look(struct ho_engine_walk *walk, const struct ho_frame *frame, const struct ho_view *view,
                       enum ho_gaze gaze, struct ho_sight *out, struct ho_diag *diag) HO_MUST_CHECK;
// Takes out what cannot be, by what was gone by (ho_map_settle), and says how sure the sight is of the rest.
enum ho_result ho_look_settle(struct ho_engine_walk *walk, enum ho_gaze gaze, struct ho_sight *sight,
                              struct ho_diag *diag) HO_MUST_CHECK;

// Looks for walks[i], which is lost, where a rival may hide it and then in the whole picture; sights[i] shows what
// there is. If it was found it is not lost any more. Those that are not lost have been looked at before.
enum ho_result ho_step_search(const struct ho_step *step, size_t i, struct ho_diag *diag) HO_MUST_CHECK;

// How likely the walk's last matte is the object, in what it shows and in what it is. identity.c
float ho_walk_confidence(const struct ho_engine_walk *walk, const struct ho_sight *sight, double resemblance);

#endif
