// SPDX-License-Identifier: BSD-2-Clause
// Pictures for a screen: a frame of a timeline, or of a node of a graph, as packed bytes at the size that is wanted,
// made by the same evaluation as a render.
//
// What was made for one frame is kept for the next: a stretch of a timeline is compiled once, footage and mattes stay
// open, and when a value changes, what does not depend on it stays. The colours are the timeline's display-referred
// ones, rounded to 8 bits; what has alpha lies over black in `rgb`.
//
// Thread-safety: one thread at a time for a viewer, any one; several viewers with one clip pool work side by side.
#ifndef HOLDOUT_VIEWER_H
#define HOLDOUT_VIEWER_H

#include "clip.h"
#include "compile.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ho_viewer;
struct ho_viewer_options {
    struct ho_clip_pool *clips;                     // borrowed; NULL: its own
    const char *index_dir, *bank_dir, *base_dir;    // as struct ho_evaluator_options has them; copied
    int n_threads;                                  // 0: as many as there are cores
};
HO_API enum ho_result ho_viewer_create(const struct ho_viewer_options *options, struct ho_viewer **out,
                                       struct ho_diag *diag) HO_MUST_CHECK;    // NULL: the defaults
HO_API void ho_viewer_destroy(struct ho_viewer **viewer);                      // NULL and *NULL are fine

// How pictures will be looked at from the next frame on: `region` of them, in their pixels (NULL or empty: all), fitted
// into `width` x `height` pixels of a screen. Nothing else is made, and where it gets smaller it is made smaller from
// the start: near the full picture made smaller (a source's own frame with less than half laid over it: that very one).
// The first picture of a graph whose size is not known yet is made as a whole. 0 x 0, the default: whole, at full size.
HO_API void ho_viewer_set_screen(struct ho_viewer *viewer, const struct ho_rect *region, int width, int height);

// What is shown now.
struct ho_viewer_shown {
    int width, height;    // of the whole picture, in its own pixels, whatever the scale
    bool has_picture, has_key;
    const char *notes;    // of the stretch (struct ho_compiled); borrowed until the next frame
};
// Makes a frame of a timeline. `cancel` (may be NULL): HO_CANCELLED once it is requested.
HO_API enum ho_result ho_viewer_show_timeline(struct ho_viewer *viewer, const struct ho_timeline *timeline,
                                              const struct ho_compile_options *compile, int64_t frame,
                                              const struct ho_cancel *cancel, struct ho_viewer_shown *out,
                                              struct ho_diag *diag) HO_MUST_CHECK;
// Makes what a node gives, its picture and its key where it has them, both in one go; in particular a node of a graph
// that ho_compile_clip() made, at a source frame. `host`: size and rate of a graph without footage (NULL: 1920 x 1080).
HO_API enum ho_result ho_viewer_show_node(struct ho_viewer *viewer, const struct ho_graph *graph,
                                          const struct ho_timeline_settings *host, const char *node, int64_t frame,
                                          const struct ho_cancel *cancel, struct ho_viewer_shown *out,
                                          struct ho_diag *diag) HO_MUST_CHECK;

// Bytes to be filled, rows without gaps; NULL: not wanted. A picture without a key gives a key of 255, a key without a
// picture gives itself as grey.
struct ho_viewer_target {
    struct ho_rect region;    // of what is shown, in its pixels; empty: all of it; what lies outside is cut off
    int width, height;
    uint8_t *rgb;      // 3 for a pixel
    uint8_t *alpha;    // 1: of the picture, 255 is opaque
    uint8_t *key;      // 1
};
// As often as wanted for what is shown. HO_ERROR_USAGE: nothing is, a size out of range, a part that was not
// made.
HO_API enum ho_result ho_viewer_fill(struct ho_viewer *viewer, const struct ho_viewer_target *target,
                                     struct ho_diag *diag) HO_MUST_CHECK;
// Forgets what was opened and made: after a matte of the bank, or a file, has changed.
HO_API void ho_viewer_forget(struct ho_viewer *viewer);

#ifdef __cplusplus
}
#endif

#endif
