// SPDX-License-Identifier: BSD-2-Clause
#include "inspector.h"

#include <string.h>

#define KEYS_MAX 4096

struct section {
    GtkWidget *header, *rows;
};

// One that was shown once: its widgets, by name.
struct panel {
    GtkWidget *box;
    GHashTable *fields;    // name -> Field
};

struct _Inspector {
    GtkWidget parent;
    const struct field_calls *calls;
    void *opaque;
    GtkWidget *column, *title, *scroller, *stack, *empty;
    GHashTable *panels;    // key -> struct panel
    struct panel *shown;
    int n_columns;
};

G_DEFINE_FINAL_TYPE(Inspector, inspector, GTK_TYPE_WIDGET)

static void free_panel(gpointer data)
{
    struct panel *panel = data;
    g_hash_table_unref(panel->fields);
    g_free(panel);
}

// ---- sections

static void on_fold(GtkButton *header, GtkWidget *rows)
{
    bool open = !gtk_widget_get_visible(rows);
    gtk_widget_set_visible(rows, open);
    gtk_button_set_label(header, NULL);
    GtkWidget *box = g_object_get_data(G_OBJECT(header), "box");
    gtk_button_set_child(header, box);
    gtk_image_set_from_icon_name(GTK_IMAGE(gtk_widget_get_first_child(box)),
                                 open ? "pan-down-symbolic" : "pan-end-symbolic");
}

static GtkWidget *make_header(const char *title, GtkWidget *rows)
{
    GtkWidget *header = gtk_button_new(), *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
    GtkWidget *arrow = gtk_image_new_from_icon_name("pan-down-symbolic"), *label = gtk_label_new(title);
    gtk_box_append(GTK_BOX(box), arrow);
    gtk_box_append(GTK_BOX(box), label);
    gtk_button_set_child(GTK_BUTTON(header), box);
    gtk_button_set_has_frame(GTK_BUTTON(header), FALSE);
    gtk_widget_set_focus_on_click(header, FALSE);
    gtk_widget_add_css_class(header, "inspector-section");
    g_object_set_data_full(G_OBJECT(header), "box", g_object_ref(box), g_object_unref);
    g_signal_connect(header, "clicked", G_CALLBACK(on_fold), rows);
    return header;
}

static void add_section(Inspector *inspector, struct panel *panel, const struct inspector_section *section)
{
    GtkWidget *rows = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0), *column = NULL;
    size_t per_column = (section->n_specs + (size_t)inspector->n_columns - 1) / (size_t)inspector->n_columns;
    gtk_box_set_homogeneous(GTK_BOX(rows), TRUE);
    for (size_t i = 0; i < section->n_specs; i++) {
        if (i % per_column == 0) {
            column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
            gtk_box_append(GTK_BOX(rows), column);
        }
        GtkWidget *field = field_new(&section->specs[i], inspector->calls, inspector->opaque);
        g_hash_table_insert(panel->fields, (gpointer)(uintptr_t)section->specs[i].name, field);
        gtk_box_append(GTK_BOX(column), field);
    }
    if (section->title)
        gtk_box_append(GTK_BOX(panel->box), make_header(section->title, rows));
    gtk_box_append(GTK_BOX(panel->box), rows);
}

static struct panel *make_panel(Inspector *inspector, const char *key, const struct inspector_section *sections,
                                size_t n)
{
    struct panel *panel = g_new(struct panel, 1);
    *panel = (struct panel){gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), g_hash_table_new(g_str_hash, g_str_equal)};
    for (size_t i = 0; i < n; i++)
        add_section(inspector, panel, &sections[i]);
    gtk_box_append(GTK_BOX(inspector->stack), panel->box);
    g_hash_table_insert(inspector->panels, g_strdup(key), panel);
    return panel;
}

void inspector_show(Inspector *inspector, const char *key, const struct inspector_section *sections, size_t n)
{
    struct panel *panel = key ? g_hash_table_lookup(inspector->panels, key) : NULL;
    if (key && !panel)
        panel = make_panel(inspector, key, sections, n);
    if (panel != inspector->shown && inspector->shown)
        gtk_widget_set_visible(inspector->shown->box, FALSE);
    if (panel)
        gtk_widget_set_visible(panel->box, TRUE);
    inspector->shown = panel;
    gtk_widget_set_visible(inspector->empty, !panel);
    gtk_widget_set_visible(inspector->scroller, panel != NULL);
}

// ---- a node's parameters in sections: what names begin alike with, and what all of Fusion's tools share

#define SECTIONS_MAX 16
#define SPECS_MAX 128

static bool is_common(const char *name)
{
    return !strcmp(name, "blend") || !strcmp(name, "mask_invert") || !strcmp(name, "multiply_by_mask");
}

static size_t n_alike(const struct ho_parameter *p, size_t length)
{
    size_t n = 0;
    while (p[n].name && !strncmp(p[n].name, p->name, length))
        n++;
    return n;
}

// The word before the first '_' where four parameters or more in a row begin with it.
static size_t group_of(const struct ho_parameter *p)
{
    const char *line = strchr(p->name, '_');
    size_t length = line ? (size_t)(line - p->name) + 1 : 0;
    return length && n_alike(p, length) >= 4 ? length : 0;
}

struct plan {
    struct field_spec specs[SPECS_MAX];
    struct inspector_section sections[SECTIONS_MAX];
    char titles[SECTIONS_MAX][HO_NODE_ID_SIZE];
    size_t n_specs, n_sections;
};

static void open_section(struct plan *plan, const char *title, size_t length)
{
    g_snprintf(plan->titles[plan->n_sections], HO_NODE_ID_SIZE, "%.*s", (int)length, title);
    plan->titles[plan->n_sections][0] = g_ascii_toupper(title[0]);
    plan->sections[plan->n_sections] = (struct inspector_section){plan->titles[plan->n_sections],
                                                                  &plan->specs[plan->n_specs], 0};
    plan->n_sections++;
}

static void plan_parameter(struct plan *plan, const struct ho_parameter *p)
{
    if (plan->n_specs == SPECS_MAX)
        return;
    plan->specs[plan->n_specs++] = field_spec_of_parameter(p);
    plan->sections[plan->n_sections - 1].n_specs++;
}

static void plan_node(struct plan *plan, const struct ho_node_type *type)
{
    size_t in_group = 0;
    bool was_group = true;
    for (const struct ho_parameter *p = type->parameters; p->name; p++) {
        size_t length = in_group ? 0 : group_of(p);
        if (is_common(p->name))
            continue;
        if (length && plan->n_sections < SECTIONS_MAX - 2) {
            open_section(plan, p->name, length - 1);
            in_group = n_alike(p, length);
            was_group = true;
        } else if (!in_group && was_group && plan->n_sections < SECTIONS_MAX - 2) {
            open_section(plan, type->label, strlen(type->label));
            was_group = false;
        }
        plan_parameter(plan, p);
        in_group -= in_group > 0;
    }
    bool opened = false;
    for (const struct ho_parameter *p = type->parameters; p->name; p++)
        if (is_common(p->name)) {
            if (!opened)
                open_section(plan, "Settings", 8);
            opened = true;
            plan_parameter(plan, p);
        }
}

void inspector_show_node(Inspector *inspector, const struct ho_node_type *type)
{
    if (!type || g_hash_table_contains(inspector->panels, type->name)) {
        inspector_show(inspector, type ? type->name : NULL, NULL, 0);
        return;
    }
    struct plan *plan = g_new0(struct plan, 1);
    plan_node(plan, type);
    inspector_show(inspector, type->name, plan->sections, plan->n_sections);
    g_free(plan);
}

// ---- values

Field *inspector_field(Inspector *inspector, const char *name)
{
    return inspector->shown ? g_hash_table_lookup(inspector->shown->fields, name) : NULL;
}

void inspector_set(Inspector *inspector, const char *name, const double numbers[4], const char *text,
                   enum field_key key)
{
    Field *field = inspector_field(inspector, name);
    if (field)
        field_set(field, numbers, text, key);
}

static enum field_key key_at(const struct ho_graph *graph, const char *id, const char *name, int64_t frame)
{
    int64_t frames[KEYS_MAX];
    size_t n = ho_graph_keyframes(graph, id, name, frames, KEYS_MAX);
    for (size_t i = 0; i < MIN(n, KEYS_MAX); i++)
        if (frames[i] == frame)
            return FIELD_KEY_HERE;
    return n ? FIELD_HAS_KEYS : FIELD_NO_KEYS;
}

void inspector_set_node(Inspector *inspector, const struct ho_graph *graph, const char *id, int64_t frame)
{
    GHashTableIter iter;
    gpointer name, field;
    if (!inspector->shown)
        return;
    g_hash_table_iter_init(&iter, inspector->shown->fields);
    while (g_hash_table_iter_next(&iter, &name, &field)) {
        double numbers[4] = {0};
        const char *text = NULL;
        if (ho_graph_get(graph, id, name, frame, numbers, &text, NULL) == HO_OK)
            field_set(field, numbers, text, key_at(graph, id, name, frame));
    }
}

bool inspector_where(Inspector *inspector, const char *what, double *x, double *y)
{
    const char *part = strchr(what, '/');
    char *name = g_strndup(what, part ? (size_t)(part - what) : strlen(what));
    Field *field = inspector_field(inspector, name);
    g_free(name);
    return field && field_where(field, part ? part + 1 : "label", x, y) &&
           gtk_widget_translate_coordinates(GTK_WIDGET(field), GTK_WIDGET(inspector), *x, *y, x, y);
}

void inspector_set_title(Inspector *inspector, const char *title)
{
    gtk_label_set_text(GTK_LABEL(inspector->title), title ? title : "");
    gtk_widget_set_visible(inspector->title, title && *title);
}

void inspector_set_columns(Inspector *inspector, int n) { inspector->n_columns = MAX(n, 1); }

void inspector_set_empty(Inspector *inspector, const char *sentence)
{
    gtk_label_set_text(GTK_LABEL(inspector->empty), sentence);
}

// ---- the widget

static void dispose(GObject *object)
{
    g_clear_pointer(&GUI_INSPECTOR(object)->column, gtk_widget_unparent);
    G_OBJECT_CLASS(inspector_parent_class)->dispose(object);
}

static void finalize(GObject *object)
{
    g_hash_table_unref(GUI_INSPECTOR(object)->panels);
    G_OBJECT_CLASS(inspector_parent_class)->finalize(object);
}

static void inspector_class_init(InspectorClass *class)
{
    G_OBJECT_CLASS(class)->dispose = dispose;
    G_OBJECT_CLASS(class)->finalize = finalize;
    gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
    gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "inspector");
}

static void inspector_init(Inspector *inspector)
{
    inspector->n_columns = 1;
    inspector->panels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_panel);
    inspector->column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    inspector->title = gtk_label_new("");
    inspector->empty = gtk_label_new("Nothing is selected.");
    inspector->stack = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    inspector->scroller = gtk_scrolled_window_new();
    gtk_widget_add_css_class(inspector->title, "panel-title");
    gtk_widget_set_visible(inspector->title, FALSE);
    gtk_label_set_ellipsize(GTK_LABEL(inspector->title), PANGO_ELLIPSIZE_MIDDLE);
    gtk_widget_add_css_class(inspector->empty, "dim-label");
    gtk_label_set_wrap(GTK_LABEL(inspector->empty), TRUE);
    gtk_widget_set_vexpand(inspector->empty, TRUE);
    gtk_widget_set_vexpand(inspector->scroller, TRUE);
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(inspector->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
    // Not over the fields: at their right end are their keyframes.
    gtk_scrolled_window_set_overlay_scrolling(GTK_SCROLLED_WINDOW(inspector->scroller), FALSE);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(inspector->scroller), inspector->stack);
    gtk_box_append(GTK_BOX(inspector->column), inspector->title);
    gtk_box_append(GTK_BOX(inspector->column), inspector->scroller);
    gtk_box_append(GTK_BOX(inspector->column), inspector->empty);
    gtk_widget_set_parent(inspector->column, GTK_WIDGET(inspector));
    g_object_set_data(G_OBJECT(inspector), "where", (gpointer)inspector_where);
    gtk_widget_set_visible(inspector->scroller, FALSE);
}

GtkWidget *inspector_new(const struct field_calls *calls, void *opaque)
{
    Inspector *inspector = g_object_new(inspector_get_type(), NULL);
    inspector->calls = calls;
    inspector->opaque = opaque;
    return GTK_WIDGET(inspector);
}
