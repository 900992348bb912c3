// SPDX-License-Identifier: BSD-2-Clause
// A project being worked on, without a screen: what the command line and the window both drive. Commands go in, changes
// come out, pictures are asked for and arrive.
//
// Thread-safety: all calls on one thread, the session's. Workers (prompts, tracking, rendering, pictures, probing) own
// what they need, post what they found and call `wake` from whatever thread they run on; the host then calls
// ho_session_dispatch() on the session's thread. Nothing here waits for a worker unless it says so, and no command
// takes longer than 20 ms.
//
// What is looked at (playhead, selection, page of the viewer) is the session's and not part of the project: it is never
// a step to undo. What is changed is: each command that edits is one step, a gesture or a script is one too.
#ifndef HOLDOUT_SESSION_H
#define HOLDOUT_SESSION_H

#include "deliver.h"
#include "graph.h"
#include "project.h"
#include "track.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ho_session;

// Where sound goes: PortAudio in the window, a clock that counts where there is none. `fill` is called from a thread of
// its own for `n` stereo samples as interleaved floats, and must not wait.
struct ho_sound_output {
    void *opaque;
    enum ho_result (*start)(void *opaque, int rate, void (*fill)(void *player, float *samples, int n), void *player,
                            struct ho_diag *diag);
    void (*stop)(void *opaque);
    double (*position)(void *opaque);    // seconds that were heard since start; any thread
};

// Zeroed, it asks for the defaults everywhere.
struct ho_session_options {
    const char *bank_dir;          // NULL: the default
    const char *engine, *model;    // NULL: "embedded", its own
    int n_threads;                 // 0: as many as there are cores
    void (*wake)(void *opaque);    // any thread: ho_session_dispatch() is wanted; merged. NULL: the host polls
    void *opaque;
    const struct ho_sound_output *sound;    // borrowed; NULL: no sound, paced by the clock
};
HO_API enum ho_result ho_session_create(const struct ho_session_options *options, struct ho_session **out,
                                        struct ho_diag *diag) HO_MUST_CHECK;
// Cancels what runs and waits for it; a gesture that was not committed is cancelled. NULL and *NULL are fine.
HO_API void ho_session_destroy(struct ho_session **session);
// Takes what workers have posted, and tells observers. True: there may be more soon (something is running).
HO_API bool ho_session_dispatch(struct ho_session *session);
// Waits until nothing runs (or `seconds` are over: false), dispatching. For command lines and tests.
HO_API bool ho_session_settle(struct ho_session *session, double seconds);

// ---- the project. Opening closes the one before. A session without a project can do nothing else.

enum ho_session_open { HO_SESSION_OPEN, HO_SESSION_CREATE, HO_SESSION_OPEN_OR_CREATE, HO_SESSION_READ };
HO_API enum ho_result ho_session_open(struct ho_session *session, const char *path, enum ho_session_open how,
                                      struct ho_diag *diag) HO_MUST_CHECK;
// A new project in the user's data folder, which has no name yet (ho_session_is_untitled()): "save-as" gives it one.
HO_API enum ho_result ho_session_open_untitled(struct ho_session *session, struct ho_diag *diag) HO_MUST_CHECK;
HO_API bool ho_session_is_untitled(const struct ho_session *session);
HO_API void ho_session_close(struct ho_session *session);
HO_API struct ho_project *ho_session_project(struct ho_session *session);    // to read from; NULL: none is open

// ---- commands: one table for `holdout project`, menus, the command search and tests

enum ho_argument_type {
    HO_ARGUMENT_TEXT,
    HO_ARGUMENT_INTEGER,
    HO_ARGUMENT_NUMBER,
    HO_ARGUMENT_BOOLEAN,    // yes, no
    HO_ARGUMENT_CHOICE,     // one of `choices`
    HO_ARGUMENT_FRAME,      // of the timeline: a number from 0, a timecode, or +N, -N from the playhead
    HO_ARGUMENT_FRAMES,     // FIRST-LAST of the source (masks), or one frame
    HO_ARGUMENT_FILE,
    HO_ARGUMENT_POINT,       // X,Y
    HO_ARGUMENT_MEDIA,       // id, or clip name where that is the only one
    HO_ARGUMENT_BIN,         // id or name
    HO_ARGUMENT_TIMELINE,    // id or name
    HO_ARGUMENT_TRACK,       // V1, A2, or its name
    HO_ARGUMENT_CLIP,        // id, or clip name where that is the only one
    HO_ARGUMENT_CLIPS,       // several, by comma; "selection"; "all"
    HO_ARGUMENT_NODE,        // of the graph at hand
};
struct ho_argument {
    const char *name;    // "at"
    enum ho_argument_type type;
    bool required;
    const char *const *choices;    // CHOICE: NULL-ended
    const char *fallback;          // what is taken where it is not given, as text; NULL: nothing
    const char *help;              // one line
};
enum ho_command_flags {
    HO_COMMAND_EDITS = 1,       // a step of the project
    HO_COMMAND_TIMELINE = 2,    // needs a timeline
    HO_COMMAND_CLIP = 4,        // needs a clip, where none is named: the selected one, else the one under the playhead
    HO_COMMAND_RUNS = 8,        // starts work that goes on after the call: see jobs, and "job" or "jobs" of the reply;
                                // with the argument wait=yes it is over when the call returns (command lines, scripts)
};
struct ho_command {
    const char *name;     // "move-clips"
    const char *label;    // "Move clip": the step's name, and in menus
    const char *help;     // one line
    unsigned flags;
    const struct ho_argument *arguments;    // ended by a NULL name; in the order in which they may be given unnamed
};
HO_API const struct ho_command *const *ho_session_commands(void);             // NULL-ended
HO_API const struct ho_command *ho_session_find_command(const char *name);    // NULL if there is none

struct ho_argument_value {
    const char *name;    // NULL: the next that has none, in the table's order
    const char *value;
};
// All or nothing; refused with a sentence (HO_ERROR_USAGE and those of what it does). `reply` (may be NULL) takes a
// JSON object (malloc'd): ids that were made, what was cut, what was asked.
HO_API enum ho_result ho_session_do(struct ho_session *session, const char *command,
                                    const struct ho_argument_value *arguments, size_t n, char **reply,
                                    struct ho_diag *diag) HO_MUST_CHECK;
// Whether it could be done now without arguments that are required; `why` (may be NULL) takes the reason where not.
HO_API bool ho_session_can(struct ho_session *session, const char *command, struct ho_diag *why);

// A gesture, or a script: what is done until commit is one step. Rewind goes back to where it began and stays in it: a
// drag is begin, (rewind, do) for each motion, commit. Workers' results wait until it ends.
HO_API enum ho_result ho_session_begin(struct ho_session *session, const char *label,
                                       struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_session_rewind(struct ho_session *session, struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_session_commit(struct ho_session *session, struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_session_cancel(struct ho_session *session);
HO_API bool ho_session_in_gesture(const struct ho_session *session);

// ---- changes out: after a command or in dispatch, never inside a command; several of one kind are merged

enum ho_news_kind {
    HO_NEWS_PROJECT = 1 << 0,      // another one, or its name
    HO_NEWS_MEDIA = 1 << 1,        // pool and bins
    HO_NEWS_TIMELINE = 1 << 2,     // tracks and clips of the current one, or another one is current
    HO_NEWS_GRAPH = 1 << 3,        // of the current clip: nodes and links
    HO_NEWS_VALUES = 1 << 4,       // of the current clip and its nodes: parameters, numbers, keyframes
    HO_NEWS_SELECTION = 1 << 5,    // clips, node, object, media
    HO_NEWS_PLAYHEAD = 1 << 6,     // playhead, marks, playing
    HO_NEWS_OBJECTS = 1 << 7,      // of the current source: what was said, steps, which is shown
    HO_NEWS_LANE = 1 << 8,         // frames of an object: matted, doubtful, locked ...
    HO_NEWS_PICTURE = 1 << 9,      // a viewer has a new picture
    HO_NEWS_JOBS = 1 << 10,        // tracking, rendering, importing: progress, ends
    HO_NEWS_STEPS = 1 << 11,       // what can be undone
    HO_NEWS_MESSAGE = 1 << 12,     // ho_session_message()
};
struct ho_news {
    unsigned kinds;          // of those that the observer asked for
    struct ho_range lane;    // LANE: source frames that changed
};
typedef void (*ho_observer)(void *opaque, const struct ho_news *news);
// A number that ho_session_unobserve() takes.
HO_API int ho_session_observe(struct ho_session *session, unsigned kinds, ho_observer observer, void *opaque);
HO_API void ho_session_unobserve(struct ho_session *session, int observer);
// What work that went on by itself has to say (a render that failed, frames that a correction changed). Newest; "".
HO_API const char *ho_session_message(const struct ho_session *session);

// ---- what is looked at. Borrowed until the next call that is not a reading one.

HO_API const struct ho_timeline *ho_session_timeline(const struct ho_session *session, int64_t *id);    // NULL: none
HO_API const struct ho_project_media *ho_session_media(const struct ho_session *session, int64_t id);
HO_API int64_t ho_session_selected_media(const struct ho_session *session);                 // in the pool; 0: none
HO_API const int64_t *ho_session_selection(const struct ho_session *session, size_t *n);    // clips
// The clip that Color and Fusion work on: the selected one under the playhead, else the topmost enabled one there.
HO_API const struct ho_timeline_clip *ho_session_clip(const struct ho_session *session);    // NULL: none
HO_API int64_t ho_session_playhead(const struct ho_session *session);                       // timeline frame
HO_API int64_t ho_session_source_frame(const struct ho_session *session);     // that the clip shows there; -1: no clip
HO_API struct ho_marks ho_session_marks(const struct ho_session *session);    // of the timeline
HO_API struct ho_marks ho_session_source_marks(const struct ho_session *session);    // of the selected media
// The clip's graph of that page, as it is being shown, and the one that an edit begins from where it has none; an edit
// of it is a command (add-node, connect, set ...).
HO_API const struct ho_graph *ho_session_graph(const struct ho_session *session, enum ho_page page);
HO_API const char *ho_session_node(const struct ho_session *session);    // the selected one; "": none

// ---- objects of the clip's source: what the bank keeps, and what was said and is not tracked yet

// What was said is kept in the project, in order, and is what undo takes back; the bank finds what it has of it, so
// that going back costs nothing.
struct ho_mask_said {
    struct ho_said said;
    bool tracked;    // the bank has its step; else it is shown on its frame alone until it is tracked
    int64_t step;    // of the bank's history; 0: not yet
    char words[96];
};
struct ho_mask_object {
    char name[HO_NAME_SIZE];
    char id[HO_ID_SIZE];    // in the bank; "": nothing is tracked yet
    float colour[3];
    enum ho_quality quality;
    size_t n_said;
    const struct ho_mask_said *said;
    struct ho_range covered;    // frames with a matte; empty: none
    int64_t n_doubtful;
};
HO_API const struct ho_mask_object *ho_session_objects(const struct ho_session *session, size_t *n);
HO_API const struct ho_mask_object *ho_session_object(const struct ho_session *session);    // selected; NULL: none

enum ho_lane_flags {
    HO_LANE_MATTE = 1,       // the bank has it
    HO_LANE_PROMPTED = 2,    // something was said here
    HO_LANE_DOUBTFUL = 4,    // to be checked
    HO_LANE_LOCKED = 8,
    HO_LANE_ABSENT = 16,
    HO_LANE_CUT = 32,         // a shot begins here
    HO_LANE_CHANGED = 64,     // by the step that is shown
    HO_LANE_WAITING = 128,    // is to be tracked by a job that runs
};
struct ho_lane_span {
    struct ho_range frames;    // of the source
    unsigned flags;
    int64_t step;    // that tracked it
};
HO_API const struct ho_lane_span *ho_session_lane(const struct ho_session *session, size_t *n);    // of the object
struct ho_doubt {
    int64_t frame;
    float confidence;
};
HO_API const struct ho_doubt *ho_session_doubts(const struct ho_session *session, size_t *n);    // worst first

// What a prompt would do, before it is made (Shift held): shown in the viewer as the object's matte of its frame until
// the next call; NULL ends it. The newest is answered, those in between are dropped.
HO_API void ho_session_try(struct ho_session *session, const struct ho_prompt *prompt);
// Seconds from the newest prompt to its answer, for those who measure; -1: it is not there yet.
HO_API double ho_session_answer_seconds(const struct ho_session *session);

// ---- pictures: one in work and one wanted a viewer; what runs is finished, then the newest is taken

#define HO_VIEWERS_MAX 4
enum ho_view_subject {
    HO_VIEW_OF_TIMELINE,    // at the playhead
    HO_VIEW_OF_SOURCE,      // the selected media
    HO_VIEW_OF_CLIP,        // the current clip by itself: its source before grading, with masks
    HO_VIEW_OF_NODE,        // of the current clip
};
enum ho_view_look { HO_LOOK_PICTURE, HO_LOOK_OVERLAY, HO_LOOK_HIGHLIGHT, HO_LOOK_MATTE, HO_LOOK_CHECKER };
enum ho_view_channel { HO_CHANNEL_COLOUR, HO_CHANNEL_ALPHA, HO_CHANNEL_RED, HO_CHANNEL_GREEN, HO_CHANNEL_BLUE };
struct ho_view_request {
    enum ho_view_subject subject;
    int64_t frame;                 // SOURCE: of the media; others: ignored, the playhead's
    enum ho_page page;             // NODE: of which graph
    char node[HO_NODE_ID_SIZE];    // NODE
    int width, height;             // of the picture wanted, in device pixels: the whole region fits into it
    struct ho_rect region;         // of the subject, in its pixels; empty: all
    enum ho_view_look look;
    enum ho_view_channel channel;
    bool timecode;    // source's and record's, burnt in for looking
};
// Asks, and asks again by itself whenever what it shows changes, until it is asked for something else (NULL: nothing).
HO_API void ho_session_view(struct ho_session *session, int viewer, const struct ho_view_request *request);

// A picture that was made: opaque RGB, 8 bits, rows without gaps. Shared, any thread.
struct ho_view_picture {
    int width, height;
    int subject_width, subject_height;    // of the whole subject, in its pixels; the region that is shown of it:
    struct ho_rect region;
    int64_t frame, source_frame;
    uint64_t serial;    // counts up
    double seconds;     // it took
    const uint8_t *pixels;
    char message[512];    // in place of a picture that could not be made; else ""
};
// The viewer's newest; a reference of the caller's. NULL: there is none yet.
HO_API struct ho_view_picture *ho_session_picture(struct ho_session *session, int viewer);
HO_API void ho_view_picture_unref(struct ho_view_picture *picture);
HO_API bool ho_session_view_is_stale(const struct ho_session *session, int viewer);    // a newer one is being made

// Thumbnails are made when asked for first, of the nearest frame that is quick to come by, kept in the project, and are
// there a HO_NEWS_MEDIA later. NULL: not yet.
HO_API struct ho_view_picture *ho_session_thumbnail(struct ho_session *session, int64_t media, int64_t frame, int width,
                                                    int height);

// ---- playing: viewer 0's subject; the other viewers wait meanwhile. The clock is the sound's position where there is
// sound, else the monotonic one.

HO_API enum ho_result ho_session_play(struct ho_session *session, double speed,
                                      struct ho_diag *diag) HO_MUST_CHECK;    // 0: stop; -1: backwards
struct ho_playing {
    double speed;    // 0: stopped
    int64_t n_shown, n_dropped;
    int divisor;    // pictures are made smaller by it to keep up: 1, 2
};
HO_API struct ho_playing ho_session_playing(const struct ho_session *session);
// To be called as often as the screen is drawn while it plays: takes the picture that is due; true: it is another one.
HO_API bool ho_session_tick(struct ho_session *session);

// ---- jobs: what runs, and the render queue

enum ho_work_kind { HO_WORK_TRACK, HO_WORK_RENDER, HO_WORK_IMPORT };
struct ho_work {
    int64_t id;    // RENDER: the queue's job; others: 1000001, 1000002 ...
    enum ho_work_kind kind;
    char name[HO_NAME_SIZE];
    enum ho_job_status status;
    int64_t n_done, n_total;
    double frames_per_second, seconds_left;    // -1: not known
    char message[1024];                        // why it failed, or what was written
};
HO_API const struct ho_work *ho_session_jobs(const struct ho_session *session, size_t *n);

#ifdef __cplusplus
}
#endif

#endif
