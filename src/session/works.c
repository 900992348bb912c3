// SPDX-License-Identifier: BSD-2-Clause
// What runs, and how what ran ended: the list that a window shows.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/internal.h"

enum { KEPT_MAX = 64 };        // that are over
enum { OWN_IDS = 1000000 };    // of what is no job of the queue

struct work *work_find(struct ho_session *session, int64_t id)
{
    for (size_t i = 0; i < session->n_works; i++)
        if (session->works[i].shown.id == id)
            return &session->works[i];
    return NULL;
}

static void remove_at(struct ho_session *session, size_t i)
{
    memmove(&session->works[i], &session->works[i + 1], (session->n_works - i - 1) * sizeof(*session->works));
    session->n_works--;
}

static void forget_old(struct ho_session *session)
{
    for (size_t i = 0; i < session->n_works && session->n_works >= KEPT_MAX;)
        if (session->works[i].task)
            i++;
        else
            remove_at(session, i);
}

struct work *work_add(struct ho_session *session, enum ho_work_kind kind, const char *name, struct task *task)
{
    forget_old(session);
    struct work *grown = ho_realloc(session->works, session->n_works + 1, sizeof(*grown));
    if (!grown)
        return NULL;
    session->works = grown;
    struct work *work = &grown[session->n_works++];
    *work = (struct work){.shown = {.id = OWN_IDS + ++session->next_work,
                                    .kind = kind,
                                    .status = HO_JOB_WAITING,
                                    .frames_per_second = -1,
                                    .seconds_left = -1},
                          .task = task};
    snprintf(work->shown.name, sizeof(work->shown.name), "%s", name);
    news_add(session, HO_NEWS_JOBS);
    return work;
}

void work_end(struct ho_session *session, struct work *work, enum ho_result result, const struct ho_diag *diag,
              const char *message)
{
    work->task = NULL;
    work->shown.seconds_left = 0;
    work->shown.status = result == HO_OK ? HO_JOB_DONE : result == HO_CANCELLED ? HO_JOB_CANCELLED : HO_JOB_FAILED;
    snprintf(work->shown.message, sizeof(work->shown.message), "%s",
             result == HO_OK    ? message
             : diag->message[0] ? diag->message
                                : ho_result_name(result));
    news_add(session, HO_NEWS_JOBS);
}

void works_progress(struct ho_session *session)
{
    bool tracks = false;
    for (size_t i = 0; i < session->n_works; i++) {
        struct work *work = &session->works[i];
        if (!work->task)
            continue;
        pthread_mutex_lock(&session->posted_mutex);
        bool has = work->task->has_progress;
        if (has) {
            work->task->has_progress = false;
            work->shown.status = HO_JOB_RUNNING;
            work->shown.n_done = work->task->n_done;
            work->shown.n_total = work->task->n_total;
            work->shown.frames_per_second = work->task->frames_per_second;
            work->shown.seconds_left = work->task->seconds_left;
        }
        pthread_mutex_unlock(&session->posted_mutex);
        if (has)
            news_add(session, HO_NEWS_JOBS);
        tracks = tracks || (has && work->shown.kind == HO_WORK_TRACK);
    }
    const struct object *object = tracks ? masks_object(session) : NULL;
    if (object && !*object->shown.id)
        masks_forget(session, false);    // its first step: it is there as soon as the bank has it
    else if (tracks)
        lane_update(session);
}

void works_clear(struct ho_session *session)
{
    free(session->works);
    free(session->works_shown);
    session->works = NULL;
    session->works_shown = NULL;
    session->n_works = 0;
}

const struct ho_work *ho_session_jobs(const struct ho_session *session, size_t *n)
{
    struct ho_session *own = (struct ho_session *)(uintptr_t)session;
    struct ho_work *shown = ho_realloc(own->works_shown, own->n_works + 1, sizeof(*shown));
    *n = 0;
    if (!shown)
        return NULL;
    own->works_shown = shown;
    for (size_t i = 0; i < own->n_works; i++)
        shown[i] = own->works[i].shown;
    *n = own->n_works;
    return shown;
}
