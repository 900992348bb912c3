// SPDX-License-Identifier: BSD-2-Clause
// Handles of nodes: which of a type's parameters are its middle, its size, its angle. A row a type.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "node_edits.h"
#include "tool_shape.h"

enum sizes {
    SIZE_WIDTH_HEIGHT,     // shares of the frame's width and height
    SIZE_HEIGHT_ASPECT,    // share of the frame's height, and width against height
    SIZE_FACTOR,           // of the whole frame
    SIZE_TEXT              // a text's size, as share of the frame's height
};
static const struct row {
    const char *type, *centre, *angle;
    enum handle_outline outline;
    enum sizes sizes;
} rows[] = {
    {"window", "centre", "angle", HANDLE_ELLIPSE, SIZE_HEIGHT_ASPECT},    // its outline is asked of "kind"
    {"ellipse_mask", "centre", "angle", HANDLE_ELLIPSE, SIZE_WIDTH_HEIGHT},
    {"rectangle_mask", "centre", "angle", HANDLE_BOX, SIZE_WIDTH_HEIGHT},
    {"polygon_mask", "centre", "angle", HANDLE_POLYGON, SIZE_FACTOR},
    {"transform", "centre", "angle", HANDLE_BOX, SIZE_FACTOR},
    {"merge", "centre", "angle", HANDLE_BOX, SIZE_FACTOR},
    {"text_plus", "position", "rotation", HANDLE_BOX, SIZE_TEXT},
};

struct node {
    const struct row *row;
    const struct ho_graph *graph;
    const char *id;
    int64_t frame;
};

static bool find_node(struct app *app, enum ho_page page, struct node *out)
{
    *out = (struct node){.graph = ho_session_graph(app->session, page),
                         .id = ho_session_node(app->session),
                         .frame = node_edits_frame(app)};
    for (size_t i = 0; out->graph && i < ho_graph_n_nodes(out->graph); i++) {
        struct ho_node_info info = ho_graph_node(out->graph, i);
        for (size_t k = 0; k < G_N_ELEMENTS(rows) && !strcmp(info.id, out->id); k++)
            if (!strcmp(info.type_name, rows[k].type))
                out->row = &rows[k];
    }
    return out->row != NULL;
}

static double get(const struct node *node, const char *name, int index, double fallback)
{
    double numbers[4] = {0};
    return ho_graph_get(node->graph, node->id, name, node->frame, numbers, NULL, NULL) == HO_OK ? numbers[index]
                                                                                                : fallback;
}

// ---- reading

static void read_points(const struct node *node, struct handle_shape *out)
{
    const char *text = "";
    int used = 0;
    if (ho_graph_get(node->graph, node->id, "points", node->frame, NULL, &text, NULL) != HO_OK || !text)
        return;
    while (out->n_points < HANDLE_POINTS_MAX &&
           sscanf(text, " %lf,%lf%n", &out->points[out->n_points][0], &out->points[out->n_points][1], &used) == 2) {
        out->points[out->n_points][0] -= 0.5;
        out->points[out->n_points++][1] -= 0.5;
        text += used;
    }
    // Its handles stand around the corners.
    for (size_t i = 0; i < out->n_points; i++) {
        out->half_width = MAX(out->half_width, fabs(out->points[i][0]) * out->scale_x);
        out->half_height = MAX(out->half_height, fabs(out->points[i][1]) * out->scale_y);
    }
}

static void read_size(const struct node *node, const double size[2], struct handle_shape *out)
{
    double factor = get(node, "size", 0, 1), aspect = get(node, "aspect", 0, 1);
    switch (node->row->sizes) {
    case SIZE_WIDTH_HEIGHT:
        out->half_width = get(node, "width", 0, 0.5) * size[0] / 2;
        out->half_height = get(node, "height", 0, 0.5) * size[1] / 2;
        break;
    case SIZE_HEIGHT_ASPECT:
        out->half_height = factor * size[1] / 2;
        out->half_width = out->half_height * aspect;
        break;
    case SIZE_TEXT:
        out->half_height = factor * size[1] * 0.6;
        out->half_width = factor * size[1] * 1.5;
        out->uniform = true;
        break;
    default:
        out->half_width = factor * size[0] / 2;
        out->half_height = factor * size[1] / 2;
        out->uniform = true;
    }
    if (out->outline != HANDLE_POLYGON)
        return;
    out->scale_x = factor * size[0] * (node->row->sizes == SIZE_HEIGHT_ASPECT ? aspect : 1);
    out->scale_y = factor * size[1];
    out->half_width = out->half_height = 0;
    read_points(node, out);
}

static bool read_page(struct app *app, enum ho_page page, const double size[2], struct handle_shape *out)
{
    static const enum handle_outline kinds[] = {HANDLE_ELLIPSE, HANDLE_BOX, HANDLE_POLYGON, HANDLE_GRADIENT};
    struct node node;
    if (!find_node(app, page, &node))
        return false;
    out->outline = node.row->outline;
    if (node.row->sizes == SIZE_HEIGHT_ASPECT)
        out->outline = kinds[CLAMP((int)get(&node, "kind", 0, 0), 0, 3)];
    out->x = get(&node, node.row->centre, 0, 0.5) * size[0];
    out->y = get(&node, node.row->centre, 1, 0.5) * size[1];
    out->angle = get(&node, node.row->angle, 0, 0);
    out->soft = get(&node, "soft_edge", 0, 0) * size[1];
    out->movable = out->scalable = out->turnable = true;
    read_size(&node, size, out);
    return true;
}

// ---- writing

static void put(struct app *app, enum ho_page page, const char *node, const char *name, const char *value)
{
    app_do(app, "set", "node", node, "parameter", name, "value", value, "page",
           page == HO_PAGE_COLOR ? "color" : "fusion", NULL);
}

static void put_number(struct app *app, enum ho_page page, const char *node, const char *name, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    put(app, page, node, name, g_ascii_formatd(text, sizeof text, "%.6f", value));
}

static void put_points(struct app *app, enum ho_page page, const char *node, const struct handle_shape *shape)
{
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < shape->n_points; i++) {
        char x[G_ASCII_DTOSTR_BUF_SIZE], y[G_ASCII_DTOSTR_BUF_SIZE];
        g_string_append_printf(text, "%s%s,%s", i ? " " : "",
                               g_ascii_formatd(x, sizeof x, "%.5f", shape->points[i][0] + 0.5),
                               g_ascii_formatd(y, sizeof y, "%.5f", shape->points[i][1] + 0.5));
    }
    put(app, page, node, "points", text->str);
    g_string_free(text, TRUE);
}

static void put_size(struct app *app, enum ho_page page, const struct node *node, const char *id, const double size[2],
                     const struct handle_shape *before, const struct handle_shape *s)
{
    double grown = before->half_height > 0 ? s->half_height / before->half_height : 1;
    double wider = before->half_width > 0 ? s->half_width / before->half_width : 1;
    double grown_size = get(node, "size", 0, 1) * grown, grown_aspect = get(node, "aspect", 0, 1) * wider / grown;
    switch (node->row->sizes) {
    case SIZE_WIDTH_HEIGHT:
        put_number(app, page, id, "width", s->half_width * 2 / size[0]);
        put_number(app, page, id, "height", s->half_height * 2 / size[1]);
        break;
    case SIZE_HEIGHT_ASPECT:
        put_number(app, page, id, "aspect", grown_aspect);
        put_number(app, page, id, "size", grown_size);
        break;
    default: put_number(app, page, id, "size", grown_size); break;
    }
}

static void write_page(struct app *app, enum ho_page page, const double size[2], const struct handle_shape *before,
                       const struct handle_shape *after)
{
    struct node node;
    char id[HO_NODE_ID_SIZE], text[2 * G_ASCII_DTOSTR_BUF_SIZE], x[G_ASCII_DTOSTR_BUF_SIZE], y[G_ASCII_DTOSTR_BUF_SIZE];
    if (!find_node(app, page, &node))
        return;
    g_strlcpy(id, node.id, sizeof id);
    const struct row *row = node.row;
    bool resized = after->half_width != before->half_width || after->half_height != before->half_height;
    // First what is worked out from values that are there: a command changes the graph that was found.
    if (resized)
        put_size(app, page, &node, id, size, before, after);
    if (after->x != before->x || after->y != before->y) {
        g_snprintf(text, sizeof text, "%s,%s", g_ascii_formatd(x, sizeof x, "%.6f", after->x / size[0]),
                   g_ascii_formatd(y, sizeof y, "%.6f", after->y / size[1]));
        put(app, page, id, row->centre, text);
    }
    if (after->angle != before->angle)
        put_number(app, page, id, row->angle, after->angle);
    if (!resized && after->outline == HANDLE_POLYGON &&
        (after->n_points != before->n_points || memcmp(after->points, before->points, sizeof after->points)))
        put_points(app, page, id, after);
}

static bool read_color(struct app *app, const double size[2], struct handle_shape *out)
{
    return read_page(app, HO_PAGE_COLOR, size, out);
}

static bool read_fusion(struct app *app, const double size[2], struct handle_shape *out)
{
    return read_page(app, HO_PAGE_FUSION, size, out);
}

static void write_color(struct app *app, const double size[2], const struct handle_shape *before,
                        const struct handle_shape *after)
{
    write_page(app, HO_PAGE_COLOR, size, before, after);
}

static void write_fusion(struct app *app, const double size[2], const struct handle_shape *before,
                         const struct handle_shape *after)
{
    write_page(app, HO_PAGE_FUSION, size, before, after);
}

const struct shape_source shape_of_color_node = {"Change shape", read_color, write_color};
const struct shape_source shape_of_fusion_node = {"Change shape", read_fusion, write_fusion};
