// SPDX-License-Identifier: BSD-2-Clause
#ifndef HOLDOUT_CLI_COLOURS_H
#define HOLDOUT_CLI_COLOURS_H

#include <stdbool.h>

// "#rrggbb", "#rrggbbaa" or a name of CSS, as numbers for a colour parameter; false: it is none.
bool cli_colour_parse(const char *text, double out[4]);

#endif
