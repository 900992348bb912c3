// SPDX-License-Identifier: BSD-2-Clause
// Fields of the current clip: its numbers, and its title's texts. A drag is a gesture of the session, one step to undo.
#ifndef GUI_CLIP_VALUES_H
#define GUI_CLIP_VALUES_H

#include "app.h"
#include "field.h"

struct clip_values {
    struct app *app;
    int text;    // which of the title's texts, from 1; 0: the clip's own numbers and choices
};
extern const struct field_calls clip_field_calls;    // with a struct clip_values as `opaque`

// Rows that are no numbers of a curve: "composite", "fit", "flip_x", "flip_y", "enabled".
size_t clip_values_extras(const struct field_spec **specs);

#endif
