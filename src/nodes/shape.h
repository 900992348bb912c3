// SPDX-License-Identifier: BSD-2-Clause
// Drawn mattes: rectangle, ellipse, polygon and gradient, with a soft edge. What the mask nodes of Fusion and the
// Window of the Color page share.
#ifndef HO_NODES_SHAPE_H
#define HO_NODES_SHAPE_H

#include "nodes/keys.h"

enum shape_kind { SHAPE_RECTANGLE, SHAPE_ELLIPSE, SHAPE_POLYGON, SHAPE_GRADIENT };

struct shape_point {
    double x, y;
};
struct shape {
    enum shape_kind kind;
    double x, y;                         // px, its middle
    double half_width, half_height;      // px; GRADIENT: through the middle, in is below it, half_height to each side
    double corner;                       // px, radius of a rectangle's corners
    double angle;                        // degrees, counter-clockwise
    double soft;                         // px, width of the soft edge, half of it on each side
    double border;                       // px, added outside (negative: taken away)
    const struct shape_point *points;    // POLYGON: from the middle, not turned, in units of scale_x and scale_y px
    int n_points;
    double scale_x, scale_y;
    float level;    // coverage inside
    bool invert;
};

// A polygon's corners, parsed when its text changes: context->state of the nodes that have one. `points` is the index
// of the parameter.
struct shape_polygon {
    char *text;
    struct shape_point *points;
    int n_points;
};
enum ho_result shape_open_polygon(struct ho_node_context *context, struct ho_diag *diag) HO_MUST_CHECK;
void shape_close_polygon(struct ho_node_context *context);
enum ho_result shape_prepare_polygon(struct ho_node_context *context, int points, struct ho_diag *diag) HO_MUST_CHECK;

// The first parameters of a shape in a box, and what they do.
#define HO_SHAPE_BOX_PARAMETERS                                                                             \
    {"centre", HO_PARAMETER_POINT, "share", -10, 10, 0, 1, {0.5, 0.5}, NULL, NULL, "middle of the shape"},  \
        {"width",                                                                                           \
         HO_PARAMETER_NUMBER,                                                                               \
         "share",                                                                                           \
         0,                                                                                                 \
         10,                                                                                                \
         0,                                                                                                 \
         1,                                                                                                 \
         {0.5},                                                                                             \
         NULL,                                                                                              \
         NULL,                                                                                              \
         "of the shape, as share of the frame's width"},                                                    \
        {"height",                                                                                          \
         HO_PARAMETER_NUMBER,                                                                               \
         "share",                                                                                           \
         0,                                                                                                 \
         10,                                                                                                \
         0,                                                                                                 \
         1,                                                                                                 \
         {0.5},                                                                                             \
         NULL,                                                                                              \
         NULL,                                                                                              \
         "of the shape, as share of the frame's height"},                                                   \
    {                                                                                                       \
        "angle", HO_PARAMETER_NUMBER, "deg", -36000, 36000, -180, 180, {0}, NULL, NULL, "counter-clockwise" \
    }
enum { SHAPE_CENTRE, SHAPE_WIDTH, SHAPE_HEIGHT, SHAPE_ANGLE, SHAPE_N_BOX };
void shape_box(const struct ho_node_context *context, int width, int height, struct shape *shape);

// The last parameters of every drawn matte, and what they do.
#define HO_SHAPE_PARAMETERS                                                                             \
    {"soft_edge",                                                                                       \
     HO_PARAMETER_NUMBER,                                                                               \
     "share",                                                                                           \
     0,                                                                                                 \
     4,                                                                                                 \
     0,                                                                                                 \
     0.2,                                                                                               \
     {0},                                                                                               \
     NULL,                                                                                              \
     NULL,                                                                                              \
     "width of the soft edge, as share of the frame's height"},                                         \
        {"border_width",                                                                                \
         HO_PARAMETER_NUMBER,                                                                           \
         "share",                                                                                       \
         -2,                                                                                            \
         2,                                                                                             \
         -0.1,                                                                                          \
         0.1,                                                                                           \
         {0},                                                                                           \
         NULL,                                                                                          \
         NULL,                                                                                          \
         "grows (or shrinks) the shape, as share of the frame's height"},                               \
        {"level", HO_PARAMETER_NUMBER, "share", 0, 1, 0, 1, {1}, NULL, NULL, "coverage inside"},        \
        {"invert", HO_PARAMETER_BOOLEAN, "", 0, 1, 0, 1, {0}, NULL, NULL, "outside instead of inside"}, \
        {"paint_mode",                                                                                  \
         HO_PARAMETER_CHOICE,                                                                           \
         "",                                                                                            \
         0,                                                                                             \
         6,                                                                                             \
         0,                                                                                             \
         6,                                                                                             \
         {KEY_MAXIMUM},                                                                                 \
         NULL,                                                                                          \
         key_modes,                                                                                     \
         "how it joins the key that comes in"},                                                         \
        {"mask_width",                                                                                  \
         HO_PARAMETER_INTEGER,                                                                          \
         "px",                                                                                          \
         0,                                                                                             \
         32768,                                                                                         \
         0,                                                                                             \
         3840,                                                                                          \
         {0},                                                                                           \
         NULL,                                                                                          \
         NULL,                                                                                          \
         "0: that of the graph's main source"},                                                         \
    {                                                                                                   \
        "mask_height", HO_PARAMETER_INTEGER, "px", 0, 32768, 0, 2160, {0}, NULL, NULL,                  \
            "0: that of the graph's main source"                                                        \
    }
enum { SHAPE_SOFT, SHAPE_BORDER, SHAPE_LEVEL, SHAPE_INVERT, SHAPE_PAINT_MODE, SHAPE_MASK_WIDTH, SHAPE_MASK_HEIGHT };
#define HO_SHAPE_INPUTS                                                   \
    (const struct ho_port[])                                              \
    {                                                                     \
        {"key", HO_PORT_KEY, false, "a matte that this one joins"}, { 0 } \
    }
#define HO_SHAPE_OUTPUTS                                \
    (const struct ho_port[])                            \
    {                                                   \
        {"key", HO_PORT_KEY, false, "the matte"}, { 0 } \
    }

// Size of the mask: that of the key that comes in, else what the parameters say, else the graph's. `first`: index of
// soft_edge.
void shape_size(const struct ho_node_context *context, int first, int *width, int *height);
// What a drawn matte's node does: its own values make a shape (kind, place, size, angle, corner, points); the shared
// ones are added here.
typedef void (*shape_make)(const struct ho_node_context *context, int width, int height, struct shape *shape);
void shape_domain(const struct ho_node_context *context, int first, shape_make make, struct ho_domain *out);
void shape_process(const struct ho_node_context *context, int first, shape_make make, const struct ho_tile *key,
                   struct ho_tile *out);

#endif
