// SPDX-License-Identifier: BSD-2-Clause
// A walk's memory: what it learns of a frame, what it keeps, and where it stands.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/embedded/embedded.h"

#define PERMANENT_MAX 32    // prompted frames of one walk; later ones take the place of the oldest but the first
void ho_walk_set_map(struct ho_engine_walk *walk, const struct ho_view *view, float **map)
{
    free(walk->map);
    walk->map = *map;
    walk->view = *view;
    *map = NULL;
}

struct ho_view ho_walk_view(const struct ho_engine_walk *walk)
{
    if (walk->lost)
        return ho_session_whole(walk->session, walk->session->tuning->whole);
    return ho_session_crop(walk->session, &walk->box);
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

enum ho_result ho_walk_learn(struct ho_engine_walk *walk, const struct ho_features *features, const float *map,
                             const float *others, bool is_prompted, struct ho_diag *diag)
{
    int n = (int)(ho_view_area(&features->view) / 256);
    struct ho_places *places = NULL;
    float *value = ho_alloc_aligned((size_t)n * HO_VALUE * sizeof *value);
    if (!value)
        return ho_fail_memory(diag, (size_t)n * HO_VALUE * sizeof *value);
    enum ho_result result = ho_session_memorize(walk->session, features, map, others, value, diag);
    if (result == HO_OK)
        result = ho_places_create(features->frame, n, features->key, features->shrinkage, value, &places, diag);
    free(value);
    double start = ho_seconds();
    if (result == HO_OK)
        result = ho_target_learn(&walk->target,
                                 &(struct ho_lesson){.f16 = features->f16,
                                                     .f8 = features->f8,
                                                     .width = features->view.width / 16,
                                                     .height = features->view.height / 16,
                                                     .map = map,
                                                     .others = others,
                                                     .is_prompted = is_prompted},
                                 diag);
    walk->session->times.memorize += ho_seconds() - start;
    if (result != HO_OK)
        ho_places_destroy(&places);
    else if (is_prompted)
        keep_permanent(walk, places);
    else
        keep_recent(walk, places);
    return result;
}

// Where the walk stands from now on, before it is said what is there.
static void stand(struct ho_engine_walk *walk, bool lost)
{
    walk->lost = lost;
    walk->is_told_absent = lost;
    walk->n_unseen = 0;
    walk->speed = (struct ho_place){0};
    free(walk->seen);
    walk->seen = NULL;
    walk->started = true;
    walk->steps = 0;
    walk->confidence = 1;
}

enum ho_result ho_embedded_keep(struct ho_engine_walk *walk, const struct ho_frame *frame, const struct ho_matte *matte,
                                const struct ho_matte *others, struct ho_diag *diag)
{
    HO_TRY(ho_session_check(walk->session, matte, diag));
    if (others)
        HO_TRY(ho_session_check(walk->session, others, diag));
    struct ho_rect box;
    bool empty = !ho_matte_bounds(matte, &box);
    if (empty)
        return ho_embedded_absent(walk, frame, diag);
    stand(walk, false);
    walk->box = box;
    walk->area = (double)ho_matte_area(matte);
    struct ho_view view = ho_walk_view(walk);
    size_t area = ho_view_area(&view);
    float *map = ho_alloc_aligned(area * sizeof *map), *known = others ? ho_alloc_aligned(area * sizeof *known) : NULL;
    const struct ho_features *features;
    enum ho_result result = map && (known || !others) ? HO_OK : ho_fail_memory(diag, area * sizeof *map);
    if (result == HO_OK)
        result = ho_session_features(walk->session, frame, &view, &features, diag);
    if (result == HO_OK) {
        ho_view_from_matte(matte, &view, true, map);
        if (known)
            ho_view_from_matte(others, &view, true, known);
        result = ho_walk_learn(walk, features, map, known, true, diag);
    }
    double likeness;
    if (result == HO_OK)
        result = ho_walk_resemblance(walk, features, map, &likeness, diag);
    if (result == HO_OK)    // a mean over prompted frames
        walk->likeness += (likeness - walk->likeness) / count_permanent(&walk->memory);
    if (result == HO_OK)
        ho_walk_set_map(walk, &view, &map);
    free(known);
    free(map);
    return result;
}

enum ho_result ho_embedded_absent(struct ho_engine_walk *walk, const struct ho_frame *frame, struct ho_diag *diag)
{
    (void)frame;    // there is nothing to learn from it
    stand(walk, true);
    struct ho_view view = ho_walk_view(walk);
    float *map = ho_alloc_aligned(ho_view_area(&view) * sizeof *map);
    if (!map)
        return ho_fail_memory(diag, ho_view_area(&view) * sizeof *map);
    memset(map, 0, ho_view_area(&view) * sizeof *map);
    ho_walk_set_map(walk, &view, &map);
    return HO_OK;
}

enum ho_result ho_embedded_repeat(struct ho_engine_walk *walk, struct ho_diag *diag)
{
    (void)diag;
    walk->steps++;
    return HO_OK;
}
