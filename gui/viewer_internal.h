// SPDX-License-Identifier: BSD-2-Clause
#ifndef GUI_VIEWER_INTERNAL_H
#define GUI_VIEWER_INTERNAL_H

#include "paint.h"
#include "viewer.h"

struct viewer {
    struct app *app;
    GtkWidget *widget;
    int slot;
    struct ho_view_request request;
    enum ho_view_subject subject;    // where no node is looked at
    struct ho_view_picture *picture;
    GdkTexture *texture;
    struct paint_texts *texts;
    double zoom;               // 0: fit
    struct ho_point centre;    // of the view, where it is not fitted
    guint rest;                // timeout after which a zoomed picture is asked for
    guint stale;               // timeout after which a picture that is late says so
    guint tick;
    bool is_late, is_mapped;
    const struct viewer_tool *tool;
    void *tool_opaque;
    bool is_pressed, is_panning;
    struct ho_point pressed, centre_pressed;    // in the widget
    const char *empty_title, *empty_sentence;
    void (*changed)(void *opaque);
    void *changed_opaque;
};

void viewer_request(struct viewer *viewer);          // asks for what is seen now
void viewer_request_later(struct viewer *viewer);    // once zooming and panning rest
void viewer_events(struct viewer *viewer);           // adds the pointer's controllers
void viewer_draw(void *opaque, GtkSnapshot *snapshot, int width, int height);
void viewer_changed(struct viewer *viewer);
void viewer_zoom_at(struct viewer *viewer, double factor, struct ho_point at);    // `at` in the widget stays

#endif
