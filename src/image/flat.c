// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>

#include "base/memory.h"
#include "image/clones.h"
#include "image/kernels.h"

#define TILE 32

// Summed-area tables of how many tiles are not all 0, and not all 65535.
struct ho_flat_map { int width, height, columns, rows; int *sum[2]; };

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
    int *sums = ho_alloc(2 * n, sizeof *sums);
    if (!map || !sums) {
        free(map);
        free(sums);
        return ho_fail_memory(diag, 2 * n * sizeof *sums);
    }
    *map = (struct ho_flat_map){ matte->width, matte->height, columns, rows, { sums, sums + n } };
    size_t stride = (size_t)columns + 1;
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < columns; c++) {
            int width = matte->width - c * TILE < TILE ? matte->width - c * TILE : TILE, height = matte->height - r * TILE < TILE ? matte->height - r * TILE : TILE;
            uint16_t any, all;
            bits_of(matte->data + (size_t)(r * TILE) * matte->stride + c * TILE, (size_t)matte->stride, width, height, &any, &all);
            size_t at = (size_t)(r + 1) * stride + (size_t)c + 1;
            for (int i = 0; i < 2; i++)
                map->sum[i][at] = (i == 0 ? any != 0 : all != 65535) + map->sum[i][at - 1] + map->sum[i][at - stride] - map->sum[i][at - stride - 1];
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

bool ho_is_flat(const struct ho_flat_map *map, int x0, int y0, int x1, int y1)
{
    x0 = x0 < 0 ? 0 : x0;
    y0 = y0 < 0 ? 0 : y0;
    x1 = x1 > map->width ? map->width : x1;
    y1 = y1 > map->height ? map->height : y1;
    if (x0 >= x1 || y0 >= y1)
        return true;
    size_t stride = (size_t)map->columns + 1, c0 = (size_t)(x0 / TILE), r0 = (size_t)(y0 / TILE), c1 = (size_t)((x1 - 1) / TILE + 1), r1 = (size_t)((y1 - 1) / TILE + 1);
    for (int i = 0; i < 2; i++)
        if (map->sum[i][r1 * stride + c1] - map->sum[i][r0 * stride + c1] - map->sum[i][r1 * stride + c0] + map->sum[i][r0 * stride + c0] == 0)
            return true;
    return false;
}
