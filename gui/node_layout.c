// SPDX-License-Identifier: BSD-2-Clause
// Where nodes, ports and wires are, and what is at a place.
#include <math.h>
#include <string.h>

#include "node_view_internal.h"

// Color: a thumbnail with ports beside it. Fusion: a flat tile with arrows on the side that faces their source.
#define COLOR_WIDTH 116.0
#define COLOR_HEIGHT 84.0
#define COLOR_PORT_Y 26.0
#define COLOR_PORT_STEP 17.0
#define DOT_SIZE 40.0
#define FUSION_WIDTH 132.0
#define FUSION_HEIGHT 32.0

static size_t count_ports(const struct ho_port *ports, int type)
{
    size_t n = 0;
    for (; ports && ports->name; ports++)
        n += type < 0 || (int)ports->type == type;
    return n;
}

static bool is_dot(const NodeView *view, const struct ho_node_info *info)
{
    static const char *const dots[] = {"source", "output", "alpha_output"};
    for (size_t i = 0; view->page == HO_PAGE_COLOR && i < 3; i++)
        if (!strcmp(info->type_name, dots[i]))
            return true;
    return false;
}

// Where a picture leaves the graph: nothing is joined behind it.
static bool is_last(const struct ho_node_info *info)
{
    return !strcmp(info->type_name, "output") || !strcmp(info->type_name, "media_out");
}

static void size_box(const NodeView *view, struct node_box *box)
{
    box->shape = is_dot(view, &box->info) ? NODE_DOT : NODE_BOX;
    const struct ho_node_type *type = box->info.type;
    if (box->shape == NODE_DOT) {
        box->width = DOT_SIZE;
        box->height = DOT_SIZE + 16;
    } else if (view->page == HO_PAGE_COLOR) {
        size_t images = type ? MAX(count_ports(type->inputs, HO_PORT_IMAGE), 1) : 1;
        size_t keys = type ? MAX(count_ports(type->inputs, HO_PORT_KEY), count_ports(type->outputs, HO_PORT_KEY)) : 0;
        box->width = COLOR_WIDTH;
        box->height = MAX(COLOR_HEIGHT, COLOR_PORT_Y + (double)(images + keys) * COLOR_PORT_STEP + 8);
    } else {
        box->width = FUSION_WIDTH;
        box->height = FUSION_HEIGHT;
    }
}

static void add_ports(NodeView *view, size_t index, const struct ho_port *ports, bool is_output)
{
    for (; ports && ports->name; ports++) {
        struct node_port port = {
            .box = index, .port = ports, .is_output = is_output, .side = is_output ? NODE_RIGHT : NODE_LEFT};
        g_array_append_val(view->ports, port);
    }
}

static size_t find_port(NodeView *view, const char *id, const char *name, bool is_output)
{
    for (size_t i = 0; i < view->ports->len; i++) {
        struct node_port *port = node_view_port(view, i);
        if (port->is_output == is_output && !strcmp(port->port->name, name) &&
            !strcmp(node_view_box(view, port->box)->info.id, id))
            return i;
    }
    return SIZE_MAX;
}

static void add_wires(NodeView *view)
{
    for (size_t i = 0; i < ho_graph_n_links(view->graph); i++) {
        struct node_wire wire = {.link = ho_graph_link(view->graph, i)};
        wire.from = find_port(view, wire.link.from, wire.link.output, true);
        wire.to = find_port(view, wire.link.to, wire.link.input, false);
        if (wire.from == SIZE_MAX || wire.to == SIZE_MAX)
            continue;    // of a node that this version does not know
        node_view_port(view, wire.from)->linked = node_view_port(view, wire.to)->linked = true;
        g_array_append_val(view->wires, wire);
    }
}

// ---- Color: inputs at the left, outputs at the right, pictures from the top, keys from the bottom

static void place_color(struct node_box *box, struct node_port *port, size_t *images, size_t *keys)
{
    port->side = port->is_output ? NODE_RIGHT : NODE_LEFT;
    port->x = box->x + (port->is_output ? box->width : 0);
    if (box->shape == NODE_DOT) {
        port->y = box->y + COLOR_PORT_Y;
        port->x = port->is_output ? box->x + box->width - 8 : box->x + 8;
        if (!port->is_output && port->port->type == HO_PORT_KEY && !strcmp(box->info.type_name, "output")) {
            port->side = NODE_BOTTOM;
            port->x = box->x + box->width / 2;
            port->y = box->y + COLOR_PORT_Y + 14;
        }
    } else if (port->port->type == HO_PORT_IMAGE) {
        port->y = box->y + COLOR_PORT_Y + COLOR_PORT_STEP * (double)(*images)++;
    } else {
        port->y = box->y + box->height - 18 - COLOR_PORT_STEP * (double)(*keys)++;
    }
}

// ---- Fusion: an input sits on the side that faces its source

static enum node_side facing(NodeView *view, size_t port_index)
{
    const struct node_port *port = node_view_port(view, port_index);
    const struct node_box *box = node_view_box(view, port->box);
    for (size_t i = 0; i < view->wires->len; i++) {
        const struct node_wire *wire = node_view_wire(view, i);
        if (wire->to != port_index)
            continue;
        const struct node_box *other = node_view_box(view, node_view_port(view, wire->from)->box);
        double dx = box->x - (other->x + other->width), dy = other->y - box->y;
        if (fabs(dy) <= box->height || dx > 1.5 * fabs(dy))
            return NODE_LEFT;
        return dy < 0 ? NODE_TOP : NODE_BOTTOM;
    }
    const struct ho_node_type *type = box->info.type;
    if (port->port == type->inputs && port->port->type == type->outputs->type)
        return NODE_LEFT;
    return port->port->type == HO_PORT_KEY ? NODE_TOP : NODE_BOTTOM;
}

static void place_fusion(NodeView *view, size_t first, size_t n)
{
    size_t count[4] = {0}, seen[4] = {0};
    for (size_t i = first; i < first + n; i++) {
        struct node_port *port = node_view_port(view, i);
        port->side = port->is_output ? NODE_RIGHT : facing(view, i);
        count[port->side]++;
    }
    for (size_t i = first; i < first + n; i++) {
        struct node_port *port = node_view_port(view, i);
        const struct node_box *box = node_view_box(view, port->box);
        double share = ((double)seen[port->side]++ + 1) / ((double)count[port->side] + 1);
        bool upright = port->side == NODE_LEFT || port->side == NODE_RIGHT;
        port->x = upright ? box->x + (port->side == NODE_RIGHT ? box->width : 0) : box->x + share * box->width;
        port->y = upright ? box->y + share * box->height : box->y + (port->side == NODE_BOTTOM ? box->height : 0);
    }
}

void node_layout_ports(NodeView *view)
{
    for (size_t i = 0; i < view->ports->len;) {
        size_t first = i, box = node_view_port(view, i)->box, images[2] = {0}, keys[2] = {0};
        for (; i < view->ports->len && node_view_port(view, i)->box == box; i++) {
            struct node_port *port = node_view_port(view, i);
            if (view->page == HO_PAGE_COLOR)
                place_color(node_view_box(view, box), port, &images[port->is_output], &keys[port->is_output]);
        }
        if (view->page != HO_PAGE_COLOR)
            place_fusion(view, first, i - first);
    }
}

void node_layout(NodeView *view)
{
    g_array_set_size(view->boxes, 0);
    g_array_set_size(view->ports, 0);
    g_array_set_size(view->wires, 0);
    if (!view->graph)
        return;
    for (size_t i = 0; i < ho_graph_n_nodes(view->graph); i++) {
        struct node_box box = {.info = ho_graph_node(view->graph, i)};
        box.x = box.info.x;
        box.y = box.info.y;
        box.selected = g_hash_table_contains(view->selected, box.info.id);
        size_box(view, &box);
        g_array_append_val(view->boxes, box);
        if (!box.info.type)
            continue;
        add_ports(view, i, box.info.type->inputs, false);
        if (!is_last(&box.info))
            add_ports(view, i, box.info.type->outputs, true);
    }
    add_wires(view);
    node_layout_ports(view);
}

// ---- what is there

size_t node_find_box(NodeView *view, const char *id)
{
    for (size_t i = 0; id && i < view->boxes->len; i++)
        if (!strcmp(node_view_box(view, i)->info.id, id))
            return i;
    return SIZE_MAX;
}

size_t node_hit_box(NodeView *view, double x, double y)
{
    for (size_t i = view->boxes->len; i-- > 0;) {
        const struct node_box *box = node_view_box(view, i);
        if (x >= box->x && x < box->x + box->width && y >= box->y && y < box->y + box->height)
            return i;
    }
    return SIZE_MAX;
}

bool node_ports_fit(NodeView *view, size_t a, size_t b)
{
    const struct node_port *p = node_view_port(view, a), *q = node_view_port(view, b);
    return p->box != q->box && p->is_output != q->is_output && p->port->type == q->port->type;
}

// The nearest within reach; one that fits wins over one that does not.
size_t node_hit_port(NodeView *view, double x, double y, size_t fits)
{
    size_t best = SIZE_MAX;
    double reach = PORT_REACH / view->scale;
    for (size_t i = 0; i < view->ports->len; i++) {
        const struct node_port *port = node_view_port(view, i);
        double distance = hypot(port->x - x, port->y - y);
        if (distance < reach && (fits == SIZE_MAX || node_ports_fit(view, fits, i))) {
            reach = distance;
            best = i;
        }
    }
    return best;
}

static void point_away(const struct node_port *port, double length, double *x, double *y)
{
    static const double directions[4][2] = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};
    *x = port->x + directions[port->side][0] * length;
    *y = port->y + directions[port->side][1] * length;
}

void node_wire_curve(const struct node_port *from, const struct node_port *to, double c[8])
{
    double length = CLAMP(hypot(to->x - from->x, to->y - from->y) * 0.45, 16, 120);
    c[0] = from->x;
    c[1] = from->y;
    point_away(from, length, &c[2], &c[3]);
    point_away(to, length, &c[4], &c[5]);
    c[6] = to->x;
    c[7] = to->y;
}

static double curve_distance(const double c[8], double x, double y)
{
    double best = INFINITY;
    for (int i = 0; i <= 24; i++) {
        double t = i / 24.0, s = 1 - t, a = s * s * s, b = 3 * s * s * t, d = 3 * s * t * t, e = t * t * t;
        double px = a * c[0] + b * c[2] + d * c[4] + e * c[6], py = a * c[1] + b * c[3] + d * c[5] + e * c[7];
        best = MIN(best, hypot(px - x, py - y));
    }
    return best;
}

size_t node_hit_wire(NodeView *view, double x, double y)
{
    size_t best = SIZE_MAX;
    double reach = WIRE_REACH / view->scale;
    for (size_t i = 0; i < view->wires->len; i++) {
        const struct node_wire *wire = node_view_wire(view, i);
        double c[8];
        node_wire_curve(node_view_port(view, wire->from), node_view_port(view, wire->to), c);
        double distance = curve_distance(c, x, y);
        if (distance < reach) {
            reach = distance;
            best = i;
        }
    }
    return best;
}

bool node_box_is_loose(NodeView *view, size_t box)
{
    for (size_t i = 0; i < view->ports->len; i++)
        if (node_view_port(view, i)->box == box && node_view_port(view, i)->linked)
            return false;
    return true;
}

bool node_box_fits_wire(NodeView *view, size_t box, size_t wire_index, const struct ho_port **input,
                        const struct ho_port **output)
{
    const struct node_wire *wire = node_view_wire(view, wire_index);
    const struct node_port *from = node_view_port(view, wire->from), *to = node_view_port(view, wire->to);
    *input = *output = NULL;
    for (size_t i = 0; i < view->ports->len; i++) {
        const struct node_port *port = node_view_port(view, i);
        if (port->box != box || port->port->type != from->port->type)
            continue;
        const struct ho_port **slot = port->is_output ? output : input;
        if (!*slot)
            *slot = port->port;
    }
    return *input && *output && from->box != box && to->box != box;
}
