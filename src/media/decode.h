// SPDX-License-Identifier: BSD-2-Clause
// Two layers: a decoder gives frames as they come, each with its index; a cursor gives every index once, in order, held
// where there is none.
#ifndef HO_MEDIA_DECODE_H
#define HO_MEDIA_DECODE_H

#include <libavcodec/avcodec.h>

#include "image/frame.h"
#include "media/packets.h"

struct ho_decoder {
    struct ho_packets *packets;    // borrowed, as is the index
    const struct ho_index *index;
    AVCodecContext *context;    // NULL for OpenEXR
    bool is_exr;
    AVPacket *packet;
    AVFrame *frame;
    uint32_t first_packet;    // packets before this are read past
    int64_t first_frame;      // frames before this may lack references: not given
    int64_t wanted;           // frames before this may be left out where nothing depends on them
    bool is_draining;
    bool had_errors;       // a packet was refused, gave an error, or no frame
    int64_t last_frame;    // that was given since the last seek, -1: none
    bool is_careful;       // see ho_decoder_wants_care()
    int n_threads;
};

enum ho_result ho_decoder_open(struct ho_decoder *decoder, struct ho_packets *packets, const struct ho_index *index,
                               int n_threads, struct ho_diag *diag) HO_MUST_CHECK;
void ho_decoder_close(struct ho_decoder *decoder);
// The frames from this anchor on.
enum ho_result ho_decoder_seek(struct ho_decoder *decoder, struct ho_anchor anchor, struct ho_diag *diag) HO_MUST_CHECK;
// The next frame that the decoder gives, in `decoder->frame`, with its packet's number. HO_END at the end of the
// source.
enum ho_result ho_decoder_next(struct ho_decoder *decoder, uint32_t *packet, struct ho_diag *diag) HO_MUST_CHECK;
// HEVC decoded on several threads makes of what follows a damaged packet whatever lies in memory; on one thread, with
// cleared memory, always the same. True when a packet turned out damaged: be careful and decode again.
bool ho_decoder_wants_care(const struct ho_decoder *decoder);
enum ho_result ho_decoder_be_careful(struct ho_decoder *decoder, struct ho_diag *diag) HO_MUST_CHECK;
// Did the decoder say that this picture is damaged?
bool ho_decoder_is_damaged(const AVFrame *frame);

struct ho_cursor {
    struct ho_decoder decoder;
    const struct ho_source_info *info;    // borrowed
    int64_t next;                         // frame that ho_cursor_next() gives
    AVFrame *pending;                     // decoded, not given yet
    int64_t pending_index;                // -1: none
    bool is_at_end;
    struct ho_frame *last_good;
    uint8_t *named;    // a bit a frame: its loss is in the log already
};

enum ho_result ho_cursor_open(struct ho_cursor *cursor, struct ho_packets *packets, const struct ho_index *index,
                              const struct ho_source_info *info, int n_threads, struct ho_diag *diag) HO_MUST_CHECK;
void ho_cursor_close(struct ho_cursor *cursor);
enum ho_result ho_cursor_seek(struct ho_cursor *cursor, int64_t frame, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_cursor_next(struct ho_cursor *cursor, struct ho_frame **out, struct ho_diag *diag) HO_MUST_CHECK;
// Makes frame `frame` the next one by the shorter way: reading on or seeking.
enum ho_result ho_cursor_go(struct ho_cursor *cursor, int64_t frame, struct ho_diag *diag) HO_MUST_CHECK;

#endif
