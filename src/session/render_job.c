// SPDX-License-Identifier: BSD-2-Clause
// One job of the render queue. How far it is is kept in the project: what a crash has ended is gone on with.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "holdout/compile.h"
#include "session/deliver.h"

struct render_job {
    struct task task;
    struct ho_session *session;
    struct deliver_settings settings;
    struct ho_timeline *timeline;
    struct ho_project_media *media;
    size_t n_media;
    struct ho_job job;
    char bank_dir[4096];
    bool has_bank;
    int n_threads;
    int64_t n_before;    // frames of the files that are done
    int n_files;
    char path[4096];    // of the last
    char **names;       // given to clips so far
    size_t n_names;
    bool goes_on;    // after a crash
    enum ho_result result;
    struct ho_diag diag;
};

static bool find_media(void *opaque, int64_t id, struct ho_compile_media *out)
{
    const struct render_job *job = opaque;
    memset(out, 0, sizeof(*out));
    for (size_t i = 0; i < job->n_media; i++)
        if (job->media[i].id == id) {
            out->alpha = job->media[i].alpha;
            if (!ho_project_media_is_offline(&job->media[i]))
                snprintf(out->path, sizeof(out->path), "%s", job->media[i].source.path);
            return true;
        }
    return false;
}

static void progress(void *opaque, const struct ho_deliver_progress *told)
{
    struct render_job *job = opaque;
    task_progress(job->session, &job->task, job->n_before + told->n_done, job->job.n_total, told->frames_per_second,
                  told->seconds_left);
}

static struct ho_render_request request_of(struct render_job *job, const char *output)
{
    return (struct ho_render_request){.output = output,
                                      .codec = job->settings.codec,
                                      .audio = job->settings.sound ? HO_AUDIO_COPY : HO_AUDIO_NONE,
                                      .overwrite = job->settings.overwrite,
                                      .has_first_number = job->settings.start_number >= 0,
                                      .first_number = job->settings.start_number,
                                      .any_matte = true,    // an editor put it there
                                      .bank_dir = job->has_bank ? job->bank_dir : NULL,
                                      .n_threads = job->n_threads,
                                      .cancel = &job->task.cancel,
                                      .progress = progress,
                                      .opaque = job};
}

static enum ho_result render_movie(struct render_job *job, struct ho_diag *diag)
{
    const char *name = ho_timeline_get_settings(job->timeline)->name;
    const struct ho_compile_options compile = {.find = find_media, .opaque = job};
    struct ho_render_report report = {0};
    char *output = deliver_output(&job->settings, name, name, ho_timeline_length(job->timeline), 1);
    if (!output)
        return ho_fail_memory(diag, 1);
    struct ho_render_request request = request_of(job, output);
    request.has_range = job->settings.has_frames;
    request.range = job->settings.frames;
    enum ho_result result = ho_render_timeline(job->timeline, &compile, &request, &report, diag);
    snprintf(job->path, sizeof(job->path), "%s", report.path);
    job->n_files = result == HO_OK;
    free(output);
    return result;
}

// ---- clips: each a file, in its source's size and frames

static struct ho_range with_handles(const struct render_job *job, const struct ho_timeline_clip *clip,
                                    struct ho_range frames)
{
    const struct ho_timeline_media *media = ho_timeline_find_media(job->timeline, clip->media);
    if (!media || media->still)
        return frames;
    frames.first -= job->settings.handles;
    frames.last += job->settings.handles;
    frames.first = frames.first < 0 ? 0 : frames.first;
    frames.last = frames.last >= media->n_frames ? media->n_frames - 1 : frames.last;
    return frames;
}

// No two files of a job have one name: those that would are counted.
static char *name_clip(struct render_job *job, const struct ho_timeline_clip *clip)
{
    const char *timeline = ho_timeline_get_settings(job->timeline)->name;
    const struct ho_timeline_media *media = ho_timeline_find_media(job->timeline, clip->media);
    char **grown = ho_realloc(job->names, job->n_names + 1, sizeof(*grown)), *name = NULL;
    if (!grown)
        return NULL;
    job->names = grown;
    for (int copy = 1;; copy++) {
        bool is_taken = false;
        free(name);
        name = deliver_output(&job->settings, clip->name, timeline, media ? media->n_frames : 0, copy);
        for (size_t i = 0; name && i < job->n_names; i++)
            is_taken = is_taken || strcmp(job->names[i], name) == 0;
        if (!is_taken)
            break;
    }
    job->names[job->n_names] = name ? ho_strdup(name) : NULL;
    job->n_names += job->names[job->n_names] != NULL;
    return name;
}

// A job that a crash ended found none of its files there when it began (check_clip()): one that is, is its own.
static bool was_written(const struct render_job *job, const char *output, struct ho_range frames)
{
    struct ho_source_info *info = ho_alloc(1, sizeof(*info));
    bool is_there = job->goes_on && !job->settings.overwrite && info && !strstr(output, "%{") &&
                    !ho_codec_is_sequence(job->settings.codec) && ho_source_probe(output, NULL, info, NULL) == HO_OK &&
                    info->n_frames == frames.last - frames.first + 1;
    free(info);
    return is_there;
}

// Before the first one is rendered: what is in the way of any of them.
static enum ho_result check_clip(struct render_job *job, const struct ho_timeline_clip *clip, struct ho_diag *diag)
{
    char *output = name_clip(job, clip);
    enum ho_result result = output ? HO_OK : ho_fail_memory(diag, 1);
    if (result == HO_OK && !strstr(output, "%{"))
        result = ho_writer_check(output, job->settings.codec, clip->length > 1 ? -1 : 1, job->settings.overwrite, diag);
    free(output);
    return result;
}

static void forget_names(struct render_job *job)
{
    for (size_t i = 0; i < job->n_names; i++)
        free(job->names[i]);
    free(job->names);
    job->names = NULL;
    job->n_names = 0;
}

static enum ho_result render_clip(struct render_job *job, const struct ho_timeline_clip *clip, struct ho_diag *diag)
{
    const struct ho_compile_options compile = {.find = find_media, .opaque = job, .keep_alpha = true};
    const struct ho_timeline_settings *settings = ho_timeline_get_settings(job->timeline);
    struct ho_compiled compiled;
    struct ho_render_report report = {0};
    HO_TRY(ho_compile_clip(job->timeline, clip->id, &compile, &compiled, diag));
    char *output = name_clip(job, clip);
    struct ho_render_request request = request_of(job, output);
    request.graph = compiled.graph;
    request.node = HO_COMPILED_OUTPUT;
    request.has_range = true;
    request.range = with_handles(job, clip, compiled.frames);
    request.width = settings->width;
    request.height = settings->height;
    request.rate = settings->rate;
    enum ho_result result = output ? HO_OK : ho_fail_memory(diag, 1);
    bool is_there = false;
    if (result == HO_OK)
        is_there = was_written(job, output, request.range);
    if (is_there) {
        snprintf(report.path, sizeof(report.path), "%s", output);
        report.n_frames = request.range.last - request.range.first + 1;
    } else if (result == HO_OK) {
        result = ho_render_graph(&request, &report, diag);
    }
    if (result == HO_OK) {
        snprintf(job->path, sizeof(job->path), "%s", report.path);
        job->n_before += report.n_frames;
        job->n_files++;
    }
    free(output);
    ho_compiled_clear(&compiled);
    return result;
}

static bool is_wanted(const struct render_job *job, const struct ho_timeline_clip *clip)
{
    bool is_listed = job->settings.n_ids == 0;
    for (size_t i = 0; i < job->settings.n_ids; i++)
        is_listed = is_listed || job->settings.ids[i] == clip->id;
    return is_listed && clip->enabled && clip->media;
}

typedef enum ho_result (*visitor)(struct render_job *job, const struct ho_timeline_clip *clip, struct ho_diag *diag);

static enum ho_result each_clip(struct render_job *job, visitor visit, struct ho_diag *diag)
{
    for (int t = 0; t < ho_timeline_n_tracks(job->timeline); t++) {
        size_t n;
        const struct ho_timeline_clip *const *clips = ho_timeline_clips(job->timeline, t, &n);
        for (size_t i = 0; ho_timeline_track(job->timeline, t)->kind == HO_TRACK_VIDEO && i < n; i++)
            if (is_wanted(job, clips[i]))
                HO_TRY(visit(job, clips[i], diag));
    }
    return HO_OK;
}

static enum ho_result count_clip(struct render_job *job, const struct ho_timeline_clip *clip, struct ho_diag *diag)
{
    (void)diag;
    job->job.n_total += clip->length;
    return HO_OK;
}

static enum ho_result render(struct render_job *job, struct ho_diag *diag)
{
    if (!job->settings.clips)
        return render_movie(job, diag);
    if (!job->goes_on)
        HO_TRY(each_clip(job, check_clip, diag));
    forget_names(job);
    HO_TRY(each_clip(job, render_clip, diag));
    return job->n_files ? HO_OK : ho_fail(diag, HO_ERROR_USAGE, "%s: none of its clips is left", job->job.name);
}

// ---- the job

static void keep_state(struct ho_session *session, struct render_job *job, enum ho_job_status status)
{
    job->job.status = status;
    if (session->can_write && !session->gesture.is_active)
        (void)!ho_project_set_job_state(session->project, &job->job, NULL);
    news_add(session, HO_NEWS_JOBS);
}

static void run(struct task *task, void **kept)
{
    struct render_job *job = (struct render_job *)task;
    (void)kept;
    job->result = ho_cancel_is_requested(&task->cancel) ? HO_CANCELLED : render(job, &job->diag);
}

static void done(struct ho_session *session, struct task *task)
{
    struct render_job *job = (struct render_job *)task;
    struct work *work = work_find(session, job->job.id);
    const bool is_right = job->result == HO_OK;
    if (work)
        work_end(session, work, job->result, &job->diag, job->path);
    job->job.n_done = is_right ? job->job.n_total : job->n_before;
    snprintf(job->job.message, sizeof(job->job.message), "%.1000s", is_right ? job->path : job->diag.message);
    keep_state(session, job, is_right ? HO_JOB_DONE : job->result == HO_CANCELLED ? HO_JOB_CANCELLED : HO_JOB_FAILED);
    if (job->result != HO_CANCELLED)
        session_say(session, "%s%s", is_right ? "written: " : "", job->job.message);
}

static void drop(struct task *task)
{
    struct render_job *job = (struct render_job *)task;
    deliver_clear(&job->settings);
    forget_names(job);
    ho_timeline_destroy(&job->timeline);
    free(job->media);
    free(job);
}

static enum ho_result fill(struct render_job *job, struct ho_session *session, const struct ho_job *asked,
                           struct ho_diag *diag)
{
    char *text = NULL;
    job->job = *asked;
    job->goes_on = asked->status == HO_JOB_RUNNING;
    job->job.n_done = job->job.n_total = 0;
    *job->job.message = '\0';
    HO_TRY(ho_project_job_settings(session->project, asked->id, &text, diag));
    enum ho_result result = deliver_parse(text, &job->settings, diag);
    free(text);
    HO_TRY(result);
    HO_TRY(ho_project_load_timeline(session->project, job->settings.timeline, &job->timeline, diag));
    job->media = ho_alloc(session->n_media + 1, sizeof(*job->media));
    if (!job->media)
        return ho_fail_memory(diag, session->n_media * sizeof(*job->media));
    for (; job->n_media < session->n_media; job->n_media++)
        job->media[job->n_media] = *session->media[job->n_media];
    job->has_bank = session->options.bank_dir != NULL;
    snprintf(job->bank_dir, sizeof(job->bank_dir), "%s", job->has_bank ? session->options.bank_dir : "");
    job->n_threads = session->options.n_threads;
    if (job->settings.clips)
        return each_clip(job, count_clip, diag);
    job->job.n_total = job->settings.has_frames ? job->settings.frames.last - job->settings.frames.first + 1
                                                : ho_timeline_length(job->timeline);
    return HO_OK;
}

enum ho_result render_start(struct call *call, const struct ho_job *asked, bool wait, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    struct render_job *job = ho_alloc(1, sizeof(*job));
    if (!job)
        return ho_fail_memory(diag, sizeof(*job));
    job->task = (struct task){.run = run, .done = done, .drop = drop, .writes = true};
    job->session = session;
    enum ho_result result = fill(job, session, asked, diag);
    struct work *before = work_find(session, asked->id);
    if (before)    // it was rendered already, and is so again
        before->shown.id = -before->shown.id;
    struct work *work = result == HO_OK ? work_add(session, HO_WORK_RENDER, asked->name, &job->task) : NULL;
    if (!work) {
        drop(&job->task);
        return result != HO_OK ? result : ho_fail_memory(diag, sizeof(*work));
    }
    work->shown.id = asked->id;
    work->shown.n_total = job->job.n_total;
    keep_state(session, job, HO_JOB_RUNNING);
    if (!wait) {
        worker_want(session, WORKER_RENDER, &job->task, false);
        return HO_OK;
    }
    run(&job->task, NULL);
    done(session, &job->task);
    result = job->result;
    if (result != HO_OK)
        (void)!ho_fail(diag, result, "%s", job->diag.message);
    drop(&job->task);
    return result;
}
