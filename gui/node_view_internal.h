// SPDX-License-Identifier: BSD-2-Clause
// What the node view's files share: boxes and ports in the graph's own units, and one transform to the screen.
#ifndef GUI_NODE_VIEW_INTERNAL_H
#define GUI_NODE_VIEW_INTERNAL_H

#include "node_view.h"
#include "paint.h"

#define PORT_REACH 14.0    // pixels: how near to a port counts as on it (more than is drawn)
#define WIRE_REACH 8.0
#define ZOOM_MIN 0.25
#define ZOOM_MAX 3.0

enum node_side { NODE_LEFT, NODE_RIGHT, NODE_TOP, NODE_BOTTOM };
enum node_shape {
    NODE_BOX,
    NODE_DOT    // Color's source and outputs
};

struct node_box {
    struct ho_node_info info;    // strings are the graph's
    enum node_shape shape;
    double x, y, width, height;
    bool selected;
};

struct node_port {
    size_t box;
    const struct ho_port *port;
    bool is_output;
    enum node_side side;
    double x, y;
    bool linked;
};

struct node_wire {
    struct ho_link_info link;
    size_t from, to;    // ports
};

enum node_drag_kind {
    NODE_DRAG_NONE,
    NODE_DRAG_PAN,
    NODE_DRAG_BAND,
    NODE_DRAG_MOVE,
    NODE_DRAG_WIRE    // from a port, or a wire's end that was picked up
};

struct node_drag {
    enum node_drag_kind kind;
    double start_x, start_y, x, y;    // graph units (PAN: screen)
    double origin_x, origin_y;        // PAN: where the view was
    size_t port;                      // WIRE: where it hangs
    size_t picked;                    // WIRE: the wire that was picked up; SIZE_MAX: a new one
    size_t target;                    // WIRE: the port that it would go to; SIZE_MAX: none
    size_t wire;                      // MOVE: the wire that it would come between; SIZE_MAX: none
    bool moved, extend;
};

struct _NodeView {
    GtkWidget parent;
    enum ho_page page;
    const struct node_view_calls *calls;
    void *opaque;
    struct ho_graph *graph, *pending;    // pending: came during a call, whose strings are those of `graph`
    int n_held;
    GArray *boxes, *ports, *wires;
    GHashTable *selected;    // ids
    char *active, *viewed[2], *empty;
    GHashTable *thumbnails;              // id -> GdkTexture
    double scale, origin_x, origin_y;    // graph units at the widget's left and top
    bool placed;                         // was fitted once
    struct node_drag drag;
    double pointer_x, pointer_y;    // screen; < 0: outside
    double menu_x, menu_y;          // graph: where the menu was asked for
    size_t menu_wire;
    struct paint_texts *texts;
};

#define node_view_box(view, index) (&g_array_index((view)->boxes, struct node_box, index))
#define node_view_port(view, index) (&g_array_index((view)->ports, struct node_port, index))
#define node_view_wire(view, index) (&g_array_index((view)->wires, struct node_wire, index))

// node_layout.c
void node_layout(NodeView *view);    // boxes, ports and wires from the graph
void node_layout_ports(NodeView *view);
size_t node_hit_box(NodeView *view, double x, double y);                  // graph units; SIZE_MAX: none
size_t node_hit_port(NodeView *view, double x, double y, size_t fits);    // `fits`: only what that port can go to
size_t node_hit_wire(NodeView *view, double x, double y);
size_t node_find_box(NodeView *view, const char *id);
bool node_ports_fit(NodeView *view, size_t a, size_t b);
bool node_box_is_loose(NodeView *view, size_t box);
// Ports of its own by which a node could come between a wire's ends.
bool node_box_fits_wire(NodeView *view, size_t box, size_t wire, const struct ho_port **input,
                        const struct ho_port **output);
void node_wire_curve(const struct node_port *from, const struct node_port *to, double c[8]);

// node_draw.c
void node_draw(NodeView *view, GtkSnapshot *snapshot, double width, double height);

// node_events.c
void node_events_attach(NodeView *view);

// node_drag.c
void node_drag_attach(NodeView *view);
void node_drag_cancel(NodeView *view);

// node_menu.c
void node_menu_attach(NodeView *view);
void node_menu_open(NodeView *view, double x, double y);    // screen

// node_view.c
void node_hold(NodeView *view);    // around calls: a graph that comes meanwhile is taken at the end
void node_release(NodeView *view);
void node_to_graph(NodeView *view, double sx, double sy, double *x, double *y);
void node_to_screen(NodeView *view, double x, double y, double *sx, double *sy);
void node_select_only(NodeView *view, const char *id);
void node_set_selected(NodeView *view, const char *id, bool selected);
void node_activate(NodeView *view, const char *id);           // and tells
const char **node_selected_ids(NodeView *view, size_t *n);    // g_free the list only
void node_free_place(NodeView *view, double *x, double *y);

#endif
