// SPDX-License-Identifier: BSD-2-Clause
// Commands that change a clip's Color or Fusion graph: nodes, links, parameters, templates, whole grades.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/grade.h"

// ---- one change of one graph. The last two arguments of each command are `page` and `clip`.

struct change {
    struct call *call;
    struct ho_graph *graph;
    const char *text;    // of the graph, as it was
    int page;
    int64_t time;    // clip time of the playhead
};
typedef enum ho_result (*changer)(struct change *change, struct ho_diag *diag);

static int n_arguments(const struct command *command)
{
    int n = 0;
    while (command->shown.arguments[n].name)
        n++;
    return n;
}

// The page that was named; else the one that has the node; else Color.
static int page_of(const struct call *call, const struct ho_timeline_clip *clip, const struct value *page,
                   const char *node)
{
    struct ho_graph *fusion = NULL;
    if (page->given)
        return (int)page->integer;
    bool is_fusion = node && clip->fusion_graph && grade_open(clip, 1, &fusion, NULL) == HO_OK &&
                     grade_has_node(fusion, node);
    struct ho_graph *color = NULL;
    if (is_fusion && grade_open(clip, 0, &color, NULL) == HO_OK && grade_has_node(color, node))
        is_fusion = false;
    ho_graph_destroy(&fusion);
    ho_graph_destroy(&color);
    (void)call;
    return is_fusion;
}

static enum ho_result change_graph(struct call *call, changer apply, const char *node, struct ho_diag *diag)
{
    const int n = n_arguments(call->command);
    struct ho_timeline_clip *copy;
    struct change change = {.call = call};
    HO_TRY(clip_need(call, call->value[n - 1].integer, &copy, diag));
    char id[HO_NODE_ID_SIZE] = "";
    if (node)
        snprintf(id, sizeof(id), "%.*s", (int)strcspn(node, "."), node);
    change.page = page_of(call, copy, &call->value[n - 2], node ? id : NULL);
    change.text = change.page ? copy->fusion_graph : copy->color_graph;
    change.time = call->session->playhead - copy->at + copy->origin;
    enum ho_result result = grade_open(copy, change.page, &change.graph, diag);
    if (result == HO_OK)
        result = apply(&change, diag);
    if (result == HO_OK)
        result = grade_put(call, copy, change.page, change.graph, diag);
    else
        ho_timeline_clip_destroy(&copy);
    ho_graph_destroy(&change.graph);
    return result;
}

// ---- nodes

static enum ho_result add_node_to(struct change *change, struct ho_diag *diag)
{
    const struct value *v = change->call->value;    // type, id, x, y, after
    char id[HO_NODE_ID_SIZE];
    const struct ho_node_type *type = ho_node_type_find(v[0].text);
    grade_new_id(change->graph, v[0].text, id);
    if (v[1].given)
        snprintf(id, sizeof(id), "%s", v[1].text);
    if (type && !(type->pages & (change->page ? HO_PAGE_FUSION : HO_PAGE_COLOR)))
        return ho_fail(diag, HO_ERROR_USAGE, "add-node: %s is no node of the %s page", type->label,
                       change->page ? "Fusion" : "Color");
    HO_TRY(ho_graph_add(change->graph, v[0].text, id, diag));
    if (v[2].given || v[3].given)
        HO_TRY(ho_graph_place(change->graph, id, v[2].number, v[3].number, diag));
    reply_text(change->call, "node", id);
    snprintf(change->call->session->node, HO_NODE_ID_SIZE, "%s", id);
    news_add(change->call->session, HO_NEWS_SELECTION);
    return HO_OK;
}

static const char *first_output(const struct ho_graph *graph, const char *id)
{
    for (size_t i = 0; i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info node = ho_graph_node(graph, i);
        if (strcmp(node.id, id) == 0 && node.type && node.type->outputs[0].name)
            return node.type->outputs[0].name;
    }
    return "image";
}

// Puts the new node where the one after which it is to stand led to: serial, as Alt+S does.
static enum ho_result insert_after(struct change *change, const char *after, const char *id, struct ho_diag *diag)
{
    struct ho_graph *graph = change->graph;
    const char *output = first_output(graph, after);
    const struct ho_node_type *type = ho_node_type_find(change->call->value[0].text);
    if (!type || !type->inputs[0].name || !type->outputs[0].name)
        return HO_OK;
    for (size_t i = 0; i < ho_graph_n_links(graph); i++) {
        struct ho_link_info link = ho_graph_link(graph, i);
        if (strcmp(link.from, after) != 0 || strcmp(link.output, output) != 0)
            continue;
        char to[HO_NODE_ID_SIZE], input[64];
        snprintf(to, sizeof(to), "%s", link.to);
        snprintf(input, sizeof(input), "%s", link.input);
        HO_TRY(ho_graph_connect(graph, id, type->outputs[0].name, to, input, diag));
        break;
    }
    return ho_graph_connect(graph, after, output, id, type->inputs[0].name, diag);
}

#define NODE_STEP 180    // from one node of a line to the next in the node view
#define NODE_ROOM 60

static struct ho_node_info find_info(const struct ho_graph *graph, const char *id)
{
    struct ho_node_info info = {0};
    for (size_t i = 0; i < ho_graph_n_nodes(graph); i++)
        if (strcmp(ho_graph_node(graph, i).id, id) == 0)
            info = ho_graph_node(graph, i);
    return info;
}

// Where it stands in the line: to the right of what it comes behind. Where there is no room, all that is further right
// moves on.
static enum ho_result stand_behind(struct ho_graph *graph, const char *after, const char *id, struct ho_diag *diag)
{
    double x = find_info(graph, after).x, y = find_info(graph, after).y;
    bool taken = false;
    for (size_t i = 0; i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info node = ho_graph_node(graph, i);
        taken |= strcmp(node.id, id) != 0 && node.x > x && node.x < x + 2 * NODE_STEP - NODE_ROOM / 2 &&
                 node.y > y - NODE_ROOM && node.y < y + NODE_ROOM;
    }
    for (size_t i = 0; i < ho_graph_n_nodes(graph) && taken; i++) {
        struct ho_node_info node = ho_graph_node(graph, i);
        if (node.x > x && strcmp(node.id, id) != 0)
            HO_TRY(ho_graph_place(graph, node.id, node.x + NODE_STEP, node.y, diag));
    }
    return ho_graph_place(graph, id, x + NODE_STEP, y, diag);
}

static enum ho_result add_and_insert(struct change *change, struct ho_diag *diag)
{
    HO_TRY(add_node_to(change, diag));
    const struct value *v = change->call->value;    // type, id, x, y, after
    const char *id = change->call->session->node;
    if (!v[4].given)
        return HO_OK;
    if (!v[2].given && !v[3].given)
        HO_TRY(stand_behind(change->graph, v[4].text, id, diag));
    return insert_after(change, v[4].text, id, diag);
}

static enum ho_result add_node(struct call *call, struct ho_diag *diag)
{
    return change_graph(call, add_and_insert, call->value[4].given ? call->value[4].text : NULL, diag);
}

// What read it reads what it read, where that is of one kind.
static enum ho_result extract(struct ho_graph *graph, const char *id, struct ho_diag *diag)
{
    char from[HO_NODE_ID_SIZE] = "", output[64] = "";
    for (size_t i = 0; i < ho_graph_n_links(graph) && !*from; i++) {
        struct ho_link_info link = ho_graph_link(graph, i);
        if (strcmp(link.to, id) == 0) {
            snprintf(from, sizeof(from), "%s", link.from);
            snprintf(output, sizeof(output), "%s", link.output);
        }
    }
    const char *own = first_output(graph, id);
    for (size_t i = 0; *from && i < ho_graph_n_links(graph); i++) {
        struct ho_link_info link = ho_graph_link(graph, i);
        char to[HO_NODE_ID_SIZE], input[64];
        if (strcmp(link.from, id) != 0 || strcmp(link.output, own) != 0)
            continue;
        snprintf(to, sizeof(to), "%s", link.to);
        snprintf(input, sizeof(input), "%s", link.input);
        if (ho_graph_connect(graph, from, output, to, input, NULL) == HO_OK)
            i = (size_t)-1;    // links have moved
    }
    return ho_graph_remove(graph, id, diag);
}
static enum ho_result remove_from(struct change *change, struct ho_diag *diag)
{
    const struct value *v = change->call->value;
    return v[1].boolean ? extract(change->graph, v[0].text, diag) : ho_graph_remove(change->graph, v[0].text, diag);
}
static enum ho_result remove_node(struct call *call, struct ho_diag *diag)
{
    return change_graph(call, remove_from, call->value[0].text, diag);
}

static enum ho_result rename_in(struct change *change, struct ho_diag *diag)
{
    const struct value *v = change->call->value;
    struct ho_session *session = change->call->session;
    HO_TRY(ho_graph_rename(change->graph, v[0].text, v[1].text, diag));
    if (strcmp(session->node, v[0].text) == 0)
        snprintf(session->node, sizeof(session->node), "%s", v[1].text);
    return HO_OK;
}
static enum ho_result rename_node(struct call *call, struct ho_diag *diag)
{
    return change_graph(call, rename_in, call->value[0].text, diag);
}

static enum ho_result duplicate_in(struct change *change, struct ho_diag *diag)
{
    const char *from = change->call->value[0].text;
    char id[HO_NODE_ID_SIZE], type[64] = "node";
    for (size_t i = 0; i < ho_graph_n_nodes(change->graph); i++)
        if (strcmp(ho_graph_node(change->graph, i).id, from) == 0)
            snprintf(type, sizeof(type), "%s", ho_graph_node(change->graph, i).type_name);
    grade_new_id(change->graph, type, id);
    reply_text(change->call, "node", id);
    return ho_graph_duplicate(change->graph, from, id, diag);
}
static enum ho_result duplicate_node(struct call *call, struct ho_diag *diag)
{
    return change_graph(call, duplicate_in, call->value[0].text, diag);
}

static enum ho_result enable_in(struct change *change, struct ho_diag *diag)
{
    const struct value *v = change->call->value;
    bool enabled = v[1].integer == 0;
    for (size_t i = 0; v[1].integer == 2 && i < ho_graph_n_nodes(change->graph); i++)
        if (strcmp(ho_graph_node(change->graph, i).id, v[0].text) == 0)
            enabled = !ho_graph_node(change->graph, i).enabled;
    return ho_graph_enable(change->graph, v[0].text, enabled, diag);
}
static enum ho_result enable_node(struct call *call, struct ho_diag *diag)
{
    return change_graph(call, enable_in, call->value[0].text, diag);
}

static enum ho_result place_in(struct change *change, struct ho_diag *diag)
{
    const struct value *v = change->call->value;
    return ho_graph_place(change->graph, v[0].text, v[1].number, v[2].number, diag);
}
static enum ho_result place_node(struct call *call, struct ho_diag *diag)
{
    return change_graph(call, place_in, call->value[0].text, diag);
}

// ---- links: "node.port", or "node" for its first

static enum ho_result parse_port(const struct ho_graph *graph, const char *text, bool is_input,
                                 char id[HO_NODE_ID_SIZE], char port[64])
{
    const char *dot = strchr(text, '.');
    snprintf(id, HO_NODE_ID_SIZE, "%.*s", dot ? (int)(dot - text) : (int)strlen(text), text);
    snprintf(port, 64, "%s", dot ? dot + 1 : "image");
    for (size_t i = 0; !dot && i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info node = ho_graph_node(graph, i);
        const struct ho_port *ports = node.type ? is_input ? node.type->inputs : node.type->outputs : NULL;
        if (strcmp(node.id, id) == 0 && ports && ports[0].name)
            snprintf(port, 64, "%s", ports[0].name);
    }
    return HO_OK;
}

static enum ho_result connect_in(struct change *change, struct ho_diag *diag)
{
    const struct value *v = change->call->value;
    char from[HO_NODE_ID_SIZE], output[64], to[HO_NODE_ID_SIZE], input[64];
    HO_TRY(parse_port(change->graph, v[0].text, false, from, output));
    HO_TRY(parse_port(change->graph, v[1].text, true, to, input));
    return ho_graph_connect(change->graph, from, output, to, input, diag);
}
static enum ho_result connect(struct call *call, struct ho_diag *diag)
{
    return change_graph(call, connect_in, call->value[0].text, diag);
}

static enum ho_result disconnect_in(struct change *change, struct ho_diag *diag)
{
    char to[HO_NODE_ID_SIZE], input[64];
    HO_TRY(parse_port(change->graph, change->call->value[0].text, true, to, input));
    return ho_graph_disconnect(change->graph, to, input, diag);
}
static enum ho_result disconnect(struct call *call, struct ho_diag *diag)
{
    return change_graph(call, disconnect_in, call->value[0].text, diag);
}

// ---- parameters

static const enum ho_interpolation ways[] = {HO_INTERPOLATE_LINEAR, HO_INTERPOLATE_SMOOTH, HO_INTERPOLATE_HOLD};
static const char *const way_names[] = {"linear", "smooth", "hold", NULL};

// One that moves gets a keyframe at the playhead.
static enum ho_result set_in(struct change *change, struct ho_diag *diag)
{
    const struct value *v = change->call->value;
    if (grade_moves(change->text, v[0].text, v[1].text))
        return ho_graph_keyframe_text(change->graph, v[0].text, v[1].text, change->time, v[2].text,
                                      HO_INTERPOLATE_LINEAR, diag);
    return ho_graph_set_text(change->graph, v[0].text, v[1].text, v[2].text, diag);
}
static enum ho_result set(struct call *call, struct ho_diag *diag)
{
    return change_graph(call, set_in, call->value[0].text, diag);
}

// node, parameter, value, frame, interpolation. Without a value: as it is there now.
static enum ho_result keyframe_in(struct change *change, struct ho_diag *diag)
{
    const struct value *v = change->call->value;
    const int64_t at = v[3].given ? v[3].integer : change->time;
    if (v[2].given)
        return ho_graph_keyframe_text(change->graph, v[0].text, v[1].text, at, v[2].text, ways[v[4].integer], diag);
    double numbers[4] = {0};
    const char *text = NULL;
    size_t n = 1;
    HO_TRY(ho_graph_get(change->graph, v[0].text, v[1].text, at, numbers, &text, diag));
    for (size_t i = 0; i < ho_graph_n_nodes(change->graph); i++) {
        struct ho_node_info node = ho_graph_node(change->graph, i);
        for (const struct ho_parameter *p = node.type ? node.type->parameters : NULL; p && p->name; p++)
            if (strcmp(node.id, v[0].text) == 0 && strcmp(p->name, v[1].text) == 0)
                n = p->type == HO_PARAMETER_POINT ? 2 : p->type == HO_PARAMETER_COLOUR ? 4 : 1;
    }
    if (text && *text)
        return ho_graph_keyframe_text(change->graph, v[0].text, v[1].text, at, text, ways[v[4].integer], diag);
    return ho_graph_keyframe(change->graph, v[0].text, v[1].text, at, numbers, n, ways[v[4].integer], diag);
}
static enum ho_result keyframe(struct call *call, struct ho_diag *diag)
{
    return change_graph(call, keyframe_in, call->value[0].text, diag);
}

static enum ho_result remove_keyframe_in(struct change *change, struct ho_diag *diag)
{
    const struct value *v = change->call->value;
    return ho_graph_keyframe_remove(change->graph, v[0].text, v[1].text, v[2].given ? v[2].integer : change->time,
                                    diag);
}
static enum ho_result remove_keyframe(struct call *call, struct ho_diag *diag)
{
    return change_graph(call, remove_keyframe_in, call->value[0].text, diag);
}

// One parameter, or all of a node.
static enum ho_result reset_in(struct change *change, struct ho_diag *diag)
{
    const struct value *v = change->call->value;
    if (!v[1].given)
        return ho_graph_reset(change->graph, v[0].text, diag);
    for (size_t i = 0; i < ho_graph_n_nodes(change->graph); i++) {
        struct ho_node_info node = ho_graph_node(change->graph, i);
        for (const struct ho_parameter *p = node.type ? node.type->parameters : NULL; p && p->name; p++) {
            if (strcmp(node.id, v[0].text) != 0 || strcmp(p->name, v[1].text) != 0)
                continue;
            size_t n = p->type == HO_PARAMETER_COLOUR ? 4 : p->type == HO_PARAMETER_POINT ? 2 : 1;
            return p->type >= HO_PARAMETER_TEXT
                       ? ho_graph_set_text(change->graph, node.id, p->name, p->text ? p->text : "", diag)
                       : ho_graph_set(change->graph, node.id, p->name, p->value, n, diag);
        }
    }
    return ho_fail(diag, HO_ERROR_USAGE, "reset-node: \"%.60s\" has no parameter \"%.60s\"", v[0].text, v[1].text);
}
static enum ho_result reset_node(struct call *call, struct ho_diag *diag)
{
    return change_graph(call, reset_in, call->value[0].text, diag);
}

// ---- whole graphs

static enum ho_result put_text(struct call *call, int64_t id, int page, const char *text, struct ho_diag *diag)
{
    struct ho_timeline_clip *copy;
    HO_TRY(clip_need(call, id, &copy, diag));
    enum ho_result result = ho_timeline_clip_set_text(page ? &copy->fusion_graph : &copy->color_graph, text, diag);
    if (result == HO_OK)
        return edit_clip(call, copy, diag);
    ho_timeline_clip_destroy(&copy);
    return result;
}

// A template that ships, or a file. Mattes by the clip's own object where it has one.
static enum ho_result use_template(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;    // name, page, clip
    struct ho_graph *graph = NULL;
    char *text = NULL;
    bool ships = ho_graph_template_text(v[0].text) != NULL;
    HO_TRY(ships ? ho_graph_template(v[0].text, &graph, diag) : ho_graph_load(v[0].text, &graph, diag));
    const int page = v[1].given ? (int)v[1].integer : grade_find_type(graph, "media_out") != NULL;
    const char *mask = grade_find_type(graph, "magic_mask");
    char matte[HO_HASH_SIZE + HO_NAME_SIZE];
    enum ho_result result = HO_OK;
    if (mask && ships && masks_object(call->session)) {
        snprintf(matte, sizeof(matte), "%s/%s", call->session->masks.hash, masks_object(call->session)->shown.name);
        result = ho_graph_set_text(graph, mask, "matte", matte, diag);
    }
    if (result == HO_OK)
        result = ho_graph_format(graph, &text, diag);
    ho_graph_destroy(&graph);
    if (result == HO_OK)
        result = put_text(call, v[2].integer, page, text, diag);
    free(text);
    return result;
}

static enum ho_result copy_grade(struct call *call, struct ho_diag *diag)
{
    struct ho_session *session = call->session;
    const struct ho_timeline_clip *clip = ho_timeline_find_clip(session->timeline, call->value[0].integer);
    const char *texts[] = {clip ? clip->color_graph : NULL, clip ? clip->fusion_graph : NULL};
    if (!clip)
        return ho_fail(diag, HO_ERROR_USAGE, "copy-grade: there is no such clip");
    for (int i = 0; i < 2; i++) {
        free(session->grade_copied[i]);
        session->grade_copied[i] = texts[i] ? ho_strdup(texts[i]) : NULL;
    }
    session->has_grade = true;
    return HO_OK;
}

static enum ho_result can_paste(struct ho_session *session, struct ho_diag *diag)
{
    return session->has_grade ? HO_OK : ho_fail(diag, HO_ERROR_USAGE, "paste-grade: no grade was copied");
}
static enum ho_result paste_grade(struct call *call, struct ho_diag *diag)
{
    for (size_t i = 0; i < call->value[0].n_ids; i++)
        for (int page = 0; page < 2; page++)
            HO_TRY(put_text(call, call->value[0].ids[i], page, call->session->grade_copied[page], diag));
    return HO_OK;
}

static enum ho_result reset_grades(struct call *call, struct ho_diag *diag)
{
    struct ho_edit *edit = NULL;
    const struct value *v = &call->value[0];
    return edit_keep(call, ho_timeline_paste_grade(call->session->timeline, 0, v->ids, v->n_ids, &edit, diag), &edit,
                     diag);
}

static enum ho_result show_graph(struct call *call, struct ho_diag *diag)
{
    const struct value *v = call->value;
    const struct ho_timeline_clip *clip = ho_timeline_find_clip(call->session->timeline, v[1].integer);
    struct ho_graph *graph = NULL;
    char *text = NULL;
    if (!clip)
        return ho_fail(diag, HO_ERROR_USAGE, "graph: there is no such clip");
    enum ho_result result = grade_open(clip, (int)v[0].integer, &graph, diag);
    if (result == HO_OK)
        result = ho_graph_format(graph, &text, diag);
    json_t *root = text ? json_loads(text, 0, NULL) : NULL;
    if (root)
        json_object_set_new(call->reply, "graph", root);
    free(text);
    ho_graph_destroy(&graph);
    return result;
}

// ---- rows

static const char *const pages[] = {"color", "fusion", NULL};
static const char *const states[] = {"yes", "no", "toggle", NULL};
#define PAGE_AND_CLIP                                                                                            \
    {"page", HO_ARGUMENT_CHOICE, false, pages, NULL, "which graph; else the one that has the node, else color"}, \
        {"clip", HO_ARGUMENT_CLIP, false, NULL, "current", "whose"},                                             \
    {                                                                                                            \
        0                                                                                                        \
    }
#define NODE                                                 \
    {                                                        \
        "node", HO_ARGUMENT_TEXT, true, NULL, NULL, "its id" \
    }
#define PARAMETER                                                            \
    {                                                                        \
        "parameter", HO_ARGUMENT_TEXT, true, NULL, NULL, "one of the node's" \
    }
#define TIME                                                                              \
    {                                                                                     \
        "frame", HO_ARGUMENT_INTEGER, false, NULL, NULL, "clip time; else the playhead's" \
    }
static const struct ho_argument add_arguments[] = {
    {"type", HO_ARGUMENT_TEXT, true, NULL, NULL, "\"holdout graph nodes\" lists them"},
    {"id", HO_ARGUMENT_TEXT, false, NULL, NULL, "its name; else type and number"},
    {"x", HO_ARGUMENT_NUMBER, false, NULL, NULL, "where it stands in the node view"},
    {"y", HO_ARGUMENT_NUMBER, false, NULL, NULL, "where it stands in the node view"},
    {"after", HO_ARGUMENT_TEXT, false, NULL, NULL, "the node behind which it goes into the line"},
    PAGE_AND_CLIP};
static const struct ho_argument remove_arguments[] = {
    NODE, {"close", HO_ARGUMENT_BOOLEAN, false, NULL, "no", "what read it reads what it read"}, PAGE_AND_CLIP};
static const struct ho_argument rename_arguments[] = {
    NODE, {"name", HO_ARGUMENT_TEXT, true, NULL, NULL, "letters, digits, _ and -"}, PAGE_AND_CLIP};
static const struct ho_argument node_arguments[] = {NODE, PAGE_AND_CLIP};
static const struct ho_argument enable_arguments[] = {
    NODE,
    {"enabled", HO_ARGUMENT_CHOICE, false, states, "toggle", "one that is not passes its input through"},
    PAGE_AND_CLIP};
static const struct ho_argument place_arguments[] = {NODE,
                                                     {"x", HO_ARGUMENT_NUMBER, true, NULL, NULL, "to the right"},
                                                     {"y", HO_ARGUMENT_NUMBER, true, NULL, NULL, "down"},
                                                     PAGE_AND_CLIP};
static const struct ho_argument connect_arguments[] = {{"from", HO_ARGUMENT_TEXT, true, NULL, NULL, "NODE.OUTPUT"},
                                                       {"to", HO_ARGUMENT_TEXT, true, NULL, NULL, "NODE.INPUT"},
                                                       PAGE_AND_CLIP};
static const struct ho_argument disconnect_arguments[] = {{"to", HO_ARGUMENT_TEXT, true, NULL, NULL, "NODE.INPUT"},
                                                          PAGE_AND_CLIP};
static const struct ho_argument set_arguments[] = {
    NODE, PARAMETER, {"value", HO_ARGUMENT_TEXT, true, NULL, NULL, "as in a graph"}, PAGE_AND_CLIP};
static const struct ho_argument keyframe_arguments[] = {
    NODE,
    PARAMETER,
    {"value", HO_ARGUMENT_TEXT, false, NULL, NULL, "as in a graph; else as it is there"},
    TIME,
    {"interpolation", HO_ARGUMENT_CHOICE, false, way_names, "linear", "how it goes on to the next"},
    PAGE_AND_CLIP};
static const struct ho_argument remove_keyframe_arguments[] = {NODE, PARAMETER, TIME, PAGE_AND_CLIP};
static const struct ho_argument reset_arguments[] = {
    NODE, {"parameter", HO_ARGUMENT_TEXT, false, NULL, NULL, "else all of them"}, PAGE_AND_CLIP};
static const struct ho_argument template_arguments[] = {
    {"name", HO_ARGUMENT_TEXT, true, NULL, NULL, "save, patch, isolate, or a graph's file"}, PAGE_AND_CLIP};
static const struct ho_argument clip_arguments[] = {{"clip", HO_ARGUMENT_CLIP, false, NULL, "current", "whose"}, {0}};
static const struct ho_argument clips_arguments[] = {{"clips", HO_ARGUMENT_CLIPS, false, NULL, "selection", "which"},
                                                     {0}};
static const struct ho_argument show_arguments[] = {{"page", HO_ARGUMENT_CHOICE, false, pages, "color", "which graph"},
                                                    {"clip", HO_ARGUMENT_CLIP, false, NULL, "current", "whose"},
                                                    {0}};

enum { CHANGES = HO_COMMAND_EDITS | HO_COMMAND_TIMELINE | HO_COMMAND_CLIP };
const struct command graph_commands[] = {
    {{"add-node", "Add node", "a node for the clip's graph", CHANGES, add_arguments}, add_node, NULL},
    {{"remove-node", "Remove node", "takes a node away", CHANGES, remove_arguments}, remove_node, NULL},
    {{"rename-node", "Rename node", "gives a node another name", CHANGES, rename_arguments}, rename_node, NULL},
    {{"duplicate-node", "Duplicate node", "a copy with its values, without its links", CHANGES, node_arguments},
     duplicate_node,
     NULL},
    {{"enable-node", "Enable node", "switches a node on or off", CHANGES, enable_arguments}, enable_node, NULL},
    {{"place-node", "Move node", "where a node stands in the node view", CHANGES, place_arguments}, place_node, NULL},
    {{"connect", "Connect", "joins an output and an input", CHANGES, connect_arguments}, connect, NULL},
    {{"disconnect", "Disconnect", "frees an input", CHANGES, disconnect_arguments}, disconnect, NULL},
    {{"set", "Change parameter", "a node's parameter; a keyframe where it moves already", CHANGES, set_arguments},
     set,
     NULL},
    {{"keyframe", "Add keyframe", "a keyframe of a node's parameter", CHANGES, keyframe_arguments}, keyframe, NULL},
    {{"remove-keyframe", "Remove keyframe", "takes a keyframe away", CHANGES, remove_keyframe_arguments},
     remove_keyframe,
     NULL},
    {{"reset-node", "Reset node", "a node's parameters as they were at first", CHANGES, reset_arguments},
     reset_node,
     NULL},
    {{"template", "Use template", "a graph that ships, or a file, becomes the clip's", CHANGES, template_arguments},
     use_template,
     NULL},
    {{"copy-grade", "Copy grade", "keeps a clip's graphs to be pasted", HO_COMMAND_TIMELINE | HO_COMMAND_CLIP,
      clip_arguments},
     copy_grade,
     NULL},
    {{"paste-grade", "Paste grade", "clips get the graphs that were copied", CHANGES, clips_arguments},
     paste_grade,
     can_paste},
    {{"reset-grades", "Reset all grades and nodes", "clips have no graphs any more", CHANGES, clips_arguments},
     reset_grades,
     NULL},
    {{"graph", "Graph", "prints a clip's graph", HO_COMMAND_TIMELINE | HO_COMMAND_CLIP, show_arguments},
     show_graph,
     NULL},
    {{0}, NULL, NULL},
};
