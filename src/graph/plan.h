// SPDX-License-Identifier: BSD-2-Clause
// What an evaluator knows about a frame before it computes a pixel.
//
// A slot is one output of one node that the wanted output needs. Slots stand in order: each after all that it reads.
// Per frame a slot is either the same as another one (alias), made as a whole picture, or streamed: computed band by
// band inside the pass of the whole slot that reads it.
#ifndef HO_GRAPH_PLAN_H
#define HO_GRAPH_PLAN_H

#include "graph/internal.h"
#include "graph/rects.h"
#include "holdout/source.h"
#include "image/patch.h"

// What an evaluator keeps for one node: survives edits, as long as id and type stay.
// What a graph without any source is.
enum { HO_HOST_WIDTH = 1920, HO_HOST_HEIGHT = 1080, HO_HOST_RATE = 24 };

struct node_state {
    char id[HO_NODE_ID_SIZE];
    const struct ho_node *node;    // NULL: unknown type
    struct ho_node_context context;
    struct ho_value *values, *next_values;    // those of the next frame where they have keyframes
    bool opened, used;
    uint64_t in_pixels;                        // parameters, a bit each, that scale with the picture
    char *files;                               // the files that it opened, by name
    int mask, mask_invert, multiply, blend;    // HO_NODE_EFFECT: input and parameters by index, -1 otherwise
    uint64_t identity, values_hash;
    bool constant, lasting;    // what the node itself has to do with its slots' words below
    struct ho_node_cost cost;
};

enum slot_reason { SLOT_STREAMED, SLOT_ALIAS, SLOT_WHOLE, SLOT_REUSED, SLOT_UNNEEDED };

struct slot {
    int node, output;
    enum ho_port_type type;
    int in[HO_PORTS_MAX];    // slots, -1: not connected
    int n_in;
    // of the current frame
    bool constant;    // the same at all frames, unless an edit changes it
    bool lasting;     // known to be the same at the next frame: a still or held frame, a value after its last keyframe
    bool worth_keeping;    // lasting, or constant, and read by what is not
    int alias;             // -1: none
    struct ho_domain domain;
    struct ho_likeness like;
    uint64_t hash, last_hash;    // of this frame and of the one before
    bool held;                   // unchanged since then, and read by what changed: kept for the next change
    struct ho_rect roi;          // what is wanted of it, inside its window
    bool whole;
    enum slot_reason reason;
    struct ho_picture *picture;    // whole slots, while needed: covers `rect`
    struct ho_rect rect;
    int n_readers;    // passes that have yet to read the picture
    // kept between frames
    struct ho_picture *kept;
    struct ho_rect kept_rect;
    uint64_t kept_hash;
};

struct ho_evaluator {
    const struct ho_graph *graph;
    struct ho_evaluator_options options;
    struct ho_graph_host host, *hosts;    // the graph's; by scope
    size_t n_hosts;
    uint64_t generation;    // of the graph, when it was planned
    bool is_planned;
    struct node_state *states;    // by graph node index after planning
    size_t n_states;
    struct slot *slots;
    int n_slots;
    char wanted[HO_OUTPUTS_MAX * 2 * HO_NODE_ID_SIZE];    // what the slots were planned for, by name
    int wanted_slot[HO_OUTPUTS_MAX], n_wanted;
    struct ho_rect part;    // that is wanted of the outputs, in pixels of full size; empty: all
    struct ho_converter *converters[HO_PATCH_STRIPES];    // what lays pictures over their base; made when wanted
    double scale, wanted_scale;                           // of the frame that is planned; of those without a base
    bool had_base;                                        // the frame before had one
    int64_t last_frame;
    bool same_frame;    // as the time before: an edit is being tried out
    size_t kept_bytes;
    const struct ho_source_info *source;
    struct ho_picture *result[HO_OUTPUTS_MAX];    // assembled for the caller
    struct ho_picture *spare[8];                  // recycled pictures
};

struct ho_graph_host ho_host_without_source(const struct ho_evaluator_options *options);
// plan.c: how large all pictures are made from the next plan_frame() on.
void plan_scale(struct ho_evaluator *evaluator, double scale);
// States and slots for the outputs; cheap when nothing was edited.
enum ho_result plan_slots(struct ho_evaluator *evaluator, const char *const *outputs, int n,
                          struct ho_diag *diag) HO_MUST_CHECK;
void plan_clear(struct ho_evaluator *evaluator);
// regions.c: values, prepare, domains, hashes and likeness of a frame; then what is wanted of each slot so that the
// wanted ones have their regions.
enum ho_result plan_frame(struct ho_evaluator *evaluator, int64_t frame, struct ho_diag *diag) HO_MUST_CHECK;
void plan_regions(struct ho_evaluator *evaluator, const struct ho_rect *regions);
int resolve(const struct ho_evaluator *evaluator, int slot);        // follows aliases
bool is_wanted(const struct ho_evaluator *evaluator, int index);    // the slot is one of those that are
// pass.c: makes all whole slots that are needed.
enum ho_result run_passes(struct ho_evaluator *evaluator, struct ho_diag *diag) HO_MUST_CHECK;
void recycle_stale(struct ho_evaluator *evaluator);    // what was kept and will be made anew
void keep_or_recycle(struct ho_evaluator *evaluator, bool keep_all);
int pass_band_rows(struct ho_evaluator *evaluator, int slot);    // what a pass of this slot would use
int pass_rows_in_cache(int n_rows_arena, int stride);    // of bands that need so many rows of floats for each of theirs
// effect.c: a Fusion tool with its mask, Multiply by Mask and blend, on one tile. First where it has to do something:
// `through`, where its mask lets anything through; `changed`, in there, where its result may differ from its input.
// Then that.
void find_work(const struct slot *slot, const struct node_state *state, const struct ho_tile in[HO_PORTS_MAX],
               struct ho_rect rect, struct ho_rect *through, struct ho_rect *changed);
enum ho_result run_effect(const struct slot *slot, const struct node_state *state,
                          const struct ho_tile in[HO_PORTS_MAX], struct ho_rect through, struct ho_rect changed,
                          struct ho_tile *out, struct ho_diag *diag) HO_MUST_CHECK;
bool mask_is_neutral(const struct node_state *state);    // no mask connected and blend 1
// pictures.c
struct ho_picture *take_picture(struct ho_evaluator *evaluator, int width, int height, int n_planes,
                                struct ho_diag *diag);
void give_picture(struct ho_evaluator *evaluator, struct ho_picture **picture);
struct ho_tile tile_crop(const struct ho_tile *tile, struct ho_rect rect);    // which the tile covers
struct ho_tile picture_tile(const struct ho_picture *picture, struct ho_rect picture_rect, struct ho_rect rect);

static inline unsigned flags_of(const struct node_state *state)
{
    return state->node->flags_now ? state->node->flags_now(&state->context) : state->node->flags;
}

#endif
