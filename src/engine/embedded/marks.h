// SPDX-License-Identifier: BSD-2-Clause
// What a user says about a frame, as marks: places that are inside or outside.
#ifndef HO_ENGINE_MARKS_H
#define HO_ENGINE_MARKS_H

#include "engine/embedded/view.h"
#include "holdout/engine.h"

struct ho_mark {
    struct ho_point point;
    bool inside;
    bool said;    // by the user, at this very place; else derived from a mask
    int group;    // marks of one prompt are asked at once
};

struct ho_marks {
    struct ho_mark *mark;
    int n, room, n_groups;
    bool has_box;
    struct ho_rect box;    // around the object, source pixels
    const struct ho_matte *mask;
};

// From all prompts of a frame, checked; ho_marks_clear() frees what it holds, in any state.
enum ho_result ho_marks_collect(const struct ho_prompt *prompts, size_t n_prompts, struct ho_size picture,
                                struct ho_marks *marks, struct ho_diag *diag) HO_MUST_CHECK;
void ho_marks_clear(struct ho_marks *marks);
// What of the picture the object may be in where there is a box.
struct ho_rect ho_marks_reach(const struct ho_marks *marks);
// One more, of the group that is being filled.
enum ho_result ho_marks_add(struct ho_marks *marks, double x, double y, bool inside, bool said,
                            struct ho_diag *diag) HO_MUST_CHECK;

#endif
