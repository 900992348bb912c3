// SPDX-License-Identifier: BSD-2-Clause
// The timeline of the Edit page: shows a timeline and asks for edits of it. It never edits by itself: while something
// is dragged it tries the edit on a copy, and shows what would come of it and what would be cut; on release it asks
// once.
#ifndef GUI_TIMELINE_H
#define GUI_TIMELINE_H

#include <gtk/gtk.h>
#include <holdout/timeline.h>

enum timeline_wish_kind {
    TIMELINE_MOVE,         // clips by frames and tracks
    TIMELINE_DUPLICATE,    // the same
    TIMELINE_TRIM,         // clips[0]'s edge by frames
    TIMELINE_ROLL,
    TIMELINE_SLIP,     // clips[0] by frames (of the source)
    TIMELINE_SLIDE,    // clips[0] by frames
    TIMELINE_SPLIT,    // clips before `at`; none: all that are auto selected
    TIMELINE_DELETE,
    TIMELINE_OVERWRITE,    // `placement`
    TIMELINE_INSERT,
    TIMELINE_ENABLE,      // clips, `enabled`
    TIMELINE_SET_TRACK    // `track`
};
struct timeline_wish {
    enum timeline_wish_kind kind;
    const int64_t *clips;
    size_t n_clips;
    enum ho_clip_edge edge;
    int64_t frames, at;
    int tracks;
    unsigned flags;    // enum ho_edit_flags
    bool enabled;
    struct ho_placement placement;
    struct ho_track track;
};
// What an owner would do, as a try does it: on this timeline, at once.
enum ho_result timeline_wish_apply(const struct timeline_wish *wish, struct ho_timeline *timeline,
                                   struct ho_edit **edit, struct ho_diag *diag) HO_MUST_CHECK;

enum timeline_tool { TIMELINE_SELECT, TIMELINE_TRIM_TOOL, TIMELINE_BLADE };

// Any may be NULL.
struct timeline_calls {
    void (*wish)(void *opaque, const struct timeline_wish *wish);
    void (*seek)(void *opaque, int64_t frame);
    void (*select)(void *opaque, const int64_t *clips, size_t n);
    void (*open)(void *opaque, int64_t clip);    // double click
    void (*changed_tool)(void *opaque, enum timeline_tool tool, bool snapping);
    // What would be placed of a media that is dragged over: its part and length; false: nothing.
    bool (*placement)(void *opaque, int64_t media, struct ho_placement *out);
    // At exact pixels, or NULL: not yet; a reference of the caller's.
    GdkTexture *(*thumbnail)(void *opaque, int64_t media, int64_t frame, int width, int height);
    // The lowest and the highest sample, of -1 to 1, between two times of a media, in seconds. False: not known yet.
    bool (*peaks)(void *opaque, int64_t media, double from, double to, float *low, float *high);
    // Of a right click; clip 0: on none, track 0: on none. The caller's.
    GMenuModel *(*menu)(void *opaque, int64_t clip, int64_t track);
};

G_DECLARE_FINAL_TYPE(Timeline, timeline, GUI, TIMELINE, GtkWidget)

GtkWidget *timeline_new(const struct timeline_calls *calls, void *opaque);         // `calls` stays
void timeline_set_timeline(Timeline *view, const struct ho_timeline *timeline);    // a copy is kept; NULL: none
void timeline_set_playhead(Timeline *view, int64_t frame);
void timeline_set_marks(Timeline *view, const struct ho_marks *marks);
void timeline_set_selection(Timeline *view, const int64_t *clips, size_t n);    // tells nobody
void timeline_set_tool(Timeline *view, enum timeline_tool tool);
void timeline_set_snapping(Timeline *view, bool on);
void timeline_set_linked(Timeline *view, bool on);    // edits take linked clips along
void timeline_set_empty(Timeline *view, const char *sentence);
bool timeline_snapping(Timeline *view);
bool timeline_linked(Timeline *view);
enum timeline_tool timeline_get_tool(Timeline *view);
const int64_t *timeline_selection(Timeline *view, size_t *n);

void timeline_zoom(Timeline *view, double factor, double x);    // keeps what is at x (widget); x < 0: at the playhead
void timeline_fit(Timeline *view);
void timeline_follow(Timeline *view);     // brings the playhead into view, a page on
void timeline_refresh(Timeline *view);    // thumbnails have come

// What actions ask for; of what is selected. False: nothing is.
bool timeline_delete(Timeline *view, bool ripple);
bool timeline_toggle_enabled(Timeline *view);
bool timeline_nudge(Timeline *view, int64_t frames, int tracks);
void timeline_split(Timeline *view);    // what is selected at the playhead, else all that is auto selected
void timeline_select_all(Timeline *view);
// For tests: "clip:3", "clip:3.head", "clip:3.tail", "frame:120@V1", "ruler:40", "track:V1.lock|target|auto|eye|name".
bool timeline_where(Timeline *view, const char *what, double *x, double *y);

#endif
