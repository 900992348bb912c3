// SPDX-License-Identifier: BSD-2-Clause
#include "deliver/loop.h"

#include <inttypes.h>
#include <time.h>

#include "holdout/log.h"

struct running {
    struct ho_loop *loop;
    struct ho_writer *writer;
    double start;
};

double ho_loop_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

// The first frame is made before the writer opens: it says how large the pictures are.
static enum ho_result open_writer(struct running *r, const struct ho_loop_frame *first, struct ho_diag *diag)
{
    struct ho_loop *loop = r->loop;
    loop->writer.width = first->width;
    loop->writer.height = first->height;
    loop->writer.n_frames = loop->range.last - loop->range.first + 1;
    HO_TRY(ho_writer_open(loop->path, &loop->writer, &r->writer, diag));
    loop->n_kept = ho_writer_n_kept(r->writer);
    if (loop->n_kept > 0)
        ho_log(HO_LOG_INFO, "%s: %" PRId64 " frames are there from a run that was interrupted; it goes on after them",
               loop->path, loop->n_kept);
    return HO_OK;
}

static enum ho_result send(struct running *r, struct ho_loop_frame *frame, struct ho_diag *diag)
{
    struct ho_loop *loop = r->loop;
    if (frame->matte)
        return ho_writer_send_matte(r->writer, frame->matte, diag);
    if (!frame->base)
        return ho_writer_send_picture(r->writer, frame->picture, diag);
    loop->n_untouched += !frame->is_patched;
    loop->n_patched += frame->is_patched;
    return ho_writer_send_frame(r->writer, frame->base, diag);
}

static void tell(const struct running *r)
{
    const struct ho_loop *loop = r->loop;
    double t = ho_loop_now();
    if (!loop->progress)
        return;
    int64_t n_total = loop->range.last - loop->range.first + 1, n_done = loop->n_frames;
    double rate = t > r->start ? (double)n_done / (t - r->start) : 0;
    struct ho_deliver_progress progress = {n_done, n_total, rate, rate > 0 ? (double)(n_total - n_done) / rate : 0};
    loop->progress(loop->progress_opaque, &progress);
}

static enum ho_result make_and_send(struct running *r, int64_t i, struct ho_diag *diag)
{
    struct ho_loop *loop = r->loop;
    struct ho_loop_frame frame = {0};
    double before = ho_loop_now();
    enum ho_result result = loop->source->frame(loop->opaque, i, &frame, diag);
    double between = ho_loop_now();
    if (result == HO_OK && !r->writer)
        result = open_writer(r, &frame, diag);
    if (result == HO_OK)
        result = send(r, &frame, diag);
    ho_frame_unref(&frame.base);
    loop->seconds_making += between - before;
    loop->seconds_writing += ho_loop_now() - between;
    return result;
}

static enum ho_result run(struct running *r, struct ho_diag *diag)
{
    struct ho_loop *loop = r->loop;
    for (int64_t i = loop->range.first; i <= loop->range.last; i++) {
        if (ho_cancel_is_requested(loop->writer.cancel))
            return HO_CANCELLED;
        HO_TRY(make_and_send(r, i, diag));
        if (i == loop->range.first && loop->n_kept > 0)    // the first one was sent for its format
            i += loop->n_kept - 1;
        loop->n_frames = i - loop->range.first + 1;
        tell(r);
    }
    return ho_writer_finish(&r->writer, diag);
}

enum ho_result ho_loop_run(struct ho_loop *loop, struct ho_diag *diag)
{
    struct running r = {.loop = loop, .start = ho_loop_now()};
    enum ho_result result = run(&r, diag);
    ho_writer_abort(&r.writer);
    return result;
}

// What is kept stays kept whatever ended the run.
enum ho_result ho_loop_say_stopped(const struct ho_loop *loop, struct ho_diag *diag)
{
    bool keeps = loop->writer.key && loop->n_frames > 0;
    return ho_fail(diag, HO_CANCELLED, "%s: stopped after %" PRId64 " of %" PRId64 " frames; %s", loop->path,
                   loop->n_frames, loop->range.last - loop->range.first + 1,
                   keeps ? "they are kept beside it, and the same command goes on from there"
                         : "nothing was written, and the same command begins again");
}

void ho_loop_report(const struct ho_loop *loop, struct ho_render_report *report)
{
    report->n_frames = loop->n_frames;
    report->n_untouched = loop->n_untouched;
    report->n_patched = loop->n_patched;
    report->n_kept = loop->n_kept;
    report->seconds_evaluating = loop->seconds_making;
    report->seconds_writing = loop->seconds_writing;
}

enum ho_result ho_loop_take(struct ho_evaluator *evaluator, struct ho_graph_frame *frame, struct ho_loop_frame *out,
                            struct ho_diag *diag)
{
    *out = (struct ho_loop_frame){.width = frame->domain.width, .height = frame->domain.height};
    if (!frame->base) {
        out->picture = frame->picture;
        return HO_OK;
    }
    out->is_patched = frame->picture;
    return ho_evaluator_lay(evaluator, frame, &out->base, diag);
}
