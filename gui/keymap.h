// SPDX-License-Identifier: BSD-2-Clause
// Keys to actions: the table's defaults, and over them what the user's file says ("track-forward <Control>t" a line).
#ifndef GUI_KEYMAP_H
#define GUI_KEYMAP_H

#include "actions.h"

struct keymap *keymap_new(const char *path);    // the user's file; NULL: defaults alone
void keymap_free(struct keymap *keymap);
// The keys of an action as shown to people, "Ctrl+T"; several by comma; "" if none. The caller's.
char *keymap_label(struct keymap *keymap, const struct action *action);
char *keymap_accel(struct keymap *keymap, const struct action *action);    // the first, for menus; NULL: none
// NULL keys: the default again. Kept in the file. The action that has lost one of these keys by it, or NULL.
const struct action *keymap_set(struct keymap *keymap, const struct action *action, const char *keys);
void keymap_attach(struct app *app);    // to the window, before all widgets

#endif
