// SPDX-License-Identifier: BSD-2-Clause
// A sweep: the source is read once in one direction, and every walk of that direction steps through the frames that are
// its own. Walks that are on the same frame step together: they share reading, the features of each frame, and they
// know each other as rivals.
#include <string.h>

#include "base/memory.h"
#include "image/settle.h"
#include "track/walk.h"

static bool is_before(int64_t a, int64_t b, int step) { return a * step < b * step; }

static bool is_pending(const struct ho_sweep *sweep, size_t i)
{
    const struct ho_walk *walk = sweep->walks->items[i];
    return walk->step == sweep->step && walk->phase == HO_WALK_PENDING;
}

// The next stretch to be read: from the first pending walk on, as far as walks follow each other without a gap.
static bool next_stretch(const struct ho_sweep *sweep, struct ho_range *stretch)
{
    bool is_any = false;
    for (size_t i = 0; i < sweep->walks->n; i++) {
        const struct ho_walk *walk = sweep->walks->items[i];
        if (!is_pending(sweep, i) || (is_any && !is_before(walk->resume, stretch->first, sweep->step)))
            continue;
        *stretch = (struct ho_range){walk->resume, walk->last};
        is_any = true;
    }
    for (bool has_grown = is_any; has_grown;) {
        has_grown = false;
        for (size_t i = 0; i < sweep->walks->n; i++) {
            const struct ho_walk *walk = sweep->walks->items[i];
            if (!is_pending(sweep, i) || is_before(stretch->last, walk->resume, sweep->step) ||
                !is_before(stretch->last, walk->last, sweep->step))
                continue;
            stretch->last = walk->last;
            has_grown = true;
        }
    }
    return is_any;
}

// Is there anything to do from `frame` on, within this reading?
static bool is_busy(const struct ho_sweep *sweep, int64_t frame)
{
    for (size_t i = 0; i < sweep->walks->n; i++) {
        const struct ho_walk *walk = sweep->walks->items[i];
        if (walk->step == sweep->step &&
            (walk->phase == HO_WALK_ACTIVE || (is_pending(sweep, i) && is_before(frame, walk->resume, sweep->step))))
            return true;
    }
    return false;
}

// ---- one frame

// The walks that step into a frame together, and what comes of it. Rivals that exclusions point at step along; their
// mattes are not kept.
enum { TOGETHER_MAX = HO_OBJECTS_MAX, STEPS_MAX = 2 * TOGETHER_MAX };
struct together {
    struct ho_walk *walks[TOGETHER_MAX];
    size_t n;
    struct ho_engine_walk *memories[STEPS_MAX];    // of the walks, then of their rivals
    struct ho_kept_matte *kept[TOGETHER_MAX];
    struct ho_matte *mattes[STEPS_MAX];
    float confidences[STEPS_MAX];
    size_t n_steps;
};

static enum ho_result make_mattes(struct ho_context *context, struct together *t, struct ho_diag *diag)
{
    const struct ho_source_info *source = context->source;
    for (; t->n_steps < t->n; t->n_steps++) {
        struct ho_kept_matte **kept = &t->kept[t->n_steps];
        HO_TRY(ho_keeper_matte(context->keeper, source->width, source->height, kept, diag));
        t->memories[t->n_steps] = t->walks[t->n_steps]->memory;
        t->mattes[t->n_steps] = (*kept)->matte;
    }
    for (size_t i = 0; i < t->n; i++) {
        if (!t->walks[i]->rival)
            continue;
        HO_TRY(ho_matte_create(source->width, source->height, &t->mattes[t->n_steps], diag));
        t->memories[t->n_steps++] = t->walks[i]->rival;
    }
    return HO_OK;
}

static void free_mattes(struct together *t)
{
    for (size_t i = 0; i < t->n; i++)
        ho_kept_matte_unref(&t->kept[i]);
    for (size_t i = t->n; i < t->n_steps; i++)
        ho_matte_destroy(&t->mattes[i]);
}

// A rival that is gone is let go: there is nothing any more that could be taken for the object.
static void drop_lost_rivals(struct ho_context *context, struct together *t)
{
    for (size_t i = 0, rival = t->n; i < t->n; i++) {
        if (!t->walks[i]->rival)
            continue;
        if (ho_matte_is_empty(t->mattes[rival++]))
            context->engine->walk_destroy(&t->walks[i]->rival);
    }
}

static enum ho_result step_together(const struct ho_sweep *sweep, struct together *t, struct ho_frame *frame,
                                    struct ho_diag *diag)
{
    struct ho_context *context = sweep->context;
    struct ho_matte *others = NULL;
    HO_TRY(make_mattes(context, t, diag));
    enum ho_result result = HO_OK;
    if (sweep->others)
        result = sweep->others(sweep->opaque, t->walks, t->n, ho_frame_index(frame), &others, diag);
    if (result == HO_OK)
        result = context->engine->step(t->memories, t->n_steps, frame, others, t->mattes, t->confidences, diag);
    if (result == HO_OK) {
        ho_mattes_settle(t->mattes, t->n);
        if (others)
            ho_mattes_limit(t->mattes, t->n, others);
        drop_lost_rivals(context, t);
    }
    ho_matte_destroy(&others);
    return result;
}

static enum ho_result repeat_together(struct ho_context *context, struct together *t, struct ho_diag *diag)
{
    for (size_t i = 0; i < t->n; i++) {
        HO_TRY(context->engine->repeat(t->walks[i]->memory, diag));
        if (t->walks[i]->rival)
            HO_TRY(context->engine->repeat(t->walks[i]->rival, diag));
    }
    return HO_OK;
}

// The states of walks that know each other are of one frame, or they could not go on together.
static enum ho_result save_together(struct ho_context *context, struct together *t, struct ho_diag *diag)
{
    bool is_due = false;
    for (size_t i = 0; i < t->n; i++)
        is_due = is_due || ho_walk_save_is_due(t->walks[i]);
    for (size_t i = 0; is_due && i < t->n; i++)
        HO_TRY(ho_walk_save(context, t->walks[i], diag));
    return HO_OK;
}

static enum ho_result advance_together(const struct ho_sweep *sweep, struct together *t, struct ho_frame *frame,
                                       struct ho_diag *diag)
{
    struct ho_context *context = sweep->context;
    bool is_same = t->n && ho_frame_equal(t->walks[0]->previous, frame);
    enum ho_result result = !t->n     ? HO_OK
                            : is_same ? repeat_together(context, t, diag)    // the mattes stay as well
                                      : step_together(sweep, t, frame, diag);
    for (size_t i = 0; i < t->n && result == HO_OK; i++)
        result = ho_walk_advance(context, t->walks[i], frame, &t->kept[i], t->confidences[i], diag);
    free_mattes(t);
    return result == HO_OK ? save_together(context, t, diag) : result;
}

static enum ho_result begin(const struct ho_sweep *sweep, struct ho_walk *walk, struct ho_frame *frame,
                            struct ho_diag *diag)
{
    struct ho_matte *others = NULL;
    enum ho_result result = HO_OK;
    if (sweep->others)
        result = sweep->others(sweep->opaque, &walk, 1, ho_frame_index(frame), &others, diag);
    if (result == HO_OK)
        result = ho_walk_begin(sweep->context, walk, frame, others, diag);
    ho_matte_destroy(&others);
    return result;
}

// In the order of their objects' ids, whatever the order in which they were asked for: it decides between equal claims.
static void add_walk(struct together *t, struct ho_walk *walk)
{
    size_t at = t->n++;
    for (; at > 0 && strcmp(t->walks[at - 1]->object->id, walk->object->id) > 0; at--)
        t->walks[at] = t->walks[at - 1];
    t->walks[at] = walk;
}

static enum ho_result visit(const struct ho_sweep *sweep, struct ho_frame *frame, struct ho_diag *diag)
{
    struct together together = {0};
    int64_t index = ho_frame_index(frame);
    for (size_t i = 0; i < sweep->walks->n; i++) {
        struct ho_walk *walk = sweep->walks->items[i];
        bool goes_on = false;
        if (walk->step == sweep->step && walk->phase == HO_WALK_ACTIVE)
            HO_TRY(ho_walk_look(sweep->context, walk, frame, &goes_on, diag));
        if (goes_on)
            add_walk(&together, walk);
        else if (is_pending(sweep, i) && walk->resume == index)
            HO_TRY(begin(sweep, walk, frame, diag));
    }
    HO_TRY(advance_together(sweep, &together, frame, diag));
    for (size_t i = 0; i < sweep->walks->n; i++)
        if (sweep->walks->items[i]->phase == HO_WALK_DONE)
            ho_walk_release(sweep->context, sweep->walks->items[i]);
    return HO_OK;
}

// ---- reading

static enum ho_result next_frame(struct ho_context *context, struct ho_frame **out, struct ho_diag *diag)
{
    int64_t before = ho_context_clock();
    enum ho_result result = ho_reader_next(context->reader, out, diag);
    context->waiting_ns += ho_context_clock() - before;
    return result;
}

static enum ho_result read_stretch(const struct ho_sweep *sweep, struct ho_range stretch, struct ho_diag *diag)
{
    struct ho_context *context = sweep->context;
    HO_TRY(ho_reader_start(context->reader, stretch.first, stretch.last, diag));
    for (int64_t index = stretch.first; index * sweep->step <= stretch.last * sweep->step; index += sweep->step) {
        struct ho_frame *frame;
        if (ho_context_is_cancelled(context))
            return HO_CANCELLED;
        HO_TRY(next_frame(context, &frame, diag));
        enum ho_result result = visit(sweep, frame, diag);
        ho_frame_unref(&frame);
        if (result != HO_OK)
            return result;
        if (!is_busy(sweep, index))
            break;
    }
    return HO_OK;
}

// Stopped by a wish, between two frames: where each walk stands is kept, so that the next run goes on from here (after
// a failure an engine's memory may be in between two frames; the last saved one is not). What fails now is no news.
static void stop_walks(const struct ho_sweep *sweep, bool is_stopped)
{
    for (size_t i = 0; i < sweep->walks->n; i++) {
        struct ho_walk *walk = sweep->walks->items[i];
        if (is_stopped && walk->phase == HO_WALK_ACTIVE) {
            enum ho_result saved = ho_walk_save(sweep->context, walk, NULL);
            (void)saved;
        }
        ho_walk_release(sweep->context, walk);
    }
}

enum ho_result ho_sweep_run(const struct ho_sweep *sweep, struct ho_diag *diag)
{
    struct ho_context *context = sweep->context;
    struct ho_range stretch;
    if (!next_stretch(sweep, &stretch))
        return HO_OK;
    HO_TRY(ho_keeper_start(&context->keeper, diag));
    enum ho_result result = HO_OK;
    while (result == HO_OK && next_stretch(sweep, &stretch))
        result = read_stretch(sweep, stretch, diag);
    stop_walks(sweep, result == HO_CANCELLED);
    struct ho_diag kept = {0};
    enum ho_result finished = ho_keeper_finish(&context->keeper, &kept);
    if (finished != HO_OK && (result == HO_OK || result == HO_END || result == HO_CANCELLED))
        return ho_fail(diag, finished, "%s", kept.message);
    return result == HO_END ? ho_fail(diag, HO_ERROR_INPUT, "%s: ended before its last frame", context->source->path)
                            : result;
}
