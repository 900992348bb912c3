// SPDX-License-Identifier: BSD-2-Clause
// What is to be said about the fonts that a layout is drawn in.
#ifndef HO_NODES_TEXT_FONTS_H
#define HO_NODES_TEXT_FONTS_H

#include <pango/pangocairo.h>
#include <stdbool.h>

// A font that is not installed, letters that it lacks, letters that no font has: with the fonts that are used instead.
// malloc'd; NULL when all is as it was asked for. `markup`: may ask for other fonts itself, which is no fault.
char *text_fonts_said(PangoLayout *layout, bool markup);

#endif
