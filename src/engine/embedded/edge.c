// SPDX-License-Identifier: BSD-2-Clause
// Better: the matte's edge is pulled to the picture's, at source resolution, in the band of doubt that enlarging the
// network's answer leaves.
#include <math.h>

#include "engine/embedded/embedded.h"
#include "holdout/matte.h"

#define RADIUS_MAX 32

static int at_least(int a, int b) { return a > b ? a : b; }

static int at_most(int a, int b) { return a < b ? a : b; }

// Where there is anything to refine: what is not flat black, with room for the filter, inside the picture.
static bool find_region(const struct ho_engine_session *session, const struct ho_view *view, const float *map,
                        int radius, struct ho_rect *out)
{
    struct ho_rect box;
    if (!ho_view_bounds(view, map, 1e-3f, &box))
        return false;
    *out = (struct ho_rect){at_least(box.x0 - 2 * radius, 0), at_least(box.y0 - 2 * radius, 0),
                            at_most(box.x1 + 2 * radius, session->picture.width),
                            at_most(box.y1 + 2 * radius, session->picture.height)};
    return out->x1 > out->x0 && out->y1 > out->y0;
}

static struct ho_matte part_of(const struct ho_matte *matte, const struct ho_rect *region)
{
    return (struct ho_matte){.width = region->x1 - region->x0,
                             .height = region->y1 - region->y0,
                             .stride = matte->stride,
                             .data = matte->data + (size_t)region->y0 * (size_t)matte->stride + region->x0};
}

enum ho_result ho_session_refine(struct ho_engine_session *session, const struct ho_frame *frame,
                                 const struct ho_view *view, const float *map, struct ho_matte *matte,
                                 struct ho_diag *diag)
{
    // Source pixels a pixel of the view, along the side of which there are more.
    double scale = (double)(view->region.x1 - view->region.x0) / view->width * fmax(session->aspect, 1);
    int radius = at_most(at_least((int)ceil(session->tuning->edge_radius * scale), 2), RADIUS_MAX);
    struct ho_rect region;
    if (!find_region(session, view, map, radius, &region))
        return HO_OK;
    struct ho_matte part = part_of(matte, &region);
    struct ho_picture *key = NULL, *luma = NULL;
    enum ho_result result = ho_picture_create(part.width, part.height, 1, &key, diag);
    if (result == HO_OK)
        result = ho_picture_create(part.width, part.height, 1, &luma, diag);
    if (result == HO_OK)
        result = ho_converter_read(session->converter, frame, &region, luma, diag);
    if (result == HO_OK) {
        ho_matte_to_picture(&part, key);
        result = ho_matte_refine(key, luma, radius, session->tuning->edge_epsilon, session->options.n_threads, diag);
    }
    if (result == HO_OK)
        ho_matte_from_picture(key, &part);
    ho_picture_destroy(&key);
    ho_picture_destroy(&luma);
    return result;
}
