// SPDX-License-Identifier: BSD-2-Clause
// A node's inside: what the evaluator asks of it. One file a node in src/nodes, ending in a const struct ho_node; one
// line in its list.
//
// A frame is evaluated in four walks over the nodes that the wanted output needs:
//   prepare  (from the sources on)   values at this frame are known; a source gets its frame, a title lays out its text
//   domain   (from the sources on)   how large is my output, and outside which window is it empty
//   region   (from the output back)  which region of each input does this region of my output need
//   process  (from the sources on)   pixels, in bands of rows on several threads
// Nodes that work pixel by pixel are chained band by band, so that a band stays in cache through all of them. A node
// that needs more of an input than the region it is asked for (HO_NODE_AREA: blur, transform) gets that input as a
// whole; one that wants to be asked once (HO_NODE_WHOLE: a decoded frame, text) says so. What a changed value dirties
// is no question to a node: a slot's hash covers its values and its inputs' hashes, so what is the same is known
// without asking. While the same frame is asked for again (a slider moves), the evaluator keeps the unchanged pictures
// that changed nodes read, and computes from there on. process() is pure: the same context, inputs and region give the
// same bits, whatever the bands and threads. What changes between frames lives in `state` and changes in prepare()
// alone.
//
// What is not finite (a broken file, a plug-in) stays where it is: a pixel-by-pixel node may make anything of that
// pixel, and changes no other for it. A node that looks at neighbours (blur, transform) counts NaN as 0 and infinity as
// 65504, the largest half float, so that neither spreads. What a mask or an opaque foreground covers wholly adds
// nothing, whatever it is. A key is within 0..1 always: whoever makes one sees to it (NaN becomes 0).
#ifndef HO_GRAPH_NODE_H
#define HO_GRAPH_NODE_H

#include "holdout/graph.h"

// A view of a region of a picture: plane[p] points at the pixel (rect.x0, rect.y0). Images have 4 planes, keys 1.
struct ho_tile {
    struct ho_rect rect;
    int n_planes, stride;    // stride in elements
    float *plane[4];
    bool bounded;    // an image is known to be transparent, a key to be 0, outside `content`
    struct ho_rect content;
};

struct ho_value {
    double number[4];
    const char *text;
};

// What a picture is known to equal: outside `changed` it has the colour of the source frame that node `origin`
// delivers; exactly that frame where `alpha` is HO_ALIKE_OPAQUE, that colour times its own alpha where HO_ALIKE_COLOUR.
// So a merge of a cut-out over its own footage changes nothing but what lies between.
enum ho_alike { HO_ALIKE_NONE, HO_ALIKE_OPAQUE, HO_ALIKE_COLOUR };
struct ho_likeness {
    enum ho_alike alike;
    int origin;
    struct ho_rect changed;
};

// What nodes share during an evaluation: the main source decides size and timecode.
struct ho_graph_host {
    const struct ho_evaluator_options *options;
    int width, height;              // of the graph, from the main source, else 1920x1080; times `scale`
    int full_width, full_height;    // the same at full size
    double scale;    // above 0, 1 or less: how large all pictures are made; values in pixels have it already
    struct ho_rational rate;
    bool has_timecode;
    struct ho_timecode start;
    int64_t n_frames;    // of the main source; 0: there is none
};

struct ho_node_context {
    const char *id;                       // for messages
    const struct ho_value *value;         // by index of the type's parameters, at `frame`
    const struct ho_value *next_value;    // the numbers at the frame after it
    int64_t frame, next_frame;            // of footage: the graph's, or what the node's scope makes of it
    int n_threads;
    const struct ho_graph_host *host;     // of the node's scope
    void *state;                          // what open() made
    bool connected[HO_PORTS_MAX];         // by input
    bool opaque[HO_PORTS_MAX];            // by input: known to have alpha 1 all over. Valid from same() on
    struct ho_domain in[HO_PORTS_MAX];    // valid from domain() on, for connected inputs
    struct ho_domain out[2];              // valid from region() on
};

enum ho_node_flags {
    HO_NODE_AREA = 1,     // region() may ask for more than the region given: inputs are made whole first
    HO_NODE_WHOLE = 2,    // process() is called once for all of the region wanted and threads by itself; implies AREA
    HO_NODE_EFFECT =
        4,    // a Fusion tool: gets a mask input, mask_invert, multiply_by_mask and blend, all done by the evaluator
    HO_NODE_TIME = 8,     // output depends on the frame number even where no value changes (sources, but for a still)
    HO_NODE_FLAT = 16,    // as cheap to make as to read (a plain colour): not worth keeping between frames
};

struct ho_node {
    struct ho_node_type type;    // what everybody may see
    unsigned flags;
    // The flags at the current values, where they depend on them (a merge is AREA only while it moves its foreground).
    // NULL: `flags`.
    unsigned (*flags_now)(const struct ho_node_context *context);
    // Once for an evaluator; state may stay NULL. May be NULL.
    enum ho_result (*open)(struct ho_node_context *context, struct ho_diag *diag);
    void (*close)(struct ho_node_context *context);
    // Once a frame, before anything is asked. `*identity` is 0 on entry; a HO_NODE_TIME node sets it to a hash of what
    // its output now depends on beside its values (a source: which frame), so that a held frame is computed once. May
    // be NULL.
    enum ho_result (*prepare)(struct ho_node_context *context, uint64_t *identity, struct ho_diag *diag);
    // HO_NODE_TIME nodes: what `identity` will be at the next frame, so that a frame that is held is kept for it. After
    // prepare(). NULL: another one.
    uint64_t (*next)(const struct ho_node_context *context);
    // Parameters, a bit each, that only decide which frame a source shows: `identity` says it, and another value with
    // the same frame is the same picture.
    uint32_t by_identity;
    // NULL: that of inputs[0] (images), or of the host's size where there is none, window full.
    void (*domain)(const struct ho_node_context *context, int output, struct ho_domain *out);
    // NULL: the same region of every input. The answer is clipped to the input's window by the evaluator.
    void (*region)(const struct ho_node_context *context, int output, int input, struct ho_rect out,
                   struct ho_rect *needed);
    // The input that the output equals now (neutral values), or -1. NULL: -1.
    int (*same)(const struct ho_node_context *context, int output);
    // NULL: HO_ALIKE_NONE (a disabled node or same() is seen to by the evaluator).
    void (*likeness)(const struct ho_node_context *context, const struct ho_likeness in[HO_PORTS_MAX],
                     struct ho_likeness *out);
    // Effects only: where in `rect` the output may differ from inputs[0] with these inputs; elsewhere it is exactly
    // that, and nothing is computed. NULL: all of it.
    struct ho_rect (*touches)(const struct ho_node_context *context, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_rect rect);
    // Fills `out`. in[i] covers what region() asked of input i, clipped to its window; where that is empty or the input
    // isn't connected, n_planes is 0 and every pixel counts as transparent (or the key's `outside`).
    enum ho_result (*process)(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag);
    // Sources only: the frame as decoded, when its size is the domain's; NULL otherwise. Borrowed until the next
    // prepare().
    const struct ho_frame *(*frame)(const struct ho_node_context *context);
    // Sources only: that frame, given away: the node forgets it, so that its new owner may be the only one. NULL:
    // `frame`'s is shared.
    struct ho_frame *(*give)(struct ho_node_context *context);
    // A hash of what was read from files and banks, whatever their names: tells whether an interrupted render can be
    // gone on with. NULL: nothing is read.
    uint64_t (*contents)(const struct ho_node_context *context);
    // What reads a movie or pictures: what was opened.
    const struct ho_source_info *(*footage)(const struct ho_node_context *context);
    // Those of them that may give the graph its size and rate: the same.
    const struct ho_source_info *(*source)(const struct ho_node_context *context);
};

// A size in pixels at a scale: 1 or more.
static inline int ho_scaled_size(int size, double scale)
{
    int scaled = (int)(size * scale + 0.5);
    return scale == 1 ? size : scaled > 1 ? scaled : 1;
}

// The row `y` of plane `p`, at x = tile->rect.x0.
static inline float *ho_tile_row(const struct ho_tile *tile, int p, int y)
{
    return tile->plane[p] + (ptrdiff_t)(y - tile->rect.y0) * tile->stride;
}

// pictures.c: the parts of a tile that lie outside `keep`; what two tiles share.
void tile_fill(struct ho_tile *tile, struct ho_rect keep, float value);
void tile_copy(const struct ho_tile *from, struct ho_tile *to);

// The node behind a type of the list.
static inline const struct ho_node *ho_node_of(const struct ho_node_type *type) { return (const struct ho_node *)type; }

#endif
