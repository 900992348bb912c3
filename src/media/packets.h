// SPDX-License-Identifier: BSD-2-Clause
// Where a source's packets come from: a movie's demuxer, or the files of an image sequence, each file one packet.
#ifndef HO_MEDIA_PACKETS_H
#define HO_MEDIA_PACKETS_H

#include <libavcodec/packet.h>
#include <libavformat/avformat.h>

#include "holdout/media.h"
#include "media/index.h"

struct ho_movie {
    const char *path;                  // borrowed
    const struct ho_cancel *cancel;    // may be NULL
    AVFormatContext *format;
    int stream;                      // the video stream's place
    const struct ho_index *index;    // NULL while scanning
    uint32_t next;                   // number of the packet that is read next, HO_NO_FRAME: found by looking at it
    bool cannot_seek;                // seeking failed before: read from the start instead
    AVPacket *peeked;                // read already, number next - 1; empty: none
    bool has_peeked;
    struct ho_colour colours[16];       // of each stream, as the container has them, before its frames were looked at
    int end_error;                      // why the last read ended: AVERROR_EOF, or what went wrong
    char timecode[HO_TIMECODE_SIZE];    // of a Sony rtmd stream whose packets passed by while scanning
};

// Opens the movie and chooses its video stream. HO_ERROR_INPUT with a sentence for whatever is no movie.
// `part`: the number of a video stream, from 1 on; NULL or empty: the main one, and where there are several that is
// said. Still pictures have none.
enum ho_result ho_movie_open(struct ho_movie *movie, const char *path, const char *part, const struct ho_cancel *cancel,
                             struct ho_diag *diag) HO_MUST_CHECK;
// The stream of that number, or the main one; -1: there is none. A single picture beside a movie (a cover, a thumbnail)
// is not counted.
int ho_movie_find_stream(AVFormatContext *format, const char *part);
void ho_movie_close(struct ho_movie *movie);
// Alpha that lies beside each packet, as Matroska and WebM keep that of VP8 and VP9.
bool ho_movie_has_side_alpha(const struct ho_movie *movie);
// A still picture: its "demuxer" reads one file format that holds a single picture.
bool ho_movie_is_still(const struct ho_movie *movie);
// The files of an image sequence. Plain data.
struct ho_sequence {
    char **files;    // n of them, NULL where a number is missing
    uint32_t n;
    int64_t first_number;
    bool numbers_jump;                // "*" took files whose numbers don't follow each other
    AVCodecParameters *parameters;    // of the first file
    const struct ho_cancel *cancel;
    uint32_t next;
};

// True if `path` names many files: it is a pattern (pattern.h), and no file has that very name. Its part is not asked.
bool ho_sequence_is_pattern(const char *path);
// Lists the files. HO_ERROR_INPUT when there are none.
enum ho_result ho_sequence_open(struct ho_sequence *sequence, const char *path, const struct ho_cancel *cancel,
                                struct ho_diag *diag) HO_MUST_CHECK;
// A sequence of the one file `path`.
enum ho_result ho_sequence_open_still(struct ho_sequence *sequence, const char *path, const struct ho_cancel *cancel,
                                      struct ho_diag *diag) HO_MUST_CHECK;
void ho_sequence_close(struct ho_sequence *sequence);
// The name without folder, number and extension, as a clip would be called.
void ho_sequence_clip_name(const struct ho_sequence *sequence, char out[HO_NAME_SIZE]);
// A file's name without folder and extension.
void ho_clip_name_of(const char *path, char out[HO_NAME_SIZE]);

// Either of the two.
struct ho_packets {
    const char *path;                       // as given
    char file[4096], part[HO_NAME_SIZE];    // taken apart: the file or pattern; the layer or stream, empty for none
    bool is_sequence;
    struct ho_movie movie;
    struct ho_sequence sequence;
};

const AVCodecParameters *ho_packets_parameters(const struct ho_packets *packets);
// The next packet of the video stream in decoding order, and its number. HO_END after the last, HO_CANCELLED.
enum ho_result ho_packets_read(struct ho_packets *packets, AVPacket *packet, uint32_t *number,
                               struct ho_diag *diag) HO_MUST_CHECK;
// The next read gives packet `number` or an earlier one, as near as the container's seeking comes to it.
enum ho_result ho_packets_seek(struct ho_packets *packets, uint32_t number, struct ho_diag *diag) HO_MUST_CHECK;
void ho_packets_close(struct ho_packets *packets);

// For movie.c and sequence.c.
enum ho_result ho_movie_read(struct ho_movie *movie, AVPacket *packet, uint32_t *number,
                             struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_movie_seek(struct ho_movie *movie, uint32_t number, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_sequence_read(struct ho_sequence *sequence, AVPacket *packet, uint32_t *number,
                                struct ho_diag *diag) HO_MUST_CHECK;
// 24 bits of a hash of the packet's bytes.
uint32_t ho_packet_check(const AVPacket *packet);

#endif
