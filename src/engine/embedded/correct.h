// SPDX-License-Identifier: BSD-2-Clause
#ifndef HO_ENGINE_CORRECT_H
#define HO_ENGINE_CORRECT_H

#include "engine/embedded/view.h"
#include "holdout/result.h"

#define HO_CORRECT_PLACES 1

struct ho_change {
    double x, y;
    bool inside;
};    // a mark, in pixels of the view

// Where the basis [H][W] is deepest, away from the changes: what it says of the object, as marks. *n_out may be 0.
enum ho_result ho_correct_places(const struct ho_view *view, const float *basis, const struct ho_change *changes,
                                 int n_changes, struct ho_change out[HO_CORRECT_PLACES], int *n_out,
                                 struct ho_diag *diag) HO_MUST_CHECK;
// Keeps of a map only the connected changes against its basis that a mark of their kind asks for.
enum ho_result ho_correct_map(const struct ho_view *view, const float *basis, const struct ho_change *changes,
                              int n_changes, float *map, struct ho_diag *diag) HO_MUST_CHECK;

#endif
