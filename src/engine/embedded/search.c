// SPDX-License-Identifier: BSD-2-Clause
// What was lost is looked for: where a rival hid it, and in the whole picture.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/embedded/step.h"

#define FOUND_CERTAINTY 0.5f     // an object that was lost is found again at this certainty of a closer look,
#define MAYBE_CERTAINTY 0.25f    // which is taken at this one of the whole picture,
#define MAYBE_SUREST 0.9f        // if some pixel is this sure
#define HIDDEN_LEAST 0.1         // of the area that was last seen whole: less is no sign of it
#define CANDIDATES 3             // things in the whole picture that are looked at closer
#define ALIKE 0.3                // of the likeness of what was prompted itself: what has less is another thing

// Behind a rival, which may be just what made it lost: its claims are worth something where it was seen last.
static bool may_be_hidden(const struct ho_step *step, size_t i)
{
    const struct ho_engine_walk *walk = step->walks[i];
    return walk->lost && walk->seen && walk->n_unseen <= HO_HIDDEN_MAX && (step->n > 1 || step->known);
}

// Where a lost object was seen last, it is there again.
static bool is_found(const struct ho_engine_walk *walk, const struct ho_sight *sight)
{
    struct ho_rect box;
    size_t n = ho_view_bounds(&sight->view, sight->map, 0.5f, &box);
    const struct ho_rect *r = &sight->view.region;
    double area = (double)n * (r->x1 - r->x0) / sight->view.width * (r->y1 - r->y0) / sight->view.height;
    return n >= HO_AREA_MIN && area >= HIDDEN_LEAST * walk->seen_area && sight->certainty >= FOUND_CERTAINTY;
}

// A rival may hold it as a part of its own.
static enum ho_result reclaim(const struct ho_step *step, size_t i, struct ho_diag *diag)
{
    struct ho_engine_walk *walk = step->walks[i];
    struct ho_engine_session *session = walk->session;
    for (size_t k = 0; k < step->n && walk->lost; k++) {
        bool is_taken = false;
        if (k != i && step->sights[k].map && !step->walks[k]->lost)
            HO_TRY(ho_sight_reclaim(session->picture, &step->sights[i], walk->seen_area, &step->sights[k],
                                    session->options.n_threads, &is_taken, diag));
        if (is_taken) {
            ho_sight_judge(&step->sights[i]);
            ho_sight_judge(&step->sights[k]);
            walk->lost = false;
        }
    }
    return HO_OK;
}

// A look for what was lost: what others hold is not it. `out` is the caller's to clear, also after a failure.
static enum ho_result look_aside(const struct ho_step *step, size_t i, const struct ho_view *view, enum ho_gaze gaze,
                                 struct ho_sight *out, struct ho_diag *diag)
{
    struct ho_engine_session *session = step->walks[i]->session;
    HO_TRY(ho_look(step->walks[i], step->frame, view, gaze, out, diag));
    return ho_sight_yield(session->picture, out, step->sights, step->n, &step->sights[i], step->known,
                          session->options.n_threads, diag);
}

// Looks for a lost object where it would be if a rival hid it.
static enum ho_result look_behind(const struct ho_step *step, size_t i, struct ho_diag *diag)
{
    struct ho_engine_walk *walk = step->walks[i];
    struct ho_rect box = ho_walk_guess_box(walk);
    struct ho_view view = ho_session_crop(walk->session, &box);
    struct ho_sight seen;
    enum ho_result result = look_aside(step, i, &view, HO_GAZE_BEHIND, &seen, diag);
    if (result == HO_OK)
        result = ho_look_settle(walk, HO_GAZE_BEHIND, &seen, diag);
    if (result == HO_OK)
        result = ho_walk_guess_place(walk, &seen, diag);
    step->sights[i] = seen;    // cleared with the step
    HO_TRY(result);
    if (is_found(walk, &seen))
        walk->lost = false;
    else
        HO_TRY(reclaim(step, i, diag));
    if (walk->lost)
        ho_sight_clear(&step->sights[i]);
    return HO_OK;
}

// Whether a candidate is what was prompted: like it, and more so than the other objects that are looked for.
static enum ho_result is_itself(const struct ho_step *step, size_t i, const struct ho_sight *sight, bool *out,
                                struct ho_diag *diag)
{
    struct ho_engine_walk *walk = step->walks[i];
    const struct ho_features *features;
    HO_TRY(ho_session_features(walk->session, step->frame, &sight->view, &features, diag));
    double own, other;
    HO_TRY(ho_walk_resemblance(walk, features, sight->map, &own, diag));
    *out = own >= ALIKE * walk->likeness;
    for (size_t k = 0; k < step->n && *out; k++)
        if (k != i && step->walks[k]->lost && step->walks[k]->memory.n > 0) {
            HO_TRY(ho_walk_resemblance(step->walks[k], features, sight->map, &other, diag));
            *out = own >= other;
        }
    return HO_OK;
}

// Takes a candidate that was none out of a map: what hangs together with it too.
static void drop(struct ho_sight *sight, const float *candidate)
{
    for (size_t i = 0; i < ho_view_area(&sight->view); i++)
        sight->map[i] = candidate[i] > 0 ? 0 : sight->map[i];
}

// Looks closer at what might be it; sights[i] becomes that look where there was something to be looked at.
static enum ho_result look_closer(const struct ho_step *step, size_t i, const struct ho_sight *maybe,
                                  struct ho_diag *diag)
{
    struct ho_engine_walk *walk = step->walks[i];
    struct ho_rect box;
    struct ho_sight closer;
    bool is_it = false;
    ho_view_bounds(&maybe->view, maybe->map, 0.5f, &box);
    struct ho_view view = ho_session_crop(walk->session, &box);
    enum ho_result result = look_aside(step, i, &view, HO_GAZE_ANEW, &closer, diag);
    if (result == HO_OK)
        result = ho_look_settle(walk, HO_GAZE_ANEW, &closer, diag);
    if (result == HO_OK && closer.certainty >= FOUND_CERTAINTY)
        result = is_itself(step, i, &closer, &is_it, diag);
    ho_sight_clear(&step->sights[i]);
    step->sights[i] = closer;
    walk->lost = !is_it;
    return result;
}

// The object may show as something small and unsure in the whole picture; the best few such things are looked at
// closer.
static enum ho_result look_everywhere(const struct ho_step *step, size_t i, struct ho_diag *diag)
{
    struct ho_engine_walk *walk = step->walks[i];
    const struct ho_view view = ho_walk_view(walk);
    const size_t area = ho_view_area(&view);
    struct ho_sight all, maybe = {.view = view};
    struct ho_rect box;
    enum ho_result result = look_aside(step, i, &view, HO_GAZE_ANEW, &all, diag);
    for (int n = 0; n < CANDIDATES && walk->lost && result == HO_OK; n++) {
        maybe.map = ho_alloc_aligned(area * sizeof *maybe.map);
        result = maybe.map ? HO_OK : ho_fail_memory(diag, area * sizeof *maybe.map);
        if (result != HO_OK)
            break;
        memcpy(maybe.map, all.map, area * sizeof *maybe.map);
        result = ho_look_settle(walk, HO_GAZE_ANEW, &maybe, diag);
        bool is_any = result == HO_OK && ho_view_bounds(&view, maybe.map, 0.5f, &box) >= HO_AREA_MIN &&
                      maybe.certainty >= MAYBE_CERTAINTY && maybe.surest >= MAYBE_SUREST;
        drop(&all, maybe.map);
        if (is_any)
            result = look_closer(step, i, &maybe, diag);
        if (is_any || n > 0) {
            ho_sight_clear(&maybe);
            maybe.view = view;
        } else {
            step->sights[i] = maybe;    // what there is, and is not it
        }
        if (!is_any)
            break;
    }
    ho_sight_clear(&all);
    return result;
}

enum ho_result ho_step_search(const struct ho_step *step, size_t i, struct ho_diag *diag)
{
    if (may_be_hidden(step, i))
        HO_TRY(look_behind(step, i, diag));
    return step->walks[i]->lost ? look_everywhere(step, i, diag) : HO_OK;
}
