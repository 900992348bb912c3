// SPDX-License-Identifier: BSD-2-Clause
// The inspector over one node of a graph of its own; "show TYPE", "turn" for the time that a panel takes.
#include <stdlib.h>
#include <string.h>

#include "inspector.h"
#include "stand.h"

static struct ho_graph *graph;
static Inspector *inspector;
static const char *node = "text_plus";
static int64_t frame = 10;

static void refresh(void)
{
    inspector_show_node(inspector, ho_node_type_find(node));
    inspector_set_node(inspector, graph, node, frame);
}

static void on_begin(void *opaque, const struct field_spec *spec)
{
    (void)opaque;
    stand_say("begin %s", spec->name);
}

static void on_set(void *opaque, const struct field_spec *spec, const double *numbers, size_t n, const char *text)
{
    (void)opaque;
    struct ho_diag diag = {0};
    enum ho_result result = n ? ho_graph_set(graph, node, spec->name, numbers, n, &diag)
                              : ho_graph_set_text(graph, node, spec->name, text, &diag);
    if (n)
        stand_say("set %s %.4f", spec->name, numbers[0]);
    else
        stand_say("set %s %s", spec->name, text);
    if (result != HO_OK)
        stand_say("refused %s", diag.message);
    refresh();
}

static void on_commit(void *opaque)
{
    (void)opaque;
    stand_say("commit");
    refresh();
}

static void on_cancel(void *opaque)
{
    (void)opaque;
    stand_say("cancel");
    refresh();
}

static void on_reset(void *opaque, const struct field_spec *spec)
{
    on_set(opaque, spec, spec->value, field_n_numbers(spec->type), spec->text);
}

static void on_key(void *opaque, const struct field_spec *spec, enum field_jump jump)
{
    (void)opaque;
    double numbers[4];
    stand_say("key %s %d", spec->name, (int)jump);
    if (ho_graph_get(graph, node, spec->name, frame, numbers, NULL, NULL) != HO_OK ||
        ho_graph_keyframe(graph, node, spec->name, frame, numbers, field_n_numbers(spec->type), HO_INTERPOLATE_LINEAR,
                          NULL) != HO_OK)
        stand_say("refused");
    refresh();
}

static const struct field_calls calls = {on_begin, on_set, on_commit, on_cancel, on_reset, on_key};

static GtkWidget *create(void)
{
    if (ho_graph_create(&graph, NULL) != HO_OK)
        g_error("no graph");
    for (const struct ho_node_type *const *type = ho_node_types(); *type; type++)
        if (ho_graph_add(graph, (*type)->name, (*type)->name, NULL) != HO_OK)
            g_error("no %s", (*type)->name);
    inspector = GUI_INSPECTOR(inspector_new(&calls, NULL));
    inspector_set_title(inspector, "text_plus");
    refresh();
    return GTK_WIDGET(inspector);
}

static bool where(const char *what, double *x, double *y) { return inspector_where(inspector, what, x, y); }

// What a change of selection costs: two panels in turn, shown and with their values, without painting.
static void measure_turns(void)
{
    static const char *const turns[] = {"color_corrector", "text_plus"};
    for (int i = 0; i < 2; i++) {
        node = turns[i];
        refresh();
    }
    gint64 start = g_get_monotonic_time();
    for (int i = 0; i < 100; i++) {
        node = turns[i % 2];
        refresh();
    }
    stand_say("turn %.3f", (double)(g_get_monotonic_time() - start) / 100 / 1000);
    node = "text_plus";
}

static void tell(const char *line)
{
    if (g_str_has_prefix(line, "show "))
        node = g_intern_string(line + 5);
    else if (!strcmp(line, "turn"))
        measure_turns();
    refresh();
}

const struct stand stand_inspector = {"inspector", create, where, tell};
