// SPDX-License-Identifier: BSD-2-Clause
#include "mask_palette.h"

#include "actions.h"
#include "follow.h"
#include "icon.h"
#include "job_bar.h"
#include "mask.h"
#include "mask_lane.h"
#include "object_list.h"
#include "window.h"

struct mask_palette {
    struct app *app;
    GtkWidget *faster, *better, *status, *stroke, *follow;
    bool is_showing;
};

static const char *advice(struct app *app)
{
    const struct ho_mask_object *object = ho_session_object(app->session);
    if (!ho_session_clip(app->session))
        return _("No clip here: drop a film on the window.");
    if (!object || object->n_said == 0)
        return _(
            "Click on what you want to keep. Ctrl+click or right click takes away; a drag is a box; Shift shows what "
            "a click would do.");
    for (size_t i = 0; i < object->n_said; i++) {
        if (!object->said[i].tracked)
            return _("Looks right? Track it (T). Or click again: what is missing, or Ctrl+click what is too much.");
    }
    if (object->n_doubtful > 0)
        return _("Tracked. U goes to the next frame to check; click there to correct it, then track again.");
    return _("Tracked. Save the matte (Ctrl+E), or click on any frame to correct it.");
}

static void show(void *opaque, const struct ho_news *news)
{
    (void)news;
    struct mask_palette *palette = opaque;
    const struct ho_mask_object *object = ho_session_object(palette->app->session);
    const struct ho_work *work = job_bar_running(palette->app);
    g_autofree char *progress = work && work->kind == HO_WORK_TRACK ? job_bar_words(work) : NULL;
    g_autofree char *tracking = progress
                                    ? g_strdup_printf(_("Tracking: %s. Esc stops, what is done is kept."), progress)
                                    : NULL;
    gtk_label_set_text(GTK_LABEL(palette->status), tracking ? tracking : advice(palette->app));
    palette->is_showing = true;
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(palette->better), !object || object->quality == HO_QUALITY_BETTER);
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(palette->faster), object && object->quality == HO_QUALITY_FASTER);
    palette->is_showing = false;
}

// ---- toggles

static void on_quality(GtkToggleButton *button, struct mask_palette *palette)
{
    if (!palette->is_showing && gtk_toggle_button_get_active(button))
        app_do(palette->app, "set-object", "quality", GTK_WIDGET(button) == palette->faster ? "faster" : "better",
               NULL);
    show(palette, NULL);
}

static void on_stroke(GtkToggleButton *button, struct mask_palette *palette)
{
    (void)palette;
    mask_set_mode(gtk_toggle_button_get_active(button) ? MASK_STROKE : MASK_CLICK);
}

static void on_follow(GtkToggleButton *button, struct mask_palette *palette)
{
    palette->app->follows = gtk_toggle_button_get_active(button);
}

static GtkWidget *toggle(const char *name, const char *icon, const char *text, const char *tip, GCallback toggled,
                         struct mask_palette *palette)
{
    GtkWidget *button = gtk_toggle_button_new();
    gtk_button_set_child(GTK_BUTTON(button), icon ? icon_new(icon) : gtk_label_new(text));
    if (icon)
        gtk_widget_add_css_class(button, "icon");
    gtk_widget_set_name(button, name);
    gtk_widget_set_tooltip_text(button, tip);
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, tip, -1);
    gtk_widget_set_focus_on_click(button, FALSE);
    gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
    g_signal_connect(button, "toggled", toggled, palette);
    return button;
}

static GtkWidget *quality_buttons(struct mask_palette *palette)
{
    GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
    gtk_widget_add_css_class(row, "segment");
    palette->faster = toggle("quality-faster", NULL, _("Faster"), _("Faster: for a first look"), G_CALLBACK(on_quality),
                             palette);
    palette->better = toggle("quality-better", NULL, _("Better"),
                             _("Better: finer, with the edge refined to the picture"), G_CALLBACK(on_quality), palette);
    gtk_toggle_button_set_group(GTK_TOGGLE_BUTTON(palette->faster), GTK_TOGGLE_BUTTON(palette->better));
    gtk_box_append(GTK_BOX(row), palette->faster);
    gtk_box_append(GTK_BOX(row), palette->better);
    return row;
}

static void separator(GtkWidget *row)
{
    GtkWidget *line = gtk_separator_new(GTK_ORIENTATION_VERTICAL);
    gtk_widget_set_margin_top(line, 6);
    gtk_widget_set_margin_bottom(line, 6);
    gtk_widget_set_margin_start(line, 4);
    gtk_widget_set_margin_end(line, 4);
    gtk_box_append(GTK_BOX(row), line);
}

static void buttons(GtkWidget *row, struct app *app, const char *const *names)
{
    for (; *names; names++)
        gtk_box_append(GTK_BOX(row), action_button(app, *names));
    separator(row);
}

static GtkWidget *tracking_bar(struct mask_palette *palette)
{
    struct app *app = palette->app;
    GtkWidget *row = window_bar("head"), *save = action_text_button(app, "save-matte", _("Save Matte"));
    buttons(row, app,
            (const char *const[]){"track-reverse", "track-frame-back", "stop-tracking", "track-frame-on",
                                  "track-forward", "track-both", NULL});
    buttons(row, app, (const char *const[]){"first-tracked", "last-tracked", "next-doubt", NULL});
    buttons(row, app, (const char *const[]){"absent", "lock-span", NULL});
    palette->stroke = toggle("stroke", "stroke", NULL, _("Draw strokes instead of boxes"), G_CALLBACK(on_stroke),
                             palette);
    palette->follow = toggle("follow", "eye", NULL, _("The viewer follows while it tracks"), G_CALLBACK(on_follow),
                             palette);
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(palette->follow), app->follows);
    gtk_box_append(GTK_BOX(row), palette->stroke);
    gtk_box_append(GTK_BOX(row), palette->follow);
    gtk_box_append(GTK_BOX(row), window_spacer());
    gtk_box_append(GTK_BOX(row), quality_buttons(palette));
    gtk_widget_add_css_class(save, "suggested");
    gtk_widget_set_valign(save, GTK_ALIGN_CENTER);
    gtk_box_append(GTK_BOX(row), save);
    return row;
}

static GtkWidget *tracking_column(struct mask_palette *palette)
{
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    palette->status = window_label("", "dim");
    gtk_widget_set_name(palette->status, "advice");
    gtk_label_set_wrap(GTK_LABEL(palette->status), TRUE);
    gtk_label_set_xalign(GTK_LABEL(palette->status), 0);
    gtk_widget_set_margin_start(palette->status, 8);
    gtk_widget_set_margin_end(palette->status, 8);
    gtk_widget_set_margin_top(palette->status, 8);
    gtk_box_append(GTK_BOX(column), tracking_bar(palette));
    gtk_box_append(GTK_BOX(column), mask_lane_new(palette->app));
    gtk_box_append(GTK_BOX(column), palette->status);
    gtk_widget_set_hexpand(column, TRUE);
    return column;
}

GtkWidget *mask_palette_new(struct app *app)
{
    struct mask_palette *palette = g_new0(struct mask_palette, 1);
    GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
    palette->app = app;
    GtkWidget *left = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
    GtkWidget *parts[] = {object_list_new(app), tracking_column(palette), doubt_list_new(app)};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (i > 0)
            gtk_box_append(GTK_BOX(left), gtk_separator_new(GTK_ORIENTATION_VERTICAL));
        gtk_box_append(GTK_BOX(left), parts[i]);
    }
    GtkWidget *halves = window_paned(GTK_ORIENTATION_HORIZONTAL, left, finesse_panel_new(app), true);
    window_share(halves, 0.78);
    gtk_box_append(GTK_BOX(row), halves);
    g_object_set_data_full(G_OBJECT(row), "mask-palette", palette, g_free);
    app_watch(app, row,
              HO_NEWS_OBJECTS | HO_NEWS_SELECTION | HO_NEWS_JOBS | HO_NEWS_LANE | HO_NEWS_PROJECT | HO_NEWS_TIMELINE,
              show, palette);
    follow_attach(app, row);
    show(palette, NULL);
    return row;
}
