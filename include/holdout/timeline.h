// SPDX-License-Identifier: BSD-2-Clause
// Timelines: tracks, clips and the edits that change them. Plain data and pure functions: no file, no screen, no media.
//
// Time on a timeline is counted in its own frames from 0, its first one, whose timecode is the settings' `start`. A
// clip of another rate is placed: each frame of the timeline shows the source frame that is on screen when it begins.
// With the source at rate s and the timeline at rate t, a clip that begins with the source's time S (in source frames,
// exact) shows at its k-th frame the source frame floor(S + k s/t): whole numbers only, so that it holds after ten
// hours, and so that a clip that was split shows the same frames as before.
//
// An edit is all or nothing: refused with a sentence (HO_ERROR_USAGE) it leaves the timeline as it was. Done, it gives
// a `struct ho_edit` (NULL: not wanted) that says which clips and tracks it changed and what it cut: nothing is buried
// silently. Clips of one track never lie over one another, none shows a frame outside its source, a locked track does
// not change, and a link joins two clips or more.
//
// Clips are shared and never change: an edit puts changed copies in their place. So a copy of a timeline is cheap, and
// what was read before an edit stays readable as long as its copy or edit does. Thread-safety: unsafe for one timeline;
// copies are independent of one another and may be used on different threads.
#ifndef HOLDOUT_TIMELINE_H
#define HOLDOUT_TIMELINE_H

#include "curve.h"
#include "timecode.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HO_TIMELINE_FRAMES_MAX ((int64_t)1 << 40)    // no clip reaches further
#define HO_TIMELINE_NAME_SIZE 256                    // bytes with NUL: names of timelines, tracks, media and clips
#define HO_TIMELINE_TRACKS_MAX 256                   // of either kind

// ---- composite modes: how a clip joins what lies beneath it

enum ho_composite {
    HO_COMPOSITE_NORMAL,
    HO_COMPOSITE_ADD,
    HO_COMPOSITE_SCREEN,
    HO_COMPOSITE_MULTIPLY,
    HO_COMPOSITE_OVERLAY,
    HO_COMPOSITE_SOFT_LIGHT,
    HO_COMPOSITE_HARD_LIGHT,
    HO_COMPOSITE_DARKEN,
    HO_COMPOSITE_LIGHTEN,
    HO_COMPOSITE_DIFFERENCE,
    HO_COMPOSITE_SUBTRACT,
    HO_COMPOSITE_FOREGROUND,    // is cut by the clip right below it, which is one of the four that follow
    HO_COMPOSITE_LUMA,
    HO_COMPOSITE_INVERTED_LUMA,
    HO_COMPOSITE_ALPHA,
    HO_COMPOSITE_INVERTED_ALPHA,
    HO_N_COMPOSITES
};
HO_API const char *ho_composite_name(enum ho_composite mode);                // "Soft Light"
HO_API bool ho_composite_parse(const char *name, enum ho_composite *out);    // capitals, '-', '_' and spaces alike
HO_API bool ho_composite_is_matte(enum ho_composite mode);                   // Luma, Alpha and their inverses

// How a picture of another size meets the timeline's frame.
enum ho_fit {
    HO_FIT_LETTERBOX,    // all of it, as large as fits
    HO_FIT_CROP,         // the frame is filled, what sticks out is cut
    HO_FIT_STRETCH,      // to the frame's size, aspect given up
    HO_FIT_CENTRE,       // pixel for pixel, in the middle
    HO_N_FITS
};
HO_API const char *ho_fit_name(enum ho_fit fit);
HO_API bool ho_fit_parse(const char *name, enum ho_fit *out);

// ---- what a clip is

// The numbers of a clip; each may carry keyframes.
enum ho_clip_number {
    HO_CLIP_OPACITY,
    HO_CLIP_ZOOM_X,
    HO_CLIP_ZOOM_Y,
    HO_CLIP_POSITION_X,
    HO_CLIP_POSITION_Y,
    HO_CLIP_ROTATION,
    HO_CLIP_ANCHOR_X,
    HO_CLIP_ANCHOR_Y,
    HO_CLIP_CROP_LEFT,
    HO_CLIP_CROP_RIGHT,
    HO_CLIP_CROP_TOP,
    HO_CLIP_CROP_BOTTOM,
    HO_CLIP_GAIN,
    HO_N_CLIP_NUMBERS
};
struct ho_clip_number_info {
    const char *name;                                  // "zoom_x"
    const char *unit;                                  // "px", "deg", "dB", "share"
    double min, max, slider_min, slider_max, value;    // accepted (ends included), a slider's ends, default
    const char *help;
};
HO_API const struct ho_clip_number_info *ho_clip_number_describe(enum ho_clip_number number);
HO_API bool ho_clip_number_parse(const char *name, enum ho_clip_number *out);

struct ho_timeline_clip {
    int64_t id;         // > 0, of this timeline, never given twice
    int64_t track;      // the track's id
    int64_t media;      // what it shows, by its id; 0: a title
    int64_t at;         // its first frame on the timeline
    int64_t length;     // in the timeline's frames, 1 or more
    int64_t in;         // the source frame that it shows first ...
    int64_t in_part;    // ... and how much of that is over by then, in parts of ho_timeline_parts(); 0 at equal rates
    int64_t origin;     // clip time of its first frame. Keyframes, graphs and titles count in clip time: a trimmed head
                        // leaves them where they are
    int64_t link;       // clips with the same number are picture and sound of one another; 0: none
    bool enabled, muted, flip_x, flip_y;
    enum ho_composite composite;
    enum ho_fit fit;
    struct ho_curve number[HO_N_CLIP_NUMBERS];    // by clip time
    char *name;                                   // shown and used for files; never NULL
    size_t n_texts;                               // of a title: each a text_plus node's parameters, as JSON
    char **texts;
    char *color_graph, *fusion_graph;    // as JSON (graph.h); NULL: none
};
// An owned copy, to be changed and given to ho_timeline_change().
HO_API enum ho_result ho_timeline_clip_copy(const struct ho_timeline_clip *clip, struct ho_timeline_clip **out,
                                            struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_timeline_clip_destroy(struct ho_timeline_clip **clip);    // of such a copy only
HO_API bool ho_timeline_clip_equal(const struct ho_timeline_clip *a, const struct ho_timeline_clip *b);
// Replaces a text of a copy (name, graph, texts[i]); NULL clears it.
HO_API enum ho_result ho_timeline_clip_set_text(char **text, const char *value, struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_timeline_clip_add_text(struct ho_timeline_clip *clip, const char *text,
                                                struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_timeline_clip_remove_text(struct ho_timeline_clip *clip, size_t index);

// ---- a timeline

struct ho_timeline_settings {
    char name[HO_TIMELINE_NAME_SIZE];
    int width, height;           // 1..32768
    struct ho_rational rate;     // fixed as soon as there is a clip
    struct ho_timecode start;    // of frame 0, at the rate's base
};

enum ho_track_kind { HO_TRACK_VIDEO, HO_TRACK_AUDIO };
struct ho_track {
    int64_t id;    // > 0, of this timeline, never given twice
    enum ho_track_kind kind;
    int place;                           // 0: V1 (the lowest picture) or A1
    char name[HO_TIMELINE_NAME_SIZE];    // empty: "V1", "A2"; see ho_track_name()
    bool enabled;                        // seen or heard
    bool locked;                         // refuses every edit
    bool target;                         // edits land here (destination control)
    bool auto_select;                    // ripples with the others; Mark Clip and split see it
};

// What may be placed: the part of a source that edits need to know.
struct ho_timeline_media {
    int64_t id;    // > 0
    char name[HO_TIMELINE_NAME_SIZE];
    struct ho_rational rate;    // frames a second; for sound alone: samples a second
    int64_t n_frames;           // 1 or more
    bool still;                 // one picture for any length
    bool has_picture, has_sound;
    int width, height;    // of the picture
};

struct ho_timeline;
HO_API enum ho_result ho_timeline_create(const struct ho_timeline_settings *settings, struct ho_timeline **out,
                                         struct ho_diag *diag) HO_MUST_CHECK;    // no tracks
HO_API void ho_timeline_destroy(struct ho_timeline **timeline);
HO_API enum ho_result ho_timeline_copy(const struct ho_timeline *timeline, struct ho_timeline **out,
                                       struct ho_diag *diag) HO_MUST_CHECK;                 // cheap: clips are shared
HO_API bool ho_timeline_equal(const struct ho_timeline *a, const struct ho_timeline *b);    // in all but ids to come

// Looking at it. Borrowed until the next edit.
HO_API const struct ho_timeline_settings *ho_timeline_get_settings(const struct ho_timeline *timeline);
HO_API int ho_timeline_n_tracks(const struct ho_timeline *timeline);
HO_API const struct ho_track *ho_timeline_track(const struct ho_timeline *timeline, int index);    // V1.., then A1..
HO_API const struct ho_track *ho_timeline_track_at(const struct ho_timeline *timeline, enum ho_track_kind kind,
                                                   int place);                            // NULL: none
HO_API int ho_timeline_track_index(const struct ho_timeline *timeline, int64_t track);    // -1: none
HO_API void ho_track_name(const struct ho_track *track, char out[HO_TIMELINE_NAME_SIZE]);
// Its clips by position.
HO_API const struct ho_timeline_clip *const *ho_timeline_clips(const struct ho_timeline *timeline, int track_index,
                                                               size_t *n);
HO_API const struct ho_timeline_clip *ho_timeline_find_clip(const struct ho_timeline *timeline,
                                                            int64_t id);    // NULL: none
HO_API const struct ho_timeline_clip *ho_timeline_clip_at(const struct ho_timeline *timeline, int64_t track,
                                                          int64_t frame);    // NULL: a gap
HO_API int64_t ho_timeline_length(const struct ho_timeline *timeline);       // where its last clip ends; 0: empty
HO_API const struct ho_timeline_media *ho_timeline_find_media(const struct ho_timeline *timeline, int64_t id);
HO_API struct ho_range ho_timeline_clip_frames(const struct ho_timeline_clip *clip);    // that it covers

// ---- rates

// Parts that a source frame is divided into for in_part: the denominator of source rate / timeline rate; 1 for a title
// or a still.
HO_API int64_t ho_timeline_parts(const struct ho_timeline *timeline, int64_t media);
// The source frame that a clip shows at a timeline frame (outside the clip: what it would show). A title: clip time.
HO_API int64_t ho_timeline_source_frame(const struct ho_timeline *timeline, const struct ho_timeline_clip *clip,
                                        int64_t frame);
// Timeline frames for `n` source frames from a whole one on: as many as show one of them, ceil(n t/s).
HO_API int64_t ho_timeline_frames_of(const struct ho_timeline *timeline, int64_t media, int64_t n);
// The sentence that warns when a source's rate or size is not the timeline's. False: they agree.
HO_API bool ho_timeline_mismatch(const struct ho_timeline *timeline, int64_t media, char *out, size_t size);

// ---- what an edit did

struct ho_clip_change {
    const struct ho_timeline_clip *before, *after;    // NULL: made; removed
};
struct ho_track_change {
    bool existed, exists;
    struct ho_track before, after;
};
struct ho_cut {
    const struct ho_timeline_clip *clip;    // as it was
    struct ho_range frames;                 // of the timeline, that no longer show it
    bool whole;                             // nothing of it is left
};
struct ho_edit {
    bool settings_changed;
    struct ho_timeline_settings settings_before, settings_after;
    size_t n_clips, n_tracks, n_cuts;
    struct ho_clip_change *clips;      // one a clip, by id
    struct ho_track_change *tracks;    // one a track
    struct ho_cut *cuts;               // what other clips lost to this edit, in the order of time
};
HO_API void ho_edit_destroy(struct ho_edit **edit);
// One line that says what was cut ("cuts \"sky\" on V2 at 01:00:04:00 to 01:00:05:24"), or "" where nothing was.
HO_API void ho_edit_describe(const struct ho_timeline *timeline, const struct ho_edit *edit, char *out, size_t size);
// Takes an edit back, or does it again, on the timeline as it was after, or before it. HO_ERROR_USAGE where that is
// not how it stands.
HO_API enum ho_result ho_timeline_revert(struct ho_timeline *timeline, const struct ho_edit *edit,
                                         struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_timeline_repeat(struct ho_timeline *timeline, const struct ho_edit *edit,
                                         struct ho_diag *diag) HO_MUST_CHECK;

// ---- settings, media, tracks

// The rate is fixed as soon as there is a clip: its change is refused.
HO_API enum ho_result ho_timeline_set(struct ho_timeline *timeline, const struct ho_timeline_settings *settings,
                                      struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;
// Makes a source known, or renews it. Not an edit. Refused where clips use it and its rate would change, or frames that
// they show would be gone.
HO_API enum ho_result ho_timeline_set_media(struct ho_timeline *timeline, const struct ho_timeline_media *media,
                                            struct ho_diag *diag) HO_MUST_CHECK;
// `place`: where it goes among its kind; -1: on top (last). The others move up.
HO_API enum ho_result ho_timeline_add_track(struct ho_timeline *timeline, enum ho_track_kind kind, int place,
                                            const char *name, struct ho_edit **edit,
                                            struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_timeline_remove_track(struct ho_timeline *timeline, int64_t track, struct ho_edit **edit,
                                               struct ho_diag *diag) HO_MUST_CHECK;    // its clips are cut
// Name and the four flags of the track with that id; a locked track can be unlocked.
HO_API enum ho_result ho_timeline_set_track(struct ho_timeline *timeline, const struct ho_track *track,
                                            struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;

// ---- placing

// A piece of a source and where it goes. Picture and sound that are placed together are linked.
struct ho_placement {
    int64_t media;    // 0: a title
    int64_t at, length;
    int64_t in, in_part;
    int64_t video_track, audio_track;    // ids; 0: not that
    const char *name;                    // NULL: the media's
    const char *const *texts;            // of a title
    size_t n_texts;
};
struct ho_marks {
    bool has_in, has_out;
    int64_t in, out;    // frames, both included
};
// Three-point editing: any three of the four marks give the fourth. Marks that are missing beyond that: the timeline's
// playhead, the source's beginning and end. A timeline out without an in is counted back from, as is a source out
// without an in. Four that disagree would need a change of speed: refused. Fills media, at, length, in, in_part, and
// the tracks that are targets (the lowest of each kind, where the media has that) of `out`.
HO_API enum ho_result ho_timeline_three_points(const struct ho_timeline *timeline, int64_t media,
                                               const struct ho_marks *source, const struct ho_marks *on_timeline,
                                               int64_t playhead, struct ho_placement *out,
                                               struct ho_diag *diag) HO_MUST_CHECK;
// The frames of the clip under the playhead, on the topmost track that is auto selected (X). HO_ERROR_USAGE: none
// there.
HO_API enum ho_result ho_timeline_mark_clip(const struct ho_timeline *timeline, int64_t playhead, struct ho_range *out,
                                            struct ho_diag *diag) HO_MUST_CHECK;
// Behind all that is on the timeline; `at` is not read.
HO_API enum ho_result ho_timeline_append(struct ho_timeline *timeline, const struct ho_placement *placement,
                                         struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;
// Over what is there; never moves anything.
HO_API enum ho_result ho_timeline_overwrite(struct ho_timeline *timeline, const struct ho_placement *placement,
                                            struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;
// Splits what it hits; what follows moves right on its own tracks and on all that are auto selected.
HO_API enum ho_result ho_timeline_insert(struct ho_timeline *timeline, const struct ho_placement *placement,
                                         struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;
// The clips under `at` on the placement's tracks show this instead: from `in` at their first frame, for as long as they
// last; place, numbers, mode, graphs and links stay. `length` is not read.
HO_API enum ho_result ho_timeline_replace(struct ho_timeline *timeline, const struct ho_placement *placement,
                                          struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;
// On the lowest video track with nothing on it or above it in that time; on a new one where there is none.
HO_API enum ho_result ho_timeline_place_on_top(struct ho_timeline *timeline, const struct ho_placement *placement,
                                               struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;

// ---- changing what is there. `flags`: HO_EDIT_LINKED takes the clips along that are linked; HO_EDIT_RIPPLE moves what
// follows, on the clips' tracks and on all that are auto selected.

enum ho_edit_flags { HO_EDIT_LINKED = 1, HO_EDIT_RIPPLE = 2 };
enum ho_clip_edge { HO_CLIP_HEAD, HO_CLIP_TAIL };

// Moves an edge by `frames` (right: > 0). Without HO_EDIT_RIPPLE it lays itself over neighbours; with it a trimmed
// clip's head stays in place.
HO_API enum ho_result ho_timeline_trim(struct ho_timeline *timeline, int64_t clip, enum ho_clip_edge edge,
                                       int64_t frames, unsigned flags, struct ho_edit **edit,
                                       struct ho_diag *diag) HO_MUST_CHECK;
// Moves the cut between a clip and its neighbour at that edge.
HO_API enum ho_result ho_timeline_roll(struct ho_timeline *timeline, int64_t clip, enum ho_clip_edge edge,
                                       int64_t frames, unsigned flags, struct ho_edit **edit,
                                       struct ho_diag *diag) HO_MUST_CHECK;
// Shows frames of the source that lie `source_frames` later, in the same place.
HO_API enum ho_result ho_timeline_slip(struct ho_timeline *timeline, int64_t clip, int64_t source_frames,
                                       unsigned flags, struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;
// Moves a clip; neighbours that touch it give and take.
HO_API enum ho_result ho_timeline_slide(struct ho_timeline *timeline, int64_t clip, int64_t frames, unsigned flags,
                                        struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;
// Cuts the clips given (n 0: all on auto-selected tracks) in two before `frame`; those that don't lie across it stay.
HO_API enum ho_result ho_timeline_split(struct ho_timeline *timeline, int64_t frame, const int64_t *clips, size_t n,
                                        unsigned flags, struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;
// Takes clips away and leaves gaps; with HO_EDIT_RIPPLE what follows closes them.
HO_API enum ho_result ho_timeline_delete(struct ho_timeline *timeline, const int64_t *clips, size_t n, unsigned flags,
                                         struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;
// Takes a span away on all auto-selected tracks (lift; with HO_EDIT_RIPPLE: extract).
HO_API enum ho_result ho_timeline_delete_range(struct ho_timeline *timeline, struct ho_range frames, unsigned flags,
                                               struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;
// Closes the gap at a frame of a track; what follows moves on auto-selected tracks too.
HO_API enum ho_result ho_timeline_close_gap(struct ho_timeline *timeline, int64_t track, int64_t frame,
                                            struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;
// Moves clips in time, and by `tracks` up (> 0) or down: those of the first clip's kind change tracks, others only
// time. Lays them over what is there. Tracks above the topmost are made.
HO_API enum ho_result ho_timeline_move(struct ho_timeline *timeline, const int64_t *clips, size_t n, int64_t frames,
                                       int tracks, unsigned flags, struct ho_edit **edit,
                                       struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_timeline_duplicate(struct ho_timeline *timeline, const int64_t *clips, size_t n,
                                            int64_t frames, int tracks, unsigned flags, struct ho_edit **edit,
                                            struct ho_diag *diag) HO_MUST_CHECK;
// Takes all of a changed copy but its id, place, source and link. Refused where a value is out of range.
HO_API enum ho_result ho_timeline_change(struct ho_timeline *timeline, const struct ho_timeline_clip *clip,
                                         struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_timeline_enable(struct ho_timeline *timeline, const int64_t *clips, size_t n, bool enabled,
                                         unsigned flags, struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_timeline_rename(struct ho_timeline *timeline, int64_t clip, const char *name, unsigned flags,
                                         struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;
// One number: a constant (its keyframes go), a keyframe at clip time `key->frame`, no keyframe there.
HO_API enum ho_result ho_timeline_set_number(struct ho_timeline *timeline, int64_t clip, enum ho_clip_number number,
                                             double value, struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_timeline_set_keyframe(struct ho_timeline *timeline, int64_t clip, enum ho_clip_number number,
                                               const struct ho_keyframe *key, struct ho_edit **edit,
                                               struct ho_diag *diag) HO_MUST_CHECK;
HO_API enum ho_result ho_timeline_remove_keyframe(struct ho_timeline *timeline, int64_t clip,
                                                  enum ho_clip_number number, int64_t frame, struct ho_edit **edit,
                                                  struct ho_diag *diag) HO_MUST_CHECK;
// Color and Fusion graphs of one clip onto others; from 0: all grades and nodes are reset.
HO_API enum ho_result ho_timeline_paste_grade(struct ho_timeline *timeline, int64_t from, const int64_t *clips,
                                              size_t n, struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;
// Joins clips into one link (leaving those they had), or takes them out of theirs.
HO_API enum ho_result ho_timeline_link(struct ho_timeline *timeline, const int64_t *clips, size_t n, bool linked,
                                       struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;

// ---- for those who keep timelines: puts what was read back

HO_API enum ho_result ho_timeline_load_track(struct ho_timeline *timeline, const struct ho_track *track,
                                             struct ho_diag *diag) HO_MUST_CHECK;
// A copy is kept. Replaces the clip of that id. The timeline is to be checked when all is in.
HO_API enum ho_result ho_timeline_load_clip(struct ho_timeline *timeline, const struct ho_timeline_clip *clip,
                                            struct ho_diag *diag) HO_MUST_CHECK;
HO_API void ho_timeline_unload_clip(struct ho_timeline *timeline, int64_t id);
HO_API void ho_timeline_unload_track(struct ho_timeline *timeline, int64_t id);    // and what is on it
HO_API void ho_timeline_load_settings(struct ho_timeline *timeline, const struct ho_timeline_settings *settings);
HO_API int64_t ho_timeline_next_id(const struct ho_timeline *timeline);
HO_API void ho_timeline_set_next_id(struct ho_timeline *timeline, int64_t id);
// All that an edit keeps true, of the whole timeline: HO_ERROR_VERIFY with the first thing that does not hold.
HO_API enum ho_result ho_timeline_check(const struct ho_timeline *timeline, struct ho_diag *diag) HO_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
