// SPDX-License-Identifier: BSD-2-Clause
// What is to be written of an object: presets, and the settings that were used last, which stay over a restart.
#ifndef GUI_DELIVER_SETTINGS_H
#define GUI_DELIVER_SETTINGS_H

#include "app.h"

struct deliver_settings {
    char preset[64];
    char name[HO_NAME_SIZE];    // with tokens, without folder and extension
    char folder[4096];          // empty: beside the source
    enum ho_codec codec;
    enum ho_view view;
    bool only_marks;    // frames outside the timeline's marks are black
    bool overwrite;
};
struct deliver_preset {
    const char *name, *help;
    enum ho_codec codec;
    enum ho_view view;
    const char *file_name;
};
extern const struct deliver_preset deliver_presets[];    // ended by a NULL name; the first is for mattes

struct deliver_settings *deliver_settings_get(void);    // the program's, as used last
void deliver_settings_apply(struct deliver_settings *settings, const struct deliver_preset *preset);
void deliver_settings_keep(void);
// The file that would be written for the selected object; NULL and a sentence where there is none. The caller's.
char *deliver_settings_path(struct app *app, const struct deliver_settings *settings, struct ho_diag *diag);

#endif
