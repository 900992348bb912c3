// SPDX-License-Identifier: BSD-2-Clause
// What an evaluator made, held until the next frame, and turned into bytes.
#ifndef HO_DELIVER_VIEWING_H
#define HO_DELIVER_VIEWING_H

#include "holdout/viewer.h"
#include "image/patch.h"

struct ho_viewing {
    struct ho_converter *converters[HO_PATCH_STRIPES];
    struct ho_frame *frame;               // the picture as a decoder's frame, what was laid over it included
    const struct ho_picture *picture;     // else (borrowed from the evaluator); NULL: none
    const struct ho_picture *key;         // borrowed as well; NULL: none
    struct ho_rect picture_at, key_at;    // where they lie, in pixels of `scale`
    double scale_x, scale_y;
    struct ho_rect made;    // at full size
    int width, height;      // of either at full size; 0: nothing is shown
};
enum ho_result ho_viewing_open(struct ho_viewing *viewing, struct ho_diag *diag) HO_MUST_CHECK;
void ho_viewing_close(struct ho_viewing *viewing);
void ho_viewing_clear(struct ho_viewing *viewing);    // nothing is shown any more
// The whole at full size, and the part of it that was made (empty: all).
struct ho_viewing_size {
    int width, height;
    struct ho_rect made;
};
enum ho_result ho_viewing_take(struct ho_viewing *viewing, struct ho_evaluator *evaluator,
                               struct ho_graph_frame *picture, struct ho_graph_frame *key,
                               const struct ho_viewing_size *size, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_viewing_fill(struct ho_viewing *viewing, const struct ho_viewer_target *target, int n_threads,
                               struct ho_diag *diag) HO_MUST_CHECK;

#endif
