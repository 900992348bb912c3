// SPDX-License-Identifier: BSD-2-Clause
// A sweep: the source is read once in one direction, and every walk of that direction steps through the frames that are
// its own. Objects that are tracked over the same frames so share reading, and in the engine the features of each
// frame.
#include "base/memory.h"
#include "track/track.h"

static bool is_before(int64_t a, int64_t b, int step) { return a * step < b * step; }

// The next stretch to be read: from the first pending walk on, as far as walks follow each other without a gap.
static bool next_stretch(const struct ho_walk *walks, size_t n, int step, struct ho_range *stretch)
{
    bool is_any = false;
    for (size_t i = 0; i < n; i++) {
        if (walks[i].step != step || walks[i].phase != HO_WALK_PENDING ||
            (is_any && !is_before(walks[i].resume, stretch->first, step)))
            continue;
        *stretch = (struct ho_range){walks[i].resume, walks[i].last};
        is_any = true;
    }
    for (bool has_grown = is_any; has_grown;) {
        has_grown = false;
        for (size_t i = 0; i < n; i++) {
            if (walks[i].step != step || walks[i].phase != HO_WALK_PENDING ||
                is_before(stretch->last, walks[i].resume, step))
                continue;
            if (is_before(stretch->last, walks[i].last, step)) {
                stretch->last = walks[i].last;
                has_grown = true;
            }
        }
    }
    return is_any;
}

// Is there anything to do from `frame` on, within this reading?
static bool is_busy(const struct ho_walk *walks, size_t n, int step, int64_t frame)
{
    for (size_t i = 0; i < n; i++)
        if (walks[i].step == step && (walks[i].phase == HO_WALK_ACTIVE ||
                                      (walks[i].phase == HO_WALK_PENDING && is_before(frame, walks[i].resume, step))))
            return true;
    return false;
}

static enum ho_result visit(struct ho_track *track, struct ho_walk *walks, size_t n, int step, struct ho_frame *frame,
                            struct ho_diag *diag)
{
    int64_t index = ho_frame_index(frame);
    for (size_t i = 0; i < n; i++) {
        struct ho_walk *walk = &walks[i];
        if (walk->step != step)
            continue;
        if (walk->phase == HO_WALK_PENDING && walk->resume == index)
            HO_TRY(ho_walk_begin(track, walk, frame, diag));
        else if (walk->phase == HO_WALK_ACTIVE)
            HO_TRY(ho_walk_advance(track, walk, frame, diag));
        if (walk->phase == HO_WALK_DONE)
            ho_walk_release(track, walk);
    }
    return HO_OK;
}

static enum ho_result next_frame(struct ho_track *track, struct ho_frame **out, struct ho_diag *diag)
{
    int64_t before = ho_track_clock();
    enum ho_result result = ho_reader_next(track->reader, out, diag);
    track->waiting_ns += ho_track_clock() - before;
    return result;
}

static enum ho_result read_stretch(struct ho_track *track, struct ho_walk *walks, size_t n, int step,
                                   struct ho_range stretch, struct ho_diag *diag)
{
    HO_TRY(ho_reader_start(track->reader, stretch.first, stretch.last, diag));
    for (int64_t index = stretch.first; index * step <= stretch.last * step; index += step) {
        struct ho_frame *frame;
        if (ho_track_is_cancelled(track))
            return HO_CANCELLED;
        HO_TRY(next_frame(track, &frame, diag));
        enum ho_result result = visit(track, walks, n, step, frame, diag);
        ho_frame_unref(&frame);
        if (result != HO_OK)
            return result;
        if (!is_busy(walks, n, step, index))
            break;
    }
    return HO_OK;
}

enum ho_result ho_sweep(struct ho_track *track, struct ho_walk *walks, size_t n, int step, struct ho_diag *diag)
{
    struct ho_range stretch;
    if (!next_stretch(walks, n, step, &stretch))
        return HO_OK;
    HO_TRY(ho_keeper_start(&track->keeper, diag));
    enum ho_result result = HO_OK;
    while (result == HO_OK && next_stretch(walks, n, step, &stretch))
        result = read_stretch(track, walks, n, step, stretch, diag);
    for (size_t i = 0; i < n; i++) {
        if (result != HO_OK && walks[i].phase == HO_WALK_ACTIVE) {
            // Stopped in the middle: where each walk stands is kept, so that the next run goes on from here. What fails
            // now is no news.
            enum ho_result saved = ho_walk_save(track, &walks[i], NULL);
            (void)saved;
        }
        ho_walk_release(track, &walks[i]);
    }
    struct ho_diag kept = {0};
    enum ho_result finished = ho_keeper_finish(&track->keeper, &kept);
    if (finished != HO_OK && (result == HO_OK || result == HO_END || result == HO_CANCELLED))
        return ho_fail(diag, finished, "%s", kept.message);
    return result == HO_END ? ho_fail(diag, HO_ERROR_INPUT, "%s: ended before its last frame", track->source->path)
                            : result;
}
