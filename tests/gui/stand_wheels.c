// SPDX-License-Identifier: BSD-2-Clause
// The Corrector's palette over a node of its own.
#include <string.h>

#include "corrector.h"
#include "stand.h"
#include "wheel.h"

static struct ho_graph *graph;
static Corrector *corrector;

static void on_begin(void *opaque, const struct field_spec *spec)
{
    (void)opaque;
    stand_say("begin %s", spec->name);
}

static void on_set(void *opaque, const struct field_spec *spec, const double *numbers, size_t n, const char *text)
{
    (void)opaque, (void)text;
    stand_say("set %s %.3f %.3f %.3f", spec->name, numbers[0], n > 1 ? numbers[1] : 0, n > 1 ? numbers[2] : 0);
    if (ho_graph_set(graph, "c", spec->name, numbers, n, NULL) != HO_OK)
        stand_say("refused");
    corrector_set(corrector, graph, "c", 0);
}

static void on_commit(void *opaque)
{
    (void)opaque;
    stand_say("commit");
}

static void on_reset(void *opaque, const struct field_spec *spec)
{
    on_set(opaque, spec, spec->value, field_n_numbers(spec->type), NULL);
}

static const struct field_calls calls = {on_begin, on_set, on_commit, NULL, on_reset, NULL};

static GtkWidget *create(void)
{
    if (ho_graph_create(&graph, NULL) != HO_OK || ho_graph_add(graph, "corrector", "c", NULL) != HO_OK)
        g_error("no graph");
    corrector = GUI_CORRECTOR(corrector_new(&calls, NULL));
    corrector_set(corrector, graph, "c", 0);
    return GTK_WIDGET(corrector);
}

static bool where(const char *what, double *x, double *y) { return corrector_where(corrector, what, x, y); }

// "round R G B": what comes back of three numbers that were split and joined.
static void tell(const char *line)
{
    double rgb[3], master, x, y;
    if (sscanf(line, "round %lf %lf %lf", &rgb[0], &rgb[1], &rgb[2]) != 3)
        return;
    wheel_split(rgb, 0.7, &master, &x, &y);
    wheel_join(master, x, y, 0.7, rgb);
    stand_say("round %.6f %.6f %.6f", rgb[0], rgb[1], rgb[2]);
}

const struct stand stand_wheels = {"wheels", create, where, tell};
