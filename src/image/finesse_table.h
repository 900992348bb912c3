// SPDX-License-Identifier: BSD-2-Clause
// The parameters of finesse, once: the library's own table, the node's, and what is made of both walk it.
#ifndef HO_IMAGE_FINESSE_TABLE_H
#define HO_IMAGE_FINESSE_TABLE_H

// row(field of struct ho_finesse, name on a command line, unit, accepted from, to, a slider's ends, default, help)
#define HO_FINESSE_TABLE(row)                                                                                          \
    row(black_clip, "black-clip", "", 0, 0.999f, 0, 0.999f, 0, "values at or below become black")                      \
        row(white_clip, "white-clip", "", 0.001f, 1, 0.001f, 1, 1,                                                     \
            "values at or above become white; must exceed black clip")                                                 \
            row(gamma, "gamma", "", 0.1f, 10, 0.2f, 5, 1,                                                              \
                "brightens (above 1) or darkens the greys between black and white")                                    \
                row(clean_black, "clean-black", "pixels", 0, 100, 0, 20, 0,                                            \
                    "removes specks of white in black up to this diameter")                                            \
                    row(clean_white, "clean-white", "pixels", 0, 100, 0, 20, 0,                                        \
                        "fills specks of black in white up to this diameter")                                          \
                        row(fill_holes, "fill-holes", "", 0, 1, 0, 1, 0,                                               \
                            "fills enclosed holes up to this share of the matte's area")                               \
                            row(remove_dots, "remove-dots", "", 0, 1, 0, 1, 0,                                         \
                                "removes pieces up to this share of the largest piece's area")                         \
                                row(grow, "grow", "pixels", -200, 200, -20, 20, 0,                                     \
                                    "moves the edge outwards, or inwards below 0; fractions count")                    \
                                    row(feather, "feather", "pixels", 0, 200, 0, 50, 0, "width of the blurred edge")   \
                                        row(in_out_ratio, "in-out-ratio", "", -1, 1, -1, 1, 0,                         \
                                            "where the feathered edge lies: -1 inside the old edge, 0 centred on it, " \
                                            "1 outside") row(smooth, "smooth", "", 0, 1, 0, 1, 0,                      \
                                                             "settles flicker by mixing with the neighbouring frames " \
                                                             "along the picture's motion")

#endif
