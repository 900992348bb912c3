// SPDX-License-Identifier: BSD-2-Clause
#include "test_port.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "canvas.h"
#include "pump.h"
#include "state.h"
#include "window.h"

static bool is_open, was_ready;
static gint64 began, total;
static int n_frames;

struct question {
    struct app *app;
    char *line;
    int n_waits;
};

void test_port_say(const char *format, ...)
{
    if (!is_open)
        return;
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

// ---- where

static bool is_shown(GtkWidget *widget) { return gtk_widget_get_mapped(widget) && gtk_widget_get_width(widget) > 0; }

static GtkWidget *find(GtkWidget *widget, const char *name)
{
    if (is_shown(widget) && !strcmp(gtk_widget_get_name(widget), name))
        return widget;
    for (GtkWidget *child = gtk_widget_get_first_child(widget); child; child = gtk_widget_get_next_sibling(child)) {
        GtkWidget *found = find(child, name);
        if (found)
            return found;
    }
    return NULL;
}

typedef bool (*where_function)(GtkWidget *widget, const char *part, double *x, double *y);

static bool part_of(GtkWidget *widget, const char *part, double *x, double *y)
{
    where_function own = (where_function)(uintptr_t)g_object_get_data(G_OBJECT(widget), "where");
    if (own)
        return own(widget, part, x, y);
    return GUI_IS_CANVAS(widget) && canvas_where(widget, part, x, y);
}

// From a widget to the window, by way of the surfaces of popovers, which stand where they were put.
static bool to_window(GtkWidget *widget, double *x, double *y)
{
    GtkNative *native = gtk_widget_get_native(widget);
    double dx, dy;
    if (!native || !gtk_widget_translate_coordinates(widget, GTK_WIDGET(native), *x, *y, x, y))
        return false;
    GdkSurface *surface = gtk_native_get_surface(native);
    gtk_native_get_surface_transform(native, &dx, &dy);
    *x += dx;
    *y += dy;
    for (; GDK_IS_POPUP(surface); surface = gdk_popup_get_parent(GDK_POPUP(surface))) {
        *x += gdk_popup_get_position_x(GDK_POPUP(surface));
        *y += gdk_popup_get_position_y(GDK_POPUP(surface));
    }
    return true;
}

static void answer_where(struct app *app, char *name)
{
    double x, y;
    char *part = strchr(name, '/');
    if (part)
        *part++ = 0;
    GtkWidget *widget = find(GTK_WIDGET(app->window), name);
    x = widget ? gtk_widget_get_width(widget) / 2.0 : 0;
    y = widget ? gtk_widget_get_height(widget) / 2.0 : 0;
    if (widget && (!part || part_of(widget, part, &x, &y)) && to_window(widget, &x, &y))
        test_port_say("at %.1f %.1f", x, y);
    else
        test_port_say("nowhere");
}

// ---- answers

static void answer(struct question *question)
{
    struct app *app = question->app;
    const char *line = question->line;
    if (g_str_has_prefix(line, "where ")) {
        answer_where(app, question->line + 6);
    } else if (!strcmp(line, "state")) {
        g_autofree char *state = state_format(app);
        test_port_say("state %s", state);
    } else if (!strcmp(line, "paint")) {
        test_port_say("paint %.3f %d", n_frames ? (double)total / n_frames / 1000 : 0, n_frames);
        total = n_frames = 0;
    } else if (!strcmp(line, "stalls")) {
        test_port_say("stalls %.4f", stalls_worst(true));
    } else if (!strcmp(line, "settle")) {
        test_port_say("settle");
    } else if (!strcmp(line, "quit")) {
        window_close(app);
    } else {
        test_port_say("unknown");
    }
}

// Low priority and a pause: events that are on their way come first.
static gboolean on_quiet(gpointer data)
{
    struct question *question = data;
    if (!strcmp(question->line, "settle") && question->app->session && ho_session_dispatch(question->app->session))
        return G_SOURCE_CONTINUE;
    answer(question);
    g_free(question->line);
    g_free(question);
    return G_SOURCE_REMOVE;
}

static gboolean on_line(GIOChannel *channel, GIOCondition condition, gpointer app)
{
    (void)condition;
    char *line = NULL;
    if (g_io_channel_read_line(channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL) {
        window_close(app);
        return G_SOURCE_REMOVE;
    }
    struct question *question = g_new0(struct question, 1);
    question->app = app;
    question->line = g_strchomp(line);
    g_timeout_add_full(G_PRIORITY_LOW, 30, on_quiet, question, NULL);
    return G_SOURCE_CONTINUE;
}

static void on_before(void) { began = g_get_monotonic_time(); }
static void on_after(void)
{
    total += g_get_monotonic_time() - began;
    n_frames++;
    if (!was_ready)
        test_port_say("ready");
    was_ready = true;
}

void test_port_start(struct app *app)
{
    is_open = true;
    GdkFrameClock *clock = gtk_widget_get_frame_clock(GTK_WIDGET(app->window));
    g_signal_connect(clock, "before-paint", G_CALLBACK(on_before), NULL);
    g_signal_connect(clock, "after-paint", G_CALLBACK(on_after), NULL);
    GIOChannel *channel = g_io_channel_unix_new(STDIN_FILENO);
    g_io_add_watch(channel, G_IO_IN | G_IO_HUP, on_line, app);
    g_io_channel_unref(channel);
}
