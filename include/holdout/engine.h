// SPDX-License-Identifier: BSD-2-Clause
// Engines: what turns prompts and frames into mattes. One const struct an engine, all in one list.
#ifndef HOLDOUT_ENGINE_H
#define HOLDOUT_ENGINE_H

#include "picture.h"
#include "timecode.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ho_prompt_kind { HO_PROMPT_CLICK, HO_PROMPT_EXCLUDE, HO_PROMPT_BOX, HO_PROMPT_STROKE, HO_PROMPT_MASK };

struct ho_point {
    float x, y;
};    // source pixels from the top left, upright

// One thing that a user says about an object on one frame.
struct ho_prompt {
    enum ho_prompt_kind kind;
    int64_t frame;              // 0-based source frame
    struct ho_point *points;    // CLICK, EXCLUDE: 1; BOX: 2 opposite corners; STROKE: 2 or more; MASK: none. Owned by
                                // whoever owns the prompt
    size_t n_points;
    const struct ho_matte *mask;    // MASK: of the source's size; borrowed
};

enum ho_quality { HO_QUALITY_FASTER, HO_QUALITY_BETTER };
HO_API const char *ho_quality_name(enum ho_quality quality);    // "faster", "better"
HO_API enum ho_result ho_quality_parse(const char *text, enum ho_quality *out, struct ho_diag *diag) HO_MUST_CHECK;

struct ho_engine_options {
    int width, height;                  // of the source, upright
    struct ho_rational pixel_aspect;    // of one of its pixels, width to height; 0/0 and 1/1: square
    enum ho_quality quality;
    const char
        *model;    // folder of weights; NULL: the engine's own (HOLDOUT_MODELS, beside the program, the installed ones)
    int n_threads;          // 0: as many as there are cores; the mattes are the same bits for any number
    bool answer_at_once;    // opening takes longer, the first click doesn't; else networks are made ready at their
                            // first use
    int feature_frames;     // frames whose features are kept for reuse by other objects, directions and clicks; 0: a
                            // sensible default
};

// What was loaded, for the bank's steps. Plain data.
struct ho_engine_identity {
    char name[32];         // "embedded"
    char version[32];      // of the engine's code: changes when the same weights would give other mattes
    char weights[65];      // SHA-256 of all weight files together, hexadecimal; empty if the engine has none
    char precision[16];    // "f32", "bf16"
    char runtime[64];      // "OpenVINO 2026.4.1"
};

// Where the time went, in seconds since the session was opened; how many steps walks made, and how many views of frames
// were encoded for them.
struct ho_engine_times {
    double convert, encode, memorize, read, decode, click, refine;
    int64_t n_steps, n_encoded;
};

// What an answer to prompts is.
struct ho_engine_answer {
    float confidence;    // 0..1, an estimate of the matte's J
    bool has_rival;      // an exclusion pointed at another thing, which is in `rival`
    bool is_local;    // an exclusion pointed at the object itself, or at a part that can't be told from it: that part
                      // is cut out on this frame only; never learn from this matte
};

// A session is one loaded engine for one source size: compiled networks and the features of recent frames, shared by
// all its walks. A walk follows one object in one direction and owns the memory of it. Thread-safety: one thread at a
// time for a session and all its walks. Determinism: the same calls give the same bits, for any number of threads.
//
// Mattes are of the source's size, coverage 0..65535; those that come in are borrowed for the call, those that go out
// belong to the caller, who made them. Frames are borrowed. HO_ERROR_USAGE: a matte of another size, a walk that steps
// before it stands anywhere, prompts that contradict each other. What fails may be called again; mattes that were to be
// filled hold nothing of use then.
struct ho_engine_session;
struct ho_engine_walk;

struct ho_engine {
    const char *name, *description;
    enum ho_result (*open)(const struct ho_engine_options *options, struct ho_engine_session **out,
                           struct ho_diag *diag);
    void (*close)(struct ho_engine_session **session);                                        // after all its walks
    const struct ho_engine_identity *(*identity)(const struct ho_engine_session *session);    // borrowed
    void (*times)(const struct ho_engine_session *session, struct ho_engine_times *out);

    enum ho_result (*walk_create)(struct ho_engine_session *session, struct ho_engine_walk **out, struct ho_diag *diag);
    void (*walk_destroy)(struct ho_engine_walk **walk);
    // The matte that these prompts (all of this frame) give; leaves the memory as it is, so a prompt can be tried.
    // `rival`, unless NULL, becomes the coverage of the other things that exclusions point at; empty if there are none.
    // Contradicting prompts (the same place in and out): HO_ERROR_USAGE.
    enum ho_result (*prompt)(struct ho_engine_walk *walk, const struct ho_frame *frame, const struct ho_prompt *prompts,
                             size_t n_prompts, struct ho_matte *matte, struct ho_matte *rival,
                             struct ho_engine_answer *answer, struct ho_diag *diag);
    // Makes a frame and its matte permanent memory and the place to walk on from. Call it for the start frame first;
    // further calls add permanent frames (the prompted frame at the far end of a span) without moving: only the last
    // one kept is where the walk stands, so keep the start last. `others`, or NULL: coverage of things on that frame
    // that are known to be something else (rivals; the other objects of a run), which is remembered as such.
    enum ho_result (*keep)(struct ho_engine_walk *walk, const struct ho_frame *frame, const struct ho_matte *matte,
                           const struct ho_matte *others, struct ho_diag *diag);
    // The object is known not to be on this frame: nothing is learnt, and the walk looks for it in the whole picture
    // from here on. Where the walk stands, as after keep(). A walk that was never told what the object looks like finds
    // nothing.
    enum ho_result (*absent)(struct ho_engine_walk *walk, const struct ho_frame *frame, struct ho_diag *diag);
    // Tracks into the next frame of the walks. Several walks of one session (1 or more, each once, their objects
    // different ones) compete for each pixel of it; what is learnt of one is learnt as "not this" by the others. Their
    // order matters to nothing but equal claims, which the first wins. `others`, or NULL: coverage of things on this
    // frame that are none of these objects and whose mattes are known already. One walk and NULL: an object alone.
    // mattes[i] and confidences[i] are of walks[i]. An object that is gone gives an empty matte. Confidence: 0..1, an
    // estimate of this matte's J, which is low where it may be another thing's.
    enum ho_result (*step)(struct ho_engine_walk *const *walks, size_t n_walks, const struct ho_frame *frame,
                           const struct ho_matte *others, struct ho_matte *const *mattes, float *confidences,
                           struct ho_diag *diag);
    // How much what `matte` covers on this frame looks like what the walk's kept frames show, against all else that it
    // knows (background, rivals): 0..1; 0 for an empty matte and for a walk that was never told what the object looks
    // like. Learns nothing and moves nothing. Costs about what a step does without learning, less where the frame's
    // features are at hand.
    enum ho_result (*likeness)(struct ho_engine_walk *walk, const struct ho_frame *frame, const struct ho_matte *matte,
                               float *likeness, struct ho_diag *diag);
    // Takes over a frame identical to the last one at no cost.
    enum ho_result (*repeat)(struct ho_engine_walk *walk, struct ho_diag *diag);
    // The whole memory as bytes: a walk that loads them goes on with the same bits as the one that saved. `*bytes` is
    // malloc'd, owned by the caller. Bytes that are damaged, of another version, source or weights: HO_ERROR_VERIFY,
    // and the walk is as it was.
    enum ho_result (*save)(const struct ho_engine_walk *walk, void **bytes, size_t *size, struct ho_diag *diag);
    enum ho_result (*load)(struct ho_engine_walk *walk, const void *bytes, size_t size, struct ho_diag *diag);
};

// All engines, NULL-ended; and one by its name (HO_ERROR_USAGE lists those that exist).
HO_API const struct ho_engine *const *ho_engines(void);
HO_API enum ho_result ho_engine_find(const char *name, const struct ho_engine **out,
                                     struct ho_diag *diag) HO_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
