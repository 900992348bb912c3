// SPDX-License-Identifier: BSD-2-Clause
// What the kinds of field share.
#ifndef GUI_FIELD_INTERNAL_H
#define GUI_FIELD_INTERNAL_H

#include "field.h"
#include "paint.h"

#define FIELD_HEIGHT 24
#define FIELD_TEXT_HEIGHT 76
#define FIELD_LABEL 108.0
#define FIELD_RIGHT 62.0    // diamond, its two arrows, reset

struct box {
    double x, y, width, height;
};
static inline bool box_has(struct box box, double x, double y)
{
    return x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
}

// How one kind of value is shown and changed. Any but draw may be NULL.
struct field_kind {
    void (*draw)(Field *field, GtkSnapshot *snapshot, struct box values);
    // A press in the values. True: a drag begins.
    bool (*press)(Field *field, struct box values, double x, double y);
    void (*drag)(Field *field, struct box values, double x, double dx, GdkModifierType state);
    void (*click)(Field *field, struct box values, double x, double y);    // released where it was pressed
    void (*step)(Field *field, int steps, GdkModifierType state);          // wheel and arrow keys
    void (*type)(Field *field);                                            // Return, or a digit
    void (*where)(Field *field, struct box values, int index, double *x, double *y);
};
extern const struct field_kind field_number, field_colour, field_boolean, field_choice, field_text, field_file;

struct _Field {
    GtkWidget parent;
    struct field_spec spec;
    const struct field_kind *kind;
    const struct field_calls *calls;
    void *opaque;
    char *label;
    double numbers[4];
    size_t n_numbers;
    char *text;
    enum field_key key;
    int part;    // of several numbers: the one that is dragged or typed
    bool pressed, dragging, on_bar, moved, hovered;
    double start_x, start_value;
    GtkWidget *entry;    // while something is typed
    char *before;        // the text that a typed one began with; NULL: nothing was typed yet
    bool is_telling;
    struct paint_texts *texts;
};

struct box field_values(Field *field);
void field_begin(Field *field);
void field_tell(Field *field);    // the value that it shows
void field_commit(Field *field);
void field_cancel(Field *field);
void field_attach(Field *field);    // its controllers
struct box field_reset_box(Field *field);
struct box field_key_box(Field *field, enum field_jump jump);
void field_open_entry(Field *field, const char *text, struct box place);
void field_close_entry(Field *field, bool take);
// Takes what was typed; false: it is no value.
bool field_parse_number(Field *field, const char *text);
void field_format(const struct field_spec *spec, double value, char out[32]);
double field_step_size(const struct field_spec *spec);

#endif
