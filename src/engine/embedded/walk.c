// SPDX-License-Identifier: BSD-2-Clause
// A walk: one object followed frame by frame, by what was kept of earlier ones.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/embedded/embedded.h"

#define PERMANENT_MAX 32    // prompted frames of one walk; later ones take the place of the oldest but the first
#define AREA_MIN 12         // pixels of a view: a smaller answer is none
#define KEEP_CERTAINTY \
    0.7f    // a matte less certain than this is shown, but nothing is learnt from it: a mistake would teach the next
            // one
#define GONE_TRUST 0.7f    // of the frames of all clips with truth in which it was thought gone it really was in 18%
#define FOUND_CERTAINTY 0.5f     // an object that was lost is found again at this certainty of a closer look,
#define MAYBE_CERTAINTY 0.25f    // which is taken at this one of the whole picture,
#define MAYBE_SUREST 0.9f        // if some pixel is this sure
#define REACH_PIXELS 16          // of a view: how far a piece may lie from where the object was,
#define REACH_SIZES 0.2          // and against the square root of its area

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

void ho_walk_set_map(struct ho_engine_walk *walk, const struct ho_view *view, float **map)
{
    free(walk->map);
    walk->map = *map;
    walk->view = *view;
    *map = NULL;
}

struct ho_view ho_walk_view(const struct ho_engine_walk *walk)
{
    const struct ho_tuning *tuning = walk->session->tuning;
    if (walk->lost)
        return ho_view_whole(walk->session->picture, tuning->whole);
    return ho_view_crop(walk->session->picture, &walk->box, tuning->margin, tuning->shapes, tuning->n_shapes);
}

// Notes where the object is in a new map; lost when it is nowhere.
static void locate(struct ho_engine_walk *walk, const struct ho_view *view, const float *map)
{
    struct ho_rect box;
    size_t area = ho_view_bounds(view, map, 0.5f, &box);
    walk->lost = area < AREA_MIN;
    if (walk->lost)
        return;
    const struct ho_rect *r = &view->region;
    walk->box = box;
    walk->area = (double)area * (r->x1 - r->x0) / view->width * (r->y1 - r->y0) / view->height;
}

static int count_permanent(const struct ho_memory *memory)
{
    int n = 0;
    while (n < memory->n && memory->frames[n]->permanent)
        n++;
    return n;
}

static void insert(struct ho_memory *memory, int index, struct ho_places *places)
{
    memmove(&memory->frames[index + 1], &memory->frames[index], (size_t)(memory->n - index) * sizeof *memory->frames);
    memory->frames[index] = places;
    memory->n++;
}

static void keep_permanent(struct ho_engine_walk *walk, struct ho_places *places)
{
    struct ho_memory *memory = &walk->memory;
    places->permanent = true;
    int n = count_permanent(memory);
    if (n == PERMANENT_MAX) {
        ho_memory_remove(memory, 1);
        n--;
    }
    insert(memory, n, places);
}

// The newest frame joins the memory. It stays if it is its turn, else until the next one comes; too many recent ones:
// the oldest goes.
static void keep_recent(struct ho_engine_walk *walk, struct ho_places *places)
{
    struct ho_memory *memory = &walk->memory;
    if (walk->last_is_spare)
        ho_memory_remove(memory, memory->n - 1);
    walk->last_is_spare = walk->steps % walk->session->tuning->interval != 0;
    int n_permanent = count_permanent(memory);
    if (!walk->last_is_spare && memory->n - n_permanent >= walk->session->tuning->recent)
        ho_memory_remove(memory, n_permanent);
    insert(memory, memory->n, places);
}

static enum ho_result memorize(struct ho_engine_walk *walk, const struct ho_features *features, const float *mask,
                               bool is_prompted, struct ho_places **out, struct ho_diag *diag)
{
    int n = (int)(ho_view_area(&features->view) / 256);
    float *value = ho_alloc_aligned((size_t)n * HO_VALUE * sizeof *value);
    if (!value)
        return ho_fail_memory(diag, (size_t)n * HO_VALUE * sizeof *value);
    enum ho_result result = ho_session_memorize(walk->session, features, mask, value, diag);
    if (result == HO_OK)
        result = ho_places_create(features->frame, n, features->key, features->shrinkage, value, out, diag);
    free(value);
    double start = ho_seconds();
    if (result == HO_OK)
        result = ho_target_learn(&walk->target, features->f16, features->f8, features->view.width / 16,
                                 features->view.height / 16, mask, is_prompted, diag);
    if (result != HO_OK)
        ho_places_destroy(out);
    walk->session->times.memorize += ho_seconds() - start;
    return result;
}

enum ho_result ho_embedded_keep(struct ho_engine_walk *walk, const struct ho_frame *frame, const struct ho_matte *matte,
                                const struct ho_matte *others, struct ho_diag *diag)
{
    if (others)
        HO_TRY(ho_session_check(walk->session, others, diag));
    HO_TRY(ho_session_check(walk->session, matte, diag));
    struct ho_rect box;
    bool empty = !ho_matte_bounds(matte, &box);
    walk->lost = empty;
    if (!empty) {
        walk->box = box;
        walk->area = (double)ho_matte_area(matte);
    }
    walk->started = true;
    walk->steps = 0;
    walk->confidence = 1;
    struct ho_view view = ho_walk_view(walk);
    float *map = ho_alloc_aligned(ho_view_area(&view) * sizeof *map);
    if (!map)
        return ho_fail_memory(diag, ho_view_area(&view) * sizeof *map);
    ho_view_from_matte(matte, &view, true, map);
    enum ho_result result = HO_OK;
    if (!empty) {
        const struct ho_features *features;
        struct ho_places *places = NULL;
        result = ho_session_features(walk->session, frame, &view, &features, diag);
        if (result == HO_OK)
            result = memorize(walk, features, map, true, &places, diag);
        if (result == HO_OK)
            keep_permanent(walk, places);
    }
    if (result == HO_OK)
        ho_walk_set_map(walk, &view, &map);
    free(map);
    return result;
}

// Reads from memory and decodes; `map` is of the features' view.
static enum ho_result recall(struct ho_engine_walk *walk, const struct ho_features *features, float *map,
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
    double start = ho_seconds();
    enum ho_result result = HO_OK;
    if (walk->lost)
        memset(previous, 0, area * sizeof *previous);
    else
        result = ho_view_remap(session->picture, &walk->view, walk->map, &features->view, session->options.n_threads,
                               previous, diag);
    session->times.convert += ho_seconds() - start;
    start = ho_seconds();
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
        result = ho_map_settle(&features->view, previous, (struct ho_reach){REACH_PIXELS, REACH_SIZES}, map, diag);
    free(block);
    return result;
}

// What one view of a frame shows of the object.
struct sight {
    struct ho_view view;
    const struct ho_features *features;
    float *map;    // owned
    float certainty, surest;
};

static enum ho_result look(struct ho_engine_walk *walk, const struct ho_frame *frame, const struct ho_view *view,
                           struct sight *out, struct ho_diag *diag)
{
    size_t area = ho_view_area(view);
    *out = (struct sight){.view = *view};
    HO_TRY(ho_session_features(walk->session, frame, view, &out->features, diag));
    out->map = ho_alloc_aligned(area * sizeof *out->map);
    if (!out->map)
        return ho_fail_memory(diag, area * sizeof *out->map);
    enum ho_result result = recall(walk, out->features, out->map, diag);
    if (result != HO_OK) {
        free(out->map);
        out->map = NULL;
        return result;
    }
    out->certainty = ho_map_certainty(out->map, area);
    for (size_t i = 0; i < area; i++)
        out->surest = out->map[i] > out->surest ? out->map[i] : out->surest;
    return HO_OK;
}

// A lost object may show as something small and unsure in the whole picture: a closer look decides. `sight` becomes the
// closer one.
static enum ho_result look_closer(struct ho_engine_walk *walk, const struct ho_frame *frame, struct sight *sight,
                                  struct ho_diag *diag)
{
    const struct ho_tuning *tuning = walk->session->tuning;
    struct ho_rect box;
    struct sight closer;
    if (sight->certainty < MAYBE_CERTAINTY || sight->surest < MAYBE_SUREST ||
        ho_view_bounds(&sight->view, sight->map, 0.5f, &box) < AREA_MIN)
        return HO_OK;
    struct ho_view view = ho_view_crop(walk->session->picture, &box, tuning->margin, tuning->shapes, tuning->n_shapes);
    HO_TRY(look(walk, frame, &view, &closer, diag));
    free(sight->map);
    *sight = closer;
    walk->lost = closer.certainty < FOUND_CERTAINTY;
    return HO_OK;
}

// The memory and the place of the walk after a frame.
static enum ho_result go_on(struct ho_engine_walk *walk, struct sight *sight, struct ho_diag *diag)
{
    if (!walk->lost)
        locate(walk, &sight->view, sight->map);
    if (walk->lost) {
        memset(sight->map, 0, ho_view_area(&sight->view) * sizeof *sight->map);
    } else if (sight->certainty >= KEEP_CERTAINTY) {
        struct ho_places *places = NULL;
        HO_TRY(memorize(walk, sight->features, sight->map, false, &places, diag));
        keep_recent(walk, places);
    }
    ho_walk_set_map(walk, &sight->view, &sight->map);
    return HO_OK;
}

enum ho_result ho_embedded_absent(struct ho_engine_walk *walk, const struct ho_frame *frame, struct ho_diag *diag)
{
    (void)frame;
    walk->lost = walk->started = true;
    struct ho_view view = ho_walk_view(walk);
    float *map = ho_alloc_aligned(ho_view_area(&view) * sizeof *map);
    if (!map)
        return ho_fail_memory(diag, ho_view_area(&view) * sizeof *map);
    memset(map, 0, ho_view_area(&view) * sizeof *map);
    ho_walk_set_map(walk, &view, &map);
    walk->steps = 0;
    walk->confidence = 1;
    return HO_OK;
}

static enum ho_result step_one(struct ho_engine_walk *walk, const struct ho_frame *frame, struct ho_matte *matte,
                               float *confidence, struct ho_diag *diag)
{
    walk->steps++;
    walk->session->times.n_steps++;
    if (walk->memory.n == 0) {    // it started from an empty matte: there is nothing to follow
        ho_matte_clear(matte);
        *confidence = walk->confidence = 1;
        return HO_OK;
    }
    struct ho_view view = ho_walk_view(walk);
    struct sight sight;
    HO_TRY(look(walk, frame, &view, &sight, diag));
    enum ho_result result = walk->lost ? look_closer(walk, frame, &sight, diag) : HO_OK;
    float certainty = sight.certainty;
    if (result == HO_OK)
        result = go_on(walk, &sight, diag);
    free(sight.map);
    HO_TRY(result);
    // Certainty is too sure of itself; its square is what J was on the clips, to 0.06. What is thought gone is as
    // likely so as nothing was found, but it is also what an object that turned into something else looks like.
    *confidence = walk->confidence = walk->lost ? GONE_TRUST * (1 - certainty) : certainty * certainty;
    return ho_session_deliver(walk->session, frame, &walk->view, walk->map, matte, diag);
}

enum ho_result ho_embedded_step(struct ho_engine_walk *const *walks, size_t n_walks, const struct ho_frame *frame,
                                const struct ho_matte *others, struct ho_matte *const *mattes, float *confidences,
                                struct ho_diag *diag)
{
    for (size_t i = 0; i < n_walks; i++) {
        if (!walks[i]->started)
            return ho_fail(diag, HO_ERROR_USAGE, "engine: a walk cannot step before its start frame is kept");
        HO_TRY(ho_session_check(walks[i]->session, mattes[i], diag));
    }
    if (others)
        HO_TRY(ho_session_check(walks[0]->session, others, diag));
    for (size_t i = 0; i < n_walks; i++)
        HO_TRY(step_one(walks[i], frame, mattes[i], &confidences[i], diag));
    return HO_OK;
}

enum ho_result ho_embedded_likeness(struct ho_engine_walk *walk, const struct ho_frame *frame,
                                    const struct ho_matte *matte, float *likeness, struct ho_diag *diag)
{
    struct ho_rect box;
    const struct ho_tuning *tuning = walk->session->tuning;
    *likeness = 0;
    HO_TRY(ho_session_check(walk->session, matte, diag));
    if (walk->memory.n == 0 || !ho_matte_bounds(matte, &box))
        return HO_OK;
    struct ho_view view = ho_view_crop(walk->session->picture, &box, tuning->margin, tuning->shapes, tuning->n_shapes);
    const struct ho_features *features;
    HO_TRY(ho_session_features(walk->session, frame, &view, &features, diag));
    size_t n = ho_view_area(&view) / 256;
    struct ho_view places = {.region = view.region, .width = view.width / 16, .height = view.height / 16};
    float *score = ho_alloc_aligned(2 * n * sizeof *score), *cover = score + n;
    if (!score)
        return ho_fail_memory(diag, 2 * n * sizeof *score);
    ho_target_score(&walk->target, features->f16, features->f8, places.width, places.height, score);
    ho_view_from_matte(matte, &places, false, cover);
    double sum = 0, area = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)(cover[i] * score[i]);
        area += (double)cover[i];
    }
    free(score);
    *likeness = area > 0 ? (float)fmin(fmax(0.5 + 0.5 * sum / area, 0), 1) : 0;
    return HO_OK;
}

enum ho_result ho_embedded_repeat(struct ho_engine_walk *walk, struct ho_diag *diag)
{
    (void)diag;
    walk->steps++;
    return HO_OK;
}
