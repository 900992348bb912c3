// SPDX-License-Identifier: BSD-2-Clause
// Threads that do one task after another, and how what they did comes back.
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/limit.h"
#include "session/internal.h"

double monotonic_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void drop(struct task *task)
{
    if (task->drop)
        task->drop(task);
    else
        free(task);
}

static void init_clocked(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

void workers_create(struct ho_session *session)
{
    pthread_mutex_init(&session->posted_mutex, NULL);
    init_clocked(&session->posted_changed);
    for (int i = 0; i < N_WORKERS; i++) {
        session->workers[i].session = session;
        pthread_mutex_init(&session->workers[i].mutex, NULL);
        init_clocked(&session->workers[i].changed);
    }
}

void session_wake(struct ho_session *session)
{
    pthread_mutex_lock(&session->posted_mutex);
    bool is_first = !session->is_woken;
    session->is_woken = true;
    pthread_cond_broadcast(&session->posted_changed);
    pthread_mutex_unlock(&session->posted_mutex);
    if (is_first && session->options.wake)
        session->options.wake(session->options.opaque);
}

void task_progress(struct ho_session *session, struct task *task, int64_t n_done, int64_t n_total,
                   double frames_per_second, double seconds_left)
{
    const double now = monotonic_seconds();
    if (now - task->told_at < 0.25)
        return;
    task->told_at = now;
    pthread_mutex_lock(&session->posted_mutex);
    task->has_progress = true;
    task->n_done = n_done;
    task->n_total = n_total;
    task->frames_per_second = frames_per_second;
    task->seconds_left = seconds_left;
    pthread_mutex_unlock(&session->posted_mutex);
    session_wake(session);
}

static void append(struct task **list, struct task *task)
{
    task->next = NULL;
    while (*list)
        list = &(*list)->next;
    *list = task;
}

static void post(struct ho_session *session, struct task *task)
{
    pthread_mutex_lock(&session->posted_mutex);
    append(&session->posted, task);
    pthread_mutex_unlock(&session->posted_mutex);
    session_wake(session);
}

// The first of the lowest lane.
static struct task *take(struct worker *worker)
{
    struct task **best = &worker->wanted;
    for (struct task **at = &worker->wanted; *at; at = &(*at)->next)
        if ((*at)->lane < (*best)->lane)
            best = at;
    struct task *task = *best;
    *best = task->next;
    task->next = NULL;
    return task;
}

static void *work(void *opaque)
{
    struct worker *worker = opaque;
    ho_limit_block();
    pthread_mutex_lock(&worker->mutex);
    for (;;) {
        while (!worker->wanted && !worker->ends)
            pthread_cond_wait(&worker->changed, &worker->mutex);
        if (worker->ends)
            break;
        struct task *task = worker->running = take(worker);
        pthread_mutex_unlock(&worker->mutex);
        task->run(task, &worker->kept);
        pthread_mutex_lock(&worker->mutex);
        worker->running = NULL;
        pthread_mutex_unlock(&worker->mutex);
        post(worker->session, task);
        pthread_mutex_lock(&worker->mutex);
    }
    pthread_mutex_unlock(&worker->mutex);
    return NULL;
}

bool worker_rest(struct worker *worker, int lane, double seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + (int64_t)(seconds * 1e9);
    until.tv_sec += ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    bool is_newer = false;
    pthread_mutex_lock(&worker->mutex);
    for (int code = 0; code != ETIMEDOUT && !is_newer && !worker->ends;) {
        for (const struct task *task = worker->wanted; task; task = task->next)
            is_newer = is_newer || task->lane <= lane;
        if (!is_newer)
            code = pthread_cond_timedwait(&worker->changed, &worker->mutex, &until);
    }
    is_newer = is_newer || worker->ends;
    pthread_mutex_unlock(&worker->mutex);
    return !is_newer;
}

static void drop_lane(struct worker *worker, int lane)
{
    for (struct task **at = &worker->wanted; *at;) {
        struct task *task = *at;
        if (task->lane != lane) {
            at = &task->next;
            continue;
        }
        *at = task->next;
        worker->session->n_tasks--;
        drop(task);
    }
}

void worker_want(struct ho_session *session, enum worker_name name, struct task *task, bool newest)
{
    struct worker *worker = &session->workers[name];
    task->worker = name;
    pthread_mutex_lock(&worker->mutex);
    if (newest)
        drop_lane(worker, task->lane);
    session->n_tasks++;
    if (!worker->is_started)
        worker->is_started = pthread_create(&worker->thread, NULL, work, worker) == 0;
    if (worker->is_started) {
        append(&worker->wanted, task);
        pthread_cond_broadcast(&worker->changed);
    }
    pthread_mutex_unlock(&worker->mutex);
    if (!worker->is_started) {    // no thread is to be had: it is done here
        task->run(task, &worker->kept);
        post(session, task);
    }
}

static void stop(struct worker *worker)
{
    pthread_mutex_lock(&worker->mutex);
    worker->ends = true;
    if (worker->running)
        ho_cancel_request(&worker->running->cancel);
    pthread_cond_broadcast(&worker->changed);
    pthread_mutex_unlock(&worker->mutex);
}

static void finish(struct worker *worker)
{
    if (worker->is_started)
        pthread_join(worker->thread, NULL);
    worker->is_started = worker->ends = false;
    while (worker->wanted) {
        struct task *task = worker->wanted;
        worker->wanted = task->next;
        drop(task);
    }
    if (worker->kept && worker->forget)
        worker->forget(worker->kept);
    worker->kept = NULL;
}

static void drop_all(struct task **list)
{
    while (*list) {
        struct task *task = *list;
        *list = task->next;
        drop(task);
    }
}

void workers_stop(struct ho_session *session)
{
    for (int i = 0; i < N_WORKERS; i++)
        stop(&session->workers[i]);
    for (int i = 0; i < N_WORKERS; i++)
        finish(&session->workers[i]);
    drop_all(&session->posted);
    drop_all(&session->held);
    session->n_tasks = 0;
}

void workers_destroy(struct ho_session *session)
{
    for (int i = 0; i < N_WORKERS; i++) {
        pthread_mutex_destroy(&session->workers[i].mutex);
        pthread_cond_destroy(&session->workers[i].changed);
    }
    pthread_mutex_destroy(&session->posted_mutex);
    pthread_cond_destroy(&session->posted_changed);
}

// ---- what came of it

static struct task *take_posted(struct ho_session *session)
{
    pthread_mutex_lock(&session->posted_mutex);
    struct task *list = session->posted;
    session->posted = NULL;
    session->is_woken = false;
    pthread_mutex_unlock(&session->posted_mutex);
    if (session->gesture.is_active || !session->held)
        return list;
    struct task *held = session->held;
    session->held = NULL;
    struct task **end = &held;
    while (*end)
        end = &(*end)->next;
    *end = list;
    return held;
}

bool ho_session_dispatch(struct ho_session *session)
{
    session->depth++;
    for (struct task *task = take_posted(session), *next; task; task = next) {
        next = task->next;
        if (task->writes && session->gesture.is_active) {
            append(&session->held, task);
            continue;
        }
        session->n_tasks--;
        if (task->done)
            task->done(session, task);
        drop(task);
    }
    works_progress(session);
    current_update(session);
    session->depth--;
    news_tell(session);
    return session->n_tasks > 0;
}

static bool wait_posted(struct ho_session *session, double until)
{
    struct timespec at = {(time_t)until, (long)((until - (double)(time_t)until) * 1e9)};
    int code = 0;
    pthread_mutex_lock(&session->posted_mutex);
    while (!session->is_woken && code == 0)
        code = pthread_cond_timedwait(&session->posted_changed, &session->posted_mutex, &at);
    pthread_mutex_unlock(&session->posted_mutex);
    return code == 0;
}

bool ho_session_settle(struct ho_session *session, double seconds)
{
    double until = monotonic_seconds() + seconds;
    bool is_any;
    while ((is_any = ho_session_dispatch(session)) && wait_posted(session, until))
        ;
    return !is_any;
}
