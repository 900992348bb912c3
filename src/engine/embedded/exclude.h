// SPDX-License-Identifier: BSD-2-Clause
// What an exclusion means: another thing, which goes as a whole and is a rival from then on, or a part of the object.
#ifndef HO_ENGINE_EXCLUDE_H
#define HO_ENGINE_EXCLUDE_H

#include "engine/embedded/embedded.h"
#include "engine/embedded/marks.h"

// Takes out of the mask that the marks correct the other things that exclusions in it point at. `rival` (may be NULL)
// gets them, and those that exclusions beside the mask point at; `answer` is told.
enum ho_result ho_exclude_from_mask(struct ho_engine_session *session, const struct ho_frame *frame,
                                    const struct ho_marks *marks, struct ho_matte *mask, struct ho_matte *rival,
                                    struct ho_engine_answer *answer, struct ho_diag *diag) HO_MUST_CHECK;
// The same for an answer that was found without a mask, which exclusions have shaped already: it stays as it is.
enum ho_result ho_exclude_from_answer(struct ho_engine_session *session, const struct ho_frame *frame,
                                      const struct ho_marks *marks, const struct ho_matte *matte,
                                      struct ho_matte *rival, struct ho_engine_answer *answer,
                                      struct ho_diag *diag) HO_MUST_CHECK;

// prompt.c: the thing that marks find, at the source's size, and the intersection over union that it promises; and
// marks for what their mask says of the object, with which all that is asked is asked.
enum ho_result ho_prompt_find(struct ho_engine_session *session, const struct ho_frame *frame, struct ho_marks *marks,
                              struct ho_matte *out, float *quality, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_prompt_add_mask(struct ho_marks *marks, const struct ho_view *view,
                                  struct ho_diag *diag) HO_MUST_CHECK;

#endif
