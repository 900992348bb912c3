// SPDX-License-Identifier: BSD-2-Clause
// A session, and the project that it has open.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "session/internal.h"

static bool copy_text(const char **text)
{
    if (!*text)
        return true;
    *text = ho_strdup(*text);
    return *text != NULL;
}

enum ho_result ho_session_create(const struct ho_session_options *options, struct ho_session **out,
                                 struct ho_diag *diag)
{
    struct ho_session *session = ho_alloc(1, sizeof(*session));
    *out = NULL;
    if (!session)
        return ho_fail_memory(diag, sizeof(*session));
    if (options)
        session->options = *options;
    session->source_frame = -1;
    session->masks.answer_seconds = -1;
    workers_create(session);
    struct ho_session_options *own = &session->options;
    bool bank = copy_text(&own->bank_dir), engine = copy_text(&own->engine), model = copy_text(&own->model);
    if (!bank || !engine || !model) {
        own->bank_dir = bank ? own->bank_dir : NULL;
        own->engine = engine ? own->engine : NULL;
        own->model = model ? own->model : NULL;
        ho_session_destroy(&session);
        return ho_fail_memory(diag, 1);
    }
    *out = session;
    return HO_OK;
}

void ho_session_destroy(struct ho_session **session)
{
    if (!session || !*session)
        return;
    struct ho_session *s = *session;
    s->n_observers = 0;
    ho_session_close(s);
    workers_destroy(s);
    free(s->observers);
    for (int i = 0; i < 2; i++)
        free(s->grade_copied[i]);
    free((char *)(uintptr_t)s->options.bank_dir);
    free((char *)(uintptr_t)s->options.engine);
    free((char *)(uintptr_t)s->options.model);
    free(s);
    *session = NULL;
}

// A new project that nothing was done in leaves nothing behind.
static char *path_if_untouched(struct ho_session *session)
{
    struct ho_project_step *steps = NULL;
    size_t n = 0;
    if (!session->project || !session->is_untitled || ho_project_steps(session->project, &steps, &n, NULL) != HO_OK)
        return NULL;
    free(steps);
    return n == 0 ? ho_strdup(ho_project_path(session->project)) : NULL;
}

void ho_session_close(struct ho_session *session)
{
    ho_session_cancel(session);
    player_clear(session);
    views_clear(session);
    workers_stop(session);
    thumbnails_clear(session);
    works_clear(session);
    prompts_clear(session);
    masks_clear(session);
    current_clear(session);
    media_clear(session);
    ho_clip_pool_destroy(&session->pool);
    char *untouched = path_if_untouched(session);
    ho_project_close(&session->project);
    if (untouched)
        unlink(untouched);
    free(untouched);
    session->is_untitled = false;
    session->message[0] = '\0';
    news_add(session, HO_NEWS_PROJECT | HO_NEWS_MEDIA | HO_NEWS_TIMELINE | HO_NEWS_GRAPH | HO_NEWS_VALUES |
                          HO_NEWS_SELECTION | HO_NEWS_PLAYHEAD | HO_NEWS_OBJECTS | HO_NEWS_STEPS | HO_NEWS_JOBS);
    news_tell(session);
}

// The timeline that is shown first.
static enum ho_result open_first(struct ho_session *session, struct ho_diag *diag)
{
    struct ho_timeline_entry *timelines = NULL;
    size_t n = 0;
    HO_TRY(ho_project_timelines(session->project, &timelines, &n, diag));
    enum ho_result result = n > 0 ? timeline_open(session, timelines[0].id, diag) : HO_OK;
    free(timelines);
    return result;
}

static enum ho_result open_project(struct ho_session *session, const char *path, enum ho_session_open how,
                                   struct ho_diag *diag)
{
    bool is_there = access(path, F_OK) == 0;
    if (how == HO_SESSION_CREATE || (how == HO_SESSION_OPEN_OR_CREATE && !is_there))
        return ho_project_create(path, &session->project, diag);
    return ho_project_open(path, how == HO_SESSION_READ ? HO_PROJECT_READ : HO_PROJECT_WRITE, &session->project, diag);
}

// Where projects are kept that have no name yet. False: there is no such place.
static bool untitled_folder(char out[3000])
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (data && *data)
        snprintf(out, 3000, "%s/holdout/projects", data);
    else if (home && *home)
        snprintf(out, 3000, "%s/.local/share/holdout/projects", home);
    else
        return false;
    return true;
}

static bool is_untitled_path(const char *path)
{
    char folder[3000];
    if (!untitled_folder(folder))
        return false;
    const size_t n = strlen(folder);
    return strncmp(path, folder, n) == 0 && strncmp(path + n, "/untitled-", 10) == 0 && !strchr(path + n + 1, '/');
}

enum ho_result ho_session_open(struct ho_session *session, const char *path, enum ho_session_open how,
                               struct ho_diag *diag)
{
    session->depth++;
    ho_session_close(session);
    enum ho_result result = open_project(session, path, how, diag);
    session->can_write = result == HO_OK && how != HO_SESSION_READ;
    if (result == HO_OK)
        result = media_load(session, diag);
    if (result == HO_OK)
        result = open_first(session, diag);
    if (result != HO_OK)
        ho_session_close(session);
    session->is_untitled = result == HO_OK && is_untitled_path(ho_project_path(session->project));
    current_update(session);
    session->depth--;
    news_tell(session);
    return result;
}

// ---- one without a name

static enum ho_result make_folder(char *path, struct ho_diag *diag)
{
    for (char *at = path + 1;; at++) {
        if (*at != '/' && *at != '\0')
            continue;
        char was = *at;
        *at = '\0';
        bool is_there = mkdir(path, 0755) == 0 || access(path, F_OK) == 0;
        *at = was;
        if (!is_there)
            return ho_fail(diag, HO_ERROR_SPACE, "%s: the folder for new projects cannot be made; set XDG_DATA_HOME",
                           path);
        if (!was)
            return HO_OK;
    }
}

enum ho_result ho_session_open_untitled(struct ho_session *session, struct ho_diag *diag)
{
    char folder[3000], path[3200];
    if (!untitled_folder(folder))
        return ho_fail(diag, HO_ERROR_SPACE, "there is no place for a new project: HOME and XDG_DATA_HOME are not set");
    HO_TRY(make_folder(folder, diag));
    ho_session_close(session);    // one that nothing was done in leaves its name free
    for (int i = 1;; i++) {
        snprintf(path, sizeof(path), "%s/untitled-%d.holdout", folder, i);
        if (access(path, F_OK) != 0)
            break;
    }
    return ho_session_open(session, path, HO_SESSION_CREATE, diag);
}

bool ho_session_is_untitled(const struct ho_session *session) { return session->is_untitled; }
struct ho_project *ho_session_project(struct ho_session *session) { return session->project; }
