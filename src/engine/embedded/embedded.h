// SPDX-License-Identifier: BSD-2-Clause
// The inside of the embedded engine: what its files share.
#ifndef HO_ENGINE_EMBEDDED_H
#define HO_ENGINE_EMBEDDED_H

#include "engine/embedded/memory.h"
#include "engine/embedded/target.h"
#include "engine/embedded/view.h"
#include "engine/embedded/weights.h"
#include "engine/runtime.h"
#include "holdout/engine.h"

#define HO_F4 24
#define HO_F8 40
#define HO_F16 112

// What differs between the qualities, and what was chosen by measuring (README.md beside this file).
struct ho_tuning {
    int whole;                   // longer side of the whole picture's view, in which a lost object is looked for
    struct ho_size shapes[6];    // of the crop around the object, in which it is followed
    int n_shapes;
    double margin;         // a crop's side against the object's
    int interval;          // every so many frames one is kept
    int recent;            // kept frames that are not prompted, at most
    double edge_radius;    // pixels of the view over which the edge is pulled to the picture's; 0: it stays as it is
    float edge_epsilon;    // of the guided filter
};
const struct ho_tuning *ho_tuning_for(enum ho_quality quality);

// How clicks are answered, at either quality.
struct ho_click_tuning {
    int whole, far;              // longer side of the whole picture's views: for things, and for regions
    double margin;               // of the closer look at what was found: its side against the object's
    struct ho_size shapes[3];    // of the closer look
    int n_shapes;
};
extern const struct ho_click_tuning ho_click_tuning;

// What the networks know of one frame in one view. Planes lie in one block.
struct ho_features {
    int64_t frame;
    struct ho_view view;
    uint64_t used;    // the session's clock when last asked for
    float *image;
    bool encoded;    // whether the rest is there
    float *f4, *f8, *f16, *key, *shrinkage, *selection;
};

struct ho_compiled_entry {
    enum ho_stage stage;
    struct ho_size size;
    struct ho_compiled *compiled;
};

struct ho_engine_session {
    struct ho_engine_options options;
    struct ho_size picture;
    double aspect;    // of one of its pixels, width to height
    const struct ho_tuning *tuning;
    struct ho_engine_identity identity;
    struct ho_engine_times times;
    struct ho_weights weights;
    struct ho_runtime *runtime;
    struct ho_network *networks[HO_N_STAGES];
    struct ho_compiled_entry *compiled;
    int n_compiled;
    struct ho_features **features;
    int n_features;
    uint64_t clock;
    struct ho_converter *converter;
    struct ho_reader_scratch scratch;
    float *nobody;         // an empty map: what the other objects cover where there are none
    size_t nobody_size;    // pixels of it
};

double ho_seconds(void);    // monotonic

// The view of the whole picture, and the crop around a box (source pixels) in which an object is followed.
struct ho_view ho_session_whole(const struct ho_engine_session *session, int long_side);
struct ho_view ho_session_crop(const struct ho_engine_session *session, const struct ho_rect *box);

// Compiles a stage for a size unless it is compiled already.
enum ho_result ho_session_prepare(struct ho_engine_session *session, enum ho_stage stage, struct ho_size size,
                                  struct ho_diag *diag) HO_MUST_CHECK;
// A frame's picture in a view, which is all that clicks need. Borrowed until the next call.
enum ho_result ho_engine_session_picture(struct ho_engine_session *session, const struct ho_frame *frame,
                                         const struct ho_view *view, const struct ho_features **out,
                                         struct ho_diag *diag) HO_MUST_CHECK;
// The features of a frame in a view, computed once as long as they are kept. Borrowed until the next call.
enum ho_result ho_session_features(struct ho_engine_session *session, const struct ho_frame *frame,
                                   const struct ho_view *view, const struct ho_features **out,
                                   struct ho_diag *diag) HO_MUST_CHECK;
// Room for the features of at least so many views.
enum ho_result ho_session_reserve(struct ho_engine_session *session, int n, struct ho_diag *diag) HO_MUST_CHECK;
// What a stage is asked beside the features, all of their view; each stage takes what it needs.
struct ho_asked {
    const float *mask, *previous, *clicks;    // [H][W], 0..1; clicks two of them
    const float *others;                      // [H][W], 0..1: what the other objects cover together
    const float *reading, *score;             // [128][h][w], [h][w]
};
// The other stages; maps are of the features' view; `others` may be NULL: nothing.
enum ho_result ho_session_memorize(struct ho_engine_session *session, const struct ho_features *features,
                                   const float *mask, const float *others, float *value,
                                   struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_session_decode(struct ho_engine_session *session, const struct ho_features *features,
                                 const struct ho_asked *asked, float *mask, struct ho_diag *diag) HO_MUST_CHECK;
// `quality`: the intersection over union that the answer promises, 0 to 1.
enum ho_result ho_session_click(struct ho_engine_session *session, const struct ho_features *features,
                                const struct ho_asked *asked, float *mask, float *quality,
                                struct ho_diag *diag) HO_MUST_CHECK;

// A map as the source-sized matte that is given out: its flat parts clean, its edge refined where the quality says so.
enum ho_result ho_session_deliver(struct ho_engine_session *session, const struct ho_frame *frame,
                                  const struct ho_view *view, const float *map, struct ho_matte *matte,
                                  struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_session_refine(struct ho_engine_session *session, const struct ho_frame *frame,
                                 const struct ho_view *view, const float *map, struct ho_matte *matte,
                                 struct ho_diag *diag) HO_MUST_CHECK;
// HO_ERROR_USAGE unless the matte is of the source's size.
enum ho_result ho_session_check(const struct ho_engine_session *session, const struct ho_matte *matte,
                                struct ho_diag *diag) HO_MUST_CHECK;

// One object followed in one direction.
struct ho_engine_walk {
    struct ho_engine_session *session;
    struct ho_memory
        memory;    // prompted frames first, then recent ones in the order they came; the last may be `last_is_spare`
    struct ho_target target;    // what tells the object from all else
    bool last_is_spare;         // the newest frame is only there until the next one comes
    int64_t steps;              // since the start frame
    bool started, lost;
    bool is_told_absent;          // it was said to be away, and was not found since
    struct ho_view view;          // where `map` is seen
    float *map;                   // the last matte, 0..1; empty while the object is lost
    struct ho_place at, speed;    // its middle in source pixels where it was seen last, and how far it goes in a step
    struct ho_view seen_view;
    float *seen;    // the last matte that showed all of it, or NULL: where it may be hidden if it is lost
    struct ho_rect seen_box;
    double seen_area;      // in source pixels
    int64_t n_unseen;      // steps since then
    float confidence;      // of it
    double likeness;       // of what was prompted to what that taught: the measure of all later likeness
    double area;           // of the last matte that was not empty, in source pixels
    struct ho_rect box;    // of the last matte that was not empty
};

// A walk's last matte and view, replaced. Takes over `map` (malloc'd or aligned).
void ho_walk_set_map(struct ho_engine_walk *walk, const struct ho_view *view, float **map);
// Remembers a frame: its places and what tells the object from the rest. Maps are of the features' view; `others` (what
// is known to be something else) may be NULL.
enum ho_result ho_walk_learn(struct ho_engine_walk *walk, const struct ho_features *features, const float *map,
                             const float *others, bool is_prompted, struct ho_diag *diag) HO_MUST_CHECK;
// How much what a map covers is like what prompted frames showed, against all else on them: 0..1; 0 for an empty map.
enum ho_result ho_walk_resemblance(const struct ho_engine_walk *walk, const struct ho_features *features,
                                   const float *map, double *out, struct ho_diag *diag) HO_MUST_CHECK;
// The view in which the next frame is looked at.
struct ho_view ho_walk_view(const struct ho_engine_walk *walk);

enum ho_result ho_embedded_prompt(struct ho_engine_walk *walk, const struct ho_frame *frame,
                                  const struct ho_prompt *prompts, size_t n_prompts, struct ho_matte *matte,
                                  struct ho_matte *rival, struct ho_engine_answer *answer,
                                  struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_embedded_keep(struct ho_engine_walk *walk, const struct ho_frame *frame, const struct ho_matte *matte,
                                const struct ho_matte *others, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_embedded_absent(struct ho_engine_walk *walk, const struct ho_frame *frame,
                                  struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_embedded_step(struct ho_engine_walk *const *walks, size_t n_walks, const struct ho_frame *frame,
                                const struct ho_matte *others, struct ho_matte *const *mattes, float *confidences,
                                struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_embedded_likeness(struct ho_engine_walk *walk, const struct ho_frame *frame,
                                    const struct ho_matte *matte, float *likeness, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_embedded_repeat(struct ho_engine_walk *walk, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_embedded_save(const struct ho_engine_walk *walk, void **bytes, size_t *size,
                                struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result ho_embedded_load(struct ho_engine_walk *walk, const void *bytes, size_t size,
                                struct ho_diag *diag) HO_MUST_CHECK;
// How far a piece of a map may lie from where it belongs: so many pixels of the view, and so many times the square root
// of the object's area. Taken on a grid of eight pixels.
struct ho_reach {
    double pixels, sizes;
};
// Takes out of a new map what is farther than that from the object in `previous`. If nothing is left, or the object was
// nowhere, the surest piece and what lies about it stay.
enum ho_result ho_map_settle(const struct ho_view *view, const float *previous, struct ho_reach reach, float *map,
                             struct ho_diag *diag) HO_MUST_CHECK;
// Takes out what the network wavers about away from any sure pixel: a plateau at one half is neither in nor out, and of
// use to nobody.
enum ho_result ho_map_decide(const struct ho_view *view, float *map, struct ho_diag *diag) HO_MUST_CHECK;
// Expected J of a map if its values are probabilities: expected intersection over expected union. 0 for an empty one.
float ho_map_certainty(const float *map, size_t n);

#endif
