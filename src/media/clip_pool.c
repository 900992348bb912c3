// SPDX-License-Identifier: BSD-2-Clause
// Clips by path, so that whoever wants the same source has the same clip.
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "media/clip_inside.h"
#include "media/pattern.h"

enum { MAX_IDLE = 8 };

// A file's state, of a sequence that of its folder: what is replaced is opened anew.
struct state {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;
};

struct entry {
    char *path;
    struct ho_rational rate;
    struct state state;
    struct ho_clip *clip;    // NULL: being opened
    uint64_t used;
    struct entry *next;
};

struct ho_clip_pool {
    struct ho_clip_options options;
    char *index_dir;
    struct ho_clip_cache *cache;
    pthread_mutex_t lock;     // guards what follows; taken before that of a clip
    pthread_cond_t opened;    // or failed to
    struct entry *entries;
    uint64_t clock;
};

enum ho_result ho_clip_pool_create(const struct ho_clip_options *options, struct ho_clip_pool **out,
                                   struct ho_diag *diag)
{
    struct ho_clip_pool *pool = ho_alloc(1, sizeof(*pool));
    *out = NULL;
    if (!pool)
        return ho_fail_memory(diag, sizeof(*pool));
    enum ho_result result = ho_clip_cache_create(ho_clip_cache_size(options), &pool->cache, diag);
    if (options)
        pool->options = *options;
    if (result == HO_OK && options && options->index_dir && !(pool->index_dir = ho_strdup(options->index_dir)))
        result = ho_fail_memory(diag, strlen(options->index_dir));
    if (result != HO_OK) {
        ho_clip_cache_unref(&pool->cache);
        free(pool);
        return result;
    }
    pool->options.index_dir = pool->index_dir;
    pool->options.cancel = NULL;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->opened, NULL);
    *out = pool;
    return HO_OK;
}

static void free_entry(struct entry *entry)
{
    ho_clip_unref(&entry->clip);
    free(entry->path);
    free(entry);
}

void ho_clip_pool_destroy(struct ho_clip_pool **pool)
{
    struct ho_clip_pool *p = pool ? *pool : NULL;
    if (!p)
        return;
    while (p->entries) {
        struct entry *entry = p->entries;
        p->entries = entry->next;
        free_entry(entry);
    }
    ho_clip_cache_unref(&p->cache);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->opened);
    free(p->index_dir);
    free(p);
    *pool = NULL;
}

static void find_state(const char *path, struct state *out)
{
    char file[4096], part[HO_NAME_SIZE];
    struct stat st;
    memset(out, 0, sizeof(*out));
    ho_source_split(path, file, part);
    if (stat(file, &st) != 0) {
        char *slash = strrchr(file, '/');
        if (slash)
            *slash = 0;
        if (stat(slash ? file : ".", &st) != 0)
            return;
    }
    out->device = st.st_dev;
    out->inode = st.st_ino;
    out->size = st.st_size;
    out->changed = st.st_mtim;
}

static bool is_same_state(const struct state *a, const struct state *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

// ---- under the lock

static struct entry **find(struct ho_clip_pool *pool, const char *path, struct ho_rational rate)
{
    struct entry **link = &pool->entries;
    while (*link &&
           (strcmp((*link)->path, path) != 0 || (*link)->rate.num != rate.num || (*link)->rate.den != rate.den))
        link = &(*link)->next;
    return link;
}

static struct entry *take_out(struct entry **link)
{
    struct entry *entry = *link;
    *link = entry->next;
    entry->next = NULL;
    return entry;
}

static bool is_idle(const struct entry *entry)
{
    return entry->clip && atomic_load_explicit(&entry->clip->n_refs, memory_order_acquire) == 1;
}

// The clip that has lain idle longest, where the one that is being given would be one too many once it is idle; the
// caller frees it without the lock.
static struct entry *take_idle(struct ho_clip_pool *pool)
{
    struct entry **oldest = NULL;
    int n = 0;
    for (struct entry **link = &pool->entries; *link; link = &(*link)->next) {
        if (!is_idle(*link))
            continue;
        n++;
        if (!oldest || (*link)->used < (*oldest)->used)
            oldest = link;
    }
    return n >= MAX_IDLE ? take_out(oldest) : NULL;
}

static enum ho_result add(struct ho_clip_pool *pool, const char *path, struct ho_rational rate,
                          const struct state *state, struct ho_diag *diag)
{
    struct entry *entry = ho_alloc(1, sizeof(*entry));
    if (!entry || !(entry->path = ho_strdup(path))) {
        free(entry);
        return ho_fail_memory(diag, sizeof(*entry));
    }
    entry->rate = rate;
    entry->state = *state;
    entry->next = pool->entries;
    pool->entries = entry;
    return HO_OK;
}

// Opens the clip of an entry that was added for it, without the lock meanwhile.
static enum ho_result open_entry(struct ho_clip_pool *pool, const char *path, struct ho_rational rate,
                                 const struct ho_cancel *cancel, struct ho_clip **out, struct ho_diag *diag)
{
    struct ho_clip_options options = pool->options;
    options.rate = rate;
    options.cancel = cancel;
    pthread_mutex_unlock(&pool->lock);
    enum ho_result result = ho_clip_open_in(path, &options, pool->cache, out, diag);
    pthread_mutex_lock(&pool->lock);
    struct entry **link = find(pool, path, rate);
    if (result == HO_OK) {
        (*link)->clip = ho_clip_ref(*out);
        (*link)->used = ++pool->clock;
    } else {
        free_entry(take_out(link));
    }
    pthread_cond_broadcast(&pool->opened);
    return result;
}

// `changed` takes what was there and is no more what its file is.
static enum ho_result find_or_open(struct ho_clip_pool *pool, const char *path, struct ho_rational rate,
                                   const struct ho_cancel *cancel, struct entry **changed, struct ho_clip **out,
                                   struct ho_diag *diag)
{
    struct state state;
    struct entry **link;
    find_state(path, &state);
    while (*(link = find(pool, path, rate)) && !(*link)->clip)
        pthread_cond_wait(&pool->opened, &pool->lock);
    if (*link && is_same_state(&(*link)->state, &state)) {
        (*link)->used = ++pool->clock;
        *out = ho_clip_ref((*link)->clip);
        return HO_OK;
    }
    if (*link)
        *changed = take_out(link);
    HO_TRY(add(pool, path, rate, &state, diag));
    return open_entry(pool, path, rate, cancel, out, diag);
}

enum ho_result ho_clip_pool_open(struct ho_clip_pool *pool, const char *path, const struct ho_rational *rate,
                                 const struct ho_cancel *cancel, struct ho_clip **out, struct ho_diag *diag)
{
    struct entry *changed = NULL;
    *out = NULL;
    pthread_mutex_lock(&pool->lock);
    enum ho_result result = find_or_open(pool, path, rate ? *rate : pool->options.rate, cancel, &changed, out, diag);
    struct entry *idle = take_idle(pool);
    pthread_mutex_unlock(&pool->lock);
    if (changed)
        free_entry(changed);
    if (idle)
        free_entry(idle);
    return result;
}
