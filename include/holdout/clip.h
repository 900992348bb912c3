// SPDX-License-Identifier: BSD-2-Clause
// A source that is opened once and shared: playing, tracking's preview, graphs and thumbnails take their frames from it
// at the same time, each at its own place. What was decoded is kept as far as it fits, in the decoder's format and as
// pictures for viewers.
//
// Thread-safety: all functions are safe, for one clip and one pool, from any number of threads.
//
// How frames are come by. A clip has up to `max_decoders` decoders, each with a thread of its own, and opens them as
// they are needed. A frame that is not kept is given to the decoder that
//   1. comes past it by reading on from where it is, if there is one;
//   2. else to one that nobody reads on from, or to a new one while there are fewer than that;
//   3. else to the one that has been left alone for longest.
// "Reads on": it gave two frames in one direction, and one of the last 16 asked for. So a thumbnail at 0 does not throw
// back what plays at 1000. Who reads on forwards has the next frames decoded ahead (up to 8, or 64 MiB); who goes
// backwards has what lies before the frame decoded in one go and kept (half of `cache_bytes` at a time), and the
// stretch before that while this one is looked at. Several calls for one frame are one decoding. A decoder that is not
// needed for 20 seconds closes until it is.
#ifndef HOLDOUT_CLIP_H
#define HOLDOUT_CLIP_H

#include "cancel.h"
#include "picture.h"
#include "source.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ho_clip;

// Zeroed, it asks for the defaults.
struct ho_clip_options {
    int n_threads;              // of each decoder, 0: as many as there are cores
    int max_decoders;           // 0: 3
    size_t cache_bytes;         // for frames and pictures together, 0: 512 MiB; a frame is kept whatever its size
    const char *index_dir;      // as struct ho_reader_options has it
    struct ho_rational rate;    // of image sequences, over what their files say; all zero: that, or 24
    const struct ho_cancel *cancel;    // of the opening; may be NULL
};

// Opens what ho_reader_open() opens, with its errors. The reference is the caller's.
HO_API enum ho_result ho_clip_open(const char *path, const struct ho_clip_options *options, struct ho_clip **out,
                                   struct ho_diag *diag) HO_MUST_CHECK;
HO_API struct ho_clip *ho_clip_ref(struct ho_clip *clip);
HO_API void ho_clip_unref(struct ho_clip **clip);    // the last one ends its threads; NULL and *NULL are fine
HO_API const struct ho_source_info *ho_clip_info(const struct ho_clip *clip);    // borrowed from the reference
// As ho_reader_time().
HO_API struct ho_rational ho_clip_time(const struct ho_clip *clip, int64_t frame);

// One frame, exact, as the decoder gave it; held from the last good one where it cannot be decoded
// (ho_frame_is_held()). The reference is the caller's. HO_ERROR_USAGE when out of range; HO_CANCELLED once `cancel`
// (may be NULL) is requested, what was begun for it is kept. A frame that fails says so to whoever asked for it and to
// nobody else; it is tried anew when it is asked for again.
HO_API enum ho_result ho_clip_frame(struct ho_clip *clip, int64_t frame, const struct ho_cancel *cancel,
                                    struct ho_frame **out, struct ho_diag *diag) HO_MUST_CHECK;
// Drops the clip's own reference to a frame, so that whoever holds the only other one may write to it without a copy.
HO_API void ho_clip_forget(struct ho_clip *clip, int64_t frame);
// The frame nearest to this one that is decoded by itself, for a thumbnail that need not be exact.
HO_API int64_t ho_clip_key_frame(const struct ho_clip *clip, int64_t frame);

// ---- pictures for viewers

// Opaque R'G'B' of 8 bits, packed, rows without gaps: R8G8B8 of GdkMemoryTexture. Shared and never changed; its memory
// goes back to a pool with the last reference, which may outlive the clip.
struct ho_clip_picture {
    int width, height;
    int64_t frame;
    bool is_held;    // the frame is
    const uint8_t *pixels;
};
HO_API struct ho_clip_picture *ho_clip_picture_ref(const struct ho_clip_picture *picture);
HO_API void ho_clip_picture_unref(struct ho_clip_picture **picture);
// `region` of a frame, in its pixels (NULL: all of it), at `width` x `height`: resampled and converted by zimg in the
// calling thread, as ho_converter_read_rgb() does; colours with alpha lie over black. Kept, so
// that the same again costs nothing. Errors: those of ho_clip_frame(), HO_ERROR_USAGE for a size or region that cannot
// be read.
HO_API enum ho_result ho_clip_view(struct ho_clip *clip, int64_t frame, const struct ho_rect *region, int width,
                                   int height, const struct ho_cancel *cancel, struct ho_clip_picture **out,
                                   struct ho_diag *diag) HO_MUST_CHECK;

// ---- what several users share

// Clips by path and rate: who asks for what is open already gets the same clip, and all of them together keep no more
// than `cache_bytes`. A file that has changed since (size or time) is opened anew. Clips that nobody holds stay open,
// up to 8 of them, those used last.
struct ho_clip_pool;
HO_API enum ho_result ho_clip_pool_create(const struct ho_clip_options *options, struct ho_clip_pool **out,
                                          struct ho_diag *diag) HO_MUST_CHECK;    // `cancel` is not asked
// Clips that are held elsewhere go on by themselves. NULL and *NULL are fine.
HO_API void ho_clip_pool_destroy(struct ho_clip_pool **pool);
// `rate`: NULL: the pool's. Waits where another thread is opening the same. The reference is the caller's.
HO_API enum ho_result ho_clip_pool_open(struct ho_clip_pool *pool, const char *path, const struct ho_rational *rate,
                                        const struct ho_cancel *cancel, struct ho_clip **out,
                                        struct ho_diag *diag) HO_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
