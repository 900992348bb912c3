// SPDX-License-Identifier: BSD-2-Clause
// Values of parameters: defaults, ranges, keyframes, and their text as a command line or a file writes them.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "graph/internal.h"

size_t parameter_n_numbers(enum ho_parameter_type type)
{
    switch (type) {
    case HO_PARAMETER_NUMBER:
    case HO_PARAMETER_INTEGER:
    case HO_PARAMETER_BOOLEAN:
    case HO_PARAMETER_CHOICE: return 1;
    case HO_PARAMETER_POINT: return 2;
    case HO_PARAMETER_COLOUR: return 4;
    case HO_PARAMETER_TEXT:
    case HO_PARAMETER_FILE:
    case HO_PARAMETER_POINTS: break;
    }
    return 0;
}

bool parameter_can_move(enum ho_parameter_type type)
{
    return parameter_n_numbers(type) > 0 || type == HO_PARAMETER_POINTS;
}

static bool is_stepped(enum ho_parameter_type type)
{
    return type == HO_PARAMETER_INTEGER || type == HO_PARAMETER_BOOLEAN || type == HO_PARAMETER_CHOICE;
}

void parameter_default(const struct ho_parameter *parameter, struct parameter_state *state)
{
    parameter_clear(state);
    memcpy(state->number, parameter->value, sizeof(state->number));
}

static void clear_keys(struct parameter_state *state)
{
    for (size_t i = 0; i < state->n_keys; i++)
        free(state->keys[i].text);
    free(state->keys);
    free(state->between);
    state->keys = NULL;
    state->between = NULL;
    state->n_keys = state->between_size = 0;
}

void parameter_clear(struct parameter_state *state)
{
    free(state->text);
    clear_keys(state);
    *state = (struct parameter_state){0};
}

enum ho_result parameter_copy(const struct parameter_state *from, struct parameter_state *to, struct ho_diag *diag)
{
    struct parameter_state copy = {0};
    memcpy(copy.number, from->number, sizeof(copy.number));
    enum ho_result result = from->text && !(copy.text = ho_strdup(from->text))
                                ? ho_fail_memory(diag, strlen(from->text))
                                : HO_OK;
    for (size_t i = 0; i < from->n_keys && result == HO_OK; i++) {
        struct keyframe key = from->keys[i];
        if (key.text && !(key.text = ho_strdup(key.text)))
            result = ho_fail_memory(diag, strlen(from->keys[i].text));
        else if ((result = parameter_add_key(&copy, 4, &key, diag)) != HO_OK)
            free(key.text);
    }
    parameter_clear(result == HO_OK ? to : &copy);
    if (result == HO_OK)
        *to = copy;
    return result;
}

bool parameter_is_default(const struct ho_parameter *parameter, const struct parameter_state *state)
{
    if (state->n_keys)
        return false;
    if (parameter_n_numbers(parameter->type) == 0)
        return !state->text || strcmp(state->text, parameter->text ? parameter->text : "") == 0;
    for (size_t i = 0; i < parameter_n_numbers(parameter->type); i++)
        if (state->number[i] != parameter->value[i])
            return false;
    return true;
}

// ---- points: "x,y x,y ..."

// The next point, NULL when there is none.
static const char *next_point(const char *at, double *x, double *y)
{
    int used = 0;
    return sscanf(at, " %lf,%lf%n", x, y, &used) == 2 ? at + used : NULL;
}

static size_t count_points(const char *text)
{
    size_t n = 0;
    double x, y;
    while ((text = next_point(text, &x, &y)))
        n++;
    return n;
}

enum { POINT_SIZE = 64 };    // characters of a point written out, at most

// Both have as many points (ho_graph_keyframe_text() sees to it), and the room is large enough for them
// (parameter_add_key()).
static const char *points_between(const struct parameter_state *state, const char *a, const char *b, double t)
{
    double ax, ay, bx, by;
    size_t used = 0;
    while ((a = next_point(a, &ax, &ay)) && (b = next_point(b, &bx, &by)))
        used += (size_t)snprintf(state->between + used, state->between_size - used, "%s%.12g,%.12g", used ? " " : "",
                                 ax + (bx - ax) * t, ay + (by - ay) * t);
    return state->between;
}

void parameter_value(const struct ho_parameter *parameter, const struct parameter_state *state, int64_t frame,
                     struct ho_value *out)
{
    memcpy(out->number, state->number, sizeof(out->number));
    out->text = state->text ? state->text : parameter->text ? parameter->text : "";
    if (state->n_keys == 0)
        return;
    size_t next = 0;
    while (next < state->n_keys && state->keys[next].frame <= frame)
        next++;
    const struct keyframe *a = &state->keys[next ? next - 1 : 0];
    const struct keyframe *b = &state->keys[next < state->n_keys ? next : state->n_keys - 1];
    double t = a == b ? 0 : ho_curve_share(a->frame, b->frame, frame, a->interpolation);
    if (parameter->type == HO_PARAMETER_POINTS) {
        out->text = t == 0 ? a->text : points_between(state, a->text, b->text, t);
        return;
    }
    for (int i = 0; i < 4; i++) {
        out->number[i] = t == 0 ? a->number[i] : a->number[i] + (b->number[i] - a->number[i]) * t;
        if (is_stepped(parameter->type))
            out->number[i] = floor(out->number[i] + 0.5);
    }
}

enum ho_result parameter_check(const char *id, const struct ho_parameter *parameter, const double *numbers, size_t n,
                               struct ho_diag *diag)
{
    size_t wanted = parameter_n_numbers(parameter->type);
    if (wanted == 0)
        return ho_fail(diag, HO_ERROR_USAGE, "node \"%s\": parameter \"%s\" takes a text, not numbers", id,
                       parameter->name);
    if (n != wanted)
        return ho_fail(diag, HO_ERROR_USAGE, "node \"%s\": parameter \"%s\" takes %zu number%s, not %zu", id,
                       parameter->name, wanted, wanted == 1 ? "" : "s", n);
    for (size_t i = 0; i < n; i++) {
        if (!(numbers[i] >= parameter->min && numbers[i] <= parameter->max))
            return ho_fail(diag, HO_ERROR_USAGE, "node \"%s\": %s = %g is out of range; it goes from %g to %g%s%s", id,
                           parameter->name, numbers[i], parameter->min, parameter->max, *parameter->unit ? " " : "",
                           parameter->unit);
        if (is_stepped(parameter->type) && numbers[i] != floor(numbers[i]))
            return ho_fail(diag, HO_ERROR_USAGE, "node \"%s\": %s = %g is not a whole number", id, parameter->name,
                           numbers[i]);
    }
    return HO_OK;
}

enum ho_result parameter_add_key(struct parameter_state *state, size_t n_numbers, const struct keyframe *key,
                                 struct ho_diag *diag)
{
    size_t at = 0, room = key->text ? count_points(key->text) * POINT_SIZE + 1 : 0;
    if (room > state->between_size) {
        char *larger = ho_realloc(state->between, room, 1);
        if (!larger)
            return ho_fail_memory(diag, room);
        *larger = '\0';
        state->between = larger;
        state->between_size = room;
    }
    while (at < state->n_keys && state->keys[at].frame < key->frame)
        at++;
    if (at == state->n_keys || state->keys[at].frame != key->frame) {
        struct keyframe *keys = ho_realloc(state->keys, state->n_keys + 1, sizeof(*keys));
        if (!keys)
            return ho_fail_memory(diag, (state->n_keys + 1) * sizeof(*keys));
        state->keys = keys;
        memmove(keys + at + 1, keys + at, (state->n_keys - at) * sizeof(*keys));
        state->n_keys++;
    } else {
        free(state->keys[at].text);
    }
    state->keys[at] = *key;
    for (size_t i = n_numbers; i < 4; i++)
        state->keys[at].number[i] = 0;
    return HO_OK;
}

// ---- edits

struct target {
    struct graph_node *node;
    const struct ho_parameter *parameter;
    struct parameter_state *state;
};

static enum ho_result find_target(const struct ho_graph *graph, const char *id, const char *name, struct target *out,
                                  struct ho_diag *diag)
{
    int node = find_node(graph, id);
    if (node < 0)
        return no_such_node(graph, id, diag);
    out->node = &graph->nodes[node];
    if (!out->node->type)
        return ho_fail(
            diag, HO_ERROR_USAGE,
            "node \"%s\" is of the type \"%s\", which this version doesn't know; its parameters can't be changed", id,
            node_type_name(out->node));
    int index = find_parameter(out->node->type, name);
    if (index < 0) {
        char list[512] = "";
        for (const struct ho_parameter *p = out->node->type->parameters; p && p->name; p++)
            snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s", *list ? ", " : "", p->name);
        return ho_fail(diag, HO_ERROR_USAGE, "node \"%s\" (%s) has no parameter \"%s\"; it has: %s", id,
                       out->node->type->name, name, *list ? list : "none");
    }
    out->parameter = &out->node->type->parameters[index];
    out->state = &out->node->parameters[index];
    return HO_OK;
}

static void set_numbers(struct parameter_state *state, const double *numbers, size_t n)
{
    clear_keys(state);
    memcpy(state->number, numbers, n * sizeof(*numbers));
}

enum ho_result ho_graph_set(struct ho_graph *graph, const char *id, const char *name, const double *numbers, size_t n,
                            struct ho_diag *diag)
{
    struct target t;
    HO_TRY(find_target(graph, id, name, &t, diag));
    graph->edits++;
    HO_TRY(parameter_check(id, t.parameter, numbers, n, diag));
    set_numbers(t.state, numbers, n);
    return HO_OK;
}

static enum ho_result parse_choice(const struct target *t, const char *text, double *number, struct ho_diag *diag)
{
    char list[256] = "";
    for (int i = 0; t->parameter->choices[i]; i++) {
        if (strcmp(t->parameter->choices[i], text) == 0) {
            *number = i;
            return HO_OK;
        }
        snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s", i ? ", " : "", t->parameter->choices[i]);
    }
    return ho_fail(diag, HO_ERROR_USAGE, "node \"%s\": %s can't be \"%s\"; it is one of: %s", t->node->id,
                   t->parameter->name, text, list);
}

static enum ho_result check_points(const struct target *t, const char *text, struct ho_diag *diag)
{
    const char *at = text;
    while (*at) {
        double x, y;
        int used = 0;
        if (sscanf(at, " %lf,%lf%n", &x, &y, &used) != 2 || !isfinite(x) || !isfinite(y))
            return ho_fail(diag, HO_ERROR_USAGE, "node \"%s\": %s has no \"x,y\" point at \"%.20s\"", t->node->id,
                           t->parameter->name, at);
        at += used;
        at += strspn(at, " \t\n");
    }
    return HO_OK;
}

// Numbers from a text, checked; the parameter takes numbers.
static enum ho_result parse_numbers(const struct target *t, const char *text, double numbers[4], struct ho_diag *diag)
{
    size_t n = parameter_n_numbers(t->parameter->type);
    if (t->parameter->type == HO_PARAMETER_CHOICE) {
        HO_TRY(parse_choice(t, text, numbers, diag));
    } else if (t->parameter->type == HO_PARAMETER_BOOLEAN &&
               (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)) {
        numbers[0] = text[0] == 't';
    } else {
        const char *at = text;
        for (size_t i = 0; i < n; i++) {
            char *end;
            numbers[i] = strtod(at, &end);
            bool last = i + 1 == n;
            if (end == at || *end != (last ? '\0' : ','))
                return ho_fail(diag, HO_ERROR_USAGE, "node \"%s\": %s can't be \"%s\"; it takes %zu number%s%s",
                               t->node->id, t->parameter->name, text, n, n == 1 ? "" : "s",
                               n == 1 ? "" : " with commas between");
            at = end + 1;
        }
    }
    return parameter_check(t->node->id, t->parameter, numbers, n, diag);
}

enum ho_result ho_graph_set_text(struct ho_graph *graph, const char *id, const char *name, const char *text,
                                 struct ho_diag *diag)
{
    struct target t;
    HO_TRY(find_target(graph, id, name, &t, diag));
    graph->edits++;
    double numbers[4] = {0};
    size_t n = parameter_n_numbers(t.parameter->type);
    if (n > 0) {
        HO_TRY(parse_numbers(&t, text, numbers, diag));
        set_numbers(t.state, numbers, n);
        return HO_OK;
    }
    if (t.parameter->type == HO_PARAMETER_POINTS)
        HO_TRY(check_points(&t, text, diag));
    char *copy = ho_strdup(text);
    if (!copy)
        return ho_fail_memory(diag, strlen(text));
    clear_keys(t.state);
    free(t.state->text);
    t.state->text = copy;
    if (t.parameter->type == HO_PARAMETER_FILE)
        graph->generation++;    // another file is to be opened
    return HO_OK;
}

enum ho_result ho_graph_keyframe_text(struct ho_graph *graph, const char *id, const char *name, int64_t frame,
                                      const char *text, enum ho_interpolation interpolation, struct ho_diag *diag)
{
    struct target t;
    HO_TRY(find_target(graph, id, name, &t, diag));
    graph->edits++;
    struct keyframe key = {.frame = frame, .interpolation = interpolation};
    size_t n = parameter_n_numbers(t.parameter->type);
    if (n > 0) {
        HO_TRY(parse_numbers(&t, text, key.number, diag));
        return parameter_add_key(t.state, n, &key, diag);
    }
    if (!parameter_can_move(t.parameter->type))
        return ho_fail(diag, HO_ERROR_USAGE, "node \"%s\": %s can't have keyframes: it is a text", id, name);
    HO_TRY(check_points(&t, text, diag));
    for (size_t i = 0; i < t.state->n_keys; i++) {
        const struct keyframe *other = &t.state->keys[i];
        size_t here = count_points(text), there = count_points(other->text);
        if (other->frame != frame && here != there)
            return ho_fail(diag, HO_ERROR_USAGE,
                           "node \"%s\": %s has %zu points at frame %lld and %zu at frame %lld; keyframes need the "
                           "same number, so that each point moves to its next place",
                           id, name, here, (long long)frame, there, (long long)other->frame);
    }
    key.text = ho_strdup(text);
    enum ho_result result = key.text ? parameter_add_key(t.state, 0, &key, diag) : ho_fail_memory(diag, strlen(text));
    if (result != HO_OK)
        free(key.text);
    return result;
}

enum ho_result ho_graph_keyframe(struct ho_graph *graph, const char *id, const char *name, int64_t frame,
                                 const double *numbers, size_t n, enum ho_interpolation interpolation,
                                 struct ho_diag *diag)
{
    struct target t;
    HO_TRY(find_target(graph, id, name, &t, diag));
    graph->edits++;
    HO_TRY(parameter_check(id, t.parameter, numbers, n, diag));
    struct keyframe key = {.frame = frame, .interpolation = interpolation};
    memcpy(key.number, numbers, n * sizeof(*numbers));
    return parameter_add_key(t.state, n, &key, diag);
}

enum ho_result ho_graph_keyframe_remove(struct ho_graph *graph, const char *id, const char *name, int64_t frame,
                                        struct ho_diag *diag)
{
    struct target t;
    HO_TRY(find_target(graph, id, name, &t, diag));
    graph->edits++;
    for (size_t i = 0; i < t.state->n_keys; i++) {
        if (t.state->keys[i].frame != frame)
            continue;
        if (t.state->n_keys == 1)    // the last one leaves its value
            memcpy(t.state->number, t.state->keys[0].number, sizeof(t.state->number));
        char **keeps = t.state->n_keys == 1 && t.state->keys[i].text ? &t.state->text : NULL;
        if (keeps) {
            free(*keeps);
            *keeps = t.state->keys[i].text;
        } else {
            free(t.state->keys[i].text);
        }
        memmove(t.state->keys + i, t.state->keys + i + 1, (t.state->n_keys - i - 1) * sizeof(*t.state->keys));
        t.state->n_keys--;
        return HO_OK;
    }
    return ho_fail(diag, HO_ERROR_USAGE, "node \"%s\": %s has no keyframe at frame %lld", id, name, (long long)frame);
}

enum ho_result ho_graph_reset(struct ho_graph *graph, const char *id, struct ho_diag *diag)
{
    int only = id ? find_node(graph, id) : -1;
    if (id && only < 0)
        return no_such_node(graph, id, diag);
    for (size_t i = 0; i < graph->n_nodes; i++)
        if (only < 0 || (int)i == only)
            for (size_t p = 0; p < graph->nodes[i].n_parameters; p++)
                parameter_default(&graph->nodes[i].type->parameters[p], &graph->nodes[i].parameters[p]);
    graph->generation++;    // files may have gone
    return HO_OK;
}

enum ho_result ho_graph_get(const struct ho_graph *graph, const char *id, const char *name, int64_t frame,
                            double numbers[4], const char **text, struct ho_diag *diag)
{
    struct target t;
    HO_TRY(find_target(graph, id, name, &t, diag));
    struct ho_value value;
    parameter_value(t.parameter, t.state, frame, &value);
    if (numbers)
        memcpy(numbers, value.number, sizeof(value.number));
    if (text)
        *text = value.text;
    return HO_OK;
}

size_t ho_graph_keyframes(const struct ho_graph *graph, const char *id, const char *name, int64_t *frames, size_t room)
{
    struct target t;
    if (find_target(graph, id, name, &t, NULL) != HO_OK)
        return 0;
    for (size_t i = 0; i < t.state->n_keys && i < room; i++)
        frames[i] = t.state->keys[i].frame;
    return t.state->n_keys;
}

enum ho_result ho_graph_get_key(const struct ho_graph *graph, const char *id, const char *name, size_t index,
                                struct ho_graph_key *out, struct ho_diag *diag)
{
    struct target t;
    HO_TRY(find_target(graph, id, name, &t, diag));
    if (index >= t.state->n_keys)
        return HO_END;
    const struct keyframe *key = &t.state->keys[index];
    *out = (struct ho_graph_key){.frame = key->frame, .text = key->text, .interpolation = key->interpolation};
    memcpy(out->number, key->number, sizeof(out->number));
    return HO_OK;
}

uint64_t ho_graph_generation(const struct ho_graph *graph) { return graph->generation + graph->edits; }
