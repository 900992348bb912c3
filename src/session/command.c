// SPDX-License-Identifier: BSD-2-Clause
// Commands in: one table, whose rows live by topic; each done whole or not at all, as one step.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/internal.h"

static const struct command *const topics[] = {project_commands, media_commands,   place_commands,
                                               change_commands,  clip_commands,    graph_commands,
                                               mask_commands,    deliver_commands, view_commands};
enum { N_TOPICS = sizeof(topics) / sizeof(topics[0]), COMMANDS_MAX = 256 };

static const struct ho_command *list[COMMANDS_MAX + 1];

static void make_list(void)
{
    size_t n = 0;
    for (int i = 0; i < N_TOPICS; i++)
        for (const struct command *command = topics[i]; command->shown.name && n < COMMANDS_MAX; command++)
            list[n++] = &command->shown;
}

const struct ho_command *const *ho_session_commands(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_list);
    return list;
}

const struct command *command_find(const char *name)
{
    for (int i = 0; i < N_TOPICS; i++)
        for (const struct command *command = topics[i]; command->shown.name; command++)
            if (strcmp(command->shown.name, name) == 0)
                return command;
    return NULL;
}

const struct ho_command *ho_session_find_command(const char *name)
{
    const struct command *command = command_find(name);
    return command ? &command->shown : NULL;
}

// ---- whether it can be done

static enum ho_result check(struct ho_session *session, const struct command *command, struct ho_diag *diag)
{
    const unsigned flags = command->shown.flags;
    const char *name = command->shown.name;
    if (!session->project)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: no project is open", name);
    if ((flags & HO_COMMAND_EDITS) && !session->can_write)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: %s is open for reading only", name,
                       ho_project_path(session->project));
    if ((flags & HO_COMMAND_TIMELINE) && !session->timeline)
        return ho_fail(diag, HO_ERROR_USAGE, "%s: there is no timeline; make one (new-timeline)", name);
    return command->can ? command->can(session, diag) : HO_OK;
}

bool ho_session_can(struct ho_session *session, const char *name, struct ho_diag *why)
{
    const struct command *command = command_find(name);
    if (!command) {
        (void)!ho_fail(why, HO_ERROR_USAGE, "there is no command \"%.80s\"", name);
        return false;
    }
    // Done, it may be given another clip; its arguments ask for this one where they name none.
    if (session->project && (command->shown.flags & HO_COMMAND_CLIP) && !session->clip && session->n_selected == 0) {
        (void)!ho_fail(why, HO_ERROR_USAGE, "%s: no clip is selected, and none is under the playhead", name);
        return false;
    }
    return check(session, command, why) == HO_OK;
}

// ---- doing it

// As it was before: what the database holds is as it was anyway.
static void put_back(struct ho_session *session, struct ho_timeline *before, int64_t id)
{
    struct ho_touched all = {0};
    if (before && id == session->timeline_id) {
        ho_timeline_destroy(&session->timeline);
        session->timeline = before;
        before = NULL;
    }
    ho_timeline_destroy(&before);
    (void)!session_refresh(session, &all, NULL);
}

static enum ho_result apply_as_step(struct call *call, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    struct ho_timeline *before = NULL;
    const int64_t id = session->timeline_id;
    if (session->timeline)
        HO_TRY(ho_timeline_copy(session->timeline, &before, diag));
    enum ho_result result = ho_project_begin(session->project, call->command->shown.label, diag);
    if (result != HO_OK) {
        ho_timeline_destroy(&before);
        return result;
    }
    result = call->command->apply(call, diag);
    if (result == HO_OK)
        result = ho_project_commit(session->project, diag);
    if (result != HO_OK) {
        ho_project_cancel(session->project);
        put_back(session, before, id);
        return result;
    }
    ho_timeline_destroy(&before);
    news_add(session, HO_NEWS_STEPS);
    return HO_OK;
}

static enum ho_result run(struct call *call, const struct ho_argument_value *arguments, size_t n, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    HO_TRY(check(session, call->command, diag));
    enum ho_result result = arguments_parse(call, arguments, n, diag);
    if (result == HO_OK)
        result = (call->command->shown.flags & HO_COMMAND_EDITS) && !session->gesture.is_active
                     ? apply_as_step(call, diag)
                     : call->command->apply(call, diag);
    arguments_clear(call);
    return result;
}

enum ho_result ho_session_do(struct ho_session *session, const char *name, const struct ho_argument_value *arguments,
                             size_t n, char **reply, struct ho_diag *diag)
{
    struct call call = {.session = session, .command = command_find(name), .reply = json_object()};
    if (reply)
        *reply = NULL;
    if (!call.command || !call.reply) {
        json_decref(call.reply);
        return ho_fail(diag, call.command ? HO_ERROR_MEMORY : HO_ERROR_USAGE,
                       "there is no command \"%.80s\"; \"holdout project commands\" lists those that exist", name);
    }
    session->depth++;
    enum ho_result result = run(&call, arguments, n, diag);
    if (result == HO_OK && reply) {
        *reply = json_dumps(call.reply, JSON_COMPACT | JSON_REAL_PRECISION(9));
        if (!*reply)
            *reply = ho_strdup("{}");
    }
    json_decref(call.reply);
    current_update(session);
    session->depth--;
    news_tell(session);
    return result;
}

void reply_integer(struct call *call, const char *name, int64_t value)
{
    json_object_set_new(call->reply, name, json_integer(value));
}

void reply_text(struct call *call, const char *name, const char *value)
{
    json_object_set_new(call->reply, name, json_string(value));
}
