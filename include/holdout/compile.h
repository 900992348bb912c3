// SPDX-License-Identifier: BSD-2-Clause
// A timeline as graphs: between two edits the stack of clips is one graph, whose frame t is the timeline's frame t. So
// render, still picture, viewer and thumbnail take the same way through ho_evaluator_frame().
//
// A clip's picture is its source's (or its texts, each laid over those before it), through its Fusion graph, then its
// Color graph; then it is cropped, fitted, flipped, zoomed, turned and moved into the timeline's frame (the node
// "sizing" says how). In its graphs media_in and source nodes without a file are the clip's own picture; keyframes
// count in clip time; a matte of the bank and a matte by timecode follow the source's frames. An alpha output in the
// Color graph isolates the clip.
//
// The stack is laid together from the lowest track up, then over black. With the clip's straight colour s and alpha a
// (its opacity is part of how much is mixed in), what lies beneath with b and its alpha d, each channel for itself and
// not clipped, on the pictures' display-referred values:
//   result (premultiplied) = a (1 - d) s + a d B(b, s) + (1 - a) d b, with alpha a + d - a d
//   mixed with what lies beneath: beneath + opacity (result - beneath)
// as W3C Compositing and Blending Level 1 has it, and from it
//   Normal s; Multiply b s; Screen b + s - b s; Overlay: Hard Light with b and s swapped; Darken min; Lighten max;
//   Difference |b - s|; Hard Light: s <= 1/2: 2 b s, else 1 - 2 (1 - b)(1 - s); Soft Light: s <= 1/2:
//   b - (1 - 2s) b (1 - b), else b + (2s - 1)(D - b), D = ((16 b - 12) b + 4) b for b <= 1/4, else sqrt(b)
// and, as DaVinci Resolve's manual has them, Add b + s and Subtract s - b: the upper clip less what lies beneath.
// Where nothing lies beneath (d = 0) a clip of any mode is itself.
//
// Foreground and its matte: a clip marked Foreground is cut by the one right below it in the stack that is marked Luma,
// Inverted Luma, Alpha or Inverted Alpha: its picture and alpha are multiplied by k (or 1 - k), with k = the matte's
// opacity times its luma (0.2126 R' + 0.7152 G' + 0.0722 B', of black where the matte does not reach) or alpha. The
// matte's picture is not seen; the pair is laid on what lies beneath both, by the Foreground's opacity. A Foreground
// without a matte is laid on as Normal; a matte without a Foreground right above it is not seen; the notes say so.
#ifndef HOLDOUT_COMPILE_H
#define HOLDOUT_COMPILE_H

#include "graph.h"
#include "project.h"
#include "sound.h"
#include "timeline.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HO_COMPILED_OUTPUT "out"    // the node that has the picture

// What a timeline's media are, beyond what it knows of them.
struct ho_compile_media {
    char path[4096];    // empty: offline
    char said[512];     // why: "ride.mov is not where it was (/media/ride.mov)"; empty: its name and that it is offline
    enum ho_alpha_kind alpha;
};

// Zeroed but for `find`: over black, offline media are refused.
struct ho_compile_options {
    // False: the media is not known. Called on the caller's thread, within the call.
    bool (*find)(void *opaque, int64_t media, struct ho_compile_media *out);
    void *opaque;
    bool keep_alpha;      // nothing is black: the picture has alpha
    bool show_offline;    // the sentence stands in the picture, in place of the clip; else it is refused
};

struct ho_compiled {
    struct ho_range frames;    // of the timeline, for which the graph stands
    struct ho_graph *graph;    // to be evaluated with the timeline's size and rate in struct ho_evaluator_options
    char *notes;               // sentences, one a line, on what an editor should know of this stretch; never NULL
};
HO_API void ho_compiled_clear(struct ho_compiled *compiled);

// The frames around `frame` over which the stack is the same: no picture track has an edit in them.
HO_API struct ho_range ho_compile_stretch(const struct ho_timeline *timeline, int64_t frame);
// The stretch around `frame`, as a graph of the caller's own. HO_ERROR_INPUT, naming clip, track and timecode: offline
// media, a clip whose graph can't be read or has no output.
HO_API enum ho_result ho_compile(const struct ho_timeline *timeline, int64_t frame,
                                 const struct ho_compile_options *options, struct ho_compiled *out,
                                 struct ho_diag *diag) HO_MUST_CHECK;
// One clip alone, with its graphs, as the plain graph of its source: in the source's own size and frames, for
// ho_render_graph(). Its place in the frame, opacity and mode are left out; keyframes lie on the source frames that
// they fall on. `frames`: the source frames that the clip shows; of a title or a still, its own from 0 on.
HO_API enum ho_result ho_compile_clip(const struct ho_timeline *timeline, int64_t clip,
                                      const struct ho_compile_options *options, struct ho_compiled *out,
                                      struct ho_diag *diag) HO_MUST_CHECK;

// What a node of a clip's graph is called in both. (A name that gets too long there is another one.)
HO_API void ho_compiled_node(int64_t clip, enum ho_page page, const char *node, char out[HO_NODE_ID_SIZE]);

// What is heard: the enabled clips of enabled audio tracks that are not muted, each with its gain (keyframes too, from
// frame to frame), its source's sound in its own time from where the clip begins, to the sample. Sample 0 of the mix is
// the beginning of the timeline's frame 0; ho_sound_sample_of() says where the others begin. `frames`: only clips that
// are heard there (NULL: all). *out is NULL where nothing is. Offline media: HO_ERROR_INPUT, naming the clip; silent
// with `show_offline`.
HO_API enum ho_result ho_compile_sound(const struct ho_timeline *timeline, const struct ho_range *frames,
                                       const struct ho_compile_options *options, const struct ho_mix_options *mix,
                                       struct ho_mix **out, struct ho_diag *diag) HO_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
