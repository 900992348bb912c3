// SPDX-License-Identifier: BSD-2-Clause
// The Corrector's palette: four wheels, and beside them the numbers that are no wheel.
#ifndef GUI_CORRECTOR_H
#define GUI_CORRECTOR_H

#include "inspector.h"

G_DECLARE_FINAL_TYPE(Corrector, corrector, GUI, CORRECTOR, GtkWidget)

GtkWidget *corrector_new(const struct field_calls *calls, void *opaque);
// Values of a node of type "corrector" at a frame. NULL: none, and the palette is greyed.
void corrector_set(Corrector *corrector, const struct ho_graph *graph, const char *id, int64_t frame);
// For tests: "lift/dot", "gain/master", "contrast/bar".
bool corrector_where(Corrector *corrector, const char *what, double *x, double *y);

#endif
