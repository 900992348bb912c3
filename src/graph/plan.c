// SPDX-License-Identifier: BSD-2-Clause
// From a graph and a wanted output to slots in order. Done once for each edit of nodes and links, not for each frame.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "graph/plan.h"

static void close_state(struct node_state *state)
{
    if (state->opened && state->node && state->node->close)
        state->node->close(&state->context);
    free(state->values);
    free(state->next_values);
    free(state->files);
    *state = (struct node_state){0};
}

static void drop_kept(struct ho_evaluator *evaluator, struct slot *slot)
{
    if (slot->kept)
        evaluator->kept_bytes -= (size_t)slot->kept->stride * (size_t)slot->kept->height *
                                 (size_t)slot->kept->n_planes * sizeof(float);
    ho_picture_destroy(&slot->kept);
}

static void clear_slots(struct ho_evaluator *evaluator)
{
    for (int i = 0; i < evaluator->n_slots; i++) {
        ho_picture_destroy(&evaluator->slots[i].picture);
        drop_kept(evaluator, &evaluator->slots[i]);
    }
    free(evaluator->slots);
    evaluator->slots = NULL;
    evaluator->n_slots = 0;
}

void plan_clear(struct ho_evaluator *evaluator)
{
    clear_slots(evaluator);
    for (size_t i = 0; i < evaluator->n_states; i++)
        close_state(&evaluator->states[i]);
    free(evaluator->states);
    free(evaluator->hosts);
    evaluator->states = NULL;
    evaluator->hosts = NULL;
    evaluator->n_states = evaluator->n_hosts = 0;
    for (int i = 0; i < HO_OUTPUTS_MAX; i++)
        ho_picture_destroy(&evaluator->result[i]);
    for (size_t i = 0; i < sizeof(evaluator->spare) / sizeof(*evaluator->spare); i++)
        ho_picture_destroy(&evaluator->spare[i]);
}

static int find_input(const struct ho_node_type *type, const char *name)
{
    for (int i = 0; type->inputs && type->inputs[i].name; i++)
        if (strcmp(type->inputs[i].name, name) == 0)
            return i;
    return -1;
}

static enum ho_result start_state(struct node_state *state, const struct graph_node *node, struct ho_diag *diag)
{
    *state = (struct node_state){
        .node = node->type ? ho_node_of(node->type) : NULL, .mask = -1, .mask_invert = -1, .multiply = -1, .blend = -1};
    snprintf(state->id, sizeof(state->id), "%s", node->id);
    state->values = ho_alloc(node->n_parameters + 1, sizeof(*state->values));
    state->next_values = ho_alloc(node->n_parameters + 1, sizeof(*state->next_values));
    if (!state->values || !state->next_values)
        return ho_fail_memory(diag, (node->n_parameters + 1) * sizeof(*state->values));
    for (size_t p = 0; state->node && p < node->n_parameters && p < 64; p++)
        if (strcmp(node->type->parameters[p].unit, "px") == 0)
            state->in_pixels |= (uint64_t)1 << p;
    if (state->node && (state->node->flags & HO_NODE_EFFECT)) {
        state->mask = find_input(node->type, "mask");
        state->mask_invert = find_parameter(node->type, "mask_invert");
        state->multiply = find_parameter(node->type, "multiply_by_mask");
        state->blend = find_parameter(node->type, "blend");
    }
    return HO_OK;
}

// What a node's file parameters say, together. malloc'd; NULL when memory ran out.
static char *files_of(const struct graph_node *node)
{
    char *files = ho_strdup("");
    for (size_t p = 0; files && p < node->n_parameters; p++) {
        if (node->type->parameters[p].type != HO_PARAMETER_FILE)
            continue;
        struct ho_value value;
        parameter_value(&node->type->parameters[p], &node->parameters[p], 0, &value);
        char *longer = ho_format("%s%s\n", files, value.text);
        free(files);
        files = longer;
    }
    return files;
}

static bool is_still_open(const struct node_state *state, const struct graph_node *node)
{
    if (!state->opened)
        return true;
    char *files = files_of(node);
    bool same = files && state->files && strcmp(files, state->files) == 0;
    free(files);
    return same;
}

// One for each scope, to be filled once its main source is open. The first options are what open() asks for.
static enum ho_result make_hosts(struct ho_evaluator *evaluator, struct ho_diag *diag)
{
    size_t n = evaluator->graph->n_scopes;
    struct ho_graph_host *hosts = ho_realloc(evaluator->hosts, n + 1, sizeof(*hosts));
    if (!hosts)
        return ho_fail_memory(diag, (n + 1) * sizeof(*hosts));
    for (size_t i = evaluator->n_hosts; i < n; i++)
        hosts[i] = evaluator->host;
    evaluator->hosts = hosts;
    evaluator->n_hosts = n;
    return HO_OK;
}

// States in the order of the graph's nodes; those of nodes that stayed are taken over with what they opened.
static enum ho_result plan_states(struct ho_evaluator *evaluator, struct ho_diag *diag)
{
    const struct ho_graph *graph = evaluator->graph;
    HO_TRY(make_hosts(evaluator, diag));
    struct node_state *states = ho_alloc(graph->n_nodes + 1, sizeof(*states));
    if (!states)
        return ho_fail_memory(diag, (graph->n_nodes + 1) * sizeof(*states));
    enum ho_result result = HO_OK;
    for (size_t i = 0; i < graph->n_nodes && result == HO_OK; i++) {
        const struct graph_node *node = &graph->nodes[i];
        struct node_state *old = NULL;
        for (size_t k = 0; k < evaluator->n_states && !old; k++)
            if (strcmp(evaluator->states[k].id, node->id) == 0 && evaluator->states[k].node &&
                &evaluator->states[k].node->type == node->type && is_still_open(&evaluator->states[k], node))
                old = &evaluator->states[k];
        if (old) {
            states[i] = *old;
            *old = (struct node_state){0};
        } else {
            result = start_state(&states[i], node, diag);
        }
    }
    for (size_t i = 0; i < evaluator->n_states; i++)
        close_state(&evaluator->states[i]);
    free(evaluator->states);
    evaluator->states = states;
    evaluator->n_states = graph->n_nodes;
    for (size_t i = 0; i < graph->n_nodes; i++) {
        struct ho_node_context *context = &states[i].context;
        context->id = states[i].id;
        context->value = states[i].values;
        context->n_threads = evaluator->options.n_threads;
        context->host = graph->nodes[i].scope ? &evaluator->hosts[graph->nodes[i].scope - 1] : &evaluator->host;
        states[i].used = false;
        for (int p = 0; p < HO_PORTS_MAX; p++)
            context->connected[p] = graph->nodes[i].in[p].node >= 0;
    }
    return result;
}

// ---- the wanted output

static enum ho_result find_wanted(const struct ho_graph *graph, const char *output, struct link *out,
                                  struct ho_diag *diag)
{
    char id[HO_NODE_ID_SIZE];
    if (output) {
        const char *dot = strchr(output, '.');
        size_t length = dot ? (size_t)(dot - output) : strlen(output);
        if (length >= sizeof(id))
            return ho_fail(diag, HO_ERROR_USAGE, "\"%.100s\" names no output; write it as node.port", output);
        memcpy(id, output, length);
        id[length] = '\0';
        out->node = find_node(graph, id);
        if (out->node < 0)
            return no_such_node(graph, id, diag);
        out->output = dot ? find_port(&graph->nodes[out->node], dot + 1, false) : 0;
        if (out->output < 0 || !graph->nodes[out->node].type)
            return ho_fail(diag, HO_ERROR_USAGE, "node \"%s\" (%s) has no output \"%s\"", id,
                           node_type_name(&graph->nodes[out->node]), dot ? dot + 1 : "");
        return HO_OK;
    }
    *out = (struct link){-1, 0};
    for (size_t i = 0; i < graph->n_nodes; i++) {
        const char *type = node_type_name(&graph->nodes[i]);
        if (strcmp(type, "media_out") && strcmp(type, "output"))
            continue;
        if (out->node >= 0)
            return ho_fail(diag, HO_ERROR_USAGE, "the graph has two outputs, \"%s\" and \"%s\"; say which is wanted",
                           graph->nodes[out->node].id, graph->nodes[i].id);
        out->node = (int)i;
    }
    if (out->node < 0)
        return ho_fail(diag, HO_ERROR_USAGE,
                       "the graph has no media_out and no output node; add one, or name a node's output");
    return HO_OK;
}

// ---- slots

struct planning {
    struct ho_evaluator *evaluator;
    int *slot_of;
    int capacity;
    struct ho_diag *diag;
};    // slot_of[node * 2 + output], -1: none yet

// Adds the slot of a link and, before it, all that it reads. The graph has no cycles (edits refuse them).
static enum ho_result add_slot(struct planning *p, struct link link, int *index)
{
    const struct ho_graph *graph = p->evaluator->graph;
    const struct graph_node *node = &graph->nodes[link.node];
    int *known = &p->slot_of[link.node * 2 + link.output];
    if (*known >= 0) {
        *index = *known;
        return HO_OK;
    }
    struct slot slot = {.node = link.node,
                        .output = link.output,
                        .type = output_type(graph, link.node, link.output),
                        .n_in = n_inputs(node),
                        .alias = -1};
    for (int i = 0; i < HO_PORTS_MAX; i++)
        slot.in[i] = -1;
    for (int i = 0; i < slot.n_in; i++) {
        if (node->in[i].node < 0) {
            if (node->type ? node->type->inputs[i].required : i == 0)
                return ho_fail(p->diag, HO_ERROR_USAGE,
                               "node \"%s\" (%s) lacks its input \"%s\"; connect it or remove the node", node->id,
                               node_type_name(node), port_name(node, i, true));
            continue;
        }
        HO_TRY(add_slot(p, node->in[i], &slot.in[i]));
    }
    if (!node->type && slot.n_in == 0)
        return ho_fail(
            p->diag, HO_ERROR_USAGE,
            "node \"%s\" is of the type \"%s\", which this version doesn't know, and has no input to pass through",
            node->id, node_type_name(node));
    *index = *known = p->evaluator->n_slots;
    p->evaluator->slots[p->evaluator->n_slots++] = slot;
    p->evaluator->states[link.node].used = true;
    return HO_OK;
}

// What was kept for a slot stays kept if the slot is there again; its hash says whether it still fits.
static void take_over_kept(struct slot *from, int n_from, struct ho_evaluator *evaluator)
{
    for (int i = 0; i < n_from; i++) {
        for (int k = 0; k < evaluator->n_slots; k++) {
            struct slot *slot = &evaluator->slots[k];
            if (slot->output != from[i].output || slot->node != from[i].node)
                continue;
            slot->last_hash = from[i].last_hash;
            if (slot->kept || from[i].kept_hash == 0 || !from[i].kept)
                continue;
            slot->kept = from[i].kept;
            slot->kept_rect = from[i].kept_rect;
            slot->kept_hash = from[i].kept_hash;
            from[i].kept = NULL;
        }
        ho_picture_destroy(&from[i].picture);
        drop_kept(evaluator, &from[i]);
    }
    free(from);
}

static enum ho_result open_used(struct ho_evaluator *evaluator, struct ho_diag *diag)
{
    for (size_t i = 0; i < evaluator->n_states; i++) {
        struct node_state *state = &evaluator->states[i];
        if (!state->used || state->opened || !state->node)
            continue;
        for (size_t p = 0; p < evaluator->graph->nodes[i].n_parameters; p++)
            parameter_value(&state->node->type.parameters[p], &evaluator->graph->nodes[i].parameters[p], 0,
                            &state->values[p]);
        free(state->files);
        state->files = files_of(&evaluator->graph->nodes[i]);
        if (!state->files)
            return ho_fail_memory(diag, 1);
        if (state->node->open)
            HO_TRY(state->node->open(&state->context, diag));
        state->opened = true;
    }
    return HO_OK;
}

static const struct ho_source_info *footage_of(const struct node_state *state)
{
    return state->used && state->opened && state->node && state->node->footage ? state->node->footage(&state->context)
                                                                               : NULL;
}

// A matte fits the movie that it was made for, one of those that the graph reads; without any movie it is one itself.
static enum ho_result check_mattes(const struct ho_evaluator *evaluator, struct ho_diag *diag)
{
    for (size_t i = 0; i < evaluator->n_states && !evaluator->options.any_matte; i++) {
        const struct ho_source_info *matte = footage_of(&evaluator->states[i]), *other = NULL;
        bool has_its_own = false;
        for (size_t k = 0; k < evaluator->n_states && matte && *matte->matte_of; k++) {
            const struct ho_source_info *source = footage_of(&evaluator->states[k]);
            if (!source || *source->matte_of)
                continue;
            other = source;
            has_its_own = has_its_own || strcmp(source->hash, matte->matte_of) == 0;
        }
        if (other && !has_its_own)
            return ho_fail(diag, HO_ERROR_INPUT,
                           "node \"%s\": %.300s is the matte of another movie (%.100s) than %.300s; name its own, or, "
                           "where that is the same shot, trimmed or in another codec, say --any-matte",
                           evaluator->states[i].id, matte->path, matte->matte_of_name, other->path);
    }
    return HO_OK;
}

struct ho_graph_host ho_host_without_source(const struct ho_evaluator_options *options)
{
    bool has_size = options->width > 0 && options->height > 0,
         has_rate = options->rate.num > 0 && options->rate.den > 0;
    int width = has_size ? options->width : HO_HOST_WIDTH, height = has_size ? options->height : HO_HOST_HEIGHT;
    return (struct ho_graph_host){.options = options,
                                  .width = width,
                                  .height = height,
                                  .full_width = width,
                                  .full_height = height,
                                  .scale = 1,
                                  .rate = has_rate ? options->rate : (struct ho_rational){HO_HOST_RATE, 1}};
}

static void scale_host(struct ho_graph_host *host, double scale)
{
    host->scale = scale;
    host->width = ho_scaled_size(host->full_width, scale);
    host->height = ho_scaled_size(host->full_height, scale);
}

void plan_scale(struct ho_evaluator *evaluator, double scale)
{
    evaluator->scale = scale;
    scale_host(&evaluator->host, scale);
    for (size_t i = 0; i < evaluator->n_hosts; i++)
        scale_host(&evaluator->hosts[i], scale);
}

static const struct ho_source_info *source_of(const struct node_state *state)
{
    return state->used && state->opened && state->node && state->node->source ? state->node->source(&state->context)
                                                                              : NULL;
}

// Whether it is another one than before.
static bool set_host(struct ho_graph_host *host, struct ho_graph_host now, const struct ho_source_info *source)
{
    const struct ho_graph_host before = *host;
    if (source) {
        now.full_width = source->width;
        now.full_height = source->height;
        now.rate = source->rate;
        now.has_timecode = source->has_timecode;
        now.start = source->start;
        now.n_frames = source->n_frames;
    }
    *host = now;
    return !(now.full_width == before.full_width && now.full_height == before.full_height &&
             now.rate.num == before.rate.num && now.rate.den == before.rate.den &&
             now.has_timecode == before.has_timecode && now.start.frame == before.start.frame);
}

// The main source is that of the first node in use, in the graph's order, that has one and is in no scope; it gives the
// graph its size, rate and timecode. Scopes name theirs. What was kept for another is of no use.
static void choose_source(struct ho_evaluator *evaluator)
{
    const struct ho_graph *graph = evaluator->graph;
    evaluator->source = NULL;
    for (size_t i = 0; i < evaluator->n_states && !evaluator->source; i++)
        if (!graph->nodes[i].scope)
            evaluator->source = source_of(&evaluator->states[i]);
    bool changed = set_host(&evaluator->host, ho_host_without_source(&evaluator->options), evaluator->source);
    for (size_t i = 0; i < graph->n_scopes; i++) {
        int node = find_node(graph, graph->scopes[i].main);
        const struct ho_source_info *source = node < 0 ? NULL : source_of(&evaluator->states[node]);
        changed = set_host(&evaluator->hosts[i], evaluator->host, source) || changed;
    }
    for (int i = 0; i < evaluator->n_slots && changed; i++)
        drop_kept(evaluator, &evaluator->slots[i]);
    plan_scale(evaluator, evaluator->scale);
}

// The outputs as one text, to know them again. False: too long to be names.
static bool join_names(const char *const *outputs, int n, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (int i = 0; i < n && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? " " : "", outputs[i] ? outputs[i] : "");
    return used < size;
}

enum ho_result plan_slots(struct ho_evaluator *evaluator, const char *const *outputs, int n, struct ho_diag *diag)
{
    char names[sizeof(evaluator->wanted)];
    struct link wanted[HO_OUTPUTS_MAX];
    bool short_enough = join_names(outputs, n, names, sizeof(names));
    if (evaluator->is_planned && evaluator->slots && evaluator->generation == evaluator->graph->generation &&
        strcmp(evaluator->wanted, names) == 0 && short_enough)
        return HO_OK;
    for (int i = 0; i < n; i++)
        HO_TRY(find_wanted(evaluator->graph, outputs[i], &wanted[i], diag));
    HO_TRY(plan_states(evaluator, diag));
    evaluator->source = NULL;    // it may have gone with an edit
    struct slot *before = evaluator->slots;
    int n_before = evaluator->n_slots, n_most = (int)evaluator->graph->n_nodes * 2;
    struct planning p = {.evaluator = evaluator, .diag = diag, .slot_of = ho_alloc((size_t)n_most, sizeof(*p.slot_of))};
    evaluator->n_slots = 0;
    evaluator->slots = ho_alloc((size_t)n_most, sizeof(*evaluator->slots));
    enum ho_result result = p.slot_of && evaluator->slots
                                ? HO_OK
                                : ho_fail_memory(diag, (size_t)n_most * sizeof(*evaluator->slots));
    for (int i = 0; p.slot_of && i < n_most; i++)
        p.slot_of[i] = -1;
    for (int i = 0; i < n && result == HO_OK; i++)
        result = add_slot(&p, wanted[i], &evaluator->wanted_slot[i]);
    evaluator->n_wanted = n;
    free(p.slot_of);
    take_over_kept(before, n_before, evaluator);
    if (result == HO_OK)
        result = open_used(evaluator, diag);
    if (result == HO_OK)
        result = check_mattes(evaluator, diag);
    if (result == HO_OK)
        choose_source(evaluator);
    if (result != HO_OK) {
        clear_slots(evaluator);
        return result;
    }
    evaluator->generation = evaluator->graph->generation;
    evaluator->is_planned = true;
    snprintf(evaluator->wanted, sizeof(evaluator->wanted), "%s", names);
    return HO_OK;
}
