// SPDX-License-Identifier: BSD-2-Clause
// Shows one of the session's pictures: fitted or zoomed at the pointer, at device pixels, dragged about with the middle
// button. The last picture stays until the next is there. What is done on the picture is a tool's.
#ifndef GUI_VIEWER_H
#define GUI_VIEWER_H

#include "app.h"

struct viewer;

// What the pointer does on the picture. All places are in the subject's pixels. Any function may be NULL.
struct viewer_tool {
    bool (*press)(void *opaque, guint button, struct ho_point at, GdkModifierType state);    // true: it is the tool's
    void (*drag)(void *opaque, struct ho_point at, GdkModifierType state);
    void (*release)(void *opaque, struct ho_point at, GdkModifierType state);
    void (*cancel)(void *opaque);                                                     // Escape, or the grab was lost
    void (*hover)(void *opaque, const struct ho_point *at, GdkModifierType state);    // NULL: it left
    void (*draw)(void *opaque, GtkSnapshot *snapshot);
};

GtkWidget *viewer_new(struct app *app, int slot, enum ho_view_subject subject);
struct viewer *viewer_of(GtkWidget *widget);
struct viewer *viewer_shown(struct app *app);    // the one on the page that is shown; NULL: none
void viewer_set_tool(struct viewer *viewer, const struct viewer_tool *tool, void *opaque);    // NULL: none
void viewer_set_node(struct viewer *viewer, enum ho_page page, const char *node);    // NULL: its own subject again
void viewer_set_frame(struct viewer *viewer, int64_t frame);                         // of a SOURCE
void viewer_set_look(struct viewer *viewer, enum ho_view_look look);
enum ho_view_look viewer_look(const struct viewer *viewer);
void viewer_set_channel(struct viewer *viewer, enum ho_view_channel channel);
enum ho_view_channel viewer_channel(const struct viewer *viewer);
void viewer_set_timecode(struct viewer *viewer, bool shown);
void viewer_set_zoom(struct viewer *viewer, double zoom);    // device pixels a pixel of the subject; 0: fit
double viewer_zoom(const struct viewer *viewer);             // that is shown, fitted or not; 0: nothing is shown yet
bool viewer_is_fitted(const struct viewer *viewer);
void viewer_set_empty(struct viewer *viewer, const char *title, const char *sentence);    // where there is no picture
void viewer_redraw(struct viewer *viewer);
// Whether anything is shown, and between the subject's pixels and the widget's.
bool viewer_has_picture(const struct viewer *viewer);
struct ho_point viewer_to_widget(const struct viewer *viewer, struct ho_point at);
struct ho_point viewer_to_subject(const struct viewer *viewer, struct ho_point at);
double viewer_scale(const struct viewer *viewer);            // of the widget's pixels to one of the subject
int64_t viewer_source_frame(const struct viewer *viewer);    // of the picture that is shown; -1: none
// What changed that its bar shows (look, channel, zoom); one listener.
void viewer_on_change(struct viewer *viewer, void (*changed)(void *opaque), void *opaque);

#endif
