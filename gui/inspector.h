// SPDX-License-Identifier: BSD-2-Clause
// A panel of fields in sections, made from tables: a node type's parameters, a clip's numbers, finesse. A panel that
// was shown once is kept, so that a change of selection sets values only.
#ifndef GUI_INSPECTOR_H
#define GUI_INSPECTOR_H

#include "field.h"

struct inspector_section {
    const char *title;
    const struct field_spec *specs;    // copied; their strings are borrowed for as long as the inspector lives
    size_t n_specs;
};

G_DECLARE_FINAL_TYPE(Inspector, inspector, GUI, INSPECTOR, GtkWidget)

GtkWidget *inspector_new(const struct field_calls *calls, void *opaque);
void inspector_set_columns(Inspector *inspector, int n);    // of rows side by side, in panels to come; 1 at first
// Shows the panel called `key`, made from the sections when it is wanted first. NULL: the empty sentence.
void inspector_show(Inspector *inspector, const char *key, const struct inspector_section *sections, size_t n);
void inspector_show_node(Inspector *inspector, const struct ho_node_type *type);    // NULL: nothing
void inspector_set_title(Inspector *inspector, const char *title);
void inspector_set_empty(Inspector *inspector, const char *sentence);
// Values of the panel that is shown; names that it does not have are ignored.
void inspector_set(Inspector *inspector, const char *name, const double numbers[4], const char *text,
                   enum field_key key);
// All values of a node, at a frame. `key` tells how a parameter's keyframes stand; NULL: it has none.
void inspector_set_node(Inspector *inspector, const struct ho_graph *graph, const char *id, int64_t frame);
Field *inspector_field(Inspector *inspector, const char *name);    // NULL: none of that name is shown
bool inspector_where(Inspector *inspector, const char *what, double *x, double *y);    // for tests: "size/bar"

#endif
