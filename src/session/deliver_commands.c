// SPDX-License-Identifier: BSD-2-Clause
// Commands of the Deliver page: presets, the queue, rendering.
#include <stdlib.h>
#include <string.h>

#include "session/internal.h"

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

static enum ho_result remove_preset(struct call *call, struct ho_diag *diag)
{
    return ho_project_remove_preset(call->session->project, call->value[0].text, diag);
}

static const struct ho_argument job_arguments[] = {
    {"job", HO_ARGUMENT_INTEGER, true, NULL, NULL, "its number, as jobs lists them"}, {0}};
static const struct ho_argument move_arguments[] = {
    {"job", HO_ARGUMENT_INTEGER, true, NULL, NULL, "its number, as jobs lists them"},
    {"place", HO_ARGUMENT_INTEGER, true, NULL, NULL, "1: first"},
    {0}};
static const struct ho_argument preset_arguments[] = {{"name", HO_ARGUMENT_TEXT, true, NULL, NULL, "the preset's"},
                                                      {0}};

const struct command deliver_commands[] = {
    {{"jobs", "Render queue", "lists the render queue", 0, NULL}, list_jobs, NULL},
    {{"remove-job", "Remove job", "takes a job out of the queue", HO_COMMAND_EDITS, job_arguments}, remove_job, NULL},
    {{"move-job", "Move job", "another place in the queue", HO_COMMAND_EDITS, move_arguments}, move_job, NULL},
    {{"remove-preset", "Remove preset", "drops a preset of the project's", HO_COMMAND_EDITS, preset_arguments},
     remove_preset,
     NULL},
    {{0}, NULL, NULL},
};
