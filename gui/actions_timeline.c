// SPDX-License-Identifier: BSD-2-Clause
// What keys and menus do on the Edit page: tools, three-point edits, what is selected, tracks.
#include "actions.h"
#include "timeline_panel.h"

Timeline *timeline_of(GtkWidget *panel)
{
    if (panel && GUI_IS_TIMELINE(panel))
        return GUI_TIMELINE(panel);
    GtkWidget *window = panel ? GTK_WIDGET(gtk_widget_get_root(panel)) : NULL;
    return window ? g_object_get_data(G_OBJECT(window), "timeline") : NULL;
}

static Timeline *shown(struct app *app, GtkWidget *panel)
{
    Timeline *view = timeline_of(panel);
    return view ? view : g_object_get_data(G_OBJECT(app->window), "timeline");
}

static void tool(struct app *app, GtkWidget *panel, int value)
{
    Timeline *view = shown(app, panel);
    if (view)
        timeline_set_tool(view, (enum timeline_tool)value);
}

static void snapping(struct app *app, GtkWidget *panel, int value)
{
    (void)value;
    Timeline *view = shown(app, panel);
    if (view)
        timeline_set_snapping(view, !timeline_snapping(view));
}

static void linked(struct app *app, GtkWidget *panel, int value)
{
    (void)value;
    Timeline *view = shown(app, panel);
    if (view)
        timeline_set_linked(view, !timeline_linked(view));
}

static void zoom(struct app *app, GtkWidget *panel, int value)
{
    Timeline *view = shown(app, panel);
    if (view && value)
        timeline_zoom(view, value > 0 ? 1.5 : 1 / 1.5, -1);
    else if (view)
        timeline_fit(view);
}

static void split(struct app *app, GtkWidget *panel, int value)
{
    (void)value;
    Timeline *view = shown(app, panel);
    if (view)
        timeline_split(view);
}

static void delete_clips(struct app *app, GtkWidget *panel, int value)
{
    Timeline *view = shown(app, panel);
    if (view)
        timeline_delete(view, value);
}

static void enable(struct app *app, GtkWidget *panel, int value)
{
    (void)value;
    Timeline *view = shown(app, panel);
    if (view)
        timeline_toggle_enabled(view);
}

static void nudge(struct app *app, GtkWidget *panel, int value)
{
    Timeline *view = shown(app, panel);
    if (view)
        timeline_nudge(view, value, 0);
}

static void change_track(struct app *app, GtkWidget *panel, int value)
{
    Timeline *view = shown(app, panel);
    if (view)
        timeline_nudge(view, 0, value);
}

static void select_all(struct app *app, GtkWidget *panel, int value)
{
    (void)value;
    Timeline *view = shown(app, panel);
    if (view)
        timeline_select_all(view);
}

static void place(struct app *app, GtkWidget *panel, int value)
{
    static const char *const commands[] = {"insert", "overwrite", "replace", "place-on-top", "append"};
    (void)panel;
    app_do(app, commands[value], NULL);
}

static void plain(struct app *app, GtkWidget *panel, int value)
{
    static const char *const commands[] = {"match-frame", "mark-selection", "title"};
    (void)panel;
    app_do(app, commands[value], NULL);
}

static void target(struct app *app, GtkWidget *panel, int value)
{
    (void)panel;
    char track[8];
    g_snprintf(track, sizeof track, "V%d", value);
    app_do(app, "target-track", "track", track, NULL);
}

static bool has_timeline(struct app *app) { return ho_session_timeline(app->session, NULL) != NULL; }
static bool has_selection(struct app *app)
{
    size_t n;
    ho_session_selection(app->session, &n);
    return n > 0;
}
static bool has_media(struct app *app) { return has_timeline(app) && ho_session_selected_media(app->session); }

#define ROW(name, label, menu, keys, icon, run, value, enabled)                \
    {                                                                          \
        name, label, menu, ACTION_EDIT, keys, icon, run, value, enabled, false \
    }
#define PLACE(name, label, keys, value)                                                 \
    {                                                                                   \
        name, label, "Timeline", ACTION_EDIT, keys, name, place, value, has_media, true \
    }
#define TARGET(name, label, keys, value) ROW(name, label, NULL, keys, NULL, target, value, has_timeline)
const struct action actions_timeline[] = {
    PLACE("insert", _("Insert"), "F9", 0),
    PLACE("overwrite", _("Overwrite"), "F10", 1),
    PLACE("replace", _("Replace"), "F11", 2),
    PLACE("place-on-top", _("Place on Top"), "F12", 3),
    PLACE("append", _("Append at End"), "<Shift>F12", 4),
    ROW("tool-select", _("Selection Tool"), "Timeline", "a", "arrow", tool, TIMELINE_SELECT, has_timeline),
    ROW("tool-trim", _("Trim Tool"), "Timeline", "t", "trim", tool, TIMELINE_TRIM_TOOL, has_timeline),
    ROW("tool-blade", _("Blade Tool"), "Timeline", "b", "blade", tool, TIMELINE_BLADE, has_timeline),
    ROW("snapping", _("Snapping"), "Timeline", "n", "snap", snapping, 0, has_timeline),
    ROW("linked", _("Linked Selection"), "Timeline", "<Control><Shift>l", "link", linked, 0, has_timeline),
    ROW("split", _("Split Clips at Playhead"), "Timeline", "<Control>backslash <Control>b", NULL, split, 0,
        has_timeline),
    ROW("lift", _("Delete, Leave a Gap"), "Timeline", "BackSpace", NULL, delete_clips, 0, has_selection),
    ROW("ripple-delete", _("Delete, Close the Gap"), "Timeline", "Delete", NULL, delete_clips, 1, has_selection),
    ROW("enable-clip", _("Enable Clip"), "Timeline", "d", NULL, enable, 0, has_selection),
    ROW("nudge-back", _("Nudge One Frame Back"), NULL, "comma", NULL, nudge, -1, has_selection),
    ROW("nudge-on", _("Nudge One Frame On"), NULL, "period", NULL, nudge, 1, has_selection),
    ROW("nudge-back-5", _("Nudge Five Frames Back"), NULL, "<Shift>comma", NULL, nudge, -5, has_selection),
    ROW("nudge-on-5", _("Nudge Five Frames On"), NULL, "<Shift>period", NULL, nudge, 5, has_selection),
    ROW("track-up", _("Move to Track Above"), NULL, "<Alt>Up", NULL, change_track, 1, has_selection),
    ROW("track-down", _("Move to Track Below"), NULL, "<Alt>Down", NULL, change_track, -1, has_selection),
    ROW("select-all", _("Select All"), "Edit", "<Control>a", NULL, select_all, 0, has_timeline),
    ROW("mark-selection", _("Mark Selection"), "Playback", "<Shift>a", NULL, plain, 1, has_selection),
    ROW("match-frame", _("Match Frame"), "Timeline", "f", NULL, plain, 0, has_timeline),
    ROW("add-title", _("Add Title"), "Timeline", NULL, "text", plain, 2, has_timeline),
    ROW("timeline-zoom-in", _("Zoom Timeline In"), NULL, "<Control>equal <Control>plus", "zoom-in", zoom, 1,
        has_timeline),
    ROW("timeline-zoom-out", _("Zoom Timeline Out"), NULL, "<Control>minus", "zoom-out", zoom, -1, has_timeline),
    {"timeline-fit", _("Fit Timeline"), NULL, ACTION_PANEL_TIMELINE, "<Shift>z", "fit", zoom, 0, has_timeline, false},
    TARGET("target-v1", _("Destination V1"), "<Alt>1", 1),
    TARGET("target-v2", _("Destination V2"), "<Alt>2", 2),
    TARGET("target-v3", _("Destination V3"), "<Alt>3", 3),
    TARGET("target-v4", _("Destination V4"), "<Alt>4", 4),
    {0},
};
