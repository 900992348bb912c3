// SPDX-License-Identifier: BSD-2-Clause
// Tracking as a job: all that was said about objects of one source, in order; the bank finds what it has of it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/said.h"
#include "session/track_job.h"

struct job_object {
    char name[HO_NAME_SIZE];
    struct ho_said *said;
    size_t n;
};
struct track_job {
    struct task task;
    struct ho_session *session;
    const struct ho_session_options *options;
    struct track_wish wish;
    char path[4096];
    struct ho_rational rate;
    enum ho_quality quality;
    struct job_object *objects;
    size_t n_objects;
    enum ho_result result;
    struct ho_diag diag;
    int64_t work;
    char words[512];    // what came of it
};

static void progress(void *opaque, const struct ho_track_progress *told)
{
    struct track_job *job = opaque;
    task_progress(job->session, &job->task, told->n_done, told->n_total, told->frames_per_second, told->seconds_left);
}

static void describe(struct track_job *job, const struct ho_track_report *report)
{
    int64_t n_tracked = 0, n_reused = 0, n_doubtful = 0;
    for (size_t i = 0; i < report->n_objects; i++) {
        n_tracked += report->objects[i].n_tracked;
        n_reused += report->objects[i].n_reused;
        n_doubtful += (int64_t)report->objects[i].n_events;
    }
    int n = snprintf(job->words, sizeof(job->words), "%lld frames tracked, %lld there already", (long long)n_tracked,
                     (long long)n_reused);
    if (n_doubtful && n > 0 && report->objects[0].correct_first >= 0)
        snprintf(job->words + n, sizeof(job->words) - (size_t)n, "; %lld to be checked, best to begin with frame %lld",
                 (long long)n_doubtful, (long long)report->objects[0].correct_first);
}

static enum ho_result track(struct track_job *job, struct ho_diag *diag)
{
    struct ho_object_request *objects = ho_alloc(job->n_objects, sizeof(*objects));
    struct ho_track_report report = {0};
    if (!objects)
        return ho_fail_memory(diag, job->n_objects * sizeof(*objects));
    for (size_t i = 0; i < job->n_objects; i++)
        objects[i] = (struct ho_object_request){job->objects[i].name, job->objects[i].said, job->objects[i].n};
    struct ho_track_request request = {.source = job->path,
                                       .rate = job->rate,
                                       .objects = objects,
                                       .n_objects = job->n_objects,
                                       .engine = job->options->engine,
                                       .model = job->options->model,
                                       .quality = job->quality,
                                       .direction = job->wish.direction,
                                       .has_range = job->wish.has_range,
                                       .range = job->wish.range,
                                       .whole = job->wish.whole,
                                       .bank_dir = job->options->bank_dir,
                                       .wait_seconds = 5,
                                       .n_threads = job->options->n_threads,
                                       .cancel = &job->task.cancel,
                                       .progress = progress,
                                       .opaque = job};
    enum ho_result result = ho_track_run(&request, &report, diag);
    if (result == HO_OK)
        describe(job, &report);
    ho_track_report_clear(&report);
    free(objects);
    return result;
}

static void run(struct task *task, void **kept)
{
    struct track_job *job = (struct track_job *)task;
    (void)kept;
    job->result = ho_cancel_is_requested(&task->cancel) ? HO_CANCELLED : track(job, &job->diag);
}

static void done(struct ho_session *session, struct task *task)
{
    struct track_job *job = (struct track_job *)task;
    struct work *work = work_find(session, job->work);
    if (work)
        work_end(session, work, job->result, &job->diag, job->words);
    if (job->result != HO_CANCELLED)
        session_say(session, "%s", job->result == HO_OK ? job->words : job->diag.message);
    masks_forget(session, false);
}

static void drop(struct task *task)
{
    struct track_job *job = (struct track_job *)task;
    for (size_t i = 0; i < job->n_objects; i++) {
        for (size_t k = 0; k < job->objects[i].n; k++)
            said_clear(&job->objects[i].said[k]);
        free(job->objects[i].said);
    }
    free(job->objects);
    free(job);
}

static enum ho_result add_object(struct track_job *job, const struct object *object, struct ho_diag *diag)
{
    struct job_object *grown = ho_realloc(job->objects, job->n_objects + 1, sizeof(*grown));
    if (!grown)
        return ho_fail_memory(diag, sizeof(*grown));
    job->objects = grown;
    struct job_object *put = &grown[job->n_objects++];
    *put = (struct job_object){.said = ho_alloc(object->shown.n_said + 1, sizeof(*put->said))};
    snprintf(put->name, sizeof(put->name), "%s", object->shown.name);
    if (!put->said)
        return ho_fail_memory(diag, object->shown.n_said * sizeof(*put->said));
    for (; put->n < object->shown.n_said; put->n++)
        HO_TRY(said_copy(&object->said[put->n].said, &put->said[put->n], diag));
    return HO_OK;
}

static enum ho_result fill(struct track_job *job, struct ho_session *session, const char *name, struct ho_diag *diag)
{
    const struct ho_project_media *media = masks_media(session);
    const struct object *one = *name ? masks_find(session, name) : masks_object(session);
    bool all = strcmp(name, "all") == 0;
    if (!media || session->masks.n == 0 || (!all && !one))
        return ho_fail(diag, HO_ERROR_USAGE,
                       *name && media ? "track: there is no object \"%.80s\" of this source"
                                      : "track: nothing says what: click an object first",
                       name);
    snprintf(job->path, sizeof(job->path), "%s", media->source.path);
    job->rate = media->rate;
    job->quality = (one ? one : &session->masks.objects[0])->shown.quality;
    for (size_t i = 0; i < session->masks.n; i++) {
        const struct object *object = &session->masks.objects[i];
        if ((all || object == one) && object->shown.n_said > 0 && object->shown.quality == job->quality)
            HO_TRY(add_object(job, object, diag));
    }
    return job->n_objects ? HO_OK
                          : ho_fail(diag, HO_ERROR_USAGE, "track: nothing was said about \"%s\": click it first",
                                    one ? one->shown.name : name);
}

enum ho_result track_start(struct call *call, const char *name, const struct track_wish *wish, bool wait,
                           struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    struct track_job *job = ho_alloc(1, sizeof(*job));
    if (!job)
        return ho_fail_memory(diag, sizeof(*job));
    job->task = (struct task){.run = run, .done = done, .drop = drop};
    job->session = session;
    job->options = &session->options;
    job->wish = *wish;
    enum ho_result result = fill(job, session, name, diag);
    struct work *work = result == HO_OK ? work_add(session, HO_WORK_TRACK, job->objects[0].name, &job->task) : NULL;
    if (result == HO_OK && !work)
        result = ho_fail_memory(diag, sizeof(*work));
    if (result != HO_OK) {
        drop(&job->task);
        return result;
    }
    job->work = work->shown.id;
    reply_integer(call, "job", job->work);
    if (!wait) {
        worker_want(session, WORKER_TRACK, &job->task, false);
        return HO_OK;
    }
    job->result = track(job, &job->diag);
    done(session, &job->task);
    result = job->result;
    if (result != HO_OK)
        (void)!ho_fail(diag, result, "%s", job->diag.message);
    else
        reply_text(call, "tracked", job->words);
    drop(&job->task);
    return result;
}
