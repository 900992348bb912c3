// SPDX-License-Identifier: BSD-2-Clause
// The Edit page's inspector of the current clip: Title, Video, Audio, File.
#ifndef GUI_CLIP_INSPECTOR_H
#define GUI_CLIP_INSPECTOR_H

#include "app.h"

GtkWidget *clip_inspector_new(struct app *app);    // its fields' names for tests are "inspector-video" and so on

#endif
