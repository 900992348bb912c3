// SPDX-License-Identifier: BSD-2-Clause
#include "deliver_panel.h"

#include <stdlib.h>
#include <string.h>

#include "deliver_settings.h"
#include "file_dialog.h"
#include "popup.h"
#include "save_queue.h"
#include "window.h"

static const enum ho_codec codecs[] = {HO_CODEC_PRORES_HQ,    HO_CODEC_PRORES_422,  HO_CODEC_PRORES_LT,
                                       HO_CODEC_PRORES_PROXY, HO_CODEC_PRORES_4444, HO_CODEC_FFV1,
                                       HO_CODEC_PNG,          HO_CODEC_EXR,         HO_CODEC_EXR_FLOAT};
static const char *const codec_names[] = {"ProRes 422 HQ",       "ProRes 422", "ProRes 422 LT", "ProRes 422 Proxy",
                                          "ProRes 4444",         "FFV1",       "PNG sequence",  "EXR sequence, half",
                                          "EXR sequence, float", NULL};
static const char *const view_names[] = {"Matte: white in, black out", "Red overlay", "Highlight",
                                         "Cut out, with alpha", NULL};

struct deliver_panel {
    struct app *app;
    GtkWidget *panel, *name, *folder, *path, *codec, *view, *marks, *overwrite, *add;
    GPtrArray *presets;
    bool is_showing;
};
static struct deliver_panel *browsed;    // whose Browse is open

static void show(void *opaque, const struct ho_news *news)
{
    (void)news;
    struct deliver_panel *panel = opaque;
    struct deliver_settings *settings = deliver_settings_get();
    struct ho_diag diag = {0};
    char *path = deliver_settings_path(panel->app, settings, &diag);
    panel->is_showing = true;
    gtk_label_set_text(GTK_LABEL(panel->path), path ? path : diag.message);
    gtk_label_set_ellipsize(GTK_LABEL(panel->path), path ? PANGO_ELLIPSIZE_START : PANGO_ELLIPSIZE_NONE);
    gtk_label_set_wrap(GTK_LABEL(panel->path), path == NULL);
    gtk_widget_set_tooltip_text(panel->path, path ? path : diag.message);
    gtk_widget_set_sensitive(panel->add, path != NULL);
    if (strcmp(gtk_editable_get_text(GTK_EDITABLE(panel->name)), settings->name) != 0)
        gtk_editable_set_text(GTK_EDITABLE(panel->name), settings->name);
    gtk_button_set_label(GTK_BUTTON(panel->folder), *settings->folder ? settings->folder : _("Beside the source"));
    for (guint i = 0; i < G_N_ELEMENTS(codecs); i++) {
        if (codecs[i] == settings->codec)
            gtk_drop_down_set_selected(GTK_DROP_DOWN(panel->codec), i);
    }
    gtk_drop_down_set_selected(GTK_DROP_DOWN(panel->view), settings->view);
    for (guint i = 0; i < panel->presets->len; i++)
        gtk_toggle_button_set_active(panel->presets->pdata[i], !strcmp(deliver_presets[i].name, settings->preset));
    panel->is_showing = false;
    free(path);
}

// ---- presets

static void on_preset(GtkToggleButton *button, struct deliver_panel *panel)
{
    if (panel->is_showing)
        return;
    guint i = GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(button), "preset"));
    deliver_settings_apply(deliver_settings_get(), &deliver_presets[i]);
    show(panel, NULL);
}

static GtkWidget *preset_strip(struct deliver_panel *panel)
{
    GtkWidget *grid = gtk_grid_new();
    gtk_grid_set_row_spacing(GTK_GRID(grid), 4);
    gtk_grid_set_column_spacing(GTK_GRID(grid), 4);
    gtk_grid_set_column_homogeneous(GTK_GRID(grid), TRUE);
    panel->presets = g_ptr_array_new();
    for (guint i = 0; deliver_presets[i].name; i++) {
        GtkWidget *button = gtk_toggle_button_new_with_label(deliver_presets[i].name);
        g_autofree char *name = g_strdup_printf("preset-%u", i);
        gtk_widget_set_name(button, name);
        gtk_widget_set_tooltip_text(button, deliver_presets[i].help);
        gtk_widget_set_focus_on_click(button, FALSE);
        g_object_set_data(G_OBJECT(button), "preset", GUINT_TO_POINTER(i));
        g_signal_connect(button, "clicked", G_CALLBACK(on_preset), panel);
        g_ptr_array_add(panel->presets, button);
        gtk_grid_attach(GTK_GRID(grid), button, (int)i % 2, (int)i / 2, 1, 1);
    }
    return grid;
}

// ---- name and place. After "%" a list of tokens helps.

static void on_token(GtkButton *button, GtkWidget *entry)
{
    g_autofree char *token = g_strdup_printf("{%s}", gtk_button_get_label(button));
    int at = gtk_editable_get_position(GTK_EDITABLE(entry));
    gtk_editable_insert_text(GTK_EDITABLE(entry), token, -1, &at);
    gtk_popover_popdown(GTK_POPOVER(gtk_widget_get_ancestor(GTK_WIDGET(button), GTK_TYPE_POPOVER)));
    gtk_entry_grab_focus_without_selecting(GTK_ENTRY(entry));
    gtk_editable_set_position(GTK_EDITABLE(entry), at);
}

static void on_closed(GtkPopover *popover) { gtk_widget_unparent(GTK_WIDGET(popover)); }

static void offer_tokens(GtkWidget *entry)
{
    GtkWidget *popover = gtk_popover_new(), *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    for (const char *const *token = ho_token_names(); *token; token++) {
        GtkWidget *button = gtk_button_new_with_label(*token);
        g_autofree char *name = g_strdup_printf("token-%s", *token);
        gtk_widget_set_name(button, name);
        gtk_widget_add_css_class(button, "row");
        g_signal_connect(button, "clicked", G_CALLBACK(on_token), entry);
        gtk_box_append(GTK_BOX(column), button);
    }
    gtk_popover_set_child(GTK_POPOVER(popover), column);
    gtk_popover_set_has_arrow(GTK_POPOVER(popover), FALSE);
    gtk_widget_set_parent(popover, entry);
    g_signal_connect(popover, "closed", G_CALLBACK(on_closed), NULL);
    gtk_popover_popup(GTK_POPOVER(popover));
}

static void on_name(GtkEditable *entry, struct deliver_panel *panel)
{
    const char *text = gtk_editable_get_text(entry);
    int at = gtk_editable_get_position(entry);
    if (panel->is_showing)
        return;
    g_strlcpy(deliver_settings_get()->name, text, sizeof(deliver_settings_get()->name));
    show(panel, NULL);
    if (at >= 0 && (size_t)at < strlen(text) && text[at] == '%' && text[at + 1] == 0)
        offer_tokens(GTK_WIDGET(entry));
}

static void on_folder_chosen(struct app *app, const char *path)
{
    (void)app;
    g_strlcpy(deliver_settings_get()->folder, path, sizeof(deliver_settings_get()->folder));
    if (browsed)
        show(browsed, NULL);
}

static void on_browse(GtkButton *button, struct deliver_panel *panel)
{
    (void)button;
    browsed = panel;
    file_dialog_folder(panel->app, _("Where to"), on_folder_chosen);
}

// ---- choices

static void on_choice(GObject *object, GParamSpec *spec, struct deliver_panel *panel)
{
    (void)object, (void)spec;
    struct deliver_settings *settings = deliver_settings_get();
    if (panel->is_showing)
        return;
    settings->codec = codecs[gtk_drop_down_get_selected(GTK_DROP_DOWN(panel->codec))];
    settings->view = (enum ho_view)gtk_drop_down_get_selected(GTK_DROP_DOWN(panel->view));
    settings->only_marks = gtk_check_button_get_active(GTK_CHECK_BUTTON(panel->marks));
    settings->overwrite = gtk_check_button_get_active(GTK_CHECK_BUTTON(panel->overwrite));
    show(panel, NULL);
}

static void on_add(GtkButton *button, struct deliver_panel *panel)
{
    (void)button;
    deliver_settings_keep();
    save_queue_add(panel->app, deliver_settings_get());
    show(panel, NULL);
}

static GtkWidget *grid_new(void)
{
    GtkWidget *grid = gtk_grid_new();
    gtk_grid_set_row_spacing(GTK_GRID(grid), 8);
    gtk_grid_set_column_spacing(GTK_GRID(grid), 8);
    gtk_widget_set_margin_top(grid, 8);
    return grid;
}

static void attach(GtkWidget *grid, int row, const char *title, GtkWidget *widget)
{
    gtk_widget_set_hexpand(widget, TRUE);
    gtk_grid_attach(GTK_GRID(grid), window_label(title, "field-title"), 0, row, 1, 1);
    gtk_grid_attach(GTK_GRID(grid), widget, 1, row, 1, 1);
}

static GtkWidget *video_tab(struct deliver_panel *panel)
{
    GtkWidget *grid = grid_new();
    panel->codec = gtk_drop_down_new_from_strings(codec_names);
    panel->view = gtk_drop_down_new_from_strings(view_names);
    panel->marks = gtk_check_button_new_with_label(_("Between in and out only"));
    gtk_widget_set_name(panel->codec, "codec");
    gtk_widget_set_name(panel->view, "view");
    attach(grid, 0, _("Codec"), panel->codec);
    attach(grid, 1, _("Picture"), panel->view);
    attach(grid, 2, _("Range"), panel->marks);
    attach(grid, 3, _("Resolution"), window_label(_("As the source"), NULL));
    attach(grid, 4, _("Frame rate"), window_label(_("As the source, timecode kept"), NULL));
    g_signal_connect(panel->codec, "notify::selected", G_CALLBACK(on_choice), panel);
    g_signal_connect(panel->view, "notify::selected", G_CALLBACK(on_choice), panel);
    g_signal_connect(panel->marks, "notify::active", G_CALLBACK(on_choice), panel);
    return grid;
}

static GtkWidget *file_tab(struct deliver_panel *panel)
{
    GtkWidget *grid = grid_new();
    panel->overwrite = gtk_check_button_new_with_label(_("Overwrite what is there"));
    attach(grid, 0, _("If it exists"), panel->overwrite);
    attach(grid, 1, _("Frames"), window_label(_("One for each of the source"), NULL));
    attach(grid, 2, _("Numbers"), window_label(_("As the source's, else from 0"), NULL));
    g_signal_connect(panel->overwrite, "notify::active", G_CALLBACK(on_choice), panel);
    return grid;
}

static GtkWidget *audio_tab(void)
{
    GtkWidget *grid = grid_new();
    attach(grid, 0, _("Sound"), window_label(_("A matte has none"), NULL));
    return grid;
}

static void on_tab(GtkToggleButton *button, GtkStack *stack)
{
    if (gtk_toggle_button_get_active(button))
        gtk_stack_set_visible_child_name(stack, gtk_widget_get_name(GTK_WIDGET(button)));
}

static GtkWidget *tabs(struct deliver_panel *panel)
{
    const struct {
        const char *name, *label;
        GtkWidget *child;
    } all[] = {{"video", _("Video"), video_tab(panel)},
               {"audio", _("Audio"), audio_tab()},
               {"file", _("File"), file_tab(panel)}};
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
    GtkWidget *stack = gtk_stack_new(), *first = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        GtkWidget *button = gtk_toggle_button_new_with_label(all[i].label);
        gtk_stack_add_named(GTK_STACK(stack), all[i].child, all[i].name);
        gtk_widget_set_name(button, all[i].name);
        gtk_widget_add_css_class(button, "tab");
        gtk_widget_set_focus_on_click(button, FALSE);
        if (first)
            gtk_toggle_button_set_group(GTK_TOGGLE_BUTTON(button), GTK_TOGGLE_BUTTON(first));
        first = first ? first : button;
        g_signal_connect(button, "toggled", G_CALLBACK(on_tab), stack);
        gtk_box_append(GTK_BOX(bar), button);
    }
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(first), TRUE);
    gtk_box_append(GTK_BOX(column), bar);
    gtk_box_append(GTK_BOX(column), stack);
    return column;
}

// ---- the panel

static void on_queue(void *panel) { show(panel, NULL); }

static void free_panel(gpointer data)
{
    struct deliver_panel *panel = data;
    if (browsed == panel)
        browsed = NULL;
    g_ptr_array_unref(panel->presets);
    g_free(panel);
}

static GtkWidget *name_grid(struct deliver_panel *panel)
{
    GtkWidget *grid = grid_new();
    panel->name = gtk_entry_new();
    panel->folder = gtk_button_new_with_label("");
    panel->path = window_label("", "dim");
    gtk_label_set_ellipsize(GTK_LABEL(gtk_button_get_child(GTK_BUTTON(panel->folder))), PANGO_ELLIPSIZE_START);
    gtk_label_set_ellipsize(GTK_LABEL(panel->path), PANGO_ELLIPSIZE_START);
    gtk_label_set_max_width_chars(GTK_LABEL(panel->path), 24);
    gtk_widget_set_name(panel->name, "file-name");
    gtk_widget_set_name(panel->path, "file-path");
    gtk_widget_set_tooltip_text(panel->name, _("Type % for what can stand in for something: clip name, version ..."));
    attach(grid, 0, _("File name"), panel->name);
    attach(grid, 1, _("Location"), panel->folder);
    attach(grid, 2, _("Writes"), panel->path);
    g_signal_connect(panel->name, "changed", G_CALLBACK(on_name), panel);
    g_signal_connect(panel->folder, "clicked", G_CALLBACK(on_browse), panel);
    return grid;
}

GtkWidget *deliver_panel_new(struct app *app)
{
    struct deliver_panel *panel = g_new0(struct deliver_panel, 1);
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *head = window_bar("head");
    GtkWidget *body = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8), *foot = window_bar("foot");
    panel->app = app;
    panel->add = gtk_button_new_with_label(_("Add to Render Queue"));
    gtk_widget_set_name(panel->add, "add-to-queue");
    gtk_widget_set_hexpand(panel->add, TRUE);
    gtk_widget_set_valign(panel->add, GTK_ALIGN_CENTER);
    gtk_widget_set_focus_on_click(panel->add, FALSE);
    gtk_widget_add_css_class(panel->add, "suggested");
    g_signal_connect(panel->add, "clicked", G_CALLBACK(on_add), panel);
    gtk_widget_set_margin_start(body, 8);
    gtk_widget_set_margin_end(body, 8);
    gtk_widget_set_margin_top(body, 8);
    gtk_box_append(GTK_BOX(head), window_label(_("Render Settings"), "title"));
    gtk_box_append(GTK_BOX(body), preset_strip(panel));
    gtk_box_append(GTK_BOX(body), name_grid(panel));
    gtk_box_append(GTK_BOX(body), tabs(panel));
    gtk_box_append(GTK_BOX(column), head);
    gtk_box_append(GTK_BOX(column), window_scrolled(body));
    gtk_box_append(GTK_BOX(foot), panel->add);
    gtk_box_append(GTK_BOX(column), foot);
    gtk_widget_set_size_request(column, 312, -1);
    g_object_set_data_full(G_OBJECT(column), "deliver-panel", panel, free_panel);
    app_watch(app, column,
              HO_NEWS_OBJECTS | HO_NEWS_SELECTION | HO_NEWS_TIMELINE | HO_NEWS_PROJECT | HO_NEWS_PLAYHEAD |
                  HO_NEWS_LANE,
              show, panel);
    save_queue_watch(column, on_queue, panel);
    show(panel, NULL);
    return column;
}
