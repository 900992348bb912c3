// SPDX-License-Identifier: BSD-2-Clause
// What can be done by a key, a menu or a button: one table an area, in one list. Menus, the command search, the cheat
// sheet and the keymap walk it.
#ifndef GUI_ACTIONS_H
#define GUI_ACTIONS_H

#include "app.h"

// Where a key counts: what is narrowest wins. Panels are widgets that were given one by actions_set_context().
enum action_context {
    ACTION_ANYWHERE,
    ACTION_MEDIA,    // pages
    ACTION_EDIT,
    ACTION_FUSION,
    ACTION_COLOR,
    ACTION_DELIVER,
    ACTION_PANEL_NODES,    // panels, under the pointer or with the focus
    ACTION_PANEL_TIMELINE,
    ACTION_PANEL_VIEWER,
    ACTION_PANEL_BIN,
    N_ACTION_CONTEXTS
};
const char *action_context_name(enum action_context context);    // "Color page"

struct action {
    const char *name;     // "track-forward"
    const char *label;    // "Track Forward"
    const char *menu;     // "Mask": the menu it stands in; NULL: none
    enum action_context context;
    const char *keys;    // as gtk_accelerator_parse() has them, by spaces; NULL: none
    const char *icon;    // NULL: none
    // `panel` is the one whose key it is, or NULL. `value` is the table's, so that one function serves several.
    void (*run)(struct app *app, GtkWidget *panel, int value);
    int value;
    bool (*enabled)(struct app *app);    // NULL: always
    bool in_text;                        // also while something is typed
};

extern const struct action actions_program[], actions_playback[], actions_mask[], actions_view[], actions_nodes[],
    actions_timeline[];
const struct action *const *actions_tables(void);    // each ended by a NULL name; NULL-ended
const struct action *actions_find(const char *name);
void actions_run(struct app *app, const char *name);
bool actions_enabled(struct app *app, const struct action *action);

void actions_set_context(GtkWidget *panel, enum action_context context);
enum action_context actions_context_of(GtkWidget *panel);
enum action_context actions_page_context(const char *page);
// A button with the action's icon (or label), its name and key as tooltip; greyed while it cannot be done.
GtkWidget *action_button(struct app *app, const char *name);
GtkWidget *action_text_button(struct app *app, const char *name, const char *text);
GMenuModel *actions_menu(struct app *app);    // the menu bar; the caller's
void actions_install(struct app *app);        // as actions of the window, for menus
void actions_refresh(struct app *app);        // what can be done has changed

#endif
