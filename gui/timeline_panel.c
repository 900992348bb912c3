// SPDX-License-Identifier: BSD-2-Clause
#include "timeline_panel.h"

#include <math.h>
#include <string.h>

#include "actions.h"
#include "icon.h"
#include "waveform.h"
#include "window.h"

#define TEXTURES_MAX 600    // of thumbnails; then all are asked for again

struct panel {
    struct app *app;
    GtkWidget *box, *tools[3], *snapping, *linked;
    Timeline *view;
    GHashTable *textures;    // "media frame width height" -> GdkTexture
    struct waveforms *waveforms;
    bool is_telling;
};

// ---- what the timeline asks for

static void on_wish(void *opaque, const struct timeline_wish *wish)
{
    struct panel *panel = opaque;
    timeline_ask_session(panel->app, panel->view, wish);
}

static void on_seek(void *opaque, int64_t frame)
{
    struct panel *panel = opaque;
    g_autofree char *text = g_strdup_printf("%lld", (long long)frame);
    app_do(panel->app, "playhead", "frame", text, NULL);
}

static void on_select(void *opaque, const int64_t *clips, size_t n)
{
    struct panel *panel = opaque;
    GString *list = g_string_new(NULL);
    for (size_t i = 0; i < n; i++)
        g_string_append_printf(list, "%s%lld", i ? "," : "", (long long)clips[i]);
    panel->is_telling = true;
    app_do(panel->app, "select", "clips", n ? list->str : "none", NULL);
    panel->is_telling = false;
    g_string_free(list, TRUE);
}

static void on_open(void *opaque, int64_t clip)
{
    (void)clip;
    app_do(((struct panel *)opaque)->app, "match-frame", NULL);
}

static void on_tool(void *opaque, enum timeline_tool tool, bool snapping)
{
    struct panel *panel = opaque;
    for (int i = 0; i < 3; i++)
        gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(panel->tools[i]), (int)tool == i);
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(panel->snapping), snapping);
}

static bool on_placement(void *opaque, int64_t media, struct ho_placement *out)
{
    struct panel *panel = opaque;
    struct ho_session *session = panel->app->session;
    const struct ho_timeline *timeline = ho_session_timeline(session, NULL);
    struct ho_marks source = {0}, none = {0};
    if (media == ho_session_selected_media(session))
        source = ho_session_source_marks(session);
    return timeline && ho_timeline_three_points(timeline, media, &source, &none, 0, out, NULL) == HO_OK;
}

static GdkTexture *texture_of(struct ho_view_picture *picture)
{
    size_t stride = (size_t)picture->width * 3;
    GBytes *bytes = g_bytes_new_with_free_func(picture->pixels, stride * (size_t)picture->height,
                                               (GDestroyNotify)ho_view_picture_unref, picture);
    GdkTexture *texture = gdk_memory_texture_new(picture->width, picture->height, GDK_MEMORY_R8G8B8, bytes, stride);
    g_bytes_unref(bytes);
    return texture;
}

static GdkTexture *on_thumbnail(void *opaque, int64_t media, int64_t frame, int width, int height)
{
    struct panel *panel = opaque;
    char key[96];
    g_snprintf(key, sizeof key, "%lld %lld %d %d", (long long)media, (long long)frame, width, height);
    GdkTexture *texture = g_hash_table_lookup(panel->textures, key);
    if (texture)
        return g_object_ref(texture);
    struct ho_view_picture *picture = ho_session_thumbnail(panel->app->session, media, frame, width, height);
    if (!picture || !picture->pixels) {    // not yet, or never
        ho_view_picture_unref(picture);
        return NULL;
    }
    texture = texture_of(picture);
    if (g_hash_table_size(panel->textures) >= TEXTURES_MAX)
        g_hash_table_remove_all(panel->textures);
    g_hash_table_insert(panel->textures, g_strdup(key), g_object_ref(texture));
    return texture;
}

static bool on_peaks(void *opaque, int64_t media, double from, double to, float *low, float *high)
{
    struct panel *panel = opaque;
    const struct ho_project_media *entry = ho_session_media(panel->app->session, media);
    return entry && entry->source.n_audio_streams > 0 &&
           waveforms_between(panel->waveforms, entry->source.path, from, to, low, high);
}

static void on_waveform(gpointer opaque) { timeline_refresh(((struct panel *)opaque)->view); }

static GMenuModel *on_menu(void *opaque, int64_t clip, int64_t track)
{
    struct panel *panel = opaque;
    return clip ? timeline_clip_menu(panel->app, clip) : timeline_track_menu(panel->app, track);
}

static const struct timeline_calls calls = {.wish = on_wish,
                                            .seek = on_seek,
                                            .select = on_select,
                                            .open = on_open,
                                            .changed_tool = on_tool,
                                            .placement = on_placement,
                                            .thumbnail = on_thumbnail,
                                            .peaks = on_peaks,
                                            .menu = on_menu};

// ---- what the session has

static void on_news(void *opaque, const struct ho_news *news)
{
    struct panel *panel = opaque;
    struct ho_session *session = panel->app->session;
    size_t n;
    if (news->kinds & (HO_NEWS_PROJECT | HO_NEWS_TIMELINE | HO_NEWS_VALUES | HO_NEWS_GRAPH | HO_NEWS_MEDIA))
        timeline_set_timeline(panel->view, ho_session_timeline(session, NULL));
    if (news->kinds & HO_NEWS_PROJECT)
        g_hash_table_remove_all(panel->textures);
    const int64_t *selection = ho_session_selection(session, &n);
    if (!panel->is_telling)
        timeline_set_selection(panel->view, selection, n);
    struct ho_marks marks = ho_session_marks(session);
    timeline_set_marks(panel->view, &marks);
    timeline_set_playhead(panel->view, ho_session_playhead(session));
    if (ho_session_playing(session).speed != 0)
        timeline_follow(panel->view);
}

// ---- the tools above it

static void on_tool_button(GtkToggleButton *button, struct panel *panel)
{
    for (int i = 0; i < 3; i++)
        if (GTK_WIDGET(button) == panel->tools[i] && gtk_toggle_button_get_active(button))
            timeline_set_tool(panel->view, (enum timeline_tool)i);
}

static void on_snapping(GtkToggleButton *button, struct panel *panel)
{
    timeline_set_snapping(panel->view, gtk_toggle_button_get_active(button));
}

static void on_linked(GtkToggleButton *button, struct panel *panel)
{
    timeline_set_linked(panel->view, gtk_toggle_button_get_active(button));
}

static GtkWidget *toggle(struct panel *panel, const char *icon, const char *tip, GCallback toggled, GtkWidget *group)
{
    GtkWidget *button = gtk_toggle_button_new();
    gtk_button_set_child(GTK_BUTTON(button), icon_new(icon));
    gtk_widget_set_tooltip_text(button, tip);
    gtk_widget_set_focus_on_click(button, FALSE);
    gtk_widget_add_css_class(button, "icon");
    if (group)
        gtk_toggle_button_set_group(GTK_TOGGLE_BUTTON(button), GTK_TOGGLE_BUTTON(group));
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, tip, -1);
    g_signal_connect(button, "toggled", toggled, panel);
    return button;
}

static GtkWidget *make_bar(struct panel *panel)
{
    static const char *const icons[] = {"arrow", "trim", "blade"};
    static const char *const tips[] = {"Select (A)", "Trim: slip, slide, ripple (T)", "Blade (B)"};
    GtkWidget *bar = window_bar("head");
    for (int i = 0; i < 3; i++) {
        panel->tools[i] = toggle(panel, icons[i], tips[i], G_CALLBACK(on_tool_button), i ? panel->tools[0] : NULL);
        gtk_box_append(GTK_BOX(bar), panel->tools[i]);
    }
    panel->snapping = toggle(panel, "snap", "Snapping (N)", G_CALLBACK(on_snapping), NULL);
    panel->linked = toggle(panel, "link", "Linked clips go together (Ctrl+Shift+L)", G_CALLBACK(on_linked), NULL);
    gtk_box_append(GTK_BOX(bar), gtk_separator_new(GTK_ORIENTATION_VERTICAL));
    gtk_box_append(GTK_BOX(bar), panel->snapping);
    gtk_box_append(GTK_BOX(bar), panel->linked);
    gtk_box_append(GTK_BOX(bar), gtk_separator_new(GTK_ORIENTATION_VERTICAL));
    static const char *const edits[] = {"insert", "overwrite", "replace", "place-on-top"};
    for (size_t i = 0; i < G_N_ELEMENTS(edits); i++)
        gtk_box_append(GTK_BOX(bar), action_button(panel->app, edits[i]));
    gtk_box_append(GTK_BOX(bar), window_spacer());
    static const char *const zooms[] = {"timeline-fit", "timeline-zoom-out", "timeline-zoom-in"};
    for (size_t i = 0; i < G_N_ELEMENTS(zooms); i++)
        gtk_box_append(GTK_BOX(bar), action_button(panel->app, zooms[i]));
    return bar;
}

static void free_panel(gpointer data)
{
    struct panel *panel = data;
    g_hash_table_unref(panel->textures);
    waveforms_free(panel->waveforms);
    g_free(panel);
}

GtkWidget *timeline_panel_new(struct app *app)
{
    struct panel *panel = g_new0(struct panel, 1);
    panel->app = app;
    panel->textures = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
    panel->waveforms = waveforms_new(on_waveform, panel);
    panel->view = GUI_TIMELINE(timeline_new(&calls, panel));
    panel->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    GtkWidget *view = GTK_WIDGET(panel->view);
    gtk_widget_set_name(view, "timeline");
    actions_set_context(view, ACTION_PANEL_TIMELINE);
    timeline_menu_attach(app, view);
    timeline_set_empty(panel->view, _("Drag a clip from the media pool here, or press F10"));
    gtk_box_append(GTK_BOX(panel->box), make_bar(panel));
    gtk_box_append(GTK_BOX(panel->box), view);
    gtk_widget_set_size_request(panel->box, -1, 264);
    g_object_set_data_full(G_OBJECT(panel->box), "panel", panel, free_panel);
    g_object_set_data(G_OBJECT(app->window), "timeline", view);
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(panel->linked), TRUE);
    on_tool(panel, TIMELINE_SELECT, true);
    app_watch(app, panel->box,
              HO_NEWS_PROJECT | HO_NEWS_TIMELINE | HO_NEWS_VALUES | HO_NEWS_GRAPH | HO_NEWS_MEDIA | HO_NEWS_SELECTION |
                  HO_NEWS_PLAYHEAD,
              on_news, panel);
    on_news(panel, &(struct ho_news){.kinds = HO_NEWS_PROJECT});
    return panel->box;
}
