// SPDX-License-Identifier: BSD-2-Clause
// "Save Matte" from the Color page: one click shows what will be written and where, the second one writes it.
#ifndef GUI_DELIVER_SAVE_H
#define GUI_DELIVER_SAVE_H

#include "app.h"

void deliver_save_matte(struct app *app);

#endif
