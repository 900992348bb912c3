// SPDX-License-Identifier: BSD-2-Clause
// Objects that are followed side by side claim the same pixels. Each claim is taken as odds against the background,
// whose own are one: together they keep sum(o_j) / (1 + sum(o_j)) of a pixel, o = p / (1 - p), and share it by their
// odds, weighed by how likely each has come to be there: o_i * exp(PLACE * q_i). Alone that is p itself.
#ifndef HO_ENGINE_RIVALS_H
#define HO_ENGINE_RIVALS_H

#include "engine/embedded/view.h"
#include "holdout/result.h"

// What one view of a frame shows of one object. ho_sight_clear() frees what it owns.
struct ho_sight {
    struct ho_view view;
    float *map;      // owned: what is the object, 0..1; NULL: it was not looked for here
    float *place;    // owned: how likely it has come to be there, by where it was and how it moved, 0..1; NULL: unknown
    float *others;    // owned: what is known to be something else, 0..1; NULL: nothing
    float certainty, surest;
};
void ho_sight_clear(struct ho_sight *sight);
// How sure it is of what it shows: fills in certainty and surest.
void ho_sight_judge(struct ho_sight *sight);

// Makes the claims of several objects, each in a view of its own, one another's bounds, and takes out what is `known`
// (may be NULL) to be something else. Fills in `others`. Maps that nobody else claims a part of stay as they are.
enum ho_result ho_sights_compete(struct ho_size picture, struct ho_sight *sights, size_t n,
                                 const struct ho_matte *known, int n_threads, struct ho_diag *diag) HO_MUST_CHECK;
// Takes out of one sight, newly looked at, what others hold: those of the `n` that have a map, but for `own`.
enum ho_result ho_sight_yield(struct ho_size picture, struct ho_sight *sight, const struct ho_sight *sights, size_t n,
                              const struct ho_sight *own, const struct ho_matte *known, int n_threads,
                              struct ho_diag *diag) HO_MUST_CHECK;
// Moves to a lost object the piece of a rival's map that is it (reclaim.c); false: there is none. `expected`: its area
// when it was last seen whole, in source pixels. Needs the place of `lost`.
enum ho_result ho_sight_reclaim(struct ho_size picture, struct ho_sight *lost, double expected, struct ho_sight *holder,
                                int n_threads, bool *out, struct ho_diag *diag) HO_MUST_CHECK;

#endif
