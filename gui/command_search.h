// SPDX-License-Identifier: BSD-2-Clause
// Ctrl+Shift+P: type a few letters of what is wanted. `?`: all of it with its keys, by where they count; a click on a
// key takes another one.
#ifndef GUI_COMMAND_SEARCH_H
#define GUI_COMMAND_SEARCH_H

#include "app.h"

void command_search_show(struct app *app, bool keys);

#endif
