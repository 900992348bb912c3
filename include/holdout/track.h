// SPDX-License-Identifier: BSD-2-Clause
// Tracking: plan (which frames, from which prompts, what is banked already) and run (reader -> engine -> bank).
//
// Prompted frames p1 < ... < pn cut the range into spans. Before p1 the object is tracked backward from p1, after pn
// forward from pn; between two of them from both sides, blended by distance and confidence. A span depends on the
// prompts at its ends alone, so a correction tracks again only up to its neighbours.
//
// The first frame among the prompts, in the order in which they are given, says what the object is. Clicks, excludes
// and strokes on a frame that comes up later are a correction: they start from the matte that the prompts given before
// lead to on that frame (from the bank, or tracked as far as that), and need not name the object again. A frame that
// has a box or a mask of its own says everything itself, and a caller who wants another start for a correction gives it
// as a mask.
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

// What is asked for of one object. Borrowed for the call.
struct ho_object_request {
    const char *name;                   // "object" if NULL
    const struct ho_prompt *prompts;    // in the order in which they were given
    size_t n_prompts;                   // at least 1
    const struct ho_range *locks;       // frames that must not change
    size_t n_locks;
};

struct ho_track_progress {
    const char *object;
    int64_t n_done, n_total;    // frames over all objects and passes, those found in the bank not counted
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
    struct ho_range range;    // {0, -1}: the whole source
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

struct ho_object_report {
    char object[HO_NAME_SIZE], id[HO_ID_SIZE];
    int64_t n_tracked, n_reused;    // frames of the range
    struct ho_range covered;        // first and last frame with a matte
    struct ho_event *events;        // by frame: what a user should check
    size_t n_events;
    int64_t correct_first;    // the frame whose correction would help most: where doubt is largest on it and around it;
                              // -1: none is in doubt
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
// contradicting clicks (the sentence names the prompt).
HO_API enum ho_result ho_track_run(const struct ho_track_request *request, struct ho_track_report *report,
                                   struct ho_diag *diag) HO_MUST_CHECK;

// What a prompt would show on its frame, without keeping anything: opens once, then answers click after click.
struct ho_preview;
HO_API enum ho_result ho_preview_open(const char *source, const char *engine, const char *model,
                                      enum ho_quality quality, int n_threads, struct ho_preview **out,
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
