// SPDX-License-Identifier: BSD-2-Clause
// holdout graph: checks, explains and renders graphs, and lists the nodes they are made of.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "rendering.h"

struct values {
    struct cli_common common;
    struct cli_edits edits;
    struct cli_source_options source;
    struct cli_render_options render;
    const char *node, *frame, *bank;
};

static void defaults(void *values) { cli_render_defaults(&((struct values *)values)->render); }

// ---- nodes

static const char *type_word(enum ho_parameter_type type)
{
    static const char *const words[] = {"number", "integer", "boolean", "choice", "point",
                                        "colour", "text",    "file",    "points"};
    return words[type];
}

static json_t *parameter_json(const struct ho_parameter *p)
{
    json_t *object = json_pack("{s:s, s:s, s:s, s:s}", "name", p->name, "type", type_word(p->type), "unit", p->unit,
                               "help", p->help);
    if (p->type < HO_PARAMETER_TEXT) {
        json_t *value = json_array();
        int n = p->type == HO_PARAMETER_COLOUR ? 4 : p->type == HO_PARAMETER_POINT ? 2 : 1;
        for (int i = 0; i < n; i++)
            json_array_append_new(value, json_real(p->value[i]));
        json_object_set_new(object, "default", value);
        json_object_set_new(object, "range", json_pack("[f, f]", p->min, p->max));
        json_object_set_new(object, "slider", json_pack("[f, f]", p->slider_min, p->slider_max));
    } else {
        json_object_set_new(object, "default", json_string(p->text ? p->text : ""));
    }
    for (int i = 0; p->choices && p->choices[i]; i++) {
        if (i == 0)
            json_object_set_new(object, "choices", json_array());
        json_array_append_new(json_object_get(object, "choices"), json_string(p->choices[i]));
    }
    return object;
}

static json_t *ports_json(const struct ho_port *port)
{
    json_t *list = json_array();
    for (; port->name; port++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:s}", "name", port->name, "type",
                                              port->type == HO_PORT_IMAGE ? "image" : "key", "required", port->required,
                                              "help", port->help));
    return list;
}

static json_t *type_json(const struct ho_node_type *type)
{
    json_t *parameters = json_array();
    for (const struct ho_parameter *p = type->parameters; p->name; p++)
        json_array_append_new(parameters, parameter_json(p));
    return json_pack("{s:s, s:s, s:s, s:b, s:b, s:o, s:o, s:o}", "name", type->name, "label", type->label, "help",
                     type->help, "color", (type->pages & HO_PAGE_COLOR) != 0, "fusion",
                     (type->pages & HO_PAGE_FUSION) != 0, "inputs", ports_json(type->inputs), "outputs",
                     ports_json(type->outputs), "parameters", parameters);
}

// As docs/nodes.md has it.
static void print_range(const struct ho_parameter *p)
{
    printf("%g to %g%s%s; slider %g to %g, default ", p->min, p->max, *p->unit ? " " : "", p->unit, p->slider_min,
           p->slider_max);
    int n = p->type == HO_PARAMETER_COLOUR ? 4 : p->type == HO_PARAMETER_POINT ? 2 : 1;
    for (int i = 0; i < n; i++)
        printf("%s%g", i ? "," : "", p->value[i]);
}

static void print_default(const struct ho_parameter *p)
{
    switch (p->type) {
    case HO_PARAMETER_BOOLEAN: printf("default %s", p->value[0] != 0 ? "true" : "false"); break;
    case HO_PARAMETER_CHOICE: printf("default %s", p->choices[(int)p->value[0]]); break;
    case HO_PARAMETER_NUMBER:
    case HO_PARAMETER_INTEGER:
    case HO_PARAMETER_POINT:
    case HO_PARAMETER_COLOUR: print_range(p); break;
    case HO_PARAMETER_TEXT:
    case HO_PARAMETER_FILE:
    case HO_PARAMETER_POINTS:
        printf("%s%s%s", p->text && *p->text ? "default \"" : "", p->text ? p->text : "",
               p->text && *p->text ? "\"" : "");
        break;
    }
}

static void print_type(const struct ho_node_type *type)
{
    printf("%s (%s): %s; %s%s%s\n", type->name, type->label, type->help, type->pages & HO_PAGE_COLOR ? "Color" : "",
           type->pages == (HO_PAGE_COLOR | HO_PAGE_FUSION) ? ", " : "", type->pages & HO_PAGE_FUSION ? "Fusion" : "");
    for (const struct ho_port *port = type->inputs; port->name; port++)
        printf("  in   %-18s %-8s %s%s\n", port->name, port->type == HO_PORT_IMAGE ? "image" : "key", port->help,
               port->required ? " (required)" : "");
    for (const struct ho_port *port = type->outputs; port->name; port++)
        printf("  out  %-18s %-8s %s\n", port->name, port->type == HO_PORT_IMAGE ? "image" : "key", port->help);
    for (const struct ho_parameter *p = type->parameters; p->name; p++) {
        printf("       %-18s %-8s %s (", p->name, type_word(p->type), p->help);
        for (int i = 0; p->choices && p->choices[i]; i++)
            printf("%s%s", p->choices[i], p->choices[i + 1] ? ", " : "; ");
        print_default(p);
        printf(")\n");
    }
}

static enum ho_result run_nodes(struct cli_context *context, struct ho_diag *diag)
{
    const char *name = context->n_operands > 1 ? context->operands[1] : NULL;
    if (name && !ho_node_type_find(name))
        return ho_fail(diag, HO_ERROR_USAGE,
                       "there is no node type '%.80s'; \"holdout graph nodes\" lists those that exist", name);
    context->json = json_array();
    for (const struct ho_node_type *const *type = ho_node_types(); *type; type++) {
        if (name && strcmp(name, (*type)->name) != 0)
            continue;
        json_array_append_new(context->json, type_json(*type));
        if (context->common->json)
            continue;
        if (name)
            print_type(*type);
        else
            printf("%-20s %-7s %s\n", (*type)->name,
                   (*type)->pages == HO_PAGE_COLOR    ? "Color"
                   : (*type)->pages == HO_PAGE_FUSION ? "Fusion"
                                                      : "both",
                   (*type)->help);
    }
    return HO_OK;
}

// ---- templates

static enum ho_result run_template(struct cli_context *context, struct ho_diag *diag)
{
    const char *text = context->n_operands > 1 ? ho_graph_template_text(context->operands[1]) : NULL;
    if (context->n_operands > 1 && !text)
        return ho_fail(diag, HO_ERROR_USAGE, "there is no template '%.80s'; there are save, patch and isolate",
                       context->operands[1]);
    context->json = json_array();
    for (const char *const *name = ho_graph_templates(); *name && !text; name++) {
        json_array_append_new(context->json, json_string(*name));
        if (!context->common->json)
            printf("%s\n", *name);
    }
    if (text) {
        json_decref(context->json);
        context->json = json_loads(text, 0, NULL);
        if (!context->common->json)
            fputs(text, stdout);
    }
    return HO_OK;
}

// ---- graphs

static enum ho_result run_check(struct cli_context *context, const struct ho_graph *graph, struct ho_diag *diag)
{
    HO_TRY(ho_graph_check(graph, diag));
    context->json = json_pack("{s:I, s:I}", "n_nodes", (json_int_t)ho_graph_n_nodes(graph), "n_links",
                              (json_int_t)ho_graph_n_links(graph));
    if (!context->common->json && !context->common->quiet)
        printf("%s: %zu nodes, %zu links, nothing is wrong\n", context->operands[1], ho_graph_n_nodes(graph),
               ho_graph_n_links(graph));
    return HO_OK;
}

static enum ho_result run_explain(struct cli_context *context, const struct values *values,
                                  const struct ho_graph *graph, struct ho_diag *diag)
{
    struct ho_evaluator_options options = {.n_threads = (int)context->common->n_threads,
                                           .bank_dir = values->bank,
                                           .any_matte = values->render.any_matte,
                                           .cancel = context->cancel,
                                           .rate = values->source.rate};
    struct ho_evaluator *evaluator = NULL;
    int64_t frame = 0;
    char *text = NULL;
    size_t size = 0;
    HO_TRY(ho_evaluator_create(graph, &options, &evaluator, diag));
    enum ho_result result = ho_evaluator_open(evaluator, values->node, diag);
    if (result == HO_OK && values->frame)
        result = cli_graph_frame(evaluator, values->frame, &frame, diag);
    FILE *file = result == HO_OK ? open_memstream(&text, &size) : NULL;
    if (file) {
        result = ho_evaluator_explain(evaluator, values->node, frame, file, diag);
        fclose(file);
    }
    if (result == HO_OK && text) {
        context->json = json_pack("{s:s}", "explanation", text);
        if (!context->common->json)
            fputs(text, stdout);
    }
    free(text);
    ho_evaluator_destroy(&evaluator);
    return result;
}

static enum ho_result run(struct cli_context *context, void *opaque, struct ho_diag *diag)
{
    struct values *values = opaque;
    if (values->source.stream)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "--stream: a graph has many files; write the stream behind the one that is meant, as in -i "
                       "footage=ride.mkv:%lld",
                       (long long)values->source.stream);
    const char *verb = context->operands[0];
    if (strcmp(verb, "nodes") == 0)
        return run_nodes(context, diag);
    if (strcmp(verb, "template") == 0)
        return run_template(context, diag);
    bool check = strcmp(verb, "check") == 0, explain = strcmp(verb, "explain") == 0, render = strcmp(verb, "run") == 0;
    if (!check && !explain && !render)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "holdout graph has no '%.40s'; it has nodes, template, check, explain and run", verb);
    if (context->n_operands < 2)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "holdout graph %s wants a graph: a JSON file, or the name of a template (save, patch, isolate)",
                       verb);
    struct ho_graph *graph = NULL;
    enum ho_result result = ho_graph_template_text(context->operands[1])
                                ? ho_graph_template(context->operands[1], &graph, diag)
                                : ho_graph_load(context->operands[1], &graph, diag);
    if (result == HO_OK)
        result = cli_apply_edits(&values->edits, graph, diag);
    if (result == HO_OK)
        result = check     ? run_check(context, graph, diag)
                 : explain ? run_explain(context, values, graph, diag)
                           : cli_render(context, graph, &values->render, &values->source, values->node, values->bank,
                                        values->frame, diag);
    ho_graph_destroy(&graph);
    return result;
}

static enum ho_result take_view(void *values, const struct cli_option *option, const char *text, struct ho_diag *diag)
{
    struct cli_render_options *render = &((struct values *)values)->render;
    (void)option;
    render->has_view = true;
    return ho_view_parse(text, &render->view, diag);
}

static const struct cli_option options[] = {
    {.name = "frame",
     .kind = CLI_TEXT,
     .argument = "F",
     .offset = offsetof(struct values, frame),
     .help = "this frame only: run writes one picture, explain tells of it (number or timecode)"},
    {.name = "node",
     .kind = CLI_TEXT,
     .argument = "NODE[.PORT]",
     .offset = offsetof(struct values, node),
     .help = "what is wanted; default: the graph's only media_out or output node"},
    {.name = "view",
     .kind = CLI_TAKE,
     .argument = "VIEW",
     .take = take_view,
     .words = "overlay highlight matte cutout",
     .help = "run, of a --node with a picture and a key: overlay (red over the key), highlight (the key's part on "
             "grey), matte (highlight black and white), cutout"},
    {.name = "bank",
     .kind = CLI_TEXT,
     .argument = "DIR",
     .offset = offsetof(struct values, bank),
     .words = "FOLDER",
     .help = "where banked mattes are, for magic_mask nodes, and scans of sources"},
    {0},
};
static const struct cli_binding bindings[] = {
    {.title = "The graph", .options = cli_edit_options, .offset = offsetof(struct values, edits)},
    {.title = "What of it", .options = options},
    {.title = "The source", .options = cli_source_options, .offset = offsetof(struct values, source)},
    {.title = "What to write (run)", .options = cli_render_options, .offset = offsetof(struct values, render)},
    {0},
};

extern const struct cli_command cli_graph;
const struct cli_command cli_graph = {
    .name = "graph",
    .summary = "node graphs: nodes, template, check, explain, run",
    .synopsis = "nodes [TYPE] | template [NAME] | check|explain|run GRAPH [options]",
    .text = "A graph is a JSON file (docs/graph.md), or the name of a template that ships: save, patch, isolate.\n"
            "nodes lists the node types, or all of one; template prints a template, to start from; check says whether "
            "a graph is whole;\n"
            "explain prints what would be computed for a frame, in which order, bands and regions, and what passes "
            "through; run renders it.\n"
            "What run writes is whole or absent; after an interruption, whatever it was, the same command goes on "
            "where the last one stopped.\n",
    .examples =
        "  holdout graph nodes merge\n"
        "  holdout graph template patch > title.json\n"
        "  holdout graph check title.json\n"
        "  holdout graph explain title.json -i footage=ride.mov -i matte=out/ride_roto_v01.mov --frame 12\n"
        "  holdout graph run title.json -i footage=ride.mov -i matte=out/ride_roto_v01.mov --set title.text=BRUSSELS "
        "-o out/title.mov\n"
        "  holdout graph run title.json -i footage=ride.mov -i matte=out/ride_roto_v01.mov --frame 12 -o still.png\n"
        "  holdout graph run grade.json -i source=ride.mov --node mask --view highlight --frame 12 -o look.png\n",
    .bindings = bindings,
    .operands_min = 1,
    .operands_max = 2,
    .operand_words = "nodes template check explain run FILE",
    .values_size = sizeof(struct values),
    .defaults = defaults,
    .run = run,
};
