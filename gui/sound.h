// SPDX-License-Identifier: BSD-2-Clause
// PortAudio as the session wants sound: stereo floats, and what was heard by now.
#ifndef GUI_SOUND_H
#define GUI_SOUND_H

#include <holdout/session.h>

const struct ho_sound_output *sound_output(void);    // NULL: no device, or built without PortAudio

#endif
