// SPDX-License-Identifier: BSD-2-Clause
// The render loop: frames from somewhere -> writer. Decoding
// ahead and encoding run on threads of their own, inside reader and writer.
#ifndef HO_DELIVER_LOOP_H
#define HO_DELIVER_LOOP_H

#include "holdout/deliver.h"
#include "holdout/render.h"

enum { HO_LOOP_KEY_SIZE = 33 };    // of struct ho_writer_options' key, with NUL

// One frame: a matte, or a picture, or a decoder's frame.
struct ho_loop_frame {
    int width, height;
    struct ho_frame *base;               // the loop's own from here on; NULL: none
    bool is_patched;                     // and a part of it was made
    const struct ho_picture *picture;    // borrowed until the next frame; NULL: none
    const struct ho_matte *matte;        // borrowed until the next frame; NULL: none
};

// Where frames come from.
struct ho_loop_source {
    enum ho_result (*frame)(void *opaque, int64_t frame, struct ho_loop_frame *out, struct ho_diag *diag);
};

struct ho_loop {
    const struct ho_loop_source *source;
    void *opaque;
    const char *path;
    struct ho_range range;
    struct ho_writer_options writer;    // but for width, height and n_frames, which the loop knows
    void (*progress)(void *opaque, const struct ho_deliver_progress *progress);    // may be NULL
    void *progress_opaque;
    // what came of it
    int64_t n_frames, n_untouched, n_patched, n_kept;
    double seconds_making, seconds_writing;
};

// What an evaluator made: outside the part that it had to make, the base's code values go out untouched.
enum ho_result ho_loop_take(struct ho_evaluator *evaluator, struct ho_graph_frame *frame, struct ho_loop_frame *out,
                            struct ho_diag *diag) HO_MUST_CHECK;
double ho_loop_now(void);    // seconds on a clock that only goes forward
// Opens the writer with the first frame, sends all, finishes it. Whole or absent; an interrupted run with a key leaves
// what the next one goes on from. HO_CANCELLED comes without a sentence.
enum ho_result ho_loop_run(struct ho_loop *loop, struct ho_diag *diag) HO_MUST_CHECK;
void ho_loop_report(const struct ho_loop *loop, struct ho_render_report *report);
// The sentence for HO_CANCELLED.
enum ho_result ho_loop_say_stopped(const struct ho_loop *loop, struct ho_diag *diag);

#endif
