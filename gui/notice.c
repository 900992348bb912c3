// SPDX-License-Identifier: BSD-2-Clause
#include "notice.h"

#include "icon.h"

#define SHOWN_SECONDS 12

static guint timeout;

static gboolean hide(gpointer app)
{
    timeout = 0;
    app_say(app, "");
    return G_SOURCE_REMOVE;
}

void app_say(struct app *app, const char *sentence)
{
    GtkWidget *row = gtk_revealer_get_child(GTK_REVEALER(app->notice));
    g_clear_handle_id(&timeout, g_source_remove);
    if (*sentence) {
        gtk_label_set_text(GTK_LABEL(gtk_widget_get_first_child(row)), sentence);
        gtk_widget_set_tooltip_text(row, sentence);
        timeout = g_timeout_add_seconds(SHOWN_SECONDS, hide, app);
    }
    gtk_revealer_set_reveal_child(GTK_REVEALER(app->notice), *sentence != 0);
}

static void on_close(GtkButton *button, struct app *app)
{
    (void)button;
    app_say(app, "");
}

static void on_message(void *opaque, const struct ho_news *news)
{
    (void)news;
    struct app *app = opaque;
    app_say(app, ho_session_message(app->session));
}

static void on_destroy(void) { g_clear_handle_id(&timeout, g_source_remove); }

GtkWidget *notice_new(struct app *app)
{
    GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8), *label = gtk_label_new(""), *close = gtk_button_new();
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_lines(GTK_LABEL(label), 2);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_label_set_natural_wrap_mode(GTK_LABEL(label), GTK_NATURAL_WRAP_NONE);
    gtk_label_set_max_width_chars(GTK_LABEL(label), 64);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_widget_set_name(label, "notice");
    gtk_widget_set_focus_on_click(close, FALSE);
    gtk_button_set_child(GTK_BUTTON(close), icon_new("close"));
    gtk_widget_set_tooltip_text(close, _("Close"));
    gtk_widget_add_css_class(row, "notice");
    gtk_box_append(GTK_BOX(row), label);
    gtk_box_append(GTK_BOX(row), close);
    g_signal_connect(close, "clicked", G_CALLBACK(on_close), app);
    app->notice = gtk_revealer_new();
    gtk_widget_set_valign(row, GTK_ALIGN_CENTER);
    gtk_widget_add_css_class(close, "icon");
    gtk_revealer_set_transition_type(GTK_REVEALER(app->notice), GTK_REVEALER_TRANSITION_TYPE_NONE);
    gtk_revealer_set_child(GTK_REVEALER(app->notice), row);
    app_watch(app, app->notice, HO_NEWS_MESSAGE, on_message, app);
    g_signal_connect(app->notice, "destroy", G_CALLBACK(on_destroy), NULL);
    return app->notice;
}
