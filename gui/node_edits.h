// SPDX-License-Identifier: BSD-2-Clause
// What fields and node views ask for, as commands of the session on the current clip's graph.
#ifndef GUI_NODE_EDITS_H
#define GUI_NODE_EDITS_H

#include "app.h"
#include "field.h"
#include "node_view.h"

struct node_edits;
// Whose `node` the fields are is asked at each edit. Lives as long as the widget.
struct node_edits *node_edits_new(struct app *app, GtkWidget *owner, enum ho_page page,
                                  const char *(*node)(struct app *app));
// What 1 and 2 over a node do (Fusion).
void node_edits_on_look(struct node_edits *edits, void (*look)(void *opaque, const char *node, int viewer),
                        void *opaque);
extern const struct field_calls node_field_calls;    // with the edits as `opaque`
extern const struct node_view_calls node_view_edits;

int64_t node_edits_frame(struct app *app);    // the playhead in clip time, in which graphs count
void node_edits_go(struct app *app, int64_t clip_time);

#endif
