// SPDX-License-Identifier: BSD-2-Clause
// Every frame once, in order. What the decoder does not give, or gives damaged, is held from the last good frame, the
// same one whichever way it is reached.
#include <stdlib.h>

#include "base/memory.h"
#include "holdout/log.h"
#include "media/decode.h"

enum { MAX_STEPS_BACK = 8 };    // anchors that are tried for a frame to hold

enum ho_result ho_cursor_open(struct ho_cursor *cursor, struct ho_packets *packets, const struct ho_index *index,
                              const struct ho_source_info *info, int n_threads, struct ho_diag *diag)
{
    *cursor = (struct ho_cursor){.info = info, .next = -1, .pending_index = -1};
    HO_TRY(ho_decoder_open(&cursor->decoder, packets, index, n_threads, diag));
    cursor->pending = av_frame_alloc();
    cursor->named = ho_alloc(index->n_frames / 8 + 1, 1);
    if (cursor->pending && cursor->named)
        return HO_OK;
    ho_cursor_close(cursor);
    return ho_fail_memory(diag, index->n_frames / 8 + 1);
}

void ho_cursor_close(struct ho_cursor *cursor)
{
    ho_decoder_close(&cursor->decoder);
    av_frame_free(&cursor->pending);
    ho_frame_unref(&cursor->last_good);
    free(cursor->named);
    cursor->named = NULL;
}

// The next frame that the decoder gives and the index knows, into `pending`.
static enum ho_result fetch(struct ho_cursor *cursor, struct ho_diag *diag)
{
    struct ho_decoder *decoder = &cursor->decoder;
    while (cursor->pending_index < 0 && !cursor->is_at_end) {
        uint32_t packet;
        enum ho_result result = ho_decoder_next(decoder, &packet, diag);
        if (result == HO_END) {
            cursor->is_at_end = true;
            return HO_OK;
        }
        HO_TRY(result);
        uint32_t frame = decoder->index->order[packet];
        if (frame == HO_NO_FRAME || frame < decoder->first_frame)
            continue;
        int64_t expected = decoder->last_frame < 0 ? decoder->first_frame : decoder->last_frame + 1;
        decoder->had_errors |= frame != expected &&
                               (frame < expected || ho_index_shown(decoder->index, frame - 1) >= expected);
        decoder->last_frame = frame;
        av_frame_unref(cursor->pending);
        av_frame_move_ref(cursor->pending, decoder->frame);
        cursor->pending_index = frame;
    }
    return HO_OK;
}

static enum ho_result check_size(const struct ho_cursor *cursor, const AVFrame *frame, int64_t index,
                                 struct ho_diag *diag)
{
    const struct ho_first_frame *first = &cursor->decoder.index->first;
    if (frame->width == first->width && frame->height == first->height)
        return HO_OK;
    return ho_fail(diag, HO_ERROR_INPUT,
                   "%s: frame %lld is %dx%d pixels where the first is %dx%d; a source whose size changes has to be "
                   "split there first",
                   cursor->info->path, (long long)index, frame->width, frame->height, first->width, first->height);
}

// Makes `pending` a frame of the program's.
static enum ho_result wrap(struct ho_cursor *cursor, struct ho_frame **out, struct ho_diag *diag)
{
    HO_TRY(check_size(cursor, cursor->pending, cursor->pending_index, diag));
    AVFrame *av = av_frame_alloc();
    if (!av)
        return ho_fail_memory(diag, sizeof *av);
    av_frame_move_ref(av, cursor->pending);
    enum ho_result result = ho_frame_create(&av, cursor->pending_index, cursor->info->rotation, &cursor->info->colour,
                                            false, out, diag);
    av_frame_free(&av);
    cursor->pending_index = -1;
    return result;
}

static void set_last_good(struct ho_cursor *cursor, const struct ho_frame *frame)
{
    ho_frame_unref(&cursor->last_good);
    cursor->last_good = ho_frame_ref(frame);
}

// Makes the picture that is held if need be.
static enum ho_result keep_last_good(struct ho_cursor *cursor, AVFrame **before, int64_t index, struct ho_diag *diag)
{
    HO_TRY(check_size(cursor, *before, index, diag));
    return ho_frame_create(before, index, cursor->info->rotation, &cursor->info->colour, false, &cursor->last_good,
                           diag);
}

// Decodes from one anchor up to `frame`; if that one does not come, the last good one before it is kept.
static enum ho_result seek_from(struct ho_cursor *cursor, uint32_t anchor, int64_t frame, struct ho_diag *diag)
{
    enum { MARGIN = 4 };    // frames before the wanted one that are decoded in full, so that one of them can be held
    ho_frame_unref(&cursor->last_good);
    av_frame_unref(cursor->pending);
    cursor->pending_index = -1;
    cursor->is_at_end = false;
    HO_TRY(ho_decoder_seek(&cursor->decoder, cursor->decoder.index->anchors[anchor], diag));
    cursor->decoder.wanted = ho_index_shown(cursor->decoder.index, frame) - MARGIN;
    AVFrame *before = av_frame_alloc();
    if (!before)
        return ho_fail_memory(diag, sizeof *before);
    int64_t before_index = -1;
    enum ho_result result;
    while ((result = fetch(cursor, diag)) == HO_OK && !cursor->is_at_end && cursor->pending_index < frame) {
        if (!ho_decoder_is_damaged(cursor->pending)) {
            av_frame_unref(before);
            av_frame_move_ref(before, cursor->pending);
            before_index = cursor->pending_index;
        }
        cursor->pending_index = -1;
    }
    bool is_there = cursor->pending_index == frame && !ho_decoder_is_damaged(cursor->pending);
    if (result == HO_OK && !is_there && before_index >= 0)
        result = keep_last_good(cursor, &before, before_index, diag);
    av_frame_free(&before);
    return result;
}

enum ho_result ho_cursor_seek(struct ho_cursor *cursor, int64_t frame, struct ho_diag *diag)
{
    cursor->next = -1;
    uint32_t anchor = ho_index_anchor(cursor->decoder.index, frame);
    for (int i = 0;; i++, anchor--) {
        HO_TRY(seek_from(cursor, anchor, frame, diag));
        bool is_there = cursor->pending_index == frame && !ho_decoder_is_damaged(cursor->pending);
        if (ho_decoder_wants_care(&cursor->decoder)) {
            HO_TRY(ho_decoder_be_careful(&cursor->decoder, diag));
            return ho_cursor_seek(cursor, frame, diag);
        }
        if (is_there || cursor->last_good || anchor == 0 || i == MAX_STEPS_BACK)
            break;
    }
    cursor->next = frame;
    return HO_OK;
}

enum ho_result ho_cursor_go(struct ho_cursor *cursor, int64_t frame, struct ho_diag *diag)
{
    const struct ho_index *index = cursor->decoder.index;
    bool read_on = cursor->next >= 0 && cursor->next <= frame &&
                   (frame - cursor->next <= 2 || index->anchors[ho_index_anchor(index, frame)].frame <= cursor->next);
    if (!read_on)
        return ho_cursor_seek(cursor, frame, diag);
    while (cursor->next < frame) {
        struct ho_frame *passed = NULL;
        HO_TRY(ho_cursor_next(cursor, &passed, diag));
        ho_frame_unref(&passed);
    }
    return HO_OK;
}

static void name_loss(struct ho_cursor *cursor, int64_t frame, bool is_damaged)
{
    uint8_t bit = (uint8_t)(1 << (frame & 7));
    if (cursor->named[frame / 8] & bit)
        return;
    cursor->named[frame / 8] |= bit;
    ho_log(HO_LOG_WARNING, "%s: frame %lld %s; %s", cursor->info->path, (long long)frame,
           is_damaged ? "is damaged" : "cannot be decoded",
           cursor->last_good ? "the last good one is held" : "the next good one stands in");
}

static enum ho_result hold(struct ho_cursor *cursor, bool is_damaged, struct ho_frame **out, struct ho_diag *diag)
{
    bool is_repeat = ho_index_shown(cursor->decoder.index, cursor->next) != cursor->next;
    if (!is_repeat)
        name_loss(cursor, cursor->next, is_damaged);
    while (!cursor->last_good) {    // nothing good before: the next good one, whose own turn comes later
        HO_TRY(fetch(cursor, diag));
        if (cursor->is_at_end)
            return ho_fail(diag, HO_ERROR_INPUT,
                           "%s: frame %lld and those after it cannot be decoded, and none before it",
                           cursor->info->path, (long long)cursor->next);
        if (ho_decoder_is_damaged(cursor->pending)) {
            cursor->pending_index = -1;
            continue;
        }
        int64_t index = cursor->pending_index;
        AVFrame *av = av_frame_clone(cursor->pending);
        if (!av)
            return ho_fail_memory(diag, sizeof *av);
        enum ho_result result = check_size(cursor, av, index, diag);
        if (result == HO_OK)
            result = ho_frame_create(&av, index, cursor->info->rotation, &cursor->info->colour, false,
                                     &cursor->last_good, diag);
        av_frame_free(&av);
        HO_TRY(result);
    }
    HO_TRY(is_repeat ? ho_frame_create_repeat(cursor->last_good, cursor->next, out, diag)
                     : ho_frame_create_held(cursor->last_good, cursor->next, out, diag));
    cursor->next++;
    return HO_OK;
}

enum ho_result ho_cursor_next(struct ho_cursor *cursor, struct ho_frame **out, struct ho_diag *diag)
{
    if (cursor->next >= cursor->decoder.index->n_frames)
        return HO_END;
    HO_TRY(fetch(cursor, diag));
    while (!cursor->is_at_end && cursor->pending_index < cursor->next) {    // a late one, given as held before
        cursor->pending_index = -1;
        HO_TRY(fetch(cursor, diag));
    }
    if (ho_decoder_wants_care(&cursor->decoder)) {
        HO_TRY(ho_decoder_be_careful(&cursor->decoder, diag));
        HO_TRY(ho_cursor_seek(cursor, cursor->next, diag));
    }
    if (cursor->is_at_end || cursor->pending_index > cursor->next)
        return hold(cursor, false, out, diag);
    if (ho_decoder_is_damaged(cursor->pending)) {
        cursor->pending_index = -1;
        return hold(cursor, true, out, diag);
    }
    HO_TRY(wrap(cursor, out, diag));
    set_last_good(cursor, *out);
    cursor->next++;
    return HO_OK;
}
