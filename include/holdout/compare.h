// SPDX-License-Identifier: BSD-2-Clause
// Masks and mattes that other programs or datasets made: reading them out of frames, and comparing two movies or
// sequences of them.
#ifndef HOLDOUT_COMPARE_H
#define HOLDOUT_COMPARE_H

#include "cancel.h"
#include "media.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HO_MASK_ANY -1

// One frame as a matte of its size. `id` HO_MASK_ANY: the alpha where the frame has one that is not solid, else (in a
// palette picture) every index but 0, else luma. `id` 0..255: the pixels of that palette index, or of that value in an
// 8-bit grey picture, are in and all others out; HO_ERROR_INPUT for other formats.
HO_API enum ho_result ho_mask_from_frame(struct ho_converter *converter, const struct ho_frame *frame, int id,
                                         struct ho_matte *out, struct ho_diag *diag) HO_MUST_CHECK;
// A mask as somebody names it: "FILE", or "FILE#ID" for that id of a palette or grey mask. `frame` of a movie or
// sequence; a single picture is the mask of whatever frame it is given for. The matte is the caller's. HO_ERROR_USAGE:
// it is not of `source`'s size, or ends before the frame.
HO_API enum ho_result ho_mask_read(const char *name, int64_t frame, const struct ho_source_info *source,
                                   const struct ho_reader_options *options, struct ho_matte **out,
                                   struct ho_diag *diag) HO_MUST_CHECK;

enum ho_truth { HO_TRUTH_DETECT, HO_TRUTH_BINARY, HO_TRUTH_SOFT };

struct ho_compare_request {
    const char *truth, *matte;    // movies or sequences ("masks/%05d.png") of equal size and count
    bool has_truth_id, has_matte_id;
    int truth_id, matte_id;    // the object's id in palette masks, with has_..._id; else as HO_MASK_ANY
    enum ho_truth kind;
    int n_threads;
    const struct ho_cancel *cancel;
    void (*progress)(void *opaque, int64_t n_done, int64_t n_total);    // may be NULL
    void *opaque;
};

struct ho_compare_frame {
    int64_t frame;
    bool counted;                        // in the means of region and contour: DAVIS leaves both ends of a sequence out
    double region, contour;              // J, F
    double sad, mse, gradient, dtssd;    // soft truth only
};

struct ho_compare_report {
    bool soft;
    struct ho_compare_frame *frames;    // malloc'd, freed by ho_compare_report_clear()
    int64_t n_frames, n_counted;
    double region, contour, overall;     // means over counted frames; overall = J&F
    double sad, mse, gradient, dtssd;    // means over all frames (dtSSD: over all but the first)
};
HO_API enum ho_result ho_compare(const struct ho_compare_request *request, struct ho_compare_report *report,
                                 struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_compare_report_clear(struct ho_compare_report *report);

#ifdef __cplusplus
}
#endif

#endif
