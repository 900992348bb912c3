// SPDX-License-Identifier: BSD-2-Clause
// A colour wheel: a balance to drag, a master under it, and its numbers. For a parameter of R, G, B (and A, untouched).
#ifndef GUI_WHEEL_H
#define GUI_WHEEL_H

#include "field.h"

G_DECLARE_FINAL_TYPE(Wheel, wheel, GUI, WHEEL, GtkWidget)

GtkWidget *wheel_new(const struct field_spec *spec, const struct field_calls *calls, void *opaque);
void wheel_set(Wheel *wheel, const double numbers[4], enum field_key key);    // ignored while it is dragged
// "dot", "master", "red", "green", "blue", "reset".
bool wheel_where(Wheel *wheel, const char *what, double *x, double *y);

// Master (the mean) and balance (a point of the unit disc) of three numbers, and back. `reach`: what the disc's rim
// adds.
void wheel_split(const double rgb[3], double reach, double *master, double *x, double *y);
void wheel_join(double master, double x, double y, double reach, double rgb[3]);

#endif
