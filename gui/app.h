// SPDX-License-Identifier: BSD-2-Clause
// What every part of the window is given: the program, its session, and how to ask it for something.
#ifndef GUI_APP_H
#define GUI_APP_H

#include <gtk/gtk.h>
#include <holdout/session.h>

#define _(text) (text)    // where gettext goes in

struct keymap;
struct test_port;
struct app_options {
    char *bank, *engine, *settings;    // NULL: the defaults; `settings`: folder of the window's own state
    gboolean test_port;
    gboolean debug_stalls;
};
struct app {
    struct app_options options;
    GtkApplication *application;
    GtkWindow *window;
    struct ho_session *session;
    struct keymap *keymap;
    const char *page;    // name of the one that is shown
    GtkWidget *stack, *page_buttons, *project_name, *notice;
    GPtrArray *buttons;    // of actions, greyed by actions_refresh()
    bool follows;          // the viewer goes along while tracking
};

// A command of the session: pairs of name and value, ended by NULL. What it refuses is shown as a sentence; false then.
bool app_do(struct app *app, const char *command, ...) G_GNUC_NULL_TERMINATED;
// As app_do(), with its reply (malloc'd; NULL on failure).
char *app_ask(struct app *app, const char *command, ...) G_GNUC_NULL_TERMINATED;
void app_stop_work(struct app *app, const struct ho_work *work);
bool app_can(struct app *app, const char *command);
void app_say(struct app *app, const char *sentence);    // in the window's notice; "" takes it away
void app_show_page(struct app *app, const char *name);
void app_remember(struct app *app);
void app_open_last(struct app *app);                 // the project that was open last, else an untitled one, empty
void app_open(struct app *app, const char *path);    // a project; anything else is imported and shown on Color
// Observes for as long as the widget lives.
void app_watch(struct app *app, GtkWidget *widget, unsigned kinds, ho_observer observer, void *opaque);

#endif
