// SPDX-License-Identifier: BSD-2-Clause
// Which decoder gives a frame, and what is decoded before anybody asks. The rules stand in holdout/clip.h.
#include "media/clip_inside.h"

enum {
    STEP = 4,           // frames between two askings that are one way of reading on
    RUN = 2,            // such steps in one direction that make a run
    REMEMBERED = 16,    // askings after which a run is taken for given up
    STRETCH = 8         // frames that are worth a seek
};

static bool is_reading_on(const struct ho_clip_decoder *decoder)
{
    return decoder->n_run >= RUN && decoder->clip->clock - decoder->used <= REMEMBERED;
}

// What is decoded together to go backwards from `last`: from its anchor on, or as much as may be kept.
static struct ho_clip_span chunk_of(const struct ho_clip *clip, int64_t last)
{
    const struct ho_index *index = &clip->opened.index;
    int64_t anchor = index->anchors[ho_index_anchor(index, last)].frame, first = last - (int64_t)clip->n_chunk + 1;
    return (struct ho_clip_span){first > anchor ? first : anchor, last};
}

// The same where nobody waits: over several anchors where they are near each other.
static struct ho_clip_span stretch_of(const struct ho_clip *clip, int64_t last)
{
    struct ho_clip_span chunk = chunk_of(clip, last);
    const int64_t first = chunk_of(clip, last > STRETCH ? last - STRETCH + 1 : 0).first,
                  least = last - (int64_t)clip->n_chunk + 1;
    if (last - chunk.first + 1 < STRETCH && first < chunk.first)
        chunk.first = first > least ? first : least;
    return chunk;
}

// ---- reading on

static struct ho_clip_decoder *find_reader(const struct ho_clip *clip, int64_t frame)
{
    struct ho_clip_decoder *found = NULL;
    for (int i = 0; i < clip->n_decoders; i++) {
        struct ho_clip_decoder *d = clip->decoder[i];
        int64_t step = frame - d->asked;
        if (d->asked >= 0 && step >= -STEP && step <= STEP && (!found || d->used > found->used))
            found = d;
    }
    return found;
}

static void wish_ahead(struct ho_clip_decoder *decoder, int64_t frame)
{
    const int64_t last = decoder->clip->opened.info.n_frames - 1, end = frame + (int64_t)decoder->clip->n_ahead;
    decoder->wish = (struct ho_clip_span){frame + 1, end < last ? end : last};
}

// The stretch below is decoded while this one is looked at, which must not fall out of the cache meanwhile.
void ho_clip_wish_below(struct ho_clip_decoder *decoder)
{
    struct ho_clip *clip = decoder->clip;
    const int64_t frame = decoder->asked;
    if (decoder->direction >= 0 || decoder->wish.first <= decoder->wish.last || decoder->floor <= 0 ||
        frame - decoder->floor > (int64_t)clip->n_chunk / 2)
        return;
    for (int64_t i = decoder->floor; i <= frame; i++) {
        struct ho_clip_key key = ho_clip_frame_key(clip, i);
        ho_clip_cache_touch(clip->cache, &key);
    }
    decoder->wish = stretch_of(clip, decoder->floor - 1);
    decoder->floor = decoder->wish.first;
}

struct ho_clip_decoder *ho_clip_note(struct ho_clip *clip, int64_t frame)
{
    clip->clock++;
    struct ho_clip_decoder *d = find_reader(clip, frame);
    if (!d)
        return NULL;
    d->used = clip->clock;
    const int direction = (frame > d->asked) - (frame < d->asked);
    d->asked = frame;
    if (direction == 0)
        return d;
    if (direction != d->direction) {
        d->n_run = 0;
        d->wish = (struct ho_clip_span){0, -1};
        d->floor = frame;
    }
    d->direction = direction;
    d->n_run++;
    if (direction > 0 && d->n_run >= RUN)
        wish_ahead(d, frame);
    return d;
}

// ---- choosing

static bool has_wants(const struct ho_clip_decoder *decoder)
{
    for (const struct ho_clip_want *want = decoder->clip->wants; want; want = want->next)
        if (want->decoder == decoder)
            return true;
    return false;
}

// Frames to decode until this one comes by reading on from where the decoder will be; -1: it must seek.
static int64_t distance(const struct ho_clip_decoder *decoder, int64_t frame)
{
    const struct ho_index *index = &decoder->clip->opened.index;
    int64_t next = decoder->next;
    for (const struct ho_clip_want *want = decoder->clip->wants; want; want = want->next)
        if (want->decoder == decoder)
            next = want->frame + 1;
    if (next < 0 || next > frame || (is_reading_on(decoder) && frame - next > REMEMBERED))
        return -1;
    return frame - next <= 2 || index->anchors[ho_index_anchor(index, frame)].frame <= next ? frame - next : -1;
}

static struct ho_clip_decoder *find_nearest(const struct ho_clip *clip, int64_t frame)
{
    struct ho_clip_decoder *found = NULL;
    int64_t least = -1;
    for (int i = 0; i < clip->n_decoders; i++) {
        int64_t d = distance(clip->decoder[i], frame);
        if (d >= 0 && (!found || d < least)) {
            found = clip->decoder[i];
            least = d;
        }
    }
    return found;
}

// Of those that nobody waits for (or of all), the one that was left alone for longest.
static struct ho_clip_decoder *find_longest_idle(const struct ho_clip *clip, bool even_if_read, bool even_if_wanted)
{
    struct ho_clip_decoder *found = NULL;
    for (int i = 0; i < clip->n_decoders; i++) {
        struct ho_clip_decoder *d = clip->decoder[i];
        if ((even_if_read || !is_reading_on(d)) && (even_if_wanted || !has_wants(d)) &&
            (!found || d->used < found->used))
            found = d;
    }
    return found;
}

static enum ho_result find_any(struct ho_clip *clip, struct ho_clip_decoder **out, struct ho_diag *diag)
{
    *out = find_longest_idle(clip, false, false);
    if (!*out && clip->n_decoders < clip->max_decoders) {
        struct ho_diag own = {0};
        enum ho_result result = ho_clip_decoder_create(clip, out, &own);
        if (result != HO_OK && clip->n_decoders == 0)
            return ho_fail(diag, result, "%s", own.message);
    }
    if (!*out)
        *out = find_longest_idle(clip, true, false);
    if (!*out)
        *out = find_longest_idle(clip, true, true);
    return HO_OK;
}

enum ho_result ho_clip_choose(struct ho_clip *clip, struct ho_clip_want *want, struct ho_clip_decoder *noted,
                              struct ho_diag *diag)
{
    const int64_t frame = want->frame;
    struct ho_clip_decoder *d = noted ? noted : find_nearest(clip, frame);
    bool jumps = !d;
    if (jumps)
        HO_TRY(find_any(clip, &d, diag));
    want->decoder = d;
    want->first = frame;
    if (!noted) {
        d->asked = frame;
        d->direction = d->n_run = 0;
        d->used = clip->clock;
        d->wish = (struct ho_clip_span){0, -1};
    }
    if (!jumps && (d->direction < 0 || (d->next >= 0 && d->next < frame)))
        want->first = chunk_of(clip, frame).first;
    if (d->direction < 0) {
        d->floor = want->first;
        d->wish = (struct ho_clip_span){0, -1};
        ho_clip_wish_below(d);
    }
    return HO_OK;
}
