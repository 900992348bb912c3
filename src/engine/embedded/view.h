// SPDX-License-Identifier: BSD-2-Clause
// Views: which part of the picture a network sees, and at which size. A map is one float a pixel of a view, row-major,
// without padding.
#ifndef HO_ENGINE_VIEW_H
#define HO_ENGINE_VIEW_H

#include "holdout/picture.h"

struct ho_size {
    int width, height;
};

// `region` in source pixels may reach outside the picture, where that is mirrored: what the border cuts goes on there.
// Sizes are multiples of 16.
struct ho_view {
    struct ho_rect region;
    int width, height;
};

static inline size_t ho_view_area(const struct ho_view *view) { return (size_t)view->width * (size_t)view->height; }
bool ho_view_equal(const struct ho_view *a, const struct ho_view *b);

// `aspect`: how wide a pixel of the picture is against its height. A view's own pixels are square.
// The whole picture, its longer side `long_side` pixels (fewer for tiny pictures, which are enlarged four times at
// most).
struct ho_view ho_view_whole(struct ho_size picture, double aspect, int long_side);
// Around `box` (source pixels): its larger side times `margin`, in the shape of `shapes` that fits best; enlarged twice
// at most.
struct ho_view ho_view_crop(struct ho_size picture, double aspect, const struct ho_rect *box, double margin,
                            const struct ho_size *shapes, int n_shapes);

// What of a rectangle lies in the picture; a pixel of it at least.
struct ho_rect ho_view_inside(struct ho_size picture, const struct ho_rect *rect);

// Beyond the picture's border, planes of the view show it mirrored.
void ho_view_mirror(struct ho_size picture, const struct ho_view *view, int n_planes, float *planes);

// Where a point of the source lies in the view, in pixels of the view.
struct ho_place {
    double x, y;
};
struct ho_place ho_view_place(const struct ho_view *view, double x, double y);

// One view's map seen in another: averaged where that shrinks it, 0 where `from` saw nothing, mirrored beyond the
// picture's border.
enum ho_result ho_view_remap(struct ho_size picture, const struct ho_view *from, const float *map,
                             const struct ho_view *to, int n_threads, float *out, struct ho_diag *diag) HO_MUST_CHECK;
// A source-sized matte in a view, 0..1, averaged over what each pixel covers. `binary`: its pixels count as out or in,
// cut at one half.
void ho_view_from_matte(const struct ho_matte *matte, const struct ho_view *view, bool binary, float *out);
// A map as a source-sized matte: bilinear; 0 where the view saw nothing. Same bits for any number of threads.
void ho_view_to_matte(const struct ho_view *view, const float *map, int n_threads, struct ho_matte *out);
// Bounds in source pixels of the map's pixels at or above `level`; their number is returned (in pixels of the view).
size_t ho_view_bounds(const struct ho_view *view, const float *map, float level, struct ho_rect *out);

#endif
