// SPDX-License-Identifier: BSD-2-Clause
// Node types against their definition: a twin says in float64, slowly, what one pixel of a type's output is. The
// graph's own evaluator gives the other answer, from pictures made here (random, with edge values on request) that take
// the place of sources.
//
// Rules a twin need not state: an effect's mask, blend and Multiply by Mask are added by the harness; what is not
// finite in an input of a pixel-by-pixel node may change that pixel alone, whatever it becomes there (a twin that knows
// better sets `exact`); a key's output is within 0..1 always.
#ifndef HO_TESTS_TWIN_H
#define HO_TESTS_TWIN_H

#include "unit/test.h"

#include <math.h>

#include "graph/plan.h"
#include "image_help.h"

struct probe {    // what takes the place of a source
    struct ho_domain domain;
    int n_planes;
    double *value;    // plane after plane, all of the frame; outside the window 0, or the key's `outside`
};

struct twin {
    const struct graph_node *node;
    const struct probe *in[HO_PORTS_MAX];    // by input, NULL: not connected
    int width, height;
    double scale;    // values this large went into the pixel: the tolerance grows with it
    bool exact;      // the pixel must be as said though an input is not finite
};

typedef void (*twin_pixel)(struct twin *twin, int x, int y, double out[4]);

// ---- what twins read

static inline const double *numbers(const struct twin *t, const char *name)
{
    static struct ho_value value[64];    // a pixel's worth
    static unsigned next;
    int i = find_parameter(t->node->type, name);
    if (i < 0)
        fail_msg("%s has no parameter %s", t->node->type->name, name);
    struct ho_value *v = &value[next++ % 64];
    parameter_value(&t->node->type->parameters[i], &t->node->parameters[i], 0, v);
    return v->number;
}

static inline double num(const struct twin *t, const char *name) { return numbers(t, name)[0]; }

static inline const char *choice(const struct twin *t, const char *name)
{
    return t->node->type->parameters[find_parameter(t->node->type, name)].choices[(int)num(t, name)];
}

static inline bool is(const struct twin *t, const char *name, const char *wanted)
{
    return strcmp(choice(t, name), wanted) == 0;
}

static inline int port(const struct twin *t, const char *name) { return find_port(t->node, name, true); }

static inline double probe_at(const struct probe *probe, int plane, int x, int y)
{
    bool there = x >= 0 && y >= 0 && x < probe->domain.width && y < probe->domain.height;
    return there
               ? probe->value[((size_t)plane * (size_t)probe->domain.height + (size_t)y) * (size_t)probe->domain.width +
                              (size_t)x]
               : (double)probe->domain.outside;
}

// Something this large went into the pixel on the way.
static inline double passes(struct twin *t, double value)
{
    if (isfinite(value))
        t->scale = fmax(t->scale, fabs(value));
    return value;
}

// Input `name` at a pixel; `without` where it is not connected.
static inline double at(struct twin *t, const char *name, int plane, int x, int y, double without)
{
    const struct probe *probe = t->in[port(t, name)];
    if (!probe)
        return without;
    return passes(t, probe_at(probe, plane, x, y));
}

static inline double clamp01(double v) { return v > 1 ? 1 : v > 0 ? v : 0; }    // NaN is 0
static inline double luma_of(const double c[3]) { return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]; }
static inline double straight(double c, double alpha) { return alpha != 0 ? c / alpha : 0; }

#endif
