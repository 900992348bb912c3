// SPDX-License-Identifier: BSD-2-Clause
// How the window looks: style.css, carried in the program.
#ifndef GUI_STYLE_H
#define GUI_STYLE_H

void style_install(void);

#endif
