// SPDX-License-Identifier: BSD-2-Clause
#include "engine/embedded/place.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define SAME_AREA 1.2      // an area that changes by more than this is not all seen
#define BLUR 0.1           // of the square root of its area: how far it may be from where it is thought to be,
#define BLUR_MORE 0.03     // more for each step for which it is lost,
#define BLUR_MOST 0.5      // at most
#define KEEPS_ON 0.93      // of its speed, a step
#define SCRAP_AREA 0.12    // of what it had: less of it is as good as none
#define WHOLE_AREA 0.7     // of what it had: less of it is partly hidden

// The middle of a map, in source pixels.
static struct ho_place middle_of(const struct ho_view *view, const float *map)
{
    double x = 0, y = 0, n = 0;
    for (int j = 0; j < view->height; j++)
        for (int i = 0; i < view->width; i++)
            if (map[(size_t)j * (size_t)view->width + (size_t)i] >= 0.5f) {
                x += i + 0.5;
                y += j + 0.5;
                n++;
            }
    const struct ho_rect *r = &view->region;
    return (struct ho_place){r->x0 + x / n * (r->x1 - r->x0) / view->width,
                             r->y0 + y / n * (r->y1 - r->y0) / view->height};
}

void ho_walk_locate(struct ho_engine_walk *walk, const struct ho_view *view, const float *map, bool was_lost)
{
    struct ho_rect box;
    size_t n = ho_view_bounds(view, map, 0.5f, &box);
    walk->lost = n < HO_AREA_MIN;
    if (walk->lost)
        return;
    const struct ho_rect *r = &view->region;
    const double area = (double)n * (r->x1 - r->x0) / view->width * (r->y1 - r->y0) / view->height;
    const struct ho_place at = middle_of(view, map);
    // What hides a part of it, or shows one, moves its middle too: that is no motion.
    if (walk->steps > 1 && !was_lost && area < SAME_AREA * walk->area && walk->area < SAME_AREA * area) {
        walk->speed.x += 0.5 * (at.x - walk->at.x - walk->speed.x);
        walk->speed.y += 0.5 * (at.y - walk->at.y - walk->speed.y);
    }
    walk->at = at;
    walk->box = box;
    walk->area = area;
}

// How far it has gone in so many steps, if it goes on like that; ever less surely.
static struct ho_place guess_move(const struct ho_engine_walk *walk, int64_t n_steps)
{
    double n = 0;
    for (int64_t k = 0; k < n_steps && k < HO_HIDDEN_MAX; k++)
        n += pow(KEEPS_ON, (double)k);
    return (struct ho_place){walk->speed.x * n, walk->speed.y * n};
}

static struct ho_rect moved(const struct ho_rect *r, struct ho_place by)
{
    int x = (int)lrint(by.x), y = (int)lrint(by.y);
    return (struct ho_rect){r->x0 + x, r->y0 + y, r->x1 + x, r->y1 + y};
}

struct ho_rect ho_walk_guess_box(const struct ho_engine_walk *walk)
{
    return moved(&walk->seen_box, guess_move(walk, walk->n_unseen + 1));
}

static void blur_line(float *line, size_t step, int n, int radius, float *scratch)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        scratch[i] = line[(size_t)i * step];
    for (int i = -radius; i < n; i++) {
        sum += i + radius < n ? (double)scratch[i + radius] : 0;
        sum -= i - radius - 1 >= 0 ? (double)scratch[i - radius - 1] : 0;
        if (i >= 0)
            line[(size_t)i * step] = (float)(sum / (2 * radius + 1));
    }
}

// Adds to `place` a map that was seen so many steps ago.
static enum ho_result add_place(struct ho_engine_walk *walk, const struct ho_view *from, const float *map,
                                int64_t n_steps, const struct ho_view *view, float *place, struct ho_diag *diag)
{
    const size_t area = ho_view_area(view);
    struct ho_view by_now = *from;
    by_now.region = moved(&from->region, guess_move(walk, n_steps));
    float *seen = ho_alloc_aligned(area * sizeof *seen);
    if (!seen)
        return ho_fail_memory(diag, area * sizeof *seen);
    enum ho_result result = ho_view_remap(walk->session->picture, &by_now, map, view, walk->session->options.n_threads,
                                          seen, diag);
    for (size_t i = 0; i < area && result == HO_OK; i++)
        place[i] = fmaxf(place[i], seen[i]);
    free(seen);
    return result;
}

static void blur(const struct ho_view *view, double share, float *place, float *scratch)
{
    const size_t area = ho_view_area(view), width = (size_t)view->width;
    double inside = 0;
    for (size_t i = 0; i < area; i++)
        inside += (double)place[i];
    const int radius = 2 + (int)(share * sqrt(inside));
    for (int y = 0; y < view->height; y++)
        blur_line(place + (size_t)y * width, 1, view->width, radius, scratch);
    for (int x = 0; x < view->width; x++)
        blur_line(place + x, width, view->height, radius, scratch);
}

enum ho_result ho_walk_guess_place(struct ho_engine_walk *walk, struct ho_sight *sight, struct ho_diag *diag)
{
    const struct ho_view *view = &sight->view;
    const size_t area = ho_view_area(view), side = (size_t)(view->width > view->height ? view->width : view->height);
    sight->place = ho_alloc_aligned((area + side) * sizeof(float));
    if (!sight->place)
        return ho_fail_memory(diag, (area + side) * sizeof(float));
    memset(sight->place, 0, area * sizeof(float));
    if (!walk->lost)
        HO_TRY(add_place(walk, &walk->view, walk->map, 1, view, sight->place, diag));
    // What is partly hidden is also where all of it would be.
    if (walk->seen && walk->n_unseen > 0 && walk->n_unseen <= HO_HIDDEN_MAX)
        HO_TRY(add_place(walk, &walk->seen_view, walk->seen, walk->n_unseen + 1, view, sight->place, diag));
    blur(view, fmin(BLUR + (walk->lost ? BLUR_MORE * (double)walk->n_unseen : 0), BLUR_MOST), sight->place,
         sight->place + area);
    return HO_OK;
}

bool ho_walk_is_scrap(const struct ho_engine_walk *walk)
{
    return walk->seen && walk->n_unseen > 0 && walk->n_unseen <= HO_HIDDEN_MAX &&
           walk->area < SCRAP_AREA * walk->seen_area;
}

enum ho_result ho_walk_note_seen(struct ho_engine_walk *walk, const struct ho_sight *sight, struct ho_diag *diag)
{
    walk->n_unseen++;
    if (walk->lost || sight->certainty < HO_KEEP_CERTAINTY ||
        (walk->seen && walk->area < WHOLE_AREA * walk->seen_area && walk->n_unseen <= HO_HIDDEN_MAX))
        return HO_OK;
    const size_t size = ho_view_area(&sight->view) * sizeof *walk->seen;
    float *seen = ho_alloc_aligned(size);
    if (!seen)
        return ho_fail_memory(diag, size);
    memcpy(seen, sight->map, size);
    free(walk->seen);
    walk->seen = seen;
    walk->seen_view = sight->view;
    walk->seen_box = walk->box;
    walk->seen_area = walk->area;
    walk->n_unseen = 0;
    return HO_OK;
}
