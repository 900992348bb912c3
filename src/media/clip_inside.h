// SPDX-License-Identifier: BSD-2-Clause
// The inside of a clip, shared by its files.
#ifndef HO_MEDIA_CLIP_INSIDE_H
#define HO_MEDIA_CLIP_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "media/clip_cache.h"
#include "media/decode.h"
#include "media/open.h"

enum { HO_CLIP_MAX_DECODERS = 16, HO_CLIP_IDLE_CONVERTERS = 4 };

// Frames [first, last]; empty: last < first.
struct ho_clip_span {
    int64_t first, last;
};

// Somebody waits for a frame. On the waiting thread's stack, in the clip's list until it is answered.
struct ho_clip_want {
    int64_t frame;
    int64_t first;    // frames from here on are kept as they pass
    struct ho_clip_decoder *decoder;
    struct ho_frame *out;
    enum ho_result result;
    struct ho_diag diag;
    bool is_answered;
    struct ho_clip_want *next;
};

struct ho_clip_decoder {
    struct ho_clip *clip;
    pthread_t thread;

    // The thread's own.
    bool is_open;
    int rested_milliseconds;    // since it decoded
    struct ho_packets packets;
    struct ho_cursor cursor;

    // Guarded by the clip's lock.
    int64_t next;                // frame that comes by reading on, -1: none
    int64_t asked;               // what its reader asked for last, -1: nothing
    int direction, n_run;        // how often in a row it went that way
    uint64_t used;               // the clip's clock
    struct ho_clip_span wish;    // to be decoded when nobody waits
    int64_t floor;               // backwards: all from here up to what is looked at is kept, or wished for
};

struct ho_clip {
    atomic_int n_refs;
    struct ho_opened opened;    // constant
    int n_threads, max_decoders;
    size_t n_ahead, n_chunk;    // frames decoded before they are asked for, forwards and backwards
    struct ho_clip_cache *cache;
    struct ho_cancel quit;
    int idle_milliseconds;    // after which a decoder is closed until it is needed again

    pthread_mutex_t lock;            // guards what follows; the cache's lock may be taken while it is held
    pthread_cond_t wanted, given;    // decoders wait for the one, callers for the other
    bool is_quitting;
    uint64_t clock;    // counts what is asked for
    struct ho_clip_want *wants;
    struct ho_clip_decoder *decoder[HO_CLIP_MAX_DECODERS];
    int n_decoders;
    struct ho_packets packets;    // opened already, for the first decoder
    bool has_packets;
    struct ho_converter *converter[HO_CLIP_IDLE_CONVERTERS];
    int n_converters;
};

// The same, keeping its frames in a cache that others use, too.
enum ho_result ho_clip_open_in(const char *path, const struct ho_clip_options *options, struct ho_clip_cache *cache,
                               struct ho_clip **out, struct ho_diag *diag) HO_MUST_CHECK;
struct ho_clip_key ho_clip_frame_key(const struct ho_clip *clip, int64_t frame);
size_t ho_clip_cache_size(const struct ho_clip_options *options);

// Waits so long at most, or until there is news.
void ho_clip_wait(pthread_cond_t *news, pthread_mutex_t *lock, int milliseconds);

// Decoders (clip_decoder.c). The clip's lock is held.
enum ho_result ho_clip_decoder_create(struct ho_clip *clip, struct ho_clip_decoder **out,
                                      struct ho_diag *diag) HO_MUST_CHECK;
void ho_clip_decoder_destroy(struct ho_clip_decoder *decoder);    // after `is_quitting`, without the lock

// Who decodes what (clip_choice.c). The clip's lock is held. Notes that a frame is asked for: who reads on there, and
// what is to be decoded ahead. NULL: nobody does.
struct ho_clip_decoder *ho_clip_note(struct ho_clip *clip, int64_t frame);
// Whoever goes backwards has what lies before decoded in time.
void ho_clip_wish_below(struct ho_clip_decoder *decoder);
// For a frame that is not kept, into want->decoder and want->first.
enum ho_result ho_clip_choose(struct ho_clip *clip, struct ho_clip_want *want, struct ho_clip_decoder *noted,
                              struct ho_diag *diag) HO_MUST_CHECK;

#endif
