// SPDX-License-Identifier: BSD-2-Clause
// gui-stand NAME [WIDTH HEIGHT]: reads lines ("where X", "paint", "popup", "quit", or the stand's own), answers each by
// one line.
#include "stand.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct stand *const stands[] = {&stand_nodes,  &stand_inspector, &stand_timeline,
                                             &stand_wheels, &stand_handles,   NULL};
static const struct stand *stand;
static GtkWidget *window, *content;
static GMainLoop *loop;

void stand_say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

static gint64 paint_began, paint_total;
static int n_paints;

static void on_before(void) { paint_began = g_get_monotonic_time(); }
static void on_after(void)
{
    paint_total += g_get_monotonic_time() - paint_began;
    n_paints++;
}

static void answer(const char *text)
{
    double x, y, wx, wy;
    if (g_str_has_prefix(text, "where ")) {
        if (stand->where(text + 6, &x, &y) && gtk_widget_translate_coordinates(content, window, x, y, &wx, &wy))
            stand_say("at %.1f %.1f", wx, wy);
        else
            stand_say("nowhere");
    } else if (!strcmp(text, "paint")) {
        stand_say("paint %.3f %d", n_paints ? (double)paint_total / n_paints / 1000 : 0, n_paints);
        paint_total = n_paints = 0;
    } else if (!strcmp(text, "popup")) {    // has one opened, and the keys
        GtkWidget *focus = gtk_window_get_focus(GTK_WINDOW(window));
        stand_say("popup %d", focus && gtk_widget_get_ancestor(focus, GTK_TYPE_POPOVER) != NULL);
    } else if (!strcmp(text, "quit")) {
        g_main_loop_quit(loop);
    } else {
        if (stand->tell)
            stand->tell(text);
        stand_say("done");
    }
}

struct question {
    char *line;
    int n_waits;
};

// When it has drawn all that is to be drawn, and no event is left: what the server has is fetched, and dispatched (this
// is of low priority), several times.
static gboolean on_idle(gpointer data)
{
    struct question *question = data;
    gdk_display_sync(gdk_display_get_default());
    if (question->n_waits-- > 0)
        return G_SOURCE_CONTINUE;
    answer(question->line);
    g_free(question->line);
    g_free(question);
    return G_SOURCE_REMOVE;
}

static gboolean on_line(GIOChannel *channel, GIOCondition condition, gpointer data)
{
    (void)condition, (void)data;
    char *line = NULL;
    if (g_io_channel_read_line(channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL) {
        g_main_loop_quit(loop);
        return G_SOURCE_REMOVE;
    }
    struct question *question = g_new(struct question, 1);
    *question = (struct question){g_strdup(g_strchomp(line)), 3};
    g_timeout_add_full(G_PRIORITY_LOW, 15, on_idle, question, NULL);
    g_free(line);
    return G_SOURCE_CONTINUE;
}

static void on_first(GdkFrameClock *clock)
{
    g_signal_handlers_disconnect_by_func(clock, (gpointer)on_first, NULL);
    stand_say("ready");
}

int main(int argc, char **argv)
{
    for (const struct stand *const *s = stands; argc > 1 && *s; s++)
        if (!strcmp((*s)->name, argv[1]))
            stand = *s;
    if (!stand) {
        fprintf(stderr, "usage: gui-stand NAME [WIDTH HEIGHT]\n");
        return 2;
    }
    gtk_init();
    g_object_set(gtk_settings_get_default(), "gtk-application-prefer-dark-theme", TRUE, "gtk-enable-animations", FALSE,
                 NULL);
    window = gtk_window_new();
    gtk_window_set_default_size(GTK_WINDOW(window), argc > 3 ? atoi(argv[2]) : 1280, argc > 3 ? atoi(argv[3]) : 720);
    content = stand->create();
    gtk_window_set_child(GTK_WINDOW(window), content);
    gtk_window_present(GTK_WINDOW(window));
    GdkFrameClock *clock = gtk_widget_get_frame_clock(window);
    g_signal_connect(clock, "before-paint", G_CALLBACK(on_before), NULL);
    g_signal_connect(clock, "after-paint", G_CALLBACK(on_after), NULL);
    g_signal_connect(clock, "after-paint", G_CALLBACK(on_first), NULL);
    GIOChannel *in = g_io_channel_unix_new(STDIN_FILENO);
    guint watch = g_io_add_watch(in, G_IO_IN | G_IO_HUP, on_line, NULL);
    loop = g_main_loop_new(NULL, FALSE);
    g_main_loop_run(loop);
    g_source_remove(watch);
    g_io_channel_unref(in);
    g_main_loop_unref(loop);
    gtk_window_destroy(GTK_WINDOW(window));
    return 0;
}
