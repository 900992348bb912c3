// SPDX-License-Identifier: BSD-2-Clause
// The index of a source: each packet in decoding order, each frame in presentation order, and where decoding may begin.
#ifndef HO_MEDIA_INDEX_H
#define HO_MEDIA_INDEX_H

#include <stdint.h>

#include <libavutil/rational.h>

#include "holdout/media.h"

#define HO_NO_FRAME UINT32_MAX
#define HO_NO_TIME INT64_MIN    // AV_NOPTS_VALUE

enum {
    HO_PACKET_KEY = 1,             // decoding may begin here
    HO_PACKET_DISCARD = 2,         // decoded, not shown (an edit list begins later)
    HO_PACKET_SECOND_FIELD = 4,    // completes the frame of an earlier packet
    HO_PACKET_EMPTY = 8,           // holds no picture (missing file, dropped frame, invisible reference)
    HO_PACKET_REPEAT = 16,         // not in the file: a frame that repeats the one before; after all real packets
};

struct ho_packet_entry {
    int64_t pts, dts;    // in time_base, HO_NO_TIME if the container has none
    uint32_t size;
    uint32_t check : 24, flags : 8;    // of its bytes: a packet is recognised by it after a seek
};

struct ho_anchor {
    uint32_t frame, packet;
};    // frames from `frame` on come out exact when decoding begins at `packet`

// What is known of the first frame that comes out of the decoder, so that opening again need not decode.
struct ho_first_frame {
    int32_t width, height;                                          // as decoded, not yet upright
    int32_t format;                                                 // enum AVPixelFormat
    int32_t matrix, transfer, primaries, range, chroma_location;    // libavutil's enums
    int32_t interlaced, top_first;
    int32_t sar_num, sar_den;
    int32_t is_coverage;    // an EXR matte: numbers, not light
    struct ho_hdr hdr;
    int32_t rotation;                   // degrees clockwise, from the picture itself (EXIF); 0 for none
    int32_t timecode_is_stated;         // in the picture's file on purpose: all zero means midnight
    int32_t rate_num, rate_den;         // that a picture's file says; 0: none
    char timecode[HO_TIMECODE_SIZE];    // in the picture or in a data stream's packets; empty for none
};

struct ho_index {
    uint32_t n_packets, n_frames, n_anchors;
    struct ho_packet_entry *packets;    // decoding order
    uint32_t *frames;                   // frame -> packet
    uint32_t *order;                    // packet -> frame, HO_NO_FRAME
    struct ho_anchor *anchors;          // both members rise; the first is {0, 0}
    size_t capacity;                    // of `packets`
    AVRational time_base;
    uint32_t n_reorder;     // frames that a decoder holds back at most
    uint32_t n_promised;    // frames that the container promises where that is more than there are, else 0
    bool is_cut_off;        // reading ended before what the header promises
    bool is_complete;       // every packet that the container lists was read; not remembered, ho_index_find_rate() asks
    bool variable_rate;
    struct ho_rational rate;
    char hash[HO_HASH_SIZE];
    struct ho_first_frame first;
};

void ho_index_free(struct ho_index *index);
enum ho_result ho_index_add(struct ho_index *index, const struct ho_packet_entry *entry,
                            struct ho_diag *diag) HO_MUST_CHECK;
// Fills frames, order, anchors and n_reorder from the packets' timestamps (`reorders`: the codec may have B-frames).
// HO_END when the timestamps are missing, ambiguous or implausible: then only decoding tells the order.
enum ho_result ho_index_sort(struct ho_index *index, bool reorders, struct ho_diag *diag) HO_MUST_CHECK;
// The same from the order in which a decoder gave the frames: `packets_out[n]`, which it takes over.
enum ho_result ho_index_set_order(struct ho_index *index, uint32_t *packets_out, uint32_t n,
                                  struct ho_diag *diag) HO_MUST_CHECK;
// The same order with repeats among it: `frames[n]`, which it takes over. n_reorder stays.
enum ho_result ho_index_set_frames(struct ho_index *index, uint32_t *frames, uint32_t n,
                                   struct ho_diag *diag) HO_MUST_CHECK;
// The frame whose picture is shown at `frame`: itself, or the one that it repeats.
int64_t ho_index_shown(const struct ho_index *index, int64_t frame);
// Leaves out the first n frames (open GOP at the start: their references are not in the file).
enum ho_result ho_index_drop_first(struct ho_index *index, uint32_t n, struct ho_diag *diag) HO_MUST_CHECK;
// Position in `anchors` of the last one at or before `frame`.
uint32_t ho_index_anchor(const struct ho_index *index, int64_t frame);
// Rate and variable_rate from the frames' timestamps; `stated` and `average` are what the container says.
void ho_index_find_rate(struct ho_index *index, AVRational stated, AVRational average);

// Remembered scans. A missing, damaged or outdated file is HO_END. `key` names it: 32 hexadecimal digits.
enum ho_result ho_index_load(const char *dir, const char *key, struct ho_index *out,
                             struct ho_diag *diag) HO_MUST_CHECK;
// Whole or absent. A failure is logged, not fatal: the scan is done again next time.
void ho_index_save(const char *dir, const char *key, const struct ho_index *index);
// The two halves of the above that work in memory, for the fuzz target. ho_index_parse: HO_END if the bytes are no
// index.
enum ho_result ho_index_parse(const uint8_t *bytes, size_t size, struct ho_index *out,
                              struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_index_write(const struct ho_index *index, uint8_t **bytes, size_t *size,
                              struct ho_diag *diag) HO_MUST_CHECK;

#endif
