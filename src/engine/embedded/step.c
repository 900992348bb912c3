// SPDX-License-Identifier: BSD-2-Clause
// A step: walks look at a frame, compete for its pixels, and learn what they keep.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/embedded/step.h"

#define SHARED_SCALE 0.85    // of the scale at which an object would be seen by itself

// The memory and the place of the walk after a frame. `resemblance` is of what it took to what was prompted.
static enum ho_result go_on(const struct ho_step *step, size_t i, double *resemblance, struct ho_diag *diag)
{
    struct ho_engine_walk *walk = step->walks[i];
    struct ho_sight *sight = &step->sights[i];
    bool was_lost = walk->lost;
    *resemblance = 0;
    if (!walk->lost)
        ho_walk_locate(walk, &sight->view, sight->map, was_lost);
    if (step->n > 1 || step->known) {
        HO_TRY(ho_walk_note_seen(walk, sight, diag));
        walk->lost |= ho_walk_is_scrap(walk);
    }
    if (walk->lost) {
        memset(sight->map, 0, ho_view_area(&sight->view) * sizeof *sight->map);
    } else {
        const struct ho_features *features;
        HO_TRY(ho_session_features(walk->session, step->frame, &sight->view, &features, diag));
        HO_TRY(ho_walk_resemblance(walk, features, sight->map, resemblance, diag));
        if (sight->certainty >= HO_KEEP_CERTAINTY)
            HO_TRY(ho_walk_learn(walk, features, sight->map, sight->others, false, diag));
        walk->is_told_absent = false;
    }
    ho_walk_set_map(walk, &sight->view, &sight->map);
    return HO_OK;
}

static double scale_of(const struct ho_view *view) { return (double)view->width / (view->region.x1 - view->region.x0); }

static struct ho_rect join(const struct ho_rect *a, const struct ho_rect *b)
{
    return (struct ho_rect){a->x0 < b->x0 ? a->x0 : b->x0, a->y0 < b->y0 ? a->y0 : b->y0, a->x1 > b->x1 ? a->x1 : b->x1,
                            a->y1 > b->y1 ? a->y1 : b->y1};
}

static bool is_followed(const struct ho_engine_walk *walk) { return walk->memory.n > 0 && !walk->lost; }

// Whether walks[j] looks at sights[k]'s view, or is walks[i], which might join it.
static bool is_of_group(const struct ho_step *step, size_t j, size_t k, size_t i)
{
    return j == i || (is_followed(step->walks[j]) && ho_view_equal(&step->sights[j].view, &step->sights[k].view));
}

// Lets walks[i] look at what sights[k] looks at, if all who do so still see their objects nearly as large as by
// themselves in the view around both.
static bool join_view(const struct ho_step *step, size_t i, size_t k, struct ho_rect *boxes)
{
    const struct ho_rect both = join(&boxes[i], &boxes[k]);
    const struct ho_view view = ho_session_crop(step->walks[0]->session, &both);
    for (size_t j = 0; j <= i; j++) {
        struct ho_view own = ho_walk_view(step->walks[j]);
        if (is_of_group(step, j, k, i) && scale_of(&view) < SHARED_SCALE * scale_of(&own))
            return false;
    }
    for (size_t j = i + 1; j-- > 0;)    // k, by which the others are known, comes before i
        if (j != k && is_of_group(step, j, k, i)) {
            step->sights[j].view = view;
            boxes[j] = both;
        }
    step->sights[k].view = view;
    boxes[k] = both;
    return true;
}

// Objects near one another are looked at in one view, which is encoded once. Fills in the views of those that are
// followed. `boxes`: as many, to work with.
static void choose_views(const struct ho_step *step, struct ho_rect *boxes)
{
    for (size_t i = 0; i < step->n; i++) {
        if (!is_followed(step->walks[i]))
            continue;
        boxes[i] = step->walks[i]->box;
        step->sights[i].view = ho_walk_view(step->walks[i]);
        bool has_joined = false;
        for (size_t k = 0; k < i && !has_joined; k++)
            has_joined = is_followed(step->walks[k]) && join_view(step, i, k, boxes);
    }
}

// All are looked at before any is learnt from: those that are followed compete, those that are lost get what is left.
static enum ho_result look_at_all(const struct ho_step *step, struct ho_diag *diag)
{
    struct ho_engine_session *session = step->walks[0]->session;
    struct ho_rect *boxes = ho_alloc(step->n, sizeof *boxes);
    if (!boxes)
        return ho_fail_memory(diag, step->n * sizeof *boxes);
    choose_views(step, boxes);
    free(boxes);
    for (size_t i = 0; i < step->n; i++) {
        struct ho_engine_walk *walk = step->walks[i];
        const struct ho_view view = step->sights[i].view;
        if (!is_followed(walk))
            continue;
        HO_TRY(ho_look(walk, step->frame, &view, HO_GAZE_FOLLOW, &step->sights[i], diag));
        if (step->n > 1)
            HO_TRY(ho_walk_guess_place(walk, &step->sights[i], diag));
        HO_TRY(ho_look_settle(walk, HO_GAZE_FOLLOW, &step->sights[i], diag));
    }
    HO_TRY(ho_sights_compete(session->picture, step->sights, step->n, step->known, session->options.n_threads, diag));
    for (size_t i = 0; i < step->n; i++)
        if (step->sights[i].others)    // what is left of a claim settles anew
            HO_TRY(ho_look_settle(step->walks[i], HO_GAZE_FOLLOW, &step->sights[i], diag));
    for (size_t i = 0; i < step->n; i++)
        if (step->walks[i]->memory.n > 0 && step->walks[i]->lost)
            HO_TRY(ho_step_search(step, i, diag));
    return HO_OK;
}

static enum ho_result finish(const struct ho_step *step, size_t i, struct ho_matte *matte, float *confidence,
                             struct ho_diag *diag)
{
    struct ho_engine_walk *walk = step->walks[i];
    double resemblance;
    if (walk->memory.n == 0) {    // it started from an empty matte: there is nothing to follow
        ho_matte_clear(matte);
        *confidence = walk->confidence = 1;
        return HO_OK;
    }
    HO_TRY(go_on(step, i, &resemblance, diag));
    *confidence = walk->confidence = ho_walk_confidence(walk, &step->sights[i], resemblance);
    return ho_session_deliver(walk->session, step->frame, &walk->view, walk->map, matte, diag);
}

enum ho_result ho_embedded_step(struct ho_engine_walk *const *walks, size_t n_walks, const struct ho_frame *frame,
                                const struct ho_matte *others, struct ho_matte *const *mattes, float *confidences,
                                struct ho_diag *diag)
{
    struct ho_engine_session *session = walks[0]->session;
    for (size_t i = 0; i < n_walks; i++) {
        if (!walks[i]->started)
            return ho_fail(diag, HO_ERROR_USAGE, "engine: a walk cannot step before its start frame is kept");
        HO_TRY(ho_session_check(session, mattes[i], diag));
    }
    if (others)
        HO_TRY(ho_session_check(session, others, diag));
    struct ho_step step = {.walks = walks, .n = n_walks, .frame = frame, .known = others};
    HO_TRY(ho_session_reserve(session, 2 * (int)n_walks, diag));
    step.sights = ho_alloc(n_walks, sizeof *step.sights);
    if (!step.sights)
        return ho_fail_memory(diag, n_walks * sizeof *step.sights);
    for (size_t i = 0; i < n_walks; i++)
        walks[i]->steps++;
    session->times.n_steps += (int64_t)n_walks;
    enum ho_result result = look_at_all(&step, diag);
    for (size_t i = 0; i < n_walks && result == HO_OK; i++)
        result = finish(&step, i, mattes[i], &confidences[i], diag);
    for (size_t i = 0; i < n_walks; i++)
        ho_sight_clear(&step.sights[i]);
    free(step.sights);
    return result;
}
