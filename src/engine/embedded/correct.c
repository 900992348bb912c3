// SPDX-License-Identifier: BSD-2-Clause
// A correction: marks on a frame that has a matte already. The network learnt with marks on the object, so some are put
// where the matte is deepest; and it answers for the whole picture, so what it changes away from the marks is undone.
#include "engine/embedded/correct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "image/kernels.h"

#define REACH 512.0f      // pixels of the view beyond which no depth is told apart
#define DEPTH_MIN 3.0f    // a place less deep than this says nothing
#define RIM 4             // pixels around a change in which its soft edge lies

static enum ho_result find_depths(const struct ho_view *view, const float *basis, struct ho_picture **out,
                                  struct ho_diag *diag)
{
    struct ho_matte *matte;
    bool has_contour;
    HO_TRY(ho_matte_create(view->width, view->height, &matte, diag));
    for (int y = 0; y < view->height; y++)
        for (int x = 0; x < view->width; x++)
            matte->data[(size_t)y * (size_t)matte->stride + (size_t)x] = (uint16_t)lrintf(
                basis[(size_t)y * (size_t)view->width + (size_t)x] * 65535);
    enum ho_result result = ho_picture_create(view->width, view->height, 1, out, diag);
    if (result == HO_OK)
        result = ho_distance(matte, REACH, *out, &has_contour, 1, diag);
    if (result != HO_OK)
        ho_picture_destroy(out);
    ho_matte_destroy(&matte);
    return result;
}

static bool is_free(double x, double y, double depth, const struct ho_change *taken, int n)
{
    for (int i = 0; i < n; i++)
        if (hypot(taken[i].x - x, taken[i].y - y) < fmax(depth, 2 * (double)DEPTH_MIN))
            return false;
    return true;
}

enum ho_result ho_correct_places(const struct ho_view *view, const float *basis, const struct ho_change *changes,
                                 int n_changes, struct ho_change out[HO_CORRECT_PLACES], int *n_out,
                                 struct ho_diag *diag)
{
    struct ho_picture *depth = NULL;
    *n_out = 0;
    HO_TRY(find_depths(view, basis, &depth, diag));
    while (*n_out < HO_CORRECT_PLACES) {
        float deepest = DEPTH_MIN;
        struct ho_change best = {.inside = true};
        for (int y = 0; y < view->height; y++)
            for (int x = 0; x < view->width; x++) {
                float d = -depth->plane[0][(size_t)y * (size_t)depth->stride + (size_t)x];
                if (d > deepest && is_free(x, y, (double)d, changes, n_changes) &&
                    is_free(x, y, 2 * (double)d, out, *n_out)) {
                    deepest = d;
                    best.x = x;
                    best.y = y;
                }
            }
        if (deepest <= DEPTH_MIN)
            break;
        out[(*n_out)++] = best;
    }
    ho_picture_destroy(&depth);
    return HO_OK;
}

// One connected change from `seed` on: fills `pixels`, marks them seen.
static size_t trace(const struct ho_view *view, const float *basis, const float *map, uint8_t *seen, uint32_t seed,
                    uint32_t *pixels)
{
    const uint32_t width = (uint32_t)view->width, area = (uint32_t)ho_view_area(view);
    const bool grows = map[seed] >= 0.5f;
    size_t n = 1, done = 0;
    seen[seed] = 1;
    pixels[0] = seed;
    while (done < n) {
        uint32_t at = pixels[done++], x = at % width;
        const uint32_t next[4] = {x > 0 ? at - 1 : at, x + 1 < width ? at + 1 : at, at >= width ? at - width : at,
                                  at + width < area ? at + width : at};
        for (int i = 0; i < 4; i++)
            if (!seen[next[i]] && (map[next[i]] >= 0.5f) == grows && (basis[next[i]] >= 0.5f) != grows) {
                seen[next[i]] = 1;
                pixels[n++] = next[i];
            }
    }
    return n;
}

static bool is_asked_for(const struct ho_view *view, const uint32_t *pixels, size_t n, bool grows,
                         const struct ho_change *changes, int n_changes)
{
    for (size_t k = 0; k < n; k++)
        for (int i = 0; i < n_changes; i++)
            if (changes[i].inside == grows && hypot(pixels[k] % (uint32_t)view->width + 0.5 - changes[i].x,
                                                    pixels[k] / (uint32_t)view->width + 0.5 - changes[i].y) < RIM)
                return true;
    return false;
}

static void mark_around(const struct ho_view *view, uint32_t at, uint8_t *wanted)
{
    int x0 = (int)(at % (uint32_t)view->width), y0 = (int)(at / (uint32_t)view->width);
    for (int y = y0 > RIM ? y0 - RIM : 0; y <= y0 + RIM && y < view->height; y++)
        for (int x = x0 > RIM ? x0 - RIM : 0; x <= x0 + RIM && x < view->width; x++)
            wanted[(size_t)y * (size_t)view->width + (size_t)x] = 1;
}

enum ho_result ho_correct_map(const struct ho_view *view, const float *basis, const struct ho_change *changes,
                              int n_changes, float *map, struct ho_diag *diag)
{
    size_t area = ho_view_area(view), size = area * (2 + sizeof(uint32_t));
    uint32_t *pixels = ho_alloc(size, 1);
    if (!pixels)
        return ho_fail_memory(diag, size);
    uint8_t *seen = (uint8_t *)(pixels + area), *wanted = seen + area;
    for (uint32_t i = 0; i < area; i++) {
        bool grows = map[i] >= 0.5f;
        if (seen[i] || grows == (basis[i] >= 0.5f))
            continue;
        size_t n = trace(view, basis, map, seen, i, pixels);
        for (size_t k = 0; is_asked_for(view, pixels, n, grows, changes, n_changes) && k < n; k++)
            mark_around(view, pixels[k], wanted);
    }
    for (size_t i = 0; i < area; i++)
        map[i] = wanted[i] ? map[i] : basis[i];
    free(pixels);
    return HO_OK;
}
