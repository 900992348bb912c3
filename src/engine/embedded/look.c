// SPDX-License-Identifier: BSD-2-Clause
// A look at one view of a frame: what the memory and the target model say is the object there.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/embedded/step.h"

#define REACH_PIXELS 16    // of a view: how far a piece may lie from where the object was,
#define REACH_SIZES 0.2    // and against the square root of its area

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

// What is gone by, in another view.
static enum ho_result see_previous(struct ho_engine_walk *walk, const struct ho_view *view, enum ho_gaze gaze,
                                   float *previous, struct ho_diag *diag)
{
    struct ho_engine_session *session = walk->session;
    enum ho_result result = HO_OK;
    double start = ho_seconds();
    if (gaze == HO_GAZE_BEHIND)
        result = ho_view_remap(session->picture, &walk->seen_view, walk->seen, view, session->options.n_threads,
                               previous, diag);
    else if (gaze == HO_GAZE_ANEW)
        memset(previous, 0, ho_view_area(view) * sizeof *previous);
    else
        result = ho_view_remap(session->picture, &walk->view, walk->map, view, session->options.n_threads, previous,
                               diag);
    session->times.convert += ho_seconds() - start;
    return result;
}

// Reads from memory and decodes; `map` is of the features' view.
static enum ho_result recall(struct ho_engine_walk *walk, const struct ho_features *features, enum ho_gaze gaze,
                             float *map, struct ho_diag *diag)
{
    struct ho_engine_session *session = walk->session;
    int n = (int)(ho_view_area(&features->view) / 256);
    size_t values = (size_t)n * HO_VALUE, places = ((size_t)n + 15) / 16 * 16, area = ho_view_area(&features->view);
    float *block = ho_alloc_aligned((values + 2 * places + area) * sizeof *block);
    if (!block)
        return ho_fail_memory(diag, (values + 2 * places + area) * sizeof *block);
    struct ho_reading reading = {.values = block, .similarity = block + values};
    float *score = block + values + places, *previous = score + places;
    enum ho_result result = see_previous(walk, &features->view, gaze, previous, diag);
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
    free(block);
    return result;
}

void ho_sight_judge(struct ho_sight *sight)
{
    const size_t area = ho_view_area(&sight->view);
    sight->certainty = ho_map_certainty(sight->map, area);
    sight->surest = 0;
    for (size_t i = 0; i < area; i++)
        sight->surest = sight->map[i] > sight->surest ? sight->map[i] : sight->surest;
}

enum ho_result ho_look(struct ho_engine_walk *walk, const struct ho_frame *frame, const struct ho_view *view,
                       enum ho_gaze gaze, struct ho_sight *out, struct ho_diag *diag)
{
    const struct ho_features *features;
    *out = (struct ho_sight){.view = *view};
    HO_TRY(ho_session_features(walk->session, frame, view, &features, diag));
    out->map = ho_alloc_aligned(ho_view_area(view) * sizeof *out->map);
    if (!out->map)
        return ho_fail_memory(diag, ho_view_area(view) * sizeof *out->map);
    return recall(walk, features, gaze, out->map, diag);
}

enum ho_result ho_look_settle(struct ho_engine_walk *walk, enum ho_gaze gaze, struct ho_sight *sight,
                              struct ho_diag *diag)
{
    const size_t size = ho_view_area(&sight->view) * sizeof(float);
    float *previous = ho_alloc_aligned(size);
    enum ho_result result = previous ? see_previous(walk, &sight->view, gaze, previous, diag)
                                     : ho_fail_memory(diag, size);
    // What is partly hidden may show again anywhere where all of it would be.
    for (size_t i = 0; result == HO_OK && sight->place && walk->n_unseen > 0 && i < ho_view_area(&sight->view); i++)
        previous[i] = previous[i] > sight->place[i] ? previous[i] : sight->place[i];
    if (result == HO_OK)
        result = ho_map_settle(&sight->view, previous, (struct ho_reach){REACH_PIXELS, REACH_SIZES}, sight->map, diag);
    free(previous);
    if (result == HO_OK)
        ho_sight_judge(sight);
    return result;
}
