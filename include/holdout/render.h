// SPDX-License-Identifier: BSD-2-Clause
// A graph, or a stretch of a timeline, rendered to a movie, a sequence or one picture.
#ifndef HOLDOUT_RENDER_H
#define HOLDOUT_RENDER_H

#include "deliver.h"
#include "graph.h"
#include "timeline.h"

#ifdef __cplusplus
extern "C" {
#endif

// Zeroed but for `graph` and `output`, it asks for all frames of the graph's only output, with sound.
struct ho_render_request {
    const struct ho_graph *graph;    // borrowed
    const char *node;                // output to render, as ho_evaluator_frame() takes it; NULL: the graph's only one
    bool has_view;    // `node` is a node with a picture and a key (magic_mask, corrector): its picture is shown as
                      // `view` of its key, as on the color page
    enum ho_view view;
    const char *output;    // may hold tokens
    enum ho_codec codec;
    bool has_range;
    struct ho_range range;    // of the graph's frames, with has_range; else as many as its main source has
    bool has_first_number;
    int64_t first_number;    // sequences, with has_first_number; else the range's first
    enum ho_audio audio;     // what becomes of the main source's, of the frames that are rendered, in movies
    bool source_cadence;     // movies: each frame is shown when the main source's is; false: at a constant rate
    int width, height;       // of a graph without footage, which is refused unless they and, for more than one
    struct ho_rational
        rate;              // picture, the rate are given; and of image sequences, as struct ho_reader_options has it
    bool premultiplied;    // as struct ho_writer_options has it
    bool overwrite;
    bool any_matte;                                 // as struct ho_evaluator_options has it
    const char *base_dir, *bank_dir, *index_dir;    // as struct ho_evaluator_options has them
    int n_threads;                                  // 0: as many as there are cores; the same bits for any number
    const struct ho_cancel *cancel;
    void (*progress)(void *opaque,
                     const struct ho_deliver_progress *progress);    // may be NULL; from the calling thread
    void *opaque;
};

struct ho_render_report {
    char path[4096];
    int64_t n_frames, n_untouched,
        n_patched;     // frames that passed through as decoded; of which only a part was computed
    int64_t n_kept;    // that a run which was interrupted had rendered already
    double seconds, seconds_evaluating, seconds_writing;
    char timecode[HO_TIMECODE_SIZE];
};

// An interrupted render (cancelled, killed, out of space) leaves what it has under the output's temporary name; the
// same request, with sources that hold the same, goes on from there and gives the same file, bit for bit.
//
// Writes a picture for every frame of the range: size of the graph, the main source's rate, timecode, reel, clip name
// and colour tags. Whole or absent. Where a frame is the main source's own, its code values pass through; where only a
// part of it changed, only that part is computed and converted.
HO_API enum ho_result ho_render_graph(const struct ho_render_request *request, struct ho_render_report *report,
                                      struct ho_diag *diag) HO_MUST_CHECK;

// A stretch of a timeline: `request` as for a graph, but that graph, node, view, size, rate and cadence are not
// read. All stretches in the range are compiled and what they show is opened before the first frame is made, so what is
// offline or broken is refused at once; frames outside the range are not looked at. Without a range: all of the
// timeline. Size, rate and timecode are the timeline's, colour tags (and the shape of its pixels, where it has the
// timeline's size) those of the first footage that is seen; a frame
// that is a source's own, untouched and of the timeline's size, passes its code values through. Notes are logged as
// warnings. Movies have what is heard on the audio tracks (ho_compile_sound()) at 48000 samples a second, as PCM of 24
// bits or as AAC; with HO_AUDIO_COPY what is one clip's sound as it is, is copied as it is coded.
struct ho_compile_options;
HO_API enum ho_result ho_render_timeline(const struct ho_timeline *timeline, const struct ho_compile_options *compile,
                                         const struct ho_render_request *request, struct ho_render_report *report,
                                         struct ho_diag *diag) HO_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
