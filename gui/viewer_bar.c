// SPDX-License-Identifier: BSD-2-Clause
#include "viewer_bar.h"

#include "icon.h"
#include "transport.h"
#include "window.h"

struct viewer_bar {
    struct app *app;
    struct viewer *viewer;
    GtkWidget *name, *zoom, *looks[HO_LOOK_CHECKER + 1];
    bool is_showing;
};

// ---- zoom

static const double zooms[] = {0, 0.25, 0.5, 1, 2, 4, 8};
static const char *const zoom_names[] = {"Fit", "25%", "50%", "100%", "200%", "400%", "800%", NULL};

static void on_zoom(GtkDropDown *drop_down, GParamSpec *spec, struct viewer_bar *bar)
{
    (void)spec;
    guint chosen = gtk_drop_down_get_selected(drop_down);
    if (!bar->is_showing && chosen < G_N_ELEMENTS(zooms))
        viewer_set_zoom(bar->viewer, zooms[chosen]);
}

static void show_zoom(struct viewer_bar *bar)
{
    double zoom = viewer_zoom(bar->viewer);
    char text[16];
    guint chosen = GTK_INVALID_LIST_POSITION;
    for (guint i = 1; i < G_N_ELEMENTS(zooms); i++) {
        if (!viewer_is_fitted(bar->viewer) && ABS(zoom - zooms[i]) < 0.001)
            chosen = i;
    }
    if (viewer_is_fitted(bar->viewer))
        chosen = 0;
    g_snprintf(text, sizeof(text), "%.0f%%", zoom * 100);
    gtk_widget_set_tooltip_text(bar->zoom, zoom > 0 ? text : _("Zoom"));
    bar->is_showing = true;
    gtk_drop_down_set_selected(GTK_DROP_DOWN(bar->zoom), chosen);
    bar->is_showing = false;
}

// ---- looks

static const struct {
    enum ho_view_look look;
    const char *icon, *name, *tip;
} looks[] = {
    {HO_LOOK_OVERLAY, "overlay", "look-overlay", "Red overlay  (F2)"},
    {HO_LOOK_HIGHLIGHT, "highlight", "look-highlight", "Highlight: grey but for the object  (Shift+H)"},
    {HO_LOOK_MATTE, "matte", "look-matte", "Highlight black and white: the matte  (F4)"},
    {HO_LOOK_CHECKER, "grid", "look-checker", "Cut out, on a checkerboard  (F5)"},
};

static void on_look(GtkToggleButton *button, struct viewer_bar *bar)
{
    if (bar->is_showing)
        return;
    enum ho_view_look look = (enum ho_view_look)GPOINTER_TO_INT(g_object_get_data(G_OBJECT(button), "look"));
    viewer_set_look(bar->viewer, viewer_look(bar->viewer) == look ? HO_LOOK_PICTURE : look);
}

static GtkWidget *look_buttons(struct viewer_bar *bar)
{
    GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 2);
    for (size_t i = 0; i < G_N_ELEMENTS(looks); i++) {
        GtkWidget *button = gtk_toggle_button_new();
        gtk_button_set_child(GTK_BUTTON(button), icon_new(looks[i].icon));
        gtk_widget_add_css_class(button, "icon");
        gtk_widget_set_name(button, looks[i].name);
        gtk_widget_set_tooltip_text(button, looks[i].tip);
        gtk_widget_set_focus_on_click(button, FALSE);
        g_object_set_data(G_OBJECT(button), "look", GINT_TO_POINTER((int)looks[i].look));
        g_signal_connect(button, "toggled", G_CALLBACK(on_look), bar);
        bar->looks[looks[i].look] = button;
        gtk_box_append(GTK_BOX(row), button);
    }
    return row;
}

static void show(void *opaque)
{
    struct viewer_bar *bar = opaque;
    show_zoom(bar);
    bar->is_showing = true;
    for (int i = 0; i <= HO_LOOK_CHECKER; i++) {
        if (bar->looks[i])
            gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(bar->looks[i]), (int)viewer_look(bar->viewer) == i);
    }
    bar->is_showing = false;
}

static void show_name(void *opaque, const struct ho_news *news)
{
    (void)news;
    struct viewer_bar *bar = opaque;
    const struct ho_timeline_clip *clip = ho_session_clip(bar->app->session);
    gtk_label_set_text(GTK_LABEL(bar->name), clip ? clip->name : "");
}

GtkWidget *viewer_panel_new(struct app *app, int slot, enum ho_view_subject subject, bool with_looks, bool whole,
                            GtkWidget **viewer)
{
    struct viewer_bar *bar = g_new0(struct viewer_bar, 1);
    GtkWidget *panel = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *head = window_bar("head");
    *viewer = viewer_new(app, slot, subject);
    bar->app = app;
    bar->viewer = viewer_of(*viewer);
    bar->zoom = gtk_drop_down_new_from_strings(zoom_names);
    bar->name = window_label("", "title");
    gtk_label_set_ellipsize(GTK_LABEL(bar->name), PANGO_ELLIPSIZE_MIDDLE);
    gtk_widget_set_name(bar->zoom, "zoom");
    gtk_widget_set_valign(bar->zoom, GTK_ALIGN_CENTER);
    gtk_box_append(GTK_BOX(head), bar->zoom);
    if (with_looks)
        gtk_box_append(GTK_BOX(head), look_buttons(bar));
    gtk_box_append(GTK_BOX(head), window_spacer());
    gtk_box_append(GTK_BOX(head), bar->name);
    gtk_box_append(GTK_BOX(head), window_spacer());
    gtk_box_append(GTK_BOX(panel), head);
    gtk_box_append(GTK_BOX(panel), *viewer);
    gtk_box_append(GTK_BOX(panel), transport_new(app, whole));
    g_signal_connect(bar->zoom, "notify::selected", G_CALLBACK(on_zoom), bar);
    viewer_on_change(bar->viewer, show, bar);
    g_object_set_data_full(G_OBJECT(panel), "viewer-bar", bar, g_free);
    app_watch(app, panel, HO_NEWS_PLAYHEAD | HO_NEWS_TIMELINE | HO_NEWS_SELECTION | HO_NEWS_PROJECT, show_name, bar);
    show_name(bar, NULL);
    show(bar);
    return panel;
}
