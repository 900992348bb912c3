// SPDX-License-Identifier: BSD-2-Clause
#include "transport.h"

#include "actions.h"
#include "icon.h"
#include "window.h"

struct transport {
    struct app *app;
    GtkWidget *play, *status;
};

static void show(void *opaque, const struct ho_news *news)
{
    (void)news;
    struct transport *transport = opaque;
    struct ho_playing playing = ho_session_playing(transport->app->session);
    char text[96] = "";
    icon_set(gtk_button_get_child(GTK_BUTTON(transport->play)), playing.speed != 0 ? "stop" : "play");
    if (playing.speed != 0 && playing.speed != 1)
        g_snprintf(text, sizeof(text), "%gx  ", playing.speed);
    if (playing.n_dropped > 0)
        g_snprintf(text + strlen(text), sizeof(text) - strlen(text), _("%ld dropped"), (long)playing.n_dropped);
    if (playing.divisor > 1)
        g_strlcat(text, _("  half size"), sizeof(text));
    gtk_label_set_text(GTK_LABEL(transport->status), text);
}

GtkWidget *transport_new(struct app *app, bool whole)
{
    struct transport *transport = g_new0(struct transport, 1);
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *row = gtk_center_box_new();
    GtkWidget *buttons = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
    transport->app = app;
    for (const char *const *name = (const char *const[]){"go-start", "frame-back", "play-reverse", "play", "frame-on",
                                                         "go-end", "loop", NULL};
         *name; name++) {
        GtkWidget *button = action_button(app, *name);
        gtk_box_append(GTK_BOX(buttons), button);
        if (!strcmp(*name, "play"))
            transport->play = button;
    }
    transport->status = window_label("", "dim");
    gtk_widget_add_css_class(row, "bar");
    gtk_center_box_set_start_widget(GTK_CENTER_BOX(row), transport->status);
    gtk_center_box_set_center_widget(GTK_CENTER_BOX(row), buttons);
    gtk_center_box_set_end_widget(GTK_CENTER_BOX(row), timecode_entry_new(app));
    gtk_box_append(GTK_BOX(column), scrubber_new(app, whole));
    gtk_box_append(GTK_BOX(column), row);
    g_object_set_data_full(G_OBJECT(column), "transport", transport, g_free);
    app_watch(app, column, HO_NEWS_PLAYHEAD, show, transport);
    return column;
}
