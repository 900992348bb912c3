// SPDX-License-Identifier: BSD-2-Clause
// Temporal smoothing: the neighbours' mattes, brought here along the object's motion, are mixed in where the picture
// there is the picture here.
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pool.h"
#include "holdout/matte.h"
#include "image/kernels.h"
#include "image/motion.h"

#define BLOCK HO_MOTION_BLOCK
#define AROUND 3    // half the window in which the pictures are compared
#define PATCH (BLOCK + 2 * AROUND)
#define GOOD 0.04f      // mean difference of luma up to which a match counts fully
#define BAD 0.10f       // and from which on not at all
#define LIKE 0.15f      // mean difference of the mattes around a pixel up to which a match counts fully
#define UNLIKE 0.35f    // and from which on not at all
#define NEAR 16         // pixels around a block in which a matte must be flat for it to be left alone

// One neighbour: its motion from here, and back.
struct neighbour {
    const struct ho_picture *key, *luma;
    struct ho_motion_picture picture, weight;
    struct ho_motion there, back;
    bool present;
};

struct job {
    const struct ho_picture *key, *luma;
    struct ho_picture *out;
    const struct neighbour *neighbour;    // two
    const bool *active;
    int columns, rows;
    float strength;
};

static float clampf(float v, float low, float high) { return v < low ? low : v > high ? high : v; }

static float unit(float v)
{
    return v > 0 ? v < 1 ? v : 1 : 0;    // NaN is 0
}

static float at(const struct ho_picture *p, int x, int y)
{
    x = x < 0 ? 0 : x < p->width ? x : p->width - 1;
    y = y < 0 ? 0 : y < p->height ? y : p->height - 1;
    return p->plane[0][(size_t)y * p->stride + (size_t)x];
}

static float bilinear(const struct ho_picture *p, float x, float y)
{
    x = clampf(x, -1, (float)p->width);
    y = clampf(y, -1, (float)p->height);
    int x0 = (int)floorf(x), y0 = (int)floorf(y);
    float fx = x - (float)x0, fy = y - (float)y0;
    float top = at(p, x0, y0) + fx * (at(p, x0 + 1, y0) - at(p, x0, y0)),
          bottom = at(p, x0, y0 + 1) + fx * (at(p, x0 + 1, y0 + 1) - at(p, x0, y0 + 1));
    return top + fy * (bottom - top);
}

// Catmull-Rom weights: thin things keep their height when they are moved by part of a pixel.
static void cubic(float f, float w[4])
{
    w[0] = 0.5f * f * (f * (2.0f - f) - 1.0f);
    w[1] = 0.5f * (f * f * (3.0f * f - 5.0f) + 2.0f);
    w[2] = 0.5f * f * (f * (4.0f - 3.0f * f) + 1.0f);
    w[3] = 0.5f * f * f * (f - 1.0f);
}

static float bicubic(const struct ho_picture *p, float x, float y)
{
    x = clampf(x, -1, (float)p->width);
    y = clampf(y, -1, (float)p->height);
    int x0 = (int)floorf(x), y0 = (int)floorf(y);
    float wx[4], wy[4], sum = 0;
    cubic(x - (float)x0, wx);
    cubic(y - (float)y0, wy);
    for (int j = 0; j < 4; j++)
        for (int i = 0; i < 4; i++)
            sum += wy[j] * wx[i] * unit(at(p, x0 - 1 + i, y0 - 1 + j));
    return unit(sum);
}

// From pixel centres of the luma to those of the key.
static float to_key(float v, int luma_size, int key_size)
{
    return (v + 0.5f) * (float)key_size / (float)luma_size - 0.5f;
}

// How far a vector and the one back from where it leads miss each other, as a weight.
static float agreement(const struct neighbour *n, float x, float y, float vx, float vy)
{
    float bx, by;
    if (!ho_motion_at(&n->back, clampf(x + vx, 0, (float)(n->luma->width - 1)),
                      clampf(y + vy, 0, (float)(n->luma->height - 1)), &bx, &by))
        return 1;
    float miss = sqrtf((vx + bx) * (vx + bx) + (vy + by) * (vy + by)),
          allowed = 0.5f + 0.05f * sqrtf(vx * vx + vy * vy);
    return clampf(2.0f - miss / allowed, 0, 1);
}

struct match {
    float vx[BLOCK][BLOCK], vy[BLOCK][BLOCK], weight[BLOCK][BLOCK];
};

// For each pixel of a block of luma: the vector, and how well the surroundings agree when it is followed. Pixels count
// as much as they are object, here or there.
static void match_block(const struct job *job, const struct neighbour *n, int x0, int y0, struct match *out)
{
    float difference[PATCH][PATCH], weight[PATCH][PATCH];
    for (int j = 0; j < PATCH; j++)
        for (int i = 0; i < PATCH; i++) {
            int x = x0 - AROUND + i, y = y0 - AROUND + j;
            float vx = 0, vy = 0;
            bool inside = x >= 0 && y >= 0 && x < job->luma->width && y < job->luma->height &&
                          ho_motion_at(&n->there, (float)x, (float)y, &vx, &vy);
            difference[j][i] = weight[j][i] = 0;
            if (inside) {
                float kx = to_key((float)x, job->luma->width, job->key->width),
                      ky = to_key((float)y, job->luma->height, job->key->height);
                float here = unit(bilinear(job->key, kx, ky));
                float there = unit(bilinear(n->key, to_key((float)x + vx, job->luma->width, job->key->width),
                                            to_key((float)y + vy, job->luma->height, job->key->height)));
                weight[j][i] = (here > there ? here : there) + 0.02f;
                difference[j][i] = weight[j][i] *
                                   fabsf(at(job->luma, x, y) - bilinear(n->luma, (float)x + vx, (float)y + vy));
            }
            int bi = i - AROUND, bj = j - AROUND;
            if (bi >= 0 && bj >= 0 && bi < BLOCK && bj < BLOCK) {
                out->vx[bj][bi] = vx;
                out->vy[bj][bi] = vy;
                out->weight[bj][bi] = inside ? agreement(n, (float)x, (float)y, vx, vy) : 0;
            }
        }
    for (int j = 0; j < BLOCK; j++)
        for (int i = 0; i < BLOCK; i++) {
            float d = 0, w = 0;
            for (int v = 0; v <= 2 * AROUND; v++)
                for (int u = 0; u <= 2 * AROUND; u++) {
                    d += difference[j + v][i + u];
                    w += weight[j + v][i + u];
                }
            float mean = w > 0 ? d / w : 1;
            out->weight[j][i] *= clampf((BAD - mean) / (BAD - GOOD), 0, 1);
        }
}

// What a neighbour's matte says here, less what this one does, around a pixel: flicker moves an edge by a pixel or two,
// and little differs. Where much does, a thing was too fast to be followed, and mixing it in would make a ghost of it.
enum { N_SAMPLES = BLOCK / 2 + 8 };    // a pixel in two; a window is 8 of them wide

static void weigh_by_likeness(const struct job *job, const struct neighbour *n, int x0, int y0, struct match *out)
{
    float sum[N_SAMPLES + 1][N_SAMPLES + 1] = {{0}};    // of all samples above and left
    for (int j = 0; j < N_SAMPLES; j++)
        for (int i = 0; i < N_SAMPLES; i++) {
            float x = clampf((float)(x0 - 8 + 2 * i), 0, (float)(job->luma->width - 1)),
                  y = clampf((float)(y0 - 8 + 2 * j), 0, (float)(job->luma->height - 1)), vx = 0, vy = 0, miss = 0;
            if (ho_motion_at(&n->there, x, y, &vx, &vy)) {
                float here = unit(bilinear(job->key, to_key(x, job->luma->width, job->key->width),
                                           to_key(y, job->luma->height, job->key->height)));
                float there = unit(bilinear(n->key, to_key(x + vx, job->luma->width, job->key->width),
                                            to_key(y + vy, job->luma->height, job->key->height)));
                miss = fabsf(here - there);
            }
            sum[j + 1][i + 1] = miss + sum[j][i + 1] + sum[j + 1][i] - sum[j][i];
        }
    for (int j = 0; j < BLOCK; j++)
        for (int i = 0; i < BLOCK; i++) {
            int u = (i + 1) / 2, v = (j + 1) / 2;
            float mean = (sum[v + 8][u + 8] - sum[v][u + 8] - sum[v + 8][u] + sum[v][u]) / 64;
            out->weight[j][i] *= clampf((UNLIKE - mean) / (UNLIKE - LIKE), 0, 1);
        }
}

static float grid(const float g[BLOCK][BLOCK], float x, float y)
{
    x = clampf(x, 0, BLOCK - 1);
    y = clampf(y, 0, BLOCK - 1);
    int x0 = (int)x, y0 = (int)y, x1 = x0 + 1 < BLOCK ? x0 + 1 : x0, y1 = y0 + 1 < BLOCK ? y0 + 1 : y0;
    float fx = x - (float)x0, fy = y - (float)y0;
    float top = g[y0][x0] + fx * (g[y0][x1] - g[y0][x0]), bottom = g[y1][x0] + fx * (g[y1][x1] - g[y1][x0]);
    return top + fy * (bottom - top);
}

// The key's pixels that a block of luma stands for.
static struct ho_rect key_rect(const struct job *job, int x0, int y0)
{
    int64_t kw = job->key->width, kh = job->key->height, lw = job->luma->width, lh = job->luma->height;
    int x1 = x0 + BLOCK < lw ? x0 + BLOCK : (int)lw, y1 = y0 + BLOCK < lh ? y0 + BLOCK : (int)lh;
    return (struct ho_rect){(int)(x0 * kw / lw), (int)(y0 * kh / lh), (int)(x1 * kw / lw), (int)(y1 * kh / lh)};
}

static void match_neighbour(const struct job *job, const struct neighbour *n, int x0, int y0, struct match *out)
{
    match_block(job, n, x0, y0, out);
    weigh_by_likeness(job, n, x0, y0, out);
}

static void smooth_block(const struct job *job, int x0, int y0)
{
    struct ho_rect r = key_rect(job, x0, y0);
    float scale_x = (float)job->key->width / (float)job->luma->width,
          scale_y = (float)job->key->height / (float)job->luma->height;
    struct match match[2];
    for (int k = 0; k < 2; k++)
        if (job->neighbour[k].present)
            match_neighbour(job, &job->neighbour[k], x0, y0, &match[k]);
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++) {
            float bx = ((float)x + 0.5f) / scale_x - 0.5f - (float)x0,
                  by = ((float)y + 0.5f) / scale_y - 0.5f - (float)y0;
            float here = unit(at(job->key, x, y)), sum = here;
            for (int k = 0; k < 2; k++) {
                if (!job->neighbour[k].present)
                    continue;
                float weight = job->strength / 3.0f * grid(match[k].weight, bx, by);
                if (weight > 0) {
                    float vx = grid(match[k].vx, bx, by) * scale_x, vy = grid(match[k].vy, bx, by) * scale_y;
                    sum += weight * (bicubic(job->neighbour[k].key, (float)x + vx, (float)y + vy) - here);
                }
            }
            job->out->plane[0][(size_t)y * job->out->stride + (size_t)x] = sum;
        }
}

static void rows_task(void *opaque, int first, int last)
{
    const struct job *job = opaque;
    for (int row = first; row < last; row++)
        for (int column = 0; column < job->columns; column++) {
            if (job->active[(size_t)row * (size_t)job->columns + (size_t)column]) {
                smooth_block(job, column * BLOCK, row * BLOCK);
                continue;
            }
            struct ho_rect r = key_rect(job, column * BLOCK, row * BLOCK);
            for (int y = r.y0; y < r.y1; y++)
                for (int x = r.x0; x < r.x1; x++)
                    job->out->plane[0][(size_t)y * job->out->stride + (size_t)x] = unit(at(job->key, x, y));
        }
}

// Marks blocks of luma near which this key is not flat.
static enum ho_result mark_active(const struct ho_picture *key, const struct job *job, int n_threads, bool *active,
                                  struct ho_diag *diag)
{
    struct ho_matte *matte = NULL;
    struct ho_flat_map *flat = NULL;
    enum ho_result result = ho_matte_create(key->width, key->height, &matte, diag);
    if (result == HO_OK)
        result = ho_levels(key, 0, 1, 1, matte, n_threads, diag);
    if (result == HO_OK)
        result = ho_flat_map_create(matte, &flat, diag);
    for (int row = 0; row < job->rows && result == HO_OK; row++)
        for (int column = 0; column < job->columns; column++) {
            struct ho_rect r = key_rect(job, column * BLOCK, row * BLOCK);
            if (!ho_is_flat(flat, r.x0 - NEAR, r.y0 - NEAR, r.x1 + NEAR, r.y1 + NEAR))
                active[(size_t)row * (size_t)job->columns + (size_t)column] = true;
        }
    ho_flat_map_destroy(&flat);
    ho_matte_destroy(&matte);
    return result;
}

// The key in the luma's size, as weights.
static enum ho_result weights_of(const struct ho_picture *key, const struct ho_picture *luma,
                                 struct ho_motion_picture *out, struct ho_diag *diag)
{
    struct ho_picture *small = NULL;
    HO_TRY(ho_picture_create(luma->width, luma->height, 1, &small, diag));
    for (int y = 0; y < small->height; y++)
        for (int x = 0; x < small->width; x++)
            small->plane[0][(size_t)y * small->stride + (size_t)x] = unit(
                bilinear(key, to_key((float)x, luma->width, key->width), to_key((float)y, luma->height, key->height)));
    enum ho_result result = ho_motion_picture_create(small, out, diag);
    ho_picture_destroy(&small);
    return result;
}

static enum ho_result check(const struct ho_picture *const key[3], const struct ho_picture *const luma[3],
                            float strength, const struct ho_picture *out, struct ho_diag *diag)
{
    if (!(strength >= 0 && strength <= 1))
        return ho_fail(diag, HO_ERROR_USAGE, "smooth is %g: it must lie between 0 and 1", (double)strength);
    for (int i = 0; i < 3; i++) {
        if (i != 1 && (!key[i] || !luma[i]))
            continue;
        if (key[i]->width != out->width || key[i]->height != out->height || luma[i]->width != luma[1]->width ||
            luma[i]->height != luma[1]->height)
            return ho_fail(diag, HO_ERROR_USAGE,
                           "mattes of neighbouring frames cannot be mixed: they are not of one size");
    }
    if (luma[1]->width > out->width || luma[1]->height > out->height)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "a matte of %dx%d cannot be smoothed along a picture of %dx%d: that must not be the larger one",
                       out->width, out->height, luma[1]->width, luma[1]->height);
    return HO_OK;
}

static enum ho_result open_neighbour(struct neighbour *n, const struct ho_motion_picture *picture,
                                     const struct ho_motion_picture *weight, const bool *active, int n_threads,
                                     struct ho_diag *diag)
{
    HO_TRY(ho_motion_picture_create(n->luma, &n->picture, diag));
    HO_TRY(weights_of(n->key, n->luma, &n->weight, diag));
    HO_TRY(ho_motion_create(picture, &n->picture, weight, active, n_threads, &n->there, diag));
    return ho_motion_create(&n->picture, picture, &n->weight, active, n_threads, &n->back, diag);
}

static void copy_key(const struct ho_picture *from, struct ho_picture *to)
{
    for (int y = 0; y < to->height; y++)
        memcpy(to->plane[0] + (size_t)y * to->stride, from->plane[0] + (size_t)y * from->stride,
               (size_t)to->width * sizeof(float));
}

enum ho_result ho_matte_smooth(const struct ho_picture *const key[3], const struct ho_picture *const luma[3],
                               float strength, struct ho_picture *out, int n_threads, struct ho_diag *diag)
{
    HO_TRY(check(key, luma, strength, out, diag));
    struct neighbour neighbour[2] = {{.key = key[0], .luma = luma[0]}, {.key = key[2], .luma = luma[2]}};
    for (int k = 0; k < 2; k++)
        neighbour[k].present = neighbour[k].key && neighbour[k].luma;
    if (strength <= 0 || (!neighbour[0].present && !neighbour[1].present)) {
        copy_key(key[1], out);
        return HO_OK;
    }
    struct ho_motion_picture picture = {0}, weight = {0};
    struct job job = {key[1],
                      luma[1],
                      out,
                      neighbour,
                      NULL,
                      (luma[1]->width + BLOCK - 1) / BLOCK,
                      (luma[1]->height + BLOCK - 1) / BLOCK,
                      strength};
    bool *active = ho_alloc((size_t)job.columns * (size_t)job.rows, sizeof *active);
    enum ho_result result = active ? HO_OK : ho_fail_memory(diag, (size_t)job.columns * (size_t)job.rows);
    if (result == HO_OK)
        result = mark_active(key[1], &job, n_threads, active, diag);
    for (int k = 0; k < 2 && result == HO_OK; k++)
        if (neighbour[k].present)
            result = mark_active(neighbour[k].key, &job, n_threads, active, diag);
    if (result == HO_OK)
        result = ho_motion_picture_create(luma[1], &picture, diag);
    if (result == HO_OK)
        result = weights_of(key[1], luma[1], &weight, diag);
    for (int k = 0; k < 2 && result == HO_OK; k++)
        if (neighbour[k].present)
            result = open_neighbour(&neighbour[k], &picture, &weight, active, n_threads, diag);
    if (result == HO_OK) {
        job.active = active;
        ho_pool_run(job.rows, 2, n_threads, rows_task, &job);
    }
    for (int k = 0; k < 2; k++) {
        ho_motion_picture_destroy(&neighbour[k].picture);
        ho_motion_picture_destroy(&neighbour[k].weight);
        ho_motion_destroy(&neighbour[k].there);
        ho_motion_destroy(&neighbour[k].back);
    }
    ho_motion_picture_destroy(&picture);
    ho_motion_picture_destroy(&weight);
    free(active);
    return result;
}
