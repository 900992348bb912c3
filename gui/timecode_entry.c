// SPDX-License-Identifier: BSD-2-Clause
// The playhead's timecode. Typed digits fill it from the right, as editors expect ("1200" is 00:00:12:00); "+12" and
// "-5" step by frames.
#include <ctype.h>
#include <string.h>

#include "span.h"
#include "transport.h"

struct timecode_entry {
    struct app *app;
    GtkWidget *widget;
};

static void show(void *opaque, const struct ho_news *news)
{
    (void)news;
    struct timecode_entry *entry = opaque;
    GtkWidget *text = GTK_WIDGET(gtk_editable_get_delegate(GTK_EDITABLE(entry->widget)));
    char timecode[HO_TIMECODE_SIZE];
    if (gtk_widget_has_focus(text))
        return;    // it is being typed into
    ho_timecode_format(ho_timecode_add(span_timeline_start(entry->app), ho_session_playhead(entry->app->session)),
                       timecode);
    if (strcmp(timecode, gtk_editable_get_text(GTK_EDITABLE(entry->widget))) != 0)
        gtk_editable_set_text(GTK_EDITABLE(entry->widget), timecode);
}

// "1200" as 00:00:12:00. False: it is not made of 1 to 8 digits.
static bool expand(const char *typed, char out[HO_TIMECODE_SIZE])
{
    char digits[9] = "00000000";
    size_t n = strlen(typed);
    if (n < 1 || n > 8 || strspn(typed, "0123456789") != n)
        return false;
    memcpy(digits + 8 - n, typed, n);
    g_snprintf(out, HO_TIMECODE_SIZE, "%.2s:%.2s:%.2s:%.2s", digits, digits + 2, digits + 4, digits + 6);
    return true;
}

static void on_activate(GtkEntry *widget, struct timecode_entry *entry)
{
    char timecode[HO_TIMECODE_SIZE];
    g_autofree char *typed = g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(widget))));
    gtk_window_set_focus(entry->app->window, NULL);
    app_do(entry->app, "playhead", "frame", expand(typed, timecode) ? timecode : typed, NULL);
    show(entry, NULL);
}

static gboolean on_key(GtkEventController *controller, guint value, guint code, GdkModifierType state,
                       struct timecode_entry *entry)
{
    (void)controller, (void)code, (void)state;
    if (value != GDK_KEY_Escape)
        return FALSE;
    gtk_window_set_focus(entry->app->window, NULL);
    show(entry, NULL);
    return TRUE;
}

GtkWidget *timecode_entry_new(struct app *app)
{
    struct timecode_entry *entry = g_new0(struct timecode_entry, 1);
    GtkEventController *keys = gtk_event_controller_key_new();
    entry->app = app;
    entry->widget = gtk_entry_new();
    gtk_widget_set_name(entry->widget, "timecode");
    gtk_widget_add_css_class(entry->widget, "timecode");
    gtk_widget_set_valign(entry->widget, GTK_ALIGN_CENTER);
    gtk_editable_set_width_chars(GTK_EDITABLE(entry->widget), 11);
    gtk_editable_set_max_width_chars(GTK_EDITABLE(entry->widget), 11);
    gtk_editable_set_alignment(GTK_EDITABLE(entry->widget), 0.5f);
    gtk_widget_set_tooltip_text(entry->widget, _("Type where to go: 1200 is 12 seconds, +5 is five frames on"));
    gtk_accessible_update_property(GTK_ACCESSIBLE(entry->widget), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Timecode"), -1);
    g_signal_connect(entry->widget, "activate", G_CALLBACK(on_activate), entry);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), entry);
    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    gtk_widget_add_controller(entry->widget, keys);
    g_object_set_data_full(G_OBJECT(entry->widget), "timecode-entry", entry, g_free);
    app_watch(app, entry->widget, HO_NEWS_PLAYHEAD | HO_NEWS_TIMELINE | HO_NEWS_PROJECT, show, entry);
    show(entry, NULL);
    return entry->widget;
}
