// SPDX-License-Identifier: BSD-2-Clause
#include "track/context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"

enum { TELL_EVERY_NS = 100000000 };

int64_t ho_context_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

bool ho_context_is_cancelled(const struct ho_context *context)
{
    return ho_cancel_is_requested(context->request->cancel);
}

static bool is_counted(const struct ho_passes *frame) { return frame->left > 0 || frame->is_passed; }
static bool is_done(const struct ho_passes *frame) { return frame->left == 0 && frame->is_passed; }

// Takes what became of a frame into the sums.
static void set_passes(struct ho_context *context, int64_t frame, struct ho_passes now)
{
    struct ho_passes *was = &context->passes[frame];
    context->progress.n_total += is_counted(&now) - is_counted(was);
    context->progress.n_done += is_done(&now) - is_done(was);
    *was = now;
}

void ho_context_expect(struct ho_context *context, int64_t from, int64_t to, int n)
{
    const int step = to < from ? -1 : 1;
    for (int64_t frame = from; frame != to;) {
        frame += step;
        struct ho_passes passes = context->passes[frame];
        if (n < 0 && passes.left == 0)
            continue;
        passes.left = (uint16_t)(passes.left + n);
        context->n_passes += n;
        set_passes(context, frame, passes);
    }
}

static void count_pass(struct ho_context *context, int64_t frame)
{
    struct ho_passes passes = context->passes[frame];
    if (passes.left > 0)
        passes.left--;
    else
        context->n_passes++;
    passes.is_passed = true;
    context->n_passes_done++;
    set_passes(context, frame, passes);
}

void ho_context_tell(struct ho_context *context, const char *object, int64_t frame, float confidence, bool is_last)
{
    struct ho_track_progress *progress = &context->progress;
    int64_t now = ho_context_clock();
    if (object) {
        progress->object = object;
        progress->frame = frame;
        progress->confidence = confidence;
        count_pass(context, frame);
    }
    if (!context->request->progress || (!is_last && now - context->told_ns < TELL_EVERY_NS))
        return;
    if (is_last) {
        progress->n_total = progress->n_done;
        context->n_passes = context->n_passes_done;
    }
    double seconds = (double)(now - context->started_ns) / 1e9;
    double share = context->n_passes > 0 ? (double)context->n_passes_done / (double)context->n_passes : 0;
    progress->frames_per_second = seconds > 0 ? share * (double)progress->n_total / seconds : 0;
    progress->seconds_left = share > 0 ? seconds / share - seconds : 0;
    context->told_ns = now;
    context->request->progress(context->request->opaque, progress);
}

static enum ho_result open_reader(struct ho_context *context, struct ho_reader **out, struct ho_diag *diag)
{
    struct ho_reader_options options = {.n_threads = context->request->n_threads,
                                        .index_dir = ho_bank_index_dir(context->bank),
                                        .cancel = context->request->cancel,
                                        .rate = context->request->rate};
    return ho_reader_open(context->request->source, &options, out, diag);
}

enum ho_result ho_context_frame(struct ho_context *context, int64_t frame, struct ho_frame **out, struct ho_diag *diag)
{
    for (int i = 0; i < HO_LOOKED_UP; i++) {
        if (context->looked_up[i] && ho_frame_index(context->looked_up[i]) == frame) {
            *out = ho_frame_ref(context->looked_up[i]);
            return HO_OK;
        }
    }
    if (!context->lookup)
        HO_TRY(open_reader(context, &context->lookup, diag));
    HO_TRY(ho_reader_frame(context->lookup, frame, out, diag));
    struct ho_frame **oldest = &context->looked_up[context->next_looked_up];
    context->next_looked_up = (context->next_looked_up + 1) % HO_LOOKED_UP;
    ho_frame_unref(oldest);
    *oldest = ho_frame_ref(*out);
    return HO_OK;
}

// A relative path means nothing to whoever reads it from another folder.
static void make_absolute(char *path, size_t size)
{
    char folder[4096];
    if (path[0] == '/' || !getcwd(folder, sizeof(folder)) || strlen(folder) + 1 + strlen(path) >= size)
        return;
    memmove(path + strlen(folder) + 1, path, strlen(path) + 1);
    memcpy(path, folder, strlen(folder));
    path[strlen(folder)] = '/';
}

// Waits for another process in small steps, so that a user who has seen enough can stop it.
enum ho_result ho_context_store(struct ho_context *context, const char *object, struct ho_store **out,
                                struct ho_diag *diag)
{
    const double step = 0.2;
    struct ho_source_info *source = ho_alloc(1, sizeof(*source));
    if (!source)
        return ho_fail_memory(diag, sizeof(*source));
    *source = *context->source;
    make_absolute(source->path, sizeof(source->path));
    enum ho_result result = HO_ERROR_BUSY;
    struct ho_diag inner = {0};
    for (double left = context->request->wait_seconds; result == HO_ERROR_BUSY; left -= step) {
        double wait = left < 0 ? 0 : left < step ? left : step;
        inner = (struct ho_diag){0};
        result = ho_store_create(context->bank, source, object, wait, out, &inner);
        if (result == HO_ERROR_BUSY && ho_context_is_cancelled(context))
            result = HO_CANCELLED;
        if (left <= step)
            break;
    }
    free(source);
    return result == HO_OK || result == HO_CANCELLED ? result : ho_fail(diag, result, "%s", inner.message);
}

enum ho_result ho_context_key(const struct ho_context *context, const char *what, const struct ho_key *keys, size_t n,
                              struct ho_key *out, struct ho_diag *diag)
{
    struct ho_key_maker *maker;
    HO_TRY(ho_key_maker_create(&maker, diag));
    ho_key_maker_add_key(maker, context->base);
    ho_key_maker_add_text(maker, what);
    for (size_t i = 0; i < n; i++)
        ho_key_maker_add_key(maker, keys[i]);
    *out = ho_key_maker_key(maker);
    ho_key_maker_destroy(&maker);
    return HO_OK;
}

// ---- opening

static enum ho_result take_range(struct ho_context *context, struct ho_diag *diag)
{
    struct ho_range range = context->request->range, all = {0, context->source->n_frames - 1};
    context->range = all;
    if (!context->request->has_range)
        return HO_OK;
    if (range.first < 0 || range.last < range.first || range.last > all.last)
        return ho_fail(diag, HO_ERROR_USAGE, "the range %lld-%lld does not fit %s, which has frames 0 to %lld",
                       (long long)range.first, (long long)range.last, context->source->path, (long long)all.last);
    context->range = range;
    return HO_OK;
}

static enum ho_result make_base(struct ho_context *context, struct ho_diag *diag)
{
    const struct ho_engine_identity *identity = context->engine->identity(context->session);
    struct ho_making *making = &context->making;
    struct ho_key_maker *maker;
    snprintf(making->engine, sizeof(making->engine), "%s", identity->name);
    snprintf(making->engine_version, sizeof(making->engine_version), "%s", identity->version);
    snprintf(making->weights, sizeof(making->weights), "%s", identity->weights);
    snprintf(making->precision, sizeof(making->precision), "%s", identity->precision);
    snprintf(making->runtime, sizeof(making->runtime), "%s", identity->runtime);
    snprintf(making->quality, sizeof(making->quality), "%s", ho_quality_name(context->request->quality));
    HO_TRY(ho_key_maker_create(&maker, diag));
    ho_key_maker_add_text(maker, "holdout frame, 2");
    ho_key_maker_add_text(maker, context->source->hash);
    ho_key_maker_add_text(maker, making->engine);
    ho_key_maker_add_text(maker, making->engine_version);
    ho_key_maker_add_text(maker, making->weights);
    ho_key_maker_add_text(maker, making->precision);
    ho_key_maker_add_text(maker, making->quality);
    context->base = ho_key_maker_key(maker);
    ho_key_maker_destroy(&maker);
    return HO_OK;
}

enum ho_result ho_context_open(struct ho_context *context, struct ho_diag *diag)
{
    const struct ho_track_request *request = context->request;
    HO_TRY(ho_engine_find(request->engine ? request->engine : "embedded", &context->engine, diag));
    HO_TRY(ho_bank_open(request->bank_dir, &context->bank, diag));
    HO_TRY(open_reader(context, &context->reader, diag));
    context->source = ho_reader_info(context->reader);
    context->passes = ho_alloc((size_t)context->source->n_frames, sizeof(*context->passes));
    if (!context->passes)
        return ho_fail_memory(diag, (size_t)context->source->n_frames * sizeof(*context->passes));
    HO_TRY(take_range(context, diag));
    struct ho_engine_options options = {.width = context->source->width,
                                        .height = context->source->height,
                                        .pixel_aspect = context->source->pixel_aspect,
                                        .quality = request->quality,
                                        .model = request->model,
                                        .n_threads = request->n_threads};
    HO_TRY(context->engine->open(&options, &context->session, diag));
    return make_base(context, diag);
}

void ho_context_close(struct ho_context *context)
{
    if (context->session)
        context->engine->close(&context->session);
    for (int i = 0; i < HO_LOOKED_UP; i++)
        ho_frame_unref(&context->looked_up[i]);
    free(context->passes);
    ho_reader_close(&context->lookup);
    ho_reader_close(&context->reader);
    ho_bank_close(&context->bank);
}
