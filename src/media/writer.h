// SPDX-License-Identifier: BSD-2-Clause
// The inside of the writer: what its parts share. writer.c leads: place (where the output comes to stand), frames
// (formats and conversion), one backend a kind of file (movie, PNG, EXR) that encodes on threads of its own.
#ifndef HO_MEDIA_WRITER_H
#define HO_MEDIA_WRITER_H

#include <libavutil/frame.h>

#include "holdout/media.h"

// What an output holds; settled by what is sent first.
enum ho_writer_kind { HO_KIND_MATTE, HO_KIND_COLOUR, HO_KIND_ALPHA, HO_N_KINDS };

struct ho_writer_backend;
struct ho_kept;

// One codec, as a user names it. A codec is one line in codec.c.
struct ho_codec_entry {
    const char *name, *extension;
    const struct ho_writer_backend *backend;
    const char *label;    // what a player shows
    const char *muxer;    // libavformat's name
    const char *encoder, *odd_encoder,
        *matte_encoder;     // libavcodec's names: for pictures, for those of odd width or with fields, for mattes
    int matte_quantiser;    // fixed, for mattes; 0: the encoder's own choice
    int profile;
    enum AVPixelFormat formats[HO_N_KINDS];
    bool is_limited;    // video range, whatever the source has
    bool is_prores;
    bool is_709;         // says no other matrix
    bool is_long_gop;    // frames stand on others: an interrupted run begins again
    int min_width, min_height;
    bool keeps_format;    // frames that are sent first settle the format as they are
};
const struct ho_codec_entry *ho_codec_entry(enum ho_codec codec);

// Where an output comes to stand. Paths are owned.
struct ho_place {
    char *path;               // as asked for; of a sequence with its number still open
    char *folder;             // that it lies in; "." for none
    char *prefix, *suffix;    // the file name before and after the number; of a movie the whole name and ""
    int n_digits;             // at least, of the number; 0 in a movie and in a single picture, whose name has none
    bool is_sequence, overwrite;
    char *temporary;    // the file or folder that is written to; NULL when there is none
    bool stays;         // ho_place_clear() leaves it
};
// Splits and checks `path`; makes nothing. `n_frames` -1: unknown.
enum ho_result ho_place_init(struct ho_place *place, const char *path, enum ho_codec codec, int64_t n_frames,
                             bool overwrite, struct ho_diag *diag) HO_MUST_CHECK;
// Fails when a file that would be written exists: a movie's, or a sequence's with numbers from `first` to `last`.
enum ho_result ho_place_check_free(const struct ho_place *place, int64_t first, int64_t last,
                                   struct ho_diag *diag) HO_MUST_CHECK;
// Makes the temporary file (left empty) or folder, and tells the log of others that dead processes left here.
enum ho_result ho_place_make(struct ho_place *place, struct ho_diag *diag) HO_MUST_CHECK;
// ".NAME.partial-", what a temporary's name begins with; malloc'd, NULL without memory.
char *ho_place_temporary_prefix(const struct ho_place *place);
// The path of a sequence's file in `folder`; malloc'd, NULL without memory.
char *ho_place_file(const struct ho_place *place, const char *folder, int64_t number);
// The number of a file of the sequence by its name in the folder; false for others.
bool ho_place_number(const struct ho_place *place, const char *entry, int64_t *out);
// Whether writing `path` (a sequence: files from number `first` on) would replace a file of `source`, a movie, a
// picture or a pattern of pictures. Links are followed.
enum ho_result ho_writer_replaces(const char *path, enum ho_codec codec, int64_t first, int64_t n_frames,
                                  const char *source, bool *out, struct ho_diag *diag) HO_MUST_CHECK;
// Flushes to the disk and moves into place; on failure what was moved is taken back.
enum ho_result ho_place_publish(struct ho_place *place, int64_t first, int64_t n_files,
                                struct ho_diag *diag) HO_MUST_CHECK;
// Removes the temporaries and frees the paths.
void ho_place_clear(struct ho_place *place);
// HO_ERROR_SPACE with a sentence that fits an errno: "FILE cannot be WHAT: the disk is full; ..." `frame` < 0: none in
// particular.
enum ho_result ho_fail_errno(struct ho_diag *diag, int error, const char *what, const char *path, int64_t frame);

// What backends are given: read-only while they run.
struct ho_output {
    const struct ho_codec_entry *codec;
    const struct ho_place *place;
    struct ho_writer_options options;    // all that it points to is owned by the writer
    struct ho_kept *kept;                // what an interrupted run can go on with; NULL: it can't
    enum AVPixelFormat format;
    enum ho_writer_kind kind;
    struct ho_colour colour;    // as written: `options.colour` with the output's own range, and its matrix where it
                                // can't be the source's
};

// Settles format, kind and colour by what is sent first.
void ho_output_settle(struct ho_output *output, enum ho_writer_kind kind);
void ho_output_settle_frame(struct ho_output *output, const struct ho_frame *frame);

AVRational ho_output_pixel_aspect(const struct ho_output *output);
// Whether an encoder of libavcodec takes this format.
bool ho_movie_encoder_takes(const char *encoder, enum AVPixelFormat format);

// One kind of file. Everything is called on the writer's own threads, with SIGXFSZ blocked.
struct ho_writer_backend {
    bool is_sequence;    // one file a frame, each encoded for itself by several threads (an encoder each); else one
                         // movie, in order, by one thread
    enum ho_result (*open)(const struct ho_output *output, int n_threads, void **encoder, struct ho_diag *diag);
    enum ho_result (*encode)(void *encoder, const AVFrame *frame, struct ho_diag *diag);    // frame->pts is its index
    enum ho_result (*finish)(void *encoder,
                             struct ho_diag *diag);    // what the encoder still holds; flushed to the disk
    void (*close)(void **encoder);                     // NULL and *NULL are fine
    // Looks at what is finished under its temporary name: opens, has the size and, for a movie, `n_frames` frames.
    enum ho_result (*check)(const struct ho_output *output, const char *file, int64_t n_frames, struct ho_diag *diag);
};
enum ho_result ho_movie_check(const struct ho_output *output, const char *file, int64_t n_frames,
                              struct ho_diag *diag) HO_MUST_CHECK;
extern const struct ho_writer_backend ho_movie_backend, ho_png_backend, ho_exr_backend;

// Frames on their way to the encoder: a pool of buffers and the conversions into them. Used by the sending thread
// alone.
struct ho_writer_frames;
enum ho_result ho_writer_frames_create(const struct ho_output *output, struct ho_writer_frames **out,
                                       struct ho_diag *diag) HO_MUST_CHECK;
void ho_writer_frames_destroy(struct ho_writer_frames **frames);
size_t ho_writer_frames_size(const struct ho_writer_frames *frames);    // bytes a frame
enum ho_result ho_writer_frames_matte(struct ho_writer_frames *frames, const struct ho_matte *matte, AVFrame **out,
                                      struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_writer_frames_picture(struct ho_writer_frames *frames, const struct ho_picture *picture,
                                        AVFrame **out, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_writer_frames_frame(struct ho_writer_frames *frames, const struct ho_frame *frame, AVFrame **out,
                                      struct ho_diag *diag) HO_MUST_CHECK;

// Container details of a movie: stream and format tags, timecode, reel name, provenance.
struct AVFormatContext;
struct AVStream;
enum ho_result ho_movie_tags_set(const struct ho_output *output, struct AVFormatContext *format,
                                 struct AVStream *stream, struct ho_diag *diag) HO_MUST_CHECK;

#define HO_AUDIO_ADVICE "encode it anew (--audio pcm, lossless, or --audio aac) or leave it out (--audio none)"

// Audio streams of another file, copied packet by packet in step with the picture.
struct ho_audio_copy;
enum ho_result ho_audio_copy_open(const struct ho_output *output, struct AVFormatContext *to,
                                  struct ho_audio_copy **out, struct ho_diag *diag) HO_MUST_CHECK;
// Writes the packets that begin before `seconds` of the movie's time.
enum ho_result ho_audio_copy_until(struct ho_audio_copy *audio, double seconds, struct ho_diag *diag) HO_MUST_CHECK;
// Whether a source has one audio stream, which can surely be copied into a movie of that codec.
bool ho_audio_copy_fits(const char *path, enum ho_codec codec);
// What its streams are coded as: "opus", "opus, aac".
void ho_audio_copy_describe(const struct ho_audio_copy *audio, char *out, size_t size);
void ho_audio_copy_close(struct ho_audio_copy **audio);

// The same, decoded and encoded as `options.audio` says.
struct ho_audio_encode;
enum ho_result ho_audio_encode_open(const struct ho_output *output, struct AVFormatContext *to,
                                    struct ho_audio_encode **out, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_audio_encode_until(struct ho_audio_encode *audio, double seconds, struct ho_diag *diag) HO_MUST_CHECK;
void ho_audio_encode_close(struct ho_audio_encode **audio);

#endif
