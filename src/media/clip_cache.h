// SPDX-License-Identifier: BSD-2-Clause
// What clips keep: decoded frames and pictures for viewers, of several clips together, within a number of bytes. What
// was used longest ago goes first.
#ifndef HO_MEDIA_CLIP_CACHE_H
#define HO_MEDIA_CLIP_CACHE_H

#include "holdout/clip.h"

struct ho_clip_cache;
// Shared, counted.
enum ho_result ho_clip_cache_create(size_t max_bytes, struct ho_clip_cache **out, struct ho_diag *diag) HO_MUST_CHECK;
struct ho_clip_cache *ho_clip_cache_ref(struct ho_clip_cache *cache);
void ho_clip_cache_unref(struct ho_clip_cache **cache);
size_t ho_clip_cache_max_bytes(const struct ho_clip_cache *cache);
size_t ho_clip_cache_bytes(struct ho_clip_cache *cache);

// Padding must be zero: keys are compared as bytes. `width` 0: the decoded frame, else a picture.
struct ho_clip_key {
    const void *owner;
    int64_t frame;
    struct ho_rect region;
    int width, height;
};
// A new reference, or NULL.
struct ho_frame *ho_clip_cache_frame(struct ho_clip_cache *cache, const struct ho_clip_key *key);
struct ho_clip_picture *ho_clip_cache_picture(struct ho_clip_cache *cache, const struct ho_clip_key *key);
void ho_clip_cache_touch(struct ho_clip_cache *cache, const struct ho_clip_key *key);    // counts as use
bool ho_clip_cache_has(struct ho_clip_cache *cache, const struct ho_clip_key *key);      // does not count as use
// Takes a reference of its own. What is there already is used; where there is no memory for the entry it is not kept.
void ho_clip_cache_put_frame(struct ho_clip_cache *cache, const struct ho_clip_key *key, struct ho_frame *frame,
                             size_t size);
void ho_clip_cache_put_picture(struct ho_clip_cache *cache, const struct ho_clip_key *key,
                               struct ho_clip_picture *picture);
void ho_clip_cache_forget(struct ho_clip_cache *cache, const struct ho_clip_key *key);
void ho_clip_cache_forget_all(struct ho_clip_cache *cache, const void *owner);

// A picture with memory of the cache's pool, to be filled by its maker through `pixels`.
enum ho_result ho_clip_cache_new_picture(struct ho_clip_cache *cache, int width, int height,
                                         struct ho_clip_picture **out, uint8_t **pixels,
                                         struct ho_diag *diag) HO_MUST_CHECK;
// Thread-safety: safe.

#endif
