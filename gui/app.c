// SPDX-License-Identifier: BSD-2-Clause
#include "app.h"

#include <stdlib.h>
#include <string.h>

#include "save_queue.h"

#define ARGUMENTS_MAX 12

static bool perform(struct app *app, const char *command, va_list pairs, char **reply)
{
    struct ho_argument_value arguments[ARGUMENTS_MAX];
    struct ho_diag diag = {0};
    size_t n = 0;
    for (const char *name = va_arg(pairs, const char *); name; name = va_arg(pairs, const char *)) {
        const char *value = va_arg(pairs, const char *);
        if (value && n < ARGUMENTS_MAX)
            arguments[n++] = (struct ho_argument_value){name, value};
    }
    if (ho_session_do(app->session, command, arguments, n, reply, &diag) == HO_OK)
        return true;
    app_say(app, diag.message);
    return false;
}

bool app_do(struct app *app, const char *command, ...)
{
    va_list pairs;
    va_start(pairs, command);
    bool done = perform(app, command, pairs, NULL);
    va_end(pairs);
    return done;
}

char *app_ask(struct app *app, const char *command, ...)
{
    va_list pairs;
    char *reply = NULL;
    va_start(pairs, command);
    bool done = perform(app, command, pairs, &reply);
    va_end(pairs);
    return done ? reply : NULL;
}

bool app_can(struct app *app, const char *command) { return ho_session_can(app->session, command, NULL); }

void app_stop_work(struct app *app, const struct ho_work *work)
{
    g_autofree char *id = g_strdup_printf("%ld", (long)work->id);
    if (work == save_queue_running())
        save_queue_stop(app, work->id);
    else
        app_do(app, "cancel-job", "job", id, NULL);
}

// ---- observing

struct watch {
    struct app *app;
    int observer;
};

static void on_destroy(GtkWidget *widget, struct watch *watch)
{
    (void)widget;
    ho_session_unobserve(watch->app->session, watch->observer);
    g_free(watch);
}

void app_watch(struct app *app, GtkWidget *widget, unsigned kinds, ho_observer observer, void *opaque)
{
    struct watch *watch = g_new(struct watch, 1);
    *watch = (struct watch){app, ho_session_observe(app->session, kinds, observer, opaque)};
    g_signal_connect(widget, "destroy", G_CALLBACK(on_destroy), watch);
}

// ---- opening

void app_open(struct app *app, const char *path)
{
    struct ho_diag diag = {0};
    if (g_str_has_suffix(path, ".holdout")) {
        if (ho_session_open(app->session, path, HO_SESSION_OPEN, &diag) != HO_OK)
            app_say(app, diag.message);
        else
            app_show_page(app, ho_session_clip(app->session) ? "color" : "media");
        return;
    }
    if (!ho_session_project(app->session) && ho_session_open_untitled(app->session, &diag) != HO_OK) {
        app_say(app, diag.message);
        return;
    }
    app_show_page(app, "color");
    app_do(app, "open-film", "file", path, NULL);
}

// ---- what was open last: a file beside the user's settings that names it

static char *last_file(void) { return g_build_filename(g_get_user_config_dir(), "holdout", "last", NULL); }

void app_open_last(struct app *app)
{
    struct ho_diag diag = {0};
    g_autofree char *file = last_file(), *path = NULL;
    if (g_file_get_contents(file, &path, NULL, NULL) && g_file_test(g_strchomp(path), G_FILE_TEST_EXISTS)) {
        app_open(app, path);
        return;
    }
    if (ho_session_open_untitled(app->session, &diag) != HO_OK)
        app_say(app, diag.message);
}

void app_remember(struct app *app)
{
    struct ho_project *project = ho_session_project(app->session);
    g_autofree char *file = last_file(), *folder = g_path_get_dirname(file);
    if (project && g_mkdir_with_parents(folder, 0700) == 0)
        g_file_set_contents(file, ho_project_path(project), -1, NULL);
}
