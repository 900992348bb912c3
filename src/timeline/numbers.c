// SPDX-License-Identifier: BSD-2-Clause
// The numbers of a clip: what they are called, what they may be.
#include <string.h>

#include "timeline/internal.h"

static const struct ho_clip_number_info numbers[HO_N_CLIP_NUMBERS] = {
    [HO_CLIP_OPACITY] = {"opacity", "share", 0, 1, 0, 1, 1, "how much of the clip is laid on what lies beneath it"},
    [HO_CLIP_ZOOM_X] = {"zoom_x", "share", 0, 100, 0, 4, 1, "width, of the size that its fit gives"},
    [HO_CLIP_ZOOM_Y] = {"zoom_y", "share", 0, 100, 0, 4, 1, "height, of the size that its fit gives"},
    [HO_CLIP_POSITION_X] = {"position_x", "px", -65536, 65536, -4000, 4000, 0,
                            "to the right, in the timeline's pixels"},
    [HO_CLIP_POSITION_Y] = {"position_y", "px", -65536, 65536, -4000, 4000, 0, "down, in the timeline's pixels"},
    [HO_CLIP_ROTATION] = {"rotation", "deg", -36000, 36000, -360, 360, 0, "clockwise, around the anchor"},
    [HO_CLIP_ANCHOR_X] = {"anchor_x", "px", -65536, 65536, -4000, 4000, 0, "the anchor, right of the picture's middle"},
    [HO_CLIP_ANCHOR_Y] = {"anchor_y", "px", -65536, 65536, -4000, 4000, 0, "the anchor, below the picture's middle"},
    [HO_CLIP_CROP_LEFT] = {"crop_left", "px", 0, 32768, 0, 4000, 0, "cut off at the left, in the source's pixels"},
    [HO_CLIP_CROP_RIGHT] = {"crop_right", "px", 0, 32768, 0, 4000, 0, "cut off at the right, in the source's pixels"},
    [HO_CLIP_CROP_TOP] = {"crop_top", "px", 0, 32768, 0, 4000, 0, "cut off at the top, in the source's pixels"},
    [HO_CLIP_CROP_BOTTOM] = {"crop_bottom", "px", 0, 32768, 0, 4000, 0,
                             "cut off at the bottom, in the source's pixels"},
    [HO_CLIP_GAIN] = {"gain", "dB", -100, 30, -60, 12, 0, "of the sound; -100 is silence"},
};

const struct ho_clip_number_info *ho_clip_number_describe(enum ho_clip_number number)
{
    return (unsigned)number < HO_N_CLIP_NUMBERS ? &numbers[number] : NULL;
}

bool ho_clip_number_parse(const char *name, enum ho_clip_number *out)
{
    for (int i = 0; i < HO_N_CLIP_NUMBERS; i++)
        if (strcmp(numbers[i].name, name) == 0) {
            *out = (enum ho_clip_number)i;
            return true;
        }
    return false;
}
