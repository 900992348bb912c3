// SPDX-License-Identifier: BSD-2-Clause
// A decoder of a clip: a thread that decodes what is waited for, and otherwise what may be asked for next, a frame at a
// time, so that who waits comes first.
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "media/clip_inside.h"

static enum ho_result open_packets(struct ho_clip_decoder *decoder, struct ho_diag *diag)
{
    struct ho_clip *clip = decoder->clip;
    pthread_mutex_lock(&clip->lock);
    const bool has_packets = clip->has_packets;
    if (has_packets)
        decoder->packets = clip->packets;
    clip->has_packets = false;
    pthread_mutex_unlock(&clip->lock);
    return has_packets ? HO_OK : ho_opened_again(&clip->opened, &clip->quit, &decoder->packets, diag);
}

static enum ho_result open_decoder(struct ho_clip_decoder *decoder, struct ho_diag *diag)
{
    const struct ho_clip *clip = decoder->clip;
    if (decoder->is_open)
        return HO_OK;
    HO_TRY(open_packets(decoder, diag));
    enum ho_result result = ho_cursor_open(&decoder->cursor, &decoder->packets, &clip->opened.index, &clip->opened.info,
                                           clip->n_threads, diag);
    if (result != HO_OK)
        ho_packets_close(&decoder->packets);
    decoder->is_open = result == HO_OK;
    return result;
}

static void close_decoder(struct ho_clip_decoder *decoder)
{
    if (!decoder->is_open)
        return;
    ho_cursor_close(&decoder->cursor);
    ho_packets_close(&decoder->packets);
    decoder->is_open = false;
}

// The next frame on the way from `first` to `last`: where the decoder is, if that is between them.
static enum ho_result decode(struct ho_clip_decoder *decoder, struct ho_clip_span span, struct ho_frame **out,
                             struct ho_diag *diag)
{
    HO_TRY(open_decoder(decoder, diag));
    struct ho_cursor *cursor = &decoder->cursor;
    if (cursor->next < span.first || cursor->next > span.last)
        HO_TRY(ho_cursor_go(cursor, span.first, diag));
    return ho_cursor_next(cursor, out, diag);
}

// ---- under the clip's lock

static struct ho_clip_want *first_want(const struct ho_clip_decoder *decoder)
{
    struct ho_clip_want *want = decoder->clip->wants;
    while (want && want->decoder != decoder)
        want = want->next;
    return want;
}

static void answer(struct ho_clip *clip, struct ho_clip_want **link, struct ho_frame *frame, enum ho_result result,
                   const char *message)
{
    struct ho_clip_want *want = *link;
    *link = want->next;
    want->out = frame ? ho_frame_ref(frame) : NULL;
    want->result = frame ? HO_OK : ho_fail(&want->diag, result, "%s", message);
    want->is_answered = true;
    pthread_cond_broadcast(&clip->given);
}

static void answer_all(struct ho_clip *clip, struct ho_frame *frame)
{
    for (struct ho_clip_want **link = &clip->wants; *link;)
        if ((*link)->frame == ho_frame_index(frame))
            answer(clip, link, frame, HO_OK, "");
        else
            link = &(*link)->next;
}

// What failed on the way to a frame need not be the frame: it is tried by itself.
static void fail_want(struct ho_clip *clip, struct ho_clip_want *want, enum ho_result result, const char *message)
{
    if (want->first < want->frame) {
        want->first = want->frame;
        return;
    }
    struct ho_clip_want **link = &clip->wants;
    while (*link != want)
        link = &(*link)->next;
    answer(clip, link, NULL, result, message);
}

// Wanted frames come first, then those that are wished for and not kept yet.
static bool find_work(struct ho_clip_decoder *decoder, struct ho_clip_want **want, struct ho_clip_span *span)
{
    struct ho_clip *clip = decoder->clip;
    *want = first_want(decoder);
    if (*want) {
        *span = (struct ho_clip_span){(*want)->first, (*want)->frame};
        return true;
    }
    for (; decoder->wish.first <= decoder->wish.last; decoder->wish.first++) {
        struct ho_clip_key key = ho_clip_frame_key(clip, decoder->wish.first);
        if (!ho_clip_cache_has(clip->cache, &key)) {
            *span = decoder->wish;
            return true;
        }
    }
    return false;
}

// Is it still waited for? Who was cancelled has left.
static bool is_there(const struct ho_clip *clip, const struct ho_clip_want *want)
{
    const struct ho_clip_want *w = clip->wants;
    while (w && w != want)
        w = w->next;
    return w;
}

static void work_once(struct ho_clip_decoder *decoder, struct ho_clip_want *want, struct ho_clip_span span)
{
    struct ho_clip *clip = decoder->clip;
    struct ho_frame *frame = NULL;
    struct ho_diag diag = {0};
    decoder->rested_milliseconds = 0;
    pthread_mutex_unlock(&clip->lock);
    enum ho_result result = decode(decoder, span, &frame, &diag);
    if (result == HO_OK) {
        struct ho_clip_key key = ho_clip_frame_key(clip, ho_frame_index(frame));
        ho_clip_cache_put_frame(clip->cache, &key, frame, clip->opened.frame_size);
    } else if (result == HO_ERROR_MEMORY) {
        close_decoder(decoder);    // in whatever state it was left
    } else if (decoder->is_open) {
        decoder->cursor.next = -1;
    }
    pthread_mutex_lock(&clip->lock);
    decoder->next = decoder->is_open ? decoder->cursor.next : -1;
    if (result == HO_OK)
        answer_all(clip, frame);
    else if (want && is_there(clip, want))
        fail_want(clip, want, result, diag.message);
    else if (!want)
        decoder->wish = (struct ho_clip_span){0, -1};
    ho_frame_unref(&frame);
}

// With the lock. What nobody needs for a while is closed: its threads and pictures take room that others want.
static void rest(struct ho_clip_decoder *decoder)
{
    struct ho_clip *clip = decoder->clip;
    const uint64_t used = decoder->used;
    if (!decoder->is_open) {
        pthread_cond_wait(&clip->wanted, &clip->lock);
        return;
    }
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    ho_clip_wait(&clip->wanted, &clip->lock, clip->idle_milliseconds - decoder->rested_milliseconds);
    clock_gettime(CLOCK_MONOTONIC, &after);
    decoder->rested_milliseconds += (int)((after.tv_sec - before.tv_sec) * 1000 +
                                          (after.tv_nsec - before.tv_nsec) / 1000000);
    if (decoder->used != used)
        decoder->rested_milliseconds = 0;
    if (decoder->rested_milliseconds < clip->idle_milliseconds || clip->is_quitting)
        return;
    decoder->rested_milliseconds = 0;
    decoder->next = -1;
    pthread_mutex_unlock(&clip->lock);
    close_decoder(decoder);
    pthread_mutex_lock(&clip->lock);
}

static void *run(void *opaque)
{
    struct ho_clip_decoder *decoder = opaque;
    struct ho_clip *clip = decoder->clip;
    pthread_mutex_lock(&clip->lock);
    while (!clip->is_quitting) {
        struct ho_clip_want *want;
        struct ho_clip_span span;
        if (find_work(decoder, &want, &span))
            work_once(decoder, want, span);
        else
            rest(decoder);
    }
    pthread_mutex_unlock(&clip->lock);
    close_decoder(decoder);
    return NULL;
}

enum ho_result ho_clip_decoder_create(struct ho_clip *clip, struct ho_clip_decoder **out, struct ho_diag *diag)
{
    struct ho_clip_decoder *decoder = ho_alloc(1, sizeof(*decoder));
    if (!decoder)
        return ho_fail_memory(diag, sizeof(*decoder));
    decoder->clip = clip;
    decoder->next = decoder->asked = -1;
    decoder->wish.last = -1;
    if (pthread_create(&decoder->thread, NULL, run, decoder) != 0) {
        free(decoder);
        return ho_fail(diag, HO_ERROR_MEMORY, "no thread can be started to decode %s", clip->opened.path);
    }
    clip->decoder[clip->n_decoders++] = *out = decoder;
    return HO_OK;
}

void ho_clip_decoder_destroy(struct ho_clip_decoder *decoder)
{
    pthread_join(decoder->thread, NULL);
    free(decoder);
}
