// SPDX-License-Identifier: BSD-2-Clause
#include "deliver_panel.h"

#include "icon.h"
#include "job_bar.h"
#include "save_queue.h"
#include "window.h"

struct render_queue {
    struct app *app;
    GtkWidget *column;
};

static void on_stop(GtkButton *button, struct render_queue *queue)
{
    save_queue_stop(queue->app, GPOINTER_TO_INT(g_object_get_data(G_OBJECT(button), "job")));
}

static void on_reveal(GtkButton *button, struct render_queue *queue)
{
    g_autofree char *folder = g_path_get_dirname(g_object_get_data(G_OBJECT(button), "file"));
    g_autoptr(GFile) file = g_file_new_for_path(folder);
    g_autofree char *uri = g_file_get_uri(file);
    gtk_show_uri(queue->app->window, uri, GDK_CURRENT_TIME);
}

static char *describe(const struct ho_work *work)
{
    if (work->status == HO_JOB_RUNNING)
        return job_bar_words(work);
    return g_strdup(work->status == HO_JOB_WAITING     ? _("waiting")
                    : work->status == HO_JOB_CANCELLED ? _("stopped; nothing was written")
                                                       : work->message);
}

static GtkWidget *icon_button(const char *icon, const char *tip, GCallback clicked, struct render_queue *queue)
{
    GtkWidget *button = gtk_button_new();
    gtk_button_set_child(GTK_BUTTON(button), icon_new(icon));
    gtk_widget_add_css_class(button, "icon");
    gtk_widget_set_focus_on_click(button, FALSE);
    gtk_widget_set_tooltip_text(button, tip);
    g_signal_connect(button, "clicked", clicked, queue);
    return button;
}

static GtkWidget *row_new(struct render_queue *queue, const struct ho_work *work, size_t i)
{
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4), *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
    GtkWidget *name = window_label(work->name, "title"), *progress = gtk_progress_bar_new();
    g_autofree char *words = describe(work), *widget_name = g_strdup_printf("job-%zu", i);
    GtkWidget *label = window_label(words, work->status == HO_JOB_FAILED ? "error" : "dim");
    GtkWidget *stop = icon_button("close", work->status == HO_JOB_RUNNING ? _("Stop") : _("Take out of the list"),
                                  G_CALLBACK(on_stop), queue);
    gtk_widget_set_name(column, widget_name);
    gtk_label_set_ellipsize(GTK_LABEL(name), PANGO_ELLIPSIZE_MIDDLE);
    gtk_widget_set_hexpand(name, TRUE);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_max_width_chars(GTK_LABEL(label), 36);
    g_object_set_data(G_OBJECT(stop), "job", GINT_TO_POINTER((int)work->id));
    gtk_box_append(GTK_BOX(head), name);
    if (work->status == HO_JOB_DONE) {
        GtkWidget *reveal = icon_button("open", _("Show its folder"), G_CALLBACK(on_reveal), queue);
        g_object_set_data_full(G_OBJECT(reveal), "file", g_strdup(work->message), g_free);
        gtk_box_append(GTK_BOX(head), reveal);
    }
    gtk_box_append(GTK_BOX(head), stop);
    gtk_box_append(GTK_BOX(column), head);
    if (work->status == HO_JOB_RUNNING) {
        gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(progress),
                                      work->n_total > 0 ? (double)work->n_done / (double)work->n_total : 0);
        gtk_box_append(GTK_BOX(column), progress);
    }
    gtk_box_append(GTK_BOX(column), label);
    return column;
}

static void show(void *opaque)
{
    struct render_queue *queue = opaque;
    for (GtkWidget *child; (child = gtk_widget_get_first_child(queue->column));)
        gtk_box_remove(GTK_BOX(queue->column), child);
    for (size_t i = 0; i < save_queue_size(); i++)
        gtk_box_append(GTK_BOX(queue->column), row_new(queue, save_queue_work(i), i));
    if (save_queue_size() == 0)
        gtk_box_append(GTK_BOX(queue->column),
                       window_label(_("What is added to the queue is written at once."), "dim"));
}

GtkWidget *render_queue_new(struct app *app)
{
    struct render_queue *queue = g_new0(struct render_queue, 1);
    GtkWidget *panel = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *head = window_bar("head");
    queue->app = app;
    queue->column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
    gtk_widget_set_margin_start(queue->column, 8);
    gtk_widget_set_margin_end(queue->column, 8);
    gtk_widget_set_margin_top(queue->column, 8);
    gtk_widget_set_name(queue->column, "queue");
    gtk_box_append(GTK_BOX(head), window_label(_("Render Queue"), "title"));
    gtk_box_append(GTK_BOX(panel), head);
    gtk_box_append(GTK_BOX(panel), window_scrolled(queue->column));
    gtk_widget_set_size_request(panel, 280, -1);
    g_object_set_data_full(G_OBJECT(panel), "render-queue", queue, g_free);
    save_queue_watch(queue->column, show, queue);
    show(queue);
    return panel;
}
