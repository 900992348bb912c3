// SPDX-License-Identifier: BSD-2-Clause
// Text laid out by Pango and drawn by Cairo into coverage: what Text+ colours.
#ifndef HO_NODES_TEXT_LAYOUT_H
#define HO_NODES_TEXT_LAYOUT_H

#include "holdout/picture.h"

struct text_style {
    const char *text;    // UTF-8; Pango markup if `markup`
    bool markup;
    const char *font;       // a Pango font description without a size, "DejaVu Sans Bold"
    double size;            // px, the em
    double tracking;        // share of the em added between letters
    double line_spacing;    // factor of the font's own
    int align;              // 0 left, 1 centre, 2 right
    double wrap;            // px, 0: lines end where the text says
    double outline;         // px, width outside the letter's edge; 0 none
    double x, y;            // px, where the middle of the text block stands
    double rotation;        // degrees, counter-clockwise
    double colour[4];    // R, G, B, A, straight: of letters to which the markup gives none, where it gives others one
    double reveal_from, reveal_to;    // share of the characters that are shown, in reading order
    int width, height;                // of the frame
    bool fit;                         // smaller, so that all of it lies in the frame
};

// Coverage of the letters and of their outline (letters included), on `rect` of the frame.
struct text_layers {
    struct ho_rect rect;
    struct ho_picture *fill, *outline;    // 1 plane each; outline NULL if there is none
    struct ho_picture
        *colours;        // R, G, B, A premultiplied of all letters where the markup colours some; NULL: it colours none
    char *fonts_said;    // what text_fonts_said() says; NULL: nothing
    int outside;         // px by which the text leaves the frame on the side where it does most; 0: it doesn't
};

// Draws the part of the text that lies inside `room`. An empty text or one that lies outside gives an empty rect and no
// pictures. Errors: markup that does not parse (the sentence has its position), text that is not UTF-8, out of memory.
enum ho_result text_draw(const struct text_style *style, struct ho_rect room, struct text_layers *out,
                         struct ho_diag *diag) HO_MUST_CHECK;
void text_layers_clear(struct text_layers *layers);

#endif
