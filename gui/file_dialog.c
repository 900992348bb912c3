// SPDX-License-Identifier: BSD-2-Clause
#include "file_dialog.h"

#include "job_bar.h"
#include "window.h"

struct asked {
    struct app *app;
    file_chosen chosen;
};

static char *folder;

static void give(GListModel *files, const struct asked *asked)
{
    for (guint i = 0; i < g_list_model_get_n_items(files); i++) {
        g_autoptr(GFile) file = g_list_model_get_item(files, i);
        g_autofree char *path = g_file_get_path(file);
        if (!path)
            continue;
        g_free(folder);
        folder = g_path_get_dirname(path);
        asked->chosen(asked->app, path);
    }
}

static void on_response(GtkNativeDialog *dialog, int response, struct asked *asked)
{
    if (response == GTK_RESPONSE_ACCEPT) {
        g_autoptr(GListModel) files = gtk_file_chooser_get_files(GTK_FILE_CHOOSER(dialog));
        give(files, asked);
    }
    g_free(asked);
    gtk_native_dialog_destroy(dialog);
    g_object_unref(dialog);
}

static GtkFileChooser *ask(struct app *app, const char *title, GtkFileChooserAction action, file_chosen chosen)
{
    GtkFileChooserNative *dialog = gtk_file_chooser_native_new(title, app->window, action, NULL, NULL);
    struct asked *asked = g_new(struct asked, 1);
    *asked = (struct asked){app, chosen};
    if (folder) {
        g_autoptr(GFile) file = g_file_new_for_path(folder);
        gtk_file_chooser_set_current_folder(GTK_FILE_CHOOSER(dialog), file, NULL);
    }
    gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
    g_signal_connect(dialog, "response", G_CALLBACK(on_response), asked);
    return GTK_FILE_CHOOSER(dialog);
}

void file_dialog_open(struct app *app, const char *title, file_chosen chosen)
{
    GtkFileChooser *dialog = ask(app, title, GTK_FILE_CHOOSER_ACTION_OPEN, chosen);
    gtk_file_chooser_set_select_multiple(dialog, TRUE);
    gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}

void file_dialog_save(struct app *app, const char *title, const char *name, file_chosen chosen)
{
    GtkFileChooser *dialog = ask(app, title, GTK_FILE_CHOOSER_ACTION_SAVE, chosen);
    gtk_file_chooser_set_current_name(dialog, name);
    gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}

void file_dialog_folder(struct app *app, const char *title, file_chosen chosen)
{
    gtk_native_dialog_show(GTK_NATIVE_DIALOG(ask(app, title, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, chosen)));
}

// ---- quitting while something runs, or without a name

static gboolean close_later(gpointer app)
{
    window_close(app);
    return G_SOURCE_REMOVE;
}

static void save_and_close(struct app *app, const char *path)
{
    g_autofree char *name = g_str_has_suffix(path, ".holdout") ? g_strdup(path) : g_strdup_printf("%s.holdout", path);
    if (app_do(app, "save-as", "file", name, NULL))
        g_idle_add(close_later, app);
}

static void on_quit(GtkDialog *dialog, int response, struct app *app)
{
    gtk_window_destroy(GTK_WINDOW(dialog));
    if (response == GTK_RESPONSE_ACCEPT)
        g_idle_add(close_later, app);
    else if (response == GTK_RESPONSE_APPLY)
        file_dialog_save(app, _("Save the project as"), "project.holdout", save_and_close);
}

static GtkWidget *question(struct app *app, const char *title, const char *text)
{
    GtkWidget *dialog = gtk_message_dialog_new(app->window, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                               GTK_MESSAGE_QUESTION, GTK_BUTTONS_NONE, "%s", title);
    gtk_message_dialog_format_secondary_text(GTK_MESSAGE_DIALOG(dialog), "%s", text);
    gtk_dialog_add_button(GTK_DIALOG(dialog), _("Stay"), GTK_RESPONSE_CANCEL);
    g_signal_connect(dialog, "response", G_CALLBACK(on_quit), app);
    return dialog;
}

void quit_dialog(struct app *app)
{
    GtkWidget *dialog;
    if (job_bar_running(app)) {
        dialog = question(app, _("Something is still running. Stop it and quit?"),
                          _("What is tracked and rendered so far is kept, and goes on from there."));
        gtk_dialog_add_button(GTK_DIALOG(dialog), _("Stop and Quit"), GTK_RESPONSE_ACCEPT);
    } else {
        dialog = question(
            app, _("Give the project a name?"),
            _("It is saved already, and comes back at the next start; with a name it is found again later."));
        gtk_dialog_add_button(GTK_DIALOG(dialog), _("Keep It Untitled"), GTK_RESPONSE_ACCEPT);
        gtk_dialog_add_button(GTK_DIALOG(dialog), _("Name It..."), GTK_RESPONSE_APPLY);
    }
    gtk_window_present(GTK_WINDOW(dialog));
}
