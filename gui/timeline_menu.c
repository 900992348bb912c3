// SPDX-License-Identifier: BSD-2-Clause
// What a right click on the timeline offers.
#include <string.h>

#include "popup.h"
#include "timeline_panel.h"

static struct app *app_of(gpointer view) { return g_object_get_data(G_OBJECT(view), "app"); }

static void on_command(GSimpleAction *action, GVariant *command, gpointer view)
{
    (void)action;
    app_do(app_of(view), g_variant_get_string(command, NULL), NULL);
}

static void on_composite(GSimpleAction *action, GVariant *mode, gpointer view)
{
    (void)action;
    app_do(app_of(view), "composite", "mode", g_variant_get_string(mode, NULL), "clips", "selection", NULL);
}

static void on_page(GSimpleAction *action, GVariant *page, gpointer view)
{
    (void)action;
    app_show_page(app_of(view), g_variant_get_string(page, NULL));
}

static void on_track(GSimpleAction *action, GVariant *kind, gpointer view)
{
    (void)action;
    app_do(app_of(view), "add-track", "kind", g_variant_get_string(kind, NULL), NULL);
}

static void on_remove_track(GSimpleAction *action, GVariant *track, gpointer view)
{
    (void)action;
    app_do(app_of(view), "remove-track", "track", g_variant_get_string(track, NULL), NULL);
}

// On the lowest track that edits land on and that has a gap there.
static void on_close_gap(GSimpleAction *action, GVariant *none, gpointer view)
{
    (void)action, (void)none;
    struct app *app = app_of(view);
    const struct ho_timeline *timeline = ho_session_timeline(app->session, NULL);
    int64_t frame = ho_session_playhead(app->session);
    for (int i = 0; timeline && i < ho_timeline_n_tracks(timeline); i++) {
        const struct ho_track *track = ho_timeline_track(timeline, i);
        if (!track->auto_select || track->locked || ho_timeline_clip_at(timeline, track->id, frame))
            continue;
        g_autofree char *word = g_strdup_printf("%c%d", track->kind == HO_TRACK_VIDEO ? 'V' : 'A', track->place + 1);
        app_do(app, "close-gap", "track", word, NULL);
        return;
    }
}

static void on_link(GSimpleAction *action, GVariant *linked, gpointer view)
{
    (void)action;
    app_do(app_of(view), "link", "clips", "selection", "linked", g_variant_get_boolean(linked) ? "yes" : "no", NULL);
}

static void on_named(GtkWidget *view, const char *text)
{
    if (*text)
        app_do(app_of(view), "rename-clip", "name", text, NULL);
}

static void on_rename(GSimpleAction *action, GVariant *none, gpointer view)
{
    (void)action, (void)none;
    const struct ho_timeline_clip *clip = ho_session_clip(app_of(view)->session);
    if (clip)
        popup_entry(view, clip->name, 200, 60, on_named);
}

void timeline_menu_attach(struct app *app, GtkWidget *view)
{
    static const GActionEntry entries[] = {
        {"do", on_command, "s", NULL, NULL, {0}},
        {"composite", on_composite, "s", NULL, NULL, {0}},
        {"page", on_page, "s", NULL, NULL, {0}},
        {"add-track", on_track, "s", NULL, NULL, {0}},
        {"remove-track", on_remove_track, "s", NULL, NULL, {0}},
        {"close-gap", on_close_gap, NULL, NULL, NULL, {0}},
        {"link", on_link, "b", NULL, NULL, {0}},
        {"rename", on_rename, NULL, NULL, NULL, {0}},
    };
    GSimpleActionGroup *group = g_simple_action_group_new();
    g_action_map_add_action_entries(G_ACTION_MAP(group), entries, G_N_ELEMENTS(entries), view);
    gtk_widget_insert_action_group(view, "clip", G_ACTION_GROUP(group));
    g_object_set_data(G_OBJECT(view), "app", app);
    g_object_unref(group);
}

static void append(GMenu *menu, const char *label, const char *action, const char *key)
{
    GMenuItem *item = g_menu_item_new(label, action);
    if (key)
        g_menu_item_set_attribute(item, "accel", "s", key);
    g_menu_append_item(menu, item);
    g_object_unref(item);
}

static void append_section(GMenu *menu, GMenu *section)
{
    g_menu_append_section(menu, NULL, G_MENU_MODEL(section));
    g_object_unref(section);
}

static void append_composites(GMenu *menu)
{
    GMenu *modes = g_menu_new();
    for (int i = 0; i < HO_N_COMPOSITES; i++) {
        const char *name = ho_composite_name((enum ho_composite)i);
        GMenuItem *item = g_menu_item_new(name, NULL);
        g_menu_item_set_action_and_target(item, "clip.composite", "s", name);
        g_menu_append_item(modes, item);
        g_object_unref(item);
    }
    g_menu_append_submenu(menu, _("Composite Mode"), G_MENU_MODEL(modes));
    g_object_unref(modes);
}

static GMenuModel *clip_menu(const struct ho_timeline_clip *clip)
{
    GMenu *menu = g_menu_new(), *pages = g_menu_new(), *values = g_menu_new(), *cuts = g_menu_new();
    append(pages, _("Open in Color"), "clip.page::color", NULL);
    append(pages, _("Open in Fusion"), "clip.page::fusion", NULL);
    append_section(menu, pages);
    append(values, _("Clip Name…"), "clip.rename", NULL);
    append(values, clip->enabled ? _("Disable Clip") : _("Enable Clip"), "clip.do::enable-clips", "d");
    append_composites(values);
    append(values, clip->link ? _("Unlink Clips") : _("Link Clips"),
           clip->link ? "clip.link(false)" : "clip.link(true)", NULL);
    append(values, _("Match Frame"), "clip.do::match-frame", "f");
    append_section(menu, values);
    append(cuts, _("Split at Playhead"), "clip.do::split", "<Control>backslash");
    append(cuts, _("Delete, Leave a Gap"), "clip.do::lift", "BackSpace");
    append(cuts, _("Delete, Close the Gap"), "clip.do::ripple-delete", "Delete");
    append_section(menu, cuts);
    return G_MENU_MODEL(menu);
}

GMenuModel *timeline_clip_menu(struct app *app, int64_t id)
{
    const struct ho_timeline *timeline = ho_session_timeline(app->session, NULL);
    const struct ho_timeline_clip *clip = timeline ? ho_timeline_find_clip(timeline, id) : NULL;
    return clip ? clip_menu(clip) : NULL;
}

GMenuModel *timeline_track_menu(struct app *app, int64_t id)
{
    const struct ho_timeline *timeline = ho_session_timeline(app->session, NULL);
    int index = timeline && id ? ho_timeline_track_index(timeline, id) : -1;
    GMenu *menu = g_menu_new(), *tracks = g_menu_new(), *rest = g_menu_new();
    append(tracks, _("Add Video Track"), "clip.add-track::video", NULL);
    append(tracks, _("Add Audio Track"), "clip.add-track::audio", NULL);
    if (index >= 0) {
        const struct ho_track *track = ho_timeline_track(timeline, index);
        g_autofree char *word = g_strdup_printf("%c%d", track->kind == HO_TRACK_VIDEO ? 'V' : 'A', track->place + 1);
        g_autofree char *label = g_strdup_printf(_("Delete Track %s"), word);
        g_autofree char *action = g_strdup_printf("clip.remove-track::%s", word);
        append(tracks, label, action, NULL);
    }
    append_section(menu, tracks);
    append(rest, _("Close Gap at Playhead"), "clip.close-gap", NULL);
    append(rest, _("Add Title"), "clip.do::title", NULL);
    append_section(menu, rest);
    return G_MENU_MODEL(menu);
}
