// SPDX-License-Identifier: BSD-2-Clause
// The walks over a frame's slots before pixels: values, prepare, domain, likeness, hash (forward); then what is wanted
// of each (backward).
#include <string.h>
#define XXH_STATIC_LINKING_ONLY    // for a state on the stack
#include <xxhash.h>

#include "graph/plan.h"

int resolve(const struct ho_evaluator *evaluator, int slot)
{
    while (slot >= 0 && evaluator->slots[slot].alias >= 0)
        slot = evaluator->slots[slot].alias;
    return slot;
}

// What is counted in pixels grows smaller with the picture. Whole numbers are sizes, of which 0 means another one.
static void scale_value(const struct ho_parameter *parameter, double scale, struct ho_value *value)
{
    if (parameter->type == HO_PARAMETER_INTEGER && value->number[0] > 0)
        value->number[0] = ho_scaled_size((int)value->number[0], scale);
    else
        value->number[0] *= scale;
}

static uint64_t hash_values(const struct node_state *state, const struct graph_node *node, int64_t frame,
                            struct ho_value *values)
{
    const double scale = state->context.host->scale;
    XXH3_state_t hash;
    XXH3_64bits_reset(&hash);
    XXH3_64bits_update(&hash, node->type->name, strlen(node->type->name) + 1);
    for (size_t p = 0; p < node->n_parameters; p++) {
        parameter_value(&node->type->parameters[p], &node->parameters[p], frame, &values[p]);
        if (scale != 1 && p < 64 && state->in_pixels >> p & 1)
            scale_value(&node->type->parameters[p], scale, &values[p]);
        if (p < 32 && state->node->by_identity >> p & 1)
            continue;
        XXH3_64bits_update(&hash, values[p].number, sizeof(values[p].number));
        XXH3_64bits_update(&hash, values[p].text, strlen(values[p].text) + 1);
    }
    return XXH3_64bits_digest(&hash);
}

static bool has_keys(const struct graph_node *node)
{
    for (size_t i = 0; i < node->n_parameters; i++)
        if (node->parameters[i].n_keys)
            return true;
    return false;
}

// The values at this frame, and whether those at the next one are the same.
static void resolve_values(struct ho_evaluator *evaluator, size_t index, int64_t frame)
{
    struct node_state *state = &evaluator->states[index];
    const struct graph_node *node = &evaluator->graph->nodes[index];
    const struct ho_scope *scope = scope_of(evaluator->graph, node);
    state->context.frame = scope ? ho_scope_frame(scope, frame) : frame;
    state->context.next_frame = scope ? ho_scope_frame(scope, frame + 1) : frame + 1;
    frame += scope ? scope->shift : 0;
    bool moves = has_keys(node) && frame < INT64_MAX;
    uint64_t next = moves ? hash_values(state, node, frame + 1, state->next_values)
                          : 0;    // first: a text between keyframes lies in one place
    state->values_hash = hash_values(state, node, frame, state->values);
    state->context.next_value = moves ? state->next_values : state->values;
    state->constant = !has_keys(node);
    state->lasting = !moves || next == state->values_hash;
}

// What a source shows may change though no value does.
static void see_time(struct node_state *state, bool enabled)
{
    if (!enabled || !(flags_of(state) & HO_NODE_TIME))
        return;
    state->constant = false;
    state->lasting = state->lasting && state->node->next && state->node->next(&state->context) == state->identity;
}

// The slot of the first connected input of the same type, -1 if there is none: what a disabled or unknown node passes
// through.
static int passed_through(const struct ho_evaluator *evaluator, const struct slot *slot)
{
    for (int i = 0; i < slot->n_in; i++)
        if (slot->in[i] >= 0 && evaluator->slots[slot->in[i]].type == slot->type)
            return slot->in[i];
    return -1;
}

static void find_alias(struct ho_evaluator *evaluator, struct slot *slot)
{
    const struct graph_node *node = &evaluator->graph->nodes[slot->node];
    const struct node_state *state = &evaluator->states[slot->node];
    slot->alias = -1;
    if (!node->type || !node->enabled) {
        slot->alias = passed_through(evaluator, slot);
        return;
    }
    bool multiplies = state->multiply >= 0 && state->context.connected[state->mask] &&
                      state->values[state->multiply].number[0] != 0;
    if (multiplies)
        return;
    int same = state->node->same ? state->node->same(&state->context, slot->output) : -1;
    if (same > 0 && state->blend >= 0 && !mask_is_neutral(state))
        same = -1;
    if (same < 0 && state->blend >= 0 && state->values[state->blend].number[0] == 0)
        same = 0;
    if (same >= 0 && slot->in[same] >= 0 && evaluator->slots[slot->in[same]].type == slot->type)
        slot->alias = slot->in[same];
}

static void read_domains(struct ho_evaluator *evaluator, const struct slot *slot)
{
    struct ho_node_context *context = &evaluator->states[slot->node].context;
    for (int i = 0; i < slot->n_in; i++) {
        if (slot->in[i] < 0)
            continue;
        const struct slot *input = &evaluator->slots[resolve(evaluator, slot->in[i])];
        context->in[i] = input->domain;
        context->opaque[i] = input->like.alike == HO_ALIKE_OPAQUE && rect_empty(input->like.changed);
    }
}

static struct ho_domain full_domain(int width, int height)
{
    return (struct ho_domain){width, height, {0, 0, width, height}, 0, {0, 0, width, height}};
}

static void find_domain(struct ho_evaluator *evaluator, struct slot *slot)
{
    struct node_state *state = &evaluator->states[slot->node];
    struct ho_node_context *context = &state->context;
    struct ho_domain domain = slot->n_in > 0 && slot->in[0] >= 0
                                  ? context->in[0]
                                  : full_domain(context->host->width, context->host->height);
    if (!evaluator->graph->nodes[slot->node].enabled)
        domain.window = (struct ho_rect){0};    // disabled and nothing to pass through: nothing
    else if (state->node->domain)
        state->node->domain(context, slot->output, &domain);
    if (slot->type == HO_PORT_IMAGE)
        domain.outside = 0;
    bool masked = state->mask >= 0 && context->connected[state->mask];
    if (state->blend >= 0 &&
        !mask_is_neutral(state))    // the untouched picture shows where the tool does not work wholly
        domain.window = rect_or(domain.window, context->in[0].window);
    if (masked && state->values[state->multiply].number[0] != 0 && state->values[state->mask_invert].number[0] == 0 &&
        context->in[state->mask].outside == 0)
        domain.window = rect_and(domain.window, context->in[state->mask].window);
    domain.window = rect_and(domain.window, (struct ho_rect){0, 0, domain.width, domain.height});
    domain.lit = state->node->flags & HO_NODE_TIME ? rect_and(domain.lit, domain.window) : domain.window;
    slot->domain = context->out[slot->output] = domain;
}

static bool same_size(struct ho_domain a, struct ho_domain b) { return a.width == b.width && a.height == b.height; }

// What mask, multiply and blend make of a tool's likeness: outside a mask nothing changes.
static struct ho_likeness masked_likeness(const struct ho_evaluator *evaluator, const struct slot *slot,
                                          struct ho_likeness before)
{
    const struct node_state *state = &evaluator->states[slot->node];
    const struct ho_domain *mask = &state->context.in[state->mask];
    bool invert = state->values[state->mask_invert].number[0] != 0,
         multiply = state->values[state->multiply].number[0] != 0;
    int same = state->node->same ? state->node->same(&state->context, slot->output) : -1;
    if (before.alike == HO_ALIKE_NONE || invert || mask->outside != 0 || !same_size(*mask, slot->domain))
        return (struct ho_likeness){0};
    if (same != 0)
        before.changed = rect_or(before.changed, mask->window);
    if (multiply)
        before.alike = HO_ALIKE_COLOUR;
    return before;
}

static void find_likeness(struct ho_evaluator *evaluator, struct slot *slot)
{
    const struct node_state *state = &evaluator->states[slot->node];
    struct ho_likeness in[HO_PORTS_MAX] = {{0}};
    for (int i = 0; i < slot->n_in; i++)
        if (slot->in[i] >= 0)
            in[i] = evaluator->slots[resolve(evaluator, slot->in[i])].like;
    slot->like = (struct ho_likeness){0};
    if (!evaluator->graph->nodes[slot->node].enabled)
        return;
    if (state->node->frame && state->node->frame(&state->context))
        slot->like = (struct ho_likeness){.alike = HO_ALIKE_OPAQUE, .origin = slot->node};
    else if (state->mask >= 0 && state->context.connected[state->mask] && slot->in[0] >= 0)
        slot->like = masked_likeness(evaluator, slot, in[0]);
    else if (state->node->likeness && mask_is_neutral(state))
        state->node->likeness(&state->context, in, &slot->like);
}

static void find_hash(struct ho_evaluator *evaluator, struct slot *slot)
{
    const struct node_state *state = &evaluator->states[slot->node];
    uint64_t parts[5 + HO_PORTS_MAX] = {state->values_hash, state->identity, (uint64_t)slot->output,
                                        evaluator->graph->nodes[slot->node].enabled};
    memcpy(&parts[4], &evaluator->scale, sizeof(evaluator->scale));
    for (int i = 0; i < slot->n_in; i++)
        parts[5 + i] = slot->in[i] >= 0 ? evaluator->slots[resolve(evaluator, slot->in[i])].hash : 0;
    slot->hash = XXH3_64bits(parts, sizeof(parts));
    if (slot->hash == 0)
        slot->hash = 1;    // 0 stands for "nothing kept"
}

static void find_lasting(const struct ho_evaluator *evaluator, struct slot *slot)
{
    const struct node_state *state = &evaluator->states[slot->node];
    slot->constant = !state->node || state->constant;
    slot->lasting = !state->node || state->lasting;
    slot->worth_keeping = false;
    for (int i = 0; i < slot->n_in; i++) {
        if (slot->in[i] < 0 || (slot->alias >= 0 && slot->in[i] != slot->alias))
            continue;
        slot->constant = slot->constant && evaluator->slots[slot->in[i]].constant;
        slot->lasting = slot->lasting && evaluator->slots[slot->in[i]].lasting;
    }
}

static void find_worth_keeping(struct ho_evaluator *evaluator)
{
    for (int i = 0; i < evaluator->n_slots; i++) {
        const struct slot *slot = &evaluator->slots[i];
        for (int k = 0; k < slot->n_in && slot->alias < 0; k++) {
            int index = resolve(evaluator, slot->in[k]);
            struct slot *input = &evaluator->slots[index < 0 ? 0 : index];
            if (index >= 0 && ((input->lasting && !slot->lasting) || (input->constant && !slot->constant)))
                input->worth_keeping = !(flags_of(&evaluator->states[input->node]) & HO_NODE_FLAT);
        }
    }
}

enum ho_result plan_frame(struct ho_evaluator *evaluator, int64_t frame, struct ho_diag *diag)
{
    evaluator->same_frame = frame == evaluator->last_frame;
    for (size_t i = 0; i < evaluator->n_states; i++) {
        struct node_state *state = &evaluator->states[i];
        if (!state->used || !state->node)
            continue;
        resolve_values(evaluator, i, frame);
        state->identity = 0;
        if (state->node->prepare && evaluator->graph->nodes[i].enabled)
            HO_TRY(state->node->prepare(&state->context, &state->identity, diag));
        see_time(state, evaluator->graph->nodes[i].enabled);
    }
    for (int i = 0; i < evaluator->n_slots; i++) {
        struct slot *slot = &evaluator->slots[i];
        read_domains(evaluator, slot);
        find_alias(evaluator, slot);
        find_lasting(evaluator, slot);
        if (slot->alias >= 0) {
            const struct slot *other = &evaluator->slots[resolve(evaluator, i)];
            slot->domain = other->domain;
            slot->like = other->like;
            slot->hash = other->hash;
            continue;
        }
        find_domain(evaluator, slot);
        find_likeness(evaluator, slot);
        find_hash(evaluator, slot);
    }
    find_worth_keeping(evaluator);
    return HO_OK;
}

// ---- backward

static bool needs_whole_inputs(const struct node_state *state)
{
    return flags_of(state) & (HO_NODE_AREA | HO_NODE_WHOLE);
}

// Where a tool may have to do something: outside a mask that is 0 there, its result is its input.
static struct ho_rect work_region(const struct slot *slot, const struct node_state *state)
{
    bool masked = state->mask >= 0 && state->context.connected[state->mask] &&
                  state->values[state->mask_invert].number[0] == 0 && state->context.in[state->mask].outside == 0;
    return masked ? rect_and(slot->roi, state->context.in[state->mask].window) : slot->roi;
}

static void want_inputs(struct ho_evaluator *evaluator, const struct slot *slot)
{
    const struct node_state *state = &evaluator->states[slot->node];
    struct ho_rect work = work_region(slot, state);
    for (int i = 0; i < slot->n_in; i++) {
        int index = resolve(evaluator, slot->in[i]);
        if (index < 0)
            continue;
        struct slot *input = &evaluator->slots[index];
        struct ho_rect needed = i == state->mask ? slot->roi : work;
        if (needs_whole_inputs(state) && state->node->region && i != state->mask && !rect_empty(work))
            state->node->region(&state->context, slot->output, i, work, &needed);
        if (i == 0 && state->blend >= 0 && !mask_is_neutral(state))
            needed = rect_or(needed, slot->roi);    // the mix needs the untouched picture too
        needed = rect_and(needed, input->domain.window);
        if (rect_empty(needed))
            continue;
        input->roi = rect_or(input->roi, needed);
        input->held = input->held ||
                      (evaluator->same_frame && slot->hash != slot->last_hash && input->hash == input->last_hash &&
                       !(flags_of(&evaluator->states[input->node]) & HO_NODE_FLAT));
        if (needs_whole_inputs(state) || input->held)
            input->whole = true;
    }
}

bool is_wanted(const struct ho_evaluator *evaluator, int index)
{
    for (int i = 0; i < evaluator->n_wanted; i++)
        if (index == resolve(evaluator, evaluator->wanted_slot[i]))
            return true;
    return false;
}

void plan_regions(struct ho_evaluator *evaluator, const struct ho_rect *regions)
{
    for (int i = 0; i < evaluator->n_slots; i++) {
        evaluator->slots[i].roi = (struct ho_rect){0};
        evaluator->slots[i].whole = evaluator->slots[i].held = false;
        evaluator->slots[i].n_readers = 0;
        evaluator->slots[i].reason = evaluator->slots[i].alias >= 0 ? SLOT_ALIAS : SLOT_UNNEEDED;
    }
    for (int i = 0; i < evaluator->n_wanted; i++) {
        struct slot *wanted = &evaluator->slots[resolve(evaluator, evaluator->wanted_slot[i])];
        wanted->roi = rect_or(wanted->roi, rect_and(regions[i], wanted->domain.window));
        wanted->whole = true;
    }
    for (int i = evaluator->n_slots - 1; i >= 0; i--) {
        struct slot *slot = &evaluator->slots[i];
        if (slot->alias >= 0 || rect_empty(slot->roi))
            continue;
        const struct node_state *state = &evaluator->states[slot->node];
        if (slot->worth_keeping && slot->constant)    // made once, for whatever will be asked of it later
            slot->roi = slot->domain.window;
        slot->whole = slot->whole || slot->worth_keeping || (flags_of(state) & HO_NODE_WHOLE);
        slot->reason = slot->whole ? SLOT_WHOLE : SLOT_STREAMED;
        if (slot->whole && slot->kept && slot->kept_hash == slot->hash && rect_has(slot->kept_rect, slot->roi)) {
            slot->reason = SLOT_REUSED;
            continue;
        }
        want_inputs(evaluator, slot);
    }
}
