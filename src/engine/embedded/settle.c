// SPDX-License-Identifier: BSD-2-Clause
// What looks like the object but lies where it cannot be: pieces of a new map that are far from where the object just
// was.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/embedded/embedded.h"

#define CELL 8        // pixels of the coarse grid on which distances are taken
#define PIECE 0.3f    // pixels at or above this hang together
#define SURE 0.7f     // a piece that nowhere gets there is none
#define DOUBT 6       // pixels around what is sure in which an edge may be soft

struct grid {
    int width, height;
    uint8_t *near;    // 1: within reach of where the object was
};

// Spreads the marked cells by `reach` cells, along rows and then along columns.
static void spread(struct grid *grid, int reach, uint8_t *scratch)
{
    for (int pass = 0; pass < 2; pass++) {
        const uint8_t *from = pass ? scratch : grid->near;
        uint8_t *to = pass ? grid->near : scratch;
        int step = pass ? grid->width : 1, length = pass ? grid->height : grid->width;
        for (int y = 0; y < grid->height; y++)
            for (int x = 0; x < grid->width; x++) {
                int at = y * grid->width + x, along = pass ? y : x, first = along > reach ? -reach : -along;
                int last = along + reach < length ? reach : length - 1 - along;
                uint8_t any = 0;
                for (int i = first; i <= last; i++)
                    any |= from[at + i * step];
                to[at] = any;
            }
    }
}

static int cells_within(struct ho_reach reach, size_t area)
{
    return (int)ceil((reach.pixels + reach.sizes * sqrt((double)area)) / CELL);
}

// Marks where the object was and can have come to; false if it was nowhere.
static bool mark_near(const struct ho_view *view, const float *previous, struct ho_reach reach, struct grid *grid,
                      uint8_t *scratch)
{
    size_t area = 0;
    for (int y = 0; y < view->height; y++)
        for (int x = 0; x < view->width; x++)
            if (previous[(size_t)y * view->width + x] >= 0.5f) {
                grid->near[y / CELL * grid->width + x / CELL] = 1;
                area++;
            }
    if (area)
        spread(grid, cells_within(reach, area), scratch);
    return area > 0;
}

// One connected piece from `seed` on: fills `pixels`, marks them seen, and says whether any of it is within reach, and
// how sure it is.
static size_t trace(const struct ho_view *view, const float *map, const struct grid *grid, uint8_t *seen, uint32_t seed,
                    uint32_t *pixels, bool *is_near, double *sum, float *surest)
{
    size_t n = 1, done = 0;
    const uint32_t width = (uint32_t)view->width, area = (uint32_t)ho_view_area(view);
    *is_near = false;
    *sum = 0;
    *surest = 0;
    seen[seed] = 1;
    pixels[0] = seed;
    while (done < n) {
        uint32_t at = pixels[done++], x = at % width, y = at / width;
        *surest = map[at] > *surest ? map[at] : *surest;
        if (map[at] >= 0.5f) {
            *sum += (double)map[at];
            *is_near |= grid->near[(int)y / CELL * grid->width + (int)x / CELL] != 0;
        }
        const uint32_t next[4] = {x > 0 ? at - 1 : at, x + 1 < width ? at + 1 : at, y > 0 ? at - width : at,
                                  at + width < area ? at + width : at};
        for (int i = 0; i < 4; i++)
            if (!seen[next[i]] && map[next[i]] >= PIECE) {
                seen[next[i]] = 1;
                pixels[n++] = next[i];
            }
    }
    return n;
}

// Marks what lies within `DOUBT` pixels of a sure one, along rows and then along columns.
static void mark_doubt(const struct ho_view *view, const float *map, float sure, uint8_t *along, uint8_t *out)
{
    const int width = view->width, height = view->height;
    for (int y = 0; y < height; y++) {
        const float *row = map + (size_t)y * width;
        for (int x = 0, left = 0; x < width + DOUBT; x++) {
            left = x < width && row[x] >= sure ? 2 * DOUBT + 1 : left > 0 ? left - 1 : 0;
            if (x >= DOUBT)
                along[(size_t)y * width + x - DOUBT] = left > 0;
        }
    }
    for (int x = 0; x < width; x++)
        for (int y = 0, left = 0; y < height + DOUBT; y++) {
            left = y < height && along[(size_t)y * width + x] ? 2 * DOUBT + 1 : left > 0 ? left - 1 : 0;
            if (y >= DOUBT)
                out[(size_t)(y - DOUBT) * width + x] = left > 0;
        }
}

enum ho_result ho_map_decide(const struct ho_view *view, float *map, struct ho_diag *diag)
{
    size_t area = ho_view_area(view);
    uint8_t *marks = ho_alloc(2 * area, 1);
    if (!marks)
        return ho_fail_memory(diag, 2 * area);
    float surest = 0;
    for (size_t i = 0; i < area; i++)
        surest = map[i] > surest ? map[i] : surest;
    mark_doubt(view, map, fminf(SURE, 0.9f * surest), marks, marks + area);
    for (size_t i = 0; i < area; i++)
        map[i] = marks[area + i] ? map[i] : 0;
    free(marks);
    return HO_OK;
}

enum ho_result ho_map_settle(const struct ho_view *view, const float *previous, struct ho_reach reach, float *map,
                             struct ho_diag *diag)
{
    size_t area = ho_view_area(view);
    struct grid grid = {.width = (view->width + CELL - 1) / CELL, .height = (view->height + CELL - 1) / CELL};
    size_t cells = (size_t)grid.width * (size_t)grid.height, size = area * (1 + sizeof(uint32_t)) + 2 * cells;
    uint32_t *pixels = ho_alloc(size, 1);
    if (!pixels)
        return ho_fail_memory(diag, size);
    uint8_t *seen = (uint8_t *)(pixels + area);
    grid.near = seen + area;
    bool had = mark_near(view, previous, reach, &grid, grid.near + cells);

    // First round: is there any piece within reach? If not, the surest one is where the object went.
    double best = 0;
    uint32_t best_seed = 0;
    bool any_near = false, any_sure = false;
    for (uint32_t i = 0; i < area; i++) {
        if (seen[i] || map[i] < 0.5f)
            continue;
        bool is_near;
        double sum;
        float surest;
        trace(view, map, &grid, seen, i, pixels, &is_near, &sum, &surest);
        any_near |= is_near;
        any_sure |= is_near && surest >= SURE;
        if (sum > best) {
            best = sum;
            best_seed = i;
        }
    }
    memset(seen, 0, area);
    if (best > 0 && (!had || !any_near)) {
        // Whatever lies about the surest piece belongs to it.
        bool is_near;
        double sum;
        float surest;
        size_t n = trace(view, map, &grid, seen, best_seed, pixels, &is_near, &sum, &surest);
        memset(grid.near, 0, cells);
        for (size_t k = 0; k < n; k++)
            grid.near[(int)(pixels[k] / (uint32_t)view->width) / CELL * grid.width +
                      (int)(pixels[k] % (uint32_t)view->width) / CELL] = 1;
        spread(&grid, cells_within(reach, n), grid.near + cells);
        memset(seen, 0, area);
    }
    for (uint32_t i = 0; i < area; i++) {
        if (seen[i] || map[i] < PIECE)
            continue;
        bool is_near;
        double sum;
        float surest;
        size_t n = trace(view, map, &grid, seen, i, pixels, &is_near, &sum, &surest);
        for (size_t k = 0; k < n && !(is_near && (surest >= SURE || !any_sure)); k++)
            map[pixels[k]] = 0;
    }
    free(pixels);
    return HO_OK;
}
