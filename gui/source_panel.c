// SPDX-License-Identifier: BSD-2-Clause
#include "bin_view.h"
#include "window.h"

enum { NAME, FILE_NAME, SIZE, RATE, LENGTH, START, CODEC, COLOUR, ALPHA, SOUND, REEL, N_ROWS };
static const char *const titles[N_ROWS] = {"Clip name", "File",   "Size",  "Frame rate", "Length", "Start",
                                           "Codec",     "Colour", "Alpha", "Sound",      "Reel"};
struct source_panel {
    struct app *app;
    GtkWidget *values[N_ROWS], *grid, *empty, *warning;
};

static void set(struct source_panel *panel, int row, const char *format, ...) G_GNUC_PRINTF(3, 4);
static void set(struct source_panel *panel, int row, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    gtk_label_set_text(GTK_LABEL(panel->values[row]), text);
    gtk_widget_set_tooltip_text(panel->values[row], text);
}

static void show_source(struct source_panel *panel, const struct ho_project_media *media)
{
    const struct ho_source_info *source = &media->source;
    char start[HO_TIMECODE_SIZE] = "none", mismatch[256] = "";
    const struct ho_timeline *timeline = ho_session_timeline(panel->app->session, NULL);
    if (source->has_timecode)
        ho_timecode_format(source->start, start);
    set(panel, NAME, "%s", *media->clip_name ? media->clip_name : source->clip_name);
    set(panel, FILE_NAME, "%s", source->path);
    set(panel, SIZE, "%d x %d", source->width, source->height);
    set(panel, RATE, "%.3f%s", (double)source->rate.num / (double)source->rate.den,
        source->variable_rate ? ", variable" : "");
    set(panel, LENGTH, "%ld frames", (long)source->n_frames);
    set(panel, START, "%s", start);
    set(panel, CODEC, "%s %s", source->codec, source->profile);
    set(panel, COLOUR, "%d bit%s", source->bit_depth, source->colour_is_tagged ? "" : ", tags by size");
    set(panel, ALPHA, "%s", source->has_alpha ? "yes" : "none");
    set(panel, SOUND, "%d streams", source->n_audio_streams);
    set(panel, REEL, "%s", *source->reel_name ? source->reel_name : "none");
    bool differs = timeline && ho_timeline_mismatch(timeline, media->id, mismatch, sizeof(mismatch));
    gtk_label_set_text(GTK_LABEL(panel->warning), differs ? mismatch : "");
}

static void show(void *opaque, const struct ho_news *news)
{
    (void)news;
    struct source_panel *panel = opaque;
    const struct ho_project_media *media = ho_session_media(panel->app->session,
                                                            ho_session_selected_media(panel->app->session));
    gtk_widget_set_visible(panel->grid, media != NULL);
    gtk_widget_set_visible(panel->empty, media == NULL);
    if (media)
        show_source(panel, media);
}

GtkWidget *source_panel_new(struct app *app)
{
    struct source_panel *panel = g_new0(struct source_panel, 1);
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8), *head = window_bar("head");
    panel->app = app;
    panel->grid = gtk_grid_new();
    panel->empty = window_label(_("Select a clip: what it is stands here"), "dim");
    panel->warning = window_label("", "warning");
    gtk_label_set_wrap(GTK_LABEL(panel->warning), TRUE);
    gtk_grid_set_row_spacing(GTK_GRID(panel->grid), 8);
    gtk_grid_set_column_spacing(GTK_GRID(panel->grid), 12);
    for (int i = 0; i < N_ROWS; i++) {
        panel->values[i] = window_label("", NULL);
        gtk_label_set_ellipsize(GTK_LABEL(panel->values[i]), PANGO_ELLIPSIZE_MIDDLE);
        gtk_label_set_max_width_chars(GTK_LABEL(panel->values[i]), 24);
        gtk_widget_set_hexpand(panel->values[i], TRUE);
        gtk_grid_attach(GTK_GRID(panel->grid), window_label(titles[i], "dim"), 0, i, 1, 1);
        gtk_grid_attach(GTK_GRID(panel->grid), panel->values[i], 1, i, 1, 1);
    }
    gtk_box_append(GTK_BOX(head), window_label(_("Inspector"), "title"));
    gtk_box_append(GTK_BOX(column), head);
    for (GtkWidget *const *part = (GtkWidget *const[]){panel->grid, panel->empty, panel->warning, NULL}; *part;
         part++) {
        gtk_widget_set_margin_start(*part, 8);
        gtk_widget_set_margin_end(*part, 8);
        gtk_box_append(GTK_BOX(column), *part);
    }
    gtk_widget_set_size_request(column, 264, -1);
    g_object_set_data_full(G_OBJECT(column), "source-panel", panel, g_free);
    app_watch(app, column, HO_NEWS_SELECTION | HO_NEWS_MEDIA | HO_NEWS_PROJECT | HO_NEWS_TIMELINE, show, panel);
    show(panel, NULL);
    return column;
}
