// SPDX-License-Identifier: BSD-2-Clause
// Whether something is what was prompted, or another thing.
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/embedded/embedded.h"

enum ho_result ho_embedded_likeness(struct ho_engine_walk *walk, const struct ho_frame *frame,
                                    const struct ho_matte *matte, float *likeness, struct ho_diag *diag)
{
    struct ho_rect box;
    const struct ho_tuning *tuning = walk->session->tuning;
    *likeness = 0;
    HO_TRY(ho_session_check(walk->session, matte, diag));
    if (walk->memory.n == 0 || !ho_matte_bounds(matte, &box))
        return HO_OK;
    struct ho_view view = ho_view_crop(walk->session->picture, &box, tuning->margin, tuning->shapes, tuning->n_shapes);
    const struct ho_features *features;
    HO_TRY(ho_session_features(walk->session, frame, &view, &features, diag));
    size_t n = ho_view_area(&view) / 256;
    struct ho_view places = {.region = view.region, .width = view.width / 16, .height = view.height / 16};
    float *score = ho_alloc_aligned(2 * n * sizeof *score), *cover = score + n;
    if (!score)
        return ho_fail_memory(diag, 2 * n * sizeof *score);
    ho_target_resemble(&walk->target, features->f16, features->f8, places.width, places.height, score);
    ho_view_from_matte(matte, &places, false, cover);
    double sum = 0, area = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)(cover[i] * score[i]);
        area += (double)cover[i];
    }
    free(score);
    *likeness = area > 0 ? (float)fmin(fmax(0.5 + 0.5 * sum / area, 0), 1) : 0;
    return HO_OK;
}
