// SPDX-License-Identifier: BSD-2-Clause
// What hid an object takes it for a part of itself when it shows again, for they look alike and it is the one that is
// followed. But a piece that hangs together with nothing else of a rival's, lies where a lost object was last seen
// whole and is about as large, is the lost object.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/embedded/rivals.h"

#define PIECE 0.3f        // pixels at or above this hang together
#define RIM 3             // pixels around a piece that are its soft edge
#define THERE 0.15f       // of a place map: the lost object may be here
#define OVERLAP 0.4       // of a piece: so much of it where the lost object may be
#define LEAST_AREA 0.1    // of what was last seen whole: a smaller piece is no sign,
#define MOST_AREA 2.5     // nor is a larger one

struct piece {
    uint32_t *pixels;
    size_t n, n_there;
};

static void trace(const struct ho_view *view, const float *map, const float *there, uint8_t *seen, uint32_t seed,
                  struct piece *piece)
{
    const uint32_t width = (uint32_t)view->width, area = (uint32_t)ho_view_area(view);
    size_t done = 0;
    piece->n = 1;
    piece->n_there = 0;
    piece->pixels[0] = seed;
    seen[seed] = 1;
    while (done < piece->n) {
        const uint32_t at = piece->pixels[done++], x = at % width;
        const uint32_t next[4] = {x > 0 ? at - 1 : at, x + 1 < width ? at + 1 : at, at >= width ? at - width : at,
                                  at + width < area ? at + width : at};
        piece->n_there += there[at] >= THERE;
        for (int i = 0; i < 4; i++)
            if (!seen[next[i]] && map[next[i]] >= PIECE) {
                seen[next[i]] = 1;
                piece->pixels[piece->n++] = next[i];
            }
    }
}

// Moves a piece and its rim from one map to another.
static void move_piece(const struct ho_view *view, const struct piece *piece, float *from, float *to)
{
    for (size_t k = 0; k < piece->n; k++) {
        int x0 = (int)(piece->pixels[k] % (uint32_t)view->width), y0 = (int)(piece->pixels[k] / (uint32_t)view->width);
        for (int y = y0 > RIM ? y0 - RIM : 0; y <= y0 + RIM && y < view->height; y++)
            for (int x = x0 > RIM ? x0 - RIM : 0; x <= x0 + RIM && x < view->width; x++) {
                size_t at = (size_t)y * (size_t)view->width + (size_t)x;
                if (from[at] < PIECE) {
                    to[at] += from[at];
                    from[at] = 0;
                }
            }
        to[piece->pixels[k]] = from[piece->pixels[k]];
        from[piece->pixels[k]] = 0;
    }
}

// The best such piece of `holder` that is not its largest; none: false. `piece->pixels` is the caller's.
static bool find_piece(const struct ho_sight *holder, const float *there, double expected, uint8_t *seen,
                       struct piece *piece, uint32_t *best)
{
    const uint32_t area = (uint32_t)ho_view_area(&holder->view);
    size_t largest = 0, n_best = 0;
    uint32_t largest_seed = 0;
    for (int pass = 0; pass < 2; pass++) {
        memset(seen, 0, area);
        for (uint32_t i = 0; i < area; i++) {
            if (seen[i] || holder->map[i] < PIECE)
                continue;
            trace(&holder->view, holder->map, there, seen, i, piece);
            if (pass == 0 && piece->n > largest) {
                largest = piece->n;
                largest_seed = i;
            }
            if (pass == 1 && i != largest_seed && piece->n_there > n_best &&
                (double)piece->n_there >= OVERLAP * (double)piece->n && (double)piece->n >= LEAST_AREA * expected &&
                (double)piece->n <= MOST_AREA * expected) {
                n_best = piece->n_there;
                *best = i;
            }
        }
    }
    return n_best > 0;
}

enum ho_result ho_sight_reclaim(struct ho_size picture, struct ho_sight *lost, double expected, struct ho_sight *holder,
                                int n_threads, bool *out, struct ho_diag *diag)
{
    const size_t area = ho_view_area(&holder->view), size = area * (2 * sizeof(float) + sizeof(uint32_t) + 1);
    *out = false;
    float *there = ho_alloc_aligned(size), *taken = there + area;
    if (!there)
        return ho_fail_memory(diag, size);
    struct piece piece = {.pixels = (uint32_t *)(void *)(taken + area)};
    uint8_t *seen = (uint8_t *)(piece.pixels + area);
    const struct ho_rect *r = &holder->view.region;
    uint32_t seed;
    enum ho_result result = ho_view_remap(picture, &lost->view, lost->place, &holder->view, n_threads, there, diag);
    expected *= (double)holder->view.width / (r->x1 - r->x0) * holder->view.height / (r->y1 - r->y0);
    if (result == HO_OK && find_piece(holder, there, expected, seen, &piece, &seed)) {
        memset(seen, 0, area);
        memset(taken, 0, area * sizeof *taken);
        trace(&holder->view, holder->map, there, seen, seed, &piece);
        float *map = ho_alloc_aligned(ho_view_area(&lost->view) * sizeof *map);
        result = map ? HO_OK : ho_fail_memory(diag, ho_view_area(&lost->view) * sizeof *map);
        if (result == HO_OK) {
            move_piece(&holder->view, &piece, holder->map, taken);
            result = ho_view_remap(picture, &holder->view, taken, &lost->view, n_threads, map, diag);
            free(lost->map);
            lost->map = map;
            *out = true;
        }
    }
    free(there);
    return result;
}
