// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>

#include "base/memory.h"
#include "image/clones.h"
#include "image/kernels.h"

#define TILE 16

// Summed-area tables: of how many tiles something is true.
enum { NOT_BLACK, NOT_WHITE, HAS_INSIDE, HAS_OUTSIDE, N_SUMS };
struct ho_flat_map {
    int width, height, columns, rows;
    int *sum[N_SUMS];
};

// The bits that any value has, and those that all have.
HO_CLONES static void bits_of(const uint16_t *data, size_t stride, int width, int height, uint16_t *any, uint16_t *all)
{
    uint16_t o = 0, a = 65535;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            o |= data[(size_t)y * stride + (size_t)x];
            a &= data[(size_t)y * stride + (size_t)x];
        }
    *any = o;
    *all = a;
}

enum ho_result ho_flat_map_create(const struct ho_matte *matte, struct ho_flat_map **out, struct ho_diag *diag)
{
    int columns = (matte->width + TILE - 1) / TILE, rows = (matte->height + TILE - 1) / TILE;
    size_t n = (size_t)(columns + 1) * (size_t)(rows + 1);
    struct ho_flat_map *map = ho_alloc(1, sizeof *map);
    int *sums = ho_alloc(N_SUMS * n, sizeof *sums);
    if (!map || !sums) {
        free(map);
        free(sums);
        return ho_fail_memory(diag, N_SUMS * n * sizeof *sums);
    }
    *map = (struct ho_flat_map){
        matte->width, matte->height, columns, rows, {sums, sums + n, sums + 2 * n, sums + 3 * n}};
    size_t stride = (size_t)columns + 1;
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < columns; c++) {
            int width = matte->width - c * TILE < TILE ? matte->width - c * TILE : TILE,
                height = matte->height - r * TILE < TILE ? matte->height - r * TILE : TILE;
            uint16_t any, all;
            bits_of(matte->data + (size_t)(r * TILE) * matte->stride + c * TILE, (size_t)matte->stride, width, height,
                    &any, &all);
            size_t at = (size_t)(r + 1) * stride + (size_t)c + 1;
            const bool is[N_SUMS] = {any != 0, all != 65535, any & HO_HALF, !(all & HO_HALF)};
            for (int i = 0; i < N_SUMS; i++)
                map->sum[i][at] = is[i] + map->sum[i][at - 1] + map->sum[i][at - stride] - map->sum[i][at - stride - 1];
        }
    *out = map;
    return HO_OK;
}

void ho_flat_map_destroy(struct ho_flat_map **map)
{
    if (!*map)
        return;
    free((*map)->sum[0]);
    free(*map);
    *map = NULL;
}

// Tiles [c0, c1) x [r0, r1), clipped.
static int count(const struct ho_flat_map *map, int which, int c0, int r0, int c1, int r1)
{
    c0 = c0 < 0 ? 0 : c0;
    r0 = r0 < 0 ? 0 : r0;
    c1 = c1 > map->columns ? map->columns : c1;
    r1 = r1 > map->rows ? map->rows : r1;
    const int *sum = map->sum[which];
    size_t stride = (size_t)map->columns + 1, top = (size_t)r0 * stride, bottom = (size_t)r1 * stride;
    return sum[bottom + (size_t)c1] - sum[top + (size_t)c1] - sum[bottom + (size_t)c0] + sum[top + (size_t)c0];
}

bool ho_is_flat(const struct ho_flat_map *map, int x0, int y0, int x1, int y1)
{
    x0 = x0 < 0 ? 0 : x0;
    y0 = y0 < 0 ? 0 : y0;
    x1 = x1 > map->width ? map->width : x1;
    y1 = y1 > map->height ? map->height : y1;
    if (x0 >= x1 || y0 >= y1)
        return true;
    int c0 = x0 / TILE, r0 = y0 / TILE, c1 = (x1 - 1) / TILE + 1, r1 = (y1 - 1) / TILE + 1;
    return !count(map, NOT_BLACK, c0, r0, c1, r1) || !count(map, NOT_WHITE, c0, r0, c1, r1);
}

float ho_softness(const struct ho_flat_map *map, float limit)
{
    const float diagonal = 1.4143f * TILE;
    int around = 0;
    for (int r = 0; r < map->rows; r++)
        for (int c = 0; c < map->columns; c++) {
            if (!count(map, NOT_BLACK, c, r, c + 1, r + 1) || !count(map, NOT_WHITE, c, r, c + 1, r + 1))
                continue;
            while (!count(map, HAS_INSIDE, c - around, r - around, c + around + 1, r + around + 1) ||
                   !count(map, HAS_OUTSIDE, c - around, r - around, c + around + 1, r + around + 1)) {
                around++;
                if ((float)(around + 1) * diagonal >= limit)
                    return limit;
            }
        }
    return (float)(around + 1) * diagonal;
}
