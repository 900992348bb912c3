// SPDX-License-Identifier: BSD-2-Clause
// How a clip lies in its timeline's frame: fitted to its size, cropped, flipped, zoomed, turned and moved.
//
// The picture, w x h, is cropped, fitted to the frame's size W x H in its middle (letterbox: by min(W/w, H/h) both
// ways; crop: by max; stretch: by W/w across and H/h down; centre: by 1), flipped about its middle, zoomed and turned
// about the anchor, then moved. Its edges cover the frame's pixels by the share that lies inside them.
#include <math.h>

#include "graph/rects.h"
#include "nodes/nodes.h"
#include "nodes/resample.h"

enum {
    WIDTH,
    HEIGHT,
    FIT,
    ZOOM_X,
    ZOOM_Y,
    POSITION_X,
    POSITION_Y,
    ROTATION,
    ANCHOR_X,
    ANCHOR_Y,
    CROP_LEFT,
    CROP_RIGHT,
    CROP_TOP,
    CROP_BOTTOM,
    FLIP_X,
    FLIP_Y,
    FILTER
};
enum fit { LETTERBOX, CROP, STRETCH, CENTRE };
static const char *const fits[] = {"letterbox", "crop", "stretch", "centre", NULL};

static double value(const struct ho_node_context *context, int parameter)
{
    return context->value[parameter].number[0];
}

static int frame_width(const struct ho_node_context *context)
{
    return value(context, WIDTH) > 0 ? (int)value(context, WIDTH) : context->host->width;
}

static int frame_height(const struct ho_node_context *context)
{
    return value(context, HEIGHT) > 0 ? (int)value(context, HEIGHT) : context->host->height;
}

// What is left of the picture; may be empty.
static struct ho_rect crop_rect(const struct ho_node_context *context)
{
    int width = context->in[0].width, height = context->in[0].height;
    struct ho_rect r = {(int)lround(value(context, CROP_LEFT)), (int)lround(value(context, CROP_TOP)),
                        width - (int)lround(value(context, CROP_RIGHT)),
                        height - (int)lround(value(context, CROP_BOTTOM))};
    return rect_and(r, (struct ho_rect){0, 0, width, height});
}

static void fit_scale(const struct ho_node_context *context, double *x, double *y)
{
    *x = (double)frame_width(context) / context->in[0].width;
    *y = (double)frame_height(context) / context->in[0].height;
    switch ((enum fit)value(context, FIT)) {
    case LETTERBOX: *x = *y = fmin(*x, *y); break;
    case CROP: *x = *y = fmax(*x, *y); break;
    case STRETCH: break;
    case CENTRE: *x = *y = 1; break;
    }
}

// From the picture's pixels to the frame's. False: nothing is left of it.
static bool forward(const struct ho_node_context *context, struct affine *map)
{
    static const double pi = 3.14159265358979323846;
    double fit_x, fit_y, turn = value(context, ROTATION), c = cos(turn * pi / 180), s = sin(turn * pi / 180);
    fit_scale(context, &fit_x, &fit_y);
    if (fmod(turn, 90) == 0) {    // exact at right angles
        c = floor(c + 0.5);
        s = floor(s + 0.5);
    }
    double zoom_x = value(context, ZOOM_X), zoom_y = value(context, ZOOM_Y), ax = value(context, ANCHOR_X),
           ay = value(context, ANCHOR_Y);
    double x = fit_x * (value(context, FLIP_X) != 0 ? -1 : 1), y = fit_y * (value(context, FLIP_Y) != 0 ? -1 : 1);
    double middle_x = context->in[0].width * 0.5, middle_y = context->in[0].height * 0.5;
    *map = (struct affine){.a = c * zoom_x * x, .b = -s * zoom_y * y, .d = s * zoom_x * x, .e = c * zoom_y * y};
    double width = frame_width(context) * 0.5, height = frame_height(context) * 0.5;
    if ((enum fit)value(context, FIT) == CENTRE) {    // on whole pixels
        width = floor(width - middle_x) + middle_x;
        height = floor(height - middle_y) + middle_y;
    }
    map->c = width + value(context, POSITION_X) + ax - c * zoom_x * ax + s * zoom_y * ay - map->a * middle_x -
             map->b * middle_y;
    map->f = height + value(context, POSITION_Y) + ay - s * zoom_x * ax - c * zoom_y * ay - map->d * middle_x -
             map->e * middle_y;
    return fabs(map->a * map->e - map->b * map->d) > 1e-12;
}

static struct affine inverse(const struct affine *m)
{
    double det = m->a * m->e - m->b * m->d;
    struct affine to = {.a = m->e / det, .b = -m->b / det, .d = -m->d / det, .e = m->a / det};
    to.c = -(to.a * m->c + to.b * m->f);
    to.f = -(to.d * m->c + to.e * m->f);
    return to;
}

static bool is_whole(const struct ho_node_context *context, struct ho_rect crop)
{
    return crop.x0 == 0 && crop.y0 == 0 && crop.x1 == context->in[0].width && crop.y1 == context->in[0].height;
}

static int same(const struct ho_node_context *context, int output)
{
    (void)output;
    struct affine map;
    return frame_width(context) == context->in[0].width && frame_height(context) == context->in[0].height &&
                   is_whole(context, crop_rect(context)) && forward(context, &map) && affine_is_identity(&map)
               ? 0
               : -1;
}

static void domain(const struct ho_node_context *context, int output, struct ho_domain *out)
{
    (void)output;
    struct ho_rect crop = rect_and(crop_rect(context), context->in[0].window);
    struct affine map;
    *out = (struct ho_domain){.width = frame_width(context), .height = frame_height(context)};
    if (rect_empty(crop) || !forward(context, &map))
        return;
    struct ho_rect all = {0, 0, out->width, out->height};
    // affine_region() leaves room for what a filter reads, here in the frame's pixels: enough where it is made smaller.
    double grow = fmax(fmax(hypot(map.a, map.d), hypot(map.b, map.e)), 1);
    struct ho_rect reached = affine_region(&map, crop);
    out->window = out->lit = rect_and(rect_grown(reached, (int)ceil(3 * grow), (int)ceil(3 * grow)), all);
}

static void region(const struct ho_node_context *context, int output, int input, struct ho_rect out,
                   struct ho_rect *needed)
{
    (void)output;
    (void)input;
    struct affine map;
    *needed = (struct ho_rect){0};
    if (!forward(context, &map))
        return;
    map = inverse(&map);
    *needed = rect_and(affine_region(&map, out), crop_rect(context));
}

// The part of a tile that lies in `rect`, counted from its corner.
static struct ho_tile cropped(const struct ho_tile *tile, struct ho_rect rect)
{
    struct ho_tile part = *tile;
    part.rect = rect_and(tile->rect, rect);
    if (!tile->n_planes || rect_empty(part.rect))
        return (struct ho_tile){.rect = {0}};
    for (int p = 0; p < tile->n_planes; p++)
        part.plane[p] = ho_tile_row(tile, p, part.rect.y0) + (part.rect.x0 - tile->rect.x0);
    part.rect = (struct ho_rect){part.rect.x0 - rect.x0, part.rect.y0 - rect.y0, part.rect.x1 - rect.x0,
                                 part.rect.y1 - rect.y0};
    return part;
}

// How far inside its four edges a pixel's middle lies, in the frame's pixels; each edge covers by half a pixel's reach.
struct edges {
    struct affine to_picture;
    double width, height, across, down;    // and how long a pixel of the picture is in the frame
};

static float coverage(const struct edges *e, int x, int y)
{
    double u = e->to_picture.a * (x + 0.5) + e->to_picture.b * (y + 0.5) + e->to_picture.c,
           v = e->to_picture.d * (x + 0.5) + e->to_picture.e * (y + 0.5) + e->to_picture.f;
    double left = u * e->across + 0.5, right = (e->width - u) * e->across + 0.5, top = v * e->down + 0.5,
           bottom = (e->height - v) * e->down + 0.5;
    double h = fmin(fmax(left, 0), 1) + fmin(fmax(right, 0), 1) - 1,
           w = fmin(fmax(top, 0), 1) + fmin(fmax(bottom, 0), 1) - 1;
    return (float)(fmax(h, 0) * fmax(w, 0));
}

// Whether the whole of a rectangle of the frame lies well inside the picture.
static bool is_inside(const struct edges *e, struct ho_rect r)
{
    return coverage(e, r.x0, r.y0) == 1 && coverage(e, r.x1 - 1, r.y0) == 1 && coverage(e, r.x0, r.y1 - 1) == 1 &&
           coverage(e, r.x1 - 1, r.y1 - 1) == 1;
}

static void cover(const struct edges *e, struct ho_tile *out)
{
    if (is_inside(e, out->rect))
        return;
    for (int y = out->rect.y0; y < out->rect.y1; y++)
        for (int x = out->rect.x0; x < out->rect.x1; x++) {
            float share = coverage(e, x, y);
            for (int p = 0; p < out->n_planes && share < 1; p++) {
                float *to = ho_tile_row(out, p, y) + (x - out->rect.x0);
                *to = share > 0 ? *to * share : 0;
            }
        }
}

static enum ho_result process(const struct ho_node_context *context, int output, const struct ho_tile in[HO_PORTS_MAX],
                              struct ho_tile *out, struct ho_diag *diag)
{
    (void)output;
    (void)diag;
    struct ho_rect crop = crop_rect(context);
    struct affine map;
    if (rect_empty(crop) || !forward(context, &map)) {
        tile_fill(out, (struct ho_rect){0}, 0);
        return HO_OK;
    }
    struct edges edges = {.to_picture = inverse(&map), .width = crop.x1 - crop.x0, .height = crop.y1 - crop.y0};
    edges.to_picture.c -= crop.x0;
    edges.to_picture.f -= crop.y0;
    double area = fabs(map.a * map.e - map.b * map.d);    // lengths across the other edge, also where it is skewed
    edges.across = area / hypot(map.b, map.e);
    edges.down = area / hypot(map.a, map.d);
    struct ho_tile part = cropped(&in[0], crop);
    resample(&part, crop.x1 - crop.x0, crop.y1 - crop.y0, &edges.to_picture,
             (enum resample_filter)value(context, FILTER), EDGES_DUPLICATE, out);
    cover(&edges, out);
    return HO_OK;
}

#define NUMBER(name, unit, min, max, low, high, normal, help)                            \
    {                                                                                    \
        name, HO_PARAMETER_NUMBER, unit, min, max, low, high, {normal}, NULL, NULL, help \
    }

const struct ho_node sizing_node =
    {
        .type =
            {
                .name = "sizing",
                .label = "Sizing",
                .help = "fits a picture into a frame: crop, flip, zoom, turn and move, as a timeline's clips are",
                .pages = HO_PAGE_FUSION,
                .inputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, true, "the picture"}, {0}},
                .outputs = (const struct ho_port[]){{"image", HO_PORT_IMAGE, false, "the frame with the picture in it"},
                                                    {0}},
                .parameters =
                    (const struct ho_parameter[]){
                        {"width",
                         HO_PARAMETER_INTEGER,
                         "px",
                         0,
                         HO_SIZE_MAX,
                         0,
                         3840,
                         {0},
                         NULL,
                         NULL,
                         "of the frame; 0: that of the graph's main source"},
                        {"height",
                         HO_PARAMETER_INTEGER,
                         "px",
                         0,
                         HO_SIZE_MAX,
                         0,
                         2160,
                         {0},
                         NULL,
                         NULL,
                         "of the frame; 0: that of the graph's main source"},
                        {"fit",
                         HO_PARAMETER_CHOICE,
                         "",
                         0,
                         CENTRE,
                         0,
                         CENTRE,
                         {0},
                         NULL,
                         fits,
                         "all of it, the frame filled, stretched, or pixel for pixel in the middle"},
                        NUMBER("zoom_x", "factor", 0, 100, 0, 4, 1, "width, of the size that the fit gives"),
                        NUMBER("zoom_y", "factor", 0, 100, 0, 4, 1, "height, of the size that the fit gives"),
                        NUMBER("position_x", "px", -65536, 65536, -4000, 4000, 0,
                               "to the right, in the frame's pixels"),
                        NUMBER("position_y", "px", -65536, 65536, -4000, 4000, 0, "down, in the frame's pixels"),
                        NUMBER("rotation", "deg", -36000, 36000, -360, 360, 0, "clockwise, around the anchor"),
                        NUMBER("anchor_x", "px", -65536, 65536, -4000, 4000, 0,
                               "the anchor, right of the picture's middle, in the frame's pixels"),
                        NUMBER("anchor_y", "px", -65536, 65536, -4000, 4000, 0,
                               "the anchor, below the picture's middle, in the frame's pixels"),
                        NUMBER("crop_left", "px", 0, HO_SIZE_MAX, 0, 4000, 0, "cut off, in the picture's whole pixels"),
                        NUMBER("crop_right", "px", 0, HO_SIZE_MAX, 0, 4000,
                               0, "cut off, in the picture's whole pixels"),
                        NUMBER("crop_top", "px", 0, HO_SIZE_MAX, 0, 4000, 0, "cut off, in the picture's whole pixels"),
                        NUMBER("crop_bottom", "px", 0, HO_SIZE_MAX, 0, 4000,
                               0, "cut off, in the picture's whole pixels"),
                        {"flip_horizontally",
                         HO_PARAMETER_BOOLEAN,
                         "",
                         0,
                         1,
                         0,
                         1,
                         {0},
                         NULL,
                         NULL,
                         "left becomes right"},
                        {"flip_vertically",
                         HO_PARAMETER_BOOLEAN,
                         "",
                         0,
                         1,
                         0,
                         1,
                         {0},
                         NULL,
                         NULL,
                         "top becomes bottom"},
                        {"filter",
                         HO_PARAMETER_CHOICE,
                         "",
                         0,
                         2,
                         0,
                         2,
                         {FILTER_CUBIC},
                         NULL,
                         resample_filters,
                         "how pixels between pixels are read"},
                        {0},
                    },
                .reference =
                    "{\"holdout_graph\": 1, \"nodes\": [{\"id\": \"picture\", \"type\": \"test_picture\"}, {\"id\": "
                    "\"output\", \"type\": \"sizing\", \"parameters\": {\"width\": 128, \"height\": 72, "
                    "\"zoom_x\": 0.8, \"rotation\": 20, \"position_y\": 6, \"crop_left\": 8}}], \"links\": "
                    "[\"picture.image -> output.image\"]}",
                .reference_hash = "34ba0e4c9de9e54b",
            },
        .flags = HO_NODE_AREA,
        .domain = domain,
        .region = region,
        .same = same,
        .process = process,
};
