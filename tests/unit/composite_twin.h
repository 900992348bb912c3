// SPDX-License-Identifier: BSD-2-Clause
// Composite modes as their formulas stand in compile.h, in float64: of what lies beneath and of the clip above it.
#ifndef TEST_COMPOSITE_TWIN_H
#define TEST_COMPOSITE_TWIN_H

#include <math.h>

#include "holdout/timeline.h"

static inline double mixed(enum ho_composite mode, double b, double s)
{
    double d = b <= 0.25 ? ((16 * b - 12) * b + 4) * b : sqrt(b);
    switch (mode) {
    case HO_COMPOSITE_ADD: return b + s;
    case HO_COMPOSITE_SCREEN: return b + s - b * s;
    case HO_COMPOSITE_MULTIPLY: return b * s;
    case HO_COMPOSITE_OVERLAY: return b <= 0.5 ? 2 * b * s : 1 - 2 * (1 - b) * (1 - s);
    case HO_COMPOSITE_HARD_LIGHT: return s <= 0.5 ? 2 * b * s : 1 - 2 * (1 - b) * (1 - s);
    case HO_COMPOSITE_SOFT_LIGHT: return s <= 0.5 ? b - (1 - 2 * s) * b * (1 - b) : b + (2 * s - 1) * (d - b);
    case HO_COMPOSITE_DARKEN: return fmin(b, s);
    case HO_COMPOSITE_LIGHTEN: return fmax(b, s);
    case HO_COMPOSITE_DIFFERENCE: return fabs(b - s);
    case HO_COMPOSITE_SUBTRACT: return s - b;    // the upper clip less the lower one
    default: return s;
    }
}

#endif
