// SPDX-License-Identifier: BSD-2-Clause
// Tracking: plan (which frames, from which steps, what is banked already) and run (reader -> engine -> bank).
//
// An object's history grows by steps (bank.h). The first one says what the object is and is tracked from its frame both
// ways, to the ends of the shot. Each further one starts from the take before it and changes what it must: prompts on a
// frame correct the matte that is shown there, and the object is followed from there both ways until what is tracked
// meets what was there, a prompted, locked or absent frame, a cut, or the end. All other frames keep their bits.
//
// Prompts that follow each other on one frame are one step. What is given in one request is as if it were given one
// step after the other, and the same request again finds everything done.
//
// Objects of one run know each other: they compete for each pixel, and a thing that an exclusion points at is followed
// along as a rival of its object.
#ifndef HOLDOUT_TRACK_H
#define HOLDOUT_TRACK_H

#include "bank.h"
#include "cancel.h"
#include "engine.h"
#include "media.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ho_direction { HO_DIRECTION_BOTH, HO_DIRECTION_FORWARD, HO_DIRECTION_BACKWARD };

enum ho_said_kind { HO_SAID_PROMPT, HO_SAID_ABSENT, HO_SAID_LOCK, HO_SAID_MUTE };

// One thing that is said about an object.
struct ho_said {
    enum ho_said_kind kind;
    struct ho_prompt prompt;    // PROMPT; an empty mask says that the object is absent on its frame
    struct ho_range frames;     // ABSENT: the object is not there; LOCK: what is shown there must not change
    int64_t step;               // MUTE: as if this step had not been made
};

// What is asked for of one object. Borrowed for the call.
struct ho_object_request {
    const char *name;              // "object" if NULL
    const struct ho_said *said;    // in the order in which it was given
    size_t n_said;                 // at least 1
};

struct ho_track_progress {
    const char *object;
    // Frames of the source on which something is tracked, each counted once, however many objects and directions pass
    // it; done is one on which nothing is left to do. A further step takes back those that it tracks anew.
    int64_t n_done, n_total;
    int64_t frame;
    float confidence;
    double frames_per_second, seconds_left;
};

struct ho_track_request {
    const char *source;         // path
    struct ho_rational rate;    // as struct ho_reader_options has it
    const struct ho_object_request *objects;
    size_t n_objects;
    const char *engine;    // NULL: "embedded"
    const char *model;     // NULL: the engine's own
    enum ho_quality quality;
    enum ho_direction direction;
    bool has_range;
    struct ho_range range;    // with has_range: only these frames are tracked; else the whole source
    bool add;                 // what is said is added to what was said before, instead of being all that is said
    bool whole;               // further steps are tracked to the ends, not only until they meet what was there
    const char *bank_dir;     // NULL: the default
    double wait_seconds;      // for another process that tracks the same
    int n_threads;
    const struct ho_cancel *cancel;
    void (*progress)(void *opaque, const struct ho_track_progress *progress);    // may be NULL; from the calling thread
    void *opaque;
};

enum ho_event_kind { HO_EVENT_CUT, HO_EVENT_LOST, HO_EVENT_FOUND, HO_EVENT_CONFIDENCE, HO_EVENT_AREA, HO_EVENT_HELD };
struct ho_event {
    enum ho_event_kind kind;
    int64_t frame;
    float value;
};    // value: confidence, or ratio of areas
HO_API const char *ho_event_name(enum ho_event_kind kind);

// A frame whose matte another step changed.
struct ho_change {
    int64_t frame;
    float amount;    // 1 - J between before and after
};

// Frames on which another object shows the same thing: one of the two is wrong there.
struct ho_overlap {
    char object[HO_NAME_SIZE];    // the other one
    struct ho_range frames;
};

struct ho_object_report {
    char object[HO_NAME_SIZE], id[HO_ID_SIZE];
    int64_t step, n_steps;        // that is shown now; how many there are
    struct ho_change *changes;    // against what was shown before, where something was; the largest first
    size_t n_changes;
    struct ho_overlap *overlaps;    // among the frames that changed
    size_t n_overlaps;
    int64_t *local;    // frames on which a part was cut out that cannot be told from the object: only there
    size_t n_local;
    int64_t n_tracked, n_reused;    // frames of the range
    struct ho_range covered;        // first and last frame with a matte
    struct ho_event *events;        // by frame: what a user should check
    size_t n_events;
    int64_t correct_first;    // the frame of the range whose correction would help most: where doubt is largest on it
                              // and around it; -1: none is in doubt
    float mean_confidence;
};

// Owned by the caller; ho_track_report_clear() frees what it holds.
struct ho_track_report {
    struct ho_source_info source;
    struct ho_object_report *objects;
    size_t n_objects;
    double seconds, seconds_reading, seconds_waiting;    // whole call; opening and scanning; waiting for the decoder
    struct ho_engine_times times;
};
HO_API void ho_track_report_clear(struct ho_track_report *report);

// Tracks what the bank lacks. On HO_CANCELLED and on errors all finished frames are in the bank, and the same call goes
// on from there. HO_ERROR_USAGE: a prompt outside the frame or the source, a box of no size, a mask of another size,
// contradicting clicks (the sentence names the prompt); a prompt on a locked frame; two objects with the same prompt; a
// step to mute that is not there. HO_ERROR_INPUT: `add`, and the object is not in the bank.
HO_API enum ho_result ho_track_run(const struct ho_track_request *request, struct ho_track_report *report,
                                   struct ho_diag *diag) HO_MUST_CHECK;

// What a prompt would show on its frame, without keeping anything: opens once, then answers click after click.
struct ho_preview;
struct ho_clip_pool;    // clip.h
struct ho_preview_options {
    const char *source;      // path
    const char *engine;      // NULL: "embedded"
    const char *model;       // NULL: the engine's own
    const char *bank_dir;    // where the scan of the source is remembered; NULL: nowhere, and nothing is written
    enum ho_quality quality;
    int n_threads;
    struct ho_clip_pool *clips;    // what the source is opened in, to be shared with others (borrowed); NULL: its own
};
HO_API enum ho_result ho_preview_open(const struct ho_preview_options *options, struct ho_preview **out,
                                      struct ho_diag *diag) HO_MUST_CHECK;
// Fetches the frame that a user looks at, so that the first click on it need not (after a jump in a long-GOP movie
// fetching takes longer than answering). `out` (may be NULL): a reference of the caller's, to show; ho_frame_unref
// gives it back.
HO_API enum ho_result ho_preview_show(struct ho_preview *preview, int64_t frame, struct ho_frame **out,
                                      struct ho_diag *diag) HO_MUST_CHECK;
// The answer to prompts that are all on one frame, which is fetched unless it is shown.
HO_API enum ho_result ho_preview_prompt(struct ho_preview *preview, const struct ho_prompt *prompts, size_t n_prompts,
                                        struct ho_matte *matte, float *confidence, struct ho_diag *diag) HO_MUST_CHECK;
HO_API const struct ho_source_info *ho_preview_source(const struct ho_preview *preview);
HO_API void ho_preview_close(struct ho_preview **preview);

#ifdef __cplusplus
}
#endif

#endif
