// SPDX-License-Identifier: BSD-2-Clause
// The system's own file dialog, remembering its folder.
#ifndef GUI_FILE_DIALOG_H
#define GUI_FILE_DIALOG_H

#include "app.h"

typedef void (*file_chosen)(struct app *app, const char *path);
void file_dialog_open(struct app *app, const char *title, file_chosen chosen);    // one or more, each by itself
void file_dialog_save(struct app *app, const char *title, const char *name, file_chosen chosen);
void file_dialog_folder(struct app *app, const char *title, file_chosen chosen);
// Something runs: stop it and quit, or stay. And a project without a name: name it, keep it as it is, or stay.
void quit_dialog(struct app *app);

#endif
