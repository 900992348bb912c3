// SPDX-License-Identifier: BSD-2-Clause
// Sources: what they are (probe), their frames by index (reader), and whole-or-absent movies and sequences (writer).
// FFmpeg inside.
#ifndef HOLDOUT_MEDIA_H
#define HOLDOUT_MEDIA_H

#include "cancel.h"
#include "picture.h"
#include "source.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ho_reader_options {
    int n_threads;                     // decoder threads, 0: as many as there are cores
    const char *index_dir;             // where scans (hash, frame index) are remembered; NULL: nowhere, scan again
    const struct ho_cancel *cancel;    // may be NULL; once it is requested, calls return HO_CANCELLED
    struct ho_rational rate;           // of image sequences, over what their files say; all zero: that, or 24
};

// Opens a movie that FFmpeg reads, or an image sequence ("shot.%04d.exr", "shot/*.jpg", "shot.####.exr"; a folder of
// pictures is refused with a hint; "shot.exr:beauty" is a layer or part of OpenEXR,
// "ride.mkv:2" the second video stream), reads it once through for its
// exact frame index and hash unless `index_dir` remembers them (keyed by device, inode, size and change time). Bad
// input (missing, a folder, empty, not a movie, audio only, truncated beyond use): HO_ERROR_INPUT and a sentence.
struct ho_reader;
HO_API enum ho_result ho_reader_open(const char *path, const struct ho_reader_options *options, struct ho_reader **out,
                                     struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_reader_close(struct ho_reader **reader);
HO_API const struct ho_source_info *ho_reader_info(const struct ho_reader *reader);    // borrowed, valid until close
// When a frame is shown, in seconds after frame 0; index / rate where the container gives no times. {0, 1} for an index
// out of range. For variable rates.
HO_API struct ho_rational ho_reader_time(const struct ho_reader *reader, int64_t index);
// What a source is, without keeping it open. Same scan, same errors.
HO_API enum ho_result ho_source_probe(const char *path, const struct ho_reader_options *options,
                                      struct ho_source_info *out, struct ho_diag *diag) HO_MUST_CHECK;
// ho_reader_time() of every frame. malloc'd, owned by the caller.
HO_API enum ho_result ho_source_times(const char *path, const struct ho_reader_options *options,
                                      struct ho_rational **out, int64_t *n, struct ho_diag *diag) HO_MUST_CHECK;

// Sets the frames that ho_reader_next() gives: `from` to `to`, both included, forwards or (to < from) backwards;
// decoding ahead starts on its own thread.
HO_API enum ho_result ho_reader_start(struct ho_reader *reader, int64_t from, int64_t to,
                                      struct ho_diag *diag) HO_MUST_CHECK;
// The next frame of that run, exact whatever the codec's reordering; HO_END after the last. A frame that cannot be
// decoded is named in the log and held from the last good one. The caller owns the reference. Memory is bounded,
// backwards too, whatever the distance of key frames.
HO_API enum ho_result ho_reader_next(struct ho_reader *reader, struct ho_frame **out,
                                     struct ho_diag *diag) HO_MUST_CHECK;
// One frame by index. Ends a run that was started. HO_ERROR_USAGE when out of range.
HO_API enum ho_result ho_reader_frame(struct ho_reader *reader, int64_t index, struct ho_frame **out,
                                      struct ho_diag *diag) HO_MUST_CHECK;
// Thread-safety of a reader: unsafe; its decoding thread is its own affair.

// ---- writing

enum ho_codec {
    HO_CODEC_BY_NAME,    // what the output's extension says, as ho_codec_of_output()
    HO_CODEC_PRORES_PROXY,
    HO_CODEC_PRORES_LT,
    HO_CODEC_PRORES_422,
    HO_CODEC_PRORES_HQ,
    HO_CODEC_PRORES_4444,
    HO_CODEC_FFV1,
    HO_CODEC_PNG,
    HO_CODEC_EXR /* half */,
    HO_CODEC_EXR_FLOAT,
    HO_CODEC_DNXHR_HQ,     // 4:2:2, 8 bits
    HO_CODEC_DNXHR_HQX,    // 10 bits
    HO_CODEC_DNXHR_444,
    HO_CODEC_H264,    // 4:2:0, 8 bits, for review: even sizes only; what was interrupted begins again
};
// "prores-422-hq" and so on; HO_ERROR_USAGE lists the names that exist.
HO_API enum ho_result ho_codec_parse(const char *text, enum ho_codec *out, struct ho_diag *diag) HO_MUST_CHECK;
// The codec that an output name asks for by its extension: .mov prores-422-hq, .mkv ffv1, .mp4 h264, .png, .exr.
// HO_ERROR_USAGE for others.
HO_API enum ho_result ho_codec_of_output(const char *output, enum ho_codec *out, struct ho_diag *diag) HO_MUST_CHECK;
// Of all but BY_NAME.
HO_API const char *ho_codec_name(enum ho_codec codec);
HO_API bool ho_codec_is_sequence(enum ho_codec codec);
HO_API const char *ho_codec_extension(enum ho_codec codec);    // "mov", "mkv", "mp4", "png", "exr"

// What becomes of sound.
enum ho_audio {
    HO_AUDIO_COPY,    // packets as they are; of a mix, PCM
    HO_AUDIO_PCM,     // 16 bits where the source has no more, else 24; channels and rate stay
    HO_AUDIO_AAC,     // 128 kbit/s a channel
    HO_AUDIO_NONE,
};
// "copy", "pcm", "aac", "none"; HO_ERROR_USAGE lists them.
HO_API enum ho_result ho_audio_parse(const char *text, enum ho_audio *out, struct ho_diag *diag) HO_MUST_CHECK;
HO_API const char *ho_audio_name(enum ho_audio audio);

struct ho_mix;    // sound.h
struct ho_metadata {
    const char *key, *value;
};

struct ho_mix;    // sound.h

// Zeroed but for size and rate (of movies), they ask for what the output's name says.
struct ho_writer_options {
    enum ho_codec codec;
    int width, height;
    struct ho_rational rate, pixel_aspect;
    int64_t n_frames;                   // that will be sent; the finished file is checked against it; 0: not known
    const struct ho_rational *times;    // movies: when each of n_frames is shown, in seconds after the first and rising
                                        // (copied); NULL: at the constant `rate`
    bool has_timecode;
    struct ho_timecode start;
    const char *reel_name, *clip_name;    // NULL or empty: none
    struct ho_colour colour;              // the source's tags, written into frame headers and container; 0: BT.709
    struct ho_hdr hdr;                    // movies: written where the container has a place for it
    enum ho_field_order field_order;
    int64_t first_number;                  // sequences: number of the first file
    const struct ho_metadata *metadata;    // provenance; borrowed for the call
    size_t n_metadata;
    enum ho_audio audio;
    const char *audio_from;    // a source whose audio streams go into the movie, in time with its first frame; NULL:
                               // none
    double audio_start, audio_end;    // the stretch of it, in seconds from that frame on: cut to the sample where it is
                                      // PCM or encoded anew, else whole packets that touch it; end 0: all
    struct ho_mix *mix;    // sound.h: in place of `audio_from`, sound that is mixed while the movie is written (PCM
                           // of 24 bits, AAC in containers without); borrowed until finish or abort, and used on
                           // the writer's thread. NULL: none
    int64_t mix_first, mix_n;    // its samples: from which on, and how many
    bool premultiplied;          // pictures with alpha go out as they come in; else all but EXR have straight colours
    bool overwrite;              // false: an existing output is HO_ERROR_SPACE
    const char *key;    // up to 32 characters that say what the output is made from, so that an interrupted run can be
                        // gone on with; NULL: it can't
    int n_threads;      // 0: as many as there are cores; the same bits for any number
    const struct ho_cancel *cancel;    // may be NULL; once it is requested, sends return HO_CANCELLED
};

// All that can be refused before a frame is there: a folder that is missing or not writable, an output that exists
// (unless `overwrite`; for sequences: any file of the pattern), an extension that does not fit the codec. `n_frames` as
// in the options. Errors: HO_ERROR_SPACE, HO_ERROR_USAGE.
HO_API enum ho_result ho_writer_check(const char *path, enum ho_codec codec, int64_t n_frames, bool overwrite,
                                      struct ho_diag *diag) HO_MUST_CHECK;

// Writes beside `path` under a temporary name (a folder for sequences: ".NAME.partial-PROCESS"). For sequences `path`
// holds a "%04d"-like number
// ("out/m.%04d.png") or gets ".%04d" before its extension, unless `n_frames` is 1: then a name without a number is that
// one file's ("still.png"). It is an error only if one of the files that will be written exists. The options are
// copied. Errors: those of ho_writer_check(), and HO_ERROR_USAGE for a size, rate or timecode that the codec cannot
// hold.
struct ho_writer;
HO_API enum ho_result ho_writer_open(const char *path, const struct ho_writer_options *options, struct ho_writer **out,
                                     struct ho_diag *diag) HO_MUST_CHECK;

// With a key: how many frames, from the first on, an interrupted run of the same output and key has left. If it is any,
// send the first frame as always (it settles the format, and is not encoded again), then go on with the frame of that
// number. An abort then leaves what is there, under the temporary name, for the next run.
HO_API int64_t ho_writer_n_kept(const struct ho_writer *writer);

// What is sent first settles the output's pixel format (with or without colour, with or without alpha); what is sent
// after it is converted to that. A send waits while the encoder is behind. After an error (which may be that of an
// earlier frame: the sentence names it) only finish or abort make sense.
//
// Sends the next frame as a luma matte: 0 and 65535 become the codec's black and white exactly (64 and 940 in limited
// 10 bits), chroma neutral.
HO_API enum ho_result ho_writer_send_matte(struct ho_writer *writer, const struct ho_matte *matte,
                                           struct ho_diag *diag) HO_MUST_CHECK;
// Sends the next frame as a picture (1, 3 or 4 planes), converted by zimg to the codec's format and `colour`. Alpha is
// written by PRORES_4444, FFV1 and PNG (straight: colour is divided by it) and by EXR (premultiplied, as it comes).
// Pictures in EXR are scene-linear, by the inverse of the sRGB curve through which EXR is read; mattes in EXR are
// coverage, as it is.
HO_API enum ho_result ho_writer_send_picture(struct ho_writer *writer, const struct ho_picture *picture,
                                             struct ho_diag *diag) HO_MUST_CHECK;
// Sends the next frame as a decoder gave it: its code values pass through untouched where format, matrix and range are
// the output's, else it is converted.
HO_API enum ho_result ho_writer_send_frame(struct ho_writer *writer, const struct ho_frame *frame,
                                           struct ho_diag *diag) HO_MUST_CHECK;
// Finishes: flushes, checks that the file opens and has its frames, renames into place. On any failure nothing stands
// under `path`. Sets *writer to NULL.
HO_API enum ho_result ho_writer_finish(struct ho_writer **writer, struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_writer_abort(struct ho_writer **writer);    // removes what was written; NULL and *NULL are fine
// Thread-safety of a writer: unsafe; encoding runs on its own threads behind a bounded queue.

#ifdef __cplusplus
}
#endif

#endif
