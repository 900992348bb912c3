// SPDX-License-Identifier: BSD-2-Clause
#include "corrector.h"

#include <string.h>

#include "wheel.h"

#define N_WHEELS 4
#define FIELDS_MAX 16

static const char *const wheel_names[N_WHEELS] = {"lift", "gamma", "gain", "offset"};

struct _Corrector {
    GtkWidget parent;
    GtkWidget *row, *fields, *wheels[N_WHEELS];
};

G_DEFINE_FINAL_TYPE(Corrector, corrector, GTK_TYPE_WIDGET)

static int wheel_of(const char *name)
{
    for (int i = 0; i < N_WHEELS; i++)
        if (g_str_has_prefix(name, wheel_names[i]) &&
            (!name[strlen(wheel_names[i])] || name[strlen(wheel_names[i])] == '/'))
            return i;
    return -1;
}

void corrector_set(Corrector *corrector, const struct ho_graph *graph, const char *id, int64_t frame)
{
    gtk_widget_set_sensitive(GTK_WIDGET(corrector), graph && id);
    if (!graph || !id)
        return;
    for (int i = 0; i < N_WHEELS; i++) {
        double numbers[4];
        if (ho_graph_get(graph, id, wheel_names[i], frame, numbers, NULL, NULL) == HO_OK)
            wheel_set(GUI_WHEEL(corrector->wheels[i]), numbers, FIELD_NO_KEYS);
    }
    inspector_set_node(GUI_INSPECTOR(corrector->fields), graph, id, frame);
}

bool corrector_where(Corrector *corrector, const char *what, double *x, double *y)
{
    const char *part = strchr(what, '/');
    int index = wheel_of(what);
    GtkWidget *widget = index < 0 ? corrector->fields : corrector->wheels[index];
    bool found = index < 0 ? inspector_where(GUI_INSPECTOR(widget), what, x, y)
                           : part && wheel_where(GUI_WHEEL(widget), part + 1, x, y);
    return found && gtk_widget_translate_coordinates(widget, GTK_WIDGET(corrector), *x, *y, x, y);
}

static void dispose(GObject *object)
{
    g_clear_pointer(&GUI_CORRECTOR(object)->row, gtk_widget_unparent);
    G_OBJECT_CLASS(corrector_parent_class)->dispose(object);
}

static void corrector_class_init(CorrectorClass *class)
{
    G_OBJECT_CLASS(class)->dispose = dispose;
    gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
    gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "corrector");
}

static void corrector_init(Corrector *corrector)
{
    corrector->row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
    gtk_widget_set_parent(corrector->row, GTK_WIDGET(corrector));
    g_object_set_data(G_OBJECT(corrector), "where", (gpointer)corrector_where);
}

GtkWidget *corrector_new(const struct field_calls *calls, void *opaque)
{
    Corrector *corrector = g_object_new(corrector_get_type(), NULL);
    struct field_spec specs[FIELDS_MAX];
    struct inspector_section section = {NULL, specs, 0};
    for (const struct ho_parameter *p = ho_node_type_find("corrector")->parameters; p->name; p++) {
        struct field_spec spec = field_spec_of_parameter(p);
        int index = wheel_of(p->name);
        if (index >= 0) {
            corrector->wheels[index] = wheel_new(&spec, calls, opaque);
            gtk_box_append(GTK_BOX(corrector->row), corrector->wheels[index]);
        } else if (section.n_specs < FIELDS_MAX) {
            specs[section.n_specs++] = spec;
        }
    }
    corrector->fields = inspector_new(calls, opaque);
    inspector_show(GUI_INSPECTOR(corrector->fields), "corrector", &section, 1);
    gtk_widget_set_size_request(corrector->fields, 300, -1);
    gtk_box_append(GTK_BOX(corrector->row), corrector->fields);
    return GTK_WIDGET(corrector);
}
