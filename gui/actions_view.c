// SPDX-License-Identifier: BSD-2-Clause
// How a viewer looks at what it shows.
#include "actions.h"
#include "viewer_bar.h"

static struct viewer *viewer_at(struct app *app, GtkWidget *panel)
{
    return panel && actions_context_of(panel) == ACTION_PANEL_VIEWER ? viewer_of(panel) : viewer_shown(app);
}

static void look(struct app *app, GtkWidget *panel, int value)
{
    struct viewer *viewer = viewer_at(app, panel);
    if (viewer)
        viewer_set_look(viewer, (int)viewer_look(viewer) == value ? HO_LOOK_PICTURE : (enum ho_view_look)value);
}

static void channel(struct app *app, GtkWidget *panel, int value)
{
    struct viewer *viewer = viewer_at(app, panel);
    if (viewer)
        viewer_set_channel(viewer,
                           (int)viewer_channel(viewer) == value ? HO_CHANNEL_COLOUR : (enum ho_view_channel)value);
}

static void zoom(struct app *app, GtkWidget *panel, int value)
{
    struct viewer *viewer = viewer_at(app, panel);
    if (viewer)
        viewer_set_zoom(viewer, value == 0 ? 0 : value == 2 ? 1 : viewer_zoom(viewer) * (value > 0 ? 1.25 : 0.8));
}

#define PANEL ACTION_PANEL_VIEWER
const struct action actions_view[] = {
    {"look-picture", _("Picture Alone"), "View", ACTION_ANYWHERE, "F1", NULL, look, HO_LOOK_PICTURE, NULL, false},
    {"look-overlay", _("Red Overlay"), "View", ACTION_ANYWHERE, "F2", "overlay", look, HO_LOOK_OVERLAY, NULL, false},
    {"look-highlight", _("Highlight"), "View", ACTION_ANYWHERE, "<Shift>h F3", "highlight", look, HO_LOOK_HIGHLIGHT,
     NULL, false},
    {"look-matte", _("Highlight Black and White"), "View", ACTION_ANYWHERE, "F4 <Control><Shift>h", "matte", look,
     HO_LOOK_MATTE, NULL, false},
    {"look-checker", _("Cut Out on Checkerboard"), "View", ACTION_ANYWHERE, "F5", "grid", look, HO_LOOK_CHECKER, NULL,
     false},
    {"zoom-fit", _("Fit Viewer"), "View", ACTION_ANYWHERE, "<Shift>z", "fit", zoom, 0, NULL, false},
    {"zoom-full", _("Viewer 1:1"), "View", ACTION_ANYWHERE, "<Control>1", NULL, zoom, 2, NULL, false},
    {"zoom-in", _("Zoom In"), NULL, PANEL, "<Control>equal <Control>plus", NULL, zoom, 1, NULL, false},
    {"zoom-out", _("Zoom Out"), NULL, PANEL, "<Control>minus", NULL, zoom, -1, NULL, false},
    {"channel-colour", _("Colour"), NULL, PANEL, "c", NULL, channel, HO_CHANNEL_COLOUR, NULL, false},
    {"channel-alpha", _("Alpha Channel"), NULL, PANEL, "a", NULL, channel, HO_CHANNEL_ALPHA, NULL, false},
    {"channel-red", _("Red Channel"), NULL, PANEL, "r", NULL, channel, HO_CHANNEL_RED, NULL, false},
    {"channel-green", _("Green Channel"), NULL, PANEL, "g", NULL, channel, HO_CHANNEL_GREEN, NULL, false},
    {"channel-blue", _("Blue Channel"), NULL, PANEL, "b", NULL, channel, HO_CHANNEL_BLUE, NULL, false},
    {0},
};
