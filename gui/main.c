// SPDX-License-Identifier: BSD-2-Clause
// holdout-gui [FILM|PROJECT.holdout]...: the desktop program.
#include <stdio.h>
#include <stdlib.h>

#include "actions.h"
#include "app.h"
#include "keymap.h"
#include "pump.h"
#include "save_queue.h"
#include "sound.h"
#include "style.h"
#include "test_port.h"
#include "window.h"

// Without a GPU, GTK's cairo renderer redraws what changed and nothing else; its GL one draws all, on the decoder's
// cores.
static void choose_renderer(void)
{
    g_autoptr(GDir) folder = g_dir_open("/dev/dri", 0, NULL);
    const char *name;
    while (folder && (name = g_dir_read_name(folder))) {
        if (g_str_has_prefix(name, "renderD"))
            return;
    }
    g_setenv("GSK_RENDERER", "cairo", FALSE);
}

static bool create_session(struct app *app)
{
    struct ho_diag diag = {0};
    struct ho_session_options options = {.bank_dir = app->options.bank,
                                         .engine = app->options.engine,
                                         .wake = pump_wake,
                                         .opaque = app,
                                         .sound = app->options.test_port ? NULL : sound_output()};
    if (ho_session_create(&options, &app->session, &diag) == HO_OK)
        return true;
    fprintf(stderr, "holdout-gui: %s\n", diag.message);
    return false;
}

static void show_window(struct app *app)
{
    if (app->window) {
        gtk_window_present(app->window);
        return;
    }
    style_install();
    window_create(app);
    app_show_page(app, "media");
    gtk_window_present(app->window);
    if (app->options.test_port) {
        g_object_set(gtk_settings_get_default(), "gtk-enable-animations", FALSE, "gtk-cursor-blink", FALSE, NULL);
        test_port_start(app);
    }
    if (app->options.debug_stalls)
        stalls_start();
}

static void on_activate(GApplication *application, struct app *app)
{
    (void)application;
    bool is_first = !app->window;
    show_window(app);
    if (is_first)
        app_open_last(app);
}

static void on_open(GApplication *application, GFile **files, int n, const char *hint, struct app *app)
{
    (void)application, (void)hint;
    show_window(app);
    for (int i = 0; i < n; i++) {
        g_autofree char *path = g_file_get_path(files[i]);
        if (path)
            app_open(app, path);
    }
}

static char *keymap_file(void) { return g_build_filename(g_get_user_config_dir(), "holdout", "keys", NULL); }

static GApplication *application_new(struct app *app)
{
    const GOptionEntry entries[] = {
        {"bank", 0, 0, G_OPTION_ARG_FILENAME, &app->options.bank, _("where mattes are kept"), "DIR"},
        {"engine", 0, 0, G_OPTION_ARG_STRING, &app->options.engine, _("what tracks: embedded, stub"), "NAME"},
        {"test-port", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &app->options.test_port, NULL, NULL},
        {"debug-stalls", 0, 0, G_OPTION_ARG_NONE, &app->options.debug_stalls, _("measure how long the window stands"),
         NULL},
        {0},
    };
    GApplication *application = G_APPLICATION(
        gtk_application_new("org.holdout.Holdout", G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE));
    g_application_add_main_option_entries(application, entries);
    g_application_set_option_context_parameter_string(application, "[FILM|PROJECT.holdout...]");
    g_application_set_option_context_summary(application,
                                             "Track an object once, keep its matte for ever, use it anywhere.");
    g_signal_connect(application, "activate", G_CALLBACK(on_activate), app);
    g_signal_connect(application, "open", G_CALLBACK(on_open), app);
    return application;
}

// The session is there as long as the window, and goes after it: widgets still unobserve.
static void on_startup(GApplication *application, struct app *app)
{
    if (!create_session(app))
        g_application_quit(application);
}

int main(int argc, char **argv)
{
    struct app app = {.follows = true};
    choose_renderer();
    GApplication *application = application_new(&app);
    g_autofree char *keys = keymap_file();
    app.application = GTK_APPLICATION(application);
    app.keymap = keymap_new(keys);
    app.buttons = g_ptr_array_new_with_free_func(g_object_unref);
    g_signal_connect_after(application, "startup", G_CALLBACK(on_startup), &app);
    int status = g_application_run(application, argc, argv);
    window_close(&app);
    stalls_stop();
    save_queue_close();
    ho_session_destroy(&app.session);
    pump_stop(&app);
    g_ptr_array_unref(app.buttons);
    keymap_free(app.keymap);
    g_free(app.options.bank);
    g_free(app.options.engine);
    g_object_unref(application);
    return status;
}
