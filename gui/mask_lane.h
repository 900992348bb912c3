// SPDX-License-Identifier: BSD-2-Clause
// The lane under the clip: frame by frame what is tracked, prompted, to be checked, locked, absent, and where shots
// begin. A press goes there.
#ifndef GUI_MASK_LANE_H
#define GUI_MASK_LANE_H

#include "app.h"

GtkWidget *mask_lane_new(struct app *app);

#endif
