// SPDX-License-Identifier: BSD-2-Clause
// The graph: nodes, ports and how they are joined; as readable JSON; evaluated a frame at a time.
//
// A graph is data. It is checked on load and on every edit: a cycle, a wrong type, an unknown name or a value out of
// range is refused with a sentence and leaves the graph as it was. Nodes of types that this version doesn't know are
// kept as they are and pass their first input through, with a warning. Thread-safety: unsafe (one thread at a time for
// a graph and its evaluators).
#ifndef HOLDOUT_GRAPH_H
#define HOLDOUT_GRAPH_H

#include <stdio.h>

#include "cancel.h"
#include "curve.h"
#include "picture.h"
#include "timecode.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HO_NODE_ID_SIZE 64    // letters, digits, '_' and '-', starting with a letter
#define HO_PORTS_MAX 16       // inputs of one node
#define HO_GRAPH_NODES_MAX 4096

// ---- what a node type is (the same table feeds help text, docs, inspectors, load and save, and tests)

enum ho_port_type { HO_PORT_IMAGE, HO_PORT_KEY };    // RGBA premultiplied; one plane of coverage (the blue dot)
struct ho_port {
    const char *name;    // "background"
    enum ho_port_type type;
    bool required;    // inputs: evaluation refuses a graph in which it is not connected
    const char *help;
};

enum ho_parameter_type {
    HO_PARAMETER_NUMBER,
    HO_PARAMETER_INTEGER,
    HO_PARAMETER_BOOLEAN,    // 1 number, can carry keyframes
    HO_PARAMETER_CHOICE,     // 1 number: index into `choices`; written as its name
    HO_PARAMETER_POINT,      // 2 numbers: share of the frame's width and height, (0, 0) top left
    HO_PARAMETER_COLOUR,     // 4 numbers: R, G, B, A not premultiplied, display-referred
    HO_PARAMETER_TEXT,
    HO_PARAMETER_FILE,
    HO_PARAMETER_POINTS,    // text: "x,y x,y ..." as shares of the frame (polygons), can carry keyframes
};
struct ho_parameter {
    const char *name;    // "blur_size"
    enum ho_parameter_type type;
    const char *unit;                 // "px", "share", "deg", "" ...
    double min, max;                  // accepted values, both included
    double slider_min, slider_max;    // where a slider's ends are
    double value[4];                  // default
    const char *text;                 // default of TEXT, FILE and POINTS; NULL: empty
    const char *const *choices;       // CHOICE: NULL-ended
    const char *help;                 // one line
};
enum ho_page { HO_PAGE_COLOR = 1, HO_PAGE_FUSION = 2 };
struct ho_node_type {
    const char *name, *label, *help;           // "brightness_contrast", "Brightness/Contrast", one line
    unsigned pages;                            // enum ho_page, or-ed
    const struct ho_port *inputs, *outputs;    // ended by a NULL name; an effect's inputs[0] is what it changes
    const struct ho_parameter *parameters;     // ended by a NULL name
    const char
        *reference;    // a small graph (JSON) whose node "output" shows this type at work on a built-in test picture
    const char *reference_hash;    // XXH3-64 of that picture as 16 bit, hexadecimal
};
// All node types, NULL-ended.
HO_API const struct ho_node_type *const *ho_node_types(void);
HO_API const struct ho_node_type *ho_node_type_find(const char *name);    // NULL if there is none

// ---- a graph

struct ho_graph;
HO_API enum ho_result ho_graph_create(struct ho_graph **out, struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_graph_destroy(struct ho_graph **graph);
HO_API enum ho_result ho_graph_copy(const struct ho_graph *graph, struct ho_graph **out,
                                    struct ho_diag *diag) HO_MUST_CHECK;
// JSON text, see docs/graph.md. Errors name line and column, or the node. `name` is for messages (a file name).
HO_API enum ho_result ho_graph_parse(const char *text, const char *name, struct ho_graph **out,
                                     struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_graph_load(const char *path, struct ho_graph **out, struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_graph_format(const struct ho_graph *graph, char **out, struct ho_diag *diag)
    HO_MUST_CHECK;    // malloc'd; the same graph gives the same text
// Templates that ship: "save", "patch", "isolate". NULL-ended names; the JSON text of one (NULL: there is none); and as
// a graph.
HO_API const char *const *ho_graph_templates(void);
HO_API const char *ho_graph_template_text(const char *name);
HO_API enum ho_result ho_graph_template(const char *name, struct ho_graph **out, struct ho_diag *diag) HO_MUST_CHECK;

// Edits. Each is refused with a sentence (HO_ERROR_USAGE) and without effect if it would break the graph.
HO_API enum ho_result ho_graph_add(struct ho_graph *graph, const char *type, const char *id,
                                   struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_graph_remove(struct ho_graph *graph, const char *id, struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_graph_rename(struct ho_graph *graph, const char *id, const char *new_id,
                                      struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_graph_duplicate(struct ho_graph *graph, const char *id, const char *new_id,
                                         struct ho_diag *diag) HO_MUST_CHECK;    // parameters, not connections
HO_API enum ho_result ho_graph_connect(struct ho_graph *graph, const char *from, const char *output, const char *to,
                                       const char *input,
                                       struct ho_diag *diag) HO_MUST_CHECK;    // replaces what fed that input
HO_API enum ho_result ho_graph_disconnect(struct ho_graph *graph, const char *to, const char *input,
                                          struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_graph_enable(struct ho_graph *graph, const char *id, bool enabled, struct ho_diag *diag)
    HO_MUST_CHECK;    // a disabled node passes inputs[0] (image) or its key through
HO_API enum ho_result ho_graph_place(struct ho_graph *graph, const char *id, double x, double y,
                                     struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_graph_set(struct ho_graph *graph, const char *id, const char *parameter, const double *numbers,
                                   size_t n, struct ho_diag *diag) HO_MUST_CHECK;    // removes its keyframes
HO_API enum ho_result ho_graph_set_text(struct ho_graph *graph, const char *id, const char *parameter, const char *text,
                                        struct ho_diag *diag)
    HO_MUST_CHECK;    // any type, as written in JSON or on a command line
HO_API enum ho_result ho_graph_keyframe(struct ho_graph *graph, const char *id, const char *parameter, int64_t frame,
                                        const double *numbers, size_t n, enum ho_interpolation interpolation,
                                        struct ho_diag *diag) HO_MUST_CHECK;
// As written in JSON or on a command line; the only way for points: a polygon's corners move to their places at the
// next keyframe, which has as many.
HO_API enum ho_result ho_graph_keyframe_text(struct ho_graph *graph, const char *id, const char *parameter,
                                             int64_t frame, const char *text, enum ho_interpolation interpolation,
                                             struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_graph_keyframe_remove(struct ho_graph *graph, const char *id, const char *parameter,
                                               int64_t frame, struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_graph_reset(struct ho_graph *graph, const char *id, struct ho_diag *diag)
    HO_MUST_CHECK;    // one node's parameters to defaults; NULL: all nodes'
// ---- scopes: nodes with a time of their own, as those of a clip on a timeline
//
// At frame t of the graph the keyframes of a node in a scope are read at t + shift, and a source (a matte of the bank)
// in it shows its frame floor(first + (part + t rate.num) / rate.den), matched by timecode and moved by its offset as
// ever: whole numbers only. Its nodes take size, timecode and length from `main`'s source, where a graph takes them
// from its main source. Nodes in no scope: shift 0, frame t. A source in a scope is never the graph's main one.
struct ho_scope {
    char id[HO_NODE_ID_SIZE];
    char main[HO_NODE_ID_SIZE];    // a node with a source, in any scope; empty: the graph's own
    int64_t shift;
    int64_t first, part;        // 0 <= part < rate.den
    struct ho_rational rate;    // source frames for a frame of the graph: 0/1 for a still, else both above 0
};
HO_API enum ho_result ho_graph_add_scope(struct ho_graph *graph, const struct ho_scope *scope,
                                         struct ho_diag *diag) HO_MUST_CHECK;    // or replaces the one of that id
HO_API enum ho_result ho_graph_set_scope(struct ho_graph *graph, const char *id, const char *scope,
                                         struct ho_diag *diag) HO_MUST_CHECK;    // of a node; NULL: none
HO_API size_t ho_graph_n_scopes(const struct ho_graph *graph);
HO_API const struct ho_scope *ho_graph_scope(const struct ho_graph *graph, size_t index);         // borrowed
HO_API const struct ho_scope *ho_graph_scope_of(const struct ho_graph *graph, const char *id);    // NULL: none
// The frame that a source in it shows at a frame of the graph.
HO_API int64_t ho_scope_frame(const struct ho_scope *scope, int64_t frame);

// All required inputs connected, no cycle: what evaluation asks for beyond what edits keep.
HO_API enum ho_result ho_graph_check(const struct ho_graph *graph, struct ho_diag *diag) HO_MUST_CHECK;

// Looking at it. Borrowed until the next edit.
struct ho_node_info {
    const char *id;
    const struct ho_node_type *type;
    const char *type_name;
    double x, y;
    bool enabled;
};    // type NULL: unknown to this version
struct ho_link_info {
    const char *from, *output, *to, *input;
};
HO_API size_t ho_graph_n_nodes(const struct ho_graph *graph);
HO_API struct ho_node_info ho_graph_node(const struct ho_graph *graph, size_t index);
HO_API size_t ho_graph_n_links(const struct ho_graph *graph);
HO_API struct ho_link_info ho_graph_link(const struct ho_graph *graph, size_t index);
// Counts all changes: while it is the same, so is the graph.
HO_API uint64_t ho_graph_generation(const struct ho_graph *graph);
// A keyframe of a parameter by index, in order of time; `text` (points) is borrowed until the next edit. HO_END: there
// are not so many.
struct ho_graph_key {
    int64_t frame;
    double number[4];
    const char *text;
    enum ho_interpolation interpolation;    // towards the next one
};
HO_API enum ho_result ho_graph_get_key(const struct ho_graph *graph, const char *id, const char *parameter,
                                       size_t index, struct ho_graph_key *out, struct ho_diag *diag) HO_MUST_CHECK;
// A parameter's value at a frame, keyframes resolved. `numbers` takes 4. `text` is borrowed until the next edit; points
// between keyframes: until the next call.
HO_API enum ho_result ho_graph_get(const struct ho_graph *graph, const char *id, const char *parameter, int64_t frame,
                                   double numbers[4], const char **text, struct ho_diag *diag) HO_MUST_CHECK;
// Frames of a parameter's keyframes, ascending: their number; the first `room` of them go to `frames` (room 0: may be
// NULL). 0 as well where there is no such node or parameter.
HO_API size_t ho_graph_keyframes(const struct ho_graph *graph, const char *id, const char *parameter, int64_t *frames,
                                 size_t room);

// ---- evaluation

// How large an image or key is, and outside which window it is transparent (image) or `outside` (key: 0 or 1)
// everywhere. `lit`: outside it an image's colour is black, whatever its alpha (a saved matte is known to be black away
// from its object; other nodes than sources: the window).
struct ho_domain {
    int width, height;
    struct ho_rect window;
    float outside;
    struct ho_rect lit;
};

struct ho_clip_pool;    // clip.h
struct ho_evaluator_options {
    int n_threads;                       // 0: as many as there are cores; the same bits for any number
    int band_rows;                       // 0: chosen so that a band's chain stays in cache; the same bits for any
    size_t cache_bytes;                  // for what does not change between frames; 0: 256 MiB
    const char *index_dir, *bank_dir;    // for nodes that open sources and banked mattes; NULL: the defaults
    bool any_matte;                      // take mattes that Holdout made for another movie; else they are refused
    struct ho_rational rate;             // of image sequences, as struct ho_reader_options has it, and of a graph
                                         // without footage (0: 24)
    const char *base_dir;                // relative file names start here; NULL: the working folder
    const struct ho_cancel *cancel;
    struct ho_clip_pool *clips;    // what sources are opened in, to be shared with others (borrowed); NULL: its own
    int width, height;             // of a graph without footage, which has none to take them from; 0: 1920 x 1080
};

// What a frame came out as. Either the whole picture, or a source's own frame with a changed part: outside `changed`
// the frame's code values are the result.
struct ho_graph_frame {
    struct ho_domain domain;    // at `scale`, as all that follows
    double scale;               // 1: full size
    enum ho_port_type type;
    const struct ho_frame *base;    // borrowed; NULL: `picture` is all there is
    struct ho_rect changed;         // what `picture` covers (with a base: fit for ho_frame_patch()); empty: nothing to
                                    // compute, the frame is the result
    struct ho_picture *picture;     // borrowed until the next call; pixel (0, 0) is (changed.x0, changed.y0); NULL if
                                    // `changed` is empty
};

struct ho_evaluator;
// Checks the graph, opens what its nodes open. The graph is borrowed; edits between frames are seen, and recompute only
// what they dirty.
HO_API enum ho_result ho_evaluator_create(const struct ho_graph *graph, const struct ho_evaluator_options *options,
                                          struct ho_evaluator **out, struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_evaluator_destroy(struct ho_evaluator **evaluator);
// Takes another graph in the place of the one before, which is not looked at any more. What nodes of the same name,
// type and files have opened stays open.
HO_API enum ho_result ho_evaluator_set_graph(struct ho_evaluator *evaluator, const struct ho_graph *graph,
                                             struct ho_diag *diag) HO_MUST_CHECK;
// Asked from now on, in place of the options' (NULL: nothing can stop it).
HO_API void ho_evaluator_set_cancel(struct ho_evaluator *evaluator, const struct ho_cancel *cancel);
// Opens what this output needs without computing anything, so that ho_evaluator_source() answers. ho_evaluator_frame()
// does it by itself.
HO_API enum ho_result ho_evaluator_open(struct ho_evaluator *evaluator, const char *output,
                                        struct ho_diag *diag) HO_MUST_CHECK;
// One frame of one output ("output.image": node and port; NULL: the graph's only media_out / output node). `allow_base`
// false: always the whole picture.
HO_API enum ho_result ho_evaluator_frame(struct ho_evaluator *evaluator, const char *output, int64_t frame,
                                         bool allow_base, struct ho_graph_frame *out,
                                         struct ho_diag *diag) HO_MUST_CHECK;
// For viewers: pictures are made smaller from now on, at `scale` (above 0 and below 1; else full size) of their full
// width and height, each rounded; values in pixels scale with them. Near the full picture made smaller, not the same.
// With `allow_base` a frame that is a source's own, with less than half of it changed, still comes at full size.
HO_API void ho_evaluator_set_scale(struct ho_evaluator *evaluator, double scale);
// Only this part of the outputs is wanted from now on, in pixels of full size, and a little around it; NULL: all. A
// picture then covers `changed`; of a base only this part is right.
HO_API void ho_evaluator_set_region(struct ho_evaluator *evaluator, const struct ho_rect *region);
// Several outputs of one frame in one go: what they share is made once. `out` takes `n`, 1 to HO_OUTPUTS_MAX.
#define HO_OUTPUTS_MAX 4
HO_API enum ho_result ho_evaluator_frames(struct ho_evaluator *evaluator, const char *const *outputs, int n,
                                          int64_t frame, bool allow_base, struct ho_graph_frame *out,
                                          struct ho_diag *diag) HO_MUST_CHECK;
// The frame as one of the decoder's format, with what was made of it laid over its base: the caller's own. Only where
// there is a base, which is taken. HO_ERROR_USAGE: there is none.
HO_API enum ho_result ho_evaluator_lay(struct ho_evaluator *evaluator, struct ho_graph_frame *frame,
                                       struct ho_frame **out, struct ho_diag *diag) HO_MUST_CHECK;
// The base of the frame that ho_evaluator_frame() gave last, as the caller's own (unref it): often the only reference,
// so that it can be written to without a copy. The frame's `base` is not to be used any more. NULL where the frame has
// none, or it was taken already.
HO_API struct ho_frame *ho_evaluator_take_base(struct ho_evaluator *evaluator, struct ho_graph_frame *frame);
// What would be computed for a frame: order, bands, regions, bytes, and why (reused, constant, passes through), as text
// lines on `file`.
HO_API enum ho_result ho_evaluator_explain(struct ho_evaluator *evaluator, const char *output, int64_t frame,
                                           FILE *file, struct ho_diag *diag) HO_MUST_CHECK;
// A hash of all that decides about the pictures of the output that is open: the graph's text, what its files and mattes
// hold, this version.
HO_API enum ho_result ho_evaluator_hash(const struct ho_evaluator *evaluator, uint64_t out[2],
                                        struct ho_diag *diag) HO_MUST_CHECK;
// Seconds and frames a node took since creation, by index of ho_graph_node().
struct ho_node_cost {
    double seconds;
    int64_t n_frames, n_reused;
    int64_t bytes;
};
HO_API struct ho_node_cost ho_evaluator_cost(const struct ho_evaluator *evaluator, size_t node);
// The main source: that of the first media_in or source node, which gives the graph its size, rate, length and
// timecode. NULL if there is none.
struct ho_source_info;
HO_API const struct ho_source_info *ho_evaluator_source(const struct ho_evaluator *evaluator);
// What the open node of that name reads (media_in, source, external_matte). NULL: nothing.
HO_API const struct ho_source_info *ho_evaluator_footage(const struct ho_evaluator *evaluator, const char *node);

#ifdef __cplusplus
}
#endif

#endif
