// SPDX-License-Identifier: BSD-2-Clause
// A source that is opened once and shared.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "media/clip_inside.h"

static const size_t default_cache = 512u << 20, ahead_budget = 64u << 20;
enum { DEFAULT_DECODERS = 3, MAX_AHEAD = 8, MAX_CHUNK = 512, IDLE_MILLISECONDS = 20000 };

struct ho_clip_key ho_clip_frame_key(const struct ho_clip *clip, int64_t frame)
{
    return (struct ho_clip_key){.owner = clip, .frame = frame};
}

size_t ho_clip_cache_size(const struct ho_clip_options *options)
{
    return options && options->cache_bytes ? options->cache_bytes : default_cache;
}

// The first decoder goes on where the scan has looked, unless what can stop the scan is not the clip's own.
static enum ho_result open_source(struct ho_clip *clip, const char *path, const struct ho_clip_options *options,
                                  struct ho_diag *diag)
{
    struct ho_reader_options reading = {.n_threads = options->n_threads,
                                        .index_dir = options->index_dir,
                                        .cancel = options->cancel ? options->cancel : &clip->quit,
                                        .rate = options->rate};
    HO_TRY(ho_opened_open(path, &reading, &clip->opened, &clip->packets, diag));
    clip->has_packets = !options->cancel;
    if (!clip->has_packets)
        ho_packets_close(&clip->packets);
    const size_t cache = ho_clip_cache_max_bytes(clip->cache);
    clip->n_ahead = ho_opened_frames_in(&clip->opened, cache / 2 < ahead_budget ? cache / 2 : ahead_budget, 0,
                                        MAX_AHEAD);
    clip->n_chunk = ho_opened_frames_in(&clip->opened, cache / 2, 1, MAX_CHUNK);
    return HO_OK;
}

enum ho_result ho_clip_open_in(const char *path, const struct ho_clip_options *options, struct ho_clip_cache *cache,
                               struct ho_clip **out, struct ho_diag *diag)
{
    struct ho_clip *clip = ho_alloc(1, sizeof(*clip));
    if (!clip)
        return ho_fail_memory(diag, sizeof(*clip));
    atomic_init(&clip->n_refs, 1);
    clip->cache = ho_clip_cache_ref(cache);
    clip->n_threads = options->n_threads;
    clip->idle_milliseconds = IDLE_MILLISECONDS;
    clip->max_decoders = options->max_decoders > 0 ? options->max_decoders : DEFAULT_DECODERS;
    if (clip->max_decoders > HO_CLIP_MAX_DECODERS)
        clip->max_decoders = HO_CLIP_MAX_DECODERS;
    enum ho_result result = open_source(clip, path, options, diag);
    if (result != HO_OK) {
        ho_clip_cache_unref(&clip->cache);
        free(clip);
        return result;
    }
    pthread_mutex_init(&clip->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&clip->wanted, &attributes);
    pthread_cond_init(&clip->given, &attributes);
    pthread_condattr_destroy(&attributes);
    *out = clip;
    return HO_OK;
}

enum ho_result ho_clip_open(const char *path, const struct ho_clip_options *options, struct ho_clip **out,
                            struct ho_diag *diag)
{
    static const struct ho_clip_options defaults;
    options = options ? options : &defaults;
    *out = NULL;
    struct ho_clip_cache *cache;
    HO_TRY(ho_clip_cache_create(ho_clip_cache_size(options), &cache, diag));
    enum ho_result result = ho_clip_open_in(path, options, cache, out, diag);
    ho_clip_cache_unref(&cache);
    return result;
}

struct ho_clip *ho_clip_ref(struct ho_clip *clip)
{
    atomic_fetch_add_explicit(&clip->n_refs, 1, memory_order_relaxed);
    return clip;
}

static void destroy(struct ho_clip *clip)
{
    ho_cancel_request(&clip->quit);
    pthread_mutex_lock(&clip->lock);
    clip->is_quitting = true;
    pthread_cond_broadcast(&clip->wanted);
    pthread_mutex_unlock(&clip->lock);
    for (int i = 0; i < clip->n_decoders; i++)
        ho_clip_decoder_destroy(clip->decoder[i]);
    for (int i = 0; i < clip->n_converters; i++)
        ho_converter_destroy(&clip->converter[i]);
    if (clip->has_packets)
        ho_packets_close(&clip->packets);
    ho_clip_cache_forget_all(clip->cache, clip);
    ho_clip_cache_unref(&clip->cache);
    ho_opened_close(&clip->opened);
    pthread_mutex_destroy(&clip->lock);
    pthread_cond_destroy(&clip->wanted);
    pthread_cond_destroy(&clip->given);
    free(clip);
}

void ho_clip_unref(struct ho_clip **clip)
{
    if (!clip || !*clip)
        return;
    if (atomic_fetch_sub_explicit(&(*clip)->n_refs, 1, memory_order_acq_rel) == 1)
        destroy(*clip);
    *clip = NULL;
}

const struct ho_source_info *ho_clip_info(const struct ho_clip *clip) { return &clip->opened.info; }

struct ho_rational ho_clip_time(const struct ho_clip *clip, int64_t frame)
{
    return ho_opened_time(&clip->opened, frame);
}

int64_t ho_clip_key_frame(const struct ho_clip *clip, int64_t frame)
{
    const struct ho_index *index = &clip->opened.index;
    if (frame <= 0)
        return 0;
    if (frame >= index->n_frames)
        frame = (int64_t)index->n_frames - 1;
    uint32_t anchor = ho_index_anchor(index, frame);
    int64_t before = index->anchors[anchor].frame;
    if (anchor + 1 == index->n_anchors)
        return before;
    int64_t after = index->anchors[anchor + 1].frame;
    return after - frame < frame - before ? after : before;
}

void ho_clip_forget(struct ho_clip *clip, int64_t frame)
{
    struct ho_clip_key key = ho_clip_frame_key(clip, frame);
    ho_clip_cache_forget(clip->cache, &key);
}

// ---- one frame

void ho_clip_wait(pthread_cond_t *news, pthread_mutex_t *lock, int milliseconds)
{
    enum { IN_MILLISECOND = 1000000, SECOND = 1000000000 };
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    const int64_t nanoseconds = until.tv_nsec + (int64_t)milliseconds * IN_MILLISECOND;
    until.tv_sec += nanoseconds / SECOND;
    until.tv_nsec = nanoseconds % SECOND;
    pthread_cond_timedwait(news, lock, &until);
}

// Waits a little where there is a wish to stop to be looked for in between.
static void wait_for_a_while(struct ho_clip *clip, const struct ho_cancel *cancel)
{
    enum { A_LITTLE = 20 };
    if (cancel)
        ho_clip_wait(&clip->given, &clip->lock, A_LITTLE);
    else
        pthread_cond_wait(&clip->given, &clip->lock);
}

static void add_want(struct ho_clip *clip, struct ho_clip_want *want)
{
    struct ho_clip_want **link = &clip->wants;
    while (*link)
        link = &(*link)->next;
    *link = want;
    pthread_cond_broadcast(&clip->wanted);
}

static void leave(struct ho_clip *clip, struct ho_clip_want *want)
{
    struct ho_clip_want **link = &clip->wants;
    while (*link != want)
        link = &(*link)->next;
    *link = want->next;
}

// The lock is held.
static enum ho_result wait_for(struct ho_clip *clip, struct ho_clip_want *want, struct ho_clip_decoder *noted,
                               const struct ho_cancel *cancel, struct ho_diag *diag)
{
    HO_TRY(ho_clip_choose(clip, want, noted, diag));
    add_want(clip, want);
    while (!want->is_answered) {
        if (ho_cancel_is_requested(cancel)) {
            leave(clip, want);
            return ho_fail(diag, HO_CANCELLED, "cancelled while reading %s", clip->opened.path);
        }
        wait_for_a_while(clip, cancel);
    }
    return want->result == HO_OK ? HO_OK : ho_fail(diag, want->result, "%s", want->diag.message);
}

enum ho_result ho_clip_frame(struct ho_clip *clip, int64_t frame, const struct ho_cancel *cancel, struct ho_frame **out,
                             struct ho_diag *diag)
{
    *out = NULL;
    HO_TRY(ho_opened_check(&clip->opened, frame, diag));
    if (ho_cancel_is_requested(cancel))
        return ho_fail(diag, HO_CANCELLED, "cancelled while reading %s", clip->opened.path);
    struct ho_clip_key key = ho_clip_frame_key(clip, frame);
    struct ho_clip_want want = {.frame = frame};
    enum ho_result result = HO_OK;
    pthread_mutex_lock(&clip->lock);
    struct ho_clip_decoder *noted = ho_clip_note(clip, frame);
    want.out = ho_clip_cache_frame(clip->cache, &key);
    if (!want.out) {
        result = wait_for(clip, &want, noted, cancel, diag);
    } else if (noted) {
        ho_clip_wish_below(noted);
        pthread_cond_broadcast(&clip->wanted);
    }
    pthread_mutex_unlock(&clip->lock);
    *out = want.out;
    return result;
}
