// SPDX-License-Identifier: BSD-2-Clause
#include "image/motion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pool.h"
#include "image/clones.h"

#define WINDOW 16        // pixels a side that are compared for a block, the block in their middle
#define MARGIN 40        // how far a vector may lead out of the picture, with the window
#define TOP_REACH 4      // pixels searched around nothing on the smallest picture
#define STILL 0.0005f    // what a pixel away from the prediction must gain
#define BASE_WEIGHT \
    0.02f    // of a pixel that is no object: where there is no object at all, the picture's own motion is found

static float clampf(float v, float low, float high) { return v < low ? low : v > high ? high : v; }

static void repeat_border(struct ho_level *l)
{
    for (int y = 0; y < l->height; y++) {
        float *row = l->origin + y * l->stride;
        for (int i = 1; i <= l->margin; i++) {
            row[-i] = row[0];
            row[l->width - 1 + i] = row[l->width - 1];
        }
    }
    size_t bytes = (size_t)(l->width + 2 * l->margin) * sizeof(float);
    for (int i = 1; i <= l->margin; i++) {
        memcpy(l->origin - i * l->stride - l->margin, l->origin - l->margin, bytes);
        memcpy(l->origin + (l->height - 1 + i) * l->stride - l->margin,
               l->origin + (l->height - 1) * l->stride - l->margin, bytes);
    }
}

HO_CLONES static void halve_row(const float *a, const float *b, int n, float *restrict to)
{
    for (int x = 0; x < n; x++)
        to[x] = 0.25f * (a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1]);
}

enum ho_result ho_motion_picture_create(const struct ho_picture *from, struct ho_motion_picture *out,
                                        struct ho_diag *diag)
{
    *out = (struct ho_motion_picture){0};
    int width = from->width, height = from->height;
    for (int i = 0; i < HO_MOTION_LEVELS; i++) {
        struct ho_level *l = &out->level[i];
        enum ho_result result = ho_level_create(width, height, MARGIN, l, diag);
        if (result != HO_OK) {
            ho_motion_picture_destroy(out);
            return result;
        }
        out->n++;
        for (int y = 0; y < height; y++) {
            float *row = l->origin + y * l->stride;
            const struct ho_level *above = l - 1;
            if (i)
                halve_row(above->origin + 2 * y * above->stride, above->origin + (2 * y + 1) * above->stride, width,
                          row);
            for (int x = 0; x < width && i == 0; x++) {
                float v = from->plane[0][(size_t)y * from->stride + (size_t)x];
                row[x] = v > -1 ? v < 2 ? v : 2 : 0;    // false for NaN
            }
        }
        repeat_border(l);
        width = (width + 1) / 2;
        height = (height + 1) / 2;
        if (width < 2 * WINDOW || height < 2 * WINDOW)
            break;
    }
    return HO_OK;
}

void ho_motion_picture_destroy(struct ho_motion_picture *picture)
{
    for (int i = 0; i < picture->n; i++)
        ho_level_destroy(&picture->level[i]);
    picture->n = 0;
}

// Where a block's window begins; and the vector kept so that it ends inside the other picture's margin.
static int window_start(int block) { return block * HO_MOTION_BLOCK - (WINDOW - HO_MOTION_BLOCK) / 2; }

static float keep_inside(float v, int block, int size)
{
    int start = window_start(block);
    return clampf(v, (float)(2 - MARGIN - start), (float)(size + MARGIN - WINDOW - 2 - start));
}

// Sums go into one accumulator a column, so that the compiler may do columns side by side without changing the sum.
HO_CLONES static float difference(const float *a, const float *b, const float *w, ptrdiff_t stride)
{
    float sum[WINDOW] = {0};
    for (int y = 0; y < WINDOW; y++)
        for (int x = 0; x < WINDOW; x++)
            sum[x] += (w[y * stride + x] + BASE_WEIGHT) * fabsf(a[y * stride + x] - b[y * stride + x]);
    float total = 0;
    for (int x = 0; x < WINDOW; x++)
        total += sum[x];
    return total;
}

HO_CLONES static float mass_of(const float *w, ptrdiff_t stride)
{
    float sum[WINDOW] = {0};
    for (int y = 0; y < WINDOW; y++)
        for (int x = 0; x < WINDOW; x++)
            sum[x] += w[y * stride + x];
    float total = 0;
    for (int x = 0; x < WINDOW; x++)
        total += sum[x];
    return total;
}

struct normal_equations {
    float xx, xy, yy, ex, ey;
};

// Of the displacement that takes `b`, looked up (fx, fy) of a pixel further, to `a` (Lucas and Kanade, IJCAI 1981).
HO_CLONES static void normal_sums(const float *a, const float *b, const float *w, ptrdiff_t stride, float fx, float fy,
                                  struct normal_equations *out)
{
    float xx[WINDOW] = {0}, xy[WINDOW] = {0}, yy[WINDOW] = {0}, ex[WINDOW] = {0}, ey[WINDOW] = {0};
    for (int y = 0; y < WINDOW; y++) {
        const float *p = a + y * stride, *q = b + y * stride;
        for (int x = 0; x < WINDOW; x++) {
            float top = q[x] + fx * (q[x + 1] - q[x]),
                  bottom = q[x + stride] + fx * (q[x + stride + 1] - q[x + stride]);
            float e = p[x] - (top + fy * (bottom - top)), weight = w[y * stride + x] + BASE_WEIGHT;
            float gx = 0.5f * (p[x + 1] - p[x - 1]), gy = 0.5f * (p[x + stride] - p[x - stride]);
            xx[x] += weight * gx * gx;
            xy[x] += weight * gx * gy;
            yy[x] += weight * gy * gy;
            ex[x] += weight * gx * e;
            ey[x] += weight * gy * e;
        }
    }
    *out = (struct normal_equations){0};
    for (int x = 0; x < WINDOW; x++) {
        out->xx += xx[x];
        out->xy += xy[x];
        out->yy += yy[x];
        out->ex += ex[x];
        out->ey += ey[x];
    }
}

struct job {
    const struct ho_level *from, *to, *weight;
    const struct ho_motion *parent;    // of the picture half as large; NULL at the smallest
    struct ho_motion *motion;
    bool finest;
};

static float cost_of(const struct job *job, int column, int row, float vx, float vy, float scale, float px, float py)
{
    ptrdiff_t stride = job->from->stride, at = window_start(row) * stride + window_start(column);
    float d = difference(job->from->origin + at, job->to->origin + at + (ptrdiff_t)vy * stride + (ptrdiff_t)vx,
                         job->weight->origin + at, stride);
    return d * scale + STILL * (fabsf(vx - px) + fabsf(vy - py));
}

static void parent_vector(const struct ho_motion *parent, int column, int row, float *vx, float *vy)
{
    column = column < 0 ? 0 : column < parent->columns ? column : parent->columns - 1;
    row = row < 0 ? 0 : row < parent->rows ? row : parent->rows - 1;
    size_t i = (size_t)row * (size_t)parent->columns + (size_t)column;
    *vx = 2.0f * roundf(parent->x[i]);
    *vy = 2.0f * roundf(parent->y[i]);
}

static void search(const struct job *job, int column, int row, float scale, float *best_x, float *best_y)
{
    static const int dx[8] = {-1, 0, 1, -1, 1, -1, 0, 1}, dy[8] = {-1, -1, -1, 0, 0, 1, 1, 1};
    float px = 0, py = 0, least = INFINITY;
    int n_tries = job->parent ? 6 : (2 * TOP_REACH + 1) * (2 * TOP_REACH + 1);
    if (job->parent)
        parent_vector(job->parent, column / 2, row / 2, &px, &py);
    for (int i = 0; i < n_tries; i++) {
        float vx = 0, vy = 0;
        if (!job->parent) {
            vx = (float)(i % (2 * TOP_REACH + 1) - TOP_REACH);
            vy = (float)(i / (2 * TOP_REACH + 1) - TOP_REACH);
        } else if (i) {    // nothing, and the neighbours' parents
            static const int nx[6] = {0, 0, -1, 1, 0, 0}, ny[6] = {0, 0, 0, 0, -1, 1};
            if (i > 1)
                parent_vector(job->parent, column / 2 + nx[i], row / 2 + ny[i], &vx, &vy);
        } else {
            vx = px;
            vy = py;
        }
        vx = truncf(keep_inside(vx, column, job->from->width));
        vy = truncf(keep_inside(vy, row, job->from->height));
        float cost = cost_of(job, column, row, vx, vy, scale, px, py);
        if (cost < least) {
            least = cost;
            *best_x = vx;
            *best_y = vy;
        }
    }
    for (int step = 0; step < 3; step++) {
        float from_x = *best_x, from_y = *best_y;
        for (int i = 0; i < 8; i++) {
            float vx = truncf(keep_inside(from_x + (float)dx[i], column, job->from->width)),
                  vy = truncf(keep_inside(from_y + (float)dy[i], row, job->from->height));
            float cost = cost_of(job, column, row, vx, vy, scale, px, py);
            if (cost < least) {
                least = cost;
                *best_x = vx;
                *best_y = vy;
            }
        }
        if (!(fabsf(*best_x - from_x) + fabsf(*best_y - from_y) > 0))
            break;
    }
}

// Moves at most a pixel and a half away from the whole-pixel vector; along an edge, where only one direction is known,
// not at all.
static void refine(const struct job *job, int column, int row, float *vx, float *vy)
{
    ptrdiff_t stride = job->from->stride, at = window_start(row) * stride + window_start(column);
    float x = *vx, y = *vy;
    for (int i = 0; i < 4; i++) {
        float floor_x = floorf(x), floor_y = floorf(y);
        struct normal_equations e;
        normal_sums(job->from->origin + at, job->to->origin + at + (ptrdiff_t)floor_y * stride + (ptrdiff_t)floor_x,
                    job->weight->origin + at, stride, x - floor_x, y - floor_y, &e);
        float damping = 0.01f * (e.xx + e.yy) + 1e-4f, xx = e.xx + damping, yy = e.yy + damping,
              determinant = xx * yy - e.xy * e.xy;
        float step_x = (yy * e.ex - e.xy * e.ey) / determinant, step_y = (xx * e.ey - e.xy * e.ex) / determinant;
        x = keep_inside(clampf(x + step_x, *vx - 1.5f, *vx + 1.5f), column, job->from->width);
        y = keep_inside(clampf(y + step_y, *vy - 1.5f, *vy + 1.5f), row, job->from->height);
        if (fabsf(step_x) + fabsf(step_y) < 0.005f)
            break;
    }
    *vx = x;
    *vy = y;
}

static void rows_task(void *opaque, int first, int last)
{
    const struct job *job = opaque;
    for (int row = first; row < last; row++)
        for (int column = 0; column < job->motion->columns; column++) {
            size_t i = (size_t)row * (size_t)job->motion->columns + (size_t)column;
            if (!job->motion->active[i])
                continue;
            const float *w = job->weight->origin + window_start(row) * job->weight->stride + window_start(column);
            float mass = mass_of(w, job->weight->stride);
            job->motion->mass[i] = mass;
            search(job, column, row, 1.0f / (mass + BASE_WEIGHT * WINDOW * WINDOW), &job->motion->x[i],
                   &job->motion->y[i]);
            if (job->finest)
                refine(job, column, row, &job->motion->x[i], &job->motion->y[i]);
        }
}

static int n_blocks(int size) { return (size + HO_MOTION_BLOCK - 1) / HO_MOTION_BLOCK; }

static enum ho_result motion_alloc(int columns, int rows, struct ho_motion *out, struct ho_diag *diag)
{
    size_t n = (size_t)columns * (size_t)rows;
    float *block = ho_alloc(3 * n, sizeof *block);
    if (!block)
        return ho_fail_memory(diag, 3 * n * sizeof *block);
    *out = (struct ho_motion){columns, rows, block, block + n, block + 2 * n, NULL};
    return HO_OK;
}

void ho_motion_destroy(struct ho_motion *motion)
{
    free(motion->x);
    *motion = (struct ho_motion){0};
}

// A block of a smaller picture is needed where one of the four that it stands for is.
static bool *active_above(const bool *active, int columns, int rows, int half_columns, int half_rows)
{
    bool *half = ho_alloc((size_t)half_columns * (size_t)half_rows, sizeof *half);
    for (int r = 0; half && r < rows; r++)
        for (int c = 0; c < columns; c++)
            if (active[(size_t)r * (size_t)columns + (size_t)c])
                half[(size_t)(r / 2) * (size_t)half_columns + (size_t)(c / 2)] = true;
    return half;
}

enum ho_result ho_motion_create(const struct ho_motion_picture *from, const struct ho_motion_picture *to,
                                const struct ho_motion_picture *weight, const bool *active, int n_threads,
                                struct ho_motion *out, struct ho_diag *diag)
{
    struct ho_motion motion[HO_MOTION_LEVELS] = {0};
    bool *masks[HO_MOTION_LEVELS] = {NULL};
    enum ho_result result = HO_OK;
    for (int i = 0; i < from->n && result == HO_OK; i++) {
        int columns = n_blocks(from->level[i].width), rows = n_blocks(from->level[i].height);
        result = motion_alloc(columns, rows, &motion[i], diag);
        if (result != HO_OK)
            break;
        if (i) {
            masks[i] = active_above(motion[i - 1].active, motion[i - 1].columns, motion[i - 1].rows, columns, rows);
            if (!masks[i])
                result = ho_fail_memory(diag, (size_t)columns * (size_t)rows);
        }
        motion[i].active = i ? masks[i] : active;
    }
    for (int i = from->n - 1; i >= 0 && result == HO_OK; i--) {
        struct job job = {&from->level[i], &to->level[i], &weight->level[i], i + 1 < from->n ? &motion[i + 1] : NULL,
                          &motion[i],      i == 0};
        ho_pool_run(motion[i].rows, 4, n_threads, rows_task, &job);
    }
    for (int i = 0; i < HO_MOTION_LEVELS; i++) {
        free(masks[i]);
        if (i || result != HO_OK)
            ho_motion_destroy(&motion[i]);
    }
    if (result == HO_OK)
        *out = motion[0];
    return result;
}

bool ho_motion_at(const struct ho_motion *motion, float x, float y, float *vx, float *vy)
{
    float bx = x / HO_MOTION_BLOCK - 0.5f + 0.5f / HO_MOTION_BLOCK,
          by = y / HO_MOTION_BLOCK - 0.5f + 0.5f / HO_MOTION_BLOCK;
    int c0 = (int)floorf(bx), r0 = (int)floorf(by);
    float sum = 0, sum_x = 0, sum_y = 0;
    for (int k = 0; k < 4; k++) {
        int c = c0 + (k & 1), r = r0 + (k >> 1);
        float weight = (k & 1 ? bx - (float)c0 : 1.0f - bx + (float)c0) *
                       (k & 2 ? by - (float)r0 : 1.0f - by + (float)r0);
        c = c < 0 ? 0 : c < motion->columns ? c : motion->columns - 1;
        r = r < 0 ? 0 : r < motion->rows ? r : motion->rows - 1;
        size_t i = (size_t)r * (size_t)motion->columns + (size_t)c;
        if (!motion->active[i])
            continue;
        float mass = motion->mass[i] / (WINDOW * WINDOW);
        weight = (weight + 1e-3f) * (mass * mass + 1e-4f);
        sum += weight;
        sum_x += weight * motion->x[i];
        sum_y += weight * motion->y[i];
    }
    if (!(sum > 0))
        return false;
    *vx = sum_x / sum;
    *vy = sum_y / sum;
    return true;
}
