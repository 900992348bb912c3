// SPDX-License-Identifier: BSD-2-Clause
// Commands of the Deliver page: presets, the queue, rendering.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/deliver.h"
#include "session/import.h"

// ---- settings: a preset, and what is given over it

// name, preset, folder, suffix, codec, render, sound, handles, overwrite, start-number, frame-count
enum { NAME, PRESET, FOLDER, SUFFIX, CODEC, RENDER, SOUND, HANDLES, OVERWRITE, START, COUNT, CLIPS };

static enum ho_result settings_of(struct call *call, json_t **out, struct ho_diag *diag)
{
    static const char *const texts[] = {[NAME] = "name", [SUFFIX] = "suffix", [CODEC] = "codec", [RENDER] = "render"};
    const struct value *v = call->value;
    enum ho_codec codec;
    char folder[4096];
    if (v[CODEC].given)
        HO_TRY(ho_codec_parse(v[CODEC].text, &codec, diag));
    HO_TRY(import_path(v[FOLDER].given ? v[FOLDER].text : ".", folder, sizeof(folder), diag));
    HO_TRY(deliver_preset(call->session, v[PRESET].text, out, diag));
    for (int i = NAME; i <= RENDER; i++)
        if (v[i].given && i != PRESET && i != FOLDER)
            json_object_set_new(*out, texts[i], json_string(v[i].text));
    if (v[FOLDER].given || !json_object_get(*out, "folder"))
        json_object_set_new(*out, "folder", json_string(folder));
    if (v[SOUND].given)
        json_object_set_new(*out, "sound", json_boolean(v[SOUND].boolean));
    if (v[OVERWRITE].given)
        json_object_set_new(*out, "overwrite", json_boolean(v[OVERWRITE].boolean));
    if (v[HANDLES].given)
        json_object_set_new(*out, "handles", json_integer(v[HANDLES].integer));
    if (v[START].given)
        json_object_set_new(*out, "start_number", json_integer(v[START].integer));
    if (v[COUNT].given)
        json_object_set_new(*out, "frame_count", json_boolean(v[COUNT].boolean));
    return HO_OK;
}

static enum ho_result text_of(json_t *settings, char **out, struct ho_diag *diag)
{
    *out = json_dumps(settings, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(settings);
    return *out ? HO_OK : ho_fail(diag, HO_ERROR_USAGE, "a name is not UTF-8");
}

static enum ho_result add_to_queue(struct call *call, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    const struct value *clips = &call->value[CLIPS];
    const struct ho_marks *marks = &session->marks;
    struct deliver_settings parsed;
    json_t *settings;
    char *text = NULL, *output = NULL;
    int64_t id = 0;
    HO_TRY(settings_of(call, &settings, diag));
    json_object_set_new(settings, "timeline", json_integer(session->timeline_id));
    json_t *list = json_array();
    for (size_t i = 0; i < clips->n_ids; i++)
        json_array_append_new(list, json_integer(clips->ids[i]));
    json_object_set_new(settings, "clips", list);
    if (marks->has_in && marks->has_out)
        json_object_set_new(settings, "frames", json_pack("[I, I]", (json_int_t)marks->in, (json_int_t)marks->out));
    HO_TRY(text_of(settings, &text, diag));
    enum ho_result result = deliver_parse(text, &parsed, diag);
    if (result == HO_OK) {
        const struct ho_timeline_clip *first = clips->n_ids ? ho_timeline_find_clip(session->timeline, clips->ids[0])
                                                            : session->clip;
        const char *timeline = ho_timeline_get_settings(session->timeline)->name;
        output = deliver_output(&parsed, first ? first->name : timeline, timeline, 0, 1);
        const char *slash = output ? strrchr(output, '/') : NULL;
        result = ho_project_add_job(session->project, slash ? slash + 1 : "job", text, &id, diag);
        deliver_clear(&parsed);
    }
    free(output);
    free(text);
    reply_integer(call, "job", id);
    news_add(session, HO_NEWS_JOBS);
    return result;
}

static enum ho_result set_preset(struct call *call, struct ho_diag *diag)
{
    json_t *settings;
    char *text = NULL, preset[HO_NAME_SIZE];
    snprintf(preset, sizeof(preset), "%s", call->value[NAME].text);
    call->value[NAME] = call->value[CLIPS];    // `pattern` is what a job's name is
    HO_TRY(settings_of(call, &settings, diag));
    HO_TRY(text_of(settings, &text, diag));
    enum ho_result result = ho_project_set_preset(call->session->project, preset, text, diag);
    free(text);
    return result;
}

static enum ho_result remove_preset(struct call *call, struct ho_diag *diag)
{
    return ho_project_remove_preset(call->session->project, call->value[0].text, diag);
}

static void list_preset(json_t *list, const char *name, const char *text, bool ships)
{
    json_t *settings = json_loads(text, 0, NULL);
    json_array_append_new(list, json_pack("{s:s, s:b, s:o}", "name", name, "ships", ships, "settings",
                                          settings ? settings : json_object()));
}

static enum ho_result list_presets(struct call *call, struct ho_diag *diag)
{
    struct ho_preset_entry *entries = NULL;
    size_t n = 0;
    json_t *list = json_array();
    HO_TRY(ho_project_presets(call->session->project, &entries, &n, diag));
    for (int i = 0; deliver_presets[i].name; i++)
        list_preset(list, deliver_presets[i].name, deliver_presets[i].settings, true);
    for (size_t i = 0; i < n; i++) {
        char *text = NULL;
        if (ho_project_get_preset(call->session->project, entries[i].name, &text, NULL) == HO_OK)
            list_preset(list, entries[i].name, text, false);
        free(text);
    }
    free(entries);
    json_object_set_new(call->reply, "presets", list);
    return HO_OK;
}

// ---- the queue

static enum ho_result list_jobs(struct call *call, struct ho_diag *diag)
{
    static const char *const states[] = {"waiting", "running", "done", "failed", "cancelled"};
    struct ho_job *jobs = NULL;
    size_t n = 0;
    json_t *list = json_array();
    HO_TRY(ho_project_jobs(call->session->project, &jobs, &n, diag));
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_pack("{s:I, s:s, s:s, s:I, s:I, s:s}", "id", (json_int_t)jobs[i].id, "name",
                                              jobs[i].name, "status", states[jobs[i].status], "n_done",
                                              (json_int_t)jobs[i].n_done, "n_total", (json_int_t)jobs[i].n_total,
                                              "message", jobs[i].message));
    free(jobs);
    json_object_set_new(call->reply, "jobs", list);
    return HO_OK;
}

static enum ho_result remove_job(struct call *call, struct ho_diag *diag)
{
    news_add(call->session, HO_NEWS_JOBS);
    return ho_project_remove_job(call->session->project, call->value[0].integer, diag);
}

static enum ho_result move_job(struct call *call, struct ho_diag *diag)
{
    news_add(call->session, HO_NEWS_JOBS);
    return ho_project_move_job(call->session->project, call->value[0].integer, (int)call->value[1].integer - 1, diag);
}

static bool is_running(struct ho_session *session, int64_t job)
{
    const struct work *work = work_find(session, job);
    return work && work->task;
}

// One job, whatever became of it before; else all that wait or were interrupted. One that fails stops no other.
static enum ho_result render(struct call *call, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    struct ho_job *jobs = NULL;
    size_t n = 0, n_started = 0;
    const struct value *v = call->value;
    enum ho_result result = HO_OK;
    if (session->gesture.is_active)
        return ho_fail(diag, HO_ERROR_USAGE, "render: \"%s\" is not finished: commit it first", session->gesture.label);
    json_t *started = json_array();
    HO_TRY(ho_project_jobs(session->project, &jobs, &n, diag));
    for (size_t i = 0; i < n; i++) {
        bool waits = jobs[i].status == HO_JOB_WAITING || jobs[i].status == HO_JOB_RUNNING;
        if ((v[0].given ? jobs[i].id != v[0].integer : !waits) || is_running(session, jobs[i].id))
            continue;
        enum ho_result one = render_start(call, &jobs[i], v[1].boolean, diag);
        result = result == HO_OK ? one : result;
        json_array_append_new(started, json_integer(jobs[i].id));
        n_started++;
    }
    free(jobs);
    json_object_set_new(call->reply, "jobs", started);
    if (n_started == 0)
        return ho_fail(diag, HO_ERROR_USAGE,
                       v[0].given ? "render: there is no such job, or it runs already" : "render: no job is waiting");
    return result;
}

static enum ho_result reveal(struct call *call, struct ho_diag *diag)
{
    struct ho_job *jobs = NULL;
    size_t n = 0;
    bool is_found = false;
    HO_TRY(ho_project_jobs(call->session->project, &jobs, &n, diag));
    for (size_t i = 0; i < n; i++)
        if (jobs[i].id == call->value[0].integer && jobs[i].status == HO_JOB_DONE) {
            reply_text(call, "path", jobs[i].message);
            is_found = true;
        }
    free(jobs);
    return is_found ? HO_OK : ho_fail(diag, HO_ERROR_USAGE, "reveal: that job has written nothing yet");
}

// ---- rows

static const char *const renders[] = {"clips", "movie", NULL};
#define SETTINGS                                                                                                 \
    {"folder", HO_ARGUMENT_FILE, false, NULL, NULL, "where it goes; else the working folder"},                   \
        {"suffix", HO_ARGUMENT_TEXT, false, NULL, NULL, "behind the name: _roto_v01"},                           \
        {"codec", HO_ARGUMENT_TEXT, false, NULL, NULL, "prores-422-hq, ffv1, exr and so on"},                    \
        {"render", HO_ARGUMENT_CHOICE,                                                                           \
         false,    renders,                                                                                      \
         NULL,     "clips: each by itself, at its source's size; movie: the timeline"},                          \
        {"sound", HO_ARGUMENT_BOOLEAN, false, NULL, NULL, "with sound"},                                         \
        {"handles", HO_ARGUMENT_INTEGER, false, NULL, NULL, "frames more at either end of a clip"},              \
        {"overwrite", HO_ARGUMENT_BOOLEAN, false, NULL, NULL, "a file that is there is replaced"},               \
        {"start-number", HO_ARGUMENT_INTEGER,                                                                    \
         false,          NULL,                                                                                   \
         NULL,           "sequences: of the first file, as 1001; else the source's"},                            \
    {                                                                                                            \
        "frame-count", HO_ARGUMENT_BOOLEAN, false, NULL, NULL, "the name ends in how many frames the source has" \
    }
static const struct ho_argument queue_arguments[] = {
    {"name", HO_ARGUMENT_TEXT, false, NULL, NULL, "of the file, with tokens: %{clip name}, %{timeline name}"},
    {"preset", HO_ARGUMENT_TEXT, false, NULL, "ProRes 422 HQ master", "what is not given here"},
    SETTINGS,
    {"clips", HO_ARGUMENT_CLIPS, false, NULL, NULL, "which, where each is a file; else all pictures"},
    {0}};
static const struct ho_argument preset_arguments[] = {
    {"preset", HO_ARGUMENT_TEXT, true, NULL, NULL, "its name; the one of that name is replaced"},
    {"from", HO_ARGUMENT_TEXT, false, NULL, "ProRes 422 HQ master", "the preset that it begins from"},
    SETTINGS,
    {"name", HO_ARGUMENT_TEXT, false, NULL, NULL, "of files, with tokens"},
    {0}};
static const struct ho_argument job_arguments[] = {
    {"job", HO_ARGUMENT_INTEGER, true, NULL, NULL, "its number, as jobs lists them"}, {0}};
static const struct ho_argument move_arguments[] = {
    {"job", HO_ARGUMENT_INTEGER, true, NULL, NULL, "its number, as jobs lists them"},
    {"place", HO_ARGUMENT_INTEGER, true, NULL, NULL, "1: first"},
    {0}};
static const struct ho_argument name_arguments[] = {{"name", HO_ARGUMENT_TEXT, true, NULL, NULL, "the preset's"}, {0}};
static const struct ho_argument render_arguments[] = {
    {"job", HO_ARGUMENT_INTEGER, false, NULL, NULL, "its number; else all that wait"},
    {"wait", HO_ARGUMENT_BOOLEAN, false, NULL, "no", "until it is done, instead of going on meanwhile"},
    {0}};

const struct command deliver_commands[] = {
    {{"add-to-queue", "Add to render queue", "a job for the render queue, of the timeline or its clips",
      HO_COMMAND_EDITS | HO_COMMAND_TIMELINE, queue_arguments},
     add_to_queue,
     NULL},
    {{"jobs", "Render queue", "lists the render queue", 0, NULL}, list_jobs, NULL},
    {{"remove-job", "Remove job", "takes a job out of the queue", HO_COMMAND_EDITS, job_arguments}, remove_job, NULL},
    {{"move-job", "Move job", "another place in the queue", HO_COMMAND_EDITS, move_arguments}, move_job, NULL},
    {{"render", "Render", "renders jobs of the queue", HO_COMMAND_RUNS, render_arguments}, render, NULL},
    {{"reveal", "Reveal", "where a job has written its file", 0, job_arguments}, reveal, NULL},
    {{"presets", "Presets", "lists the presets", 0, NULL}, list_presets, NULL},
    {{"set-preset", "Keep preset", "settings under a name", HO_COMMAND_EDITS, preset_arguments}, set_preset, NULL},
    {{"remove-preset", "Remove preset", "drops a preset of the project's", HO_COMMAND_EDITS, name_arguments},
     remove_preset,
     NULL},
    {{0}, NULL, NULL},
};
