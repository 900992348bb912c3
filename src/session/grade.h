// SPDX-License-Identifier: BSD-2-Clause
// A clip's graphs. Page 0 is Color, 1 is Fusion.
#ifndef HO_SESSION_GRADE_H
#define HO_SESSION_GRADE_H

#include "session/internal.h"

// What a clip without a graph of that page has, as text.
const char *grade_default(int page);
enum ho_result grade_open(const struct ho_timeline_clip *clip, int page, struct ho_graph **out,
                          struct ho_diag *diag) HO_MUST_CHECK;
// Keeps the graph as the clip's; `copy` is destroyed.
enum ho_result grade_put(struct call *call, struct ho_timeline_clip *copy, int page, const struct ho_graph *graph,
                         struct ho_diag *diag) HO_MUST_CHECK;
const char *grade_find_type(const struct ho_graph *graph, const char *type);    // the first node's id; NULL: none
bool grade_has_node(const struct ho_graph *graph, const char *id);
void grade_new_id(const struct ho_graph *graph, const char *type, char out[HO_NODE_ID_SIZE]);
// Whether a parameter has keyframes, by the graph's text.
bool grade_moves(const char *text, const char *id, const char *parameter);

#endif
