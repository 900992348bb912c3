// SPDX-License-Identifier: BSD-2-Clause
#include "window.h"

#include <string.h>

#include "actions.h"
#include "icon.h"
#include "job_bar.h"
#include "keymap.h"
#include "notice.h"
#include "pump.h"

static const struct page *const pages[] = {&page_media, &page_edit, &page_fusion, &page_color, &page_deliver};

// ---- building blocks

GtkWidget *window_bar(const char *class)
{
    GtkWidget *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
    gtk_widget_add_css_class(bar, "bar");
    gtk_widget_add_css_class(bar, class);
    return bar;
}

GtkWidget *window_label(const char *text, const char *class)
{
    GtkWidget *label = gtk_label_new(text);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    if (class)
        gtk_widget_add_css_class(label, class);
    return label;
}

GtkWidget *window_spacer(void)
{
    GtkWidget *spacer = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
    gtk_widget_set_hexpand(spacer, TRUE);
    return spacer;
}

GtkWidget *window_paned(GtkOrientation orientation, GtkWidget *first, GtkWidget *second, bool first_grows)
{
    GtkWidget *paned = gtk_paned_new(orientation);
    gtk_paned_set_start_child(GTK_PANED(paned), first);
    gtk_paned_set_end_child(GTK_PANED(paned), second);
    gtk_paned_set_resize_start_child(GTK_PANED(paned), first_grows);
    gtk_paned_set_resize_end_child(GTK_PANED(paned), !first_grows);
    gtk_paned_set_shrink_start_child(GTK_PANED(paned), FALSE);
    gtk_paned_set_shrink_end_child(GTK_PANED(paned), FALSE);
    gtk_widget_set_hexpand(paned, TRUE);
    gtk_widget_set_vexpand(paned, TRUE);
    return paned;
}

static void on_room(GtkPaned *paned, GParamSpec *spec, gpointer share)
{
    (void)spec;
    int room = 0;
    g_object_get(paned, "max-position", &room, NULL);
    if (room <= 0 || room == G_MAXINT)
        return;
    GtkWidget *widget = GTK_WIDGET(paned);
    bool across = gtk_orientable_get_orientation(GTK_ORIENTABLE(paned)) == GTK_ORIENTATION_HORIZONTAL;
    int size = across ? gtk_widget_get_width(widget) : gtk_widget_get_height(widget);
    g_signal_handlers_disconnect_by_func(paned, (gpointer)on_room, share);
    gtk_paned_set_position(paned, MIN(size > 0 ? (int)(size * *(double *)share) : room, room));
}

void window_share(GtkWidget *paned, double share)
{
    double *kept = g_memdup2(&share, sizeof(share));
    g_object_set_data_full(G_OBJECT(paned), "share", kept, g_free);
    g_signal_connect(paned, "notify::max-position", G_CALLBACK(on_room), kept);
}

GtkWidget *window_scrolled(GtkWidget *child)
{
    GtkWidget *scrolled = gtk_scrolled_window_new();
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), child);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
    gtk_widget_set_vexpand(scrolled, TRUE);
    return scrolled;
}

GtkWidget *window_button(struct app *app, const char *action)
{
    for (guint i = 0; i < app->buttons->len; i++) {
        GtkWidget *button = app->buttons->pdata[i];
        if (!strcmp(gtk_widget_get_name(button), action) && gtk_widget_get_mapped(button))
            return button;
    }
    return app->project_name;
}

// ---- the bar of pages

static const struct page *find_page(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
        if (!strcmp(pages[i]->name, name))
            return pages[i];
    }
    return NULL;
}

void app_show_page(struct app *app, const char *name)
{
    const struct page *page = find_page(name);
    if (!page)
        return;
    if (!gtk_stack_get_child_by_name(GTK_STACK(app->stack), name))
        gtk_stack_add_named(GTK_STACK(app->stack), page->create(app), name);
    app->page = page->name;
    gtk_stack_set_visible_child_name(GTK_STACK(app->stack), name);
    for (GtkWidget *button = gtk_widget_get_first_child(app->page_buttons); button;
         button = gtk_widget_get_next_sibling(button))
        gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(button), !strcmp(gtk_widget_get_name(button) + 5, name));
    actions_refresh(app);
}

static void on_page(GtkToggleButton *button, struct app *app)
{
    app_show_page(app, gtk_widget_get_name(GTK_WIDGET(button)) + 5);    // after "page-"
}

static GtkWidget *page_button(struct app *app, const struct page *page)
{
    GtkWidget *button = gtk_toggle_button_new(), *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
    g_autofree char *name = g_strdup_printf("page-%s", page->name);
    gtk_widget_set_name(button, name);
    gtk_widget_add_css_class(button, "page");
    gtk_widget_set_focus_on_click(button, FALSE);
    gtk_widget_set_valign(column, GTK_ALIGN_CENTER);
    GtkWidget *label = window_label(page->label, "small");
    gtk_widget_set_halign(label, GTK_ALIGN_CENTER);
    gtk_box_append(GTK_BOX(column), icon_new(page->icon));
    gtk_box_append(GTK_BOX(column), label);
    gtk_button_set_child(GTK_BUTTON(button), column);
    g_signal_connect(button, "clicked", G_CALLBACK(on_page), app);
    return button;
}

static GtkWidget *page_bar(struct app *app)
{
    GtkWidget *bar = gtk_center_box_new();
    gtk_widget_add_css_class(bar, "bar");
    gtk_widget_add_css_class(bar, "pages");
    app->page_buttons = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++)
        gtk_box_append(GTK_BOX(app->page_buttons), page_button(app, pages[i]));
    gtk_center_box_set_center_widget(GTK_CENTER_BOX(bar), app->page_buttons);
    gtk_center_box_set_start_widget(GTK_CENTER_BOX(bar), notice_new(app));
    gtk_center_box_set_end_widget(GTK_CENTER_BOX(bar), job_bar_new(app));
    return bar;
}

// ---- the bar at the top

static void show_project_name(void *opaque, const struct ho_news *news)
{
    (void)news;
    struct app *app = opaque;
    struct ho_project *project = ho_session_project(app->session);
    g_autofree char *file = project ? g_path_get_basename(ho_project_path(project)) : g_strdup("");
    char *dot = strrchr(file, '.');
    if (dot)
        *dot = 0;
    const char *name = !project ? "" : ho_session_is_untitled(app->session) ? "Untitled project" : file;
    g_autofree char *title = g_strdup_printf("%s%sHoldout", name, *name ? " - " : "");
    gtk_label_set_text(GTK_LABEL(app->project_name), name);
    gtk_window_set_title(app->window, title);
}

static GtkWidget *top_bar(struct app *app)
{
    GtkWidget *bar = gtk_center_box_new(), *end = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
    g_autoptr(GMenuModel) menu = actions_menu(app);
    gtk_widget_add_css_class(bar, "bar");
    gtk_widget_add_css_class(bar, "top");
    app->project_name = window_label("", "title");
    gtk_widget_set_name(app->project_name, "project-name");
    for (const char *const *name = (const char *const[]){"undo", "redo", "history", "command-search", NULL}; *name;
         name++)
        gtk_box_append(GTK_BOX(end), action_button(app, *name));
    gtk_center_box_set_start_widget(GTK_CENTER_BOX(bar), gtk_popover_menu_bar_new_from_model(menu));
    gtk_center_box_set_center_widget(GTK_CENTER_BOX(bar), app->project_name);
    gtk_center_box_set_end_widget(GTK_CENTER_BOX(bar), end);
    return bar;
}

// ---- the window

static void refresh_actions(void *opaque, const struct ho_news *news)
{
    (void)news;
    actions_refresh(opaque);
}

static gboolean on_drop(GtkDropTarget *target, const GValue *value, double x, double y, struct app *app)
{
    (void)target, (void)x, (void)y;
    for (GSList *file = gdk_file_list_get_files(g_value_get_boxed(value)); file; file = file->next) {
        g_autofree char *path = g_file_get_path(file->data);
        if (path)
            app_open(app, path);
    }
    return TRUE;
}

static gboolean on_close_request(GtkWindow *window, struct app *app)
{
    (void)window;
    actions_run(app, "quit");
    return TRUE;
}

void window_create(struct app *app)
{
    GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    GtkDropTarget *drop = gtk_drop_target_new(GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
    app->window = GTK_WINDOW(gtk_application_window_new(app->application));
    gtk_window_set_default_size(app->window, 1280, 720);
    gtk_window_set_handle_menubar_accel(app->window, FALSE);    // F10 overwrites
    app->stack = gtk_stack_new();
    gtk_widget_set_vexpand(app->stack, TRUE);
    actions_install(app);
    gtk_box_append(GTK_BOX(column), top_bar(app));
    gtk_box_append(GTK_BOX(column), app->stack);
    gtk_box_append(GTK_BOX(column), page_bar(app));
    gtk_window_set_child(app->window, column);
    keymap_attach(app);
    g_signal_connect(drop, "drop", G_CALLBACK(on_drop), app);
    gtk_widget_add_controller(GTK_WIDGET(app->window), GTK_EVENT_CONTROLLER(drop));
    g_signal_connect(app->window, "close-request", G_CALLBACK(on_close_request), app);
    app_watch(app, column, HO_NEWS_PROJECT | HO_NEWS_STEPS, show_project_name, app);
    app_watch(app, column, ~(unsigned)(HO_NEWS_PICTURE | HO_NEWS_LANE | HO_NEWS_PLAYHEAD), refresh_actions, app);
    show_project_name(app, NULL);
}

void window_close(struct app *app)
{
    if (!app->window)
        return;
    GtkWindow *window = app->window;
    for (guint i = app->buttons->len; i > 0; i--)
        g_ptr_array_remove_index(app->buttons, i - 1);
    app_remember(app);
    ho_session_cancel(app->session);
    gtk_window_destroy(window);
    app->window = NULL;
}
