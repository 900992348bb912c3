// SPDX-License-Identifier: BSD-2-Clause
#include "media/clip_cache.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/memory.h"

enum { N_BUCKETS = 1024 };

struct entry {
    struct ho_clip_key key;
    size_t size;
    struct ho_frame *frame;
    struct ho_clip_picture *picture;
    struct entry *next_in_bucket;
    struct entry *older, *newer;
};

struct ho_clip_cache {
    atomic_int n_refs;
    size_t max_bytes;
    pthread_mutex_t lock;    // guards everything below; no other lock is taken while it is held, but that of the pool
    size_t bytes;
    struct entry *bucket[N_BUCKETS];
    struct entry *oldest, *newest;
    struct pixel_pool *pool;
};

// ---- pictures and their memory

enum { MAX_FREE = 16 };

// Memory of pictures, used again: asking the system for a megabyte and giving it back costs more than filling it.
// Counted by the cache and by each picture that is out.
struct pixel_pool {
    atomic_int n_refs;
    pthread_mutex_t lock;    // guards everything below
    struct block {
        uint8_t *data;
        size_t size;
    } free[MAX_FREE];
    int n_free;
};

struct picture {
    struct ho_clip_picture picture;    // first: a pointer to it is one to all
    atomic_int n_refs;
    struct pixel_pool *pool;
    struct block block;
};

static void unref_pool(struct pixel_pool *pool)
{
    if (atomic_fetch_sub_explicit(&pool->n_refs, 1, memory_order_acq_rel) != 1)
        return;
    for (int i = 0; i < pool->n_free; i++)
        free(pool->free[i].data);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

static struct block take_block(struct pixel_pool *pool, size_t size)
{
    struct block found = {NULL, size};
    pthread_mutex_lock(&pool->lock);
    for (int i = 0; i < pool->n_free && !found.data; i++)
        if (pool->free[i].size == size) {
            found = pool->free[i];
            pool->free[i] = pool->free[--pool->n_free];
        }
    pthread_mutex_unlock(&pool->lock);
    if (!found.data)
        found.data = ho_alloc_aligned(size);
    return found;
}

// The one that has lain there longest makes room: sizes that are not asked for any more go away in time.
static void give_block(struct pixel_pool *pool, struct block block)
{
    struct block left = {0};
    pthread_mutex_lock(&pool->lock);
    if (pool->n_free == MAX_FREE) {
        left = pool->free[0];
        memmove(pool->free, pool->free + 1, --pool->n_free * sizeof(block));
    }
    pool->free[pool->n_free++] = block;
    pthread_mutex_unlock(&pool->lock);
    free(left.data);
}

static struct picture *inside(const struct ho_clip_picture *picture) { return (struct picture *)(uintptr_t)picture; }

struct ho_clip_picture *ho_clip_picture_ref(const struct ho_clip_picture *picture)
{
    atomic_fetch_add_explicit(&inside(picture)->n_refs, 1, memory_order_relaxed);
    return &inside(picture)->picture;
}

void ho_clip_picture_unref(struct ho_clip_picture **picture)
{
    if (!picture || !*picture)
        return;
    struct picture *v = inside(*picture);
    *picture = NULL;
    if (atomic_fetch_sub_explicit(&v->n_refs, 1, memory_order_acq_rel) != 1)
        return;
    give_block(v->pool, v->block);
    unref_pool(v->pool);
    free(v);
}

enum ho_result ho_clip_cache_new_picture(struct ho_clip_cache *cache, int width, int height,
                                         struct ho_clip_picture **out, uint8_t **pixels, struct ho_diag *diag)
{
    size_t size = (size_t)width * (size_t)height * 3;
    struct picture *picture = ho_alloc(1, sizeof(*picture));
    if (picture)
        picture->block = take_block(cache->pool, size);
    if (!picture || !picture->block.data) {
        free(picture);
        return ho_fail_memory(diag, size);
    }
    atomic_init(&picture->n_refs, 1);
    atomic_fetch_add_explicit(&cache->pool->n_refs, 1, memory_order_relaxed);
    picture->pool = cache->pool;
    picture->picture = (struct ho_clip_picture){.width = width, .height = height, .pixels = picture->block.data};
    *out = &picture->picture;
    *pixels = picture->block.data;
    return HO_OK;
}

// ---- the cache

enum ho_result ho_clip_cache_create(size_t max_bytes, struct ho_clip_cache **out, struct ho_diag *diag)
{
    struct ho_clip_cache *cache = ho_alloc(1, sizeof(*cache));
    struct pixel_pool *pool = ho_alloc(1, sizeof(*pool));
    if (!cache || !pool) {
        free(cache);
        free(pool);
        return ho_fail_memory(diag, sizeof(*cache));
    }
    atomic_init(&cache->n_refs, 1);
    atomic_init(&pool->n_refs, 1);
    pthread_mutex_init(&cache->lock, NULL);
    pthread_mutex_init(&pool->lock, NULL);
    cache->max_bytes = max_bytes;
    cache->pool = pool;
    *out = cache;
    return HO_OK;
}

struct ho_clip_cache *ho_clip_cache_ref(struct ho_clip_cache *cache)
{
    atomic_fetch_add_explicit(&cache->n_refs, 1, memory_order_relaxed);
    return cache;
}

static void free_entry(struct entry *entry)
{
    ho_frame_unref(&entry->frame);
    ho_clip_picture_unref(&entry->picture);
    free(entry);
}

void ho_clip_cache_unref(struct ho_clip_cache **cache)
{
    struct ho_clip_cache *c = cache ? *cache : NULL;
    if (!c)
        return;
    *cache = NULL;
    if (atomic_fetch_sub_explicit(&c->n_refs, 1, memory_order_acq_rel) != 1)
        return;
    while (c->oldest) {
        struct entry *entry = c->oldest;
        c->oldest = entry->newer;
        free_entry(entry);
    }
    unref_pool(c->pool);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

size_t ho_clip_cache_max_bytes(const struct ho_clip_cache *cache) { return cache->max_bytes; }

size_t ho_clip_cache_bytes(struct ho_clip_cache *cache)
{
    pthread_mutex_lock(&cache->lock);
    size_t bytes = cache->bytes;
    pthread_mutex_unlock(&cache->lock);
    return bytes;
}

static struct entry **bucket_of(struct ho_clip_cache *cache, const struct ho_clip_key *key)
{
    return &cache->bucket[XXH3_64bits(key, sizeof(*key)) % N_BUCKETS];
}

static struct entry *find(struct ho_clip_cache *cache, const struct ho_clip_key *key)
{
    struct entry *entry = *bucket_of(cache, key);
    while (entry && memcmp(&entry->key, key, sizeof(*key)) != 0)
        entry = entry->next_in_bucket;
    return entry;
}

static void leave_row(struct ho_clip_cache *cache, struct entry *entry)
{
    *(entry->older ? &entry->older->newer : &cache->oldest) = entry->newer;
    *(entry->newer ? &entry->newer->older : &cache->newest) = entry->older;
}

static void become_newest(struct ho_clip_cache *cache, struct entry *entry)
{
    entry->older = cache->newest;
    entry->newer = NULL;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = entry;
    cache->newest = entry;
}

static void use(struct ho_clip_cache *cache, struct entry *entry)
{
    leave_row(cache, entry);
    become_newest(cache, entry);
}

// Out of the table, onto `gone`: what it holds is let go of once the lock is.
static void take_out(struct ho_clip_cache *cache, struct entry *entry, struct entry **gone)
{
    struct entry **link = bucket_of(cache, &entry->key);
    while (*link != entry)
        link = &(*link)->next_in_bucket;
    *link = entry->next_in_bucket;
    leave_row(cache, entry);
    cache->bytes -= entry->size;
    entry->next_in_bucket = *gone;
    *gone = entry;
}

static void free_all(struct entry *gone)
{
    while (gone) {
        struct entry *next = gone->next_in_bucket;
        free_entry(gone);
        gone = next;
    }
}

struct ho_frame *ho_clip_cache_frame(struct ho_clip_cache *cache, const struct ho_clip_key *key)
{
    pthread_mutex_lock(&cache->lock);
    struct entry *entry = find(cache, key);
    struct ho_frame *frame = entry ? ho_frame_ref(entry->frame) : NULL;
    if (entry)
        use(cache, entry);
    pthread_mutex_unlock(&cache->lock);
    return frame;
}

struct ho_clip_picture *ho_clip_cache_picture(struct ho_clip_cache *cache, const struct ho_clip_key *key)
{
    pthread_mutex_lock(&cache->lock);
    struct entry *entry = find(cache, key);
    struct ho_clip_picture *picture = entry ? ho_clip_picture_ref(entry->picture) : NULL;
    if (entry)
        use(cache, entry);
    pthread_mutex_unlock(&cache->lock);
    return picture;
}

void ho_clip_cache_touch(struct ho_clip_cache *cache, const struct ho_clip_key *key)
{
    pthread_mutex_lock(&cache->lock);
    struct entry *entry = find(cache, key);
    if (entry)
        use(cache, entry);
    pthread_mutex_unlock(&cache->lock);
}

bool ho_clip_cache_has(struct ho_clip_cache *cache, const struct ho_clip_key *key)
{
    pthread_mutex_lock(&cache->lock);
    bool has = find(cache, key);
    pthread_mutex_unlock(&cache->lock);
    return has;
}

static void put(struct ho_clip_cache *cache, const struct ho_clip_key *key, struct ho_frame *frame,
                struct ho_clip_picture *picture, size_t size)
{
    struct entry *entry = ho_alloc(1, sizeof(*entry)), *gone = NULL;
    if (!entry)
        return;
    entry->key = *key;
    entry->size = size;
    entry->frame = frame ? ho_frame_ref(frame) : NULL;
    entry->picture = picture ? ho_clip_picture_ref(picture) : NULL;
    pthread_mutex_lock(&cache->lock);
    struct entry *there = find(cache, key);
    if (there)
        take_out(cache, there, &gone);
    while (cache->oldest && cache->bytes + size > cache->max_bytes)
        take_out(cache, cache->oldest, &gone);
    struct entry **bucket = bucket_of(cache, key);
    entry->next_in_bucket = *bucket;
    *bucket = entry;
    become_newest(cache, entry);
    cache->bytes += size;
    pthread_mutex_unlock(&cache->lock);
    free_all(gone);
}

void ho_clip_cache_put_frame(struct ho_clip_cache *cache, const struct ho_clip_key *key, struct ho_frame *frame,
                             size_t size)
{
    put(cache, key, frame, NULL, size);
}

void ho_clip_cache_put_picture(struct ho_clip_cache *cache, const struct ho_clip_key *key,
                               struct ho_clip_picture *picture)
{
    put(cache, key, NULL, picture, (size_t)picture->width * (size_t)picture->height * 3);
}

void ho_clip_cache_forget(struct ho_clip_cache *cache, const struct ho_clip_key *key)
{
    struct entry *gone = NULL;
    pthread_mutex_lock(&cache->lock);
    struct entry *entry = find(cache, key);
    if (entry)
        take_out(cache, entry, &gone);
    pthread_mutex_unlock(&cache->lock);
    free_all(gone);
}

void ho_clip_cache_forget_all(struct ho_clip_cache *cache, const void *owner)
{
    struct entry *gone = NULL;
    pthread_mutex_lock(&cache->lock);
    for (struct entry *entry = cache->oldest, *newer; entry; entry = newer) {
        newer = entry->newer;
        if (entry->key.owner == owner)
            take_out(cache, entry, &gone);
    }
    pthread_mutex_unlock(&cache->lock);
    free_all(gone);
}
