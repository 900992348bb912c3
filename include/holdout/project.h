// SPDX-License-Identifier: BSD-2-Clause
// Projects: one file that holds media pool, timelines, presets and the render queue, always saved, with undo and redo
// without limit that outlive the program.
//
// A project is changed in steps: ho_project_begin() names one, changes follow, ho_project_commit() makes all of them
// durable at once, ho_project_cancel() none. What happens in between is one step to undo, however many updates it took
// (a drag). Undo applies the inverse of what was recorded, so it costs what the step cost, and gives the very bytes
// back. Job states and thumbnails are not part of steps.
//
// One writer at a time: a second one is refused (HO_ERROR_BUSY) and told who has it. Readers never are; what they see
// is what was committed last. After a crash or a kill the file opens as it was after the last step. Thread-safety:
// unsafe (one thread a project).
//
// Errors: HO_ERROR_USAGE for a wrong request, HO_ERROR_INPUT for a file that is missing or no project, HO_ERROR_SPACE
// for a full disk or no permission, HO_ERROR_VERIFY for a damaged one (ho_project_recover() reads what can be read).
#ifndef HOLDOUT_PROJECT_H
#define HOLDOUT_PROJECT_H

#include "source.h"
#include "timeline.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ho_project;
enum ho_project_mode { HO_PROJECT_READ, HO_PROJECT_WRITE };
// A new file, conventionally NAME.holdout; one that is there is not touched (HO_ERROR_SPACE).
HO_API enum ho_result ho_project_create(const char *path, struct ho_project **out, struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_project_open(const char *path, enum ho_project_mode mode, struct ho_project **out,
                                      struct ho_diag *diag) HO_MUST_CHECK;
// A step that was not committed is cancelled. The file is a single one again when nobody else has it open.
HO_API void ho_project_close(struct ho_project **project);
HO_API const char *ho_project_path(const struct ho_project *project);

// ---- steps

HO_API enum ho_result ho_project_begin(struct ho_project *project, const char *name,
                                       struct ho_diag *diag) HO_MUST_CHECK;    // "Move clip"
// Nothing changed: no step. Where a change within the step failed, or this does: as ho_project_cancel().
HO_API enum ho_result ho_project_commit(struct ho_project *project, struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_project_cancel(struct ho_project *project);

struct ho_project_step {
    int64_t id;
    char name[HO_NAME_SIZE];
    int64_t time;    // seconds since 1970
    bool undone;     // can be redone
};
// All steps, oldest first; *out is malloc'd.
HO_API enum ho_result ho_project_steps(struct ho_project *project, struct ho_project_step **out, size_t *n,
                                       struct ho_diag *diag) HO_MUST_CHECK;

// What an undo, redo or restore has changed: rows, by what they belong to.
enum ho_touched_kind {
    HO_TOUCHED_OTHER,
    HO_TOUCHED_MEDIA,
    HO_TOUCHED_TIMELINE,
    HO_TOUCHED_TRACK,
    HO_TOUCHED_CLIP,
    HO_TOUCHED_MASK
};
struct ho_touched_row {
    enum ho_touched_kind kind;
    int64_t timeline, id;    // timeline 0: not of one
};
struct ho_touched {
    size_t n_rows;
    struct ho_touched_row *rows;    // each once, by kind, timeline and id
};
HO_API void ho_touched_clear(struct ho_touched *touched);
// HO_END: there is nothing to undo (redo). `name` (may be NULL) takes the step's. `touched` may be NULL; clear it.
HO_API enum ho_result ho_project_undo(struct ho_project *project, char name[HO_NAME_SIZE], struct ho_touched *touched,
                                      struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_project_redo(struct ho_project *project, char name[HO_NAME_SIZE], struct ho_touched *touched,
                                      struct ho_diag *diag) HO_MUST_CHECK;

// ---- snapshots: all that steps change, under a name

struct ho_snapshot {
    char name[HO_NAME_SIZE];
    int64_t time;
};
HO_API enum ho_result ho_project_snapshot(struct ho_project *project, const char *name,
                                          struct ho_diag *diag) HO_MUST_CHECK;    // a name that is taken is refused
HO_API enum ho_result ho_project_snapshots(struct ho_project *project, struct ho_snapshot **out, size_t *n,
                                           struct ho_diag *diag) HO_MUST_CHECK;    // malloc'd, oldest first
// Is a step by itself, and can be undone.
HO_API enum ho_result ho_project_restore(struct ho_project *project, const char *name, struct ho_touched *touched,
                                         struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_project_forget(struct ho_project *project, const char *name,
                                        struct ho_diag *diag) HO_MUST_CHECK;

// ---- damage

// Everything about a file, read: pages, tables, references, each timeline, each step. `report` (may be NULL) gets a
// sentence for each thing that is wrong. HO_ERROR_VERIFY where there is one.
HO_API enum ho_result ho_project_verify(const char *path, void (*report)(void *opaque, const char *sentence),
                                        void *opaque, struct ho_diag *diag) HO_MUST_CHECK;
struct ho_recovery {
    int64_t n_rows;                         // that were read
    int64_t n_tables_damaged;               // tables some of whose rows could not be
    int64_t n_dropped;                      // rows that belong to something that is gone
    int64_t n_tracks_made, n_media_made;    // in place of some that are gone, so that clips stay
};
// Reads what can be read of a damaged project, row by row, into a new file. Its undo history begins anew.
HO_API enum ho_result ho_project_recover(const char *damaged, const char *path, struct ho_recovery *out,
                                         struct ho_diag *diag) HO_MUST_CHECK;

// ---- media pool. Bin 1 is the topmost one and is always there.

#define HO_BIN_TOP 1
struct ho_bin {
    int64_t id, parent;    // parent 0: the topmost
    char name[HO_NAME_SIZE];
};
HO_API enum ho_result ho_project_add_bin(struct ho_project *project, int64_t parent, const char *name, int64_t *id,
                                         struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_project_set_bin(struct ho_project *project, const struct ho_bin *bin,
                                         struct ho_diag *diag) HO_MUST_CHECK;    // renames, moves; never into itself
HO_API enum ho_result ho_project_remove_bin(struct ho_project *project, int64_t id,
                                            struct ho_diag *diag) HO_MUST_CHECK;    // an empty one
HO_API enum ho_result ho_project_bins(struct ho_project *project, struct ho_bin **out, size_t *n,
                                      struct ho_diag *diag) HO_MUST_CHECK;    // malloc'd, by id

enum ho_alpha_kind { HO_ALPHA_AS_TAGGED, HO_ALPHA_NONE, HO_ALPHA_STRAIGHT, HO_ALPHA_PREMULTIPLIED };
struct ho_project_media {
    int64_t id, bin;
    struct ho_source_info source;    // as probing gave it
    // What overrides it:
    char clip_name[HO_NAME_SIZE];    // empty: the source's
    struct ho_rational rate;         // of a sequence; num 0: the source's
    enum ho_alpha_kind alpha;
};
HO_API enum ho_result ho_project_add_media(struct ho_project *project, int64_t bin, const struct ho_source_info *source,
                                           int64_t *id, struct ho_diag *diag) HO_MUST_CHECK;
// Bin and overrides. A rate that timelines count on is not changed: refused.
HO_API enum ho_result ho_project_set_media(struct ho_project *project, const struct ho_project_media *media,
                                           struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_project_remove_media(struct ho_project *project, int64_t id,
                                              struct ho_diag *diag) HO_MUST_CHECK;    // one that no clip shows
HO_API enum ho_result ho_project_media_list(struct ho_project *project, int64_t **ids, size_t *n,
                                            struct ho_diag *diag) HO_MUST_CHECK;    // malloc'd
HO_API enum ho_result ho_project_get_media(struct ho_project *project, int64_t id, struct ho_project_media *out,
                                           struct ho_diag *diag) HO_MUST_CHECK;
// Its file is not where it was.
HO_API bool ho_project_media_is_offline(const struct ho_project_media *media);
// A file that was found: all media of the same content that are offline are it from now on, whatever their names.
HO_API enum ho_result ho_project_relink(struct ho_project *project, const struct ho_source_info *found,
                                        int64_t *n_relinked, struct ho_diag *diag) HO_MUST_CHECK;
// What a timeline needs to know of it, overrides applied.
HO_API void ho_project_timeline_media(const struct ho_project_media *media, struct ho_timeline_media *out);

// ---- what was said about objects of a source, which is known by its content: what tracking is asked for. Texts are
// JSON that src/session reads; here they are kept, in their order.

struct ho_project_object {
    int64_t id;
    char hash[HO_HASH_SIZE];    // the source's
    char name[HO_NAME_SIZE];    // of no other object of the source
    int quality;
    float colour[3];    // that it is drawn in
};
// `hash` NULL: of all sources. malloc'd, in the order in which they were made.
HO_API enum ho_result ho_project_objects(struct ho_project *project, const char *hash, struct ho_project_object **out,
                                         size_t *n, struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_project_add_object(struct ho_project *project, const struct ho_project_object *object,
                                            int64_t *id, struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_project_set_object(struct ho_project *project, const struct ho_project_object *object,
                                            struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_project_remove_object(struct ho_project *project, int64_t id,
                                               struct ho_diag *diag) HO_MUST_CHECK;    // and what was said about it
struct ho_project_said {
    char *said;    // JSON
    void *mask;    // bytes that came with it; NULL: none
    size_t mask_size;
};
// *out is malloc'd with what it holds; ho_project_said_free() frees it.
HO_API enum ho_result ho_project_get_said(struct ho_project *project, int64_t object, struct ho_project_said **out,
                                          size_t *n, struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_project_said_free(struct ho_project_said **said, size_t n);
// At the end of what was said.
HO_API enum ho_result ho_project_say(struct ho_project *project, int64_t object, const struct ho_project_said *said,
                                     struct ho_diag *diag) HO_MUST_CHECK;
// `place` from 0; those after it move up.
HO_API enum ho_result ho_project_unsay(struct ho_project *project, int64_t object, int place,
                                       struct ho_diag *diag) HO_MUST_CHECK;

// ---- timelines

struct ho_timeline_entry {
    int64_t id, bin;
    char name[HO_TIMELINE_NAME_SIZE];
};
HO_API enum ho_result ho_project_timelines(struct ho_project *project, struct ho_timeline_entry **out, size_t *n,
                                           struct ho_diag *diag) HO_MUST_CHECK;    // malloc'd
// Keeps a timeline with all that is on it; the media that its clips show are the pool's, by id.
HO_API enum ho_result ho_project_add_timeline(struct ho_project *project, int64_t bin,
                                              const struct ho_timeline *timeline, int64_t *id,
                                              struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_project_remove_timeline(struct ho_project *project, int64_t id,
                                                 struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_project_load_timeline(struct ho_project *project, int64_t id, struct ho_timeline **out,
                                               struct ho_diag *diag) HO_MUST_CHECK;    // the caller's
// Keeps what an edit changed, row by row: `timeline` is as it is after it.
HO_API enum ho_result ho_project_save_edit(struct ho_project *project, int64_t id, const struct ho_timeline *timeline,
                                           const struct ho_edit *edit, struct ho_diag *diag) HO_MUST_CHECK;
// Reads again what an undo, redo or restore has touched of it. Where this fails, load it anew. HO_END: it is gone.
HO_API enum ho_result ho_project_refresh_timeline(struct ho_project *project, int64_t id,
                                                  const struct ho_touched *touched, struct ho_timeline *timeline,
                                                  struct ho_diag *diag) HO_MUST_CHECK;

// ---- presets and the render queue. Their settings are JSON text that src/deliver reads; here they are kept.

struct ho_preset_entry {
    int64_t id;
    char name[HO_NAME_SIZE];
};
// Replaces the one of that name.
HO_API enum ho_result ho_project_set_preset(struct ho_project *project, const char *name, const char *settings,
                                            struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_project_get_preset(struct ho_project *project, const char *name, char **settings,
                                            struct ho_diag *diag) HO_MUST_CHECK;    // malloc'd
HO_API enum ho_result ho_project_remove_preset(struct ho_project *project, const char *name,
                                               struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_project_presets(struct ho_project *project, struct ho_preset_entry **out, size_t *n,
                                         struct ho_diag *diag) HO_MUST_CHECK;    // malloc'd, by name

enum ho_job_status {
    HO_JOB_WAITING,
    HO_JOB_RUNNING,    // also where a crash has ended it: to be gone on with
    HO_JOB_DONE,
    HO_JOB_FAILED,
    HO_JOB_CANCELLED
};
struct ho_job {
    int64_t id;
    int place;    // order in the queue, from 0
    char name[HO_NAME_SIZE];
    enum ho_job_status status;
    int64_t n_done, n_total;    // frames
    char message[1024];         // why it failed, or the file that was written
};
HO_API enum ho_result ho_project_add_job(struct ho_project *project, const char *name, const char *settings,
                                         int64_t *id, struct ho_diag *diag) HO_MUST_CHECK;    // at the end
HO_API enum ho_result ho_project_remove_job(struct ho_project *project, int64_t id, struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_project_move_job(struct ho_project *project, int64_t id, int place,
                                          struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_project_jobs(struct ho_project *project, struct ho_job **out, size_t *n,
                                      struct ho_diag *diag) HO_MUST_CHECK;    // malloc'd, by place
HO_API enum ho_result ho_project_job_settings(struct ho_project *project, int64_t id, char **out,
                                              struct ho_diag *diag) HO_MUST_CHECK;    // malloc'd
// Not a step, and outside of one: how far a job is. Durable when it returns.
HO_API enum ho_result ho_project_set_job_state(struct ho_project *project, const struct ho_job *job,
                                               struct ho_diag *diag) HO_MUST_CHECK;

// ---- thumbnails, kept by content: not part of steps

HO_API enum ho_result ho_project_set_thumbnail(struct ho_project *project, const char *hash, int64_t frame,
                                               const void *data, size_t size, struct ho_diag *diag) HO_MUST_CHECK;
// *out is malloc'd; HO_END: there is none.
HO_API enum ho_result ho_project_get_thumbnail(struct ho_project *project, const char *hash, int64_t frame, void **out,
                                               size_t *size, struct ho_diag *diag) HO_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
