// SPDX-License-Identifier: BSD-2-Clause
// A shape with handles on a picture: where it can be taken hold of, what dragging does to it, how it looks. Plain
// geometry in the subject's pixels, y down; who owns the numbers is the tools' matter.
#ifndef GUI_HANDLES_H
#define GUI_HANDLES_H

#include <gtk/gtk.h>
#include <holdout/picture.h>

enum handle_outline { HANDLE_BOX, HANDLE_ELLIPSE, HANDLE_POLYGON, HANDLE_GRADIENT };
#define HANDLE_POINTS_MAX 128

struct handle_shape {
    enum handle_outline outline;
    double x, y, half_width, half_height;
    double angle;    // degrees, counter-clockwise
    bool uniform;    // width and height go together
    bool movable, scalable, turnable;
    double scale_x, scale_y;    // POLYGON: subject pixels for 1 of its points
    size_t n_points;
    double points[HANDLE_POINTS_MAX][2];    // POLYGON: from the middle, not turned, not scaled
    double soft;                            // width of its soft edge, drawn only
};

enum handle_part {
    HANDLE_NONE,
    HANDLE_MOVE,
    HANDLE_LEFT,
    HANDLE_RIGHT,
    HANDLE_TOP,
    HANDLE_BOTTOM,
    HANDLE_CORNER,    // + 0..3 clockwise from the left top
    HANDLE_TURN = HANDLE_CORNER + 4,
    HANDLE_POINT    // + its index
};

// `scale`: widget pixels to one of the subject; what is small on screen is held as well as what is large.
int handle_at(const struct handle_shape *shape, double x, double y, double scale);
// The shape as it was when it was taken hold of, after a drag from `from` to `to`.
void handle_drag(const struct handle_shape *start, int part, const double from[2], const double to[2], bool even,
                 struct handle_shape *out);
// A corner more on the edge that is nearest to a place (its index), or one less. False: not possible.
bool handle_add_point(struct handle_shape *shape, double x, double y, double scale);
bool handle_remove_point(struct handle_shape *shape, size_t index);
// `place` gives the widget's place of the subject's.
void handle_draw(const struct handle_shape *shape, GtkSnapshot *snapshot, int part,
                 void (*place)(void *opaque, double x, double y, double *wx, double *wy), void *opaque);
// A handle's middle, in the subject. False: the shape has no such part.
bool handle_place(const struct handle_shape *shape, int part, double *x, double *y);

#endif
