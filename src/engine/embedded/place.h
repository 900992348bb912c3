// SPDX-License-Identifier: BSD-2-Clause
// Where an object is, where it was last seen whole, and where it will have come to by how it moves.
#ifndef HO_ENGINE_PLACE_H
#define HO_ENGINE_PLACE_H

#include "engine/embedded/embedded.h"
#include "engine/embedded/rivals.h"

#define HO_HIDDEN_MAX 50    // steps for which an object that was seen whole may be hidden, where it was
#define HO_AREA_MIN 12      // pixels of a view: a smaller answer is none
// A matte less certain than this is shown, but nothing is learnt from it: a mistake would teach the next one.
#define HO_KEEP_CERTAINTY 0.7f

// Notes where the object is in a new map, and how it moves; lost when it is nowhere.
void ho_walk_locate(struct ho_engine_walk *walk, const struct ho_view *view, const float *map, bool was_lost);
// Keeps a sight that shows as much of the object as there was: where it would be hidden if it is lost.
enum ho_result ho_walk_note_seen(struct ho_engine_walk *walk, const struct ho_sight *sight,
                                 struct ho_diag *diag) HO_MUST_CHECK;
// Whether what is followed is next to nothing of what was seen whole a while ago: most likely a rival's edge, while the
// object is elsewhere.
bool ho_walk_is_scrap(const struct ho_engine_walk *walk);
// Where a lost object that was seen would be by now, in source pixels.
struct ho_rect ho_walk_guess_box(const struct ho_engine_walk *walk);
// Fills in the sight's place.
enum ho_result ho_walk_guess_place(struct ho_engine_walk *walk, struct ho_sight *sight,
                                   struct ho_diag *diag) HO_MUST_CHECK;

#endif
