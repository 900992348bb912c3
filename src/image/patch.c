// SPDX-License-Identifier: BSD-2-Clause
#include "image/patch.h"

#include <pthread.h>

#include <libavutil/pixdesc.h>

#include "base/memory.h"
#include "base/pool.h"
#include "image/frame.h"

enum { MARGIN = 8 };    // pixels that the chroma filter looks at to each side

static int round_down(int v, int step) { return v / step * step; }
static int round_up(int v, int step, int most)
{
    return (v + step - 1) / step * step < most ? (v + step - 1) / step * step : most;
}

struct ho_rect ho_frame_patch_rect(const struct ho_frame *frame, struct ho_rect rect)
{
    const AVFrame *av = ho_frame_av(frame);
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get((enum AVPixelFormat)av->format);
    if (rect.x1 <= rect.x0 || rect.y1 <= rect.y0)
        return (struct ho_rect){0};
    int margin_x = format->log2_chroma_w ? MARGIN : 0, margin_y = format->log2_chroma_h ? MARGIN : 0;
    // 32: rows of the part begin where zimg wants them, so that it writes in place.
    struct ho_rect r = {rect.x0 > margin_x ? round_down(rect.x0 - margin_x, 32) : 0,
                        rect.y0 > margin_y ? round_down(rect.y0 - margin_y, 2) : 0,
                        round_up(rect.x1 + margin_x, 2, av->width), round_up(rect.y1 + margin_y, 2, av->height)};
    return r;
}

// The part of a frame's planes, without buffers of its own.
static AVFrame part_of(const AVFrame *av, const AVPixFmtDescriptor *format, struct ho_rect rect)
{
    AVFrame part = *av;
    part.width = rect.x1 - rect.x0;
    part.height = rect.y1 - rect.y0;
    for (int c = 0; c < format->nb_components; c++) {
        int p = format->comp[c].plane;
        bool chroma = (c == 1 || c == 2) && !(format->flags & AV_PIX_FMT_FLAG_RGB);
        int x = rect.x0 >> (chroma ? format->log2_chroma_w : 0), y = rect.y0 >> (chroma ? format->log2_chroma_h : 0);
        part.data[p] = av->data[p] + (ptrdiff_t)y * av->linesize[p] + (ptrdiff_t)x * format->comp[c].step;
    }
    return part;
}

struct job {
    struct ho_converter *const *converters;
    const AVFrame *av;
    const AVPixFmtDescriptor *format;
    const struct ho_picture *picture;
    const struct ho_colour *colour;
    struct ho_rect rect;
    int rows;
    struct ho_diag *diag;
    enum ho_result result;
    pthread_mutex_t lock;
};

static void write_stripe(void *opaque, int first, int last)
{
    struct job *job = opaque;
    for (int i = first; i < last; i++) {
        struct ho_rect stripe = job->rect;
        stripe.y0 += i * job->rows;
        if (stripe.y0 >= job->rect.y1)
            return;
        if (stripe.y0 + job->rows < stripe.y1)
            stripe.y1 = stripe.y0 + job->rows;
        AVFrame part = part_of(job->av, job->format, stripe);
        struct ho_picture view = *job->picture;
        view.height = stripe.y1 - stripe.y0;
        bool alpha = job->format->flags & AV_PIX_FMT_FLAG_ALPHA;
        view.n_planes = alpha ? view.n_planes : 3;
        for (int p = 0; p < view.n_planes; p++)
            view.plane[p] += (ptrdiff_t)(stripe.y0 - job->rect.y0) * view.stride;
        struct ho_diag diag = {0};
        enum ho_result result = ho_converter_write(job->converters[i], &view, job->colour, &part, &diag);
        if (result == HO_OK)
            continue;
        pthread_mutex_lock(&job->lock);
        job->result = ho_fail(job->diag, result, "%s", diag.message);
        pthread_mutex_unlock(&job->lock);
    }
}

enum ho_result ho_frame_patch(struct ho_converter *const converters[HO_PATCH_STRIPES], struct ho_frame **frame,
                              const struct ho_picture *picture, struct ho_rect rect, int n_threads,
                              struct ho_diag *diag)
{
    if (picture->width != rect.x1 - rect.x0 || picture->height != rect.y1 - rect.y0 || picture->n_planes < 3)
        return ho_fail(diag, HO_ERROR_USAGE, "a part of %dx%d pixels can't be replaced by a picture of %dx%d",
                       rect.x1 - rect.x0, rect.y1 - rect.y0, picture->width, picture->height);
    AVFrame *av;
    HO_TRY(ho_frame_make_writable(frame, &av, diag));
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get((enum AVPixelFormat)av->format);
    struct job job = {.converters = converters,
                      .av = av,
                      .format = format,
                      .picture = picture,
                      .colour = ho_frame_colour(*frame),
                      .rect = rect,
                      .diag = diag};
    pthread_mutex_init(&job.lock, NULL);
    int height = rect.y1 - rect.y0;
    bool apart = format->log2_chroma_h == 0;    // rows do not look at each other
    job.rows = apart ? (height + HO_PATCH_STRIPES - 1) / HO_PATCH_STRIPES : height;
    ho_pool_run(apart ? HO_PATCH_STRIPES : 1, 1, n_threads, write_stripe, &job);
    pthread_mutex_destroy(&job.lock);
    return job.result;
}
