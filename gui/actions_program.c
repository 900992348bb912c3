// SPDX-License-Identifier: BSD-2-Clause
// Files, undo, pages: what holds everywhere.
#include "actions.h"
#include "command_search.h"
#include "file_dialog.h"
#include "history.h"
#include "job_bar.h"
#include "window.h"

static void open_film(struct app *app, GtkWidget *panel, int value)
{
    (void)panel, (void)value;
    file_dialog_open(app, _("Open a film or a project"), app_open);
}

static void import_chosen(struct app *app, const char *path) { app_do(app, "import", "file", path, NULL); }

static void import_media(struct app *app, GtkWidget *panel, int value)
{
    (void)panel, (void)value;
    file_dialog_open(app, _("Import into the media pool"), import_chosen);
}

// Of the selected media's size and rate; that is put on it.
static void new_timeline(struct app *app, GtkWidget *panel, int value)
{
    (void)panel, (void)value;
    int64_t id = ho_session_selected_media(app->session);
    const struct ho_project_media *media = ho_session_media(app->session, id);
    g_autofree char *text = g_strdup_printf("%ld", (long)id);
    if (!media)
        app_do(app, "new-timeline", NULL);
    else if (app_do(app, "new-timeline", "media", text, "name",
                    *media->clip_name ? media->clip_name : media->source.clip_name, NULL))
        app_do(app, "append", "media", text, NULL);
}

static void new_project(struct app *app, GtkWidget *panel, int value)
{
    (void)panel, (void)value;
    struct ho_diag diag = {0};
    if (ho_session_open_untitled(app->session, &diag) != HO_OK)
        app_say(app, diag.message);
    app_show_page(app, "media");
}

static void save_chosen(struct app *app, const char *path)
{
    g_autofree char *name = g_str_has_suffix(path, ".holdout") ? g_strdup(path) : g_strdup_printf("%s.holdout", path);
    app_do(app, "save-as", "file", name, NULL);
}

static void save_as(struct app *app, GtkWidget *panel, int value)
{
    (void)panel, (void)value;
    file_dialog_save(app, _("Save the project as"), "project.holdout", save_chosen);
}

// Everything is saved always; a project without a name gets one.
static void save(struct app *app, GtkWidget *panel, int value)
{
    if (ho_session_is_untitled(app->session))
        save_as(app, panel, value);
    else
        app_say(app, _("Saved: every step is kept as soon as it is made."));
}

static void quit(struct app *app, GtkWidget *panel, int value)
{
    (void)panel, (void)value;
    bool is_worked_on = ho_session_is_untitled(app->session) && app_can(app, "undo");
    if (job_bar_running(app) || is_worked_on)
        quit_dialog(app);
    else
        window_close(app);
}

static void undo(struct app *app, GtkWidget *panel, int value)
{
    (void)panel;
    app_do(app, value > 0 ? "redo" : "undo", NULL);
}
static bool can_undo(struct app *app) { return app_can(app, "undo"); }
static bool can_redo(struct app *app) { return app_can(app, "redo"); }
static bool has_project(struct app *app) { return ho_session_project(app->session) != NULL; }

static void show_page(struct app *app, GtkWidget *panel, int value)
{
    static const char *const names[] = {"media", "edit", "fusion", "color", "deliver"};
    (void)panel;
    app_show_page(app, names[value]);
}

static void show_history(struct app *app, GtkWidget *panel, int value)
{
    (void)panel, (void)value;
    history_show(app);
}

static void search(struct app *app, GtkWidget *panel, int value)
{
    (void)panel;
    command_search_show(app, value != 0);
}

static void full_screen(struct app *app, GtkWidget *panel, int value)
{
    (void)panel, (void)value;
    if (gtk_window_is_fullscreen(app->window))
        gtk_window_unfullscreen(app->window);
    else
        gtk_window_fullscreen(app->window);
}

#define ANYWHERE ACTION_ANYWHERE
const struct action actions_program[] = {
    {"open", _("Open Film or Project..."), "File", ANYWHERE, "<Control>o", "open", open_film, 0, NULL, true},
    {"new-project", _("New Project"), "File", ANYWHERE, NULL, NULL, new_project, 0, NULL, false},
    {"import", _("Import Media..."), "File", ANYWHERE, "<Control>i", "add", import_media, 0, has_project, false},
    {"new-timeline", _("New Timeline"), "File", ANYWHERE, "<Control>n", NULL, new_timeline, 0, has_project, false},
    {"save", _("Save"), "File", ANYWHERE, "<Control>s", NULL, save, 0, has_project, true},
    {"save-as", _("Save As..."), "File", ANYWHERE, "<Control><Shift>s", NULL, save_as, 0, has_project, true},
    {"quit", _("Quit"), "File", ANYWHERE, "<Control>q", NULL, quit, 0, NULL, true},
    {"undo", _("Undo"), "Edit", ANYWHERE, "<Control>z", "undo", undo, -1, can_undo, false},
    {"redo", _("Redo"), "Edit", ANYWHERE, "<Control><Shift>z <Control>y", "redo", undo, 1, can_redo, false},
    {"history", _("History..."), "Edit", ANYWHERE, "<Control>h", "history", show_history, 0, has_project, false},
    {"page-media", _("Media Page"), "View", ANYWHERE, "<Shift>2", "media", show_page, 0, NULL, false},
    {"page-edit", _("Edit Page"), "View", ANYWHERE, "<Shift>4", "edit", show_page, 1, NULL, false},
    {"page-fusion", _("Fusion Page"), "View", ANYWHERE, "<Shift>5", "fusion", show_page, 2, NULL, false},
    {"page-color", _("Color Page"), "View", ANYWHERE, "<Shift>6", "color", show_page, 3, NULL, false},
    {"page-deliver", _("Deliver Page"), "View", ANYWHERE, "<Shift>8", "deliver", show_page, 4, NULL, false},
    {"full-screen", _("Full Screen"), "View", ANYWHERE, "<Control>f", NULL, full_screen, 0, NULL, false},
    {"command-search", _("Find a Command..."), "Help", ANYWHERE, "<Control><Shift>p", "search", search, 0, NULL, true},
    {"cheat-sheet", _("Keys..."), "Help", ANYWHERE, "question", NULL, search, 1, NULL, false},
    {0},
};
