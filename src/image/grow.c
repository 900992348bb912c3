// SPDX-License-Identifier: BSD-2-Clause
// The edge is moved by looking up each pixel's new value `pixels` further along the normal of the distance field: the
// profile of the edge comes along, soft or hard.
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/pool.h"
#include "image/kernels.h"

#define TILE 16
#define SOFT 400.0f    // pixels: what is soft further away from the edge than this is moved less and less

struct job {
    const struct ho_matte *from;
    struct ho_matte *to;
    const struct ho_picture *distance;
    const struct ho_flat_map *flat;
    float pixels, full, reach;    // full shift up to that distance from the edge, none from `reach` on
    bool inwards;                 // then the matte is looked at upside down
};

static float at(const struct ho_picture *p, int x, int y)
{
    x = x < 0 ? 0 : x < p->width ? x : p->width - 1;
    y = y < 0 ? 0 : y < p->height ? y : p->height - 1;
    return p->plane[0][(size_t)y * p->stride + (size_t)x];
}

static float sample(const struct job *job, float x, float y)
{
    const struct ho_matte *m = job->from;
    float max_x = (float)(m->width - 1), max_y = (float)(m->height - 1);
    x = x < 0 ? 0 : x < max_x ? x : max_x;
    y = y < 0 ? 0 : y < max_y ? y : max_y;
    int x0 = (int)x, y0 = (int)y, x1 = x0 + 1 < m->width ? x0 + 1 : x0;
    size_t row = (size_t)y0 * m->stride, next = y0 + 1 < m->height ? row + m->stride : row;
    float fx = x - (float)x0, fy = y - (float)y0;
    float top = (float)m->data[row + x0] + fx * ((float)m->data[row + x1] - (float)m->data[row + x0]);
    float bottom = (float)m->data[next + x0] + fx * ((float)m->data[next + x1] - (float)m->data[next + x0]);
    float v = top + fy * (bottom - top);
    return job->inwards ? 65535.0f - v : v;
}

struct direction {
    float x, y;
};

// Unit vectors towards the nearest points of the edge, as seen from outside: one, but between two edges, where the
// distance has a crease and its central difference means nothing, that of each side. Returns how many. One too many
// does no harm: whatever is found within the shift belongs there.
static int directions(const struct job *job, int x, int y, struct direction to[4])
{
    const struct ho_picture *d = job->distance;
    float sign = job->inwards ? -1.0f : 1.0f, here = at(d, x, y);
    float left = sign * (at(d, x - 1, y) - here), right = sign * (here - at(d, x + 1, y)),
          up = sign * (at(d, x, y - 1) - here), down = sign * (here - at(d, x, y + 1));
    float gx = 0.5f * (left + right), gy = 0.5f * (up + down), square = gx * gx + gy * gy;
    int n = 0;
    for (int side = 0; side < 4 && square < 0.9f; side++) {
        float sx = side & 1 ? right : left, sy = side & 2 ? down : up, length = sqrtf(sx * sx + sy * sy);
        if (length > 0.3f)
            to[n++] = (struct direction){sx / length, sy / length};
    }
    if (square >= 0.9f)
        to[n++] = (struct direction){gx / sqrtf(square), gy / sqrtf(square)};
    return n;
}

static float moved(const struct job *job, int x, int y)
{
    float v = sample(job, (float)x, (float)y), d = at(job->distance, x, y);
    d = job->inwards ? -d : d;
    float away = fabsf(d), shift = job->pixels;
    if (away > job->full)
        shift *= away < job->reach ? (job->reach - away) / (job->reach - job->full) : 0.0f;
    struct direction to[4];
    int n = directions(job, x, y, to);
    for (int i = 0; i < n && v < 65535.0f; i++) {
        float w = sample(job, (float)x + shift * to[i].x, (float)y + shift * to[i].y);
        v = w > v ? w : v;
        // What is thinner than the shift has been jumped over: look between the edge and there.
        for (float in = 0.5f; d > 0 && v < 65535.0f && d + in < shift; in *= 2.0f) {
            w = sample(job, (float)x + (d + in) * to[i].x, (float)y + (d + in) * to[i].y);
            v = w > v ? w : v;
        }
    }
    return v;
}

static void tiles_task(void *opaque, int first, int last)
{
    const struct job *job = opaque;
    int around = (int)ceilf(job->pixels) + 2;
    for (int y0 = first; y0 < last; y0 += TILE) {
        int y1 = y0 + TILE < last ? y0 + TILE : last;
        for (int x0 = 0; x0 < job->from->width; x0 += TILE) {
            int x1 = x0 + TILE < job->from->width ? x0 + TILE : job->from->width;
            bool flat = ho_is_flat(job->flat, x0 - around, y0 - around, x1 + around, y1 + around);
            for (int y = y0; y < y1; y++)
                for (int x = x0; x < x1; x++) {
                    uint16_t *to = &job->to->data[(size_t)y * job->to->stride + x];
                    if (flat) {
                        *to = job->from->data[(size_t)y * job->from->stride + x];
                        continue;
                    }
                    float v = moved(job, x, y);
                    *to = (uint16_t)((job->inwards ? 65535.0f - v : v) + 0.5f);
                }
        }
    }
}

enum ho_result ho_grow(struct ho_matte *matte, float pixels, int n_threads, struct ho_diag *diag)
{
    struct ho_matte *from = NULL;
    struct ho_picture *distance = NULL;
    struct ho_flat_map *flat = NULL;
    bool has_contour = false;
    struct job job = {.to = matte, .pixels = fabsf(pixels), .inwards = pixels < 0};
    enum ho_result result = ho_flat_map_create(matte, &flat, diag);
    if (result != HO_OK)
        goto done;
    float soft = ho_softness(flat, SOFT);
    job.full = job.pixels + soft + 1.0f;
    job.reach = soft < SOFT ? job.full + 1.0f : 2.0f * job.full;
    result = ho_picture_create(matte->width, matte->height, 1, &distance, diag);
    if (result == HO_OK)
        result = ho_distance(matte, job.reach, distance, &has_contour, n_threads, diag);
    if (result != HO_OK || !has_contour)
        goto done;
    result = ho_matte_create(matte->width, matte->height, &from, diag);
    if (result == HO_OK)
        result = ho_matte_copy(matte, from, diag);
    if (result != HO_OK)
        goto done;
    job.from = from;
    job.distance = distance;
    job.flat = flat;
    ho_pool_run(matte->height, TILE, n_threads, tiles_task, &job);
done:
    ho_flat_map_destroy(&flat);
    ho_matte_destroy(&from);
    ho_picture_destroy(&distance);
    return result;
}
