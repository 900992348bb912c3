// SPDX-License-Identifier: BSD-2-Clause
// Commands of the project as a whole: steps, snapshots, its name.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "session/dump.h"

// ---- steps

static enum ho_result outside(const struct ho_session *session, const char *what, struct ho_diag *diag)
{
    if (session->gesture.is_active)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: \"%s\" is not finished: commit or cancel it first", what,
                       session->gesture.label);
    return session->can_write ? HO_OK : ho_fail(diag, HO_ERROR_USAGE, "%s: the project is open for reading only", what);
}

static enum ho_result can_step(struct ho_session *session, bool back, struct ho_diag *diag)
{
    struct ho_project_step *steps = NULL;
    size_t n = 0;
    const char *name = back ? "undo" : "redo";
    HO_TRY(outside(session, name, diag));
    HO_TRY(ho_project_steps(session->project, &steps, &n, diag));
    bool is_any = n > 0 && (back ? !steps[0].undone : steps[n - 1].undone);
    free(steps);
    return is_any ? HO_OK : ho_fail(diag, HO_ERROR_USAGE, "%s: there is nothing to %s", name, name);
}
static enum ho_result can_undo(struct ho_session *session, struct ho_diag *diag)
{
    return can_step(session, true, diag);
}
static enum ho_result can_redo(struct ho_session *session, struct ho_diag *diag)
{
    return can_step(session, false, diag);
}

static enum ho_result step(struct call *call, bool back, struct ho_diag *diag)
{
    char name[HO_NAME_SIZE];
    struct ho_touched touched = {0};
    struct ho_session *session = call->session;
    HO_TRY(outside(session, call->command->shown.name, diag));
    enum ho_result result = back ? ho_project_undo(session->project, name, &touched, diag)
                                 : ho_project_redo(session->project, name, &touched, diag);
    if (result == HO_END)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: there is nothing to %s", call->command->shown.name,
                       call->command->shown.name);
    if (result == HO_OK)
        result = session_refresh(session, &touched, diag);
    ho_touched_clear(&touched);
    if (result == HO_OK)
        reply_text(call, back ? "undone" : "redone", name);
    return result;
}
static enum ho_result undo(struct call *call, struct ho_diag *diag) { return step(call, true, diag); }
static enum ho_result redo(struct call *call, struct ho_diag *diag) { return step(call, false, diag); }

// Undo, or redo, until the step of that number was done last.
static enum ho_result go_to_step(struct call *call, struct ho_diag *diag)
{
    struct ho_project_step *steps = NULL;
    size_t n = 0, n_done = 0, wanted = 0;
    const int64_t id = call->value[0].integer;
    HO_TRY(ho_project_steps(call->session->project, &steps, &n, diag));
    for (size_t i = 0; i < n; i++) {
        n_done += !steps[i].undone;
        wanted = steps[i].id == id ? i + 1 : wanted;
    }
    free(steps);
    if (wanted == 0 && id != 0)
        return ho_fail(diag, HO_ERROR_USAGE, "go-to-step: there is no step number %lld", (long long)id);
    for (; n_done > wanted; n_done--)
        HO_TRY(step(call, true, diag));
    for (; n_done < wanted; n_done++)
        HO_TRY(step(call, false, diag));
    return HO_OK;
}

static enum ho_result list_steps(struct call *call, struct ho_diag *diag)
{
    struct ho_project_step *steps = NULL;
    size_t n = 0;
    json_t *list = json_array();
    HO_TRY(ho_project_steps(call->session->project, &steps, &n, diag));
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list,
                              json_pack("{s:I, s:s, s:I, s:b}", "id", (json_int_t)steps[i].id, "name", steps[i].name,
                                        "time", (json_int_t)steps[i].time, "undone", steps[i].undone));
    free(steps);
    json_object_set_new(call->reply, "steps", list);
    return HO_OK;
}

// ---- snapshots

static enum ho_result snapshot(struct call *call, struct ho_diag *diag)
{
    HO_TRY(outside(call->session, "snapshot", diag));
    return ho_project_snapshot(call->session->project, call->value[0].text, diag);
}

static enum ho_result restore(struct call *call, struct ho_diag *diag)
{
    struct ho_touched touched = {0};
    HO_TRY(outside(call->session, "restore", diag));
    enum ho_result result = ho_project_restore(call->session->project, call->value[0].text, &touched, diag);
    if (result == HO_OK)
        result = session_refresh(call->session, &touched, diag);
    ho_touched_clear(&touched);
    return result;
}

static enum ho_result forget(struct call *call, struct ho_diag *diag)
{
    HO_TRY(outside(call->session, "forget-snapshot", diag));
    return ho_project_forget(call->session->project, call->value[0].text, diag);
}

static enum ho_result list_snapshots(struct call *call, struct ho_diag *diag)
{
    struct ho_snapshot *snapshots = NULL;
    size_t n = 0;
    json_t *list = json_array();
    HO_TRY(ho_project_snapshots(call->session->project, &snapshots, &n, diag));
    for (size_t i = 0; i < n; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:I}", "name", snapshots[i].name, "time", (json_int_t)snapshots[i].time));
    free(snapshots);
    json_object_set_new(call->reply, "snapshots", list);
    return HO_OK;
}

// ---- its name

static enum ho_result copy_file(const char *from, const char *to, struct ho_diag *diag)
{
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    ssize_t n = out < 0 ? -1 : 1;
    while (n > 0)
        n = sendfile(out, in, NULL, 1 << 24);
    if (n == 0 && fsync(out) != 0)
        n = -1;
    const int why = errno;
    if (in >= 0)
        close(in);
    if (out >= 0 && close(out) == 0 && n == 0)
        return HO_OK;
    if (out >= 0)
        unlink(to);
    return ho_fail(diag, HO_ERROR_SPACE, "%s: cannot be written (%s)", to, strerror(why));
}

static enum ho_result move_file(const char *from, const char *to, struct ho_diag *diag)
{
    if (rename(from, to) == 0)
        return HO_OK;
    HO_TRY(copy_file(from, to, diag));
    unlink(from);
    return HO_OK;
}

static enum ho_result save_as(struct call *call, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    const char *to = call->value[0].text;
    char from[4096];
    HO_TRY(outside(session, "save-as", diag));
    if (session->n_tasks > 0 && session->workers[WORKER_RENDER].running)
        return ho_fail(diag, HO_ERROR_USAGE, "save-as: a render is running; wait for it, or cancel it");
    if (access(to, F_OK) == 0)
        return ho_fail(diag, HO_ERROR_SPACE, "save-as: %s is there already; give another name", to);
    snprintf(from, sizeof(from), "%s", ho_project_path(session->project));
    ho_project_close(&session->project);    // one file from here on
    enum ho_result result = session->is_untitled ? move_file(from, to, diag) : copy_file(from, to, diag);
    const char *path = result == HO_OK ? to : from;
    enum ho_result opened = ho_project_open(path, HO_PROJECT_WRITE, &session->project, diag);
    if (opened != HO_OK)
        ho_session_close(session);
    else if (result == HO_OK)
        session->is_untitled = false;
    news_add(session, HO_NEWS_PROJECT);
    return result != HO_OK ? result : opened;
}

static enum ho_result dump(struct call *call, struct ho_diag *diag)
{
    char *text = NULL;
    enum ho_result result = dump_project(call->session, &text, diag);
    if (result == HO_OK)
        reply_text(call, "text", text);
    free(text);
    return result;
}

// ---- rows

static const struct ho_argument id_arguments[] = {
    {"step", HO_ARGUMENT_INTEGER, true, NULL, NULL, "the step's number (steps lists them); 0: before the first"}, {0}};
static const struct ho_argument name_arguments[] = {{"name", HO_ARGUMENT_TEXT, true, NULL, NULL, "the snapshot's"},
                                                    {0}};
static const struct ho_argument file_arguments[] = {
    {"file", HO_ARGUMENT_FILE, true, NULL, NULL, "a file that is not there yet, NAME.holdout"}, {0}};

const struct command project_commands[] = {
    {{"undo", "Undo", "takes the last step back", 0, NULL}, undo, can_undo},
    {{"redo", "Redo", "does again what was undone", 0, NULL}, redo, can_redo},
    {{"go-to-step", "Go to step", "undoes or redoes up to a step", 0, id_arguments}, go_to_step, NULL},
    {{"steps", "Steps", "lists what was done", 0, NULL}, list_steps, NULL},
    {{"snapshot", "Snapshot", "keeps all as it is now under a name", 0, name_arguments}, snapshot, NULL},
    {{"restore", "Restore snapshot", "all as it was when the snapshot was made; can be undone", 0, name_arguments},
     restore,
     NULL},
    {{"forget-snapshot", "Forget snapshot", "drops a snapshot", 0, name_arguments}, forget, NULL},
    {{"snapshots", "Snapshots", "lists the snapshots", 0, NULL}, list_snapshots, NULL},
    {{"save-as", "Save as", "gives the project a file, or goes on in a copy", 0, file_arguments}, save_as, NULL},
    {{"dump", "Dump", "all that the project says, as text; those that say the same have equal ones", 0, NULL},
     dump,
     NULL},
    {{0}, NULL, NULL},
};
