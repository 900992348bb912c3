// SPDX-License-Identifier: BSD-2-Clause
#include "session/paint.h"

#include "session/views.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void paint_clear(struct paint *paint)
{
    shared_matte_unref(&paint->answer);
    ho_timeline_destroy(&paint->timeline);
    free(paint->media);
    *paint = (struct paint){0};
}

struct painter {
    struct ho_bank *bank;
    struct ho_store *store;    // of `object` at `step`, as the bank was at `serial`
    char object[HO_ID_SIZE];
    int64_t step;
    uint64_t serial;
    struct ho_matte *matte;
    struct ho_picture *key;
    struct stage *stages[2];    // the timeline; one clip alone
};

void painter_destroy(void *opaque)
{
    struct painter *p = opaque;
    if (!p)
        return;
    for (int i = 0; i < 2; i++)
        stage_destroy(&p->stages[i]);
    ho_picture_destroy(&p->key);
    ho_matte_destroy(&p->matte);
    ho_store_close(&p->store);
    ho_bank_close(&p->bank);
    free(p);
}

// ---- size

enum ho_result canvas_fit(const struct ho_view_request *request, int width, int height, double aspect,
                          struct canvas *out, struct ho_diag *diag)
{
    struct ho_rect region = request->region;
    bool is_all = region.x1 <= region.x0 || region.y1 <= region.y0;
    region = is_all ? (struct ho_rect){0, 0, width, height} : region;
    region.x0 = region.x0 < 0 ? 0 : region.x0 >= width ? width - 1 : region.x0;
    region.y0 = region.y0 < 0 ? 0 : region.y0 >= height ? height - 1 : region.y0;
    region.x1 = region.x1 > width ? width : region.x1 <= region.x0 ? region.x0 + 1 : region.x1;
    region.y1 = region.y1 > height ? height : region.y1 <= region.y0 ? region.y0 + 1 : region.y1;
    const double w = (region.x1 - region.x0) * (aspect > 0 ? aspect : 1), h = region.y1 - region.y0;
    const double scale = fmin(request->width / w, request->height / h);
    *out = (struct canvas){.width = (int)fmax(1, floor(w * scale + 0.5)),
                           .height = (int)fmax(1, floor(h * scale + 0.5)),
                           .region = region,
                           .subject_width = width,
                           .subject_height = height};
    out->rgb = ho_alloc((size_t)out->width * (size_t)out->height, 3);
    return out->rgb ? HO_OK : ho_fail_memory(diag, (size_t)out->width * (size_t)out->height * 3);
}

// ---- the matte

static enum ho_result open_store(struct painter *p, const struct paint *paint, struct ho_diag *diag)
{
    if (p->store && strcmp(p->object, paint->object) == 0 && p->step == paint->step && p->serial == paint->bank_serial)
        return HO_OK;
    ho_store_close(&p->store);
    if (!p->bank)
        HO_TRY(ho_bank_open(paint->options->bank_dir, &p->bank, diag));
    HO_TRY(ho_store_open(p->bank, paint->object, HO_STORE_READ, &p->store, diag));
    snprintf(p->object, sizeof(p->object), "%s", paint->object);
    p->step = paint->step;
    p->serial = paint->bank_serial;
    return ho_store_select(p->store, paint->step, diag);
}

// HO_END: the frame has none.
static enum ho_result read_matte(struct painter *p, const struct paint *paint, int width, int height,
                                 const struct ho_matte **out, struct ho_diag *diag)
{
    *out = NULL;
    if (paint->answer) {
        *out = paint->answer->matte;
        return HO_OK;
    }
    if (!*paint->object || !paint->step)
        return HO_END;
    HO_TRY(open_store(p, paint, diag));
    if (p->matte && (p->matte->width != width || p->matte->height != height))
        ho_matte_destroy(&p->matte);
    if (!p->matte)
        HO_TRY(ho_matte_create(width, height, &p->matte, diag));
    HO_TRY(ho_store_get(p->store, paint->source_frame, p->matte, NULL, diag));
    *out = p->matte;
    return HO_OK;
}

static enum ho_result finesse_key(struct painter *p, const struct paint *paint, const struct ho_matte *matte,
                                  const struct canvas *canvas, uint8_t *key, struct ho_diag *diag)
{
    struct ho_finesse finesse = paint->finesse;
    finesse.smooth = 0;    // asks for the frames beside it: the graph does it
    if (ho_finesse_is_identity(&finesse)) {
        resample_matte(matte, canvas->region, key, canvas->width, canvas->height);
        return HO_OK;
    }
    if (p->key && (p->key->width != matte->width || p->key->height != matte->height))
        ho_picture_destroy(&p->key);
    if (!p->key)
        HO_TRY(ho_picture_create(matte->width, matte->height, 1, &p->key, diag));
    ho_matte_to_picture(matte, p->key);
    HO_TRY(ho_finesse_apply(&finesse, p->key, paint->options->n_threads, diag));
    resample_plane(p->key->plane[0], p->key->stride, p->key->width, p->key->height, canvas->region, key, canvas->width,
                   canvas->height, 1);
    return HO_OK;
}

static bool wants_key(const struct paint *paint)
{
    return paint->has_object && paint->source_frame >= 0 &&
           (paint->request.look != HO_LOOK_PICTURE || paint->request.channel == HO_CHANNEL_ALPHA);
}

static enum ho_result apply_key(struct painter *p, const struct paint *paint, struct canvas *canvas,
                                struct ho_diag *diag)
{
    const struct ho_matte *matte = NULL;
    uint8_t *key = NULL;
    enum ho_result result = HO_END;
    if (wants_key(paint))
        result = read_matte(p, paint, canvas->subject_width, canvas->subject_height, &matte, diag);
    if (result != HO_OK && result != HO_END)
        return result;
    key = ho_alloc((size_t)canvas->width * (size_t)canvas->height, 1);    // empty where there is no matte
    if (!key)
        return ho_fail_memory(diag, (size_t)canvas->width * (size_t)canvas->height);
    result = matte ? finesse_key(p, paint, matte, canvas, key, diag) : HO_OK;
    if (result == HO_OK)
        look_apply(paint, canvas, paint->has_object ? key : NULL);
    free(key);
    return result;
}

// ---- subjects

static enum ho_result paint_source(struct painter *p, const struct paint *paint, struct canvas *canvas,
                                   const struct ho_cancel *cancel, struct ho_diag *diag)
{
    struct ho_clip *clip = NULL;
    struct ho_clip_picture *picture = NULL;
    HO_TRY(ho_clip_pool_open(paint->pool, paint->path, paint->rate.num ? &paint->rate : NULL, cancel, &clip, diag));
    const struct ho_source_info *info = ho_clip_info(clip);
    const double aspect = info->pixel_aspect.num > 0 && info->pixel_aspect.den > 0
                              ? (double)info->pixel_aspect.num / (double)info->pixel_aspect.den
                              : 1;
    enum ho_result result = canvas_fit(&paint->request, info->width, info->height, aspect, canvas, diag);
    if (result == HO_OK)
        result = ho_clip_view(clip, paint->source_frame, &canvas->region, canvas->width, canvas->height, cancel,
                              &picture, diag);
    if (result == HO_OK)
        memcpy(canvas->rgb, picture->pixels, (size_t)canvas->width * (size_t)canvas->height * 3);
    ho_clip_picture_unref(&picture);
    ho_clip_unref(&clip);
    return result == HO_OK ? apply_key(p, paint, canvas, diag) : result;
}

// ---- what a graph gives

// Key for the looks that show one; alpha where that is the channel.
static enum ho_result fill(const struct paint *paint, struct ho_viewer *viewer, const struct ho_viewer_shown *shown,
                           struct canvas *canvas, struct ho_diag *diag)
{
    const bool alpha = paint->request.channel == HO_CHANNEL_ALPHA;
    HO_TRY(canvas_fit(&paint->request, shown->width, shown->height, 1, canvas, diag));
    uint8_t *key = alpha || shown->has_key ? ho_alloc((size_t)canvas->width * (size_t)canvas->height, 1) : NULL;
    struct ho_viewer_target target = {.region = canvas->region,
                                      .width = canvas->width,
                                      .height = canvas->height,
                                      .rgb = canvas->rgb,
                                      .alpha = alpha ? key : NULL,
                                      .key = alpha ? NULL : key};
    enum ho_result result = ho_viewer_fill(viewer, &target, diag);
    if (result == HO_OK)
        look_apply(paint, canvas, key);
    free(key);
    return result;
}

static enum ho_result paint_timeline(struct painter *p, const struct paint *paint, struct canvas *canvas,
                                     const struct ho_cancel *cancel, struct ho_diag *diag)
{
    struct ho_viewer *viewer;
    struct ho_viewer_shown shown;
    HO_TRY(stage_timeline(&p->stages[0], paint, cancel, &viewer, &shown, diag));
    shown.has_key = false;
    return fill(paint, viewer, &shown, canvas, diag);
}

// The clip by itself, up to one of its nodes, on the source's own frame.
static enum ho_result paint_node(struct painter *p, const struct paint *paint, struct canvas *canvas,
                                 const struct ho_cancel *cancel, struct ho_diag *diag)
{
    struct ho_viewer *viewer;
    struct ho_viewer_shown shown;
    char node[HO_NODE_ID_SIZE + 40];
    snprintf(node, sizeof(node), "clip%lld-%s-%s", (long long)paint->clip,
             paint->request.page == HO_PAGE_FUSION ? "fusion" : "color", paint->request.node);
    HO_TRY(stage_node(&p->stages[1], paint, node, cancel, &viewer, &shown, diag));
    return fill(paint, viewer, &shown, canvas, diag);
}

// ---- a picture of it

static void free_picture(struct ho_view_picture *picture)
{
    free((uint8_t *)(uintptr_t)picture->pixels);
    free(picture);
}

struct shared_picture {
    struct ho_view_picture shown;    // first: what is handed out
    int n_references;
};

struct ho_view_picture *ho_view_picture_ref(struct ho_view_picture *picture)
{
    if (picture)
        __atomic_add_fetch(&((struct shared_picture *)picture)->n_references, 1, __ATOMIC_RELAXED);
    return picture;
}

void ho_view_picture_unref(struct ho_view_picture *picture)
{
    if (picture && __atomic_sub_fetch(&((struct shared_picture *)picture)->n_references, 1, __ATOMIC_ACQ_REL) == 0)
        free_picture(picture);
}

struct ho_view_picture *picture_from(const uint8_t *rgb, int width, int height)
{
    struct shared_picture *made = ho_alloc(1, sizeof(*made));
    const size_t size = (size_t)width * (size_t)height * 3;
    uint8_t *pixels = made ? ho_alloc(size, 1) : NULL;
    if (!pixels) {
        free(made);
        return NULL;
    }
    memcpy(pixels, rgb, size);
    made->n_references = 1;
    made->shown = (struct ho_view_picture){.width = width, .height = height, .pixels = pixels};
    return &made->shown;
}

struct ho_view_picture *paint_make(struct painter **kept, const struct paint *paint, const struct ho_cancel *cancel)
{
    struct shared_picture *made = ho_alloc(1, sizeof(*made));
    struct canvas canvas = {0};
    struct ho_diag diag = {0};
    if (!*kept)
        *kept = ho_alloc(1, sizeof(**kept));
    if (!made || !*kept) {
        free(made);
        return NULL;
    }
    const double begun = monotonic_seconds();
    enum ho_result result = HO_OK;
    switch (paint->request.subject) {
    case HO_VIEW_OF_TIMELINE: result = paint_timeline(*kept, paint, &canvas, cancel, &diag); break;
    case HO_VIEW_OF_SOURCE:
    case HO_VIEW_OF_CLIP: result = paint_source(*kept, paint, &canvas, cancel, &diag); break;
    case HO_VIEW_OF_NODE: result = paint_node(*kept, paint, &canvas, cancel, &diag); break;
    }
    if (result == HO_OK && paint->request.timecode)
        look_timecode(paint, &canvas);
    made->n_references = 1;
    made->shown = (struct ho_view_picture){.width = canvas.width,
                                           .height = canvas.height,
                                           .subject_width = canvas.subject_width,
                                           .subject_height = canvas.subject_height,
                                           .region = canvas.region,
                                           .frame = paint->frame,
                                           .source_frame = paint->source_frame,
                                           .seconds = monotonic_seconds() - begun,
                                           .pixels = canvas.rgb};
    if (result != HO_OK)
        snprintf(made->shown.message, sizeof(made->shown.message), "%.500s",
                 *diag.message ? diag.message : ho_result_name(result));
    return &made->shown;
}
