// SPDX-License-Identifier: BSD-2-Clause
// Magic Mask on the Color page.
#include "actions.h"
#include "deliver_save.h"
#include "mask.h"

static bool has_clip(struct app *app) { return ho_session_clip(app->session) != NULL; }
static bool has_object(struct app *app) { return ho_session_object(app->session) != NULL; }
static bool can_track(struct app *app)
{
    const struct ho_mask_object *object = ho_session_object(app->session);
    return object && object->n_said > 0 && !mask_is_tracking(app);
}
static bool has_matte(struct app *app)
{
    const struct ho_mask_object *object = ho_session_object(app->session);
    return object && object->covered.last >= object->covered.first;
}
static bool has_doubts(struct app *app)
{
    size_t n;
    ho_session_doubts(app->session, &n);
    return n > 0;
}

static void track(struct app *app, GtkWidget *panel, int value)
{
    static const char *const directions[] = {"both", "forward", "backward"};
    (void)panel;
    app_do(app, "track", "direction", directions[value], NULL);
}

// One frame on, and the playhead with it.
static void track_one(struct app *app, GtkWidget *panel, int value)
{
    (void)panel;
    app_do(app, "track-frame", "direction", value < 0 ? "backward" : "forward", NULL);
}

static void stop(struct app *app, GtkWidget *panel, int value)
{
    (void)panel, (void)value;
    app_do(app, "cancel-job", NULL);
}

static void say(struct app *app, GtkWidget *panel, int value)
{
    static const char *const commands[] = {"absent", "lock"};
    (void)panel;
    mask_say(app, commands[value]);
}

static void go_covered(struct app *app, GtkWidget *panel, int value)
{
    (void)panel;
    const struct ho_mask_object *object = ho_session_object(app->session);
    mask_go(app, value < 0 ? object->covered.first : object->covered.last);
}

// To the next doubtful frame by time; from the last one to the first again.
static void go_doubt(struct app *app, GtkWidget *panel, int value)
{
    (void)panel;
    size_t n;
    const struct ho_doubt *doubts = ho_session_doubts(app->session, &n);
    int64_t here = ho_session_source_frame(app->session), next = -1, end = -1;
    for (size_t i = 0; i < n; i++) {
        int64_t frame = doubts[i].frame;
        if ((frame - here) * value > 0 && (next < 0 || (next - frame) * value > 0))
            next = frame;
        if (end < 0 || (end - frame) * value > 0)
            end = frame;
    }
    if (n > 0)
        mask_go(app, next >= 0 ? next : end);
}

static void new_object(struct app *app, GtkWidget *panel, int value)
{
    (void)panel, (void)value;
    app_do(app, "new-object", NULL);
}

static void remove_object(struct app *app, GtkWidget *panel, int value)
{
    (void)panel, (void)value;
    app_do(app, "remove-object", NULL);
}

static void save_matte(struct app *app, GtkWidget *panel, int value)
{
    (void)panel, (void)value;
    deliver_save_matte(app);
}

#define COLOR ACTION_COLOR
#define ROW(name, label, keys, icon, run, value, enabled)                  \
    {                                                                      \
        name, label, "Mask", COLOR, keys, icon, run, value, enabled, false \
    }
const struct action actions_mask[] = {
    ROW("track-both", _("Track Both Ways"), "t", "track-both", track, 0, can_track),
    ROW("track-forward", _("Track Forward"), "<Control>t", "track-forward", track, 1, can_track),
    ROW("track-reverse", _("Track in Reverse"), "<Alt>t", "track-reverse", track, 2, can_track),
    ROW("track-frame-on", _("Track One Frame On"), "<Control>Right", "track-on", track_one, 1, can_track),
    ROW("track-frame-back", _("Track One Frame Back"), "<Control>Left", "track-back", track_one, -1, can_track),
    ROW("stop-tracking", _("Stop Tracking"), "Escape", "stop", stop, 0, mask_is_tracking),
    ROW("first-tracked", _("First Tracked Frame"), "<Control>Home", "first", go_covered, -1, has_matte),
    ROW("last-tracked", _("Last Tracked Frame"), "<Control>End", "last", go_covered, 1, has_matte),
    ROW("next-doubt", _("Next Doubtful Frame"), "u", "next-doubt", go_doubt, 1, has_doubts),
    ROW("previous-doubt", _("Previous Doubtful Frame"), "<Shift>u", NULL, go_doubt, -1, has_doubts),
    ROW("absent", _("Not Here (frame, or marked span)"), "<Control><Shift>n", "absent", say, 0, has_object),
    ROW("lock-span", _("Lock (frame, or marked span)"), "<Control>l", "lock", say, 1, has_matte),
    ROW("new-object", _("New Object"), NULL, "add", new_object, 0, has_clip),
    ROW("remove-object", _("Remove Object"), NULL, "remove", remove_object, 0, has_object),
    ROW("save-matte", _("Save Matte"), "<Control>e", "save", save_matte, 0, has_matte),
    {0},
};
