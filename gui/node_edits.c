// SPDX-License-Identifier: BSD-2-Clause
#include "node_edits.h"

#include <string.h>

struct node_edits {
    struct app *app;
    enum ho_page page;
    const char *(*node)(struct app *app);
    char dragged[HO_NODE_ID_SIZE];    // whose field is being dragged
    void (*look)(void *opaque, const char *node, int viewer);
    void *look_opaque;
};

static const char *page_name(const struct node_edits *edits)
{
    return edits->page == HO_PAGE_FUSION ? "fusion" : "color";
}

struct node_edits *node_edits_new(struct app *app, GtkWidget *owner, enum ho_page page,
                                  const char *(*node)(struct app *))
{
    struct node_edits *edits = g_new0(struct node_edits, 1);
    *edits = (struct node_edits){.app = app, .page = page, .node = node};
    g_object_set_data_full(G_OBJECT(owner), "node-edits", edits, g_free);
    return edits;
}

// ---- a gesture of several commands is one step

static bool begin(struct node_edits *edits, const char *label)
{
    struct ho_diag diag = {0};
    if (ho_session_begin(edits->app->session, label, &diag) == HO_OK)
        return true;
    app_say(edits->app, diag.message);
    return false;
}

static void commit(struct node_edits *edits)
{
    struct ho_diag diag = {0};
    if (ho_session_commit(edits->app->session, &diag) != HO_OK)
        app_say(edits->app, diag.message);
}

static void finish(struct node_edits *edits, bool done)
{
    if (done)
        commit(edits);
    else
        ho_session_cancel(edits->app->session);
}

// ---- fields

static char *format_numbers(const double *numbers, size_t n)
{
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < n; i++) {
        char number[G_ASCII_DTOSTR_BUF_SIZE];
        g_string_append_printf(text, "%s%s", i ? "," : "", g_ascii_dtostr(number, sizeof(number), numbers[i]));
    }
    return g_string_free(text, FALSE);
}

static bool is_text(enum ho_parameter_type type)
{
    return type == HO_PARAMETER_TEXT || type == HO_PARAMETER_FILE || type == HO_PARAMETER_POINTS;
}

static void field_begin(void *opaque, const struct field_spec *spec)
{
    struct node_edits *edits = opaque;
    const char *node = edits->node(edits->app);
    g_autofree char *label = g_strdup_printf(_("Change %s"), spec->name);
    if (node && begin(edits, label))
        g_strlcpy(edits->dragged, node, sizeof(edits->dragged));
}

static void field_assign(void *opaque, const struct field_spec *spec, const double *numbers, size_t n, const char *text)
{
    struct node_edits *edits = opaque;
    struct ho_diag diag = {0};
    const char *node = *edits->dragged ? edits->dragged : edits->node(edits->app);
    bool drags = *edits->dragged && ho_session_in_gesture(edits->app->session);
    g_autofree char *value = is_text(spec->type) ? g_strdup(text)
                             : spec->type == HO_PARAMETER_CHOICE && spec->choices
                                 ? g_strdup(spec->choices[(int)numbers[0]])
                                 : format_numbers(numbers, n);
    if (drags && ho_session_rewind(edits->app->session, &diag) != HO_OK)
        app_say(edits->app, diag.message);
    else if (node)
        app_do(edits->app, "set", "node", node, "parameter", spec->name, "value", value, "page", page_name(edits),
               NULL);
}

static void field_commit(void *opaque)
{
    struct node_edits *edits = opaque;
    if (*edits->dragged)
        commit(edits);
    *edits->dragged = 0;
}

static void field_cancel(void *opaque)
{
    struct node_edits *edits = opaque;
    if (*edits->dragged)
        ho_session_cancel(edits->app->session);
    *edits->dragged = 0;
}

static void field_reset(void *opaque, const struct field_spec *spec)
{
    struct node_edits *edits = opaque;
    app_do(edits->app, "reset-node", "node", edits->node(edits->app), "parameter", spec->name, "page", page_name(edits),
           NULL);
}

static void field_key(void *opaque, const struct field_spec *spec, enum field_jump jump)
{
    struct node_edits *edits = opaque;
    const struct ho_graph *graph = ho_session_graph(edits->app->session, edits->page);
    const char *node = edits->node(edits->app);
    int64_t frames[256], here = node_edits_frame(edits->app), to = -1;
    size_t n = node ? ho_graph_keyframes(graph, node, spec->name, frames, G_N_ELEMENTS(frames)) : 0;
    bool is_here = false;
    n = MIN(n, G_N_ELEMENTS(frames));
    for (size_t i = 0; i < n; i++) {
        is_here |= frames[i] == here;
        if (jump == FIELD_KEY_BEFORE ? frames[i] < here : frames[i] > here && to < 0)
            to = frames[i];
    }
    if (jump == FIELD_KEY_TOGGLE && node)
        app_do(edits->app, is_here ? "remove-keyframe" : "keyframe", "node", node, "parameter", spec->name, "page",
               page_name(edits), NULL);
    else if (to >= 0)
        node_edits_go(edits->app, to);
}

const struct field_calls node_field_calls = {field_begin,  field_assign, field_commit,
                                             field_cancel, field_reset,  field_key};

int64_t node_edits_frame(struct app *app)
{
    const struct ho_timeline_clip *clip = ho_session_clip(app->session);
    return clip ? ho_session_playhead(app->session) - clip->at + clip->origin : 0;
}

void node_edits_go(struct app *app, int64_t clip_time)
{
    const struct ho_timeline_clip *clip = ho_session_clip(app->session);
    char frame[24];
    g_snprintf(frame, sizeof(frame), "%ld", (long)(clip ? clip->at + clip_time - clip->origin : 0));
    app_do(app, "playhead", "frame", frame, NULL);
}

// ---- the node view

static bool join(struct node_edits *edits, const char *from, const char *output, const char *to, const char *input)
{
    g_autofree char *a = g_strdup_printf("%s.%s", from, output), *b = g_strdup_printf("%s.%s", to, input);
    return app_do(edits->app, "connect", "from", a, "to", b, "page", page_name(edits), NULL);
}

static bool part(struct node_edits *edits, const char *to, const char *input)
{
    g_autofree char *end = g_strdup_printf("%s.%s", to, input);
    return app_do(edits->app, "disconnect", "to", end, "page", page_name(edits), NULL);
}

static void node_connect(void *opaque, const char *from, const char *output, const char *to, const char *input)
{
    join(opaque, from, output, to, input);
}

static void node_disconnect(void *opaque, const char *to, const char *input) { part(opaque, to, input); }

static void node_rewire(void *opaque, const struct ho_link_info *wire, const char *to, const char *input)
{
    struct node_edits *edits = opaque;
    if (begin(edits, _("Connect")))
        finish(edits, part(edits, wire->to, wire->input) && join(edits, wire->from, wire->output, to, input));
}

// The node's place in the graph that is shown now, moved.
static bool shift(struct node_edits *edits, const char *id, double dx, double dy)
{
    const struct ho_graph *graph = ho_session_graph(edits->app->session, edits->page);
    char x[G_ASCII_DTOSTR_BUF_SIZE], y[G_ASCII_DTOSTR_BUF_SIZE];
    for (size_t i = 0; graph && i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info node = ho_graph_node(graph, i);
        if (strcmp(node.id, id) != 0)
            continue;
        g_ascii_dtostr(x, sizeof(x), node.x + dx);
        g_ascii_dtostr(y, sizeof(y), node.y + dy);
        return app_do(edits->app, "place-node", "node", id, "x", x, "y", y, "page", page_name(edits), NULL);
    }
    return false;
}

static void node_insert(void *opaque, const char *node, const char *input, const char *output,
                        const struct ho_link_info *wire, double dx, double dy)
{
    struct node_edits *edits = opaque;
    if (begin(edits, _("Insert node")))
        finish(edits, shift(edits, node, dx, dy) && join(edits, wire->from, wire->output, node, input) &&
                          join(edits, node, output, wire->to, wire->input));
}

static void node_move(void *opaque, const char *const *ids, size_t n, double dx, double dy)
{
    struct node_edits *edits = opaque;
    bool done = begin(edits, _("Move node"));
    if (!done)
        return;
    for (size_t i = 0; i < n && done; i++)
        done = shift(edits, ids[i], dx, dy);
    finish(edits, done);
}

static void node_add(void *opaque, const char *type, const char *behind, double x, double y)
{
    struct node_edits *edits = opaque;
    char tx[G_ASCII_DTOSTR_BUF_SIZE], ty[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_dtostr(tx, sizeof(tx), x);
    g_ascii_dtostr(ty, sizeof(ty), y);
    if (behind)
        app_do(edits->app, "add-node", "type", type, "after", behind, "page", page_name(edits), NULL);
    else
        app_do(edits->app, "add-node", "type", type, "x", tx, "y", ty, "page", page_name(edits), NULL);
}

// What session and page call the node that was made last.
static bool add_named(struct node_edits *edits, const char *type, const char *after, char id[HO_NODE_ID_SIZE])
{
    bool done = app_do(edits->app, "add-node", "type", type, "after", after, "page", page_name(edits), NULL);
    g_strlcpy(id, done ? ho_session_node(edits->app->session) : "", HO_NODE_ID_SIZE);
    return done;
}

static bool place_under(struct node_edits *edits, const char *id, const char *over)
{
    const struct ho_graph *graph = ho_session_graph(edits->app->session, edits->page);
    for (size_t i = 0; graph && i < ho_graph_n_nodes(graph); i++) {
        struct ho_node_info node = ho_graph_node(graph, i);
        if (!strcmp(node.id, over)) {
            double x = node.x, y = node.y + 80;
            struct ho_node_info own = {0};
            for (size_t k = 0; k < ho_graph_n_nodes(graph); k++)
                if (!strcmp(ho_graph_node(graph, k).id, id))
                    own = ho_graph_node(graph, k);
            return shift(edits, id, x - own.x, y - own.y);
        }
    }
    return false;
}

static void node_add_over(void *opaque, const char *type, const char *under)
{
    struct node_edits *edits = opaque;
    char merge[HO_NODE_ID_SIZE], id[HO_NODE_ID_SIZE];
    if (!begin(edits, _("Add node")))
        return;
    finish(edits, add_named(edits, "merge", under, merge) && add_named(edits, type, NULL, id) &&
                      place_under(edits, id, merge) && join(edits, id, "image", merge, "foreground"));
}

static void node_remove(void *opaque, const char *const *ids, size_t n)
{
    struct node_edits *edits = opaque;
    bool done = begin(edits, _("Remove node"));
    if (!done)
        return;
    for (size_t i = 0; i < n && done; i++)
        done = app_do(edits->app, "remove-node", "node", ids[i], "close", "yes", "page", page_name(edits), NULL);
    finish(edits, done);
}

static void node_rename(void *opaque, const char *id, const char *new_id)
{
    struct node_edits *edits = opaque;
    app_do(edits->app, "rename-node", "node", id, "name", new_id, "page", page_name(edits), NULL);
}

static void node_enable(void *opaque, const char *const *ids, size_t n, bool enabled)
{
    struct node_edits *edits = opaque;
    bool done = begin(edits, _("Enable node"));
    if (!done)
        return;
    for (size_t i = 0; i < n && done; i++)
        done = app_do(edits->app, "enable-node", "node", ids[i], "enabled", enabled ? "yes" : "no", "page",
                      page_name(edits), NULL);
    finish(edits, done);
}

static void node_reset(void *opaque, const char *id)
{
    struct node_edits *edits = opaque;
    if (id)
        app_do(edits->app, "reset-node", "node", id, "page", page_name(edits), NULL);
    else
        app_do(edits->app, "reset-grades", NULL);
}

static void node_select(void *opaque, const char *id)
{
    struct node_edits *edits = opaque;
    if (id)
        app_do(edits->app, "select-node", "node", id, NULL);
}

static void node_look(void *opaque, const char *id, int viewer)
{
    struct node_edits *edits = opaque;
    if (edits->look)
        edits->look(edits->look_opaque, id, viewer);
}

void node_edits_on_look(struct node_edits *edits, void (*look)(void *opaque, const char *node, int viewer),
                        void *opaque)
{
    edits->look = look;
    edits->look_opaque = opaque;
}

const struct node_view_calls node_view_edits = {
    .connect = node_connect,
    .disconnect = node_disconnect,
    .rewire = node_rewire,
    .insert = node_insert,
    .move = node_move,
    .add = node_add,
    .add_over = node_add_over,
    .remove = node_remove,
    .rename = node_rename,
    .enable = node_enable,
    .reset = node_reset,
    .select = node_select,
    .view = node_look,
};
