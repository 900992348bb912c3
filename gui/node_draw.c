// SPDX-License-Identifier: BSD-2-Clause
// How the node view looks: Color's thumbnails with green and blue ports, Fusion's tiles with yellow, green and blue.
#include <math.h>
#include <string.h>

#include "node_view_internal.h"

#define PORT_SIZE 5.0    // half of what is drawn
#define MARGIN 4.0       // cairo nodes reach so far beyond their curve

static const GdkRGBA *port_colour(const NodeView *view, const struct node_port *port)
{
    if (port->port->type == HO_PORT_KEY)
        return paint_colour(PAINT_KEY);
    if (view->page == HO_PAGE_COLOR)
        return paint_colour(PAINT_IMAGE);
    if (port->is_output)
        return paint_colour(PAINT_DIM);
    bool is_main = port->port == node_view_box(view, port->box)->info.type->inputs;
    return paint_colour(is_main ? PAINT_BACKGROUND : PAINT_FOREGROUND);
}

// Not gtk_snapshot_append_cairo(): in GTK 4.8 what it draws is misplaced where the snapshot is scaled.
static cairo_t *draw_in(GtkSnapshot *snapshot, double x0, double y0, double x1, double y1)
{
    graphene_rect_t box = paint_rect(MIN(x0, x1) - MARGIN, MIN(y0, y1) - MARGIN, fabs(x1 - x0) + 2 * MARGIN,
                                     fabs(y1 - y0) + 2 * MARGIN);
    GskRenderNode *node = gsk_cairo_node_new(&box);
    cairo_t *cr = gsk_cairo_node_get_draw_context(node);
    gtk_snapshot_append_node(snapshot, node);
    gsk_render_node_unref(node);
    return cr;
}

// ---- wires

static void draw_curve(GtkSnapshot *snapshot, const double c[8], const GdkRGBA *colour, double width)
{
    double x0 = MIN(MIN(c[0], c[2]), MIN(c[4], c[6])), x1 = MAX(MAX(c[0], c[2]), MAX(c[4], c[6]));
    double y0 = MIN(MIN(c[1], c[3]), MIN(c[5], c[7])), y1 = MAX(MAX(c[1], c[3]), MAX(c[5], c[7]));
    cairo_t *cr = draw_in(snapshot, x0, y0, x1, y1);
    gdk_cairo_set_source_rgba(cr, colour);
    cairo_set_line_width(cr, width);
    cairo_move_to(cr, c[0], c[1]);
    cairo_curve_to(cr, c[2], c[3], c[4], c[5], c[6], c[7]);
    cairo_stroke(cr);
    cairo_destroy(cr);
}

static void draw_wire(NodeView *view, GtkSnapshot *snapshot, size_t index)
{
    const struct node_wire *wire = node_view_wire(view, index);
    const struct node_port *from = node_view_port(view, wire->from), *to = node_view_port(view, wire->to);
    bool target = view->drag.kind == NODE_DRAG_MOVE && view->drag.wire == index;
    GdkRGBA colour = *port_colour(view, view->page == HO_PAGE_COLOR ? from : to);
    colour.alpha = target ? 1 : 0.75f;
    double c[8];
    node_wire_curve(from, to, c);
    draw_curve(snapshot, c, target ? paint_colour(PAINT_ACCENT) : &colour, target ? 3.5 : 1.75);
}

static void draw_loose_wire(NodeView *view, GtkSnapshot *snapshot)
{
    const struct node_drag *drag = &view->drag;
    struct node_port end = {.x = drag->x, .y = drag->y}, *hold = node_view_port(view, drag->port);
    end.side = hold->is_output ? NODE_LEFT : NODE_RIGHT;
    if (drag->target != SIZE_MAX)
        end = *node_view_port(view, drag->target);
    double c[8];
    node_wire_curve(hold->is_output ? hold : &end, hold->is_output ? &end : hold, c);
    draw_curve(snapshot, c, port_colour(view, hold), drag->target == SIZE_MAX ? 1.75 : 3);
}

// ---- ports

static void trace_port(cairo_t *cr, const NodeView *view, const struct node_port *port, double size)
{
    static const double turns[4] = {0, 0, G_PI / 2, -G_PI / 2};    // an arrow points into its node
    if (port->is_output) {
        cairo_rectangle(cr, port->x - size + 1, port->y - size + 1, 2 * size - 2, 2 * size - 2);
        return;
    }
    cairo_save(cr);
    cairo_translate(cr, port->x, port->y);
    cairo_rotate(cr, turns[port->side]);
    double shift = view->page == HO_PAGE_COLOR ? 0 : -2;
    cairo_move_to(cr, -size + shift, -size);
    cairo_line_to(cr, size + shift, 0);
    cairo_line_to(cr, -size + shift, size);
    cairo_close_path(cr);
    cairo_restore(cr);
}

static void draw_port(NodeView *view, GtkSnapshot *snapshot, size_t index)
{
    const struct node_port *port = node_view_port(view, index);
    const struct node_drag *drag = &view->drag;
    bool wire = drag->kind == NODE_DRAG_WIRE, fits = wire && node_ports_fit(view, drag->port, index);
    double size = fits || (wire && drag->target == index) ? PORT_SIZE + 1.5 : PORT_SIZE;
    GdkRGBA colour = *port_colour(view, port);
    if (wire && !fits && drag->port != index)
        colour.alpha = 0.3f;
    cairo_t *cr = draw_in(snapshot, port->x - size - 2, port->y - size - 2, port->x + size + 2, port->y + size + 2);
    trace_port(cr, view, port, size);
    gdk_cairo_set_source_rgba(cr, &colour);
    cairo_fill_preserve(cr);
    gdk_cairo_set_source_rgba(cr, paint_colour(PAINT_EDGE));
    cairo_set_line_width(cr, 1);
    cairo_stroke(cr);
    cairo_destroy(cr);
}

// ---- nodes

static const GdkRGBA *frame_colour(NodeView *view, const struct node_box *box)
{
    if (view->active && !strcmp(view->active, box->info.id))
        return paint_colour(PAINT_ACCENT);
    return paint_colour(box->selected ? PAINT_TEXT : PAINT_EDGE);
}

static void draw_dot(NodeView *view, GtkSnapshot *snapshot, const struct node_box *box)
{
    bool is_key = !strcmp(box->info.type_name, "alpha_output");
    double x = box->x + box->width / 2 - 11, y = box->y + 26 - 11;
    paint_round(snapshot, paint_colour(is_key ? PAINT_KEY : PAINT_IMAGE), x, y, 22, 22, 11);
    paint_frame(snapshot, frame_colour(view, box), x, y, 22, 22, 11, box->selected ? 2 : 1);
    PangoLayout *label = paint_texts_get(view->texts, box->info.id, 10, 64);
    double width = MIN(paint_layout_width(label), 64);
    paint_text(snapshot, label, paint_colour(PAINT_DIM), box->x + box->width / 2 - width / 2, box->y + 46);
}

static void draw_thumbnail(NodeView *view, GtkSnapshot *snapshot, const struct node_box *box, double height)
{
    GdkTexture *texture = g_hash_table_lookup(view->thumbnails, box->info.id);
    double x = box->x + 12, y = box->y + 6, width = box->width - 24;
    paint_fill(snapshot, paint_colour(PAINT_EDGE), x, y, width, height);
    if (texture) {
        graphene_rect_t place = paint_rect(x, y, width, height);
        gtk_snapshot_append_texture(snapshot, texture, &place);
    } else if (box->info.type) {
        PangoLayout *label = paint_texts_get(view->texts, box->info.type->label, 10, (int)width - 4);
        double text_width = MIN(paint_layout_width(label), width - 4);
        paint_text(snapshot, label, paint_colour(PAINT_DIM), x + (width - text_width) / 2,
                   y + height / 2 - paint_layout_height(label) / 2);
    }
}

static void draw_color_box(NodeView *view, GtkSnapshot *snapshot, const struct node_box *box, size_t index)
{
    double bar = 19;
    paint_round(snapshot, paint_colour(PAINT_RAISED), box->x, box->y, box->width, box->height, 4);
    draw_thumbnail(view, snapshot, box, box->height - bar - 10);
    char number[16];
    g_snprintf(number, sizeof number, "%02zu", index + 1);
    double y = box->y + box->height - bar;
    paint_text(snapshot, paint_texts_get(view->texts, number, 10, 0), paint_colour(PAINT_DIM), box->x + 12, y + 1);
    PangoLayout *label = paint_texts_get(view->texts, box->info.id, 11, (int)box->width - 46);
    paint_text(snapshot, label, paint_colour(box->info.enabled ? PAINT_TEXT : PAINT_DIM), box->x + 30, y);
}

static void draw_viewed(NodeView *view, GtkSnapshot *snapshot, const struct node_box *box)
{
    for (int i = 0; i < 2; i++) {
        bool on = view->viewed[i] && !strcmp(view->viewed[i], box->info.id);
        GdkRGBA off = paint_fade(PAINT_TEXT, 0.22);
        paint_round(snapshot, on ? paint_colour(PAINT_TEXT) : &off, box->x + 7 + i * 9, box->y + box->height - 8, 5, 5,
                    2.5);
    }
}

static GdkRGBA strip_colour(const struct node_box *box)
{
    const struct ho_node_type *type = box->info.type;
    if (!type)
        return paint_fade(PAINT_WARN, 1);
    if (type->outputs[0].name && type->outputs[0].type == HO_PORT_KEY)
        return *paint_colour(PAINT_KEY);
    if (!type->inputs[0].name || type->inputs[0].type == HO_PORT_KEY)
        return paint_mix(PAINT_FOREGROUND, PAINT_PANEL, 0.3);
    return *paint_colour(PAINT_DIM);
}

static void draw_fusion_box(NodeView *view, GtkSnapshot *snapshot, const struct node_box *box)
{
    GdkRGBA strip = strip_colour(box);
    paint_round(snapshot, paint_colour(PAINT_RAISED), box->x, box->y, box->width, box->height, 3);
    paint_fill(snapshot, &strip, box->x + 1, box->y + 3, 3, box->height - 6);
    PangoLayout *label = paint_texts_get(view->texts, box->info.id, 12, (int)box->width - 24);
    paint_text(snapshot, label, paint_colour(box->info.enabled ? PAINT_TEXT : PAINT_DIM), box->x + 12,
               box->y + box->height / 2 - paint_layout_height(label) / 2 - 3);
    draw_viewed(view, snapshot, box);
}

static void draw_off(GtkSnapshot *snapshot, const struct node_box *box)
{
    GdkRGBA veil = paint_fade(PAINT_CANVAS, 0.55);
    paint_round(snapshot, &veil, box->x, box->y, box->width, box->height, 4);
    cairo_t *cr = draw_in(snapshot, box->x, box->y, box->x + box->width, box->y + box->height);
    gdk_cairo_set_source_rgba(cr, paint_colour(PAINT_PLAYHEAD));
    cairo_set_line_width(cr, 1.5);
    cairo_move_to(cr, box->x + 6, box->y + box->height - 6);
    cairo_line_to(cr, box->x + box->width - 6, box->y + 6);
    cairo_stroke(cr);
    cairo_destroy(cr);
}

static void draw_box(NodeView *view, GtkSnapshot *snapshot, size_t index)
{
    const struct node_box *box = node_view_box(view, index);
    if (box->shape == NODE_DOT) {
        draw_dot(view, snapshot, box);
        return;
    }
    if (view->page == HO_PAGE_COLOR)
        draw_color_box(view, snapshot, box, index);
    else
        draw_fusion_box(view, snapshot, box);
    if (!box->info.enabled)
        draw_off(snapshot, box);
    paint_frame(snapshot, frame_colour(view, box), box->x, box->y, box->width, box->height, 4, box->selected ? 2 : 1);
}

// ---- the whole

static void draw_grid(NodeView *view, GtkSnapshot *snapshot, double width, double height)
{
    double step = 40 * view->scale;
    for (; step < 24; step *= 2)
        continue;
    for (double x = -fmod(view->origin_x * view->scale, step); x < width; x += step)
        paint_fill(snapshot, paint_colour(PAINT_GRID), floor(x), 0, 1, height);
    for (double y = -fmod(view->origin_y * view->scale, step); y < height; y += step)
        paint_fill(snapshot, paint_colour(PAINT_GRID), 0, floor(y), width, 1);
}

static void draw_band(NodeView *view, GtkSnapshot *snapshot)
{
    const struct node_drag *drag = &view->drag;
    double x = MIN(drag->start_x, drag->x), y = MIN(drag->start_y, drag->y);
    double width = fabs(drag->x - drag->start_x), height = fabs(drag->y - drag->start_y);
    GdkRGBA inside = paint_fade(PAINT_ACCENT, 0.12);
    paint_fill(snapshot, &inside, x, y, width, height);
    paint_frame(snapshot, paint_colour(PAINT_ACCENT), x, y, width, height, 0, 1);
}

static void draw_empty(NodeView *view, GtkSnapshot *snapshot, double width, double height)
{
    PangoLayout *layout = paint_texts_get(view->texts, view->empty ? view->empty : "No clip here", 13, (int)width - 20);
    double text_width = MIN(paint_layout_width(layout), width - 20);
    paint_text(snapshot, layout, paint_colour(PAINT_DIM), (width - text_width) / 2, height / 2 - 10);
}

static bool is_seen(NodeView *view, const struct node_box *box, double width, double height)
{
    double x = (box->x - view->origin_x) * view->scale, y = (box->y - view->origin_y) * view->scale, reach = 20;
    return x < width + reach && y < height + reach && x + box->width * view->scale > -reach &&
           y + box->height * view->scale > -reach;
}

// A cairo node wholly outside of what is drawn can make GTK 4.8 give up on the whole frame ("out of memory").
static bool wire_is_seen(NodeView *view, size_t index, double width, double height)
{
    const struct node_wire *wire = node_view_wire(view, index);
    double c[8], x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
    node_wire_curve(node_view_port(view, wire->from), node_view_port(view, wire->to), c);
    for (int i = 0; i < 8; i += 2) {
        double x = (c[i] - view->origin_x) * view->scale, y = (c[i + 1] - view->origin_y) * view->scale;
        x0 = MIN(x0, x), x1 = MAX(x1, x), y0 = MIN(y0, y), y1 = MAX(y1, y);
    }
    return x0 < width && y0 < height && x1 > 0 && y1 > 0;
}

void node_draw(NodeView *view, GtkSnapshot *snapshot, double width, double height)
{
    paint_fill(snapshot, paint_colour(PAINT_CANVAS), 0, 0, width, height);
    draw_grid(view, snapshot, width, height);
    if (!view->boxes->len) {
        draw_empty(view, snapshot, width, height);
        return;
    }
    gtk_snapshot_save(snapshot);
    gtk_snapshot_scale(snapshot, (float)view->scale, (float)view->scale);
    gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT((float)-view->origin_x, (float)-view->origin_y));
    for (size_t i = 0; i < view->wires->len; i++)
        if ((view->drag.kind != NODE_DRAG_WIRE || view->drag.picked != i) && wire_is_seen(view, i, width, height))
            draw_wire(view, snapshot, i);
    for (size_t i = 0; i < view->boxes->len; i++)
        if (is_seen(view, node_view_box(view, i), width, height))
            draw_box(view, snapshot, i);
    for (size_t i = 0; i < view->ports->len; i++)
        if (is_seen(view, node_view_box(view, node_view_port(view, i)->box), width, height))
            draw_port(view, snapshot, i);
    if (view->drag.kind == NODE_DRAG_WIRE)
        draw_loose_wire(view, snapshot);
    if (view->drag.kind == NODE_DRAG_BAND && view->drag.moved)
        draw_band(view, snapshot);
    gtk_snapshot_restore(snapshot);
}
