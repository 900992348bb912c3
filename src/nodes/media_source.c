// SPDX-License-Identifier: BSD-2-Clause
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/memory.h"
#include "base/pool.h"
#include "holdout/clip.h"
#include "holdout/log.h"
#include "image/lit.h"
#include "nodes/media_source.h"

const char *const media_matches[] = {"timecode", "frames", NULL};
const char *const media_outsides[] = {"hold", "black", NULL};
const char *const media_alphas[] = {"as-tagged", "none", "straight", "premultiplied", NULL};
enum alpha { AS_TAGGED, NONE, STRAIGHT, PREMULTIPLIED };

enum { N_STRIPES = 8 };    // fixed, so that results do not depend on the number of threads

struct media_source {
    struct ho_clip *clip;
    bool is_shared;    // others have the clip, too
    const struct ho_source_info *info;
    struct ho_frame *frame;    // NULL: none yet, or outside
    int64_t index;             // of `frame`; -1: none
    struct ho_converter *converters[N_STRIPES];
    struct ho_rect lit;    // of `frame`
    bool grey;             // `frame` has no colour: its luma says all
    bool compared;
};

static char *full_path(const struct ho_node_context *context)
{
    const char *file = context->value[MEDIA_FILE].text, *base = context->host->options->base_dir;
    return *file == '/' || !base ? ho_strdup(file) : ho_format("%s/%s", base, file);
}

static enum ho_result open_clip(const struct ho_evaluator_options *options, const char *path,
                                struct media_source *source, struct ho_diag *diag)
{
    source->is_shared = options->clips;
    if (options->clips)
        return ho_clip_pool_open(options->clips, path, options->rate.num ? &options->rate : NULL, options->cancel,
                                 &source->clip, diag);
    struct ho_clip_options own = {.n_threads = options->n_threads,
                                  .index_dir = options->index_dir,
                                  .cancel = options->cancel,
                                  .rate = options->rate};
    return ho_clip_open(path, &own, &source->clip, diag);
}

enum ho_result media_source_open(struct ho_node_context *context, struct ho_diag *diag)
{
    if (!*context->value[MEDIA_FILE].text)
        return ho_fail(diag, HO_ERROR_USAGE, "node \"%s\" has no file; set its \"file\" or give one with -i",
                       context->id);
    struct media_source *source = ho_alloc(1, sizeof(*source));
    char *path = full_path(context);
    context->state = source;
    enum ho_result result = source && path ? HO_OK : ho_fail_memory(diag, sizeof(*source));
    if (result == HO_OK) {
        source->index = -1;
        result = open_clip(context->host->options, path, source, diag);
    }
    for (int i = 0; i < N_STRIPES && result == HO_OK; i++)
        result = ho_converter_create(&source->converters[i], diag);
    if (result == HO_OK)
        source->info = ho_clip_info(source->clip);
    else
        media_source_close(context);
    free(path);
    return result;
}

void media_source_close(struct ho_node_context *context)
{
    struct media_source *source = context->state;
    if (!source)
        return;
    ho_frame_unref(&source->frame);
    for (int i = 0; i < N_STRIPES; i++)
        ho_converter_destroy(&source->converters[i]);
    ho_clip_unref(&source->clip);
    free(source);
    context->state = NULL;
}

// `shift`: the file's frame that matches frame 0 of the graph. A still is meant to be held.
static void compare_ranges(const struct ho_node_context *context, const struct ho_source_info *info, int64_t shift)
{
    int64_t first = -shift, last = info->n_frames - 1 - shift, end = context->host->n_frames - 1;
    if (info->n_frames == 1 || end < 0 || (first <= 0 && last >= end))
        return;
    const char *outside = context->value[MEDIA_OUTSIDE].number[0] != 0 ? "elsewhere it is black"
                                                                       : "elsewhere its first or last frame is held";
    if (last < 0 || first > end)
        ho_log(HO_LOG_WARNING,
               "node \"%s\": %s covers none of the graph's frames 0 to %lld, it would be at %lld to %lld; %s",
               context->id, info->path, (long long)end, (long long)first, (long long)last, outside);
    else
        ho_log(HO_LOG_WARNING, "node \"%s\": %s covers frames %lld to %lld of the graph's 0 to %lld; %s", context->id,
               info->path, (long long)(first > 0 ? first : 0), (long long)(last < end ? last : end), (long long)end,
               outside);
}

// Drop-frame and non-drop timecodes of one rate name the same frame differently, further apart with every minute.
static bool drops_differ(const struct ho_node_context *context, const struct ho_source_info *info)
{
    const struct ho_graph_host *host = context->host;
    return host->has_timecode && info->has_timecode && host->start.fps == info->start.fps &&
           host->start.drop_frame != info->start.drop_frame;
}

// Said once: a matte that does not fit its picture is the commonest mistake.
static void compare_with_graph(const struct ho_node_context *context, struct media_source *source, bool by_timecode,
                               int64_t shift)
{
    if (source->compared)
        return;
    source->compared = true;
    const struct ho_graph_host *host = context->host;
    const struct ho_source_info *info = source->info;
    if (info->width != host->width || info->height != host->height)
        ho_log(HO_LOG_WARNING,
               "node \"%s\": %s is %dx%d and the graph %dx%d; they do not lie on each other pixel by pixel",
               context->id, info->path, info->width, info->height, host->width, host->height);
    if (host->rate.num && info->rate.num * host->rate.den != host->rate.num * info->rate.den)
        ho_log(HO_LOG_WARNING,
               "node \"%s\": %s has %lld/%lld frames a second and the graph %lld/%lld; frames are matched one to one",
               context->id, info->path, (long long)info->rate.num, (long long)info->rate.den, (long long)host->rate.num,
               (long long)host->rate.den);
    if (by_timecode && info->start.frame != host->start.frame)
        ho_log(HO_LOG_INFO, "node \"%s\": %s starts %lld frames from the graph's first frame by timecode", context->id,
               info->path, (long long)(info->start.frame - host->start.frame));
    if (context->value[MEDIA_MATCH].number[0] == 0 && drops_differ(context, info))
        ho_log(HO_LOG_WARNING,
               "node \"%s\": %s is matched by frame number, not by timecode: %s; set offset if it does not fit",
               context->id, info->path,
               info->start.drop_frame ? "its timecode is drop-frame and the graph's is not"
                                      : "the graph's timecode is drop-frame and its own is not");
    else if (context->value[MEDIA_MATCH].number[0] == 0 && !by_timecode && (host->has_timecode || info->has_timecode))
        ho_log(HO_LOG_INFO, "node \"%s\": %s is matched by frame number: %s", context->id, info->path,
               host->has_timecode && info->has_timecode ? "the timecodes count in different bases"
                                                        : "only one of graph and file has a timecode");
    compare_ranges(context, info, shift);
}

static bool matches_by_timecode(const struct ho_node_context *context, const struct ho_value *value)
{
    const struct ho_graph_host *host = context->host;
    const struct ho_source_info *info = media_source_info(context);
    return value[MEDIA_MATCH].number[0] == 0 && host->has_timecode && info->has_timecode &&
           host->start.fps == info->start.fps && !drops_differ(context, info);
}

// The file's frame that matches frame 0 of the graph.
static int64_t shift_of(const struct ho_node_context *context, const struct ho_value *value)
{
    int64_t apart = 0;
    if (matches_by_timecode(context, value)) {
        const int64_t day = ho_timecode_day(context->host->start);
        apart = context->host->start.frame - media_source_info(context)->start.frame;
        apart += apart < -day / 2 ? day : apart > day / 2 ? -day : 0;    // one of them begins after midnight
    }
    return (int64_t)value[MEDIA_OFFSET].number[0] + apart;
}

enum { NOTHING = -1 };

// The file's frame that is shown at a frame of the graph; NOTHING where it is black.
static int64_t shown_frame(const struct ho_node_context *context, const struct ho_value *value, int64_t frame)
{
    int64_t index = frame + shift_of(context, value), last = media_source_info(context)->n_frames - 1;
    if (index >= 0 && index <= last)
        return index;
    return value[MEDIA_OUTSIDE].number[0] != 0 ? NOTHING : index < 0 ? 0 : last;
}

// What nobody else has open is read on by a render, which does not come back: its frames are not kept.
static enum ho_result decode(const struct ho_node_context *context, int64_t index, struct ho_diag *diag)
{
    struct media_source *source = context->state;
    if (source->index == index && source->frame)
        return HO_OK;
    ho_frame_unref(&source->frame);
    if (!source->is_shared && source->index + 1 == index)
        ho_clip_forget(source->clip, source->index);
    source->index = -1;
    HO_TRY(ho_clip_frame(source->clip, index, context->host->options->cancel, &source->frame, diag));
    source->index = index;
    source->lit = (struct ho_rect){0, 0, source->info->width, source->info->height};
    source->grey = ho_frame_lit(source->frame, &source->lit) && !ho_frame_has_alpha(source->frame);
    return HO_OK;
}

enum ho_result media_source_prepare(struct ho_node_context *context, uint64_t *identity, struct ho_diag *diag)
{
    struct media_source *source = context->state;
    int64_t index = shown_frame(context, context->value, context->frame);
    compare_with_graph(context, source, matches_by_timecode(context, context->value),
                       shift_of(context, context->value));
    *identity = (uint64_t)index + 1;
    if (index != NOTHING)
        return decode(context, index, diag);
    ho_frame_unref(&source->frame);
    source->index = -1;
    return HO_OK;
}

uint64_t media_source_next(const struct ho_node_context *context)
{
    return (uint64_t)shown_frame(context, context->next_value, context->next_frame) + 1;
}

unsigned media_source_flags(const struct ho_node_context *context)
{
    bool still = media_source_info(context)->n_frames == 1 && context->value[MEDIA_OUTSIDE].number[0] == 0;
    return HO_NODE_WHOLE | (still ? 0 : HO_NODE_TIME);
}

const struct ho_frame *media_source_frame(const struct ho_node_context *context)
{
    const struct media_source *source = context->state;
    return source->frame && !ho_frame_has_alpha(source->frame) ? source->frame : NULL;
}

bool media_source_has_alpha(const struct ho_node_context *context)
{
    const struct media_source *source = context->state;
    return source->frame && ho_frame_has_alpha(source->frame) && context->value[MEDIA_ALPHA].number[0] != NONE;
}

struct ho_frame *media_source_give(struct ho_node_context *context)
{
    struct media_source *source = context->state;
    if (source->index <= 0 || source->index == source->info->n_frames - 1 ||
        media_source_next(context) == (uint64_t)source->index + 1)
        return ho_frame_ref(source->frame);    // may be held, and wanted again
    struct ho_frame *frame = source->frame;
    ho_clip_forget(source->clip, source->index);    // so that it can be written to
    source->frame = NULL;
    source->index = -1;
    return frame;
}

const struct ho_source_info *media_source_info(const struct ho_node_context *context)
{
    const struct media_source *source = context->state;
    return source->info;
}

uint64_t media_source_contents(const struct ho_node_context *context)
{
    const struct media_source *source = context->state;
    return XXH3_64bits(source->info->hash, strlen(source->info->hash));
}

// With room for what a kernel makes of its edges.
static struct ho_rect scaled_rect(struct ho_rect r, double scale, int width, int height)
{
    enum { ROOM = 3 };
    if (r.x1 <= r.x0 || r.y1 <= r.y0)
        return r;
    struct ho_rect out = {(int)(r.x0 * scale) - ROOM, (int)(r.y0 * scale) - ROOM, (int)(r.x1 * scale) + ROOM,
                          (int)(r.y1 * scale) + ROOM};
    return (struct ho_rect){out.x0 > 0 ? out.x0 : 0, out.y0 > 0 ? out.y0 : 0, out.x1 < width ? out.x1 : width,
                            out.y1 < height ? out.y1 : height};
}

void media_source_domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    const struct media_source *source = context->state;
    const double scale = context->host->scale;
    int width = ho_scaled_size(source->info->width, scale), height = ho_scaled_size(source->info->height, scale);
    *out = (struct ho_domain){.width = width, .height = height};
    if (source->frame) {
        out->window = (struct ho_rect){0, 0, width, height};
        out->lit = scale == 1 ? source->lit : scaled_rect(source->lit, scale, width, height);
    }
}

// ---- reading, in stripes of rows

static void multiply(float *restrict colour, const float *restrict alpha, int n)
{
    for (int x = 0; x < n; x++)
        colour[x] *= alpha[x];
}

// A frame with alpha, of which somebody knows better than the file what it is: the colours as they are stored, and what
// the alpha makes of them.
static enum ho_result read_with_alpha(struct ho_converter *converter, const struct ho_frame *frame,
                                      const struct ho_rect *rect, enum alpha kind, const struct ho_picture *view,
                                      struct ho_diag *diag)
{
    struct ho_picture all = *view, colours = *view;
    colours.n_planes = 3;
    if (kind != NONE)
        HO_TRY(ho_converter_read(converter, frame, rect, &all, diag));
    HO_TRY(ho_converter_read(converter, frame, rect, &colours, diag));
    for (int y = 0; y < view->height; y++) {
        float *alpha = view->plane[3] + (ptrdiff_t)y * view->stride;
        for (int x = 0; kind == NONE && x < view->width; x++)
            alpha[x] = 1;
        for (int p = 0; kind == STRAIGHT && p < 3; p++)
            multiply(view->plane[p] + (ptrdiff_t)y * view->stride, alpha, view->width);
    }
    return HO_OK;
}

static enum ho_result read_part(const struct ho_node_context *context, struct ho_converter *converter,
                                const struct ho_rect *rect, struct ho_picture *view, struct ho_diag *diag)
{
    const struct media_source *source = context->state;
    enum alpha kind = (enum alpha)context->value[MEDIA_ALPHA].number[0];
    if (kind != AS_TAGGED && view->n_planes == 4 && ho_frame_has_alpha(source->frame))
        return read_with_alpha(converter, source->frame, rect, kind, view, diag);
    return ho_converter_read(converter, source->frame, rect, view, diag);
}

struct job {
    const struct ho_node_context *context;
    const struct media_source *source;
    struct ho_tile *out;
    int rows;
    struct ho_diag *diag;
    enum ho_result result;
    pthread_mutex_t lock;
};

// The first plane into the other colours; opaque.
static void spread_grey(const struct ho_tile *tile, struct ho_rect rect)
{
    int width = rect.x1 - rect.x0;
    for (int y = rect.y0; y < rect.y1; y++) {
        const float *grey = ho_tile_row(tile, 0, y);
        float *alpha = tile->n_planes == 4 ? ho_tile_row(tile, 3, y) : NULL;
        for (int p = 1; p < tile->n_planes && p < 3; p++)
            memcpy(ho_tile_row(tile, p, y), grey, (size_t)width * sizeof(float));
        for (int x = 0; alpha && x < width; x++)
            alpha[x] = 1.0f;
    }
}

static void read_stripe(void *opaque, int first, int last)
{
    struct job *job = opaque;
    for (int stripe = first; stripe < last; stripe++) {
        struct ho_rect rect = job->out->rect;
        int height = rect.y1 - rect.y0, top = stripe * job->rows;
        if (top >= height)
            return;
        rect.y0 += top;
        if (rect.y1 > rect.y0 + job->rows)
            rect.y1 = rect.y0 + job->rows;
        struct ho_picture view = {.width = rect.x1 - rect.x0,
                                  .height = rect.y1 - rect.y0,
                                  .stride = job->out->stride,
                                  .n_planes = job->out->n_planes};
        for (int p = 0; p < view.n_planes; p++)
            view.plane[p] = ho_tile_row(job->out, p, rect.y0);
        bool spread = job->source->grey && view.n_planes > 1;
        if (spread)
            view.n_planes = 1;
        struct ho_diag diag = {0};
        enum ho_result result = read_part(job->context, job->source->converters[stripe], &rect, &view, &diag);
        if (result != HO_OK) {
            pthread_mutex_lock(&job->lock);
            job->result = ho_fail(job->diag, result, "%s", diag.message);
            pthread_mutex_unlock(&job->lock);
        }
        if (spread)
            spread_grey(job->out, rect);
    }
}

enum ho_result media_source_read(const struct ho_node_context *context, struct ho_tile *out, struct ho_diag *diag)
{
    if (context->host->scale < 1)
        return media_source_read_scaled(context, context->out[0].width, context->out[0].height, out, diag);
    struct job job = {.context = context, .source = context->state, .out = out, .diag = diag};
    pthread_mutex_init(&job.lock, NULL);
    int height = out->rect.y1 - out->rect.y0;
    job.rows = ((height + N_STRIPES - 1) / N_STRIPES + 15) / 16 * 16;
    ho_pool_run(N_STRIPES, 1, context->n_threads, read_stripe, &job);
    pthread_mutex_destroy(&job.lock);
    return job.result;
}

enum ho_result media_source_process(const struct ho_node_context *context, int output,
                                    const struct ho_tile in[HO_PORTS_MAX], struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)in;
    return media_source_read(context, out, diag);
}

enum ho_result media_source_read_scaled(const struct ho_node_context *context, int width, int height,
                                        struct ho_tile *out, struct ho_diag *diag)
{
    struct media_source *source = context->state;
    struct ho_picture *all;
    HO_TRY(ho_picture_create(width, height, out->n_planes, &all, diag));
    enum ho_result result = read_part(context, source->converters[0], NULL, all, diag);
    for (int p = 0; p < out->n_planes && result == HO_OK; p++)
        for (int y = out->rect.y0; y < out->rect.y1; y++)
            memcpy(ho_tile_row(out, p, y), all->plane[p] + (ptrdiff_t)y * all->stride + out->rect.x0,
                   (size_t)(out->rect.x1 - out->rect.x0) * sizeof(float));
    ho_picture_destroy(&all);
    return result;
}
