// SPDX-License-Identifier: BSD-2-Clause
// One row of an inspector: a parameter's name, its value to drag, turn, type or choose, its keyframe diamond, its
// reset. One custom-drawn widget without children (but while something is typed), so that a panel of eighty is there at
// once.
#ifndef GUI_FIELD_H
#define GUI_FIELD_H

#include <gtk/gtk.h>
#include <holdout/graph.h>
#include <holdout/matte.h>
#include <holdout/timeline.h>

// What a row shows. Strings are borrowed for as long as the field lives (they are those of tables).
struct field_spec {
    const char *name, *unit, *help;
    enum ho_parameter_type type;
    double min, max, slider_min, slider_max;
    double value[4];    // what reset gives
    const char *text;
    const char *const *choices;
    bool has_keys;    // can carry keyframes
};
struct field_spec field_spec_of_parameter(const struct ho_parameter *parameter);
struct field_spec field_spec_of_clip_number(enum ho_clip_number number);
struct field_spec field_spec_of_finesse(const struct ho_finesse_parameter *parameter);

enum field_key { FIELD_NO_KEYS, FIELD_HAS_KEYS, FIELD_KEY_HERE };    // HERE: one on the frame that is shown
enum field_jump { FIELD_KEY_BEFORE, FIELD_KEY_TOGGLE, FIELD_KEY_AFTER };

// A drag is begin, set for each motion, commit; Escape gives cancel. What is typed or chosen is one set by itself.
struct field_calls {
    void (*begin)(void *opaque, const struct field_spec *spec);
    void (*set)(void *opaque, const struct field_spec *spec, const double *numbers, size_t n, const char *text);
    void (*commit)(void *opaque);
    void (*cancel)(void *opaque);
    void (*reset)(void *opaque, const struct field_spec *spec);
    void (*key)(void *opaque, const struct field_spec *spec, enum field_jump jump);
};

G_DECLARE_FINAL_TYPE(Field, field, GUI, FIELD, GtkWidget)

GtkWidget *field_new(const struct field_spec *spec, const struct field_calls *calls, void *opaque);
// What is so now. Ignored while it is dragged or typed into: the user's hand wins.
void field_set(Field *field, const double numbers[4], const char *text, enum field_key key);
const struct field_spec *field_get_spec(Field *field);
size_t field_n_numbers(enum ho_parameter_type type);
// For tests: "value", "bar", "reset", "key", "label"; with several numbers "value2"...
bool field_where(Field *field, const char *what, double *x, double *y);

#endif
