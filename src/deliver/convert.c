// SPDX-License-Identifier: BSD-2-Clause
// The convert stage of the render loop: finesse, smoothing along the motion, and the view.
#include "deliver/stages.h"
#include "deliver/view.h"
#include "holdout/matte.h"
#include "image/foreground.h"

#define EDGE_REACH 16     // pixels, as the node's default
#define LUMA_WIDTH 480    // pixels: motion for smoothing is found on luma of about this width

// One frame on its way through: finessed key, and (for smoothing) the luma that motion is found on.
struct step {
    int64_t frame;
    bool present;
    struct ho_picture *key, *luma;
    struct ho_frame *source;
};

struct converting {
    struct ho_stages *render;
    struct ho_converter *converter;
    struct step window[3];    // before, now, after
    struct ho_picture *smoothed;
};

static enum ho_result create_window(struct converting *c, struct ho_diag *diag)
{
    const struct ho_source_info *source = c->render->source;
    bool smooth = c->render->request->finesse.smooth > 0;
    int divide = (source->width + LUMA_WIDTH - 1) / LUMA_WIDTH;
    HO_TRY(ho_converter_create(&c->converter, diag));
    for (int i = 0; i < 3; i++) {
        HO_TRY(ho_picture_create(source->width, source->height, 1, &c->window[i].key, diag));
        if (smooth)
            HO_TRY(ho_picture_create((source->width + divide - 1) / divide, (source->height + divide - 1) / divide, 1,
                                     &c->window[i].luma, diag));
        c->window[i].frame = -1;
    }
    return smooth ? ho_picture_create(source->width, source->height, 1, &c->smoothed, diag) : HO_OK;
}

static void destroy_window(struct converting *c)
{
    for (int i = 0; i < 3; i++) {
        ho_picture_destroy(&c->window[i].key);
        ho_picture_destroy(&c->window[i].luma);
        ho_frame_unref(&c->window[i].source);
    }
    ho_picture_destroy(&c->smoothed);
    ho_converter_destroy(&c->converter);
}

// Takes the next matte, and the source's frame where it is needed, into a step.
static enum ho_result take_step(struct converting *c, struct step *step, struct ho_diag *diag)
{
    struct ho_stages *render = c->render;
    void *opaque = NULL;
    ho_frame_unref(&step->source);
    step->frame = -1;
    if (ho_queue_receive(render->got, &opaque) != HO_OK)
        return HO_END;
    struct ho_stage_item *item = opaque;
    ho_matte_to_picture(item->matte, step->key);
    step->frame = item->frame;
    step->present = item->present;
    if (ho_queue_send(render->got_free, item) != HO_OK)
        ho_stage_item_release(item);
    if (step->present)
        HO_TRY(ho_finesse_apply(&render->request->finesse, step->key, render->request->n_threads, diag));
    if (!render->reader)
        return HO_OK;
    enum ho_result result = ho_reader_next(render->reader, &step->source, diag);
    if (result == HO_END)
        return ho_fail(diag, HO_ERROR_INPUT, "the source '%.700s' ends before its frame %lld",
                       ho_reader_info(render->reader)->path, (long long)step->frame);
    if (result == HO_OK && step->luma && step->present)
        result = ho_converter_read(c->converter, step->source, NULL, step->luma, diag);
    return result;
}

// Smooths the middle of the window; frames without a matte, as those beyond a cut, are no neighbours.
static enum ho_result smooth_window(struct converting *c, const struct ho_picture **key, struct ho_diag *diag)
{
    const struct step *w = c->window;
    const struct ho_picture *keys[3], *lumas[3];
    *key = w[1].key;
    if (!w[1].present)
        return HO_OK;
    for (int i = 0; i < 3; i++) {
        bool usable = w[i].frame >= 0 && w[i].present;
        keys[i] = usable ? w[i].key : NULL;
        lumas[i] = usable ? w[i].luma : NULL;
    }
    *key = c->smoothed;
    return ho_matte_smooth(keys, lumas, c->render->request->finesse.smooth, c->smoothed, c->render->request->n_threads,
                           diag);
}

static enum ho_result make_item(struct converting *c, const struct step *step, const struct ho_picture *key,
                                struct ho_stage_item *item, struct ho_diag *diag)
{
    const struct ho_deliver_request *request = c->render->request;
    item->frame = step->frame;
    item->present = step->present;
    if (request->view == HO_VIEW_MATTE) {
        ho_matte_from_picture(key, item->matte);
        return HO_OK;
    }
    HO_TRY(ho_converter_read(c->converter, step->source, NULL, item->picture, diag));
    if (request->view == HO_VIEW_CUTOUT && request->clean_edges)
        HO_TRY(ho_clean_edges(item->picture, key, EDGE_REACH, request->n_threads, diag));
    ho_view_apply(request->view, key, item->picture, request->n_threads);
    return HO_OK;
}

static enum ho_result pass_on(struct converting *c, const struct step *step, const struct ho_picture *key,
                              struct ho_diag *diag)
{
    void *item = NULL;
    if (ho_queue_receive(c->render->made_free, &item) != HO_OK)
        return HO_END;
    enum ho_result result = make_item(c, step, key, item, diag);
    if (result == HO_OK && ho_queue_send(c->render->made, item) == HO_OK)
        return HO_OK;
    ho_stage_item_release(item);
    return result == HO_OK ? HO_END : result;
}

static enum ho_result convert_all(struct converting *c, struct ho_diag *diag)
{
    HO_TRY(create_window(c, diag));
    struct step *w = c->window;
    if (!c->smoothed) {
        for (;;) {
            HO_TRY(take_step(c, &w[1], diag));
            HO_TRY(pass_on(c, &w[1], w[1].key, diag));
        }
    }
    // One frame behind, so that the frame after is known.
    HO_TRY(take_step(c, &w[2], diag));
    while (w[2].frame >= 0) {
        struct step first = w[0];
        w[0] = w[1];
        w[1] = w[2];
        w[2] = first;
        enum ho_result result = take_step(c, &w[2], diag);
        if (result != HO_OK && result != HO_END)
            return result;
        const struct ho_picture *key;
        HO_TRY(smooth_window(c, &key, diag));
        HO_TRY(pass_on(c, &w[1], key, diag));
    }
    return HO_END;
}

void *ho_stage_convert(void *opaque)
{
    struct ho_stages *render = opaque;
    struct converting c = {.render = render};
    enum ho_result result = convert_all(&c, &render->convert.diag);
    render->convert.result = result == HO_END ? HO_OK : result;
    destroy_window(&c);
    ho_queue_close_receive(render->got);
    ho_queue_close_receive(render->got_free);
    ho_queue_close_send(render->made);
    return NULL;
}
