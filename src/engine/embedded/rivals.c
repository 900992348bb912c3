// SPDX-License-Identifier: BSD-2-Clause
#include "engine/embedded/rivals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define PLACE 4.0f     // what being in the likeliest place weighs against being in none, in log odds
#define LEAST 1e-4f    // claims beyond this are none, and nothing is claimed more surely than one less this

void ho_sight_clear(struct ho_sight *sight)
{
    free(sight->map);
    free(sight->place);
    free(sight->others);
    *sight = (struct ho_sight){0};
}

static bool do_overlap(const struct ho_rect *a, const struct ho_rect *b)
{
    return a->x0 < b->x1 && b->x0 < a->x1 && a->y0 < b->y1 && b->y0 < a->y1;
}

static float odds_of(float p) { return p < LEAST ? 0 : p / (1 - (p < 1 - LEAST ? p : 1 - LEAST)); }

// Sums over rivals in one view.
struct claims {
    float *odds, *weighed;    // by place
};

// Adds what another object claims, seen in `view`.
static enum ho_result add_claim(struct ho_size picture, const struct ho_sight *from, const struct ho_view *view,
                                int n_threads, const struct claims *sum, struct ho_diag *diag)
{
    const size_t area = ho_view_area(view);
    if (!do_overlap(&from->view.region, &view->region))
        return HO_OK;
    float *seen = ho_alloc_aligned(2 * area * sizeof *seen), *place = seen + area;
    if (!seen)
        return ho_fail_memory(diag, 2 * area * sizeof *seen);
    memset(place, 0, area * sizeof *place);
    enum ho_result result = ho_view_remap(picture, &from->view, from->map, view, n_threads, seen, diag);
    if (result == HO_OK && from->place)
        result = ho_view_remap(picture, &from->view, from->place, view, n_threads, place, diag);
    for (size_t i = 0; i < area && result == HO_OK; i++) {
        float odds = odds_of(seen[i]);
        sum->odds[i] += odds;
        sum->weighed[i] += odds * expf(PLACE * place[i]);
    }
    free(seen);
    return result;
}

static enum ho_result add_cover(struct ho_size picture, const struct ho_sight *from, const struct ho_view *view,
                                int n_threads, float *sum, struct ho_diag *diag)
{
    const size_t area = ho_view_area(view);
    if (!do_overlap(&from->view.region, &view->region))
        return HO_OK;
    float *seen = ho_alloc_aligned(area * sizeof *seen);
    if (!seen)
        return ho_fail_memory(diag, area * sizeof *seen);
    enum ho_result result = ho_view_remap(picture, &from->view, from->map, view, n_threads, seen, diag);
    for (size_t i = 0; i < area && result == HO_OK; i++)
        sum[i] += seen[i];
    free(seen);
    return result;
}

// `known` in a view is taken out of the map and joins the others. `others` may hold something already.
static enum ho_result take_known(struct ho_sight *sight, const struct ho_matte *known, struct ho_diag *diag)
{
    const size_t area = ho_view_area(&sight->view);
    float *cover = ho_alloc_aligned(area * sizeof *cover);
    if (!cover)
        return ho_fail_memory(diag, area * sizeof *cover);
    ho_view_from_matte(known, &sight->view, false, cover);
    for (size_t i = 0; i < area; i++) {
        sight->map[i] *= 1 - cover[i];
        sight->others[i] = sight->others[i] * (1 - cover[i]) + cover[i];
    }
    free(cover);
    return HO_OK;
}

static enum ho_result alloc_others(struct ho_sight *sight, struct ho_diag *diag)
{
    const size_t size = ho_view_area(&sight->view) * sizeof *sight->others;
    sight->others = ho_alloc_aligned(size);
    if (!sight->others)
        return ho_fail_memory(diag, size);
    memset(sight->others, 0, size);
    return HO_OK;
}

// What all others claim in the view of sights[i]; `others` holds the sum of their odds, `weighed` by place.
static enum ho_result sum_claims(struct ho_size picture, struct ho_sight *sights, size_t n, size_t i, int n_threads,
                                 float *weighed, struct ho_diag *diag)
{
    const struct claims sum = {sights[i].others, weighed};
    for (size_t k = 0; k < n; k++)
        if (k != i && sights[k].map)
            HO_TRY(add_claim(picture, &sights[k], &sights[i].view, n_threads, &sum, diag));
    return HO_OK;
}

// What sights[i] keeps, beside the sums of the others, into `kept`; these become what the others keep.
static void share(struct ho_sight *sight, const float *weighed, float *kept)
{
    for (size_t at = 0; at < ho_view_area(&sight->view); at++) {
        kept[at] = sight->map[at];
        if (sight->others[at] <= 0)
            continue;
        float own = odds_of(sight->map[at]), all = own + sight->others[at], object = all / (1 + all),
              mine = own * expf(PLACE * (sight->place ? sight->place[at] : 0));
        kept[at] = object * mine / (mine + weighed[at]);
        sight->others[at] = object - kept[at];
    }
}

enum ho_result ho_sights_compete(struct ho_size picture, struct ho_sight *sights, size_t n,
                                 const struct ho_matte *known, int n_threads, struct ho_diag *diag)
{
    size_t n_seen = 0;
    for (size_t i = 0; i < n; i++)
        n_seen += sights[i].map != NULL;
    if (n_seen == 0 || (n_seen == 1 && !known))
        return HO_OK;
    float **kept = ho_alloc(n, sizeof *kept);
    enum ho_result result = kept ? HO_OK : ho_fail_memory(diag, n * sizeof *kept);
    // All are shared out before any map changes: a claim is weighed as it was made.
    for (size_t i = 0; i < n && result == HO_OK; i++) {
        if (!sights[i].map)
            continue;
        const size_t area = ho_view_area(&sights[i].view);
        kept[i] = ho_alloc_aligned(2 * area * sizeof **kept);
        result = kept[i] ? alloc_others(&sights[i], diag) : ho_fail_memory(diag, 2 * area * sizeof **kept);
        if (result != HO_OK)
            break;
        memset(kept[i], 0, 2 * area * sizeof **kept);
        result = sum_claims(picture, sights, n, i, n_threads, kept[i] + area, diag);
        if (result == HO_OK)
            share(&sights[i], kept[i] + area, kept[i]);
    }
    for (size_t i = 0; i < n && result == HO_OK; i++)
        if (sights[i].map) {
            memcpy(sights[i].map, kept[i], ho_view_area(&sights[i].view) * sizeof **kept);
            if (known)
                result = take_known(&sights[i], known, diag);
        }
    for (size_t i = 0; kept && i < n; i++)
        free(kept[i]);
    free(kept);
    return result;
}

enum ho_result ho_sight_yield(struct ho_size picture, struct ho_sight *sight, const struct ho_sight *sights, size_t n,
                              const struct ho_sight *own, const struct ho_matte *known, int n_threads,
                              struct ho_diag *diag)
{
    const size_t area = ho_view_area(&sight->view);
    bool is_any = known;
    for (size_t k = 0; k < n; k++)
        is_any |= &sights[k] != own && sights[k].map;
    if (!is_any)
        return HO_OK;
    HO_TRY(alloc_others(sight, diag));
    for (size_t k = 0; k < n; k++)
        if (&sights[k] != own && sights[k].map)
            HO_TRY(add_cover(picture, &sights[k], &sight->view, n_threads, sight->others, diag));
    for (size_t i = 0; i < area; i++) {
        sight->others[i] = sight->others[i] < 1 ? sight->others[i] : 1;
        sight->map[i] *= 1 - sight->others[i];
    }
    return known ? take_known(sight, known, diag) : HO_OK;
}
