// SPDX-License-Identifier: BSD-2-Clause
#include <math.h>
#include <string.h>

#include "node_view_internal.h"
#include "popup.h"
#include "tool_search.h"

G_DEFINE_FINAL_TYPE(NodeView, node_view, GTK_TYPE_WIDGET)

void node_to_graph(NodeView *view, double sx, double sy, double *x, double *y)
{
    *x = sx / view->scale + view->origin_x;
    *y = sy / view->scale + view->origin_y;
}

void node_to_screen(NodeView *view, double x, double y, double *sx, double *sy)
{
    *sx = (x - view->origin_x) * view->scale;
    *sy = (y - view->origin_y) * view->scale;
}

// ---- the graph that is shown

static void take_graph(NodeView *view, struct ho_graph *graph)
{
    view->drag.kind = NODE_DRAG_NONE;
    struct ho_graph *old = view->graph;
    view->graph = graph;
    node_layout(view);
    ho_graph_destroy(&old);
    if (node_find_box(view, view->active) == SIZE_MAX)
        g_clear_pointer(&view->active, g_free);
    if (!view->placed && gtk_widget_get_width(GTK_WIDGET(view)) > 0)
        node_view_fit(view);
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

void node_hold(NodeView *view) { view->n_held++; }

void node_release(NodeView *view)
{
    if (--view->n_held > 0 || !view->pending)
        return;
    struct ho_graph *graph = view->pending;
    view->pending = NULL;
    take_graph(view, graph);
}

void node_view_set_graph(NodeView *view, const struct ho_graph *graph)
{
    struct ho_graph *copy = NULL;
    if (graph && ho_graph_copy(graph, &copy, NULL) != HO_OK)
        return;
    if (view->n_held && copy) {
        ho_graph_destroy(&view->pending);
        view->pending = copy;
    } else {
        take_graph(view, copy);
    }
}

// ---- selection: a set of ids, and the active one

void node_set_selected(NodeView *view, const char *id, bool selected)
{
    size_t box = node_find_box(view, id);
    if (box != SIZE_MAX)
        node_view_box(view, box)->selected = selected;
    if (selected)
        g_hash_table_add(view->selected, g_strdup(id));
    else
        g_hash_table_remove(view->selected, id);
}

void node_select_only(NodeView *view, const char *id)
{
    g_hash_table_remove_all(view->selected);
    for (size_t i = 0; i < view->boxes->len; i++)
        node_view_box(view, i)->selected = false;
    if (id)
        node_set_selected(view, id, true);
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

void node_view_set_active(NodeView *view, const char *id)
{
    if (id && !*id)
        id = NULL;
    if (!g_strcmp0(view->active, id) && (!id || g_hash_table_contains(view->selected, id)))
        return;
    if (g_strcmp0(view->active, id)) {
        g_free(view->active);
        view->active = g_strdup(id);
    }
    if (id && !g_hash_table_contains(view->selected, id))
        node_select_only(view, id);
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

void node_activate(NodeView *view, const char *id)
{
    if (!g_strcmp0(view->active, id))
        return;
    node_view_set_active(view, id);
    node_hold(view);
    if (view->calls->select)
        view->calls->select(view->opaque, view->active);
    node_release(view);
}

const char *node_view_active(NodeView *view) { return view->active; }

const char **node_selected_ids(NodeView *view, size_t *n)
{
    const char **ids = g_new(const char *, view->boxes->len + 1);
    *n = 0;
    for (size_t i = 0; i < view->boxes->len; i++)
        if (node_view_box(view, i)->selected)
            ids[(*n)++] = node_view_box(view, i)->info.id;
    return ids;
}

// ---- what actions ask for

void node_view_fit(NodeView *view)
{
    double width = gtk_widget_get_width(GTK_WIDGET(view)), height = gtk_widget_get_height(GTK_WIDGET(view));
    if (!view->boxes->len || width <= 0)
        return;
    double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
    for (size_t i = 0; i < view->boxes->len; i++) {
        const struct node_box *box = node_view_box(view, i);
        x0 = MIN(x0, box->x);
        y0 = MIN(y0, box->y);
        x1 = MAX(x1, box->x + box->width);
        y1 = MAX(y1, box->y + box->height);
    }
    double margin = 48;
    view->scale = CLAMP(MIN(width / (x1 - x0 + margin), height / (y1 - y0 + margin)), ZOOM_MIN, 1.0);
    view->origin_x = (x0 + x1) / 2 - width / view->scale / 2;
    view->origin_y = (y0 + y1) / 2 - height / view->scale / 2;
    view->placed = true;
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

// Where a new loose node goes: at the pointer, else in the middle; never right on another one.
void node_free_place(NodeView *view, double *x, double *y)
{
    double sx = view->pointer_x, sy = view->pointer_y;
    if (sx < 0) {
        sx = gtk_widget_get_width(GTK_WIDGET(view)) / 2.0;
        sy = gtk_widget_get_height(GTK_WIDGET(view)) / 2.0;
    }
    node_to_graph(view, sx, sy, x, y);
    for (int tries = 0; tries < 32 && node_hit_box(view, *x + 4, *y + 4) != SIZE_MAX; tries++)
        *y += 50;
}

// It can stand in the line behind that node: it takes and gives what that one gives.
static bool fits_behind(NodeView *view, size_t box, const struct ho_node_type *type)
{
    const struct ho_node_type *before = box == SIZE_MAX ? NULL : node_view_box(view, box)->info.type;
    const struct ho_port *from = before ? before->outputs : NULL;
    return type && from && from->name && type->inputs->name && type->outputs->name &&
           type->inputs->type == from->type && type->outputs->type == from->type;
}

// It makes a picture and takes none, while a picture is active that leads on: Fusion lays it over that.
static bool goes_over(NodeView *view, size_t box, const struct ho_node_type *type)
{
    const struct ho_node_type *under = box == SIZE_MAX ? NULL : node_view_box(view, box)->info.type;
    bool makes = type && type->outputs->name && type->outputs->type == HO_PORT_IMAGE &&
                 (!type->inputs->name || type->inputs->type != HO_PORT_IMAGE);
    bool shows = under && under->outputs->name && under->outputs->type == HO_PORT_IMAGE;
    return view->page == HO_PAGE_FUSION && view->calls->add_over && makes && shows && strcmp(under->name, "media_out");
}

void node_view_add(NodeView *view, const char *type)
{
    double x, y;
    size_t box = node_find_box(view, view->active);
    bool behind = fits_behind(view, box, ho_node_type_find(type));
    node_free_place(view, &x, &y);
    if (!behind && box != SIZE_MAX) {    // loose, near what it is meant for
        x = node_view_box(view, box)->x;
        y = node_view_box(view, box)->y + node_view_box(view, box)->height + 40;
        for (int tries = 0; tries < 32 && node_hit_box(view, x + 4, y + 4) != SIZE_MAX; tries++)
            y += 50;
    }
    node_hold(view);
    if (goes_over(view, box, ho_node_type_find(type)))
        view->calls->add_over(view->opaque, type, view->active);
    else if (view->graph && view->calls->add)
        view->calls->add(view->opaque, type, behind ? view->active : NULL, x, y);
    node_release(view);
}

void node_view_remove_selected(NodeView *view)
{
    size_t n;
    const char **ids = node_selected_ids(view, &n);
    node_hold(view);
    if (n && view->calls->remove)
        view->calls->remove(view->opaque, ids, n);
    node_release(view);
    g_free(ids);
}

void node_view_enable_selected(NodeView *view)
{
    size_t n;
    const char **ids = node_selected_ids(view, &n);
    node_hold(view);
    if (n && view->calls->enable)
        view->calls->enable(view->opaque, ids, n, !node_view_box(view, node_find_box(view, ids[0]))->info.enabled);
    node_release(view);
    g_free(ids);
}

static void on_renamed(GtkWidget *owner, const char *text)
{
    NodeView *view = GUI_NODE_VIEW(owner);
    if (!view->active || !*text || !strcmp(text, view->active) || !view->calls->rename)
        return;
    char *old = g_strdup(view->active);
    node_hold(view);
    view->calls->rename(view->opaque, old, text);
    node_release(view);
    g_free(old);
}

void node_view_rename_active(NodeView *view)
{
    size_t box = node_find_box(view, view->active);
    if (box == SIZE_MAX)
        return;
    double x, y;
    const struct node_box *b = node_view_box(view, box);
    node_to_screen(view, b->x, b->y + b->height, &x, &y);
    popup_entry(GTK_WIDGET(view), view->active, x, y, on_renamed);
}

static void on_tool(GtkWidget *owner, const char *type) { node_view_add(GUI_NODE_VIEW(owner), type); }

void node_view_search(NodeView *view)
{
    double width = gtk_widget_get_width(GTK_WIDGET(view));
    double x = view->pointer_x < 0 ? width / 2 - 210 : view->pointer_x, y = MAX(view->pointer_y, 20);
    if (view->graph)
        tool_search_open(GTK_WIDGET(view), view->page, x, y, on_tool);
}

void node_view_step(NodeView *view, int direction)
{
    size_t at = node_find_box(view, view->active), n = view->boxes->len;
    if (!n)
        return;
    size_t next = at == SIZE_MAX ? 0 : (at + n + (direction < 0 ? n - 1 : 1)) % n;
    node_select_only(view, node_view_box(view, next)->info.id);
    node_activate(view, node_view_box(view, next)->info.id);
}

void node_view_set_viewed(NodeView *view, int viewer, const char *id)
{
    char **slot = &view->viewed[viewer == 2];
    g_free(*slot);
    *slot = g_strdup(id);
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

void node_view_set_thumbnail(NodeView *view, const char *id, GdkTexture *texture)
{
    if (texture)
        g_hash_table_insert(view->thumbnails, g_strdup(id), g_object_ref(texture));
    else
        g_hash_table_remove(view->thumbnails, id);
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

void node_view_set_empty(NodeView *view, const char *sentence)
{
    if (!g_strcmp0(view->empty, sentence))
        return;
    g_free(view->empty);
    view->empty = g_strdup(sentence);
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

static size_t named_port(NodeView *view, const char *id, const char *port, bool inputs_only)
{
    size_t found = SIZE_MAX;
    for (size_t i = view->ports->len; i-- > 0;) {
        const struct node_port *p = node_view_port(view, i);
        if (strcmp(node_view_box(view, p->box)->info.id, id) || strcmp(p->port->name, port))
            continue;
        if (p->is_output != inputs_only)
            return i;
        found = inputs_only ? found : i;
    }
    return found;
}

bool node_view_where(NodeView *view, const char *what, double *x, double *y)
{
    size_t length = strcspn(what, ".<");
    char *id = g_strndup(what, length);
    size_t box = node_find_box(view, id), port = SIZE_MAX;
    if (what[length])
        port = named_port(view, id, what + length + 1, what[length] == '<');
    g_free(id);
    if (box == SIZE_MAX || (what[length] && port == SIZE_MAX))
        return false;
    const struct node_box *b = node_view_box(view, box);
    if (port != SIZE_MAX)
        node_to_screen(view, node_view_port(view, port)->x, node_view_port(view, port)->y, x, y);
    else
        node_to_screen(view, b->x + b->width / 2, b->y + (b->shape == NODE_DOT ? 26 : b->height / 2), x, y);
    return true;
}

// ---- the widget

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    double width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
    graphene_rect_t all = paint_rect(0, 0, width, height);
    gtk_snapshot_push_clip(snapshot, &all);
    node_draw(GUI_NODE_VIEW(widget), snapshot, width, height);
    gtk_snapshot_pop(snapshot);
}

static void size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    (void)width, (void)height, (void)baseline;
    NodeView *view = GUI_NODE_VIEW(widget);
    if (!view->placed)
        node_view_fit(view);
    popup_allocate(widget);
}

static void measure(GtkWidget *widget, GtkOrientation orientation, int size, int *minimum, int *natural, int *b1,
                    int *b2)
{
    (void)widget, (void)size;
    *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 160 : 100;
    *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 480 : 240;
    *b1 = *b2 = -1;
}

static void dispose(GObject *object)
{
    popup_dispose(GTK_WIDGET(object));
    G_OBJECT_CLASS(node_view_parent_class)->dispose(object);
}

static void finalize(GObject *object)
{
    NodeView *view = GUI_NODE_VIEW(object);
    ho_graph_destroy(&view->graph);
    ho_graph_destroy(&view->pending);
    g_array_unref(view->boxes);
    g_array_unref(view->ports);
    g_array_unref(view->wires);
    g_hash_table_unref(view->selected);
    g_hash_table_unref(view->thumbnails);
    g_free(view->active);
    g_free(view->empty);
    g_free(view->viewed[0]);
    g_free(view->viewed[1]);
    paint_texts_free(view->texts);
    G_OBJECT_CLASS(node_view_parent_class)->finalize(object);
}

static void node_view_class_init(NodeViewClass *class)
{
    GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);
    widget->snapshot = snapshot;
    widget->size_allocate = size_allocate;
    widget->measure = measure;
    G_OBJECT_CLASS(class)->dispose = dispose;
    G_OBJECT_CLASS(class)->finalize = finalize;
    gtk_widget_class_set_css_name(widget, "nodeview");
}

static void node_view_init(NodeView *view)
{
    GtkWidget *widget = GTK_WIDGET(view);
    view->boxes = g_array_new(FALSE, TRUE, sizeof(struct node_box));
    view->ports = g_array_new(FALSE, TRUE, sizeof(struct node_port));
    view->wires = g_array_new(FALSE, TRUE, sizeof(struct node_wire));
    view->selected = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    view->thumbnails = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
    view->scale = 1;
    view->pointer_x = view->pointer_y = -1;
    view->texts = paint_texts_new(widget);
    gtk_widget_set_focusable(widget, TRUE);
    gtk_widget_set_hexpand(widget, TRUE);
    gtk_widget_set_vexpand(widget, TRUE);
    g_object_set_data(G_OBJECT(view), "where", (gpointer)node_view_where);
    gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL, "Nodes", -1);
}

GtkWidget *node_view_new(enum ho_page page, const struct node_view_calls *calls, void *opaque)
{
    NodeView *view = g_object_new(node_view_get_type(), NULL);
    view->page = page;
    view->calls = calls;
    view->opaque = opaque;
    node_events_attach(view);
    return GTK_WIDGET(view);
}
