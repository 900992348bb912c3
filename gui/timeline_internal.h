// SPDX-License-Identifier: BSD-2-Clause
// What the timeline's files share.
#ifndef GUI_TIMELINE_INTERNAL_H
#define GUI_TIMELINE_INTERNAL_H

#include "paint.h"
#include "timeline.h"

#define TIMELINE_HEAD 148.0    // pixels: the track heads
#define TIMELINE_RULER 28.0
#define TIMELINE_GAP 2.0          // between tracks
#define TIMELINE_SPLIT_GAP 6.0    // between pictures and sound
#define TIMELINE_EDGE 6.0         // how near to an edge counts as on it
#define TIMELINE_SNAP 9.0
#define TIMELINE_BAR 17.0    // a clip's name bar
#define ZOOM_MIN 0.002       // pixels a frame
#define ZOOM_MAX 60.0

enum timeline_place {
    PLACE_NONE,
    PLACE_RULER,
    PLACE_HEAD,
    PLACE_TRACK,
    PLACE_CLIP,
    PLACE_CLIP_HEAD,
    PLACE_CLIP_TAIL,
    PLACE_CUT
};
struct timeline_hit {
    enum timeline_place place;
    int track;       // index; -1: none
    int64_t clip;    // 0: none. CUT: the one whose tail it is
    double frame;    // not rounded
    bool in_bar;     // of the clip's name
};

enum timeline_drag_kind { DRAG_NONE, DRAG_SEEK, DRAG_BAND, DRAG_CLIPS, DRAG_EDGE, DRAG_SLIP, DRAG_SCROLL, DRAG_MEDIA };
struct timeline_drag {
    enum timeline_drag_kind kind;
    struct timeline_hit hit;
    struct timeline_wish wish;
    double start_x, start_y, x, y;    // widget
    double origin_first, origin_top;
    bool moved, keep_time, extend;
    GArray *clips;    // ids that are dragged
    // What would come of it: an edit of a copy. NULL: nothing yet, or it is refused.
    struct ho_timeline *ghost;
    struct ho_edit *edit;
    char refused[256], cuts[256];
    int64_t snapped;    // a frame where a line is drawn; -1: none
};

struct _Timeline {
    GtkWidget parent;
    const struct timeline_calls *calls;
    void *opaque;
    struct ho_timeline *timeline;
    int64_t playhead;
    struct ho_marks marks;
    GArray *selection;    // int64_t
    enum timeline_tool tool;
    bool snapping, linked;
    double first, zoom, top;    // frame at the left, pixels a frame, pixels scrolled down
    double video_height, audio_height;
    bool placed;
    struct timeline_drag drag;
    double pointer_x, pointer_y;    // < 0: outside
    struct timeline_hit hover;
    GtkWidget *over, *across, *down;    // what moves above the content, and two scrollbars
    int down_width, across_height;
    bool is_scrolling;
    char *empty;
    struct paint_texts *texts;
};

// timeline_layout.c
double timeline_x(Timeline *view, double frame);
double timeline_frame(Timeline *view, double x);
bool timeline_track_span(Timeline *view, int index, double *y, double *height);    // widget; may be out of view
int timeline_track_under(Timeline *view, double y);                                // -1: none
double timeline_tracks_height(Timeline *view);
double timeline_content_width(Timeline *view);
double timeline_content_height(Timeline *view);
void timeline_layout_scroll(Timeline *view);    // keeps within, and tells the scrollbars
bool timeline_is_selected(Timeline *view, int64_t clip);

// timeline_draw.c
void timeline_draw(Timeline *view, GtkSnapshot *snapshot);
void timeline_draw_clip(Timeline *view, GtkSnapshot *snapshot, const struct ho_timeline *timeline,
                        const struct ho_timeline_clip *clip, bool ghost);

// timeline_over.c
GtkWidget *timeline_over_new(Timeline *view);

// timeline_hit.c
struct timeline_hit timeline_hit(Timeline *view, double x, double y);
int64_t timeline_snap(Timeline *view, const double *frames, size_t n);    // how far to the nearest; sets drag.snapped
void timeline_update_cursor(Timeline *view);

// timeline_drag.c
void timeline_drag_attach(Timeline *view);
void timeline_drag_cancel(Timeline *view);
void timeline_drag_again(Timeline *view);    // where it is, under other settings (snapping)
void timeline_ask(Timeline *view, const struct timeline_wish *wish);
void timeline_select(Timeline *view, const int64_t *clips, size_t n);    // and tells
void timeline_tell_selection(Timeline *view);
void timeline_try(Timeline *view);    // drag.wish on a copy

// timeline_drop.c
void timeline_drop_attach(Timeline *view);

// timeline_events.c
void timeline_events_attach(Timeline *view);

// track_head.c
enum head_part { HEAD_NAME, HEAD_TARGET, HEAD_LOCK, HEAD_AUTO, HEAD_EYE, N_HEAD_PARTS };
void track_head_draw(Timeline *view, GtkSnapshot *snapshot, const struct ho_track *track, double y, double height);
bool track_head_press(Timeline *view, int index, double x, double y);
bool track_head_where(Timeline *view, int index, const char *part, double *x, double *y);

// ruler.c
void ruler_draw(GtkSnapshot *snapshot, struct paint_texts *texts, struct ho_timecode start, double first, double zoom,
                double x, double y, double width, double height);

#endif
