// SPDX-License-Identifier: BSD-2-Clause
// The inside of a session.
//
// One thread, the session's, touches what `struct ho_session` holds, but for `posted`, which workers fill under its
// mutex. A worker is a thread that runs one task after another; a task carries all that it needs, and comes back to the
// session's thread when it ran.
#ifndef HO_SESSION_INTERNAL_H
#define HO_SESSION_INTERNAL_H

#include <jansson.h>
#include <pthread.h>

#include "holdout/clip.h"
#include "holdout/session.h"

enum { VALUES_MAX = 12 };

// ---- commands

struct value {
    bool given;          // or taken from the fallback
    const char *text;    // "" where there is none
    int64_t integer;     // INTEGER, FRAME, and the id of MEDIA, BIN, TIMELINE, TRACK, CLIP; the index of a CHOICE
    double number;
    bool boolean;
    struct ho_range frames;
    struct ho_point point;
    int64_t *ids;    // CLIPS
    size_t n_ids;
};
struct call {
    struct ho_session *session;
    const struct command *command;
    struct value value[VALUES_MAX];    // in the table's order
    json_t *reply;
};
struct command {
    struct ho_command shown;
    enum ho_result (*apply)(struct call *call, struct ho_diag *diag);
    enum ho_result (*can)(struct ho_session *session, struct ho_diag *diag);    // beyond what flags say; may be NULL
};
// By topic; each ended by a NULL name.
extern const struct command project_commands[], media_commands[], place_commands[], change_commands[], clip_commands[],
    graph_commands[], mask_commands[], deliver_commands[], view_commands[];
const struct command *command_find(const char *name);

// arguments.c: fills call->value from what was given. Refused in a sentence that names command and argument.
enum ho_result arguments_parse(struct call *call, const struct ho_argument_value *given, size_t n,
                               struct ho_diag *diag) HO_MUST_CHECK;
void arguments_clear(struct call *call);
enum ho_result frame_parse(const struct ho_session *session, const char *text, int64_t *out,
                           struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result points_parse(const char *text, struct ho_point **out, size_t *n, struct ho_diag *diag) HO_MUST_CHECK;

// ---- workers

enum worker_name { WORKER_PICTURES, WORKER_PLAY, WORKER_PROMPTS, WORKER_TRACK, WORKER_FILES, WORKER_RENDER, N_WORKERS };
struct task {
    void (*run)(struct task *task, void **kept);    // on the worker's thread; `kept` is what it keeps between tasks
    void (*done)(struct ho_session *session, struct task *task);    // on the session's thread; may be NULL
    void (*drop)(struct task *task);                                // frees it, run or not; may be NULL: free()
    int lane;
    bool writes;    // done() changes the project: waits until a gesture ends
    struct ho_cancel cancel;
    enum worker_name worker;
    struct task *next;
    // How far it is, by whoever runs it: task_progress() tells, under the mutex of what is posted.
    bool has_progress;
    int64_t n_done, n_total;
    double frames_per_second, seconds_left, told_at;
};
struct worker {
    struct ho_session *session;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool is_started, ends;
    struct task *wanted, *running;
    void *kept;
    void (*forget)(void *kept);    // frees what is kept
};
void workers_create(struct ho_session *session);
void workers_stop(struct ho_session *session);    // cancels what runs, waits for it, drops what came of it
void workers_destroy(struct ho_session *session);
// The task is the worker's from now on. `newest`: others of its lane that wait are dropped.
void worker_want(struct ho_session *session, enum worker_name name, struct task *task, bool newest);
// On the worker: true: `seconds` went by and nothing newer is wanted in that lane.
bool worker_rest(struct worker *worker, int lane, double seconds);
// On the worker, as often as it likes: the session hears of it four times a second.
void task_progress(struct ho_session *session, struct task *task, int64_t n_done, int64_t n_total,
                   double frames_per_second, double seconds_left);
// Any thread: the session's thread is to look.
void session_wake(struct ho_session *session);

// ---- state

struct graph_kept {
    char *text;    // that it was parsed from; NULL: none
    struct ho_graph *graph;
};
struct gesture {
    bool is_active;
    char label[HO_NAME_SIZE];
    struct ho_timeline *before;
    int64_t timeline_id, *selection;
    size_t n_selected;
};
struct observer {
    int number;
    unsigned kinds;
    ho_observer tell;
    void *opaque;
};
// A matte that several threads look at.
struct shared_matte {
    int n_references;
    struct ho_matte *matte;
};
struct shared_matte *shared_matte_ref(struct shared_matte *matte);
void shared_matte_unref(struct shared_matte **matte);

// The newest answer to prompts on one frame.
struct answer {
    char hash[HO_HASH_SIZE], object[HO_NAME_SIZE];
    int64_t frame;
    struct shared_matte *matte;
    bool is_try;
};
struct object {
    struct ho_mask_object shown;
    int64_t id;    // in the project; 0: only the bank has it
    struct ho_mask_said *said;
    size_t n_kept;         // of what was said, that the project has; the rest only the bank
    int64_t shown_step;    // whose take is looked at; 0: none
    int64_t current;       // that the bank shows
};
struct mask_state {
    char hash[HO_HASH_SIZE];    // of the source that all this is about
    struct object *objects;
    struct ho_mask_object *shown;    // the same, as the window sees them
    size_t n;
    struct ho_lane_span *lane;
    size_t n_lane;
    struct ho_doubt *doubts;
    size_t n_doubts;
    bool is_old;         // to be read again
    bool is_followed;    // the bank is to show what the project says
    struct answer answer;
    struct ho_prompt tried;
    bool has_try;

    double asked_at, answer_seconds;
    uint64_t asked;    // number of the newest question
    char *key;         // what the newest question said; NULL: none was asked
    char *warmed;      // the frame that is at hand
};
struct viewer {
    bool is_wanted, is_asked, is_dirty;
    struct ho_view_request request;
    struct ho_view_picture *picture;
    uint64_t serial, asked;
};
struct work {
    struct ho_work shown;
    struct task *task;    // NULL: it is over
};

struct ho_session {
    struct ho_session_options options;    // texts are own copies
    struct ho_project *project;
    bool is_untitled, can_write;
    struct ho_project_media **media;    // all, by id
    size_t n_media;

    struct ho_timeline *timeline;
    int64_t timeline_id;
    int64_t playhead;
    struct ho_marks marks, source_marks;
    int64_t selected_media;
    int64_t *selection;
    size_t n_selected;
    char node[HO_NODE_ID_SIZE], object[HO_NAME_SIZE];
    const struct ho_timeline_clip *clip;    // the current one
    int64_t source_frame;
    struct graph_kept graphs[2];
    char *grade_copied[2];    // Color, Fusion
    bool has_grade;

    struct gesture gesture;
    struct ho_bank *bank;    // for reading; NULL: not opened yet
    struct mask_state masks;
    struct viewer viewers[HO_VIEWERS_MAX];
    uint64_t picture_serial, bank_serial;    // the latter: another one when the bank has changed
    struct ho_clip_pool *pool;               // sources, opened once for all that look at them
    struct player *player;
    bool loops;
    struct sound_player *sound;
    bool has_sound;    // the clock is what is heard
    struct thumbnails *thumbnails;

    struct work *works;
    struct ho_work *works_shown;
    size_t n_works;
    int64_t next_work;
    char message[1024];

    unsigned news;
    struct ho_range news_lane;
    bool is_telling;
    struct observer *observers;
    size_t n_observers;
    int next_observer;

    struct worker workers[N_WORKERS];
    pthread_mutex_t posted_mutex;
    pthread_cond_t posted_changed;
    struct task *posted, *held;    // held: until the gesture ends
    bool is_woken;
    int n_tasks;    // wanted, running or posted
    int depth;      // of commands
};

// news.c
void news_add(struct ho_session *session, unsigned kinds);
void news_lane(struct ho_session *session, struct ho_range frames);
void news_tell(struct ho_session *session);
void session_say(struct ho_session *session, const char *format, ...) HO_PRINTF(2, 3);

// media.c: what is known of the pool
enum ho_result media_load(struct ho_session *session, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result media_reload(struct ho_session *session, int64_t id, struct ho_diag *diag) HO_MUST_CHECK;
void media_clear(struct ho_session *session);
enum ho_result media_need(const struct ho_session *session, int64_t id, const struct ho_project_media **out,
                          struct ho_diag *diag) HO_MUST_CHECK;
const char *media_name(const struct ho_project_media *media);

// current.c: what is looked at, found anew after anything changed
void current_update(struct ho_session *session);
void current_clear(struct ho_session *session);
enum ho_result timeline_open(struct ho_session *session, int64_t id, struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result selection_set(struct ho_session *session, const int64_t *clips, size_t n,
                             struct ho_diag *diag) HO_MUST_CHECK;
// The clip and the source frame that would be current with the playhead there.
const struct ho_timeline_clip *current_at(const struct ho_session *session, int64_t frame, int64_t *source_frame);
void playhead_set(struct ho_session *session, int64_t frame);

// gesture.c
void gesture_end(struct ho_session *session);
// What an undo, redo, restore or a cancelled step has changed is read again.
enum ho_result session_refresh(struct ho_session *session, const struct ho_touched *touched,
                               struct ho_diag *diag) HO_MUST_CHECK;

// edits.c: an edit of the current timeline, done in memory, is kept in the project; what it cuts goes into the reply.
enum ho_result edit_keep(struct call *call, enum ho_result done, struct ho_edit **edit,
                         struct ho_diag *diag) HO_MUST_CHECK;
enum ho_result edit_clip(struct call *call, struct ho_timeline_clip *copy,
                         struct ho_diag *diag) HO_MUST_CHECK;    // a changed copy, which is destroyed
enum ho_result clip_need(struct call *call, int64_t id, struct ho_timeline_clip **copy,
                         struct ho_diag *diag) HO_MUST_CHECK;    // an own copy, to be changed
void reply_integer(struct call *call, const char *name, int64_t value);
void reply_text(struct call *call, const char *name, const char *value);

// masks.c, objects.c, lane.c, prompts.c
enum ho_result masks_bank(struct ho_session *session, struct ho_bank **out, struct ho_diag *diag) HO_MUST_CHECK;
void masks_update(struct ho_session *session);    // the source or the object has changed: reads the bank
void masks_clear(struct ho_session *session);
void masks_forget(struct ho_session *session, bool follow);    // what was read is old; the project decides
struct object *masks_object(const struct ho_session *session);
struct object *masks_find(const struct ho_session *session, const char *name);
const struct ho_project_media *masks_media(const struct ho_session *session);    // whose objects are shown; NULL: none
void masks_colour(size_t number, float out[3]);     // that the object of that number is drawn in
void prompts_update(struct ho_session *session);    // asks for the answer that is due on the frame looked at
void prompts_clear(struct ho_session *session);
void lane_update(struct ho_session *session);
void lane_clear(struct ho_session *session);
// objects.c: what the project and the bank have of one object of a source.
enum ho_result object_read(struct ho_session *session, const struct ho_source_info *source, struct object *object,
                           struct ho_diag *diag) HO_MUST_CHECK;
void object_clear(struct object *object);

// works.c
struct work *work_add(struct ho_session *session, enum ho_work_kind kind, const char *name, struct task *task);
void works_progress(struct ho_session *session);    // takes what tasks have told
struct work *work_find(struct ho_session *session, int64_t id);
// How it ended; `message` where it went well.
void work_end(struct ho_session *session, struct work *work, enum ho_result result, const struct ho_diag *diag,
              const char *message);
void works_clear(struct ho_session *session);

// views.c
struct ho_clip_pool *session_pool(struct ho_session *session);    // made when it is asked for first; may be NULL
void views_dirty(struct ho_session *session);                     // what is shown may have changed
void views_update(struct ho_session *session);
void views_clear(struct ho_session *session);

// play.c, listen.c, thumbnails.c
bool player_plays(const struct ho_session *session);
void player_clear(struct ho_session *session);
// Where there is sound to hear and an output for it: `has_sound` from then on. Stop the output before closing.
void sound_player_open(struct ho_session *session, int64_t frame, bool is_wanted);
void sound_player_close(struct ho_session *session);
void thumbnails_clear(struct ho_session *session);

// ---- time
double monotonic_seconds(void);

#endif
