// SPDX-License-Identifier: BSD-2-Clause
// A step: walks look at a frame, compete for its pixels, and learn what they keep.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/embedded/embedded.h"
#include "engine/embedded/place.h"
#include "engine/embedded/rivals.h"

#define GONE_TRUST 0.7f    // of the frames of all clips with truth in which it was thought gone it really was in 18%
#define FOUND_CERTAINTY 0.5f     // an object that was lost is found again at this certainty of a closer look,
#define MAYBE_CERTAINTY 0.25f    // which is taken at this one of the whole picture,
#define MAYBE_SUREST 0.9f        // if some pixel is this sure
#define REACH_PIXELS 16          // of a view: how far a piece may lie from where the object was,
#define REACH_SIZES 0.2          // and against the square root of its area
#define HIDDEN_LEAST 0.1         // of the area that was last seen whole: less is no sign of it

float ho_map_certainty(const float *map, size_t n)
{
    double inside = 0, both = 0;
    size_t area = 0;
    for (size_t i = 0; i < n; i++) {
        if (map[i] >= 0.5f) {
            area++;
            both += (double)map[i];
        } else if (map[i] > 0.02f) {
            inside += (double)map[i];
        }
    }
    return area ? (float)(both / ((double)area + inside)) : 0;
}

// The last matte in another view; while the object is lost the last one before that, where it is looked for there, else
// nothing.
static enum ho_result see_previous(struct ho_engine_walk *walk, const struct ho_view *view, bool hidden,
                                   float *previous, struct ho_diag *diag)
{
    struct ho_engine_session *session = walk->session;
    enum ho_result result = HO_OK;
    double start = ho_seconds();
    if (walk->lost && hidden)
        result = ho_view_remap(session->picture, &walk->seen_view, walk->seen, view, session->options.n_threads,
                               previous, diag);
    else if (walk->lost)
        memset(previous, 0, ho_view_area(view) * sizeof *previous);
    else
        result = ho_view_remap(session->picture, &walk->view, walk->map, view, session->options.n_threads, previous,
                               diag);
    session->times.convert += ho_seconds() - start;
    return result;
}

static enum ho_result settle(const struct ho_view *view, const float *previous, float *map, struct ho_diag *diag)
{
    return ho_map_settle(view, previous, (struct ho_reach){REACH_PIXELS, REACH_SIZES}, map, diag);
}

// Reads from memory and decodes; `map` is of the features' view.
static enum ho_result recall(struct ho_engine_walk *walk, const struct ho_features *features, bool hidden, float *map,
                             struct ho_diag *diag)
{
    struct ho_engine_session *session = walk->session;
    int n = (int)(ho_view_area(&features->view) / 256);
    size_t values = (size_t)n * HO_VALUE, places = ((size_t)n + 15) / 16 * 16, area = ho_view_area(&features->view);
    float *block = ho_alloc_aligned((values + 2 * places + area) * sizeof *block);
    if (!block)
        return ho_fail_memory(diag, (values + 2 * places + area) * sizeof *block);
    struct ho_reading reading = {.values = block, .similarity = block + values};
    float *score = block + values + places, *previous = score + places;
    enum ho_result result = see_previous(walk, &features->view, hidden, previous, diag);
    double start = ho_seconds();
    if (result == HO_OK)
        result = ho_memory_read(&walk->memory, features->key, features->selection, n, session->options.n_threads,
                                &session->scratch, &reading, diag);
    session->times.read += ho_seconds() - start;
    start = ho_seconds();
    ho_target_score(&walk->target, features->f16, features->f8, features->view.width / 16, features->view.height / 16,
                    score);
    session->times.decode += ho_seconds() - start;
    if (result == HO_OK)
        result = ho_session_decode(session, features,
                                   &(struct ho_asked){.reading = reading.values, .score = score, .previous = previous},
                                   map, diag);
    if (result == HO_OK)
        result = settle(&features->view, previous, map, diag);
    free(block);
    return result;
}

// How sure a sight is of what it shows.
static void judge(struct ho_sight *sight)
{
    const size_t area = ho_view_area(&sight->view);
    sight->certainty = ho_map_certainty(sight->map, area);
    sight->surest = 0;
    for (size_t i = 0; i < area; i++)
        sight->surest = sight->map[i] > sight->surest ? sight->map[i] : sight->surest;
}

static enum ho_result look(struct ho_engine_walk *walk, const struct ho_frame *frame, const struct ho_view *view,
                           bool hidden, struct ho_sight *out, struct ho_diag *diag)
{
    const struct ho_features *features;
    *out = (struct ho_sight){.view = *view};
    HO_TRY(ho_session_features(walk->session, frame, view, &features, diag));
    out->map = ho_alloc_aligned(ho_view_area(view) * sizeof *out->map);
    if (!out->map)
        return ho_fail_memory(diag, ho_view_area(view) * sizeof *out->map);
    HO_TRY(recall(walk, features, hidden, out->map, diag));
    judge(out);
    return HO_OK;
}

// One frame for several walks.
struct step {
    struct ho_engine_walk *const *walks;
    struct ho_sight *sights;    // of each walk
    size_t n;
    const struct ho_frame *frame;
    const struct ho_matte *known;    // to be something else; or NULL
};

// A look for what was lost: what others hold is not it.
static enum ho_result look_aside(const struct step *step, size_t i, const struct ho_view *view, bool hidden,
                                 struct ho_sight *out, struct ho_diag *diag)
{
    struct ho_engine_session *session = step->walks[i]->session;
    HO_TRY(look(step->walks[i], step->frame, view, hidden, out, diag));
    HO_TRY(ho_sight_yield(session->picture, out, step->sights, step->n, &step->sights[i], step->known,
                          session->options.n_threads, diag));
    if (out->others)
        judge(out);
    return HO_OK;
}

// A lost object may show as something small and unsure in the whole picture: a closer look decides.
static enum ho_result search(const struct step *step, size_t i, struct ho_diag *diag)
{
    struct ho_engine_walk *walk = step->walks[i];
    const struct ho_tuning *tuning = walk->session->tuning;
    struct ho_view view = ho_walk_view(walk);
    struct ho_rect box;
    struct ho_sight *sight = &step->sights[i], closer;
    struct ho_sight whole;
    enum ho_result result = look_aside(step, i, &view, false, &whole, diag);
    if (result != HO_OK) {
        ho_sight_clear(&whole);
        return result;
    }
    *sight = whole;
    if (sight->certainty < MAYBE_CERTAINTY || sight->surest < MAYBE_SUREST ||
        ho_view_bounds(&sight->view, sight->map, 0.5f, &box) < HO_AREA_MIN)
        return HO_OK;
    view = ho_view_crop(walk->session->picture, &box, tuning->margin, tuning->shapes, tuning->n_shapes);
    result = look_aside(step, i, &view, false, &closer, diag);
    if (result != HO_OK) {
        ho_sight_clear(&closer);
        return result;
    }
    ho_sight_clear(sight);
    *sight = closer;
    walk->lost = closer.certainty < FOUND_CERTAINTY;
    return HO_OK;
}

// The memory and the place of the walk after a frame.
static enum ho_result go_on(const struct step *step, size_t i, struct ho_diag *diag)
{
    struct ho_engine_walk *walk = step->walks[i];
    struct ho_sight *sight = &step->sights[i];
    bool was_lost = walk->lost;
    if (!walk->lost)
        ho_walk_locate(walk, &sight->view, sight->map, was_lost);
    if (step->n > 1 || step->known)
        HO_TRY(ho_walk_note_seen(walk, sight, diag));
    if (walk->lost) {
        memset(sight->map, 0, ho_view_area(&sight->view) * sizeof *sight->map);
    } else if (sight->certainty >= HO_KEEP_CERTAINTY) {
        const struct ho_features *features;
        HO_TRY(ho_session_features(walk->session, step->frame, &sight->view, &features, diag));
        HO_TRY(ho_walk_learn(walk, features, sight->map, sight->others, false, diag));
    }
    ho_walk_set_map(walk, &sight->view, &sight->map);
    return HO_OK;
}

// Behind a rival, which may be just what made it lost: its claims are worth something where it was seen last.
static bool may_be_hidden(const struct step *step, size_t i)
{
    const struct ho_engine_walk *walk = step->walks[i];
    return walk->lost && walk->seen && walk->n_unseen <= HO_HIDDEN_MAX && (step->n > 1 || step->known);
}

// What is left of each claim after the others': its pieces settle anew, around what was before.
static enum ho_result settle_claims(const struct step *step, struct ho_diag *diag)
{
    for (size_t i = 0; i < step->n; i++) {
        struct ho_sight *sight = &step->sights[i];
        if (!sight->others)
            continue;
        size_t size = ho_view_area(&sight->view) * sizeof(float);
        float *previous = ho_alloc_aligned(size);
        enum ho_result result = previous ? see_previous(step->walks[i], &sight->view, true, previous, diag)
                                         : ho_fail_memory(diag, size);
        if (result == HO_OK)
            result = settle(&sight->view, previous, sight->map, diag);
        free(previous);
        HO_TRY(result);
        judge(sight);
    }
    return HO_OK;
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
static enum ho_result reclaim(const struct step *step, size_t i, struct ho_diag *diag)
{
    struct ho_engine_walk *walk = step->walks[i];
    struct ho_engine_session *session = walk->session;
    for (size_t k = 0; k < step->n && walk->lost; k++) {
        bool is_taken = false;
        if (k != i && step->sights[k].map && !step->walks[k]->lost)
            HO_TRY(ho_sight_reclaim(session->picture, &step->sights[i], walk->seen_area, &step->sights[k],
                                    session->options.n_threads, &is_taken, diag));
        if (is_taken) {
            judge(&step->sights[i]);
            judge(&step->sights[k]);
            walk->lost = false;
        }
    }
    return HO_OK;
}

// Looks for a lost object where it would be if a rival hid it.
static enum ho_result look_behind(const struct step *step, size_t i, struct ho_diag *diag)
{
    struct ho_engine_walk *walk = step->walks[i];
    const struct ho_tuning *tuning = walk->session->tuning;
    struct ho_sight *sight = &step->sights[i];
    struct ho_rect box = ho_walk_guess_box(walk);
    struct ho_view view = ho_view_crop(walk->session->picture, &box, tuning->margin, tuning->shapes, tuning->n_shapes);
    struct ho_sight seen;
    enum ho_result result = look_aside(step, i, &view, true, &seen, diag);
    if (result == HO_OK)
        result = ho_walk_guess_place(walk, &seen, diag);
    *sight = seen;
    HO_TRY(result);
    if (is_found(walk, sight))
        walk->lost = false;
    else
        HO_TRY(reclaim(step, i, diag));
    if (walk->lost)
        ho_sight_clear(sight);
    return HO_OK;
}

// All are looked at before any is learnt from: those that are followed compete, those that are lost get what is left.
static enum ho_result look_at_all(const struct step *step, struct ho_diag *diag)
{
    struct ho_engine_session *session = step->walks[0]->session;
    for (size_t i = 0; i < step->n; i++) {
        struct ho_engine_walk *walk = step->walks[i];
        struct ho_view view = ho_walk_view(walk);
        if (walk->memory.n == 0 || walk->lost)
            continue;
        HO_TRY(look(walk, step->frame, &view, false, &step->sights[i], diag));
        if (step->n > 1)
            HO_TRY(ho_walk_guess_place(walk, &step->sights[i], diag));
    }
    HO_TRY(ho_sights_compete(session->picture, step->sights, step->n, step->known, session->options.n_threads, diag));
    HO_TRY(settle_claims(step, diag));
    for (size_t i = 0; i < step->n; i++) {
        const struct ho_engine_walk *walk = step->walks[i];
        if (walk->memory.n > 0 && may_be_hidden(step, i))
            HO_TRY(look_behind(step, i, diag));
        if (walk->memory.n > 0 && walk->lost)
            HO_TRY(search(step, i, diag));
    }
    return HO_OK;
}

static enum ho_result finish(const struct step *step, size_t i, struct ho_matte *matte, float *confidence,
                             struct ho_diag *diag)
{
    struct ho_engine_walk *walk = step->walks[i];
    float certainty = step->sights[i].certainty;
    if (walk->memory.n == 0) {    // it started from an empty matte: there is nothing to follow
        ho_matte_clear(matte);
        *confidence = walk->confidence = 1;
        return HO_OK;
    }
    HO_TRY(go_on(step, i, diag));
    // Certainty is too sure of itself; its square is what J was on the clips, to 0.06. What is thought gone is as
    // likely so as nothing was found, but it is also what an object that turned into something else looks like.
    *confidence = walk->confidence = walk->lost ? GONE_TRUST * (1 - certainty) : certainty * certainty;
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
    struct step step = {.walks = walks, .n = n_walks, .frame = frame, .known = others};
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
