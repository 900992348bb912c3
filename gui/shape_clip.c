// SPDX-License-Identifier: BSD-2-Clause
// Handles of the current clip's transform, in the timeline's picture.
#include <math.h>

#include "node_edits.h"
#include "tool_shape.h"

// Half the size that the clip's picture has on the timeline before its zoom.
static bool fitted(struct app *app, const struct ho_timeline_clip *clip, const double size[2], double half[2])
{
    const struct ho_timeline *timeline = ho_session_timeline(app->session, NULL);
    const struct ho_timeline_media *media = timeline ? ho_timeline_find_media(timeline, clip->media) : NULL;
    half[0] = size[0] / 2;
    half[1] = size[1] / 2;
    if (!media)
        return clip->media == 0;    // a title fills the frame
    if (!media->has_picture || media->width <= 0 || media->height <= 0)
        return false;
    double across = size[0] / media->width, down = size[1] / media->height;
    double factor = clip->fit == HO_FIT_CROP ? MAX(across, down) : clip->fit == HO_FIT_CENTRE ? 1 : MIN(across, down);
    if (clip->fit != HO_FIT_STRETCH) {
        half[0] = media->width * factor / 2;
        half[1] = media->height * factor / 2;
    }
    return true;
}

static double value(struct app *app, const struct ho_timeline_clip *clip, enum ho_clip_number number)
{
    return ho_curve_value(&clip->number[number], node_edits_frame(app));
}

static bool read_clip(struct app *app, const double size[2], struct handle_shape *out)
{
    const struct ho_timeline_clip *clip = ho_session_clip(app->session);
    double half[2];
    if (!clip || !fitted(app, clip, size, half))
        return false;
    out->outline = HANDLE_BOX;
    out->movable = out->scalable = out->turnable = true;
    out->half_width = half[0] * value(app, clip, HO_CLIP_ZOOM_X);
    out->half_height = half[1] * value(app, clip, HO_CLIP_ZOOM_Y);
    out->x = size[0] / 2 + value(app, clip, HO_CLIP_POSITION_X);
    out->y = size[1] / 2 + value(app, clip, HO_CLIP_POSITION_Y);
    out->angle = -value(app, clip, HO_CLIP_ROTATION);
    return true;
}

static void put(struct app *app, const char *name, double number)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    app_do(app, "set-number", "number", name, "value", g_ascii_formatd(text, sizeof text, "%.5f", number), NULL);
}

static void write_clip(struct app *app, const double size[2], const struct handle_shape *before,
                       const struct handle_shape *after)
{
    const struct ho_timeline_clip *clip = ho_session_clip(app->session);
    double half[2];
    if (!clip || !fitted(app, clip, size, half))
        return;
    if (after->x != before->x)
        put(app, "position_x", after->x - size[0] / 2);
    if (after->y != before->y)
        put(app, "position_y", after->y - size[1] / 2);
    if (after->half_width != before->half_width)
        put(app, "zoom_x", after->half_width / half[0]);
    if (after->half_height != before->half_height)
        put(app, "zoom_y", after->half_height / half[1]);
    if (after->angle != before->angle)
        put(app, "rotation", -after->angle);
}

const struct shape_source shape_of_clip = {"Change transform", read_clip, write_clip};
