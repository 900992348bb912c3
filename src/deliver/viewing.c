// SPDX-License-Identifier: BSD-2-Clause
#include "deliver/viewing.h"

#include <pthread.h>
#include <string.h>

#include "base/pool.h"
#include "image/convert.h"
#include "image/resize.h"

enum ho_result ho_viewing_open(struct ho_viewing *viewing, struct ho_diag *diag)
{
    for (int i = 0; i < HO_PATCH_STRIPES; i++)
        HO_TRY(ho_converter_create(&viewing->converters[i], diag));
    return HO_OK;
}

void ho_viewing_clear(struct ho_viewing *viewing)
{
    ho_frame_unref(&viewing->frame);
    viewing->picture = viewing->key = NULL;
    viewing->width = viewing->height = 0;
}

void ho_viewing_close(struct ho_viewing *viewing)
{
    ho_viewing_clear(viewing);
    for (int i = 0; i < HO_PATCH_STRIPES; i++)
        ho_converter_destroy(&viewing->converters[i]);
}

enum ho_result ho_viewing_take(struct ho_viewing *viewing, struct ho_evaluator *evaluator,
                               struct ho_graph_frame *picture, struct ho_graph_frame *key,
                               const struct ho_viewing_size *size, struct ho_diag *diag)
{
    const struct ho_domain *domain = picture ? &picture->domain : &key->domain;
    ho_viewing_clear(viewing);
    if (picture && picture->base)
        HO_TRY(ho_evaluator_lay(evaluator, picture, &viewing->frame, diag));
    else if (picture)
        viewing->picture = picture->picture;
    viewing->key = key ? key->picture : NULL;
    if (picture && key && (key->domain.width != domain->width || key->domain.height != domain->height))
        viewing->key = NULL;    // they make no view together
    viewing->picture_at = picture ? picture->changed : (struct ho_rect){0};
    viewing->key_at = key ? key->changed : (struct ho_rect){0};
    viewing->scale_x = (double)domain->width / size->width;
    viewing->scale_y = (double)domain->height / size->height;
    viewing->width = size->width;
    viewing->height = size->height;
    viewing->made = size->made;
    return HO_OK;
}

// ---- bytes

struct job {
    struct ho_viewing *viewing;
    struct ho_rect region;    // of a frame
    double part[4];           // of a picture: where it begins, and its size
    int width, height;
    uint8_t *rgb;
    int rows, from_rows;              // of a stripe
    const struct ho_picture *from;    // planes, one a stripe
    struct ho_picture *to;
    struct ho_diag *diag;
    enum ho_result result;
    pthread_mutex_t lock;
};

static void say(struct job *job, enum ho_result result, const struct ho_diag *diag)
{
    if (result == HO_OK)
        return;
    pthread_mutex_lock(&job->lock);
    job->result = ho_fail(job->diag, result, "%s", diag->message);
    pthread_mutex_unlock(&job->lock);
}

static enum ho_result run(struct job *job, int n, int n_threads, void (*work)(void *, int, int))
{
    pthread_mutex_init(&job->lock, NULL);
    ho_pool_run(n, 1, n_threads, work, job);
    pthread_mutex_destroy(&job->lock);
    return job->result;
}

static void read_stripe(void *opaque, int first, int last)
{
    struct job *job = opaque;
    for (int i = first; i < last; i++) {
        struct ho_rect part = job->region;
        int top = i * job->rows, rows = job->height - top < job->rows ? job->height - top : job->rows;
        if (rows <= 0)
            return;
        part.y0 += i * job->from_rows;
        part.y1 = part.y0 + job->from_rows < job->region.y1 ? part.y0 + job->from_rows : job->region.y1;
        struct ho_diag diag = {0};
        say(job,
            ho_converter_read_rgb(job->viewing->converters[i], job->viewing->frame, &part, job->width, rows,
                                  job->rgb + (size_t)top * (size_t)job->width * 3, &diag),
            &diag);
    }
}

static int common_divisor(int a, int b) { return b ? common_divisor(b, a % b) : a; }

// In stripes where the scale puts their edges on whole rows: the converter sees what lies around each.
static enum ho_result read_frame(struct ho_viewing *viewing, const struct ho_viewer_target *target,
                                 struct ho_rect region, int n_threads, struct ho_diag *diag)
{
    int height = region.y1 - region.y0, steps = common_divisor(height, target->height),
        n = steps < HO_PATCH_STRIPES ? 1 : HO_PATCH_STRIPES, each = (steps + n - 1) / n;
    struct job job = {.viewing = viewing,
                      .region = region,
                      .width = target->width,
                      .height = target->height,
                      .rgb = target->rgb,
                      .rows = target->height / steps * each,
                      .from_rows = height / steps * each,
                      .diag = diag};
    return run(&job, n, n_threads, read_stripe);
}

static void resize_plane(void *opaque, int first, int last)
{
    struct job *job = opaque;
    for (int p = first; p < last; p++) {
        struct ho_diag diag = {0};
        say(job,
            ho_plane_resize(job->viewing->converters[p]->graphs, job->from, p, job->part[0], job->part[1], job->part[2],
                            job->part[3], job->to, p, &diag),
            &diag);
    }
}

static enum ho_result resize(struct ho_viewing *viewing, bool key, struct ho_rect region,
                             const struct ho_viewer_target *target, int n_threads, struct ho_picture **out,
                             struct ho_diag *diag)
{
    const struct ho_picture *from = key ? viewing->key : viewing->picture;
    const struct ho_rect at = key ? viewing->key_at : viewing->picture_at;
    const double x = viewing->scale_x, y = viewing->scale_y;
    HO_TRY(ho_picture_create(target->width, target->height, from->n_planes, out, diag));
    struct job job = {.viewing = viewing,
                      .part = {region.x0 * x - at.x0, region.y0 * y - at.y0, (region.x1 - region.x0) * x,
                               (region.y1 - region.y0) * y},
                      .from = from,
                      .to = *out,
                      .diag = diag};
    enum ho_result result = run(&job, from->n_planes, n_threads, resize_plane);
    if (result != HO_OK)
        ho_picture_destroy(out);
    return result;
}

static void plane_to_bytes(const struct ho_picture *picture, int p, uint8_t *bytes)
{
    for (int y = 0; y < picture->height; y++) {
        const float *row = picture->plane[p] + (ptrdiff_t)y * picture->stride;
        for (int x = 0; x < picture->width; x++)
            *bytes++ = row[x] > 0.0f ? row[x] < 1.0f ? (uint8_t)(row[x] * 255.0f + 0.5f) : 255 : 0;    // NaN: 0
    }
}

static enum ho_result fill_picture(struct ho_viewing *viewing, const struct ho_viewer_target *target,
                                   struct ho_rect region, int n_threads, struct ho_diag *diag)
{
    struct ho_picture *small;
    HO_TRY(resize(viewing, !viewing->picture, region, target, n_threads, &small, diag));
    if (target->rgb)
        ho_picture_to_rgb(small, target->rgb);
    if (target->alpha && small->n_planes == 4)
        plane_to_bytes(small, 3, target->alpha);
    ho_picture_destroy(&small);
    return HO_OK;
}

static enum ho_result fill_key(struct ho_viewing *viewing, const struct ho_viewer_target *target, struct ho_rect region,
                               int n_threads, struct ho_diag *diag)
{
    struct ho_picture *small;
    HO_TRY(resize(viewing, true, region, target, n_threads, &small, diag));
    plane_to_bytes(small, 0, target->key);
    ho_picture_destroy(&small);
    return HO_OK;
}

static enum ho_result check(const struct ho_viewing *viewing, const struct ho_viewer_target *target,
                            struct ho_rect *region, struct ho_diag *diag)
{
    const struct ho_rect r = target->region, all = {0, 0, viewing->width, viewing->height};
    bool empty = r.x1 <= r.x0 || r.y1 <= r.y0;
    *region = empty ? all
                    : (struct ho_rect){r.x0 > 0 ? r.x0 : 0, r.y0 > 0 ? r.y0 : 0, r.x1 < all.x1 ? r.x1 : all.x1,
                                       r.y1 < all.y1 ? r.y1 : all.y1};
    if (!viewing->width)
        return ho_fail(diag, HO_ERROR_USAGE, "nothing is shown; ask for a frame first");
    if (target->width < 1 || target->height < 1 || target->width > HO_SIZE_MAX || target->height > HO_SIZE_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "a picture of %dx%d pixels cannot be made: each side must be 1 to %d",
                       target->width, target->height, HO_SIZE_MAX);
    if (region->x1 <= region->x0 || region->y1 <= region->y0)
        return ho_fail(diag, HO_ERROR_USAGE, "the region %d,%d to %d,%d lies outside the picture of %dx%d", r.x0, r.y0,
                       r.x1, r.y1, viewing->width, viewing->height);
    const struct ho_rect made = viewing->made;
    if (made.x1 > made.x0 &&
        (region->x0 < made.x0 || region->y0 < made.y0 || region->x1 > made.x1 || region->y1 > made.y1))
        return ho_fail(diag, HO_ERROR_USAGE, "the region %d,%d to %d,%d was not made; ask for it before the frame",
                       r.x0, r.y0, r.x1, r.y1);
    return HO_OK;
}

enum ho_result ho_viewing_fill(struct ho_viewing *viewing, const struct ho_viewer_target *target, int n_threads,
                               struct ho_diag *diag)
{
    struct ho_rect region;
    const size_t n = (size_t)target->width * (size_t)target->height;
    HO_TRY(check(viewing, target, &region, diag));
    if (target->alpha)
        memset(target->alpha, 255, n);
    if (target->key)
        memset(target->key, 255, n);
    if (target->rgb && viewing->frame)
        HO_TRY(read_frame(viewing, target, region, n_threads, diag));
    if ((target->rgb || target->alpha) && !viewing->frame)
        HO_TRY(fill_picture(viewing, target, region, n_threads, diag));
    return target->key && viewing->key ? fill_key(viewing, target, region, n_threads, diag) : HO_OK;
}
