// SPDX-License-Identifier: BSD-2-Clause
// A matte's frames for the render loop: store -> finesse and view. Stages on threads of their own, joined by bounded
// queues:
//
//   get      reads and decompresses mattes from the store
//   convert  applies finesse, smoothing and the view, where there is any of these; decodes the source only where one of
//            them needs it
//
// The calling thread runs the loop, which hands them to the writer, whose encoder has its own threads.
//
// Frames travel in items that come from a free queue and go back to it, so memory does not grow with the length of the
// source.
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/queue.h"
#include "deliver/loop.h"
#include "deliver/output.h"
#include "deliver/stages.h"
#include "deliver/view.h"

#define N_GOT 4     // mattes between get and the stage after it
#define N_MADE 3    // pictures or mattes between convert and write

static bool is_cancelled(const struct ho_stages *render) { return ho_cancel_is_requested(render->request->cancel); }

void ho_stage_item_release(void *opaque)
{
    struct ho_stage_item *item = opaque;
    if (!item)
        return;
    ho_matte_destroy(&item->matte);
    ho_picture_destroy(&item->picture);
    free(item);
}

// ---- get

static enum ho_result get_frame(struct ho_stages *render, int64_t frame, struct ho_stage_item *item,
                                struct ho_diag *diag)
{
    struct ho_frame_entry entry;
    item->frame = frame;
    const struct ho_range range = render->request->range;
    bool wanted = !render->request->has_range || (frame >= range.first && frame <= range.last);
    enum ho_result result = wanted ? ho_store_get(render->store, frame, item->matte, &entry, diag) : HO_END;
    item->present = result == HO_OK;
    if (result == HO_END)
        ho_matte_clear(item->matte);
    else if (result != HO_OK)
        return result;
    render->n_empty += !item->present || entry.area == 0;
    return HO_OK;
}

static enum ho_result get_all(struct ho_stages *render, struct ho_diag *diag)
{
    for (int64_t frame = 0; frame < render->source->n_frames; frame++) {
        void *item = NULL;
        if (ho_queue_receive(render->got_free, &item) != HO_OK)
            return HO_OK;    // the stage after this one has stopped, and says why
        enum ho_result result = is_cancelled(render) ? HO_CANCELLED : get_frame(render, frame, item, diag);
        if (result != HO_OK || ho_queue_send(render->got, item) != HO_OK) {
            ho_stage_item_release(item);
            return result;
        }
    }
    return HO_OK;
}

static void *get_main(void *opaque)
{
    struct ho_stages *render = opaque;
    render->get.result = get_all(render, &render->get.diag);
    ho_queue_close_send(render->got);
    return NULL;
}

// ---- write

static void give_back(struct ho_stages *render)
{
    struct ho_stage_item *item = render->written;
    render->written = NULL;
    if (item && ho_queue_send(render->plain ? render->got_free : render->made_free, item) != HO_OK)
        ho_stage_item_release(item);
}

// The next matte or picture, which goes back when the one after it is asked for.
static enum ho_result take_frame(void *opaque, int64_t frame, struct ho_loop_frame *out, struct ho_diag *diag)
{
    struct ho_stages *render = opaque;
    (void)frame;
    (void)diag;
    void *item = NULL;
    give_back(render);
    if (ho_queue_receive(render->plain ? render->got : render->made, &item) != HO_OK)
        return HO_END;    // the stage before has stopped, and says why
    render->written = item;
    *out = (struct ho_loop_frame){.width = render->source->width,
                                  .height = render->source->height,
                                  .picture = render->written->picture,
                                  .matte = render->written->picture ? NULL : render->written->matte};
    return HO_OK;
}

static const struct ho_loop_source matte_source = {.frame = take_frame};

// ---- setting up

static enum ho_result fill_queue(struct ho_queue *queue, size_t n, const struct ho_source_info *source, int n_planes,
                                 struct ho_diag *diag)
{
    for (size_t i = 0; i < n; i++) {
        struct ho_stage_item *item = ho_alloc(1, sizeof(*item));
        if (!item)
            return ho_fail_memory(diag, sizeof(*item));
        enum ho_result result = n_planes
                                    ? ho_picture_create(source->width, source->height, n_planes, &item->picture, diag)
                                    : ho_matte_create(source->width, source->height, &item->matte, diag);
        if (result == HO_OK)
            result = ho_queue_send(queue, item);
        if (result != HO_OK) {
            ho_stage_item_release(item);
            return result;
        }
    }
    return HO_OK;
}

static enum ho_result create_queues(struct ho_stages *render, struct ho_diag *diag)
{
    HO_TRY(ho_queue_create(N_GOT, &render->got_free, diag));
    HO_TRY(ho_queue_create(N_GOT, &render->got, diag));
    HO_TRY(fill_queue(render->got_free, N_GOT, render->source, 0, diag));
    if (render->plain)
        return HO_OK;
    HO_TRY(ho_queue_create(N_MADE, &render->made_free, diag));
    HO_TRY(ho_queue_create(N_MADE, &render->made, diag));
    int n_planes = render->request->view == HO_VIEW_MATTE ? 0 : ho_view_planes(render->request->view);
    return fill_queue(render->made_free, N_MADE, render->source, n_planes, diag);
}

static enum ho_result start_stage(struct ho_stage_thread *stage, void *(*run)(void *), struct ho_stages *render,
                                  struct ho_diag *diag)
{
    if (pthread_create(&stage->thread, NULL, run, render) != 0)
        return ho_fail(diag, HO_ERROR_MEMORY, "cannot start a thread");
    stage->running = true;
    return HO_OK;
}

// Stops the stages before `from`, whatever they do, and waits for them.
static void end_stages(struct ho_stages *render)
{
    struct ho_queue *queues[] = {render->got_free, render->got, render->made_free, render->made};
    for (size_t i = 0; i < sizeof(queues) / sizeof(queues[0]); i++)
        if (queues[i])
            ho_queue_close_receive(queues[i]);
    if (render->get.running)
        pthread_join(render->get.thread, NULL);
    if (render->convert.running)
        pthread_join(render->convert.thread, NULL);
    render->get.running = render->convert.running = false;
}

// Opens the source where a view or smoothing needs it, or where the caller says where it is now: then it is its rate,
// timecode and names of today that are delivered.
static enum ho_result open_source(struct ho_stages *render, struct ho_diag *diag)
{
    const struct ho_deliver_request *request = render->request;
    bool is_needed = request->view != HO_VIEW_MATTE || request->finesse.smooth > 0;
    if (!is_needed && !request->source)
        return HO_OK;
    const char *path = request->source ? request->source : render->source->path;
    struct ho_reader_options options = {.n_threads = request->n_threads,
                                        .index_dir = ho_bank_index_dir(render->bank),
                                        .cancel = request->cancel,
                                        .rate = request->rate};
    HO_TRY(ho_reader_open(path, &options, &render->reader, diag));
    render->found = *ho_reader_info(render->reader);
    if (strcmp(render->found.hash, render->source->hash) != 0)
        return ho_fail(
            diag, HO_ERROR_INPUT,
            "'%.600s' is not the source that this matte was tracked on (its content differs); name the right one",
            path);
    render->source = &render->found;
    if (!is_needed)
        ho_reader_close(&render->reader);
    return HO_OK;
}

// What the matte was made from, as metadata: the object, the step whose take it is, and what was said up to it.
static enum ho_result describe(struct ho_store *store, char **out, struct ho_diag *diag)
{
    struct ho_step *steps = NULL;
    size_t n = 0;
    int64_t wanted = ho_store_selected(store);
    json_t *said = json_array(), *made = NULL;
    HO_TRY(ho_store_steps(store, &steps, &n, diag));
    for (size_t i = n; i-- > 0;) {    // parents have smaller numbers
        if (steps[i].number != wanted)
            continue;
        wanted = steps[i].parent;
        json_array_insert_new(said, 0, json_loads(steps[i].said, 0, NULL));
        if (!made)
            made = json_pack("{s:s, s:I, s:s, s:s, s:s, s:s}", "bank_id", ho_store_id(store), "step",
                             (json_int_t)steps[i].number, "engine", steps[i].making.engine, "engine_version",
                             steps[i].making.engine_version, "weights", steps[i].making.weights, "quality",
                             steps[i].making.quality);
    }
    ho_steps_free(&steps, n);
    made = made ? made : json_pack("{s:s}", "bank_id", ho_store_id(store));
    json_object_set_new(made, "said", said);
    *out = made ? json_dumps(made, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(made);
    return *out ? HO_OK : ho_fail_memory(diag, 1024);
}

static bool is_premultiplied(const struct ho_deliver_request *request)
{
    return request->premultiplied || request->codec == HO_CODEC_EXR || request->codec == HO_CODEC_EXR_FLOAT;
}

enum { N_METADATA = 7 };

// What the writer is told, and what that points at.
struct telling {
    struct ho_rational *times;
    char *made;
    struct ho_metadata metadata[N_METADATA];
    struct ho_writer_options options;
};

static void telling_clear(struct telling *telling)
{
    free(telling->times);
    free(telling->made);
}

static enum ho_result tell_writer(const struct ho_stages *render, struct telling *out, struct ho_diag *diag)
{
    const struct ho_deliver_request *request = render->request;
    const struct ho_source_info *source = render->source;
    int64_t n_times = 0;
    *out = (struct telling){.times = NULL};
    if (request->source_cadence) {
        struct ho_reader_options reading = {.index_dir = ho_bank_index_dir(render->bank), .cancel = request->cancel};
        HO_TRY(ho_source_times(source->path, &reading, &out->times, &n_times, diag));
    }
    HO_TRY(describe(render->store, &out->made, diag));
    const struct ho_metadata metadata[N_METADATA] = {
        {"holdout.object", ho_store_object(render->store)},
        {"holdout.source", source->clip_name},
        {"holdout.source_hash", source->hash},
        {"holdout.view", ho_view_name(request->view)},
        {"holdout.first_frame", "0"},
        {"holdout.recipe", out->made},
        {"holdout.alpha", is_premultiplied(request) ? "premultiplied" : "straight"},    // of a cutout: the last one
    };
    memcpy(out->metadata, metadata, sizeof(metadata));
    out->options = (struct ho_writer_options){
        .codec = request->codec,
        .rate = source->rate,
        .pixel_aspect = source->pixel_aspect,
        .times = out->times,
        .has_timecode = source->has_timecode,
        .start = source->start,
        .reel_name = source->reel_name,
        .clip_name = source->clip_name,
        .colour = source->colour,
        .field_order = source->field_order,
        .metadata = out->metadata,
        .n_metadata = N_METADATA - (request->view != HO_VIEW_CUTOUT),
        .premultiplied = request->premultiplied,
        .overwrite = request->overwrite,
        .n_threads = request->n_threads,
        .cancel = request->cancel,
        .first_number = ho_output_first_number(request, source),
    };
    return HO_OK;
}

// The failure that came first in the flow: what follows it only saw its queue close.
static enum ho_result first_failure(const struct ho_stages *render, enum ho_result written,
                                    const struct ho_diag *write_diag, struct ho_diag *diag)
{
    const enum ho_result results[] = {render->get.result, render->convert.result, written};
    const struct ho_diag *diags[] = {&render->get.diag, &render->convert.diag, write_diag};
    for (int i = 0; i < 3; i++)
        if (results[i] != HO_OK)
            return results[i] != HO_CANCELLED ? ho_fail(diag, results[i], "%s", diags[i]->message) : HO_CANCELLED;
    return HO_OK;
}

static enum ho_result run_stages(struct ho_stages *render, struct ho_loop *loop, struct ho_diag *diag)
{
    struct ho_diag write_diag = {0};
    enum ho_result result = create_queues(render, &write_diag);
    if (result == HO_OK)
        result = start_stage(&render->get, get_main, render, &write_diag);
    if (result == HO_OK && !render->plain)
        result = start_stage(&render->convert, ho_stage_convert, render, &write_diag);
    if (result == HO_OK)
        result = ho_loop_run(loop, &write_diag);
    give_back(render);
    end_stages(render);
    return first_failure(render, result, &write_diag, diag);
}

static enum ho_result render_to(struct ho_stages *render, const char *path, struct ho_deliver_report *report,
                                struct ho_diag *diag)
{
    struct telling telling;
    struct ho_loop loop = {.source = &matte_source,
                           .opaque = render,
                           .path = path,
                           .range = {0, render->source->n_frames - 1},
                           .progress = render->request->progress,
                           .progress_opaque = render->request->opaque};
    enum ho_result result = tell_writer(render, &telling, diag);
    loop.writer = telling.options;
    if (result == HO_OK)
        result = run_stages(render, &loop, diag);
    telling_clear(&telling);
    if (result == HO_CANCELLED)
        return ho_fail(diag, HO_CANCELLED, "stopped after %lld of %lld frames, and '%.600s' was not written",
                       (long long)loop.n_frames, (long long)render->source->n_frames, path);
    report->n_frames = loop.n_frames;
    report->n_empty = render->n_empty;
    snprintf(report->path, sizeof(report->path), "%s", path);
    if (render->source->has_timecode)
        ho_timecode_format(render->source->start, report->timecode);
    return result;
}

static enum ho_result deliver(struct ho_stages *render, struct ho_deliver_report *report, struct ho_diag *diag)
{
    const struct ho_deliver_request *request = render->request;
    HO_TRY(ho_bank_open(request->bank_dir, &render->bank, diag));
    HO_TRY(ho_store_open(render->bank, request->id, HO_STORE_READ, &render->store, diag));
    const struct ho_source_info *tracked = ho_store_source(render->store);
    render->source = tracked;
    render->plain = request->view == HO_VIEW_MATTE && ho_finesse_is_identity(&request->finesse);
    char *path;
    HO_TRY(open_source(render, diag));
    HO_TRY(ho_deliver_check(request, render->source, ho_store_object(render->store), &path, diag));
    struct ho_output_files files = {path, request->codec, ho_output_first_number(request, render->source),
                                    render->source->n_frames};
    enum ho_result result = ho_output_check_source(&files, tracked->path,
                                                   diag);    // where it lay may be where it lies
    if (result == HO_OK && render->reader)
        result = ho_reader_start(render->reader, 0, render->source->n_frames - 1, diag);
    if (result == HO_OK)
        result = render_to(render, path, report, diag);
    free(path);
    return result;
}

enum ho_result ho_deliver_matte(const struct ho_deliver_request *request, struct ho_deliver_report *report,
                                struct ho_diag *diag)
{
    *report = (struct ho_deliver_report){0};
    struct ho_deliver_request filled = *request;
    if (filled.codec == HO_CODEC_BY_NAME)
        HO_TRY(ho_codec_of_output(filled.output, &filled.codec, diag));
    struct ho_stages render = {.request = &filled};
    double begun = ho_loop_now();
    enum ho_result result = deliver(&render, report, diag);
    ho_queue_destroy(&render.got_free, ho_stage_item_release);
    ho_queue_destroy(&render.got, ho_stage_item_release);
    ho_queue_destroy(&render.made_free, ho_stage_item_release);
    ho_queue_destroy(&render.made, ho_stage_item_release);
    ho_reader_close(&render.reader);
    ho_store_close(&render.store);
    ho_bank_close(&render.bank);
    report->seconds = ho_loop_now() - begun;
    return result;
}
