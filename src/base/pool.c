// SPDX-License-Identifier: BSD-2-Clause
#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

enum { MAX_WORKERS = 255 };

// One call of ho_pool_run(), on its caller's stack.
struct job {
    struct job *next;
    ho_pool_task task;
    void *opaque;
    int n, grain, n_pieces;
    atomic_int next_piece;         // claimed by whoever is free
    int n_helpers, max_helpers;    // workers inside this job, and how many may be
};

// `lock` guards everything here and the helper counts of jobs. It is never held while a task runs.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work_came = PTHREAD_COND_INITIALIZER, helper_left = PTHREAD_COND_INITIALIZER;
static struct job *jobs;    // those with pieces left to claim
static pthread_t workers[MAX_WORKERS];
static int n_workers;
static bool is_stopping;

int ho_core_count(void)
{
    cpu_set_t set;
    if (!sched_getaffinity(0, sizeof(set), &set) && CPU_COUNT(&set) > 0)
        return CPU_COUNT(&set);
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (int)n : 1;
}

static void work_on(struct job *job)
{
    for (int piece; (piece = atomic_fetch_add_explicit(&job->next_piece, 1, memory_order_relaxed)) < job->n_pieces;) {
        int first = piece * job->grain;
        int last = piece == job->n_pieces - 1 ? job->n : first + job->grain;
        job->task(job->opaque, first, last);
    }
}

static struct job *find_job(void)
{
    for (struct job *job = jobs; job; job = job->next) {
        if (job->n_helpers < job->max_helpers &&
            atomic_load_explicit(&job->next_piece, memory_order_relaxed) < job->n_pieces)
            return job;
    }
    return NULL;
}

static void *worker_main(void *opaque)
{
    (void)opaque;
    pthread_mutex_lock(&lock);
    while (!is_stopping) {
        struct job *job = find_job();
        if (!job) {
            pthread_cond_wait(&work_came, &lock);
            continue;
        }
        job->n_helpers++;
        pthread_mutex_unlock(&lock);
        work_on(job);
        pthread_mutex_lock(&lock);
        // The job lives on its caller's stack until this count is zero.
        if (--job->n_helpers == 0)
            pthread_cond_broadcast(&helper_left);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

// A child of fork() has no workers, and whoever held the lock is gone.
static void forget_workers(void)
{
    pthread_mutex_init(&lock, NULL);
    pthread_cond_init(&work_came, NULL);
    pthread_cond_init(&helper_left, NULL);
    jobs = NULL;
    n_workers = 0;
}

// Called with the lock held. Fewer threads than asked for is no error: the caller does the work itself.
static void start_workers(int n_wanted)
{
    static bool is_registered;
    if (!is_registered)
        is_registered = !pthread_atfork(NULL, NULL, forget_workers);
    while (!is_stopping && n_workers < n_wanted && n_workers < MAX_WORKERS &&
           !pthread_create(&workers[n_workers], NULL, worker_main, NULL))
        n_workers++;
}

// At exit, or when the library is unloaded: no thread may run code that is gone.
__attribute__((destructor)) static void stop_workers(void)
{
    pthread_mutex_lock(&lock);
    is_stopping = true;
    pthread_cond_broadcast(&work_came);
    int n = n_workers;
    n_workers = 0;
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < n; i++) {
        if (!pthread_equal(workers[i], pthread_self()))
            pthread_join(workers[i], NULL);
    }
}

void ho_pool_run(int n, int grain, int n_threads, ho_pool_task task, void *opaque)
{
    if (n <= 0)
        return;
    grain = grain > 0 ? grain : 1;
    struct job job = {.task = task, .opaque = opaque, .n = n, .grain = grain, .n_pieces = n / grain + (n % grain != 0)};
    int n_helpers = (n_threads > 0 ? n_threads : ho_core_count()) - 1;
    job.max_helpers = n_helpers < job.n_pieces - 1 ? n_helpers : job.n_pieces - 1;
    if (job.max_helpers <= 0) {
        work_on(&job);
        return;
    }

    pthread_mutex_lock(&lock);
    start_workers(job.max_helpers);
    job.next = jobs;
    jobs = &job;
    pthread_cond_broadcast(&work_came);
    pthread_mutex_unlock(&lock);

    work_on(&job);

    pthread_mutex_lock(&lock);
    struct job **link = &jobs;
    while (*link != &job)
        link = &(*link)->next;
    *link = job.next;
    while (job.n_helpers)
        pthread_cond_wait(&helper_left, &lock);
    pthread_mutex_unlock(&lock);
}
