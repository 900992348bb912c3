// SPDX-License-Identifier: BSD-2-Clause
// The keeper: a thread that packs mattes and writes them to the bank, behind a bounded queue. Stores belong to it from
// start to finish.
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/limit.h"
#include "base/memory.h"
#include "base/queue.h"
#include "track/keeper.h"
#include "track/object.h"

enum { QUEUE_LENGTH = 6, N_SPARE = QUEUE_LENGTH + 4, N_STORES_MAX = HO_OBJECTS_MAX };

enum job_kind { JOB_FRAME, JOB_STATE, JOB_FLAGS };

struct job {
    enum job_kind kind;
    struct ho_store *store;
    struct ho_frame_entry entry;    // FLAGS: frame, key and flags alone
    struct ho_kept_matte *matte;
    struct ho_key walk;    // STATE: of `entry.frame`
    void *bytes;
    size_t size;
};

// Mattes that nobody needs at the moment. Memory of this size costs more to get from the system, page by page, than to
// clear.
struct spare {
    pthread_mutex_t lock;    // guards what follows
    struct ho_kept_matte *mattes[N_SPARE];
    size_t n;
};

struct ho_keeper {
    struct ho_queue *queue;
    atomic_int n_waiting;    // jobs sent and not yet received
    pthread_t thread;
    enum ho_result result;    // the thread's, read after it was joined
    struct ho_diag diag;
    struct spare spare;
    struct ho_store *dirty[N_STORES_MAX];    // stores written since they were last committed
    size_t n_dirty;
};

struct ho_kept_matte *ho_kept_matte_ref(struct ho_kept_matte *kept)
{
    atomic_fetch_add(&kept->n_refs, 1);
    return kept;
}

static void destroy_matte(struct ho_kept_matte *kept)
{
    ho_matte_destroy(&kept->matte);
    free(kept);
}

static bool put_aside(struct spare *spare, struct ho_kept_matte *kept)
{
    pthread_mutex_lock(&spare->lock);
    bool has_room = spare->n < N_SPARE;
    if (has_room)
        spare->mattes[spare->n++] = kept;
    pthread_mutex_unlock(&spare->lock);
    return has_room;
}

static struct ho_kept_matte *take_spare(struct spare *spare, int width, int height)
{
    pthread_mutex_lock(&spare->lock);
    struct ho_kept_matte *kept = spare->n ? spare->mattes[--spare->n] : NULL;
    pthread_mutex_unlock(&spare->lock);
    if (kept && (kept->matte->width != width || kept->matte->height != height)) {
        destroy_matte(kept);
        kept = NULL;
    }
    return kept;
}

void ho_kept_matte_unref(struct ho_kept_matte **kept)
{
    struct ho_kept_matte *k = *kept;
    *kept = NULL;
    if (k && atomic_fetch_sub(&k->n_refs, 1) == 1 && !put_aside(&k->keeper->spare, k))
        destroy_matte(k);
}

enum ho_result ho_keeper_matte(struct ho_keeper *keeper, int width, int height, struct ho_kept_matte **out,
                               struct ho_diag *diag)
{
    struct ho_kept_matte *kept = take_spare(&keeper->spare, width, height);
    if (kept) {
        ho_matte_clear(kept->matte);
    } else {
        kept = ho_alloc(1, sizeof(*kept));
        if (!kept)
            return ho_fail_memory(diag, sizeof(*kept));
        enum ho_result result = ho_matte_create(width, height, &kept->matte, diag);
        if (result != HO_OK) {
            free(kept);
            return result;
        }
        kept->keeper = keeper;
    }
    atomic_init(&kept->n_refs, 1);
    *out = kept;
    return HO_OK;
}

static void job_free(void *item)
{
    struct job *job = item;
    ho_kept_matte_unref(&job->matte);
    free(job->bytes);
    free(job);
}

static void mark_dirty(struct ho_keeper *keeper, struct ho_store *store)
{
    for (size_t i = 0; i < keeper->n_dirty; i++)
        if (keeper->dirty[i] == store)
            return;
    if (keeper->n_dirty < N_STORES_MAX)
        keeper->dirty[keeper->n_dirty++] = store;
}

static enum ho_result do_job(struct ho_keeper *keeper, struct job *job)
{
    mark_dirty(keeper, job->store);
    if (job->kind == JOB_STATE)
        return ho_store_put_state(job->store, job->walk, job->entry.frame, job->bytes, job->size, &keeper->diag);
    if (job->kind == JOB_FLAGS) {
        enum ho_result result = ho_store_set_flags(job->store, job->entry.frame, job->entry.key, job->entry.flags, 0,
                                                   &keeper->diag);
        return result == HO_END ? HO_OK : result;
    }
    job->entry.area = ho_matte_area(job->matte->matte);
    if (job->entry.area == 0)
        job->entry.flags |= HO_FLAG_EMPTY;
    return ho_store_put(job->store, &job->entry, job->matte->matte, &keeper->diag);
}

static void commit(struct ho_keeper *keeper)
{
    for (size_t i = 0; i < keeper->n_dirty; i++) {
        enum ho_result result = ho_store_commit(keeper->dirty[i], &keeper->diag);
        keeper->result = keeper->result == HO_OK ? result : keeper->result;
    }
    keeper->n_dirty = 0;
}

// Commits whenever nothing waits: a frame is durable as soon as it is written, and a slow disk makes commits larger,
// not frames later.
static void *keep(void *opaque)
{
    struct ho_keeper *keeper = opaque;
    void *item;
    ho_limit_block();    // a file that grows beyond a limit: SQLite's error is all that is wanted
    while (keeper->result == HO_OK && ho_queue_receive(keeper->queue, &item) == HO_OK) {
        bool is_last = atomic_fetch_sub(&keeper->n_waiting, 1) == 1;
        keeper->result = do_job(keeper, item);
        job_free(item);
        if (is_last)
            commit(keeper);
    }
    ho_queue_close_receive(keeper->queue);
    commit(keeper);    // what was written before a failure is still good
    return NULL;
}

enum ho_result ho_keeper_start(struct ho_keeper **out, struct ho_diag *diag)
{
    struct ho_keeper *keeper = ho_alloc(1, sizeof(*keeper));
    if (!keeper)
        return ho_fail_memory(diag, sizeof(*keeper));
    pthread_mutex_init(&keeper->spare.lock, NULL);
    enum ho_result result = ho_queue_create(QUEUE_LENGTH, &keeper->queue, diag);
    if (result == HO_OK && pthread_create(&keeper->thread, NULL, keep, keeper) != 0) {
        result = ho_fail(diag, HO_ERROR_MEMORY, "the system refuses another thread, for writing to the bank");
        ho_queue_destroy(&keeper->queue, NULL);
    }
    if (result != HO_OK) {
        pthread_mutex_destroy(&keeper->spare.lock);
        free(keeper);
        return result;
    }
    *out = keeper;
    return HO_OK;
}

static enum ho_result send(struct ho_keeper *keeper, const struct job *job)
{
    struct job *copy = ho_alloc(1, sizeof(*copy));
    if (!copy)
        return HO_ERROR_MEMORY;
    *copy = *job;
    atomic_fetch_add(&keeper->n_waiting, 1);
    enum ho_result result = ho_queue_send(keeper->queue, copy);
    if (result != HO_OK)
        free(copy);
    return result;
}

enum ho_result ho_keeper_put(struct ho_keeper *keeper, struct ho_store *store, const struct ho_frame_entry *entry,
                             struct ho_kept_matte *matte)
{
    struct job job = {.kind = JOB_FRAME, .store = store, .entry = *entry, .matte = ho_kept_matte_ref(matte)};
    enum ho_result result = send(keeper, &job);
    if (result != HO_OK)
        ho_kept_matte_unref(&job.matte);
    return result;
}

enum ho_result ho_keeper_put_state(struct ho_keeper *keeper, struct ho_store *store, struct ho_key walk, int64_t frame,
                                   void **bytes, size_t size)
{
    struct job job = {
        .kind = JOB_STATE, .store = store, .entry.frame = frame, .walk = walk, .bytes = *bytes, .size = size};
    HO_TRY(send(keeper, &job));
    *bytes = NULL;
    return HO_OK;
}

enum ho_result ho_keeper_set_flags(struct ho_keeper *keeper, struct ho_store *store, int64_t frame, struct ho_key key,
                                   unsigned flags)
{
    struct job job = {.kind = JOB_FLAGS, .store = store, .entry.frame = frame, .entry.key = key, .entry.flags = flags};
    return send(keeper, &job);
}

enum ho_result ho_keeper_finish(struct ho_keeper **keeper, struct ho_diag *diag)
{
    if (!*keeper)
        return HO_OK;
    ho_queue_close_send((*keeper)->queue);
    pthread_join((*keeper)->thread, NULL);
    enum ho_result result = (*keeper)->result;
    if (result != HO_OK)
        ho_fail(diag, result, "%s", (*keeper)->diag.message);
    ho_queue_destroy(&(*keeper)->queue, job_free);
    for (size_t i = 0; i < (*keeper)->spare.n; i++)
        destroy_matte((*keeper)->spare.mattes[i]);
    pthread_mutex_destroy(&(*keeper)->spare.lock);
    free(*keeper);
    *keeper = NULL;
    return result;
}
