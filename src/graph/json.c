// SPDX-License-Identifier: BSD-2-Clause
// A graph as JSON text: one node a line, one link a line, defaults left out. docs/graph.md has the schema.
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "graph/internal.h"
#include "holdout/log.h"

static const int version = 1;
static const char *const interpolations[] = {
    [HO_INTERPOLATE_HOLD] = "hold", [HO_INTERPOLATE_LINEAR] = "linear", [HO_INTERPOLATE_SMOOTH] = "smooth"};

// ---- reading

struct reading {
    struct ho_graph *graph;
    const char *name;
    struct ho_diag *diag;
};

// The numbers of a value: a number, true/false, or a list of as many as the parameter takes. Returns how many, 0 if it
// is none of these.
static size_t read_numbers(const json_t *value, double out[4])
{
    if (json_is_boolean(value)) {
        out[0] = json_is_true(value);
        return 1;
    }
    if (json_is_number(value)) {
        out[0] = json_number_value(value);
        return 1;
    }
    size_t n = json_array_size(value);
    for (size_t i = 0; i < n && i < 4; i++) {
        if (!json_is_number(json_array_get(value, i)))
            return 0;
        out[i] = json_number_value(json_array_get(value, i));
    }
    return n <= 4 ? n : 0;
}

static enum ho_result wrong_value(const struct reading *r, const char *id, const char *parameter, const json_t *value)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    enum ho_result result = ho_fail(r->diag, HO_ERROR_INPUT,
                                    "%s: node \"%s\": %s can't be %.100s; docs/graph.md says how values are written",
                                    r->name, id, parameter, text ? text : "this");
    free(text);
    return result;
}

static enum ho_result read_keys(const struct reading *r, const char *id, const struct ho_parameter *parameter,
                                const json_t *keys)
{
    size_t i;
    json_t *key;
    if (!json_is_array(keys) || json_array_size(keys) == 0)
        return wrong_value(r, id, parameter->name, keys);
    json_array_foreach(keys, i, key)
    {
        double numbers[4];
        const char *text = json_string_value(json_array_get(key, 1));
        size_t n = json_is_array(key) ? read_numbers(json_array_get(key, 1), numbers) : 0;
        enum ho_interpolation interpolation = HO_INTERPOLATE_LINEAR;
        const char *word = json_string_value(json_array_get(key, 2));
        bool good = (n > 0 || text) && json_is_integer(json_array_get(key, 0)) && (json_array_size(key) == 2 || word);
        if (good && word) {
            good = false;
            for (size_t k = 0; k < sizeof(interpolations) / sizeof(*interpolations); k++)
                if (strcmp(word, interpolations[k]) == 0) {
                    interpolation = (enum ho_interpolation)k;
                    good = true;
                }
        }
        if (!good)
            return wrong_value(r, id, parameter->name, key);
        int64_t frame = json_integer_value(json_array_get(key, 0));
        if (text)
            HO_TRY(ho_graph_keyframe_text(r->graph, id, parameter->name, frame, text, interpolation, r->diag));
        else
            HO_TRY(ho_graph_keyframe(r->graph, id, parameter->name, frame, numbers, n, interpolation, r->diag));
    }
    return HO_OK;
}

static enum ho_result read_parameter(const struct reading *r, const char *id, const struct ho_node_type *type,
                                     const char *name, const json_t *value)
{
    int index = find_parameter(type, name);
    if (index < 0)
        return ho_graph_set_text(r->graph, id, name, "", r->diag);    // says which parameters there are
    const struct ho_parameter *parameter = &type->parameters[index];
    if (json_is_string(value))
        return ho_graph_set_text(r->graph, id, name, json_string_value(value), r->diag);
    if (json_is_object(value) && json_object_get(value, "keys"))
        return read_keys(r, id, parameter, json_object_get(value, "keys"));
    double numbers[4];
    size_t n = read_numbers(value, numbers);
    if (n == 0)
        return wrong_value(r, id, name, value);
    return ho_graph_set(r->graph, id, name, numbers, n, r->diag);
}

// `id`: of the node, NULL: of the graph.
static enum ho_result read_comment(const struct reading *r, const char *id, const json_t *value, char **out)
{
    if (!value)
        return HO_OK;
    if (!json_is_string(value) && id)
        return wrong_value(r, id, "comment", value);
    if (!json_is_string(value))
        return ho_fail(r->diag, HO_ERROR_INPUT, "%s: \"comment\" is not a text", r->name);
    *out = ho_strdup(json_string_value(value));
    return *out ? HO_OK : ho_fail_memory(r->diag, json_string_length(value));
}

static enum ho_result read_node(const struct reading *r, size_t index, json_t *node)
{
    const char *id = json_string_value(json_object_get(node, "id")),
               *type_name = json_string_value(json_object_get(node, "type"));
    if (!id || !type_name)
        return ho_fail(r->diag, HO_ERROR_INPUT,
                       "%s: node number %zu has no \"id\" or no \"type\"; each needs both, as texts", r->name,
                       index + 1);
    const char *key;
    json_t *value, *parameters = json_object_get(node, "parameters");
    json_object_foreach(
        node, key,
        value) if (strcmp(key, "id") && strcmp(key, "type") && strcmp(key, "at") && strcmp(key, "enabled") &&
                   strcmp(key, "comment") && strcmp(key, "scope") &&
                   strcmp(key, "parameters")) return ho_fail(r->diag, HO_ERROR_INPUT,
                                                             "%s: node \"%s\" has \"%s\"; a node has id, "
                                                             "type, comment, at, enabled, scope and parameters",
                                                             r->name, id, key);
    const struct ho_node_type *type = ho_node_type_find(type_name);
    if (type) {
        HO_TRY(ho_graph_add(r->graph, type_name, id, r->diag));
        if (parameters && !json_is_object(parameters))
            return ho_fail(r->diag, HO_ERROR_INPUT, "%s: node \"%s\": \"parameters\" is not an object { ... }", r->name,
                           id);
        json_object_foreach(parameters, key, value) HO_TRY(read_parameter(r, id, type, key, value));
    } else {
        char *text = parameters ? json_dumps(parameters, JSON_ENCODE_ANY) : NULL;
        enum ho_result result = add_unknown(r->graph, type_name, id, text, r->diag);
        free(text);
        HO_TRY(result);
    }
    double at[4];
    json_t *place = json_object_get(node, "at"), *enabled = json_object_get(node, "enabled");
    if (place && (!json_is_array(place) || read_numbers(place, at) != 2))
        return wrong_value(r, id, "at", place);
    HO_TRY(read_comment(r, id, json_object_get(node, "comment"), &r->graph->nodes[r->graph->n_nodes - 1].comment));
    if (place)
        HO_TRY(ho_graph_place(r->graph, id, at[0], at[1], r->diag));
    if (enabled && !json_is_boolean(enabled))
        return wrong_value(r, id, "enabled", enabled);
    if (enabled)
        HO_TRY(ho_graph_enable(r->graph, id, json_is_true(enabled), r->diag));
    json_t *scope = json_object_get(node, "scope");
    if (scope && !json_is_string(scope))
        return wrong_value(r, id, "scope", scope);
    return scope ? ho_graph_set_scope(r->graph, id, json_string_value(scope), r->diag) : HO_OK;
}

// "from.output -> to.input"
static enum ho_result read_link(const struct reading *r, size_t index, const json_t *link)
{
    char from[HO_NODE_ID_SIZE], output[HO_NODE_ID_SIZE], to[HO_NODE_ID_SIZE], input[HO_NODE_ID_SIZE];
    int used = 0;
    const char *text = json_string_value(link);
    if (!text || sscanf(text, " %63[^. ].%63[^ ] -> %63[^. ].%63[^ ] %n", from, output, to, input, &used) != 4 ||
        text[used])
        return ho_fail(r->diag, HO_ERROR_INPUT,
                       "%s: link number %zu (\"%.80s\") is not written as \"from.output -> to.input\"", r->name,
                       index + 1, text ? text : "not a text");
    return ho_graph_connect(r->graph, from, output, to, input, r->diag);
}

// {"id": "c3", "main": "c3-source", "shift": -100, "first": 12, "part": 0, "rate": [24000, 25025]}
static enum ho_result read_scope(const struct reading *r, size_t index, json_t *value)
{
    struct ho_scope scope = {.rate = {1, 1}};
    const char *id = NULL, *main = "";
    json_int_t shift = 0, first = 0, part = 0, num = 1, den = 1;
    if (json_unpack_ex(value, NULL, JSON_STRICT, "{s:s, s?s, s?I, s?I, s?I, s?[I, I]}", "id", &id, "main", &main,
                       "shift", &shift, "first", &first, "part", &part, "rate", &num, &den) != 0 ||
        strlen(id) >= sizeof(scope.id) || strlen(main) >= sizeof(scope.main))
        return ho_fail(r->diag, HO_ERROR_INPUT,
                       "%s: scope number %zu is not written as {\"id\": TEXT, \"main\": NODE, \"shift\": FRAMES, "
                       "\"first\": FRAME, \"part\": NUMBER, \"rate\": [NUMBER, NUMBER]}",
                       r->name, index + 1);
    snprintf(scope.id, sizeof(scope.id), "%s", id);
    snprintf(scope.main, sizeof(scope.main), "%s", main);
    scope.shift = shift;
    scope.first = first;
    scope.part = part;
    scope.rate = (struct ho_rational){num, den};
    return ho_graph_add_scope(r->graph, &scope, r->diag);
}

static enum ho_result read_graph(const struct reading *r, json_t *root)
{
    const char *key;
    json_t *value, *nodes = json_object_get(root, "nodes"), *links = json_object_get(root, "links");
    json_t *number = json_object_get(root, "holdout_graph");
    if (!json_is_integer(number) || !json_is_array(nodes) || (links && !json_is_array(links)))
        return ho_fail(r->diag, HO_ERROR_INPUT,
                       "%s is no graph: it needs \"holdout_graph\": %d, a list \"nodes\" and a list \"links\"", r->name,
                       version);
    if (json_integer_value(number) > version)
        ho_log(HO_LOG_WARNING,
               "%s was written by a newer version (graph format %lld, this one knows %d); what it doesn't know is kept "
               "and passed through",
               r->name, (long long)json_integer_value(number), version);
    json_object_foreach(root, key,
                        value) if (strcmp(key, "holdout_graph") && strcmp(key, "nodes") && strcmp(key, "links") &&
                                   strcmp(key, "scopes") &&
                                   strcmp(key, "comment")) return ho_fail(r->diag, HO_ERROR_INPUT,
                                                                          "%s has \"%s\"; a graph has holdout_graph, "
                                                                          "comment, scopes, nodes and links",
                                                                          r->name, key);
    HO_TRY(read_comment(r, NULL, json_object_get(root, "comment"), &r->graph->comment));
    size_t i;
    json_array_foreach(json_object_get(root, "scopes"), i, value) HO_TRY(read_scope(r, i, value));
    json_array_foreach(nodes, i, value) HO_TRY(read_node(r, i, value));
    json_array_foreach(links, i, value) HO_TRY(read_link(r, i, value));
    for (i = 0; i < r->graph->n_nodes; i++)
        if (!r->graph->nodes[i].type)
            ho_log(HO_LOG_WARNING,
                   "%s: node \"%s\" is of the type \"%s\", which this version doesn't know; it is kept and passes its "
                   "first input through",
                   r->name, r->graph->nodes[i].id, node_type_name(&r->graph->nodes[i]));
    return HO_OK;
}

// A sentence is one line, though what it quotes of the text may go on in the next.
static enum ho_result fail_text(const char *name, json_error_t *error, struct ho_diag *diag)
{
    for (char *c = error->text; *c; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
    return ho_fail(diag, HO_ERROR_INPUT, "%s, line %d, column %d: %s", name, error->line, error->column, error->text);
}

enum ho_result ho_graph_parse(const char *text, const char *name, struct ho_graph **out, struct ho_diag *diag)
{
    *out = NULL;
    json_error_t error;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        return fail_text(name, &error, diag);
    struct ho_diag inner = {0};
    struct reading r = {.name = name, .diag = &inner};
    enum ho_result result = ho_graph_create(&r.graph, diag);
    if (result == HO_OK)
        result = read_graph(&r, root);
    json_decref(root);
    if (result != HO_OK) {
        ho_graph_destroy(&r.graph);
        if (result == HO_ERROR_USAGE)    // an edit that was refused: here it is the file that is wrong
            result = HO_ERROR_INPUT;
        bool named = strncmp(inner.message, name, strlen(name)) == 0;
        return ho_fail(diag, result, "%s%s%s", named ? "" : name, named ? "" : ": ", inner.message);
    }
    *out = r.graph;
    return HO_OK;
}

enum ho_result ho_graph_load(const char *path, struct ho_graph **out, struct ho_diag *diag)
{
    *out = NULL;
    FILE *file = fopen(path, "rb");
    if (!file)
        return ho_fail(diag, HO_ERROR_INPUT, "%s can't be read: %s", path, strerror(errno));
    enum { LARGEST = 64 << 20 };
    char *text = NULL;
    size_t size = 0, got;
    enum ho_result result = HO_OK;
    do {
        char *larger = size < LARGEST ? ho_realloc(text, size + 65537, 1) : NULL;
        if (!larger) {
            result = size < LARGEST
                         ? ho_fail_memory(diag, size)
                         : ho_fail(diag, HO_ERROR_INPUT, "%s is larger than 64 MiB and can't be a graph", path);
            break;
        }
        text = larger;
        got = fread(text + size, 1, 65536, file);
        size += got;
        text[size] = '\0';
    } while (got > 0);
    if (result == HO_OK && ferror(file))
        result = ho_fail(diag, HO_ERROR_INPUT, "%s can't be read: %s", path, strerror(errno));
    fclose(file);
    if (result == HO_OK && memchr(text, '\0', size))
        result = ho_fail(diag, HO_ERROR_INPUT, "%s holds a zero byte and can't be a graph", path);
    if (result == HO_OK)
        result = ho_graph_parse(text, path, out, diag);
    free(text);
    return result;
}

// ---- writing

static json_t *number_json(double number)
{
    return number == floor(number) && fabs(number) < 1e15 ? json_integer((json_int_t)number) : json_real(number);
}

static json_t *numbers_json(const struct ho_parameter *parameter, const double *numbers)
{
    size_t n = parameter_n_numbers(parameter->type);
    if (parameter->type == HO_PARAMETER_BOOLEAN)
        return json_boolean(numbers[0] != 0);
    if (parameter->type == HO_PARAMETER_CHOICE)
        return json_string(parameter->choices[(int)numbers[0]]);
    if (n == 1)
        return number_json(numbers[0]);
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, number_json(numbers[i]));
    return list;
}

// Keyframes hold plain numbers, choices and switches too.
static json_t *keys_json(const struct ho_parameter *parameter, const struct parameter_state *state)
{
    json_t *keys = json_array();
    for (size_t i = 0; i < state->n_keys; i++) {
        struct ho_parameter plain = {.type = parameter_n_numbers(parameter->type) == 1 ? HO_PARAMETER_NUMBER
                                                                                       : parameter->type};
        json_t *value = state->keys[i].text ? json_string(state->keys[i].text)
                                            : numbers_json(&plain, state->keys[i].number);
        json_t *key = json_pack("[I, o]", (json_int_t)state->keys[i].frame, value);
        if (state->keys[i].interpolation != HO_INTERPOLATE_LINEAR)
            json_array_append_new(key, json_string(interpolations[state->keys[i].interpolation]));
        json_array_append_new(keys, key);
    }
    return json_pack("{s: o}", "keys", keys);
}

static json_t *parameters_json(const struct graph_node *node)
{
    if (!node->type)
        return node->unknown->parameters ? json_loads(node->unknown->parameters, JSON_DECODE_ANY, NULL) : json_object();
    json_t *object = json_object();
    for (size_t i = 0; i < node->n_parameters; i++) {
        const struct ho_parameter *parameter = &node->type->parameters[i];
        const struct parameter_state *state = &node->parameters[i];
        if (parameter_is_default(parameter, state))
            continue;
        json_t *value = state->n_keys                               ? keys_json(parameter, state)
                        : parameter_n_numbers(parameter->type) == 0 ? json_string(state->text)
                                                                    : numbers_json(parameter, state->number);
        json_object_set_new(object, parameter->name, value);
    }
    return object;
}

// The shortest text that reads back as the same numbers.
static char *dump_exactly(const json_t *value)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    json_t *again = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
    if (again && !json_equal(again, value)) {
        free(text);
        text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
    }
    json_decref(again);
    return text;
}

static char *node_line(const struct ho_graph *graph, const struct graph_node *node)
{
    json_t *object = json_pack("{s: s, s: s}", "id", node->id, "type", node_type_name(node));
    if (node->comment)
        json_object_set_new(object, "comment", json_string(node->comment));
    if (node->x != 0 || node->y != 0)
        json_object_set_new(object, "at", json_pack("[o, o]", number_json(node->x), number_json(node->y)));
    if (!node->enabled)
        json_object_set_new(object, "enabled", json_false());
    const struct ho_scope *scope = scope_of(graph, node);
    if (scope)
        json_object_set_new(object, "scope", json_string(scope->id));
    json_t *parameters = parameters_json(node);
    if (json_object_size(parameters) > 0)
        json_object_set(object, "parameters", parameters);
    json_decref(parameters);
    char *text = dump_exactly(object);
    json_decref(object);
    return text;
}

static bool write_scopes(const struct ho_graph *graph, FILE *file)
{
    bool good = true;
    for (size_t i = 0; i < graph->n_scopes; i++) {
        const struct ho_scope *s = &graph->scopes[i];
        json_t *object = json_pack("{s:s, s:s, s:I, s:I, s:I, s:[I, I]}", "id", s->id, "main", s->main, "shift",
                                   (json_int_t)s->shift, "first", (json_int_t)s->first, "part", (json_int_t)s->part,
                                   "rate", (json_int_t)s->rate.num, (json_int_t)s->rate.den);
        char *text = json_dumps(object, 0);
        json_decref(object);
        good = good && text;
        fprintf(file, "%s\n  %s", i ? "," : "\"scopes\": [", text ? text : "");
        free(text);
    }
    if (graph->n_scopes)
        fprintf(file, "\n],\n");
    return good;
}

static bool write_comment(const char *comment, FILE *file)
{
    json_t *value = json_string(comment);
    char *text = json_dumps(value, JSON_ENCODE_ANY);
    json_decref(value);
    if (text)
        fprintf(file, "\"comment\": %s,\n", text);
    free(text);
    return text;
}

enum ho_result ho_graph_format(const struct ho_graph *graph, char **out, struct ho_diag *diag)
{
    *out = NULL;
    size_t size = 0;
    FILE *file = open_memstream(out, &size);
    if (!file)
        return ho_fail_memory(diag, 0);
    bool good = true;
    fprintf(file, "{\n\"holdout_graph\": %d,\n", version);
    if (graph->comment)
        good = write_comment(graph->comment, file);
    good = write_scopes(graph, file) && good;
    fprintf(file, "\"nodes\": [");
    for (size_t i = 0; i < graph->n_nodes; i++) {
        char *line = node_line(graph, &graph->nodes[i]);
        good = good && line;
        fprintf(file, "%s\n  %s", i ? "," : "", line ? line : "");
        free(line);
    }
    fprintf(file, "\n],\n\"links\": [");
    bool first = true;
    for (size_t i = 0; i < graph->n_nodes; i++)
        for (int p = 0; p < HO_PORTS_MAX; p++) {
            struct link in = graph->nodes[i].in[p];
            if (in.node < 0)
                continue;
            const struct graph_node *from = &graph->nodes[in.node];
            fprintf(file, "%s\n  \"%s.%s -> %s.%s\"", first ? "" : ",", from->id, port_name(from, in.output, false),
                    graph->nodes[i].id, port_name(&graph->nodes[i], p, true));
            first = false;
        }
    fprintf(file, "\n]\n}\n");
    if (fclose(file) != 0 || !good) {
        free(*out);
        *out = NULL;
        return ho_fail_memory(diag, size);
    }
    return HO_OK;
}
