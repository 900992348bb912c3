// SPDX-License-Identifier: BSD-2-Clause
// Compares two movies or sequences of mattes, frame by frame.
#include "holdout/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "holdout/score.h"

// One side of the comparison: its reader and its mattes of this frame and the one before.
struct side {
    const char *name, *path;
    int id;
    struct ho_reader *reader;
    struct ho_converter *converter;
    struct ho_matte *now, *before;
};

static void side_close(struct side *side)
{
    ho_reader_close(&side->reader);
    ho_converter_destroy(&side->converter);
    ho_matte_destroy(&side->now);
    ho_matte_destroy(&side->before);
}

static enum ho_result side_open(struct side *side, const struct ho_compare_request *request, struct ho_diag *diag)
{
    struct ho_reader_options options = {.n_threads = request->n_threads, .cancel = request->cancel};
    HO_TRY(ho_reader_open(side->path, &options, &side->reader, diag));
    const struct ho_source_info *info = ho_reader_info(side->reader);
    HO_TRY(ho_converter_create(&side->converter, diag));
    HO_TRY(ho_matte_create(info->width, info->height, &side->now, diag));
    HO_TRY(ho_matte_create(info->width, info->height, &side->before, diag));
    return ho_reader_start(side->reader, 0, info->n_frames - 1, diag);
}

static enum ho_result side_next(struct side *side, int64_t index, struct ho_diag *diag)
{
    struct ho_matte *swap = side->before;
    side->before = side->now;
    side->now = swap;
    struct ho_frame *frame = NULL;
    enum ho_result result = ho_reader_next(side->reader, &frame, diag);
    if (result == HO_END)
        return ho_fail(diag, HO_ERROR_INPUT, "the %s '%.700s' ends before its frame %lld", side->name, side->path,
                       (long long)index);
    if (result == HO_OK)
        result = ho_mask_from_frame(side->converter, frame, side->id, side->now, diag);
    ho_frame_unref(&frame);
    return result;
}

static enum ho_result check_pair(const struct side *truth, const struct side *matte, struct ho_diag *diag)
{
    const struct ho_source_info *a = ho_reader_info(truth->reader), *b = ho_reader_info(matte->reader);
    if (a->width != b->width || a->height != b->height)
        return ho_fail(diag, HO_ERROR_INPUT,
                       "the truth '%.300s' is %dx%d, but the matte '%.300s' is %dx%d; they must be of one size",
                       truth->path, a->width, a->height, matte->path, b->width, b->height);
    if (a->n_frames != b->n_frames)
        return ho_fail(
            diag, HO_ERROR_INPUT,
            "the truth '%.300s' has %lld frames, but the matte '%.300s' has %lld; they must be as long as each other",
            truth->path, (long long)a->n_frames, matte->path, (long long)b->n_frames);
    return HO_OK;
}

// A truth is soft when its edge has pixels well between in and out; compression alone leaves next to none.
static bool is_soft(const struct ho_matte *truth)
{
    int64_t n_between = 0, n_edge = 0;
    for (int y = 0; y < truth->height; y++) {
        const uint16_t *row = truth->data + (ptrdiff_t)y * truth->stride, *above = y ? row - truth->stride : row;
        for (int x = 0; x < truth->width; x++) {
            n_between += row[x] > UINT16_MAX / 8 && row[x] < UINT16_MAX - UINT16_MAX / 8;
            n_edge += (x && (row[x] > INT16_MAX) != (row[x - 1] > INT16_MAX)) +
                      ((row[x] > INT16_MAX) != (above[x] > INT16_MAX));
        }
    }
    return n_between > n_edge / 20;
}

static enum ho_result score_frame(const struct side *truth, const struct side *matte, bool soft,
                                  struct ho_compare_frame *frame, struct ho_diag *diag)
{
    frame->region = ho_score_region(truth->now, matte->now);
    HO_TRY(ho_score_contour(truth->now, matte->now, &frame->contour, diag));
    if (!soft)
        return HO_OK;
    bool first = frame->frame == 0;
    struct ho_soft_score score;
    HO_TRY(ho_score_soft(truth->now, matte->now, first ? NULL : truth->before, first ? NULL : matte->before, &score,
                         diag));
    frame->sad = score.sad;
    frame->mse = score.mse;
    frame->gradient = score.gradient;
    frame->dtssd = score.dtssd;
    return HO_OK;
}

static void take_means(struct ho_compare_report *report)
{
    double n = (double)report->n_frames;
    for (int64_t i = 0; i < report->n_frames; i++) {
        struct ho_compare_frame *frame = &report->frames[i];
        frame->counted = report->n_frames < 3 || (i > 0 && i < report->n_frames - 1);
        report->n_counted += frame->counted;
        report->region += frame->counted ? frame->region : 0;
        report->contour += frame->counted ? frame->contour : 0;
        report->sad += frame->sad / n;
        report->mse += frame->mse / n;
        report->gradient += frame->gradient / n;
        report->dtssd += n > 1 ? frame->dtssd / (n - 1) : 0;
    }
    report->region /= (double)report->n_counted;
    report->contour /= (double)report->n_counted;
    report->overall = (report->region + report->contour) / 2;
}

static enum ho_result compare_all(const struct ho_compare_request *request, struct side *truth, struct side *matte,
                                  struct ho_compare_report *report, struct ho_diag *diag)
{
    report->n_frames = ho_reader_info(truth->reader)->n_frames;
    report->frames = ho_alloc((size_t)report->n_frames, sizeof(*report->frames));
    if (!report->frames)
        return ho_fail_memory(diag, (size_t)report->n_frames * sizeof(*report->frames));
    // Whether a detected truth is soft shows on its first frame with an edge; the frames before it have only flat
    // truth, where no soft score is lost but SAD and MSE of what the matte shows there: they are scored as soft as
    // well.
    bool detecting = request->kind == HO_TRUTH_DETECT, found = false;
    for (int64_t i = 0; i < report->n_frames; i++) {
        HO_TRY(side_next(truth, i, diag));
        HO_TRY(side_next(matte, i, diag));
        if (detecting && !found && !ho_matte_is_empty(truth->now)) {
            report->soft = is_soft(truth->now);
            found = true;
        }
        report->frames[i].frame = i;
        bool soft = request->kind == HO_TRUTH_SOFT || (detecting && (report->soft || !found));
        HO_TRY(score_frame(truth, matte, soft, &report->frames[i], diag));
        if (request->progress)
            request->progress(request->opaque, i + 1, report->n_frames);
        if (ho_cancel_is_requested(request->cancel))
            return ho_fail(diag, HO_CANCELLED, "stopped at frame %lld of %lld", (long long)i,
                           (long long)report->n_frames);
    }
    report->soft |= request->kind == HO_TRUTH_SOFT;
    take_means(report);
    return HO_OK;
}

enum ho_result ho_compare(const struct ho_compare_request *request, struct ho_compare_report *report,
                          struct ho_diag *diag)
{
    *report = (struct ho_compare_report){0};
    struct side truth = {
        .name = "truth", .path = request->truth, .id = request->has_truth_id ? request->truth_id : HO_MASK_ANY};
    struct side matte = {
        .name = "matte", .path = request->matte, .id = request->has_matte_id ? request->matte_id : HO_MASK_ANY};
    enum ho_result result = side_open(&truth, request, diag);
    if (result == HO_OK)
        result = side_open(&matte, request, diag);
    if (result == HO_OK)
        result = check_pair(&truth, &matte, diag);
    if (result == HO_OK)
        result = compare_all(request, &truth, &matte, report, diag);
    side_close(&truth);
    side_close(&matte);
    if (result != HO_OK)
        ho_compare_report_clear(report);
    return result;
}

void ho_compare_report_clear(struct ho_compare_report *report)
{
    free(report->frames);
    report->frames = NULL;
}
