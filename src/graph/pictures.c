// SPDX-License-Identifier: BSD-2-Clause
// Pictures of an evaluator, recycled between frames, and tiles over them.
#include <string.h>

#include "graph/plan.h"

enum { N_SPARE = 8 };

struct ho_picture *take_picture(struct ho_evaluator *evaluator, int width, int height, int n_planes,
                                struct ho_diag *diag)
{
    for (int i = 0; i < N_SPARE; i++) {
        struct ho_picture *spare = evaluator->spare[i];
        if (spare && spare->width == width && spare->height == height && spare->n_planes == n_planes) {
            evaluator->spare[i] = NULL;
            return spare;
        }
    }
    struct ho_picture *picture = NULL;
    return ho_picture_create(width, height, n_planes, &picture, diag) == HO_OK ? picture : NULL;
}

// Keeps one spare of a kind: enough to serve the same place of the next frame, without holding what a changed graph no
// longer needs.
void give_picture(struct ho_evaluator *evaluator, struct ho_picture **picture)
{
    if (!*picture)
        return;
    struct ho_picture *given = *picture;
    *picture = NULL;
    for (int i = 0; i < N_SPARE; i++) {
        struct ho_picture *spare = evaluator->spare[i];
        if (spare && spare->width == given->width && spare->height == given->height &&
            spare->n_planes == given->n_planes) {
            ho_picture_destroy(&given);
            return;
        }
    }
    ho_picture_destroy(&evaluator->spare[N_SPARE - 1]);
    memmove(evaluator->spare + 1, evaluator->spare, (N_SPARE - 1) * sizeof(*evaluator->spare));
    evaluator->spare[0] = given;
}

struct ho_tile picture_tile(const struct ho_picture *picture, struct ho_rect picture_rect, struct ho_rect rect)
{
    struct ho_tile tile = {.rect = rect, .n_planes = picture->n_planes, .stride = picture->stride};
    for (int p = 0; p < picture->n_planes; p++)
        tile.plane[p] = picture->plane[p] + (ptrdiff_t)(rect.y0 - picture_rect.y0) * picture->stride +
                        (rect.x0 - picture_rect.x0);
    return tile;
}

struct ho_tile tile_crop(const struct ho_tile *tile, struct ho_rect rect)
{
    struct ho_tile part = *tile;
    part.rect = rect;
    part.content = rect_and(tile->content, rect);
    for (int p = 0; p < tile->n_planes; p++)
        part.plane[p] = tile->plane[p] + (ptrdiff_t)(rect.y0 - tile->rect.y0) * tile->stride +
                        (rect.x0 - tile->rect.x0);
    return part;
}

static void fill_row(float *row, int n, float value)
{
    if (value == 0.0f)
        memset(row, 0, (size_t)n * sizeof(*row));
    else
        for (int x = 0; x < n; x++)
            row[x] = value;
}

void tile_fill(struct ho_tile *tile, struct ho_rect keep, float value)
{
    keep = rect_and(keep, tile->rect);
    int width = tile->rect.x1 - tile->rect.x0;
    for (int p = 0; p < tile->n_planes; p++)
        for (int y = tile->rect.y0; y < tile->rect.y1; y++) {
            float *row = tile->plane[p] + (ptrdiff_t)(y - tile->rect.y0) * tile->stride;
            if (y < keep.y0 || y >= keep.y1) {
                fill_row(row, width, value);
                continue;
            }
            fill_row(row, keep.x0 - tile->rect.x0, value);
            fill_row(row + (keep.x1 - tile->rect.x0), tile->rect.x1 - keep.x1, value);
        }
}

void tile_copy(const struct ho_tile *from, struct ho_tile *to)
{
    struct ho_rect both = rect_and(from->rect, to->rect);
    int n_planes = from->n_planes < to->n_planes ? from->n_planes : to->n_planes;
    if (rect_empty(both))
        return;
    for (int p = 0; p < n_planes; p++)
        for (int y = both.y0; y < both.y1; y++)
            memcpy(to->plane[p] + (ptrdiff_t)(y - to->rect.y0) * to->stride + (both.x0 - to->rect.x0),
                   from->plane[p] + (ptrdiff_t)(y - from->rect.y0) * from->stride + (both.x0 - from->rect.x0),
                   (size_t)(both.x1 - both.x0) * sizeof(float));
}
