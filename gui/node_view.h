// SPDX-License-Identifier: BSD-2-Clause
// The node editor of the Color and the Fusion page: shows a graph and asks for edits of it. It never edits by itself:
// each wish is one call, whose owner makes the edit (or refuses it), as one step, and gives the graph again.
#ifndef GUI_NODE_VIEW_H
#define GUI_NODE_VIEW_H

#include <gtk/gtk.h>
#include <holdout/graph.h>

// Any may be NULL. Strings are borrowed for the call.
struct node_view_calls {
    void (*connect)(void *opaque, const char *from, const char *output, const char *to, const char *input);
    void (*disconnect)(void *opaque, const char *to, const char *input);
    void (*rewire)(void *opaque, const struct ho_link_info *wire, const char *to,
                   const char *input);    // its end moves
    // A loose node that was moved onto a wire: to come between its two ends, by these ports of its own.
    void (*insert)(void *opaque, const char *node, const char *node_input, const char *node_output,
                   const struct ho_link_info *wire, double dx, double dy);
    void (*move)(void *opaque, const char *const *ids, size_t n, double dx, double dy);
    // Behind a node, on the wires that leave it; `behind` NULL: loose, at (x, y).
    void (*add)(void *opaque, const char *type, const char *behind, double x, double y);
    // A picture of its own (Text+, Background) while another is active: over it, by a Merge between.
    void (*add_over)(void *opaque, const char *type, const char *under);
    void (*remove)(void *opaque, const char *const *ids, size_t n);
    void (*rename)(void *opaque, const char *id, const char *new_id);
    void (*enable)(void *opaque, const char *const *ids, size_t n, bool enabled);
    void (*reset)(void *opaque, const char *id);               // NULL: all grades and nodes
    void (*select)(void *opaque, const char *id);              // the active node changed; NULL: none
    void (*view)(void *opaque, const char *id, int viewer);    // 1 or 2 was pressed over it (Fusion)
};

G_DECLARE_FINAL_TYPE(NodeView, node_view, GUI, NODE_VIEW, GtkWidget)

GtkWidget *node_view_new(enum ho_page page, const struct node_view_calls *calls, void *opaque);    // `calls` stays
// A copy is kept. NULL: none. Selection stays where its nodes do.
void node_view_set_graph(NodeView *view, const struct ho_graph *graph);
void node_view_set_active(NodeView *view, const char *id);                // NULL or "": none; tells nobody
const char *node_view_active(NodeView *view);                             // NULL: none
void node_view_set_viewed(NodeView *view, int viewer, const char *id);    // viewer 1 or 2 shows it; NULL: nothing
void node_view_set_thumbnail(NodeView *view, const char *id, GdkTexture *texture);    // NULL: none
void node_view_set_empty(NodeView *view, const char *sentence);    // what is said where there is no graph

// What actions outside ask for.
void node_view_fit(NodeView *view);
void node_view_search(NodeView *view);
void node_view_add(NodeView *view, const char *type);
void node_view_remove_selected(NodeView *view);
void node_view_enable_selected(NodeView *view);    // toggles
void node_view_rename_active(NodeView *view);
bool node_view_look(NodeView *view, int viewer);       // 1 or 2: what is under the pointer, else the active one
void node_view_step(NodeView *view, int direction);    // the node before (-1) or after (1) the active one
// For tests: "MagicMask1", "MagicMask1.key" (an output first, then an input), "MagicMask1<key" (its input).
bool node_view_where(NodeView *view, const char *what, double *x, double *y);

#endif
