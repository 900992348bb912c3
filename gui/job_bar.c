// SPDX-License-Identifier: BSD-2-Clause
#include "job_bar.h"

#include "icon.h"
#include "save_queue.h"
#include "window.h"

struct job_bar {
    struct app *app;
    GtkWidget *row, *name, *progress;
};

char *job_bar_words(const struct ho_work *work)
{
    if (work->n_total <= 0)
        return g_strdup(_("starting"));
    if (work->seconds_left < 0)
        return g_strdup_printf(_("%ld of %ld frames"), (long)work->n_done, (long)work->n_total);
    int left = (int)(work->seconds_left + 0.5);
    return g_strdup_printf(_("%ld of %ld frames, %d:%02d left"), (long)work->n_done, (long)work->n_total, left / 60,
                           left % 60);
}

const struct ho_work *job_bar_running(struct app *app)
{
    size_t n;
    const struct ho_work *works = ho_session_jobs(app->session, &n);
    for (size_t i = 0; i < n; i++) {
        if (works[i].status == HO_JOB_RUNNING)
            return &works[i];
    }
    return save_queue_running();
}

static void show(void *opaque, const struct ho_news *news)
{
    (void)news;
    struct job_bar *bar = opaque;
    const struct ho_work *work = job_bar_running(bar->app);
    gtk_widget_set_visible(bar->row, work != NULL);
    if (!work)
        return;
    g_autofree char *words = job_bar_words(work), *text = g_strdup_printf("%s: %s", work->name, words);
    gtk_label_set_text(GTK_LABEL(bar->name), text);
    gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(bar->progress),
                                  work->n_total > 0 ? (double)work->n_done / (double)work->n_total : 0);
}

static void on_queue(void *bar) { show(bar, NULL); }

static void on_stop(GtkButton *button, struct job_bar *bar)
{
    (void)button;
    const struct ho_work *work = job_bar_running(bar->app);
    if (work)
        app_stop_work(bar->app, work);
}

GtkWidget *job_bar_new(struct app *app)
{
    struct job_bar *bar = g_new0(struct job_bar, 1);
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4), *stop = gtk_button_new();
    bar->app = app;
    bar->row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    bar->name = window_label("", "small");
    bar->progress = gtk_progress_bar_new();
    gtk_label_set_ellipsize(GTK_LABEL(bar->name), PANGO_ELLIPSIZE_MIDDLE);
    gtk_label_set_width_chars(GTK_LABEL(bar->name), 34);
    gtk_label_set_max_width_chars(GTK_LABEL(bar->name), 34);
    gtk_widget_set_valign(column, GTK_ALIGN_CENTER);
    gtk_widget_set_valign(stop, GTK_ALIGN_CENTER);
    gtk_widget_set_margin_end(bar->row, 8);
    gtk_widget_set_name(stop, "stop-work");
    gtk_widget_add_css_class(stop, "icon");
    gtk_widget_set_focus_on_click(stop, FALSE);
    gtk_widget_set_tooltip_text(stop, _("Stop; what is done is kept"));
    gtk_button_set_child(GTK_BUTTON(stop), icon_new("close"));
    gtk_box_append(GTK_BOX(column), bar->name);
    gtk_box_append(GTK_BOX(column), bar->progress);
    gtk_box_append(GTK_BOX(bar->row), column);
    gtk_box_append(GTK_BOX(bar->row), stop);
    g_signal_connect(stop, "clicked", G_CALLBACK(on_stop), bar);
    g_object_set_data_full(G_OBJECT(bar->row), "job-bar", bar, g_free);
    app_watch(app, bar->row, HO_NEWS_JOBS, show, bar);
    save_queue_watch(bar->row, on_queue, bar);
    show(bar, NULL);
    return bar->row;
}
