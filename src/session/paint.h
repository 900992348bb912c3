// SPDX-License-Identifier: BSD-2-Clause
// From what a viewer asks for to opaque RGB of 8 bits at its own pixels. On a worker; nothing of the session is
// touched.
#ifndef HO_SESSION_PAINT_H
#define HO_SESSION_PAINT_H

#include "holdout/viewer.h"
#include "session/internal.h"

// All that a picture is made from, its own copies.
struct paint {
    struct ho_view_request request;
    const struct ho_session_options *options;
    struct ho_clip_pool *pool;

    char path[4096];                      // SOURCE, CLIP, and of the clip of NODE
    struct ho_rational rate;              // of a sequence; num 0: its own
    int64_t frame;                        // that the picture is called; TIMELINE: of the timeline
    int64_t source_frame;                 // -1: there is none
    struct ho_timecode source, record;    // for burning in; fps 0: none

    struct shared_matte *answer;    // NULL: the bank's
    char object[HO_ID_SIZE];        // "": none
    int64_t step;
    uint64_t bank_serial;    // another one: the bank has changed
    float colour[3];
    struct ho_finesse finesse;
    bool has_object;

    struct ho_timeline *timeline;      // TIMELINE: a copy
    char *graph;                       // NODE: as text
    int64_t clip, time;                // NODE: of the timeline; clip time
    struct ho_project_media *media;    // that the timeline shows
    size_t n_media;
};
void paint_clear(struct paint *paint);

// What a worker keeps between pictures.
struct painter;
void painter_destroy(void *painter);
// The picture, or one with a message. NULL: out of memory.
struct ho_view_picture *paint_make(struct painter **painter, const struct paint *paint, const struct ho_cancel *cancel);

// ---- a canvas that is filled

struct canvas {
    int width, height;    // of the picture
    uint8_t *rgb;
    struct ho_rect region;    // of the subject
    int subject_width, subject_height;
};
// Sizes the canvas so that the region fits what was asked for. `aspect`: of one pixel, width to height.
enum ho_result canvas_fit(const struct ho_view_request *request, int width, int height, double aspect,
                          struct canvas *out, struct ho_diag *diag) HO_MUST_CHECK;
// resample.c: part of a plane as bytes, averaged where it gets smaller; `step` bytes from one pixel to the next.
void resample_plane(const float *plane, int stride, int width, int height, struct ho_rect region, uint8_t *out,
                    int out_width, int out_height, int step);
void resample_matte(const struct ho_matte *matte, struct ho_rect region, uint8_t *out, int out_width, int out_height);
// stage.c: a timeline's frame, or a node of one clip of it, made and ready to be filled in.
struct stage;
void stage_destroy(struct stage **stage);
enum ho_result stage_timeline(struct stage **stage, const struct paint *paint, const struct ho_cancel *cancel,
                              struct ho_viewer **viewer, struct ho_viewer_shown *out,
                              struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result stage_node(struct stage **stage, const struct paint *paint, const char *node,
                          const struct ho_cancel *cancel, struct ho_viewer **viewer, struct ho_viewer_shown *out,
                          struct ho_diag *diag) HO_MUST_CHECK;
// look.c
void look_apply(const struct paint *paint, struct canvas *canvas, const uint8_t *key);    // key NULL: none
void look_timecode(const struct paint *paint, struct canvas *canvas);

#endif
