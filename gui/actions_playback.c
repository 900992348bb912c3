// SPDX-License-Identifier: BSD-2-Clause
// Playing, stepping, marking.
#include "actions.h"
#include "span.h"

static bool has_timeline(struct app *app) { return ho_session_timeline(app->session, NULL) != NULL; }

static void set_speed(struct app *app, double speed)
{
    struct ho_diag diag = {0};
    if (ho_session_play(app->session, speed, &diag) != HO_OK)
        app_say(app, diag.message);
}

static void play(struct app *app, GtkWidget *panel, int value)
{
    (void)panel;
    set_speed(app, ho_session_playing(app->session).speed != 0 ? 0 : value);
}

// J and L: once more is twice as fast; the other way first stops.
static void shuttle(struct app *app, GtkWidget *panel, int value)
{
    (void)panel;
    double speed = ho_session_playing(app->session).speed;
    if (value == 0)
        set_speed(app, 0);
    else if (speed * value > 0)
        set_speed(app, CLAMP(speed * 2, -8.0, 8.0));
    else
        set_speed(app, value);
}

static void step(struct app *app, GtkWidget *panel, int value)
{
    (void)panel;
    set_speed(app, 0);
    struct ho_range all = span_of_timeline(app);
    int64_t frame = ho_session_playhead(app->session) + value;
    span_go(app, CLAMP(frame, all.first, all.last));
}

static void step_second(struct app *app, GtkWidget *panel, int value)
{
    step(app, panel, value * MAX(span_timeline_start(app).fps, 1));
}

static void go_end(struct app *app, GtkWidget *panel, int value)
{
    (void)panel;
    struct ho_range all = app->page && actions_page_context(app->page) == ACTION_COLOR ? span_of_clip(app)
                                                                                       : span_of_timeline(app);
    set_speed(app, 0);
    span_go(app, value < 0 ? all.first : all.last);
}

static void mark(struct app *app, GtkWidget *panel, int value)
{
    (void)panel;
    app_do(app, value < 0 ? "mark-in" : "mark-out", NULL);
}

static void clear_marks(struct app *app, GtkWidget *panel, int value)
{
    static const char *const which[] = {"in", "out", "both"};
    (void)panel;
    app_do(app, "clear-marks", "which", which[value], NULL);
}

static void go_mark(struct app *app, GtkWidget *panel, int value)
{
    (void)panel;
    struct ho_marks marks = ho_session_marks(app->session);
    if (value < 0 ? marks.has_in : marks.has_out)
        span_go(app, value < 0 ? marks.in : marks.out);
}

static void mark_clip(struct app *app, GtkWidget *panel, int value)
{
    (void)panel, (void)value;
    app_do(app, "mark-clip", NULL);
}

static void loop(struct app *app, GtkWidget *panel, int value)
{
    (void)panel, (void)value;
    app_do(app, "loop", NULL);
}

// On Color, up and down go from clip to clip; elsewhere from edit to edit.
static void go_edit(struct app *app, GtkWidget *panel, int value)
{
    (void)panel;
    app_do(app, "go", "where", value < 0 ? "previous-edit" : "next-edit", NULL);
}

#define ANYWHERE ACTION_ANYWHERE
#define ROW(name, label, keys, icon, run, value)                                       \
    {                                                                                  \
        name, label, "Playback", ANYWHERE, keys, icon, run, value, has_timeline, false \
    }
const struct action actions_playback[] = {
    ROW("play", _("Play or Stop"), "space", "play", play, 1),
    ROW("play-reverse", _("Play in Reverse"), "j", "reverse", shuttle, -1),
    ROW("stop", _("Stop"), "k", NULL, shuttle, 0),
    ROW("play-forward", _("Play Forward, Again: Faster"), "l", NULL, shuttle, 1),
    ROW("loop", _("Loop"), "<Control>slash", "loop", loop, 0),
    ROW("frame-back", _("Frame Back"), "Left", "frame-back", step, -1),
    ROW("frame-on", _("Frame On"), "Right", "frame-on", step, 1),
    ROW("second-back", _("Second Back"), "<Shift>Left", NULL, step_second, -1),
    ROW("second-on", _("Second On"), "<Shift>Right", NULL, step_second, 1),
    ROW("go-start", _("Go to Start"), "Home", "first", go_end, -1),
    ROW("go-end", _("Go to End"), "End", "last", go_end, 1),
    ROW("previous-edit", _("Previous Edit"), "Up", NULL, go_edit, -1),
    ROW("next-edit", _("Next Edit"), "Down", NULL, go_edit, 1),
    ROW("mark-in", _("Mark In"), "i", NULL, mark, -1),
    ROW("mark-out", _("Mark Out"), "o", NULL, mark, 1),
    ROW("mark-clip", _("Mark Clip"), "x", NULL, mark_clip, 0),
    ROW("go-in", _("Go to In"), "<Shift>i", NULL, go_mark, -1),
    ROW("go-out", _("Go to Out"), "<Shift>o", NULL, go_mark, 1),
    ROW("clear-in", _("Clear In"), "<Alt>i", NULL, clear_marks, 0),
    ROW("clear-out", _("Clear Out"), "<Alt>o", NULL, clear_marks, 1),
    ROW("clear-marks", _("Clear In and Out"), "<Alt>x", NULL, clear_marks, 2),
    {0},
};
