// SPDX-License-Identifier: BSD-2-Clause
// Whether something is what was prompted, or another thing.
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/embedded/step.h"

// Measured on all clips with truth: README.md beside this file.
#define GONE_OVER_EDGE 0.7    // that what is thought gone is gone, where it was last seen at the picture's edge,
#define GONE_INSIDE 0.15      // and where it vanished inside
#define EDGE 40               // of the picture's side: as near to it counts as at the edge
#define LIKE_NONE 0.1         // of the likeness of what was prompted itself: with this much it is surely another thing,
#define LIKE_ALL 0.7          // and with this much or more it may well be it

enum ho_result ho_walk_resemblance(const struct ho_engine_walk *walk, const struct ho_features *features,
                                   const float *map, double *out, struct ho_diag *diag)
{
    const int width = features->view.width / HO_CELL, height = features->view.height / HO_CELL;
    const size_t n = (size_t)width * (size_t)height;
    float *score = ho_alloc_aligned(n * sizeof *score);
    if (!score)
        return ho_fail_memory(diag, n * sizeof *score);
    ho_target_resemble(&walk->target, features->f16, features->f8, width, height, score);
    double sum = 0, area = 0;
    for (size_t i = 0; i < n; i++) {
        double inside = (double)ho_cell_mean(map, width, i);
        sum += inside * (double)score[i];
        area += inside;
    }
    free(score);
    *out = area > 0 ? fmin(fmax(0.5 + 0.5 * sum / area, 0), 1) : 0;
    return HO_OK;
}

enum ho_result ho_embedded_likeness(struct ho_engine_walk *walk, const struct ho_frame *frame,
                                    const struct ho_matte *matte, float *likeness, struct ho_diag *diag)
{
    struct ho_rect box;
    *likeness = 0;
    HO_TRY(ho_session_check(walk->session, matte, diag));
    if (walk->memory.n == 0 || !ho_matte_bounds(matte, &box))
        return HO_OK;
    struct ho_view view = ho_session_crop(walk->session, &box);
    const struct ho_features *features;
    HO_TRY(ho_session_features(walk->session, frame, &view, &features, diag));
    float *map = ho_alloc_aligned(ho_view_area(&view) * sizeof *map);
    if (!map)
        return ho_fail_memory(diag, ho_view_area(&view) * sizeof *map);
    ho_view_from_matte(matte, &view, false, map);
    double is_like = 0;
    enum ho_result result = ho_walk_resemblance(walk, features, map, &is_like, diag);
    free(map);
    // What was prompted itself is not wholly like what all of it teaches: it is the measure.
    *likeness = walk->likeness > 0 ? (float)fmin(is_like / walk->likeness, 1) : 0;
    return result;
}

// Certainty is too sure of itself; its square is what J was on the clips, to 0.06.
float ho_walk_confidence(const struct ho_engine_walk *walk, const struct ho_sight *sight, double resemblance)
{
    const double certainty = (double)sight->certainty;
    if (walk->lost) {
        const struct ho_rect *b = &walk->box;
        const int near_x = walk->session->picture.width / EDGE, near_y = walk->session->picture.height / EDGE;
        bool left = walk->is_told_absent || b->x0 <= near_x || b->y0 <= near_y ||
                    b->x1 >= walk->session->picture.width - near_x || b->y1 >= walk->session->picture.height - near_y;
        return (float)((left ? GONE_OVER_EDGE : GONE_INSIDE) * (1 - certainty));
    }
    double like = walk->likeness > 0 ? (resemblance / walk->likeness - LIKE_NONE) / (LIKE_ALL - LIKE_NONE) : 1;
    return (float)(certainty * certainty * fmin(fmax(like, 0), 1));
}
