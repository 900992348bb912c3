// SPDX-License-Identifier: BSD-2-Clause
#include "clip_inspector.h"

#include <string.h>

#include "clip_values.h"
#include "inspector.h"
#include "node_edits.h"
#include "window.h"

enum { TAB_TITLE, TAB_VIDEO, TAB_AUDIO, TAB_FILE, N_TABS };
static const char *const tab_names[N_TABS] = {"title", "video", "audio", "file"};
static const char *const tab_labels[N_TABS] = {"Title", "Video", "Audio", "File"};

struct clip_inspector {
    struct app *app;
    struct clip_values numbers, text;
    GtkWidget *box, *head, *stack, *tabs[N_TABS], *name, *facts, *nothing;
    Inspector *inspectors[TAB_FILE];    // Title, Video, Audio
    bool is_showing;
};

// ---- panels

static struct field_spec extra(const char *name)
{
    const struct field_spec *rows;
    size_t n = clip_values_extras(&rows);
    for (size_t i = 0; i < n; i++)
        if (!strcmp(rows[i].name, name))
            return rows[i];
    return rows[0];
}

static void make_video(Inspector *inspector)
{
    struct field_spec transform[] = {
        field_spec_of_clip_number(HO_CLIP_ZOOM_X),
        field_spec_of_clip_number(HO_CLIP_ZOOM_Y),
        field_spec_of_clip_number(HO_CLIP_POSITION_X),
        field_spec_of_clip_number(HO_CLIP_POSITION_Y),
        field_spec_of_clip_number(HO_CLIP_ROTATION),
        field_spec_of_clip_number(HO_CLIP_ANCHOR_X),
        field_spec_of_clip_number(HO_CLIP_ANCHOR_Y),
        extra("flip_x"),
        extra("flip_y"),
    };
    struct field_spec cropping[] = {
        field_spec_of_clip_number(HO_CLIP_CROP_LEFT), field_spec_of_clip_number(HO_CLIP_CROP_RIGHT),
        field_spec_of_clip_number(HO_CLIP_CROP_TOP), field_spec_of_clip_number(HO_CLIP_CROP_BOTTOM)};
    struct field_spec composite[] = {extra("composite"), field_spec_of_clip_number(HO_CLIP_OPACITY)};
    struct field_spec scaling[] = {extra("fit")};
    const struct inspector_section sections[] = {
        {_("Composite"), composite, G_N_ELEMENTS(composite)},
        {_("Transform"), transform, G_N_ELEMENTS(transform)},
        {_("Cropping"), cropping, G_N_ELEMENTS(cropping)},
        {_("Scaling"), scaling, G_N_ELEMENTS(scaling)},
    };
    inspector_show(inspector, "video", sections, G_N_ELEMENTS(sections));
}

static void make_audio(Inspector *inspector)
{
    struct field_spec volume[] = {field_spec_of_clip_number(HO_CLIP_GAIN)};
    const struct inspector_section section = {_("Volume"), volume, 1};
    inspector_show(inspector, "audio", &section, 1);
}

// ---- values

static void show_number(struct clip_inspector *self, const struct ho_timeline_clip *clip, int number)
{
    int64_t frame = node_edits_frame(self->app);
    const struct ho_curve *curve = &clip->number[number];
    const char *name = ho_clip_number_describe((enum ho_clip_number)number)->name;
    double numbers[4] = {ho_curve_value(curve, frame)};
    enum field_key key = curve->n_keys ? FIELD_HAS_KEYS : FIELD_NO_KEYS;
    for (size_t i = 0; i < curve->n_keys; i++)
        if (curve->keys[i].frame == frame)
            key = FIELD_KEY_HERE;
    inspector_set(self->inspectors[TAB_VIDEO], name, numbers, NULL, key);
    inspector_set(self->inspectors[TAB_AUDIO], name, numbers, NULL, key);
}

static void show_extras(struct clip_inspector *self, const struct ho_timeline_clip *clip)
{
    const struct {
        const char *name;
        double value;
    } rows[] = {{"composite", clip->composite}, {"fit", clip->fit}, {"flip_x", clip->flip_x}, {"flip_y", clip->flip_y}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        inspector_set(self->inspectors[TAB_VIDEO], rows[i].name, (double[4]){rows[i].value}, NULL, FIELD_NO_KEYS);
}

// A title's text is a node's parameters: shown as those of one.
static void show_title(struct clip_inspector *self, const struct ho_timeline_clip *clip)
{
    struct ho_graph *graph = NULL;
    if (!clip->n_texts)
        return;
    g_autofree char *json = g_strdup_printf("{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"title\", \"type\": "
                                            "\"text_plus\", \"parameters\": %s}], \"links\": []}",
                                            clip->texts[0]);
    if (ho_graph_parse(json, "title", &graph, NULL) == HO_OK)
        inspector_set_node(self->inspectors[TAB_TITLE], graph, "title", node_edits_frame(self->app));
    ho_graph_destroy(&graph);
}

static void show_file(struct clip_inspector *self, const struct ho_timeline_clip *clip)
{
    const struct ho_project_media *media = ho_session_media(self->app->session, clip->media);
    if (!gtk_widget_has_focus(GTK_WIDGET(gtk_editable_get_delegate(GTK_EDITABLE(self->name)))))
        gtk_editable_set_text(GTK_EDITABLE(self->name), clip->name);
    if (!media) {
        gtk_label_set_text(GTK_LABEL(self->facts), clip->media ? "" : _("A title: no file."));
        return;
    }
    const struct ho_source_info *s = &media->source;
    char start[HO_TIMECODE_SIZE] = "-";
    if (s->has_timecode)
        ho_timecode_format(s->start, start);
    g_autofree char *file = g_path_get_basename(s->path);
    g_autofree char *text = g_strdup_printf(
        _("%s\n%s %s, %d x %d, %.3f frames a second\nStart %s, %lld frames"), file, s->codec, s->profile, s->width,
        s->height, (double)s->rate.num / (double)MAX(s->rate.den, 1), start, (long long)s->n_frames);
    gtk_label_set_text(GTK_LABEL(self->facts), text);
}

static void show_tabs(struct clip_inspector *self, const struct ho_timeline_clip *clip)
{
    const char *now = gtk_stack_get_visible_child_name(GTK_STACK(self->stack));
    bool has_title = clip && clip->n_texts > 0;
    gtk_widget_set_visible(self->tabs[TAB_TITLE], has_title);
    gtk_widget_set_visible(self->head, clip != NULL);
    gtk_widget_set_visible(self->stack, clip != NULL);
    gtk_widget_set_visible(self->nothing, !clip);
    if (!has_title && now && !strcmp(now, "title"))
        gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(self->tabs[TAB_VIDEO]), TRUE);
}

static void on_news(void *opaque, const struct ho_news *news)
{
    (void)news;
    struct clip_inspector *self = opaque;
    const struct ho_timeline_clip *clip = ho_session_clip(self->app->session);
    self->is_showing = true;
    show_tabs(self, clip);
    for (int i = 0; clip && i < HO_N_CLIP_NUMBERS; i++)
        show_number(self, clip, i);
    if (clip) {
        show_extras(self, clip);
        show_title(self, clip);
        show_file(self, clip);
    }
    self->is_showing = false;
}

// ---- the widget

static void on_tab(GtkToggleButton *button, struct clip_inspector *self)
{
    for (int i = 0; i < N_TABS; i++)
        if (GTK_WIDGET(button) == self->tabs[i] && gtk_toggle_button_get_active(button))
            gtk_stack_set_visible_child_name(GTK_STACK(self->stack), tab_names[i]);
}

static void on_name(GtkEntry *entry, struct clip_inspector *self)
{
    const char *name = gtk_editable_get_text(GTK_EDITABLE(entry));
    if (*name)
        app_do(self->app, "rename-clip", "name", name, NULL);
}

static GtkWidget *make_tabs(struct clip_inspector *self)
{
    GtkWidget *bar = window_bar("head");
    for (int i = 0; i < N_TABS; i++) {
        self->tabs[i] = gtk_toggle_button_new_with_label(tab_labels[i]);
        if (i)
            gtk_toggle_button_set_group(GTK_TOGGLE_BUTTON(self->tabs[i]), GTK_TOGGLE_BUTTON(self->tabs[0]));
        g_autofree char *name = g_strdup_printf("tab-%s", tab_names[i]);
        gtk_widget_set_name(self->tabs[i], name);
        gtk_widget_add_css_class(self->tabs[i], "tab");
        gtk_widget_set_focus_on_click(self->tabs[i], FALSE);
        g_signal_connect(self->tabs[i], "toggled", G_CALLBACK(on_tab), self);
        gtk_box_append(GTK_BOX(bar), self->tabs[i]);
    }
    return bar;
}

static GtkWidget *make_file(struct clip_inspector *self)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
    self->name = gtk_entry_new();
    self->facts = window_label("", "dim");
    gtk_widget_set_name(self->name, "clip-name");
    gtk_label_set_wrap(GTK_LABEL(self->facts), TRUE);
    gtk_label_set_xalign(GTK_LABEL(self->facts), 0);
    gtk_widget_set_margin_start(box, 10);
    gtk_widget_set_margin_end(box, 10);
    gtk_widget_set_margin_top(box, 8);
    g_signal_connect(self->name, "activate", G_CALLBACK(on_name), self);
    gtk_box_append(GTK_BOX(box), window_label(_("Clip name (files are named by it)"), "dim"));
    gtk_box_append(GTK_BOX(box), self->name);
    gtk_box_append(GTK_BOX(box), self->facts);
    return box;
}

static void make_stack(struct clip_inspector *self)
{
    self->stack = gtk_stack_new();
    for (int i = 0; i < TAB_FILE; i++) {
        GtkWidget *inspector = inspector_new(&clip_field_calls, i == TAB_TITLE ? &self->text : &self->numbers);
        g_autofree char *name = g_strdup_printf("inspector-%s", tab_names[i]);
        gtk_widget_set_name(inspector, name);
        self->inspectors[i] = GUI_INSPECTOR(inspector);
        gtk_stack_add_named(GTK_STACK(self->stack), inspector, tab_names[i]);
    }
    inspector_show_node(self->inspectors[TAB_TITLE], ho_node_type_find("text_plus"));
    make_video(self->inspectors[TAB_VIDEO]);
    make_audio(self->inspectors[TAB_AUDIO]);
    gtk_stack_add_named(GTK_STACK(self->stack), make_file(self), "file");
    gtk_widget_set_vexpand(self->stack, TRUE);
}

GtkWidget *clip_inspector_new(struct app *app)
{
    struct clip_inspector *self = g_new0(struct clip_inspector, 1);
    self->app = app;
    self->numbers = (struct clip_values){app, 0};
    self->text = (struct clip_values){app, 1};
    self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    self->head = make_tabs(self);
    make_stack(self);
    self->nothing = window_label(_("Select a clip: what it is stands here"), "dim");
    gtk_widget_set_vexpand(self->nothing, TRUE);
    gtk_widget_set_hexpand(self->nothing, TRUE);
    gtk_widget_set_halign(self->nothing, GTK_ALIGN_CENTER);
    gtk_box_append(GTK_BOX(self->box), self->head);
    gtk_box_append(GTK_BOX(self->box), self->stack);
    gtk_box_append(GTK_BOX(self->box), self->nothing);
    gtk_widget_set_size_request(self->box, 300, -1);
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(self->tabs[TAB_VIDEO]), TRUE);
    g_object_set_data_full(G_OBJECT(self->box), "clip-inspector", self, g_free);
    app_watch(app, self->box,
              HO_NEWS_PROJECT | HO_NEWS_TIMELINE | HO_NEWS_VALUES | HO_NEWS_SELECTION | HO_NEWS_PLAYHEAD, on_news,
              self);
    on_news(self, NULL);
    return self->box;
}
