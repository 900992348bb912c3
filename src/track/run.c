// SPDX-License-Identifier: BSD-2-Clause
// One run, from a request to a report: open, plan, prompted frames, sweep forward, sweep backward, blend, settle,
// report. A correction runs it inside itself.
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "track/track.h"

enum { TELL_EVERY_NS = 100000000 };

int64_t ho_track_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

bool ho_track_is_cancelled(const struct ho_track *track) { return ho_cancel_is_requested(track->request->cancel); }

void ho_track_tell(struct ho_track *track, const struct ho_object *object, int64_t frame, float confidence,
                   bool is_last)
{
    struct ho_track_progress *progress = &track->progress;
    int64_t now = ho_track_clock();
    if (object) {
        progress->object = object->name;
        progress->frame = frame;
        progress->confidence = confidence;
        progress->n_done++;
    }
    if (!track->request->progress || (!is_last && now - track->told_ns < TELL_EVERY_NS))
        return;
    double seconds = (double)(now - track->started_ns) / 1e9;
    progress->frames_per_second = seconds > 0 ? (double)progress->n_done / seconds : 0;
    progress->seconds_left = progress->frames_per_second > 0
                                 ? (double)(progress->n_total - progress->n_done) / progress->frames_per_second
                                 : 0;
    track->told_ns = now;
    track->request->progress(track->request->opaque, progress);
}

static enum ho_result open_reader(struct ho_track *track, struct ho_reader **out, struct ho_diag *diag)
{
    struct ho_reader_options options = {.n_threads = track->request->n_threads,
                                        .index_dir = ho_bank_index_dir(track->bank),
                                        .cancel = track->request->cancel,
                                        .rate = track->request->rate};
    return ho_reader_open(track->request->source, &options, out, diag);
}

enum ho_result ho_track_lookup(struct ho_track *track, int64_t frame, struct ho_frame **out, struct ho_diag *diag)
{
    if (!track->lookup)
        HO_TRY(open_reader(track, &track->lookup, diag));
    return ho_reader_frame(track->lookup, frame, out, diag);
}

// Waits for another process in small steps, so that a user who has seen enough can stop it.
enum ho_result ho_track_create_store(struct ho_track *track, const struct ho_recipe *recipe, struct ho_store **out,
                                     struct ho_diag *diag)
{
    const double step = 0.2;
    for (double left = track->request->wait_seconds;; left -= step) {
        struct ho_diag inner = {0};
        enum ho_result result = ho_store_create(track->bank, recipe,
                                                left < 0      ? 0
                                                : left < step ? left
                                                              : step,
                                                out, &inner);
        if (result == HO_OK)
            return HO_OK;
        if (ho_track_is_cancelled(track))
            return HO_CANCELLED;
        if (result != HO_ERROR_BUSY || left <= step)
            return ho_fail(diag, result, "%s", inner.message);
    }
}

// ---- opening

static enum ho_result take_range(struct ho_track *track, struct ho_diag *diag)
{
    struct ho_range range = track->request->range, all = {0, track->source->n_frames - 1};
    if (range.first == 0 && range.last == -1) {
        track->range = all;
        return HO_OK;
    }
    if (range.first < 0 || range.last < range.first || range.last > all.last)
        return ho_fail(diag, HO_ERROR_USAGE, "the range %lld-%lld does not fit %s, which has frames 0 to %lld",
                       (long long)range.first, (long long)range.last, track->source->path, (long long)all.last);
    track->range = range;
    return HO_OK;
}

static enum ho_result make_base(struct ho_track *track, struct ho_diag *diag)
{
    const struct ho_engine_identity *identity = track->engine->identity(track->session);
    struct ho_key_maker *maker;
    HO_TRY(ho_key_maker_create(&maker, diag));
    ho_key_maker_add_text(maker, "holdout frame, 1");
    ho_key_maker_add_text(maker, track->source->hash);
    ho_key_maker_add_text(maker, identity->name);
    ho_key_maker_add_text(maker, identity->version);
    ho_key_maker_add_text(maker, identity->weights);
    ho_key_maker_add_text(maker, identity->precision);
    ho_key_maker_add_text(maker, ho_quality_name(track->request->quality));
    track->base = ho_key_maker_key(maker);
    ho_key_maker_destroy(&maker);
    return HO_OK;
}

static int compare_ids(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

// Two processes that want the same objects take their locks in the same order, whatever the order in which they were
// asked for.
static enum ho_result open_objects(struct ho_track *track, struct ho_diag *diag)
{
    const char *names[HO_OBJECTS_MAX];
    for (size_t i = 0; i < track->n_objects; i++)
        names[i] = track->objects[i].name;
    qsort(names, track->n_objects, sizeof(names[0]), compare_ids);
    for (size_t i = 0; i + 1 < track->n_objects; i++)
        if (strcmp(names[i], names[i + 1]) == 0)
            return ho_fail(diag, HO_ERROR_USAGE, "two objects are named '%s'; give each its own name", names[i]);
    for (size_t n = 0; n < track->n_objects; n++)
        for (size_t i = 0; i < track->n_objects; i++)
            if (track->objects[i].name == names[n])
                HO_TRY(ho_object_open(track, &track->objects[i], diag));
    return HO_OK;
}

static enum ho_result open_all(struct ho_track *track, struct ho_diag *diag)
{
    const struct ho_track_request *request = track->request;
    if (request->n_objects == 0 || request->n_objects > HO_OBJECTS_MAX)
        return ho_fail(diag, HO_ERROR_USAGE, "a run tracks 1 to %d objects, not %zu", HO_OBJECTS_MAX,
                       request->n_objects);
    HO_TRY(ho_engine_find(request->engine ? request->engine : "embedded", &track->engine, diag));
    HO_TRY(ho_bank_open(request->bank_dir, &track->bank, diag));
    HO_TRY(open_reader(track, &track->reader, diag));
    track->source = ho_reader_info(track->reader);
    HO_TRY(take_range(track, diag));
    track->objects = ho_alloc(request->n_objects, sizeof(*track->objects));
    if (!track->objects)
        return ho_fail_memory(diag, request->n_objects * sizeof(*track->objects));
    for (size_t i = 0; i < request->n_objects; i++) {
        track->n_objects++;
        HO_TRY(ho_object_prepare(track, &request->objects[i], &track->objects[i], diag));
    }
    struct ho_engine_options options = {.width = track->source->width,
                                        .height = track->source->height,
                                        .pixel_aspect = track->source->pixel_aspect,
                                        .quality = request->quality,
                                        .model = request->model,
                                        .n_threads = request->n_threads};
    HO_TRY(track->engine->open(&options, &track->session, diag));
    HO_TRY(make_base(track, diag));
    return open_objects(track, diag);
}

static void close_all(struct ho_track *track)
{
    for (size_t i = 0; i < track->n_objects; i++)
        ho_object_close(&track->objects[i]);
    free(track->objects);
    if (track->session)
        track->engine->close(&track->session);
    ho_reader_close(&track->lookup);
    ho_reader_close(&track->reader);
    ho_bank_close(&track->bank);
}

// ---- the work

static int64_t count_prompts(const struct ho_object *object)
{
    int64_t n = 0;
    for (size_t i = 0; i < object->prompts.n_frames; i++)
        n += !object->has[object->prompts.frames[i].frame];
    return n;
}

static int64_t count_blends(const struct ho_track *track, const struct ho_object *object)
{
    int64_t n = 0;
    for (size_t i = 0; i < object->n_spans; i++) {
        struct ho_range lacking = ho_span_lacking(object, &object->spans[i], track->request->direction);
        for (int64_t frame = lacking.first; object->spans[i].kind == HO_SPAN_BETWEEN && frame <= lacking.last; frame++)
            n += !object->has[frame];
    }
    return n;
}

static enum ho_result plan(struct ho_track *track, struct ho_walk **walks, size_t *n, struct ho_diag *diag)
{
    for (size_t i = 0; i < track->n_objects; i++) {
        struct ho_object *object = &track->objects[i];
        HO_TRY(ho_plan_spans(track, object, diag));
        HO_TRY(ho_plan_frames(track, object, diag));
        HO_TRY(ho_plan_walks(track, object, walks, n, diag));
        track->progress.n_total += count_prompts(object) + count_blends(track, object);
    }
    for (size_t i = 0; i < *n; i++)
        track->progress.n_total += ((*walks)[i].last - (*walks)[i].resume) * (*walks)[i].step;
    return HO_OK;
}

static enum ho_result work(struct ho_track *track, struct ho_walk *walks, size_t n, struct ho_diag *diag)
{
    for (size_t i = 0; i < track->n_objects; i++)
        HO_TRY(ho_track_prompted_frames(track, &track->objects[i], diag));
    HO_TRY(ho_sweep(track, walks, n, 1, diag));
    HO_TRY(ho_sweep(track, walks, n, -1, diag));
    for (size_t i = 0; i < track->n_objects; i++)
        for (size_t s = 0; s < track->objects[i].n_spans; s++)
            if (track->objects[i].spans[s].kind == HO_SPAN_BETWEEN)
                HO_TRY(ho_blend_span(track, &track->objects[i], &track->objects[i].spans[s], diag));
    return track->n_objects > 1 ? ho_settle_objects(track, diag) : HO_OK;
}

static enum ho_result make_report(struct ho_track *track, struct ho_track_report *report, struct ho_diag *diag)
{
    report->source = *track->source;
    report->objects = ho_alloc(track->n_objects, sizeof(*report->objects));
    if (!report->objects)
        return ho_fail_memory(diag, track->n_objects * sizeof(*report->objects));
    report->n_objects = track->n_objects;
    for (size_t i = 0; i < track->n_objects; i++)
        HO_TRY(ho_events_report(track, &track->objects[i], &report->objects[i], diag));
    return HO_OK;
}

void ho_track_report_clear(struct ho_track_report *report)
{
    for (size_t i = 0; i < report->n_objects; i++)
        free(report->objects[i].events);
    free(report->objects);
    memset(report, 0, sizeof(*report));
}

enum ho_result ho_track_run(const struct ho_track_request *request, struct ho_track_report *report,
                            struct ho_diag *diag)
{
    struct ho_track track = {.request = request};
    struct ho_walk *walks = NULL;
    size_t n_walks = 0;
    int64_t begun = ho_track_clock();
    memset(report, 0, sizeof(*report));
    enum ho_result result = open_all(&track, diag);
    report->seconds_reading = (double)(ho_track_clock() - begun - track.correcting_ns) / 1e9;
    track.started_ns = ho_track_clock() - track.correcting_ns;
    track.progress.object = track.n_objects ? track.objects[0].name : "";
    if (result == HO_OK)
        result = plan(&track, &walks, &n_walks, diag);
    if (result == HO_OK)
        result = work(&track, walks, n_walks, diag);
    if (result == HO_OK || (result == HO_CANCELLED && track.n_objects && track.objects[track.n_objects - 1].store)) {
        struct ho_diag reporting = {0};
        enum ho_result reported = make_report(&track, report, &reporting);
        if (result == HO_OK && reported != HO_OK)
            result = ho_fail(diag, reported, "%s", reporting.message);
    }
    if (result == HO_OK || result == HO_CANCELLED)
        ho_track_tell(&track, NULL, 0, 0, true);
    if (track.session)
        track.engine->times(track.session, &report->times);
    report->seconds_waiting = (double)track.waiting_ns / 1e9;
    ho_walks_free(walks, n_walks);
    close_all(&track);
    report->seconds = (double)(ho_track_clock() - begun) / 1e9;
    return result == HO_CANCELLED
               ? ho_fail(diag, result,
                         "%s: tracking was stopped; what was tracked is kept, and the same command goes on from there",
                         request->source)
               : result;
}
