// SPDX-License-Identifier: BSD-2-Clause
#include "tool_search.h"

#include <string.h>

#include "popup.h"

struct search {
    GtkWidget *owner, *list;
    enum ho_page page;
    void (*chosen)(GtkWidget *owner, const char *type);
};

static bool initials_match(const char *label, const char *letters)
{
    for (bool start = true; *label && *letters; label++) {
        bool alpha = g_ascii_isalpha(*label);
        if (alpha && (start || g_ascii_isupper(*label))) {
            if (g_ascii_tolower(*label) != g_ascii_tolower(*letters))
                return false;
            letters++;
        }
        start = !alpha;
    }
    return !*letters;
}

int tool_search_rank(const char *label, const char *letters)
{
    char *a = g_utf8_strdown(label, -1), *b = g_utf8_strdown(letters, -1);
    const char *found = strstr(a, b);
    int rank = 0;
    if (g_str_has_prefix(a, b))
        rank = 3;
    else if (initials_match(label, letters) || (found && !g_ascii_isalnum(found[-1])))
        rank = 2;
    else if (found)
        rank = 1;
    g_free(a);
    g_free(b);
    return rank;
}

static void add_row(struct search *search, const struct ho_node_type *type)
{
    GtkWidget *row = gtk_list_box_row_new(), *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
    GtkWidget *label = gtk_label_new(type->label), *help = gtk_label_new(type->help);
    gtk_widget_set_halign(label, GTK_ALIGN_START);
    gtk_label_set_width_chars(GTK_LABEL(label), 18);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_ellipsize(GTK_LABEL(help), PANGO_ELLIPSIZE_END);
    gtk_label_set_max_width_chars(GTK_LABEL(help), 44);
    gtk_widget_add_css_class(help, "dim-label");
    gtk_box_append(GTK_BOX(box), label);
    gtk_box_append(GTK_BOX(box), help);
    gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), box);
    g_object_set_data(G_OBJECT(row), "type", (gpointer)(uintptr_t)type);
    gtk_list_box_append(GTK_LIST_BOX(search->list), row);
}

// Best first; all that fit where nothing is typed.
static void refill(GtkEditable *entry, struct search *search)
{
    const char *letters = gtk_editable_get_text(entry);
    for (GtkWidget *row; (row = gtk_widget_get_first_child(search->list));)
        gtk_list_box_remove(GTK_LIST_BOX(search->list), row);
    for (int rank = 3; rank > 0; rank--)
        for (const struct ho_node_type *const *type = ho_node_types(); *type; type++)
            if ((*type)->pages & search->page && tool_search_rank((*type)->label, letters) == rank)
                add_row(search, *type);
    gtk_list_box_select_row(GTK_LIST_BOX(search->list), gtk_list_box_get_row_at_index(GTK_LIST_BOX(search->list), 0));
}

static void choose(struct search *search, GtkListBoxRow *row)
{
    if (!row)
        return;
    const struct ho_node_type *type = g_object_get_data(G_OBJECT(row), "type");
    GtkWidget *owner = search->owner;
    void (*chosen)(GtkWidget *, const char *) = search->chosen;
    popup_close(owner);
    chosen(owner, type->name);
}

static void on_return(GtkEntry *entry, struct search *search)
{
    (void)entry;
    choose(search, gtk_list_box_get_selected_row(GTK_LIST_BOX(search->list)));
}

static void on_row(GtkListBox *list, GtkListBoxRow *row, struct search *search)
{
    (void)list;
    choose(search, row);
}

static void scroll_to(struct search *search, GtkListBoxRow *row)
{
    double x, y;
    GtkWidget *scroller = gtk_widget_get_ancestor(search->list, GTK_TYPE_SCROLLED_WINDOW);
    GtkAdjustment *at = gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(scroller));
    if (gtk_widget_translate_coordinates(GTK_WIDGET(row), search->list, 0, 0, &x, &y))
        gtk_adjustment_clamp_page(at, y, y + gtk_widget_get_height(GTK_WIDGET(row)));
}

static gboolean on_key(GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, struct search *search)
{
    (void)keys, (void)code, (void)state;
    int step = key == GDK_KEY_Down ? 1 : key == GDK_KEY_Up ? -1 : 0;
    GtkListBoxRow *row = gtk_list_box_get_selected_row(GTK_LIST_BOX(search->list));
    if (!step || !row)
        return FALSE;
    row = gtk_list_box_get_row_at_index(GTK_LIST_BOX(search->list), gtk_list_box_row_get_index(row) + step);
    if (row) {
        gtk_list_box_select_row(GTK_LIST_BOX(search->list), row);
        scroll_to(search, row);
    }
    return TRUE;
}

static GtkWidget *make_entry(struct search *search)
{
    GtkWidget *entry = gtk_entry_new();
    gtk_entry_set_placeholder_text(GTK_ENTRY(entry), "Type a tool's name");
    GtkEventController *keys = gtk_event_controller_key_new();
    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), search);
    gtk_widget_add_controller(entry, keys);
    g_signal_connect(entry, "changed", G_CALLBACK(refill), search);
    g_signal_connect(entry, "activate", G_CALLBACK(on_return), search);
    return entry;
}

void tool_search_open(GtkWidget *owner, enum ho_page page, double x, double y,
                      void (*chosen)(GtkWidget *owner, const char *type))
{
    GtkWidget *popover = gtk_popover_new(), *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
    struct search *search = g_new(struct search, 1);
    *search = (struct search){owner, gtk_list_box_new(), page, chosen};
    g_object_set_data_full(G_OBJECT(popover), "search", search, g_free);
    gtk_list_box_set_selection_mode(GTK_LIST_BOX(search->list), GTK_SELECTION_BROWSE);
    g_signal_connect(search->list, "row-activated", G_CALLBACK(on_row), search);
    GtkWidget *entry = make_entry(search), *scroller = gtk_scrolled_window_new();
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), search->list);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
    gtk_widget_set_size_request(scroller, 420, 260);
    gtk_box_append(GTK_BOX(box), entry);
    gtk_box_append(GTK_BOX(box), scroller);
    gtk_popover_set_child(GTK_POPOVER(popover), box);
    gtk_widget_add_css_class(popover, "tool-search");
    refill(GTK_EDITABLE(entry), search);
    popup_open(owner, popover, x, y);
    gtk_widget_grab_focus(entry);
}
